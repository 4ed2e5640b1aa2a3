"""Files of rows and columns (CSV, TSV, semicolons): opened, their header read, and small ones row by row."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain
from typing import Any

from . import one_line
from .common import fail

NOT_TEXT = "not text in UTF-8 (it may be UTF-16 or a spreadsheet): save it as CSV in UTF-8"


@contextmanager
def opened(path: str) -> Iterator[Any]:
    """The text of a file, or of standard input; ends with a message where it cannot be read."""
    if path == "-":
        yield TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace", newline="")
        return
    try:
        stream = open(path, encoding="utf-8-sig", errors="replace", newline="")  # noqa: SIM115 (closed below)
    except OSError as error:
        fail(f"cannot read {path!r}: {error.strerror or error}")
    with stream:
        yield stream


def delimiter_of(header: str, marks: str = ",\t;", otherwise: str = ",") -> str:
    """The mark that stands most often in a header outside quotes."""
    bare = re.sub(r'"[^"]*"', "", header)
    most = max(marks, key=bare.count)
    return most if most in bare else otherwise


def first_of(rows: Iterable[list[str]], line: int = 1) -> list[str]:
    """The first row, a header; ends with a message where it cannot be read."""
    try:
        return next(iter(rows), [])
    except csv.Error as error:
        fail(f"line {line}: {error}")


def wrong_width(found: int, width: int) -> str:
    return f"{found} columns where the header has {width}"


def rows_of(path: str, each: str) -> Iterator[tuple[int, list[str]]]:
    """The header of a file and then its rows, with the line of each; empty rows are passed over.

    ``each`` says what a row stands for. A row that cannot be read, or is not as wide as the header, ends it all.
    """
    with opened(path) as stream:
        skipped, header = 0, stream.readline()
        while header and not header.strip():
            skipped, header = skipped + 1, stream.readline()
        if not header:
            fail(f"the file is empty: a header line and a row for each {each} are needed")
        reader = csv.reader(_text(chain([header], stream), skipped), delimiter=delimiter_of(header))
        names = [one_line(name).strip() for name in first_of(reader, skipped + 1)]
        yield skipped + reader.line_num, names
        try:
            for cells in reader:
                line = skipped + reader.line_num
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(names):
                    fail(f"line {line}: {wrong_width(len(cells), len(names))}")
                yield line, [cell.strip() for cell in cells]
        except csv.Error as error:
            fail(f"line {skipped + reader.line_num}: {error}")


def _text(lines: Iterable[str], skipped: int) -> Iterator[str]:
    """The lines of a text. A NUL says that it is none: some versions of the csv module read it, others refuse it."""
    for line, text in enumerate(lines, skipped + 1):
        if "\x00" in text:
            fail(f"line {line}: a NUL byte: the file is {NOT_TEXT}")
        yield text
