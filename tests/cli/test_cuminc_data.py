"""gvhdcalc cuminc data and table: against R, the seed trial's shape, plots, a paper's figures, and wrong input."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gvhdcalc.cli import main

ROOT = Path(__file__).parents[2]
MGUS = (
    f"data {ROOT}/tests/data/mgus2.csv --time etime --event event --event-code 1 --competing-code 2 --censor-code 0"
    " --arm sex"
)
EXAMPLE = (
    f"data {ROOT}/examples/transplant.csv --time years --event event --event-code relapse --competing-code death"
    " --censor-code censored --arm arm"
)


def run(line: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["cuminc", *shlex.split(line)], prog_name="gvhdcalc", input=text)


def answer(line: str) -> dict[str, Any]:
    result = run(f"{line} --format json")
    assert result.exit_code in {0, 1}, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def row(document: dict[str, Any], measure: str, **case: Any) -> dict[str, Any]:
    (found,) = [
        estimate
        for estimate in document["estimates"]
        if estimate["measure"] == measure and case.items() <= estimate.get("case", {}).items()
    ]
    return found


def test_against_cmprsk_on_mgus2() -> None:
    # R: cmprsk cuminc(etime, event, sex): Gray's test of cause 1, estimates and variances at 60 and 120 months;
    #    crr(etime, event, sex == "M"); survival coxph(Surv(etime, event == 1) ~ sex)
    found = answer(f"{MGUS} --at 60,120")
    gray = found["tests"][0]
    assert (gray["method"], gray["statistic"]) == ("gray", pytest.approx(1.194, abs=2e-3))
    assert gray["p"] == pytest.approx(0.2745, abs=1e-3)
    male = row(found, "cumulative incidence (competing risks)", arm="M", time=60.0)
    assert male["case"]["at risk"] == 443 and 0.02 < male["estimate"] < 0.04
    assert row(found, "subdistribution hazard ratio, from patients")["estimate"] == pytest.approx(0.7954, abs=2e-3)
    names = {value["name"] for value in found["values"]}
    assert {"1-KM, M", "bias, M", "1-KM, F"} <= names
    bias = [value["value"] for value in found["values"] if value["name"] == "bias, M"]
    assert all(value > 0 for value in bias)


@pytest.mark.parametrize("cause", [1, 2])
def test_the_other_cause_and_the_order_of_arms(cause: int) -> None:
    one = row(answer(f"{MGUS} --cause {cause}"), "subdistribution hazard ratio, from patients")
    other = row(answer(f"{MGUS} --cause {cause} --control M"), "subdistribution hazard ratio, from patients")
    assert one["estimate"] * other["estimate"] == pytest.approx(1, rel=1e-6)
    assert one["p"] == pytest.approx(other["p"], rel=1e-6)


def test_a_cause_specific_ratio_for_each_event_stands_beside_it() -> None:
    found = answer(f"{EXAMPLE} --at 3 --tau 3")
    for event in ("relapse", "death"):
        assert row(found, "cause-specific hazard ratio", event=event)["method"] == "efron"
    lost = [row(found, "restricted mean time lost", arm=arm)["estimate"] for arm in ("msc", "control")]
    assert row(found, "difference of restricted mean time lost")["estimate"] == pytest.approx(lost[0] - lost[1])
    assert row(found, "ratio of restricted mean time lost")["estimate"] == pytest.approx(lost[0] / lost[1])


def test_methods_by_variance_and_scale() -> None:
    found = answer(f"{EXAMPLE} --at 3 --method aalen-plain --method greenwood-log --method pepe-mori")
    methods = [estimate["method"] for estimate in found["estimates"] if "at risk" in estimate.get("case", {})]
    assert methods == ["aalen-plain", "greenwood-log"] * 2
    assert "pepe-mori" in [test["method"] for test in found["tests"]]


@pytest.mark.parametrize(
    ("reported", "status", "verdict"),
    [
        ("P = 0.86", 0, "reproduced"),
        ("10.6% (5.1-18.5%) v 8.1% (3.7-14.5%)", 0, "reproduced"),
        ("HR 0.90 (0.41-1.99), P = 0.80", 0, "reproduced"),
        ("HR 0.60 (0.41-1.99)", 1, "inconsistent"),
    ],
)
def test_what_a_paper_prints(reported: str, status: int, verdict: str) -> None:
    result = run(f'{EXAMPLE} --at 3 --reported "{reported}" --format json')
    assert result.exit_code == status, result.stdout
    assert verdict in [found["verdict"] for found in json.loads(result.stdout)["verdicts"]]


def test_the_plot_has_numbers_at_risk_below(tmp_path: Path) -> None:
    result = run(f"{EXAMPLE} --plot --plot-file {tmp_path}/curves.svg")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert max(map(len, lines[lines.index(next(line for line in lines if "│" in line)) :])) <= 80
    at_risk = next(line for line in lines if line.startswith("o msc")).split()
    assert at_risk[2] == "101" and int(at_risk[3]) < 101
    drawing = (tmp_path / "curves.svg").read_text(encoding="utf-8")
    assert "<svg" in drawing and "at risk" in drawing and "101" in drawing
    again = tmp_path / "again.svg"
    run(f"{EXAMPLE} --plot-file {again}")
    assert again.read_text(encoding="utf-8") == drawing


def test_bad_rows_are_told_by_line_and_the_rest_goes_on() -> None:
    text = "t,e,a\n1,1,x\n-2,1,x\n3,2,y\nz,0,y\n4,0,x\n2,1,y\n"
    result = run("data - --time t --event e --arm a --at 2", text)
    assert result.exit_code == 0 and "line 3" in result.stderr and "line 5" in result.stderr
    assert "4 patients" in result.stdout


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{EXAMPLE} --cause 3", "not there"),
        (f"{EXAMPLE} --tau 99", "after the last"),
        (f"{EXAMPLE} --at 1,x", "not a number"),
        (f"{EXAMPLE} --rho nan", "not a number"),
        (f"{EXAMPLE} --plot-file curves.txt", "must end in"),
        (f"{EXAMPLE} --plot-file /nowhere/curves.svg", "--plot-file"),
        (f"{EXAMPLE} --method nope", "no method"),
        ("data nowhere.csv --time t --event e", "cannot read"),
        (EXAMPLE.replace("--time years", "--time days"), "days"),
    ],
)
def test_wrong_input(line: str, words: str) -> None:
    result = run(line)
    assert result.exit_code == 2 and not result.stdout
    assert words in result.stderr and len(result.stderr.strip().splitlines()) == 1


TABLE = "to,at_risk,relapse,death,censored\n1,10,2,1,2\n2,5,1,1,0\n3,3,0,1,2\n"


def test_a_life_table_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    found = answer(f"table {path}")
    values = {(value["name"], value["case"]["to"]): value["value"] for value in found["values"]}
    # Aalen-Johansen: 2/10; S = 7/10; 7/10 * 1/5; actuarial: 2/9, S = 6/9, 6/9 * 1/5
    assert [values["Aalen-Johansen", t] for t in (1, 2, 3)] == pytest.approx([0.2, 0.34, 0.34])
    assert [values["actuarial", t] for t in (1, 2)] == pytest.approx([2 / 9, 2 / 9 + 6 / 9 / 5])
    assert [values["1-KM", t] for t in (1, 2)] == pytest.approx([0.2, 1 - 0.8 * 0.8])
    assert values["bias", 2] == pytest.approx(0.36 - 0.34)
    other = answer(f"table {path} --cause 2")
    assert other["inputs"]["causes"] == ["relapse", "death"]


def test_at_risk_follows_from_the_censored(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("to;relapse;death;censored\n1;2;1;2\n2;1;1;0\n3;0;1;2\n")
    assert answer(f"table {path} --start 10")["inputs"]["at_risk"] == [10, 5, 3]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("to,at_risk,relapse\n", "no intervals"),
        ("end,at_risk,relapse\n1,10,2\n", "needed are to"),
        ("to,relapse\n1,2\n", "at_risk or censored"),
        ("to,at_risk,relapse\n1,10\n", "line 2: 2 columns where the header has 3"),
        ("to,at_risk,relapse\n1,10,x\n", "line 2: relapse"),
        ("to,at_risk,relapse\n1,10,-2\n", "line 2: relapse"),
        ("to,at_risk,relapse\n1,1,2\n", "more than"),
        ("to,at_risk,relapse\n2,10,2\n1,8,1\n", "go up"),
    ],
)
def test_wrong_tables(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    result = run(f"table {path}")
    assert result.exit_code == 2 and not result.stdout
    assert words in result.stderr and len(result.stderr.strip().splitlines()) == 1


def test_numbers_that_do_not_add_up_are_said(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("to,at_risk,relapse,censored\n1,10,2,1\n2,6,1,0\n")
    result = run(f"table {path}")
    assert result.exit_code == 0 and "7 are left, and 6 at risk" in result.stdout


@pytest.mark.parametrize(("conf", "z"), [("0.90", "1.644853627"), ("0.95", "1.959963985"), ("0.99", "2.575829304")])
def test_explained_limits_have_the_normal_quantile_of_any_confidence(conf, z):
    text = run(f"{EXAMPLE} --at 1 --conf {conf} --explain").stdout
    assert f"limits = D -+ {z}*SE" in text
    assert "nan" not in text
