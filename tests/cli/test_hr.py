"""``gvhdcalc hr`` on the command line."""

import json
import math
import subprocess
import sys

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main
from gvhdcalc.report.render import FORMATS

Z = 1.959963984540054


def run(*arguments):
    return CliRunner().invoke(main, ["hr", *arguments], prog_name="gvhdcalc")


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    return json.loads(result.stdout), result.exit_code


def values(document):
    return {row["name"]: row["value"] for row in document["values"]}


def verdicts(document):
    return {row["item"]: row for row in document["verdicts"]}


# ------------------------------------------------------------------------------------------------- the trial's figures


@pytest.mark.parametrize(
    ("printed", "p", "verdict", "methods", "attainable"),
    [
        # R: 2*pnorm(-abs(log(hr))/se) over the corners of the rounding intervals (tests/reference/hazard_ratio.json)
        ("0.68 0.48 0.95", "0.024", "reproduced", ["limits"], (0.0209010, 0.0337112)),
        ("0.55 0.36 0.84", "0.005", "consistent", [], (0.0040385, 0.0077820)),
        ("0.75 0.34 1.67", "0.610", "inconsistent", [], (0.4635023, 0.4936647)),
    ],
)
def test_the_printed_p_of_each_ratio(printed, p, verdict, methods, attainable):
    document, status = answer(*printed.split(), "--reported", f"P = {p}")
    row = verdicts(document)["p"]
    assert (row["printed"], row["verdict"], row["methods"]) == (p, verdict, methods)
    assert status == (1 if verdict == "inconsistent" else 0)
    found = values(document)
    ends = (found["P, lowest attainable"], found["P, highest attainable"])
    assert ends == pytest.approx(attainable, rel=1e-5)
    alone, _ = answer(*printed.split(), "--method", "ci", "--reported", f"P = {p}")
    by_ci = verdicts(alone)["p"]
    assert by_ci["attainable"] == pytest.approx(attainable, rel=1e-5)
    assert by_ci["verdict"] == ("inconsistent" if verdict == "inconsistent" else "consistent")


def test_the_ratio_is_the_geometric_mean_of_its_limits():
    for printed, middle in (("0.68 0.48 0.95", 0.456), ("0.55 0.36 0.84", 0.3024), ("0.75 0.34 1.67", 0.5678)):
        document, status = answer(*printed.split(), "--reported", printed.split()[0])
        row = verdicts(document)["estimate"]
        assert (row["verdict"], row["methods"], status) == ("reproduced", ["limits"], 0)
        assert row["computed"] == pytest.approx(math.sqrt(middle))
        assert values(document)["geometric mean of limits"] == row["computed"]


def test_the_medians_do_not_give_the_ratio_under_exponential_survival():
    text = "11.3 months vs. 6.0 months; hazard ratio (HR) 0.68; 95% CI, 0.48-0.95, P = 0.024"
    document, status = answer("medians", text)
    assert status == 1
    (estimate,) = document["estimates"]
    assert estimate["estimate"] == pytest.approx(6.0 / 11.3)
    assert (estimate["lower"], estimate["p"]) == (None, None)
    row = verdicts(document)["estimate"]
    assert row["verdict"] == "inconsistent"
    assert row["attainable"] == pytest.approx([5.95 / 11.35, 6.05 / 11.25])
    assert {verdicts(document)[item]["verdict"] for item in ("lower", "upper", "p", "median 1")} == {"not checkable"}
    assert "--events" in verdicts(document)["p"]["note"]


# -------------------------------------------------------------------------------------------------------- the contract


