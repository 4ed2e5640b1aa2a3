"""One hazard ratio from several trials or strata: inverse variance, Peto's O - E and V, random effects.

What the trials print is first put on the log scale with its variance (``hazard_ratio``, ``hazard_ratio_logrank``); the
rest is the meta-analysis of any effects (``meta_analysis``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .mantel_haenszel import log_interval
from .meta_analysis import (
    RANDOM,
    Effects,
    i_squared,
    i_squared_of_q,
    interval_of_spread,
    of_random_effects,
    prediction_interval,
)
from .namespace import namespace
from .registry import estimator, test
from .results import Estimate, Number, TestResult, Value, notes_when
from .strata import chi2_tail, pooled

MEASURE = "common hazard ratio"


@dataclass(frozen=True, slots=True)
class Trials:
    """Log hazard ratios of the trials and the variances of these, as arrays with the trials along the first axis."""

    log_hr: Any
    variance: Any

    @classmethod
    def of(cls, rows: Sequence[tuple[float, float]]) -> Trials:
        """From pairs of log hazard ratio and standard error. Raises ValueError where there are none."""
        import numpy as np

        if not rows:
            raise ValueError("no trials: at least one is needed")
        log_hr, se = np.array(rows, dtype=float).T
        return cls(log_hr, se * se)

    @property
    def effects(self) -> Effects:
        return Effects(self.log_hr, self.variance, MEASURE)


_NOT_ONE = "V of all trials is zero: nothing to pool"


@estimator(
    MEASURE,
    "inverse-variance",
    name="inverse variance, fixed effect",
    reference="Birge 1932; Cochran 1954; Parmar 1998",
    software=("metafor rma, method='EE'", "RevMan (generic inverse variance)", "Stata meta, fixed"),
    formula="w = 1/SE_i^2;  log(HR) = sum(w*log(HR_i))/sum(w);  SE = 1/sqrt(sum(w));  limits = exp(log(HR) -+ z*SE)",
    default=True,
    advice="one common hazard ratio; ratios with intervals, adjusted or not",
)
def inverse_variance(trials: Trials, conf: float = 0.95) -> Estimate:
    """The trials' log hazard ratios weighted by their inverse variances (Parmar 1998)."""
    return of_random_effects(trials.effects, 0.0, conf)


@estimator(
    MEASURE,
    "peto",
    name="Peto, O-E and V added up",
    reference="Yusuf, Peto, Lewis, Collins & Sleight 1985",
    software=("RevMan (O-E and Variance)",),
    formula="HR = exp(sum(O - E)/sum(V));  SE = 1/sqrt(sum(V));  limits = exp(log(HR) -+ z*SE);  "
    "of a printed ratio V = 1/SE_i^2 and O - E = V*log(HR_i)",
    advice="log-rank O-E and V of each trial or stratum, as of individual data",
)
def peto(trials: Trials, conf: float = 0.95) -> Estimate:
    """The sum of the trials' O - E over the sum of their V (Yusuf et al. 1985), as a stratified log-rank test has it.

    Where the trials print ratios it is the inverse-variance estimate, V being 1/SE^2 then.
    """
    v = 1 / trials.variance
    total = pooled(v)
    difference = pooled(v * trials.log_hr)
    ns = namespace(total)
    mean = ns.div(difference, total)
    return log_interval(ns.exp(mean), ns.div(1.0, total), conf, notes_when((total == 0, _NOT_ONE)), log=mean)


def _register_random(method: Any) -> None:
    @estimator(
        MEASURE,
        method.key,
        name=method.name,
        reference=method.reference,
        software=tuple(name for name in method.software if "RevMan 5" not in name),
        formula=f"y = log(HR_i);  v = SE_i^2;  {method.formula};  w = 1/(v + tau2);  mean = sum(w*y)/sum(w);  "
        "SE = 1/sqrt(sum(w));  HR = exp(mean);  limits = exp(mean -+ z*SE)",
        default=method.default,
        advice=method.advice,
    )
    def random_effects(trials: Trials, conf: float = 0.95) -> Estimate:
        """Hazard ratios that vary between trials: their mean, with the variance between them added to each weight."""
        of = trials.effects
        return of_random_effects(of, method.tau2(of), conf)

    @estimator(
        MEASURE,
        f"{method.key}-hartung-knapp",
        name=f"{method.name.partition(',')[0]}, Hartung-Knapp interval",
        reference="Hartung & Knapp 2001; Sidik & Jonkman 2002",
        software=("metafor rma, test='knha'",),
        formula=f"y = log(HR_i);  v = SE_i^2;  {method.formula};  w = 1/(v + tau2);  mean = sum(w*y)/sum(w);  "
        "SE = sqrt(sum(w*(y - mean)^2)/((k-1)*sum(w)));  HR = exp(mean);  limits = exp(mean -+ t*SE), t with k-1 df",
        advice="few trials, where the normal interval is too short; not when they hardly differ",
    )
    def hartung_knapp(trials: Trials, conf: float = 0.95) -> Estimate:
        """The random-effects mean with a variance from the spread of the trials and Student's t of k-1 df."""
        of = trials.effects
        return interval_of_spread(of, method.tau2(of), conf)


_OWN = tuple(method for method in RANDOM if method.hartung_knapp)
for _method in _OWN:
    _register_random(_method)


@test(
    MEASURE,
    "cochran-q",
    name="Cochran Q, homogeneity of HR",
    reference="Cochran 1954",
    software=("metafor rma", "Stata meta and metan", "RevMan", "R meta"),
    formula="w = 1/SE_i^2;  Q = sum(w*(y - sum(w*y)/sum(w))^2), df = k-1",
    default=True,
)
def cochran_q(trials: Trials) -> TestResult:
    """Cochran's Q of the trials' log hazard ratios about their inverse-variance mean (Cochran 1954)."""
    of = trials.effects
    df = of.k - 1
    statistic = of.q()
    return TestResult(
        p=chi2_tail(statistic, df),
        statistic=statistic,
        df=df,
        notes=notes_when((df < 1, "fewer than two trials: nothing to compare")),
    )


def inconsistency(trials: Trials, keys: Sequence[str]) -> dict[str, Number]:
    """I^2 of Q, under "cochran-q", and of tau^2 of each random-effects method among ``keys``."""
    of = trials.effects
    found = {"cochran-q": i_squared_of_q(of.q(), of.k - 1)}
    return found | {method.key: i_squared(of, method.tau2(of)) for method in _OWN if method.key in keys}


def heterogeneity(trials: Trials, keys: Sequence[str], conf: float) -> tuple[Value, ...]:
    """I^2 of Q, and tau^2, I^2 and the prediction interval of each random-effects method among ``keys``."""
    of = trials.effects
    if of.k < 2:
        return ()
    shares = inconsistency(trials, keys)
    found = [Value("I^2", shares["cochran-q"], "proportion", "of Q", "cochran-q")]
    for method in _OWN:
        if method.key not in keys:
            continue
        tau2 = method.tau2(of)
        lower, upper = prediction_interval(of, tau2, conf)
        few = "needs 3 trials" if of.k < 3 else None
        found += [
            Value("tau^2", tau2, "", None, method.key),
            Value("I^2", shares[method.key], "proportion", "of tau^2", method.key),
            Value("prediction lower", None if few else lower, "", few, method.key),
            Value("prediction upper", None if few else upper, "", few, method.key),
        ]
    return tuple(found)


def weights(trials: Trials) -> list[Number]:
    """The share of each trial in the inverse-variance weights."""
    w = 1 / trials.variance
    return [float(share) if math.isfinite(share) else math.nan for share in w / w.sum()]
