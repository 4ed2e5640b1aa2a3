"""Intervals in a text: two limits with their label, and the estimate that they belong to.

Every step looks at a bounded number of lexemes beside a label or a bracket.
"""

from __future__ import annotations

import math

from .denominators import half_unit
from .drafts import Interval
from .scan import Scan
from .words import word_set

NUMBERS = frozenset("inq")
_JOINERS = frozenset("r,;:a")
_BEFORE_LIMITS = frozenset("=:,;()L")
_REACH = 14
_MOST_WORDS = 9
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
    if any(interval.estimate is None for interval in found):
        found += _shared_out(scan, found, first, last, used)
        for interval in found:
            if interval.estimate is None:
                _in_the_middle(scan, interval, first, used)
        if previous < first and found[0].estimate is None:
            _estimate_of_sentence_before(scan, found[0], first, previous)
    context = context or bool(found) or context
    measured = codes.find("M", first, last) >= 0
    if context is not None or measured or any(codes.find(sign, first, last) >= 0 for sign in ("(L)", ")p")):
        found += _bare(scan, first, last, used, context)
        found.sort(key=lambda interval: interval.lower)
    return found


def _pair(scan: Scan, at: int, last: int, labelled: bool) -> tuple[int, int, int] | None:
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
    pair = _pair(scan, at, last, True)
    conf = scan.said[label]
    before = _estimate_before(scan, label, first, used)
    if pair:
        lower, upper, after = pair
        if before[0] is not None and codes[before[0] + 1] == "u" and _other_unit(scan, before[0], lower, after):
            before = None, label, before[2]
        if (
            before[0] is not None
            and not _inside(scan, lower, before[0], upper)
            and scan.value(lower) < scan.value(upper)
        ):
            before = _outside(scan, before[0], lower, upper, label, first, used), before[1], before[2]
            if before[0] is None:
                before = None, label, before[2]
        joiner = codes[upper - 1]
        # "(95% CI) 1.5; 1.2, 1.9" and "(95% CI) 1.5, 1.2-1.9": the first of three is the estimate
        if joiner in ",;:" and before[0] is None:
            third = _pair(scan, upper, last, True)
            if third and (codes[third[1] - 1] in "r" or codes[third[2] : third[2] + 1] in (")", "]", ";", "")):
                values = scan.value(lower), scan.value(upper), scan.value(third[1])
                if values[1] <= values[0] <= values[2]:
                    return _made(scan, lower, third[0], third[1], label, label, third[2], conf)
        if before[0] is None and joiner == "r" and codes[after : after + 1] == "(":
            return None
        measured = _measured(scan, label, lower, upper, first, used) if before[0] is None else None
        if measured is not None:
            before = measured, measured, None
        interval = _made(scan, before[0], lower, upper, min(before[1], label), label, after, conf)
        interval.far = measured is not None and any(code in NUMBERS for code in codes[measured + 1 : label])
        interval.p = before[2]
        if before[0] is None:
            _estimate_after(scan, interval, last)
            if interval.estimate is None and (scan.value(lower), scan.value(upper)) in _EQUIVALENCE:
                return None
        return interval
    # "95% CI: 1.85 (0.91 to 3.77)"
    k = at + 1
    while k < last and codes[k] in "u(,;:=[wL" and k < at + 4:
        k += 1
    if k < last and codes[k] in NUMBERS and k > at + 1:
        pair = _pair(scan, k, last, True)
        if pair:
            return _made(scan, at, pair[0], pair[1], label, label, pair[2], conf)
    return _label_last(scan, label, first, used)


def _label_last(scan: Scan, label: int, first: int, used: set[int]) -> Interval | None:
    """ "0.68 (0.48-0.95; 95% CI)", "0.48 to 0.95 (95% CI)": the limits stand before their label."""
    codes = scan.codes
    k = label - 1
    while k > first and codes[k] in "(,;":
        k -= 1
    if k - 2 < first or codes[k] not in NUMBERS or codes[k - 1] != "r" or codes[k - 2] not in NUMBERS or k in used:
        return None
    before = _estimate_before(scan, k - 2, first, used)
    if before[0] is None or not _inside(scan, k - 2, before[0], k):
        return None
    return _made(scan, before[0], k - 2, k, before[1], label, label + 1, scan.said[label])


