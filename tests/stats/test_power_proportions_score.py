"""Two proportions and a margin: non-inferiority, superiority by a margin, equivalence."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats.power_proportions import MEASURE, TwoProportions, contrast_of, p1_at
from gvhdcalc.stats.power_proportions_score import under_the_null
from gvhdcalc.stats.registry import designs
from gvhdcalc.stats.trial_question import Inapplicable

FOLDER = Path(__file__).parents[1] / "reference"
CASES = [
    case
    for case in json.loads((FOLDER / "power_props.json").read_text(encoding="utf-8"))["cases"]
    if case["method"] in ("unpooled", "farrington-manning")
]
METHODS = designs(MEASURE)
_ABOUT = {"solve", "id", "method", "result"}


def answer(key: str, **asked: Any) -> Any:
    return METHODS[key].function(TwoProportions(**asked))


def test_there_are_twenty_cases_of_each_question() -> None:
    for key in ("unpooled", "farrington-manning"):
        for solve in ("n", "power"):
            assert sum(case["method"] == key and case["solve"] == solve for case in CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['method']}-{case['solve']}-{case['id']}")
def test_reference(case: dict[str, Any]) -> None:
    asked = {key: value for key, value in case.items() if key not in _ABOUT}
    found = answer(case["method"], **asked)
    expected = case["result"]
    if case["solve"] == "power":
        assert found.power == pytest.approx(expected["power"], rel=1e-6)
    else:
        assert (found.n1_exact, found.n0_exact) == pytest.approx((expected["n1"], expected["n0"]), rel=1e-6)
        assert found.power >= case["power"] - 1e-8
    assert found.opposite is None


# Farrington & Manning 1990, bottom of page 1451 and Table 1, as the tests of gsDesign's nBinomial quote them.
@pytest.mark.parametrize(
    ("asked", "n"),
    [
        ({"p1": 0.4, "p0": 0.05, "power": 0.8, "margin": 0.2}, (159.6876 / 2, 159.6876 / 2)),
        ({"p1": 0.1, "p0": 0.1, "power": 0.9, "margin": -0.2, "ratio": 1.5}, (62.88, 41.92)),
        ({"p1": 0.25, "p0": 0.05, "power": 0.9, "margin": 0.1, "ratio": 2 / 3}, (173.2214, 259.8322)),
        (
            {"p1": 0.25, "p0": 0.05, "power": 0.9, "contrast": "risk ratio", "margin": 2.0, "ratio": 2 / 3},
            (133.9289, 200.8933),
        ),
    ],
)
def test_farrington_and_manning_1990(asked: dict[str, Any], n: tuple[float, float]) -> None:
    found = answer("farrington-manning", alpha=0.05, sides=1, **asked)
    assert (found.n1_exact, found.n0_exact) == pytest.approx(n, rel=1e-4)


# What TrialSize's TwoSampleProportion.NIS (Chow, Shao & Wang 2003, section 4.2) prints, as package users quote it.
@pytest.mark.parametrize(("p1", "n"), [(0.90, 75.87), (0.85, 200.15), (0.80, 902.62)])
def test_non_inferiority_as_trialsize_has_it(p1: float, n: float) -> None:
    found = answer("unpooled", p1=p1, p0=0.85, power=0.8, alpha=0.025, sides=1, margin=-0.1)
    assert found.n0_exact == pytest.approx(n, abs=0.005)


# Chow, Shao & Wang's closed form for equal proportions: N = (z_alpha + z_(beta/2))^2 2 p (1 - p)/margin^2.
def test_equivalence_of_equal_proportions_has_a_closed_form() -> None:
    found = answer("unpooled", p1=0.7, p0=0.7, power=0.8, margin=-0.15, upper_margin=0.15)
    z = 1.959963984540054 + 1.2815515655446004
    assert found.n0_exact == pytest.approx(z * z * 2 * 0.21 / 0.15**2, rel=1e-9)


def test_a_margin_of_equality_is_pooled() -> None:
    for asked in ({"power": 0.8}, {"n1": 90, "n0": 120}):
        pooled = answer("pooled", p1=0.7, p0=0.5, **asked)
        for contrast, margin in (("risk difference", 0.0), ("risk ratio", 1.0)):
            score = answer("farrington-manning", p1=0.7, p0=0.5, contrast=contrast, margin=margin, **asked)
            assert score.power == pytest.approx(pooled.power, rel=1e-12)
            assert (score.n1, score.n0) == (pooled.n1, pooled.n0)
    with pytest.raises(Inapplicable, match="take --method pooled"):
        answer("farrington-manning", p1=0.7, p0=0.5, power=0.8)


@pytest.mark.parametrize("key", ["pooled", "continuity-corrected", "arcsine", "likelihood-ratio", "exact-fisher"])
def test_a_test_of_equality_takes_no_margin(key: str) -> None:
    with pytest.raises(Inapplicable, match="for a test of equality"):
        answer(key, p1=0.7, p0=0.7, power=0.8, margin=-0.1)


def test_the_score_of_an_odds_ratio_has_no_formula() -> None:
    with pytest.raises(Inapplicable, match="unpooled"):
        answer("farrington-manning", p1=0.7, p0=0.7, power=0.8, margin=0.5, contrast="odds ratio")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"p1": 0.6, "margin": -0.1}, "the risk difference is the margin itself"),
        ({"p1": 0.7, "margin": 1.0}, "between -1 and 1, not 1"),
        ({"p1": 0.7, "margin": 0.0, "contrast": "risk ratio"}, "margin of the risk ratio must be above 0, not 0"),
        ({"p1": 0.7, "margin": 0.1, "upper_margin": -0.1}, "the upper margin is not above the lower"),
        ({"p1": 0.9, "margin": -0.1, "upper_margin": 0.1}, "not within the margins of equivalence"),
        ({"p1": 0.8, "margin": -0.1, "upper_margin": 0.1}, "not within the margins of equivalence"),
        ({"p1": 0.7, "upper_margin": 0.1}, "a lower and an upper margin"),
        ({"n1": 50, "n0": 50, "margin": -0.1, "upper_margin": 0.1}, "equivalence is asked of two given probabilities"),
        ({"p1": 0.8, "design_effect": 0.5}, "the design effect must be at least 1, not 0.5"),
    ],
)
def test_a_question_without_an_answer_says_why(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TwoProportions(0.7, power=0.8, **asked)


probabilities = st.floats(0.05, 0.95)


@pytest.mark.parametrize("contrast", ["risk difference", "risk ratio"])
@given(p1=probabilities, p0=probabilities, shift=st.floats(0.05, 0.4), ratio=st.sampled_from([0.5, 1.0, 3.0]))
def test_the_fit_under_the_null_has_the_margin_and_is_the_most_likely(
    contrast: str, p1: float, p0: float, shift: float, ratio: float
) -> None:
    value = contrast_of(contrast, p1, p0)
    margin = value - shift if contrast == "risk difference" else value * (1 - shift)
    if contrast == "risk difference" and margin <= -1:
        return
    q1, q0 = under_the_null(contrast, p1, ratio, p0, 1.0, margin)
    assert 0 <= q1 <= 1 and 0 <= q0 <= 1
    assert contrast_of(contrast, q1, q0) == pytest.approx(margin, rel=1e-9, abs=1e-12)

    def likelihood(q0: float) -> float:
        q1 = p1_at(contrast, margin, q0)
        if not (0 < q1 < 1 and 0 < q0 < 1):
            return -math.inf
        return (
            ratio * (p1 * math.log(q1) + (1 - p1) * math.log(1 - q1)) + p0 * math.log(q0) + (1 - p0) * math.log(1 - q0)
        )

    assert likelihood(q0) >= max(likelihood(q0 * 0.999), likelihood(q0 * 1.001)) - 1e-12


@pytest.mark.parametrize("key", ["unpooled", "farrington-manning"])
@given(p=probabilities, margin=st.floats(0.03, 0.2), power=st.floats(0.3, 0.95), ratio=st.sampled_from([0.5, 1.0, 2.0]))
def test_size_then_power_and_good_events_are_bad_events_turned_round(
    key: str, p: float, margin: float, power: float, ratio: float
) -> None:
    good = answer(key, p1=p, p0=p, power=power, margin=-margin, ratio=ratio)
    bad = answer(key, p1=1 - p, p0=1 - p, power=power, margin=margin, ratio=ratio)
    assert bad.n0_exact == pytest.approx(good.n0_exact, rel=1e-6)
    back = answer(key, p1=p, p0=p, n1=max(good.n1_exact, 1), n0=max(good.n0_exact, 1), margin=-margin)
    if min(good.n1_exact, good.n0_exact) >= 1:
        assert back.power == pytest.approx(power, rel=1e-6)


@pytest.mark.parametrize("key", ["unpooled", "farrington-manning"])
def test_the_detectable_probability_lies_beyond_the_margin(key: str) -> None:
    found = answer(key, p0=0.7, n1=150, n0=150, power=0.8, margin=-0.1)
    assert found.p1 > 0.6
    assert answer(key, p1=found.p1, p0=0.7, n1=150, n0=150, margin=-0.1).power == pytest.approx(0.8, rel=1e-9)
    none = answer(key, p0=0.7, n1=5, n0=5, power=0.9, margin=0.29)
    assert math.isnan(none.p1)
    assert any("no probability on this side of the margin" in note for note in none.notes)


def test_a_wald_test_of_a_ratio_has_power_between_the_margin_and_0() -> None:
    """Next to 0 the variance of a log ratio grows faster than its distance: the power there is not the highest."""
    asked = {"p0": 0.3, "n1": 200, "n0": 200, "power": 0.8, "margin": 0.9, "contrast": "risk ratio"}
    found = answer("unpooled", direction="lower", **asked)
    assert 0 < found.p1 < 0.27
    asked.pop("power")
    assert answer("unpooled", p1=found.p1, **asked).power == pytest.approx(0.8, rel=1e-9)


@pytest.mark.parametrize("key", ["unpooled", "farrington-manning"])
@pytest.mark.parametrize("upper", [None, 0.2])
def test_scalar_and_array_paths_agree(key: str, upper: float | None) -> None:
    p0 = np.array([0.2, 0.5, 0.7, 0.9])
    for asked in ({"power": 0.8}, {"n1": 120, "n0": 90}):
        many = METHODS[key].function(TwoProportions(p0, p0 + 0.02, margin=-0.15, upper_margin=upper, **asked))  # type: ignore[arg-type]
        for i, p in enumerate(p0.tolist()):
            one = answer(key, p0=p, p1=p + 0.02, margin=-0.15, upper_margin=upper, **asked)
            assert np.broadcast_to(many.n1, 4)[i] == one.n1
            assert many.power[i] == pytest.approx(one.power, rel=1e-9)


def test_clusters_multiply_the_size() -> None:
    plain = answer("pooled", p1=0.6, p0=0.4, power=0.8)
    clustered = answer("pooled", p1=0.6, p0=0.4, power=0.8, design_effect=1.38)
    assert clustered.n0_exact == pytest.approx(1.38 * plain.n0_exact, rel=1e-12)
    back = answer("pooled", p1=0.6, p0=0.4, n1=138.0, n0=138.0, design_effect=1.38)
    assert back.power == pytest.approx(answer("pooled", p1=0.6, p0=0.4, n1=100, n0=100).power, rel=1e-12)
    assert any("design effect" in note for note in back.notes)
