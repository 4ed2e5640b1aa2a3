"""What ``or``, ``rr``, ``rd`` and ``nnt`` have in common; what one of them has alone is in its own file."""

import pytest

from gvhdcalc.report.render import FORMATS

from .running import answer, run, said

#: Each command with its full name, its measure and its default method.
COMMANDS = {
    "or": ("or", "odds ratio", "woolf", "Woolf"),
    "rr": ("rr", "risk ratio", "katz", "Katz"),
    "rd": ("rd", "risk difference", "newcombe", "Newcombe"),
    "nnt": ("nnt arms", "number needed to treat", "newcombe", "Newcombe"),
}

TWO_METHODS = {
    "or": ("--method", "woolf", "--method", "cornfield"),
    "rr": ("--method", "katz", "--method", "koopman"),
    "rd": ("--method", "newcombe", "--method", "wald"),
}

each = pytest.mark.parametrize("command", COMMANDS)


@pytest.mark.parametrize(
    ("command", "arguments", "texts"),
    [
        ("or", ("82/99", "70/99"), ("82.8%", "70.7%", "2.00", "1.01 to 3.94", "Woolf", "0.043", "0.063")),
        ("rr", ("65/99", "78/99"), ("65.7%", "78.8%", "0.83", "0.70 to 0.99", "Katz", "0.039")),
        ("rd", ("82/99", "70/99"), ("82.8%", "70.7%", "12.1%", "0.3% to 23.5%", "Newcombe", "0.043")),
        (
            "nnt",
            ("82/99", "70/99", "--digits", "2"),
            ("82.8%", "70.7%", "Outcome: good", "NNTB 8.25", "NNTB 4.25 to NNTB 308.31", "Newcombe"),
        ),
    ],
)
def test_the_default_table_has_arms_interval_pearson_and_fisher(command, arguments, texts):
    result = run(command, *arguments)
    assert result.exit_code == 0
    assert result.stderr == ""
    for text in (*texts, "Pearson", "Fisher exact"):
        assert text in result.stdout
    assert "\x1b" not in result.stdout


@each
def test_json_is_the_contract(command):
    _, measure, method, _ = COMMANDS[command]
    document, status = answer(command, "82/99", "70/99")
    assert status == 0
    assert (document["schema"], document["command"]) == ("gvhdcalc/1", command)
    more = {"outcome": "good"} if command == "nnt" else {}
    assert document["inputs"] == {"events": [82, 70], "totals": [99, 99], "conf": 0.95, **more}
    (row,) = document["estimates"]
    assert (row["measure"], row["method"]) == (measure, method)
    assert [test["method"] for test in document["tests"]] == ["pearson", "fisher"]
    assert document["verdicts"] == document["warnings"] == []
    assert bool(document["values"]) == (command == "nnt")
    every, _ = answer(command, "82/99", "70/99", "--method", "all")
    keys = [row["method"] for row in every["estimates"]]
    assert keys[0] == method
    assert len(keys) == len(set(keys)) > 10
    assert {row["measure"] for row in every["estimates"]} == {measure}
    assert every["verdicts"] == every["warnings"] == []


@each
@pytest.mark.parametrize(
    "arms", [("82/99", "70/99"), ("82:17", "70:29"), ("82.8%/99", "70.7%/99"), ("82.8 %/99", " 70/99 ")]
)
def test_every_way_to_write_an_arm(command, arms):
    document, _ = answer(command, *arms)
    assert document["inputs"]["events"] == [82, 70]


@each
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["102/99", "70/99"], "102 events are more than the total of 99"),
        (["-5/99", "70/99"], "-5"),
        (["--", "-5/99", "70/99"], "is negative"),
        (["82.5/99", "70/99"], "'82.5' is not a whole number"),
        (["82/0", "70/99"], "the total is zero"),
        (["0:0", "70/99"], "the total is zero"),
        (["82\\99", "70/99"], "EVENTS/TOTAL"),
        (["eighty/99", "70/99"], "'eighty' is not a count"),
        (["82.5%/99", "70/99"], "no count out of 99 gives 82.5%; the nearest are 81/99 = 81.8%, 82/99 = 82.8%"),
        (["182%/99", "70/99"], "not between 0 and 100%"),
        (["82/99"], "two arms are needed"),
        (["82/99", "70/99", "60/99"], "60/99"),
        (["82/99", "70/99", "--conf", "0"], "not between 0 and 100%"),
        (["82/99", "70/99", "--conf", "100"], "not between 0 and 100%"),
        (["82/99", "70/99", "--conf", "high"], "not a number"),
        (["82/99", "70/99", "--methd", "woolf"], "--method"),
        (["82/99", "70/99", "--format", "xlsx"], "xlsx"),
        (["82/99", "70/99", "--digits", "-1"], "-1"),
        (["82/99", "70/99", "--reported", "nothing here"], "nothing here"),
        (["82/99", "70/99", "--reported", ""], ""),
        (["82\x1b[31m/99", "70/99"], "\\x1b[31m"),
        (["[bold]82[/bold]/99", "70/99"], "[bold]"),
    ],
)
def test_wrong_input_is_one_clear_line(command, arguments, message):
    line = said(COMMANDS[command][0], command, *arguments)
    assert message in line.replace("\u2212", "-")  # nnt, which takes negative figures, keeps them from being options


