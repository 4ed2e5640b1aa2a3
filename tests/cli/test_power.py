"""``gvhdcalc power`` on the command line."""

import math
import subprocess
import sys

import pytest

from .designs import HOUSE, design, reference, value

REFERENCE = reference("power")

run, answer = design()


def by_r(identifier, method, solve):
    asked = (identifier, method, solve)
    (found,) = [case["result"] for case in REFERENCE if (case["id"], case["method"], case["solve"]) == asked]
    return found


# The trial's own figures: a response of 82.8% against 70.7%, 99 patients analysed in each arm, 101 and 102 randomised


@pytest.mark.parametrize("method", ["pooled", "unpooled", "continuity-corrected", "arcsine"])
def test_power_that_the_trial_had(method):
    document, _ = answer("82.8%", "70.7%", "--n1", "99", "--n0", "99")
    expected = by_r("response-day-28", method, "power")["power"]
    assert value(document, "power", method) == pytest.approx(expected, rel=1e-6)
    document, _ = answer("82.8%", "70.7%", "--n1", "101", "--n0", "102")
    expected = by_r("response-day-28-enrolled", method, "power")["power"]
    assert value(document, "power", method) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("method", ["pooled", "unpooled", "continuity-corrected", "arcsine"])
def test_size_that_the_trial_would_have_needed(method):
    document, _ = answer("82.8%", "70.7%", "--power", "80%")
    exact = by_r("response-day-28", method, "n")
    assert value(document, "exact n per arm 1", method) == pytest.approx(exact["n1"], rel=1e-6)
    assert value(document, "n per arm 1", method) == value(document, "n per arm 2", method) == math.ceil(exact["n1"])
    assert value(document, "n total", method) == 2 * math.ceil(exact["n1"])
    assert value(document, "power", method) >= 0.8
    assert value(document, "effect", method) == pytest.approx(0.121, rel=1e-12)


def test_response_that_the_trial_could_detect():
    document, _ = answer("70.7%", "--n", "198", "--power", "80%")
    expected = by_r("trial", "pooled", "effect")["effect"]
    assert value(document, "effect", "pooled") == pytest.approx(expected, rel=1e-6)
    assert value(document, "p1", "pooled") == pytest.approx(0.707 + expected, rel=1e-6)
    document, _ = answer("70.7%", "--n", "198", "--power", "80%", "--direction", "lower")
    expected = by_r("trial-lower", "pooled", "effect")["effect"]
    assert value(document, "effect", "pooled") == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("method", ["schoenfeld", "freedman"])
def test_events_for_the_hazard_ratio_of_the_trial(method):
    document, _ = answer("logrank", "--hr", "0.68", "--power", "80%")
    exact = by_r("failure-free", method, "events")["events"]
    assert value(document, "exact events", method) == pytest.approx(exact, rel=1e-6)
    assert value(document, "events", method) == math.ceil(exact)
    assert not any(row["name"].startswith("n ") for row in document["values"])
    document, _ = answer("logrank", "--hr", "0.68", "--events", "132")
    expected = by_r("failure-free", method, "power")["power"]
    assert value(document, "power", method) == pytest.approx(expected, rel=1e-6)
    document, _ = answer("logrank", "--events", "132", "--power", "0.8")
    expected = by_r("failure-free", method, "effect")["effect"]
    assert value(document, "effect", method) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("method", ["schoenfeld", "freedman"])
@pytest.mark.parametrize(
    ("identifier", "arguments"),
    [
        ("chronic-gvhd", ["--survival", "60.5%", "37.3%"]),
        ("from-control", ["--hr", "0.68", "--control-survival", "0.373"]),
        ("failure-free", ["--hr", "0.68", "--control-median", "6", "--accrual", "54", "--follow-up", "12"]),
        (
            "failure-free-two-to-one",
            ["--hr", "0.68", "--control-median", "6", "--accrual", "54", "--follow-up", "12", "--ratio", "2:1"],
        ),
    ],
)
def test_patients_for_a_hazard_ratio(method, identifier, arguments):
    document, _ = answer("logrank", *arguments, "--power", "80%")
    exact = by_r(identifier, method, "n")
    assert value(document, "exact n per arm 1", method) == pytest.approx(exact["n1"], rel=1e-6)
    assert value(document, "exact n per arm 2", method) == pytest.approx(exact["n0"], rel=1e-6)
    assert value(document, "n per arm 2", method) == math.ceil(exact["n0"])


