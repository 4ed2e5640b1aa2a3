"""``gvhdcalc cuminc`` on the command line."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

#: The four intervals of the abstract, and the hazard ratio beside each pair.
CGVHD = ("39.5% (95% CI, 29.3-49.4%)", "62.7% (51.4-72.1%)", "--hr", "HR 0.55, 95% CI, 0.36-0.84; P = 0.005")
RELAPSE = ("10.1% (95% CI, 5.2-17.1)", "13.5% (7.5-21.2%)", "--hr", "HR 0.75, 95% CI, 0.34-1.67, P = 0.610")


def run(*arguments):
    return CliRunner().invoke(main, ["cuminc", *arguments], prog_name="gvhdcalc")


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    assert result.stderr == ""
    return json.loads(result.stdout), result.exit_code


def verdicts(document):
    return {row["item"]: row for row in document["verdicts"]}


def values(document, method):
    return {row["name"]: row["value"] for row in document["values"] if row["method"] == method}


# --- the abstract


@pytest.mark.parametrize("printed", ["39.5 29.3 49.4", "62.7 51.4 72.1", "10.1 5.2 17.1", "13.5 7.5 21.2"])
def test_each_interval_of_the_abstract_is_of_log_log_f_and_of_no_other_scale(printed):
    document, status = answer(*printed.split())
    assert status == 0
    assert verdicts(document)["centre"]["methods"] == ["log-log-f"]
    assert verdicts(document)["centre"]["verdict"] in {"reproduced", "consistent"}
    fits = {row["method"]: row["note"].startswith("fits") for row in document["values"] if "centre" in row["name"]}
    assert fits == {
        "log-log-f": True, "plain": False, "log": False, "log-s": False, "log-log-s": False, "logit": False,
        "arcsine-sqrt": False,
    }  # fmt: skip
    (row,) = document["estimates"]
    assert "tidycmprsk" in " ".join(row["notes"])
    # the interval comes out as it was printed
    shown = [f"{100 * row[field]:.1f}" for field in ("estimate", "lower", "upper")]
    assert shown == printed.split()


def test_chronic_gvhd_two_arms_beside_the_printed_hazard_ratio():
    document, status = answer(*CGVHD)
    assert status == 0
    assert document["inputs"]["scale"] == "log-log-f"
    rows = {row["measure"]: row for row in document["estimates"]}
    difference = rows["cumulative incidence difference"]
    assert difference["estimate"] == pytest.approx(0.395 - 0.627)
    # R: L <- function(p) log(-log(p)); s <- (L(lower) - L(upper)) / (2*qnorm(.975)) * F * abs(log(F)); sqrt(sum(s^2))
    assert difference["se"] == pytest.approx(0.07419083, abs=1e-8)
    assert rows["cumulative incidence ratio"]["estimate"] == pytest.approx(0.395 / 0.627)
    assert rows["subdistribution hazard ratio"]["estimate"] == pytest.approx(0.5095707, abs=1e-7)
    found = verdicts(document)
    assert found["hazard ratio"]["verdict"] == "consistent"
    assert "soft" in found["hazard ratio"]["note"]
    assert found["p"]["verdict"] == "not checkable"


def test_relapse_two_arms_beside_the_printed_hazard_ratio():
    document, status = answer(*RELAPSE)
    assert status == 0
    assert verdicts(document)["hazard ratio"]["verdict"] == "consistent"
    # the trial had 99 patients in each arm; relapse was nearly uncensored
    assert values(document, "log-log-f")["effective sample size 1"] == pytest.approx(98.0, abs=0.1)
    assert values(document, "log-log-f")["implied events 1"] == pytest.approx(9.9, abs=0.05)
    assert values(document, "log-log-f")["effective sample size 2"] == pytest.approx(93.4, abs=0.1)


def test_a_whole_sentence_can_be_pasted():
    sentence = (
        "cGVHD at 2 years: 39.5% (95% CI, 29.3-49.4%) and 62.7% (51.4-72.1%) in the two groups "
        "(HR 0.55, 95% CI, 0.36-0.84; P = 0.005)"
    )
    document, status = answer(sentence)
    whole, _ = answer(*CGVHD)
    assert status == 0
    assert document["estimates"] == whole["estimates"]
    assert document["verdicts"] == whole["verdicts"]
    assert document["warnings"] == ["not read: 2"]


def test_swapped_arms_give_a_hazard_ratio_that_does_not_follow():
    document, status = answer(CGVHD[1], CGVHD[0], "--hr", "0.55 (0.36-0.84)")
    assert status == 1
    assert verdicts(document)["hazard ratio"]["verdict"] == "inconsistent"


# --- forms of input


@pytest.mark.parametrize(
    "figures",
    [
        ("39.5%", "29.3%", "49.4%"),
        ("39.5", "29.3", "49.4"),
        ("reported", "39.5", "29.3", "49.4"),
        ("39·5%", "29·3%", "49·4%"),
        ("39.5% (29.3-49.4%)",),
        ("39.5 (29.3-49.4)",),
        ("39.5% (95% CI, 29.3–49.4%)",),
        ("39.5%", "(29.3-49.4%)"),
    ],
)
def test_every_way_to_write_an_arm(figures):
    document, status = answer(*figures)
    assert status == 0
    assert document["inputs"]["estimates"] == [0.395]
    assert document["inputs"]["limits"] == [[0.293, 0.494]]


def test_figures_up_to_1_without_a_percent_sign_are_fractions_and_above_1_percentages():
    fractions, _ = answer("0.395", "0.293", "0.494")
    percentages, _ = answer("0.8", "0.3", "2.1")
    assert fractions["inputs"]["estimates"] == [0.395]
    assert percentages["inputs"]["estimates"] == [0.008]


@pytest.mark.parametrize(
    "figures", [("39.5", "29.3", "49.4", "62.7", "51.4", "72.1"), ("39.5 (29.3-49.4)", "62.7 (51.4-72.1)")]
)
def test_six_figures_or_two_texts_are_two_arms(figures):
    document, _ = answer(*figures)
    assert document["inputs"]["estimates"] == [0.395, 0.627]
    assert [row["measure"] for row in document["estimates"][2:]] == [
        "cumulative incidence difference",
        "cumulative incidence ratio",
        "subdistribution hazard ratio",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("39.5%", "49.4%", "29.3%"), "upside down"),
        (("55%", "29.3%", "49.4%"), "55% is outside its interval"),
        (("39.5", "29.3%", "49.4"), "some figures have a percent sign and some have not"),
        (("139%", "129%", "149%"), "'139%' is not between 0 and 100%"),
        (("39.5", "29.3"), "2 figures are given"),
        (("39.5", "29.3", "49.4", "62.7"), "4 figures are given"),
        (("<5%", "1%", "9%"), "is a bound"),
        (("39.5", "39.5", "39.5"), "without width"),
        (("mostly",), "nothing to check"),
        (("39.5%",), "1 figure is given"),
        (("39.5% v 62.7%",), "no estimate with two limits"),
        (("40/101", "63/102"), "gvhdcalc cuminc counts 40/101 63/102"),
        (("39.5", "29.3", "49.4", "--hr", "0.55"), "--hr needs two arms"),
        (("39.5", "29.3", "49.4", "62.7", "51.4", "72.1", "--hr", "P=0.005"), "no ratio"),
        (("39.5", "29.3", "49.4", "--method", "loglog-f"), "did you mean 'log-log-f'"),
        (("39.5", "29.3", "49.4", "--conf", "100"), "'100' is not between 0 and 100%"),
        (("39.5", "29.3", "49.4", "--to-conf", "0"), "'0' is not between 0 and 100%"),
        (("39.5", "29.3", "49.4", "--reported", "nothing"), "nothing to check"),
        (("counts", "102/101"), "102 events are more than the total of 101"),
        (("counts", "40/0"), "the total is zero"),
        (("counts",), "Usage"),
    ],
)
def test_wrong_input_is_one_clear_line_and_status_2(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    if message != "Usage":
        assert result.stderr.count("\n") == 1


def test_hostile_text_is_an_error_and_no_escape_reaches_the_terminal():
    result = run("\x1b[31m39.5% (29.3" + "(" * 2000)
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr
    assert len(result.stderr) < 1000


# --- scales and levels


def test_another_level_is_around_the_same_centre():
    document, _ = answer("39.5%", "29.3%", "49.4%", "--to-conf", "90")
    (row,) = document["estimates"]
    assert row["conf"] == 0.9
    assert document["inputs"]["conf"] == 0.95
    # R: y <- L(.3945) + c(1,-1) * qnorm(.95) * (L(.293) - L(.494)) / (2*qnorm(.975)); exp(-exp(y))
    assert (row["lower"], row["upper"]) == pytest.approx((0.30921958, 0.47849291), abs=1e-8)


def test_the_level_of_the_printed_interval_is_read_from_the_text_or_given():
    said, _ = answer("39.5% (90% CI 31.0-47.8%)")
    given, _ = answer("39.5%", "31.0%", "47.8%", "--conf", "90")
    assert said["inputs"]["conf"] == given["inputs"]["conf"] == 0.9
    assert said["values"] == given["values"]


def test_every_scale_that_fits_is_shown_the_nearest_first():
    document, _ = answer("50.0%", "40.0%", "60.0%")
    assert verdicts(document)["centre"]["verdict"] == "reproduced"
    assert sorted(verdicts(document)["centre"]["methods"]) == ["arcsine-sqrt", "logit", "plain"]
    assert [row["method"] for row in document["estimates"]] == verdicts(document)["centre"]["methods"]


def test_an_interval_of_no_scale_is_not_checkable_and_says_which_is_nearest():
    document, status = answer("30%", "20%", "70%")
    assert status == 0
    assert verdicts(document)["centre"]["verdict"] == "not checkable"
    assert "nearest: log" in verdicts(document)["centre"]["note"]
    assert "misprinted" in document["warnings"][0]


@pytest.mark.parametrize("figures", [("0.0%", "0.0%", "3.6%"), ("100%", "96.4%", "100%")])
def test_an_incidence_of_0_or_1_has_no_scale_and_says_so(figures):
    document, status = answer(*figures)
    assert status == 0
    (row,) = document["estimates"]
    assert row["lower"] is None and row["upper"] is None
    assert "does not exist there" in row["notes"][0]
    assert verdicts(document)["centre"]["verdict"] == "not checkable"


def test_the_scale_of_the_comparison_can_be_chosen():
    document, _ = answer("39.5", "29.3", "49.4", "62.7", "51.4", "72.1", "--method", "logit")
    assert document["inputs"]["scale"] == "logit"
    assert [row["method"] for row in document["tests"]] == ["logit"]
    assert {row["method"] for row in document["estimates"][:2]} == {"logit"}


def test_a_comparison_with_an_arm_of_0_has_no_interval_and_no_traceback():
    document, status = answer("0%", "0%", "3.6%", "10.1%", "5.2%", "17.1%")
    assert status == 0
    for row in document["estimates"][2:]:
        assert row["lower"] is None
        assert row["notes"]


# --- counts


def test_counts_of_one_arm_are_shown_on_every_scale():
    document, status = answer("counts", "40/101")
    assert status == 0
    assert document["command"] == "cuminc counts"
    assert len(document["estimates"]) == 7
    assert {row["estimate"] for row in document["estimates"]} == {40 / 101}
    plain = document["estimates"][0]
    # R: 40/101 -+ qnorm(.975) * sqrt(40 * 61 / 101^3)
    assert (plain["lower"], plain["upper"]) == pytest.approx((0.30065881, 0.49142040), abs=1e-8)


def test_counts_of_two_arms_are_compared():
    document, _ = answer("counts", "40/101", "63/102")
    rows = {row["measure"]: row for row in document["estimates"]}
    assert rows["cumulative incidence difference"]["estimate"] == pytest.approx(40 / 101 - 63 / 102)
    assert [row["method"] for row in document["tests"]] == ["plain", "log", "log-log-s"]


@pytest.mark.parametrize("arms", ["0/20", "20/20", "0/20 0/30", "1/1", "0/20 5/20", "400000000/1000000000"])
def test_counts_at_the_ends_and_huge_ones_answer(arms):
    document, status = answer("counts", *arms.split())
    assert status == 0
    for row in document["estimates"]:
        if row["lower"] is None:
            assert row["notes"]


# --- reported


def test_reported_intervals_of_counts_are_matched_with_their_scale():
    document, status = answer("counts", "40/101", "--reported", "39.6% (30.1-49.0)")
    assert status == 0
    found = verdicts(document)
    assert [found[item]["verdict"] for item in ("percent", "lower", "upper")] == ["reproduced"] * 3
    assert found["lower"]["methods"] == ["plain", "log-log-f"]
    assert found["upper"]["methods"] == ["log-log-f"]


def test_a_reported_percentage_that_the_counts_do_not_give_is_inconsistent():
    document, status = answer("counts", "40/101", "--reported", "39.5% (29.3-49.4)")
    assert status == 1
    assert verdicts(document)["percent"]["verdict"] == "inconsistent"


def test_reported_difference_and_p_of_two_printed_arms():
    text = "difference -23.2% (95% CI -37.7 to -8.7), P=0.002"
    document, status = answer("39.5", "29.3", "49.4", "62.7", "51.4", "72.1", "--reported", text)
    assert status == 0
    found = verdicts(document)
    assert [found[item]["verdict"] for item in ("estimate", "lower", "upper", "p")] == ["reproduced"] * 4
    assert found["estimate"]["methods"] == ["plain"]
    low, high = found["estimate"]["attainable"]
    assert (low, high) == pytest.approx((-0.233, -0.231))


@pytest.mark.parametrize(
    ("text", "verdict", "status"),
    [
        ("difference -23.2% (-37.6 to -8.8)", "consistent", 0),
        ("difference -23.2% (-40.6 to -5.8)", "inconsistent", 1),
        ("risk ratio 0.63 (0.46-0.86)", "reproduced", 0),
        ("HR 0.55 (0.36-0.84)", None, 0),
        ("HR 1.55 (1.16-1.84)", None, 1),
        ("odds ratio 0.39 (0.22-0.69)", "not checkable", 0),
    ],
)
def test_reported_verdicts_of_two_arms_and_the_exit_status(text, verdict, status):
    document, code = answer("39.5", "29.3", "49.4", "62.7", "51.4", "72.1", "--reported", text)
    assert code == status
    if verdict is None:
        assert verdicts(document)["hazard ratio"]["verdict"] == ("inconsistent" if status else "consistent")
    else:
        assert verdicts(document)["lower"]["verdict"] == verdict


def test_reported_interval_at_another_level():
    good, status = answer("39.5%", "29.3%", "49.4%", "--reported", "39.5% (90% CI 30.9-47.8%)")
    assert status == 0
    assert verdicts(good)["lower"]["methods"][-1] == "log-log-f"
    bad, status = answer("39.5%", "29.3%", "49.4%", "--reported", "39.5% (90% CI 25.0-47.8%)")
    assert status == 1
    assert verdicts(bad)["lower"]["verdict"] == "inconsistent"


# --- output


def test_the_contract():
    document, _ = answer(*CGVHD)
    assert document["schema"] == "gvhdcalc/1"
    assert document["command"] == "cuminc"
    assert set(document) == {"schema", "command", "inputs", "estimates", "tests", "verdicts", "values", "warnings"}
    assert document["inputs"] == {
        "estimates": [0.395, 0.627],
        "limits": [[0.293, 0.494], [0.514, 0.721]],
        "printed": ["39.5% (29.3-49.4%)", "62.7% (51.4-72.1%)"],
        "conf": 0.95,
        "to_conf": None,
        "scale": "log-log-f",
    }
    for row in document["estimates"]:
        assert row["reference"] and row["name"] and row["se_scale"]


@pytest.mark.parametrize(
    "arguments", [("39.5%", "29.3%", "49.4%"), CGVHD, RELAPSE, ("counts", "40/101"), ("counts", "40/101", "63/102")]
)
def test_default_tables_fit_80_columns(arguments):
    result = run(*arguments)
    assert result.stderr == ""
    tables = [line for line in result.stdout.splitlines() if "  " in line]  # sentences have no columns
    assert tables
    assert max(map(len, tables)) <= 80


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "csv", "tsv", "json", "jsonl", "latex", "html"])
def test_every_format_has_the_scale(form):
    result = run("39.5%", "29.3%", "49.4%", "--format", form)
    assert result.exit_code == 0
    assert "log-log-f" in result.stdout


def test_explain_puts_the_numbers_into_the_formula_and_names_the_source():
    result = run("39.5%", "29.3%", "49.4%", "--explain")
    assert "F^exp(-+ z*SE/(F*log F))" in result.stdout
    assert "0.395^exp(-+ 1.959963985*0.0518" in result.stdout
    assert "Choudhury 2002" in result.stdout
    both = run(*CGVHD, "--explain").stdout
    assert "log(1-0.395)/log(1-0.627)" in both
    assert "Klein et al. 2007" in both


def test_plot_draws_the_interval():
    result = run("39.5%", "29.3%", "49.4%", "--plot")
    assert "■" in result.stdout


def test_help_names_scales_software_and_examples():
    result = run("reported", "--help")
    assert result.exit_code == 0
    for text in ("log-log-f", "tidycmprsk", "--to-conf", "gvhdcalc cuminc 39.5% 29.3% 49.4%"):
        assert text in result.stdout
    assert "counts" in run("--help").stdout


def test_no_arguments_is_help_with_status_2():
    result = run()
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage" in result.stderr


@pytest.mark.parametrize("arguments", [("39.5%", "29.3%", "49.4%"), ("counts", "40/101", "63/102")])
def test_no_numpy_scipy_or_statsmodels_is_imported(arguments):
    code = (
        "import sys\n"
        "from gvhdcalc.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "print(sorted({'numpy', 'scipy', 'statsmodels'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "cuminc", *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr.strip() == "[]"
    assert "log(-log F)" in done.stdout
