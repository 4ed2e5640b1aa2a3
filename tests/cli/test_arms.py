"""``gvhdcalc arms``: several arms and one outcome."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema.json").read_text(encoding="utf-8"))
THREE = ("10/50", "14/51", "22/49")


def run(*arguments):
    return CliRunner().invoke(main, ["arms", *arguments], prog_name="gvhdcalc")


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    assert result.stderr == ""
    document = json.loads(result.stdout)
    jsonschema.validate(document, SCHEMA)
    return document, result.exit_code


def p_values(document):
    return {row["method"]: row["p"] for row in document["tests"]}


def test_json_is_the_contract_with_the_figures_of_r():
    """chisq.test, fisher.test, prop.trend.test and prop.test(correct = FALSE) on 10/50, 14/51, 22/49."""
    document, status = answer(*THREE)
    assert status == 0
    assert document["inputs"] == {"events": [10, 14, 22], "totals": [50, 51, 49], "scores": [0, 1, 2], "conf": 0.95}
    assert p_values(document) == pytest.approx(
        {"pearson": 0.0224713332, "fisher-freeman-halton": 0.0248777420, "cochran-armitage": 0.0073083050}, rel=1e-8
    )
    assert [row["name"] for row in document["estimates"]] == [f"arm {i}: Wilson score interval" for i in (1, 2, 3)]
    first = document["estimates"][0]
    assert (first["measure"], first["estimate"]) == ("proportion", 0.2)
    assert (first["lower"], first["upper"]) == (pytest.approx(0.1124375, abs=1e-7), pytest.approx(0.3303711, abs=1e-7))


def test_plain_table_has_arms_with_intervals_and_fits():
    result = run(*THREE)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "arm 1      10     50    20.0%  11.2% to 33.0%  Wilson score interval" in result.stdout
    for text in ("Pearson chi-square", "Fisher-Freeman-Halton exact", "Cochran-Armitage trend"):
        assert text in result.stdout


def test_all_tests_fit_the_page():
    result = run(*THREE, "--method", "all")
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert len(answer(*THREE, "--method", "all")[0]["tests"]) == 7


def test_scores_change_the_trend_only():
    plain, scored = answer(*THREE)[0], answer(*THREE, "--scores", "0,1,4")[0]
    assert scored["inputs"]["scores"] == [0, 1, 4]
    one, other = p_values(plain), p_values(scored)
    assert one["pearson"] == other["pearson"]
    assert one["cochran-armitage"] != other["cochran-armitage"]
    assert "Scores of trend: 0, 1, 4" in run(*THREE, "--scores", "0,1,4").stdout


def test_another_interval_and_level_of_the_arms():
    document, _ = answer(*THREE, "--method", "clopper-pearson", "--conf", "90")
    assert {(row["method"], row["conf"]) for row in document["estimates"]} == {("clopper-pearson", 0.9)}
    assert len(document["tests"]) == 3


def test_a_trials_two_arms():
    """Fisher's P of infections, 65/99 and 78/99, by R fisher.test."""
    document, _ = answer("65/99", "78/99")
    assert p_values(document)["fisher-freeman-halton"] == pytest.approx(0.05636872816, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "status", "verdicts"),
    [
        ("20% vs 27.5% vs 44.9%, P=0.022", 0, {"reproduced"}),
        ("20.0% (95% CI 11.2-33.0) vs 27.5% (17.1-40.9) vs 44.9% (31.9-58.7), P=0.022", 0, {"reproduced"}),
        ("P=0.007", 0, {"reproduced"}),
        ("P=0.35", 1, {"inconsistent"}),
        ("20% vs 27.5% vs 43%, P=0.022", 1, {"reproduced", "inconsistent"}),
    ],
)
def test_reported(text, status, verdicts):
    document, found = answer(*THREE, "--reported", text)
    assert found == status
    assert {row["verdict"] for row in document["verdicts"]} == verdicts


def test_explain_puts_the_numbers_in():
    result = run(*THREE, "--explain", "--method", "pearson")
    assert "46 = sum(x);  chi2 = sum((x - n*46/150)^2 / (n*46*(150-46)/150^2)), df = 3-1" in result.stdout
    assert "Pearson 1900" in result.stdout


def test_plot_draws_each_arm():
    drawn = [line for line in run(*THREE, "--plot").stdout.splitlines() if "\u25a0" in line]
    assert [line[:5] for line in drawn] == ["arm 1", "arm 2", "arm 3"]


@pytest.mark.parametrize(
    "arms",
    [
        ("0/10", "0/12", "0/9"),
        ("10/10", "12/12"),
        ("0/1", "1/1", "0/1"),
        ("500000000/1000000000", "500020000/1000000000", "500060000/1000000000"),
        ("0/1000000000", "3/1000000000", "9/1000000000"),
    ],
)
def test_extremes_have_an_answer_or_a_reason(arms):
    document, status = answer(*arms, "--method", "all")
    assert status == 0
    for row in document["tests"]:
        assert row["p"] is not None or row["notes"], row
    assert run(*arms).exit_code == 0


@pytest.mark.parametrize("form", ["plain", "rich", "markdown", "csv", "tsv", "json", "jsonl", "latex", "html"])
def test_every_format(form):
    result = run(*THREE, "--format", form)
    assert result.exit_code == 0
    assert "Freeman" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["10/50"], "at least two arms"),
        (["10/50", "52/51"], "52 events are more than the total of 51"),
        (["10/50", "x"], "'x' is not understood"),
        (["10/50", "14/0"], "the total is zero"),
        (["10/50", "14/51", "--scores", "0,1,2"], "3 scores for 2 arms"),
        (["10/50", "14/51", "--scores", "0,b"], "'b' is not a number"),
        (["10/50", "14/51", "--scores", "0,inf"], "'inf' is not a number"),
        (["10/50", "14/51", "--method", "pearsen"], "did you mean 'pearson'"),
        (["10/50", "14/51", "--conf", "100"], "not between 0 and 100%"),
        (["10/50", "14/51", "--reported", "nothing"], "nothing"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc arms: ")
    assert message in result.stderr
