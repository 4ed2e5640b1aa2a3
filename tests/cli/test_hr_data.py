"""``gvhdcalc hr data`` on the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

HOUSE = Path(__file__).parents[2]
DATA = HOUSE / "tests" / "data"
VETERAN = (str(HOUSE / "examples" / "veteran.csv"), "--time", "time", "--event", "status", "--arm", "arm")
LUNG = (str(DATA / "lung.csv"), "--time", "time", "--event", "status", "--arm", "sex")


def run(*arguments, **more):
    return CliRunner().invoke(main, ["hr", "data", *arguments], prog_name="gvhdcalc", **more)


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    assert result.exit_code in (0, 1), result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout)


def estimates(document, measure, method=None):
    return [row for row in document["estimates"] if row["measure"] == measure and method in (None, row["method"])]


def the_tests(document):
    return {row["method"]: row for row in document["tests"]}


def verdicts(document):
    return {row["item"]: row for row in document["verdicts"]}


# --- what R's survival prints


def test_the_lung_cancer_trial_as_in_r():
    """coxph, survdiff and survfit of lung ~ sex: figures that R's documentation and many tutorials print."""
    document = answer(*LUNG)
    (ratio,) = estimates(document, "hazard ratio, from patients")
    shown = [f"{ratio[field]:.4f}" for field in ("estimate", "lower", "upper", "se", "p")]
    assert shown == ["0.5880", "0.4237", "0.8160", "0.1672", "0.0015"]
    assert ratio["case"] == {"arms": "2 v 1"}
    assert f"{the_tests(document)['log-rank']['statistic']:.1f}" == "10.3"
    assert f"{the_tests(document)['grambsch-therneau-km']['p']:.3f}" == "0.091"
    medians = {row["case"]["arm"]: row for row in estimates(answer(*LUNG, "--method", "log"), "median time")}
    assert [medians["2"][field] for field in ("estimate", "lower", "upper")] == [426, 348, 550]
    assert [medians["1"][field] for field in ("estimate", "lower", "upper")] == [270, 212, 310]


def test_survival_numbers_at_risk_and_differences_at_times():
    document = answer(*VETERAN, "--at", "90,180")
    rows = estimates(document, "survival")
    assert [row["case"] for row in rows] == [
        {"arm": arm, "time": time, "at risk": at_risk}
        for time, arms in ((90, {"test": 25, "standard": 37}), (180, {"test": 14, "standard": 13}))
        for arm, at_risk in arms.items()
    ]
    first, second = rows[:2]
    (difference, _) = estimates(document, "survival difference")
    assert difference["estimate"] == pytest.approx(first["estimate"] - second["estimate"])
    assert difference["case"] == {"arms": "test v standard", "time": 90}
    at = [row["case"]["time"] for row in document["tests"] if "case" in row]
    assert at == [90, 180]


def test_restricted_means():
    document = answer(*VETERAN, "--tau", "max")
    assert document["inputs"]["tau"] == "max"
    assert {row["case"]["tau"] for row in document["estimates"] if "mean" in row["measure"]} == {999}
    means = estimates(document, "restricted mean survival time")
    (difference,) = estimates(document, "restricted mean survival time difference")
    assert difference["estimate"] == pytest.approx(means[0]["estimate"] - means[1]["estimate"])


def test_quantiles():
    rows = estimates(answer(*VETERAN, "--quantile", "25%,0.75"), "time to a fraction")
    assert [row["case"] for row in rows] == [
        {"arm": arm, "fraction": share} for share in (0.25, 0.75) for arm in ("test", "standard")
    ]
    assert rows[0]["estimate"] < rows[2]["estimate"]


def test_rates():
    document = answer(*VETERAN, "--rates")
    rows = estimates(document, "rate")
    assert [row["case"] for row in rows] == [
        {"arm": "test", "events": 64, "person-time": 8718},
        {"arm": "standard", "events": 64, "person-time": 7945},
    ]
    (ratio,) = estimates(document, "rate ratio")
    assert ratio["estimate"] == pytest.approx((64 / 8718) / (64 / 7945))


