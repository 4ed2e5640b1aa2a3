"""``gvhdcalc rr``: the risk ratio of two arms."""

from __future__ import annotations

import click

from .arms import Counts
from .common import Options, StatCommand, common_options
from .two_arms import control, run, treatment

MEASURE = "risk ratio"


@click.command(
    "rr",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("infections in 65 of 99 patients against 78 of 99", "gvhdcalc rr 65/99 78/99"),
        ("does what the paper prints follow?", "gvhdcalc rr 65/99 78/99 --reported '0.83 (0.70-0.99)'"),
        ("no events in an arm: the score interval exists", "gvhdcalc rr 0/34 7/34 --method koopman"),
        ("every interval and test, 90% level", "gvhdcalc rr 65/99 78/99 --method all --conf 90"),
    ),
)
@treatment
@control
@common_options(MEASURE, batch=True)
def command(treatment: Counts | None, control: Counts | None, options: Options) -> int:
    """Risk ratio (relative risk) of two arms, each EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL.

    TREATMENT (or exposed) comes first, CONTROL (or reference) second. The default is Katz's log interval, Pearson's
    chi-square, and Fisher's exact P beside it; --reported searches all methods. An arm with no events has no Katz
    interval, but score intervals (koopman, miettinen-nurminen).
    """
    return run(MEASURE, "rr", treatment, control, options)
