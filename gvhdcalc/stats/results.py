"""What the core returns: one type for every interval, one for every test, one for any other figure.

A field that holds a number holds a float for one table and a numpy array of one shape for many tables (``Number``).
Infinite and undefined figures are the values ``inf`` and ``nan``; a note says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

#: A float for one table, a numpy array for many: formulas are written once for both.
Number = Any


class Note(str):
    """A remark on a result; ``where`` is True for one table, a boolean array (the tables it concerns) for many."""

    where: Any

    def __new__(cls, text: str, where: Any = True) -> Note:
        note = super().__new__(cls, text)
        note.where = where
        return note


def notes_when(*conditions: tuple[Any, str]) -> tuple[Note, ...]:
    """The notes whose condition holds: for one table when it is true, for many tables when it is true of any."""
    found = []
    for condition, text in conditions:
        holds = condition.any() if hasattr(condition, "any") else condition
        if holds:
            found.append(Note(text, condition))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate with its confidence interval, by one method.

    ``conf`` is a fraction (0.95). ``se`` is on the scale that ``se_scale`` names ("log", "plain", "logit" ...).
    ``statistic`` and ``p`` (two-sided) are those of the Wald test that goes with the interval, where there is one.
    ``measure``, ``method``, ``name`` and ``reference`` are filled in by the registry. ``case`` are the names and values
    of what an estimate is of, where it is one of several: its arm, its time.
    """

    estimate: Number
    lower: Number
    upper: Number
    conf: float
    se: Number | None = None
    se_scale: str | None = None
    statistic: Number | None = None
    p: Number | None = None
    notes: tuple[Note, ...] = ()
    measure: str = ""
    method: str = ""
    name: str = ""
    reference: str = ""
    case: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class TestResult:
    """A test: its statistic (where it has one), degrees of freedom, P value and sides; ``case`` as in Estimate."""

    p: Number
    statistic: Number | None = None
    df: int | None = None
    sides: int = 2
    notes: tuple[Note, ...] = ()
    measure: str = ""
    method: str = ""
    name: str = ""
    reference: str = ""
    case: tuple[tuple[str, Any], ...] = ()

    __test__ = False  # its name is the field's, not pytest's


@dataclass(frozen=True, slots=True)
class Value:
    """Any other figure: a number with a name and a unit, the method that gave it, and a note (why it is missing).

    ``case`` are the names and values of what was varied, where a figure is one of a table or of a curve.
    """

    name: str
    value: Number | None
    unit: str = ""
    note: str | None = None
    method: str | None = None
    case: tuple[tuple[str, Number], ...] = ()


@dataclass(frozen=True, slots=True)
class Design:
    """A trial by one method: of its size, power and effect two were given, and ``solved`` is the third.

    ``n1`` and ``n0`` are the patients analysed in the first (treated) and second arm, whole numbers; ``enrolled1`` and
    ``enrolled0`` those to enrol when a fraction ``dropout`` is lost. ``events`` are the events needed (whole) when the
    size is solved for, the given or expected ones otherwise; None where they play no part, as ``n1`` and ``n0`` are
    where only events are known. ``n1_exact``, ``n0_exact`` and ``events_exact`` are the solution before rounding up.
    ``power`` is the chance of significance in the direction of the effect at these numbers, ``power_asked`` the one
    that was to be reached; ``opposite`` is the chance of significance in the other direction (two-sided tests), which
    ``power`` does not count. ``effect`` is p1 - p0 or the hazard ratio, as ``effect_scale`` says.
    ``follow_up`` is the watch after accrual that gives the power, where that is what was solved for.

    A trial of one arm has ``n1`` alone, in ``unit`` ("pairs" where patients come in pairs). ``figures`` are figures
    that other designs do not have: a critical value, the level it keeps, the stages of a trial. ``case`` is as in
    Value.
    """

    solved: str
    effect: Number
    effect_scale: str
    power: Number
    opposite: Number
    alpha: float
    sides: int
    p1: Number | None = None
    p0: Number | None = None
    n1: Number | None = None
    n0: Number | None = None
    events: Number | None = None
    power_asked: Number | None = None
    dropout: Number = 0.0
    enrolled1: Number | None = None
    enrolled0: Number | None = None
    n1_exact: Number | None = None
    n0_exact: Number | None = None
    events_exact: Number | None = None
    follow_up: Number | None = None
    unit: str = "patients"
    figures: tuple[Value, ...] = ()
    case: tuple[tuple[str, Number], ...] = ()
    notes: tuple[Note, ...] = ()
    measure: str = ""
    method: str = ""
    name: str = ""
    reference: str = ""

    def values(self) -> tuple[Value, ...]:
        """The figures of the design under their documented names; those that the design does not have are left out."""
        up = "before rounding up"
        remarks = "; ".join(self.notes) or None
        missing = remarks if self.effect != self.effect else None
        effect_unit = "proportion" if self.effect_scale == "risk difference" else self.effect_scale
        patients = f"{self.unit} to enrol"
        arm = "" if self.n0 is None else " per arm 1"
        found = (
            (f"n{arm}", self.n1, self.unit, None),
            ("n per arm 2", self.n0, "patients", None),
            ("n total", None if self.n1 is None or self.n0 is None else self.n1 + self.n0, "patients", None),
            (f"n enrolled{arm}", self.enrolled1, patients, None),
            ("n enrolled per arm 2", self.enrolled0, patients, None),
            (
                "n enrolled total",
                None if self.enrolled1 is None or self.enrolled0 is None else self.enrolled1 + self.enrolled0,
                patients,
                None,
            ),
            ("events", self.events, "events", None),
            ("power", self.power, "proportion", remarks),
            ("opposite tail", self.opposite if self.sides == 2 else None, "proportion", "not counted in power"),
            ("effect", self.effect, effect_unit, missing or self.effect_scale),
            ("p1", self.p1, "proportion", missing),
            ("p0", self.p0, "proportion", None),
            (f"exact n{arm}", self.n1_exact, self.unit, up),
            ("exact n per arm 2", self.n0_exact, "patients", up),
            ("exact events", self.events_exact, "events", up),
            ("follow-up", self.follow_up, "time", remarks if self.follow_up != self.follow_up else None),
        )
        figures = tuple(
            Value(name, value, unit, note if value == value else note or remarks, self.method, self.case)
            for name, value, unit, note in found
            if value is not None
        )
        return figures + tuple(
            replace(
                figure,
                method=self.method,
                case=self.case,
                note=figure.note or (remarks if figure.value != figure.value else None),
            )
            for figure in self.figures
        )


#: The four verdicts, used everywhere alike.
REPRODUCED = "reproduced"
CONSISTENT = "consistent"
INCONSISTENT = "inconsistent"
NOT_CHECKABLE = "not checkable"


class Verdict(NamedTuple):
    """What became of one printed figure.

    ``item`` is what was printed ("estimate", "lower", "upper", "p", "percent" ...), ``printed`` its text, ``methods``
    the keys of the methods that reproduce it, ``computed`` the value of the first of them (or the nearest), and
    ``attainable`` the values that the rounding of the printed inputs allows (a point when the inputs are exact).
    ``shown`` is the computed value as the paper would print it, with one digit more.
    """

    item: str
    printed: str
    verdict: str
    methods: tuple[str, ...] = ()
    computed: float | None = None
    attainable: tuple[float, float] | None = None
    note: str | None = None
    shown: str | None = None
