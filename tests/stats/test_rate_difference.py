"""The difference of two rates."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import registry
from gvhdcalc.stats.namespace import z_for
from gvhdcalc.stats.rate_difference import MEASURE
from gvhdcalc.stats.two_rates import TwoRates

from .against_reference import agrees, covers, load, rounds_to, row_id, rows_of

REFERENCE = load("rates")
CASES = {row["id"]: TwoRates(row["x1"], row["t1"], row["x0"], row["t0"]) for row in REFERENCE["pairs"]}
ESTIMATORS = registry.estimators(MEASURE)

by_estimator = pytest.mark.parametrize("method", ESTIMATORS.values(), ids=lambda m: m.key)
counts = st.integers(0, 60)
times = st.floats(1e-2, 1e4)
rates = st.tuples(counts, times, counts, times).map(lambda r: TwoRates(*r))


def exchanged(two):
    return TwoRates(two.events0, two.time0, two.events1, two.time1)


def scale(row):
    return 1e-9 * max(abs(row.lower), abs(row.upper))


@pytest.mark.parametrize("row", rows_of(REFERENCE, MEASURE), ids=row_id)
def test_agrees_with_r(row):
    agrees(row, ESTIMATORS[row["method"]], CASES[row["id"]])


def test_no_method_without_reference():
    covers(REFERENCE, MEASURE, ESTIMATORS)


def test_published_interval_of_stata():
    # Stata's page on the incidence-rate ratio calculator: iri 41 15 28010 19017
    row = ESTIMATORS["wald"].function(TwoRates(41, 28010, 15, 19017))
    assert rounds_to(row.estimate, "0.000675")
    assert rounds_to(row.lower, "0.0000749")
    assert rounds_to(row.upper, "0.0012751")


# Per 100,000, OpenEpi's printed output for two strata and the crude table; its normal quantile is approximate.
@pytest.mark.parametrize(
    ("two", "estimate", "lower", "upper"),
    [
        (TwoRates(17, 1.00025, 3, 1.22268), 14.54, 6.00, 23.08),
        (TwoRates(8, 0.78531, 1, 0.77932), 8.904, 1.411, 16.40),
        (TwoRates(25, 1.78556, 4, 2.00200), 12.00, 6.176, 17.83),
    ],
)
def test_published_interval_of_openepi(two, estimate, lower, upper):
    row = ESTIMATORS["wald"].function(two)
    assert (row.estimate, row.lower, row.upper) == pytest.approx((estimate, lower, upper), rel=1e-3)


def test_score_limits_without_any_event_are_z_squared_over_the_time():
    # with x1 = x0 = 0 the statistic at a difference d is d^2 t/d: the limits are -z^2/t0 and z^2/t1
    row = ESTIMATORS["score"].function(TwoRates(0, 10.0, 0, 20.0), 0.95)
    assert row.lower == pytest.approx(-3.841458820694124 / 20, rel=1e-12)
    assert row.upper == pytest.approx(3.841458820694124 / 10, rel=1e-12)


@by_estimator
def test_arrays_give_the_same_as_single_tables(method):
    cases = list(CASES.values())
    columns = zip(*((c.events1, c.time1, c.events0, c.time0) for c in cases), strict=True)
    many = method.function(TwoRates(*(np.array(column, dtype=float) for column in columns)), 0.95)
    for index, case in enumerate(cases):
        one = method.function(case, 0.95)
        for field in ("estimate", "lower", "upper"):
            got, expected = getattr(many, field)[index], getattr(one, field)
            assert got == pytest.approx(expected, rel=1e-12, abs=0, nan_ok=True)


@by_estimator
@given(two=rates)
def test_swapping_the_arms_negates(method, two):
    row, negated = method.function(two, 0.95), method.function(exchanged(two), 0.95)
    assert negated.estimate == pytest.approx(-row.estimate, rel=1e-12)
    assert negated.lower == pytest.approx(-row.upper, rel=1e-9, abs=scale(row))
    assert negated.upper == pytest.approx(-row.lower, rel=1e-9, abs=scale(row))


@by_estimator
@given(two=rates)
def test_interval_holds_the_estimate_and_widens_with_the_level(method, two):
    narrow, wide = method.function(two, 0.9), method.function(two, 0.99)
    slack = scale(wide)
    assert wide.lower <= narrow.lower + slack
    assert narrow.lower <= narrow.estimate + slack
    assert narrow.estimate <= narrow.upper + slack
    assert narrow.upper <= wide.upper + slack


@by_estimator
@given(two=rates)
def test_interval_and_test_of_one_method_agree_at_alpha(method, two):
    row = method.function(two, 0.95)
    if math.isnan(row.p) or abs(row.p - 0.05) < 1e-9:
        return
    assert (row.lower > 0 or row.upper < 0) == (row.p < 0.05)


@given(two=rates, conf=st.floats(0.5, 0.9999))
def test_score_limits_solve_the_score_equation(two, conf):
    """At each limit (d - RD)^2 is z^2 times the variance at the restricted estimates, here from their quadratic."""
    row = ESTIMATORS["score"].function(two, conf)
    x1, t1, x0, t0 = two.events1, two.time1, two.events0, two.time0
    for limit in (row.lower, row.upper):
        # the first rate is q + limit: (t1 + t0) q^2 + (limit (t1 + t0) - x1 - x0) q - x0 limit = 0
        total = t1 + t0
        b = limit * total - x1 - x0
        q = (-b + math.sqrt(max(b * b + 4 * total * x0 * limit, 0.0))) / (2 * total)
        variance = max(q + limit, 0) / t1 + max(q, 0) / t0
        squared = (row.estimate - limit) ** 2
        assert squared == pytest.approx(z_for(conf) ** 2 * variance, rel=1e-5, abs=1e-12 * (limit**2 + variance))
