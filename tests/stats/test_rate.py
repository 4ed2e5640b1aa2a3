"""One rate and the standardised mortality ratio."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import poisson, registry
from gvhdcalc.stats.rate import MEASURE, SMR, OneRate

from .against_reference import agrees, covers, load, rounds_to, row_id, rows_of

REFERENCE = load("rates")
CASES = {row["id"]: OneRate(row["x"], row["t"]) for row in REFERENCE["rates"]}
ESTIMATORS = registry.estimators(MEASURE)
SMR_TESTS = registry.tests(SMR)
TESTED = f"{SMR}, test"

by_estimator = pytest.mark.parametrize("method", ESTIMATORS.values(), ids=lambda m: m.key)
counts = st.integers(0, 200)
times = st.floats(1e-3, 1e6)


@pytest.mark.parametrize("row", rows_of(REFERENCE, MEASURE, SMR), ids=row_id)
def test_interval_agrees_with_r(row):
    agrees(row, registry.estimators(row["measure"])[row["method"]], CASES[row["id"]])


@pytest.mark.parametrize("row", rows_of(REFERENCE, TESTED), ids=row_id)
def test_test_agrees_with_r(row):
    agrees(row, SMR_TESTS[row["method"]], CASES[row["id"]])


def test_no_method_without_reference():
    covers(REFERENCE, MEASURE, ESTIMATORS)
    covers(REFERENCE, SMR, registry.estimators(SMR))
    covers(REFERENCE, TESTED, SMR_TESTS)


# The 95% limits of the Poisson mean for 0 to 10 events, a table in every textbook since Garwood 1936.
@pytest.mark.parametrize(
    ("method", "events", "time", "lower", "upper"),
    [
        ("garwood", 0, 1, "0.000", "3.689"),
        ("garwood", 1, 1, "0.0253", "5.572"),
        ("garwood", 2, 1, "0.2422", "7.225"),
        ("garwood", 5, 1, "1.623", "11.668"),
        ("garwood", 10, 1, "4.795", "18.390"),
    ],
)
def test_published_limits_of_a_count(method, events, time, lower, upper):
    row = ESTIMATORS[method].function(OneRate(events, time))
    assert rounds_to(row.lower, lower)
    assert rounds_to(row.upper, upper)


# Rates per 100,000 in OpenEpi's printed output of two groups. Its normal quantile is approximate (as 1.9596 for 1.96).
@pytest.mark.parametrize(
    ("events", "time", "lower", "upper"),
    [
        (17, 1.00025, 9.895, 27.21),
        (3, 1.22268, 0.4932, 7.169),
        (20, 2.22293, 5.494, 13.90),
        (8, 0.78531, 4.387, 20.07),
        (25, 1.78556, 9.059, 20.67),
        (4, 2.00200, 0.5376, 5.115),
    ],
)
def test_published_byar_limits_of_openepi(events, time, lower, upper):
    row = ESTIMATORS["byar"].function(OneRate(events, time))
    assert (row.lower, row.upper) == pytest.approx((lower, upper), rel=4e-4)


def as_arrays(cases):
    columns = zip(*((c.events, c.time) for c in cases), strict=True)
    return OneRate(*(np.array(column, dtype=float) for column in columns))


@by_estimator
def test_arrays_give_the_same_as_single_rates(method):
    cases = list(CASES.values())
    many = method.function(as_arrays(cases), 0.95)
    for index, case in enumerate(cases):
        one = method.function(case, 0.95)
        for field in ("estimate", "lower", "upper"):
            got, expected = getattr(many, field)[index], getattr(one, field)
            assert got == pytest.approx(expected, rel=1e-12, abs=0, nan_ok=True)


@pytest.mark.parametrize("method", [m for m in SMR_TESTS.values() if m.closed_form], ids=lambda m: m.key)
def test_arrays_give_the_same_p_as_single_rates(method):
    cases = list(CASES.values())
    many = method.function(as_arrays(cases))
    assert many.p.tolist() == pytest.approx([method.function(case).p for case in cases], rel=1e-12, abs=0)


@by_estimator
@given(events=counts, time=times)
def test_interval_holds_the_rate_widens_with_the_level_and_scales_with_the_time(method, events, time):
    narrow, wide = (method.function(OneRate(events, time), conf) for conf in (0.9, 0.99))
    assert narrow.estimate == pytest.approx(events / time, rel=1e-15)
    if math.isnan(narrow.lower):
        assert narrow.notes
        return
    if method.key == "byar-rothman" and events == 0:  # its lower limit is not 0
        assert wide.upper > narrow.upper > 0
        return
    assert wide.lower <= narrow.lower <= narrow.estimate <= narrow.upper <= wide.upper
    scaled = method.function(OneRate(events, time * 100), 0.9)
    assert scaled.upper * 100 == pytest.approx(narrow.upper, rel=1e-12)


@pytest.mark.parametrize(("interval", "test"), [("garwood", "exact-central"), ("mid-p", "mid-p"), ("score", "score")])
@given(events=counts, expected=st.floats(0.05, 200))
def test_interval_and_test_agree_at_alpha(interval, test, events, expected):
    ratio = OneRate(events, expected)
    row, p = ESTIMATORS[interval].function(ratio, 0.95), SMR_TESTS[test].function(ratio).p
    if abs(p - 0.05) > 1e-9:
        assert (row.lower > 1 or row.upper < 1) == (p < 0.05)


@given(events=counts, mean=st.floats(1e-3, 300))
def test_tails_add_up(events, mean):
    below, above = poisson.at_most(events, mean), poisson.at_least(events + 1, mean)
    assert below + above == pytest.approx(1, rel=1e-12)
    probability = math.exp(poisson.log_probability(events, mean))
    assert poisson.at_most(events, mean) - poisson.at_most(events - 1, mean) == pytest.approx(probability, abs=1e-13)


@given(events=counts, mean=st.floats(1e-2, 100))
def test_two_sided_p_is_the_sum_over_every_count_that_is_no_more_likely(events, mean):
    bound = poisson.log_probability(events, mean) + 1e-7
    every = (poisson.log_probability(y, mean) for y in range(1000))
    assert poisson.no_more_likely(events, mean) == pytest.approx(
        math.fsum(math.exp(log_p) for log_p in every if log_p <= bound), rel=1e-9
    )


# R 4.2: 2*ppois(2, 700), and 2*(ppois(1, 700) + dpois(2, 700)/2)
@pytest.mark.parametrize(("key", "p"), [("exact-central", 4.84506477296e-299), ("mid-p", 2.42944401974e-299)])
def test_p_of_a_count_far_from_its_expectation_keeps_its_figures(key, p):
    assert SMR_TESTS[key].function(OneRate(2, 700.0)).p == pytest.approx(p, rel=1e-9, abs=0)


def test_counts_of_a_billion_take_no_time():
    row = OneRate(10**9, 1.0e9 + 5e4)
    assert SMR_TESTS["exact"].function(row).p == pytest.approx(SMR_TESTS["exact-central"].function(row).p, rel=1e-3)
