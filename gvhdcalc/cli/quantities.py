"""Single quantities as typed: a probability, a fraction, an allocation ratio, a whole number of patients."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
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


class Difference(click.ParamType[float]):
    """A difference of proportions: 12%, 12.1% or -0.1. ``what`` names it in messages."""

    name = "difference"

    def __init__(self, what: str) -> None:
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            found, percent = _number(text)
        except ValueError:
            self.fail(f"{self.what} {text!r} is not a number; write 12% or -0.12", param, ctx)
        if abs(found) >= 1:
            hint = f"; for points of percent write the sign: {text}%" if not percent else ""
            self.fail(f"{self.what} {text!r} is not between -100% and 100%{hint}", param, ctx)
        return found


class EventRate(click.ParamType[float]):
    """A rate above 0: events per unit of time, 0.3, or over person-time, 3/100. ``what`` names it in messages."""

    name = "rate"

    def __init__(self, what: str) -> None:
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        events, slash, time = text.partition("/")
        try:
            (found, percent), (unit, of_time) = _number(events), _number(time) if slash else (1.0, False)
        except ValueError:
            self.fail(f"{self.what} {text!r} is not a rate; write 0.3 or 3/100, events over person-time", param, ctx)
        if percent or of_time:
            self.fail(f"{self.what} {text!r} is in percent; write 0.3 or 30/100, events over person-time", param, ctx)
        if not (found > 0 and unit > 0):
            self.fail(f"{self.what} {text!r} is not above 0", param, ctx)
        return found / unit


@dataclass(frozen=True, slots=True)
class Range:
    """Several values of one option, each with its text."""

    values: tuple[Any, ...]
    texts: tuple[str, ...]


#: A comma that does not separate: thousands (1,203), or a decimal comma (0,8; 82,8%).
_ONE_NUMBER = re.compile(r"\d{1,3}(,\d{3})+|0,\d+%?|\d+,\d%?")

#: The most values of one range.
_MOST = 1000


class Ranged(click.ParamType[Any]):
    """One value of the type ``one``, or several, as a Range: "0.8,0.9", "100; 200" or FROM:TO:STEP, "0.55:0.75:0.05".

    ``colon`` False is for a type that writes one value with colons; there every comma separates.
    """

    def __init__(self, one: click.ParamType[Any], *, colon: bool = True) -> None:
        self.one, self.colon, self.name = one, colon, one.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, (int, float, Range)):
            return value
        texts = self._texts(str(value).strip(), param, ctx)
        if len(texts) == 1:
            return self.one.convert(texts[0], param, ctx)
        values = tuple(self.one.convert(text, param, ctx) for text in texts)
        return Range(values, tuple(texts))

    def _texts(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        if ";" in text or re.search(r",\s", text):
            parts = re.split(r"\s*;\s*|,\s+", text)
        elif "," in text and not (self.colon and _ONE_NUMBER.fullmatch(text)):
            parts = text.split(",")
        else:
            parts = [text]
        found: list[str] = []
        for part in parts:
            found += self._steps(part, param, ctx) if self.colon and part.count(":") == 2 else [part.strip()]
        return found

    def _steps(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        sign = "%" if "%" in text else ""
        try:
            start, stop, step = (Decimal(part.strip().removesuffix("%")) for part in text.split(":"))
            if not (start.is_finite() and stop.is_finite() and step.is_finite()):
                raise InvalidOperation
        except InvalidOperation:
            self.fail(f"{text!r} is not a range; write FROM:TO:STEP, 0.55:0.75:0.05", param, ctx)
        if step == 0 or (stop - start) * step < 0:
            self.fail(f"the step of {text!r} does not lead from {start} to {stop}", param, ctx)
        count = int((stop - start) / step) + 1
        if count > _MOST:
            self.fail(f"the range {text!r} has {count:,} values; at most {_MOST:,}", param, ctx)
        return [f"{start + k * step}{sign}" for k in range(count)]
