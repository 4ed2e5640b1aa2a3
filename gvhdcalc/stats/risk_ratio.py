"""The risk ratio of two arms: estimate and confidence intervals."""

from __future__ import annotations

import math

from .namespace import namespace, z_for
from .registry import estimator, test
from .results import Estimate, Number, TestResult, notes_when
from .score import critical, ratio_limits, statistic
from .two_by_two import TwoByTwo

MEASURE = "risk ratio"


def sample_risk_ratio(table: TwoByTwo) -> Number:
    """(a/n1) / (c/n0), the maximum likelihood estimate: 0, inf or nan where an arm, or both, has no event."""
    ns = namespace(table.a)
    return ns.div(table.a * table.n0, table.c * table.n1)


def no_events(table: TwoByTwo) -> tuple[tuple[Number, str], ...]:
    """The notes on a risk ratio that is infinite or does not exist, with their conditions."""
    ns = namespace(table.a)
    return (
        (ns.both(table.a == 0, table.c == 0), "no events at all: no risk ratio exists"),
        (ns.both(table.a > 0, table.c == 0), "no control events: the ratio is infinite"),
    )


def log_ratio(table: TwoByTwo) -> tuple[Number, Number]:
    """log of the risk ratio and its delta-method standard error."""
    ns = namespace(table.a)
    # RR - 1 from the exact cross-products: next to 1 the log of the rounded ratio would lose its figures
    excess = ns.div(table.a * table.d - table.b * table.c, table.c * 1.0 * table.n1)
    log_rr = ns.where(abs(excess) < 0.5, ns.log1p(excess), ns.log(sample_risk_ratio(table)))
    se = ns.sqrt(ns.div(ns.div(table.b * 1.0, table.a), table.n1) + ns.div(ns.div(table.d * 1.0, table.c), table.n0))
    return log_rr, se


def _log_interval(table: TwoByTwo, conf: float, *notes: tuple[Number, str]) -> Estimate:
    ns = namespace(table.a)
    z = z_for(conf)
    log_rr, se = log_ratio(table)
    half_width = ns.where(se == math.inf, math.nan, z * se)
    z_value = ns.div(log_rr, se)
    return Estimate(
        sample_risk_ratio(table),
        ns.exp(log_rr - half_width),
        ns.exp(log_rr + half_width),
        conf,
        se=se,
        se_scale="log",
        statistic=z_value,
        p=ns.two_sided(z_value),
        notes=notes_when(*notes, (se == 0, "all have the event: the interval has no width")),
    )


