"""The conditional odds ratio and its limits as R's fisher.test prints them, rounding of its search included.

fisher.test solves for each figure with uniroot at its default tolerance, 1.2e-4 on the odds ratio or on its inverse:
what papers print from it can differ from the exact figures in the third digit. To name it as the source of a printed
figure, its search is followed here step by step.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import accumulate
from typing import Any

from .noncentral_hypergeometric import Conditional
from .odds_ratio import MEASURE
from .registry import estimator
from .results import Estimate, Note
from .two_by_two import TwoByTwo

_EPSILON = 2.0**-52
#: R: .Machine$double.eps^0.25
_TOLERANCE = _EPSILON**0.25
_LOOP, _MOST = 1_000, 1_000_000

_STOPS = Note("fisher.test looks for each figure to 1.2e-4 of it (of its inverse above 1) and prints where it stops")
_DEGENERATE = Note("the margins leave no other table: the counts say nothing of the odds ratio")
_TOO_MANY = Note("more than a million tables have these margins: not searched; see conditional-exact")


def uniroot(f: Callable[[float], float], lower: float, upper: float) -> float:
    """The root that R's uniroot(f, c(lower, upper)) gives at its default tolerance; nan where R stops with an error.

    Brent 1973, chapter 4, in the version of R's zeroin.c.
    """
    a, b = lower, upper
    fa, fb = f(a), f(b)
    if fa == 0 or fb == 0:
        return a if fa == 0 else b
    if fa * fb > 0:
        return math.nan
    c, fc = a, fa
    for _ in range(1001):
        previous = b - a
        if abs(fc) < abs(fb):
            a, b, c = b, c, b
            fa, fb, fc = fb, fc, fb
        least = 2 * _EPSILON * abs(b) + _TOLERANCE / 2
        step = (c - b) / 2
        if abs(step) <= least or fb == 0:
            return b
        if abs(previous) >= least and abs(fa) > abs(fb):
            across = c - b
            if a == c:
                ratio = fb / fa
                p, q = across * ratio, 1 - ratio
            else:
                q, ratio, last = fa / fc, fb / fc, fb / fa
                p = last * (across * q * (q - ratio) - (b - a) * (ratio - 1))
                q = (q - 1) * (ratio - 1) * (last - 1)
            if p > 0:
                q = -q
            else:
                p = -p
            if p < 0.75 * across * q - abs(least * q) / 2 and p < abs(previous * q / 2):
                step = p / q
        if abs(step) < least:
            step = least if step > 0 else -least
        a, fa = b, fb
        b += step
        fb = f(b)
        if (fb > 0 and fc > 0) or (fb < 0 and fc < 0):
            c, fc = a, fa
    return math.nan


class _Support:
    """The first cells that the margins allow, with their probabilities for any odds ratio."""

    def __init__(self, given: Conditional) -> None:
        self.given = given
        low, high = given.low, given.high
        n1, n0, m = given.n1, given.n0, given.m
        self.many = high - low >= _LOOP
        self.numpy: Any = None
        self.values: Any = range(low, high + 1)
        self.logs: Any
        if self.many:
            import numpy as np

            self.numpy = np
            y = np.arange(low, high, dtype=float)
            steps = np.log((n1 - y) * (m - y) / ((y + 1) * (n0 - m + y + 1)))
            self.values = np.arange(low, high + 1, dtype=float)
            self.logs = np.concatenate([[0.0], np.cumsum(steps)])
        else:
            ratios = (math.log((n1 - y) * (m - y) / ((y + 1) * (n0 - m + y + 1))) for y in range(low, high))
            self.logs = [0.0, *accumulate(ratios)]

    def _weights(self, psi: float) -> Any:
        log_psi = math.log(psi)
        if self.many:
            logs = self.logs + self.values * log_psi
            return self.numpy.exp(logs - logs.max())
        logs = [log + y * log_psi for log, y in zip(self.logs, self.values, strict=True)]
        most = max(logs)
        return [math.exp(log - most) for log in logs]

    def mean(self, psi: float) -> float:
        """The expected cell."""
        if psi == 0:
            return float(self.given.low)
        weights = self._weights(psi)
        if self.many:
            return float((weights * self.values).sum() / weights.sum())
        return float(sum(y * weight for y, weight in zip(self.values, weights, strict=True)) / sum(weights))

    def tail(self, psi: float, upper: bool) -> float:
        """P(X >= x) if ``upper``, else P(X <= x)."""
        if psi == 0:
            return float(self.given.x == self.given.low) if upper else 1.0
        weights = self._weights(psi)
        at = self.given.x - self.given.low
        part = weights[at:] if upper else weights[: at + 1]
        return float(part.sum() / weights.sum() if self.many else sum(part) / sum(weights))


def _solved(excess: Callable[[float], float], falls: bool) -> float:
    """Where ``excess`` of the odds ratio is 0, by its inverse above 1; ``falls`` says that it falls with it."""
    at_one = excess(1.0)
    if at_one == 0:
        return 1.0
    if (at_one < 0) == falls:
        return uniroot(excess, 0.0, 1.0)
    inverse = uniroot(lambda t: excess(1 / t), _EPSILON, 1.0)
    return math.inf if inverse == 0 else 1 / inverse


@estimator(
    MEASURE,
    "fisher-test-r",
    name="Fisher exact interval, as R fisher.test prints it",
    reference="Cornfield 1956; R Core Team 2022",
    software=("R fisher.test", "epitools oddsratio.fisher"),
    formula="as conditional-exact, by uniroot: each figure, or its inverse above 1, to 1.2e-4",
    advice="to find again what R printed; conditional-exact has the exact figures",
    closed_form=False,
)
def fisher_test_r(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """The three figures of conditional-exact where R's search for them stops (R 4.2, stats::fisher.test, uniroot).

    One table of whole numbers. Degenerate margins give 0 (0 to infinity), as in R; nan, with a note, where more than
    10^6 tables have the margins.
    """
    given = Conditional.of(table)
    if given.high - given.low > _MOST:
        return Estimate(math.nan, math.nan, math.nan, conf, notes=(_TOO_MANY,))
    support, alpha = _Support(given), (1 - conf) / 2
    at_low, at_high = given.x == given.low, given.x == given.high
    estimate = 0.0 if at_low else math.inf
    if not at_low and not at_high:
        estimate = _solved(lambda psi: support.mean(psi) - given.x, falls=False)
    lower = 0.0 if at_low else _solved(lambda psi: support.tail(psi, upper=True) - alpha, falls=False)
    upper = math.inf if at_high else _solved(lambda psi: support.tail(psi, upper=False) - alpha, falls=True)
    return Estimate(estimate, lower, upper, conf, notes=(_DEGENERATE if given.degenerate else _STOPS,))
