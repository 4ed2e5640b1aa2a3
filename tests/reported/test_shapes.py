"""Shapes of findings that readers of abstracts meet, one sentence of our own for each, and what is read of it."""

from __future__ import annotations

import pytest

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.findings import TextClaim
from gvhdcalc.stats.results import INCONSISTENT

LABELLED = "The first was lower (difference 1.0, 95% CI 0.5 to 1.5). "


def triple(claim: TextClaim) -> tuple[str | None, str | None, str | None]:
    return claim.estimate, claim.lower, claim.upper


def triples(text: str) -> list[tuple[str | None, str | None, str | None]]:
    return [triple(claim) for claim in check_text(text).claims if claim.lower is not None]


def compared(text: str) -> list[tuple[str, list[str | None]]]:
    """The P values with the percentages (or counts) of the groups that each compares."""
    return [
        (claim.p[1], [group.percent or group.events for group in claim.groups])
        for claim in check_text(text).claims
        if claim.p is not None and len(claim.groups) > 1
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # behind a unit of several lexemes
        ("It was 2·87 per 1000 days (95% CI 2·06–3·89) with it and 4·30 per 1000 days (3·33–5·47) with the other.",
         [("2.87", "2.06", "3.89"), ("4.30", "3.33", "5.47")]),
        ("Uptake rose more (adjusted difference 1.9 ml/kg/min, 0.7 to 3.1; p = 0.002).", [("1.9", "0.7", "3.1")]),
        # estimates and limits shared out in order
        ("The difference was 0.41 L and 0.32 L, respectively, and the 90% CI was 0.05 to 0.77 L and -0.08 to 0.72 L,"
         " respectively.", [("0.41", "0.05", "0.77"), ("0.32", "-0.08", "0.72")]),
        # the estimate in the sentence before
        ("A paired test showed a 1.6-point difference. However, the 95% confidence interval (0.5-2.7) did not exceed"
         " 5 points.", [("1.6", "0.5", "2.7")]),
        # a unit with an exponent in brackets, and other numbers between
        ("The area was 77.7 mg l(-1) h after the first (95% CI 60.9-94.5).", [("77.7", "60.9", "94.5")]),
        ("The largest mean difference was 3.03 ms at 3.5 h on day 5 with 2 mg [90% Cl -0.32, 6.38 ms].",
         [("3.03", "-0.32", "6.38")]),
        ("The slope was 1.17 points a month lower while patients were given the drug than while on placebo (95% CI for"
         " difference 0.08-2.26).", [("1.17", "0.08", "2.26")]),
        # each of two values with its own interval
        ("They lost 7.3 kg [95% CI: 5.8 to 8.8 kg], compared with 2.2 kg (95% CI: 0.7 to 3.7 kg) in the others.",
         [("7.3", "5.8", "8.8"), ("2.2", "0.7", "3.7")]),
        # without a label of their own
        ("The mean (95% CI) cost was 204 (170-238) vs. 213 (182-244).", [("204", "170", "238"), ("213", "182", "244")]),
        (LABELLED + "The cost rose by 4,731 USD (4,259-5,203).", [("1.0", "0.5", "1.5"), ("4731", "4259", "5203")]),
        (LABELLED + "It was better (0.1 [0.0 to 0.2]; 105 [19 to 191]; 147 [60 to 234], respectively).",
         [("1.0", "0.5", "1.5"), ("0.1", "0.0", "0.2"), ("105", "19", "191"), ("147", "60", "234")]),
        ("Success was commoner (OR 5.82, [3.52, 9.61], P < 0.001).", [("5.82", "3.52", "9.61")]),
        ("Support was greater by 0.5 (0.1 to 0.9) p=0.03 in the schools.", [("0.5", "0.1", "0.9")]),
        ("There was a reduction in mean [95% CI] weight (0.27 kg [0.41, 0.13]).", [("0.27", "0.41", "0.13")]),
        ("TEWL was 22.5; 95%-confidence interval (CI): 19.6-25.4 after P1, 16.3; 13.5-19.1 after P2.",
         [("22.5", "19.6", "25.4"), ("16.3", "13.5", "19.1")]),
        # labels as they are misprinted
        ("The hazard ratio was 0.79 (95% confidential interval: 0.54-1.16).", [("0.79", "0.54", "1.16")]),
        ("It was no commoner (OR 1.06 [95% IC: 0.77-1.46]).", [("1.06", "0.77", "1.46")]),
        ("The cost was 9766 (95% uncertainty interval 6955-12 577).", [("9766", "6955", "12577")]),
        # a decrease without its sign, and limits in reverse order
        ("It was associated with an improvement of 17 units (95% CI -29 to -5).", [("17", "-29", "-5")]),
        ("Time in range was 10.5 percentage points higher (95% CI 7.6-13.4).", [("10.5", "7.6", "13.4")]),
        # no intervals: bounds of equivalence, times, quartiles, standard deviations
        ("Both were within standard bioequivalence bounds (90% CI 0.80-1.25).", []),
        (LABELLED + "Scores were alike at 6.3 (3.0-9.5) years after surgery.", [("1.0", "0.5", "1.5")]),
        (LABELLED + "The time was 9.8 min (IQR 8 to 12.3) by telephone and 14.3 min (11.6 to 17.0) otherwise.",
         [("1.0", "0.5", "1.5")]),
        (LABELLED + "Cholesterol fell (3.49 (2.94 to 4.15) to 1.32 (1.02 to 1.69)).", [("1.0", "0.5", "1.5")]),
        ("Pressure was 121.7 mmHg (SD: 6.1) vs. 128.0 mmHg (SD: 6.4); 95% CI 3.5-9.2.", [(None, "3.5", "9.2")]),
    ],
)  # fmt: skip
def test_intervals(text, wanted):
    assert triples(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # rows of three groups
        ("Goitre recurred in 1 (0.6%) A versus 15 (8.6%) B versus 39 (22.4%) C (P < 0.001).",
         [("0.001", ["0.6", "8.6", "22.4"])]),
        ("It was seen in 69.8% (n=37/53) for G1, 82.5% (n=47/57) for G2, and 73.3% (n=33/45) for G3 (P=0.28).",
         [("0.28", ["69.8", "82.5", "73.3"])]),
        # two outcomes of two groups
        ("Of the first, 17 (50%) gave it and 12 (35%) gave both, compared to 14 (45%, P = 0.72) and 12 (39%, P = 0.90)"
         " of the second.", [("0.72", ["50", "45"]), ("0.90", ["35", "39"])]),
        ("Death was as common: 22/66 (33%) of the one died versus 25/72 (35%) of the other at 28 days, and 27/65 (42%)"
         " died versus 29/69 (42%) at 90 days (P = 1.00 for both).", [("1.00", ["33", "35"]), ("1.00", ["42", "42"])]),
        # the P value before the groups
        ("It was significantly (P < 0.05) rarer in the one group (3%; 1 of 37) than in the other (18%; 7 of 39).",
         [("0.05", ["3", "18"])]),
        # each with its interval
        ("With it, 66.7% (95% CI, 52.9-78.6%) improved compared to 53.6% (95% CI, 39.7-67.0%) in the control group"
         " (P = 0.109).", [("0.109", ["66.7", "53.6"])]),
        # the sign or the word printed once
        ("Response on day 1 was 45 and 90% in the A and the B groups, respectively (P = 0.0001).",
         [("0.0001", ["45", "90"])]),
        ("Surgery was commoner in the first group (57.4% vs.22%, p<0.001).", [("0.001", ["57.4", "22"])]),
        ("It developed in 12 patients (44.4%) in the control group compared to 6 patients in the other (p = 0.049).",
         [("0.049", ["44.4", "6"])]),
        ("Bleeding recurred in ten: 4 patients from the A group and 6 patients from the B group (p > 0.05).",
         [("0.05", ["4", "6"])]),
        # no shares of patients: means, changes, medians with their quartiles, P values of others
        ("Adherence was 77.4% (26.3) in one group and 69.0% (30.8) in the other (p = 0.04).", []),
        ("Cholesterol was reduced by 7% and 4% (P < 0.05) at both weeks.", []),
        ("The response rate was 44% (95% CI, 36% to 52%) with A and 31% (95% CI, 24% to 39%) with B (P = .02).",
         [(".02", ["44", "31"])]),
        ("Stent thrombosis (4 vs. 3 patients, P = 1.00) did not differ.", [("1.00", ["4", "3"])]),
        ("Relief was reported by 88.5% vs 66.7% (P = 0.008).", [("0.008", ["88.5", "66.7"])]),
        ("The level fell by 12% vs 20% (P = 0.008).", []),
        ("Time above was 26% (14-39) versus 7% (1-18), p = 0.002.", []),
        ("Grade 3 (14.3%) and grade 4 mucositis (2.9%) were rarer (P = 0.02 and P = 0.04, respectively).", []),
        ("The benefit was larger (p<0.01 for interaction) with high values (31.1 vs 31.9%, NS).", []),
    ],
)  # fmt: skip
def test_groups(text, wanted):
    assert compared(text) == wanted


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("One half (332/668 49.7%) were female.", [("332", "668", "49.7")]),
        ("Eighteen of the protocols (35%) gave reasons.", [("18", None, "35")]),
        ("Two percent (1/60) had it.", [("1", "60", "2")]),
        ("Non-completion was high (71.0%; n = 2167).", [("2167", None, "71.0")]),
        ("Fewer on it (13; 3.1%) had events.", [("13", None, "3.1")]),
        # two percentages and two fractions, in either order
        ("Relapse was 10.6% vs 23.8% (9/85 vs 20/84; RR=0.44).", [("9", "85", "10.6"), ("20", "84", "23.8")]),
        ("The rates were 11/14 and 4/13 (78.6% and 30.8%, P = 0.021).", [("11", "14", "78.6"), ("4", "13", "30.8")]),
        (
            "In all 103 of the 304 given it and 152 of the 315 others had relapsed (34 percent vs. 48 percent).",
            [("103", "304", "34"), ("152", "315", "48")],
        ),
        ("It was 12 of 40 (30%) versus 15 of 38 (39%; 20% v 30% later).", [("12", "40", "30"), ("15", "38", "39")]),
        ("At 52 weeks 49 (41.5%) of 118 had recovered.", [("49", "118", "41.5")]),
        # no counts
        ("Toxicity was grade 1 (24%), 2 (67%), and 3 (9%).", []),
        ("It was shorter by 18 s (11%).", []),
        ("It cost $7,062 per admission (20% reduction).", []),
        ("Adolescents (n = 151; 48% male) took part.", []),
        ("Events occurred in 1.2% with it (none were serious).", []),
    ],
)
def test_counts(text, counts):
    found = [(g.events, g.n, g.percent) for claim in check_text(text).claims for g in claim.groups]
    assert found == counts


