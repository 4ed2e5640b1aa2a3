"""Single quantities as typed: a probability, a fraction, an allocation ratio, a whole number of patients."""

from __future__ import annotations

import math
from typing import Any

import click

from ..reported.number import parse_number


def _number(text: str) -> tuple[float, bool]:
    """The value of one plain number, and whether it is in percent. Raises ValueError with one line."""
    printed = parse_number(text)
    if printed.relation != "=" or not math.isfinite(printed.value):
        raise ValueError(f"{text.strip()!r} is not one number")
    return printed.value, printed.percent


class Probability(click.ParamType[float]):
    """A probability strictly between 0 and 1: 0.707, 70.7%, or counts, 70/99. ``what`` names it in messages."""

    name = "probability"

    def __init__(self, what: str) -> None:
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            found = self._from_counts(text) if "/" in text else _number(text)[0]
        except ValueError:
            self.fail(f"{self.what} {text!r} is not a probability; write 0.707, 70.7% or 70/99", param, ctx)
        if found > 1 and not text.endswith("%") and "/" not in text:
            self.fail(f"{self.what} {text!r} is above 1; for a percentage write the sign: {text}%", param, ctx)
        if not 0 < found < 1:
            self.fail(f"{self.what} {text!r} is not strictly between 0 and 1", param, ctx)
        return found

    def _from_counts(self, text: str) -> float:
        events, _, total = text.partition("/")
        if not (events.strip().isdecimal() and total.strip().isdecimal() and int(total)):
            raise ValueError(text)
        return int(events) / int(total)


class Fraction(click.ParamType[float]):
    """A fraction mostly spoken of in percent: 80%, 0.8 or 80. ``what`` names it; ``zero`` and ``one`` admit these."""

    name = "fraction"

    def __init__(self, what: str, *, zero: bool = False, one: bool = False) -> None:
        self.what, self.zero, self.one = what, zero, one

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            found, percent = _number(text)
        except ValueError:
            self.fail(f"{self.what} {text!r} is not a number; write 80%, 0.8 or 80", param, ctx)
        if found > 1 and not percent:
            found /= 100
        if not 0 <= found <= 1 or (found == 0 and not self.zero) or (found == 1 and not self.one):
            above = "from 0 up" if self.zero else "above 0"
            below = "at most 100%" if self.one else "below 100%"
            self.fail(f"{self.what} {text!r} is not {above} and {below}", param, ctx)
        return found


class Allocation(click.ParamType[float]):
    """An allocation ratio, treated to control: 2, 2:1 or 1:2."""

    name = "ratio"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        first, colon, second = text.replace("/", ":").partition(":")
        try:
            one, two = _number(first)[0], _number(second)[0] if colon else 1.0
        except ValueError:
            self.fail(f"{text!r} is not an allocation ratio; write 2, 2:1 or 1:2, treated to control", param, ctx)
        if not (one > 0 and two > 0):
            self.fail(f"allocation ratio {text!r}: both arms need patients; write 2, 2:1 or 1:2", param, ctx)
        return one / two


class Whole(click.ParamType[int]):
    """A whole number of patients or events, at least ``least``: 203 or 1,203. ``what`` names it in messages."""

    name = "count"

    def __init__(self, what: str, least: int = 1) -> None:
        self.what, self.least = what, least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        text = str(value).strip()
        try:
            found, percent = _number(text)
        except ValueError:
            found, percent = 0.5, False
        if percent or not found.is_integer():
            self.fail(f"{self.what} {text!r} is not a whole number", param, ctx)
        if found < self.least:
            self.fail(f"{self.what} {text!r} is below {self.least}", param, ctx)
        return int(found)


class Positive(click.ParamType[float]):
    """A number above 0 (or, with ``zero``, from 0 up). ``what`` names it in messages."""

    name = "number"

    def __init__(self, what: str, *, zero: bool = False) -> None:
        self.what, self.zero = what, zero

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            found, percent = _number(text)
        except ValueError:
            found, percent = math.nan, False
        if percent or found != found:
            self.fail(f"{self.what} {text!r} is not a number", param, ctx)
        if found < 0 or (found == 0 and not self.zero):
            self.fail(f"{self.what} {text!r} is {'negative' if found else 'not above 0'}", param, ctx)
        return found
