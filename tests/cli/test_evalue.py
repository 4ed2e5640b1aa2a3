"""``gvhdcalc evalue`` on the command line."""

import csv
import io
import json
import math

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main
from gvhdcalc.report.render import FORMATS


def run(*arguments):
    return CliRunner().invoke(main, ["evalue", *arguments], prog_name="gvhdcalc")


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    return json.loads(result.stdout), result.exit_code


def e_values(document, method=None):
    return [row["value"] for row in document["values"] if method in (None, row["method"])]


def e(ratio):
    ratio = max(ratio, 1 / ratio)
    return ratio + math.sqrt(ratio * (ratio - 1))


def hazard(ratio):
    return (1 - 0.5 ** math.sqrt(ratio)) / (1 - 0.5 ** math.sqrt(1 / ratio))


# ------------------------------------------------------------------------------------------------- the trial's figures


@pytest.mark.parametrize(
    ("arguments", "estimate", "limit"),
    [
        (("2.00", "1.01", "3.94", "--measure", "or"), math.sqrt(2.0), math.sqrt(1.01)),
        (("2.02", "1.08", "3.83", "--measure", "or"), math.sqrt(2.02), math.sqrt(1.08)),
        (("0.68", "0.48", "0.95", "--measure", "hr"), hazard(0.68), hazard(0.95)),
        (("0.55", "0.36", "0.84", "--measure", "hr"), hazard(0.55), hazard(0.84)),
        (("0.75", "0.34", "1.67", "--measure", "hr"), hazard(0.75), 1.0),
        (("0.75", "0.34", "1.67", "--measure", "hr", "--rare"), 0.75, 1.0),
    ],
)
def test_the_ratios_of_the_trial(arguments, estimate, limit):
    document, status = answer(*arguments)
    assert status == 0
    assert e_values(document) == pytest.approx([e(estimate), e(limit)])
    assert document["estimates"][0]["estimate"] == pytest.approx(estimate)
    if limit == 1.0:
        assert document["values"][1]["note"] == "the null is in the interval"


def test_the_example_of_the_paper():
    """VanderWeele & Ding 2017: 3.9 (1.8 to 8.7) has E-values of 7.26 and 3.00."""
    document, status = answer("3.9", "1.8", "8.7", "--measure", "rr", "--reported", "E-value 7.26 (3.00)")
    assert status == 0
    assert [(row["item"], row["verdict"]) for row in document["verdicts"]] == [
        ("estimate", "reproduced"), ("lower", "reproduced"),
    ]  # fmt: skip
    table = run("3.9", "1.8", "8.7", "--measure", "rr").stdout
    assert "7.263" in table
    assert "3.000" in table


def test_json_contract_and_inputs():
    document, _ = answer("HR 0.68 (95% CI 0.48-0.95)")
    assert (document["schema"], document["command"]) == ("gvhdcalc/1", "evalue")
    assert document["inputs"] == {
        "measure": "hr", "conf": 0.95, "rare": False, "true": 1.0, "printed": ["0.68", "0.48", "0.95"],
        "estimate": 0.68, "lower": 0.48, "upper": 0.95,
    }  # fmt: skip
    (row,) = document["estimates"]
    assert (row["measure"], row["method"]) == ("risk ratio to explain away", "hazard-ratio")
    assert [value["name"] for value in document["values"]] == ["E-value", "E-value of the limit"]


def test_the_level_that_is_printed_is_kept():
    assert answer("OR 2.00 (90% CI 1.12-3.57)")[0]["inputs"]["conf"] == 0.9
    assert answer("2.00", "1.12", "3.57", "--measure", "or", "--conf", "90")[0]["estimates"][0]["conf"] == 0.9


def test_a_true_value_other_than_the_null():
    """The vignette of the R package EValue moves 2.5 to 1.5: r + sqrt(r(r-1)) with r = 2.5/1.5."""
    document, _ = answer("2.5", "1.8", "3.4", "--measure", "rr", "--true", "1.5")
    assert e_values(document) == pytest.approx([e(2.5 / 1.5), e(1.8 / 1.5)])
    inside, _ = answer("1.4", "1.1", "1.8", "--measure", "rr", "--true", "1.2")
    assert inside["values"][1]["value"] == 1
    assert "the true ratio is in the interval" in inside["values"][1]["note"]
    common, _ = answer("1.4", "1.1", "1.8", "--measure", "or", "--true", "1.2")
    assert e_values(common)[0] == pytest.approx(e(math.sqrt(1.4 / 1.2)))
    assert "a true risk ratio of 1.5" in run("2.5", "--measure", "rr", "--true", "1.5").stdout


