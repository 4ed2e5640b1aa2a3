"""The tables of a document, before any format: titles, headings and cells of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..stats.results import REPRODUCED, Design, Estimate, TestResult, Value, Verdict
from . import numbers
from .document import Arm, Document, Stratum

#: The columns of characters that a table of verdicts keeps within.
PAGE = 80

#: The columns of characters that the label of an arm or a stratum may take.
LABEL = 24

#: Headings of measures whose name is as long as a column of its own.
_HEADINGS = {
    "common odds ratio": "Common OR",
    "common risk ratio": "Common RR",
    "common risk difference": "Common RD",
}


class Table(NamedTuple):
    """A table of text. ``numeric`` are the columns set to the right; ``verdict`` the one that is coloured."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    verdict: int | None = None


def _percent_conf(conf: float) -> str:
    return f"{100 * conf:.10g}%"


def _digits(row: Estimate, digits: int | None) -> int | None:
    """The decimals asked for, or those that the size of the estimate and its limits asks for."""
    return numbers.decimals_for(row.measure, row.estimate, row.lower, row.upper) if digits is None else digits


def interval(row: Estimate, digits: int | None) -> str:
    """The limits as text: "1.01 to 3.94"."""
    digits = _digits(row, digits)
    lower, upper = (numbers.of_measure(row.measure, limit, digits) for limit in (row.lower, row.upper))
    if lower == upper == numbers.MISSING:
        return numbers.MISSING
    if row.measure == numbers.NNT and row.lower > row.upper:
        return f"{lower} to infinity to {upper}"
    return f"{lower} to {upper}"


def _arms(arms: Sequence[Arm], digits: int | None) -> Table:
    own = [arm.estimate for arm in arms if arm.estimate]
    rows = tuple(
        (
            numbers.shortened(arm.label, LABEL),
            str(arm.events),
            str(arm.total),
            numbers.percent(arm.events / arm.total, 1 if digits is None or not own else digits),
            *((interval(arm.estimate, digits), arm.estimate.name) if arm.estimate else ()),
        )
        for arm in arms
    )
    more = (f"{_percent_conf(own[0].conf)} CI", "Method") if own else ()
    return Table(("Arm", "Events", "Total", "Percent", *more), rows, frozenset({1, 2, 3, 4} if own else {1, 2, 3}))


def _strata(rows: Sequence[Stratum], digits: int | None) -> Table:
    first = rows[0].estimate
    heading = first.measure.capitalize()
    cells = tuple(
        (
            numbers.shortened(row.label, LABEL),
            f"{row.events[0]}/{row.totals[0]}",
            f"{row.events[1]}/{row.totals[1]}",
            numbers.of_measure(row.estimate.measure, row.estimate.estimate, digits),
            interval(row.estimate, digits),
            "" if row.weight is None else numbers.percent(row.weight),
        )
        for row in rows
    )
    columns = ("Stratum", "Treatment", "Control", heading, f"{_percent_conf(first.conf)} CI", "Weight")
    return Table(columns, cells, frozenset(range(1, 6)))


def _estimates(rows: Sequence[Estimate], digits: int | None) -> Table:
    measures = {row.measure for row in rows}
    levels = {row.conf for row in rows}
    heading = f"{_percent_conf(rows[0].conf)} CI" if len(levels) == 1 else "CI"
    columns: tuple[str, ...]
    if len(measures) == 1:
        columns = (_HEADINGS.get(rows[0].measure, rows[0].measure.capitalize()), heading, "Method")
        lead: list[tuple[str, ...]] = [() for _ in rows]
    else:
        columns = ("Measure", "Estimate", heading, "Method")
        lead = [(row.measure.capitalize(),) for row in rows]
    cells = tuple(
        (
            *first,
            numbers.of_measure(row.measure, row.estimate, _digits(row, digits)),
            interval(row, digits) + (f" ({_percent_conf(row.conf)})" if len(levels) > 1 else ""),
            row.name,
        )
        for first, row in zip(lead, rows, strict=True)
    )
    return Table(columns, cells, frozenset({len(columns) - 3, len(columns) - 2}))


def _tests(rows: Sequence[TestResult], digits: int | None) -> Table:
    places = 3 if digits is None else max(digits, 3)
    cells = tuple(
        (
            numbers.p_value(row.p, places),
            "" if row.statistic is None else numbers.fixed(row.statistic, 2 if digits is None else digits),
            "" if row.df is None else str(row.df),
            row.name + (" (one-sided)" if row.sides == 1 else ""),
        )
        for row in rows
    )
    return Table(("P", "Statistic", "df", "Test"), cells, frozenset({0, 1, 2}))


def _designs(rows: Sequence[Design], digits: int | None) -> Table:
    """One row for each method; sizes and effects only where they were solved for, as they are given otherwise."""
    size, effect = (any(row.solved == what for row in rows) for what in ("n", "effect"))
    known: list[tuple[str, Callable[[Design], str | None]]] = []
    if effect and rows[0].effect_scale == "hazard ratio":
        known.append(("HR", lambda row: numbers.fixed(row.effect, 3 if digits is None else digits)))
    elif effect:
        known.append(("P1", lambda row: _percent(row.p1, digits)))
        known.append(("P1 - P0", lambda row: _percent(row.effect, digits)))
    known.append(("Events", lambda row: _count(row.events)))
    if size:
        known.append(("Arm 1", lambda row: _count(row.n1)))
        known.append(("Arm 2", lambda row: _count(row.n0)))
        known.append(("Total", lambda row: None if row.n1 is None or row.n0 is None else _count(row.n1 + row.n0)))
        known.append(("Enrol 1", lambda row: _count(row.enrolled1)))
        known.append(("Enrol 2", lambda row: _count(row.enrolled0)))
    known.append(("Power", lambda row: _percent(row.power, digits)))
    columns = [(heading, [of(row) for row in rows]) for heading, of in known]
    shown = [(heading, texts) for heading, texts in columns if any(text is not None for text in texts)]
    cells = tuple((*(texts[i] or "" for _, texts in shown), row.name) for i, row in enumerate(rows))
    return Table((*(heading for heading, _ in shown), "Method"), cells, frozenset(range(len(shown))))


