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
    from ..stats.patients import Patients

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


def steps_of(patients: Patients, curves: Sequence[Curve], cause: int, what: str) -> StepCurves:
    """The cumulative incidence of a cause by arm."""
    steps = [(curve.time, curve.incidence[:, cause - 1]) for curve in curves]
    return _drawn(patients, steps, 0.0, what)


def survival_steps_of(patients: Patients, curves: Sequence[KaplanMeier]) -> StepCurves:
    """Kaplan-Meier survival by arm."""
    return _drawn(patients, [(curve.time, curve.survival) for curve in curves], 1.0, "survival")


def _drawn(patients: Patients, steps: Sequence[tuple[Any, Any]], first: float, what: str) -> StepCurves:
    """Curves by arm, with the numbers at risk just before each tick."""
    from ..report.step_curves import StepCurve, StepCurves, ticks_to

    arms = [patients.of_arm(index) for index in range(len(patients.arms))]
    ticks = ticks_to(float(patients.time.max(initial=0.0)))
    drawn = []
    for label, arm, (times, values) in zip(patients.arms, arms, steps, strict=True):
        at_risk = [
            int(((arm.time >= tick) & (True if arm.entry is None else (arm.entry < tick) | (tick == 0))).sum())
            for tick in ticks
        ]
        last = float(arm.time.max(initial=0.0))
        drawn.append(StepCurve(label, times.tolist(), values.tolist(), first, last, at_risk))
    return StepCurves(what, "time", ticks, drawn)


def write_steps(drawn: StepCurves, path: str | None, title: str) -> None:
    """Draw the curves in a file where one is asked for; ends with a message where that cannot be."""
    if path is None:
        return
    from ..report.step_curves import draw

    try:
        draw(drawn, path, title)
    except (OSError, ValueError, ImportError) as error:
        fail(f"--plot-file {path}: {error}")
