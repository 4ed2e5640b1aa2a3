"""Intervals of a cumulative incidence on each scale: R's values, what a printed interval says, properties."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gvhdcalc.stats.cumulative_incidence import (
    MEASURE,
    SCALES,
    Fit,
    Incidence,
    attainable,
    fit_every_scale,
    interval_corners,
    read_interval,
    scale_of_all,
)
from gvhdcalc.stats.registry import estimators

METHODS = estimators(MEASURE)
EVERY = pytest.mark.parametrize("key", METHODS)
CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "reference" / "cumulative_incidence.json").read_text()
)["intervals"]

incidences = st.floats(0.001, 0.999)
errors = st.floats(1e-5, 0.5)
levels = st.floats(0.5, 0.999)


def printed(text: str) -> tuple[float, tuple[float, float]]:
    """A percentage with one decimal, and the fractions that round to it."""
    tenths = round(float(text) * 10)
    return tenths / 1000, ((tenths - 0.5) / 1000, (tenths + 0.5) / 1000)


def fits(estimate: str, lower: str, upper: str) -> dict[str, Fit]:
    """Every scale's reading of three printed percentages."""
    (f, f_range), (low, low_range), (high, high_range) = map(printed, (estimate, lower, upper))
    return fit_every_scale(f, low, high, (f_range, low_range, high_range))


def test_the_scales_are_those_documented_and_the_default_is_log_log_f() -> None:
    assert list(METHODS) == ["plain", "log", "log-s", "log-log-f", "log-log-s", "logit", "arcsine-sqrt"]
    assert list(METHODS) == list(SCALES)
    assert [key for key, method in METHODS.items() if method.default] == ["log-log-f"]


def test_there_are_at_least_20_reference_cases_for_each_scale() -> None:
    counted = Counter(case["method"] for case in CASES)
    assert set(counted) == set(METHODS)
    assert min(counted.values()) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['method']}-{case['source']}-{case['f']:.4g}")
def test_limits_are_those_of_r(case: dict[str, Any]) -> None:
    found = METHODS[case["method"]].function(Incidence(case["f"], case["se"]), case["conf"])
    assert (found.lower, found.upper) == pytest.approx((case["lower"], case["upper"]), rel=1e-6, abs=1e-15)


@pytest.mark.parametrize(
    "case", [case for case in CASES if "events" in case], ids=lambda case: f"{case['method']}-{case['events']}"
)
def test_counts_without_censoring_are_those_of_metafor(case: dict[str, Any]) -> None:
    found = METHODS[case["method"]].function(Incidence.from_counts(case["events"], case["total"]), case["conf"])
    assert (found.lower, found.upper) == pytest.approx((case["lower"], case["upper"]), rel=1e-6, abs=1e-15)


# a limit that was cut at 0 or 1 has lost what it said of the standard error
UNCUT = [case for case in CASES if case["lower"] > 0 and case["upper"] < 1 - 1e-9]


@pytest.mark.parametrize("case", UNCUT, ids=lambda case: f"{case['method']}-{case['source']}-{case['f']:.4g}")
def test_the_standard_error_of_r_is_read_back_from_its_limits(case: dict[str, Any]) -> None:
    key = case["method"]
    found = read_interval(case["f"], case["lower"], case["upper"], case["conf"], key)
    # where F is within 1e-4 of an end, the limits' own rounding leaves fewer figures
    near_an_end = min(case["f"], 1 - case["f"]) < 1e-3 or case["se"] < 1e-5
    assert found.plain_se == pytest.approx(case["se"], rel=1e-4 if near_an_end else 1e-6)
    assert found.centre == pytest.approx(case["f"], rel=1e-4 if near_an_end else 1e-6)


def test_each_scale_has_enough_limits_to_read_back() -> None:
    assert min(Counter(case["method"] for case in UNCUT).values()) >= 20


# Freireich's remission times, 6-MP arm, at 10 weeks: S = 0.753 with Greenwood's SE 0.0963; the summary of R's survfit
# with conf.type "log-log" prints 0.503 to 0.889.
def test_six_mercaptopurine_arm_at_ten_weeks() -> None:
    found = METHODS["log-log-s"].function(Incidence(1 - 0.7529412, 0.0963461))
    assert (1 - found.upper, 1 - found.lower) == pytest.approx((0.503, 0.889), abs=5e-4)


