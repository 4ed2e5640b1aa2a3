"""``gvhdcalc hr`` by each kind of evidence: O-E, events, P with events, landmark survival, rates, curves, trials."""

import csv
import io
import json
import math
import random
import subprocess
import sys
from statistics import NormalDist

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

CURVES = """arm,time,survival,at_risk
CMV,0,100%,100
CMV,3,92%,
CMV,6,0.85,82
CMV,9,0.78,
CMV,12,0.70,60
CMV,18,0.62,45
CMV,24,0.55,30
none,0,1,102
none,3,0.88,
none,6,0.76,75
none,9,0.66,
none,12,0.58,52
none,18,0.47,35
none,24,0.40,22
"""
TRIALS = "trial,hr,lower,upper\nA,0.68,0.48,0.95\nB,0.55,0.36,0.84\nC,0.75,0.34,1.67\n"


def run(*arguments, **more):
    return CliRunner().invoke(main, ["hr", *arguments], prog_name="gvhdcalc", **more)


def answer(*arguments, **more):
    result = run(*arguments, "--format", "json", **more)
    assert result.stderr == "", result.stderr
    return json.loads(result.stdout), result.exit_code


def values(document):
    return {row["name"]: row["value"] for row in document["values"]}


def verdicts(document):
    return {row["item"]: row["verdict"] for row in document["verdicts"]}


