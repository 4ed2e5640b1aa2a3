"""The conditional distribution of a sum of 2x2 tables: by listing, at the far ends, and where it is normal."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.stats.conditional_sum import ConditionalSum, NormalSum, conditional_sum
from gvhdcalc.stats.noncentral_hypergeometric import Conditional
from gvhdcalc.stats.strata import Strata
from gvhdcalc.stats.two_by_two import TwoByTwo


def strata(*arms: tuple[int, int, int, int]) -> Strata:
    return Strata.of(TwoByTwo.from_totals(*one) for one in arms)


small = st.tuples(st.integers(1, 7), st.integers(1, 7)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@settings(max_examples=60, deadline=None)
@given(st.lists(small, min_size=1, max_size=4))
def test_tails_by_listing_every_combination(tables: list[tuple[int, int, int, int]]) -> None:
    observed = sum(x1 for x1, _, _, _ in tables)
    ways: dict[int, int] = {}
    supports = []
    for x1, n1, x0, n0 in tables:
        m = x1 + x0
        supports.append([(y, math.comb(n1, y) * math.comb(n0, m - y)) for y in range(max(0, m - n0), min(n1, m) + 1)])
    for combination in itertools.product(*supports):
        total = sum(y for y, _ in combination)
        ways[total] = ways.get(total, 0) + math.prod(way for _, way in combination)
    whole = sum(ways.values())
    found = ConditionalSum(strata(*tables))
    less, equal, more = found.tails()
    assert less == pytest.approx(sum(w for t, w in ways.items() if t < observed) / whole, rel=1e-10, abs=1e-15)
    assert equal == pytest.approx(ways[observed] / whole, rel=1e-10)
    assert more == pytest.approx(sum(w for t, w in ways.items() if t > observed) / whole, rel=1e-10, abs=1e-15)
    two_sided = sum(w for w in ways.values() if w <= ways[observed]) / whole
    assert found.no_more_likely() == pytest.approx(two_sided, rel=1e-10)


@pytest.mark.parametrize("one", [(950, 1000, 20, 1000), (20, 1000, 950, 1000), (0, 900, 800, 900), (700, 800, 3, 1900)])
def test_one_stratum_far_out_is_fishers_test(one: tuple[int, int, int, int]) -> None:
    """P below 1e-280, where the convolution goes by way of another odds ratio."""
    alone = Conditional.of(TwoByTwo.from_totals(*one))
    found = ConditionalSum(strata(one))
    assert alone.no_more_likely() < 1e-200
    assert found.no_more_likely() == pytest.approx(alone.no_more_likely(), rel=1e-8)
    for ours, theirs in zip(found.tails(), alone.tails(), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-8)


@pytest.mark.parametrize(
    "tables",
    [
        [(5200, 10000, 5000, 10000), (3300, 10000, 3200, 10000)],
        [(900, 4000, 800, 4100), (40, 100, 35, 100), (2, 9, 3, 8)],
    ],
)
def test_normal_approximation_is_near_the_exact_distribution(tables: list[tuple[int, int, int, int]]) -> None:
    """The one that takes the place of the exact distribution at counts a thousand times as large."""
    exact, normal = ConditionalSum(strata(*tables)), NormalSum(strata(*tables))
    spread = math.log(exact.limits(0.95, 1.0)[1]) - math.log(exact.limits(0.95, 1.0)[0])
    assert math.log(normal.maximum_likelihood()) == pytest.approx(
        math.log(exact.maximum_likelihood()), abs=1e-3 * spread
    )
    for weight in (1.0, 0.5):
        for ours, theirs in zip(normal.limits(0.95, weight), exact.limits(0.95, weight), strict=True):
            assert math.log(ours) == pytest.approx(math.log(theirs), abs=2e-3 * spread)
    assert normal.no_more_likely() == pytest.approx(exact.no_more_likely(), rel=0.05)


def test_large_counts_are_answered_and_say_when_normal() -> None:
    cases = [
        (strata((500_020_000, 10**9, 5 * 10**8, 10**9), (123_456_000, 10**9, 123_440_000, 10**9)), False),
        (strata((5, 10**9, 12, 10**9), (0, 10**9, 4, 10**9)), True),
        (strata(*[(50, 100, 55, 100)] * 300), True),
        (strata((5 * 10**8, 10**9, 5 * 10**8, 10**9)), True),
    ]
    for table, exact in cases:
        found = conditional_sum(table)
        assert found.exact is exact
        lower, upper = found.limits(0.95, 1.0)
        assert lower < found.maximum_likelihood() < upper or not exact
        assert 0 <= found.no_more_likely() <= 1


def test_margins_that_leave_no_choice() -> None:
    found = conditional_sum(strata((0, 5, 0, 7), (3, 3, 4, 4)))
    assert found.degenerate
    assert math.isnan(found.maximum_likelihood())
    assert found.no_more_likely() == 1.0
    assert found.tails() == (0.0, 1.0, 0.0)
