"""Exact unconditional probabilities of two binomial counts: the largest over the nuisance parameter.

An unconditional test of two proportions adds up the binomial probabilities of all tables with the arms' totals that are
at least as extreme as the observed one. Their sum depends on both proportions: a supposed contrast (a difference, a
ratio, an odds ratio) fixes one, and the other is the nuisance parameter, over which the largest sum is taken
(Barnard 1947; Suissa & Shuster 1985). An interval holds the contrasts that such a test does not reject.

Everything here is numpy's, and is loaded by the functions of unconditional.py that need it. A set of tables is either
"tops" (for each count x1 of events in the first arm the greatest count x0 in the second that belongs to it, -1 for
none; all smaller x0 belong to it too) or a mask over all tables. Only the evidence for a contrast above the supposed
one is written out: exchanging the arms gives the other side.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from .namespace import root

#: Points of the nuisance grid in a standard deviation of the counts, and rounds of narrowing about its highest points.
_DENSITY, _ROUNDS, _POINTS = 4.0, 5, 17
#: Peaks of the grid at least this high, relative to the highest, are followed; the others cannot overtake it.
_CLOSE = 0.9
#: Every so manieth point of the grid is enough to see that the largest probability is above a level, or this far below.
_SPARSE, _FAR = 4, 0.4
#: Statistics this close, relative to their size, are equal: tables that mirror each other differ by rounding.
_TIE = 1e-9
#: Log odds beyond which a proportion is 0 or 1.
_END = 100.0
#: The search for a limit begins with so many intervals, looks at each at so many points, and ends at this width.
_PIECES, _LOOKS, _WIDTH = 32, 4, 1e-13

Points = tuple[Any, Any, Any, Any]


class Difference:
    """p1 - p0. Its own scale, from -1 to 1, is the one on which limits are sought."""

    null = 0.0
    start, stop = -1 + 1e-10, 1.0

    @staticmethod
    def value(u: float) -> float:
        return u

    @staticmethod
    def exchanged(value: float) -> float:
        """The contrast of the exchanged arms."""
        return -value

    @staticmethod
    def grid(value: float, size: int) -> Any:
        """Coordinates of the nuisance parameter: angles, on which a binomial count has one standard deviation."""
        import numpy as np

        return np.linspace(0.0, math.pi, size)

    @staticmethod
    def points(value: float, at: Any) -> Points:
        """p1, 1 - p1, p0 and 1 - p0 at coordinates of the nuisance parameter."""
        import numpy as np

        width = 1 - abs(value)
        up, down = width * np.sin(at / 2) ** 2, width * np.cos(at / 2) ** 2
        above, below = max(value, 0.0), max(-value, 0.0)
        return above + up, below + down, below + up, above + down

    @staticmethod
    def z(x1: Any, n1: int, x0: Any, n0: int, value: float) -> Any:
        """Score statistic of Farrington & Manning 1990 (appendix; Miettinen & Nurminen 1985, eq. 27-28); 0 for 0/0."""
        import numpy as np

        total, events = float(n1 + n0), x1 + x0
        if value == 0:
            p1 = p0 = events / total
        else:
            c2 = ((n1 + 2.0 * n0) * value - total - events) / total
            c1 = ((n0 * value - total - 2.0 * x0) * value + events) / total
            c0 = x0 * value * (1 - value) / total
            half = (c2 / 3) ** 3 - c1 * c2 / 6 + c0 / 2
            turn = np.where(half < 0, -1.0, 1.0) * np.sqrt(np.maximum((c2 / 3) ** 2 - c1 / 3, 0.0))
            cosine = np.where(turn == 0, 1.0, half / np.where(turn == 0, 1.0, turn**3))
            p0 = 2 * turn * np.cos((math.pi + np.arccos(np.clip(cosine, -1.0, 1.0))) / 3) - c2 / 3
            for _ in range(2):  # Newton's steps take back what the cosine lost; not where two roots meet
                slope = (3 * p0 + 2 * c2) * p0 + c1
                step = (((p0 + c2) * p0 + c1) * p0 + c0) / np.where(slope == 0, 1.0, slope)
                p0 = p0 - np.where((slope == 0) | (abs(step) > 1e-6), 0.0, step)
            p0 = np.clip(p0, max(0.0, -value), min(1.0, 1 - value))
            p1 = np.clip(p0 + value, 0.0, 1.0)
        variance = p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0
        return _standardised(x1 / n1 - x0 / n0 - value, variance)


class Ratio:
    """p1/p0; limits are sought on the scale u = RR/(1 + RR), from 0 to 1."""

    null = 1.0
    start, stop = 1e-10, 1 - 1e-10

    @staticmethod
    def value(u: float) -> float:
        return u / (1 - u)

    @staticmethod
    def exchanged(value: float) -> float:
        return 1 / value

    grid = staticmethod(Difference.grid)

    @staticmethod
    def points(value: float, at: Any) -> Points:
        import numpy as np

        p, q = np.sin(at / 2) ** 2, np.cos(at / 2) ** 2
        if value <= 1:
            return value * p, q + (1 - value) * p, p, q
        return p, q, p / value, q + (1 - 1 / value) * p

    @staticmethod
    def z(x1: Any, n1: int, x0: Any, n0: int, value: float) -> Any:
        """Score statistic of Miettinen & Nurminen 1985 (eq. 11; Koopman 1984), without N/(N-1); 0 for 0/0."""
        import numpy as np

        a, c = value * (n1 + n0), x1 + x0
        b = value * (n1 + x0) + x1 + n0
        p0 = 2.0 * c / (b + np.sqrt(np.maximum(b * b - 4.0 * a * c, 0.0)))
        p1 = np.minimum(value * p0, 1.0)
        variance = p1 * (1 - p1) / n1 + value * value * p0 * (1 - p0) / n0
        return _standardised(x1 / n1 - value * x0 / n0, variance)


class OddsRatio:
    """p1(1 - p0)/(p0(1 - p1)); limits are sought on the scale u = OR/(1 + OR), from 0 to 1."""

    null = 1.0
    start, stop = 1e-10, 1 - 1e-10
    value, exchanged = staticmethod(Ratio.value), staticmethod(Ratio.exchanged)

    @staticmethod
    def grid(value: float, size: int) -> Any:
        """Log odds midway between the arms': dense where either proportion is between 0 and 1."""
        import numpy as np

        angles = np.linspace(0.0, math.pi, size + 2)[1:-1]
        one = 2 * np.log(np.tan(angles / 2))
        half = math.log(value) / 2
        ends = [-_END, _END]  # where all or none have the event
        return np.sort(np.concatenate([one + half, one - half, ends] if half else [one, ends]))

    @staticmethod
    def points(value: float, at: Any) -> Points:
        from scipy.special import expit

        half = math.log(value) / 2
        return expit(at + half), expit(-at - half), expit(at - half), expit(half - at)

    @staticmethod
    def z(x1: Any, n1: int, x0: Any, n0: int, value: float) -> Any:
        """Score statistic of the odds ratio (Agresti & Min 2002; Miettinen & Nurminen 1985, eq. 9); 0 without events.

        The fitted proportions keep the events of both arms, so that one arm's excess over its fitted count says all.
        """
        import numpy as np

        events, others = x1 + x0, n1 + n0 - x1 - x0

        def second(count: Any, value: float) -> Any:
            """The second arm's fitted proportion with ``count`` in both arms; of non-events with 1/OR."""
            a, b = n0 * (value - 1), n1 * value + n0 - count * (value - 1)
            reach = abs(b) + np.sqrt(np.maximum(b * b + 4.0 * a * count, 0.0))
            return np.where(b > 0, 2.0 * count / reach, reach / (2 * a) if a else 0.0)  # the form that does not cancel

        p0, q0 = second(events, value), second(others, 1 / value)
        p1, q1 = value * p0 / (value * p0 + q0), q0 / (value * p0 + q0)
        v1, v0 = n1 * p1 * q1, n0 * p0 * q0
        none = events * others == 0
        return np.where(none, 0.0, (x1 - n1 * p1) * np.sqrt((v1 + v0) / np.where(none, 1.0, v1 * v0)))


