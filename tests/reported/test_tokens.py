"""Tokens: what each character becomes, and that hostile text takes time in proportion to its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.reported.tokens import tokenise


def kinds(text):
    return [token.kind for token in tokenise(text)]


def numbers(text):
    return [token.printed.value for token in tokenise(text) if token.kind == "number"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a dash between two numbers is a range, else a sign
        ("1.01-3.94", [1.01, 3.94]),
        ("1.01 – 3.94", [1.01, 3.94]),
        ("1.01\u20133.94", [1.01, 3.94]),
        ("-23.4--0.5", [-23.4, -0.5]),
        ("−23.4 – −0.5", [-23.4, -0.5]),
        ("-23.4 to -0.5", [-23.4, -0.5]),
        ("(-0.5)", [-0.5]),
        ("95% CI-0.12 – 0.31", [0.95, -0.12, 0.31]),
        ("5%-17%", [0.05, 0.17]),
        ("– 0.75", [-0.75]),
        ("+10% to +20%", [0.1, 0.2]),
        ("~5", [5]),
        # names and words
        ("IL-6", [6]),
        ("P-value .04", [0.04]),
        ("28-day", [28]),
        ("months - 6.0", [6]),
        ("difference −0.9", [-0.9]),
        ("vs.70.7%", [0.707]),
        ("P.04", [0.04]),
        ("RR1.16", [1.16]),
        # decimal marks and thousands
        ("0·68 (0·48 to 0·95)", [0.68, 0.48, 0.95]),
        ("0,68 (0,48-0,95)", [0.68, 0.48, 0.95]),
        ("1,014 (0,9-1,2)", [1.014, 0.9, 1.2]),
        ("1,014 (0.9-1.2)", [1014, 0.9, 1.2]),
        ("1,014 (0,9-1.2)", [1014, 0.9, 1.2]),
        ("1,234 of 12,345", [1234, 12345]),
        ("1.01,3.94", [1.01, 3.94]),
        ("0.48, 0.95", [0.48, 0.95]),
        ("-1,337 and 0,5", [-1.337, 0.5]),
        ("23\u2009456", [23456]),
        ("23 456", [23, 456]),
        ("€-310; €1,520", [-310, 1520]),
        ("−£615", [-615]),
        # what is no number
        ("12.05.2014", []),
        ("9" * 30, []),
        ("٣ ９ ²", []),
    ],
)
def test_numbers(text, expected):
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1-2", ["number", "range", "number"]),
        ("P-value", ["word", "hyphen", "word"]),
        ("28-day", ["number", "hyphen", "word"]),
        ("[5%; 6]", ["open", "number", "separator", "number", "close"]),
        ("P<0.05.", ["word", "relation", "number", "stop"]),
        ("a≤b <= c", ["word", "relation", "word", "relation", "word"]),
        ("82/99", ["number", "slash", "number"]),
        ("3 ± 1 +/- 2", ["number", "plus-minus", "number", "plus-minus", "number"]),
        ("C.I. e.g. a.", ["word", "word", "word", "stop"]),
        ("12.05.2014 *", ["other", "other"]),
        ("", []),
        (" \t\n\u00a0\u200b\ufeff", []),
    ],
)
def test_kinds(text, expected):
    assert kinds(text) == expected


def test_a_percent_sign_belongs_to_its_number():
    for text in (
        "82.8%",
        "82.8 %",
        "82.8\u2009%",
        "82.8 percent",
        "82.8 per cent",
        "82.8 percentage points",
        "82.8%-points",
    ):
        (token,) = tokenise(text)
        assert token.text == text and token.printed.percent and token.printed.value == 0.828
    assert kinds("5 percentile") == ["number", "word"]
    assert kinds("5 ppm") == ["number", "word"]


def test_glued():
    assert [token.glued for token in tokenise("CI95 5 (a)")] == [False, True, False, False, True, True]


@given(st.text(max_size=60) | st.text("0123456789.,-–−%()[]<>=± \u00a0eEPxX/ab·", max_size=60))
def test_tokens_lie_side_by_side_in_the_text(text):
    end = 0
    for token in tokenise(text):
        assert token.start >= end and token.end > token.start
        assert token.text == text[token.start : token.end]
        assert all(c.isspace() or not c.isprintable() or c in "£$€¥" for c in text[end : token.start])
        assert (token.kind == "number") == (token.printed is not None)
        end = token.end
    assert not any(c.isalnum() for c in text[end:])


@given(
    st.lists(st.decimals(-999, 999, places=2, allow_nan=False), min_size=1, max_size=8),
    st.sampled_from([", ", "; ", " to "]),
)
def test_every_number_of_a_list_is_read(values, separator):
    assert numbers(separator.join(map(str, values))) == [float(value) for value in values]


HOSTILE = [
    "9", "(", "[", ")", "-", "- ", ".", ",", "%", "\x00", "\x1b[31m", "\u202e", "٣", "a", "a.", "1.",
    "1,", "1,234,", "1·",
    "1e", "1x10-", "1 ", "1-", "1\u00a0234 ", "<", "=<", "+1", "∞", "P ", "/", "5%", "\ud800", "é", "'",
    "a'", "per cent ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_tokens_of_hostile_text_are_its_characters(piece):
    text = piece * (20_000 // len(piece))
    tokens = tokenise(text)
    assert all(text[token.start : token.start + len(token.text)] == token.text for token in tokens)


@pytest.mark.parametrize("piece", ["9", "(", "\x1b"])
def test_a_megabyte(piece):
    tokens = tokenise(piece * 1_000_000)
    assert sum(len(token.text) for token in tokens) == 1_000_000
