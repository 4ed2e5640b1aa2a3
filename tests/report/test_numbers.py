"""Numbers as a paper prints them."""

import math

import pytest

from gvhdcalc.report import numbers


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1.99832, 2, "2.00"), (0.004, 2, "0.004"), (0.0, 2, "0.00"), (-0.0001, 0, "-0.0001"), (math.inf, 2, "infinity"),
        (-math.inf, 2, "-infinity"), (math.nan, 2, "n/a"), (1234.5, 0, "1235"), (8.25, 1, "8.3"),
        (-0.125, 2, "-0.13"), (1e20, 2, "1e+20"), (-12.1, 1, "-12.1"),
    ],
)  # fmt: skip
def test_fixed(value, decimals, text):
    assert numbers.fixed(value, decimals) == text


@pytest.mark.parametrize(
    ("p", "text"), [(0.0434, "0.043"), (0.0009, "<0.001"), (0.001, "0.001"), (1.0, "1.000"), (math.nan, "n/a")]
)
def test_p_value(p, text):
    assert numbers.p_value(p) == text


def test_more_digits_show_a_smaller_p():
    assert numbers.p_value(0.0000434, 5) == "0.00004"
    assert numbers.p_value(0.0000034, 5) == "<0.00001"


def test_percent_and_measures():
    assert numbers.percent(0.8283) == "82.8%"
    assert numbers.percent(math.nan) == "n/a"
    assert numbers.of_measure("risk difference", 0.1212, None) == "12.1%"
    assert numbers.of_measure("odds ratio", 1.998, None) == "2.00"
    assert numbers.of_measure("odds ratio", 1.998, 4) == "1.9980"


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("proportion", 0.605, "60.5%"),
        ("P", 0.0002, "<0.001"),
        ("events", 132, "132"),
        ("", 0.17421, "0.174"),
        ("", None, "n/a"),
    ],
)
def test_of_unit(unit, value, text):
    assert numbers.of_unit(unit, value, None) == text
