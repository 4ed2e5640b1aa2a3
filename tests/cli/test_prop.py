"""``gvhdcalc prop`` on the command line."""

import csv
import io
import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main
from gvhdcalc.stats import registry
from gvhdcalc.stats.registry import estimators

CONTRACT = {"schema", "command", "inputs", "estimates", "tests", "verdicts", "values", "warnings"}


def run(*arguments):
    return CliRunner().invoke(main, ["prop", *arguments], prog_name="gvhdcalc")


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    document = json.loads(result.stdout, parse_constant=lambda token: pytest.fail(f"not JSON: {token}"))
    assert set(document) == CONTRACT
    assert document["schema"] == "gvhdcalc/1"
    return document, result.exit_code


# One proportion


def test_default_is_wilson_below_the_counts():
    result = run("198/203")
    assert result.exit_code == 0
    assert result.stderr == ""
    for text in ("198", "203", "97.5%", "94.4% to 98.9%", "Wilson score interval"):
        assert text in result.stdout
    assert "Wald" not in result.stdout
    assert "\x1b" not in result.stdout


def test_ci_needs_no_name():
    assert run("198/203").stdout == run("ci", "198/203").stdout
    assert run("--conf", "90", "198/203").stdout == run("ci", "198/203", "--conf", "90").stdout


@pytest.mark.parametrize("group", ["198/203", "198:5", "97.5%/203", " 198 / 203 "])
def test_every_way_to_write_a_group(group):
    document, _ = answer(group)
    assert document["command"] == "prop"
    assert document["inputs"] == {"events": [198], "totals": [203], "conf": 0.95}


def test_json_has_full_precision():
    document, status = answer("198/203", "--method", "wilson", "--method", "clopper-pearson")
    assert status == 0
    wilson, exact = document["estimates"]
    assert wilson["measure"] == "proportion"
    assert (wilson["method"], wilson["conf"], wilson["reference"]) == ("wilson", 0.95, "Wilson 1927")
    # R 4.2.2: prop.test(198, 203, correct = FALSE) and binom.test(198, 203)
    assert wilson["estimate"] == 198 / 203
    assert (wilson["lower"], wilson["upper"]) == pytest.approx((0.94364734353395536, 0.98943445302843998), rel=1e-12)
    assert (exact["lower"], exact["upper"]) == pytest.approx((0.9434595370675557, 0.99195523299006388), rel=1e-12)
    assert document["tests"] == document["verdicts"] == document["values"] == document["warnings"] == []


def test_all_methods_and_another_level():
    document, _ = answer("198/203", "--method", "all", "--conf", "90%")
    assert [row["method"] for row in document["estimates"]] == list(estimators("proportion"))
    wilson = document["estimates"][0]
    # R 4.2.2: prop.test(198, 203, correct = FALSE, conf.level = 0.9)
    assert (wilson["lower"], wilson["upper"]) == pytest.approx((0.95027397753634202, 0.98796033914394354), rel=1e-12)


@pytest.mark.parametrize("group", ["0/1", "1/1", "0/203", "203/203", "0/1000000000", "1000000000/1000000000"])
def test_ends_have_an_answer(group):
    document, status = answer(group, "--method", "all")
    assert status == 0
    assert len(document["estimates"]) == len(estimators("proportion"))
    rows = {row["method"]: row for row in document["estimates"]}
    logit = rows.pop("logit")
    assert logit["lower"] is logit["upper"] is None
    assert "does not exist" in logit["notes"][0]
    for row in rows.values():
        assert math.isfinite(row["lower"] + row["upper"])
    assert rows["wald"]["lower"] == rows["wald"]["upper"]
    assert "no width" in rows["wald"]["notes"][0]


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "csv", "tsv", "json", "jsonl", "latex", "html"])
@pytest.mark.parametrize(
    "arguments", [["198/203"], ["counts", "40.4%/203"], ["grim", "82.8%", "70.7%", "--n", "90-110"]], ids=lambda a: a[0]
)
def test_every_format(arguments, form):
    result = run(*arguments, "--format", form)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ["198/203", "--method", "all"],
        ["198/203", "--method", "all", "--reported", "97.5% (95% CI 94.3-99.2)"],
        ["12/40", "--null", "50%", "--method", "all", "--reported", "30% (95% CI 17-45), P=0.02"],
        ["60/60", "--reported", "100% (95% CI 95-100)"],
        ["counts", "40.4%/203", "40.4%/198", "40.4%/100"],
        ["grim", "82.8%", "70.7%", "65.7%", "--n", "90-2000"],
        ["--help"],
        ["ci", "--help"],
        ["counts", "--help"],
        ["grim", "--help"],
    ],
)
def test_tables_and_help_fit_80_columns(arguments):
    for line in run(*arguments).stdout.splitlines():
        if "  " in line:  # the columns of a table; sentences are never wrapped in a pipe
            assert len(line) <= 80, line


