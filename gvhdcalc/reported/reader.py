"""The reader of pasted text: one finding as a paper prints it, into a Claim.

The text becomes tokens (tokens.py), tokens become lexemes ("95% confidence interval [CI]" is one, "P value < .001" is one),
and a small grammar over lexemes, looking ahead over a bounded number of them, finds the estimate, its limits, the P
value and the arms. What holds digits and was not read is handed back, so that nothing seems checked that was not.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from .number import RELATIONS, Printed, parse_number, quoted
from .tokens import Token, tokenise


@dataclass(frozen=True, slots=True)
class ArmText:
    """What is printed of one arm: events, total, a percentage or a median, and the limits printed for that figure."""

    events: Printed | None = None
    total: Printed | None = None
    percent: Printed | None = None
    median: Printed | None = None
    lower: Printed | None = None
    upper: Printed | None = None
    conf: float | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding as printed.

    ``measure`` is the field's name for the estimate ("odds ratio") or None when the text names none, ``measure_text`` the
    words that named it. ``conf`` is a fraction, None when no level is printed. ``p`` is the first P value, ``more_p`` the
    others, ``p_sides`` 1 or 2 when the text says so. Of a number needed to treat whose interval passes through infinity
    ("NNTB 4.2 to infinity to NNTH 30") ``through_infinity`` is true and numbers needed to harm are negative. ``unread``
    are the tokens that hold digits and found no place.
    """

    measure: str | None = None
    measure_text: str | None = None
    estimate: Printed | None = None
    lower: Printed | None = None
    upper: Printed | None = None
    conf: float | None = None
    p: Printed | None = None
    more_p: tuple[Printed, ...] = ()
    p_sides: int | None = None
    arms: tuple[ArmText, ...] = ()
    through_infinity: bool = False
    unread: tuple[Token, ...] = ()

    @property
    def medians(self) -> tuple[Printed, ...]:
        """The medians of the arms that print one."""
        return tuple(arm.median for arm in self.arms if arm.median is not None)

    def items(self) -> list[tuple[str, Printed]]:
        """The printed figures to be judged, by name, in the order of a table: arms, estimate, limits, P values.

        With one arm "percent", "events", "median"; with more "percent 1", "events 1", "percent 2" ... The limits of an
        arm are "lower" and "upper", numbered as the arm is where there are several arms or an estimate has limits too.
        """
        found: list[tuple[str, Printed | None]] = []
        own_limits = self.lower is not None or self.upper is not None
        for number, arm in enumerate(self.arms, 1):
            tail = f" {number}" if len(self.arms) > 1 else ""
            limit_tail = " 1" if own_limits and not tail else tail
            found += [("percent" + tail, arm.percent), ("events" + tail, arm.events), ("median" + tail, arm.median)]
            found += [("lower" + limit_tail, arm.lower), ("upper" + limit_tail, arm.upper)]
        found += [("estimate", self.estimate), ("lower", self.lower), ("upper", self.upper), ("p", self.p)]
        found += [(f"p {number}", p) for number, p in enumerate(self.more_p, 2)]
        return [(item, printed) for item, printed in found if printed is not None]


# --- words ------------------------------------------------------------------------------------------------------------

#: The names of measures in print, by the name this package uses. Words may be plural; "-" and " " are alike.
_NAMES = {
    "odds ratio": ("odds ratio", "odds ratios", "odds-ratio"),
    "risk ratio": ("risk ratio", "relative risk", "risk ratios", "relative risks"),
    "rate ratio": ("rate ratio", "rate ratios", "incidence rate ratio", "incidence ratio", "incidence density ratio"),
    "hazard ratio": ("hazard ratio", "hazard ratios", "hazards ratio"),
    "subdistribution hazard ratio": ("subdistribution hazard ratio", "sub distribution hazard ratio", "subhazard ratio"),
    "prevalence ratio": ("prevalence ratio", "prevalence ratios"),
    "relative risk reduction": ("relative risk reduction", "relative reduction", "relative decrease"),
    "relative risk increase": ("relative risk increase", "relative increase"),
    "risk difference": (
        "risk difference", "risk differences", "absolute risk difference", "absolute risk reduction",
        "absolute risk increase", "absolute difference", "absolute reduction", "absolute increase",
        "difference in proportions", "rate difference",
    ),
    "mean difference": ("mean difference", "mean differences", "weighted mean difference"),
    "difference": ("difference", "differences", "between group difference", "treatment difference"),
    "number needed to treat": (
        "number needed to treat", "numbers needed to treat", "number needed to treat to benefit",
        "number needed to treat for benefit", "number needed to treat to harm", "number needed to treat for harm",
        "number needed to harm",
    ),
}  # fmt: skip
_ABBREVIATIONS = {
    "OR": "odds ratio", "RR": "risk ratio", "IRR": "rate ratio", "HR": "hazard ratio", "PR": "prevalence ratio",
    "SHR": "subdistribution hazard ratio", "RRR": "relative risk reduction", "RD": "risk difference",
    "ARD": "risk difference", "ARR": "risk difference", "ARI": "risk difference", "MD": "mean difference",
    "WMD": "mean difference", "NNT": "number needed to treat", "NNTB": "number needed to treat",
    "NNTH": "number needed to treat", "NNH": "number needed to treat",
}  # fmt: skip
_PHRASES = {tuple(re.split("[ -]", name)): measure for measure, names in _NAMES.items() for name in names}
_PHRASE_STARTS = {phrase[0] for phrase in _PHRASES}
_LONGEST_PHRASE = max(map(len, _PHRASES))
#: Measures that are 0, not 1, where the arms are alike.
DIFFERENCES = frozenset(("risk difference", "mean difference", "difference"))
#: Measures that cannot be negative.
RATIOS = frozenset(
    ("odds ratio", "risk ratio", "rate ratio", "hazard ratio", "subdistribution hazard ratio", "prevalence ratio")
)