@pytest.fixture
def file(tmp_path):
    def write(text, name="data.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


# -------------------------------------------------- one trial, every route: Lancet 1999;354:533, HR 0.85 (0.71 to 1.02)


@pytest.mark.parametrize(
    ("arguments", "method"),
    [
        (["oe", "-19.6", "120.9"], "peto"),
        (["oe", "229/248.6", "256/236.4"], "pike"),
        (["oe", "229/248.6", "256/236.4", "--variance", "120.9", "--method", "peto"], "peto"),
        (["0.85", "0.71", "1.02"], "ci"),
        (["events", "229/491", "256/485", "--hr", "0.85"], "events-arms"),
        (["events", "--all-events", "485", "--hr", "0.85"], "events-total"),
        (["events", "--all-events", "485", "--ratio", "491:485", "--hr", "0.85"], "events-total"),
        (["p", "0.075", "--events", "229", "256"], "p-events-arms"),
        (["p", "0.0375", "--one-sided", "--events", "229", "256"], "p-events-arms"),
        (["p", "0.075", "--all-events", "485"], "p-events-total"),
        (["p", "0.075", "--all-events", "485", "--ratio", "491:485"], "p-events-total"),
    ],
)
def test_the_printed_figures_by_every_route(arguments, method):
    document, status = answer(*arguments)
    row = document["estimates"][0]
    assert status == 0 and row["method"] == method
    assert [round(row[figure], 2) for figure in ("estimate", "lower", "upper")] == [0.85, 0.71, 1.02]
    found = values(document)
    assert found["O-E"] == pytest.approx(-19.6, abs=1.0) and found["V"] == pytest.approx(121, abs=4.5)
    assert found["implied events"] == pytest.approx(4 * found["V"])


def test_verdicts():
    printed = "0.85 (95% CI 0.71-1.02)"
    document, status = answer("oe", "-19.6", "120.9", "--reported", f"{printed}, P = 0.075")
    assert status == 0 and set(verdicts(document).values()) == {"reproduced"}
    document, status = answer("events", "229/491", "256/485", "--hr", "0.85", "--reported", f"{printed}, P = 0.075")
    assert status == 0
    assert verdicts(document) == {
        "estimate": "not checkable", "lower": "reproduced", "upper": "reproduced", "p": "consistent",
    }  # fmt: skip
    document, status = answer("p", "0.075", "--events", "229", "256", "--reported", "HR 0.95 (0.71-1.02)")
    assert status == 1 and verdicts(document)["estimate"] == "inconsistent"
    document, status = answer("ci", "0.68", "0.95", "--one-sided", "--conf", "97.5", "--reported", "P = 0.024")
    assert status == 0 and verdicts(document) == {"p": "reproduced"}


def test_direction_and_bounds_of_p():
    worse = answer("p", "0.075", "--events", "229", "256", "--favours", "control")[0]["estimates"][0]
    better = answer("p", "0.075", "--events", "229", "256")[0]["estimates"][0]
    assert worse["estimate"] * better["estimate"] == pytest.approx(1)
    assert "nearest to 1" in answer("p", "<0.001", "--events", "60", "72")[0]["warnings"][0]


def test_one_sided_limits():
    both, _ = answer("0.68", "0.48", "0.95", "--one-sided", "--conf", "97.5")
    plain, _ = answer("0.68", "0.48", "0.95")
    assert both["estimates"][0]["p"] == pytest.approx(plain["estimates"][0]["p"])
    one, _ = answer("ci", "0.68", "0.95", "--one-sided", "--conf", "97.5")
    (row,) = one["estimates"]
    assert row["se"] == pytest.approx(math.log(0.95 / 0.68) / 1.959963984540054)
    assert row["upper"] == pytest.approx(0.95)


def test_a_one_sided_p_is_doubled_with_its_rounding():
    document, _ = answer("p", "0.68", "0.024", "--one-sided")
    (row,) = document["estimates"]
    assert row["p"] == pytest.approx(0.048)
    assert document["inputs"]["p"] == 0.024 and document["inputs"]["one_sided"] is True
    z = NormalDist().inv_cdf

    def lower(hr, p):
        return math.exp(math.log(hr) + z(0.975) * math.log(hr) / -z(p))

    found = values(document)
    assert found["lower limit, lowest attainable"] == pytest.approx(lower(0.675, 0.0245))
    assert found["lower limit, highest attainable"] == pytest.approx(lower(0.685, 0.0235))
    assert "P = 0.024 (one-sided)" in run("p", "0.68", "0.024", "--one-sided").stdout


def test_all_events_by_a_method_asked_for():
    document, _ = answer("p", "0.075", "--events", "229", "256", "--method", "p-events-total")
    assert [row["method"] for row in document["estimates"]] == ["p-events-total"]


def test_the_allocation_counts_for_one_limit():
    document, _ = answer("ci", "0.68", "0.95", "--one-sided", "--conf", "97.5", "--ratio", "2")
    se = document["estimates"][0]["se"]
    assert values(document)["implied events at allocation ratio r"] == pytest.approx(4.5 / se**2)
    assert "hazard ratio, lowest attainable" not in values(document)  # the ratio is an input


def test_survival_with_limits_and_numbers_at_risk():
    # the 2-year incidences of the trial, 39.5% (29.3-49.4) and 62.7% (51.4-72.1), turned into proportions without it
    line = ["survival", "60.5%", "37.3%", "--ci1", "50.6%", "70.7%", "--ci0", "27.9%", "48.6%"]
    document, status = answer(*line, "--reported", "HR 0.55 (95% CI 0.36-0.84), P=0.005")
    (row,) = document["estimates"]
    assert row["method"] == "survival-ci" and status == 1
    assert row["estimate"] == pytest.approx(math.log(0.605) / math.log(0.373))
    assert row["lower"] == pytest.approx(0.328, abs=5e-4) and row["upper"] == pytest.approx(0.793, abs=5e-4)
    assert "proportional hazards" in " ".join(row["notes"])
    document, _ = answer(*line, "--at-risk", "35", "22", "--events", "39", "60")
    assert [row["method"] for row in document["estimates"]] == ["survival-ci", "survival-at-risk", "survival"]


def test_rates_without_events_in_an_arm():
    document, _ = answer("rates", "0/120", "9/110", "--method", "rates-exact")
    (row,) = document["estimates"]
    assert row["lower"] == 0 and 0 < row["upper"] < 1 and row["p"] == pytest.approx(2 * (110 / 230) ** 9, rel=1)


def test_what_the_ratio_means():
    document, _ = answer("0.68", "0.48", "0.95", "--control-median", "6", "--control-survival", "37.3%")
    found = values(document)
    assert found["longer event-free"] == pytest.approx(1 / 1.68)
    assert found["median with treatment"] == pytest.approx(6 / 0.68)
    assert found["survival with treatment"] == pytest.approx(0.373**0.68)
    assert found["number needed to treat"] == pytest.approx(1 / (0.373**0.68 - 0.373))
    assert found["E-value"] > found["E-value of the limit"] > 1
    assert "longer event-free" not in values(answer("0.68", "0.48", "0.95")[0])
    assert "E-value" in values(answer("medians", "11.3", "6.0", "--events", "60", "72", "--meaning")[0])


# -------------------------------------------------------------------------------------------------------------- curves


def test_curves(file):
    path = file(CURVES)
    document, status = answer("curve", path, "--reported", "0.67 (95% CI 0.46-0.98)")
    assert status == 0 and set(verdicts(document).values()) == {"reproduced"}
    methods = {row["method"]: row for row in document["estimates"]}
    assert list(methods) == ["guyot-cox", "guyot-logrank", "curve-at-risk"]
    assert all(0.55 < row["estimate"] < 0.72 for row in methods.values())
    assert values(document)["reconstructed events 1"] > 30
    assert document["inputs"]["treated"] == "CMV"
    turned, _ = answer("curve", path, "--treated", "none")
    assert turned["estimates"][2]["estimate"] * methods["curve-at-risk"]["estimate"] == pytest.approx(1)
    follow_up, _ = answer("curve", path, "--follow-up", "6", "30", "--every", "6", "--method", "curve-follow-up")
    assert [row["method"] for row in follow_up["estimates"]] == ["curve-follow-up"]
    known, _ = answer("curve", path, "--events", "36", "48")
    assert "46 events are reconstructed of 48 printed" in " ".join(known["warnings"])
    standard_input, _ = answer("curve", "-", input=CURVES.replace(",", "\t"))
    assert standard_input["estimates"][2]["estimate"] == methods["curve-at-risk"]["estimate"]


def test_a_curve_that_cannot_be_reconstructed_is_said_to_be_so(file):
    text = "arm,time,survival,at_risk\na,0,1,5\na,1,0.5,2\nb,0,1,5\nb,1,0.5,0\n"
    document, status = answer("curve", file(text))
    assert status == 0 and "50% from the one read" in " ".join(document["warnings"])


def test_curves_without_numbers_at_risk(file):
    bare = "\n".join(line.rsplit(",", 1)[0] for line in CURVES.splitlines()) + "\n"
    document, _ = answer("curve", file(bare), "--patients", "100", "102", "--follow-up", "6", "30")
    assert [row["method"] for row in document["estimates"]] == ["curve-follow-up"]


def test_the_rest_of_the_curves_is_an_interval_too(file):
    def by(every):
        line = ["curve", file(CURVES), "--follow-up", "6", "30", "--every", every, "--method", "curve-follow-up"]
        return answer(*line)[0]["estimates"][0]["estimate"]

    # 18 to 24 months, shorter than the others, is not left out; one interval longer than the curves is all of them
    assert by("18") != by("24") and by("100") == by("24")


@pytest.mark.parametrize(
    ("text", "more", "message"),
    [
        ("arm,time\n", [], "no column survival"),
        ("", [], "the file is empty"),
        (CURVES.replace("0.85", "85"), [], 'line 4: survival "85" is above 1'),
        (CURVES.replace("0.85", "abc"), [], 'line 4: survival "abc" is not a number'),
        (CURVES.replace("CMV,9,0.78,", "CMV,-9,0.78,"), [], 'line 5: time "-9"'),
        (CURVES.replace("CMV,9,0.78,", "CMV,9,0.99,"), [], "survival rises"),
        (CURVES.replace("0.70,60", "0.70,90"), [], "numbers at risk fall"),
        (CURVES.replace("CMV,9,0.78,", "CMV,9,0.78"), [], "line 5: 3 columns"),
        (CURVES.replace("none", "CMV"), [], "two arms are needed"),
        (CURVES, ["--treated", "CVM"], "no such arm; arms are CMV, none"),
        (CURVES, ["--follow-up", "30", "6"], "the shortest comes first"),
        (CURVES.replace(",100\n", ",\n"), [], "no number at risk at time 0"),
        (CURVES, ["--method", "curve-follow-up"], "needs other figures"),
        (CURVES, ["--every", "3"], "--every is the length of the intervals with --follow-up"),
        (CURVES.replace("CMV,0,100%", "CMV,0,90%"), [], "survival is 0.9 at time 0; a survival curve starts at 1"),
    ],
)
def test_wrong_curves(file, text, more, message):
    result = run("curve", file(text), *more)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("gvhdcalc hr curve: ") and message in line


def test_a_hostile_label_is_shown_and_not_run(file):
    result = run("curve", file(CURVES.replace("CMV", "\x1b[31m[red]A")))
    assert result.exit_code == 0 and "\x1b" not in result.stdout and "[red]A" in result.stdout


# -------------------------------------------------------------------------------------------------------------- trials


def test_pool(file):
    pastes = ["A: 0.68 (0.48-0.95)", "B: 0.55 (0.36-0.84)", "C: 0.75 (0.34-1.67)"]
    typed, status = answer("pool", *pastes)
    assert status == 0
    read, _ = answer("pool", "--batch", file(TRIALS))
    assert typed["estimates"] == read["estimates"]
    own, pooled = typed["estimates"][:3], typed["estimates"][3:]
    assert [row["name"].split(" ")[0] for row in own] == ["A", "B", "C"]
    assert [row["method"] for row in pooled] == ["inverse-variance", "dersimonian-laird"]
    weights = [1 / row["se"] ** 2 for row in own]
    mean = sum(w * math.log(row["estimate"]) for w, row in zip(weights, own, strict=True)) / sum(weights)
    assert pooled[0]["estimate"] == pytest.approx(math.exp(mean))
    assert typed["tests"][0]["method"] == "cochran-q"
    assert values(typed)["I^2"] == 0
    differences, _ = answer("pool", "--batch", file("oe,v\n-10.2,30\n-3,12.1\n"), "--stratified", "--method", "all")
    assert [row["method"] for row in differences["estimates"][2:]] == ["inverse-variance", "peto"]
    assert differences["estimates"][3]["estimate"] == pytest.approx(math.exp(-13.2 / 42.1))
    errors, _ = answer("pool", "--batch", file("hr,se\n0.68,0.174\n0.55,0.2162\n"))
    assert errors["estimates"][2]["estimate"] == pytest.approx(pooled[0]["estimate"], abs=0.02)


def test_a_printed_pooled_ratio():
    trials = ["0.68 (0.48-0.95)", "0.55 (0.36-0.84)"]
    document, status = answer("pool", *trials, "--reported", "0.63 (95% CI 0.48-0.82), I2 = 0%")
    assert status == 0
    assert verdicts(document) == dict.fromkeys(("I^2", "estimate", "lower", "upper"), "reproduced")
    document, status = answer("pool", *trials, "--reported", "0.62 (95% CI 0.48-0.82)")
    assert status == 0 and verdicts(document)["estimate"] == "consistent"  # each trial within its rounding
    assert answer("pool", *trials, "--reported", "0.75 (0.48-0.82)")[1] == 1


def test_the_rounding_of_trials_in_a_file_counts_as_of_those_typed(file):
    pastes = ["0.68 (0.48-0.95)", "0.55 (0.36-0.84)", "0.75 (0.34-1.67)"]
    for printed in ("0.63 (0.49-0.81), P for heterogeneity = 0.68", "0.64 (0.50-0.82), P for heterogeneity = 0.70"):
        typed, status = answer("pool", *pastes, "--reported", printed)
        read, same = answer("pool", "--batch", file(TRIALS), "--reported", printed)
        assert verdicts(typed) == verdicts(read) and status == same == 0
    assert verdicts(typed)["p heterogeneity"] == "consistent"
    (row,) = [row for row in typed["verdicts"] if row["item"] == "p heterogeneity"]
    assert row["attainable"][0] < 0.682 < row["attainable"][1]
    assert answer("pool", *pastes, "--reported", "P for heterogeneity = 0.30")[1] == 1


def test_heterogeneity_attainable_holds_what_trials_within_their_rounding_give(file):
    generator = random.Random(20070607)
    printed = [("0.68", "0.48", "0.95"), ("0.50", "0.36", "0.70"), ("0.95", "0.60", "1.50"), ("1.10", "0.78", "1.55")]
    rows = "hr,lower,upper\n" + "".join(",".join(row) + "\n" for row in printed)
    document, _ = answer(
        "pool", "--batch", file(rows), "--reported", "0.70 (0.5-0.9), I2 = 50%, P for heterogeneity = 0.1"
    )
    allowed = {row["item"]: row["attainable"] for row in document["verdicts"]}
    for _ in range(30):
        moved = [[repr(float(figure) + generator.uniform(-0.005, 0.005)) for figure in row] for row in printed]
        text = "hr,lower,upper\n" + "".join(",".join(row) + "\n" for row in moved)
        test = answer("pool", "--batch", file(text))[0]["tests"][0]
        low, high = allowed["p heterogeneity"]
        assert low - 1e-9 <= test["p"] <= high + 1e-9


def test_labels_of_trials():
    names = [
        row["name"].rpartition(" (weight")[0]
        for row in answer(
            "pool", "2019 Jones: 0.68 (0.48-0.95)", "HR: 0.55 (0.36-0.84)", "Smith (2020): 0.75 (0.34-1.67)"
        )[0]["estimates"][:3]
    ]
    assert names == ["2019 Jones", "trial 2", "Smith (2020)"]


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        (["0.68 (<0.48-0.95)"], None, "a bound where a number is needed"),
        ([], "trial,hr,lower,upper,conf\nA,0.68,0.48,0.95,90\n", "column 'conf' is not read"),
        ([], "trial,x\nA,0.68\n", "columns are hr, lower, upper, or oe, v, or hr, se"),
        (["0.68"], None, "no ratio with two limits"),
        ([], None, "Usage"),
        (["0.40 (0.48-0.95)"], None, "outside its interval"),
        (["--stratified", "0.68 (0.48-0.95)", "--method", "reml"], None, "leave out --stratified"),
        (["0.68 (0.48-0.95)", "--method", "fisher"], None, "no method 'fisher'"),
        ([], "hr,low,high\n1,2,3\n", "no column lower, upper"),
        ([], "hr,lower,upper\n0.68,0.48,0.95\n0.5,x,0.9\n", "line 3: lower is 'x'"),
        ([], "oe,v\n3,0\n", "line 2: oe 3, v 0: V is above 0"),
        ([], "hr,lower,upper\n", "no rows"),
    ],
)
def test_wrong_trials(file, arguments, text, message):
    batch = [] if text is None else ["--batch", file(text)]
    result = run("pool", *arguments, *batch)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr and "Traceback" not in result.stderr


