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
                and before not in ("/", "±", "<", "r")
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


def fill(scan: Scan, drafts: list[Draft]) -> None:
    """Give every group with a count and a percentage but no total the total that fits."""
    arms: list[Arm] = []
    seen: set[int] = set()
    for draft in drafts:
        for arm in draft.arms:
            if id(arm) not in seen:
                seen.add(id(arm))
                if arm.total is None and arm.events is not None and arm.percent is not None:
                    arms.append(arm)
    if not arms:
        return
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
