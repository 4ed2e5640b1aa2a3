"""A percentage that says a ratio again: "28% lower (rate ratio 0.72)", "reduced by 14% (HR 0.86)"."""

from __future__ import annotations

from collections.abc import Iterable

from .denominators import half_unit
from .drafts import Draft
from .scan import Scan

MEASURE = "1-RR in percent"
_LOOK = 16  # lexemes before a ratio
_LESS = ("lower", "reduc", "decreas", "fewer", "less ", "declin", "smaller")
_MORE = ("higher", "increas", "greater", "more ", "larger", "excess")


def find(scan: Scan, drafts: list[Draft], taken: Iterable[int]) -> list[Draft]:
    """The percentages beside a ratio that equal 100 |1 - ratio| within the rounding of both; those taken are not."""
    used = set(taken)
    found = []
    for draft in drafts:
        ratio = draft.interval.estimate if draft.interval is not None else draft.estimate
        if draft.kind != "ratio" or ratio is None or scan.codes[ratio] != "n":
            continue
        begin = draft.interval.first if draft.interval is not None else ratio
        k = scan.codes.rfind("q", max(0, begin - _LOOK), begin)
        if k < 0 or k in used or any(code in scan.codes[k + 1 : begin].replace("iu", "") for code in "inqp.N"):
            continue
        if _says(scan, k, begin, ratio):
            used.add(k)
            found.append(Draft("other", MEASURE, k, ratio + 1, estimate=k, ratio=ratio))
    return found


def change(scan: Scan, ratio: int) -> tuple[float, float, float]:
    """100 (1 - ratio), and its least and greatest value within the rounding of the ratio."""
    value, half = scan.value(ratio), half_unit(scan.said[ratio])
    return 100 * (1 - value), 100 * (1 - value - half), 100 * (1 - value + half)


def _says(scan: Scan, k: int, begin: int, ratio: int) -> bool:
    value, low, high = change(scan, ratio)
    words = scan.lower[max(0, scan.start[k] - 60) : scan.start[begin]]
    if not any(word in words for word in (_LESS if value > 0 else _MORE)):
        return False
    low, high = sorted((abs(low), abs(high)))
    percent, half = scan.value(k), half_unit(scan.said[k])
    return percent - half <= high + 1e-9 and low - 1e-9 <= percent + half
