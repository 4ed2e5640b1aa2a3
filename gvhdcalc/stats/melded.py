"""Melded intervals of the difference, ratio and odds ratio of two proportions (Fay, Proschan & Brittain 2015).

Each arm's exact (Clopper-Pearson) interval is that of two beta variables, one for either limit: TL ~ Beta(x, n-x+1) and
TU ~ Beta(x+1, n-x). The lower limit of a contrast g(p1, p0) is a lower quantile of g(TL1, TU0), the upper limit an
upper quantile of g(TU1, TL0), all four independent. At equality the P values are those of Fisher's exact test, so that
the interval holds equality when the doubled one-sided Fisher P is above alpha. One table at a time.

The distribution of g is an integral over one beta variable of the other's distribution function. The narrower one is
integrated over, on the normal scale of its probability, by Gauss-Legendre nodes between the points at which the other's
distribution function reaches 0 or 1: there the integrand is smooth.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from . import odds_ratio, risk_difference, risk_ratio
from .namespace import norm_ppf, root
from .noncentral_hypergeometric import doubled_p
from .registry import estimator
from .results import Estimate, Note, Number
from .two_by_two import TwoByTwo

#: Nodes of the integral, and the normal deviate beyond which nothing counts.
_NODES, _FAR = 120, 8.5

#: A proportion and one minus it, each to its own accuracy.
Pair = tuple[Any, Any]


def _quantile(a: float, b: float, below: Any, above: Any) -> Pair:
    """The point of Beta(a, b) with these probabilities below and above it, and one minus it; 0 for a = 0, 1 for b = 0.

    Each is sought from its own side of the median, so that neither is lost in rounding near 0 and 1.
    """
    import numpy as np
    from scipy.special import betaincinv

    below, above = np.asarray(below, dtype=float), np.asarray(above, dtype=float)
    if a == 0 or b == 0:
        none = 0.0 * below
        return (none, none + 1) if a == 0 else (none + 1, none)
    left = below <= 0.5
    near = betaincinv(np.where(left, a, b), np.where(left, b, a), np.where(left, below, above))
    return np.where(left, near, 1 - near), np.where(left, 1 - near, near)


@dataclass(frozen=True, slots=True)
class _Beta:
    """A beta variable."""

    a: float
    b: float

    def below(self, point: Pair) -> Any:
        """The probability below a point."""
        import numpy as np
        from scipy.special import betainc

        p, q = point
        small = p <= 0.5
        tail = betainc(np.where(small, self.a, self.b), np.where(small, self.b, self.a), np.where(small, p, q))
        return np.where(small, tail, 1 - tail)

    def at(self, deviate: Any) -> Pair:
        """The points that the normal deviates stand for."""
        from scipy.special import ndtr

        return _quantile(self.a, self.b, ndtr(deviate), ndtr(-deviate))

    def deviate(self, point: Pair) -> float:
        """The normal deviate of a point."""
        from scipy.special import ndtri

        below = float(self.below(point))
        if below <= 0.5:
            return float(ndtri(below))
        return -float(ndtri(float(_Beta(self.b, self.a).below((point[1], point[0])))))


@dataclass(frozen=True, slots=True)
class _Contrast:
    """How g compares two proportions, on the scale on which its value is sought.

    ``of`` gives it; ``first`` the first proportion that has a value with a given second one, ``second`` the reverse, as
    pairs that may lie outside 0 to 1; ``spread`` is the rough standard deviation of a beta variable on that scale.
    """

    of: Callable[[Pair, Pair], float]
    first: Callable[[Pair, float], Pair]
    second: Callable[[Pair, float], Pair]
    spread: Callable[[float, float], float]


def _odds(point: Pair, log_factor: float) -> Pair:
    """The proportion whose odds are those of the point times a factor."""
    import numpy as np

    p, q = point
    factor = math.exp(log_factor)
    whole = factor * p + q
    return np.asarray(factor * p / whole), np.asarray(q / whole)


def _times(point: Pair, factor: float) -> Pair:
    p, q = point
    return factor * p, (q + (1 - factor) * p if factor < 1 else 1 - factor * p)


_DIFFERENCE = _Contrast(
    of=lambda one, two: float(one[0] - two[0]),
    first=lambda two, value: (two[0] + value, two[1] - value),
    second=lambda one, value: (one[0] - value, one[1] + value),
    spread=lambda a, b: math.sqrt(a * b / (a + b) / (a + b) / (a + b + 1)),
)
_RATIO = _Contrast(
    of=lambda one, two: math.log(one[0]) - math.log(two[0]),
    first=lambda two, value: _times(two, math.exp(value)),
    second=lambda one, value: _times(one, math.exp(-value)),
    spread=lambda a, b: math.sqrt(b / a / (a + b)),
)
_RATIO_OF_ODDS = _Contrast(
    of=lambda one, two: math.log(one[0]) - math.log(one[1]) - math.log(two[0]) + math.log(two[1]),
    first=_odds,
    second=lambda one, value: _odds(one, -value),
    spread=lambda a, b: math.sqrt(1 / a + 1 / b),
)


def _clipped(point: Pair) -> Pair:
    import numpy as np

    return np.clip(point[0], 0.0, 1.0), np.clip(point[1], 0.0, 1.0)


@lru_cache(maxsize=4)
def _nodes(variable: _Beta, low: float, high: float) -> tuple[Pair, Any]:
    """Points of a beta variable between two normal deviates, and their weights: mostly the same for all values of g."""
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    deviates = (low + high) / 2 + (high - low) / 2 * nodes
    density = np.exp(-deviates * deviates / 2) / math.sqrt(2 * math.pi)
    return variable.at(deviates), (high - low) / 2 * weights * density


def _mean(variable: _Beta, of: Callable[[Pair], Any], low: float, high: float) -> float:
    """The mean of a function of a beta variable, between two normal deviates."""
    if low >= high:
        return 0.0
    points, weights = _nodes(variable, low, high)
    return float((weights * of(points)).sum())


def _probability(contrast: _Contrast, one: _Beta, two: _Beta, value: float) -> float:
    """P(g(T1, T2) <= value) for g rising with T1 and falling with T2."""
    from scipy.special import ndtr

    zero, unit = (0.0, 1.0), (1.0, 0.0)

    def within(variable: _Beta, point: Pair) -> float:
        """The normal deviate of a point of the variable, 0 and 1 being far out."""
        p, q = float(point[0]), float(point[1])
        if p <= 0 or q <= 0:
            return -_FAR if p <= 0 else _FAR
        return min(max(variable.deviate((p, q)), -_FAR), _FAR)

    if contrast.spread(two.a, two.b) <= contrast.spread(one.a, one.b):
        # over T2: T1 must lie below first(T2), which rises with T2; beyond 1 it surely does
        low, high = within(two, contrast.second(zero, value)), within(two, contrast.second(unit, value))
        inside = _mean(two, lambda point: one.below(_clipped(contrast.first(point, value))), low, high)
        return inside + float(ndtr(-high))
    # over T1: T2 must lie above second(T1), which rises with T1; below 0 it surely does
    low, high = within(one, contrast.first(zero, value)), within(one, contrast.first(unit, value))
    flipped = _Beta(two.b, two.a)

    def above(point: Pair) -> Any:
        p, q = _clipped(contrast.second(point, value))
        return flipped.below((q, p))

    return _mean(one, above, low, high) + float(ndtr(low))


def _lower(contrast: _Contrast, table: TwoByTwo, tail: float) -> float:
    """The lower limit, on the contrast's scale; minus infinity where g has no other value."""
    one, two = _Beta(table.a, table.b + 1.0), _Beta(table.c + 1.0, table.d)
    if one.a == 0 or two.b == 0:
        # a variable without spread, 0 or 1, leaves the quantile of the other
        point1, point2 = _quantile(one.a, one.b, tail, 1 - tail), _quantile(two.a, two.b, 1 - tail, tail)
        lost = contrast is not _DIFFERENCE and (one.a == 0 or (contrast is _RATIO_OF_ODDS and two.b == 0))
        return -math.inf if lost else contrast.of(point1, point2)
    # T1 below and T2 above their quantiles, each with the root of the tail, have together the tail; half of it each,
    # at most the tail
    half, part = tail / 2, math.sqrt(tail)
    low = contrast.of(_quantile(one.a, one.b, half, 1 - half), _quantile(two.a, two.b, 1 - half, half))
    high = contrast.of(_quantile(one.a, one.b, part, 1 - part), _quantile(two.a, two.b, 1 - part, part))
    deviate = norm_ppf(tail)

    def excess(value: float) -> float:
        # on the normal scale the probability is nearly straight, and few steps find the root
        return norm_ppf(min(max(_probability(contrast, one, two, value), 1e-300), 1 - 1e-16)) - deviate

    return float(root(excess, low, high))


