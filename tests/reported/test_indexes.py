"""Figures that end at 1: their intervals lean (logit, Fisher's z, bootstrap), whatever difference is named before."""

from __future__ import annotations

import math

import pytest

from gvhdcalc.reported.abstract import check_text

FORMS = [
    "The difference between observers was small (concordance coefficient {0}, 95% CI {1} to {2}).",
    "The mean difference was 0.3 mm and the concordance coefficient {0} (95% CI {1} to {2}).",
    "The mean difference was 0.3 mm; Lin's concordance was {0} (95% CI {1}-{2}).",
    "The mean difference was small, with a concordance correlation coefficient of {0} ({1}-{2}; P < 0.001).",
    "Differences between raters were small (kappa {0}, 95% CI {1}-{2}).",
    "The difference was small and agreement high at {0} (95% CI {1}-{2}).",
    "The increase in AUC was marked: {0} (95% CI {1}-{2}).",
    "There was no difference in reproducibility (Spearman {0}, 95% CI {1}-{2}).",
    "There was no difference in sensitivity ({0}, 95% CI {1}-{2}).",
    "There was no difference in positive predictive value, {0} (95% CI {1}-{2}).",
    "The difference in R2 was marked (R2 = {0}; 95% CI {1}-{2}).",
    "Reliability improved, with an intraclass correlation of {0} (95% CI {1}, {2}).",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("r", "n"), [(0.93, 12), (0.81, 9), (0.97, 8), (0.62, 20)])
def test_an_index_by_fishers_z_is_not_accused(form, r, n):
    low, high = (math.tanh(math.atanh(r) + side * 1.96 / math.sqrt(n - 3)) for side in (-1, 1))
    text = form.format(*(f"{x:.2f}" for x in (r, low, high)))
    assert [f.verdict.printed for f in check_text(text).figures if f.verdict.verdict == "inconsistent"] == [], text


@pytest.mark.parametrize(
    "text",
    [
        "The difference in pain was 0.93 (95% CI 0.70 to 0.97).",
        "The mean difference as a regression coefficient was 0.93 (95% CI 0.70 to 0.97).",
    ],
)
def test_a_difference_that_is_no_index_still_is(text):
    assert [f.verdict.printed for f in check_text(text).figures if f.verdict.verdict == "inconsistent"] == ["0.93"]


@pytest.mark.parametrize(
    "text",
    ["Sensitivity was 99% (CI 95%, 100%).", "The detection rate was 99% (CI 95%; 100%).", "It was 99% (CI 95%-100%)."],
)
def test_two_limits_behind_ci_are_no_level(text):
    (claim,) = check_text(text).claims
    assert (claim.estimate, claim.lower, claim.upper, claim.conf) == ("99", "95", "100", None)


def test_a_level_behind_ci_is_no_limit():
    (claim,) = check_text("Sensitivity was 97% (CI 95%, 90% to 99%).").claims
    assert (claim.estimate, claim.lower, claim.upper, claim.conf) == ("97", "90", "99", 95.0)


@pytest.mark.parametrize(
    "text",
    [
        # Fisher's z of 0.18 and 110 pairs; of -0.41 and 8
        "The Pearson correlation of IL-6 with the difference in CRP was 0.18 (95% CI -0.01 to 0.36; P = 0.060).",
        "The concordance correlation coefficient (CCC) = -0.41 (95% CI -0.87 to 0.41).",
        "Cronbach's alpha was 0.24 (95% CI -0.05 to 0.33), a small difference.",
    ],
)
def test_an_index_below_zero(text):
    assert check_text(text).claims
    assert [f.verdict.printed for f in check_text(text).figures if f.verdict.verdict == "inconsistent"] == []
