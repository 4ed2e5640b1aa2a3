"""``gvhdcalc or``: the odds ratio of two arms."""

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

MEASURE = "odds ratio"
COMMON = "common odds ratio"
AT_NULL = null_measure(MEASURE)


@click.command(
    "or",
    cls=StatCommand,
    measures=(MEASURE, COMMON, AT_NULL),
    no_args_is_help=True,
    examples=(
        ("a response of 82 of 99 patients against 70 of 99", "gvhdcalc or 82/99 70/99"),
        ("does what the paper prints follow?", "gvhdcalc or 82/99 70/99 --reported '2.00 (1.01-3.94), P=0.043'"),
        ("every interval and test, 90% level", "gvhdcalc or 82/99 70/99 --method all --conf 90"),
        ("percentages for counts; JSON for other tools", "gvhdcalc or 82.8%/99 70.7%/99 --format json"),
        ("strata: one odds ratio from several tables", "gvhdcalc or --stratified 5/20 8/21 12/40 15/39"),
        ("trials in a file, pooled", "gvhdcalc or --stratified --batch trials.csv"),
    ),
)
@treatment
@control
@common_options(MEASURE, COMMON, AT_NULL, batch=True)
@stratifiable("or", MEASURE)
@testable(MEASURE)
@also_n_option
def command(
    treatment: Counts | None,
    control: Counts | None,
    asked: Asked | None,
    also_n: tuple[int, int] | None,
    options: Options,
) -> int:
    """Odds ratio of two arms, each EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL.

    TREATMENT (or exposed) comes first, CONTROL (or reference) second. The default is the sample odds ratio with
    Woolf's interval, Pearson's chi-square, and Fisher's exact P beside it; --reported searches all methods.

    --stratified pools strata: arms in pairs, or the rows of --batch FILE (one analysis for each value of a column with
    --by). Each stratum is shown with its own interval, then the Mantel-Haenszel and the random-effects estimate.
    """
    return run(MEASURE, "or", treatment, control, options, asked=asked, other_totals=also_n)
