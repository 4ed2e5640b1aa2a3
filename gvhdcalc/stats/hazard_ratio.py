"""The hazard ratio from what a report prints: its interval, its P value, medians, survival proportions, event rates.

Every route is a Wald analysis on the log scale: a log hazard ratio b with its standard error s, limits exp(b -+ z s)
and P = 2 Phi(-|b|/s). The first arm is the treated one; a ratio below 1 is a lower hazard in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

from .namespace import namespace, norm_ppf, z_for
from .registry import estimator
from .results import Estimate, Note, Number, Value, notes_when

MEASURE = "hazard ratio"

#: The lowest and the highest of the values that a printed figure may stand for.
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class HazardRatioInterval:
    """A hazard ratio and its limits as printed; ``level`` is the confidence level they were printed at, a fraction."""

    hr: Number
    lower: Number
    upper: Number
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class HazardRatioBound:
    """A hazard ratio and its one limit, of a one-sided interval at confidence ``level`` (0.975), as printed."""

    hr: Number
    bound: Number
    level: float = 0.975


@dataclass(frozen=True, slots=True)
class HazardRatioP:
    """A hazard ratio and its two-sided P value as printed."""

    hr: Number
    p: Number


@dataclass(frozen=True, slots=True)
class Medians:
    """The median time to event of each arm, in one unit, and the events of each arm where they are known."""

    median1: Number
    median0: Number
    events1: Number | None = None
    events0: Number | None = None


@dataclass(frozen=True, slots=True)
class SurvivalProportions:
    """The proportion of each arm without the event at one time, and the events of each arm where they are known."""

    survival1: Number
    survival0: Number
    events1: Number | None = None
    events0: Number | None = None


@dataclass(frozen=True, slots=True)
class EventRates:
    """Events and person-time of each arm, the times in one unit."""

    events1: Number
    time1: Number
    events0: Number
    time0: Number


def wald(estimate: Number, log_hr: Number, se: Number, conf: float, notes: tuple[Note, ...] = ()) -> Estimate:
    """A ratio with the interval and P of its logarithm and the standard error of that."""
    ns = namespace(log_hr, se)
    z = z_for(conf)
    statistic = ns.div(log_hr, se)
    return Estimate(
        estimate,
        ns.exp(log_hr - z * se),
        ns.exp(log_hr + z * se),
        conf,
        se=se,
        se_scale="log",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes,
    )


def _se_from_limits(printed: HazardRatioInterval) -> Number:
    ns = namespace(printed.lower, printed.upper)
    return (ns.log(printed.upper) - ns.log(printed.lower)) / (2 * z_for(printed.level))


_NO_WIDTH = "the limits are equal: the standard error is 0 as far as they are printed"


@estimator(
    MEASURE,
    "ci",
    name="printed HR, SE from the limits",
    reference="Parmar 1998; Altman & Bland 2011",
    software=("metafor conv.wald", "Tierney 2007 spreadsheet"),
    formula="SE = (log(upper) - log(lower)) / (2*z_level);  z = log(HR) / SE;  P = 2*(1 - Phi(|z|));  "
    "limits at another level = exp(log(HR) -+ z_conf*SE)",
    default=True,
    advice="the usual way from an interval to P",
)
def from_interval(printed: HazardRatioInterval, conf: float = 0.95) -> Estimate:
    """P and an interval at any level from a hazard ratio and its limits (Parmar 1998, eq. 7; Altman & Bland 2011).

    The standard error is the width of the printed limits, the centre the printed ratio: where rounding left the ratio
    off the middle, the limits at the printed level differ from the printed ones in the last figure (see ``limits``).
    """
    ns = namespace(printed.hr, printed.lower, printed.upper)
    se = _se_from_limits(printed)
    return wald(printed.hr, ns.log(printed.hr), se, conf, notes_when((se == 0, _NO_WIDTH)))


@estimator(
    MEASURE,
    "limits",
    name="geometric mean and SE of the limits",
    reference="Parmar 1998; Tierney 2007",
    formula="middle = sqrt(lower*upper);  SE = (log(upper) - log(lower)) / (2*z_level);  z = log(middle) / SE;  "
    "P = 2*(1 - Phi(|z|));  limits at another level = exp(log(middle) -+ z_conf*SE)",
    default=True,
    advice="uses nothing but the limits, so it shows what a coarsely rounded ratio hides",
)
def from_limits(printed: HazardRatioInterval, conf: float = 0.95) -> Estimate:
    """The hazard ratio in the middle of the limits on the log scale, with its P (Parmar 1998, eq. 7).

    Does not use the printed ratio. At the level the limits were printed at it gives them back.
    """
    ns = namespace(printed.lower, printed.upper)
    log_hr = (ns.log(printed.lower) + ns.log(printed.upper)) / 2
    se = _se_from_limits(printed)
    return wald(ns.exp(log_hr), log_hr, se, conf, notes_when((se == 0, _NO_WIDTH)))


def one_sided_quantile(level: float) -> float:
    """The normal quantile of a one-sided confidence level: 1.959964 for 0.975."""
    return -norm_ppf(1 - level)


@estimator(
    MEASURE,
    "bound",
    name="printed HR, SE from a one-sided limit",
    reference="Parmar 1998",
    formula="SE = |log(bound) - log(HR)| / z_level, z_level one-sided;  limits = exp(log(HR) -+ z_conf*SE)",
    default=True,
    advice="one limit printed, as of a non-inferiority trial",
)
def from_bound(printed: HazardRatioBound, conf: float = 0.95) -> Estimate:
    """The interval from a hazard ratio and the limit of its one-sided interval (Parmar 1998, eq. 7, one half of it).

    At a level of 50% or less the limit says nothing of the standard error (nan).
    """
    ns = namespace(printed.hr, printed.bound)
    z = one_sided_quantile(printed.level)
    log_hr = ns.log(printed.hr)
    se = abs(ns.log(printed.bound) - log_hr) / z if z > 0 else log_hr * math.nan
    return wald(printed.hr, log_hr, se, conf, notes_when((se == 0, _NO_WIDTH)))


def z_of(p: Number) -> Number:
    """The positive normal deviate with this two-sided P; inf for 0, 0 for 1."""
    if isinstance(p, (int, float)):
        return abs(norm_ppf(p / 2))
    from scipy.special import ndtri

    return abs(ndtri(p / 2))


@estimator(
    MEASURE,
    "p",
    name="printed HR, SE from P",
    reference="Parmar 1998; Altman & Bland 2011",
    software=("metafor conv.wald",),
    formula="z = Phi^-1(1 - P/2);  SE = |log(HR)| / z;  limits = exp(log(HR) -+ z_conf*SE)",
    default=True,
    advice="exact normal quantile; Altman & Bland's z = -0.862 + sqrt(0.743 - 2.404*log(P)) approximates it",
)
def from_p(printed: HazardRatioP, conf: float = 0.95) -> Estimate:
    """The interval from a hazard ratio and its two-sided P (Parmar 1998, section 4.1; Altman & Bland 2011).

    At a ratio of 1 the standard error does not exist (nan): any would do. At P = 1 with another ratio it is infinite.
    """
    ns = namespace(printed.hr, printed.p)
    log_hr = ns.log(printed.hr)
    z = z_of(printed.p)
    one = log_hr == 0
    se = ns.where(one, math.nan, ns.div(abs(log_hr), z))
    notes = notes_when(
        (one, "the hazard ratio is 1: its P says nothing of the standard error, so the interval does not exist"),
        (ns.both(z == 0, log_hr != 0), "P is 1 and the hazard ratio is not: the interval is unbounded"),
    )
    statistic = ns.where(one, math.nan, ns.sign(log_hr) * z)
    return replace(wald(printed.hr, log_hr, se, conf, notes), statistic=statistic, p=printed.p)


_EXPONENTIAL = Note("assumes exponential survival (a constant hazard) in both arms")
PROPORTIONAL = Note("assumes proportional hazards up to that time")
CONSTANT = Note("assumes constant hazards in both arms")
NO_EVENTS_GIVEN = "no events given: the estimate has no interval"
_ZERO_EVENTS = "an arm has no events: the interval does not exist"


def _from_events(
    estimate: Number, events1: Number | None, events0: Number | None, conf: float, *further: tuple[Any, str]
) -> Estimate:
    if events1 is None or events0 is None:
        missing = estimate * math.nan
        return Estimate(estimate, missing, missing, conf, notes=(*notes_when(*further), Note(NO_EVENTS_GIVEN)))
    ns = namespace(estimate, events1, events0)
    exists = ns.both(estimate > 0, estimate < math.inf)
    se = ns.where(exists, ns.sqrt(ns.div(1.0, events1) + ns.div(1.0, events0)), math.nan)
    notes = notes_when(*further, (events1 * events0 == 0, _ZERO_EVENTS))
    return wald(estimate, ns.log(estimate), se, conf, notes)


@estimator(
    MEASURE,
    "medians",
    name="ratio of medians (exponential survival)",
    reference="Michiels 2005; Parmar 1998",
    formula="HR = median0 / median1;  SE = sqrt(1/d1 + 1/d0);  limits = exp(log(HR) -+ z*SE)",
    default=True,
    advice="holds under exponential survival only; with other shapes a ratio of medians is not a hazard ratio",
)
def from_medians(medians: Medians, conf: float = 0.95) -> Estimate:
    """The hazard ratio of two exponential survival times: median0/median1, as a hazard is log 2/median (Michiels 2005).

    The standard error is that of the exponential maximum likelihood estimates and of Parmar 1998, eq. 12
    (V = d1 d0/(d1 + d0)); without the events of both arms the limits are nan.
    """
    ns = namespace(medians.median1, medians.median0)
    estimate = ns.div(medians.median0 * 1.0, medians.median1)
    row = _from_events(estimate, medians.events1, medians.events0, conf)
    return replace(row, notes=(*row.notes, _EXPONENTIAL))


_BOTH_WHOLE = "nobody in either arm has had the event: the hazard ratio does not exist"
_BOTH_GONE = "everybody in both arms has had the event: the hazard ratio does not exist"
_EDGE = "a survival of 0 or 1 in one arm puts the hazard ratio at 0 or infinity"


@estimator(
    MEASURE,
    "survival",
    name="log survival, SE from the events",
    reference="Perneger 2008; Parmar 1998",
    formula="HR = log(S1) / log(S0);  SE = sqrt(1/d1 + 1/d0);  limits = exp(log(HR) -+ z*SE)",
    default=True,
    advice="one time stands for the whole curve; needs proportional hazards up to it",
)
def from_survival(proportions: SurvivalProportions, conf: float = 0.95) -> Estimate:
    """The hazard ratio from survival at one time: S1 = S0^HR under proportional hazards, so HR = log S1/log S0.

    (Perneger 2008.) With the events of both arms, the standard error of Parmar 1998, eq. 12; without them the limits
    are nan. Survival of 0 or 1 gives 0, inf or (in both arms) nan.
    """
    s1, s0 = proportions.survival1, proportions.survival0
    ns = namespace(s1, s0)
    estimate = ns.where(ns.both(s1 == 1, s0 < 1), 0.0, ns.div(ns.log(s1), ns.log(s0)))
    # the log of 1 is +0, so that x/0 has the wrong sign: a sure survival in the control arm only is an infinite ratio
    estimate = ns.where(ns.both(s0 == 1, s1 < 1), math.inf, estimate)
    edge = ns.either(ns.either(s1 == 0, s1 == 1), ns.either(s0 == 0, s0 == 1))
    row = _from_events(
        estimate,
        proportions.events1,
        proportions.events0,
        conf,
        (ns.both(s1 == 1, s0 == 1), _BOTH_WHOLE),
        (ns.both(s1 == 0, s0 == 0), _BOTH_GONE),
        (ns.both(edge, estimate == estimate), _EDGE),
    )
    return replace(row, notes=(*row.notes, PROPORTIONAL))


@estimator(
    MEASURE,
    "rates",
    name="ratio of rates (constant hazards)",
    reference="Rothman 2008; Tierney 2007",
    software=("Poisson regression (Wald)", "exponential survival regression (Wald)"),
    formula="HR = (d1/t1) / (d0/t0);  SE = sqrt(1/d1 + 1/d0);  limits = exp(log(HR) -+ z*SE)",
    default=True,
    advice="holds under constant hazards",
)
def from_rates(rates: EventRates, conf: float = 0.95) -> Estimate:
    """The hazard ratio of two constant hazards: the rate ratio with its Wald log interval (Rothman 2008).

    With no events in an arm the ratio is 0, inf or nan, and the interval does not exist.
    """
    ns = namespace(rates.events1, rates.time1, rates.events0, rates.time0)
    estimate = ns.div(ns.div(rates.events1 * 1.0, rates.time1), ns.div(rates.events0 * 1.0, rates.time0))
    row = _from_events(estimate, rates.events1, rates.events0, conf)
    return replace(row, notes=(*row.notes, CONSTANT))


def implied_events(se: Number, ratio: float = 1.0) -> Number:
    """The events behind a standard error of log HR near HR = 1: (1 + r)^2/(r SE^2), 4/SE^2 at 1:1.

    ``ratio`` is the treated per control patient. (Parmar 1998, eq. 8 and 11: V = d r/(1 + r)^2 and V = 1/SE^2.)
    """
    ns = namespace(se)
    return ns.div((1 + ratio) ** 2 / ratio, se * se)


def logrank_statistics(log_hr: Number, se: Number) -> tuple[Number, Number]:
    """O - E of the treated arm and its variance V: log HR/SE^2 and 1/SE^2 (Parmar 1998, eq. 4 and 6)."""
    ns = namespace(log_hr, se)
    v = ns.div(1.0, se * se)
    return log_hr * v, v


def information(found: Estimate, ratio: float | None = None) -> tuple[Value, ...]:
    """What an interval or a P value implies: the standard error, z, P, O-E and V, and the events behind them.

    ``ratio`` is the treated per control patient, where the allocation was not 1:1. The events hold near HR = 1.
    """
    log_hr = namespace(found.estimate).log(found.estimate)
    difference, v = logrank_statistics(log_hr, found.se)
    values = [
        Value("standard error of log HR", found.se, method=found.method),
        Value("z", found.statistic, method=found.method),
        Value("P", found.p, "P", method=found.method),
        Value("O-E", difference, "events", method=found.method),
        Value("V", v, "events", method=found.method),
        Value("implied events", implied_events(found.se), "events", "4/SE^2", found.method),
    ]
    if ratio is not None:
        events = implied_events(found.se, ratio)
        values.append(Value("implied events at allocation ratio r", events, "events", f"r = {ratio:g}", found.method))
    return tuple(values)


def corners(kind: Callable[..., Any], *boxes: Interval, **exact: Any) -> Iterator[Any]:
    """The inputs of a route with every printed figure at either end of its interval.

    ``boxes`` are in the order of the fields of ``kind``, ``exact`` are the fields that were not rounded.
    """
    for figures in product(*boxes):
        yield kind(*figures, **exact)


def attainable(route: Callable[..., Estimate], inputs: Iterable[Any], conf: float = 0.95) -> dict[str, Interval]:
    """The lowest and highest "estimate", "lower", "upper" and "p" that a route gives over ``inputs``, its corners.

    Each of these figures is monotone in each printed one (P on either side of HR = 1): the corners have the extremes.
    The interval is wide, because every printed figure is let go to either end of its rounding by itself, whereas the
    true ratio and limits move together: see ``attainable_p_of_symmetric`` for P when they do. Figures that exist at no
    corner are left out.
    """
    found: dict[str, Interval] = {}
    for given in inputs:
        result = route(given, conf)
        for figure in ("estimate", "lower", "upper", "p"):
            value = getattr(result, figure)
            if value is not None and value == value:
                low, high = found.get(figure, (value, value))
                found[figure] = (min(low, value), max(high, value))
    low, high = found.get("estimate", (math.nan, math.nan))
    if "p" in found and low <= 1 <= high:
        found["p"] = (found["p"][0], 1.0)
    return found


def attainable_from_interval(
    route: Callable[..., Estimate], hr: Interval, lower: Interval, upper: Interval, level: float, conf: float
) -> dict[str, Interval]:
    """``attainable`` of the routes ``ci`` and ``limits``; rounding does not make the limits cross."""
    inputs = (
        HazardRatioInterval(corner.hr, corner.lower, max(corner.lower, corner.upper), level)
        for corner in corners(HazardRatioInterval, hr, lower, upper)
    )
    return attainable(route, inputs, conf)


def attainable_from_p(hr: Interval, p: Interval, conf: float) -> dict[str, Interval]:
    """``attainable`` of the route ``p``. Both limits tend to 1 as the ratio does, at any P between 0 and 1."""
    found = attainable(from_p, corners(HazardRatioP, hr, (p[0], min(p[1], 1.0))), conf)
    found["p"] = (p[0], min(p[1], 1.0))
    if hr[0] <= 1 <= hr[1]:
        for limit in ("lower", "upper"):
            low, high = found.get(limit, (1.0, 1.0))
            found[limit] = (min(low, 1.0), max(high, 1.0))
    return found


def attainable_p_of_symmetric(hr: Interval, lower: Interval, upper: Interval, level: float = 0.95) -> Interval | None:
    """The lowest and highest P of a ratio with limits symmetric on the log scale, all three inside their rounding.

    The pairs (b, s) with b, b - zs and b + zs inside the logs of the three intervals form a convex polygon, on which
    b/s takes its extremes at vertices. None when no pair does: no Wald interval around the ratio prints these limits.
    """
    z = z_for(level)
    log = namespace(1.0).log
    # each line is b + k s = end, for k in 0, -z, z
    strips = [(k, log(box[0]), log(box[1])) for k, box in ((0.0, hr), (-z, lower), (z, upper))]
    lines = [(k, end) for k, *ends in strips for end in ends if math.isfinite(end)]

    def inside(b: float, s: float) -> bool:
        return s >= 0 and all(low - 1e-12 <= b + k * s <= high + 1e-12 for k, low, high in strips)

    vertices = []
    for (k1, end1), (k2, end2) in combinations(lines, 2):
        if k1 != k2:
            s = (end1 - end2) / (k1 - k2) + 0.0  # not -0, by which a division has the wrong sign
            if inside(end1 - k1 * s, s):
                vertices.append((end1 - k1 * s, s))
    vertices += [(b, 0.0) for k, b in lines if inside(b, 0.0)]
    if not vertices:
        return None
    statistics = [namespace(b, s).div(b, s) for b, s in vertices]
    known = [statistic for statistic in statistics if statistic == statistic]
    lowest, highest = (min(known), max(known)) if known else (0.0, 0.0)
    two_sided = namespace(1.0).two_sided
    nearest = 0.0 if lowest <= 0 <= highest else min(abs(lowest), abs(highest))
    return two_sided(max(abs(lowest), abs(highest))), two_sided(nearest)
