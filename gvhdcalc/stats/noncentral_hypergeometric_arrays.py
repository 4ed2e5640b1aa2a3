"""The conditional distribution of many 2x2 tables at once: the array side of noncentral_hypergeometric.py.

Tables of like width are laid out as a matrix, one row for each table and one column for each value of its first cell,
and every sum is a sum over columns. Tables too wide for that go one by one through the plain Python of one table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from .namespace import root
from .noncentral_hypergeometric import Conditional
from .two_by_two import TwoByTwo

#: Values of the first cell above which a table is taken by itself, and cells of a matrix at a time.
_WIDEST, _CELLS = 20_000, 1_000_000


class Matrix:
    """Tables of like width: log weights relative to each table's highest, minus infinity beyond its support.

    Values of the first cell are counted from ``low``, the least one of each table: so are ``x``, the observed, and
    ``high``, the greatest. ``window`` bounds the support of tables that are too wide to be laid out whole.
    """

    def __init__(self, x: Any, n1: Any, n0: Any, m: Any, window: tuple[Any, Any] | None = None) -> None:
        import numpy as np

        self.np = np
        self.low, highest = window if window else (np.maximum(0.0, m - n0), np.minimum(n1, m))
        self.x, self.high = x - self.low, highest - self.low
        width = int(self.high.max()) + 1
        self.k = np.arange(width, dtype=float)
        self.at = self.x[:, None]
        y = self.low[:, None] + self.k[:-1]
        n1, m, rest = n1[:, None], m[:, None], (n0 - m)[:, None]
        with np.errstate(all="ignore"):
            steps = np.log((n1 - y) * (m - y) / ((y + 1) * (rest + y + 1)))
        # beyond the support a ratio is 0 or of the wrong sign: its log stays minus infinity from there on
        steps[~np.isfinite(steps) | (y + 1 > np.minimum(n1, m))] = -np.inf
        # summed outward from the highest weight, so that the weights that count have the least rounding in them
        top = (steps > 0).sum(axis=1)[:, None]
        rising = self.k[:-1] < top
        up = np.cumsum(np.where(rising, 0.0, steps), axis=1)
        down = np.cumsum(np.where(rising, steps, 0.0)[:, ::-1], axis=1)[:, ::-1]
        self.log_weights = np.zeros((len(x), width))
        self.log_weights[:, 1:] += up
        self.log_weights[:, :-1] -= down

    def weights(self, log_psi: Any) -> Any:
        """Weights under each table's log odds ratio, the highest of each row being 1."""
        np = self.np
        logs = self.log_weights + self.k * np.asarray(log_psi).reshape(-1, 1)
        return np.exp(logs - logs.max(axis=1, keepdims=True))

    def tails(self, log_psi: Any) -> tuple[Any, Any, Any]:
        """P(X < x), P(X = x), P(X > x)."""
        weights = self.weights(log_psi)
        total = weights.sum(axis=1)
        return tuple(
            (weights * side).sum(axis=1) / total for side in (self.k < self.at, self.k == self.at, self.k > self.at)
        )

    def mean_excess(self, log_psi: Any) -> Any:
        """The expected cell less the observed one."""
        weights = self.weights(log_psi)
        return (weights * (self.k - self.at)).sum(axis=1) / weights.sum(axis=1)

    def log_ratio(self, y: Any) -> Any:
        """log of the central probability of y over that of the observed cell."""
        take = self.np.take_along_axis
        both = self.np.stack([y, self.x], axis=1).astype(int)
        found = take(self.log_weights, both, axis=1)
        return found[:, 0] - found[:, 1]

    def outside(self, y: Any, log_psi: Any, weight: float) -> tuple[Any, Any]:
        """P(X < x) + weight P(X = x), and P(X >= y) for y above x, under each table's log odds ratio."""
        np = self.np
        weights = self.weights(log_psi)
        total = weights.sum(axis=1)
        equal = np.take_along_axis(weights, self.at.astype(int), axis=1)[:, 0]
        below = (weights * (self.k < self.at)).sum(axis=1) + weight * equal
        return below / total, (weights * (self.k >= np.asarray(y)[:, None])).sum(axis=1) / total

    def no_more_likely(self, tolerance: float, log_psi: float) -> Any:
        """The sum of the probabilities not larger than the observed one, within a relative tolerance."""
        np = self.np
        logs = self.log_weights + (self.k - self.at) * log_psi
        observed = np.take_along_axis(logs, self.at.astype(int), axis=1)
        counted = logs <= observed + math.log1p(tolerance)
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        return np.minimum((weights * counted).sum(axis=1) / weights.sum(axis=1), 1.0)

    def acceptability(self, tolerance: float, log_psi: float) -> Any:
        """Blaker's two-sided P, as Conditional.acceptability."""
        np = self.np
        weights = self.weights(np.full(len(self.x), log_psi))
        weights /= weights.sum(axis=1, keepdims=True)
        at_most = np.cumsum(weights, axis=1)
        at_least = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1]
        at = self.at.astype(int)
        lower, upper = np.take_along_axis(at_most, at, axis=1), np.take_along_axis(at_least, at, axis=1)
        rest = np.where(lower <= upper, at_least, at_most)
        smaller = np.minimum(lower, upper)
        opposite = np.where(rest <= smaller * (1 + tolerance), rest, 0.0).max(axis=1)
        return np.minimum(smaller[:, 0] + opposite, 1.0)


