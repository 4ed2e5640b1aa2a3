"""Cox, Gray and Fine-Gray on many patients, against R in the same run.

    python bench/survival.py [ROWS]

Times are of the fit alone, the data in memory, the better of two. R: survival's coxph; cmprsk's cuminc for Gray's test;
for Fine and Gray cmprsk's crr, whose time grows with the square of the patients (so it is run on few), and survival's
finegray and coxph for many: they make a row for each competing event and later time of censoring, so that this is done
with times in whole months (in days R needs many minutes), and where patients are censored at the time of an event they
differ from crr, and from us, in the third figure. "apart" is the relative difference of the first coefficient or of the
statistic. The goal is a ratio of at most 1, and memory that doubles with the rows. Without Rscript only our own times
are shown.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from gvhdcalc.stats import cox, fine_gray, gray
from gvhdcalc.stats.patients import Patients, patients

SMALL = (2_000, 4_000, 8_000)

R = """
suppressMessages({library(survival); library(cmprsk)})
best <- function(f) {
  t <- system.time(r <- f())[["elapsed"]]
  if (t < 5) t <- min(t, system.time(f())[["elapsed"]])
  list(seconds = t, value = r)
}
a <- commandArgs(TRUE)
d <- read.csv(a[1])
x <- as.matrix(d[c("arm", "x1", "x2")])
one <- function(name, f) {
  t <- best(f)
  cat(sprintf('{"name": "%s", "seconds": %.6f, "value": %.15g}\\n', name, t$seconds, t$value))
}
if (a[2] == "crr") {
  one("Fine-Gray", function() crr(d$time, d$status, x)$coef[[1]])
} else if (a[2] == "days") {
  one("Cox, Efron", function() coxph(Surv(time, status == 1) ~ x, d)$coef[[1]])
  one("Cox, Efron, left truncated", function() coxph(Surv(entry, time, status == 1) ~ x, d)$coef[[1]])
  one("Gray", function() cuminc(d$time, d$status, d$arm)$Tests[1, 1])
} else {
  d$event <- factor(d$status, 0:2)
  d$id <- seq_len(nrow(d))
  one("Fine-Gray", function() {
    w <- finegray(Surv(time, event) ~ arm + x1 + x2, d, etype = "1", id = id)
    coxph(Surv(fgstart, fgstop, fgstatus) ~ arm + x1 + x2, w, weights = fgwt, ties = "breslow")$coef[[1]]
  })
}
"""


def made(n: int, unit: float = 1.0, seed: int = 1) -> tuple[Patients, Any]:
    """Patients of a made-up trial with a competing event and two covariates, in units of days; and entry times."""
    draw = np.random.default_rng(seed)
    arm = np.arange(n) % 2
    x = draw.normal(size=(n, 2))
    event = draw.exponential(900 / np.exp(-0.4 * (arm == 0) + x @ [0.3, -0.2]))
    other, lost = draw.exponential(1500, n), draw.uniform(100, 1500, n)
    time = np.ceil(np.minimum(np.minimum(event, other), lost) / unit)
    status = np.where(lost < np.minimum(event, other), 0, np.where(event < other, 1, 2))
    entry = np.floor(draw.uniform(0, 1, n) * np.minimum(time, 200) * 0.9)
    return patients(time, status, arm, covariates=x), entry


def write(path: Path, people: Patients, entry: Any) -> None:
    columns = [entry, people.time, people.status, people.treated, *people.covariates.T]  # type: ignore[union-attr]
    np.savetxt(
        path, np.column_stack(columns), fmt="%.17g", delimiter=",", header="entry,time,status,arm,x1,x2", comments=""
    )


def truncated(people: Patients, entry: Any) -> float:
    x, names = cox.columns(people)
    return float(cox.fit_arrays(people.time, people.status == 1, x, names, entry).b[0])


def ours(people: Patients, entry: Any) -> dict[str, Callable[[], float]]:
    return {
        "Cox, Efron": lambda: float(cox.fit(people).b[0]),
        "Cox, Efron, left truncated": partial(truncated, people, entry),
        "Gray": lambda: float(gray.gray(people).statistic),
        "Fine-Gray": lambda: float(fine_gray.fit(people).b[0]),
    }


def seconds(function: Callable[[], float]) -> tuple[float, float]:
    best, value = float("inf"), 0.0
    for _ in range(2):
        start = perf_counter()
        value = function()
        best = min(best, perf_counter() - start)
    return best, value


def in_r(path: Path, which: str) -> dict[str, dict[str, float]]:
    if not shutil.which("Rscript"):
        return {}
    script = path.with_name("run.R")
    script.write_text(R, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", str(script), str(path), which], capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"R gave up: {done.stderr.strip().splitlines()[-1:]}")
        return {}
    return {row["name"]: row for row in map(json.loads, done.stdout.splitlines())}


def peak(function: Callable[[], float]) -> float:
    """The greatest memory that a call takes, in MB."""
    tracemalloc.start()
    function()
    found = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return found


def compare(folder: Path, n: int, which: str, names: tuple[str, ...], peer: str, unit: float = 1.0) -> None:
    people, entry = made(n, unit)
    path = folder / f"{n}.csv"
    write(path, people, entry)
    theirs = in_r(path, which) if which else {}
    for name, function in ours(people, entry).items():
        if name not in names:
            continue
        mine, value = seconds(function)
        line = f"{name:<28} {n:>9,} {mine:>9.3f}"
        if name in theirs:
            r = theirs[name]
            apart = abs(value - r["value"]) / abs(r["value"])
            line += f" {r['seconds']:>9.3f} {mine / max(r['seconds'], 1e-3):>7.3f}  {apart:.0e}  {peer}"
        print(line)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"{'method':<28} {'patients':>9} {'seconds':>9} {'R':>9} {'ratio':>7}  apart  R's function")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compare(folder, rows, "days", ("Cox, Efron", "Cox, Efron, left truncated", "Gray"), "coxph, cuminc")
        compare(folder, rows, "months", ("Fine-Gray",), "finegray + coxph, in months", 30.0)
        compare(folder, rows, "", ("Fine-Gray",), "")
        for n in SMALL:
            compare(folder, n, "crr", ("Fine-Gray",), "crr")
    print(f"\n{'memory (MB)':<28} {rows:>9,} {2 * rows:>9,} {4 * rows:>9,}")
    sizes = [ours(*made(rows * times)) for times in (1, 2, 4)]
    for method in sizes[0]:
        print(f"{method:<28} " + " ".join(f"{peak(size[method]):>9.0f}" for size in sizes))


if __name__ == "__main__":
    main()
