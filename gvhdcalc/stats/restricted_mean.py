"""The restricted mean survival time: the area under the Kaplan-Meier curve up to a time tau, and two arms compared."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .kaplan_meier import Curve
from .namespace import namespace, z_for
from .registry import estimator
from .results import Estimate, Note, Number, notes_when

MEASURE = "restricted mean survival time"
DIFFERENCE = "restricted mean survival time difference"
RATIO = "restricted mean survival time ratio"
LOST_RATIO = "restricted mean time lost ratio"


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """The mean of the time to the event or to tau, whichever comes first, with its standard error."""

    mean: Number
    se: Number
    tau: Number


@dataclass(frozen=True, slots=True)
class TwoRestrictedMeans:
    """The restricted means of two independent arms up to one tau, the treated one first."""

    treated: RestrictedMean
    control: RestrictedMean


def restricted_mean(curve: Curve, tau: float) -> RestrictedMean:
    """The area under the curve from 0 to tau; its variance is sum of A(t)^2 d/(n(n-d)), A the area from t to tau.

    Karrison 1987; Royston & Parmar 2013; as survRM2 and R's print of survfit with rmean. nan where tau is after the
    last observation and the curve has not come to 0.
    """
    import numpy as np

    if tau > curve.last and not (len(curve.survival) and curve.survival[-1] == 0):
        return RestrictedMean(math.nan, math.nan, tau)
    upto = curve.time <= tau
    time, survival = curve.time[upto], curve.survival[upto]
    widths = np.diff(np.concatenate([[0.0], time, [tau]]))
    areas = widths * np.concatenate([[1.0], survival])
    after = np.cumsum(areas[:0:-1])[::-1]
    d, n = curve.events[upto], curve.at_risk[upto].astype(float)
    terms = np.divide(d, n * (n - d), out=np.zeros_like(n), where=n > d)
    unit = float(after.max(initial=0.0)) or 1.0  # squares of times as large or small as numbers go are no numbers
    return RestrictedMean(float(areas.sum()), unit * float(np.sqrt(((after / unit) ** 2 * terms).sum())), tau)


def largest_tau(*curves: Curve) -> float:
    """The largest tau to which all curves are known, for two of them the default of survRM2 (1.0-4).

    The end of the shortest observation, where it ends in censoring; a curve that has come to 0 stays there.
    """
    ends = [curve.last for curve in curves if not (len(curve.survival) and curve.survival[-1] == 0)]
    return min(ends) if ends else max(curve.last for curve in curves)


_BEYOND = "tau is after the last observation: the curve is not known up to it"


@estimator(
    MEASURE,
    "kaplan-meier",
    name="area under the Kaplan-Meier curve",
    reference="Irwin 1949; Royston & Parmar 2013",
    software=("survRM2", "R survfit, rmean", "SAS PROC LIFETEST, rmst", "Stata strmst2"),
    formula="M = area under S from 0 to tau;  SE = sqrt(sum of A^2*d/(n*(n-d))), A the area from each event to tau;  "
    "limits = M -+ z*SE",
    default=True,
)
def mean(arm: RestrictedMean, conf: float = 0.95) -> Estimate:
    """Restricted mean survival time with its Wald interval (Irwin 1949; Royston & Parmar 2013)."""
    half = z_for(conf) * arm.se
    notes = notes_when((namespace(arm.mean).isnan(arm.mean), _BEYOND))
    return Estimate(arm.mean, arm.mean - half, arm.mean + half, conf, se=arm.se, se_scale="plain", notes=notes)


def _wald(estimate: Number, value: Number, se: Number, conf: float, log: bool, notes: tuple[Note, ...]) -> Estimate:
    ns = namespace(value, se)
    z = ns.div(value, se)
    half = z_for(conf) * se
    lower, upper = value - half, value + half
    if log:
        lower, upper = ns.exp(lower), ns.exp(upper)
    return Estimate(
        estimate,
        lower,
        upper,
        conf,
        se=se,
        se_scale="log" if log else "plain",
        statistic=z,
        p=ns.two_sided(z),
        notes=notes,
    )


def _missing(arms: TwoRestrictedMeans) -> tuple[Note, ...]:
    ns = namespace(arms.treated.mean, arms.control.mean)
    return notes_when((ns.isnan(arms.treated.mean + arms.control.mean), _BEYOND))


@estimator(
    DIFFERENCE,
    "kaplan-meier",
    name="difference of restricted means",
    reference="Royston & Parmar 2013",
    software=("survRM2", "SAS PROC RMSTREG", "Stata strmst2"),
    formula="D = M1 - M0;  SE = sqrt(SE1^2 + SE0^2);  limits = D -+ z*SE",
    default=True,
    advice="the gain in mean time up to tau, whether or not hazards are proportional",
)
def difference(arms: TwoRestrictedMeans, conf: float = 0.95) -> Estimate:
    """Difference of the restricted means of two arms (Royston & Parmar 2013; Uno et al. 2014)."""
    one, two = arms.treated, arms.control
    ns = namespace(one.se, two.se)
    value = one.mean - two.mean
    return _wald(value, value, ns.sqrt(one.se * one.se + two.se * two.se), conf, False, _missing(arms))


def _log_ratio(
    one: tuple[Number, Number], two: tuple[Number, Number], conf: float, notes: tuple[Note, ...]
) -> Estimate:
    ns = namespace(one[0], two[0])
    relative = [ns.div(se, mean) for mean, se in (one, two)]
    se = ns.sqrt(relative[0] * relative[0] + relative[1] * relative[1])
    ratio = ns.div(one[0], two[0])
    return _wald(ratio, ns.log(ratio), se, conf, True, notes)


@estimator(
    RATIO,
    "kaplan-meier",
    name="ratio of restricted means",
    reference="Uno et al. 2014",
    software=("survRM2",),
    formula="R = M1/M0;  SE = sqrt((SE1/M1)^2 + (SE0/M0)^2);  limits = exp(log(R) -+ z*SE)",
    default=True,
)
def ratio(arms: TwoRestrictedMeans, conf: float = 0.95) -> Estimate:
    """Ratio of the restricted means of two arms with limits on the log scale (Uno et al. 2014)."""
    one, two = arms.treated, arms.control
    return _log_ratio((one.mean, one.se), (two.mean, two.se), conf, _missing(arms))


@estimator(
    LOST_RATIO,
    "kaplan-meier",
    name="ratio of restricted mean times lost",
    reference="Uno et al. 2014",
    software=("survRM2",),
    formula="R = (tau - M1)/(tau - M0);  SE = sqrt((SE1/(tau-M1))^2 + (SE0/(tau-M0))^2);  limits = exp(log(R) -+ z*SE)",
    default=True,
)
def lost_ratio(arms: TwoRestrictedMeans, conf: float = 0.95) -> Estimate:
    """Ratio of the mean times lost before tau, tau - M, with limits on the log scale (Uno et al. 2014)."""
    one, two = arms.treated, arms.control
    ns = namespace(one.mean, two.mean)
    none = ns.either(one.mean >= one.tau, two.mean >= two.tau)
    notes = (*_missing(arms), *notes_when((none, "an arm has lost no time before tau: the ratio does not exist")))
    return _log_ratio((one.tau - one.mean, one.se), (two.tau - two.mean, two.se), conf, notes)
