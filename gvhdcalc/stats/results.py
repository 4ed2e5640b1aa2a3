"""What the core returns: one type for every interval, one for every test, one for any other figure.

A field that holds a number holds a float for one table and a numpy array of one shape for many tables (``Number``).
Infinite and undefined figures are the values ``inf`` and ``nan``; a note says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    ``measure``, ``method``, ``name`` and ``reference`` are filled in by the registry.
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


@dataclass(frozen=True, slots=True)
class TestResult:
    """A test: its statistic (where it has one), degrees of freedom, P value and number of sides."""

    p: Number
    statistic: Number | None = None
    df: int | None = None
    sides: int = 2
    notes: tuple[Note, ...] = ()
    measure: str = ""
    method: str = ""
    name: str = ""
    reference: str = ""

    __test__ = False  # its name is the field's, not pytest's


@dataclass(frozen=True, slots=True)
class Value:
    """Any other figure: a number with a name and a unit, the method that gave it, and a note (why it does not exist)."""

    name: str
    value: Number | None
    unit: str = ""
    note: str | None = None
    method: str | None = None


#: The four verdicts, used everywhere alike.
REPRODUCED = "reproduced"
CONSISTENT = "consistent"
INCONSISTENT = "inconsistent"
NOT_CHECKABLE = "not checkable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one printed figure.

    ``item`` is what was printed ("estimate", "lower", "upper", "p", "percent" ...), ``printed`` its text, ``methods``
    the keys of the methods that reproduce it, ``computed`` the value of the first of them (or the nearest), and
    ``attainable`` the values that the rounding of the printed inputs allows (a point when the inputs are exact).
    """

    item: str
    printed: str
    verdict: str
    methods: tuple[str, ...] = ()
    computed: float | None = None
    attainable: tuple[float, float] | None = None
    note: str | None = None