def test_explain_puts_the_numbers_in():
    result = run("198/203", "--explain")
    assert result.exit_code == 0
    assert "p = 198/203" in result.stdout
    assert "Wilson 1927" in result.stdout


def test_plot_draws_the_intervals():
    result = run("198/203", "--method", "all", "--plot")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > len(run("198/203", "--method", "all").stdout.splitlines())


# Against a null


def test_a_null_adds_the_exact_and_the_score_test():
    document, status = answer("12/40", "--null", "50%")
    assert status == 0
    assert document["inputs"] == {
        "events": [12], "totals": [40], "conf": 0.95, "null": 0.5, "alternative": "two-sided",
    }  # fmt: skip
    exact, score = document["tests"]
    assert (exact["method"], exact["statistic"], exact["sides"]) == ("exact", None, 2)
    # R 4.2.2: binom.test(12, 40, 0.5) and prop.test(12, 40, 0.5, correct = FALSE)
    assert exact["p"] == pytest.approx(0.01658900337497471, rel=1e-9)
    assert score["p"] == pytest.approx(0.0114120363860016, rel=1e-9)
    assert score["statistic"] == pytest.approx(-(6.4**0.5), rel=1e-12)
    assert "tested against: 50%, two-sided" in run("12/40", "--null", "50%").stdout


@pytest.mark.parametrize("text", ["50%", "0.5", "1/2", "50.0 %", " 5/10 "])
def test_every_way_to_write_a_null(text):
    assert answer("12/40", "--null", text)[0]["inputs"]["null"] == 0.5


@pytest.mark.parametrize(("side", "p"), [("greater", 0.0875), ("less", 0.9568)])
def test_one_side(side, p):
    # R 4.2.2: binom.test(12, 40, 0.2, alternative = side)
    document, _ = answer("12/40", "--null", "20%", "--alternative", side, "--method", "exact")
    (exact,) = document["tests"]
    assert (exact["sides"], document["inputs"]["alternative"]) == (1, side)
    assert exact["p"] == pytest.approx(p, abs=5e-5)
    assert "(one-sided)" in run("12/40", "--null", "20%", "--alternative", side).stdout


def test_all_methods_are_all_intervals_and_all_tests():
    document, _ = answer("12/40", "--null", "50%", "--method", "all")
    assert [row["method"] for row in document["tests"]] == list(registry.tests("proportion"))
    assert [row["method"] for row in document["estimates"]] == list(estimators("proportion"))


def test_a_key_of_both_is_the_interval_and_with_a_null_the_test_too():
    alone, _ = answer("12/40", "--method", "mid-p")
    both, _ = answer("12/40", "--method", "mid-p", "--null", "50%")
    assert [row["method"] for row in alone["estimates"]] == ["mid-p"]
    assert alone["tests"] == []
    assert [row["method"] for row in both["tests"]] == ["mid-p"]


def test_a_test_that_does_not_exist_is_null_with_its_reason():
    document, status = answer("0/40", "--null", "50%", "--method", "wald")
    assert status == 0
    (wald,) = document["tests"]
    assert wald["p"] is None
    shown = " ".join(run("0/40", "--null", "50%", "--method", "wald").stdout.split())
    assert "the test does not exist" in shown


def test_explain_puts_the_null_in():
    text = run("12/40", "--null", "20%", "--explain").stdout
    assert "(12 - 40*0.2) / sqrt(40*0.2*(1-0.2))" in text
    assert "Wilson 1927; Agresti 2013" in text


# No event, or nothing else


