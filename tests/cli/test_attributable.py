"""``gvhdcalc attributable`` on the command line."""

import json

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main
from gvhdcalc.report.render import FORMATS


def run(*arguments):
    return CliRunner().invoke(main, ["attributable", *arguments], prog_name="gvhdcalc")


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    return json.loads(result.stdout), result.exit_code


def rows(document):
    return {(row["measure"], row["method"]): row for row in document["estimates"]}


def verdicts(document):
    return {row["item"]: row for row in document["verdicts"]}


# ------------------------------------------------------------------------------------------------- the trial's figures


def test_fewer_events_are_reduced_and_prevented():
    """Infections, 65 [65.7%] against 78 [78.8%]: 1 - 65/78."""
    document, status = answer("65/99", "78/99")
    assert status == 0
    assert [row["measure"] for row in document["estimates"]] == [
        "attributable risk", "relative risk reduction", "prevented fraction (exposed)", "population attributable risk",
        "population prevented fraction",
    ]  # fmt: skip
    found = rows(document)
    assert found["relative risk reduction", "katz"]["estimate"] == pytest.approx(13 / 78)
    assert found["prevented fraction (exposed)", "katz"]["estimate"] == pytest.approx(13 / 78)
    assert found["attributable risk", "newcombe"]["estimate"] == pytest.approx(-13 / 99)
    assert found["population prevented fraction", "walter"]["estimate"] == pytest.approx(13 / 78 / 2)
    table = run("65/99", "78/99").stdout
    for text in ("16.7%", "0.7% to 30.1%", "Relative risk reduction", "Share of the exposed: 50%"):
        assert text in table


def test_more_events_are_increased_and_attributable():
    """Overall response at day 28, 82.8% [82 patients] against 70.7% [70]."""
    document, _ = answer("82/99", "70/99")
    found = rows(document)
    assert found["relative risk increase", "katz"]["estimate"] == pytest.approx(12 / 70)
    assert found["attributable fraction (exposed)", "katz"]["estimate"] == pytest.approx(12 / 82)
    assert ("relative risk reduction", "katz") not in found


def test_what_stata_prints_for_a_cohort():
    """csi 12 16 55 125 (stata.com, "Risk-ratio and risk-difference calculator")."""
    document, status = answer("12/67", "16/141", "--reported", "attributable fraction 0.366 (95% CI -0.263 to 0.682)")
    assert status == 0
    assert {row["verdict"] for row in document["verdicts"]} == {"reproduced"}
    assert "katz" in verdicts(document)["lower"]["methods"]
    assert "Stata cs" in verdicts(document)["lower"]["note"]
    whole, _ = answer("12/67", "16/141", "--reported", "population attributable fraction 15.7%")
    assert verdicts(whole)["estimate"]["methods"] == ["walter", "levin"]


def test_json_contract_and_inputs():
    document, _ = answer("12/67", "16/141", "--conf", "90")
    assert (document["schema"], document["command"]) == ("gvhdcalc/1", "attributable")
    assert document["inputs"] == {
        "events": [12, 16], "totals": [67, 141], "conf": 0.9, "design": "cohort", "exposed_share": None,
        "measures": [row["measure"] for row in document["estimates"]],
    }  # fmt: skip
    for row in document["estimates"]:
        assert row["conf"] == 0.9
        assert row["lower"] <= row["estimate"] <= row["upper"]
        assert row["reference"]


def test_case_control_takes_odds_ratios_and_no_risks():
    document, status = answer("12:55", "16:125", "--case-control")
    assert status == 0
    assert document["inputs"]["design"] == "case-control"
    found = rows(document)
    assert set(found) == {
        ("attributable fraction (exposed)", "woolf"), ("population attributable fraction", "walter-case-control"),
    }  # fmt: skip
    odds_ratio = 12 * 125 / (55 * 16)
    assert found["attributable fraction (exposed)", "woolf"]["estimate"] == pytest.approx(1 - 1 / odds_ratio)
    for row in document["estimates"]:
        assert any("stands for the risk ratio" in note for note in row["notes"])
    every, _ = answer("12:55", "16:125", "--case-control", "--method", "all")
    assert ("attributable fraction (exposed)", "conditional-exact") in rows(every)
    assert "case-control (events are cases" in run("12:55", "16:125", "--case-control").stdout


def test_a_share_of_the_exposed_from_elsewhere():
    document, _ = answer("12/67", "16/141", "--exposed-share", "30%")
    found = rows(document)
    ratio = (12 / 67) / (16 / 141)
    excess = 0.3 * (ratio - 1)
    assert found["population attributable fraction", "levin"]["estimate"] == pytest.approx(excess / (1 + excess))
    assert document["inputs"]["exposed_share"] == 0.3
    assert ("population attributable risk", "pirikahu") not in found
    assert "Share of the exposed: 30%, as given" in run("12/67", "16/141", "--exposed-share", "30%").stdout


def test_measures_can_be_chosen():
    document, _ = answer("65/99", "78/99", "--measure", "afe", "--measure", "rrr")
    assert [row["measure"] for row in document["estimates"]] == [
        "relative risk reduction", "attributable fraction (exposed)",
    ]  # fmt: skip
    every, _ = answer("65/99", "78/99", "--measure", "all")
    assert len({row["measure"] for row in every["estimates"]}) == 8
    one, _ = answer("65/99", "78/99", "--measure", "rrr", "--method", "koopman")
    assert [(row["measure"], row["method"]) for row in one["estimates"]] == [("relative risk reduction", "koopman")]


# ------------------------------------------------------------------------------------------------------------ verdicts