def _melded(contrast: _Contrast, table: TwoByTwo, conf: float, estimate: Number) -> Estimate:
    if table.n1 * table.n0 == 0:
        note = (Note("an arm is empty: nothing can be said"),)
        return Estimate(estimate, math.nan, math.nan, conf, p=math.nan, notes=note)
    tail = (1 - conf) / 2
    lower, upper = _lower(contrast, table, tail), _lower(contrast, table.arms_exchanged(), tail)
    notes = (Note("the counts say nothing of the ratio"),) if estimate != estimate else ()
    if contrast is _DIFFERENCE:
        limits = lower, -upper
    else:
        limits = math.exp(lower), (math.inf if upper == -math.inf else math.exp(-upper))
    return Estimate(estimate, *limits, conf, p=doubled_p(table), notes=notes)


_FORMULA = (
    "lower = (1-conf)/2 quantile of {0}, T1 ~ Beta(a, b+1), T0 ~ Beta(c+1, d);  "
    "upper = (1+conf)/2 quantile, T1 ~ Beta(a+1, b), T0 ~ Beta(c, d+1)"
)
_ADVICE = "agrees with Fisher's exact P, doubled one-sided (fisher-central)"
_ABOUT: dict[str, Any] = {
    "name": "melded interval",
    "reference": "Fay, Proschan & Brittain 2015",
    "closed_form": False,
    "advice": _ADVICE,
}


