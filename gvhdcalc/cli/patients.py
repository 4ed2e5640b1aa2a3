"""Individual patient data from a file: CSV, TSV, semicolons or blanks between the columns, which options name.

Rows are read in blocks; a column goes through numpy at once. A row that cannot be used is reported by its line number
and left out, and the rest goes on.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import wraps
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..reported.number import quoted
from . import near, one_line
from .common import fail
from .delimited import NOT_TEXT, delimiter_of, first_of, opened, wrong_width

if TYPE_CHECKING:
    from ..stats.patients import Patients

F = TypeVar("F", bound=Callable[..., Any])

#: Rows in a block, and left-out rows that are told one by one.
BLOCK = 65536
TOLD = 10

#: More labels than this in a column are no arms; more than this in a text covariate no levels.
MOST_ARMS = 20
MOST_LEVELS = 50

#: What stands for a value that is not there.
MISSING = frozenset(("", "na", "n/a", "nan", "<na>", ".", "null", "none", "-", "?"))

#: Codes of an event column that need no option.
EVENT_WORDS = frozenset(("1", "true", "t", "yes", "y", "event", "dead", "died", "death", "deceased"))
CENSOR_WORDS = frozenset(("0", "false", "f", "no", "n", "censored", "censor", "cens", "alive"))

#: Labels of a control arm that need no option.
CONTROL_WORDS = frozenset(
    ("0", "control", "controls", "placebo", "standard", "usual care", "standard of care", "soc", "obs", "observation",
     "no", "none", "false", "untreated", "unexposed")
)  # fmt: skip

#: A code that is not named may be a slip on a few rows; on more than this share of them it is a code.
_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns asked for, and the codes in them, as typed."""

    time: str
    event: str
    arm: str | None = None
    entry: str | None = None
    strata: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    cluster: str | None = None
    event_codes: tuple[str, ...] = ()
    censor_codes: tuple[str, ...] = ()
    competing_codes: tuple[str, ...] = ()
    control: str | None = None
    treated: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the patients, the rows of the file and those left out of them, and how codes were understood.

    ``facts`` are (label, text) for the head of a report, ``inputs`` the same for JSON.
    """

    patients: Patients
    rows: int
    left_out: int
    facts: tuple[tuple[str, str], ...]
    inputs: dict[str, Any]

    def warnings(self) -> tuple[str, ...]:
        """The warning that rows were left out, where some were."""
        if not self.left_out:
            return ()
        return (f"{self.left_out} of {self.rows} rows left out: see the line numbers on standard error",)


def _listed(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> tuple[str, ...]:
    """Names given one by one or with commas between them."""
    return tuple(name.strip() for text in value for name in text.split(",") if name.strip())


def patient_options(*, arm_needed: bool = False, competing: bool = False, covariates: bool = True) -> Callable[[F], F]:
    """The options that name the columns of patient data; the command takes them as one argument, ``columns``.

    ``competing`` says that competing events are of interest, not only a reason for censoring.
    """

    def decorate(function: F) -> F:
        @wraps(function)
        def call(*args: Any, **given: Any) -> Any:
            asked = Columns(
                time=given.pop("time"),
                event=given.pop("event"),
                arm=given.pop("arm"),
                entry=given.pop("entry"),
                strata=given.pop("strata"),
                covariates=given.pop("covariates", ()),
                cluster=given.pop("cluster", None),
                event_codes=given.pop("event_codes"),
                censor_codes=given.pop("censor_codes"),
                competing_codes=given.pop("competing_codes"),
                control=given.pop("control"),
                treated=given.pop("treated"),
            )
            return function(*args, columns=asked, **given)

        def several(*names: str, help: str) -> Any:
            return click.option(*names, multiple=True, callback=_listed, metavar="LIST", help=help)

        def one(name: str, help: str, required: bool = False) -> Any:
            return click.option(name, metavar="COLUMN", required=required, help=help)

        decorators = [
            one("--time", "Time of the event or of censoring.", required=True),
            one("--event", "What happened at that time: a code.", required=True),
            one("--arm", "The arm of each patient.", required=arm_needed),
            one("--entry", "Time from which a patient is observed (left truncation)."),
            several("--strata", help="Columns of strata: age,centre."),
        ]
        if covariates:
            decorators += [
                several("--covariates", help="Columns of covariates; factor(stage) where numbers are categories."),
                one("--cluster", "Patients with one value are correlated."),
            ]
        decorators += [
            several("--event-code", "event_codes", help="Codes of the event (default 1, yes, dead ...; 2 beside 1)."),
            several("--censor-code", "censor_codes", help="Codes of censoring (default 0, no, alive ...; 1 beside 2)."),
            several(
                "--competing-code",
                "competing_codes",
                help="Codes of competing events"
                + (" (default: 2 and above)." if competing else ", which censor here."),
            ),
            click.option(
                "--control", metavar="LABEL", help="The control arm (default: placebo, control, 0 ...; the first)."
            ),
            click.option("--treated", metavar="LABEL", help="The treated arm, which comes first."),
        ]
        wrapped: Any = call
        for decorator in reversed(decorators):
            wrapped = decorator(wrapped)
        return wrapped  # type: ignore[no-any-return]

    return decorate


# --- cells ------------------------------------------------------------------------------------------------------------


def canonical(text: str) -> str:
    """A code as it is compared: no blanks around it, 1.0 and 01 as 1."""
    text = text.strip()
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if math.isfinite(number) and number.is_integer() and "_" not in text else text


def _is_missing(text: str) -> bool:
    return text.strip().lower() in MISSING


class _Codes(dict[str, int]):
    """Cells of a column to the number of their label in order of appearance; -1 for a missing one."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self._known: dict[str, int] = {}

    def __missing__(self, cell: str) -> int:
        label = one_line(canonical(cell))
        if _is_missing(cell):
            code = -1
        elif label in self._known:
            code = self._known[label]
        else:
            code = self._known[label] = len(self.labels)
            self.labels.append(label)
        self[cell] = code
        return code


