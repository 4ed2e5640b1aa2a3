"""Intervals without a label of their own: "HR 0.61 (0.47-0.79)", "(0.91, 0.64-1.28)", "-2.0 (-3.8 to -0.2)"."""

from __future__ import annotations

import re

from . import estimates, limits
from .drafts import Interval
from .scan import NUMBERS, Scan

#: A number with two others behind it, the first of them within a few lexemes (and "per 1000", "ml/kg/min").
_TRIPLE = re.compile(r"[inq](?=(?:wi|u/u/)?[(,;:uw/]{1,5}[inq]u?w?[r,;]r?\(?[inq])")
_TENS = frozenset(("100", "1000", "10000", "100000", "1000000"))


def find(scan: Scan, first: int, last: int, used: set[int], context: bool | None) -> list[Interval]:
    """Intervals without a label of their own: "HR 0.61 (0.47-0.79)", "(0.91, 0.64-1.28)", "-2.0 (-3.8 to -0.2)"."""
    codes = scan.codes
    found: list[Interval] = []
    places = [match.start() for match in _TRIPLE.finditer(codes, first, last)]
    done = first
    for k in places:
        if k < done or k in used:
            continue
        labelled = codes.find("L", first, k) >= 0 or (bool(found) and 0 < k - found[-1].last <= 2)
        interval = _bare_at(scan, k, last, used, labelled, context)
        if interval is None:
            continue
        measure = codes.rfind("M", first, k)
        near = measure >= 0 and scan.said[measure] not in ("change", "effect") and _near(scan, measure, k)
        spread = not labelled and "s" in codes[first:k]  # "9.8 (IQR 8 to 12.3) ... and 14.3 (11.6 to 17.0)"
        moved = "r" in (codes[k - 1], *codes[interval.last : interval.last + 2])  # "3.5 (2.9-4.2) to 1.3 (1.0-1.7)"
        alike = context and not spread and not moved and _parallel(scan, interval, whole=True)
        tested = "p" in codes[interval.last : interval.last + 3] and not spread
        said = tested or (context is not None and "(" in codes[k + 1 : interval.lower] and not spread and not moved)
        middle = said and _parallel(scan, interval)
        alike = alike or (middle and estimates.is_middle(scan, k, interval.lower, interval.upper))
        under = labelled and _parallel(scan, interval, "sd±", whole=True)
        if near or alike or under:
            found.append(interval)
            used.update((k, interval.lower, interval.upper))
            done = interval.last
    return found


def _bare_at(scan: Scan, k: int, last: int, used: set[int], labelled: bool, context: bool | None) -> Interval | None:
    """An estimate at k with limits in brackets or after a comma.

    ``labelled`` says that a label stands before in its sentence, ``context`` is that of ``find``.
    """
    codes = scan.codes
    words, opened, separators = 0, 0, 0
    begin = at = _unit_end(scan, k)
    while at < last and at < begin + 5 and codes[at] not in NUMBERS:
        code = codes[at]
        if code == "(":
            opened += 1
        elif code in ",;:":
            separators += 1
        elif code in "u/" and not opened:
            pass
        elif code == "w" and not opened and scan.words[at] <= 3:
            words += 1
        else:
            return None
        at += 1
    # "-0.28 kg m-2 (": a power is no number of its own
    if at >= last or codes[at] not in NUMBERS or opened > 1 or opened + separators == 0 or (words and not opened):
        return None
    pair = limits.pair(scan, at, last, False)
    if pair is None or at in used or pair[1] in used:
        return None
    lower, upper, after = pair
    joiner = codes[upper - 1]
    if opened and codes[after : after + 1] not in (")", ";", ",", "p", "u", "w"):
        return None
    bracketed = opened and separators == 1 and codes[upper + 1 : upper + 2] == ")"  # "OR 5.8, [3.5, 9.6]"
    ends = ("w", ")", ",", ";", "p", ".", "") if labelled else (")", ",", ";", "p", ".", "")
    if separators and not bracketed and (joiner != "r" or codes[after : after + 1] not in ends):
        return None
    if joiner in ",;" and not opened:
        return None
    if scan.value(lower) == scan.value(upper):
        return None
    if not estimates.inside(scan, lower, k, upper) and not (labelled and opened and _turned(scan, lower, k, upper)):
        return None
    # whole numbers throughout are more often ages, doses and ranges
    if codes[k] == codes[lower] == codes[upper] == "i":
        if codes[upper + 1 : upper + 2] in ("u", "w") and scan.prose(upper + 1, upper + 2).strip() in estimates.TIMES:
            return None
        amounts = context and min(abs(scan.value(lower)), abs(scan.value(upper))) >= 100 and codes[k + 1] != "u"
        if not (labelled or amounts) or not opened or (joiner != "r" and not amounts):
            return None
    elif joiner in ",;" and codes[lower] == "i" and codes[upper] == "i":
        return None
    return limits.made(scan, k, lower, upper, k, None, after, "")


def _unit_end(scan: Scan, k: int) -> int:
    """The place after a number and a unit of several lexemes: "4.3 per 1000", "1.9 ml/kg/"."""
    codes = scan.codes
    if codes.startswith("u/u/", k + 1):
        return k + 5
    per = codes.startswith("wi", k + 1) and scan.said[k + 2] in _TENS and scan.prose(k + 1, k + 2).strip() == "per"
    return k + 3 if per else k + 1


def _turned(scan: Scan, lower: int, k: int, upper: int) -> bool:
    """Whether limits are printed the other way round, or a decrease without its sign: "0.27 [0.41, 0.13]"."""
    low, value, high = scan.value(lower), scan.value(k), scan.value(upper)
    middle = -(low + high) / 2
    return high <= value <= low or (middle > 0 and abs(value - middle) <= 0.05 * abs(high - low))


def _near(scan: Scan, measure: int, k: int) -> bool:
    """Whether a measure speaks of the number at k: few words between, no other finding."""
    words = 0
    for at in range(measure + 1, k):
        code = scan.codes[at]
        if code in "pLNs":
            return code == "L"
        if code == "w":
            words += scan.words[at]
        if code in NUMBERS and scan.codes[at + 1 : at + 2] != "u":
            return False
        if code in "dm":
            return False
    return words <= 20


def _parallel(scan: Scan, interval: Interval, without: str = "dms±", whole: bool = False) -> bool:
    """Whether a bare triple is written as intervals are: decimals, and no word of spread or middle before it.

    ``whole`` says that it may be all of whole numbers.
    """
    codes = scan.codes
    assert interval.estimate is not None
    k = interval.estimate
    decimals = {len(scan.said[place].partition(".")[2]) for place in (k, interval.lower, interval.upper)}
    if 0 in decimals and not (whole and len(decimals) == 1):
        return False
    after = codes[interval.last : interval.last + 2]
    if after == ")u" and codes[k - 1 : k] == "w" and scan.prose(k - 1, k).rstrip().endswith(" at"):
        return False  # "at 6.3 (3.0-9.5) years"
    before = codes[max(0, k - 6) : k]
    return not any(code in before for code in without)
