"""The events of arm 1 over all strata, given the margins of each: a sum of noncentral hypergeometric counts.

The strata's distributions are convolved (Mehta, Patel & Gray 1985 reach the same sums by a network). Under another
common odds ratio the distribution is the same one tilted, so that it is convolved once, at the odds ratio that the
strata suggest: what counts is then in the middle, and underflow at the ends does no harm.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from .namespace import namespace, root
from .noncentral_hypergeometric import Conditional
from .strata import Strata, fitted

#: Standard deviations to each side of the middle that are kept of a stratum: terms beyond are below 1e-300.
_REACH = 40
#: Products of numbers in a convolution (about as many nanoseconds) above which the normal distribution takes its place.
_MOST_PRODUCTS = 4e8
#: A probability below this may have lost figures to underflow.
_FAINT = 1e-280


class _Tilted(NamedTuple):
    """Probabilities under one odds ratio of ``first``, ``first`` + 1 ..., counted from the least possible value.

    The central probability of k is density(k) * exp(log_scale - k * log odds ratio).
    """

    first: int
    density: Any
    log_scale: float


def conditional_sum(strata: Strata) -> ConditionalSum | NormalSum:
    """The conditional distribution of one analysis: exact, or normal where the counts are too large to convolve."""
    found = NormalSum(strata)
    return found if found.products() > _MOST_PRODUCTS else ConditionalSum(strata)


class _Sum:
    """What both distributions share: the margins of the strata that have any choice left, and the search for a root.

    ``at`` is the observed sum of the first cells and ``width`` the greatest, both counted from the least possible sum.
    """

    exact = True

    def __init__(self, strata: Strata) -> None:
        import numpy as np

        low = np.maximum(0.0, strata.events - strata.n0)
        high = np.minimum(strata.n1, strata.events)
        informative = high > low
        self.n1, self.n0, self.m, self.low, self.high, x = (
            array[informative] for array in (strata.n1, strata.n0, strata.events, low, high, strata.a)
        )
        self.at = int((x - self.low).sum())
        self.width = int((self.high - self.low).sum())
        cells = np.array([x, self.n1 - x, self.m - x, self.n0 - self.m + x]) + 0.5
        total = cells.sum(axis=0)
        self.centre, self.spread = 0.0, 1.0
        if not self.degenerate:
            self.centre = math.log((cells[0] * cells[3] / total).sum() / (cells[1] * cells[2] / total).sum())
            self.spread = 4 / math.sqrt((1 / (1 / cells).sum(axis=0)).sum())

    @property
    def degenerate(self) -> bool:
        """True where the margins leave the sum one value: the strata then say nothing of a common odds ratio."""
        return self.width == 0

    def solve(self, f: Callable[[float], float]) -> float:
        """The odds ratio at which f, which grows with its log, is zero."""
        low, high, width = self.centre - self.spread, self.centre + self.spread, self.spread
        while f(low) > 0:
            low, width = low - width, 2 * width
        while f(high) < 0:
            high, width = high + width, 2 * width
        return math.exp(root(f, low, high))

    def tails_at(self, log_psi: float) -> tuple[float, float, float]:
        """P(T < t), P(T = t) and P(T > t) near the odds ratio of the strata."""
        raise NotImplementedError

    def mean_excess(self, log_psi: float) -> float:
        """The expected sum less the observed one."""
        raise NotImplementedError

    def maximum_likelihood(self) -> float:
        """The conditional maximum likelihood common odds ratio: 0 or inf at the ends, nan when degenerate."""
        if self.degenerate:
            return math.nan
        if self.at in (0, self.width):
            return 0.0 if self.at == 0 else math.inf
        return self.solve(self.mean_excess)

    def limits(self, conf: float, weight: float) -> tuple[float, float]:
        """The common odds ratios at which each one-sided P is (1 - conf)/2; ``weight`` is the part of P(T = t)."""
        tail = (1 - conf) / 2

        def above(log_psi: float) -> float:
            _, equal, more = self.tails_at(log_psi)
            return more + weight * equal - tail

        def below(log_psi: float) -> float:
            less, equal, _ = self.tails_at(log_psi)
            return tail - less - weight * equal

        lower = 0.0 if self.at == 0 else self.solve(above)
        upper = math.inf if self.at == self.width else self.solve(below)
        return lower, upper


class ConditionalSum(_Sum):
    """The exact conditional distribution of one analysis."""

    def _stratum(self, i: int, log_psi: float) -> _Tilted:
        """One stratum's first cell."""
        import numpy as np

        n1, n0, m, low = self.n1[i], self.n0[i], self.m[i], self.low[i]
        start, end = self._window(i, log_psi)
        y = np.arange(start, end)
        steps = np.log((n1 - y) * (m - y) / ((y + 1) * (n0 - m + y + 1))) + log_psi
        # summed outward from the highest, so that the terms that count have the least rounding in them
        top = int((steps > 0).sum())
        logs = np.zeros(len(y) + 1)
        logs[top + 1 :] = np.cumsum(steps[top:])
        logs[:top] = -np.cumsum(steps[:top][::-1])[::-1]
        weights = np.exp(logs)
        total = float(weights.sum())
        given = Conditional(int(start) + top, int(n1), int(n0), int(m))
        log_scale = given.log_probability(given.x) + (given.x - given.low) * log_psi + math.log(total)
        return _Tilted(int(start - low), weights / total, log_scale)

    def _window(self, i: int, log_psi: float) -> tuple[float, float]:
        mean, variance = fitted(self.n1[i], self.n0[i], self.m[i], math.exp(log_psi))
        reach = _REACH * math.sqrt(variance) + 2 * _REACH
        return max(self.low[i], math.floor(mean - reach)), min(self.high[i], math.ceil(mean + reach))

    def _convolved(self, log_psi: float) -> _Tilted:
        """All strata together; the shortest two first, which takes about the fewest products."""
        import numpy as np

        parts = [self._stratum(i, log_psi) for i in range(len(self.n1))]
        heap = [(len(part.density), i, part.first, part.density) for i, part in enumerate(parts)]
        heapq.heapify(heap)
        count = len(heap)
        while len(heap) > 1:
            _, _, first1, one = heapq.heappop(heap)
            _, _, first2, two = heapq.heappop(heap)
            both = np.convolve(one, two)
            kept = np.flatnonzero(both)
            both = both[kept[0] : kept[-1] + 1]
            count += 1
            heapq.heappush(heap, (len(both), count, first1 + first2 + int(kept[0]), both))
        _, _, first, density = heap[0]
        return _Tilted(first, density / density.sum(), sum(part.log_scale for part in parts))

    @cached_property
    def _around_centre(self) -> tuple[_Tilted, Any]:
        """The distribution at the odds ratio of the strata, and the logs of its probabilities."""
        import numpy as np

        made = self._convolved(self.centre)
        with np.errstate(divide="ignore"):
            return made, np.log(made.density)

    def _weights(self, log_psi: float) -> tuple[Any, Any]:
        """Values less the observed one, and their probabilities under an odds ratio."""
        import numpy as np

        made, logs = self._around_centre
        distance = np.arange(len(logs)) + (made.first - self.at)
        tilted = logs + distance * (log_psi - self.centre)
        weights = np.exp(tilted - tilted.max())
        return distance, weights / weights.sum()

    def tails_at(self, log_psi: float) -> tuple[float, float, float]:
        distance, weights = self._weights(log_psi)
        return (
            float(weights[distance < 0].sum()),
            float(weights[distance == 0].sum()),
            float(weights[distance > 0].sum()),
        )

    def mean_excess(self, log_psi: float) -> float:
        distance, weights = self._weights(log_psi)
        return float((distance * weights).sum())

    @cached_property
    def _central(self) -> tuple[Any, Any]:
        """Values less the observed one, and their probabilities where the arms do not differ."""
        import numpy as np

        made = self._convolved(0.0)
        return np.arange(len(made.density)) + (made.first - self.at), made.density

    @property
    def _faint(self) -> bool:
        """Whether the observed sum is so far out that its central probability suffers from underflow."""
        distance, density = self._central
        return not bool((density[distance == 0] > _FAINT).any())

    def _central_logs(self, log_psi: float) -> tuple[Any, Any]:
        """Values less the observed one, and the logs of their central probabilities, right around this odds ratio."""
        import numpy as np

        made = self._convolved(log_psi)
        k = np.arange(len(made.density)) + made.first
        with np.errstate(divide="ignore"):
            return k - self.at, np.log(made.density) + made.log_scale - k * log_psi

    def tails(self) -> tuple[float, float, float]:
        """P(T < t), P(T = t) and P(T > t) where the arms do not differ, each to its own relative accuracy."""
        import numpy as np

        if self.degenerate:
            return 0.0, 1.0, 0.0
        if not self._faint:
            distance, density = self._central
            return (
                float(density[distance < 0].sum()),
                float(density[distance == 0].sum()),
                float(density[distance > 0].sum()),
            )
        distance, logs = self._central_logs(self.centre)
        side = 1 if self.centre > 0 else -1
        equal, beyond = (float(np.exp(logs[part]).sum()) for part in (distance == 0, distance * side > 0))
        other = 1 - equal - beyond
        return (other, equal, beyond) if side > 0 else (beyond, equal, other)

    def no_more_likely(self, tolerance: float = 1e-7) -> float:
        """The sum of the central probabilities not larger than the observed one, within a relative tolerance.

        The two-sided P of R's mantelhaen.test(exact = TRUE), with its tolerance 1e-7.
        """
        import numpy as np

        if self.degenerate:
            return 1.0
        if not self._faint:
            distance, density = self._central
            bound = density[distance == 0] * (1 + tolerance)
            return min(float(density[density <= bound].sum()), 1.0)
        less, equal, more = self.tails()
        distance, logs = self._central_logs(self.centre)
        bound = float(logs[distance == 0][0]) + math.log1p(tolerance)
        # the other side, seen from about as far beyond the middle as the observed sum is on this side
        distance, logs = self._central_logs(-self.centre)
        across = distance * (1 if self.centre < 0 else -1) > 0
        return min(equal + min(less, more) + float(np.exp(logs[across & (logs <= bound)]).sum()), 1.0)


