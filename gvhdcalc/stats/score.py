"""Score intervals of two binomial proportions, by the multiplier of the constrained likelihood.

A score interval holds the values of a contrast (a difference or a ratio of p1 and p0) that the score test does not
reject: (estimated minus supposed contrast)^2 / V is at most k, where V is its variance at the maximum likelihood p1 and
p0 that have the supposed contrast. For a difference these are roots of a cubic (Miettinen & Nurminen 1985, eq. 27-28;
Farrington & Manning 1990, appendix), for a ratio of a quadratic (Koopman 1984).

Here the same limits are sought along the Lagrange multiplier m of the constraint instead of along the contrast. Given
m, p1 and p0 follow from separate, simpler equations; the statistic is m^2 V, a sum of positive terms that rises with m.
So one bracketed search gives each limit to double precision, where the cubic's trigonometric solution loses its figures
next to 0 and 1 (no event, or one in 10^9).

All functions take one table or arrays. Only the lower limit is written out: exchanging the arms gives the upper one.
"""

from __future__ import annotations

from .constrained import pulled
from .namespace import namespace, root, z_for
from .results import Number
from .two_by_two import TwoByTwo


def critical(table: TwoByTwo, conf: float, *, n_minus_1: bool = False) -> Number:
    """k: z^2 (Mee 1984; Koopman 1984), or z^2 N/(N-1) with ``n_minus_1`` (Miettinen & Nurminen 1985)."""
    k = z_for(conf) ** 2
    return k * namespace(table.a).div(table.total * 1.0, table.total - 1.0) if n_minus_1 else k


def statistic(table: TwoByTwo, *, n_minus_1: bool = False) -> Number:
    """Signed z of the score test of equal proportions: its square is Pearson's chi-square, or (N-1)/N times that.

    It is the same for difference, ratio and odds ratio; nan where no one or every one has the event.
    """
    ns = namespace(table.a)
    total = table.total * 1.0
    margins = 1.0 * table.n1 * table.n0 * table.events * (table.b + table.d)
    z = ns.div(table.a * table.d - table.b * table.c, ns.sqrt(ns.div(margins, total)))
    return z * ns.sqrt(ns.div(total - 1, total)) if n_minus_1 else z


def below_difference(table: TwoByTwo, k: Number) -> Number:
    """How far the lower score limit of the risk difference p1 - p0 lies below the estimate; 0 where that is -1.

    With the multiplier m, a/p1 - b/(1-p1) = m and d/(1-p0) - c/p0 = m, and V = p1(1-p1)/n1 + p0(1-p0)/n0. The estimate
    exceeds p1 - p0 by m V, which at the limit, where m^2 V = k, is k/m.
    """
    ns = namespace(table.a)
    n1, n0 = table.n1 * 1.0, table.n0 * 1.0
    root_k = ns.sqrt(k)

    def excess(m: Number) -> Number:
        p1, q1 = pulled(table.a, table.b, m)
        q0, p0 = pulled(table.d, table.c, m)
        return m * ns.sqrt(ns.div(p1 * q1, n1) + ns.div(p0 * q0, n0)) - root_k

    # V is at most (1/n1 + 1/n0)/4; and from m = 2n on, p1 and 1-p0 are at most half of what was observed.
    least = ns.div(2 * root_k, ns.sqrt(ns.div(1.0, n1) + ns.div(1.0, n0)))
    room = ns.div(table.a, n1) + ns.div(table.d, n0)
    none = room == 0
    most = ns.maximum(2 * ns.maximum(n1, n0), ns.where(none, 0.0, ns.div(2 * k, room)))
    distance = ns.where(none, 0.0, ns.minimum(ns.div(k, root(excess, least, most)), room))
    return distance + 0.0 * room  # nan with an empty arm


def difference_distances(table: TwoByTwo, k: Number) -> tuple[Number, Number]:
    """Distances of the score limits of the risk difference below and above the estimate; the limits keep to [-1, 1]."""
    return below_difference(table, k), below_difference(table.arms_exchanged(), k)


