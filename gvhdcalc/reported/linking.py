"""Claims from the parts of a sentence: which P value and which two groups belong to an estimate, or to one another.

What the text separates is not linked: a P value belongs to the interval beside it, otherwise to the two groups before
it; two groups belong to the estimate or P value that follows them with nothing else in between.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from . import counts
from .drafts import Arm, Draft, Interval
from .scan import Scan
from .words import word_set

RATIOS = frozenset(
    ("OR", "RR", "HR", "IRR", "rate ratio", "prevalence ratio", "ratio of geometric means", "ratio", "RRR", "RRI")
)
_DIFFERENCES = frozenset(("RD", "MD", "SMD", "change"))
_CLOSING = frozenset("),;.(:=&")


@dataclass(slots=True)
class Memory:
    """What earlier sentences said that later ones do not repeat."""

    measure: str | None = None
    kind: str = ""
    groups: tuple[Arm, ...] = ()  # the groups of the sentence before
    of_means: frozenset[int] = frozenset()  # places of P values of t and F tests, which compare no proportions


@dataclass(slots=True)
class Unit:
    """A part of a sentence in order: an interval (I), a P value (P), a group (A), two medians (V), an estimate (E)."""

    sort: str
    first: int
    last: int
    interval: Interval | None = None
    arm: Arm | None = None
    pair: list[Arm] | None = None


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
    units = _units(scan, masked, first, last, found, arms)
    if not units:
        memory.groups = ()
        return []
    return _claims(scan, units, first, last, memory)


def _units(scan: Scan, masked: str, first: int, last: int, found: list[Interval], arms: list[Arm]) -> list[Unit]:
    units: list[Unit] = []
    taken: set[int] = set()
    for interval in found:
        place = interval.estimate if interval.estimate is not None else interval.lower
        units.append(Unit("I", place, interval.last, interval=interval))
        taken.add(place)
    for arm in arms:
        units.append(Unit("A", arm.first, arm.last, arm=arm))
        taken.update(k for k in (arm.events, arm.total, arm.percent) if k is not None)
    ps = {interval.p for interval in found if interval.p is not None}
    for match in _UNIT.finditer(masked, first, last):
        k, code = match.start(), match.group()
        if code == "p" and k not in ps:
            units.append(Unit("P", k, k + 1))
        elif code == "q" and k not in taken:
            change = masked[k + 1 : k + 2] == "M" or (masked[k + 1 : k + 2] == "w" and _is_change(scan, k + 1))
            change = change or masked[k + 1 : k + 2] == "±"
            if not change and masked[k + 1 : k + 2] != "r" and masked[k - 1 : k] not in ("r", "±", "<"):
                units.append(Unit("A", k, k + 1, arm=Arm(k, k + 1, percent=k)))
        elif code == "v" and k not in taken:
            left = _compared(scan, masked, k, first, taken)
            if left is not None:
                taken.add(left.first)
                units.append(Unit("A", left.first, left.last, arm=left))
                if left.value is not None:
                    right, left.value = left.value, None
                    units.append(Unit("A", right, right + 1, arm=Arm(right, right + 1, percent=right)))
            elif (pair := _medians(scan, masked, k, first, last, taken)) is not None:
                units.append(Unit("V", pair[0].first, pair[1].last, pair=pair))
        elif code == "i" and k not in taken and scan.said[k] == "0" and scan.prose(k, k + 1).strip() == "none":
            units.append(Unit("A", k, k + 1, arm=Arm(k, k + 1, events=k)))
        elif code == "M" and k not in taken:
            estimate = _estimate(scan, masked, k, last, taken)
            if estimate is not None:
                taken.add(estimate)
                units.append(Unit("E", estimate, estimate + 1))
    units.sort(key=lambda unit: (unit.first, unit.sort == "I"))  # a group before the interval of its percentage
    return units


_UNIT = re.compile("[pqviM]")


def _is_change(scan: Scan, k: int) -> bool:
    """ "28% lower", "53% reduction": no proportion."""
    words = scan.prose(k, k + 1).split()
    return bool(words) and words[0] in _CHANGES


_CHANGES = word_set(
    "lower higher greater less fewer more reduction decrease increase relative absolute improvement reductions"
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


def _medians(scan: Scan, masked: str, v: int, first: int, last: int, taken: set[int]) -> list[Arm] | None:
    """ "11.0 vs 3.2 months; hazard ratio": two times before a ratio."""
    left = v - 1
    if left >= first and masked[left] == "u":
        left -= 1
    right = v + 1
    if left < first or right + 1 >= last or left in taken or right in taken:
        return None
    if masked[left] not in "in" or masked[right] not in "in" or masked[right + 1] != "u":
        return None
    what = "median" if scan.prose(right + 1, right + 2).strip() in _TIMES else "value"
    return [Arm(k, k + 1, value=k, what=what) for k in (left, right)]


_TIMES = word_set("months month years year weeks week days day hours hour")
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


def _claims(scan: Scan, units: list[Unit], first: int, last: int, memory: Memory) -> list[Draft]:
    codes = scan.codes
    drafts: list[Draft] = []
    pending: list[Arm] = []  # groups since the last finding
    earlier: list[Arm] = []  # the two groups of the last finding
    reported: set[int] = set()  # groups that a claim took, by their first lexeme
    groups: list[Arm] = []
    waiting: Unit | None = None  # a P value before its interval
    index = 0
    while index < len(units):
        unit = units[index]
        following = units[index + 1] if index + 1 < len(units) else None
        if unit.sort == "A":
            assert unit.arm is not None
            pending.append(unit.arm)
            if unit.arm.events is not None and (unit.arm.percent is not None or unit.arm.total is not None):
                groups.append(unit.arm)
        elif unit.sort == "I":
            interval, own = unit.interval, index
            assert interval is not None
            draft = _interval_claim(scan, interval, first, last, memory, drafts)
            arm = next((a for a in pending if a.interval is interval), None)
            if arm is None and draft.kind == "proportion":
                arm = _fraction_beside(scan, interval, units, index)
            if arm is not None and draft.kind not in ("ratio", "difference"):
                draft.kind, draft.measure = "proportion", "proportion"
                draft.arms = [arm]
                reported.add(arm.first)
                if (
                    following
                    and following.sort == "P"
                    and _beside(scan, unit.last, following.first)
                    and not (len(pending) >= 2)
                ):
                    interval.p = interval.p if interval.p is not None else following.first
                drafts.append(draft)
                index += 1
                continue
            after = following is not None and following.sort == "P" and _beside(scan, unit.last, following.first)
            if interval.p is None and following is not None and after:
                interval.p = following.first
                index += 1
            if interval.p is None and waiting is not None:
                interval.p = waiting.first
                waiting = None
            draft.p = interval.p
            values = [a for a in pending if a.interval is None or a.interval is not interval]
            if interval.estimate is not None:
                values = [a for a in values if a.percent != interval.estimate and a.first != interval.estimate]
            two = _two_with_intervals(drafts, draft.measure) if draft.kind == "ratio" else None
            if two and (not values or values[-1].first < two[0].first):
                draft.arms, pending = two, []
            elif draft.kind in ("ratio", "difference"):
                pair = _pair(scan, values, earlier, unit.first, unit, draft)
                if pair is None and not pending and not drafts and _goes_on(scan, first, unit.first):
                    pair = list(memory.groups) or None
                if pair:
                    draft.arms = pair
                    earlier = pair
                    reported.update(a.first for a in pair)
                    pending = []
                elif values:
                    pending = []
                pair = units[own - 1].pair if own else None
                if pair and not draft.arms and draft.measure == "HR" and units[own - 1].last + 6 >= unit.first:
                    draft.arms = pair
            drafts.append(draft)
        elif unit.sort == "P":
            if (
                following is not None
                and following.sort in "IE"
                and _before(scan, unit.last, following)
                and not _own_p(scan, units, index + 1)
            ):
                waiting = unit
                index += 1
                continue
            if len(pending) == 1 and following is not None and following.arm is not None:
                between = codes[unit.last : following.first]
                if "v" in between and len(between) < 12:
                    # "85% (...) was greater (P < 0.05) than ... 51%"
                    pending.append(following.arm)
                    groups += [following.arm] if following.arm.events is not None else []
                    index += 1
            pair = _pair(scan, pending, earlier if not pending else [], unit.first, None, None)
            if pair and (unit.first in memory.of_means or not _proportions(scan, pair, first)):
                pair = None
            if pair is None and not pending and not drafts and _goes_on(scan, first, unit.first):
                pair = list(memory.groups) or None
            if pair is None and not pending and index and units[index - 1].sort == "P" and earlier:
                between = codes[units[index - 1].last : unit.first]
                near = len(between) <= 8 and sum(scan.words[units[index - 1].last : unit.first]) <= 4
                pair = earlier if near and not any(code in between for code in "inqm") else None
            if pair:
                draft = Draft("p", "test", min(a.first for a in pair), unit.last, p=unit.first, arms=pair)
                drafts.append(draft)
                earlier = pair
                reported.update(a.first for a in pair)
            pending = []
        elif unit.sort == "E":
            measure = _measure_at(scan, unit.first, first)
            if measure in ("change", "effect", None):
                index += 1
                continue
            p: int | None = None
            if following is not None and following.sort == "P" and _beside(scan, unit.last, following.first):
                p = following.first
                index += 1
            elif waiting is not None:
                p, waiting = waiting.first, None
            kind = "ratio" if measure in RATIOS else ("other" if measure == "NNT" else "difference")
            if p is None and kind != "other":
                index += 1
                continue
            draft = Draft(kind, measure, unit.first, unit.last, estimate=unit.first, p=p)
            pair = _pair(scan, pending, earlier, unit.first, unit, draft)
            if pair and kind != "other":
                draft.arms = pair
                reported.update(a.first for a in pair)
                earlier = pair
            pending = [] if kind != "other" else pending
            drafts.append(draft)
        index += 1
    seen = [unit.arm for unit in units if unit.arm is not None]
    memory.groups = tuple(seen) if len(seen) == 2 and all(a.events is not None for a in seen) else ()
    rest = [arm for arm in groups if arm.first not in reported and arm.percent is not None]
    k = 0
    while k < len(rest):
        two = rest[k : k + 2]
        together = two if len(two) == 2 and _two_groups(scan, *two) else two[:1]
        kind = "proportion" if together[0].total is not None else "percent_of_n"
        drafts.append(Draft(kind, "proportion", together[0].first, together[-1].last, arms=together))
        k += len(together)
    return drafts


def _two_with_intervals(drafts: list[Draft], measure: str | None) -> list[Arm] | None:
    """The two rates, or before a hazard ratio the two incidences, that stand with their intervals before a ratio."""
    two = drafts[-2:]
    if len(two) < 2 or any(draft.estimate is None for draft in two):
        return None
    kinds = {draft.kind for draft in two}
    if kinds == {"rate"}:
        return [Arm(draft.first, draft.last, value=draft.estimate, what="rate") for draft in two]
    if measure == "HR" and kinds == {"cuminc"}:
        return [Arm(draft.first, draft.last, percent=draft.estimate, interval=draft.interval) for draft in two]
    return None


_OF_A_GROUP = ("for", "in", "on", "with", "receiving", "given", "assigned", "allocated")


def _two_groups(scan: Scan, one: Arm, two: Arm) -> bool:
    """Whether two counts are those of two groups: printed alike, set against one another or said to be of groups."""
    if (one.total is None) is not (two.total is None):
        return False
    between = scan.codes[one.last : two.first].replace("iu", "")  # "within 24 hours"
    if len(between) > 10 or any(code in between for code in "inqp;"):
        return False
    words = scan.prose(one.last, two.first).split()
    if "while" in words or "whereas" in words:
        return True
    if between.endswith("a"):  # "93 (11%) receiving home care and 66 (11%) receiving facility care"
        after = scan.prose(two.last, min(two.last + 4, len(scan.codes))).split()[:3]
        if any(word in words[:3] and word in after for word in _OF_A_GROUP):
            return True
    return "v" in between or ("a" in between and ("g" in between or "g" in scan.codes[two.last : two.last + 4]))


def _own_p(scan: Scan, units: list[Unit], index: int) -> bool:
    """Whether the interval at ``index`` has its own P value after it."""
    unit = units[index]
    if unit.interval is not None and unit.interval.p is not None:
        return True
    following = units[index + 1] if index + 1 < len(units) else None
    return following is not None and following.sort == "P" and _beside(scan, unit.last, following.first)


def _before(scan: Scan, after_p: int, unit: Unit) -> bool:
    """Whether a P value stands directly before an estimate, in one bracket: "(P = 0.016; relative risk 0.67 ..."."""
    codes = scan.codes[after_p : unit.first]
    if ")" in codes or "(" in codes or len(codes) > 5:
        return False
    return all(c in ";,M=:wo" for c in codes) and sum(scan.words[k] for k in range(after_p, unit.first)) <= 4


def _beside(scan: Scan, last: int, p: int) -> bool:
    """Whether a P value belongs to the interval that ends before ``last``."""
    codes = scan.codes[last:p]
    if len(codes) > 5:
        return False
    words = 0
    for k, code in enumerate(codes, last):
        if code == "w":
            said = scan.text[scan.start[k] : scan.end[k]].split()
            words += len(said)
            if said and said[0] == "in":
                return False
        elif code not in "),;.(:=auL":
            return False
    return words <= 3


def _fraction_beside(scan: Scan, interval: Interval, units: list[Unit], index: int) -> Arm | None:
    """The bare fraction or count that stands beside a percentage with its interval."""
    for near in (index + 1, index - 1):
        if 0 <= near < len(units):
            arm = units[near].arm
            if arm is not None and arm.total is not None and arm.percent is None and _near(scan, arm, interval):
                arm.percent = interval.estimate
                return arm
    return None


def _near(scan: Scan, arm: Arm, interval: Interval) -> bool:
    """Whether a fraction beside an interval is that of its percentage: near, and within two points of it."""
    if interval.estimate is None or arm.events is None or arm.total is None:
        return False
    if not (abs(arm.first - interval.last) <= 7 or abs(interval.first - arm.last) <= 7):
        return False
    ratio = 100 * scan.value(arm.events) / max(1.0, scan.value(arm.total))
    return abs(ratio - scan.value(interval.estimate)) <= 2


def _same_form(one: Arm, two: Arm) -> bool:
    """Whether two groups print the same: both a percentage, or both counts."""
    if one.percent is not None and two.percent is not None:
        return True
    zero = one.percent is None or two.percent is None
    return zero and ((one.events is not None and two.events is not None) or one.percent is None or two.percent is None)


def _pair(
    scan: Scan, values: list[Arm], earlier: list[Arm], place: int, unit: Unit | None, draft: Draft | None
) -> list[Arm] | None:
    """The two groups that a finding at ``place`` compares: those printed since the last finding, or the same again."""
    codes = scan.codes
    if len(values) == 2:
        return list(values) if _same_form(*values) else None
    if len(values) == 1 and len(earlier) == 2:
        before = codes[earlier[1].last : values[0].first]
        if "a" in before and len(before) < 16 and "N" not in before:
            return [earlier[0], values[0]]
        return None
    if len(values) > 2:
        # those in the same bracket, or the last two when they are set against one another
        one, two = values[-2], values[-1]
        between = codes[one.last : two.first]
        inside = "(" not in codes[one.last : one.last + 1] and _one_bracket(codes, one.first, place)
        if (inside or "v" in between) and _same_form(one, two):
            return [one, two]
        return None
    if not values and len(earlier) == 2 and draft is not None and unit is not None:
        between = codes[earlier[1].last : place]
        if len(between) <= 12 and "N" not in between:
            return list(earlier)
    return None


def _goes_on(scan: Scan, first: int, place: int) -> bool:
    """Whether a sentence speaks of the two groups of the one before: "The difference ...", "This represents ..."."""
    words = scan.prose(first, place)[:80].split()
    start = " ".join(words[:4])
    return start.startswith(("this", "the difference", "these", "no difference", "no significant", "the reduction"))


def _proportions(scan: Scan, pair: list[Arm], first: int) -> bool:
    """Whether two groups can be shares of patients: percentages of 0 to 100, and not said to be means or changes."""
    places = [arm.percent for arm in pair if arm.percent is not None]
    if any(not 0 <= scan.value(k) <= 100 for k in places):
        return False
    if any(arm.events is not None for arm in pair):
        return True
    begin = max(first, pair[0].first - 6)
    between = scan.codes[begin : pair[0].first]
    cut = max(between.rfind("z"), between.rfind("p"))
    begin += cut + 1
    if "m" in between[cut + 1 :] or "d" in between[cut + 1 :]:
        return False
    words = scan.prose(begin, pair[0].first)[-120:]
    return not any(word in words for word in ("change", "loss", "%", "score", "mean", "reduction in"))


def _one_bracket(codes: str, first: int, place: int) -> bool:
    """Whether first and place are in one bracket: it opens before ``first`` and does not close until ``place``."""
    depth = 0
    for code in codes[first:place]:
        if code == "(":
            depth += 1
        elif code == ")":
            depth -= 1
            if depth < 0:
                return False
    opened = codes.rfind("(", max(0, first - 6), first)
    return depth == 0 and opened >= 0


def _measure_at(scan: Scan, place: int, first: int) -> str | None:
    k = scan.codes.rfind("M", first, place)
    return scan.said[k] if k >= 0 else None


def _interval_claim(
    scan: Scan, interval: Interval, first: int, last: int, memory: Memory, drafts: list[Draft]
) -> Draft:
    """Kind and measure of an interval."""
    codes = scan.codes
    before = interval.first
    previous = max((d.interval.last for d in drafts if d.interval is not None), default=first)
    previous = max(first, min(previous, before))
    measure: str | None = None
    weak: str | None = None
    # a measure between the estimate and its limits speaks of it most surely
    if interval.estimate is not None:
        between = _last_measure(scan, interval.estimate, interval.lower)
        if between is not None:
            measure = between if between not in ("change", "effect") else None
            weak = between
    if measure is None and interval.label is not None:
        measure = _last_measure(scan, interval.label, interval.lower, strong=True)  # "95% CI for the difference 1 to 3"
    if measure is None:
        left = _last_measure(scan, previous, before)
        if left is not None:
            if left in ("change", "effect"):
                weak = weak or left
                strong = _last_measure(scan, previous, before, strong=True)
                measure = strong
            else:
                measure = left
    if measure is None and interval.last < last and codes[interval.last : interval.last + 2].find("M") >= 0:
        k = codes.find("M", interval.last, interval.last + 2)
        if not interval.percent and scan.said[k] in RATIOS:
            measure = scan.said[k]
        else:
            weak = weak or scan.said[k]
    if measure is None and weak is None:
        # "15% (95% CI 10% to 20%) increase in", "-0.26; 95% CI ..."
        k = codes.find("M", interval.last, min(last, interval.last + 4))
        if k >= 0:
            weak = scan.said[k] if scan.said[k] in ("change", "RD", "MD", "RRR", "RRI") else None
    values = [scan.value(k) for k in (interval.estimate, interval.lower, interval.upper) if k is not None]
    kind = ""
    if _correlation(scan, interval):
        return Draft("other", "correlation", interval.first, interval.last, interval, interval.estimate, interval.p)
    sure = measure is not None
    if measure is None and weak is None:
        if interval.percent:
            kind, measure = _of_percent(scan, interval, first, last, values)
        elif (min(values) > 0 and _own_ratio(scan, interval)) or (
            interval.estimate is None and _ratio_of_two(scan, interval, first)
        ):
            kind, measure = "ratio", "ratio"
        elif memory.measure is not None and (min(values) > 0 or memory.kind != "ratio"):
            measure, kind = memory.measure, memory.kind
            sure = min(values) < 0 or kind == "ratio"
        else:
            sure = min(values) < 0
    if measure in RATIOS and min(values) < 0:
        measure, kind = "MD", "difference"
    if not kind:
        kind, measure = _kind(scan, interval, measure, weak, first, last, values)
    if measure is not None and kind in ("ratio", "difference"):
        memory.measure, memory.kind = measure, kind
    return Draft(
        kind, measure, interval.first, interval.last, interval, interval.estimate, interval.p,
        adjusted=_adjusted(scan, interval, first, last), sure=sure,
    )  # fmt: skip


def _own_ratio(scan: Scan, interval: Interval) -> bool:
    """ "LPR = 0.47 (0.30-0.73)": an abbreviation in capitals that ends in R, of the text's own."""
    k = interval.first - 1
    while k >= 0 and scan.codes[k] in "=:," and k > interval.first - 3:
        k -= 1
    if k < 0 or scan.codes[k] != "w":
        return False
    words = scan.text[scan.start[k] : scan.end[k]].split()
    return (
        bool(words)
        and 2 <= len(words[-1]) <= 5
        and words[-1].isalpha()
        and words[-1][1:].isupper()
        and (words[-1][-1] == "R")
    )


