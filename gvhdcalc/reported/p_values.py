"""Which P value belongs to what: beside an interval, behind words, before the groups it compares, of two estimates."""

from __future__ import annotations

import re
from itertools import pairwise

from .drafts import Arm, Draft
from .groups import same_form
from .scan import Scan
from .units import PEOPLE, Unit
from .words import word_set

#: Before another finding, unless it is said of the same: "(HR 0.9 ...) but raised creatinine (P = 0.01)".
_TURNS = word_set("but although though")
_ANOTHER = word_set("whereas while whilst")
_SAYS_OF_IT = word_set("not no without significant significantly statistically this it reach reached")
#: Of a finding of its own, after an interval.
_VERBS = word_set("was were is are had has did does differed increased decreased raised reduced improved remained")

_LISTED = ("a", ",", ",a", ";")  # between two P values of a list


def two_means(scan: Scan, values: Unit, p: Unit) -> bool:
    """Whether a P value directly follows two means with their standard deviations."""
    between = scan.codes[values.last : p.first].replace("iu", "")
    spread = values.pair is not None and all(arm.spread is not None for arm in values.pair)
    return spread and len(between) <= 8 and not any(code in between for code in "inqMN.")


def two_shares(scan: Scan, drafts: list[Draft], p: int) -> list[Arm] | None:
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


def crossed(scan: Scan, units: list[Unit]) -> list[tuple[list[Arm], int]] | None:
    """Two outcomes of two groups, with a P value each: the pairs with their P.

    "53% and 54% ... versus 54% (P = 0.9) and 37% (P = 0.12)", and of counts "62/90 and 82/90, compared with 70/88 and
    79/88 (P = 0.01; P = 0.001)".
    """
    if len(units) < 5 or units[1].sort != "A" or units[2].sort != "A":
        return None
    sorts = "".join(unit.sort for unit in units)
    arms = [unit.arm for unit in units if unit.arm is not None]
    if sorts.startswith("AAAAP") and len(arms) == 4 and _two_ps(scan, units):
        ps = [unit.first for unit in units[4:] if unit.sort == "P"]
        pairs = _two_and_two(scan, arms)
        if pairs is not None:
            return list(zip(pairs, ps, strict=False))
    if sorts != "AAAPAP" and (sorts != "AAAAPP" or any(arm.events is None for arm in arms)):
        return None
    ps = [unit.first for unit in units if unit.sort == "P"]
    joined = [scan.codes[left.last : right.first] for left, right in pairwise(arms)]
    if "v" in joined[0] or "a" not in joined[0] or "v" not in joined[1] or "v" in joined[2] or "a" not in joined[2]:
        return None
    if not same_form(arms[0], arms[2]) or not same_form(arms[1], arms[3]):
        return None
    return [(arms[0::2], ps[0]), (arms[1::2], ps[1])]


def _two_ps(scan: Scan, units: list[Unit]) -> bool:
    """Whether the fifth of some parts is a P value listed with another: "(P = 0.1 and P = 0.2)", "(P = 0.1 and NS)"."""
    after = scan.codes[units[4].last : units[4].last + 4]
    return after[:2] == "aw" or (
        len(units) > 5 and units[5].sort == "P" and scan.codes[units[4].last : units[5].first] in _LISTED
    )


def _two_and_two(scan: Scan, arms: list[Arm]) -> list[list[Arm]] | None:
    """Four groups as the two pairs that two P values compare; no pairs where the text leaves it open.

    "12% v 13% at 6 months and 17% v 19% at 12 months", "4/20 and 9/30, and deaths in 5/20 and 6/30, respectively".
    """
    one, between, two = (scan.codes[left.last : right.first] for left, right in pairwise(arms))
    if "v" in one and "v" in two and "v" not in between:
        straight = same_form(*arms[:2]) and same_form(*arms[2:])
        return [arms[:2], arms[2:]] if straight else None
    if "v" in one + between + two or "a" not in one or "a" not in two:
        return None
    totals = [None if arm.total is None else scan.value(arm.total) for arm in arms]
    if None in totals:
        return []
    if totals[0] == totals[2] and totals[1] == totals[3] and totals[0] != totals[1]:
        return [arms[:2], arms[2:]]
    if totals[0] == totals[1] and totals[2] == totals[3] and totals[0] != totals[2]:
        return [arms[0::2], arms[1::2]]
    return []


