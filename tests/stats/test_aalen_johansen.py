"""Cumulative incidence from individual data: R's values on data sets and small tables, and properties."""

from __future__ import annotations

import csv
import math
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.stats.aalen_johansen import (
    MEASURE,
    VARIANCES,
    Curve,
    Point,
    aalen_johansen,
    aalen_variance,
    curves_of,
    greenwood_variance,
    influences,
    jackknife_variance,
)
from gvhdcalc.stats.cumulative_incidence import SCALES
from gvhdcalc.stats.gray import gray, pepe_mori
from gvhdcalc.stats.life_table import gaps, life_table
from gvhdcalc.stats.patients import Patients, patients
from gvhdcalc.stats.registry import estimators
from gvhdcalc.stats.registry import tests as registered_tests
from gvhdcalc.stats.restricted_mean_time_lost import DIFFERENCE, RATIO, Lost, time_lost
from gvhdcalc.stats.restricted_mean_time_lost import MEASURE as TIME_LOST

from .against_reference import load

REFERENCE = load("cuminc_data")
METHODS = estimators(MEASURE)
TESTS = registered_tests(MEASURE)
DATA = Path(__file__).parents[1] / "data"

CODES = {"F": 1, "M": 2, "A": 1, "B": 2, "AB": 3, "O": 4, "ltx": 1, "death": 2, "withdraw": 3, "censored": 0}


