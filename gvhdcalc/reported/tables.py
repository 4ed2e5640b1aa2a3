"""The search for the method that gives what is printed of two groups: every registered interval and test of a table.

What is cheap is tried first; exact methods are asked only when nothing else gives the figures and the table is small.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

from ..stats import registry
from ..stats.registry import Method
from ..stats.results import Estimate
from ..stats.two_by_two import TwoByTwo
from ..stats.two_rates import TwoRates

#: Exact methods take milliseconds, those with a nuisance parameter (which take no arrays) some more: each costs so
#: many units of a text's budget, so that no text can ask for hours. A text of a few tables never meets its end.
BUDGET = 1500
_EXACT_COST, _UNCONDITIONAL_COST, _SEARCHED_COST, ROW_COST = 5, 15, 400, 3
#: Exact methods, and others that take long, in the order in which they are asked: conditional-exact bounds most others.
_EXACT = (
    "scas", "conditional-exact", "fisher-test-r", "minlike", "mid-p", "median-unbiased", "baptista-pike",
    "baptista-pike-mid-p", "blaker", "profile-likelihood", "mover-jeffreys",
)  # fmt: skip
#: Of them, those with the conditional estimate, which never have wider limits than conditional-exact, and those with
#: the crude one.
_WITHIN_CENTRAL = ("mid-p", "minlike", "blaker")
_CRUDE = ("scas", "baptista-pike", "baptista-pike-mid-p", "profile-likelihood", "mover-jeffreys")
#: Larger tables are not searched by exact intervals, by exact tests, and by those with a nuisance parameter.
_EXACT_MOST, _FISHER_MOST, _UNCONDITIONAL_MOST = 3000, 200_000, 100
_CLOSED_TESTS = ("pearson", "yates", "n-1", "wald", "wald of log RR", "likelihood-ratio")
_FISHER_TESTS = ("fisher", "fisher-mid-p", "fisher-central")
_ONE_SIDED = ("-greater", "-less")

#: Words of an unconditional test.
UNCONDITIONAL = ("barnard", "boschloo", "unconditional", "suissa", "liebermeister")

Box = tuple[float, float]


class Budget:
    """What the exact methods of one text may cost."""

    __slots__ = ("left",)

    def __init__(self, left: int = BUDGET) -> None:
        self.left = left

    def allows(self, cost: int) -> bool:
        """Whether so much is left; it is then spent."""
        if cost > self.left:
            return False
        self.left -= cost
        return True


class _Asked:
    """What the methods asked so far give of a printed estimate with its limits."""

    __slots__ = ("boxes", "complete", "conf", "hits", "how", "limits", "point", "table", "together")

    def __init__(self, table: TwoByTwo | TwoRates, conf: float, estimate: Box, lower: Box, upper: Box) -> None:
        self.table = table
        self.conf = conf
        self.boxes = (("estimate", estimate), ("lower", lower), ("upper", upper))
        self.hits: dict[str, list[str]] = {"estimate": [], "lower": [], "upper": []}
        self.together: list[str] = []
        self.limits: list[tuple[str, float, float]] = []
        self.point = math.nan
        self.how = ""  # how the table was turned
        self.complete = True  # whether every method was asked that can give the limits

    def ask(self, method: Method) -> Estimate:
        """Note which of the figures a method gives."""
        row: Estimate = method.function(self.table, self.conf)
        found = [item for item, box in self.boxes if box[0] - 1e-12 <= getattr(row, item) <= box[1] + 1e-12]
        for item in found:
            self.hits[item].append(method.key)
        if len(found) == 3:
            self.together.append(method.key)
        self.limits.append((method.key, row.lower, row.upper))
        return row

    def inside(self, row: Estimate) -> bool:
        """Whether the printed limits can be narrower ones about the same estimate."""
        (_, estimate), (_, lower), (_, upper) = self.boxes
        return bool(estimate[0] <= row.estimate <= estimate[1] and lower[1] >= row.lower and upper[0] <= row.upper)

    def within_reach(self, ratio: bool) -> bool:
        """Whether printed limits lie where those of the methods asked do, give or take a fifth of the interval."""
        scale = _log if ratio else float
        known = [(scale(low), scale(high)) for _, low, high in self.limits if -math.inf < low < high < math.inf]
        known = [(low, high) for low, high in known if low > -math.inf]
        if not known:
            return True
        lows, highs = zip(*known, strict=True)
        slack = 0.2 * (max(highs) - min(lows))
        ends = ((self.boxes[1][1], lows), (self.boxes[2][1], highs))
        return all(min(ours) - slack <= scale(box[1]) and scale(box[0]) <= max(ours) + slack for box, ours in ends)

    def found(self) -> dict[str, tuple[str, ...]]:
        """The methods that give each figure: those that give all three, else those that give both limits."""
        if self.together:
            return dict.fromkeys(self.hits, tuple(self.together))
        both = [key for key in self.hits["lower"] if key in self.hits["upper"]]
        # of two methods a limit each is chance
        return {item: tuple(keys) for item, keys in (self.hits | {"lower": both, "upper": both}).items() if keys}


class Search:
    """The methods of one table of two groups.

    ``named`` says that the text speaks of unconditional tests: else they are asked only for a P value that is not
    among those of the usual tests.
    """

    __slots__ = ("_asked", "_p", "budget", "named", "table", "text")

    def __init__(
        self,
        events1: int,
        total1: int,
        events0: int,
        total0: int,
        budget: Budget | None = None,
        named: bool = False,
    ) -> None:
        self.budget = budget or Budget()
        self.named = named
        self.table = TwoByTwo.from_totals(events1, total1, events0, total0)
        self.text = f"{events1}/{total1} v {events0}/{total0}"
        self._p: dict[str, float] = {}
        self._asked: list[_Asked] = []

    def __str__(self) -> str:
        return self.text

    def p(self, key: str) -> float:
        """The P value of a test; nan where it does not exist."""
        found = self._p.get(key)
        if found is None:
            if key == "wald of log RR":
                found = _wald(registry.estimators("risk ratio")["katz"].function(self.table, 0.95))
            else:
                method = _tests().get(key)
                found = float(method.function(self.table).p) if method is not None else math.nan
            self._p[key] = found
        return found

    def tests(self, printed: Box, quick: bool = False) -> tuple[str, ...]:
        """The tests whose P value is within the printed one, quick ones first; all of the first stage that has any."""
        for stage in self._stages(printed, quick):
            hits = tuple(key for key in stage if printed[0] <= self.p(key) <= printed[1])
            if hits:
                return hits
        return ()

    def _stages(self, printed: Box, quick: bool) -> Iterator[tuple[str, ...]]:
        total = self.table.total
        yield _CLOSED_TESTS
        if total <= _FISHER_MOST:
            yield _FISHER_TESTS[:1]
            yield _FISHER_TESTS[1:]
        low, high = self.p_range()
        if quick or total > _UNCONDITIONAL_MOST or printed[1] < 0.4 * low or printed[0] > 1.5 * high:
            return
        known = _tests()
        others = [key for key in known if key not in self._p and not key.endswith(_ONE_SIDED)]
        exact = tuple(key for key in others if known[key].closed_form)
        if self.budget.allows(_EXACT_COST * len(exact)):
            yield exact
        if printed[1] < 0.7 * low or printed[0] > high:
            return  # tests with a nuisance parameter lie between the score test and Fisher's or Yates'
        if not self.named and printed[1] >= low:
            return
        for key in others:
            if not known[key].closed_form and self.budget.allows(_UNCONDITIONAL_COST):
                yield (key,)

    def p_range(self) -> Box:
        """The least and greatest P value of the usual tests."""
        keys = (*_CLOSED_TESTS, *(_FISHER_TESTS[:2] if self.table.total <= _FISHER_MOST else ()))
        values = [p for p in map(self.p, keys) if p == p]
        return (min(values), max(values)) if values else (0.0, 1.0)

    def interval(
        self, measure: str, conf: float, estimate: Box, lower: Box, upper: Box
    ) -> tuple[dict[str, tuple[str, ...]], str]:
        """The methods that give estimate, lower and upper limit, by item, and how the table was turned ("" as it is).

        Only items that some method gives are there; a turned table counts when it gives all three.
        """
        best: dict[str, tuple[str, ...]] = {}
        for turned, how in self._turned(measure):
            if measure == "rate ratio":
                found = self._rates(turned, conf, estimate, lower, upper)
            else:
                found = self._matches(turned, how, measure, conf, estimate, lower, upper)
            if len(found) == 3:
                return found, how
            if not how:
                best = found
        return best, ""

    def _turned(self, measure: str) -> Iterator[tuple[TwoByTwo, str]]:
        t = self.table
        yield t, ""
        yield TwoByTwo(t.c, t.d, t.a, t.b), "of the second group against the first"
        if measure == "rate ratio":
            return
        yield TwoByTwo(t.b, t.a, t.d, t.c), "of the other outcome"
        if measure != "odds ratio":
            yield TwoByTwo(t.d, t.c, t.b, t.a), "of the other outcome, the second group against the first"

    def _matches(
        self, table: TwoByTwo, how: str, measure: str, conf: float, estimate: Box, lower: Box, upper: Box
    ) -> dict[str, tuple[str, ...]]:
        point = _point(measure, table)
        if math.isfinite(point) and abs(point - estimate[0]) > 0.35 * abs(point) + 0.05:
            return {}
        methods = registry.estimators(measure)
        asked = _Asked(table, conf, estimate, lower, upper)
        asked.point, asked.how = point, how
        self._asked.append(asked)
        for method in methods.values():
            if method.closed_form and method.key not in _EXACT:
                asked.ask(method)
        # the estimates of exact methods are near the crude one
        close = not math.isfinite(point) or abs(point - estimate[0]) <= 0.12 * abs(point) + 0.01
        if not asked.together and close and asked.within_reach(measure != "risk difference"):
            crude = estimate[0] - 1e-12 <= point <= estimate[1] + 1e-12
            self._ask_exact(asked, table.total, methods, crude)
        return asked.found()

    @staticmethod
    def _rates(table: TwoByTwo, conf: float, estimate: Box, lower: Box, upper: Box) -> dict[str, tuple[str, ...]]:
        """What the methods of a rate ratio give, the totals taken as person-time."""
        rates = TwoRates(table.a, table.n1, table.c, table.n0)
        if rates.events1 and rates.events0:
            ratio = rates.events1 * rates.time0 / (rates.events0 * rates.time1)
            if not estimate[0] - 1e-12 <= ratio <= estimate[1] + 1e-12:
                return {}  # every method has the crude estimate
        asked = _Asked(rates, conf, estimate, lower, upper)
        for method in registry.estimators("rate ratio").values():
            asked.ask(method)
        return asked.found()

    def _ask_exact(self, asked: _Asked, total: int, methods: dict[str, Method], crude: bool) -> None:
        """Exact methods by what they cost, until one gives all; ``crude`` says that the estimate is the crude one."""
        skipped: tuple[str, ...] = () if crude else _CRUDE
        asked.complete = total <= _EXACT_MOST
        if asked.complete:
            for key in _EXACT:
                method = methods.get(key)
                if method is None or key in skipped:
                    continue
                if not self.budget.allows(_EXACT_COST):
                    asked.complete = False
                    continue
                row = asked.ask(method)
                if asked.together:
                    return
                if key == "conditional-exact" and not asked.inside(row):
                    skipped += _WITHIN_CENTRAL
        if not crude or total > _UNCONDITIONAL_MOST:
            return
        for method in methods.values():
            if not method.closed_form and method.key not in _EXACT and self.budget.allows(_SEARCHED_COST):
                asked.ask(method)
                if asked.together:
                    return

    def crude(self, estimate: Box) -> tuple[float, list[tuple[str, float, float]], str] | None:
        """After ``interval``: the crude estimate that rounds to the printed one, the limits of each method, and how the
        table was turned for it.

        Else that of the table as it is, without limits; without limits too where not every method was asked.
        """
        for asked in self._asked:
            if estimate[0] - 1e-12 <= asked.point <= estimate[1] + 1e-12:
                return asked.point, asked.limits if asked.complete else [], asked.how
        return (self._asked[0].point, [], self._asked[0].how) if self._asked else None

    def difference(self) -> float:
        """The crude risk difference."""
        return _point("risk difference", self.table)

    def estimates(self, measure: str, reduction: bool) -> Iterator[tuple[float, str]]:
        """The crude estimate for the table as it is and turned."""
        for turned, how in self._turned(measure):
            value = _point(measure, turned)
            yield (1 - value if reduction else value), f", {how}" if how else ""


class Row:
    """The tests of several groups."""

    #: More patients are not searched by exact tests.
    _EXACT_MOST = 300

    def __init__(self, arms: list[tuple[int, int]], budget: Budget) -> None:
        from ..stats.several_proportions import SeveralProportions

        self.arms = SeveralProportions.of(arms)
        self.text = ", ".join(f"{events}/{total}" for events, total in arms)
        self.small = sum(total for _, total in arms) <= self._EXACT_MOST
        self.budget = budget

    def __str__(self) -> str:
        return self.text

    def tests(self, printed: Box) -> tuple[tuple[str, ...], dict[str, float]]:
        """The tests that give a printed P value, quick ones first, and the P values of all that were asked."""
        known = registry.tests("several proportions")
        found: dict[str, float] = {}
        for exact in (False, True):
            for key, method in known.items():
                if method.closed_form is exact or (exact and not (self.small and self.budget.allows(_SEARCHED_COST))):
                    continue
                p = float(method.function(self.arms).p)
                if p == p:
                    found[key] = p
            hits = tuple(key for key, p in found.items() if printed[0] <= p <= printed[1])
            if hits:
                return hits, found
        found.pop("departure-from-trend", None)  # of another hypothesis: no bound for a P value of the groups
        return (), found


@cache
def _tests() -> dict[str, Method]:
    return registry.tests("odds ratio")


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf


def _wald(row: Estimate) -> float:
    return float(row.p) if row.p is not None else math.nan


def _point(measure: str, t: TwoByTwo) -> float:
    if measure == "odds ratio":
        return math.inf if t.b * t.c == 0 else t.a * t.d / (t.b * t.c)
    p1, p0 = t.a / t.n1, t.c / t.n0
    if measure == "risk ratio":
        return math.inf if p0 == 0 else p1 / p0
    return float(p1 - p0)


def proportion_limits(events: int, total: int, conf: float) -> list[tuple[str, float, float]]:
    """The limits of a proportion by every method that works in closed form."""
    from ..stats.proportion import OneProportion

    found = []
    for key, method in registry.estimators("proportion").items():
        if not method.closed_form:
            continue
        row = method.function(OneProportion(events, total), conf)
        if row.lower == row.lower and row.upper == row.upper:
            found.append((key, float(row.lower), float(row.upper)))
    return found
