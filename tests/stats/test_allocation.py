"""Whole patients per arm: rounding, splitting, dropout."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats.allocation import analysed, enrolled, roundings, split, whole_down, whole_up


@pytest.mark.parametrize(
    ("n", "up", "down"),
    [
        (190.14, 191, 190),
        (191.0, 191, 191),
        (191 + 1e-8, 191, 191),
        (191 - 1e-8, 191, 191),
        (0.2, 1, 0),
        (1e9 + 0.5, 1e9 + 1, 1e9),
    ],
)
def test_whole_numbers(n: float, up: float, down: float) -> None:
    assert (whole_up(n), whole_down(n)) == (up, down)
    assert isinstance(whole_up(n), int)
    assert (whole_up(np.array([n]))[0], whole_down(np.array([n]))[0]) == (up, down)


def test_what_is_not_finite_stays() -> None:
    assert whole_up(math.inf) == math.inf and math.isnan(whole_up(math.nan))
    assert np.isinf(whole_up(np.array([np.inf])))[0]


@pytest.mark.parametrize(
    ("total", "ratio", "arms"),
    [
        (198, 1, (99, 99)),
        (203, 1, (102, 101)),
        (203, 2, (135, 68)),
        (203, 0.5, (68, 135)),
        (3, 2, (2, 1)),
        (100, 1.5, (60, 40)),
    ],
)
def test_split(total: int, ratio: float, arms: tuple[int, int]) -> None:
    assert split(total, ratio) == arms


@given(st.integers(1, 10**6), st.floats(0, 0.9))
def test_the_enrolled_leave_enough_and_one_less_does_not(n: int, dropout: float) -> None:
    many = enrolled(n, dropout)
    assert analysed(many, dropout) >= n
    assert (many - 1) * (1 - dropout) < n


def test_roundings_of_a_size_with_dropout() -> None:
    found = list(roundings(91.2, 91.2, 0.1))
    made = {how: n for n, how in found}
    assert made["each arm rounded up, / (1 - dropout), rounded up"] == 2 * math.ceil(92 / 0.9) == 206
    assert made["total / (1 - dropout), rounded up"] == math.ceil(182.4 / 0.9) == 203
    assert made["total * (1 + dropout), rounded up"] == math.ceil(182.4 * 1.1) == 201
    assert made["each arm rounded up, without dropout"] == 184
    assert made["total rounded to the nearest, without dropout"] == 182


def test_roundings_of_unequal_arms_without_dropout() -> None:
    made = {how: n for n, how in roundings(61.2, 30.6)}
    assert made["each arm rounded up"] == 62 + 31
    assert made["total rounded up"] == 92
    assert (made["arm 1 alone, rounded up"], made["arm 2 alone, rounded up"]) == (62, 31)
    assert not any("dropout" in how for how in made)
