"""The hazard ratio from printed figures: R's values, published examples, properties, the extremes."""

from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gvhdcalc.stats.hazard_ratio import (
    EventRates,
    HazardRatioInterval,
    HazardRatioP,
    Medians,
    SurvivalProportions,
    attainable,
    attainable_from_interval,
    attainable_from_p,
    attainable_p_of_symmetric,
    corners,
    from_interval,
    from_limits,
    from_medians,
    from_p,
    from_rates,
    from_survival,
    implied_events,
    information,
    logrank_statistics,
)
from gvhdcalc.stats.namespace import z_for
from gvhdcalc.stats.registry import estimators
from gvhdcalc.stats.results import Estimate

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "hazard_ratio.json").read_text(encoding="utf-8"))
METHODS = estimators("hazard ratio")
FIGURES = ("estimate", "lower", "upper", "se", "statistic", "p")


def printed_interval(row: dict[str, Any]) -> HazardRatioInterval:
    return HazardRatioInterval(row["printed_hr"], row["printed_lower"], row["printed_upper"], row["level"])


def of(kind: type, row: dict[str, Any]) -> Any:
    return kind(*(row[field] for field in kind.__dataclass_fields__))


#: How each route takes a row of the reference file.
INPUTS = {
    "ci": printed_interval,
    "limits": printed_interval,
    "p": lambda row: HazardRatioP(row["hr"], row["printed_p"]),
    "rates": lambda row: of(EventRates, row),
    "medians": lambda row: of(Medians, row),
    "survival": lambda row: of(SurvivalProportions, row),
}
ROWS = [(key, row) for key in INPUTS for row in REFERENCE[key]]


def value(figure: Any) -> float:
    return {"Infinity": math.inf, "-Infinity": -math.inf, None: math.nan}.get(figure, figure)


def rounding(x: float, decimals: int = 2) -> tuple[float, float]:
    half = 0.5 * 10**-decimals
    return x - half, x + half


def test_every_route_has_reference_values_and_its_own_input() -> None:
    assert set(INPUTS) <= set(METHODS)  # the others are in test_hazard_ratio_routes
    assert all(len(REFERENCE[key]) >= 20 for key in INPUTS)
    methods = [METHODS[key] for key in INPUTS]
    assert all(method.default for method in methods)  # each kind of input shows all it has
    assert all(method.closed_form and method.formula and method.reference for method in methods)


@pytest.mark.parametrize(("key", "row"), ROWS, ids=[f"{key}-{row['id']}" for key, row in ROWS])
def test_r_gives_the_same(key: str, row: dict[str, Any]) -> None:
    found = METHODS[key].function(INPUTS[key](row), row["conf"])
    for figure in FIGURES:
        nothing = 1e-12 if figure == "statistic" else 1e-300
        assert getattr(found, figure) == pytest.approx(value(row[figure]), rel=1e-6, abs=nothing, nan_ok=True), figure


@pytest.mark.parametrize("row", REFERENCE["survival"], ids=lambda row: row["id"])
def test_survival_without_events_is_the_contrast_of_a_cloglog_model(row: dict[str, Any]) -> None:
    found = from_survival(SurvivalProportions(row["survival1"], row["survival0"]))
    assert found.estimate == pytest.approx(row["cloglog"], rel=1e-6)
    assert math.isnan(found.lower) and math.isnan(found.upper) and found.p is None
    assert any("no events given" in note for note in found.notes)


@pytest.mark.parametrize("row", REFERENCE["events"], ids=lambda row: f"{row['events']}-{row['ratio']}")
def test_the_events_that_a_standard_error_implies_are_those_of_the_model_that_gave_it(row: dict[str, Any]) -> None:
    assert implied_events(row["se"], row["ratio"]) == pytest.approx(row["events"], rel=1e-6)