@pytest.mark.parametrize(
    ("text", "p"),
    [
        # only words, or a unit, stand between
        ("It was 5.7 (95% CI -3.3 to 14.7) points more on the scale than in the control group (P = 0.21).", "0.21"),
        ("The mean difference was -58.8 mg/dl (95% CI -99.7 to -18.0 mg/dl; p = 0.005).", "0.005"),
        ("It rose (2.17 mmHg [95% CI 0.44 to 3.91] per 50 mmol a day, p = 0.014).", "0.014"),
    ],
)
def test_a_p_value_behind_words(text, p):
    (claim,) = (claim for claim in check_text(text).claims if claim.lower is not None)
    assert claim.p == ("=", p)


def test_a_difference_of_other_things_is_not_that_of_the_sentence_before():
    text = "Relapse was 10.6% vs 23.8% (9/85 vs 20/84). The differences were {} (95% CI {})."
    first, second = check_text(text.format("-1.42 kg", "-2.28 to -0.56")).claims
    assert len(first.groups) == 2 and not second.groups
    (both,) = check_text(text.format("-13.2%", "-24.4% to -2.1%")).claims
    assert len(both.groups) == 2 and both.estimate == "-13.2"


@pytest.mark.parametrize(
    "behind",
    [", respectively, in favour of stratified care (P = 0.001 and P = 0.17).", " (P = 0.001, P = 0.17)."],
)
def test_p_values_shared_out_in_order(behind):
    text = f"The differences were -1.42 (95% CI -2.28 to -0.56) and -0.63 (95% CI -1.53 to 0.27){behind}"
    assert [claim.p for claim in check_text(text).claims] == [("=", "0.001"), ("=", "0.17")]