def test_arms_give_their_own_ratio_or_difference():
    ratio, _ = answer("82/99", "70/99")
    assert e_values(ratio)[0] == pytest.approx(e(82 / 70))
    assert ratio["inputs"]["events"] == [82, 70]
    odds, _ = answer("82/99", "70/99", "--measure", "or")
    assert e_values(odds)[0] == pytest.approx(e(math.sqrt(82 * 29 / (17 * 70))))
    difference, _ = answer("397:78557", "51:108778", "--measure", "rd")
    assert difference["estimates"][0]["method"] == "risk-difference"
    # the R package EValue prints 20.95 for these counts (Hammond & Horn)
    assert e_values(difference)[0] == pytest.approx(20.947, abs=5e-4)
    moved, _ = answer("397:78557", "51:108778", "--measure", "rd", "--true", "0.1%")
    assert moved["inputs"]["true"] == pytest.approx(0.001)
    assert e_values(moved)[0] < e_values(difference)[0]


def test_negative_standardised_differences():
    document, status = answer("-0.5", "-0.9", "-0.1", "--measure", "smd")
    assert status == 0
    assert e_values(document) == pytest.approx([e(math.exp(0.91 * 0.5)), e(math.exp(0.91 * 0.1))])


def test_every_way_to_the_risk_ratio():
    document, _ = answer("2.00", "1.01", "3.94", "--measure", "or", "--method", "all")
    assert [row["method"] for row in document["estimates"]] == ["square-root", "risk-ratio"]
    assert e_values(document, "risk-ratio")[0] == pytest.approx(e(2.0))


# ------------------------------------------------------------------------------------------------------------ verdicts


@pytest.mark.parametrize(
    ("printed", "verdict", "methods", "status"),
    [
        ("E-value 2.18", "reproduced", ["square-root"], 0),
        ("E-value 3.41", "reproduced", ["risk-ratio"], 0),
        ("2.18", "reproduced", ["square-root"], 0),
        ("E-value 2.177", "consistent", [], 0),
        ("E-value 2.5", "inconsistent", [], 1),
    ],
)
def test_the_printed_e_value_of_an_odds_ratio(printed, verdict, methods, status):
    document, exit_code = answer("2.00", "1.01", "3.94", "--measure", "or", "--reported", printed)
    (row,) = document["verdicts"]
    assert (row["verdict"], row["methods"], exit_code) == (verdict, methods, status)


def test_the_printed_e_value_of_the_limit():
    for printed in ("E-value 1.94 (1.23)", "E-value, 1.94; lower limit, 1.23", "the E-value was 1.94 (CI limit 1.23)"):
        document, status = answer("0.68", "0.48", "0.95", "--measure", "hr", "--reported", printed)
        assert status == 0
        assert {row["item"]: row["methods"] for row in document["verdicts"]} == {
            "estimate": ["hazard-ratio"], "lower": ["hazard-ratio"],
        }  # fmt: skip
    alone, status = answer("0.68", "--measure", "hr", "--reported", "E-value 1.94 (1.23)")
    assert status == 0
    assert [row["verdict"] for row in alone["verdicts"]] == ["reproduced", "not checkable"]


def test_rounding_of_the_ratio_is_let_go_both_ways():
    """An odds ratio printed as 1.0 may be no association at all: its E-value may be 1."""
    document, _ = answer("1.0", "0.9", "1.1", "--measure", "rr", "--reported", "E-value 1.2")
    (row,) = document["verdicts"]
    assert row["verdict"] == "consistent"
    assert row["attainable"] == pytest.approx([1.0, e(1 / 0.95)])


# ------------------------------------------------------------------------------------------------------ many in a file


