"""Two-stage trials of one arm: brute force in R, and what makes a design the best."""

from __future__ import annotations

import json
import math
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gvhdcalc.stats.registry import designs
from gvhdcalc.stats.simon import MEASURE, OneArmTrial, TwoStage, admissible_designs, frontier

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "power_one_sample.json").read_text(encoding="utf-8"))
CASES = [case for case in REFERENCE["cases"] if case["quantity"] == "two stages"]
METHODS = designs(MEASURE)


def trial(case: dict[str, Any]) -> OneArmTrial:
    return OneArmTrial(case["p0"], case["p1"], case["alpha"], case["power"])


def figure(row: Any, name: str) -> Any:
    return next(value.value for value in row.values() if value.name == name)


def test_differences_of_20_and_of_15_points() -> None:
    assert [sum(abs(case["p1"] - case["p0"] - by) < 1e-9 for case in CASES) for by in (0.2, 0.15)] == [24, 27]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_brute_force_in_r(case: dict[str, Any]) -> None:
    asked, brute = trial(case), case["result"]
    for kind in ("optimal", "minimax"):
        found, expected = METHODS[kind].function(asked), brute[kind]
        text = f"{figure(found, 'r1')}/{figure(found, 'n1')} {figure(found, 'r')}/{found.n1}"
        assert text == "{r1}/{n1} {r}/{n}".format(**expected)
        assert figure(found, "expected n under p0") == pytest.approx(expected["expected"], rel=1e-9)
        assert figure(found, "early termination under p0") == pytest.approx(expected["stops"], rel=1e-9)
        assert figure(found, "actual alpha") == pytest.approx(expected["level"], rel=1e-9)
        assert found.power == pytest.approx(expected["power"], rel=1e-9)
    assert [str(one) for one, _, _ in admissible_designs(asked)] == brute["admissible"]


# The tests of PhIIdesign print the admissible design of p0 = 0.1, pa = 0.3 with alpha 0.055 and beta 0.205 (its
# tolerance of 0.005): 2/15 4/22, minimax 1/14 4/21, optimal 1/10 5/29.
def test_phiidesign() -> None:
    found = [str(one) for one, _, _ in admissible_designs(OneArmTrial(0.1, 0.3, 0.055, 0.795))]
    assert found[0] == "1/14 4/21"
    assert "2/15 4/22" in found
    assert found[-1] == "1/10 5/29"


def brute_force(asked: OneArmTrial, most: int) -> list[TwoStage]:
    """Every design of up to ``most`` patients with level and power."""
    found = []
    for n in range(2, most + 1):
        for n1, r in product(range(1, n), range(n)):
            for r1 in range(min(n1 - 1, r) + 1):
                one = TwoStage(r1, n1, r, n)
                if one.promising(asked.p0) <= asked.alpha and one.promising(asked.p1) >= asked.power:
                    found.append(one)
    return found


@settings(max_examples=6, deadline=None)
@given(
    p0=st.floats(0.05, 0.5),
    apart=st.floats(0.42, 0.47),
    alpha=st.sampled_from([0.05, 0.1]),
    power=st.sampled_from([0.7, 0.8]),
)
def test_no_design_is_better(p0: float, apart: float, alpha: float, power: float) -> None:
    asked = OneArmTrial(p0, p0 + apart, alpha, power)
    found = frontier(asked)
    every = brute_force(asked, 13)
    size = {one: one.expected(p0) for one in every}
    smallest = min(one.n for one in every)
    assert found[0].n == smallest
    assert found[0].expected(p0) == pytest.approx(min(size[one] for one in every if one.n == smallest), rel=1e-12)
    assert found[-1].expected(p0) <= min(size.values()) + 1e-9
    for one in found:
        if one.n <= 13:
            assert one in size
            assert size[one] == pytest.approx(min(size[other] for other in every if other.n == one.n), rel=1e-12)


@example(p0=0.5, apart=0.2, alpha=0.1, power=0.9)  # two trials of one expected size
@given(p0=st.floats(0.05, 0.6), apart=st.floats(0.15, 0.3), alpha=st.sampled_from([0.05, 0.1]),
       power=st.sampled_from([0.8, 0.9]))  # fmt: skip
def test_designs_keep_level_and_power_and_trade_size_for_expected_size(
    p0: float, apart: float, alpha: float, power: float
) -> None:
    asked = OneArmTrial(p0, p0 + apart, alpha, power)
    found = frontier(asked)
    for one in found:
        assert one.promising(asked.p0) <= alpha + 1e-9
        assert one.promising(asked.p1) >= power - 1e-9
        assert one.n1 < one.expected(asked.p1) <= one.n
    assert [one.n for one in found] == sorted({one.n for one in found})
    expected = [one.expected(p0) for one in found]
    assert expected == sorted(expected, reverse=True)
    hull = admissible_designs(asked)
    assert (hull[0][0], hull[-1][0]) == (found[0], found[-1])
    assert hull[0][2] == 1.0 and hull[-1][1] == 0.0
    for (_, least, _), (_, _, greatest) in pairwise(hull):
        assert least == greatest
    for one, least, greatest in hull:
        weight = (least + greatest) / 2
        loss = [weight * other.n + (1 - weight) * other.expected(p0) for other in found]
        assert weight * one.n + (1 - weight) * one.expected(p0) == pytest.approx(min(loss), rel=1e-12)


