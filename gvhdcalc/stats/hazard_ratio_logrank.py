"""The hazard ratio from log-rank statistics: O - E with its variance V, O and E by arm, or V from events, with HR or P.

The first arm is the treated one: O - E below zero is fewer events in it than expected, a ratio below 1. Where V is not
printed it is that of equal hazards, from the events of each arm, or from all events and the allocation. The routes are
numbered as in Tierney et al. 2007 ("Practical methods for incorporating summary time-to-event data into
meta-analysis", Trials 8:16).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .hazard_ratio import MEASURE, wald, z_of
from .namespace import namespace
from .registry import estimator
from .results import Estimate, Note, Number, notes_when

_NO_V = "V is zero: no events bear on the comparison"
_ONE_STEP = Note("one step from HR = 1: good near 1, drawn towards 1 far from it or with very unequal arms")
_NULL_V = Note("V is that of equal hazards: near HR = 1, without strata or covariates")


@dataclass(frozen=True, slots=True)
class LogrankDifference:
    """Observed minus expected events of the treated arm, and the variance of that."""

    difference: Number
    variance: Number


@dataclass(frozen=True, slots=True)
class ObservedExpected:
    """Observed and expected events of each arm, as a log-rank test prints them."""

    observed1: Number
    expected1: Number
    observed0: Number
    expected0: Number


@dataclass(frozen=True, slots=True)
class EventsOfArms:
    """The events of each arm, and the hazard ratio or the two-sided P of the log-rank test where they are printed.

    ``sign`` is -1 where the treated arm does better (the ratio is below 1), 1 where it does worse.
    """

    events1: Number
    events0: Number
    hr: Number = math.nan
    p: Number = math.nan
    sign: Number = -1.0


@dataclass(frozen=True, slots=True)
class EventsInAll:
    """All events and the allocation, treated per control patient; hazard ratio, P and sign as in EventsOfArms."""

    events: Number
    ratio: Number = 1.0
    hr: Number = math.nan
    p: Number = math.nan
    sign: Number = -1.0


def variance_of_arms(given: EventsOfArms) -> Number:
    """V = d1 d0/(d1 + d0) (Parmar 1998, eq. 12; Tierney 2007, routes 4 and 7)."""
    ns = namespace(given.events1, given.events0)
    return ns.div(given.events1 * 1.0 * given.events0, given.events1 + given.events0)


def variance_in_all(given: EventsInAll) -> Number:
    """V = d r/(1 + r)^2, d/4 at 1:1 (Parmar 1998, eq. 8 and 11; Tierney 2007, routes 5, 6, 8 and 9)."""
    return given.events * given.ratio / (1.0 + given.ratio) ** 2


def one_step(difference: Number, v: Number, conf: float, notes: tuple[Note, ...]) -> Estimate:
    """The one-step estimate exp((O - E)/V) with its interval."""
    ns = namespace(difference, v)
    log_hr = ns.where(v > 0, ns.div(difference * 1.0, v), math.nan)
    se = ns.where(v > 0, ns.div(1.0, ns.sqrt(v * 1.0)), math.nan)
    return wald(ns.exp(log_hr), log_hr, se, conf, (*notes_when((ns.where(v > 0, 0, 1) == 1, _NO_V)), *notes))


@estimator(
    MEASURE,
    "peto",
    name="Peto (one-step) from O-E and V",
    reference="Yusuf, Peto, Lewis, Collins & Sleight 1985; Tierney 2007",
    software=("RevMan (O-E and Variance)", "Stata metan (O-E, V)"),
    formula="D = O1 - E1;  HR = exp(D/V);  SE = 1/sqrt(V);  limits = exp(D/V -+ z*SE)",
    default=True,
    advice="O-E and V as printed, or from individual data; a ratio near 1",
)
def peto(given: LogrankDifference, conf: float = 0.95) -> Estimate:
    """The one-step hazard ratio of the log-rank test's O - E and V (Yusuf et al. 1985; Tierney 2007, route 2).

    Parmar 1998, eq. 4 and 6.
    """
    return one_step(given.difference, given.variance, conf, (_ONE_STEP,))


@estimator(
    MEASURE,
    "peto-expected",
    name="Peto (one-step), V from expected events",
    reference="Yusuf, Peto, Lewis, Collins & Sleight 1985; Tierney 2007",
    formula="V = 1/(1/E1 + 1/E0);  HR = exp((O1 - E1)/V);  SE = 1/sqrt(V);  limits = exp(log(HR) -+ z*SE)",
    advice="to go on to O-E and V for pooling; the variance leaves the finite risk sets out",
)
def peto_expected(given: ObservedExpected, conf: float = 0.95) -> Estimate:
    """The one-step hazard ratio where the log-rank variance is not printed: V = 1/(1/E1 + 1/E0) (Tierney 2007)."""
    ns = namespace(given.expected1, given.expected0)
    total = given.expected1 + given.expected0
    v = ns.div(given.expected1 * 1.0 * given.expected0, total)
    return one_step(given.observed1 - given.expected1, v, conf, (_ONE_STEP,))


@estimator(
    MEASURE,
    "pike",
    name="ratio of observed to expected",
    reference="Pike 1972; Bernstein, Anderson & Pike 1981; Tierney 2007",
    formula="HR = (O1/E1) / (O0/E0);  SE = sqrt(1/E1 + 1/E0);  limits = exp(log(HR) -+ z*SE)",
    default=True,
    advice="the hazard ratio that papers work out from a log-rank test; near 1 a little nearer to 1 than Cox's",
)
def pike(given: ObservedExpected, conf: float = 0.95) -> Estimate:
    """The ratio of observed over expected events of a log-rank test (Pike 1972; Tierney 2007, route 1).

    Parmar 1998, eq. 3 and 5. 0 or infinite without events in one arm, and then without an interval.
    """
    ns = namespace(given.observed1, given.observed0)
    rate1, rate0 = ns.div(given.observed1 * 1.0, given.expected1), ns.div(given.observed0 * 1.0, given.expected0)
    estimate = ns.div(rate1, rate0)
    none = given.observed1 * given.observed0 == 0
    se = ns.sqrt(ns.div(1.0, given.expected1) + ns.div(1.0, given.expected0))
    se = ns.where(none, math.nan, se)
    return wald(estimate, ns.log(estimate), se, conf, notes_when((none, "an arm has no events: no interval")))


def _of_ratio(hr: Number, v: Number, conf: float) -> Estimate:
    ns = namespace(hr, v)
    se = ns.where(v > 0, ns.div(1.0, ns.sqrt(v * 1.0)), math.nan)
    return wald(hr, ns.log(hr), se, conf, (*notes_when((ns.where(v > 0, 0, 1) == 1, _NO_V)), _NULL_V))


def _of_p(p: Number, sign: Number, v: Number, conf: float) -> Estimate:
    ns = namespace(p, v)
    # O - E = z sqrt(V), the log-rank chi-square being (O - E)^2/V
    return one_step(sign * z_of(p) * ns.sqrt(v * 1.0), v, conf, (_NULL_V,))


@estimator(
    MEASURE,
    "events-arms",
    name="printed HR, V from events of each arm",
    reference="Parmar 1998; Tierney 2007",
    formula="V = d1*d0/(d1 + d0);  SE = 1/sqrt(V);  limits = exp(log(HR) -+ z*SE)",
    default=True,
    advice="as many patients in each arm; the ratio near 1",
)
def from_events_of_arms(given: EventsOfArms, conf: float = 0.95) -> Estimate:
    """The interval of a printed hazard ratio from the events of each arm (Parmar 1998, eq. 12; Tierney 2007, route 4).

    Also that of a ratio of two exponential hazards.
    """
    return _of_ratio(given.hr, variance_of_arms(given), conf)


@estimator(
    MEASURE,
    "events-total",
    name="printed HR, V from all events",
    reference="Parmar 1998; Tierney 2007",
    formula="V = d*r/(1 + r)^2;  SE = 1/sqrt(V);  limits = exp(log(HR) -+ z*SE)",
    default=True,
    advice="any allocation; the ratio near 1",
)
def from_events_in_all(given: EventsInAll, conf: float = 0.95) -> Estimate:
    """The interval of a printed hazard ratio from all events and the allocation (Tierney 2007, routes 5 and 6).

    V = d n1 n0/(n1 + n0)^2 with r = n1/n0 (Parmar 1998, eq. 8 and 11), d/4 at 1:1.
    """
    return _of_ratio(given.hr, variance_in_all(given), conf)


@estimator(
    MEASURE,
    "p-events-arms",
    name="HR from P and events of each arm",
    reference="Parmar 1998; Tierney 2007",
    formula="z = Phi^-1(1 - P/2);  V = d1*d0/(d1 + d0);  O-E = -+z*sqrt(V);  HR = exp((O-E)/V);  SE = 1/sqrt(V)",
    default=True,
    advice="no ratio printed; the P of an unstratified log-rank test, as many patients in each arm",
)
def from_p_and_events_of_arms(given: EventsOfArms, conf: float = 0.95) -> Estimate:
    """The hazard ratio behind the two-sided P of a log-rank test and the events of each arm (Tierney 2007, route 7).

    O - E = -+z sqrt(V) (Parmar 1998, section 4.3).
    """
    return _of_p(given.p, given.sign, variance_of_arms(given), conf)


@estimator(
    MEASURE,
    "p-events-total",
    name="HR from P and all events",
    reference="Parmar 1998; Tierney 2007",
    formula="z = Phi^-1(1 - P/2);  V = d*r/(1 + r)^2;  O-E = -+z*sqrt(V);  HR = exp((O-E)/V);  SE = 1/sqrt(V)",
    default=True,
    advice="no ratio printed; the P of an unstratified log-rank test, any allocation",
)
def from_p_and_events_in_all(given: EventsInAll, conf: float = 0.95) -> Estimate:
    """The hazard ratio behind the two-sided P of a log-rank test and all events (Tierney 2007, routes 8 and 9).

    O - E = -+z sqrt(V) (Parmar 1998, section 4.3).
    """
    return _of_p(given.p, given.sign, variance_in_all(given), conf)
