"""Events, patients, power and detectable ratio of the log-rank test: R's values, a published example, properties."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats.accrual import Accrual, Course, Hazard, exponential, loss_hazard
from gvhdcalc.stats.power_logrank import (
    MEASURE,
    AtTime,
    LogRank,
    Overall,
    hazard_ratio_of_survivals,
)
from gvhdcalc.stats.registry import Method, designs
from gvhdcalc.stats.trial_question import Inapplicable

from .test_accrual import CASES as SURVIVAL
from .test_accrual import course

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "power.json").read_text(encoding="utf-8"))
CASES = [case for case in REFERENCE["cases"] if case["quantity"] == "logrank"]
EVENTS = ("schoenfeld", "freedman", "hsieh-freedman")
#: The methods that need no more than events; the others have their own tests.
METHODS = {key: method for key, method in designs(MEASURE).items() if key in EVENTS}
TIMED = [case for case in SURVIVAL if case["quantity"] in {"logrank", "follow-up"} and case["method"] in EVENTS]
EVERY = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)

_ABOUT = {"quantity", "solve", "id", "method", "result", "kind", "at"}


def question(case: dict[str, Any]) -> LogRank:
    given_ = {key: value for key, value in case.items() if key not in _ABOUT}
    if "at" in case:
        given_["event_probability"] = (exponential if case["kind"] == "median" else AtTime)(**case["at"])
    return LogRank(**given_)


def test_the_methods_are_those_documented() -> None:
    timed = {"lachin-foulkes", "rubinstein-gail-santner", "lachin-foulkes-difference", "lakatos"}
    assert set(designs(MEASURE)) == {*EVENTS, *timed}


def test_every_method_has_twenty_cases_of_each_question() -> None:
    for key in METHODS:
        for solve in ("n", "power", "effect"):
            assert sum(case["method"] == key and case["solve"] == solve for case in (*CASES, *TIMED)) >= 20


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


def timed_question(case: dict[str, Any]) -> LogRank:
    """The question of a case with the course of a trial."""
    about = _ABOUT | {"delay", "course"}
    given_ = {key: value for key, value in case.items() if key not in about}
    more = {"follow_up": None} if case["solve"] == "follow-up" else {}
    return LogRank(**given_, event_probability=course(case["at"], delay=case.get("delay", 0.0), **more))


def agrees_with(case: dict[str, Any], found: Any) -> None:
    """Assert that a design is the reference's, field by field."""
    for name, expected in case["result"].items():
        field = {"n1": "n1_exact", "n0": "n0_exact"}.get(name, name)
        if name == "events" and case["solve"] == "n":
            field = "events_exact"
        assert getattr(found, field) == pytest.approx(expected, rel=1e-6), name
    assert found.solved == case["solve"]
    if case["solve"] == "n":
        assert (found.n1, found.n0) == tuple(max(1, math.ceil(case["result"][arm] - 1e-6)) for arm in ("n1", "n0"))
    if case["solve"] in {"effect", "follow-up"}:
        assert found.power == pytest.approx(case["power"], rel=1e-9)


@pytest.mark.parametrize("case", TIMED, ids=lambda case: f"{case['method']}-{case['solve']}-{case['id']}")
def test_reference_over_accrual_and_follow_up(case: dict[str, Any]) -> None:
    agrees_with(case, METHODS[case["method"]].function(timed_question(case)))


# Trials 2015;16:213, Table 1, "initial N": Schoenfeld's events for 80% power at two-sided 5%, whole in each arm, where
# half of the patients are censored
@pytest.mark.parametrize(("hr", "n"), [(1.25, 1264), (1.50, 384), (1.75, 204), (2.00, 132)])
def test_a_published_table(hr: float, n: int) -> None:
    found = METHODS["schoenfeld"].function(LogRank(hr=hr, power=0.8, event_probability=Overall(0.5)))
    assert 2 * math.ceil(found.events_exact / 2) / 0.5 == n


# In R: pnorm(sqrt(282)*log(1.5)/2 - qnorm(0.975)) is 0.9257
def test_power_of_events_one_sided() -> None:
    found = METHODS["schoenfeld"].function(LogRank(hr=6 / 9, events=282, alpha=0.025, sides=1))
    assert found.power == pytest.approx(0.926, abs=5e-4)


# rpact 3.3.4, getSampleSizeSurvival(accrualTime = 0, accrualIntensity = RATE): patients and length of accrual
@pytest.mark.parametrize(
    ("method", "course_at", "asked", "n", "length"),
    [
        ("schoenfeld", (0.1, 0.05), {"hr": 0.68, "accrual_rate": 10.0}, 253.5330424309, 25.3533042431),
        ("freedman", (0.1, 0.05), {"hr": 0.68, "accrual_rate": 10.0}, 259.3057585955, 25.9305758595),
        ("schoenfeld", None, {"hr": 0.7, "accrual_rate": 25.0, "ratio": 2.0}, 490.1301410198, 19.6052056408),
    ],
)
def test_accrual_at_a_rate(method: str, course_at: Any, asked: dict[str, Any], n: float, length: float) -> None:
    if course_at:
        lost = [loss_hazard(fraction, 12.0) for fraction in course_at]
        known = Course(Hazard((math.log(2) / 6,)), Accrual((1.0,)), 12.0, loss1=lost[0], loss0=lost[1])
    else:
        known = Course(Hazard((0.1, 0.05), (0.0, 6.0)), Accrual((1.0,)), 6.0)
    found = METHODS[method].function(LogRank(power=0.8, event_probability=known, **asked))
    (accrual,) = [figure.value for figure in found.figures if figure.name == "accrual"]
    assert found.n1_exact + found.n0_exact == pytest.approx(n, rel=1e-6)
    assert accrual == (found.n1 + found.n0) / asked["accrual_rate"]
    same = replace(known, accrual=Accrual((length,)))
    fixed = {key: value for key, value in asked.items() if key != "accrual_rate"}
    assert METHODS[method].function(LogRank(power=0.8, event_probability=same, **fixed)).n1_exact == pytest.approx(
        found.n1_exact, rel=1e-6
    )
    size = {"n1": 100, "n0": 50, "hr": asked["hr"], "accrual_rate": asked["accrual_rate"]}
    given_size = METHODS[method].function(LogRank(event_probability=known, **size))
    assert given_size.figures[0].value == pytest.approx(150 / asked["accrual_rate"])


