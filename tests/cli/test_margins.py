"""``--null`` and ``--margin`` on or, rr and rd: what is asked, what is answered, and what is refused."""

import json
from pathlib import Path

import pytest

from .running import answer, run


def test_a_null_value_is_tested_two_sided_and_the_interval_that_agrees_stands_beside_the_default():
    document, status = answer("rr", "82/99", "70/99", "--null", "1.25")
    assert status == 0
    assert document["inputs"] | {"null": 1.25, "alternative": "two-sided"} == document["inputs"]
    assert [row["method"] for row in document["estimates"]] == ["katz", "miettinen-nurminen"]
    tests = {row["method"]: row for row in document["tests"]}
    assert list(tests) == ["miettinen-nurminen", "farrington-manning"]
    assert {row["sides"] for row in tests.values()} == {2}
    assert all("RR = 1.25" in row["name"] for row in tests.values())
    assert document["values"] == []
    shown = run("rr", "82/99", "70/99", "--null", "1.25").stdout
    assert "null value: RR = 1.25" in shown


def test_null_values_of_each_measure_agree_with_r():
    # R: tests/reference/two_arms.R, response-day-28; fisher.test(matrix(c(82, 17, 70, 29), 2, byrow = TRUE), or = 2)
    document, _ = answer("or", "82/99", "70/99", "--null", "2", "--method", "fisher")
    assert document["tests"][0]["p"] == pytest.approx(1.0, abs=1e-6)
    document, _ = answer("rd", "82/99", "70/99", "--null", "-10%", "--method", "all", "--alternative", "greater")
    reference = json.loads((Path(__file__).parents[1] / "reference" / "two_arms.json").read_text(encoding="utf-8"))
    rows = {
        row["method"]: row["greater"]
        for row in reference["null_tests"]
        if (row["id"], row["measure"], row["null"]) == ("response-day-28", "risk difference", -0.1)
    }
    found = {row["method"]: row["p"] for row in document["tests"]}
    assert {key: found[key] for key in rows} == pytest.approx(rows, rel=1e-6)
    assert {row["sides"] for row in document["tests"]} == {1}