def test_several_arms_are_each_compared_with_the_control():
    document = answer(*VETERAN[:-1], "celltype", "--control", "large", "--covariates", "karno", "--at", "100")
    rows = estimates(document, "hazard ratio, from patients")
    assert [row["case"] for row in rows] == [
        {"arms": "adeno v large"},
        {"arms": "smallcell v large"},
        {"arms": "squamous v large"},
        {"covariate": "karno"},
    ]
    assert the_tests(document)["log-rank"]["df"] == 3
    # the same model, whichever arm is the control
    other = answer(*VETERAN[:-1], "celltype", "--control", "adeno", "--covariates", "karno")
    large = estimates(other, "hazard ratio, from patients")[0]
    assert large["case"] == {"arms": "large v adeno"}
    assert large["estimate"] == pytest.approx(1 / rows[0]["estimate"])
    assert estimates(other, "hazard ratio, from patients")[-1]["estimate"] == pytest.approx(rows[-1]["estimate"])


@pytest.mark.parametrize(
    "options, methods",
    [
        ((), ["efron"]),
        (("--ties", "breslow"), ["breslow"]),
        (("--ties", "exact"), ["exact"]),
        (("--robust",), ["robust"]),
        (("--cluster", "celltype"), ["robust"]),
        (("--method", "peto", "--method", "pike"), ["peto", "pike"]),
        (("--method", "tarone-ware"), ["efron"]),
    ],
)
def test_the_method_of_the_hazard_ratio(options, methods):
    rows = estimates(answer(*VETERAN, *options), "hazard ratio, from patients")
    assert [row["method"] for row in rows] == methods


def test_every_method():
    document = answer(*VETERAN, "--method", "all", "--at", "90", "--tau", "300")
    assert {row["method"] for row in estimates(document, "survival")} == {
        "log-log-s", "log", "plain", "logit", "arcsine-sqrt",
    }  # fmt: skip
    assert {"log-rank", "gehan-breslow", "tarone-ware", "peto-peto", "fleming-harrington", "cox-score"} <= set(
        the_tests(document)
    )
    assert "log-rank-trend" not in the_tests(document)
    weighted = answer(*VETERAN, "--method", "fleming-harrington", "--rho", "0", "--gamma", "1")
    assert the_tests(weighted)["fleming-harrington"]["name"] == "Fleming-Harrington (0, 1)"


def test_strata_and_entry():
    stratified = the_tests(answer(*VETERAN, "--strata", "celltype,prior"))["log-rank"]["statistic"]
    assert stratified != the_tests(answer(*VETERAN))["log-rank"]["statistic"]
    text = "entry,time,dead,arm\n0,5,1,a\n4,6,1,a\n0,7,0,b\n2,4,1,b\n"
    result = run("-", "--time", "time", "--event", "dead", "--arm", "arm", "--entry", "entry", "--at", "4.5",
                 "--format", "json", input=text)  # fmt: skip
    document = json.loads(result.stdout)
    assert [row["case"]["at risk"] for row in estimates(document, "survival")] == [1, 2]
    assert document["inputs"]["file"] == "-"


def test_one_group():
    document = answer(*VETERAN[:-2], "--at", "100")
    assert [row["measure"] for row in document["estimates"]] == ["median time", "survival"]
    assert document["tests"] == []


def test_what_people_see_first():
    result = run(*VETERAN)
    lines = result.stdout.splitlines()
    assert lines[:3] == [
        "veteran.csv: 137 patients, 128 events",
        "Event: status dead; alive censored",
        "Arms: test v standard (standard is the control)",
    ]
    assert all(len(line) <= 80 for line in lines)
    assert "test v standard          1.02  0.71 to 1.45  0.922  Cox, Efron ties" in lines


def test_hazards_that_are_not_proportional_are_said():
    result = run(*VETERAN, "--covariates", "karno")
    assert "Warning: the hazard ratio changes with time (proportional hazards: P 0.001)" in result.stdout


def test_explain_has_the_numbers():
    result = run(*VETERAN, "--explain", "--method", "pike")
    assert result.exit_code == 0
    assert "HR = (64/63.49980334) / (64/64.50019666)" in result.stdout
    assert "Pike 1972" in result.stdout


@pytest.mark.parametrize("form", ["csv", "tsv", "markdown", "html", "latex", "jsonl", "rich"])
def test_every_format(form):
    result = run(*VETERAN, "--at", "90", "--format", form)
    assert result.exit_code == 0
    assert "efron" in result.stdout or "Efron" in result.stdout


# --- what a paper prints


