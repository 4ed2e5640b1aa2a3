"""Individual data from curves: the published algorithm in R, and what comes back of the data behind the curve."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.stats.hazard_ratio_curve import Curve
from gvhdcalc.stats.hazard_ratio_reconstructed import as_patients, cox_of_reconstructed, log_rank_of_reconstructed
from gvhdcalc.stats.reconstruction import reconstructed

from .test_hazard_ratio_routes import REFERENCE, agrees, curve

ROWS = REFERENCE["curves"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_algorithm_as_published(row):
    arms = [curve(row[arm]) for arm in ("treated", "control")]
    plain = [reconstructed(arm) for arm in arms]
    expected = row["reconstructed"]
    assert [found.events for found in plain] == [expected["events1"], expected["events0"]]
    assert [sum(found.times) for found in plain] == pytest.approx([expected["time1"], expected["time0"]], rel=1e-9)
    known = [reconstructed(arm, row[name]["events"]) for arm, name in zip(arms, ("treated", "control"), strict=True)]
    assert [found.events for found in known] == [expected["with_total1"], expected["with_total0"]]
    patients = as_patients(*known)
    agrees(log_rank_of_reconstructed(patients, row["conf"]), row["guyot-logrank"])
    agrees(cox_of_reconstructed(patients, row["conf"]), row["guyot-cox"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_hazard_ratio_of_the_data_behind_the_curves_comes_back(row):
    """Read at 25 to 120 points: within a fifth of a standard error with 100 patients an arm, within one always."""
    arms = [reconstructed(curve(row[arm]), row[arm]["events"]) for arm in ("treated", "control")]
    found = math.log(cox_of_reconstructed(as_patients(*arms)).estimate)
    original = row["original"]
    many = min(len(arm.times) for arm in arms) >= 100
    assert abs(found - original["log_hr"]) < (0.2 if many else 1.0) * original["se"]


def test_without_censoring_every_patient_comes_back():
    read = Curve((1.0, 2.0, 3.0, 4.0), (0.9, 0.6, 0.3, 0.0), (0.0, 2.0, 4.0), (10, 9, 3))
    found = reconstructed(read)
    assert found.times == (1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 3.0, 4.0, 4.0, 4.0)
    assert found.events == 10 and found.censored == 0 and found.settled and found.largest_gap < 1e-12


@st.composite
def curves(draw):
    size = draw(st.integers(1, 15))
    falls = draw(st.lists(st.floats(0, 0.4), min_size=size, max_size=size))
    survival, value = [], 1.0
    for fall in falls:
        value *= 1 - fall
        survival.append(value)
    times = tuple(float(k) for k in range(1, size + 1))
    at_risk = [draw(st.integers(1, 300))]
    risk_times = [0.0]
    for k in range(2, size + 1, 4):
        risk_times.append(float(k))
        at_risk.append(draw(st.integers(0, at_risk[-1])))
    return Curve(times, tuple(survival), tuple(risk_times), tuple(at_risk))


@given(curves(), st.none() | st.integers(0, 300))
@settings(max_examples=150)
def test_nobody_is_lost_or_made(read, events):
    found = reconstructed(read, events)
    assert len(found.times) == len(found.status) == read.at_risk[0]
    assert found.events + found.censored == read.at_risk[0] and min(found.events, found.censored) >= 0
    assert all(0 <= when <= read.times[-1] for when in found.times)
    if found.settled and events is not None:
        assert found.events == events


def test_no_number_at_risk_at_the_start():
    with pytest.raises(ValueError, match="time 0"):
        reconstructed(Curve((1.0,), (0.5,), (1.0,), (5,)))


def test_a_fine_curve_of_many_patients_takes_no_time():
    points = 5000
    times = tuple(k / 100 for k in range(1, points + 1))
    survival = tuple(0.5 ** (t / 20) for t in times)
    read = Curve(times, survival, tuple(float(t) for t in range(0, 50, 5)), tuple(20_000 - 1900 * k for k in range(10)))
    start = time.perf_counter()
    found = reconstructed(read)
    assert len(found.times) == 20_000 and time.perf_counter() - start < 5
