"""Which tables a test of two proportions rejects: from its statistic for many tables at once.

Everything here is numpy's. A statistic is positive where the first arm has more events than the null hypothesis says
(more than p1 = p0, or beyond the margin), and the more extreme the further from 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from . import risk_difference, risk_ratio
from .namespace import norm_ppf

if TYPE_CHECKING:
    from .nuisance import Contrast, TwoBinomials
    from .power_proportions import TwoProportions

#: Statistics that are this close, relative to their size, are equal.
_TIE = 1e-9

#: From counts x1 and x0 (arrays) and the patients of each arm.
Statistic = Callable[[Any, Any, int, int], Any]


def _ratio(distance: Any, error: Any) -> Any:
    """distance/error; 0 for 0/0, infinite without an error."""
    import numpy as np

    distance = np.where(abs(distance) < 1e-14, 0.0, distance)
    with np.errstate(all="ignore"):
        return np.where(distance == 0, 0.0, distance / error)


def pooled_z(x1: Any, x0: Any, n1: int, n0: int) -> Any:
    """Pearson's chi-square, signed root."""
    import numpy as np

    p = (x1 + x0) / (n1 + n0)
    return _ratio(x1 / n1 - x0 / n0, np.sqrt(p * (1 - p) * (1 / n1 + 1 / n0)))


def corrected_z(x1: Any, x0: Any, n1: int, n0: int) -> Any:
    """Pearson's chi-square with Yates's correction, signed root."""
    import numpy as np

    p, distance = (x1 + x0) / (n1 + n0), x1 / n1 - x0 / n0
    less = np.maximum(abs(distance) - (1 / n1 + 1 / n0) / 2, 0.0)
    return _ratio(np.sign(distance) * less, np.sqrt(p * (1 - p) * (1 / n1 + 1 / n0)))


def arcsine_z(x1: Any, x0: Any, n1: int, n0: int) -> Any:
    """The difference of arcsine square roots over its standard error."""
    import numpy as np

    h = 2 * np.arcsin(np.sqrt(x1 / n1)) - 2 * np.arcsin(np.sqrt(x0 / n0))
    return h / math.sqrt(1 / n1 + 1 / n0)


def likelihood_ratio_z(x1: Any, x0: Any, n1: int, n0: int) -> Any:
    """The likelihood ratio chi-square G, signed root."""
    import numpy as np
    from scipy.special import xlogy

    def of_arm(x: Any, n: int) -> Any:
        return xlogy(x, x / n) + xlogy(n - x, 1 - x / n)

    g = 2 * (of_arm(x1, n1) + of_arm(x0, n0) - of_arm(x1 + x0, n1 + n0))
    return np.sign(x1 * n0 - x0 * n1) * np.sqrt(np.maximum(g, 0.0))


def wald_z(x1: Any, x0: Any, n1: int, n0: int, contrast: str = risk_difference.MEASURE, margin: float = 0.0) -> Any:
    """Wald's z of a difference, or of a log ratio from a margin; without a ratio's variance the least extreme, 0."""
    import numpy as np

    if contrast == risk_difference.MEASURE:
        error = np.sqrt(x1 * (n1 - x1) / n1**3 + x0 * (n0 - x0) / n0**3)
        return _ratio(x1 / n1 - x0 / n0 - margin, error)
    with np.errstate(all="ignore"):
        if contrast == risk_ratio.MEASURE:
            distance = np.log((x1 / n1) / (x0 / n0))
            error = np.sqrt(1 / x1 - 1 / n1 + 1 / x0 - 1 / n0)
        else:
            distance = np.log(x1 * (n0 - x0) / (x0 * (n1 - x1)))
            error = np.sqrt(1 / x1 + 1 / (n1 - x1) + 1 / x0 + 1 / (n0 - x0))
        z = (distance - math.log(margin)) / error
    return np.where(np.isfinite(z), z, 0.0)


def nuisance_contrast(contrast: str) -> Contrast:
    """The contrast as nuisance.py has it."""
    from .unconditional import contrast_of

    return contrast_of(contrast)


def score_z(x1: Any, x0: Any, n1: int, n0: int, contrast: str, margin: float) -> Any:
    """Score statistic from a margin (Farrington & Manning 1990; Miettinen & Nurminen 1985)."""
    import numpy as np

    x1, x0 = np.broadcast_arrays(x1 * 1.0, x0 * 1.0)
    return nuisance_contrast(contrast).z(x1, n1, x0, n0, margin)


