"""The cumulative incidence of an event at one time: confidence intervals on each scale, and what a printed one says.

A cumulative incidence F (Aalen-Johansen estimate, 1 - Kaplan-Meier, or a plain proportion) and its standard error are
fractions. An interval on the scale g is g(F) -+ z*SE*|g'(F)| transformed back (delta method); software differs in g and
says so rarely, so a printed interval is read on every scale and compared with the printed estimate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

from .namespace import namespace, z_for
from .registry import estimator
from .results import Estimate, Number, TestResult, notes_when

MEASURE = "cumulative incidence"

_Formula = Callable[[Any, Number], Number]


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale on which an interval is symmetric: g, its inverse and its slope dg/dF, each over (namespace, value).

    g rises with F on every scale here: log(-log F) is taken with a minus sign, which changes no interval and no
    standard error. ``at_zero`` and ``at_one`` say whether the scale exists where F is 0 or 1; ``below_zero`` and
    ``above_one`` whether its intervals can pass 0 or 1 and are then cut there.
    """

    key: str
    symbol: str
    g: _Formula
    back: _Formula
    slope: _Formula
    at_zero: bool = False
    at_one: bool = False
    below_zero: bool = False
    above_one: bool = False


def _within_quarter_turn(ns: Any, y: Number) -> Number:
    return ns.where(y < 0, 0.0, ns.where(y > math.pi / 2, math.pi / 2, y))