@dataclass(slots=True)
class _Column:
    """A column that is read: numbers where ``codes`` is None, else labels. ``what`` is what it is for."""

    what: str
    name: str
    index: int
    codes: _Codes | None = None
    blocks: list[Any] = field(default_factory=list)

    @property
    def said(self) -> str:
        """The column in a message: "time", "time (months)" where its name is another."""
        return self.what if self.what == self.name else f"{self.what} ({self.name})"


@dataclass(slots=True)
class _LeftOut:
    """Rows left out: how many for each reason, and the first of them with their lines."""

    reasons: Counter[str] = field(default_factory=Counter)
    first: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.reasons.values())

    def add(self, line: int, reason: str, value: str = "") -> None:
        self.reasons[reason] += 1
        if len(self.first) < 4 * TOLD:  # codes are judged after the last row: their lines are put between these
            self.first.append((line, value or reason, reason))

    def first_of(self, reason: str) -> str:
        """The first row that was left out for a reason, with its line."""
        return next((f"line {line}: {one_line(said)}" for line, said, of in sorted(self.first) if of == reason), reason)

    def tell(self, command: str) -> None:
        """The lines on standard error, the first of them one by one."""
        told = sorted(self.first)[:TOLD]
        for line, message, _ in told:
            click.echo(f"gvhdcalc {command}: line {line}: {one_line(message)}; row left out", err=True)
        if self.count > len(told):
            by = ", ".join(f"{count} because {reason}" for reason, count in self.reasons.most_common(5))
            more = ", others" if len(self.reasons) > 5 else ""
            click.echo(f"gvhdcalc {command}: {self.count} rows left out in all: {one_line(by)}{more}", err=True)


# --- the file ---------------------------------------------------------------------------------------------------------


