"""The total behind a count with its percentage, where the text prints it elsewhere: randomised, analysed, completed.

Every whole number of the text that can be a total is tried; one fits when the count out of it rounds to the percentage.
Of several that fit, one that stands as a total does ("n = 99", "of the 410 patients") before any other number, and the
nearest before the count first.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from .drafts import Arm, Draft
from .scan import Scan

_PEOPLE = re.compile(
    "patient|participant|subject|men|people|person|children|infant|adult|volunteer|individual|student|case|eligible|"
    "enrolled|random|respondent|famil|household|boys|girls|physician|gp|recipient|pregnan|user|smoker|nurs|male|were|"
    "contacts"
)
_MOST = 150
_EVERY = re.compile(r"\b(?:all|both)\s(?:of\s)?(?:the\s|our\s|these\s)?\Z", re.IGNORECASE)


class Totals:
    """The numbers of a text that can be totals: value, place, and whether they stand as one."""

    __slots__ = ("codes", "places", "scan", "strong", "values")

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.codes = codes = scan.codes
        self.places: list[int] = []
        self.values: list[int] = []
        self.strong: list[bool] = []
        k = codes.find("i")
        while k >= 0:
            said = scan.said[k]
            after, before = codes[k + 1 : k + 2], codes[k - 1 : k]
            if (
                len(said) < 10
                and said.isdigit()
                and after not in ("u", "%", "±")
                and (before not in ("/", "±", "<", "r") or (before == "r" and codes[k - 2 : k - 1] == "w"))
            ):
                value = int(said)
                if value > 1 and not (
                    1900 <= value <= 2030 and "," not in scan.text[scan.start[k] : scan.end[k]] and before != "c"
                ):
                    strong = before in ("c", "o") or after == "e"  # "35 each"
                    if not strong and after in ("w", ""):
                        strong = _PEOPLE.search(scan.prose(k + 1, k + 2)[:28]) is not None
                    self.places.append(k)
                    self.values.append(value)
                    self.strong.append(strong)
            k = codes.find("i", k + 1)

    def fitting(self, events: float, percent: str, at: int) -> tuple[int, int] | None:
        """The place and value of the best total for a count with its percentage at a place, or None."""
        half = half_unit(percent)
        value = float(percent)
        least, most = 100 * events / (value + half), (100 * events / (value - half) if value > half else 1e15)
        best: tuple[tuple[bool, bool, int], int, int] | None = None
        here = bisect_left(self.places, at)
        for index in range(max(0, here - _MOST), min(len(self.places), here + _MOST)):
            total = self.values[index]
            if total < least * (1 - 1e-12) or total > most * (1 + 1e-12) or self.places[index] == at:
                continue
            place = self.places[index]
            rank = (not self.strong[index], place > at, abs(place - at))
            if best is None or rank < best[0]:
                best = (rank, place, total)
        return self._cut_off(events, value, half, at) if best is None else (best[1], best[2])

    def _cut_off(self, events: float, value: float, half: float, at: int) -> tuple[int, int] | None:
        """The nearest number that stands as a total, and of which the percentage is cut off and not rounded."""
        near = range(bisect_left(self.places, at - _MOST + 1), bisect_left(self.places, at + _MOST))
        fits = (
            (abs(self.places[index] - at), self.places[index], self.values[index])
            for index in near
            if self.strong[index]
            and value * self.values[index] <= 100 * events < (value + 2 * half) * self.values[index]
        )
        return next(((place, total) for _, place, total in sorted(fits) if place != at), None)

    def printed(self, value: int, at: int) -> bool:
        """Whether a number stands as a total near a place, but not there."""
        here = bisect_left(self.places, at)
        near = range(max(0, here - _MOST), min(len(self.places), here + _MOST))
        return any(self.values[k] == value and self.strong[k] and self.places[k] != at for k in near)

    def halved(self) -> tuple[int, int] | None:
        """The two sizes printed one after the other in a sentence that make a total of the text; None if several do."""
        found: set[tuple[int, int]] = set()
        known = {value for value, strong in zip(self.values, self.strong, strict=True) if strong}
        for index in range(len(self.values) - 1):
            one, two = self.values[index : index + 2]
            near = self.places[index + 1] - self.places[index] < 12
            if near and one >= 10 and two >= 10 and one + two in known:
                between = self.codes[self.places[index] : self.places[index + 1]]
                if not any(code in between for code in ".Nnqp"):
                    found.add((one, two))
        return found.pop() if len(found) == 1 else None

    def halves(self, events: float, percent: str) -> tuple[int, int] | None:
        """A total whose half fits: two arms of one size."""
        half = half_unit(percent)
        value = float(percent)
        least, most = 100 * events / (value + half), (100 * events / (value - half) if value > half else 1e15)
        for index, total in enumerate(self.values[:_MOST]):
            if self.strong[index] and total % 2 == 0 and least <= total / 2 <= most:
                return self.places[index], total // 2
        return None


_HALVES = [float(0.5 * 10.0**-decimals) for decimals in range(32)]


def half_unit(said: str) -> float:
    """Half a unit of the last printed place of canonical text: 0.05 for "82.8"."""
    if "e" in said:
        mantissa, _, power = said.partition("e")
        return float(0.5 * 10.0 ** (int(power) - len(mantissa.partition(".")[2])))
    point = said.find(".")
    return 0.5 if point < 0 else _HALVES[len(said) - point - 1]


def rounded_from(said: str) -> tuple[float, float]:
    """The least and greatest value that rounds to canonical text: 82.75 and 82.85 for "82.8"."""
    value, half = float(said), half_unit(said)
    return value - half, value + half


def fill(scan: Scan, drafts: list[Draft]) -> Totals | None:
    """Give every group with a count and a percentage but no total the total that fits; the numbers that were tried."""
    arms: list[Arm] = []
    seen: set[int] = set()
    for draft in drafts:
        for arm in draft.arms:
            if id(arm) not in seen:
                seen.add(id(arm))
                if arm.total is None and arm.events is not None and arm.percent is not None:
                    arms.append(arm)
    if not arms:
        return None
    totals = Totals(scan)
    for arm in arms:
        assert arm.events is not None and arm.percent is not None
        events = scan.value(arm.events)
        found = totals.fitting(events, scan.said[arm.percent], arm.events)
        if found:
            arm.total_elsewhere, arm.total_value = found
            continue
        halved = totals.halves(events, scan.said[arm.percent])
        if halved and any(arm in draft.arms and len(draft.arms) == 2 for draft in drafts[:_MOST]):
            arm.total_value = halved[1]
            arm.total_note = f"half of {scan.said[halved[0]]}"
        elif scan.value(arm.percent) == 100 and _EVERY.search(
            scan.text, max(0, scan.start[arm.events] - 16), scan.start[arm.events]
        ):
            arm.total_value, arm.total_note = int(events), "that of all"  # "all 24 patients (100%)"
    for draft in drafts:
        if len(draft.arms) == 2 and all(arm.total_elsewhere is not None for arm in draft.arms):
            _none_of_two(scan, totals, *draft.arms)
    return totals


def _none_of_two(scan: Scan, totals: Totals, one: Arm, two: Arm) -> None:
    """ "0 (0%) v 6 (10.3%) of 61 and 58": give none, which is 0% of any total, the total beside the other group's."""
    for arm, other, step in ((one, two, -1), (two, one, 1)):
        if arm.total_elsewhere == other.total_elsewhere and scan.said[arm.events or 0] == "0":
            index = bisect_left(totals.places, other.total_elsewhere or 0) + step
            if 0 <= index < len(totals.places):
                near = sorted((totals.places[index], other.total_elsewhere or 0))
                if near[1] - near[0] < 12 and not any(code in ".Nqp" for code in totals.codes[near[0] : near[1]]):
                    arm.total_elsewhere, arm.total_value = totals.places[index], totals.values[index]
