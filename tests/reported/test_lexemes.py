"""Lexemes: levels, P values, measures and counts, each one word of the grammar."""

import pytest

from gvhdcalc.reported.lexemes import Lexer
from gvhdcalc.reported.tokens import tokenise


def lex(text):
    return Lexer(tokenise(text), text).run()


@pytest.mark.parametrize(
    ("text", "conf"),
    [
        ("95% CI", 0.95), ("95 % CI", 0.95), ("95%CI", 0.95), ("95 CI", 0.95), ("95%-CI", 0.95), ("CI95", 0.95),
        ("CI95%", 0.95), ("CI 95%", 0.95), ("CI (95%)", 0.95), ("90% CI", 0.9), ("97.5% C.I.", 0.975),
        ("95% confidence interval", 0.95), ("95% confidence interval [CI]", 0.95), ("95% CI (CI)", 0.95),
        ("95% confidence intervals (CIs)", 0.95), ("95% credible interval", 0.95),
        ("99% Wald confidence limits", 0.99), ("95% bias-corrected bootstrap CI", 0.95),
        ("CI", None), ("confidence interval", None),
    ],
)  # fmt: skip
def test_level(text, conf):
    (lexeme,) = lex(text)
    assert (lexeme.kind, lexeme.conf) == ("level", conf)


@pytest.mark.parametrize(
    "text", ["CI 60%-70%", "CI 95 to 99", "12% CI", "95% of patients", "95% of patients CI", "CI 95% to 99%"]
)
def test_no_level(text):
    assert all(lexeme.conf is None for lexeme in lex(text))


@pytest.mark.parametrize(
    ("text", "value", "relation", "sides"),
    [
        ("P = 0.043", 0.043, "=", None), ("p<.001", 0.001, "<", None), ("p-value=0.06", 0.06, "=", None),
        ("P value < 0.05", 0.05, "<", None), ("P: 0.04", 0.04, "=", None), ("P, .04", 0.04, "=", None),
        ("P 0.04", 0.04, "=", None), ("P of 0.04", 0.04, "=", None), ("P value was 0.04", 0.04, "=", None),
        ("P for trend = 0.02", 0.02, "=", None), ("P for interaction <0.01", 0.01, "<", None),
        ("P (two-sided) = 0.02", 0.02, "=", 2), ("P(log-rank)=0.02", 0.02, "=", None),
        ("P ≤ 0.05", 0.05, "<=", None), ("P = <0.001", 0.001, "<", None), ("P less than 0.001", 0.001, "<", None),
        ("p=0,04", 0.04, "=", None), ("P<0/001", 0.001, "<", None), ("P = 0. 001", 0.001, "=", None),
        ("P = 3 × 10−4", 0.0003, "=", None), ("P = 0.000", 0.0, "=", None), ("Ptrend=0.5", 0.5, "=", None),
    ],
)  # fmt: skip
def test_p(text, value, relation, sides):
    (lexeme,) = lex(text)
    assert lexeme.kind == "p" and lexeme.sides == sides
    assert (lexeme.printed.value, lexeme.printed.relation) == (value, relation)
    assert lexeme.printed.domain == (0.0, 1.0)


@pytest.mark.parametrize("text", ["p53", "P = 4%", "P = NS", "P <", "P patients had 5", "P ("])
def test_no_p(text):
    assert all(lexeme.kind != "p" for lexeme in lex(text))


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("odds ratio", "odds ratio"), ("Odds-Ratio", "odds ratio"), ("OR", "odds ratio"), ("aOR", "odds ratio"),
        ("ORs", "odds ratio"), ("AORs", "odds ratio"), ("relative risk", "risk ratio"), ("RR", "risk ratio"),
        ("aRR", "risk ratio"), ("incidence rate ratio", "rate ratio"), ("IRR", "rate ratio"), ("HR", "hazard ratio"),
        ("hazard ratio (HR)", "hazard ratio"), ("sHR", "subdistribution hazard ratio"),
        ("subdistribution hazard ratio", "subdistribution hazard ratio"), ("risk difference", "risk difference"),
        ("absolute risk reduction", "risk difference"), ("ARR", "risk difference"),
        ("mean difference", "mean difference"), ("MD", "mean difference"),
        ("number needed to treat", "number needed to treat"), ("NNTB", "number needed to treat"),
        ("NNT(H)", "number needed to treat"), ("number needed to harm", "number needed to treat"),
        ("relative risk reduction", "relative risk reduction"), ("or", "odds ratio"), ("hr", "hazard ratio"),
    ],
)  # fmt: skip
def test_measure(text, measure):
    (lexeme,) = lex(text)
    assert lexeme.kind == "measure" and lexeme.text == measure


def test_a_small_or_is_a_word_unless_it_comes_first():
    assert [lexeme.kind for lexeme in lex("5% or 6%")] == ["number", "word", "number"]


def test_an_abbreviation_means_what_it_was_said_to_mean():
    named = [lexeme.text for lexeme in lex("rate ratio (RR) 0.72; RR 0.90") if lexeme.kind == "measure"]
    assert named == ["rate ratio", "rate ratio"]
    assert [x.text for x in lex("RR 0.90") if x.kind == "measure"] == ["risk ratio"]


@pytest.mark.parametrize("text", ["82/99", "82 / 99", "82 of 99", "82 of the 99", "82 out of 99"])
def test_fraction(text):
    (lexeme,) = lex(text)
    assert (lexeme.kind, lexeme.printed.value, lexeme.total.value) == ("fraction", 82, 99)


@pytest.mark.parametrize("text", ["250/50", "1/2/3", "8.2/99", "3 of 95% CI", "82%/99", "0/0", "82 of patients"])
def test_no_fraction(text):
    assert lex(text)[0].kind != "fraction"


def test_sides_and_bounds():
    assert lex("two-sided")[0].sides == 2 and lex("one-tailed")[0].sides == 1 and lex("1-sided")[0].sides == 1
    assert lex("one-sided 97.5% CI")[0].kind == "word"
    (bound,) = lex("<0.01")
    assert (bound.printed.relation, bound.printed.text) == ("<", "<0.01")
