"""Patients per arm: whole numbers under an allocation ratio, and dropout."""

from __future__ import annotations

from collections.abc import Iterator

from .namespace import namespace
from .results import Number


def _slack(n: Number) -> Number:
    # an answer of 100.0000000001 is 100 reached through rounding error, not a reason for a 101st patient
    ns = namespace(n)
    return ns.minimum(1e-9 * n, 1e-6)


def whole_up(n: Number) -> Number:
    """The smallest whole number, at least 1, not below n (within 1e-9 of n, at most 1e-6); inf and nan stay."""
    ns = namespace(n)
    return ns.maximum(ns.ceil(n - _slack(n)), 1)


def whole_down(n: Number) -> Number:
    """The largest whole number not above n (with the same slack as whole_up); inf and nan stay."""
    ns = namespace(n)
    return ns.floor(n + _slack(n))


def split(total: Number, ratio: Number) -> tuple[Number, Number]:
    """A whole total in two whole arms, as near to ratio n1/n0 as can be; of two equally near, the larger first arm."""
    ns = namespace(total, ratio)
    n1 = ns.floor(total * ratio / (1 + ratio) + 0.5)
    return n1, total - n1


def enrolled(analysed: Number, dropout: Number) -> Number:
    """Patients to enrol so that ``analysed`` remain when a fraction ``dropout`` is lost: n/(1-dropout), rounded up."""
    return whole_up(analysed / (1 - dropout))


def analysed(enrolled: Number, dropout: Number) -> Number:
    """Patients left of ``enrolled`` when a fraction ``dropout`` is lost: n (1 - dropout), rounded down."""
    return whole_down(enrolled * (1 - dropout))


def _nearest(n: float) -> float:
    return float(namespace(n).floor(n + 0.5))


def roundings_of_one(n: float, dropout: float = 0.0) -> Iterator[tuple[float, str]]:
    """The whole numbers that papers make of the exact size n of one arm, each with how it was made."""
    ways = {"up": whole_up, "to the nearest": _nearest, "down": whole_down}
    if dropout:
        kept, up = 1 - dropout, whole_up(n)
        for how, to_whole in ways.items():
            yield to_whole(up / kept), f"rounded up, / (1 - dropout), rounded {how}"
            yield to_whole(n / kept), f"n / (1 - dropout), rounded {how}"
            yield to_whole(up * (1 + dropout)), f"rounded up, n * (1 + dropout), rounded {how}"
    for how, to_whole in ways.items():
        yield to_whole(n), f"rounded {how}" + (", without dropout" if dropout else "")


def roundings(n1: float, n0: float, dropout: float = 0.0) -> Iterator[tuple[float, str]]:
    """The whole numbers that papers make of exact sizes n1 and n0, each with how it was made.

    Total and per arm; each arm or the total rounded up, down or to the nearest; with a dropout rate also n/(1 - rate)
    of the exact and of the rounded number, and n (1 + rate), which adds too few.
    """
    ways = {"up": whole_up, "to the nearest": _nearest, "down": whole_down}
    bare: list[tuple[float, str]] = []
    for how, to_whole in ways.items():
        bare.append((to_whole(n1) + to_whole(n0), f"each arm rounded {how}"))
        bare.append((to_whole(n1 + n0), f"total rounded {how}"))
    for how, to_whole in ways.items():
        bare.append((to_whole(n1), f"arm 1 alone, rounded {how}"))
        if n1 != n0:
            bare.append((to_whole(n0), f"arm 2 alone, rounded {how}"))
    if not dropout:
        yield from bare
        return
    kept, up1, up0 = 1 - dropout, whole_up(n1), whole_up(n0)
    for how, to_whole in ways.items():
        yield to_whole(up1 / kept) + to_whole(up0 / kept), f"each arm rounded up, / (1 - dropout), rounded {how}"
        yield to_whole((up1 + up0) / kept), f"each arm rounded up, total / (1 - dropout), rounded {how}"
        yield to_whole((n1 + n0) / kept), f"total / (1 - dropout), rounded {how}"
        yield to_whole(n1 / kept) + to_whole(n0 / kept), f"each arm / (1 - dropout), rounded {how}"
        yield to_whole((up1 + up0) * (1 + dropout)), f"each arm rounded up, total * (1 + dropout), rounded {how}"
        yield to_whole((n1 + n0) * (1 + dropout)), f"total * (1 + dropout), rounded {how}"
        yield to_whole(up1 / kept), f"arm 1 alone, rounded up, / (1 - dropout), rounded {how}"
        if n1 != n0:
            yield to_whole(up0 / kept), f"arm 2 alone, rounded up, / (1 - dropout), rounded {how}"
    for n, how in bare:
        yield n, f"{how}, without dropout"