def test_no_event_brings_the_rule_of_three():
    document, status = answer("0/60")
    assert status == 0
    rule, exact = document["values"]
    assert (rule["name"], rule["value"], rule["unit"]) == ("rule of three", 0.05, "proportion")
    assert "one-sided 95% upper limit" in rule["note"]
    assert exact["value"] == pytest.approx(1 - 0.05 ** (1 / 60), rel=1e-12)
    for text in ("rule of three", "5.0%", "3/n"):
        assert text in run("0/60").stdout


def test_nothing_but_events_brings_it_as_a_lower_limit():
    rule, exact = answer("60/60")[0]["values"]
    assert rule["value"] == pytest.approx(0.95)
    assert exact["value"] == pytest.approx(0.05 ** (1 / 60), rel=1e-12)


def test_other_groups_do_not():
    assert answer("1/60")[0]["values"] == []


# Many groups


def batch(text, *arguments):
    return CliRunner().invoke(main, ["prop", "--batch", "-", *arguments], input=text, prog_name="gvhdcalc")


def test_batch_adds_the_results_to_each_row():
    result = batch("name,events,total\ncompleted,198,203\nnobody,0,20\n", "--method", "wilson", "--method", "jeffreys")
    assert result.exit_code == 0
    assert result.stderr == ""
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["name"] for row in rows] == ["completed", "nobody"]
    assert set(rows[0]) - {"name", "events", "total", "error"} == {
        f"{key}_{figure}" for key in ("wilson", "jeffreys") for figure in ("estimate", "lower", "upper")
    }
    for row in rows:
        one, _ = answer(f"{row['events']}/{row['total']}", "--method", "wilson", "--method", "jeffreys")
        for estimate in one["estimates"]:
            for figure in ("estimate", "lower", "upper"):
                assert float(row[f"{estimate['method']}_{figure}"]) == pytest.approx(estimate[figure], rel=1e-12)


def test_batch_takes_groups_as_typed_and_reports_bad_rows_by_line():
    result = batch("group\tname\n198/203\ta\n204/203\tb\n97.5%/203\tc\n")
    assert result.exit_code == 1
    rows = list(csv.DictReader(io.StringIO(result.stdout), delimiter="\t"))
    assert [row["name"] for row in rows] == ["a", "b", "c"]
    assert rows[0]["wilson_lower"] == rows[2]["wilson_lower"] != ""
    assert rows[1]["wilson_lower"] == ""
    assert "204 events are more than the total of 203" in rows[1]["error"]
    assert result.stderr.startswith("gvhdcalc prop: line 3: ")


def test_batch_with_a_null_adds_the_p_values():
    result = batch("events,total\n12,40\n0,20\n", "--null", "50%", "--method", "exact", "--method", "mid-p")
    assert result.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert set(rows[0]) >= {"mid-p_lower", "exact_p", "mid-p_p"}
    for row in rows:
        one, _ = answer(f"{row['events']}/{row['total']}", "--null", "50%", "--method", "exact", "--method", "mid-p")
        for test in one["tests"]:
            assert float(row[f"{test['method']}_p"]) == pytest.approx(test["p"], rel=1e-12)
    greater = batch("events,total\n12,40\n", "--null", "20%", "--alternative", "greater", "--method", "exact")
    assert float(next(csv.DictReader(io.StringIO(greater.stdout)))["exact_p"]) == pytest.approx(0.0875, abs=5e-5)


def test_batch_of_every_method():
    result = batch("events,total\n12,40\n0,20\n5,1000000000\n", "--method", "all", "--null", "10%")
    assert result.exit_code == 0
    assert result.stderr == ""
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert all(f"{key}_lower" in rows[0] for key in estimators("proportion"))
    assert rows[1]["logit_lower"] == ""


@pytest.mark.parametrize("row", ["5,0", "-1,20", "21,20", "x,20"])
def test_batch_marks_impossible_counts(row):
    result = batch(f"events,total\n{row}\n")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


# What a paper prints


def verdicts(*arguments):
    document, status = answer(*arguments)
    return {row["item"]: row for row in document["verdicts"]}, status


def test_a_percentage_that_follows():
    found, status = verdicts("198/203", "--reported", "97.5%")
    assert status == 0
    assert found["percent"]["verdict"] == "reproduced"
    assert found["percent"]["computed"] == 198 / 203


