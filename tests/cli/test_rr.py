"""``gvhdcalc rr`` on the command line."""

import json

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main


def run(*arguments, **extra):
    return CliRunner().invoke(main, list(arguments), prog_name="gvhdcalc", **extra)


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    return json.loads(result.stdout), result.exit_code


def test_default_table_has_arms_katz_pearson_and_fisher():
    result = run("rr", "65/99", "78/99")
    assert result.exit_code == 0
    assert result.stderr == ""
    for text in ("65.7%", "78.8%", "0.83", "0.70 to 0.99", "Katz", "0.039", "Pearson", "Fisher exact"):
        assert text in result.stdout


def test_json_is_the_contract_at_full_precision():
    document, status = answer("rr", "65/99", "78/99", "--method", "all")
    assert status == 0
    assert (document["schema"], document["command"]) == ("gvhdcalc/1", "rr")
    assert document["inputs"] == {"events": [65, 78], "totals": [99, 99], "conf": 0.95}
    rows = {row["method"]: row for row in document["estimates"]}
    assert len(rows) == len(document["estimates"])
    katz, koopman = rows["katz"], rows["koopman"]
    assert {row["measure"] for row in document["estimates"]} == {"risk ratio"}
    assert katz["estimate"] == pytest.approx(65 / 78, rel=1e-15)
    # R: exp(log(65/78) + c(-1, 1)*qnorm(.975)*sqrt(1/65 - 1/99 + 1/78 - 1/99))
    assert (katz["lower"], katz["upper"]) == pytest.approx((0.699310720, 0.993041325), rel=1e-6)
    assert katz["se_scale"] == "log"
    assert koopman["se"] is None
    # the score test of RR = 1 is Pearson's
    assert koopman["p"] == pytest.approx(next(t["p"] for t in document["tests"] if t["method"] == "pearson"), rel=1e-12)
    assert koopman["reference"] == "Koopman 1984"
    assert document["verdicts"] == document["values"] == document["warnings"] == []


@pytest.mark.parametrize(
    ("arms", "printed"),
    [
        (("65/99", "78/99"), "65 [65.7%] vs. 78 [78.8%]; RR 0.83; 95% CI 0.70-0.99; P = 0.039"),
        (("37/99", "53/99"), "37 [37.4%] vs. 53 [53.5%]; risk ratio, 0.70 (95% CI, 0.51 to 0.96); P=0.022"),
        (("82/99", "70/99"), "relative risk 1.17 [1.00; 1.37] p=0.043"),
    ],
)
def test_seed_figures_are_reproduced_by_katz(arms, printed):
    document, status = answer("rr", *arms, "--reported", printed)
    assert status == 0, document["verdicts"]
    assert {row["verdict"] for row in document["verdicts"]} == {"reproduced"}
    verdicts = {row["item"]: row for row in document["verdicts"]}
    assert all("katz" in verdicts[item]["methods"] for item in ("estimate", "lower", "upper"))
    assert "pearson" in verdicts["p"]["methods"]


def test_walds_p_is_searched_too():
    document, status = answer("rr", "82/99", "70/99", "--reported", "RR 1.17, P=0.04585")
    assert status == 0
    assert {row["item"]: row["methods"] for row in document["verdicts"]}["p"] == ["wald"]


def test_what_does_not_follow_ends_in_1_and_names_the_slip():
    document, status = answer("rr", "65/99", "78/99", "--reported", "RR 1.20 (1.01-1.43)")
    assert status == 1
    assert {row["verdict"] for row in document["verdicts"]} == {"inconsistent"}
    assert "with the arms exchanged would give it" in document["verdicts"][0]["note"]
    document, status = answer("rr", "65/99", "78/99", "--reported", "RR 1.62")
    assert status == 1
    assert "of the non-events would give it" in document["verdicts"][0]["note"]
    assert "Does not follow" in run("rr", "65/99", "78/99", "--reported", "RR 1.62").stdout


