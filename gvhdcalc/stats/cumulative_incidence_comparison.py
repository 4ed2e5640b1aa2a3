"""Two cumulative incidences at one time: their difference, their ratio, the ratio of their cumulative hazards.

The arms are independent; each comparison is a Wald interval with standard errors by the delta method. It concerns one
time: a hazard ratio of Fine and Gray, or Gray's test, weighs all times and need not agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import Any

from .cumulative_incidence import MEASURE, SCALES, Incidence, Ranges, interval_corners
from .namespace import namespace, z_for
from .registry import estimator, test
from .results import Estimate, Number, TestResult, notes_when

DIFFERENCE = "cumulative incidence difference"
RATIO = "cumulative incidence ratio"
HAZARDS = "subdistribution hazard ratio"


@dataclass(frozen=True, slots=True)
class TwoIncidences:
    """Two independent arms at one time: treatment (or exposed) first, control (or reference) second."""

    first: Incidence
    second: Incidence

    @classmethod
    def from_counts(cls, events1: Number, total1: Number, events0: Number, total0: Number) -> TwoIncidences:
        """From events and totals without censoring."""
        return cls(Incidence.from_counts(events1, total1), Incidence.from_counts(events0, total0))


def _namespace(arms: TwoIncidences) -> Any:
    return namespace(arms.first.estimate, arms.first.se, arms.second.estimate, arms.second.se)


_NOT_THERE = "does not exist: an incidence of 0 or 1 is off this scale, or no arm has a standard error"


def _on_scale(arms: TwoIncidences, scale: str) -> tuple[Any, Number, Number, Number]:
    """Namespace, g(F1) - g(F0), its standard error and z; nan where the scale does not exist in both arms."""
    on = SCALES[scale]
    ns = _namespace(arms)
    f1, f0 = arms.first.estimate, arms.second.estimate
    se1, se0 = arms.first.se * on.slope(ns, f1), arms.second.se * on.slope(ns, f0)
    distance = on.g(ns, f1) - on.g(ns, f0)
    se = ns.sqrt(se1 * se1 + se0 * se0)
    exists = ns.both(abs(distance) < math.inf, se < math.inf)
    distance, se = ns.where(exists, distance, math.nan), ns.where(exists, se, math.nan)
    return ns, distance, se, ns.div(distance, se)


@estimator(
    DIFFERENCE,
    "plain",
    name="Wald",
    reference="Klein et al. 2007",
    formula="D = F1 - F0;  SE = sqrt(SE1^2 + SE0^2);  limits = D -+ z*SE",
    default=True,
)
def difference(arms: TwoIncidences, conf: float = 0.95) -> Estimate:
    """F1 - F0 at one time with its Wald interval and two-sided P (Klein et al. 2007, no transformation); fractions."""
    ns, estimate, se, statistic = _on_scale(arms, "plain")
    half = z_for(conf) * se
    return Estimate(
        estimate,
        estimate - half,
        estimate + half,
        conf,
        se=se,
        se_scale="plain",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes_when((ns.isnan(statistic), "P does not exist: no arm has a standard error")),
    )


@estimator(
    RATIO,
    "log",
    name="log",
    reference="Klein et al. 2007",
    formula="R = F1/F0;  SE = sqrt((SE1/F1)^2 + (SE0/F0)^2);  limits = exp(log R -+ z*SE)",
    default=True,
)
def ratio(arms: TwoIncidences, conf: float = 0.95) -> Estimate:
    """F1/F0 at one time with its interval and two-sided P on the log scale (delta method; Klein et al. 2007)."""
    ns, log_ratio, se, statistic = _on_scale(arms, "log")
    half = z_for(conf) * se
    return Estimate(
        ns.div(arms.first.estimate, arms.second.estimate),
        ns.exp(log_ratio - half),
        ns.exp(log_ratio + half),
        conf,
        se=se,
        se_scale="log",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes_when((ns.isnan(statistic), _NOT_THERE)),
    )


@estimator(
    HAZARDS,
    "log-log-s",
    name="log, at one time",
    reference="Klein et al. 2007; Fine & Gray 1999",
    formula="HR = log(1-F1)/log(1-F0);  SE = sqrt((SE1/((1-F1)*log(1-F1)))^2 + (SE0/((1-F0)*log(1-F0)))^2);  "
    "limits = exp(log HR -+ z*SE)",
    default=True,
    advice="equals the subdistribution hazard ratio if it is constant over time; it uses one time only",
)
def cumulative_hazard_ratio(arms: TwoIncidences, conf: float = 0.95) -> Estimate:
    """log(1-F1)/log(1-F0), the ratio of the cumulative subdistribution hazards at one time.

    Under proportional subdistribution hazards, 1 - F1(t) = (1 - F0(t))^HR at every t (Fine & Gray 1999), and this
    is the hazard ratio read off at one time; interval and P on log(-log(1-F)) (Klein et al. 2007, cloglog).
    """
    ns, log_ratio, se, statistic = _on_scale(arms, "log-log-s")
    half = z_for(conf) * se
    return Estimate(
        ns.div(ns.log1p(-arms.first.estimate), ns.log1p(-arms.second.estimate)),
        ns.exp(log_ratio - half),
        ns.exp(log_ratio + half),
        conf,
        se=se,
        se_scale="log",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes_when((ns.isnan(statistic), _NOT_THERE)),
    )


def _register_test(scale: str) -> None:
    symbol = SCALES[scale].symbol

    @test(
        MEASURE,
        scale,
        name=f"equality at one time, on {symbol}",
        reference="Klein et al. 2007",
        formula="statistic = (g(F1) - g(F0)) / sqrt((SE1*g'(F1))^2 + (SE0*g'(F0))^2)  with g(F) = " + symbol,
        default=scale in ("plain", "log", "log-log-s"),
    )
    def at_one_time(arms: TwoIncidences) -> TestResult:
        """Wald test of equal cumulative incidence at one time on a scale (Klein et al. 2007); two-sided."""
        ns, _, _, statistic = _on_scale(arms, scale)
        return TestResult(
            p=ns.two_sided(statistic), statistic=statistic, notes=notes_when((ns.isnan(statistic), _NOT_THERE))
        )


for _scale in SCALES:
    _register_test(_scale)


def corners(first: Ranges, second: Ranges, level: float, scale: str) -> list[TwoIncidences]:
    """Two printed intervals of ``level`` read on a scale, each printed figure at either end of its rounding."""
    arms = (interval_corners(ranges, level, scale) for ranges in (first, second))
    return [TwoIncidences(one, two) for one, two in product(*arms)]
