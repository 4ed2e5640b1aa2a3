"""``gvhdcalc rd``: the risk difference of two arms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from .arms import Counts
from .common import Options, StatCommand, common_options
from .null_options import null_measure, testable
from .strata_options import stratifiable
from .two_arms import also_n_option, control, run, treatment

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from .margins import Asked

MEASURE = "risk difference"
COMMON = "common risk difference"
AT_NULL = null_measure(MEASURE)


def _difference(claim: Claim) -> Claim:
    """The claim as one of a difference: a lone percentage is the estimate; 12.1 (0.3 to 23.5) can only be percent."""
    if claim.estimate is None and len(claim.arms) == 1 and claim.arms[0].events is None:
        (arm,) = claim.arms
        lower, upper = claim.lower or arm.lower, claim.upper or arm.upper
        conf = claim.conf if arm.conf is None else arm.conf
        claim = replace(claim, estimate=arm.percent, lower=lower, upper=upper, conf=conf, arms=())
    figures = [figure for figure in (claim.estimate, claim.lower, claim.upper) if figure is not None]
    if any(figure.percent for figure in figures) or not any(abs(figure.value) > 1 for figure in figures):
        return claim
    return replace(
        claim,
        estimate=claim.estimate and claim.estimate.as_percent(),
        lower=claim.lower and claim.lower.as_percent(),
        upper=claim.upper and claim.upper.as_percent(),
    )


@click.command(
    "rd",
    cls=StatCommand,
    measures=(MEASURE, COMMON, AT_NULL),
    no_args_is_help=True,
    examples=(
        ("a response of 82 of 99 patients against 70 of 99", "gvhdcalc rd 82/99 70/99"),
        ("does what the paper prints follow?", "gvhdcalc rd 82/99 70/99 --reported '12.1% (95% CI 0.3 to 23.5)'"),
        ("every interval and test, 90% level", "gvhdcalc rd 82/99 70/99 --method all --conf 90"),
        ("more decimals of the percentage", "gvhdcalc rd 82/99 70/99 --digits 3"),
        ("strata: one difference from several tables", "gvhdcalc rd --stratified 5/20 8/21 12/40 15/39"),
    ),
)
@treatment
@control
@common_options(MEASURE, COMMON, AT_NULL, batch=True)
@stratifiable("rd", MEASURE, _difference)
@testable(MEASURE)
@also_n_option
def command(
    treatment: Counts | None,
    control: Counts | None,
    asked: Asked | None,
    also_n: tuple[int, int] | None,
    options: Options,
) -> int:
    """Risk difference of two arms, each EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL.

    TREATMENT (or exposed) comes first, CONTROL (or reference) second: positive means more events with treatment. Shown
    in percentage points; JSON has fractions. The default is Newcombe's hybrid score interval, Pearson's chi-square, and
    Fisher's exact P beside it; --reported searches all methods.

    --stratified pools strata: arms in pairs, or the rows of --batch FILE (one analysis for each value of a column with
    --by). Each stratum is shown with its own interval, then the Mantel-Haenszel and the random-effects estimate.
    """
    return run(MEASURE, "rd", treatment, control, options, claimed=_difference, asked=asked, other_totals=also_n)
