"""``gvhdcalc rd`` on the command line."""

import json

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main


def run(*arguments, **extra):
    return CliRunner().invoke(main, list(arguments), prog_name="gvhdcalc", **extra)


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    return json.loads(result.stdout), result.exit_code


def test_default_table_has_arms_newcombe_in_percent_pearson_and_fisher():
    result = run("rd", "82/99", "70/99")
    assert result.exit_code == 0
    assert result.stderr == ""
    for text in ("82.8%", "70.7%", "12.1%", "0.3% to 23.5%", "Newcombe", "0.043", "Pearson", "Fisher exact"):
        assert text in result.stdout


def test_json_is_the_contract_in_fractions():
    document, status = answer("rd", "82/99", "70/99", "--method", "all")
    assert status == 0
    assert (document["schema"], document["command"]) == ("gvhdcalc/1", "rd")
    assert document["inputs"] == {"events": [82, 70], "totals": [99, 99], "conf": 0.95}
    rows = {row["method"]: row for row in document["estimates"]}
    assert next(iter(rows)) == "newcombe"
    assert {"miettinen-nurminen", "mee", "agresti-caffo", "wald", "wald-cc", "newcombe-cc", "scas"} < set(rows)
    assert {row["measure"] for row in rows.values()} == {"risk difference"}
    assert all(row["estimate"] == pytest.approx(12 / 99, rel=1e-15) for row in rows.values())
    # R: 12/99 + c(-1, 1)*qnorm(.975)*sqrt(82*17/99^3 + 70*29/99^3)
    assert (rows["wald"]["lower"], rows["wald"]["upper"]) == pytest.approx((0.004782851, 0.237641392), rel=1e-6)
    assert rows["wald"]["se_scale"] == "plain"
    assert rows["newcombe"]["p"] is None
    assert rows["newcombe"]["reference"] == "Newcombe 1998"
    assert document["verdicts"] == document["values"] == document["warnings"] == []


@pytest.mark.parametrize(
    ("printed", "method"),
    [
        ("12.1% (95% CI 0.3 to 23.5), P=0.043", "newcombe"),
        ("12.1 (95% CI 0.3 to 23.5)", "newcombe"),
        ("0.121 (95% CI 0.003 to 0.235)", "newcombe"),
        ("82.8% vs 70.7%; difference 12.1 percentage points (95% CI, 0.5-23.8); P=0.043", "wald"),
        ("risk difference 12.12% (95% CI 0.33% to 23.78%)", "miettinen-nurminen"),
        ("risk difference 12.12% (95% CI 0.26% to 23.51%)", "agresti-caffo"),
        ("risk difference 12.1% (90% CI 2.4% to 21.9%)", "wald"),
    ],
)
def test_printed_differences_name_their_method(printed, method):
    document, status = answer("rd", "82/99", "70/99", "--reported", printed)
    assert status == 0, document["verdicts"]
    assert {row["verdict"] for row in document["verdicts"]} == {"reproduced"}
    verdicts = {row["item"]: row for row in document["verdicts"]}
    assert all(method in verdicts[item]["methods"] for item in ("estimate", "lower", "upper"))
    assert document["warnings"] == []


def test_seed_adverse_events():
    for arms, difference in ((("65/99", "78/99"), "-13.1% (95% CI -25.1 to -0.6)"),
                             (("37/99", "53/99"), "-16.2% (95% CI -29.2 to -2.3)")):  # fmt: skip
        document, status = answer("rd", *arms, "--reported", difference)
        assert status == 0, document["verdicts"]
        assert all("newcombe" in row["methods"] for row in document["verdicts"])


def test_what_does_not_follow_ends_in_1_and_names_the_slip():
    document, status = answer("rd", "82/99", "70/99", "--reported", "risk difference -12.1% (-23.5% to -0.3%)")
    assert status == 1
    assert {row["verdict"] for row in document["verdicts"]} == {"inconsistent"}
    assert all("with the arms exchanged would give it" in row["note"] for row in document["verdicts"])
    document, status = answer("rd", "82/99", "70/99", "--reported", "risk difference 15.0%")
    assert status == 1
    assert document["verdicts"][0]["computed"] == pytest.approx(12 / 99)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["102/99", "70/99"], "102 events are more than the total of 99"),
        (["--", "-5/99", "70/99"], "is negative"),
        (["82/0", "70/99"], "the total is zero"),
        (["82\\99", "70/99"], "EVENTS/TOTAL"),
        (["82.5%/99", "70/99"], "no count out of 99 gives 82.5%"),
        (["82/99"], "two arms are needed"),
        (["82/99", "70/99", "--conf", "0"], "not between 0 and 100%"),
        (["82/99", "70/99", "--method", "newcomb"], "did you mean 'newcombe'"),
        (["82/99", "70/99", "--reported", ""], ""),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run("rd", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc rd: ")
    assert message in result.stderr


def test_explain_puts_the_numbers_in():
    result = run("rd", "82/99", "70/99", "--explain", "--method", "agresti-caffo", "--method", "wald")
    assert "q1 = (82+1)/(99+2)" in result.stdout
    for text in ("Agresti & Caffo 2000", "Newcombe 1998, method 1", "SAS PROC FREQ, riskdiff"):
        assert text in result.stdout


@pytest.mark.parametrize(
    "arms",
    [
        ("0/99", "70/99"), ("82/99", "0/99"), ("0/99", "0/99"), ("99/99", "70/99"), ("99/99", "99/99"), ("0/1", "1/1"),
        ("1/1", "1/1"), ("0/1", "0/1"), ("400000000/1000000000", "400020000/1000000000"), ("1/1000000000", "0/1"),
        ("1000000000/1000000000", "0/1000000000"),
    ],
)  # fmt: skip
def test_extreme_tables_get_an_answer_or_a_reason(arms):
    document, status = answer("rd", *arms, "--method", "all")
    assert status == 0
    for row in document["estimates"]:
        if row["lower"] is None:
            assert row["notes"]
            continue
        assert row["lower"] <= row["upper"]
        assert row["lower"] <= row["estimate"] <= row["upper"] or row["notes"]
    for row in document["tests"]:
        assert row["p"] is not None or row["notes"]
    plain = run("rd", *arms, "--method", "newcombe", "--method", "wald")
    assert plain.exit_code == 0
    assert max(map(len, plain.stdout.splitlines())) <= 80


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "csv", "tsv", "json", "jsonl", "latex", "html"])
def test_every_format_holds_the_result(form):
    result = run("rd", "82/99", "70/99", "--format", form, "--method", "all")
    assert result.exit_code == 0
    assert "Newcombe" in result.stdout
    if form in {"rich", "plain"}:
        assert max(map(len, result.stdout.splitlines())) <= 80


def test_plot_and_batch():
    drawn = [
        line for line in run("rd", "82/99", "70/99", "--method", "all", "--plot").stdout.splitlines() if "■" in line
    ]
    assert len(drawn) > 4
    assert max(map(len, drawn)) <= 80
    result = run("rd", "--batch", "-", input="events1,total1,events0,total0\n82,99,70,99\n1,0,1,2\n")
    assert result.exit_code == 1
    assert "line 3" in result.stderr
    assert result.stdout.splitlines()[1].startswith("82,99,70,99,0.1212121212121212")
