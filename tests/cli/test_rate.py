"""``gvhdcalc rate`` on the command line."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

TWO = ("60/812.5", "72/645")
# R 4.2: exp(log(60/812.5/(72/645)) -+ qnorm(.975)*sqrt(1/60+1/72))
RATIO, LOWER, UPPER = 0.661538461538462, 0.469638631551489, 0.931850803348350


def run(*arguments, **extra):
    return CliRunner().invoke(main, ["rate", *arguments], prog_name="gvhdcalc", **extra)


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    return json.loads(result.stdout), result.exit_code


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def by(document, measure):
    return {row["method"]: row for row in document["estimates"] if row["measure"] == measure}


def verdicts(document):
    return {row["item"]: row for row in document["verdicts"]}


def test_default_tables_have_ratio_difference_both_rates_and_two_tests():
    result = run(*TWO, "--per", "100")
    assert result.exit_code == 0
    assert result.stderr == ""
    for text in (
        "Rates per 100: 60/812.5 v 72/645",
        "0.66    0.47 to 0.93  Wald interval on the log scale",
        "-3.78  -6.96 to -0.59  Wald interval",
        "Rate, treatment      7.38    5.64 to 9.51  exact Poisson interval (Garwood)",
        "Rate, control       11.16   8.73 to 14.06",
        "0.017      -2.38      score test (z)",
        "0.018                 exact binomial test",
    ):
        assert text in result.stdout
    assert "\x1b" not in result.stdout


def test_json_is_the_contract_at_full_precision():
    document, status = answer(*TWO)
    assert status == 0
    assert (document["schema"], document["command"]) == ("gvhdcalc/1", "rate")
    assert document["inputs"] == {"events": [60, 72], "person_time": [812.5, 645], "per": 1, "conf": 0.95}
    ratio = by(document, "rate ratio")["wald"]
    assert (ratio["estimate"], ratio["lower"], ratio["upper"]) == pytest.approx((RATIO, LOWER, UPPER), rel=1e-12)
    assert ratio["se_scale"] == "log"
    assert by(document, "rate difference")["wald"]["estimate"] == pytest.approx(60 / 812.5 - 72 / 645, rel=1e-12)
    assert by(document, "rate, treatment")["garwood"]["estimate"] == pytest.approx(60 / 812.5, rel=1e-15)
    assert by(document, "rate, control")["garwood"]["estimate"] == pytest.approx(72 / 645, rel=1e-15)
    assert [row["method"] for row in document["tests"]] == ["score", "exact"]
    assert document["verdicts"] == document["values"] == document["warnings"] == []


def test_the_unit_scales_rates_and_difference_and_leaves_ratio_and_p():
    one, _ = answer(*TWO)
    hundred, _ = answer(*TWO, "--per", "1,000")
    assert hundred["inputs"]["per"] == 1000
    for measure, factor in (("rate ratio", 1), ("rate difference", 1000), ("rate, control", 1000)):
        for key, row in by(one, measure).items():
            scaled = by(hundred, measure)[key]
            for field in ("estimate", "lower", "upper"):
                assert scaled[field] == pytest.approx(row[field] * factor, rel=1e-12)
    assert [row["p"] for row in hundred["tests"]] == pytest.approx([row["p"] for row in one["tests"]], rel=1e-12)


def test_one_rate_shows_the_digits_it_has():
    result = run("60/812.5")
    assert result.exit_code == 0
    assert "0.0738  0.0564 to 0.0951  exact Poisson interval (Garwood)" in result.stdout
    assert "Test" not in result.stdout
    document, _ = answer("3/122268", "--per", "100000", "--method", "byar")
    assert document["inputs"] == {"events": [3], "person_time": [122268], "per": 100000, "conf": 0.95}
    (row,) = document["estimates"]
    assert (row["measure"], row["method"]) == ("rate", "byar")
    # OpenEpi's printed output, with its approximate normal quantile
    assert (row["lower"], row["upper"]) == pytest.approx((0.4932, 7.169), rel=4e-4)


def test_standardised_mortality_ratio():
    document, status = answer("smr", "60/48.3")
    assert status == 0
    assert document["command"] == "rate smr"
    assert document["inputs"] == {"observed": [60], "expected": [48.3], "per": 1, "conf": 0.95}
    (row,) = document["estimates"]
    assert row["measure"] == "standardised mortality ratio"
    # R 4.2: poisson.test(60, 48.3)
    assert (row["estimate"], row["lower"], row["upper"]) == pytest.approx((1.242236, 0.947957, 1.599004), abs=5e-7)
    (exact,) = document["tests"]
    assert exact["p"] == pytest.approx(0.09736, abs=5e-6)
    hundred, _ = answer("smr", "60/48.3", "--per", "100")
    assert hundred["estimates"][0]["estimate"] == pytest.approx(124.2236, abs=5e-5)
    assert hundred["tests"] == document["tests"]


@pytest.mark.parametrize("arms", [("60/812,5", "72/645"), (" 60 / 812.50 ", "72/645.0"), ("60/812.5", "072/645")])
def test_every_way_to_write_a_rate(arms):
    document, _ = answer(*arms)
    assert document["inputs"]["events"] == [60, 72]
    assert document["inputs"]["person_time"] == [812.5, 645]


def test_thousands_separators():
    assert answer("41/28,010")[0]["inputs"]["person_time"] == [28010]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["60", "72/645"], "rate '60' is not understood; write events/person-time (60/812.5)"),
        (["60.5/812.5"], "events '60.5' is not a whole number"),
        (["60/0"], "person-time '0' is not above 0"),
        (["60/-812.5"], "person-time '-812.5' is not above 0"),
        (["sixty/812.5"], 'events: "sixty" is not a number'),
        (["60/years"], 'person-time: "years" is not a number'),
        (["7.4%/812.5"], "events '7.4%' is not a plain number"),
        (["60/99999999999999999"], "has more than 15 digits"),
        (["60/1e30"], "is above 10^15"),
        ([*TWO, "5/10"], "5/10"),
        ([*TWO, "--per", "0"], "--per '0' is not a number above 0"),
        ([*TWO, "--per", "century"], "--per 'century' is not a number above 0"),
        ([*TWO, "--conf", "100"], "not between 0 and 100%"),
        ([*TWO, "--method", "garwod"], "did you mean 'garwood'"),
        ([*TWO, "--reported", "nothing here"], "nothing here"),
        ([*TWO, "--per", "1000", "--reported", "7.4 v 11.2 per 100; ratio 0.66"], "leave --per out"),
        ([*TWO, "--reported", "7.4 per 100, 11.2 per 1000"], "per 100 and per 1,000"),
        ([*TWO, "--batch", "-"], "--batch reads the rates from its file"),
        (["smr", "60/0"], "expected '0' is not above 0"),
        (["smr", "60"], "write events/expected (60/48.3)"),
        (["smr", "60/48.3", "--per", "100", "--plot"], "leave --per out"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc rate")
    assert message in result.stderr


def test_no_arguments_is_help():
    result = run()
    assert result.exit_code == 2
    assert "Usage: gvhdcalc rate" in result.stderr


def test_reported_ratio_with_the_rates_of_the_arms_and_their_unit():
    text = "7.4 vs 11.2 per 100 person-years; rate ratio 0.66 (95% CI 0.47-0.93); P = 0.018"
    document, status = answer(*TWO, "--reported", text)
    assert status == 0
    assert document["inputs"]["per"] == 100
    found = verdicts(document)
    assert list(found) == ["rate 1", "rate 2", "estimate", "lower", "upper", "p"]
    assert {row["verdict"] for row in found.values()} == {"reproduced"}
    assert found["lower"]["methods"] == ["wald", "mid-p", "score"]
    assert found["p"]["methods"][0] == "exact"
    assert document["warnings"] == []


def test_reported_stata_output_names_the_exact_method():
    # Stata's page on the incidence-rate ratio calculator
    text = "IRR 1.855759 (95% CI 1.005684 to 3.6093); P = 0.0355"
    document, status = answer("41/28010", "15/19017", "--reported", text)
    assert status == 0
    found = verdicts(document)
    assert found["lower"]["methods"] == found["upper"]["methods"] == ["exact"]
    assert found["p"]["methods"] == ["mid-p"]
    assert "Stata ir and iri" in found["p"]["note"]


def test_reported_difference_is_told_by_its_words_or_its_sign():
    for text in ("rate difference -3.8 per 100 (95% CI -7.0 to -0.6)", "-3.8 (-7.0 to -0.6) per 100 patient-years"):
        document, status = answer(*TWO, "--reported", text)
        assert status == 0
        found = verdicts(document)
        assert {row["verdict"] for row in found.values()} == {"reproduced"}
        assert "wald" in found["lower"]["methods"]


def test_reported_single_rate_and_smr():
    for text in ("7.38 per 100 patient-years (95% CI 5.64-9.51)", "7.38 (95% CI 5.64-9.51) per 100"):
        document, status = answer("60/812.5", "--reported", text)
        assert status == 0
        found = verdicts(document)
        assert list(found) == ["estimate", "lower", "upper"]
        assert {row["verdict"] for row in found.values()} == {"reproduced"}
        assert found["lower"]["methods"] == ["garwood"]
    document, status = answer("smr", "60/48.3", "--reported", "1.24 (0.95 to 1.60), P = 0.11")
    assert status == 0
    assert verdicts(document)["p"]["methods"] == ["exact-central"]


def test_what_does_not_follow_ends_in_1_and_a_slip_is_named():
    document, status = answer(*TWO, "--reported", "1.51 (1.07-2.13)")
    assert status == 1
    assert "with the arms exchanged would give it" in verdicts(document)["estimate"]["note"]
    plain = run(*TWO, "--reported", "1.51 (1.07-2.13)")
    assert "Does not follow from these numbers: estimate, lower, upper." in plain.stdout


def test_the_printed_level_is_used():
    document, status = answer(*TWO, "--reported", "0.66 (90% CI 0.50 to 0.88)")
    assert document["inputs"]["conf"] == 0.9
    assert status == 0


def test_a_risk_ratio_in_words_is_compared_with_a_warning_and_rr_without():
    document, _ = answer(*TWO, "--reported", "risk ratio 0.66 (95% CI 0.47-0.93)")
    assert document["warnings"] == ["the text says risk ratio; it is compared with the rate ratio"]
    assert answer(*TWO, "--reported", "RR 0.66 (95% CI 0.47-0.93)")[0]["warnings"] == []


def test_method_choice_runs_through_ratio_difference_rates_and_tests():
    document, _ = answer(*TWO, "--method", "score")
    measures = ["rate ratio", "rate difference", "rate, treatment", "rate, control"]
    assert [row["measure"] for row in document["estimates"]] == measures
    assert {row["method"] for row in (*document["estimates"], *document["tests"])} == {"score"}


def test_explain_puts_the_numbers_in():
    result = run(*TWO, "--explain")
    assert "RR = (60/812.5) / (72/645);  SE = sqrt(1/60 + 1/72)" in result.stdout
    assert "Z = (60*645 - 72*812.5) / sqrt((60+72)*812.5*645)" in result.stdout
    assert "Breslow & Day 1987" in result.stdout


def test_digits_and_plot():
    assert "0.66154" in run(*TWO, "--digits", "5").stdout
    result = run(*TWO, "--method", "all", "--plot")
    drawn = [line for line in result.stdout.splitlines() if "■" in line]
    assert len(drawn) == len(by(answer(*TWO, "--method", "all")[0], "rate ratio"))
    assert max(map(len, drawn)) <= 80


@pytest.mark.parametrize(
    "arms",
    [
        ("0/10", "7/20"), ("7/20", "0/10"), ("0/10", "0/20"), ("0/0.001",), ("1000000000/1e9",), ("0/1000000000",),
        ("1000000000/1000000000", "1000100000/1000000000"), ("1/1000000000", "1000000000/1"), ("3/0.000000001",),
        ("smr", "0/3.7"), ("smr", "0/1000000000"), ("smr", "1000000000/3"),
    ],
)  # fmt: skip
def test_extremes_get_an_answer_or_a_reason(arms):
    document, status = answer(*arms, "--method", "all")
    assert status == 0
    for row in document["estimates"]:
        for field in ("estimate", "lower", "upper"):
            assert row[field] is not None or row["notes"], row
    for row in document["tests"]:
        assert row["p"] is not None or row["notes"], row
    assert run(*arms).exit_code == 0


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "csv", "tsv", "json", "jsonl", "latex", "html"])
def test_every_format_holds_the_result(form):
    result = run(*TWO, "--method", "all", "--format", form)
    assert result.exit_code == 0
    assert "Garwood" in result.stdout
    if form == "rich":
        assert max(map(len, result.stdout.splitlines())) <= 80


def test_batch_of_pairs_keeps_rows_and_tells_the_measures_apart():
    text = "study,events1,time1,events0,time0\na,60,812.5,72,645\nb,3,0,1,2\nc,1,2.5,x,3\nd,5,10,7,nan\ne,0,1,4,2e3\n"
    result = run("--batch", "-", "--per", "100", input=text)
    assert result.exit_code == 1
    first, *bad, last = rows(result.stdout)
    single = by(answer(*TWO, "--per", "100")[0], "rate difference")["wald"]
    assert float(first["ratio-wald_lower"]) == pytest.approx(LOWER, rel=1e-12)
    assert float(first["difference-wald_upper"]) == pytest.approx(single["upper"], rel=1e-12)
    assert float(first["score_p"]) == pytest.approx(answer(*TWO)[0]["tests"][0]["p"], rel=1e-12)
    assert [row["error"] for row in bad] == [
        "time1 is 0; it must be above 0",
        "events0 is 'x'; a count is a whole number",
        "time0 is nan; it must be above 0",
    ]
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == ["line 3", "line 4", "line 5"]
    assert (last["study"], last["ratio-wald_lower"], last["error"]) == ("e", "", "")


def test_batch_of_pairs_as_text_and_json_lines():
    (row,) = rows(run("--batch", "-", input="treatment,control\n60/812.5,72/645\n").stdout)
    assert float(row["ratio-wald_estimate"]) == pytest.approx(RATIO, rel=1e-12)
    line = '{"events1": 60, "time1": 812.5, "events0": 72, "time0": 645}\n'
    found = json.loads(run("--batch", "-", input=line).stdout)
    assert found["ratio-wald_upper"] == pytest.approx(UPPER, rel=1e-12)


def test_batch_of_single_rates_is_told_by_its_columns():
    for text in ("events,time\n60,812.5\n", "rate\n60/812.5\n", '{"events": 60, "time": 812.5}\n'):
        result = run("--batch", "-", "--method", "garwood", "--format", "csv", input=text)
        assert result.exit_code == 0
        (row,) = rows(result.stdout)
        assert float(row["garwood_lower"]) == pytest.approx(0.0563524, abs=5e-8)  # R 4.2: poisson.test(60, 812.5)
        assert "score_p" not in row
    (row,) = rows(run("smr", "--batch", "-", input="observed,expected\n60,48.3\n").stdout)
    assert float(row["garwood_estimate"]) == pytest.approx(60 / 48.3, rel=1e-15)
    assert float(row["exact_p"]) == pytest.approx(answer("smr", "60/48.3")[0]["tests"][0]["p"], rel=1e-12)
    (row,) = rows(run("smr", "--batch", "-", "--per", "100", input="ratio\n60/48.3\n").stdout)
    assert float(row["garwood_estimate"]) == pytest.approx(6000 / 48.3, rel=1e-12)
    assert "exact_p" not in row


def test_batch_without_its_columns_says_which():
    result = run("--batch", "-", input="cases,years\n1,2\n")
    assert result.exit_code == 2
    assert "no column events1, time1, events0, time0" in result.stderr


def test_help_lists_methods_of_ratio_difference_and_rate():
    result = run("ci", "--help")
    assert result.exit_code == 0
    for text in ("Methods (rate ratio)", "Methods (rate difference)", "Methods (rate)", "garwood", "Tests", "Stata ir"):
        assert text in result.stdout
