"""Attributable risk in the exposed and in the population."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import attributable_risk as ar
from gvhdcalc.stats import risk_difference
from gvhdcalc.stats.two_by_two import TwoByTwo

cells = st.integers(0, 80)
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]).map(lambda t: TwoByTwo(*t))


@given(table=tables)
def test_in_the_population_it_is_the_share_of_the_exposed_times_that_in_the_exposed(table):
    own = ar.newcombe(table)
    for method in (ar.pirikahu, ar.population_wald):
        row = method(table)
        assert row.estimate == pytest.approx(table.n1 / table.total * own.estimate, abs=1e-14)
        assert row.lower <= row.estimate <= row.upper
        assert method(table, 0.99).lower <= row.lower
        assert row.se is not None
        assert row.se >= 0


@given(table=tables)
def test_it_is_the_risk_difference(table):
    assert ar.newcombe(table).lower == risk_difference.newcombe(table).lower
    assert ar.wald(table).upper == risk_difference.wald(table).upper


def test_it_carries_its_own_name():
    row = ar.wald(TwoByTwo(12, 55, 16, 125))
    assert (row.measure, row.method, row.name) == ("attributable risk", "wald", "Wald")
    # Stata's csi 12 16 55 125: risk difference .0656293 (-.0400614 to .17132)
    assert (row.estimate, row.lower, row.upper) == pytest.approx((0.0656293, -0.0400614, 0.17132), abs=5e-7)
