"""Properties of the risk difference that hold for every method, and agreement with other software."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from gvhdcalc.stats import registry
from gvhdcalc.stats.proportion import OneProportion, wilson
from gvhdcalc.stats.risk_difference import agresti_caffo, miettinen_nurminen, newcombe, sample_risk_difference, wald
from gvhdcalc.stats.two_by_two import TwoByTwo

METHODS = registry.estimators("risk difference")

cells = st.one_of(st.integers(0, 60), st.integers(0, 10**9))
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]).map(lambda t: TwoByTwo(*t))
#: Exact unconditional and melded methods take one table, and have their own files of tests.
by_method = pytest.mark.parametrize("method", [m for m in METHODS.values() if m.closed_form], ids=lambda m: m.key)


def same(x, y):
    return (math.isnan(x) and math.isnan(y)) or x == pytest.approx(y, rel=1e-12, abs=1e-15)


def test_newcombe_is_the_default():
    assert {"newcombe", "miettinen-nurminen", "agresti-caffo", "wald"} < set(METHODS)
    assert [key for key, method in METHODS.items() if method.default] == ["newcombe"]


@by_method
@given(table=tables)
def test_swapping_the_arms_or_the_outcome_negates(method, table):
    row = method.function(table, 0.95)
    for other in (TwoByTwo(table.c, table.d, table.a, table.b), TwoByTwo(table.b, table.a, table.d, table.c)):
        negated = method.function(other, 0.95)
        assert same(negated.estimate, -row.estimate)
        assert same(negated.lower, -row.upper)
        assert same(negated.upper, -row.lower)


@by_method
@given(table=tables)
def test_the_interval_holds_the_estimate_and_widens_with_the_level(method, table):
    narrow, wide = method.function(table, 0.9), method.function(table, 0.99)
    if math.isnan(narrow.lower):
        assert narrow.notes
        return
    if any("outside its interval" in note for note in narrow.notes):
        # the limits lie about another centre than the estimate
        assert method.key in {"agresti-caffo", "haldane", "jeffreys-perks", "mover-jeffreys"}
    else:
        assert narrow.lower <= narrow.estimate + 1e-15
        assert narrow.upper >= narrow.estimate - 1e-15
    assert wide.lower <= narrow.lower + 1e-15
    assert wide.upper >= narrow.upper - 1e-15


@by_method
@given(table=tables)
def test_interval_and_p_of_one_method_agree_at_alpha(method, table):
    row = method.function(table, 0.95)
    if row.p is None or math.isnan(row.p) or abs(row.p - 0.05) < 1e-6:
        return
    assert (row.lower > 0 or row.upper < 0) == (row.p < 0.05)


@pytest.mark.parametrize("key", ["newcombe", "newcombe-cc", "miettinen-nurminen", "mee", "scas", "profile-likelihood"])
@given(table=tables)
def test_score_likelihood_and_hybrid_limits_keep_to_their_range(key, table):
    row = METHODS[key].function(table, 0.999)
    assert -1 <= row.lower <= row.upper <= 1


@by_method
@given(st.lists(st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]), min_size=1))
def test_arrays_give_what_plain_numbers_give(method, rows):
    together = method.function(TwoByTwo(*np.array(rows).T), 0.95)
    for index, row in enumerate(rows):
        alone = method.function(TwoByTwo(*row), 0.95)
        scale = max(abs(alone.lower), abs(alone.upper))
        for field in ("estimate", "lower", "upper"):
            many, one = getattr(together, field)[index], getattr(alone, field)
            assert many == pytest.approx(one, rel=1e-12, abs=1e-12 * scale, nan_ok=True), (field, row)
        for field in ("se", "statistic", "p"):
            if (one := getattr(alone, field)) is not None:
                many = getattr(together, field)[index]
                # a P below 1e-300 has lost digits, or is zero, on either side
                assert many == pytest.approx(one, rel=1e-12, abs=1e-300, nan_ok=True), (field, row)


@given(table=tables)
def test_newcombe_is_the_square_and_add_of_wilsons_limits(table):
    row, conf = newcombe(table, 0.95), 0.95
    one = wilson(OneProportion(table.a, table.n1), conf)
    two = wilson(OneProportion(table.c, table.n0), conf)
    below = math.hypot(one.estimate - one.lower, two.upper - two.estimate)
    above = math.hypot(one.upper - one.estimate, two.estimate - two.lower)
    assert row.lower == pytest.approx(row.estimate - below, abs=1e-14)
    assert row.upper == pytest.approx(row.estimate + above, abs=1e-14)


@pytest.mark.parametrize("cells", [(82, 17, 70, 29), (78, 21, 64, 35), (7, 27, 1, 33), (1, 99, 40, 5)], ids=str)
@pytest.mark.parametrize("conf", [0.9, 0.95, 0.99])
def test_agrees_with_statsmodels(cells, conf):
    a, b, c, d = cells
    # its score interval of a difference is left out: statsmodels 0.15.0 differs from SAS, R and published limits
    for method, name in ((newcombe, "newcomb"), (wald, "wald"), (agresti_caffo, "agresti-caffo")):
        row = method(TwoByTwo(*cells), conf)
        limits = confint_proportions_2indep(a, a + b, c, c + d, compare="diff", alpha=1 - conf, method=name)
        assert (row.lower, row.upper) == pytest.approx(limits, rel=1e-12)


def test_miettinen_nurminen_where_the_difference_is_all_there_is():
    row = miettinen_nurminen(TwoByTwo(0, 5, 8, 0))
    assert (row.estimate, row.lower) == (-1, -1)
    assert -1 < row.upper < 0
    # no events at all: the limits are those of k/(n + k), k = z^2 N/(N-1)
    k = 3.841458820694124 * 22 / 21
    row = miettinen_nurminen(TwoByTwo(0, 10, 0, 12))
    assert (row.lower, row.upper) == pytest.approx((-k / (12 + k), k / (10 + k)), rel=1e-14)
    assert math.isnan(row.p)
    assert row.notes


def test_wald_without_variance_and_beyond_its_range_is_noted():
    row = wald(TwoByTwo(10, 0, 0, 12))
    assert (row.estimate, row.lower, row.upper, row.se) == (1, 1, 1, 0)
    assert any("no width" in note for note in row.notes)
    row = wald(TwoByTwo(2, 1, 0, 3))
    assert row.upper > 1
    assert any("beyond 100%" in note for note in row.notes)
    assert agresti_caffo(TwoByTwo(1, 0, 0, 1)).upper > 1
    assert any("beyond 100%" in note for note in agresti_caffo(TwoByTwo(1, 0, 0, 1)).notes)


def test_one_event_more_among_a_billion_is_not_lost():
    table = TwoByTwo(4, 10**9 - 4, 3, 10**9 - 3)
    assert sample_risk_difference(table) == pytest.approx(1e-9, rel=1e-15)
    assert sample_risk_difference(TwoByTwo(10**9 - 4, 4, 10**9 - 3, 3)) == pytest.approx(-1e-9, rel=1e-15)
