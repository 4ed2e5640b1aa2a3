"""The hazard ratio from proportions event-free at one time, with what is printed of their precision; from exact rates.

The estimate is log S1/log S0 throughout (``hazard_ratio.from_survival``); the standard errors differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .hazard_ratio import (
    CONSTANT,
    MEASURE,
    NO_EVENTS_GIVEN,
    PROPORTIONAL,
    EventRates,
    SurvivalProportions,
    from_survival,
    wald,
)
from .namespace import namespace, z_for
from .registry import estimator
from .results import Estimate, Note, Number, notes_when
from .two_rates import TwoRates

_FOLLOWED = Note("assumes that everybody was followed for the same time, and proportional hazards up to it")
_NO_SCALE = "a survival, or a limit of one, at 0 or 1 has no variance on the log(-log) scale: no interval"


@dataclass(frozen=True, slots=True)
class SurvivalLimits:
    """The proportion of each arm without the event at one time with its limits, printed at confidence ``level``."""

    survival1: Number
    lower1: Number
    upper1: Number
    survival0: Number
    lower0: Number
    upper0: Number
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class SurvivalAtRisk:
    """The proportion of each arm without the event at one time, and the patients still at risk then."""

    survival1: Number
    survival0: Number
    at_risk1: Number
    at_risk0: Number


@dataclass(frozen=True, slots=True)
class EventsOfRandomised:
    """Events and patients randomised of each arm, all followed for the same time."""

    events1: Number
    total1: Number
    events0: Number
    total0: Number


def _with_se(
    survival1: Number, survival0: Number, variance: Number, conf: float, assumed: Note = PROPORTIONAL
) -> Estimate:
    """log S1/log S0 with a variance on the log scale."""
    ns = namespace(survival1, survival0, variance)
    point = from_survival(SurvivalProportions(survival1, survival0), conf)
    usable = ns.both(ns.both(point.estimate > 0, point.estimate < math.inf), variance < math.inf)
    se = ns.where(usable, ns.sqrt(variance), math.nan)
    notes = tuple(note for note in point.notes if note not in (NO_EVENTS_GIVEN, PROPORTIONAL))
    return wald(
        point.estimate, ns.log(point.estimate), se, conf, (*notes, *notes_when((usable ^ True, _NO_SCALE)), assumed)
    )


def _log_log(survival: Number, ns: Any) -> Number:
    return ns.log(-ns.log(survival))


@estimator(
    MEASURE,
    "survival-ci",
    name="log survival, SE from the limits",
    reference="Parmar 1998; Kalbfleisch & Prentice 2002",
    formula="HR = log(S1)/log(S0);  SE_i = (log(-log(lower_i)) - log(-log(upper_i))) / (2*z_level);  "
    "SE = sqrt(SE_1^2 + SE_0^2);  limits = exp(log(HR) -+ z*SE)",
    default=True,
    advice="limits of log(-log S) intervals; of plain (Greenwood) limits near the middle it differs little",
)
def from_survival_limits(given: SurvivalLimits, conf: float = 0.95) -> Estimate:
    """The hazard ratio from survival at one time with its limits, taken on the log(-log) scale.

    As ``survival``; the variance of log(-log S) of each arm is the width of its printed limits on that scale
    (Kalbfleisch & Prentice 2002). Limits of 0 or 1 have none.
    """
    ns = namespace(given.survival1, given.survival0, given.lower1, given.upper1)
    z = z_for(given.level)
    se1 = (_log_log(given.lower1, ns) - _log_log(given.upper1, ns)) / (2 * z)
    se0 = (_log_log(given.lower0, ns) - _log_log(given.upper0, ns)) / (2 * z)
    return _with_se(given.survival1, given.survival0, se1 * se1 + se0 * se0, conf)


@estimator(
    MEASURE,
    "survival-at-risk",
    name="log survival, SE from numbers at risk",
    reference="Peto et al. 1977; Parmar 1998",
    formula="HR = log(S1)/log(S0);  SE = sqrt((1-S1)/(r1*log(S1)^2) + (1-S0)/(r0*log(S0)^2));  "
    "limits = exp(log(HR) -+ z*SE)",
    default=True,
    advice="numbers at risk at that very time; wide where most are censored by then",
)
def from_survival_at_risk(given: SurvivalAtRisk, conf: float = 0.95) -> Estimate:
    """The hazard ratio from survival at one time and the patients at risk then, with Peto's variance.

    The variance of S is taken as S^2 (1 - S)/r, r at risk (Peto et al. 1977, Br J Cancer 35:1), which is
    S(1 - S)/n without censoring; that of log(-log S) is it over (S log S)^2.
    """
    ns = namespace(given.survival1, given.survival0, given.at_risk1, given.at_risk0)

    def variance(survival: Number, at_risk: Number) -> Number:
        log = ns.log(survival)
        return ns.div(1 - survival, at_risk * log * log)

    both = variance(given.survival1, given.at_risk1) + variance(given.survival0, given.at_risk0)
    return _with_se(given.survival1, given.survival0, ns.where(both == both, both, math.inf), conf)


@estimator(
    MEASURE,
    "event-free",
    name="ratio of log event-free proportions",
    reference="Perneger 2008",
    software=("complementary log-log regression (Wald)",),
    formula="S_i = 1 - d_i/n_i;  HR = log(S1)/log(S0);  SE = sqrt(d1/(n1*(n1-d1)*log(S1)^2) + "
    "d0/(n0*(n0-d0)*log(S0)^2));  limits = exp(log(HR) -+ z*SE)",
    default=True,
    advice="everybody followed for the same time; with censoring before that the ratio is off",
)
def from_events_of_randomised(given: EventsOfRandomised, conf: float = 0.95) -> Estimate:
    """The hazard ratio from events and numbers randomised: the ratio of the logs of the proportions without the event.

    (Perneger 2008, Contemp Clin Trials 29:762.) It is the contrast of a complementary log-log regression, and takes all
    patients as followed to one time. Without events, or with nothing else, in an arm it has no interval.
    """
    ns = namespace(given.events1, given.total1, given.events0, given.total0)
    survival1 = ns.div((given.total1 - given.events1) * 1.0, given.total1)
    survival0 = ns.div((given.total0 - given.events0) * 1.0, given.total0)

    def variance(events: Number, total: Number, survival: Number) -> Number:
        log = ns.log(survival)
        return ns.div(ns.div(events * 1.0, total * 1.0 * (total - events)), log * log)

    both = variance(given.events1, given.total1, survival1) + variance(given.events0, given.total0, survival0)
    return _with_se(survival1, survival0, ns.where(both == both, both, math.inf), conf, _FOLLOWED)


# --- exact limits of two rates ----------------------------------------------------------------------------------------


def _two_rates(rates: EventRates) -> TwoRates:
    return TwoRates(rates.events1, rates.time1, rates.events0, rates.time0)


@estimator(
    MEASURE,
    "rates-exact",
    name="ratio of rates, exact limits",
    reference="Przyborowski & Wilenski 1940; Clopper & Pearson 1934",
    formula="HR = (d1/t1) / (d0/t0);  l, u = Clopper-Pearson limits of d1/(d1+d0);  lower = l/(1-l) * t0/t1;  "
    "upper = u/(1-u) * t0/t1",
    advice="few events under constant hazards; coverage never below nominal",
)
def from_rates_exactly(rates: EventRates, conf: float = 0.95) -> Estimate:
    """The hazard ratio of two constant hazards with the exact limits of the rate ratio, which exist without events."""
    from .equal_rates import exact_central
    from .rate_ratio import exact

    return _as_hazard_ratio(exact(_two_rates(rates), conf), exact_central(_two_rates(rates)).p)


@estimator(
    MEASURE,
    "rates-mid-p",
    name="ratio of rates, mid-P limits",
    reference="Lancaster 1961; Rothman & Boice 1979",
    formula="HR = (d1/t1) / (d0/t0);  lower: P(X > d1) + P(X = d1)/2 = (1-conf)/2;  "
    "upper: P(X < d1) + P(X = d1)/2 = (1-conf)/2;  X binomial(d1+d0, HR*t1/(HR*t1 + t0))",
    advice="few events under constant hazards; close to nominal coverage",
)
def from_rates_by_mid_p(rates: EventRates, conf: float = 0.95) -> Estimate:
    """The hazard ratio of two constant hazards with the mid-P limits of the rate ratio, which exist without events."""
    from .equal_rates import mid_p as mid_p_test
    from .rate_ratio import mid_p

    return _as_hazard_ratio(mid_p(_two_rates(rates), conf), mid_p_test(_two_rates(rates)).p)


def _as_hazard_ratio(row: Estimate, p: Number) -> Estimate:
    return Estimate(row.estimate, row.lower, row.upper, row.conf, p=p, notes=(*row.notes, CONSTANT))
