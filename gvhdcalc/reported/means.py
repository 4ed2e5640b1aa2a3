"""Two means with their standard deviations and a P value: "49.0 ± 15.2 v 25.4 ± 14.2, P = 0.03".

They are a claim only where the text prints how many patients each group has: nothing follows from them otherwise.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from ..stats import p_of_statistic
from .denominators import half_unit
from .drafts import Arm, Draft
from .scan import Scan

MEASURE = "mean-sd"
_SIZES = re.compile("c(i)")
_EACH = re.compile("(i)[wg]{1,2}eg")


def keep(scan: Scan, drafts: list[Draft], parts: list[tuple[int, int]]) -> list[Draft]:
    """The drafts without those of two means whose group sizes are not printed; the others get them."""
    of_means = [draft for draft in drafts if draft.measure == MEASURE]
    if not of_means:
        return drafts
    sizes = _sizes(scan, parts)
    if sizes is None:
        return [draft for draft in drafts if draft.measure != MEASURE]
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
    sizes = [arm.total_value or 0 for arm in arms]
    gap, slack = abs(m1 - m0), h1 + h0
    found = []
    for n1, n0 in {(sizes[0], sizes[1]), (sizes[1], sizes[0])}:
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
