"""One file of texts to a part of a Parquet data set: its texts, their claims, and every figure with its verdict.

    OUT/texts/NAME.parquet     one row a text: how many numbers it prints, how many were judged and how
    OUT/claims/NAME.parquet    one row a claim
    OUT/figures/NAME.parquet   one row a judged figure
    OUT/done/NAME.json         written last: the file is done, and need not be read again

Each table is written under a hidden name and renamed when whole; the marker is renamed into place after all three. A
run that is stopped anywhere therefore leaves either a whole part with its marker or a file that the next run reads
again. A marker holds the size and time of the file and the version of the package; a file that changed is read again.
A row that cannot be read or judged has a row in texts that says why, and the marker tells it to every run that passes
the file over. Memory is that of one row group, whatever the size of the file. One run at a time writes to a data set.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from .abstract import check_source
from .findings import Findings
from .sources import Form, Source, Unreadable, from_path

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = ("texts", "claims", "figures")
#: Rows that wait in memory before they are written as a row group.
GROUP = 20_000
#: So many of its bad rows a file's marker names, lest it grow with the file; texts has all.
NAMED = 1000
#: What a marker counts.
COUNTS = ("texts", "claims", "figures", "inconsistent", "characters", "bad_rows")
#: Of the Parquet files; readers of a data set can tell them apart by it.
SCHEMA = "gvhdcalc-check/1"


def schemas() -> dict[str, pa.Schema]:
    """The columns of each table. ``file`` and ``id`` name the text, and ``claim`` counts the claims in it from 1."""
    import pyarrow as pa

    text, whole, real, yes, texts = pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.list_(pa.string())
    arm = pa.struct([("events", text), ("n", text), ("percent", text), ("n_elsewhere", text)])
    key = [("file", text), ("id", text)]
    columns = {
        "texts": [
            *key, ("characters", whole), ("numbers", whole), ("unread", whole), ("claims", whole),
            ("reproduced", whole), ("consistent", whole), ("inconsistent", whole), ("not_checkable", whole),
            ("warnings", texts),
        ],
        "claims": [
            *key, ("claim", whole), ("kind", text), ("measure", text), ("start", whole), ("end", whole),
            ("quote", text), ("estimate", text), ("lower", text), ("upper", text), ("conf", real),
            ("p_op", text), ("p", text), ("adjusted", yes),
            ("arms", pa.list_(arm)), ("verdict", text), ("notes", texts), ("commands", texts),
        ],
        "figures": [
            *key, ("claim", whole), ("item", text), ("printed", text), ("start", whole), ("end", whole),
            ("verdict", text), ("strength", text), ("computed", real), ("attainable_low", real),
            ("attainable_high", real), ("methods", texts), ("note", text), ("repair", text), ("decision", yes),
        ],
    }  # fmt: skip
    return {name: pa.schema(fields, metadata={"schema": SCHEMA}) for name, fields in columns.items()}


def judge_file(path: str, out: str, version: str, form: Form | None = None, field: str = "text") -> dict[str, Any]:
    """Read one file, judge its texts, write its part of the data set and its marker; returns what the marker says.

    ``bad_rows`` in it counts rows that could not be read or judged, and ``bad`` has one line about each of the first.
    Raises Unreadable when the file cannot be read to its end; nothing of it is then left in the data set.
    """
    import pyarrow.parquet as pq

    began, work = perf_counter(), process_time()
    source, folder = Path(path), Path(out)
    state = _state(source, version)
    counts = dict.fromkeys(COUNTS, 0)
    bad: list[str] = []
    with ExitStack() as stack:
        names = {table: folder / table / f"{source.name}.parquet" for table in TABLES}
        parts = {table: stack.enter_context(_whole_or_nothing(name)) for table, name in names.items()}
        writers = {
            table: stack.enter_context(pq.ParquetWriter(str(parts[table]), schema, compression="zstd"))
            for table, schema in schemas().items()
        }
        rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
        for text in from_path(source, form, field):
            text, findings, fault = check_source(text)
            if text.broken or fault:
                counts["bad_rows"] += 1
                if len(bad) < NAMED:
                    bad.append(text.told(source.name))
            _add(rows, source.name, text, findings)
            counts["characters"] += len(text.text)
            counts["inconsistent"] += findings.counts()["inconsistent"]
            if sum(map(len, rows.values())) >= GROUP:
                _flush(rows, writers, counts)
        _flush(rows, writers, counts)
    marker = {**state, **counts, "bad": bad, "seconds": round(perf_counter() - began, 3)}
    marker["cpu_seconds"] = round(process_time() - work, 3)
    with _whole_or_nothing(_marker(folder, source.name)) as part:
        part.write_text(json.dumps(marker) + "\n", encoding="utf-8")
    return marker


def is_done(path: str, out: str, version: str) -> dict[str, Any] | None:
    """What the marker says of a file that is done by this version and has not changed since, else None."""
    source = Path(path)
    try:
        marker = json.loads(_marker(Path(out), source.name).read_text(encoding="utf-8"))
        state = _state(source, version)
    except (OSError, ValueError):
        return None
    if not isinstance(marker, dict) or not {*COUNTS, "bad", "seconds", "cpu_seconds"} <= marker.keys():
        return None
    if any(marker[key] != value for key, value in state.items()):
        return None
    return marker


def prepare(out: str) -> None:
    """Make the folders of a data set, and remove what a stopped run left half-written in them."""
    for name in (*TABLES, "done"):
        folder = Path(out) / name
        folder.mkdir(parents=True, exist_ok=True)
        for part in folder.glob(".*.part"):
            part.unlink(missing_ok=True)


def _marker(folder: Path, name: str) -> Path:
    return folder / "done" / f"{name}.json"


def _state(source: Path, version: str) -> dict[str, Any]:
    try:
        about = source.stat()
    except OSError as error:
        raise Unreadable(f"{source}: {error.strerror or error}") from None
    return {"file": source.name, "bytes": about.st_size, "modified_ns": about.st_mtime_ns, "version": version}


@contextmanager
def _whole_or_nothing(path: Path) -> Iterator[Path]:
    """A hidden file beside ``path`` that takes its place once it is written and on the disk, and else is removed."""
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _flush(rows: dict[str, list[dict[str, Any]]], writers: dict[str, Any], counts: dict[str, int]) -> None:
    import pyarrow as pa

    for table, schema in schemas().items():
        if rows[table]:
            writers[table].write_table(pa.Table.from_pylist(rows[table], schema=schema))
            counts[table] += len(rows[table])
            rows[table] = []


def _utf8(text: str | None) -> str | None:
    """Text as Parquet can hold it: unpaired surrogates, which JSON can carry, as U+FFFD."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _all_utf8(texts: Sequence[str]) -> list[str | None]:
    return [_utf8(text) for text in texts]


