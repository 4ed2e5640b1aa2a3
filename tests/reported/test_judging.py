"""The judge of abstracts: relations between printed numbers, slips that are found, and what is never accused."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.findings import IMPOSSIBLE, NOT_REPRODUCED, Judged
from gvhdcalc.stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED


def figures(text: str) -> dict[str, Judged]:
    """The figures of all claims by item; the first of each name."""
    found: dict[str, Judged] = {}
    for claim in check_text(text).claims:
        for figure in claim.figures:
            found.setdefault(figure.verdict.item, figure)
    return found


def verdicts(text: str) -> dict[str, str]:
    return {item: figure.verdict.verdict for item, figure in figures(text).items()}


def accused(text: str) -> list[str]:
    return [f.verdict.printed for f in check_text(text).figures if f.verdict.verdict == INCONSISTENT]


SEED = (
    "Results: Of 203 patients, 198 (97.5%) completed the study, with (n = 101) or without (n = 102) cells. "
    "Response was higher (82.8% [82 patients] vs. 70.7% [70]; odds ratio, 2.00; 95% confidence interval [CI], "
    "1.01-3.94; P = 0.043). At day 56 too (78.8% [78 patients] vs. 64.6% [64]; odds ratio, 2.02; 95% CI, "
    "1.08-3.83; P = 0.027). Survival was longer (11.3 months vs. 6.0 months; hazard ratio (HR) 0.68; 95% CI, "
    "0.48-0.95, P = 0.024). The cumulative incidence was 39.5% (95% CI, 29.3-49.4%) and 62.7% (51.4-72.1%) (HR "
    "0.55, 95% CI, 0.36-0.84; P = 0.005). Infections were seen in 65 [65.7%] vs. 78 [78.8%]. The cumulative "
    "incidence of relapse was 10.1% (95% CI, 5.2-17.1) and 13.5% (7.5-21.2%) (HR 0.75, 95% CI, 0.34-1.67, P = "
    "0.610)."
)


def test_the_seed():
    findings = check_text(SEED)
    assert findings.follows
    first = next(claim for claim in findings.claims if claim.measure == "OR")
    by_item = {figure.verdict.item: figure.verdict for figure in first.figures}
    assert by_item["estimate"].verdict == by_item["lower"].verdict == by_item["upper"].verdict == REPRODUCED
    assert "woolf" in by_item["lower"].methods
    assert by_item["p"].verdict == REPRODUCED and by_item["p"].methods[0] == "pearson"
    assert "of 99" in (by_item["percent 1"].note or "") and "not 101 or 102" in (by_item["percent 1"].note or "")
    assert first.commands[0] == "gvhdcalc or 82/99 70/99 --reported '2.00 (1.01 to 3.94), P = 0.043'"
    kinds = [claim.kind for claim in findings.claims]
    assert kinds.count("cuminc") == 4 and kinds.count("ratio") == 5


@pytest.mark.parametrize(
    "text",
    [
        "Relapse was rarer (HR 0.68, 95% CI 0.48-0.95, P = 0.024).",
        # Woolf, Pearson; Katz and Yates; exact and Fisher
        "Response: 82/99 v 70/99 (OR 2.00, 95% CI 1.01-3.94; P = 0.043).",
        "Events: 22/40 (55%) v 33/40 (83%); RR 0.67 (95% CI 0.49-0.91), P = 0.016.",
        "Events: 5 of 9 v 2 of 8 (OR 3.455, 95% CI 0.337-54.294, Fisher's exact test: P = 0.334).",
        # cut off, rounded twice
        "It was 56.66% (17/30) in one and 10.5% (42/402) in the other.",
        # a decrease printed without its sign
        "Pain fell by 1.8 points (95% CI -3.5 to -0.1).",
        # adjusted figures are not those of the counts
        "Events: 40/68 v 47/68 (adjusted RR 1.01, 95% CI 0.86-1.19; P = 0.91).",
        # a P value of non-inferiority
        "For non-inferiority, the risk difference was 4.1% (95% CI -2.2 to 10.4; P < 0.001).",
        "The trend was clear (OR 1.10, 95% CI 0.95-1.27; P for trend = 0.001).",
        # (1.0 + 5)/2.194 = 2.73 standard errors: one-sided P = 0.003
        "Cure was as frequent (difference 1.0 percentage points, 95% CI -3.3 to 5.3), within the margin of -5 points"
        " (P = 0.003).",
        # one-sided
        "Survival was better (HR 0.80, 95% CI 0.63-1.02; P = 0.035).",
        # percentages of a curve, of means, of totals that are not printed
        "Survival at 3 years was 45.8% v 33.5% (P = 0.04) in 101 and 102 patients.",
        "We asked 300 people; 144 (14%) of those invited answered.",
        "An interval from a bootstrap (mean difference 120, 95% CI 20 to 380) is not symmetric.",
        "P was tiny (OR 3.1, 95% CI 2.2-4.4, P = 10-8).",
        "It stood the other way round (mean difference 0.10, 95% CI 0.13 to 0.07).",
    ],
)
def test_no_false_accusation(text):
    assert accused(text) == []


@pytest.mark.parametrize(
    ("text", "printed", "strength", "repair"),
    [
        ("The mean difference was -0.62 (95% CI -1.21, 0.03).", "-0.62", NOT_REPRODUCED, "minus: upper limit -0.03"),
        ("The risk difference was 0.02 (95% CI -0.50 to 0.08).", "0.02", NOT_REPRODUCED, "lower limit -0.05"),
        ("Relapse was rarer (HR 0.68, 95% CI 0.48-0.59).", "0.68", IMPOSSIBLE, "upper limit 0.95"),
        ("It was commoner (OR 1.43, 95% CI 1.11-1.99).", "1.43", NOT_REPRODUCED, None),
        # towards 1, or further than profile likelihood leans
        ("Stroke was more frequent (OR 2.68, 95% CI 1.30-5.19).", "2.68", NOT_REPRODUCED, None),
        ("Stroke was more frequent (OR 2.42, 95% CI 1.30-5.19).", "2.42", NOT_REPRODUCED, None),
        ("It was seen in 5/33 (16%).", "16%", IMPOSSIBLE, "another total: 5/32"),
        ("It was seen in 35/40 (78.5%).", "78.5%", IMPOSSIBLE, "two digits exchanged: percentage 87.5"),
        ("It was commoner (OR 2.00, 95% CI 1.30-3.08, P = 0.16).", "P = 0.16", IMPOSSIBLE, None),
        ("It was commoner (OR 2.00, 95% CI 1.01-3.96, P = 0.0001).", "P = 0.0001", NOT_REPRODUCED, None),
        ("It was commoner (OR 2.00, 95% CI 1.01-3.96, P = 1.3).", "P = 1.3", IMPOSSIBLE, None),
        ("It was seen in 25/28 (89.3%) v 25/27 (92.6%) (P = 0.10).", "P = 0.10", NOT_REPRODUCED, None),
        (
            "We asked doctors (n = 772). Of them 383 doctors (49.6%) answered, and 303 doctors (37.0%) came.",
            "37.0%", NOT_REPRODUCED, None,
        ),
    ],
)  # fmt: skip
def test_slips_are_found_and_repairs_named(text, printed, strength, repair):
    wrong = [f for f in check_text(text).figures if f.verdict.verdict == INCONSISTENT]
    assert [f.verdict.printed for f in wrong] == [printed]
    assert wrong[0].strength == strength
    assert repair is None or repair in (wrong[0].repair or "")


def test_limits_in_reverse_order_are_judged_in_order():
    text = "It was rarer (OR 0.61, 95% CI 0.88-0.42, P = 0.008)."
    found = verdicts(text)
    assert (found["estimate"], found["lower"], found["p"]) == (REPRODUCED, CONSISTENT, REPRODUCED)
    assert [figure.verdict.printed for figure in figures(text).values()][1:3] == ["0.88", "0.42"]
    assert accused(text.replace("0.008", "0.21")) == ["P = 0.21"]
    # a loss, as differences go down; and one limit without its minus
    assert accused("There was a loss of 2.2 kg (95% CI -0.7 to -3.7; P = 0.004).") == []
    lost = "The mean difference was -0.45 (95% CI 0.71 to -0.19; P = 0.001)."
    assert accused(lost) == ["0.71", "-0.19"]
    assert "lower limit -0.71" in (figures(lost)["lower"].repair or "")


def test_a_limit_copied_from_the_neighbour_is_named():
    text = "A (mean difference -7.9, 95% CI -18.5 to -0.5) and B (mean difference -12.5, 95% CI -24.5 to -0.5)."
    wrong = [f for f in check_text(text).figures if f.verdict.verdict == INCONSISTENT]
    assert len(wrong) == 1 and "neighbouring" in (wrong[0].repair or "")


def test_a_decision_is_marked():
    figure = figures("It was commoner (OR 2.00, 95% CI 1.30-3.08, P = 0.16).")["p"]
    assert figure.decision


def test_a_p_that_follows_only_one_sided_is_named_so():
    # log 0.80 = -0.223, SE 0.1233: z = 1.81, P = 0.070 two-sided
    text = "Survival was better (HR 0.80, 95% CI 0.63-1.02; P = 0.035)."
    found = figures(text)["p"]
    assert found.verdict.verdict == CONSISTENT and found.decision
    assert "which the text does not say" in (found.verdict.note or "")
    said = figures(text + " Tests were one-sided.")["p"]
    assert said.verdict.verdict == CONSISTENT and not said.decision
    assert (said.verdict.note or "").startswith("one-sided;")


def test_a_p_of_three_groups_by_pearson():
    # scipy.stats.chi2_contingency: chi-square 9.2298, df 2, P = 0.009903
    text = "Cure was seen in 12/40 (30%), 19/41 (46.3%) and 25/39 (64.1%) patients (P = 0.010)."
    found = figures(text)["p"].verdict
    assert (found.verdict, found.methods[0]) == (REPRODUCED, "pearson")
    assert accused("No one died: 0/40 (0%), 0/41 (0%) and 0/39 (0%) patients (P = 0.5).") == []
    other = figures(text.replace("0.010", "0.21"))["p"].verdict
    assert other.verdict == NOT_CHECKABLE
    assert other.note == "the tests of these counts give 0.0024 to 0.0099; perhaps of two of the groups, or of a model"


def test_p_from_the_interval_with_its_range():
    found = figures("Relapse was rarer (HR 0.68, 95% CI 0.48-0.95, P = 0.024).")["p"].verdict
    assert found.verdict == CONSISTENT
    assert found.attainable is not None
    # log 0.68 = -0.3857, SE = log(0.95/0.48)/3.92 = 0.1741: z = 2.215, P = 0.0268 by hand
    assert found.computed == pytest.approx(0.0268, abs=5e-5)
    assert found.attainable[0] < 0.0245 and found.attainable[1] > 0.0235


def test_ninety_per_cent_intervals_use_their_level():
    # SE = log(1.44/1.00)/(2*1.645) = 0.1108; z = 1.645: P = 0.10
    assert verdicts("It was commoner (OR 1.20, 90% CI 1.00-1.44; P = 0.10).")["p"] == REPRODUCED
    assert accused("It was commoner (OR 1.20, 95% CI 1.00-1.44; P = 0.40).") == ["P = 0.40"]


def test_a_total_elsewhere_is_used_only_where_it_fits():
    fits = figures("We followed 203 patients; 198 (97.5%) finished.")["percent"].verdict
    assert fits.verdict == REPRODUCED
    none = figures("We followed 203 patients; 82 (82.8%) finished.")["percent"].verdict
    assert none.verdict == NOT_CHECKABLE and "99" in (none.note or "")


def test_the_interval_of_a_percentage_must_be_of_one_method():
    wilson = verdicts("It was seen in 82/99 (82.8%, 95% CI 74.2% to 89.0%).")
    assert (wilson["lower"], wilson["upper"]) == (REPRODUCED, REPRODUCED)
    assert INCONSISTENT in verdicts("It was seen in 15/305 (4.9%, 95% CI 2.3% to 7.9%).").values()


def test_an_estimate_without_interval_is_held_against_the_counts():
    found = figures("Events: 22/40 (55%) v 33/40 (82.5%), RR 0.67, P = 0.016.")
    assert found["estimate"].verdict.verdict == REPRODUCED


def test_figures_have_no_overlap_and_the_worst_verdict_wins():
    findings = check_text("It was seen in 4.9% (95% CI 2.3% to 7.9%) of them (15/305) v 5.9% (20/339), P = 0.5.")
    places = [(figure.start, figure.end) for figure in findings.figures]
    assert all(one[1] <= two[0] for one, two in pairwise(places))


def test_the_json_form():
    whole = check_text(SEED).as_dict(id="1")
    assert (whole["schema"], whole["command"], whole["inputs"]["id"]) == ("gvhdcalc/1", "check", "1")
    assert sum(whole["counts"].values()) == len(check_text(SEED).figures)
    for claim in whole["claims"]:
        assert SEED[claim["start"] : claim["end"]] == claim["quote"]


@pytest.mark.parametrize(
    "text",
    [
        # the dose is not the estimate; a margin is not one either
        "The mean difference was 3.83 ms at 3.5 h with 2 mg [90% CI -0.33, 6.38 ms].",
        "The mean difference was 0.31 mm, above the margin of 0.19 mm, and the 95% confidence interval was 0.15-0.48.",
        # the P value compares the two means, each with an interval of its own
        "The change was smaller with it (mean -0.28 [95% CI -0.36 to -0.20]) versus control (mean -0.46 [95% CI -0.57"
        " to -0.35]; P = 0.002).",
        # log 0.95/0.55 = 0.547; SE 0.213 and 0.201, together 0.293: z = 1.87, P = 0.062
        "It did more in women (HR 0.55, 95% CI 0.36-0.83) than in men (HR 0.95, 95% CI 0.64-1.41; P = 0.06).",
        # the same patients twice: not two groups
        "Smoking fell from 54/120 (45%) at baseline to 40/120 (33.3%) at 12 months (P = 0.001).",
        "Pain was present in 54/120 (45%) before and 40/120 (33.3%) after treatment (P = 0.001).",
        # profile likelihood: 30/410 v 12/395 events
        "Stroke was more frequent (OR 2.52, 95% CI 1.30-5.19).",
        # a decrease without its sign, by a bootstrap
        "Mean cost was lower by 1,243 euros (bootstrapped 95% CI -3,511 to 620).",
        # powers of ten
        "It was commoner (OR 2.0, 95% CI 1.5 to 2.7, P < 1.1\u00d710\u207b\u2076).",
        "It was commoner (OR 2.0, 95% CI 1.5 to 2.7, P = 5.1 x 10(-6)).",
        "It was commoner (OR 2.0, 95% CI 1.5 to 2.7, P = 0.5 \u00d7 10^-5).",
        "It was commoner (OR 2.0, 95% CI 1.5 to 2.7, P = 1.5e-5).",
        # the interval of a signed-rank test is not symmetric
        "It fell (pseudo-median of the differences = -7.9 mg/dl; P = 0.04; 95% CI -18.5, -0.5).",
    ],
)
def test_what_is_not_the_estimate_or_not_its_test_is_not_accused(text):
    assert check_text(text).claims
    assert accused(text) == []


def test_two_groups_of_one_size_are_not_the_same_patients_twice():
    assert accused("Relapse was seen in 54/120 (45%) with drug and 40/120 (33.3%) with placebo (P = 0.001).")
    assert accused("Relapse fell from 54/120 (45%) with placebo to 39/118 (33.1%) with drug (P = 0.001).")


def test_a_p_that_is_of_neither_estimate_nor_of_their_difference_is_accused():
    for text in (
        "It did more in women (HR 0.55, 95% CI 0.36-0.83) than in men (HR 0.95, 95% CI 0.64-1.41; P = 0.006).",
        "In women the HR was 0.55 (95% CI 0.36-0.83). In men the HR was 0.95 (95% CI 0.64-1.41; P = 0.06).",
    ):
        assert accused(text) == [f"P = {'0.006' if '0.006' in text else '0.06'}"]


def test_a_mean_difference_with_its_own_p_is_still_judged():
    assert accused("The mean difference was -0.46 (95% CI -0.57 to -0.35; P = 0.020).")


@pytest.mark.parametrize(
    ("p", "verdict", "method"),
    [
        # R: prop.test(c(1, 15, 39), c(177, 175, 174)) has X-squared = 45.73, df = 2, P = 1.2e-10
        ("P < 0.001", REPRODUCED, "pearson"),
        ("P = 0.31", NOT_CHECKABLE, None),
    ],
)
def test_a_p_value_of_three_groups(p, verdict, method):
    text = f"It recurred in 1/177 (0.6%) A versus 15/175 (8.6%) B versus 39/174 (22.4%) C ({p})."
    (claim,) = check_text(text).claims
    figure = claim.figures[-1].verdict
    assert figure.verdict == verdict
    assert method is None or figure.methods[0] == method
    asked = f" --reported '{p}'" if method else ""
    assert claim.commands == (f"gvhdcalc arms 1/177 15/175 39/174{asked}",)


def test_a_text_of_a_thousand_rows_ends():
    text = "It recurred in 1/177 (0.6%) A versus 15/175 (8.6%) B versus 39/174 (22.4%) C (P < 0.001). " * 1000
    notes = [claim.figures[-1].verdict.note for claim in check_text(text).claims]
    assert notes[0] == "of 1/177, 15/175, 39/174"
    assert notes[-1] == "so many tables in one text are not all searched"


@pytest.mark.parametrize(
    ("text", "verdict", "computed"),
    [
        ("It was 14% in one group versus 10% in the other. This represents a 4% absolute increase.", REPRODUCED, 0.04),
        ("It was 10% in one group versus 14% in the other. This represents a 4% absolute decrease.", REPRODUCED, 0.04),
        # 67.8/47.5 = 1.4274, from 67.75/47.55 = 1.4248 on
        ("Regression was commoner (67.8% vs. 47.5%, relative risk, 1.42).", CONSISTENT, 1.4274),
        ("Regression was commoner (67.8% vs. 47.5%, relative risk, 1.43).", REPRODUCED, 1.4274),
        # 0.678/0.322 over 0.475/0.525
        ("Regression was commoner (67.8% vs. 47.5%, odds ratio, 2.33).", REPRODUCED, 2.3272),
        ("Regression was commoner (67.8% vs. 47.5%, odds ratio, 1.91).", NOT_CHECKABLE, 2.3272),
    ],
)
def test_an_estimate_of_two_percentages(text, verdict, computed):
    (claim,) = check_text(text).claims
    figure = next(figure.verdict for figure in claim.figures if figure.verdict.item == "estimate")
    assert figure.verdict == verdict
    assert figure.computed == pytest.approx(computed, abs=1e-4)


def test_a_total_of_which_the_percentage_is_cut_off_is_searched_nearby_only():
    # 17 of 30 is 56.67%
    assert figures("We treated 30 patients; 17 (56.6%) recovered.")["percent"].verdict.verdict == CONSISTENT
    far = "We treated 30 patients. " + "It was 7.5. " * 200 + "Of these, 17 (56.6%) recovered."
    assert figures(far)["percent"].verdict.verdict == NOT_CHECKABLE


def test_a_hundred_per_cent_is_not_rounded_to_hundreds():
    assert accused("All were cured: 19/20 (100%) v 11/20 (55%).") == ["100%"]
    assert accused("All were cured: 20/20 (100%) v 11/20 (55%).") == []
    assert "24" in (figures("All 24 patients (100%) were cured.")["percent"].verdict.note or "")
    assert accused("Sensitivity was 18/18 (100%, 95% CI 81.5% to 100%).") == []
    assert accused("The difference was 26,600 euros (95% CI 12,340 to 40,790).") == []


def test_a_range_of_p_that_reads_alike_is_said_once():
    assert figures("The hazard ratio was 0.60 (95% CI, 0.47 to 0.76; P<0.001).")["p"].verdict.note == (
        "<0.0001 from the interval"
    )
    assert figures("It came back in 40/200 (20%) v 80/200 (40%); P = 0.04.")["p"].verdict.note == (
        "the tests of these counts give <0.0001"
    )


@pytest.mark.parametrize(
    "text",
    [
        # one decimal and no digit before it
        "The OR was .95 (95% CI .4 to .9; P=.3).",
        "The mean difference was 2.5 (95% CI .4 to .9).",
        "The difference was -.7 (95% CI 2.0 to 1.1).",
        "The difference was \u2212 0.49, 95% CI 0.29 to 0.83; P=0.009.",
        "The difference was 0, 95% CI 0.29 to 0.83; P=0.9.",
    ],
)
def test_odd_figures_are_judged(text):
    assert check_text(text).numbers > 1


@pytest.mark.parametrize(
    ("text", "item", "note"),
    [
        (
            "The risk difference was 1.0% (95% CI -3.3 to 5.3; p for non-inferiority <0.001).", "p",
            "a test of non-inferiority, not of this estimate against no effect",
        ),
        ("Survival was 62% vs 48% (log-rank P = 0.004).", "p", "a rank or log-rank test: counts do not give it"),
        ("The number needed to treat was 14 (95% CI 7 to 1,000).", "lower", "needs the counts of both groups"),
        ("Scores rose with age (correlation 0.62, 95% CI 0.41 to 0.77).", "lower", "needs the number of pairs"),
    ],
)  # fmt: skip
def test_notes_say_what_is_missing(text, item, note):
    found = figures(text)[item].verdict
    assert (found.verdict, found.note) == (NOT_CHECKABLE, note)


def test_a_p_of_superiority_is_that_of_the_estimate():
    text = "The hazard ratio was 0.88 (95% CI, 0.77 to 1.01; P = 0.06 for superiority)."
    assert figures(text)["p"].verdict.verdict == REPRODUCED
    assert accused(text.replace("0.06", "0.006")) == ["P = 0.006"]


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("The risk difference was 5.1 points (95% CI -9.2 to -1.0).", "-5.1"),
        ("The mean difference between the groups was 5.1 mm (95% CI −9.2 to −1.0 mm; P = 0.015).", "-5.1"),
        ("Death: 12/120 v 18/118, RD 5.3% (95% CI -13.7% to 3.1%).", "-5.3"),
        ("The difference in score at 12 months was 1.5 (95% CI -4.0 to 1.0).", "-1.5"),
        ("Weight: mean difference 0.84 kg [95% CI, -1.20, -0.48].", "-0.84"),
    ],
)
def test_a_lost_minus_where_no_word_speaks_of_a_decrease(text, lost):
    wrong = [f for f in check_text(text).figures if f.verdict.verdict == INCONSISTENT]
    assert [(f.verdict.item, f.strength, f.repair) for f in wrong] == [
        ("estimate", IMPOSSIBLE, f"a lost minus: estimate {lost}")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Mortality was lower with it (risk difference 5.1 points, 95% CI -9.2 to -1.0).",
        "The difference was 5.1 mm (95% CI -9.2 to -1.0) in favour of the drug.",
        "The absolute risk reduction was 5.1% (95% CI -9.2% to -1.0%).",
        "Patients weighed 5.1 kg less (95% CI -9.2 to -1.0).",
        "They needed fewer days: mean difference 5.1 (95% CI -9.2 to -1.0).",
        "Pain improved more; the mean difference was 5.1 (95% CI -9.2 to -1.0).",
        "It stayed down (mean difference 1.5, 95% CI -4.0 to 1.0).",
    ],
)
def test_a_decrease_may_be_printed_without_its_sign(text):
    found = figures(text)["estimate"].verdict
    assert found.verdict == CONSISTENT
    assert "a decrease printed without its sign" in (found.note or "")
