"""Several arms and one outcome, a k x 2 table: does the proportion differ between the arms, does it rise or fall?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .namespace import namespace
from .registry import test
from .results import Number, TestResult, notes_when
from .strata import chi2_tail, pooled

MEASURE = "several proportions"

_EMPTY = "no event, or nothing else, or fewer than two arms with patients: the test does not exist"
_NO_SCORES = "the scores of the arms do not differ, or all patients have the event, or none: the test does not exist"
_TOO_LARGE = "too many tables for the exact test: see the chi-square test, which is good at these counts"
#: Numbers that an exact test may hold at a time, and sums it may take (about a nanosecond each).
_MOST_HELD, _MOST_SUMS = 4e6, 4e8
#: Part of the probability of the observed table that values left out of an arm's range may have together.
_NEGLIGIBLE = 1e-12


@dataclass(frozen=True, slots=True)
class SeveralProportions:
    """Events and totals of k arms: numpy arrays of shape (k,) for one table, (k, M) for M tables.

    ``scores`` (one for each arm, 0, 1, 2 ... where none are given) are what tests of trend take the arms for. An arm
    without patients adds nothing. Raises ValueError where there is not one score for each arm.
    """

    events: Any
    totals: Any
    scores: Sequence[float] | None = None

    def __post_init__(self) -> None:
        if self.scores is not None and len(self.scores) != len(self.events):
            raise ValueError(f"{len(self.scores)} scores for {len(self.events)} arms: each arm needs one")

    @classmethod
    def of(cls, arms: Sequence[tuple[int, int]], scores: Sequence[float] | None = None) -> SeveralProportions:
        """One table, from (events, total) of each arm. Raises ValueError for fewer than two arms."""
        import numpy as np

        if len(arms) < 2:
            raise ValueError("at least two arms are needed")
        events, totals = np.array(arms, dtype=float).T
        return cls(events, totals, scores)

    @property
    def others(self) -> Any:
        """Those without the event, in each arm."""
        return self.totals - self.events

    @property
    def df(self) -> Number:
        """Arms with patients, less one."""
        filled = (self.totals > 0).sum(axis=0) - 1
        return int(filled) if filled.ndim == 0 else filled

    def deviations(self) -> Any:
        """Observed less expected events of each arm, by way of differences that do not cancel to noise."""
        import numpy as np

        total = pooled(self.totals)
        return (self.events * (total - self.totals) - (pooled(self.events) - self.events) * self.totals) / np.maximum(
            total, 1.0
        )

    def one_by_one(self) -> list[SeveralProportions]:
        """The tables of an array of tables, each by itself."""
        events, totals = (x.reshape(len(x), -1) for x in (self.events, self.totals))
        return [SeveralProportions(events[:, i], totals[:, i], self.scores) for i in range(events.shape[1])]


def _degenerate(arms: SeveralProportions) -> Number:
    ns = namespace(pooled(arms.events))
    return ns.either(pooled(arms.events) * pooled(arms.others) == 0, arms.df < 1)


def _chi_square(arms: SeveralProportions, statistic: Number) -> TestResult:
    ns = namespace(statistic)
    empty = _degenerate(arms)
    statistic = ns.where(empty, math.nan, ns.maximum(statistic, 0.0))
    return TestResult(chi2_tail(statistic, arms.df), statistic, arms.df, notes=notes_when((empty, _EMPTY)))


@test(
    MEASURE,
    "pearson",
    name="Pearson chi-square",
    reference="Pearson 1900",
    software=("R chisq.test and prop.test", "SAS PROC FREQ, chisq", "Stata tabulate, chi2", "SPSS CROSSTABS"),
    formula="M = sum(x);  chi2 = sum((x - n*M/N)^2 / (n*M*(N-M)/N^2)), df = k-1",
    default=True,
)
def pearson(arms: SeveralProportions) -> TestResult:
    """Pearson's chi-square of equal proportions, k - 1 df (Pearson 1900)."""
    import numpy as np

    total, events = pooled(arms.totals), pooled(arms.events)
    ns = namespace(total)
    rate = ns.div(events, total) * ns.div(total - events, total)
    return _chi_square(arms, ns.div(pooled(arms.deviations() ** 2 / np.where(arms.totals > 0, arms.totals, 1.0)), rate))


