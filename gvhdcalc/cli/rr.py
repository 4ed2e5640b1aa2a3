"""``gvhdcalc rr``: the risk ratio of two arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .arms import Counts
from .common import Options, StatCommand, common_options
from .null_options import null_measure, testable
from .strata_options import stratifiable
from .two_arms import also_n_option, control, run, treatment

if TYPE_CHECKING:
    from .margins import Asked

MEASURE = "risk ratio"
COMMON = "common risk ratio"
AT_NULL = null_measure(MEASURE)


@click.command(
    "rr",
    cls=StatCommand,
    measures=(MEASURE, COMMON, AT_NULL),
    no_args_is_help=True,
    examples=(
        ("infections in 65 of 99 patients against 78 of 99", "gvhdcalc rr 65/99 78/99"),
        ("does what the paper prints follow?", "gvhdcalc rr 65/99 78/99 --reported '0.83 (0.70-0.99)'"),
        ("no events in an arm: the score interval exists", "gvhdcalc rr 0/34 7/34 --method koopman"),
        ("every interval and test, 90% level", "gvhdcalc rr 65/99 78/99 --method all --conf 90"),
        ("strata: one risk ratio from several tables", "gvhdcalc rr --stratified 5/20 8/21 12/40 15/39"),
    ),
)
@treatment
@control
@common_options(MEASURE, COMMON, AT_NULL, batch=True)
@stratifiable("rr", MEASURE)
@testable(MEASURE)
@also_n_option
def command(
    treatment: Counts | None,
    control: Counts | None,
    asked: Asked | None,
    also_n: tuple[int, int] | None,
    options: Options,
) -> int:
    """Risk ratio (relative risk) of two arms, each EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL.

    TREATMENT (or exposed) comes first, CONTROL (or reference) second. The default is Katz's log interval, Pearson's
    chi-square, and Fisher's exact P beside it; --reported searches all methods. An arm with no events has no Katz
    interval, but score intervals (koopman, miettinen-nurminen).

    --stratified pools strata: arms in pairs, or the rows of --batch FILE (one analysis for each value of a column with
    --by). Each stratum is shown with its own interval, then the Mantel-Haenszel and the random-effects estimate.
    """
    return run(MEASURE, "rr", treatment, control, options, asked=asked, other_totals=also_n)
