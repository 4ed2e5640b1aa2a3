"""Exact unconditional intervals and tests: published figures, other software, and what makes them exact.

R's values, by listing every table, are in tests/reference/unconditional.json; test_reference_counts.py holds the
methods to them.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import barnard_exact, binom, boschloo_exact

from gvhdcalc.stats import nuisance, registry
from gvhdcalc.stats.independence import fisher, fisher_greater
from gvhdcalc.stats.two_by_two import TwoByTwo
from gvhdcalc.stats.unconditional import LARGEST

from .against_reference import figure, load, row_id

REFERENCE = load("unconditional")
TABLES = {t["id"]: TwoByTwo.from_totals(t["x1"], t["n1"], t["x0"], t["n0"]) for t in REFERENCE["tables"]}

MEASURES = ("risk difference", "risk ratio", "odds ratio")
INTERVALS = [m for measure in MEASURES for m in registry.estimators(measure).values() if m.slow]
TESTS = {key: method for key, method in registry.tests("risk difference").items() if method.slow}
by_interval = pytest.mark.parametrize("method", INTERVALS, ids=lambda m: f"{m.measure}-{m.key}")
few = settings(max_examples=15)


def of(x1: int, n1: int, x0: int, n0: int) -> TwoByTwo:
    return TwoByTwo.from_totals(x1, n1, x0, n0)


@st.composite
def small_tables(draw: st.DrawFn, largest: int = 14) -> TwoByTwo:
    n1, n0 = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    return of(draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0)


def exchanged(measure: str, value: float) -> float:
    """The contrast of the exchanged arms."""
    if measure == "risk difference":
        return -value
    return math.inf if value == 0 else 1 / value


def same(x: float, y: float, rel: float = 1e-9) -> bool:
    return (math.isnan(x) and math.isnan(y)) or x == y or x == pytest.approx(y, rel=rel, abs=1e-12)


def test_what_is_here() -> None:
    assert [(m.measure, m.key) for m in INTERVALS] == [
        ("risk difference", "chan-zhang"), ("risk difference", "santner-snell"),
        ("risk ratio", "chan-zhang"), ("odds ratio", "chan-zhang"),
    ]  # fmt: skip
    assert list(TESTS) == [
        "barnard", "barnard-unpooled", "barnard-greater", "barnard-less",
        "boschloo", "boschloo-central", "boschloo-greater", "boschloo-less",
    ]  # fmt: skip
    assert not any(method.default for method in [*INTERVALS, *TESTS.values()])


# Published figures, as printed. Sources:
#  SAS   SAS PROC FREQ (EXACT RISKDIFF, RELRISK, BARNARD), as in the tests of the R package exact2x2
#        (inst/slowTests/test_SAS.R); EXACT RISKDIFF without the score statistic, as in those of the R package tern
#        (tests/testthat/test-prop_diff.R), two arms of 2 there "from the paper".
#  SX    StatXact 11, as in exact2x2 (inst/slowTests/test_StatXact.R).
#  LU    lrstat riskDiffExactCI, riskRatioExactCI and riskDiffExactPValue, as in that R package's tests.
#  REY   84/101 and 89/105 (Reynes 2010, PROGRESS), a table of methods for the difference, as in the tests of the Python
#        package dbci.
#  BAR   R package Barnard, nuisance parameter in steps of 1e-6 (right to 1e-9), as in the tests of
#        scipy.stats.barnard_exact.
#  EX    R package Exact, Boschloo's test within a region of 1 - 1e-8 of the nuisance parameter (which adds 1e-8 to P),
#        as in the tests of scipy.stats.boschloo_exact.
# Left out: the lower limits 0.7663 and 1.0964 of SAS for the ratios of 24/61 and 10/35, 9/11 and 4/12, which are
# 0.76635 and 1.09645; the upper limit 54.22365 of lrstat for the ratio of 2/30 and 1/30: P jumps at 54.22375, and its
# search for a root stops beside it; 0.0078125 of Barnard, unpooled, for 5/6 and 0/4, which leaves out the mirror of the
# table, tied but for rounding: it is 14/1024 (so does scipy.stats.barnard_exact with 7/15 and 12/15: 0.06815).
RD, RR, TEST = "risk difference", "risk ratio", "test"
PUBLISHED: list[tuple[str, str, str, tuple[int, ...], float, dict[str, str]]] = [
    ("SAS", TEST, "barnard-greater", (24, 61, 10, 35), 0.95, {"p": "0.2142"}),
    ("SAS", TEST, "barnard", (24, 61, 10, 35), 0.95, {"p": "0.4063"}),
    ("SAS", TEST, "barnard-greater", (9, 11, 4, 12), 0.95, {"p": "0.0120"}),
    ("SAS", TEST, "barnard", (9, 11, 4, 12), 0.95, {"p": "0.0215"}),
    ("SAS", RD, "santner-snell", (24, 61, 10, 35), 0.95, {"lower": "-0.1016", "upper": "0.3079"}),
    ("SAS", RD, "chan-zhang", (24, 61, 10, 35), 0.95, {"lower": "-0.0992", "upper": "0.2949"}),
    ("SAS", RD, "santner-snell", (9, 11, 4, 12), 0.95, {"lower": "0.0683", "upper": "0.7923"}),
    ("SAS", RD, "chan-zhang", (9, 11, 4, 12), 0.95, {"lower": "0.0616", "upper": "0.7968"}),
    ("SAS", RR, "chan-zhang", (24, 61, 10, 35), 0.95, {"upper": "3.0005"}),
    ("SAS", RR, "chan-zhang", (9, 11, 4, 12), 0.95, {"upper": "10.8647"}),
    ("SAS", RD, "santner-snell", (40, 78, 5, 17), 0.95, {"lower": "-0.0466", "upper": "0.4676"}),
    ("SAS", RD, "santner-snell", (27, 57, 3, 3), 0.95, {"lower": "-0.9057", "upper": "0.1197"}),
    ("SAS", RD, "santner-snell", (27, 57, 3, 3), 0.99, {"lower": "-0.9586", "upper": "0.2677"}),
    ("SAS", RD, "santner-snell", (0, 2, 2, 2), 0.90, {"lower": "-1", "upper": "0.0543"}),
    ("SAS", RD, "santner-snell", (2, 2, 2, 2), 0.90, {"lower": "-0.8048", "upper": "0.8048"}),
    ("SX", RD, "chan-zhang", (6, 13, 2, 7), 0.95, {"lower": "-0.3108", "upper": "0.5787", "p": "0.5569"}),
    ("SX", RD, "chan-zhang", (13, 13, 0, 7), 0.95, {"lower": "0.5904", "upper": "1.0000", "p": "0.000004758"}),
    ("SX", RR, "chan-zhang", (11, 13, 2, 7), 0.95, {"lower": "1.078", "upper": "29.1", "p": "0.02064"}),
    ("SX", RD, "chan-zhang", (24, 61, 10, 35), 0.95, {"lower": "-0.09922", "upper": "0.2949", "p": "0.4284"}),
    ("SX", TEST, "barnard", (6, 13, 2, 7), 0.95, {"p": "0.5374"}),
    ("SX", TEST, "barnard", (13, 13, 0, 7), 0.95, {"p": "0.00000244"}),
    ("SX", TEST, "barnard", (11, 13, 2, 7), 0.95, {"p": "0.0134"}),
    ("SX", TEST, "boschloo-greater", (24, 61, 10, 35), 0.95, {"p": "0.1513"}),
    ("SX", TEST, "boschloo", (24, 61, 10, 35), 0.95, {"p": "0.3381"}),
    ("LU", RD, "chan-zhang", (2, 30, 1, 30), 0.95, {"lower": "-0.111153", "upper": "0.200071"}),
    ("LU", RR, "chan-zhang", (2, 30, 1, 30), 0.95, {"lower": "0.185541"}),
    ("LU", TEST, "barnard-greater", (2, 68, 1, 65), 0.95, {"p": "0.354387"}),
    ("REY", RD, "santner-snell", (84, 101, 89, 105), 0.95, {"lower": "-0.1514", "upper": "0.1219"}),
    ("REY", RD, "chan-zhang", (84, 101, 89, 105), 0.95, {"lower": "-0.1227", "upper": "0.0869"}),
    *(
        ("BAR", TEST, key, data, 0.95, {"statistic": z, "p": p})
        for key, rows in {
            "barnard": (
                ((43, 53, 40, 79), "3.555406779643", "0.000362832367"),
                ((100, 1100, 2, 7), "-1.776382925679", "0.135126970878"),
                ((2, 10, 7, 9), "-2.518474945157", "0.019210815430"),
                ((5, 15, 1, 11), "1.449486150679", "0.156277546306"),
                ((5, 25, 15, 35), "-1.851640199545", "0.066363501421"),
                ((5, 25, 16, 41), "-1.609639949352", "0.116984852192"),
                ((10, 20, 5, 6), "-1.449486150679", "0.177536588915"),
                ((5, 6, 0, 4), "2.581988897472", "0.013671875000"),
                ((0, 3, 1, 3), "-1.095445115010", "0.509667991877"),
                ((0, 6, 2, 6), "-1.549193338483", "0.197019618792"),
            ),
            "barnard-unpooled": (
                ((43, 53, 40, 79), "3.920362887717", "0.000289470662"),
                ((100, 1100, 2, 7), "-1.139432816087", "0.950272080594"),
                ((2, 10, 7, 9), "-3.079373904042", "0.020172119141"),
                ((5, 15, 1, 11), "1.622375939458", "0.150599922226"),
                ((5, 25, 15, 35), "-1.974771239528", "0.063038448651"),
                ((5, 25, 16, 41), "-1.722122973346", "0.133329494287"),
                ((10, 20, 5, 6), "-1.765469659009", "0.250566655215"),
                ((0, 6, 2, 6), "-1.732050807569", "0.197019618792"),
            ),
            "barnard-less": (((2, 10, 7, 9), "-2.518474945157", "0.009886140845"),),
        }.items()
        for data, z, p in rows
    ),
    *(
        ("EX", TEST, f"boschloo-{key}", data, 0.95, {"statistic": own, "p": p})
        for key, rows in {
            "less": (
                ((2, 10, 7, 9), "0.01852173", "0.009886142"),
                ((5, 25, 16, 41), "0.08913823", "0.05827348"),
                ((10, 20, 5, 6), "0.1652174", "0.08565611"),
                ((0, 3, 1, 3), "0.5", "0.34375"),
                ((7, 15, 12, 15), "0.06406797", "0.03410916"),
                ((10, 35, 24, 61), "0.2009359", "0.1512882"),
            ),
            "greater": (
                ((43, 53, 40, 79), "0.0002875544", "0.0001615562"),
                ((5, 15, 1, 11), "0.1652174", "0.09008534"),
                ((5, 6, 0, 4), "0.02380952", "0.006865367"),
                ((7, 15, 12, 15), "0.9895302", "0.9771215"),
                ((10, 35, 24, 61), "0.9012936", "0.8633275"),
            ),
            "central": (
                ((43, 53, 40, 79), "0.0002875544", "0.0003231115"),
                ((2, 10, 7, 9), "0.01852173", "0.01977228"),
                ((5, 15, 1, 11), "0.1652174", "0.1801707"),
                ((5, 25, 16, 41), "0.08913823", "0.116547"),
                ((5, 6, 0, 4), "0.02380952", "0.01373073"),
                ((0, 3, 1, 3), "0.5", "0.6875"),
                ((7, 15, 12, 15), "0.06406797", "0.06821831"),
            ),
        }.items()
        for data, own, p in rows
    ),
]


@pytest.mark.parametrize(
    ("source", "measure", "key", "data", "conf", "printed"),
    PUBLISHED,
    ids=[f"{s}-{k}-{d}-{c}".replace(" ", "") for s, _, k, d, c, _ in PUBLISHED],
)
def test_published(
    source: str, measure: str, key: str, data: tuple[int, ...], conf: float, printed: dict[str, str]
) -> None:
    result: Any = TESTS[key].function(of(*data)) if measure == TEST else _interval(measure, key, of(*data), conf)
    for field, text in printed.items():
        unit = 10.0 ** int(Decimal(text).as_tuple().exponent)
        # the region of the nuisance parameter of EX leaves out 1e-8, and adds it, twice that to a doubled P
        slack = {"EX": 2.5e-8, "BAR": 1e-9}.get(source, 0.0) if field == "p" else 0.0
        got = getattr(result, field)
        assert abs(got - float(text)) <= 0.5 * unit * (1 + 1e-9) + slack, f"{field} = {got!r}, {source} prints {text}"


def _interval(measure: str, key: str, table: TwoByTwo, conf: float = 0.95) -> Any:
    return registry.estimators(measure)[key].function(table, conf)


@pytest.mark.parametrize("data", [(10, 35, 24, 61), (24, 61, 10, 35), (1, 30, 6, 25), (5, 13, 12, 17)], ids=str)
def test_agrees_with_scipy(data: tuple[int, ...]) -> None:
    """scipy has its tables in columns, and its supremum by a general optimiser; tables without ties (see above)."""
    table = of(*data)
    columns = [[table.a, table.c], [table.b, table.d]]
    for key, options in {
        "barnard": {}, "barnard-unpooled": {"pooled": False},
        "barnard-greater": {"alternative": "greater"}, "barnard-less": {"alternative": "less"},
    }.items():  # fmt: skip
        theirs = barnard_exact(columns, n=256, **options)
        ours = TESTS[key].function(table)
        assert (ours.statistic, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-6), key
    for key, alternative in (("central", "two-sided"), ("greater", "greater"), ("less", "less")):
        theirs = boschloo_exact(columns, n=256, alternative=alternative)
        ours = TESTS[f"boschloo-{key}"].function(table)
        assert (ours.statistic, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-6), key


@pytest.mark.parametrize("data", [(7, 15, 12, 15), (5, 6, 0, 4), (3, 8, 9, 20), (2, 12, 10, 12)], ids=str)
def test_ties_are_counted(data: tuple[int, ...]) -> None:
    """The tables as extreme as the observed one by whole numbers, without rounding."""
    n1, n0 = data[1], data[3]

    def squared(x1: int, x0: int) -> Fraction:
        events = x1 + x0
        distance = (x1 * n0 - x0 * n1) ** 2
        return Fraction(distance, events * (n1 + n0 - events)) if distance else Fraction(0)

    own = squared(data[0], data[2])
    extreme = [(x1, x0) for x1 in range(n1 + 1) for x0 in range(n0 + 1) if squared(x1, x0) >= own]
    assert sum(squared(*x) == own for x in extreme) > 1
    p = np.linspace(0, 1, 20001)
    largest = sum(binom.pmf(x1, n1, p) * binom.pmf(x0, n0, p) for x1, x0 in extreme).max()
    assert TESTS["barnard"].function(of(*data)).p == pytest.approx(largest, rel=1e-7)


@pytest.mark.parametrize("row", REFERENCE["null_tests"], ids=lambda row: f"{row_id(row)}-{row['null']}")
def test_null_values_agree_with_r(row: dict[str, Any]) -> None:
    method = registry.tests(f"{row['measure']} at a null value")[row["method"]]
    for alternative, field in (("two-sided", "p"), ("greater", "greater"), ("less", "less")):
        result = method.function(TABLES[row["id"]], row["null"], alternative)
        assert result.p == pytest.approx(row[field], rel=1e-6), alternative
        assert result.sides == (2 if alternative == "two-sided" else 1)
        assert result.statistic == pytest.approx(figure(row["statistic"]), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_null_values_have_twenty_tables(measure: str) -> None:
    rows = [row for row in REFERENCE["null_tests"] if row["measure"] == measure]
    assert len({row["id"] for row in rows}) >= 20
    assert REFERENCE["header"]["sources_at_null"]["chan-zhang"]
    with pytest.raises(ValueError, match="is not"):
        registry.tests(f"{measure} at a null value")["chan-zhang"].function(TABLES["mehta"], -2.0)


# Properties


@by_interval
@few
@given(table=small_tables())
def test_exchanging_arms_or_outcome_turns_the_interval(method: registry.Method, table: TwoByTwo) -> None:
    row = method.function(table, 0.95)
    others = [table.arms_exchanged()]
    if method.measure != "risk ratio":  # the ratio of non-events is another one
        others.append(table.outcome_exchanged())
    for other in others:
        turned = method.function(other, 0.95)
        assert same(turned.lower, exchanged(method.measure, row.upper), rel=1e-7)
        assert same(turned.upper, exchanged(method.measure, row.lower), rel=1e-7)
        assert same(turned.p, row.p)


@by_interval
@few
@given(table=small_tables())
def test_the_interval_holds_the_estimate_and_widens_with_the_level(method: registry.Method, table: TwoByTwo) -> None:
    narrow, wide = method.function(table, 0.9), method.function(table, 0.99)
    if not math.isnan(narrow.estimate):
        slack = 1e-9 + (1e-9 * abs(narrow.estimate) if math.isfinite(narrow.estimate) else 0.0)
        assert narrow.lower <= narrow.estimate + slack
        assert narrow.upper >= narrow.estimate - slack
    assert wide.lower <= narrow.lower
    assert wide.upper >= narrow.upper


@by_interval
@few
@given(table=small_tables())
def test_interval_and_p_agree_at_alpha(method: registry.Method, table: TwoByTwo) -> None:
    """What the interval leaves out is rejected; what is rejected may lie within limits by score, between two jumps."""
    row = method.function(table, 0.95)
    null = 0.0 if method.measure == "risk difference" else 1.0
    outside = not row.lower < null < row.upper
    if outside:
        assert row.p <= 0.05 * (1 + 1e-9)
    elif method.key == "santner-snell":
        assert row.p >= 0.05 * (1 - 1e-9)


@pytest.mark.parametrize("measure", MEASURES)
@few
@given(table=small_tables(), tail=st.sampled_from([0.005, 0.025, 0.05]))
@example(table=of(4, 4, 1, 20), tail=0.005)  # a table that joins the set and leaves it soon
@example(table=of(7, 34, 1, 34), tail=0.025)  # P is above the tail for a short way, before it stays there
def test_no_contrast_below_the_lower_limit_is_accepted(measure: str, table: TwoByTwo, tail: float) -> None:
    """The limit is the least contrast with a one-sided P above the tail: there it is, and nowhere below it."""
    lower = _interval(measure, "chan-zhang", table, 1 - 2 * tail).lower
    if lower in (-1, 0):
        return
    method = registry.tests(f"{measure} at a null value")["chan-zhang"]
    start, step = (-1.0, (lower + 1) / 60) if measure == "risk difference" else (0.0, lower / 60)
    for k in range(1, 60):
        assert method.function(table, start + k * step, "greater").p <= tail * (1 + 1e-9)
    beyond = lower + 1e-7 * max(abs(lower), 1e-3)
    assert method.function(table, beyond, "greater").p > tail * (1 - 1e-6)


@few
@given(table=small_tables())
def test_p_values_keep_their_order(table: TwoByTwo) -> None:
    p = {key: method.function(table).p for key, method in TESTS.items()}
    assert all(0 <= value <= 1 for value in p.values())
    assert p["boschloo"] <= fisher(table).p * (1 + 1e-9)
    assert p["boschloo-greater"] <= fisher_greater(table).p * (1 + 1e-9)
    assert p["barnard"] <= 2 * min(p["barnard-greater"], p["barnard-less"]) * (1 + 1e-9)
    if table.b:
        more = TwoByTwo(table.a + 1, table.b - 1, table.c, table.d)
        for key in ("barnard-greater", "boschloo-greater"):
            assert TESTS[key].function(more).p <= p[key] * (1 + 1e-9)
    other = {key: method.function(table.arms_exchanged()).p for key, method in TESTS.items()}
    for key, turned in {
        "barnard": "barnard", "barnard-unpooled": "barnard-unpooled", "barnard-greater": "barnard-less",
        "boschloo": "boschloo", "boschloo-central": "boschloo-central", "boschloo-greater": "boschloo-less",
    }.items():  # fmt: skip
        assert same(other[turned], p[key]), key


@pytest.mark.parametrize("key", TESTS)
def test_no_test_rejects_more_often_than_its_level(key: str) -> None:
    """The size, with equal proportions, of all tables that are rejected at 5%."""
    n1, n0 = 8, 6
    rejected = [
        (x1, x0) for x1 in range(n1 + 1) for x0 in range(n0 + 1) if TESTS[key].function(of(x1, n1, x0, n0)).p <= 0.05
    ]
    assert rejected
    p = np.linspace(0, 1, 301)
    assert sum(binom.pmf(x1, n1, p) * binom.pmf(x0, n0, p) for x1, x0 in rejected).max() <= 0.05 + 1e-12


@by_interval
def test_the_interval_covers_at_least_as_often_as_its_level(method: registry.Method) -> None:
    n1, n0, conf = 6, 5, 0.9
    rows = {
        (x1, x0): method.function(of(x1, n1, x0, n0), conf) for x1 in range(n1 + 1) for x0 in range(n0 + 1)
    }
    p = np.linspace(0.02, 0.98, 25)
    p1, p0 = np.meshgrid(p, p)
    true = {
        "risk difference": p1 - p0, "risk ratio": p1 / p0, "odds ratio": p1 * (1 - p0) / (p0 * (1 - p1)),
    }[method.measure]  # fmt: skip
    covered = sum(
        binom.pmf(x1, n1, p1) * binom.pmf(x0, n0, p0) * ((row.lower <= true + 1e-12) & (true - 1e-12 <= row.upper))
        for (x1, x0), row in rows.items()
    )
    assert covered.min() >= conf - 1e-12


@pytest.mark.parametrize("data", [(82, 99, 70, 99), (5, 180, 17, 170), (1, 3, 150, 400)], ids=str)
def test_the_grid_of_the_nuisance_parameter_is_fine_enough(data: tuple[int, ...], monkeypatch: Any) -> None:
    def figures() -> list[float]:
        table = of(*data)
        rows = [method.function(table, 0.95) for method in INTERVALS]
        return [*(x for row in rows for x in (row.lower, row.upper)), *(m.function(table).p for m in TESTS.values())]

    coarse = figures()
    monkeypatch.setattr(nuisance, "_DENSITY", 3 * nuisance._DENSITY)
    assert figures() == pytest.approx(coarse, rel=1e-9)


# Ends


@by_interval
def test_tables_that_say_nothing(method: registry.Method) -> None:
    none, every = method.function(of(0, 10, 0, 12), 0.95), method.function(of(10, 10, 12, 12), 0.95)
    assert none.p == every.p == 1
    if method.measure == "risk difference":
        assert none.lower == pytest.approx(-every.upper, rel=1e-9)
        assert -1 < none.lower < 0 < none.upper < 1
    else:
        assert (none.lower, none.upper) == (0, math.inf)
        assert none.notes
    assert TESTS["barnard"].function(of(0, 10, 0, 12)) == TESTS["barnard"].function(of(10, 10, 12, 12))
    assert TESTS["boschloo"].function(of(0, 10, 0, 12)).p == 1


def test_all_of_one_arm_and_none_of_the_other() -> None:
    table = of(5, 5, 0, 7)
    assert _interval("risk difference", "chan-zhang", table).upper == 1
    assert _interval("risk difference", "santner-snell", table).upper == 1
    assert _interval("risk ratio", "chan-zhang", table).upper == math.inf
    assert _interval("odds ratio", "chan-zhang", table).upper == math.inf
    assert TESTS["barnard-unpooled"].function(table).statistic == math.inf
    # the only tables as extreme are this one and its mirror: p^5 (1-p)^7 + p^7 (1-p)^5 is highest at 1/2
    assert TESTS["barnard-unpooled"].function(table).p == pytest.approx(2 * 0.5**12, rel=1e-12)
    # of this one alone p^5 (1-p)^7 is highest at 5/12
    assert TESTS["barnard-greater"].function(table).p == pytest.approx((5 / 12) ** 5 * (7 / 12) ** 7, rel=1e-10)


@pytest.mark.parametrize("data", [(500, 1001, 400, 1000), (5, 10**9, 12, 10**9)], ids=str)
def test_too_many_patients_are_refused_with_a_way_out(data: tuple[int, ...]) -> None:
    assert sum(data[1::2]) > LARGEST
    for method in [*INTERVALS, *TESTS.values()]:
        result = method.function(of(*data))
        assert math.isnan(result.p)
        assert any("too large for an exact unconditional method; use" in note for note in result.notes)
        if method.kind == "estimator":
            assert math.isnan(result.lower)
            assert math.isnan(result.upper)
            assert not math.isnan(result.estimate)
    at_null = registry.tests("risk difference at a null value")["chan-zhang"].function(of(*data), -0.1, "greater")
    assert math.isnan(at_null.p)
    assert at_null.notes


def test_an_empty_arm_says_nothing() -> None:
    for method in [*INTERVALS, *TESTS.values()]:
        result = method.function(of(0, 0, 3, 8))
        assert math.isnan(result.p)
        assert result.notes == ("an arm is empty: nothing can be said",)