@pytest.mark.parametrize("row", REFERENCE["attainable"], ids=lambda row: row["id"])
def test_attainable_p_is_the_range_over_all_that_rounds_to_the_printed_figures(row: dict[str, Any]) -> None:
    boxes = [rounding(row[figure], row["decimals"]) for figure in ("hr", "lower", "upper")]
    found = attainable_from_interval(from_interval, *boxes, row["level"], 0.95)
    assert found["p"] == pytest.approx(tuple(row["p"]), rel=1e-6)
    assert attainable_from_interval(from_limits, *boxes, row["level"], 0.95)["estimate"] == pytest.approx(
        tuple(row["middle"]), rel=1e-6
    )


@pytest.mark.parametrize("row", REFERENCE["symmetric"], ids=lambda row: row["id"])
def test_attainable_p_of_symmetric_limits_is_that_of_a_scan(row: dict[str, Any]) -> None:
    boxes = [rounding(row[figure], row["decimals"]) for figure in ("hr", "lower", "upper")]
    found = attainable_p_of_symmetric(*boxes, row["level"])
    assert (found is None) == (row["p"] is None)
    if found is not None:
        assert found == pytest.approx(tuple(row["p"]), rel=2e-4, abs=1e-12)


@pytest.mark.parametrize("row", REFERENCE["attainable_p"], ids=lambda row: row["id"])
def test_attainable_limits_are_the_range_over_all_that_rounds_to_the_ratio_and_p(row: dict[str, Any]) -> None:
    hr, p = rounding(row["hr"], row["hr_decimals"]), rounding(row["printed_p"], row["p_decimals"])
    found = attainable_from_p(hr, p, 0.95)
    for limit in ("lower", "upper"):
        assert found[limit] == pytest.approx(tuple(row[limit]), rel=1e-6)


# ------------------------------------------------------------------------------------------------- published examples


def test_altman_and_bland_2011_interval_from_p() -> None:
    """BMJ 2011;343:d2090: relative risk 0.30, P = 0.034; z = 2.117 (approximated), SE 0.569, 95% CI 0.10 to 0.91."""
    found = from_p(HazardRatioP(0.30, 0.034))
    assert abs(found.statistic) == pytest.approx(2.117, abs=0.005)
    assert found.se == pytest.approx(0.569, abs=0.0015)
    assert (round(found.lower, 2), round(found.upper, 2)) == (0.10, 0.91)


def test_tierney_2007_bladder_cancer() -> None:
    """Trials 2007;8:16: HR 0.88 with V = 128.81 has the 95% CI 0.74 to 1.05; a P of 0.075 has z = 1.78."""
    se = 1 / math.sqrt(128.81)
    width = z_for(0.95) * se
    found = from_interval(HazardRatioInterval(0.88, 0.88 * math.exp(-width), 0.88 * math.exp(width)))
    assert logrank_statistics(math.log(0.88), found.se)[1] == pytest.approx(128.81, rel=1e-9)
    assert (round(found.lower, 2), round(found.upper, 2)) == (0.74, 1.05)
    ses = [from_interval(corner).se for corner in corners(HazardRatioInterval, *map(rounding, (0.88, 0.74, 1.05)))]
    assert min(1 / s**2 for s in ses) < 128.81 < max(1 / s**2 for s in ses)
    assert round(from_p(HazardRatioP(1.2, 0.075)).statistic, 2) == 1.78


def test_the_trial_of_stromal_cells() -> None:
    """The three printed ratios: the first two P follow from their intervals within rounding, the third does not."""
    for printed, p, holds in (
        ((0.68, 0.48, 0.95), 0.024, True),
        ((0.55, 0.36, 0.84), 0.005, True),
        ((0.75, 0.34, 1.67), 0.610, False),
    ):
        low, high = attainable_from_interval(from_interval, *map(rounding, printed), 0.95, 0.95)["p"]
        least, most = rounding(p, 3)
        assert (low <= most and high >= least) is holds
    assert from_medians(Medians(11.3, 6.0)).estimate == pytest.approx(0.530973, abs=1e-6)


# --------------------------------------------------------------------------------------------------------- properties

ratios = st.floats(1e-6, 1e6)
spreads = st.floats(1e-3, 5)
levels = st.floats(0.5, 0.999)
counts = st.integers(1, 10**9)
times = st.floats(1e-6, 1e9)
shares = st.floats(1e-9, 1 - 1e-9)


