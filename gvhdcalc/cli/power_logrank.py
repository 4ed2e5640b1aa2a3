"""``gvhdcalc power logrank``: the log-rank test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from ..stats.accrual import Accrual, Course, Hazard, calendar, constant_hazard, exponential, piecewise_hazard
from ..stats.allocation import split
from ..stats.power_logrank import MEASURE, AtTime, EventProbability, LogRank, Overall, hazard_ratio_of_survivals
from ..stats.results import Design, Value
from .common import Options, StatCommand, common_options, fail
from .courses import (
    POINTS,
    Curve,
    Hazards,
    Steps,
    accrual_listed,
    accrual_of,
    accrual_text,
    calendar_option,
    hazard_of,
    listed,
    loss_text,
    losses_of,
    sizes,
    steps_text,
    time_options,
    times_of,
)
from .designs import Axis, Plan, Reported, Trial, needed_events, percent, run, trial_options, two_of_three
from .quantities import Fraction, Positive, Probability, Ranged, Whole


@dataclass(frozen=True, slots=True)
class Chances:
    """The ways to say how likely an event is, of which at most one is given, and the times of the trial."""

    event_probability: float | None = None
    survival: tuple[float, float] | None = None
    control_survival: float | None = None
    at: float | None = None
    control_curve: tuple[tuple[float, float], ...] | None = None
    medians: tuple[float, float] | None = None
    control_median: float | None = None
    control_hazard: Steps | None = None
    accrual: Steps | None = None
    accrual_rate: float | None = None
    follow_up: float | None = None
    loss: tuple[tuple[float, float], ...] = ()
    delay: float | None = None

    def given(self) -> str:
        """The option that says how likely an event is, or nothing; ends with a message where two do."""
        names = ("event_probability", "survival", "control_survival", "control_curve", "medians", "control_median")
        found = [
            f"--{name.replace('_', '-')}" for name in (*names, "control_hazard") if getattr(self, name) is not None
        ]
        if len(found) > 1:
            fail(f"{' and '.join(found)} both say how likely an event is: give one of them")
        return found[0] if found else ""

    @property
    def timed(self) -> bool:
        """Whether the trial has times: accrual or follow-up."""
        return any(value is not None for value in (self.accrual, self.accrual_rate, self.follow_up))

    def check(self, *, sought: bool) -> None:
        """End with a message where the options do not go together; ``sought`` says that follow-up is to be found."""
        source = self.given()
        if self.accrual is not None and self.accrual_rate is not None:
            fail("--accrual-rate finds how long accrual takes: leave out --accrual")
        shape = self.at if source in {"--survival", "--control-survival"} else source not in {"", "--event-probability"}
        if self.timed and not shape:
            if source in {"--survival", "--control-survival"}:
                fail(f"{source} with --accrual and --follow-up needs its time: add --at T")
            fail(
                "--accrual and --follow-up go with --medians or --control-median, a hazard, a curve or survival --at T"
            )
        if self.at is not None and source not in {"--survival", "--control-survival"}:
            fail("--at is the time of --survival or --control-survival")
        if self.at is not None and not self.timed and not sought:
            fail("--at goes with --accrual and --follow-up, the time in which events can happen")
        if source in {"--control-median", "--control-hazard", "--control-curve"} and not self.timed and not sought:
            fail(f"{source} needs --accrual or --follow-up, the time in which events can happen")
        if not self.timed and not sought:
            for name, value in (("--loss", self.loss), ("--delay", self.delay)):
                if value:
                    fail(f"{name} goes with --accrual and --follow-up, the time in which events can happen")

    def hr(self) -> float | None:
        """The hazard ratio that two survivals or medians imply."""
        if self.survival is not None:
            return float(hazard_ratio_of_survivals(*self.survival))
        return None if self.medians is None else float(self.medians[1] / self.medians[0])

    def make(self, follow_up: float | None, *, by_ratio: bool) -> EventProbability | None:
        """The event probability; None where it is not known. Raises ValueError where there is none.

        ``by_ratio`` says that the hazard of the treated arm is the control's times a ratio that is given for itself.
        """
        if self.event_probability is not None:
            return Overall(self.event_probability)
        if self.survival is not None and self.at is None:
            return AtTime(self.survival[1], self.survival[0])
        if self.control_survival is not None and self.at is None:
            return AtTime(self.control_survival)
        if self.medians is not None and not self.timed and follow_up is not None:
            return None
        treated: Hazard | None = None
        if self.control_hazard is not None:
            control = hazard_of(self.control_hazard)
        elif self.control_curve is not None:
            control = piecewise_hazard(*zip(*self.control_curve, strict=True))
        elif self.control_survival is not None:
            control = constant_hazard(self.control_survival, self.at)
        elif self.survival is not None:
            treated, control = (constant_hazard(survival, self.at) for survival in self.survival)
        elif self.medians is not None or self.control_median is not None:
            treated_median, control_median = self.medians or (None, self.control_median)
            known = exponential(control_median, 1.0, 0.0, treated_median)
            treated, control = known.hazard1, known.hazard0
        else:
            return None
        loss1, loss0 = losses_of(self.loss)
        if self.delay or by_ratio:
            treated = None
        accrual = accrual_of(self.accrual)
        if self.accrual_rate is not None:
            accrual = Accrual((1.0 + (self.delay or 0.0),))  # until it is found
        return Course(control, accrual, follow_up, treated, loss1, loss0, self.delay or 0.0)

    def facts(self, follow_up: float | None) -> tuple[tuple[str, str], ...]:
        """The lines that say how likely an event is."""
        text = ""
        if self.event_probability is not None:
            text = f"{percent(self.event_probability)} in both arms together"
        elif self.survival is not None:
            text = f"1 - survival: {percent(self.survival[0])} v {percent(self.survival[1])}"
        elif self.control_survival is not None:
            text = f"1 - survival: {percent(self.control_survival)} in the control arm, to the power HR"
        if self.at is not None:
            both = self.survival or (self.control_survival,)
            said = " v ".join(percent(survival) for survival in both if survival is not None)
            text = f"exponential, {'' if self.survival else 'control '}survival {said} at {self.at:g}"
        elif self.medians is not None and self.timed:
            text = f"exponential, medians {self.medians[0]:g} v {self.medians[1]:g}"
        elif self.control_median is not None:
            text = f"exponential, control median {self.control_median:g}"
        elif self.control_hazard is not None:
            text = f"control hazard {steps_text(self.control_hazard)}"
        elif self.control_curve is not None:
            points = ", ".join(f"{percent(survival)} at {time:g}" for survival, time in self.control_curve)
            text = f"control survival {points}"
        found = [("Event probability", text)] if text else []
        if self.timed or follow_up is None:
            over = accrual_text(self.accrual)
            if self.accrual_rate is not None:
                over = f"{self.accrual_rate:g} patients enter in each unit of time"
            over += ", follow-up to be found" if follow_up is None else f", follow-up {follow_up:g}"
            if text and len(text) + len(over) < 58 and not self.loss:
                found = [("Event probability", f"{text}, {over}")]
            else:
                found.append(("Times", over))
        if self.loss:
            found.append(("Lost to follow-up", loss_text(self.loss)))
        if self.delay:
            found.append(("Effect", f"from {self.delay:g} after entry on; no difference before"))
        return tuple(found)

    def listed(self) -> dict[str, Any]:
        """The options as JSON has them."""
        return {
            "event_probability": self.event_probability,
            "survival": None if self.survival is None else list(self.survival),
            "control_survival": self.control_survival,
            "at": self.at,
            "control_curve": listed(self.control_curve),
            "medians": None if self.medians is None else list(self.medians),
            "control_median": self.control_median,
            "control_hazard": listed(self.control_hazard),
            "accrual": accrual_listed(self.accrual),
            "accrual_rate": self.accrual_rate,
            "follow_up": self.follow_up,
            "loss": listed(self.loss),
            "delay": self.delay,
        }


@click.command(
    "logrank",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("events needed to see a hazard ratio of 0.68", "gvhdcalc power logrank --hr 0.68 --power 80%"),
        ("patients, when 65% have the event", "gvhdcalc power logrank --hr 0.68 --power 80% --event-probability 65%"),
        ("patients, from survival in each arm", "gvhdcalc power logrank --survival 60.5% 37.3% --power 80%"),
        (
            "patients, from medians, accrual and follow-up in months, 10% lost in a year",
            "gvhdcalc power logrank --medians 11.3 6 --accrual 54 --follow-up 12 --loss 10%@12 --power 80%",
        ),
        (
            "hazards that fall, accrual that rises, expected events by year",
            "gvhdcalc power logrank --hr 0.68 --control-hazard 0.12:6,0.04 --accrual 1:6,3:24 --follow-up 12 "
            "--power 80% --calendar 12:36:12",
        ),
        (
            "how long to follow 203 patients after accrual",
            "gvhdcalc power logrank --hr 0.6 --control-median 12 --accrual 36 --n 203 --power 80%",
        ),
        (
            "patients and accrual, where 10 a month enter",
            "gvhdcalc power logrank --hr 0.68 --control-median 6 --accrual-rate 10 --follow-up 12 --power 80%",
        ),
        (
            "non-inferiority: a hazard ratio of 1.3 is to be ruled out",
            "gvhdcalc power logrank --hr 1 --margin 1.3 --power 80% --sides 1 --alpha 2.5%",
        ),
        (
            "an effect that begins after 3 months, and 10,000 simulated trials",
            "gvhdcalc power logrank --hr 0.6 --delay 3 --control-median 6 --accrual 24 --follow-up 12 --power 80% "
            "--simulate 10000",
        ),
        ("power of 132 events", "gvhdcalc power logrank --hr 0.68 --events 132"),
        ("the hazard ratio that 132 events can detect", "gvhdcalc power logrank --events 132 --power 80%"),
    ),
)
@click.option("--hr", type=Ranged(Positive("hazard ratio")), metavar="HR", help="Hazard ratio, treated to control.")
@click.option(
    "--margin",
    type=Ranged(Positive("margin")),
    metavar="HR",
    help="Hazard ratio to rule out, for non-inferiority: 1.3.",
)
@click.option("--events", type=Ranged(Whole("--events")), metavar="D", help="Events, both arms together.")
@click.option(
    "--event-probability",
    type=Fraction("event probability", one=True),
    metavar="P",
    help="Patients who have the event: 65%.",
)
@click.option("--survival", type=Probability("survival"), nargs=2, metavar="S1 S0", help="Survival of each arm.")
@click.option("--control-survival", type=Probability("survival"), metavar="S0", help="Survival of the control arm.")
@click.option("--at", type=Positive("time"), metavar="T", help="Time of these survivals; exponential between.")
@click.option(
    "--control-curve", type=Curve(), metavar="S@T,...", help="Survival of the control arm at times: 80%@6,55%@12."
)
@click.option("--medians", type=Positive("median"), nargs=2, metavar="M1 M0", help="Median times of each arm.")
@click.option("--control-median", type=Positive("median"), metavar="M0", help="Median time of the control arm.")
@click.option(
    "--control-hazard", type=Hazards(), metavar="H", help="Hazard of the control arm, or H:TIME, ...: 0.1:6,0.05."
)
@time_options
@click.option(
    "--accrual-rate",
    type=Positive("rate of accrual"),
    metavar="R",
    help="Patients who enter in a unit of time, for accrual as long as it takes.",
)
@calendar_option
@click.option("--delay", type=Positive("delay", zero=True), metavar="D", help="Time before which the arms are alike.")
@click.option("--reported-events", metavar="D", help="The events a paper states: which method and rounding gives them.")
@trial_options("lower", "hazard ratio", simulate=True, curve=("n", "effect"))
@common_options(MEASURE, conf=False, reported=False, plot=False)
def command(trial: Trial, options: Options, calendar: Any, **values: Any) -> int:
    """The log-rank test: events and patients, power, the detectable hazard ratio, or the follow-up.

    --hr with --power asks for events; with --events, or with --n and an event probability, for power; --events (or
    --n) with --power asks for the hazard ratio that can be detected, on the side of 1 that --direction says.

    Patients are the events before rounding over the probability of an event: --event-probability of both arms
    together; 1 - survival of each arm at the end (--survival, which implies the hazard ratio, or --control-survival
    with proportional hazards); or that over uniform --accrual and --follow-up after it, in one unit of time, from
    --medians (which imply the hazard ratio), --control-median, a hazard or a curve that changes (--control-hazard,
    --control-curve), or survival --at a time, with --loss to follow-up. Methods that follow patients through time are
    then shown too. --hr, --n and --power without --follow-up ask for it; --accrual-rate instead of --accrual asks how
    long accrual takes.
    """
    chances = Chances(**{name: values.pop(name) for name in Chances.__slots__})
    sized = any(value is not None for value in (values["events"], trial.n, trial.n1))
    effect = values["hr"] is not None or chances.survival is not None or chances.medians is not None
    entering = chances.accrual is not None or chances.accrual_rate is not None
    sought = chances.follow_up is None and entering and effect and sized and trial.power is not None
    chances.check(sought=sought)
    times = times_of(calendar)
    if times and not chances.timed:
        fail("--calendar goes with --accrual and --follow-up, the time in which events can happen")
    return run(_plan, trial, options, chances=chances, sought=sought, times=times, **values)


def _unasked(chances: Chances, margin: float) -> tuple[str, ...]:
    """The methods shown unasked where not the defaults: those that can answer, and know the course of the trial."""
    if chances.delay:
        return ("lakatos",)
    if margin != 1:
        return ("schoenfeld", "lachin-foulkes") if chances.timed else ("schoenfeld",)
    return ("schoenfeld", "freedman", "lachin-foulkes", "lakatos") if chances.timed else ()


def _plan(
    trial: Trial,
    hr: float | None,
    margin: float | None,
    events: int | None,
    reported_events: str | None,
    chances: Chances,
    sought: bool,
    times: tuple[float, ...],
) -> Plan:
    n1, n0 = trial.arms()
    sized = events is not None or n1 is not None
    source = chances.given()
    if events is not None and n1 is not None:
        fail("--events and --n are both the size of the trial: give one of them")
    if n1 is not None and not source:
        fail("--n needs the probability of an event: --event-probability, --survival, --control-survival or a median")
    if trial.dropout and not source:
        fail("--dropout counts patients: add --event-probability, --survival, --control-survival or a median")
    warnings = []
    by_ratio = hr is not None
    if (implied := chances.hr()) is not None:
        if hr is None and sized and trial.power is not None and not sought:
            fail(f"{source} gives the hazard ratio too; to find the detectable one give the control arm's alone")
        if hr is not None and abs(hr / implied - 1) > 0.02:
            warnings.append(f"{source} implies a hazard ratio of {implied:.3g}; {hr:g} is taken, as --hr says")
        hr = implied if hr is None else hr
    if sought and n1 is None:
        fail("the follow-up is found from patients: give --n, not --events")
    if not sought:
        two_of_three({"--hr": hr is not None, "--events (or --n)": sized, "--power": trial.power is not None})
    if (trial.reported_n or reported_events) and sized:
        fail("a reported size is compared with the one that --hr and --power need: leave out --events and --n")
    follow_up = None if sought else chances.follow_up or 0.0
    null = 1.0 if margin is None else margin

    def question(sides: int = trial.sides) -> LogRank:
        return LogRank(
            hr=hr,
            events=events,
            n1=n1,
            n0=n0,
            event_probability=chances.make(follow_up, by_ratio=by_ratio),
            margin=null,
            accrual_rate=chances.accrual_rate,
            **{**trial.common(), "sides": sides},
        )

    points: dict[str, list[float]] = {}  # those of the first method, for all

    size = f"{events} events" if events is not None else f"{n1} v {n0} patients"
    patients = bool(source) and not (chances.medians is not None and not chances.timed)
    over = "" if margin is None else f" against a margin of {null:g}"
    margin_fact = () if margin is None else (("Margin", f"hazard ratio {null:g}, to be ruled out"),)
    ratio = trial.ratio or 1.0 if n1 is None or n0 is None else n1 / n0
    return Plan(
        route="logrank",
        measure=MEASURE,
        question=question,
        title=lambda first: {
            "n": lambda: f"Events{' and patients' if patients else ''} needed for a hazard ratio of {hr:.6g}{over}",
            "power": lambda: f"Power of {size} for a hazard ratio of {hr:.6g}{over}",
            "effect": lambda: f"Hazard ratio {trial.direction} than {null:g} that {size} can detect",
            "follow-up": lambda: f"Follow-up of {size} for a hazard ratio of {hr:.6g}{over}",
        }[first.solved](),
        heading="The log-rank test",
        inputs={
            "hr": hr,
            "margin": null,
            "total_events": events,
            "n": None if n1 is None else [n1, n0],
            **trial.common(),
            "ratio": ratio,
            **chances.listed(),
        },
        letters=lambda first: _letters(trial, null, first, ratio, question() if chances.timed else None),
        facts=margin_fact + chances.facts(follow_up),
        n1=n1,
        n0=n0,
        warnings=tuple(warnings),
        needs="the probability of an event",
        defaults=_unasked(chances, null),
        reported=() if reported_events is None else (Reported("events", reported_events, needed_events),),
        other_sides=lambda: question(3 - trial.sides),
        simulate=_simulating(),
        axes={
            "n": Axis(
                "patients" if patients else "events",
                lambda row: points.setdefault("n", sizes(row)),
                lambda x, row: _sized_at(question(), x, row),
            ),
            "effect": Axis(
                "hazard ratio",
                lambda row: points.setdefault("effect", _effects(row, null)),
                lambda x, row: _at(question(), x, row),
            ),
        },
        figures=(lambda designs: calendar_of(designs[0], question(), times)) if times else (),
    )


def _letters(trial: Trial, margin: float, first: Design, k: float, asked: LogRank | None) -> dict[str, Any]:
    if first.solved == "power" and first.n1 is not None and first.n0 is not None:
        k = first.n1 / first.n0
    found: dict[str, Any] = {**trial.deviates(), "k": k}
    if first.solved != "effect":
        found["HR"] = first.effect / margin
    if first.events is not None and first.solved == "power":
        found["events"] = first.events
    return found if asked is None else found | _of_arms(first, asked)


def _of_arms(first: Design, asked: LogRank) -> dict[str, Any]:
    """The probabilities and the expected events of each arm, and constant hazards."""
    course = asked.course_of(first)
    if course is None or first.effect != first.effect:
        return {}
    p1, p0 = course.arms(first.effect)
    found = {"P1": p1, "P0": p0}
    one, two = course.hazards(first.effect)
    if one.constant and two.constant:
        found |= {"h1": one.rates[0], "h0": two.rates[0]}
    if first.n1 is not None and first.n0 is not None:
        found |= {"d1": first.n1 * p1, "d0": first.n0 * p0}
    return found


def _simulating() -> Callable[[LogRank, Design, int, int], Any]:
    """What simulates a design, once for all methods with the same patients and effect."""
    known: dict[Any, Any] = {}

    def simulate(asked: LogRank, design: Design, trials: int, seed: int) -> Any:
        from ..stats.survival_simulation import simulate_logrank

        at = (design.n1, design.n0, design.effect, design.follow_up)
        if at not in known:
            known[at] = simulate_logrank(asked, design, trials, seed)
        return known[at]

    return simulate


def _sized_at(asked: LogRank, size: float, row: Design) -> LogRank:
    """The question of the power of a size."""
    if row.n1 is None or row.n0 is None:
        return replace(asked, hr=row.effect, events=size, power=None)
    n1, n0 = split(size, row.n1 / row.n0)
    known = asked.course_of(row)
    if known is not None and asked.accrual_rate is not None:
        known = known.entering(size / (1 - asked.dropout) / asked.accrual_rate)
    return _of_power(asked, known, hr=row.effect, events=None, n1=max(1, n1), n0=max(1, n0))


def _of_power(asked: LogRank, known: EventProbability | None, **given: Any) -> LogRank:
    """The question of the power of patients who are analysed, with accrual and follow-up as they are."""
    found = asked.event_probability if known is None else known
    return replace(asked, **given, power=None, dropout=0.0, event_probability=found, accrual_rate=None)


def _effects(row: Design, margin: float) -> list[float]:
    """Hazard ratios from near the margin to well beyond the design's."""
    away = row.effect / margin
    if away != away:
        fail("--curve effect needs a hazard ratio")
    return [margin * away ** (2 * (i + 1) / POINTS) for i in range(POINTS)]


def _at(asked: LogRank, hr: float, row: Design) -> LogRank:
    """The question of the power for a hazard ratio."""
    if row.n1 is None or row.n0 is None:
        return _of_power(asked, None, hr=hr, events=row.events, n1=None, n0=None)
    return _of_power(asked, asked.course_of(row), hr=hr, events=None, n1=row.n1, n0=row.n0)


def calendar_of(design: Design, asked: LogRank, times: Sequence[float]) -> tuple[Value, ...]:
    """Patients entered and events expected by each time, of the first method's design."""
    if design.n1 is None or design.n0 is None:
        fail("--calendar needs patients: give --power for their number, or --n")
    known = asked.course_of(design)
    if known is None or design.effect != design.effect:
        fail("--calendar needs a trial: there is none with this power")
    found: list[Value] = []
    for row in calendar(known, design.effect, design.n1, design.n0, tuple(times)):
        case = (("time", row.time),)
        found += [
            Value("patients entered", row.entered, "patients", method=design.method, case=case),
            Value("events in arm 1", row.events1, "events", method=design.method, case=case),
            Value("events in arm 2", row.events0, "events", method=design.method, case=case),
            Value("expected events", row.events1 + row.events0, "events", method=design.method, case=case),
        ]
    return tuple(found)
