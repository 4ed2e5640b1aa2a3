"""From pasted text to tokens: numbers with their sign and percent, words, brackets, separators, ranges.

One pass from left to right. Tokens do not overlap and every character is looked at a bounded number of times, so any
text, hostile or not, takes time in proportion to its length.
"""

from __future__ import annotations

import math
import re
from typing import Literal, NamedTuple

from .number import (
    DASHES,
    NUMBER,
    POINTS,
    RELATIONS,
    SLASHES,
    Printed,
    from_match,
    has_decimal_comma,
    has_decimal_point,
    is_ambiguous,
)

Kind = Literal[
    "number", "word", "range", "hyphen", "open", "close", "separator", "stop", "relation", "slash", "plus-minus",
    "other",
]  # fmt: skip


class Token(NamedTuple):
    """A piece of the text: ``text[start:end]``, its kind, and for a number what it prints.

    A dash is a ``range`` after a number, the sign of the number that follows it otherwise, or a ``hyphen`` ("P-value",
    "IL-6"). A percent sign belongs to its number. ``glued`` says that no blank stands before the token. A run of digits
    that is not one number ("12.05.2014", forty digits) is ``other``. Blanks are no tokens.
    """

    kind: Kind
    text: str
    start: int
    end: int
    glued: bool
    printed: Printed | None = None


# Currency signs say nothing here: "€-31" is -31, and so is "-€31".
_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad£$€¥]+")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PERCENT_SIGN = re.compile(r"[ \u00a0\u2009\u202f]?[%％](?:[ -]?points?(?![^\W\d_]))?")
_PERCENT_WORDS = re.compile(
    r"[ \u00a0\u2009\u202f-]{1,2}(?:percentage|per[ -]?cent|pct|pp)(?:[ -]points?)?(?![^\W\d_])", re.IGNORECASE
)
_DIGITS = re.compile(r"[0-9]+")
_DOTTED_LETTERS = re.compile(r"[A-Za-z](?:\.[A-Za-z])+\.?(?![A-Za-z])")
_ALONE: dict[str, Kind] = {
    **dict.fromkeys("([{（［", "open"),
    **dict.fromkeys(")]}）］", "close"),
    **dict.fromkeys(",;:，；：", "separator"),
    **dict.fromkeys(SLASHES, "slash"),
    ".": "stop",
    "±": "plus-minus",
    "∞": "word",
    "~": "range",
    "∼": "range",
    "～": "range",
    "〜": "range",
}
#: Words after which a dash before a digit is a minus sign although it is glued to them: "95% CI-0.12".
_BEFORE_A_SIGN = frozenset(("CI", "OR", "RR", "HR", "RD", "MD", "to", "vs", "and", "of"))


def tokenise(text: str) -> list[Token]:
    """The tokens of a text, in order. Never raises; what cannot be told is kind ``other``."""
    return _Tokeniser(text).run()


