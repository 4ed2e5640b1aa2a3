"""Relative risk reduction and increase: the risk ratio on another scale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import relative_risk_reduction as rrr
from gvhdcalc.stats import risk_ratio
from gvhdcalc.stats.two_by_two import TwoByTwo

cells = st.integers(1, 80)
tables = st.builds(TwoByTwo, cells, cells, cells, cells)


def test_both_are_of_the_trial():
    # fewer infections, 65/99 against 78/99: 1 - 65/78
    row = rrr.reduction_katz(TwoByTwo(65, 34, 78, 21))
    assert row.estimate == pytest.approx(13 / 78)
    assert row.measure == "relative risk reduction"
    # more responses, 82/99 against 70/99
    assert rrr.increase_katz(TwoByTwo(82, 17, 70, 29)).estimate == pytest.approx(12 / 70)


@given(table=tables)
def test_they_are_one_another_with_the_other_sign(table):
    for down, up in ((rrr.reduction_katz, rrr.increase_katz), (rrr.reduction_koopman, rrr.increase_koopman)):
        a, b = down(table), up(table)
        assert (a.estimate, a.statistic) == (-b.estimate, -b.statistic)
        assert a.p == b.p
        assert a.lower == pytest.approx(-b.upper)
        assert a.upper == pytest.approx(-b.lower)


@given(table=tables)
def test_the_interval_holds_zero_where_that_of_the_ratio_holds_one(table):
    row, ratio = rrr.reduction_katz(table), risk_ratio.katz(table)
    assert (row.lower < 0 < row.upper) == (ratio.lower < 1 < ratio.upper)
    assert row.lower <= row.estimate <= row.upper
    wider = rrr.reduction_katz(table, 0.99)
    assert wider.lower <= row.lower
    assert wider.upper >= row.upper


def test_next_to_no_difference_no_figures_are_lost():
    n = 10**9
    assert rrr.reduction_katz(TwoByTwo(5 * 10**8, n - 5 * 10**8, 5 * 10**8 + 1, n - 5 * 10**8 - 1)).estimate == (
        pytest.approx(1 / (5 * 10**8 + 1), rel=1e-14)
    )
