"""``gvhdcalc rr`` on the command line."""

import pytest

from .running import answer, run


def test_json_has_full_precision():
    document, _ = answer("rr", "65/99", "78/99", "--method", "all")
    rows = {row["method"]: row for row in document["estimates"]}
    katz, koopman = rows["katz"], rows["koopman"]
    assert katz["estimate"] == pytest.approx(65 / 78, rel=1e-15)
    # R: exp(log(65/78) + c(-1, 1)*qnorm(.975)*sqrt(1/65 - 1/99 + 1/78 - 1/99))
    assert (katz["lower"], katz["upper"]) == pytest.approx((0.699310720, 0.993041325), rel=1e-6)
    assert katz["se_scale"] == "log"
    assert koopman["se"] is None
    # the score test of RR = 1 is Pearson's
    assert koopman["p"] == pytest.approx(next(t["p"] for t in document["tests"] if t["method"] == "pearson"), rel=1e-12)
    assert koopman["reference"] == "Koopman 1984"


@pytest.mark.parametrize(
    ("arms", "printed"),
    [
        (("65/99", "78/99"), "65 [65.7%] vs. 78 [78.8%]; RR 0.83; 95% CI 0.70-0.99; P = 0.039"),
        (("37/99", "53/99"), "37 [37.4%] vs. 53 [53.5%]; risk ratio, 0.70 (95% CI, 0.51 to 0.96); P=0.022"),
        (("82/99", "70/99"), "relative risk 1.17 [1.00; 1.37] p=0.043"),
    ],
)
def test_seed_figures_are_reproduced_by_katz(arms, printed):
    document, status = answer("rr", *arms, "--reported", printed)
    assert status == 0, document["verdicts"]
    assert {row["verdict"] for row in document["verdicts"]} == {"reproduced"}
    verdicts = {row["item"]: row for row in document["verdicts"]}
    assert all("katz" in verdicts[item]["methods"] for item in ("estimate", "lower", "upper"))
    assert "pearson" in verdicts["p"]["methods"]


def test_walds_p_is_searched_too():
    document, status = answer("rr", "82/99", "70/99", "--reported", "RR 1.17, P=0.04585")
    assert status == 0
    assert {row["item"]: row["methods"] for row in document["verdicts"]}["p"] == ["wald"]


def test_what_does_not_follow_ends_in_1_and_names_the_slip():
    document, status = answer("rr", "65/99", "78/99", "--reported", "RR 1.20 (1.01-1.43)")
    assert status == 1
    assert {row["verdict"] for row in document["verdicts"]} == {"inconsistent"}
    assert "with the arms exchanged would give it" in document["verdicts"][0]["note"]
    document, status = answer("rr", "65/99", "78/99", "--reported", "RR 1.62")
    assert status == 1
    assert "of the non-events would give it" in document["verdicts"][0]["note"]
    assert "Does not follow" in run("rr", "65/99", "78/99", "--reported", "RR 1.62").stdout


def test_an_odds_ratio_in_the_text_is_a_warning():
    document, _ = answer("rr", "82/99", "70/99", "--reported", "odds ratio 1.17 (95% CI 1.00-1.37)")
    assert any("odds ratio" in warning for warning in document["warnings"])


@pytest.mark.parametrize(
    ("arms", "limits"),
    [
        (("0/99", "70/99"), (0.0, 0.052860572)),
        (("82/99", "0/99"), (22.1674679, "Infinity")),
        (("0/99", "0/99"), (0.0, "Infinity")),
        (("0/1", "0/1"), (0.0, "Infinity")),
    ],
)
def test_an_arm_with_no_events_has_no_katz_but_a_score_interval(arms, limits):
    """Limits by R: uniroot on the score statistic with the likelihood maximised by optimize, qchisq(0.95, 1)."""
    document, status = answer("rr", *arms, "--method", "katz", "--method", "koopman")
    katz, koopman = document["estimates"]
    assert status == 0
    assert katz["lower"] is katz["upper"] is katz["p"] is None
    assert any("the interval does not exist" in note for note in katz["notes"])
    for got, expected in zip((koopman["lower"], koopman["upper"]), limits, strict=True):
        assert got == (expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-6))


def test_batch_adds_columns():
    result = run("rr", "--batch", "-", "--method", "koopman", input="treatment,control\n65/99,78/99\n0/10,3/7\n")
    assert result.exit_code == 0
    header, first, second = result.stdout.splitlines()
    assert header.startswith("treatment,control,koopman_estimate,koopman_lower,koopman_upper,")
    assert float(first.split(",")[2]) == pytest.approx(65 / 78, rel=1e-15)
    assert second.startswith("0/10,3/7,0.0,0.0,")
