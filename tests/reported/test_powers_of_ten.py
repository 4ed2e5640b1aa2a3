"""P values printed in powers of ten, in every form, in both readers; P values here are scipy's (chi2_contingency)."""

from __future__ import annotations

import shlex

import pytest

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.number import parse_number, power_of_ten
from gvhdcalc.reported.reader import read_reported
from gvhdcalc.stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED

#: How "3.8 times ten to the minus seven" is printed.
FORMS = [
    "3.8×10⁻⁷", "3.8 × 10⁻⁷", "3·8 × 10⁻⁷", "3,8 × 10⁻⁷", "3.8 × 10^-7", "3.8x10^(-7)", "3.8 × 10^{-7}", "3.8 × 10**-7",
    "3.8x10-7", "3.8 X 10-7", "3.8 × 10−7", "3.8 × 10–7", "3.8 × 10 −7", "3.8 x 10(-7)", "3.8 × 10(−7)", "3.8*10^-7",
    "3.8·10−7", "3.8·10⁻⁷", "3.8 · 10⁻⁷", "3.8 ⋅ 10^-7", "3.8e-7", "3.8E-07", "3.8e−7", "3.8E-7",
    "3.8 × 10-⁷", "3.8 × 10–⁷", "3.8\u2009×\u200910⁻⁷", "3.8\u00a0×\u00a010−7",
]  # fmt: skip


def p_of(text: str):
    """The P value of a text that has one claim with one."""
    [claim] = [claim for claim in check_text(text).claims if claim.p]
    [figure] = [figure for figure in claim.figures if figure.verdict.item == "p"]
    return claim, figure


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("before", ["P = ", "p=", "P-value: ", "P value of "])
def test_every_form_is_read_judged_and_handed_on(form, before):
    # chi2_contingency([[61, 23], [29, 57]], correction=False) has P = 3.7716e-07
    text = f"Healing was commoner with zinc (61/84 v 29/86; {before}{form})."
    claim, figure = p_of(text)
    assert claim.p == ("=", "3.8e-7")
    assert figure.verdict.verdict == REPRODUCED and "pearson" in figure.verdict.methods
    assert text[figure.start : figure.end] == f"{before}{form}"
    assert not check_text(text).unread
    # the command that is printed reads the same
    printed = shlex.split(claim.commands[0])
    assert printed[-2:] == ["--reported", "P = 3.8e-7"]
    for shown in (printed[-1], f"{before}{form}"):
        p = read_reported(f"OR 5.21, {shown}").p
        assert p is not None and (p.value, p.decimals) == (3.8e-7, 8)
        assert p.interval == pytest.approx((3.75e-7, 3.85e-7), rel=1e-12)


@pytest.mark.parametrize(
    ("form", "said", "interval"),
    [
        ("5 × 10⁻⁶", "5e-6", (4.5e-6, 5.5e-6)),
        ("5·10−6", "5e-6", (4.5e-6, 5.5e-6)),
        ("5.0 x 10(-6)", "5.0e-6", (4.95e-6, 5.05e-6)),
        ("0.5 × 10^-3", "0.5e-3", (0.45e-3, 0.55e-3)),
        (".5 × 10^-3", "0.5e-3", (0.45e-3, 0.55e-3)),
        ("12 × 10⁻⁴", "12e-4", (11.5e-4, 12.5e-4)),
        ("2.17E-118", "2.17e-118", (2.165e-118, 2.175e-118)),
        ("1 × 10⁻¹²", "1e-12", (0.5e-12, 1.5e-12)),
    ],
)
def test_the_interval_is_that_of_the_last_printed_digit(form, said, interval):
    claim, _ = p_of(f"Scores differed (48/120 v 12/118; P = {form}).")
    p = read_reported(f"P = {form}").p
    assert claim.p == ("=", said)
    assert p is not None and p.interval == pytest.approx(interval, rel=1e-12)
    if "·" not in form:
        assert parse_number(form).interval == pytest.approx(interval, rel=1e-12)