class Laid:
    """One table with large cells, laid out over the values that count within z standard errors of its odds ratio.

    Beyond, terms are below 1e-30 of the sum, whatever odds ratio within these bounds is asked for.
    """

    def __init__(self, given: Conditional, z: float) -> None:
        import numpy as np

        def spread(y: int) -> float:
            a, b, c, d = Conditional(y, given.n1, given.n0, given.m).cells()
            return 1 / math.sqrt(sum(1 / (cell + 0.5) for cell in (a, b, c, d)))

        centre, error = given.start()
        lowest, highest = (given.mode(math.exp(centre + side * (z + 1) * error)) for side in (-1, 1))
        low = max(given.low, math.floor(lowest - 12 * spread(lowest)))
        high = min(given.high, math.ceil(highest + 12 * spread(highest)))
        x, n1, n0, m = (np.array([float(value)]) for value in (given.x, given.n1, given.n0, given.m))
        self.matrix = Matrix(x, n1, n0, m, window=(np.array([float(low)]), np.array([float(high)])))

    def tails(self, psi: float) -> tuple[float, float, float]:
        """P(X < x), P(X = x) and P(X > x) under odds ratio psi."""
        less, equal, more = self.matrix.tails(math.log(psi))
        return float(less[0]), float(equal[0]), float(more[0])

    def mean_excess(self, psi: float) -> float:
        """The expected cell under odds ratio psi, less the observed one."""
        return float(self.matrix.mean_excess(math.log(psi))[0])