def test_medians_imply_the_ratio_and_may_be_enough():
    document, _ = answer("logrank", "--medians", "12", "6", "--power", "80%")
    assert document["inputs"]["hr"] == 0.5
    assert value(document, "events", "schoenfeld") == math.ceil(by_r("half", "schoenfeld", "events")["events"])
    timed, _ = answer("logrank", "--medians", "12", "6", "--accrual", "24", "--follow-up", "0", "--power", "80%")
    same, _ = answer("logrank", "--hr", "0.5", "--control-median", "6", "--accrual", "24", "--power", "80%")
    assert value(timed, "n total", "freedman") == value(same, "n total", "freedman")


def test_overall_event_probability_of_one_needs_as_many_patients_as_events():
    document, _ = answer("logrank", "--hr", "0.5", "--power", "80%", "--event-probability", "100%")
    exact = value(document, "exact events", "schoenfeld")
    assert value(document, "exact n per arm 1", "schoenfeld") == pytest.approx(exact / 2, rel=1e-12)


def test_survival_that_contradicts_the_ratio_is_said():
    document, _ = answer("logrank", "--hr", "0.68", "--survival", "60.5%", "37.3%", "--power", "80%")
    assert document["warnings"] == ["--survival implies a hazard ratio of 0.51; 0.68 is taken, as --hr says"]
    assert value(document, "effect", "schoenfeld") == 0.68


# Grammar


def test_the_default_subcommand_needs_no_name_and_options_may_come_first():
    named, _ = answer("props", "82.8%", "70.7%", "--power", "80%")
    assert answer("82.8%", "70.7%", "--power", "80%")[0] == named
    assert answer("--power", "80%", "82.8%", "70.7%")[0] == named
    assert answer("0.828", "0.707", "--power", "0.8")[0] == named
    assert answer("828/1000", "707/1000", "--power", "80")[0] == named


def test_json_echoes_the_question():
    document, _ = answer("82.8%", "70.7%", "--n", "203", "--alpha", "1%", "--sides", "1")
    assert document["command"] == "power"
    assert document["inputs"] == {
        "route": "props", "p1": 0.828, "p0": 0.707, "n": [102, 101], "power": None, "alpha": 0.01, "sides": 1,
        "ratio": 102 / 101, "dropout": 0.0, "direction": "higher",
    }  # fmt: skip
    assert {row["method"] for row in document["values"]} == {"pooled", "unpooled", "continuity-corrected", "arcsine"}
    assert not any(row["name"] == "opposite tail" for row in document["values"])


def test_two_sided_power_and_the_opposite_tail_are_r_strict():
    document, _ = answer("50%", "49%", "--n", "100", "--method", "pooled")
    both = value(document, "power", "pooled") + value(document, "opposite tail", "pooled")
    assert both == pytest.approx(by_r("weak", "pooled", "power")["with_opposite"], rel=1e-6)


def test_dropout_says_both_numbers():
    document, _ = answer("82.8%", "70.7%", "--power", "80%", "--dropout", "10%", "--ratio", "2:1")
    n1, n0 = (value(document, f"n per arm {arm}", "pooled") for arm in (1, 2))
    assert (n1, n0) == (278, 139)
    assert value(document, "n enrolled per arm 1", "pooled") == math.ceil(n1 / 0.9)
    assert value(document, "n enrolled total", "pooled") == math.ceil(n1 / 0.9) + math.ceil(n0 / 0.9)
    shown = run("82.8%", "70.7%", "--power", "80%", "--dropout", "10%", "--ratio", "2:1").stdout
    assert "Enrol 1" in shown and " 309 " in shown and " 278 " in shown
    power = run("82.8%", "70.7%", "--n", "203", "--dropout", "2.5%")
    assert "102 v 101 enrolled, 99 v 98 after dropout" in power.stdout


