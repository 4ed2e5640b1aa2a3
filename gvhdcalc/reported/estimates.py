"""The estimate that limits belong to: the number before their label, behind a measure, in their middle, after them."""

from __future__ import annotations

import math
import re

from .denominators import half_unit
from .drafts import Interval
from .scan import NUMBERS, Scan
from .words import word_set

_REACH = 14
_MOST_WORDS = 9
_PER = re.compile(r"\b(?:per|each|every)(?:[- ](?:1|one))?[- ]\Z")
_POWERS = word_set("-1 -2 -3")
TIMES = word_set("month months year years week weeks day days hour hours min minutes hrs yr yrs mo h d y")


def before(scan: Scan, label: int, first: int, used: set[int]) -> tuple[int | None, int, int | None]:
    """The estimate before a label (or before limits): its place, where it begins, a P value between."""
    codes = scan.codes
    k, words, p, closed = label - 1, 0, None, 0
    while k >= first and label - k < _REACH:
        code = codes[k]
        if code in NUMBERS:
            if k in used:
                return None, label, p
            if codes[k - 1 : k] == "(" and codes[k + 1 : k + 2] == ")" and scan.said[k] in _POWERS:
                k, closed = k - 2, max(0, closed - 1)  # "77.7 mg l(-1) h ("
                continue
            events = _numerator(scan, k, first)
            if events is not None:
                # "85.4% (34.2/40; 95% CI", "5.9% (n = 20 of 339; 95% CI": the percentage is the estimate
                share = _SHARE.search(codes, max(first, events - 5), events)
                if share is not None and share.start() not in used and _of_fraction(scan, share, events, k):
                    return share.start(), share.start(), p
                beyond = _percent_after(scan, k, label)
                return (beyond, events, p) if beyond is not None else (None, label, p)
            if k - 1 >= first and (
                codes[k - 1] == "/" or (codes[k - 1] == "w" and scan.prose(k - 1, k).rstrip().endswith("per"))
            ):
                k -= 1  # "per 1,000 patients"
                continue
            if k - 1 >= first and codes[k - 1] == "c":
                k -= 2
                continue
            spread = k - 1
            while spread >= first and codes[spread] in "=:w(" and spread > k - 3 and codes[spread] != "(":
                spread -= 1
            if spread >= first and codes[spread] == "s" and "w" not in codes[spread:k] and not _per(scan, spread):
                k = spread - 1  # "(SD: 0.29)"
                continue
            if (
                codes[k + 1 : k + 2] == ")"
                and "M" not in codes[max(first, k - 4) : k]
                and k + 1 < label
                and (code != "q" or "q" not in codes[label : label + 6])
            ):
                return None, label, p
            if k - 1 >= first and codes[k - 1] == "±":
                k -= 2
                continue
            if codes[k - 1] == "o" and codes[k - 2] == "w" and k - 2 >= first and _is_margin(scan, k - 2):
                k -= 2  # "larger than the margin of 0.19 mm, and the 95% CI was"
                continue
            if code == "i" and codes[k + 1 : k + 2] == "u" and words + (label - k) > 3 and scan.value(k) < 400:
                unit = scan.prose(k + 1, k + 2).strip()
                earlier = _number_near(scan, k - 1, first)
                if unit in TIMES and earlier is not None:
                    k -= 1  # "0.8 at 12 months (95% CI"
                    continue
            if k - 1 >= first and codes[k - 1] == "v" and not (used and label - k <= 6):
                # one of two compared values is the estimate only where the other has its own interval
                return None, label, p
            if k - 1 >= first and codes[k - 1] == "r" and k - 2 >= first and codes[k - 2] in NUMBERS:
                return None, label, p
            return k, k, p
        if code == "p":
            p = k
        elif code == "w":
            words += scan.words[k]
            if words > _MOST_WORDS:
                return None, label, p
        elif code == ")":
            closed += 1
            if closed > 1:
                return None, label, p
        elif code in "NhxsL" and code != "L":
            if code != "s":
                return None, label, p
        elif code in "v":
            words += 3
        k -= 1
    return None, label, p


def _per(scan: Scan, spread: int) -> bool:
    """ "HR per SD 1.30", "OR per 1 SD: 0.88": a unit, not the spread of a mean."""
    start = scan.start[spread]
    return _PER.search(scan.text, max(0, start - 10), start) is not None