def test_a_p_value_of_two_estimates():
    first, second = check_text(
        "Pressure was lower by 2.12 mmHg (95% CI 1.03 to 3.21) at 3 and by 1.34 mmHg (0.68 to 2.00) at 6 months"
        " (both p < 0.001)."
    ).claims
    assert first.p == second.p == ("<", "0.001")


@pytest.mark.parametrize(
    ("text", "kind", "measure"),
    [
        ("It was 23% (95% CI 5-37%) lower.", "ratio", "RRR"),
        ("It was 45% (95% CI 9-93%) higher.", "ratio", "RR"),
        ("It was 2.04 (95% CI 1.10-3.78) times more likely.", "ratio", "ratio"),
        ("It was 18.3% points [95% CI 1.0; 35.6] higher.", "difference", "RD"),
        ("It fell by 0.48% (95% CI 0.26 to 0.70), p=0.004.", "difference", "RD"),
        ("The mean ratio [A + B/B alone] was 0.60; 90% CI 0.58, 0.63.", "ratio", "ratio of geometric means"),
        ("The GLSmean ratio 0.96; 90% CI 0.83, 1.11 was near 1.", "ratio", "ratio of geometric means"),
        ("The cost per year was an ICER 6443 (95% CI 3199-9686).", "other", None),
    ],
)
def test_what_an_interval_is_of(text, kind, measure):
    (claim,) = check_text(text).claims
    assert (claim.kind, claim.measure) == (kind, measure)


