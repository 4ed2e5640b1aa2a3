"""The odds ratio of a 2x2 table: estimates and confidence intervals."""

from __future__ import annotations

import math

from .namespace import namespace, z_for
from .registry import estimator
from .results import Estimate, Number, notes_when
from .two_by_two import TwoByTwo

MEASURE = "odds ratio"


def sample_odds_ratio(table: TwoByTwo) -> float:
    """ad/bc (cross-product, unconditional maximum likelihood): 0, inf or nan where cells are zero."""
    ns = namespace(table.a)
    return ns.div(table.a * table.d, table.b * table.c)  # type: ignore[no-any-return]


def log_ratio(table: TwoByTwo) -> tuple[Number, Number]:
    """log of the odds ratio and its delta-method standard error (Woolf 1955)."""
    ns = namespace(table.a)
    se = ns.sqrt(ns.div(1.0, table.a) + ns.div(1.0, table.b) + ns.div(1.0, table.c) + ns.div(1.0, table.d))
    return ns.log(sample_odds_ratio(table)), se


def _woolf(table: TwoByTwo, conf: float, zero_note: str) -> Estimate:
    ns = namespace(table.a)
    z = z_for(conf)
    estimate = sample_odds_ratio(table)
    log_or, se = log_ratio(table)
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
    software=(
        "MedCalc (with a zero cell)",
        "RevMan and metafor (with a zero cell)",
        "SAS PROC FREQ, or(cl=waldmodified)",
    ),
    formula="OR = (a+0.5)*(d+0.5) / ((b+0.5)*(c+0.5));  SE = sqrt(1/(a+0.5) + 1/(b+0.5) + 1/(c+0.5) + 1/(d+0.5));  "
    "limits = exp(log(OR) -+ z*SE)",
    advice="when a cell is zero",
)
def haldane_anscombe(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Woolf's interval after 0.5 is added to every cell (Haldane 1956; Anscombe 1956), whether or not one is zero.

    Also known as Gart's adjusted logit interval (Gart 1966).
    """
    return _woolf(table.plus(0.5), conf, "")


@estimator(
    MEASURE,
    "jewell",
    name="Jewell's estimate, Woolf limits with 0.5 added",
    reference="Jewell 1986",
    software=("epitools oddsratio.small",),
    formula="OR = a*d / ((b+1)*(c+1));  limits = exp(log((a+0.5)*(d+0.5) / ((b+0.5)*(c+0.5))) -+ z*sqrt(1/(a+0.5) + "
    "1/(b+0.5) + 1/(c+0.5) + 1/(d+0.5)))",
    advice="an estimate with little bias in small samples; not for 1/OR, which it does not turn into",
)
def jewell(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Odds ratio adjusted for the bias of small samples (Jewell 1986, Biometrics 42:351), limits as haldane-anscombe.

    The three figures of epitools oddsratio.small. The estimate is not the centre of the interval and may lie outside
    it; exchanging the arms or the outcome does not invert it.
    """
    ns = namespace(table.a)
    estimate = ns.div(table.a * table.d, (table.b + 1) * (table.c + 1))
    limits = haldane_anscombe(table, conf)
    outside = ns.either(estimate < limits.lower, estimate > limits.upper)
    note = "the limits are those of the odds ratio with 0.5 added to each cell: they do not hold the estimate"
    return Estimate(estimate, limits.lower, limits.upper, conf, notes=notes_when((outside, note)))


@estimator(
    MEASURE,
    "independence-smoothed",
    name="independence-smoothed logit interval",
    reference="Agresti 1999",
    formula="add c = 2*row*column/N^2 to each cell, row and column its margins;  OR, SE and limits as Woolf's from "
    "these cells",
    advice="always exists; good coverage unless the true odds ratio is extreme",
)
def independence_smoothed(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Woolf's interval after two observations are spread over the cells as under independence (Agresti 1999).

    The estimate is that of the smoothed table, as the limits are. It exists unless a margin is zero.
    """
    ns = namespace(table.a)
    total = table.total * 1.0

    def more(row: Number, column: Number) -> Number:
        return 2 * ns.div(row, total) * ns.div(column, total)

    others = table.b + table.d
    smoothed = TwoByTwo(
        table.a + more(table.n1, table.events),
        table.b + more(table.n1, others),
        table.c + more(table.n0, table.events),
        table.d + more(table.n0, others),
    )
    return _woolf(smoothed, conf, "a margin is zero: the interval does not exist")


@estimator(
    MEASURE,
    "arcsinh",
    name="inverse hyperbolic sine interval",
    reference="Newcombe 2001",
    formula="OR = a*d / (b*c);  SE as Woolf's;  limits = exp(log(OR) -+ 2*asinh(z*SE/2));  with a zero cell the limit "
    "away from it has z^2 in its place",
    advice="Woolf's, narrowed where cells are small; exists with a zero cell",
)
def arcsinh(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Sample odds ratio with Newcombe's inverse hyperbolic sine interval (Newcombe 2001, American Statistician 55:200).

    With a zero cell the limit that exists is the one towards which the interval tends as that cell does to zero: the
    cell is replaced by z^2 (Fagerland & Newcombe 2013, section 2.3).
    """
    ns = namespace(table.a)
    z = z_for(conf)
    estimate = sample_odds_ratio(table)
    _, se = log_ratio(table)
    factor = ns.exp(2 * ns.arcsinh(z * se / 2))

    def upper(table: TwoByTwo, estimate: Number) -> Number:
        replaced = ns.div(
            ns.where(table.a == 0, z * z, table.a * 1.0) * ns.where(table.d == 0, z * z, table.d * 1.0),
            table.b * 1.0 * table.c,
        )
        limit = ns.where(table.a * table.d == 0, replaced, estimate * factor)
        return ns.where(table.b * table.c == 0, math.inf, limit)

    lower = ns.div(1.0, upper(table.arms_exchanged(), ns.div(1.0, estimate)))
    return Estimate(estimate, lower, upper(table, estimate), conf, notes=notes_when(*undefined(table)))


def undefined(table: TwoByTwo) -> tuple[tuple[Number, str], ...]:
    """The note on a sample odds ratio that does not exist, with its condition."""
    ns = namespace(table.a)
    return (
        (
            ns.both(table.a * table.d == 0, table.b * table.c == 0),
            "no events, only events or an empty arm: no odds ratio exists",
        ),
    )
