"""``gvhdcalc arms``: several arms and one outcome, a k x 2 table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Arm as ArmRow
from ..report.document import Document
from ..stats import registry
from ..stats.namespace import z_for
from ..stats.proportion import MEASURE as PROPORTION
from ..stats.proportion import OneProportion
from ..stats.several_proportions import MEASURE, SeveralProportions
from . import near
from .arms import Arm, Counts, parse_counts, wrong_counts
from .common import ALL, Options, StatCommand, chosen, common_options, fail, finish

if TYPE_CHECKING:
    from ..reported.match import Candidate
    from ..stats.results import TestResult
    from .batch import Shape

#: The most arms that the columns of a batch may name.
MOST_ARMS = 20


class Scores(click.ParamType[tuple[float, ...]]):
    """Scores of the arms, separated by commas: 0,1,2."""

    name = "scores"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        found = []
        for part in str(value).split(","):
            try:
                score = float(part)
            except ValueError:
                score = math.nan
            if not math.isfinite(score):
                raise click.UsageError(f"--scores: {part.strip()!r} is not a number; write 0,1,2", ctx)
            found.append(score)
        return tuple(found)


def _shape(count: int, scores: tuple[float, ...] | None) -> Shape:
    """A file with this many arms: events1, total1, events2 ... or arm1, arm2 ..."""
    from .batch import Shape

    def wrong(*numbers: int) -> str | None:
        arms = enumerate(zip(numbers[::2], numbers[1::2], strict=True), start=1)
        return next(filter(None, (wrong_counts(events, total, arm) for arm, (events, total) in arms)), None)

    def suspect(*numbers: Any) -> Any:
        bad = [(n <= 0) | (x < 0) | (x > n) for x, n in zip(numbers[::2], numbers[1::2], strict=True)]
        return sum(bad[1:], bad[0])

    def parse(*texts: str) -> tuple[int, ...]:
        return tuple(number for text in texts for number in parse_counts(text))

    return Shape(
        columns=tuple(f"{name}{arm}" for arm in range(1, count + 1) for name in ("events", "total")),
        texts=tuple(f"arm{arm}" for arm in range(1, count + 1)),
        example="arms as 10/50",
        parse=parse,
        wrong=wrong,
        suspect=suspect,
        build=lambda *numbers: SeveralProportions.of(list(zip(numbers[::2], numbers[1::2], strict=True)), scores),
    )


def _batch(scores: tuple[float, ...] | None, options: Options) -> int:
    """The P values of every table of a file, all with as many arms as its columns name."""
    from .batch import run

    tests = registry.tests(MEASURE)
    for key in options.methods:
        if key != ALL and key not in tests:
            fail(f"{key} is no test of several arms{near(key, tests)}; one of {', '.join(tests)}")
    chosen_tests = [replace(method, closed_form=False) for method in chosen(tests, options.methods)]
    counts = [len(scores)] if scores is not None else range(MOST_ARMS, 1, -1)
    first, *others = (_shape(count, scores) for count in counts)
    return run(first, "arms", (), chosen_tests, options, alternatives=others)


def _candidates(
    arms: Sequence[Counts], tests: Sequence[TestResult], conf: float, keys: Sequence[str]
) -> dict[str, list[Candidate]]:
    """What the counts give: the limits of each arm's proportion, and P of every test for each printed P."""
    from ..reported.match import Candidate

    tested_by = registry.tests(MEASURE)
    p = [Candidate(t.method, t.name, t.p, (t.p, t.p), tested_by[t.method].software) for t in tests]
    found = {"p": p, **{f"p {number}": p for number in range(2, 6)}}
    methods = registry.estimators(PROPORTION)
    for number, arm in enumerate(arms, start=1):
        for method in [methods[key] for key in keys if key in methods] or methods.values():
            row = method.function(OneProportion(arm.events, arm.total), conf)
            for item, value in (("lower", row.lower), ("upper", row.upper)):
                one = Candidate(row.method, row.name, value, (value, value), method.software)
                found.setdefault(f"{item} {number}", []).append(one)
    return found


@click.command(
    "arms",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("three arms: is there a difference, is there a trend?", "gvhdcalc arms 10/50 14/51 22/49"),
        ("doses that are not equidistant", "gvhdcalc arms 10/50 14/51 22/49 --scores 0,1,4"),
        ("does what the paper prints follow?", "gvhdcalc arms 10/50 14/51 22/49 --reported 'P=0.022'"),
        ("every test, and how they are made", "gvhdcalc arms 10/50 14/51 22/49 --method all --explain"),
    ),
)
@click.argument("arms", type=Arm(), nargs=-1, metavar="ARM ARM...")
@click.option(
    "--scores", type=Scores(), metavar="LIST", help="Scores of the arms for trend: 0,1,4 (default 0,1,2 ...)."
)
@common_options(MEASURE, PROPORTION, batch=True)
def command(arms: tuple[Counts, ...], scores: tuple[float, ...] | None, options: Options) -> int:
    """Several arms and one outcome: does the proportion differ, does it rise or fall?

    Each ARM is EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL. The default is each arm's Wilson interval, Pearson's
    chi-square of equal proportions, the exact test of Fisher, Freeman & Halton, and the Cochran-Armitage test of trend
    in the order given. --method names tests, or another interval for each arm (one of those of gvhdcalc prop). For a
    ratio or difference of two arms see or, rr and rd.
    """
    if options.batch is not None:
        if arms:
            fail("--batch reads the arms from its file: give no arms beside it")
        return _batch(scores, options)
    if len(arms) < 2:
        fail("at least two arms are needed: 10/50 14/51 22/49")
    if scores is not None and len(scores) != len(arms):
        fail(f"--scores: {len(scores)} scores for {len(arms)} arms; each arm needs one")
    tests, intervals = registry.tests(MEASURE), registry.estimators(PROPORTION)
    for key in options.methods:
        if key != ALL and key not in tests and key not in intervals:
            fail(f"{key} is no method here{near(key, [*tests, *intervals])}; tests are {', '.join(tests)}")
    claim = None
    if options.reported is not None:
        from .reported import read

        claim, options = read(options, MEASURE)
    conf = options.conf
    table = SeveralProportions.of([(arm.events, arm.total) for arm in arms], scores)
    shown = chosen(tests, options.methods)
    own = next((intervals[key] for key in options.methods if key in intervals), chosen(intervals, ())[0])
    facts = (("Scores of trend", ", ".join(f"{score:g}" for score in scores)),) if scores is not None else ()
    document = Document(
        command="arms",
        inputs={
            "events": [arm.events for arm in arms],
            "totals": [arm.total for arm in arms],
            "scores": list(scores) if scores is not None else list(range(len(arms))),
            "conf": conf,
        },
        title=f"{len(arms)} arms: {' v '.join(f'{arm.events}/{arm.total}' for arm in arms)}",
        arms=tuple(
            ArmRow(f"arm {i}", arm.events, arm.total, own.function(OneProportion(arm.events, arm.total), conf))
            for i, arm in enumerate(arms, start=1)
        ),
        facts=facts,
        tests=tuple(method.function(table) for method in shown),
        explained={"M": sum(arm.events for arm in arms), "N": sum(arm.total for arm in arms), "k": len(arms),
                   "z": z_for(conf)},
    )  # fmt: skip
    if claim is not None:
        from .reported import judged

        searched = shown if options.methods else list(tests.values())
        found = _candidates(arms, [method.function(table) for method in searched], conf, options.methods)
        document = judged(document, claim, found, list(arms), "", options)
    return finish(document, options, [own, *shown])