#: The statistics of the methods that test equality by a normal approximation.
AT_EQUALITY: dict[str, Statistic] = {
    "pooled": pooled_z,
    "unpooled": wald_z,
    "continuity-corrected": corrected_z,
    "arcsine": arcsine_z,
    "likelihood-ratio": likelihood_ratio_z,
}


def at_margin(key: str, contrast: str, margin: float) -> Statistic:
    """The statistic of a method from a margin: Wald's for unpooled, the score statistic for the others."""
    return partial(wald_z if key == "unpooled" else score_z, contrast=contrast, margin=margin)


def beyond(z: Any, level: float) -> Any:
    """Where a normal statistic has an upper tail of at most ``level``."""
    return z >= -norm_ppf(level) * (1 - 1e-12)


def by_normal(asked: TwoProportions, key: str, x1: Any, x0: Any, n1: int, n0: int) -> tuple[Any, Any]:
    """Where a z test rejects in the direction of the effect, and where in the other (nowhere, with a margin)."""
    side = 1.0 if asked.upward() else -1.0
    if asked.margin is None:
        z = side * AT_EQUALITY.get(key, pooled_z)(x1, x0, n1, n0)
        other = beyond(-z, asked.level) if asked.sides == 2 else z > math.inf
        return beyond(z, asked.level), other
    z = at_margin(key, asked.contrast, asked.margin)(x1, x0, n1, n0)
    toward = beyond(side * z, asked.level)
    if asked.upper_margin is not None:
        upper = at_margin(key, asked.contrast, asked.upper_margin)(x1, x0, n1, n0)
        toward = toward & beyond(-upper, asked.level)
    return toward, z > math.inf


# --- exact tests ------------------------------------------------------------------------------------------------------


def every_table(n1: int, n0: int) -> tuple[Any, Any]:
    """x1 and x0 of all tables: a row for each x1, a column for each x0."""
    import numpy as np

    return np.arange(n1 + 1.0)[:, None], np.arange(n0 + 1.0)[None, :]


def largest_region(
    extremeness: Any, binomials: TwoBinomials, contrast: Contrast, value: float, level: float, near: float
) -> Any:
    """The largest set of most extreme tables whose probability is at most ``level`` whatever the nuisance parameter.

    Tables of one extremeness belong to it together. The sets are nested, so that it is found by halving, about the
    extremeness ``near``, which is likely to be at its edge.
    """
    import numpy as np

    order = np.unique(extremeness)
    # equal but for rounding: one step
    finite = order[np.isfinite(order)]
    steps = finite[np.concatenate([[True], np.diff(finite) > _TIE * (1 + abs(finite[1:]))])] if len(finite) else finite
    if len(order) and order[-1] == math.inf:
        steps = np.append(steps, math.inf)

    def keeps(bound: float) -> bool:
        mask = extremeness >= bound - _TIE * (1 + abs(bound)) / 2 if math.isfinite(bound) else extremeness >= bound
        probability = binomials.largest(
            lambda points: binomials.of_mask(mask.astype(float), points), contrast, value, level
        )
        return probability <= level * (1 + 1e-10)

    low, high = 0, len(steps)  # steps[high] is the least bound known to keep the level
    at, stride = int(np.searchsorted(steps, near)), 4
    while low < high and low <= at < high:
        if keeps(float(steps[at])):
            high, at = at, at - stride
        else:
            low, at = at + 1, at + stride
        stride *= 4
    while low < high:
        middle = (low + high) // 2
        if keeps(float(steps[middle])):
            high = middle
        else:
            low = middle + 1
    if high == len(steps):
        return extremeness > math.inf
    bound = float(steps[high])
    return extremeness >= bound - _TIE * (1 + abs(bound)) / 2 if math.isfinite(bound) else extremeness >= bound


def fisher_p(binomials: TwoBinomials, sides: int, upward: bool) -> Any:
    """Fisher's P of every table: two-sided as R's fisher.test, or in one direction."""
    return binomials.fisher("two-sided" if sides == 2 else ("greater" if upward else "less"))


def mid_p(binomials: TwoBinomials, sides: int, upward: bool) -> Any:
    """Fisher's mid-P of every table: half the probability of the tables that are as extreme."""
    import numpy as np
    from scipy.special import gammaln

    n1, n0 = binomials.n1, binomials.n0
    x1, x0 = every_table(n1, n0)
    m, total = x1 + x0, n1 + n0
    every = gammaln(total + 1.0) - gammaln(m + 1) - gammaln(total - m + 1)
    mass = np.exp(binomials.counts1[:, None] + binomials.counts0[None, :] - every)
    found = fisher_p(binomials, sides, upward)
    if sides == 1:
        return found - mass / 2
    tied = np.zeros_like(mass)
    for m in range(total + 1):
        at = np.arange(max(0, m - n0), min(n1, m) + 1)
        own = mass[at, m - at]
        ascending = np.sort(own)
        tied_count = np.searchsorted(ascending, own * (1 + 1e-7), side="right") - np.searchsorted(
            ascending, own * (1 - 1e-7), side="left"
        )
        tied[at, m - at] = tied_count * own
    return found - tied / 2


