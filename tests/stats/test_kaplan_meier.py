"""Kaplan-Meier curves, medians and survival at one time, against R's survival and by their properties."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.stats import registry
from gvhdcalc.stats.kaplan_meier import MEASURE, Survival, kaplan_meier
from gvhdcalc.stats.median_time import MEASURE as MEDIAN
from gvhdcalc.stats.median_time import quantile
from gvhdcalc.stats.survival_difference import MEASURE as DIFFERENCE
from gvhdcalc.stats.survival_difference import TwoSurvivals

from .against_reference import agrees, covers, figure, row_id, rows_of
from .survival_sets import REFERENCE, curve_of, expanded

SURVIVAL, MEDIANS = expanded(MEASURE), expanded(MEDIAN)
METHODS = registry.estimators(MEASURE)


@pytest.mark.parametrize("known", REFERENCE["curves"], ids=lambda row: f"{row['set']}-{row['arm']}")
def test_curves_are_those_of_r(known):
    curve = curve_of(known["set"], known["arm"])
    assert curve.total_events == known["events"]
    for time, survival, se, at_risk in zip(
        known["times"], known["survival"], known["se"], known["at_risk"], strict=True
    ):
        found = curve.at(time)
        assert found.estimate == pytest.approx(survival, rel=1e-6, abs=1e-15)
        assert found.se == pytest.approx(figure(se), rel=1e-6, nan_ok=True)
        assert curve.at_risk_at(time) == at_risk


@pytest.mark.parametrize("row", SURVIVAL, ids=row_id)
def test_survival_at_a_time(row):
    found = METHODS[row["method"]].function(curve_of(row["set"], row["arm"]).at(row["time"]), row["conf"])
    for field in ("estimate", "se", "lower", "upper"):
        expected = figure(row[field])
        assert getattr(found, field) == pytest.approx(expected, rel=1e-6, abs=1e-12, nan_ok=True), field
        assert not math.isnan(expected) or found.notes


@pytest.mark.parametrize("row", MEDIANS, ids=row_id)
def test_medians(row):
    method = registry.estimators(MEDIAN)[row["method"]]
    found = method.function(curve_of(row["set"], row["arm"]), row["conf"])
    for field in ("estimate", "lower", "upper"):
        assert getattr(found, field) == pytest.approx(figure(row[field]), rel=1e-6, nan_ok=True), field
    assert math.isfinite(found.estimate + found.lower + found.upper) or found.notes


@pytest.mark.parametrize("row", rows_of(REFERENCE, "quantile"), ids=row_id)
def test_quantiles(row):
    found = quantile(curve_of(row["set"], row["arm"]), row["quantile"], row["conf"], row["method"])
    for field in ("estimate", "lower", "upper"):
        assert getattr(found, field) == pytest.approx(figure(row[field]), rel=1e-6, nan_ok=True), field


@pytest.mark.parametrize("row", rows_of(REFERENCE, DIFFERENCE, f"{DIFFERENCE} test"), ids=row_id)
def test_two_curves_at_a_time(row):
    arms = TwoSurvivals(*(curve_of(row["set"], arm).at(row["time"]) for arm in (0, 1)))
    test = row["measure"] != DIFFERENCE
    methods = registry.tests(DIFFERENCE) if test else registry.estimators(DIFFERENCE)
    agrees(row, methods[row["method"]], arms)


def test_every_method_has_reference_values():
    for measure, rows in ((MEASURE, SURVIVAL), (MEDIAN, MEDIANS)):
        sources = dict.fromkeys(METHODS, REFERENCE["header"]["sources"][measure])
        covers({"header": {"sources": {measure: sources}}, "values": rows}, measure, registry.estimators(measure))


def test_closed_form_intervals_take_arrays():
    curve = curve_of("lung", 0)
    for method in METHODS.values():
        many = method.function(Survival(curve.survival, curve.se))
        for index in (0, 10, len(curve.time) - 1):
            one = method.function(Survival(float(curve.survival[index]), float(curve.se[index])))
            for field in ("estimate", "lower", "upper"):
                assert getattr(many, field)[index] == pytest.approx(getattr(one, field), rel=1e-12, nan_ok=True)


def test_survival_runs_from_1_and_is_not_known_after_the_last_observation():
    curve = kaplan_meier(np.array([2.0, 4.0, 6.0]), np.array([1, 1, 0]))
    assert curve.at(1.9) == Survival(1.0, 0.0)
    assert curve.at(2.0).estimate == pytest.approx(2 / 3)
    assert math.isnan(curve.at(6.1).estimate)
    assert kaplan_meier(np.array([2.0, 4.0]), np.array([1, 1])).at(9.0).estimate == 0


def test_censored_at_the_time_of_an_event_are_at_risk():
    assert kaplan_meier(np.array([3.0, 3.0]), np.array([1, 0])).survival.tolist() == [0.5]


patients_ = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(patients_)
def test_properties_of_the_curve(rows):
    time, event = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    curve = kaplan_meier(time, event)
    assert (np.diff(curve.survival, prepend=1.0) < 0).all()
    assert curve.total_events == event.sum()
    if event.all():  # without censoring it is the proportion that is left
        assert curve.survival == pytest.approx([(time > t).mean() for t in curve.time], abs=1e-12)
    # entry at 0 is no truncation
    same = kaplan_meier(time, event, np.zeros(len(time)))
    assert (same.survival == curve.survival).all()
    for method in METHODS.values():
        for point in (curve.at(t) for t in curve.time):
            narrow, wide = method.function(point, 0.9), method.function(point, 0.99)
            if not math.isnan(narrow.lower):
                assert wide.lower <= narrow.lower <= point.estimate <= narrow.upper <= wide.upper


@settings(max_examples=60, deadline=None)
@given(patients_, st.sampled_from([0.25, 0.5, 0.75]))
def test_properties_of_a_quantile(rows, p):
    time, event = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    curve = kaplan_meier(time, event)
    found = quantile(curve, p)
    assert math.isnan(found.lower) or found.lower <= found.estimate
    assert found.estimate <= found.upper
    assert quantile(kaplan_meier(10 * time, event), p).estimate == pytest.approx(10 * found.estimate)


def test_swapping_the_arms_negates_the_difference():
    one, two = curve_of("veteran", 0).at(100), curve_of("veteran", 1).at(100)
    method = registry.estimators(DIFFERENCE)["wald"]
    forward, back = method.function(TwoSurvivals(one, two)), method.function(TwoSurvivals(two, one))
    assert (back.estimate, back.lower, back.upper) == (-forward.estimate, -forward.upper, -forward.lower)
    assert forward.p == back.p
    for test in registry.tests(DIFFERENCE).values():
        assert test.function(TwoSurvivals(one, two)).p == pytest.approx(test.function(TwoSurvivals(two, one)).p)
