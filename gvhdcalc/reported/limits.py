"""Two limits of an interval: how they stand beside one another."""

from __future__ import annotations

from .drafts import Interval
from .scan import NUMBERS, Scan

_JOINERS = frozenset("r,;:a")


def pair(scan: Scan, at: int, last: int, labelled: bool) -> tuple[int, int, int] | None:
    """Two limits that begin at the number ``at``: their places and the place after them."""
    codes = scan.codes
    k = at + 1
    if k < last and codes[k] == "u":
        k += 1
    if k < last and codes[k] == "w" and scan.words[k] <= 2 and k + 1 < last and codes[k + 1] == "r":
        k += 1
    if k >= last:
        return None
    joiner = codes[k]
    if joiner in NUMBERS and labelled:
        return at, k, k + 1  # the dash is lost
    if joiner not in _JOINERS or (joiner in "a:" and not labelled):
        return None
    k += 1
    if k < last and codes[k] == "r" and joiner in "r,":
        k += 1
    if joiner == "r" and codes[k : k + 1] == "(" and codes[k + 2 : k + 3] == ")" and codes[k + 1] in NUMBERS:
        return at, k + 1, k + 3  # "-2.6 - (-0.21)"
    if k < last and codes[k] in NUMBERS:
        return at, k, k + 1
    return None


def made(
    scan: Scan, estimate: int | None, lower: int, upper: int, first: int, label: int | None, last: int, conf: str
) -> Interval:
    codes = scan.codes
    at = lower if estimate is None else estimate
    interval = Interval(lower, upper, min(first, at, lower, upper), max(last, upper + 1), estimate, label, conf)
    interval.percent = "q" in (codes[at], codes[lower], codes[upper])
    return interval
