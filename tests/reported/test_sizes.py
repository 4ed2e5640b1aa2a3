"""The n of a group beside its percentage, counts that words tell, and limits that the counts do not give.

P values and limits were computed with scipy and statsmodels.
"""

from __future__ import annotations

import pytest

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.findings import IMPOSSIBLE, NOT_REPRODUCED, Judged, TextClaim
from gvhdcalc.stats.results import CONSISTENT, INCONSISTENT, REPRODUCED


def groups(text: str) -> list[tuple[str | None, str | None, str | None]]:
    """Events, n and percentage of every group."""
    return [(g.events, g.n or g.n_elsewhere, g.percent) for claim in check_text(text).claims for g in claim.groups]


def only(text: str) -> TextClaim:
    """The only claim of a text."""
    (claim,) = check_text(text).claims
    return claim


def figure(claim: TextClaim, item: str) -> Judged:
    return next(row for row in claim.figures if row.verdict.item == item)


def accused(text: str) -> list[str]:
    return [row.verdict.printed for row in check_text(text).figures if row.verdict.verdict == INCONSISTENT]


@pytest.mark.parametrize(
    "text",
    [
        "Healing was seen in 62.3% (n = 61) vs 43.1% (n = 58; P = 0.036).",
        "Healing was seen in 62.3% (n=61) with the gel versus 43.1% (n=58) without it (P = 0.036).",
        "Healing was seen in 62.3% [61 patients] v 43.1% [58 patients], P = 0.036.",
        "Healing was commoner with the gel (62.3%, n = 61) than without it (43.1%, n = 58; P = 0.036).",
        "Healing was seen in 62.3% in 61 patients and in 43.1% in 58 patients in the two groups (P = 0.036).",
        "Healing was seen in 62.3% of the 61 given gel and in 43.1% of the 58 given none (P = 0.036).",
        "Healing was seen in 62.3% of the gel group (n = 61) and in 43.1% of the other group (n = 58) (P = 0.036).",
        "The healing rate in the gel group (n = 61) was 62.3% and in the control group (n = 58) 43.1% (P = 0.036).",
        "With the gel (n = 61), 62.3%, versus without it (n = 58), 43.1%, healed (P = 0.036).",
        "Patients given gel (N = 61) had a healing rate of 62.3% versus 43.1% for the others (N = 58), P = 0.036.",
        "Of 61 patients given gel, 62.3% healed, against 43.1% of 58 given none (P = 0.036).",
    ],
)
def test_the_n_of_a_group_beside_its_percentage(text):
    claim = only(text)
    assert groups(text) == [(None, "61", "62.3"), (None, "58", "43.1")]
    assert figure(claim, "p").verdict.verdict == REPRODUCED and "pearson" in figure(claim, "p").verdict.methods
    assert claim.commands == ("gvhdcalc or 38/61 25/58 --reported 'P = 0.036'",)


def test_three_groups_with_their_n():
    text = "It healed in 62.3% (n = 61) vs 43.1% (n = 58) vs 34.5% (n = 55), P = 0.009."
    assert only(text).commands == ("gvhdcalc arms 38/61 25/58 19/55 --reported 'P = 0.009'",)
    assert figure(only(text), "p").verdict.verdict == REPRODUCED


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # the totals are printed
        ("There were 61 and 58 patients. It healed in 62.3% (n = 38) and 43.1% (n = 25) of the groups (P = 0.036).",
         [("38", "61", "62.3"), ("25", "58", "43.1")]),
        # as n they have no count that gives the percentage
        ("It healed in 0.79% (n = 60) at the first and 1.13% (n = 45) at the second clinic (P = 0.04).",
         [("60", None, "0.79"), ("45", None, "1.13")]),
        # whole percentages say nothing
        ("Enrolment was 22% (n = 566) of one and 8% (n = 192) of the other group (P = 0.04).",
         [("566", None, "22"), ("192", None, "8")]),
    ],
)  # fmt: skip
def test_a_number_behind_a_percentage_is_most_often_the_count(text, wanted):
    assert groups(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Five-year survival was 62.3% (n = 61) vs 43.1% (n = 58; P = 0.036, log-rank test).",
        "The cumulative incidence was 62.3% (n = 61) vs 43.1% (n = 58; P = 0.036).",
        "Weight was reduced by 6.6% (n = 61) vs 3.4% (n = 58; P = 0.036).",
        "The mean fall was 6.6% (n = 61) vs 3.4% (n = 58; P = 0.036).",
    ],
)
def test_percentages_of_a_curve_and_of_changes_have_no_counts(text):
    assert [command for claim in check_text(text).claims for command in claim.commands if "/61" in command] == []
    assert accused(text) == []