@pytest.mark.parametrize("form", ["10⁻⁴", "10^-4", "10-4", "10−4", "10(-4)", "1 × 10⁻⁴", "1e-4", "10^(-4)"])
@pytest.mark.parametrize("relation", ["<", "≤", "< "])
def test_bounds(form, relation):
    # chi2_contingency([[48, 72], [12, 106]]) has P = 2.6e-07, so it is below all of these
    claim, figure = p_of(f"Relapse differed (48/120 v 12/118; P {relation}{form}).")
    assert claim.p == ("<" if "<" in relation else "<=", "1e-4")
    assert figure.verdict.verdict in (REPRODUCED, CONSISTENT)
    p = read_reported(f"P {relation}{form}").p
    assert p is not None and p.interval == (0.0, 1e-4) and p.text == relation.strip() + form


@pytest.mark.parametrize("form", ["10⁻⁷", "10^-7", "10-7", "10(-7)"])
def test_a_bare_power_is_an_order_of_magnitude(form):
    # P = 1.16e-07 and 2.6e-07 with Yates: both are written as 10⁻⁷; 8/60 v 4/62 (P = 0.20) is not
    assert p_of(f"Relapse differed (48/120 v 12/118; P = {form}).")[1].verdict.verdict == REPRODUCED
    assert p_of(f"Relapse differed (8/60 v 4/62; P = {form}).")[1].verdict.verdict == INCONSISTENT


@pytest.mark.parametrize("form", ["3.8 × 10⁻⁴", "3.8x10-4", "3.8e-4", "3.8·10−4", "3.8 x 10(-4)"])
def test_a_lost_power_is_a_slip(form):
    # a thousand times too great for 61/84 v 29/86, and far too small for 20/84 v 19/86 (P = 0.79)
    assert p_of(f"Death was rarer (61/84 v 29/86; P = {form}).")[1].verdict.verdict != REPRODUCED
    assert p_of(f"Death was as rare (20/84 v 19/86; P = {form}).")[1].verdict.verdict == INCONSISTENT


def test_test_statistics():
    # scipy: t.sf(5.31, 62) * 2 = 1.5702e-06, f.sf(14.2, 2, 88) = 4.5217e-06, chi2.sf(21.7, 1) = 3.1879e-06
    text = "t(62) = 5.31, P = 1.6 × 10⁻⁶; F(2, 88) = 14.2, p=4.5x10(-6); χ2(1) = 21.7, P = 3·2 × 10–6."
    found = [f.verdict.verdict for claim in check_text(text).claims for f in claim.figures if f.verdict.item == "p"]
    assert found == [REPRODUCED] * 3


@pytest.mark.parametrize("form", ["0.10-0.20", "0·10–0·20", "0.10", "0.10 (-0.2 to 0.4)", "0·10"])
def test_what_is_no_power(form):
    assert p_of(f"Relapse differed (48/120 v 12/118; P = {form}).")[0].p == ("=", "0.10")
    assert power_of_ten(form, 0) is None


@pytest.mark.parametrize("form", ["2.1–3.4 × 10⁻⁵", "2.1 to 3.4 x 10^-5", "2.1 and 3.4×10(-5)", "2.1, 3.4 × 10⁻⁵"])
def test_a_power_behind_two_p_values_is_of_both(form):
    texts = f"(OR 1.21, 95% CI 1.15-1.27; P = {form})", f"(48/120 v 12/118; P = {form})", f"(t(38) = 2.3, P = {form})"
    for text in texts:
        assert check_text(f"It differed {text}.").follows


@pytest.mark.parametrize("form", ["3 × 10⁷", "5 × 10", "3 × 10^-9999", "12"])
def test_no_probability_is_neither_accused_nor_handed_on(form):
    claim, figure = p_of(f"Relapse differed (48/120 v 12/118; P = {form}).")
    assert figure.verdict.verdict == NOT_CHECKABLE
    assert claim.commands == ("gvhdcalc or 48/120 12/118",)