def test_json_is_the_contract_at_full_precision():
    document, status = answer("0.68", "0.48", "0.95", "--ratio", "2:1")
    assert status == 0
    assert (document["schema"], document["command"]) == ("gvhdcalc/1", "hr")
    assert document["inputs"] == {
        "route": "ci", "hr": 0.68, "lower": 0.48, "upper": 0.95, "printed": ["0.68", "0.48", "0.95"],
        "conf": 0.95, "to_conf": 0.95, "ratio": 2.0,
    }  # fmt: skip
    ci, limits = document["estimates"]
    assert (ci["measure"], ci["method"], limits["method"]) == ("hazard ratio", "ci", "limits")
    se = math.log(0.95 / 0.48) / (2 * Z)
    assert ci["se"] == pytest.approx(se, rel=1e-12) and ci["se_scale"] == "log"
    assert ci["p"] == pytest.approx(0.026796072875248492, rel=1e-12)  # R
    assert (limits["lower"], limits["upper"]) == pytest.approx((0.48, 0.95), rel=1e-12)
    found = values(document)
    assert found["standard error of log HR"] == ci["se"]
    assert found["z"] == ci["statistic"]
    assert found["P"] == ci["p"]
    assert found["implied events"] == pytest.approx(4 / se**2)
    assert found["implied events at allocation ratio r"] == pytest.approx(9 / (2 * se**2))
    assert found["V"] == pytest.approx(1 / se**2)
    assert found["O-E"] == pytest.approx(math.log(0.68) / se**2)
    assert found["P of the geometric mean"] == limits["p"]
    assert found["P, lowest attainable"] < found["P, lowest attainable if symmetric"]
    assert found["P, highest attainable if symmetric"] < found["P, highest attainable"]
    assert all(set(row) == {"name", "value", "unit", "note", "method"} for row in document["values"])
    assert document["verdicts"] == document["tests"] == document["warnings"] == []


def test_an_interval_at_another_level():
    document, _ = answer("0.68", "0.48", "0.95", "--to-conf", "90")
    ci = document["estimates"][0]
    assert (document["inputs"]["conf"], document["inputs"]["to_conf"], ci["conf"]) == (0.95, 0.9, 0.9)
    assert (ci["lower"], ci["upper"]) == pytest.approx((0.5106237249064133, 0.9055591768375988))  # R
    from_90, _ = answer("0.80", "0.65", "0.98", "--conf", "90", "--to-conf", "95")
    assert from_90["estimates"][0]["se"] == pytest.approx(math.log(0.98 / 0.65) / (2 * 1.6448536269514722))


def test_an_interval_printed_at_another_level_is_judged_at_it():
    document, status = answer("0.68", "0.48", "0.95", "--reported", "90% CI 0.51-0.90")
    assert status == 0 and document["inputs"]["conf"] == 0.95
    assert {row["verdict"] for row in document["verdicts"]} == {"reproduced"}
    assert verdicts(document)["upper"]["methods"] == ["limits"]


@pytest.mark.parametrize(
    "paste",
    [
        ["0.68", "0.48", "0.95"],
        ["0.68 (0.48-0.95)"],
        ["0.68", "(0.48", "to", "0.95)"],
        ["HR 0.68; 95% CI 0.48–0.95"],
        ["0·68 (0·48 to 0·95)"],
        ["--reported", "0.68 [0.48; 0.95]"],
        ["ci", "0.68", "0.48", "0.95"],
    ],
)
def test_every_way_to_give_ratio_and_limits(paste):
    document, status = answer(*paste)
    assert status == 0
    assert document["estimates"][0]["p"] == pytest.approx(0.026796072875248492)


def test_a_paste_with_p_is_judged():
    document, status = answer("0.75 (0.34-1.67), P = 0.610")
    assert status == 1
    assert list(verdicts(document)) == ["estimate", "lower", "upper", "p"]
    assert verdicts(document)["p"]["verdict"] == "inconsistent"
    assert answer("0.68 (0.48-0.95), P = 0.024")[1] == 0
    assert answer("0.68 (0.48-0.95), P < 0.05")[1] == 0
    assert answer("0.68 (0.48-0.95), P < 0.01")[1] == 1


def test_the_level_in_a_paste_counts_unless_conf_is_given():
    document, _ = answer("0.80 (90% CI 0.65-0.98)")
    assert document["inputs"]["conf"] == 0.9
    document, _ = answer("0.80 (90% CI 0.65-0.98)", "--conf", "95")
    assert document["inputs"]["conf"] == 0.95
    assert "90%" in document["warnings"][0]


def test_decimals_matter():
    short, _ = answer("0.7", "0.5", "0.9")
    long, _ = answer("0.700", "0.500", "0.900")
    assert values(short)["P, highest attainable"] > 2 * values(long)["P, highest attainable"]
    assert values(short)["P"] == values(long)["P"]


