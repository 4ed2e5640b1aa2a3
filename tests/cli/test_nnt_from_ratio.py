"""``gvhdcalc nnt or``, ``rr`` and ``hr``: the number needed to treat from a ratio and a control risk."""

import json

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main
from gvhdcalc.report.render import FORMATS


def run(*arguments):
    return CliRunner().invoke(main, ["nnt", *arguments], prog_name="gvhdcalc")


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    return json.loads(result.stdout), result.exit_code


OR = ("or", "2.00", "1.01", "3.94", "--control-risk", "70.7%")
HR = ("hr", "0.68", "0.48", "0.95", "--control-survival", "37.3%")


def test_arms_need_no_name():
    named, plain = answer("arms", "82/99", "70/99"), answer("82/99", "70/99")
    assert named == plain
    assert named[0]["inputs"]["events"] == [82, 70]


def test_the_odds_ratio_of_the_trial():
    document, status = answer(*OR)
    assert status == 0
    (row,) = document["estimates"]
    assert (row["measure"], row["method"]) == ("number needed to treat", "or")
    for field, ratio in (("estimate", 2.0), ("lower", 3.94), ("upper", 1.01)):
        p1 = ratio * 0.707 / (1 - 0.707 + ratio * 0.707)
        assert row[field] == pytest.approx(1 / (p1 - 0.707))
    table = run(*OR).stdout
    for text in ("NNTB 8.2", "NNTB 5.1 to NNTB 486.2", "Outcome: good", "the control risk is taken as known"):
        assert text in table


def test_the_hazard_ratio_of_the_trial():
    """Failure-free survival, 0.68 (0.48 to 0.95), with 37.3% in the control arm free of the event: a bad event."""
    document, status = answer(*HR)
    assert status == 0
    (row,) = document["estimates"]
    for field, ratio in (("estimate", 0.68), ("lower", 0.48), ("upper", 0.95)):
        assert row[field] == pytest.approx(1 / (0.373**ratio - 0.373))
    assert document["inputs"]["outcome"] == "bad"
    assert answer(*HR[:4], "--control-risk", "62.7%")[0]["estimates"][0]["estimate"] == pytest.approx(row["estimate"])


def test_json_contract_and_inputs():
    document, _ = answer(*OR)
    assert (document["schema"], document["command"]) == ("gvhdcalc/1", "nnt")
    assert document["inputs"] == {
        "route": "or", "ratio": 2.0, "lower": 1.01, "upper": 3.94, "printed": ["2.00", "1.01", "3.94"],
        "control_risk": 0.707, "outcome": "good", "conf": 0.95,
    }  # fmt: skip
    assert any("taken as known" in note for note in document["estimates"][0]["notes"])
    found = {value["name"]: value["value"] for value in document["values"]}
    assert found["NNTB"] == document["estimates"][0]["estimate"]


def test_through_infinity():
    document, _ = answer("hr", "0.75", "0.34", "1.67", "--control-survival", "86.5%")
    (row,) = document["estimates"]
    assert row["upper"] < 0 < row["lower"]
    assert "to infinity to NNTH" in run("hr", "0.75", "0.34", "1.67", "--control-survival", "86.5%").stdout
    assert run("hr", "0.75", "0.34", "1.67", "--control-survival", "86.5%", "--plot").exit_code == 0


def test_a_ratio_alone_has_no_interval():
    document, status = answer("rr", "1.17", "--control-risk", "70/99")
    assert status == 0
    (row,) = document["estimates"]
    assert row["estimate"] == pytest.approx(1 / (0.17 * 70 / 99))
    assert (row["lower"], row["upper"]) == (None, None)
    assert row["notes"]


def test_a_paste_brings_the_control_risk():
    text = "82.8% [82 patients] vs. 70.7% [70]; odds ratio, 2.00; 95% confidence interval [CI], 1.01-3.94; P = 0.043"
    document, status = answer("or", text)
    assert status == 0
    assert document["inputs"]["control_risk"] == 0.707
    assert document["estimates"][0] == answer(*OR)[0]["estimates"][0]


@pytest.mark.parametrize(
    ("arguments", "printed", "verdicts"),
    [
        (OR, "NNT 8.2 (95% CI 5.1 to 486.2)", ["reproduced"] * 3),
        (OR, "NNT 9 (95% CI 6 to 487)", ["reproduced"] * 3),  # rounded up
        (OR, "NNT 8.25 (95% CI 5.06 to 400)", ["consistent"] * 3),
        (HR, "NNT 7 (95% CI 4 to 53)", ["reproduced"] * 3),
        (("hr", "0.75", "0.34", "1.67", "--control-survival", "86.5%"), "NNTB 31.3", ["reproduced"]),
        (("hr", "1.5", "1.2", "1.9", "--control-survival", "80%"), "NNTH 11.8 (6.9 to 28.6)", ["reproduced"] * 3),
    ],
)
def test_printed_numbers_needed(arguments, printed, verdicts):
    document, status = answer(*arguments, "--reported", printed)
    assert status == 0, document["verdicts"]
    assert [row["verdict"] for row in document["verdicts"]] == verdicts, document["verdicts"]


def test_what_does_not_follow_ends_in_1():
    document, status = answer(*HR, "--reported", "NNT 12 (95% CI 4 to 53)")
    assert status == 1
    assert [row["verdict"] for row in document["verdicts"]] == ["inconsistent", "reproduced", "reproduced"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["or", "2.00", "1.01", "3.94"], "depends on the risk of the control arm: --control-risk"),
        (["hr", "0.68", "0.48", "0.95"], "--control-survival 37.3%"),
        ([*OR, "--control-survival", "20%"], "give one of them"),
        (["or", "2.00", "--control-risk", "70.7"], "for a percentage write the sign: 70.7%"),
        (["or", "2.00", "--control-risk", "0"], "not a probability between 0 and 1"),
        (["or", "2.00", "--control-risk", "99/70"], "not a probability"),
        (["or", "2.00", "--control-risk", "high"], "not a probability"),
        (["or", "3.94", "2.00", "1.01", "--control-risk", "5%"], "upside down"),
        (["or", "5.00", "1.01", "3.94", "--control-risk", "5%"], "outside its interval"),
        (["or", "-2", "1", "3", "--control-risk", "5%"], "not a positive number"),
        (["or", "2", "1", "--control-risk", "5%"], "2 figures are given"),
        (["or", "--control-risk", "5%"], "no figures are given"),
        (["or", "HR 0.68 (0.48-0.95)", "--control-risk", "5%"], "prints a hazard ratio: gvhdcalc nnt hr"),
        (["or", "2", "--control-risk", "5%", "--method", "hr"], "gvhdcalc nnt hr"),
        (["or", "2", "--control-risk", "5%", "--reported", "none"], "none"),
        (["or", "2", "--control-risk", "5%", "--outcome", "ugly"], "'good', 'bad'"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc nnt ")
    assert message in result.stderr


def test_explain_puts_the_numbers_in():
    result = run(*HR, "--explain")
    assert result.exit_code == 0
    for text in ("S1 = S0^HR", "S1 = 0.373^0.68", "Altman & Andersen 1999"):
        assert text in result.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_holds_the_result(form):
    result = run(*OR, "--format", form)
    assert result.exit_code == 0
    assert "from the odds ratio" in result.stdout
    if form in {"rich", "plain"}:
        assert max(map(len, result.stdout.splitlines())) <= 80
