"""The grammar: a number or counts, with the limits, percentage and total that belong to it, is one figure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import Literal

from .lexemes import END, Lexeme, LexemeKind, whole
from .number import Printed, parse_number
from .tokens import Token
from .words import NUMBERED


@dataclass(slots=True)
class Interval:
    """Two limits as printed, their level, and the lexemes that hold them."""

    lower: Printed
    upper: Printed
    conf: float | None
    last: int  # the lexeme after it
    used: list[int] = field(default_factory=list)  # the lexemes that hold its numbers
    through_infinity: bool = False


@dataclass(slots=True)
class Figure:
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
    measure: Lexeme | None = None  # the measure that stands directly before it
    linked: bool = False  # by "vs" or "and" to the figure before it
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


NOT_BEFORE_LIMITS = ("spread", "versus", "p", "range", "fraction", "end", "median")


class Figures:
    """Reads one figure, or one interval, at a place among the lexemes; looks ahead over at most ``_REACH`` of them."""

    _REACH = 16

    def __init__(self, tokens: list[Token], lexemes: list[Lexeme]) -> None:
        self.tokens = tokens
        self.lexemes = lexemes
        self.has_means = any(lexeme.kind == "spread" or lexeme.spelled.lower() == "mean" for lexeme in lexemes)

    def at(self, place: int) -> Lexeme:
        return self.lexemes[place] if 0 <= place < len(self.lexemes) else END

    def kind(self, place: int) -> LexemeKind:
        return self.at(place).kind

    def skip(self, place: int, *kinds: LexemeKind) -> int:
        """The place after at most four lexemes of these kinds."""
        for _ in range(4):
            if self.kind(place) not in kinds:
                break
            place += 1
        return place

    def interval(self, place: int, estimate: Printed | None) -> Interval | None:
        """The limits that begin here, after their estimate (or after their label, when the estimate is None)."""
        start, conf, labelled, opened, words, separators, between = place, None, False, 0, 0, 0, False
        sign = ""
        words_first = True  # all of them before the bracket: a unit, as in "-1.4 kg (-2.2, -0.6)"
        while True:
            lexeme = self.at(place)
            if lexeme.kind == "number" and not self.only_a_label(place):
                break
            if place - start > self._REACH or lexeme.kind in NOT_BEFORE_LIMITS:
                return None
            if lexeme.kind == "level":
                labelled, conf = True, lexeme.conf if lexeme.conf is not None else conf
            elif lexeme.kind == "measure":
                named_after = place == start and estimate is not None and self.kind(place + 1) in ("open", "level")
                if needed_to_treat(lexeme):
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
        if words > 5 or (words and not labelled and not (words_first and opened == 1)):
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
            return Interval(split[0], split[1], conf, place + 1, used)
        upper_sign = sign
        if self.kind(upper_at) == "measure" and needed_to_treat(self.at(upper_at)):
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
            if self.kind(beyond) == "measure" and needed_to_treat(self.at(beyond)):
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
        elif joiner == "number" and not labelled:
            enclosed = opened == 0 or self.kind(last) == "close"
            if separators or not enclosed or not _inside(lower, estimate, upper):
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
        return Interval(lower, upper, conf, last, used, through)

    def _split(self, place: int) -> tuple[Printed, Printed] | None:
        """ "14,62" where two limits must be: not a decimal comma but two numbers."""
        lexeme = self.at(place)
        match = re.fullmatch(r"([0-9]{1,3}),([0-9]{1,3})", self.tokens[lexeme.first].text)
        alone = lexeme.last - lexeme.first == 1 and self.kind(place + 1) in ("close", "separator", "p", "end")
        if not match or not alone:
            return None
        lower, upper = parse_number(match[1]), parse_number(match[2])
        return (lower, upper) if lower.value < upper.value else None

    def _three_with_signs(self, place: int) -> Interval | None:
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
        return Interval(limits[0], limits[1], None, then, used)

    def figure(self, place: int) -> tuple[Figure, int]:
        """The figure that begins at a number or fraction, and the place after it."""
        lexeme = self.at(place)
        printed = lexeme.printed
        assert printed is not None
        if lexeme.kind == "fraction":
            figure = Figure("arm", place, events=printed, total=lexeme.total, used=[place])
            named = self.skip(place + 1, "noun", "word")
            if self.kind(named) != "open":
                named = self.skip(place + 1, "noun", "close")
            return figure, self._percent_of(figure, named)
        if whole(printed) and (found := self._count(place)):
            return found
        figure = Figure("number", place, value=printed, used=[place])
        figure.points = "point" in printed.text or "pp" in printed.text
        if printed.percent and (last := self._inside_brackets(figure, place + 1)):
            return figure, last
        then = place + 1
        if self.kind(then) == "unit":
            figure.unit = True
            then += 1
        interval = self.interval(then, printed) or (self._three_with_signs(place) if then == place + 1 else None)
        if interval:
            self._attach(figure, interval)
            then = interval.last
        return figure, then

    def _attach(self, figure: Figure, interval: Interval) -> None:
        figure.lower, figure.upper, figure.conf = interval.lower, interval.upper, interval.conf
        figure.used += interval.used
        figure.through_infinity = interval.through_infinity
        printed = (figure.value, figure.lower, figure.upper)
        if any(number is not None and number.percent for number in printed):
            figure.to_percent()

    def _percent_of(self, figure: Figure, place: int) -> int:
        """After counts: their percentage, in brackets or after a comma, and its limits. Returns the place after it."""
        then = place
        opened = False
        while self.kind(then) in ("open", "separator", "equals") and then < place + 3:
            opened = opened or self.kind(then) == "open"
            then += 1
        printed = self.at(then).printed
        if self.kind(then) != "number" or printed is None or (figure.total is None and not opened):
            return place
        # "82 (82.8)", as tables print it: not a mean with its SD, nor "NNT 8 (4.2)"
        bare = opened and self.kind(then + 1) == "close" and printed.decimals > 0 and 0 <= printed.value <= 100
        bare = bare and not self.has_means and self.kind(figure.place - 1) not in ("measure", "equals", "level")
        if not printed.percent and not bare:
            return place
        if self.kind(then + 1) == "range" or (self.kind(then + 1) == "separator" and self.kind(then + 2) == "number"):
            return place  # "12 (5%-23%)": limits
        figure.value = printed.as_percent()
        figure.used.append(then)
        then += 1
        if figure.total is None and self.kind(then) == "of":
            then = self._total(figure, then)
        interval = self.interval(then, figure.value)
        if interval and self._percent_limits(figure, interval):
            self._attach(figure, interval)
            return interval.last
        return then

    def _percent_limits(self, figure: Figure, interval: Interval) -> bool:
        """Whether an interval can be that of the figure's percentage: its limits lie in 0 to 100%."""
        assert figure.value is not None
        limits = interval.lower.as_percent(), interval.upper.as_percent()
        return all(0 <= limit.value <= 1 for limit in limits)

    def _total(self, figure: Figure, place: int) -> int:
        """ "of 99" or "of the 99" after counts or a percentage."""
        then = place + 1
        if self.kind(then) == "word" and self.at(then).spelled == "the":
            then += 1
        printed = self.at(then).printed
        if self.kind(then) == "number" and whole(printed):
            figure.total = printed
            figure.used.append(then)
            return then + 1
        return place

    def _count(self, place: int) -> tuple[Figure, int] | None:
        """ "82 (82.8%)", "82 patients [82.8%]", "82 (82.8%) of 99", "82 patients"."""
        figure = Figure("arm", place, events=self.at(place).printed, used=[place])
        then = place + 1
        words = 0
        while self.kind(then) in ("noun", "word") and words < 3:
            words += 1
            then += 1
        if self.kind(then) == "open":
            last = self._percent_of(figure, then)
            if figure.value is not None:
                closed = self.skip(last, "close")
                if figure.total is None and self.kind(closed) == "of":
                    return figure, self._total(figure, closed)
                return figure, last
        if self.kind(place + 1) == "noun":
            if self.kind(place + 2) == "of":
                return figure, self._total(figure, place + 2)
            return figure, place + 2
        return None

    def _inside_brackets(self, figure: Figure, place: int) -> int:
        """After a percentage: its counts, "(82/99)", "[82 patients]", "(n = 82)", ", 82/99", "of 99". 0 when none."""
        if self.kind(place) == "of":
            last = self._total(figure, place)
            if last != place:
                figure.kind = "arm"
                return last
        then = place
        while self.kind(then) in ("of", "noun", "word", "hyphen") and then < place + 5:
            then += 1
        apart = then > place  # "8.5% of patients (n = 17)"
        if self.kind(then) != "open" and (apart or self.kind(then) != "separator"):
            return 0
        opened = self.kind(then) == "open"
        then += 1
        if opened and self.kind(then) == "count" and self.kind(then + 1) == "equals":
            then += 2
            apart = False
        lexeme = self.at(then)
        if lexeme.kind == "fraction":
            figure.kind, figure.events, figure.total = "arm", lexeme.printed, lexeme.total
        elif opened and lexeme.kind == "number" and whole(lexeme.printed):
            following = self.kind(then + 1)
            if following not in (("noun",) if apart else ("close", "noun", "of")):
                return 0
            figure.kind, figure.events = "arm", lexeme.printed
        else:
            return 0
        figure.used.append(then)
        last = self.skip(then + 1, "noun")
        if figure.total is None and self.kind(last) == "of":
            last = self._total(figure, last)
        interval = self.interval(last, figure.value)
        if interval and self._percent_limits(figure, interval) and self._labelled(last, interval.last):
            self._attach(figure, interval)
            return interval.last
        return last

    def _labelled(self, first: int, last: int) -> bool:
        return any(self.kind(place) == "level" for place in range(first, last))

    def only_a_label(self, place: int) -> bool:
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
        if not whole(lexeme.printed):
            return False
        if before.kind in ("word", "hyphen") and first.glued:
            return True
        named = ("word", "unit")
        return before.kind in named and before.spelled.lower() in NUMBERED

    def bare_limits(self, place: int) -> tuple[Figure, int] | None:
        """Limits alone, with neither estimate nor label, at the beginning: "(1.01, 3.94)", "1.01-3.94"."""
        opened = self.kind(place) == "open"
        if self.kind(place + opened) != "number" or (not opened and self.kind(place + 1) != "range"):
            return None
        interval = self.interval(place, None)
        if not interval or self.kind(interval.last) not in (("close",) if opened else ("separator", "p", "end")):
            return None
        if not interval.lower.value < interval.upper.value or any(
            lexeme.kind == "word" for lexeme in self.lexemes[:40]
        ):
            return None
        figure = Figure("limits", place)
        self._attach(figure, interval)
        return figure, interval.last


def needed_to_treat(lexeme: Lexeme) -> bool:
    return lexeme.text == "number needed to treat"


def _signed(printed: Printed, label: str, through: bool) -> Printed:
    """A number needed to treat with its label; harm is negative where the interval passes through infinity."""
    harm = label.upper() in ("NNTH", "NNH") or "harm" in label
    labelled = replace(printed, text=f"{label} {printed.text}")
    return labelled.negative() if through and harm else labelled


def _inside(lower: Printed, estimate: Printed | None, upper: Printed) -> bool:
    return estimate is not None and lower.value <= estimate.value <= upper.value
