"""An arm as typed on the command line: 82/99, 82:17 or 82.8%/99."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import click

_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_FORMS = "write an arm as EVENTS/TOTAL (82/99), EVENTS:NON-EVENTS (82:17) or PERCENT/TOTAL (82.8%/99)"


class Counts(NamedTuple):
    """Events out of a total: whole numbers, 0 <= events <= total, total > 0."""

    events: int
    total: int


def _whole(text: str, what: str, arm: str) -> int:
    plain = _GROUPED.sub("", text.strip())
    if re.fullmatch(r"[+]?\d+", plain):
        return int(plain)
    if re.fullmatch(r"[-\u2212]\d+", plain):
        raise ValueError(f"arm {arm!r}: {what} {text.strip()!r} is negative; counts are whole numbers from 0 up")
    if re.fullmatch(r"[-+]?\d*[.]\d+", plain):
        raise ValueError(f"arm {arm!r}: {what} {text.strip()!r} is not a whole number; counts are whole numbers")
    raise ValueError(f"arm {arm!r}: {what} {text.strip()!r} is not a count; {_FORMS}")


def _from_percent(text: str, total: int, arm: str) -> int:
    """The one count that rounds to a percentage of the total."""
    from ..reported.grim import counts_for, nearest_percentages
    from ..reported.number import parse_number

    percent = parse_number(text)
    if not 0 <= percent.value <= 1:
        raise ValueError(f"arm {arm!r}: {text.strip()!r} is not between 0 and 100%")
    counts = counts_for(percent, total)
    if len(counts) == 1:
        return counts[0]
    if counts:
        raise ValueError(
            f"arm {arm!r}: {len(counts)} counts out of {total} round to {text.strip()} ({counts[0]} to {counts[-1]}); "
            "give the count or more decimals"
        )
    nearest = nearest_percentages(percent, total)
    neighbours = ", ".join(f"{count}/{total} = {100 * shown:.{percent.decimals}f}%" for count, shown in nearest)
    raise ValueError(f"arm {arm!r}: no count out of {total} gives {text.strip()}; the nearest are {neighbours}")


def parse_counts(text: str) -> Counts:
    """Events and total from an arm's text. Raises ValueError that says what is wrong and what is right."""
    text = text.strip()
    if "/" in text:
        left, _, right = text.partition("/")
        total = _whole(right, "total", text)
        if total == 0:
            raise ValueError(f"arm {text!r}: the total is zero; an arm needs at least one patient")
        if left.rstrip().endswith("%"):
            return Counts(_from_percent(left, total, text), total)
        events = _whole(left, "events", text)
        if events > total:
            raise ValueError(f"arm {text!r}: {events} events are more than the total of {total}")
        return Counts(events, total)
    if ":" in text:
        left, _, right = text.partition(":")
        events, others = _whole(left, "events", text), _whole(right, "non-events", text)
        if events + others == 0:
            raise ValueError(f"arm {text!r}: the total is zero; an arm needs at least one patient")
        return Counts(events, events + others)
    raise ValueError(f"arm {text!r} is not understood; {_FORMS}")


def wrong_counts(events: int, total: int, arm: int) -> str | None:
    """What is wrong with an arm's counts in the columns of a file (events1, total1), or nothing."""
    if total <= 0:
        return f"total{arm} is {total}; an arm needs at least one patient"
    if not 0 <= events <= total:
        return f"events{arm} is {events}; it must be from 0 to the total of {total}"
    return None


class Arm(click.ParamType[Counts]):
    """The type of an arm's argument."""

    name = "arm"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Counts:
        if isinstance(value, Counts):
            return value
        try:
            return parse_counts(str(value))
        except ValueError as error:
            raise click.UsageError(str(error), ctx) from None