_UNITS = frozenset(
    "month months mo mos year years yr yrs y week weeks wk wks w day days d hour hours h hrs min minute minutes".split()
)
_NOUNS = frozenset(
    "patients patient participants participant subjects subject children women men people persons person cases case "
    "events event adults infants individuals recipients deaths".split()
)
_VERSUS = frozenset(("vs", "versus", "v", "against", "compared", "than"))
_INTERVAL_WORDS = frozenset(("interval", "intervals", "limits", "bounds"))
_INTERVAL_KINDS = frozenset(("confidence", "credible", "credibility"))
_P_WORDS = frozenset(
    "p pvalue pvalues ptrend pinteraction pheterogeneity plogrank pnoninferiority psuperiority".split()
)
_P_FILLERS = frozenset(("value", "values", "of", "was", "is", "were"))
_IS = frozenset(("was", "were", "is", "of", "equals", "being"))
_SPREADS = frozenset(("range", "iqr", "interquartile", "sd", "se", "sem", "quartiles", "χ", "z", "df"))
_INFINITE = frozenset(("∞", "infinity", "infinite", "inf"))
_TO = frozenset(("to", "through"))
_SIDES = {"one": 1, "single": 1, "two": 2, "double": 2, "1": 1, "2": 2}

LexemeKind = Literal[
    "number", "fraction", "level", "measure", "p", "sides", "range", "open", "close", "separator", "equals", "hyphen",
    "versus", "and", "of", "is", "between", "unit", "noun", "spread", "median", "count", "word", "other", "end",
]  # fmt: skip


class _Lexeme(NamedTuple):
    kind: LexemeKind
    first: int  # the tokens it is made of
    last: int
    printed: Printed | None = None
    total: Printed | None = None  # of a fraction
    conf: float | None = None
    text: str = ""  # the measure
    spelled: str = ""  # as printed
    sides: int | None = None
    abbreviated: bool = False


_END = _Lexeme("end", 0, 0)


def _whole(printed: Printed | None) -> bool:
    """Whether a printed number can be a count."""
    return (
        printed is not None
        and printed.decimals == 0
        and not printed.percent
        and printed.relation == "="
        and 0 <= printed.value < math.inf
    )


