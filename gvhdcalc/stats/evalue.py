"""The E-value: how strong must unmeasured confounding be to explain an association away?

VanderWeele & Ding 2017. The E-value of a risk ratio RR >= 1 is RR + sqrt(RR*(RR - 1)): the least risk ratio that a
confounder must have both with the exposure and with the outcome. Other measures are put on the scale of the risk ratio
first, exactly or approximately; these ways are what is registered here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .namespace import namespace, root, z_for
from .registry import estimator
from .results import Estimate, Note, Number, Value, notes_when
from .two_by_two import TwoByTwo

MEASURE = "risk ratio to explain away"


@dataclass(frozen=True, slots=True)
class Association:
    """A measure of association with its limits, on its own scale; nan where a limit is not known."""

    estimate: Number
    lower: Number
    upper: Number


def threshold(ratio: Number, true: Number = 1.0) -> Number:
    """The E-value of a risk ratio: r + sqrt(r*(r - 1)), r the ratio over the true one, or turned over to be above 1.

    VanderWeele & Ding 2017, Table 2; for a true risk ratio other than 1 their section "Non-null hypotheses". A ratio of
    0 or infinity has an infinite E-value.
    """
    ns = namespace(ratio, true)
    above = ns.maximum(ns.div(ratio * 1.0, true), ns.div(true * 1.0, ratio))
    return above + ns.sqrt(above * (above - 1))


def nearer_limit(row: Estimate, true: Number = 1.0) -> Number:
    """The limit on the way from the estimate to the true ratio, or the true ratio where the interval holds it."""
    ns = namespace(row.estimate, row.lower, row.upper, true)
    down, up = ns.maximum(row.lower, true), ns.minimum(row.upper, true)
    limit = ns.where(row.estimate > true, down, ns.where(row.estimate < true, up, true * 1.0))
    # max and min of a missing limit must not pass for a limit
    either = ns.where(ns.isnan(row.lower), row.upper, row.lower)
    used = ns.where(row.estimate > true, row.lower, ns.where(row.estimate < true, row.upper, either))
    return ns.where(ns.isnan(used), math.nan, limit)


def values(row: Estimate, true: float = 1.0) -> tuple[Value, ...]:
    """The E-values of the estimate and of the limit nearer the true ratio, by the method of ``row``.

    ``row`` is on the scale of the risk ratio, and so is ``true``. The E-value of the limit is 1 where the interval
    holds the true ratio.
    """
    limit = nearer_limit(row, true)
    held = row.lower <= true <= row.upper
    aim = "the null" if true == 1 else "the true ratio"
    which = "lower" if row.estimate > true else "upper"
    note = f"{aim} is in the interval" if held else f"of the {which} limit"
    if limit != limit:
        note = "no limit is given"
    return (
        Value("E-value", threshold(row.estimate, true), "", "of the estimate", row.method),
        Value("E-value of the limit", threshold(limit, true), "", note, row.method),
    )


def _converted(given: Association, estimate: Number, lower: Number, upper: Number, conf: float) -> Estimate:
    ns = namespace(estimate, lower, upper)
    missing = ns.either(ns.isnan(given.lower), ns.isnan(given.upper))
    return Estimate(estimate, lower, upper, conf, notes=notes_when((missing, "a limit is not given")))


@estimator(
    MEASURE,
    "risk-ratio",
    name="as it is",
    reference="VanderWeele & Ding 2017",
    software=("EValue evalues.RR", "EValue evalues.OR and evalues.HR, rare=TRUE", "episensr confounders.evalue"),
    formula="RR = RR (or rate ratio; or OR or HR of a rare outcome);  E = RR + sqrt(RR*(RR - 1)), of 1/RR below 1",
    default=True,
    advice="risk and rate ratios; odds and hazard ratios where fewer than 15% have the event by the end",
)
def risk_ratio(given: Association, conf: float = 0.95) -> Estimate:
    """A risk ratio, a rate ratio, or the odds or hazard ratio of a rare outcome, taken as a risk ratio.

    VanderWeele & Ding 2017, Table 2: rare is less than 15% by the end of follow-up.
    """
    return _converted(given, given.estimate, given.lower, given.upper, conf)


@estimator(
    MEASURE,
    "square-root",
    name="square root of OR",
    reference="VanderWeele 2017; VanderWeele & Ding 2017",
    software=("EValue evalues.OR, rare=FALSE",),
    formula="RR = sqrt(OR);  E = RR + sqrt(RR*(RR - 1)), of 1/RR below 1",
    advice="odds ratios of a common outcome, 15% or more",
)
def square_root(given: Association, conf: float = 0.95) -> Estimate:
    """The risk ratio that an odds ratio of a common outcome stands for, about sqrt(OR) (VanderWeele 2017).

    VanderWeele & Ding 2017, Table 2.
    """
    ns = namespace(given.estimate, given.lower, given.upper)
    return _converted(given, ns.sqrt(given.estimate), ns.sqrt(given.lower), ns.sqrt(given.upper), conf)


def common_hazard_ratio(ratio: Number) -> Number:
    """(1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1/HR)), the risk ratio of a hazard ratio where the outcome is common."""
    ns = namespace(ratio)
    half = math.log(0.5)
    down = ns.sqrt(ns.div(1.0, ratio))
    return ns.div(ns.expm1(half * ns.sqrt(ratio)), ns.expm1(half * down))


@estimator(
    MEASURE,
    "hazard-ratio",
    name="common HR",
    reference="VanderWeele 2017; VanderWeele & Ding 2017",
    software=("EValue evalues.HR, rare=FALSE",),
    formula="RR = (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1/HR));  E = RR + sqrt(RR*(RR - 1)), of 1/RR below 1",
    advice="hazard ratios where 15% or more have the event by the end of follow-up",
)
def hazard_ratio(given: Association, conf: float = 0.95) -> Estimate:
    """The risk ratio that a hazard ratio of a common outcome stands for (VanderWeele & Ding 2017, Table 2)."""
    estimate, lower, upper = (common_hazard_ratio(x) for x in (given.estimate, given.lower, given.upper))
    return _converted(given, estimate, lower, upper, conf)


@estimator(
    MEASURE,
    "smd",
    name="exp(0.91 d)",
    reference="Chinn 2000; VanderWeele & Ding 2017",
    software=("EValue evalues.MD (with 1.78 SE for the limits)",),
    formula="RR = exp(0.91*d);  E = RR + sqrt(RR*(RR - 1)), of 1/RR below 1",
    advice="differences of means of a continuous outcome, in standard deviations",
)
def standardised_mean_difference(given: Association, conf: float = 0.95) -> Estimate:
    """The risk ratio of a standardised mean difference, exp(0.91 d) (Chinn 2000; VanderWeele & Ding 2017, Table 2).

    The limits are those of d on the same scale; the source has exp(0.91 d -+ 1.78 SE), 1.78
    for 0.91 times 1.96.
    """
    ns = namespace(given.estimate, given.lower, given.upper)
    estimate, lower, upper = (ns.exp(0.91 * x) for x in (given.estimate, given.lower, given.upper))
    return _converted(given, estimate, lower, upper, conf)


@estimator(
    MEASURE,
    "risk-difference",
    name="bias factor of RD",
    reference="Ding & VanderWeele 2016; VanderWeele & Ding 2017",
    software=("EValue evalues.RD",),
    formula="B with (p1 - p0*B)*(f + (1-f)/B) = true RD, f = n1/N;  the limit is the B at which the lower Wald limit "
    "of that is the true RD;  E = B + sqrt(B*(B - 1))",
    advice="risk differences, from the counts of both arms",
    closed_form=False,
)
def risk_difference(table: TwoByTwo, conf: float = 0.95, true: float = 0.0) -> Estimate:
    """The bias factor that takes the risk difference, or its lower limit, to the true one (Ding & VanderWeele 2016).

    p. 376, with Wald limits of the population-standardised difference (p1 - p0 B)(f + (1 - f)/B) under a bias factor B,
    f = n1/N the share of the exposed. With ``true`` 0 the bias factor is the risk ratio. The higher risk is taken as
    that of the exposed: a negative difference has its arms exchanged (and ``true`` its sign). ``lower`` is the bias
    factor of the lower limit, 1 where that is not above ``true``; there is no upper one. One table of plain numbers.
    """
    if table.a * table.n0 < table.c * table.n1:
        table, true = TwoByTwo(table.c, table.d, table.a, table.b), -true
    z = z_for(conf)
    n1, n0, total = float(table.n1), float(table.n0), float(table.total)
    p1, p0, share = table.a / n1, table.c / n0, n1 / total
    v1, v0, vf = p1 * (1 - p1) / n1, p0 * (1 - p0) / n0, share * (1 - share) / total
    only = "only the limit nearer the true difference bears on it"
    if p1 - p0 <= true:
        note = Note("the difference is not beyond the true one: nothing is to be explained away")
        return Estimate(1.0, 1.0, math.nan, conf, notes=(note,))

    def lower_limit(bias: float) -> float:
        rest = share + (1 - share) / bias
        own = p1 - p0 * bias
        variance = (v1 + v0 * bias * bias) * rest * rest + (own * (1 - 1 / bias)) ** 2 * vf
        return float(own * rest - z * math.sqrt(variance) - true)

    if p0 == 0 and true <= p1 * share:
        estimate = math.inf  # p1*(f + (1-f)/B) comes down to p1*f only
    elif p0 == 0:
        estimate = p1 * (1 - share) / (true - p1 * share)
    else:
        # the positive root of p0 f B^2 + (true + p0 (1-f) - p1 f) B - p1 (1-f) = 0, without cancellation
        b, c = true + p0 * (1 - share) - p1 * share, p1 * (1 - share)
        discriminant = math.sqrt(b * b + 4 * p0 * share * c)
        estimate = 2 * c / (b + discriminant) if b > 0 else (discriminant - b) / (2 * p0 * share)
    if lower_limit(1.0) <= 0:
        return Estimate(estimate, 1.0, math.nan, conf, notes=(Note(only),))
    top = 2.0
    while lower_limit(top) > 0 and top < 1e300:
        top *= 2
    limit = math.exp(root(lambda x: lower_limit(math.exp(x)), 0.0, math.log(top))) if top < 1e300 else math.inf
    return Estimate(estimate, limit, math.nan, conf, notes=(Note(only),))