def test_an_odds_ratio_in_the_text_is_a_warning():
    document, _ = answer("rr", "82/99", "70/99", "--reported", "odds ratio 1.17 (95% CI 1.00-1.37)")
    assert any("odds ratio" in warning for warning in document["warnings"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["102/99", "70/99"], "102 events are more than the total of 99"),
        (["--", "-5/99", "70/99"], "is negative"),
        (["82.5/99", "70/99"], "'82.5' is not a whole number"),
        (["82/0", "70/99"], "the total is zero"),
        (["82\\99", "70/99"], "EVENTS/TOTAL"),
        (["82.5%/99", "70/99"], "no count out of 99 gives 82.5%"),
        (["82/99"], "two arms are needed"),
        (["82/99", "70/99", "--conf", "100"], "not between 0 and 100%"),
        (["82/99", "70/99", "--method", "koopmann"], "did you mean 'koopman'"),
        (["82/99", "70/99", "--reported", "nothing"], "nothing"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run("rr", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc rr: ")
    assert message in result.stderr


def test_explain_puts_the_numbers_in():
    result = run("rr", "65/99", "78/99", "--explain", "--method", "katz", "--method", "koopman")
    assert "RR = (65/99) / (78/99)" in result.stdout
    assert "SE = sqrt(1/65 - 1/99 + 1/78 - 1/99)" in result.stdout
    for text in ("Katz, Baptista, Azen & Pike 1978", "Koopman 1984", "SAS PROC FREQ, relrisk"):
        assert text in result.stdout


@pytest.mark.parametrize(
    ("arms", "limits"),
    [
        (("0/99", "70/99"), (0.0, 0.052860572)),
        (("82/99", "0/99"), (22.1674679, "Infinity")),
        (("0/99", "0/99"), (0.0, "Infinity")),
        (("0/1", "0/1"), (0.0, "Infinity")),
    ],
)
def test_an_arm_with_no_events_has_no_katz_but_a_score_interval(arms, limits):
    """Limits by R: uniroot on the score statistic with the likelihood maximised by optimize, qchisq(0.95, 1)."""
    document, status = answer("rr", *arms, "--method", "katz", "--method", "koopman")
    katz, koopman = document["estimates"]
    assert status == 0
    assert katz["lower"] is katz["upper"] is katz["p"] is None
    assert any("the interval does not exist" in note for note in katz["notes"])
    for got, expected in zip((koopman["lower"], koopman["upper"]), limits, strict=True):
        assert got == (expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-6))


@pytest.mark.parametrize(
    "arms",
    [
        ("0/99", "70/99"), ("82/99", "0/99"), ("0/99", "0/99"), ("99/99", "70/99"), ("99/99", "99/99"), ("0/1", "1/1"),
        ("1/1", "1/1"), ("0/1", "0/1"), ("400000000/1000000000", "400020000/1000000000"), ("1/1000000000", "0/1"),
        ("1000000000/1000000000", "0/1000000000"),
    ],
)  # fmt: skip
def test_extreme_tables_get_an_answer_or_a_reason(arms):
    document, status = answer("rr", *arms, "--method", "all")
    assert status == 0
    for row in document["estimates"]:
        for field in ("estimate", "lower", "upper"):
            assert row[field] is not None or row["notes"], row
    for row in document["tests"]:
        assert row["p"] is not None or row["notes"], row
    assert run("rr", *arms, "--plot", "--method", "koopman").exit_code in (0, 2)
    plain = run("rr", *arms, "--method", "katz", "--method", "koopman")
    assert plain.exit_code == 0
    assert max(map(len, plain.stdout.splitlines())) <= 80


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "csv", "tsv", "json", "jsonl", "latex", "html"])
def test_every_format_holds_the_result(form):
    result = run("rr", "65/99", "78/99", "--format", form)
    assert result.exit_code == 0
    assert "Katz" in result.stdout
    if form in {"rich", "plain"}:
        assert max(map(len, result.stdout.splitlines())) <= 80


def test_batch_adds_columns():
    result = run("rr", "--batch", "-", "--method", "koopman", input="treatment,control\n65/99,78/99\n0/10,3/7\n")
    assert result.exit_code == 0
    header, first, second = result.stdout.splitlines()
    assert header.startswith("treatment,control,koopman_estimate,koopman_lower,koopman_upper,")
    assert float(first.split(",")[2]) == pytest.approx(65 / 78, rel=1e-15)
    assert second.startswith("0/10,3/7,0.0,0.0,")