def test_an_interval_names_the_method_that_gives_it():
    found, status = verdicts("198/203", "--reported", "97.5% (95% CI 94.3-99.2)")
    assert status == 0
    assert [found[item]["verdict"] for item in ("percent", "lower", "upper")] == ["reproduced"] * 3
    assert "clopper-pearson" in found["lower"]["methods"]
    assert "clopper-pearson" in found["upper"]["methods"]
    assert "wilson" not in found["upper"]["methods"]


def test_a_percentage_that_does_not_follow_is_exit_status_1():
    found, status = verdicts("198/203", "--reported", "97.6%")
    assert status == 1
    assert found["percent"]["verdict"] == "inconsistent"
    assert found["percent"]["computed"] == 198 / 203


def test_limits_that_no_method_gives():
    found, status = verdicts("198/203", "--reported", "97.5% (95% CI 93.0-98.0)")
    assert status == 1
    assert (found["percent"]["verdict"], found["lower"]["verdict"]) == ("reproduced", "inconsistent")


def test_a_printed_level_is_the_level_computed_at():
    found, status = verdicts("198/203", "--reported", "97.5% (90% CI 95.0-98.8)")
    assert status == 0
    assert "wilson" in found["lower"]["methods"]


def test_a_limit_below_0_is_also_0_as_some_software_prints_it():
    # R 4.2.2: 1/20 -+ qnorm(.975)*sqrt(.05*.95/20) is -0.0455 to 0.1455; epitools prints the first, statsmodels 0
    for lower in ("0.0", "-4.6"):
        found, status = verdicts("1/20", "--reported", f"5.0% (95% CI {lower} to 14.6)")
        assert status == 0, lower
        assert "wald" in found["lower"]["methods"]


@pytest.mark.parametrize(
    ("limits", "method"),
    [
        ("94.0-99.1", "wilson-cc"),  # R 4.2.2: prop.test(198, 203)
        ("94.6-99.1", "mid-p"),  # the others: tests/reference/proportion.json
        ("94.5-99.0", "blaker"),
        ("94.4-99.0", "sterne"),
        ("94.8-99.1", "likelihood"),
    ],
)
def test_each_new_interval_is_searched(limits, method):
    found, status = verdicts("198/203", "--reported", f"97.5% (95% CI {limits})")
    assert status == 0
    assert method in set(found["lower"]["methods"]) & set(found["upper"]["methods"])


def test_percentage_limits_and_p_together():
    # R 4.2.2: binom.test(12, 40): 0.1656 to 0.4653, P 0.01659
    found, status = verdicts("12/40", "--null", "50%", "--reported", "30.0% (95% CI 16.6-46.5), P=0.017")
    assert status == 0
    assert {row["verdict"] for row in found.values()} == {"reproduced"}
    assert "clopper-pearson" in found["lower"]["methods"]
    assert found["p"]["methods"][0] == "exact"


def test_a_p_that_no_test_gives_names_the_one_sided_one_that_would():
    found, status = verdicts("12/40", "--null", "50%", "--reported", "30.0%, P=0.0083")
    assert status == 1
    assert found["p"]["verdict"] == "inconsistent"
    assert "exact binomial test, one-sided (less) would give it" in found["p"]["note"]


def test_a_p_needs_a_null():
    found, status = verdicts("12/40", "--reported", "30.0%, P=0.017")
    assert status == 0
    assert found["p"]["verdict"] == "not checkable"
    assert "--null 50%" in found["p"]["note"]


def test_a_p_said_to_be_one_sided_is_one():
    found, status = verdicts("12/40", "--null", "20%", "--reported", "30.0%, one-sided P=0.088")
    assert status == 0
    assert "exact" in found["p"]["methods"]


def test_the_rule_of_three_is_searched_too():
    found, status = verdicts("0/60", "--reported", "0% (95% CI 0-5.0)")
    assert status == 0
    assert "rule-of-three" in found["upper"]["methods"]


# Counts behind a percentage


@pytest.mark.parametrize("arguments", [["counts", "40.4%/203"], ["grim", "82.8%", "--n", "90-110"]])
def test_counts_and_totals_are_explained(arguments):
    text = run(*arguments, "--explain").stdout
    assert "half a unit of its last decimal" in text
    assert "Brown & Heathers 2017" in text


