"""Counts and totals behind percentages, against every count tried one by one in exact fractions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.reported.grim import counts_for, nearest_percentages, totals_for, totals_of
from gvhdcalc.reported.number import parse_number


def allowed(printed, count, n):
    """Whether count/n rounds to the printed proportion, in exact arithmetic."""
    x = Fraction(count, n)
    value = Fraction(printed.units, 10**printed.places)
    half = Fraction(1, 2 * 10**printed.places)
    return {
        "=": value - half <= x <= value + half,
        "<": x < value,
        "<=": x <= value,
        ">": x > value,
        ">=": x >= value,
    }[printed.relation]


def test_the_trial():
    assert list(counts_for(parse_number("82.8%"), 99)) == [82]
    assert list(counts_for(parse_number("70.7%"), 99)) == [70]
    assert not counts_for(parse_number("82.8%"), 101)
    assert totals_of(82, parse_number("82.8%")) == range(99, 100)
    assert list(counts_for(parse_number("97.5%"), 203)) == [198]
    # 40.4% women: of the 203 randomised and of the 198 who completed
    assert list(counts_for(parse_number("40.4%"), 203)) == [82]
    assert list(counts_for(parse_number("40.4%"), 198)) == [80]


def test_ends_belong_to_the_interval():
    assert list(counts_for(parse_number("0.12"), 8)) == [1]  # 0.125, half to even
    assert list(counts_for(parse_number("0.13"), 8)) == [1]  # 0.125, half up
    assert list(counts_for(parse_number("0%"), 100)) == [0]
    assert list(counts_for(parse_number("100%"), 3)) == [3]
    assert list(counts_for(parse_number("<1%"), 100)) == [0]
    assert list(counts_for(parse_number(">99%"), 100)) == [100]


def test_large_totals_take_no_loop():
    n = 10**9
    assert counts_for(parse_number("40.4%"), n) == range(403_500_000, 404_500_001)
    assert len(counts_for(parse_number("<1%"), 10**15)) == 10**13
    assert nearest_percentages(parse_number("33.3%"), n)[0] == (333_000_000, 0.333)


def test_totals_for_all_percentages():
    percents = [parse_number("82.8%"), parse_number("70.7%")]
    assert totals_for(percents, 90, 110) == tuple(
        n for n in range(90, 111) if all(any(allowed(p, k, n) for k in range(n + 1)) for p in percents)
    )
    assert 99 in totals_for(percents, 90, 110) and 101 not in totals_for(percents, 90, 110)
    assert totals_for([], 5, 7) == (5, 6, 7)
    assert totals_for(percents, 10, 9) == ()


def test_nearest_percentages():
    assert nearest_percentages(parse_number("82.8%"), 101) == ((83, 83 / 101), (84, 84 / 101))
    assert nearest_percentages(parse_number("100%"), 7) == ((7, 1.0),)
    assert nearest_percentages(parse_number("0%"), 7) == ((0, 0.0), (1, 1 / 7))


@pytest.mark.parametrize(
    "call",
    [
        lambda: counts_for(parse_number("50%"), 0),
        lambda: totals_for([parse_number("50%")], 0, 5),
        lambda: nearest_percentages(parse_number("50%"), -1),
        lambda: nearest_percentages(parse_number("150%"), 10),
        lambda: totals_of(-1, parse_number("50%")),
        lambda: counts_for(parse_number("infinity"), 5),
    ],
)
def test_what_has_no_answer_is_refused(call):
    with pytest.raises(ValueError) as refused:
        call()
    assert str(refused.value).isprintable()


percents = st.builds(
    lambda units, decimals, relation: parse_number(f"{relation}{units / 10**decimals:.{decimals}f}%"),
    st.integers(0, 10_000),
    st.integers(0, 2),
    st.sampled_from(["", "", "", "<", ">", "≤", "≥"]),
)


@given(percents, st.integers(1, 150))
def test_counts_against_every_count(printed, n):
    assert list(counts_for(printed, n)) == [k for k in range(n + 1) if allowed(printed, k, n)]


@given(percents, st.integers(0, 40))
def test_totals_against_every_total(printed, count):
    expected = [n for n in range(max(count, 1), 201) if allowed(printed, count, n)]
    assert list(totals_of(count, printed, 200)) == expected


@given(st.integers(1, 10**9), st.data())
def test_a_true_percentage_has_its_count(n, data):
    count = data.draw(st.integers(0, n))
    printed = parse_number(f"{100 * count / n:.1f}%")
    assert count in counts_for(printed, n)
    assert n in totals_of(count, printed)


@given(percents, st.integers(1, 1000))
def test_neighbours_are_on_either_side(printed, n):
    if printed.value > 1:
        return
    near = nearest_percentages(printed, n)
    assert near[0][1] <= printed.value + 1e-12
    assert len(near) == 1 or (near[1][1] > printed.value - 1e-12 and near[1][0] == near[0][0] + 1)
