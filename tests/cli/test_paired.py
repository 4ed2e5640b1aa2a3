"""``gvhdcalc paired`` on the command line."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

MEDIA = ("20", "12", "2", "16")  # Armitage & Berry: two media for M. tuberculosis


def run(*arguments, **extra):
    return CliRunner().invoke(main, ["paired", *arguments], prog_name="gvhdcalc", **extra)


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    return json.loads(result.stdout), result.exit_code


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def verdicts(document):
    return {row["item"]: row for row in document["verdicts"]}


def test_default_tables_have_both_proportions_difference_odds_ratio_and_two_tests():
    result = run(*MEDIA)
    assert result.exit_code == 0
    assert result.stderr == ""
    for text in (
        "first       32     50    64.0%",
        "second      22     50    44.0%",
        "Paired risk difference     20.0%  5.6% to 32.9%  Newcombe hybrid score interval",
        "Paired odds ratio           6.00  1.34 to 26.81  Wald interval on the log scale",
        "0.008       7.14   1  McNemar chi-square",
        "0.013                 McNemar exact (binomial), two-sided",
    ):
        assert text in result.stdout
    assert "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_json_is_the_contract_at_full_precision():
    document, status = answer(*MEDIA, "--method", "all")
    assert status == 0
    assert (document["schema"], document["command"]) == ("gvhdcalc/1", "paired")
    assert document["inputs"] == {"pairs": [20, 12, 2, 16], "conf": 0.95}
    found = {(row["measure"], row["method"]): row for row in document["estimates"]}
    # R 4.2: binom.test(12, 14)$conf.int as odds
    exact = found["paired odds ratio", "exact"]
    assert (exact["lower"], exact["upper"]) == pytest.approx((1.335744, 55.197091), rel=1e-6)
    # Newcombe 1998, method 10
    newcombe = found["paired risk difference", "newcombe"]
    assert (newcombe["lower"], newcombe["upper"]) == pytest.approx((0.0562, 0.3292), abs=5e-5)
    assert found["paired risk difference", "tango"]["p"] == pytest.approx(document["tests"][0]["p"], rel=1e-12)
    assert [row["method"] for row in document["tests"]] == ["mcnemar", "mcnemar-cc", "exact", "mid-p"]
    assert document["tests"][0]["df"] == 1
    assert document["verdicts"] == document["values"] == document["warnings"] == []


def test_discordant_pairs_alone_give_the_odds_ratio_and_the_tests_and_say_what_is_missing():
    whole, _ = answer(*MEDIA, "--method", "all")
    document, status = answer("--discordant", "12/2", "--method", "all")
    assert status == 0
    assert document["inputs"] == {"discordant": [12, 2], "conf": 0.95}
    assert document["estimates"] == [row for row in whole["estimates"] if row["measure"] == "paired odds ratio"]
    assert document["tests"] == whole["tests"]
    assert document["warnings"] == ["the risk difference needs the number of all pairs: BOTH FIRST SECOND NEITHER"]


def test_airway_example_of_the_mid_p_paper():
    # Fagerland, Lydersen & Laake 2013: asymptotic 0.034, exact 0.070, mid-P 0.039
    document, _ = answer("1", "1", "7", "12", "--method", "all")
    p = {row["method"]: row["p"] for row in document["tests"]}
    assert (p["mcnemar"], p["exact"], p["mid-p"]) == pytest.approx((0.0339, 0.0703, 0.0391), abs=5e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["20", "12", "2"], "3 counts given; give four counts of pairs"),
        (["20", "12", "2", "16", "5"], "5 counts given"),
        (["20", "12.5", "2", "16"], "first only '12.5' is not a whole number"),
        (["20", "12", "two", "16"], 'second only: "two" is not a number'),
        (["--", "20", "12", "2", "-16"], "neither '-16' is negative"),
        (["0", "0", "0", "0"], "all four counts are zero"),
        (["20", "12", "2", "99999999999999999"], "has more than 15 digits"),
        (["20", "12", "2", "1e30"], "is above 10^15"),
        (["20", "12%", "2", "16"], "first only '12%' is not a whole number"),
        (["--discordant", "12"], "write FIRST/SECOND (15/5)"),
        (["--discordant", "12/x"], 'second only: "x" is not a number'),
        (["--discordant", "12/2", "--method", "tango"], "tango: the risk difference needs the number of all pairs"),
        ([*MEDIA, "--discordant", "12/2"], "--discordant takes the place of the four counts"),
        ([*MEDIA, "--batch", "-"], "--batch reads the counts from its file"),
        ([*MEDIA, "--method", "newcomb"], "did you mean 'newcombe'"),
        ([*MEDIA, "--conf", "0"], "not between 0 and 100%"),
        ([*MEDIA, "--reported", "nothing here"], "nothing here"),
        (["--conf", "90"], "give four counts of pairs"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc paired: ")
    assert message in result.stderr


def test_no_arguments_is_help():
    result = run()
    assert result.exit_code == 2
    assert "Usage: gvhdcalc paired" in result.stderr


def test_reported_odds_ratio_is_reproduced_and_named():
    # StatsDirect's help, after Liddell 1983
    document, status = answer(*MEDIA, "--reported", "OR 6 (95% CI 1.335744 to 55.197091); P = 0.0129")
    assert status == 0
    found = verdicts(document)
    assert found["lower"]["methods"] == found["upper"]["methods"] == ["exact"]
    assert "StatsDirect" in found["lower"]["note"]
    assert found["p"]["methods"] == ["exact"]
    assert document["warnings"] == []


def test_reported_difference_with_percentages_is_told_by_its_signs():
    text = "64% vs 44%; difference 20% (95% CI 5.6 to 32.9), P = 0.008"
    document, status = answer(*MEDIA, "--reported", text)
    assert status == 0
    found = verdicts(document)
    assert {row["verdict"] for row in found.values()} == {"reproduced"}
    assert {"percent 1", "percent 2", "estimate", "lower", "upper", "p"} == set(found)
    assert found["lower"]["methods"] == ["newcombe"]
    assert found["p"]["methods"] == ["mcnemar"]


def test_a_difference_cannot_be_checked_from_discordant_pairs():
    document, status = answer("--discordant", "12/2", "--reported", "difference 20% (5.6 to 32.9), P = 0.013")
    assert status == 0
    found = verdicts(document)
    assert {found[item]["verdict"] for item in ("estimate", "lower", "upper")} == {"not checkable"}
    assert "number of all pairs" in found["estimate"]["note"]
    assert found["p"]["verdict"] == "reproduced"


def test_what_does_not_follow_ends_in_1_and_a_slip_is_named():
    document, status = answer(*MEDIA, "--reported", "OR 0.17 (0.04-0.74)")
    assert status == 1
    assert "with first and second exchanged would give it" in verdicts(document)["estimate"]["note"]
    plain = run(*MEDIA, "--reported", "OR 0.17 (0.04-0.74)")
    assert "Does not follow from these numbers: estimate, lower, upper." in plain.stdout


def test_the_printed_level_is_used():
    document, status = answer("43", "0", "1", "0", "--reported", "-2.3% (90% CI -9.6 to 3.7)")
    assert document["inputs"]["conf"] == 0.9
    assert status == 0
    assert "tango" in verdicts(document)["upper"]["methods"]  # Tango 1998: -0.096 to 0.037


def test_method_choice_and_digits():
    document, _ = answer(*MEDIA, "--method", "exact", "--method", "tango")
    assert [row["method"] for row in document["estimates"]] == ["tango", "exact"]
    assert [row["method"] for row in document["tests"]] == ["exact"]
    assert "0.01294" in run(*MEDIA, "--digits", "5").stdout


def test_explain_puts_the_numbers_in():
    result = run(*MEDIA, "--explain")
    assert "OR = 12/2;  SE = sqrt(1/12 + 1/2)" in result.stdout
    assert "chi2 = (12-2)^2 / (12+2)" in result.stdout
    assert "McNemar 1947" in result.stdout
    assert "OR = 12/2" in run("--discordant", "12/2", "--explain").stdout


def test_plot_draws_every_interval_of_the_first_measure():
    result = run(*MEDIA, "--method", "all", "--plot")
    drawn = [line for line in result.stdout.splitlines() if "■" in line]
    assert len(drawn) == 5
    assert max(map(len, drawn)) <= 80


@pytest.mark.parametrize(
    "counts",
    [
        ("0", "0", "0", "1"), ("7", "0", "0", "0"), ("0", "5", "0", "0"), ("0", "0", "5", "0"), ("0", "1", "0", "0"),
        ("12", "6", "0", "9"), ("400000000", "100050000", "100000000", "399950000"), ("1", "0", "3", "999999996"),
        ("--discordant", "0/0"), ("--discordant", "5/0"), ("--discordant", "1000000000/1000100000"),
    ],
)  # fmt: skip
def test_extremes_get_an_answer_or_a_reason(counts):
    document, status = answer(*counts, "--method", "all")
    assert status == 0
    for row in document["estimates"]:
        for field in ("estimate", "lower", "upper"):
            assert row[field] is not None or row["notes"], row
    for row in document["tests"]:
        assert row["p"] is not None or row["notes"], row
    assert run(*counts).exit_code == 0


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "csv", "tsv", "json", "jsonl", "latex", "html"])
def test_every_format_holds_the_result(form):
    result = run(*MEDIA, "--method", "all", "--format", form)
    assert result.exit_code == 0
    assert "Tango" in result.stdout
    if form in {"rich", "plain"}:
        assert max(map(len, result.stdout.splitlines())) <= 80


def test_batch_of_all_counts_of_discordant_pairs_and_as_text():
    single, _ = answer(*MEDIA)
    lower = {row["measure"]: row["lower"] for row in single["estimates"]}
    counts = "id,both,first,second,neither\na,20,12,2,16\nb,0,0,0,0\nc,1,-1,2,3\n"
    for text in (counts, "id,pairs\na,20/12/2/16\nb,1/2\n"):
        result = run("--batch", "-", input=text)
        assert result.exit_code == 1
        first, *bad = rows(result.stdout)
        assert float(first["rd-newcombe_lower"]) == pytest.approx(lower["paired risk difference"], rel=1e-12)
        assert float(first["or-wald_lower"]) == pytest.approx(lower["paired odds ratio"], rel=1e-12)
        assert float(first["exact_p"]) == pytest.approx(single["tests"][1]["p"], rel=1e-12)
        assert all(row["error"] for row in bad)
        assert len(result.stderr.splitlines()) == len(bad)
    for text in ("first,second\n12,2\n", "discordant\n12/2\n", '{"first": 12, "second": 2}\n'):
        result = run("--batch", "-", "--format", "csv", input=text)
        assert result.exit_code == 0
        (row,) = rows(result.stdout)
        assert float(row["or-wald_lower"]) == pytest.approx(lower["paired odds ratio"], rel=1e-12)
        assert "rd-newcombe_lower" not in row


def test_help_says_what_first_and_second_are_and_lists_methods():
    result = run("--help")
    assert result.exit_code == 0
    for text in ("BOTH FIRST SECOND NEITHER", "matched control", "tango", "Methods (paired odds ratio)", "Stata mcc"):
        assert text in result.stdout