Contrast = Difference | Ratio | OddsRatio


def _standardised(distance: Any, variance: Any) -> Any:
    """distance/sqrt(variance); 0 for 0/0, infinite without variance."""
    import numpy as np

    distance = np.where(abs(distance) < 1e-14, 0.0, distance)
    with np.errstate(all="ignore"):
        return np.where(distance == 0, 0.0, distance / np.sqrt(np.maximum(variance, 0.0)))


class TwoBinomials:
    """Arms of n1 and n0 patients: probabilities of sets of tables, and the largest over the nuisance parameter."""

    def __init__(self, n1: int, n0: int) -> None:
        import numpy as np
        from scipy.special import gammaln

        self.np, self.n1, self.n0 = np, n1, n0
        self.x1, self.x0 = np.arange(n1 + 1.0), np.arange(n0 + 1.0)
        self.counts1 = gammaln(n1 + 1.0) - gammaln(self.x1 + 1) - gammaln(n1 - self.x1 + 1)
        self.counts0 = gammaln(n0 + 1.0) - gammaln(self.x0 + 1) - gammaln(n0 - self.x0 + 1)
        self.size = 1 + math.ceil(math.pi * _DENSITY * math.sqrt(n1 + n0))

    def _masses(self, log_counts: Any, p: Any, q: Any) -> Any:
        """Binomial probabilities, a row for each p."""
        np = self.np
        x = np.arange(float(len(log_counts)))
        with np.errstate(divide="ignore"):
            # log 0 is taken as a number so large that 0 times it is 0, and any other multiple's exponential is 0
            log_p, log_q = np.maximum(np.log(p), -1e300)[:, None], np.maximum(np.log(q), -1e300)[:, None]
        with np.errstate(over="ignore", under="ignore"):
            return np.exp(log_counts + x * log_p + x[::-1] * log_q)

    def of_tops(self, tops: Any, points: Points) -> Any:
        """Probability of the tables with x0 <= tops[x1], at each point."""
        np = self.np
        p1, q1, p0, q0 = points
        below = np.zeros((len(p0), self.n0 + 2))
        np.cumsum(self._masses(self.counts0, p0, q0), axis=1, out=below[:, 1:])
        return np.minimum((self._masses(self.counts1, p1, q1) * below[:, tops + 1]).sum(axis=1), 1.0)

    def of_mask(self, mask: Any, points: Points) -> Any:
        """Probability of the tables for which mask[x1, x0] is 1, at each point."""
        p1, q1, p0, q0 = points
        rows = self._masses(self.counts1, p1, q1) @ mask
        return self.np.minimum((rows * self._masses(self.counts0, p0, q0)).sum(axis=1), 1.0)

    def largest(
        self, of: Callable[[Points], Any], contrast: Contrast, value: float, level: float | None = None
    ) -> float:
        """The largest probability over the nuisance parameter, at a supposed contrast.

        With ``level``, only the side of it on which the largest lies is certain, which is found sooner.
        """
        np = self.np
        grid = contrast.grid(value, self.size)
        if level is not None:
            highest = float(of(contrast.points(value, grid[::_SPARSE])).max())
            if highest > level or highest < _FAR * level:
                return highest
        found = of(contrast.points(value, grid))
        highest = float(found.max())
        if level is not None and (highest > level or highest < _CLOSE * level):
            return highest
        edge = np.concatenate([[-1.0], found, [-1.0]])
        peaks = np.flatnonzero((found >= edge[:-2]) & (found >= edge[2:]) & (found >= _CLOSE * highest))
        peaks = peaks[np.argsort(-found[peaks])][:6]
        low, high = grid[np.maximum(peaks - 1, 0)], grid[np.minimum(peaks + 1, len(grid) - 1)]
        for _ in range(_ROUNDS):
            at = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, _POINTS)
            found = of(contrast.points(value, at.ravel())).reshape(at.shape)
            highest = max(highest, float(found.max()))
            if level is not None and highest > level:
                break
            best, rows = found.argmax(axis=1), np.arange(len(at))
            low, high = at[rows, np.maximum(best - 1, 0)], at[rows, np.minimum(best + 1, _POINTS - 1)]
        return highest

    # --- ordering by a score statistic --------------------------------------------------------------------------------

    def tops(self, contrast: Contrast, x1: int, x0: int, value: float) -> Any:
        """The tables whose score statistic about the supposed contrast is at least that of the observed table.

        The statistic grows with x1 and falls with x0 (Barnard's convexity: Rohmel & Mansmann 1999).
        """
        np = self.np
        observed = float(contrast.z(np.array([float(x1)]), self.n1, np.array([float(x0)]), self.n0, value)[0])
        bound = observed - _TIE * (1 + abs(observed)) if math.isfinite(observed) else observed
        low, high = np.full(self.n1 + 1, -1), np.full(self.n1 + 1, self.n0)
        while (low < high).any():
            middle = np.maximum((low + high + 1) // 2, 0)
            extreme = contrast.z(self.x1, self.n1, middle.astype(float), self.n0, value) >= bound
            low, high = np.where(extreme, middle, low), np.where(extreme, high, middle - 1)
        low[x1] = max(low[x1], x0)
        return low

    def score_p(self, contrast: Contrast, x1: int, x0: int, value: float) -> float:
        """One-sided P for a contrast above ``value``, by the score statistic (Chan 1998)."""
        tops = self.tops(contrast, x1, x0, value)
        return self.largest(lambda points: self.of_tops(tops, points), contrast, value)

    def lower_limit(self, contrast: Contrast, x1: int, x0: int, stop: float, tail: float) -> float:
        """The least contrast at which the one-sided P by the score statistic exceeds ``tail`` (Chan & Zhang 1999).

        P as a function of the supposed contrast rises while the order of the tables stays, and jumps up or down where
        it changes, so that a root finder may pass over the least one. Here the range from the lowest contrast to
        ``stop`` (on the scale u) is halved from the left. In an interval P is at most that of all tables that belong to
        the set somewhere in it, taken at its right end: where this is not above ``tail`` the interval holds no limit.
        Where in an interval a table belongs to the set is looked up at its ends and at points between them, of which
        there are _PIECES * _LOOKS to begin with.
        """
        np = self.np
        tops_at: dict[float, Any] = {}

        def tops(u: float) -> Any:
            if u not in tops_at:
                tops_at[u] = self.tops(contrast, x1, x0, contrast.value(u))
            return tops_at[u]

        def above(members: Any, u: float) -> bool:
            return self.largest(lambda points: self.of_tops(members, points), contrast, contrast.value(u), tail) > tail

        ends = np.linspace(contrast.start, stop, _PIECES + 1).tolist()
        waiting = list(pairwise(ends))[::-1]
        finest = (ends[1] - ends[0]) / 2
        while waiting:
            low, high = waiting.pop()
            looks = _LOOKS if high - low > finest else 2
            every = [tops(low), *(tops(low + (high - low) * k / looks) for k in range(1, looks)), tops(high)]
            members = np.maximum.reduce(every)
            if not above(members, high):
                continue
            if all((one == members).all() for one in every):
                if above(members, low):
                    return contrast.value(low)
                return self.fixed_limit(members, contrast, low, high, tail)
            if high - low < _WIDTH:
                if above(tops(high), high):
                    return contrast.value(high)
                continue
            middle = (low + high) / 2
            waiting += [(middle, high), (low, middle)]
        return contrast.value(stop)

    def fixed_limit(self, tops: Any, contrast: Contrast, low: float, high: float, tail: float) -> float:
        """The contrast between low and high (on the scale u) at which the largest probability of a set is ``tail``."""

        def excess(u: float) -> float:
            return self.largest(lambda points: self.of_tops(tops, points), contrast, contrast.value(u)) - tail

        return contrast.value(float(root(excess, low, high)))

    # --- ordering by Fisher's P ---------------------------------------------------------------------------------------

    def fisher(self, alternative: str) -> Any:
        """Fisher's P of every table, a row for each x1: "greater", "less", or "two-sided" as R's fisher.test."""
        np = self.np
        from scipy.special import gammaln

        total = self.n1 + self.n0
        margins = np.arange(total + 1.0)
        every = gammaln(total + 1.0) - gammaln(margins + 1) - gammaln(total - margins + 1)
        found = np.empty((self.n1 + 1, self.n0 + 1))
        for m in range(total + 1):
            x1 = np.arange(max(0, m - self.n0), min(self.n1, m) + 1)
            mass = np.exp(self.counts1[x1] + self.counts0[m - x1] - every[m])
            if alternative == "greater":
                p = np.cumsum(mass[::-1])[::-1]
            elif alternative == "less":
                p = np.cumsum(mass)
            else:
                ascending = np.sort(mass)
                p = np.cumsum(ascending)[np.searchsorted(ascending, mass * (1 + 1e-7), side="right") - 1]
            found[x1, m - x1] = np.minimum(p, 1.0)
        return found
