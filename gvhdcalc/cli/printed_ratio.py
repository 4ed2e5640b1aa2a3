"""A ratio (or a difference) with its limits as typed, 2.00 1.01 3.94, or as pasted, "2.00 (1.01-3.94)"."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from ..reported.number import Printed, parse_number, quoted
from .common import Options, fail

if TYPE_CHECKING:
    from ..reported.claim import Claim

_NEGATIVE = re.compile(r"-[.]?[0-9]")


@dataclass(frozen=True, slots=True)
class PrintedRatio:
    """The estimate with its limits (None where only the estimate is given), and the text it was read from, if any."""

    estimate: Printed
    lower: Printed | None = None
    upper: Printed | None = None
    claim: Claim | None = None

    @property
    def values(self) -> tuple[float, float, float]:
        """Estimate and limits; nan where a limit is not given."""
        limits = [math.nan if limit is None else limit.value for limit in (self.lower, self.upper)]
        return self.estimate.value, limits[0], limits[1]

    @property
    def intervals(self) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
        """The values that round to the estimate and to each limit."""
        none = (math.nan, math.nan)
        limits = [none if limit is None else limit.interval for limit in (self.lower, self.upper)]
        return self.estimate.interval, limits[0], limits[1]

    @property
    def printed(self) -> list[str]:
        """The texts of what is given."""
        return [figure.text for figure in (self.estimate, self.lower, self.upper) if figure is not None]

    def title(self, conf: float) -> str:
        """For example "2.00 (95% CI 1.01 to 3.94)"."""
        if self.lower is None or self.upper is None:
            return self.estimate.text
        return f"{self.estimate.text} ({100 * conf:g}% CI {self.lower.text} to {self.upper.text})"

    def level(self, options: Options) -> float:
        """The level of the limits: --conf, or what the text prints, or 95%."""
        printed = None if self.claim is None else self.claim.conf
        return options.conf if printed is None or options.conf_given else printed


def negative_numbers_kept(args: Sequence[str]) -> list[str]:
    """The arguments with the minus of a negative number so written that it is not taken for an option."""
    return ["\u2212" + word[1:] if _NEGATIVE.match(word) else word for word in args]


def read(
    figures: Sequence[str], measure: str | None, form: str, check: Callable[[Printed, str], Printed]
) -> PrintedRatio:
    """The figures of the command line; ends with a message when they are not an estimate, with its limits or alone.

    ``measure`` is the measure that a paste without a name is taken for, ``form`` an example for messages. ``check``
    says whether a figure can be one of this measure, and gives it back within its range.
    """

    def wrong(problem: str) -> NoReturn:
        fail(f"{problem}; write the estimate and its two limits: {form}")

    if not figures:
        wrong("no figures are given")
    claim = None
    try:
        numbers: list[Printed | None] = [parse_number(text) for text in figures]
    except ValueError as error:
        from ..reported.reader import read_reported

        text = " ".join(figures)
        try:
            claim = read_reported(text, measure)
        except ValueError:
            wrong(str(error))
        numbers = [claim.estimate, claim.lower, claim.upper]
        if claim.estimate is None:
            wrong(f"no estimate is found in {quoted(text)}")
        if (claim.lower is None) != (claim.upper is None):
            wrong(f"only one limit is found in {quoted(text)}")
        if claim.lower is None:
            numbers = [claim.estimate]
    if len(numbers) not in (1, 3):
        wrong(f"{len(numbers)} figures are given")
    names = ("estimate", "lower limit", "upper limit")
    found = [check(figure, name) for figure, name in zip(numbers, names, strict=False) if figure is not None]
    if len(found) == 1:
        return PrintedRatio(found[0], claim=claim)
    estimate, lower, upper = found
    if lower.value > upper.value:
        wrong(f"the interval is upside down: {lower.text} to {upper.text}")
    if estimate.interval[1] < lower.interval[0] or estimate.interval[0] > upper.interval[1]:
        wrong(f"the estimate {estimate.text} is outside its interval, {lower.text} to {upper.text}")
    return PrintedRatio(estimate, lower, upper, claim)


def ratio(printed: Printed, what: str) -> Printed:
    """A figure that is a ratio: a positive number; ends with a message when it is not."""
    if printed.relation != "=":
        fail(f"{what} {printed.text!r} is a bound, not a number")
    if printed.percent:
        fail(f"{what} {printed.text!r} is a percentage; write a ratio, like 0.68")
    if not 0 <= printed.value < math.inf or (printed.value == 0 and what == "estimate"):
        fail(f"{what} {printed.text!r} is not a positive number; ratios are above 0")
    return printed.within(0.0, math.inf)
