"""Two means with their standard deviations and a P value: "49.0 ± 15.2 v 25.4 ± 14.2, P = 0.03".

They are a claim only where the text prints how many patients each group has, beside the mean or elsewhere: nothing
follows from them otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import NamedTuple

from ..stats import p_of_statistic
from .denominators import half_unit
from .drafts import Arm, Draft, taken_by
from .scan import Scan
from .units import PEOPLE

MEASURE = "mean-sd"
_SIZES = re.compile("c(i)")
_EACH = re.compile("(i)[wg]{1,2}eg")


#: A mean with what stands behind "±", or in brackets behind it.
_MEAN = (
    r"(?P<m{0}>[inq])(?:u(?:/[uw])?)?(?:s?±(?P<s{0}>[inq])(?:u(?:/[uw])?)?"
    r"|\((?:s[:=,]?)?±?(?P<b{0}>[inq])u?(?:[,;]ci)?\)(?:u(?:/[uw])?)?)"
)
_BETWEEN = r"(?:[wguo(),;:/eav]|ci|i[wu])"
_PAIR = re.compile(rf"{_MEAN.format(1)}{_BETWEEN}{{1,16}}?{_MEAN.format(0)}(?:[wguo(),;:eh]|ci|i[wu]){{1,12}}?(?=p)")
_ONE = re.compile(r"[inq]u?s?±[inq]|[inq]u?\(±?[inq]\)")
#: Between two means of the same patients at two times, or of two sides of them.
_OF_ONE_GROUP = re.compile(
    r"\b(?:before|after|baseline|pre|post|pre-?op\w*|post-?op\w*|follow-?up|weeks?|months?|days?|years?|hours?|"
    r"minutes?|admission|discharge|entry|initial\w*|final\w*|end|start|left|right|from|rose|fell|increased|decreased)\b",
    re.IGNORECASE,
)
_DEVIATIONS, _RANGES = frozenset(("sd", "se", "sem")), frozenset(("iqr", "interquartile", "range", "quartile"))
_CLAUSES = re.compile(r"[;,:()\[\]]")
_SPELLED = re.compile("standard (?:deviation|error)", re.IGNORECASE)


def find(scan: Scan, parts: list[tuple[int, int]], drafts: list[Draft]) -> list[Draft]:
    """Two means of two groups before a P value, "52.3 ± 9.1 (n = 38) with it and 41.0 ± 8.4 (n = 40) without (P"."""
    found: list[Draft] = []
    taken: set[int] | None = None
    for first, last in parts:
        for match in _PAIR.finditer(scan.codes, first, last):
            draft = _pair(scan, match, first)
            if draft is None:
                continue
            taken = taken_by(drafts) if taken is None else taken
            if taken.isdisjoint(range(match.start(), match.end() + 1)):
                found.append(draft)
    return found


def _pair(scan: Scan, match: re.Match[str], first: int) -> Draft | None:
    one, two = match.start("m1"), match.start("m0")
    spreads = [max(match.start(f"s{k}"), match.start(f"b{k}")) for k in "10"]
    between = scan.codes[spreads[0] + 1 : two]
    after = scan.codes[spreads[1] + 1 : match.end()]
    groups = "v" in between or ("a" in between and any(code in between for code in "wgc")) or "h" in after
    behind = next(k for k in range(spreads[0] + 1, two + 1) if scan.codes[k] not in "u/)")  # its unit may be years
    if not groups or _OF_ONE_GROUP.search(scan.text, scan.start[behind], scan.start[two]):
        return None
    bracketed = match["b1"] or match["b0"]
    if not alone(scan, one, first) or not directly(scan, spreads[1], match.end()):
        return None
    if bracketed and not deviations(scan, first, match.end()):
        return None
    arms = [Arm(k, s + 1, value=k, what="mean", spread=s) for k, s in zip((one, two), spreads, strict=True)]
    if len(units(scan, arms) - {""}) > 1:
        return None  # "30 ± 18 mg of the one and 0.13 ± 0.3 ug of the other"
    begin = max(first, scan.codes.rfind("p", first, one), one - 9)
    sizes = [
        k
        for k in range(begin, match.end())
        if scan.codes[k] == "i" and k not in (one, two, *spreads) and (scan.codes[k - 1] == "c" or _people(scan, k))
    ]
    if len(sizes) == 2 and sizes[0] < two and sizes[1] > one and not one < sizes[0] < sizes[1] < two:
        for arm, size in zip(arms, sizes, strict=True):
            if not 1 < scan.value(size) < 1e7:
                return None
            arm.total = size
    elif sizes:
        return None
    return Draft("other", MEASURE, one, match.end() + 1, p=match.end(), arms=arms)


def _people(scan: Scan, k: int) -> bool:
    return scan.codes[k + 1 : k + 2] == "w" and scan.word(k + 1) in PEOPLE


def directly(scan: Scan, spread: int, p: int) -> bool:
    """Whether no clause of its own stands between the second mean and a P value: "...; no interaction was seen (P"."""
    parts = _CLAUSES.split(scan.text[scan.end[spread] : scan.start[p]])
    return all(len(part.split()) <= 4 for part in parts[1:])


def alone(scan: Scan, one: int, first: int) -> bool:
    """Whether no further mean stands before the first of two since the last P value: a third group, or two times."""
    return _ONE.search(scan.codes, max(first, scan.codes.rfind("p", first, one)), one) is None


def deviations(scan: Scan, first: int, last: int) -> bool:
    """Whether the words say that figures in brackets are standard deviations (or errors), and not ranges."""
    said = {scan.said[k] for k in range(first, last) if scan.codes[k] == "s"}
    spelled = not said.isdisjoint(_DEVIATIONS) or _SPELLED.search(scan.text, scan.start[first], scan.start[last])
    return bool(spelled) and said.isdisjoint(_RANGES) and "d" not in scan.codes[first:last]


def keep(scan: Scan, drafts: list[Draft], parts: list[tuple[int, int]]) -> list[Draft]:
    """The drafts without those of two means whose group sizes are not printed; the others get them."""
    of_means = [draft for draft in drafts if draft.measure == MEASURE and draft.arms[0].total is None]
    if not of_means:
        return drafts
    sizes = _sizes(scan, parts)
    if sizes is None:
        return [draft for draft in drafts if draft.measure != MEASURE or draft.arms[0].total is not None]
    for draft in of_means:
        for arm, size in zip(draft.arms, sizes, strict=True):
            arm.total_elsewhere, arm.total_value = size, int(scan.value(size))
    return drafts


def _sizes(scan: Scan, parts: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The places of the sizes of the two groups: the first two of a sentence that prints no third, or one for each."""
    for first, last in parts:
        found = [match.start(1) for match in _SIZES.finditer(scan.codes, first, last)]
        if len(found) == 3 and scan.value(found[0]) == scan.value(found[1]) + scan.value(found[2]):
            found = found[1:]
        if len(found) == 2 and all(1 < scan.value(k) < 1e7 for k in found):
            return found[0], found[1]
        if len(found) > 2:
            return None
    each = _EACH.search(scan.codes)
    return (each.start(1), each.start(1)) if each and 1 < scan.value(each.start(1)) < 1e7 else None


