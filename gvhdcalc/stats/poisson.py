"""The Poisson distribution: tails, two-sided P values, and confidence limits of the mean, given one count.

Tails and quantiles of the gamma distribution are scipy's; all functions but ``no_more_likely`` take arrays.
"""

from __future__ import annotations

import math

from .binomial import last_within
from .namespace import Scalars, namespace, root
from .noncentral_hypergeometric import deviance, stirling_error
from .results import Number


def _plain(value: Number, *like: Number) -> Number:
    """A float where scipy was asked about plain numbers; arrays as they are."""
    return float(value) if namespace(*like) is Scalars else value


def at_least(x: Number, mean: Number) -> Number:
    """P(X >= x) for X Poisson."""
    from scipy.special import gammainc

    ns = namespace(x, mean)
    return _plain(ns.where(x <= 0, 1.0 + 0.0 * mean, gammainc(x, mean)), x, mean)


def at_most(x: Number, mean: Number) -> Number:
    """P(X <= x) for X Poisson; 0 for x = -1."""
    from scipy.special import gammaincc

    ns = namespace(x, mean)
    return _plain(ns.where(x < 0, 0.0 * mean, gammaincc(x + 1.0, mean)), x, mean)


def doubled(x: Number, mean: Number) -> Number:
    """Two-sided P: the smaller of P(X <= x) and P(X >= x), doubled."""
    ns = namespace(x, mean)
    return ns.minimum(1.0, 2 * ns.minimum(at_most(x, mean), at_least(x, mean)))


def doubled_mid_p(x: Number, mean: Number) -> Number:
    """Two-sided mid-P: the smaller of the one-sided P with half of P(X = x), doubled."""
    ns = namespace(x, mean)
    below = (at_most(x - 1, mean) + at_most(x, mean)) / 2
    above = (at_least(x + 1, mean) + at_least(x, mean)) / 2
    return ns.minimum(1.0, 2 * ns.minimum(below, above))


def log_probability(y: int, mean: float) -> float:
    """log P(X = y) (Loader 2000: saddle-point expansion)."""
    if y == 0:
        return -mean
    return -stirling_error(y) - deviance(y, mean) - 0.5 * math.log(2 * math.pi * y)


def no_more_likely(x: int, mean: float, tolerance: float = 1e-7) -> float:
    """Two-sided P: the sum of the probabilities not larger than that of x, within a relative tolerance.

    The P of R's poisson.test, with its tolerance 1e-7. Plain numbers only.
    """
    mode = math.floor(mean)
    bound = log_probability(x, mean) + math.log1p(tolerance)

    def unlikely(y: int) -> bool:
        return log_probability(y, mean) <= bound

    if unlikely(mode):
        return 1.0
    if x < mode:
        far = 2 * mode + 1
        while not unlikely(far):
            far *= 2
        return min(1.0, float(at_most(x, mean)) + float(at_least(last_within(unlikely, far, mode), mean)))
    other = float(at_most(last_within(unlikely, 0, mode), mean)) if unlikely(0) else 0.0
    return min(1.0, float(at_least(x, mean)) + other)


def exact_mean(x: Number, conf: float) -> tuple[Number, Number]:
    """Limits of the mean by central tails (Garwood 1936): gamma quantiles; the lower one is 0 for x = 0."""
    from scipy.special import gammainccinv, gammaincinv

    ns = namespace(x)
    tail = (1 - conf) / 2
    lower = ns.where(x == 0, 0.0, gammaincinv(x, tail))
    return _plain(lower, x), _plain(gammainccinv(x + 1.0, tail), x)


def mid_p_mean(x: Number, conf: float) -> tuple[Number, Number]:
    """Limits of the mean by mid-P tails: each is sought between the exact ones of two neighbouring counts."""
    from scipy.special import gammainccinv, gammaincinv

    ns = namespace(x)
    tail = (1 - conf) / 2
    some = ns.where(x == 0, 1, x)

    def above(mean: Number) -> Number:
        return (at_least(some, mean) + at_least(some + 1, mean)) / 2 - tail

    def below(mean: Number) -> Number:
        return (at_most(some - 1, mean) + at_most(some, mean)) / 2 - tail

    lower = root(above, _plain(gammaincinv(some, tail), x), _plain(gammaincinv(some + 1.0, tail), x))
    upper = root(below, _plain(gammainccinv(some, tail), x), _plain(gammainccinv(some + 1.0, tail), x))
    return ns.where(x == 0, 0.0, lower), ns.where(x == 0, -math.log(2 * tail), upper)