@pytest.mark.parametrize(("total", "count"), [(203, 82), (198, 80)])
def test_women_of_all_who_were_randomised_or_who_completed(total, count):
    document, status = answer("counts", f"40.4%/{total}")
    assert status == 0
    assert document["command"] == "prop counts"
    assert document["inputs"] == {"percents": [0.404], "printed": ["40.4%"], "totals": [total]}
    assert [(row["name"], row["value"], row["unit"]) for row in document["values"]] == [
        (f"count of {total}", count, "events")
    ]
    (verdict,) = document["verdicts"]
    assert (verdict["item"], verdict["printed"], verdict["verdict"]) == ("percent", "40.4%", "reproduced")
    assert verdict["computed"] == count / total


def test_counts_are_those_that_round_to_it_and_no_others():
    document, _ = answer("counts", "3%/203")
    counts = [row["value"] for row in document["values"]]
    assert counts == [k for k in range(204) if 0.025 <= k / 203 <= 0.035]
    assert len(counts) == 2


def test_no_count_is_exit_status_1_with_the_neighbours():
    document, status = answer("counts", "40.4%/100")
    assert status == 1
    assert [(row["name"], row["value"]) for row in document["values"]] == [
        ("nearest count of 100", 40),
        ("nearest count of 100", 41),
    ]
    (verdict,) = document["verdicts"]
    assert verdict["verdict"] == "inconsistent"
    assert verdict["computed"] == 0.4
    assert "No count out of 100 gives 40.4%" in run("counts", "40.4%/100").stdout


def test_several_percentages_at_once():
    document, status = answer("counts", "40.4%/203", "40.4%/100")
    assert status == 1
    assert [row["item"] for row in document["verdicts"]] == ["percent 1", "percent 2"]
    assert [row["verdict"] for row in document["verdicts"]] == ["reproduced", "inconsistent"]


def test_a_billion_patients_are_instant():
    document, status = answer("counts", "40.4%/1000000000")
    assert status == 0
    values = {row["name"]: row["value"] for row in document["values"]}
    assert values["least count of 1000000000"] == 403_500_000
    assert values["greatest count of 1000000000"] == 404_500_000
    assert values["counts of 1000000000 that give it"] == 1_000_001


@pytest.mark.parametrize("text", ["0.404/203", "40.4 %/203", "40·4%/203", "40,4%/203"])
def test_every_way_to_print_a_share(text):
    document, _ = answer("counts", text)
    assert [row["value"] for row in document["values"]] == [82]


# Totals behind percentages


def test_only_99_gives_both_responses():
    document, status = answer("grim", "82.8%", "70.7%", "--n", "90-110")
    assert status == 0
    assert document["command"] == "prop grim"
    assert document["inputs"] == {"percents": [0.828, 0.707], "printed": ["82.8%", "70.7%"], "n": [90, 110]}
    notes = {row["name"]: (row["value"], row["note"]) for row in document["values"]}
    assert notes["totals that give 82.8%"] == (2, "93, 99")
    assert notes["totals that give 70.7%"] == (2, "92, 99")
    assert notes["totals that give all"] == (1, "99")
    assert [(row["value"], row["note"]) for row in document["values"] if row["name"] == "total"] == [
        (99, "events 82, 70")
    ]
    assert [row["item"] for row in document["verdicts"]] == ["percent 1", "percent 2", "percents together"]
    assert {row["verdict"] for row in document["verdicts"]} == {"reproduced"}


def test_each_total_fits_alone_but_none_both():
    document, status = answer("grim", "82.8%", "70.7%", "--n", "90-98")
    assert status == 1
    assert [row["verdict"] for row in document["verdicts"]] == ["reproduced", "reproduced", "inconsistent"]
    assert "No n from 90 to 98 can give" in run("grim", "82.8%", "70.7%", "--n", "90-98").stdout


@pytest.mark.parametrize("text", ["100", "100-100"])
def test_one_percentage_of_one_total(text):
    document, status = answer("grim", "82.8%", "--n", text)
    assert status == 1
    (verdict,) = document["verdicts"]
    assert (verdict["item"], verdict["verdict"], verdict["computed"]) == ("percent", "inconsistent", 0.83)


