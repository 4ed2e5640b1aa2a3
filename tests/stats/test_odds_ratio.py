"""Properties of the odds ratio and of the tests of a 2x2 table that hold for every method."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import registry
from gvhdcalc.stats.two_by_two import TwoByTwo

#: Exact unconditional and melded methods take one table, and have their own files of tests.
ESTIMATORS = [method for method in registry.estimators("odds ratio").values() if method.closed_form]
TESTS = [method for method in registry.tests("odds ratio").values() if method.closed_form]

cells = st.integers(0, 60)
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]).map(lambda t: TwoByTwo(*t))


def same(x, y, rel=1e-9):
    return (math.isnan(x) and math.isnan(y)) or x == y or x == pytest.approx(y, rel=rel)


def inverse(x):
    return math.inf if x == 0 else 1 / x


by_estimator = pytest.mark.parametrize("method", ESTIMATORS, ids=lambda m: m.key)
by_test = pytest.mark.parametrize("method", TESTS, ids=lambda m: m.key)


@by_estimator
@given(table=tables)
def test_swapping_the_arms_or_the_outcome_inverts(method, table):
    row = method.function(table, 0.95)
    others = [TwoByTwo(table.c, table.d, table.a, table.b), TwoByTwo(table.b, table.a, table.d, table.c)]
    if method.key == "mover-wilson":  # made of odds: the odds of a non-event are other ones
        others.pop()
    for other in others:
        inverted = method.function(other, 0.95)
        if method.key != "jewell":  # whose estimate is not one of 1/OR
            assert same(inverted.estimate, inverse(row.estimate))
        assert same(inverted.lower, inverse(row.upper))
        assert same(inverted.upper, inverse(row.lower))


@by_estimator
@given(table=tables)
def test_the_interval_holds_the_estimate_and_widens_with_the_level(method, table):
    narrow, wide = method.function(table, 0.9), method.function(table, 0.99)
    if math.isnan(narrow.estimate) or math.isnan(narrow.lower):
        assert narrow.notes
        return
    slack = 1 + 1e-9
    if not any("do not hold the estimate" in note for note in narrow.notes):
        assert narrow.lower <= narrow.estimate * slack
        assert narrow.upper * slack >= narrow.estimate
    assert wide.lower <= narrow.lower * slack
    assert wide.upper * slack >= narrow.upper


@by_test
@given(table=tables)
def test_p_is_a_probability_or_absent_with_a_reason_and_does_not_care_for_order(method, table):
    row = method.function(table)
    if math.isnan(row.p):
        assert row.notes
    else:
        assert 0 <= row.p <= 1
    stem, _, side = method.key.rpartition("-")
    other_side = {"less": f"{stem}-greater", "greater": f"{stem}-less"}.get(side, method.key)
    assert (other_side == method.key) == (row.sides == 2)
    swapped = registry.tests("odds ratio")[other_side].function(TwoByTwo(table.c, table.d, table.a, table.b))
    assert same(swapped.p, row.p, rel=1e-7)


@pytest.mark.parametrize(
    ("interval", "test"),
    [
        ("woolf", "wald"), ("conditional-exact", "fisher-central"), ("mid-p", "fisher-mid-p"),
        ("median-unbiased", "fisher-mid-p"), ("miettinen-nurminen", "n-1"), ("cornfield", "pearson"),
        ("cornfield-cc", "yates"), ("profile-likelihood", "likelihood-ratio"),
    ],
)  # fmt: skip
@given(table=tables)
def test_interval_and_test_of_one_method_agree_at_alpha(interval, test, table):
    estimators, tests = registry.estimators("odds ratio"), registry.tests("odds ratio")
    row, p = estimators[interval].function(table, 0.95), tests[test].function(table).p
    if math.isnan(p) or math.isnan(row.lower) or abs(p - 0.05) < 1e-9:
        return
    assert (row.lower > 1 or row.upper < 1) == (p < 0.05)
