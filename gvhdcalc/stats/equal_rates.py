"""Tests of equal rates in two arms: do events happen as often per person-time in one arm as in the other?"""

from __future__ import annotations

import math

from .binomial import doubled, doubled_mid_p, no_more_likely
from .namespace import namespace
from .registry import test
from .results import Number, TestResult, notes_when
from .two_rates import TwoRates

#: The measure under which these tests are registered; the rate ratio and the rate difference share them.
MEASURE = "equal rates"

_NONE = "no events in either arm: the test does not exist"
_NO_INFORMATION = "no events in either arm: P is 1 whatever the rates are"


def _cross(rates: TwoRates) -> Number:
    """x1 t0 - x0 t1: T times the events of the first arm above what is expected of them."""
    return rates.events1 * (rates.time0 * 1.0) - rates.events0 * (rates.time1 * 1.0)


def z_statistic(rates: TwoRates) -> Number:
    """(x1 - N t1/T) / sqrt(N t1 t0/T^2), the score statistic of equal rates: nan without events."""
    ns = namespace(rates.events1, rates.time1)
    return ns.div(ns.div(_cross(rates), ns.sqrt(rates.time1 * 1.0)), ns.sqrt(rates.events * (rates.time0 * 1.0)))


def _shares(rates: TwoRates) -> tuple[Number, Number]:
    """The shares of the arms in person-time."""
    ns = namespace(rates.events1, rates.time1)
    return ns.div(rates.time1 * 1.0, rates.time), ns.div(rates.time0 * 1.0, rates.time)


@test(
    MEASURE,
    "score",
    name="score test (z)",
    reference="Miettinen & Nurminen 1985; Breslow & Day 1987",
    software=("OpenEpi (z-score)", "epitools rateratio", "StatsDirect", "MedCalc (of the difference)"),
    formula="Z = (x1*t0 - x0*t1) / sqrt((x1+x0)*t1*t0)",
    default=True,
)
def score(rates: TwoRates) -> TestResult:
    """Score test of equal rates (Breslow & Day 1987, chapter 3): the signed root of the Mantel-Haenszel chi-square."""
    ns = namespace(rates.events1, rates.time1)
    statistic = z_statistic(rates)
    return TestResult(p=ns.two_sided(statistic), statistic=statistic, notes=notes_when((rates.events == 0, _NONE)))


@test(
    MEASURE,
    "exact",
    name="exact binomial test, two-sided",
    reference="Przyborowski & Wilenski 1940",
    software=("R poisson.test",),
    formula="P = sum of P(X = y) over all y with P(X = y) <= P(X = x1), X binomial(x1+x0, t1/(t1+t0))",
    default=True,
)
def exact(rates: TwoRates) -> TestResult:
    """Exact conditional test, two-sided by the sum of the probabilities not larger than the observed one.

    Also known as the C-test. Ties count within a relative tolerance of 1e-7, as in R's poisson.test and binom.test.
    """
    p = no_more_likely(rates.events1, rates.events, *_shares(rates))
    return TestResult(p=p, notes=notes_when((rates.events == 0, _NO_INFORMATION)))


@test(
    MEASURE,
    "exact-central",
    name="exact binomial test, doubled one-sided",
    reference="Przyborowski & Wilenski 1940",
    software=("OpenEpi (Fisher exact)", "exactci poisson.exact"),
    formula="P = min(1, 2*min(P(X <= x1), P(X >= x1))), X binomial(x1+x0, t1/(t1+t0))",
)
def exact_central(rates: TwoRates) -> TestResult:
    """Exact conditional test with the smaller one-sided P doubled; agrees with the exact interval of the rate ratio."""
    p = doubled(rates.events1, rates.events, *_shares(rates))
    return TestResult(p=p, notes=notes_when((rates.events == 0, _NO_INFORMATION)))


@test(
    MEASURE,
    "mid-p",
    name="binomial mid-P test, doubled one-sided",
    reference="Lancaster 1961; Rothman & Boice 1979",
    software=("Stata ir and iri", "OpenEpi", "epitools rateratio", "MedCalc"),
    formula="P = min(1, 2*(min(P(X < x1), P(X > x1)) + P(X = x1)/2)), X binomial(x1+x0, t1/(t1+t0))",
)
def mid_p(rates: TwoRates) -> TestResult:
    """Mid-P version of the exact conditional test, doubled one-sided; agrees with the mid-P interval of the ratio."""
    p = doubled_mid_p(rates.events1, rates.events, *_shares(rates))
    return TestResult(p=p, notes=notes_when((rates.events == 0, _NO_INFORMATION)))


@test(
    MEASURE,
    "likelihood-ratio",
    name="likelihood ratio chi-square (G)",
    reference="Wilks 1935",
    software=("Poisson regression (deviance)",),
    formula="G = 2*(x1*log(x1*T/(N*t1)) + x0*log(x0*T/(N*t0)));  N = x1 + x0;  T = t1 + t0",
)
def likelihood_ratio(rates: TwoRates) -> TestResult:
    """Likelihood ratio (deviance) test of equal rates, 1 df (Wilks 1935): the deviance of a Poisson regression."""
    ns = namespace(rates.events1, rates.time1)

    def term(events: Number, expected: Number, off: Number) -> Number:
        """x log(x/e) - (x - e), by its series where x is near e: the parts x - e add up to 0 over the arms."""
        r = ns.div(off, expected)
        series = 0.0 * r
        for k in range(12, 1, -1):
            series = (1 / (k * (k - 1)) - series) * r
        far = ns.where(events == 0, expected, ns.xlogy(events, ns.div(events * 1.0, expected)) - off)
        return ns.where(abs(r) < 0.01, expected * series * r, far)

    share1, share0 = _shares(rates)
    off = ns.div(_cross(rates), rates.time)
    statistic = 2 * (term(rates.events1, rates.events * share1, off) + term(rates.events0, rates.events * share0, -off))
    nothing = rates.events == 0
    statistic = ns.where(nothing, math.nan, statistic)
    return TestResult(p=ns.chi2_sf(statistic), statistic=statistic, df=1, notes=notes_when((nothing, _NONE)))


@test(
    MEASURE,
    "wald",
    name="Wald test of the log rate ratio",
    reference="Breslow & Day 1987",
    software=("Poisson regression (Wald)", "metafor"),
    formula="Z = log((x1/t1) / (x0/t0)) / sqrt(1/x1 + 1/x0)",
)
def wald(rates: TwoRates) -> TestResult:
    """Wald test of the log rate ratio; agrees with its Wald interval. Does not exist without events in an arm."""
    ns = namespace(rates.events1, rates.time1)
    log_ratio = ns.log(ns.div(ns.div(rates.events1 * 1.0, rates.events0 * 1.0) * rates.time0, rates.time1))
    statistic = ns.div(log_ratio, ns.sqrt(ns.div(1.0, rates.events1) + ns.div(1.0, rates.events0)))
    nothing = rates.events1 * 1.0 * rates.events0 == 0
    return TestResult(
        p=ns.two_sided(statistic),
        statistic=statistic,
        notes=notes_when((nothing, "an arm has no events: the test does not exist")),
    )