@test(
    MEASURE,
    "likelihood-ratio",
    name="likelihood ratio chi-square (G)",
    reference="Wilks 1935",
    software=("SAS PROC FREQ, chisq (second row)", "Stata tabulate, lrchi2", "SPSS CROSSTABS", "JMP"),
    formula="G = 2*sum(observed*log(observed/expected)), df = k-1",
)
def likelihood_ratio(arms: SeveralProportions) -> TestResult:
    """Likelihood ratio (G) test of equal proportions, k - 1 df (Wilks 1935; Agresti 2013, section 3.2.1)."""
    import numpy as np

    total = np.maximum(pooled(arms.totals), 1.0)
    deviation = arms.deviations()

    def terms(column: Number, signed: Any) -> Number:
        # o log(o/e) - (o - e); what is taken off adds to zero, and the rest does not cancel where o is near e
        expected = arms.totals * (column / total)
        u = signed / np.where(expected > 0, expected, 1.0)
        inner = np.where(u > -1, (1 + u) * np.log1p(np.where(u > -1, u, 0.0)) - u, 1.0)
        return pooled(expected * inner)

    return _chi_square(arms, 2 * (terms(pooled(arms.events), deviation) + terms(pooled(arms.others), -deviation)))


def _log_counts(n: int, least: int, most: int) -> Any:
    """log of the ways to choose x out of n, for x from least to most, by sums of log ratios."""
    import numpy as np

    x = np.arange(1, most + 1, dtype=float)
    logs = np.concatenate(([0.0], np.cumsum(np.log((n + 1 - x) / x))))
    return logs[least:]


class _Tables:
    """All tables with the margins of one k x 2 table: how likely each is that no arm differs.

    The rarer of event and non-event is counted. ``events`` and ``totals`` are those of the arms with patients.
    """

    def __init__(self, arms: SeveralProportions) -> None:
        flip = 2 * arms.events.sum() > arms.totals.sum()
        events = arms.others if flip else arms.events
        self.there = arms.totals > 0
        self.events = [int(x) for x in events[self.there]]
        self.totals = [int(n) for n in arms.totals[self.there]]
        self.sign = -1 if flip else 1
        self.m, self.n = sum(self.events), sum(self.totals)

    @property
    def too_large(self) -> bool:
        """Whether the rarer outcome is so frequent that not even one arm's range can be held."""
        return self.m > _MOST_HELD

    def log_total(self) -> float:
        """log of the number of ways to choose the events out of all patients."""
        return float(_log_counts(self.n, self.m, self.m)[0])

    def ranges(self, log_observed: float) -> list[tuple[int, Any]]:
        """Each arm's least count and the log weights from there, without ends that are negligible beside the observed.

        What is left out has, arm by arm, less than _NEGLIGIBLE times the probability of the observed table.
        """
        import numpy as np

        log_total, found = self.log_total(), []
        for n in self.totals:
            least, most = max(0, self.m - (self.n - n)), min(n, self.m)
            logs = _log_counts(n, least, most)
            rest = _log_counts(self.n - n, self.m - most, self.m - least)[::-1]
            marginal = np.exp(logs + rest - log_total)
            bound = _NEGLIGIBLE * math.exp(max(log_observed, -700.0))
            first = int((np.cumsum(marginal) < bound).sum())
            last = len(logs) - int((np.cumsum(marginal[::-1]) < bound).sum())
            found.append((least + first, logs[first:last]))
        return found


def _added(states: dict[int, Any], least: int, logs: Any) -> dict[int, Any]:
    """The log weights of all combinations, by sum of events, with one more arm; equal ones are counted together."""
    import numpy as np

    lists: dict[int, list[Any]] = {}
    for total, (values, counts) in states.items():
        for x, log in enumerate(logs, start=least):
            lists.setdefault(total + x, []).append((values + log, counts))
    found = {}
    for total, parts in lists.items():
        values = np.concatenate([part[0] for part in parts])
        counts = np.concatenate([part[1] for part in parts])
        # arms of like size give the same weight many times over
        kept, inverse = np.unique(np.round(values, 11), return_inverse=True)
        found[total] = (kept, np.bincount(inverse.ravel(), weights=counts))
    return found


