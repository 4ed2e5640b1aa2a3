"""One proportion: the patients for a confidence interval of a given width, and the width that patients give."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .allocation import analysed, enrolled, whole_up
from .namespace import namespace, root
from .registry import design
from .results import Design, Number, Value, notes_when
from .trial_question import require, require_probability, require_size

MEASURE = "precision of a proportion"


@dataclass(frozen=True, slots=True)
class Precision:
    """A question about the interval of one proportion: of its ``width`` and the size ``n`` one is given.

    ``p`` is the proportion expected, ``width`` the whole width of the two-sided interval (upper less lower limit) where
    np patients have the event, np taken as it is and not as a whole number; ``conf`` is a fraction. With a
    ``dropout`` n are the patients enrolled. Numbers, or arrays of one shape for many questions.

    Raises ValueError, with the figure at fault, for a proportion, width or level not strictly between 0 and 1, no
    patients, or other than one of width and n.
    """

    p: Number
    width: Number | None = None
    n: Number | None = None
    conf: float = 0.95
    dropout: Number = 0.0

    def __post_init__(self) -> None:
        require_probability(self.p, "the proportion")
        require_probability(self.conf, "the confidence level")
        if self.width is not None:
            require(self.width, lambda w: (w > 0) & (w < 1), "the width must be strictly between 0 and 1")
        require_size(self.n, self.dropout)
        if (self.width is None) == (self.n is None):
            raise ValueError("give one of width and n to find the other")

    def namespace(self) -> Any:
        """The namespace of the numbers given."""
        return namespace(*(x for x in (self.p, self.width, self.n, self.dropout) if x is not None))


#: The most patients that are searched; the closed forms have no such end.
_MOST = 1e15
_BEYOND = "no interval of up to 1e15 patients is so narrow"
_FEW = "fewer than 5 events or non-events are expected: this interval is rough there"

#: Limits from (p, n, conf).
Limits = Callable[[Number, Number, float], tuple[Number, Number]]


def _answer(asked: Precision, limits: Limits, *, start: Number = None, large: bool = False) -> Design:
    """The design by the limits of a method; ``start`` is the exact n where a closed form gives it.

    ``large`` says that the interval is one of large samples, which small counts make rough.
    """
    p, conf = asked.p, asked.conf
    ns = asked.namespace()
    lossless = ns.every(asked.dropout == 0)
    exact: Number | None = None
    if asked.n is None:
        width = asked.width

        def excess(log_n: Number) -> Number:
            lower, upper = limits(p, ns.exp(log_n), conf)
            return upper - lower - width

        # the width falls with n; what no interval of one patient exceeds needs one patient
        shape = 0.0 * (p + width)
        if start is None:
            most = shape + math.log(_MOST)
            start = ns.where(excess(most) > 0, math.nan, ns.exp(root(excess, shape, most)))
        exact = start
        n = whole_up(exact)
        to_enrol = enrolled(n, asked.dropout)
    else:
        to_enrol = asked.n
        n = asked.n if lossless else analysed(asked.n, asked.dropout)
    lower, upper = limits(p, n, conf)
    fewest = n * ns.minimum(p, 1 - p)
    return Design(
        "n" if asked.n is None else "width",
        upper - lower,
        "interval width",
        None,
        None,
        1 - conf,
        2,
        p1=p,
        n1=n,
        dropout=asked.dropout,
        enrolled1=None if lossless else to_enrol,
        n1_exact=exact,
        figures=(
            Value("lower limit", lower, "proportion"),
            Value("upper limit", upper, "proportion"),
        ),
        notes=notes_when((ns.isnan(n), _BEYOND), *(((fewest < 5, _FEW),) if large else ())),
    )


def _z(asked: Precision) -> Number:
    return -asked.namespace().norm_ppf((1 - asked.conf) / 2)


@design(
    MEASURE,
    "wilson",
    name="Wilson score interval",
    reference="Wilson 1927; Piegorsch 2004",
    software=("presize prec_prop, wilson",),
    formula="limits = (p + z^2/(2*n) -+ z*sqrt(p*(1-p)/n + z^2/(4*n^2))) / (1 + z^2/n);  "
    "N is the least n with upper - lower <= width",
    default=True,
    advice="good for every p; fewer patients than Clopper-Pearson",
)
def wilson(asked: Precision) -> Design:
    """Wilson's score interval; its width at np events is inverted in closed form (Piegorsch 2004)."""
    ns = asked.namespace()

    def limits(p: Number, n: Number, conf: float) -> tuple[Number, Number]:
        z = -ns.norm_ppf((1 - conf) / 2)
        centre = p + z * z / (2 * n)
        half = z * ns.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)

    if asked.width is None:
        return _answer(asked, limits)
    # with u = n + z^2: w^2 u^2 = 4 z^2 (n v + z^2/4), v = p(1-p), a quadratic in n
    z2 = _z(asked) * _z(asked)
    v, w2 = asked.p * (1 - asked.p), asked.width * asked.width
    b = z2 * (w2 - 2 * v)
    n = ns.div(ns.sqrt(ns.maximum(b * b + w2 * z2 * z2 * (1 - w2), 0.0)) - b, w2)
    return _answer(asked, limits, start=n)


@design(
    MEASURE,
    "clopper-pearson",
    name="Clopper-Pearson interval",
    reference="Clopper & Pearson 1934",
    software=("PASS, confidence intervals for one proportion, exact",),
    formula="lower = Beta(alpha/2; n*p, n-n*p+1);  upper = Beta(1-alpha/2; n*p+1, n-n*p);  "
    "N is the least n with upper - lower <= width",
    default=True,
    advice="never less than the level asked; the interval of the exact test",
)
def clopper_pearson(asked: Precision) -> Design:
    """The exact interval, its beta quantiles taken at np events though np is no whole number."""

    def limits(p: Number, n: Number, conf: float) -> tuple[Number, Number]:
        from scipy.special import betaincinv

        tail = (1 - conf) / 2
        events, others = n * p, n * (1 - p)
        lower, upper = betaincinv(events, others + 1, tail), 1 - betaincinv(others, events + 1, tail)
        return (lower, upper) if hasattr(lower, "shape") and lower.shape else (float(lower), float(upper))

    return _answer(asked, limits)


@design(
    MEASURE,
    "wald",
    name="Wald (normal) interval",
    reference="Fleiss 1981",
    software=("epiR epi.sssimpleestb", "OpenEpi", "statsmodels samplesize_confint_proportion"),
    formula="limits = p -+ z*sqrt(p*(1-p)/n);  N = 4*z^2*p*(1-p)/width^2",
    default=True,
    advice="what most papers state; too few patients where p is near 0 or 1",
)
def wald(asked: Precision) -> Design:
    """The normal interval with the variance of the proportion (Fleiss 1981, section 1.4)."""
    ns = asked.namespace()

    def limits(p: Number, n: Number, conf: float) -> tuple[Number, Number]:
        half = -ns.norm_ppf((1 - conf) / 2) * ns.sqrt(p * (1 - p) / n)
        return p - half, p + half

    if asked.width is None:
        return _answer(asked, limits, large=True)
    z = _z(asked)
    return _answer(asked, limits, start=4 * z * z * asked.p * (1 - asked.p) / (asked.width * asked.width), large=True)
