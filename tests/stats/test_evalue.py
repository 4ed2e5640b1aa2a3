"""The E-value: against R, the paper's and the package's printed figures, and properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import evalue, registry
from gvhdcalc.stats.evalue import Association, threshold
from gvhdcalc.stats.two_by_two import TwoByTwo
from tests.stats.against_reference import figure, load, rounds_to

ROWS = load("impact")["e_values"]
METHODS = registry.estimators(evalue.MEASURE)
ratios = st.floats(0.01, 100)


def close(value, expected):
    assert value == pytest.approx(figure(expected), rel=1e-6, nan_ok=True)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['method']}-{row['id']}")
def test_agrees_with_r(row):
    method = METHODS[row["method"]]
    if row["method"] == "risk-difference":
        result, true = method.function(TwoByTwo(*(row[cell] for cell in "abcd")), 0.95, row["true"]), 1.0
        close(result.estimate, row["rr"])
        close(result.lower, row["rr_lower"])
    else:
        result = method.function(Association(*(figure(row[name]) for name in ("estimate", "lower", "upper"))))
        point = Association(figure(row["true"]), math.nan, math.nan)
        true = method.function(point).estimate
        for name in ("estimate", "lower", "upper"):
            close(getattr(result, name), row["rr" if name == "estimate" else f"rr_{name}"])
    own, limit = evalue.values(result, true)
    close(own.value, row["e_value"])
    close(limit.value, row["e_value_limit"])


@pytest.mark.parametrize("key", METHODS)
def test_every_method_has_reference_values(key):
    assert load("impact")["header"]["sources"][evalue.MEASURE][key]
    assert len({row["id"] for row in ROWS if row["method"] == key}) >= 20


# Printed figures: VanderWeele & Ding 2017 (3.9, 1.8 to 8.7: E-values 7.26 and 3.00; also the R package episensr),
# and the vignette of the R package EValue (10.73, 8.02 to 14.36; Hammond & Horn's counts under evalues.RD).
@pytest.mark.parametrize(
    ("method", "printed", "e", "limit"),
    [
        ("risk-ratio", (3.9, 1.8, 8.7), "7.263034", "3.00"),
        ("risk-ratio", (10.73, 8.02, 14.36), "20.94777", "15.52336"),
        ("risk-ratio", (0.80, 0.71, 0.91), "1.81", "1.43"),
    ],
)
def test_published(method, printed, e, limit):
    own, other = evalue.values(METHODS[method].function(Association(*printed)))
    assert rounds_to(own.value, e)
    assert rounds_to(other.value, limit)


@given(ratio=ratios, true=ratios)
def test_the_joint_bounding_factor_is_the_ratio_over_the_true_one(ratio, true):
    e = threshold(ratio, true)
    assert e >= 1
    assert e * e / (2 * e - 1) == pytest.approx(max(ratio / true, true / ratio))
    assert threshold(1 / ratio, 1 / true) == pytest.approx(e)
    assert threshold(true, ratio) == pytest.approx(e)


@given(ratio=ratios, narrow=st.floats(1.01, 3), wide=st.floats(1.01, 3))
def test_the_limit_needs_no_more_confounding_than_the_estimate(ratio, narrow, wide):
    for key in ("risk-ratio", "square-root", "hazard-ratio"):
        row = METHODS[key].function(Association(ratio, ratio / narrow, ratio * wide))
        own, limit = evalue.values(row)
        assert 1 <= limit.value <= own.value + 1e-12
        if row.lower <= 1 <= row.upper:
            assert limit.value == 1


@given(ratio=ratios)
def test_conversions_turn_over_with_the_ratio_and_draw_it_to_one(ratio):
    for key in ("square-root", "hazard-ratio"):
        one = METHODS[key].function(Association(ratio, math.nan, math.nan)).estimate
        other = METHODS[key].function(Association(1 / ratio, math.nan, math.nan)).estimate
        assert one * other == pytest.approx(1)
        assert abs(math.log(one)) <= abs(math.log(ratio)) + 1e-12


@pytest.mark.parametrize("key", [key for key in METHODS if key != "risk-difference"])
def test_arrays_give_what_plain_numbers_give(key):
    rows = [tuple(figure(row[name]) for name in ("estimate", "lower", "upper")) for row in ROWS if row["method"] == key]
    together = METHODS[key].function(Association(*np.array(rows).T))
    limits = evalue.nearer_limit(together)
    e = threshold(together.estimate)
    for index, row in enumerate(rows):
        alone = METHODS[key].function(Association(*row))
        for field in ("estimate", "lower", "upper"):
            assert getattr(together, field)[index] == pytest.approx(getattr(alone, field), rel=1e-12, nan_ok=True)
        assert limits[index] == pytest.approx(evalue.nearer_limit(alone), rel=1e-12, nan_ok=True)
        assert e[index] == pytest.approx(threshold(alone.estimate), rel=1e-9)


def test_a_risk_difference_of_zero_needs_the_risk_ratio():
    row = evalue.risk_difference(TwoByTwo(397, 78557, 51, 108778))
    assert row.estimate == pytest.approx((397 / 78954) / (51 / 108829))
    turned = evalue.risk_difference(TwoByTwo(51, 108778, 397, 78557))
    assert turned.estimate == pytest.approx(row.estimate)
    assert turned.lower == pytest.approx(row.lower)


def test_a_risk_difference_without_events_in_the_other_arm():
    row = evalue.risk_difference(TwoByTwo(20, 80, 0, 100))
    # no bias factor takes p1*(f + (1-f)/B) below p1*f
    assert (row.estimate, row.lower) == (math.inf, math.inf)
    few = evalue.risk_difference(TwoByTwo(3, 97, 0, 100))
    assert (few.estimate, few.lower) == (math.inf, 1)
    beyond = evalue.risk_difference(TwoByTwo(20, 80, 0, 100), true=0.15)
    # (p1)(f + (1-f)/B) = 0.15 with p1 = 0.2 and f = 1/2
    assert beyond.estimate == pytest.approx(2.0)
    none = evalue.risk_difference(TwoByTwo(20, 80, 10, 90), true=0.15)
    assert (none.estimate, none.lower) == (1, 1)
    assert none.notes