@EVERY
@given(f=incidences, se=errors, conf=levels)
def test_an_interval_contains_its_estimate_and_stays_within_0_and_1(key: str, f: float, se: float, conf: float) -> None:
    found = METHODS[key].function(Incidence(f, se), conf)
    assert 0 <= found.lower <= f * (1 + 1e-12) and f * (1 - 1e-12) <= found.upper <= 1


@EVERY
@given(f=incidences, se=errors, conf=st.tuples(levels, levels))
def test_more_confidence_gives_a_wider_interval(key: str, f: float, se: float, conf: tuple[float, float]) -> None:
    less, more = sorted(conf)
    narrow, wide = (METHODS[key].function(Incidence(f, se), level) for level in (less, more))
    assert wide.lower <= narrow.lower * (1 + 1e-12) and narrow.upper * (1 - 1e-12) <= wide.upper


@pytest.mark.parametrize(
    ("key", "mirrored"),
    [("plain", "plain"), ("log", "log-s"), ("log-log-f", "log-log-s"), ("logit", "logit"), ("arcsine-sqrt",) * 2],
)
@given(f=st.floats(0.01, 0.99), se=st.floats(1e-4, 0.3), conf=levels)
def test_the_interval_of_1_minus_f_is_its_complement_on_the_mirrored_scale(
    key: str, mirrored: str, f: float, se: float, conf: float
) -> None:
    one = METHODS[key].function(Incidence(f, se), conf)
    two = METHODS[mirrored].function(Incidence(1 - f, se), conf)
    assert (1 - two.upper, 1 - two.lower) == pytest.approx((one.lower, one.upper), abs=1e-11)


@EVERY
@given(f=st.floats(0.05, 0.95), se=st.floats(0.001, 0.1), conf=st.floats(0.8, 0.99))
def test_an_interval_is_symmetric_on_its_own_scale(key: str, f: float, se: float, conf: float) -> None:
    made = METHODS[key].function(Incidence(f, se), conf)
    assume(made.lower > 1e-9 and made.upper < 1 - 1e-9)  # not cut, and with figures left
    read = read_interval(f, made.lower, made.upper, conf, key)
    assert (read.centre, read.plain_se, read.se) == pytest.approx((f, se, made.se), rel=1e-6)


@EVERY
@given(f=st.floats(0.02, 0.98), se=st.floats(0.005, 0.15))
def test_an_interval_rounded_for_print_is_consistent_with_the_scale_it_was_made_on(
    key: str, f: float, se: float
) -> None:
    made = METHODS[key].function(Incidence(f, se))
    shown = [f"{100 * value:.1f}" for value in (f, made.lower, made.upper)]
    assert fits(*shown)[key].consistent


@EVERY
def test_arrays_give_what_single_figures_give(key: str) -> None:
    f = np.array([0.0, 1e-6, 0.05, 0.395, 0.5, 0.627, 0.9, 0.9999, 1.0])
    se = np.array([0.0, 1e-6, 0.02, 0.05, 0.3, 0.05, 0.2, 1e-4, 0.0])
    many = METHODS[key].function(Incidence(f, se), 0.9)
    for index, (one_f, one_se) in enumerate(zip(f.tolist(), se.tolist(), strict=True)):
        one = METHODS[key].function(Incidence(one_f, one_se), 0.9)
        for field in ("estimate", "lower", "upper", "se"):
            assert getattr(many, field)[index] == pytest.approx(getattr(one, field), rel=1e-12, abs=1e-300, nan_ok=True)
        at_this_one = [str(note) for note in many.notes if np.broadcast_to(note.where, f.shape)[index]]
        assert at_this_one == [str(note) for note in one.notes]


@EVERY
def test_arrays_are_read_as_single_figures_are(key: str) -> None:
    f, lower, upper = np.array([0.395, 0.627, 0.101]), np.array([0.293, 0.514, 0.052]), np.array([0.494, 0.721, 0.171])
    many = read_interval(f, lower, upper, 0.95, key)
    for index in range(3):
        one = read_interval(float(f[index]), float(lower[index]), float(upper[index]), 0.95, key)
        for field in ("se", "plain_se", "centre"):
            assert getattr(many, field)[index] == pytest.approx(getattr(one, field), rel=1e-12)


@pytest.mark.parametrize(
    ("key", "at_zero", "at_one"),
    [
        ("plain", True, True),
        ("log", False, True),
        ("log-s", True, False),
        ("log-log-f", False, False),
        ("log-log-s", False, False),
        ("logit", False, False),
        ("arcsine-sqrt", False, False),
    ],
)
def test_at_0_and_1_a_scale_that_does_not_exist_gives_nan_and_says_so(key: str, at_zero: bool, at_one: bool) -> None:
    for f, exists in ((0.0, at_zero), (1.0, at_one)):
        for se in (0.0, 0.02):
            found = METHODS[key].function(Incidence(f, se))
            assert math.isnan(found.lower) is math.isnan(found.upper) is (not exists)
            said = [note for note in found.notes if "does not exist" in note]
            assert bool(said) is (not exists)
            if exists:
                assert found.lower <= f <= found.upper