def _half(arms: list[tuple[int, Any]]) -> dict[int, Any]:
    """The log weights of all combinations of some arms by their sum. Raises OverflowError where they are too many."""
    import numpy as np

    states: dict[int, Any] = {0: (np.zeros(1), np.ones(1))}
    for least, logs in arms:
        if sum(len(values) for values, _ in states.values()) * len(logs) > _MOST_HELD:
            raise OverflowError
        states = _added(states, least, logs)
    return states


def _no_more_likely(table: _Tables, tolerance: float = 1e-7) -> float:
    """The sum of the probabilities of all tables that are not more likely than the observed; nan where too many.

    The arms are parted in two halves. For each way through the first half the tables of the second that are unlikely
    enough are a stretch of a sorted list, whose sum is looked up.
    """
    import numpy as np

    if table.too_large:
        return math.nan
    log_total = table.log_total()
    observed = sum(float(_log_counts(n, x, x)[0]) for n, x in zip(table.totals, table.events, strict=True))
    ranges = sorted(table.ranges(observed - log_total), key=lambda arm: -len(arm[1]))
    halves: tuple[list[tuple[int, Any]], list[tuple[int, Any]]] = ([], [])
    size = [0.0, 0.0]
    for arm in ranges:
        smaller = int(size[1] < size[0])
        halves[smaller].append(arm)
        size[smaller] += math.log(len(arm[1]))
    try:
        first, second = (_half(half) for half in halves)
    except OverflowError:
        return math.nan
    bound = observed + math.log1p(tolerance)
    p = 0.0
    for total, (values, counts) in first.items():
        if table.m - total not in second:
            continue
        others, ways = second[table.m - total]
        highest = others[-1]
        cumulated = np.concatenate(([0.0], np.cumsum(ways * np.exp(others - highest))))
        reached = np.searchsorted(others, bound - values, side="right")
        p += float((counts * np.exp(values + highest - log_total) * cumulated[reached]).sum())
    return min(p, 1.0)


def _exact(arms: SeveralProportions, p: Callable[[SeveralProportions], float]) -> Number:
    import numpy as np

    if arms.events.ndim == 1:
        return p(arms)
    return np.array([p(one) for one in arms.one_by_one()]).reshape(arms.events.shape[1:])


@test(
    MEASURE,
    "fisher-freeman-halton",
    name="Fisher-Freeman-Halton exact",
    reference="Freeman & Halton 1951",
    software=("R fisher.test", "SAS PROC FREQ, fisher", "Stata tabulate, exact", "SPSS Exact Tests", "StatXact"),
    formula="P = sum of P(table | margins) over all tables with P(table) <= P(observed)",
    default=True,
    closed_form=False,
)
def fisher_freeman_halton(arms: SeveralProportions) -> TestResult:
    """Fisher's exact test of k arms: the sum of the probabilities of tables not more likely than the observed one.

    Ties count within a relative tolerance of 1e-7, as in R fisher.test. Where the tables are too many to go through in
    about a second the P value does not exist, and a note says so.
    """

    def one(table: SeveralProportions) -> float:
        return 1.0 if _degenerate(table) else _no_more_likely(_Tables(table))

    p = _exact(arms, one)
    return TestResult(p, notes=notes_when((p != p, _TOO_LARGE)))


# --- trend ------------------------------------------------------------------------------------------------------------


def _scores(arms: SeveralProportions) -> Any:
    """The scores, along the first axis."""
    import numpy as np

    k = len(arms.events)
    found = np.arange(k, dtype=float) if arms.scores is None else np.asarray(arms.scores, dtype=float)
    return found.reshape((k,) + (1,) * (arms.events.ndim - 1))


