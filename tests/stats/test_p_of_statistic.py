"""P values of test statistics against R's distribution functions."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import p_of_statistic

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "p_of_statistic.json").read_text(encoding="utf-8"))
KINDS = ("normal", "chi_squared", "t", "f", "correlation")


def computed(case: dict[str, Any]) -> float:
    degrees = [case[name] for name in ("df1", "df2") if case[name] is not None]
    return float(getattr(p_of_statistic, case["kind"])(case["statistic"], *degrees))


@pytest.mark.parametrize("kind", KINDS)
def test_against_r(kind: str) -> None:
    cases = [case for case in REFERENCE["cases"] if case["kind"] == kind]
    assert len(cases) >= 12
    for case in cases:
        assert computed(case) == pytest.approx(case["p"], rel=1e-9, abs=1e-300), case


positive = st.floats(0.01, 500)
degrees = st.floats(0.5, 5000)


@given(positive, degrees, degrees)
def test_f_and_its_reciprocal_share_the_whole(x: float, df1: float, df2: float) -> None:
    whole = p_of_statistic.f(x, df1, df2) + p_of_statistic.f(1 / x, df2, df1)
    assert whole == pytest.approx(1, abs=1e-9)


@given(positive, degrees)
def test_a_greater_statistic_has_a_smaller_p(x: float, df: float) -> None:
    assert p_of_statistic.chi_squared(1.1 * x, df) <= p_of_statistic.chi_squared(x, df) <= 1
    assert p_of_statistic.t(1.1 * x, df) <= p_of_statistic.t(x, df) <= 1


@given(positive)
def test_one_degree_of_freedom_is_the_square_of_a_normal(x: float) -> None:
    assert p_of_statistic.chi_squared(x, 1) == pytest.approx(p_of_statistic.normal(math.sqrt(x)), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    ("name", "values"),
    [("chi_squared", (-1, 1)), ("chi_squared", (1, 0)), ("f", (-1, 1, 1)), ("f", (1, 1, 0)), ("t", (1, 0)),
     ("correlation", (1.2, 10))],
)  # fmt: skip
def test_what_is_no_statistic_is_refused(name: str, values: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"statistic|coefficient"):
        getattr(p_of_statistic, name)(*values)
