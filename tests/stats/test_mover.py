"""MOVER intervals: published limits, what they are made of, and tables at the ends."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from gvhdcalc.stats import mover
from gvhdcalc.stats.proportion import OneProportion, wilson
from gvhdcalc.stats.two_by_two import TwoByTwo

counts = st.integers(1, 300)
tables = st.tuples(counts, counts, counts, counts).map(lambda t: TwoByTwo(*t))


def donner_zou(m1, l1, u1, m0, l0, u0):
    """Limits of m1/m0 as Donner & Zou 2012 (p. 351) print them."""
    product = m1 * m0
    lower = (product - math.sqrt(product**2 - l1 * u0 * (2 * m1 - l1) * (2 * m0 - u0))) / (u0 * (2 * m0 - u0))
    upper = (product + math.sqrt(product**2 - u1 * l0 * (2 * m1 - u1) * (2 * m0 - l0))) / (l0 * (2 * m0 - l0))
    return lower, upper


def test_movers_of_jeffreys_limits_printed_by_ratesci():
    """Vignette on basic contrasts of the R package ratesci 1.0: moverci(5, 56, 0, 29) -0.009734968 to 0.1772258."""
    row = mover.difference_jeffreys(TwoByTwo(5, 51, 0, 29))
    assert (row.lower, row.upper) == (pytest.approx(-0.009734968, abs=5e-10), pytest.approx(0.1772258, abs=5e-8))
    assert row.estimate == pytest.approx(5 / 56)


def test_movers_of_odds_printed_by_ratesci():
    """The same vignette: orci(5, 56, 1, 29) and, inverted, orci(51, 56, 28, 29), which are not the same."""
    row = mover.ratio_of_odds_wilson(TwoByTwo(5, 51, 1, 28))
    assert (f"{row.lower:.6f}", f"{row.upper:.5f}") == ("0.363784", "18.78207")
    turned = mover.ratio_of_odds_wilson(TwoByTwo(51, 5, 28, 1))
    assert 1 / turned.upper == pytest.approx(0.4012105, abs=5e-6)
    assert 1 / turned.lower == pytest.approx(20.71423, rel=2e-5)


@given(table=tables)
def test_a_ratio_is_donner_and_zous_formula(table):
    first, second = (wilson(OneProportion(*data)) for data in ((table.a, table.n1), (table.c, table.n0)))
    ends = (first.estimate, first.lower, first.upper, second.estimate, second.lower, second.upper)
    if abs(2 * second.estimate - second.upper) > 1e-3:  # the printed form is 0/0 there
        row = mover.ratio_wilson(table)
        assert (row.lower, row.upper) == pytest.approx(donner_zou(*ends), rel=1e-6)


@given(table=tables)
def test_jeffreys_limits_are_quantiles_of_beta(table):
    m1, l1, u1, m0, l0, u0 = (
        beta.ppf(q, x + 0.5, y + 0.5) for x, y in ((table.a, table.b), (table.c, table.d)) for q in (0.5, 0.025, 0.975)
    )
    row = mover.difference_jeffreys(table)
    assert row.lower == pytest.approx(m1 - m0 - math.hypot(m1 - l1, u0 - m0), abs=1e-12)
    assert row.upper == pytest.approx(m1 - m0 + math.hypot(u1 - m1, m0 - l0), abs=1e-12)
    if abs(2 * m0 - u0) > 1e-3:
        row = mover.ratio_jeffreys(table)
        assert (row.lower, row.upper) == pytest.approx(donner_zou(m1, l1, u1, m0, l0, u0), rel=1e-6)


def test_ends_of_the_scale():
    row = mover.ratio_wilson(TwoByTwo(0, 10, 0, 12))
    assert (row.lower, row.upper) == (0, math.inf)
    assert math.isnan(row.estimate)
    assert row.notes
    row = mover.ratio_wilson(TwoByTwo(3, 10, 0, 12))
    assert row.lower > 0
    assert row.upper == math.inf
    # Jeffreys limits leave the ends, and say so
    row = mover.ratio_jeffreys(TwoByTwo(0, 10, 5, 7))
    assert row.estimate == 0 < row.lower
    assert any("outside its interval" in note for note in row.notes)
    for cells in ((10, 0, 0, 20), (0, 20, 10, 0)):
        row = mover.ratio_of_odds_wilson(TwoByTwo(*cells))
        assert (row.lower, row.upper) == (0, math.inf)
        assert any("has no limits" in note for note in row.notes)
    for cells in ((0, 0, 3, 4), (3, 4, 0, 0)):
        for method in (mover.ratio_wilson, mover.ratio_jeffreys, mover.difference_jeffreys):
            assert math.isnan(method(TwoByTwo(*cells)).estimate)
