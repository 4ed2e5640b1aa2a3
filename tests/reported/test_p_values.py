"""Which P values are read, of what, and which lawful ones are left alone. Figures are scipy's."""

from __future__ import annotations

import pytest

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.stats.results import INCONSISTENT


def of_estimates(text: str) -> list[tuple[str | None, str | None]]:
    """The estimates (or the events of the first group) with the P value of each."""
    return [
        (claim.estimate or (claim.groups[0].events if claim.groups else None), claim.p[1] if claim.p else None)
        for claim in check_text(text).claims
    ]


def accused(text: str) -> list[str]:
    return [f.verdict.printed for f in check_text(text).figures if f.verdict.verdict == INCONSISTENT]


# -- lists in which the letter is printed once ----------------------------------------------------------------------

THREE = "1.42 (95% CI 1.10 to 1.83), 0.88 (95% CI 0.71 to 1.09) and 1.07 (95% CI 0.90 to 1.28)"
# log 1.42 over (log 1.83/1.10)/3.92: P = 0.0070; 0.2423; 0.4519


@pytest.mark.parametrize(
    "ending",
    [
        " (P = 0.007, 0.24 and 0.45, respectively).",
        " (p=0.007, 0.24, and 0.45 respectively).",
        " (P values 0.007, 0.24 and 0.45).",
        "; P = 0.007, 0.24 and 0.45.",
        " (P<0.01, 0.24, and 0.45, respectively).",
    ],
)
def test_each_estimate_has_its_own_of_a_list(ending):
    found = of_estimates(f"The HRs were {THREE}{ending}")
    assert [(e, p and float(p) > 0.01) for e, p in found] == [("1.42", False), ("0.88", True), ("1.07", True)]
    assert accused(f"The HRs were {THREE}{ending}") == []


def test_two_of_a_list_with_a_bound():
    text = "Differences were 1.8 (95% CI 0.2 to 3.4) and 2.9 (95% CI 1.5 to 4.3), P = 0.024 and < 0.001, respectively."
    assert of_estimates(text) == [("1.8", "0.024"), ("2.9", "0.001")]
    assert accused(text) == []
    assert accused(text.replace("0.024", "0.24")) == ["P = 0.24"]


def test_a_slip_in_a_list_is_found():
    text = f"The HRs were {THREE} (P = 0.007, 0.24 and 0.045, respectively)."
    assert accused(text) == ["0.045"]


def test_pairs_of_groups_have_their_own_of_a_list():
    # Pearson 0.0435, 0.5000, 0.6654
    text = "It was seen in 14/70 v 25/71, 9/70 v 12/71 and 30/70 v 33/71 (P = {}, 0.50 and 0.67, respectively)."
    assert of_estimates(text.format("0.043")) == [("14", "0.043"), ("9", "0.50"), ("30", "0.67")]
    assert accused(text.format("0.043")) == []
    assert accused(text.format("0.42")) == ["P = 0.42"]


@pytest.mark.parametrize(
    "text",
    [
        # of three comparisons with one control
        "It was seen in 14/70, 25/71 and 9/70 v 12/71 (P = 0.62, 0.011 and 0.50, respectively).",
        "It was seen in 25 (35%), 9 (13%) v 12 (17%) patients (P = 0.02 and 0.48, respectively).",
        "It was seen in 14/70, 25/71 and 9/70 (P = 0.62, 0.041 and 0.50 for the three comparisons).",
        # of more estimates than have an interval
        "The ORs were 1.90 and 1.07 (95% CI 0.90 to 1.28) (P = 0.003 and 0.45, respectively).",
        "The OR was 1.07 (95% CI 0.90 to 1.28), as was that of B and C (P = 0.003, 0.45 and 0.02).",
        # t(44) = 0.42 is P = 0.68
        "Scores differed, t(44) = 2.45, t(44) = 1.31 and t(44) = 0.42 (P = 0.018, 0.20 and 0.68, respectively).",
    ],
)
def test_a_list_of_which_it_cannot_be_told_what_each_is_of(text):
    assert accused(text) == []


# -- words that excuse a larger P value -----------------------------------------------------------------------------

LARGE = "Smoking was related to relapse (OR 2.00, 95% CI 1.30-3.08, P = 0.16)."  # log 2 / 0.22 = 3.15, P = 0.0016
OF_T = "The right side was faster (t(30) = 4.2, P = 0.02)."  # 0.00022


@pytest.mark.parametrize(
    "words",
    [
        "P values were corrected by the method of Bonferroni. We studied 230 patients. ",
        "Methods: We used analysis of variance with post hoc comparisons. Results: Of 230 patients, 40 relapsed. ",
        "The false discovery rate was held at 5%. It was cold. ",
        "After Holm's correction for multiple comparisons, age mattered (P = 0.03). ",
    ],
)
@pytest.mark.parametrize("finding", [LARGE, OF_T])
def test_a_correction_of_all_or_beside_it_excuses_a_larger_p(words, finding):
    assert accused(words + finding) == []


@pytest.mark.parametrize(
    "words",
    [
        "After Bonferroni correction, age mattered (P = 0.03). Most patients were men (63%). ",
        "Groups differed (P = 0.001; post hoc, A less than B, P = 0.01). There were 40 relapses. ",
        "Expression differed in 12 genes (FDR, P < 0.05). One patient died. ",
    ],
)
@pytest.mark.parametrize(("finding", "printed"), [(LARGE, "P = 0.16"), (OF_T, "P = 0.02")])
def test_a_correction_of_another_finding_does_not(words, finding, printed):
    assert accused(words + finding) == [printed]


