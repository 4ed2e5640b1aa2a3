"""Tests of one proportion against a null value: R's figures, published ones, the intervals that agree, properties."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gvhdcalc.stats import registry
from gvhdcalc.stats.null_proportion import ALTERNATIVES
from gvhdcalc.stats.proportion import OneProportion

from .against_reference import figure, load

TESTS = registry.tests("proportion")
INTERVALS = registry.estimators("proportion")
REFERENCE = load("proportion")
GROUPS = {row["id"]: (row["x"], row["n"]) for row in load("counts")["proportions"]}
EVERY = pytest.mark.parametrize("method", TESTS.values(), ids=TESTS)
CLOSED_FORM = pytest.mark.parametrize("method", [m for m in TESTS.values() if m.closed_form], ids=lambda m: m.key)

#: Each test and the interval of the values that it does not reject.
PAIRS = {
    "exact": "sterne",
    "exact-central": "clopper-pearson",
    "blaker": "blaker",
    "mid-p": "mid-p",
    "score": "wilson",
    "score-cc": "wilson-cc",
    "wald": "wald",
    "wald-cc": "wald-cc",
    "likelihood-ratio": "likelihood",
}
#: Those whose kept values may have holes within the interval.
UNEVEN = ("exact", "blaker")

groups = st.one_of(st.integers(1, 60), st.integers(1, 10**6)).flatmap(
    lambda n: st.tuples(st.one_of(st.integers(0, n), st.integers(0, min(n, 5))), st.just(n))
)
nulls = st.floats(0.001, 0.999)
levels = st.floats(0.5, 0.999)


def test_exact_and_score_are_the_defaults_and_the_keys_are_those_documented() -> None:
    assert list(TESTS) == list(PAIRS)
    assert [key for key, method in TESTS.items() if method.default] == ["exact", "score"]


@pytest.mark.parametrize("identity", GROUPS)
@EVERY
def test_agrees_with_r(method: registry.Method, identity: str) -> None:
    rows = [row for row in REFERENCE["against_null"] if (row["id"], row["method"]) == (identity, method.key)]
    assert {row["alternative"] for row in rows} == set(ALTERNATIVES)
    for row in rows:
        result = method.function(OneProportion(*GROUPS[identity]), row["null"], row["alternative"])
        assert (result.measure, result.method) == ("proportion", method.key)
        assert result.sides == (2 if row["alternative"] == "two-sided" else 1)
        assert result.df == row.get("df")
        for field in ("statistic", "p"):
            got = getattr(result, field)
            if field not in row:
                assert got is None
                continue
            # a P of R below the least double is 0 there; a statistic of 0 has rounding errors
            smallest = 1e-300 if field == "p" else 1e-9
            assert got == pytest.approx(figure(row[field]), rel=1e-6, abs=smallest, nan_ok=True), (row, field)
        if math.isnan(result.p):
            assert result.notes


def test_no_method_without_reference() -> None:
    for key in TESTS:
        assert REFERENCE["header"]["sources_of_tests"]["proportion"][key]
        rows = [row for row in REFERENCE["against_null"] if row["method"] == key]
        assert len({row["id"] for row in rows}) >= 20
        assert max(GROUPS[row["id"]][1] for row in rows) == 10**9


# Fagerland, Lydersen & Laake 2017, Statistical Analysis of Contingency Tables, chapter 2, as printed by the book's R
# package contingencytables (tests/testthat/test-ch2.R).
@pytest.mark.parametrize(
    ("key", "group", "null", "p", "statistic"),
    [
        ("exact", (13, 16), 0.5, "0.02127", None),
        ("blaker", (1, 10), 0.5, "0.02148", None),
        ("mid-p", (13, 16), 0.5, "0.01273", None),
        ("score", (13, 16), 0.5, "0.01242", "2.500"),
        ("score-cc", (13, 16), 0.5, "0.02445", "2.250"),
        ("likelihood-ratio", (13, 16), 0.5, "0.00944", "6.738"),
        ("wald", (13, 16), 0.1, "0.00000", "7.302"),
        ("wald-cc", (13, 16), 0.1, "0.00000", "6.982"),
        # R's help of binom.test: Mendel's 682 of 925 yellow against 3/4 (Conover 1971, p. 97)
        ("exact", (682, 925), 0.75, "0.3825", None),
        # by counting: 37 of the 256 ways to toss eight coins give six heads or more, doubled
        ("exact-central", (6, 8), 0.5, "0.28906", None),
    ],
)
def test_published(key: str, group: tuple[int, int], null: float, p: str, statistic: str | None) -> None:
    result = TESTS[key].function(OneProportion(*group), null)
    for got, printed in ((result.p, p), (result.statistic, statistic)):
        if printed is not None:
            assert abs(got - float(printed)) <= 0.5 * 10.0 ** -len(printed.partition(".")[2]) * (1 + 1e-9)


@pytest.mark.parametrize("key", PAIRS)
@settings(deadline=None)
@given(groups, levels)
def test_test_and_interval_agree_at_alpha(key: str, group: tuple[int, int], conf: float) -> None:
    """Just outside a limit P is below alpha; just inside it is above (or, where there may be holes, at least there)."""
    counts = OneProportion(*group)
    interval = INTERVALS[PAIRS[key]].function(counts, conf)
    assume(interval.upper > interval.lower)

    def p(null: float) -> float:
        found = TESTS[key].function(counts, null).p
        return float(found)

    for limit, end, way in ((interval.lower, group[0] == 0, 1), (interval.upper, group[0] == group[1], -1)):
        if not 1e-9 < limit < 1 - 1e-6 or end:
            continue
        step = 1e-5 * min(limit, 1 - limit, interval.upper - interval.lower)
        outside, inside = limit - way * step, limit + way * step
        if math.isnan(p(outside)):
            continue
        assert p(outside) <= (1 - conf) * (1 + 1e-6)
        if key not in UNEVEN:
            assert p(inside) >= (1 - conf) * (1 - 1e-6)


@EVERY
@given(groups, nulls)
def test_the_sides_are_of_one_piece(method: registry.Method, group: tuple[int, int], null: float) -> None:
    counts = OneProportion(*group)
    two, greater, less = (method.function(counts, null, way).p for way in ALTERNATIVES)
    assume(not math.isnan(two))
    assert min(two, greater, less) >= 0
    assert max(two, greater, less) <= 1
    if method.key in ("exact", "exact-central", "blaker"):
        assert greater + less >= 1 - 1e-9  # each holds the observed count
        assert two >= min(greater, less) * (1 - 1e-9)
        if method.key != "exact":
            assert two <= 2 * min(greater, less) * (1 + 1e-9)
    else:
        assert greater + less == pytest.approx(1, abs=1e-9)
        assert two == pytest.approx(2 * min(greater, less), rel=1e-9, abs=1e-300)


@EVERY
@given(groups, nulls)
def test_counting_those_without_the_event_turns_the_test_round(
    method: registry.Method, group: tuple[int, int], null: float
) -> None:
    x, n = group
    for way, other in (("two-sided", "two-sided"), ("greater", "less"), ("less", "greater")):
        one = method.function(OneProportion(x, n), null, way)
        turned = method.function(OneProportion(n - x, n), 1 - null, other)
        assert turned.p == pytest.approx(one.p, rel=1e-6, abs=1e-300, nan_ok=True)


@CLOSED_FORM
@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_arrays_give_what_single_groups_give(method: registry.Method, alternative: str) -> None:
    pairs = [*GROUPS.values(), (0, 0)]
    many = method.function(OneProportion(*np.array(pairs).T), 0.3, alternative)
    for index, pair in enumerate(pairs):
        one = method.function(OneProportion(*pair), 0.3, alternative)
        for field in ("p", "statistic"):
            single, several = getattr(one, field), getattr(many, field)
            assert (single is None) == (several is None)
            if single is not None:
                assert isinstance(single, float)
                assert several[index] == pytest.approx(single, rel=1e-12, abs=1e-300, nan_ok=True), (pair, field)
        assert [str(note) for note in many.notes if note.where[index]] == [str(note) for note in one.notes]


@EVERY
def test_an_empty_group_has_nothing_to_test_and_says_so(method: registry.Method) -> None:
    for alternative in ALTERNATIVES:
        result = method.function(OneProportion(0, 0), 0.5, alternative)
        assert math.isnan(result.p)
        assert "nothing to test" in " ".join(result.notes)


@pytest.mark.parametrize("events", [0, 12])
@pytest.mark.parametrize("key", ["wald", "wald-cc"])
def test_a_wald_test_without_standard_error_says_so(key: str, events: int) -> None:
    result = TESTS[key].function(OneProportion(events, 12), 0.5)
    assert math.isnan(result.p)
    assert "does not exist" in " ".join(result.notes)


@EVERY
@pytest.mark.parametrize("wrong", [0.0, 1.0, -0.1, 1.5, math.nan])
def test_a_null_outside_0_to_1_is_refused(method: registry.Method, wrong: float) -> None:
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        method.function(OneProportion(12, 40), wrong)


@EVERY
def test_an_unknown_alternative_is_refused(method: registry.Method) -> None:
    arguments: dict[str, Any] = {"alternative": "larger"}
    with pytest.raises(ValueError, match="not one of two-sided, greater, less"):
        method.function(OneProportion(12, 40), 0.5, **arguments)


def test_ties_count_as_in_r() -> None:
    """At a null of one half both tails are equally likely; a step of rounding must not lose one of them."""
    for n in range(1, 60):
        for x in range(n + 1):
            two = TESTS["exact"].function(OneProportion(x, n), 0.5).p
            assert two == pytest.approx(TESTS["exact-central"].function(OneProportion(x, n), 0.5).p, rel=1e-12)
