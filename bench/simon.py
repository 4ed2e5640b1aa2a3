"""The search for Simon's two-stage designs against clinfun's, in the same run.

    python bench/simon.py [CLINFUN.so]

All 51 cases of tests/reference/power_one_sample.json, each without what was found before, and the largest as a whole
process. Beside it R's clinfun::ph2simon where R has it, as a call in one session and as a whole process; or its Fortran
routine f2bdry from a shared library. Exits 1 where a design is not that of brute force in R, or the process takes a
second.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from gvhdcalc.stats.simon import OneArmTrial, frontier, search

REFERENCE = Path(__file__).parents[1] / "tests" / "reference" / "power_one_sample.json"
LARGEST = OneArmTrial(0.3, 0.45, 0.05, 0.9)
LIMIT = 1.0

#: ph2simon as clinfun has it, over its Fortran routine in a library that is given.
ROUTINE = """
dyn.load("{library}")
ph2simon <- function(pu, pa, ep1, ep2, nmax) {{
  n <- rep(1:nmax, (1:nmax) + 1); x <- sequence((1:nmax) + 1) - 1
  .Fortran("f2bdry", length(n), as.integer(nmax), ep1, ep2, dbinom(x, n, pu), dbinom(x, n, pa),
           1 - pbinom(x - 1, n, pu), 1 - pbinom(x - 1, n, pa), bdry = integer(nmax * 4), peten = numeric(nmax * 2),
           as.integer(nmax + 1), numeric(nmax + 1), numeric(nmax + 1))
}}
"""


def seconds(*command: str) -> float:
    """The fastest of five runs of a process."""
    best = float("inf")
    for _ in range(5):
        start = perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        best = min(best, perf_counter() - start)
    return best


def ours() -> tuple[float, float, bool]:
    """Seconds for all cases, for the slowest, and whether each design is that of brute force."""
    cases = [case for case in json.loads(REFERENCE.read_text())["cases"] if case["quantity"] == "two stages"]
    frontier(OneArmTrial(0.1, 0.5))  # numpy is there
    each, right = [], True
    for case in cases:
        trial = OneArmTrial(case["p0"], case["p1"], case["alpha"], case["power"])
        search.cache_clear()
        start = perf_counter()
        found = frontier(trial)
        each.append(perf_counter() - start)
        best = ["{r1}/{n1} {r}/{n}".format(**case["result"][kind]) for kind in ("optimal", "minimax")]
        right &= [str(found[-1]), str(found[0])] == best
    return sum(each), max(each), right


def clinfun(library: str | None) -> tuple[float, float] | None:
    """Seconds of a call for the largest row (110 patients, searched up to 120), and of a whole process."""
    setup = ROUTINE.format(library=library) if library else "suppressMessages(library(clinfun))\n"
    call = f"ph2simon({LARGEST.p0}, {LARGEST.p1}, {LARGEST.alpha}, {1 - LARGEST.power:.10g}, nmax = 120)"
    timed = f"{setup}for (i in 1:5) cat(system.time({call})[['elapsed']], '')"
    try:
        result = subprocess.run(("Rscript", "-e", timed), check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return min(map(float, result.stdout.split()[-5:])), seconds("Rscript", "-e", f"{setup}x <- {call}")


def main() -> int:
    total, slowest, right = ours()
    search.cache_clear()
    start = perf_counter()
    frontier(LARGEST)
    call = perf_counter() - start
    process = seconds(sys.executable, "-m", "gvhdcalc", "power", "simon", "30%", "45%", "--power", "90%")
    print(f"all cases                   {total:.3f} s, the slowest {slowest * 1000:.1f} ms; as by brute force: {right}")
    print(f"the largest row (110)       {call * 1000:.1f} ms; whole process, with admissible designs {process:.3f} s")
    peer = clinfun(sys.argv[1] if len(sys.argv) > 1 else None)
    if peer is None:
        print("clinfun                     R or clinfun is not there")
    else:
        print(f"clinfun                     {peer[0] * 1000:.1f} ms; whole process {peer[1]:.3f} s")
    return 0 if right and process < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
