"""The number needed to treat from a printed ratio and the control arm's risk or survival."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from .namespace import namespace
from .registry import estimator
from .results import Estimate, Note, Number, notes_when

if TYPE_CHECKING:
    from .number_needed_to_treat import Outcome

MEASURE = "number needed to treat, from a ratio"

#: The lowest and highest value of a figure.
Interval = tuple[float, float]

_RISK_KNOWN = Note("the control risk is taken as known: the interval has the uncertainty of the ratio only")


@dataclass(frozen=True, slots=True)
class RatioAndRisk:
    """A ratio of treated to control with its limits, and the control arm's probability of the event, ``risk``.

    ``lower`` and ``upper`` are nan where they are not known. Of a hazard ratio, ``risk`` is 1 - S0(t) at one time t.
    """

    ratio: Number
    lower: Number
    upper: Number
    risk: Number


def _by_odds(ratio: Number, risk: Number) -> Number:
    """p1 - p0 from an odds ratio."""
    ns = namespace(ratio, risk)
    return ns.where(
        ratio == math.inf, 1 - risk, ns.div(risk * (1 - risk) * (ratio - 1), 1 + risk * (ratio - 1))
    )


def _by_risks(ratio: Number, risk: Number) -> Number:
    """p1 - p0 from a risk ratio."""
    return risk * (ratio - 1)


def _by_hazards(ratio: Number, risk: Number) -> Number:
    """p1 - p0 from a hazard ratio: S0 - S0^HR."""
    ns = namespace(ratio, risk)
    return -(1 - risk) * ns.expm1((ratio - 1) * ns.log1p(-risk))


#: p1 - p0 by kind of ratio; each rises with the ratio.
_DIFFERENCES: dict[str, Callable[[Number, Number], Number]] = {"or": _by_odds, "rr": _by_risks, "hr": _by_hazards}


def _inverted(kind: str, given: RatioAndRisk, conf: float, outcome: Outcome) -> Estimate:
    """1/benefit and its limits, in the order of ``number_needed_to_treat``."""
    ns = namespace(given.ratio, given.lower, given.upper, given.risk)
    difference = _DIFFERENCES[kind]
    estimate, low, high = (difference(ratio, given.risk) for ratio in (given.ratio, given.lower, given.upper))
    if outcome == "bad":
        estimate, low, high = -estimate, -high, -low
    # a limit of zero is approached from within the interval: from above by low, from below by high
    lower = ns.where(high == 0, ns.div(-1.0, 0.0 * abs(high)), ns.div(1.0, high))
    upper = ns.where(low == 0, ns.div(1.0, 0.0 * abs(low)), ns.div(1.0, low))
    known = ns.both(low == low, high == high)
    notes = notes_when(
        (ns.both(low < 0, high > 0), "the ratio may be 1: the interval passes through infinity"),
        (estimate == 0, "the ratio is 1: the number needed to treat is infinite"),
        (known ^ True, "the limits of the ratio are not known: no interval"),
        (known, _RISK_KNOWN),
    )
    return Estimate(ns.where(estimate == 0, math.inf, ns.div(1.0, estimate)), lower, upper, conf, notes=notes)


@estimator(
    MEASURE,
    "or",
    name="from the odds ratio",
    reference="Altman 1998; Bjerre & LeLorier 2000",
    formula="p1 = OR*p0 / (1 - p0 + OR*p0);  NNT = 1/(p1 - p0);  limits: the same of the limits of OR",
    default=True,
    advice="the control risk may be one's own patients'; the odds ratio is taken to hold for them",
)
def from_odds_ratio(given: RatioAndRisk, conf: float = 0.95, outcome: Outcome = "good") -> Estimate:
    """Number needed to treat from an odds ratio and the control risk (Altman 1998; Bjerre & LeLorier 2000).

    Cochrane Handbook, chapter 15, "Computing NNT from an odds ratio". Signs and order of limits are those of
    ``number_needed_to_treat``: positive to benefit (NNTB), negative to harm (NNTH), through infinity where the interval
    of the ratio holds 1. The control risk is taken as known.
    """
    return _inverted("or", given, conf, outcome)


@estimator(
    MEASURE,
    "rr",
    name="from the risk ratio",
    reference="Cook & Sackett 1995; Altman 1998",
    formula="p1 = RR*p0;  NNT = 1/(p1 - p0);  limits: the same of the limits of RR",
    default=True,
    advice="the control risk may be one's own patients'; the risk ratio is taken to hold for them",
)
def from_risk_ratio(given: RatioAndRisk, conf: float = 0.95, outcome: Outcome = "good") -> Estimate:
    """Number needed to treat from a risk ratio and the control risk (Cook & Sackett 1995; Altman 1998).

    Cochrane Handbook, chapter 15, "Computing NNT from a risk ratio". Signs and order of limits as ``from_odds_ratio``.
    A note says so where the ratio makes a risk above 100% of the control risk; the figures stay as the formula has
    them.
    """
    row = _inverted("rr", given, conf, outcome)
    ns = namespace(given.ratio, given.upper, given.risk)
    above, limit_above = given.ratio * given.risk > 1, given.upper * given.risk > 1
    notes = notes_when(
        (above, "the risk ratio times the control risk is above 100%: no such risk exists"),
        (ns.both(limit_above, above ^ True), "the upper limit times the control risk is above 100%"),
    )
    return Estimate(row.estimate, row.lower, row.upper, conf, notes=(*row.notes, *notes))


@estimator(
    MEASURE,
    "hr",
    name="from the hazard ratio",
    reference="Altman & Andersen 1999",
    formula="S1 = S0^HR;  NNT = 1/(S1 - S0) where the event is bad;  limits: the same of the limits of HR",
    default=True,
    advice="at the time of the control survival, under proportional hazards",
)
def from_hazard_ratio(given: RatioAndRisk, conf: float = 0.95, outcome: Outcome = "bad") -> Estimate:
    """Number needed to treat at a time, from a hazard ratio and the control survival then (Altman & Andersen 1999).

    1/(S0^HR - S0), the paper's equation for published ratios, with the limits of the ratio in place of it. The risk of
    the control arm is 1 - S0. Signs and order of limits as ``from_odds_ratio``.
    """
    return _inverted("hr", given, conf, outcome)


def attainable(
    kind: str, ratio: Interval, lower: Interval, upper: Interval, risk: Interval, outcome: Outcome
) -> dict[str, Interval]:
    """The lowest and highest "estimate", "lower" and "upper" that printed figures allow, each within its rounding.

    The difference of risks rises with the ratio; in the control risk it turns once, for an odds ratio at
    1/(1 + sqrt(OR)) and for a hazard ratio where S0 = HR^(1/(1 - HR)). Where a benefit may be zero, the number needed
    reaches to infinity on the side of its own sign. ``kind`` is "or", "rr" or "hr".
    """
    difference = _DIFFERENCES[kind]
    sign = 1 if outcome == "good" else -1
    # the lower limit of the number needed is that of the largest benefit
    most, least = (upper, lower) if sign > 0 else (lower, upper)
    own = {"estimate": ratio, "lower": most, "upper": least}
    found = {}
    for figure, box in own.items():
        benefits = [sign * difference(*corner) for corner in product(box, risk)]
        benefits += [sign * difference(r, p) for r in box if risk[0] < (p := _turn(kind, r)) < risk[1]]
        low, high = min(benefits), max(benefits)
        if low != low or high != high:
            continue
        if low < 0 < high:
            low, high = (0.0, high) if low + high > 0 else (low, 0.0)
        ends = [1 / end if end else math.copysign(math.inf, low + high) for end in (low, high)]
        found[figure] = min(ends), max(ends)
    return found


def _turn(kind: str, ratio: float) -> float:
    """The control risk at which a ratio makes the largest difference; 0 where there is none between 0 and 1."""
    if not 0 < ratio < math.inf or ratio == 1:
        return 0.0
    if kind == "or":
        return 1 / (1 + math.sqrt(ratio))
    return -math.expm1(math.log(ratio) / (1 - ratio)) if kind == "hr" else 0.0
