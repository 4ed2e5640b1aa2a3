"""The discordant pairs of which a printed odds ratio with its limits is McNemar's: the exact interval is not symmetric.

Of paired data an abstract rarely prints the pairs. Few pairs, if any, give an estimate and both limits to their last
digit, so that finding one explains the figures.
"""

from __future__ import annotations

import math

from ..stats.namespace import z_for
from ..stats.noncentral_hypergeometric import log_binomial

Box = tuple[float, float]

_MOST = 1000


def pairs(estimate: Box, lower: Box, upper: Box, conf: float) -> tuple[int, int] | None:
    """The pairs b and c, fewest first, whose b/c with exact limits rounds to the printed figures, or None.

    The limits are those of Clopper and Pearson for b out of b + c, as odds (Breslow & Day 1980, section 5.2).
    """
    if not 0 < lower[0] < lower[1] < upper[0] < upper[1] or estimate[0] <= 0:
        return None
    ratio = (estimate[0] + estimate[1]) / 2
    se = math.log((upper[0] + upper[1]) / (lower[0] + lower[1])) / (2 * z_for(conf))
    about = (1 + ratio) ** 2 / (ratio * se * se)  # 1/b + 1/c = se^2
    tail = (1 - conf) / 2
    for n in range(max(2, int(0.6 * about)), min(_MOST, int(1.5 * about)) + 1):
        b = round(n * ratio / (1 + ratio))
        c = n - b
        if not (b > 0 and c > 0 and estimate[0] <= b / c <= estimate[1]):
            continue
        # the tail at a limit grows with it: it is passed within the rounding of the limit
        if not _at_least(b, n, lower[0]) <= tail <= _at_least(b, n, lower[1]):
            continue
        if _at_least(c, n, 1 / upper[1]) <= tail <= _at_least(c, n, 1 / upper[0]):
            return b, c
    return None


def _at_least(b: int, n: int, odds: float) -> float:
    """P(X >= b) of n where the odds of each are ``odds``."""
    p, q = odds / (1 + odds), 1 / (1 + odds)
    total = term = math.exp(log_binomial(b, n, p, q))
    for x in range(b, n):
        term *= (n - x) / (x + 1) * odds
        total += term
        if term < 1e-16 * total:
            break
    return total
