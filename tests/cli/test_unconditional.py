"""Exact unconditional and melded methods on the command line: shown when named, searched when nothing else fits."""

import json
import math

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

SEED = ("82/99", "70/99")


def run(*arguments, **extra):
    return CliRunner().invoke(main, list(arguments), prog_name="gvhdcalc", **extra)


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    assert result.stdout, result.stderr
    return json.loads(result.stdout), result.exit_code


def keys(rows):
    return [row["method"] for row in rows]


@pytest.mark.parametrize("command", ["or", "rr", "rd", "nnt"])
def test_none_is_shown_unasked(command):
    document, _ = answer(command, *SEED)
    shown = {*keys(document["estimates"]), *keys(document["tests"])}
    assert not shown & {"chan-zhang", "santner-snell", "melded", "barnard", "boschloo", "z-unpooled"}


def test_seed_response_by_the_exact_methods():
    """Day 28: exact P values about 0.05, where Pearson's is 0.043 and Fisher's 0.063."""
    named = [x for key in ("chan-zhang", "santner-snell", "melded", "barnard", "boschloo") for x in ("--method", key)]
    document, status = answer("rd", *SEED, *named)
    assert status == 0
    rows = {row["method"]: row for row in document["estimates"]}
    assert set(rows) == {"melded", "chan-zhang", "santner-snell"}
    # the values of R for this table are not listed (99 x 99): the limits are known by the tests they invert
    assert rows["chan-zhang"]["lower"] > 0 > rows["santner-snell"]["lower"]
    assert rows["chan-zhang"]["p"] < 0.05 < rows["santner-snell"]["p"]
    assert rows["melded"]["lower"] < 0
    tests = {row["method"]: row for row in document["tests"]}
    fisher = {row["method"]: row["p"] for row in answer("rd", *SEED)[0]["tests"]}["fisher"]
    assert tests["barnard"]["p"] < tests["boschloo"]["p"] < fisher
    assert tests["barnard"]["statistic"] == pytest.approx(math.sqrt(4.0778039), rel=1e-6)
    assert tests["boschloo"]["statistic"] == pytest.approx(fisher, rel=1e-9)
    assert tests["barnard"]["sides"] == 2
    assert tests["barnard"]["reference"] == "Barnard 1947; Suissa & Shuster 1985"


@pytest.mark.parametrize(
    ("command", "arms", "printed", "methods"),
    [
        # SAS PROC FREQ and StatXact, as in the tests of exact2x2
        ("rd", ("24/61", "10/35"), "10.8% (95% CI -9.92 to 29.49), P=0.4063", ("chan-zhang", "barnard")),
        ("rd", ("24/61", "10/35"), "10.8% (95% CI -10.16 to 30.79)", ("santner-snell",)),
        ("rr", ("11/13", "2/7"), "2.96 (95% CI 1.078-29.1), P=0.0134", ("chan-zhang", "barnard")),
        # Exact, as in the tests of scipy
        ("or", ("7/15", "12/15"), "P=0.06822", ("boschloo",)),
        # exact2x2 binomMeld.test: Fay & Brittain 2022, example 7.3
        ("or", ("6/8", "2/11"), "13.5 (95% CI 1.06 to 382.95)", ("melded",)),
    ],
)
def test_printed_figures_name_their_method(command, arms, printed, methods):
    document, status = answer(command, *arms, "--reported", printed)
    assert status == 0, document["verdicts"]
    verdicts = {row["item"]: row for row in document["verdicts"]}
    for item in {"lower", "upper"} & set(verdicts):
        assert methods[0] in verdicts[item]["methods"]
    if "p" in verdicts:
        assert methods[-1] in verdicts["p"]["methods"]
        assert verdicts["p"]["verdict"] == "reproduced"


def test_they_are_not_asked_where_a_quick_method_gives_the_figure():
    document, status = answer("rd", "24/61", "10/35", "--reported", "10.8% (95% CI -9.2 to 28.3)")
    assert status == 0
    found = {row["item"]: row["methods"] for row in document["verdicts"]}
    assert not {"chan-zhang", "santner-snell"} & set(found["estimate"])


def test_what_does_not_follow_ends_in_1():
    document, status = answer("rd", "24/61", "10/35", "--reported", "10.8% (95% CI -9.99 to 29.49)")
    assert status == 1
    verdicts = {row["item"]: row for row in document["verdicts"]}
    assert verdicts["lower"]["verdict"] == "inconsistent"
    assert verdicts["upper"]["methods"] == ["chan-zhang"]
    # named alone, it alone is searched
    alone = ("--method", "chan-zhang", "--reported", "10.8% (95% CI -9.9 to 28.3)")
    document, status = answer("rd", "24/61", "10/35", *alone)
    assert status == 1
    assert {row["item"]: row["verdict"] for row in document["verdicts"]}["upper"] == "inconsistent"