def batch(text, *arguments):
    result = CliRunner().invoke(main, ["evalue", "--batch", "-", *arguments], input=text, prog_name="gvhdcalc")
    return list(csv.DictReader(io.StringIO(result.stdout))), result


def found(row, key):
    """What a row has gained from a method; nan for an empty cell."""
    return [float(row[f"{key}_{name}"] or "nan") for name in FOUND]


FOUND = ("estimate", "lower", "upper", "e_value", "e_value_limit")
RATIOS = [("2.00", "1.01", "3.94"), ("0.68", "0.48", "0.95"), ("0.75", "0.34", "1.67"), ("1.0", "0.9", "1.1")]
DIFFERENCES = [("-0.5", "-0.9", "-0.1"), ("0.5", "0.2", "0.8"), ("0", "-1", "1")]


@pytest.mark.parametrize("kind", ["rr", "or", "hr", "irr", "smd"])
@pytest.mark.parametrize("more", [(), ("--rare",), ("--true", "0.9"), ("--method", "all")])
def test_a_row_of_a_batch_has_what_the_command_gives_for_it(kind, more):
    rows = DIFFERENCES if kind == "smd" else RATIOS
    text = "id,estimate,lower,upper\n" + "".join(f"{i},{','.join(row)}\n" for i, row in enumerate(rows))
    got, result = batch(text, "--measure", kind, *more)
    assert result.exit_code == 0
    assert [row["id"] for row in got] == [str(i) for i in range(len(rows))]
    for cells, row in zip(rows, got, strict=True):
        document, _ = answer(*cells, "--measure", kind, *more)
        for estimate in document["estimates"]:
            own = [estimate[field] for field in ("estimate", "lower", "upper")]
            expected = [*own, *e_values(document, estimate["method"])]
            assert found(row, estimate["method"]) == pytest.approx(expected, rel=1e-12)
        assert not row["error"]


@pytest.mark.parametrize("kind", ["rr", "or", "rd"])
def test_a_batch_of_counts(kind):
    key = {"rr": "risk-ratio", "or": "square-root", "rd": "risk-difference"}[kind]
    arms = [("82/99", "70/99"), ("65/99", "78/99"), ("5/56", "1/29")]
    text = "treatment,control\n" + "".join(f"{','.join(pair)}\n" for pair in arms)
    counts = "events1,total1,events0,total0\n" + "".join(f"{','.join(pair).replace('/', ',')}\n" for pair in arms)
    more = ("--measure", kind, "--conf", "90")
    got, result = batch(text, *more)
    assert result.exit_code == 0
    for pair, row, same in zip(arms, got, batch(counts, *more)[0], strict=True):
        expected = e_values(answer(*pair, *more)[0])
        assert found(row, key)[3:] == pytest.approx(expected, rel=1e-12)
        assert found(row, key) == pytest.approx(found(same, key), nan_ok=True)


def test_a_batch_as_printed_and_under_the_name_of_the_measure():
    printed, result = batch('printed\n"HR 0.68 (95% CI 0.48-0.95)"\n0.68\n', "--measure", "hr")
    assert result.exit_code == 0
    named, _ = batch("hr,lower,upper\n0.68,0.48,0.95\n0.68,nan,nan\n", "--measure", "hr")
    for row, same in zip(printed, named, strict=True):
        assert found(row, "hazard-ratio") == pytest.approx(found(same, "hazard-ratio"), nan_ok=True)
    assert found(named[0], "hazard-ratio")[3:] == pytest.approx([e(hazard(0.68)), e(hazard(0.95))])
    assert named[1]["hazard-ratio_e_value_limit"] == ""


