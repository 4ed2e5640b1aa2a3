"""``gvhdcalc check``: every figure of an abstract that can be recomputed, recomputed and judged."""

from __future__ import annotations

import csv
import gc
import io
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO

import click

from ..reported.findings import Findings
from ..reported.sources import SUFFIXES, Form, Source, Unreadable, files_in, from_path, from_stream
from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED
from . import one_line
from .common import StatCommand, fail
from .page_file import PageFile

FORMATS = ("rich", "plain", "json", "jsonl", "csv", "markdown")
#: Texts that a process is handed at once, and how many such shares may wait for each: order kept, memory bounded.
SHARE = 64
_AHEAD = 3
STANDARD_INPUT = "standard input"


@dataclass(frozen=True, slots=True)
class Shown:
    """A text, judged and written out: standard output, standard error, and whether all follows."""

    text: str
    warning: str | None
    follows: bool
    where: str = ""
    findings: Findings | None = None  # for the page of --html only
    wanted: bool = True
    fault: bool = False


def write(source: Source, findings: Findings, form: str, only: str | None, named: bool) -> str:
    """The findings of one text in a format that is text."""
    from ..report import checked

    name = source.name if named or form in ("json", "jsonl", "csv") else ""
    if form in ("json", "jsonl"):
        return checked.as_json(findings, name, source.id, only, lines=form == "jsonl")
    if form == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(checked.figures(findings, name, source.id, only))
        return out.getvalue()
    if form == "markdown":
        return checked.markdown(findings, name, source.id, only)
    if form == "plain":
        return checked.plain(findings, name, source.id, only)
    from rich.console import Console

    out = io.StringIO()
    console = Console(file=out, force_terminal=True, highlight=False, markup=False, emoji=False)
    for part in checked.rich(findings, name, source.id, only):
        console.print(part)
    return out.getvalue()


def judged(sources: list[Source], form: str, only: str | None, named: bool, keep: bool = False) -> list[Shown]:
    """The texts of a share, in order."""
    from ..reported.abstract import check_source

    found = []
    for text in sources:
        source, findings, fault = check_source(text)
        wanted = only is None or any(claim.verdict == only for claim in findings.claims)
        if source.broken:  # a row that cannot be read is told, and has a place in what is read by line
            wanted = only is None and form in ("json", "jsonl")
        # of one text the JSON is an object, also where --only leaves no claim
        shown = write(source, findings, form, only, named) if wanted or form == "json" else ""
        where = " ".join(part for part in (source.name, source.id) if part)
        kept = findings if keep and wanted else None
        warning = source.told(source.name or STANDARD_INPUT) if source.warning else None
        found.append(Shown(shown, warning, findings.follows, where, kept, wanted, fault))
    return found


def shares(sources: Iterable[Source], size: int) -> Iterator[list[Source]]:
    rest = iter(sources)
    while share := list(islice(rest, size)):
        yield share