_NOT_SIGNIFICANT = re.compile(r"\b[Pp][ -]?(?:values?)?\s?[=:,]?\s?(?:NS|ns|n\.s|N\.S|not sig)")


def between_them(scan: Scan, pair: list[Arm]) -> bool:
    """Whether a P value that is not printed as a number stands between two groups: "(76%; P = NS) and 11/17 (65%"."""
    start, end = scan.end[pair[0].last - 1], scan.start[pair[1].first]
    return end - start > 4 and _NOT_SIGNIFICANT.search(scan.text, start, min(end, start + 200)) is not None


def after_p(scan: Scan, units: list[Unit], index: int) -> list[Arm] | None:
    """ "was lower (P < 0.05) in A (3%; 1 of 37) than in B (18%; 7 of 39)": the only P value, before the two groups."""
    others = units[index + 1 :]
    if index or len(others) != 2 or scan.relation[units[index].first][1]:
        return None
    one, two = (unit.arm for unit in others)
    if one is None or two is None or "v" not in scan.codes[one.last : two.first] or not same_form(one, two):
        return None
    return [one, two]


def of_both(scan: Scan, p: int) -> bool:
    """ "(both P < 0.001)", "(P = 1.00 for both)": a P value printed once for two estimates."""
    codes = scan.codes
    after = codes[p + 1 : p + 3] == "we" and scan.prose(p + 1, p + 2).strip() == "for"
    return codes[p - 1 : p] == "e" or after


def of_superiority(scan: Scan, p: Unit, following: Unit) -> bool:
    """ "P<0.001 for noninferiority; P = 0.12 for superiority": whether the second is of the estimate, not the first."""
    if following.sort != "P" or scan.relation[following.first][1] != "superiority":
        return False
    near = scan.codes[p.last : following.first].strip("w") in (";", ",", "a", ",a", ";a")
    return near and scan.relation[p.first][1] in ("inferiority", "noninferiority")


def own_p(scan: Scan, units: list[Unit], index: int) -> bool:
    """Whether the interval at ``index`` has its own P value after it."""
    unit = units[index]
    if unit.interval is not None and unit.interval.p is not None:
        return True
    following = units[index + 1] if index + 1 < len(units) else None
    return following is not None and following.sort == "P" and beside(scan, unit.last, following.first)


def before(scan: Scan, after_p: int, unit: Unit) -> bool:
    """Whether a P value stands directly before an estimate, in one bracket: "(P = 0.016; relative risk 0.67 ..."."""
    codes = scan.codes[after_p : unit.first]
    if ")" in codes or "(" in codes or len(codes) > 5:
        return False
    return all(c in ";,M=:wo" for c in codes) and sum(scan.words[k] for k in range(after_p, unit.first)) <= 4


def beside(scan: Scan, last: int, p: int) -> bool:
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
            if said and (
                said[0] == "in" or said[0] in _ANOTHER or (said[0] in _TURNS and _SAYS_OF_IT.isdisjoint(said))
            ):
                return False
        elif code not in "),;.(:=auL":
            return False
    return words <= 3


_COUNTED = re.compile(r"(?<=[(w,;])iviw[,;]p")
_COUNTED_AS = PEOPLE | {"deaths", "events"}


def bare_counts(scan: Scan, first: int, p: int) -> list[Arm] | None:
    """ "4 patients from the one group and 6 patients from the other group (P > 0.05)": two counts of patients."""
    if scan.codes.count("i", max(first, p - 16), p) < 2:
        return None
    counted = _COUNTED.search(scan.codes, max(first, p - 6), p + 1)
    if counted and scan.word(counted.start() + 3) in _COUNTED_AS:
        return [Arm(k, k + 1, events=k) for k in (counted.start(), counted.start() + 2)]  # "(4 vs. 3 patients, P"
    begin = max(first, p - 16)
    cut = max(scan.codes.rfind(code, begin, p) for code in "pqn:L")
    found = [
        k
        for k in range(max(begin, cut + 1), p - 1)
        if scan.codes[k] == "i" and scan.codes[k + 1] == "w" and scan.word(k + 1) in PEOPLE
    ]
    if len(found) != 2 or scan.codes[found[0] : p].count("i") != 2:
        return None
    between, after = scan.codes[found[0] : found[1]], scan.codes[found[1] : p]
    if "g" not in between + after or not any(code in between for code in "av"):
        return None
    return [Arm(k, k + 1, events=k) for k in found]


