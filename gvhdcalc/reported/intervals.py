"""Intervals in a text: two limits with their label, and the estimate that they belong to.

Every step looks at a bounded number of lexemes beside a label or a bracket.
"""

from __future__ import annotations

import re

from . import bare_intervals, estimates, limits
from .drafts import Interval
from .scan import NUMBERS, Scan
from .words import word_set

_BEFORE_LIMITS = frozenset("=:,;()L")
#: Words between a label and its limits.
_SKIPPED_WORDS = word_set(
    "was were is of from between ranging ranged being the for ratio estimate limits and difference diff percentage "
    "mean treatment change"
)


def find(scan: Scan, first: int, last: int, context: bool | None, previous: int) -> list[Interval]:
    """The intervals of the sentence ``first`` to before ``last``, in order of reading.

    ``context`` is True where an interval with a label was read before, so that a bare "1.37 (1.13-1.64)" may be one,
    False where a label without limits was, None without any. ``previous`` is where the sentence before begins, if it
    has no interval of its own, else ``first``.
    """
    codes = scan.codes
    found: list[Interval] = []
    used: set[int] = set()
    k = codes.find("L", first, last)
    while k >= 0:
        interval = _labelled(scan, k, first, last, used)
        if interval and interval.lower not in used and interval.upper not in used:
            found.append(interval)
            used.update((interval.lower, interval.upper))
            if interval.estimate is not None:
                used.add(interval.estimate)
        k = codes.find("L", k + 1, last)
    if found and any(interval.estimate is None or _listed(codes, interval) for interval in found):
        found += _shared_out(scan, found, first, last, used)
        for interval in found:
            estimates.farther(scan, interval, first, last, used)
        if previous < first and found[0].estimate is None:
            estimates.of_sentence_before(scan, found[0], first, previous)
        found = [interval for interval in found if interval.estimate is not None or not _of_equivalence(scan, interval)]
    context = True if found else context
    part = codes[first:last]
    if context is not None or "M" in part or "(L)" in part or ")p" in part:
        found += bare_intervals.find(scan, first, last, used, context)
        found.sort(key=lambda interval: interval.lower)
    return found


def _labelled(scan: Scan, label: int, first: int, last: int, used: set[int]) -> Interval | None:
    codes = scan.codes
    at, words = label + 1, 0
    while at < last and at - label < 8 and codes[at] not in NUMBERS:
        code = codes[at]
        if code in _BEFORE_LIMITS or (code == "M" and words):
            pass
        elif code in "woram" and words < 4:
            words += 1
            if code == "w" and not set(scan.prose(at, at + 1).split()) <= _SKIPPED_WORDS:
                return _label_last(scan, label, first, used)
        else:
            return _label_last(scan, label, first, used)
        at += 1
    if at >= last or codes[at] not in NUMBERS:
        return _label_last(scan, label, first, used)
    pair = limits.pair(scan, at, last, True)
    conf = scan.said[label]
    before = estimates.before(scan, label, first, used)
    if pair:
        lower, upper, after = pair
        if (
            before[0] is not None
            and codes[before[0] + 1] == "u"
            and estimates.other_unit(scan, before[0], lower, after)
        ):
            before = None, label, before[2]
        if (
            before[0] is not None
            and not estimates.inside(scan, lower, before[0], upper)
            and scan.value(lower) < scan.value(upper)
        ):
            before = estimates.outside(scan, before[0], lower, upper, label, first, used), before[1], before[2]
            if before[0] is None:
                before = None, label, before[2]
        joiner = codes[upper - 1]
        # "(95% CI) 1.5; 1.2, 1.9" and "(95% CI) 1.5, 1.2-1.9": the first of three is the estimate
        if joiner in ",;:" and before[0] is None:
            third = limits.pair(scan, upper, last, True)
            if third and (codes[third[1] - 1] in "r" or codes[third[2] : third[2] + 1] in (")", "]", ";", "")):
                values = scan.value(lower), scan.value(upper), scan.value(third[1])
                if values[1] <= values[0] <= values[2]:
                    return limits.made(scan, lower, third[0], third[1], label, label, third[2], conf)
        if before[0] is None and joiner == "r" and codes[after : after + 1] == "(":
            return None
        interval = limits.made(scan, before[0], lower, upper, min(before[1], label), label, after, conf)
        interval.p = before[2]
        return interval
    # "95% CI: 1.85 (0.91 to 3.77)"
    k = at + 1
    while k < last and codes[k] in "u(,;:=[wL" and k < at + 4:
        k += 1
    if k < last and codes[k] in NUMBERS and k > at + 1:
        pair = limits.pair(scan, k, last, True)
        if pair:
            return limits.made(scan, at, pair[0], pair[1], label, label, pair[2], conf)
    return _label_last(scan, label, first, used)


