"""Two means with their standard deviations and a P value: t tests, held to R's, and what is claimed of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.findings import Judged
from gvhdcalc.reported.means import student, welch
from gvhdcalc.stats.results import CONSISTENT, NOT_CHECKABLE, REPRODUCED

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
        "They were A (n = 40), B (n = 35) or C (n = 20). It took 17.8 ± 6.4 versus 11.7 ± 3.5 days (P < 0.001).",
    ],
)
def test_no_claim_without_the_size_of_the_two_groups(text):
    assert not check_text(text).claims