@pytest.mark.parametrize(
    "text, status, found",
    [
        ("HR 0.59 (0.42-0.82), P=0.001", 0, {"estimate": "efron", "lower": "efron", "upper": "efron", "p": "log-rank"}),
        ("HR 0.60 (95% CI 0.44-0.82)", 0, {"estimate": "peto", "lower": "peto", "upper": "peto"}),
        ("median 426 vs 270", 0, {"median 1": "log-log-s", "median 2": "log-log-s"}),
        ("median 426 (348-550) vs 270 (212-310)", 0, {"lower 1": "log", "upper 2": "log"}),
        ("53/90 vs 112/138", 0, {"events 1": "counts", "events 2": "counts"}),
        ("HR 0.68 (0.48-0.95), P=0.024", 1, {"estimate": None, "p": None}),
        ("median 11.3 vs 6.0; HR 0.68; 95% CI, 0.48-0.95, P = 0.024", 1, {"median 1": None, "estimate": None}),
        ("P=0.91", 1, {"p": None}),
    ],
)
def test_reported(text, status, found):
    result = run(*LUNG, "--reported", text, "--format", "json")
    assert result.exit_code == status
    judged = verdicts(json.loads(result.stdout))
    for item, method in found.items():
        if method is None:
            assert judged[item]["verdict"] == "inconsistent"
        else:
            assert judged[item]["verdict"] == "reproduced", item
            assert method in judged[item]["methods"], item


def test_reported_survival_needs_its_time():
    without = verdicts(answer(*VETERAN, "--reported", "38.0% vs 54.7%"))
    assert without["percent 1"]["verdict"] == "not checkable" or without["percent 1"]["verdict"] == "inconsistent"
    result = run(*VETERAN, "--at", "90", "--reported", "38.0% (26.6-49.4) vs 54.7% (42.2-65.6)", "--format", "json")
    assert result.exit_code == 0, result.stdout
    judged = verdicts(json.loads(result.stdout))
    assert judged["percent 1"]["verdict"] == "reproduced"
    assert "log-log-s" in judged["lower 1"]["methods"]


# --- wrong input