class _Table:
    """The rows of a stream in blocks, with the line of each."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._line = 1
        first = stream.readline()
        while first and not first.strip():
            first, self._line = stream.readline(), self._line + 1
        if not first:
            fail("the file is empty: a header line and a row for each patient are needed")
        if "\x00" in first:
            fail(f"the file is {NOT_TEXT}")
        self.delimiter = delimiter_of(first, "\t,;|", otherwise=" ")
        self.names = [one_line(name.strip()) for name in first_of(self._split([first]), self._line)]
        if all(_is_number(name) for name in self.names):
            fail(f"the first line has numbers, not the names of columns: {quoted(first.strip())}")
        self._ahead: list[str] = []
        if self.delimiter == " ":
            # R's write.table: the names of the rows have no name in the header
            self._ahead = list(islice(stream, 1))
            row = first_of(self._split(self._ahead), self._line + 1)
            if len(row) == len(self.names) + 1:
                self.names.insert(0, "row name")

    def _split(self, lines: Any) -> Iterator[list[str]]:
        if self.delimiter != " ":
            return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True, strict=True)
        return (
            line.split() if '"' not in line else next(csv.reader([" ".join(line.split())], delimiter=" "))
            for line in lines
        )

    def blocks(self, left_out: _LeftOut) -> Iterator[tuple[list[list[str]], Any]]:
        """Rows as wide as the header with the line of each; others are put into ``left_out``. Blank lines are none."""
        import numpy as np

        lines = self._lines()
        reader = self._split(lines)
        width = len(self.names)
        line = self._line
        more = True
        while more:
            rows: list[list[str]] = []
            broken = None
            try:
                rows.extend(islice(reader, BLOCK))
                more = len(rows) == BLOCK
            except csv.Error as error:
                broken = str(error)
            read = self._count
            at = np.arange(line + 1, line + 1 + len(rows))
            if read - line - bool(broken) != len(
                rows
            ):  # a quoted cell goes over several lines: it counts where it ends
                more_lines = [sum(cell.count("\n") or cell.count("\r") for cell in row) for row in rows]
                at = at + np.cumsum(more_lines)
            if broken and ("end of data" in broken or "field limit" in broken):
                opened_at = (int(at[-1]) if len(rows) else line) + 1  # it has taken all lines from there
                fail(f"line {opened_at}: a quote is opened that is not closed")
            line = read
            if set(map(len, rows)) - {width}:
                good = []
                for index, row in enumerate(rows):
                    if len(row) == width:
                        good.append(index)
                    elif any(cell.strip() for cell in row):
                        reason = "a row has not the columns of the header"
                        said = wrong_width(len(row), width)
                        left_out.add(int(at[index]), reason, said)
                rows, at = [rows[index] for index in good], at[good]
            if rows:
                yield rows, at
            if broken:
                left_out.add(line, "a row cannot be read", broken)

    def _lines(self) -> Iterator[str]:
        self._count = self._line
        for line in chain(self._ahead, self._stream):
            self._count += 1
            yield line

    def find(self, name: str, what: str) -> int:
        """The index of a column. Ends with a message that names the columns there are."""
        found = [index for index, known in enumerate(self.names) if known == name]
        found = found or [index for index, known in enumerate(self.names) if known.lower() == name.lower()]
        if len(found) > 1:
            fail(f"{what}: {len(found)} columns are named {quoted(name)}; a column needs its own name")
        if not found:
            shown = ", ".join(self.names[:30]) + (", ..." if len(self.names) > 30 else "")
            fail(f"{what}: no column {quoted(name)}{near(name, self.names)}; the columns are {shown}")
        return found[0]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_FACTOR = re.compile(r"(?:factor|C)\((.*)\)")


#: What a column is for that is for nothing else; one may be a stratum, a covariate and a cluster.
_ALONE = ("time", "event", "entry", "arm")


def _wanted(table: _Table, asked: Columns) -> list[_Column]:
    found = [
        _Column("time", asked.time, table.find(asked.time, "--time")),
        _Column("event", asked.event, table.find(asked.event, "--event"), _Codes()),
    ]
    if asked.entry is not None:
        found.append(_Column("entry", asked.entry, table.find(asked.entry, "--entry")))
    if asked.arm is not None:
        found.append(_Column("arm", asked.arm, table.find(asked.arm, "--arm"), _Codes()))
    for name in asked.strata:
        found.append(_Column("stratum", name, table.find(name, "--strata"), _Codes()))
    if asked.cluster is not None:
        found.append(_Column("cluster", asked.cluster, table.find(asked.cluster, "--cluster"), _Codes()))
    for name in asked.covariates:
        factor = _FACTOR.fullmatch(name)
        plain = factor[1].strip() if factor else name
        found.append(_Column("covariate", plain, table.find(plain, "--covariates"), _Codes() if factor else None))
    parts: dict[int, list[str]] = {}
    for column in found:
        for part in parts.setdefault(column.index, []):
            if part == column.what:
                fail(f"column {quoted(column.name)} is given twice as a {part}")
            if part in _ALONE or column.what in _ALONE:
                fail(f"column {quoted(column.name)} is the {part} and the {column.what} at once")
        parts[column.index].append(column.what)
    return found


def _number(cell: str, comma: bool = False) -> float:
    if "_" in cell:  # which Python reads as a sign between thousands
        return math.nan
    try:
        return float(cell.replace(",", ".") if comma else cell)
    except ValueError:
        return math.nan


def _is_text(cells: Sequence[str], comma: bool) -> bool:
    """Whether a covariate is text: most of its cells that are there are no numbers."""
    there = [cell for cell in cells if not _is_missing(cell)]
    return sum(math.isnan(_number(cell, comma)) for cell in there) * 2 > len(there)


def _read_block(
    columns: Sequence[_Column], rows: list[list[str]], at: Any, left_out: _LeftOut, comma: bool, first: bool
) -> Any:
    """Put a block's columns into their arrays, bad rows into ``left_out``; the lines of the rows that stay."""
    import numpy as np

    indices = [column.index for column in columns]
    cells = list(zip(*map(itemgetter(*indices), rows), strict=True))
    found = []
    bad = np.zeros(len(rows), dtype=bool)
    for column, texts in zip(columns, cells, strict=True):
        if first and column.what == "covariate" and column.codes is None and _is_text(texts, comma):
            column.codes = _Codes()
        if column.codes is not None:
            values: Any = np.fromiter(map(column.codes.__getitem__, texts), dtype=np.int64, count=len(rows))
            bad |= values < 0
        else:
            try:
                if "_" in "".join(texts):
                    raise ValueError
                values = np.fromiter(map(float, texts), dtype=float, count=len(rows))
            except ValueError:
                values = np.array([_number(text, comma) for text in texts])
            bad |= ~np.isfinite(values)
            if column.what == "time":
                times = values
                bad |= values < 0
            elif column.what == "entry":
                bad |= ~(values < times) | (values < 0)
        found.append(values)
    for index in np.flatnonzero(bad):
        texts = tuple(column[index] for column in cells)
        left_out.add(int(at[index]), *_reason(columns, texts, comma))
    good = ~bad
    for column, values in zip(columns, found, strict=True):
        column.blocks.append(values[good])
    return at[good]


