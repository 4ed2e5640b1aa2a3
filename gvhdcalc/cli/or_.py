"""``gvhdcalc or``: the odds ratio of two arms."""

from __future__ import annotations

import click

from .arms import Counts
from .common import Options, StatCommand, common_options
from .two_arms import control, run, treatment

MEASURE = "odds ratio"


@click.command(
    "or",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("a response of 82 of 99 patients against 70 of 99", "gvhdcalc or 82/99 70/99"),
        ("does what the paper prints follow?", "gvhdcalc or 82/99 70/99 --reported '2.00 (1.01-3.94), P=0.043'"),
        ("every interval and test, 90% level", "gvhdcalc or 82/99 70/99 --method all --conf 90"),
        ("percentages for counts; JSON for other tools", "gvhdcalc or 82.8%/99 70.7%/99 --format json"),
    ),
)
@treatment
@control
@common_options(MEASURE, batch=True)
def command(treatment: Counts | None, control: Counts | None, options: Options) -> int:
    """Odds ratio of two arms, each EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL.

    TREATMENT (or exposed) comes first, CONTROL (or reference) second. The default is the sample odds ratio with
    Woolf's interval, Pearson's chi-square, and Fisher's exact P beside it; --reported searches all methods.
    """
    return run(MEASURE, "or", treatment, control, options)