def test_a_ratio_off_the_middle_is_said_to_be():
    document, status = answer("0.70", "0.48", "0.95")
    assert status == 0
    assert "not the geometric mean" in document["warnings"][0]
    assert "P, lowest attainable if symmetric" not in values(document)
    assert answer("0.70", "0.48", "0.95", "--reported", "0.70")[1] == 1


# ---------------------------------------------------------------------------------------------------- the other routes


def test_interval_from_p():
    document, status = answer("p", "0.30", "0.034")
    assert status == 0
    (row,) = document["estimates"]
    assert (round(row["lower"], 2), round(row["upper"], 2)) == (0.10, 0.91)  # Altman & Bland 2011 (d2090)
    found = values(document)
    for limit in ("lower", "upper"):
        low, high = (found[f"{limit} limit, {which} attainable"] for which in ("lowest", "highest"))
        assert low < row[limit] < high
    judged, status = answer("p", "HR 0.68, P=0.024", "--reported", "0.68 (0.48-0.95)")
    assert status == 0
    assert [row["verdict"] for row in judged["verdicts"]] == ["not checkable", "consistent", "reproduced"]
    assert answer("p", "0.68 (0.48-0.95), P = 0.001")[1] == 1


def test_a_bound_on_p():
    document, _ = answer("p", "0.68", "<0.001")
    assert "widest" in document["warnings"][0]
    found = values(document)
    assert found["upper limit, lowest attainable"] == pytest.approx(0.675)
    assert "narrowest" in answer("p", "0.9", ">0.05")[0]["warnings"][0]


def test_a_ratio_of_one_has_no_interval_by_p():
    document, status = answer("p", "1.00", "0.97")
    (row,) = document["estimates"]
    assert status == 0
    assert (row["lower"], row["upper"], row["se"]) == (None, None, None)
    assert "hazard ratio is 1" in row["notes"][0]
    assert values(document)["lower limit, highest attainable"] == 1


def test_medians_with_events():
    reported = "0.53 (0.38-0.75) P<0.001"
    document, status = answer("medians", "11.3", "6.0", "--events", "60", "72", "--reported", reported)
    assert status == 0
    (row,) = document["estimates"]
    se = math.sqrt(1 / 60 + 1 / 72)
    assert row["lower"] == pytest.approx(6 / 11.3 * math.exp(-Z * se))
    assert {v["verdict"] for v in document["verdicts"]} == {"reproduced"}
    assert answer("medians", "12", "12")[0]["estimates"][0]["estimate"] == 1
    assert answer("medians", "11.3 v 6.0")[0]["inputs"]["medians"] == [11.3, 6.0]


def test_survival():
    document, status = answer("survival", "60.5%", "37.3%", "--reported", "HR 0.51")
    assert status == 0
    (row,) = document["estimates"]
    assert row["estimate"] == pytest.approx(math.log(0.605) / math.log(0.373))
    assert "no events given" in " ".join(row["notes"])
    assert answer("survival", "0.605", "0.373")[0]["estimates"][0]["estimate"] == row["estimate"]
    assert answer("survival", "60.5% vs 37.3%")[0]["estimates"][0]["estimate"] == row["estimate"]


@pytest.mark.parametrize(
    ("one", "two", "estimate"),
    [("100%", "50%", 0.0), ("50%", "100%", "Infinity"), ("0%", "50%", "Infinity"), ("1", "1", None)],
)
def test_survival_at_its_ends(one, two, estimate):
    document, status = answer("survival", one, two)
    (row,) = document["estimates"]
    assert status == 0
    assert row["estimate"] == estimate and row["lower"] is None and row["notes"]
    assert run("survival", one, two).exit_code == 0


def test_rates():
    document, status = answer("rates", "60/812.5", "72/645", "--reported", "0.66 (0.47-0.93), P=0.018")
    assert status == 0
    (row,) = document["estimates"]
    assert row["estimate"] == pytest.approx(60 / 812.5 / (72 / 645))
    assert {v["verdict"] for v in document["verdicts"]} == {"reproduced"}
    for arms, estimate in ((("0/812.5", "72/645"), 0.0), (("60/812.5", "0/645"), "Infinity"), (("0/10", "0/12"), None)):
        (row,) = answer("rates", *arms)[0]["estimates"]
        assert row["estimate"] == estimate and row["lower"] is None and "no events" in row["notes"][0]