def test_a_limit_that_passes_an_end_is_cut_there_and_a_note_says_so() -> None:
    below = METHODS["plain"].function(Incidence(0.01, 0.02))
    above = METHODS["log"].function(Incidence(0.9, 0.1))
    assert below.lower == 0 and any("below 0" in note for note in below.notes)
    assert above.upper == 1 and any("above 1" in note for note in above.notes)


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
def test_without_censoring_the_effective_size_is_the_size_and_the_implied_events_the_events(
    group: tuple[int, int],
) -> None:
    events, total = group
    assume(events < total)
    found = Incidence.from_counts(events, total)
    assert found.effective_size == pytest.approx(total, rel=1e-6)
    assert found.implied_events == pytest.approx(events, rel=1e-6)


def test_no_events_and_all_events_have_no_standard_error_and_no_effective_size() -> None:
    for events in (0, 7):
        found = Incidence.from_counts(events, 7)
        assert found.se == 0
        assert math.isnan(found.effective_size)


def test_the_abstract_s_intervals_are_on_log_log_f_and_on_no_other_scale() -> None:
    for figures in ("39.5 29.3 49.4", "62.7 51.4 72.1", "10.1 5.2 17.1", "13.5 7.5 21.2"):
        assert [key for key, found in fits(*figures.split()).items() if found.consistent] == ["log-log-f"]


def test_a_symmetric_interval_is_plain_and_its_distance_is_the_least() -> None:
    found = fits("50.0", "40.0", "60.0")
    assert found["plain"].consistent and found["plain"].distance == 0
    # F = 1/2 is the centre of these two as well, by symmetry
    assert found["logit"].consistent and found["arcsine-sqrt"].consistent
    assert not found["log"].consistent and not found["log-log-f"].consistent


def test_a_lower_limit_printed_as_0_may_have_been_cut() -> None:
    found = fits("2.0", "0.0", "5.9")
    assert found["plain"].consistent and found["plain"].cut
    assert not found["logit"].cut


def test_a_limit_of_0_says_nothing_on_a_scale_that_does_not_reach_0() -> None:
    found = read_interval(0.02, 0.0, 0.06, 0.95, "log-log-f")
    assert math.isnan(found.se) and math.isnan(found.plain_se) and math.isnan(found.centre)
    assert read_interval(0.02, 0.0, 0.06, 0.95, "plain").plain_se == pytest.approx(0.06 / (2 * 1.959963984540054))


def test_an_unknown_scale_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        read_interval(0.4, 0.3, 0.5, 0.95, "probit")


def test_scales_are_ordered_by_fit_and_the_best_for_two_intervals_fits_both() -> None:
    first, second = fits("39.5", "29.3", "49.4"), fits("50.0", "40.0", "60.0")
    assert next(iter(first)) == "log-log-f"
    order = [fit.consistent for fit in second.values()]
    assert order == sorted(order, reverse=True)
    assert scale_of_all(first, first) == ("log-log-f", True)
    assert scale_of_all(second) == ("plain", True)
    best, shared = scale_of_all(first, second)
    assert not shared
    assert best in SCALES


@EVERY
def test_the_limits_at_another_level_attainable_from_print_hold_those_of_the_exact_figures(key: str) -> None:
    made = METHODS[key].function(Incidence(0.3951, 0.0514))
    f, low, high = (printed(f"{100 * value:.1f}")[1] for value in (0.3951, made.lower, made.upper))
    allowed = attainable(METHODS[key].function, interval_corners((f, low, high), 0.95, key), 0.9)
    exact = METHODS[key].function(Incidence(0.3951, 0.0514), 0.9)
    for figure in ("estimate", "lower", "upper"):
        assert allowed[figure][0] <= getattr(exact, figure) <= allowed[figure][1]
        assert allowed[figure][1] - allowed[figure][0] < 0.003


def test_a_limit_without_standard_error_is_noted() -> None:
    nothing = METHODS["log-log-f"].function(Incidence.from_interval(0.02, 0.0, 0.06))
    assert math.isnan(nothing.lower)
    assert any("no standard error" in note for note in nothing.notes)
