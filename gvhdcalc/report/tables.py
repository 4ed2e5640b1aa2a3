"""The tables of a document, before any format: titles, headings and cells of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from ..stats.results import REPRODUCED, Design, Estimate, TestResult, Value, Verdict
from . import numbers
from .document import Arm, Document, Stratum

#: The columns of characters that a table of verdicts keeps within.
PAGE = 80

#: The columns of characters that the label of an arm or a stratum may take.
LABEL = 24

#: Headings of measures whose name is as long as a column of its own.
#: Ratios that were not computed from counts here, so that their P is that of the interval too.
_PRINTED = {f"{name}, as printed": name.capitalize() for name in ("odds ratio", "risk ratio", "rate ratio", "ratio")}
_HEADINGS = {
    **_PRINTED,
    "common odds ratio": "Common OR",
    "common risk ratio": "Common RR",
    "common risk difference": "Common RD",
    "common hazard ratio": "Common HR",
    "hazard ratio, from patients": "Hazard ratio",
    "subdistribution hazard ratio, from patients": "Subdistribution HR",
    "cause-specific hazard ratio": "Cause-specific HR",
    "cumulative incidence (competing risks)": "Incidence",
    "survival difference": "Difference",
    "restricted mean survival time": "Mean to tau",
    "restricted mean survival time difference": "Difference",
    "restricted mean survival time ratio": "Ratio",
    "restricted mean time lost ratio": "Ratio of time lost",
}
#: Measures whose table of estimates has the P of each.
_WITH_P = frozenset({"hazard ratio", "common hazard ratio", *_PRINTED})
#: Those of tables of one measure, which stands beside its arms or times.
_CASE_HEADINGS = {
    **_HEADINGS,
    "cumulative incidence difference": "Difference",
    "cumulative incidence ratio": "Ratio",
    "restricted mean time lost": "Time lost",
    "difference of restricted mean time lost": "Difference",
    "ratio of restricted mean time lost": "Ratio",
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
    # a hazard ratio has no table of tests beside it: its P is that of the interval
    tested = measures <= _WITH_P and any(row.p is not None for row in rows)
    more = ("P",) if tested else ()
    columns: tuple[str, ...]
    if len(measures) == 1 or measures <= _WITH_P:  # trials and what is pooled of them are told apart by their names
        columns = (_HEADINGS.get(rows[0].measure, rows[0].measure.capitalize()), heading, *more, "Method")
        lead: list[tuple[str, ...]] = [() for _ in rows]
    else:
        columns = ("Measure", "Estimate", heading, *more, "Method")
        lead = [(_HEADINGS.get(row.measure, row.measure.capitalize()),) for row in rows]
    cells = tuple(
        (
            *first,
            numbers.of_measure(row.measure, row.estimate, _digits(row, digits)),
            interval(row, digits) + (f" ({_percent_conf(row.conf)})" if len(levels) > 1 else ""),
            *(("" if row.p is None else numbers.p_value(row.p),) if tested else ()),
            row.name,
        )
        for first, row in zip(lead, rows, strict=True)
    )
    return Table(columns, cells, frozenset(range(len(lead[0]), len(columns) - 1)))


def _case(value: Any) -> str:
    """A number, a label that fits a column, or two labels ("A v B") that together do."""
    if not isinstance(value, str):
        return f"{value:.10g}"
    if len(value) <= LABEL:
        return value
    both = value.split(" v ", 1)
    return " v ".join(numbers.shortened(label, LABEL if len(both) == 1 else LABEL // 2 - 2) for label in both)


def _cases(rows: Sequence[Estimate], digits: int | None) -> list[Table]:
    """Estimates that are each of a case, its arm or time: a table for each run of one measure."""
    found = []
    for (measure, names), run in groupby(rows, lambda row: (row.measure, tuple(name for name, _ in row.case))):
        same = list(run)
        tested = any(row.p is not None for row in same)
        columns = (
            *(name.capitalize() for name in names),
            _CASE_HEADINGS.get(measure, measure.capitalize()),
            f"{_percent_conf(same[0].conf)} CI",
            *(("P",) if tested else ()),
            "Method",
        )
        cells = tuple(
            (
                *(_case(value) for _, value in row.case),
                numbers.of_measure(measure, row.estimate, _digits(row, digits)),
                interval(row, digits),
                *(("" if row.p is None else numbers.p_value(row.p),) if tested else ()),
                row.name,
            )
            for row in same
        )
        texts = {index for index, (_, value) in enumerate(same[0].case) if isinstance(value, str)}
        found.append(Table(columns, cells, frozenset(range(len(columns) - 1)) - texts))
    return found


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
    known: list[tuple[str, Callable[[Design], str | None]]] = [
        (_VARIED.get(name, name), partial(_varied, name, digits)) for name, _ in rows[0].case
    ]
    scales = {row.effect_scale for row in rows}
    if (effect or len(scales) > 1) and rows[0].effect_scale.endswith("hazard ratio"):
        known.append(("HR", lambda row: numbers.fixed(row.effect, 3 if digits is None else digits)))
        if effect and any(row.p1 is not None for row in rows):
            known.append(("P1", lambda row: _percent(row.p1, digits)))
    elif scales == {"rate ratio"}:
        if effect:
            known.append(("Rate ratio", lambda row: numbers.fixed(row.effect, 3 if digits is None else digits)))
    elif effect and scales != {"interval width"}:
        known.append(("P1", lambda row: _percent(row.p1, digits)))
        known.append(("Difference" if rows[0].p1 is None else "P1 - P0", lambda row: _percent(row.effect, digits)))
    known.append(("Events", lambda row: _count(row.events)))
    if any(_figure(row, "r1") is not None for row in rows):
        known += _two_stages(digits)
    elif size:
        one = all(row.n0 is None and row.n1 is not None for row in rows)
        known.append(("n" if one else "Arm 1", lambda row: _count(row.n1)))
        known.append(("Arm 2", lambda row: _count(row.n0)))
        known.append(("Total", lambda row: None if row.n1 is None or row.n0 is None else _count(row.n1 + row.n0)))
        known.append(("Enrol" if one else "Enrol 1", lambda row: _count(row.enrolled1)))
        known.append(("Enrol 2", lambda row: _count(row.enrolled0)))
    known.append(("Accrual", lambda row: _time(_figure(row, "accrual"), digits)))
    known.append(("Follow-up", lambda row: _time(row.follow_up, digits)))
    if scales == {"interval width"}:
        known.append(("Width", lambda row: _percent(row.effect, digits)))
    known.append(("Critical", lambda row: _count(_figure(row, "critical count"))))
    known.append(("Level", lambda row: _percent(_figure(row, "actual alpha"), 2 if digits is None else digits)))
    known.append(("Power", lambda row: _percent(row.power, digits)))
    known.append(("Simulated", lambda row: _simulated(row, digits)))
    columns = [(heading, [of(row) for row in rows]) for heading, of in known]
    shown = [(heading, texts) for heading, texts in columns if any(text is not None for text in texts)]
    # a table of cases is wide already: it has the keys of the methods
    cells = tuple(
        (*(texts[i] or "" for _, texts in shown), row.method if row.case else row.name) for i, row in enumerate(rows)
    )
    return Table((*(heading for heading, _ in shown), "Method"), cells, frozenset(range(len(shown))))


def _figure(row: Design, name: str) -> Any:
    """A figure of a design that others do not have, None where it has none."""
    return next((figure.value for figure in row.figures if figure.name == name), None)


def _two_stages(digits: int | None) -> list[tuple[str, Callable[[Design], str | None]]]:
    """The columns of designs in stages: the bounds as they are written, r1/n1 and r/n, and what they mean."""

    def of(*names: str) -> Callable[[Design], str | None]:
        def text(row: Design) -> str | None:
            found = [row.n1 if name == "n" else _figure(row, name) for name in names]
            return None if None in found else "/".join(f"{value:g}" for value in found)

        return text

    def expected(row: Design) -> str | None:
        found = _figure(row, "expected n under p0")
        return None if found is None else numbers.fixed(found, 1 if digits is None else digits)

    return [
        ("r1/n1", of("r1", "n1")),
        ("r/n", of("r", "n")),
        ("EN(p0)", expected),
        ("PET(p0)", lambda row: _percent(_figure(row, "early termination under p0"), digits)),
    ]


#: The headings of what a table varies, where they are not its name.
_VARIED = {"power": "Asked", "p1": "P1", "p0": "P0", "hr": "HR", "n": "N", "n1": "N1", "n0": "N0"}
_VARIED |= {"f1": "F1", "f0": "F0", "margin": "Margin", "events": "D"}
_VARIED |= {"alpha": "Alpha", "ratio": "Ratio", "dropout": "Dropout", "icc": "ICC", "cluster_size": "Cluster"}
_VARIED |= {"odds_ratio": "OR", "risk_ratio": "RR", "risk_difference": "RD", "design_effect": "Design effect"}

#: What a table varies that people read in percent.
_IN_PERCENT = {"power", "p1", "p0", "f1", "f0", "dropout", "risk_difference"}


def _varied(name: str, digits: int | None, row: Design) -> str:
    value = dict(row.case)[name]
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{100 * value:.6g}%" if name in _IN_PERCENT else f"{value:.10g}"


def _time(value: float | None, digits: int | None) -> str | None:
    return None if value is None else numbers.fixed(value, 1 if digits is None else digits)


def _simulated(row: Design, digits: int | None) -> str | None:
    """The simulated power with its standard error, where there is one."""
    found: dict[str, Any] = {figure.name: figure.value for figure in row.figures}
    if "simulated power" not in found:
        return None
    power, error = (100 * found[name] for name in ("simulated power", "Monte Carlo standard error"))
    places = 1 if digits is None else digits
    return f"{numbers.fixed(power, places)}% \u00b1 {numbers.fixed(error, places)}"


def _percent(value: float | None, digits: int | None) -> str | None:
    return None if value is None else numbers.percent(value, 1 if digits is None else digits)


def _count(value: float | None) -> str | None:
    """A whole number as it is; an expected one with one decimal."""
    return None if value is None else numbers.fixed(value, 0 if value == value // 1 else 1)


def _cases_of_values(rows: Sequence[Value], digits: int | None) -> list[Table]:
    """Figures of several cases: a row for each case, a column for each figure, or each method of the same figure.

    What is wider than a page goes on in another table.
    """
    several = len({row.method for row in rows}) > 1
    headings: dict[tuple[str, str | None], str] = {}
    cells: dict[tuple[tuple[str, Any], ...], dict[tuple[str, str | None], str]] = {}
    for row in rows:
        kind = row.name, row.method
        headings.setdefault(kind, (row.method or row.name) if several else row.name)
        cells.setdefault(row.case, {})[kind] = numbers.of_unit(row.unit, row.value, digits)
    names = tuple(name for name, _ in rows[0].case)
    labels = [tuple(f"{value:.6g}" for _, value in case) for case in cells]
    room = PAGE - sum(2 + max(map(len, column)) for column in zip(names, *labels, strict=True))
    parts: list[list[tuple[str, str | None]]] = [[]]
    left = room
    for kind, heading in headings.items():
        width = 2 + max(len(heading), *(len(found.get(kind, "")) for found in cells.values()))
        if width > left + 2 and parts[-1]:
            parts.append([])
            left = room
        parts[-1].append(kind)
        left -= width
    return [
        Table(
            (*names, *(headings[kind] for kind in part)),
            tuple(
                (*label, *(found.get(kind, "") for kind in part))
                for label, found in zip(labels, cells.values(), strict=True)
            ),
            frozenset(range(len(names) + len(part))),
        )
        for part in parts
    ]


def _values(rows: Sequence[Value], digits: int | None) -> list[Table]:
    """Figures as they are, and a table of its own for each thing that was varied."""
    varied: dict[tuple[str, ...], list[Value]] = {}
    for row in rows:
        varied.setdefault(tuple(name for name, _ in row.case), []).append(row)
    return [
        table
        for names, group in varied.items()
        for table in (_cases_of_values(group, digits) if names else [_plain_values(group, digits)])
    ]


def _plain_values(rows: Sequence[Value], digits: int | None) -> Table:
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
    alone = [row for row in document.estimates if not row.case]
    if alone:
        found.append(_estimates(alone, digits))
    if document.tests:
        found.append(_tests(document.tests, digits))
    found += _cases([row for row in document.estimates if row.case], digits)
    if document.designs:
        found.append(_designs(document.designs, digits))
    if listed := [row for row in document.values if row not in document.drawn()]:
        found += _values(listed, digits)
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