class _Tokeniser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.at = 0
        self.blank = True  # whether a blank (or the beginning) stands before the place
        self.matches: dict[int, re.Match[str]] = {}  # of the numbers that may be thousands or decimals, by index

    def run(self) -> list[Token]:
        text, end = self.text, len(self.text)
        decimal_comma = decimal_point = False
        while self.at < end:
            character = text[self.at]
            if match := _BLANKS.match(text, self.at):
                self.at, self.blank = match.end(), True
                continue
            if self._number_starts(self.at):
                match = self._number(self.at, "")
                decimal_comma = decimal_comma or has_decimal_comma(match)
                decimal_point = decimal_point or has_decimal_point(match)
            elif match := _DOTTED_LETTERS.match(text, self.at) or _LETTERS.match(text, self.at):
                self._add("word", match.end())
            elif character in DASHES or character == "+":
                match_or_none = self._dash(character)
                if match_or_none:
                    decimal_comma = decimal_comma or has_decimal_comma(match_or_none)
                    decimal_point = decimal_point or has_decimal_point(match_or_none)
            elif text[self.at : self.at + 2] in RELATIONS:
                self._add("relation", self.at + 2)
            elif character in RELATIONS:
                self._add("relation", self.at + 1)
            else:
                self._add(_ALONE.get(character, "other"), self.at + 1)
        if decimal_comma and not decimal_point:
            self._reread_commas()
        return self.tokens

    def _add(self, kind: Kind, end: int, printed: Printed | None = None, start: int | None = None) -> None:
        begin = self.at if start is None else start
        self.tokens.append(Token(kind, self.text[begin:end], begin, end, not self.blank, printed))
        self.at, self.blank = end, False

    def _number_starts(self, at: int) -> bool:
        """Whether a number without sign starts here: a digit, or a decimal point with a digit after it."""
        text = self.text
        here = text[at : at + 1]
        if "0" <= here <= "9":
            return True
        if not here or here not in POINTS or not "0" <= text[at + 1 : at + 2] <= "9":
            return False
        before = self.tokens[-1] if self.tokens and not self.blank else None
        if before is None or before.end != at:
            return True
        # "P.04" is a number, "vs.70.7%" and "1.01.3" are not
        return before.kind != "other" and (before.kind != "word" or before.text in "Pp")

    def _number(self, at: int, sign: str) -> re.Match[str]:
        """Add the number at ``at`` (its sign is at self.at); returns its match."""
        text = self.text
        match = NUMBER.match(text, at)
        assert match is not None
        end = match.end()
        if text[end : end + 1] and text[end] in POINTS and "0" <= text[end + 1 : end + 2] <= "9":
            return self._not_a_number(match)
        percent = _PERCENT_SIGN.match(text, end) or _PERCENT_WORDS.match(text, end)
        whole_end = percent.end() if percent else end
        whole = text[self.at : whole_end]
        try:
            printed = from_match(match, whole, minus=sign != "" and sign != "+", percent=percent is not None)
        except ValueError:
            self._add("other", whole_end)
            return match
        if is_ambiguous(match):
            self.matches[len(self.tokens)] = match
        self._add("number", whole_end, printed)
        return match

    def _not_a_number(self, match: re.Match[str]) -> re.Match[str]:
        """Digits with several points: a date, a version."""
        text, end = self.text, match.end()
        while text[end : end + 1] and text[end] in POINTS and (digits := _DIGITS.match(text, end + 1)):
            end = digits.end()
        self._add("other", end)
        return match

    def _dash(self, character: str) -> re.Match[str] | None:
        """A range, a sign or a hyphen; returns the match of the number when the dash is its sign."""
        text, start = self.text, self.at
        before = self.tokens[-1] if self.tokens else None
        after_number = before is not None and before.kind == "number"
        if character == "+" and text[start : start + 2] == "+/" and text[start + 2 : start + 3] in DASHES:
            self._add("plus-minus", start + (3 if text[start + 2 : start + 3] else 2))
            return None
        if after_number and character != "+":
            following = _BLANKS.match(text, start + 1)
            target = following.end() if following else start + 1
            if text[target : target + 1].isalpha() and not following:  # "28-day"
                self._add("hyphen", start + 1)
            else:
                self._add("range", start + 1)
            return None
        blank = _BLANKS.match(text, start + 1)
        number_at = blank.end() if blank else start + 1
        name_before = (
            before is not None
            and not self.blank
            and before.kind in ("word", "close", "other")
            and before.text not in _BEFORE_A_SIGN
        )
        # "months - 6.0" goes on after a word, as prose does; a true minus sign stays one
        prose = text[start + 1 : start + 2].isspace() and self.blank and character not in "−+" and before is not None
        if prose and before is not None and before.kind in ("word", "close"):
            self._add("range", start + 1)
            return None
        here = text[number_at : number_at + 1]
        point = here != "" and here in POINTS and "0" <= text[number_at + 1 : number_at + 2] <= "9"
        if not after_number and not name_before and ("0" <= here <= "9" or point):
            return self._number(number_at, character)
        self._add("hyphen", start + 1)
        return None

    def _reread_commas(self) -> None:
        """In a text with decimal commas and no decimal points, "1,014" is 1.014."""
        for index, match in self.matches.items():
            token = self.tokens[index]
            assert token.printed is not None
            minus = math.copysign(1.0, token.printed.value) < 0
            printed = from_match(match, token.text, minus=minus, percent=token.printed.percent, decimal_comma=True)
            self.tokens[index] = token._replace(printed=printed)
