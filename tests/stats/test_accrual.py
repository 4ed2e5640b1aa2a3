"""The probability of an event over accrual, follow-up and loss: R's values, integrals, limits."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from gvhdcalc.stats.accrual import (
    NO_LOSS,
    Accrual,
    Course,
    Hazard,
    calendar,
    constant_hazard,
    exponential,
    loss_hazard,
    mean_incidence,
    piecewise_hazard,
)

from .against_reference import load

REFERENCE = load("power_survival")
#: The cases of R, each with the course of its trial.
CASES = [
    {**case, "at": REFERENCE["courses"][case["course"]]} if "course" in case else case for case in REFERENCE["cases"]
]


def course(at: dict[str, Any], **more: Any) -> Course:
    """The course of a case of the reference values."""
    return Course(
        Hazard(tuple(at["rates"]), tuple(at["starts"])),
        Accrual(tuple(at["accrual"]), tuple(at["weights"])),
        **{
            "follow_up": at["follow_up"],
            "loss1": loss_hazard(at["lost1"], at["lost_by"]),
            "loss0": loss_hazard(at["lost0"], at["lost_by"]),
            **more,
        },
    )


def of(quantity: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["quantity"] == quantity]


def test_there_are_enough_cases() -> None:
    assert len(of("chance")) >= 20
    assert len(of("calendar")) >= 20


@pytest.mark.parametrize("case", of("chance"))
def test_reference_probabilities(case: dict[str, Any]) -> None:
    expected = case["result"]
    assert course(case["at"]).arms(case["hr"]) == pytest.approx((expected["p1"], expected["p0"]), rel=1e-9)


@pytest.mark.parametrize("case", of("calendar"))
def test_reference_events_over_the_calendar(case: dict[str, Any]) -> None:
    (found,) = calendar(course(case["at"]), case["hr"], 300, 200, (case["time"],))
    expected = case["result"]
    assert found.entered == pytest.approx(500 * expected["entered"], rel=1e-12)
    assert (found.events1, found.events0) == pytest.approx((300 * expected["p1"], 200 * expected["p0"]), rel=1e-9)


def test_no_patient_before_the_first() -> None:
    (found,) = calendar(exponential(6, 12, 6), 0.7, 50, 50, (0.0,))
    assert (found.entered, found.events1, found.events0) == (0, 0, 0)


def test_events_go_on_after_the_planned_end_until_all_have_had_one() -> None:
    late, later = calendar(exponential(6, 12, 6), 0.7, 50, 50, (18.0, 1e4))
    assert late.events1 == pytest.approx(50 * exponential(6, 12, 6).arms(0.7)[0], rel=1e-12)
    assert (later.events1, later.events0) == pytest.approx((50, 50))


@pytest.mark.parametrize(
    ("median", "accrual", "follow_up"), [(6, 54, 12), (10, 24, 0), (2000, 12, 12), (1e7, 3, 1), (3, 0, 5)]
)
def test_the_exponential_probability_is_the_mean_over_accrual(median: float, accrual: float, follow_up: float) -> None:
    hazard = math.log(2) / median
    if accrual:
        mean = integrate.quad(lambda t: -math.expm1(-hazard * t) / accrual, follow_up, follow_up + accrual, epsabs=0)[0]
    else:
        mean = -math.expm1(-hazard * follow_up)
    one, two = exponential(median, accrual, follow_up).arms(0.5)
    assert two == pytest.approx(mean, rel=1e-11)
    assert one == pytest.approx(exponential(median / 0.5, accrual, follow_up).arms(1.0)[1], rel=1e-12)
    assert exponential(median, accrual, follow_up, median1=2 * median).arms(0.9)[0] == pytest.approx(one, rel=1e-12)


def test_a_curve_of_survivals_is_met_at_its_points() -> None:
    hazard = piecewise_hazard((0.8, 0.7, 0.4), (6.0, 12.0, 24.0))
    for time, survival in ((6.0, 0.8), (12.0, 0.7), (24.0, 0.4)):
        assert mean_incidence(hazard, NO_LOSS, time, time) == pytest.approx(1 - survival, rel=1e-12)
    assert constant_hazard(0.4, 24.0).rates[0] == pytest.approx(-math.log(0.4) / 24)
    assert mean_incidence(loss_hazard(0.1, 12.0), NO_LOSS, 12.0, 12.0) == pytest.approx(0.1, rel=1e-12)


def test_arrays_of_hazards_are_as_many_numbers() -> None:
    medians = np.array([2.0, 9.0, 4000.0, 1e7])
    many = Course(Hazard((math.log(2) / medians, 0.01 / medians), (0.0, 5.0)), Accrual((3.0, 12.0), (1.0, 2.0)), 6.0)
    for i, median in enumerate(medians):
        hazard = Hazard((math.log(2) / float(median), 0.01 / float(median)), (0.0, 5.0))
        one = Course(hazard, Accrual((3.0, 12.0), (1.0, 2.0)), 6.0)
        assert tuple(p[i] for p in many.arms(0.7)) == pytest.approx(one.arms(0.7), rel=1e-12)


rates = st.floats(0, 0.5)
hazards = st.builds(
    lambda first, more: Hazard((first, *(rate for _, rate in more)), (0.0, *(time for time, _ in more))),
    st.floats(1e-4, 0.5),
    st.lists(st.tuples(st.floats(0.5, 30), rates), max_size=3, unique_by=lambda pair: pair[0]).map(sorted),
)
accruals = st.builds(
    lambda pairs: Accrual(tuple(t for t, _ in pairs), tuple(rate for _, rate in pairs)),
    st.lists(st.tuples(st.floats(0.5, 30), st.floats(0.1, 5)), min_size=1, max_size=3, unique_by=lambda p: p[0]).map(
        sorted
    ),
)


@given(event=hazards, loss=st.floats(0, 0.2), shortest=st.floats(0, 20), spread=st.floats(0.1, 20))
def test_the_mean_over_watches_is_that_of_a_sum(event: Hazard, loss: float, shortest: float, spread: float) -> None:
    lost = Hazard((loss,), zero=True)
    # a finer partition of the watch has the same mean
    ends = np.linspace(shortest, shortest + spread, 4)
    parts = [mean_incidence(event, lost, float(a), float(b)) for a, b in pairwise(ends)]
    whole = mean_incidence(event, lost, shortest, shortest + spread)
    assert whole == pytest.approx(sum(parts) / 3, rel=1e-9)
    assert mean_incidence(event, lost, shortest, shortest) <= whole * (1 + 1e-12)
    assert whole <= mean_incidence(event, lost, shortest + spread, shortest + spread) * (1 + 1e-12)
    # events and losses of competing hazards are together what one hazard of both would have
    both = event.added(loss)
    together = whole + _lost(event, loss, shortest, shortest + spread)
    assert together == pytest.approx(mean_incidence(both, NO_LOSS, shortest, shortest + spread), rel=1e-9, abs=1e-15)


def _lost(event: Hazard, loss: float, shortest: float, longest: float) -> Any:
    """The same with loss as the event and the event as loss."""
    return mean_incidence(Hazard((loss,), zero=True), event, shortest, longest)


@given(event=hazards, accrual=accruals, follow_up=st.floats(0, 20), loss=st.floats(0, 0.2), hr=st.floats(0.1, 0.95))
def test_more_hazard_or_time_more_events_and_loss_takes_some(
    event: Hazard, accrual: Accrual, follow_up: float, loss: float, hr: float
) -> None:
    lost = Hazard((loss,), zero=True)
    trial = Course(event, accrual, follow_up, loss1=lost, loss0=lost)
    one, two = trial.arms(hr)
    assert 0 < one <= two <= 1
    longer = trial.lasting(follow_up + 1).arms(hr)
    assert longer[0] >= one * (1 - 1e-12)
    assert Course(event, accrual, follow_up).arms(hr)[0] >= one * (1 - 1e-12)
    # a calendar that ends with the trial
    assert trial.by(trial.length, event, lost) == two


@given(event=hazards, accrual=accruals, delay=st.floats(0.1, 30))
def test_a_delay_leaves_the_arms_alike_before_it(event: Hazard, accrual: Accrual, delay: float) -> None:
    trial = Course(event, accrual, 31.0, delay=delay)
    one, two = trial.hazards(0.5)
    for time in (0.0, delay * 0.999, delay, delay + 1, 60.0):
        assert one.at(time) == two.at(time) * (0.5 if time >= delay else 1.0)
    assert Course(event, accrual, 31.0).arms(0.5)[0] <= trial.arms(0.5)[0] <= trial.arms(0.5)[1] * (1 + 1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Hazard((-0.1,)), "a hazard must be at least 0, not -0.1"),
        (lambda: Hazard((0.0, 0.0), (0.0, 3.0)), "always 0"),
        (lambda: Hazard((0.1, 0.2), (0.0,)), "one rate from each"),
        (lambda: Hazard((0.1, 0.2), (0.0, 0.0)), "must rise"),
        (lambda: Hazard((math.nan,)), "at least 0"),
        (lambda: Accrual(()), "one rate up to each"),
        (lambda: Accrual((6.0, 3.0), (1.0, 1.0)), "must rise"),
        (lambda: Accrual((6.0,), (0.0,)), "not all 0"),
        (lambda: Accrual((-1.0,)), "accrual must be at least 0, not -1"),
        (lambda: exponential(0.0, 1, 1), "median of the control arm must be above 0"),
        (lambda: exponential(1.0, 1, 1, -2.0), "median of the treated arm must be above 0"),
        (lambda: exponential(1.0, -1, 1), "accrual must be at least 0, not -1"),
        (lambda: exponential(1.0, 1, -1), "follow-up must be at least 0, not -1"),
        (lambda: exponential(1.0, 0, 0), "both 0"),
        (lambda: Course(Hazard((0.1,)), Accrual((5.0,)), 5.0, delay=10.0), "watch of 10 is over"),
        (lambda: Course(Hazard((0.1,)), Accrual((5.0,)), 5.0, Hazard((0.1,)), delay=2.0), "goes with a hazard ratio"),
        (lambda: constant_hazard(0.5, 0.0), "time of a survival must be above 0"),
        (lambda: loss_hazard(1.0, 12.0), "at least 0 and below 1, not 1"),
        (lambda: loss_hazard(0.1, 0.0), "time of a loss must be above 0"),
        (lambda: piecewise_hazard((0.5, 0.6), (6.0, 12.0)), "falls from 1"),
        (lambda: piecewise_hazard((0.5, 0.4), (6.0, 6.0)), "times of a survival curve must rise"),
    ],
)
def test_an_impossible_course_says_why(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
