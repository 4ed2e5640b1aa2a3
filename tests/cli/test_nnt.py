"""``gvhdcalc nnt`` on the command line."""

import pytest

from .running import answer, run, said


def test_an_outcome_is_good_or_bad():
    assert "'good', 'bad'" in said("nnt arms", "nnt", "82/99", "70/99", "--outcome", "ugly")


def test_an_interval_through_infinity_is_printed_as_altman_does():
    result = run("nnt", "5/56", "0/29")
    assert "NNTB 11.2" in result.stdout
    assert "NNTB 5.2 to infinity to NNTH 26.2" in result.stdout
    assert "passes through infinity" in result.stdout


def test_json_has_signed_limits_and_named_values():
    document, status = answer("nnt", "5/56", "0/29")
    assert status == 0
    assert (document["schema"], document["command"]) == ("gvhdcalc/1", "nnt")
    assert document["inputs"] == {"events": [5, 0], "totals": [56, 29], "conf": 0.95, "outcome": "good"}
    (row,) = document["estimates"]
    assert (row["measure"], row["method"]) == ("number needed to treat", "newcombe")
    # Newcombe 1998, example (d): -0.0381 to 0.1926
    assert row["estimate"] == pytest.approx(11.2, rel=1e-14)
    assert 1 / row["lower"] == pytest.approx(0.1926, abs=5e-5)
    assert 1 / row["upper"] == pytest.approx(-0.0381, abs=5e-5)
    assert any("infinity" in note for note in row["notes"])
    values = {value["name"]: value["value"] for value in document["values"]}
    assert values["NNTB"] == row["estimate"]
    assert values["NNTB, lower"] == row["lower"]
    assert values["NNTH, upper"] == -row["upper"]
    assert values["absolute benefit, lower"] == pytest.approx(-0.0381, abs=5e-5)
    assert values["absolute benefit"] == pytest.approx(5 / 56, rel=1e-14)


def test_a_bad_outcome_turns_the_seed_adverse_events_into_benefit():
    for arms, nnt in ((("65/99", "78/99"), 99 / 13), (("37/99", "53/99"), 99 / 16)):
        good, bad = answer("nnt", *arms)[0], answer("nnt", *arms, "--outcome", "bad")[0]
        assert good["estimates"][0]["estimate"] == pytest.approx(-nnt, rel=1e-14)
        assert bad["estimates"][0]["estimate"] == pytest.approx(nnt, rel=1e-14)
        assert bad["inputs"]["outcome"] == "bad"
    assert "NNTB 7.6" in run("nnt", "65/99", "78/99", "--outcome", "bad").stdout
    assert "NNTH 7.6" in run("nnt", "65/99", "78/99").stdout


def test_equal_risks_give_infinity():
    document, status = answer("nnt", "10/20", "10/20")
    assert status == 0
    assert document["estimates"][0]["estimate"] == "Infinity"
    assert {value["name"]: value["value"] for value in document["values"]}["NNT"] == "Infinity"
    assert "infinity" in run("nnt", "10/20", "10/20").stdout


@pytest.mark.parametrize(
    ("arms", "printed"),
    [
        (("82/99", "70/99"), "NNT 8.3 (95% CI 4.2 to 308.3)"),
        (("82/99", "70/99"), "NNT 9 (95% CI 5 to 309)"),  # rounded up
        (("82/99", "70/99"), "NNT 8 (95% CI 4 to 308)"),  # rounded
        (("5/56", "0/29"), "NNTB 11.2 (95% CI NNTB 5.2 to infinity to NNTH 26.2)"),
        (("5/56", "0/29"), "NNTB 11.2 (95% CI NNTH 26.2 to infinity to NNTB 5.2)"),
        (("0/29", "5/56"), "NNTH 11.2 (95% CI NNTH 5.2 to infinity to NNTB 26.2)"),
        (("65/99", "78/99"), "NNTH 7.6 (95% CI 4.0 to 156)"),
        (("65/99", "78/99"), "number needed to harm 7.6"),
    ],
)
def test_printed_numbers_needed_are_reproduced(arms, printed):
    document, status = answer("nnt", *arms, "--reported", printed)
    assert status == 0, document["verdicts"]
    assert document["verdicts"]
    assert {row["verdict"] for row in document["verdicts"]} == {"reproduced"}
    assert all("newcombe" in row["methods"] for row in document["verdicts"])
    assert document["warnings"] == []


def test_rounding_up_is_said():
    document, _ = answer("nnt", "82/99", "70/99", "--reported", "NNT 9")
    assert "rounded up" in document["verdicts"][0]["note"]


def test_what_does_not_follow_ends_in_1_and_hints_at_the_outcome():
    document, status = answer("nnt", "65/99", "78/99", "--reported", "NNT 7.6 (95% CI 4.0 to 156)")
    assert status == 1
    assert {row["verdict"] for row in document["verdicts"]} == {"inconsistent"}
    assert all("the other outcome" in row["note"] for row in document["verdicts"])
    document, status = answer("nnt", "82/99", "70/99", "--reported", "NNT 12 (95% CI 5 to 309)")
    assert status == 1
    assert [row["verdict"] for row in document["verdicts"]] == ["inconsistent", "reproduced", "reproduced"]


@pytest.mark.parametrize(
    "arms",
    [
        ("0/99", "70/99"), ("82/99", "0/99"), ("0/99", "0/99"), ("99/99", "99/99"), ("0/1", "1/1"), ("1/1", "1/1"),
        ("400000000/1000000000", "400020000/1000000000"), ("1000000000/1000000000", "0/1000000000"), ("0/5", "0/7"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("outcome", ["good", "bad"])
def test_extreme_tables_get_an_answer(arms, outcome):
    document, status = answer("nnt", *arms, "--outcome", outcome)
    assert status == 0
    (row,) = document["estimates"]
    assert None not in (row["estimate"], row["lower"], row["upper"])
    assert run("nnt", *arms, "--outcome", outcome, "--plot").exit_code == 0


def test_plot_runs_from_harm_through_infinity_to_benefit():
    lines = run("nnt", "5/56", "0/29", "--plot").stdout.splitlines()
    drawn, axis = next((line, lines[index + 1]) for index, line in enumerate(lines) if "■" in line)
    assert axis.index("NNTH 26.2") < axis.index("NNTB 5.2")
    assert drawn.index("├") < drawn.index("■") < drawn.index("┤")
    assert max(len(drawn), len(axis)) <= 80


def test_batch_knows_the_outcome():
    rows = "treatment\tcontrol\n65/99\t78/99\n5/56\t0/29\n"
    result = run("nnt", "--batch", "-", "--outcome", "bad", input=rows)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split("\t")[2:5] == ["newcombe_estimate", "newcombe_lower", "newcombe_upper"]
    assert float(lines[1].split("\t")[2]) == pytest.approx(99 / 13)
    assert float(lines[2].split("\t")[2]) == pytest.approx(-11.2)
