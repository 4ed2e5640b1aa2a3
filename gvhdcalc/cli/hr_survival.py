"""``gvhdcalc hr survival``: the proportions without the event at one time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..reported.number import Printed, parse_number
from ..stats import hazard_ratio as core
from ..stats import hazard_ratio_landmark as landmark
from ..stats.hazard_ratio import MEASURE
from ..stats.namespace import z_for
from .common import Level, Options, common_options, fail
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
from .quantities import Whole

if TYPE_CHECKING:
    from ..reported.claim import Claim


def _survival(printed: Printed) -> Printed:
    if printed.relation != "=":
        fail(f"survival {printed.text!r} is a bound, not a proportion")
    if not 0 <= printed.value <= 1:
        fail(f"survival {printed.text!r} is not between 0 and 1; for a percentage write the sign: 60.5%")
    return printed.within(0.0, 1.0)


def _percents(claim: Claim) -> tuple[Printed | None, ...]:
    return tuple(arm.percent for arm in claim.arms) if len(claim.arms) == 2 else ()


def _limits(texts: tuple[str, str] | None, survival: Printed) -> tuple[Printed, Printed] | None:
    """The printed limits of a survival proportion, or None; ends with a message where they cannot be its."""
    if texts is None:
        return None
    try:
        lower, upper = map(parse_number, texts)
    except ValueError as error:
        fail(str(error))
    lower, upper = _survival(lower), _survival(upper)
    if lower.value > upper.value:
        fail(f"the limits of survival {survival.text} are upside down: {texts[0]} to {texts[1]}")
    if lower.value == upper.value:
        fail(f"the limits of survival {survival.text} are equal, {texts[0]}: they have no standard error")
    if not lower.interval[0] <= survival.interval[1] or not survival.interval[0] <= upper.interval[1]:
        fail(f"survival {survival.text} is outside its limits, {texts[0]} to {texts[1]}; write --ci1 LOWER UPPER")
    return lower, upper


@click.command(
    "survival",
    short_help="Survival of both arms at one time.",
    cls=Route,
    keys=("survival", "survival-ci", "survival-at-risk"),
    no_args_is_help=True,
    examples=(
        ("survival of 60.5% and 37.3% at one time", "gvhdcalc hr survival 60.5% 37.3%"),
        (
            "with their limits an interval",
            "gvhdcalc hr survival 60.5% 37.3% --ci1 50.6% 70.7% --ci0 27.9% 48.6%",
        ),
        ("with the patients at risk at that time", "gvhdcalc hr survival 60.5% 37.3% --at-risk 35 22"),
        ("does the printed ratio follow? (exit status 1)", "gvhdcalc hr survival 60.5% 37.3% --reported 'HR 0.55'"),
    ),
)
@click.argument("figures", nargs=-1, metavar="S1 S0")
@events_option
@click.option("--ci1", nargs=2, metavar="L U", help="Limits of S1, at the level --conf-survival.")
@click.option("--ci0", nargs=2, metavar="L U", help="Limits of S0.")
@click.option("--conf-survival", type=Level(), metavar="LEVEL", help="Level of --ci1 and --ci0; 95 by default.")
@click.option(
    "--at-risk", type=Whole("number at risk"), nargs=2, metavar="R1 R0", help="Patients of each arm at risk then."
)
@common_options(MEASURE)
@meaning_options
def command(
    figures: tuple[str, ...],
    events: tuple[int, int] | None,
    ci1: tuple[str, str] | None,
    ci0: tuple[str, str] | None,
    conf_survival: float | None,
    at_risk: tuple[int, int] | None,
    meaning: Meaning,
    options: Options,
) -> int:
    """The hazard ratio behind two survival proportions at one time, under proportional hazards: log S1 / log S0.

    S1 S0 are the proportions of the treated and the control arm without the event (0.605 or 60.5%), or one quoted
    paste ("60.5% vs 37.3%; HR 0.55"). An interval needs the events of each arm, the limits of both proportions, or the
    patients at risk at that time. With competing risks see cuminc.
    """
    typed = typed_figures(figures, options.reported, "two survival proportions", "60.5% 37.3%", _percents)
    one, two = map(_survival, typed.numbers)
    if (ci1 is None) != (ci0 is None):
        fail("limits of both proportions are needed: --ci1 50.6% 70.7% --ci0 27.9% 48.6%")
    if conf_survival is not None and ci1 is None:
        fail("--conf-survival is the level of --ci1 and --ci0; the level of the ratio's interval is --conf")
    level = conf_survival or 0.95
    limits1, limits0 = _limits(ci1, one), _limits(ci0, two)
    counts = by_arm(events)
    ways = {}
    letters: dict[str, float] = {"S1": one.value, "S0": two.value, **event_letters(counts)}
    inputs: dict[str, Any] = {"route": "survival", "survival": [one.value, two.value], "printed": [one.text, two.text]}
    if limits1 is not None and limits0 is not None:
        boxes = [figure.interval for figure in (one, *limits1, two, *limits0)]
        values = [figure.value for figure in (one, *limits1, two, *limits0)]
        given = landmark.SurvivalLimits(values[0], values[1], values[2], values[3], values[4], values[5], level)
        ways["survival-ci"] = Way(given, lambda: core.corners(landmark.SurvivalLimits, *boxes, level=level))
        inputs |= {"limits": [[figure.value for figure in pair] for pair in (limits1, limits0)]}
        inputs |= {"conf_survival": level}
        letters["z_level"] = z_for(level)
    if at_risk is not None:
        risks = dict(zip(("at_risk1", "at_risk0"), at_risk, strict=True))
        ways["survival-at-risk"] = Way(
            landmark.SurvivalAtRisk(one.value, two.value, **risks),
            lambda: core.corners(landmark.SurvivalAtRisk, one.interval, two.interval, **risks),
        )
        inputs |= {"at_risk": list(at_risk)}
        letters |= {"r1": at_risk[0], "r0": at_risk[1]}
    if events is not None or not ways:
        ways["survival"] = Way(
            core.SurvivalProportions(one.value, two.value, **counts),
            lambda: core.corners(core.SurvivalProportions, one.interval, two.interval, **counts),
        )
        inputs |= {"events": events} if events else {}
    return answer(
        options,
        ways,
        claim_of(options, typed),
        f"Survival: {one.text} v {two.text}",
        inputs,
        letters,
        {**INTERVAL_NEEDS, **dict.fromkeys(("percent 1", "percent 2"), "the proportions are inputs here")},
        meaning,
    )
