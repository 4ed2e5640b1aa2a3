"""The relative risk reduction of two arms, and the relative risk increase: by what part does the risk change?"""

from __future__ import annotations

from dataclasses import replace

from . import risk_ratio
from .namespace import namespace
from .registry import estimator
from .results import Estimate, Number
from .two_by_two import TwoByTwo

REDUCTION = "relative risk reduction"
INCREASE = "relative risk increase"


def sample_excess(table: TwoByTwo) -> Number:
    """RR - 1 from the exact cross-products: next to RR = 1 the rounded ratio would lose its figures."""
    ns = namespace(table.a)
    return ns.div(table.a * table.d - table.b * table.c, table.c * 1.0 * table.n1)


def one_less(ratio: Estimate, estimate: Number) -> Estimate:
    """1 - ratio with its interval: the limits change places, and the test is that of the ratio."""
    statistic = None if ratio.statistic is None else -ratio.statistic
    return replace(ratio, estimate=estimate, lower=1 - ratio.upper, upper=1 - ratio.lower, statistic=statistic)


def _less_one(ratio: Estimate, table: TwoByTwo) -> Estimate:
    return replace(ratio, estimate=sample_excess(table), lower=ratio.lower - 1, upper=ratio.upper - 1)


@estimator(
    REDUCTION,
    "katz",
    name="RR, Katz",
    reference="Katz, Baptista, Azen & Pike 1978",
    formula="RR = (a/n1) / (c/n0);  SE = sqrt(1/a - 1/n1 + 1/c - 1/n0);  RRR = 1 - RR;  "
    "limits = 1 - exp(log(RR) +- z*SE)",
    default=True,
    advice="from the limits of the risk ratio that most papers print; none when an arm has no events",
)
def reduction_katz(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Relative risk reduction 1 - RR with the limits of Katz's interval of the risk ratio (Katz et al. 1978).

    Also known as relative reduction, vaccine efficacy or, in epidemiology, the prevented fraction among the exposed. It
    is negative where the risk is increased. ``se`` is that of log RR = log(1 - RRR); ``p`` that of its Wald test.
    """
    return one_less(risk_ratio.katz(table, conf), -sample_excess(table))


@estimator(
    REDUCTION,
    "koopman",
    name="RR, Koopman",
    reference="Koopman 1984",
    formula="RR = (a/n1) / (c/n0) with its score limits;  RRR = 1 - RR;  limits = 1 - those of RR",
    advice="good coverage, exists with no events in an arm",
)
def reduction_koopman(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Relative risk reduction 1 - RR with the limits of Koopman's score interval of the risk ratio (Koopman 1984)."""
    return one_less(risk_ratio.koopman(table, conf), -sample_excess(table))


@estimator(
    INCREASE,
    "katz",
    name="RR, Katz",
    reference="Katz, Baptista, Azen & Pike 1978",
    formula="RR = (a/n1) / (c/n0);  SE = sqrt(1/a - 1/n1 + 1/c - 1/n0);  RRI = RR - 1;  "
    "limits = exp(log(RR) -+ z*SE) - 1",
    default=True,
    advice="from the limits of the risk ratio that most papers print; none when an arm has no events",
)
def increase_katz(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Relative risk increase RR - 1 with the limits of Katz's interval of the risk ratio (Katz et al. 1978).

    Also known as excess relative risk, or relative benefit increase where the event is good. It is negative where the
    risk is reduced. ``se`` is that of log RR, ``p`` that of its Wald test.
    """
    return _less_one(risk_ratio.katz(table, conf), table)


@estimator(
    INCREASE,
    "koopman",
    name="RR, Koopman",
    reference="Koopman 1984",
    formula="RR = (a/n1) / (c/n0) with its score limits;  RRI = RR - 1;  limits = those of RR - 1",
    advice="good coverage, exists with no events in an arm",
)
def increase_koopman(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Relative risk increase RR - 1 with the limits of Koopman's score interval of the risk ratio (Koopman 1984)."""
    return _less_one(risk_ratio.koopman(table, conf), table)
