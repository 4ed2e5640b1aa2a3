"""``gvhdcalc power``: sample size, power and detectable effect of two proportions and of the log-rank test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..report.document import Document
from ..stats import registry
from ..stats.allocation import analysed, roundings, split, whole_down, whole_up
from ..stats.namespace import norm_ppf
from ..stats.power_logrank import MEASURE as LOGRANK
from ..stats.power_logrank import (
    AtTime,
    EventProbability,
    Exponential,
    LogRank,
    Overall,
    hazard_ratio_of_survivals,
)
from ..stats.power_proportions import MEASURE as PROPORTIONS
from ..stats.power_proportions import TwoProportions
from ..stats.registry import Method
from ..stats.results import REPRODUCED, Design, Verdict
from . import near
from .common import Options, StatCommand, chosen, common_options, fail, finish
from .groups import Kinds
from .quantities import Allocation, Fraction, Positive, Probability, Whole

if TYPE_CHECKING:
    from ..reported.match import Candidate

F = TypeVar("F", bound=Callable[..., Any])


@click.group("power", cls=Kinds, default="props")
def command() -> None:
    """Sample size, power and detectable effect, by every common method.

    "power 82.8% 70.7% --power 80%" is short for "power props 82.8% 70.7% --power 80%". Of effect, size and power two
    are given and the third is found. The treated arm comes first, the control arm second.

    Sizes are rounded up in each arm, and the power shown is that at the whole numbers. The power of a two-sided test
    leaves out significance in the wrong direction (as R power.prop.test does unless strict). With --dropout the
    patients to enrol are each arm's patients over 1 - dropout, rounded up.

    In JSON the answer is in "values", each with its method: "n per arm 1", "n per arm 2", "n total", "events", "power",
    "effect" (p1 - p0 or the hazard ratio), "p1", "p0", "opposite tail"; with --dropout also "n enrolled per arm 1",
    "n enrolled per arm 2", "n enrolled total"; before rounding up "exact n per arm 1", "exact n per arm 2", "exact
    events".
    """


# --- what is typed ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trial:
    """The options that both subcommands share, as given."""

    n: int | None
    n1: int | None
    n0: int | None
    power: float | None
    alpha: float
    sides: int
    ratio: float | None
    dropout: float
    direction: str
    reported_n: str | None

    def arms(self) -> tuple[int | None, int | None]:
        """The patients of each arm that are given; ends with a message where they contradict each other."""
        if self.n is not None:
            if self.n1 is not None or self.n0 is not None:
                fail("--n is the total of both arms: give --n, or --n1 and --n0, not both")
            n1, n0 = split(self.n, self.ratio or 1.0)
            if n1 < 1 or n0 < 1:
                fail(f"--n {self.n} leaves an arm without a patient")
            return int(n1), int(n0)
        if (self.n1 is None) != (self.n0 is None):
            fail("--n1 and --n0 go together: the patients of the treated and of the control arm")
        if self.n1 is not None and self.ratio is not None:
            fail("--ratio says nothing beside --n1 and --n0, which are the allocation")
        return self.n1, self.n0

    def common(self) -> dict[str, Any]:
        """What the questions of both subcommands take."""
        return {
            "power": self.power,
            "alpha": self.alpha,
            "sides": self.sides,
            "ratio": self.ratio or 1.0,
            "dropout": self.dropout,
            "direction": self.direction,
        }


def trial_options(direction: str, effect: str) -> Callable[[F], F]:
    """The options that both subcommands share; the command takes them as one argument, ``trial``."""

    def decorate(function: F) -> F:
        @wraps(function)
        def call(*args: Any, **given: Any) -> Any:
            trial = Trial(**{name: given.pop(name) for name in Trial.__slots__})
            return function(*args, trial=trial, **given)

        wrapped: Any = call
        for decorator in reversed(
            [
                click.option("--power", type=Fraction("power"), metavar="POWER", help="Power to reach: 80% or 0.8."),
                click.option("--n", type=Whole("--n"), metavar="N", help="Patients, both arms together."),
                click.option("--n1", type=Whole("--n1"), metavar="N1", help="Patients of the treated arm ..."),
                click.option("--n0", type=Whole("--n0"), metavar="N0", help="... and of the control arm."),
                click.option(
                    "--alpha",
                    type=Fraction("alpha"),
                    default=0.05,
                    metavar="LEVEL",
                    help="Level of the test: 0.05 (default) or 5%.",
                ),
                click.option(
                    "--sides", type=click.IntRange(1, 2), default=2, help="Sides of the test: 2 (default) or 1."
                ),
                click.option(
                    "--ratio", type=Allocation(), metavar="R", help="Allocation, treated to control: 2 or 2:1."
                ),
                click.option(
                    "--dropout",
                    type=Fraction("dropout", zero=True),
                    default=0.0,
                    metavar="RATE",
                    help="Patients lost, of those enrolled: 10%.",
                ),
                click.option(
                    "--direction",
                    type=click.Choice(["higher", "lower"]),
                    default=direction,
                    help=f"Side on which a detectable {effect} is sought; default {direction}.",
                ),
                click.option(
                    "--reported-n",
                    metavar="N",
                    help="The size a paper states: which method and rounding gives it (total, or an arm).",
                ),
            ]
        ):
            wrapped = decorator(wrapped)
        return wrapped  # type: ignore[no-any-return]

    return decorate


def _two_of_three(known: Mapping[str, bool]) -> None:
    given = [name for name, is_given in known.items() if is_given]
    if len(given) != 2:
        *most, last = known
        found = f"given: {', '.join(given)}" if given else "none is given"
        fail(f"two of {', '.join(most)} and {last} are needed, and the third is found; {found}")


def _answers(
    measure: str, options: Options, ask: Callable[[], Any]
) -> tuple[list[Method], tuple[Design, ...], tuple[Design, ...]]:
    """The methods to show, their answers, and the answers of the methods to search for a reported figure."""
    methods = registry.designs(measure)
    shown = chosen(methods, options.methods)
    try:
        question = ask()
        answers = {method.key: method.function(question) for method in methods.values()}
    except ValueError as error:
        fail(str(error))
    designs = tuple(answers[method.key] for method in shown)
    return shown, designs, designs if options.methods else tuple(answers.values())


# --- what is shown ----------------------------------------------------------------------------------------------------


def _percent(value: float) -> str:
    return f"{100 * value:.6g}%"


def _facts(trial: Trial, n1: int | None, n0: int | None, designs: Sequence[Design]) -> list[tuple[str, str]]:
    facts = [("Test", f"{'two' if trial.sides == 2 else 'one'}-sided, alpha {trial.alpha:g}")]
    if trial.power is not None:
        facts.append(("Power to reach", _percent(trial.power)))
    if n1 is None or n0 is None:
        facts.append(("Allocation", f"{trial.ratio or 1:g}:1"))
    elif trial.dropout:
        left = f"{analysed(n1, trial.dropout)} v {analysed(n0, trial.dropout)} after dropout"
        facts.append(("Patients", f"{n1} v {n0} enrolled, {left}"))
    else:
        facts.append(("Patients", f"{n1} v {n0}"))
    if trial.dropout:
        facts.append(("Dropout", _percent(trial.dropout)))
    if designs[0].solved == "n":
        facts.append(("Rounding", "up, in each arm; power is at the whole numbers"))
    if trial.sides == 2:
        most = max((row.opposite for row in designs if row.opposite == row.opposite), default=0.0)
        facts.append(("Not in power", f"significance in the wrong direction (P at most {most:.1g})"))
    return facts


def _sized(item: str, printed: str, designs: Sequence[Design], made: Callable[[Design], Any], needs: str) -> Verdict:
    """The verdict on a stated size: which method and which rounding gives it, one rounding for each method."""
    from ..reported.match import Candidate, judge
    from ..reported.number import parse_number

    try:
        stated = parse_number(printed)
    except ValueError as error:
        fail(str(error))
    if stated.percent or stated.relation != "=" or not stated.value.is_integer():
        fail(f"the reported {item} {printed!r} is not a whole number")
    found: list[Candidate] = [
        Candidate(row.method, f"{row.method}, {how},", float(value), note=how)
        for row in designs
        for value, how in made(row)
    ]
    verdict = judge(item, stated, found, needs=needs)
    if verdict.verdict != REPRODUCED:
        return replace(verdict, note=(verdict.note or "").partition(";")[0])
    first: dict[str, str] = {}
    for candidate in found:
        if stated.holds(candidate.value):
            first.setdefault(candidate.method, candidate.note or "")
    (_, how), *others = first.items()
    return replace(verdict, note="; ".join((how, *(f"{key}: {text}" for key, text in others))))


def _patients(row: Design) -> Any:
    if row.n1_exact is None or row.n0_exact is None:
        return ()
    return roundings(row.n1_exact, row.n0_exact, row.dropout)


def _needed_events(row: Design) -> Any:
    ways = {"rounded up": whole_up, "rounded to the nearest": lambda d: whole_down(d + 0.5), "rounded down": whole_down}
    return () if row.events_exact is None else [(way(row.events_exact), how) for how, way in ways.items()]


def _finish(
    document: Document,
    options: Options,
    shown: Sequence[Method],
    verdicts: Sequence[Verdict],
) -> int:
    if verdicts:
        from .reported import conclusion

        document = replace(document, verdicts=tuple(verdicts), conclusion=conclusion(verdicts))
    return finish(document, options, shown)


def _deviates(trial: Trial) -> dict[str, float]:
    found = {"z_alpha": -norm_ppf(trial.alpha / trial.sides)}
    if trial.power is not None:
        found["z_beta"] = norm_ppf(trial.power)
    return found


# --- props ------------------------------------------------------------------------------------------------------------


@click.command(
    "props",
    cls=StatCommand,
    measures=(PROPORTIONS,),
    no_args_is_help=True,
    examples=(
        ("patients needed to see 82.8% against 70.7%", "gvhdcalc power 82.8% 70.7% --power 80%"),
        ("power of 99 against 99 patients to see it", "gvhdcalc power 82.8% 70.7% --n1 99 --n0 99"),
        ("what 198 patients can detect above 70.7%", "gvhdcalc power 70.7% --n 198 --power 80%"),
        ("2:1 allocation, 10% of patients lost", "gvhdcalc power 0.6 0.4 --power 90% --ratio 2:1 --dropout 10%"),
        ("which method and rounding gives 194?", "gvhdcalc power 60% 40% --power 80% --reported-n 194"),
    ),
)
@click.argument("probabilities", nargs=-1, metavar="[P1] P0")
@trial_options("higher", "P1")
@common_options(PROPORTIONS, conf=False, reported=False, plot=False)
def props(probabilities: tuple[str, ...], trial: Trial, options: Options) -> int:
    """Two proportions: patients, power, or the detectable P1.

    P1 and P0 are the event probabilities of the treated and of the control arm, as 0.707, 70.7% or counts, 70/99.
    With both, --power asks for patients, and --n (or --n1 and --n0) for power. With P0 alone, both ask for the P1
    that can be detected, on the side that --direction says.

    --reported-n takes P1 and P0 as exact, and searches each method with each arm or the total rounded up, down or to
    the nearest, with and without --dropout.
    """
    if not 1 <= len(probabilities) <= 2:
        fail("one or two probabilities are needed, the treated arm first: 82.8% 70.7%, or P0 alone")
    context = click.get_current_context()
    first_word = probabilities[0].strip()
    if first_word.isalpha() and (hint := near(first_word, command.commands)):
        fail(f"no question {first_word!r}{hint}; one of {', '.join(command.commands)}")
    p0 = Probability("P0").convert(probabilities[-1], None, context)
    p1 = Probability("P1").convert(probabilities[0], None, context) if len(probabilities) == 2 else None
    n1, n0 = trial.arms()
    _two_of_three({"P1": p1 is not None, "--n": n1 is not None, "--power": trial.power is not None})
    if trial.reported_n is not None and (n1 is not None or p1 is None):
        fail("--reported-n is compared with the size that P1, P0 and --power need: leave out --n")
    shown, designs, searched = _answers(
        PROPORTIONS, options, lambda: TwoProportions(p0, p1, n1=n1, n0=n0, **trial.common())
    )
    first = designs[0]
    k = trial.ratio or 1.0
    letters: dict[str, Any] = {"p0": p0, **_deviates(trial)}
    if n1 is not None and first.n1 is not None:
        k = first.n1 / first.n0
        letters |= {"n1": first.n1, "n0": first.n0}
    if p1 is not None:
        letters |= {"p1": p1, "pbar": (k * p1 + p0) / (k + 1)}
        both = f"{_percent(p1)} v {_percent(p0)}"
    document = Document(
        command="power",
        inputs={
            "route": "props",
            "p1": p1,
            "p0": p0,
            "n": None if n1 is None else [n1, n0],
            **trial.common(),
            "ratio": k if n1 is not None else trial.ratio or 1.0,
        },
        title={
            "n": lambda: f"Patients needed for {both}",
            "power": lambda: f"Power of {n1} v {n0} patients for {both}",
            "effect": lambda: f"P1 {trial.direction} than {_percent(p0)} that {n1} v {n0} patients can detect",
        }[first.solved](),
        facts=tuple(_facts(trial, n1, n0, designs)),
        designs=designs,
        explained={**letters, "k": k},
    )
    verdicts = []
    if trial.reported_n is not None:
        verdicts.append(_sized("n", trial.reported_n, searched, _patients, "a power"))
    return _finish(document, options, shown, verdicts)


# --- logrank ----------------------------------------------------------------------------------------------------------


class Chances:
    """The ways to say how likely an event is, of which at most one is given, and the hazard ratio that some imply."""

    def __init__(
        self,
        event_probability: float | None,
        survival: tuple[float, float] | None,
        control_survival: float | None,
        medians: tuple[float, float] | None,
        control_median: float | None,
        accrual: float | None,
        follow_up: float | None,
    ) -> None:
        given = {
            "--event-probability": event_probability,
            "--survival": survival,
            "--control-survival": control_survival,
            "--medians": medians,
            "--control-median": control_median,
        }
        names = [name for name, value in given.items() if value is not None]
        if len(names) > 1:
            fail(f"{' and '.join(names)} both say how likely an event is: give one of them")
        timed = accrual is not None or follow_up is not None
        has_median = medians is not None or control_median is not None
        if timed and not has_median:
            fail("--accrual and --follow-up go with --medians or --control-median")
        if control_median is not None and not timed:
            fail("--control-median needs --accrual or --follow-up, the time in which events can happen")
        #: The hazard ratio that two survivals or medians imply.
        self.hr: float | None = None
        self.text = ""
        self.source = names[0] if names else ""
        self.make: Callable[[], EventProbability] | None = None
        times = (accrual or 0.0, follow_up or 0.0)
        over = f"accrual {times[0]:g}, follow-up {times[1]:g}"
        if event_probability is not None:
            self.text = f"{_percent(event_probability)} in both arms together"
            self.make = lambda: Overall(event_probability)
        elif survival is not None:
            self.hr = hazard_ratio_of_survivals(*survival)
            self.text = f"1 - survival: {_percent(survival[0])} v {_percent(survival[1])}"
            self.make = lambda: AtTime(survival[1], survival[0])
        elif control_survival is not None:
            self.text = f"1 - survival: {_percent(control_survival)} in the control arm, to the power HR"
            self.make = lambda: AtTime(control_survival)
        elif medians is not None:
            self.hr = medians[1] / medians[0]
            if timed:
                self.text = f"exponential, medians {medians[0]:g} v {medians[1]:g}, {over}"
                self.make = lambda: Exponential(medians[1], *times, median1=medians[0])
        elif control_median is not None:
            self.text = f"exponential, control median {control_median:g}, {over}"
            self.make = lambda: Exponential(control_median, *times)


@click.command(
    "logrank",
    cls=StatCommand,
    measures=(LOGRANK,),
    no_args_is_help=True,
    examples=(
        ("events needed to see a hazard ratio of 0.68", "gvhdcalc power logrank --hr 0.68 --power 80%"),
        ("patients, when 65% have the event", "gvhdcalc power logrank --hr 0.68 --power 80% --event-probability 65%"),
        ("patients, from survival in each arm", "gvhdcalc power logrank --survival 60.5% 37.3% --power 80%"),
        (
            "patients, from medians in months and two years of follow-up",
            "gvhdcalc power logrank --medians 11.3 6 --follow-up 24 --power 80%",
        ),
        ("power of 132 events", "gvhdcalc power logrank --hr 0.68 --events 132"),
        ("the hazard ratio that 132 events can detect", "gvhdcalc power logrank --events 132 --power 80%"),
    ),
)
@click.option("--hr", type=Positive("hazard ratio"), metavar="HR", help="Hazard ratio, treated to control.")
@click.option("--events", type=Whole("--events"), metavar="D", help="Events, both arms together.")
@click.option(
    "--event-probability",
    type=Fraction("event probability", one=True),
    metavar="P",
    help="Patients who have the event: 65%.",
)
@click.option("--survival", type=Probability("survival"), nargs=2, metavar="S1 S0", help="Survival of each arm.")
@click.option("--control-survival", type=Probability("survival"), metavar="S0", help="Survival of the control arm.")
@click.option("--medians", type=Positive("median"), nargs=2, metavar="M1 M0", help="Median times of each arm.")
@click.option("--control-median", type=Positive("median"), metavar="M0", help="Median time of the control arm.")
@click.option("--accrual", type=Positive("accrual", zero=True), metavar="A", help="Length of accrual, with medians.")
@click.option(
    "--follow-up", type=Positive("follow-up", zero=True), metavar="F", help="Follow-up after accrual, with medians."
)
@click.option("--reported-events", metavar="D", help="The events a paper states: which method and rounding gives them.")
@trial_options("lower", "hazard ratio")
@common_options(LOGRANK, conf=False, reported=False, plot=False)
def logrank(
    hr: float | None, events: int | None, reported_events: str | None, trial: Trial, options: Options, **chances: Any
) -> int:
    """The log-rank test: events and patients, power, or the detectable hazard ratio.

    --hr with --power asks for events; with --events, or with --n and an event probability, for power; --events (or
    --n) with --power asks for the hazard ratio that can be detected, on the side of 1 that --direction says.

    Patients are the events before rounding over the probability of an event: --event-probability of both arms
    together; 1 - survival of each arm at the end (--survival, which implies the hazard ratio, or --control-survival
    with proportional hazards); or exponential survival with these medians (--medians, which imply the hazard ratio,
    or --control-median), uniform accrual over --accrual and --follow-up after it, in one unit of time.
    """
    chance = Chances(**chances)
    n1, n0 = trial.arms()
    sized = events is not None or n1 is not None
    if events is not None and n1 is not None:
        fail("--events and --n are both the size of the trial: give one of them")
    if n1 is not None and chance.make is None:
        fail("--n needs the probability of an event: --event-probability, --survival, --control-survival or a median")
    if trial.dropout and chance.make is None:
        fail("--dropout counts patients: add --event-probability, --survival, --control-survival or a median")
    warnings = []
    if chance.hr is not None:
        if hr is None and sized and trial.power is not None:
            fail(f"{chance.source} gives the hazard ratio too; to find the detectable one give the control arm's alone")
        if hr is not None and abs(hr / chance.hr - 1) > 0.02:
            warnings.append(f"{chance.source} implies a hazard ratio of {chance.hr:.3g}; {hr:g} is taken, as --hr says")
        hr = chance.hr if hr is None else hr
    _two_of_three({"--hr": hr is not None, "--events (or --n)": sized, "--power": trial.power is not None})
    if (trial.reported_n or reported_events) and sized:
        fail("a reported size is compared with the one that --hr and --power need: leave out --events and --n")
    shown, designs, searched = _answers(
        LOGRANK,
        options,
        lambda: LogRank(
            hr=hr,
            events=events,
            n1=n1,
            n0=n0,
            event_probability=None if chance.make is None else chance.make(),
            **trial.common(),
        ),
    )
    first = designs[0]
    k = trial.ratio or 1.0
    if n1 is not None and first.n1 is not None:
        k = first.n1 / first.n0
    letters: dict[str, Any] = {**_deviates(trial), "k": k}
    if hr is not None:
        letters["HR"] = hr
    if sized and first.events is not None and first.solved == "power":
        letters["events"] = first.events
    size = f"{events} events" if events is not None else f"{n1} v {n0} patients"
    what = "Events needed" if chance.make is None else "Events and patients needed"
    facts = _facts(trial, n1, n0, designs)
    if chance.text:
        facts.insert(1, ("Event probability", chance.text))
    document = Document(
        command="power",
        inputs={
            "route": "logrank",
            "hr": hr,
            "total_events": events,
            "n": None if n1 is None else [n1, n0],
            **trial.common(),
            "ratio": k,
            **{name: list(value) if isinstance(value, tuple) else value for name, value in chances.items()},
        },
        title={
            "n": lambda: f"{what} for a hazard ratio of {hr:.6g}",
            "power": lambda: f"Power of {size} for a hazard ratio of {hr:.6g}",
            "effect": lambda: f"Hazard ratio {trial.direction} than 1 that {size} can detect",
        }[first.solved](),
        facts=tuple(facts),
        designs=designs,
        warnings=tuple(warnings),
        explained=letters,
    )
    verdicts = []
    if trial.reported_n is not None:
        verdicts.append(_sized("n", trial.reported_n, searched, _patients, "the probability of an event"))
    if reported_events is not None:
        verdicts.append(_sized("events", reported_events, searched, _needed_events, "a power"))
    return _finish(document, options, shown, verdicts)


for route in (props, logrank):
    command.add_command(route)
