"""The binomial distribution: tails, two-sided P values, and confidence limits of the odds p/(1-p).

Two rates, given the events of both arms together, and the discordant pairs of a paired table are each one binomial
count; their ratio is the odds of its probability (times the ratio of person-times). So the limits that both share are
here once. Tails and quantiles of the beta distribution are scipy's; all functions but ``no_more_likely`` take arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from .namespace import Scalars, namespace, root, z_for
from .noncentral_hypergeometric import log_binomial
from .results import Number


def _plain(value: Number, *like: Number) -> Number:
    """A float where scipy was asked about plain numbers; arrays as they are."""
    return float(value) if namespace(*like) is Scalars else value


def at_least(x: Number, n: Number, p: Number, q: Number) -> Number:
    """P(X >= x) for X binomial (n, p), 0 <= x <= n; q = 1 - p is given for its accuracy."""
    from scipy.special import betainc

    ns = namespace(x, n, p)
    tail = betainc(x, n - x + 1.0, p)
    # of a p near 1 it is q that has the figures; but of a small tail the complement would have none
    tail = ns.where(ns.both(p > q, tail > 1e-3), 1 - betainc(n - x + 1.0, x, q), tail)
    return _plain(ns.where(x <= 0, 1.0 + 0.0 * p, ns.where(x > n, 0.0, tail)), x, n, p)


def at_most(x: Number, n: Number, p: Number, q: Number) -> Number:
    """P(X <= x) for X binomial (n, p); q = 1 - p."""
    return at_least(n - x, n, q, p)


def doubled(x: Number, n: Number, p: Number, q: Number) -> Number:
    """Two-sided P: the smaller of P(X <= x) and P(X >= x), doubled."""
    ns = namespace(x, n, p)
    return ns.minimum(1.0, 2 * ns.minimum(at_most(x, n, p, q), at_least(x, n, p, q)))


def doubled_mid_p(x: Number, n: Number, p: Number, q: Number) -> Number:
    """Two-sided mid-P: the smaller of the one-sided P with half of P(X = x), doubled."""
    ns = namespace(x, n, p)
    below = (at_most(x - 1, n, p, q) + at_most(x, n, p, q)) / 2
    above = (at_least(x + 1, n, p, q) + at_least(x, n, p, q)) / 2
    return ns.minimum(1.0, 2 * ns.minimum(below, above))


def last_within(holds: Callable[[int], bool], near: int, far: int) -> int:
    """The last y from ``near`` towards ``far`` for which ``holds``, which is true at near and false from some y on."""
    if holds(far):
        return far
    while abs(far - near) > 1:
        middle = (near + far) // 2
        near, far = (middle, far) if holds(middle) else (near, middle)
    return near


def no_more_likely(x: int, n: int, p: float, q: float, tolerance: float = 1e-7) -> float:
    """Two-sided P: the sum of the probabilities not larger than that of x, within a relative tolerance.

    The P of R's binom.test, with its tolerance 1e-7. Plain whole numbers only.
    """
    mode = min(max(math.floor((n + 1) * p), 0), n)
    bound = log_binomial(x, n, p, q) + math.log1p(tolerance)

    def unlikely(y: int) -> bool:
        return log_binomial(y, n, p, q) <= bound

    if unlikely(mode):
        return 1.0
    if x < mode:
        other = float(at_least(last_within(unlikely, n, mode), n, p, q)) if unlikely(n) else 0.0
        return min(1.0, float(at_most(x, n, p, q)) + other)
    other = float(at_most(last_within(unlikely, 0, mode), n, p, q)) if unlikely(0) else 0.0
    return min(1.0, float(at_least(x, n, p, q)) + other)


def _beta_odds(tail: float, a: Number, b: Number) -> Number:
    """The odds of the lower ``tail`` quantile of the beta distribution (a, b)."""
    from scipy.special import betaincinv

    # 1 - p is the other quantile of the distribution with its parameters exchanged: no loss of figures near 1
    odds = namespace(a, b).div(betaincinv(a, b, tail), betaincinv(b, a, 1 - tail))
    return _plain(odds, a, b)


def _lower_exact(x: Number, y: Number, tail: float) -> Number:
    return namespace(x, y).where(x == 0, 0.0, _beta_odds(tail, x, y + 1.0))


def exact_odds(x: Number, y: Number, conf: float) -> tuple[Number, Number]:
    """Limits of the odds x/y by central binomial tails (Clopper & Pearson 1934); 0 or infinity at the ends."""
    tail = (1 - conf) / 2
    return _lower_exact(x, y, tail), namespace(x, y).div(1.0, _lower_exact(y, x, tail))


def _lower_mid_p(x: Number, y: Number, tail: float) -> Number:
    """The odds at which P(X > x) + P(X = x)/2 = tail, that is the mean of P(X >= x) and P(X >= x + 1).

    It lies between the odds at which each of the two alone is the tail.
    """
    ns = namespace(x, y)
    some, n = ns.where(y == 0, 1.0, y), x + y

    def excess(log_odds: Number) -> Number:
        p = 1 / (1 + ns.exp(-log_odds))
        q = 1 / (1 + ns.exp(log_odds))
        return (at_least(x, n, p, q) + at_least(x + 1, n, p, q)) / 2 - tail

    first, second = _beta_odds(tail, x, some + 1.0), _beta_odds(tail, x + 1.0, some)
    sought = ns.exp(root(excess, ns.log(first), ns.log(second)))
    # all of them: p^x / 2 = tail
    all_of_them = ns.div(1.0, ns.expm1(ns.div(-math.log(2 * tail), x)))
    return ns.where(x == 0, 0.0, ns.where(y == 0, all_of_them, sought))


def mid_p_odds(x: Number, y: Number, conf: float) -> tuple[Number, Number]:
    """Limits of the odds x/y by mid-P binomial tails (Lancaster 1961); 0 or infinity at the ends."""
    tail = (1 - conf) / 2
    return _lower_mid_p(x, y, tail), namespace(x, y).div(1.0, _lower_mid_p(y, x, tail))


def _lower_score(x: Number, y: Number, z: float) -> Number:
    """The smaller root of (x - odds*y)^2 = z^2 * odds * (x + y), from the product of the roots: nothing cancels."""
    ns = namespace(x, y)
    total = z * z * (x + y)
    larger = 2.0 * x * y + total + ns.sqrt(total * (total + 4.0 * x * y))
    return ns.where(x == 0, 0.0, ns.div(2.0 * x * x, larger))


def score_odds(x: Number, y: Number, conf: float) -> tuple[Number, Number]:
    """Limits of the odds x/y from the score limits of x/(x + y) (Wilson 1927); 0 or infinity at the ends."""
    z = z_for(conf)
    return _lower_score(x, y, z), namespace(x, y).div(1.0, _lower_score(y, x, z))
