"""Two cumulative incidences at one time: R's values and properties."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import registry
from gvhdcalc.stats.cumulative_incidence import MEASURE, Incidence, Ranges, attainable
from gvhdcalc.stats.cumulative_incidence_comparison import (
    DIFFERENCE,
    HAZARDS,
    RATIO,
    TwoIncidences,
    corners,
)
from gvhdcalc.stats.namespace import z_for
from gvhdcalc.stats.registry import Method, estimators

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "cumulative_incidence.json").read_text())
COMPARISONS: list[dict[str, Any]] = REFERENCE["comparisons"]
TESTS: list[dict[str, Any]] = REFERENCE["tests"]
MEASURES: dict[str, Method] = {
    measure: next(iter(estimators(measure).values())) for measure in (DIFFERENCE, RATIO, HAZARDS)
}
EVERY = pytest.mark.parametrize("measure", MEASURES)

arms = st.builds(Incidence, st.floats(0.01, 0.99), st.floats(0.001, 0.2))
pairs = st.builds(TwoIncidences, arms, arms)


def test_every_method_has_at_least_20_reference_cases() -> None:
    assert min(Counter(case["measure"] for case in COMPARISONS).values()) >= 20
    assert set(Counter(case["measure"] for case in COMPARISONS)) == set(MEASURES)
    counted = Counter(case["method"] for case in TESTS)
    assert set(counted) == set(registry.tests(MEASURE))
    assert min(counted.values()) >= 20


@pytest.mark.parametrize("case", COMPARISONS, ids=lambda case: f"{case['measure']}-{case['counts']}-{case['conf']}")
def test_comparisons_without_censoring_are_those_of_binomial_regression(case: dict[str, Any]) -> None:
    found = MEASURES[case["measure"]].function(TwoIncidences.from_counts(*case["counts"]), case["conf"])
    for field in ("estimate", "lower", "upper", "se", "statistic", "p"):
        assert getattr(found, field) == pytest.approx(case[field], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("case", TESTS, ids=lambda case: f"{case['method']}-{case['f']}")
def test_tests_on_each_scale_are_those_of_r(case: dict[str, Any]) -> None:
    both = TwoIncidences(*(Incidence(f, se) for f, se in zip(case["f"], case["se"], strict=True)))
    found = registry.tests(MEASURE)[case["method"]].function(both)
    assert found.statistic**2 == pytest.approx(case["chi2"], rel=1e-6, abs=1e-12)
    assert found.p == pytest.approx(case["p"], rel=1e-6, abs=1e-300)


@given(pairs)
def test_swapping_the_arms_negates_the_difference_and_inverts_the_ratios(both: TwoIncidences) -> None:
    swapped = TwoIncidences(both.second, both.first)
    for measure, method in MEASURES.items():
        one, two = method.function(both), method.function(swapped)
        if measure == DIFFERENCE:
            assert (-two.estimate, -two.upper, -two.lower) == pytest.approx((one.estimate, one.lower, one.upper))
        else:
            assert (1 / two.estimate, 1 / two.upper, 1 / two.lower) == pytest.approx(
                (one.estimate, one.lower, one.upper), rel=1e-9
            )
        assert two.p == pytest.approx(one.p, rel=1e-9)


@EVERY
@given(both=pairs, conf=st.floats(0.5, 0.999))
def test_the_interval_holds_no_effect_exactly_when_p_is_above_alpha(
    measure: str, both: TwoIncidences, conf: float
) -> None:
    found = MEASURES[measure].function(both, conf)
    none = 0.0 if measure == DIFFERENCE else 1.0
    if abs(abs(found.statistic) - z_for(conf)) > 1e-9:
        assert (found.lower < none < found.upper) == (found.p > 1 - conf)
    assert found.lower <= found.estimate <= found.upper


@given(pairs)
def test_the_p_of_a_comparison_is_that_of_the_test_on_its_scale(both: TwoIncidences) -> None:
    for measure, key in ((DIFFERENCE, "plain"), (RATIO, "log"), (HAZARDS, "log-log-s")):
        assert MEASURES[measure].function(both).p == registry.tests(MEASURE)[key].function(both).p


@EVERY
def test_arrays_give_what_single_figures_give(measure: str) -> None:
    f1, s1 = np.array([0.0, 0.1, 0.395, 1.0, 0.5]), np.array([0.0, 0.03, 0.05, 0.0, 0.05])
    f0, s0 = np.array([0.1, 0.135, 0.627, 1.0, 0.5]), np.array([0.03, 0.03, 0.05, 0.0, 0.0])
    many = MEASURES[measure].function(TwoIncidences(Incidence(f1, s1), Incidence(f0, s0)))
    for index in range(len(f1)):
        one = MEASURES[measure].function(
            TwoIncidences(
                Incidence(float(f1[index]), float(s1[index])), Incidence(float(f0[index]), float(s0[index]))
            )
        )
        for field in ("estimate", "lower", "upper", "se", "statistic", "p"):
            assert getattr(many, field)[index] == pytest.approx(getattr(one, field), rel=1e-12, nan_ok=True)
        assert [str(note) for note in many.notes if note.where[index]] == [str(note) for note in one.notes]


def test_under_proportional_hazards_the_ratio_is_the_hazard_ratio_at_every_time() -> None:
    for survival in (0.99, 0.7, 0.2):
        both = TwoIncidences(Incidence(1 - survival**0.55, 0.01), Incidence(1 - survival, 0.01))
        assert MEASURES[HAZARDS].function(both).estimate == pytest.approx(0.55)


def test_an_arm_without_events_has_a_difference_but_no_ratio_interval() -> None:
    both = TwoIncidences.from_counts(0, 20, 5, 20)
    assert MEASURES[DIFFERENCE].function(both).estimate == -0.25
    for measure in (RATIO, HAZARDS):
        found = MEASURES[measure].function(both)
        assert found.estimate == 0
        assert math.isnan(found.lower) and math.isnan(found.p)
        assert any("does not exist" in note for note in found.notes)


def test_no_events_in_either_arm_leaves_nothing_to_test() -> None:
    both = TwoIncidences.from_counts(0, 20, 0, 20)
    for measure, method in MEASURES.items():
        found = method.function(both)
        assert math.isnan(found.p)
        assert found.notes
        assert (found.estimate == 0) is (measure == DIFFERENCE)


FIRST: Ranges = ((0.3945, 0.3955), (0.2925, 0.2935), (0.4935, 0.4945))
SECOND: Ranges = ((0.6265, 0.6275), (0.5135, 0.5145), (0.7205, 0.7215))
inside = st.floats(0, 1)


@EVERY
@given(shares=st.tuples(*[inside] * 6))
def test_figures_inside_their_rounding_give_results_inside_what_is_attainable(
    measure: str, shares: tuple[float, ...]
) -> None:
    def arm(ranges: Ranges, at: tuple[float, ...]) -> Incidence:
        f, lower, upper = (low + share * (high - low) for (low, high), share in zip(ranges, at, strict=True))
        return Incidence.from_interval(f, lower, upper)

    both = TwoIncidences(arm(FIRST, shares[:3]), arm(SECOND, shares[3:]))
    found = MEASURES[measure].function(both)
    allowed = attainable(MEASURES[measure].function, corners(FIRST, SECOND, 0.95, "log-log-f"), 0.95)
    for figure in ("estimate", "lower", "upper", "p"):
        low, high = allowed[figure]
        assert low - 1e-12 <= getattr(found, figure) <= high + 1e-12


def test_p_can_be_1_where_rounding_lets_the_arms_be_equal() -> None:
    alike: Ranges = ((0.395, 0.405), (0.295, 0.305), (0.495, 0.505))
    allowed = attainable(MEASURES[DIFFERENCE].function, corners(alike, alike, 0.95, "plain"), 0.95)
    assert allowed["estimate"] == pytest.approx((-0.01, 0.01))
    assert allowed["p"][1] == 1


def test_nothing_is_attainable_where_the_scale_does_not_exist() -> None:
    none: Ranges = ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))
    assert attainable(MEASURES[RATIO].function, corners(none, none, 0.95, "log"), 0.95) == {}