class ConditionalArrays:
    """As Conditional, for arrays of tables: the same names, arrays of one shape out."""

    def __init__(self, table: TwoByTwo) -> None:
        import numpy as np

        self.np = np
        cells = np.broadcast_arrays(table.a, table.b, table.c, table.d)
        self.shape = cells[0].shape
        a, b, c, d = (np.asarray(cell, dtype=float).ravel() for cell in cells)
        self.x, self.n1, self.n0, self.m = a, a + b, c + d, a + c
        self._cells = (a, b, c, d)
        self.low, self.high = np.maximum(0.0, self.m - self.n0), np.minimum(self.n1, self.m)

    @property
    def degenerate(self) -> Any:
        return (self.low == self.high).reshape(self.shape)

    @cached_property
    def _groups(self) -> list[tuple[Any, Matrix | None]]:
        """Indices of tables with their matrix; None for tables that go one by one."""
        np = self.np
        width = self.high - self.low + 1
        order = np.argsort(width, kind="stable")
        narrow = order[width[order] <= _WIDEST]
        groups: list[tuple[Any, Matrix | None]] = []
        start = 0
        while start < len(narrow):
            rows = max(1, int(_CELLS // width[narrow[min(start + 4095, len(narrow) - 1)]]))
            index = narrow[start : start + min(rows, 4096)]
            groups.append((index, Matrix(self.x[index], self.n1[index], self.n0[index], self.m[index])))
            start += len(index)
        if len(narrow) < len(order):
            groups.append((order[len(narrow) :], None))
        return groups

    def _one_by_one(self, index: Any) -> Iterator[Conditional]:
        for i in index:
            yield Conditional(int(self.x[i]), int(self.n1[i]), int(self.n0[i]), int(self.m[i]))

    def gathered(
        self, count: int, many: Callable[[Any, Matrix], Any], one: Callable[[Conditional], tuple[float, ...]]
    ) -> list[Any]:
        """Figures of all tables in their shape: by ``many`` for a matrix of them, by ``one`` for the widest."""
        np = self.np
        found = np.empty((count, len(self.x)))
        with np.errstate(all="ignore"):
            for index, matrix in self._groups:
                if matrix is None:
                    found[:, index] = np.array([one(given) for given in self._one_by_one(index)]).T
                else:
                    found[:, index] = many(index, matrix)
        return [row.reshape(self.shape) for row in found]

    def tails(self, psi: float = 1.0) -> list[Any]:
        """P(X < x), P(X = x) and P(X > x) under odds ratio psi."""
        log_psi = math.log(psi)
        return self.gathered(
            3,
            lambda index, matrix: self.np.array(matrix.tails(self.np.full(len(index), log_psi))),
            lambda one: one.tails(psi),
        )

    def no_more_likely(self, tolerance: float = 1e-7, psi: float = 1.0) -> Any:
        """As Conditional.no_more_likely."""
        log_psi = math.log(psi)
        return self.gathered(
            1,
            lambda _, matrix: matrix.no_more_likely(tolerance, log_psi),
            lambda one: (one.no_more_likely(tolerance, psi),),
        )[0]

    def acceptability(self, tolerance: float = 1e-7, psi: float = 1.0) -> Any:
        """As Conditional.acceptability."""
        log_psi = math.log(psi)
        return self.gathered(
            1,
            lambda _, matrix: matrix.acceptability(tolerance, log_psi),
            lambda one: (one.acceptability(tolerance, psi),),
        )[0]

    def _solve(self, index: Any, f: Callable[[Any], Any], lowest: Any, highest: Any) -> Any:
        """exp of the roots of f, which grows with the log odds ratio; 0 and inf where these are known beforehand."""
        np = self.np
        a, b, c, d = (cell[index] + 0.5 for cell in self._cells)
        centre = np.log(a) + np.log(d) - np.log(b) - np.log(c)
        width = 4 * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        known = lowest | highest
        low, high = centre - width, centre + width
        for _ in range(60):
            below = (f(low) > 0) & ~known
            above = (f(high) < 0) & ~known
            if not (below | above).any():
                break
            low, high = np.where(below, low - width, low), np.where(above, high + width, high)
            width = 2 * width
        # tables whose answer is known are given a root at once: the search goes on until the last is found
        solved = root(lambda log_psi: np.where(known, log_psi - centre, f(log_psi)), low, high)
        return np.where(lowest, 0.0, np.where(highest, np.inf, np.exp(solved)))

    def maximum_likelihood(self) -> Any:
        """The conditional maximum likelihood odds ratios."""
        np = self.np

        def many(index: Any, matrix: Matrix) -> Any:
            lowest, highest = self.x[index] == self.low[index], self.x[index] == self.high[index]
            found = self._solve(index, matrix.mean_excess, lowest, highest)
            return np.where(lowest & highest, np.nan, found)

        return self.gathered(1, many, lambda one: (one.maximum_likelihood(),))[0]

    def median_unbiased(self) -> Any:
        """The odds ratios at which both one-sided P are equal."""
        np = self.np

        def many(index: Any, matrix: Matrix) -> Any:
            def excess(log_psi: Any) -> Any:
                less, _, more = matrix.tails(log_psi)
                return more - less

            lowest, highest = self.x[index] == self.low[index], self.x[index] == self.high[index]
            return np.where(lowest & highest, np.nan, self._solve(index, excess, lowest, highest))

        return self.gathered(1, many, lambda one: (one.median_unbiased(),))[0]

    def limits(self, conf: float, weight: float) -> list[Any]:
        """Confidence limits, as Conditional.limits."""
        tail = (1 - conf) / 2
        np = self.np

        def many(index: Any, matrix: Matrix) -> Any:
            def above(log_psi: Any) -> Any:
                _, equal, more = matrix.tails(log_psi)
                return more + weight * equal - tail

            def below(log_psi: Any) -> Any:
                less, equal, _ = matrix.tails(log_psi)
                return tail - less - weight * equal

            lowest, highest = self.x[index] == self.low[index], self.x[index] == self.high[index]
            never = np.zeros(len(index), dtype=bool)
            return np.array([self._solve(index, above, lowest, never), self._solve(index, below, never, highest)])

        return self.gathered(2, many, lambda one: one.limits(conf, weight))
