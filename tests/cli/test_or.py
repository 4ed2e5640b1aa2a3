"""``gvhdcalc or`` on the command line."""

import json

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main


def run(*arguments, **extra):
    return CliRunner().invoke(main, list(arguments), prog_name="gvhdcalc", **extra)


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    return json.loads(result.stdout), result.exit_code


def test_default_table_has_arms_woolf_pearson_and_fisher():
    result = run("or", "82/99", "70/99")
    assert result.exit_code == 0
    assert result.stderr == ""
    for text in ("82.8%", "70.7%", "2.00", "1.01 to 3.94", "Woolf", "0.043", "Pearson", "0.063", "Fisher exact"):
        assert text in result.stdout
    assert "\x1b" not in result.stdout


def test_json_is_the_contract_at_full_precision():
    document, status = answer("or", "82/99", "70/99")
    assert status == 0
    assert document["schema"] == "gvhdcalc/1"
    assert document["command"] == "or"
    assert document["inputs"] == {"events": [82, 70], "totals": [99, 99], "conf": 0.95}
    (woolf,) = document["estimates"]
    assert woolf["measure"] == "odds ratio"
    assert woolf["method"] == "woolf"
    assert woolf["estimate"] == pytest.approx(82 * 29 / (17 * 70), rel=1e-15)
    assert woolf["lower"] == pytest.approx(1.01405539703852, rel=1e-12)  # R: exp(log(OR) - qnorm(.975)*SE)
    assert woolf["se_scale"] == "log"
    assert [test["method"] for test in document["tests"]] == ["pearson", "fisher"]
    assert document["tests"][0]["df"] == 1
    assert document["verdicts"] == document["values"] == document["warnings"] == []


@pytest.mark.parametrize(
    "arms", [("82/99", "70/99"), ("82:17", "70:29"), ("82.8%/99", "70.7%/99"), ("82.8 %/99", " 70/99 ")]
)
def test_every_way_to_write_an_arm(arms):
    document, _ = answer("or", *arms)
    assert document["inputs"]["events"] == [82, 70]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["102/99", "70/99"], "102 events are more than the total of 99"),
        (["-5/99", "70/99"], "-5"),
        (["--", "-5/99", "70/99"], "is negative"),
        (["82.5/99", "70/99"], "'82.5' is not a whole number"),
        (["82/0", "70/99"], "the total is zero"),
        (["0:0", "70/99"], "the total is zero"),
        (["82\\99", "70/99"], "EVENTS/TOTAL"),
        (["eighty/99", "70/99"], "'eighty' is not a count"),
        (["82.5%/99", "70/99"], "no count out of 99 gives 82.5%; the nearest are 81/99 = 81.8%, 82/99 = 82.8%"),
        (["182%/99", "70/99"], "not between 0 and 100%"),
        (["82/99"], "two arms are needed"),
        (["82/99", "70/99", "60/99"], "60/99"),
        (["82/99", "70/99", "--conf", "0"], "not between 0 and 100%"),
        (["82/99", "70/99", "--conf", "100"], "not between 0 and 100%"),
        (["82/99", "70/99", "--conf", "high"], "not a number"),
        (["82/99", "70/99", "--method", "wolf"], "did you mean 'woolf'"),
        (["82/99", "70/99", "--methd", "woolf"], "--method"),
        (["82/99", "70/99", "--format", "xlsx"], "xlsx"),
        (["82/99", "70/99", "--digits", "-1"], "-1"),
        (["82/99", "70/99", "--reported", "nothing here"], "nothing here"),
        (["82\x1b[31m/99", "70/99"], "\\x1b[31m"),
        (["[bold]82[/bold]/99", "70/99"], "[bold]"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run("or", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc or: ")
    assert message in result.stderr
    assert "\x1b" not in result.stderr


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


def test_explain_puts_the_numbers_in():
    result = run("or", "82/99", "70/99", "--explain")
    assert "OR = a*d / (b*c)" in result.stdout
    assert "OR = 82*29 / (17*70)" in result.stdout
    assert "Woolf 1955" in result.stdout


def test_plot_draws_every_interval():
    result = run("or", "82/99", "70/99", "--method", "all", "--plot")
    drawn = [line for line in result.stdout.splitlines() if "■" in line]
    assert len(drawn) == len(answer("or", "82/99", "70/99", "--method", "all")[0]["estimates"])
    assert max(map(len, drawn)) <= 80


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


@pytest.mark.parametrize(
    "arms",
    [
        ("0/99", "70/99"), ("82/99", "0/99"), ("0/99", "0/99"), ("99/99", "70/99"), ("99/99", "99/99"), ("0/1", "1/1"),
        ("1/1", "1/1"), ("0/1", "0/1"), ("400000000/1000000000", "400020000/1000000000"),
        ("1/1000000000", "0/1"), ("1000000000/1000000000", "0/1000000000"),
    ],
)  # fmt: skip
def test_extreme_tables_get_an_answer_or_a_reason(arms):
    document, status = answer("or", *arms, "--method", "all")
    assert status == 0
    for row in document["estimates"]:
        for field in ("estimate", "lower", "upper"):
            assert row[field] is not None or row["notes"], row
    for row in document["tests"]:
        assert row["p"] is not None or row["notes"], row
    assert run("or", *arms).exit_code == 0


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "csv", "tsv", "json", "jsonl", "latex", "html"])
def test_every_format_holds_the_result_and_no_escape(form):
    result = run("or", "82/99", "70/99", "--format", form, "--reported", "2.00 (1.01-3.94)")
    assert result.exit_code == 0
    assert "Woolf" in result.stdout
    assert "reproduced" in result.stdout
    assert "\x1b" not in result.stdout
    if form == "rich":
        assert max(map(len, result.stdout.splitlines())) <= 80


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
    result = run("or", "82/99", "70/99", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