# ----------------------------------------------------------------------------------------------------------- --batch


def test_batch_of_intervals():
    text = "study,hr,lower,upper\na,0.68,0.48,0.95\nb,0.5,0.6,0.7\nc,x,1,2\nd,0.55,0.36,0.84\n"
    result = run("--batch", "-", input=text)
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert result.exit_code == 1 and [row["study"] for row in rows] == list("abcd")
    single = answer("0.68", "0.48", "0.95")[0]["estimates"][0]
    for figure in ("estimate", "lower", "upper", "se", "p"):
        assert float(rows[0][f"ci_{figure}"]) == pytest.approx(single[figure], rel=1e-12)
    assert "outside its interval" in rows[1]["error"] and "line 3" in result.stderr and "line 4" in result.stderr
    pasted = run("ci", "--batch", "-", "--to-conf", "90", input='printed\n"0.68 (0.48-0.95)"\n')
    (row,) = csv.DictReader(io.StringIO(pasted.stdout))
    assert float(row["ci_lower"]) == pytest.approx(0.5106237249064133)  # R


def test_batch_of_p():
    result = run("p", "--batch", "-", input='{"hr": 0.68, "p": 0.024}\n{"hr": 0.68, "p": 0}\n')
    good, bad = map(json.loads, result.stdout.splitlines())
    single = answer("p", "0.68", "0.024")[0]["estimates"][0]
    assert good["p_lower"] == pytest.approx(single["lower"]) and "not between 0 and 1" in bad["error"]
    assert result.exit_code == 1


