"""The median time to the event, and other quantiles, of a Kaplan-Meier curve."""

from __future__ import annotations

import math
from typing import Any

from .kaplan_meier import Curve, Survival, limits
from .registry import estimator
from .results import Estimate, notes_when

MEASURE = "median time"

#: Survival this close to 1 - p is on it (as in R's survfit).
_TOLERANCE = 1.5e-8


def _first_at_or_below(time: Any, survival: Any, level: float) -> float:
    """The first time at which a curve is at or below a level; the middle of the step where it runs along the level."""
    import numpy as np

    exists = ~np.isnan(survival)
    time, survival = time[exists], survival[exists]
    below = np.flatnonzero(survival < level + _TOLERANCE)
    if not len(below):
        return math.nan
    first = below[0]
    if abs(survival[first] - level) < _TOLERANCE:
        lower = below[survival[below] < survival[first]]
        if len(lower):
            return float((time[first] + time[lower[0]]) / 2)
    return float(time[first])


def quantile(curve: Curve, p: float, conf: float = 0.95, key: str = "log-log-s") -> Estimate:
    """The time by which a fraction p have the event, with the interval of Brookmeyer & Crowley (1982).

    The limits are the times at which the limits of survival on the scale ``key`` pass 1 - p. As R's print of survfit
    has it, the middle of the step is taken where a curve runs along 1 - p. Infinite where it is not reached.
    """
    import numpy as np

    with np.errstate(all="ignore"):
        low, high = limits(Survival(curve.survival, curve.se), conf, key)
    level = 1 - p
    found = [_first_at_or_below(curve.time, of, level) for of in (curve.survival, low, high)]
    estimate, lower, upper = (math.inf if math.isnan(time) else time for time in found)
    reached = bool(np.isfinite(estimate))
    if lower > estimate:
        lower = math.nan
    notes = notes_when(
        (math.isnan(lower), "no lower limit: the curve falls to 0, where survival has no interval"),
        (not reached, "not reached: the curve stays above it"),
        (reached and math.isinf(upper), "the upper limit is not reached"),
    )
    return Estimate(estimate, lower, upper, conf, notes=notes)


_FORMULA = "median = first time with S <= 1/2;  limits = first times at which the {} limits of S are <= 1/2"


@estimator(
    MEASURE,
    "log-log-s",
    name="Brookmeyer-Crowley, log(-log S)",
    reference="Brookmeyer & Crowley 1982",
    software=("SAS PROC LIFETEST", "Stata stci", "R survfit, conf.type='log-log'"),
    formula=_FORMULA.format("log(-log S)"),
    default=True,
    closed_form=False,
)
def log_log(curve: Curve, conf: float = 0.95) -> Estimate:
    """Median with the interval that the log(-log S) limits of the curve give (Brookmeyer & Crowley 1982)."""
    return quantile(curve, 0.5, conf, "log-log-s")


@estimator(
    MEASURE,
    "log",
    name="Brookmeyer-Crowley, log S",
    reference="Brookmeyer & Crowley 1982",
    software=("R survfit",),
    formula=_FORMULA.format("log S"),
    closed_form=False,
)
def log(curve: Curve, conf: float = 0.95) -> Estimate:
    """Median with the interval that the log S limits of the curve give, as R's survfit prints it."""
    return quantile(curve, 0.5, conf, "log")


@estimator(
    MEASURE,
    "plain",
    name="Brookmeyer-Crowley, plain",
    reference="Brookmeyer & Crowley 1982",
    software=("R survfit, conf.type='plain'",),
    formula=_FORMULA.format("plain"),
    closed_form=False,
)
def plain(curve: Curve, conf: float = 0.95) -> Estimate:
    """Median with the interval that the plain limits of the curve give: the sign test of Brookmeyer & Crowley 1982."""
    return quantile(curve, 0.5, conf, "plain")


@estimator(
    MEASURE,
    "logit",
    name="Brookmeyer-Crowley, logit",
    reference="Brookmeyer & Crowley 1982",
    software=("SAS PROC LIFETEST, conftype=logit",),
    formula=_FORMULA.format("logit"),
    closed_form=False,
)
def logit(curve: Curve, conf: float = 0.95) -> Estimate:
    """Median with the interval that the logit limits of the curve give."""
    return quantile(curve, 0.5, conf, "logit")


@estimator(
    MEASURE,
    "arcsine-sqrt",
    name="Brookmeyer-Crowley, arcsine",
    reference="Brookmeyer & Crowley 1982",
    software=("SAS PROC LIFETEST, conftype=asinsqrt",),
    formula=_FORMULA.format("arcsine"),
    closed_form=False,
)
def arcsine(curve: Curve, conf: float = 0.95) -> Estimate:
    """Median with the interval that the arcsine limits of the curve give."""
    return quantile(curve, 0.5, conf, "arcsine-sqrt")