@cache
def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@cache
def data_set(name: str) -> dict[str, Any]:
    """Arrays time, status, arm and, where there is one, entry, cluster or strata, as cuminc_data.R has them."""
    if name in REFERENCE["by_hand"]:
        return {key: np.array(values, dtype=float) for key, values in REFERENCE["by_hand"][name].items()}
    base = name.split()[0]
    names = {
        "pbc": ("time", "status", "stage" if "stage" in name else "trt"),
        "mgus2": ("etime", "event", "sex"),
        "transplant": ("futime", "event", "abo"),
        "veteran": ("time", "status", "trt"),
    }[base]
    kept = [row for row in rows_of(base) if "NA" not in (row[names[0]], row[names[2]], row.get("trt"))]

    def column(which: str) -> Any:
        return np.array([float(CODES.get(row[which], row[which])) for row in kept])

    found = dict(zip(("time", "status", "arm"), map(column, names), strict=True))
    if base == "pbc":
        found["strata"] = column("stage")
    if name == "mgus2 by decade":
        found["arm"] = np.clip(column("age") // 10, 5, 8) - 4
    if name == "mgus2 by age":
        found |= {"entry": column("age") * 12, "time": column("age") * 12 + found["time"]}
        keep = (found["time"] > found["entry"]) & (found["entry"] >= 600)
        found = {key: values[keep] for key, values in found.items()}
    if name == "pbc in fours":
        found["cluster"] = np.arange(len(kept)) // 4
    if name == "transplant A v B":
        keep = found["arm"] <= 2
        found = {key: values[keep] for key, values in found.items()}
    if "first hundred" in name:
        found = {key: values[:100] for key, values in found.items()}
    return found


@cache
def curve(name: str, arm: Any) -> Curve:
    data = data_set(name)
    chosen = data["arm"] == CODES.get(arm, arm) if arm else np.ones(len(data["time"]), dtype=bool)
    more = {key: data[key][chosen] for key in ("entry", "cluster") if key in data}
    return aalen_johansen(data["time"][chosen], data["status"][chosen], None, **more)


def arms_of(name: str, stratified: bool = False) -> Patients:
    data = data_set(name)
    strata = data["strata"] - 1 if stratified else None
    return patients(data["time"], data["status"], data["arm"] - 1, strata=strata)


def row_id(row: dict[str, Any]) -> str:
    return "-".join(
        str(row[key]) for key in ("set", "arm", "cause", "at", "variance_key", "tau", "method") if key in row
    )


# --- R


@pytest.mark.parametrize("row", REFERENCE["points"], ids=row_id)
def test_estimate_variance_and_limits_are_those_of_r(row: dict[str, Any]) -> None:
    point = Point(curve(row["set"], row["arm"]), row["cause"], row["at"])
    got = point.incidence(row["variance_key"])
    assert got.estimate == pytest.approx(row["f"], rel=1e-9, abs=1e-15)
    assert got.se**2 == pytest.approx(row["variance"], rel=1e-8, abs=1e-17)
    for scale, limits in row["limits"].items():
        found = METHODS[f"{row['variance_key']}-{scale}"].function(point)
        assert (found.lower, found.upper) == pytest.approx(limits, rel=1e-6, abs=1e-12)


def test_each_method_has_at_least_20_limits_of_r() -> None:
    counted = Counter(f"{row['variance_key']}-{scale}" for row in REFERENCE["points"] for scale in row["limits"])
    assert set(counted) == set(METHODS)
    assert min(counted.values()) >= 20


@pytest.mark.parametrize("row", REFERENCE["km"], ids=row_id)
def test_one_minus_kaplan_meier_and_numbers_at_risk_are_those_of_r(row: dict[str, Any]) -> None:
    found = curve(row["set"], row["arm"])
    f, se = found.one_minus_kaplan_meier(row["at"], row["cause"])
    assert float(f) == pytest.approx(row["f"], rel=1e-9, abs=1e-14)
    if isinstance(row["se"], float):
        assert float(se) == pytest.approx(row["se"], rel=1e-8, abs=1e-14)
    assert found.numbers_at_risk(row["at"]) == row["at_risk"]


@pytest.mark.parametrize("row", REFERENCE["tests"], ids=row_id)
def test_tests_are_those_of_r(row: dict[str, Any]) -> None:
    given_rho = {"rho": row["rho"]} if row["method"] == "gray" else {}
    found = TESTS[row["method"]].function(arms_of(row["set"], row["strata"] == "stage"), row["cause"], **given_rho)
    assert found.statistic == pytest.approx(row["statistic"], rel=1e-6, abs=1e-12)
    assert found.p == pytest.approx(row["p"], rel=1e-6)
    assert found.df == row["df"]


def test_each_test_has_at_least_20_values() -> None:
    counted = Counter(row["method"] for row in REFERENCE["tests"])
    assert set(counted) == set(TESTS)
    assert min(counted.values()) >= 20


@pytest.mark.parametrize("row", REFERENCE["lost"], ids=row_id)
def test_time_lost_is_that_of_r(row: dict[str, Any]) -> None:
    area, se = time_lost(curve(row["set"], row["arm"]), row["tau"], row["cause"])
    assert area == pytest.approx(row["area"], rel=1e-9, abs=1e-12)
    assert se == pytest.approx(row["se"], rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("row", REFERENCE["lives"], ids=lambda row: f"{row['kind']}-{row['cause']}-{row['ends'][-1]}")
def test_life_tables_are_those_of_r(row: dict[str, Any]) -> None:
    table = life_table(row["ends"], row["events"], row["censored"], row["at_risk"])
    found = table.actuarial() if row["kind"] == "actuarial" else table.aalen_johansen()
    assert found.at(row["ends"], row["cause"]) == pytest.approx(row["f"], rel=1e-9)
    variance = greenwood_variance(found, row["ends"], row["cause"])
    assert variance == pytest.approx(row["variance"], rel=1e-7, abs=1e-15)
    assert found.survival == pytest.approx(row["survival"], rel=1e-9)
    assert gaps(table) == []


def test_statsmodels_has_greenwoods_variance_and_cmprsk_that_of_aalen() -> None:
    """statsmodels' CumIncidenceRight names no estimator: its variance is the delta method's, not that of cmprsk."""
    from statsmodels.duration.survfunc import CumIncidenceRight

    data = data_set("pbc")
    fit = CumIncidenceRight(data["time"], data["status"].astype(int))
    ours = curve("pbc", None)
    for cause in (1, 2):
        assert ours.at(fit.times, cause) == pytest.approx(fit.cinc[cause - 1], rel=1e-12, abs=1e-15)
        theirs = fit.cinc_se[cause - 1] ** 2
        assert greenwood_variance(ours, fit.times, cause) == pytest.approx(theirs, rel=1e-9, abs=1e-14)
        assert (aalen_variance(ours, fit.times[100:], cause) > theirs[100:]).all()


# --- properties

times = st.integers(1, 12)
samples = st.lists(st.tuples(times, st.integers(0, 2)), min_size=1, max_size=40)


def sample(rows: list[tuple[int, int]]) -> Curve:
    array = np.array(rows)
    return aalen_johansen(array[:, 0], array[:, 1], 2)


@given(rows=samples)
def test_incidences_and_survival_add_up_to_1_and_never_exceed_1_minus_kaplan_meier(rows: list[tuple[int, int]]) -> None:
    found = sample(rows)
    assert found.incidence.sum(axis=1) + found.survival == pytest.approx(1.0)
    for cause in (1, 2):
        at = found.time
        assert (found.one_minus_kaplan_meier(at, cause)[0] >= found.at(at, cause) - 1e-12).all()
        assert (np.diff(found.at(at, cause)) >= 0).all()


@given(rows=samples, at=times)
def test_the_jackknife_is_greenwoods_variance_without_left_truncation(rows: list[tuple[int, int]], at: int) -> None:
    found = sample(rows)
    greenwood = greenwood_variance(found, at, 1)
    assert jackknife_variance(found, at, 1)[0] == pytest.approx(float(greenwood), rel=1e-9, abs=1e-14)
    assert influences(found, at).sum() == pytest.approx(0.0, abs=1e-12)


@given(rows=st.lists(st.tuples(times, st.integers(1, 2)), min_size=2, max_size=40), at=times)
def test_without_censoring_it_is_the_binomial_proportion(rows: list[tuple[int, int]], at: int) -> None:
    n, x = len(rows), sum(1 for time, status in rows if time <= at and status == 1)
    got = Point(sample(rows), 1, at).incidence("greenwood")
    assert got.estimate == pytest.approx(x / n, rel=1e-12)
    # sqrt amplifies what is left of a variance of 0
    assert got.se == pytest.approx(math.sqrt(x / n * (1 - x / n) / n), rel=1e-7, abs=2e-8)


@given(rows=samples)
@settings(max_examples=40)
def test_one_cause_is_one_minus_kaplan_meier_with_greenwoods_error(rows: list[tuple[int, int]]) -> None:
    array = np.array(rows)
    found = aalen_johansen(array[:, 0], (array[:, 1] > 0).astype(int))
    f, se = found.one_minus_kaplan_meier(found.time)
    assert found.at(found.time) == pytest.approx(f, abs=1e-12)
    inside = found.survival > 0
    assert np.sqrt(greenwood_variance(found, found.time))[inside] == pytest.approx(se[inside], rel=1e-6, abs=2e-8)


two_arms = st.lists(st.tuples(times, st.integers(0, 2), st.integers(0, 1)), min_size=6, max_size=40)


@given(rows=two_arms)
def test_swapped_arms_and_another_unit_of_time_leave_the_tests(rows: list[tuple[int, int, int]]) -> None:
    time, status, arm = np.array([*rows, (3, 1, 0), (4, 2, 1)]).T
    one = patients(time, status, arm)
    other = patients(time * 30.5, status, 1 - arm)
    for test in (gray, pepe_mori):
        first, second = test(one), test(other)
        assert first.p == pytest.approx(second.p, rel=1e-6, abs=1e-9, nan_ok=True)
        assert first.p == first.p or first.notes


@given(rows=samples, tau=times)
def test_time_lost_to_all_causes_and_time_without_any_make_up_tau(rows: list[tuple[int, int]], tau: int) -> None:
    found = sample([*rows, (12, 0)])
    free = float(np.sum(np.diff([0, *np.minimum(found.time, tau), tau]) * [1.0, *found.survival]))
    assert time_lost(found, tau, 1)[0] + time_lost(found, tau, 2)[0] + free == pytest.approx(tau)


# --- edges


def test_beyond_the_last_follow_up_nothing_is_known_and_a_note_says_so() -> None:
    point = Point(aalen_johansen([1, 2, 3], [1, 2, 0]), 1, 4.0)
    row = METHODS["aalen-log-log-f"].function(point)
    assert math.isnan(row.estimate) and "last follow-up is 3" in row.notes[0]
    over = Point(aalen_johansen([1, 2, 3], [1, 2, 1]), 1, 4.0)
    assert over.incidence().estimate == pytest.approx(2 / 3)


def test_everyone_censored_and_one_patient() -> None:
    nobody = Point(aalen_johansen([1, 2, 3], [0, 0, 0]), 1, 2.0)
    assert (nobody.incidence().estimate, nobody.incidence().se) == (0.0, 0.0)
    row = METHODS["aalen-log-log-f"].function(nobody)
    assert math.isnan(row.lower) and row.notes
    assert METHODS["greenwood-plain"].function(nobody).upper == 0.0


def test_lengths_that_differ_are_an_error() -> None:
    with pytest.raises(ValueError, match="differ in number"):
        aalen_johansen([1, 2], [1])


def test_gray_with_left_truncation_does_not_exist_and_says_why() -> None:
    found = gray(patients([2.0, 3, 4, 5], [1, 1, 2, 0], [0, 1, 0, 1], entry=[0.0, 1, 1, 2]))
    assert math.isnan(found.p) and "left truncation" in found.notes[0]


@pytest.mark.parametrize(
    ("arms", "statuses"), [([0, 0, 0, 0], [1, 1, 2, 0]), ([0, 0, 1, 1], [0, 0, 0, 0]), ([0, 0, 1, 1], [2, 2, 2, 0])]
)
def test_nothing_to_compare_is_nan_with_a_note(arms: list[int], statuses: list[int]) -> None:
    group = Patients(np.arange(1.0, 5.0), np.array(statuses), np.array(arms), ("a", "b"), ("event", "other"))
    for test in TESTS.values():
        found = test.function(group)
        assert math.isnan(found.p) and found.notes


def test_time_lost_in_two_arms() -> None:
    curves = tuple(curves_of(arms_of("pbc")))
    first, second = (time_lost(one, 3000, 2) for one in curves)
    lost = Lost(curves, 2, 3000)
    gap = estimators(DIFFERENCE)["plain"].function(lost)
    ratio = estimators(RATIO)["log"].function(lost)
    assert gap.estimate == pytest.approx(first[0] - second[0])
    assert gap.se == pytest.approx(math.hypot(first[1], second[1]))
    assert ratio.estimate == pytest.approx(first[0] / second[0])
    assert ratio.se == pytest.approx(math.hypot(first[1] / first[0], second[1] / second[0]))
    assert ratio.lower < ratio.estimate < ratio.upper
    beyond = estimators(TIME_LOST)["plain"].function(Lost(curves[:1], 2, 1e6))
    assert math.isnan(beyond.estimate) and "last follow-up" in beyond.notes[0]
    none = estimators(RATIO)["log"].function(Lost((sample([(5, 0)]), sample([(5, 1)])), 1, 4))
    assert math.isnan(none.estimate) and none.notes


def test_a_variance_for_each_and_every_scale() -> None:
    assert list(METHODS) == [f"{variance}-{scale}" for variance in VARIANCES for scale in SCALES]
    assert [key for key, method in METHODS.items() if method.default] == ["aalen-log-log-f"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [[5, 5]], [0, 0], [8, 3]), "5 events and 0 censored are more than the 3 at risk"),
        (([2, 1], [[1, 1]], [0, 0], [8, 3]), "1 follows 2"),
        (([1, 2], [[1, -1]], [0, 0], [8, 3]), "-1 events"),
        (([1, 2], [[1]], [0, 0], [8, 3]), "1 numbers of events for 2 intervals"),
        (([1, 2], [[1, 1]], None, [8, 9]), "9 at risk afterwards"),
        (([1, 2], [[1, 0]], [0, 0], [8, 0]), "nobody is at risk"),
    ],
)
def test_a_life_table_that_cannot_be_is_an_error_that_names_the_interval(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        life_table(*arguments)


def test_what_a_life_table_leaves_out_follows() -> None:
    whole = life_table([1, 2], [[3, 2], [1, 0]], [2, 4])
    assert whole.at_risk == (12, 6)
    assert life_table([1, 2], [[3, 2], [1, 0]], None, [12, 6]).censored == (2, 0)
    assert gaps(life_table([1, 2], [[3, 2]], [2, 4], [12, 6]))[0] == "after 1: 7 are left, and 6 at risk"
