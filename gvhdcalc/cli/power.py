"""``gvhdcalc power``: sample size, power and detectable effect. Each design is a file of this folder, power_*.py."""

from __future__ import annotations

import click

from .groups import Kinds, Modules

#: Each design and the file it is in, which is imported when it is used. How one plugs in is said in designs.py.
DESIGNS = {
    "props": "power_props",
    "prop": "power_prop",
    "simon": "power_simon",
    "paired": "power_paired",
    "rate": "power_rate",
    "logrank": "power_logrank",
    "cuminc": "power_cuminc",
    "sequential": "power_sequential",
}


@click.group("power", cls=Kinds, default="props", commands=Modules(DESIGNS))
def command() -> None:
    """Sample size, power and detectable effect, by every common method.

    "power 82.8% 70.7% --power 80%" is short for "power props 82.8% 70.7% --power 80%". Of effect, size and power two
    are given and the third is found. The treated arm comes first, the control arm second.

    Sizes are rounded up in each arm, and the power shown is that at the whole numbers. The power of a two-sided test
    leaves out significance in the wrong direction (as R power.prop.test does unless strict). With --dropout the
    patients to enrol are each arm's patients over 1 - dropout, rounded up.

    An option may be a range: "--power 80%,90%" or "--power 0.7:0.9:0.05" makes a table. --curve draws the power
    against patients or effect, in a file with --plot-file; --simulate sets simulated trials beside the formula;
    --reported-n judges the size that a paper states.

    In JSON the answer is in "values", each with its method: "n per arm 1", "n per arm 2", "n total", "events", "power",
    "effect" (p1 - p0 or the hazard ratio), "p1", "p0", "opposite tail"; with --dropout also "n enrolled per arm 1",
    "n enrolled per arm 2", "n enrolled total"; before rounding up "exact n per arm 1", "exact n per arm 2", "exact
    events"; with --simulate "simulated power", "Monte Carlo standard error" (of survival also "simulated
    events"); where it is sought "follow-up"; with --accrual-rate "accrual"; with --calendar "patients entered",
    "events in arm 1", "events in arm 2", "expected events". A trial of one arm, or of pairs, has "n", "n enrolled" and
    "exact n". Group sequential trials have "inflation factor", "drift", the expected size, and by look (in "case") "Z",
    "nominal P", "alpha spent", "power", "stopped, H0". Exact methods for two arms have "n per arm 1, power stays",
    "n per arm 2, power stays", "type I error". A value of a table or a curve says in "case" what was varied.
    """