def _estimate_before(scan: Scan, label: int, first: int, used: set[int]) -> tuple[int | None, int, int | None]:
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
            denominator = k - 1 >= first and codes[k - 1] == "/"
            if denominator and k - 2 >= first and codes[k - 2] in NUMBERS:
                # "85.4% (34.2/40; 95% CI", "5.9% (20/339; 95% CI": the percentage is the estimate
                q = k - 3
                while q >= first and codes[q] in "(,":
                    q -= 1
                if q >= first and codes[q] == "q" and q not in used:
                    return q, q, p
                beyond = _percent_after(scan, k, label)
                return (beyond, k - 2, p) if beyond is not None else (None, label, p)
            if denominator or (
                k - 1 >= first and codes[k - 1] == "w" and scan.prose(k - 1, k).rstrip().endswith("per")
            ):
                k -= 1  # "per 1,000 patients"
                continue
            if k - 1 >= first and codes[k - 1] == "c":
                k -= 2
                continue
            spread = k - 1
            while spread >= first and codes[spread] in "=:w(" and spread > k - 3 and codes[spread] != "(":
                spread -= 1
            if spread >= first and codes[spread] == "s" and "w" not in codes[spread:k]:
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
                if unit in _TIMES and earlier is not None:
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


#: Bounds of bioequivalence, as ratios and in percent.
_EQUIVALENCE = ((0.8, 1.25), (80.0, 125.0))
_POWERS = word_set("-1 -2 -3")
_TIMES = word_set("month months year years week weeks day days hour hours min minutes hrs yr yrs mo h d y")


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


def _estimate_after(scan: Scan, interval: Interval, last: int) -> None:
    """ "(95% CI 0.5-0.9) HR 0.7": an estimate printed after its limits, with its measure between."""
    codes = scan.codes
    k = interval.last
    measured = False
    while k < last and k < interval.last + 6 and codes[k] in "),;:=M":
        measured = measured or codes[k] == "M"
        k += 1
    if measured and k < last and codes[k] in NUMBERS and _inside(scan, interval.lower, k, interval.upper):
        interval.estimate, interval.last = k, k + 1


def _measured(scan: Scan, label: int, lower: int, upper: int, first: int, used: set[int]) -> int | None:
    """The number directly after a measure, and inside the limits: "difference: 3.83 ms at 3.5 h on day 5 [90% CI"."""
    codes = scan.codes
    begin = max(first, label - 24)
    measure = codes.rfind("M", begin, label)
    while measure >= 0:
        k = measure + 1
        while k < label and k < measure + 5 and codes[k] in "=:wo":
            k += 1
        ends = sorted((scan.value(lower), scan.value(upper)))
        if k < label and codes[k] in NUMBERS and ends[0] <= scan.value(k) <= ends[1]:
            return None if used.intersection(range(k, label)) else k
        measure = codes.rfind("M", begin, measure)
    return None


def _in_the_middle(scan: Scan, interval: Interval, first: int, used: set[int]) -> None:
    """Give an interval the nearest number before it that is the middle of its limits, as they are rounded."""
    codes = scan.codes
    begin = min(interval.lower, interval.lower if interval.label is None else interval.label)
    for k in range(begin - 1, max(first, begin - 40) - 1, -1):
        if k in used:
            return
        alone = codes[k] in NUMBERS and codes[k + 1] != "±" and codes[k - 1 : k] not in ("±", "r")
        alone = alone and codes[k - 1] != "s" and codes[max(first, k - 2) : k] not in ("s:", "s=", "s,")
        if alone and scan.said[k] not in ("0", "1") and _is_middle(scan, k, interval.lower, interval.upper):
            interval.estimate, interval.first, interval.far = k, min(k, interval.first), True
            used.add(k)
            return


def _is_middle(scan: Scan, k: int, lower: int, upper: int) -> bool:
    """Whether a number is the middle of two limits, on the plain or the log scale, within the rounding of the three."""
    low, value, high = scan.value(lower), scan.value(k), scan.value(upper)
    slack = half_unit(scan.said[k]) + (half_unit(scan.said[lower]) + half_unit(scan.said[upper])) / 2
    if not low < value < high or high - low < 4 * slack:
        return False
    return abs((low + high) / 2 - value) <= slack or (low > 0 and abs(math.sqrt(low * high) - value) <= slack)


