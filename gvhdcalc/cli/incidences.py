"""A cumulative incidence with its interval as typed (39.5% 29.3% 49.4%) or pasted ("39.5% (29.3-49.4%)")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..reported.claim import ArmText, Claim
from ..reported.number import Printed, parse_number, quoted
from ..reported.reader import read_reported
from ..stats.cumulative_incidence import Ranges

_FORMS = (
    "write estimate, lower and upper limit (39.5% 29.3% 49.4%), six figures for two arms, "
    'or what the paper prints in quotes ("39.5% (29.3-49.4%)")'
)


@dataclass(frozen=True, slots=True)
class PrintedIncidence:
    """A cumulative incidence and its limits as printed, fractions; ``conf`` is the level where the text names one."""

    estimate: Printed
    lower: Printed
    upper: Printed
    conf: float | None = None

    @property
    def values(self) -> tuple[float, float, float]:
        return self.estimate.value, self.lower.value, self.upper.value

    @property
    def ranges(self) -> Ranges:
        """The values that round to the estimate, the lower and the upper limit."""
        return self.estimate.interval, self.lower.interval, self.upper.interval

    @property
    def text(self) -> str:
        return f"{self.estimate.text} ({self.lower.text.removesuffix('%').rstrip()}-{self.upper.text})"


@dataclass(frozen=True, slots=True)
class Figures:
    """One or two arms; the finding pasted with them (a hazard ratio, say), and what was not read of the text."""

    arms: tuple[PrintedIncidence, ...]
    claim: Claim | None = None
    unread: tuple[str, ...] = ()


def read_figures(figures: Sequence[str]) -> Figures:
    """The arms that the command line's figures are. Raises ValueError with one line that says what is wrong."""
    try:
        numbers = [parse_number(text) for text in figures]
    except ValueError:
        return _pasted(figures)
    if len(numbers) not in (3, 6):
        given = "1 figure is" if len(numbers) == 1 else f"{len(numbers)} figures are"
        raise ValueError(f"{given} given; {_FORMS}")
    return Figures(_arms(numbers))


def _pasted(figures: Sequence[str]) -> Figures:
    claims = [read_reported(text) for text in figures] if all(_interval_in(text) for text in figures) else []
    if not claims:
        claims = [read_reported(" ".join(figures))]  # an unquoted paste: its blanks have split it
    found = [arm for claim in claims for arm in _arms_of(claim)]
    if not found:
        text = " ".join(figures)
        if "/" in text and len(text) < 100:
            arms = " ".join(word for word in text.split() if "/" in word)
            raise ValueError(f"{text!r} is no incidence with limits; for counts: gvhdcalc cuminc counts {arms}")
        raise ValueError(f"no estimate with two limits in {quoted(text)}; {_FORMS}")
    if len(found) > 2:
        raise ValueError(f"{len(found)} intervals are given; one arm or two can be taken")
    parts = [part for arm in found for part in (arm.estimate, arm.lower, arm.upper)]
    whole = claims[0] if len(claims) == 1 and claims[0].arms and (claims[0].estimate or claims[0].p) else None
    unread = tuple(token.text for claim in claims for token in claim.unread)
    return Figures(_arms(parts, [arm.conf for arm in found]), whole, unread)


def _arms(numbers: Sequence[Printed], levels: Sequence[float | None] = (None, None)) -> tuple[PrintedIncidence, ...]:
    """The arms of three or six figures, read as fractions and checked."""
    fractions = _as_fractions(numbers)
    triples = zip(fractions[0::3], fractions[1::3], fractions[2::3], levels, strict=False)
    return tuple(_checked(PrintedIncidence(estimate, lower, upper, conf)) for estimate, lower, upper, conf in triples)


def _interval_in(text: str) -> bool:
    try:
        return bool(_arms_of(read_reported(text)))
    except ValueError:
        return False


def _arms_of(claim: Claim) -> list[PrintedIncidence]:
    """The arms with an interval; where the text prints no percentages, its one estimate with limits."""
    found = [_of_arm(arm, claim.conf) for arm in claim.arms]
    arms = [arm for arm in found if arm is not None]
    if not arms and claim.measure is None and claim.estimate and claim.lower and claim.upper:
        arms = [PrintedIncidence(claim.estimate, claim.lower, claim.upper, claim.conf)]
    return arms


def _of_arm(arm: ArmText, conf: float | None) -> PrintedIncidence | None:
    if arm.percent is None or arm.lower is None or arm.upper is None:
        return None
    # the reader has put the percent sign that is printed once on all three
    estimate, lower, upper = (
        part if part.percent else part.as_percent() for part in (arm.percent, arm.lower, arm.upper)
    )
    return PrintedIncidence(estimate, lower, upper, arm.conf or conf)


def _as_fractions(numbers: Sequence[Printed]) -> list[Printed]:
    """All alike: with percent signs; or without, and then percentages as soon as one is above 1."""
    signs = {number.percent for number in numbers}
    if len(signs) > 1:
        shown = " ".join(number.text for number in numbers)
        raise ValueError(f"{shown!r}: some figures have a percent sign and some have not; write all alike")
    for number in numbers:
        if number.relation != "=":
            raise ValueError(f"{number.text!r} is a bound; an incidence and its limits are needed as figures")
    if signs == {False} and any(number.value > 1 for number in numbers):
        numbers = [replace(number.as_percent(), text=f"{number.text}%") for number in numbers]
    for number in numbers:
        if not 0 <= number.value <= 1:
            raise ValueError(f"{number.text!r} is not between 0 and 100%")
    return [number.within(0.0, 1.0) for number in numbers]


def _checked(arm: PrintedIncidence) -> PrintedIncidence:
    estimate, lower, upper = arm.values
    if lower > upper:
        raise ValueError(f"the interval {arm.lower.text} to {arm.upper.text} is upside down; lower limit first")
    if lower == upper:
        raise ValueError(f"both limits are {arm.lower.text}: an interval without width gives no standard error")
    if not lower <= estimate <= upper:
        raise ValueError(f"{arm.estimate.text} is outside its interval {arm.lower.text} to {arm.upper.text}")
    return arm
