"""Start-up: the whole process ``gvhdcalc or 82/99 70/99`` against a Python that imports click and rich and prints a
small table.

    python bench/startup.py [RUNS]

The console script is the one installed beside the Python that runs this. The three commands take turns, so that a slow
spell of the machine falls on all of them; the ratio is that of the fastest runs (the median is printed too). Exits 1
when a ratio is above the limit.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

RUNS = 30
LIMIT = 1.5

PEER = """
import click
from rich.console import Console
from rich.table import Table
table = Table(title="82/99 against 70/99")
for name in ("Measure", "Estimate", "95% CI", "P"):
    table.add_column(name)
table.add_row("OR", "2.00", "1.01 to 3.94", "0.043")
table.add_row("RR", "1.17", "1.00 to 1.36", "0.043")
Console().print(table)
"""


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """The wall time of one run of a command, its output thrown away."""
    start = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return perf_counter() - start


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    script = shutil.which("gvhdcalc", path=str(Path(sys.executable).parent))
    if script is None:
        print(f"bench/startup.py: no gvhdcalc beside {sys.executable}; install the package there", file=sys.stderr)
        return 2
    ours = [script, "or", "82/99", "70/99"]
    commands = {
        "a Python that imports click and rich and prints a table": [sys.executable, "-c", PEER],
        "gvhdcalc or 82/99 70/99 | ...": ours,
        "gvhdcalc or 82/99 70/99 --format rich": [*ours, "--format", "rich"],
    }
    # Compiled files must be kept, or the package pays for compiling itself at every run and its peer does not.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        seconds(command, environment)
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(seconds(command, environment))

    (peer, peer_times), *rest = times.items()
    width = max(map(len, commands))
    title = f"whole process, ms, {runs} runs each"
    print(f"{title:<{width}}  {'min':>6} {'median':>6}  ratio (of min, of median)")
    print(f"{peer:<{width}}  {min(peer_times) * 1e3:6.1f} {median(peer_times) * 1e3:6.1f}")
    within = True
    for name, taken in rest:
        ratio = min(taken) / min(peer_times)
        within = within and ratio <= LIMIT
        print(
            f"{name:<{width}}  {min(taken) * 1e3:6.1f} {median(taken) * 1e3:6.1f}  "
            f"{ratio:.2f}  {median(taken) / median(peer_times):.2f}"
        )
    print(f"limit {LIMIT}: {'kept' if within else 'EXCEEDED'}")
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