def group_sizes(scan: Scan, arms: list[Arm]) -> tuple[int, int]:
    """The sizes of two groups: printed with their means, or elsewhere."""
    one, two = (arm.total_value or 0 if arm.total is None else int(scan.value(arm.total)) for arm in arms)
    return one, two


def units(scan: Scan, arms: list[Arm]) -> set[str]:
    """The units of two means, where they stand behind the standard deviations."""
    found = set()
    for arm in arms:
        assert arm.spread is not None
        k = scan.codes.find("u", arm.spread, arm.spread + 3)
        found.add(scan.prose(k, k + 1).strip() if k >= 0 else "")
    return found


def skewed(scan: Scan, arms: list[Arm]) -> bool:
    """Whether a standard deviation is so large beside its mean that amounts would be skewed (or changes)."""
    return any(
        abs(scan.value(arm.spread)) > 0.6 * scan.value(arm.value)
        for arm in arms
        if arm.value is not None and arm.spread is not None
    )


def as_errors(scan: Scan, arms: list[Arm]) -> bool:
    """Whether what stands behind the "±" can be standard errors: of standard deviations not above their means."""
    return all(
        abs(scan.value(arm.spread)) * math.sqrt(size) <= scan.value(arm.value)
        for arm, size in zip(arms, group_sizes(scan, arms), strict=True)
        if arm.value is not None and arm.spread is not None
    )