def _label_last(scan: Scan, label: int, first: int, used: set[int]) -> Interval | None:
    """ "0.68 (0.48-0.95; 95% CI)", "0.48 to 0.95 (95% CI)": the limits stand before their label."""
    codes = scan.codes
    k = label - 1
    while k > first and codes[k] in "(,;":
        k -= 1
    if k - 2 < first or codes[k] not in NUMBERS or codes[k - 1] != "r" or codes[k - 2] not in NUMBERS or k in used:
        return None
    before = estimates.before(scan, k - 2, first, used)
    if before[0] is None or not estimates.inside(scan, k - 2, before[0], k):
        return None
    return limits.made(scan, before[0], k - 2, k, before[1], label, label + 1, scan.said[label])


#: Bounds of bioequivalence, as ratios and in percent.
_EQUIVALENCE = ((0.8, 1.25), (80.0, 125.0))


def _of_equivalence(scan: Scan, interval: Interval) -> bool:
    """Whether limits without an estimate are the bounds of bioequivalence."""
    return (scan.value(interval.lower), scan.value(interval.upper)) in _EQUIVALENCE


def _shared_out(scan: Scan, found: list[Interval], first: int, last: int, used: set[int]) -> list[Interval]:
    """ "was 0.041 and 0.033, respectively, and the 90% CI was 0.004 to 0.078 and -0.008 to 0.074, respectively".

    Gives a label's limits and those after it their estimates, in order; returns the further intervals.
    """
    codes = scan.codes
    more: list[Interval] = []
    for interval in found:
        if interval.label is None or not (interval.estimate is None or _listed(codes, interval)):
            continue
        ends, end = [(interval.lower, interval.upper)], interval.last
        while len(ends) < 5:
            k = end
            while k < last and k < end + 4 and (codes[k] in "u,;a" or (codes[k] == "w" and scan.words[k] == 1)):
                k += 1
            pair = limits.pair(scan, k, last, False) if k < last and codes[k] in NUMBERS and k > end else None
            if pair is None or pair[0] in used:
                break
            ends.append(pair[:2])
            end = pair[2]
        if len(ends) < 2 or (interval.estimate is None and "h" not in codes[end : end + 3]):
            continue
        shared: list[int] = []
        k = interval.label - 1
        while k >= first and len(shared) < len(ends) and codes[k] in "inqwua,;h:=(":
            if codes[k] in NUMBERS:
                shared.insert(0, k)
            k -= 1
        fits = len(shared) == len(ends) and not used.difference((interval.estimate,)).intersection(shared)
        fits = fits and (interval.estimate is None or interval.estimate in shared)
        if not fits or not all(estimates.inside(scan, low, at, up) for at, (low, up) in zip(shared, ends, strict=True)):
            continue
        interval.estimate = shared[0]
        for at, (low, up) in zip(shared[1:], ends[1:], strict=True):
            further = limits.made(scan, at, low, up, low, interval.label, up + 1, interval.conf)
            further.first = low
            more.append(further)
            used.update((at, low, up))
        used.add(shared[0])
    return more


def _listed(codes: str, interval: Interval) -> bool:
    """ "were 1.3 and 1.7 (95% CI 0.8-1.9 and 0.7-3.8)": an estimate that ends a list, and limits that begin one."""
    if interval.estimate is None or interval.label is None or interval.label < 4:
        return False
    k = interval.label - 1
    while codes[k] in "(,;u" and k > interval.label - 4:
        k -= 1
    list_ends = codes[k] in NUMBERS and re.search(r"[inq],?a\Z|[inq],\Z", codes[max(0, k - 3) : k]) is not None
    return list_ends and re.match(r",?a|,[inq]", codes[interval.last : interval.last + 2]) is not None
