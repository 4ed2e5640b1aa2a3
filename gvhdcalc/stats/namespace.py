"""The functions that formulas are written over: ``math`` for plain numbers, numpy and scipy.special for arrays.

A closed-form method asks ``namespace(table.a)`` once and takes log, sqrt, div ... from it; one table and a million
tables then take the same code. Both sides keep IEEE arithmetic: log 0 is -inf, x/0 is inf or nan, and
nothing raises.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .results import Number


class Scalars:
    """Plain numbers. Imports nothing beyond the standard library."""

    pi = math.pi

    @staticmethod
    def log(x: float) -> float:
        return math.log(x) if x > 0 else (-math.inf if x == 0 else math.nan)

    @staticmethod
    def log1p(x: float) -> float:
        return math.log1p(x) if x > -1 else (-math.inf if x == -1 else math.nan)

    @staticmethod
    def exp(x: float) -> float:
        return math.inf if x > 709.78 else math.exp(x)

    @staticmethod
    def expm1(x: float) -> float:
        return math.inf if x > 709.78 else math.expm1(x)

    @staticmethod
    def sqrt(x: float) -> float:
        return math.sqrt(x) if x >= 0 else math.nan

    @staticmethod
    def div(x: float, y: float) -> float:
        """x/y with 0/0 = nan and x/0 = inf of the sign of x."""
        if y == 0:
            return math.nan if x == 0 or x != x else math.copysign(math.inf, x) * math.copysign(1.0, y)
        return x / y

    @staticmethod
    def xlogy(x: float, y: float) -> float:
        """x log y, with 0 log 0 = 0."""
        return 0.0 if x == 0 and y == y else x * Scalars.log(y)

    @staticmethod
    def where(condition: bool, yes: float, no: float) -> float:
        return yes if condition else no

    @staticmethod
    def minimum(x: float, y: float) -> float:
        return min(x, y)

    @staticmethod
    def maximum(x: float, y: float) -> float:
        return max(x, y)

    @staticmethod
    def both(x: bool, y: bool) -> bool:
        return x and y

    @staticmethod
    def either(x: bool, y: bool) -> bool:
        return x or y

    @staticmethod
    def sign(x: float) -> float:
        return math.copysign(1.0, x) if x else 0.0

    @staticmethod
    def every(x: bool) -> bool:
        return bool(x)

    @staticmethod
    def isnan(x: float) -> bool:
        return x != x

    @staticmethod
    def ceil(x: float) -> float:
        """The whole number not below x, an int; inf and nan as they are."""
        return math.ceil(x) if math.isfinite(x) else x

    @staticmethod
    def floor(x: float) -> float:
        """The whole number not above x, an int; inf and nan as they are."""
        return math.floor(x) if math.isfinite(x) else x

    @staticmethod
    def norm_ppf(q: float) -> float:
        """Quantile of the standard normal."""
        return norm_ppf(q)

    cos = staticmethod(math.cos)
    sin = staticmethod(math.sin)

    @staticmethod
    def arccos(x: float) -> float:
        return math.acos(x) if -1 <= x <= 1 else math.nan

    @staticmethod
    def arcsin(x: float) -> float:
        return math.asin(x) if -1 <= x <= 1 else math.nan

    arcsinh = staticmethod(math.asinh)
    sinh = staticmethod(math.sinh)

    @staticmethod
    def norm_sf(x: float) -> float:
        """Upper tail of the standard normal."""
        return 0.5 * math.erfc(x / math.sqrt(2))

    @staticmethod
    def two_sided(z: float) -> float:
        """Two-sided P of a standard normal statistic."""
        return math.erfc(abs(z) / math.sqrt(2))

    @staticmethod
    def chi2_sf(x: float) -> float:
        """Upper tail of chi-square with one degree of freedom."""
        return math.erfc(math.sqrt(x / 2)) if x >= 0 else math.nan


def _arrays() -> Any:
    """The array side; numpy and scipy.special are imported here and only here."""
    import numpy as np
    from scipy import special

    class Arrays:
        pi = math.pi
        log1p, exp, expm1, sqrt = np.log1p, np.exp, np.expm1, np.sqrt
        where, minimum, maximum, sign = np.where, np.minimum, np.maximum, np.sign
        both, either = np.logical_and, np.logical_or
        isnan, ceil, floor = np.isnan, np.ceil, np.floor
        norm_ppf = staticmethod(special.ndtri)
        cos, sin, arccos, arcsin, arcsinh, sinh = np.cos, np.sin, np.arccos, np.arcsin, np.arcsinh, np.sinh
        log = np.log
        div = np.divide
        xlogy = staticmethod(special.xlogy)

        @staticmethod
        def every(x: Any) -> bool:
            return bool(np.all(x))

        @staticmethod
        def norm_sf(x: Any) -> Any:
            return special.ndtr(-x)

        @staticmethod
        def two_sided(z: Any) -> Any:
            return special.erfc(np.abs(z) / math.sqrt(2))

        @staticmethod
        def chi2_sf(x: Any) -> Any:
            return special.erfc(np.sqrt(np.asarray(x) / 2))

    return Arrays


_array_side: list[Any] = []


def namespace(*values: Number) -> Any:
    """The namespace for these values: Scalars when all are plain numbers, the array side otherwise."""
    for value in values:  # a loop takes half the time of all()
        if not isinstance(value, (int, float)):
            break
    else:
        return Scalars
    if not _array_side:
        _array_side.append(_arrays())
    return _array_side[0]


def norm_ppf(q: float) -> float:
    """Quantile of the standard normal for a plain number: AS241 (Wichura 1988), as the standard library has it."""
    if q <= 0 or q >= 1:
        return -math.inf if q == 0 else (math.inf if q == 1 else math.nan)
    try:
        # what NormalDist().inv_cdf calls, without the imports of the module around it
        from _statistics import _normal_dist_inv_cdf  # type: ignore[import-not-found]
    except ImportError:
        from statistics import NormalDist

        return NormalDist().inv_cdf(q)
    return float(_normal_dist_inv_cdf(q, 0.0, 1.0))


@lru_cache(64)
def z_for(conf: float) -> float:
    """The two-sided normal quantile of a confidence level: 1.959964 for 0.95."""
    return -norm_ppf((1 - conf) / 2)


def root(f: Callable[[Number], Number], lower: Number, upper: Number) -> Number:
    """The root of f between lower and upper, where f changes sign (Chandrupatla 1997); f may work on arrays.

    Where f has the same sign at both ends, the end at which it is nearer to zero is returned.
    """
    ns = namespace(lower, upper)
    a, b = upper + 0.0, lower + 0.0
    fa, fb = f(a), f(b)
    same = fa * fb > 0
    nearer = ns.where(abs(fa) < abs(fb), a, b)
    c, fc = a, fa
    t = a * 0 + 0.5
    for _ in range(200):
        x = a + t * (b - a)
        fx = f(x)
        repeats = ns.sign(fx) == ns.sign(fa)
        b, fb, c, fc = (
            ns.where(repeats, b, a),
            ns.where(repeats, fb, fa),
            ns.where(repeats, a, b),
            ns.where(repeats, fa, fb),
        )
        a, fa = x, fx
        best = ns.where(abs(fa) < abs(fb), a, b)
        limit = ns.div(4e-16 * abs(best) + 1e-300, abs(b - c))
        done = ns.either(limit > 0.5, ns.either(fa == 0, fb == 0))
        if ns.every(ns.either(ns.either(done, same), ns.isnan(fa))):
            break
        xi = ns.div(a - b, c - b)
        phi = ns.div(fa - fb, fc - fb)
        quadratic = ns.both(phi * phi < xi, (1 - phi) * (1 - phi) < 1 - xi)
        step = ns.div(fa, fb - fa) * ns.div(fc, fb - fc) + ns.div(c - a, b - a) * ns.div(fa, fc - fa) * ns.div(
            fb, fc - fb
        )
        t = ns.where(quadratic, step, 0.5)
        t = ns.minimum(ns.maximum(t, limit), 1 - limit)
        t = ns.where(done, 0.0, t)  # a table that is done keeps its root while the others go on
    return ns.where(same, nearer, ns.where(abs(fa) < abs(fb), a, b))