def collect_seldom() -> None:
    """No verdict is part of a cycle or outlives its text: to look for cycles after every 700 objects is waste."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def run(
    sources: Iterable[Source], form: str, only: str | None, named: bool, jobs: int, keep: bool = False
) -> Iterator[Shown]:
    """All texts in order, by one process or several."""
    if jobs == 1:
        collect_seldom()
        for source in sources:
            yield from judged([source], form, only, named, keep)
        return
    from concurrent.futures import Future, ProcessPoolExecutor

    with ProcessPoolExecutor(jobs, initializer=collect_seldom) as pool:
        waiting: deque[Future[list[Shown]]] = deque()
        for share in shares(sources, SHARE):
            waiting.append(pool.submit(judged, share, form, only, named, keep))
            if len(waiting) > _AHEAD * jobs:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


class Sources:
    """The texts of all files, one after another; a file that cannot be read is said so, and the others go on."""

    def __init__(self, files: tuple[str, ...], form: Form | None, field: str) -> None:
        self.form, self.field = form, field
        self.broken = False
        self.paths: list[Path | None] = []
        for name in files or ("-",):
            if name == "-":
                self.paths.append(None)
                continue
            path = Path(name)
            if not path.exists():
                fail(f"no file {one_line(name)!r}; give files, folders, or - for standard input")
            self.paths.append(path)

    @property
    def many(self) -> bool:
        return len(self.paths) > 1 or any(path is not None and path.is_dir() for path in self.paths)

    def __iter__(self) -> Iterator[Source]:
        for path in self.paths:
            if path is None:
                # a text of standard input has no name in what is written, but messages say where they are from
                yield from self._tried(from_stream(standard_input(), "", self.form, self.field), STANDARD_INPUT)
            elif path.is_dir():
                none = True
                for file in files_in(path):
                    none = False
                    yield from self._tried(from_path(file, self.form, self.field))
                if none:
                    self._tell(f"no files to read in {one_line(str(path))!r}: their names end in {', '.join(SUFFIXES)}")
            else:
                yield from self._tried(from_path(path, self.form, self.field))

    def _tried(self, texts: Iterator[Source], name: str = "") -> Iterator[Source]:
        try:
            for text in texts:
                self.broken = self.broken or text.broken
                yield text
        except Unreadable as error:
            self._tell(name + one_line(str(error)))

    def _tell(self, why: str) -> None:
        self.broken = True
        click.echo(f"gvhdcalc check: {why}", err=True)


def standard_input() -> IO[bytes]:
    return sys.stdin.buffer


@click.command(
    "check",
    cls=StatCommand,
    examples=(
        ("an abstract in a file", "gvhdcalc check abstract.txt"),
        ("pasted from the clipboard", "xclip -o | gvhdcalc check"),
        (
            "a folder of PubMed files, what does not follow as CSV",
            "gvhdcalc check pubmed/ --only inconsistent --format csv",
        ),
        ("JSON Lines in, JSON Lines out, two processes", "gvhdcalc check texts.jsonl --format jsonl --jobs 2"),
    ),
)
@click.argument("files", nargs=-1, metavar="[FILE|FOLDER|-]...")
@click.option("--format", "form", type=click.Choice(FORMATS), help="rich in a terminal, plain in a pipe (default).")
@click.option(
    "--only",
    type=click.Choice([INCONSISTENT, CONSISTENT, REPRODUCED, NOT_CHECKABLE]),
    help="Only claims whose worst figure has this verdict.",
)
@click.option(
    "--input",
    "kind",
    type=click.Choice(sorted(set(SUFFIXES.values()))),
    help="What the files hold; else told from their names and first characters.",
)
@click.option(
    "--field", default="text", show_default=True, metavar="NAME", help="The field of JSON Lines with the text."
)
@click.option("--html", "page", metavar="FILE", help="Write a page too: the texts, figures marked, verdicts on hover.")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes; the order is kept.")
def command(
    files: tuple[str, ...],
    form: str | None,
    only: str | None,
    kind: Form | None,
    field: str,
    page: str | None,
    jobs: int,
) -> int:
    """Read abstracts and judge every figure that can be recomputed.

    FILES are plain text, HTML, JATS or PubMed XML, or JSON Lines with a text field, each also with gzip; a folder
    stands for the files in it, - for standard input. Each printed figure gets a verdict (reproduced, consistent,
    inconsistent, not checkable), the method that gives it, and the command that shows it. Of an inconsistent figure
    no method here gives it from the printed numbers; it may still be right, by a model or of other data.

    Exit status: 0 everything that can be checked follows; 1 something does not; 2 wrong input, or some of it (a file,
    a row of JSON Lines) could not be read or judged.
    """
    if not files and sys.stdin.isatty():
        fail("give a file, a folder, or - for standard input")
    shape = form or ("rich" if sys.stdout.isatty() else "plain")
    sources = Sources(files, kind, field)
    named = sources.many
    report = PageFile(page) if page is not None else None
    texts = run(sources, shape, only, named, jobs, keep=report is not None)
    follows, count = True, 0
    beginning = list(islice(texts, 2))
    several = sources.many or len(beginning) > 1
    if shape == "csv" and beginning:
        from ..report.checked import COLUMNS

        click.echo(",".join(COLUMNS))
    listed = False
    for shown in chain(beginning, texts):
        if shown.warning:
            click.echo(f"gvhdcalc check: {one_line(shown.warning)}", err=True)
        follows = follows and shown.follows
        sources.broken = sources.broken or shown.fault
        if report is not None and shown.findings is not None:
            report.page.add(shown.where or STANDARD_INPUT, shown.findings)
        if not shown.text or (several and not shown.wanted):
            continue
        if shape == "json":
            # one text is an object, several are an array
            click.echo(("[\n" if several else "") if not listed else ",", nl=listed)
            click.echo(shown.text)
        elif shape == "jsonl":
            click.echo(shown.text)
        else:
            if count and shape in ("plain", "rich"):
                click.echo("")
            click.echo(shown.text, nl=False, color=True if shape == "rich" else None)
        listed = True
        count += 1
    if shape == "json" and several:
        click.echo("]" if listed else "[]")
    if report is not None:
        report.save()
    if sources.broken:
        return 2
    return 0 if follows else 1
