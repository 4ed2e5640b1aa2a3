"""--batch against loops over its peers, in the same run.

    python bench/batch.py

Whole processes: a CSV file of tables in, the same rows with results out, start-up and all. The peers are what a user
would write without gvhdcalc: a loop over the same tables with statsmodels or scipy, without reading or writing files.
Ratios are rows a second of ours over theirs; the goals are 100 (closed-form, core), 20 (exact) and 200,000 rows a
second.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy.stats import fisher_exact
from scipy.stats.contingency import odds_ratio
from statsmodels.stats.contingency_tables import Table2x2

from gvhdcalc.stats.registry import estimators, tests
from gvhdcalc.stats.two_by_two import TwoByTwo

CLOSED, EXACT, LOOP = 400_000, 20_000, 300


def made(count: int) -> list[tuple[int, int, int, int]]:
    """events1, total1, events0, total0 of made tables: arms of 5 to 300."""
    draw = random.Random(7)
    found = []
    for _ in range(count):
        n1, n0 = draw.randint(5, 300), draw.randint(5, 300)
        found.append((draw.randint(1, n1 - 1), n1, draw.randint(1, n0 - 1), n0))
    return found


def end_to_end(rows: list[tuple[int, int, int, int]], *methods: str) -> float:
    """Rows a second of the whole process; the faster of two runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.csv"
        lines = [f"{i},{','.join(map(str, row))}" for i, row in enumerate(rows)]
        path.write_text("study,events1,total1,events0,total0\n" + "\n".join(lines) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "gvhdcalc", "or", "--batch", str(path)]
        for method in methods:
            command += ["--method", method]
        best = float("inf")
        for _ in range(2):
            start = perf_counter()
            done = subprocess.run(command, capture_output=True, check=True)
            best = min(best, perf_counter() - start)
        assert done.stdout.count(b"\n") == len(rows) + 1
    return len(rows) / best


def rate(count: int, call: object) -> float:
    start = perf_counter()
    call()  # type: ignore[operator]
    return count / (perf_counter() - start)


def main() -> None:
    rows = made(CLOSED)
    few = [np.array([[a, n1 - a], [c, n0 - c]]) for a, n1, c, n0 in rows[:LOOP]]

    def statsmodels_loop() -> None:
        for cells in few:
            table = Table2x2(cells, shift_zeros=False)
            table.oddsratio_confint()
            table.test_nominal_association()

    def scipy_loop() -> None:
        for cells in few:
            fisher_exact(cells)
            found = odds_ratio(cells, kind="conditional")
            found.confidence_interval()

    def core(keys: tuple[str, str], count: int) -> float:
        table = TwoByTwo.from_totals(*np.array(rows[:count], dtype=float).T)
        interval, test = estimators("odds ratio")[keys[0]], tests("odds ratio")[keys[1]]

        def call() -> None:
            interval.function(table, 0.95)
            test.function(table)

        call()
        return rate(count, call)

    closed, exact = rate(LOOP, statsmodels_loop), rate(LOOP, scipy_loop)
    shown = [
        ("Woolf and Pearson, core on arrays; statsmodels Table2x2", core(("woolf", "pearson"), CLOSED), closed),
        ("Woolf and Pearson, CSV to CSV; statsmodels Table2x2", end_to_end(rows, "woolf", "pearson"), closed),
        ("Fisher and its exact interval, core; scipy", core(("conditional-exact", "fisher"), EXACT), exact),
        (
            "Fisher and its exact interval, CSV to CSV; scipy",
            end_to_end(rows[:EXACT], "conditional-exact", "fisher"),
            exact,
        ),
    ]
    print(f"{'rows a second':<60} {'gvhdcalc':>12} {'loop':>10}  ratio")
    for label, ours, peer in shown:
        print(f"{label:<60} {ours:>12,.0f} {peer:>10,.0f}  {ours / peer:,.0f}")


if __name__ == "__main__":
    main()
