"""A forest plot in text: one line for each interval, on the log scale for ratios."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..stats.results import Estimate
from .numbers import NNT, PERCENT_MEASURES, of_measure, shortened

#: Measures drawn on a log axis.
_RATIOS = {
    "odds ratio", "common odds ratio", "paired odds ratio", "risk ratio", "common risk ratio", "hazard ratio",
    "rate ratio", "standardised mortality ratio", "cumulative incidence ratio", "odds ratio, as printed",
    "risk ratio, as printed", "rate ratio, as printed", "ratio, as printed",
}  # fmt: skip


def _reciprocal(x: float) -> float:
    return 1 / x if x else math.inf


def _axis(measure: str) -> tuple[Callable[[float], float], Callable[[float], float], float]:
    """The axis of a measure: its scale, the way back, and the value of no effect. Altman (1998) draws NNT as 1/NNT."""
    if measure in _RATIOS:
        return math.log, math.exp, 1.0
    return (_reciprocal, _reciprocal, math.inf) if measure == NNT else (float, float, 0.0)


def forest(
    estimates: Sequence[Estimate], width: int = 80, digits: int | None = None, labels: Sequence[str] | None = None
) -> str:
    """The intervals as text, at most ``width`` columns wide; one axis for all of the first estimate's measure.

    Lines begin with ``labels``, one for each estimate, or with the keys of the methods. An interval that runs off the
    axis ends in an arrow. Raises ValueError when no interval is finite.
    """
    measure = estimates[0].measure if estimates else ""
    texts = labels or [row.method for row in estimates]
    drawn = [(text, row) for text, row in zip(texts, estimates, strict=True) if row.measure == measure]
    rows = [row for _, row in drawn]
    scale, unscale, null = _axis(measure)
    finite = [
        scale(x)
        for row in rows
        for x in (row.lower, row.estimate, row.upper)
        if math.isfinite(x) and (x > 0 or scale is not math.log)
    ]
    if not finite:
        raise ValueError("nothing to plot: no interval is finite")
    show_null = measure not in {"proportion", "rate", "cumulative incidence"}
    if show_null:
        finite.append(scale(null))
    low, high = min(finite), max(finite)
    margin = 0.05 * (high - low) or 0.5
    low, high = low - margin, high + margin
    label = min(max(len(text) for text, _ in drawn), width // 2)
    span = max(width - label - 3, 20)

    def column(x: float) -> int:
        value = scale(x) if x > 0 or scale is not math.log else -math.inf
        if value <= low:
            return 0
        return span - 1 if value >= high else round((value - low) / (high - low) * (span - 1))

    lines = []
    for text, row in drawn:
        cells = [" "] * span
        if show_null:
            cells[column(null)] = "\u2502"
        if not math.isnan(row.lower) and not math.isnan(row.upper):
            start, end = sorted((column(row.lower), column(row.upper)))
            for index in range(start, end + 1):
                cells[index] = "\u2500"
            cells[start] = "\u25c4" if start == 0 else "\u251c"
            cells[end] = "\u25ba" if end == span - 1 else "\u2524"
        if not math.isnan(row.estimate):
            cells[column(row.estimate)] = "\u25a0"
        lines.append(f"{shortened(text, label):<{label}}  {''.join(cells)}".rstrip())
    ends = [unscale(x) for x in (low + margin, high - margin)]
    left, right = (of_measure(measure, x, digits) for x in ends)
    axis = [" "] * span
    for text, start in ((left, column(ends[0])), (right, column(ends[1]) - len(right) + 1)):
        axis[start : start + len(text)] = text
    middle = of_measure(measure, null, 0 if measure in PERCENT_MEASURES else digits)
    at = column(null) - len(middle) // 2
    if show_null and all(c == " " for c in axis[max(at - 1, 0) : at + len(middle) + 1]):
        axis[at : at + len(middle)] = middle
    lines.append(f"{'':<{label}}  {''.join(axis)}".rstrip())
    return "\n".join(lines)
