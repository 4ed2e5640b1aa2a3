"""check-files over files in PubMed's format on this machine, and what the whole of PubMed would take at that rate.

    python bench/scale.py [--citations N] [--workers N] [FILE_OR_FOLDER ...]

Writes two files of N citations each (PubMed's hold 30,000), with the texts of the given files or made ones as
abstracts, two in three citations with an abstract as in PubMed; reads them with one worker and with several (2), again
when all is done, and works out the rest. Rates per core are of processor time, so that a busy machine does not change
them. The size of the data set is measured on a file with each text once: repeated texts take no room in Parquet. Needs
the extra: pip install 'gvhdcalc[dask]'.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

#: PubMed's baseline, about: citations with an abstract or without, files.
PUBMED, FILES = 36_000_000, 1_200


def run(folder: Path, out: Path, workers: int) -> tuple[float, dict[str, float]]:
    command = [sys.executable, "-m", "gvhdcalc", "check-files", str(folder), "--out", str(out)]
    start = perf_counter()
    done = subprocess.run([*command, "--workers", str(workers)], capture_output=True, text=True, check=True)
    return perf_counter() - start, json.loads(done.stdout)


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    try:
        import distributed  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError:
        print("bench/scale.py: skipped, needs pip install 'gvhdcalc[dask]'")
        return
    # what is beside this file, and the writer of PubMed's format that the tests use
    sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]
    from check import texts

    from tests.pubmed_files import write

    options = argparse.ArgumentParser()
    options.add_argument("files", nargs="*")
    options.add_argument("--citations", type=int, default=5_000)
    options.add_argument("--workers", type=int, default=2)
    asked = options.parse_args()
    corpus = texts(asked.files)
    print(f"{os.cpu_count()} cores; 2 files of {asked.citations:,} citations, 2 in 3 with an abstract of", end=" ")
    print(f"{sum(map(len, corpus)) / len(corpus):,.0f} characters ({'given' if asked.files else 'made'})")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        for number in (1, 2):
            write(
                folder / "in" / f"pubmed25n{number:04d}.xml.gz",
                (
                    (number * 10**6 + k, [("", corpus[k % len(corpus)])] if k % 3 else [])
                    for k in range(asked.citations)
                ),
            )
        per_core = 0.0
        for workers in sorted({1, asked.workers}):
            spent, totals = run(folder / "in", folder / f"out{workers}", workers)
            rate = totals["texts"] / totals["cpu seconds"]
            per_core = per_core or rate
            print(
                f"{workers} worker{'s' * (workers > 1)}: {spent:.1f} s with start-up, {totals['texts'] / spent:,.0f}"
                f" citations a second; {rate:,.0f} a second of processor time; {totals['figures']:,} figures judged"
            )
        spent, totals = run(folder / "in", folder / "out1", 1)
        print(f"again, all done: {spent:.1f} s")
        (folder / "once").mkdir()
        citations = len(corpus) * 3 // 2
        every = iter(corpus)
        write(
            folder / "once" / "pubmed25n0003.xml.gz",
            ((k, [("", next(every))] if k % 3 else []) for k in range(1, citations + 1)),
        )
        run(folder / "once", folder / "out-once", 1)
        bytes_out, bytes_in = size(folder / "out-once"), size(folder / "once")
    hours = PUBMED / per_core / 3600
    print(f"the whole of PubMed ({PUBMED:,} citations, {FILES:,} files) at {per_core:,.0f} a second and core:")
    print(f"  {hours:,.1f} core-hours; with 16 cores {hours / 16:.1f} h, with 64 cores {60 * hours / 64:,.0f} min")
    print(f"  one file of 30,000: {30_000 / per_core:,.0f} s, the most that a lost worker costs")
    print(f"  about {PUBMED * bytes_out / citations / 1e9:,.1f} GB of Parquet", end=" ")
    print(f"(here {bytes_out / citations:,.0f} bytes a citation, from {bytes_in / citations:,.0f} of gzip)")


if __name__ == "__main__":
    main()
