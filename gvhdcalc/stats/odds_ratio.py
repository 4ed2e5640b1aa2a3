"""The odds ratio of a 2x2 table: estimates and confidence intervals."""

from __future__ import annotations

import math

from .namespace import namespace, z_for
from .noncentral_hypergeometric import conditional
from .registry import estimator
from .results import Estimate, notes_when
from .two_by_two import TwoByTwo

MEASURE = "odds ratio"


def sample_odds_ratio(table: TwoByTwo) -> float:
    """ad/bc (cross-product, unconditional maximum likelihood): 0, inf or nan where cells are zero."""
    ns = namespace(table.a)
    return ns.div(table.a * table.d, table.b * table.c)  # type: ignore[no-any-return]


def _woolf(table: TwoByTwo, conf: float, zero_note: str) -> Estimate:
    ns = namespace(table.a)
    z = z_for(conf)
    estimate = sample_odds_ratio(table)
    log_or = ns.log(estimate)
    se = ns.sqrt(ns.div(1.0, table.a) + ns.div(1.0, table.b) + ns.div(1.0, table.c) + ns.div(1.0, table.d))
    statistic = ns.div(log_or, se)
    half_width = ns.where(se == math.inf, math.nan, z * se)
    notes = notes_when((table.a * table.b * table.c * table.d == 0, zero_note)) if zero_note else ()
    return Estimate(
        estimate,
        ns.exp(log_or - half_width),
        ns.exp(log_or + half_width),
        conf,
        se=se,
        se_scale="log",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes,
    )


@estimator(
    MEASURE,
    "woolf",
    name="Woolf (log) interval",
    reference="Woolf 1955",
    software=(
        "SAS PROC FREQ",
        "Stata cc, woolf",
        "SPSS CROSSTABS",
        "MedCalc",
        "epitools oddsratio.wald",
        "metafor escalc",
        "logistic regression (Wald)",
    ),
    formula="OR = a*d / (b*c);  SE = sqrt(1/a + 1/b + 1/c + 1/d);  limits = exp(log(OR) -+ z*SE)",
    default=True,
    advice="the interval that most papers print; poor with cells below 5",
)
def woolf(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Sample odds ratio with Woolf's logit interval (Woolf 1955; Agresti 2013, eq. 3.1-3.2).

    Also known as the Wald, logit or Taylor-series interval. With a zero cell the interval does not exist.
    """
    return _woolf(table, conf, "a cell is zero: the interval does not exist (see haldane-anscombe, conditional-exact)")


@estimator(
    MEASURE,
    "haldane-anscombe",
    name="Woolf interval, 0.5 added to each cell (Haldane-Anscombe)",
    reference="Haldane 1956; Anscombe 1956",
    software=("MedCalc (with a zero cell)", "RevMan and metafor (with a zero cell)"),
    formula="OR = (a+0.5)*(d+0.5) / ((b+0.5)*(c+0.5));  SE = sqrt(1/(a+0.5) + 1/(b+0.5) + 1/(c+0.5) + 1/(d+0.5));  "
    "limits = exp(log(OR) -+ z*SE)",
    advice="when a cell is zero",
)
def haldane_anscombe(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Woolf's interval after 0.5 is added to every cell (Haldane 1956; Anscombe 1956), whether or not one is zero."""
    return _woolf(table.plus(0.5), conf, "")


_DEGENERATE = "the margins leave no other table: the counts say nothing of the odds ratio"


def _conditional(table: TwoByTwo, conf: float, weight: float) -> Estimate:
    given = conditional(table)
    lower, upper = given.limits(conf, weight)
    return Estimate(given.maximum_likelihood(), lower, upper, conf, notes=notes_when((given.degenerate, _DEGENERATE)))


@estimator(
    MEASURE,
    "conditional-exact",
    name="Fisher conditional exact interval (central), conditional MLE",
    reference="Cornfield 1956; Baptista & Pike 1977 (central tails: Fisher 1962)",
    software=("R fisher.test", "Stata cc (exact limits)", "SAS PROC FREQ, exact or", "epitools oddsratio.fisher"),
    formula="OR maximises P(X = a | margins, OR);  lower: P(X >= a | OR) = (1-conf)/2;  "
    "upper: P(X <= a | OR) = (1-conf)/2",
    advice="guaranteed coverage, wide; small samples",
)
def conditional_exact(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Conditional maximum likelihood odds ratio with the exact central interval (Cornfield 1956; Fisher 1962).

    Each limit makes a one-sided Fisher P equal to (1 - conf)/2, the Clopper-Pearson type of tail; the interval inverts
    the doubled-tail Fisher test (``fisher-central``), not R's two-sided P.
    """
    return _conditional(table, conf, 1.0)


@estimator(
    MEASURE,
    "mid-p",
    name="mid-P exact interval, conditional MLE",
    reference="Lancaster 1961; Hirji, Tan & Elashoff 1991",
    software=("OpenEpi", "epitools oddsratio.midp"),
    formula="lower: P(X > a | OR) + P(X = a | OR)/2 = (1-conf)/2;  upper: P(X < a | OR) + P(X = a | OR)/2 = (1-conf)/2",
    advice="close to nominal coverage; small samples",
)
def mid_p(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Conditional maximum likelihood odds ratio with the mid-P interval (Lancaster 1961; Hirji, Tan & Elashoff 1991).

    As conditional-exact with half the probability of the observed table; inverts ``fisher-mid-p``.
    """
    return _conditional(table, conf, 0.5)