def test_non_inferiority_of_the_seed_response_to_ten_points():
    document, status = answer("rd", "82/99", "70/99", "--margin", "-10%")
    assert status == 0
    assert document["inputs"]["question"] == "non-inferiority"
    assert document["inputs"]["margin"] == [-0.1]
    assert document["inputs"]["alternative"] == ["greater"]
    values = {value["name"]: value for value in document["values"]}
    assert values["margin"]["value"] == pytest.approx(-0.1)
    assert (values["conclusion"]["value"], values["conclusion"]["note"]) == (1, "non-inferiority shown")
    plain = run("rd", "82/99", "70/99", "--margin", "-10%").stdout
    sentence = " ".join(plain.split("\n\n")[-1].split())
    assert sentence == (
        "Non-inferiority to -10% is shown at the 2.5% one-sided level: the lower limit of the 95% interval "
        "(miettinen-nurminen, 0.33%) lies above -10%, and the one-sided P (miettinen-nurminen) is 0.0001."
    )
    assert max(map(len, plain.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "question", "side", "conclusion"),
    [
        (("rd", "82/99", "70/99", "--margin", "-10%"), "non-inferiority", ["greater"], 1),
        (("rd", "60/99", "70/99", "--margin", "-10%"), "non-inferiority", ["greater"], 0),
        (("rd", "65/99", "78/99", "--margin", "5%"), "non-inferiority", ["less"], 1),
        (("rd", "82/99", "70/99", "--margin", "5%", "--outcome", "good"), "superiority by a margin", ["greater"], 0),
        (("rd", "95/99", "50/99", "--margin", "5%", "--outcome", "good"), "superiority by a margin", ["greater"], 1),
        (("rd", "30/99", "70/99", "--margin", "-0.05", "--outcome", "bad"), "superiority by a margin", ["less"], 1),
        (("rd", "82/99", "70/99", "--margin", "0"), "superiority", ["greater"], 1),
        (("rr", "82/99", "70/99", "--margin", "0.8"), "non-inferiority", ["greater"], 1),
        (("rr", "65/99", "78/99", "--margin", "1.25"), "non-inferiority", ["less"], 1),
        (("or", "82/99", "70/99", "--margin", "0.5"), "non-inferiority", ["greater"], 1),
        (("rd", "800/1000", "790/1000", "--margin", "-5% 5%"), "equivalence", ["greater", "less"], 1),
        (("rd", "800/1000", "790/1000", "--margin", "-5%", "--margin", "5%"), "equivalence", ["greater", "less"], 1),
        (("rd", "800/1000", "790/1000", "--margin", "5%", "--equivalence"), "equivalence", ["greater", "less"], 1),
        (("rr", "80/100", "79/100", "--margin", "0.8 to 1.25"), "equivalence", ["greater", "less"], 1),
        (("rr", "80/100", "60/100", "--margin", "1.25", "--equivalence"), "equivalence", ["greater", "less"], 0),
    ],
)
def test_the_question_its_side_and_the_answer(arguments, question, side, conclusion):
    document, status = answer(*arguments)
    assert status == 0
    assert (document["inputs"]["question"], document["inputs"]["alternative"]) == (question, side)
    assert next(v["value"] for v in document["values"] if v["name"] == "conclusion") == conclusion
    # by the interval that decides, without the sentence
    interval = next(row for row in document["estimates"] if row["method"] == "miettinen-nurminen")
    for margin, alternative in zip(document["inputs"]["margin"], side, strict=True):
        beyond = interval["lower"] > margin if alternative == "greater" else interval["upper"] < margin
        deciding = [t["p"] for t in document["tests"] if t["method"] == "miettinen-nurminen"]
        assert len(deciding) == len(side)
        assert beyond or not conclusion


def test_level_of_the_conclusion_follows_the_interval():
    strict = run("rd", "75/99", "73/99", "--margin", "-10%").stdout
    assert "2.5% one-sided level" in strict
    wide = run("rd", "75/99", "73/99", "--margin", "-10%", "--conf", "90").stdout
    assert "is shown at the 5% one-sided level" in " ".join(wide.split())
    assert "90% interval" in " ".join(wide.split())


def test_interval_and_test_that_disagree_leave_it_undecided():
    """Newcombe's interval and the score test disagree at a margin between the limits of both methods."""
    arguments = ("rd", "7/16", "9/18", "--method", "newcombe", "--margin")
    limits = {row["method"]: row["lower"] for row in answer("rd", "7/16", "9/18", "--method", "all")[0]["estimates"]}
    between = (limits["newcombe"] + limits["miettinen-nurminen"]) / 2
    document, status = answer(*arguments, f"{between:.6f}")
    assert status == 0
    conclusion = next(v for v in document["values"] if v["name"] == "conclusion")
    assert conclusion["value"] is None
    assert conclusion["note"] == "non-inferiority undecided"
    assert "interval and test disagree" in " ".join(run(*arguments, f"{between:.6f}").stdout.split())


def test_what_does_not_exist_cannot_be_judged():
    document, status = answer("rr", "0/20", "0/21", "--margin", "0.8")
    assert status == 0
    assert next(v for v in document["values"] if v["name"] == "conclusion")["value"] is None
    assert "cannot be judged" in run("rr", "0/20", "0/21", "--margin", "0.8").stdout


