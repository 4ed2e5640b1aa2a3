"""Test statistics in abstracts: what is read as one, and its P value held against it."""

from __future__ import annotations

import pytest

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.findings import NOT_REPRODUCED, TextClaim
from gvhdcalc.stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED


def claim(text: str) -> TextClaim:
    found = [c for c in check_text(text).claims if c.kind == "other"]
    assert len(found) == 1
    return found[0]


# P values by R: 2*pt(-2.31, 38) = 0.02642, pf(4.82, 1, 77, lower.tail=FALSE) = 0.03115, pf(6.1, 1, 452) = 0.01389,
# pf(3.3, 2.6, 121.2) = 0.02829, pchisq(2.86, 1) = 0.09081, pchisq(9.1, 2) = 0.01057, 2*pnorm(-2.21) = 0.02711
@pytest.mark.parametrize(
    ("text", "measure", "statistic", "verdict"),
    [
        ("Pain fell (t(38) = 2.31, P = 0.026).", "t", "2.31", REPRODUCED),
        ("Pain fell (t = −2.31, df = 38, p = 0.026).", "t", "-2.31", REPRODUCED),
        ("Warmth rose (F1,77 = 4.82, P<.05).", "F", "4.82", REPRODUCED),
        ("Use rose (F1,452 = 6.1, P = .01).", "F", "6.1", REPRODUCED),
        ("Use rose [F(1, 452) = 6.1; P = .014].", "F", "6.1", REPRODUCED),
        ("An interaction (F2.6,121.2 = 3.3; p = 0.029).", "F", "3.3", CONSISTENT),
        ("No difference (χ2 = 2.86, P = 0.091).", "chi-squared", "2.86", REPRODUCED),
        ("No difference (χ²(1, N = 120) = 2.86, P = 0.09).", "chi-squared", "2.86", REPRODUCED),
        ("No difference (χ₁² = 2.86, P = 0.091).", "chi-squared", "2.86", REPRODUCED),
        ("No difference (χ1² = 2.86, P = 0.091).", "chi-squared", "2.86", REPRODUCED),
        ("No difference (χ²₁ = 2.86, P = 0.24).", "chi-squared", "2.86", INCONSISTENT),
        ("Pain fell (t₃₈ = 2.31, P = 0.026).", "t", "2.31", REPRODUCED),
        ("Warmth rose (F₁,₇₇ = 4.82, P = 0.031).", "F", "4.82", REPRODUCED),
        ("A difference (chi-square = 9.1, df = 2, P = 0.011).", "chi-squared", "9.1", REPRODUCED),
        ("By rank sums z=−2.21, P=.03 in men.", "z", "-2.21", REPRODUCED),
        ("One-sided (t(38) = 2.31, P = 0.013).", "t", "2.31", CONSISTENT),
        ("Related (r = 0.41, P = 0.04).", "r", "0.41", NOT_CHECKABLE),
        ("No difference (χ2 = 2.86, P = 0.24).", "chi-squared", "2.86", NOT_CHECKABLE),  # of 2 degrees of freedom
        ("Bonferroni: pain fell (t(38) = 2.31, P = 0.08).", "t", "2.31", NOT_CHECKABLE),
        ("Pain fell (t(38) = 2.31, P = 0.26).", "t", "2.31", INCONSISTENT),
        ("A difference (X2(2) = 9.1, P = 0.2).", "chi-squared", "9.1", INCONSISTENT),
    ],
)
def test_forms_and_verdicts(text: str, measure: str, statistic: str, verdict: str) -> None:
    found = claim(text)
    assert (found.measure, found.estimate, found.verdict) == (measure, statistic, verdict)
    assert text[found.start : found.end].rstrip().endswith(found.p[1] if found.p else "?")


def test_the_whole_claim_is_quoted_and_its_numbers_are_read() -> None:
    text = "Warmth rose (F(1, 77) = 4.82, P<.05)."
    assert text[claim(text).start : claim(text).end] == "F(1, 77) = 4.82, P<.05"
    assert not check_text(text).unread


def test_a_slip_is_named_and_a_decision_marked() -> None:
    (figure,) = claim("Pain fell (t(38) = 2.31, P = 0.26).").figures
    assert (figure.strength, figure.repair, figure.decision) == (NOT_REPRODUCED, "P = 0.026", True)
    assert figure.verdict.note == "t(38) = 2.31 gives 0.026"


@pytest.mark.parametrize("text", ["We looked at = 3.1, P = 0.2.", "Mean = 3.1, P = 0.2.", "T = 37.2, n = 40, p = 0.2."])
def test_other_equations_are_none(text: str) -> None:
    assert not [c for c in check_text(text).claims if c.measure in ("t", "F", "z", "r", "chi-squared")]


def test_chi_squared_beside_counts_keeps_the_counts() -> None:
    kinds = [c.kind for c in check_text("Cure: 20/21 (95%) v 3/20 (15%), χ2 = 27.1, P < 0.001.").claims]
    assert sorted(kinds) == ["other", "p"]


@pytest.mark.parametrize(
    "text", ["R² = 0.36, P = 0.04.", "r² = 0.36, P = 0.04.", "r2 = 0.36, P = 0.04.", "r^2 = 0.36, P = 0.04."]
)
def test_a_square_of_a_correlation_is_none(text: str) -> None:
    assert not [c for c in check_text(text).claims if c.kind == "other"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        # scipy: chi2.sf(1/0.995, 1) = 0.316 is the least of I2 = 0%, chi2.sf(1/0.265, 1) = 0.052 the most of 74%
        ("There was no heterogeneity (I2 = 0%; P = 0.01).", "inconsistent"),
        ("There was no heterogeneity (I2 = 0%, P = 0.81).", "consistent"),
        ("There was no heterogeneity (I\u00b2=0.0%, p=0.12).", "not checkable"),
        ("Heterogeneity was substantial (I2 = 74%, P < 0.001).", "consistent"),
        ("Heterogeneity was substantial (I-squared = 74%; P = 0.8) and I2 too.", "inconsistent"),
        ("The test of homogeneity gave I2 = 12%, P = 0.32.", "consistent"),
    ],
)
def test_a_p_of_heterogeneity_against_i_squared(text, verdict):
    (claim,) = check_text(text).claims
    assert [figure.verdict.verdict for figure in claim.figures] == [verdict]


@pytest.mark.parametrize(
    "text",
    [
        "It was better (OR 1.31, 95% CI 1.10 to 1.56; I2 = 0%; P = 0.002).",
        "Without heterogeneity, I2 = 0%, P = 0.01 for the overall effect.",
        "It was better, with no heterogeneity (I2 = 0%), in all trials (P = 0.01).",
    ],
)
def test_another_p_beside_i_squared_is_not_of_it(text):
    assert [f for f in check_text(text).figures if f.verdict.verdict == "inconsistent"] == []
