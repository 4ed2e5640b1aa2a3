"""Lexemes of a whole text: codes, numbers, and hostile text (its time: bench/linear.py)."""

from __future__ import annotations

import pytest

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.scan import Scan, canonical


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("0.68", "0.68"), ("0·68", "0.68"), ("1,446", "1446"), ("0,04", "0.04"), (".043", ".043"),
        ("17\u2009288", "17288"), ("1,234,567.5", "1234567.5"), ("12.05.2014", ""), (".70.7", "70.7"), ("9" * 40, ""),
    ],
)  # fmt: skip
def test_canonical_numbers(printed, said):
    assert canonical(printed) == said


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("HR 0.68 (95% CI 0.48-0.95)", "Mn(Lnrn)"),
        ("95 % confidence interval [CI], 1 to 2", "L,iri"),
        ("95% CI-0.07 – 0.06", "Lnrn"),
        ("64,3%", "q"),
        ("[95% CI 21,73]", "(Li,i)"),
        ("P < 0.001", "p"),
        ("P-value for trend = 0.02", "p"),
        ("P<0/001 and p53", "paw"),
        ("Seven thousand and twenty patients", "iw"),
        ("HbA1c, IL-6 and m−2", "w,waw"),
        ("a 2-sided test", "w"),
        ("n = 99", "ci"),
        ("12.05.2014", "x"),
    ],
)
def test_codes(text, codes):
    got = Scan(text).codes
    assert [c for c in got if c != "w"] == [c for c in codes if c != "w"]


def test_an_abbreviation_of_the_texts_own():
    scan = Scan("The mortality rate ratio (MRX) was high: MRX 2.1 (95% CI 1.2-3.7).")
    assert [scan.said[k] for k, code in enumerate(scan.codes) if code == "M"] == ["rate ratio", "rate ratio"]


def test_a_wrapped_line_is_one_sentence_and_a_section_is_not():
    assert "N" not in Scan("The odds ratio was\n2.00 (95% CI 1.01-3.94).").codes
    assert "N" in Scan("Twelve died.\nResults: Eighty lived.").codes


HOSTILE = {
    "digits after OR": lambda n: "OR " + "1" * n,
    "blanks": lambda n: " " * n,
    "brackets": lambda n: "(" * n,
    "points": lambda n: "1." * (n // 2),
    "commas": lambda n: "1," * (n // 2),
    "dashes": lambda n: "1-" * (n // 2),
    "labels": lambda n: "95% CI " * (n // 7),
    "measures": lambda n: "OR " * (n // 3),
    "abbreviations": lambda n: "odds ratio (AB) " * (n // 16),
    "p": lambda n: "P = " * (n // 4),
    "fractions": lambda n: "82/99 v " * (n // 8),
    "percents": lambda n: "82% " * (n // 4),
    "thin": lambda n: "1\u2009000" * (n // 5),
    "words of numbers": lambda n: "one hundred and " * (n // 16),
    "one word": lambda n: "a" * n,
    "escapes": lambda n: "\x1b[31m" * (n // 5),
    "bidi": lambda n: "\u202e" * n,
    "intervals": lambda n: "OR 2.0 (1.0-4.0) " * (n // 17),
    "slips": lambda n: "OR 1.43 (95% CI 1.11-1.99) " * (n // 27),
    "counts": lambda n: "It was 303 doctors (37.0%). " * (n // 28),
    "tests": lambda n: "It was 25/28 (89.3%) v 25/27 (92.6%), P = 0.10. " * (n // 49),
}


@pytest.mark.parametrize("family", HOSTILE)
def test_hostile_text_is_answered_with_every_claim_in_its_place(family):
    text = HOSTILE[family](20_000)
    findings = check_text(text)
    for claim in findings.claims:
        assert 0 <= claim.start < claim.end <= len(text)


def test_text_in_lower_case_keeps_every_place() -> None:
    text = "İSTANBUL: OR 2.00 (95% CI 1.01-3.94)"
    scan = Scan(text)
    assert len(scan.lower) == len(text)
    assert scan.lower[text.index("CI") :].startswith("ci")
