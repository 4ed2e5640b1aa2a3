"""``gvhdcalc or`` on the command line."""

import json

import pytest

from .running import answer, run, said


def test_json_has_full_precision():
    document, _ = answer("or", "82/99", "70/99")
    (woolf,) = document["estimates"]
    assert woolf["estimate"] == pytest.approx(82 * 29 / (17 * 70), rel=1e-15)
    assert woolf["lower"] == pytest.approx(1.01405539703852, rel=1e-12)  # R: exp(log(OR) - qnorm(.975)*SE)
    assert woolf["se_scale"] == "log"
    assert document["tests"][0]["df"] == 1


def test_no_arguments_is_help_on_standard_error():
    for arguments in ([], ["or"]):
        result = run(*arguments)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "Usage: gvhdcalc" in result.stderr


def test_unknown_command_names_the_near_one():
    result = run("odds", "82/99", "70/99")
    assert result.exit_code == 2
    assert "'odds'" in result.stderr
    assert "or, rr, rd" in result.stderr


def test_help_shows_examples_methods_and_where_defaults_come_from():
    result = run("or", "--help")
    assert result.exit_code == 0
    for text in ("gvhdcalc or 82/99 70/99", "woolf", "[default]", "SAS PROC FREQ", "R fisher.test", "Tests"):
        assert text in result.stdout


def test_method_choice_and_level():
    document, _ = answer("or", "82/99", "70/99", "--method", "conditional-exact", "--method", "yates", "--conf", "90%")
    assert [row["method"] for row in document["estimates"]] == ["conditional-exact"]
    assert [row["method"] for row in document["tests"]] == ["yates"]
    assert document["estimates"][0]["conf"] == 0.9
    # R 4.2: fisher.test(matrix(c(82,17,70,29),2,byrow=TRUE))$estimate
    assert document["estimates"][0]["estimate"] == pytest.approx(1.991329, rel=1e-4)


def test_digits():
    result = run("or", "82/99", "70/99", "--digits", "5")
    assert "1.99832" in result.stdout
    assert "0.04345" in result.stdout


def test_seed_day_28_is_reproduced_from_the_pasted_sentence():
    text = "82.8% [82 patients] vs. 70.7% [70]; odds ratio, 2.00; 95% confidence interval [CI], 1.01-3.94; P = 0.043"
    document, status = answer("or", "82/99", "70/99", "--reported", text)
    assert status == 0
    verdicts = {row["item"]: row for row in document["verdicts"]}
    assert {row["verdict"] for row in verdicts.values()} == {"reproduced"}
    assert {"percent 1", "events 1", "percent 2", "events 2", "estimate", "lower", "upper", "p"} <= set(verdicts)
    assert verdicts["estimate"]["methods"][0] == "woolf"
    assert verdicts["lower"]["printed"] == "1.01"
    assert verdicts["p"]["methods"] == ["pearson"]


def test_seed_day_56_estimate_is_the_conditional_one_and_limits_are_woolf():
    document, status = answer("or", "78/99", "64/99", "--reported", "2.02; 95% CI, 1.08-3.83; P = 0.027")
    verdicts = {row["item"]: row for row in document["verdicts"]}
    assert status == 0
    assert "conditional-exact" in verdicts["estimate"]["methods"]
    assert "woolf" not in verdicts["estimate"]["methods"]
    assert "woolf" in verdicts["lower"]["methods"]
    assert "woolf" in verdicts["upper"]["methods"]
    assert verdicts["p"]["methods"][0] == "pearson"


def test_what_does_not_follow_ends_in_1_with_the_nearest_method():
    document, status = answer("or", "82/99", "70/99", "--reported", "3.10 (1.01-3.94), P=0.043")
    assert status == 1
    estimate = document["verdicts"][0]
    assert estimate["verdict"] == "inconsistent"
    assert estimate["methods"] == []
    assert estimate["computed"] == pytest.approx(1.99832, rel=1e-5)
    plain = run("or", "82/99", "70/99", "--reported", "3.10 (1.01-3.94), P=0.043")
    assert "Does not follow from these numbers: estimate." in plain.stdout


def test_the_printed_level_is_used():
    document, status = answer("or", "82/99", "70/99", "--reported", "2.00 (90% CI 1.13 to 3.53)")
    assert document["inputs"]["conf"] == 0.9
    assert status == 0


def test_jsonl_is_one_line():
    result = run("or", "82/99", "70/99", "--format", "jsonl")
    assert len(result.stdout.splitlines()) == 1
    json.loads(result.stdout)


@pytest.mark.parametrize(
    ("arms", "printed", "method"),
    [
        (("11/14", "106/329"), "7.71 (95% CI 2.26-26.19)", "cornfield"),  # Stata cci 11 3 106 223, cornfield
        (("11/14", "106/329"), "7.71 (95% CI 1.94-35.64)", "cornfield-cc"),  # Epi Info
        (("24/73", "53/65"), "0.111 (95% CI 0.050 to 0.242)", "mover-wilson"),  # Fagerland & Newcombe 2013
        (("5/56", "1/29"), "2.745 (95% CI 0.385 to 56.081)", "scas"),  # ratesci orci
    ],
)
def test_limits_printed_by_other_software_name_their_method(arms, printed, method):
    document, status = answer("or", *arms, "--reported", printed)
    assert status == 0, document["verdicts"]
    verdicts = {row["item"]: row for row in document["verdicts"]}
    assert all(method in verdicts[item]["methods"] for item in ("estimate", "lower", "upper"))


@pytest.mark.parametrize(
    ("arguments", "reported", "item", "said"),
    [
        ([], "0.50 (0.25-0.99)", "estimate", "with the arms exchanged would give it"),
        ([], "2.00 (1.13-3.53)", "lower", "at 90% would give it"),
        ([], "OR 1.17 (95% CI 1.00-1.37)", "estimate", "of the risk ratio would give it"),
        (["--also-n", "101,102"], "OR 1.97", "estimate", "of 101 and 102 patients would give it"),
        (["--also-n", "101,102"], "81.2% v 68.6%", "percent 1", "82 of 101 and 102 patients would give it"),
    ],
)
def test_a_slip_is_named_as_a_hypothesis_and_the_verdict_stays(arguments, reported, item, said):
    document, status = answer("or", "82/99", "70/99", "--method", "woolf", "--reported", reported, *arguments)
    assert status == 1
    (row,) = [row for row in document["verdicts"] if row["item"] == item]
    assert row["verdict"] == "inconsistent"
    assert said in row["note"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--also-n", "101", "--reported", "2.00"], "write the totals of both arms: 101,102"),
        (["--also-n", "80,102", "--reported", "2.00"], "82 events are more than 80"),
        (["--also-n", "101,102"], "--also-n goes with --reported"),
    ],
)
def test_wrong_totals_are_one_clear_line(arguments, message):
    assert message in said("or", "or", "82/99", "70/99", *arguments)
