"""Sample-size sentences of abstracts: what is read, and which formula gives the size."""

from __future__ import annotations

import shlex

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main
from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.findings import TextClaim
from gvhdcalc.stats.results import CONSISTENT, NOT_CHECKABLE, REPRODUCED


def sizes(text: str) -> list[TextClaim]:
    return [claim for claim in check_text(text).claims if claim.kind == "sample size"]


# power.prop.test(p1 = 0.3, p2 = 0.5, power = 0.8) in R: 92.999, so 93 per arm; 90%: 123.8; one-sided 0.05, 80%: 73.2
@pytest.mark.parametrize(
    ("text", "size", "verdict", "method"),
    [
        ("To detect a rise from 30% to 50% with 80% power and a two-sided alpha of 0.05, 93 patients per group were"
         " needed.", "93", REPRODUCED, "pooled"),
        ("A sample size of 186 patients would give 80% power to detect 50% versus 30% (P < 0.05).", "186",
         REPRODUCED, "pooled"),
        ("With 124 women in each arm we had a power of 90% to find a 20% difference (50% v 30%).", "124",
         REPRODUCED, "pooled"),
        ("A sample size of 186 was needed to detect 50% versus 30%.", "186", CONSISTENT, "pooled"),
        ("For 80% power at a one-sided 5% significance level, 74 patients per arm were needed (50% v 30%).", "74",
         REPRODUCED, "pooled"),
        ("To detect 50% versus 30% with 80% power, 207 patients were needed with a dropout rate of 10%.", "207",
         REPRODUCED, "pooled"),
        ("The power of 80% to show 30% v 50% needs 120 patients per arm.", "120", NOT_CHECKABLE, None),
    ],
)  # fmt: skip
def test_sizes(text: str, size: str, verdict: str, method: str | None) -> None:
    (claim,) = sizes(text)
    (figure,) = claim.figures
    assert (claim.estimate, figure.verdict.verdict) == (size, verdict)
    assert method is None or method in figure.verdict.methods
    assert [group.percent for group in claim.groups] in (["30", "50"], ["50", "30"])
    result = CliRunner().invoke(main, shlex.split(claim.commands[0])[1:], prog_name="gvhdcalc")
    assert result.exit_code == 0, result.stderr
    assert ("--reported-n" in claim.commands[0]) is (verdict != NOT_CHECKABLE)


@pytest.mark.parametrize(
    "text",
    [
        "Response was 50% versus 30% in 186 patients.",
        "Lack of power: 82% of 99 patients and 70% of 99 responded.",
        "The sample size was 186.",
        "We had 80% power to detect a hazard ratio of 0.7 with 247 events.",
    ],
)
def test_what_is_no_plan_of_two_proportions(text: str) -> None:
    assert not sizes(text)


def test_an_arm_beside_the_total_is_one_claim() -> None:
    text = "The sample size for a fall from 20% to 7%, with a drop out rate of 30%, was N = 320 (n = 160 vs. n = 160)."
    (claim,) = sizes(text)
    assert claim.estimate == "320" and "continuity-corrected" in claim.figures[0].verdict.methods