def test_an_interaction_tested_elsewhere_excuses_no_p():
    other = "Age and drug interacted (P for interaction = 0.03). Most patients were men (63%). "
    assert accused(other + LARGE) == ["P = 0.16"]
    assert accused("We tested the interaction of drug with age. " + LARGE) == []


# -- tests of few ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        # a signed-rank test of six gives 2/64 at the least, of seven 2/128; the intervals alone give <0.0001
        "Six infants were studied in random order. Pressure was lower: -28.4% (95% CI -43.0 to -13.8%, P = 0.03).",
        "Seven volunteers took part. Weight fell (mean difference -4.1 kg, 95% CI -6.0 to -2.2; P = 0.016).",
        "We studied 8 dogs. Output rose (mean difference 1.2 L/min; 95% CI 0.5 to 1.9; P = 0.012).",
        # t of five degrees of freedom gives 0.0036, of four 0.014, where no number of patients is printed
        "The mean difference was 30.2 (95% CI 15.1 to 45.3, P = 0.004).",
        "Pain fell (mean difference 12 mm, 95% CI 4 to 20; p = 0.014).",
    ],
)
def test_a_larger_p_of_few_is_not_accused(text):
    assert check_text(text).claims
    assert accused(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "In eighty patients output rose (mean difference 1.2 L/min; 95% CI 0.5 to 1.9; P = 0.04).",
        "Of 90 men, 6 patients died. Weight fell (mean difference -4.1 kg, 95% CI -6.0 to -2.2; P = 0.04).",
        "The mean difference was 30.2 (95% CI 15.1 to 45.3, P = 0.02).",
        "Six infants were studied. Pressure was lower: -28.4 mm Hg (difference; 95% CI -43.0 to -13.8; P = 0.2).",
    ],
)
def test_a_larger_p_of_many_is(text):
    assert len(accused(text)) == 1


# -- which of two, and of which side --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "p"),
    [
        # log 0.88 over (log 1.01/0.77)/3.92: z = 1.85, P = 0.065
        ("P<0.001 for noninferiority; P = 0.06 for superiority).", "0.06"),
        ("P < 0.001 for non-inferiority and P = 0.07 for superiority).", "0.07"),
        ("P for noninferiority <0.001, P for superiority = 0.06).", "0.06"),
        ("P = 0.06 for superiority; P<0.001 for noninferiority).", "0.06"),
    ],
)
def test_the_p_of_superiority_is_that_of_the_estimate(ending, p):
    (claim,) = check_text("Bleeding was no commoner (hazard ratio, 0.88; 95% CI, 0.77 to 1.01; " + ending).claims
    assert claim.p == ("=", p)
    assert claim.figures[-1].verdict.verdict in ("reproduced", "consistent")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        # t of 2.31 and 38 degrees of freedom is P = 0.0264, of one side 0.0132
        ("Groups differed, t(38) = 2.31, one-tailed p = 0.013.", "consistent"),
        ("Groups differed (t(38) = 2.31; 1-sided P = 0.013).", "consistent"),
        ("Groups differed, t(38) = 2.31, two-tailed p = 0.026.", "reproduced"),
        ("Groups differed (t = 2.31, df = 38, two-sided P = 0.026).", "reproduced"),
        ("Groups differed, t(38) = 2.31, two-tailed p = 0.26.", "inconsistent"),
    ],
)
def test_a_statistic_with_the_sides_of_its_test(text, verdict):
    (claim,) = check_text(text).claims
    assert [figure.verdict.verdict for figure in claim.figures] == [verdict]


@pytest.mark.parametrize(
    "text",
    [
        "Height predicted death (HR per SD 1.30, 95% CI 1.20-1.41).",
        "Height predicted death (odds ratio per 1 SD 1.30; 95% CI, 1.20 to 1.41).",
        "Each marker predicted death (adjusted OR per IQR 1.30 [95% CI 1.20-1.41]).",
        "For each SD 1.30 times as many died (RR per SD: 1.30; 95% CI 1.20-1.41).",
    ],
)
def test_a_unit_that_is_a_spread_stands_between_measure_and_estimate(text):
    (claim,) = check_text(text).claims
    assert (claim.estimate, claim.lower, claim.upper) == ("1.30", "1.20", "1.41")


def test_a_spread_is_no_estimate():
    text = "Scores were 22.4 (SD 1.30, 95% CI 1.20-1.41)."
    assert [claim.estimate for claim in check_text(text).claims] != ["1.30"]


def test_a_repeated_interval_is_wider_than_the_test() -> None:
    # exp(-0.446 ± 2.6 * 0.18), z = 2.48, P = 0.013
    text = "It did better (HR 0.64; repeated 95% CI 0.40-1.02; log-rank P = 0.013)."
    assert check_text(text).follows
    assert check_text(text.replace("; log-rank P", "; P")).follows


@pytest.mark.parametrize("last", ["8e-08", "8 × 10⁻⁸", "8x10-8", "8E-8"])
@pytest.mark.parametrize("joined", [" and ", ", and "])
def test_a_list_that_ends_in_a_power_of_ten(last: str, joined: str) -> None:
    # scipy.stats.norm: (0.9, 0.7-1.16): 0.41; (1.2, 0.95-1.52): 0.13; (0.55, 0.44-0.68): 7e-8
    text = (
        "Odds ratios were 0.90 (0.70-1.16), 1.20 (0.95-1.52) and 0.55 (0.44-0.68) for falls, burns and bites "
        f"(P = 0.41, 0.13{joined}{last})."
    )
    assert check_text(text).follows
