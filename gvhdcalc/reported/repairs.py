"""The small slip that would reconcile printed numbers: a lost minus or digit, a decimal point, a limit from next door.

A repair is a suggestion, named only beside a figure that does not follow; it never changes a verdict.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

from .denominators import half_unit, rounded_from

Numbers = tuple[str, str, str]
_NAMES = ("estimate", "lower limit", "upper limit")


def triple(
    estimate: str,
    lower: str,
    upper: str,
    log: bool,
    neighbours: list[tuple[str, str]] = [],  # noqa: B006
) -> str | None:
    """The slip that puts an estimate at the middle of its limits, or None.

    Tried in order of how often they happen: a lost minus, a limit copied from an interval beside it, a decimal point
    moved, two digits exchanged, one digit wrong (only where a single one would do).
    """
    printed = (estimate, lower, upper)
    for how, changed in _signs(printed, log):
        if central(*changed, log):
            return how
    for k, side in ((1, 0), (2, 1)):
        if any(pair[side] == printed[k] for pair in neighbours):
            return f"the {_NAMES[k]} {printed[k]} is that of a neighbouring interval: copied?"
    for how, changed in _each(_points, printed):
        if central(*changed, log):
            return how
    for how, changed in _each(_exchanged, printed):
        if central(*changed, log):
            return how
    digits = [how for how, changed in _each(_digits, printed) if central(*changed, log)]
    return digits[0] if len(digits) == 1 else None


def central(estimate: str, lower: str, upper: str, log: bool) -> bool:
    """Whether an estimate is at the middle of its limits within the rounding of all three, on a plain or log scale."""
    boxes = []
    for said in (estimate, lower, upper):
        low, high = rounded_from(said)
        if log:
            if low <= 0:
                return False
            low, high = math.log(low), math.log(high)
        boxes.append((low, high))
    (e_low, e_high), (l_low, l_high), (u_low, u_high) = boxes
    if l_low >= u_high:
        return False
    return (l_low + u_low) / 2 <= e_high + 1e-12 and e_low - 1e-12 <= (l_high + u_high) / 2


def _with(printed: Numbers, k: int, said: str) -> Numbers:
    return (said, *printed[1:]) if k == 0 else (printed[0], said, printed[2]) if k == 1 else (*printed[:2], said)


def _signs(printed: Numbers, log: bool) -> Iterator[tuple[str, Numbers]]:
    if log:
        return
    for k in (2, 1, 0):
        said = printed[k]
        if said.startswith("-"):
            yield f"a minus too many: {_NAMES[k]} {said[1:]}", _with(printed, k, said[1:])
        elif float(said):
            yield f"a lost minus: {_NAMES[k]} -{said}", _with(printed, k, "-" + said)


def _each(slips: Callable[[str], Iterator[tuple[str, str]]], printed: Numbers) -> Iterator[tuple[str, Numbers]]:
    """The slips of one number, in each of the three."""
    for k, said in enumerate(printed):
        for how, other in slips(said):
            yield f"{how}: {_NAMES[k]} {other}", _with(printed, k, other)


def _points(said: str) -> Iterator[tuple[str, str]]:
    sign, digits = ("-", said[1:]) if said.startswith("-") else ("", said)
    whole, _, fraction = digits.partition(".")
    whole = whole or "0"
    moved = []
    if fraction:
        moved.append(f"{whole}.0{fraction[:-1]}" if len(fraction) > 1 else f"{whole}.0{fraction}")  # 0.50 -> 0.05
        moved.append(f"{whole}{fraction[0]}.{fraction[1:]}".rstrip("."))  # 1.349 -> 13.49
        moved.append(f"{whole[:-1] or '0'}.{whole[-1]}{fraction}")  # 25.2 -> 2.52
    else:
        moved.append(f"{whole[:-1] or '0'}.{whole[-1:]}")
    for other in moved:
        other = other.lstrip("0") or "0"
        other = "0" + other if other.startswith(".") else other
        if float(other) != float(digits):
            yield "a decimal point moved or a digit lost", sign + other


def _exchanged(said: str) -> Iterator[tuple[str, str]]:
    for at in range(len(said) - 1):
        one, two = said[at], said[at + 1]
        if one.isdigit() and two.isdigit() and one != two:
            yield "two digits exchanged", said[:at] + two + one + said[at + 2 :]


def _digits(said: str) -> Iterator[tuple[str, str]]:
    for at, old in enumerate(said[:8]):
        if not old.isdigit():
            continue
        for new in "0123456789":
            if new != old:
                yield "a wrong digit", said[:at] + new + said[at + 1 :]


def limit(name: str, said: str, values: Iterable[float]) -> str | None:
    """The slip that makes a limit one of those that a method gives: two digits exchanged, a decimal point moved."""
    for slips in (_exchanged, _points):
        for how, other in slips(said):
            low, high = rounded_from(other)
            if any(low <= value <= high for value in values):
                return f"{how}: {name} {other}"
    return None


def reversed_limits(lower: str, upper: str, estimate: str | None) -> str | None:
    """What puts limits in order that are the wrong way round."""
    if estimate is not None:
        for how, changed in _signs((estimate, lower, upper), False):
            if float(changed[1]) < float(changed[2]) and central(*changed, False):
                return how
        printed = (estimate, lower, upper)
        for how, changed in (*_each(_points, printed), *_each(_exchanged, printed)):
            log = min(map(float, changed)) > 0
            if float(changed[1]) < float(changed[2]) and (
                central(*changed, False) or (log and central(*changed, True))
            ):
                return how
    return None


def percent(events: str, total: str, said: str) -> str | None:
    """What reconciles a count, a total and a percentage: two digits exchanged or one other in one of them."""
    for name, old, rest in (("percentage", said, (events, total)), ("count", events, (said, total)),
                            ("total", total, (events, said))):  # fmt: skip
        for how, other in _exchanged(old):
            if other[0] == "0" and name != "percentage":
                continue
            e, n, p = {"percentage": (*rest, other), "count": (other, rest[1], rest[0]),
                       "total": (rest[0], other, rest[1])}[name]  # fmt: skip
            if _percent_fits(e, n, p):
                return f"{how}: {name} {other}"
    value, half = float(said), half_unit(said)
    if value > half:
        count = float(events)
        least, most = math.ceil(100 * count / (value + half) - 1e-9), math.floor(100 * count / (value - half) + 1e-9)
        near = min(
            (n for n in range(least, min(most, least + 1000) + 1)), key=lambda n: abs(n - float(total)), default=None
        )
        if near is not None and near >= count and abs(near - float(total)) <= max(2, 0.05 * float(total)):
            return f"another total: {events}/{near}"
        number = float(total)
        low, high = math.ceil(number * (value - half) / 100 - 1e-9), math.floor(number * (value + half) / 100 + 1e-9)
        if low <= high and abs(low - count) <= max(2, 0.05 * count):
            return f"another count: {low}/{total}"
    return None


def _percent_fits(events: str, total: str, said: str) -> bool:
    try:
        e, n = float(events), float(total)
    except ValueError:
        return False
    return n > 0 and 0 <= e <= n and abs(100 * e / n - float(said)) <= half_unit(said) + 1e-9


def p_value(said: str, attainable: tuple[float, float]) -> str | None:
    """The slip that puts a P value among the attainable ones: a zero too few or too many, two digits exchanged."""
    whole, _, fraction = said.partition(".")
    if "e" in said or not fraction:
        return None
    others = [f"{whole}.0{fraction}"]
    if fraction.startswith("0") and len(fraction) > 1:
        others.append(f"{whole}.{fraction[1:]}")
    for k in range(len(fraction) - 1):
        others.append(f"{whole}.{fraction[:k]}{fraction[k + 1]}{fraction[k]}{fraction[k + 2 :]}")
    for other in others:
        low, high = rounded_from(other)
        if float(other) and low <= attainable[1] and attainable[0] <= high and other != said:
            return f"P = {other}"
    return None
