"""The ratio of two rates: estimate and confidence intervals.

Given the events of both arms together, those of the first are binomial with the odds (rate ratio) * t1/t0; exact, mid-P
and score limits are those of the odds, times t0/t1.
"""

from __future__ import annotations

import math

from .binomial import exact_odds, mid_p_odds, score_odds
from .namespace import namespace, z_for
from .registry import estimator
from .results import Estimate, Note, Number, notes_when
from .two_rates import TwoRates

MEASURE = "rate ratio"


def sample_rate_ratio(rates: TwoRates) -> Number:
    """(x1/t1) / (x0/t0), the maximum likelihood estimate: 0, inf or nan where an arm has no events."""
    ns = namespace(rates.events1, rates.time1)
    return ns.div(ns.div(rates.events1 * 1.0, rates.events0 * 1.0) * rates.time0, rates.time1)


def _none(rates: TwoRates) -> tuple[Note, ...]:
    return notes_when((rates.events == 0, "no events in either arm: the counts say nothing of the rate ratio"))


def _from_odds(rates: TwoRates, limits: tuple[Number, Number], conf: float) -> Estimate:
    ns = namespace(rates.events1, rates.time1)
    lower, upper = limits
    times = ns.div(rates.time0 * 1.0, rates.time1)
    return Estimate(sample_rate_ratio(rates), lower * times, upper * times, conf, notes=_none(rates))


@estimator(
    MEASURE,
    "wald",
    name="Wald interval on the log scale",
    reference="Breslow & Day 1987",
    software=("Poisson regression (Wald)", "epitools rateratio.wald", "epiR epi.2by2, cohort.time", "metafor, IRR"),
    formula="RR = (x1/t1) / (x0/t0);  SE = sqrt(1/x1 + 1/x0);  limits = exp(log(RR) -+ z*SE)",
    default=True,
    advice="what Poisson regression and most papers print; poor with few events",
)
def wald(rates: TwoRates, conf: float = 0.95) -> Estimate:
    """Rate ratio with the normal interval of its log (Breslow & Day 1987, chapter 3; Rothman & Greenland 1998).

    Also known as the Taylor-series interval. Without events in an arm it does not exist.
    """
    ns = namespace(rates.events1, rates.time1)
    ratio = sample_rate_ratio(rates)
    se = ns.sqrt(ns.div(1.0, rates.events1) + ns.div(1.0, rates.events0))
    statistic = ns.div(ns.log(ratio), se)
    half_width = ns.where(se == math.inf, math.nan, z_for(conf) * se)
    nothing = rates.events1 * 1.0 * rates.events0 == 0
    return Estimate(
        ratio,
        ns.exp(ns.log(ratio) - half_width),
        ns.exp(ns.log(ratio) + half_width),
        conf,
        se=se,
        se_scale="log",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes_when((nothing, "an arm has no events: the interval does not exist (see exact, mid-p, score)")),
    )


@estimator(
    MEASURE,
    "exact",
    name="exact interval (binomial)",
    reference="Przyborowski & Wilenski 1940; Clopper & Pearson 1934",
    software=("Stata ir and iri", "R poisson.test", "OpenEpi (Fisher exact)", "MedCalc", "StatsDirect"),
    formula="l, u = Clopper-Pearson limits of x1/(x1+x0);  lower = l/(1-l) * t0/t1;  upper = u/(1-u) * t0/t1",
    advice="coverage never below nominal, wide; few events",
)
def exact(rates: TwoRates, conf: float = 0.95) -> Estimate:
    """Rate ratio with the exact interval of the binomial count x1 out of x1 + x0 (Przyborowski & Wilenski 1940).

    Each limit makes one binomial tail (1 - conf)/2; it inverts ``exact-central``. 0 or infinity where an arm has no
    event. Also known as the conditional or the Fisher exact interval.
    """
    return _from_odds(rates, exact_odds(rates.events1, rates.events0, conf), conf)


@estimator(
    MEASURE,
    "mid-p",
    name="mid-P interval (binomial)",
    reference="Lancaster 1961; Rothman & Boice 1979",
    software=("OpenEpi", "epitools rateratio", "StatsDirect"),
    formula="lower: P(X > x1) + P(X = x1)/2 = (1-conf)/2;  upper: P(X < x1) + P(X = x1)/2 = (1-conf)/2;  "
    "X binomial(x1+x0, RR*t1/(RR*t1 + t0))",
    advice="close to nominal coverage; few events",
)
def mid_p(rates: TwoRates, conf: float = 0.95) -> Estimate:
    """Rate ratio with the mid-P interval of the binomial count (Rothman & Boice 1979; Berry & Armitage 1995).

    As exact with half the probability of the observed count; inverts the test ``mid-p``.
    """
    return _from_odds(rates, mid_p_odds(rates.events1, rates.events0, conf), conf)


@estimator(
    MEASURE,
    "score",
    name="score interval",
    reference="Miettinen & Nurminen 1985; Graham, Mengersen & Morton 2003",
    software=("ratesci scoreci, distrib='poi', skew=FALSE",),
    formula="limits are the RR with (x1*t0 - RR*x0*t1)^2 = z^2 * RR * (x1+x0) * t1*t0",
    advice="good coverage, closed form, exists without events in one arm",
)
def score(rates: TwoRates, conf: float = 0.95) -> Estimate:
    """Rate ratio with the interval that inverts the score test (Miettinen & Nurminen 1985; Graham et al. 2003).

    The same as Wilson's interval of x1/(x1 + x0), taken as odds times t0/t1; agrees with the test ``score``.
    """
    return _from_odds(rates, score_odds(rates.events1, rates.events0, conf), conf)
