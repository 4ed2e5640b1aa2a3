"""The two groups that a finding compares, and the counts that stand together as those of several groups."""

from __future__ import annotations

import re
from itertools import pairwise

from .drafts import Arm, Draft, Interval
from .scan import Scan
from .units import Unit


def two_with_intervals(drafts: list[Draft], measure: str | None) -> list[Arm] | None:
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


def as_means(scan: Scan, pair: list[Arm]) -> list[Arm]:
    """Two percentages as the means of changes where one is negative: no shares of patients."""
    if any(arm.percent is not None and scan.value(arm.percent) < 0 for arm in pair):
        for arm in pair:
            if arm.events is None and arm.percent is not None:
                arm.value, arm.percent, arm.what = arm.percent, None, "mean"
    return pair


def of_values(draft: Draft, pair: list[Arm] | None) -> list[Arm]:
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


def set_against(scan: Scan, two: list[Arm], drafts: list[Draft]) -> bool:
    """Whether two percentages are set against one another, and no claim has them yet."""
    between = scan.codes[two[0].last : two[1].first]
    return not drafts and "v" in between and all(arm.percent is not None for arm in two)


def differ_so(scan: Scan, pair: list[Arm], draft: Draft, near: bool = True) -> bool:
    """Whether a difference can be that of two percentages (it may be adjusted, or its sign left out).

    Counts beside it are its own at any distance; those of the sentence before (not ``near``) only when they fit.
    """
    if draft.estimate is None or any(arm.percent is None or (near and arm.events is not None) for arm in pair):
        return True
    one, two = (scan.value(arm.percent) for arm in pair if arm.percent is not None)
    printed = abs(scan.value(draft.estimate))
    return abs(abs(one - two) - printed) <= max(0.5 * printed, 0.2 * abs(one - two), 0.15)


def behind(scan: Scan, units: list[Unit], draft: Draft, end: int) -> list[Arm]:
    """ "RR 2.41 (95% CI 1.79 to 3.42; 87.6% v 36.4%)": two groups directly behind, that can give the ratio."""
    pair = [unit.arm for unit in units if unit.arm is not None]
    if len(pair) != 2 or draft.estimate is None or scan.codes[end : pair[0].first] not in (";", ",", ":"):
        return []
    one, two = pair
    if "v" not in scan.codes[one.last : two.first] or not same_form(one, two):
        return []
    first, second = _share(scan, one), _share(scan, two)
    if first is None or second is None or not (0 < first < 1 and 0 < second < 1):
        return []
    ratio = first / second
    if draft.measure == "OR":
        ratio *= (1 - second) / (1 - first)
    return pair if abs(ratio - scan.value(draft.estimate)) <= 0.1 * ratio else []


def _share(scan: Scan, arm: Arm) -> float | None:
    """The share of a group that is printed as a percentage, or else as a fraction."""
    if arm.percent is not None:
        return scan.value(arm.percent) / 100
    if arm.events is None or arm.total is None:
        return None
    return scan.value(arm.events) / max(1.0, scan.value(arm.total))


_GROUPS = frozenset(("control", "controls", "placebo", "intervention", "treatment", "usual", "group", "groups", "arm"))


_OF_A_GROUP = ("for", "in", "on", "with", "receiving", "given", "assigned", "allocated")


def two_groups(scan: Scan, one: Arm, two: Arm) -> bool:
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


def fraction_beside(scan: Scan, interval: Interval, units: list[Unit], index: int) -> Arm | None:
    """The bare fraction or count that stands beside a percentage with its interval."""
    for near in (index + 1, index - 1):
        if 0 <= near < len(units):
            arm = units[near].arm
            if arm is not None and arm.total is not None and arm.percent is None and _near(scan, arm, interval):
                arm.percent = interval.estimate
                return arm
    return None


def _near(scan: Scan, arm: Arm, interval: Interval) -> bool:
    """Whether a fraction beside an interval is that of its percentage: near, and within two points of it.

    Without a percentage ("37/120 patients (95% CI 22.7% to 39.9%)") it stands before the limits and between them.
    """
    if arm.events is None or arm.total is None:
        return False
    ratio = 100 * scan.value(arm.events) / max(1.0, scan.value(arm.total))
    if interval.estimate is None:
        inside = arm.last <= interval.first and scan.value(interval.lower) <= ratio <= scan.value(interval.upper)
        return inside and scan.codes[arm.last : interval.first] in ("", "(", "w(", ",", "w,", ";")
    if not (abs(arm.first - interval.last) <= 7 or abs(interval.first - arm.last) <= 7):
        return False
    return abs(ratio - scan.value(interval.estimate)) <= 2


def same_form(one: Arm, two: Arm) -> bool:
    """Whether two groups print the same: both a percentage, or both counts."""
    if one.percent is not None and two.percent is not None:
        return True
    zero = one.percent is None or two.percent is None
    return zero and ((one.events is not None and two.events is not None) or one.percent is None or two.percent is None)


def pair(
    scan: Scan, values: list[Arm], earlier: list[Arm], place: int, unit: Unit | None, draft: Draft | None
) -> list[Arm] | None:
    """The two groups that a finding at ``place`` compares: those printed since the last finding, or the same again."""
    codes = scan.codes
    if len(values) == 2:
        return list(values) if same_form(*values) else None
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
        if (inside or "v" in between or alone) and same_form(one, two):
            return [one, two]
        return None
    if not values and len(earlier) == 2 and draft is not None and unit is not None:
        between = codes[earlier[1].last : place]
        # a number needed to treat may stand behind a ratio with its interval and P value
        if len(between) <= (28 if draft.measure == "NNT" else 12) and "N" not in between:
            return list(earlier)
    return None


def chain(scan: Scan, values: list[Arm], pair: list[Arm]) -> list[Arm]:
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
    "the hazard", "the relative", "the absolute", "the number needed", "number needed", "the nnt", "nnt",
)  # fmt: skip


def goes_on(scan: Scan, first: int, place: int) -> bool:
    """Whether a sentence speaks of the two groups of the one before: "The difference ...", "This represents ..."."""
    words = scan.prose(first, place)[:80].split()
    start = " ".join(words[:4])
    return start.startswith(_GOING_ON)


def proportions(scan: Scan, pair: list[Arm], first: int) -> bool:
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
    return depth == 0 and opened >= 0 and ")" not in codes[opened:first]


def row(scan: Scan, arms: list[Arm]) -> list[Arm]:
    """The counts that stand together at the beginning of ``arms``: of one group, of two, or a whole row."""
    together = arms[:1]
    while len(together) < len(arms):
        further = arms[len(together)]
        last = together[-1]
        if not two_groups(scan, last, further):
            break
        if len(together) > 1 and len(chain(scan, [*together, further], [last, further])) == 2:
            break
        together.append(further)
    return together
