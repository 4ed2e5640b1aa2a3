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

class _Reader(Figures):
    def run(self) -> None:
        place = 0
        linked = versus = broken = False
        measure: Lexeme | None = None
        words = 0  # since the measure
        of_total: int | None = None  # the place of 99 in "of 99 patients, 82 (82.8%)"
        conf: float | None = None
        while place < len(self.lexemes):
            lexeme = self.lexemes[place]
            group: Figure | None = None
            following = place + 1
            if lexeme.kind in ("number", "fraction"):
                if self.only_a_label(place):
                    pass
                elif self._second_p(place):
                    self.p.append(lexeme._replace(kind="p", printed=_probability(lexeme.printed)))
                    self.used.add(place)
                else:
                    group, following = (None if self.groups else self.bare_limits(place)) or self.group(place)
            elif lexeme.kind == "open" and not self.groups and (bare := self.bare_limits(place)):
                group, following = bare
            elif lexeme.kind == "level":
                conf = lexeme.conf if lexeme.conf is not None else conf
                interval = self.interval(place, None)
                if interval:
                    group = Figure("limits", place)
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
            if group is None and lexeme.kind not in BESIDE_A_MEASURE:
                words += 1
            if group is None and (lexeme.kind in ("versus", "and", "p") or (lexeme.kind == "separator" and words)):
                measure = None
            elif words > 5:
                measure = None
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

    def _total_before(self, group: Figure, place: int) -> None:
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
        arms += [group for group in singles if group is not estimate and self._is_arm(group, median_said)]
        arms.sort(key=lambda group: group.place)
        limits = next((group for group in singles if group.kind == "limits"), None)
        return self._assemble(estimate, limits, arms, self._measure_of(estimate or limits))

    def _chains(self) -> list[list[Figure]]:
        chains: list[list[Figure]] = []
        for group in self.groups:
            if group.linked and chains and group.kind != "limits":
                chains[-1].append(group)
            else:
                chains.append([group])
        return chains

    def _are_arms(self, chain: list[Figure], median_said: bool) -> bool:
        """Whether linked figures are the arms, and what of the arms: percentages, counts or medians."""
        first = chain[0]
        if any(group.percent or group.kind == "arm" for group in chain):
            if (
                first.measure is not None
                and first.measure.text not in RATIOS
                and first.kind == "number"
                and first.lower
            ):
                return False
            percent = any(group.percent for group in chain)
            counted = any(group.events is not None for group in chain)
            for group in chain:
                value = group.value
                if group.kind == "number" and value is not None and not value.percent:
                    if whole(value) and counted and group.lower is None:
                        group.events, group.value = value, None
                    elif percent and value.relation == "=":
                        group.to_percent()  # "82.8 vs 70.7%"
                    else:
                        continue
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
        if versus and all(whole(value) for value in values) and not any(group.lower for group in chain):
            for group in chain:
                group.kind, group.events, group.value = "arm", group.value, None
            return True
        if versus and all(value.decimals > 0 and 0 <= value.value <= 1 for value in values):
            for group in chain:
                group.kind = "arm"
            return True
        return False

    def _is_arm(self, group: Figure, median_said: bool) -> bool:
        """Whether a figure that stands alone is that of an arm."""
        if group.kind == "arm":
            return True
        if group.kind != "number" or group.value is None:
            return False
        if group.percent:
            return not group.points and 0 <= group.value.value <= 1
        return self._is_median(group, median_said)

    @staticmethod
    def _is_median(group: Figure, median_said: bool) -> bool:
        return median_said and group.unit and group.measure is None

    def _estimate(self, singles: list[Figure], median_said: bool) -> Figure | None:
        numbers = [group for group in singles if group.kind == "number" and not self._is_median(group, median_said)]
        measures = {lexeme.text for lexeme in self.lexemes if lexeme.kind == "measure"}
        difference = bool((measures or {self.asked or ""}) & IN_PERCENT)

        def rank(group: Figure) -> int:
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

    def _measure_of(self, estimate: Figure | None) -> tuple[str | None, str | None]:
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


def _arm_text(group: Figure) -> ArmText:
    if group.unit and group.kind == "number":
        return ArmText(median=group.value, lower=group.lower, upper=group.upper, conf=group.conf)
    percent, lower, upper = (
        number.within(0.0, 1.0) if number is not None else None for number in (group.value, group.lower, group.upper)
    )
    return ArmText(group.events, group.total, percent, None, lower, upper, group.conf)


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
    parser = _Parser(tokens, Lexer(tokens, text).run(), measure)
    parser.run()
    claim = parser.claim()
    if not claim.items() and not any(arm.total for arm in claim.arms):
        raise ValueError(
            f'nothing to check in {quoted(text)}; write the figures as in "2.00 (1.01-3.94), P = 0.043" or "82.8%"'
        )
    return claim
