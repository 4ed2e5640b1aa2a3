"""Claims from the parts of a sentence: which P value and which two groups belong to an estimate, or to one another.

What the text separates is not linked: a P value belongs to the interval beside it, otherwise to the two groups before
it; two groups belong to the estimate or P value that follows them with nothing else in between.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from . import counts, means, values
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
    of_tests: frozenset[int] = frozenset()  # places of P values printed with their test statistic


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
    for match in (_UNIT_OR_NONE if scan.none else _UNIT).finditer(masked, first, last):
        k, code = match.start(), match.group()
        if code == "p" and k not in ps:
            units.append(Unit("P", k, k + 1))
        elif code == "q" and k not in taken:
            change = masked[k + 1 : k + 2] == "M" or (masked[k + 1 : k + 2] == "w" and _is_change(scan, k + 1))
            change = change or masked[k + 1 : k + 2] == "±" or _with_spread(masked, k)
            change = change or (masked[k - 1 : k] == "w" and scan.prose(k - 1, k).rstrip().endswith(_NO_SHARE_AFTER))
            one = k - 2  # "85.7 and 33.3%, respectively"
            ahead = masked[k + 1 : k + 10]
            if masked[k - 1 : k] == "a" and one >= first and masked[one] in "in" and ("h" in ahead or "g" in ahead[:7]):
                units += [Unit("A", one, k - 1, arm=Arm(one, k - 1, percent=one))] if one not in taken else []
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
            elif k + 1 not in taken and (count := _counted(scan, masked, k, units)) is not None:
                units.append(Unit("A", count, count + 1, arm=Arm(count, count + 1, events=count)))
                taken.add(count)
            elif (pair := values.find(scan, masked, k, first, last, taken)) is not None:
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


_UNIT, _UNIT_OR_NONE = re.compile("[pqvM]"), re.compile("[pqviM]")


def _counted(scan: Scan, masked: str, v: int, units: list[Unit]) -> int | None:
    """ "12 patients (44.4%) in one group compared to 6 patients in the other": the count after a versus."""
    if masked[v + 1 : v + 3] != "iw" or scan.prose(v + 2, v + 3).split()[0] not in _PEOPLE:
        return None
    before = next((unit.arm for unit in reversed(units) if unit.arm is not None), None)
    counted = before is not None and before.events is not None and before.percent is not None
    return v + 1 if counted and before is not None and v - before.last < 8 else None


_PEOPLE = word_set("patients participants subjects women men children people cases individuals infants")
_NO_SHARE_AFTER = (" by", " least", " most")
_SPREAD = re.compile(r"q\((?:s[:=]?)?[in](?:r[inq])?\)")


def _with_spread(masked: str, k: int) -> bool:
    """ "77.4% (26.3)", "1.49% (SD: 0.32)", "23% (5-63)": a mean or a median with its spread."""
    return _SPREAD.match(masked, k) is not None


def _is_change(scan: Scan, k: int) -> bool:
    """ "28% lower", "53% reduction": no proportion."""
    words = scan.prose(k, k + 1).split()
    return bool(words) and words[0] in _CHANGES


_CHANGES = word_set(
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
        if unit.sort == "A" and not pending and (crossed := _crossed(scan, units[index : index + 6])):
            for two, at in crossed:
                drafts.append(Draft("p", "test", min(a.first for a in two), at + 1, p=at, arms=two))
                reported.update(a.first for a in two)
                earlier = two
            index += 6
            continue
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
            if draft.kind == "proportion" and interval.p is not None and not drafts and not pending:
                # a P value of one percentage: it is a difference
                draft.kind, draft.measure, draft.sure = "difference", "RD", False
            arms = [a for a in pending if a.interval is None or a.interval is not interval]
            if interval.estimate is not None:
                arms = [a for a in arms if a.percent != interval.estimate and a.first != interval.estimate]
            rates = _two_with_intervals(drafts, draft.measure) if draft.kind == "ratio" else None
            if rates and (not arms or arms[-1].first < rates[0].first):
                draft.arms, pending = rates, []
            elif draft.kind in ("ratio", "difference"):
                pair = _pair(scan, arms, earlier, unit.first, unit, draft)
                if pair is None and not pending and not drafts and _goes_on(scan, first, unit.first):
                    pair = list(memory.groups) or None
                if pair and draft.kind == "difference" and not _differ_so(scan, pair, draft):
                    pair, pending = None, []
                if pair:
                    draft.arms = pair
                    earlier = pair
                    reported.update(a.first for a in pair)
                    pending = []
                elif arms:
                    pending = []
                if not draft.arms and own and units[own - 1].last + 8 >= unit.first:
                    draft.arms = _of_values(draft, units[own - 1].pair)
                nearby = units[index + 1] if index + 1 < len(units) else None
                if not draft.arms and nearby is not None and nearby.first <= unit.last + 8 and draft.measure == "HR":
                    draft.arms = _of_values(draft, nearby.pair)  # "HR 0.28 (0.19-0.41), P; median 10.9 v 5.3 months"
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
            before = units[index - 1] if index else None
            if before is not None and before.pair is not None and _two_means(scan, before, unit):
                drafts.append(Draft("other", means.MEASURE, before.first, unit.last, p=unit.first, arms=before.pair))
                pending = []
                index += 1
                continue
            if len(pending) > 2 and _of_both(scan, unit.first):
                for two in (pending[:2], pending[2:]):
                    if len(two) == 2 and "v" in codes[two[0].last : two[1].first] and _same_form(*two):
                        drafts.append(Draft("p", "test", two[0].first, unit.last, p=unit.first, arms=two))
                        reported.update(arm.first for arm in two)
                pending = []
                index += 1
                continue
            pair = _pair(scan, pending, earlier if not pending else [], unit.first, None, None)
            if (
                pair
                and following is not None
                and following.sort == "P"
                and _each_their_own(scan, pair, unit, following)
            ):
                pending = []
                index += 2
                continue
            if pair and (unit.first in memory.of_means or not _proportions(scan, pair, first)):
                pair = None
            if pair:
                pair = _chain(scan, pending, pair)
            elif len(pending) > 2 and unit.first not in memory.of_tests:
                row = _chain(scan, pending, pending[-2:])
                counted = all(arm.events is not None for arm in row)
                pair = row if len(row) > 2 and counted and _proportions(scan, row, first) else None
            if pair is None and not pending and not drafts and _goes_on(scan, first, unit.first):
                pair = (list(memory.groups) or None) if "m" not in codes[first : unit.first] else None
            if pair is None and not pending and index and units[index - 1].sort == "P" and earlier:
                between = codes[units[index - 1].last : unit.first]
                near = len(between) <= 8 and sum(scan.words[units[index - 1].last : unit.first]) <= 4
                pair = earlier if near and not any(code in between for code in "inqm") else None
            if pair is None and not pending and drafts and drafts[-1].interval is not None and drafts[-1].p is None:
                pair = _two_shares(scan, drafts, unit.first)
            if pair is None and len(pending) < 2:
                pair = _bare_counts(scan, first, unit.first)
            if pair is None and not pending and drafts and _behind_words(scan, drafts[-1], unit.first):
                drafts[-1].p = drafts[-1].interval.p = unit.first  # type: ignore[union-attr]
            if pair is None and not pending and not drafts:
                pair = _after_p(scan, units, index) if unit.first not in memory.of_tests else None
            if pair is None and not pending and _of_both(scan, unit.first):
                for earlier_draft in drafts[-2:]:
                    if earlier_draft.interval is not None and earlier_draft.p is None:
                        earlier_draft.p = earlier_draft.interval.p = unit.first
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
            if pair:
                draft.arms = pair
                reported.update(a.first for a in pair)
                earlier = pair
            pending = []
            drafts.append(draft)
        index += 1
    seen = [unit.arm for unit in units if unit.arm is not None]
    two_seen = len(seen) == 2 and (all(a.events is not None for a in seen) or _set_against(scan, seen, drafts))
    memory.groups = tuple(seen) if two_seen else ()
    rest = [arm for arm in groups if arm.first not in reported and arm.percent is not None]
    k = 0
    while k < len(rest):
        next_two = rest[k : k + 2]
        together = next_two if len(next_two) == 2 and _two_groups(scan, *next_two) else next_two[:1]
        while len(together) > 1 and k + len(together) < len(rest):
            further = rest[k + len(together)]
            if not _two_groups(scan, together[-1], further) or _chain(
                scan, [*together, further], [together[-1], further]
            ) == [together[-1], further]:
                break
            together.append(further)
        kind = "proportion" if together[0].total is not None else "percent_of_n"
        drafts.append(Draft(kind, "proportion", together[0].first, together[-1].last, arms=together))
        k += len(together)
    return drafts


def _two_means(scan: Scan, values: Unit, p: Unit) -> bool:
    """Whether a P value directly follows two means with their standard deviations."""
    between = scan.codes[values.last : p.first].replace("iu", "")
    spread = values.pair is not None and all(arm.spread is not None for arm in values.pair)
    return spread and len(between) <= 8 and not any(code in between for code in "inqMN.")


def _of_values(draft: Draft, pair: list[Arm] | None) -> list[Arm]:
    """The two values by an estimate, where they are of its kind: medians of a hazard ratio, means of a difference."""
    what = pair[0].what if pair else ""
    fits = {
        "median": draft.measure == "HR" or draft.kind == "difference",
        "mean": draft.kind == "difference",
        "value": draft.measure != "HR",
        "rate": draft.measure != "HR",
        "events": draft.kind == "ratio",
    }
    return pair if pair and fits[what] else []


def _two_with_intervals(drafts: list[Draft], measure: str | None) -> list[Arm] | None:
    """The two rates, or before a hazard ratio the two incidences, that stand with their intervals before a ratio."""
    two = drafts[-2:]
    if len(two) < 2 or any(draft.estimate is None for draft in two):
        return None
    kinds = {draft.kind for draft in two}
    if kinds == {"rate"}:
        return [Arm(draft.first, draft.last, value=draft.estimate, what="rate") for draft in two]
    if (measure == "HR" and kinds == {"cuminc"}) or (
        measure != "HR" and kinds == {"proportion"} and not any(draft.arms for draft in two)
    ):
        return [Arm(draft.first, draft.last, percent=draft.estimate, interval=draft.interval) for draft in two]
    return None


def _set_against(scan: Scan, two: list[Arm], drafts: list[Draft]) -> bool:
    """Whether two percentages are set against one another, and no claim has them yet."""
    between = scan.codes[two[0].last : two[1].first]
    return not drafts and "v" in between and all(arm.percent is not None for arm in two)


def _two_shares(scan: Scan, drafts: list[Draft], p: int) -> list[Arm] | None:
    """Two percentages, each with its interval, set against one another before a P value."""
    two = drafts[-2:]
    if len(two) < 2 or any(draft.kind not in ("proportion", "cuminc") or draft.interval is None for draft in two):
        return None
    between, after = scan.codes[two[0].last : two[1].first], scan.codes[two[1].last : p]
    if not any(code in between for code in "va") or any(code in between + after for code in "inqpM;"):
        return None
    found = []
    for draft in two:
        own = draft.arms[0] if draft.arms else None
        found.append(own or Arm(draft.first, draft.last, percent=draft.estimate, interval=draft.interval))
    return found


def _crossed(scan: Scan, units: list[Unit]) -> list[tuple[list[Arm], int]] | None:
    """Two outcomes of two groups, with a P value each: the pairs with their P.

    "53% and 54% ... versus 54% (P = 0.9) and 37% (P = 0.12)", and of counts "62/90 and 82/90, compared with 70/88 and
    79/88 (P = 0.01; P = 0.001)".
    """
    sorts = "".join(unit.sort for unit in units)
    arms = [unit.arm for unit in units if unit.arm is not None]
    if sorts != "AAAPAP" and (sorts != "AAAAPP" or any(arm.events is None for arm in arms)):
        return None
    ps = [unit.first for unit in units if unit.sort == "P"]
    joined = [scan.codes[left.last : right.first] for left, right in pairwise(arms)]
    if "v" in joined[0] or "a" not in joined[0] or "v" not in joined[1] or "v" in joined[2] or "a" not in joined[2]:
        return None
    if not _same_form(arms[0], arms[2]) or not _same_form(arms[1], arms[3]):
        return None
    return [(arms[0::2], ps[0]), (arms[1::2], ps[1])]


def _differ_so(scan: Scan, pair: list[Arm], draft: Draft) -> bool:
    """Whether a difference can be that of two percentages (it may be adjusted, or its sign left out)."""
    if draft.estimate is None or any(arm.percent is None or arm.events is not None for arm in pair):
        return True
    one, two = (scan.value(arm.percent) for arm in pair if arm.percent is not None)
    printed = abs(scan.value(draft.estimate))
    return abs(abs(one - two) - printed) <= max(0.5 * printed, 0.2 * abs(one - two), 0.15)


def _after_p(scan: Scan, units: list[Unit], index: int) -> list[Arm] | None:
    """ "was lower (P < 0.05) in A (3%; 1 of 37) than in B (18%; 7 of 39)": the only P value, before the two groups."""
    others = units[index + 1 :]
    if index or len(others) != 2 or scan.relation[units[index].first][1]:
        return None
    one, two = (unit.arm for unit in others)
    if one is None or two is None or "v" not in scan.codes[one.last : two.first] or not _same_form(one, two):
        return None
    return [one, two]


_GROUPS = frozenset(("control", "controls", "placebo", "intervention", "treatment", "usual", "group", "groups", "arm"))
_OF_A_GROUP = ("for", "in", "on", "with", "receiving", "given", "assigned", "allocated")


def _two_groups(scan: Scan, one: Arm, two: Arm) -> bool:
    """Whether two counts are those of two groups: printed alike, set against one another or said to be of groups."""
    if (one.total is None) is not (two.total is None):
        return False
    between = scan.codes[one.last : two.first]
    if "viu" in between:
        return False  # "younger than 65 years"
    between = between.replace("iu", "")  # "within 24 hours"
    if len(between) > 10 or any(code in between for code in "inqp;"):
        return False
    words = scan.prose(one.last, two.first).split()
    if "while" in words or "whereas" in words:
        words += scan.prose(two.last, min(two.last + 3, len(scan.codes))).split()[:4]
        return "g" in between or any(word in _GROUPS for word in words)
    if between.endswith("a"):  # "93 (11%) receiving home care and 66 (11%) receiving facility care"
        after = scan.prose(two.last, min(two.last + 4, len(scan.codes))).split()[:3]
        if any(word in words[:3] and word in after for word in _OF_A_GROUP):
            return True
    joined = "a" in between and "," not in between
    return "v" in between or (joined and ("g" in between or "g" in scan.codes[two.last : two.last + 4]))


def _of_both(scan: Scan, p: int) -> bool:
    """ "(both P < 0.001)", "(P = 1.00 for both)": a P value printed once for two estimates."""
    codes = scan.codes
    after = codes[p + 1 : p + 3] == "we" and scan.prose(p + 1, p + 2).strip() == "for"
    return codes[p - 1 : p] == "e" or after


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
    if len(codes) > 5 or "/" in codes:
        # "(2.17 [0.44 to 3.91] per 50 mmol of UNa per day, P": in the bracket of the interval
        inner = (codes.removeprefix(")") if codes[1:2] != "," else codes).rstrip(";,")
        return len(codes) <= 12 and not any(code in inner for code in "()vMpnqLd.;N")
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


def _bare_counts(scan: Scan, first: int, p: int) -> list[Arm] | None:
    """ "4 patients from the one group and 6 patients from the other group (P > 0.05)": two counts of patients."""
    begin = max(first, p - 16)
    cut = max(scan.codes.rfind(code, begin, p) for code in "pqn:L")
    found = [
        k
        for k in range(max(begin, cut + 1), p - 1)
        if scan.codes[k] == "i" and scan.codes[k + 1] == "w" and scan.prose(k + 1, k + 2).split()[:1][0] in _PEOPLE
    ]
    if len(found) != 2 or scan.codes[found[0] : p].count("i") != 2:
        return None
    between, after = scan.codes[found[0] : found[1]], scan.codes[found[1] : p]
    if "g" not in between + after or not any(code in between for code in "av"):
        return None
    return [Arm(k, k + 1, events=k) for k in found]


def _behind_words(scan: Scan, draft: Draft, p: int) -> bool:
    """ "5.7 (95% CI 3.1 to 14.7) points more than in the control group (P = 0.1)": only words between."""
    if draft.interval is None or draft.p is not None or draft.kind not in ("ratio", "difference"):
        return False
    if draft.estimate is not None and scan.codes[draft.estimate - 1] == "v":
        return False  # a P value of two estimates, each with its interval
    codes = scan.codes[draft.interval.last : p].replace("iu", "")
    return len(codes) <= 12 and not any(code in codes for code in "inqpMLds±;N.")


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
        alone = one.events is not None and two.events is not None and all(arm.events is None for arm in values[:-2])
        # "96% of A and 92% of B, whereas ... 73% of A and 72% of B", "20 (19%): 10/52 (19%) and 10/55 (18%)"
        apart = codes[values[-3].last : one.first]
        apart_so = ((len(values) > 3 and "," in apart) or ":" in apart) and "v" not in apart
        alone = alone or (apart_so and "a" in between and "," not in between)
        if (inside or "v" in between or alone) and _same_form(one, two):
            return [one, two]
        return None
    if not values and len(earlier) == 2 and draft is not None and unit is not None:
        between = codes[earlier[1].last : place]
        if len(between) <= 12 and "N" not in between:
            return list(earlier)
    return None


def _each_their_own(scan: Scan, pair: list[Arm], one: Unit, two: Unit) -> bool:
    """ "grade 3 (14.3%) and grade 4 (2.9%) were rarer (P = 0.02 and P = 0.04, respectively)": no P is of the two."""
    listed = "a" in scan.codes[one.last : two.first] and "h" in scan.codes[two.last : two.last + 3]
    return listed and "v" not in scan.codes[pair[0].last : pair[1].first]


def _chain(scan: Scan, values: list[Arm], pair: list[Arm]) -> list[Arm]:
    """The two groups that a P value compares, or the whole row: "1 (0.6%) v 15 (8.6%) v 39 (22.4%)"."""
    found = list(pair)
    for arm in reversed(values[: -len(pair)] if values[-len(pair) :] == pair else []):
        between = scan.codes[arm.last : found[0].first]
        alike = (arm.events is None) is (found[0].events is None) and (arm.percent is None) is (
            found[0].percent is None
        )
        if (
            not alike
            or len(between) > 6
            or not any(code in between for code in "v,a")
            or any(code in between for code in "inqp;M")
        ):
            break
        found.insert(0, arm)
    # two outcomes of two groups are no row: "3% v 4%, 5% v 6%"
    joined = [scan.codes[one.last : two.first] for one, two in pairwise(found)]
    listed = all("," in codes and "a" not in codes for codes in joined[:-1]) and "a" in joined[-1]
    return found if listed or all("v" in codes for codes in joined) else pair


_GOING_ON = (
    "this", "the difference", "these", "no difference", "no significant", "the reduction", "the risk", "the odds",
    "the hazard", "the relative", "the absolute",
)  # fmt: skip


def _goes_on(scan: Scan, first: int, place: int) -> bool:
    """Whether a sentence speaks of the two groups of the one before: "The difference ...", "This represents ..."."""
    words = scan.prose(first, place)[:80].split()
    start = " ".join(words[:4])
    return start.startswith(_GOING_ON)


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
    return not any(word in words for word in _NO_SHARES) and not _PERCENT_OF.search(words)


_NO_SHARES = ("change", "loss", "score", "mean", "reduction in", "power", "detect")
_PERCENT_OF = re.compile("%[a-z]")  # "%EWL": a mean


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
    values = [scan.value(k) for k in (interval.estimate, interval.lower, interval.upper) if k is not None]
    if _end_of_change(scan, interval):
        measure = weak = None
    if measure is None and weak is None and drafts and min(values) > 0 and not interval.percent:
        before_it = drafts[-1]
        if (
            before_it.kind == "ratio"
            and before_it.interval is not None
            and _in_a_row(scan, before_it.interval, interval)
        ):
            measure = before_it.measure
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
    kind = ""
    if _correlation(scan, interval):
        return Draft("other", "correlation", interval.first, interval.last, interval, interval.estimate, interval.p)
    if measure is None and _times(scan, interval):
        measure = "ratio"  # "2.04 (95% CI 1.10-3.78) times more likely"
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
        adjusted=_adjusted(scan, interval, first, last), sure=sure and not interval.far,
    )  # fmt: skip


def _in_a_row(scan: Scan, one: Interval, two: Interval) -> bool:
    """Whether an interval goes on with a list: "R2.5: 0.87; 0.64 to 1.17; R5: 0.79; 0.58 to 1.07"."""
    between = scan.codes[one.last : two.first]
    return len(between) < 7 and ";" in between and not any(code in between for code in "NMv.")


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
        and words[-1][-1] == "R"
        and words[-1] not in ("ICER", "CER")
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
    if min(values) < 0:
        return "difference", "MD"
    if "m" in scan.codes[max(first, interval.first - 12) : interval.first]:
        return "other", "mean"
    words = scan.prose(first, last)
    if "100 person" in words or "1000 person" in words or "person-years" in words or "patient-years" in words:
        return "rate", "rate"
    if any(word in words for word in _OF_DIFFERENCES) or _per_unit(scan, interval):
        return "difference", "MD"
    return "other", None


def _of_percent(scan: Scan, interval: Interval, first: int, last: int, values: list[float]) -> tuple[str, str | None]:
    words = scan.prose(first, interval.first)
    if min(values) < 0 or _points(scan, interval):
        return "difference", "RD"
    if "cumulative incidence" in words or "survival" in words or "kaplan" in words:
        return "cuminc", "cumulative incidence"
    if interval.last < last and scan.codes[interval.last : interval.last + 2].strip(")")[:1] == "w":
        after = scan.prose(interval.last, interval.last + 2).replace(")", " ").split()[:1]
        if after and after[0] in _CHANGES and "absolute" not in words:
            # "23% (95% CI 5-37%) lower"
            return "ratio", "RRR" if after[0] in ("lower", "less", "fewer", "reduction", "decrease") else "RRI"
    return "proportion", "proportion"


def _times(scan: Scan, interval: Interval) -> bool:
    after = scan.prose(interval.last, min(interval.last + 2, len(scan.codes))).lstrip(" )]-")
    return not interval.percent and after.startswith(("times ", "fold ", "-fold"))


_OF_DIFFERENCES = (
    "differ", "lower", "higher", "reduc", "improve", "increas", "decreas", "chang", " more ", " less ", "fewer",
    "greater", "shorter", "longer", "declin",
)  # fmt: skip


def _per_unit(scan: Scan, interval: Interval) -> bool:
    """ "2.17 mmHg [95% CI 0.44 to 3.91] per 50 mmol": a slope."""
    return scan.prose(interval.last, min(interval.last + 2, len(scan.codes))).lstrip(" )]").startswith("per ")


def _points(scan: Scan, interval: Interval) -> bool:
    """ "18.3% points [95% CI", "+8.4% (+3.3 to +13.6)": a difference of percentages."""
    k = interval.lower if interval.estimate is None else interval.estimate
    points = scan.codes[k + 1 : k + 2] in ("u", "w") and scan.prose(k + 1, k + 2).lstrip(" -").startswith("point")
    return points or scan.text[scan.start[k]] == "+"


def _end_of_change(scan: Scan, interval: Interval) -> bool:
    """ "increased from 28.1% [21.3-35.5] to 35.4% [28.1-42.7]": percentages, not their difference."""
    k = interval.estimate
    if k is None or not interval.percent or k < 1:
        return False
    return scan.codes[k - 1] == "r" or scan.prose(k - 1, k).rstrip(" ([").endswith("from")


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