def test_tables_of_people_fit_80_columns_and_state_the_rules():
    for arguments in (
        ("82.8%", "70.7%", "--power", "80%", "--dropout", "10%"),
        ("70.7%", "--n", "198", "--power", "80%"),
        ("logrank", "--hr", "0.68", "--control-survival", "37.3%", "--power", "80%", "--dropout", "10%"),
        ("logrank", "--hr", "0.68", "--control-median", "6", "--accrual", "54", "--follow-up", "12", "--n", "203"),
    ):
        result = run(*arguments)
        assert result.exit_code == 0
        assert result.stderr == ""
        assert max(map(len, result.stdout.splitlines())) <= 80
        assert "Not in power: significance in the wrong direction" in result.stdout
    assert "Rounding: up, in each arm" in run("82.8%", "70.7%", "--power", "80%").stdout
    assert "wrong direction" not in run("82.8%", "70.7%", "--power", "80%", "--sides", "1").stdout


def test_methods_can_be_chosen():
    document, _ = answer("82.8%", "70.7%", "--power", "80%", "--method", "arcsine")
    assert {row["method"] for row in document["values"]} == {"arcsine"}
    document, _ = answer("logrank", "--hr", "0.5", "--power", "80%", "--method", "all")
    assert {row["method"] for row in document["values"]} == {"schoenfeld", "freedman", "hsieh-freedman"}


@pytest.mark.parametrize("form", ["plain", "markdown", "csv", "tsv", "jsonl", "latex", "html"])
def test_every_format(form):
    result = run("82.8%", "70.7%", "--power", "80%", "--format", form)
    assert result.exit_code == 0
    assert "191" in result.stdout


def test_explain_puts_the_numbers_in():
    shown = run("82.8%", "70.7%", "--n1", "99", "--n0", "99", "--explain", "--method", "unpooled").stdout
    assert "Phi(|0.828-0.707-0|/sqrt(0.828*(1-0.828)/99 + 0.707*(1-0.707)/99) - 1.959963985)" in shown
    assert "Chow, Shao & Wang 2008" in shown
    shown = run("logrank", "--hr", "0.68", "--power", "80%", "--explain", "--method", "schoenfeld").stdout
    assert "d = (1.959963985 + 0.8416212336)^2*(1+1)^2 / (1*log(0.68)^2)" in shown
    shown = run("logrank", "--hr", "0.68", "--events", "132", "--explain", "--method", "freedman").stdout
    assert "Phi(|1-0.68|*sqrt(132*1)/(1 + 1*0.68) - 1.959963985)" in shown


def test_no_detectable_effect_is_null_with_a_reason():
    document, _ = answer("95%", "--n", "20", "--power", "90%", "--method", "pooled")
    (effect,) = [row for row in document["values"] if row["name"] == "effect"]
    assert effect["value"] is None
    assert "no probability on this side of p0" in effect["note"]
    assert "n/a" in run("95%", "--n", "20", "--power", "90%").stdout


def test_extremes_have_an_answer():
    document, _ = answer("50%", "49.9999999%", "--power", "90%", "--method", "pooled")
    assert value(document, "n total", "pooled") > 10**18
    document, _ = answer("50%", "40%", "--n", "2,000,000,000", "--method", "pooled")
    assert value(document, "power", "pooled") == 1
    document, _ = answer("99%", "1%", "--n", "2", "--method", "pooled")
    assert 0 < value(document, "power", "pooled") < 1


# A stated size


def test_reported_n_names_the_methods_and_the_rounding():
    document, status = answer("60%", "40%", "--power", "80%", "--reported-n", "194")
    (verdict,) = document["verdicts"]
    assert status == 0
    assert (verdict["item"], verdict["verdict"], verdict["computed"]) == ("n", "reproduced", 194)
    assert verdict["methods"] == ["pooled", "arcsine", "likelihood-ratio"]
    assert "each arm rounded up" in verdict["note"]