def test_a_p_value_of_percentages_without_counts_is_not_accused():
    """They may be of a curve, which no count gives."""
    assert accused("Relief was seen in 62.3% (n = 61) vs 43.1% (n = 58; P = 0.0001).") == []


@pytest.mark.parametrize(
    "text",
    [
        "Positivity was 26.6% (17 of 64; 95% CI, 16.3 to 39.1).",
        "Positivity was 26.6% (17 of 64 women; 95% CI, 16.3 to 39.1).",
        "Positivity was 26.6% (17 patients of the 64; 95% CI, 16.3 to 39.1).",
        "Positivity was 26.6% (17 out of 64 women, 95% CI 16.3-39.1%).",
        "Positivity was 26.6% (n/N = 17/64; 95% CI, 16.3 to 39.1).",
        "Positivity was 26.6% (17 patients of 64 [95% CI, 16.3-39.1%]).",
        "Positivity was 26.6% [17 of 64] (95% CI, 16.3 to 39.1).",
        "Positivity was 26.6% (95% CI, 16.3 to 39.1; 17 of 64).",
        "There was a 26.6% positivity rate (17/64; 95% CI: 16.3, 39.1).",
        "Antibodies were found in 17 of 64 women (95% CI, 16.3% to 39.1%).",
    ],
)
def test_an_interval_in_the_bracket_of_its_counts(text):
    claim = only(text)
    assert [(g.events, g.n) for g in claim.groups] == [("17", "64")]
    assert figure(claim, "lower").verdict.methods == figure(claim, "upper").verdict.methods == ("clopper-pearson",)


@pytest.mark.parametrize(
    "text",
    [
        "Among vaccinees (n = 184), 65.8% (95% CI 58.4% to 72.6%) had antibodies.",
        "Antibodies were found in 66% (95% CI 58% to 73%) in 184 patients.",
        "Antibodies were found in 66% (95% CI 58% to 73%; n = 184).",
        "The rate in 184 patients was 66% (95% CI 58% to 73%).",
        "In the 184 patients the rate was 66% (95% CI 58% to 73%).",
    ],
)
def test_an_interval_of_a_percentage_with_its_n(text):
    claim = only(text)
    assert figure(claim, "lower").verdict.note == figure(claim, "upper").verdict.note == "121/184"
    assert figure(claim, "lower").verdict.verdict == figure(claim, "upper").verdict.verdict == REPRODUCED


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("No leaks occurred among 31 patients (0%; 95% CI 0.0-11.2%).", "0/31"),
        ("There was no leak in the 31 patients (0%, 95% CI 0 to 11.2%).", "0/31"),
        ("Zero of 31 (0%; 95% CI 0.0 to 11.2) leaked.", "0/31"),
        ("None of the 31 patients leaked (0%; 95% CI, 0 to 11.2%).", "0/31"),
        ("All 31 patients (100%; 95% CI 88.8 to 100) healed.", "31/31"),
        ("All of the 31 patients (100%; 95% CI 88.8% to 100%) healed.", "31/31"),
    ],
)
def test_none_and_all(text, counts):
    claim = only(text)
    assert figure(claim, "percent").verdict.verdict == REPRODUCED
    assert (figure(claim, "lower").verdict.note, figure(claim, "upper").verdict.note) == (counts, counts)
    assert figure(claim, "upper").verdict.verdict == figure(claim, "lower").verdict.verdict == REPRODUCED
    assert claim.commands[0].startswith(f"gvhdcalc prop {counts} ")


