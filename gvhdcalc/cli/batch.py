"""``--batch FILE``: many tables in, the same rows out with the results beside them.

CSV, TSV or JSON Lines, told from the first line. Rows are read in blocks; closed-form methods take a block as arrays.
Rows keep their order and their columns. A bad row is reported with its line number, marked in the column ``error``, and
the rest goes on.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO, Any

import click

from ..report.json import number as json_number
from ..stats import registry
from ..stats.registry import Method
from ..stats.two_by_two import TwoByTwo
from . import one_line
from .arms import parse_counts
from .common import Options, chosen, fail

#: Rows in a block: enough for numpy to pay, few enough to stream.
BLOCK = 8192

#: The ways in which columns may name the two arms, by the first that is there.
COUNTS = ("events1", "total1", "events0", "total0")
ARMS = ("treatment", "control")

_ESTIMATE_FIELDS = ("estimate", "lower", "upper")


@dataclass(slots=True)
class Row:
    """One row of the input: its line, its cells by column, its counts or what is wrong with it."""

    line: int
    cells: dict[str, Any]
    counts: tuple[int, int, int, int] | None = None
    error: str = ""


def _whole(cells: dict[str, Any], column: str) -> int:
    value = cells.get(column)
    text = "" if value is None else str(value).strip()
    try:
        return int(text)
    except ValueError:
        said = f"is {one_line(text)!r}" if text else "is empty"
        raise ValueError(f"{column} {said}; a count is a whole number") from None


def counts_of(cells: dict[str, Any]) -> tuple[int, int, int, int]:
    """events1, total1, events0, total0 of a row. Raises ValueError that says what is wrong."""
    if "events1" in cells:
        events1, total1, events0, total0 = (_whole(cells, column) for column in COUNTS)
        for events, total, arm in ((events1, total1, "1"), (events0, total0, "0")):
            if total <= 0:
                raise ValueError(f"total{arm} is {total}; an arm needs at least one patient")
            if not 0 <= events <= total:
                raise ValueError(f"events{arm} is {events}; it must be from 0 to the total of {total}")
        return events1, total1, events0, total0
    one, two = (parse_counts(str(cells.get(column) or "")) for column in ARMS)
    return one.events, one.total, two.events, two.total


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    if path == "-":
        yield TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace", newline="")
        return
    try:
        with open(path, encoding="utf-8-sig", errors="replace", newline="") as stream:
            yield stream
    except OSError as error:
        fail(f"cannot read {path!r}: {error.strerror or error}")


class Source:
    """The rows of a stream, whichever of the three formats it is in."""

    def __init__(self, stream: IO[str]) -> None:
        first = stream.readline()
        while first and not first.strip():
            first = stream.readline()
        if not first:
            fail("the batch is empty: a header line and a row for each table are needed")
        self.is_json = first.lstrip().startswith("{")
        self.delimiter = "\t" if "\t" in first else ","
        self.columns: list[str] = []
        self._stream, self._first = stream, first
        if not self.is_json:
            self.columns = [column.strip() for column in next(csv.reader([first], delimiter=self.delimiter))]
            lacking = [column for column in COUNTS if column not in self.columns]
            if lacking and not set(ARMS) <= set(self.columns):
                fail(
                    f"no column {', '.join(lacking)} in the header; columns are {', '.join(COUNTS)}, "
                    f"or {' and '.join(ARMS)} with arms as 82/99"
                )

    def __iter__(self) -> Iterator[Row]:
        return self._json_rows() if self.is_json else self._separated_rows()

    def _separated_rows(self) -> Iterator[Row]:
        reader = csv.reader(self._stream, delimiter=self.delimiter)
        columns, width = self.columns, len(self.columns)
        while True:
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(reader.line_num + 1, {}, error=str(error))
                continue
            if not values:
                continue
            row = Row(reader.line_num + 1, dict(zip(columns, values, strict=False)))
            if len(values) != width:
                row.error = f"{len(values)} columns where the header has {width}"
            yield row

    def _json_rows(self) -> Iterator[Row]:
        def lines() -> Iterator[str]:
            yield self._first
            yield from self._stream

        for index, line in enumerate(lines(), start=1):
            if not line.strip():
                continue
            try:
                cells = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield Row(index, {}, error=f"not JSON: {error}")
                continue
            if isinstance(cells, dict):
                yield Row(index, cells)
            else:
                yield Row(index, {}, error="not a JSON object")


def _blocks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    block = []
    for row in rows:
        block.append(row)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block


def result_columns(estimators: Sequence[Method], tests: Sequence[Method]) -> list[str]:
    """The names of the added columns: woolf_estimate, woolf_lower, woolf_upper, pearson_p ..."""
    found = [f"{method.key}_{field}" for method in estimators for field in _ESTIMATE_FIELDS]
    return found + [f"{method.key}_p" for method in tests]


def _each(
    method: Method, call: Callable[[Any], Any], fields: Sequence[str], good: list[Row], arrays: Any
) -> list[list[Any]]:
    """The fields of one method for the good rows, as lists of plain numbers."""
    if method.closed_form:
        result = call(arrays)
        return [getattr(result, field).tolist() for field in fields]
    results = [call(TwoByTwo.from_totals(*row.counts)) for row in good if row.counts]
    return [[getattr(result, field) for result in results] for field in fields]


def _compute(
    block: list[Row], estimators: Sequence[Method], tests: Sequence[Method], conf: float, more: dict[str, Any]
) -> Iterator[tuple[Row, tuple[Any, ...]]]:
    import numpy as np

    for row in block:
        if not row.error:
            try:
                row.counts = counts_of(row.cells)
            except ValueError as error:
                row.error = str(error)
    good = [row for row in block if row.counts]
    columns: list[list[Any]] = []
    if good:
        arrays = TwoByTwo.from_totals(*np.array([row.counts for row in good], dtype=float).T)
        for method in estimators:
            columns += _each(method, lambda t, f=method.function: f(t, conf, **more), _ESTIMATE_FIELDS, good, arrays)  # type: ignore[misc]
        for method in tests:
            columns += _each(method, method.function, ("p",), good, arrays)
    results = iter(zip(*columns, strict=True))
    for row in block:
        yield row, next(results) if row.counts else ()


def run(measure: str, command: str, options: Options, **more: Any) -> int:
    """Stream a file of tables through the chosen methods; exit status 1 if any row was bad."""
    if options.reported is not None or options.explain or options.plot:
        fail("--batch writes rows: it does not go with --reported, --explain or --plot")
    estimators = chosen(registry.estimators(measure), options.methods)
    tests = chosen(registry.tests(measure), options.methods)
    added = result_columns(estimators, tests)
    bad = 0
    with _opened(options.batch or "-") as stream:
        source = Source(stream)
        write = _writer(source, options, added)
        for block in _blocks(iter(source)):
            for row, values in _compute(block, estimators, tests, options.conf, more):
                if row.error:
                    bad += 1
                    click.echo(f"gvhdcalc {command}: line {row.line}: {one_line(row.error)}", err=True)
                write(row, values)
    return 1 if bad else 0


def _writer(source: Source, options: Options, added: list[str]) -> Callable[[Row, tuple[Any, ...]], None]:
    """Rows go out as they came in, unless --format says csv, tsv or jsonl."""
    form = options.form if options.form in {"csv", "tsv", "jsonl"} else None
    if form is None and options.form not in {"rich", "plain"}:
        fail(f"--batch writes csv, tsv or jsonl, not {options.form}")
    out = sys.stdout
    if form == "jsonl" or (form is None and source.is_json):

        def write_json(row: Row, values: tuple[Any, ...]) -> None:
            cells = {**row.cells, **dict(zip(added, map(json_number, values), strict=False))}
            if row.error:
                cells["error"] = row.error
            out.write(json.dumps(cells, ensure_ascii=False) + "\n")

        return write_json
    delimiter = {"csv": ",", "tsv": "\t"}.get(form or "", source.delimiter)
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    columns: list[str] = []
    blanks = [""] * len(added)

    def write_separated(row: Row, values: tuple[Any, ...]) -> None:
        if not columns:
            columns.extend(source.columns or list(row.cells))
            writer.writerow([*columns, *added, "error"])
        cells = [row.cells.get(column, "") for column in columns]
        results = ["" if value != value else value for value in values] if values else blanks
        writer.writerow([*cells, *results, one_line(row.error)])

    return write_separated