def test_options_that_a_batch_has_no_columns_for_are_refused():
    for line, name in (
        (["ci", "--ratio", "2"], "--ratio"),
        (["ci", "--meaning"], "--meaning"),
        (["p", "--events", "3", "4"], "--events"),
        (["p", "--favours", "control"], "--favours"),
        (["p", "--control-median", "6"], "--control-median"),
    ):
        result = run(*line, "--batch", "-", input="hr,lower,upper,p\n0.68,0.48,0.95,0.024\n")
        assert (result.exit_code, result.stdout) == (2, "") and f"does not go with {name}" in result.stderr


def test_a_batch_of_pastes_takes_no_bound_and_no_other_level():
    text = 'printed\n"0.68 (0.48-0.95)"\n"0.68 (90% CI 0.48-0.95)"\n"HR <0.68 (0.48-0.95)"\n'
    result = run("ci", "--batch", "-", input=text)
    errors = [row["error"] for row in csv.DictReader(io.StringIO(result.stdout))]
    assert result.exit_code == 1 and errors[0] == ""
    assert "a 90% interval, where --conf has 95%" in errors[1] and "bound" in errors[2]
    assert run("ci", "--batch", "-", "--conf", "90", input='printed\n"0.68 (90% CI 0.48-0.95)"\n').exit_code == 0
    of_p = run("p", "--batch", "-", input='printed\n"0.68, P<0.001"\n')
    assert of_p.exit_code == 1 and "bound" in of_p.stdout


