"""``gvhdcalc rd``: the risk difference of two arms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from .arms import Counts
from .common import Options, StatCommand, common_options
from .two_arms import control, run, treatment

if TYPE_CHECKING:
    from ..reported.claim import Claim

MEASURE = "risk difference"


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
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("a response of 82 of 99 patients against 70 of 99", "gvhdcalc rd 82/99 70/99"),
        ("does what the paper prints follow?", "gvhdcalc rd 82/99 70/99 --reported '12.1% (95% CI 0.3 to 23.5)'"),
        ("every interval and test, 90% level", "gvhdcalc rd 82/99 70/99 --method all --conf 90"),
        ("more decimals of the percentage", "gvhdcalc rd 82/99 70/99 --digits 3"),
    ),
)
@treatment
@control
@common_options(MEASURE, batch=True)
def command(treatment: Counts | None, control: Counts | None, options: Options) -> int:
    """Risk difference of two arms, each EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL.

    TREATMENT (or exposed) comes first, CONTROL (or reference) second: positive means more events with treatment. Shown
    in percentage points; JSON has fractions. The default is Newcombe's hybrid score interval, Pearson's chi-square, and
    Fisher's exact P beside it; --reported searches all methods.
    """
    return run(MEASURE, "rd", treatment, control, options, claimed=_difference)
