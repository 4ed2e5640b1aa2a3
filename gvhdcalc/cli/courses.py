"""The course of a trial as typed: hazards, accrual, follow-up and loss, which survival designs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ..stats.accrual import NO_LOSS, Accrual, Hazard, loss_hazard
from ..stats.results import Design
from .common import fail
from .quantities import Positive, Probability, Range, Ranged

F = TypeVar("F", bound=Callable[..., Any])


#: Rates, each up to a time; None is for ever.
Steps = tuple[tuple[float, float | None], ...]


class Hazards(click.ParamType[Steps]):
    """A hazard, or several, each up to a time and the last for ever: 0.1, or 0.1:6,0.05:12,0.02."""

    name = "hazard"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, tuple):
            return value
        *parts, last = str(value).split(",")
        found: list[tuple[float, float | None]] = [
            _rate_to(part, "hazard", "0.1:6,0.05:12,0.02, the last for ever", self, param, ctx) for part in parts
        ]
        if ":" in last:
            self.fail(f"hazard {last.strip()!r} ends at a time; write 0.1:6,0.05, the last for ever", param, ctx)
        return (*found, (Positive("hazard", zero=bool(parts)).convert(last, param, ctx), None))


class Accruals(click.ParamType[Steps]):
    """A length of accrual, or relative rates, each up to a time: 24, or 1:6,3:24."""

    name = "accrual"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, tuple):
            return value
        parts = str(value).split(",")
        if len(parts) == 1 and ":" not in parts[0]:
            return ((1.0, Positive("accrual", zero=True).convert(parts[0], param, ctx)),)
        example = "1:6,3:24, a rate of 1 up to 6 and of 3 up to 24"
        return tuple(_rate_to(part, "accrual", example, self, param, ctx) for part in parts)


def _rate_to(
    text: str, what: str, example: str, kind: Any, param: click.Parameter | None, ctx: click.Context | None
) -> tuple[float, float]:
    rate, colon, time = text.partition(":")
    if not colon:
        kind.fail(f"{what} {text.strip()!r} has no time; write {example}", param, ctx)
    return Positive(what, zero=True).convert(rate, param, ctx), Positive("time").convert(time, param, ctx)


class Curve(click.ParamType[tuple[tuple[float, float], ...]]):
    """Points of a survival curve: ``80%@6,55%@12,40%@24``."""

    name = "curve"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, tuple):
            return value
        found = []
        for part in str(value).split(","):
            survival, sign, time = part.partition("@")
            if not sign:
                self.fail(f"{part.strip()!r} is not survival at a time; write 80%@6,55%@12", param, ctx)
            found.append(
                (Probability("survival").convert(survival, param, ctx), Positive("time").convert(time, param, ctx))
            )
        return tuple(found)


class Lost(click.ParamType[tuple[float, float]]):
    """The patients lost to follow-up by a time: ``10%@12``."""

    name = "loss"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, tuple):
            return value
        lost, sign, time = str(value).partition("@")
        if not sign:
            self.fail(f"loss {str(value)!r} has no time; write 10%@12, the patients lost by then", param, ctx)
        return Probability("loss").convert(lost, param, ctx), Positive("time").convert(time, param, ctx)


def time_options(function: F) -> F:
    """--accrual, --follow-up and --loss; the command takes them under these names."""
    decorated: Any = function
    for decorator in reversed(
        [
            click.option(
                "--accrual", type=Accruals(), metavar="A", help="Length of accrual, or RATE:TIME, ...: 1:6,3:24."
            ),
            click.option(
                "--follow-up",
                type=Positive("follow-up", zero=True),
                metavar="F",
                help="Watch after accrual; found where effect, size and power are given.",
            ),
            click.option(
                "--loss",
                type=Lost(),
                multiple=True,
                metavar="P@T",
                help="Patients lost to follow-up by a time: 10%@12; twice for treated and control arm.",
            ),
        ]
    ):
        decorated = decorator(decorated)
    return decorated  # type: ignore[no-any-return]


calendar_option = click.option(
    "--calendar",
    type=Ranged(Positive("time")),
    metavar="TIMES",
    help="Expected events by times from the first patient: 12,24,36 or 6:66:6.",
)


def times_of(calendar: Any) -> tuple[float, ...]:
    """The times of --calendar, in order; none where it was not given."""
    if calendar is None:
        return ()
    return tuple(sorted(calendar.values)) if isinstance(calendar, Range) else (calendar,)


def hazard_of(steps: Steps) -> Hazard:
    """The hazard of steps. Raises ValueError for times that do not rise."""
    ends = [time for _, time in steps if time is not None]
    return Hazard(tuple(rate for rate, _ in steps), (0.0, *ends))


def accrual_of(steps: Steps | None) -> Accrual:
    """The accrual of steps; all at once without. Raises ValueError for times that do not rise."""
    if steps is None:
        return Accrual((0.0,))
    return Accrual(tuple(time or 0.0 for _, time in steps), tuple(rate for rate, _ in steps))


def losses_of(loss: tuple[tuple[float, float], ...]) -> tuple[Hazard, Hazard]:
    """The hazards of loss of the treated and of the control arm."""
    if len(loss) > 2:
        fail("--loss is given once for both arms, or twice: the treated and the control arm")
    if not loss:
        return NO_LOSS, NO_LOSS
    return loss_hazard(*loss[0]), loss_hazard(*loss[-1])


def steps_text(steps: Steps) -> str:
    """Rates in words: "0.1 to 6, 0.05 to 12, then 0.02"."""
    texts = [f"{rate:g}" if time is None else f"{rate:g} to {time:g}" for rate, time in steps]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])}, then {texts[-1]}"


def accrual_text(steps: Steps | None) -> str:
    """Accrual in words: "accrual 24", "accrual at rate 1 to 6, then 3 to 24"."""
    if steps is None or len(steps) == 1:
        return f"accrual {(steps[0][1] if steps else 0.0) or 0.0:g}"
    return f"accrual at rate {steps_text(steps)}"


def loss_text(loss: tuple[tuple[float, float], ...]) -> str:
    """Loss in words: "10% by 12", "10% by 12 v 5% by 12"."""
    return " v ".join(f"{100 * lost:.6g}% by {time:g}" for lost, time in loss)


def listed(steps: Any) -> Any:
    """Steps and losses as JSON has them: lists; a length of accrual or a constant hazard is its number."""
    if not steps:
        return None
    if len(steps) == 1 and steps[0][1] is None:
        return steps[0][0]
    return [list(step) for step in steps]


def accrual_listed(steps: Steps | None) -> Any:
    """Accrual as JSON has it: its length, or a list of [rate, time]."""
    return steps[0][1] if steps is not None and len(steps) == 1 else listed(steps)


#: Points of a curve, and the factor by which it goes below and above the answer.
POINTS, _FACTOR = 25, 2.5


def sizes(row: Design) -> list[float]:
    """Whole sizes for a curve, patients or else events, from well below a design's to well above."""
    middle = row.n1 + row.n0 if row.n1 is not None and row.n0 is not None else row.events
    if middle is None or middle != middle:
        fail("--curve n needs the size of a trial")
    steps = [middle * _FACTOR ** (2 * i / (POINTS - 1) - 1) for i in range(POINTS)]
    return sorted({float(max(4, round(step))) for step in steps})