@st.composite
def printed_intervals(draw: st.DrawFn) -> HazardRatioInterval:
    hr = draw(ratios)
    return HazardRatioInterval(hr, hr * math.exp(-draw(spreads)), hr * math.exp(draw(spreads)), draw(levels))


any_input = st.one_of(
    st.tuples(st.sampled_from(["ci", "limits"]), printed_intervals()),
    st.tuples(st.just("p"), st.builds(HazardRatioP, ratios, shares)),
    st.tuples(st.just("medians"), st.builds(Medians, times, times, counts, counts)),
    st.tuples(st.just("survival"), st.builds(SurvivalProportions, shares, shares, counts, counts)),
    st.tuples(st.just("rates"), st.builds(EventRates, counts, times, counts, times)),
)


@given(any_input, levels)
def test_the_interval_holds_the_estimate(case: tuple[str, Any], conf: float) -> None:
    key, given_figures = case
    found = METHODS[key].function(given_figures, conf)
    assume(found.se == found.se)  # HR of exactly 1 with a P: no standard error
    assert found.lower <= found.estimate * (1 + 1e-12) and found.estimate <= found.upper * (1 + 1e-12)


@given(any_input, levels, levels)
def test_more_confidence_is_a_wider_interval(case: tuple[str, Any], one: float, two: float) -> None:
    key, given_figures = case
    narrow, wide = (METHODS[key].function(given_figures, conf) for conf in sorted((one, two)))
    assume(narrow.se == narrow.se)
    assert wide.lower <= narrow.lower and narrow.upper <= wide.upper


@given(any_input, levels)
def test_interval_and_p_agree(case: tuple[str, Any], conf: float) -> None:
    key, given_figures = case
    found = METHODS[key].function(given_figures, conf)
    assume(found.se == found.se and abs(found.p - (1 - conf)) > 1e-9)
    assert (found.lower > 1 or found.upper < 1) == (found.p < 1 - conf)


def swapped(key: str, figures: Any) -> Any:
    if key in ("ci", "limits"):
        return HazardRatioInterval(1 / figures.hr, 1 / figures.upper, 1 / figures.lower, figures.level)
    if key == "p":
        return HazardRatioP(1 / figures.hr, figures.p)
    if key == "medians":
        return Medians(figures.median0, figures.median1, figures.events0, figures.events1)
    if key == "survival":
        return SurvivalProportions(figures.survival0, figures.survival1, figures.events0, figures.events1)
    return EventRates(figures.events0, figures.time0, figures.events1, figures.time1)


@given(any_input)
def test_swapping_the_arms_inverts_the_ratio(case: tuple[str, Any]) -> None:
    key, figures = case
    assume(key != "p" or abs(figures.hr - 1) > 1e-4)  # next to 1 the float 1/HR has too few figures left in its log
    one, two = (METHODS[key].function(x, 0.95) for x in (figures, swapped(key, figures)))
    assume(one.se == one.se)
    assert two.estimate == pytest.approx(1 / one.estimate, rel=1e-9)
    assert two.lower * one.upper == pytest.approx(1, rel=1e-9) or one.upper == math.inf
    assert two.p == pytest.approx(one.p, rel=1e-6, abs=1e-300)


@given(ratios, st.floats(1e-12, 0.999), levels)
def test_p_to_interval_to_p(hr: float, p: float, conf: float) -> None:
    assume(abs(math.log(hr)) > 1e-3)
    there = from_p(HazardRatioP(hr, p), conf)
    assume(there.lower > 0 and there.upper < math.inf)
    back = from_interval(HazardRatioInterval(hr, there.lower, there.upper, conf))
    assert back.p == pytest.approx(p, rel=1e-6)
    assert back.se == pytest.approx(there.se, rel=1e-9)


@given(printed_intervals())
def test_the_limits_come_back_at_their_own_level(printed: HazardRatioInterval) -> None:
    found = from_limits(printed, printed.level)
    assert (found.lower, found.upper) == pytest.approx((printed.lower, printed.upper), rel=1e-9)
    assert found.estimate == pytest.approx(math.sqrt(printed.lower) * math.sqrt(printed.upper), rel=1e-9)