def test_a_batch_of_one_sided_p():
    result = run("p", "--batch", "-", "--one-sided", input="hr,p\n0.68,0.024\n0.68,0.6\n")
    good, bad = csv.DictReader(io.StringIO(result.stdout))
    single = answer("p", "0.68", "0.024", "--one-sided")[0]["estimates"][0]
    assert float(good["p_lower"]) == pytest.approx(single["lower"], rel=1e-12)
    assert "one-sided p 0.6 is not between 0 and 0.5" in bad["error"]


# ------------------------------------------------------------------------------------------------- explained, and wrong


@pytest.mark.parametrize(
    ("arguments", "put_in"),
    [
        (["oe", "-19.6", "120.9"], ["exp(-19.6/120.9)", "route 2"]),
        (["oe", "229/248.6", "256/236.4"], ["(229/248.6) / (256/236.4)"]),
        (["events", "229/491", "256/485", "--hr", "0.85"], ["229*256/(229 + 256)", "Tierney 2007"]),
        (["p", "0.075", "--events", "229", "256"], ["1 - 0.075/2"]),
        (["survival", "60.5%", "37.3%", "--at-risk", "35", "22"], ["log(0.605)/log(0.373)", "Peto et al. 1977"]),
        (["pool", "0.68 (0.48-0.95)", "0.55 (0.36-0.84)"], ["sum(w*log(HR_i))/sum(w)"]),
    ],
)
def test_explain(arguments, put_in):
    result = run(*arguments, "--explain")
    assert result.exit_code == 0
    for text in put_in:
        assert text in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["oe"], "Usage"),
        (["oe", "-19.6"], "O-E and V are needed"),
        (["oe", "-19.6", "0"], "V '0' is not a positive number"),
        (["oe", "abc", "120"], '"abc" is not a number'),
        (["oe", "229/248.6", "256"], "one figure has a slash"),
        (["oe", "229.5/248.6", "256/236.4"], "'229.5' observed events are not a whole number"),
        (["oe", "229/0", "256/236.4"], "'0' expected events are not a positive number"),
        (["oe", "-19.6", "120.9", "--variance", "3"], "--variance goes with O/E"),
        (["events", "229/491"], "events and patients of both arms are needed"),
        (["events", "--all-events", "485"], "add --hr 0.85"),
        (["events", "500/491", "256/485"], "500"),
        (["events", "229/491", "256/485", "--hr", "0"], "zero"),
        (["p", "0.85", "0.075", "--events", "229", "256"], "gvhdcalc hr events --hr"),
        (["p", "0.075", "--events", "229", "256", "--all-events", "480"], "are 485 in all, not --all-events 480"),
        (["p", "0.6", "--one-sided", "--events", "229", "256"], "above 0.5"),
        (["p", "0.075", "--method", "p-events-arms"], "needs other figures"),
        (["ci", "0.68", "0.95", "--one-sided"], "--conf 97.5"),
        (["ci", "0.68", "0.95", "--one-sided", "--conf", "40"], "write one above 50%"),
        (["0.68", "0.48", "0.95", "--method", "bound"], "needs other figures"),
        (["0.68", "0.48", "0.95", "--control-survival", "150%"], "control survival"),
        (["survival", "60.5%", "37.3%", "--ci1", "50%", "70%"], "limits of both proportions are needed"),
        (["survival", "60.5%", "37.3%", "--ci1", "65%", "70%", "--ci0", "27%", "48%"], "outside its limits"),
        (["survival", "60.5%", "37.3%", "--ci1", "70%", "50%", "--ci0", "27%", "48%"], "upside down"),
        (["survival", "60.5%", "37.3%", "--conf-survival", "90"], "--conf-survival is the level of --ci1 and --ci0"),
        (["survival", "<60%", "37.3%"], "survival '<60%' is a bound"),
        (["events", "229/491", "256/485", "--ratio", "2"], "--ratio goes with --all-events"),
        (["events", "0/491", "256/485", "--hr", "0.85"], "without events in an arm the ratio is 0 or infinite"),
        (["p", "0.68", "0.024", "--favours", "control"], "--favours is for a P without a ratio"),
        (["curve"], "Usage"),
        (["curve", "/no/such/file.csv"], "cannot read"),
        (["--batch", "-", "0.68"], "give none beside it"),
    ],
)
def test_wrong_input(arguments, message):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert "Usage" in message or len(result.stderr.splitlines()) == 1


