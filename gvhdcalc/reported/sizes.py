"""Groups of which the percentage and the n are printed and not the count: "63.5% (n = 96)", "drug (n = 96) 63.5%".

A number in brackets behind a percentage is most often the count. It is the n of the group where no total gives the
percentage of it, and where the text prints no such total while every group has a count that gives its percentage (by
chance a group has one as often as the unit of the percentage times n). The count follows where only one fits.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise

from .denominators import Totals, rounded_from
from .drafts import Arm, Draft
from .groups import two_groups
from .scan import Scan
from .units import PEOPLE

#: Behind a percentage: 63.5% in the first group (n = 96); 63.5% (first group, n = 96); 63.5% in 96 patients
_BEHIND = re.compile(r"q(?:[wg]{0,3}\((?:[wg]{1,3},)?c|w)(i)")
#: Behind its interval: 63.5% (53.1 to 73.1; n = 96); 63.5% (53.1 to 73.1) in 96 patients; of the 96
_BEHIND_LIMITS = re.compile(r"\)?(?:;c|,c|w|ow?|[wg]{0,3}\(c)(i)")
#: Before it: the first group (n = 96) had a rate of 63.5%; of the 96 patients given it, 63.5%
_BEFORE = re.compile(r"(?:\(c(i)\)[wo,]{0,4}|[ow](i)w,?)\Z")
_AMONG = re.compile(r"\b(?:of|among|in)\s(?:the\s|all\s|these\s)?\Z", re.IGNORECASE)
_IN = frozenset(("in", "in the", "in all", "in these", "for", "for the", "the"))
#: Percentages beside them are of a curve, of which no count is the share.
_OF_TIME = ("HR", "IRR", "rate ratio")
_SHARES = ("p", "ratio", "difference", "proportion")
#: Words before percentages of a curve, of means and of changes.
NO_SHARE = re.compile(
    r"\b(?:survival|cumulative|kaplan|actuarial|mean|average|median|change[sd]?|loss|score|local control|freedom)\b"
    r"|\b(?:fell|rose|dropped|lower|higher|(?:reduc|decreas|increas|improv|declin)\w{1,5})\s[^.;]{0,20}\bby\s\Z",
    re.IGNORECASE,
)
#: A reading that agrees so seldom by chance is taken.
_SELDOM = 0.05


def fill(scan: Scan, drafts: list[Draft], totals: Totals | None) -> None:
    """Give the groups of claims the n that stands beside the percentage, and the count that follows from both.

    ``totals`` are the numbers of the text where a count with its percentage was printed.
    """
    if totals is not None:
        _read_behind(scan, drafts, totals)
    for draft in drafts:
        if draft.arms:
            if draft.kind in _SHARES and draft.measure not in _OF_TIME:
                for arm in draft.arms:
                    if arm.events is None and arm.percent is not None and arm.events_value is None:
                        _count(scan, arm, arm.total if arm.total is not None else _beside(scan, arm.percent))
        elif draft.kind == "proportion" and draft.interval is not None and draft.interval.estimate is not None:
            percent, last = draft.interval.estimate, draft.interval.last
            total = _beside(scan, percent) or _place(scan, _BEHIND_LIMITS.match(scan.codes, last))
            arm = Arm(percent, last, percent=percent, interval=draft.interval)
            if total is not None and _count(scan, arm, total):
                draft.arms = [arm]


def _read_behind(scan: Scan, drafts: list[Draft], totals: Totals) -> None:
    """Tell the n of groups from counts among the numbers behind percentages; what a text says once is meant again."""
    rest: list[tuple[Draft, list[Arm]]] = []
    ends: set[int] = set()
    counted: list[Arm] = []
    left_out: set[int] = set()
    for draft in drafts:
        behind: list[Arm] = []
        others = False
        for arm in draft.arms:
            if arm.events is None or arm.percent is None or arm.total is not None:
                others = others or arm.events is not None
            elif arm.percent < arm.events:
                behind.append(arm)
            else:
                others = True
                counted.append(arm)
        if behind and not others and _are_totals(scan, behind, totals):
            shares = all(_fits(scan, arm) for arm in behind)
            _as_totals(draft, behind)
            if not shares and draft.kind == "proportion" and draft.interval is None:
                left_out.add(id(draft))  # percentages of a curve or a model: no counts are printed
            ends.add(_sentence(scan, behind[0]))
        elif behind:
            counted += behind
            rest.append((draft, behind))
    for draft, behind in rest if ends else ():
        alike = [arm for arm in behind if arm.total_value is None and _fits(scan, arm)]
        if len(alike) == len(behind) == len(draft.arms) and _sentence(scan, behind[0]) in ends:
            _as_totals(draft, behind)
    if left_out:
        drafts[:] = [draft for draft in drafts if id(draft) not in left_out]
    tell(scan, list({id(arm): arm for arm in counted if arm.events is not None}.values()), totals)


def _sentence(scan: Scan, arm: Arm) -> int:
    """Where the sentence of a group ends; a place of its own where that is far."""
    end = scan.codes.find(".", arm.first, arm.first + 300)
    return end if end >= 0 else -arm.first


def _as_totals(draft: Draft, arms: list[Arm]) -> None:
    for arm in arms:
        arm.total, arm.events, arm.total_value, arm.total_elsewhere = arm.events, None, None, None
    draft.kind = "proportion" if draft.kind == "percent_of_n" else draft.kind


def _count(scan: Scan, arm: Arm, total: int | None) -> bool:
    """Give a group its n, and its count where one only gives the percentage; False where none does."""
    assert arm.percent is not None
    fitting = None if total is None else _counts(scan, arm.percent, total)
    if fitting is None or NO_SHARE.search(scan.text, max(0, scan.start[arm.percent] - 90), scan.start[arm.percent]):
        return False
    if total is not None and total < arm.percent:
        arm.total_elsewhere, arm.total_value = total, int(scan.value(total))
    else:
        arm.total = total
    arm.events_value = fitting[0] if fitting[0] == fitting[1] else None
    return True


def tell(scan: Scan, arms: list[Arm], totals: Totals) -> None:
    """Note the size of a group of which the percentage cannot be, where the other group's is of its own size.

    "Of 245 patients, 120 received it and 125 placebo; 36 (30.0%) and 54 (34.2%) responded": the two sizes of a sentence
    that make a total of the text. A percentage of fewer is lawful (some are lost), and one of nearly all may be of all.
    """
    if sum(arm.total_value is None for arm in arms) in (0, len(arms)):
        return
    arms = sorted((arm for arm in arms if arm.events is not None), key=lambda arm: arm.first)
    told: tuple[int, int] | None = None
    for index, (one, two) in enumerate(pairwise(arms)):
        if (one.total_value is None) is (two.total_value is None) or not _two(scan, one, two):
            continue
        listed = [
            arms[index - 1 : index] and (arms[index - 1], one),
            arms[index + 2 : index + 3] and (two, arms[index + 2]),
        ]
        if any(near and "," in scan.codes[near[0].last : near[1].first][:2] for near in listed):
            continue  # of a list of three
        told = told or totals.halved()
        if told is None:
            return
        for own, other, size, n in ((one, two, *told), (two, one, *told[::-1])):
            if own.total_value == size and other.total_value is None and _cannot_be(scan, own, other, n, sum(told)):
                other.told = n


def _two(scan: Scan, one: Arm, two: Arm) -> bool:
    """Whether two counts of the same are set against one another, or listed for two groups."""
    between = scan.codes[one.last : two.first]
    beside = between in ("a", ",a", "v") or two_groups(scan, one, two)
    return beside and _counted_as(scan, one) == _counted_as(scan, two)


def _cannot_be(scan: Scan, own: Arm, other: Arm, n: int, everyone: int) -> bool:
    """Whether a percentage is of far more than the n of its group, and the other's of hardly any total but its own."""
    assert own.events is not None and own.percent is not None
    assert other.events is not None and other.percent is not None
    low, high = rounded_from(scan.said[own.percent])
    narrow = low > 0 and 100 * scan.value(own.events) * (1 / low - 1 / high) < 2
    events, (least, most) = scan.value(other.events), rounded_from(scan.said[other.percent])
    return (
        narrow
        and least > 0
        and 0 < events <= n
        and 1.1 * n < 100 * events / most
        and 100 * events / least < 0.9 * everyone
    )


