"""The ratio of two rates, and the tests of equal rates."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import binomial, registry
from gvhdcalc.stats.noncentral_hypergeometric import log_binomial
from gvhdcalc.stats.rate_ratio import MEASURE
from gvhdcalc.stats.two_rates import TwoRates

from .against_reference import agrees, covers, load, rounds_to, row_id, rows_of

REFERENCE = load("rates")
CASES = {row["id"]: TwoRates(row["x1"], row["t1"], row["x0"], row["t0"]) for row in REFERENCE["pairs"]}
ESTIMATORS = registry.estimators(MEASURE)
TESTS = registry.tests(MEASURE)

by_estimator = pytest.mark.parametrize("method", ESTIMATORS.values(), ids=lambda m: m.key)
by_test = pytest.mark.parametrize("method", TESTS.values(), ids=lambda m: m.key)
counts = st.integers(0, 60)
times = st.floats(1e-2, 1e4)
rates = st.tuples(counts, times, counts, times).map(lambda r: TwoRates(*r))


def same(x, y, rel=1e-9):
    return (math.isnan(x) and math.isnan(y)) or x == y or x == pytest.approx(y, rel=rel)


def inverse(x):
    return math.inf if x == 0 else 1 / x


def exchanged(two):
    return TwoRates(two.events0, two.time0, two.events1, two.time1)


def as_arrays(cases):
    columns = zip(*((c.events1, c.time1, c.events0, c.time0) for c in cases), strict=True)
    return TwoRates(*(np.array(column, dtype=float) for column in columns))


@pytest.mark.parametrize("row", rows_of(REFERENCE, MEASURE), ids=row_id)
def test_interval_agrees_with_r(row):
    agrees(row, ESTIMATORS[row["method"]], CASES[row["id"]])


@pytest.mark.parametrize("row", rows_of(REFERENCE, "equal rates"), ids=row_id)
def test_test_agrees_with_r(row):
    agrees(row, TESTS[row["method"]], CASES[row["id"]])


def test_no_method_without_reference():
    covers(REFERENCE, MEASURE, ESTIMATORS)
    covers(REFERENCE, "equal rates", TESTS)


def test_ratio_and_difference_share_their_tests():
    assert registry.tests("rate difference").keys() == TESTS.keys()


# Published figures. S: Stata's page on the incidence-rate ratio calculator and its manual, iri 41 15 28010 19017.
# OE: OpenEpi's printed output for two strata and the crude table of two rates.
STATA = TwoRates(41, 28010, 15, 19017)
OPENEPI_1, OPENEPI_2 = TwoRates(17, 100025, 3, 122268), TwoRates(8, 78531, 1, 77932)
OPENEPI = TwoRates(25, 178556, 4, 200200)


@pytest.mark.parametrize(
    ("method", "two", "estimate", "lower", "upper"),
    [
        ("exact", STATA, "1.855759", "1.005684", "3.6093"),
        ("mid-p", OPENEPI_1, "6.927", "2.21", "29.63"),
        ("exact", OPENEPI_1, "6.927", "2.004", "36.89"),
        ("mid-p", OPENEPI_2, "7.939", "1.27", "177.6"),
        ("exact", OPENEPI_2, "7.939", "1.064", "352.3"),
        ("mid-p", OPENEPI, "7.008", "2.616", "23.57"),
        ("exact", OPENEPI, "7.008", "2.42", "27.71"),
    ],
)
def test_published_interval(method, two, estimate, lower, upper):
    row = ESTIMATORS[method].function(two)
    assert rounds_to(row.estimate, estimate)
    assert rounds_to(row.lower, lower)
    assert rounds_to(row.upper, upper)


@pytest.mark.parametrize(
    ("two", "lower", "upper"), [(OPENEPI_1, 2.03, 23.63), (OPENEPI_2, 0.9931, 63.47), (OPENEPI, 2.439, 20.13)]
)
def test_published_wald_interval_of_openepi(two, lower, upper):
    # its normal quantile is approximate (as 1.9596 for 1.96)
    row = ESTIMATORS["wald"].function(two)
    assert (row.lower, row.upper) == pytest.approx((lower, upper), rel=5e-4)


@pytest.mark.parametrize(
    ("method", "two", "p"),
    [
        ("mid-p", STATA, "0.0355"),
        ("score", OPENEPI_1, "0.0003231"),
        ("exact-central", OPENEPI_1, "0.0005538"),
        ("mid-p", OPENEPI_1, "0.0003127"),
        ("score", OPENEPI_2, "0.02024"),
        ("exact-central", OPENEPI_2, "0.04015"),
        ("mid-p", OPENEPI_2, "0.02210"),
        ("score", OPENEPI, "0.00002506"),
        ("exact-central", OPENEPI, "0.00002923"),
        ("mid-p", OPENEPI, "0.00001654"),
    ],
)
def test_published_p(method, two, p):
    assert rounds_to(TESTS[method].function(two).p, p)


@pytest.mark.parametrize(("two", "z"), [(OPENEPI_1, "3.596"), (OPENEPI_2, "2.322"), (OPENEPI, "4.214")])
def test_published_z(two, z):
    assert rounds_to(TESTS["score"].function(two).statistic, z)


@by_estimator
def test_arrays_give_the_same_as_single_tables(method):
    cases = list(CASES.values())
    many = method.function(as_arrays(cases), 0.95)
    for index, case in enumerate(cases):
        one = method.function(case, 0.95)
        for field in ("estimate", "lower", "upper"):
            got, expected = getattr(many, field)[index], getattr(one, field)
            assert got == pytest.approx(expected, rel=1e-12, abs=0, nan_ok=True)


@pytest.mark.parametrize("method", [m for m in TESTS.values() if m.closed_form], ids=lambda m: m.key)
def test_arrays_give_the_same_p_as_single_tables(method):
    cases = list(CASES.values())
    many = method.function(as_arrays(cases)).p.tolist()
    assert many == pytest.approx([method.function(case).p for case in cases], rel=1e-12, abs=0, nan_ok=True)


@by_estimator
@given(two=rates)
def test_swapping_the_arms_inverts(method, two):
    row, inverted = method.function(two, 0.95), method.function(exchanged(two), 0.95)
    assert same(inverted.estimate, inverse(row.estimate))
    assert same(inverted.lower, inverse(row.upper))
    assert same(inverted.upper, inverse(row.lower))


@by_estimator
@given(two=rates)
def test_interval_holds_the_estimate_and_widens_with_the_level(method, two):
    narrow, wide = method.function(two, 0.9), method.function(two, 0.99)
    if math.isnan(narrow.estimate) or math.isnan(narrow.lower):
        assert narrow.notes
        return
    slack = 1 + 1e-9
    assert narrow.lower <= narrow.estimate * slack
    assert narrow.upper * slack >= narrow.estimate
    assert wide.lower <= narrow.lower * slack
    assert wide.upper * slack >= narrow.upper


@by_test
@given(two=rates)
def test_p_is_a_probability_or_absent_with_a_reason_and_does_not_care_for_order(method, two):
    row = method.function(two)
    if math.isnan(row.p):
        assert row.notes
    else:
        assert 0 <= row.p <= 1
    assert same(method.function(exchanged(two)).p, row.p, rel=1e-7)


@pytest.mark.parametrize(
    ("interval", "test"), [("wald", "wald"), ("exact", "exact-central"), ("mid-p", "mid-p"), ("score", "score")]
)
@given(two=rates)
def test_interval_and_test_of_one_method_agree_at_alpha(interval, test, two):
    row, p = ESTIMATORS[interval].function(two, 0.95), TESTS[test].function(two).p
    if math.isnan(p) or math.isnan(row.lower) or abs(p - 0.05) < 1e-9:
        return
    assert (row.lower > 1 or row.upper < 1) == (p < 0.05)


@given(n=st.integers(0, 200), share=st.floats(0.01, 0.99), p=st.floats(1e-6, 1 - 1e-6))
def test_two_sided_p_is_the_sum_over_every_count_that_is_no_more_likely(n, share, p):
    x, q = round(n * share), 1 - p
    bound = log_binomial(x, n, p, q) + 1e-7
    every = (log_binomial(y, n, p, q) for y in range(n + 1))
    expected = math.fsum(math.exp(log_p) for log_p in every if log_p <= bound)
    assert binomial.no_more_likely(x, n, p, q) == pytest.approx(min(expected, 1), rel=1e-9)


def test_one_tail_of_the_binomial_keeps_its_figures_at_1e_300():
    # exact: the sum of two terms, 1000 heads of 1000 and 999 of them
    assert binomial.at_least(999, 1000, 0.5, 0.5) == pytest.approx(1001 / 2**1000, rel=1e-9)
    assert binomial.at_most(1, 1000, 0.6, 0.4) == pytest.approx(0.4**1000 + 1000 * 0.6 * 0.4**999, rel=1e-9)


def test_events_of_a_billion_take_no_time():
    two = TwoRates(10**9, 2.0e9, 10**9 + 10**5, 2.0e9)
    assert TESTS["exact"].function(two).p == pytest.approx(TESTS["score"].function(two).p, rel=1e-3)
