"""Percentages that say a ratio again, percentages and rates beside a ratio."""

from __future__ import annotations

import pytest

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.relative_change import MEASURE
from gvhdcalc.stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED


@pytest.mark.parametrize(
    ("text", "percent", "verdict"),
    [
        ("Rates were 28% lower with A than with B (rate ratio [RR]: 0.72 [95% CI 0.52-1.00]).", "28", REPRODUCED),
        ("Death was reduced by 14% relative to placebo (HR 0.86; 95% CI, 0.74-0.99).", "14", REPRODUCED),
        ("The odds were 85% higher (OR 1.85, 95% CI 0.91 to 3.77).", "85", REPRODUCED),
        ("A reduction of 53% among children of under 2 years (RR = 0.47, 95% CI 0.30-0.73).", "53", REPRODUCED),
        ("Relapse was 32.4% less frequent (HR 0.68; 95% CI 0.50-0.94).", "32.4", CONSISTENT),
    ],
)
def test_a_ratio_said_again(text: str, percent: str, verdict: str) -> None:
    (found,) = [claim for claim in check_text(text).claims if claim.measure == MEASURE]
    assert (found.kind, found.estimate, found.verdict) == ("other", percent, verdict)


@pytest.mark.parametrize(
    "text",
    [
        "Death was reduced by 20% (HR 0.70; 95% CI 0.55-0.89).",  # perhaps of the crude risks
        "Response was 28% (RR 0.72; 95% CI 0.52-1.00).",
        "Rates were 28% lower. In others the risk ratio was (RR 0.72; 95% CI 0.52-1.00).",
    ],
)
def test_what_does_not_say_it_is_left_alone(text: str) -> None:
    assert not [claim for claim in check_text(text).claims if claim.measure == MEASURE]


@pytest.mark.parametrize(
    "text",
    [
        "It reduced deaths by 62% (HR 0.74, 95% CI 0.50 to 1.09).",
        "There was a 62% reduction in the risk of death (HR 0.74, 95% CI 0.50-1.09).",
        "The risk of relapse fell by 62% compared with placebo (hazard ratio 0.74; 95% CI 0.50-1.09).",
        "With it there was a 62% lower risk of stroke (RR, 0.74; 95% CI, 0.50-1.09).",
        "There were 62% fewer deaths [rate ratio 0.74, 95% CI 0.50 to 1.09].",
        "Women were 62% less likely to relapse (odds ratio 0.74, 95% CI 0.50 to 1.09).",
        "The odds of cure were 83% higher (OR 1.38, 95% CI 1.02 to 1.87).",
        "It increased the risk of bleeding by 83% (RR 1.38, 95% CI 1.02 to 1.87).",
        "It was followed by a 83% increase in mortality (HR 1.38, 95% CI 1.02 to 1.87).",
        "It reduced the risk of death by 62% (multivariable-adjusted hazard ratio [HR] 0.74, 95% CI 0.50 to 1.09).",
        "There was a 62% reduction in the risk of death compared with placebo (HR = 0.74; 95% CI 0.50-1.09; P = 0.13).",
        # less than the ratio has it, of hazards, odds or relative risks
        "The hazard of death was reduced by 12% (HR 0.74, 95% CI 0.50 to 1.09).",
        "It gave a 12% reduction in the relative risk of death (RR 0.74, 95% CI 0.50 to 1.09).",
    ],
)
def test_a_percentage_that_belies_the_ratio(text: str) -> None:
    wrong = [f.verdict.item for f in check_text(text).figures if f.verdict.verdict == INCONSISTENT]
    assert wrong == ["percent change"]