@given(st.floats(-3, 3), st.floats(0.02, 1.5))
def test_any_wald_analysis_is_within_what_its_printed_figures_allow(b: float, s: float) -> None:
    z = z_for(0.95)
    exact = (math.exp(b), math.exp(b - z * s), math.exp(b + z * s))
    printed = tuple(round(x, 2) for x in exact)
    assume(printed[1] > 0.005)
    p = math.erfc(abs(b) / s / math.sqrt(2))
    boxes = [rounding(x) for x in printed]
    wide = attainable_from_interval(from_interval, *boxes, 0.95, 0.95)["p"]
    tight = attainable_p_of_symmetric(*boxes)
    assert tight is not None
    for low, high in (wide, tight):
        assert low <= p * (1 + 1e-9) + 1e-300 and p <= high * (1 + 1e-9)
    assert wide[0] <= tight[0] * (1 + 1e-9) + 1e-300 and tight[1] <= wide[1] * (1 + 1e-9)


@given(st.floats(0.1, 5), st.floats(0.002, 0.998), st.floats(0, 1), st.floats(0, 1))
def test_any_limits_from_p_are_within_what_its_rounding_allows(hr: float, p: float, u: float, v: float) -> None:
    boxes = rounding(round(hr, 2)), rounding(round(p, 3), 3)
    assume(boxes[0][0] > 0 and boxes[1][0] > 0)
    found = attainable_from_p(*boxes, 0.95)
    inside = from_p(HazardRatioP(*(low + at * (high - low) for (low, high), at in zip(boxes, (u, v), strict=True))))
    assume(inside.se == inside.se)
    for limit in ("lower", "upper"):
        low, high = found[limit]
        assert low * (1 - 1e-9) <= getattr(inside, limit) <= high * (1 + 1e-9)


@pytest.mark.parametrize("key", list(INPUTS))
def test_arrays_take_the_same_code(key: str) -> None:
    rows = [row for row in REFERENCE[key] if row["conf"] == 0.95 and row.get("level", 0.95) == 0.95]
    one_by_one = [INPUTS[key](row) for row in rows]
    kind = type(one_by_one[0])
    fields = [field for field in kind.__dataclass_fields__ if field != "level"]
    columns = (np.array([getattr(x, field) for x in one_by_one], dtype=float) for field in fields)
    together = METHODS[key].function(kind(*columns), 0.95)
    for index, single in enumerate(METHODS[key].function(x, 0.95) for x in one_by_one):
        for figure in FIGURES:
            got, want = getattr(together, figure), getattr(single, figure)
            assert got[index] == pytest.approx(want, rel=1e-12, abs=1e-300, nan_ok=True), (figure, index)


def test_arrays_reach_the_same_extremes() -> None:
    edges = (0.0, 0.25, 1.0)
    pairs = list(product(edges, edges))
    s1, s0 = (np.array(column) for column in zip(*pairs, strict=True))
    together = from_survival(SurvivalProportions(s1, s0))
    for index, (one, two) in enumerate(pairs):
        single = from_survival(SurvivalProportions(one, two))
        assert together.estimate[index] == pytest.approx(single.estimate, nan_ok=True)
        assert {str(n) for n in single.notes} == {str(n) for n in together.notes if np.broadcast_to(n.where, 9)[index]}
    ones = from_p(HazardRatioP(np.array([1.0, 0.5]), np.array([0.3, 1.0])))
    assert np.isnan(ones.se[0]) and np.isinf(ones.se[1])


# ----------------------------------------------------------------------------------------------------------- extremes


def said(found: Estimate, words: str) -> bool:
    return any(words in note for note in found.notes)


def test_a_ratio_of_one() -> None:
    found = from_interval(HazardRatioInterval(1.0, 0.5, 2.0))
    assert (found.statistic, found.p) == (0, 1)
    unknown = from_p(HazardRatioP(1.0, 0.4))
    assert math.isnan(unknown.se) and math.isnan(unknown.lower) and math.isnan(unknown.upper)
    assert unknown.p == 0.4 and said(unknown, "hazard ratio is 1")
    assert from_medians(Medians(7, 7, 10, 12)).p == 1
    lower, upper = (attainable_from_p((0.995, 1.005), (0.3, 0.5), 0.95)[limit] for limit in ("lower", "upper"))
    assert lower[1] == 1 and upper[0] == 1


