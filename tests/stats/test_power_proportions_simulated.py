"""Simulated trials of two proportions agree with exact power, within their Monte Carlo error."""

from __future__ import annotations

from typing import Any

import pytest

from gvhdcalc.stats.power_proportions import MEASURE, TwoProportions
from gvhdcalc.stats.power_proportions_simulated import simulate
from gvhdcalc.stats.registry import designs
from gvhdcalc.stats.simulation import Simulation

METHODS = designs(MEASURE)
TRIALS = 20_000


@pytest.mark.parametrize("key", [key for key in METHODS if key.startswith("exact-")])
def test_exact_power_is_met(key: str) -> None:
    asked = TwoProportions(0.4, 0.7, n1=30, n0=40)
    row = METHODS[key].function(asked)
    found = simulate(asked, row, TRIALS, 1)
    assert abs(found.power - row.power) < 4 * found.error
    assert simulate(asked, row, TRIALS, 1) == found
    assert simulate(asked, row, TRIALS, 2) != found


@pytest.mark.parametrize("key", [key for key in METHODS if METHODS[key].closed_form and key != "farrington-manning"])
@pytest.mark.parametrize("sides", [1, 2])
def test_large_trials_have_the_power_of_the_formula(key: str, sides: int) -> None:
    asked = TwoProportions(0.5, 0.56, n1=1000, n0=1500, sides=sides)
    row = METHODS[key].function(asked)
    assert simulate(asked, row, TRIALS, 1).power == pytest.approx(row.power, abs=0.015)


@pytest.mark.parametrize("contrast", ["risk difference", "risk ratio", "odds ratio"])
@pytest.mark.parametrize("key", ["unpooled", "farrington-manning"])
def test_trials_of_a_margin(key: str, contrast: str) -> None:
    margin = {"risk difference": -0.05, "risk ratio": 0.9, "odds ratio": 0.75}[contrast]
    asked = TwoProportions(0.6, 0.6, n1=1200, n0=1200, contrast=contrast, margin=margin)
    if (key, contrast) == ("farrington-manning", "odds ratio"):
        return  # has no formula
    row = METHODS[key].function(asked)
    assert simulate(asked, row, TRIALS, 1).power == pytest.approx(row.power, abs=0.015)


def test_trials_of_equivalence_and_of_the_null_hypothesis() -> None:
    asked = TwoProportions(0.6, 0.6, n1=1200, n0=1200, margin=-0.07, upper_margin=0.07)
    row = METHODS["farrington-manning"].function(asked)
    assert simulate(asked, row, TRIALS, 1).power == pytest.approx(row.power, abs=0.015)
    nearly = TwoProportions(0.4, 0.4 + 1e-9, n1=300, n0=300)
    found = simulate(nearly, METHODS["pooled"].function(nearly), TRIALS, 1)
    assert found.power == pytest.approx(0.025, abs=0.006)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"p1": 0.7, "n1": 30, "n0": 40, "design_effect": 1.2}, "clusters are not simulated"),
        ({"n1": 5, "n0": 5, "power": 0.9}, "there is no effect to simulate"),
    ],
)
def test_what_is_not_simulated(asked: dict[str, Any], message: str) -> None:
    question = TwoProportions(0.95, **asked)
    with pytest.raises(ValueError, match=message):
        simulate(question, METHODS["pooled"].function(question), 100, 1)


def test_monte_carlo_error() -> None:
    assert Simulation(80, 100).power == 0.8
    assert Simulation(80, 100).error == pytest.approx(0.04)
    assert Simulation(0, 100).error == pytest.approx(Simulation(100, 100).error)
    assert 0 < Simulation(0, 100).error < 0.01
    assert [value.name for value in Simulation(1, 10).values()] == ["simulated power", "Monte Carlo standard error"]
