"""How far from its estimate the middle of a lawful interval may lie, on the scale of the measure.

By likelihood, score and exact methods the shorter side of an interval is that of the better known end: of two groups,
the one of many events. Which it is, a text without counts does not say; the width says how few the events are at most.
"""

from __future__ import annotations

import math

#: The most that exact and likelihood intervals of numbers of events lean, in terms of the square of their half-width on
#: the log scale: z^2/(6a) to the third order, of a events set against many.
OF_EVENTS = 1 / 6
#: The most of an odds ratio, over tables of 6 to 600 patients a group.
_OF_ODDS = 0.14
#: The logarithm of how many times one group may be the other.
_UNEQUAL = math.log(30)
#: What other methods lean more than Wilson's.
_OTHERWISE = 1.15


def of_ratio(half: float, log: float) -> float:
    """How far the middle of a ratio's interval lies beyond the ratio, of rare events in groups of one size.

    With a and c events it is z^2 (1/a + 1/c) (a - c)/(a + c)/6, and ``log`` is that of c/a.
    """
    return OF_EVENTS * half**2 * math.tanh(log / 2)


def of_unequal(half: float, log: float, away: bool) -> float:
    """The same at most, of groups of any size: beyond the ratio, or ``away`` being False, short of it.

    A half-width of 1 leaves as few as four events in the smaller group, one of a half 15: the more there are, the fewer
    tables lean as far as they may, so that a ratio is held to less.
    """
    least = 1.0 if away else max(0.4, math.tanh((_UNEQUAL - log) / 2))
    return _OF_ODDS * least * half**2 * min(1.0, half**3)


def of_shares(one: float, two: float, half: float, log: bool) -> tuple[float, float]:
    """The least and greatest shift of the middle for a difference of two shares, or for their ratio (log scale).

    The ends are those of one group alone, the other without error: Wilson's interval of that half-width, or, of the
    logarithms, further than that as likelihood is. No interval of some 3,000 tables by 10 methods is outside.
    """
    alone, more = (_log_share, OF_EVENTS * half**2) if log else (_share, 0.0)
    ends = 0.0, _OTHERWISE * alone(one, half), -_OTHERWISE * alone(two, half)
    return min(ends) - more, max(ends) + more


def of_odds(half: float) -> tuple[float, float]:
    """The same of an odds ratio."""
    return -OF_EVENTS * half**2, OF_EVENTS * half**2


def _share(p: float, half: float) -> float:
    """How far the middle of Wilson's interval of this half-width lies from the share."""
    if half >= 0.5:
        return 0.5 - p
    # with k = z^2/n: half^2 (1 + k)^2 = k p (1 - p) + k^2/4
    spread = p * (1 - p)
    a, b = 0.25 - half**2, spread - 2 * half**2
    k = (-b + math.sqrt(b * b + 4 * a * half**2)) / (2 * a)
    return k * (0.5 - p) / (1 + k)


def _log_share(p: float, half: float) -> float:
    """The same of the logarithms: the limits multiply to p^2/(1 + k)."""
    t = math.tanh(half) ** 2
    a, b = (1 - t) / 4, p * (1 - p) - t * p
    k = (-b + math.sqrt(b * b + 4 * a * t * p * p)) / (2 * a)
    return -0.5 * math.log1p(k)