def test_a_p_of_one_or_nothing() -> None:
    unbounded = from_p(HazardRatioP(0.5, 1.0))
    assert (unbounded.lower, unbounded.upper) == (0, math.inf) and said(unbounded, "P is 1")
    point = from_p(HazardRatioP(0.5, 0.0))
    assert (point.lower, point.upper, point.se) == (0.5, 0.5, 0)


def test_limits_that_are_equal() -> None:
    found = from_interval(HazardRatioInterval(0.7, 0.7, 0.7))
    assert found.se == 0 and found.p == 0 and said(found, "limits are equal")


@pytest.mark.parametrize(
    ("survival1", "survival0", "estimate", "words"),
    [
        (1, 0.5, 0.0, "0 or infinity"),
        (0.5, 1, math.inf, "0 or infinity"),
        (0, 0.5, math.inf, "0 or infinity"),
        (0.5, 0, 0.0, "0 or infinity"),
        (1, 0, 0.0, "0 or infinity"),
        (0, 1, math.inf, "0 or infinity"),
        (1, 1, math.nan, "nobody"),
        (0, 0, math.nan, "everybody"),
    ],
)
def test_survival_at_its_ends(survival1: float, survival0: float, estimate: float, words: str) -> None:
    for events in ((), (3, 4)):
        found = from_survival(SurvivalProportions(survival1, survival0, *events))
        assert found.estimate == pytest.approx(estimate, nan_ok=True)
        assert math.isnan(found.lower) and math.isnan(found.upper)
        assert said(found, words)


@pytest.mark.parametrize(("events1", "events0", "estimate"), [(0, 5, 0.0), (5, 0, math.inf), (0, 0, math.nan)])
def test_an_arm_without_events(events1: int, events0: int, estimate: float) -> None:
    found = from_rates(EventRates(events1, 100.0, events0, 90.0))
    assert found.estimate == pytest.approx(estimate, nan_ok=True)
    assert math.isnan(found.lower) and math.isnan(found.upper) and math.isnan(found.p)
    assert said(found, "no events: the interval does not exist")


def test_no_symmetric_interval_prints_a_ratio_off_the_middle() -> None:
    assert attainable_p_of_symmetric(rounding(0.70), rounding(0.48), rounding(0.95)) is None


def test_figures_that_exist_at_no_corner_are_left_out() -> None:
    found = attainable(from_medians, corners(Medians, rounding(11.3, 1), rounding(6.0, 1)))
    assert set(found) == {"estimate"}
    assert attainable(from_rates, [EventRates(0, 10.0, 0, 12.0)]) == {}
    assert found["estimate"] == pytest.approx((5.95 / 11.35, 6.05 / 11.25))
    straddling = attainable(from_medians, corners(Medians, rounding(6.0, 1), rounding(6.0, 1), events1=50, events0=40))
    assert straddling["p"][1] == 1


def test_information_of_an_interval() -> None:
    found = from_interval(HazardRatioInterval(0.68, 0.48, 0.95))
    values = {row.name: row for row in information(found, 2.0)}
    assert list(values) == [
        "standard error of log HR", "z", "P", "O-E", "V", "implied events", "implied events at allocation ratio r",
    ]  # fmt: skip
    se = (math.log(0.95) - math.log(0.48)) / (2 * 1.959963984540054)
    assert values["implied events"].value == pytest.approx(4 / se**2)
    assert values["implied events at allocation ratio r"].value == pytest.approx(9 / (2 * se**2))
    assert values["V"].value == pytest.approx(1 / se**2)
    assert values["O-E"].value == pytest.approx(math.log(0.68) / se**2)
    assert {row.method for row in values.values()} == {"ci"}
    assert "r = 2" in (values["implied events at allocation ratio r"].note or "")
    assert "implied events at allocation ratio r" not in {row.name for row in information(found)}
