"""The noncentral hypergeometric distribution: the events of arm 1, given the margins of a 2x2 table and its odds ratio.

Plain Python for one table. Probabilities come from Loader's saddle-point expansion (Loader 2000, "Fast and accurate
computation of binomial probabilities"), which keeps its relative accuracy at P = 1e-300 and counts of 10^9, where sums
of log-gammas lose it; tails are sums of ratios of neighbouring terms, outward until they no longer count.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from .namespace import namespace, root, z_for
from .results import Number
from .two_by_two import TwoByTwo

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
#: Terms summed one by one before numpy takes over, when it is yet to be imported and when it is there.
_LOOP_BEFORE_IMPORT, _LOOP = 20_000, 1_000
_CHUNK = 65_536
#: Odds ratio to P(X < x), P(X = x) and P(X > x).
_Tails = Callable[[float], tuple[float, float, float]]
#: Standard deviations of the cell above which a search for an odds ratio lays the distribution out.
_WIDE = 150.0


def stirling_error(n: int) -> float:
    """log n! less Stirling's approximation of it (Loader 2000, section 2)."""
    if n < 16:
        return math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - _HALF_LOG_2PI if n else math.nan
    square = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n


def deviance(x: float, expected: float) -> float:
    """x log(x/expected) + expected - x without cancellation near x = expected (Loader 2000, bd0)."""
    difference = x - expected
    if abs(difference) < 0.1 * (x + expected):
        v = difference / (x + expected)
        total = difference * v
        term = 2 * x * v
        for j in range(1, 1000):
            term *= v * v
            update = total + term / (2 * j + 1)
            if update == total:
                return update
            total = update
    return x * math.log(x / expected) + expected - x


def log_binomial(x: int, n: int, p: float, q: float) -> float:
    """log of the binomial probability of x out of n; q = 1 - p is given for its accuracy."""
    if x == 0:
        return 0.0 if n == 0 else (-deviance(n, n * q) - n * p if p < 0.1 else n * math.log(q))
    if x == n:
        return -deviance(n, n * p) - n * q if q < 0.1 else n * math.log(p)
    log_count = stirling_error(n) - stirling_error(x) - stirling_error(n - x)
    log_count -= deviance(x, n * p) + deviance(n - x, n * q)
    return log_count - _HALF_LOG_2PI - 0.5 * (math.log(x) + math.log((n - x) / n))


def _last(end: int, mode: int, weight: Callable[[int], float], bound: float) -> int | None:
    """The value nearest the mode, from this end of the support, whose log weight is at most bound."""
    if weight(end) > bound:
        return None
    if weight(mode) <= bound:
        return mode
    inside, outside = end, mode
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        if weight(middle) <= bound:
            inside = middle
        else:
            outside = middle
    return inside


def conditional(table: TwoByTwo) -> Any:
    """The conditional distribution of a table: Conditional for one, ConditionalArrays for arrays of tables."""
    if isinstance(table.a, (int, float)):
        return Conditional.of(table)
    from .noncentral_hypergeometric_arrays import ConditionalArrays

    return ConditionalArrays(table)


def one_sided_p(table: TwoByTwo, side: Literal["greater", "less"], psi: float = 1.0, weight: float = 1.0) -> Number:
    """P(X > x) or P(X < x) under odds ratio psi, with this part of P(X = x): 1 for the exact P, 1/2 for mid-P.

    At most 1, also where rounding takes the sum of the whole distribution past it.
    """
    less, equal, more = conditional(table).tails(psi)
    return namespace(table.a).minimum(1.0, (more if side == "greater" else less) + weight * equal)


def doubled_p(table: TwoByTwo, psi: float = 1.0, weight: float = 1.0) -> Number:
    """Twice the smaller one-sided P under odds ratio psi, at most 1; ``weight`` as in one_sided_p."""
    ns = namespace(table.a)
    less, equal, more = conditional(table).tails(psi)
    return ns.minimum(1.0, 2 * (ns.minimum(less, more) + weight * equal))