def _reason(columns: Sequence[_Column], texts: Sequence[str], comma: bool) -> tuple[str, str]:
    """Why a row cannot be used, in general and with its value."""
    time = math.nan
    for column, text in zip(columns, texts, strict=True):
        if _is_missing(text):
            return f"{column.said} is missing", ""
        if column.codes is not None:
            continue
        value = _number(text, comma)
        if not math.isfinite(value):
            return f"{column.said} is no number", f"{column.said} is {quoted(text)}, not a number"
        if value < 0 and column.what in ("time", "entry"):
            return f"{column.said} is negative", f"{column.said} is {text.strip()}; a time is not negative"
        if column.what == "time":
            time = value
        if column.what == "entry" and not value < time:
            return (
                f"{column.said} is not before the time",
                f"{column.said} {text.strip()} is not before the time {time:g}",
            )
    return "a value cannot be used", ""


# --- codes ------------------------------------------------------------------------------------------------------------


def _seen(labels: Sequence[str], counts: Any) -> str:
    """ "0 (69 rows), 1 (68 rows)", the commonest first."""
    order = sorted(range(len(labels)), key=lambda index: -counts[index])
    shown = ", ".join(f"{quoted(labels[i], 20)[1:-1]} ({counts[i]} rows)" for i in order[:8])
    return shown + (", ..." if len(labels) > 8 else "")


