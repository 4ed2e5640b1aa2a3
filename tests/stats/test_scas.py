"""Skewness-corrected score intervals: published output, the tests that go with them, and low levels."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import registry, scas
from gvhdcalc.stats.null_value import CONTRASTS
from gvhdcalc.stats.two_by_two import TwoByTwo

METHODS = {"risk difference": scas.difference, "risk ratio": scas.ratio, "odds ratio": scas.ratio_of_odds}
by_measure = pytest.mark.parametrize("measure", METHODS)

cells = st.integers(0, 60)
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]).map(lambda t: TwoByTwo(*t))

# Printed by the documentation of the R package ratesci 1.0: help of scoreci, vignette on basic contrasts
PRINTED = [
    ("risk difference", (12, 16, 1, 16), "0.38567597", "0.8778839", "9.741092e-05"),
    ("risk difference", (19, 29, 22, 30), "-0.31189939", "0.1600794", "0.5178555"),
    ("risk difference", (5, 56, 0, 29), "-0.01861751", "0.1867180", "0.08199729"),
    ("risk ratio", (5, 56, 0, 29), "0.7696", "inf", "0.08199729"),
    ("odds ratio", (5, 56, 0, 29), "0.7587", "inf", "0.08199729"),
    ("odds ratio", (5, 56, 1, 29), "0.385475", "56.08070", None),
]


@pytest.mark.parametrize(("measure", "data", "lower", "upper", "p"), PRINTED)
def test_what_ratesci_prints(measure, data, lower, upper, p):
    row = METHODS[measure](TwoByTwo.from_totals(*data))
    for value, printed in ((row.lower, lower), (row.upper, upper)):
        digits = len(printed.partition(".")[2])
        # its bisection stops at 1e-6 or before: the last figure may be off
        assert value == pytest.approx(float(printed), abs=max(1e-6, 0.6 * 10.0**-digits) * max(1, abs(value)))
    if p is not None:
        assert row.p == pytest.approx(float(p), rel=1e-6)


@by_measure
@given(table=tables)
def test_statistic_and_p_are_those_of_the_test_at_equality(measure, table):
    row = METHODS[measure](table)
    at_equality = registry.tests(CONTRASTS[measure].at_null)["scas"].function(table, CONTRASTS[measure].equality)
    assert row.statistic == pytest.approx(at_equality.statistic, abs=1e-9, nan_ok=True)
    assert row.p == pytest.approx(at_equality.p, rel=1e-7, nan_ok=True)


@pytest.mark.parametrize("conf", [0.1, 0.5, 0.68, 0.95, 0.999])
@by_measure
@given(table=tables)
def test_limits_have_the_critical_statistic_at_any_level(measure, conf, table):
    """Below 68% a limit may lie on the other side of the observed value."""
    row = METHODS[measure](table, conf)
    test = registry.tests(CONTRASTS[measure].at_null)["scas"].function
    z = NormalDist().inv_cdf((1 + conf) / 2)
    lowest, highest = (-1, 1) if measure == "risk difference" else (0, math.inf)
    for limit, sign in ((row.lower, 1), (row.upper, -1)):
        if lowest < limit < highest and not math.isnan(row.estimate):
            inside = abs(limit) < 1 - 1e-6 if measure == "risk difference" else 1e-9 < limit < 1e9
            if inside:
                assert test(table, limit).statistic == pytest.approx(sign * z, abs=1e-6)


def test_no_room_below_or_above():
    assert scas.difference(TwoByTwo(0, 5, 8, 0)).lower == -1
    assert scas.difference(TwoByTwo(8, 0, 0, 5)).upper == 1
    row = scas.ratio(TwoByTwo(0, 10, 0, 12))
    assert (row.lower, row.upper) == (0, math.inf)
    assert row.notes
    for cells in ((0, 0, 3, 4), (3, 4, 0, 0)):
        for method in METHODS.values():
            row = method(TwoByTwo(*cells))
            assert math.isnan(row.lower)
            assert math.isnan(row.upper)


def test_extreme_levels_reach_the_end_of_the_scale():
    """One event has no skewness-corrected lower limit of the ratio beyond z = sqrt(7), 99.2%."""
    assert scas.ratio(TwoByTwo(1, 99, 0, 100), 0.95).lower > 0
    assert scas.ratio(TwoByTwo(1, 99, 0, 100), 0.999).lower == pytest.approx(0, abs=1e-9)


@by_measure
def test_low_levels_of_arrays_are_those_of_plain_numbers(measure):
    rows = [(82, 17, 70, 29), (0, 7, 2, 11), (1, 99, 40, 5), (9, 1, 3, 7), (0, 7, 0, 11), (10, 0, 12, 0)]
    for conf in (0.3, 0.95):
        together = METHODS[measure](TwoByTwo(*np.array(rows).T), conf)
        for index, row in enumerate(rows):
            alone = METHODS[measure](TwoByTwo(*row), conf)
            for field in ("lower", "upper", "statistic"):
                one, many = getattr(alone, field), getattr(together, field)[index]
                assert many == pytest.approx(one, rel=1e-12, nan_ok=True), (field, row)
