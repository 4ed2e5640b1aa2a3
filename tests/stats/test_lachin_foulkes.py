"""Lachin & Foulkes, and Rubinstein, Gail & Santner: R's values, published figures, what must hold between methods."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats.accrual import Accrual, Course, Hazard, constant_hazard, exponential
from gvhdcalc.stats.power_logrank import MEASURE, LogRank, Overall, hazard_ratio_of_survivals
from gvhdcalc.stats.registry import Method, designs
from gvhdcalc.stats.trial_question import Inapplicable

from .test_accrual import CASES as SURVIVAL
from .test_power_logrank import agrees_with, timed_question

KEYS = ("lachin-foulkes", "rubinstein-gail-santner", "lachin-foulkes-difference")
METHODS = {key: method for key, method in designs(MEASURE).items() if key in KEYS}
CASES = [case for case in SURVIVAL if case["method"] in KEYS]
EVERY = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


def test_every_method_has_twenty_cases() -> None:
    for key in KEYS:
        for solve in ("n", "power"):
            assert sum(case["method"] == key and case["solve"] == solve for case in CASES) >= 20
        assert sum(case["method"] == key and case["solve"] == "effect" for case in CASES) >= 15


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['method']}-{case['solve']}-{case['id']}")
def test_reference(case: dict[str, Any]) -> None:
    agrees_with(case, METHODS[case["method"]].function(timed_question(case)))


# gsDesign 3.6, article "Basic time-to-event group sequential design using gsSurv": nSurv with a median of 12 months,
# HR 0.75, loss 0.001 a month, accrual at 1, 1.5, 2.5, 4 up to 1, 3, 6, 24 months, 12 months more; 90% power, one-sided
# 2.5%
def test_the_printed_example_of_gsdesign() -> None:
    loss = Hazard((0.001,))
    known = Course(Hazard((math.log(2) / 12,)), Accrual((1, 3, 6, 24), (1, 1.5, 2.5, 4)), 12, loss1=loss, loss0=loss)
    asked = LogRank(hr=0.75, power=0.9, alpha=0.025, sides=1, event_probability=known)
    found = METHODS["lachin-foulkes"].function(asked)
    assert found.events_exact == pytest.approx(507.1519, abs=5e-5)
    assert found.n1_exact + found.n0_exact == pytest.approx(775.0306, abs=5e-5)


# 1-year survival from 29 to 40%, accrual and follow-up of 52 weeks each. In R, with P(h) = 1 - exp(-h*52)*
# (1 - exp(-h*52))/(h*52), (qnorm(0.975) + qnorm(0.8))^2*(1/P(h1) + 1/P(h0))/log(h1/h0)^2 is 221.56 in each arm
def test_rubinstein_patients_by_hand() -> None:
    known = Course(constant_hazard(0.29, 52), Accrual((52,)), 52)
    asked = LogRank(hr=hazard_ratio_of_survivals(0.40, 0.29), power=0.8, event_probability=known)
    found = METHODS["rubinstein-gail-santner"].function(asked)
    assert found.n1 + found.n0 == 444


# 352 patients, accrual of 74 weeks and 39 more, medians of 9 and 6 months; in R, with P as above,
# pnorm(log(1.5)/sqrt(1/(176*P(h1)) + 1/(176*P(h0))) - qnorm(0.975)) is 0.92626
def test_rubinstein_power_by_hand() -> None:
    asked = LogRank(hr=6 / 9, n1=176, n0=176, event_probability=exponential(6, 74 / 4, 39 / 4))
    assert METHODS["rubinstein-gail-santner"].function(asked).power == pytest.approx(0.926, abs=5e-4)


hazard_ratios = st.one_of(st.floats(0.1, 0.93), st.floats(1.08, 8))
courses = st.builds(exponential, st.floats(1, 50), st.floats(0, 40), st.floats(0.5, 40))
ratios = st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0])


@EVERY
@given(hr=hazard_ratios, known=courses, ratio=ratios, power=st.floats(0.3, 0.99))
def test_patients_then_power_come_back(method: Method, hr: float, known: Course, ratio: float, power: float) -> None:
    found = method.function(LogRank(hr=hr, power=power, ratio=ratio, event_probability=known))
    assert found.power >= power - 1e-8
    if min(found.n1_exact, found.n0_exact) < 1:
        return
    back = method.function(LogRank(hr=hr, n1=found.n1_exact, n0=found.n0_exact, event_probability=known))
    assert back.power == pytest.approx(power, rel=1e-9)
    more = method.function(LogRank(hr=hr, n1=2 * found.n1_exact, n0=2 * found.n0_exact, event_probability=known))
    assert more.power > power
    assert 0 <= found.opposite < found.power


@EVERY
@given(n=st.integers(20, 3000), known=courses, power=st.floats(0.3, 0.95), side=st.sampled_from(["lower", "higher"]))
def test_the_detectable_ratio_has_the_power(method: Method, n: int, known: Course, power: float, side: Any) -> None:
    found = method.function(LogRank(n1=n, n0=n, power=power, event_probability=known, direction=side))
    if math.isnan(found.effect):
        assert any("no hazard ratio on this side of 1" in note for note in found.notes)
        return
    assert (found.effect < 1) == (side == "lower")
    at = method.function(LogRank(hr=found.effect, n1=n, n0=n, event_probability=known))
    assert at.power == pytest.approx(power, rel=1e-8)


@given(known=courses, hr=hazard_ratios, ratio=ratios)
def test_methods_come_together_for_small_effects(known: Course, hr: float, ratio: float) -> None:
    near = 1 + (hr - 1) * 1e-4
    sizes = [
        method.function(LogRank(hr=near, power=0.8, ratio=ratio, event_probability=known)).n0_exact
        for key, method in designs(MEASURE).items()
        if key != "lakatos"
    ]
    assert sizes == pytest.approx([sizes[0]] * len(sizes), rel=5e-3)


@EVERY
def test_arrays_are_as_many_numbers(method: Method) -> None:
    medians = np.array([2.0, 9.0, 400.0])
    many = method.function(LogRank(hr=0.68, power=0.8, event_probability=exponential(medians, 12.0, 6.0)))
    wide = method.function(LogRank(n1=500, n0=400, power=0.8, event_probability=exponential(medians, 12.0, 6.0)))
    for i, median in enumerate(medians):
        known = exponential(float(median), 12.0, 6.0)
        one = method.function(LogRank(hr=0.68, power=0.8, event_probability=known))
        assert (many.n1[i], many.n0[i]) == (one.n1, one.n0)
        assert many.power[i] == pytest.approx(one.power, rel=1e-12)
        effect = method.function(LogRank(n1=500, n0=400, power=0.8, event_probability=known)).effect
        assert wide.effect[i] == pytest.approx(effect, rel=1e-10, nan_ok=True)


@EVERY
def test_no_answer_without_the_course_of_the_trial_or_with_a_late_effect(method: Method) -> None:
    with pytest.raises(Inapplicable, match="needs hazards"):
        method.function(LogRank(hr=0.5, power=0.8))
    with pytest.raises(Inapplicable, match="needs hazards"):
        method.function(LogRank(hr=0.5, n1=50, n0=50, event_probability=Overall(0.5)))
    late = Course(Hazard((0.1,)), Accrual((12.0,)), 12.0, delay=3.0)
    with pytest.raises(Inapplicable, match="lakatos takes a delay"):
        method.function(LogRank(hr=0.6, power=0.8, event_probability=late))


def test_the_difference_is_of_constant_hazards_without_a_margin() -> None:
    difference = METHODS["lachin-foulkes-difference"].function
    with pytest.raises(Inapplicable, match="constant hazards"):
        changing = Course(Hazard((0.1, 0.05), (0.0, 6.0)), Accrual((12.0,)), 12.0)
        difference(LogRank(hr=0.6, power=0.8, event_probability=changing))
    with pytest.raises(Inapplicable, match="without a margin"):
        difference(LogRank(hr=1.0, power=0.8, margin=1.3, event_probability=exponential(6, 12, 12)))
