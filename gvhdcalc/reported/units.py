"""The parts of a sentence that claims are made of: intervals, P values, groups, pairs of values, estimates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import values
from .drafts import Arm, Interval
from .scan import Scan
from .words import word_set


@dataclass(slots=True)
class Unit:
    """A part of a sentence: an interval (I), a P value (P), a group (A), two values (V), an estimate (E)."""

    sort: str
    first: int
    last: int
    interval: Interval | None = None
    arm: Arm | None = None
    pair: list[Arm] | None = None
    measure: str | None = None


def find(scan: Scan, masked: str, first: int, last: int, found: list[Interval], arms: list[Arm]) -> list[Unit]:
    """The parts of the sentence ``first`` to before ``last``, in order; its intervals and counts were found before."""
    return _Finder(scan, masked, first, last).find(found, arms)


def may(scan: Scan, masked: str, first: int, last: int) -> bool:
    """Whether a sentence without intervals and counts may have parts all the same."""
    return _begins(scan).search(masked, first, last) is not None


def _begins(scan: Scan) -> re.Pattern[str]:
    """What a part may begin with."""
    return _UNIT_OR_NONE if scan.none else _UNIT


class _Finder:
    """Finds the parts of one sentence; ``taken`` are the places of numbers that are in a part."""

    __slots__ = ("first", "last", "masked", "scan", "taken", "units")

    def __init__(self, scan: Scan, masked: str, first: int, last: int) -> None:
        self.scan = scan
        self.masked = masked
        self.first = first
        self.last = last
        self.units: list[Unit] = []
        self.taken: set[int] = set()

    def find(self, found: list[Interval], arms: list[Arm]) -> list[Unit]:
        units, taken, scan = self.units, self.taken, self.scan
        for interval in found:
            place = interval.estimate if interval.estimate is not None else interval.lower
            units.append(Unit("I", place, interval.last, interval=interval))
            taken.add(place)
        for arm in arms:
            units.append(Unit("A", arm.first, arm.last, arm=arm))
            taken.update(k for k in (arm.events, arm.total, arm.percent) if k is not None)
        ps = {interval.p for interval in found if interval.p is not None}
        for match in _begins(scan).finditer(self.masked, self.first, self.last):
            k, code = match.start(), match.group()
            if code == "p" and k not in ps:
                units.append(Unit("P", k, k + 1))
            elif k in taken:
                pass
            elif code == "q":
                self._percentage(k)
            elif code == "v":
                self._versus(k)
            elif code == "M":
                self._measure(k)
            elif code == "i" and scan.said[k] == "0" and _is_none(scan, k):
                units.append(Unit("A", k, k + 1, arm=Arm(k, k + 1, events=k)))
        if len(units) > 1:  # a group before the interval of its percentage
            units.sort(key=lambda unit: (unit.first, unit.sort == "I"))
        return units

    def _group(self, k: int, events: bool = False) -> None:
        """A group of which one number is printed."""
        arm = Arm(k, k + 1, events=k) if events else Arm(k, k + 1, percent=k)
        self.units.append(Unit("A", k, k + 1, arm=arm))

    def _percentage(self, k: int) -> None:
        masked, scan = self.masked, self.scan
        one = k - 2  # "85.7 and 33.3%, respectively"
        if masked[k - 1 : k] == "a" and one >= self.first and masked[one] in "in" and one not in self.taken:
            ahead = masked[k + 1 : k + 10]
            if "h" in ahead or "g" in ahead[:7]:
                self._group(one)
        after, before = masked[k + 1 : k + 2], masked[k - 1 : k]
        change = after in ("M", "±", "r") or before in ("r", "±", "<") or _with_spread(masked, k)
        change = change or (after == "w" and _is_change(scan, k + 1))
        change = change or (before == "w" and _no_share_after(scan.prose(k - 1, k).split()))
        if not change:
            self._group(k)

    def _versus(self, v: int) -> None:
        scan, masked, taken = self.scan, self.masked, self.taken
        left = _compared(scan, masked, v, self.first, taken)
        if left is not None:
            taken.add(left.first)
            self.units.append(Unit("A", left.first, left.last, arm=left))
            if left.value is not None:
                right, left.value = left.value, None
                self._group(right)
            return
        count = None if v + 1 in taken else _counted(scan, masked, v, self.units)
        if count is not None:
            self._group(count, events=True)
            taken.add(count)
            return
        pair = values.find(scan, masked, v, self.first, self.last, taken)
        if pair is not None:
            self.units.append(Unit("V", pair[0].first, pair[1].last, pair=pair))

    def _measure(self, k: int) -> None:
        said, before = self.scan.said[k], self.masked[k - 1 : k]
        estimate = _estimate(self.scan, self.masked, k, self.last, self.taken)
        if estimate is None and said == "RD" and before == "q" and k - 1 not in self.taken and k > self.first:
            estimate = k - 1  # "a 4% absolute increase"
        if estimate is not None:
            self.taken.add(estimate)
            self.units.append(Unit("E", estimate, max(estimate, k) + 1, measure=said))


def _is_none(scan: Scan, k: int) -> bool:
    """Whether a zero is the word "none" of a count: not "those given none", a treatment."""
    before = scan.prose(k - 1, k).split()[-1:] if k else []
    return scan.prose(k, k + 1).strip() == "none" and (not before or before[0] not in _TREATED)


_TREATED = word_set("given giving received receiving taking took got getting using used")
_UNIT, _UNIT_OR_NONE = re.compile("[pqvM]"), re.compile("[pqviM]")


def _counted(scan: Scan, masked: str, v: int, units: list[Unit]) -> int | None:
    """ "12 patients (44.4%) in one group compared to 6 patients in the other": the count after a versus."""
    if masked[v + 1 : v + 3] != "iw" or scan.word(v + 2) not in PEOPLE:
        return None
    before = next((unit.arm for unit in reversed(units) if unit.arm is not None), None)
    counted = before is not None and before.events is not None and before.percent is not None
    return v + 1 if counted and before is not None and v - before.last < 8 else None


PEOPLE = word_set("patients participants subjects women men children people cases individuals infants")


def _no_share_after(words: list[str]) -> bool:
    """ "fell by 12%", "at least 12%" are no shares, "was reported by 12%" is."""
    last = words[-1] if words else ""
    return len(words) > 1 and (last in ("least", "most") or (last == "by" and words[-2] not in _SHARED))


_SHARED = word_set(
    "reported achieved completed experienced used met attained seen taken rated preferred chosen shown made followed"
)


_SPREAD = re.compile(r"q\((?:s[:=]?)?[in](?:r[inq])?\)")


def _with_spread(masked: str, k: int) -> bool:
    """ "77.4% (26.3)", "1.49% (SD: 0.32)", "23% (5-63)": a mean or a median with its spread."""
    return _SPREAD.match(masked, k) is not None


def _is_change(scan: Scan, k: int) -> bool:
    """ "28% lower", "53% reduction": no proportion."""
    words = scan.prose(k, k + 1).split()
    return bool(words) and words[0] in CHANGES


CHANGES = word_set(
    "lower higher greater less fewer more reduction decrease increase relative absolute improvement reductions weight"
)


def _compared(scan: Scan, masked: str, v: int, first: int, taken: set[int]) -> Arm | None:
    """The left of "2.5 vs. 7.9%", "11.0 vs 3.2 months": a number whose sign or unit is printed once, on the right."""
    k = v - 1
    if k < first or k in taken or masked[k] not in "in":
        return None
    right = masked[v + 1 : v + 2]
    if right == "q" and v + 1 not in taken:
        return Arm(k, k + 1, percent=k)
    if right == "n" and masked[k] == "n" and v + 1 not in taken and _RATIO_NEXT.match(masked, v + 2):
        # "(3.7 versus 2.4, HR, 1.55": percentages whose sign was not printed
        percentages = max(scan.value(k), scan.value(v + 1)) <= 100 and "q" in masked[max(0, k - 80) : k]
        if percentages:
            taken.add(v + 1)
            return Arm(k, k + 1, percent=k, value=v + 1)
    return None


_RATIO_NEXT = re.compile("[,;]M")


def _estimate(scan: Scan, masked: str, measure: int, last: int, taken: set[int]) -> int | None:
    """The number that directly follows a measure: "OR 2.0", "HR = 0.68", "RR of 0.5", "difference was 3.2"."""
    k = measure + 1
    if scan.said[measure] == "NNT":
        # "number needed to treat to prevent one death over 3 years was 21"
        while k < last and k < measure + 12 and masked[k] in "=:,o(wugir" and not _needed(scan, masked, k):
            k += 1
        if k >= last or masked[k] not in "in" or k in taken or scan.value(k) <= 1:
            return None
        return k
    while k < last and k < measure + 5 and masked[k] in "=:,o(wu":
        if masked[k] == "w" and (scan.words[k] > 2 or not set(scan.prose(k, k + 1).split()) <= _IS):
            return None
        k += 1
    if k < last and masked[k] in "inq" and k not in taken:
        return k
    return None


def _needed(scan: Scan, masked: str, k: int) -> bool:
    """Whether a number is the one that a number needed to treat was said to be."""
    if masked[k] not in "in" or masked[k + 1 : k + 2] == "u":
        return False
    before = masked[k - 1]
    return before in "o=M:,(" or (before == "w" and scan.prose(k - 1, k).split()[-1:] in (["was"], ["is"], ["be"]))


_IS = frozenset(["was", "were", "is", "are", "for", "being", "estimated"])
