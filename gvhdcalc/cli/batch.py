"""``--batch FILE``: many tables in, the same rows out with the results beside them.

CSV, TSV or JSON Lines, told from the first line. Rows are read in blocks, and a block goes through each method at once:
as arrays where the method is closed-form, table by table where it is not. Rows keep their order and their columns. A
bad row is reported with its line number, marked in the column ``error``, and the rest goes on.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from operator import itemgetter
from typing import Any

import click

from ..report.json import number as json_number
from ..stats.registry import Method
from . import one_line
from .common import Options, fail
from .delimited import first_of, opened, wrong_width

#: Rows in a block: enough for numpy to pay, few enough to stream.
BLOCK = 8192

#: Seconds after which a terminal is told how far a batch is, and between two such lines.
PATIENCE = 2.0

ESTIMATE_FIELDS = ("estimate", "lower", "upper")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a command's input stands in the columns of a file.

    ``columns`` hold whole numbers, those in ``reals`` any numbers; ``texts`` are columns that may stand in their place,
    if there are any, read by ``parse`` (text of each to numbers, ValueError with the reason). ``wrong`` says what is
    wrong with a row's numbers, or nothing; ``suspect`` finds the rows of arrays that ``wrong`` must look at. ``build``
    makes the methods' input from numbers or arrays.
    """

    columns: tuple[str, ...]
    texts: tuple[str, ...]
    example: str
    parse: Callable[..., tuple[float, ...]]
    wrong: Callable[..., str | None]
    suspect: Callable[..., Any]
    build: Callable[..., Any]
    reals: frozenset[str] = frozenset()

    def fits(self, columns: Iterable[str]) -> bool:
        """Whether a file with these columns has what is needed."""
        return set(self.columns) <= set(columns) or (bool(self.texts) and set(self.texts) <= set(columns))


@dataclass(slots=True)
class Block:
    """Some rows: the line of each, its cells (by position, or by name from JSON), and what is wrong with some.

    ``texts`` are the lines as they came in, where each row is one line without quotes.
    """

    lines: list[int] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def add(self, line: int, row: Any, error: str | None = None) -> None:
        if error:
            self.errors[len(self.rows)] = error
        self.lines.append(line)
        self.rows.append(row)


def _whole(column: str, value: Any) -> int:
    text = "" if value is None else str(value).strip()
    try:
        return int(text)
    except ValueError:
        said = f"is {one_line(text)!r}" if text else "is empty"
        raise ValueError(f"{column} {said}; a count is a whole number") from None


def _real(column: str, value: Any) -> float:
    text = "" if value is None else str(value).strip()
    try:
        return float(text)
    except ValueError:
        said = f"is {one_line(text)!r}" if text else "is empty"
        raise ValueError(f"{column} {said}; it is a number") from None


