"""Two binomial proportions fitted under a contrast that is held below the observed one, and how badly they then fit.

Intervals and tests by score, skewness-corrected score and likelihood ratio all compare the observed table with the most
likely p1 and p0 that have a supposed difference, ratio or odds ratio. Here those fits are walked along the Lagrange
multiplier m of the constraint, as in score.py: at m = 0 the fit is the table itself, and the contrast falls as m grows.
Every quantity is then a sum of terms that do not cancel, also with no event or one in 10^9.

A path takes a table and a coordinate t between 0 and infinity, which grows with m, and gives the Fit there. Contrasts
above the observed one are found on the path of the table with its arms exchanged. Tables may hold arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .namespace import namespace, root
from .results import Number
from .two_by_two import TwoByTwo

#: log t is sought between these: beyond them the contrast is what it was at the end to double precision.
NEAR, FAR = -40.0, 40.0


@dataclass(frozen=True, slots=True)
class Fit:
    """The most likely proportions p1 and p0 (q = 1 - p) under a contrast below the observed one.

    ``contrast`` is how far the difference p1 - p0 lies below the observed one, or the ratio or odds ratio itself. With
    the multiplier ``m``, the score is S = m variance - bias, its variance ``variance``, its third central moment
    ``skewness`` (on the scale on which the score of the contrast is written). ``moved1`` events are observed in the
    first arm beyond those fitted, ``moved0`` are fitted in the second beyond those observed.
    """

    p1: Number
    q1: Number
    p0: Number
    q0: Number
    contrast: Number
    m: Number
    variance: Number
    skewness: Number
    moved1: Number
    moved0: Number
    bias: Number = 0.0


Path = Callable[[TwoByTwo, Number], Fit]


def pulled(events: Number, others: Number, m: Number) -> tuple[Number, Number]:
    """p and 1-p with events/p - others/(1-p) = m, for m > 0: the proportion pulled down by the multiplier m.

    The root of m p^2 - (n + m) p + events = 0 below events/n, each part in the form that does not cancel.
    """
    ns = namespace(events, m)
    n = events + others
    discriminant = ns.sqrt((n - m) * (n - m) + 4 * m * others)
    p = ns.div(2.0 * events, n + m + discriminant)
    q = ns.where(m < n, ns.div(2.0 * others, n - m + discriminant), ns.div(discriminant + (m - n), 2 * m))
    return p, q


def difference(table: TwoByTwo, t: Number) -> Fit:
    """Path of the risk difference: a/p1 - b/q1 = m and d/q0 - c/p0 = m, with m = N t.

    The difference lies m V below the observed one, V = p1 q1/n1 + p0 q0/n0 (see score.below_difference); the score is
    the observed less the supposed difference. Third moment: Gart & Nam 1990, eq. 3.
    """
    ns = namespace(table.a, t)
    n1, n0 = table.n1 * 1.0, table.n0 * 1.0
    m = (n1 + n0) * t
    p1, q1 = pulled(table.a, table.b, m)
    q0, p0 = pulled(table.d, table.c, m)
    v1, v0 = ns.div(p1 * q1, n1), ns.div(p0 * q0, n0)
    third = ns.div(v1 * (q1 - p1), n1) - ns.div(v0 * (q0 - p0), n0)
    return Fit(p1, q1, p0, q0, m * (v1 + v0), m, v1 + v0, third, m * p1 * q1, m * p0 * q0)


def ratio(table: TwoByTwo, t: Number) -> Fit:
    """Path of the risk ratio: (a - n1 p1)/q1 = m = (n0 p0 - c)/q0.

    The score is that of log p1 - log p0: (observed p1 - RR observed p0)/p1. Third moment: Gart & Nam 1988, section 3.4.
    Where all of the first arm have the event, p1 stays 1 until m = a (t = 1); from there on p1 falls and m stays.
    """
    ns = namespace(table.a, t)
    a, b, c, d = table.a, table.b, table.c, table.d
    n1, n0 = table.n1 * 1.0, table.n0 * 1.0
    left = ns.where(b == 0, ns.maximum(1 - t, 0.0) * a, ns.div(a, 1 + t))  # a - m
    m = ns.where(b == 0, ns.minimum(t, 1.0) * a, left * t)
    against1 = ns.where(b == 0, ns.div(ns.maximum(t - 1, 0.0), a), ns.div(b, left))
    p1 = ns.div(1.0, 1 + against1)
    q1 = ns.where(b == 0, p1 * against1, ns.div(b, b + left))
    p0, q0 = ns.div(c + m, n0 + m), ns.div(d, n0 + m)
    v1, v0 = ns.div(against1, n1), ns.div(ns.div(d, c + m), n0)
    third = ns.div(v1 * (q1 - p1), n1 * p1) - ns.div(v0 * (q0 - p0), n0 * p0)
    return Fit(p1, q1, p0, q0, ns.div(p1 * (n0 + m), c + m), m, v1 + v0, third, m * q1, m * q0)


def odds_ratio(table: TwoByTwo, t: Number) -> Fit:
    """Path of the odds ratio: the cells a - m, b + m, c + m, d - m, which keep the margins.

    The score is (observed p1 - p1)/(p1 q1) - (observed p0 - p0)/(p0 q0) less its bias (p1 - p0)/(n1 p1 q1 + n0 p0 q0);
    third moment and bias: Gart 1985; Laud 2018 (corrigendum of Laud 2017).
    """
    ns = namespace(table.a, t)
    n1, n0 = table.n1 * 1.0, table.n0 * 1.0
    most = ns.minimum(table.a, table.d) * 1.0
    left = ns.div(most, 1 + t)
    m = left * t
    a, d = (table.a - most) + left, (table.d - most) + left
    b, c = table.b + m, table.c + m
    p1, q1, p0, q0 = ns.div(a, n1), ns.div(b, n1), ns.div(c, n0), ns.div(d, n0)
    v1, v0 = ns.div(1.0, a * q1), ns.div(1.0, d * p0)
    third = v1 * v1 * (q1 - p1) - v0 * v0 * (q0 - p0)
    bias = (p1 - p0) * ns.div(v1 * v0, v1 + v0)
    contrast = ns.div(a, b) * ns.div(d, c)
    return Fit(p1, q1, p0, q0, contrast, m, v1 + v0, third, m, m, bias)


def _spread(observed: Number, more: Number) -> Number:
    """observed log(observed/fitted) + fitted - observed, where fitted = observed + more; without cancellation."""
    ns = namespace(observed, more)
    u = ns.maximum(ns.div(more, observed), -1.0)  # rounding may carry it past a fitted 0
    v = ns.div(u, 2 + u)
    v2 = v * v
    # u - log(1 + u) = u^2/(2 + u) - 2 (v^3/3 + v^5/5 + ...), v = u/(2 + u)
    tail = v2 * (1 / 3 + v2 * (1 / 5 + v2 * (1 / 7 + v2 * (1 / 9 + v2 * (1 / 11 + v2 / 13)))))
    bend = ns.where(abs(u) < 0.1, u * v - 2 * v * tail, u - ns.log1p(u))
    return ns.where(observed == 0, more, observed * bend)


def score(table: TwoByTwo, fit: Fit) -> Number:
    """The score statistic S/sqrt(V), without the factor (N-1)/N: its square is Pearson's chi-square about the fit."""
    ns = namespace(table.a, fit.m)
    return fit.m * ns.sqrt(fit.variance)


