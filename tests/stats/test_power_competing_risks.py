"""Power with competing risks: R's values, the example of Latouche et al., the log-rank test where nothing competes."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gvhdcalc.stats.accrual import NO_LOSS, Accrual, Course, constant_hazard, loss_hazard
from gvhdcalc.stats.power_competing_risks import MEASURE, Incidences, hazard_ratio_of_incidences
from gvhdcalc.stats.power_logrank import LogRank, Overall, schoenfeld
from gvhdcalc.stats.registry import Method, designs
from gvhdcalc.stats.trial_question import Inapplicable

from .test_accrual import CASES as SURVIVAL

METHODS = designs(MEASURE)
CASES = [case for case in SURVIVAL if case["quantity"] == "competing"]
EVERY = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


def incidences(at: dict[str, Any]) -> Incidences:
    """The incidences, times and loss of a case of the reference values."""
    loss = loss_hazard(at["lost"], 12.0) if at["lost"] else NO_LOSS
    return Incidences(
        at["cuminc0"],
        at["competing0"],
        at["competing1"],
        at["time"],
        Accrual((at["accrual"],)),
        at["follow_up"],
        loss,
        loss,
    )


def test_every_method_has_twenty_cases_of_each_question() -> None:
    for key in METHODS:
        for solve in ("n", "power", "effect"):
            assert sum((case["method"], case["solve"]) == (key, solve) for case in CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['method']}-{case['solve']}-{case['id']}")
def test_reference(case: dict[str, Any]) -> None:
    about = {"quantity", "solve", "id", "method", "result", "at"}
    given_ = {key: value for key, value in case.items() if key not in about}
    found = METHODS[case["method"]].function(LogRank(**given_, event_probability=incidences(case["at"])))
    assert found.solved == case["solve"]
    for name, expected in case["result"].items():
        field = {"n1": "n1_exact", "n0": "n0_exact"}.get(name, name)
        if name == "events" and case["solve"] == "n":
            field = "events_exact"
        assert getattr(found, field) == pytest.approx(expected, rel=1e-6), name
    if case["solve"] == "effect":
        assert found.power == pytest.approx(case["power"], rel=1e-9)


# Latouche, Porcher & Chevret 2004, end of section 5.2 (a cohort, as in the help of R's powerSurvEpi): hazard ratio 2,
# 39% exposed, 50.5% with the event, correlation 0.132 with another covariate, by which n is 1/(1 - 0.132^2) larger: 139
def test_the_example_of_latouche() -> None:
    asked = LogRank(hr=2.0, power=0.8, ratio=0.39 / 0.61, event_probability=Overall(0.505))
    found = METHODS["latouche"].function(asked)
    assert math.ceil((found.n1_exact + found.n0_exact) / (1 - 0.132**2)) == 139


incidence = st.floats(0.02, 0.6)


@EVERY
@given(f1=incidence, f0=incidence, accrual=st.floats(0.5, 60), follow_up=st.floats(0, 60), ratio=st.floats(0.3, 3))
def test_without_a_competing_event_it_is_the_log_rank_test(
    method: Method, f1: float, f0: float, accrual: float, follow_up: float, ratio: float
) -> None:
    assume(abs(f1 / f0 - 1) > 0.05)
    hr = hazard_ratio_of_incidences(f1, f0)
    enters = Accrual((accrual,))
    known = Incidences(f0, 0.0, 0.0, 24.0, enters, follow_up)
    found = method.function(LogRank(hr=hr, power=0.8, ratio=ratio, event_probability=known))
    course = Course(constant_hazard(1 - f0, 24.0), enters, follow_up)
    same = schoenfeld(LogRank(hr=hr, power=0.8, ratio=ratio, event_probability=course))
    assert (found.n1_exact, found.n0_exact) == pytest.approx((same.n1_exact, same.n0_exact), rel=1e-9)
    assert found.power == pytest.approx(same.power, rel=1e-9)
    assert found.effect == pytest.approx(hr, rel=1e-9)


@EVERY
@given(f1=st.floats(0.05, 0.4), f0=st.floats(0.05, 0.4), c1=st.floats(0, 0.5), c0=st.floats(0, 0.5))
def test_patients_then_power_come_back(method: Method, f1: float, f0: float, c1: float, c0: float) -> None:
    known = Incidences(f0, c0, c1, 24.0, Accrual((24.0,)), 12.0)
    hr = hazard_ratio_of_incidences(f1, f0)
    assume(abs(f1 / f0 - 1) > 0.05 and abs(known.cause_specific(hr) - 1) > 0.05)
    found = method.function(LogRank(hr=hr, power=0.8, event_probability=known))
    assume(min(found.n1_exact, found.n0_exact) > 1)
    back = method.function(LogRank(hr=hr, n1=found.n1_exact, n0=found.n0_exact, event_probability=known))
    assert back.power == pytest.approx(0.8, rel=1e-9)
    assert found.p1 == pytest.approx(f1, rel=1e-12)


@given(f0=st.floats(0.1, 0.5), c0=st.floats(0, 0.4), c1=st.floats(0, 0.4))
def test_hazards_meet_the_incidences(f0: float, c0: float, c1: float) -> None:
    known = Incidences(f0, c0, c1, 12.0)
    (event1, other1), (event0, other0) = known.hazards(0.5)
    f1 = 1 - (1 - f0) ** 0.5
    for event, other, f, c in ((event1, other1, f1, c1), (event0, other0, f0, c0)):
        both = event + other
        gone = -math.expm1(-both * 12)
        assert (event / both * gone, other / both * gone) == pytest.approx((f, c), rel=1e-9, abs=1e-12)


def test_the_competing_event_takes_patients_from_it() -> None:
    sizes = [
        METHODS["latouche"]
        .function(LogRank(hr=0.6, power=0.8, event_probability=Incidences(0.3, c, c, 12.0, Accrual((24.0,)), 24.0)))
        .n1_exact
        for c in (0.0, 0.1, 0.3, 0.6)
    ]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 1.3 * sizes[0]


def test_one_competing_incidence_is_that_of_both_arms() -> None:
    assert Incidences(0.3, 0.2).hazards(0.5) == Incidences(0.3, 0.2, 0.2).hazards(0.5)


def test_follow_up_is_found() -> None:
    hr = hazard_ratio_of_incidences(0.395, 0.627)
    known = Incidences(0.627, 0.2, 0.2, 24.0, Accrual((54.0,)), None)
    for method in METHODS.values():
        n, power = (60, 0.8) if method.key == "latouche" else (50, 0.85)
        found = method.function(LogRank(hr=hr, n1=n, n0=n, power=power, event_probability=known))
        assert found.solved == "follow-up"
        assert found.follow_up > 0
        at = method.function(LogRank(hr=hr, n1=n, n0=n, event_probability=known.lasting(found.follow_up)))
        assert at.power == pytest.approx(power, rel=1e-9)


def test_an_incidence_that_none_reaches_is_not_detected() -> None:
    asked = LogRank(n1=100, n0=100, power=0.99, event_probability=Incidences(0.2, 0.1, 0.75), direction="higher")
    found = METHODS["latouche"].function(asked)
    assert math.isnan(found.effect) and math.isnan(found.p1)
    assert any("no hazard ratio on this side" in note for note in found.notes)


@pytest.mark.parametrize("power", [0.6, 0.8, 0.99])
def test_a_cause_specific_effect_that_is_there_at_equal_incidences(power: float) -> None:
    # where more of the treated arm leave by the competing event, equal incidences are of a higher hazard
    asked = LogRank(n1=100, n0=100, power=power, event_probability=Incidences(0.2, 0.1, 0.7), direction="higher")
    found = METHODS["pintilie"].function(asked)
    assert found.effect > 1
    assert found.power == pytest.approx(power, rel=1e-9)
    assert (found.p1 < 0.2) == (power < 0.7)


def test_what_pintilie_cannot_answer() -> None:
    pintilie = METHODS["pintilie"].function
    with pytest.raises(Inapplicable, match="needs the cumulative incidences"):
        pintilie(LogRank(hr=0.5, power=0.8))
    # the incidence is lower because the competing event is more frequent: log(1-F-C) F/(F+C) is the same in both arms
    hr, low, high = 0.6, 0.0, 0.8
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if Incidences(0.3, 0.1, middle).cause_specific(hr) < 1 else (low, middle)
    with pytest.raises(Inapplicable, match="alike in both arms"):
        pintilie(LogRank(hr=hr, power=0.8, event_probability=Incidences(0.3, 0.1, low)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Incidences(0.0), "incidence in the control arm must be strictly between 0 and 1, not 0"),
        (
            lambda: Incidences(0.5, -0.1),
            "competing incidence of the control arm must be at least 0 and below 1, not -0.1",
        ),
        (lambda: Incidences(0.5, 0.1, 1.0), "competing incidence of the treated arm"),
        (lambda: Incidences(0.5, 0.5), "in the control arm, 50% and 50%, must sum below 100%"),
        (lambda: Incidences(0.5, 0.1, time=0.0), "time of the incidences must be above 0"),
        (lambda: Incidences(0.5, 0.1, follow_up=-1.0), "follow-up must be at least 0, not -1"),
    ],
)
def test_impossible_incidences_say_why(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@EVERY
def test_incidences_of_the_treated_arm_are_possible(method: Method) -> None:
    with pytest.raises(ValueError, match="in the treated arm, 64% and 50%, must sum below 100%"):
        method.function(LogRank(hr=2.0, power=0.8, event_probability=Incidences(0.4, 0.1, 0.5)))
