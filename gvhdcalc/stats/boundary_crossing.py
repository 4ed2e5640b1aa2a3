"""The chances that a group sequential test crosses its bounds, by recursive numerical integration.

The statistics Z_1 ... Z_K of looks at information fractions t_1 < ... < t_K = 1 are normal with means theta sqrt(t_k),
variance 1 and covariances sqrt(t_j/t_k): a Brownian motion seen at times (Armitage, McPherson & Rowe 1969; Jennison &
Turnbull 2000, chapter 19). The density of Z_k on paths that have not stopped is carried from look to look on the nodes
of a Gauss-Legendre rule over the interval in which the trial goes on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

#: A numpy array.
Array = Any

#: Where a bound is infinite the density is cut off this many standard errors from its mean: beyond lies 1e-20.
_FAR = 9.0
#: Nodes for each piece of an interval, and the longest piece, in standard errors of the step that follows.
_NODES, _PIECE = 16, 2.5
#: Nodes whose density is found at once, from the earlier nodes within reach: close looks need thousands.
_BATCH = 256


@cache
def _rule() -> tuple[Array, Array]:
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights


def _phi(x: Array) -> Array:
    import numpy as np

    return np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Paths that have not stopped by a look at information fraction ``t``: density times weight at nodes of Z.

    At the start there is no look yet: ``t`` is 0 and all the weight is at 0.
    """

    t: float
    nodes: Array
    weights: Array
    theta: float

    @classmethod
    def start(cls, theta: float, t: float = 0.0, z: float = 0.0) -> Paths:
        """Paths from the beginning, or from an observed ``z`` at ``t``."""
        import numpy as np

        return cls(t, np.array([z]), np.array([1.0]), theta)

    def _steps(self, t: float) -> tuple[Array, float, float]:
        """Means of Z at ``t`` from each node, its standard deviation there, and sqrt(t)."""
        root, step = math.sqrt(t), t - self.t
        return (self.nodes * math.sqrt(self.t) + self.theta * step) / root, math.sqrt(step / t), root

    def above(self, t: float, bound: float) -> float:
        """The chance that Z at ``t`` is at or above a bound."""
        from scipy.special import ndtr

        mean, sd, _ = self._steps(t)
        return float(self.weights @ ndtr((mean - bound) / sd))

    def below(self, t: float, bound: float) -> float:
        """The chance that Z at ``t`` is below a bound."""
        from scipy.special import ndtr

        mean, sd, _ = self._steps(t)
        return float(self.weights @ ndtr((bound - mean) / sd))

    def on(self, t: float, lower: float, upper: float, following: float) -> Paths:
        """The paths that go on after a look at ``t``: those between the bounds; ``following`` is the next look's t."""
        import numpy as np

        mean, sd, root = self._steps(t)
        spread = _FAR * sd
        low = max(lower, float(mean.min()) - spread)
        high = min(upper, float(mean.max()) + spread)
        if not low < high:
            return Paths(t, np.zeros(1), np.zeros(1), self.theta)
        # the integrand of the next look is as wide as its step, seen from here, or as this density
        wide = min(sd, math.sqrt(following - t) / root) if following > t else sd
        pieces = max(1, math.ceil((high - low) / (_PIECE * wide)))
        edges = np.linspace(low, high, pieces + 1)
        x, w = _rule()
        half = (edges[1:] - edges[:-1]) / 2
        nodes = ((edges[1:] + edges[:-1]) / 2)[:, None] + half[:, None] * x
        nodes, widths = nodes.ravel(), (half[:, None] * w).ravel()
        density = np.empty_like(nodes)
        for start in range(0, nodes.size, _BATCH):
            batch = nodes[start : start + _BATCH]
            first, last = np.searchsorted(mean, (batch[0] - spread, batch[-1] + spread))
            z = (batch[:, None] - mean[first:last]) / sd
            density[start : start + _BATCH] = _phi(z) @ self.weights[first:last] / sd
        return Paths(t, nodes, density * widths, self.theta)


@dataclass(frozen=True, slots=True)
class Crossing:
    """The chance of stopping above and below at each look, (K,) each."""

    above: tuple[float, ...]
    below: tuple[float, ...]

    def expected(self, times: Sequence[float]) -> float:
        """The expected information fraction at which the trial stops."""
        stopping = [a + b for a, b in zip(self.above, self.below, strict=True)]
        stopping[-1] = 1 - sum(stopping[:-1])
        return math.fsum(t * p for t, p in zip(times, stopping, strict=True))


def crossing(
    times: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    theta: float,
    paths: Paths | None = None,
) -> Crossing:
    """The chances of crossing the upper and the lower bound at each look, with drift ``theta`` = E(Z) at t = 1.

    A lower bound of -inf is none. ``paths`` are where the trial stands (default: its beginning).
    """
    paths = paths or Paths.start(theta)
    above, below = [], []
    for k, t in enumerate(times):
        above.append(paths.above(t, upper[k]))
        below.append(paths.below(t, lower[k]) if lower[k] > -math.inf else 0.0)
        if k + 1 < len(times):
            paths = paths.on(t, lower[k], upper[k], times[k + 1])
    return Crossing(tuple(above), tuple(below))
