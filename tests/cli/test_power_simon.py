"""``gvhdcalc power simon`` on the command line."""

import pytest

from .designs import design

run, answer = design("simon")


def design(document, method):
    found = {row["name"]: row["value"] for row in document["values"] if row["method"] == method}
    return f"{found['r1']}/{found['n1']} {found['r']}/{found['n']}"


def test_simons_first_example_in_either_order():
    for order in (("10%", "30%"), ("30%", "10%")):
        document, _ = answer(*order)
        assert (design(document, "optimal"), design(document, "minimax")) == ("1/10 5/29", "1/15 5/25")
        assert (document["inputs"]["p0"], document["inputs"]["p1"]) == (0.1, 0.3)


def test_what_a_reader_sees():
    text = run("10%", "30%", "--power", "80%").stdout
    assert " 1/10  5/29    15.0    73.6%  4.71%  80.5%  Simon, optimal" in text
    assert " 1/12  5/26    16.8    65.9%  3.60%  80.5%  admissible, weight 0.48-0.73" in text
    assert max(map(len, text.splitlines())) <= 80


def test_weight_chooses_one_admissible_design():
    document, _ = answer("10%", "30%", "--method", "admissible", "--weight", "30%")
    assert design(document, "admissible") == "1/11 5/27"


@pytest.mark.parametrize(
    ("reported", "options", "status", "verdict", "methods", "note"),
    [
        ("1/10 5/29", (), 0, "reproduced", ["optimal"], None),
        ("r1/n1 = 1/15, r/n = 5/25", (), 0, "reproduced", ["minimax"], None),
        ("r1=1, n1=12, r=5, n=26", (), 0, "reproduced", ["admissible"], None),
        ("1/12 5/35", (), 1, "inconsistent", [], "it is the optimal design for alpha 10% and power 90%"),
        ("1/12 5/35", ("--alpha", "10%", "--power", "90%"), 0, "reproduced", ["optimal"], None),
        ("2/10 5/29", (), 1, "inconsistent", [], "its level is"),
    ],
)
def test_reported_design(reported, options, status, verdict, methods, note):
    document, code = answer("10%", "30%", *options, "--reported", reported)
    (found,) = document["verdicts"]
    assert (code, found["item"], found["verdict"], found["methods"]) == (status, "design", verdict, methods)
    assert note is None or note in found["note"]
    shown = any(row["method"] == "reported" for row in document["values"])
    assert shown == (verdict == "inconsistent")


def test_fleming_says_what_it_does_after_each_stage():
    text = run("20%", "40%", "--method", "fleming", "--stages", "15,10").stdout
    assert "Fleming, after 15: stop with 3 or fewer, promising with 7 or more" in text
    assert "Fleming, after 25: stop with 8 or fewer, promising with 9 or more" in text


def test_explain():
    text = run("10%", "30%", "--explain").stdout
    assert "EN(p) = n1 + (1 - PET(p))*(n - n1)" in text
    assert "Simon 1989" in text and "Jung, Lee, Kim & George 2004" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["10%"], "two probabilities are needed"),
        (["10%", "10%"], "p1 must be above p0"),
        (["10", "30"], "for a percentage write the sign"),
        (["10%", "30%", "--alpha", "90%"], "power must be above alpha"),
        (["10%", "30%", "--max-n", "20"], "no two-stage design of at most 20 patients"),
        (["10%", "30%", "--max-n", "5000"], "from 2 to 1000"),
        (["10%", "10.5%"], "no two-stage design of at most 1000 patients"),
        (["10%", "30%", "--reported", "ten of 29"], "write r1/n1 r/n"),
        (["10%", "30%", "--reported", "5/29 1/10"], "is no two-stage design"),
        (["10%", "30%", "--stages", "10,10"], "--stages is for --method fleming"),
        (["10%", "30%", "--method", "fleming", "--stages", "10+10"], "write the patients of each stage"),
        (["10%", "30%", "--weight", "200%"], "is not from 0 up and at most 100%"),
        (["10%", "30%", "--method", "gehan"], "no method 'gehan' here"),
    ],
)
def test_wrong_input_is_one_line(arguments, message):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
