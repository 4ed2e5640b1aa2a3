"""Sample size, power and detectable effect of two proportions: R's values, published figures, properties."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats.power_proportions import MEASURE, TwoProportions
from gvhdcalc.stats.registry import Method, designs

FOLDER = Path(__file__).parents[1] / "reference"
REFERENCE = json.loads((FOLDER / "power.json").read_text(encoding="utf-8"))
CASES = [case for case in REFERENCE["cases"] if case["quantity"] == "proportions"]
CASES += [
    case
    for case in json.loads((FOLDER / "power_props.json").read_text(encoding="utf-8"))["cases"]
    if case["method"] == "likelihood-ratio"
]
#: The closed formulas of a test of p1 = p0.
METHODS = {
    key: method for key, method in designs(MEASURE).items() if method.closed_form and key != "farrington-manning"
}
EVERY = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)

#: What a case of the reference file says beside its question.
_ABOUT = {"quantity", "solve", "id", "method", "result"}


def question(case: dict[str, Any], **changed: Any) -> TwoProportions:
    return TwoProportions(**{key: value for key, value in case.items() if key not in _ABOUT} | changed)


def answer(key: str, **asked: Any) -> Any:
    return METHODS[key].function(TwoProportions(**asked))


def test_the_methods_are_those_documented() -> None:
    assert list(METHODS) == ["pooled", "unpooled", "continuity-corrected", "arcsine", "likelihood-ratio"]
    assert [key for key, method in designs(MEASURE).items() if method.default] == list(METHODS)[:4]


def test_every_method_has_twenty_cases_of_each_question() -> None:
    for key in METHODS:
        for solve in ("n", "power", "effect"):
            found = sum(case["method"] == key and case["solve"] == solve for case in CASES)
            assert found >= (15 if (key, solve) == ("likelihood-ratio", "effect") else 20)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['method']}-{case['solve']}-{case['id']}")
def test_reference(case: dict[str, Any]) -> None:
    found = METHODS[case["method"]].function(question(case))
    expected = case["result"]
    assert found.solved == case["solve"]
    if case["solve"] == "n":
        assert (found.n1_exact, found.n0_exact) == pytest.approx((expected["n1"], expected["n0"]), rel=1e-6)
        assert found.n1 >= max(found.n1_exact - 1e-6, 1) and found.n0 >= max(found.n0_exact - 1e-6, 1)
    elif case["solve"] == "power":
        assert found.power == pytest.approx(expected["power"], rel=1e-6)
        if "with_opposite" in expected:
            assert found.opposite is not None
            assert found.power + found.opposite == pytest.approx(expected["with_opposite"], rel=1e-6)
    else:
        assert found.effect == pytest.approx(expected["effect"], rel=1e-6)
        assert found.p1 == pytest.approx(case["p0"] + expected["effect"], rel=1e-6)


# The examples on R's help pages: stats::power.prop.test prints n = 76.7, pwr::pwr.2p.test (Cohen 1988, exercise 6.1,
# page 198: h = 0.30, 80 in each group, one-sided 5%) power = 0.5996777.
def test_examples_that_r_prints() -> None:
    assert answer("pooled", p1=0.5, p0=0.75, power=0.9).n1_exact == pytest.approx(76.7, abs=0.05)
    h_is_30 = math.sin(math.asin(math.sqrt(0.5)) + 0.15) ** 2
    assert answer("arcsine", p1=h_is_30, p0=0.5, n1=80, n0=80, sides=1).power == pytest.approx(0.5996777, abs=5e-8)


@EVERY
def test_arms_are_rounded_up_one_by_one(method: Method) -> None:
    found = method.function(TwoProportions(0.707, 0.828, power=0.8, ratio=2))
    assert (found.n1, found.n0) == (math.ceil(found.n1_exact), math.ceil(found.n0_exact))
    assert found.n1_exact == pytest.approx(2 * found.n0_exact, rel=1e-12)
    assert found.power >= 0.8
    assert found.power == method.function(TwoProportions(0.707, 0.828, n1=found.n1, n0=found.n0)).power


@EVERY
def test_dropout_inflates_the_size_and_deflates_the_analysed(method: Method) -> None:
    plain = method.function(TwoProportions(0.707, 0.828, power=0.8))
    found = method.function(TwoProportions(0.707, 0.828, power=0.8, dropout=0.1))
    assert (found.n1, plain.enrolled1, found.enrolled1) == (plain.n1, None, math.ceil(plain.n1 / 0.9))
    back = method.function(TwoProportions(0.707, 0.828, n1=found.enrolled1, n0=found.enrolled0, dropout=0.1))
    assert (back.n1, back.n0) == (found.n1, found.n0)
    assert back.power == found.power


@EVERY
def test_no_probability_above_is_detected_by_a_few_patients(method: Method) -> None:
    found = method.function(TwoProportions(0.95, n1=10, n0=10, power=0.9))
    assert math.isnan(found.effect) and math.isnan(found.p1)
    assert any("no probability on this side" in note for note in found.notes)
    assert method.function(TwoProportions(0.95, n1=10, n0=10, power=0.9, direction="lower")).effect < 0


def test_a_small_expected_count_is_remarked() -> None:
    assert any("fewer than 5" in note for note in answer("pooled", p1=0.9, p0=0.1, n1=5, n0=5).notes)
    assert answer("pooled", p1=0.828, p0=0.707, n1=99, n0=99).notes == ()


@EVERY
def test_huge_and_tiny_sizes_have_an_answer(method: Method) -> None:
    assert method.function(TwoProportions(0.5, 0.6, n1=10**9, n0=10**9)).power == 1.0
    assert 0 <= method.function(TwoProportions(0.5, 0.6, n1=1, n0=1)).power < 0.2
    huge = method.function(TwoProportions(0.5, 0.5 + 1e-9, power=0.9))
    assert huge.n1 == pytest.approx(huge.n1_exact, rel=1e-12) and huge.n1 > 1e18
    smallest = method.function(TwoProportions(0.0001, 0.9999, power=0.06))
    assert (smallest.n1, smallest.n0) >= (1, 1)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"p1": 0.8, "p0": 0.0, "power": 0.8}, "p0 must be strictly between 0 and 1, not 0"),
        ({"p1": 1.2, "p0": 0.5, "power": 0.8}, "p1 must be strictly between 0 and 1, not 1.2"),
        ({"p1": math.nan, "p0": 0.5, "power": 0.8}, "p1 must be strictly between 0 and 1, not nan"),
        ({"p1": 0.5, "p0": 0.5, "power": 0.8}, "p1 equals p0"),
        ({"p1": 0.6, "p0": 0.5, "power": 0.05}, "power must be above alpha"),
        ({"p1": 0.6, "p0": 0.5, "power": 1.0}, "power must be strictly between 0 and 1, not 1"),
        ({"p1": 0.6, "p0": 0.5, "power": 0.8, "alpha": 0.0}, "alpha must be strictly between 0 and 1, not 0"),
        ({"p1": 0.6, "p0": 0.5, "power": 0.8, "sides": 3}, "1 or 2 sides, not 3"),
        ({"p1": 0.6, "p0": 0.5, "power": 0.8, "ratio": 0.0}, "ratio must be above 0, not 0"),
        ({"p1": 0.6, "p0": 0.5, "power": 0.8, "ratio": -1.0}, "ratio must be above 0, not -1"),
        ({"p1": 0.6, "p0": 0.5, "power": 0.8, "dropout": 1.0}, "dropout must be at least 0 and below 1, not 1"),
        ({"p1": 0.6, "p0": 0.5, "n1": 9, "n0": 0}, "at least one patient, not 0"),
        ({"p1": 0.6, "p0": 0.5, "n1": 9, "n0": 1, "dropout": 0.2}, "dropout leaves an arm without a patient"),
        ({"p1": 0.6, "p0": 0.5, "n1": 9}, "one arm"),
        ({"p1": 0.6, "p0": 0.5}, "give two of p1, size and power to find the third: p1 given"),
        ({"p0": 0.5}, "none is given"),
        ({"p1": 0.6, "p0": 0.5, "n1": 9, "n0": 9, "power": 0.8}, "all three are given"),
    ],
)
def test_a_question_without_an_answer_says_why(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TwoProportions(**asked)


probabilities = st.floats(0.01, 0.99)
apart = st.tuples(probabilities, probabilities).filter(lambda pair: abs(pair[0] - pair[1]) > 0.01)
patients = st.integers(2, 5000)
levels = st.sampled_from([(0.05, 2), (0.05, 1), (0.01, 2), (0.025, 1)])
ratios = st.sampled_from([0.25, 0.5, 1.0, 1.5, 2.0, 4.0])


@EVERY
@given(pair=apart, power=st.floats(0.2, 0.99), level=levels, ratio=ratios)
def test_the_size_reaches_the_power_and_one_less_does_not(
    method: Method, pair: tuple[float, float], power: float, level: tuple[float, int], ratio: float
) -> None:
    (p1, p0), (alpha, sides) = pair, level
    found = method.function(TwoProportions(p0, p1, power=power, alpha=alpha, sides=sides, ratio=ratio))
    assert found.power >= power - 1e-8
    exact = method.function(
        TwoProportions(p0, p1, n1=max(found.n1_exact, 1), n0=max(found.n0_exact, 1), alpha=alpha, sides=sides)
    )
    if min(found.n1_exact, found.n0_exact) >= 1:
        assert exact.power == pytest.approx(power, rel=1e-9)
    if ratio == 1 and found.n1 > 1:
        less = method.function(TwoProportions(p0, p1, n1=found.n1 - 1, n0=found.n0 - 1, alpha=alpha, sides=sides))
        assert less.power < power


@EVERY
@given(
    p0=probabilities,
    n1=patients,
    n0=patients,
    power=st.floats(0.5, 0.99),
    level=levels,
    side=st.sampled_from(["higher", "lower"]),
)
def test_the_detectable_effect_has_the_power(
    method: Method, p0: float, n1: int, n0: int, power: float, level: tuple[float, int], side: Any
) -> None:
    alpha, sides = level
    found = method.function(TwoProportions(p0, n1=n1, n0=n0, power=power, alpha=alpha, sides=sides, direction=side))
    end = 1 - 1e-9 if side == "higher" else 1e-9
    if math.isnan(found.effect):
        assert method.function(TwoProportions(p0, end, n1=n1, n0=n0, alpha=alpha, sides=sides)).power < power + 1e-6
        return
    assert found.power == pytest.approx(power, rel=1e-9)
    assert (found.p1 > p0) == (found.effect > 0) == (side == "higher")
    assert 0 <= found.p1 <= 1
    if 1e-9 < found.p1 < 1 - 1e-9:
        there = method.function(TwoProportions(p0, found.p1, n1=n1, n0=n0, alpha=alpha, sides=sides))
        assert there.power == pytest.approx(power, rel=1e-9)


@EVERY
@given(pair=apart, n=st.integers(2, 2000), more=st.integers(1, 500), level=levels)
def test_power_rises_with_n_and_with_the_difference(
    method: Method, pair: tuple[float, float], n: int, more: int, level: tuple[float, int]
) -> None:
    (p1, p0), (alpha, sides) = pair, level
    small = method.function(TwoProportions(p0, p1, n1=n, n0=n, alpha=alpha, sides=sides)).power
    large = method.function(TwoProportions(p0, p1, n1=n + more, n0=n + more, alpha=alpha, sides=sides)).power
    assert large >= small


@EVERY
@given(pair=apart, n1=patients, n0=patients, level=levels)
def test_swapping_arms_or_events_keeps_the_power(
    method: Method, pair: tuple[float, float], n1: int, n0: int, level: tuple[float, int]
) -> None:
    (p1, p0), (alpha, sides) = pair, level
    power = method.function(TwoProportions(p0, p1, n1=n1, n0=n0, alpha=alpha, sides=sides)).power
    arms = method.function(TwoProportions(p1, p0, n1=n0, n0=n1, alpha=alpha, sides=sides)).power
    events = method.function(TwoProportions(1 - p0, 1 - p1, n1=n1, n0=n0, alpha=alpha, sides=sides)).power
    assert (arms, events) == pytest.approx((power, power), rel=1e-9, abs=1e-300)


@EVERY
@given(pair=apart, n=patients)
def test_two_sided_is_one_sided_at_half_alpha_and_the_other_tail_is_small(
    method: Method, pair: tuple[float, float], n: int
) -> None:
    p1, p0 = pair
    two = method.function(TwoProportions(p0, p1, n1=n, n0=n, alpha=0.05, sides=2))
    one = method.function(TwoProportions(p0, p1, n1=n, n0=n, alpha=0.025, sides=1))
    assert two.power == pytest.approx(one.power, rel=1e-12)
    assert one.opposite == 0 <= two.opposite <= two.power


@EVERY
@pytest.mark.parametrize("solve", ["n", "power", "effect"])
def test_scalar_and_array_paths_agree(method: Method, solve: str) -> None:
    cases = [case for case in CASES if case["method"] == method.key and case["solve"] == solve and case["sides"] == 2]
    for direction in ("higher", "lower"):
        mine = [case for case in cases if case.get("direction", direction) == direction]
        if not mine:
            continue
        names = [key for key in mine[0] if key not in _ABOUT | {"sides", "direction"}]
        columns = {name: np.array([case[name] for case in mine], dtype=float) for name in names}
        many = method.function(TwoProportions(**columns, direction=direction))  # type: ignore[arg-type]
        for i, case in enumerate(mine):
            one = method.function(question(case))
            for field in ("n1", "n0", "power", "opposite", "effect", "p1"):
                got = np.broadcast_to(getattr(many, field), len(mine))[i]
                assert got == pytest.approx(getattr(one, field), rel=1e-12, abs=1e-300), (case["id"], field)