def _counted_as(scan: Scan, arm: Arm) -> str:
    """The word between a count and its percentage, or "" for patients."""
    assert arm.events is not None and arm.percent is not None
    words = scan.prose(arm.events + 1, arm.percent).replace("(", " ").split()
    return "" if not words or not PEOPLE.isdisjoint(words) else words[0]


def _fits(scan: Scan, arm: Arm) -> bool:
    """Whether a number behind a percentage can be its n."""
    assert arm.events is not None and arm.percent is not None
    return _counts(scan, arm.percent, arm.events) is not None


def _are_totals(scan: Scan, arms: list[Arm], totals: Totals) -> bool:
    """Whether the numbers behind some percentages are the n of the groups, and not the counts."""
    chance, refuted, sizes = 1.0, False, True
    found = sum(arm.total_value is not None for arm in arms)
    if found == len(arms):
        return False
    for arm in arms:
        assert arm.events is not None and arm.percent is not None
        n, (low, high) = scan.value(arm.events), rounded_from(scan.said[arm.percent])
        chance *= min(1.0, n * (high - low) / 100) if _fits(scan, arm) else 2.0
        if arm.total_value is None:
            # of a percentage that is cut off there is a total too, but that is printed where it is
            refuted = refuted or math.ceil(100 * n / high - 1e-9) > (100 * n / low if low > 0 else math.inf)
        sizes = sizes and totals.printed(int(n), arm.events)
    if chance > 1 and not refuted:
        return False
    return chance < _SELDOM if found else refuted or sizes or chance < _SELDOM


def _counts(scan: Scan, percent: int, total: int) -> tuple[int, int] | None:
    """The least and greatest count out of a total that give a percentage."""
    low, high = rounded_from(scan.said[percent])
    n = scan.value(total)
    if n < 1 or high > 101 or n > 1e9:
        return None
    least, most = max(0, math.ceil(n * low / 100 - 1e-9)), min(int(n), math.floor(n * high / 100 + 1e-9))
    return (least, most) if least <= most else None


def _beside(scan: Scan, percent: int) -> int | None:
    """The place of the n that stands with a percentage: "in the first group (n = 96) 63.5%", "63.5% in 96 patients"."""
    before = _BEFORE.search(scan.codes, max(0, percent - 8), percent)
    if before is not None:
        k = before.start(1) if before.group(1) else before.start(2)
        if before.group(1) or (
            scan.word(k + 1) in PEOPLE
            and _AMONG.search(scan.text, max(0, scan.start[k] - 16), scan.start[k]) is not None
        ):
            return k
    return _place(scan, _BEHIND.match(scan.codes, percent))


def _place(scan: Scan, match: re.Match[str] | None) -> int | None:
    """The place of an n that was found behind: "n = 96", or so many patients."""
    if match is None:
        return None
    k = match.start(1)
    if scan.codes[k - 1] == "c":
        return k
    people = scan.word(k + 1) in PEOPLE
    return k if people and (scan.codes[k - 1] == "o" or scan.prose(k - 1, k).strip(" )") in _IN) else None
