"""Exact power of two arms of 200 against R in the same run, and the size by exact power.

    python bench/power.py [RUNS]

Three times: our whole process, ``gvhdcalc power ... --method KEY``; our call in a Python that runs; and R's call, of
power.exact.test of package Exact where it is installed, otherwise of the same sums written in R without loops over
tables and with the nuisance grid of 100 points that Exact takes (ours is refined to the supremum). They take turns, the
fastest runs count, and both must give the same power. Exits 1 when our call takes longer than R's, or our process more
than a second. Without Rscript only our own times are printed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from gvhdcalc.stats.power_proportions import MEASURE, TwoProportions
from gvhdcalc.stats.registry import designs

RUNS = 3
ARMS, P1, P0 = 200, 0.6, 0.4
KEYS = {"exact-fisher": "fisher", "exact-boschloo": "boschloo", "exact-barnard": "z-pooled"}

R = """
n <- %d; p1 <- %g; p0 <- %g; method <- "%s"; alpha <- 0.05
grid <- seq(0.00001, 0.99999, length.out = 100)
fisher <- function() {
  found <- matrix(0, n + 1, n + 1)
  for (m in 0:(2 * n)) {
    x <- max(0, m - n):min(n, m)
    d <- dhyper(x, n, n, m)
    order <- order(d)
    p <- cumsum(d[order])[findInterval(d * (1 + 1e-7), d[order])]
    found[cbind(x + 1, m - x + 1)] <- p
  }
  found
}
by_hand <- function() {
  if (method == "z-pooled") {
    x1 <- row(matrix(0, n + 1, n + 1)) - 1
    x0 <- t(x1)
    p <- (x1 + x0) / (2 * n)
    z <- abs(x1 - x0) / n / sqrt(p * (1 - p) * 2 / n)
    extremeness <- ifelse(is.nan(z), 0, z)
  } else extremeness <- -log(fisher())
  masses <- vapply(grid, function(p) dbinom(0:n, n, p), numeric(n + 1))
  if (method == "fisher") rejected <- extremeness >= -log(alpha) else {
    order <- order(-extremeness)
    a <- (row(extremeness))[order]
    b <- (col(extremeness))[order]
    largest <- rep(0, length(order))
    for (k in seq_along(grid)) largest <- pmax(largest, cumsum(masses[a, k] * masses[b, k]))
    value <- extremeness[order]
    last <- c(which(diff(-value) > 1e-9 * (1 + abs(value[-1]))), length(value))
    cut <- value[last[max(which(largest[last] <= alpha))]]
    rejected <- extremeness >= cut - 1e-9
  }
  sum(rejected * outer(dbinom(0:n, n, p1), dbinom(0:n, n, p0)))
}
exact <- requireNamespace("Exact", quietly = TRUE)
start <- proc.time()[[3]]
power <- if (exact) Exact::power.exact.test(p1, p0, n, n, alpha = alpha, method = method)$power else by_hand()
cat(proc.time()[[3]] - start, power, if (exact) "Exact" else "by-hand", "\\n")
"""


def ours(*arguments: str) -> tuple[float, dict[str, float]]:
    """The wall time of a process and the values of its one method, by name."""
    command = [str(Path(sys.executable).with_name("gvhdcalc")), "power", *arguments, "--format", "json"]
    if not Path(command[0]).exists():
        command[:1] = [sys.executable, "-m", "gvhdcalc"]
    start = perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    taken = perf_counter() - start
    return taken, {row["name"]: row["value"] for row in json.loads(done.stdout)["values"]}


def called(key: str) -> float:
    """The wall time of one call of ours, the fastest of five."""
    method, best = designs(MEASURE)[key].function, float("inf")
    for _ in range(5):
        start = perf_counter()
        method(TwoProportions(P0, P1, n1=ARMS, n0=ARMS))
        best = min(best, perf_counter() - start)
    return best


def in_r(method: str) -> tuple[float, float, str]:
    """The seconds of R's call, the power, and whose code it was."""
    code = R % (ARMS, P1, P0, method)
    done = subprocess.run(["Rscript", "--vanilla", "-e", code], check=True, capture_output=True, text=True)
    seconds, power, whose = done.stdout.split()
    return float(seconds), float(power), whose


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    has_r = shutil.which("Rscript") is not None
    failed = False
    print(f"{'seconds, two arms of ' + str(ARMS):<28} {'process':>9} {'call':>9} {'R call':>9}  ratio of calls")
    for key, method in KEYS.items():
        process = call = other = float("inf")
        whose = "no Rscript"
        for _ in range(runs):
            taken, values = ours(f"{P1}", f"{P0}", "--n", str(2 * ARMS), "--method", key)
            process, call = min(process, taken), min(call, called(key))
            if has_r:
                seconds, power, whose = in_r(method)
                other = min(other, seconds)
                both = values["power"] + values["opposite tail"]
                # a grid of 100 points may miss the largest probability, and then rejects a table more
                assert abs(both - power) < 2e-3, (key, both, power)
        failed |= process > 1 or (has_r and call > other)
        print(f"{key:<28} {process:9.3f} {call:9.3f} {other:9.3f}  {call / other:.3f}  ({whose})")
    for key in KEYS:
        taken, values = ours(f"{P1}", f"{P0}", "--power", "80%", "--method", key)
        stays = values["n per arm 1, power stays"]
        print(f"{'size by ' + key:<28} {taken:9.2f}  {values['n per arm 1']} an arm; from {stays} on")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
