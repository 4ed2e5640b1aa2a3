"""The number needed to treat from a ratio and a control risk: against R, published examples and properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import number_needed_from_ratio as nnt
from gvhdcalc.stats import registry
from gvhdcalc.stats.number_needed_from_ratio import RatioAndRisk
from tests.stats.against_reference import figure, load

ROWS = load("impact")["needed"]
METHODS = registry.estimators(nnt.MEASURE)
ratios = st.floats(0.01, 100)
risks = st.floats(0.001, 0.999)


def given_of(row):
    return RatioAndRisk(*(figure(row[name]) for name in ("ratio", "ratio_lower", "ratio_upper", "risk")))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}-{row['id']}")
def test_agrees_with_r(row):
    result = METHODS[row["kind"]].function(given_of(row), 0.95, row["outcome"])
    for field in ("estimate", "lower", "upper"):
        assert getattr(result, field) == pytest.approx(figure(row[field]), rel=1e-6, nan_ok=True), field
    if math.isnan(result.lower):
        assert any("not known" in note for note in result.notes)


@pytest.mark.parametrize("key", METHODS)
def test_every_method_has_reference_values(key):
    assert load("impact")["header"]["sources"][nnt.MEASURE][key]
    assert len({row["id"] for row in ROWS if row["kind"] == key}) >= 20


@pytest.mark.parametrize("key", METHODS)
@pytest.mark.parametrize("outcome", ["good", "bad"])
def test_arrays_give_what_plain_numbers_give(key, outcome):
    cases = [given_of(row) for row in ROWS if row["kind"] == key]
    columns = (np.array([getattr(case, name) for case in cases]) for name in ("ratio", "lower", "upper", "risk"))
    together = METHODS[key].function(RatioAndRisk(*columns), 0.95, outcome)
    for index, case in enumerate(cases):
        alone = METHODS[key].function(case, 0.95, outcome)
        for field in ("estimate", "lower", "upper"):
            assert getattr(together, field)[index] == pytest.approx(getattr(alone, field), rel=1e-12, nan_ok=True)


def test_the_formula_of_altman_and_andersen():
    """1/(S0^h - S0): survival of 33% and a hazard ratio of 0.72 (0.55 to 0.92)."""
    row = nnt.from_hazard_ratio(RatioAndRisk(0.72, 0.55, 0.92, 1 - 0.33))
    assert row.estimate == pytest.approx(1 / (0.33**0.72 - 0.33))
    assert row.lower == pytest.approx(1 / (0.33**0.55 - 0.33))
    assert row.upper == pytest.approx(1 / (0.33**0.92 - 0.33))


@given(ratio=ratios, risk=risks)
def test_the_other_outcome_turns_benefit_into_harm(ratio, risk):
    box = RatioAndRisk(ratio, ratio / 2, ratio * 2, risk)
    for method in METHODS.values():
        good, bad = method.function(box, 0.95, "good"), method.function(box, 0.95, "bad")
        if ratio != 1:
            assert bad.estimate == -good.estimate
        assert bad.lower == -good.upper
        assert bad.upper == -good.lower


@given(ratio=ratios, risk=risks)
def test_the_three_ratios_of_two_risks_give_one_number(ratio, risk):
    """The odds, risk and hazard ratio of the same two risks all give 1 over their difference."""
    odds = ratio * risk / (1 - risk)
    p1 = odds / (1 + odds)
    if abs(p1 - risk) < 1e-6 or not 1e-9 < p1 < 1 - 1e-9:
        return
    same = {"or": ratio, "rr": p1 / risk, "hr": math.log1p(-p1) / math.log1p(-risk)}
    for kind, value in same.items():
        row = METHODS[kind].function(RatioAndRisk(value, math.nan, math.nan, risk), 0.95, "good")
        assert row.estimate == pytest.approx(1 / (p1 - risk), rel=1e-6)


def test_through_infinity_and_risks_above_one():
    row = nnt.from_odds_ratio(RatioAndRisk(0.8, 0.5, 1.28, 0.3), 0.95, "bad")
    assert row.upper < 0 < row.lower
    assert any("infinity" in note for note in row.notes)
    assert nnt.from_odds_ratio(RatioAndRisk(1, 0.8, 1.25, 0.4)).estimate == math.inf
    above = nnt.from_risk_ratio(RatioAndRisk(2, 1.5, 2.6, 0.6))
    assert any("above 100%: no such risk" in note for note in above.notes)
    limit = nnt.from_risk_ratio(RatioAndRisk(1.5, 1.2, 1.9, 0.6))
    assert any("upper limit times" in note for note in limit.notes)
    assert not any("no such risk" in note for note in limit.notes)


@given(
    ratio=ratios, risk=risks, steps=st.lists(st.tuples(*[st.floats(0, 1)] * 4), min_size=1, max_size=8),
    kind=st.sampled_from(["or", "rr", "hr"]), outcome=st.sampled_from(["good", "bad"]),
)  # fmt: skip
def test_what_rounding_allows_holds_every_value_within_it(ratio, risk, steps, kind, outcome):
    low, high = 0.9, 1.1
    risk_box = (risk * 0.9, min(risk * 1.1, 0.9999))
    boxes = [(x * low, x * high) for x in (ratio, ratio / 3, ratio * 3)]
    found = nnt.attainable(kind, *boxes, risk_box, outcome)
    for step in steps:
        point = [a + (b - a) * t for (a, b), t in zip((*boxes, risk_box), step, strict=True)]
        row = METHODS[kind].function(RatioAndRisk(*point), 0.95, outcome)
        for figure_name in ("estimate", "lower", "upper"):
            value, (least, most) = getattr(row, figure_name), found[figure_name]
            if math.isinf(value) or (value > 0) != (least > 0 or (most > 0 and least >= 0)):
                continue  # the other side of infinity
            slack = 1e-9 * abs(value)
            assert least - slack <= value <= most + slack


def test_the_largest_benefit_within_the_rounding_of_the_risk_counts():
    """The odds ratio 2 makes the largest difference at a risk of 1/(1 + sqrt(2)), which no end of the rounding has."""
    turn = 1 / (1 + math.sqrt(2))
    found = nnt.attainable("or", (2, 2), (2, 2), (2, 2), (turn - 0.05, turn + 0.05), "good")
    best = nnt.from_odds_ratio(RatioAndRisk(2, 2, 2, turn)).estimate
    assert found["estimate"][0] == pytest.approx(best, rel=1e-12)
    survival = 0.5 ** (1 / (1 - 0.5))
    hazards = nnt.attainable("hr", *[(0.5, 0.5)] * 3, (1 - survival - 0.05, 1 - survival + 0.05), "bad")
    assert hazards["estimate"][0] == pytest.approx(1 / (survival**0.5 - survival), rel=1e-12)
