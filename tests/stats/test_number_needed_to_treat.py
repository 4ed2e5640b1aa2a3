"""The number needed to treat and its interval, within and through infinity."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import registry
from gvhdcalc.stats.two_by_two import TwoByTwo

cells = st.integers(0, 60)
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]).map(lambda t: TwoByTwo(*t))
THROUGH = "passes through infinity"

METHODS = registry.estimators("number needed to treat")
newcombe = METHODS["newcombe"].function


by_method = pytest.mark.parametrize("method", [m for m in METHODS.values() if m.closed_form], ids=lambda m: m.key)


def test_every_interval_of_a_difference_can_be_inverted_and_newcombes_is_the_default():
    assert list(METHODS) == list(registry.estimators("risk difference"))
    assert [key for key, method in METHODS.items() if method.default] == ["newcombe"]
    for key, method in METHODS.items():
        assert key in method.function.__doc__
        assert method.name.startswith("inverted ")
        assert method.reference.startswith("Altman 1998; Bender 2001; ")


@pytest.mark.parametrize(
    ("table", "estimate", "lower", "upper"),
    [
        # reciprocals of the limits that Newcombe 1998 prints for his examples (a) 56/70 v 48/80 (0.0524 to 0.3339),
        # (b) 9/10 v 3/10 (0.1705 to 0.8090) and (d) 5/56 v 0/29 (-0.0381 to 0.1926)
        ((56, 14, 48, 32), 5.0, (0.33385, 0.33395), (0.05235, 0.05245)),
        ((9, 1, 3, 7), 1 / 0.6, (0.80895, 0.80905), (0.17045, 0.17055)),
        ((5, 51, 0, 29), 56 / 5, (0.19255, 0.19265), (-0.03815, -0.03805)),
    ],
)
def test_reciprocals_of_published_limits(table, estimate, lower, upper):
    row = newcombe(TwoByTwo(*table))
    assert row.estimate == pytest.approx(estimate, rel=1e-14)
    assert lower[0] <= 1 / row.lower <= lower[1]
    assert upper[0] <= 1 / row.upper <= upper[1]


def test_beneficial_harmful_and_undecided():
    benefit = newcombe(TwoByTwo(56, 14, 48, 32))
    assert 0 < benefit.lower < benefit.estimate < benefit.upper
    assert not benefit.notes
    harm = newcombe(TwoByTwo(48, 32, 56, 14))
    assert (harm.estimate, harm.lower, harm.upper) == (-benefit.estimate, -benefit.upper, -benefit.lower)
    through = newcombe(TwoByTwo(5, 51, 0, 29))
    assert through.upper < 0 < through.lower < through.estimate
    assert any(THROUGH in note for note in through.notes)


@by_method
@given(table=tables)
def test_it_is_the_reciprocal_of_the_difference_limit_by_limit(method, table):
    row, difference = method.function(table), registry.estimators("risk difference")[method.key].function(table)
    assert row.estimate == (1 / difference.estimate if difference.estimate else math.inf)
    if difference.upper:
        assert row.lower == 1 / difference.upper
    if difference.lower:
        assert row.upper == 1 / difference.lower
    assert any(THROUGH in note for note in row.notes) == (difference.lower < 0 < difference.upper)
    if difference.lower < 0 < difference.upper:
        assert row.lower > row.upper


@by_method
@given(table=tables)
def test_a_bad_outcome_turns_benefit_into_harm(method, table):
    good, bad = method.function(table, 0.95, "good"), method.function(table, 0.95, "bad")
    assert bad.estimate == pytest.approx(-good.estimate) or good.estimate == bad.estimate == math.inf
    # a limit next to 0 may come out on either side of it
    assert bad.lower == pytest.approx(-good.upper, nan_ok=True) or abs(good.upper) > 1e12
    assert bad.upper == pytest.approx(-good.lower, nan_ok=True) or abs(good.lower) > 1e12


def test_equal_risks_need_infinitely_many():
    row = newcombe(TwoByTwo(10, 10, 20, 20))
    assert row.estimate == math.inf
    assert row.upper < 0 < row.lower
    assert any("risks are equal" in note for note in row.notes)
    for outcome in ("good", "bad"):
        assert newcombe(TwoByTwo(*np.array([[10, 10, 20, 20]]).T), 0.95, outcome).estimate[0] == math.inf
        assert newcombe(TwoByTwo(0, 5, 0, 7), 0.95, outcome).estimate == math.inf


@given(st.lists(st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]), min_size=1))
def test_arrays_give_what_plain_numbers_give(rows):
    for outcome in ("good", "bad"):
        together = newcombe(TwoByTwo(*np.array(rows).T), 0.95, outcome)
        for index, row in enumerate(rows):
            alone = newcombe(TwoByTwo(*row), 0.95, outcome)
            for field in ("estimate", "lower", "upper"):
                assert getattr(together, field)[index] == pytest.approx(getattr(alone, field), rel=1e-9), (field, row)
