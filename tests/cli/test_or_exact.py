"""``gvhdcalc or`` with the methods of a table given its margins."""

import json

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

EXACT = ("conditional-exact", "mid-p", "median-unbiased", "minlike", "blaker", "baptista-pike", "baptista-pike-mid-p")
FISHER = (
    "fisher", "fisher-central", "fisher-greater", "fisher-less", "fisher-blaker", "fisher-mid-p",
    "fisher-minlike-mid-p",
)  # fmt: skip


def run(*arguments, **extra):
    return CliRunner().invoke(main, ["or", *arguments], prog_name="gvhdcalc", **extra)


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    return json.loads(result.stdout), result.exit_code


def asked(*keys):
    return [part for key in keys for part in ("--method", key)]


def test_every_exact_interval_and_test_of_the_seed_response():
    """Day 28, 82/99 and 70/99. R: fisher.test has 0.9657 to 4.2111 and P = 0.06345; arms of one size, so that 1 is a
    limit of the intervals that take the opposite table as equally probable."""
    document, status = answer("82/99", "70/99", *asked(*EXACT, *FISHER, "jewell", "n-1"))
    assert status == 0
    rows = {row["method"]: row for row in document["estimates"]}
    assert set(rows) == {*EXACT, "jewell"}
    assert rows["conditional-exact"]["lower"] == pytest.approx(0.9657832, rel=1e-6)
    assert rows["minlike"]["lower"] == rows["blaker"]["lower"] == 1.0
    assert rows["minlike"]["estimate"] == pytest.approx(1.991329, rel=1e-6)
    assert rows["baptista-pike"]["estimate"] == pytest.approx(82 * 29 / (17 * 70), rel=1e-12)
    assert any("exactly 1" in note for note in rows["minlike"]["notes"])
    tests = {row["method"]: row for row in document["tests"]}
    assert set(tests) == {*FISHER, "n-1"}
    assert tests["fisher-greater"]["sides"] == tests["fisher-less"]["sides"] == 1
    assert tests["fisher-greater"]["p"] == pytest.approx(0.0634500779 / 2, rel=1e-6)
    assert tests["n-1"]["df"] == 1
    assert tests["n-1"]["p"] == pytest.approx(0.0439831578, rel=1e-6)  # R: pchisq(chisq * 197/198, 1)


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("1.99 (1.00-4.08), P=0.063", "minlike"),
        ("1.99 (1.00-4.13), P=0.063", "blaker"),
        ("1.99 (0.97-4.21), P=0.063", "conditional-exact"),
        ("1.99 (1.01-3.99), P=0.046", "mid-p"),
        ("1.86 (1.01-3.86)", "jewell"),
        ("2.00 (1.00-3.85), P=0.046", "baptista-pike-mid-p"),
    ],
)
def test_the_method_behind_printed_figures_is_named(text, method):
    document, status = answer("82/99", "70/99", "--reported", text)
    assert status == 0
    together = set.intersection(*(set(row["methods"]) for row in document["verdicts"] if row["item"] != "p"))
    assert method in together


def test_a_one_sided_p_is_a_slip_unless_the_text_says_so():
    document, status = answer("82/99", "70/99", "--reported", "P=0.032")
    (verdict,) = document["verdicts"]
    assert status == 1
    assert verdict["verdict"] == "inconsistent"
    assert "one-sided" in verdict["note"]
    document, status = answer("82/99", "70/99", "--reported", "one-sided P=0.032")
    assert status == 0
    assert document["verdicts"][0]["methods"] == ["fisher-greater"]


def test_a_gap_in_the_confidence_set_is_said():
    document, _ = answer("7/262", "30/494", *asked("minlike", "fisher"))
    (row,) = document["estimates"]
    assert row["lower"] < 1 < row["upper"]
    assert document["tests"][0]["p"] < 0.05
    assert any("gaps" in note for note in row["notes"])
    assert "gaps" in run("7/262", "30/494", *asked("minlike")).stdout


def test_explain_has_formula_numbers_and_source():
    shown = run("82/99", "70/99", *asked("blaker", "jewell", "baptista-pike-mid-p"), "--explain").stdout
    for text in ("Blaker 2000", "OR = 82*29 / ((17+1)*(70+1))", "Jewell 1986", "Fagerland", "epitools oddsratio.small"):
        assert text in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["82/99", "70/99", "--method", "blacker"], "did you mean 'blaker'"),
        (["82/99", "70/99", "--method", "baptista"], "'baptista-pike'"),
        (["82/99", "70/99", "--method", "fisher-grater"], "'fisher-greater'"),
        (["82/99", "--method", "minlike"], "two arms are needed"),
        (["100/99", "70/99", "--method", "minlike"], "100 events are more than the total of 99"),
        (["82/99", "70/99", "--method", "minlike", "--conf", "100"], "not between 0 and 100%"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr


def test_batch_is_what_each_table_gives_alone(tmp_path):
    arms = [("7/262", "30/494"), ("0/16", "15/72"), ("12/12", "8/13"), ("0/10", "0/20")]
    path = tmp_path / "tables.csv"
    path.write_text("treatment,control\n" + "".join(f"{one},{two}\n" for one, two in arms), encoding="utf-8")
    keys = asked("minlike", "blaker", "baptista-pike-mid-p", "median-unbiased", "fisher-blaker")
    result = run("--batch", str(path), *keys, "--format", "jsonl")
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(lines) == len(arms)
    for line, pair in zip(lines, arms, strict=True):
        alone, _ = answer(*pair, *keys)
        for row in alone["estimates"]:
            for item in ("estimate", "lower", "upper"):
                got, want = line[f"{row['method']}_{item}"], row[item]
                assert got == want or got == pytest.approx(want, rel=1e-9)
        assert line["fisher-blaker_p"] == pytest.approx(alone["tests"][0]["p"], rel=1e-9)


def test_what_r_prints_where_its_search_stops():
    """9/13 v 3/11: fisher.test prints 5.512388 (0.7824285 to 51.90886); its upper limit is not exact."""
    result = run("9/13", "3/11", "--reported", "5.512 (0.782-51.909), P = 0.100", "--format", "json")
    verdicts = {row["item"]: row for row in json.loads(result.stdout)["verdicts"]}
    assert result.exit_code == 0
    assert all("fisher-test-r" in verdicts[item]["methods"] for item in ("estimate", "lower", "upper"))
    assert "conditional-exact" not in verdicts["upper"]["methods"]
