"""Restricted mean survival time, against R's survival, the documented example of survRM2, and by its properties."""

import math

import numpy as np
import pytest

from gvhdcalc.stats import registry
from gvhdcalc.stats.kaplan_meier import kaplan_meier
from gvhdcalc.stats.restricted_mean import (
    DIFFERENCE,
    LOST_RATIO,
    MEASURE,
    RATIO,
    RestrictedMean,
    TwoRestrictedMeans,
    largest_tau,
    restricted_mean,
)

from .against_reference import agrees, covers, rounds_to, row_id, rows_of
from .survival_sets import REFERENCE, curve_of

MEASURES = (MEASURE, DIFFERENCE, RATIO, LOST_RATIO)


def method_of(measure):
    return registry.estimators(measure)["kaplan-meier"]


@pytest.mark.parametrize("row", rows_of(REFERENCE, *MEASURES), ids=row_id)
def test_means_of_r(row):
    arms = [restricted_mean(curve_of(row["set"], arm), row["tau"]) for arm in (0, 1)]
    if row["measure"] == MEASURE:
        found = method_of(MEASURE).function(arms[row["arm"]], row["conf"])
        for field in ("estimate", "se", "lower", "upper"):
            assert getattr(found, field) == pytest.approx(row[field], rel=1e-6, abs=1e-12), field
        return
    if row["se"] == 0:  # no event before tau in either arm
        assert method_of(row["measure"]).function(TwoRestrictedMeans(*arms)).se == 0
        return
    agrees(row, method_of(row["measure"]), TwoRestrictedMeans(*arms))


def test_every_method_has_reference_values():
    for measure in MEASURES:
        of = {**REFERENCE, "header": {"sources": {measure: {"kaplan-meier": REFERENCE["header"]["sources"][measure]}}}}
        covers(of, measure, {"kaplan-meier": method_of(measure)})


def test_documented_example_of_survrm2():
    """survRM2's vignette: the 312 randomised patients of pbc, tau 10 years; the drug is the first arm."""
    arms = []
    for arm in (0, 1):
        scaled = restricted_mean(curve_of("pbc", arm), 10 * 365.25)
        arms.append(RestrictedMean(scaled.mean / 365.25, scaled.se / 365.25, 10.0))
    for arm, printed in zip(arms, (("7.146", "0.283"), ("7.283", "0.295")), strict=True):
        assert rounds_to(arm.mean, printed[0])
        assert rounds_to(arm.se, printed[1])
    both = TwoRestrictedMeans(*arms)
    printed = {
        DIFFERENCE: ("-0.137", "-0.939", "0.665", "0.738"),
        RATIO: ("0.981", "0.878", "1.096", "0.738"),
    }
    for measure, figures in printed.items():
        found = method_of(measure).function(both)
        for value, text in zip((found.estimate, found.lower, found.upper, found.p), figures, strict=True):
            assert rounds_to(value, text), (measure, text, value)


def curve(time, event):
    return kaplan_meier(np.array(time, dtype=float), np.array(event))


@pytest.mark.parametrize(
    "one, two, tau",
    [
        (curve([1, 5], [1, 1]), curve([2, 7], [1, 1]), 7),  # the four cases of survRM2
        (curve([1, 5], [1, 1]), curve([2, 7], [1, 0]), 7),
        (curve([1, 5], [1, 0]), curve([2, 7], [1, 1]), 5),
        (curve([1, 5], [1, 0]), curve([2, 7], [1, 0]), 5),
    ],
)
def test_the_largest_tau(one, two, tau):
    assert largest_tau(one, two) == largest_tau(two, one) == tau
    assert not math.isnan(restricted_mean(one, tau).mean + restricted_mean(two, tau).mean)


def test_beyond_the_last_observation_there_is_no_mean():
    found = method_of(MEASURE).function(restricted_mean(curve([1, 5], [1, 0]), 5.1))
    assert math.isnan(found.estimate)
    assert found.notes


def test_without_censoring_it_is_the_mean_of_the_shorter_times():
    time = np.array([1.0, 2.0, 2.5, 4.0, 8.0])
    found = restricted_mean(kaplan_meier(time, np.ones(5)), 4.0)
    short = np.minimum(time, 4.0)
    assert found.mean == pytest.approx(short.mean())
    assert found.se == pytest.approx(short.std() / math.sqrt(5))


def test_swapping_the_arms():
    one, two = (restricted_mean(curve_of("veteran", arm), 300) for arm in (0, 1))
    for measure in (DIFFERENCE, RATIO, LOST_RATIO):
        forward = method_of(measure).function(TwoRestrictedMeans(one, two))
        back = method_of(measure).function(TwoRestrictedMeans(two, one))
        turned = -forward.estimate if measure == DIFFERENCE else 1 / forward.estimate
        assert back.estimate == pytest.approx(turned)
        assert back.p == pytest.approx(forward.p)


@pytest.mark.parametrize("unit", [1e-300, 1e300])
def test_times_as_small_or_large_as_numbers_go(unit):
    """The mean and its error follow the unit of time, also where the squares of times are no numbers."""
    time, event = np.array([1.0, 2.0, 2.5, 4.0, 8.0]), np.array([1, 0, 1, 1, 0])
    plain, far = (restricted_mean(kaplan_meier(time * by, event), 6 * by) for by in (1.0, unit))
    assert far.mean == pytest.approx(plain.mean * unit, rel=1e-12)
    assert far.se == pytest.approx(plain.se * unit, rel=1e-12)
