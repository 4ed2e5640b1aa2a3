"""The confidence set of a probability: the values that a two-sided exact binomial test with unequal tails keeps.

A two-sided P that is not the doubling of one tail adds to the tail of the observed x an opposite tail that ends where a
count is no less extreme than x: no more probable (Sterne 1954), or with a tail no larger (Blaker 2000). As the
probability p rises past a crossing, the opposite tail gains a count and P jumps up; between crossings
P = P(X >= x) + P(X <= k) has one valley, where k of n - 1 is as likely as x - 1. So the set may have holes, its lowest
value is a crossing or the root between two of them, and the interval is the smallest that holds the set (Klaschka 2010,
"BlakerCI: an algorithm and R package for the Blaker's binomial confidence limits calculation"; Fay 2010). Only the
lower limit is sought: the upper one is that of the counts without the event. Plain whole numbers only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .binomial import at_least, at_most, beta_odds, last_within
from .namespace import root
from .noncentral_hypergeometric import log_binomial

Ordering = Literal["probability", "tail"]

#: P values are equal to alpha within this relative error; a P equal to alpha rejects.
_EQUAL = 1e-12


def _at(log_odds: float) -> tuple[float, float]:
    """p and 1 - p of a log odds."""
    return 1 / (1 + math.exp(-log_odds)), 1 / (1 + math.exp(log_odds))


def equally_likely(x: int, k: int, n: int) -> float:
    """The log odds at which k and x of n are equally probable, k < x."""
    p = (x + 0.5) / (n + 1)  # any will do: near x the two logs are small, and their difference is accurate
    q = (n - x + 0.5) / (n + 1)
    return math.log(p / q) + (log_binomial(k, n, p, q) - log_binomial(x, n, p, q)) / (x - k)


@dataclass(frozen=True, slots=True)
class _LowerSide:
    """The search for the lower limit of x of n, x > 0, at a P of alpha."""

    x: int
    n: int
    alpha: float

    def upper(self, log_odds: float) -> float:
        """P(X >= x), the tail of the observed count."""
        return float(at_least(self.x, self.n, *_at(log_odds)))

    def lower(self, k: int, log_odds: float) -> float:
        """P(X <= k), the opposite tail."""
        return float(at_most(k, self.n, *_at(log_odds)))

    def p(self, k: int, log_odds: float) -> float:
        return self.upper(log_odds) + self.lower(k, log_odds)

    def tail_quantile(self, tail: float) -> float:
        """The log odds at which P(X >= x) is this."""
        return math.log(beta_odds(tail, self.x, self.n - self.x + 1.0))

    def limit(self, k: int, crossing: Callable[[int], float], kept: float) -> tuple[float, bool]:
        """The log of the lower limit, and whether the set has holes above it.

        ``k`` is the last count whose crossing is below the set; from ``kept`` on the tail of x alone is above alpha.
        """
        right = min(crossing(k + 1), kept)
        found = right
        if k >= 0 and self.p(k, right) > self.alpha:
            found = root(lambda t: self.p(k, t) - self.alpha, crossing(k), right)
        return found, self.holes(k + 1, right, crossing, kept)

    def holes(self, k: int, left: float, crossing: Callable[[int], float], kept: float) -> bool:
        """Whether P falls to alpha or below between crossings above the limit, until it clearly no longer does."""
        while left < kept and k < self.x - 1:
            right = min(crossing(k + 1), kept)
            if self.upper(left) + self.lower(k, right) > self.alpha:
                return False
            valley = min(max(equally_likely(self.x - 1, k, self.n - 1), left), right)
            if self.p(k, valley) <= self.alpha:
                return True
            k, left = k + 1, right
        return False


def _by_tail(side: _LowerSide) -> tuple[float, bool]:
    """Blaker's limit. Below the tail quantile of alpha/2 no P exceeds alpha; at every crossing above it one does."""
    least, kept = side.tail_quantile(side.alpha / 2), side.tail_quantile(side.alpha)
    k = last_within(lambda y: side.lower(y, least) <= side.alpha / 2, -1, side.x - 1)

    def crossing(y: int) -> float:
        """Where P(X <= y) falls to P(X >= x); the end of the search where it does so beyond."""
        if side.lower(y, least) <= side.upper(least):
            return least
        return float(root(lambda t: side.lower(y, t) - side.upper(t), least, kept))

    return side.limit(k, crossing, kept)


def _by_probability(side: _LowerSide) -> tuple[float, bool]:
    """Sterne's limit. P at the crossing of y rises with y, up to 1 at y = x - 1."""

    def crossing(y: int) -> float:
        return equally_likely(side.x, y, side.n)

    k = last_within(lambda y: y < 0 or side.p(y, crossing(y)) <= side.alpha, -1, side.x - 1)
    return side.limit(k, crossing, side.tail_quantile(side.alpha))


def _lower_odds(x: int, n: int, ordering: Ordering, conf: float) -> tuple[float, bool]:
    if x == 0:
        return 0.0, False
    side = _LowerSide(x, n, (1 - conf) * (1 + _EQUAL))
    log_odds, holes = (_by_tail if ordering == "tail" else _by_probability)(side)
    return math.exp(log_odds), holes


def confidence_set(x: int, n: int, ordering: Ordering, conf: float) -> tuple[float, float, bool]:
    """The least and the greatest odds p/(1-p) that the test does not reject at 1 - conf, and whether the set has holes.

    ``ordering`` is what counts as no less extreme than x: "probability", what is not more probable; "tail", what has no
    larger a tail. 0 where x = 0, infinity where x = n.
    """
    lower, holes_below = _lower_odds(x, n, ordering, conf)
    upper, holes_above = _lower_odds(n - x, n, ordering, conf)
    return lower, 1 / upper if upper else math.inf, holes_below or holes_above


def acceptability(x: int, n: int, p: float, q: float, tolerance: float = 1e-7) -> float:
    """Blaker's two-sided P: the smaller tail and the largest opposite tail not above it (Blaker 2000, section 2).

    Tails count as equal within a relative tolerance. q = 1 - p.
    """
    less, more = float(at_most(x, n, p, q)), float(at_least(x, n, p, q))
    if less < more:
        return acceptability(n - x, n, q, p, tolerance)
    k = last_within(lambda y: float(at_most(y, n, p, q)) <= more * (1 + tolerance), -1, x)
    return min(1.0, more + float(at_most(k, n, p, q)))