@pytest.mark.parametrize(
    "text",
    [
        "No patient of 31 (0%) leaked.",
        "Zero of 31 patients leaked (0%).",
    ],
)
def test_none_without_an_interval(text):
    assert only(text).commands == ("gvhdcalc prop 0/31 --reported 0%",)


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        ("Fever was seen in 58 of 53 patients (91.4%).", "exchanged: 53/58"),
        ("Fever was seen in 58 patients out of 53 (91.4%).", "exchanged: 53/58"),
        ("Fever was seen in 91.4% (58 of 53 patients).", "exchanged: 53/58"),
        ("Fever was seen in 58/53 (91.4%).", "exchanged: 53/58"),
        ("Fever was seen in 82 of the 53 patients (52.8%).", "two digits exchanged: count 28"),
    ],
)
def test_a_count_that_exceeds_its_total(text, repair):
    row = figure(only(text), "percent")
    assert (row.verdict.verdict, row.strength, row.repair) == (INCONSISTENT, IMPOSSIBLE, repair)
    assert "exceeds" in (row.verdict.note or "")


@pytest.mark.parametrize(
    "text",
    [
        "The ratio of women to men was 58/53 (91.4%).",
        "Male/female: 58/53 (91.4%).",
        "Invited/seen: 58/53 (91.4%).",
        "Blood pressure was 120/80 (66.7%).",
        "We treated 58 eyes of 53 patients (91.4%).",
        "There were 58 infants of 53 women (91.4%).",
        "It was 58 of 53 patients (12%).",
    ],
)
def test_ratios_are_no_counts(text):
    assert accused(text) == []


TOLD = "Of 330 patients, 160 received the gel and 170 none; "


@pytest.mark.parametrize(
    "text",
    [
        TOLD + "48 (30.0%) and 72 (24.4%) healed.",
        "We assigned 330 patients to the gel (n = 160) or to none (n = 170). It healed in 48 (30.0%) v 72 (24.4%).",
        "We assigned 330 patients to the gel (n = 160) or to none (n = 170). It healed in 48 patients (30.0%) given gel"
        " versus 72 patients (24.4%) given none (P = 0.020).",
    ],
)
def test_a_percentage_of_no_group_whose_size_is_told(text):
    rows = [row for row in check_text(text).figures if row.verdict.verdict == INCONSISTENT]
    assert [(row.verdict.printed, row.strength) for row in rows] == [("24.4%", NOT_REPRODUCED)]
    assert "its group has 170, of which it is 42.35%" in (rows[0].verdict.note or "")


@pytest.mark.parametrize(
    "text",
    [
        TOLD + "48 (30.0%) and 72 (42.4%) healed.",
        # some were lost; of all; of fewer; a list of three; other things counted; a total that is printed
        TOLD + "48 (30.0%) and 72 (43.4%) healed.",
        TOLD + "48 (30.0%) and 72 (21.8%) healed.",
        TOLD + "48 (30.0%), 72 (24.4%) and 20 (11.1%) had it.",
        TOLD + "48 patients (30.0%) and 72 eyes (24.4%) healed.",
        TOLD + "48 (30.0%) and, of 295 others, 72 (24.4%) healed.",
        "We assigned patients to the gel (n = 160) or to none (n = 170). It healed in 48 (30.0%) v 72 (24.4%).",
    ],
)
def test_a_percentage_that_may_be_of_others(text):
    assert accused(text) == []


