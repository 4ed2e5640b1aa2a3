"""--stratified: strata as pairs of arms or rows of a file, pooled by or, rr and rd."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema.json").read_text(encoding="utf-8"))
#: Responses on day 28 and 56 of one trial, as if of two.
DAYS = ("82/99", "70/99", "78/99", "64/99")
#: UCBAdmissions: men against women in six departments.
UCB = (
    "512/825", "89/108", "353/560", "17/25", "120/325", "202/593", "138/417", "131/375", "53/191", "94/393",
    "22/373", "24/341",
)  # fmt: skip
TRIALS = "trial,group,events1,total1,events0,total0\nA,x,5,20,8,21\nB,x,12,40,15,39\nC,y,3,30,9,31\nD,y,7,50,12,52\n"


def run(*arguments, input=None):
    return CliRunner().invoke(main, list(arguments), input=input, prog_name="gvhdcalc")


def answer(*arguments, input=None):
    result = run(*arguments, "--format", "json", input=input)
    assert result.stderr == ""
    document = json.loads(result.stdout)
    jsonschema.validate(document, SCHEMA)
    return document, result.exit_code


def by_method(document, part="estimates", measure=None):
    return {row["method"]: row for row in document[part] if measure is None or row["measure"] == measure}


def test_pooled_odds_ratio_is_that_of_r():
    """stats::mantelhaen.test(UCBAdmissions, correct = FALSE) and exact = TRUE."""
    document, status = answer("or", "--stratified", *UCB, "--method", "all")
    assert status == 0
    pooled = by_method(document, measure="common odds ratio")
    row = pooled["mantel-haenszel"]
    assert [row[x] for x in ("estimate", "lower", "upper")] == pytest.approx(
        [0.9046968, 0.7719074, 1.0603298], rel=1e-6
    )
    tests = by_method(document, "tests")
    assert tests["cmh"]["p"] == pytest.approx(0.2169237, rel=1e-6)
    assert tests["cmh-exact"]["p"] == pytest.approx(0.2277625, rel=1e-6)
    assert tests["tarone"]["statistic"] == pytest.approx(18.82550125, rel=1e-8)
    assert document["estimates"][0]["method"] == "mantel-haenszel"


def test_the_default_shows_strata_pooled_estimates_tests_and_heterogeneity():
    result = run("or", "--stratified", *DAYS)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    for text in ("Common odds ratio of 2 strata", "82/99", "crude (added up)    160/198  134/198", "Mantel-Haenszel",
                 "DerSimonian-Laird", "Breslow-Day", "Cochran-Mantel-Haenszel", "I^2"):  # fmt: skip
        assert text in result.stdout
    # each stratum with the estimate it has alone
    assert "2.00  1.01 to 3.94" in result.stdout
    assert "2.03  1.08 to 3.83" in result.stdout


@pytest.mark.parametrize("command", ["or", "rr", "rd"])
def test_json_is_the_contract_with_the_strata_behind_the_pooled_rows(command):
    document, _ = answer(command, "--stratified", *DAYS)
    assert document["inputs"]["stratified"] is True
    assert document["inputs"]["strata"] == [
        {"label": "1", "events": [82, 70], "totals": [99, 99]},
        {"label": "2", "events": [78, 64], "totals": [99, 99]},
    ]
    measures = [row["measure"] for row in document["estimates"]]
    pooled = [measure for measure in measures if measure.startswith("common ")]
    assert measures[: len(pooled)] == pooled
    own = [row for row in document["estimates"] if row["measure"] not in pooled]
    assert [row["name"].partition(":")[0] for row in own] == ["1", "2", "crude (added up)"]
    alone = json.loads(run(command, *DAYS[:2], "--format", "json").stdout)["estimates"][0]
    assert {key: own[0][key] for key in ("estimate", "lower", "upper")} == {
        key: alone[key] for key in ("estimate", "lower", "upper")
    }


def test_levels_and_the_interval_of_each_stratum():
    document, _ = answer(
        "or", "--stratified", *DAYS, "--conf", "90", "--method", "haldane-anscombe", "--method", "peto"
    )
    assert {row["conf"] for row in document["estimates"]} == {0.9}
    assert [row["method"] for row in document["estimates"]] == ["peto", *["haldane-anscombe"] * 3]


def test_one_stratum_has_no_crude_row():
    result = run("or", "--stratified", "82/99", "70/99")
    assert "of 1 stratum" in result.stdout
    assert "crude" not in result.stdout


def test_reported_figures_are_reproduced_by_the_method_that_gives_them():
    document, status = answer(
        "or", "--stratified", *UCB, "--reported", "0.90 (95% CI 0.77-1.06), P=0.23; I2=72%, P for heterogeneity = 0.003"
    )
    assert status == 0
    verdicts = {row["item"]: row for row in document["verdicts"]}
    assert {row["verdict"] for row in verdicts.values()} == {"reproduced"}
    assert "mantel-haenszel" in verdicts["lower"]["methods"]
    assert "cmh-cc" in verdicts["p"]["methods"]
    assert "cochran-q" in verdicts["p heterogeneity"]["methods"]
    assert "dersimonian-laird" in verdicts["I^2"]["methods"]


def test_the_crude_figure_is_named_as_what_would_give_it():
    """Men 1198/2691 and women 557/1835 in all, OR 1.84: the paradox of these data."""
    document, status = answer("or", "--stratified", *UCB, "--reported", "OR 1.84 (95% CI 1.62-2.09)")
    assert status == 1
    verdict = document["verdicts"][0]
    assert verdict["verdict"] == "inconsistent"
    assert "of the strata added up would give it" in verdict["note"]


def test_heterogeneity_alone_can_be_reported():
    document, status = answer("rr", "--stratified", *UCB, "--reported", "I\u00b2 = 99%")
    assert status == 1
    assert [(row["item"], row["verdict"]) for row in document["verdicts"]] == [("I^2", "inconsistent")]
    assert run("rr", "--stratified", *UCB, "--reported", "Phet<0.01").exit_code == 0


def test_reported_difference_without_a_sign_is_in_percent():
    """metafor::rma.mh(measure = "RD"): 0.131313 (0.046288 to 0.216338)."""
    document, status = answer("rd", "--stratified", *DAYS, "--reported", "13.1 (4.6 to 21.6)")
    assert status == 0, document["verdicts"]
    assert by_method(document)["mantel-haenszel"]["estimate"] == pytest.approx(26 / 198, rel=1e-12)


def test_explain_puts_the_sums_in():
    result = run("or", "--stratified", *DAYS, "--explain", "--method", "mantel-haenszel", "--method", "cmh")
    r, s = (82 * 29 + 78 * 35) / 198, (17 * 70 + 21 * 64) / 198
    assert f"OR = {r:.10g}/{s:.10g}" in result.stdout
    assert "Robins, Breslow & Greenland 1986" in result.stdout


def test_plot_is_a_forest_of_strata_and_pooled():
    result = run("or", "--stratified", *DAYS, "--plot")
    drawn = [line for line in result.stdout.splitlines() if "\u25a0" in line]
    assert [line.split("  ")[0].strip() for line in drawn] == [
        "1", "2", "crude (added up)", "mantel-haenszel", "dersimonian-laird",
    ]  # fmt: skip


def test_rows_of_a_file_are_the_strata_of_one_analysis(tmp_path):
    path = tmp_path / "trials.csv"
    path.write_text(TRIALS, encoding="utf-8")
    document, status = answer("or", "--stratified", "--batch", str(path))
    arms = ("5/20", "8/21", "12/40", "15/39", "3/30", "9/31", "7/50", "12/52")
    typed, _ = answer("or", "--stratified", *arms)
    assert status == 0
    assert [row["label"] for row in document["inputs"]["strata"]] == ["A", "B", "C", "D"]
    assert document["estimates"][0] == typed["estimates"][0]


def test_by_makes_one_analysis_for_each_value():
    result = run("or", "--stratified", "--batch", "-", "--by", "group", "--format", "jsonl", input=TRIALS)
    x, y = map(json.loads, result.stdout.splitlines())
    assert (x["inputs"]["by"], y["inputs"]["by"]) == ({"group": "x"}, {"group": "y"})
    for document, arms in ((x, ("5/20", "8/21", "12/40", "15/39")), (y, ("3/30", "9/31", "7/50", "12/52"))):
        typed, _ = answer("or", "--stratified", *arms)
        assert document["estimates"][0] == typed["estimates"][0]
        jsonschema.validate(document, SCHEMA)


def test_by_as_csv_is_one_table_under_one_header():
    result = run("rr", "--stratified", "--batch", "-", "--by", "group", "--format", "csv", input=TRIALS)
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["group"] for row in rows} == {"x", "y"}
    pooled = [row for row in rows if row["method"] == "mantel-haenszel"]
    assert [row["group"] for row in pooled] == ["x", "y"]
    typed, _ = answer("rr", "--stratified", "3/30", "9/31", "7/50", "12/52")
    assert float(pooled[1]["estimate"]) == typed["estimates"][0]["estimate"]


def test_by_in_plain_text_follows_group_by_group():
    result = run("rd", "--stratified", "--batch", "-", "--by", "group", input=TRIALS)
    assert result.stdout.index("group x: common risk difference") < result.stdout.index("group y: ")


def test_arms_as_text_and_json_lines():
    rows = (("A", "5/20", "8/21"), ("B", "12/40", "15/39"))
    lines = "".join(json.dumps(dict(zip(("trial", "treatment", "control"), row, strict=True))) + "\n" for row in rows)
    document, _ = answer("or", "--stratified", "--batch", "-", input=lines)
    typed, _ = answer("or", "--stratified", "5/20", "8/21", "12/40", "15/39")
    assert document["estimates"][0] == typed["estimates"][0]
    assert [row["label"] for row in document["inputs"]["strata"]] == ["A", "B"]


@pytest.mark.parametrize(
    "arms",
    [
        ("0/10", "0/12"),
        ("0/10", "0/12", "10/10", "9/9"),
        ("0/1", "1/1"),
        ("5/5", "0/6", "7/7", "0/8"),
        ("0/30", "3/29", "0/41", "1/40"),
        ("500000000/1000000000", "500020000/1000000000", "5/1000000000", "12/1000000000"),
    ],
)
@pytest.mark.parametrize("command", ["or", "rr", "rd"])
def test_extremes_have_an_answer_or_a_reason(command, arms):
    document, status = answer(command, "--stratified", *arms, "--method", "all")
    assert status == 0
    for row in document["estimates"]:
        for field in ("estimate", "lower", "upper"):
            assert row[field] is not None or row["notes"], row
    for row in document["tests"]:
        assert row["p"] is not None or row["notes"], row
    assert run(command, "--stratified", *arms).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        (["--stratified"], None, "treatment first: 5/20 8/21 12/40 15/39"),
        (["--stratified", "5/20", "8/21", "12/40"], None, "takes arms in pairs"),
        (["--stratified", "5/20", "22/21"], None, "22 events are more than the total of 21"),
        (["5/20", "8/21", "12/40", "15/39"], None, "--stratified pools pairs of arms"),
        (["5/20", "8/21", "--method", "mantel-haenszel"], None, "mantel-haenszel pools strata: add --stratified"),
        (["--stratified", *DAYS, "--method", "fisher"], None, "fisher is no method for strata"),
        (["--stratified", *DAYS, "--method", "mantel-hanszel"], None, "did you mean 'mantel-haenszel'"),
        (["--stratified", *DAYS, "--by", "group"], None, "there is no file"),
        (["5/20", "8/21", "--by", "group"], None, "add --stratified"),
        (["--stratified", *DAYS, "--batch", "-"], TRIALS, "give no arms beside it"),
        (["--stratified", "--batch", "-", "--by", "grup"], TRIALS, "did you mean 'group'"),
        (["--stratified", "--batch", "-", "--by", "group", "--format", "json"], TRIALS, "--format jsonl"),
        (["--stratified", "--batch", "-"], TRIALS + "E,y,9,8,1,9\n", "line 6: events1 is 9"),
        (["--stratified", "--batch", "-"], "trial,events1,total1,events0,total0\n", "no rows"),
        (["--stratified", "--batch", "-"], "", "the batch is empty"),
        (
            ["--stratified", "--batch", "-", "--by", "group", "--reported", "1.0 (0.5-2.0)"],
            TRIALS,
            "about one analysis",
        ),
        (["--stratified", *DAYS, "--reported", "nothing"], None, "nothing"),
        (["--stratified", *DAYS, "--conf", "0"], None, "not between 0 and 100%"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, text, message):
    result = run("or", *arguments, input=text)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc or: ")
    assert message in result.stderr


def test_help_lists_the_pooling_methods_and_their_tests():
    result = run("or", "--help")
    for text in (
        "--stratified",
        "--by COLUMN",
        "Methods (common odds ratio)",
        "Tests (common odds ratio)",
        "breslow-day",
    ):
        assert text in result.stdout