def test_totals_by_brute_force():
    document, _ = answer("grim", "7.1%", "21.4%", "--n", "1-60")
    fits = {
        n
        for n in range(1, 61)
        if all(any(low <= k / n <= high for k in range(n + 1)) for low, high in ((0.0705, 0.0715), (0.2135, 0.2145)))
    }
    assert {row["value"] for row in document["values"] if row["name"] == "total"} == fits
    assert fits == {14, 28, 42, 56}


def test_large_totals_come_with_a_warning():
    document, _ = answer("grim", "82.8%", "--n", "900-1100")
    assert "from n = 1000 every percentage" in document["warnings"][0]
    assert answer("grim", "82.8%", "--n", "90-110")[0]["warnings"] == []


# Wrong input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["204/203"], "204 events are more than the total of 203"),
        (["19.5/203"], "'19.5' is not a whole number"),
        (["0/0"], "the total is zero"),
        (["198\\203"], "is not understood"),
        (["97.6%/203"], "no count out of 203 gives 97.6%"),
        (["ci", "--", "-1/203"], "is negative"),
        (["--", "-1/203"], "events '-1' is negative"),
        (["-1/203"], "events '-1' is negative"),
        (["-1/203", "--conf", "90"], "events '-1' is negative"),
        (["198/-203"], "total '-203' is negative"),
        (["counts", "-40%/203"], "'-40%' is not between 0 and 100%"),
        (["198/203", "--metod", "all"], "Did you mean '--method'?"),
        (["12/40", "--null", "50"], "'50' is not a proportion; write 50%, 0.5 or 1/2"),
        (["12/40", "--null", "0%"], "'0%' is not strictly between 0 and 100%"),
        (["12/40", "--null", "-5%"], "'-5%' is not strictly between 0 and 100%"),
        (["12/40", "--null", "3/2"], "'3/2' is not strictly between 0 and 100%"),
        (["12/40", "--null", "1/0"], "'1/0' is not strictly between 0 and 100%"),
        (["12/40", "--null", "half"], "half"),
        (["12/40", "--alternative", "less"], "--alternative needs --null"),
        (["12/40", "--null", "50%", "--alternative", "larger"], "larger"),
        (["12/40", "--method", "score"], "--method score is a test: it needs --null"),
        (["198/203", "--conf", "0"], "is not between 0 and 100%"),
        (["198/203", "--conf", "100"], "is not between 0 and 100%"),
        (["198/203", "--method", "wilsn"], "did you mean 'wilson'"),
        (["198/203", "70/99"], "70/99"),
        (["198/203", "--reported", "nothing"], "nothing"),
        (["198/203", "--batch", "-"], "give none beside it"),
        (["--conf", "90"], "a group is needed"),
        (["counts"], "PERCENT/TOTAL"),
        (["counts", "40.4%"], "'40.4%' has no total"),
        (["counts", "40.4/203"], "'40.4' is not between 0 and 1; for a percentage write the sign %"),
        (["counts", "82/203"], "'82' is not a percentage"),
        (["counts", "140%/203"], "'140%' is not between 0 and 100%"),
        (["counts", "40.4%/0"], "'0' is not positive"),
        (["counts", "40.4%/20.3"], "'20.3' is not a whole number"),
        (["counts", "forty%/203"], "forty"),
        (["grim", "82.8%"], "--n"),
        (["grim", "82.8%", "--n", "110-90"], "write 90-110"),
        (["grim", "82.8%", "--n", "0-90"], "'0' is not positive"),
        (["grim", "82.8%", "--n", "90-100-110"], "is not a range of totals"),
        (["grim", "82.8%", "--n", "1-2000000"], "more than 1,000,000 totals"),
        (["grim", "--n", "90-110"], "PERCENT"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1 or "Usage:" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [[], ["counts"], ["grim"], ["ci"]])
def test_no_arguments_is_help(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage: gvhdcalc prop" in result.stderr


def test_a_single_group_by_the_default_loads_no_slow_library():
    import subprocess
    import sys

    code = (
        "import sys\nfrom gvhdcalc.cli import main\n"
        "try:\n    main(['prop', '198/203'])\nexcept SystemExit as end:\n    assert end.code == 0, end.code\n"
        "slow = {'numpy', 'scipy', 'statsmodels', 'pandas'} & set(sys.modules)\nassert not slow, slow\n"
    )
    house = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=house, check=False)
    assert done.returncode == 0, done.stderr
