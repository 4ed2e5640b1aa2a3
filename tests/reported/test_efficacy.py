"""The efficacy of a vaccine, and risk reductions: 1 less a ratio, judged on the log scale of that ratio."""

from __future__ import annotations

import math
import random

import pytest
from scipy import stats

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.findings import Judged, TextClaim
from gvhdcalc.stats.results import CONSISTENT, INCONSISTENT, REPRODUCED


def claim_of(text: str) -> TextClaim:
    (found,) = [claim for claim in check_text(text).claims if claim.lower is not None]
    return found


def figures(text: str) -> dict[str, Judged]:
    return {figure.verdict.item: figure for figure in claim_of(text).figures}


@pytest.mark.parametrize(
    "text",
    [
        # 1 - 0.651 = 0.349 = sqrt(0.573 * 0.213)
        "Vaccine efficacy was 65.1% (95% CI 42.7–78.7).",
        "The efficacy of the vaccine against any disease was 65.1% (95% CI, 42.7 to 78.7).",
        "One dose of the vaccine was enough: VE 65.1% (95% CI 42.7%-78.7%).",
        "Adjusted vaccine effectiveness against admission was 65.1% [95% CI 42.7; 78.7].",
        "The protective efficacy at 12 months was 65.1 percent (95% CI 42.7 to 78.7 percent).",
        "VE (95% CI) was 65.1% (42.7–78.7).",
        "Vaccine efficacy, 1 minus the hazard ratio, was 65.1% (95% CI 42.7-78.7).",
        "The efficacy of the vaccine (one minus the incidence rate ratio) was 65.1% (95% CI 42.7 to 78.7).",
        "The drug reduced the risk of death by 65.1% (95% CI 42.7 to 78.7).",
        "The hazard of death was lowered by 65.1% (95% CI, 42.7% to 78.7%; P < 0.001).",
        "Protective effectiveness was 0.651 (95% CI 0.427 to 0.787).",
        "Infection was rarer (HR 0.349, 95% CI 0.213-0.573), an efficacy of 65.1% (95% CI 42.7 to 78.7).",
    ],
)
def test_it_is_one_less_a_ratio(text):
    claim = next(claim for claim in check_text(text).claims if claim.measure == "RRR")
    assert claim.kind == "ratio"
    first = claim.figures[0].verdict
    assert (first.verdict, first.methods) == (REPRODUCED, ("wald-log",))
    assert first.note == "symmetric on the log scale of 1 less it"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        # sqrt(0.473 * 0.213) = 0.317
        ("Vaccine efficacy was 65.1% (95% CI 52.7–78.7).", "65.1%"),
        ("The efficacy of a vaccine against relapse was 56.1% (95% CI, 42.7 to 78.7).", "56.1%"),
        ("Vaccine effectiveness was 35% (95% CI 22 to 72).", "35%"),
        # z = log(0.349) / (log(0.573 / 0.213) / 3.92) = -4.2
        ("Vaccine efficacy was 65.1% (95% CI 42.7–78.7; P = 0.21).", "P = 0.21"),
        # log(0.85) / (log(1.19 / 0.61) / 3.92) = -0.95: P = 0.34
        ("VE of the vaccine was 15% (95% CI -19 to 39; p=0.004).", "p=0.004"),
        ("The relative risk reduction was 35% (95% CI 12 to 62).", "35%"),
    ],
)
def test_what_does_not_follow(text, printed):
    assert [f.verdict.printed for f in check_text(text).figures if f.verdict.verdict == INCONSISTENT] == [printed]


def test_p_value_by_the_log_of_the_ratio():
    # by hand: log(0.65) / (log(0.88 / 0.48) / 3.92) = -2.786: P = 0.0053
    for name in ("Vaccine efficacy", "The relative risk reduction", "The risk reduction"):
        found = figures(f"{name} was 35% (95% CI 12 to 52; P=0.005).")
        assert found["p"].verdict.verdict == REPRODUCED
        assert found["p"].verdict.computed == pytest.approx(0.0053, abs=2e-4)


