"""Step curves of patient data, in the terminal and in a file: the options, and what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .common import fail

if TYPE_CHECKING:
    from ..report.step_curves import StepCurves
    from ..stats.aalen_johansen import Curve
    from ..stats.kaplan_meier import Curve as KaplanMeier

F = TypeVar("F", bound=Callable[..., Any])


def plot_options(function: F) -> F:
    """--plot and --plot-file."""
    for option in (
        click.option(
            "--plot-file", metavar="FILE", help="Draw the curves in a file, .svg, .png or .pdf (needs matplotlib)."
        ),
        click.option("--plot", "plotted", is_flag=True, help="Draw the curves, with the numbers at risk."),
    ):
        function = option(function)
    return function


def steps_of(labels: Sequence[str], curves: Sequence[Curve], cause: int, what: str) -> StepCurves:
    """The cumulative incidence of a cause by arm."""
    from ..report.step_curves import StepCurve, StepCurves, ticks_to

    ticks = ticks_to(max(curve.last for curve in curves))
    drawn = [
        StepCurve(
            label,
            curve.time.tolist(),
            curve.incidence[:, cause - 1].tolist(),
            0.0,
            curve.last,
            curve.numbers_at_risk(ticks).tolist(),
        )
        for label, curve in zip(labels, curves, strict=True)
    ]
    return StepCurves(what, "time", ticks, drawn)


def survival_steps_of(labels: Sequence[str], curves: Sequence[KaplanMeier]) -> StepCurves:
    """Kaplan-Meier survival by arm."""
    from ..report.step_curves import StepCurve, StepCurves, ticks_to

    ticks = ticks_to(max(curve.last for curve in curves))
    drawn = [
        StepCurve(
            label,
            curve.time.tolist(),
            curve.survival.tolist(),
            1.0,
            curve.last,
            [curve.at_risk_at(tick) for tick in ticks],
        )
        for label, curve in zip(labels, curves, strict=True)
    ]
    return StepCurves("survival", "time", ticks, drawn)


def write_steps(drawn: StepCurves, path: str | None, title: str) -> None:
    """Draw the curves in a file where one is asked for; ends with a message where that cannot be."""
    if path is None:
        return
    from ..report.step_curves import draw

    try:
        draw(drawn, path, title)
    except (OSError, ValueError, ImportError) as error:
        fail(f"--plot-file {path}: {error}")
