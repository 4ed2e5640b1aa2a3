"""Survival of individual patients: the Kaplan-Meier curve, and its interval at one time on each scale."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .cumulative_incidence import SCALES
from .namespace import namespace, z_for
from .patients import under_observation
from .registry import estimator
from .results import Estimate, Number, notes_when

MEASURE = "survival"

#: A numpy array.
Array = Any

#: Each interval's scale, by the key that the scale has where it is one of a proportion F: here F is survival.
SCALE_OF = {
    "log-log-s": "log-log-f",
    "log": "log",
    "plain": "plain",
    "logit": "logit",
    "arcsine-sqrt": "arcsine-sqrt",
}


@dataclass(frozen=True, slots=True)
class Survival:
    """Survival S at one time with Greenwood's standard error, both fractions, or arrays of one shape."""

    estimate: Number
    se: Number


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A Kaplan-Meier curve at its distinct event times (arrays of one length, in order of time).

    ``at_risk`` and ``events`` are the patients under observation just before each time and those with the event at it,
    ``survival`` the curve just after it and ``se`` Greenwood's standard error (nan where survival is 0).
    ``patients`` is their number, ``last`` the end of the longest observation.
    """

    time: Array
    at_risk: Array
    events: Array
    survival: Array
    se: Array
    patients: int
    last: float
    times: Array
    entries: Array | None = None

    @property
    def total_events(self) -> int:
        return int(self.events.sum())

    def at(self, time: float) -> Survival:
        """Survival at a time: of all patients before the first event; nan after the last observation, unless 0."""
        import numpy as np

        if time > self.last and not (len(self.survival) and self.survival[-1] == 0):
            return Survival(math.nan, math.nan)
        index = int(np.searchsorted(self.time, time, side="right")) - 1
        if index < 0:
            return Survival(1.0, 0.0)
        return Survival(float(self.survival[index]), float(self.se[index]))

    def at_risk_at(self, time: float) -> int:
        """The patients under observation at a time: entered before it, and neither censored nor with the event."""
        return int(under_observation(self.times, self.entries, time))


def kaplan_meier(time: Array, event: Array, entry: Array | None = None) -> Curve:
    """The product-limit estimate (Kaplan & Meier 1958) with Greenwood's variance (Greenwood 1926).

    ``time`` (n,) are times of the event (``event`` true or 1) or of censoring; censored patients are at risk at their
    own time. With ``entry`` (n,) a patient is at risk from after entry (left truncation). O(n log n).
    """
    import numpy as np

    event = np.asarray(event, dtype=bool)
    times = np.sort(time)
    entries = None if entry is None else np.sort(entry)
    at, events = np.unique(np.asarray(time)[event], return_counts=True)
    at_risk = under_observation(times, entries, at)
    with np.errstate(all="ignore"):
        survival = np.cumprod((at_risk - events) / at_risk)
        terms = events / (at_risk * (at_risk - events.astype(float)))
        se = np.where(survival > 0, survival * np.sqrt(np.cumsum(terms)), math.nan)
    last = float(times[-1]) if len(times) else 0.0
    return Curve(at, at_risk, events, survival, se, len(times), last, times, entries)


def limits(survival: Survival, conf: float, key: str) -> tuple[Number, Number]:
    """The limits of survival at a level on a scale, nan where the scale does not exist; not cut at 0 and 1."""
    on = SCALES[SCALE_OF[key]]
    s, se = survival.estimate, survival.se
    ns = namespace(s, se)
    exists = ns.both(ns.either(s > 0, on.at_zero), ns.either(s < 1, on.at_one))
    half = z_for(conf) * ns.where(exists, se * on.slope(ns, s), math.nan)
    middle = on.g(ns, s)
    return on.back(ns, middle - half), on.back(ns, middle + half)


def _interval(survival: Survival, conf: float, key: str) -> Estimate:
    s = survival.estimate
    ns = namespace(s, survival.se)
    lower, upper = limits(survival, conf, key)
    notes = notes_when(
        (ns.isnan(s), "no one is observed at this time"),
        (s == 0, "survival is 0: it has no standard error and no interval"),
        (ns.both(s == 1, ns.isnan(lower)), "no event up to this time: the scale does not exist there"),
        (ns.both(s == 1, lower == 1), "no event up to this time: the interval has no width"),
        (lower < 0, "the lower limit is below 0 and cut there"),
        (upper > 1, "the upper limit is above 1 and cut there"),
    )
    return Estimate(
        s,
        ns.where(lower < 0, 0.0, lower),
        ns.where(upper > 1, 1.0, upper),
        conf,
        se=survival.se,
        se_scale="plain",
        notes=notes,
    )


def _register(key: str, **about: Any) -> Callable[[Callable[..., Estimate]], Callable[..., Estimate]]:
    return estimator(MEASURE, key, **about)


@_register(
    "log-log-s",
    name="log(-log S) interval",
    reference="Kalbfleisch & Prentice 1980",
    software=("Stata sts", "SAS PROC LIFETEST", "R survfit, conf.type='log-log'"),
    formula="S = product of (1 - d/n);  SE = S * sqrt(sum of d/(n*(n-d)));  limits = S^exp(-+ z*SE/(S*log(S)))",
    default=True,
    advice="within 0 and 1, good coverage; does not exist before the first event",
)
def log_log(survival: Survival, conf: float = 0.95) -> Estimate:
    """Interval on the scale log(-log S) (Kalbfleisch & Prentice 1980, section 1.3; Borgan & Liestol 1990)."""
    return _interval(survival, conf, "log-log-s")


@_register(
    "log",
    name="log interval",
    reference="Kalbfleisch & Prentice 1980",
    software=("R survfit",),
    formula="S = product of (1 - d/n);  SE = S * sqrt(sum of d/(n*(n-d)));  limits = S*exp(-+ z*SE/S), cut at 1",
    advice="the default of R",
)
def log(survival: Survival, conf: float = 0.95) -> Estimate:
    """Interval on the scale log S, that of the cumulative hazard, cut at 1 as in R's survfit."""
    return _interval(survival, conf, "log")