@pytest.mark.parametrize(
    ("text", "printed", "repair"),
    [
        ("Leaks: 18/110 v 34/112 (odds ratio 0.45, 95% CI 0.24 to 0.99).", "0.99", None),
        ("Leaks: 18/110 v 34/112 (odds ratio 0.45, 95% CI 0.24 to 0.68).", "0.68",
         "two digits exchanged: upper limit 0.86"),
        ("Leaks: 18/110 v 34/112 (relative risk 0.54, 95% CI 0.32 to 0.99).", "0.99", None),
        ("Leaks: 18/110 v 34/112 (relative risk 0.54, 95% CI 0.23 to 0.90).", "0.23",
         "two digits exchanged: lower limit 0.32"),
        ("Leaks: 18/110 (16.4%) v 34/112 (30.4%) (risk difference -14.0%, 95% CI -25.0% to -0.3%).", "-0.3%",
         "a decimal point moved or a digit lost: upper limit -3"),
    ],
)  # fmt: skip
def test_a_limit_that_the_counts_do_not_give(text, printed, repair):
    rows = [row for row in check_text(text).figures if row.verdict.verdict == INCONSISTENT]
    assert [(row.verdict.printed, row.strength) for row in rows] == [(printed, NOT_REPRODUCED)]
    assert repair is None or rows[0].repair == repair


@pytest.mark.parametrize(
    "text",
    [
        # as it is by one method or another; adjusted without saying so; of a model that widens it; adjusted
        "Leaks: 18/110 v 34/112 (odds ratio 0.45, 95% CI 0.24 to 0.86).",
        "Leaks: 18/110 v 34/112 (odds ratio 0.45, 95% CI 0.23 to 0.88).",
        "Leaks: 18/110 v 34/112 (odds ratio 0.45, 95% CI 0.19 to 1.06).",
        "Leaks: 18/110 v 34/112 (odds ratio 0.52, 95% CI 0.24 to 1.13).",
        "Leaks: 18/110 v 34/112 (adjusted odds ratio 0.45, 95% CI 0.23 to 0.90).",
    ],
)
def test_a_lawful_interval_beside_counts(text):
    assert accused(text) == []


def test_what_the_counts_give_is_said_where_it_is_something_else():
    near = figure(only("Leaks: 18/110 v 34/112 (odds ratio 0.45, 95% CI 0.22 to 0.92)."), "estimate").verdict
    assert near.verdict in (REPRODUCED, CONSISTENT)
    assert "18/110 v 34/112 gives 0.449 (0.235 to 0.856, woolf)" in (near.note or "")
    other = figure(only("Leaks: 18/110 v 34/112 (odds ratio 0.52, 95% CI 0.24 to 1.13)."), "estimate").verdict
    assert "gives 0.449; perhaps adjusted" in (other.note or "")
    alone = figure(only("Leaks were seen in 18/110 (16.4%) v 34/112 (30.4%), RR 0.61."), "estimate").verdict
    assert "18/110 v 34/112, which gives 0.539" in (alone.note or "")
    of_percents = figure(only("Leaks were seen in 12 (32.1%) v 1 (3.2%), RR 7.64."), "estimate").verdict
    assert "the percentages, which give 10.031" in (of_percents.note or "")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Leaks occurred in 18 (16.4%) and 34 (30.4%) of 110 and 112 patients, respectively (P = 0.014).",
         [("18", "110", "16.4"), ("34", "112", "30.4")]),
        ("Leaks occurred in 18 (16.4%), 34 (30.4%), and 9 (17.3%) of 110, 112, and 52 patients (P = 0.03).",
         [("18", "110", "16.4"), ("34", "112", "30.4"), ("9", "52", "17.3")]),
        ("There were 9 leaks among 52 patients given gel (17.3%) v 21 among the 55 others (38.2%), P = 0.016.",
         [("9", "52", "17.3"), ("21", "55", "38.2")]),
        ("Gel was given to 52 women, of whom 9 (17.3%) had a leak.", [("9", "52", "17.3")]),
        ("At 1 year 9 (17.3%) of 52 women and 21 (38.2%) of 55 men (P = 0.016) had leaks.",
         [("9", "52", "17.3"), ("21", "55", "38.2")]),
        ("Leaks: 0 (0%) v 6 (10.3%), P = 0.012, in 61 and 58 patients.", [("0", "61", "0"), ("6", "58", "10.3")]),
        ("Leaks: 6 (9.8%) v 0 (0%), P = 0.027, in 61 and 58 patients.", [("6", "61", "9.8"), ("0", "58", "0")]),
        ("The gel (n = 242) or none (n = 58) was given. It leaked in 0 (0%) and 6 (10.3%), respectively (P < 0.001).",
         [("0", "242", "0"), ("6", "58", "10.3")]),
        ("The rates were 9/52 = 17.3% v 21/55 = 38.2% (P = 0.016).", [("9", "52", "17.3"), ("21", "55", "38.2")]),
        ("The rates were 17.3% = 9/52 v 38.2% = 21/55 (P = 0.016).", [("9", "52", "17.3"), ("21", "55", "38.2")]),
        ("Nine women of 52 (17.3%) and 21 men out of 55 (38.2%) had leaks (P = 0.016).",
         [("9", "52", "17.3"), ("21", "55", "38.2")]),
        ("Leaks were rarer: 17.3% vs. 38.2% (9 vs. 21 patients); P = 0.016; n = 52 vs. 55.",
         [("9", "52", "17.3"), ("21", "55", "38.2")]),
        ("Leaks were rarer: 17.3% vs. 38.2% (52 vs. 55 patients; P = 0.016).",
         [(None, "52", "17.3"), (None, "55", "38.2")]),
        ("Leaks were rarer: 17.3% vs. 38.2% (6 vs. 12 months; P = 0.016).",
         [(None, None, "17.3"), (None, None, "38.2")]),
        ("Leaks: 17.3% of the 52 given gel and 38.2% of the 55 given none (P = 0.016).",
         [(None, "52", "17.3"), (None, "55", "38.2")]),
        ("The rates were 17.3% and 38.2% (95% CI 8.2-30.3 and 25.4-52.3; 9/52 and 21/55).",
         [("9", "52", "17.3"), ("21", "55", "38.2")]),
    ],
)  # fmt: skip
def test_counts_in_other_orders(text, wanted):
    assert groups(text) == wanted
    assert accused(text) == []