@pytest.mark.parametrize(
    ("command", "wrong", "near"),
    [
        ("or", "wolf", "woolf"),
        ("rr", "koopmann", "koopman"),
        ("rd", "newcomb", "newcombe"),
        ("nnt", "newcomb", "newcombe"),
    ],
)
def test_a_method_that_is_not_known_names_the_near_one(command, wrong, near):
    line = said(COMMANDS[command][0], command, "82/99", "70/99", "--method", wrong)
    assert f"did you mean '{near}'" in line


@pytest.mark.parametrize(
    ("command", "arguments", "texts"),
    [
        ("or", ("82/99", "70/99"), ("OR = a*d / (b*c)", "OR = 82*29 / (17*70)", "Woolf 1955")),
        (
            "rr",
            ("65/99", "78/99", "--method", "katz", "--method", "koopman"),
            ("RR = (65/99) / (78/99)", "SE = sqrt(1/65 - 1/99 + 1/78 - 1/99)", "Katz, Baptista, Azen & Pike 1978",
             "Koopman 1984", "SAS PROC FREQ, relrisk"),
        ),
        (
            "rd",
            ("82/99", "70/99", "--method", "agresti-caffo", "--method", "wald"),
            ("q1 = (82+1)/(99+2)", "Agresti & Caffo 2000", "Newcombe 1998, method 1", "SAS PROC FREQ, riskdiff"),
        ),
        (
            "nnt",
            ("82/99", "70/99"),
            ("NNT = 1/(p1 - p0)", "Altman 1998",
             "Number needed to treat, limits from those of the risk difference by newcombe"),
        ),
    ],
)  # fmt: skip
def test_explain_puts_the_numbers_in_and_names_the_sources(command, arguments, texts):
    result = run(command, *arguments, "--explain")
    assert result.exit_code == 0
    for text in texts:
        assert text in result.stdout


@pytest.mark.parametrize("command", TWO_METHODS)
@pytest.mark.parametrize(
    "arms",
    [
        ("0/99", "70/99"), ("82/99", "0/99"), ("0/99", "0/99"), ("99/99", "70/99"), ("99/99", "99/99"), ("0/1", "1/1"),
        ("1/1", "1/1"), ("0/1", "0/1"), ("400000000/1000000000", "400020000/1000000000"), ("1/1000000000", "0/1"),
        ("1000000000/1000000000", "0/1000000000"),
    ],
)  # fmt: skip
def test_extreme_tables_get_an_answer_or_a_reason(command, arms):
    document, status = answer(command, *arms, "--method", "all")
    assert status == 0
    for row in document["estimates"]:
        figures = [row[field] for field in ("lower", "estimate", "upper")]
        assert None not in figures or row["notes"], row
        lower, estimate, upper = (float("nan") if figure is None else float(figure) for figure in figures)
        assert not lower > upper, row
        assert not (lower > estimate or estimate > upper) or row["notes"], row
    for row in document["tests"]:
        assert row["p"] is not None or row["notes"], row
    for more in ((), TWO_METHODS[command]):
        plain = run(command, *arms, *more)
        assert plain.exit_code == 0
        assert max(map(len, plain.stdout.splitlines())) <= 80
    drawn = run(command, *arms, "--plot", *TWO_METHODS[command][2:])
    assert drawn.exit_code == 0 or "nothing to plot: no interval is finite" in drawn.stderr


@pytest.mark.parametrize(
    ("command", "more", "texts"),
    [
        ("or", ("82/99", "70/99"), ("Woolf",)),
        ("or", ("82/99", "70/99", "--reported", "2.00 (1.01-3.94)"), ("Woolf", "reproduced")),
        ("rr", ("65/99", "78/99"), ("Katz",)),
        ("rd", ("82/99", "70/99", "--method", "all"), ("Newcombe",)),
        ("nnt", ("5/56", "0/29"), ("Newcombe",)),
    ],
)
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_holds_the_result_and_no_escape(command, more, texts, form):
    result = run(command, *more, "--format", form)
    assert result.exit_code == 0
    for text in texts:
        assert text in result.stdout
    assert "\x1b" not in result.stdout
    # to a pipe a verdict is one line, however long
    if form == "rich" or (form == "plain" and "--reported" not in more):
        assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", TWO_METHODS)
def test_plot_draws_every_interval(command):
    result = run(command, "82/99", "70/99", "--method", "all", "--plot")
    drawn = [line for line in result.stdout.splitlines() if "■" in line]
    estimates = answer(command, "82/99", "70/99", "--method", "all")[0]["estimates"]
    assert len(drawn) == len([row for row in estimates if row["lower"] is not None]) > 4
    assert max(map(len, drawn)) <= 80
