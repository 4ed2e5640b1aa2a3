"""What the commands of two arms share: or, rr, rd and nnt differ in their measure only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Arm as ArmRow
from ..report.document import Document
from ..stats import registry
from ..stats.namespace import z_for
from ..stats.registry import Method
from ..stats.results import Estimate, TestResult
from ..stats.two_by_two import TwoByTwo
from .arms import Arm, Counts, parse_counts
from .common import Options, chosen, fail, finish

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate

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
    estimates: Sequence[Estimate], tests: Sequence[TestResult], methods: Mapping[str, Method]
) -> dict[str, list[Candidate]]:
    """What the counts give, by item, for the match with what was printed: exact inputs, so each figure is a point."""
    from ..reported.match import Candidate

    found: dict[str, list[Candidate]] = {"estimate": [], "lower": [], "upper": [], "p": []}

    def add(item: str, row: Estimate | TestResult, value: float, name: str = "") -> None:
        software = methods[row.method].software if row.method in methods else ()
        found[item].append(Candidate(row.method, name or row.name, value, (value, value), software))

    for row in estimates:
        for item, value in (("estimate", row.estimate), ("lower", row.lower), ("upper", row.upper)):
            add(item, row, value)
    for test in tests:
        add("p", test, test.p)
    for row in estimates:
        if row.p is not None and row.p not in {test.p for test in tests}:
            add("p", row, row.p, f"test that goes with: {row.name}")
    return found


def slips(
    table: TwoByTwo, conf: float, methods: Mapping[str, Method], more: Mapping[str, Any]
) -> dict[str, list[Candidate]]:
    """What two common mistakes would give: the arms exchanged, and the non-events counted as events."""
    from ..reported.match import Candidate

    exchanged = "with the arms exchanged" + (" (or the other outcome)" if "outcome" in more else "")
    turned = {
        exchanged: TwoByTwo(table.c, table.d, table.a, table.b),
        "of the non-events": TwoByTwo(table.b, table.a, table.d, table.c),
    }
    found: dict[str, list[Candidate]] = {"estimate": [], "lower": [], "upper": []}
    for how, other in turned.items():
        for method in methods.values():
            row = method.function(other, conf, **more)
            for item, value in (("estimate", row.estimate), ("lower", row.lower), ("upper", row.upper)):
                found[item].append(Candidate(row.method, f"{row.name} {how}", value))
    return found


def batch(measure: str, command: str, options: Options, **more: Any) -> int:
    """A file of tables with the columns events1, total1, events0, total0, or treatment and control."""
    from .batch import Shape
    from .batch import run as run_batch

    def parse(treatment: str, control: str) -> tuple[int, ...]:
        one, two = parse_counts(treatment), parse_counts(control)
        return one.events, one.total, two.events, two.total

    def wrong(events1: int, total1: int, events0: int, total0: int) -> str | None:
        for events, total, arm in ((events1, total1, 1), (events0, total0, 0)):
            if total <= 0:
                return f"total{arm} is {total}; an arm needs at least one patient"
            if not 0 <= events <= total:
                return f"events{arm} is {events}; it must be from 0 to the total of {total}"
        return None

    shape = Shape(
        columns=("events1", "total1", "events0", "total0"),
        texts=("treatment", "control"),
        example="arms as 82/99",
        parse=parse,
        wrong=wrong,
        suspect=lambda x1, n1, x0, n0: (n1 <= 0) | (n0 <= 0) | (x1 < 0) | (x1 > n1) | (x0 < 0) | (x0 > n0),
        build=TwoByTwo.from_totals,
    )
    estimators = chosen(registry.estimators(measure), options.methods)
    return run_batch(shape, command, estimators, chosen(registry.tests(measure), options.methods), options, **more)


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
    **more: Any,
) -> int:
    """Compute, judge and print a measure of two arms; the exit status.

    ``more`` is handed to every estimator (nnt's direction). What a measure does in its own way: ``shown`` adds to the
    document, ``claimed`` puts what was printed into the measure's signs and units, ``further`` adds candidates.
    """
    if options.batch is not None:
        if one is not None or two is not None:
            fail("--batch reads the arms from its file: give no arms beside it")
        return batch(measure, command, options, **more)
    one, two = both(one, two)
    table = TwoByTwo.from_totals(one.events, one.total, two.events, two.total)
    estimators, tests = registry.estimators(measure), registry.tests(measure)
    printed = None
    if options.reported is not None:
        from .reported import read

        printed, options = read(options, measure)
        printed = claimed(printed) if claimed else printed
    conf = options.conf
    shown_estimators = chosen(estimators, options.methods)
    shown_tests = chosen(tests, options.methods)
    document = Document(
        command=command,
        inputs={"events": [one.events, two.events], "totals": [one.total, two.total], "conf": conf, **more},
        title=f"{measure.capitalize()}: {one.events}/{one.total} v {two.events}/{two.total}",
        arms=(ArmRow("treatment", one.events, one.total), ArmRow("control", two.events, two.total)),
        estimates=tuple(m.function(table, conf, **more) for m in shown_estimators),
        tests=tuple(m.function(table) for m in shown_tests),
        explained=letters(table, conf),
    )
    document = shown(document) if shown else document
    if printed is not None:
        from .reported import judged

        searched = estimators if not options.methods else {m.key: m for m in shown_estimators}
        searched_tests = tests if not options.methods else {m.key: m for m in shown_tests}
        found = candidates(
            [m.function(table, conf, **more) for m in searched.values()],
            [m.function(table) for m in searched_tests.values()],
            {**tests, **estimators},
        )
        if further:
            further(printed, found)
        wrong_way = slips(table, conf, searched, more)
        document = judged(document, printed, found, [one, two], measure, options, slips=wrong_way)
    return finish(document, options, (*shown_estimators, *shown_tests))
