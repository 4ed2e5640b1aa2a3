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
    refuse_in_batch,
    shown_ways,
    to_show,
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
    favours: str | None,
    one_sided: bool,
    meaning: Meaning,
    options: Options,
) -> int:
    """A P value with the hazard ratio, or with the events: the standard error and the interval.

    HR P are two numbers with the decimals they were printed with, or one quoted paste ("0.68, P = 0.024"). Without HR,
    P is that of a log-rank test, and --events or --all-events (with --ratio where arms differ in size) give the ratio.
    """
    if options.batch is not None:
        other = {"--ratio": ratio, "--events": events, "--all-events": all_events, "--favours": favours}
        refuse_in_batch({**other, **meaning.given()})
        return _batch(figures, one_sided, options)
    if events is not None or all_events is not None:
        return _from_events(figures, ratio, events, all_events, favours or "treatment", one_sided, meaning, options)
    every = methods_of_route()
    methods = {"p": every["p"]}
    shown = shown_ways(options, methods)
    typed = typed_figures(
        figures, options.reported, "a ratio and its P value", "0.68 0.024", lambda c: (c.estimate, c.p)
    )
    if favours is not None:
        fail("--favours is for a P without a ratio: a ratio says which arm does better")
    hr, printed = positive_ratio(typed.numbers[0], "hazard ratio"), positive_p(typed.numbers[1])
    p, p_box = _two_sided(printed, one_sided)
    claim = pasted(options.reported) if options.reported is not None else None
    if claim is None and typed.claim is not None and typed.claim.lower is not None:
        claim = typed.claim
    if claim is not None and claim.conf is not None and not options.conf_given:
        options = replace(options, conf=claim.conf)
    row = methods["p"].function(core.HazardRatioP(hr.value, p), options.conf)
    found = core.attainable_from_p(hr.interval, p_box, options.conf)
    values = [*core.information(row, ratio)] if row.se == row.se else []
    for limit in ("lower", "upper"):
        for which, end in zip(("lowest", "highest"), found[limit], strict=True):
            values.append(Value(f"{limit} limit, {which} attainable", end, "", None, "p"))
    values += meaning.of(row) if row.se == row.se else ()
    warnings = []
    if printed.relation in ("<", "<="):
        warnings.append(f"P {printed.text} is a bound: the interval is the widest that it allows")
    elif printed.relation in (">", ">="):
        warnings.append(f"P {printed.text} is a bound: the interval is the narrowest that it allows")
    document = Document(
        command="hr",
        inputs={
            "route": "p",
            "hr": hr.value,
            "p": printed.value,
            "printed": [hr.text, printed.text],
            "conf": options.conf,
            "ratio": ratio,
            "one_sided": one_sided,
        },
        title=f"Hazard ratio {hr.text} with {_said(printed, one_sided)}",
        estimates=(row,),
        values=to_show(values, options, judged=claim is not None),
        warnings=tuple(warnings),
        explained={"HR": hr.value, "P": p, "z_conf": z_for(options.conf)},
    )
    candidates: dict[str, list[Candidate]] = {}
    if claim is not None:
        candidates = {limit: [candidate(row, limit, found)] for limit in ("lower", "upper")}
    needs = {"estimate": "the ratio is an input here; hr ci checks it", "p": "P is an input here; hr ci checks it"}
    return judge_and_finish(document, options, shown, claim, candidates, {**ARM_NEEDS, **needs})


def _two_sided(p: Printed, one_sided: bool) -> tuple[float, core.Interval]:
    """The two-sided P and the values that it may stand for; ends with a message where one cannot be doubled."""
    if not one_sided:
        return p.value, p.interval
    if p.value > 0.5:
        fail(f"one-sided P {p.text} is above 0.5, the difference in the other direction: write 1 - P of that direction")
    low, high = p.interval
    return 2 * p.value, (2 * low, min(1.0, 2 * high))


def _said(p: Printed, one_sided: bool) -> str:
    return f"P {'= ' if p.relation == '=' else ''}{p.text}{' (one-sided)' if one_sided else ''}"


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
    two_sided, ends = _two_sided(p, one_sided)
    sign = -1.0 if favours == "treatment" else 1.0
    ways = {}
    letters: dict[str, float] = {"P": two_sided}
    given: logrank.EventsOfArms | logrank.EventsInAll

    def way(of: Any) -> Way:
        return Way(of, lambda: (replace(of, p=end) for end in ends))

    if events is not None:
        given = logrank.EventsOfArms(events[0], events[1], p=two_sided, sign=sign)
        ways["p-events-arms"] = way(given)
        letters |= {"d1": events[0], "d0": events[1]}
    total = all_events if events is None else sum(events)
    if total is not None and (events is None or ratio is not None or options.methods):
        given = logrank.EventsInAll(total, ratio or 1.0, p=two_sided, sign=sign)
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
        f"{_said(p, one_sided)}, events {f'{events[0]} v {events[1]}' if events else f'in all {total}'}",
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


def _batch(figures: tuple[str, ...], one_sided: bool, options: Options) -> int:
    """Many ratios with their P: the columns hr and p, or printed with "0.68, P = 0.024"."""
    from .batch import ESTIMATE_FIELDS, Shape, run

    if figures:
        fail("--batch reads the figures from its file: give none beside it")

    def parse(text: str) -> tuple[float, ...]:
        from ..reported.reader import read_reported

        claim = read_reported(text, MEASURE)
        if claim.estimate is None or claim.p is None:
            raise ValueError(f"no ratio with a P value in {quoted(text)}")
        if claim.estimate.relation != "=" or claim.p.relation != "=":
            raise ValueError(f"{quoted(text)} has a bound where a number is needed; hr p takes bounds on P one by one")
        return claim.estimate.value, claim.p.value

    def wrong(hr: float, p: float) -> str | None:
        if not 0 < hr < math.inf:
            return f"hr {hr:g} is not a positive number"
        most = 0.5 if one_sided else 1.0
        return None if 0 < p < most else f"{'one-sided ' if one_sided else ''}p {p:g} is not between 0 and {most:g}"

    shape = Shape(
        ("hr", "p"),
        ("printed",),
        "0.68, P = 0.024",
        parse,
        wrong,
        lambda hr, p: ~((hr > 0) & (hr < math.inf) & (p > 0) & (p < (0.5 if one_sided else 1))),
        lambda hr, p: core.HazardRatioP(hr, (2 if one_sided else 1) * p),
        frozenset(("hr", "p")),
    )
    every = methods_of_route()
    return run(shape, "hr p", shown_ways(options, {"p": every["p"]}), (), options, fields=(*ESTIMATE_FIELDS, "se"))