def test_equal_limits_are_answered():
    document, status = answer("0.7", "0.7", "0.7")
    assert status == 0
    assert values(document)["implied events"] == "Infinity"
    assert "limits are equal" in document["estimates"][0]["notes"][0]


# ------------------------------------------------------------------------------------------------------------- reports


def test_the_table_of_a_paste():
    result = run("0.68 (0.48-0.95), P = 0.024")
    assert result.exit_code == 0 and result.stderr == "" and "\x1b" not in result.stdout
    for text in ("0.68 (95% CI 0.48 to 0.95) as printed", "0.48 to 0.95  0.024", "0.021", "0.034", "reproduced"):
        assert text in result.stdout
    assert "implied events" not in result.stdout  # not between a ratio and the verdict on it
    assert "131.9" in run("0.68", "0.48", "0.95").stdout
    whole = run("0.68 (0.48-0.95), P = 0.024", "--explain").stdout
    assert "131.9" in whole and "gives 0.68" in whole


def test_figures_are_left_out_for_people_only():
    line = ("0.68", "0.48", "0.95", "--reported", "P=0.024")
    names = {row["name"] for row in answer(*line)[0]["values"]}
    assert {"z", "P", "V", "implied events", "geometric mean of limits", "P, lowest attainable"} <= names
    for form in ("csv", "markdown"):
        assert "geometric mean of limits" in run(*line, "--format", form).stdout


def test_the_p_of_each_method_stands_beside_its_interval():
    assert "0.05 to 1.22  0.108" in run("rates", "3/120", "9/110", "--method", "rates-exact").stdout
    assert (
        "0.33 to 0.79  0.003"
        in run("survival", "60.5%", "37.3%", "--ci1", "50.6%", "70.7%", "--ci0", "27.9%", "48.6%").stdout
    )


def test_a_printed_interval_is_judged_at_the_level_asked_for():
    shorter, status = answer("0.68", "0.48", "0.95", "--to-conf", "90", "--reported", "0.51-0.91")
    assert status == 0 and {row["verdict"] for row in shorter["verdicts"]} == {"reproduced"}
    # a repetition of the input keeps its own level
    assert answer("0.68", "0.48", "0.95", "--to-conf", "90", "--reported", "0.68 (0.48-0.95), P=0.024")[1] == 0


def test_a_p_above_1_is_a_misprint():
    result = run("0.68", "0.48", "0.95", "--reported", "P = 1.5")
    assert result.exit_code == 1 and "P is never above 1: a misprint." in result.stdout
    assert "Gray" not in result.stdout


def test_tables_in_a_terminal_fit_80_columns():
    for arguments in (
        ["0.70 (0.48-0.95), P=0.610", "--ratio", "2"],
        ["p", "0.68", "0.024", "--ratio", "2"],
        ["medians", "11.3", "6.0", "--events", "60", "72", "--reported", "0.68"],
        ["rates", "60/812.5", "72/645"],
    ):
        lines = run(*arguments, "--format", "rich", "--plot").stdout.splitlines()
        assert lines and max(map(len, lines)) <= 80


@pytest.mark.parametrize("form", FORMATS)
def test_every_format(form):
    result = run("0.68", "0.48", "0.95", "--reported", "P=0.024", "--format", form)
    assert result.exit_code == 0 and "reproduced" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "put_in"),
    [
        (["0.68", "0.48", "0.95"], ["(log(0.95) - log(0.48)) / (2*1.959963985)", "sqrt(0.48*0.95)", "Parmar 1998"]),
        (["p", "0.68", "0.024"], ["1 - 0.024/2", "|log(0.68)|", "Altman & Bland 2011"]),
        (["medians", "11.3", "6.0", "--events", "60", "72"], ["6 / 11.3", "sqrt(1/60 + 1/72)"]),
        (["survival", "60.5%", "37.3%"], ["log(0.605) / log(0.373)", "Perneger 2008"]),
        (["rates", "60/812.5", "72/645"], ["(60/812.5) / (72/645)", "sqrt(1/60 + 1/72)"]),
    ],
)
def test_explain_puts_the_numbers_in(arguments, put_in):
    result = run(*arguments, "--explain")
    assert result.exit_code == 0
    for text in put_in:
        assert text in result.stdout