class _Lexer:
    """Tokens to lexemes. Every step looks ahead over at most a dozen tokens."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.aliases: dict[str, str] = {}
        self.lexemes: list[_Lexeme] = []

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if at < len(self.tokens) else "end"

    def word(self, at: int) -> str:
        """The word at a place in lower case without dots, or ""."""
        if self.kind(at) != "word":
            return ""
        return self.tokens[at].text.lower().replace(".", "") if self.tokens[at].end - self.tokens[at].start < 40 else "…"

    def run(self) -> list[_Lexeme]:
        at = 0
        while at < len(self.tokens):
            lexeme = self._next(at)
            self.lexemes.append(lexeme)
            at = lexeme.last
        return self.lexemes

    def _next(self, at: int) -> _Lexeme:
        token = self.tokens[at]
        if token.kind == "number":
            return self._sides(at) or self._level(at) or self._fraction(at) or _Lexeme("number", at, at + 1, token.printed)
        if token.kind == "relation":
            return self._bound(at) or _Lexeme("equals", at, at + 1)
        if token.kind == "word":
            return (
                self._sides(at) or self._p(at) or self._level(at) or self._measure(at) or self._infinite(at) or self._word(at)
            )
        if token.kind == "open" and self.kind(at + 2) == "close" and self.word(at + 1) in ("ci", "cis"):
            return _Lexeme("level", at, at + 3)
        simple: dict[str, LexemeKind] = {
            "range": "range", "open": "open", "close": "close", "separator": "separator", "stop": "separator",
            "hyphen": "hyphen", "plus-minus": "spread",
        }  # fmt: skip
        return _Lexeme(simple.get(token.kind, "other"), at, at + 1)

    def _word(self, at: int) -> _Lexeme:
        word, spelled = self.word(at), self.tokens[at].text
        kind: LexemeKind = "word"
        last = at + 1
        if word in _TO:
            kind = "range"
        elif word in _VERSUS:
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
        elif word in _IS:
            kind = "is"
        elif word in _UNITS:
            kind = "unit"
        elif word in _NOUNS:
            kind = "noun"
        elif word in _SPREADS:
            kind = "spread"
        elif word in ("median", "medians"):
            kind = "median"
        elif word == "n":
            kind = "count"
        return _Lexeme(kind, at, last, spelled=spelled)

    def _infinite(self, at: int) -> _Lexeme | None:
        if self.word(at) not in _INFINITE:
            return None
        minus = self.kind(at - 1) == "hyphen" if at else False
        value = -math.inf if minus else math.inf
        return _Lexeme("number", at, at + 1, Printed(("-" if minus else "") + self.tokens[at].text, value, 0))

    def _bound(self, at: int) -> _Lexeme | None:
        """A relation other than = in front of a number, which is then a bound: "<0.01"."""
        relation = RELATIONS[self.tokens[at].text]
        number = self.tokens[at + 1].printed if self.kind(at + 1) == "number" else None
        if relation == "=" or number is None:
            return None
        return _Lexeme("number", at, at + 2, number.with_relation(relation, self.tokens[at].text + number.text))

    def _sides(self, at: int) -> _Lexeme | None:
        """ "two-sided", "1-tailed"; not before a level, of which it would speak."""
        sides = _SIDES.get(self.tokens[at].text.lower())
        if sides is None:
            return None
        then = at + 2 if self.kind(at + 1) == "hyphen" else at + 1
        if self.word(then) not in ("sided", "tailed", "side", "tail"):
            return None
        if self.kind(then + 1) == "number" and self._level(then + 1):
            return _Lexeme("word", at, then + 1)
        return _Lexeme("sides", at, then + 1, sides=sides)

    def _interval_label(self, at: int) -> int:
        """The place after "CI", "C.I.", "confidence interval", "credible interval" ..., or 0."""
        word = self.word(at)
        last = 0
        if word in ("ci", "cis", "cri", "crl"):
            last = at + 1
        elif word in _INTERVAL_KINDS and self.word(at + 1) in _INTERVAL_WORDS:
            last = at + 2
        if last and self.kind(last) == "open" and self.word(last + 1) in ("ci", "cis", "cri") and self.kind(last + 2) == "close":
            last += 3
        return last

    def _level(self, at: int) -> _Lexeme | None:
        """ "95% CI", "95CI", "95% bootstrap confidence interval [CI]", "CI95%", "CI (95%)", or a bare "CI" (no level)."""
        token = self.tokens[at]
        if token.kind == "number":
            conf = self._conf(token)
            if conf is None:
                return None
            then = at + 2 if self.kind(at + 1) == "hyphen" else at + 1
            skips = 2 if token.printed is not None and token.printed.percent else 0
            for skip in range(skips + 1):
                if last := self._interval_label(then + skip):
                    return _Lexeme("level", at, last, conf=conf)
                if self.kind(then + skip) != "word":
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
                and self.word(inner + 1) not in _TO
            ):
                return _Lexeme("level", at, inner + 2 if self.kind(last) == "open" else inner + 1, conf=conf)
        return _Lexeme("level", at, last)

    @staticmethod
    def _conf(token: Token) -> float | None:
        """The confidence level that a number can be, as a fraction: 80 to 99.99, with or without percent."""
        printed = token.printed
        if printed is None:
            return None
        value = printed.value if printed.percent else printed.as_percent().value
        return value if 0.8 <= value < 1 and printed.relation == "=" else None

    def _fraction(self, at: int) -> _Lexeme | None:
        """ "82/99", "82 of 99", "82 of the 99", "82 out of 99": whole numbers, the first not above the second."""
        events = self.tokens[at].printed
        if not _whole(events):
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
        if not _whole(total) or events.value > total.value or total.value < 1 or self._level(then):
            return None
        return _Lexeme("fraction", at, then + 1, events, total)

    def _p(self, at: int) -> _Lexeme | None:
        """A P value with its number: "P = 0.043", "p-value<.001", "P for trend 0.02", "P(two-sided)=0.04"."""
        if self.word(at) not in _P_WORDS:
            return None
        then, sides = at + 1, None
        if self.kind(then) == "hyphen":
            then += 1
        if self.word(then) in ("value", "values"):
            then += 1
        if self.kind(then) == "open":
            marked = self._sides(then + 1) if self.kind(then + 1) in ("word", "number") else None
            if marked is None or self.kind(marked.last) != "close":
                return None
            sides, then = marked.sides, marked.last + 1
        reach = then
        while reach < then + 7 and self.kind(reach) in ("word", "hyphen"):
            reach += 1
        filler = all(self.word(k) in _P_FILLERS for k in range(then, reach))
        if reach > then and not filler and self.kind(reach) != "relation":
            return None
        comparing = " ".join(self.word(k) for k in range(then, reach))
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
        elif "less than" in comparing or "greater than" in comparing:
            relation = shown = "<" if "less" in comparing else ">"
        elif self.kind(then) == "number" and self.tokens[then].glued and _whole(self.tokens[then].printed):
            return None  # "p53" is a protein
        if self.kind(then) != "number":
            return None
        printed = self.tokens[then].printed
        assert printed is not None
        last = then + 1
        if printed.text == "0" and self.kind(last) in ("slash", "stop") and self.kind(last + 1) == "number":
            # a slip of the pen: "P<0/001", "P = 0. 001"
            slip = self.tokens[last + 1].text
            if slip.isdigit() and (slip[0] == "0" or self.kind(last) == "stop"):
                printed = replace(parse_number("0." + slip), text=self.text[self.tokens[then].start : self.tokens[last + 1].end])
                last += 2
        if printed.percent:
            return None
        text = printed.text if relation == "=" else shown + printed.text
        return _Lexeme("p", at, last, printed.with_relation(relation, text).within(0.0, 1.0), sides=sides)

    def _measure(self, at: int) -> _Lexeme | None:
        word = self.word(at)
        if word in _PHRASE_STARTS:
            words, ends, then = [word], [at + 1], at + 1
            while len(words) < _LONGEST_PHRASE:
                if self.kind(then) == "hyphen":
                    then += 1
                if not (following := self.word(then)):
                    break
                words.append(following)
                then += 1
                ends.append(then)
            for length in range(len(words), 0, -1):
                measure = _PHRASES.get(tuple(words[:length]))
                if measure:
                    return self._with_abbreviation(at, ends[length - 1], measure)
        spelled = self.tokens[at].text.replace(".", "")
        if spelled in self.aliases:
            return _Lexeme("measure", at, at + 1, text=self.aliases[spelled], spelled=spelled)
        if len(spelled) < 6 and (measure := self._abbreviation(at, spelled)):
            last = at + 1
            if spelled == "NNT" and self.kind(last) == "open" and self.kind(last + 2) == "close":
                letter = self.word(last + 1)
                if letter in ("b", "h", "benefit", "harm"):
                    return _Lexeme("measure", at, last + 3, text=measure, spelled="NNT" + letter[0].upper())
            return _Lexeme("measure", at, last, text=measure, spelled=spelled, abbreviated=True)
        return None

    def _abbreviation(self, at: int, spelled: str) -> str | None:
        """The measure of "OR", "aHR", "ORs"; in small letters only first in the text, as "or" is a word."""
        for cut in (spelled, spelled.removesuffix("s"), spelled[1:] if spelled[0] in "acsC" else "", spelled[1:]):
            measure = _ABBREVIATIONS.get(cut)
            if measure and (cut != spelled[1:] or spelled[0] in "aAcCsm"):
                return "subdistribution hazard ratio" if spelled in ("sHR", "SHR") else measure
        if at == 0 and spelled.islower():
            return _ABBREVIATIONS.get(spelled.upper())
        return None

    def _with_abbreviation(self, at: int, last: int, measure: str) -> _Lexeme:
        """Spelled out, with its abbreviation in brackets ("hazard ratio (HR)"), which is known from then on."""
        spelled = self.text[self.tokens[at].start : self.tokens[last - 1].end]
        if self.kind(last) == "open" and self.kind(last + 1) == "word" and self.kind(last + 2) == "close":
            short = self.tokens[last + 1].text.replace(".", "")
            if len(short) <= 6 and short.upper() == short and self.word(last + 1) not in ("ci", "cis"):
                self.aliases[short] = measure
                return _Lexeme("measure", at, last + 3, text=measure, spelled=spelled)
        return _Lexeme("measure", at, last, text=measure, spelled=spelled)


# --- grammar ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Interval:
    lower: Printed
    upper: Printed
    conf: float | None
    last: int  # the lexeme after it
    used: list[int] = field(default_factory=list)  # the lexemes that hold its numbers
    through_infinity: bool = False


@dataclass(slots=True)
class _Group:
    """A figure and what belongs to it: an arm, a number with or without limits, or limits alone."""

    kind: Literal["arm", "number", "limits"]
    place: int
    value: Printed | None = None
    events: Printed | None = None
    total: Printed | None = None
    lower: Printed | None = None
    upper: Printed | None = None
    conf: float | None = None
    used: list[int] = field(default_factory=list)
    unit: bool = False
    points: bool = False
    measure: _Lexeme | None = None  # the measure that stands directly before it
    linked: bool = False  # by "vs" or "and" to the group before it
    versus: bool = False
    through_infinity: bool = False

    @property
    def percent(self) -> bool:
        return self.value is not None and self.value.percent

    def to_percent(self) -> None:
        """Read the value and its limits in percent: the sign was printed once."""
        for name in ("value", "lower", "upper"):
            printed = getattr(self, name)
            if printed is not None:
                setattr(self, name, printed.as_percent())


class _Parser:
    """Lexemes to a claim. Every step looks ahead over at most ``_REACH`` lexemes."""

    _REACH = 16

    def __init__(self, tokens: list[Token], lexemes: list[_Lexeme], measure: str | None) -> None:
        self.tokens = tokens
        self.lexemes = lexemes
        self.asked = measure
        self.groups: list[_Group] = []
        self.p: list[_Lexeme] = []
        self.used: set[int] = set()

    def at(self, place: int) -> _Lexeme:
        return self.lexemes[place] if 0 <= place < len(self.lexemes) else _END

    def kind(self, place: int) -> LexemeKind:
        return self.at(place).kind

    def skip(self, place: int, *kinds: LexemeKind) -> int:
        """The place after at most four lexemes of these kinds."""
        for _ in range(4):
            if self.kind(place) not in kinds:
                break
            place += 1
        return place

    # -- one interval

    def interval(self, place: int, estimate: Printed | None) -> _Interval | None:
        """The limits that begin here, after their estimate (or after their label, when the estimate is None)."""
        start, conf, labelled, opened, words, separators, between = place, None, False, 0, 0, 0, False
        sign = ""
        words_first = True  # all of them before the bracket: a unit, as in "-0.62 kg (-1.21, 0.03)"
        while True:
            lexeme = self.at(place)
            if lexeme.kind == "number" and not self._label_of_something(place):
                break
            if place - start > self._REACH or lexeme.kind in ("spread", "versus", "p", "range", "fraction", "end", "median"):
                return None
            if lexeme.kind == "level":
                labelled, conf = True, lexeme.conf if lexeme.conf is not None else conf
            elif lexeme.kind == "measure":
                named_after = place == start and estimate is not None and self.kind(place + 1) in ("open", "level")
                if _needed_to_treat(lexeme):
                    sign = lexeme.spelled
                elif not named_after:
                    return None
            elif lexeme.kind == "open":
                opened += 1
            elif lexeme.kind == "separator":
                separators += 1
            elif lexeme.kind == "between":
                between = True
            elif lexeme.kind in ("and", "of", "is") and not labelled:
                return None
            elif lexeme.kind in ("word", "other", "count", "sides", "and", "of", "is", "hyphen", "number"):
                words += 1
                words_first = words_first and not opened
            place += 1
        lower = self.at(place).printed
        assert lower is not None
        used = [place]
        if words > 5 or (words and not labelled and not (words_first and opened == 1 and words <= 3)):
            return None
        if self.kind(place - 1) == "count" or (self.kind(place - 1) == "equals" and self.kind(place - 2) == "count"):
            return None
        joined = self.skip(place + 1, "unit")
        joiner = self.kind(joined)
        if joiner == "range":
            upper_at = joined + 1
        elif joiner in ("separator", "and"):
            upper_at = joined + 1
            if joiner == "and" and not (labelled or between):
                return None
        elif joiner == "number":
            upper_at = joined
        else:
            split = self._split(place) if labelled or opened else None
            if split is None:
                return None
            return _Interval(split[0], split[1], conf, place + 1, used)
        upper_sign = sign
        if self.kind(upper_at) == "measure" and _needed_to_treat(self.at(upper_at)):
            upper_sign = self.at(upper_at).spelled
            upper_at += 1
        upper = self.at(upper_at).printed
        if self.kind(upper_at) != "number" or upper is None:
            return None
        used.append(upper_at)
        last = upper_at + 1
        through = False
        if math.isinf(upper.value) and self.kind(last) == "range":
            beyond = last + 1
            if self.kind(beyond) == "measure" and _needed_to_treat(self.at(beyond)):
                upper_sign = self.at(beyond).spelled
                beyond += 1
            printed = self.at(beyond).printed
            if self.kind(beyond) == "number" and printed is not None:
                upper, through, last = printed, True, beyond + 1
                used.append(beyond)
        if sign:
            lower = _signed(lower, sign, through)
            upper = _signed(upper, upper_sign, through)
        plain = not (labelled or opened)
        if words and not labelled and not (_inside(lower, estimate, upper) and self.kind(last) == "close"):
            return None
        if joiner == "range":
            if plain and separators > 1:
                return None
        elif joiner == "number" and not labelled and not (opened == 0 and separators == 0 and _inside(lower, estimate, upper)):
            return None
        elif joiner in ("separator", "and") and not labelled:
            closing = opened > 0 and self.kind(last) in ("close", "separator", "end", "p")
            if not closing and not _inside(lower, estimate, upper):
                return None
        if estimate is None and joiner != "range":
            # "(95% CI) 1.5, 1.2, 1.9": the first of three is the estimate
            beyond = last + 1 if self.kind(last) in ("separator", "range") else last
            if self.kind(beyond) == "number" and self.kind(last) != "close":
                return None
        return _Interval(lower, upper, conf, last, used, through)

    def _split(self, place: int) -> tuple[Printed, Printed] | None:
        """ "21,73" where two limits must be: not a decimal comma but two numbers."""
        lexeme = self.at(place)
        match = re.fullmatch(r"([0-9]{1,3}),([0-9]{1,3})", self.tokens[lexeme.first].text)
        if not match or lexeme.last - lexeme.first != 1 or self.kind(place + 1) not in ("close", "separator", "p", "end"):
            return None
        lower, upper = parse_number(match[1]), parse_number(match[2])
        return (lower, upper) if lower.value < upper.value else None

    def _three_with_signs(self, place: int) -> _Interval | None:
        """ "-12.1 -23.4 -0.5": three bare numbers, where a dash after a blank and before a digit is a sign."""
        limits: list[Printed] = []
        used, then = [], place + 1
        for _ in range(2):
            lexeme = self.at(then)
            minus = lexeme.kind == "range"
            if minus:
                dash = self.tokens[lexeme.first]
                if dash.glued or not self.tokens[min(lexeme.last, len(self.tokens) - 1)].glued:
                    return None
                then += 1
            printed = self.at(then).printed
            if self.kind(then) != "number" or printed is None:
                return None
            limits.append(printed.negative() if minus else printed)
            used.append(then)
            then += 1
        if not _inside(limits[0], self.at(place).printed, limits[1]):
            return None
        return _Interval(limits[0], limits[1], None, then, used)

    # -- one group

    def group(self, place: int) -> tuple[_Group, int]:
        """The figure that begins at a number or fraction, and the place after it."""
        lexeme = self.at(place)
        printed = lexeme.printed
        assert printed is not None
        if lexeme.kind == "fraction":
            group = _Group("arm", place, events=printed, total=lexeme.total, used=[place])
            named = self.skip(place + 1, "noun", "word")
            return group, self._percent_of(group, named if self.kind(named) == "open" else self.skip(place + 1, "noun", "close"))
        if _whole(printed) and (found := self._count(place)):
            return found
        group = _Group("number", place, value=printed, used=[place])
        group.points = "point" in printed.text or "pp" in printed.text
        if printed.percent and (last := self._inside_brackets(group, place + 1)):
            return group, last
        then = place + 1
        if self.kind(then) == "unit":
            group.unit = True
            then += 1
        interval = self.interval(then, printed) or (self._three_with_signs(place) if then == place + 1 else None)
        if interval:
            self._attach(group, interval)
            then = interval.last
        return group, then

    def _attach(self, group: _Group, interval: _Interval) -> None:
        group.lower, group.upper, group.conf = interval.lower, interval.upper, interval.conf
        group.used += interval.used
        group.through_infinity = interval.through_infinity
        printed = (group.value, group.lower, group.upper)
        if any(number is not None and number.percent for number in printed):
            group.to_percent()

    def _percent_of(self, group: _Group, place: int) -> int:
        """After counts: their percentage, in brackets or after a comma, and its limits. Returns the place after it."""
        then = place
        opened = False
        while self.kind(then) in ("open", "separator", "equals") and then < place + 3:
            opened = opened or self.kind(then) == "open"
            then += 1
        printed = self.at(then).printed
        if self.kind(then) != "number" or printed is None or (group.total is None and not opened):
            return place
        bare = opened and self.kind(then + 1) == "close" and printed.decimals > 0 and 0 <= printed.value <= 100
        if not printed.percent and not bare:
            return place
        if then > place or printed.percent:
            group.value = printed.as_percent()
            group.used.append(then)
            then += 1
            if group.total is None and self.kind(then) == "of":
                then = self._total(group, then)
            interval = self.interval(then, group.value)
            if interval and self._percent_limits(group, interval):
                self._attach(group, interval)
                return interval.last
        return then

    def _percent_limits(self, group: _Group, interval: _Interval) -> bool:
        """Whether an interval can be that of the group's percentage: its limits lie in 0 to 100%."""
        assert group.value is not None
        limits = interval.lower.as_percent(), interval.upper.as_percent()
        return all(0 <= limit.value <= 1 for limit in limits)

    def _total(self, group: _Group, place: int) -> int:
        """ "of 99" or "of the 99" after counts or a percentage."""
        then = place + 1
        if self.kind(then) == "word" and self.at(then).spelled == "the":
            then += 1
        printed = self.at(then).printed
        if self.kind(then) == "number" and _whole(printed):
            group.total = printed
            group.used.append(then)
            return then + 1
        return place

    def _count(self, place: int) -> tuple[_Group, int] | None:
        """ "82 (82.8%)", "82 patients [82.8%]", "82 (82.8%) of 99", "82 patients"."""
        group = _Group("arm", place, events=self.at(place).printed, used=[place])
        then = place + 1
        words = 0
        while self.kind(then) in ("noun", "word") and words < 3:
            words += 1
            then += 1
        if self.kind(then) == "open":
            last = self._percent_of(group, then)
            if group.value is not None:
                if not words and group.lower is not None and not group.value.percent:
                    return None
                closed = self.skip(last, "close")
                if group.total is None and self.kind(closed) == "of":
                    return group, self._total(group, closed)
                return group, last
        if self.kind(place + 1) == "noun":
            if self.kind(place + 2) == "of":
                return group, self._total(group, place + 2)
            return group, place + 2
        return None

    def _inside_brackets(self, group: _Group, place: int) -> int:
        """After a percentage: its counts, as "(82/99)", "[82 patients]", "(n = 82)", ", 82/99", "of 99"; 0 when none."""
        if self.kind(place) == "of":
            last = self._total(group, place)
            if last != place:
                group.kind = "arm"
                return last
        then = place
        while self.kind(then) in ("of", "noun", "word", "hyphen") and then < place + 5:
            then += 1
        apart = then > place  # "9.2% of patients (n = 17)"
        if self.kind(then) != "open" and (apart or self.kind(then) != "separator"):
            return 0
        opened = self.kind(then) == "open"
        then += 1
        if opened and self.kind(then) == "count" and self.kind(then + 1) == "equals":
            then += 2
            apart = False
        lexeme = self.at(then)
        if lexeme.kind == "fraction":
            group.kind, group.events, group.total = "arm", lexeme.printed, lexeme.total
        elif opened and lexeme.kind == "number" and _whole(lexeme.printed):
            following = self.kind(then + 1)
            if following not in (("noun",) if apart else ("close", "noun", "of")):
                return 0
            group.kind, group.events = "arm", lexeme.printed
        else:
            return 0
        group.used.append(then)
        last = self.skip(then + 1, "noun")
        if group.total is None and self.kind(last) == "of":
            last = self._total(group, last)
        interval = self.interval(last, group.value)
        if interval and self._percent_limits(group, interval) and self._labelled(last, interval.last):
            self._attach(group, interval)
            return interval.last
        return last

    def _labelled(self, first: int, last: int) -> bool:
        return any(self.kind(place) == "level" for place in range(first, last))

    # -- the whole

    def run(self) -> None:
        place = 0
        linked = versus = broken = False
        measure: _Lexeme | None = None
        words = 0  # since the measure
        of_total: int | None = None  # the place of 99 in "of 99 patients, 82 (82.8%)"
        conf: float | None = None
        while place < len(self.lexemes):
            lexeme = self.lexemes[place]
            group: _Group | None = None
            following = place + 1
            if lexeme.kind in ("number", "fraction"):
                if self._label_of_something(place):
                    pass
                elif self._second_p(place):
                    self.p.append(lexeme._replace(kind="p", printed=_probability(lexeme.printed)))
                    self.used.add(place)
                else:
                    group, following = self.group(place)
            elif lexeme.kind == "level":
                conf = lexeme.conf if lexeme.conf is not None else conf
                interval = self.interval(place, None)
                if interval:
                    group = _Group("limits", place)
                    self._attach(group, interval)
                    following = interval.last
                else:
                    self.used.add(place)
            elif lexeme.kind == "measure":
                measure, broken, words = lexeme, True, 0
            elif lexeme.kind == "p":
                self.p.append(lexeme)
                self.used.add(place)
                broken = True
            elif lexeme.kind in ("versus", "and"):
                linked, versus = True, versus or lexeme.kind == "versus"
            if lexeme.kind in ("versus", "and", "p", "fraction") or (lexeme.kind == "separator" and words):
                measure = measure if group is not None else None
            elif lexeme.kind not in ("measure", "level", "open", "close", "separator", "equals", "of", "is", "range", "number"):
                words += 1
                measure = measure if words <= 5 else None
            if group is not None and self._is_whole(place):
                of_total, group = place, None
            if group is not None:
                if of_total is not None:
                    self._total_before(group, of_total)
                of_total = None
                inner = [self.at(k).conf for k in range(place, following) if self.kind(k) == "level"]
                conf = next((level for level in inner if level is not None), conf)
                if group.lower is not None and group.conf is None:
                    group.conf = conf
                group.measure = measure
                group.linked = linked and not broken and bool(self.groups)
                group.versus = versus and group.linked
                self.groups.append(group)
                linked = versus = broken = False
                measure = None
            place = following

    def _label_of_something(self, place: int) -> bool:
        """Whether a number only names something: "day 28", "IL-6", "grade 3", "2-year", "± 3", "n = 99"."""
        lexeme = self.at(place)
        if lexeme.kind != "number" or lexeme.printed is None:
            return False
        first = self.tokens[lexeme.first]
        before = self.at(place - 1)
        if before.kind == "equals" and self.kind(place - 2) == "count":
            return True
        if self.kind(place + 1) == "hyphen" and self.tokens[self.at(place + 1).first].glued:
            return True
        if before.kind == "spread" or lexeme.printed.relation in ("<=", ">="):
            return True
        if not _whole(lexeme.printed):
            return False
        if before.kind in ("word", "hyphen") and first.glued:
            return True
        named = ("word", "unit")
        return before.kind in named and before.spelled.lower() in (
            "day", "days", "week", "weeks", "month", "months", "year", "years", "grade", "grades", "phase", "stage", "type",
        )  # fmt: skip

    def _is_whole(self, place: int) -> bool:
        """Whether a number is the 99 of "of 99 patients, 82 (82.8%)"."""
        before = place - 1
        if self.at(before).spelled.lower() == "the":
            before -= 1
        named = self.kind(before) == "of" or self.at(before).spelled.lower() == "among"
        return (
            named
            and self.kind(before - 1) != "number"
            and _whole(self.at(place).printed)
            and self.kind(place) == "number"
            and self.kind(place + 1) in ("noun", "word")
        )

    def _total_before(self, group: _Group, place: int) -> None:
        """Give an arm the total printed before it, where its percentage agrees to 2 points."""
        total = self.at(place).printed
        assert total is not None
        if group.kind != "arm" or group.total is not None or group.events is None or group.value is None:
            return
        if total.value >= group.events.value and abs(group.events.value / total.value - group.value.value) < 0.02:
            group.total = total
            group.used.append(place)

    def _second_p(self, place: int) -> bool:
        """Whether a number after "and" continues the P values: "P = 0.04 and 0.03"."""
        printed = self.at(place).printed
        return (
            self.kind(place) == "number"
            and self.kind(place - 1) == "and"
            and self.kind(place - 2) == "p"
            and printed is not None
            and not printed.percent
            and printed.decimals > 0
            and 0 <= printed.value <= 1
        )

    # -- which figure is what

    def claim(self) -> Claim:
        arms: list[_Group] = []
        singles: list[_Group] = []
        median_said = any(lexeme.kind == "median" for lexeme in self.lexemes)
        for chain in self._chains():
            if len(chain) > 1 and self._are_arms(chain, median_said):
                arms += chain
            else:
                singles += chain
        estimate = self._estimate(singles, median_said)
        arms += [group for group in singles if group is not estimate and self._is_arm(group, median_said)]
        arms.sort(key=lambda group: group.place)
        limits = next((group for group in singles if group.kind == "limits"), None)
        measure, spelled = self._measure_of(estimate or limits)
        return self._assemble(estimate, limits, arms, measure, spelled)

    def _chains(self) -> list[list[_Group]]:
        chains: list[list[_Group]] = []
        for group in self.groups:
            if group.linked and chains and group.kind != "limits":
                chains[-1].append(group)
            else:
                chains.append([group])
        return chains

    def _are_arms(self, chain: list[_Group], median_said: bool) -> bool:
        """Whether linked figures are the arms, and what of the arms: percentages, counts or medians."""
        first = chain[0]
        if any(group.percent or group.kind == "arm" for group in chain):
            if first.measure is not None and first.measure.text not in RATIOS and first.kind == "number" and first.lower:
                return False
            percent = any(group.percent for group in chain)
            for group in chain:
                bound = group.value is not None and group.value.relation != "="
                if group.kind == "number" and percent and not bound and not (group.value and _whole(group.value) and self._counts(chain)):
                    group.to_percent()
                elif group.kind == "number" and not group.percent:
                    group.events, group.value = group.value, None
                group.kind = "arm"
            return True
        if first.measure is not None:
            return False
        if any(group.unit for group in chain) or median_said:
            for group in chain:
                group.unit = True
            return True
        values = [group.value for group in chain if group.value is not None]
        versus = any(group.versus for group in chain)
        if versus and all(_whole(value) for value in values) and not any(group.lower for group in chain):
            for group in chain:
                group.kind, group.events, group.value = "arm", group.value, None
            return True
        if versus and all(value.decimals > 0 and 0 <= value.value <= 1 for value in values):
            for group in chain:
                group.kind = "arm"
            return True
        return False

    @staticmethod
    def _counts(chain: list[_Group]) -> bool:
        """Whether the other arms print their events, so that a bare whole number is events too."""
        return any(group.events is not None for group in chain)

    def _is_arm(self, group: _Group, median_said: bool) -> bool:
        """Whether a figure that stands alone is that of an arm."""
        if group.kind == "arm":
            return True
        if group.kind != "number" or group.value is None:
            return False
        if group.percent:
            return not group.points and 0 <= group.value.value <= 1
        return self._is_median(group, median_said)

    @staticmethod
    def _is_median(group: _Group, median_said: bool) -> bool:
        return median_said and group.unit and group.measure is None

    def _estimate(self, singles: list[_Group], median_said: bool) -> _Group | None:
        numbers = [group for group in singles if group.kind == "number" and not self._is_median(group, median_said)]
        measures = {lexeme.text for lexeme in self.lexemes if lexeme.kind == "measure"}
        difference = bool((measures or {self.asked}) & {"risk difference", "relative risk reduction", "relative risk increase"})

        def rank(group: _Group) -> int:
            """0 for no estimate; the most certain is highest."""
            value = group.value
            assert value is not None
            named = group.measure is not None
            if group.percent:
                ratio = named and group.measure is not None and group.measure.text in RATIOS and group.lower is None
                sure = group.points or value.value < 0
                if group.lower is not None:
                    sure = sure or group.lower.value < 0 or group.lower.text.startswith("+")
                if ratio or not (named or sure or difference):
                    return 0
                return 4 if (named or sure) and group.lower else (3 if group.lower else 2)
            if group.lower is not None:
                return 6 if named else 5
            if named:
                return 4
            return 1 if not any(lexeme.kind in ("word", "count", "spread") for lexeme in self.lexemes) else 0

        best = max(numbers, key=rank, default=None)
        return best if best is not None and rank(best) > 0 else None

    def _measure_of(self, estimate: _Group | None) -> tuple[str | None, str | None]:
        """The measure of the estimate: the name directly before it, else the last before it, else the first after it."""
        named = [(place, lexeme) for place, lexeme in enumerate(self.lexemes) if lexeme.kind == "measure"]
        if estimate is None:
            sure = [lexeme for _, lexeme in named if not lexeme.abbreviated]
            return (sure[0].text, sure[0].spelled) if sure else (self.asked, None)
        found = estimate.measure
        if found is None:
            before = [lexeme for place, lexeme in named if place < estimate.place]
            after = [lexeme for place, lexeme in named if place > estimate.place]
            spelled_out = [lexeme for lexeme in before if not lexeme.abbreviated]
            found = (spelled_out[-1:] or before[-1:] or after[:1] or [None])[0]
        if found is None:
            return self.asked, None
        measure = found.text
        if measure == "difference" and (estimate.percent or self.asked == "risk difference"):
            measure = "risk difference"
        return measure, found.spelled

    def _assemble(
        self, estimate: _Group | None, limits: _Group | None, arms: list[_Group], measure: str | None, spelled: str | None
    ) -> Claim:
        if measure in ("risk difference", "proportion") and estimate is not None:
            printed = [number for number in (estimate.value, estimate.lower, estimate.upper) if number is not None]
            if any(1 < abs(number.value) < math.inf for number in printed):
                estimate.to_percent()  # a proportion beyond 1 can only be in percent
        value = estimate.value if estimate else None
        source = estimate if estimate and estimate.lower is not None else limits
        lower, upper = (source.lower, source.upper) if source else (None, None)
        conf = source.conf if source else None
        if conf is None:
            conf = next((lexeme.conf for lexeme in self.lexemes if lexeme.kind == "level" and lexeme.conf), None)
        if measure in RATIOS:
            value, lower, upper = (_nonnegative(number) for number in (value, lower, upper))
        for group in (estimate, limits if source is limits else None, *arms):
            if group is not None:
                self.used.update(group.used)
        ps = [lexeme.printed for lexeme in self.p if lexeme.printed is not None]
        sides = next((lexeme.sides for lexeme in self.p if lexeme.sides), None)
        if sides is None and ps:
            sides = next((lexeme.sides for lexeme in self.lexemes if lexeme.kind == "sides"), None)
        return Claim(
            measure=measure,
            measure_text=spelled,
            estimate=value,
            lower=lower,
            upper=upper,
            conf=conf,
            p=ps[0] if ps else None,
            more_p=tuple(ps[1:]),
            p_sides=sides,
            arms=tuple(map(_arm_text, arms)),
            through_infinity=bool(source and source.through_infinity),
            unread=self._unread(),
        )

    def _unread(self) -> tuple[Token, ...]:
        read: set[int] = set()
        for place in self.used:
            read.update(range(self.at(place).first, self.at(place).last))
        for lexeme in self.lexemes:
            if lexeme.kind in ("level", "sides", "p", "measure"):
                read.update(range(lexeme.first, lexeme.last))
        left: list[Token] = []
        for index, token in enumerate(self.tokens):
            if index in read or token.kind not in ("number", "other") or not re.search("[0-9]", token.text[:400]):
                continue
            if token.glued and index and self.tokens[index - 1].kind == "word" and token.kind == "number":
                continue  # part of a name: CD4
            left.append(token)
        return tuple(left)


