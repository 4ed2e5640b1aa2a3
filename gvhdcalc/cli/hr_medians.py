"""``gvhdcalc hr medians``: two median times to the event."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click

from ..stats import hazard_ratio as core
from ..stats.hazard_ratio import MEASURE
from .common import Options, common_options, fail
from .hr_route import (
    INTERVAL_NEEDS,
    Meaning,
    Route,
    Way,
    answer,
    by_arm,
    claim_of,
    event_letters,
    events_option,
    meaning_options,
    typed_figures,
)

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.number import Printed


def _two_medians(claim: Claim) -> tuple[Printed, ...]:
    return claim.medians if len(claim.medians) == 2 else ()


@click.command(
    "medians",
    short_help="Two medians.",
    cls=Route,
    keys=("medians",),
    no_args_is_help=True,
    examples=(
        ("two medians, under exponential survival", "gvhdcalc hr medians 11.3 6.0"),
        ("with the events of each arm an interval", "gvhdcalc hr medians 11.3 6.0 --events 60 72"),
        ("do the medians give the ratio? (exit status 1)", "gvhdcalc hr medians 11.3 6.0 --reported 0.68"),
    ),
)
@click.argument("figures", nargs=-1, metavar="MEDIAN1 MEDIAN0")
@events_option
@common_options(MEASURE)
@meaning_options
def command(figures: tuple[str, ...], events: tuple[int, int] | None, meaning: Meaning, options: Options) -> int:
    """The ratio of two medians, which is the hazard ratio where survival is exponential.

    MEDIAN1 MEDIAN0 are the median times of the treated and the control arm, in one unit, or one quoted paste
    ("11.3 months vs. 6.0 months; HR 0.68"). Another shape of survival gives another ratio.
    """
    typed = typed_figures(figures, options.reported, "two medians", "11.3 6.0", _two_medians, word="median")
    for printed in typed.numbers:
        if printed.relation != "=" or printed.percent or not 0 < printed.value < math.inf:
            fail(f"median {printed.text!r} is not a positive time; for a median not reached see gvhdcalc hr survival")
    one, two = typed.numbers
    counts = by_arm(events)
    given = core.Medians(one.value, two.value, **counts)
    return answer(
        options,
        {"medians": Way(given, lambda: core.corners(core.Medians, one.interval, two.interval, **counts))},
        claim_of(options, typed),
        f"Medians: {one.text} v {two.text}",
        {
            "route": "medians",
            "medians": [one.value, two.value],
            "printed": [one.text, two.text],
            **({"events": events} if events else {}),
        },
        {"median1": one.value, "median0": two.value, **event_letters(counts)},
        {**INTERVAL_NEEDS, **dict.fromkeys(("median 1", "median 2"), "the medians are inputs here")},
        meaning,
    )
