"""The fragility index: how many patients would need another outcome for the conclusion of a test to turn?

Conventions:
- ``walsh``: of a significant result, events are added to the arm with fewer events, as many non-events taken from it,
  until P >= alpha (Walsh et al. 2014); the number of changes is the fragility index. Of a result that is not
  significant, events are taken from the arm with fewer events, until P < alpha (Khan et al. 2020): the reverse
  fragility index. With as many events in both arms, the arm with the lower risk is changed (the second, where these
  are equal too).
- ``minimal``: the fewest changes of outcomes in either or both arms, in any direction (Lin 2021; as R's frag.study).

P values need not be monotone along these changes (Fisher's P by the sum of smaller probabilities goes up and down as
tables become as likely as the observed one), so that the first turn is not found by bisection alone. What makes the
walk short is said at each test below.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .noncentral_hypergeometric import Conditional
from .registry import Method
from .results import Value
from .two_by_two import TwoByTwo

Convention = Literal["walsh", "minimal"]

#: Tests whose P only rises towards equal risks and only falls away from them, one arm held fixed. For the chi-squares:
#: the statistic is (a*n0 - c*n1)^2 N/(n1 n0 m (N-m)) with m = a + c events, and its derivative by c has one sign on
#: either side of equality, as has that of the likelihood ratio. For the doubled Fisher tests: P(X >= a | m) rises with
#: m, and mid-P is the mean of P(X >= a) and P(X >= a + 1).
_MONOTONE = frozenset(("pearson", "yates", "n-1", "likelihood-ratio", "fisher-central", "fisher-mid-p"))

#: One-sided tests: P goes one way along the whole path.
_ONE_SIDED = frozenset(("fisher-greater", "fisher-less", "z-pooled-greater", "z-pooled-less"))

#: Exact tests whose P can be bounded over a stretch of a path (see _ExactPath), and the alpha up to which it can.
_BOUNDED = {"fisher": 1.0, "fisher-minlike-mid-p": 0.25, "fisher-blaker": 0.25}

#: Steps walked one by one before arrays take over.
_ONE_BY_ONE = 512
_LARGEST_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Fragility:
    """How fragile the conclusion of one test is.

    ``p`` is that of the table as it is and ``significant`` whether it is below ``alpha``; ``changes`` the number of
    patients whose outcome is changed, None where no number turns the conclusion (``reason`` says why); ``turned`` and
    ``p_turned`` the table at the turn and its P value.
    """

    method: str
    p: float
    alpha: float
    significant: bool
    total: int
    convention: Convention
    changes: int | None
    turned: TwoByTwo | None = None
    p_turned: float | None = None
    reason: str | None = None

    @property
    def quotient(self) -> float | None:
        """Changes by the number of patients (Ahmed et al. 2016)."""
        return None if self.changes is None else self.changes / self.total

    def values(self) -> tuple[Value, ...]:
        """The figures under their documented names; a result that is not significant has the fragility index 0."""
        key = self.method
        kind = "" if self.significant or self.p != self.p else "reverse "
        found = [Value("fragility index", 0, "patients", "not significant as it is", key)] if kind else []
        found.append(Value(f"{kind}fragility index", self.changes, "patients", self.reason, key))
        found.append(Value(f"{kind}fragility quotient", self.quotient, "fraction", self.reason, key))
        if self.turned is not None:
            found += [
                Value("events 1 at the turn", int(self.turned.a), "events", f"of {int(self.turned.n1)}", key),
                Value("events 2 at the turn", int(self.turned.c), "events", f"of {int(self.turned.n0)}", key),
                Value("P at the turn", self.p_turned, "P", None, key),
            ]
        return tuple(found)


def fragility(
    table: TwoByTwo, test: Method, alpha: float = 0.05, convention: Convention = "walsh", seconds: float = 10.0
) -> Fragility:
    """The fragility index, or the reverse fragility index, of one table of whole numbers for one registered test.

    Significant is P < ``alpha``. Where no one or every one has the event P is 1, also of tests that do not exist there;
    elsewhere a test that does not exist turns no conclusion. ``seconds`` bound the search of tests that have no shorter
    way than to try change after change; what has not turned by then has no number.

    Sources: Walsh et al. 2014, J Clin Epidemiol 67:622; Khan et al. 2020, JAMA Netw Open 3:e2012469; Lin 2021, J Eval
    Clin Pract 27:356; quotient: Ahmed, Fowler & McCredie 2016, J Clin Epidemiol 76:229.
    """
    p = _p_value(test, table)
    significant = p < alpha
    known = (test.key, p, alpha, significant, int(table.total), convention)
    if p != p:
        return Fragility(*known, changes=None, reason="the test does not exist here")
    search = _Search(test, alpha, significant, time.monotonic() + seconds)
    if convention == "minimal":
        turned, reason = _fewest(table, search)
    else:
        path = _Path.of(table, 1 if significant else -1)
        k = search.along(path)
        turned = None if k is None else path.table(k)
        reason = search.reason or (None if k is not None else _why_not(path, significant))
    if turned is None:
        return Fragility(*known, changes=None, reason=reason)
    changes = int(abs(turned.a - table.a) + abs(turned.c - table.c))
    return Fragility(*known, changes=changes, turned=turned, p_turned=_p_value(test, turned))


def _p_value(test: Method, table: TwoByTwo) -> Any:
    """P of a table, or of each of arrays of them; 1 where no one or every one has the event."""
    p = test.function(table).p
    empty = table.events * (table.b + table.d) == 0
    if not hasattr(empty, "shape"):
        return 1.0 if empty else float(p)
    import numpy as np

    return np.where(empty, 1.0, p)


@dataclass(frozen=True, slots=True)
class _Path:
    """Changes in one arm: k patients of it from non-event to event (``step`` 1) or from event to non-event (-1)."""

    start: TwoByTwo
    first: bool
    step: int

    @classmethod
    def of(cls, table: TwoByTwo, step: int) -> _Path:
        """The path of the convention ``walsh``: in the arm with fewer events, or else with the lower risk."""
        if table.a == table.c:
            return cls(table, bool(table.n1 > table.n0), step)
        return cls(table, bool(table.a < table.c), step)

    @property
    def changed(self) -> tuple[int, int]:
        """Events and total of the arm that changes."""
        table = self.start
        return (int(table.a), int(table.n1)) if self.first else (int(table.c), int(table.n0))

    @property
    def fixed(self) -> tuple[int, int]:
        """Events and total of the other arm."""
        table = self.start
        return (int(table.c), int(table.n0)) if self.first else (int(table.a), int(table.n1))

    @property
    def length(self) -> int:
        """The most changes there can be."""
        events, total = self.changed
        return total - events if self.step > 0 else events

    @property
    def equality(self) -> int:
        """The fewest changes after which the changed arm's risk has come to the other's, or passed it; 0 if it had."""
        events, total = self.changed
        fixed, fixed_total = self.fixed
        # step*(events + step*k)/total >= step*fixed/fixed_total
        short = self.step * (fixed * total - events * fixed_total)
        return max(0, -(-short // fixed_total))

    def table(self, k: Any) -> TwoByTwo:
        """The table after k changes; k may be an array."""
        t, by = self.start, self.step * k
        if self.first:
            return TwoByTwo(t.a + by, t.b - by, t.c + 0 * by, t.d + 0 * by)
        return TwoByTwo(t.a + 0 * by, t.b + 0 * by, t.c + by, t.d - by)


def _why_not(path: _Path, significant: bool) -> str:
    events, total = path.changed
    fixed, fixed_total = path.fixed
    if significant and events * fixed_total > fixed * total:
        return "more events widen the difference"
    return "no number of changes turns it"


class _Search:
    """The search for the first table at which the conclusion of a test is another than that of the table as it is."""

    def __init__(self, test: Method, alpha: float, significant: bool, deadline: float) -> None:
        self.test, self.alpha, self.significant, self.deadline = test, alpha, significant, deadline
        self.reason: str | None = None

    def turns(self, p: Any) -> Any:
        """Whether a P value (or each of an array) is on the other side of alpha."""
        return p >= self.alpha if self.significant else p < self.alpha

    def late(self, k: int) -> bool:
        """Whether the time is up with ``k`` changes to be tried next; then ``reason`` says so."""
        if time.monotonic() > self.deadline:
            self.reason = f"not found in time, {k - 1} changes tried"
            return True
        return False

    def at(self, path: _Path, k: int) -> bool:
        return bool(self.turns(_p_value(self.test, path.table(k))))

    def along(self, path: _Path) -> int | None:
        """The fewest changes along a path that turn the conclusion, None where none does."""
        if path.length < 1:
            return None
        if self.test.key in _BOUNDED and self.alpha <= _BOUNDED[self.test.key]:
            return _ExactPath(path, self).first()
        if self.test.key in _MONOTONE:
            return self._monotone(path)
        if self.test.key in _ONE_SIDED:
            return _first_true(lambda k: self.at(path, k), 1, path.length)
        return self._walk(path)

    def _monotone(self, path: _Path) -> int | None:
        """Bisection on either side of equal risks, where P is monotone; the tables next to equality one by one."""
        middle = path.equality
        last = path.length
        pieces = [(1, min(middle - 1, last)), (middle - 1, min(middle + 1, last)), (middle + 1, last)]
        for number, (low, high) in enumerate(pieces):
            low = max(low, 1)
            if low > high:
                continue
            if number == 1:
                found = next((k for k in range(low, high + 1) if self.at(path, k)), None)
            else:
                found = _first_true(lambda k: self.at(path, k), low, high)
            if found is not None:
                return found
        return None

    def _walk(self, path: _Path) -> int | None:
        """Change after change, and in blocks of arrays where the test takes them and many are to come."""
        k = 1
        while k <= path.length:
            if self.late(k):
                return None
            if not self.test.closed_form or self.test.key.startswith("fisher") or k <= _ONE_BY_ONE:
                if self.at(path, k):
                    return k
                k += 1
                continue
            import numpy as np

            block = np.arange(k, min(k + _LARGEST_BLOCK, path.length + 1))
            turned = np.flatnonzero(self.turns(_p_value(self.test, path.table(block))))
            if turned.size:
                return int(block[turned[0]])
            k = int(block[-1]) + 1
        return None


def _first_true(f: Callable[[int], bool], low: int, high: int) -> int | None:
    """The first k from low to high at which f is true, for an f that stays true; None where it never is."""
    if not f(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if f(middle):
            high = middle
        else:
            low = middle + 1
    return low


class _ExactPath:
    """The first turn of an exact two-sided P along a path: branch and bound, P being next to monotone but not quite.

    Given m events, X is the fixed arm's events, f of them observed, at or above the mode of X. The P value is
    P(X >= f | m) + P(X <= y(m) | m), with y the largest value on the other side that is as unlikely as f (Fisher), or
    whose tail is (Blaker). As m grows, P(X >= f) grows; y does not fall, because p(x)/p(f) falls for x < f and so does
    P(X <= x) against P(X >= f); and P(X <= y) falls for a fixed y. So for m between m1 and m2

        P(X >= f | m1) + P(X <= y(m1) | m2)  <=  P  <=  P(X >= f | m2) + P(X <= y(m2) | m1),

    and stretches of the path that cannot turn are passed over at the cost of their ends. Mid-P is the mean of two such
    sums, with and without what is as likely as f. Where f is below the mode, events and non-events change places.
    """

    def __init__(self, path: _Path, search: _Search) -> None:
        self.path, self.search, self.alpha = path, search, search.alpha
        self.fixed, self.fixed_total = path.fixed
        self.changed, self.changed_total = path.changed

    def _given(self, k: int, mirrored: bool) -> Conditional:
        m = self.fixed + self.changed + self.path.step * k
        given = Conditional(self.fixed, self.fixed_total, self.changed_total, m)
        return given.mirrored() if mirrored else given

    def _below_mode(self, k: int) -> bool:
        m = self.fixed + self.changed + self.path.step * k
        # the larger of two modes, exactly
        return self.fixed < (m + 1) * (self.fixed_total + 1) // (self.fixed_total + self.changed_total + 2)

    def first(self) -> int | None:
        """The fewest changes that turn the conclusion, None where none does."""
        length = self.path.length
        start, end = self._below_mode(1), self._below_mode(length)
        pieces = [(1, length, start)]
        if start != end:  # the mode passes f once, as it moves one way
            split = _first_true(lambda k: self._below_mode(k) == end, 1, length)
            assert split is not None
            pieces = [(1, split - 1, start), (split, length, end)]
        for low, high, mirrored in pieces:
            found = self._first_in(low, high, mirrored)
            if found is not None or self.search.reason:
                return found
        return None

    def _first_in(self, low: int, high: int, mirrored: bool) -> int | None:
        stack = [(low, high)]
        while stack:
            low, high = stack.pop()
            if self.search.late(low):
                return None
            if self._cannot_turn(low, high, mirrored):
                continue
            if high - low < 2:
                for k in range(low, high + 1):
                    if self.search.at(self.path, k):
                        return k
                continue
            middle = (low + high) // 2
            stack += [(middle + 1, high), (low, middle)]
        return None

    def _cannot_turn(self, low: int, high: int, mirrored: bool) -> bool:
        small, large = self._given(low, mirrored), self._given(high, mirrored)
        if small.m > large.m:
            small, large = large, small
        if self.search.significant:
            return self._sum(large, small) < self.alpha * (1 - 1e-9)
        return self._sum(small, large) >= self.alpha * (1 + 1e-9)

    def _sum(self, near: Conditional, far: Conditional) -> float:
        """The observed tail and the limit of the other tail under ``near``, the other tail itself under ``far``."""
        _, equal, more = near.tails()
        if self.search.test.key == "fisher-blaker":
            return equal + more + _lower(far, _tail_as_unlikely(near, equal + more))
        both = equal + more + _lower(far, _as_unlikely(near, 1e-7))
        if self.search.test.key == "fisher":
            return both
        return (both + more + _lower(far, _as_unlikely(near, -1e-7))) / 2


def _lower(given: Conditional, y: int | None) -> float:
    """P(X <= y)."""
    if y is None or y < given.low:
        return 0.0
    if y >= given.high:
        return 1.0
    less, equal, _ = Conditional(y, given.n1, given.n0, given.m).tails()
    return less + equal


def _last_true(f: Callable[[int], bool], low: int, high: int) -> int | None:
    """The last k from low to high at which f is true, for an f that stays false; None where it never is true."""
    if low > high or not f(low):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        if f(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _as_unlikely(given: Conditional, tolerance: float) -> int | None:
    """The largest value below the mode as unlikely as the observed one, with the tolerance of the test."""
    bound = math.log1p(tolerance)
    return _last_true(lambda y: given.log_ratio(y) <= bound, given.low, min(given.mode(1.0), given.x - 1))


def _tail_as_unlikely(given: Conditional, upper: float) -> int | None:
    """The largest value below the observed one whose lower tail is not above ``upper``, within the test's tolerance."""
    return _last_true(lambda y: _lower(given, y) <= upper * (1 + 1e-7), given.low, given.x - 1)


