"""Restricted mean time lost to a cause up to tau: the area under its cumulative incidence, by arm and compared.

It is the time without the event that is lost on average before tau (years lost to a cause: Andersen 2013); its variance
adds up the squared influences on the area (Greenwood's type).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .aalen_johansen import Curve
from .namespace import Scalars, z_for
from .registry import estimator
from .results import Estimate, Note

MEASURE = "restricted mean time lost"
DIFFERENCE = "difference of restricted mean time lost"
RATIO = "ratio of restricted mean time lost"


def time_lost(curve: Curve, tau: float, cause: int = 1) -> tuple[float, float]:
    """The area under F_k from 0 to tau and its standard error (Greenwood's type), in units of time.

    With H(s) = integral of F(t)-F(s) from s to tau: Var = sum H^2 d/(n(n-d)) + (S(s-)(tau-s))^2 d_k(n-d_k)/n^3 - 2 H
    S(s-)(tau-s) d_k/n^2, which is the sum of squared influences (Andersen 2013, with the delta method). nan where tau
    is beyond the last follow-up.
    """
    import numpy as np

    if not curve.size or math.isnan(float(curve.at(tau, cause))):
        return math.nan, math.nan
    m = int(curve.steps(tau))
    n, d, dk = curve.at_risk[:m], curve.events[:m].sum(axis=1), curve.events[:m, cause - 1]
    s, f = curve.before[:m], curve.incidence[:m, cause - 1]
    ahead = tau - curve.time[:m]
    area = float((s * dk / n) @ ahead)
    widths = np.diff(np.concatenate((curve.time[:m], [tau])))
    later = np.cumsum((f * widths)[::-1])[::-1] - f * ahead
    g = np.divide(d, n * (n - d), out=np.zeros_like(n), where=d < n)
    variance = later**2 @ g + (s * ahead) ** 2 @ (dk * (n - dk) / n**3) - 2 * (later * s * ahead) @ (dk / n**2)
    return area, math.sqrt(max(float(variance), 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Lost:
    """What an interval is asked of: the curves of one arm or two, a cause (1 is the first) and tau."""

    curves: tuple[Curve, ...]
    cause: int
    tau: float

    def each(self) -> list[tuple[float, float]]:
        return [time_lost(curve, self.tau, self.cause) for curve in self.curves]


def _interval(y: float, se: float, conf: float, back: Any, scale: str, lost: Lost, test: bool = False) -> Estimate:
    """The Wald interval of y transformed back; ``test`` adds the test of y = 0."""
    half = z_for(conf) * se
    z = Scalars.div(y, se) if test else None
    beyond = y != y or se != se
    ends = ", ".join(f"{curve.last:g}" for curve in lost.curves)
    notes = (Note(f"does not exist: no time is lost in an arm, or tau is beyond the last follow-up ({ends})"),)
    return Estimate(
        back(y),
        back(y - half),
        back(y + half),
        conf,
        se=se,
        se_scale=scale,
        statistic=z,
        p=None if z is None else Scalars.two_sided(z),
        notes=notes if beyond else (),
    )


@estimator(
    MEASURE,
    "plain",
    name="Wald",
    reference="Andersen 2013",
    software=("R survival survfit (rmean)",),
    formula="L = sum S- dk/n (tau - s);  limits = L -+ z*SE",
    default=True,
    closed_form=False,
)
def restricted_mean_time_lost(lost: Lost, conf: float = 0.95) -> Estimate:
    """Mean time lost to a cause before tau in one arm, the area under its cumulative incidence (Andersen 2013)."""
    ((area, se),) = lost.each()
    return _interval(area, se, conf, float, "plain", lost)


@estimator(
    DIFFERENCE,
    "plain",
    name="Wald",
    reference="Andersen 2013; Conner & Trinquart 2021",
    formula="D = L1 - L0;  SE = sqrt(SE1^2 + SE0^2);  limits = D -+ z*SE",
    default=True,
    closed_form=False,
)
def difference(lost: Lost, conf: float = 0.95) -> Estimate:
    """Difference of the mean time lost in two independent arms, the first less the second (Conner & Trinquart 2021)."""
    (first, se1), (second, se0) = lost.each()
    return _interval(first - second, math.hypot(se1, se0), conf, float, "plain", lost, test=True)


@estimator(
    RATIO,
    "log",
    name="log",
    reference="Conner & Trinquart 2021",
    formula="R = L1/L0;  SE = sqrt((SE1/L1)^2 + (SE0/L0)^2);  limits = exp(log R -+ z*SE)",
    default=True,
    closed_form=False,
)
def ratio(lost: Lost, conf: float = 0.95) -> Estimate:
    """Ratio of the mean time lost in two independent arms, its interval on the log scale (Conner & Trinquart 2021)."""
    (first, se1), (second, se0) = lost.each()
    if not (first > 0 and second > 0):
        return _interval(math.nan, math.nan, conf, float, "log", lost, test=True)
    return _interval(
        math.log(first / second), math.hypot(se1 / first, se0 / second), conf, Scalars.exp, "log", lost, True
    )
