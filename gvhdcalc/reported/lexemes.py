"""From tokens to lexemes, the words of the grammar: "95% confidence interval [CI]" is one, "P value < .001" is one.

One pass; every step looks ahead over at most a dozen tokens.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal, NamedTuple

from .number import RELATIONS, Printed, parse_number, power_of_ten
from .tokens import Token
from .words import (
    ABBREVIATIONS,
    COMPARISONS,
    INFINITE,
    INTERVAL_KINDS,
    INTERVAL_WORDS,
    IS,
    LONGEST_PHRASE,
    NOUNS,
    P_FILLERS,
    P_WORDS,
    PHRASE_STARTS,
    PHRASES,
    SIDES,
    SPREADS,
    TO,
    UNITS,
    VERSUS,
)

LexemeKind = Literal[
    "number", "fraction", "level", "measure", "p", "sides", "range", "open", "close", "separator", "equals", "hyphen",
    "versus", "and", "of", "is", "between", "unit", "noun", "spread", "median", "count", "word", "other", "end",
]  # fmt: skip


class Lexeme(NamedTuple):
    """What one or more tokens mean, and which they are (``first`` to before ``last``)."""

    kind: LexemeKind
    first: int
    last: int
    printed: Printed | None = None
    total: Printed | None = None  # of a fraction
    conf: float | None = None
    text: str = ""  # the measure
    spelled: str = ""  # as printed
    sides: int | None = None
    abbreviated: bool = False


END = Lexeme("end", 0, 0)


def whole(printed: Printed | None) -> bool:
    """Whether a printed number can be a count."""
    return (
        printed is not None
        and printed.decimals == 0
        and not printed.percent
        and printed.relation == "="
        and 0 <= printed.value < math.inf
    )


class Lexer:
    """Tokens to lexemes. Every step looks ahead over at most a dozen tokens."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.aliases: dict[str, str] = {}
        self.lexemes: list[Lexeme] = []

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if at < len(self.tokens) else "end"

    def word(self, at: int) -> str:
        """The word at a place in lower case without dots, or ""."""
        if self.kind(at) != "word":
            return ""
        text = self.tokens[at].text
        return text.lower().replace(".", "") if len(text) < 40 else "…"  # no word that is known is so long

    def run(self) -> list[Lexeme]:
        at = 0
        while at < len(self.tokens):
            lexeme = self._next(at)
            self.lexemes.append(lexeme)
            at = lexeme.last
        return self.lexemes

    def _next(self, at: int) -> Lexeme:
        token = self.tokens[at]
        if token.kind == "number":
            number = Lexeme("number", at, at + 1, token.printed)
            return self._sides(at) or self._level(at) or self._fraction(at) or number
        if token.kind == "relation":
            return self._bound(at) or Lexeme("equals", at, at + 1)
        if token.kind == "word":
            found = self._sides(at) or self._p(at) or self._level(at) or self._measure(at)
            return found or self._infinite(at) or self._word(at)
        if self._bracketed_ci(at):
            return Lexeme("level", at, at + 3)
        simple: dict[str, LexemeKind] = {
            "range": "range", "open": "open", "close": "close", "separator": "separator", "stop": "separator",
            "hyphen": "hyphen", "plus-minus": "spread",
        }  # fmt: skip
        return Lexeme(simple.get(token.kind, "other"), at, at + 1)

    def _word(self, at: int) -> Lexeme:
        word, spelled = self.word(at), self.tokens[at].text
        kind: LexemeKind = "word"
        last = at + 1
        if word in TO:
            kind = "range"
        elif word in VERSUS:
            kind = "versus"
            if word == "compared" and self.word(at + 1) in ("with", "to"):
                last = at + 2
            if word == "vs" and self.kind(at + 1) == "stop":
                last = at + 2
        elif word == "out" and self.word(at + 1) == "of":
            kind, last = "of", at + 2
        elif word in ("between", "from"):
            kind = "between"
        elif word in ("and", "of"):
            kind = "and" if word == "and" else "of"
        elif word in IS:
            kind = "is"
        elif word in UNITS:
            kind = "unit"
        elif word in NOUNS:
            kind = "noun"
        elif word in SPREADS:
            kind = "spread"
        elif word in ("median", "medians"):
            kind = "median"
        elif word == "n":
            kind = "count"
        return Lexeme(kind, at, last, spelled=spelled)

    def _infinite(self, at: int) -> Lexeme | None:
        if self.word(at) not in INFINITE:
            return None
        minus = self.kind(at - 1) == "hyphen" if at else False
        value = -math.inf if minus else math.inf
        return Lexeme("number", at, at + 1, Printed(("-" if minus else "") + self.tokens[at].text, value, 0))

    def _bound(self, at: int) -> Lexeme | None:
        """A relation other than = in front of a number, which is then a bound: "<0.01"."""
        relation = RELATIONS[self.tokens[at].text]
        number = self.tokens[at + 1].printed if self.kind(at + 1) == "number" else None
        if relation == "=" or number is None:
            return None
        return Lexeme("number", at, at + 2, number.with_relation(relation, self.tokens[at].text + number.text))

    def _sides(self, at: int) -> Lexeme | None:
        """ "two-sided", "1-tailed"; not before a level, of which it would speak."""
        sides = SIDES.get(self.tokens[at].text.lower())
        if sides is None:
            return None
        then = at + 2 if self.kind(at + 1) == "hyphen" else at + 1
        if self.word(then) not in ("sided", "tailed", "side", "tail"):
            return None
        if self.kind(then + 1) == "number" and self._level(then + 1):
            return Lexeme("word", at, then + 1)
        return Lexeme("sides", at, then + 1, sides=sides)

    def _interval_label(self, at: int) -> int:
        """The place after "CI", "C.I.", "confidence interval", "credible interval" ..., or 0."""
        word = self.word(at)
        last = 0
        if word in ("ci", "cis", "cri", "crl"):
            last = at + 1
        elif word in INTERVAL_KINDS and self.word(at + 1) in INTERVAL_WORDS:
            last = at + 2
        return last + 3 if last and self._bracketed_ci(last) else last

    def _bracketed_ci(self, at: int) -> bool:
        return self.kind(at) == "open" and self.word(at + 1) in ("ci", "cis", "cri") and self.kind(at + 2) == "close"

    def _level(self, at: int) -> Lexeme | None:
        """ "95% CI", "95CI", "95% bootstrap confidence interval [CI]", "CI95%", "CI (95%)", or a bare "CI"."""
        token = self.tokens[at]
        if token.kind == "number":
            conf = self._conf(token)
            if conf is None:
                return None
            then = at + 2 if self.kind(at + 1) == "hyphen" else at + 1
            skips = 4 if token.printed is not None and token.printed.percent else 0
            for skip in range(skips + 1):
                if last := self._interval_label(then + skip):
                    return Lexeme("level", at, last, conf=conf)
                between = self.word(then + skip)
                if self.kind(then + skip) not in ("word", "hyphen") or between in ("of", "in", "and", "vs", "versus"):
                    break
            return None
        last = self._interval_label(at)
        if not last:
            return None
        inner = last + 1 if self.kind(last) in ("open", "hyphen") else last
        if self.kind(inner) == "number":
            number = self.tokens[inner]
            conf = self._conf(number)
            after = self.kind(inner + 1)
            closed = self.kind(last) != "open" or after == "close"
            if (
                conf is not None
                and closed
                and (number.glued or (number.printed is not None and number.printed.percent))
                and after != "range"
                and self.word(inner + 1) not in TO
            ):
                return Lexeme("level", at, inner + 2 if self.kind(last) == "open" else inner + 1, conf=conf)
        return Lexeme("level", at, last)

    @staticmethod
    def _conf(token: Token) -> float | None:
        """The confidence level that a number can be, as a fraction: 80 to 99.99, with or without percent."""
        printed = token.printed
        if printed is None:
            return None
        value = printed.value if printed.percent else printed.as_percent().value
        return value if 0.8 <= value < 1 and printed.relation == "=" else None

    def _fraction(self, at: int) -> Lexeme | None:
        """ "82/99", "82 of 99", "82 of the 99", "82 out of 99": whole numbers, the first not above the second."""
        events = self.tokens[at].printed
        if not whole(events):
            return None
        if self.kind(at + 1) == "slash":
            then = at + 2
        elif self.word(at + 1) == "of":
            then = at + 3 if self.word(at + 2) == "the" else at + 2
        elif self.word(at + 1) == "out" and self.word(at + 2) == "of":
            then = at + 3
        else:
            return None
        if self.kind(then) != "number" or self.kind(then + 1) == "slash":
            return None
        total = self.tokens[then].printed
        assert events is not None and total is not None
        if not whole(total) or events.value > total.value or total.value < 1 or self._level(then):
            return None
        return Lexeme("fraction", at, then + 1, events, total)

    def _p(self, at: int) -> Lexeme | None:
        """A P value with its number: "P = 0.043", "p-value<.001", "P for trend 0.02", "P(two-sided)=0.04"."""
        if self.word(at) not in P_WORDS:
            return None
        then, sides = at + 1, None
        if self.kind(then) == "hyphen":
            then += 1
        if self.word(then) in ("value", "values"):
            then += 1
        if self.kind(then) == "open":
            # "P (two-sided) = ", "P (log-rank) = "
            marked = self._sides(then + 1) if self.kind(then + 1) in ("word", "number") else None
            sides = marked.sides if marked else None
            closing = marked.last if marked else then + 1
            while not marked and closing < then + 6 and self.kind(closing) in ("word", "hyphen"):
                closing += 1
            if self.kind(closing) != "close":
                return None
            then = closing + 1
        reach = then
        while reach < then + 7 and self.kind(reach) in ("word", "hyphen"):
            reach += 1
        filler = all(self.word(k) in P_FILLERS for k in range(then, reach))
        compared = reach - then >= 2 and self.word(reach - 1) == "than" and COMPARISONS.get(self.word(reach - 2))
        if reach > then and not filler and not compared and self.kind(reach) != "relation":
            return None
        then, relation, shown = reach, "=", ""
        if self.kind(then) == "relation":
            shown = self.tokens[then].text
            relation = RELATIONS[shown]
            then += 1
            if self.kind(then) == "relation":  # "= <0.001", "< = 0.05"
                shown = self.tokens[then].text if relation == "=" else relation
                relation = RELATIONS[shown]
                then += 1
        elif self.kind(then) == "separator":
            then += 1
            if self.kind(then) == "relation":
                shown = self.tokens[then].text
                relation = RELATIONS[shown]
                then += 1
        elif compared:
            relation = shown = compared
        elif self.kind(then) == "number" and self.tokens[then].glued and whole(self.tokens[then].printed):
            return None  # "p53" is a protein
        token = self.tokens[then] if then < len(self.tokens) else None
        power = power_of_ten(self.text, token.start) if token and token.kind in ("number", "other") else None
        printed = token.printed if token else None
        last = then + 1
        if token and power and power[1] > token.end - (token.kind == "other"):
            number, end = power
            printed = replace(parse_number(number), text=self.text[token.start : end])
            while last < len(self.tokens) and self.tokens[last].start < end:
                last += 1
        if printed is None:
            return None
        if printed.text == "0" and self.kind(last) in ("slash", "stop") and self.kind(last + 1) == "number":
            # a slip of the pen: "P<0/001", "P = 0. 001"
            slip = self.tokens[last + 1].text
            if slip.isdigit() and (slip[0] == "0" or self.kind(last) == "stop"):
                shown_number = self.text[self.tokens[then].start : self.tokens[last + 1].end]
                printed = replace(parse_number("0." + slip), text=shown_number)
                last += 2
        if printed.percent:
            return None
        text = printed.text if relation == "=" else shown + printed.text
        return Lexeme("p", at, last, printed.with_relation(relation, text).within(0.0, 1.0), sides=sides)

    def _measure(self, at: int) -> Lexeme | None:
        word = self.word(at)
        if word in PHRASE_STARTS:
            words, ends, then = [word], [at + 1], at + 1
            while len(words) < LONGEST_PHRASE:
                if self.kind(then) == "hyphen":
                    then += 1
                if not (following := self.word(then)):
                    break
                words.append(following)
                then += 1
                ends.append(then)
            for length in range(len(words), 0, -1):
                measure = PHRASES.get(tuple(words[:length]))
                if measure:
                    return self._with_abbreviation(at, ends[length - 1], measure)
        spelled = self.tokens[at].text.replace(".", "")
        if spelled in self.aliases:
            return Lexeme("measure", at, at + 1, text=self.aliases[spelled], spelled=spelled)
        if len(spelled) < 6 and (measure := self._abbreviation(at, spelled)):
            last = at + 1
            if spelled == "NNT" and self.kind(last) == "open" and self.kind(last + 2) == "close":
                letter = self.word(last + 1)
                if letter in ("b", "h", "benefit", "harm"):
                    return Lexeme("measure", at, last + 3, text=measure, spelled="NNT" + letter[0].upper())
            return Lexeme("measure", at, last, text=measure, spelled=spelled, abbreviated=True)
        return None

    def _abbreviation(self, at: int, spelled: str) -> str | None:
        """The measure of "OR", "aHR", "ORs"; in small letters only first in the text, as "or" is a word."""
        if spelled.removesuffix("s") in ("sHR", "sdHR"):
            return "subdistribution hazard ratio"
        adjusted = spelled[1:] if spelled[0] in "aAcCum" else spelled
        for cut in (spelled, spelled.removesuffix("s"), adjusted, adjusted.removesuffix("s")):
            if cut in ABBREVIATIONS:
                return ABBREVIATIONS[cut]
        if at == 0 and spelled.islower():
            return ABBREVIATIONS.get(spelled.upper())
        return None

    def _with_abbreviation(self, at: int, last: int, measure: str) -> Lexeme:
        """Spelled out, with its abbreviation in brackets ("hazard ratio (HR)"), which is known from then on."""
        spelled = self.text[self.tokens[at].start : self.tokens[last - 1].end]
        if self.kind(last) == "open" and self.kind(last + 1) == "word" and self.kind(last + 2) == "close":
            short = self.tokens[last + 1].text.replace(".", "")
            if len(short) <= 6 and short.upper() == short and self.word(last + 1) not in ("ci", "cis"):
                self.aliases[short] = measure
                return Lexeme("measure", at, last + 3, text=measure, spelled=spelled)
        return Lexeme("measure", at, last, text=measure, spelled=spelled)
