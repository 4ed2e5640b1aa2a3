"""The reader of pasted text: one finding as a paper prints it, into a Claim.

The text becomes tokens (tokens.py), tokens become lexemes (lexemes.py), lexemes become figures (figures.py), and here
each figure is given its part: estimate, limits, P value or arm. What holds digits and was not read is handed back, so
that nothing seems checked that was not.
"""

from __future__ import annotations

import math
import re

from .claim import ArmText, Claim
from .figures import Figure, Figures
from .lexemes import Lexeme, Lexer, whole
from .number import Printed, quoted
from .tokens import Token, tokenise
from .words import IN_PERCENT, RATIOS

# Between a measure and its number these do not count as words.
_BESIDE_A_MEASURE = ("measure", "level", "open", "close", "separator", "equals", "of", "is", "range", "number")


class _Reader(Figures):
    """Gives every figure its part in the claim."""

    def __init__(self, tokens: list[Token], lexemes: list[Lexeme], measure: str | None) -> None:
        super().__init__(tokens, lexemes)
        self.asked = measure
        self.figures: list[Figure] = []
        self.p: list[Lexeme] = []
        self.used: set[int] = set()  # the lexemes that were read

    def run(self) -> None:
        place = 0
        linked = versus = broken = False
        measure: Lexeme | None = None
        words = 0  # since the measure
        of_total: int | None = None  # the place of 99 in "of 99 patients, 82 (82.8%)"
        conf: float | None = None
        while place < len(self.lexemes):
            lexeme = self.lexemes[place]
            figure: Figure | None = None
            following = place + 1
            if lexeme.kind in ("number", "fraction"):
                if self.only_a_label(place):
                    pass
                elif self._second_p(place):
                    self.p.append(lexeme._replace(kind="p", printed=_probability(lexeme.printed)))
                    self.used.add(place)
                else:
                    figure, following = (None if self.figures else self.bare_limits(place)) or self.figure(place)
            elif lexeme.kind == "open" and not self.figures and (bare := self.bare_limits(place)):
                figure, following = bare
            elif lexeme.kind == "level":
                conf = lexeme.conf if lexeme.conf is not None else conf
                interval = self.interval(place, None)
                if interval:
                    figure = Figure("limits", place)
                    self._attach(figure, interval)
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
            if figure is None and lexeme.kind not in _BESIDE_A_MEASURE:
                words += 1
            ends = lexeme.kind in ("versus", "and", "p") or (lexeme.kind == "separator" and words > 0)
            if words > 5 or (figure is None and ends):
                measure = None
            if figure is not None and measure is None and self._is_whole(place):
                of_total, figure = place, None
            if figure is not None:
                if of_total is not None:
                    self._total_before(figure, of_total)
                of_total = None
                inner = [self.at(k).conf for k in range(place, following) if self.kind(k) == "level"]
                conf = next((level for level in inner if level is not None), conf)
                if figure.lower is not None and figure.conf is None:
                    figure.conf = conf
                figure.measure = measure
                figure.linked = linked and not broken and bool(self.figures)
                figure.versus = versus and figure.linked
                self.figures.append(figure)
                linked = versus = broken = False
                measure = None
            place = following

    def _is_whole(self, place: int) -> bool:
        """Whether a number is the 99 of "of 99 patients, 82 (82.8%)"."""
        before = place - 1
        if self.at(before).spelled.lower() == "the":
            before -= 1
        named = self.kind(before) == "of" or self.at(before).spelled.lower() == "among"
        return (
            named
            and self.kind(before - 1) != "number"
            and whole(self.at(place).printed)
            and self.kind(place) == "number"
            and self.kind(place + 1) in ("noun", "word")
        )

    def _total_before(self, figure: Figure, place: int) -> None:
        """Give an arm the total printed before it, where its percentage agrees to 2 points."""
        total = self.at(place).printed
        assert total is not None
        if figure.kind != "arm" or figure.total is not None or figure.events is None or figure.value is None:
            return
        if total.value >= figure.events.value and abs(figure.events.value / total.value - figure.value.value) < 0.02:
            figure.total = total
            figure.used.append(place)

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

    def claim(self) -> Claim:
        arms: list[Figure] = []
        singles: list[Figure] = []
        median_said = any(lexeme.kind == "median" for lexeme in self.lexemes)
        for chain in self._chains():
            if len(chain) > 1 and self._are_arms(chain, median_said):
                arms += chain
            else:
                singles += chain
        estimate = self._estimate(singles, median_said)
        arms += [figure for figure in singles if figure is not estimate and self._is_arm(figure, median_said)]
        arms.sort(key=lambda figure: figure.place)
        limits = next((figure for figure in singles if figure.kind == "limits"), None)
        return self._assemble(estimate, limits, arms, self._measure_of(estimate or limits))

    def _chains(self) -> list[list[Figure]]:
        chains: list[list[Figure]] = []
        for figure in self.figures:
            if figure.linked and chains and figure.kind != "limits":
                chains[-1].append(figure)
            else:
                chains.append([figure])
        return chains

    def _are_arms(self, chain: list[Figure], median_said: bool) -> bool:
        """Whether linked figures are the arms, and what of the arms: percentages, counts or medians."""
        first = chain[0]
        if any(figure.percent or figure.kind == "arm" for figure in chain):
            if (
                first.measure is not None
                and first.measure.text not in RATIOS
                and first.kind == "number"
                and first.lower
            ):
                return False
            percent = any(figure.percent for figure in chain)
            counted = any(figure.events is not None for figure in chain)
            for figure in chain:
                value = figure.value
                if figure.kind == "number" and value is not None and not value.percent:
                    if whole(value) and counted and figure.lower is None:
                        figure.events, figure.value = value, None
                    elif percent and value.relation == "=":
                        figure.to_percent()  # "82.8 vs 70.7%"
                    else:
                        continue
                figure.kind = "arm"
            return True
        if first.measure is not None:
            return False
        if any(figure.unit for figure in chain) or median_said:
            for figure in chain:
                figure.unit = True
            return True
        values = [figure.value for figure in chain if figure.value is not None]
        versus = any(figure.versus for figure in chain)
        if versus and all(whole(value) for value in values) and not any(figure.lower for figure in chain):
            for figure in chain:
                figure.kind, figure.events, figure.value = "arm", figure.value, None
            return True
        if versus and all(value.decimals > 0 and 0 <= value.value <= 1 for value in values):
            for figure in chain:
                figure.kind = "arm"
            return True
        return False

    def _is_arm(self, figure: Figure, median_said: bool) -> bool:
        """Whether a figure that stands alone is that of an arm."""
        if figure.kind == "arm":
            return True
        if figure.kind != "number" or figure.value is None:
            return False
        if figure.percent:
            return not figure.points and 0 <= figure.value.value <= 1
        return self._is_median(figure, median_said)

    @staticmethod
    def _is_median(figure: Figure, median_said: bool) -> bool:
        return median_said and figure.unit and figure.measure is None

    def _estimate(self, singles: list[Figure], median_said: bool) -> Figure | None:
        numbers = [figure for figure in singles if figure.kind == "number" and not self._is_median(figure, median_said)]
        measures = {lexeme.text for lexeme in self.lexemes if lexeme.kind == "measure"}
        bare = not any(lexeme.kind in ("word", "count", "spread") for lexeme in self.lexemes)
        difference = bool((measures or {self.asked or ""}) & IN_PERCENT)

        def rank(figure: Figure) -> int:
            """0 for no estimate; the surest is highest: named and with limits, with limits, named ..."""
            value = figure.value
            assert value is not None
            named = figure.measure is not None
            if figure.percent:
                ratio = figure.measure is not None and figure.measure.text in RATIOS and figure.lower is None
                sure = named or figure.points or value.value < 0
                if figure.lower is not None:
                    sure = sure or figure.lower.value < 0 or figure.lower.text.startswith("+")
                if ratio or not (sure or difference):
                    return 0
                return 2 + 2 * sure + (figure.lower is not None)
            if figure.lower is not None:
                return 7 if named else 6
            if named:
                return 4
            return 1 if bare else 0

        best = max(numbers, key=rank, default=None)
        return best if best is not None and rank(best) > 0 else None

    def _measure_of(self, estimate: Figure | None) -> tuple[str | None, str | None]:
        """The measure of the estimate: the name directly before it, else the last before, else the first after."""
        named = [(place, lexeme) for place, lexeme in enumerate(self.lexemes) if lexeme.kind == "measure"]
        if estimate is None:
            sure = [lexeme for _, lexeme in named if not lexeme.abbreviated]
            return (sure[0].text, sure[0].spelled) if sure else (self.asked, None)
        found = estimate.measure
        if found is None:
            before = [lexeme for place, lexeme in named if place < estimate.place]
            after = [lexeme for place, lexeme in named if place > estimate.place]
            spelled_out = [lexeme for lexeme in before if not lexeme.abbreviated]
            candidates = spelled_out[-1:] or before[-1:] or after[:1]
            if not candidates:
                return self.asked, None
            found = candidates[0]
        measure = found.text
        if measure == "difference" and (estimate.percent or self.asked == "risk difference"):
            measure = "risk difference"
        return measure, found.spelled

    def _assemble(
        self, estimate: Figure | None, limits: Figure | None, arms: list[Figure], named: tuple[str | None, str | None]
    ) -> Claim:
        measure, spelled = named
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
        if value and source and source.through_infinity and spelled in ("NNTH", "NNH"):
            value = value.negative()
        if measure in RATIOS:
            value, lower, upper = (_nonnegative(number) for number in (value, lower, upper))
        for figure in (estimate, limits if source is limits else None, *arms):
            if figure is not None:
                self.used.update(figure.used)
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
            if token.glued and index and token.kind == "number":
                before = self.tokens[index - 1]
                if before.kind == "word" or (before.kind == "hyphen" and before.glued):
                    continue  # part of a name: CD4, IL-6
            left.append(token)
        return tuple(left)


def _arm_text(figure: Figure) -> ArmText:
    if figure.unit and figure.kind == "number":
        return ArmText(median=figure.value, lower=figure.lower, upper=figure.upper, conf=figure.conf)
    percent, lower, upper = (
        number.within(0.0, 1.0) if number is not None else None for number in (figure.value, figure.lower, figure.upper)
    )
    return ArmText(figure.events, figure.total, percent, None, lower, upper, figure.conf)


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
    reader = _Reader(tokens, Lexer(tokens, text).run(), measure)
    reader.run()
    claim = reader.claim()
    if not claim.items() and not any(arm.total for arm in claim.arms):
        raise ValueError(
            f'nothing to check in {quoted(text)}; write the figures as in "2.00 (1.01-3.94), P = 0.043" or "82.8%"'
        )
    return claim
