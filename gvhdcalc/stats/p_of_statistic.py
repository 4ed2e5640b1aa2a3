"""The P value of a printed test statistic: normal, Student's t, F, chi-squared, and a correlation coefficient.

In plain Python, since the reader of abstracts asks for millions and a command for one: the tails are the regularised
incomplete beta and gamma functions, as continued fractions or series where each converges fast.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

_ROOT2 = math.sqrt(2)
_TINY = 1e-300
_MOST = 10_000


def normal(z: float) -> float:
    """Two-sided P value of a standard normal statistic."""
    return math.erfc(abs(z) / _ROOT2)


def chi_squared(x: float, df: float) -> float:
    """P value of a chi-squared statistic ``x`` >= 0 with ``df`` > 0 degrees of freedom: the upper tail.

    Abramowitz and Stegun (1964), 26.4.19: the regularised incomplete gamma function Q(df/2, x/2).
    Raises ValueError for a negative statistic or no degree of freedom.
    """
    _check(x >= 0 and df > 0, "a chi-squared statistic is not negative and has at least one degree of freedom")
    if df == 1:
        return math.erfc(math.sqrt(x / 2))
    return _gamma_tail(df / 2, x / 2)


def f(x: float, df1: float, df2: float) -> float:
    """P value of an F statistic ``x`` >= 0 with ``df1`` and ``df2`` > 0 degrees of freedom: the upper tail.

    Abramowitz and Stegun (1964), 26.6.2: I_y(df2/2, df1/2) at y = df2/(df2 + df1 x).
    Raises ValueError for a negative statistic or no degree of freedom.
    """
    _check(x >= 0 and df1 > 0 and df2 > 0, "an F statistic is not negative and has two positive degrees of freedom")
    if x == 0:
        return 1.0
    top = df1 * x
    return _beta(df2 / 2, df1 / 2, df2 / (df2 + top), top / (df2 + top))


def t(x: float, df: float) -> float:
    """Two-sided P value of Student's t statistic with ``df`` > 0 degrees of freedom.

    Abramowitz and Stegun (1964), 26.7.1: I_y(df/2, 1/2) at y = df/(df + t^2). Raises ValueError for no degree of
    freedom.
    """
    return f(x * x, 1.0, df)


def correlation(r: float, df: float) -> float:
    """Two-sided P value of a Pearson correlation coefficient with ``df`` = n - 2 > 0 degrees of freedom.

    Student's t = r sqrt(df / (1 - r^2)) (Fisher 1915). Raises ValueError for a coefficient beyond -1 to 1.
    """
    _check(-1 <= r <= 1, "a correlation coefficient lies from -1 to 1")
    return 0.0 if abs(r) == 1 else t(r * math.sqrt(df / (1 - r * r)), df)


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def _gamma_tail(a: float, x: float) -> float:
    """The upper regularised incomplete gamma function (Abramowitz and Stegun 6.5.29 and 6.5.31)."""
    if x == 0:
        return 1.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x >= a + 1:
        return front / _fraction(x + 1 - a, ((k * (a - k), x + 1 - a + 2 * k) for k in range(1, _MOST)))
    term = total = 1 / a
    for k in range(1, _MOST):
        term *= x / (a + k)
        total += term
        if term < total * 1e-17:
            break
    return 1 - front * total


def _beta(a: float, b: float, x: float, y: float) -> float:
    """The regularised incomplete beta function I_x(a, b), y = 1 - x (Abramowitz and Stegun 26.5.8)."""
    if x <= 0 or y <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, y, x)
    front = math.exp(a * math.log(x) + b * math.log(y) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)) / a
    return front / _fraction(1.0, _beta_terms(a, b, x))


def _beta_terms(a: float, b: float, x: float) -> Iterator[tuple[float, float]]:
    for k in range(_MOST):
        m, odd = divmod(k, 2)
        if odd:
            m += 1
            yield m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), 1.0
        else:
            yield -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1.0


def _fraction(first: float, terms: Iterator[tuple[float, float]]) -> float:
    """The continued fraction first + a1/(b1 + a2/(b2 + ...)), by Lentz's method (Thompson and Barnett 1986)."""
    value = c = first or _TINY
    d = 0.0
    for a, b in terms:
        d = 1 / (b + a * d or _TINY)
        c = b + a / c or _TINY
        value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value