def test_reported_n_finds_dropout_and_one_arm():
    document, status = answer("60%", "40%", "--power", "80%", "--dropout", "10%", "--reported-n", "216")
    assert status == 0
    assert "pooled" in document["verdicts"][0]["methods"]
    assert "/ (1 - dropout)" in document["verdicts"][0]["note"]
    document, status = answer("60%", "40%", "--power", "80%", "--reported-n", "97")
    assert status == 0
    assert "arm 1 alone" in document["verdicts"][0]["note"]


def test_reported_n_that_nothing_gives_is_exit_status_1():
    document, status = answer("60%", "40%", "--power", "80%", "--reported-n", "203")
    (verdict,) = document["verdicts"]
    assert status == 1
    assert verdict["verdict"] == "inconsistent"
    assert verdict["methods"] == []
    assert "nearest" in verdict["note"]
    document, status = answer("60%", "40%", "--power", "80%", "--reported-n", "214", "--method", "pooled")
    assert status == 1
    document, status = answer("60%", "40%", "--power", "80%", "--reported-n", "214")
    assert status == 0
    assert document["verdicts"][0]["methods"] == ["continuity-corrected"]


def test_reported_events_and_patients_of_the_log_rank_test():
    document, status = answer("logrank", "--hr", "0.68", "--power", "80%", "--reported-events", "211")
    assert status == 0
    assert document["verdicts"][0]["methods"] == ["schoenfeld"]
    assert "rounded to the nearest" in document["verdicts"][0]["note"]
    document, status = answer("logrank", "--hr", "0.68", "--power", "80%", "--reported-n", "203")
    assert status == 0
    assert document["verdicts"][0]["verdict"] == "not checkable"
    assert "probability of an event" in document["verdicts"][0]["note"]
    arguments = ["logrank", "--hr", "0.68", "--power", "80%", "--event-probability", "65%", "--reported-n"]
    assert answer(*arguments, "325")[1] == 0
    assert answer(*arguments, "203")[1] == 1


