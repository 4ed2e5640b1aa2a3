"""One rate: events over person-time. The standardised mortality ratio, observed over expected events, is the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .namespace import namespace, z_for
from .poisson import doubled, doubled_mid_p, exact_mean, mid_p_mean, no_more_likely
from .registry import estimator, test
from .results import Estimate, Note, Number, TestResult, notes_when

MEASURE = "rate"
SMR = "standardised mortality ratio"


@dataclass(frozen=True, slots=True)
class OneRate:
    """Events (whole numbers) in a person-time above 0, or arrays of one shape for many groups.

    The rate is per unit of ``time``: for a rate per 100 person-years give the time in units of 100 years. For a
    standardised mortality ratio ``time`` is the number of events expected.
    """

    events: Number
    time: Number


def sample_rate(group: OneRate) -> Number:
    """Events divided by person-time, the maximum likelihood estimate."""
    return namespace(group.events, group.time).div(group.events * 1.0, group.time)


def _of_a_count(key: str, **about: Any) -> Callable[[Callable[..., Estimate]], Callable[..., Estimate]]:
    """Register a method for the rate and for the standardised mortality ratio."""

    def decorate(function: Callable[..., Estimate]) -> Callable[..., Estimate]:
        estimator(SMR, key, **about)(function)
        return estimator(MEASURE, key, **about)(function)

    return decorate


def _over_time(group: OneRate, lower: Number, upper: Number, conf: float, *more: Note, **about: Any) -> Estimate:
    """The estimate with limits of the mean count divided by person-time."""
    ns = namespace(group.events, group.time)
    below = notes_when(
        (lower < 0, "the lower limit is below 0: some software prints 0 in its place"),
        (lower > group.events, "no events: the formula's lower limit is above 0; some software prints 0 in its place"),
    )
    return Estimate(
        sample_rate(group),
        ns.div(lower, group.time),
        ns.div(upper, group.time),
        conf,
        notes=(*below, *more),
        **about,
    )


@_of_a_count(
    "garwood",
    name="exact Poisson interval (Garwood)",
    reference="Garwood 1936",
    software=(
        "R poisson.test",
        "Stata ir, cii means, strate",
        "epitools pois.exact",
        "epiR epi.conf, exact",
        "SAS PROC STDRATE (exact)",
        "MedCalc",
    ),
    formula="rate = x/t;  lower = (1-conf)/2 quantile of gamma(x) / t;  upper = (1+conf)/2 quantile of gamma(x+1) / t",
    default=True,
    advice="coverage never below nominal; the exact interval that most papers mean",
)
def garwood(group: OneRate, conf: float = 0.95) -> Estimate:
    """Exact interval of central Poisson tails (Garwood 1936), half of a chi-square quantile over person-time.

    Also known as the Fisher exact or the chi-square interval: lower chi2(2x)/2, upper chi2(2x + 2)/2. Each limit makes
    one Poisson tail (1 - conf)/2. The lower limit is 0 when there is no event.
    """
    return _over_time(group, *exact_mean(group.events, conf), conf)


@_of_a_count(
    "mid-p",
    name="mid-P Poisson interval",
    reference="Lancaster 1961; Rothman & Boice 1979",
    software=("OpenEpi", "ratesci exactci, midp=TRUE"),
    formula="lower: P(X > x) + P(X = x)/2 = (1-conf)/2;  upper: P(X < x) + P(X = x)/2 = (1-conf)/2;  X Poisson(rate*t)",
    advice="close to nominal coverage, narrower than the exact interval",
)
def mid_p(group: OneRate, conf: float = 0.95) -> Estimate:
    """Interval of Poisson mid-P tails (Lancaster 1961; Rothman & Boice 1979; Cohen & Yang 1994).

    As garwood with half the probability of the observed count. With no event the upper limit is -log(1 - conf)/t.
    """
    return _over_time(group, *mid_p_mean(group.events, conf), conf)


def _byar(count: Number, z: float) -> Number:
    """count * (1 - 1/(9 count) + z/(3 sqrt(count)))^3; 0 for a count of 0."""
    ns = namespace(count)
    cube_root = 1 - ns.div(1.0, 9.0 * count) + z / 3 * ns.div(1.0, ns.sqrt(count * 1.0))
    return ns.where(count == 0, 0.0, count * (cube_root * cube_root * cube_root))


@_of_a_count(
    "byar",
    name="Byar interval",
    reference="Byar, in Breslow & Day 1987",
    software=("epiR epi.smr", "PHEindicatormethods", "OpenEpi (rates of two groups)"),
    formula="lower = x*(1 - 1/(9*x) - z/(3*sqrt(x)))^3 / t;  upper = (x+1)*(1 - 1/(9*(x+1)) + z/(3*sqrt(x+1)))^3 / t",
    advice="the exact interval by hand, within 0.2% of it from 10 events on",
)
def byar(group: OneRate, conf: float = 0.95) -> Estimate:
    """Byar's approximation of the exact limits (Breslow & Day 1987, chapter 2), as in English public health practice.

    The cube root (Wilson-Hilferty) approximation of the chi-square quantiles. At levels far above 95% and one or two
    events the lower limit falls below 0; it is given as computed.
    """
    z = z_for(conf)
    return _over_time(group, _byar(group.events, -z), _byar(group.events + 1, z), conf)


@_of_a_count(
    "byar-rothman",
    name="Byar interval, x + 1/2 events",
    reference="Rothman & Boice 1979",
    software=("epitools pois.byar", "OpenEpi (one rate)", "epiR epi.conf, byar"),
    formula="limits = (x+0.5)*(1 - 1/(9*(x+0.5)) -+ z/(3*sqrt(x+0.5)))^3 / t",
    advice="close to the mid-P interval",
)
def byar_rothman(group: OneRate, conf: float = 0.95) -> Estimate:
    """Byar's approximation with x + 1/2 events for both limits (Rothman & Boice 1979): nearer to mid-P than to exact.

    With no event its lower limit is not 0 but below or above it, by the level; it is given as computed.
    """
    z = z_for(conf)
    return _over_time(group, _byar(group.events + 0.5, -z), _byar(group.events + 0.5, z), conf)


@_of_a_count(
    "score",
    name="score interval",
    reference="Rao 1948; Schwertman & Martinez 1994",
    software=("ratesci wilsonci, distrib='poi'",),
    formula="limits = (x + z^2/2 -+ z*sqrt(x + z^2/4)) / t",
    advice="simple, good coverage; the counterpart of Wilson's interval",
)
def score(group: OneRate, conf: float = 0.95) -> Estimate:
    """Interval that inverts the score test (x - m)^2/m = z^2 of a Poisson mean m, without continuity correction."""
    ns = namespace(group.events, group.time)
    x, z = group.events, z_for(conf)
    upper = x + z * z / 2 + z * ns.sqrt(x + z * z / 4)
    return _over_time(group, ns.div(x * 1.0, upper) * x, upper, conf)  # the product of the roots is x^2


@_of_a_count(
    "log",
    name="Wald interval on the log scale",
    reference="Rothman & Greenland 1998",
    software=("Poisson regression (Wald)", "OpenEpi (Rothman/Greenland)", "epiR epi.smr, rothman.greenland"),
    formula="SE = 1/sqrt(x);  limits = exp(log(x/t) -+ z*SE)",
    advice="what Poisson regression prints; does not exist without events",
)
def log(group: OneRate, conf: float = 0.95) -> Estimate:
    """Normal interval of the log rate (Rothman & Greenland 1998, chapter 14), that of a Poisson regression."""
    ns = namespace(group.events, group.time)
    se = ns.div(1.0, ns.sqrt(group.events * 1.0))
    width = ns.exp(ns.where(se == math.inf, math.nan, z_for(conf) * se))
    none = notes_when((group.events == 0, "no events: the interval does not exist (see garwood)"))
    return _over_time(
        group, ns.div(group.events * 1.0, width), group.events * width, conf, *none, se=se, se_scale="log"
    )


@_of_a_count(
    "wald",
    name="Wald interval",
    reference="Rosner 2000",
    software=("epitools pois.approx", "OpenEpi (normal approximation)"),
    formula="SE = sqrt(x)/t;  limits = x/t -+ z*SE",
    advice="in textbooks; poor with few events, advised against",
)
def wald(group: OneRate, conf: float = 0.95) -> Estimate:
    """Normal interval of the rate with standard error sqrt(x)/t (Rosner 2000). A limit below 0 is given as computed."""
    ns = namespace(group.events, group.time)
    root_x, z = ns.sqrt(group.events * 1.0), z_for(conf)
    none = notes_when((group.events == 0, "no events: the standard error is 0 and the interval has no width"))
    return _over_time(
        group,
        group.events - z * root_x,
        group.events + z * root_x,
        conf,
        *none,
        se=ns.div(root_x, group.time),
        se_scale="plain",
    )


@test(
    SMR,
    "exact",
    name="exact Poisson test, two-sided",
    reference="Fay 2010",
    software=("R poisson.test",),
    formula="P = sum of P(X = y) over all y with P(X = y) <= P(X = x), X Poisson(t)",
    default=True,
    closed_form=False,
)
def smr_exact(group: OneRate) -> TestResult:
    """Exact test of observed against expected events, two-sided by the sum of probabilities not larger than observed.

    The "minlike" test of Fay 2010. Ties count within a relative tolerance of 1e-7, as in R poisson.test.
    """
    return TestResult(p=no_more_likely(int(group.events), float(group.time)))


@test(
    SMR,
    "exact-central",
    name="exact Poisson test, doubled one-sided",
    reference="Garwood 1936",
    software=("epiR epi.smr, fisher", "OpenEpi"),
    formula="P = min(1, 2*min(P(X <= x), P(X >= x))), X Poisson(t)",
)
def smr_exact_central(group: OneRate) -> TestResult:
    """Exact test with the smaller one-sided P doubled; agrees with the interval garwood."""
    return TestResult(p=doubled(group.events, group.time))


@test(
    SMR,
    "mid-p",
    name="Poisson mid-P test, doubled one-sided",
    reference="Lancaster 1961; Rothman & Boice 1979",
    software=("OpenEpi", "epiR epi.smr, mid.p"),
    formula="P = min(1, 2*(min(P(X < x), P(X > x)) + P(X = x)/2)), X Poisson(t)",
)
def smr_mid_p(group: OneRate) -> TestResult:
    """Mid-P version of the exact test, the smaller one-sided one doubled; agrees with the interval mid-p."""
    return TestResult(p=doubled_mid_p(group.events, group.time))


@test(
    SMR,
    "score",
    name="score test (chi-square of observed and expected)",
    reference="Breslow & Day 1987",
    software=("epiR epi.smr, chi2", "OpenEpi (chi-square)"),
    formula="chi2 = (x - t)^2 / t",
)
def smr_score(group: OneRate) -> TestResult:
    """Chi-square (O - E)^2/E without continuity correction, 1 df (Breslow & Day 1987, chapter 2)."""
    ns = namespace(group.events, group.time)
    off = group.events - group.time
    statistic = ns.div(off * off, group.time)
    return TestResult(p=ns.chi2_sf(statistic), statistic=statistic, df=1)