def test_counts_and_person_time():
    # by hand: RR = (12/10000)/(34/10050), SE = sqrt(1/12 - 1/10000 + 1/34 - 1/10050)
    ratio = 12 / 10000 / (34 / 10050)
    z = stats.norm.ppf(0.975)
    se = math.sqrt(1 / 12 - 1 / 10000 + 1 / 34 - 1 / 10050)
    katz = [100 * (1 - ratio * math.exp(sign * z * se)) for sign in (1, -1)]
    exact = [stats.beta.ppf(q, *ab) for q, ab in ((0.975, (13, 34)), (0.025, (12, 35)))]
    exact = [100 * (1 - p / (1 - p) * 10050 / 10000) for p in exact]
    odds = math.sqrt(1 / 12 + 1 / 9988 + 1 / 34 + 1 / 10016)
    woolf = [100 * (1 - 12 * 10016 / (34 * 9988) * math.exp(sign * z * odds)) for sign in (1, -1)]
    for limits, method in ((katz, "katz"), (exact, "exact"), (woolf, "woolf")):
        text = (
            f"Illness was seen in 12/10000 of the vaccinated and 34/10050 of the others "
            f"(vaccine efficacy {100 * (1 - ratio):.2f}%, 95% CI {limits[0]:.2f} to {limits[1]:.2f})."
        )
        if method == "woolf":
            text = text.replace(f"{100 * (1 - ratio):.2f}", f"{100 * (1 - 12 * 10016 / (34 * 9988)):.2f}")
        found = figures(text)
        assert all(found[item].verdict.verdict == REPRODUCED for item in ("estimate", "lower", "upper")), text
        assert method in found["lower"].verdict.methods


def test_scores_and_costs_are_none():
    for text in (
        "After the talk on the vaccine self-efficacy was 3.2 (95% CI 2.1 to 4.9).",
        "The cost-effectiveness of the vaccine was 1200 (95% CI 800 to 3000).",
    ):
        assert claim_of(text).measure != "RRR"


@pytest.mark.parametrize(
    "groups",
    [
        "12 cases among 10,000 vaccinees and 34 cases among 10,050 controls",
        "12 infections among 10000 vaccinated and 34 infections among 10050 other persons",
        "12/10,000 of the vaccinated compared with 34/10,050",
        "12 of 10,000 vaccinees and 34 of 10,050 controls",
    ],
)
def test_forms_of_counts(groups):
    found = figures(f"There were {groups} (vaccine efficacy 64.5%, 95% CI 31.5 to 81.6; P = 0.001).")
    # Pearson's chi-squared by hand: 10.44, P = 0.0012
    assert {found[item].verdict.note for item in ("estimate", "lower", "upper")} == {"from the counts"}
    assert "pearson" in found["p"].verdict.methods


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("The drug was well tolerated. Efficacy was 65.0% (95% CI 52.0–76.0).", "proportion"),
        ("The 28-day efficacy was 97.2% (95% CI 94.1%–98.0%) in adults.", "proportion"),
        (
            "The efficacy of the vaccine was good, and antibodies were found in 90.2% (95% CI 82.0 to 94.1) of all.",
            "proportion",
        ),
    ],
)
def test_response_rates_are_none(text, measure):
    claim = claim_of(text)
    assert claim.measure == measure
    assert claim.figures[0].verdict.verdict == CONSISTENT


@pytest.mark.parametrize("seed", range(90))
def test_lawful_efficacies(seed):
    """Wald limits of the log rate ratio and exact limits of few events, rounded as papers round, are not accused."""
    rng = random.Random(seed)
    vaccinated, others = rng.randint(1, 40), rng.randint(20, 160)
    ratio = vaccinated / others
    if seed % 2:
        z = stats.norm.ppf(0.975) * math.sqrt(1 / vaccinated + 1 / others)
        low, high = 1 - ratio * math.exp(z), 1 - ratio * math.exp(-z)
    else:
        upper, lower = (
            stats.beta.ppf(0.975, vaccinated + 1, others), stats.beta.ppf(0.025, vaccinated, others + 1),
        )  # fmt: skip
        low, high = 1 - upper / (1 - upper), 1 - lower / (1 - lower)
    decimals = rng.choice([0, 1])
    e, low, high = (f"{100 * x + 0.0:.{decimals}f}" for x in (1 - ratio, low, high))
    text = rng.choice(
        [
            f"Vaccine efficacy against severe disease was {e}% (95% CI {low} to {high}).",
            f"The efficacy of two doses of the vaccine was {e}% (95% confidence interval, {low} to {high}).",
            f"Vaccine effectiveness (VE) was {e}% [95% CI: {low}%, {high}%].",
        ]
    )
    assert check_text(text).follows, text