def _correlation(scan: Scan, interval: Interval) -> bool:
    """ "r = -0.29 (...)", "a correlation coefficient of 0.54": its interval is symmetric on no scale used here."""
    k = interval.first - 1
    while k >= 0 and scan.codes[k] in "=:,o(" and k > interval.first - 4:
        k -= 1
    if k < 0 or scan.codes[k] not in "w(":
        return False
    words = scan.text[scan.start[k] : scan.end[k]].split()[-3:]
    return bool(words) and (words[-1] in ("r", "ρ", "rho", "R") or "correlation" in " ".join(words).lower())


def _ratio_of_two(scan: Scan, interval: Interval, first: int) -> bool:
    """Limits after two values that are set against one another, whose ratio lies in them: a ratio not printed."""
    codes = scan.codes
    places = [k for k in range(max(first, interval.first - 10), interval.first) if codes[k] in "in"][-2:]
    if len(places) < 2:
        return False
    one, two = (scan.value(k) for k in places)
    lower, upper = scan.value(interval.lower), scan.value(interval.upper)
    return one > 0 and two > 0 and lower > 0 and (lower <= two / one <= upper or lower <= one / two <= upper)


def _kind(
    scan: Scan, interval: Interval, measure: str | None, weak: str | None, first: int, last: int, values: list[float]
) -> tuple[str, str | None]:
    if measure in ("NNT",):
        return "other", measure
    if measure in RATIOS:
        return "ratio", "RR" if measure == "RRI" else measure
    if measure is not None:
        return "difference", "RD" if measure == "MD" and interval.percent else measure
    if weak == "effect" and min(values) > 0:
        return "ratio", "treatment effect"
    if weak is not None:
        return "difference", "RD" if interval.percent else "MD"
    if "d" in scan.codes[max(first, interval.first - 12) : interval.first]:
        return "median", "median"
    words = scan.prose(first, last)
    if min(values) < 0:
        return "difference", "MD"
    if "100 person" in words or "1000 person" in words or "person-years" in words or "patient-years" in words:
        return "rate", "rate"
    if any(word in words for word in ("differ", "lower", "higher", "reduc", "improve", "increas", "decreas", "chang")):
        return "difference", "MD"
    return "other", None


