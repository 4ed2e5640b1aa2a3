"""Claims from the parts of a sentence: which P value and which two groups belong to an estimate, or to one another.

What the text separates is not linked: a P value belongs to the interval beside it, otherwise to the two groups before
it; two groups belong to the estimate or P value that follows them with nothing else in between.
"""

from __future__ import annotations

from . import counts, groups, means, measures, p_values, units
from .drafts import Arm, Draft, Interval, Memory
from .scan import Scan
from .units import Unit


def mask(scan: Scan, found: list[Interval]) -> str:
    """The codes with limits and labels of intervals replaced by "z"; their estimates stay, as they may be of an arm."""
    if not found:
        return scan.codes
    letters = list(scan.codes)
    for interval in found:
        begin = interval.lower if interval.label is None else min(interval.lower, interval.label)
        for k in range(begin, max(interval.last, interval.upper + 1)):
            letters[k] = "z"
    return "".join(letters)


def read_sentence(scan: Scan, masked: str, found: list[Interval], first: int, last: int, memory: Memory) -> list[Draft]:
    """The claims of the sentence ``first`` to before ``last``, whose intervals were found before."""
    arms = counts.find(scan, masked, first, last)
    if found:
        estimates = {interval.estimate: interval for interval in found if interval.estimate is not None}
        for arm in arms:
            arm.interval = None if arm.percent is None else estimates.get(arm.percent)
    parts: list[Unit] = []
    if found or arms or units.may(scan, masked, first, last):
        parts = units.find(scan, masked, first, last, found, arms)
    if not parts:
        memory.groups = ()
        return []
    return _Sentence(scan, parts, first, last, memory).read()


