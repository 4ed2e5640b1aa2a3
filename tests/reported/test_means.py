"""Two means with their standard deviations and a P value: t tests, held to R's, and what is claimed of them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.findings import Judged
from gvhdcalc.reported.means import student, welch
from gvhdcalc.stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED

VALUES = json.loads((Path(__file__).parents[1] / "reference" / "means.json").read_text(encoding="utf-8"))["values"]
SIZES = "Patients were given it (n = 40) or not (n = 35). "


@pytest.mark.parametrize("row", VALUES)
@pytest.mark.parametrize("test", [student, welch])
def test_agrees_with_r(row, test):
    found = test(row["mean1"] - row["mean0"], row["sd1"], row["sd0"], row["n1"], row["n0"])
    assert found == pytest.approx(row[test.__name__], rel=1e-6, abs=1e-300)


def test_without_any_spread():
    assert (student(0.0, 0, 0, 5, 5), student(1.0, 0, 0, 5, 5)) == (1.0, 0.0)
    assert (welch(0.0, 0, 0, 5, 5), welch(1.0, 0, 0, 5, 5)) == (1.0, 0.0)


def p_of(text: str) -> Judged:
    (claim,) = (claim for claim in check_text(text).claims if claim.measure == "mean-sd")
    assert claim.groups[0].n_elsewhere == "40"
    return claim.figures[-1]


@pytest.mark.parametrize(
    ("text", "verdict", "methods"),
    [
        # R: Student 3.6e-06, Welch 2.3e-06
        ("It took 17.8 ± 6.4 versus 11.7 ± 3.5 days (P < 0.001).", REPRODUCED, ("student", "welch")),
        ("It took 17.8 (SD 6.4) versus 11.7 (SD 3.5) days (P < 0.001).", REPRODUCED, ("student", "welch")),
        # by hand: SE of the difference = sqrt(6.4^2/40 + 3.5^2/35) = 1.1720, 13.8 - 11.7 = 2.1: t = 1.79, P = 0.08
        ("It took 13.8 ± 6.4 versus 11.7 ± 3.5 days (P = 0.08).", REPRODUCED, ("student", "welch")),
        # as standard errors: sqrt(1.01^2 + 0.59^2) = 1.1697
        ("It took 13.8 ± 1.01 versus 11.7 ± 0.59 days (P = 0.077).", CONSISTENT, ()),
        ("It took 17.8 ± 6.4 versus 11.7 ± 3.5 days (P = 0.31).", NOT_CHECKABLE, ()),
    ],
)
def test_verdicts(text, verdict, methods):
    figure = p_of(SIZES + text)
    assert (figure.verdict.verdict, figure.verdict.methods) == (verdict, methods)


def test_one_size_for_each_group():
    text = "There were 40 patients in each group. It took 17.8 ± 6.4 versus 11.7 ± 3.5 days (P < 0.001)."
    assert p_of(text).verdict.note == "n 40 and 40, the ± standard deviations"


@pytest.mark.parametrize(
    "text",
    [
        "It took 17.8 ± 6.4 versus 11.7 ± 3.5 days (P < 0.001).",
        "It was given (n = 40) or not (n = 35). They took 30.2 ± 18 mg of A and 1.3 ± 0.3 g of B (P < 0.001).",
        "They were A (n = 40), B (n = 35) or C (n = 20). It took 17.8 ± 6.4 versus 11.7 ± 3.5 days (P < 0.001).",
    ],
)
def test_no_claim_without_the_size_of_the_two_groups(text):
    assert not check_text(text).claims


#: Two groups of 38 and 40: {p} is the P value, {a} and {b} are means with their deviations.
FORMS = [
    "Pain was {a} (n = 38) with it and {b} (n = 40) without ({p}).",
    "Pain was {a} with it (n=38) and {b} without (n=40) ({p}).",
    "The score of the treated (n = 38) was {a} points compared with {b} points in the control group (n = 40), {p}.",
    "The score in the first group (n = 38) was {a} and in the other group (n = 40) {b} ({p}).",
    "The scores were {a} [n = 38] and {b} [n = 40], respectively; {p}.",
    "The score (mean ± SD) was {a} in 38 patients given it and {b} in 40 patients not given it ({p}).",
    "They got it (n = 38) or not (n = 40). The score was {a} vs. {b}, {p}.",
    "They got it (n = 38) or not (n = 40). The score was {a} with it and {b} without it ({p}).",
]  # fmt: skip
BRACKETS = [
    "They got it (n = 38) or not (n = 40). The mean (SD) score was {a} v {b} ({p}).",
    "They got it (n = 38) or not (n = 40). Mean (standard deviation) scores were {a} with it and {b} without ({p}).",
    "The mean score [SD] was {a} (n = 38) with it and {b} (n = 40) without ({p}).",
]


def means_p(text: str) -> Judged:
    (claim,) = (claim for claim in check_text(text).claims if claim.measure == "mean-sd")
    return claim.figures[-1]


@pytest.mark.parametrize("form", [*FORMS, *BRACKETS])
def test_forms_of_two_means(form):
    """Each form with a P value that follows, and with ones that do not."""
    plus = " ({})" if form in BRACKETS else " ± {}"
    a, b = "52.3" + plus.format("9.1"), "48.0" + plus.format("8.4")
    # scipy: ttest_ind_from_stats(52.3, 9.1, 38, 48.0, 8.4, 40): 0.03322, Welch 0.03353
    right = means_p(form.format(a=a, b=b, p="P = 0.033"))
    assert (right.verdict.verdict, right.verdict.methods[0]) == (REPRODUCED, "student")
    b = b.replace("48.0", "41.0")  # 2.5e-7
    wrong = means_p(form.format(a=a, b=b, p="P = 0.22"))
    assert (wrong.verdict.verdict, wrong.decision) == (INCONSISTENT, True)
    assert "a t test gives <0.0001 (n 38 and 40)" in (wrong.verdict.note or "")
    assert means_p(form.format(a=a, b=b, p="P < 0.001")).verdict.verdict == REPRODUCED


@pytest.mark.parametrize(
    "text",
    [
        # scipy: ttest_ind_from_stats(61.2, 8.4, 61, 62.1, 9.0, 58): 0.573; (7.2, 1.1, 52, 7.6, 1.2, 49): 0.084
        "The mean age was 61.2 ± 8.4 years (n = 61) and 62.1 ± 9.0 years (n = 58), respectively (P = 0.57).",
        "HbA1c: 7.2 ± 1.1% (n = 52) with it vs 7.6 ± 1.2% (n = 49) without, P = 0.08.",
    ],
)
def test_units_of_means(text):
    (claim,) = check_text(text).claims
    assert (claim.measure, claim.figures[-1].verdict.verdict) == ("mean-sd", REPRODUCED)


@pytest.mark.parametrize(
    "text",
    [
        "Pain fell from 52.3 ± 9.1 (n = 38) to 41.0 ± 8.4 (n = 40) (P = 0.22).",
        "Pain was 52.3 ± 9.1 (n = 38) before and 41.0 ± 8.4 (n = 40) after it (P = 0.22).",
        "Pain was 52.3 ± 9.1 (n = 38) at baseline and 41.0 ± 8.4 (n = 40) at the end (P = 0.22).",
        "The change in pain: 52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without (P = 0.22).",
        "In this crossover trial pain was 52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 38) without (P = 0.22).",
        "Adjusted for age, pain was 52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without (P = 0.22).",
        "By the Mann-Whitney test pain was 52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without (P = 0.22).",
        "By ANCOVA pain was 52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without (P = 0.22).",
        "Pain was 52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without (P for interaction = 0.22).",
        "The stay was 52.3 ± 9.1 days (n = 38) with it and 41.0 ± 8.4 days (n = 40) without (P = 0.22).",
        "52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without; there was no interaction with age (P = 0.22).",
        "It was 120 ± 15 mmHg with one cuff (n = 50) and 119 ± 14 mmHg with the other (n = 50) (P < 0.0001).",
        "Pain (mean ± 95% CI) was 52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without (P = 0.22).",
        "The cost was 52.3 ± 79.1 (n = 38) with it and 141.0 ± 98.4 (n = 40) without (P = 0.22).",
        "The score was 5.3 ± 0.1 (n = 38) with it and 5.4 ± 0.1 (n = 40) without (P = 0.12).",  # as errors 0.48
        "Scores were 52.3 ± 9.1, 41.0 ± 8.4 and 43.0 ± 8.0 in three (n = 38, 40 and 41; P = 0.22).",
        "Non-inferiority was met: pain was 42.3 ± 9.1 (n = 38) with it and 42.0 ± 8.4 (n = 40) without (P < 0.0001).",
        "They were equivalent: 42.3 ± 9.1 (n = 38) with it and 42.0 ± 8.4 (n = 40) without (P < 0.0001).",
        "Least-squares mean pain was 52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without (P = 0.22).",
        "Pain was 52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without, controlling for age (P = 0.22).",
        "Age-standardised pain was 52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without (P = 0.22).",
        "Eight wards were drawn. Pain was 52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without (P = 0.22).",
        "They got it (n = 38) or not (n = 40). Median (IQR) scores were 52.3 (9.1) v 41.0 (8.4) (P = 0.22).",
    ],
)  # fmt: skip
def test_other_tests_are_not_held_against_two_means(text):
    assert check_text(text).follows


@pytest.mark.parametrize("seed", range(120))
def test_lawful_means(seed):
    """Drawn data, their means with deviations or errors as papers round them, and P by t, Welch's t or ranks."""
    rng, pick = np.random.default_rng(seed), random.Random(seed)
    n1, n0 = (int(n) for n in rng.integers(8, 200, 2))
    sd, gap = rng.uniform(2, 14), rng.uniform(-12, 12) * rng.uniform(0, 1)
    one, two = rng.normal(50 + gap, sd, n1), rng.normal(50, sd * rng.uniform(0.7, 1.4), n0)
    p = pick.choice(
        [
            stats.ttest_ind(one, two).pvalue,
            stats.ttest_ind(one, two, equal_var=False).pvalue,
            stats.mannwhitneyu(one, two).pvalue,
        ]
    )
    errors = seed % 4 == 0
    spread = [x.std(ddof=1) / (len(x) ** 0.5 if errors else 1) for x in (one, two)]
    d = pick.choice([1, 2]) if errors else pick.choice([0, 1, 2])
    a, b = (f"{x.mean():.{d}f} ± {s:.{d}f}" for x, s in zip((one, two), spread, strict=True))
    said = "P < 0.001" if p < 0.001 else f"P = {p:.{pick.choice([2, 3])}f}"
    text = pick.choice(FORMS).replace("38", str(n1)).replace("40", str(n0)).format(a=a, b=b, p=said)
    assert check_text(text).follows, text
