"""What the routes of ``gvhdcalc cuminc`` share: two arms compared, a claim's figures, the soft check of a ratio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..report import numbers
from ..report.document import Document
from ..stats import registry
from ..stats.cumulative_incidence import (
    MEASURE,
    SCALES,
    Incidence,
    attainable,
)
from ..stats.cumulative_incidence_comparison import DIFFERENCE, HAZARDS, RATIO, TwoIncidences
from ..stats.namespace import z_for
from ..stats.registry import Method
from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, Estimate, Note, Verdict
from .arms import Counts
from .common import ALL, Options

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate

COMPARISONS = (DIFFERENCE, RATIO, HAZARDS)

_ONE_TIME = Note("one time only; a hazard ratio of Fine-Gray or Cox weighs all times")


def comparisons(arms: TwoIncidences, conf: float) -> list[Estimate]:
    """Difference, ratio and ratio of cumulative hazards, the last with the note that it is of one time."""
    found = [only_method(measure).function(arms, conf) for measure in COMPARISONS]
    return [replace(row, notes=(*row.notes, _ONE_TIME)) if row.measure == HAZARDS else row for row in found]


def only_method(measure: str) -> Method:
    """The one method of a comparison."""
    return next(iter(registry.estimators(measure).values()))


def scales_of(keys: Sequence[str]) -> list[str]:
    """The scales that --method names; none when it names none."""
    return list(SCALES) if ALL in keys else [key for key in SCALES if key in keys]


def letters_of(arms: Sequence[Incidence], conf: float) -> dict[str, float]:
    """The letters of the formulas: F and SE of one arm, F1, SE1, F0 and SE0 of two."""
    names = ("",) if len(arms) == 1 else ("1", "0")
    letters = {"z": z_for(conf)}
    for name, arm in zip(names, arms, strict=True):
        letters |= {f"F{name}": arm.estimate, f"SE{name}": arm.se}
    return letters


def in_percent(claim: Claim) -> Claim:
    """A claim on one arm: "39.5 (29.3-49.4)" without percent signs is in percent, as an incidence is at most 1."""
    figures = [figure for figure in (claim.estimate, claim.lower, claim.upper) if figure is not None]
    if claim.measure is not None or not any(figure.value > 1 for figure in figures):
        return claim
    estimate, lower, upper = (
        figure if figure is None else figure.as_percent() for figure in (claim.estimate, claim.lower, claim.upper)
    )
    return replace(claim, estimate=estimate, lower=lower, upper=upper)


def candidate_of(method: Method, value: float, allowed: tuple[float, float] | None) -> Candidate:
    from ..reported.match import Candidate

    return Candidate(method.key, method.name, value, allowed, method.software)


def add_figures(
    found: dict[str, list[Candidate]],
    method: Method,
    row: Any,
    ranges: Mapping[str, tuple[float, float]],
    items: Mapping[str, str],
) -> None:
    """Put the figures of a result under the claim's items: ``items`` maps the field of the result to the item."""
    for field, item in items.items():
        value = getattr(row, field, None)
        if value is not None:
            found.setdefault(item, []).append(candidate_of(method, value, ranges.get(field)))


FIGURES = ("estimate", "lower", "upper")

#: The comparison that a claim's measure is of; the text need not name one.
_CLAIMED = {
    "risk difference": (DIFFERENCE,),
    "difference": (DIFFERENCE,),
    "risk ratio": (RATIO,),
    "subdistribution hazard ratio": (HAZARDS,),
    "hazard ratio": (HAZARDS,),
    None: (DIFFERENCE, RATIO),
}
HAZARD_RATIOS = ("hazard ratio", "subdistribution hazard ratio")


def judged_comparison(
    document: Document,
    claim: Claim,
    arms: TwoIncidences,
    printed_corners: Sequence[TwoIncidences],
    candidates: dict[str, list[Candidate]],
    counts: Sequence[Counts],
    options: Options,
) -> Document:
    """Verdicts on what is printed of two arms. A hazard ratio gets the soft check and nothing else."""
    from .reported import judged

    conf = options.conf
    if claim.measure in HAZARD_RATIOS:
        rest = replace(claim, estimate=None, lower=None, upper=None, p=None, more_p=(), measure=None)
        document = judged(document, rest, candidates, counts, "", options)
        return replace(document, verdicts=(*document.verdicts, *soft_check(claim, arms, printed_corners, conf)))
    if claim.measure not in _CLAIMED:
        reason = f"a {claim.measure} needs more than the incidence at one time"
        needs = dict.fromkeys((*FIGURES, "p"), reason)
        return judged(document, claim, candidates, counts, "", options, needs)
    for measure in _CLAIMED[claim.measure]:
        method = only_method(measure)
        ranges = attainable(method.function, printed_corners, conf)
        add_figures(candidates, method, method.function(arms, conf), ranges, dict(zip(FIGURES, FIGURES, strict=True)))
    for test in registry.tests(MEASURE).values():
        add_figures(candidates, test, test.function(arms), attainable(test.function, printed_corners), {"p": "p"})
    return judged(document, claim, candidates, counts, "", options)


def soft_check(
    claim: Claim, arms: TwoIncidences, printed_corners: Sequence[TwoIncidences], conf: float
) -> list[Verdict]:
    """A printed hazard ratio beside the ratio of cumulative subdistribution hazards at one time.

    Consistent when the printed interval (or the ratio alone, where no interval is printed) meets the interval of the
    ratio at one time, both let go to the ends of their rounding; never "reproduced", as a hazard ratio of Fine-Gray or
    Cox weighs all times. P is not checkable for the same reason.
    """
    method = only_method(HAZARDS)
    computed = method.function(arms, conf)
    allowed = attainable(method.function, printed_corners, conf) if printed_corners else {}
    low, high = allowed.get("lower", (computed.lower,))[0], allowed.get("upper", (computed.upper,))[-1]
    found = []
    if claim.estimate is not None:
        ends = (claim.lower or claim.estimate).interval[0], (claim.upper or claim.estimate).interval[1]
        span = f"{numbers.fixed(computed.lower, 2)}-{numbers.fixed(computed.upper, 2)}"
        if computed.lower != computed.lower:
            verdict, note = NOT_CHECKABLE, "the ratio at one time does not exist"
        elif low <= ends[1] and ends[0] <= high:
            verdict, note = CONSISTENT, f"soft: meets {span}"
        else:
            verdict, note = INCONSISTENT, f"soft: apart from {span}"
        keys = (method.key,) if verdict == CONSISTENT else ()
        by = claim.estimate.like(computed.estimate, 1)
        found.append(
            Verdict("hazard ratio", claim.estimate.text, verdict, keys, computed.estimate, (low, high), note, by)
        )
    if claim.p is not None:
        found.append(Verdict("p", claim.p.text, NOT_CHECKABLE, note="weighs all times: see gvhdcalc hr"))
    return found