@pytest.mark.parametrize(
    "text",
    [
        "It reduced LDL cholesterol by 62% (HR for death 0.74, 95% CI 0.50 to 1.09).",
        "It reduced LDL cholesterol by 62% (HR 0.74, 95% CI 0.50 to 1.09).",
        "It reduced LDL cholesterol by 62% and deaths (HR 0.74, 95% CI 0.50 to 1.09).",
        "There was a 62% reduction in LDL in patients at risk (HR 0.74, 95% CI 0.50 to 1.09).",
        "It reduced the risk of relapse by 62% (HR for death 0.74, 95% CI 0.50 to 1.09).",
        "It reduced the risk of death by 12% (HR 0.74, 95% CI 0.50 to 1.09).",  # crude, or in points
        "It reduced the risk of death by about 40% (HR 0.74, 95% CI 0.50 to 1.09).",
        "It reduced the risk of death by 30% (HR 0.72, 95% CI 0.50 to 1.04).",  # said in tens
        "It reduced the odds of death by 31% (adjusted OR 0.74, 95% CI 0.50 to 1.09).",  # of the crude odds ratio
        "It reduced the risk of death by 62% (OR 0.31, 95% CI 0.14 to 0.70; RR 0.38, 95% CI 0.20 to 0.72).",
        "There was a 26% lower risk of death per 10 mg (HR 0.97, 95% CI 0.95 to 0.99).",
        "It reduced the heart rate by 62% (HR 0.74, 95% CI 0.50 to 1.09).",
        "The risk of death was 62% (HR 0.74, 95% CI 0.50 to 1.09).",
        "Of the others 62% had a lower risk (HR 0.74, 95% CI 0.50 to 1.09).",
        "It increased survival by 35%, with a lower risk of death (HR 0.74, 95% CI 0.50 to 1.09).",
        # of another time, another outcome, others, or before adjustment
        "It gave a 47% lower risk of relapse in the first 6 months (HR 0.74, 95% CI 0.50 to 1.09).",
        "It gave a 47% lower risk of relapse (HR 0.74, 95% CI 0.50 to 1.09, over 5 years).",
        "There was a 47% reduction in the risk of stroke among women (hazard ratio 0.74, 95% CI 0.50 to 1.09).",
        "It reduced hip fractures and the risk of falls by 47% (any fracture: HR 0.74, 95% CI 0.50 to 1.09).",
        "It reduced deaths from cancer by 47% (total mortality, RR 0.74, 95% CI 0.50 to 1.09).",
        "It reduced the incidence of mumps by 47%, and orchitis was rarer as well (RR 0.74, 95% CI 0.50 to 1.09).",
        "Users were 47% less likely to die before matching (HR 0.74, 95% CI 0.50 to 1.09).",
        "The unadjusted odds of death were 47% lower (adjusted OR 0.74, 95% CI 0.50 to 1.09).",
        # not what was found
        "We can rule out a 47% reduction in mortality (HR 0.74, 95% CI 0.60 to 0.91).",
        "We did not see the anticipated 47% reduction in the risk of death (HR 0.74, 95% CI 0.50 to 1.09).",
        "A 47% lower risk of death had been assumed (HR 0.74, 95% CI 0.50 to 1.09).",
    ],
)
def test_percentages_of_something_else_are_left_alone(text: str) -> None:
    assert check_text(text).follows


def notes(text: str, item: str) -> list[str | None]:
    return [f.verdict.note for c in check_text(text).claims for f in c.figures if f.verdict.item == item]


def test_percentages_beside_a_hazard_ratio() -> None:
    # log(1 - 0.101) / log(1 - 0.135) = 0.734
    text = "Relapse was 10.1% v 13.5% (HR 0.75, 95% CI 0.34-1.67)."
    assert notes(text, "percent 1") == ["the percentages give a hazard ratio of 0.73 where hazards are proportional"]


def test_rates_beside_their_ratio() -> None:
    text = "Rates per 100 person-years were 8.19 (95% CI 6.84-9.82) and 8.67 (6.96-10.79) (rate ratio 1.04, 0.78-1.40)."
    assert "the rates give a ratio of 0.94" in notes(text, "rate 1")
    ratio = next(c for c in check_text(text).claims if c.kind == "ratio")
    assert [group.rate for group in ratio.groups] == ["8.19", "8.67"]
    assert {f.verdict.verdict for f in ratio.figures if f.verdict.item.startswith("rate")} == {NOT_CHECKABLE}


@pytest.mark.parametrize(
    "text",
    [
        "93 (11%) receiving home care and 66 (12%) receiving clinic care died.",
        "95 (95%) patients with the plan were seen within 24 hours, while 62 (61%) controls were seen.",
        "176 of 208 (85%) for control and 163 of 195 (84%) for the plan came.",
    ],
)
def test_counts_of_two_groups_are_one_claim(text: str) -> None:
    (found,) = check_text(text).claims
    assert len(found.groups) == 2


def test_cumulative_incidences_with_intervals_beside_a_hazard_ratio() -> None:
    # log(1 - 0.395) / log(1 - 0.627) = 0.510
    text = (
        "The cumulative incidence was 39.5% (95% CI, 29.3-49.4%) and 62.7% (51.4-72.1%) (HR 0.55, 95% CI, 0.36-0.84)."
    )
    assert "the percentages give a hazard ratio of 0.51 where hazards are proportional" in notes(text, "percent 2")
