"""``gvhdcalc hr events``: events and patients randomised."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from ..reported.number import parse_number
from ..stats import hazard_ratio_logrank as logrank
from ..stats.hazard_ratio import MEASURE
from ..stats.hazard_ratio_landmark import EventsOfRandomised
from .arms import parse_counts
from .common import Options, common_options, fail
from .hr_route import Meaning, Route, Way, answer, claim_of, exactly, meaning_options, positive_ratio, ratio_option
from .quantities import Whole

_TYPED = ("estimate",)


@click.command(
    "events",
    short_help="Events and patients, with or without the ratio.",
    cls=Route,
    keys=("event-free", "events-arms", "events-total"),
    no_args_is_help=True,
    examples=(
        ("events of all randomised, everybody followed alike", "gvhdcalc hr events 229/491 256/485"),
        ("the interval of a printed ratio", "gvhdcalc hr events 229/491 256/485 --hr 0.85"),
        ("from all events and the allocation", "gvhdcalc hr events --all-events 485 --ratio 491:485 --hr 0.85"),
        (
            "does the printed interval follow?",
            "gvhdcalc hr events 229/491 256/485 --hr 0.85 --reported '0.85 (0.71-1.02), P = 0.075'",
        ),
    ),
)
@click.argument("figures", nargs=-1, metavar="EVENTS1/N1 EVENTS0/N0")
@click.option("--hr", "ratio_text", metavar="HR", help="The printed hazard ratio: its interval is then worked out.")
@click.option("--all-events", type=Whole("events"), metavar="D", help="Events of both arms, in place of those of each.")
@ratio_option
@common_options(MEASURE)
@meaning_options
def command(
    figures: tuple[str, ...],
    ratio_text: str | None,
    all_events: int | None,
    ratio: float | None,
    meaning: Meaning,
    options: Options,
) -> int:
    """Events and numbers randomised: the interval of a printed ratio (--hr), or a ratio where all are followed alike.

    EVENTS1/N1 is the treated arm, EVENTS0/N0 the control arm. With --hr the variance is that of the events. Without,
    the ratio of the logs of the event-free proportions is shown, which takes everybody as followed for the same time.
    """
    hr = None
    if ratio_text is not None:
        try:
            hr = positive_ratio(parse_number(ratio_text), "hazard ratio")
        except ValueError as error:
            fail(str(error))
    if all_events is not None and figures:
        fail("--all-events takes the place of the events of each arm: give one or the other")
    if all_events is not None and hr is None:
        fail("all events alone have no ratio: add --hr 0.85, or for a P value see gvhdcalc hr p")
    if ratio is not None and figures:
        fail("--ratio goes with --all-events: here the patients of the arms are the allocation")
    if all_events is None and len(figures) != 2:
        fail("events and patients of both arms are needed: 229/491 256/485; or --all-events 485 --hr 0.85")
    claim = claim_of(options, None)
    needs = {"estimate": "the ratio is an input here; it is checked by its P, gvhdcalc hr p"}

    def of_ratio(given: Any) -> Way:
        assert hr is not None
        box = hr.interval
        return Way(given, lambda: (replace(given, hr=end) for end in box))

    inputs: dict[str, Any] = {"route": "events", "hr": None if hr is None else hr.value}
    if all_events is not None:
        assert hr is not None
        r = ratio or 1.0
        ways = {"events-total": of_ratio(logrank.EventsInAll(all_events, r, hr=hr.value))}
        title = f"Events in all: {all_events}, allocation {r:g}:1, hazard ratio {hr.text}"
        inputs |= {"all_events": all_events, "ratio": r}
        letters = {"HR": hr.value, "d": float(all_events), "r": r}
        return answer(options, ways, claim, title, inputs, letters, needs, meaning, typed=_TYPED)
    try:
        one, two = map(parse_counts, figures)
    except ValueError as error:
        fail(str(error))
    if hr is not None and not one.events * two.events:
        fail(f"events {figures[0]} {figures[1]}: without events in an arm the ratio is 0 or infinite, not {hr.text}")
    r = one.total / two.total
    inputs |= {"events": [one.events, two.events], "totals": [one.total, two.total], "ratio": r}
    letters = {"d1": one.events, "n1": one.total, "d0": two.events, "n0": two.total}
    title = f"Events: {one.events}/{one.total} v {two.events}/{two.total}"
    if hr is None:
        ways = {"event-free": exactly(EventsOfRandomised(one.events, one.total, two.events, two.total))}
        return answer(options, ways, claim, title, inputs, letters, {}, meaning)
    letters |= {"HR": hr.value, "d": one.events + two.events, "r": r}
    ways = {
        "events-arms": of_ratio(logrank.EventsOfArms(one.events, two.events, hr=hr.value)),
        "events-total": of_ratio(logrank.EventsInAll(one.events + two.events, r, hr=hr.value)),
    }
    return answer(
        options, ways, claim, f"{title}, hazard ratio {hr.text}", inputs, letters, needs, meaning, typed=_TYPED
    )