# Wrong input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["82.8%", "70.7%"], "two of P1, --n and --power are needed, and the third is found; given: P1"),
        (["70.7%"], "none is given"),
        (["82.8%", "70.7%", "--n", "198", "--power", "80%"], "given: P1, --n, --power"),
        (["--power", "80%"], "one or two probabilities are needed"),
        (["1", "2", "3"], "one or two probabilities are needed"),
        (["120%", "70.7%", "--power", "80%"], "P1 '120%' is not strictly between 0 and 1"),
        (["0", "70.7%", "--power", "80%"], "P1 '0' is not strictly between 0 and 1"),
        (["82.8", "70.7%", "--power", "80%"], "write the sign: 82.8%"),
        (["99/99", "70/99", "--power", "80%"], "P1 '99/99' is not strictly between 0 and 1"),
        (["high", "70.7%", "--power", "80%"], "P1 'high' is not a probability"),
        (["logrnk", "70.7%", "--power", "80%"], "did you mean 'logrank'"),
        (["70.7%", "70.7%", "--power", "80%"], "p1 equals p0"),
        (["82.8%", "70.7%", "--power", "100%"], "power '100%' is not above 0 and below 100%"),
        (["82.8%", "70.7%", "--power", "0"], "power '0' is not above 0"),
        (["82.8%", "70.7%", "--power", "4%"], "power must be above alpha"),
        (["82.8%", "70.7%", "--power", "80%", "--alpha", "0"], "alpha '0' is not above 0"),
        (["82.8%", "70.7%", "--power", "80%", "--sides", "3"], "3"),
        (["82.8%", "70.7%", "--power", "80%", "--ratio", "0"], "both arms need patients"),
        (["82.8%", "70.7%", "--power", "80%", "--ratio", "2:-1"], "both arms need patients"),
        (["82.8%", "70.7%", "--power", "80%", "--ratio", "two"], "'two' is not an allocation ratio"),
        (["82.8%", "70.7%", "--power", "80%", "--dropout", "100%"], "dropout '100%' is not from 0 up and below 100%"),
        (["82.8%", "70.7%", "--n", "1"], "leaves an arm without a patient"),
        (["82.8%", "70.7%", "--n", "98.5"], "--n '98.5' is not a whole number"),
        (["82.8%", "70.7%", "--n", "-5"], "--n '-5' is below 1"),
        (["82.8%", "70.7%", "--n1", "99"], "--n1 and --n0 go together"),
        (["82.8%", "70.7%", "--n", "198", "--n1", "99"], "not both"),
        (["82.8%", "70.7%", "--n1", "99", "--n0", "99", "--ratio", "2"], "--ratio says nothing"),
        (["82.8%", "70.7%", "--n1", "1", "--n0", "1", "--dropout", "50%"], "dropout leaves an arm without a patient"),
        (["82.8%", "70.7%", "--power", "80%", "--method", "arcsin"], "did you mean 'arcsine'"),
        (["82.8%", "70.7%", "--power", "80%", "--reported-n", "many"], '"many" is not a number'),
        (["82.8%", "70.7%", "--power", "80%", "--reported-n", "203.5"], "is not a whole number"),
        (["82.8%", "70.7%", "--n", "198", "--reported-n", "203"], "leave out --n"),
        (["logrank", "--power", "80%"], "two of --hr, --events (or --n) and --power are needed"),
        (["logrank", "--hr", "1", "--power", "80%"], "the hazard ratio is 1"),
        (["logrank", "--hr", "0", "--power", "80%"], "hazard ratio '0' is not above 0"),
        (["logrank", "--hr", "68%", "--power", "80%"], "hazard ratio '68%' is not a number"),
        (["logrank", "--hr", "0.68", "--events", "0"], "--events '0' is below 1"),
        (["logrank", "--hr", "0.68", "--events", "99", "--n", "203"], "give one of them"),
        (["logrank", "--hr", "0.68", "--n", "203"], "--n needs the probability of an event"),
        (["logrank", "--hr", "0.68", "--power", "80%", "--dropout", "5%"], "--dropout counts patients"),
        (["logrank", "--hr", "0.68", "--power", "80%", "--accrual", "12"], "go with --medians or --control-median"),
        (["logrank", "--hr", "0.68", "--power", "80%", "--control-median", "6"], "needs --accrual or --follow-up"),
        (
            ["logrank", "--hr", "0.68", "--power", "80%", "--control-median", "6", "--accrual", "0"],
            "accrual and follow-up are both 0",
        ),
        (
            ["logrank", "--hr", "0.68", "--power", "80%", "--event-probability", "0.5", "--control-survival", "0.4"],
            "--event-probability and --control-survival both say",
        ),
        (["logrank", "--survival", "0.6", "0.4", "--n", "203", "--power", "80%"], "gives the hazard ratio too"),
        (["logrank", "--survival", "0.6", "0.6", "--power", "80%"], "the hazard ratio is 1"),
        (["logrank", "--hr", "0.68", "--events", "132", "--reported-events", "132"], "leave out --events"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc power ")
    assert message in result.stderr


@pytest.mark.parametrize("arguments", [[], ["props"], ["logrank"]])
def test_no_arguments_is_help_on_standard_error(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage: gvhdcalc power" in result.stderr


def test_help_documents_the_names_of_the_values():
    shown = " ".join(run("--help").stdout.split())
    named = {row["name"] for row in answer("60%", "40%", "--power", "80%", "--dropout", "5%")[0]["values"]}
    named |= {row["name"] for row in answer("logrank", "--hr", "0.68", "--power", "80%")[0]["values"]}
    for name in named:
        assert f'"{name}"' in shown, name


@pytest.mark.parametrize(
    "arguments", [["82.8%", "70.7%", "--power", "80%"], ["logrank", "--hr", "0.68", "--power", "80%"]]
)
def test_a_real_process_imports_neither_numpy_nor_scipy(arguments):
    script = (
        "import sys; from gvhdcalc.cli import main\n"
        f"try: main({['power', *arguments]!r})\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "print(sorted({'numpy', 'scipy', 'statsmodels'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Method" in done.stdout
