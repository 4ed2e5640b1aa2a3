"""Lakatos's expectation of the log-rank test: R's integrals, his chain of short intervals, limits."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats.accrual import Accrual, Course, Hazard, exponential, loss_hazard
from gvhdcalc.stats.lakatos import expectation, lakatos
from gvhdcalc.stats.power_logrank import LogRank, schoenfeld
from gvhdcalc.stats.trial_question import Inapplicable

from .test_accrual import CASES as SURVIVAL
from .test_power_logrank import agrees_with, timed_question

CASES = [case for case in SURVIVAL if case["method"] == "lakatos"]


def test_there_are_twenty_cases_of_each_question() -> None:
    for solve in ("n", "power", "effect"):
        assert sum(case["quantity"] == "logrank" and case["solve"] == solve for case in CASES) >= 20
    assert sum(case["quantity"] == "delay" for case in CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['solve']}-{case['id']}")
def test_reference(case: dict[str, Any]) -> None:
    agrees_with(case, lakatos(timed_question(case)))


def _by_chain(h1: float, h0: float, accrual: float, follow_up: float, intervals: int) -> float:
    """Lakatos's sums with so many intervals for each unit of time: those at risk as SAS's documentation has them."""
    length = accrual + follow_up
    n1 = n0 = 0.5
    mean = variance = 0.0
    for i in range(round(length * intervals)):
        time = i / intervals
        phi, theta = n1 / n0, h1 / h0
        events = (n1 * h1 + n0 * h0) / intervals
        mean += events * (phi * theta / (1 + phi * theta) - phi / (1 + phi))
        variance += events * phi / (1 + phi) ** 2
        ended = 1 / (intervals * (length - time)) if time >= follow_up else 0.0
        n1 *= 1 - h1 / intervals - ended
        n0 *= 1 - h0 / intervals - ended
    return mean / math.sqrt(variance)


@pytest.mark.parametrize(("h1", "h0", "accrual", "follow_up"), [(0.2, 0.3, 3, 2), (0.05, 0.1, 2, 5), (0.9, 0.5, 1, 1)])
def test_the_chain_of_short_intervals_comes_near(h1: float, h0: float, accrual: float, follow_up: float) -> None:
    mean, variance = expectation(Course(Hazard((h0,)), Accrual((accrual,)), follow_up), h1 / h0, 1.0)
    errors = [_by_chain(h1, h0, accrual, follow_up, b) / (mean / math.sqrt(variance)) - 1 for b in (200, 400)]
    assert abs(errors[1]) < 2e-3
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.05)  # of first order in the length of the intervals


hazard_ratios = st.one_of(st.floats(0.2, 0.93), st.floats(1.08, 5))
courses = st.builds(
    lambda first, second, time, accrual, follow_up, lost: Course(
        Hazard((first, second), (0.0, time)),
        Accrual((accrual / 3, accrual), (1.0, 2.0)),
        follow_up,
        loss1=loss_hazard(lost, 12.0),
        loss0=loss_hazard(lost / 2, 12.0),
    ),
    st.floats(0.005, 0.5),
    st.floats(0.005, 0.5),
    st.floats(1, 20),
    st.floats(1, 30),
    st.floats(0, 30),
    st.floats(0, 0.5),
)


@given(known=courses, hr=hazard_ratios, ratio=st.sampled_from([0.5, 1.0, 3.0]), power=st.floats(0.3, 0.99))
def test_patients_then_power_come_back(known: Course, hr: float, ratio: float, power: float) -> None:
    found = lakatos(LogRank(hr=hr, power=power, ratio=ratio, event_probability=known))
    assert found.power >= power - 1e-8
    if min(found.n1_exact, found.n0_exact) >= 1:
        back = lakatos(LogRank(hr=hr, n1=found.n1_exact, n0=found.n0_exact, event_probability=known))
        assert back.power == pytest.approx(power, rel=1e-9)


@given(known=courses, hr=hazard_ratios)
def test_swapping_the_arms_changes_the_sign(known: Course, hr: float) -> None:
    one, two = known.hazards(hr)
    swapped = Course(one, known.accrual, known.follow_up, two, known.loss0, known.loss1)
    here = expectation(known, hr, 2.0)
    there = expectation(swapped, 1.0, 0.5)
    assert there[0] == pytest.approx(-here[0], rel=1e-9)
    assert there[1] == pytest.approx(here[1], rel=1e-9)


@given(known=courses)
def test_small_effects_are_schoenfeld_s(known: Course) -> None:
    asked = LogRank(hr=0.999, power=0.8, event_probability=Course(known.hazard0, known.accrual, known.follow_up))
    assert lakatos(asked).n1_exact == pytest.approx(schoenfeld(asked).n1_exact, rel=2e-3)


def test_a_later_effect_needs_more_patients() -> None:
    sizes = [
        lakatos(
            LogRank(hr=0.6, power=0.8, event_probability=Course(Hazard((0.1,)), Accrual((24.0,)), 12.0, delay=delay))
        ).n1_exact
        for delay in (0.0, 1.0, 3.0, 6.0, 12.0)
    ]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 5 * sizes[0]


def test_extreme_hazards_keep_their_integrals() -> None:
    # all have the event at once, or hardly anyone
    for hazard in (1e4, 1e-9):
        mean, variance = expectation(Course(Hazard((hazard,)), Accrual((12.0,)), 12.0), 0.5, 1.0)
        assert mean < 0 < variance
        assert abs(mean) < 0.5
    scaled = expectation(Course(Hazard((3.0,)), Accrual((12.0,)), 12.0), 0.5, 1.0)
    unscaled = expectation(Course(Hazard((3000.0,)), Accrual((0.012,)), 0.012), 0.5, 1.0)
    assert scaled == pytest.approx(unscaled, rel=1e-12)


def test_few_patients_and_ratios_without_end_are_done_quickly() -> None:
    # a search that goes to ratios at which one arm has its events at once
    asked = LogRank(n1=2, n0=2, power=0.99, event_probability=exponential(6, 24, 12), direction="higher")
    assert math.isnan(lakatos(asked).effect)


def test_what_it_cannot_answer() -> None:
    with pytest.raises(Inapplicable, match="needs hazards"):
        lakatos(LogRank(hr=0.5, power=0.8))
    with pytest.raises(Inapplicable, match="without a margin"):
        lakatos(LogRank(hr=1.0, power=0.8, margin=1.3, event_probability=exponential(6, 12, 12)))