def far(
    scan: Scan, arms: list[Arm], printed: tuple[float, float], ends: tuple[float, float], z: Callable[[float], float]
) -> bool:
    """Whether a printed P value is far from those of the t tests, in the normal deviates that ``z`` gives.

    Where the sizes are printed elsewhere, half of the patients may have been measured. A P value that is smaller than
    a t test's may be adjusted, so that only one of another order is far.
    """
    if printed[0] > ends[1]:
        most = z(ends[1]) * (1 if arms[0].total is not None else math.sqrt(0.5))
        return most - z(printed[0]) > max(1.2, 0.35 * most)
    least = z(max(printed[1], 1e-15)), z(ends[0])
    # of two groups of one size it may be of pairs
    sizes = [arm.total for arm in arms if arm.total is not None]
    apart = len(sizes) == 2 and scan.said[sizes[0]] != scan.said[sizes[1]]
    return printed[1] < ends[0] and apart and least[0] > 2 + 2.5 * least[1]


class Compared(NamedTuple):
    """The P values that two means can have by one test: that of the printed figures, the least and the greatest."""

    method: str
    p: float
    low: float
    high: float


def tests(scan: Scan, arms: list[Arm], errors: bool) -> list[Compared]:
    """Student's and Welch's t tests of two means, with either group of either size; ``errors``: the ± are those."""
    figures = []
    for arm in arms:
        assert arm.value is not None and arm.spread is not None
        mean, spread = scan.value(arm.value), abs(scan.value(arm.spread))
        figures.append((mean, half_unit(scan.said[arm.value]), spread, half_unit(scan.said[arm.spread])))
    (m1, h1, s1, g1), (m0, h0, s0, g0) = figures
    sizes = group_sizes(scan, arms)
    gap, slack = abs(m1 - m0), h1 + h0
    found = []
    for n1, n0 in {sizes, sizes if arms[0].total is not None else sizes[::-1]}:
        for method, p_of in (("student", student), ("welch", welch)):
            scale1, scale0 = (math.sqrt(n1), math.sqrt(n0)) if errors else (1.0, 1.0)
            spreads = [(max(0.0, s1 + k * g1) * scale1, max(0.0, s0 + k * g0) * scale0) for k in (0, -1, 1)]
            p = p_of(gap, *spreads[0], n1, n0)
            low, high = p_of(gap + slack, *spreads[1], n1, n0), p_of(max(0.0, gap - slack), *spreads[2], n1, n0)
            found.append(Compared(method, p, low, high))
    return found


def student(difference: float, sd1: float, sd0: float, n1: int, n0: int) -> float:
    """Two-sided P value of Student's t test with a common variance, from means and standard deviations."""
    pooled = ((n1 - 1) * sd1**2 + (n0 - 1) * sd0**2) / (n1 + n0 - 2)
    se = math.sqrt(pooled * (1 / n1 + 1 / n0))
    return p_of_statistic.t(difference / se, n1 + n0 - 2) if se else float(difference == 0)


def welch(difference: float, sd1: float, sd0: float, n1: int, n0: int) -> float:
    """Two-sided P value of the t test with unequal variances (Welch 1947; degrees of freedom of Satterthwaite 1946)."""
    v1, v0 = sd1**2 / n1, sd0**2 / n0
    if not v1 + v0:
        return float(difference == 0)
    df = (v1 + v0) ** 2 / (v1**2 / (n1 - 1) + v0**2 / (n0 - 1))
    return p_of_statistic.t(difference / math.sqrt(v1 + v0), df)