def test_a_row_of_ratios_after_one_measure():
    found = check_text("Risk was alike (HR; 95% CI R2.5: 0.87; 0.64 to 1.17; R5: 0.79; 0.58 to 1.07).").claims
    assert [(claim.kind, claim.measure) for claim in found] == [("ratio", "HR")] * 2


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("Opacity fell (-29.5 ± 23.3% vs. -17.2 ± 19.6%; difference, -12.3%; 95% CI, -20.9 to -3.7).", "mean",
         ["-29.5", "-17.2"]),
        ("There were 42 deaths per 1000 births in one arm compared with 55 per 1000 in the other (risk ratio 0.80, 95%"
         " CI 0.68-0.94).", "rate", ["42", "55"]),
        ("Survival was longer (HR 0.28, 95% CI 0.19-0.41, p < 0.001; median 10.9 vs. 5.3 months).", "median",
         ["10.9", "5.3"]),
        ("More died (253 vs 241), which was no more than chance (HR 1.14 [95% CI 0.96-1.36]).", "events",
         ["253", "241"]),
    ],
)  # fmt: skip
def test_values_beside_an_estimate(text, field, values):
    (claim,) = (claim for claim in check_text(text).claims if claim.lower is not None)
    assert [getattr(group, field) for group in claim.groups] == values


@pytest.mark.parametrize(
    "text",
    [
        # profile likelihood leans away from 1 with few events
        "Survival was longer (HR=0.159, 95% CI: 0.023-0.697).",
        # ranks and bootstrap: medians, stays, costs
        "The median difference was large: median 9.9 mg (95% CI 0.1-32.8 mg).",
        "The stay was shorter (difference, -6.7 days; 95% CI, -12.0 to -1.9).",
        "Doses fell more, with a difference of 46 points (95% CI 24-74).",
        # McNemar's exact interval of 17 v 45 and 18 v 34 pairs
        "They were less likely to do so at follow-up (OR 0.38, 95% CI 0.20-0.67) and (OR 0.53, 95% CI 0.28-0.96).",
        # a loss with its limits from the far end
        "It fell by 0.4% (95% CI: -0.1 to -0.7%) with it.",
    ],
)
def test_lawful_asymmetry_is_not_accused(text):
    found = check_text(text)
    assert found.claims
    assert [figure.verdict.printed for figure in found.figures if figure.verdict.verdict == INCONSISTENT] == []