#: A percentage before the count that it is of: "5.9% (20", "5.9%, n = 20", "5.9% (n/N = 20", "5.9% rate (20".
_SHARE = re.compile(r"q(w[(,])?[(,;:]{0,2}(?:w/)?c?\Z")


def _of_fraction(scan: Scan, share: re.Match[str], events: int, total: int) -> bool:
    """Whether a percentage before a fraction is its own; with words between it must be within a point."""
    if share.group(1) is None:
        return True
    ratio = 100 * scan.value(events) / max(1.0, scan.value(total))
    return scan.words[share.start() + 1] < 5 and abs(ratio - scan.value(share.start())) <= 1


def _numerator(scan: Scan, k: int, first: int) -> int | None:
    """The place of the 20 of "20/339", "20 of 339", "20 patients out of the 339", where k is that of the 339."""
    codes, at = scan.codes, k - 1
    if codes[at] == "/":
        return at - 1 if at > first and codes[at - 1] in NUMBERS else None
    if codes[at] == "w" and scan.words[at] < 3:
        at -= 1
    if at <= first or codes[at] != "o":
        return None
    at -= 1
    if at > first and codes[at] == "w" and scan.words[at] < 3:
        at -= 1
    counts = at >= first and codes[at] == "i" and codes[k] == "i"
    return at if counts and scan.value(at) <= scan.value(k) else None


def _is_margin(scan: Scan, k: int) -> bool:
    """ "a non-inferiority margin of 0.19": a number that was set, not estimated."""
    return scan.prose(k, k + 1).rstrip().endswith(("margin", "threshold", "bound", "limit"))


def _number_near(scan: Scan, k: int, first: int) -> int | None:
    for _ in range(4):
        if k < first:
            return None
        if scan.codes[k] in "nq":
            return k
        if scan.codes[k] not in "wuo(":
            return None
        k -= 1
    return None


def _percent_after(scan: Scan, fraction: int, label: int) -> int | None:
    """ "(135.2/267, 50.6%) attendance; 95% CI": the percentage after a fraction, before the label."""
    for k in range(fraction + 1, label):
        if scan.codes[k] == "q":
            return k
    return None


def after(scan: Scan, interval: Interval, last: int) -> None:
    """ "(95% CI 0.5-0.9) HR 0.7": an estimate printed after its limits, with its measure between."""
    codes = scan.codes
    k = interval.last
    measured = False
    while k < last and k < interval.last + 6 and codes[k] in "),;:=M":
        measured = measured or codes[k] == "M"
        k += 1
    if measured and k < last and codes[k] in NUMBERS and inside(scan, interval.lower, k, interval.upper):
        interval.estimate, interval.last = k, k + 1


def farther(scan: Scan, interval: Interval, first: int, last: int, used: set[int]) -> None:
    """Give an interval without one its estimate from elsewhere in the sentence, if any number there can be it."""
    if interval.estimate is not None or interval.label is None:
        return
    k = measured(scan, interval, first, used)
    if k is not None:
        interval.estimate, interval.first = k, k
        interval.far = any(code in NUMBERS for code in scan.codes[k + 1 : interval.label])
        used.add(k)
        return
    after(scan, interval, last)
    if interval.estimate is None:
        in_the_middle(scan, interval, first, used)


def measured(scan: Scan, interval: Interval, first: int, used: set[int]) -> int | None:
    """The number directly after a measure, and inside the limits: "difference: 3.83 ms at 3.5 h on day 5 [90% CI"."""
    codes = scan.codes
    label = interval.lower if interval.label is None else interval.label
    begin = max(first, label - 24)
    ends = sorted((scan.value(interval.lower), scan.value(interval.upper)))
    measure = codes.rfind("M", begin, label)
    while measure >= 0:
        k = measure + 1
        while k < label and k < measure + 5 and codes[k] in "=:wo":
            k += 1
        if k < label and codes[k] in NUMBERS and ends[0] <= scan.value(k) <= ends[1]:
            return None if used.intersection(range(k, label)) else k
        measure = codes.rfind("M", begin, measure)
    return None