@pytest.mark.parametrize(
    "arguments, says",
    [
        (("nowhere.csv", *VETERAN[1:]), "cannot read 'nowhere.csv'"),
        ((*VETERAN[:-1], "group"), '--arm: no column "group"'),
        (VETERAN[:3], "Missing option '--event'"),
        ((*VETERAN, "--at", "soon"), "soon"),
        ((*VETERAN, "--at", "-5"), "-5"),
        ((*VETERAN, "--tau", "5000000"), "--tau 5e+06 is after the last observation"),
        ((*VETERAN, "--method", "cox"), "no method 'cox' here"),
        ((*VETERAN, "--quantile", "150"), "'150' is not between 0 and 100%"),
        ((*VETERAN, "--rho", "-1"), "--rho -1 is not a number from 0 up"),
        ((*VETERAN, "--robust", "--ties", "exact"), "go with Efron's ties"),
        ((*VETERAN, "--covariates", "weight"), '--covariates: no column "weight"'),
        ((*VETERAN, "--event-code", "relapse"), '--event-code: no "relapse"'),
        ((*VETERAN, "--reported", "nothing"), "nothing"),
        ((*VETERAN, "--explain", "--format", "json"), "--explain goes with"),
    ],
)
def test_wrong_input_is_one_line_and_status_2(arguments, says):
    done = subprocess.run(
        [sys.executable, "-m", "gvhdcalc", "hr", "data", *arguments],
        capture_output=True,
        text=True,
        cwd=HOUSE,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


def test_bad_rows_are_on_standard_error_and_the_rest_goes_on(tmp_path):
    path = tmp_path / "patients.csv"
    rows = "".join(f"{time},{time % 2},{'ab'[time % 3 > 0]}\n" for time in range(1, 100))
    path.write_text("time,event,arm\n1,1,a\nx,1,a\n" + rows, encoding="utf-8")
    result = run(str(path), "--time", "time", "--event", "event", "--arm", "arm", "--format", "json")
    assert result.exit_code == 0
    assert result.stderr == 'gvhdcalc hr data: line 3: time is "x", not a number; row left out\n'
    document = json.loads(result.stdout)
    assert document["inputs"]["left_out"] == 1
    assert document["inputs"]["patients"] == 100
    assert document["warnings"][0].startswith("1 of 101 rows left out")


def test_no_event_in_an_arm():
    text = "t,e,a\n1,1,x\n2,1,x\n3,0,y\n4,0,y\n"
    result = run(
        "-", "--time", "t", "--event", "e", "--arm", "a", "--method", "all", "--at", "2", "--tau", "max", input=text
    )
    assert result.exit_code == 0, result.stderr
    assert "infinity" in result.stdout
    assert "nan" not in result.stdout


def test_labels_from_outside_are_no_escapes_and_no_markup():
    labels = ("[red]x[/red]", "\x1b[31m" + "y" * 30)
    text = "t,e,a\n" + "".join(f"{time},1,{labels[time % 2]}\n" for time in range(1, 9))
    named = ("--time", "t", "--event", "e", "--arm", "a")
    result = run("-", *named, "--format", "rich", input=text, color=True)
    assert result.exit_code == 0, result.stderr
    assert "\x1b" not in result.stdout
    assert "[red]x[/red]" in result.stdout
    assert r"\x1b[31myyy" in result.stdout


@pytest.mark.parametrize(
    "rows",
    [
        "1 1 a 0\n2 1 b 1\n",  # an event in each arm, and nothing to estimate a ratio from
        "1 0 a 0\n1 1 b 2\n0 0 c 3\n",
        "0 1 a 1\n0 1 b 0\n1 0 c 2\n3 0 b 3\n2 1 c 2\n2 1 d 5\n",
        "2 1 a 1\n2 1 b 2\n2 1 a 3\n",  # everyone at one time
        "0 1 a 1\n0 1 b 2\n",  # no one is observed after 0
    ],
)
@pytest.mark.parametrize("form", ["plain", "json"])
def test_tables_that_hardly_say_anything(rows, form):
    named = ("--time", "t", "--event", "e", "--arm", "a", "--covariates", "x", "--at", "1", "--tau", "max")
    result = run("-", *named, "--method", "all", "--format", form, input="t e a x\n" + rows)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    assert "nan" not in result.stdout.lower().replace("unan", "")


# --- the curves


def test_the_curves_with_numbers_at_risk(tmp_path):
    path = tmp_path / "curves.svg"
    result = run(*VETERAN, "--plot", "--plot-file", str(path))
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    at_risk = [line.split()[2:] for line in lines if line.startswith(("o test", "x standard"))]
    # survival in R: summary(survfit(Surv(time, status) ~ trt, veteran), times = c(0, 200, 400))$n.risk
    assert [row[:3] for row in at_risk] == [["68", "13", "4"], ["69", "12", "2"]]
    assert max(map(len, lines)) <= 80
    drawing = path.read_text(encoding="utf-8")
    assert "survival (%)" in drawing and "standard" in drawing
    assert run(*VETERAN, "--plot-file", "curves.gif").exit_code == 2


#: Entry and time by arm; at risk are those with entry < tick <= time, at 0 those who enter at 0:
#: a 0-5, 0-2 at 0; 0-5, 0-2 at 2; 0-5, 3-9 at 4; 4-6, 3-9 at 6; 3-9 at 8. b 0-7, 0-3 at 0; 0-7, 1-10, 0-3 at 2 ...
LATE = "entry,time,dead,arm\n0,5,1,a\n4,6,1,a\n0,2,0,a\n3,9,1,a\n0,7,0,b\n2,4,1,b\n1,10,1,b\n0,3,0,b\n"


@pytest.mark.parametrize("command", ["hr", "cuminc"])
def test_late_entrants_are_not_at_risk_from_the_start(command):
    options = ["--time", "time", "--event", "dead", "--arm", "arm", "--entry", "entry", "--plot"]
    result = CliRunner().invoke(main, [command, "data", "-", *options], prog_name="gvhdcalc", input=LATE)
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    (ticks,) = [index for index, line in enumerate(lines) if "at risk at time" in line]
    assert lines[ticks - 1].split() == ["0", "2", "4", "6", "8", "10"]
    assert [line.split()[1:] for line in lines[ticks + 1 : ticks + 3]] == [
        ["b", "2", "3", "3", "2", "1", "1"],
        ["a", "2", "2", "2", "2", "1", "0"],
    ]


def test_labels_in_a_figure_are_no_mathematics(tmp_path):
    labels = (r"$\frac{$ x", "_y")
    text = "t,e,a\n" + "".join(f"{time},1,{labels[time % 2]}\n" for time in range(1, 9))
    path = tmp_path / "curves.svg"
    result = run("-", "--time", "t", "--event", "e", "--arm", "a", "--plot-file", str(path), input=text)
    assert result.exit_code == 0, result.stderr
    drawing = path.read_text(encoding="utf-8")
    assert r"$\frac{$ x</text>" in drawing
    assert drawing.count("_y</text>") == 2  # in the legend, and beside the numbers at risk


def test_everyone_at_time_0_can_be_drawn(tmp_path, recwarn):
    text = "t,e,a\n" + "0,1,x\n0,1,y\n" * 3
    path = str(tmp_path / "curves.svg")
    result = run("-", "--time", "t", "--event", "e", "--arm", "a", "--plot", "--plot-file", path, input=text)
    assert result.exit_code == 0, result.stderr
    assert not [one for one in recwarn if "xlim" in str(one.message)]


# --- files as people have them


NAMED = ("--time", "time", "--event", "event", "--arm", "arm")
ROWS = "".join(f"{time}.5,{time % 3 > 0:d},{'ab'[time % 2]}\n" for time in range(1, 41))


@pytest.mark.parametrize(
    "text",
    [
        ("time,event,arm\n" + ROWS).replace(",", "|"),
        ("time,event,arm\n" + ROWS).replace(",", ";").replace(".", ","),
        "time;event;arm;days, in all\n" + ROWS.replace(",", ";").replace(".", ",").replace("\n", ";1\n"),
        '"time"\t"event"\t"arm"\n' + ROWS.replace(",", "\t"),
        ("\ufefftime,event,arm\n" + ROWS).replace("\n", "\r\n"),
    ],
)
def test_a_file_however_it_is_written_gives_the_same(text):
    plain = run("-", *NAMED, input="time,event,arm\n" + ROWS)
    assert plain.exit_code == 0
    assert run("-", *NAMED, input=text).stdout == plain.stdout


@pytest.mark.parametrize(
    "text, says",
    [
        ("time,event,arm\n2020-01-05,1,a\n2020-02-05,0,b\n", 'none of the 2 rows can be used: in 2 time is no '
         'number (line 2: time is "2020-01-05", not a number)'),
        ('time,event,arm\n"1,200",1,a\n"2,300",1,b\n900,1,a\n', "only 1 of the 3 rows can be used"),
        ("time,event,arm\n" + ROWS + '3,1,"a\n' + ROWS, "line 42: a quote is opened that is not closed"),
        (("time,event,arm\n" + ROWS.replace("a\n", "\u00e9\n")).encode("latin-1"), "is not text in UTF-8"),
        ("time,event,arm\n" + "".join(f"{n},{n},{'ab'[n % 2]}\n" for n in range(1, 60)), "these are no codes"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_meant_is_refused(text, says):
    result = run("-", *NAMED, input=text)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_what_only_python_reads_as_a_number_is_left_out():
    result = run("-", *NAMED, input="time,event,arm\n1_0,1,a\n" + ROWS)
    assert result.exit_code == 0
    assert 'line 2: time is "1_0", not a number; row left out' in result.stderr


@pytest.mark.parametrize(
    "arguments, says",
    [
        (("--strata", "arm"), "is the arm and the stratum at once"),
        (("--covariates", "arm"), "is the arm and the covariate at once"),
        (("--covariates", "karno,factor(karno)"), "is given twice as a covariate"),
        (("--cluster", "time"), "is the time and the cluster at once"),
        (("--quantile", "0.5,1"), "'1' may be 1% or all"),
    ],
)
def test_a_column_has_one_part(arguments, says):
    result = run(*VETERAN, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


def test_centres_may_be_strata_and_clusters():
    assert run(*VETERAN, "--strata", "celltype", "--cluster", "celltype").exit_code == 0


def test_the_lines_above_the_tables_fit_the_screen():
    labels = [f"dose level {k} of the escalation" for k in range(6)]
    text = "time,event,arm\n" + "".join(f"{time},1,{labels[time % 6]}\n" for time in range(1, 60))
    lines = run("-", *NAMED, input=text).stdout.splitlines()
    assert max(map(len, lines[: lines.index("")])) <= 80


def test_the_median_of_one_arm_is_not_compared_with_the_hazard_ratio():
    result = run(*VETERAN, "--reported", "median 52.5 months (43-90)", "--format", "json")
    assert result.exit_code == 0
    judged = verdicts(json.loads(result.stdout))
    assert {item: row["verdict"] for item, row in judged.items()} == dict.fromkeys(
        ("median", "lower", "upper"), "reproduced"
    )
    assert "log-log-s" in judged["lower"]["methods"]


def test_percentages_without_a_time_are_those_of_events_or_not_checkable():
    shares = verdicts(answer(*VETERAN, "--reported", "94.1% vs 92.8%"))
    assert {row["verdict"] for row in shares.values()} == {"reproduced"}
    others = verdicts(answer(*VETERAN, "--reported", "38.0% vs 54.7%"))
    assert {(row["verdict"], row["note"]) for row in others.values()} == {
        ("not checkable", "the time of the survival: --at")
    }