def _trend(arms: SeveralProportions) -> tuple[Number, Number, Number]:
    """Sum of scores times observed less expected events, the binomial variance of that sum, and whether it is zero."""
    s = _scores(arms)
    total, events = pooled(arms.totals), pooled(arms.events)
    ns = namespace(total)
    centre = ns.div(pooled(arms.totals * s), total)
    spread = pooled(arms.totals * (s - centre) ** 2)
    variance = ns.div(events, total) * ns.div(total - events, total) * spread
    empty = ns.either(events * (total - events) == 0, spread == 0)
    return pooled(arms.deviations() * (s - centre)), variance, empty


def _one_df(statistic: Number, empty: Number) -> TestResult:
    ns = namespace(statistic)
    statistic = ns.where(empty, math.nan, statistic)
    return TestResult(ns.chi2_sf(statistic), statistic, 1, notes=notes_when((empty, _NO_SCORES)))


@test(
    MEASURE,
    "cochran-armitage",
    name="Cochran-Armitage trend",
    reference="Cochran 1954; Armitage 1955",
    software=("R prop.trend.test", "SAS PROC FREQ, trend", "Stata ptrend", "DescTools CochranArmitageTest"),
    formula="M = sum(x);  T = sum(s*(x - n*M/N));  chi2 = T^2 / (M/N*(1-M/N)*sum(n*(s - sum(n*s)/N)^2)), df = 1",
    default=True,
)
def cochran_armitage(arms: SeveralProportions) -> TestResult:
    """Cochran-Armitage test of a linear trend of proportions over scores (0, 1, 2 ...), 1 df (Armitage 1955).

    The square of SAS's Z.
    """
    deviation, variance, empty = _trend(arms)
    return _one_df(namespace(variance).div(deviation * deviation, variance), empty)


@test(
    MEASURE,
    "linear-by-linear",
    name="linear-by-linear association",
    reference="Mantel 1963",
    software=("SPSS CROSSTABS", "SAS PROC FREQ, chisq (Mantel-Haenszel)", "coin lbl_test"),
    formula="chi2 = (N-1)/N * chi2(Cochran-Armitage), df = 1",
)
def linear_by_linear(arms: SeveralProportions) -> TestResult:
    """Mantel's extension test, (N-1) r^2 with r the correlation of score and event, 1 df (Mantel 1963)."""
    deviation, variance, empty = _trend(arms)
    ns = namespace(variance)
    total = pooled(arms.totals)
    return _one_df(ns.div(deviation * deviation, variance) * ns.div(total - 1, total), empty)


@test(
    MEASURE,
    "departure-from-trend",
    name="departure from a linear trend",
    reference="Armitage 1955",
    software=("Stata ptrend",),
    formula="chi2 = chi2(Pearson) - chi2(Cochran-Armitage), df = k-2",
)
def departure_from_trend(arms: SeveralProportions) -> TestResult:
    """What Pearson's chi-square has beyond the trend, k - 2 df (Armitage 1955)."""
    deviation, variance, empty = _trend(arms)
    ns = namespace(variance)
    df = ns.maximum(arms.df - 1, 0)
    few = ns.either(empty, df < 1)
    rest = pearson(arms).statistic - ns.div(deviation * deviation, variance)
    statistic = ns.where(few, math.nan, ns.maximum(rest, 0.0))
    return TestResult(
        chi2_tail(statistic, df),
        statistic,
        df,
        notes=notes_when((empty, _NO_SCORES), (df < 1, "fewer than three arms: there is nothing beyond a trend")),
    )