def deviance(table: TwoByTwo, moved1: Number, moved0: Number) -> Number:
    """Twice the log likelihood of a table less that of the cells a - moved1, b + moved1, c + moved0, d - moved0."""
    return 2 * (
        _spread(table.a, -moved1) + _spread(table.b, moved1) + _spread(table.c, moved0) + _spread(table.d, -moved0)
    )


def likelihood_ratio(table: TwoByTwo, fit: Fit) -> Number:
    """The likelihood ratio statistic (G) of the fit."""
    return deviance(table, fit.moved1, fit.moved0)


def unskewed(plain: Number, bend: Number) -> Number:
    """The z of z + bend (z^2 - 1) = plain, on the branch that is ``plain`` without a bend (Laud 2017, eq. 3)."""
    ns = namespace(plain, bend)
    top = plain + bend
    return ns.div(2 * top, 1 + ns.sqrt(ns.maximum(1 + 4 * bend * top, 0.0)))


def skewness_corrected(table: TwoByTwo, fit: Fit) -> Number:
    """The score statistic with N/(N-1) in its variance, corrected for its skewness (Gart & Nam 1988; Laud 2017).

    It grows along a path between 0.6 and 6, but may fall next to a table with a zero cell and far from small tables.
    """
    ns = namespace(table.a, fit.m)
    total = table.total * 1.0
    inflated = fit.variance * ns.div(total, total - 1)
    deviation = ns.sqrt(inflated)
    plain = ns.div(fit.m * fit.variance - fit.bias, deviation)
    z = unskewed(plain, ns.div(fit.skewness, 6 * inflated * deviation))
    return ns.where(fit.variance == 0, 0.0, z)  # the fit has not yet left the table


def where_reached(table: TwoByTwo, path: Path, excess: Callable[[Fit], Number]) -> Fit:
    """The fit on a path at which ``excess``, negative near the table and growing along the path, is zero.

    Where it never is, the far end of the path.
    """
    ns = namespace(table.a)
    near = 0.0 * table.a + NEAR
    log_t = root(lambda log_t: excess(path(table, ns.exp(log_t))), near, near - NEAR + FAR)
    return path(table, ns.exp(log_t))
