"""``gvhdcalc power cuminc``: a cumulative incidence with competing events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import click

from ..stats.allocation import split
from ..stats.power_competing_risks import MEASURE, Incidences, hazard_ratio_of_incidences
from ..stats.power_logrank import LogRank, Overall
from ..stats.results import Design
from .common import Options, StatCommand, common_options, fail
from .courses import (
    Steps,
    accrual_listed,
    accrual_of,
    accrual_text,
    listed,
    loss_text,
    losses_of,
    sizes,
    time_options,
)
from .designs import Axis, Plan, Reported, Trial, needed_events, percent, run, trial_options, two_of_three
from .quantities import Fraction, Positive, Probability, Ranged, Whole


@dataclass(frozen=True, slots=True)
class _Times:
    """What is known of the competing event and of the times of the trial."""

    competing: tuple[float, ...] = ()
    at: float | None = None
    accrual: Steps | None = None
    follow_up: float | None = None
    loss: tuple[tuple[float, float], ...] = ()

    @property
    def timed(self) -> bool:
        return self.accrual is not None or self.follow_up is not None

    def check(self, incidences: bool, *, sought: bool) -> None:
        """End with a message where the options do not go together."""
        if len(self.competing) > 2:
            fail("--competing is given once for both arms, or twice: the treated and the control arm")
        for name, value in (("--competing", self.competing), ("--at", self.at), ("--accrual", self.accrual)):
            if value and not incidences:
                fail(f"{name} goes with the cumulative incidence of the control arm, an argument: 62.7%")
        if self.timed and self.at is None:
            fail("--accrual and --follow-up need the time of the incidences: add --at T")
        if self.at is not None and not self.timed and not sought:
            fail("--at goes with --accrual and --follow-up, the time in which events can happen")
        if self.loss and not self.timed:
            fail("--loss goes with --accrual and --follow-up, the time in which events can happen")

    def incidences(self, cuminc0: float, follow_up: float | None) -> Incidences:
        """What the core takes. Raises ValueError where no trial has these figures."""
        loss1, loss0 = losses_of(self.loss)
        treated, control = (self.competing[0], self.competing[-1]) if self.competing else (0.0, 0.0)
        return Incidences(cuminc0, control, treated, self.at or 1.0, accrual_of(self.accrual), follow_up, loss1, loss0)

    def facts(self, cuminc1: float | None, cuminc0: float, follow_up: float | None) -> tuple[tuple[str, str], ...]:
        at = "" if self.at is None else f" at {self.at:g}"
        both = percent(cuminc0) if cuminc1 is None else f"{percent(cuminc1)} v {percent(cuminc0)}"
        found = [("Cumulative incidence", f"{both}{at}{' in the control arm' if cuminc1 is None else ''}")]
        found.append(("Competing event", " v ".join(map(percent, self.competing)) + at if self.competing else "none"))
        if self.timed:
            end = "follow-up to be found" if follow_up is None else f"follow-up {follow_up:g}"
            found.append(("Times", f"{accrual_text(self.accrual)}, {end}; constant cause-specific hazards"))
        if self.loss:
            found.append(("Lost to follow-up", loss_text(self.loss)))
        return tuple(found)

    def listed(self) -> dict[str, Any]:
        return {
            "competing": list(self.competing) or None,
            "at": self.at,
            "accrual": accrual_listed(self.accrual),
            "follow_up": self.follow_up,
            "loss": listed(self.loss),
        }


@click.command(
    "cuminc",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("patients to see chronic GVHD of 39.5% against 62.7%", "gvhdcalc power cuminc 39.5% 62.7% --power 80%"),
        (
            "with 20% who die or relapse before; accrual and follow-up in months",
            "gvhdcalc power cuminc 39.5% 62.7% --competing 20% --at 24 --accrual 54 --follow-up 12 --power 80%",
        ),
        (
            "power of 203 patients, the competing event in 20% and 25%",
            "gvhdcalc power cuminc 39.5% 62.7% --competing 20% --competing 25% --n 203",
        ),
        ("from a subdistribution hazard ratio", "gvhdcalc power cuminc 62.7% --hr 0.55 --competing 20% --power 80%"),
        (
            "the incidence that 203 patients can detect",
            "gvhdcalc power cuminc 62.7% --competing 20% --n 203 --power 80%",
        ),
        ("events alone", "gvhdcalc power cuminc --hr 0.55 --power 80%"),
        (
            "10,000 simulated trials beside the formulas",
            "gvhdcalc power cuminc 39.5% 62.7% --competing 20% --power 80% --simulate 10000",
        ),
    ),
)
@click.argument("incidences", nargs=-1, metavar="[[F1] F0]")
@click.option(
    "--hr",
    type=Ranged(Positive("hazard ratio")),
    metavar="HR",
    help="Subdistribution hazard ratio, treated to control.",
)
@click.option("--events", type=Ranged(Whole("--events")), metavar="D", help="Events of interest, both arms together.")
@click.option(
    "--event-probability",
    type=Fraction("event probability", one=True),
    metavar="P",
    help="Patients who have the event of interest, with --hr alone.",
)
@click.option(
    "--competing",
    type=Fraction("competing incidence", zero=True),
    multiple=True,
    metavar="C",
    help="Incidence of the competing event; twice for treated and control arm.",
)
@click.option("--at", type=Positive("time"), metavar="T", help="Time of the incidences.")
@time_options
@click.option("--reported-events", metavar="D", help="The events a paper states: which method and rounding gives them.")
@trial_options("lower", "incidence", simulate=True, curve=("n",))
@common_options(MEASURE, conf=False, reported=False, plot=False)
def command(incidences: tuple[str, ...], trial: Trial, options: Options, **values: Any) -> int:
    """Competing risks: patients, power, or the detectable incidence, of Gray's test and of cause-specific hazards.

    F1 and F0 are the cumulative incidences of the event in the treated and in the control arm, as 39.5% or 0.395; F1
    may be left out for --hr, the subdistribution hazard ratio log(1-F1)/log(1-F0). With both and --power, patients are
    asked for; with --n (or --n1 and --n0) power; F0 with --n and --power asks for the F1 that can be detected.

    Without times every patient is watched to the time of the incidences. With --at, --accrual and --follow-up the
    probability of the event is that under constant cause-specific hazards through them; leave out --follow-up to have
    it found from F1, F0, --n and --power. With no competing event the answer is that of the log-rank test.
    """
    if len(incidences) > 2:
        fail("at most two cumulative incidences are taken, the treated arm first: 39.5% 62.7%, or F0 alone")
    context = click.get_current_context()
    f0 = Ranged(Probability("F0")).convert(incidences[-1], None, context) if incidences else None
    f1 = Ranged(Probability("F1")).convert(incidences[0], None, context) if len(incidences) == 2 else None
    times = _Times(**{name: values.pop(name) for name in _Times.__slots__})
    if f1 is not None and values["hr"] is not None:
        fail("F1 and --hr both say the effect: give one of them")
    effect = f1 is not None or values["hr"] is not None
    sized = any(value is not None for value in (values["events"], trial.n, trial.n1))
    sought = times.accrual is not None and times.follow_up is None and effect and sized and trial.power is not None
    times.check(f0 is not None, sought=sought)
    if values["event_probability"] is not None and f0 is not None:
        fail("--event-probability is for --hr alone; the incidences say how likely an event is")
    return run(_plan, trial, options, f1=f1, f0=f0, times=times, sought=sought, **values)


def _plan(
    trial: Trial,
    f1: float | None,
    f0: float | None,
    hr: float | None,
    events: int | None,
    event_probability: float | None,
    reported_events: str | None,
    times: _Times,
    sought: bool,
) -> Plan:
    n1, n0 = trial.arms()
    sized = events is not None or n1 is not None
    if events is not None and n1 is not None:
        fail("--events and --n are both the size of the trial: give one of them")
    if f1 is not None and f0 is not None:
        hr = float(hazard_ratio_of_incidences(f1, f0))
    known = f0 is not None or event_probability is not None
    if not known and (n1 is not None or trial.dropout):
        fail(f"--{'n' if n1 is not None else 'dropout'} needs the probability of an event: F0 or --event-probability")
    if sought and n1 is None:
        fail("the follow-up is found from patients: give --n, not --events")
    if not sought:
        two_of_three({"F1 (or --hr)": hr is not None, "--n (or --events)": sized, "--power": trial.power is not None})
    if (trial.reported_n or reported_events) and sized:
        fail("a reported size is compared with the one that F1, F0 and --power need: leave out --events and --n")
    follow_up = None if sought else times.follow_up or 0.0

    def question(sides: int = trial.sides) -> LogRank:
        chance: Any = None
        if f0 is not None:
            chance = times.incidences(f0, follow_up)
        elif event_probability is not None:
            chance = Overall(event_probability)
        return LogRank(
            hr=hr, events=events, n1=n1, n0=n0, event_probability=chance, **{**trial.common(), "sides": sides}
        )

    points: list[float] = []  # those of the first method, for both

    def points_of(row: Design) -> list[float]:
        points[:] = points or sizes(row)
        return points

    size = f"{events} events" if events is not None else f"{n1} v {n0} patients"
    what = "incidences" if f0 is not None else "a subdistribution hazard ratio"
    both = "" if hr is None else f"a subdistribution hazard ratio of {hr:.6g}"
    if f1 is not None and f0 is not None:
        both = f"cumulative incidences of {percent(f1)} v {percent(f0)}"
    elif f0 is not None and hr is not None:
        both = f"{both} from {percent(f0)}"
    ratio = trial.ratio or 1.0 if n1 is None or n0 is None else n1 / n0
    facts = times.facts(f1, f0, follow_up) if f0 is not None else ()
    if event_probability is not None:
        facts = (("Event probability", f"{percent(event_probability)} in both arms together"),)
    return Plan(
        route="cuminc",
        measure=MEASURE,
        question=question,
        title=lambda first: {
            "n": lambda: f"Events{' and patients' if known else ''} needed for {both}",
            "power": lambda: f"Power of {size} for {both}",
            "effect": lambda: f"Effect on {what} ({trial.direction}) that {size} can detect",
            "follow-up": lambda: f"Follow-up of {size} for {both}",
        }[first.solved](),
        heading="Cumulative incidence with competing risks",
        inputs={
            "f1": f1,
            "f0": f0,
            "hr": hr,
            "total_events": events,
            "event_probability": event_probability,
            "n": None if n1 is None else [n1, n0],
            **trial.common(),
            "ratio": ratio,
            **times.listed(),
        },
        letters=lambda first: _letters(trial, f1, f0, first, ratio, times),
        facts=facts,
        n1=n1,
        n0=n0,
        needs="the probability of an event",
        defaults=() if f0 is not None else ("latouche",),
        reported=() if reported_events is None else (Reported("events", reported_events, needed_events),),
        other_sides=lambda: question(3 - trial.sides),
        simulate=_simulate,
        axes={
            "n": Axis("patients" if known else "events", points_of, lambda x, row: _sized_at(question(), x, row)),
        },
    )


def _letters(
    trial: Trial, f1: float | None, f0: float | None, first: Design, k: float, times: _Times
) -> dict[str, Any]:
    if first.solved == "power" and first.n1 is not None and first.n0 is not None:
        k = first.n1 / first.n0
    found: dict[str, Any] = {**trial.deviates(), "k": k}
    if first.solved != "effect" and first.method == "latouche":
        found["HR"] = first.effect
    if f0 is not None:
        found["F0"] = f0
        if first.p1 is not None and first.solved != "effect":
            found["F1"] = first.p1
            hr = float(hazard_ratio_of_incidences(first.p1, f0))
            found["HR"] = hr
            found["csHR"] = times.incidences(f0, times.follow_up or 0.0).cause_specific(hr)
    if first.events is not None and first.solved == "power":
        found["events"] = first.events
    return found


def _sized_at(asked: LogRank, size: float, row: Design) -> LogRank:
    """The question of the power of a size."""
    chance = asked.event_probability
    hr = asked.hr
    if isinstance(chance, Incidences):
        hr = float(hazard_ratio_of_incidences(row.p1, row.p0)) if hr is None else hr
        chance = chance if row.follow_up is None else chance.lasting(row.follow_up)
    if row.n1 is None or row.n0 is None:
        return replace(asked, hr=hr, events=size, power=None)
    n1, n0 = split(size, row.n1 / row.n0)
    return replace(
        asked, hr=hr, events=None, n1=max(1, n1), n0=max(1, n0), power=None, dropout=0.0, event_probability=chance
    )


def _simulate(asked: LogRank, design: Design, trials: int, seed: int) -> Any:
    from ..stats.survival_simulation import simulate_competing

    return simulate_competing(asked, design, trials, seed)
