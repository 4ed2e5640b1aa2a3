"""Cox's model against R's survival; properties; and what has no estimate."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import cox, registry
from gvhdcalc.stats.logrank import log_rank
from gvhdcalc.stats.patients import Patients, patients

from .against_reference import load
from .survival_sets import drawn

REFERENCE = load("cox")
ROWS = REFERENCE["cox"]
FINITE = [row for row in ROWS if not row["infinite"]]


def named(row: dict[str, Any]) -> str:
    return f"{row['set']}, {row.get('ties', '')}"


@cache
def fitted(name: str, ties: Any) -> cox.CoxFit:
    data = REFERENCE["sets"][name]
    x = np.asarray(data["x"], dtype=float)
    optional = [None if data.get(field) is None else np.asarray(data[field]) for field in ("entry", "strata")]
    return cox.fit_arrays(
        np.asarray(data["time"], dtype=float), np.asarray(data["status"]) == 1, x,
        tuple(f"x{j}" for j in range(x.shape[1])), *optional, ties=ties,
    )  # fmt: skip


def close(found: Any, expected: Any, rel: float = 1e-6) -> None:
    """Each number to a relative 1e-6; off the diagonal, of the greatest."""
    wanted = np.asarray(expected, dtype=float)
    scale = np.abs(wanted).max() if wanted.size else 0.0
    np.testing.assert_allclose(np.asarray(found, dtype=float), wanted, rtol=rel, atol=rel * 1e-3 * scale)


def test_every_way_of_ties_has_its_cases() -> None:
    for ties in ("efron", "breslow", "exact"):
        assert sum(row["ties"] == ties for row in ROWS) >= 20
    assert sum("profile" in row for row in ROWS) >= 20 and sum("zph" in row for row in ROWS) >= 19


@pytest.mark.parametrize("row", FINITE, ids=named)
def test_coefficients_variances_likelihoods_and_tests(row: dict[str, Any]) -> None:
    found = fitted(row["set"], row["ties"])
    assert not found.infinite.any()
    unit = np.sqrt(np.diag(np.asarray(row["covariance"], dtype=float)))
    np.testing.assert_allclose(found.b, row["b"], rtol=1e-6, atol=1e-6 * unit.max())
    close(found.covariance / np.outer(*(2 * [np.where(unit > 0, unit, 1)])),
          np.asarray(row["covariance"]) / np.outer(*(2 * [np.where(unit > 0, unit, 1)])))  # fmt: skip
    assert (found.loglik, found.loglik_null) == pytest.approx((row["loglik"], row["loglik_null"]), rel=1e-9, abs=1e-9)
    assert found.score @ cox.inverse(found.information) @ found.score == pytest.approx(row["score"], rel=1e-6, abs=1e-9)
    if "robust" in row:
        close(np.diag(cox.robust_covariance(found)), np.diag(np.asarray(row["robust"], dtype=float)))
    if "cluster" in row:
        codes = np.asarray(REFERENCE["sets"][row["set"]]["cluster"])
        close(np.diag(cox.robust_covariance(found, codes)), np.diag(np.asarray(row["cluster"], dtype=float)))


@pytest.mark.parametrize("row", [row for row in ROWS if row["infinite"]], ids=named)
def test_an_infinite_estimate_is_found_and_its_likelihood_right(row: dict[str, Any]) -> None:
    found = fitted(row["set"], row["ties"])
    assert found.infinite.any()
    assert found.loglik == pytest.approx(row["loglik"], abs=1e-5)
    assert found.score @ cox.inverse(found.information) @ found.score == pytest.approx(row["score"], rel=1e-6)
    first = cox.hazard_ratios(found, 0.95)[0]
    if found.infinite[0]:
        assert first.estimate in (0.0, math.inf) and math.isnan(first.lower) and first.notes


@pytest.mark.parametrize("row", [row for row in ROWS if "profile" in row], ids=named)
@pytest.mark.parametrize("conf", ["0.9", "0.95", "0.99"])
def test_profile_likelihood(row: dict[str, Any], conf: str) -> None:
    found = cox.profile_limits(fitted(row["set"], row["ties"]), 0, float(conf))
    unit = np.std(np.asarray(REFERENCE["sets"][row["set"]]["x"], dtype=float)[:, 0])
    for mine, theirs in zip(found, row["profile"][conf], strict=True):
        if theirs is None:
            assert math.isinf(mine)
        else:
            assert mine == pytest.approx(theirs, rel=1e-6, abs=1e-6 / unit)


@pytest.mark.parametrize(
    ("row", "transform"),
    [(row, transform) for row in ROWS for transform in row.get("zph", ())],
    ids=lambda part: part if isinstance(part, str) else named(part),
)
def test_proportional_hazards(row: dict[str, Any], transform: str) -> None:
    rows = cox.proportionality(fitted(row["set"], row["ties"]), transform)
    expected = row["zph"][transform]
    wanted = list(zip(expected["statistic"], expected["p"], strict=True))
    if len(wanted) == 1:  # one column: R prints no row for all
        wanted *= 2
    assert [(r.statistic, r.p) for r in rows] == [pytest.approx(pair, rel=1e-6, abs=1e-9) for pair in wanted]


@pytest.mark.parametrize("row", [row for row in ROWS if "ratio" in row], ids=named)
def test_the_likelihood_ratio_of_one_column(row: dict[str, Any]) -> None:
    found = fitted(row["set"], row["ties"])
    assert cox.profile_fall(found, 0, 0.0) == pytest.approx(row["ratio"], rel=1e-6, abs=1e-8)


@given(st.integers(0, 10_000))
def test_profile_limits_and_their_p_agree(seed: int) -> None:
    people = drawn(seed, n=40)
    method = registry.estimators(cox.MEASURE)["profile-likelihood"].function
    p = method(people).p
    if 0.001 < p < 0.9:
        wider, narrower = method(people, 1 - p * 0.99), method(people, 1 - p * 1.01)
        assert wider.lower < 1 < wider.upper
        assert not narrower.lower < 1 < narrower.upper


def test_the_registered_methods_are_these() -> None:
    of = REFERENCE["sets"]["veteran, covariates"]
    x = np.asarray(of["x"], dtype=float)
    people = patients(of["time"], of["status"], 1 - x[:, 0].astype(int), covariates=x[:, 1:])
    row = next(r for r in ROWS if r["set"] == "veteran, covariates" and r["ties"] == "efron")
    estimators, tests = registry.estimators(cox.MEASURE), registry.tests(cox.MEASURE)
    for key in ("efron", "breslow", "exact"):
        b = next(r for r in ROWS if r["set"] == "veteran, covariates" and r["ties"] == key)["b"][0]
        assert math.log(estimators[key].function(people).estimate) == pytest.approx(b, rel=1e-6)
    assert estimators["robust"].function(people).se == pytest.approx(math.sqrt(row["robust"][0][0]), rel=1e-6)
    limits = estimators["profile-likelihood"].function(people, 0.9)
    assert [math.log(limits.lower), math.log(limits.upper)] == pytest.approx(row["profile"]["0.9"], rel=1e-6)
    assert tests["cox-wald"].function(people).statistic == pytest.approx(row["wald"], rel=1e-6)
    assert tests["cox-score"].function(people).statistic == pytest.approx(row["score"], rel=1e-6)
    gain = 2 * (row["loglik"] - row["loglik_null"])
    assert tests["cox-likelihood-ratio"].function(people).statistic == pytest.approx(gain, rel=1e-6)
    for key, test in registry.tests(cox.PROPORTIONAL).items():
        theirs = row["zph"][key.removeprefix("grambsch-therneau-")]
        assert test.function(people).p == pytest.approx(theirs["p"][-1], rel=1e-6)


def test_nothing_to_estimate() -> None:
    none = patients([1, 2, 3, 4], [0, 0, 0, 0], [0, 0, 1, 1])
    for method in registry.estimators(cox.MEASURE).values():
        row = method.function(none)
        assert math.isnan(row.estimate) and row.notes
    for method in (*registry.tests(cox.MEASURE).values(), *registry.tests(cox.PROPORTIONAL).values()):
        result = method.function(none)
        assert math.isnan(result.p) and result.notes
    same = patients([1, 2, 3, 4], [1, 1, 0, 1], [0, 0, 0, 0], covariates=[[1], [1], [1], [1]])
    (row,) = cox.hazard_ratios(cox.fit(same), 0.95)
    assert math.isnan(row.estimate) and "does not vary" in row.notes[0]


@pytest.mark.parametrize(
    ("people", "word"),
    [
        (patients([3], [1]), "one arm"),
        (patients([1, 2, 3], [1, 0, 1], covariates=[[1], [2], [3]]), "one arm"),
        (patients([], [], [], arms=("treated", "control")), "no event"),
        (patients([3], [1], [0], arms=("treated", "control")), "does not vary"),
        (patients([1, 2, 3, 4], [2, 2, 0, 2], [0, 1, 0, 1]), "no event"),
    ],
)
def test_what_has_no_ratio_says_so(people: Patients, word: str) -> None:
    for key in ("efron", "breslow", "exact", "robust", "profile-likelihood"):
        row = registry.estimators(cox.MEASURE)[key].function(people)
        assert math.isnan(row.estimate)
        assert word in row.notes[0]
    for test in (*registry.tests(cox.MEASURE).values(), *registry.tests(cox.PROPORTIONAL).values()):
        if test.key.startswith(("cox", "grambsch")) and people.covariates is None:
            result = test.function(people)
            assert math.isnan(result.p)
            assert result.notes


def test_events_at_one_time_say_nothing_of_proportional_hazards() -> None:
    people = patients([2, 2, 2, 2, 2, 3], [1, 1, 1, 1, 0, 0], [0, 0, 0, 1, 1, 1])
    for test in registry.tests(cox.PROPORTIONAL).values():
        result = test.function(people)
        assert math.isnan(result.p)
        assert "one time" in result.notes[0]


def test_too_many_ties_for_the_exact_likelihood_are_said() -> None:
    many = patients(np.repeat([1.0, 2.0], 2000), np.ones(4000), np.arange(4000) % 2)
    row = registry.estimators(cox.MEASURE)["exact"].function(many)
    assert math.isnan(row.estimate) and "Efron" in row.notes[0]


def swapped(people: Patients) -> Patients:
    return patients(people.time, people.status, 1 - people.arm, entry=people.entry, strata=people.strata)


seeds = st.integers(0, 10_000)


@given(seeds, st.booleans(), st.sampled_from([1, 3]))
def test_swapped_arms_give_the_reciprocal(seed: int, entry: bool, strata: int) -> None:
    people = drawn(seed, entry=entry, strata=strata)
    for key in ("efron", "breslow", "robust"):
        function = registry.estimators(cox.MEASURE)[key].function
        one, other = function(people), function(swapped(people))
        if math.isfinite(one.lower) and math.isfinite(other.lower):
            assert one.estimate * other.estimate == pytest.approx(1, rel=1e-6)
            assert one.lower * other.upper == pytest.approx(1, rel=1e-6)


@given(seeds, st.floats(1e-6, 1e6))
def test_the_unit_of_time_does_not_matter(seed: int, unit: float) -> None:
    people = drawn(seed)
    scaled = patients(people.time * unit, people.status, people.arm)
    one, other = (registry.estimators(cox.MEASURE)["efron"].function(p) for p in (people, scaled))
    assert one.estimate == pytest.approx(other.estimate, rel=1e-9, nan_ok=True)


@given(seeds)
def test_without_ties_all_ways_agree_and_the_score_test_is_the_log_rank_test(seed: int) -> None:
    random = np.random.default_rng(seed)
    people = patients(random.permutation(40) + 1.0, random.integers(0, 2, 40), np.arange(40) % 2)
    rows = [registry.estimators(cox.MEASURE)[key].function(people) for key in ("efron", "breslow", "exact")]
    assert [row.estimate for row in rows] == [pytest.approx(rows[0].estimate, rel=1e-7, nan_ok=True)] * 3
    assert cox.score(people).statistic == pytest.approx(log_rank(people).statistic, rel=1e-7, nan_ok=True)


@pytest.mark.parametrize("strata", [False, True])
def test_risk_sets_of_patients_whose_hazards_differ_by_many_powers_of_ten(strata: bool) -> None:
    """The last at risk have weights 1e-20 of the first: each risk set is summed exactly here, patient by patient."""
    draw = np.random.default_rng(8)
    n = 60
    x = draw.normal(size=(n, 1))
    time = draw.exponential(1, n) * np.exp(-9 * x[:, 0])
    group = np.arange(n) % 3 if strata else np.zeros(n, dtype=int)
    likelihood = cox.Likelihood(time, np.ones(n, dtype=bool), x, strata=group)
    b = np.array([9.0])
    loglik = score = information = 0.0
    for i in range(n):
        at_risk = (group == group[i]) & (time >= time[i])
        weights = np.exp(9 * (x[at_risk, 0] - x[at_risk, 0].max()))
        share = weights / math.fsum(weights)
        mean = math.fsum(share * x[at_risk, 0])
        loglik += 9 * (x[i, 0] - x[at_risk, 0].max()) - math.log(math.fsum(weights))
        score += x[i, 0] - mean
        information += math.fsum(share * (x[at_risk, 0] - mean) ** 2)
    found = likelihood.at(b)
    assert found.loglik == pytest.approx(loglik, rel=1e-12)
    assert found.score[0] == pytest.approx(score, rel=1e-10)
    assert found.information[0, 0] == pytest.approx(information, rel=1e-8)
