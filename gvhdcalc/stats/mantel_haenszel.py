"""Mantel-Haenszel estimates of a common odds ratio, risk ratio or risk difference over strata."""

from __future__ import annotations

import math

from .namespace import namespace, z_for
from .registry import estimator
from .results import Estimate, Note, Number, notes_when
from .strata import MEASURES, Strata, per_patient, pooled

ODDS_RATIO, RISK_RATIO, RISK_DIFFERENCE = MEASURES

NO_VARIANCE = "no effect, and a variance of zero: the test does not exist"
_NO_INTERVAL = "a sum of the estimate is zero over all strata: the interval does not exist"


def log_interval(
    estimate: Number, variance: Number, conf: float, notes: tuple[Note, ...] = (), *, log: Number | None = None
) -> Estimate:
    """A ratio with the Wald interval of its log; no limits where the variance does not exist or is infinite."""
    ns = namespace(estimate, variance)
    log_estimate = ns.log(estimate) if log is None else log
    exists = ns.both(abs(log_estimate) < math.inf, variance < math.inf)
    se = ns.where(exists, ns.sqrt(variance), math.nan)
    half = z_for(conf) * se
    statistic = ns.div(log_estimate, se)
    return Estimate(
        estimate,
        ns.exp(log_estimate - half),
        ns.exp(log_estimate + half),
        conf,
        se=se,
        se_scale="log",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes + notes_when((ns.both(se == 0, log_estimate == 0), NO_VARIANCE)),
    )


def plain_interval(estimate: Number, variance: Number, conf: float, notes: tuple[Note, ...] = ()) -> Estimate:
    """A difference with its Wald interval; where its variance is zero it has no test."""
    ns = namespace(estimate, variance)
    se = ns.where(variance < math.inf, ns.sqrt(variance), math.nan)
    half = z_for(conf) * se
    statistic = ns.div(estimate, se)
    return Estimate(
        estimate,
        estimate - half,
        estimate + half,
        conf,
        se=se,
        se_scale="plain",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes + notes_when((ns.both(variance == 0, estimate == 0), NO_VARIANCE)),
    )


def odds_ratio_sums(strata: Strata) -> dict[str, Number]:
    """The sums over strata of the common odds ratio: R, S, PR, PSQR and QS of Robins, Breslow & Greenland (1986)."""
    p, q = per_patient(strata.a + strata.d, strata), per_patient(strata.b + strata.c, strata)
    r, s = per_patient(strata.a, strata) * strata.d, per_patient(strata.b, strata) * strata.c
    return {"R": pooled(r), "S": pooled(s), "PR": pooled(p * r), "PSQR": pooled(p * s + q * r), "QS": pooled(q * s)}


@estimator(
    ODDS_RATIO,
    "mantel-haenszel",
    name="Mantel-Haenszel, Robins-Breslow-Greenland interval",
    reference="Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986",
    software=(
        "R mantelhaen.test",
        "Stata cc, by()",
        "SAS PROC FREQ, cmh",
        "SPSS CROSSTABS, cmh",
        "RevMan (fixed effect)",
        "metafor rma.mh",
        "epiR epi.2by2",
        "statsmodels StratifiedTable",
    ),
    formula="R = sum(a*d/N);  S = sum(b*c/N);  PR = sum((a+d)/N*a*d/N);  PSQR = sum((a+d)/N*b*c/N + (b+c)/N*a*d/N);  "
    "QS = sum((b+c)/N*b*c/N);  OR = R/S;  SE = sqrt(PR/(2*R^2) + PSQR/(2*R*S) + QS/(2*S^2));  "
    "limits = exp(log(OR) -+ z*SE)",
    default=True,
    advice="the usual adjusted odds ratio; good with few large strata and with many small ones, zero cells as they are",
)
def common_odds_ratio(strata: Strata, conf: float = 0.95) -> Estimate:
    """Mantel-Haenszel common odds ratio (Mantel & Haenszel 1959), variance of Robins, Breslow & Greenland 1986.

    The variance is consistent both for few large strata and for many sparse ones. Nothing is added to zero cells.
    Where no stratum has events in the one arm with non-events in the other, R or S is zero: the estimate is 0, inf or
    nan and the interval does not exist.
    """
    t = odds_ratio_sums(strata)
    ns = namespace(t["R"])
    estimate = ns.div(t["R"], t["S"])
    variance = (
        ns.div(t["PR"], 2 * t["R"] * t["R"])
        + ns.div(t["PSQR"], 2 * t["R"] * t["S"])
        + ns.div(t["QS"], 2 * t["S"] * t["S"])
    )
    return log_interval(estimate, variance, conf, notes_when((t["R"] * t["S"] == 0, _NO_INTERVAL)))


def risk_ratio_sums(strata: Strata) -> dict[str, Number]:
    """The sums over strata of the common risk ratio: R, S and D of Greenland & Robins (1985)."""
    share1, share0 = per_patient(strata.n1, strata), per_patient(strata.n0, strata)
    # n1*n0*(a + c) - a*c*N = a*d*n1 + b*c*n0: 0 and not a hair below where all have the event
    d = share1 * per_patient(strata.a, strata) * strata.d + share0 * per_patient(strata.b, strata) * strata.c
    return {"R": pooled(strata.a * share0), "S": pooled(strata.c * share1), "D": pooled(d)}


