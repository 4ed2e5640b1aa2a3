"""Events, patients, power and detectable ratio of the log-rank test: R's values, a published example, properties."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from gvhdcalc.stats.power_logrank import (
    MEASURE,
    AtTime,
    Exponential,
    LogRank,
    Overall,
    hazard_ratio_of_survivals,
)
from gvhdcalc.stats.registry import Method, designs

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "power.json").read_text(encoding="utf-8"))
CASES = [case for case in REFERENCE["cases"] if case["quantity"] == "logrank"]
METHODS = designs(MEASURE)
EVERY = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)

_ABOUT = {"quantity", "solve", "id", "method", "result", "kind", "at"}


def question(case: dict[str, Any]) -> LogRank:
    given_ = {key: value for key, value in case.items() if key not in _ABOUT}
    if "at" in case:
        given_["event_probability"] = (Exponential if case["kind"] == "median" else AtTime)(**case["at"])
    return LogRank(**given_)


def test_the_methods_are_those_documented() -> None:
    assert list(METHODS) == ["schoenfeld", "freedman"]


def test_every_method_has_twenty_cases_of_each_question() -> None:
    for key in METHODS:
        for solve in ("events", "n", "power", "effect"):
            assert sum(case["method"] == key and case["solve"] == solve for case in CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['method']}-{case['solve']}-{case['id']}")
def test_reference(case: dict[str, Any]) -> None:
    found = METHODS[case["method"]].function(question(case))
    expected = case["result"]
    if case["solve"] in {"events", "n"}:
        assert found.solved == "n"
        assert found.events_exact == pytest.approx(expected["events"], rel=1e-6)
        assert found.events == max(1, math.ceil(found.events_exact - 1e-6))
    if case["solve"] == "n":
        assert (found.n1_exact, found.n0_exact) == pytest.approx((expected["n1"], expected["n0"]), rel=1e-6)
    elif case["solve"] == "power":
        assert found.power == pytest.approx(expected["power"], rel=1e-6)
    elif case["solve"] == "effect":
        effect = math.nan if expected["effect"] is None else expected["effect"]
        assert found.effect == pytest.approx(effect, rel=1e-6, nan_ok=True)
        if expected["effect"] is not None:
            assert math.log(found.effect) == pytest.approx(math.log(effect), rel=1e-6)


# MRC Cognition and Brain Sciences Unit, statistics pages (powsurv): survival of 0.75 against 0.37, 80% power, two-sided
# 5%: 20.39 events and 47 people by Schoenfeld's formula (z to two places), 26 and 59 by WINPEPI (Freedman's).
def test_a_published_example() -> None:
    asked = LogRank(hr=hazard_ratio_of_survivals(0.75, 0.37), power=0.8, event_probability=AtTime(0.37, 0.75))
    schoenfeld, freedman = (METHODS[key].function(asked) for key in ("schoenfeld", "freedman"))
    assert schoenfeld.events_exact == pytest.approx(20.39, abs=0.05)
    assert math.ceil(schoenfeld.n1_exact + schoenfeld.n0_exact) == 47
    assert freedman.events == 26
    assert math.ceil(freedman.n1_exact + freedman.n0_exact) == 59


@pytest.mark.parametrize(
    ("median", "accrual", "follow_up"), [(6, 54, 12), (10, 24, 0), (2000, 12, 12), (1e7, 3, 1), (3, 0, 5)]
)
def test_the_exponential_probability_is_the_mean_over_accrual(median: float, accrual: float, follow_up: float) -> None:
    hazard = math.log(2) / median
    if accrual:
        mean = integrate.quad(lambda t: -math.expm1(-hazard * t) / accrual, follow_up, follow_up + accrual, epsabs=0)[0]
    else:
        mean = -math.expm1(-hazard * follow_up)
    one, two = Exponential(median, accrual, follow_up).arms(0.5)
    assert two == pytest.approx(mean, rel=1e-11)
    assert one == pytest.approx(Exponential(median / 0.5, accrual, follow_up).arms(1.0)[1], rel=1e-12)
    assert Exponential(median, accrual, follow_up, median1=2 * median).arms(0.9)[0] == pytest.approx(one, rel=1e-12)


def test_survival_probabilities_follow_proportional_hazards() -> None:
    assert AtTime(0.373).arms(0.55)[0] == pytest.approx(1 - 0.373**0.55, rel=1e-12)
    assert hazard_ratio_of_survivals(0.373**0.55, 0.373) == pytest.approx(0.55, rel=1e-12)
    assert AtTime(0.4, 0.6).arms(0.1) == (0.4, 0.6)


@EVERY
def test_patients_are_the_exact_events_over_their_probability(method: Method) -> None:
    found = method.function(LogRank(hr=0.68, power=0.8, event_probability=Overall(0.65), ratio=2, dropout=0.1))
    assert found.n1_exact + found.n0_exact == pytest.approx(found.events_exact / 0.65, rel=1e-12)
    assert (found.n1, found.n0) == (math.ceil(found.n1_exact), math.ceil(found.n0_exact))
    assert (found.enrolled1, found.enrolled0) == (math.ceil(found.n1 / 0.9), math.ceil(found.n0 / 0.9))
    assert found.power >= 0.8


@EVERY
def test_no_hazard_ratio_is_detected_where_none_is(method: Method) -> None:
    # one event an arm, whatever the ratio: even the smallest ratio leaves the control arm's events
    found = method.function(LogRank(n1=3, n0=3, power=0.99, event_probability=AtTime(0.9)))
    if method.key == "freedman":
        assert math.isnan(found.effect)
        assert any("no hazard ratio on this side" in note for note in found.notes)
    else:
        assert 0 < found.effect < 1e-4  # log HR has no end: some ratio always is


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"hr": 1.0, "power": 0.8}, "the hazard ratio is 1"),
        ({"hr": 0.0, "power": 0.8}, "the hazard ratio must be above 0, not 0"),
        ({"hr": -0.5, "power": 0.8}, "the hazard ratio must be above 0, not -0.5"),
        ({"hr": 0.5, "power": 0.01}, "power must be above alpha"),
        ({"hr": 0.5, "events": 0}, "at least 1 event, not 0"),
        ({"hr": 0.5, "n1": 50, "n0": 50}, "without the probability"),
        ({"hr": 0.5, "n1": 50, "n0": 50, "events": 9, "event_probability": Overall(0.5)}, "events or patients"),
        ({"hr": 0.5}, "hazard ratio given"),
        ({}, "none is given"),
        ({"hr": 0.5, "events": 50, "power": 0.8}, "all three are given"),
        ({"hr": 0.5, "power": 0.8, "ratio": 0}, "ratio must be above 0"),
    ],
)
def test_a_question_without_an_answer_says_why(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LogRank(**asked)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Overall(0.0), "event probability must be above 0"),
        (lambda: Overall(1.5), "at most 1, not 1.5"),
        (lambda: AtTime(1.0), "survival of the control arm must be strictly between 0 and 1, not 1"),
        (lambda: AtTime(0.5, 0.0), "survival of the treated arm"),
        (lambda: Exponential(0.0, 1, 1), "median of the control arm must be above 0"),
        (lambda: Exponential(1.0, -1, 1), "accrual must be at least 0, not -1"),
        (lambda: Exponential(1.0, 0, 0), "both 0"),
    ],
)
def test_an_impossible_event_probability_says_why(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


hazard_ratios = st.one_of(st.floats(0.05, 0.97), st.floats(1.03, 20))
ratios = st.sampled_from([0.25, 0.5, 1.0, 1.5, 2.0, 4.0])
levels = st.sampled_from([(0.05, 2), (0.05, 1), (0.01, 2), (0.025, 1)])
chances = st.one_of(
    st.builds(Overall, st.floats(0.01, 1)),
    st.builds(AtTime, st.floats(0.05, 0.95)),
    st.builds(Exponential, st.floats(1, 50), st.floats(0, 40), st.floats(0.5, 40)),
)


@EVERY
@given(hr=hazard_ratios, power=st.floats(0.2, 0.99), ratio=ratios, level=levels)
def test_events_then_power_comes_back(
    method: Method, hr: float, power: float, ratio: float, level: tuple[float, int]
) -> None:
    alpha, sides = level
    found = method.function(LogRank(hr=hr, power=power, ratio=ratio, alpha=alpha, sides=sides))
    assert found.power >= power - 1e-8
    if found.events_exact >= 1:
        exact = method.function(LogRank(hr=hr, events=found.events_exact, ratio=ratio, alpha=alpha, sides=sides))
        assert exact.power == pytest.approx(power, rel=1e-9)
    if found.events > 1:
        less = method.function(LogRank(hr=hr, events=found.events - 1, ratio=ratio, alpha=alpha, sides=sides))
        assert less.power < power


@EVERY
@given(
    n1=st.integers(5, 5000),
    n0=st.integers(5, 5000),
    chance=chances,
    power=st.floats(0.2, 0.99),
    level=levels,
    side=st.sampled_from(["lower", "higher"]),
)
def test_the_detectable_ratio_has_the_power(
    method: Method, n1: int, n0: int, chance: Any, power: float, level: tuple[float, int], side: Any
) -> None:
    alpha, sides = level
    given_ = {"n1": n1, "n0": n0, "event_probability": chance, "alpha": alpha, "sides": sides}
    found = method.function(LogRank(power=power, direction=side, **given_))
    if math.isnan(found.effect):
        end = math.exp(-40 if side == "lower" else 40)
        assert method.function(LogRank(hr=end, **given_)).power < power
        return
    assert found.power == pytest.approx(power, rel=1e-9)
    assert (found.effect < 1) == (side == "lower")
    assert method.function(LogRank(hr=found.effect, **given_)).power == pytest.approx(power, rel=1e-9)


@EVERY
@given(hr=hazard_ratios, events=st.integers(1, 3000), more=st.integers(1, 500), ratio=ratios)
def test_power_rises_with_events(method: Method, hr: float, events: int, more: int, ratio: float) -> None:
    few = method.function(LogRank(hr=hr, events=events, ratio=ratio)).power
    assert method.function(LogRank(hr=hr, events=events + more, ratio=ratio)).power >= few


@given(hr=hazard_ratios, events=st.integers(1, 3000), ratio=ratios)
def test_swapping_the_arms_inverts_the_ratio(hr: float, events: int, ratio: float) -> None:
    for method in METHODS.values():
        power = method.function(LogRank(hr=hr, events=events, ratio=ratio)).power
        swapped = method.function(LogRank(hr=1 / hr, events=events, ratio=1 / ratio)).power
        assert swapped == pytest.approx(power, rel=1e-9)


@EVERY
@pytest.mark.parametrize("solve", ["events", "power", "effect"])
def test_scalar_and_array_paths_agree(method: Method, solve: str) -> None:
    cases = [case for case in CASES if case["method"] == method.key and case["solve"] == solve and case["sides"] == 2]
    for direction in ("lower", "higher"):
        mine = [case for case in cases if case.get("direction", direction) == direction]
        names = [key for key in mine[0] if key not in _ABOUT | {"sides", "direction"}]
        columns = {name: np.array([case[name] for case in mine], dtype=float) for name in names}
        many = method.function(LogRank(**columns, direction=direction))  # type: ignore[arg-type]
        for i, case in enumerate(mine):
            one = method.function(question(case))
            for field in ("events", "power", "opposite", "effect"):
                got = np.broadcast_to(getattr(many, field), len(mine))[i]
                expected = getattr(one, field)
                assert got == pytest.approx(expected, rel=1e-12, abs=1e-300, nan_ok=True), (case["id"], field)


@EVERY
def test_arrays_of_patients_and_probabilities(method: Method) -> None:
    survival = np.array([0.1, 0.373, 0.9])
    many = method.function(LogRank(hr=0.68, power=0.8, event_probability=AtTime(survival)))
    median = np.array([2.0, 9.0, 4000.0])
    watched = method.function(LogRank(n1=150, n0=100, power=0.8, event_probability=Exponential(median, 12.0, 6.0)))
    for i in range(3):
        one = method.function(LogRank(hr=0.68, power=0.8, event_probability=AtTime(float(survival[i]))))
        assert (many.n1[i], many.n0[i]) == (one.n1, one.n0)
        assert many.power[i] == pytest.approx(one.power, rel=1e-12)
        other = method.function(
            LogRank(n1=150, n0=100, power=0.8, event_probability=Exponential(float(median[i]), 12.0, 6.0))
        )
        assert watched.effect[i] == pytest.approx(other.effect, rel=1e-12, nan_ok=True)