def _percent(value: float | None, digits: int | None) -> str | None:
    return None if value is None else numbers.percent(value, 1 if digits is None else digits)


def _count(value: float | None) -> str | None:
    """A whole number as it is; an expected one with one decimal."""
    return None if value is None else numbers.fixed(value, 0 if value == value // 1 else 1)


def _values(rows: Sequence[Value], digits: int | None) -> Table:
    methods = any(row.method for row in rows)
    notes = any(row.note for row in rows)
    columns = ("Figure", "Value", "Unit") + (("Method",) if methods else ()) + (("Note",) if notes else ())
    cells = tuple(
        (
            row.name,
            numbers.of_unit(row.unit, row.value, digits),
            "" if row.unit in {"proportion", "P"} else row.unit,
            *((row.method or "",) if methods else ()),
            *((row.note or "",) if notes else ()),
        )
        for row in rows
    )
    return Table(columns, cells, frozenset({1}))


_VERDICT_COLUMNS = ("Printed", "Figure", "Verdict", "Computed", "By")


def _verdicts(document: Document) -> tuple[Table, list[str]]:
    """The table of verdicts, and as sentences the notes that would make it wider than a page."""
    measures = {row.measure for row in document.estimates}
    measure = measures.pop() if len(measures) == 1 else ""
    rows = document.verdicts
    cells = [(row.item, row.printed, row.verdict, _computed(row, measure)) for row in rows]
    # two blanks between columns
    left = sum(2 + max(map(len, column)) for column in zip(_VERDICT_COLUMNS, *cells, strict=False))
    beside, below = [], []
    for row in rows:
        by = ", ".join(row.methods) if row.verdict == REPRODUCED else row.note or ""
        if left + len(by) > PAGE:
            below.append(f"{row.item} {row.printed}: {by}")
            by = _first(row.methods, PAGE - left) if row.verdict == REPRODUCED else ""
        beside.append(by)
    table = tuple((*cell, by) for cell, by in zip(cells, beside, strict=True))
    return Table(_VERDICT_COLUMNS, table, frozenset({1, 3}), verdict=2), below


def _first(methods: Sequence[str], room: int) -> str:
    """The first of the methods, as many as there is room for, and how many more."""
    for shown in range(len(methods) - 1, 0, -1):
        text = f"{', '.join(methods[:shown])} and {len(methods) - shown} more"
        if len(text) <= room:
            return text
    return f"{len(methods)} methods"


def _computed(row: Verdict, measure: str) -> str:
    """The computed figure with one more digit than was printed, so that a reader sees how it rounds."""
    if row.computed is None:
        return ""
    shown = row.shown or numbers.fixed(row.computed, 3)
    if measure == numbers.NNT and row.item in {"estimate", "lower", "upper"}:
        return numbers.needed_to_treat(row.computed, len(shown.partition(".")[2]))
    return shown


def tables(document: Document, digits: int | None = None) -> list[Table]:
    """The tables to show, in order: arms or strata, estimates, tests, designs, other values, verdicts."""
    found = []
    if document.arms:
        found.append(_arms(document.arms, digits))
    if document.strata:
        found.append(_strata(document.strata, digits))
    if document.estimates:
        found.append(_estimates(document.estimates, digits))
    if document.tests:
        found.append(_tests(document.tests, digits))
    if document.designs:
        found.append(_designs(document.designs, digits))
    if document.values:
        found.append(_values(document.values, digits))
    if document.verdicts:
        found.append(_verdicts(document)[0])
    return found


def _some_strata(labels: Sequence[str]) -> str:
    """ "stratum 3", or "strata 3, 5, 6 and 20 more"."""
    if len(labels) == 1:
        return f"stratum {labels[0]}"
    more = f" and {len(labels) - 3} more" if len(labels) > 3 else ""
    return f"strata {', '.join(labels[:3])}{more}"


def remarks(document: Document) -> list[str]:
    """The sentences below the tables: each note once with the methods it concerns, warnings, the conclusion."""
    concerned: dict[str, list[str]] = {}
    results: list[Estimate | TestResult | Design] = [*document.estimates, *document.tests, *document.designs]
    for row in results:
        for note in row.notes:
            methods = concerned.setdefault(str(note), [])
            if row.method not in methods:
                methods.append(row.method)
    for arm in document.arms:
        for note in arm.estimate.notes if arm.estimate else ():
            concerned.setdefault(str(note), []).append(arm.label)
    strata: dict[str, list[str]] = {}
    for stratum in document.strata:
        for note in stratum.estimate.notes:
            strata.setdefault(str(note), []).append(numbers.shortened(stratum.label, LABEL))
    for text, labels in strata.items():
        concerned.setdefault(text, []).append(_some_strata(labels))
    # whose method it is, once for each method and not in every row of the verdicts
    for verdict in document.verdicts:
        if verdict.verdict == REPRODUCED and verdict.note and verdict.methods:
            named = concerned.setdefault(verdict.note, [])
            named += [verdict.methods[0]] if verdict.methods[0] not in named else []
    found = _verdicts(document)[1] if document.verdicts else []
    found += [f"{', '.join(methods)}: {note}" for note, methods in concerned.items()]
    found += [f"Warning: {warning}" for warning in document.warnings]
    if document.conclusion:
        found.append(document.conclusion)
    return found
