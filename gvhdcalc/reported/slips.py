"""What the usual slips of a paper would give: hypotheses about a printed figure that no method reproduces.

Each is a way in which figures of two arms go wrong between a program and a page: the arms exchanged, the non-events
counted, other totals (all who were randomised), another level of confidence, one ratio called by another's name. A slip
never makes a figure follow: it is named beside the verdict, for a reader to weigh.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..stats import registry
from ..stats.registry import Method
from ..stats.results import Estimate
from ..stats.two_by_two import TwoByTwo
from .match import Candidate

#: The levels at which an interval may have been made instead.
LEVELS = (0.90, 0.95, 0.975, 0.98, 0.99)

FIGURES = ("estimate", "lower", "upper")

#: Ratios that are mistaken for one another.
MISTAKEN = {"odds ratio": "risk ratio", "risk ratio": "odds ratio"}


def _put(found: dict[str, list[Candidate]], rows: Iterable[Estimate], how: str, items: Sequence[str] = FIGURES) -> None:
    for row in rows:
        for item in items:
            found.setdefault(item, []).append(Candidate(row.method, f"{row.name} {how}", getattr(row, item)))


def turned(
    counts: Any, conf: float, methods: Sequence[Method], more: Mapping[str, Any] | None = None
) -> dict[str, list[Candidate]]:
    """The figures of a table (or of strata) with the arms exchanged, and of its non-events, by item.

    ``more`` is what each method is handed besides counts and level.
    """
    more = more or {}
    found: dict[str, list[Candidate]] = {}
    exchanged = "with the arms exchanged" + (" (or the other outcome)" if "outcome" in more else "")
    _put(found, (method.function(counts.arms_exchanged(), conf, **more) for method in methods), exchanged)
    _put(found, (method.function(counts.outcome_exchanged(), conf, **more) for method in methods), "of the non-events")
    return found


def two_arm_slips(
    table: TwoByTwo,
    measure: str,
    conf: float,
    methods: Sequence[Method],
    more: Mapping[str, Any],
    other_totals: tuple[int, int] | None = None,
) -> dict[str, list[Candidate]]:
    """The figures that each slip would give, by item ("estimate", "lower", "upper", "percent 1", "percent 2").

    ``methods`` are the estimators searched; ``other_totals`` are totals of the arms that the paper prints elsewhere
    (those randomised), each at least its arm's events. The likelier slips stand first.
    """
    found: dict[str, list[Candidate]] = {}
    if other_totals:
        n1, n0 = other_totals
        totals = f"of {n1} and {n0} patients"
        other = TwoByTwo.from_totals(table.a, n1, table.c, n0)
        _put(found, (method.function(other, conf, **more) for method in methods), totals)
        found["percent 1"] = [Candidate("counts", f"{table.a} {totals}", table.a / n1)]
        found["percent 2"] = [Candidate("counts", f"{table.c} {totals}", table.c / n0)]
    for item, figures in turned(table, conf, methods, more).items():
        found.setdefault(item, []).extend(figures)
    for level in LEVELS:
        if abs(level - conf) > 1e-9:
            rows = (method.function(table, level, **more) for method in methods)
            _put(found, rows, f"at {100 * level:g}%", ("lower", "upper"))
    if measure in MISTAKEN:
        mistaken = MISTAKEN[measure]
        quick = (method for method in registry.estimators(mistaken).values() if not method.slow)
        _put(found, (method.function(table, conf) for method in quick), f"of the {mistaken}")
    return found
