"""The melded intervals: Fisher's P at equality, published figures, simulation, ends, and counts of 10^9.

R's values are in tests/reference/unconditional.json; test_reference_counts.py holds the methods to them.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom

from gvhdcalc.stats import registry
from gvhdcalc.stats.independence import fisher_central, fisher_greater
from gvhdcalc.stats.melded import _DIFFERENCE, _RATIO, _RATIO_OF_ODDS, _Beta, _probability
from gvhdcalc.stats.proportion import OneProportion, clopper_pearson
from gvhdcalc.stats.two_by_two import TwoByTwo

MEASURES = ("risk difference", "risk ratio", "odds ratio")
METHODS = {measure: registry.estimators(measure)["melded"].function for measure in MEASURES}
by_measure = pytest.mark.parametrize("measure", MEASURES)
some = settings(max_examples=15)

cells = st.integers(0, 60)
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]).map(lambda t: TwoByTwo(*t))


def same(x: float, y: float) -> bool:
    return x == y or x == pytest.approx(y, rel=1e-9, abs=1e-12)


def turned(measure: str, value: float) -> float:
    """The contrast of the exchanged arms."""
    if measure == "risk difference":
        return -value
    return math.inf if value == 0 else 1 / value


# Fay & Brittain 2022 (Statistical Hypothesis Testing in Context), example 7.3: 6/8 and 2/11. Their code for the book
# (exact2x2 binomMeld.test) says that the upper limit of the odds ratio should be 382.95, where the book has a slip.
def test_published() -> None:
    row = METHODS["odds ratio"](TwoByTwo.from_totals(6, 8, 2, 11))
    assert abs(row.upper - 382.95) <= 0.005
    assert row.estimate == 13.5


@pytest.mark.parametrize("contrast", [_DIFFERENCE, _RATIO, _RATIO_OF_ODDS])
@some
@given(table=tables.filter(lambda t: t.a * t.b * t.c * t.d > 0))
def test_at_equality_it_is_fishers_exact_test(contrast, table: TwoByTwo) -> None:
    """Theorem 1 of Fay, Proschan & Brittain 2015: the integral and the hypergeometric tail are one number."""
    equality = 0.0  # of the difference, and of the logarithms of the ratios
    one, two = _Beta(table.a, table.b + 1.0), _Beta(table.c + 1.0, table.d)
    p = _probability(contrast, one, two, equality)
    assert p == pytest.approx(fisher_greater(table).p, rel=1e-9, abs=1e-15)


@by_measure
@pytest.mark.parametrize("table", [TwoByTwo(6, 2, 2, 9), TwoByTwo(1, 29, 4, 16), TwoByTwo(12, 3, 0, 9)], ids=str)
def test_limits_are_quantiles_of_simulated_beta_variables(measure: str, table: TwoByTwo) -> None:
    draw = np.random.default_rng(20150101)
    size = 400_000
    a, b, c, d = table.a, table.b, table.c, table.d
    low1, up0 = draw.beta(a, b + 1, size), draw.beta(c + 1, d, size)
    up1, low0 = draw.beta(a + 1, b, size), draw.beta(c, d + 1, size) if c else np.zeros(size)
    g = {
        "risk difference": lambda p, q: p - q,
        "risk ratio": lambda p, q: p / q,
        "odds ratio": lambda p, q: p / (1 - p) * (1 - q) / q,
    }[measure]
    row = METHODS[measure](table)
    with np.errstate(divide="ignore"):
        # the share of draws below a limit is 2.5% give or take four times sqrt(0.025 * 0.975 / size)
        assert (g(low1, up0) < row.lower).mean() == pytest.approx(0.025, abs=0.001)
        if math.isfinite(row.upper):
            assert (g(up1, low0) > row.upper).mean() == pytest.approx(0.025, abs=0.001)
        else:
            assert c == 0


@by_measure
@some
@given(table=tables)
def test_exchanging_arms_or_outcome_turns_the_interval(measure: str, table: TwoByTwo) -> None:
    row = METHODS[measure](table)
    others = [table.arms_exchanged()]
    if measure != "risk ratio":
        others.append(table.outcome_exchanged())
    for other in others:
        result = METHODS[measure](other)
        assert same(result.lower, turned(measure, row.upper))
        assert same(result.upper, turned(measure, row.lower))


@by_measure
@some
@given(table=tables)
@example(table=TwoByTwo(0, 1, 1, 0))
def test_it_holds_the_estimate_widens_with_the_level_and_agrees_with_its_p(measure: str, table: TwoByTwo) -> None:
    row, wide = METHODS[measure](table, 0.95), METHODS[measure](table, 0.99)
    if not math.isnan(row.estimate):
        slack = 1e-12 + (1e-9 * abs(row.estimate) if math.isfinite(row.estimate) else 0.0)
        assert row.lower <= row.estimate + slack
        assert row.upper >= row.estimate - slack
    assert wide.lower <= row.lower
    assert wide.upper >= row.upper
    assert row.p == fisher_central(table).p
    null = 0.0 if measure == "risk difference" else 1.0
    if abs(row.p - 0.05) > 1e-9:
        assert (row.lower > null or row.upper < null) == (row.p < 0.05)


def test_it_covers_at_least_as_often_as_its_level() -> None:
    n1, n0, conf = 6, 5, 0.9
    p1, p0 = np.meshgrid(*[np.linspace(0.02, 0.98, 25)] * 2)
    true = {"risk difference": p1 - p0, "risk ratio": p1 / p0, "odds ratio": p1 * (1 - p0) / (p0 * (1 - p1))}
    for measure, method in METHODS.items():
        covered = 0.0 * p1
        for x1 in range(n1 + 1):
            for x0 in range(n0 + 1):
                row = method(TwoByTwo.from_totals(x1, n1, x0, n0), conf)
                inside = (row.lower <= true[measure] + 1e-12) & (true[measure] - 1e-12 <= row.upper)
                covered += binom.pmf(x1, n1, p1) * binom.pmf(x0, n0, p0) * inside
        assert covered.min() >= conf, measure


@pytest.mark.parametrize("n", [1, 8, 1000])
def test_arms_without_events_leave_the_limits_of_clopper_and_pearson(n: int) -> None:
    """With no event in the second arm p0 is at most its own limit, and at least 0: so the difference's upper limit."""
    row = METHODS["risk difference"](TwoByTwo.from_totals(0, 7, 0, n), 0.95)
    assert row.upper == pytest.approx(clopper_pearson(OneProportion(0, 7), 0.95).upper, rel=1e-12)
    assert row.lower == pytest.approx(-clopper_pearson(OneProportion(0, n), 0.95).upper, rel=1e-12)
    # all of an arm have the event: p1's own limit against a certain 1
    row = METHODS["risk ratio"](TwoByTwo.from_totals(7, 7, n, n), 0.95)
    assert row.lower == pytest.approx(clopper_pearson(OneProportion(7, 7), 0.95).lower, rel=1e-12)
    assert row.upper == pytest.approx(1 / clopper_pearson(OneProportion(n, n), 0.95).lower, rel=1e-12)


