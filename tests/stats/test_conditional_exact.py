"""Intervals that invert two-sided exact tests, P at odds ratios other than 1, and the traps of both."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.stats import registry
from gvhdcalc.stats.confidence_set import confidence_set
from gvhdcalc.stats.fisher_test_r import uniroot
from gvhdcalc.stats.noncentral_hypergeometric import Conditional, conditional
from gvhdcalc.stats.two_by_two import TwoByTwo

from .against_reference import load, rounds_to, row_id

REFERENCE = load("conditional")
TABLES = {t["id"]: TwoByTwo.from_totals(t["x1"], t["n1"], t["x0"], t["n0"]) for t in REFERENCE["tables"]}
ESTIMATORS = registry.estimators("odds ratio")
TESTS = registry.tests("odds ratio")

#: Interval and the test that it inverts; the note of a hole says where the two may disagree.
PAIRS = [
    ("conditional-exact", "fisher-central"), ("mid-p", "fisher-mid-p"), ("median-unbiased", "fisher-mid-p"),
    ("minlike", "fisher"), ("baptista-pike", "fisher"), ("blaker", "fisher-blaker"),
    ("baptista-pike-mid-p", "fisher-minlike-mid-p"),
]  # fmt: skip
SETS = [("minlike", 1.0), ("minlike", 0.5), ("blaker", 1.0)]

#: A zero cell, no other table, a set with holes, and what is wide and too wide for a matrix.
AWKWARD = [
    (0, 10, 5, 5), (0, 10, 0, 5), (7, 255, 30, 464), (5000, 5000, 4800, 5200), (60_000, 40_000, 59_000, 41_000),
]  # fmt: skip

cells = st.integers(0, 40)
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]).map(lambda t: TwoByTwo(*t))
levels = st.sampled_from([0.8, 0.9, 0.95, 0.99, 0.999])


def has_holes(row):
    return any("gaps" in note for note in row.notes)


@pytest.mark.parametrize(
    "row", [row for row in REFERENCE["values"] if row.get("holes") is not None], ids=row_id
)
def test_a_note_says_where_the_set_has_holes(row):
    result = ESTIMATORS[row["method"]].function(TABLES[row["id"]], row["conf"])
    assert has_holes(result) == row["holes"]


@pytest.mark.parametrize("row", REFERENCE["at_null"], ids=lambda row: f"{row_id(row)}-{row['null']:g}")
def test_p_of_other_odds_ratios_agrees_with_r(row):
    found = TESTS[row["method"]].function(TABLES[row["id"]], null=row["null"])
    assert found.p == pytest.approx(row["p"], rel=1e-6, abs=1e-300)


@pytest.mark.parametrize("key", sorted({row["method"] for row in REFERENCE["at_null"]}))
def test_p_of_other_odds_ratios_is_the_same_for_arrays(key):
    some = {row["id"]: TABLES[row["id"]] for row in REFERENCE["at_null"]}
    stacked = TwoByTwo(*(np.array([getattr(t, cell) for t in some.values()], dtype=float) for cell in "abcd"))
    many = TESTS[key].function(stacked, null=1.25).p
    each = [TESTS[key].function(table, null=1.25).p for table in some.values()]
    np.testing.assert_allclose(many, each, rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize("null", [0.0, -1.0, math.inf, math.nan])
@pytest.mark.parametrize("key", ["fisher", "fisher-central", "fisher-blaker", "fisher-mid-p", "fisher-less"])
def test_an_odds_ratio_that_cannot_be_supposed(key, null):
    with pytest.raises(ValueError, match="must be positive and finite"):
        TESTS[key].function(TABLES["perondi"], null=null)


# Published figures, as printed.
#  E2   exact2x2, vignette "Exact Conditional Tests and Matching Confidence Intervals for 2 by 2 Tables" (M. Fay):
#       6/18 and 12/17. Its search stops within 1e-5, and so 0.04355 is printed as 0.0435. The second example of the
#       package, 7/262 and 30/494, is the one whose set has a hole that holds 1.
#  FLL  Fagerland, Lydersen & Laake 2015, Stat Methods Med Res 24:224-254, 7/34 and 1/34: 1.00 to 195 (exact) and 1.33
#       to 99 (mid-P), with more decimals as in the tests of the R package that has the intervals of that paper.
#  CT   contingencytables: tests/testthat/test-ch4.R and test-issue37.R. Its figures for the "exact" interval of 1/8
#       and 5/12 (0.0151 to 1.7523) are those of the mid-P one, as its "Cornfield exact" ones are, and entered as such.
#  ORCI Example output of the R package ORCI for 2/14 and 1/11.
#  EPI  epitools 0.5-10.1, oddsratio.midp and oddsratio.small of 12/14 and 7/16 (Rothman & Greenland 1998, p. 243), run
#       for this test; its search for limits is good to about four figures.
PUBLISHED = [
    ("E2", "minlike", (6, 12, 12, 5), {"estimate": "0.2189021", "lower": "0.0435", "upper": "0.9170"}),
    ("E2", "conditional-exact", (6, 12, 12, 5), {"lower": "0.03888", "upper": "1.0565"}),
    ("E2", "blaker", (6, 12, 12, 5), {"lower": "0.0423", "upper": "0.9170"}),
    ("FLL", "baptista-pike", (7, 27, 1, 33), {"lower": "1.00", "upper": "195"}),
    ("FLL", "baptista-pike-mid-p", (7, 27, 1, 33), {"estimate": "8.555556", "lower": "1.3277", "upper": "98.8359"}),
    ("CT", "baptista-pike-mid-p", (1, 7, 5, 7), {"estimate": "0.2000", "lower": "0.0151", "upper": "1.7523"}),
    ("CT", "baptista-pike-mid-p", (15, 30, 2, 3), {"estimate": "0.7500", "lower": "0.1415", "upper": "4.6034"}),
    ("CT", "baptista-pike-mid-p", (25, 375, 25, 375), {"estimate": "1.0000", "lower": "0.5660", "upper": "1.7667"}),
    ("ORCI", "baptista-pike", (2, 12, 1, 10), {"lower": "0.1127829", "upper": "53.01125"}),
    ("ORCI", "baptista-pike-mid-p", (2, 12, 1, 10), {"lower": "0.1705386", "upper": "26.2912"}),
    ("EPI", "jewell", (12, 2, 7, 9), {"estimate": "4.500000", "lower": "1.202453", "upper": "33.357731"}),
    ("EPI", "median-unbiased", (12, 2, 7, 9), {"estimate": "6.881", "lower": "1.276", "upper": "60.72"}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "key", "data", "printed"), PUBLISHED)
def test_published(source, key, data, printed):
    result = ESTIMATORS[key].function(TwoByTwo(*data), 0.95)
    for field, text in printed.items():
        got = getattr(result, field)
        slack = 1e-5 if source == "E2" else 0.0
        assert any(rounds_to(x, text) for x in (got, got - slack)), f"{field} = {got!r}, {source} prints {text}"


def test_published_p_values():
    assert rounds_to(TESTS["fisher"].function(TwoByTwo(6, 12, 12, 5)).p, "0.04371")
    assert rounds_to(TESTS["fisher-central"].function(TwoByTwo(6, 12, 12, 5)).p, "0.06059")
    assert rounds_to(TESTS["fisher-blaker"].function(TwoByTwo(6, 12, 12, 5)).p, "0.04371")
    assert rounds_to(TESTS["fisher-minlike-mid-p"].function(TwoByTwo(0, 16, 15, 57)).p, "0.04466")


def test_a_rejected_value_may_lie_inside_the_interval():
    """Fay's second example: Fisher's P is below 0.05, the interval holds 1, and the note says why."""
    table = TABLES["exact2x2-holes"]
    row = ESTIMATORS["minlike"].function(table, 0.95)
    assert TESTS["fisher"].function(table).p == pytest.approx(0.04996, abs=5e-6)
    assert row.lower < 1 < row.upper
    assert has_holes(row)
    assert TESTS["fisher"].function(table, null=row.upper * (1 - 1e-6)).p > 0.05
    assert TESTS["fisher"].function(table, null=row.upper * (1 + 1e-6)).p <= 0.05


@pytest.mark.parametrize(("interval", "test"), PAIRS)
@given(table=tables, conf=levels)
def test_interval_and_test_agree(interval, test, table, conf):
    """Outside the interval the test rejects; inside it does not, unless the set has holes."""
    row = ESTIMATORS[interval].function(table, conf)
    if any("margins" in note for note in row.notes):
        return
    for null in (0.2, 1.0, 3.0):
        p = TESTS[test].function(table, null=null).p
        if abs(p - (1 - conf)) < 1e-9 or min(abs(row.lower - null), abs(row.upper - null)) < 1e-6 * null:
            continue
        if not row.lower < null < row.upper:
            assert p < 1 - conf
        elif not has_holes(row):
            assert p > 1 - conf


@pytest.mark.parametrize(("ordering", "weight"), SETS)
@given(table=tables, conf=levels)
def test_beyond_a_limit_nothing_is_kept(ordering, weight, table, conf):
    """P is above alpha on the inner side of each limit and not above it anywhere outward, on a dense grid."""
    margins = Conditional.of(table)
    if margins.degenerate:
        return
    lower, upper, _, _ = confidence_set(table, ordering, conf, weight)

    def p(log_psi):
        psi = math.exp(log_psi)
        if ordering == "blaker":
            return margins.acceptability(1e-12, psi)
        return margins.no_more_likely(1e-12, psi) - (1 - weight) * margins.tails(psi)[1]

    alpha = 1 - conf
    for limit, outward in ((lower, -1), (upper, 1)):
        if limit in (0, math.inf):
            continue
        end = math.log(limit)
        # a limit is a root or a jump: just inside P is at or above alpha, to the precision of the root
        assert max(p(end - outward * step) for step in (1e-12, 1e-9, 1e-7)) >= alpha * (1 - 1e-5)
        for distance in (1e-6, 1e-4, *np.linspace(0.001, 3, 40)):
            assert p(end + outward * distance) <= alpha * (1 + 1e-9)


@given(table=tables, conf=levels)
def test_blaker_is_inside_the_central_interval_and_its_p_is_not_larger(table, conf):
    inner, outer = (ESTIMATORS[key].function(table, conf) for key in ("blaker", "conditional-exact"))
    assert inner.lower >= outer.lower * (1 - 1e-9)
    assert inner.upper <= outer.upper * (1 + 1e-9)
    assert TESTS["fisher-blaker"].function(table).p <= TESTS["fisher-central"].function(table).p * (1 + 1e-9)


@given(table=tables)
def test_one_sided_p_add_to_one_and_the_observed_probability(table):
    less, greater = (TESTS[key].function(table) for key in ("fisher-less", "fisher-greater"))
    assert less.sides == greater.sides == 1
    assert less.p + greater.p == pytest.approx(1 + Conditional.of(table).tails()[1], rel=1e-10)
    exchanged = TESTS["fisher-less"].function(table.arms_exchanged())
    assert exchanged.p == pytest.approx(greater.p, rel=1e-9)


@pytest.mark.parametrize("null", [0.1, 0.5, 1.0, 3.3, 80.0])
@pytest.mark.parametrize("key", ["fisher-less", "fisher-greater", "fisher-central", "fisher-mid-p"])
def test_no_p_is_above_1_by_rounding(key, null):
    small = [(a, b, c, d) for a in range(5) for b in range(5) for c in range(5) for d in range(5) if a + b and c + d]
    many = TESTS[key].function(TwoByTwo(*np.array(small, dtype=float).T), null=null).p
    for cells, p in zip(small, many, strict=True):
        assert 0 <= p <= 1
        assert 0 <= TESTS[key].function(TwoByTwo(*cells), null=null).p <= 1


@settings(max_examples=30)
@given(st.lists(tables, min_size=1, max_size=6), levels)
def test_many_tables_at_once_are_those_of_each(rows, conf):
    rows = [*rows, *(TwoByTwo(*cells) for cells in AWKWARD)]
    stacked = TwoByTwo(*(np.array([getattr(row, cell) for row in rows], dtype=float) for cell in "abcd"))
    for ordering, weight in SETS:
        many = np.array(confidence_set(stacked, ordering, conf, weight), dtype=float).T
        each = [confidence_set(row, ordering, conf, weight) for row in rows]
        # where P only just touches alpha a limit is a double root, and has half the figures
        np.testing.assert_allclose(many, np.array(each, dtype=float), rtol=1e-7)


@pytest.mark.parametrize("cells", [(900, 100, 150, 850), (0, 1000, 1000, 0), (1, 10**9 - 1, 4 * 10**8, 6 * 10**8)])
def test_a_p_of_1e_minus_280_or_less_is_a_figure_or_zero(cells):
    table = TwoByTwo(*cells)
    ps = {key: TESTS[key].function(table).p for key in TESTS if key.startswith("fisher")}
    assert all(0 <= p <= 1 for p in ps.values())
    one_sided = min(ps["fisher-less"], ps["fisher-greater"])
    assert one_sided < 1e-100
    if one_sided > 1e-300:
        assert ps["fisher-central"] == pytest.approx(2 * one_sided, rel=1e-12)
        assert one_sided <= ps["fisher-blaker"] <= ps["fisher-central"] * (1 + 1e-12)


@pytest.mark.parametrize("cells", [(0, 3, 0, 5), (3, 0, 5, 0), (0, 1, 0, 1)])
def test_margins_that_leave_one_table_say_nothing(cells):
    for interval, _ in PAIRS:
        row = ESTIMATORS[interval].function(TwoByTwo(*cells), 0.95)
        assert math.isnan(row.estimate)
        assert (row.lower, row.upper) == (0.0, math.inf)
        assert any("margins" in note for note in row.notes)
    for test in ("fisher", "fisher-central", "fisher-blaker", "fisher-mid-p", "fisher-less", "fisher-greater"):
        assert TESTS[test].function(TwoByTwo(*cells)).p == 1


def test_a_set_may_be_empty_at_a_very_low_level():
    row = ESTIMATORS["baptista-pike-mid-p"].function(TwoByTwo(1, 1, 1, 1), 0.05)
    many = confidence_set(TwoByTwo(*np.ones((4, 2))), "minlike", 0.05, 0.5)
    assert np.isnan(many[:2]).all()
    assert many[3].all()
    assert math.isnan(row.lower)
    assert math.isnan(row.upper)
    assert any("so low a level" in note for note in row.notes)


def test_a_limit_of_exactly_1_is_explained():
    """Arms of one size make the opposite table as probable as the observed one: a jump of P at an odds ratio of 1."""
    row = ESTIMATORS["minlike"].function(TwoByTwo(82, 17, 70, 29), 0.95)
    assert row.lower == 1.0
    assert TESTS["fisher"].function(TwoByTwo(82, 17, 70, 29)).p > 0.05
    assert any("exactly 1" in note for note in row.notes)


@pytest.mark.parametrize("key", [interval for interval, _ in PAIRS])
def test_counts_of_a_billion_are_answered(key):
    row = ESTIMATORS[key].function(TwoByTwo(500_020_000, 499_980_000, 500_000_000, 500_000_000), 0.95)
    assert row.lower < row.estimate < row.upper
    assert row.upper / row.lower < 1.001


@given(table=tables, conf=levels)
def test_fisher_test_of_r_is_near_the_exact_figures(table, conf):
    printed, exact = (ESTIMATORS[key].function(table, conf) for key in ("fisher-test-r", "conditional-exact"))
    if conditional(table).degenerate:
        assert (printed.estimate, printed.lower, printed.upper) == (0.0, 0.0, math.inf)
        return
    for field in ("estimate", "lower", "upper"):
        ours, theirs = getattr(printed, field), getattr(exact, field)
        # within the tolerance of its search, on the odds ratio or on its inverse
        near = abs(ours - theirs) if theirs <= 1 else abs(1 / ours - (1 / theirs if theirs < math.inf else 0))
        assert ours == theirs or near < 1.3e-4
    assert "more than a million" in ESTIMATORS["fisher-test-r"].function(TwoByTwo(*[2_000_000] * 4), conf).notes[0]


def test_a_search_that_r_would_end_with_an_error():
    assert math.isnan(uniroot(lambda x: x + 1, 0.0, 1.0))
    assert uniroot(lambda x: x, 0.0, 1.0) == 0.0