@pytest.mark.parametrize(
    ("arms", "printed", "methods"),
    [
        (("65/99", "78/99"), "relative risk reduction 16.7% (95% CI, 0.7% to 30.1%)", "katz"),
        (("65/99", "78/99"), "RRR 17% (1-30)", "katz"),
        (("65/99", "78/99"), "vaccine efficacy 16.7% (95% CI 0.7 to 30.1)", "katz"),
        (("82/99", "70/99"), "relative risk increase 17.1% (95% CI 0.3 to 36.8)", "katz"),
        (("12/67", "16/141"), "PAF 15.7% (95% CI -13.5 to 37.4)", "walter"),
        (("12/67", "16/141"), "attributable risk 6.6% (95% CI -4.0 to 17.1)", "wald"),
        (("12/67", "16/141"), "population attributable risk 2.1% (95% CI -1.3 to 5.5)", "pirikahu"),
        (("65/99", "78/99"), "prevented fraction 0.167", "katz"),
    ],
)
def test_printed_figures_are_reproduced(arms, printed, methods):
    document, status = answer(*arms, "--reported", printed)
    assert status == 0, document["verdicts"]
    assert document["verdicts"]
    for row in document["verdicts"]:
        assert row["verdict"] == "reproduced"
        assert methods in row["methods"]


def test_what_does_not_follow_ends_in_1():
    document, status = answer("65/99", "78/99", "--reported", "RRR 25% (95% CI 1 to 30)")
    assert status == 1
    assert verdicts(document)["estimate"]["verdict"] == "inconsistent"
    assert verdicts(document)["lower"]["verdict"] == "reproduced"


def test_a_reduction_printed_with_the_arms_exchanged_keeps_its_sign():
    document, status = answer("82/99", "70/99", "--reported", "relative risk reduction 17.1%")
    assert status == 1
    assert "other sign" in verdicts(document)["estimate"]["note"]


def test_what_this_command_does_not_give_is_not_checkable():
    document, status = answer("12:55", "16:125", "--case-control", "--reported", "relative risk reduction 20%")
    assert status == 0
    row = verdicts(document)["estimate"]
    assert row["verdict"] == "not checkable"
    assert "no relative risk reduction from this design" in row["note"]


def test_batch_writes_one_measure():
    rows = "treatment\tcontrol\n65/99\t78/99\n12/67\t16/141\n"
    result = CliRunner().invoke(main, ["attributable", "--batch", "-", "--measure", "rrr"], input=rows)
    assert result.exit_code == 0
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert lines[0][2:5] == ["katz_estimate", "katz_lower", "katz_upper"]
    assert float(lines[1][2]) == pytest.approx(13 / 78)
    share = ["attributable", "--batch", "-", "--measure", "paf", "--exposed-share", "30%"]
    known = CliRunner().invoke(main, share, input=rows)
    excess = 0.3 * ((12 / 67) / (16 / 141) - 1)
    assert float(known.stdout.splitlines()[2].split("\t")[2]) == pytest.approx(excess / (1 + excess))
    assert known.stdout.startswith("treatment\tcontrol\tlevin_estimate")


# --------------------------------------------------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["102/99", "70/99"], "102 events are more than the total of 99"),
        (["82/99"], "two arms are needed"),
        (["82/0", "70/99"], "the total is zero"),
        (["82/99", "70/99", "--exposed-share", "130%"], "share of the exposed"),
        (["82/99", "70/99", "--exposed-share", "0"], "not above 0"),
        (["82/99", "70/99", "--case-control", "--measure", "rrr"], "a case-control study has no risks"),
        (["82/99", "70/99", "--exposed-share", "30%", "--measure", "par"], "share of the table only"),
        (["82/99", "70/99", "--method", "woolf"], "--case-control"),
        (["82/99", "70/99", "--case-control", "--method", "katz"], "--case-control"),
        (["82/99", "70/99", "--exposed-share", "30%", "--method", "walter"], "leave out --exposed-share"),
        (["82/99", "70/99", "--measure", "nnt"], "'rrr'"),
        (["82/99", "70/99", "--method", "kats"], "did you mean 'katz'"),
        (["82/99", "70/99", "--reported", "none"], "none"),
        (["82/99", "70/99", "--conf", "0"], "not between 0 and 100%"),
        (["--batch", "-"], "--batch writes one measure"),
        (["--batch", "-", "--measure", "rrr", "--case-control"], "no risks"),
        (["82/99", "70/99", "--batch", "-"], "give no arms beside it"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc attributable: ")
    assert message in result.stderr


def test_explain_puts_the_numbers_in():
    result = run("65/99", "78/99", "--explain")
    assert result.exit_code == 0
    for text in ("RRR = 1 - RR", "RR = (65/99) / (78/99)", "Walter 1978", "Prevented (preventable) fraction"):
        assert text in result.stdout


@pytest.mark.parametrize(
    "arms",
    [
        ("0/99", "70/99"), ("82/99", "0/99"), ("0/99", "0/99"), ("99/99", "99/99"), ("0/1", "1/1"), ("1/1", "1/1"),
        ("400000000/1000000000", "400020000/1000000000"), ("1000000000/1000000000", "0/1000000000"), ("0/5", "0/7"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("more", [[], ["--case-control"], ["--exposed-share", "0.2"]])
def test_extreme_tables_get_an_answer_or_a_reason(arms, more):
    document, status = answer(*arms, *more, "--measure", "all", "--method", "all")
    assert status == 0
    assert document["estimates"]
    for row in document["estimates"]:
        if None in (row["estimate"], row["lower"], row["upper"]):
            assert row["notes"], row


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_holds_the_result(form):
    result = run("65/99", "78/99", "--format", form)
    assert result.exit_code == 0
    assert "walter" in result.stdout.lower()
    if form in {"rich", "plain"}:
        assert max(map(len, result.stdout.splitlines())) <= 80