def test_a_one_sided_p_is_found_where_it_is_said_to_be_one():
    document, status = answer("rd", "24/61", "10/35", "--reported", "one-sided P=0.2142")
    assert status == 0, document["verdicts"]
    assert document["verdicts"][0]["methods"] == ["barnard-greater"]


def test_non_inferiority_by_the_exact_test():
    document, status = answer("rd", "24/61", "10/35", "--margin", "-10%", "--method", "chan-zhang")
    assert status == 0
    (test,) = document["tests"]
    assert (test["method"], test["sides"]) == ("chan-zhang", 1)
    # the lower limit is -9.92%, so that the one-sided P of -10% is just below 2.5%
    assert 0.0225 < test["p"] < 0.025


def test_too_many_patients_have_a_null_with_its_reason():
    document, status = answer("rd", "800/1500", "700/1500", "--method", "chan-zhang", "--method", "barnard")
    assert status == 0
    for row in (*document["estimates"], *document["tests"]):
        assert row["p"] is None
        assert "too large for an exact unconditional method; use" in row["notes"][0]
    assert document["estimates"][0]["lower"] is None
    assert document["estimates"][0]["estimate"] == pytest.approx(1 / 15)


def test_explain_has_the_numbers_of_the_arms():
    unpooled = ("--method", "z-unpooled")
    result = run("rd", "24/61", "10/35", "--explain", "--method", "barnard", "--method", "melded")
    assert "sqrt(p*(1-p)*(1/61 + 1/35)), p = (24+10)/96" in result.stdout
    assert "T1 ~ Beta(24, 37+1), T0 ~ Beta(10+1, 25)" in result.stdout
    assert "T = (p1 - p0)" in result.stdout
    # z is the statistic of a z test, not the quantile of the level
    assert "numbers    z = (p1 - p0) / sqrt(p1*(1-p1)/61" in run("rd", "24/61", "10/35", "--explain", *unpooled).stdout
    for text in ("Suissa & Shuster 1985", "Fay, Proschan & Brittain 2015", "SAS PROC FREQ, exact barnard"):
        assert text in result.stdout


def test_batch_takes_them_by_name_and_says_what_all_leaves_out():
    rows = "events1,total1,events0,total0\n24,61,10,35\n9,11,4,12\n5000,10000,1,10000\n"
    result = run("rd", "--batch", "-", "--method", "chan-zhang", "--method", "barnard", input=rows)
    assert result.exit_code == 0
    lines = [line.split(",") for line in result.stdout.splitlines()]
    column = {name: [line[i] for line in lines[1:]] for i, name in enumerate(lines[0])}
    assert [float(x) for x in column["chan-zhang_lower"][:2]] == pytest.approx([-0.0992, 0.0616], abs=5e-5)
    assert [float(x) for x in column["barnard_p"][:2]] == pytest.approx([0.4063, 0.0215], abs=5e-5)
    assert column["barnard_p"][2] == column["chan-zhang_lower"][2] == ""  # too large
    result = run("rd", "--batch", "-", "--method", "all", input=rows)
    assert result.exit_code == 0
    assert "chan-zhang" not in result.stdout
    assert "melded_lower" in result.stdout
    assert result.stderr.startswith("gvhdcalc rd: slow, not part of all in a batch: chan-zhang, santner-snell, barnard")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["24/61", "10/35", "--method", "barnad"], "did you mean 'barnard'"),
        (["24/61", "10/35", "--method", "boschlo"], "did you mean 'boschloo'"),
        (["24/61", "10/35", "--method", "santner"], "no method 'santner' here"),
        (["24/0", "10/35", "--method", "chan-zhang"], "the total is zero"),
        (["74/61", "10/35", "--method", "melded"], "74 events are more than the total of 61"),
        (["24/61", "--method", "barnard"], "two arms are needed"),
        (["24/61", "10/35", "--margin", "-110%", "--method", "chan-zhang"], "-110%"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run("rd", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr


@pytest.mark.parametrize("command", ["or", "rr", "rd", "nnt"])
@pytest.mark.parametrize("arms", [("0/10", "0/12"), ("10/10", "0/7"), ("1/1", "0/1"), ("0/1", "0/1"), ("5/5", "7/7")])
def test_ends_give_an_answer_or_a_reason(command, arms):
    document, status = answer(command, *arms, "--method", "all")
    assert status == 0
    for row in (*document["estimates"], *document["tests"]):
        figures = [row[name] for name in ("estimate", "lower", "upper") if name in row] or [row["p"]]
        assert row["notes"] or None not in figures, row


def test_all_fits_80_columns():
    result = run("rd", *SEED, "--method", "all", terminal_width=80)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
