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


def _register(key: str, scale: str, software: tuple[str, ...], what: str) -> None:
    def median(curve: Curve, conf: float = 0.95) -> Estimate:
        return quantile(curve, 0.5, conf, key)

    median.__doc__ = f"Median with the interval that the {scale} limits of the curve give{what}."
    estimator(
        MEASURE,
        key,
        name=f"Brookmeyer-Crowley, {scale}",
        reference="Brookmeyer & Crowley 1982",
        software=software,
        formula=_FORMULA.format(scale),
        default=key == "log-log-s",
        closed_form=False,
    )(median)


for _scale in (
    (
        "log-log-s",
        "log(-log S)",
        ("SAS PROC LIFETEST", "Stata stci", "R survfit, conf.type='log-log'"),
        " (Brookmeyer & Crowley 1982)",
    ),
    ("log", "log S", ("R survfit",), ", as R's survfit prints it"),
    ("plain", "plain", ("R survfit, conf.type='plain'",), ": the sign test of Brookmeyer & Crowley 1982"),
    ("logit", "logit", ("SAS PROC LIFETEST, conftype=logit",), ""),
    ("arcsine-sqrt", "arcsine", ("SAS PROC LIFETEST, conftype=asinsqrt",), ""),
):
    _register(*_scale)