def test_none_are_of_any_total():
    """Of which it is not known, so that a P value is not held against one that the text happens to print."""
    text = "Gel was given to 58 (23 men). In all 242 others got none. It leaked in 6 (10.3%) v 0 (0%) (P < 0.0001)."
    assert accused(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "All but 6 of 48 knees (87.5%) were stable.",  # 42/48
        "Except for 6 of 48 patients (87.5%), all came.",
        "We enrolled 66 of 48 planned patients (137.5%).",
        "Enrolment was 66/48 (137.5%) of the target.",
        "None of the 50 patients relapsed (95% CI 0 to 6%).",  # 3/50
        "None of the 34 patients relapsed (95% CI 0% to 8.8%).",  # 3/34
        "No infection was seen in any of 31 patients (0/31; 95% CI, 0% to 9.7%).",
    ],
)
def test_the_others_more_than_all_and_the_rule_of_three(text: str) -> None:
    assert check_text(text).follows


@pytest.mark.parametrize(
    "text",
    [
        "All but 6 of 48 knees (84.5%) were stable.",
        "We enrolled 66 of 48 patients (72.7%).",
        "None of the 50 patients relapsed (95% CI 0 to 16%).",
    ],
)
def test_these_with_a_slip(text: str) -> None:
    assert not check_text(text).follows


@pytest.mark.parametrize(
    "text",
    [
        # 64% of 92 and 81% of 137 are whole counts too; scipy's chi-squared of 59/92 v 111/137: 0.004; of curves 0.31
        "Local control was 64% (n = 92) with it and 81% (n = 137) without it at 3 years (P = 0.31).",
        "Mean adherence was 61% (n = 92) versus 79% (n = 137), P = 0.31.",
        # no count of 98 is 75%
        "Local control was 75% (n = 98) with it vs 88% (n = 115) without it, P = 0.28.",
        "The average occupancy was 52.5% (n = 137) v 71.0% (n = 179), P = 0.27.",
    ],
)
def test_percentages_whose_n_may_be_of_the_groups(text: str) -> None:
    assert check_text(text).follows