def _add(rows: dict[str, list[dict[str, Any]]], file: str, source: Source, findings: Findings) -> None:
    key = {"file": _utf8(file), "id": _utf8(source.id or str(source.number or ""))}
    counts = {name.replace(" ", "_"): count for name, count in findings.counts().items()}
    rows["texts"].append(
        {**key, "characters": len(findings.text), "numbers": findings.numbers, "unread": len(findings.unread),
         "claims": len(findings.claims), **counts, "warnings": _all_utf8(findings.warnings)}
    )  # fmt: skip
    for number, claim in enumerate(findings.claims, 1):
        p_op, p = claim.p or (None, None)
        arms = [
            {"events": arm.events, "n": arm.n, "percent": arm.percent, "n_elsewhere": arm.n_elsewhere}
            for arm in claim.groups
        ]
        rows["claims"].append(
            {**key, "claim": number, "kind": claim.kind, "measure": claim.measure, "start": claim.start,
             "end": claim.end, "quote": _utf8(findings.text[claim.start : claim.end]), "estimate": claim.estimate,
             "lower": claim.lower, "upper": claim.upper, "conf": claim.conf, "p_op": p_op, "p": p,
             "adjusted": claim.adjusted, "arms": arms, "verdict": claim.verdict, "notes": _all_utf8(claim.notes),
             "commands": _all_utf8(claim.commands)}
        )  # fmt: skip
        for figure in claim.figures:
            row = figure.verdict
            low, high = row.attainable or (None, None)
            rows["figures"].append(
                {**key, "claim": number, "item": row.item, "printed": _utf8(row.printed), "start": figure.start,
                 "end": figure.end, "verdict": row.verdict, "strength": figure.strength, "computed": row.computed,
                 "attainable_low": low, "attainable_high": high, "methods": list(row.methods), "note": _utf8(row.note),
                 "repair": _utf8(figure.repair), "decision": figure.decision}
            )  # fmt: skip
