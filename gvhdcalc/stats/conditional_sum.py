"""The events of arm 1 over all strata, given the margins of each: a sum of noncentral hypergeometric counts.

The strata's distributions are convolved (Mehta, Patel & Gray 1985 solve the same by a network). Under another common
odds ratio the distribution is the same one tilted, so that it is convolved once, at the odds ratio the strata suggest,
where what counts is in the middle and underflow at the ends does no harm.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import Any, NamedTuple

from .namespace import namespace, root
from .strata import Strata

#: Values of one stratum's cell kept to each side of the middle, in standard deviations: beyond, terms are below 1e-300.
_DEVIATIONS = 40
#: Products of a convolution (a billion take about a second) above which its normal approximation takes its place.
_MOST_PRODUCTS = 4e8
#: Below this a probability of the plain convolution may have lost figures to underflow.
_FAINT = 1e-280


class _Tilted(NamedTuple):
    """Probabilities under one odds ratio of the values from ``first`` on, counted from the least possible value.

    ``log_scale`` is the log of what they are multiplied by in their sum, relative to the central distribution.
    """

    first: int
    density: Any
    log_scale: float


class TooLarge(Exception):
    """The convolution would take more than a second or two."""


class ConditionalSum:
    """The conditional distribution of one analysis: of the sum of the strata's first cells, given all margins.

    ``at`` is the observed sum and ``width`` the greatest, both counted from the least possible sum.
    """

    def __init__(self, strata: Strata) -> None:
        import numpy as np

        low = np.maximum(0.0, strata.events - strata.n0)
        high = np.minimum(strata.n1, strata.events)
        informative = high > low
        self._n1, self._n0, self._m, self._low, self._high = (
            array[informative] for array in (strata.n1, strata.n0, strata.events, low, high)
        )
        self._x = strata.a[informative]
        self.at = int((self._x - self._low).sum())
        self.width = int((self._high - self._low).sum())
        a, b = self._x + 0.5, self._n1 - self._x + 0.5
        c, d = self._m - self._x + 0.5, self._n0 - self._m + self._x + 0.5
        total = a + b + c + d
        self.centre = float(np.log((a * d / total).sum() / (b * c / total).sum())) if self.width else 0.0
        self._spread = 4 / math.sqrt(float((1 / (1 / a + 1 / b + 1 / c + 1 / d)).sum())) if self.width else 1.0
        self._about_centre: tuple[_Tilted, Any] | None = None

    @property
    def degenerate(self) -> bool:
        """True where the margins leave the sum one value: the strata then say nothing of a common odds ratio."""
        return self.width == 0

    def _stratum(self, i: int, log_psi: float) -> _Tilted:
        """One stratum's first cell, tilted."""
        import numpy as np

        n1, n0, m, low, high = self._n1[i], self._n0[i], self._m[i], self._low[i], self._high[i]
        mean, variance = asymptotic_moments(n1, n0, m, math.exp(log_psi))
        reach = _DEVIATIONS * math.sqrt(variance) + 2 * _DEVIATIONS
        start, end = max(low, math.floor(mean - reach)), min(high, math.ceil(mean + reach))
        if end - start > _MOST_PRODUCTS:
            raise TooLarge
        y = np.arange(start, end)
        steps = np.log((n1 - y) * (m - y) / ((y + 1) * (n0 - m + y + 1)))
        # summed outward from the highest, so that the terms that count have the least rounding in them
        top = int((steps + log_psi > 0).sum())
        logs = np.zeros(len(y) + 1)
        logs[top + 1 :] = np.cumsum((steps + log_psi)[top:])
        logs[:top] = -np.cumsum((steps + log_psi)[:top][::-1])[::-1]
        weights = np.exp(logs)
        central = np.exp(logs - log_psi * np.arange(-top, len(y) + 1 - top) if log_psi else logs) if False else None
        del central
        sum_here = float(weights.sum())
        return _Tilted(int(start - low), weights / sum_here, self._log_scale(i, int(start) + top, log_psi, sum_here))

    def _log_scale(self, i: int, top: int, log_psi: float, sum_here: float) -> float:
        """log of sum(p(y) psi^(y - low)) with p the central probabilities: sum_here is relative to the term at top."""
        from .noncentral_hypergeometric import Conditional

        given = Conditional(top, int(self._n1[i]), int(self._n0[i]), int(self._m[i]))
        return given.log_probability(top) + (top - given.low) * log_psi + math.log(sum_here)

    def _convolved(self, log_psi: float) -> _Tilted:
        """All strata together, tilted. Raises TooLarge."""
        import numpy as np

        parts = [self._stratum(i, log_psi) for i in range(len(self._n1))]
        scale = sum(part.log_scale for part in parts)
        heap = [(len(part.density), i, part.first, part.density) for i, part in enumerate(parts)]
        heapq.heapify(heap)
        products, count = 0.0, len(heap)
        while len(heap) > 1:
            # the shortest two first: the sum of products is then about least
            _, _, first1, one = heapq.heappop(heap)
            _, _, first2, two = heapq.heappop(heap)
            products += float(len(one)) * len(two)
            if products > _MOST_PRODUCTS:
                raise TooLarge
            both = np.convolve(one, two)
            kept = np.flatnonzero(both)
            both = both[kept[0] : kept[-1] + 1]
            count += 1
            heapq.heappush(heap, (len(both), count, first1 + first2 + int(kept[0]), both))
        _, _, first, density = heap[0]
        return _Tilted(first, density / density.sum(), scale)

    def _weights(self, log_psi: float) -> tuple[Any, Any]:
        """Values less the observed one, and their probabilities under an odds ratio."""
        import numpy as np

        if self._about_centre is None:
            made = self._convolved(self.centre)
            with np.errstate(divide="ignore"):
                self._about_centre = made, np.log(made.density)
        made, logs = self._about_centre
        distance = np.arange(len(logs)) + (made.first - self.at)
        tilted = logs + distance * (log_psi - self.centre)
        weights = np.exp(tilted - tilted.max())
        return distance, weights / weights.sum()

    def _tails(self, log_psi: float) -> tuple[float, float, float]:
        """P(T < t), P(T = t) and P(T > t) under an odds ratio."""
        distance, weights = self._weights(log_psi)
        return tuple(  # type: ignore[return-value]
            float(weights[side].sum()) for side in (distance < 0, distance == 0, distance > 0)
        )

    def _solve(self, f: Callable[[float], float]) -> float:
        """The odds ratio at which f, which grows with it, is zero."""
        low, high, width = self.centre - self._spread, self.centre + self._spread, self._spread
        while f(low) > 0:
            low, width = low - width, 2 * width
        while f(high) < 0:
            high, width = high + width, 2 * width
        return math.exp(root(f, low, high))

    def maximum_likelihood(self) -> float:
        """The conditional maximum likelihood common odds ratio: 0 or inf at the ends, nan when degenerate."""
        if self.degenerate:
            return math.nan
        if self.at in (0, self.width):
            return 0.0 if self.at == 0 else math.inf

        def excess(log_psi: float) -> float:
            distance, weights = self._weights(log_psi)
            return float((distance * weights).sum())

        return self._solve(excess)

    def limits(self, conf: float, weight: float) -> tuple[float, float]:
        """The common odds ratios at which each one-sided P is (1 - conf)/2; ``weight`` is the part of P(T = t)."""
        tail = (1 - conf) / 2

        def above(log_psi: float) -> float:
            _, equal, more = self._tails(log_psi)
            return more + weight * equal - tail

        def below(log_psi: float) -> float:
            less, equal, _ = self._tails(log_psi)
            return tail - less - weight * equal

        lower = 0.0 if self.at == 0 else self._solve(above)
        upper = math.inf if self.at == self.width else self._solve(below)
        return lower, upper