def _split(mask: Any, side: float, n1: int, n0: int) -> tuple[Any, Any]:
    """The tables of a region with an observed difference in the direction of the effect, and the others."""
    x1, x0 = every_table(n1, n0)
    toward = side * (x1 * n0 - x0 * n1) > 0
    return mask & toward, mask & ~toward


def _score_mask(contrast: str, margin: float, sign: float, bound: float, n1: int, n0: int) -> Any:
    """Where sign times the score statistic is at least ``bound``: it falls with x0, so that each row is halved."""
    import numpy as np

    z, x1 = nuisance_contrast(contrast).z, np.arange(n1 + 1.0)
    bound *= 1 - 1e-12
    # the greatest x0 of each row that belongs (-1: none), or the least (n0 + 1: none)
    low, high = np.full(n1 + 1, -1 if sign > 0 else 0), np.full(n1 + 1, n0 if sign > 0 else n0 + 1)
    while (low < high).any():
        middle = (low + high + 1) // 2 if sign > 0 else (low + high) // 2
        belongs = sign * z(x1, n1, np.clip(middle, 0, n0).astype(float), n0, margin) >= bound
        if sign > 0:
            low, high = np.where(belongs, middle, low), np.where(belongs, high, middle - 1)
        else:
            low, high = np.where(belongs, low, middle + 1), np.where(belongs, middle, high)
    x0 = np.arange(n0 + 1)[None, :]
    return x0 <= low[:, None] if sign > 0 else x0 >= low[:, None]


def exact_region(asked: TwoProportions, key: str, n1: int, n0: int) -> tuple[Any, Any]:
    """The tables that an exact method rejects, in the direction of the effect and in the other: masks over all tables.

    ``key`` is that of the design: exact-pearson, exact-fisher, exact-fisher-mid-p, exact-boschloo, exact-barnard.
    """
    import numpy as np

    from .nuisance import TwoBinomials

    x1, x0 = every_table(n1, n0)
    if key == "exact-pearson" and asked.margin is None:
        return by_normal(asked, key, x1, x0, n1, n0)
    if key == "exact-pearson":
        signs = (1.0 if asked.upward() else -1.0, -1.0)
        masks = [
            _score_mask(asked.contrast, float(margin), sign, -norm_ppf(asked.level), n1, n0)
            for margin, sign in zip(asked.margins, signs, strict=False)
        ]
        return np.logical_and.reduce(masks), np.zeros((n1 + 1, n0 + 1), dtype=bool)
    binomials = TwoBinomials(n1, n0)
    upward = bool(asked.upward())
    side, z_alpha = 1.0 if upward else -1.0, -norm_ppf(asked.level)
    if asked.margin is not None:
        regions = []
        for margin, sign in zip(asked.margins, (side, -1.0), strict=False):
            z = sign * score_z(x1, x0, n1, n0, asked.contrast, margin)
            contrast = nuisance_contrast(asked.contrast)
            regions.append(largest_region(z, binomials, contrast, margin, asked.level, z_alpha))
        return np.logical_and.reduce(regions), np.zeros((n1 + 1, n0 + 1), dtype=bool)
    alpha, sides = asked.alpha, asked.sides
    limit = alpha * (1 + 1e-10)
    difference = nuisance_contrast(risk_difference.MEASURE)
    if key == "exact-fisher":
        mask = fisher_p(binomials, sides, upward) <= limit
    elif key == "exact-fisher-mid-p":
        mask = mid_p(binomials, sides, upward) <= limit
    elif key == "exact-boschloo":
        p = fisher_p(binomials, sides, upward)
        with np.errstate(divide="ignore"):
            extremeness = -np.log(p)  # P values that are equal but for rounding stay so, relative to their size
        mask = largest_region(
            extremeness, binomials, difference, 0.0, alpha, -math.log(alpha * (1 + 2 / math.sqrt(min(n1, n0))))
        )
    else:
        z = side * pooled_z(x1, x0, n1, n0)
        mask = largest_region(abs(z) if sides == 2 else z, binomials, difference, 0.0, alpha, z_alpha)
    return _split(mask, side, n1, n0)
