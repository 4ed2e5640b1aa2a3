"""``gvhdcalc hr p``: a hazard ratio and its P value."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Document
from ..reported.number import Printed, quoted
from ..stats import hazard_ratio as core
from ..stats import hazard_ratio_logrank as logrank
from ..stats.hazard_ratio import MEASURE
from ..stats.namespace import z_for
from ..stats.results import Value
from .common import Options, common_options, fail
from .hr_route import (
    ARM_NEEDS,
    Meaning,
    Route,
    Way,
    answer,
    candidate,
    claim_of,
    events_option,
    judge_and_finish,
    meaning_options,
    methods_of_route,
    pasted,
    positive_p,
    positive_ratio,
    ratio_option,
    shown_ways,
    typed_figures,
)
from .quantities import Whole

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate


def _p_values(claim: Claim) -> tuple[Printed | None, ...]:
    return (claim.p,)


@click.command(
    "p",
    short_help="A ratio and its P, or a log-rank P and events.",
    cls=Route,
    keys=("p", "p-events-arms", "p-events-total"),
    no_args_is_help=True,
    examples=(
        ("the interval behind a ratio with its P", "gvhdcalc hr p 0.68 0.024"),
        ("does a printed interval agree with them?", "gvhdcalc hr p 0.68 0.024 --reported '0.48-0.95'"),
        ("log-rank P with the events of each arm", "gvhdcalc hr p 0.075 --events 229 256"),
        ("with all events and the patients of each arm", "gvhdcalc hr p 0.075 --all-events 485 --ratio 491:485"),
        ("many in a file: columns hr, p", "gvhdcalc hr p --batch ratios.csv"),
    ),
)
@click.argument("figures", nargs=-1, metavar="[HR] P")
@ratio_option
@events_option
@click.option("--all-events", type=Whole("events"), metavar="D", help="Events of both arms together.")
@click.option(
    "--favours",
    type=click.Choice(("treatment", "control")),
    default="treatment",
    help="Which arm does better, where only P is printed; treatment by default.",
)
@click.option("--one-sided", is_flag=True, help="The P is one-sided: twice it is the two-sided one.")
@common_options(MEASURE, batch=True)
@meaning_options
def command(
    figures: tuple[str, ...],
    ratio: float | None,
    events: tuple[int, int] | None,
    all_events: int | None,
    favours: str,
    one_sided: bool,
    meaning: Meaning,
    options: Options,
) -> int:
    """A P value with the hazard ratio, or with the events: the standard error and the interval.

    HR P are two numbers with the decimals they were printed with, or one quoted paste ("0.68, P = 0.024"). Without HR,
    P is that of a log-rank test, and --events or --all-events (with --ratio where arms differ in size) give the ratio.
    """
    if options.batch is not None:
        return _batch(figures, options)
    if events is not None or all_events is not None:
        return _from_events(figures, ratio, events, all_events, favours, one_sided, meaning, options)
    every = methods_of_route(options)[0]
    methods = {"p": every["p"]}
    shown = shown_ways(options, methods)
    typed = typed_figures(
        figures, options.reported, "a ratio and its P value", "0.68 0.024", lambda c: (c.estimate, c.p)
    )
    hr, p_value = positive_ratio(typed.numbers[0], "hazard ratio"), _sided(positive_p(typed.numbers[1]), one_sided)
    claim = pasted(options.reported) if options.reported is not None else None
    if claim is None and typed.claim is not None and typed.claim.lower is not None:
        claim = typed.claim
    if claim is not None and claim.conf is not None and not options.conf_given:
        options = replace(options, conf=claim.conf)
    row = methods["p"].function(core.HazardRatioP(hr.value, p_value.value), options.conf)
    found = core.attainable_from_p(hr.interval, p_value.interval, options.conf)
    values = [*core.information(row, ratio)] if row.se == row.se else []
    for limit in ("lower", "upper"):
        for which, end in zip(("lowest", "highest"), found[limit], strict=True):
            values.append(Value(f"{limit} limit, {which} attainable", end, "", None, "p"))
    values += meaning.of(row) if row.se == row.se else ()
    warnings = []
    if p_value.relation in ("<", "<="):
        warnings.append(f"P {p_value.text} is a bound: the interval is the widest that it allows")
    elif p_value.relation in (">", ">="):
        warnings.append(f"P {p_value.text} is a bound: the interval is the narrowest that it allows")
    document = Document(
        command="hr",
        inputs={
            "route": "p",
            "hr": hr.value,
            "p": p_value.value,
            "printed": [hr.text, p_value.text],
            "conf": options.conf,
            "ratio": ratio,
            **({"one_sided": True} if one_sided else {}),
        },
        title=f"Hazard ratio {hr.text} with P {'= ' if p_value.relation == '=' else ''}{p_value.text}",
        estimates=(row,),
        values=tuple(values),
        warnings=tuple(warnings),
        explained={"HR": hr.value, "P": p_value.value, "z_conf": z_for(options.conf)},
    )
    candidates: dict[str, list[Candidate]] = {}
    if claim is not None:
        candidates = {limit: [candidate(row, limit, found)] for limit in ("lower", "upper")}
    needs = {"estimate": "the ratio is an input here; hr ci checks it", "p": "P is an input here; hr ci checks it"}
    return judge_and_finish(document, options, shown, claim, candidates, {**ARM_NEEDS, **needs})


def _sided(p: Printed, one_sided: bool) -> Printed:
    """The two-sided P; ends with a message where a one-sided one cannot be doubled."""
    if not one_sided:
        return p
    if p.value > 0.5:
        fail(f"one-sided P {p.text} is above 0.5: the difference is in the other direction; write 1 - P, --favours")
    # one decimal fewer would not say how far 2P was rounded: its interval is twice as wide
    return replace(p, value=2 * p.value, domain=(0.0, 1.0))


def _from_events(
    figures: tuple[str, ...],
    ratio: float | None,
    events: tuple[int, int] | None,
    all_events: int | None,
    favours: str,
    one_sided: bool,
    meaning: Meaning,
    options: Options,
) -> int:
    """The hazard ratio behind a log-rank P, from V by the events."""
    if len(figures) == 2:
        fail(
            "with the ratio, P gives the interval by itself; for an interval from events: gvhdcalc hr events --hr 0.85"
        )
    if events is not None and all_events is not None and sum(events) != all_events:
        fail(f"--events {events[0]} {events[1]} are {sum(events)} in all, not --all-events {all_events}")
    typed = typed_figures(figures, options.reported, "a P value", "0.075", _p_values)
    p = positive_p(typed.numbers[0])
    two_sided = _sided(p, one_sided)
    low, high = (min(1.0, (2 if one_sided else 1) * end) for end in p.interval)
    sign = -1.0 if favours == "treatment" else 1.0
    ways = {}
    letters: dict[str, float] = {"P": two_sided.value}
    given: logrank.EventsOfArms | logrank.EventsInAll

    def way(of: Any) -> Way:
        return Way(of, lambda: (replace(of, p=end) for end in (low, high)))

    if events is not None:
        given = logrank.EventsOfArms(events[0], events[1], p=two_sided.value, sign=sign)
        ways["p-events-arms"] = way(given)
        letters |= {"d1": events[0], "d0": events[1]}
    total = all_events if events is None else sum(events)
    if total is not None and (events is None or ratio is not None):
        given = logrank.EventsInAll(total, ratio or 1.0, p=two_sided.value, sign=sign)
        ways["p-events-total"] = way(given)
        letters |= {"d": total, "r": ratio or 1.0}
    warnings = []
    if p.relation != "=":
        which = "nearest to" if p.relation in ("<", "<=") else "farthest from"
        warnings.append(f"P {p.text} is a bound: the ratio is the {which} 1 that it allows")
    return answer(
        options,
        ways,
        claim_of(options, typed),
        f"P {'= ' if p.relation == '=' else ''}{p.text}{' (one-sided)' if one_sided else ''}, "
        + (f"events {events[0]} v {events[1]}" if events else f"{total} events"),
        {
            "route": "p",
            "p": p.value,
            "printed": [p.text],
            "one_sided": one_sided,
            "favours": favours,
            **({"events": list(events)} if events else {"all_events": total}),
            "ratio": ratio,
        },
        letters,
        {"p": "P is an input here"},
        meaning,
        warnings,
        typed=("p",),
    )


def _batch(figures: tuple[str, ...], options: Options) -> int:
    """Many ratios with their P: the columns hr and p, or printed with "0.68, P = 0.024"."""
    from .batch import ESTIMATE_FIELDS, Shape, run

    if figures:
        fail("--batch reads the figures from its file: give none beside it")

    def parse(text: str) -> tuple[float, ...]:
        from ..reported.reader import read_reported

        claim = read_reported(text, MEASURE)
        if claim.estimate is None or claim.p is None:
            raise ValueError(f"no ratio with a P value in {quoted(text)}")
        return claim.estimate.value, claim.p.value

    def wrong(hr: float, p: float) -> str | None:
        if not 0 < hr < math.inf:
            return f"hr {hr:g} is not a positive number"
        return None if 0 < p < 1 else f"p {p:g} is not between 0 and 1"

    shape = Shape(
        ("hr", "p"),
        ("printed",),
        "0.68, P = 0.024",
        parse,
        wrong,
        lambda hr, p: ~((hr > 0) & (hr < math.inf) & (p > 0) & (p < 1)),
        core.HazardRatioP,
        frozenset(("hr", "p")),
    )
    every = methods_of_route(options)[0]
    return run(shape, "hr p", shown_ways(options, {"p": every["p"]}), (), options, fields=(*ESTIMATE_FIELDS, "se"))
