"""``gvhdcalc power logrank`` over accrual, follow-up and loss."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

HOUSE = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((HOUSE / "docs" / "schema.json").read_text(encoding="utf-8"))
CASES = json.loads((HOUSE / "tests" / "reference" / "power_survival.json").read_text(encoding="utf-8"))["cases"]
TIMED = ["--control-median", "6", "--accrual", "54", "--follow-up", "12"]
OF_TIME = ["schoenfeld", "freedman", "lachin-foulkes", "lakatos"]


def run(*arguments):
    return CliRunner().invoke(main, ["power", "logrank", *arguments], prog_name="gvhdcalc")


def answer(*arguments):
    result = run(*arguments, "--format", "json")
    assert result.exit_code in (0, 1), result.stderr
    document = json.loads(result.stdout)
    jsonschema.validate(document, SCHEMA)
    return document


def value(document, name, method, **case):
    found = [
        row["value"]
        for row in document["values"]
        if (row["name"], row["method"]) == (name, method) and row.get("case", {}) == case
    ]
    assert len(found) == 1, (name, method, found)
    return found[0]


def by_r(course, method, solve="n"):
    """The figures of R for the first design of a course."""
    found = [
        case for case in CASES
        if case.get("course") == course and case["method"] == method and case.get("solve") == solve
    ]  # fmt: skip
    return found[0]["result"]


# The trial's failure-free survival: medians of 11.3 and 6 months, HR 0.68, 54 months of accrual


@pytest.mark.parametrize("method", ["schoenfeld", "freedman", "hsieh-freedman", "lachin-foulkes", "lakatos"])
def test_patients_of_the_trial_by_every_method(method):
    document = answer("--hr", "0.68", *TIMED, "--power", "80%", "--method", method)
    exact = by_r("failure-free", method)
    assert value(document, "exact n per arm 1", method) == pytest.approx(exact["n1"], rel=1e-6)
    assert value(document, "exact events", method) == pytest.approx(exact["events"], rel=1e-6)


def test_methods_of_time_are_shown_where_times_are_known():
    document = answer("--hr", "0.68", *TIMED, "--power", "80%")
    assert {row["method"] for row in document["values"]} == set(OF_TIME)
    plain = answer("--hr", "0.68", "--power", "80%")
    assert {row["method"] for row in plain["values"]} == {"schoenfeld", "freedman"}


def test_loss_hazards_and_rates_that_change():
    document = answer(
        "--hr", "0.7", "--control-hazard", "0.1:6,0.05:12,0.02", "--accrual", "1:6,3:24", "--follow-up", "10",
        "--loss", "10%@12", "--loss", "5%@12", "--power", "80%", "--method", "all",
    )  # fmt: skip
    for method in [*OF_TIME, "rubinstein-gail-santner"]:
        exact = by_r("all-changing", method)
        assert value(document, "exact n per arm 2", method) == pytest.approx(exact["n0"], rel=1e-6)
    assert document["inputs"]["control_hazard"] == [[0.1, 6], [0.05, 12], [0.02, None]]
    assert document["inputs"]["accrual"] == [[1, 6], [3, 24]]
    assert document["inputs"]["loss"] == [[0.1, 12], [0.05, 12]]
    assert len(document["warnings"]) == 1
    assert "lachin-foulkes-difference is of constant hazards" in document["warnings"][0]


def test_a_hazard_a_median_and_survival_at_a_time_say_the_same():
    same = [
        answer("--hr", "0.6", *control, "--accrual", "24", "--follow-up", "12", "--power", "80%")["values"]
        for control in (
            ["--control-median", "12"],
            ["--control-hazard", "0.0577622650466621"],
            ["--control-survival", "50%", "--at", "12"],
            ["--control-survival", "25%", "--at", "24"],
            ["--control-curve", "50%@12,25%@24"],
        )
    ]
    for values in same[1:]:
        for one, two in zip(values, same[0], strict=True):
            assert one["value"] == pytest.approx(two["value"], rel=1e-9), one


def test_survival_at_a_time_implies_the_hazard_ratio():
    document = answer(
        "--survival", "60.5%", "37.3%", "--at", "24", "--accrual", "54", "--follow-up", "12", "--power", "80%"
    )
    assert document["inputs"]["hr"] == pytest.approx(0.50957, abs=1e-5)
    assert value(document, "n total", "schoenfeld") == 108


def test_follow_up_is_found():
    document = answer("--hr", "0.6", "--control-median", "12", "--accrual", "36", "--n", "203", "--power", "80%")
    follow_up = value(document, "follow-up", "lakatos")
    back = answer(
        "--hr", "0.6", "--control-median", "12", "--accrual", "36", "--n", "203", "--follow-up", f"{follow_up:.12g}"
    )
    assert value(back, "power", "lakatos") == pytest.approx(0.8, rel=1e-9)
    shown = run("--hr", "0.6", "--control-median", "12", "--accrual", "36", "--n", "203", "--power", "80%").stdout
    assert "Follow-up of 102 v 101 patients" in shown and "follow-up to be found" in shown
    never = answer("--hr", "0.9", "--control-median", "12", "--accrual", "36", "--n", "203", "--power", "80%")
    (row,) = [row for row in never["values"] if row["name"] == "follow-up" and row["method"] == "schoenfeld"]
    assert row["value"] is None
    assert "no follow-up is long enough" in row["note"]


def test_accrual_at_a_rate():
    # rpact 3.3.4: getSampleSizeSurvival(median2 = 6, hazardRatio = 0.68, accrualTime = 0, accrualIntensity = 10,
    # followUpTime = 12, dropoutRate1 = 0.1, dropoutRate2 = 0.05, dropoutTime = 12): 253.533 patients in 25.353
    lost = ["--loss", "10%@12", "--loss", "5%@12"]
    arguments = ["--hr", "0.68", "--control-median", "6", "--accrual-rate", "10", "--follow-up", "12"]
    document = answer(*arguments, *lost, "--power", "80%", "--calendar", "12", "--simulate", "500")
    assert value(document, "exact n per arm 1", "schoenfeld") == pytest.approx(253.5330424309 / 2)
    assert value(document, "accrual", "schoenfeld") == 25.4
    assert value(document, "patients entered", "schoenfeld", time=12) == pytest.approx(120)
    assert value(answer(*arguments, "--n", "200"), "accrual", "lakatos") == 20
    sought = answer("--hr", "0.68", "--control-median", "6", "--accrual-rate", "10", "--n", "220", "--power", "80%")
    assert value(sought, "accrual", "lakatos") == 22
    assert value(sought, "follow-up", "lakatos") > 20


def test_non_inferiority():
    document = answer("--hr", "1", "--margin", "1.3", "--power", "80%", "--sides", "1", "--alpha", "2.5%")
    # 4 (1.959964 + 0.841621)^2 / log(1.3)^2 = 456.1
    assert value(document, "events", "schoenfeld") == 457
    assert document["warnings"] == []
    timed = answer("--hr", "1", "--margin", "1.3", *TIMED, "--power", "80%", "--sides", "1", "--alpha", "2.5%")
    assert {row["method"] for row in timed["values"]} == {"schoenfeld", "lachin-foulkes"}
    detected = answer("--events", "457", "--margin", "1.3", "--power", "80%", "--sides", "1", "--alpha", "2.5%")
    assert value(detected, "effect", "schoenfeld") == pytest.approx(1.0, abs=1e-3)
    shown = run("--hr", "1", "--margin", "1.3", "--power", "80%", "--explain", "--method", "schoenfeld").stdout
    assert "against a margin of 1.3" in shown and "to be ruled out" in shown and "log(0.7692307692)" in shown


def test_a_late_effect_is_lakatos_s():
    document = answer("--hr", "0.6", "--delay", "3", *TIMED, "--power", "80%")
    assert {row["method"] for row in document["values"]} == {"lakatos"}
    assert value(document, "n total", "lakatos") > value(
        answer("--hr", "0.6", *TIMED, "--power", "80%"), "n total", "lakatos"
    )


def test_expected_events_over_the_calendar():
    document = answer("--hr", "0.68", *TIMED, "--n", "226", "--calendar", "12:66:18")
    assert value(document, "patients entered", "schoenfeld", time=12) == pytest.approx(226 * 12 / 54)
    assert value(document, "patients entered", "schoenfeld", time=66) == 226
    last = value(document, "expected events", "schoenfeld", time=66)
    assert last == pytest.approx(value(document, "events", "schoenfeld"), rel=1e-12)
    arms = [value(document, f"events in arm {arm}", "schoenfeld", time=30) for arm in (1, 2)]
    assert sum(arms) == pytest.approx(value(document, "expected events", "schoenfeld", time=30))
    assert arms[0] < arms[1]
    shown = run("--hr", "0.68", *TIMED, "--n", "226", "--calendar", "12:66:18").stdout
    assert "time  patients entered  events in arm 1  events in arm 2  expected events" in shown
    found = answer("--hr", "0.6", "--control-median", "12", "--accrual", "36", "--n", "203", "--power", "80%",
                   "--calendar", "36")  # fmt: skip
    assert value(found, "patients entered", "schoenfeld", time=36) == 203


def test_simulation_stands_beside_the_formula():
    document = answer("--hr", "0.68", *TIMED, "--n", "226", "--simulate", "4000", "--seed", "3")
    for method in OF_TIME:
        simulated, error = (value(document, name, method) for name in ("simulated power", "Monte Carlo standard error"))
        assert simulated == pytest.approx(value(document, "power", "lakatos"), abs=4 * error)
        assert value(document, "simulated events", method) == pytest.approx(value(document, "events", method), rel=0.01)
    again = answer("--hr", "0.68", *TIMED, "--n", "226", "--simulate", "4000", "--seed", "3")
    assert again == document


@pytest.mark.parametrize("axis", ["n", "effect"])
def test_curves_rise_through_the_answer(axis):
    for arguments in (["--hr", "0.68", *TIMED, "--power", "80%"], ["--hr", "0.68", "--events", "132"]):
        document = answer(*arguments, "--curve", axis)
        for method in {row["method"] for row in document["values"]}:
            rows = [row for row in document["values"] if row.get("case") and row["method"] == method]
            powers = [row["value"] for row in rows]
            assert len(powers) >= 20
            assert powers == sorted(powers)
            assert powers[0] < value(document, "power", method) < powers[-1]


def test_ranges_make_a_table():
    document = answer("--hr", "0.6:0.8:0.1", *TIMED, "--power", "80%,90%")
    totals = [row for row in document["values"] if row["name"] == "n total" and row["method"] == "lakatos"]
    assert [row["case"] for row in totals] == [{"power": p, "hr": hr} for p in (0.8, 0.9) for hr in (0.6, 0.7, 0.8)]
    assert [row["value"] for row in totals[:3]] == sorted(row["value"] for row in totals[:3])


def test_reported_sizes_search_every_method():
    document = answer("--hr", "0.68", *TIMED, "--power", "80%", "--reported-n", "234")
    assert document["verdicts"][0]["verdict"] == "reproduced"
    assert "lachin-foulkes-difference" in document["verdicts"][0]["methods"]
    result = run("--hr", "0.68", *TIMED, "--power", "80%", "--reported-n", "203")
    assert result.exit_code == 1
    # 2*ceiling of (z+z)^2 (1/P1 + 1/P0)/log(HR)^2, P the event probability of each arm, is 444 in R
    published = answer(
        *("--survival", "40%", "29%", "--at", "52", "--accrual", "52", "--follow-up", "52"),
        *("--power", "80%", "--reported-n", "444"),
    )
    assert published["verdicts"][0]["verdict"] == "reproduced"
    assert "rubinstein-gail-santner" in published["verdicts"][0]["methods"]
    # 282 events for 92.6% power to see medians of 9 and 6 months, one-sided 2.5%
    one_sided = answer("--medians", "9", "6", "--power", "92.6%", "--sides", "1", "--alpha", "2.5%",
                       "--reported-events", "282")  # fmt: skip
    assert (one_sided["verdicts"][0]["item"], one_sided["verdicts"][0]["verdict"]) == ("events", "reproduced")
    assert one_sided["verdicts"][0]["methods"] == ["schoenfeld"]


def test_tables_fit_a_page():
    for arguments in (
        ["--hr", "0.68", *TIMED, "--power", "80%", "--dropout", "10%", "--method", "all"],
        ["--hr", "0.68", *TIMED, "--power", "80%", "--simulate", "200", "--method", "all"],
        ["--hr", "0.68", "--control-hazard", "0.12:6,0.04:30,0.01", "--accrual", "1:6,3:24,2:30", "--follow-up", "12",
         "--loss", "10%@12", "--loss", "5%@12", "--power", "80%", "--calendar", "6:42:12"],
        ["--hr", "0.6", "--delay", "3", *TIMED, "--power", "80%"],
    ):  # fmt: skip
        result = run(*arguments)
        assert result.exit_code == 0, result.stderr
        assert max(map(len, result.stdout.splitlines())) <= 80


def test_explain_names_the_parts_of_each_arm():
    shown = run("--hr", "0.68", *TIMED, "--n", "226", "--explain", "--method", "rubinstein-gail-santner").stdout
    assert "Rubinstein, Gail & Santner 1981" in shown
    assert "sqrt(1/10" in shown  # expected events of each arm, 103.0 and 109.0
    shown = run("--hr", "0.68", *TIMED, "--n", "226", "--explain", "--method", "lachin-foulkes-difference").stdout
    assert "|0.07855" in shown and "-0.11552" in shown  # the hazards


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--control-hazard", "0.1:x,2", "--accrual", "4"], "time 'x' is not a number"),
        (["--control-hazard", "0.1:6,0.2:3,0.1", "--accrual", "4"], "times at which a hazard changes must rise"),
        (["--control-hazard", "0.1:6", "--accrual", "4"], "hazard '0.1:6' ends at a time; write 0.1:6,0.05"),
        (["--control-hazard", "0.1,0.2", "--accrual", "4"], "hazard '0.1' has no time; write 0.1:6,0.05:12,0.02"),
        (["--control-hazard", "0", "--accrual", "4"], "hazard '0' is not above 0"),
        (["--control-hazard", "0.1", "--accrual", "1:6,24"], "accrual '24' has no time; write 1:6,3:24"),
        (["--control-hazard", "0.1", "--accrual", "1:6,3:4"], "times at which accrual changes must rise"),
        (["--control-hazard", "0.1", "--accrual", "0:6"], "rates of accrual must be at least 0, and not all 0"),
        (["--control-hazard", "0.1"], "--control-hazard needs --accrual or --follow-up"),
        (["--control-median", "6", "--accrual", "4", "--accrual-rate", "9"], "leave out --accrual"),
        (["--accrual-rate", "9"], "go with --medians or --control-median"),
        (["--control-median", "6", "--accrual-rate", "0"], "rate of accrual '0' is not above 0"),
        (["--control-curve", "80%,40%", "--accrual", "4"], "'80%' is not survival at a time; write 80%@6,55%@12"),
        (["--control-curve", "40%@6,80%@12", "--accrual", "4"], "a survival curve falls from 1"),
        (["--control-median", "6", "--accrual", "4", "--loss", "10%"], "loss '10%' has no time; write 10%@12"),
        (["--control-median", "6", "--loss", "10%@12"], "needs --accrual or --follow-up"),
        (["--loss", "10%@12"], "--loss goes with --accrual and --follow-up"),
        (["--delay", "3"], "--delay goes with --accrual and --follow-up"),
        (["--control-median", "6", "--accrual", "4", *(["--loss", "1%@1"] * 3)], "--loss is given once for both arms"),
        (["--control-survival", "40%", "--accrual", "24"], "needs its time: add --at T"),
        (["--control-survival", "40%", "--at", "24"], "--at goes with --accrual and --follow-up"),
        (["--control-median", "6", "--accrual", "4", "--at", "24"], "--at is the time of --survival"),
        (["--control-median", "6", "--accrual", "24", "--delay", "24"], "when the longest watch of 24 is over"),
        (["--margin", "0.68"], "the hazard ratio is the margin"),
        (["--margin", "0"], "margin '0' is not above 0"),
        (["--calendar", "12"], "--calendar goes with --accrual and --follow-up"),
        (["--control-median", "6", "--accrual", "4", "--calendar", "0"], "time '0' is not above 0"),
        (["--method", "lakatos"], "lakatos needs hazards (or medians) with accrual and follow-up"),
        (["--margin", "1.3", "--method", "freedman"], "freedman is for superiority, without a margin"),
        (["--simulate", "1000"], "a simulation needs patients and their survival"),
        (["--control-median", "6", "--accrual", "4", "--events", "100"], "found from patients: give --n, not --events"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run("--hr", "0.68", "--power", "80%", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr


def test_calendar_needs_patients():
    result = run("--hr", "0.68", "--events", "100", *TIMED, "--calendar", "12")
    assert result.exit_code == 2
    assert "--calendar needs patients" in result.stderr


def test_help_documents_the_names_of_the_values():
    shown = " ".join(CliRunner().invoke(main, ["power", "--help"], prog_name="gvhdcalc").stdout.split())
    document = answer("--hr", "0.6", "--control-median", "12", "--accrual", "36", "--n", "203", "--power", "80%",
                      "--calendar", "12", "--simulate", "100")  # fmt: skip
    for name in {row["name"] for row in document["values"]}:
        assert f'"{name}"' in shown, name


def test_a_real_process_imports_neither_numpy_nor_scipy():
    arguments = ["power", "logrank", "--hr", "0.68", *TIMED, "--power", "80%", "--calendar", "12:60:12"]
    script = (
        "import sys; from gvhdcalc.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "print(sorted({'numpy', 'scipy', 'statsmodels'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Lakatos" in done.stdout


def test_a_ratio_that_contradicts_the_medians_is_that_of_every_method():
    given = answer("--hr", "0.8", "--medians", "12", "6", "--accrual", "54", "--follow-up", "12", "--power", "80%")
    same = answer("--hr", "0.8", *TIMED, "--power", "80%")
    assert given["values"] == same["values"]
    assert given["warnings"] == ["--medians implies a hazard ratio of 0.5; 0.8 is taken, as --hr says"]


def test_a_simulation_that_would_not_end_is_refused():
    timed = ("--hr", "0.6", "--control-median", "6", "--accrual", "24", "--follow-up", "12")
    result = run(*timed, "--n", "1000000", "--simulate", "10000")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "10,000 trials of 1,000,000 patients are too many to simulate: at most 2,000 trials" in result.stderr
    result = run(*timed, "--n", "1000000000000", "--simulate", "100")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "at most 20,000,000 patients" in result.stderr