class Source:
    """The rows of a stream in blocks, whichever of the three formats it is in.

    Of several shapes the first that the columns of the file fit is taken.
    """

    def __init__(self, stream: Any, *shapes: Shape) -> None:
        self._stream = stream
        self._skipped = 1
        self._first = stream.readline()
        while self._first and not self._first.strip():
            self._first = stream.readline()
            self._skipped += 1
        if not self._first:
            fail("the batch is empty: a header line and a row for each table are needed")
        self.is_json = self._first.lstrip().startswith("{")
        self.delimiter = "\t" if "\t" in self._first else ","
        self.columns: list[str] = []
        if not self.is_json:
            rows = csv.reader([self._first], delimiter=self.delimiter)
            self.columns = [column.strip() for column in first_of(rows, self._skipped)]
        self.shape = shape = next((shape for shape in shapes if shape.fits(self._names())), shapes[0])
        if not self.is_json:
            lacking = [column for column in shape.columns if column not in self.columns]
            if not shape.fits(self.columns):
                wanted = ", ".join(shape.columns)
                if shape.texts:
                    wanted += f", or {' and '.join(shape.texts)} with {shape.example}"
                else:
                    wanted = ", or ".join(", ".join(shape.columns) for shape in shapes)
                fail(f"no column {', '.join(lacking)} in the header; columns are {wanted}")

    def _names(self) -> list[str]:
        """The columns of the header, or the names in the first object."""
        if not self.is_json:
            return self.columns
        try:
            return list(json.loads(self._first))
        except (ValueError, RecursionError):
            return []  # its line is reported when it is read as a row

    def blocks(self) -> Iterator[Block]:
        """Blocks of at most BLOCK rows."""
        if self.is_json:
            yield from self._gathered(self._json_rows())
            return
        skipped = self._skipped
        while lines := list(islice(self._stream, BLOCK)):
            if any('"' in line for line in lines):
                # a quoted cell may run over lines: the rest is read by the rules of CSV, row by row
                yield from self._gathered(self._separated_rows(chain(lines, self._stream), skipped))
                return
            yield self._plain_block(lines, skipped)
            skipped += len(lines)

    def _plain_block(self, lines: list[str], skipped: int) -> Block:
        """Rows that are lines without quotes: split at every delimiter, which is several times as fast."""
        texts = [line.rstrip("\r\n") for line in lines]
        numbered = range(skipped + 1, skipped + 1 + len(lines))
        rows = [text.split(self.delimiter) for text in texts]
        width = len(self.columns)
        if set(map(len, rows)) == {width} and (width > 1 or all(texts)):
            return Block(list(numbered), rows, texts=texts)
        block = Block()
        for line, text, row in zip(numbered, texts, rows, strict=True):
            if text:
                block.add(line, row, None if len(row) == width else wrong_width(len(row), width))
        return block

    @staticmethod
    def _gathered(rows: Iterable[tuple[int, Any, str | None]]) -> Iterator[Block]:
        block = Block()
        for line, row, error in rows:
            block.add(line, row, error)
            if len(block.rows) == BLOCK:
                yield block
                block = Block()
        if block.rows:
            yield block

    def _separated_rows(self, lines: Iterable[str], skipped: int) -> Iterator[tuple[int, list[str], str | None]]:
        reader = csv.reader(lines, delimiter=self.delimiter)
        width = len(self.columns)
        while True:
            try:
                for row in reader:
                    if len(row) == width:
                        yield reader.line_num + skipped, row, None
                    elif row:
                        yield reader.line_num + skipped, row, wrong_width(len(row), width)
                return
            except csv.Error as error:
                yield reader.line_num + skipped, [], str(error)

    def _json_rows(self) -> Iterator[tuple[int, dict[str, Any], str | None]]:
        line, number = self._first, self._skipped
        while line:
            if line.strip():
                try:
                    cells = json.loads(line)
                except (ValueError, RecursionError) as error:
                    yield number, {}, f"not JSON: {error}"
                else:
                    good = isinstance(cells, dict)
                    yield number, cells if good else {}, None if good else "not a JSON object"
            line, number = self._stream.readline(), number + 1

    def cell(self, row: Any, column: str) -> Any:
        """What a row has in a column."""
        if self.is_json:
            return row.get(column)
        return row[self.columns.index(column)]

    def _has(self, row: Any, column: str) -> bool:
        return column in (row if self.is_json else self.columns)

    def _one(self, row: Any) -> tuple[float, ...]:
        """The numbers of one row. Raises ValueError that says what is wrong."""
        shape = self.shape
        in_text = bool(shape.texts) and all(self._has(row, column) for column in shape.texts)
        if self._has(row, shape.columns[0]) or not in_text:
            found: tuple[float, ...] = tuple(
                (_real if column in shape.reals else _whole)(column, self.cell(row, column)) for column in shape.columns
            )
        else:
            found = shape.parse(*(str(self.cell(row, column) or "") for column in shape.texts))
        wrong = shape.wrong(*found)
        if wrong:
            raise ValueError(wrong)
        return found

    def numbers(self, block: Block) -> list[tuple[float, ...]]:
        """The numbers of the rows of a block that are right; what is wrong with the others is put into the block."""
        import numpy as np

        shape = self.shape
        if not block.errors and not self.is_json and set(shape.columns) <= set(self.columns):
            # the common case at full speed: numbers throughout, and nothing wrong with any row
            pick = itemgetter(*(self.columns.index(column) for column in shape.columns))
            found: list[tuple[float, ...]] = []
            try:
                if shape.reals:
                    kinds = [float if column in shape.reals else int for column in shape.columns]
                    found = [tuple(kind(c) for kind, c in zip(kinds, pick(row), strict=True)) for row in block.rows]
                else:
                    found = [tuple(map(int, pick(row))) for row in block.rows]
            except ValueError:
                found = []
            if found and not shape.suspect(*np.array(found, dtype=float).T).any():
                return found
        found = []
        for index, row in enumerate(block.rows):
            if index not in block.errors:
                try:
                    found.append(self._one(row))
                except ValueError as error:
                    block.errors[index] = str(error)
        return found


def prefixed(prefix: str, methods: Sequence[Method]) -> list[Method]:
    """Methods of one of several measures, under keys that tell their columns apart: ratio-wald, difference-wald."""
    return [replace(method, key=f"{prefix}-{method.key}") for method in methods]


def added_columns(
    estimators: Sequence[Method], tests: Sequence[Method], fields: Sequence[str] = ESTIMATE_FIELDS
) -> list[str]:
    """The names of the result columns: woolf_estimate, woolf_lower, woolf_upper, pearson_p ..."""
    found = [f"{method.key}_{item}" for method in estimators for item in fields]
    return found + [f"{method.key}_p" for method in tests]