class _Sentence:
    """The claims of one sentence, made part by part.

    ``pending`` are the groups since the last finding, ``earlier`` the two groups of the last finding, ``reported`` the
    groups that a claim took (by their first lexeme), ``waiting`` is a P value before its interval.
    """

    __slots__ = (
        "codes", "counted", "drafts", "earlier", "first", "index", "last", "memory", "pending", "reported", "scan",
        "units", "waiting",
    )  # fmt: skip

    def __init__(self, scan: Scan, parts: list[Unit], first: int, last: int, memory: Memory) -> None:
        self.scan = scan
        self.codes = scan.codes
        self.units = parts
        self.first = first
        self.last = last
        self.memory = memory
        self.drafts: list[Draft] = []
        self.pending: list[Arm] = []
        self.earlier: list[Arm] = []
        self.counted: list[Arm] = []
        self.reported: set[int] = set()
        self.waiting: Unit | None = None
        self.index = 0

    def read(self) -> list[Draft]:
        while self.index < len(self.units):
            unit = self.units[self.index]
            if unit.sort == "A":
                self._group(unit)
            elif unit.sort == "I":
                self._interval(unit)
            elif unit.sort == "P":
                self._p(unit)
            elif unit.sort == "E":
                self._estimate(unit)
            self.index += 1
        seen = [unit.arm for unit in self.units if unit.arm is not None]
        two = len(seen) == 2 and (
            all(arm.events is not None for arm in seen) or groups.set_against(self.scan, seen, self.drafts)
        )
        self.memory.groups = tuple(seen) if two else ()
        self._rest()
        return self.drafts

    @property
    def _following(self) -> Unit | None:
        return self.units[self.index + 1] if self.index + 1 < len(self.units) else None

    def _p_beside(self, unit: Unit) -> Unit | None:
        """The P value directly after a part of the sentence."""
        following = self._following
        if following is None or following.sort != "P":
            return None
        return following if p_values.beside(self.scan, unit.last, following.first) else None

    def _compared(self, p: int, pair: list[Arm]) -> None:
        """A claim of a P value and the groups that it compares."""
        self.drafts.append(Draft("p", "test", min(arm.first for arm in pair), p + 1, p=p, arms=pair))
        self.reported.update(arm.first for arm in pair)
        self.earlier = pair

    # -- groups ---------------------------------------------------------------------------------------------------

    def _group(self, unit: Unit) -> None:
        crossed = None if self.pending else p_values.crossed(self.scan, self.units[self.index : self.index + 6])
        if crossed is not None:
            for pair, p in crossed:
                self._compared(p, pair)
            if not crossed:  # P values of pairs that the text leaves open
                arms = [part.arm for part in self.units[self.index : self.index + 4] if part.arm is not None]
                self.counted += [arm for arm in arms if arm.events is not None]
            self.index += 3 + len(crossed)
            return
        assert unit.arm is not None
        self.pending.append(unit.arm)
        counted = unit.arm.events is not None or unit.arm.events_value is not None
        if counted and (unit.arm.percent is not None or unit.arm.total is not None):
            self.counted.append(unit.arm)

    def _rest(self) -> None:
        """Claims of the counts with their percentages that no finding took."""
        rest = [arm for arm in self.counted if arm.first not in self.reported and arm.percent is not None]
        while rest:
            row = groups.row(self.scan, rest)
            kind = "proportion" if row[0].total is not None else "percent_of_n"
            self.drafts.append(Draft(kind, "proportion", row[0].first, row[-1].last, arms=row))
            rest = rest[len(row) :]

    # -- intervals ------------------------------------------------------------------------------------------------

    def _interval(self, unit: Unit) -> None:
        scan, interval, own = self.scan, unit.interval, self.index
        assert interval is not None
        draft = measures.interval_claim(scan, interval, self.first, self.last, self.memory, self.drafts)
        arm = next((a for a in self.pending if a.interval is interval), None)
        if arm is None and draft.kind == "proportion":
            arm = groups.fraction_beside(scan, interval, self.units, self.index)
        p = self._p_beside(unit)
        if arm is not None and draft.kind not in ("ratio", "difference"):
            draft.kind, draft.measure, draft.arms = "proportion", "proportion", [arm]
            self.reported.add(arm.first)
        if interval.p is not None:
            p = None  # its own is printed inside it
        if p is not None and len(self.pending) < 2:
            of_two = p_values.two_shares(scan, [*self.drafts, draft], p.first)
            if of_two:
                self.drafts.append(draft)
                self._compared(p.first, of_two)
                self.index += 1
                return
        if draft.arms:
            if p is not None and len(self.pending) < 2:
                interval.p = p.first
            self.drafts.append(draft)
            return
        if p is not None:
            self.index += 1
            if (following := self._following) is not None and p_values.of_superiority(scan, p, following):
                draft.others += (p.first,)
                p = following
                self.index += 1
            interval.p = p.first
        if interval.p is None and self.waiting is not None:
            interval.p, self.waiting = self.waiting.first, None
        draft.p = interval.p
        if draft.kind == "proportion" and interval.p is not None and not self.drafts and not self.pending:
            # a P value of one percentage: it is a difference
            draft.kind, draft.measure, draft.sure = "difference", "RD", False
        self._groups_of(draft, unit, own)
        self.drafts.append(draft)
        if p is not None:
            self.index += p_values.share(scan, self.units, self.index, self.drafts)

    def _groups_of(self, draft: Draft, unit: Unit, own: int) -> None:
        """Give an interval of a ratio or a difference its two groups; ``own`` is the place of its part."""
        scan, interval = self.scan, unit.interval
        assert interval is not None
        arms = [arm for arm in self.pending if arm.interval is None or arm.interval is not interval]
        if interval.estimate is not None:
            arms = [arm for arm in arms if interval.estimate not in (arm.percent, arm.first)]
        rates = groups.two_with_intervals(self.drafts, draft.measure) if draft.kind == "ratio" else None
        if rates and (not arms or arms[-1].first < rates[0].first):
            draft.arms, self.pending = rates, []
            return
        if draft.kind not in ("ratio", "difference") and draft.measure != "NNT":
            return
        pair = groups.pair(scan, arms, self.earlier, unit.first, unit, draft)
        if pair is None and not arms and self.earlier and self._next_of_row(unit):
            pair = list(self.earlier)  # "risk difference 5% (1% to 9%); RR 1.5 (1.1 to 2.1)"
        if pair is None and not self.pending and not self.drafts and groups.goes_on(scan, self.first, unit.first):
            pair = list(self.memory.groups) or None
            if pair and draft.kind == "difference" and not groups.differ_so(scan, pair, draft, near=False):
                pair = None
        if pair and draft.kind == "difference" and not groups.differ_so(scan, pair, draft):
            pair, self.pending = None, []
        if pair:
            draft.arms = self.earlier = groups.as_means(scan, pair) if draft.kind == "difference" else pair
            self.reported.update(arm.first for arm in pair)
        if pair or arms:
            self.pending = []
        if not draft.arms and draft.kind == "ratio":
            draft.arms = groups.behind(scan, self.units[self.index + 1 : self.index + 3], draft, unit.last)
        if not draft.arms and own and self.units[own - 1].last + 8 >= unit.first:
            draft.arms = groups.of_values(draft, self.units[own - 1].pair)
        nearby = self._following
        if not draft.arms and nearby is not None and nearby.first <= unit.last + 8 and draft.measure == "HR":
            draft.arms = groups.of_values(draft, nearby.pair)  # "HR 0.28 (0.19-0.41), P; median 10.9 v 5.3 months"

    def _next_of_row(self, unit: Unit) -> bool:
        """Whether an estimate directly follows another, of the two groups before, with its measure between."""
        last = self.drafts[-1] if self.drafts else None
        if last is None or last.interval is None or last.kind not in ("ratio", "difference") or not last.arms:
            return False
        end = max(last.interval.last, last.interval.p + 1 if last.interval.p is not None else 0)
        codes = self.codes[end : unit.first]
        return last.arms[0] is self.earlier[0] and len(codes) <= 8 and not codes.strip(");,M:=(a") and "M" in codes

    # -- P values -------------------------------------------------------------------------------------------------

    def _p(self, unit: Unit) -> None:
        scan, following = self.scan, self._following
        if (
            following is not None
            and following.sort in "IE"
            and p_values.before(scan, unit.last, following)
            and not p_values.own_p(scan, self.units, self.index + 1)
        ):
            self.waiting = unit
            return
        if len(self.pending) == 1 and following is not None and following.arm is not None:
            between = self.codes[unit.last : following.first]
            if "v" in between and len(between) < 12:
                # "85% (...) was greater (P < 0.05) than ... 51%"
                self.pending.append(following.arm)
                self.counted += [following.arm] if following.arm.events is not None else []
                self.index += 1
        before = self.units[self.index - 1] if self.index else None
        more = p_values.listed(scan, self.units, self.index)
        if more and self.pending:
            for k, two in enumerate(p_values.pairs_of(scan, self.pending, more + 1)):
                self._compared(self.units[self.index + k].first, two)
            self.index += more
        elif before is not None and before.pair is not None and p_values.two_means(scan, before, unit):
            draft = Draft("other", means.MEASURE, before.first, unit.last, p=unit.first, arms=before.pair)
            self.drafts.append(draft)
        elif len(self.pending) > 2 and p_values.of_both(scan, unit.first):
            for two in (self.pending[:2], self.pending[2:]):
                if len(two) == 2 and "v" in self.codes[two[0].last : two[1].first] and groups.same_form(*two):
                    self._compared(unit.first, two)
        else:
            pair = groups.pair(scan, self.pending, [] if self.pending else self.earlier, unit.first, None, None)
            if (
                pair
                and following is not None
                and following.sort == "P"
                and p_values.each_their_own(scan, pair, unit, following)
            ):
                self.index += 1
            else:
                pair = self._printed_before(unit, pair) or self._elsewhere(unit)
                if pair:
                    self._compared(unit.first, pair)
        self.pending = []

    def _printed_before(self, unit: Unit, pair: list[Arm] | None) -> list[Arm] | None:
        """The groups since the last finding, if they are shares of patients: two of them, or a whole row."""
        if pair and p_values.between_them(self.scan, pair):
            pair = None
        if pair and (unit.first in self.memory.of_means or not groups.proportions(self.scan, pair, self.first)):
            pair = None
        if pair:
            return groups.chain(self.scan, self.pending, pair)
        if len(self.pending) < 3 or unit.first in self.memory.of_means:
            return None
        row = groups.chain(self.scan, self.pending, self.pending[-2:])
        counted = len(row) > 2 and all(arm.events is not None for arm in row)
        return row if counted and groups.proportions(self.scan, row, self.first) else None

    def _elsewhere(self, unit: Unit) -> list[Arm] | None:
        """The groups of a P value that has none directly before it; or it is given to the estimate it belongs to."""
        scan, drafts, p = self.scan, self.drafts, unit.first
        if len(self.pending) > 1:
            return None
        if self.pending:
            return p_values.bare_counts(scan, self.first, p)
        same = not drafts and groups.goes_on(scan, self.first, p) and "m" not in self.codes[self.first : p]
        if same and self.memory.groups:
            return list(self.memory.groups)
        pair: list[Arm] | None = None
        if self.index and self.units[self.index - 1].sort == "P" and self.earlier:
            pair = self.earlier if p_values.goes_on(scan, self.units[self.index - 1], unit) else None
        last = drafts[-1] if drafts else None
        if pair is None and last is not None and last.interval is not None and last.p is None:
            pair = p_values.two_shares(scan, drafts, p)
        pair = pair or p_values.bare_counts(scan, self.first, p)
        if pair is not None:
            return pair
        if last is None:
            return p_values.after_p(scan, self.units, self.index) if p not in self.memory.of_tests else None
        if p_values.of_both(scan, p):
            for draft in drafts[-2:]:
                p_values.give(draft, p)
        elif p_values.behind_words(scan, last, p):
            p_values.give(last, p)
            self.index += p_values.share(scan, self.units, self.index, drafts)
        return None

    # -- estimates without an interval ----------------------------------------------------------------------------

    def _estimate(self, unit: Unit) -> None:
        measure = unit.measure
        if measure in ("change", "effect", None):
            return
        p: int | None = None
        if (beside := self._p_beside(unit)) is not None:
            p = beside.first
            self.index += 1
        elif self.waiting is not None:
            p, self.waiting = self.waiting.first, None
        kind = "ratio" if measure in measures.RATIOS else ("other" if measure == "NNT" else "difference")
        draft = Draft(kind, measure, unit.first, unit.last, estimate=unit.first, p=p)
        pair = groups.pair(self.scan, self.pending, self.earlier, unit.first, unit, draft)
        fresh = bool(pair and self.pending)
        if pair is None and (kind == "difference" or measure == "NNT") and self.memory.groups and not self.drafts:
            # "This represents a 4% absolute increase"
            pair = list(self.memory.groups) if groups.goes_on(self.scan, self.first, unit.first) else None
            fresh = pair is not None
        if p is None and kind != "other" and not fresh:
            return
        if pair:
            draft.arms = self.earlier = pair
            self.reported.update(arm.first for arm in pair)
        self.pending = []
        self.drafts.append(draft)