@estimator(
    RISK_RATIO,
    "mantel-haenszel",
    name="Mantel-Haenszel, Greenland-Robins interval",
    reference="Mantel & Haenszel 1959; Greenland & Robins 1985",
    software=(
        "Stata cs, by()",
        "SAS PROC FREQ, cmh",
        "RevMan (fixed effect)",
        "metafor rma.mh",
        "epiR epi.2by2",
    ),
    formula="R = sum(a*n0/N);  S = sum(c*n1/N);  D = sum((n1*n0*(a+c) - a*c*N)/N^2);  RR = R/S;  SE = sqrt(D/(R*S));  "
    "limits = exp(log(RR) -+ z*SE)",
    default=True,
    advice="the usual adjusted risk ratio; good with few large strata and with many small ones, zero cells as they are",
)
def common_risk_ratio(strata: Strata, conf: float = 0.95) -> Estimate:
    """Mantel-Haenszel common risk ratio with the variance of Greenland & Robins (1985).

    Nothing is added to zero cells. Without events in an arm the estimate is 0, inf or nan and the interval does not
    exist.
    """
    t = risk_ratio_sums(strata)
    ns = namespace(t["R"])
    variance = ns.div(t["D"], t["R"] * t["S"])
    return log_interval(ns.div(t["R"], t["S"]), variance, conf, notes_when((t["R"] * t["S"] == 0, _NO_INTERVAL)))


def risk_difference_sums(strata: Strata) -> dict[str, Number]:
    """The sums over strata of the risk difference: W, D, SP, SQ of Sato (1989), J of Greenland & Robins (1985)."""
    import numpy as np

    n1, n0 = strata.n1, strata.n0
    share1, share0 = per_patient(n1, strata), per_patient(n0, strata)
    weight = share1 * n0
    p = share1 * share1 * strata.c - share0 * share0 * strata.a + share1 * share0 * (n0 - n1) / 2
    q = per_patient(strata.a * strata.d + strata.b * strata.c, strata) / 2
    whole = weight > 0
    j = np.where(
        whole,
        strata.a * strata.b / np.where(whole, n1, 1.0) * share0 * share0
        + strata.c * strata.d / np.where(whole, n0, 1.0) * share1 * share1,
        0.0,
    )
    difference = per_patient(strata.a * n0 - strata.c * n1, strata)
    return {"W": pooled(weight), "D": pooled(difference), "SP": pooled(p), "SQ": pooled(q), "J": pooled(j)}


@estimator(
    RISK_DIFFERENCE,
    "mantel-haenszel",
    name="Mantel-Haenszel, Sato interval",
    reference="Greenland & Robins 1985; Sato 1989",
    software=("metafor rma.mh", "epiR epi.2by2 (Sato)", "SAS PROC FREQ, commonriskdiff"),
    formula="W = sum(n1*n0/N);  D = sum((a*n0 - c*n1)/N);  SP = sum((n1^2*c - n0^2*a + n1*n0*(n0-n1)/2)/N^2);  "
    "SQ = sum((a*d + b*c)/(2*N));  RD = D/W;  SE = sqrt((D/W*SP + SQ)/W^2);  limits = RD -+ z*SE",
    default=True,
    advice="the adjusted risk difference; good with few large strata and with many small ones",
)
def common_risk_difference(strata: Strata, conf: float = 0.95) -> Estimate:
    """Mantel-Haenszel common risk difference with Sato's variance (Sato 1989, Biometrics 45:1323).

    The variance is consistent both for few large strata and for many sparse ones. Nothing is added to zero cells.
    """
    t = risk_difference_sums(strata)
    ns = namespace(t["W"])
    estimate = ns.div(t["D"], t["W"])
    part1, part2 = estimate * t["SP"], t["SQ"]
    # where all of one arm and none of the other have the event the parts cancel: what is left is rounding
    variance = ns.where(part1 + part2 <= 1e-14 * (abs(part1) + abs(part2)), 0.0, part1 + part2)
    return plain_interval(estimate, ns.div(variance, t["W"] * t["W"]), conf)


@estimator(
    RISK_DIFFERENCE,
    "greenland-robins",
    name="Mantel-Haenszel, Greenland-Robins interval",
    reference="Greenland & Robins 1985",
    software=("RevMan (fixed effect)", "Stata metan", "epiR epi.2by2 (Greenland-Robins)"),
    formula="W = sum(n1*n0/N);  D = sum((a*n0 - c*n1)/N);  J = sum((a*b*n0^3 + c*d*n1^3)/(n1*n0*N^2));  RD = D/W;  "
    "SE = sqrt(J)/W;  limits = RD -+ z*SE",
    advice="what RevMan prints; for few large strata (Sato's variance holds for sparse strata too)",
)
def greenland_robins(strata: Strata, conf: float = 0.95) -> Estimate:
    """Mantel-Haenszel common risk difference with the variance of Greenland & Robins (1985), of separate binomials.

    Consistent for few large strata. A stratum without events or without non-events adds no variance.
    """
    t = risk_difference_sums(strata)
    ns = namespace(t["W"])
    return plain_interval(ns.div(t["D"], t["W"]), ns.div(t["J"], t["W"] * t["W"]), conf)


def weights(strata: Strata, measure: str) -> Number:
    """Each stratum's share of the Mantel-Haenszel weights: b*c/N, c*n1/N or n1*n0/N; nan where all are zero."""
    import numpy as np

    of = {ODDS_RATIO: strata.b * strata.c, RISK_RATIO: strata.c * strata.n1, RISK_DIFFERENCE: strata.n1 * strata.n0}
    weight = per_patient(of[measure], strata)
    total = np.asarray(pooled(weight))
    return np.where(total > 0, weight / np.where(total > 0, total, 1.0), math.nan)
