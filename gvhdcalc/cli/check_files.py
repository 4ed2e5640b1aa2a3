"""``gvhdcalc check-files``: check over many files, on several processes or machines, to a Parquet data set."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..reported.sources import SUFFIXES, Form, Unreadable, files_in
from . import one_line
from .common import StatCommand, fail

#: How often a file is tried on another worker when the one that read it died.
TRIES = 3


@contextmanager
def cluster(scheduler: str | None, workers: int) -> Iterator[Any]:
    """A dask client: of the cluster at an address, or of processes on this machine for as long as the run lasts."""
    dask: Any = import_module("dask")
    distributed: Any = import_module("distributed")

    if scheduler is not None:
        try:
            client = distributed.Client(scheduler, timeout="30s")
        except (OSError, ValueError) as error:
            fail(f"no dask scheduler at {one_line(scheduler)!r}: {one_line(str(error))}")
        with client:
            yield client
        return
    # a worker is one process with one thread: reading abstracts is Python, not waiting
    settings = {"distributed.scheduler.allowed-failures": TRIES, "distributed.worker.daemon": False}
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0,
            silence_logs=50,
        ) as local,
        distributed.Client(local) as client,
    ):  # fmt: skip
        yield client


def judge_one(path: str, out: str, form: Form | None, field: str) -> dict[str, Any]:
    """One file, on a worker: what its marker says, or one line that says why it cannot be read."""
    from ..reported.dataset import judge_file

    try:
        return judge_file(path, out, __version__, form, field)
    except Unreadable as error:
        return {"file": Path(path).name, "error": str(error)}


def listed(names: tuple[str, ...]) -> list[Path]:
    """The files to read, those of folders in the order of their names; each name may stand for one file only."""
    found: dict[str, Path] = {}
    for name in names:
        path = Path(name)
        if not path.exists():
            fail(f"no file {one_line(name)!r}; give files or folders")
        for file in files_in(path) if path.is_dir() else [path]:
            other = found.setdefault(file.name, file)
            if other.resolve() != file.resolve():
                fail(
                    f"two files are called {one_line(file.name)!r}, and parts of the data set are named after "
                    f"them: {one_line(str(other))}, {one_line(str(file))}"
                )
    if not found:
        fail(f"no files to read: their names end in {', '.join(SUFFIXES)}, each also with .gz")
    return list(found.values())


def told(marker: dict[str, Any]) -> str:
    """One line about a file that is done."""
    return (
        f"{one_line(marker['file'])}: {marker['texts']:,} texts, {marker['figures']:,} figures, "
        f"{marker['inconsistent']:,} inconsistent, {marker['seconds']:.1f} s"
    )


def tell_bad_rows(marker: dict[str, Any]) -> None:
    """A line on standard error for each row of a file that is done that could not be read or judged."""
    for line in marker["bad"]:
        click.echo(f"gvhdcalc check-files: {one_line(line)}", err=True)
    more = marker["bad_rows"] - len(marker["bad"])
    if more:
        name = one_line(marker["file"])
        click.echo(f"gvhdcalc check-files: {name}: {more:,} rows more; the warnings in texts have all", err=True)


@click.command(
    "check-files",
    cls=StatCommand,
    examples=(
        ("two processes on this machine", "gvhdcalc check-files pubmed/ --out checked/ --workers 2"),
        (
            "a cluster that is running",
            "gvhdcalc check-files /data/pubmed --out /data/checked --scheduler tcp://head:8786",
        ),
        ("again after it was stopped: only what is left", "gvhdcalc check-files pubmed/ --out checked/ --workers 2"),
    ),
)
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option("--out", required=True, metavar="FOLDER", help="The data set; made when there is none.")
@click.option("--scheduler", metavar="ADDRESS", help="A running dask scheduler; its workers must see the same folders.")
@click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    default=2,
    show_default=True,
    help="Processes on this machine, without --scheduler.",
)
@click.option(
    "--input", "kind", type=click.Choice(sorted(set(SUFFIXES.values()))), help="What the files hold; else told by name."
)
@click.option(
    "--field", default="text", show_default=True, metavar="NAME", help="The field of JSON Lines with the text."
)
def command(
    files: tuple[str, ...], out: str, scheduler: str | None, workers: int, kind: Form | None, field: str
) -> int:
    """Judge the abstracts of many files, in parallel, into a Parquet data set.

    Reads what check reads; each file becomes one part of the tables OUT/texts, OUT/claims and OUT/figures. A file that
    is done has a marker in OUT/done and is passed over the next time, unless it or the version of gvhdcalc has changed;
    a run may be stopped at any moment and started again. Needs dask and pyarrow: pip install 'gvhdcalc[dask]'.

    A row that cannot be read or judged is told on standard error, by every run until its file is mended, and the rest
    of its file is judged.

    Prints one line of JSON with the totals; progress goes to standard error. Exit status: 0 every file is done (what
    does not follow is in the data set); 2 wrong input, or some of it (a file, a row) could not be read or judged.
    """
    try:
        distributed: Any = import_module("distributed")
        import_module("pyarrow")
        from ..reported.dataset import COUNTS, is_done, prepare
    except ImportError as error:
        fail(f"check-files needs dask and pyarrow ({error}): pip install 'gvhdcalc[dask]'")
    paths = [str(path.resolve()) for path in listed(files)]
    target = str(Path(out).resolve())
    try:
        prepare(target)
    except OSError as error:
        fail(f"cannot write to {one_line(out)!r}: {error.strerror}")
    markers = {path: is_done(path, target, __version__) for path in paths}
    left = [path for path in paths if markers[path] is None]
    found = [marker for marker in markers.values() if marker is not None]
    broken = 0
    for marker in found:
        tell_bad_rows(marker)
    if left:
        with cluster(scheduler, workers) as client:
            work = partial(judge_one, out=target, form=kind, field=field)
            futures = {client.submit(work, path, pure=False): path for path in left}
            for future in distributed.as_completed(list(futures)):
                fault = future.exception()
                name = one_line(Path(futures.pop(future)).name)
                marker = {"error": f"{name}: {type(fault).__name__}: {fault}"} if fault else future.result()
                future.release()
                if "error" in marker:
                    broken += 1
                    click.echo(f"gvhdcalc check-files: {one_line(marker['error'])}", err=True)
                else:
                    found.append(marker)
                    tell_bad_rows(marker)
                    click.echo(told(marker), err=True)
    totals: dict[str, Any] = {"files": len(paths), "read": len(left) - broken, "as before": len(paths) - len(left)}
    totals["unreadable"] = broken
    for key in COUNTS:
        totals[key.replace("_", " ")] = sum(marker[key] for marker in found)
    totals["seconds"] = round(sum(marker["seconds"] for marker in found), 3)
    totals["cpu seconds"] = round(sum(marker["cpu_seconds"] for marker in found), 3)
    sys.stdout.write(json.dumps(totals) + "\n")
    return 2 if broken or totals["bad rows"] else 0