def _whole_scores(scores: Sequence[float]) -> list[int]:
    """The scores as whole numbers from 0 up that are in proportion to them."""
    exact = [Fraction(repr(float(s))) for s in scores]
    least = min(exact)
    denominator = math.lcm(*(x.denominator for x in exact))
    whole = [int((x - least) * denominator) for x in exact]
    common = math.gcd(*whole) or 1
    return [x // common for x in whole]


def _score_sums(table: _Tables, scores: list[int], tilt: float) -> tuple[Any, float]:
    """Weights of each sum of score times events, given all margins, and the log of their scale.

    Weights are those of the central distribution times exp(tilt * sum), times exp(scale). Raises OverflowError where
    there are too many.
    """
    import numpy as np

    m = table.m
    arms = sorted(zip(scores, table.totals, strict=True), key=lambda arm: (arm[0], arm[1]))
    held = np.ones((1, 1))
    scale = table.log_total()
    sums = 0.0
    for index, (score, n) in enumerate(arms):
        logs = _log_counts(n, 0, min(n, m)) + tilt * score * np.arange(min(n, m) + 1)
        # odds that bring the arm near its share of the events keep the products in range; they cancel in the end
        logs = logs + np.arange(len(logs)) * math.log(m / (table.n - m))
        scale -= float(logs.max())
        weights = np.exp(logs - logs.max())
        rows, columns = held.shape
        if index == len(arms) - 1:
            found = np.zeros(columns + score * (len(weights) - 1))
            for x in range(max(0, m - rows + 1), len(weights)):
                found[score * x : score * x + columns] += weights[x] * held[m - x]
            return found, scale + m * math.log(m / (table.n - m))
        new_rows = min(rows + len(weights) - 1, m + 1)
        new_columns = columns + score * (len(weights) - 1)
        sums += float(rows) * columns * len(weights)
        if float(new_rows) * new_columns > _MOST_HELD * 5 or sums > _MOST_SUMS:
            raise OverflowError
        grown = np.zeros((new_rows, new_columns))
        for x, weight in enumerate(weights[:new_rows]):
            fitting = min(rows, new_rows - x)
            grown[x : x + fitting, score * x : score * x + columns] += weight * held[:fitting]
        held = grown
    raise ValueError("no arms")


def _trend_p(table: _Tables, scores: list[int]) -> float:
    """P(|T - mean| >= |t - mean|), T the sum of score times events; each side from weights that are right there."""
    import numpy as np

    if table.too_large:
        return math.nan
    observed = sum(s * x for s, x in zip(scores, table.events, strict=True))
    weighted = sum(s * n for s, n in zip(scores, table.totals, strict=True))
    distance = abs(observed * table.n - table.m * weighted)  # whole numbers, N times |t - mean|
    if distance == 0:
        return 1.0
    centre = weighted / table.n
    spread = sum(n * (s - centre) ** 2 for s, n in zip(scores, table.totals, strict=True))
    variance = table.m / table.n * (table.n - table.m) / max(table.n - 1, 1) * spread
    z = distance / table.n / math.sqrt(variance)
    p = 0.0
    try:
        # far out, each tail is computed under odds that make it likely
        for side in (1, -1) if z > 8 else (0,):
            tilt = side * distance / table.n / variance
            weights, log_scale = _score_sums(table, scores, tilt)
            sums = np.arange(len(weights), dtype=object if table.n * len(weights) > 2**52 else float)
            off = sums * table.n - table.m * weighted
            counts = (off * side >= distance) if side else (abs(off) >= distance)
            chosen = weights[counts.astype(bool)]
            where = np.flatnonzero(counts.astype(bool))
            with np.errstate(divide="ignore"):
                logs = np.log(chosen) - tilt * where - log_scale
            p += float(np.exp(logs).sum())
    except OverflowError:
        return math.nan
    return min(p, 1.0)


@test(
    MEASURE,
    "cochran-armitage-exact",
    name="Cochran-Armitage trend, exact",
    reference="Agresti, Mehta & Patel 1990",
    software=("SAS PROC FREQ, exact trend", "StatXact"),
    formula="T = sum(s*x);  P = P(|T - E(T)| >= |t - E(T)| given the margins)",
    closed_form=False,
)
def cochran_armitage_exact(arms: SeveralProportions) -> TestResult:
    """Exact two-sided test of trend, given the margins, by the distance of the score sum from its mean.

    As SAS PROC FREQ (two-sided P of EXACT TREND). Scores are taken as decimal fractions. Where the sums are too many
    to go through in about a second the P value does not exist, and a note says so.
    """
    s = _scores(arms).ravel()

    def one(single: SeveralProportions) -> float:
        table = _Tables(single)
        if _degenerate(single) or len(set(s[table.there])) < 2:
            return 1.0
        return _trend_p(table, _whole_scores(list(s[table.there])))

    p = _exact(arms, one)
    return TestResult(p, notes=notes_when((p != p, _TOO_LARGE)))