def _rings(table: TwoByTwo) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """For 1, 2, ... changes all ways to make them: the events added to (or with a minus taken from) each arm."""
    a, b, c, d = int(table.a), int(table.b), int(table.c), int(table.d)
    for f in range(1, max(a, b) + max(c, d) + 1):
        ways = []
        for x in range(-min(f, a), min(f, b) + 1):
            rest = f - abs(x)
            ways += [(x, y) for y in {rest, -rest} if -c <= y <= d]
        yield f, ways


def _fewest(table: TwoByTwo, search: _Search) -> tuple[TwoByTwo | None, str | None]:
    """The table with the fewest changes at which the conclusion turns; of several, the one whose P turns farthest."""
    for f, ways in _rings(table):
        if search.late(f):
            return None, search.reason
        tables = [TwoByTwo(table.a + x, table.b - x, table.c + y, table.d - y) for x, y in ways]
        found = [(p, t) for p, t in zip(_p_values(search.test, tables), tables, strict=True) if search.turns(p)]
        if found:
            best = max if search.significant else min
            return best(found, key=lambda pair: pair[0])[1], None
    return None, "no change of outcomes turns it"


def _p_values(test: Method, tables: list[TwoByTwo]) -> list[float]:
    if not test.closed_form or len(tables) < 64:
        return [_p_value(test, table) for table in tables]
    import numpy as np

    cells = np.array([(t.a, t.b, t.c, t.d) for t in tables]).T
    return [float(p) for p in _p_value(test, TwoByTwo(*cells))]