def test_discordant_pairs_are_named():
    (claim,) = check_text("They were less likely to do so (OR 0.38, 95% CI 0.20-0.67).").claims
    assert "17 v 45 discordant pairs" in (claim.figures[0].verdict.note or "")


def test_a_slip_is_no_paired_interval():
    (claim,) = check_text("They were less likely to do so (OR 0.48, 95% CI 0.20-0.67).").claims
    assert claim.figures[0].verdict.verdict == INCONSISTENT


def test_estimates_exchanged_between_two_comparisons():
    text = (
        "Cure was seen in 17.6% v 60.3% (OR 0.106, 95% CI 0.057-0.194) with A, and in 13.9% v 60.3% (OR 0.140, 95% CI"
        " 0.078-0.250) with B."
    )
    wrong = [figure for figure in check_text(text).figures if figure.verdict.verdict == INCONSISTENT]
    # 0.176/0.824 over 0.603/0.397 is 0.141, 0.139/0.861 over it 0.106
    assert [round(figure.verdict.computed or 0, 3) for figure in wrong] == [0.141, 0.106]
    assert all("exchanged" in (figure.repair or "") for figure in wrong)
    right = text.replace("OR 0.106, 95% CI 0.057-0.194", "OR 0.141, 95% CI 0.077-0.258")
    assert not [figure for figure in check_text(right).figures if figure.verdict.verdict == INCONSISTENT]


def test_a_decrease_without_its_sign_must_lie_in_the_middle():
    slip = check_text("HDL rose (difference 0.14 mmol/l (95% CI -0.65, 0.09)).")
    assert [figure.verdict.item for figure in slip.figures if figure.verdict.verdict == INCONSISTENT] == ["estimate"]
    lawful = check_text("Pressure was lower (difference 3.7 mmHg, 95% CI -8.1 to 0.7).")
    assert not [figure for figure in lawful.figures if figure.verdict.verdict == INCONSISTENT]


def test_a_percentage_cut_off_has_its_total():
    (claim,) = check_text("We randomised 35 each. It was seen in 10 (28.5%).").claims
    assert claim.groups[0].n_elsewhere == "35"
    assert claim.figures[0].verdict.note == "10/35 (n printed elsewhere): cut off, not rounded"


def test_degrees_of_freedom_are_told():
    (claim,) = check_text("They differed (F1,77 = 4.82, P = 0.031).").claims
    assert claim.degrees == (1.0, 77.0)
    assert claim.as_dict("")["df"] == [1.0, 77.0]


def test_fisher_as_r_prints_it():
    """9/13 v 3/11 by R: 5.512388 (0.7824285 to 51.90886), where the upper limit is exactly 51.9327."""
    (claim,) = check_text("It was seen in 9/13 v 3/11 (odds ratio 5.51, 95% CI 0.78-51.91).").claims
    limits = {figure.verdict.item: figure.verdict.methods for figure in claim.figures}
    assert limits["upper"] == ("fisher-test-r",)


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("Death was rarer: 14% v 21% (ARR 7%; P = 0.03).", "RD"),
        ("Death was rarer (absolute risk reduction [ARR] 7%); in men the ARR was 8% (95% CI 2% to 14%).", "RD"),
        ("Death was rarer (ARR = 0.67, 95% CI 0.50 to 0.90).", "RR"),
    ],
)
def test_arr_is_a_reduction_in_percent_and_an_adjusted_ratio_else(text, measure):
    claim = check_text(text).claims[-1]
    assert (claim.measure, claim.adjusted) == (measure, True if measure == "RR" else None)
