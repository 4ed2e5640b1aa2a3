"""``gvhdcalc fragility`` on the command line."""

import json

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main
from gvhdcalc.report.render import FORMATS


def run(*arguments):
    return CliRunner().invoke(main, ["fragility", *arguments], prog_name="gvhdcalc")


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    return json.loads(result.stdout), result.exit_code


def values(document, method="fisher"):
    return {row["name"]: row["value"] for row in document["values"] if row["method"] == method}


# ------------------------------------------------------------------------------------------------- the trial's figures


def test_the_response_at_day_28_hinges_on_one_patient():
    """82/99 against 70/99: Fisher's P is 0.063 and Pearson's, which the paper prints, 0.043."""
    exact, status = answer("82/99", "70/99")
    assert status == 0
    found = values(exact)
    assert (found["fragility index"], found["reverse fragility index"]) == (0, 1)
    assert (found["events 1 at the turn"], found["events 2 at the turn"]) == (82, 69)
    assert found["P at the turn"] < 0.05 < exact["tests"][0]["p"]
    chi_square, _ = answer("82/99", "70/99", "--test", "pearson")
    found = values(chi_square, "pearson")
    assert found["fragility index"] == 1
    assert found["fragility quotient"] == pytest.approx(1 / 198)
    assert chi_square["tests"][0]["p"] < 0.05 <= found["P at the turn"]
    assert "with 1 event more in the control arm it would be 0.062" in " ".join(
        run("82/99", "70/99", "--test", "pearson").stdout.split()
    )


@pytest.mark.parametrize(
    ("arms", "index"), [(("78/99", "64/99"), 1), (("65/99", "78/99"), None), (("37/99", "53/99"), 2)]
)
def test_other_figures_of_the_trial(arms, index):
    document, _ = answer(*arms)
    found = values(document)
    if index is None:
        assert document["tests"][0]["p"] >= 0.05
        assert found["fragility index"] == 0
        assert found["reverse fragility index"] == 1
    else:
        assert found["fragility index"] == index


def test_json_contract_and_inputs():
    document, _ = answer("82/99", "70/99", "--alpha", "1%", "--test", "fisher", "--test", "pearson")
    assert (document["schema"], document["command"]) == ("gvhdcalc/1", "fragility")
    assert document["inputs"] == {
        "events": [82, 70], "totals": [99, 99], "alpha": 0.01, "convention": "walsh", "tests": ["fisher", "pearson"],
    }  # fmt: skip
    assert [row["method"] for row in document["tests"]] == ["fisher", "pearson"]
    assert document["estimates"] == []


def test_the_fewest_changes_in_any_arm():
    """More events in the arm with fewer of them, which has the higher risk, only widen the difference."""
    document, status = answer("20/40", "30/300")
    assert status == 0
    assert values(document)["fragility index"] is None
    assert document["values"][0]["note"]
    assert any("--convention minimal" in warning for warning in document["warnings"])
    minimal, _ = answer("20/40", "30/300", "--convention", "minimal")
    assert values(minimal)["fragility index"] > 0
    assert minimal["warnings"] == []


def test_every_test_and_the_walds_of_other_measures():
    document, _ = answer("82/99", "70/99", "--test", "all")
    assert len(document["tests"]) >= 10
    for measure in ("or", "rr", "rd"):
        own, status = answer("82/99", "70/99", "--test", "wald", "--measure", measure)
        assert status == 0
        assert values(own, "wald")["fragility index"] == 1


def test_a_test_that_does_not_exist_has_no_index():
    document, status = answer("0/50", "9/50", "--test", "wald")
    assert status == 0
    assert values(document, "wald") == {"fragility index": None, "fragility quotient": None}
    assert any("does not exist" in warning for warning in document["warnings"])


# ------------------------------------------------------------------------------------------------------------ verdicts


@pytest.mark.parametrize(
    ("arms", "printed", "method"),
    [
        (("15/40", "6/40"), "fragility index 1", "fisher"),
        (("37/99", "53/99"), "fragility index of 2; fragility quotient 0.010", "fisher"),
        (("82/99", "70/99"), "fragility index 1", "pearson"),
        (("82/99", "70/99"), "fragility index 0", "fisher"),
        (("82/99", "70/99"), "reverse fragility index 1", "fisher"),
        (("200/4000", "250/4000"), "9", "fisher"),
    ],
)
def test_printed_indices_are_reproduced(arms, printed, method):
    document, status = answer(*arms, "--reported", printed)
    assert status == 0, document["verdicts"]
    assert document["verdicts"]
    for row in document["verdicts"]:
        assert row["verdict"] == "reproduced"
        assert method in row["methods"]


def test_what_does_not_follow_ends_in_1():
    document, status = answer("37/99", "53/99", "--reported", "fragility index 8 (quotient 0.2)")
    assert status == 1
    assert [(row["item"], row["verdict"]) for row in document["verdicts"]] == [
        ("estimate", "inconsistent"), ("quotient", "inconsistent"),
    ]  # fmt: skip
    of_one, status = answer("37/99", "53/99", "--test", "fisher", "--reported", "fragility index 3")
    assert status == 1
    assert of_one["verdicts"][0]["computed"] in (2, 3)


def test_another_measure_is_said():
    document, _ = answer("37/99", "53/99", "--reported", "OR 2")
    assert any("odds ratio" in warning for warning in document["warnings"])


# --------------------------------------------------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["102/99", "70/99"], "102 events are more than the total of 99"),
        (["82/99"], "two arms are needed"),
        (["82/0", "70/99"], "the total is zero"),
        (["82/99", "70/99", "--alpha", "0"], "alpha '0'"),
        (["82/99", "70/99", "--alpha", "120%"], "alpha '120%'"),
        (["82/99", "70/99", "--test", "fischer"], "did you mean 'fisher'"),
        (["82/99", "70/99", "--convention", "khan"], "'walsh', 'minimal'"),
        (["82/99", "70/99", "--measure", "hr"], "'or', 'rr', 'rd'"),
        (["82/99", "70/99", "--reported", "none"], "none"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc fragility: ")
    assert message in result.stderr


def test_explain_shows_the_test_with_its_numbers():
    result = run("82/99", "70/99", "--test", "pearson", "--explain")
    assert result.exit_code == 0
    for text in ("chi2 = 198*(82*29 - 17*70)^2", "Pearson 1900", "Convention: changes in the arm with fewer events"):
        assert text in result.stdout


@pytest.mark.parametrize(
    "arms",
    [
        ("0/99", "70/99"), ("82/99", "0/99"), ("0/99", "0/99"), ("99/99", "99/99"), ("0/1", "1/1"), ("1/1", "1/1"),
        ("400000000/1000000000", "400020000/1000000000"), ("0/5", "0/7"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("test", ["fisher", "pearson"])
def test_extreme_tables_get_an_answer_or_a_reason(arms, test):
    document, status = answer(*arms, "--test", test)
    assert status == 0
    for row in document["values"]:
        assert row["value"] is not None or row["note"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_holds_the_result(form):
    result = run("82/99", "70/99", "--format", form)
    assert result.exit_code == 0
    assert "fragility index" in result.stdout
    if form in {"rich", "plain"}:
        assert max(map(len, result.stdout.splitlines())) <= 80
