"""Numbers as a paper prints them."""

from __future__ import annotations

import math

#: Measures that are printed as percentages.
PERCENT_MEASURES = {
    "proportion", "risk difference", "common risk difference", "paired risk difference",
    "cumulative incidence", "cumulative incidence (competing risks)", "cumulative incidence difference",
    "survival", "survival difference",
    "relative risk reduction", "relative risk increase", "attributable risk", "attributable fraction (exposed)",
    "prevented fraction (exposed)", "population attributable risk", "population attributable fraction",
    "population prevented fraction",
}  # fmt: skip

NNT = "number needed to treat"

MISSING = "n/a"


def shortened(text: str, width: int) -> str:
    """Text that fits a column: cut, with a sign that it is."""
    return text if len(text) <= width else text[: width - 1] + "\u2026"


def fixed(value: float, decimals: int) -> str:
    """``decimals`` places, or two significant digits where these would all be zero; inf is "infinity", nan "n/a"."""
    if math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "infinity" if value > 0 else "-infinity"
    if value != 0 and abs(value) < 0.5 * 10**-decimals:
        return f"{value:.2g}"
    if abs(value) >= 1e15:
        return f"{value:.6g}"
    # 8.25 is 8.3 in a paper: ties go away from zero, and the nudge is far below what any digit here can show
    text = f"{value * (1 + 1e-14):.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def percent(value: float, decimals: int = 1) -> str:
    """A fraction as a percentage: 0.828 is "82.8%"."""
    text = fixed(100 * value, decimals)
    return text if text == MISSING else text + "%"


def p_value(p: float, decimals: int = 3) -> str:
    """A P value: three places, "<0.001" below that."""
    if math.isnan(p):
        return MISSING
    if p < 10**-decimals:
        return f"<{10**-decimals:.{decimals}f}"
    return f"{p:.{decimals}f}"


def needed_to_treat(value: float, decimals: int = 1) -> str:
    """A signed number needed to treat with its direction: "NNTB 8.3" to benefit, "NNTH 30.0" to harm (Altman 1998)."""
    text = fixed(abs(value), decimals)
    return text if not math.isfinite(value) else f"{'NNTB' if value > 0 else 'NNTH'} {text}"


def _is_rate(measure: str) -> bool:
    """A rate or a difference of rates: its size depends on the unit of person-time."""
    return measure in {"rate", "rate difference"} or measure.startswith("rate, ")


def decimals_for(measure: str, *values: float) -> int | None:
    """The decimals of an estimate (first) and its limits, where these depend on their size; None where they do not.

    Of rates two, or as many as show three significant digits of the estimate (of the limits, where it is near zero).
    """
    if not _is_rate(measure):
        return None
    sizes = [abs(value) for value in values if math.isfinite(value)]
    largest = max(sizes, default=0.0)
    size = sizes[0] if sizes and sizes[0] > largest / 20 else largest
    return min(max(2 - math.floor(math.log10(size)), 2), 15) if size else 2


def of_measure(measure: str, value: float, digits: int | None) -> str:
    """An estimate or a limit: two places for a ratio, a percentage with one for a risk, or the digits asked for."""
    if measure in PERCENT_MEASURES:
        return percent(value, 1 if digits is None else digits)
    if measure == NNT:
        return needed_to_treat(value, 1 if digits is None else digits)
    if digits is None:
        digits = decimals_for(measure, value)
    return fixed(value, 2 if digits is None else digits)


def of_unit(unit: str, value: float | None, digits: int | None) -> str:
    """A value by its unit: "proportion" is shown as a percentage, "P" as a P value, "nominal P" with a digit more."""
    if value is None:
        return MISSING
    if unit == "proportion":
        return percent(value, 1 if digits is None else digits)
    if unit == "nominal P":
        return p_value(value, 4 if digits is None else max(digits, 4))
    if unit == "P":
        return p_value(value, 3 if digits is None else max(digits, 3))
    if isinstance(value, int) or (float(value).is_integer() and abs(value) < 1e15 and digits is None and unit):
        return f"{int(value)}"
    places = 1 if abs(value) >= 10 or unit in {"patients", "events"} else 3
    return fixed(value, places if digits is None else digits)
