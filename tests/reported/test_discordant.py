"""The discordant pairs behind an exact interval of McNemar's odds ratio."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.reported.discordant import pairs
from gvhdcalc.stats.proportion import OneProportion, clopper_pearson


def boxes(b: int, c: int, decimals: int, conf: float = 0.95) -> list[tuple[float, float]]:
    """What the odds of b out of b + c, with the limits of Clopper and Pearson, round to."""
    row = clopper_pearson(OneProportion(b, b + c), conf)
    half = 0.5 * 10**-decimals
    rounded = [round(p / (1 - p), decimals) for p in (b / (b + c), row.lower, row.upper)]
    return [(x - half, x + half) for x in rounded]


@given(b=st.integers(5, 150), c=st.integers(5, 150), conf=st.sampled_from([0.9, 0.95, 0.99]))
def test_pairs_that_print_so_are_found(b, c, conf):
    printed = boxes(b, c, 3, conf)
    found = pairs(*printed, conf)
    assert found is not None
    again = boxes(*found, 3, conf)
    assert all(one == pytest.approx(two, abs=1e-9) for one, two in zip(printed, again, strict=True))


def test_what_no_pairs_give():
    assert pairs((0.475, 0.485), (0.195, 0.205), (0.665, 0.675), 0.95) is None
    # symmetric about 1.43 on the log scale it is not, nor exact
    assert pairs((1.425, 1.435), (1.105, 1.115), (1.985, 1.995), 0.95) is None


@pytest.mark.parametrize(
    "printed",
    [
        ((0.3, 0.4), (-0.1, 0.1), (0.6, 0.7)),
        ((0.3, 0.4), (0.6, 0.7), (0.1, 0.2)),
        ((-0.1, 0.1), (0.1, 0.2), (0.6, 0.7)),
    ],
)
def test_limits_that_are_none(printed):
    assert pairs(*printed, 0.95) is None
