"""A whole text as a short row of lexemes: its numbers, and the few words and signs that say what they are.

The reader of one pasted finding (tokens.py, lexemes.py) looks at every word; an abstract is mostly prose, and there
are millions of them. Here one expression cuts the text into tokens, a dictionary that remembers words says what each
may be, and only numbers and words of the grammar are looked at further; runs of prose become one lexeme. Every lexeme
has a one-letter code, so that the grammar (intervals.py, counts.py, linking.py ...) can work on a string of codes:

    i  whole number          n  number with decimals     q  percentage           p  P value with its number
    L  interval label, level M  measure                  v  versus               a  and           o  of
    r  range (dash, to)      (  )  brackets of any kind  , ; : =  as they are    /  slash         ±  plus-minus
    <  relation              c  "n =" before a number    s  spread word (range, IQR, SD)           d  median
    m  mean                  u  unit of a number         g  group, arm           h  respectively  e  each, both
    .  end of a sentence     N  end of a line (section)  w  prose                x  not a number (dates, long digits)

Tokens have some codes more, which no lexeme keeps: - for a dash, % and Q, + and ×, P, C (confidence), R (ratio, risk
and other heads of measures), A and B (adjusted, unadjusted), F (foreign), W and X (numbers in words).

Time is linear in the length of the text: tokens do not overlap, and each step looks at a bounded number of tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from itertools import accumulate, compress
from unicodedata import normalize

from . import foreign
from .number import (
    BLOOD,
    DASHES,
    MOST_DIGITS,
    POINTS,
    RELATIONS,
    SLASHES,
    SUPERSCRIPTS,
    TEN_RAISED,
    THIN_BLANKS,
    TIMES,
    TIMES_TEN,
    power_of_ten,
)
from .words import SIDES, UNITS, word_set

#: Most letters: a set is faster than asking whether a character is one.
_LETTERS = "A-Za-zµÀ-ÖØ-öø-ɏΑ-ΡΣ-Ωα-ωА-яḀ-ỿﬀ-ﬆ"
_TOKEN = re.compile(
    rf"""
    \s*(?:
      [{_LETTERS}]+ | [^\W\d_]+
    | (?: [1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+(?![0-9]) | [1-9][0-9]{{0,2}}(?:[{THIN_BLANKS}][0-9]{{3}})+(?![0-9])
        | 0,[0-9]+(?![0-9,{POINTS}]) | [0-9]+,[0-9]{{1,2}}(?!,?[0-9]|[{POINTS}][0-9])
        | [0-9]+ | [{POINTS}](?=[0-9]) )
      (?:(?<=[0-9])[{POINTS}](?=[0-9])|(?<=[{POINTS}])[0-9]+)*
      (?:[ {THIN_BLANKS}]?[%％])?
    | [<>=][<>=] | \+/[-−–] | \S | \Z )
    """,
    re.VERBOSE,
)
# Nobody sees these, and currency says nothing here: "−£448" is -448.
_BAD = "£€¥$\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_P = re.compile("p")
# Cyrillic and Greek letters in the place of Latin ones; chi and rho are signs of their own
_LOOKALIKES = str.maketrans("РрСсІОоНΡ", "PpCcIOoHP")
#: "P = 0.046, 0.71 and 0.57, respectively": the letter is printed once.
_LISTED_P = re.compile("p(?:(?:,<?n){0,5},?a<?n(?=,?h|[).]|$)|(?:,<?n){1,5},?a<?n(?=w))")
_TWO = re.compile("[0-9]+,[0-9]{1,2}")  # with three digits behind the comma it is one number
_WORDS_OF_NUMBERS = {
    "none": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_MULTIPLIERS = {"hundred": 100, "thousand": 1000}
_DASHES = frozenset(DASHES)
#: How what makes a number before it one in powers of ten begins: "e-6", "× 10^-6", "·10−6".
_POWERS = frozenset("eE" + TIMES + POINTS[1:])
#: What begins the power of a ten: "10⁹", "10^9", "10(9)", "10**9", "10*9", "10E9".
_RAISES = frozenset("⁻^(*eE" + SUPERSCRIPTS)
_SPACES = frozenset(" \t\n\r\x0b\x0c" + THIN_BLANKS + "\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u200a\u3000")
_OPEN, _CLOSE = frozenset("([{（［"), frozenset(")]}）］")

_CODES: dict[str, str] = {
    **dict.fromkeys(("vs", "versus", "v", "against", "compared", "than", "relative"), "v"),
    **dict.fromkeys(("and", "&", "plus"), "a"),
    **dict.fromkeys(("of", "among"), "o"),
    **dict.fromkeys(("to", "through", *"~∼～〜⁓"), "r"),
    **dict.fromkeys(_OPEN, "("),
    **dict.fromkeys(_CLOSE, ")"),
    **dict.fromkeys(",，", ","),
    **dict.fromkeys(";；", ";"),
    **dict.fromkeys(":：", ":"),
    **dict.fromkeys(SLASHES, "/"),
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys((*"<>＜＞﹤﹥≤≥⩽⩾≦≧", "<=", ">=", "=<", "=>", "<<", ">>"), "<"),
    **dict.fromkeys(("=", "＝", "=="), "="),
    **dict.fromkeys(("±", "+/-", "+/−", "+/–"), "±"),
    **dict.fromkeys(("range", "ranges", "iqr", "interquartile", "sd", "se", "sem", "quartile", "quartiles"), "s"),
    **dict.fromkeys(("median", "medians"), "d"),
    **dict.fromkeys(("mean", "means", "average", "averaged"), "m"),
    **dict.fromkeys(("respectively", "resp", "respectivement", "respectivamente", "rispettivamente"), "h"),
    **dict.fromkeys(("each", "both", "either"), "e"),
    **dict.fromkeys(("group", "groups", "arm", "arms"), "g"),
    **dict.fromkeys(UNITS - {"d", "h", "w", "y"}, "u"),
    **dict.fromkeys(
        ("kg", "g", "mg", "mm", "cm", "ml", "l", "mmol", "mmhg", "kcal", "points", "point", "secs", "sec", "seconds",
         "µg", "μg", "ng", "pg", "iu", "units", "unit", "bpm", "hr"),
        "u",
    ),
    ".": ".",
    "%": "%",
    "％": "%",
    "n": "c",
    "+": "+",
    "×": "×",
    "x": "×",
    "p": "P",
    "pvalue": "P",
    "ptrend": "P",
    "pinteraction": "P",
    "pint": "P",
    "pheterogeneity": "P",
    "phet": "P",
    "pnoninferiority": "P",
    "pdifference": "P",
    "ci": "C",
    "cis": "C",
    "cri": "C",
    "confidence": "C",
    "confidential": "C",
    "uncertainty": "C",
    **dict.fromkeys(foreign.WORDS, "F"),
    **dict.fromkeys(foreign.ADJUSTED, "A"),
    "credible": "C",
    "credibility": "C",
    "percent": "%",
    **dict.fromkeys(("per", "pct", "percentage"), "Q"),
    "ratio": "R",
    "ratios": "R",
    "risk": "R",
    "risks": "R",
    "hazard": "R",
    "hazards": "R",
    "difference": "R",
    "differences": "R",
    "reduction": "R",
    "increase": "R",
    "decrease": "R",
    "needed": "R",
    "effect": "R",
    "adjusted": "A",
    "adjusting": "A",
    "adjustment": "A",
    "adjustments": "A",
    "multivariable": "A",
    "multivariate": "A",
    "unadjusted": "B",
    "crude": "B",
    "univariable": "B",
    "univariate": "B",
}  # fmt: skip
#: Abbreviations of measures, in capitals only: "or" is a word.
_ABBREVIATIONS = {
    "OR": "OR", "ORs": "OR", "HR": "HR", "HRs": "HR", "RR": "RR", "RRs": "RR", "IRR": "IRR", "IRRs": "IRR",
    "MRR": "rate ratio", "PR": "prevalence ratio", "PRR": "prevalence ratio", "SHR": "HR", "sHR": "HR", "SHRs": "HR",
    "sHRs": "HR", "PRs": "prevalence ratio", "RRR": "RRR",
    "RD": "RD", "ARD": "RD", "ARR": "RD", "MD": "MD", "WMD": "MD", "SMD": "SMD", "NNT": "NNT", "NNTB": "NNT",
    "NNTH": "NNT", "NNH": "NNT", "GMR": "ratio of geometric means", "DOR": "OR", "RaR": "rate ratio",
}  # fmt: skip
for _short in ("OR", "HR", "RR", "IRR"):
    for _prefix in ("Adj", "adj", "Adj.", "adj."):
        _ABBREVIATIONS[_prefix + _short] = _ABBREVIATIONS[_short]
for _short in ("OR", "ORs", "HR", "HRs", "RR", "RRs", "IRR"):
    for _letter in "aA":
        _ABBREVIATIONS[_letter + _short] = _ABBREVIATIONS[_short]
    for _letter in "uc":
        _ABBREVIATIONS[_letter + _short] = _ABBREVIATIONS[_short]
_P_FILLERS = word_set(
    "value values for trend interaction heterogeneity non inferiority noninferiority superiority was of "
    "is overall two one sided tailed logrank log rank less greater than the test trends difference equal "
    "to from by using fisher exact s chi square squared ’ ' linear nonlinearity het homogeneity effect modification "
    "publication bias"
)
_SIDED = frozenset(("sided", "tailed", "arm", "armed", "way", "fold", "group", "step", "stage", "point", "item"))
_P_OF = ("interaction", "trend", "heterogeneity", "inferiority", "noninferiority", "superiority", "rank", "logrank")
_P_OF_WORDS = {word + ending: word for word in _P_OF for ending in ("", "s")}
_P_OF_WORDS |= {
    "int": "interaction", "modification": "interaction", "het": "heterogeneity", "homogeneity": "heterogeneity",
    "cochran": "heterogeneity", "nonlinearity": "nonlinearity", "difference": "difference", "egger": "publication bias",
    "begg": "publication bias", "bias": "publication bias", "lemeshow": "fit", "weinberg": "fit",
    "equilibrium": "fit", "schoenfeld": "fit", "hazards": "fit",
}  # fmt: skip
#: Of those who gave a test its name; "test" and a letter may follow.
_NAMES = frozenset(("cochran", "egger", "begg", "schoenfeld"))
_FISHER = frozenset(("fisher", "fishers"))
_OF_TESTS = _FISHER | set(_P_OF_WORDS)
#: What a P value is of where the two are one word: "Ptrend".
_P_GLUED = {
    "p" + word: _P_OF_WORDS[word]
    for word in ("trend", "interaction", "int", "heterogeneity", "het", "noninferiority", "difference")
}

#: Abbreviations whose full stop ends no sentence.
_BEFORE_STOPS = frozenset(("vs", "v", "e", "i", "approx", "ca", "no", "resp", "al", "c"))
#: The codes of numbers.
NUMBERS = frozenset("inq")
#: Tokens that are lexemes as they stand.
_PLAIN = frozenset("(),;=:/<smuagherod±")

#: What a token is: its code, what it says (the number as canonical text, the measure), and how many blanks it begins
#: with; None for prose.
Token = tuple[str, str, int] | None


def canonical(text: str) -> str:
    """A number without sign as "1446.5": decimal point, no thousands separator; "" when it is no single number."""
    text = "".join("." if c in POINTS else c for c in text)
    for blank in THIN_BLANKS:
        text = text.replace(blank, "")
    if "," in text:
        head, _, tail = text.partition(",")
        if len(tail.partition(".")[0].partition(",")[0]) == 3 and head != "0":
            text = text.replace(",", "")
        elif tail.isdigit():
            text = f"{head}.{tail}"
        else:
            return ""
    if text.count(".") > 1:
        # ".70.7" after "vs.": the first point is not a decimal point
        text = text[1:] if text[0] == "." and text.count(".") == 2 else ""
    return text if 0 < len(text) <= MOST_DIGITS + 1 else ""


def plain(word: str) -> str:
    """A word in the letters of the grammar: "conﬁdence" with a ligature, "𝑃" of a formula, a Cyrillic "СI"."""
    if word.isascii() or word[-1:] in SUPERSCRIPTS:
        return word
    return normalize("NFKC", word.translate(_LOOKALIKES))


def _lower(text: str) -> str:
    """A text in lower case, each character at its place."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.replace("\u0130", "i").lower()  # the only one that becomes two


#: What words mean in any case, and those that mean something else, or nothing, as they are printed.
_IN_LOWER_CASE = {word: (code, word) for word, code in _CODES.items()}
_IN_LOWER_CASE |= {word: ("W", word) for word in _WORDS_OF_NUMBERS} | {word: ("X", word) for word in _MULTIPLIERS}
_AS_PRINTED: dict[str, tuple[str, str] | None] = {
    **{short: ("M", measure) for short, measure in _ABBREVIATIONS.items()},
    **dict.fromkeys(("V", "S", "L", "G", "hr")),
    "C": ("C", "c.i."),
}


class _Memory(dict[str, Token]):
    """Tokens as printed (with the blank before them) and what they are; remembers the common ones, up to a bound."""

    BOUND = 60_000

    def __missing__(self, token: str) -> Token:
        what = self._classify(token.strip())
        found = None if what is None else (*what, len(token) - len(token.lstrip()))
        if len(token) < 24 and len(self) < self.BOUND:
            self[token] = found
        return found

    def _classify(self, text: str) -> tuple[str, str] | None:
        if not text:
            return None
        first = text[0]
        if "0" <= first <= "9" or (first in POINTS and len(text) > 1):
            percent = text[-1] in "%％"
            digits = text.rstrip("%％ " + THIN_BLANKS) if percent else text
            number = canonical(digits)
            if not number:
                return "x", digits
            if percent:
                return "q", number
            return ("i" if "." not in number else "n"), number
        if len(text) > 24:
            return None
        text = plain(text)
        return _AS_PRINTED[text] if text in _AS_PRINTED else _IN_LOWER_CASE.get(text.lower())


class _Words(dict[str, str]):
    """Tokens as printed, and each as a word in lower case ("" for long ones); as bounded as ``_Memory``."""

    def __missing__(self, token: str) -> str:
        text = token.strip()
        found = plain(text).lower() if len(text) < 40 else ""
        if len(token) < 24 and len(self) < _Memory.BOUND:
            self[token] = found
        return found


_MEMORY = _Memory()
_KNOWN = _MEMORY.__getitem__
_WORDS = _Words()


class Scan:
    """The lexemes of a text: ``codes`` (one letter each), and for each its ``start``, ``end`` and ``said``.

    ``said`` is the number as canonical text with its sign, the measure, the level in percent ("95", "" when none is
    printed), or the words of prose as printed. ``relation`` is that of a P value (by place). ``adjusted`` has the
    places in the text of words that say adjusted (True) or unadjusted (False), in order. ``words`` counts the words of
    a run of prose. ``none`` says that the text has the word: a count of zero. ``lower`` is the text in lower case, each
    character at its place.
    """

    __slots__ = (
        "_aliases",
        "_breaks",
        "_done",
        "_foreign",
        "_places",
        "_rows",
        "_starts",
        "_tests",
        "_tokens",
        "adjusted",
        "codes",
        "end",
        "known",
        "lower",
        "none",
        "numbers",
        "relation",
        "said",
        "start",
        "text",
        "words",
    )  # fmt: skip

    def __init__(self, text: str) -> None:
        self.text = text
        self.lower = _lower(text)
        # each replaced by one blank, so that every place stays
        shown = text
        for bad in _BAD:
            if bad in shown:
                shown = shown.replace(bad, " ")
        self._read(shown)
        if self._foreign and (plain := foreign.plain(shown)) != shown:
            self._read(plain)

    def _read(self, shown: str) -> None:
        tokens = _TOKEN.findall(shown)
        self._tokens = tokens
        self._starts = [0, *accumulate(map(len, tokens))]
        self.known: list[Token] = list(map(_KNOWN, tokens))
        self.start: tuple[int, ...] = ()
        self.end: tuple[int, ...] = ()
        self.said: tuple[str, ...] = ()
        self.words: tuple[int, ...] = ()
        self.adjusted: list[tuple[int, bool]] = []
        self.numbers = 0
        self.none = False
        self._foreign = False
        self._aliases: dict[str, str | None] = {}
        self.codes = ""
        self._rows: list[tuple[str, int, int, str, int]] = []
        self._tests: list[tuple[str, str]] = []
        self._done = 0  # tokens before it are in lexemes
        self._breaks = self._broken(shown)
        self._run()
        places = [match.start() for match in _P.finditer(self.codes)]
        self.relation: dict[int, tuple[str, str]] = dict(zip(places, self._tests, strict=True))

    def _broken(self, shown: str) -> list[int]:
        """The tokens that line breaks stand before, the last first."""
        found: list[int] = []
        at = shown.find("\n")
        while at >= 0:
            token = bisect_right(self._starts, at) - 1
            found.append(token)
            at = shown.find("\n", self._starts[token + 1] if token + 1 < len(self._starts) else at + 1)
        return found[::-1]

    # -- tokens ---------------------------------------------------------------------------------------------------

    def _code(self, t: int) -> str:
        known = self.known
        token = known[t] if t < len(known) else None
        return token[0] if token else ""

    def _bare(self, t: int) -> str:
        return self._tokens[t].strip() if 0 <= t < len(self._tokens) else ""

    def _word(self, t: int) -> str:
        return _WORDS[self._tokens[t]] if 0 <= t < len(self._tokens) else ""

    def _glued(self, t: int) -> bool:
        token = self._tokens[t]
        return bool(token) and token[0] not in _SPACES

    def _place(self, t: int) -> int:
        token = self._tokens[t]
        if token[:1] not in _SPACES:
            return self._starts[t]
        return self._starts[t] + len(token) - len(token.lstrip())

    # -- lexemes --------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        starts, rows, known = self._starts, self._rows, self.known
        self._places = places = list(compress(range(len(known)), known))
        done = 0
        line = self._breaks[-1] if self._breaks else len(known)  # where the next line begins
        for t in places:
            token = known[t]
            if t < done or token is None:
                continue
            code, what, blanks = token
            first, last = t, t + 1
            if code not in _PLAIN:
                if code == "-" and known[last] is None:
                    continue  # the hyphen of a word
                self._done = done
                if code == ".":
                    if not self._ends_sentence(t):
                        continue
                else:
                    found = self._number(t, code, what) if code in "inqx" else self._lexeme(t, code, what)
                    if found is None:
                        continue
                    code, what, last, first = found
                    done = self._done
                    if first != t:
                        blanks = self._place(first) - starts[first]
            if line < last:
                self._done = done
                self._prose(first)
                self._end_lines(t + 1)
                line = self._breaks[-1] if self._breaks else len(known)
            elif first > done:
                rows.append(("w", starts[done], starts[first], "", first - done))
            rows.append((code, starts[first] + blanks, starts[last], what, 0))
            done = last
        self._done = done
        self._prose(len(known))
        codes, start, end, said, words = zip(*rows, strict=True) if rows else ((), (), (), (), ())
        self.codes = "".join(codes)
        if "p" in codes and self._listed_tests():
            codes, start, end, said, words = zip(*rows, strict=True)
            self.codes = "".join(codes)
        self.start, self.end, self.said, self.words = start, end, said, words

    def _listed_tests(self) -> bool:
        """Make P values of the numbers that are listed after one; whether there are any."""
        found: dict[int, tuple[str, str]] = {}  # their tests, by place
        signs: set[int] = set()
        number, counted = 0, 0
        for match in _LISTED_P.finditer(self.codes):
            places = [k for k in range(match.start() + 1, match.end()) if self.codes[k] == "n"]
            if any(not 0 <= float(self._rows[k][3]) <= 1 for k in places):
                continue
            number += self.codes.count("p", counted, match.start() + 1)
            counted = match.start() + 1
            of = self._tests[number - 1][1]
            for k in places:
                found[k] = "=", of
                if self.codes[k - 1] == "<":
                    start, end = self._rows[k - 1][1:3]
                    found[k] = RELATIONS.get(self.text[start:end].strip(), "<"), of
                    signs.add(k - 1)
        if not found:
            return False
        tests = iter(self._tests)
        self._tests = [
            found[k] if k in found else next(tests) for k, c in enumerate(self.codes) if c == "p" or k in found
        ]
        rows = [("p", *row[1:]) if k in found else row for k, row in enumerate(self._rows) if k not in signs]
        self._rows[:] = rows
        return True

    def _prose(self, upto: int) -> None:
        """The tokens from where lexemes end to before ``upto`` are prose, in as many runs as there are sections."""
        starts, first = self._starts, self._done
        if self._breaks and self._breaks[-1] < upto:
            for k in self._sections(upto):
                if k > first:
                    self._rows.append(("w", starts[first], starts[k], "", k - first))
                self._rows.append(("N", starts[k], starts[k], "", 0))
                first = k
        if upto > first:
            self._rows.append(("w", starts[first], starts[upto], "", upto - first))

    def _end_lines(self, upto: int) -> None:
        for k in self._sections(upto):
            self._rows.append(("N", self._starts[k], self._starts[k], "", 0))

    def _sections(self, upto: int) -> list[int]:
        """The tokens before ``upto`` that begin a section, of those not asked for yet."""
        found = []
        while self._breaks and self._breaks[-1] < upto:
            k = self._breaks.pop()
            if k >= self._done and self._new_section(k):
                found.append(k)
        return found

    def _lexeme(self, t: int, code: str, what: str) -> tuple[str, str, int, int] | None:
        """The lexeme that begins at a token, no number: code, what it says, the token after it and its first.

        None for prose.
        """
        if code == "-":
            return self._after_dash(t)
        if code == "v":
            return self._versus(t, what)
        if code == "M":
            return (*self._abbreviation(t, what), t)
        if code == "R":
            return self._measure(t)
        if code == "P":
            found = self._p(t)
            if found is None:
                return None
            relation, number, last, of = found
            self.numbers += 1
            self._tests.append((relation, of))
            return "p", number, last, t
        if code == "C":
            level = self._interval_label(t)
            return None if level is None else ("L", *level, t)
        if code in "AB":
            self.adjusted.append((self._starts[t], code == "A"))
            return None
        if code == "F":
            self._foreign = True
            return None
        if code == "W":
            if what == "one" and self._code(t + 1) == "g":
                return None  # "in one group (3%)"
            self.none = self.none or what == "none"
            words = self._number_words(t)
            if words is None or self._sided(t):
                return None
            self.numbers += 1
            after = self._percent_word(words[1])
            return ("q", words[0], after, t) if after else ("i", *words, t)
        if code == "+":
            following = self.known[t + 1] if t + 1 < len(self.known) else None
            before = self._rows[-1][0] if self._rows and self._done == t else ""
            if following is None or following[0] not in "inq" or not (self._glued(t + 1) or before in ("r", ",")):
                return None
            self.numbers += 1
            return following[0], following[1], t + 2, t
        if code == "×":
            return self._times_ten(t)
        if code == "c":
            if self._code(t + 1) in ("=", ":"):
                return code, what, t + 2, t
            return (code, what, t + 1, t) if self._code(t + 1) == "i" and self._glued(t) else None
        return None

    def _number(self, t: int, code: str, what: str) -> tuple[str, str, int, int] | None:
        """A number with what belongs to it; None where it is part of a name."""
        self.numbers += 1
        if code == "x":
            return code, what, t + 1, t
        tokens = self._tokens
        head = tokens[t][0]
        if head != " " and t and head not in _SPACES:
            before = self.known[t - 1]
            if before and (before[0] in "uF" or (before[0] in "Pv" and code == "i")):
                return None  # "cm2", "Ki67", "p53", "v5"
            if t > self._done and tokens[t - 1] != "—":
                if before is None and tokens[t - 1][-1:].isalpha():
                    return None  # "HbA1c"
                if before and before[0] == "-" and tokens[t - 1][0] not in _SPACES:
                    return None  # "IL-6", "m−2"
            if before and before[0] == "v" and head in POINTS and what[0] == ".":
                return ("q" if code == "q" else "i"), what[1:], t + 1, t  # "57.4% vs.22%"
        if len(what) >= 2 and what[0] in "89" and (level := self._level(t)):
            return "L", *level, t
        if code == "q":
            return code, what, t + 1, t
        following = self.known[t + 1]
        beside = following[0] if following else ""
        if beside in ("%", "Q") and (after := self._percent_word(t + 1)):
            return "q", what, after, t
        if code == "i":
            if what == "10" and tokens[t + 1][:1] in _RAISES:
                place = self._place(t)
                if (ten := TEN_RAISED.match(self.text, place)) is not None:
                    return "x", ten[0], self._token_at(ten.end(), t), t
            if beside == "-" and self._sided(t):
                return None  # "2-sided"
            if self._rows and self._rows[-1][0] == "r" and self._thousands(t, what):
                return "i", what + self._bare(t + 1), t + 2, t
            if beside == "X":
                return "i", *(self._number_words(t) or (what, t + 1)), t
        elif "," in tokens[t] and _TWO.fullmatch(tokens[t].strip()) and not what.startswith("0"):
            return self._two(t)
        return code, what, t + 1, t

    def _times_ten(self, t: int) -> tuple[str, str, int, int] | None:
        """ "× 10⁹/L" at a sign of multiplication: no number of its own; as a unit where the text has but this power."""
        if self._bare(t + 1)[:2] != "10":
            return None
        place = self._place(t)
        ten = TIMES_TEN.match(self.text, place)
        if ten is None:
            return None
        blood = BLOOD.search(self.text, place, ten.end() + 10)
        return "u" if blood else "x", ten[0], self._token_at(ten.end(), t), t

    def _token_at(self, place: int, t: int) -> int:
        """The first token after t that begins at a place of the text or behind it."""
        starts = self._starts
        while starts[t] < place and t + 1 < len(starts):
            t += 1
        return t

    def _thousands(self, t: int, what: str) -> bool:
        """Whether "12 577" after the dash of "6955-" is one number: the limits of a range of thousands."""
        rows = self._rows
        if len(what) > 3 or len(rows) < 2 or rows[-2][0] != "i" or self._done != t:
            return False
        three = self._tokens[t + 1] if t + 1 < len(self._tokens) else ""
        grouped = len(three) == 4 and three[0] == " " and three[1:].isdigit() and three.isascii()
        return grouped and float(what) < abs(float(rows[-2][3])) >= 1000

    def _sided(self, t: int) -> bool:
        return self._code(t + 1) == "-" and self._word(t + 2) in _SIDED

    def _two(self, t: int) -> tuple[str, str, int, int]:
        """ "21,73" is two numbers: a decimal comma has a zero before it or a percent sign after it."""
        if t > self._done:
            self._prose(t)
            self._done = t
        place = self._place(t)
        head, _, tail = self._bare(t).partition(",")
        comma = place + len(head)
        self._rows.append(("i", place, comma, head, 0))
        self._rows.append((",", comma, comma + 1, ",", 0))
        self._rows.append(("i", comma + 1, comma + 1 + len(tail), tail, 0))
        self._done = t + 1
        self.numbers += 1
        return "w", "", t + 1, t + 1

    def _after_dash(self, t: int) -> tuple[str, str, int, int] | None:
        sign = self._dash(t)
        if sign == "range":
            return "r", "", t + 1, t
        if sign != "sign":
            return None
        number = self.known[t + 1]
        assert number is not None
        self.numbers += 1
        code, last = number[0], t + 2
        after = self._percent_word(last) if code != "q" else 0
        return ("q" if after else code), "-" + number[1], after or last, t

    def _versus(self, t: int, what: str) -> tuple[str, str, int, int] | None:
        last = t + 1
        if what == "compared":
            last += self._word(t + 1) in ("with", "to")
        elif what in ("vs", "v"):
            last += self._bare(t + 1) == "." and self._glued(t + 1)
        elif what == "relative":
            if self._word(t + 1) != "to":
                return None
            last += 1
        return "v", what, last, t

    def _new_section(self, t: int) -> bool:
        """Whether the line break before a token ends a section, and does not only wrap the line."""
        token = self._tokens[t]
        if token.count("\n") > 1 or t == 0:
            return True
        before = self._tokens[t - 1][-1:]
        if before in ".!?:":
            return True
        return token.lstrip()[:1].isupper() and any(self._bare(k) == ":" for k in range(t + 1, t + 5))

    def _percent_word(self, t: int) -> int:
        """The token after "percent", "per cent", "percentage points" that begin at t, else 0."""
        token = self.known[t] if t < len(self.known) else None
        if token is None or token[0] not in "%Q":
            return 0
        word = token[1]
        if word in ("percent", "pct", "%", "％"):
            return t + 1
        if word == "per" and self._word(t + 1) in ("cent", "centum"):
            return t + 2
        if word == "percentage" and self._word(t + 1) in ("points", "point"):
            return t + 2
        return 0

    def _number_words(self, t: int) -> tuple[str, int] | None:
        """ "Three hundred and eighty three", "thirty-six", "Seven thousand and twenty": the number, the token after."""
        value, group, last, at = 0, 0, t, t
        first = self.known[t]
        if first and first[0] == "i":
            group, at, last = int(first[1]), t + 1, t + 1
        while at < len(self._tokens) and at < t + 12:
            token = self.known[at]
            code = token[0] if token else ""
            word = token[1] if token else ""
            if code == "W":
                amount = _WORDS_OF_NUMBERS[word]
                if group % 10 and amount < 10 and last > t:
                    break
                group += amount
            elif code == "X" and at > t:
                if word == "hundred":
                    group = (group or 1) * 100
                else:
                    value += (group or 1) * 1000
                    group = 0
            elif (
                code in ("-", "a")
                and at > t
                and self._code(at + 1) in ("W",)
                and (self._glued(at) or (code == "a" and (group >= 100 or value)))
            ):
                at += 1
                continue
            else:
                break
            at += 1
            last = at
        if last == t:
            return None
        return str(value + group), last

    def _ends_sentence(self, t: int) -> bool:
        """A full stop ends a sentence when a blank and a capital or a digit follow, and no abbreviation is before."""
        tokens = self._tokens
        following = tokens[t + 1]
        if not following:
            return True
        if not following[0].isspace():
            return False
        first = following[1:2]
        if first in _SPACES:
            first = following.lstrip()[:1]
        if not (first.isupper() or first.isdigit() or first in "“\"'‘(["):
            return False
        if t and _WORDS[tokens[t - 1]] in _BEFORE_STOPS and tokens[t][0] not in _SPACES:
            return False
        if first.isdigit():
            # "0.55. 95% CI" goes on; "in 2012. 45 patients" does not
            return self._level(t + 1) is None
        token = self.known[t + 1]
        return token is None or token[0] not in ("P", "C")

    def _dash(self, t: int) -> str:
        """Whether a dash is a "sign", a "range" or a "hyphen"."""
        if t + 1 >= len(self._tokens):
            return "hyphen"
        before = self._rows[-1][0] if self._rows and self._done == t else ""
        following = self._code(t + 1)
        number = following in ("i", "n", "q")
        if before and before in "inq":
            if self._bare(t) == "—" and not (self._glued(t) and self._glued(t + 1)):
                return "hyphen"
            if number or following in ("-", "+", "("):
                bracketed = following == "(" and self._code(t + 2) in ("-", "i", "n", "q")
                return "range" if number or following != "(" or bracketed else "hyphen"
            return "hyphen"
        if before == "u" and following == "+":
            return "range"
        if before == "u" and number and not (self._glued(t) and self._glued(t + 1)):
            return "range" if not self._glued(t + 1) else "sign"
        if not number or self._bare(t) == "—":
            return "hyphen"
        if self._glued(t) and not (before and before in "L(=,;:r<±)v/M"):
            # "IL-6", but "95% CI-0.07" and "=-0.9"
            previous = self._bare(t - 1)
            if previous and (previous[-1].isalnum() or previous[-1] in _CLOSE):
                return "hyphen"
        if before == ")" and self._glued(t):
            return "hyphen"
        dash = self._bare(t)
        if not self._glued(t + 1) and not (dash == "−" or before in ("(", "=", ",", "r", "L", ";", ":")):
            return "range" if before in ("u",) else "hyphen"
        return "sign"

    # -- labels, measures, P --------------------------------------------------------------------------------------

    def _level(self, t: int) -> tuple[str, int] | None:
        """ "95% CI", "95CI", "95% bootstrap confidence interval [CI]" that begin at the number t."""
        token = self.known[t]
        if token is None or token[0] not in "inq" or not 80 <= float(token[1]) < 100:
            return None
        at = t + 1
        if self._code(at) == "%":
            at += 1
        elif self._word(at) == "per" and self._word(at + 1) == "cent":
            at += 2
        if self._code(at) == "-":
            at += 1
        for skip in range(4 if token[0] == "q" or at > t + 1 else 1):
            here = at + skip
            if self._bare(here) == "Cl":
                return token[1], here + 1  # CI as a scanner reads it
            if self._code(here) == "C":
                label = self._interval_label(here)
                return (token[1], label[1]) if label else None
            if self._code(here) not in ("", "-") or not self._bare(here):
                return None
        return None

    def _interval_label(self, t: int) -> tuple[str, int] | None:
        """ "CI", "C.I.", "confidence interval [CI]", "CI 95%", "CI (95%)": the level in it, the token after."""
        word = self._word(t)
        if word in ("confidence", "credible", "credibility", "confidential", "uncertainty"):
            at = t + 1
            if self._word(at) not in ("interval", "intervals", "limits", "limit", "bounds", "intervall"):
                return None
            at += 1
            if self._code(at) == "(" and self._word(at + 1) in ("ci", "cis", "cri") and self._code(at + 2) == ")":
                at += 3
            elif self._word(at) in ("ci", "cis"):
                at += 1
        else:
            if self._aliases.get("CI", "CI") is None and self._code(t - 1) not in ("q",):
                return None
            if word == "ci" and self._code(t - 1) == "(" and self._code(t + 1) == ")":
                before = self._word(t - 2)
                if before and before not in ("interval", "intervals", "limits") and not before.isdigit():
                    self._aliases["CI"] = None
                    return None
            at = t + 1
            if word == "c":
                if [self._bare(k) for k in (at, at + 1)] != [".", "I"]:
                    return None
                at += 2
            if self._bare(at) == "." and (
                word == "c" or (self._glued(at) and self._code(at + 1) not in ("i", "n", "q"))
            ):
                at += 1
        conf = ""
        inner = at + 1 if self._code(at) in ("(", "-") else at
        token = self.known[inner] if inner < len(self.known) else None
        if token and token[0] in "inq" and 80 <= float(token[1]) < 100:
            closes = self._code(inner + 1)
            bracket = self._code(at) == "("
            limits = closes in ("-", "r") and not self._signed_limit(inner + 1)
            # "99% (CI 95%, 100%)": two limits, and no level
            limits = limits or (
                closes in (",", ";") and self._code(inner + 2) == "q" and self._code(inner + 3) in (")", ";")
            )
            if (token[0] == "q" or self._glued(inner)) and not limits and (not bracket or closes == ")"):
                conf, at = token[1], inner + (2 if bracket else 1)
        return conf, at

    def _signed_limit(self, t: int) -> bool:
        """Whether the dash t is the minus of a first limit: "CI 95% -4.3 to 2.0", but "CI 95% -97%"."""
        if self._code(t) != "-" or self._glued(t) or not self._glued(t + 1) or self._code(t + 1) not in ("i", "n", "q"):
            return False
        at = t + 2
        while at < t + 4 and self._code(at) in ("%", "u"):
            at += 1
        if self._code(at) not in ("-", "r", ",", ";", ":"):
            return False
        return self._code(at + 1) in ("-", "+", "i", "n", "q")

    def _abbreviation(self, t: int, measure: str) -> tuple[str, str, int]:
        """The lexeme of an abbreviation: what it stands for in this text, or prose when it is of something else."""
        short = self._bare(t)
        inside = self._code(t - 1) == "(" and self._code(t + 1) == ")" if t else False
        if inside and short not in self._aliases:
            before = " ".join(self._word(k) for k in range(max(0, t - 4), t - 1))
            if "ratio" in before or "risk" in before or "difference" in before or "needed" in before:
                named = self._head(before)
                self._aliases[short] = named or measure
            elif before.strip() and self._code(t + 2) not in ("=", ":"):  # but "hazard radio [HR] = 0.87"
                self._aliases[short] = None
        meant = self._aliases.get(short, measure)
        if short == "ARR" and (meant == "RD" or self._in_percent(t + 1)):
            return "M", "RD", t + 1  # an absolute risk reduction, and no adjusted ratio
        if short[0] in "aAuc" and len(short) > 2 and short[1:].rstrip("s") in ("OR", "HR", "RR", "IRR"):
            self.adjusted.append((self._starts[t], short[0] in "aA"))
        elif short.lower().startswith("adj"):
            self.adjusted.append((self._starts[t], True))
        if meant is None:
            return "w", "", t + 1
        return "M", meant, t + 1

    def _in_percent(self, t: int) -> bool:
        """Whether the first number of a few tokens is a percentage, and no level of an interval."""
        first = next((k for k in range(t, t + 3) if self._code(k) in ("i", "n", "q")), None)
        return first is not None and self._code(first) == "q" and self._level(first) is None

    @staticmethod
    def _head(words: str) -> str | None:
        """The measure that words spell out."""
        for name, measure in (
            ("odds", "OR"), ("hazard", "HR"), ("incidence rate", "IRR"), ("incidence", "IRR"), ("rate", "rate ratio"),
            ("prevalence", "prevalence ratio"), ("geometric", "ratio of geometric means"),
            ("relative risk reduction", "RRR"), ("absolute risk", "RD"), ("risk difference", "RD"),
            ("relative risk", "RR"), ("risk", "RR"), ("mean difference", "MD"), ("difference", "MD"),
            ("needed", "NNT"),
        ):  # fmt: skip
            if name in words:
                return measure
        return None

    def _measure(self, t: int) -> tuple[str, str, int, int] | None:
        """A measure spelled out whose head word is at t: the measure, the token after it, its first token."""
        head = self._word(t)
        one, two, three = self._word(t - 1), self._word(t - 2), self._word(t - 3)
        if one in _DASHES:
            one, two, three = two, three, self._word(t - 4)
        found: str | None = None
        first = t
        if head in ("ratio", "ratios"):
            if one in ("odds", "hazard", "hazards", "risk", "rate", "prevalence", "incidence", "density", "rates",
                       "subhazard", "risks"):  # fmt: skip
                found = self._head(f"{two} {one}" if one in ("rate", "density") else one)
                if one in ("rate", "rates") and two != "incidence":
                    found = "rate ratio"
                if one == "density":
                    found = "IRR"
                first = t - 1
            elif one in ("mean", "means") and two == "geometric":
                found, first = "ratio of geometric means", t - 2
            elif one.endswith("mean") and (self._code(t + 1) in ("i", "n", "=") or self._after_bracket(t + 1)):
                found, first = "ratio of geometric means", t - 1
            elif self._word(t + 1) == "of" and self._word(t + 2) in ("geometric", "means", "adjusted"):
                found = "ratio of geometric means"
            elif one in ("response", "success", "cure"):
                found, first = "ratio", t - 1
            elif self._code(t + 1) in ("i", "n", "=") or (
                self._word(t + 1) == "of" and self._code(t + 2) in ("i", "n")
            ):
                found = "ratio"
        elif head in ("risk", "risks"):
            if one == "relative" and self._word(t + 1) not in ("reduction", "increase", "difference", "reductions"):
                found, first = "RR", t - 1
        elif head in ("hazard", "hazards"):
            if one == "relative" and self._word(t + 1) not in ("ratio", "ratios", "reduction"):
                found, first = "HR", t - 1
        elif head in ("difference", "differences"):
            if one in ("risk", "absolute", "rate", "proportion", "percentage", "incidence", "proportions"):
                found = "RD"
            else:
                found = "MD"
            if one in ("mean", "risk", "absolute", "rate", "group", "treatment"):
                first = t - 1
        elif head in ("reduction", "increase", "decrease"):
            if one == "risk" and two == "relative":
                found, first = "RRR", t - 2
            elif one == "relative":
                found, first = "RRR" if head != "increase" else "RRI", t - 1
            elif one == "absolute" or (one == "risk" and two == "absolute"):
                found, first = "RD", t - 1
            elif one == "risk":
                found, first = "RRR", t - 1
            else:
                found = "change"
        elif head == "needed":
            following = self._word(t + 2)
            if one in ("number", "numbers") and self._word(t + 1) == "to" and following in ("treat", "harm", "screen"):
                return "M", "NNT", t + 3, max(t - 1, self._done)
            return ("M", "NNT", t + 1, max(t - 1, self._done)) if one in ("number", "numbers") else None
        elif head == "effect" and one == "treatment":
            found = "effect"
        if found is None:
            return None
        last = t + 1
        # "(OR)", "[RR]" after it is its abbreviation from here on
        if self._code(last) in ("(", ",") and found not in ("change", "effect"):
            token = self.known[last + 1] if last + 1 < len(self.known) else None
            short = self._bare(last + 1)
            closes = self._code(last + 2)
            if (
                self._code(last) == "("
                and (token is None or token[0] == "M")
                and 1 < len(short) <= 6
                and (short.upper() == short or token is not None)
                and short.isalpha()
            ):
                self._aliases[short] = found
                if token is None:
                    self._remember(short, found, last + 2)
                if closes == ")":
                    last += 3
            elif self._code(last) == "," and token is not None and token[0] == "M":
                last += 2
        return "M", found, last, max(first, self._done)

    def _after_bracket(self, t: int) -> bool:
        """Whether words in brackets that begin at t stand before a number: "ratio [A + B/B alone] 0.60"."""
        if self._code(t) != "(":
            return False
        for at in range(t + 1, t + 12):
            if self._code(at) == ")":
                at += self._word(at + 1) in ("was", "is", "of")
                return self._code(at + 1) in ("i", "n", "=")
        return False

    def _remember(self, short: str, measure: str, since: int) -> None:
        """An abbreviation of this text's own: its later tokens are measures too."""
        tokens, known = self._tokens, self.known
        if len(self._aliases) > 8:  # so that a hostile text cannot ask for a pass per word
            return
        for k in range(since, len(tokens)):
            if known[k] is None and tokens[k].strip() == short:
                known[k] = ("M", measure, self._place(k) - self._starts[k])
                insort(self._places, k)

    def _p(self, t: int) -> tuple[str, str, int, str] | None:
        """A P value that begins at t: relation, number as canonical text, the token after it, what it is a test of."""
        at, of = t + 1, _P_GLUED.get(self._word(t), "")
        bracket = False
        for _ in range(12):
            code, word = self._code(at), self._word(at)
            if code == "-":
                if self._code(at + 1) in ("i", "n") and self._word(at + 1)[:1] in "0.·":
                    break
                at += 1
            elif code == "(" and not bracket:
                bracket = True
                at += 1
            elif code == ")" and bracket:
                at += 1
            elif word in _P_FILLERS or word in SIDES:
                of = _P_OF_WORDS.get(word, of)
                at += 1
            else:
                break
        relation = "="
        shown = False
        compared = self._word(at - 1) == "than" and self._word(at - 2)
        if compared in ("less", "greater"):
            relation, shown = ("<" if compared == "less" else ">"), True
        for _ in range(3):
            code = self._code(at)
            if code == "=":
                shown = True
                at += 1
            elif code == "<":
                relation, shown = RELATIONS.get(self._bare(at), "<"), True
                at += 1
            elif code in (":", ",") and not shown and self._code(at + 1) in ("i", "n", "x", "=", "<"):
                at += 1
            else:
                break
        token = self.known[at] if at < len(self.known) else None
        if token is None or token[0] not in "inx":
            return None
        if not shown and at == t + 1 and self._glued(at) and token[0] == "i":
            return None  # "p53"
        number, last = token[1], at + 1
        power = None
        if number[-2:] == "10" or token[0] == "x" or self._bare(last)[:1] in _POWERS:
            power = power_of_ten(self.text, self._place(at))
        if token[0] == "x" and power is None:
            return None
        if number == "0" and self._bare(last) in ("/", ".") and self._code(last + 1) == "i":
            slip = self._bare(last + 1)
            if slip.startswith("0") or self._bare(last) == ".":
                number, last = "0." + slip, last + 2
        elif number == "0" and (rest := self.known[last]) is not None and rest[0] == "n" and rest[1][0] == ".":
            number, last = "0" + rest[1], last + 1  # "P = 0 .001"
        elif power is not None:
            number, end = power
            last = self._token_at(end, at)
        if not shown and not (at > t and float(number) < 1):
            return None
        if self._code(last) == "%":
            return None
        value = float(number)
        if value > 1 and not shown:
            return None
        if not of and self._word(last) == "for":
            named = last + 1  # "P < 0.01 for interaction", "for non-inferiority"
            if self._word(named) == "non":
                named += 1 + (self._code(named + 1) == "-")
            of = _P_OF_WORDS.get(self._word(named), "")
        return relation, number, last, of or self._test_named(t)

    def _test_named(self, t: int) -> str:
        """What the words before a P value say that it is a test of."""
        words = [_WORDS[token] for token in self._tokens[max(0, t - 7) : t]]
        if _OF_TESTS.isdisjoint(words):
            return ""
        for back, word in enumerate(reversed(words), 1):
            of = _P_OF_WORDS.get(word, "") if back <= (6 if word in _NAMES else 4) and word != "difference" else ""
            if of:
                return of
        return "" if _FISHER.isdisjoint(words) else "fisher"

    # -- for the grammar ------------------------------------------------------------------------------------------

    def value(self, k: int) -> float:
        return float(self.said[k])

    def word(self, k: int) -> str:
        """The first word of a lexeme, in lower case; "" where it has none."""
        return next(iter(self.prose(k, k + 1).split()), "")

    def prose(self, first: int, last: int) -> str:
        """The text of lexemes first to before last, in lower case."""
        last = min(last, len(self.end))
        if first >= last:
            return ""
        return self.lower[self.start[first] : self.end[last - 1]]
