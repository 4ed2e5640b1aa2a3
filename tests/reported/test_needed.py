"""Numbers needed to treat: the reciprocal of the difference of counts, of percentages, or of one that is printed."""

from __future__ import annotations

import math
import random

import pytest

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.findings import Judged
from gvhdcalc.stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED

#: 44/205 - 30/210 = 0.0718, 1/0.0718 = 13.9
FORMS = [
    "Death was seen in 30 of 210 patients with it and 44 of 205 without (NNT {}).",
    "Death was seen in 30/210 (14.3%) with it v 44/205 (21.5%) without it, giving a number needed to treat of {}.",
    "Death was seen in 30/210 (14.3%) with it v 44/205 (21.5%) without it. The number needed to treat was {}.",
    "Death was seen in 14.3% v 21.5% (RR 0.67, 95% CI 0.44 to 1.01; number needed to treat to prevent one death, {}).",
    "Death was seen in 30/210 v 44/205 (RR 0.67; 95% CI 0.44 to 1.01; P = 0.054; NNT = {}).",
    "Death was seen in 30/210 v 44/205 (NNT {}, 95% CI 7 to 900).",
    "The risk difference was 7.2% (95% CI -0.2 to 14.5), a number needed to treat of {}.",
    "The absolute risk reduction was 7.2% (95% CI, -0.2% to 14.5%; P = 0.054), which corresponds to an NNT of {}.",
    "It did better (risk difference 0.072, 95% CI -0.002 to 0.145; number needed to treat, {}).",
]


def needed(text: str) -> Judged:
    (claim,) = (claim for claim in check_text(text).claims if claim.measure == "NNT")
    return next(figure for figure in claim.figures if figure.verdict.item == "estimate")


@pytest.mark.parametrize("form", FORMS)
def test_the_reciprocal_of_the_difference(form):
    right = needed(form.format("14")).verdict
    assert right.verdict == REPRODUCED
    assert right.computed == pytest.approx(13.9, abs=0.05)
    assert check_text(form.format("14")).follows
    wrong = needed(form.format("41"))
    assert (wrong.verdict.verdict, wrong.strength) == (INCONSISTENT, "not reproduced")
    assert wrong.verdict.note is not None
    assert wrong.verdict.note.endswith(" it is 13.9")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        # 21% - 14% = 7 points: 14.3, rounded up
        ("Death was seen in 30 (14%) of 210 v 44 (21%) of 205 (NNT 15).", REPRODUCED),
        # 1/0.065 to 1/0.075 are 13.3 to 15.4
        ("The risk difference was 7% (95% CI 0 to 14), so that the NNT was 13.", CONSISTENT),
        ("Harm was seen in 44/205 v 30/210 (number needed to harm, 13).", CONSISTENT),
        ("Death was seen in 30/210 v 44/205 (NNT 41 over 2 years).", NOT_CHECKABLE),
        ("Death was seen in 30/210 v 44/205; for relapse the NNT was 41.", NOT_CHECKABLE),
        ("Death was seen in 30/210 v 44/205 (adjusted NNT 41).", NOT_CHECKABLE),
        ("Death was seen in 30/210 v 44/205, a number needed to treat of 41 for men.", NOT_CHECKABLE),
        ("Death was seen in 30/210 v 44/205, with numbers needed to treat of 41 and 14.", NOT_CHECKABLE),
        ("The mean difference in HbA1c was 0.5% (95% CI 0.2 to 0.8; NNT 4).", NOT_CHECKABLE),
        ("By regression, death was seen in 30/210 v 44/205 (NNT 41).", NOT_CHECKABLE),
        ("Death was seen in 30/210 v 44/205 ; the NNT at 5 years was 41.", NOT_CHECKABLE),
        ("Death was seen in 30/210 v 44/205. NNT at 5 years, 41.", NOT_CHECKABLE),
        ("Relapse was seen in 30/210 v 44/205, a number needed to treat to prevent one death of 41.", NOT_CHECKABLE),
        ("It was seen in 14.3% v 21.5%; the number needed to treat to avoid one transfusion was 41.", NOT_CHECKABLE),
        ("Polyps were seen in 14.3% v 21.5%; the number needed to screen was 410.", NOT_CHECKABLE),
        ("Relapses were 30/210 v 44/205; the number needed to treat to prevent one relapse was 41.", INCONSISTENT),
        ("Mortality was 14.3% v 21.5%, a number needed to treat to prevent one death of 41.", INCONSISTENT),
    ],
)
def test_other_numbers(text, verdict):
    assert needed(text).verdict.verdict == verdict


@pytest.mark.parametrize("seed", range(100))
def test_lawful_numbers(seed):
    """Of drawn counts, by any way of rounding, the percentages rounded before or not."""
    rng = random.Random(seed)
    n1, n0 = rng.randint(30, 2000), rng.randint(30, 2000)
    x1, x0 = (round(n * rng.uniform(0.05, 0.9)) for n in (n1, n0))
    decimals = rng.choice([0, 1])
    p1, p0 = (round(100 * x / n, decimals) for x, n in ((x1, n1), (x0, n0)))
    difference = rng.choice([abs(x1 / n1 - x0 / n0), abs(p1 - p0) / 100])
    if difference < 0.002:
        return
    value = rng.choice([math.ceil, math.floor, round])(round(1 / difference, 6))
    a, b = f"{p1:.{decimals}f}%", f"{p0:.{decimals}f}%"
    text = rng.choice(
        [
            f"It was seen in {x1}/{n1} ({a}) and {x0}/{n0} ({b}) (number needed to treat {value}).",
            f"It was seen in {a} v {b} (NNT {value}).",
            f"It was seen in {x1} of {n1} v {x0} of {n0}, a number needed to treat of {value}.",
        ]
    )
    assert check_text(text).follows, text
