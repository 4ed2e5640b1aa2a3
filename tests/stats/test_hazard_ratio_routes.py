"""The hazard ratio from log-rank statistics, events, landmarks, rates and curves: R's values, Tierney's routes."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats.hazard_ratio import (
    EventRates,
    HazardRatioBound,
    HazardRatioInterval,
    from_bound,
    from_interval,
    from_rates,
)
from gvhdcalc.stats.hazard_ratio_curve import (
    Curve,
    Curves,
    between_risk_times,
    from_curves_and_follow_up,
    from_curves_at_risk,
    under_uniform_censoring,
)
from gvhdcalc.stats.hazard_ratio_landmark import (
    EventsOfRandomised,
    SurvivalAtRisk,
    SurvivalLimits,
    from_events_of_randomised,
    from_survival_at_risk,
    from_survival_limits,
)
from gvhdcalc.stats.hazard_ratio_logrank import (
    EventsInAll,
    EventsOfArms,
    LogrankDifference,
    ObservedExpected,
    from_events_in_all,
    from_events_of_arms,
    from_p_and_events_in_all,
    from_p_and_events_of_arms,
    peto,
    peto_expected,
    pike,
)
from gvhdcalc.stats.registry import estimators
from gvhdcalc.stats.results import Estimate

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "hr_routes.json").read_text(encoding="utf-8"))
METHODS = estimators("hazard ratio")
FIGURES = ("estimate", "lower", "upper", "se", "statistic", "p")


def number(figure: Any) -> float:
    return {"Infinity": math.inf, None: math.nan}.get(figure, figure)


def agrees(found: Estimate, row: dict[str, Any]) -> None:
    for figure in FIGURES:
        if figure in row:
            small = 1e-12 if figure == "statistic" else 1e-300
            expected = pytest.approx(number(row[figure]), rel=1e-6, abs=small, nan_ok=True)
            assert getattr(found, figure) == expected, figure


def rows(block: str, *keys: str) -> list[Any]:
    return [pytest.param(key, row, id=f"{key}-{row['id']}") for key in keys for row in REFERENCE[block]]


def test_every_method_has_reference_values() -> None:
    covered = {"ci", "limits", "p", "medians", "survival", "rates", "event-free", "bound"}
    for block in ("logrank", "events", "landmark", "rates", "curves"):
        covered |= {key for key in REFERENCE[block][0] if key in METHODS}
    assert covered == set(METHODS)
    assert all(len(REFERENCE[block]) >= 20 for block in REFERENCE if block != "header")


@pytest.mark.parametrize(("key", "row"), rows("logrank", "peto", "pike", "peto-expected"))
def test_survdiff(key: str, row: dict[str, Any]) -> None:
    if key == "peto":
        data: Any = LogrankDifference(row["difference"], row["variance"])
    else:
        data = ObservedExpected(row["observed1"], row["expected1"], row["observed0"], row["expected0"])
    agrees(METHODS[key].function(data, row["conf"]), row[key])


@pytest.mark.parametrize(
    ("key", "row"), rows("events", "events-arms", "events-total", "p-events-arms", "p-events-total")
)
def test_events_with_a_ratio_or_p(key: str, row: dict[str, Any]) -> None:
    more = (row["hr"], row["p"], row["sign"])
    arms, whole = EventsOfArms(row["d1"], row["d0"], *more), EventsInAll(row["d1"] + row["d0"], row["ratio"], *more)
    agrees(METHODS[key].function(arms if key.endswith("arms") else whole, row["conf"]), row[key])


@pytest.mark.parametrize("row", REFERENCE["event_free"], ids=lambda row: str(row["id"]))
def test_event_free_proportions_are_a_cloglog_regression(row: dict[str, Any]) -> None:
    data = EventsOfRandomised(row["d1"], row["n1"], row["d0"], row["n0"])
    agrees(from_events_of_randomised(data, row["conf"]), row)


@pytest.mark.parametrize("row", REFERENCE["bound"], ids=lambda row: str(row["id"]))
def test_one_sided_limits(row: dict[str, Any]) -> None:
    agrees(from_bound(HazardRatioBound(row["hr"], row["bound"], row["level"]), row["conf"]), row)


@pytest.mark.parametrize("row", REFERENCE["landmark"], ids=lambda row: row["id"])
def test_landmark_survival(row: dict[str, Any]) -> None:
    limits = SurvivalLimits(*(row[f"{what}{arm}"] for arm in (1, 0) for what in ("survival", "lower", "upper")))
    agrees(from_survival_limits(limits, row["conf"]), row["survival-ci"])
    at_risk = SurvivalAtRisk(row["survival1"], row["survival0"], row["at_risk1"], row["at_risk0"])
    agrees(from_survival_at_risk(at_risk, row["conf"]), row["survival-at-risk"])


@pytest.mark.parametrize(("key", "row"), rows("rates", "rates-exact", "rates-mid-p"))
def test_exact_limits_of_rates(key: str, row: dict[str, Any]) -> None:
    data = EventRates(row["d1"], row["t1"], row["d0"], row["t0"])
    agrees(METHODS[key].function(data, row["conf"]), row[key])


def curve(read: dict[str, Any], usable: int | None = None) -> Curve:
    risk = tuple(read["risk_times"])[:usable], tuple(read["at_risk"])[:usable]
    return Curve(tuple(read["times"]), tuple(read["survival"]), *risk)


@pytest.mark.parametrize("row", REFERENCE["curves"], ids=lambda row: row["id"])
def test_curves_by_interval(row: dict[str, Any]) -> None:
    usable = len(row["usable_times"])
    curves = Curves(
        curve(row["treated"], usable), curve(row["control"], usable), tuple(row["follow_up"]), tuple(row["grid"])
    )
    agrees(from_curves_at_risk(curves, row["conf"]), row["curve-at-risk"])
    agrees(from_curves_and_follow_up(curves, row["conf"]), row["curve-follow-up"])


# ---------------------------------------------------------------------------------------------- Tierney's eleven routes

#: Neoadjuvant chemotherapy for bladder cancer (Lancet 1999;354:533), the worked example of Tierney 2007: 491 and 485
#: patients, 485 deaths, log-rank P 0.075, 3-year survival 55.5% and 50.0%; deaths by arm 229 and 256, HR 0.85, 95% CI
#: 0.71 to 1.02.
DEATHS, PATIENTS, P, HR = (229, 256), (491, 485), 0.075, 0.85
TRIAL_V = 120.87
_STEPS = tuple(float(time) for time in range(0, 61, 3))


def _exponential(median: float, patients: int) -> Curve:
    """Survival read every three months, and the numbers at risk every six; nobody is censored before 18 months."""
    survival = tuple(0.5 ** (time / median) for time in _STEPS)
    left = [s * (1 - max(0.0, time - 18) / 60) for time, s in zip(_STEPS, survival, strict=True)]
    return Curve(_STEPS, survival, _STEPS[::2], tuple(round(patients * share) for share in left[::2]))


CURVES = Curves(_exponential(44, 491), _exponential(37.5, 485), (18.0, 78.0), _STEPS[1:])


@pytest.mark.parametrize(
    ("route", "found"),
    [
        ("1 O-E and V", lambda: peto(LogrankDifference(-1.7805 * math.sqrt(TRIAL_V), TRIAL_V))),
        ("2 O and E of each arm", lambda: pike(ObservedExpected(229, 248.6, 256, 236.4))),
        ("3 HR and its interval", lambda: from_interval(HazardRatioInterval(HR, 0.71, 1.02))),
        ("4 HR and events of each arm", lambda: from_events_of_arms(EventsOfArms(*DEATHS, hr=HR))),
        ("5 HR and all events, 1:1", lambda: from_events_in_all(EventsInAll(sum(DEATHS), hr=HR))),
        (
            "6 HR, all events and numbers randomised",
            lambda: from_events_in_all(EventsInAll(sum(DEATHS), PATIENTS[0] / PATIENTS[1], hr=HR)),
        ),
        ("7 P and events of each arm", lambda: from_p_and_events_of_arms(EventsOfArms(*DEATHS, p=P))),
        ("8 P and all events, 1:1", lambda: from_p_and_events_in_all(EventsInAll(sum(DEATHS), p=P))),
        (
            "9 P, all events and numbers randomised",
            lambda: from_p_and_events_in_all(EventsInAll(sum(DEATHS), PATIENTS[0] / PATIENTS[1], p=P)),
        ),
        ("10 curves and follow-up", lambda: from_curves_and_follow_up(CURVES)),
        ("11 curves and numbers at risk", lambda: from_curves_at_risk(CURVES)),
    ],
)
def test_the_eleven_routes_of_tierney_2007(route: str, found: Any) -> None:
    """Every route leads to the printed figures: HR 0.85 (0.71 to 1.02), V about 121; curves (medians 44, 37.5) near."""
    row = found()
    if int(route.split()[0]) < 10:
        assert (round(row.estimate, 2), round(row.lower, 2), round(row.upper, 2)) == (0.85, 0.71, 1.02)
        assert 1 / row.se**2 == pytest.approx(121, abs=4.5)
    else:
        # the ratio of the medians is 0.852, which grouping draws to 1
        assert row.estimate == pytest.approx(37.5 / 44, abs=0.01)
        assert row.lower < row.estimate < row.upper


# --------------------------------------------------------------------------------------------------------- properties

counts = st.integers(1, 10**6)
shares = st.floats(1e-9, 1 - 1e-9)


@given(st.floats(-1e3, 1e3), st.floats(0.1, 1e5))
def test_arms_exchanged_invert_the_ratio(difference: float, v: float) -> None:
    one, two = peto(LogrankDifference(difference, v)), peto(LogrankDifference(-difference, v))
    if 1e-200 < one.estimate < 1e200:
        assert one.estimate * two.estimate == pytest.approx(1, rel=1e-9)
        assert (one.lower * two.upper, one.p) == (pytest.approx(1, rel=1e-9), two.p)


@given(counts, counts, shares)
def test_p_comes_back(d1: int, d0: int, p: float) -> None:
    row = from_p_and_events_of_arms(EventsOfArms(d1, d0, p=p, sign=1.0))
    assert row.p == pytest.approx(p, rel=1e-9)
    if row.estimate < math.inf:
        assert row.estimate >= 1 and row.lower <= row.estimate <= row.upper


@given(counts, counts, st.floats(0.05, 20), st.sampled_from([0.8, 0.95, 0.99]))
def test_more_confidence_is_a_wider_interval(d1: int, d0: int, hr: float, conf: float) -> None:
    narrow, wide = (from_events_of_arms(EventsOfArms(d1, d0, hr=hr), level) for level in (0.5, conf))
    assert wide.lower < narrow.lower < hr < narrow.upper < wide.upper


def test_arrays_are_tables_one_by_one() -> None:
    d1, d0, hr, p = np.array([3.0, 60.0]), np.array([9.0, 72.0]), np.array([0.5, 1.2]), np.array([0.3, 0.04])
    limits = (np.array([0.6, 0.8]), np.array([0.5, 0.7]), np.array([0.7, 0.9]))
    cases = [
        ("events-arms", EventsOfArms(d1, d0, hr=hr), lambda i: EventsOfArms(d1[i], d0[i], hr=hr[i])),
        ("p-events-total", EventsInAll(d1, 2.0, p=p), lambda i: EventsInAll(float(d1[i]), 2.0, p=float(p[i]))),
        ("peto", LogrankDifference(-d1, d0), lambda i: LogrankDifference(-float(d1[i]), float(d0[i]))),
        (
            "pike",
            ObservedExpected(d1, d0, d0, d1),
            lambda i: ObservedExpected(*map(float, (d1[i], d0[i], d0[i], d1[i]))),
        ),
        (
            "survival-ci",
            SurvivalLimits(*limits, *limits[::-1]),
            lambda i: SurvivalLimits(*(float(x[i]) for x in (*limits, *limits[::-1]))),
        ),
        (
            "event-free",
            EventsOfRandomised(d1, d1 + 10, d0, d0 + 20),
            lambda i: EventsOfRandomised(*map(float, (d1[i], d1[i] + 10, d0[i], d0[i] + 20))),
        ),
    ]
    for key, many, one in cases:
        whole = METHODS[key].function(many)
        for i in (0, 1):
            single = METHODS[key].function(one(i))
            for figure in FIGURES:
                expected = pytest.approx(float(getattr(single, figure)), rel=1e-12)
                assert float(getattr(whole, figure)[i]) == expected, (key, figure)


# ------------------------------------------------------------------------------------------------------------ extremes


def test_what_does_not_exist_is_said() -> None:
    nothing = peto(LogrankDifference(0.0, 0.0))
    assert math.isnan(nothing.estimate) and any("V is zero" in note for note in nothing.notes)
    none = pike(ObservedExpected(0, 3.5, 7, 3.5))
    assert none.estimate == 0 and math.isnan(none.lower) and any("no events" in note for note in none.notes)
    assert math.isnan(from_events_of_arms(EventsOfArms(0, 5, hr=0.5)).lower)
    whole = from_events_of_randomised(EventsOfRandomised(0, 10, 4, 10))
    assert whole.estimate == 0 and math.isnan(whole.lower)
    assert any("same time" in note for note in whole.notes) and any("no variance" in note for note in whole.notes)
    assert math.isnan(from_survival_limits(SurvivalLimits(0.9, 0.8, 1.0, 0.5, 0.4, 0.6)).se)
    assert math.isnan(from_bound(HazardRatioBound(0.7, 0.9, 0.5)).se)
    flat = Curve((0.0, 1.0), (1.0, 1.0), (0.0, 1.0), (10, 8))
    assert math.isnan(from_curves_at_risk(Curves(flat, flat)).estimate)
    with pytest.raises(ValueError, match="follow-up"):
        from_curves_and_follow_up(Curves(flat, flat))
    assert 0.5 < peto_expected(ObservedExpected(5, 6, 7, 6)).estimate < 1


def test_the_assumptions_are_in_the_notes() -> None:
    assert any("constant hazards" in note for note in from_rates(EventRates(3, 10, 4, 10)).notes)
    assert any("same time" in note for note in from_events_of_randomised(EventsOfRandomised(3, 10, 4, 10)).notes)
    assert any("proportional hazards" in note for note in from_curves_at_risk(CURVES).notes)


def test_without_censoring_an_interval_has_the_events_of_the_curve() -> None:
    read = Curve((0.0, 1.0, 2.0), (1.0, 0.8, 0.5), (0.0, 1.0, 2.0), (100, 80, 50))
    first, second = between_risk_times(read, (0.0, 1.0, 2.0))
    assert (first.events, first.censored, second.events, second.at_risk) == pytest.approx((20, 0, 30, 80))
    first, second = under_uniform_censoring(read, (1.0, 2.0), (2.0, 9.0))
    assert (first.events, second.events, second.at_risk) == pytest.approx((20, 30, 80))
    half = under_uniform_censoring(read, (1.0, 2.0), (1.0, 3.0))[1]
    assert half.censored == pytest.approx(80 * 0.25)  # half of those whose follow-up ends in (1, 2]


def test_long_intervals_are_said_to_be_so() -> None:
    read = Curve((0.0, 1.0), (1.0, 0.5), (0.0, 1.0), (100, 50))
    assert any("fifth" in note for note in from_curves_at_risk(Curves(read, read)).notes)