def test_tables_fit_80_columns(file):
    for arguments in (
        ["0.75 (0.34-1.67), P=0.610", "--control-median", "6", "--control-survival", "37.3%"],
        ["oe", "229/248.6", "256/236.4", "--variance", "120.9"],
        ["events", "229/491", "256/485", "--hr", "0.85"],
        ["survival", "60.5%", "37.3%", "--at-risk", "35", "22"],
        ["curve", file(CURVES)],
        ["pool", "0.68 (0.48-0.95)", "0.55 (0.36-0.84)", "--method", "all"],
        ["pool", "A very long name of a trial indeed: 0.68 (0.48-0.95)", "0.55 (0.36-0.84)"],
    ):
        for form in ("rich", "plain"):
            result = run(*arguments, "--format", form, "--plot")
            assert result.exit_code in (0, 1), result.stderr
            assert max(map(len, result.stdout.splitlines())) <= 80, arguments


def test_a_printed_figure_needs_neither_numpy_nor_the_other_kinds_of_input():
    program = (
        "import sys\nfrom gvhdcalc.cli import main\n"
        "try:\n    main(['hr', *sys.argv[1:], '--format', 'json'])\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "heavy = {'numpy', 'scipy', 'gvhdcalc.cli.hr_data', 'gvhdcalc.cli.hr_pool'} & set(sys.modules)\n"
        "sys.exit(','.join(sorted(heavy)) or 0)\n"
    )
    for arguments in (["0.68", "0.48", "0.95"], ["p", "0.075", "--events", "229", "256"], ["oe", "-19.6", "120.9"]):
        done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
