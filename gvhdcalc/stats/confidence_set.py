"""The confidence set of an odds ratio: the values that a two-sided exact test with unequal tails does not reject.

A two-sided P that is not the doubling of one tail (minlike, Blaker) adds to the tail of the observed cell x an opposite
tail that starts where a value counts as no less extreme than x. As the odds ratio grows past a crossing, the opposite
tail loses its first value and P falls by a jump; between crossings P = P(X <= x) + P(X >= y) has one valley. So the set
may have holes, its ends are crossings or roots between two of them, and the interval is the smallest that holds it
(Fay 2010, "Confidence intervals that match Fisher's exact or Blaker's exact tests", section 2).

Written once for one table and for arrays, over what both sides of the conditional distribution give: ``x``, ``high``,
``log_ratio`` and ``outside``. Only the upper limit is sought: the lower is that of the table with events and non-events
exchanged.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .namespace import namespace, root, z_for
from .noncentral_hypergeometric import Conditional, conditional
from .results import Number
from .two_by_two import TwoByTwo

Ordering = Literal["minlike", "blaker"]

#: A limit that is this near to an odds ratio of 1 on the log scale is 1: the crossing of tied probabilities.
_TIE = 1e-11
#: P values are equal to alpha within this relative error; a P equal to alpha rejects.
_EQUAL = 1e-12


def _any(condition: Any) -> bool:
    return bool(condition.any()) if hasattr(condition, "any") else bool(condition)


def _no(condition: Any) -> Any:
    return ~condition if hasattr(condition, "any") else not condition


@dataclass(frozen=True, slots=True)
class _Side:
    """The search for an upper limit: a distribution, alpha, and the log odds ratio and its error to start from.

    ``weight`` is the part of P(X = x) that counts: 1 for exact, 1/2 for mid-P.
    """

    given: Any
    alpha: float
    weight: float
    centre: Number
    error: Number

    def p(self, y: Number, log_psi: Number) -> Number:
        """P where the opposite tail starts at y."""
        below, above = self.given.outside(y, log_psi, self.weight)
        return below + above

    def below(self, log_psi: Number) -> Number:
        return self.given.outside(self.given.high + 1, log_psi, self.weight)[0]

    def probability_crossing(self, y: Number) -> Number:
        """The log odds ratio at which y is as likely as x."""
        return -self.given.log_ratio(y) / (y - self.given.x)

    def tail_crossing(self, y: Number, highest: Number) -> Number:
        """The log odds ratio, at most ``highest``, at which the tail from y up is as large as that from x down."""

        def excess(log_psi: Number) -> Number:
            below, above = self.given.outside(y, log_psi, 1.0)
            return above - below

        low, step = namespace(self.centre).minimum(self.centre, highest), self.error
        while _any(beyond := excess(low) > 0):
            low, step = namespace(low).where(beyond, low - step, low), 2 * step
        return root(excess, low, highest)

    def tail_root(self, tail: float) -> Number:
        """The log odds ratio at which the tail from x down is this."""
        ns = namespace(self.centre)

        def lack(log_psi: Number) -> Number:
            return tail - self.below(log_psi)

        low, high, step = self.centre, self.centre + 4 * self.error, self.error
        while _any(beyond := lack(low) > 0):
            low, step = ns.where(beyond, low - step, low), 2 * step
        step = self.error
        while _any(beyond := lack(high) < 0):
            high, step = ns.where(beyond, high + step, high), 2 * step
        return root(lack, low, high)

    def last(self, holds: Callable[[Number], Any], guess: Number) -> Number:
        """The last y above x that holds: y = x + 1 does, and from some y on none does. Sought outward from a guess."""
        ns = namespace(self.centre)
        inside, outside = self.given.x + 1, self.given.high + 1
        step, held, failed = 1, outside < inside, outside < inside
        while _any(open_ := outside - inside > 1):
            middle = (inside + outside) // 2
            y = ns.where(ns.both(held, failed), middle, guess)
            y = ns.minimum(ns.maximum(y, inside + 1), outside - 1)
            y = ns.where(open_, y, inside)
            yes = holds(y)
            inside, outside = ns.where(yes, y, inside), ns.where(ns.both(open_, _no(yes)), y, outside)
            held, failed = ns.either(held, yes), ns.either(failed, ns.both(open_, _no(yes)))
            guess, step = ns.where(yes, y + step, y - step), 2 * step
        return inside

    def limit(self, y: Number, crossing: Callable[[Number], Number], highest: Number | None) -> tuple[Number, Any]:
        """The upper limit when y is the last whose crossing is in the set, and whether the set has holes below it.

        ``highest`` is a log odds ratio beyond the limit, where one is known.
        """
        ns = namespace(self.centre)
        left = crossing(y)
        if highest is None:
            top = y == self.given.high
            right = ns.where(top, left + self.error, crossing(ns.minimum(y + 1, self.given.high)))
            step = self.error
            while _any(top) and _any(beyond := ns.both(top, self.p(y + 1, right) > self.alpha)):
                right, step = ns.where(beyond, right + step, right), 2 * step
        else:
            right = highest
        jumps = self.p(y + 1, left) <= self.alpha
        touches = ns.both(_no(jumps), self.p(y + 1, right) >= self.alpha * (1 - 3 * _EQUAL))
        found = ns.where(touches, right, left)
        known = ns.either(jumps, touches)
        if _any(_no(known)):
            between = root(lambda t: ns.where(known, 0.0 * t, self.p(y + 1, t) - self.alpha), left, right)
            found = ns.where(known, found, between)
        return ns.where(abs(found) < _TIE, 0.0, found), self.holes(y, left, crossing)

    def holes(self, y: Number, right: Number, crossing: Callable[[Number], Number]) -> Any:
        """Whether P falls to alpha or below between crossings, from that of y downward until it clearly does not."""
        ns = namespace(self.centre)
        first = self.given.x + 1
        found = y < first
        going = y > first
        while _any(going):
            left = ns.where(going, crossing(ns.maximum(y - 1, first)), right)
            (below_left, above_left), (below_right, _) = (
                self.given.outside(y, t, self.weight) for t in (left, right)
            )
            found = ns.either(found, ns.both(going, below_left + above_left <= self.alpha))
            unsure = ns.both(ns.both(going, _no(found)), below_right + above_left <= self.alpha)
            if _any(unsure):
                found = ns.either(found, self.dips(y, left, right, unsure))
            clear = below_right + above_left > self.alpha
            going = ns.both(going, ns.both(_no(found), _no(clear)))
            y, right = ns.where(going, y - 1, y), ns.where(going, left, right)
            going = ns.both(going, y > first)
        return found

    def dips(self, y: Number, left: Number, right: Number, unsure: Any) -> Any:
        """Whether P falls to alpha or below in the valley between two crossings: a golden-section search for it."""
        ns = namespace(self.centre)
        ratio = (math.sqrt(5) - 1) / 2
        low, high = left, right
        found = low > high
        for _ in range(40):
            one, two = high - ratio * (high - low), low + ratio * (high - low)
            (below_one, above_one), (below_two, above_two) = (
                self.given.outside(y, t, self.weight) for t in (one, two)
            )
            least = ns.minimum(below_one + above_one, below_two + above_two)
            found = ns.either(found, ns.both(unsure, least <= self.alpha))
            falls = below_one + above_one > below_two + above_two
            low, high = ns.where(falls, one, low), ns.where(falls, high, two)
            bound = self.given.outside(y, high, self.weight)[0] + self.given.outside(y, low, self.weight)[1]
            unsure = ns.both(unsure, ns.both(_no(found), bound <= self.alpha))
            if not _any(unsure):
                break
        return found

    def upper(self, ordering: Ordering, z: float) -> tuple[Number, Any, Any]:
        """The log of the upper limit, whether the set has holes above the estimate, and whether the set is empty."""
        ns = namespace(self.centre)
        if ordering == "blaker":
            highest = self.tail_root(self.alpha / 2)
            guess = self.last(lambda y: self.probability_crossing(y) < highest, self.given.x + 1)
            y = self.last(lambda y: self.given.outside(y, highest, 1.0)[1] > self.alpha / 2, guess)
            limit, holes = self.limit(y, lambda y: self.tail_crossing(y, highest), highest)
            return limit, holes, y <= self.given.x
        aim = self.centre + z * self.error
        guess = self.last(lambda y: self.probability_crossing(y) < aim, self.given.x + 1)
        y = self.last(lambda y: self.p(y, self.probability_crossing(y)) > self.alpha, guess)
        limit, holes = self.limit(y, self.probability_crossing, None)
        first = self.given.x + 1
        empty = self.p(first, self.probability_crossing(first)) <= self.alpha
        return ns.where(empty, math.nan, limit), holes, empty


def _upper_of_one(given: Conditional, ordering: Ordering, conf: float, weight: float) -> tuple[float, Any, Any]:
    if given.x == given.high:
        return math.inf, False, False
    z, alpha = z_for(conf), (1 - conf) * (1 + _EQUAL)
    centre, error = given.start()
    if not given.wide:
        return _Side(given, alpha, weight, centre, error).upper(ordering, z)
    from numpy import array

    wide = _Side(given.near(z).matrix, alpha, weight, array([centre]), array([error])).upper(ordering, z)
    return float(wide[0][0]), bool(wide[1][0]), bool(wide[2][0])


def _of_one(given: Conditional, ordering: Ordering, conf: float, weight: float) -> tuple[float, float, bool, bool]:
    upper, holes_above, empty_above = _upper_of_one(given, ordering, conf, weight)
    lower, holes_below, empty_below = _upper_of_one(given.mirrored(), ordering, conf, weight)
    if empty_above or empty_below:
        return math.nan, math.nan, False, True
    return math.exp(-lower), math.exp(upper), holes_above or holes_below, False


def _upper_of_many(x: Any, n1: Any, n0: Any, m: Any, ordering: Ordering, conf: float, weight: float) -> Any:
    """Log upper limits, holes and emptiness of tables of like width, as rows of one array."""
    import numpy as np

    from .noncentral_hypergeometric_arrays import Matrix

    found = np.zeros((3, len(x)))
    found[0] = np.inf
    alpha = (1 - conf) * (1 + _EQUAL)
    some = np.flatnonzero(x < np.minimum(n1, m))
    if len(some):
        x, n1, n0, m = x[some], n1[some], n0[some], m[some]
        a, b, c, d = (cell + 0.5 for cell in (x, n1 - x, m - x, n0 - m + x))
        centre, error = np.log(a) + np.log(d) - np.log(b) - np.log(c), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        found[:, some] = _Side(Matrix(x, n1, n0, m), alpha, weight, centre, error).upper(ordering, z_for(conf))
    return found


def confidence_set(
    table: TwoByTwo, ordering: Ordering, conf: float, weight: float = 1.0
) -> tuple[Number, Number, Any, Any]:
    """The least and the greatest odds ratio that the test does not reject at 1 - conf; has the set holes; is it empty.

    ``ordering`` is what counts as no less extreme than the observed cell: "minlike", what is not more probable;
    "blaker", what has no larger a tail. ``weight`` 1/2 makes the mid-P version. At the ends of the support a limit is 0
    or inf. Below a level of 25% the mid-P set may be empty or lie beside the estimate: the limits are then nan.
    """
    given = conditional(table)
    if isinstance(given, Conditional):
        return _of_one(given, ordering, conf, weight)
    import numpy as np

    def many(index: Any, _: Any) -> Any:
        x, n1, n0, m = (values[index] for values in (given.x, given.n1, given.n0, given.m))
        upper = _upper_of_many(x, n1, n0, m, ordering, conf, weight)
        lower = _upper_of_many(n1 - x, n1, n0, n1 + n0 - m, ordering, conf, weight)
        holes, empty = upper[1:] + lower[1:] > 0
        ends = np.where(empty, np.nan, [np.exp(-lower[0]), np.exp(upper[0])])
        return np.array([*ends, holes & ~empty, empty])

    lower, upper, holes, empty = given.gathered(4, many, lambda one: _of_one(one, ordering, conf, weight))
    return lower, upper, holes > 0, empty > 0
