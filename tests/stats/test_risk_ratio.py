"""Properties of the risk ratio that hold for every method, and agreement with other software."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from gvhdcalc.stats import registry
from gvhdcalc.stats.risk_ratio import katz, koopman, miettinen_nurminen, sample_risk_ratio
from gvhdcalc.stats.two_by_two import TwoByTwo

METHODS = registry.estimators("risk ratio")

cells = st.one_of(st.integers(0, 60), st.integers(0, 10**9))
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]).map(lambda t: TwoByTwo(*t))
#: Exact unconditional and melded methods take one table, and have their own files of tests.
by_method = pytest.mark.parametrize("method", [m for m in METHODS.values() if m.closed_form], ids=lambda m: m.key)


def same(x, y, rel=1e-9):
    return (math.isnan(x) and math.isnan(y)) or x == y or x == pytest.approx(y, rel=rel, abs=0)


def inverse(x):
    return math.inf if x == 0 else 1 / x


def test_katz_is_the_default_and_score_methods_stand_beside_it():
    assert {"katz", "koopman", "miettinen-nurminen"} < set(METHODS)
    assert [key for key, method in METHODS.items() if method.default] == ["katz"]


@by_method
@given(table=tables)
def test_swapping_the_arms_inverts(method, table):
    row, other = method.function(table, 0.95), method.function(TwoByTwo(table.c, table.d, table.a, table.b), 0.95)
    assert same(other.estimate, inverse(row.estimate))
    assert same(other.lower, inverse(row.upper))
    assert same(other.upper, inverse(row.lower))
    if row.statistic is not None:
        assert same(other.statistic, -row.statistic)
        assert same(other.p, row.p)


@by_method
@given(table=tables)
def test_the_interval_holds_the_estimate_and_widens_with_the_level(method, table):
    narrow, wide = method.function(table, 0.9), method.function(table, 0.99)
    if math.isnan(narrow.estimate) or math.isnan(narrow.lower):
        assert narrow.notes
        return
    slack = 1 + 1e-12
    if any("outside its interval" in note for note in narrow.notes):
        assert method.key == "mover-jeffreys"  # its limits lie about the ratio of posterior medians
    else:
        assert narrow.lower <= narrow.estimate * slack
        assert narrow.upper * slack >= narrow.estimate
    assert wide.lower <= narrow.lower * slack
    assert wide.upper * slack >= narrow.upper


@by_method
@given(table=tables)
def test_interval_and_p_of_one_method_agree_at_alpha(method, table):
    row = method.function(table, 0.95)
    if row.p is None or math.isnan(row.p) or math.isnan(row.lower) or abs(row.p - 0.05) < 1e-6:
        return
    assert (row.lower > 1 or row.upper < 1) == (row.p < 0.05)


@given(table=tables)
def test_miettinen_nurminen_is_wider_than_koopman(table):
    narrow, wide = koopman(table), miettinen_nurminen(table)
    assert wide.lower <= narrow.lower * (1 + 1e-12)
    assert wide.upper * (1 + 1e-12) >= narrow.upper


@by_method
@given(st.lists(st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]), min_size=1))
def test_arrays_give_what_plain_numbers_give(method, rows):
    together = method.function(TwoByTwo(*np.array(rows).T), 0.95)
    for index, row in enumerate(rows):
        alone = method.function(TwoByTwo(*row), 0.95)
        for field in ("estimate", "lower", "upper", "statistic", "p"):
            one = getattr(alone, field)
            if one is None:
                continue
            many = getattr(together, field)[index]
            # a P below 1e-300 has lost digits, or is zero, on either side
            assert many == pytest.approx(one, rel=1e-12, abs=1e-300, nan_ok=True), (field, row)


def test_every_note_of_arrays_says_where():
    rows = [(82, 17, 70, 29), (0, 10, 3, 7), (3, 7, 0, 10), (0, 10, 0, 12), (10, 0, 12, 0)]
    notes = {str(note): note.where.tolist() for note in katz(TwoByTwo(*np.array(rows).T)).notes}
    assert notes == {
        "no events at all: no risk ratio exists": [False, False, False, True, False],
        "no control events: the ratio is infinite": [False, False, True, False, False],
        "no events in an arm: the interval does not exist (see koopman)": [
            False, True, True, True, False,
        ],
        "all have the event: the interval has no width": [
            False, False, False, False, True,
        ],
    }  # fmt: skip


@pytest.mark.parametrize("cells", [(82, 17, 70, 29), (78, 21, 64, 35), (7, 27, 1, 33), (1, 99, 40, 5)], ids=str)
@pytest.mark.parametrize("conf", [0.9, 0.95, 0.99])
def test_agrees_with_statsmodels(cells, conf):
    a, b, c, d = cells
    for method, options, rel in (
        (katz, {"method": "log"}, 1e-12),
        (koopman, {"method": "score", "correction": False}, 1e-6),
        (miettinen_nurminen, {"method": "score", "correction": True}, 1e-6),
    ):
        row = method(TwoByTwo(*cells), conf)
        limits = confint_proportions_2indep(a, a + b, c, c + d, compare="ratio", alpha=1 - conf, **options)
        assert (row.lower, row.upper) == pytest.approx(limits, rel=rel)


# By hand: where a proportion of 1 stays the most likely, the constrained estimates are simple. 1/1 against 0/1: p0 = RR
# to 1 has p1 = 1, the statistic is 2/RR..., so that the lower limit is 2/z^2; R's uniroot says the same (counts.R).
Z2 = 3.841458820694124  # R: qchisq(0.95, 1)


@pytest.mark.parametrize(
    ("cells", "estimate", "lower", "upper"),
    [
        ((0, 10, 0, 12), math.nan, 0.0, math.inf),
        ((1, 0, 0, 1), math.inf, 2 / Z2, math.inf),
        ((0, 1, 1, 0), 0.0, 0.0, Z2 / 2),
        ((10, 0, 12, 0), 1.0, 10 / (10 + Z2), (12 + Z2) / 12),
        ((10**9, 0, 10**9, 0), 1.0, 10**9 / (10**9 + Z2), 1 + Z2 / 10**9),
    ],
)
def test_koopman_at_the_ends(cells, estimate, lower, upper):
    row = koopman(TwoByTwo(*cells))
    assert (row.estimate, row.lower, row.upper) == pytest.approx((estimate, lower, upper), rel=1e-14, nan_ok=True)


def test_katz_with_no_events_does_not_exist():
    for cells in ((0, 10, 3, 7), (3, 7, 0, 10), (0, 10, 0, 12)):
        row = katz(TwoByTwo(*cells))
        assert math.isnan(row.lower) and math.isnan(row.upper)
        assert math.isnan(row.p)
        assert any("no events in an arm" in note for note in row.notes)
        assert row.se == math.inf


def test_estimate_of_a_billion_is_exact():
    assert sample_risk_ratio(TwoByTwo(3, 10**9 - 3, 2, 10**9 - 2)) == 1.5
