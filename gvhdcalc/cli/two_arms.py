"""What the commands of two arms share: or, rr, rd and nnt differ in their measure only."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Arm as ArmRow
from ..report.document import Document
from ..stats import registry
from ..stats.namespace import z_for
from ..stats.registry import Method
from ..stats.results import Estimate, TestResult
from ..stats.two_by_two import TwoByTwo
from .arms import Arm, Counts, parse_counts, wrong_counts
from .common import Options, chosen, fail, finish

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate
    from .batch import Shape
    from .margins import Asked

#: Tables (the product of the arms' totals) up to which the slow methods, too, are searched for a printed figure.
QUICK = 40_000


class Totals(click.ParamType[tuple[int, int]]):
    """The totals of two arms, separated by a comma: 101,102."""

    name = "totals"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        parts = str(value).split(",")
        if len(parts) != 2 or not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
            raise click.UsageError(f"--also-n {value!r} is not understood; write the totals of both arms: 101,102", ctx)
        return int(parts[0]), int(parts[1])


#: Totals to try as a slip where a reported figure does not follow.
also_n_option = click.option(
    "--also-n", type=Totals(), metavar="N1,N0", help="With --reported: other totals to try, 101,102."
)

#: The arguments of a two-arm command; optional because --batch takes their place.
treatment = click.argument("treatment", type=Arm(), metavar="TREATMENT", required=False)
control = click.argument("control", type=Arm(), metavar="CONTROL", required=False)


def both(one: Counts | None, two: Counts | None) -> tuple[Counts, Counts]:
    """The two arms; ends with a message when one is missing."""
    if one is None or two is None:
        fail("two arms are needed, treatment first: 82/99 70/99")
    return one, two


def letters(table: TwoByTwo, conf: float) -> dict[str, float]:
    """The letters of the formulas of a 2x2 table, with their numbers."""
    return {
        "a": table.a, "b": table.b, "c": table.c, "d": table.d, "n1": table.n1, "n0": table.n0, "N": table.total,
        "z": z_for(conf),
    }  # fmt: skip


def candidates(
    estimates: Sequence[Estimate],
    tests: Sequence[TestResult],
    methods: Mapping[str, Method],
    tested_by: Mapping[str, Method] | None = None,
) -> dict[str, list[Candidate]]:
    """What the counts give, by item, for the match with what was printed: exact inputs, so each figure is a point.

    ``tested_by`` are the methods of the tests, where an interval and a test have one key.
    """
    from ..reported.match import Candidate

    found: dict[str, list[Candidate]] = {"estimate": [], "lower": [], "upper": [], "p": []}

    def add(item: str, row: Estimate | TestResult, value: float, name: str = "") -> None:
        known = tested_by if tested_by is not None and isinstance(row, TestResult) else methods
        software = known[row.method].software if row.method in known else ()
        found[item].append(Candidate(row.method, name or row.name, value, (value, value), software))

    for row in estimates:
        for item, value in (("estimate", row.estimate), ("lower", row.lower), ("upper", row.upper)):
            add(item, row, value)
    for test in tests:
        add("p", test, test.p)
    for row in estimates:
        # the P of an interval is often that of a test, by another way of adding up
        if row.p is not None and not any(math.isclose(row.p, test.p, rel_tol=1e-9) for test in tests):
            add("p", row, row.p, f"test that goes with: {row.name}")
    return found


def quick(methods: Mapping[str, Method]) -> dict[str, Method]:
    """The methods that take no noticeable time."""
    return {key: method for key, method in methods.items() if not method.slow}


def unmatched(
    printed: Claim, found: Mapping[str, Sequence[Candidate]], items: Sequence[str] = ("lower", "upper", "p")
) -> set[str]:
    """Those of the printed figures named in ``items`` that no candidate gives."""
    return {
        item
        for item, figure in printed.items()
        if item in items and not any(figure.holds(one.value) for one in found[item] if one.exists)
    }


def of_equality(table: TwoByTwo, tests: Mapping[str, Method]) -> list[Candidate]:
    """The P values of equality, which may be printed for those of a null value."""
    from ..reported.match import Candidate

    return [Candidate(key, f"{test.name} of equality", test.function(table).p) for key, test in tests.items()]


def tables_in_columns() -> Shape:
    """How 2x2 tables stand in a file: in the columns events1, total1, events0, total0, or treatment and control."""
    from .batch import Shape

    def parse(treatment: str, control: str) -> tuple[int, ...]:
        one, two = parse_counts(treatment), parse_counts(control)
        return one.events, one.total, two.events, two.total

    def wrong(events1: int, total1: int, events0: int, total0: int) -> str | None:
        return wrong_counts(events1, total1, 1) or wrong_counts(events0, total0, 0)

    return Shape(
        columns=("events1", "total1", "events0", "total0"),
        texts=("treatment", "control"),
        example="arms as 82/99",
        parse=parse,
        wrong=wrong,
        suspect=lambda x1, n1, x0, n0: (n1 <= 0) | (n0 <= 0) | (x1 < 0) | (x1 > n1) | (x0 < 0) | (x0 > n0),
        build=TwoByTwo.from_totals,
    )


def shown_methods(measure: str, options: Options, asked: Asked | None) -> tuple[list[Method], list[Method]]:
    """The estimators and tests to show; the tests of a null value where one is asked for."""
    if asked is None and not options.methods:
        return registry.shown_unasked(measure)
    estimators = registry.estimators(measure)
    if asked is None:
        return chosen(estimators, options.methods), chosen(registry.tests(measure), options.methods)
    from .margins import shown_estimators

    tests = asked.bound(chosen(asked.methods, options.methods))
    return shown_estimators(asked, estimators, options.methods), tests


def batch(measure: str, command: str, options: Options, asked: Asked | None = None, **more: Any) -> int:
    """A file of tables, each row by itself. "all" leaves out the slow methods, which must be named."""
    from .batch import run as run_batch

    shown = shown_methods(measure, options, asked)
    left = [m.key for methods in shown for m in methods if m.slow and m.key not in options.methods]
    if left:
        click.echo(f"gvhdcalc {command}: slow, not part of all in a batch: {', '.join(dict.fromkeys(left))}", err=True)
    estimators, tests = ([m for m in methods if m.key not in left] for methods in shown)
    return run_batch(tables_in_columns(), command, estimators, tests, options, **more)


def run(
    measure: str,
    command: str,
    one: Counts | None,
    two: Counts | None,
    options: Options,
    *,
    shown: Callable[[Document], Document] | None = None,
    claimed: Callable[[Claim], Claim] | None = None,
    further: Callable[[Claim, dict[str, list[Candidate]]], None] | None = None,
    asked: Asked | None = None,
    other_totals: tuple[int, int] | None = None,
    **more: Any,
) -> int:
    """Compute, judge and print a measure of two arms; the exit status.

    ``more`` is handed to every estimator (nnt's direction). What a measure does in its own way: ``shown`` adds to the
    document, ``claimed`` puts what was printed into the measure's signs and units, ``further`` adds candidates.
    ``asked`` puts tests of a null value in the place of those of equality, and a conclusion on a margin.
    ``other_totals`` are tried as a slip where a printed figure does not follow.
    """
    if options.batch is not None:
        if one is not None or two is not None:
            fail("--batch reads the arms from its file: give no arms beside it")
        return batch(measure, command, options, asked, **more)
    one, two = both(one, two)
    table = TwoByTwo.from_totals(one.events, one.total, two.events, two.total)
    if other_totals:
        if options.reported is None:
            fail("--also-n goes with --reported: it is tried where a printed figure does not follow")
        for arm, total in zip((one, two), other_totals, strict=True):
            if total < arm.events:
                fail(f"--also-n: {arm.events} events are more than {total}")
    printed = None
    if options.reported is not None:
        from .reported import read

        printed, options = read(options, measure)
        printed = claimed(printed) if claimed else printed
    conf = options.conf
    shown_estimators, shown_tests = shown_methods(measure, options, asked)
    inputs = {"events": [one.events, two.events], "totals": [one.total, two.total], "conf": conf, **more}
    document = Document(
        command=command,
        inputs={**inputs, **asked.inputs()} if asked else inputs,
        facts=(asked.fact(),) if asked else (),
        title=f"{measure.capitalize()}: {one.events}/{one.total} v {two.events}/{two.total}",
        arms=(ArmRow("treatment", one.events, one.total), ArmRow("control", two.events, two.total)),
        estimates=tuple(m.function(table, conf, **more) for m in shown_estimators),
        tests=tuple(m.function(table) for m in shown_tests),
        explained=letters(table, conf),
    )
    document = shown(document) if shown else document
    if printed is not None:
        from ..reported.match import Candidate
        from .reported import judged

        estimators, tests = registry.estimators(measure), asked.methods if asked else registry.tests(measure)
        named = bool(options.methods)
        searched = {m.key: m for m in shown_estimators} if named else quick(estimators)
        searched_tests = shown_tests if named else [*quick(tests).values()]
        if asked and not named:
            searched_tests = asked.bound(searched_tests)
        tested = [m.function(table) for m in searched_tests]
        # a one-sided P is the printed one where the text says so or it was asked for, and a slip elsewhere
        one_sided_too = printed.p_sides == 1 or asked is not None or named
        rows: list[Estimate] = [m.function(table, conf, **more) for m in searched.values()]

        def matched() -> dict[str, list[Candidate]]:
            # with a null value asked for, the P values of intervals are those of equality
            intervals = [replace(row, p=None) for row in rows] if asked else rows
            told = [row for row in tested if row.sides == 2 or one_sided_too]
            given = candidates(intervals, told, estimators, tests)
            if further:
                further(printed, given)
            return given

        found = matched()
        if not named and table.n1 * table.n0 <= QUICK and (left := unmatched(printed, found)):
            # the slow methods are asked only about a figure that no other gives
            rows += [m.function(table, conf, **more) for m in estimators.values() if m.slow]
            if "p" in left:
                slow = [m for m in tests.values() if m.slow]
                tested += [m.function(table) for m in (asked.bound(slow) if asked else slow)]
            found = matched()
        wrong_way: dict[str, list[Candidate]] = {}
        if other_totals or unmatched(printed, found, ("estimate", "lower", "upper")):
            from ..reported.slips import two_arm_slips

            wrong_way = two_arm_slips(table, measure, conf, [*searched.values()], more, other_totals)
        if asked:
            wrong_way["p"] = of_equality(table, quick(registry.tests(measure)))
        elif not one_sided_too:
            wrong_way["p"] = [
                Candidate(row.method, f"{row.name} (one-sided)", row.p) for row in tested if row.sides == 1
            ]
        document = judged(document, printed, found, [one, two], measure, options, slips=wrong_way)
    if asked:
        from .margins import concluded

        document = concluded(document, asked, options.methods)
    return finish(document, options, (*shown_estimators, *shown_tests))