def test_ends() -> None:
    none = TwoByTwo(0, 10, 0, 12)
    for measure in ("risk ratio", "odds ratio"):
        row = METHODS[measure](none)
        assert (row.lower, row.upper, row.p) == (0, math.inf, 1)
        assert row.notes
    opposite = TwoByTwo(5, 0, 0, 7)
    assert METHODS["risk difference"](opposite).upper == 1
    assert METHODS["risk difference"](opposite.arms_exchanged()).lower == -1
    assert METHODS["risk ratio"](opposite).upper == METHODS["odds ratio"](opposite).upper == math.inf
    for method in METHODS.values():
        row = method(TwoByTwo(0, 0, 3, 5))
        assert math.isnan(row.lower)
        assert row.notes == ("an arm is empty: nothing can be said",)


def test_a_billion_patients() -> None:
    """Beta variables that narrow are normal ones: limits are those of Wald's interval to a few parts in 10^5."""
    table = TwoByTwo.from_totals(500_020_000, 10**9, 500_000_000, 10**9)
    wald = registry.estimators("risk difference")["wald"].function(table)
    row = METHODS["risk difference"](table)
    half = (wald.upper - wald.lower) / 2
    assert row.lower == pytest.approx(wald.lower, abs=1e-4 * half)
    assert row.upper == pytest.approx(wald.upper, abs=1e-4 * half)


def test_one_patient_against_many_is_one_beta_variable() -> None:
    """The second arm is known: the first arm's variable less a number, for the lower limit (TL ~ Beta(1, 1))."""
    row = METHODS["risk difference"](TwoByTwo.from_totals(1, 1, 400_000_000, 10**9))
    assert row.lower == pytest.approx(beta(1, 1).ppf(0.025) - 0.4, abs=1e-4)
