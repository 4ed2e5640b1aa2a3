"""Attributable and prevented fractions among the exposed: published figures and properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import attributable_fraction as af
from gvhdcalc.stats import independence, registry
from gvhdcalc.stats.two_by_two import TwoByTwo
from tests.stats.against_reference import rounds_to

cells = st.integers(1, 80)
tables = st.builds(TwoByTwo, cells, cells, cells, cells)

# Stata's csi as printed: exposed and unexposed cases, exposed and unexposed non-cases.
#   12 16 55 125: stata.com, "Risk-ratio and risk-difference calculator"
#   7 1 27 33: the tests of the R package presize (Perondi 2004)
#   259 571 318 1365: a course on the Framingham data (death by obesity)
STATA_CS = [
    ((12, 55, 16, 125), (".3664303", "-.2627305", ".682109"), ".1570415"),
    ((7, 27, 1, 33), (".8571429", "-.0993777", ".9814366"), ".75"),
    ((259, 318, 571, 1365), (".3429373", ".2638491", ".4135287"), ".107013"),
]


@pytest.mark.parametrize(("table", "printed", "population"), STATA_CS)
def test_attributable_fractions_that_stata_prints(table, printed, population):
    row = af.attributable_katz(TwoByTwo(*table))
    for value, text in zip((row.estimate, row.lower, row.upper), printed, strict=True):
        assert rounds_to(value, text)
    for key in ("walter", "levin"):
        method = registry.estimators("population attributable fraction")[key]
        assert rounds_to(method.function(TwoByTwo(*table)).estimate, population)


@given(table=tables)
def test_the_two_fractions_see_one_ratio(table):
    """1 - AF is 1/RR and 1 - PF is RR, limit by limit; exchanging the arms exchanges the fractions."""
    for attributable, prevented in (
        (af.attributable_katz, af.prevented_katz),
        (af.attributable_koopman, af.prevented_koopman),
        (af.attributable_woolf, af.prevented_woolf),
    ):
        a, p = attributable(table), prevented(table)
        assert (1 - a.estimate) * (1 - p.estimate) == pytest.approx(1)
        assert (1 - a.lower) * (1 - p.upper) == pytest.approx(1)
        assert (1 - a.upper) * (1 - p.lower) == pytest.approx(1)
        turned = prevented(table.arms_exchanged())
        assert turned.estimate == pytest.approx(a.estimate, abs=1e-12)
        assert turned.lower == pytest.approx(a.lower, rel=1e-9, abs=1e-12)
        assert a.lower <= a.estimate <= a.upper <= 1


@given(table=tables)
def test_interval_and_p_agree(table):
    row = af.attributable_katz(table)
    assert (row.lower > 0 or row.upper < 0) == (row.p < 0.05)
    exact = af.attributable_exact(table)
    assert (exact.lower > 0 or exact.upper < 0) == (independence.fisher_central(table).p < 0.05)


def test_no_events_in_an_arm():
    none_exposed = TwoByTwo(0, 12, 5, 8)
    assert af.prevented_katz(none_exposed).estimate == 1
    assert math.isnan(af.prevented_katz(none_exposed).lower)
    assert af.prevented_koopman(none_exposed).upper == 1
    assert af.attributable_katz(none_exposed).estimate == -math.inf
    assert af.attributable_koopman(TwoByTwo(5, 8, 0, 12)).upper == 1
    assert math.isnan(af.attributable_katz(TwoByTwo(0, 5, 0, 7)).estimate)


def test_a_case_control_study_says_what_the_odds_ratio_stands_for():
    for method in (af.attributable_woolf, af.attributable_exact, af.prevented_woolf, af.prevented_exact):
        assert any("stands for the risk ratio" in note for note in method(TwoByTwo(12, 55, 16, 125)).notes)
    assert not af.attributable_katz(TwoByTwo(12, 55, 16, 125)).notes
