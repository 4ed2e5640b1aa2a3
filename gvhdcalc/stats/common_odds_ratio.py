"""The common odds ratio of strata, given the margins of each: exact, mid-P, and Peto's one step."""

from __future__ import annotations

import math

from .conditional_sum import conditional_sum
from .mantel_haenszel import ODDS_RATIO, log_interval
from .namespace import namespace
from .registry import estimator
from .results import Estimate, Number, notes_when
from .strata import Strata, each, per_patient, pooled

_DEGENERATE = "the margins of every stratum leave no other table: the counts say nothing of a common odds ratio"
_NORMAL = "the counts are too large for the exact distribution: its normal approximation is used"


def _conditional(strata: Strata, conf: float, weight: float) -> Estimate:
    def one(analysis: Strata) -> tuple[float, ...]:
        given = conditional_sum(analysis)
        if given.degenerate:
            return math.nan, 0.0, math.inf, True, False
        return given.maximum_likelihood(), *given.limits(conf, weight), False, not given.exact

    estimate, lower, upper, degenerate, normal = each(one, strata, 5)
    notes = notes_when((degenerate == 1, _DEGENERATE), (normal == 1, _NORMAL))
    return Estimate(estimate, lower, upper, conf, notes=notes)


@estimator(
    ODDS_RATIO,
    "conditional-exact",
    name="conditional exact (central), conditional MLE",
    reference="Gart 1970; Mehta, Patel & Gray 1985",
    software=(
        "R mantelhaen.test, exact=TRUE",
        "SAS PROC FREQ, exact comor",
        "StatXact",
        "OpenEpi",
    ),
    formula="T = sum(a);  OR maximises P(T = t | margins, OR);  lower: P(T >= t | OR) = (1-conf)/2;  "
    "upper: P(T <= t | OR) = (1-conf)/2",
    closed_form=False,
    advice="guaranteed coverage if the odds ratio is common, wide; few or sparse strata",
)
def conditional_exact(strata: Strata, conf: float = 0.95) -> Estimate:
    """Conditional maximum likelihood common odds ratio with exact limits (Gart 1970; Mehta, Patel & Gray 1985).

    The sum of the first cells is taken given the margins of each stratum; each limit makes a one-sided P equal to
    (1 - conf)/2, so that the interval inverts ``cmh-exact-central``. One stratum gives Fisher's conditional interval.
    Where a convolution of the strata would take more than about a second the normal approximation of that distribution
    takes its place, and a note says so.
    """
    return _conditional(strata, conf, 1.0)


@estimator(
    ODDS_RATIO,
    "mid-p",
    name="mid-P exact, conditional MLE",
    reference="Lancaster 1961; Mehta, Patel & Gray 1985",
    software=("OpenEpi",),
    formula="T = sum(a);  lower: P(T > t | OR) + P(T = t | OR)/2 = (1-conf)/2;  "
    "upper: P(T < t | OR) + P(T = t | OR)/2 = (1-conf)/2",
    closed_form=False,
    advice="close to nominal coverage; few or sparse strata",
)
def mid_p(strata: Strata, conf: float = 0.95) -> Estimate:
    """Conditional maximum likelihood common odds ratio with mid-P limits (Lancaster 1961; Mehta, Patel & Gray 1985).

    As conditional-exact with half the probability of the observed sum; inverts ``cmh-mid-p``.
    """
    return _conditional(strata, conf, 0.5)


def peto_sums(strata: Strata) -> dict[str, Number]:
    """Over strata, the observed less the expected events of arm 1, and their hypergeometric variance."""
    difference, variance = by_stratum(strata)
    return {"OE": pooled(difference), "V": pooled(variance)}


def by_stratum(strata: Strata) -> tuple[Number, Number]:
    """Observed less expected events of arm 1 in each stratum, and the hypergeometric variance (0 with one patient)."""
    import numpy as np

    share1, share0 = per_patient(strata.n1, strata), per_patient(strata.n0, strata)
    # a - n1 m/N = (a n0 - c n1)/N, which does not cancel to noise where the arms hardly differ
    difference = per_patient(strata.a * strata.n0 - strata.c * strata.n1, strata)
    further = strata.total > 1
    variance = share1 * share0 * strata.events * (strata.others / np.where(further, strata.total - 1, 1.0))
    return np.where(further, difference, 0.0), np.where(further, variance, 0.0)


@estimator(
    ODDS_RATIO,
    "peto",
    name="Peto one-step odds ratio",
    reference="Yusuf, Peto, Lewis, Collins & Sleight 1985",
    software=("RevMan (Peto)", "metafor rma.peto", "Stata metan, peto"),
    formula="OE = sum(a - n1*(a+c)/N);  V = sum(n1*n0*(a+c)*(b+d)/(N^2*(N-1)));  OR = exp(OE/V);  SE = 1/sqrt(V);  "
    "limits = exp(log(OR) -+ z*SE)",
    advice="rare events in arms of like size and effects near 1; biased otherwise",
)
def peto(strata: Strata, conf: float = 0.95) -> Estimate:
    """Peto's one-step odds ratio, observed less expected over variance (Yusuf, Peto et al. 1985, appendix).

    Zero cells need nothing added; a stratum without events, or without non-events, says nothing. Its test is ``cmh``.
    """
    t = peto_sums(strata)
    ns = namespace(t["V"])
    log_estimate = ns.div(t["OE"], t["V"])
    notes = notes_when((t["V"] == 0, "no stratum has both events and non-events in both arms together"))
    return log_interval(ns.exp(log_estimate), ns.div(1.0, t["V"]), conf, notes, log=log_estimate)