def test_the_weight_chooses_the_admissible_design() -> None:
    asked = {"p0": 0.1, "p1": 0.3}
    for weight, expected in ((1.0, "1/15 5/25"), (0.5, "1/12 5/26"), (0.3, "1/11 5/27"), (0.0, "1/10 5/29")):
        found = METHODS["admissible"].function(OneArmTrial(**asked, weight=weight))
        assert f"{figure(found, 'r1')}/{figure(found, 'n1')} {figure(found, 'r')}/{found.n1}" == expected


def test_operating_characteristics_of_one_stage_and_of_certainty() -> None:
    one = TwoStage(0, 1, 1, 2)  # both of two patients must respond
    assert one.promising(0.3) == pytest.approx(0.09)
    assert one.stops(0.3) == pytest.approx(0.7)
    assert one.expected(0.3) == pytest.approx(1.3)
    assert TwoStage(3, 13, 12, 43).promising(1 - 1e-12) == pytest.approx(1)


def test_large_trials_are_found_too() -> None:
    found = frontier(OneArmTrial(0.5, 0.56, 0.05, 0.9))
    assert (str(found[0]), str(found[-1])) == ("184/369 316/593", "136/265 373/706")


@pytest.mark.parametrize("values", [(3, 3, 5, 9), (1, 10, 0, 20), (1, 20, 5, 20), (1, 10, 20, 20), (-1, 10, 5, 20)])
def test_what_is_no_two_stage_design(values: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="is no two-stage design"):
        TwoStage(*values)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"p0": 0.3, "p1": 0.3}, "p1 must be above p0"),
        ({"p0": 0.3, "p1": 0.1}, "p1 must be above p0"),
        ({"p0": 0.0, "p1": 0.3}, "p0 must be strictly between 0 and 1"),
        ({"p0": 0.1, "p1": 0.3, "alpha": 0.9}, "power must be above alpha"),
        ({"p0": 0.1, "p1": 0.3, "most": 2000}, "from 2 to 1000, not 2000"),
        ({"p0": 0.1, "p1": 0.3, "weight": 2}, "weight must be from 0 to 1"),
        ({"p0": 0.1, "p1": 0.3, "stages": (3, 0)}, "each stage must have"),
    ],
)
def test_a_question_without_an_answer_says_why(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OneArmTrial(**asked)


def test_a_search_that_the_size_allowed_ends_says_so() -> None:
    assert METHODS["optimal"].function(OneArmTrial(0.1, 0.3)).notes == ()
    ended = METHODS["optimal"].function(OneArmTrial(0.1, 0.3, most=27))
    assert ended.n1 == 27 and "the search ended at 27 patients" in ended.notes[0]


def test_no_design_within_the_size_allowed() -> None:
    with pytest.raises(ValueError, match="no two-stage design of at most 20 patients"):
        frontier(OneArmTrial(0.1, 0.3, most=20))


# Fleming


def test_flemings_bounds_by_hand() -> None:
    # p0 = 0.2, alpha 0.05, stages of 15 and 10: the formulas in R give 3 and 7 after 15, 8 and 9 after 25
    found = METHODS["fleming"].function(OneArmTrial(0.2, 0.4, stages=(15, 10)))
    bounds = [figure(found, f"{what} at stage {stage}") for stage in (1, 2) for what in ("no interest", "promising")]
    assert bounds == [3, 7, 8, 9]
    assert found.n1 == 25


def chances(stages: tuple[int, ...], accept: list[int], reject: list[int], p: float) -> tuple[float, float]:
    """The chance to end as promising and the expected size, path by path."""

    def walk(stage: int, responses: int, n: int, chance: float) -> tuple[float, float]:
        up = expected = 0.0
        for more in range(stages[stage] + 1):
            total = responses + more
            here = chance * math.comb(stages[stage], more) * p**more * (1 - p) ** (stages[stage] - more)
            if total <= accept[stage] or total >= reject[stage]:
                up += here * (total >= reject[stage])
                expected += here * (n + stages[stage])
            else:
                further = walk(stage + 1, total, n + stages[stage], here)
                up, expected = up + further[0], expected + further[1]
        return up, expected

    return walk(0, 0, 0, 1.0)


@pytest.mark.parametrize("stages", [(25,), (15, 10), (20, 15), (10, 10, 10), (5, 5, 5, 5, 5)])
@pytest.mark.parametrize(("p0", "p1"), [(0.2, 0.4), (0.05, 0.3), (0.6, 0.9)])
def test_fleming_is_computed_exactly(stages: tuple[int, ...], p0: float, p1: float) -> None:
    found = METHODS["fleming"].function(OneArmTrial(p0, p1, stages=stages))
    accept = [figure(found, f"no interest at stage {k}") for k in range(1, len(stages) + 1)]
    reject = [figure(found, f"promising at stage {k}") for k in range(1, len(stages) + 1)]
    assert accept[-1] == reject[-1] - 1
    assert (figure(found, "actual alpha"), figure(found, "expected n under p0")) == pytest.approx(
        chances(stages, accept, reject, p0), rel=1e-12
    )
    assert (found.power, figure(found, "expected n under p1")) == pytest.approx(
        chances(stages, accept, reject, p1), rel=1e-12
    )


def test_fleming_without_stages_halves_the_single_stage_size() -> None:
    found = METHODS["fleming"].function(OneArmTrial(0.2, 0.4))
    assert (figure(found, "n of stage 1"), figure(found, "n of stage 2"), found.n1) == (15, 14, 29)