def test_help_of_a_route_lists_its_own_methods_only():
    text = run("ci", "--help").stdout
    assert "limits" in text and "Williamson" not in text
    assert "gvhdcalc hr medians" in run("--help").stdout
    none = run()
    assert none.exit_code == 2 and "Usage" in none.stderr


# -------------------------------------------------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["0.68"], 'a ratio and its two limits needed: 0.68 0.48 0.95; found in "0.68": estimate 0.68'),
        (["0.68", "0.48"], "two limits needed"),
        (["0.68", "0.48", "0.95", "0.024"], 'no place for "0.024"'),
        (["0.68", "0.95", "0.48"], "the interval is upside down: 0.95 to 0.48"),
        (["0.40", "0.48", "0.95"], "the hazard ratio 0.40 is outside its interval, 0.48 to 0.95"),
        (["0", "0.48", "0.95"], "hazard ratio '0' is zero"),
        (["0.68", "0.00", "0.95"], "lower limit '0.00' is zero"),
        (["-0.68", "0.48", "0.95"], "'-0.68' is negative"),
        (["0.68", "0.48", "infinity"], "upper limit 'infinity' is not a positive number"),
        (["68%", "48%", "95%"], "'68%' is a percentage"),
        (["<0.68", "0.48", "0.95"], "'<0.68' is a bound"),
        (["0.68", "abc", "0.95"], '"abc" is not a number'),
        (["0.68", "0.48", "0.95", "--conf", "100"], "level '100' is not between 0 and 100%"),
        (["0.68", "0.48", "0.95", "--to-conf", "0"], "level '0' is not between 0 and 100%"),
        (["0.68", "0.48", "0.95", "--ratio", "0"], "both arms need patients"),
        (["0.68", "0.48", "0.95", "--ratio", "1:2:3"], "'1:2:3' is not an allocation ratio"),
        (["0.68", "0.48", "0.95", "--method", "limts"], "did you mean 'limits'?); one of ci, limits, bound, all"),
        (
            ["0.68", "0.48", "0.95", "--method", "pike"],
            "method 'pike' takes other input; here one of ci, limits, bound, all",
        ),
        (["0.68", "0.48", "0.95", "--method", "medians"], "method 'medians' takes other input: gvhdcalc hr medians"),
        (["0.68", "0.48", "0.95", "--reported", "nothing here"], "nothing to check"),
        (["--reported", "P=0.024"], 'found in "P=0.024": p 0.024'),
        (["mediasn", "11.3", "6.0"], "no kind of input 'mediasn' (did you mean 'medians'?)"),
        (["p", "0.68"], "a ratio and its P value needed: 0.68 0.024"),
        (["p", "0.68", "1.5"], "P '1.5' is not between 0 and 1"),
        (["p", "0.68", "0.000"], "P '0.000' is 0 or 1 as printed"),
        (["p", "0.68", "1"], "P '1' is 0 or 1 as printed"),
        (["p", "0.68", "-0.1"], "'-0.1' is negative"),
        (["medians", "11.3"], "two medians needed: 11.3 6.0"),
        (["medians", "0", "6"], "median '0' is not a positive time"),
        (["medians", "11.3", "6.0", "--events", "60", "0"], '"0" is not a number of events'),
        (["survival", "60.5", "37.3"], "write the sign: 60.5%"),
        (["survival", "60.5%"], "two survival proportions needed"),
        (["rates", "60", "72/645"], "'60' has no person-time"),
        (["rates", "60/0", "72/645"], "person-time '0' is not a positive number"),
        (["rates", "60.5/100", "72/645"], "events '60.5' are not a whole number"),
        (["rates", "60/abc", "72/645"], '"abc" is not a number'),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("gvhdcalc hr") and message in line


