"""``gvhdcalc hr rates``: events and person-time of each arm."""

from __future__ import annotations

import math
from itertools import product
from typing import Any, NamedTuple

import click

from ..reported.number import Printed, parse_number
from ..stats import hazard_ratio as core
from ..stats.hazard_ratio import MEASURE
from .common import Options, common_options
from .hr_route import Meaning, Route, Way, answer, claim_of, meaning_options


class Rate(NamedTuple):
    """Events and person-time of an arm, the time as typed."""

    events: int
    time: Printed


class RateType(click.ParamType[Rate]):
    """The type of EVENTS/PERSON-TIME."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Rate:
        if isinstance(value, Rate):
            return value
        text = str(value).strip()
        left, slash, right = text.partition("/")
        if not slash:
            self.fail(f"{text!r} has no person-time; write EVENTS/PERSON-TIME, like 60/812.5", param, ctx)
        try:
            events, time = parse_number(left), parse_number(right)
        except ValueError as error:
            self.fail(f"{text!r}: {error}", param, ctx)
        if events.percent or events.relation != "=" or events.value < 0 or not float(events.value).is_integer():
            self.fail(f"{text!r}: events {left.strip()!r} are not a whole number from 0 up", param, ctx)
        if time.percent or time.relation != "=" or not 0 < time.value < math.inf:
            self.fail(f"{text!r}: person-time {right.strip()!r} is not a positive number", param, ctx)
        return Rate(int(events.value), time.within(0.0, math.inf))


@click.command(
    "rates",
    short_help="Events over person-time.",
    cls=Route,
    keys=("rates", "rates-exact", "rates-mid-p"),
    no_args_is_help=True,
    examples=(
        ("60 events in 812.5 patient-years against 72 in 645", "gvhdcalc hr rates 60/812.5 72/645"),
        ("few events: exact limits", "gvhdcalc hr rates 3/120 9/110 --method rates-exact"),
        ("does the printed ratio follow?", "gvhdcalc hr rates 60/812.5 72/645 --reported '0.66 (0.47-0.93)'"),
    ),
)
@click.argument("one", type=RateType(), metavar="EVENTS1/TIME1")
@click.argument("two", type=RateType(), metavar="EVENTS0/TIME0")
@common_options(MEASURE)
@meaning_options
def command(one: Rate, two: Rate, meaning: Meaning, options: Options) -> int:
    """The ratio of two event rates, which is the hazard ratio where hazards are constant.

    EVENTS1/TIME1 is the treated arm: events and person-time (60/812.5), EVENTS0/TIME0 the control arm, in one unit. The
    default is the Wald interval; with few events --method rates-exact, rates-mid-p.
    """

    def corners() -> list[core.EventRates]:
        times = product(one.time.interval, two.time.interval)
        return [core.EventRates(one.events, time1, two.events, time0) for time1, time0 in times]

    way = Way(core.EventRates(one.events, one.time.value, two.events, two.time.value), corners)
    return answer(
        options,
        dict.fromkeys(("rates", "rates-exact", "rates-mid-p"), way),
        claim_of(options, None),
        f"Events and person-time: {one.events}/{one.time.text} v {two.events}/{two.time.text}",
        {"route": "rates", "events": [one.events, two.events], "times": [one.time.value, two.time.value]},
        {"d1": one.events, "t1": one.time.value, "d0": two.events, "t0": two.time.value},
        dict.fromkeys(("lower", "upper", "p"), "events in both arms"),
        meaning,
    )
