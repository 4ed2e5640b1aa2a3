"""Confidence sets of exact tests with unequal tails, against P worked out outcome by outcome on a grid of values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gvhdcalc.stats.binomial import no_more_likely
from gvhdcalc.stats.binomial_confidence_set import Ordering, acceptability, confidence_set, equally_likely

ORDERINGS: tuple[Ordering, Ordering] = ("probability", "tail")
every_ordering = pytest.mark.parametrize("ordering", ORDERINGS)


def p_of(x: int, n: int, p: float, ordering: Ordering) -> float:
    """The two-sided P by its definition, ties within 1e-12."""
    probabilities = stats.binom.pmf(np.arange(n + 1), n, p)
    if ordering == "probability":
        return float(probabilities[probabilities <= probabilities[x] * (1 + 1e-12)].sum())
    up_to, from_on = np.cumsum(probabilities), np.cumsum(probabilities[::-1])[::-1]
    smaller = min(up_to[x], from_on[x])
    opposite = up_to if from_on[x] <= up_to[x] else from_on
    return float(min(1.0, smaller + opposite[opposite <= smaller * (1 + 1e-12)].max(initial=0.0)))


def limits(x: int, n: int, ordering: Ordering, conf: float) -> tuple[float, float, bool]:
    lower, upper, holes = confidence_set(x, n, ordering, conf)
    return lower / (1 + lower), 1.0 if upper == math.inf else upper / (1 + upper), holes


@every_ordering
@pytest.mark.parametrize("conf", [0.5, 0.9, 0.95])
@pytest.mark.parametrize("n", [1, 2, 3, 7, 16, 30])
def test_the_interval_is_the_smallest_that_holds_what_the_test_keeps(ordering: Ordering, conf: float, n: int) -> None:
    step = 1 / 2001
    values = np.arange(1, 2001) * step
    for x in range(n + 1):
        lower, upper, holes = limits(x, n, ordering, conf)
        kept = np.array([p_of(x, n, p, ordering) > 1 - conf for p in values])
        assert lower - 1e-12 <= values[kept].min() <= lower + 2 * step, x
        assert upper - 2 * step <= values[kept].max() <= upper + 1e-12, x
        rejected_inside = ~kept & (values > lower) & (values < upper)
        assert holes or not rejected_inside.any(), x


@pytest.mark.parametrize(
    ("ordering", "x", "n"), [("probability", 1, 30), ("probability", 29, 30), ("tail", 1, 31), ("tail", 0, 57)]
)
def test_holes_are_told(ordering: Ordering, x: int, n: int) -> None:
    lower, upper, holes = limits(x, n, ordering, 0.95)
    assert holes
    inside = np.linspace(lower, upper, 100_002)[1:-1]
    # where the values lie densest: the last few hundredths of the interval, on either side
    near_ends = [p for p in inside if min(p - lower, upper - p) < 0.1 * (upper - lower)]
    assert any(p_of(x, n, p, ordering) <= 0.05 for p in near_ends)


@every_ordering
@settings(deadline=None)
@given(
    st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.floats(0.5, 0.999),
)
def test_just_outside_is_rejected(ordering: Ordering, group: tuple[int, int], conf: float) -> None:
    x, n = group
    p_value = no_more_likely if ordering == "probability" else acceptability
    lower, upper, _ = confidence_set(x, n, ordering, conf)
    # P counts ties within 1e-7: a crossing counts from a little before it
    for odds in (lower * (1 - 1e-6), upper * (1 + 1e-6)):
        if 0 < odds < math.inf:
            assert p_value(x, n, odds / (1 + odds), 1 / (1 + odds)) <= (1 - conf) * (1 + 1e-6)


@every_ordering
@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_those_without_the_event_have_the_inverse_odds(ordering: Ordering, group: tuple[int, int], conf: float) -> None:
    x, n = group
    lower, upper, holes = confidence_set(x, n, ordering, conf)
    turned = confidence_set(n - x, n, ordering, conf)
    assert turned[2] == holes
    assert (1 / turned[1] if turned[1] else math.inf) == pytest.approx(lower, rel=1e-12)
    assert (1 / turned[0] if turned[0] else math.inf) == pytest.approx(upper, rel=1e-12)


@given(st.integers(2, 10**6).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))), st.data())
def test_two_counts_are_equally_likely_where_it_says(group: tuple[int, int], data: st.DataObject) -> None:
    x, n = group
    k = data.draw(st.integers(0, x - 1))
    p = 1 / (1 + math.exp(-equally_likely(x, k, n)))
    one, other = stats.binom.logpmf([x, k], n, p)
    assert one == pytest.approx(other, rel=1e-9, abs=1e-6)


@given(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.floats(0.001, 0.999),
)
def test_blakers_p_is_its_definition(group: tuple[int, int], p: float) -> None:
    assert acceptability(*group, p, 1 - p, tolerance=1e-12) == pytest.approx(p_of(*group, p, "tail"), rel=1e-9)


@pytest.mark.parametrize("x", [0, 1, 5, 10**6, 5 * 10**8, 10**9])
@every_ordering
def test_a_billion_is_answered(ordering: Ordering, x: int) -> None:
    lower, upper, _ = confidence_set(x, 10**9, ordering, 0.95)
    assert lower <= (x / (10**9 - x) if x < 10**9 else math.inf) <= upper
