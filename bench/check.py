"""The reader of abstracts: texts a second on one core, time by length, memory over a stream, processes.

    python bench/check.py [FILE_OR_FOLDER ...]

Reads the texts of the files (any form that gvhdcalc check reads), or makes its own. Nothing is compared with a peer:
the goals are 2,000 texts a second on one core, a time per kB that does not depend on the length, and a peak memory that
does not depend on the number of texts.
"""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from gvhdcalc.cli.check import collect_seldom
from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.sources import files_in, from_path

TEXTS, SECONDS = 600, 5.0

FILLERS = (
    "Treatment of severe disease lacks a standard after the first line fails.",
    "We aimed to assess the efficacy and safety of the new regimen in adults at 12 centres.",
    "The primary endpoint was response at day 28; secondary endpoints were survival and relapse at 2 years.",
    "Patients were randomly assigned (1:1) by a computer-generated list, stratified by centre and age.",
    "The regimen was well tolerated, and could be recommended where resources are limited.",
)


def made(count: int) -> list[str]:
    """Texts like abstracts: of prose with some figures, the same on every run; all numbers are made up."""
    draw = random.Random(7)
    found = []
    for _ in range(count):
        n1, n0 = draw.randint(40, 900), draw.randint(40, 900)
        a, c = draw.randint(5, n1 - 5), draw.randint(5, n0 - 5)
        wide = math.exp(1.96 * math.sqrt(1 / a + 1 / (n1 - a) + 1 / c + 1 / (n0 - c)))
        ratio, hazard = a * (n0 - c) / (c * (n1 - a)), draw.uniform(0.4, 1.6)
        found.append(
            f"Background: {FILLERS[0]} {FILLERS[1]}\nMethods: {FILLERS[2]} {FILLERS[3]} We enrolled {n1 + n0}"
            f" patients (n = {n1} and n = {n0}).\nResults: Response occurred in {a} of {n1} ({100 * a / n1:.1f}%)"
            f" versus {c}/{n0} ({100 * c / n0:.1f}%) (odds ratio"
            f" {ratio:.2f}, 95% CI {ratio / wide:.2f} to {ratio * wide:.2f})."
            f" Survival was longer (hazard ratio {hazard:.2f}; 95% CI, {hazard / 1.4:.2f}-{hazard * 1.4:.2f}; P=0·03)."
            f" Mean age was {draw.uniform(40, 70):.1f} (SD {draw.uniform(5, 15):.1f}) years, and the score fell by"
            f" {draw.uniform(1, 9):.1f} points (-{draw.uniform(1, 3):.1f} to {draw.uniform(1, 3):.1f}).\n"
            f"Conclusions: {FILLERS[4]}"
        )
    return found


def texts(names: list[str]) -> list[str]:
    if not names:
        return made(TEXTS)
    paths = [file for name in names for file in (files_in(Path(name)) if Path(name).is_dir() else [Path(name)])]
    return [source.text for path in paths for source in from_path(path) if source.text]


def rate(corpus: list[str]) -> None:
    characters = sum(map(len, corpus)) / len(corpus)
    for text in corpus:
        check_text(text)  # common words are remembered from text to text
    collect_seldom()  # as the command does
    best = 0.0
    limit = perf_counter() + SECONDS
    while perf_counter() < limit:
        start = process_time()
        figures = sum(len(check_text(text).figures) for text in corpus)
        best = max(best, len(corpus) / (process_time() - start))
    print(f"one core, by its own time: {best:,.0f} texts a second ({len(corpus)} of {characters:,.0f} characters,")
    print(f"  {figures / len(corpus):.1f} judged figures each); the goal is 2,000")


def unexplained() -> None:
    """The slow case: two groups whose ratio, limits and P value no method gives, so that every one is tried."""
    draw = random.Random(11)
    rows = [(draw.randint(5, 90), draw.randint(5, 90), draw.randint(95, 130)) for _ in range(40)]
    made_up = [
        f"It was seen in {a}/{n} v {c}/{n} patients (odds ratio 1.23, 95% CI 1.01-1.52; P = 0.{500 + a * c % 400})."
        for a, c, n in rows
    ]
    start = process_time()
    for text in made_up:
        check_text(text)
    print(f"figures that no method gives: {1e3 * (process_time() - start) / len(made_up):.1f} ms a text")


def lengths(corpus: list[str]) -> None:
    print("length of one text   seconds     microseconds a kB")
    whole = "\n".join(corpus)
    for size in (1_000, 10_000, 100_000, 1_000_000, 10_000_000):
        # short ones are cut from all over the texts, for their mean
        longer = whole * ((size + 800_000) // len(whole) + 1)
        pieces = [longer[at : at + size] for at in range(0, 800_000, max(size, 8_000))]
        start = process_time()
        for text in pieces:
            check_text(text)
        spent = (process_time() - start) / len(pieces)
        print(f"{size / 1000:>12,.0f} kB   {spent:>9.4f}   {1e9 * spent / size:>12.0f}")


#: The peak is read from /proc: what a process starts with in ru_maxrss is the peak of the one that started it.
_MEASURED = r"""
import atexit, re, sys
def tell(log):
    with open("/proc/self/status") as status, open(log, "w") as out:
        out.write(re.search(r"VmHWM:\s+(\d+)", status.read())[1])
atexit.register(tell, sys.argv[-1])
from gvhdcalc.cli import main
main(sys.argv[1:-1])
"""


def process(path: Path, *options: str) -> tuple[float, float, float]:
    """Seconds, processor seconds and peak MB of gvhdcalc check over a file, its output thrown away (Linux only).

    The peak is that of the main process.
    """
    log = path.with_suffix(".peak")
    command = [sys.executable, "-c", _MEASURED, "check", str(path), "--format", "jsonl", *options, str(log)]
    start = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode not in (0, 1):
        sys.exit(f"bench/check.py: gvhdcalc check ended with {running.returncode}")
    return perf_counter() - start, usage.ru_utime + usage.ru_stime, int(log.read_text()) / 1024


def stream(corpus: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        print("whole process, JSON Lines to JSON Lines   texts   seconds   texts/s  cpu seconds   peak MB")
        for count, jobs in ((2_000, 1), (8_000, 1), (8_000, 2)):
            path = Path(folder) / f"{count}.jsonl"
            with path.open("w", encoding="utf-8") as out:
                for number in range(count):
                    out.write(json.dumps({"id": number, "text": corpus[number % len(corpus)]}) + "\n")
            spent, work, peak = process(path, "--jobs", str(jobs))
            print(f"  --jobs {jobs:<32} {count:>6,} {spent:>9.2f} {count / spent:>9,.0f} {work:>12.2f} {peak:>9.0f}")


def main() -> None:
    corpus = texts(sys.argv[1:])
    rate(corpus)
    unexplained()
    lengths(corpus)
    stream(corpus)


if __name__ == "__main__":
    main()
