"""Group sequential designs against R's rpact and published constants; properties; conditional power; simulation."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.stats import registry, spending
from gvhdcalc.stats.boundary_crossing import crossing
from gvhdcalc.stats.conditional_power import conditional_power, predictive_power
from gvhdcalc.stats.namespace import Scalars, norm_ppf
from gvhdcalc.stats.power_logrank import LogRank, schoenfeld
from gvhdcalc.stats.power_proportions import TwoProportions, pooled
from gvhdcalc.stats.results import Design
from gvhdcalc.stats.sequential import MEASURE, FixedSample, Looks
from gvhdcalc.stats.sequential_simulation import simulate
from gvhdcalc.stats.trial_question import Inapplicable

from .against_reference import load

REFERENCE = load("sequential")
ROWS = REFERENCE["designs"]
METHODS = registry.designs(MEASURE)
_OPTIONS = ("delta", "gamma", "rho", "early", "futility", "futility_gamma", "futility_rho", "binding")


def asked(row: dict[str, Any], **more: Any) -> Looks:
    given = {name: row[name] for name in _OPTIONS if name in row}
    if "futility_z" in row:
        given["futility_z"] = tuple(row["futility_z"])
    return Looks(tuple(row["times"]), row["alpha"], row["sides"], row["power"], **given, **more)


def figures(row: Design) -> dict[str, Any]:
    return {figure.name: figure.value for figure in row.figures}


def of_looks(row: Design, name: str) -> list[float]:
    return [float(f.value or 0) for f in row.figures if f.name.startswith(f"{name} at look ")]


def named(row: dict[str, Any]) -> str:
    futile = f", {row['futility']}, {row['binding']}" if "futility" in row else ""
    return f"{row['method']} {len(row['times'])} {row['sides']} {row['alpha']}{futile}"


def test_each_family_has_its_cases() -> None:
    for key in METHODS:
        assert sum(row["method"] == key for row in ROWS) >= 13
    assert sum("lower" in row for row in ROWS) >= 60


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_against_rpact(row: dict[str, Any]) -> None:
    found = METHODS[row["method"]].function(asked(row))
    increments = [b - a for a, b in zip([0.0, *row["spent"]], row["spent"], strict=False)]
    for mine, theirs, chance in zip(of_looks(found, "upper bound"), row["upper"], increments, strict=True):
        # rpact's tolerance of 1e-10 is seen where next to nothing is spent
        assert mine == pytest.approx(theirs, rel=1e-6 if chance > 1e-5 else 5e-5, abs=1e-6)
    if not row.get("binding"):
        assert of_looks(found, "alpha spent") == pytest.approx(row["spent"], rel=1e-4, abs=1e-8)
    if "lower" in row:
        mine = of_looks(found, "lower bound")
        # rpact has -6 for a bound that is never reached
        assert [max(value, -6.0) for value in mine[:-1]] == pytest.approx(row["lower"], abs=2e-6)
    shown = figures(found)
    # rpact solves the drift of a design to about 1e-6
    assert shown["inflation factor"] == pytest.approx(row["inflation"], rel=5e-6)
    for name, theirs in (("no effect", "expected0"), ("half the effect", "expected01"), ("the effect", "expected1")):
        mine_size = shown["inflation factor"] * shown[f"expected fraction, {name}"]
        assert mine_size == pytest.approx(row[theirs], rel=2e-5)
    assert found.power == pytest.approx(row["power"], abs=1e-8)


# Jennison & Turnbull 2000, Tables 2.1 and 2.3: constants of Pocock and of O'Brien and Fleming, two-sided 5%, K looks
@pytest.mark.parametrize(
    ("looks", "pocock", "obrien_fleming"),
    [(2, 2.178, 1.977), (3, 2.289, 2.004), (4, 2.361, 2.024), (5, 2.413, 2.040), (6, 2.453, 2.053), (7, 2.485, 2.063),
     (8, 2.512, 2.072), (9, 2.535, 2.080), (10, 2.555, 2.087)],
)  # fmt: skip
def test_published_constants(looks: int, pocock: float, obrien_fleming: float) -> None:
    question = Looks(tuple((k + 1) / looks for k in range(looks)))
    for key, constant in (("pocock", pocock), ("obrien-fleming", obrien_fleming)):
        assert of_looks(METHODS[key].function(question), "upper bound")[-1] == pytest.approx(constant, abs=6e-4)


@pytest.mark.parametrize("row", REFERENCE["sizes"], ids=lambda row: f"{row.get('hr', row.get('p1'))} {row['looks']}")
def test_sizes(row: dict[str, Any]) -> None:
    times = tuple((k + 1) / row["looks"] for k in range(row["looks"]))
    if "hr" in row:
        alone = schoenfeld(LogRank(hr=row["hr"], power=row["power"]))
        fixed = FixedSample(row["hr"], "hazard ratio", alone.name, events_exact=alone.events_exact)
    else:
        alone = pooled(TwoProportions(row["p0"], row["p1"], power=row["power"]))
        fixed = FixedSample(
            row["p1"] - row["p0"], "risk difference", alone.name, alone.n1_exact, alone.n0_exact, p1=row["p1"],
            p0=row["p0"],
        )  # fmt: skip
    found = METHODS["lan-demets-obrien-fleming"].function(Looks(times, power=row["power"], fixed=fixed))
    if "hr" in row:
        assert found.events_exact == pytest.approx(row["events"], rel=5e-6)
        assert found.events == math.ceil(row["events"])
        whole = found.events / found.events_exact
        theirs = [math.exp(math.log(effect) / math.sqrt(whole)) for effect in row["effects"]]
        assert of_looks(found, "effect at the upper bound") == pytest.approx(theirs, rel=1e-5)
    else:
        assert found.n1_exact + found.n0_exact == pytest.approx(row["n"], rel=5e-6)
    assert found.power >= row["power"] - 1e-12
    again = METHODS["lan-demets-obrien-fleming"].function(
        Looks(times, power=row["power"], fixed=fixed, n1=found.n1, n0=found.n0, events=found.events)
    )
    assert again.solved == "power" and again.power == pytest.approx(found.power, abs=1e-9)


@pytest.mark.parametrize(
    "row", REFERENCE["conditional"], ids=lambda r: f"{len(r['times'])} {r['look']} {r['z']} {r['theta']}"
)
def test_conditional_and_predictive_power(row: dict[str, Any]) -> None:
    design = METHODS["lan-demets-obrien-fleming"].function(Looks(tuple(row["times"]), 0.025, 1))
    upper = of_looks(design, "upper bound")
    lower = [-math.inf] * len(upper)
    if row["theta"] == "predictive":
        found = predictive_power(row["times"], lower, upper, row["look"], row["z"])
    else:
        found = conditional_power(row["times"], lower, upper, row["look"], row["z"], row["theta"])
    # of several looks to come rpact is good to 1e-5, as its distance from the closed form of one look shows
    assert found == pytest.approx(row["power"], abs=1e-5 if row["look"] < len(upper) - 1 else 1e-7)


def test_an_interim_must_leave_a_look() -> None:
    for look in (0, 2):
        with pytest.raises(ValueError, match="looks 1 to 1"):
            conditional_power((0.5, 1.0), (-math.inf,) * 2, (3.0, 2.0), look, 1.0, 2.8)


# --- properties ------------------------------------------------------------------------------------------------------

times_of = st.lists(st.floats(0.05, 0.95), min_size=1, max_size=4, unique_by=lambda t: round(t, 2)).map(
    lambda ts: (*sorted(ts), 1.0)
)


@settings(max_examples=25)
@given(times_of, st.sampled_from(sorted(METHODS)), st.sampled_from([1, 2]), st.floats(0.005, 0.2))
def test_the_level_and_the_power_are_kept(times: tuple[float, ...], key: str, sides: int, alpha: float) -> None:
    try:
        found = METHODS[key].function(Looks(times, alpha, sides, 0.8))
    except Inapplicable:
        assert key == "haybittle-peto"
        return
    upper = of_looks(found, "upper bound")
    lower = [-bound for bound in upper] if sides == 2 else [-math.inf] * len(upper)
    assert sides * math.fsum(crossing(times, lower, upper, 0.0).above) == pytest.approx(alpha, rel=1e-8)
    assert found.power == pytest.approx(0.8, abs=1e-9)
    shown = figures(found)
    assert shown["inflation factor"] >= 1 - 1e-9
    sizes = [shown[f"expected fraction, {name}"] for name in ("no effect", "half the effect", "the effect")]
    assert 1 >= sizes[0] >= sizes[1] >= sizes[2] > 0


@pytest.mark.parametrize(
    ("key", "more"),
    [
        ("wang-tsiatis", {"delta": 5.0}),
        ("wang-tsiatis", {"delta": -5.0}),
        ("pocock", {"alpha": 0.9, "sides": 1, "power": 0.95}),
        ("obrien-fleming", {"alpha": 0.9, "sides": 1, "power": 0.95}),
        ("pocock", {"alpha": 0.999, "power": 0.9}),
        ("kim-demets", {"rho": 1e-4}),
        ("hwang-shih-decani", {"gamma": 800.0}),
    ],
)
def test_the_level_and_the_power_are_kept_at_odd_shapes(key: str, more: dict[str, Any]) -> None:
    question = Looks((0.01, 0.5, 1.0), **more)
    found = METHODS[key].function(question)
    assert of_looks(found, "alpha spent")[-1] == pytest.approx(question.alpha, rel=1e-8)
    assert found.power == pytest.approx(question.power, abs=1e-9)


def test_looks_that_nearly_coincide_are_as_one() -> None:
    # a bound is crossed at t and shortly after by nearly the same paths; the closest looks that are taken
    one = crossing((0.5, 1.0), (-math.inf,) * 2, (2.5, 2.0), 1.0)
    two = crossing((0.49995, 0.5, 1.0), (-math.inf,) * 3, (9.0, 2.5, 2.0), 1.0)
    assert sum(two.above) == pytest.approx(sum(one.above), abs=1e-9)
    assert math.fsum(two.above[:2]) == pytest.approx(one.above[0], abs=1e-9)


@given(st.floats(1e-4, 0.3), st.floats(0, 1), st.floats(0, 1))
def test_spending_rises_from_0_to_all(error: float, s: float, t: float) -> None:
    s, t = sorted((s, t))
    for spend in (
        spending.obrien_fleming,
        spending.pocock,
        lambda e, x: spending.power_family(e, x, 3.0),
        lambda e, x: spending.hwang_shih_decani(e, x, -4.0),
        lambda e, x: spending.hwang_shih_decani(e, x, 0.0),
    ):
        assert spend(error, 0.0) == 0 and spend(error, 1.0) == pytest.approx(error, rel=1e-9)
        assert spend(error, s) <= spend(error, t) + 1e-15


@given(st.floats(-3, 3), st.floats(-2, 5))
def test_one_look_is_a_test_without_looks(bound: float, theta: float) -> None:
    found = crossing((1.0,), (-math.inf,), (bound,), theta)
    assert found.above[0] == pytest.approx(Scalars.norm_sf(bound - theta), rel=1e-12)
    (row,) = [METHODS["pocock"].function(Looks((1.0,)))]
    assert of_looks(row, "upper bound")[0] == pytest.approx(-norm_ppf(0.025), abs=1e-9)
    assert figures(row)["inflation factor"] == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"times": ()}, "1 to 20 looks"),
        ({"times": (0.5,)}, "must rise"),
        ({"times": (0.7, 0.5, 1.0)}, "must rise"),
        ({"times": (0.5, 0.50001, 1.0)}, "too close"),
        ({"times": (0.5, 1.0), "alpha": 0.0}, "alpha"),
        ({"times": (0.5, 1.0), "power": 1.0}, "power"),
        ({"times": (0.5, 1.0), "power": 0.02}, "above the level"),
        ({"times": (0.5, 1.0), "futility": "pocock"}, "one-sided"),
        ({"times": (0.5, 1.0), "sides": 1, "futility": "fixed"}, "each look but the last"),
    ],
)
def test_questions_without_an_answer(given_: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Looks(**given_)
    with pytest.raises(ValueError, match="rho"):
        spending.power_family(0.05, 0.5, 0.0)


def test_binding_futility_by_spending_needs_bounds_by_spending() -> None:
    with pytest.raises(Inapplicable, match="spent"):
        METHODS["pocock"].function(Looks((0.5, 1.0), 0.025, 1, futility="pocock", binding=True))
    with pytest.raises(Inapplicable, match="all of the level"):
        METHODS["haybittle-peto"].function(Looks((0.5, 1.0), early=1.0))


@pytest.mark.parametrize("key", ["obrien-fleming", "lan-demets-pocock"])
def test_simulated_trials_have_the_power(key: str) -> None:
    alone = pooled(TwoProportions(0.3, 0.5, power=0.8))
    by_patients = FixedSample(0.2, "risk difference", alone.name, alone.n1_exact, alone.n0_exact, p1=0.5, p0=0.3)
    by_events = FixedSample(0.68, "hazard ratio", "Schoenfeld", events_exact=211.1)
    for fixed in (by_patients, by_events, None):
        question = Looks((1 / 3, 2 / 3, 1.0), fixed=fixed)
        row = METHODS[key].function(question)
        found = simulate(question, row, 60_000, 3)
        # binomial trials are discrete: the formula is off by a point at most
        assert found.power == pytest.approx(row.power, abs=4 * found.error + (0.012 if fixed is by_patients else 0))
        assert simulate(question, row, 60_000, 3) == found
