"""Several arms and one outcome: every test against R, published tables, properties, arrays."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.stats import independence, registry
from gvhdcalc.stats.several_proportions import (
    MEASURE,
    SeveralProportions,
    cochran_armitage,
    cochran_armitage_exact,
    departure_from_trend,
    fisher_freeman_halton,
    likelihood_ratio,
    linear_by_linear,
    pearson,
)
from gvhdcalc.stats.two_by_two import TwoByTwo

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "arms.json").read_text(encoding="utf-8"))
TABLES = {table["id"]: table for table in REFERENCE["tables"]}
TREND = ("cochran-armitage", "cochran-armitage-exact", "linear-by-linear", "departure-from-trend")


def arms(identity: str) -> SeveralProportions:
    table = TABLES[identity]
    return SeveralProportions.of(list(zip(table["events"], table["totals"], strict=True)), table["scores"])


def run(key: str, table: SeveralProportions) -> Any:
    return registry.tests(MEASURE)[key].function(table)


@pytest.mark.parametrize("row", REFERENCE["values"], ids=lambda row: f"{row['method']}-{row['id']}")
def test_agrees_with_r(row: dict[str, Any]) -> None:
    result = run(row["method"], arms(row["id"]))
    for field in ("statistic", "df", "p"):
        if field not in row:
            assert getattr(result, field) is None
            continue
        value = math.nan if row[field] is None else row[field]
        assert getattr(result, field) == pytest.approx(value, rel=1e-6, abs=1e-12 if field != "p" else 0.0, nan_ok=True)
    if row["p"] is None:
        assert result.notes


def test_every_test_has_twenty_tables() -> None:
    for key in registry.tests(MEASURE):
        assert REFERENCE["header"]["sources"][key]
        assert len({row["id"] for row in REFERENCE["values"] if row["method"] == key}) >= 20, key


def test_published_figures() -> None:
    """SAS PROC FREQ, Example "Clinical Trial for Treatment of Pain"; Agresti 2002, section 3.4.5 (malformation)."""
    pain = cochran_armitage(arms("pain"))
    assert math.sqrt(pain.statistic) == pytest.approx(4.7918, abs=5e-5)
    table = arms("malformation")
    assert pearson(table).statistic == pytest.approx(12.1, abs=0.05)
    assert pearson(table).p == pytest.approx(0.017, abs=5e-4)
    assert likelihood_ratio(table).statistic == pytest.approx(6.2, abs=0.05)
    assert likelihood_ratio(table).p == pytest.approx(0.185, abs=5e-4)
    assert linear_by_linear(table).statistic == pytest.approx(6.57, abs=0.005)
    assert linear_by_linear(table).p == pytest.approx(0.010, abs=5e-4)


@st.composite
def tables(draw: st.DrawFn, most_arms: int = 4, most: int = 12) -> SeveralProportions:
    k = draw(st.integers(2, most_arms))
    totals = [draw(st.integers(1, most)) for _ in range(k)]
    return SeveralProportions.of([(draw(st.integers(0, n)), n) for n in totals])


def same(one: Any, two: Any, rel: float = 1e-10) -> bool:
    # a statistic of zero up to rounding, 1e-15, has a P of 1 up to its root
    return bool(one.p == pytest.approx(two.p, rel=rel, abs=1e-7 if max(one.p, two.p) > 0.999 else 0.0, nan_ok=True))


@settings(max_examples=60, deadline=None)
@given(tables())
def test_order_of_arms_and_which_outcome_is_counted_do_not_matter(table: SeveralProportions) -> None:
    reversed_arms = SeveralProportions(table.events[::-1], table.totals[::-1])
    others = SeveralProportions(table.others, table.totals)
    for key in registry.tests(MEASURE):
        assert same(run(key, table), run(key, reversed_arms)), key
        assert same(run(key, table), run(key, others)), key


@settings(max_examples=60, deadline=None)
@given(tables(most_arms=2, most=30))
def test_two_arms_are_the_two_by_two_table(table: SeveralProportions) -> None:
    (x1, x0), (n1, n0) = (list(map(int, part)) for part in (table.events, table.totals))
    two = TwoByTwo.from_totals(x1, n1, x0, n0)
    assert fisher_freeman_halton(table).p == pytest.approx(independence.fisher(two).p, rel=1e-9)
    assert pearson(table).p == pytest.approx(independence.pearson(two).p, rel=1e-9, abs=1e-12, nan_ok=True)
    # that of the 2x2 table cancels where observed and expected are equal: G of 1e-14 for 0
    g = independence.likelihood_ratio(two).statistic
    assert likelihood_ratio(table).statistic == pytest.approx(g, rel=1e-9, abs=1e-12, nan_ok=True)
    assert cochran_armitage(table).p == pytest.approx(pearson(table).p, rel=1e-9, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(-3, 3), st.sampled_from([0.25, 0.5, 2, 3, -1]))
def test_trend_does_not_depend_on_origin_and_unit_of_scores(
    table: SeveralProportions, origin: int, unit: float
) -> None:
    scores = list(range(len(table.events)))
    moved = [origin + unit * s for s in scores]
    for key in TREND:
        assert same(run(key, replace(table, scores=scores)), run(key, replace(table, scores=moved))), key


@settings(max_examples=40, deadline=None)
@given(tables(most_arms=4, most=6))
def test_exact_tests_by_listing_every_table(table: SeveralProportions) -> None:
    totals, events = [int(n) for n in table.totals], [int(x) for x in table.events]
    m = sum(events)
    every = [xs for xs in itertools.product(*(range(n + 1) for n in totals)) if sum(xs) == m]
    ways = [math.prod(math.comb(n, x) for n, x in zip(totals, xs, strict=True)) for xs in every]
    observed = math.prod(math.comb(n, x) for n, x in zip(totals, events, strict=True))
    whole = math.comb(sum(totals), m)
    assert sum(ways) == whole
    expected = sum(w for w in ways if w <= observed) / whole
    assert fisher_freeman_halton(table).p == pytest.approx(expected, rel=1e-9)
    centre = m * sum(i * n for i, n in enumerate(totals))

    def off(xs: Any) -> int:
        return abs(sum(totals) * sum(i * x for i, x in enumerate(xs)) - centre)

    expected = sum(w for xs, w in zip(every, ways, strict=True) if off(xs) >= off(events)) / whole
    assert cochran_armitage_exact(table).p == pytest.approx(expected, rel=1e-9)


def test_an_arm_without_patients_adds_nothing() -> None:
    table = SeveralProportions.of([(3, 10), (7, 12), (0, 0)], [0, 1, 5])
    without = SeveralProportions.of([(3, 10), (7, 12)])
    for key in registry.tests(MEASURE):
        one, two = run(key, table), run(key, without)
        assert same(one, two), key
        assert one.df == two.df


def test_arrays_of_tables_give_the_figures_of_each() -> None:
    rng = np.random.default_rng(1)
    totals = rng.integers(1, 40, (3, 25)).astype(float)
    events = rng.binomial(totals.astype(int), 0.4).astype(float)
    many = SeveralProportions(events, totals)
    for key in registry.tests(MEASURE):
        found = run(key, many)
        for i, one in enumerate(many.one_by_one()):
            single = run(key, one)
            for field in ("p", "statistic"):
                if getattr(single, field) is not None:
                    expected = pytest.approx(getattr(single, field), rel=1e-12, abs=1e-14, nan_ok=True)
                    assert getattr(found, field)[i] == expected, (key, field)


def test_wrong_number_of_scores_and_of_arms() -> None:
    with pytest.raises(ValueError, match="2 scores for 3 arms"):
        SeveralProportions.of([(1, 2), (1, 3), (2, 4)], [0, 1])
    with pytest.raises(ValueError, match="two arms"):
        SeveralProportions.of([(1, 2)])


def test_nothing_beyond_a_trend_in_two_arms() -> None:
    result = departure_from_trend(arms("two-arms"))
    assert math.isnan(result.p)
    assert "fewer than three arms" in result.notes[0]


@pytest.mark.parametrize(
    "table",
    [
        [(500, 1000), (520, 1000), (555, 1000)],
        [(5 * 10**8, 10**9), (5 * 10**8 + 20000, 10**9), (5 * 10**8, 10**9)],
        [(100, 200)] * 10,
        [(30, 100), (40, 100), (35, 100), (33, 100), (47, 100), (41, 100)],
        [(3, 10**9), (0, 10**9), (9, 10**9)],
    ],
)
def test_exact_tests_of_huge_or_many_arms_are_answered_or_say_why_not(table: list[tuple[int, int]]) -> None:
    made = SeveralProportions.of(table)
    for test in (fisher_freeman_halton, cochran_armitage_exact):
        result: Any = test(made)
        assert 0 < result.p <= 1 or result.notes