def _shared_out(scan: Scan, found: list[Interval], first: int, last: int, used: set[int]) -> list[Interval]:
    """ "was 0.041 and 0.033, respectively, and the 90% CI was 0.004 to 0.078 and -0.008 to 0.074, respectively".

    Gives a label's limits and those after it their estimates, in order; returns the further intervals.
    """
    codes = scan.codes
    more: list[Interval] = []
    for interval in found:
        if interval.estimate is not None or interval.label is None:
            continue
        limits, end = [(interval.lower, interval.upper)], interval.last
        while len(limits) < 5:
            k = end
            while k < last and k < end + 4 and (codes[k] in "u,;a" or (codes[k] == "w" and scan.words[k] == 1)):
                k += 1
            pair = _pair(scan, k, last, False) if k < last and codes[k] in NUMBERS and k > end else None
            if pair is None or pair[0] in used:
                break
            limits.append(pair[:2])
            end = pair[2]
        if len(limits) < 2 or "h" not in codes[end : end + 3]:
            continue
        estimates: list[int] = []
        k = interval.label - 1
        while k >= first and len(estimates) < len(limits) and codes[k] in "inqwua,;h:=":
            if codes[k] in NUMBERS:
                estimates.insert(0, k)
            k -= 1
        fits = len(estimates) == len(limits) and not used.intersection(estimates)
        if not fits or not all(_inside(scan, low, at, up) for at, (low, up) in zip(estimates, limits, strict=True)):
            continue
        interval.estimate = estimates[0]
        for at, (low, up) in zip(estimates[1:], limits[1:], strict=True):
            further = _made(scan, at, low, up, low, interval.label, up + 1, interval.conf)
            further.first = low
            more.append(further)
            used.update((at, low, up))
        used.add(estimates[0])
    return more


def _estimate_of_sentence_before(scan: Scan, interval: Interval, first: int, previous: int) -> None:
    """ "... a 1.6-point difference. However, the 95% CI (0.54-2.66) for this difference ..."."""
    codes = scan.codes
    if interval.label is None or any(code in NUMBERS for code in codes[first : min(interval.label, interval.lower)]):
        return
    measure = codes.rfind("M", previous, first)
    if measure < 0:
        return
    for k in (measure + 1, measure + 2, measure - 1, measure - 2, measure - 3):
        if previous <= k < first and codes[k] in NUMBERS and _inside(scan, interval.lower, k, interval.upper):
            interval.estimate, interval.far = k, True
            return


def _other_unit(scan: Scan, estimate: int, lower: int, after: int) -> bool:
    """Whether a number has another unit than the limits: "at 12 months (95% CI 2.4%, 27.0%)", "2 mg [... 6.4 ms]"."""
    codes = scan.codes
    if codes[lower] == "q":
        return codes[estimate] != "q"
    alone = codes[after : after + 2] == "w)" and scan.words[after] == 1  # "2 mg [95% CI -0.33, 6.38 ms]"
    if codes[estimate] != "i" or not (alone or codes[after : after + 1] == "u"):
        return False
    return scan.prose(estimate + 1, estimate + 2).strip() != scan.prose(after, after + 1).strip()


def _outside(scan: Scan, estimate: int, lower: int, upper: int, label: int, first: int, used: set[int]) -> int | None:
    """The estimate when the nearest number is outside the limits: it must stand beside them, or another is inside."""
    codes = scan.codes
    if _one_of_two(scan, estimate, first):
        return None
    if scan.value(upper) < 0 or scan.value(lower) < 0 < scan.value(upper):
        middle = -(scan.value(lower) + scan.value(upper)) / 2
        if abs(scan.value(estimate) - middle) <= 0.05 * abs(scan.value(upper) - scan.value(lower)):
            return estimate  # a decrease printed without its sign
    for k in range(estimate - 1, max(first, estimate - 5) - 1, -1):
        if codes[k] in NUMBERS and k not in used and _inside(scan, lower, k, upper) and scan.said[k] not in ("0", "1"):
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
    time = codes[estimate + 1 : estimate + 2] == "u" and scan.prose(estimate + 1, estimate + 2).strip() in _TIMES
    return None if time or codes[estimate] == "i" else estimate