def test_reported_one_sided_p_is_matched_with_the_margin():
    text = "difference 12.1% (95% CI 0.3 to 23.5), one-sided P = 0.0001"
    document, status = answer("rd", "82/99", "70/99", "--margin", "-10%", "--reported", text)
    assert status == 0, document["verdicts"]
    p = next(row for row in document["verdicts"] if row["item"] == "p")
    assert p["verdict"] == "reproduced"
    assert "miettinen-nurminen" in p["methods"]
    wrong = text.replace("0.0001", "0.04")
    document, status = answer("rd", "82/99", "70/99", "--margin", "-10%", "--reported", wrong)
    assert status == 1
    p = next(row for row in document["verdicts"] if row["item"] == "p")
    assert "of equality would give it" in p["note"]
    plain = run("rd", "82/99", "70/99", "--margin", "-10%", "--reported", wrong).stdout
    assert "Non-inferiority to -10% is shown" in plain
    assert "Does not follow" in plain


def test_explain_has_the_formula_of_the_null_value():
    result = run("rd", "82/99", "70/99", "--margin", "-10%", "--explain", "--method", "farrington-manning")
    assert result.exit_code == 0
    for text in ("Farrington-Manning score test, RD > -10%", "z = S/sqrt(V)", "Farrington & Manning 1990", "null RD"):
        assert text in result.stdout


def test_batch_takes_null_values_and_margins():
    rows = "treatment,control\n82/99,70/99\n60/99,70/99\n"
    result = run("rd", "--batch", "-", "--margin", "-10%", "--method", "farrington-manning", input=rows)
    assert result.exit_code == 0
    header, first, second = result.stdout.splitlines()
    column = header.split(",").index("farrington-manning_p")
    assert float(first.split(",")[column]) < 0.025 < float(second.split(",")[column])
    alone = answer("rd", "60/99", "70/99", "--margin", "-10%", "--method", "farrington-manning")[0]["tests"][0]["p"]
    assert float(second.split(",")[column]) == pytest.approx(alone, rel=1e-12)
    result = run("rr", "--batch", "-", "--margin", "0.8 1.25", input=rows)
    header = result.stdout.splitlines()[0].split(",")
    assert {"miettinen-nurminen-lower_p", "miettinen-nurminen-upper_p"} <= set(header)


@pytest.mark.parametrize("command", ["or", "rr", "rd"])
def test_help_lists_the_options_and_the_tests(command):
    result = run(command, "--help")
    for text in ("--null", "--margin", "--equivalence", "--outcome", "farrington-manning", "at a null value"):
        assert text in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rd", "82/99", "70/99", "--margin", "10"], "write 10% or a fraction"),
        (["rd", "82/99", "70/99", "--margin", "100%"], "not between -100% and 100%"),
        (["rr", "82/99", "70/99", "--margin=-0.8"], "a ratio of -0.8 is not above 0"),
        (["or", "82/99", "70/99", "--null", "0"], "a ratio of 0 is not above 0"),
        (["rd", "82/99", "70/99", "--margin", "abc"], "not a number"),
        (["rd", "82/99", "70/99", "--null", "5%", "--margin", "5%"], "give one of them"),
        (["rd", "82/99", "70/99", "--null", "5% 6%"], "--null takes one value"),
        (["rd", "82/99", "70/99", "--margin", "-5%", "--margin", "0%", "--margin", "5%"], "not 3"),
        (["rr", "82/99", "70/99", "--margin", "1.1 1.3"], "a range that holds a ratio of 1"),
        (["rd", "82/99", "70/99", "--margin", "-5% 5%", "--outcome", "good"], "does not matter to equivalence"),
        (["rd", "82/99", "70/99", "--equivalence"], "needs the --margin"),
        (["rd", "82/99", "70/99", "--alternative", "less"], "the side of --margin is given by --outcome"),
        (["rd", "82/99", "70/99", "--outcome", "bad"], "there is no margin"),
        (["rd", "82/99", "70/99", "--method", "farrington-manning"], "add --null or --margin"),
        (["rd", "82/99", "70/99", "--margin", "-10%", "--method", "pearson"], "tests equality only"),
        (["or", "--stratified", "5/20", "8/21", "12/40", "15/39", "--null", "2"], "does not go with --stratified"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith(f"gvhdcalc {arguments[0]}: ")
    assert message in result.stderr