def test_a_rate_of_accrual_needs_a_course() -> None:
    with pytest.raises(ValueError, match="rate of accrual goes with hazards"):
        LogRank(hr=0.5, power=0.8, accrual_rate=10.0)
    with pytest.raises(ValueError, match="rate of accrual must be above 0, not 0"):
        LogRank(hr=0.5, power=0.8, event_probability=exponential(6, 12, 12), accrual_rate=0.0)


def test_a_late_effect_and_a_margin_leave_some_methods_out() -> None:
    late = Course(Hazard((0.1,)), Accrual((12.0,)), 12.0, delay=3.0)
    for method in METHODS.values():
        with pytest.raises(Inapplicable, match="lakatos takes a delay"):
            method.function(LogRank(hr=0.6, power=0.8, event_probability=late))
    for key in ("freedman", "hsieh-freedman"):
        with pytest.raises(Inapplicable, match="without a margin; schoenfeld takes one"):
            METHODS[key].function(LogRank(hr=1.0, power=0.8, margin=1.3))


def test_non_inferiority_is_superiority_of_the_ratio_to_the_margin() -> None:
    schoenfeld = METHODS["schoenfeld"].function
    inferior = schoenfeld(LogRank(hr=0.9, power=0.8, margin=1.25, alpha=0.025, sides=1))
    superior = schoenfeld(LogRank(hr=0.9 / 1.25, power=0.8, alpha=0.025, sides=1))
    assert inferior.events_exact == pytest.approx(superior.events_exact, rel=1e-12)
    detected = schoenfeld(LogRank(events=inferior.events_exact, power=0.8, margin=1.25, alpha=0.025, sides=1))
    assert detected.effect == pytest.approx(0.9, rel=1e-9)


def test_follow_up_that_is_not_needed_or_never_enough_is_said() -> None:
    schoenfeld = METHODS["schoenfeld"].function
    known = exponential(6, 24, None)
    early = schoenfeld(LogRank(hr=0.68, n1=300, n0=300, power=0.8, event_probability=known))
    assert early.follow_up == 0 and early.power > 0.8
    assert "there is this power before accrual ends" in early.notes
    never = schoenfeld(LogRank(hr=0.68, n1=50, n0=50, power=0.8, event_probability=known))
    assert math.isnan(never.follow_up)
    assert any("no follow-up is long enough" in note for note in never.notes)


# MRC Cognition and Brain Sciences Unit, statistics pages (powsurv): survival of 0.75 against 0.37, 80% power, two-sided
# 5%: 20.39 events and 47 people by Schoenfeld's formula (z to two places), 26 and 59 by WINPEPI (Freedman's).
def test_a_published_example() -> None:
    asked = LogRank(hr=hazard_ratio_of_survivals(0.75, 0.37), power=0.8, event_probability=AtTime(0.37, 0.75))
    schoenfeld, freedman = (METHODS[key].function(asked) for key in ("schoenfeld", "freedman"))
    assert schoenfeld.events_exact == pytest.approx(20.39, abs=0.05)
    assert math.ceil(schoenfeld.n1_exact + schoenfeld.n0_exact) == 47
    assert freedman.events == 26
    assert math.ceil(freedman.n1_exact + freedman.n0_exact) == 59


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
    if method.key != "schoenfeld":
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
        ({"hr": 1.3, "power": 0.8, "margin": 1.3}, "the hazard ratio is the margin"),
        ({"hr": 0.9, "power": 0.8, "margin": 0}, "margin of the hazard ratio must be above 0, not 0"),
        ({"hr": 0.5, "power": 0.8, "event_probability": exponential(6, 12, None)}, "give all three"),
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
    st.builds(exponential, st.floats(1, 50), st.floats(0, 40), st.floats(0.5, 40)),
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
    # hsieh-freedman at the questions of freedman
    key = "schoenfeld" if method.key == "schoenfeld" else "freedman"
    cases = [case for case in CASES if case["method"] == key and case["solve"] == solve and case["sides"] == 2]
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
    watched = method.function(LogRank(n1=150, n0=100, power=0.8, event_probability=exponential(median, 12.0, 6.0)))
    for i in range(3):
        one = method.function(LogRank(hr=0.68, power=0.8, event_probability=AtTime(float(survival[i]))))
        assert (many.n1[i], many.n0[i]) == (one.n1, one.n0)
        assert many.power[i] == pytest.approx(one.power, rel=1e-12)
        other = method.function(
            LogRank(n1=150, n0=100, power=0.8, event_probability=exponential(float(median[i]), 12.0, 6.0))
        )
        assert watched.effect[i] == pytest.approx(other.effect, rel=1e-12, nan_ok=True)
