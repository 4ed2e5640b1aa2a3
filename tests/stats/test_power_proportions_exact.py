"""Exact power of two proportions: brute force in R, published tables, properties."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.stats.power_proportions import MEASURE, TwoProportions
from gvhdcalc.stats.power_proportions_exact import STAYS0, STAYS1
from gvhdcalc.stats.registry import designs
from gvhdcalc.stats.rejection import exact_region
from gvhdcalc.stats.trial_question import Inapplicable
from gvhdcalc.stats.two_by_two import TwoByTwo
from gvhdcalc.stats.unconditional import barnard, boschloo, score_p

FOLDER = Path(__file__).parents[1] / "reference"
CASES = [
    case
    for case in json.loads((FOLDER / "power_props.json").read_text(encoding="utf-8"))["cases"]
    if case["method"].startswith("exact-")
]
EXACT = [key for key in designs(MEASURE) if key.startswith("exact-")]
METHODS = designs(MEASURE)
_ABOUT = {"solve", "id", "method", "result"}


def answer(key: str, **asked: Any) -> Any:
    return METHODS[key].function(TwoProportions(**asked))


def figures(row: Any) -> dict[str, Any]:
    return {figure.name: figure.value for figure in row.figures}


def test_there_are_twenty_cases_of_power_for_each_method() -> None:
    for key in EXACT:
        assert sum(case["method"] == key and case["solve"] == "power" for case in CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['method']}-{case['solve']}-{case['id']}")
def test_reference(case: dict[str, Any]) -> None:
    asked = {key: value for key, value in case.items() if key not in _ABOUT}
    expected = case["result"]
    if case["solve"] == "n":
        found = answer(case["method"], **asked)
        assert found.n0 == expected["n0"]
        assert figures(found)[STAYS0] == expected["stays0"]
        assert found.power == pytest.approx(expected["power"], rel=1e-8)
        return
    for name in ("n1", "n0"):
        asked[name] = int(asked[name])
    found = answer(case["method"], **asked)
    if case["solve"] == "effect":
        assert found.effect == pytest.approx(expected["effect"], rel=1e-6)
        return
    assert found.power == pytest.approx(expected["power"], rel=1e-8, abs=1e-15)
    toward, away = exact_region(TwoProportions(**asked), case["method"], asked["n1"], asked["n0"])
    assert int(toward.sum() + away.sum()) == expected["tables"]
    if "with_opposite" in expected:
        assert found.power + found.opposite == pytest.approx(expected["with_opposite"], rel=1e-8, abs=1e-15)


# Kieser 2018, Fallzahlberechnung in der medizinischen Forschung, Table 5.2 (chi-square test, two-sided 5%) and 5.3
# (Fisher-Boschloo test, one-sided 2.5%): total size and its power in percent, 80% asked for, p0 and p1 = p0 + 0.2, and
# allocation 1:1 or 2:1, as the tests of samplesizr quote them. The size is the one from which on there is the power;
# some powers are cut off, not rounded.
TABLE_5_2 = {
    1: {0.1: (118, 80.5), 0.2: (160, 80.1), 0.3: (188, 80.0), 0.4: (194, 80.7), 0.5: (188, 80.0), 0.6: (160, 80.1)},
    2: {0.1: (141, 80.3), 0.2: (186, 80.3), 0.3: (207, 80.1), 0.4: (219, 80.3), 0.5: (207, 80.3), 0.7: (129, 80.6)},
}
TABLE_5_3 = {1: {0.1: (126, 80.0), 0.2: (168, 80.2), 0.7: (126, 80.0)}, 2: {0.1: (147, 80.7), 0.7: (138, 80.7)}}


@pytest.mark.parametrize(
    ("key", "level", "ratio", "p0", "total", "power"),
    [
        (key, level, ratio, p0, *row)
        for key, level, table in (
            ("exact-pearson", {"alpha": 0.05, "sides": 2}, TABLE_5_2),
            ("exact-boschloo", {"alpha": 0.025, "sides": 1}, TABLE_5_3),
        )
        for ratio, rows in table.items()
        for p0, row in rows.items()
    ],
)
def test_kieser_2018(key: str, level: dict[str, Any], ratio: int, p0: float, total: int, power: float) -> None:
    found = answer(key, p1=p0 + 0.2, p0=p0, power=0.8, ratio=float(ratio), **level)
    n1, n0 = figures(found)[STAYS1], figures(found)[STAYS0]
    assert n1 + n0 == total
    assert answer(key, p1=p0 + 0.2, p0=p0, n1=n1, n0=n0, **level).power == pytest.approx(power / 100, abs=0.001)


# Power of Fisher's test with the patients from which on there is the power, as pwrss's power.exact.fisher and G*Power
# print them (the tests of pwrss, which keep the values of both).
@pytest.mark.parametrize(
    ("asked", "n", "power"),
    [
        ({"p1": 0.6, "p0": 0.4}, 108, 0.80194182),
        ({"p1": 0.6, "p0": 0.4, "sides": 1}, 85, 0.805746021),
        ({"p1": 2 / 3, "p0": 1 / 3}, 39, 0.8008238),
        ({"p1": 0.75, "p0": 0.25}, 18, 0.833005149),
    ],
)
def test_fisher_as_pwrss_has_it(asked: dict[str, Any], n: int, power: float) -> None:
    assert figures(answer("exact-fisher", power=0.8, **asked))[STAYS0] == n
    found = answer("exact-fisher", n1=n, n0=n, **asked)
    assert found.power + found.opposite == pytest.approx(power, rel=1e-6)


def test_the_sawtooth_is_told() -> None:
    found = answer("exact-fisher", p1=0.6, p0=0.4, power=0.8)
    assert (found.n1, found.n0, figures(found)[STAYS1]) == (102, 102, 108)
    (note,) = found.notes
    assert "sawtooth" in note and "102 v 102" in note and "108 v 108" in note
    powers = [answer("exact-fisher", p1=0.6, p0=0.4, n1=n, n0=n).power for n in range(101, 109)]
    assert powers[0] < 0.8 <= powers[1]
    assert min(powers[1:-1]) < 0.8 <= powers[-1]


def test_type_i_error_of_exact_tests_keeps_the_level_and_that_of_the_chi_square_may_not() -> None:
    for key in ("exact-fisher", "exact-boschloo", "exact-barnard"):
        for p0 in (0.05, 0.3, 0.5):
            assert figures(answer(key, p1=0.7, p0=p0, n1=40, n0=25))["type I error"] <= 0.05
    assert figures(answer("exact-pearson", p1=0.7, p0=0.4, n1=50, n0=50))["type I error"] > 0.05


sizes = st.integers(2, 14)


@given(n1=sizes, n0=sizes, alpha=st.sampled_from([0.01, 0.05, 0.2]))
@settings(max_examples=25)
def test_regions_are_the_tables_that_the_tests_reject(n1: int, n0: int, alpha: float) -> None:
    asked = TwoProportions(0.4, 0.6, n1=n1, n0=n0, alpha=alpha)
    for key, test in (("exact-barnard", barnard), ("exact-boschloo", boschloo)):
        toward, away = exact_region(asked, key, n1, n0)
        for x1 in range(n1 + 1):
            p = [test(TwoByTwo.from_totals(x1, n1, x0, n0)).p for x0 in range(0, n0 + 1, 3)]
            got = (toward | away)[x1, ::3]
            assert [bool(x) for x in got] == [x <= alpha * (1 + 1e-9) for x in p]


@pytest.mark.parametrize(("contrast", "margin"), [("risk difference", -0.2), ("risk ratio", 0.6), ("odds ratio", 0.4)])
def test_a_margin_is_tested_as_by_chan(contrast: str, margin: float) -> None:
    n1, n0 = 15, 12
    asked = TwoProportions(0.8, 0.8, n1=n1, n0=n0, alpha=0.05, sides=1, contrast=contrast, margin=margin)
    toward, away = exact_region(asked, "exact-barnard", n1, n0)
    assert not away.any()
    expected = np.array(
        [
            [score_p(contrast, TwoByTwo.from_totals(x1, n1, x0, n0), margin, "greater") <= 0.05 for x0 in range(n0 + 1)]
            for x1 in range(n1 + 1)
        ]
    )
    assert toward.any() and (toward == expected).all()


@given(
    pair=st.tuples(st.floats(0.05, 0.95), st.floats(0.05, 0.95)).filter(lambda pair: abs(pair[0] - pair[1]) > 0.02),
    n1=sizes,
    n0=sizes,
    sides=st.sampled_from([1, 2]),
)
@settings(max_examples=20)
@pytest.mark.parametrize("key", EXACT)
def test_swapping_arms_or_events_keeps_the_power(
    key: str, pair: tuple[float, float], n1: int, n0: int, sides: int
) -> None:
    p1, p0 = pair
    power = answer(key, p1=p1, p0=p0, n1=n1, n0=n0, sides=sides).power
    arms = answer(key, p1=p0, p0=p1, n1=n0, n0=n1, sides=sides).power
    events = answer(key, p1=1 - p1, p0=1 - p0, n1=n1, n0=n0, sides=sides).power
    assert (arms, events) == pytest.approx((power, power), rel=1e-9, abs=1e-12)
    fisher = answer("exact-fisher", p1=p1, p0=p0, n1=n1, n0=n0, sides=sides).power
    if key in ("exact-boschloo", "exact-fisher-mid-p"):
        assert power >= fisher - 1e-12


def test_dropout_and_clusters_change_the_patients_not_the_test() -> None:
    plain = answer("exact-fisher", p1=0.8, p0=0.4, power=0.8)
    lossy = answer("exact-fisher", p1=0.8, p0=0.4, power=0.8, dropout=0.1)
    assert (lossy.n1, lossy.enrolled1) == (plain.n1, math.ceil(plain.n1 / 0.9))
    clustered = answer("exact-fisher", p1=0.8, p0=0.4, power=0.8, design_effect=1.5)
    assert clustered.n1 == math.ceil(1.5 * plain.n1)
    assert answer("exact-fisher", p1=0.8, p0=0.4, n1=clustered.n1, n0=clustered.n0, design_effect=1.5).power >= 0.8


def test_no_probability_is_detected_by_a_few_patients() -> None:
    found = answer("exact-fisher", p0=0.5, n1=5, n0=5, power=0.9)
    assert math.isnan(found.p1) and math.isnan(found.power)
    assert any("more patients are needed" in note for note in found.notes)


@pytest.mark.parametrize(
    ("key", "asked", "message"),
    [
        ("exact-fisher", {"n1": 1_000_000, "n0": 1_000_000}, "at most 2,000 patients in an arm; pooled serves there"),
        ("exact-barnard", {"n1": 1500, "n0": 1500}, "at most 2,000 patients in both arms"),
        ("exact-fisher", {"power": 0.8, "p1": 0.42}, "would need about 9,592 patients in an arm"),
        ("exact-fisher", {"n1": 2, "n0": 2, "design_effect": 5.0}, "without an independent patient"),
        ("exact-boschloo", {"n1": 20, "n0": 20, "margin": -0.1}, "exact-boschloo is for a test of equality"),
    ],
)
def test_what_cannot_be_added_up_is_said(key: str, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(Inapplicable, match=message):
        answer(key, **{"p1": 0.6, "p0": 0.4, **asked})