def test_neither_numpy_nor_scipy_is_imported():
    program = (
        "import sys\n"
        "from gvhdcalc.cli import main\n"
        "try:\n"
        "    main(['hr', '0.68 (0.48-0.95), P = 0.024', '--format', 'json'])\n"
        "except SystemExit as end:\n"
        "    assert not end.code\n"
        "heavy = {'numpy', 'scipy', 'statsmodels', 'pandas'} & set(sys.modules)\n"
        "sys.exit(','.join(sorted(heavy)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["command"] == "hr"


def test_hostile_text_is_cut_and_escaped():
    for arguments in (["1" * 100_000], ["(" * 100_000], ["0.68 (0.48-0.95) " + "7 " * 50_000], ["0.68\x1b[31m"]):
        result = run(*arguments)
        assert result.exit_code == 2 and result.stdout == ""
        assert len(result.stderr) < 500 and "\x1b" not in result.stderr and result.stderr.count("\n") == 1


def test_a_p_that_does_not_follow_has_its_usual_reasons_tried():
    result = run("0.75", "0.34", "1.67", "--reported", "P = 0.610")
    assert result.exit_code == 1
    said = " ".join(result.stdout.split())
    assert "Does not follow from these numbers: p." in said
    assert "Not explained by: a one-sided P; 90% limits; 97.5% limits; 99% limits; a log-rank or Gray's test" in said
    assert "its z would be 0.72 of the interval's; 1.003 is usual" in said
    assert "in which the ratio is about 0.81" in said and "limits of 0.248 to 2.27" in said
    document, _ = answer("0.75", "0.34", "1.67", "--reported", "P = 0.610")
    found = values(document)
    # by hand: z of P 0.610 is 0.5101, SE of the limits 0.40605
    assert found["hazard ratio needed"] == pytest.approx(math.exp(-0.5100732 * 0.4060327), rel=1e-4)
    assert found["SE needed"] == pytest.approx(-math.log(0.75) / 0.5100732, rel=1e-5)
    assert "usual" not in run("0.68", "0.48", "0.95", "--reported", "P = 0.024").stdout


def test_a_p_that_is_one_sided_or_of_other_limits_is_found_out():
    one_sided = run("0.68", "0.48", "0.95", "--reported", "P = 0.013")
    assert one_sided.exit_code == 1 and "P 0.013 would follow from: a one-sided P" in " ".join(one_sided.stdout.split())
    ninety = run("0.68", "0.51", "0.91", "--reported", "P = 0.029")
    assert ninety.exit_code == 1 and "would follow from: 90% limits" in " ".join(ninety.stdout.split())
    of_methods = run("0.75", "0.34", "1.67", "--method", "ci", "--reported", "P = 0.610")
    assert "(log-rank, Gray's, stratified," in of_methods.stdout


def test_the_reasons_are_a_sentence_for_people_and_values_for_programs():
    people = run("0.75", "0.34", "1.67", "--reported", "P=0.610").stdout
    assert "Would explain it, if believed" in people and "hazard ratio needed" not in people
    assert "hazard ratio needed" in run("0.75", "0.34", "1.67", "--reported", "P=0.610", "--explain").stdout


@pytest.mark.parametrize(("kind", "name"), [("or", "Odds ratio"), ("rr", "Risk ratio"), ("rate", "Rate ratio")])
def test_another_ratio_is_called_by_its_name(kind, name):
    """Its P and limits are those of the same formulas: only what is of hazards is left out."""
    # by hand: log(2) / (log(3.94 / 1.01) / 3.92) = 1.996: P = 0.046
    said = f"{name} 2.00 (95% CI 1.01 to 3.94), P = 0.046"
    result = CliRunner().invoke(main, ["hr", "2.00", "1.01", "3.94", "--measure", kind, "--reported", said])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{name} 2.00 (95% CI 1.01 to 3.94) as printed\n\n{name}")
    assert "azard" not in result.output
    assert "HR" not in result.output
    found = CliRunner().invoke(main, ["hr", "2.00", "1.01", "3.94", "--measure", kind, "--format", "json"])
    row = json.loads(found.stdout)
    assert row["inputs"]["measure"] == name.lower()
    assert row["estimates"][0]["p"] == pytest.approx(0.0459, abs=2e-4)
    assert not [value for value in row["values"] if "events" in value["name"]]


@pytest.mark.parametrize("option", [["--meaning"], ["--ratio", "2"], ["--control-median", "6"]])
def test_what_is_of_hazards_does_not_go_with_another_ratio(option):
    result = CliRunner().invoke(main, ["hr", "2.00", "1.01", "3.94", "--measure", "or", *option])
    assert result.exit_code == 2
    assert f"{option[0]} is of hazard ratios" in result.stderr
