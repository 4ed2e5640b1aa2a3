"""``gvhdcalc rd`` on the command line."""

import pytest

from .running import answer, run


def test_json_has_fractions():
    document, _ = answer("rd", "82/99", "70/99", "--method", "all")
    rows = {row["method"]: row for row in document["estimates"]}
    assert {"miettinen-nurminen", "mee", "agresti-caffo", "wald", "wald-cc", "newcombe-cc", "scas"} < set(rows)
    assert all(row["estimate"] == pytest.approx(12 / 99, rel=1e-15) for row in rows.values())
    # R: 12/99 + c(-1, 1)*qnorm(.975)*sqrt(82*17/99^3 + 70*29/99^3)
    assert (rows["wald"]["lower"], rows["wald"]["upper"]) == pytest.approx((0.004782851, 0.237641392), rel=1e-6)
    assert rows["wald"]["se_scale"] == "plain"
    assert rows["newcombe"]["p"] is None
    assert rows["newcombe"]["reference"] == "Newcombe 1998"


@pytest.mark.parametrize(
    ("printed", "method"),
    [
        ("12.1% (95% CI 0.3 to 23.5), P=0.043", "newcombe"),
        ("12.1 (95% CI 0.3 to 23.5)", "newcombe"),
        ("0.121 (95% CI 0.003 to 0.235)", "newcombe"),
        ("82.8% vs 70.7%; difference 12.1 percentage points (95% CI, 0.5-23.8); P=0.043", "wald"),
        ("risk difference 12.12% (95% CI 0.33% to 23.78%)", "miettinen-nurminen"),
        ("risk difference 12.12% (95% CI 0.26% to 23.51%)", "agresti-caffo"),
        ("risk difference 12.1% (90% CI 2.4% to 21.9%)", "wald"),
    ],
)
def test_printed_differences_name_their_method(printed, method):
    document, status = answer("rd", "82/99", "70/99", "--reported", printed)
    assert status == 0, document["verdicts"]
    assert {row["verdict"] for row in document["verdicts"]} == {"reproduced"}
    verdicts = {row["item"]: row for row in document["verdicts"]}
    assert all(method in verdicts[item]["methods"] for item in ("estimate", "lower", "upper"))
    assert document["warnings"] == []


def test_seed_adverse_events():
    for arms, difference in ((("65/99", "78/99"), "-13.1% (95% CI -25.1 to -0.6)"),
                             (("37/99", "53/99"), "-16.2% (95% CI -29.2 to -2.3)")):  # fmt: skip
        document, status = answer("rd", *arms, "--reported", difference)
        assert status == 0, document["verdicts"]
        assert all("newcombe" in row["methods"] for row in document["verdicts"])


def test_what_does_not_follow_ends_in_1_and_names_the_slip():
    document, status = answer("rd", "82/99", "70/99", "--reported", "risk difference -12.1% (-23.5% to -0.3%)")
    assert status == 1
    assert {row["verdict"] for row in document["verdicts"]} == {"inconsistent"}
    assert all("with the arms exchanged would give it" in row["note"] for row in document["verdicts"])
    document, status = answer("rd", "82/99", "70/99", "--reported", "risk difference 15.0%")
    assert status == 1
    assert document["verdicts"][0]["computed"] == pytest.approx(12 / 99)


def test_batch_adds_columns_and_tells_of_a_bad_row():
    result = run("rd", "--batch", "-", input="events1,total1,events0,total0\n82,99,70,99\n1,0,1,2\n")
    assert result.exit_code == 1
    assert "line 3" in result.stderr
    assert result.stdout.splitlines()[1].startswith("82,99,70,99,0.1212121212121212")
