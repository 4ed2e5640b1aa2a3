"""The fragility index: against R, against trying every change, published examples, and its time."""


import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gvhdcalc.stats import registry
from gvhdcalc.stats.fragility import fragility
from gvhdcalc.stats.two_by_two import TwoByTwo
from tests.stats.against_reference import figure, load

ROWS = load("impact")["fragility"]
TESTS = registry.tests("odds ratio")
MILLION = 10**6

cells = st.integers(0, 45)
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]).map(lambda t: TwoByTwo(*t))


def table_of(row):
    return TwoByTwo.from_totals(row["x1"], row["n1"], row["x0"], row["n0"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['test']}-{row['id']}")
def test_agrees_with_r(row):
    found = fragility(table_of(row), TESTS[row["test"]], row["alpha"])
    assert found.p == pytest.approx(figure(row["p"]), rel=1e-6, nan_ok=True)
    assert found.changes == row["changes"]
    if row["changes"] is None:
        assert found.reason
        assert found.turned is None
        return
    assert (found.turned.a, found.turned.c) == (row["turned_x1"], row["turned_x0"])
    assert (found.turned.n1, found.turned.n0) == (row["n1"], row["n0"])
    assert found.p_turned == pytest.approx(row["p_turned"], rel=1e-6)
    assert found.quotient == pytest.approx(row["changes"] / (row["n1"] + row["n0"]))


@pytest.mark.parametrize("row", [r for r in ROWS if "fewest" in r], ids=lambda row: f"{row['test']}-{row['id']}")
def test_the_fewest_changes_agree_with_r(row):
    found = fragility(table_of(row), TESTS[row["test"]], row["alpha"], "minimal")
    assert found.changes == row["fewest"]
    if found.changes is not None:
        assert (found.p < row["alpha"]) != (found.p_turned < row["alpha"])


def test_the_reference_has_twenty_tables_for_each_test():
    for test in {row["test"] for row in ROWS}:
        assert load("impact")["header"]["sources"]["fragility"][test]
        assert len([row for row in ROWS if row["test"] == test]) >= 20


def test_the_example_of_the_r_package_fragilityindex():
    """15/40 against 6/40: P 0.0406; with one event more in the second arm 0.0784, so that the index is 1."""
    found = fragility(TwoByTwo(15, 25, 6, 34), TESTS["fisher"])
    assert found.significant
    assert (found.changes, found.turned) == (1, TwoByTwo(15, 25, 7, 33))
    assert (found.p, found.p_turned) == pytest.approx((0.04060921, 0.07836101), abs=5e-9)


def test_the_trial_hinges_on_one_patient():
    """Day 28: Fisher's P is not below 0.05 and Pearson's is; one patient turns either."""
    table = TwoByTwo(82, 17, 70, 29)
    exact, chi_square = fragility(table, TESTS["fisher"]), fragility(table, TESTS["pearson"])
    assert (exact.significant, exact.changes, exact.turned.c) == (False, 1, 69)
    assert (chi_square.significant, chi_square.changes, chi_square.turned.c) == (True, 1, 71)
    names = {value.name: value.value for value in exact.values()}
    assert names["fragility index"] == 0
    assert names["reverse fragility index"] == 1
    assert names["reverse fragility quotient"] == pytest.approx(1 / 198)


def one_by_one(table, test, alpha):
    """The convention as written: change after change in the arm with fewer events, or the lower risk, or the second."""

    def p(t):
        return 1.0 if t.events in (0, t.total) else test.function(t).p

    start = p(table)
    significant = start < alpha
    step = 1 if significant else -1
    first = table.n1 > table.n0 if table.a == table.c else table.a < table.c
    now = table
    for k in range(1, table.total + 1):
        a, b, c, d = now.a, now.b, now.c, now.d
        now = TwoByTwo(a + step, b - step, c, d) if first else TwoByTwo(a, b, c + step, d - step)
        if min(now.a, now.b, now.c, now.d) < 0:
            return None
        if (p(now) >= alpha) if significant else (p(now) < alpha):
            return k
    return None


@pytest.mark.parametrize("key", [key for key, test in TESTS.items() if test.closed_form])
@given(table=tables, alpha=st.sampled_from([0.05, 0.05, 0.01, 0.2, 0.5]), closeness=st.sampled_from([None, 0.99, 1.01]))
@settings(max_examples=60)
def test_no_shortcut_misses_the_first_turn(key, table, alpha, closeness):
    test = TESTS[key]
    p = test.function(table).p
    assume(p == p)
    if closeness and 0 < p < 0.4:
        alpha = p * closeness  # next to alpha P may go up and down
    assert fragility(table, test, alpha).changes == one_by_one(table, test, alpha)


@pytest.mark.parametrize(
    ("cells", "alpha", "first_turn"),
    [
        ((22, 0, 21, 103), 0.21733599514620605, 90), ((74, 5, 0, 178), 0.0004531661549971069, 134),
        ((181, 347, 212, 42), 0.14957963845021413, 235), ((365, 15, 131, 643), 0.0004209244194093879, 567),
    ],
)  # fmt: skip
def test_p_that_crosses_alpha_more_than_once(cells, alpha, first_turn):
    """Fisher's P goes above alpha, below it and above again: the first time counts, which bisection would miss."""
    table, test = TwoByTwo(*cells), TESTS["fisher"]
    first = table.a < table.c

    def significant(k):
        a, b, c, d = cells
        moved = TwoByTwo(a + k, b - k, c, d) if first else TwoByTwo(a, b, c + k, d - k)
        return test.function(moved).p < alpha

    around = [significant(first_turn + k) for k in (-1, 0, 1)]
    assert around[0]
    assert not around[1]
    assert any(significant(k) for k in range(first_turn + 1, first_turn + 4))
    assert fragility(table, test, alpha).changes == first_turn == one_by_one(table, test, alpha)


@given(table=tables)
def test_exchanging_arms_keeps_the_index(table):
    assume(table.a != table.c)
    one, other = (fragility(t, TESTS["fisher"]) for t in (table, table.arms_exchanged()))
    assert one.changes == other.changes


@given(table=st.builds(TwoByTwo, *[st.integers(1, 15)] * 4))
@settings(max_examples=30)
def test_the_fewest_changes_are_not_more_than_those_of_one_arm(table):
    one, fewest = fragility(table, TESTS["pearson"]), fragility(table, TESTS["pearson"], convention="minimal")
    if one.changes is not None:
        assert fewest.changes is not None
        assert fewest.changes <= one.changes


@pytest.mark.parametrize("key", ["fisher", "fisher-central", "fisher-mid-p", "fisher-blaker", "pearson", "wald"])
@pytest.mark.parametrize(
    "counts",
    [
        (100_000, MILLION, 500_000, MILLION), (500_000, MILLION, 498_000, MILLION),
        (500_100, MILLION, 500_000, MILLION), (5, MILLION, 60, MILLION), (500_000, MILLION, 100, 1000),
    ],
)  # fmt: skip
def test_arms_of_a_million_turn_between_neighbours(key, counts):
    table, test = TwoByTwo.from_totals(*counts), TESTS[key]
    found = fragility(table, test)
    assert found.changes is not None
    before = TwoByTwo(found.turned.a, found.turned.b, found.turned.c, found.turned.d)
    step = (1 if found.turned.a > table.a else -1) if found.turned.a != table.a else 0
    back = (1 if found.turned.c > table.c else -1) if found.turned.c != table.c else 0
    before = TwoByTwo(before.a - step, before.b + step, before.c - back, before.d + back)
    assert (test.function(before).p < 0.05) == found.significant
    assert (found.p_turned < 0.05) != found.significant


def test_time_that_is_up_is_said():
    found = fragility(TwoByTwo(300, 700, 500, 500), TESTS["pearson"], convention="minimal", seconds=0.0)
    assert found.changes is None
    assert "not found in time" in found.reason


def test_what_cannot_turn_says_why():
    found = fragility(TwoByTwo(20, 20, 30, 270), TESTS["fisher"])
    assert found.changes is None
    assert "widen the difference" in found.reason
    assert fragility(TwoByTwo(20, 20, 30, 270), TESTS["pearson"], convention="minimal").changes is not None
    nothing = fragility(TwoByTwo(0, 30, 0, 30), TESTS["pearson"])
    assert (nothing.p, nothing.significant, nothing.changes) == (1.0, False, None)
    missing = fragility(TwoByTwo(0, 50, 9, 41), TESTS["wald"])
    assert missing.changes is None
    assert "does not exist" in missing.reason
    assert [(value.name, value.value) for value in missing.values()] == [
        ("fragility index", None), ("fragility quotient", None),
    ]  # fmt: skip