class Conditional(NamedTuple):
    """The distribution of a 2x2 table's first cell, given its margins.

    ``x`` is the observed cell, ``n1`` and ``n0`` the totals of the arms, ``m`` the events of both; the cell lies
    between ``low`` and ``high``.
    """

    x: int
    n1: int
    n0: int
    m: int

    @classmethod
    def of(cls, table: TwoByTwo) -> Conditional:
        """From one table of whole numbers."""
        return cls(int(table.a), int(table.n1), int(table.n0), int(table.events))

    @property
    def low(self) -> int:
        return max(0, self.m - self.n0)

    @property
    def high(self) -> int:
        return min(self.n1, self.m)

    @property
    def degenerate(self) -> bool:
        """True where the margins leave the cell one value: the table then says nothing of the odds ratio."""
        return self.low == self.high

    def log_probability(self, y: int) -> float:
        """log of the central (odds ratio 1) probability of y."""
        if self.degenerate:
            return 0.0
        total = self.n1 + self.n0
        return self._log_weight(y) - log_binomial(self.m, total, self.m / total, (total - self.m) / total)

    def _log_weight(self, y: int) -> float:
        """The part of log_probability that depends on y."""
        total = self.n1 + self.n0
        p, q = self.m / total, (total - self.m) / total
        return log_binomial(y, self.n1, p, q) + log_binomial(self.m - y, self.n0, p, q)

    def mode(self, psi: float) -> int:
        """Where the distribution with odds ratio psi is highest, to within one (Liao & Rosen 2001, eq. 2)."""
        a = psi - 1
        b = -((self.m + self.n1 + 2) * psi + self.n0 - self.m)
        c = psi * (self.n1 + 1) * (self.m + 1)
        found = -2 * c / (b - math.sqrt(max(b * b - 4 * a * c, 0.0)))
        return min(max(int(found), self.low), self.high)

    def outward(self, start: int, step: int, psi: float = 1.0) -> tuple[float, float]:
        """Sums over y from start in steps of 1 or -1 to the end of the support, relative to the term at start.

        Returns the sum of w(y)/w(start) and the sum of |y - start| w(y)/w(start).
        """
        n1, m, rest = self.n1, self.m, self.n0 - self.m
        total, moment, term, y = 1.0, 0.0, 1.0, start
        end = self.high if step > 0 else self.low
        loop = _LOOP if "numpy" in sys.modules else _LOOP_BEFORE_IMPORT
        for distance in range(1, min(abs(end - start), loop) + 1):
            if step > 0:
                term *= (n1 - y) * (m - y) * psi / ((y + 1) * (rest + y + 1))
            else:
                term *= y * (rest + y) / ((n1 - y + 1) * (m - y + 1) * psi)
            total += term
            moment += distance * term
            y += step
            if distance * term < 1e-17 * total:
                return total, moment
        if y != end:
            total, moment = self._outward_far(start, y, step, psi, term, total, moment)
        return total, moment

    def _outward_far(
        self, start: int, y: int, step: int, psi: float, term: float, total: float, moment: float
    ) -> tuple[float, float]:
        """Go on with numpy, a block of terms at a time: counts of 10^9 have 10^5 terms that count."""
        import numpy as np

        end = self.high if step > 0 else self.low
        while y != end:
            size = min(_CHUNK, abs(end - y))
            ys = y + step * np.arange(size, dtype=float)
            if step > 0:
                ratios = (self.n1 - ys) * (self.m - ys) * psi / ((ys + 1) * (self.n0 - self.m + ys + 1))
            else:
                ratios = ys * (self.n0 - self.m + ys) / ((self.n1 - ys + 1) * (self.m - ys + 1) * psi)
            terms = term * np.cumprod(ratios)
            total += float(terms.sum())
            moment += float((terms * (abs(y - start) + np.arange(1, size + 1))).sum())
            term = float(terms[-1])
            y += step * size
            if abs(y - start) * term < 1e-17 * total:
                break
        return total, moment

    def mirrored(self) -> Conditional:
        """The table with events and non-events exchanged: its odds ratios are the inverse of this one's."""
        return Conditional(self.n1 - self.x, self.n1, self.n0, self.n1 + self.n0 - self.m)

    def log_ratio(self, y: int) -> float:
        """log of the central probability of y over that of the observed cell."""
        return self._log_weight(y) - self._log_weight(self.x)

    def _density(self, psi: float) -> tuple[int, Callable[[int], float]]:
        """The mode under odds ratio psi, and the probability of a value under it."""
        mode = self.mode(psi)
        if psi == 1.0:
            return mode, lambda y: math.exp(self.log_probability(y))
        log_total = math.log(self.outward(mode, 1, psi)[0] + self.outward(mode, -1, psi)[0] - 1)
        log_total += self._log_weight(mode)
        log_psi = math.log(psi)
        return mode, lambda y: math.exp(self._log_weight(y) - log_total + (y - mode) * log_psi)

    def tails(self, psi: float = 1.0) -> tuple[float, float, float]:
        """P(X < x), P(X = x) and P(X > x) under odds ratio psi, each to its own relative accuracy."""
        if self.degenerate:
            return 0.0, 1.0, 0.0
        mode, at = self._density(psi)
        equal = at(self.x)
        if self.x >= mode:
            above = at(self.x + 1) * self.outward(self.x + 1, 1, psi)[0] if self.x < self.high else 0.0
            return max(1 - above - equal, 0.0) if self.x > self.low else 0.0, equal, above
        below = at(self.x - 1) * self.outward(self.x - 1, -1, psi)[0] if self.x > self.low else 0.0
        return below, equal, max(1 - below - equal, 0.0) if self.x < self.high else 0.0

    def outside(self, y: int, log_psi: float, weight: float) -> tuple[float, float]:
        """P(X < x) + weight P(X = x), and P(X >= y) for a y above x, under this log odds ratio."""
        psi = math.exp(log_psi)
        mode, at = self._density(psi)
        if self.x < mode:
            below = at(self.x) * (self.outward(self.x, -1, psi)[0] - 1 + weight)
        else:
            above = at(self.x + 1) * self.outward(self.x + 1, 1, psi)[0] if self.x < self.high else 0.0
            below = 1 - above - (1 - weight) * at(self.x)
        if y > self.high:
            return below, 0.0
        if y > mode:
            return below, at(y) * self.outward(y, 1, psi)[0]
        return below, 1 - at(y - 1) * self.outward(y - 1, -1, psi)[0]

    def mean_excess(self, psi: float) -> float:
        """The expected cell under odds ratio psi, less the observed one."""
        mode = self.mode(psi)
        up, up_moment = self.outward(mode, 1, psi)
        down, down_moment = self.outward(mode, -1, psi)
        return (mode - self.x) + (up_moment - down_moment) / (up + down - 1)

    def no_more_likely(self, tolerance: float = 1e-7, psi: float = 1.0) -> float:
        """The sum of the probabilities not larger than the observed one, within a relative tolerance.

        The two-sided P of R's fisher.test, with its tolerance 1e-7 (Freeman & Halton 1951). A negative tolerance leaves
        out what is as likely as the observed table.
        """
        if self.degenerate:
            return 1.0 if tolerance >= 0 else 0.0
        log_psi = math.log(psi)

        def weight(y: int) -> float:
            return self._log_weight(y) + (y - self.x) * log_psi

        bound = weight(self.x) + math.log1p(tolerance)
        mode, at = self._density(psi)
        left = _last(self.low, mode, weight, bound)
        right = _last(self.high, mode, weight, bound)
        if left is not None and right is not None and left + 1 >= right:
            return 1.0
        total = 0.0
        if left is not None:
            total += at(left) * self.outward(left, -1, psi)[0]
        if right is not None:
            total += at(right) * self.outward(right, 1, psi)[0]
        return min(total, 1.0)

    def acceptability(self, tolerance: float = 1e-7, psi: float = 1.0) -> float:
        """Blaker's two-sided P: the smaller tail and the largest opposite tail not above it (Blaker 2000, section 2).

        Tails count as equal within a relative tolerance.
        """
        less, _, more = self.tails(psi)
        if less > more:
            return self.mirrored()._acceptability(tolerance, 1 / psi)
        return self._acceptability(tolerance, psi)

    def _acceptability(self, tolerance: float, psi: float) -> float:
        """As acceptability, where the lower tail is the smaller."""
        less, equal, more = self.tails(psi)
        bound = (less + equal) * (1 + tolerance)
        if more + equal <= bound:
            return 1.0
        mode, at = self._density(psi)

        def at_least(y: int) -> float:
            if y > mode:
                return at(y) * self.outward(y, 1, psi)[0]
            return 1 - at(y - 1) * self.outward(y - 1, -1, psi)[0]

        inside, outside = self.x, self.high + 1
        while outside - inside > 1:
            middle = (inside + outside) // 2
            if at_least(middle) > bound:
                inside = middle
            else:
                outside = middle
        opposite = at_least(outside) if outside <= self.high else 0.0
        return min(less + equal + opposite, 1.0)

    def solve(self, f: Callable[[float], float]) -> float:
        """The odds ratio at which f, which grows with it, is zero; sought on the log scale around the sample's."""
        centre, error = self.start()
        width = 4 * error
        low, high = centre - width, centre + width
        while f(math.exp(low)) > 0:
            low, width = low - width, 2 * width
        while f(math.exp(high)) < 0:
            high, width = high + width, 2 * width
        return math.exp(root(lambda log_psi: f(math.exp(log_psi)), low, high))

    def cells(self) -> tuple[int, int, int, int]:
        """a, b, c, d of the table."""
        return self.x, self.n1 - self.x, self.m - self.x, self.n0 - self.m + self.x

    def start(self) -> tuple[float, float]:
        """The log odds ratio and its standard error with a half added to each cell, to start a search from."""
        a, b, c, d = (cell + 0.5 for cell in self.cells())
        centre = math.log(a) + math.log(d) - math.log(b) - math.log(c)
        return centre, math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)

    @property
    def wide(self) -> bool:
        """True where so many values count that they are better summed with numpy."""
        return self.start()[1] * _WIDE < 1

    def near(self, z: float) -> Any:
        """The distribution for odds ratios to z standard errors from the sample's: of a wide table, laid out."""
        if not self.wide:
            return self
        from .noncentral_hypergeometric_arrays import Laid

        return Laid(self, z)

    def maximum_likelihood(self) -> float:
        """The conditional maximum likelihood odds ratio: 0 or inf at the ends of the support, nan when degenerate."""
        if self.degenerate:
            return math.nan
        if self.x == self.low:
            return 0.0
        if self.x == self.high:
            return math.inf
        return self.solve(self.near(4.0).mean_excess)

    def median_unbiased(self) -> float:
        """The odds ratio at which both one-sided P are equal: 0 or inf at the ends of the support."""
        if self.degenerate:
            return math.nan
        if self.x == self.low:
            return 0.0
        if self.x == self.high:
            return math.inf
        tails: _Tails = self.near(4.0).tails

        def excess(psi: float) -> float:
            less, _, more = tails(psi)
            return more - less

        return self.solve(excess)

    def limits(self, conf: float, weight: float) -> tuple[float, float]:
        """Confidence limits: the odds ratios at which each one-sided P is (1 - conf)/2.

        ``weight`` is the part of P(X = x) that counts: 1 for the exact central limits, 1/2 for mid-P.
        """
        tail = (1 - conf) / 2
        tails: _Tails = self.near(max(z_for(conf), 4.0)).tails

        def above(psi: float) -> float:
            _, equal, more = tails(psi)
            return more + weight * equal - tail

        def below(psi: float) -> float:
            less, equal, _ = tails(psi)
            return tail - less - weight * equal

        lower = 0.0 if self.x == self.low else self.solve(above)
        upper = math.inf if self.x == self.high else self.solve(below)
        return lower, upper