def lower_ratio(table: TwoByTwo, k: Number) -> Number:
    """Lower score limit of the risk ratio p1/p0: 0 where the first arm has no event.

    With the multiplier m (of log p1 - log p0), p1 = (a - m)/(n1 - m) and p0 = (c + m)/(n0 + m); the statistic is
    m^2 (b/(n1(a-m)) + d/(n0(c+m))), for m from 0 to a. Where b = 0, p1 is 1 up to m = a, and leaves it there.
    """
    ns = namespace(table.a)
    a, b, c, d = table.a, table.b, table.c, table.d
    n1, n0 = table.n1 * 1.0, table.n0 * 1.0
    root_k = ns.sqrt(k)

    def second(m: Number) -> Number:
        return ns.div(m, n0) * ns.div(m, c + m) * d

    def excess(m: Number) -> Number:
        first = ns.where(b == 0, 0.0, ns.div(m, n1) * ns.div(m, a - m) * b)
        return ns.sqrt(first + second(m)) - root_k

    # Below `least` the statistic is less than k; at `most` its first term alone is k (or, where b = 0, m is a).
    least = ns.minimum(a / 2, k / 4)
    most = ns.div(2 * k * a, k + ns.sqrt(k * k + 4 * k * ns.div(b, n1) * a))
    m = ns.where(excess(most) <= 0, most, root(excess, least, most))
    odds_against = ns.div(ns.maximum(k - second(m), 0.0), a)
    p1 = ns.where(b == 0, ns.div(1.0, 1.0 + odds_against), ns.div(a - m, b + (a - m)))
    limit = ns.div(p1 * (n0 + m), c + m)
    return ns.where(a == 0, 0.0, limit) + 0.0 * ns.div(1.0, n1 * n0)  # nan with an empty arm


def ratio_limits(table: TwoByTwo, k: Number) -> tuple[Number, Number]:
    """Score limits of the risk ratio: 0 or infinity where an arm has no event, both where neither has."""
    return lower_ratio(table, k), namespace(table.a).div(1.0, lower_ratio(table.arms_exchanged(), k))


def lower_odds_ratio(table: TwoByTwo, k: Number, correction: float = 0.0) -> Number:
    """Lower score limit of the odds ratio: 0 where a or d is zero.

    The cells a - m, b + m, c + m, d - m keep the margins and are the most likely under their odds ratio; the statistic
    is (m - correction)^2 times the sum of their inverses, for m from ``correction`` (0 or 1/2) to the smaller of a, d.
    """
    ns = namespace(table.a)
    most = ns.minimum(table.a, table.d) * 1.0
    root_k = ns.sqrt(k)

    def excess(m: Number) -> Number:
        inverses = ns.div(1.0, table.a - m) + ns.div(1.0, table.b + m) + ns.div(1.0, table.c + m)
        return (m - correction) * ns.sqrt(inverses + ns.div(1.0, table.d - m)) - root_k

    # Near `correction` the statistic is nil; where the smaller of a and d alone makes it k, it is more than that.
    room = ns.maximum(most - correction, 0.0)
    left = ns.div(2 * room * room, 2 * room + k + ns.sqrt(k * k + 4 * k * room))
    m = root(excess, correction + 1e-12 * ns.minimum(room, 1.0), correction + room - left)
    limit = ns.div(table.a - m, table.b + m) * ns.div(table.d - m, table.c + m)
    return ns.where(most == 0, 0.0, limit) + 0.0 * ns.div(1.0, table.n1 * 1.0 * table.n0)  # nan with an empty arm


def odds_ratio_limits(table: TwoByTwo, k: Number, correction: float = 0.0) -> tuple[Number, Number]:
    """Score limits of the odds ratio: 0 where a or d is zero, infinity where b or c is."""
    ns = namespace(table.a)
    return lower_odds_ratio(table, k, correction), ns.div(1.0, lower_odds_ratio(table.arms_exchanged(), k, correction))
