"""What every design of ``gvhdcalc power`` shares: its options, what they make of a question, and how it is shown.

A design is a file ``power_<name>.py`` with a click command called ``command``, and one line in power.py. To plug in:

1. Decorate the command with ``@trial_options(...)`` (whose arguments say which of the shared options make sense) above
   ``@common_options(MEASURE, conf=False, reported=False, plot=False)``. It then takes ``trial`` and ``options``. An
   option of its own that may be a range has the type ``Ranged(Positive("hazard ratio"))``.
2. Write ``plan(trial, *, ...) -> Plan``: from plain values (a range has been taken apart) to the question of the core
   and the words around it. It ends with ``fail`` where the options contradict each other; ``two_of_three`` does the
   usual check, ``trial.arms()`` gives the patients, ``trial.common()`` what most questions take.
3. The body of the command is ``return run(plan, trial, options, hr=hr, events=events, ...)``.

``run`` asks each method shown (a core function that is registered with ``@design`` and returns a ``Design``), makes a
table where something is a range, and does --reported-n, --simulate and --curve from these fields of the ``Plan``:

- ``sizes``: the whole numbers that papers make of a ``Design``, for --reported-n (the default is right for two arms);
  ``reported`` adds other stated figures. ``other_sides`` asks the question with the other number of sides.
- ``simulate``: from the question, a ``Design``, trials and a seed to a ``Simulation`` (stats/simulation.py).
- ``axes``: by name ("n", "effect"), what --curve can vary: where, and the question there.

A method that cannot answer a question which others can raises ``Inapplicable`` (stats/trial_question.py): the others
are shown, with a warning. A method registered as ``slow`` is asked only when named.
A design that is shown in another way uses the parts: ``answers``, ``facts_of``, ``sized``, ``conclude``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import wraps
from itertools import product
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..report.document import Document
from ..stats import registry
from ..stats.allocation import analysed, roundings, split, whole_down, whole_up
from ..stats.namespace import norm_ppf
from ..stats.registry import Method
from ..stats.results import REPRODUCED, Design, Value, Verdict
from ..stats.trial_question import Inapplicable
from .common import Options, chosen, fail, finish
from .quantities import Allocation, Fraction, Positive, Range, Ranged, Whole

if TYPE_CHECKING:
    from ..reported.match import Candidate
    from ..stats.simulation import Simulation

F = TypeVar("F", bound=Callable[..., Any])

#: The most cases that ranges may make together.
MOST_CASES = 1000

#: The least and the most trials that are simulated.
TRIALS = (100, 10_000_000)


# --- what is typed ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trial:
    """The shared options as given; those that a design does not have keep these defaults.

    Before ``run`` has taken ranges apart, a field may hold a ``Range``.
    """

    n: Any = None
    n1: Any = None
    n0: Any = None
    power: Any = None
    alpha: Any = 0.05
    sides: int = 2
    ratio: Any = None
    dropout: Any = 0.0
    direction: str = ""
    design_effect: Any = None
    icc: Any = None
    cluster_size: Any = None
    reported_n: str | None = None
    simulate: int | None = None
    seed: int | None = None
    curve: str | None = None
    plot_file: str | None = None

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

    def inflation(self) -> float:
        """The design effect of clusters: given, or 1 + (size - 1) ICC; 1 without clusters."""
        if self.design_effect is not None:
            if self.icc is not None or self.cluster_size is not None:
                fail("--design-effect is what --icc and --cluster-size make: give it, or the two of them")
            if self.design_effect < 1:
                fail(f"--design-effect {self.design_effect:g} is below 1, that of patients without clusters")
            return float(self.design_effect)
        if (self.icc is None) != (self.cluster_size is None):
            fail("--icc and --cluster-size go together: the design effect is 1 + (size - 1) ICC")
        if self.icc is None:
            return 1.0
        if self.cluster_size < 1:
            fail(f"--cluster-size {self.cluster_size:g} is below 1 patient")
        return float(1 + (self.cluster_size - 1) * self.icc)

    def common(self) -> dict[str, Any]:
        """What the questions of two arms take."""
        return {
            "power": self.power,
            "alpha": self.alpha,
            "sides": self.sides,
            "ratio": self.ratio or 1.0,
            "dropout": self.dropout,
            "direction": self.direction,
        }

    def deviates(self) -> dict[str, float]:
        """The letters z_alpha and z_beta of the formulas."""
        found = {"z_alpha": -norm_ppf(self.alpha / self.sides)}
        if self.power is not None:
            found["z_beta"] = norm_ppf(self.power)
        return found


def trial_options(
    direction: str = "",
    effect: str = "",
    *,
    arms: int = 2,
    sides: int | None = 2,
    cluster: bool = False,
    reported: bool = True,
    simulate: bool = False,
    curve: Sequence[str] = (),
) -> Callable[[F], F]:
    """The options that designs share; the command takes them as one argument, ``trial``.

    ``direction`` is the default side ("higher", "lower") on which a detectable ``effect`` is sought; without it there
    is no such option. One arm has no --n1, --n0 and --ratio. ``sides`` None leaves out --sides. ``curve`` names what
    --curve can vary, the first where only --plot-file is given.
    """

    def decorate(function: F) -> F:
        @wraps(function)
        def call(*args: Any, **given: Any) -> Any:
            trial = Trial(**{f.name: given.pop(f.name) for f in fields(Trial) if f.name in given})
            if trial.plot_file is not None and trial.curve is None and curve:
                trial = replace(trial, curve=curve[0])
            if trial.seed is not None and trial.simulate is None:
                fail("--seed goes with --simulate")
            return function(*args, trial=trial, **given)

        wrapped: Any = call
        for decorator in reversed(_options(direction, effect, arms, sides, cluster, reported, simulate, curve)):
            wrapped = decorator(wrapped)
        return wrapped  # type: ignore[no-any-return]

    return decorate


def _options(
    direction: str,
    effect: str,
    arms: int,
    sides: int | None,
    cluster: bool,
    reported: bool,
    simulate: bool,
    curve: Sequence[str],
) -> list[Callable[..., Any]]:
    found = [
        click.option("--power", type=Ranged(Fraction("power")), metavar="POWER", help="Power to reach: 80% or 0.8."),
        click.option(
            "--n",
            type=Ranged(Whole("--n")),
            metavar="N",
            help="Patients, both arms together." if arms == 2 else "Patients.",
        ),
    ]
    if arms == 2:
        found += [
            click.option("--n1", type=Ranged(Whole("--n1")), metavar="N1", help="Patients of the treated arm ..."),
            click.option("--n0", type=Ranged(Whole("--n0")), metavar="N0", help="... and of the control arm."),
        ]
    found.append(
        click.option(
            "--alpha",
            type=Ranged(Fraction("alpha")),
            default=0.05,
            metavar="LEVEL",
            help="Level of the test: 0.05 (default) or 5%.",
        )
    )
    if sides is not None:
        one, two = (" (default)" if sides == k else "" for k in (1, 2))
        found.append(
            click.option(
                "--sides", type=click.IntRange(1, 2), default=sides, help=f"Sides of the test: 2{two} or 1{one}."
            )
        )
    if arms == 2:
        found.append(
            click.option(
                "--ratio",
                "--allocation",
                type=Ranged(Allocation(), colon=False),
                metavar="R",
                help="Allocation, treated to control: 2 or 2:1.",
            )
        )
    found.append(
        click.option(
            "--dropout",
            type=Ranged(Fraction("dropout", zero=True)),
            default=0.0,
            metavar="RATE",
            help="Patients lost, of those enrolled: 10%.",
        )
    )
    if cluster:
        found += [
            click.option(
                "--design-effect",
                type=Ranged(Positive("design effect")),
                metavar="D",
                help="Inflation of the size by clusters.",
            ),
            click.option(
                "--icc",
                type=Ranged(Fraction("ICC", zero=True)),
                metavar="RHO",
                help="Intracluster correlation, with --cluster-size.",
            ),
            click.option(
                "--cluster-size", type=Ranged(Positive("cluster size")), metavar="M", help="Patients of a cluster."
            ),
        ]
    if direction:
        found.append(
            click.option(
                "--direction",
                type=click.Choice(["higher", "lower"]),
                default=direction,
                help=f"Side on which a detectable {effect} is sought; default {direction}.",
            )
        )
    if reported:
        found.append(
            click.option(
                "--reported-n",
                metavar="N",
                help="The size a paper states: which method and rounding gives it"
                + (" (total, or an arm)." if arms == 2 else "."),
            )
        )
    if simulate:
        found += [
            click.option(
                "--simulate",
                type=click.IntRange(*TRIALS),
                metavar="TRIALS",
                help="Simulate so many trials, for the power beside the formula's.",
            ),
            click.option("--seed", type=click.IntRange(0), metavar="S", help="Seed of the simulation; default 1."),
        ]
    if curve:
        found += [
            click.option("--curve", type=click.Choice(curve), help="Draw the power against this."),
            click.option(
                "--plot-file", metavar="FILE", help="Draw the curve in a file, .svg, .png or .pdf (needs matplotlib)."
            ),
        ]
    return found


def two_of_three(known: Mapping[str, bool]) -> None:
    """End with a message unless exactly two of effect, size and power are given."""
    given = [name for name, is_given in known.items() if is_given]
    if len(given) != 2:
        *most, last = known
        found = f"given: {', '.join(given)}" if given else "none is given"
        fail(f"two of {', '.join(most)} and {last} are needed, and the third is found; {found}")


# --- what is asked ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Axis:
    """What --curve can vary: its label, the points for a design, and the question (of power) at a point."""

    label: str
    points: Callable[[Design], Sequence[float]]
    question: Callable[[float, Design], Any]


@dataclass(frozen=True, slots=True)
class Reported:
    """A figure that a paper states: what it is, its text, the values that a design gives, each with how it is made."""

    item: str
    printed: str
    made: Callable[[Design], Iterable[tuple[float, str]]]
    needs: str = "a power"


def patients(row: Design) -> Iterable[tuple[float, str]]:
    """The sizes that papers make of a design of two arms."""
    if row.n1_exact is None or row.n0_exact is None:
        return ()
    return roundings(row.n1_exact, row.n0_exact, row.dropout)


def needed_events(row: Design) -> Iterable[tuple[float, str]]:
    """The numbers of events that papers make of a design."""
    ways = {"rounded up": whole_up, "rounded to the nearest": lambda d: whole_down(d + 0.5), "rounded down": whole_down}
    return () if row.events_exact is None else [(way(row.events_exact), how) for how, way in ways.items()]


@dataclass(frozen=True, slots=True)
class Plan:
    """One question, without ranges, and the words around its answer; see the head of this file.

    ``n1`` and ``n0`` are the patients that are given. ``title`` is made from the first answer; ``heading`` stands
    above a table of many. ``figures`` stand below the designs, or are made from them.
    """

    route: str
    measure: str
    question: Callable[[], Any]
    title: Callable[[Design], str]
    inputs: Mapping[str, Any]
    heading: str = ""
    letters: Callable[[Design], Mapping[str, Any]] = lambda _: {}
    facts: tuple[tuple[str, str], ...] = ()
    n1: int | None = None
    n0: int | None = None
    warnings: tuple[str, ...] = ()
    sizes: Callable[[Design], Iterable[tuple[float, str]]] = patients
    needs: str = "a power"
    reported: tuple[Reported, ...] = ()
    other_sides: Callable[[], Any] | None = None
    simulate: Callable[[Any, Design, int, int], Simulation] | None = None
    axes: Mapping[str, Axis] = field(default_factory=dict)
    rounding: str = "up, in each arm; power is at the whole numbers"
    test: str = ""
    defaults: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    figures: tuple[Value, ...] | Callable[[Sequence[Design]], tuple[Value, ...]] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """What the methods make of a question: those shown with their designs, all that were asked, and what was not."""

    shown: list[Method]
    designs: tuple[Design, ...]
    searched: tuple[Design, ...]
    question: Any
    warnings: tuple[str, ...] = ()


def answers(
    measure: str,
    options: Options,
    ask: Callable[[], Any],
    *,
    search: bool = False,
    also: Sequence[str] = (),
    defaults: Sequence[str] = (),
) -> Answers:
    """The methods to show with their answers; with ``search`` also those of the methods in which a figure is sought.

    These are the quick ones and those of ``also``. ``defaults`` are the methods shown where none is named, instead of
    those registered as such. Ends with a message where the question has no answer, or no method shown can give it.
    """
    methods = registry.designs(measure)
    shown = chosen(methods, options.methods or tuple(defaults))
    sought = [m for m in methods.values() if search and not options.methods and (not m.slow or m.key in also)]
    asked = [m for m in methods.values() if m in shown or m in sought]
    found: dict[str, Design] = {}
    skipped: list[str] = []
    try:
        question = ask()
        for method in asked:
            try:
                found[method.key] = method.function(question)
            except Inapplicable as error:
                if method in shown:
                    skipped.append(str(error))
    except (ValueError, OverflowError) as error:
        fail(str(error))
    shown = [method for method in shown if method.key in found]
    if not shown:
        fail(skipped[0])
    return Answers(shown, tuple(found[method.key] for method in shown), tuple(found.values()), question, tuple(skipped))


# --- what is shown ----------------------------------------------------------------------------------------------------


def percent(value: float) -> str:
    """A proportion in a sentence, to six figures: 82.8%."""
    return f"{100 * value:.6g}%"


def facts_of(
    trial: Trial, n1: int | None, n0: int | None, designs: Sequence[Design], rounding: str, test: str = ""
) -> list[tuple[str, str]]:
    """The lines above the table: the test, power or patients, dropout, how sizes are rounded."""
    facts = [("Test", test or f"{'two' if trial.sides == 2 else 'one'}-sided, alpha {trial.alpha:g}")]
    if trial.power is not None:
        facts.append(("Power to reach", percent(trial.power)))
    if n1 is None or n0 is None:
        if n1 is not None:
            facts.append((designs[0].unit.capitalize(), f"{n1}"))
        elif designs[0].n0 is not None or designs[0].n1 is None:
            facts.append(("Allocation", f"{trial.ratio or 1:g}:1"))
    elif trial.dropout:
        left = f"{analysed(n1, trial.dropout)} v {analysed(n0, trial.dropout)} after dropout"
        facts.append(("Patients", f"{n1} v {n0} enrolled, {left}"))
    else:
        facts.append(("Patients", f"{n1} v {n0}"))
    if trial.dropout:
        facts.append(("Dropout", percent(trial.dropout)))
    if (inflation := trial.inflation()) > 1:
        made = "" if trial.icc is None else f" = 1 + ({trial.cluster_size:g} - 1) * {trial.icc:g}"
        facts.append(("Design effect", f"{inflation:g}{made}"))
    if designs[0].solved == "n" and rounding:
        facts.append(("Rounding", rounding))
    opposite = [row.opposite for row in designs if row.opposite is not None and row.opposite == row.opposite]
    if trial.sides == 2 and (opposite or not test):
        most = max(opposite, default=0.0)
        facts.append(("Not in power", f"significance in the wrong direction (P at most {most:.1g})"))
    return facts


def sized(
    reported: Reported,
    designs: Sequence[Design],
    others: Sequence[Callable[[], Sequence[tuple[str, Design]]]] = (),
) -> Verdict:
    """The verdict on a stated size: which method and which rounding gives it, one rounding for each method.

    ``others`` make further designs, each with how its question differs, and are asked in turn until some give it.
    """
    from ..reported.match import Candidate, judge
    from ..reported.number import parse_number

    item, printed = reported.item, reported.printed
    try:
        stated = parse_number(printed)
    except ValueError as error:
        fail(str(error))
    if stated.percent or stated.relation != "=" or not stated.value.is_integer():
        fail(f"the reported {item} {printed!r} is not a whole number")

    def candidates(rows: Sequence[tuple[str, Design]]) -> list[Candidate]:
        made = [
            (row.method, value, f"{how}, {apart}" if apart else how)
            for apart, row in rows
            for value, how in reported.made(row)
        ]
        return [Candidate(key, f"{key}, {how},", float(value), note=how) for key, value, how in made]

    found = candidates([("", row) for row in designs])
    verdict = judge(item, stated, found, needs=reported.needs)
    for make in others:
        if verdict.verdict == REPRODUCED:
            break
        more = candidates(make())
        found = more if any(stated.holds(candidate.value) for candidate in more) else found + more
        verdict = judge(item, stated, found, needs=reported.needs)
    if verdict.verdict != REPRODUCED:
        return verdict._replace(note=(verdict.note or "").partition(";")[0])
    first: dict[str, str] = {}
    for candidate in found:
        if stated.holds(candidate.value):
            first.setdefault(candidate.method, candidate.note or "")
    (_, how), *rest = first.items()
    return verdict._replace(note="; ".join((how, *(f"{key}: {text}" for key, text in rest))))


def conclude(document: Document, options: Options, shown: Sequence[Method], verdicts: Sequence[Verdict]) -> int:
    """Print the document with its verdicts; the exit status."""
    if verdicts:
        from .reported import conclusion

        document = replace(document, verdicts=tuple(verdicts), conclusion=conclusion(verdicts))
    return finish(document, options, shown)


# --- one question, or a table of them ---------------------------------------------------------------------------------


def run(plan: Callable[..., Plan], trial: Trial, options: Options, **values: Any) -> int:
    """Answer the question that the options ask, or each of those that their ranges make; the exit status."""
    varied = [(f.name, getattr(trial, f.name)) for f in fields(Trial)] + list(values.items())
    ranges = [(name, value) for name, value in varied if isinstance(value, Range)]
    if not ranges:
        return _one(plan(trial, **values), trial, options)
    if sum(1 for _ in _limited(ranges)) > MOST_CASES:
        fail(f"the ranges make more than {MOST_CASES:,} cases together: take fewer or wider steps")
    return _many(plan, trial, options, values, ranges)


def _limited(ranges: Sequence[tuple[str, Range]]) -> Iterable[Any]:
    for count, case in enumerate(product(*(range(len(value.values)) for _, value in ranges))):
        yield case
        if count > MOST_CASES:
            return


def _one(asked: Plan, trial: Trial, options: Options) -> int:
    search = trial.reported_n is not None or bool(asked.reported)
    found = answers(asked.measure, options, asked.question, search=search, defaults=asked.defaults)
    first = found.designs[0]
    designs = found.designs
    values = asked.figures(designs) if callable(asked.figures) else asked.figures
    facts = facts_of(trial, asked.n1, asked.n0, designs, asked.rounding, asked.test)
    facts[1:1] = asked.facts
    if trial.simulate is not None:
        designs = tuple(_simulated(asked, found.question, row, trial) for row in designs)
        facts.append(("Simulation", f"{trial.simulate:,} trials, seed {_seed(trial)}; \u00b1 standard error"))
    if trial.curve is not None:
        values += _curve(asked, found, trial)
    document = Document(
        command="power",
        inputs={
            "route": asked.route,
            **asked.inputs,
            **({} if trial.simulate is None else {"simulate": trial.simulate, "seed": _seed(trial)}),
            **({} if trial.curve is None else {"curve": trial.curve}),
        },
        title=asked.title(first),
        facts=tuple(facts),
        designs=designs,
        values=values,
        warnings=asked.warnings + found.warnings,
        curve="" if trial.curve is None else asked.axes[trial.curve].label,
        explained=asked.letters(first),
    )
    reported = list(asked.reported)
    if trial.reported_n is not None:
        reported.insert(0, Reported("n", trial.reported_n, asked.sizes, asked.needs))
    others = (lambda: _by_slow_methods(asked, options), lambda: _with_other_sides(asked, trial, options))
    verdicts = [sized(row, found.searched, others) for row in reported]
    return conclude(document, options, found.shown, verdicts)


def _by_slow_methods(asked: Plan, options: Options) -> list[tuple[str, Design]]:
    """The designs of the slow methods in which a reported size is sought."""
    if not asked.also or options.methods:
        return []
    found = answers(
        asked.measure, options, asked.question, search=True, also=asked.also, defaults=asked.defaults
    ).searched
    return [("", row) for row in found if row.method in asked.also]


def _with_other_sides(asked: Plan, trial: Trial, options: Options) -> list[tuple[str, Design]]:
    """The designs of the question with a test of the other number of sides: papers confuse them."""
    if asked.other_sides is None:
        return []
    how = f"{'one' if trial.sides == 2 else 'two'}-sided alpha {trial.alpha:g}"
    found = answers(asked.measure, options, asked.other_sides, search=True, defaults=asked.defaults)
    return [(how, row) for row in found.searched]


def _seed(trial: Trial) -> int:
    return 1 if trial.seed is None else trial.seed


def _simulated(asked: Plan, question: Any, row: Design, trial: Trial) -> Design:
    """The design with the power that simulated trials had, and its Monte Carlo standard error."""
    if asked.simulate is None or trial.simulate is None:
        fail("--simulate is not for this design")
    try:
        found = asked.simulate(question, row, trial.simulate, _seed(trial))
    except ValueError as error:
        fail(str(error))
    return replace(row, figures=row.figures + found.values())


def _many(
    plan: Callable[..., Plan], trial: Trial, options: Options, values: dict[str, Any], ranges: list[tuple[str, Range]]
) -> int:
    """A table with a row for each case and method."""
    for given, what in (
        (trial.reported_n, "--reported-n"),
        (trial.simulate, "--simulate"),
        (trial.curve, "--curve"),
        (options.explain or None, "--explain"),
    ):
        if given is not None:
            fail(f"{what} is for one question: leave out the ranges")
    designs: list[Design] = []
    shown: list[Method] = []
    warnings: list[str] = []
    for case in product(*(zip(value.values, value.texts, strict=True) for _, value in ranges)):
        here = {name: value for (name, _), (value, _) in zip(ranges, case, strict=True)}
        of_trial = {name: value for name, value in here.items() if name in Trial.__slots__}
        asked = plan(replace(trial, **of_trial), **{name: here.get(name, value) for name, value in values.items()})
        found = answers(asked.measure, options, asked.question, defaults=asked.defaults)
        shown = found.shown
        warnings += [text for text in asked.warnings + found.warnings if text not in warnings]
        designs += [replace(row, case=tuple(here.items())) for row in found.designs]
    plain = {name for name, _ in ranges}
    level = "" if "alpha" in plain else f", alpha {trial.alpha:g}"
    facts = [("Test", f"{'two' if trial.sides == 2 else 'one'}-sided{level}")]
    if trial.power is not None and "power" not in plain:
        facts.append(("Power to reach", percent(trial.power)))
    if designs[0].solved == "n" and asked.rounding:
        facts.append(("Rounding", asked.rounding))
    document = Document(
        command="power",
        inputs={
            "route": asked.route,
            **asked.inputs,
            **{name: list(value.values) for name, value in ranges},
        },
        title=asked.heading,
        facts=tuple(facts),
        designs=tuple(designs),
        warnings=tuple(warnings),
    )
    return conclude(document, options, shown, ())


def _curve(asked: Plan, found: Answers, trial: Trial) -> tuple[Value, ...]:
    """The power of each method shown along an axis, as values; drawn in a file where one is asked for."""
    if trial.curve is None or trial.curve not in asked.axes:
        fail(f"--curve {trial.curve} is not for this question")
    axis = asked.axes[trial.curve]
    values: list[Value] = []
    points = axis.points(found.designs[0])  # the same for all methods, so that a table of them has no gaps
    for method, row in zip(found.shown, found.designs, strict=True):
        try:
            powers = [method.function(axis.question(x, row)).power for x in points]
        except ValueError as error:
            fail(f"no curve: {error}")
        values += [
            Value("power", power, "proportion", method=method.key, case=((axis.label, x),))
            for x, power in zip(points, powers, strict=True)
        ]
    if trial.plot_file is not None:
        from ..report.power_curve import draw

        lines = {method.name: [v for v in values if v.method == method.key] for method in found.shown}
        try:
            draw(lines, axis.label, trial.plot_file, title=asked.title(found.designs[0]), aim=trial.power)
        except (OSError, ValueError, ImportError) as error:
            fail(f"--plot-file {trial.plot_file}: {error}")
    return tuple(values)