class NormalSum(_Sum):
    """The normal distribution with the asymptotic mean and variance of the sum (Breslow & Day 1980, section 4.4)."""

    exact = False

    def products(self) -> float:
        """About how many products the convolution would take."""
        variance = fitted(self.n1, self.n0, self.m, math.exp(self.centre))[1]
        heap = [
            (min(float(span), 2 * _REACH * (math.sqrt(v) + 2)) + 1, float(v))
            for span, v in zip(self.high - self.low, variance, strict=True)
        ]
        heapq.heapify(heap)
        found = max((length for length, _ in heap), default=0.0)
        while len(heap) > 1:
            one, v1 = heapq.heappop(heap)
            two, v2 = heapq.heappop(heap)
            found += one * two
            heapq.heappush(heap, (min(one + two, 2 * _REACH * (math.sqrt(v1 + v2) + 2)), v1 + v2))
        return found

    def _moments(self, log_psi: float) -> tuple[float, float]:
        """Mean less the observed sum, and standard deviation."""
        mean, variance = fitted(self.n1, self.n0, self.m, math.exp(log_psi))
        return float((mean - self.low).sum()) - self.at, math.sqrt(float(variance.sum()))

    def _three(self, excess: float, deviation: float) -> tuple[float, float, float]:
        ns = namespace(excess)
        # with a continuity correction of one half
        above = ns.norm_sf((0.5 - excess) / deviation)
        below = ns.norm_sf((0.5 + excess) / deviation)
        return below, max(1 - above - below, 0.0), above

    def tails_at(self, log_psi: float) -> tuple[float, float, float]:
        return self._three(*self._moments(log_psi))

    def mean_excess(self, log_psi: float) -> float:
        return self._moments(log_psi)[0]

    def tails(self) -> tuple[float, float, float]:
        """As ConditionalSum.tails."""
        total = self.n1 + self.n0
        mean = self.n1 / total * self.m
        variance = mean * self.n0 / total * (total - self.m) / (total - 1)
        excess = float((mean - self.low).sum()) - self.at
        return self._three(excess, math.sqrt(float(variance.sum())))

    def no_more_likely(self, tolerance: float = 1e-7) -> float:
        """Twice the smaller tail, which is the same for a normal distribution."""
        less, equal, more = self.tails()
        return min(1.0, 2 * (min(less, more) + equal))
