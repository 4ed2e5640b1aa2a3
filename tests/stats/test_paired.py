"""Paired proportions: odds ratio, risk difference, and the tests of the discordant pairs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import registry
from gvhdcalc.stats.namespace import z_for
from gvhdcalc.stats.paired import MEASURE, ODDS_RATIO, RISK_DIFFERENCE, PairedTable

from .against_reference import agrees, covers, load, rounds_to, row_id, rows_of

REFERENCE = load("paired")
CASES = {row["id"]: PairedTable(row["a"], row["b"], row["c"], row["d"]) for row in REFERENCE["tables"]}
RATIOS, DIFFERENCES = registry.estimators(ODDS_RATIO), registry.estimators(RISK_DIFFERENCE)
TESTS = registry.tests(ODDS_RATIO)

by_ratio = pytest.mark.parametrize("method", RATIOS.values(), ids=lambda m: m.key)
by_difference = pytest.mark.parametrize("method", DIFFERENCES.values(), ids=lambda m: m.key)
by_test = pytest.mark.parametrize("method", TESTS.values(), ids=lambda m: m.key)
cells = st.integers(0, 40)
tables = st.tuples(cells, cells, cells, cells).filter(any).map(lambda t: PairedTable(*t))


def same(x, y, rel=1e-9):
    return (math.isnan(x) and math.isnan(y)) or x == y or x == pytest.approx(y, rel=rel)


def inverse(x):
    return math.inf if x == 0 else 1 / x


def exchanged(table):
    return PairedTable(table.a, table.c, table.b, table.d)


def as_arrays(cases):
    columns = zip(*((c.a, c.b, c.c, c.d) for c in cases), strict=True)
    return PairedTable(*(np.array(column, dtype=float) for column in columns))


@pytest.mark.parametrize("row", rows_of(REFERENCE, ODDS_RATIO, RISK_DIFFERENCE), ids=row_id)
def test_interval_agrees_with_r(row):
    agrees(row, registry.estimators(row["measure"])[row["method"]], CASES[row["id"]])


@pytest.mark.parametrize("row", rows_of(REFERENCE, MEASURE), ids=row_id)
def test_test_agrees_with_r(row):
    agrees(row, TESTS[row["method"]], CASES[row["id"]])


def test_no_method_without_reference():
    covers(REFERENCE, ODDS_RATIO, RATIOS)
    covers(REFERENCE, RISK_DIFFERENCE, DIFFERENCES)
    covers(REFERENCE, MEASURE, TESTS)


def test_odds_ratio_and_difference_share_their_tests():
    assert registry.tests(RISK_DIFFERENCE).keys() == TESTS.keys()


# Published figures:
#  T    Tango 1998, Stat Med 17:891-908 (43, 0, 1, 0 at 90%; 4, 9, 3, 16), as in the tests of the R package ratesci.
#  N    Newcombe 1998, Stat Med 17:2635-2650, method 10 (20, 12, 2, 16), as in the tests of ratesci.
#  FLL  Fagerland, Lydersen & Laake 2014, Stat Med 33:2850-2875 (1, 1, 7, 12), as in the tests of ratesci; and
#       (59, 6, 16, 80) as printed by the book's R package contingencytables (tests/testthat/test-ch8.R).
#  AM   Agresti & Min 2005 (53, 16, 8, 9); TLT Tang, Li & Tang 2010 (8, 3, 1, 2); C Chang 2024 (7, 25, 2, 68): ratesci.
#  BP   Bonett & Price 2012, as printed by the help page of the R package statpsych, ci.prop.ps (6, 26, 4, 12).
#  S    Stata's mcci 8 8 3 8, as printed by the R package matchedcc.
#  SD   StatsDirect's help, matched pairs (20, 12, 2, 16), after Liddell 1983.
@pytest.mark.parametrize(
    ("source", "measure", "method", "table", "conf", "lower", "upper"),
    [
        ("T", RISK_DIFFERENCE, "tango", (43, 0, 1, 0), 0.90, "-0.096", "0.037"),
        ("T", RISK_DIFFERENCE, "tango", (4, 9, 3, 16), 0.95, "-0.027", "0.390"),
        ("FLL", RISK_DIFFERENCE, "tango", (1, 1, 7, 12), 0.95, "-0.517", "-0.026"),
        ("AM", RISK_DIFFERENCE, "tango", (53, 16, 8, 9), 0.95, "-0.020", "0.207"),
        ("TLT", RISK_DIFFERENCE, "tango", (8, 3, 1, 2), 0.95, "-0.1670", "0.4327"),
        ("C", RISK_DIFFERENCE, "tango", (7, 25, 2, 68), 0.95, "0.139", "0.321"),
        ("N", RISK_DIFFERENCE, "newcombe", (20, 12, 2, 16), 0.95, "0.0562", "0.3292"),
        ("FLL", RISK_DIFFERENCE, "newcombe", (1, 1, 7, 12), 0.95, "-0.507", "-0.026"),
        ("FLL", RISK_DIFFERENCE, "newcombe", (59, 6, 16, 80), 0.95, "-0.1186", "-0.0046"),
        ("TLT", RISK_DIFFERENCE, "newcombe", (8, 3, 1, 2), 0.95, "-0.1574", "0.4136"),
        ("C", RISK_DIFFERENCE, "newcombe", (7, 25, 2, 68), 0.95, "0.133", "0.318"),
        ("BP", RISK_DIFFERENCE, "bonett-price", (6, 26, 4, 12), 0.95, "0.2548067", "0.6251933"),
        ("S", RISK_DIFFERENCE, "wald-cc", (8, 8, 3, 8), 0.95, "-0.08225420", "0.4526246"),
        ("S", ODDS_RATIO, "exact", (8, 8, 3, 8), 0.95, "0.64003641", "15.6064036"),
        ("SD", ODDS_RATIO, "exact", (20, 12, 2, 16), 0.95, "1.335744", "55.197091"),
        ("FLL", ODDS_RATIO, "exact", (1, 1, 7, 12), 0.95, "0.003", "1.112"),
        ("FLL", ODDS_RATIO, "mid-p", (1, 1, 7, 12), 0.95, "0.006", "0.924"),
        ("FLL", ODDS_RATIO, "wilson", (1, 1, 7, 12), 0.95, "0.023", "0.890"),
        ("FLL", ODDS_RATIO, "wilson", (59, 6, 16, 80), 0.95, "0.1514", "0.9287"),
    ],
)
def test_published_interval(source, measure, method, table, conf, lower, upper):
    row = registry.estimators(measure)[method].function(PairedTable(*table), conf)
    assert rounds_to(row.lower, lower)
    assert rounds_to(row.upper, upper)


# FLL 2013: BMC Med Res Methodol 13:91, the example of airway hyper-responsiveness. SD and S as above.
@pytest.mark.parametrize(
    ("method", "table", "p", "statistic"),
    [
        ("mcnemar", (1, 1, 7, 12), "0.0339", "4.50"),
        ("exact", (1, 1, 7, 12), "0.0703", None),
        ("mid-p", (1, 1, 7, 12), "0.0391", None),
        ("mcnemar-cc", (20, 12, 2, 16), "0.0162", "5.785714"),
        ("exact", (20, 12, 2, 16), "0.0129", None),
        ("mcnemar", (8, 8, 3, 8), "0.1317", "2.2727"),
        ("exact", (8, 8, 3, 8), "0.2265625", None),
    ],
)
def test_published_p(method, table, p, statistic):
    row = TESTS[method].function(PairedTable(*table))
    assert rounds_to(row.p, p)
    if statistic is not None:
        assert rounds_to(row.statistic, statistic)


@pytest.mark.parametrize("method", [*RATIOS.values(), *DIFFERENCES.values()], ids=lambda m: f"{m.measure}-{m.key}")
def test_arrays_give_the_same_as_single_tables(method):
    cases = list(CASES.values())
    many = method.function(as_arrays(cases), 0.95)
    for index, case in enumerate(cases):
        one = method.function(case, 0.95)
        for field in ("estimate", "lower", "upper"):
            got, expected = getattr(many, field)[index], getattr(one, field)
            assert got == pytest.approx(expected, rel=1e-12, abs=1e-15, nan_ok=True)


@by_test
def test_arrays_give_the_same_p_as_single_tables(method):
    cases = list(CASES.values())
    many = method.function(as_arrays(cases)).p.tolist()
    assert many == pytest.approx([method.function(case).p for case in cases], rel=1e-12, abs=0, nan_ok=True)


def test_odds_ratio_and_tests_need_the_discordant_pairs_only():
    known, unknown = PairedTable(40, 15, 5, 60), PairedTable(math.nan, 15, 5, math.nan)
    for method in RATIOS.values():
        assert method.function(known) == method.function(unknown)
    for method in TESTS.values():
        assert method.function(known) == method.function(unknown)


@by_ratio
@given(table=tables)
def test_exchanging_first_and_second_inverts_the_odds_ratio(method, table):
    row, inverted = method.function(table, 0.95), method.function(exchanged(table), 0.95)
    assert same(inverted.estimate, inverse(row.estimate))
    assert same(inverted.lower, inverse(row.upper))
    assert same(inverted.upper, inverse(row.lower))


@by_difference
@given(table=tables)
def test_exchanging_first_and_second_negates_the_difference(method, table):
    row, negated = method.function(table, 0.95), method.function(exchanged(table), 0.95)
    assert negated.estimate == -row.estimate
    assert negated.lower == pytest.approx(-row.upper, abs=1e-12)
    assert negated.upper == pytest.approx(-row.lower, abs=1e-12)


@pytest.mark.parametrize("method", [*RATIOS.values(), *DIFFERENCES.values()], ids=lambda m: f"{m.measure}-{m.key}")
@given(table=tables)
def test_interval_holds_the_estimate_and_widens_with_the_level(method, table):
    narrow, wide = method.function(table, 0.9), method.function(table, 0.99)
    if math.isnan(narrow.estimate) or math.isnan(narrow.lower):
        assert narrow.notes
        return
    slack = 1e-9 * (1 + abs(narrow.estimate)) if math.isfinite(narrow.estimate) else 0.0
    outside = narrow.estimate < narrow.lower - slack or narrow.estimate > narrow.upper + slack
    if method.key == "bonett-price":  # centred nearer to zero, which a note says where it matters
        assert not outside or any("outside its interval" in note for note in narrow.notes)
    else:
        assert not outside
        assert wide.lower <= narrow.lower + slack
        assert narrow.upper <= wide.upper + slack


@by_test
@given(table=tables)
def test_p_is_a_probability_or_absent_with_a_reason_and_does_not_care_for_order(method, table):
    row = method.function(table)
    if math.isnan(row.p):
        assert row.notes
    else:
        assert 0 <= row.p <= 1
    assert same(method.function(exchanged(table)).p, row.p)


@pytest.mark.parametrize(
    ("measure", "interval", "test"),
    [
        (ODDS_RATIO, "exact", "exact"),
        (ODDS_RATIO, "mid-p", "mid-p"),
        (ODDS_RATIO, "wilson", "mcnemar"),
        (RISK_DIFFERENCE, "tango", "mcnemar"),
    ],
)
@given(table=tables)
def test_interval_and_test_agree_at_alpha(measure, interval, test, table):
    row, p = registry.estimators(measure)[interval].function(table, 0.95), TESTS[test].function(table).p
    null = 1 if measure == ODDS_RATIO else 0
    if math.isnan(p) or abs(p - 0.05) < 1e-9:
        return
    assert (row.lower > null or row.upper < null) == (p < 0.05)


@given(table=tables, conf=st.floats(0.5, 0.9999))
def test_tango_limits_solve_the_equation_of_the_source(table, conf):
    """Tango 1998: (b - c - n RD)^2 = z^2 n (2 q + RD (1 - RD)), q the root of his quadratic (eq. 7 and after)."""
    row = DIFFERENCES["tango"].function(table, conf)
    b, c, n = table.b, table.c, table.pairs
    for limit in (row.lower, row.upper):
        linear = -b - c + (2 * n - b + c) * limit
        constant = -c * limit * (1 - limit)
        q = (math.sqrt(max(linear * linear - 8 * n * constant, 0.0)) - linear) / (4 * n)
        variance = n * (2 * q + limit * (1 - limit))
        assert (b - c - n * limit) ** 2 == pytest.approx(z_for(conf) ** 2 * variance, rel=1e-6, abs=1e-8 * n)
