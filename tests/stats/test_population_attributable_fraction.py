"""Population attributable and prevented fractions: published figures and properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import attributable_fraction as exposed
from gvhdcalc.stats import population_attributable_fraction as paf
from gvhdcalc.stats.two_by_two import TwoByTwo

cells = st.integers(1, 80)
tables = st.builds(TwoByTwo, cells, cells, cells, cells)
shares = st.floats(0.001, 0.999)

PAIRS = [
    (paf.attributable_walter, paf.prevented_walter),
    (paf.attributable_levin, paf.prevented_levin),
    (paf.attributable_walter_case_control, paf.prevented_walter_case_control),
    (paf.attributable_levin_case_control, paf.prevented_levin_case_control),
]


@given(table=tables)
def test_it_is_the_excess_risk_of_all_by_definition(table):
    risk, unexposed = table.events / table.total, table.c / table.n0
    assert paf.attributable_walter(table).estimate == pytest.approx((risk - unexposed) / risk, abs=1e-12)
    assert paf.prevented_walter(table).estimate == pytest.approx((unexposed - risk) / unexposed, abs=1e-12)


@given(table=tables)
def test_miettinens_formula_gives_the_same(table):
    """The attributable fraction among the exposed times the share of the exposed among the cases (Miettinen 1974)."""
    among_cases = table.a / table.events
    for whole, part in (
        (paf.attributable_walter, exposed.attributable_katz),
        (paf.attributable_walter_case_control, exposed.attributable_woolf),
    ):
        assert whole(table).estimate == pytest.approx(among_cases * part(table).estimate, abs=1e-12)


@given(table=tables)
def test_one_fraction_is_the_other_turned_over(table):
    for attributable, prevented in PAIRS:
        a, p = attributable(table), prevented(table)
        assert (1 - a.estimate) * (1 - p.estimate) == pytest.approx(1)
        assert (1 - a.lower) * (1 - p.upper) == pytest.approx(1)
        assert (1 - a.upper) * (1 - p.lower) == pytest.approx(1)
        assert a.lower <= a.estimate <= a.upper
        assert p.lower <= p.estimate <= p.upper
        assert a.p == p.p


@given(table=tables)
def test_wider_confidence_wider_interval(table):
    for pair in PAIRS:
        for method in pair:
            narrow, wide = method(table, 0.8), method(table, 0.99)
            assert wide.lower <= narrow.lower
            assert wide.upper >= narrow.upper


@given(table=tables)
def test_interval_and_p_agree(table):
    for method in (paf.attributable_walter, paf.attributable_walter_case_control):
        row = method(table)
        assert (row.lower > 0 or row.upper < 0) == (row.p < 0.05)


@given(table=tables, share=shares)
def test_a_known_share_of_the_exposed(table, share):
    ratio = (table.a / table.n1) / (table.c / table.n0)
    row = paf.attributable_levin(table, 0.95, share)
    assert row.estimate == pytest.approx(share * (ratio - 1) / (1 + share * (ratio - 1)), abs=1e-12)
    assert abs(row.estimate) <= abs(exposed.attributable_katz(table).estimate) + 1e-12
    own = paf.attributable_levin(table, 0.95, table.n1 / table.total)
    assert own.lower == pytest.approx(paf.attributable_levin(table).lower, abs=1e-12)
    everyone = paf.attributable_levin(table, 0.95, 1.0)
    assert everyone.upper == pytest.approx(exposed.attributable_katz(table).upper, abs=1e-12)


def test_where_it_does_not_exist_a_note_says_why():
    nothing = paf.attributable_walter(TwoByTwo(0, 5, 0, 7))
    assert math.isnan(nothing.estimate)
    assert any("no events at all" in note for note in nothing.notes)
    all_exposed = paf.attributable_walter(TwoByTwo(5, 5, 0, 7))
    assert all_exposed.estimate == 1
    assert math.isnan(all_exposed.lower)
    assert all_exposed.notes
    assert math.isfinite(paf.prevented_walter(TwoByTwo(0, 5, 3, 7)).lower)