@estimator(
    risk_difference.MEASURE,
    "melded",
    software=("exact2x2 binomMeld.test",),
    formula=_FORMULA.format("T1 - T0"),
    **_ABOUT,
)
def melded_difference(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk difference with the melded interval (Fay, Proschan & Brittain 2015, section 2).

    ``p`` is Fisher's, the smaller one-sided one doubled, which is that of the melded test of no difference (theorem 1).
    """
    return _melded(_DIFFERENCE, table, conf, risk_difference.sample_risk_difference(table))


@estimator(
    risk_ratio.MEASURE,
    "melded",
    software=("exact2x2 binomMeld.test, parmtype='ratio'",),
    formula=_FORMULA.format("T1/T0"),
    **_ABOUT,
)
def melded_ratio(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk ratio with the melded interval (Fay, Proschan & Brittain 2015, section 2).

    0 with no events in the first arm, infinite with none in the second. ``p`` is Fisher's, doubled one-sided.
    """
    return _melded(_RATIO, table, conf, risk_ratio.sample_risk_ratio(table))


@estimator(
    odds_ratio.MEASURE,
    "melded",
    software=("exact2x2 binomMeld.test, parmtype='oddsratio'",),
    formula=_FORMULA.format("T1*(1-T0)/(T0*(1-T1))"),
    **_ABOUT,
)
def melded_odds_ratio(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Sample odds ratio with the melded interval (Fay, Proschan & Brittain 2015, section 2).

    0 where a or d is zero, infinite where b or c is. ``p`` is Fisher's, doubled one-sided.
    """
    return _melded(_RATIO_OF_ODDS, table, conf, odds_ratio.sample_odds_ratio(table))
