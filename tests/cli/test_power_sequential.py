"""gvhdcalc power sequential: bounds, sizes, interim looks, a paper's bounds, and wrong input."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gvhdcalc.cli import main


def run(line: str) -> Result:
    return CliRunner().invoke(main, ["power", "sequential", *shlex.split(line)], prog_name="gvhdcalc")


def values(line: str) -> dict[Any, float]:
    """Values by name, or by name and look."""
    result = run(f"{line} --format json")
    assert result.exit_code in {0, 1}, result.stderr
    found = {}
    for row in json.loads(result.stdout)["values"]:
        look = row.get("case", {}).get("look")
        found[(row["name"], int(look)) if look else row["name"]] = row["value"]
    return found


def test_bounds_of_three_looks() -> None:
    # R: rpact getDesignGroupSequential(kMax = 3, alpha = 0.05, sided = 2, typeOfDesign = "asOF")
    found = values("--looks 3")
    assert [found["Z", k] for k in (1, 2, 3)] == pytest.approx([3.710303, 2.511428, 1.993048], abs=1e-6)
    assert found["inflation factor"] == pytest.approx(1.0127948, rel=1e-6)
    assert found["alpha spent", 3] == pytest.approx(0.05, rel=1e-8)
    assert found["expected fraction, the effect"] == pytest.approx(0.86556869 / 1.0127948, abs=1e-5)


def test_the_size_of_the_seed_trial() -> None:
    found = values("82.8% 70.7% --looks 3 --power 80%")
    alone = json.loads(
        CliRunner().invoke(main, shlex.split("power 82.8% 70.7% --power 80% --method pooled --format json")).stdout
    )
    exact = {row["name"]: row["value"] for row in alone["values"]}
    assert found["exact n per arm 1"] == pytest.approx(
        exact["exact n per arm 1"] * found["inflation factor"], rel=1e-12
    )
    assert found["n per arm 1"] == 193 and found["n", 3] == 386
    assert found["power"] >= 0.8
    again = values("82.8% 70.7% --looks 3 --n 386")
    assert again["power"] == pytest.approx(found["power"], abs=1e-9) and "exact n per arm 1" not in again


def test_events_and_the_hazard_ratio_at_the_bound() -> None:
    # R: rpact getSampleSizeSurvival(asOF, 3 looks, 5% two-sided, 90%, hazard ratio 0.68, Schoenfeld)
    found = values("--hr 0.68 --looks 3 --power 90%")
    assert found["exact events"] == pytest.approx(285.92936, rel=1e-5) and found["events"] == 286
    assert [found["effect", k] for k in (1, 2, 3)] == pytest.approx([0.4676198, 0.6950277, 0.7899925], abs=1e-3)
    assert values("--hr 0.68 --looks 3 --events 286")["power"] == pytest.approx(found["power"], abs=1e-9)


def test_an_interim_look() -> None:
    # with one look to come: Z2 given Z1 = 1.2 at 1/2 is normal about 1.2*sqrt(2), variance 1/2, and the bound 1.9686
    found = values("--looks 2 --sides 1 --alpha 2.5% --at-look 1 --z 1.2")
    assert found["conditional power, current trend"] == pytest.approx(0.3505, abs=1e-3)
    names = ("conditional power, no effect", "predictive power, flat prior", "conditional power, planned effect")
    assert found[names[0]] < found["conditional power, current trend"] < found[names[1]] < found[names[2]]


def test_futility_is_not_binding_unless_said() -> None:
    line = "--hr 0.68 --looks 3 --power 80% --alpha 2.5% --sides 1 --futility obrien-fleming"
    loose, tight = values(line), values(f"{line} --binding")
    assert loose["Z", 3] == pytest.approx(1.9930475, abs=1e-6) and tight["Z", 3] == pytest.approx(1.9309157, abs=1e-6)
    assert loose["Z futility", 1] == pytest.approx(-0.23614461, abs=1e-6)
    fixed = values("--looks 3 --alpha 2.5% --sides 1 --futility 0,0.5 --method pocock")
    assert fixed["Z futility", 2] == 0.5


@pytest.mark.parametrize(
    ("reported", "status", "method"),
    [
        ("P < 0.0031, P < 0.0490", 0, "lan-demets-obrien-fleming"),
        ("2.797, 1.977", 0, "obrien-fleming"),
        ("0.0294", 0, "pocock"),
        ("Pocock bounds, P < 0.0294 at both of 2 looks", 0, "pocock"),
        ("3, 1.967", 0, "haybittle-peto"),
        ("0.0031, 0.0480", 1, None),  # each is of a family, but of no one
        ("0.0031, 0.2", 1, None),
    ],
)
def test_whose_bounds(reported: str, status: int, method: str | None) -> None:
    result = run(f'--looks 2 --reported "{reported}" --format json')
    assert result.exit_code == status, result.output
    rows = json.loads(result.stdout)["verdicts"]
    assert method is None or all(row["methods"] == [method] for row in rows)
    assert {row["verdict"] for row in rows} <= {"reproduced", "inconsistent"}


def test_printed_bounds_of_no_family_have_a_level() -> None:
    # R: mvtnorm::pmvnorm outside the bounds, correlation sqrt(1/2), and integrate() over the first look
    found = values('--looks 2 --reported "P < 0.0054 and P < 0.0492"')
    assert found["level of the printed bounds"] == pytest.approx(0.0512948411636, abs=1e-7)
    assert "level of the printed bounds" not in values('--looks 2 --reported "P < 0.0031, P < 0.0490"')
    assert "level of the printed bounds" not in values('--looks 2 --reported "P < 0.0054"')


def test_an_interim_past_its_bound_is_said_to_be() -> None:
    past = run("--looks 3 --at-look 1 --z 5")
    assert past.exit_code == 0 and "past the upper bound, 3.71" in past.stderr + past.stdout
    assert "past the lower bound, -3.71" in run("--looks 3 --at-look 1 --z -4").output
    assert "past" not in run("--looks 3 --at-look 1 --z 1").output


def test_several_families_stand_side_by_side_within_80_columns() -> None:
    result = run("--looks 4 --method all")
    assert result.exit_code == 0
    assert "hwang-shih-decani" in result.stdout and max(map(len, result.stdout.splitlines())) <= 100
    assert max(map(len, result.stdout.split("look  ", 1)[1].splitlines())) <= 80
    assert "a*(t)" in run("--looks 2 --explain").stdout


def test_simulation_stands_beside_the_formula() -> None:
    found = values("82.8% 70.7% --looks 2 --power 80% --simulate 20000 --seed 4")
    assert found["simulated power"] == pytest.approx(found["power"], abs=0.02)
    assert found["Monte Carlo standard error"] == pytest.approx(0.0028, abs=2e-4)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--power 80%", "give --looks"),
        ("--looks 2 --times 0.5,1", "give --looks"),
        ("--times 0.5,0.4,1", "must rise"),
        ("--times 0.5,x,1", "not a number"),
        ("--looks 99", "1<=x<=20"),
        ("82% --looks 2", "two probabilities"),
        ("82% 70% --hr 0.7 --looks 2", "not both"),
        ("--hr 1 --looks 2", "no effect"),
        ("--looks 2 --n 200", "needs an effect"),
        ("--hr 0.7 --looks 2 --n 200", "give --events"),
        ("82% 70% --looks 2 --events 20", "goes with --hr"),
        ("--hr 0.7 --looks 2 --dropout 10%", "goes with P1 P0"),
        ("--looks 2 --futility pocock", "one-sided"),
        ("--looks 3 --sides 1 --futility 0", "each look but the last"),
        ("--looks 3 --sides 1 --futility nan,1", "not known"),
        ("--looks 2 --binding", "give that too"),
        ("--looks 2 --futility-rho 3", "go with --futility"),
        ("--looks 2 --z 1", "go together"),
        ("--looks 2 --at-look 2 --z 1", "leaves no look"),
        ("--looks 2 --at-look 1 --z nan", "not a number"),
        ("--looks 2 --gamma inf", "not a number"),
        ("--looks 2 --power 1%", "above the level"),
        ("--looks 2 --alpha 1%,5%", "not a range"),
        ("--looks 2 --reported nothing", "--reported takes"),
        ("--looks 2 --reported '1, 2, 3'", "--reported takes"),
        ("--looks 2 --method haybittle-peto --early 1", "all of the level"),
        ("--looks 2 --method nope", "no method"),
        ("--times 0.5,0.500001,1", "too close"),
        ("--looks 3 --sides 1 --futility 5,5", "futility bound 5 at look 1 is not below"),
        ("--looks 3 --sides 1 --futility 5,5 --binding", "futility bounds are so high"),
    ],
)
def test_wrong_input(line: str, words: str) -> None:
    result = run(line)
    assert result.exit_code == 2 and not result.stdout
    assert words in result.stderr and len(result.stderr.strip().splitlines()) == 1