def in_the_middle(scan: Scan, interval: Interval, first: int, used: set[int]) -> None:
    """Give an interval the nearest number before it that is the middle of its limits, as they are rounded."""
    codes = scan.codes
    begin = min(interval.lower, interval.lower if interval.label is None else interval.label)
    for k in range(begin - 1, max(first, begin - 40) - 1, -1):
        if k in used:
            return
        alone = codes[k] in NUMBERS and codes[k + 1] != "±" and codes[k - 1 : k] not in ("±", "r")
        alone = alone and not (codes[k] == "i" and "/" in (codes[k - 1 : k], codes[k + 1])) and codes[k + 1] != "o"
        alone = alone and codes[k - 1] != "s" and codes[max(first, k - 2) : k] not in ("s:", "s=", "s,")
        if alone and scan.said[k] not in ("0", "1") and is_middle(scan, k, interval.lower, interval.upper):
            interval.estimate, interval.first, interval.far = k, min(k, interval.first), True
            used.add(k)
            return


def is_middle(scan: Scan, k: int, lower: int, upper: int) -> bool:
    """Whether a number is the middle of two limits, on the plain or the log scale, within the rounding of the three."""
    low, value, high = scan.value(lower), scan.value(k), scan.value(upper)
    slack = half_unit(scan.said[k]) + (half_unit(scan.said[lower]) + half_unit(scan.said[upper])) / 2
    if not low < value < high or high - low < 4 * slack:
        return False
    return abs((low + high) / 2 - value) <= slack or (low > 0 and abs(math.sqrt(low * high) - value) <= slack)


def of_sentence_before(scan: Scan, interval: Interval, first: int, previous: int) -> None:
    """ "... a 1.6-point difference. However, the 95% CI (0.54-2.66) for this difference ..."."""
    codes = scan.codes
    if interval.label is None or any(code in NUMBERS for code in codes[first : min(interval.label, interval.lower)]):
        return
    measure = codes.rfind("M", previous, first)
    if measure < 0:
        return
    for k in (measure + 1, measure + 2, measure - 1, measure - 2, measure - 3):
        if previous <= k < first and codes[k] in NUMBERS and inside(scan, interval.lower, k, interval.upper):
            interval.estimate, interval.far = k, True
            return


def other_unit(scan: Scan, estimate: int, lower: int, after: int) -> bool:
    """Whether a number has another unit than the limits: "at 12 months (95% CI 2.4%, 27.0%)", "2 mg [... 6.4 ms]"."""
    codes = scan.codes
    if codes[lower] == "q":
        return codes[estimate] != "q"
    alone = codes[after : after + 2] == "w)" and scan.words[after] == 1  # "2 mg [95% CI -0.33, 6.38 ms]"
    if codes[estimate] != "i" or not (alone or codes[after : after + 1] == "u"):
        return False
    return scan.prose(estimate + 1, estimate + 2).strip() != scan.prose(after, after + 1).strip()


def outside(scan: Scan, estimate: int, lower: int, upper: int, label: int, first: int, used: set[int]) -> int | None:
    """The estimate when the nearest number is outside the limits: it must stand beside them, or another is inside."""
    codes = scan.codes
    if _one_of_two(scan, estimate, first):
        return None
    if scan.value(upper) < 0 or scan.value(lower) < 0 < scan.value(upper):
        middle = -(scan.value(lower) + scan.value(upper)) / 2
        if abs(scan.value(estimate) - middle) <= 0.05 * abs(scan.value(upper) - scan.value(lower)):
            return estimate  # a decrease printed without its sign
    for k in range(estimate - 1, max(first, estimate - 5) - 1, -1):
        if codes[k] in NUMBERS and k not in used and inside(scan, lower, k, upper) and scan.said[k] not in ("0", "1"):
            return k
    between = codes[estimate + 1 : label]
    tight = (
        len(between) <= 5
        and all(code in "u/(,;:=w" for code in between)
        and (sum(scan.words[k] for k in range(estimate + 1, label)) <= 2)
    )
    if not tight or scan.said[estimate] in ("-1", "-2", "-3"):
        return None
    if codes[estimate] == "q" and codes[lower] != "q" and codes[upper] != "q" and scan.value(upper) < 50:
        return None
    time = codes[estimate + 1 : estimate + 2] == "u" and scan.prose(estimate + 1, estimate + 2).strip() in TIMES
    return None if time or codes[estimate] == "i" else estimate


def _one_of_two(scan: Scan, k: int, first: int) -> bool:
    """Whether a number is the second of two that are set against one another ("117 minutes vs. 76 minutes")."""
    left = scan.codes[max(first, k - 12) : k]
    versus = left.rfind("v")
    return versus > 0 and left.rfind("M") < versus and any(c in "inq" for c in left[:versus])


def inside(scan: Scan, lower: int, estimate: int, upper: int) -> bool:
    return scan.value(lower) <= scan.value(estimate) <= scan.value(upper)
