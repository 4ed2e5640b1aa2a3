"""Hazard ratios of several trials pooled: metafor's values, properties."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gvhdcalc.stats.hazard_ratio import HazardRatioInterval, from_interval
from gvhdcalc.stats.hazard_ratio_conversions import (
    conversions,
    median_with_treatment,
    probability_of_being_longer_event_free,
    survival_with_treatment,
)
from gvhdcalc.stats.hazard_ratio_pooled import Trials, cochran_q, heterogeneity, weights
from gvhdcalc.stats.registry import estimators

from .test_hazard_ratio_routes import REFERENCE, agrees

METHODS = estimators("common hazard ratio")
ROWS = REFERENCE["pooled"]


def of(row):
    return Trials.of(list(zip(row["log_hr"], row["se"], strict=True)))


@pytest.mark.parametrize("key", METHODS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_metafor(key, row):
    agrees(METHODS[key].function(of(row), row["conf"]), row[key])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_heterogeneity(row):
    q, expected = cochran_q(of(row)), row["cochran-q"]
    assert (q.statistic, q.p, q.df) == (
        pytest.approx(expected["statistic"], rel=1e-9),
        pytest.approx(expected["p"], rel=1e-6),
        expected["df"],
    )
    found = {(v.name, v.method): v.value for v in heterogeneity(of(row), tuple(METHODS), row["conf"])}
    for key in ("dersimonian-laird", "paule-mandel", "reml"):
        assert found["tau^2", key] == pytest.approx(row[key]["tau2"], rel=1e-6, abs=1e-10)
    assert sum(weights(of(row))) == pytest.approx(1)


def test_one_trial_is_itself():
    one = Trials.of([(math.log(0.68), 0.17)])
    for method in METHODS.values():
        assert method.function(one).estimate == pytest.approx(0.68)
    assert math.isnan(cochran_q(one).p) and heterogeneity(one, tuple(METHODS), 0.95) == ()
    with pytest.raises(ValueError, match="at least one"):
        Trials.of([])


def test_many_analyses_are_each_by_itself():
    rows = [row for row in ROWS if len(row["se"]) == 5][:3]
    many = Trials(np.array([row["log_hr"] for row in rows]).T, np.array([row["se"] for row in rows]).T ** 2)
    for key, method in METHODS.items():
        whole = method.function(many, 0.95)
        for i, row in enumerate(rows):
            assert whole.estimate[i] == pytest.approx(method.function(of(row), 0.95).estimate, rel=1e-9), key


@pytest.mark.parametrize("row", REFERENCE["conversions"], ids=lambda row: str(row["id"]))
def test_what_a_ratio_means(row):
    hr, s0 = row["hr"], row["control_survival"]
    assert probability_of_being_longer_event_free(hr) == pytest.approx(row["longer"], rel=1e-9)
    assert survival_with_treatment(hr, s0) == pytest.approx(row["survival"], rel=1e-9)
    assert median_with_treatment(hr, row["control_median"]) == pytest.approx(row["median"], rel=1e-9)
    estimate = from_interval(HazardRatioInterval(hr, hr / 1.5, hr * 1.5))
    found = {value.name: value.value for value in conversions(estimate, row["control_median"], s0)}
    if hr != 1:
        assert found["number needed to treat"] == pytest.approx(row["needed"], rel=1e-9)
    assert found["longer event-free, lower"] < found["longer event-free"] < found["longer event-free, upper"]
    assert found["median with treatment, lower"] < row["median"] < found["median with treatment, upper"]


def test_the_e_value_is_that_of_the_source():
    """VanderWeele & Ding 2017: a hazard ratio of a common outcome by their transformation; EValue has 1.94 for 0.68."""
    found = {v.name: v.value for v in conversions(from_interval(HazardRatioInterval(0.68, 0.48, 0.95)))}
    rr = (1 - 0.5 ** math.sqrt(0.68)) / (1 - 0.5 ** math.sqrt(1 / 0.68))
    assert found["E-value"] == pytest.approx(1 / rr + math.sqrt(1 / rr * (1 / rr - 1)))