def _arm_text(group: _Group) -> ArmText:
    if group.unit and group.kind == "number":
        return ArmText(median=group.value, lower=group.lower, upper=group.upper, conf=group.conf)
    percent, lower, upper = (
        number.within(0.0, 1.0) if number is not None else None for number in (group.value, group.lower, group.upper)
    )
    return ArmText(group.events, group.total, percent, None, lower, upper, group.conf)


def _needed_to_treat(lexeme: _Lexeme) -> bool:
    return lexeme.text == "number needed to treat"


def _signed(printed: Printed, label: str, through: bool) -> Printed:
    """A number needed to treat with its label; harm is negative where the interval passes through infinity."""
    harm = label.upper() in ("NNTH", "NNH") or "harm" in label
    labelled = replace(printed, text=f"{label} {printed.text}")
    return labelled.negative() if through and harm else labelled


def _inside(lower: Printed, estimate: Printed | None, upper: Printed) -> bool:
    return estimate is not None and lower.value <= estimate.value <= upper.value


def _probability(printed: Printed | None) -> Printed | None:
    return printed.within(0.0, 1.0) if printed is not None else None


def _nonnegative(printed: Printed | None) -> Printed | None:
    """A number of a ratio, which lies in 0 to infinity."""
    return printed.within(0.0, math.inf) if printed is not None else None


def read_reported(text: str, measure: str | None = None) -> Claim:
    """The finding that a pasted text prints: estimate, limits, level, P values, and the arms where they are given.

    ``measure`` is what the estimate is taken for where the text does not name it ("risk difference" also makes
    "12.1 (0.5 to 23.4)" percentages, as no proportion is beyond 1). "2.00 1.01 3.94" are estimate, lower and upper.
    Limits are returned in the order printed. The time taken is in proportion to the length of the text.

    Raises ValueError, with one line that quotes the text, when nothing in it can be read.
    """
    tokens = tokenise(text)
    parser = _Parser(tokens, _Lexer(tokens, text).run(), measure)
    parser.run()
    claim = parser.claim()
    if not claim.items() and not any(arm.total for arm in claim.arms):
        raise ValueError(
            f"nothing to check in {quoted(text)}; write the figures as in \"2.00 (1.01-3.94), P = 0.043\" or \"82.8% vs 70.7%\""
        )
    return claim