def test_a_batch_of_json_lines():
    result = batch('{"or": 2.0, "lower": 1.01, "upper": 3.94}\n', "--measure", "or")[1]
    row = json.loads(result.stdout)
    assert row["or"] == 2.0
    assert row["square-root_e_value"] == pytest.approx(e(math.sqrt(2)))
    assert row["square-root_e_value_limit"] == pytest.approx(e(math.sqrt(1.01)))


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("or", "estimate,lower,upper\n2,3.94,1.01\n", "the estimate is outside its interval"),
        ("or", "estimate,lower,upper\n5,1.01,3.94\n", "the estimate is outside its interval"),
        ("or", "estimate,lower,upper\n0,0,3.94\n", "ratios are positive numbers"),
        ("or", "estimate,lower,upper\n2,-1,3.94\n", "ratios are positive numbers"),
        ("smd", "estimate,lower,upper\n0.5,0.2,inf\n", "estimate 0.5, lower 0.2, upper inf: all three are needed"),
        ("or", "estimate,lower,upper\n2,nan,3.94\n", "all three are needed"),
        ("or", "estimate,lower,upper\n2,,3.94\n", "lower is empty; it is a number"),
        ("hr", "printed\nOR 2.00 (1.01-3.94)\n", "the text prints an odds ratio: --measure or"),
        ("hr", "printed\nnothing\n", "write the estimate and its two limits"),
        ("rr", "events1,total1,events0,total0\n0,99,70,99\n", "an arm without events has no risk ratio"),
        ("or", "events1,total1,events0,total0\n99,99,70,99\n", "an arm where none or all have the event has no odds"),
        ("rd", "treatment,control\n102/99,70/99\n", "102 events are more than the total of 99"),
    ],
)
def test_a_bad_row_of_a_batch_is_told_by_its_line_and_marked(kind, text, message):
    (row,), result = batch(text, "--measure", kind)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("gvhdcalc evalue: line 2: ")
    assert message in line and message in row["error"]
    assert all(not cell for name, cell in row.items() if name.endswith("e_value"))


# --------------------------------------------------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2.00", "1.01", "3.94"], "--measure rr, or, hr, irr, smd"),
        (["2.00", "3.94", "1.01", "--measure", "or"], "upside down"),
        (["5.00", "1.01", "3.94", "--measure", "or"], "outside its interval"),
        (["-2", "1.01", "3.94", "--measure", "or"], "not a positive number"),
        (["0", "--measure", "or"], "not a positive number"),
        (["2.00", "1.01", "--measure", "or"], "2 figures are given"),
        (["two", "--measure", "or"], "write the estimate and its two limits"),
        (["50%", "--measure", "rr"], "is a percentage"),
        (["HR 0.68 (0.48-0.95)", "--measure", "or"], "prints a hazard ratio: --measure hr"),
        (["0.1", "0.02", "0.2", "--measure", "rd"], "needs the counts of both arms"),
        (["82/99", "70/99", "--measure", "hr"], "two arms give"),
        (["102/99", "70/99"], "102 events are more than the total of 99"),
        (["82/99", "0/99"], "no risk ratio that confounding could explain away"),
        (["2", "--measure", "or", "--true", "0"], "cannot be the odds ratio"),
        (["2", "--measure", "or", "--true", "x"], "is not a number"),
        (["2", "--measure", "rr", "--method", "square-root"], "is not for the risk ratio"),
        (["2", "--measure", "ratio"], "'rr'"),
        (["2", "--measure", "or", "--reported", "none"], "none"),
        (["--reported", "E-value 2"], "the association is needed"),
        (["82/99", "0/99", "--measure", "or"], "an arm where none or all have the event has no odds ratio"),
        (["--batch", "-"], "--batch reads one measure, as --measure or"),
        (["2.00", "--batch", "-", "--measure", "or"], "give none beside it"),
        (["--batch", "-", "--measure", "or", "--reported", "2"], "does not go with --reported"),
        (["--batch", "-", "--measure", "or", "--method", "smd"], "is not for the odds ratio"),
        (["--batch", "-", "--measure", "or", "--true", "0"], "cannot be the odds ratio"),
        (["--batch", "-", "--measure", "or"], "the batch is empty"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc evalue: ")
    assert message in result.stderr


def test_explain_puts_the_numbers_in():
    result = run("2.00", "1.01", "3.94", "--measure", "or", "--explain")
    assert result.exit_code == 0
    for text in ("RR = sqrt(OR)", "RR = sqrt(2)", "VanderWeele & Ding 2017", "square root of OR (square-root)"):
        assert text in result.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_holds_the_result(form):
    result = run("2.00", "1.01", "3.94", "--measure", "or", "--format", form)
    assert result.exit_code == 0
    assert "E-value" in result.stdout
    if form in {"rich", "plain"}:
        assert max(map(len, result.stdout.splitlines())) <= 80
