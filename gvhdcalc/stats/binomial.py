"""The binomial distribution: tails, two-sided P values, and confidence limits of the odds p/(1-p).

Two rates, given the events of both arms together, and the discordant pairs of a paired table are each one binomial
count; their ratio is the odds of its probability (times the ratio of person-times). So the limits that both share are
here once. Tails and quantiles of the beta distribution are scipy's. All functions take one count or arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from .namespace import Scalars, namespace, root, z_for
from .noncentral_hypergeometric import log_binomial
from .results import Number

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def _plain(value: Number, *like: Number) -> Number:
    """A float where scipy was asked about plain numbers; arrays as they are."""
    return float(value) if namespace(*like) is Scalars else value


def at_least(x: Number, n: Number, p: Number, q: Number) -> Number:
    """P(X >= x) for X binomial (n, p), 0 <= x <= n; q = 1 - p is given for its accuracy."""
    from scipy.special import betainc

    ns = namespace(x, n, p)
    tail = betainc(x, n - x + 1.0, p)
    # of a p near 1 it is q that has the figures; but of a small tail the complement would have none
    other = ns.both(p > q, tail > 1e-3)
    if ns is Scalars:
        tail = 1 - betainc(n - x + 1.0, x, q) if other else tail
    elif other.any():
        a, b, of = ((n - x + 1.0 + 0 * tail)[other], (x + 0 * tail)[other], (q + 0 * tail)[other])
        tail[other] = 1 - betainc(a, b, of)
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


def no_more_likely(x: Number, n: Number, p: Number, q: Number, tolerance: float = 1e-7) -> Number:
    """Two-sided P: the sum of the probabilities not larger than that of x, within a relative tolerance.

    The P of R's binom.test, with its tolerance 1e-7.
    """
    if namespace(x, n, p) is Scalars:
        return _no_more_likely(int(x), int(n), float(p), float(q), tolerance)
    return _no_more_likely_arrays(x, n, p, q, tolerance)


def _no_more_likely(x: int, n: int, p: float, q: float, tolerance: float) -> float:
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


def _no_more_likely_arrays(x: Number, n: Number, p: Number, q: Number, tolerance: float) -> Number:
    import numpy as np

    x, n, p, q = np.broadcast_arrays(x * 1.0, n * 1.0, p, q)
    mode = np.clip(np.floor((n + 1) * p), 0, n)
    bound = log_binomial_arrays(x, n, p, q) + math.log1p(tolerance)
    left = x < mode
    # the search of last_within for all at once: from the end beyond the mode, if that counts, towards the mode
    end = np.where(left, n, 0.0)
    counts = log_binomial_arrays(end, n, p, q) <= bound
    near, far = end.copy(), np.where(counts, mode, end)
    while (abs(far - near) > 1).any():
        middle = np.floor((near + far) / 2)
        inside = log_binomial_arrays(middle, n, p, q) <= bound
        near, far = np.where(inside, middle, near), np.where(inside, far, middle)
    one = np.where(left, at_most(x, n, p, q), at_least(x, n, p, q))
    other = np.where(left, at_least(near, n, p, q), at_most(near, n, p, q))
    everything = log_binomial_arrays(mode, n, p, q) <= bound
    return np.where(everything, 1.0, np.minimum(1.0, one + np.where(counts, other, 0.0)))


def log_binomial_arrays(x: Number, n: Number, p: Number, q: Number) -> Number:
    """log_binomial for arrays: the same expansion (Loader 2000), term by term."""
    import numpy as np
    from scipy.special import gammaln

    def stirling_error(k: Number) -> Number:
        square = k * k
        series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / k
        few = np.minimum(k, 16.0)
        return np.where(k < 16, gammaln(few + 1) - (few + 0.5) * np.log(few) + few - _HALF_LOG_2PI, series)

    def deviance(k: Number, expected: Number) -> Number:
        v = (k - expected) / (k + expected)
        square = v * v
        series = 0.0 * v
        for j in range(12, 0, -1):
            series = (series + 2 / (2 * j + 1)) * square
        near = (k - expected) * v + k * v * series
        return np.where(abs(v) < 0.1, near, k * np.log(k / expected) + expected - k)

    with np.errstate(all="ignore"):
        inside = stirling_error(n) - stirling_error(x) - stirling_error(n - x) - deviance(x, n * p)
        inside = inside - deviance(n - x, n * q) - _HALF_LOG_2PI - 0.5 * (np.log(x) + np.log1p(-x / n))
        none = np.where(p < 0.1, n * np.log1p(-p), n * np.log(q))
        every = np.where(q < 0.1, n * np.log1p(-q), n * np.log(p))
    return np.where(n == 0, 0.0, np.where(x == 0, none, np.where(x == n, every, inside)))


def beta_odds(tail: float, a: Number, b: Number) -> Number:
    """The odds of the lower ``tail`` quantile of the beta distribution (a, b)."""
    from scipy.special import betaincinv

    # 1 - p is the other quantile of the distribution with its parameters exchanged: no loss of figures near 1
    odds = namespace(a, b).div(betaincinv(a, b, tail), betaincinv(b, a, 1 - tail))
    return _plain(odds, a, b)


def _lower_exact(x: Number, y: Number, tail: float) -> Number:
    return namespace(x, y).where(x == 0, 0.0, beta_odds(tail, x, y + 1.0))


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

    def excess(odds: Number) -> Number:
        p, q = ns.div(odds, 1 + odds), ns.div(1.0, 1 + odds)
        return (at_least(x, n, p, q) + at_least(x + 1, n, p, q)) / 2 - tail

    first, second = beta_odds(tail, x, some + 1.0), beta_odds(tail, x + 1.0, some)
    sought = root(excess, first, second)
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
