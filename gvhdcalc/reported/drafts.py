"""What the grammar of abstracts finds before it is judged: intervals, counts and claims as places among the lexemes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .statistic import Statistic

if TYPE_CHECKING:
    from .sample_size import Plan


@dataclass(slots=True)
class Interval:
    """Two limits, with their estimate and label where there are any; all are places among the lexemes.

    ``first`` to before ``last`` are the lexemes it spans. ``p`` is a P value printed between estimate and limits.
    ``percent`` says that the figures are in percent (the sign may be printed once), ``far`` that other numbers stand
    between the estimate and its limits.
    """

    lower: int
    upper: int
    first: int
    last: int
    estimate: int | None = None
    label: int | None = None
    conf: str = ""
    p: int | None = None
    percent: bool = False
    far: bool = False

    @property
    def level(self) -> float:
        """The confidence level as a fraction; 0.95 where none is printed."""
        return float(self.conf) / 100 if self.conf else 0.95


@dataclass(slots=True)
class Arm:
    """One group: places of its events, total and percentage (or another value), and the lexemes it spans.

    ``total_elsewhere`` is the place of a total printed elsewhere, ``total_value`` a total that follows from such by one
    step, and ``total_note`` says which. ``events_value`` is a count that is not printed as a number but follows: from
    the percentage and the total, or from words ("no deaths among 24 patients").
    """

    first: int
    last: int
    events: int | None = None
    total: int | None = None
    percent: int | None = None
    value: int | None = None  # a median, mean or rate
    what: str = ""  # what the value is: "median", "mean", "rate", or "value" where it is not said
    spread: int | None = None  # the standard deviation (or error) of a mean
    total_elsewhere: int | None = None
    total_value: int | None = None
    total_note: str | None = None
    events_value: int | None = None
    told: int | None = None  # the size of its group, where the text tells it plainly and the percentage is not of it
    interval: Interval | None = None


@dataclass(slots=True)
class Draft:
    """A claim as places among the lexemes."""

    kind: str
    measure: str | None
    first: int
    last: int
    interval: Interval | None = None
    estimate: int | None = None
    p: int | None = None
    arms: list[Arm] = field(default_factory=list)
    adjusted: bool | None = None
    sure: bool = True  # whether the text names the measure, or one like it in a row
    ratio: int | None = None  # of a claim that is a ratio said again as a percentage
    statistic: Statistic | None = None  # of a claim that is a test statistic with its P value
    plan: Plan | None = None  # of a claim that is the size of a trial
    others: tuple[int, ...] = ()  # places of further numbers that it says
    notes: list[str] = field(default_factory=list)
    modelled: bool = False  # whether its interval is not of the counts beside it, in a text that names a model
    turned: str = ""  # how the counts were turned to give its interval


def places(draft: Draft) -> list[int]:
    """The places of the numbers of a claim."""
    found = [draft.estimate, draft.p, *draft.others, *(draft.statistic.numbers if draft.statistic is not None else ())]
    if draft.interval is not None:
        found += [draft.interval.lower, draft.interval.upper, draft.interval.estimate, draft.interval.p]
    for arm in draft.arms:
        found += [arm.events, arm.total, arm.percent, arm.value, arm.spread, arm.total_elsewhere]
    return [k for k in found if k is not None]


def taken_by(drafts: Iterable[Draft]) -> set[int]:
    """The places of the numbers of all of them."""
    return {k for draft in drafts for k in places(draft)}


@dataclass(slots=True)
class Memory:
    """What earlier sentences said that later ones do not repeat."""

    measure: str | None = None
    kind: str = ""
    groups: tuple[Arm, ...] = ()  # the groups of the sentence before
    of_means: frozenset[int] = frozenset()  # places of P values of t and F tests, which compare no proportions
    of_tests: frozenset[int] = frozenset()  # places of P values printed with their test statistic
