"""One proportion: published tables, the definitions of the limits, properties. R's values: test_reference_counts.py."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gvhdcalc.stats.namespace import z_for
from gvhdcalc.stats.proportion import OneProportion
from gvhdcalc.stats.registry import Method, estimators

METHODS = estimators("proportion")
EVERY = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)

#: events, total; sizes from one person to 10^9.
groups = st.one_of(st.integers(1, 60), st.integers(1, 10**9)).flatmap(
    lambda n: st.tuples(st.one_of(st.integers(0, n), st.integers(0, min(n, 5))), st.just(n))
)
levels = st.floats(0.5, 0.999)


def limits(key: str, events: int, total: int, conf: float = 0.95) -> tuple[float, float]:
    found = METHODS[key].function(OneProportion(events, total), conf)
    return found.lower, found.upper


def test_wilson_is_the_default_and_the_keys_are_those_documented() -> None:
    assert list(METHODS) == ["wilson", "clopper-pearson", "agresti-coull", "jeffreys", "wald"]
    assert [key for key, method in METHODS.items() if method.default] == ["wilson"]


# Newcombe 1998 (Statistics in Medicine 17:857-872), Table I, methods 3 and 5, to four decimals.
@pytest.mark.parametrize(
    ("key", "events", "total", "lower", "upper"),
    [
        ("wilson", 81, 263, 0.2553, 0.3662),
        ("wilson", 15, 148, 0.0624, 0.1605),
        ("wilson", 0, 20, 0.0, 0.1611),
        ("wilson", 1, 29, 0.0061, 0.1718),
        ("clopper-pearson", 81, 263, 0.2527, 0.3676),
        ("clopper-pearson", 15, 148, 0.0578, 0.1617),
        ("clopper-pearson", 0, 20, 0.0, 0.1684),
        ("clopper-pearson", 1, 29, 0.0009, 0.1776),
    ],
)
def test_newcombe_1998_table_1(key: str, events: int, total: int, lower: float, upper: float) -> None:
    assert limits(key, events, total) == pytest.approx((lower, upper), abs=5e-5)


@given(groups, levels)
def test_a_wilson_limit_is_where_the_score_test_gives_z(group: tuple[int, int], conf: float) -> None:
    x, n = group
    for limit in limits("wilson", x, n, conf):
        if 1e-9 < limit < 1 - 1e-9:  # nearer the ends 1 - limit has too few figures for this check
            score = (x - n * limit) / math.sqrt(n * limit * (1 - limit))
            assert abs(score) == pytest.approx(z_for(conf), rel=1e-5)


@given(groups, levels)
def test_a_clopper_pearson_limit_is_where_a_binomial_tail_is_half_of_alpha(group: tuple[int, int], conf: float) -> None:
    x, n = group
    lower, upper = limits("clopper-pearson", x, n, conf)
    tail = (1 - conf) / 2
    if x == 0:
        assert lower == 0
    else:
        assert stats.binom.sf(x - 1, n, lower) == pytest.approx(tail, rel=1e-6)
    if x == n:
        assert upper == 1
    else:
        assert stats.binom.cdf(x, n, upper) == pytest.approx(tail, rel=1e-6)


@given(groups, levels)
def test_a_jeffreys_limit_leaves_half_of_alpha_of_the_posterior(group: tuple[int, int], conf: float) -> None:
    x, n = group
    lower, upper = limits("jeffreys", x, n, conf)
    if x == 0:
        assert lower == 0
    else:
        assert stats.beta.cdf(lower, x + 0.5, n - x + 0.5) == pytest.approx((1 - conf) / 2, rel=1e-6)
    if x == n:
        assert upper == 1
    else:
        assert stats.beta.cdf(upper, x + 0.5, n - x + 0.5) == pytest.approx((1 + conf) / 2, rel=1e-6)


@pytest.mark.parametrize("events", [0, 1])
def test_a_lone_patient_leaves_the_binomial_tails_themselves(events: int) -> None:
    """With n = 1 the exact limits are known: 0 to 1 - alpha/2, or alpha/2 to 1 (Clopper & Pearson 1934)."""
    assert limits("clopper-pearson", events, 1) == pytest.approx((0, 0.975) if events == 0 else (0.025, 1), rel=1e-12)


@EVERY
@given(groups, levels)
def test_the_interval_holds_the_estimate(method: Method, group: tuple[int, int], conf: float) -> None:
    found = method.function(OneProportion(*group), conf)
    assert found.estimate == group[0] / group[1]
    assert found.lower <= found.estimate + 1e-15
    assert found.upper >= found.estimate - 1e-15


@EVERY
@given(groups, levels, levels)
def test_more_confidence_is_a_wider_interval(method: Method, group: tuple[int, int], one: float, other: float) -> None:
    narrow = method.function(OneProportion(*group), min(one, other))
    wide = method.function(OneProportion(*group), max(one, other))
    assert wide.upper - wide.lower >= narrow.upper - narrow.lower - 1e-15
    # Outside 0 to 1 an Agresti-Coull limit may come back as confidence grows, since its centre moves to 1/2.
    assert max(wide.lower, 0) <= max(narrow.lower, 0) + 1e-15
    assert min(wide.upper, 1) >= min(narrow.upper, 1) - 1e-15


@EVERY
@given(groups, levels)
def test_counting_those_without_the_event_turns_the_interval_round(
    method: Method, group: tuple[int, int], conf: float
) -> None:
    events, total = group
    found = method.function(OneProportion(events, total), conf)
    other = method.function(OneProportion(total - events, total), conf)
    assert (other.lower, other.upper) == pytest.approx((1 - found.upper, 1 - found.lower), abs=1e-12)


@given(groups, levels)
def test_agresti_coull_shares_wilsons_centre_and_holds_it(group: tuple[int, int], conf: float) -> None:
    """Brown, Cai & DasGupta 2001, section 3.1.2: the same centre, never shorter."""
    wilson, coull = limits("wilson", *group, conf), limits("agresti-coull", *group, conf)
    assert sum(wilson) == pytest.approx(sum(coull), abs=1e-12)
    assert coull[0] <= wilson[0] + 1e-15
    assert coull[1] >= wilson[1] - 1e-15


@pytest.mark.parametrize("key", ["wilson", "clopper-pearson", "jeffreys"])
@given(groups, levels)
def test_an_interval_within_0_and_1(key: str, group: tuple[int, int], conf: float) -> None:
    lower, upper = limits(key, *group, conf)
    assert 0 <= lower <= upper <= 1
    assert (lower == 0) is (group[0] == 0)
    if group[0] == group[1]:
        assert upper == 1


@EVERY
@pytest.mark.parametrize("conf", [0.8, 0.95, 0.999])
def test_arrays_give_what_single_groups_give(method: Method, conf: float) -> None:
    pairs = [(0, 1), (1, 1), (0, 20), (20, 20), (1, 20), (198, 203), (82, 203), (3, 10**6), (5 * 10**8, 10**9), (0, 0)]
    pairs += [(0, 10**9), (1, 10**9), (10**9, 10**9)]
    many = method.function(OneProportion(*np.array(pairs).T), conf)
    for index, pair in enumerate(pairs):
        one = method.function(OneProportion(*pair), conf)
        for field in ("estimate", "lower", "upper", "se"):
            single, several = getattr(one, field), getattr(many, field)
            if single is None:
                assert several is None
            else:
                assert isinstance(single, float)
                assert several[index] == pytest.approx(single, rel=1e-12, abs=0, nan_ok=True), (pair, field)
        told = [str(note) for note in many.notes if note.where[index]]
        assert told == [str(note) for note in one.notes]


@EVERY
def test_an_empty_group_has_no_proportion_and_says_so(method: Method) -> None:
    found = method.function(OneProportion(0, 0), 0.95)
    assert all(math.isnan(figure) for figure in (found.estimate, found.lower, found.upper))
    assert [str(note) for note in found.notes] == ["the group is empty: the proportion does not exist"]


@pytest.mark.parametrize("events", [0, 12])
def test_wald_without_width_says_so(events: int) -> None:
    found = METHODS["wald"].function(OneProportion(events, 12), 0.95)
    assert found.lower == found.estimate == found.upper == events / 12
    assert "no width" in " ".join(found.notes)


@pytest.mark.parametrize(("key", "events"), [("wald", 1), ("wald", 19), ("agresti-coull", 0), ("agresti-coull", 20)])
def test_a_limit_outside_0_to_1_is_given_as_computed_and_says_so(key: str, events: int) -> None:
    found = METHODS[key].function(OneProportion(events, 20), 0.95)
    assert found.lower < 0 or found.upper > 1
    assert "outside 0 to 1" in " ".join(found.notes)


@pytest.mark.parametrize("key", METHODS)
def test_no_note_on_a_plain_group(key: str) -> None:
    assert METHODS[key].function(OneProportion(82, 203), 0.95).notes == ()