def behind_words(scan: Scan, draft: Draft, p: int) -> bool:
    """ "5.7 (95% CI 3.1 to 14.7) points more than in the control group (P = 0.1)": only words between."""
    if draft.interval is None or draft.p is not None or draft.kind not in ("ratio", "difference"):
        return False
    if draft.estimate is not None and scan.codes[draft.estimate - 1] == "v":
        return False  # a P value of two estimates, each with its interval
    codes = scan.codes[draft.interval.last : p].replace("iu", "")
    if "a" in codes or ";" in codes or ")," in codes or ")w" in codes:
        # "(OR 0.67, 95% CI 0.31 to 1.45) and response was more frequent (P = 0.83)": of another finding
        words = set(scan.prose(draft.interval.last, p).replace("(", " ").replace(",", " ").split())
        own = not _SAYS_OF_IT.isdisjoint(words)
        if not _ANOTHER.isdisjoint(words) or not (own or _TURNS.isdisjoint(words)):
            return False
        if not own and ")w" not in codes and not _VERBS.isdisjoint(words):
            return False
    return len(codes) <= 12 and not any(code in codes for code in "inqpMLds±;N.")


def each_their_own(scan: Scan, pair: list[Arm], one: Unit, two: Unit) -> bool:
    """ "grade 3 (14.3%) and grade 4 (2.9%) were rarer (P = 0.02 and P = 0.04, respectively)": no P is of the two."""
    listed = "a" in scan.codes[one.last : two.first] and "h" in scan.codes[two.last : two.last + 3]
    return listed and "v" not in scan.codes[pair[0].last : pair[1].first]


def goes_on(scan: Scan, one: Unit, two: Unit) -> bool:
    """Whether a second P value directly follows the first: "(P = 0.02; adjusted P = 0.03)"."""
    between = scan.codes[one.last : two.first]
    near = len(between) <= 8 and sum(scan.words[one.last : two.first]) <= 4
    return near and not any(code in between for code in "inqm")


def listed(scan: Scan, units: list[Unit], index: int) -> int:
    """How many P values follow the one at ``index`` in a list without their letter: "P = 0.046, 0.71 and 0.57"."""
    at = index + 1
    while at < len(units) and units[at].sort == "P" and scan.text[scan.start[units[at].first]] not in "pP":
        if scan.codes[units[at - 1].last : units[at].first] not in _LISTED:
            break
        at += 1
    return at - index - 1


def pairs_of(scan: Scan, arms: list[Arm], tests: int) -> list[list[Arm]]:
    """As many pairs of groups as there are listed P values: "3% v 4%, 5% v 9% and 2% v 2% (P = 0.7, 0.1 and 0.9)"."""
    pairs = [arms[k : k + 2] for k in range(0, len(arms), 2)]
    if len(arms) != 2 * tests or not all(same_form(*pair) for pair in pairs):
        return []
    joined = ["v" in scan.codes[one.last : two.first] for one, two in pairwise(arms)]
    return pairs if all(joined[0::2]) and not any(joined[1::2]) else []


def give(draft: Draft, p: int) -> None:
    """Make a P value that of an interval without one."""
    if draft.interval is not None and draft.p is None:
        draft.p = draft.interval.p = p


def share(scan: Scan, units: list[Unit], index: int, drafts: list[Draft]) -> int:
    """ "a1 (b1 to c1) and a2 (b2 to c2), respectively (P = p1 and P = p2)": each its own; how many P values more.

    The P value at ``index`` was given to the last interval.
    """
    run = [units[index]]
    for unit in units[index + 1 :]:
        if unit.sort != "P" or scan.codes[run[-1].last : unit.first] not in _LISTED:
            break
        run.append(unit)
    last = drafts[-len(run) :]
    fits = len(last) == len(run) and all(draft.interval is not None and draft.kind != "proportion" for draft in last)
    if len(run) == 1 or not fits or any(draft.p is not None for draft in last[:-1]):
        more = listed(scan, units, index)
        if more and drafts[-1].interval is not None:
            drafts[-1].p = drafts[-1].interval.p = None  # of a list of which it cannot be told what each is of
        return more
    for draft, unit in zip(last, run, strict=True):
        draft.p = None
        give(draft, unit.first)
    return len(run) - 1