def _results(
    shape: Shape,
    numbers: list[tuple[float, ...]],
    estimators: Sequence[Method],
    tests: Sequence[Method],
    conf: float,
    more: dict[str, Any],
    fields: Sequence[str],
) -> list[list[float]]:
    """The result columns of some rows, as lists of plain numbers."""
    import numpy as np

    many = any(method.closed_form for method in (*estimators, *tests))
    arrays = shape.build(*np.array(numbers, dtype=float).T) if many else None
    columns: list[list[float]] = []

    def add(method: Method, call: Callable[[Any], Any], items: Sequence[str]) -> None:
        if method.closed_form:
            result = call(arrays)
            columns.extend(getattr(result, item).tolist() for item in items)
        else:
            results = [call(shape.build(*row)) for row in numbers]
            columns.extend([getattr(result, item) for result in results] for item in items)

    for method in estimators:
        add(method, lambda table, of=method.function: of(table, conf, **more), fields)  # type: ignore[misc]
    for method in tests:
        add(method, method.function, ("p",))
    return columns


def run(
    shape: Shape,
    command: str,
    estimators: Sequence[Method],
    tests: Sequence[Method],
    options: Options,
    *,
    otherwise: tuple[Shape, Sequence[Method], Sequence[Method]] | None = None,
    alternatives: Sequence[Shape] = (),
    fields: Sequence[str] = ESTIMATE_FIELDS,
    **more: Any,
) -> int:
    """Stream a file through the methods; exit status 1 if any row was bad. ``more`` is handed to every estimator.

    Where the columns of the file do not fit ``shape``, the first that they fit of ``alternatives`` is taken for the
    same methods; ``otherwise`` has a shape with its own estimators and tests. ``fields`` are what an estimator's
    result is asked for.
    """
    if options.reported is not None or options.explain or options.plot:
        fail("--batch writes rows: it does not go with --reported, --explain or --plot")
    bad = done = 0
    told = time.monotonic()
    with opened(options.batch or "-") as stream:
        source = Source(stream, shape, *alternatives, *((otherwise[0],) if otherwise else ()))
        if otherwise and source.shape is otherwise[0]:
            _, estimators, tests = otherwise
        shape = source.shape
        added = added_columns(estimators, tests, fields)
        write = _writer(source, options, added)
        for block in source.blocks():
            numbers = source.numbers(block)
            columns = _results(shape, numbers, estimators, tests, options.conf, more, fields) if numbers else []
            for index, error in sorted(block.errors.items()):
                click.echo(f"gvhdcalc {command}: line {block.lines[index]}: {one_line(error)}", err=True)
            write(block, columns)
            bad += len(block.errors)
            done += len(block.rows)
            if sys.stderr.isatty() and time.monotonic() - told > PATIENCE:
                told = time.monotonic()
                click.echo(f"{done} rows", err=True)
    return 1 if bad else 0


def _writer(source: Source, options: Options, added: list[str]) -> Callable[[Block, list[list[float]]], None]:
    """Rows go out as they came in, unless --format says csv, tsv or jsonl."""
    form = options.form if options.form in {"csv", "tsv", "jsonl"} else None
    if form is None and options.form not in {"rich", "plain"}:
        fail(f"--batch writes csv, tsv or jsonl, not {options.form}")
    if form == "jsonl" or (form is None and source.is_json):
        return _json_writer(source, added)
    return _separated_writer(source, added, {"csv": ",", "tsv": "\t"}.get(form or "", source.delimiter))


def _json_writer(source: Source, added: list[str]) -> Callable[[Block, list[list[float]]], None]:
    def write(block: Block, columns: list[list[float]]) -> None:
        results = iter(zip(*columns, strict=True))
        for index, row in enumerate(block.rows):
            cells = dict(row if source.is_json else zip(source.columns, row, strict=False))
            if index in block.errors:
                cells["error"] = block.errors[index]
            else:
                cells.update(zip(added, map(json_number, next(results)), strict=True))
            sys.stdout.write(json.dumps(cells, ensure_ascii=False) + "\n")

    return write


def _separated_writer(source: Source, added: list[str], delimiter: str) -> Callable[[Block, list[list[float]]], None]:
    writer = csv.writer(sys.stdout, delimiter=delimiter, lineterminator="\n")
    header: list[str] = []
    nothing = [""] * len(added)

    def write(block: Block, columns: list[list[float]]) -> None:
        if not header:
            header.extend(source.columns or list(block.rows[0]))
            writer.writerow([*header, *added, "error"])
        if block.texts and not block.errors and delimiter == source.delimiter:
            # each line as it came in, with its results: nothing in it needs quotes
            texts = [["" if value != value else repr(value) for value in column] for column in columns]
            rows = zip(block.texts, *texts, strict=True)
            sys.stdout.write("".join([f"{delimiter.join(row)}{delimiter}\n" for row in rows]))
            return
        # what does not exist is an empty cell; nan is the only number that differs from itself
        shown = [["" if value != value else value for value in column] for column in columns]
        results = iter(zip(*shown, strict=True))
        width = len(header)
        out = []
        for index, row in enumerate(block.rows):
            cells = [row.get(column, "") for column in header] if source.is_json else row
            if index in block.errors:
                padded = [*cells[:width], *[""] * (width - len(cells))]
                out.append([*padded, *nothing, one_line(block.errors[index])])
            else:
                out.append([*cells, *next(results), ""])
        writer.writerows(out)

    return write
