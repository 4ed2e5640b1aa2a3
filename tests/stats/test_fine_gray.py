"""Fine and Gray's model against R's cmprsk; properties; and what has no estimate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import cox, fine_gray, registry
from gvhdcalc.stats.patients import Patients, patients

from .against_reference import load

REFERENCE = load("cox")
ROWS = REFERENCE["fine_gray"]


def fitted(name: str) -> fine_gray.FineGrayFit:
    data = REFERENCE["competing"][name]
    x = np.asarray(data["x"], dtype=float)
    groups = None if data.get("strata") is None else np.asarray(data["strata"])
    names = tuple(f"x{j}" for j in range(x.shape[1]))
    return fine_gray.fit_arrays(np.asarray(data["time"], float), np.asarray(data["status"]), x, names, 1, groups)


def test_there_are_cases_enough() -> None:
    assert len(ROWS) >= 20 and sum("covariance" in row for row in ROWS) >= 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["set"])
def test_against_cmprsk(row: dict[str, Any]) -> None:
    found = fitted(row["set"])
    wanted = np.asarray(row["b"], dtype=float)
    units = np.std(np.asarray(REFERENCE["competing"][row["set"]]["x"], dtype=float), axis=0)
    np.testing.assert_allclose(found.b, wanted, rtol=1e-6, atol=1e-6 / units.min())
    assert (found.loglik, found.loglik_null) == pytest.approx((row["loglik"], row["loglik_null"]), rel=1e-9, abs=1e-9)
    theirs = np.asarray(row["covariance"], dtype=float)
    scale = np.sqrt(np.outer(np.diag(theirs), np.diag(theirs)))
    np.testing.assert_allclose(found.covariance / scale, theirs / scale, rtol=1e-6, atol=1e-7)
    if "covariance_crr" in row:  # with groups of censoring crr leaves out part of the variance of the weights
        of_crr = np.diag(np.asarray(row["covariance_crr"], dtype=float))
        assert np.diag(found.covariance) == pytest.approx(of_crr, rel=0.02)
        assert np.diag(found.covariance) != pytest.approx(of_crr, rel=1e-6)


def random(seed: int, n: int = 60, causes: int = 2) -> Patients:
    draw = np.random.default_rng(seed)
    return patients(draw.integers(1, 25, n).astype(float), draw.integers(0, causes + 1, n), np.arange(n) % 2)


seeds = st.integers(0, 10_000)


@given(seeds)
def test_with_one_cause_it_is_cox_with_a_robust_variance(seed: int) -> None:
    people = random(seed, causes=1)
    mine = fine_gray.fit(people)
    model = cox.fit(people, "breslow")
    if not model.infinite.any() and model.events:
        assert mine.b[0] == pytest.approx(model.b[0], rel=1e-6, abs=1e-9)
        assert mine.covariance[0, 0] == pytest.approx(cox.robust_covariance(model)[0, 0], rel=1e-6)


@given(seeds)
def test_without_censoring_competing_events_wait_for_ever(seed: int) -> None:
    people = random(seed)
    status = np.where(people.status == 0, 2, people.status)
    late = np.where(status == 2, 1000.0, people.time)
    mine = fine_gray.fit(patients(people.time, status, people.arm))
    model = cox.fit(patients(late, status == 1, people.arm), "breslow")
    assert mine.b[0] == pytest.approx(model.b[0], rel=1e-6, abs=1e-9)


@given(seeds, st.floats(1e-6, 1e6))
def test_swapped_arms_give_the_reciprocal_and_the_unit_does_not_matter(seed: int, unit: float) -> None:
    people = random(seed)
    one = fine_gray.fine_gray(people)
    other = fine_gray.fine_gray(patients(people.time * unit, people.status, 1 - people.arm))
    if math.isfinite(one.lower):
        assert one.estimate * other.estimate == pytest.approx(1, rel=1e-6)
        assert one.lower * other.upper == pytest.approx(1, rel=1e-6)


def test_nothing_to_estimate() -> None:
    method = registry.estimators(fine_gray.MEASURE)["fine-gray"]
    for people, word in (
        (patients([1, 2, 3, 4], [0, 2, 0, 2], [0, 0, 1, 1]), "no event"),
        (patients([1, 2, 3, 4], [0, 2, 1, 1], [0, 0, 1, 1]), "infinite"),
        (patients([2, 2, 3, 4], [0, 2, 1, 1], [0, 1, 1, 0], entry=[0, 1, 0, 0]), "left-truncated"),
    ):
        row = method.function(people)
        assert math.isnan(row.lower) and word in row.notes[0]