@_register(
    "plain",
    name="plain (linear) interval",
    reference="Greenwood 1926",
    software=("SPSS KM", "R survfit, conf.type='plain'"),
    formula="S = product of (1 - d/n);  SE = S * sqrt(sum of d/(n*(n-d)));  limits = S -+ z*SE, cut at 0 and 1",
    advice="poor coverage in small samples and near 0 and 1",
)
def plain(survival: Survival, conf: float = 0.95) -> Estimate:
    """Interval on the scale of S itself, cut at 0 and 1 (Greenwood 1926)."""
    return _interval(survival, conf, "plain")


@_register(
    "logit",
    name="logit interval",
    reference="Meeker & Escobar 1998",
    software=("SAS PROC LIFETEST, conftype=logit", "R survfit, conf.type='logit'"),
    formula="S = product of (1 - d/n);  SE = S * sqrt(sum of d/(n*(n-d)));  "
    "limits = S / (S + (1-S)*exp(+- z*SE/(S*(1-S))))",
)
def logit(survival: Survival, conf: float = 0.95) -> Estimate:
    """Interval on the scale log(S/(1-S)) (Meeker & Escobar 1998, section 3.6)."""
    return _interval(survival, conf, "logit")


@_register(
    "arcsine-sqrt",
    name="arcsine square root interval",
    reference="Nair 1984; Borgan & Liestol 1990",
    software=("SAS PROC LIFETEST, conftype=asinsqrt", "R survfit, conf.type='arcsin'"),
    formula="S = product of (1 - d/n);  SE = S * sqrt(sum of d/(n*(n-d)));  "
    "limits = sin(asin(sqrt(S)) -+ z*SE/(2*sqrt(S*(1-S))))^2, the angle cut at 0 and pi/2",
    advice="good coverage in small samples (Borgan & Liestol 1990)",
)
def arcsine(survival: Survival, conf: float = 0.95) -> Estimate:
    """Interval on the scale asin(sqrt S) (Nair 1984; Borgan & Liestol 1990)."""
    return _interval(survival, conf, "arcsine-sqrt")