def _of_percent(scan: Scan, interval: Interval, first: int, last: int, values: list[float]) -> tuple[str, str | None]:
    words = scan.prose(first, interval.first)
    if min(values) < 0:
        return "difference", "RD"
    if "cumulative incidence" in words or "survival" in words or "kaplan" in words:
        return "cuminc", "cumulative incidence"
    return "proportion", "proportion"


def _last_measure(scan: Scan, first: int, last: int, strong: bool = False) -> str | None:
    codes = scan.codes
    k = codes.rfind("M", first, last)
    while k >= 0:
        if not strong or scan.said[k] not in ("change", "effect"):
            return scan.said[k]
        k = codes.rfind("M", first, k)
    return None


def _adjusted(scan: Scan, interval: Interval, first: int, last: int) -> bool | None:
    """Whether the text says that the estimate is adjusted: the nearest such word in its sentence, else any before."""
    if not scan.adjusted:
        return None
    start, end = scan.start[first], scan.end[min(last, len(scan.end)) - 1]
    here = scan.start[interval.lower]
    nearest: bool | None = None
    at = bisect_left(scan.adjusted, (end, False))
    for place, adjusted in reversed(scan.adjusted[max(0, at - 8) : at]):
        if place < start:
            break
        if place <= here:
            return adjusted
        if place - here < 60:
            nearest = adjusted
    if nearest is not None:
        return nearest
    # said once, in the methods or at the beginning of the results, and meant throughout
    return True if any(adjusted for _, adjusted in scan.adjusted[max(0, at - 8) : at]) else None