def _statuses(
    labels: Sequence[str], counts: Any, asked: Columns, competing: bool
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Each code to its status (-1: not known), and the names of the causes. Ends with a message where that fails."""
    groups = {
        "--event-code": tuple(map(canonical, asked.event_codes)),
        "--censor-code": tuple(map(canonical, asked.censor_codes)),
        "--competing-code": tuple(map(canonical, asked.competing_codes)),
    }
    given: dict[str, str] = {}
    for option, codes in groups.items():
        for code in codes:
            if given.setdefault(code, option) != option:
                fail(f"code {quoted(code)} is in {given[code]} and in {option}")
            if code not in labels:
                fail(f"{option}: no {quoted(code)}{near(code, labels)} in column {asked.event}, which holds "
                     f"{_seen(labels, counts)}")  # fmt: skip
    if len(labels) > MOST_LEVELS:
        fail(f"--event: column {asked.event} holds {len(labels)} values ({_seen(labels, counts)}): these are no codes")
    events, censors, rivals = groups.values()
    if not events:
        words = [label for label in labels if label.lower() in EVENT_WORDS and label not in given]
        if not given and not competing and set(labels) == {"1", "2"}:
            words = ["2"]  # as R's survival has it: 1 is censored, 2 is dead
        if len({word.lower() for word in words}) != 1:
            fail(f"column {asked.event} holds {_seen(labels, counts)}: say which is the event (--event-code)")
        events = tuple(words)
    rest = [label for label in labels if label not in events + censors + rivals]
    if not censors:
        censors = tuple(label for label in rest if label.lower() in CENSOR_WORDS)
        if not censors and len(rest) == 1 and not competing:
            censors = tuple(rest)
        rest = [label for label in rest if label not in censors]
    if competing and not rivals:
        rivals = tuple(sorted(filter(str.isdigit, rest), key=int))
        rest = [label for label in rest if label not in rivals]
    status = {**dict.fromkeys(rest, -1), **dict.fromkeys(censors, 0), **dict.fromkeys(events, 1)}
    status.update({code: index for index, code in enumerate(rivals, start=2)})
    total = sum(counts)
    unknown = [label for label in rest if counts[labels.index(label)] > max(1, _SHARE * total)]
    if unknown:
        fail(
            f"column {asked.event} holds {_seen(labels, counts)}: say what {', '.join(map(quoted, unknown[:5]))} "
            "stands for (--event-code, --censor-code or --competing-code)"
        )
    return status, ("/".join(events), *rivals)


def _in_order(labels: Sequence[str]) -> list[str]:
    """Numbers by size, then words by the alphabet."""
    return sorted(labels, key=lambda text: (not _is_number(text), float(text) if _is_number(text) else 0.0, text))


def _arm_order(labels: Sequence[str], counts: Any, asked: Columns) -> tuple[str, ...]:
    """The arms, the control last. Ends with a message where there are not two, or too many."""
    if len(labels) > MOST_ARMS:
        fail(f"--arm: column {asked.arm} holds {len(labels)} values ({_seen(labels, counts)}): these are no arms")
    if len(labels) < 2:
        fail(f"--arm: column {asked.arm} holds one arm only, {_seen(labels, counts)}; leave --arm out, or see the data")
    order = _in_order(labels)
    named = {}
    for option, label in (("--control", asked.control), ("--treated", asked.treated)):
        if label is not None:
            named[option] = canonical(label)
            if canonical(label) not in labels:
                fail(f"{option}: no arm {quoted(label)}{near(label, labels)}; column {asked.arm} holds "
                     f"{_seen(labels, counts)}")  # fmt: skip
    control, treated = named.get("--control"), named.get("--treated")
    if control is not None and control == treated:
        fail(f"--control and --treated are both {quoted(control)}")
    if control is None:
        words = [label for label in order if label.lower() in CONTROL_WORDS and label != treated]
        control = words[0] if len(words) == 1 else next(label for label in order if label != treated)
    first = [] if treated is None else [treated]
    return (*first, *(label for label in order if label not in (treated, control)), control)


# --- the whole --------------------------------------------------------------------------------------------------------


def _mapped(column: _Column, order: Sequence[str]) -> Any:
    """The codes of a column as indices of ``order``."""
    import numpy as np

    assert column.codes is not None
    places = {label: index for index, label in enumerate(order)}
    new = np.array([places.get(label, -1) for label in column.codes.labels], dtype=np.int64)
    return new[np.concatenate(column.blocks)]


def _used(column: _Column, keep: Any) -> tuple[list[str], list[int]]:
    """The labels of a column that are on some row, and on how many."""
    import numpy as np

    assert column.codes is not None
    counts = np.bincount(np.concatenate(column.blocks)[keep], minlength=len(column.codes.labels))
    return [label for label, n in zip(column.codes.labels, counts, strict=True) if n], [int(n) for n in counts if n]


def read_patients(path: str, asked: Columns, command: str, *, competing: bool = False) -> Reading:
    """The patients of a file ("-" is standard input); rows that cannot be used are told on standard error.

    ``competing``: codes that are not named are competing events (2, 3 ...), not censored. Ends with a message and exit
    status 2 where a column is missing, codes are not clear, an arm is empty, or no event is left.
    """
    import numpy as np

    left_out = _LeftOut()
    lines: list[Any] = []
    with opened(path) as stream:
        table = _Table(stream)
        columns = _wanted(table, asked)
        comma = table.delimiter == ";"
        for rows, at in table.blocks(left_out):
            lines.append(_read_block(columns, rows, at, left_out, comma, first=not lines))
    line = np.concatenate(lines) if lines else np.zeros(0, dtype=np.int64)
    rows_read = len(line) + left_out.count
    if not rows_read:
        fail("no rows: a header line and a row for each patient are needed")
    reason, count = left_out.reasons.most_common(1)[0] if left_out.count else ("", 0)
    # cells that are missing are a fact about patients; a column that is mostly no number is another column
    if not len(line) or (2 * count > rows_read and reason.endswith("is no number")):
        fail(f"{'none' if not len(line) else f'only {len(line)}'} of the {rows_read} rows can be used: in {count} "
             f"{reason} ({left_out.first_of(reason)})")  # fmt: skip
    time, event = columns[0], columns[1]
    everyone = np.ones(len(line), dtype=bool)
    for column in columns:
        for label in column.codes.labels if column.codes is not None else ():
            if "\ufffd" in label:
                fail(f"{column.said} {quoted(label)} is not text in UTF-8: save the file as CSV in UTF-8")
    labels, counts = _used(event, everyone)
    status, causes = _statuses(labels, counts, asked, competing)
    assert event.codes is not None
    lookup = np.array([status.get(label, -1) for label in event.codes.labels], dtype=np.int64)
    codes = np.concatenate(event.blocks)
    statuses = lookup[codes]
    keep = statuses >= 0
    for index in np.flatnonzero(~keep):
        label = event.codes.labels[codes[index]]
        said = f"{event.said} {quoted(label)} is not one of the codes"
        left_out.add(int(line[index]), f"{event.said} is not one of the codes", said)
    left_out.tell(command)
    if not (statuses == 1).any():
        fail(f"no events: column {asked.event} holds {_seen(labels, counts)}")
    facts: list[tuple[str, str]] = []
    censored = [label for label, value in status.items() if value == 0]
    facts.append(("Event", _event_fact(asked, causes, censored, competing)))
    inputs: dict[str, Any] = {
        "time": asked.time,
        "event": asked.event,
        "event_codes": causes[0].split("/"),
        "censor_codes": censored,
        "competing_codes": list(causes[1:]),
    }
    arm: Any = np.zeros(len(line), dtype=np.int64)
    arms: tuple[str, ...] = ("all",)
    strata: Any = None
    cluster: Any = None
    entry: Any = None
    strata_labels: tuple[str, ...] = ()
    cluster_labels: tuple[str, ...] = ()
    for column in columns[2:]:
        if column.what == "arm":
            arms = _arm_order(*_used(column, keep), asked)
            arm = _mapped(column, arms)
            inputs |= {"arm": asked.arm, "arms": list(arms)}
        elif column.what == "entry":
            entry = np.concatenate(column.blocks)
            inputs["entry"] = asked.entry
        elif column.what == "cluster":
            assert column.codes is not None
            cluster, cluster_labels = np.concatenate(column.blocks), tuple(column.codes.labels)
            inputs["cluster"] = asked.cluster
    kinds = [column for column in columns if column.what == "stratum"]
    if kinds:
        strata, strata_labels = _strata(kinds, keep)
        inputs["strata"] = list(asked.strata)
    covariates, names = _covariates([column for column in columns if column.what == "covariate"], keep)
    if names:
        inputs["covariates"] = list(names)

    def of(values: Any) -> Any:
        return None if values is None else values[keep]

    from ..stats.patients import Patients

    patients = Patients(
        np.concatenate(time.blocks)[keep],
        statuses[keep],
        arm[keep],
        arms,
        causes,
        of(entry),
        of(strata),
        strata_labels,
        covariates,
        names,
        of(cluster),
        cluster_labels,
    )
    if len(arms) > 1:
        facts.append(("Arms", f"{' v '.join(arms)} ({quoted(arms[-1])[1:-1]} is the control)"))
    inputs |= {"rows": rows_read, "left_out": left_out.count, "patients": len(patients)}
    return Reading(patients, rows_read, left_out.count, tuple(facts), inputs)


def _event_fact(asked: Columns, causes: tuple[str, ...], censored: Sequence[str], competing: bool) -> str:
    rivals = ", ".join(causes[1:])
    also = f", {rivals} {'competing' if competing else 'competing (censored here)'}" if rivals else ""
    return f"{asked.event} {causes[0]}; {', '.join(censored) or 'no one'} censored{also}"


def _strata(columns: Sequence[_Column], keep: Any) -> tuple[Any, tuple[str, ...]]:
    """One index for the combination of all columns of strata, and the labels of the combinations that occur."""
    import numpy as np

    orders = [_in_order(_used(column, keep)[0]) for column in columns]
    combined = np.zeros(len(keep), dtype=np.int64)
    for column, order in zip(columns, orders, strict=True):
        combined = combined * len(order) + np.maximum(_mapped(column, order), 0)
    found = np.unique(combined[keep])
    labels = []
    for value in found.tolist():
        parts = []
        for order in reversed(orders):
            value, place = divmod(value, len(order))
            parts.append(order[place])
        labels.append(", ".join(reversed(parts)))
    return np.searchsorted(found, combined), tuple(labels)


def _covariates(columns: Sequence[_Column], keep: Any) -> tuple[Any, tuple[str, ...]]:
    """The design columns, shape (n, p), and their names: "celltype: squamous" for a level of a text."""
    import numpy as np

    values, names = [], []
    for column in columns:
        if column.codes is None:
            values.append(np.concatenate(column.blocks)[keep])
            names.append(column.name)
            continue
        levels, counts = _used(column, keep)
        if len(levels) > MOST_LEVELS:
            fail(f"--covariates: column {column.name} holds {len(levels)} texts ({_seen(levels, counts)})")
        order = _in_order(levels)
        codes = _mapped(column, order)[keep]
        for place, level in enumerate(order[1:], start=1):
            values.append((codes == place).astype(float))
            names.append(f"{column.name}: {level}")
    for name, column_values in zip(names, values, strict=True):
        if (column_values == column_values[0]).all():
            fail(f"--covariates: {quoted(name)} has one value only ({column_values[0]:g}): it explains nothing")
    return (np.column_stack(values), tuple(names)) if values else (None, ())
