"""One arm, pairs and two rates: R's values, published figures, and what holds of every method."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.stats import power_paired, power_proportion, power_rate, precision
from gvhdcalc.stats.power_paired import Pairs, discordant_of_margins
from gvhdcalc.stats.power_proportion import OneProportionTrial
from gvhdcalc.stats.power_rate import TwoRates
from gvhdcalc.stats.precision import Precision
from gvhdcalc.stats.registry import Method, designs

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "power_one_sample.json").read_text(encoding="utf-8"))
CASES = REFERENCE["cases"]

#: By quantity of the reference file: the measure, its question.
QUANTITIES: dict[str, tuple[str, Callable[..., Any]]] = {
    "proportion": (power_proportion.MEASURE, OneProportionTrial),
    "precision": (precision.MEASURE, Precision),
    "pairs": (power_paired.MEASURE, Pairs),
    "rates": (power_rate.MEASURE, TwoRates),
}
MINE = [case for case in CASES if case["quantity"] in QUANTITIES]
_ABOUT = {"quantity", "solve", "id", "method", "result"}


def question(case: dict[str, Any]) -> Any:
    return QUANTITIES[case["quantity"]][1](**{key: value for key, value in case.items() if key not in _ABOUT})


def method_of(case: dict[str, Any]) -> Method:
    return designs(QUANTITIES[case["quantity"]][0])[case["method"]]


def figure(row: Any, name: str) -> Any:
    return next(value.value for value in row.values() if value.name == name)


@pytest.mark.parametrize("case", MINE, ids=lambda c: f"{c['quantity']}-{c['method']}-{c['solve']}-{c['id']}")
def test_reference(case: dict[str, Any]) -> None:
    found, expected = method_of(case).function(question(case)), case["result"]
    assert found.solved == case["solve"]
    if "n" in expected:
        assert found.n1_exact == pytest.approx(expected["n"], rel=1e-6)
        assert found.n1 >= expected["n"] - 1e-6
    if "n0" in expected:
        assert (found.n1_exact, found.n0_exact) == pytest.approx((expected["n1"], expected["n0"]), rel=1e-6)
    for name, value in (("power", found.power), ("opposite", found.opposite), ("effect", found.effect)):
        if name in expected:
            assert value == pytest.approx(expected[name], rel=1e-6, abs=1e-14), name
    if "width" in expected:
        got = (found.effect, figure(found, "lower limit"), figure(found, "upper limit"))
        # the limits of R's qbeta have a relative accuracy of their own near 0
        assert got == pytest.approx((expected["width"], expected["lower"], expected["upper"]), rel=1e-6, abs=1e-12)
    if "stays" in expected:
        name = "n from which power stays"
        if case["quantity"] == "rates" and case.get("ratio", 1) != 1:
            name = "n of the smaller arm from which power stays"
        assert figure(found, name) == expected["stays"]
    if "level" in expected:
        assert figure(found, "actual alpha") == pytest.approx(expected["level"], rel=1e-6)
    if "c" in expected:
        higher = case.get("p1", 1) > case["p0"]
        size = found.n1
        assert figure(found, "critical count") == (expected["c"] if higher else size - expected["c"])


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_every_method_has_twenty_cases(quantity: str) -> None:
    for key in designs(QUANTITIES[quantity][0]):
        named = "exact" if key == "exact-conservative" else key
        assert len({c["id"] for c in MINE if (c["quantity"], c["method"]) == (quantity, named)}) >= 20, key


@pytest.mark.parametrize("case", [c for c in MINE if c["method"] == "exact" and "stays" in c["result"]
                                  and c["quantity"] == "proportion"], ids=lambda c: c["id"])  # fmt: skip
def test_the_conservative_n_is_the_one_from_which_power_stays(case: dict[str, Any]) -> None:
    found = designs(power_proportion.MEASURE)["exact-conservative"].function(question(case))
    assert found.n1 == case["result"]["stays"]
    assert found.power >= case["power"] - 1e-12


# Published figures


def test_what_packages_and_manuals_print() -> None:
    # pwr::pwr.p.test(h = 0.5, n = 60), the example of its help page: 0.9721272
    p1 = math.sin(math.asin(math.sqrt(0.5)) + 0.25) ** 2
    found = power_proportion.arcsine(OneProportionTrial(0.5, p1, n=60))
    assert found.power + found.opposite == pytest.approx(0.9721272, abs=5e-8)
    # Stata, sampsi 0.4 0.46, power(0.90) onesample: 711, and onesided 580
    stata = {"p0": 0.4, "p1": 0.46, "power": 0.9}
    assert power_proportion.score(OneProportionTrial(**stata)).n1 == 711
    assert power_proportion.score(OneProportionTrial(**stata, sides=1)).n1 == 580
    # powerandsamplesize.com, McNemar's test, 0.45 v 0.05: 23 pairs two-sided for 80%, and one-sided for 90%
    assert power_paired.connor(Pairs(0.5, 0.4, power=0.8)).n1 == 23
    assert power_paired.connor(Pairs(0.5, 0.4, power=0.9, sides=1)).n1 == 23
    # Khan, Sarker & Hackshaw 2012 (Br J Cancer 107:1801): for 20% against 10% A'Hern's approach gives n = 78, with an
    # exact level of 4.53% and a power of 80.81%
    ahern = power_proportion.exact(OneProportionTrial(0.1, 0.2, power=0.8, sides=1))
    assert ahern.n1 == 78
    assert figure(ahern, "actual alpha") == pytest.approx(0.0453, abs=5e-5)
    assert ahern.power == pytest.approx(0.8081, abs=1e-4)
    # the single-stage design that PhIIdesign's tests hold: 16 or more of 25 tell 70% from 45% (alpha 0.044, beta 0.189)
    ahern = power_proportion.exact(OneProportionTrial(0.45, 0.7, n=25, sides=1))
    assert figure(ahern, "critical count") == 16
    assert figure(ahern, "actual alpha") == pytest.approx(0.0439597032152844, rel=1e-10)
    assert 1 - ahern.power == pytest.approx(0.189436023504946, rel=1e-10)


# Every method


def _asked(quantity: str, **given: Any) -> Any:
    base = {
        "proportion": {"p0": 0.3, "p1": 0.45},
        "pairs": {"discordant": 0.3, "difference": 0.1},
        "rates": {"rate0": 0.5, "ratio_of_rates": 0.6},
    }[quantity]
    return QUANTITIES[quantity][1](**base | given)


TESTS = [(quantity, method) for quantity in ("proportion", "pairs", "rates")
         for method in designs(QUANTITIES[quantity][0]).values()]  # fmt: skip
EVERY = pytest.mark.parametrize(("quantity", "method"), TESTS, ids=[f"{q}-{m.key}" for q, m in TESTS])


def _size(quantity: str, n: int) -> dict[str, int]:
    return {"n1": n, "n0": n} if quantity == "rates" else {"n": n}


@EVERY
def test_the_size_reaches_the_power_and_the_power_of_the_size_is_that(quantity: str, method: Method) -> None:
    found = method.function(_asked(quantity, power=0.85))
    assert found.power >= 0.85 - 1e-9
    again = method.function(_asked(quantity, **_size(quantity, found.n1)))
    assert again.solved == "power"
    assert (again.power, again.opposite) == pytest.approx((found.power, found.opposite), rel=1e-12)
    if method.key != "exact-conservative":
        assert method.function(_asked(quantity, **_size(quantity, found.n1 - 1))).power < 0.85


@EVERY
@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_the_detectable_effect_has_the_power(quantity: str, method: Method, direction: str) -> None:
    known = {"proportion": "p1", "pairs": "difference", "rates": "ratio_of_rates"}[quantity]
    asked = _asked(quantity, **{known: None}, **_size(quantity, 150), power=0.8, direction=direction)
    found = method.function(asked)
    assert found.power == pytest.approx(0.8, rel=1e-8)
    effect = found.p1 if quantity == "proportion" else found.effect
    neutral = {"proportion": 0.3, "pairs": 0.0, "rates": 1.0}[quantity]
    assert (effect > neutral) == (direction == "higher")
    back = method.function(_asked(quantity, **{known: effect}, **_size(quantity, 150)))
    assert back.power == pytest.approx(0.8, rel=1e-8)


@EVERY
def test_two_sides_are_one_at_half_the_level(quantity: str, method: Method) -> None:
    two = method.function(_asked(quantity, **_size(quantity, 90)))
    one = method.function(_asked(quantity, **_size(quantity, 90), alpha=0.025, sides=1))
    assert two.power == pytest.approx(one.power, rel=1e-12)
    assert one.opposite == 0 < two.opposite < 1e-3


@EVERY
def test_dropout_is_enrolled_on_top(quantity: str, method: Method) -> None:
    plain = method.function(_asked(quantity, power=0.8))
    lossy = method.function(_asked(quantity, power=0.8, dropout=0.1))
    assert (plain.enrolled1, lossy.n1, lossy.enrolled1) == (None, plain.n1, math.ceil(plain.n1 / 0.9 - 1e-9))
    back = method.function(_asked(quantity, **_size(quantity, lossy.enrolled1), dropout=0.1))
    assert (back.n1, back.power) == (plain.n1, plain.power)


@EVERY
def test_the_mirrored_question_has_the_same_power(quantity: str, method: Method) -> None:
    found = method.function(_asked(quantity, **_size(quantity, 120)))
    mirrored = {
        "proportion": {"p0": 0.7, "p1": 0.55, "n": 120},
        "pairs": {"difference": -0.1, "n": 120},
        "rates": {"rate0": 0.3, "ratio_of_rates": 1 / 0.6, "n1": 120, "n0": 120},
    }[quantity]
    assert method.function(_asked(quantity, **mirrored)).power == pytest.approx(found.power, rel=1e-9)


@pytest.mark.parametrize(
    ("quantity", "method"),
    [pair for pair in TESTS if pair[1].closed_form],
    ids=[f"{q}-{m.key}" for q, m in TESTS if m.closed_form],
)
@given(n=st.integers(20, 3000), more=st.integers(1, 500), apart=st.floats(0.02, 0.28))
def test_power_rises_with_n_and_with_the_effect(quantity: str, method: Method, n: int, more: int, apart: float) -> None:
    def effect(size: float) -> dict[str, float]:
        return {
            "proportion": {"p1": 0.3 + size},
            "pairs": {"difference": size},
            "rates": {"ratio_of_rates": 1 + 3 * size},
        }[quantity]

    here = method.function(_asked(quantity, **effect(apart), **_size(quantity, n))).power
    assert method.function(_asked(quantity, **effect(apart), **_size(quantity, n + more))).power >= here
    assert method.function(_asked(quantity, **effect(apart + 0.01), **_size(quantity, n))).power >= here - 1e-12


@EVERY
def test_nothing_is_detected_by_a_few(quantity: str, method: Method) -> None:
    few = {
        "proportion": {"p0": 0.97, "p1": None, "n": 4},
        "pairs": {"difference": None, "n": 4},
        "rates": {"rate0": 1e-6, "ratio_of_rates": None, "n1": 4, "n0": 4},
    }[quantity]
    found = method.function(_asked(quantity, **few, power=0.9))
    if method.key == "wald" and quantity == "proportion":
        assert found.p1 > 0.99  # its variance vanishes at 1
        return
    assert math.isnan(found.effect)
    assert any(note.startswith("no ") for note in found.notes)


@pytest.mark.parametrize("solve", ["n", "power", "effect", "width"])
@pytest.mark.parametrize(
    ("quantity", "key"), [(q, k) for q in QUANTITIES for k, m in designs(QUANTITIES[q][0]).items() if m.closed_form]
)
def test_scalar_and_array_paths_agree(quantity: str, key: str, solve: str) -> None:
    cases = [c for c in MINE if (c["quantity"], c["method"], c["solve"]) == (quantity, key, solve)]
    for sides in (1, 2):
        for direction in ("higher", "lower"):
            for conf in (0.95, 0.9):
                mine = [c for c in cases if (c.get("sides", sides), c.get("direction", direction), c.get("conf", conf))
                        == (sides, direction, conf)]  # fmt: skip
                if not mine:
                    continue
                apart = {"sides", "direction", "conf"}
                columns = {k: np.array([c[k] for c in mine], dtype=float) for k in mine[0] if k not in _ABOUT | apart}
                fixed = {k: v for k, v in mine[0].items() if k in apart}
                many = designs(QUANTITIES[quantity][0])[key].function(QUANTITIES[quantity][1](**columns, **fixed))
                for i, case in enumerate(mine):
                    one = method_of(case).function(question(case))
                    for name in ("n1", "n0", "power", "opposite", "effect"):
                        if getattr(one, name) is not None:
                            got = np.broadcast_to(getattr(many, name), len(mine))[i]
                            assert got == pytest.approx(getattr(one, name), rel=1e-10, abs=1e-14), (case["id"], name)


# The sawtooth


@settings(max_examples=25)
@given(
    p0=st.floats(0.05, 0.9),
    apart=st.floats(0.12, 0.5),
    power=st.sampled_from([0.7, 0.8, 0.9]),
    sides=st.sampled_from([1, 2]),
)
def test_the_sawtooth_is_stated_as_trying_every_n_finds_it(p0: float, apart: float, power: float, sides: int) -> None:
    p1 = min(p0 + apart, 0.98)
    if p1 - p0 < 0.1:
        p1 = p0 - 0.1
    found = power_proportion.exact(OneProportionTrial(p0, p1, power=power, sides=sides))
    stays = figure(found, "n from which power stays")
    powers = [power_proportion.exact(OneProportionTrial(p0, p1, n=n, sides=sides)).power for n in range(1, stays + 40)]
    assert found.n1 == 1 + next(i for i, value in enumerate(powers) if value >= power - 1e-12)
    assert stays == 1 + max((i + 1 for i, value in enumerate(powers) if value < power - 1e-12), default=0)


def test_no_pair_of_methods_needs_a_search_without_end() -> None:
    millions = power_proportion.exact(OneProportionTrial(0.5, 0.5005, power=0.9))
    assert math.isnan(millions.n1) and "1,000,000" in millions.notes[0]
    assert math.isnan(power_paired.exact(Pairs(0.5, 0.001, power=0.9)).n1)
    assert math.isnan(power_rate.exact(TwoRates(1, 0.995, power=0.9)).n1)
    assert power_proportion.score(OneProportionTrial(0.5, 0.5005, power=0.9)).n1 > 10**7


# Pairs from their margins


def test_margins_and_correlation_give_the_discordant_pairs() -> None:
    first, second = discordant_of_margins(0.6, 0.5)
    assert (first, second) == pytest.approx((0.3, 0.2))
    first, second = discordant_of_margins(0.6, 0.5, 0.4)
    together = 0.4 * math.sqrt(0.6 * 0.4 * 0.25)
    assert (first, second) == pytest.approx((0.3 - together, 0.2 - together))
    with pytest.raises(ValueError, match="no pairs with these two proportions"):
        discordant_of_margins(0.9, 0.1, 0.9)
    with pytest.raises(ValueError, match="p1 must be strictly between 0 and 1"):
        discordant_of_margins(1.0, 0.1)


def test_pairs_that_are_all_discordant_are_one_proportion_against_a_half() -> None:
    for n in (50, 263, 400):
        paired = power_paired.exact(Pairs(1.0, 0.2, n=n))
        assert paired.power == pytest.approx(power_proportion.exact(OneProportionTrial(0.5, 0.6, n=n)).power, rel=1e-9)
    both = (
        power_paired.exact(Pairs(1.0, 0.2, power=0.9)),
        power_proportion.exact(OneProportionTrial(0.5, 0.6, power=0.9)),
    )
    assert both[0].n1 == both[1].n1
    assert figure(both[0], "n from which power stays") == figure(both[1], "n from which power stays")


# Wrong questions


@pytest.mark.parametrize(
    ("ask", "asked", "message"),
    [
        (OneProportionTrial, {"p0": 0.3, "p1": 0.3, "power": 0.8}, "p1 equals p0"),
        (OneProportionTrial, {"p0": 0, "p1": 0.3, "power": 0.8}, "p0 must be strictly between 0 and 1, not 0"),
        (OneProportionTrial, {"p0": 0.1, "p1": 0.3, "power": 0.04}, "power must be above alpha"),
        (OneProportionTrial, {"p0": 0.1, "p1": 0.3, "n": 0}, "at least one patient, not 0"),
        (OneProportionTrial, {"p0": 0.1, "p1": 0.3, "n": 1, "dropout": 0.2}, "dropout leaves no patient"),
        (OneProportionTrial, {"p0": 0.1, "p1": 0.3}, "give two of p1, size and power"),
        (Pairs, {"discordant": 0.3, "difference": 0.4, "power": 0.8}, "cannot be larger than the proportion"),
        (Pairs, {"discordant": 0.3, "difference": 0.0, "power": 0.8}, "the difference is 0"),
        (Pairs, {"discordant": 0.0, "difference": 0.1, "power": 0.8}, "discordant pairs must be above 0"),
        (Pairs, {"discordant": 0.3, "difference": 0.1, "n": 0}, "at least one pair"),
        (TwoRates, {"rate0": 0.0, "ratio_of_rates": 0.5, "power": 0.8}, "rate of the control arm must be above 0"),
        (TwoRates, {"rate0": 0.5, "ratio_of_rates": 1.0, "power": 0.8}, "the rate ratio is 1"),
        (TwoRates, {"rate0": 0.5, "ratio_of_rates": 0.5, "power": 0.8, "time": 0}, "follow-up of a patient"),
        (TwoRates, {"rate0": 0.5, "ratio_of_rates": 0.5, "n1": 4}, "one arm"),
        (Precision, {"p": 0.3, "width": 1.2}, "width must be strictly between 0 and 1, not 1.2"),
        (Precision, {"p": 0.3}, "give one of width and n"),
        (Precision, {"p": 1.0, "width": 0.1}, "the proportion must be strictly between 0 and 1"),
    ],
)
def test_a_question_without_an_answer_says_why(ask: Callable[..., Any], asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask(**asked)
