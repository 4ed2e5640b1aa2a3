"""Which counts a printed percentage allows, and which totals (Brown and Heathers 2017, the GRIM test, for percentages).

Whole numbers throughout: a count k out of n gives the percentage when k/n lies in the interval that rounds to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .number import Printed, quoted


def _bounds(percent: Printed) -> tuple[int, bool, int | None, bool, int]:
    """The interval of a printed proportion as (lower, open, upper or None, open, denominator)."""
    if math.isinf(percent.value):
        raise ValueError(f"{quoted(percent.text)} is not a proportion")
    if percent.relation == "=":
        lower, upper, denominator = percent.ends()
        return max(lower, 0), False, upper, False, denominator
    scale = 10 ** max(0, -percent.places)
    value, denominator = percent.units * scale, 10 ** max(0, percent.places)
    if percent.relation in ("<", "<="):
        return 0, False, value, percent.relation == "<", denominator
    return value, percent.relation == ">", None, False, denominator


def counts_for(percent: Printed, n: int) -> range:
    """The counts out of ``n`` whose proportion rounds to ``percent``: ``counts_for(82.8%, 99)`` is ``range(82, 83)``.

    Empty when there is none. Raises ValueError when n is not positive.
    """
    if n < 1:
        raise ValueError(f"a total must be at least 1, not {n}")
    lower, lower_open, upper, upper_open, denominator = _bounds(percent)
    least = (n * lower) // denominator + 1 if lower_open else -((-n * lower) // denominator)
    if upper is None:
        most = n
    elif upper_open:
        most = -((-n * upper) // denominator) - 1
    else:
        most = (n * upper) // denominator
    least, most = max(least, 0), min(most, n)
    return range(least, max(least, most + 1))


def totals_for(percents: Sequence[Printed], n_min: int, n_max: int) -> tuple[int, ...]:
    """The totals from ``n_min`` to ``n_max`` (both included) for which every percentage has a count.

    Raises ValueError when n_min is not positive.
    """
    if n_min < 1:
        raise ValueError(f"a total must be at least 1, not {n_min}")
    return tuple(n for n in range(n_min, n_max + 1) if all(counts_for(percent, n) for percent in percents))


def totals_of(count: int, percent: Printed, n_max: int = 10**9) -> range:
    """The totals up to ``n_max`` of which ``count`` is ``percent``: 82 and 82.8% give ``range(99, 100)``.

    Raises ValueError when the count is negative.
    """
    if count < 0:
        raise ValueError(f"a count must not be negative, not {count}")
    lower, lower_open, upper, upper_open, denominator = _bounds(percent)
    least, most = max(count, 1), n_max
    if upper is not None:  # count/n <= upper/denominator
        if upper < 0 or (upper == 0 and (count or upper_open)):
            return range(0)
        if upper > 0:
            least = max(
                least,
                (count * denominator) // upper + 1 if upper_open else -((-count * denominator) // upper),
            )
    if lower > 0:
        most = min(most, -((-count * denominator) // lower) - 1 if lower_open else (count * denominator) // lower)
    elif lower == 0 and lower_open and count == 0:
        return range(0)
    return range(least, max(least, most + 1))


def nearest_percentages(percent: Printed, n: int) -> tuple[tuple[int, float], ...]:
    """The counts out of ``n`` on either side of the printed value, each with its proportion: one at the ends, else two.

    Raises ValueError when n is not positive or the printed value is no proportion.
    """
    if n < 1:
        raise ValueError(f"a total must be at least 1, not {n}")
    if not 0 <= percent.value <= 1:
        raise ValueError(f"{quoted(percent.text)} is not a proportion")
    scale = 10 ** max(0, percent.places)
    below = percent.units * 10 ** max(0, -percent.places) * n // scale
    return tuple((count, count / n) for count in (below, below + 1) if count <= n)
