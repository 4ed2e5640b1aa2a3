"""Simulated survival trials: the statistic against the one on individual data, power against the formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gvhdcalc.stats.accrual import Accrual, Course, Hazard, exponential, loss_hazard
from gvhdcalc.stats.lakatos import lakatos
from gvhdcalc.stats.logrank import log_rank
from gvhdcalc.stats.patients import Patients
from gvhdcalc.stats.power_competing_risks import Incidences, hazard_ratio_of_incidences, latouche, pintilie
from gvhdcalc.stats.power_logrank import AtTime, LogRank, Overall, schoenfeld
from gvhdcalc.stats.survival_simulation import log_rank_z, simulate_competing, simulate_logrank

TRIALS = 20_000


def test_the_statistic_is_the_log_rank_test_of_each_trial() -> None:
    random = np.random.default_rng(3)
    first, second = random.exponential(10, (5, 30)), random.exponential(6, (5, 40))
    seen1, seen2 = random.random((5, 30)) < 0.7, random.random((5, 40)) < 0.8
    z, events = log_rank_z((first, seen1), (second, seen2))
    for i in range(5):
        patients = Patients(
            np.concatenate([first[i], second[i]]),
            np.concatenate([seen1[i], seen2[i]]).astype(int),
            np.repeat([0, 1], [30, 40]),
            ("treated", "control"),
        )
        assert z[i] ** 2 == pytest.approx(log_rank(patients).statistic, rel=1e-9)
        assert events[i] == patients.status.sum()
    # few events in the first arm, which does better
    assert (z < 0).sum() >= 4


def test_a_margin_of_the_ratio_of_hazards_leaves_z_about_0() -> None:
    random = np.random.default_rng(5)
    first, second = random.exponential(5, (2000, 50)), random.exponential(10, (2000, 50))
    seen = np.ones((2000, 50), dtype=bool)
    plain, _ = log_rank_z((first, seen), (second, seen))
    z, _ = log_rank_z((first, seen), (second, seen), margin=2.0)
    assert plain.mean() > 2
    assert z.mean() == pytest.approx(0, abs=4 / math.sqrt(2000))
    assert z.std() == pytest.approx(1, abs=0.08)


COURSES = {
    "exponential": (exponential(6, 24, 12), 0.68, 1.0),
    "changing": (
        Course(
            Hazard((0.1, 0.0, 0.05), (0.0, 6.0, 9.0)),
            Accrual((6.0, 8.0, 24.0), (1.0, 0.0, 3.0)),
            10.0,
            loss1=loss_hazard(0.1, 12.0),
            loss0=Hazard((0.0, 0.05), (0.0, 8.0), zero=True),
        ),
        0.6,
        1.0,
    ),
    "late": (Course(Hazard((0.1,)), Accrual((24.0,)), 12.0, delay=3.0), 0.6, 1.0),
    "at-once": (Course(Hazard((0.1,)), Accrual((0.0,)), 24.0), 1.5, 1.0),
}


@pytest.mark.parametrize(("course", "hr", "margin"), COURSES.values(), ids=COURSES)
def test_lakatos_is_near_the_simulation(course: Course, hr: float, margin: float) -> None:
    asked = LogRank(hr=hr, n1=180, n0=120, event_probability=course)
    found = lakatos(asked)
    simulated = simulate_logrank(asked, found, TRIALS, seed=7)
    assert simulated.power == pytest.approx(found.power, abs=4 * simulated.error + 0.01)
    assert simulated.events == pytest.approx(found.events, rel=0.01)
    assert simulated.opposite < 10


def test_non_inferiority_is_near_the_simulation() -> None:
    asked = LogRank(hr=1.0, n1=300, n0=300, margin=1.3, alpha=0.025, sides=1, event_probability=exponential(6, 24, 12))
    found = schoenfeld(asked)
    simulated = simulate_logrank(asked, found, TRIALS, seed=7)
    assert simulated.power == pytest.approx(found.power, abs=4 * simulated.error + 0.01)


def test_the_level_is_kept_under_the_null_hypothesis() -> None:
    asked = LogRank(hr=0.5, n1=100, n0=100, event_probability=exponential(6, 24, 12))
    found = schoenfeld(asked)
    null = LogRank(hr=1 + 1e-9, n1=100, n0=100, event_probability=exponential(6, 24, 12))
    simulated = simulate_logrank(null, schoenfeld(null), TRIALS, seed=2)
    assert simulated.power + simulated.opposite / TRIALS == pytest.approx(0.05, abs=0.008)
    assert simulate_logrank(asked, found, 500, seed=1) == simulate_logrank(asked, found, 500, seed=1)
    assert simulate_logrank(asked, found, 500, seed=1) != simulate_logrank(asked, found, 500, seed=2)


def test_survival_at_a_time_watches_all_to_it() -> None:
    asked = LogRank(hr=0.51, n1=120, n0=120, event_probability=AtTime(0.373))
    simulated = simulate_logrank(asked, schoenfeld(asked), 4000, seed=1)
    assert simulated.events == pytest.approx(schoenfeld(asked).events, rel=0.02)


def test_designs_of_size_effect_and_follow_up_are_simulated_at_their_solution() -> None:
    course = exponential(6, 24, 12)
    for asked in (
        LogRank(hr=0.6, power=0.8, event_probability=course, dropout=0.1),
        LogRank(n1=100, n0=100, power=0.8, event_probability=course),
    ):
        found = lakatos(asked)
        assert simulate_logrank(asked, found, TRIALS, seed=3).power == pytest.approx(found.power, abs=0.025)
    sought = LogRank(hr=0.6, n1=75, n0=75, power=0.8, event_probability=exponential(6, 24, None))
    found = lakatos(sought)
    assert found.follow_up > 0
    assert simulate_logrank(sought, found, TRIALS, seed=3).power == pytest.approx(0.8, abs=0.025)


def test_competing_risks_are_near_the_simulation() -> None:
    # without a time beyond that of the incidences, which few leave before
    hr = hazard_ratio_of_incidences(0.3, 0.45)
    known = Incidences(0.45, 0.2, 0.25, 24.0)
    asked = LogRank(hr=hr, n1=120, n0=120, event_probability=known)
    for method in (latouche, pintilie):
        found = method(asked)
        simulated = simulate_competing(asked, found, TRIALS, seed=5)
        assert simulated.power == pytest.approx(found.power, abs=0.03)
        assert simulated.events == pytest.approx(found.events, rel=0.01)
    over_time = Incidences(0.45, 0.2, 0.25, 24.0, Accrual((24.0,)), 6.0, loss_hazard(0.2, 12.0), loss_hazard(0.2, 12.0))
    asked = LogRank(hr=hr, n1=120, n0=120, event_probability=over_time)
    assert simulate_competing(asked, pintilie(asked), TRIALS, seed=5).events == pytest.approx(
        pintilie(asked).events, rel=0.01
    )


def test_what_cannot_be_simulated_says_why() -> None:
    asked = LogRank(hr=0.5, n1=50, n0=50, event_probability=Overall(0.5))
    with pytest.raises(ValueError, match="needs patients and their survival"):
        simulate_logrank(asked, schoenfeld(asked), 100, seed=1)
    events = LogRank(hr=0.5, events=100)
    with pytest.raises(ValueError, match="needs patients and their survival"):
        simulate_logrank(events, schoenfeld(events), 100, seed=1)
    with pytest.raises(ValueError, match="needs patients, and the incidences"):
        simulate_competing(events, latouche(events), 100, seed=1)
    known = LogRank(hr=0.5, n1=50, n0=50, event_probability=exponential(6, 24, 12))
    with pytest.raises(ValueError, match="at least 2 trials, not 1"):
        simulate_logrank(known, schoenfeld(known), 1, seed=1)
    none = LogRank(n1=3, n0=3, power=0.99, event_probability=exponential(100, 1, 0))
    with pytest.raises(ValueError, match="no trial to simulate"):
        simulate_logrank(none, lakatos(none), 100, seed=1)