def _one_of_two(scan: Scan, k: int, first: int) -> bool:
    """Whether a number is the second of two that are set against one another ("117 minutes vs. 76 minutes")."""
    left = scan.codes[max(first, k - 12) : k]
    versus = left.rfind("v")
    return versus > 0 and left.rfind("M") < versus and any(c in "inq" for c in left[:versus])


def _inside(scan: Scan, lower: int, estimate: int, upper: int) -> bool:
    return scan.value(lower) <= scan.value(estimate) <= scan.value(upper)


def _made(
    scan: Scan, estimate: int | None, lower: int, upper: int, first: int, label: int | None, last: int, conf: str
) -> Interval:
    codes = scan.codes
    places = [lower, upper] if estimate is None else [estimate, lower, upper]
    interval = Interval(lower, upper, min(first, *places), max(last, upper + 1), estimate, label, conf)
    interval.percent = any(codes[k] == "q" for k in places)
    return interval


def _bare(scan: Scan, first: int, last: int, used: set[int], context: bool | None) -> list[Interval]:
    """Intervals without a label of their own: "HR 0.61 (0.47-0.79)", "(0.91, 0.64-1.28)", "-2.0 (-3.8 to -0.2)"."""
    codes = scan.codes
    found: list[Interval] = []
    k = first
    measure = -1  # place of the last measure
    while k < last:
        code = codes[k]
        if code == "M":
            measure = k
        if code not in NUMBERS or k in used:
            k += 1
            continue
        labelled = codes.find("L", first, k) >= 0 or (bool(found) and 0 < k - found[-1].last <= 2)
        interval = _bare_at(scan, k, last, used, labelled, context)
        if interval is None:
            k += 1
            continue
        near = 0 <= measure < k and scan.said[measure] not in ("change", "effect") and _near(scan, measure, k)
        spread = not labelled and "s" in codes[first:k]  # "9.8 (IQR 8 to 12.3) ... and 14.3 (11.6 to 17.0)"
        alike = context and not spread and _parallel(scan, interval, whole=True)
        tested = "p" in codes[interval.last : interval.last + 3] and not spread
        moved = "r" in (codes[k - 1], *codes[interval.last : interval.last + 2])  # "3.5 (2.9-4.2) to 1.3 (1.0-1.7)"
        said = tested or (context is not None and "(" in codes[k + 1 : interval.lower] and not spread and not moved)
        alike = alike or (said and _parallel(scan, interval) and _is_middle(scan, k, interval.lower, interval.upper))
        under = labelled and _parallel(scan, interval, "sd±", whole=True)
        if near or alike or under:
            found.append(interval)
            used.update((k, interval.lower, interval.upper))
            k = interval.last
        else:
            k += 1
    return found


def _bare_at(scan: Scan, k: int, last: int, used: set[int], labelled: bool, context: bool | None) -> Interval | None:
    """An estimate at k with limits in brackets or after a comma.

    ``labelled`` says that a label stands before in its sentence, ``context`` is that of ``find``.
    """
    codes = scan.codes
    at, words, opened, separators = k + 1, 0, 0, 0
    while at < last and at < k + 6 and codes[at] not in NUMBERS:
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
    pair = _pair(scan, at, last, False)
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
    if not _inside(scan, lower, k, upper) and not (labelled and opened and _turned(scan, lower, k, upper)):
        return None
    # whole numbers throughout are more often ages, doses and ranges
    if codes[k] == codes[lower] == codes[upper] == "i":
        if codes[upper + 1 : upper + 2] in ("u", "w") and scan.prose(upper + 1, upper + 2).strip() in _TIMES:
            return None
        amounts = context and min(abs(scan.value(lower)), abs(scan.value(upper))) >= 100 and codes[k + 1] != "u"
        if not (labelled or amounts) or not opened or (joiner != "r" and not amounts):
            return None
    elif joiner in ",;" and codes[lower] == "i" and codes[upper] == "i":
        return None
    return _made(scan, k, lower, upper, k, None, after, "")


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
