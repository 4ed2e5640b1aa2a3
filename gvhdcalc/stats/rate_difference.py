"""The difference of two rates: estimate and confidence intervals."""

from __future__ import annotations

from .equal_rates import z_statistic
from .namespace import namespace, root, z_for
from .registry import estimator
from .results import Estimate, Number, notes_when
from .two_rates import TwoRates

MEASURE = "rate difference"


def sample_rate_difference(rates: TwoRates) -> Number:
    """x1/t1 - x0/t0, the maximum likelihood estimate, per unit of person-time."""
    ns = namespace(rates.events1, rates.time1)
    top = rates.events1 * (rates.time0 * 1.0) - rates.events0 * (rates.time1 * 1.0)
    return ns.div(ns.div(top, rates.time1), rates.time0)


@estimator(
    MEASURE,
    "wald",
    name="Wald interval",
    reference="Rothman & Greenland 1998",
    software=("Stata ir and iri", "epiR epi.2by2, cohort.time", "OpenEpi", "metafor escalc, IRD", "fmsb"),
    formula="RD = x1/t1 - x0/t0;  SE = sqrt(x1/t1^2 + x0/t0^2);  limits = RD -+ z*SE",
    default=True,
    advice="what most papers print; poor with few events",
)
def wald(rates: TwoRates, conf: float = 0.95) -> Estimate:
    """Rate difference with the normal interval of its standard error (Rothman & Greenland 1998, chapter 14)."""
    ns = namespace(rates.events1, rates.time1)
    difference = sample_rate_difference(rates)
    r1, r0 = ns.div(rates.events1 * 1.0, rates.time1), ns.div(rates.events0 * 1.0, rates.time0)
    se = ns.sqrt(ns.div(r1, rates.time1) + ns.div(r0, rates.time0))
    statistic = ns.div(difference, se)
    half_width = z_for(conf) * se
    return Estimate(
        difference,
        difference - half_width,
        difference + half_width,
        conf,
        se=se,
        se_scale="plain",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes_when((rates.events == 0, "no events: the standard error is 0 and the interval has no width")),
    )


def _below(x1: Number, t1: Number, x0: Number, t0: Number, k: Number) -> Number:
    """How far the lower score limit lies below the estimate.

    With the Lagrange multiplier m of the constraint, the rates that have the supposed difference are x1/(t1 + m) and
    x0/(t0 - m); their variance is V, the estimate exceeds their difference by m V, and the score statistic is m^2 V. At
    the limit, where m^2 V = k, the distance is k/m. With x0 = 0 the multiplier goes up to t0 at most, and stays there.
    """
    ns = namespace(x1, t1)
    root_k = ns.sqrt(k)

    def excess(m: Number) -> Number:
        first = ns.div(ns.div(x1 * 1.0, t1 + m), t1)
        second = ns.where(x0 == 0, 0.0, ns.div(ns.div(x0 * 1.0, t0 - m), t0))
        return m * ns.sqrt(first + second) - root_k

    # Below `least` the statistic is less than k; at `most` its second term alone is k.
    most = ns.div(2 * k * t0, k + ns.sqrt(k * k + 4.0 * k * x0))
    steepness = ns.div(ns.div(x1 * 1.0, t1), t1) + 2 * ns.div(ns.div(x0 * 1.0, t0), t0)
    least = ns.minimum(ns.minimum(t0 / 2, most), ns.sqrt(ns.div(k, steepness)))
    m = ns.where(excess(most) <= 0, most, root(excess, least, most))
    return ns.div(k, m)


@estimator(
    MEASURE,
    "score",
    name="score interval (Miettinen-Nurminen)",
    reference="Miettinen & Nurminen 1985",
    software=("ratesci scoreci, distrib='poi', skew=FALSE",),
    formula="limits are the RD with (x1/t1 - x0/t0 - RD)^2 / (q1/t1 + q0/t0) = z^2;  "
    "q1 = q0 + RD most likely for that RD",
    advice="good coverage, exists without events; the choice with few events",
)
def score(rates: TwoRates, conf: float = 0.95) -> Estimate:
    """Rate difference with the interval that inverts the score test (Miettinen & Nurminen 1985).

    ``statistic`` and ``p`` are those of the score test of equal rates. The interval exists without events too.
    """
    ns = namespace(rates.events1, rates.time1)
    k = z_for(conf) ** 2
    difference = sample_rate_difference(rates)
    t1, t0 = rates.time1 * 1.0, rates.time0 * 1.0
    statistic = z_statistic(rates)
    return Estimate(
        difference,
        difference - _below(rates.events1, t1, rates.events0, t0, k),
        difference + _below(rates.events0, t0, rates.events1, t1, k),
        conf,
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes_when((rates.events == 0, "no events: the score test of equal rates does not exist")),
    )


@estimator(
    MEASURE,
    "test-based",
    name="test-based interval",
    reference="Miettinen 1976; Sahai & Khurshid 1996",
    software=("MedCalc", "StatsDirect", "Stata ir, tb"),
    formula="RD = x1/t1 - x0/t0;  SE = RD/Z = sqrt((x1+x0)/(t1*t0)), Z the score statistic;  limits = RD -+ z*SE",
    advice="for checking what others printed; right near no difference only",
)
def test_based(rates: TwoRates, conf: float = 0.95) -> Estimate:
    """Rate difference with the interval RD (1 -+ z/|Z|), Z being the score statistic (Miettinen 1976).

    Its standard error RD/Z is sqrt(N/(t1 t0)), the one that holds when the rates are equal, whatever was observed.
    """
    ns = namespace(rates.events1, rates.time1)
    difference = sample_rate_difference(rates)
    se = ns.sqrt(ns.div(ns.div(rates.events * 1.0, rates.time1), rates.time0))
    statistic = z_statistic(rates)
    half_width = z_for(conf) * se
    return Estimate(
        difference,
        difference - half_width,
        difference + half_width,
        conf,
        se=se,
        se_scale="plain",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes_when((rates.events == 0, "no events: the standard error is 0 and the interval has no width")),
    )