@estimator(
    MEASURE,
    "katz",
    name="Katz (log) interval",
    reference="Katz, Baptista, Azen & Pike 1978",
    software=(
        "SAS PROC FREQ, relrisk",
        "Stata cs and csi",
        "SPSS CROSSTABS",
        "epitools riskratio.wald",
        "epiR epi.2by2",
        "metafor escalc",
        "RevMan",
        "MedCalc",
    ),
    formula="RR = (a/n1) / (c/n0);  SE = sqrt(1/a - 1/n1 + 1/c - 1/n0);  limits = exp(log(RR) -+ z*SE)",
    default=True,
    advice="the interval that most papers print; does not exist when an arm has no events",
)
def katz(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk ratio with the delta-method interval on the log scale (Katz, Baptista, Azen & Pike 1978).

    Also known as the Wald, log or Taylor-series interval. ``p`` is that of the Wald test of the log risk ratio. With no
    events in an arm the standard error is infinite and the interval does not exist (nan).
    """
    ns = namespace(table.a)
    zero = ns.either(table.a == 0, table.c == 0)
    return _log_interval(
        table,
        conf,
        *no_events(table),
        (zero, "no events in an arm: the interval does not exist (see koopman)"),
    )


@estimator(
    MEASURE,
    "adjusted-log",
    name="adjusted log interval (Walter)",
    reference="Walter 1975; Pettigrew, Gart & Thomas 1986",
    software=("DescTools BinomRatioCI, adj.log", "ratesci rrci, adjusted log", "pairwiseCI, GNC"),
    formula="RR = ((a+0.5)/(n1+0.5)) / ((c+0.5)/(n0+0.5));  SE = sqrt(1/(a+0.5) - 1/(n1+0.5) + 1/(c+0.5) - "
    "1/(n0+0.5));  limits = exp(log(RR) -+ z*SE)",
    advice="as Katz's, and exists with no events",
)
def adjusted_log(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Log interval after half an event is added to the events and to the total of each arm (Walter 1975).

    Also known as the crude log interval of Gart & Nam (1988, section 3.1), with the variance of Pettigrew, Gart
    & Thomas (1986). The estimate is Walter's, that of the changed table, as the limits are.
    """
    return _log_interval(TwoByTwo(table.a + 0.5, table.b, table.c + 0.5, table.d), conf)


@estimator(
    MEASURE,
    "haldane-anscombe",
    name="Katz interval, 0.5 added to each cell",
    reference="Haldane 1956; Anscombe 1956",
    software=("RevMan and metafor (with a zero cell)", "SAS PROC FREQ, relrisk(cl=waldmodified)"),
    formula="RR = ((a+0.5)/(n1+1)) / ((c+0.5)/(n0+1));  SE = sqrt(1/(a+0.5) - 1/(n1+1) + 1/(c+0.5) - 1/(n0+1));  "
    "limits = exp(log(RR) -+ z*SE)",
    advice="what meta-analysis software prints with a zero cell",
)
def haldane_anscombe(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Katz's interval after 0.5 is added to every cell (Haldane 1956; Anscombe 1956), whether or not one is zero.

    Also known as the modified Wald interval. The estimate is that of the changed table.
    """
    return _log_interval(table.plus(0.5), conf)


@estimator(
    MEASURE,
    "arcsinh",
    name="inverse hyperbolic sine interval",
    reference="Newcombe 2001; Newman 2001",
    software=("DescTools BinomRatioCI, sinh-1",),
    formula="RR and SE as Katz's;  limits = exp(log(RR) -+ 2*asinh(z*SE/2));  with a = 0 upper = z^2/n1 / (c/n0), with "
    "c = 0 lower = (a/n1) / (z^2/n0)",
    advice="Katz's, narrowed where events are few; exists with no events in an arm",
)
def arcsinh(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk ratio with the inverse hyperbolic sine interval (Newcombe 2001; Fagerland & Newcombe 2013, section 2.3).

    With no events in an arm the limit that exists is the one towards which the interval tends as the events do to zero.
    """
    ns = namespace(table.a)
    z = z_for(conf)
    estimate = sample_risk_ratio(table)
    log_rr, se = log_ratio(table)
    half_width = 2 * ns.arcsinh(z * se / 2)

    def upper(table: TwoByTwo, log_rr: Number) -> Number:
        none = ns.div(ns.div(z * z, table.n1 * 1.0), ns.div(table.c * 1.0, table.n0))
        return ns.where(table.c == 0, math.inf, ns.where(table.a == 0, none, ns.exp(log_rr + half_width)))

    lower = ns.div(1.0, upper(table.arms_exchanged(), -log_rr))
    notes = (*no_events(table), (se == 0, "all have the event: the interval has no width"))
    return Estimate(estimate, lower, upper(table, log_rr), conf, notes=notes_when(*notes))


def _score(table: TwoByTwo, conf: float, n_minus_1: bool) -> Estimate:
    ns = namespace(table.a)
    lower, upper = ratio_limits(table, critical(table, conf, n_minus_1=n_minus_1))
    z = statistic(table, n_minus_1=n_minus_1)
    none = table.events * (table.b + table.d) == 0
    return Estimate(
        sample_risk_ratio(table),
        lower,
        upper,
        conf,
        statistic=z,
        p=ns.two_sided(z),
        notes=notes_when(*no_events(table), (none, "no events or only events: no score test exists")),
    )


@estimator(
    MEASURE,
    "koopman",
    name="Koopman score interval",
    reference="Koopman 1984",
    software=(
        "PropCIs riskscoreci",
        "DescTools BinomRatioCI, koopman",
        "epiR epi.2by2 (score)",
        "SAS PROC FREQ, relrisk(cl=score(correct=no))",
        "statsmodels confint_proportions_2indep, score without correction",
    ),
    formula="limits are the RR with (p1 - RR*p0)^2 / (q1*(1-q1)/n1 + RR^2*q0*(1-q0)/n0) = z^2;  "
    "q1 = RR*q0 most likely for that RR",
    advice="good coverage, exists with no events; agrees with Pearson's chi-square",
)
def koopman(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk ratio with the asymptotic score interval, without the factor N/(N-1) (Koopman 1984).

    The limits solve Koopman's U(RR) = z^2, the Pearson chi-square at the constrained maximum likelihood estimates; it
    is the score interval of Gart & Nam (1988, section 3.3) and of Nam (1995). ``statistic`` and ``p`` are those of the
    score test of RR = 1, which is Pearson's. The lower limit is 0 with no events in the first arm, the upper one
    infinite with none in the second; with none in both the interval is all of 0 to infinity.
    """
    return _score(table, conf, False)


@estimator(
    MEASURE,
    "miettinen-nurminen",
    name="Miettinen-Nurminen score interval",
    reference="Miettinen & Nurminen 1985",
    software=(
        "SAS PROC FREQ, relrisk(cl=score)",
        "ratesci scoreci, skew=FALSE",
    ),
    formula="limits are the RR with (p1 - RR*p0)^2 / ((q1*(1-q1)/n1 + RR^2*q0*(1-q0)/n0) * N/(N-1)) = z^2;  "
    "q1 = RR*q0 most likely for that RR",
    advice="as Koopman's, a little wider in small samples",
)
def miettinen_nurminen(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk ratio with the score interval whose variance has the factor N/(N-1) (Miettinen & Nurminen 1985).

    As ``koopman`` otherwise; ``p`` is that of the "N-1" chi-square.
    """
    return _score(table, conf, True)


@test(
    MEASURE,
    "wald",
    name="Wald test of the log risk ratio",
    reference="Katz, Baptista, Azen & Pike 1978",
    software=("log-binomial regression", "metafor escalc", "RevMan"),
    formula="z = log((a/n1) / (c/n0)) / sqrt(1/a - 1/n1 + 1/c - 1/n0)",
)
def wald(table: TwoByTwo) -> TestResult:
    """Wald test of the log risk ratio; agrees with Katz's interval. Does not exist with no events in an arm."""
    ns = namespace(table.a)
    log_rr, se = log_ratio(table)
    z = ns.div(log_rr, se)
    zero = ns.either(table.a == 0, table.c == 0)
    return TestResult(
        p=ns.two_sided(z),
        statistic=z,
        notes=notes_when(
            (zero, "no events in an arm: the test does not exist"),
            (se == 0, "all have the event: the test does not exist"),
        ),
    )
