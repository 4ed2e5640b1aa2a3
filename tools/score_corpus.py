"""Score the reader of abstracts against a folder of labelled texts, and time it.

    python -m tools.score_corpus FOLDER [--predictions FILE] [--misses N]

FOLDER holds ``dev.jsonl.gz`` (or ``*.jsonl.gz``: one {"id", "text"} a line), ``gold-*.jsonl`` (labelled claims),
``inconsistent-*.jsonl`` (figures that do not follow, with a grade) and ``score.py``, whose units are used. Printed:
recall and precision of intervals, groups and tests; claims by kind, strictly (kind, measure family, all numbers and
groups agree) and loosely (the estimate and limits, or the groups, agree); what is called inconsistent, beside its
grade; the share of numbers left unread; abstracts a second on one core.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import importlib.util
import json
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.findings import Findings, TextClaim
from gvhdcalc.stats.results import INCONSISTENT

FAMILIES = {"proportion": "count", "percent_of_n": "count"}


def prediction(claim: TextClaim, text: str) -> dict[str, Any]:
    """A claim in the schema of the labels, which have the degrees of freedom of a statistic as those of a group."""
    names = ("df1", "df2") if len(claim.degrees) > 1 else ("df",)
    degrees = [dict(zip(names, claim.degrees, strict=False))] if claim.degrees else None
    return {
        "kind": claim.kind,
        "measure": claim.measure,
        "adjusted": claim.adjusted,
        "estimate": claim.estimate,
        "lower": claim.lower,
        "upper": claim.upper,
        "conf": claim.conf,
        "p": None if claim.p is None else {"op": claim.p[0], "value": claim.p[1]},
        "arms": [group.as_dict() for group in claim.groups] or degrees,
        "quote": text[claim.start : claim.end],
        "start": claim.start,
    }


def lines(path: Path) -> list[dict[str, Any]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.decode("utf-8").split("\n") if line.strip()]


def scorer(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_score", folder / "score.py")
    if spec is None or spec.loader is None:
        sys.exit(f"score_corpus: no score.py in {folder}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def strict(claim: dict[str, Any], score: ModuleType) -> tuple[Any, ...]:
    """Everything that makes two claims the same: kind, measure family, numbers, P value and groups."""
    num = score.num
    groups = tuple(sorted(str((num(a.get("events")), num(a.get("percent")))) for a in claim.get("arms") or []))
    kind = FAMILIES.get(claim["kind"], claim["kind"])
    family = score.family(claim) if claim["kind"] == "ratio" else kind
    return (
        kind,
        family,
        num(claim["estimate"]),
        num(claim["lower"]),
        num(claim["upper"]),
        score.pkey(claim["p"]),
        groups,
    )


def loose(claim: dict[str, Any], score: ModuleType) -> tuple[Any, ...]:
    """The estimate with its limits, or where it has none the groups."""
    whole = strict(claim, score)
    if claim["lower"] is not None or claim["estimate"] is not None:
        return (claim["kind"], *whole[2:5])
    return whole[0], whole[6]


def by_kind(gold: dict[str, Any], found: dict[str, Any], key: Any, score: ModuleType) -> dict[str, list[int]]:
    """For each kind: labelled, found, read, read rightly; optional claims count neither way."""
    rows: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0, 0, 0])
    for name, claims in gold.items():
        must = collections.Counter(key(c, score) for c in claims if not c.get("optional"))
        may = collections.Counter(key(c, score) for c in claims if c.get("optional"))
        read = collections.Counter(key(c, score) for c in found.get(name, []))
        for unit, count in must.items():
            rows[unit[0]][0] += count
            rows[unit[0]][1] += min(count, read[unit])
        for unit, count in read.items():
            rows[unit[0]][2] += count - min(count, max(0, may[unit]))
            rows[unit[0]][3] += min(count, must[unit])
    return rows


def print_kinds(title: str, rows: dict[str, list[int]]) -> None:
    print(f"\n{title}")
    for kind, (labelled, hit, read, right) in sorted(rows.items()):
        recall, precision = hit / labelled if labelled else 1.0, right / read if read else 1.0
        print(f"  {kind:14} labelled {labelled:4}  recall {recall:.3f}  precision {precision:.3f}")


def print_verdicts(graded: list[dict[str, Any]], judged: dict[str, Findings]) -> None:
    """What the reader calls inconsistent, text by text, beside what the labels say."""
    grades = collections.defaultdict(list)
    for row in graded:
        grades[row["id"]].append(row)
    print("\nInconsistent figures")
    accused = 0
    for name, findings in judged.items():
        said = [figure for figure in findings.figures if figure.verdict.verdict == INCONSISTENT]
        accused += len(said)
        for figure in said:
            repair = f"; perhaps {figure.repair}" if figure.repair else ""
            print(f"  {name} {figure.verdict.item} {figure.verdict.printed!r}: {figure.strength}{repair}")
        for row in grades.get(name, ()):
            print(f"      graded {row['grade']}: {row['printed']}")
        if said and name not in grades:
            print("      NOT AMONG THE LABELS")
    wanted = {row["id"] for row in graded if row["grade"] in ("must", "should")}
    missed = sorted(name for name in wanted if name in judged and judged[name].follows)
    print(
        f"  {accused} figures; texts with a slip graded must or should that were missed: {', '.join(missed) or 'none'}"
    )


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--predictions", type=Path, help="write the claims of the labelled texts here")
    parser.add_argument("--misses", type=int, default=0, help="how many missed and wrong units to print for a text")
    options = parser.parse_args(argv)
    folder: Path = options.folder
    texts = {row["id"]: row["text"] for path in sorted(folder.glob("*.jsonl.gz")) for row in lines(path)}
    gold_path = next(iter(sorted(folder.glob("gold-*.jsonl"))), None)
    if not texts or gold_path is None:
        parser.error(f"{folder} has no texts (*.jsonl.gz) or no labels (gold-*.jsonl)")
    gold = {row["id"]: row["claims"] for row in lines(gold_path)}
    judged = {name: check_text(texts[name]) for name in gold}
    found = {name: [prediction(c, findings.text) for c in findings.claims] for name, findings in judged.items()}
    score = scorer(folder)
    with tempfile.TemporaryDirectory() as scratch:
        path = options.predictions or Path(scratch) / "predictions.jsonl"
        path.write_text(
            "".join(json.dumps({"id": name, "claims": claims}) + "\n" for name, claims in found.items()),
            encoding="utf-8",
        )
        score.main([str(gold_path), str(path), *(["--misses", str(options.misses)] if options.misses else [])])
    print_kinds("Claims by kind, strictly", by_kind(gold, found, strict, score))
    print_kinds("Claims by kind, loosely", by_kind(gold, found, loose, score))
    inconsistent = next(iter(sorted(folder.glob("inconsistent-*.jsonl"))), None)
    if inconsistent:
        print_verdicts(lines(inconsistent), judged)
    everything = list(texts.values())
    for text in everything:  # the words are learnt once
        check_text(text)
    begin = time.process_time()
    results = [check_text(text) for text in everything]
    took = time.process_time() - begin
    numbers, unread = sum(r.numbers for r in results), sum(len(r.unread) for r in results)
    print(f"\n{len(everything)} texts: {numbers} numbers, {unread} left unread ({unread / max(1, numbers):.0%})")
    print(f"{len(everything) / took:.0f} abstracts a second on one core")
    return 0


if __name__ == "__main__":
    sys.exit(main())