#: The scales, by key of their interval.
SCALES: dict[str, Scale] = {
    scale.key: scale
    for scale in (
        Scale(
            "plain",
            "F",
            g=lambda ns, f: f,
            back=lambda ns, y: y,
            slope=lambda ns, f: ns.where(f == f, 1.0, f),
            at_zero=True,
            at_one=True,
            below_zero=True,
            above_one=True,
        ),
        Scale(
            "log",
            "log F",
            g=lambda ns, f: ns.log(f),
            back=lambda ns, y: ns.exp(y),
            slope=lambda ns, f: ns.div(1.0, f),
            at_one=True,
            above_one=True,
        ),
        Scale(
            "log-s",
            "log(1-F)",
            g=lambda ns, f: -ns.log1p(-f),
            back=lambda ns, y: -ns.expm1(-y),
            slope=lambda ns, f: ns.div(1.0, 1 - f),
            at_zero=True,
            below_zero=True,
        ),
        Scale(
            "log-log-f",
            "log(-log F)",
            g=lambda ns, f: -ns.log(-ns.log(f)),
            back=lambda ns, y: ns.exp(-ns.exp(-y)),
            slope=lambda ns, f: ns.div(1.0, -f * ns.log(f)),
        ),
        Scale(
            "log-log-s",
            "log(-log(1-F))",
            g=lambda ns, f: ns.log(-ns.log1p(-f)),
            back=lambda ns, y: -ns.expm1(-ns.exp(y)),
            slope=lambda ns, f: ns.div(1.0, -(1 - f) * ns.log1p(-f)),
        ),
        Scale(
            "logit",
            "log(F/(1-F))",
            g=lambda ns, f: ns.log(f) - ns.log1p(-f),
            back=lambda ns, y: ns.div(1.0, 1 + ns.exp(-y)),
            slope=lambda ns, f: ns.div(1.0, f * (1 - f)),
        ),
        Scale(
            "arcsine-sqrt",
            "asin(sqrt F)",
            g=lambda ns, f: ns.arcsin(ns.sqrt(f)),
            back=lambda ns, y: ns.sin(_within_quarter_turn(ns, y)) ** 2,
            slope=lambda ns, f: ns.div(0.5, ns.sqrt(f * (1 - f))),
            below_zero=True,
            above_one=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Incidence:
    """A cumulative incidence at one time with its standard error, both fractions (SE on the plain scale of F)."""

    estimate: Number
    se: Number

    @classmethod
    def from_counts(cls, events: Number, total: Number) -> Incidence:
        """Without censoring: F = x/n with the binomial standard error sqrt(F(1-F)/n)."""
        ns = namespace(events, total)
        f = ns.div(events * 1.0, total)
        others = ns.div((total - events) * 1.0, total)
        return cls(f, ns.sqrt(ns.div(f * others, total)))

    @classmethod
    def from_interval(
        cls, estimate: Number, lower: Number, upper: Number, conf: float = 0.95, scale: str = "log-log-f"
    ) -> Incidence:
        """The standard error that a confidence interval implies on a scale (see read_interval); nan where none does."""
        return cls(estimate, read_interval(estimate, lower, upper, conf, scale).plain_se)

    @property
    def effective_size(self) -> Number:
        """F(1-F)/SE^2: the size of a sample without censoring of the same precision (Dorey & Korn 1987)."""
        ns = namespace(self.estimate, self.se)
        return ns.div(self.estimate * (1 - self.estimate), self.se * self.se)

    @property
    def implied_events(self) -> Number:
        """The events in a sample of the effective size."""
        return self.estimate * self.effective_size


@dataclass(frozen=True, slots=True)
class Reading:
    """A confidence interval read on one scale: half its width there over z, and where its middle is.

    ``se`` is on the scale, ``plain_se`` on that of F (at the estimate), ``centre`` the midpoint of the limits on the
    scale, transformed back to F.
    """

    scale: str
    se: Number
    plain_se: Number
    centre: Number


def read_interval(
    estimate: Number, lower: Number, upper: Number, conf: float = 0.95, scale: str = "log-log-f"
) -> Reading:
    """Standard error and centre that the limits of an interval imply on a scale (delta method, inverted).

    All are fractions of one shape; ``conf`` is the interval's level. A figure is nan where the scale does not exist
    (log at a limit of 0, say). Raises KeyError for an unknown scale.
    """
    on = SCALES[scale]
    ns = namespace(estimate, lower, upper)
    low, high = on.g(ns, lower), on.g(ns, upper)
    width = high - low
    exists = ns.both(abs(low) < math.inf, abs(high) < math.inf)
    se = ns.where(exists, width / (2 * z_for(conf)), math.nan)
    slope = on.slope(ns, estimate)
    inside = ns.both(_exists(on, ns, estimate), slope < math.inf)
    plain = ns.where(inside, ns.div(se, slope), math.nan)
    centre = ns.where(exists, on.back(ns, (low + high) / 2), math.nan)
    return Reading(scale, se, plain, centre)


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a printed interval is symmetric about the printed estimate on a scale, given how they were rounded.

    ``centre`` is the middle of the printed limits on the scale (as F), ``attainable`` the middles that limits rounding
    to the printed ones can have, ``consistent`` whether one of these rounds to the printed estimate, ``distance`` how
    far the centre is from the printed estimate. A limit may have been cut at 0 or 1 where ``cut`` is true.
    """

    scale: str
    centre: float
    attainable: tuple[float, float]
    consistent: bool
    distance: float
    compatible: float
    cut: bool = False


#: The lowest and the highest of the values a figure may have.
Range = tuple[float, float]
#: The values that round to a printed estimate, lower limit and upper limit.
Ranges = tuple[Range, Range, Range]


def fit_interval(estimate: float, lower: float, upper: float, ranges: Ranges, scale: str) -> Fit:
    """Read a printed interval on a scale. Plain numbers, all fractions.

    ``ranges`` are the values that round to the printed estimate, lower and upper limit. Centre and half width on the
    scale together determine both limits, so an interval of this scale rounds to the printed figures if, and only if,
    the attainable centres meet the estimate's range. An estimate of 0 or 1 has no standard error, so that an interval
    with a width is of no scale there (exact limits are of another kind).
    """
    on = SCALES[scale]
    ns = namespace(estimate)
    within, low, high = ranges
    cut_low = on.below_zero and low[0] <= 0
    cut_high = on.above_one and high[1] >= 1

    def middle(a: float, b: float) -> float:
        y = (on.g(ns, min(max(a, 0.0), 1.0)) + on.g(ns, min(max(b, 0.0), 1.0))) / 2
        return on.back(ns, y)  # type: ignore[no-any-return]

    attainable = (0.0 if cut_low else middle(low[0], high[0]), 1.0 if cut_high else middle(low[1], high[1]))
    slack = 1e-12
    inside = 0 < estimate < 1
    consistent = inside and attainable[0] <= within[1] + slack and attainable[1] >= within[0] - slack
    centre = middle(lower, upper)
    compatible = min(max(centre, within[0]), within[1]) if inside else estimate
    return Fit(scale, centre, attainable, consistent, abs(centre - estimate), compatible, cut_low or cut_high)


def fit_every_scale(estimate: float, lower: float, upper: float, ranges: Ranges) -> dict[str, Fit]:
    """fit_interval on every scale, those consistent with the printed figures first, then by distance."""
    fits = (fit_interval(estimate, lower, upper, ranges, scale) for scale in SCALES)
    return {fit.scale: fit for fit in sorted(fits, key=lambda fit: (not fit.consistent, fit.distance))}


def scale_of_all(*intervals: dict[str, Fit]) -> tuple[str, bool]:
    """The scale nearest to all the intervals together: of those consistent with each (then True), else of all."""
    shared = [scale for scale in SCALES if all(fits[scale].consistent for fits in intervals)]
    best = min(shared or SCALES, key=lambda scale: sum(fits[scale].distance for fits in intervals))
    return best, bool(shared)


def interval_corners(ranges: Ranges, level: float, scale: str) -> list[Incidence]:
    """A printed interval of ``level`` read on a scale, with each of its figures at either end of its rounding."""
    return [Incidence.from_interval(f, low, high, level, scale) for f, low, high in product(*ranges) if low <= high]


def attainable(function: Callable[..., Estimate | TestResult], inputs: Iterable[Any], *more: Any) -> dict[str, Range]:
    """The lowest and highest estimate, limits and P that a method gives over ``inputs``, the corners of the print.

    Each figure is monotone in each printed one, P on either side of no effect; where that lies inside, P reaches 1.
    Figures that exist at no corner are left out.
    """
    found: dict[str, list[float]] = {}
    for given in inputs:
        result = function(given, *more)
        for figure in ("estimate", "lower", "upper", "p", "statistic"):
            value = getattr(result, figure, None)
            if value is not None and value == value:
                found.setdefault(figure, []).append(value)
    ranges = {figure: (min(values), max(values)) for figure, values in found.items()}
    lowest, highest = ranges.pop("statistic", (1.0, 1.0))
    if lowest <= 0 <= highest:
        ranges["p"] = (ranges["p"][0], 1.0)
    return ranges


def _exists(on: Scale, ns: Any, f: Number) -> Any:
    inside = ns.both(f > 0, f < 1)
    if on.at_zero:
        inside = ns.either(inside, f == 0)
    if on.at_one:
        inside = ns.either(inside, f == 1)
    return inside


def _interval(incidence: Incidence, conf: float, scale: str) -> Estimate:
    on = SCALES[scale]
    f, plain_se = incidence.estimate, incidence.se
    ns = namespace(f, plain_se)
    exists = _exists(on, ns, f)
    se = ns.where(exists, plain_se * on.slope(ns, f), math.nan)
    y, half = on.g(ns, f), z_for(conf) * se
    lower = ns.where(exists, on.back(ns, y - half), math.nan)
    upper = ns.where(exists, on.back(ns, y + half), math.nan)
    notes = notes_when(
        (ns.both(f == 0, not on.at_zero), f"F is 0: the {on.symbol} scale does not exist there"),
        (ns.both(f == 1, not on.at_one), f"F is 1: the {on.symbol} scale does not exist there"),
        (ns.both(exists, ns.isnan(plain_se)), "no standard error: a limit is 0 or 1, where the scale does not exist"),
        (ns.both(exists, plain_se == 0), "the standard error is 0: the interval has no width"),
        (lower < 0, "the lower limit is below 0 and cut there"),
        (upper > 1, "the upper limit is above 1 and cut there"),
    )
    return Estimate(
        f,
        ns.where(lower < 0, 0.0, lower),
        ns.where(upper > 1, 1.0, upper),
        conf,
        se=se,
        se_scale=scale,
        notes=notes,
    )


@estimator(
    MEASURE,
    "plain",
    name="plain (linear)",
    reference="Choudhury 2002",
    software=("R prodlim",),
    formula="limits = F -+ z*SE, cut at 0 and 1",
    advice="symmetric about F; covers poorly for F near 0 or 1",
)
def plain(incidence: Incidence, conf: float = 0.95) -> Estimate:
    """Interval on the scale of F itself (Choudhury 2002), cut at 0 and 1 as prodlim and survfit do.

    Also known as linear or naive.
    """
    return _interval(incidence, conf, "plain")


@estimator(
    MEASURE,
    "log",
    name="log F",
    reference="Therneau & Grambsch 2000",
    software=("R survival survfit (competing risks)",),
    formula="limits = exp(log F -+ z*SE/F), cut at 1",
    advice="never below 0; may pass 1 for a high F",
)
def log(incidence: Incidence, conf: float = 0.95) -> Estimate:
    """Interval on log F: survfit's default for the states of a competing risks model (Therneau & Grambsch 2000)."""
    return _interval(incidence, conf, "log")


@estimator(
    MEASURE,
    "log-s",
    name="log(1-F)",
    reference="Therneau & Grambsch 2000",
    software=("R survival survfit (1 - Kaplan-Meier)",),
    formula="limits = 1 - exp(log(1-F) +- z*SE/(1-F)), cut at 0",
    advice="the complement of a Kaplan-Meier interval on log S",
)
def log_s(incidence: Incidence, conf: float = 0.95) -> Estimate:
    """Interval on log(1-F): one minus survfit's default interval of a survival curve (Therneau & Grambsch 2000)."""
    return _interval(incidence, conf, "log-s")


@estimator(
    MEASURE,
    "log-log-f",
    name="log(-log F)",
    reference="Choudhury 2002; Pintilie 2006",
    software=(
        "R tidycmprsk cuminc",
        "SAS PROC LIFETEST (cumulative incidence)",
        "Stata stcompet",
        "lifelines AalenJohansenFitter",
    ),
    formula="limits = F^exp(-+ z*SE/(F*log F))",
    default=True,
    advice="recommended for cumulative incidence with competing risks; stays within 0 and 1",
)
def log_log_f(incidence: Incidence, conf: float = 0.95) -> Estimate:
    """Interval on log(-log F) (Choudhury 2002; Pintilie 2006). Does not exist at F = 0 or 1."""
    return _interval(incidence, conf, "log-log-f")


@estimator(
    MEASURE,
    "log-log-s",
    name="log(-log(1-F))",
    reference="Kalbfleisch & Prentice 1980",
    software=("R etm (cloglog)", "Stata sts (1 - survivor)", "SAS PROC LIFETEST (1 - survivor)"),
    formula="limits = 1 - (1-F)^exp(-+ z*SE/((1-F)*log(1-F)))",
    advice="the complement of a survival interval on log(-log S); stays within 0 and 1",
)
def log_log_s(incidence: Incidence, conf: float = 0.95) -> Estimate:
    """Interval on log(-log(1-F)), that of log(-log S) for S = 1-F (Kalbfleisch & Prentice 1980).

    Also known as cloglog, complementary log-log. Does not exist at F = 0 or 1.
    """
    return _interval(incidence, conf, "log-log-s")


@estimator(
    MEASURE,
    "logit",
    name="logit F",
    reference="Meeker & Escobar 1998",
    formula="limits = expit(logit F -+ z*SE/(F*(1-F)))",
    advice="the same for F and 1-F; stays within 0 and 1",
)
def logit(incidence: Incidence, conf: float = 0.95) -> Estimate:
    """Interval on log(F/(1-F)) (Meeker & Escobar 1998). Does not exist at F = 0 or 1."""
    return _interval(incidence, conf, "logit")


@estimator(
    MEASURE,
    "arcsine-sqrt",
    name="arcsine square root",
    reference="Borgan & Liestol 1990; Choudhury 2002",
    software=("R LocalControl",),
    formula="limits = sin(asin(sqrt F) -+ z*SE/(2*sqrt(F*(1-F))))^2, the angle cut at 0 and pi/2",
    advice="the same for F and 1-F; steadiest in small samples",
)
def arcsine_sqrt(incidence: Incidence, conf: float = 0.95) -> Estimate:
    """Interval on asin(sqrt F) (Borgan & Liestol 1990; Choudhury 2002). Does not exist at F = 0 or 1."""
    return _interval(incidence, conf, "arcsine-sqrt")
