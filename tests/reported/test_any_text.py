"""Whatever is said in a text, check answers: parts of abstracts in any order, and any characters at all."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.reported.abstract import check_text

PARTS = [
    "0.61", "(0.47-0.79)", "95% CI", "95 % CI:", "CI", "12", "82/99", "(82.8%)", "70.7%", "P = 0.043", "p<0.001",
    "P", "=", "<", "vs", "vs.", "versus", "and", ",", ";", ":", ".", "(", ")", "[", "]", "to", "-", "\u2013",
    "\u2212", "\xb1", "+", "OR", "HR", "RR", "odds ratio", "hazard ratio", "mean difference", "difference",
    "risk reduction", "relative risk reduction", "NNT", "number needed to treat", "respectively", "for both",
    "both", "each", "group", "groups", "patients", "patients in each group", "n =", "n=23", "of", "among", "one",
    "two", "none", "three hundred", "SD", "IQR", "range", "median", "mean", "months", "kg", "mg/dl", "per 1000",
    "per", "%", "percent", "percentage points", "points", "\xd7", "10", "-3", "0", "1", "1e5", "999999999999",
    "0.000", "F(1,77) =", "t(38) =", "\u03c72 =", "z =", "respectively,", "In the", "The", "than", "compared with",
    "while", "whereas", "increase", "reduction", "lower", "higher", "times", "fold", "confidential interval",
    "uncertainty", "IC", "\n", "\xa0", "95.66%", "97.5", "90%", "80%", "power", "sample size", "randomised",
    "adjusted", "unadjusted", "Kaplan-Meier", "survival", "cumulative incidence", "?", "!", "\u201c", "\u201d", "'",
    "$", "\xa3", "\u20ac", "/", "//", "\xb7", "0\xb738", "1,446", "17 288", "21,73", "\u2605", "\u03b2", "\u2265",
    "\u2264", "(95% CI)", "[OR]", "(HR)", "for", "interaction", "trend", "less than", "greater than", "no",
    "\u0394", "\u03b1", "=.05", "<.05", "\u2212.29", "P=", "p-value", "p >", "0/0", "5/0", "0/5", "(0%)", "100%",
    "(100%)", "150%", "-5%", "(n = 0)", "(-1)", "h", "d", "<b>", "[red]", "\x1b[31m", "\u0663", "\uff11\uff12",
    "\xbd", "\u2030", "\u200b", "\ud7ff", "P\u226a0.001", "P = NS",
]  # fmt: skip


def answered(text):
    findings = check_text(text)
    json.dumps(findings.as_dict())
    for claim in findings.claims:
        assert text[claim.start : claim.end].strip()
        for figure in claim.figures:
            assert figure.verdict.verdict in ("reproduced", "consistent", "inconsistent", "not checkable")


@settings(max_examples=500)
@given(st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from(" \u00a0") | st.just("")), min_size=1, max_size=40))
def test_parts_of_sentences_in_any_order(parts):
    answered("".join(word + space for word, space in parts))


@settings(max_examples=300)
@given(st.text(max_size=300))
def test_any_characters(text):
    answered(text)


@pytest.mark.parametrize(
    "text",
    [
        "difference -380% P times greater than 21,73 P = 0.043 ",
        "OR] (HR) 0/0 none70.7% while than none ",
        "(95% CI) 1 95.66% ",
        "odds ratio P= \u2212.29 95 % CI:(0.47-0.79) 95% CI ",
        "rates of 21,730\u00b738 (1,446.5 to 30,000.2)",
    ],
)
def test_texts_that_once_stopped_the_reader(text):
    answered(text)
