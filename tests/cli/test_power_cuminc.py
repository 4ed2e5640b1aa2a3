"""``gvhdcalc power cuminc``: competing risks."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

HOUSE = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((HOUSE / "docs" / "schema.json").read_text(encoding="utf-8"))
CASES = json.loads((HOUSE / "tests" / "reference" / "power_survival.json").read_text(encoding="utf-8"))["cases"]
TIMES = ["--at", "24", "--accrual", "54", "--follow-up", "12"]
#: The trial's cumulative incidence of chronic GVHD at 2 years.
SEED = ["39.5%", "62.7%"]


def run(*arguments, command="cuminc"):
    return CliRunner().invoke(main, ["power", command, *arguments], prog_name="gvhdcalc")


def answer(*arguments, command="cuminc"):
    result = run(*arguments, "--format", "json", command=command)
    assert result.exit_code in (0, 1), result.stderr
    document = json.loads(result.stdout)
    jsonschema.validate(document, SCHEMA)
    return document


def value(document, name, method):
    (found,) = [row["value"] for row in document["values"] if (row["name"], row["method"]) == (name, method)]
    return found


def by_r(identifier, method, solve="n"):
    (found,) = [
        case["result"] for case in CASES
        if (case["id"], case["method"], case.get("solve")) == (identifier, method, solve)
    ]  # fmt: skip
    return found


@pytest.mark.parametrize("method", ["latouche", "pintilie"])
@pytest.mark.parametrize(
    ("identifier", "arguments"),
    [
        ("chronic-gvhd", []),
        ("chronic-gvhd-competing", ["--competing", "20%", "--competing", "25%"]),
        ("chronic-gvhd-accrual", ["--competing", "20%", "--competing", "25%", *TIMES]),
        ("chronic-gvhd-lost", ["--competing", "20%", "--competing", "25%", *TIMES, "--loss", "10%@12"]),
    ],
)
def test_patients_and_power_of_the_trial(method, identifier, arguments):
    document = answer(*SEED, *arguments, "--power", "80%")
    exact = by_r(identifier, method)
    assert value(document, "exact n per arm 1", method) == pytest.approx(exact["n1"], rel=1e-6)
    assert value(document, "exact events", method) == pytest.approx(exact["events"], rel=1e-6)
    assert value(document, "effect", method) == pytest.approx(exact["effect"], rel=1e-6)
    assert value(document, "p1", method) == pytest.approx(0.395)
    had = answer(*SEED, *arguments, "--n1", "101", "--n0", "102")
    assert value(had, "power", method) == pytest.approx(by_r(identifier, method, "power")["power"], rel=1e-6)


def test_the_incidence_that_the_trial_could_detect():
    arguments = ["62.7%", "--competing", "20%", "--competing", "25%", *TIMES, "--n1", "101", "--n0", "102"]
    document = answer(*arguments, "--power", "80%")
    for method in ("latouche", "pintilie"):
        expected = by_r("chronic-gvhd-accrual", method, "effect")["p1"]
        assert value(document, "p1", method) == pytest.approx(expected, rel=1e-6)
    shown = run(*arguments, "--power", "80%").stdout
    assert "HR" in shown and "P1" in shown


def test_without_a_competing_event_it_is_the_log_rank_test():
    for competing in ([], ["--competing", "0"]):
        document = answer(*SEED, *competing, *TIMES, "--power", "80%")
        same = answer("--survival", "60.5%", "37.3%", *TIMES, "--power", "80%", command="logrank")
        for name in ("exact n per arm 1", "exact events", "power", "effect"):
            for method in ("latouche", "pintilie"):
                assert value(document, name, method) == pytest.approx(value(same, name, "schoenfeld"), rel=1e-9)


def test_a_subdistribution_hazard_ratio_instead_of_an_incidence():
    document = answer("62.7%", "--hr", "0.55", "--competing", "20%", "--power", "80%")
    assert value(document, "p1", "latouche") == pytest.approx(1 - 0.373**0.55)
    events = answer("--hr", "0.55", "--power", "80%")
    assert {row["method"] for row in events["values"]} == {"latouche"}
    assert value(events, "events", "latouche") == value(document, "events", "latouche")
    patients = answer("--hr", "0.55", "--power", "80%", "--event-probability", "51.1%")
    assert value(patients, "exact n per arm 1", "latouche") == pytest.approx(
        value(events, "exact events", "latouche") / 2 / 0.511
    )


def test_follow_up_is_found():
    arguments = [*SEED, "--competing", "20%", "--at", "24", "--accrual", "54", "--n", "120"]
    document = answer(*arguments, "--power", "80%")
    follow_up = value(document, "follow-up", "latouche")
    back = answer(*arguments, "--follow-up", f"{follow_up:.12g}")
    assert value(back, "power", "latouche") == pytest.approx(0.8, rel=1e-9)


def test_simulation_stands_beside_the_formula():
    document = answer(*SEED, "--competing", "20%", "--n", "160", "--simulate", "5000")
    for method in ("latouche", "pintilie"):
        simulated, error = (value(document, name, method) for name in ("simulated power", "Monte Carlo standard error"))
        assert simulated == pytest.approx(value(document, "power", method), abs=4 * error + 0.02)


def test_json_echoes_the_question():
    document = answer(*SEED, "--competing", "20%", *TIMES, "--n", "203")
    assert document["command"] == "power"
    inputs = document["inputs"]
    assert (inputs["route"], inputs["f1"], inputs["f0"], inputs["competing"]) == ("cuminc", 0.395, 0.627, [0.2])
    assert (inputs["at"], inputs["accrual"], inputs["follow_up"], inputs["n"]) == (24, 54, 12, [102, 101])
    scales = {row["method"]: row["unit"] for row in document["values"] if row["name"] == "effect"}
    assert scales == {"latouche": "subdistribution hazard ratio", "pintilie": "cause-specific hazard ratio"}


@pytest.mark.parametrize(
    "arguments", [[*SEED, "--competing", "20%", "--power", "80%"], ["--hr", "0.55", "--events", "80"]]
)
def test_the_curve_rises_through_the_answer(arguments):
    document = answer(*arguments, "--curve", "n")
    for method in {row["method"] for row in document["values"]}:
        powers = [row["value"] for row in document["values"] if row.get("case") and row["method"] == method]
        (power,) = [
            row["value"] for row in document["values"]
            if (row["name"], row["method"]) == ("power", method) and not row.get("case")
        ]  # fmt: skip
        assert powers == sorted(powers)
        assert powers[0] < power < powers[-1]


def test_ranges_make_a_table():
    document = answer("20%,30%", "40%", "--competing", "10%", "--power", "80%")
    totals = [row for row in document["values"] if row["name"] == "n total" and row["method"] == "latouche"]
    assert [row["case"] for row in totals] == [{"f1": 0.2}, {"f1": 0.3}]


def test_reported_sizes_get_verdicts():
    found = run(*SEED, "--power", "80%", "--reported-n", "136", "--reported-events", "70")
    assert found.exit_code == 0
    assert found.stdout.count("reproduced") == 3
    assert run(*SEED, "--power", "80%", "--reported-n", "203").exit_code == 1


def test_tables_fit_a_page_and_explain_has_the_numbers():
    result = run(*SEED, "--competing", "20%", "--competing", "25%", *TIMES, "--loss", "10%@12", "--power", "80%",
                 "--dropout", "5%")  # fmt: skip
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    shown = run(*SEED, "--competing", "20%", "--power", "80%", "--explain").stdout
    assert "0.5095706883 = log(1-0.395)/log(1-0.627)" in shown
    assert "Pintilie 2002" in shown and "log(0.4511062335)^2" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*SEED, "3%", "--power", "80%"], "at most two cumulative incidences"),
        (["0%", "62.7%", "--power", "80%"], "F1 '0%' is not strictly between 0 and 1"),
        (["some", "62.7%", "--power", "80%"], "F1 'some' is not a probability"),
        (["39.5%", "39.5%", "--power", "80%"], "the hazard ratio is 1"),
        ([*SEED], "two of F1 (or --hr), --n (or --events) and --power are needed"),
        ([*SEED, "--hr", "0.5", "--power", "80%"], "F1 and --hr both say the effect"),
        ([*SEED, "--competing", "40%", "--power", "80%"], "in the control arm, 62.7% and 40%, must sum below 100%"),
        ([*SEED, "--competing", "70%", "--competing", "20%", "--power", "80%"], "in the treated arm, 39.5% and 70%"),
        ([*SEED, *(["--competing", "1%"] * 3), "--power", "80%"], "--competing is given once for both arms"),
        ([*SEED, "--competing", "x", "--power", "80%"], "competing incidence 'x' is not a number"),
        ([*SEED, "--accrual", "12", "--power", "80%"], "need the time of the incidences: add --at T"),
        ([*SEED, "--at", "24", "--power", "80%"], "--at goes with --accrual and --follow-up"),
        ([*SEED, "--loss", "10%@12", "--power", "80%"], "--loss goes with --accrual and --follow-up"),
        (["--hr", "0.5", "--power", "80%", "--competing", "10%"], "--competing goes with the cumulative incidence"),
        ([*SEED, "--power", "80%", "--event-probability", "50%"], "--event-probability is for --hr alone"),
        (["--hr", "0.5", "--n", "100"], "--n needs the probability of an event"),
        (["--hr", "0.5", "--power", "80%", "--dropout", "5%"], "--dropout needs the probability of an event"),
        ([*SEED, "--n", "100", "--events", "50"], "give one of them"),
        ([*SEED, "--n", "100", "--reported-n", "203"], "leave out --events and --n"),
        (["--hr", "0.5", "--power", "80%", "--method", "pintilie"], "pintilie needs the cumulative incidences"),
        (["--hr", "0.5", "--events", "90", "--simulate", "1000"], "a simulation needs patients, and the incidences"),
        ([*SEED, "--power", "80%", "--method", "fine-gray"], "no method 'fine-gray' here"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr


def test_no_arguments_is_help_on_standard_error():
    result = run()
    assert result.exit_code == 2
    assert "Usage: gvhdcalc power cuminc" in result.stderr
