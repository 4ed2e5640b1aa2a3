"""``gvhdcalc hr``: the hazard ratio from what a paper prints."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ..report.document import Document
from ..reported.number import Printed, parse_number, quoted
from ..stats import hazard_ratio as core
from ..stats import registry
from ..stats.hazard_ratio import MEASURE
from ..stats.namespace import z_for
from ..stats.registry import Method
from ..stats.results import INCONSISTENT, Estimate, Value
from . import near
from .common import ALL, Level, Options, StatCommand, chosen, common_options, fail, finish
from .groups import Kinds
from .quantities import Allocation

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate


class Route(StatCommand):
    """A subcommand that takes one kind of input, and knows only the methods for it."""

    def __init__(self, *args: Any, keys: Sequence[str], **extra: Any) -> None:
        super().__init__(*args, measures=(MEASURE,), **extra)
        self.keys = tuple(keys)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's, but a negative number is not taken for an option that does not exist."""
        for before, word in zip(["", *args], args, strict=False):
            if re.match(r"-[.]?[0-9]", word) and not before.startswith("--"):
                raise click.UsageError(f"{word!r} is negative; ratios, P values, times and counts are not", ctx)
        return super().parse_args(ctx, args)

    def methods(self) -> dict[str, Method]:
        """The methods of this kind of input, by key."""
        return {key: method for key, method in registry.estimators(MEASURE).items() if key in self.keys}

    def _listed(self) -> list[tuple[str, dict[str, Method]]]:
        return [("Methods", self.methods())]


@click.group("hr", cls=Kinds, default="ci")
def command() -> None:
    """Hazard ratio from what a paper prints: its interval, its P, medians, survival, events and person-time.

    "hr 0.68 0.48 0.95" is short for "hr ci 0.68 0.48 0.95". The treated arm comes first, the control arm second.
    """


# --- what is typed ----------------------------------------------------------------------------------------------------


class Typed(NamedTuple):
    """Figures as typed, with their decimals; ``claim`` is the text they were read from, where it was one."""

    numbers: tuple[Printed, ...]
    claim: Claim | None = None


def _pasted(text: str, problem: str = "") -> Claim:
    """What a text prints; ends with ``problem``, or what is wrong with the text, when nothing can be read in it."""
    from ..reported.reader import read_reported

    try:
        return read_reported(text, MEASURE)
    except ValueError as error:
        fail(problem or str(error))


def _typed(
    figures: Sequence[str],
    reported: str | None,
    wanted: str,
    form: str,
    pick: Callable[[Claim], Sequence[Printed | None]],
    word: str = "",
) -> Typed:
    """The figures of a route: as many numbers, or one paste that ``pick`` finds them in; else --reported is that paste.

    ``wanted`` says what is needed and ``form`` shows it, for the messages. ``word`` is what the reader must be told
    that a paste leaves out ("median" before "11.3 v 6.0").
    """
    problem = ""
    if len(figures) == len(form.split()):
        try:
            return Typed(tuple(map(parse_number, figures)))
        except ValueError as error:
            problem = str(error)
    text = " ".join(figures) if figures else reported
    if text is None:
        fail(f"{wanted} needed: {form}")
    words = text.split()
    if words and words[0].isalpha() and len(words[0]) > 2 and (hint := near(words[0], command.commands)):
        fail(f"no kind of input {words[0]!r}{hint}; one of {', '.join(command.commands)}")
    claim = _pasted(text if word in text else f"{word} {text}", problem)
    found = tuple(pick(claim))
    if not found or any(number is None for number in found):
        fail(problem or f"{wanted} needed: {form}; found in {quoted(text)}: {_items(claim)}")
    if claim.unread and figures:
        left = " ".join(token.text for token in claim.unread)
        fail(f"no place for {quoted(left)} in {quoted(text)}; {wanted} needed: {form}")
    return Typed(tuple(number for number in found if number is not None), claim)


def _items(claim: Claim) -> str:
    return ", ".join(f"{item} {printed.text}" for item, printed in claim.items()) or "nothing"


def _ratio(printed: Printed, what: str) -> Printed:
    """A printed ratio that has a logarithm; ends with a message when it has none."""
    if printed.relation != "=":
        fail(f"{what} {printed.text!r} is a bound, not a number")
    if printed.percent:
        fail(f"{what} {printed.text!r} is a percentage; write a ratio, like 0.68")
    if printed.value == 0:
        fail(f"{what} {printed.text!r} is zero as printed, which has no logarithm; give more decimals")
    if not 0 < printed.value < math.inf:
        fail(f"{what} {printed.text!r} is not a positive number")
    return printed.within(0.0, math.inf)


def _p(printed: Printed) -> Printed:
    """A printed P value between 0 and 1; ends with a message when it is not."""
    if printed.percent or not 0 <= printed.value <= 1:
        fail(f"P {printed.text!r} is not between 0 and 1")
    if printed.value in (0, 1):
        fail(f"P {printed.text!r} is 0 or 1 as printed, which no interval gives; write a bound, like <0.001")
    return printed.within(0.0, 1.0)


class Events(click.ParamType[int]):
    """The number of events of an arm."""

    name = "events"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip()
        if not re.fullmatch("0*[1-9][0-9]{0,14}", text):
            self.fail(f"{quoted(text)} is not a number of events; write a whole number from 1 up", param, ctx)
        return int(text)


ratio_option = click.option(
    "--ratio", type=Allocation(), metavar="R", help="Allocation, treated to control (2 or 2:1), for the implied events."
)
events_option = click.option(
    "--events", type=Events(), nargs=2, metavar="D1 D0", help="Events of each arm, treated first, for an interval."
)


# --- what is shown ----------------------------------------------------------------------------------------------------


def _methods(options: Options) -> tuple[dict[str, Method], list[Method]]:
    """The methods of the running route, and those to show; ends with a message when another route's is asked for."""
    route = click.get_current_context().command
    assert isinstance(route, Route)
    methods = route.methods()
    for key in options.methods:
        if key not in methods and key != ALL:
            fail(f"method {key!r} takes other input: gvhdcalc hr {key}; here one of {', '.join(methods)}, all")
    return methods, chosen(methods, options.methods)


def _candidate(row: Estimate, figure: str, attainable: Mapping[str, core.Interval]) -> Candidate:
    """A computed figure with what the rounding of its inputs allows. Papers do not use these routes: no software."""
    from ..reported.match import Candidate

    return Candidate(row.method, row.name, getattr(row, figure), attainable.get(figure))


def _finish(
    document: Document,
    options: Options,
    shown: Sequence[Method],
    claim: Claim | None,
    candidates: Mapping[str, Sequence[Candidate]],
    needs: Mapping[str, str],
) -> int:
    """Judge what was printed, if it was, and print; the exit status."""
    if claim is not None:
        from .reported import judged

        document = judged(document, claim, candidates, (), MEASURE, options, needs)
        if any(row.item == "p" and row.verdict == INCONSISTENT for row in document.verdicts):
            document = replace(document, conclusion=f"{document.conclusion} {_OTHER_TESTS}")
    return finish(document, options, shown)


_OTHER_TESTS = (
    "A P of another test than the interval's (log-rank, Gray's, stratified, adjusted) need not follow from it."
)

_ARM_NEEDS = {
    "median 1": "medians are checked against a ratio, by hr medians",
    "median 2": "medians are checked against a ratio, by hr medians",
    "percent 1": "survival is checked against a ratio, by hr survival",
    "percent 2": "survival is checked against a ratio, by hr survival",
    "events 1": "individual data",
    "events 2": "individual data",
}


# --- ci ---------------------------------------------------------------------------------------------------------------


def _interval_of(claim: Claim) -> tuple[Printed | None, ...]:
    return claim.estimate, claim.lower, claim.upper


def _check_interval(hr: Printed, lower: Printed, upper: Printed) -> None:
    if lower.value > upper.value:
        fail(
            f"the interval is upside down: {lower.text} to {upper.text}; "
            "write the ratio, the lower limit, the upper limit"
        )
    if hr.interval[1] < lower.interval[0] or hr.interval[0] > upper.interval[1]:
        fail(
            f"the hazard ratio {hr.text} is outside its interval, {lower.text} to {upper.text}; "
            "write the ratio, the lower limit, the upper limit"
        )


def _level(options: Options, typed: Typed, claim: Claim | None) -> float:
    """The level at which the limits were printed: --conf, else that of the text they are in, else 95%."""
    if options.conf_given:
        return options.conf
    if typed.claim is not None and typed.claim.conf is not None:
        return typed.claim.conf
    limits = tuple(number.value for number in typed.numbers[1:])
    if claim is not None and claim.conf is not None and claim.lower is not None and claim.upper is not None:
        same = limits == (claim.lower.value, claim.upper.value)
        return claim.conf if same else options.conf
    return options.conf


@click.command(
    "ci",
    cls=Route,
    keys=("ci", "limits"),
    no_args_is_help=True,
    examples=(
        ("P, standard error and events behind a ratio with its interval", "gvhdcalc hr 0.68 0.48 0.95"),
        ("does the printed P follow?", "gvhdcalc hr 0.68 0.48 0.95 --reported 'P=0.024'"),
        ("the same, as pasted", "gvhdcalc hr '0.68 (0.48-0.95), P = 0.024'"),
        ("a 95% interval as a 90% one; 2:1 allocation", "gvhdcalc hr 0.68 0.48 0.95 --to-conf 90 --ratio 2"),
    ),
)
@click.argument("figures", nargs=-1, metavar="HR LOWER UPPER")
@ratio_option
@click.option("--to-conf", type=Level(), metavar="LEVEL", help="Show the interval at this level instead.")
@common_options(MEASURE)
def ci(figures: tuple[str, ...], ratio: float | None, to_conf: float | None, options: Options) -> int:
    """A hazard ratio and its limits: standard error, P, O-E and V, implied events, an interval at another level.

    HR LOWER UPPER are three numbers with the decimals they were printed with, or one quoted paste. --conf is the
    level they were printed at. P is given with the lowest and highest value that the rounding of all three allows. The
    ratio is compared with the geometric mean of its limits. A P value in the paste is judged as with --reported.
    """
    methods, shown = _methods(options)
    typed = _typed(figures, options.reported, "a ratio and its two limits", "0.68 0.48 0.95", _interval_of)
    hr, lower, upper = map(_ratio, typed.numbers, ("hazard ratio", "lower limit", "upper limit"))
    _check_interval(hr, lower, upper)
    claim = _pasted(options.reported) if options.reported is not None else None
    if claim is None and typed.claim is not None and typed.claim.p is not None:
        claim = typed.claim
    level = _level(options, typed, claim)
    conf = to_conf or level
    printed = core.HazardRatioInterval(hr.value, lower.value, upper.value, level)
    boxes = (hr.interval, lower.interval, upper.interval)

    def allowed(key: str, at: float) -> dict[str, core.Interval]:
        return core.attainable_from_interval(methods[key].function, *boxes, level, at)

    middle = methods["limits"].function(printed, level)
    middles = allowed("limits", level)["estimate"]
    estimates = tuple(method.function(printed, conf) for method in shown)
    attainable = allowed(shown[0].key, conf)
    values = [
        *core.information(estimates[0], ratio),
        Value("P, lowest attainable", attainable["p"][0], "P", None, shown[0].key),
        Value("P, highest attainable", attainable["p"][1], "P", None, shown[0].key),
        *_symmetric(boxes, level),
        Value("geometric mean of limits", middle.estimate, "", _against(hr, middle.estimate, middles), "limits"),
        Value("P of the geometric mean", middle.p, "P", None, "limits"),
    ]
    warnings = []
    if not hr.meets(*middles):
        warnings.append(
            f"the hazard ratio {hr.text} is not the geometric mean of its limits, {middles[0]:.4g} to {middles[1]:.4g} "
            "within rounding: not a Wald interval, or a misprint; P from it is approximate"
        )
    if typed.claim is not None and typed.claim.conf not in (None, level):
        warnings.append(f"the text prints a {100 * typed.claim.conf:g}% interval; --conf takes it as {100 * level:g}%")
    document = Document(
        command="hr",
        inputs={
            "route": "ci",
            "hr": hr.value,
            "lower": lower.value,
            "upper": upper.value,
            "printed": [hr.text, lower.text, upper.text],
            "conf": level,
            "to_conf": conf,
            "ratio": ratio,
        },
        title=f"Hazard ratio {hr.text} ({100 * level:g}% CI {lower.text} to {upper.text}) as printed",
        estimates=estimates,
        values=tuple(values),
        warnings=tuple(warnings),
        explained={
            "HR": hr.value,
            "lower": lower.value,
            "upper": upper.value,
            "z_level": z_for(level),
            "z_conf": z_for(conf),
        },
    )
    candidates: dict[str, list[Candidate]] = {}
    if claim is not None:
        at = claim.conf or level
        options = replace(options, conf=at, conf_given=options.conf_given or typed.claim is not None)
        candidates["estimate"] = [_candidate(middle, "estimate", {"estimate": middles})]
        for method in methods.values() if not options.methods else shown:
            row, found = method.function(printed, at), allowed(method.key, at)
            candidates.setdefault("p", []).append(_candidate(row, "p", found))
            if method.key != "limits" or at != level:  # at its own level it would only give the limits back
                for limit in ("lower", "upper"):
                    candidates.setdefault(limit, []).append(_candidate(row, limit, found))
    return _finish(document, options, shown, claim, candidates, _ARM_NEEDS)


def _against(hr: Printed, middle: float, middles: core.Interval) -> str:
    if hr.holds(middle):
        return f"gives {hr.text}"
    return f"near {hr.text}" if hr.meets(*middles) else f"not {hr.text}"


def _symmetric(boxes: tuple[core.Interval, core.Interval, core.Interval], level: float) -> list[Value]:
    """P where the limits are taken to lie symmetrically about the ratio, which narrows what is attainable."""
    found = core.attainable_p_of_symmetric(*boxes, level)
    if found is None:
        return []
    return [
        Value("P, lowest attainable if symmetric", found[0], "P", None, "ci"),
        Value("P, highest attainable if symmetric", found[1], "P", None, "ci"),
    ]


# --- p ----------------------------------------------------------------------------------------------------------------


@click.command(
    "p",
    cls=Route,
    keys=("p",),
    no_args_is_help=True,
    examples=(
        ("the interval behind a ratio with its P", "gvhdcalc hr p 0.68 0.024"),
        ("does a printed interval agree with them?", "gvhdcalc hr p 0.68 0.024 --reported '0.48-0.95'"),
    ),
)
@click.argument("figures", nargs=-1, metavar="HR P")
@ratio_option
@common_options(MEASURE)
def p(figures: tuple[str, ...], ratio: float | None, options: Options) -> int:
    """A hazard ratio and its two-sided P: the standard error and the interval, with what their rounding allows.

    HR P are two numbers with the decimals they were printed with, or one quoted paste ("0.68, P = 0.024").
    """
    methods, shown = _methods(options)
    typed = _typed(figures, options.reported, "a ratio and its P value", "0.68 0.024", lambda c: (c.estimate, c.p))
    hr, p_value = _ratio(typed.numbers[0], "hazard ratio"), _p(typed.numbers[1])
    claim = _pasted(options.reported) if options.reported is not None else None
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
        },
        title=f"Hazard ratio {hr.text} with P {'= ' if p_value.relation == '=' else ''}{p_value.text}",
        estimates=(row,),
        values=tuple(values),
        warnings=tuple(warnings),
        explained={"HR": hr.value, "P": p_value.value, "z_conf": z_for(options.conf)},
    )
    candidates: dict[str, list[Candidate]] = {}
    if claim is not None:
        candidates = {limit: [_candidate(row, limit, found)] for limit in ("lower", "upper")}
    needs = {"estimate": "the ratio is an input here; hr ci checks it", "p": "P is an input here; hr ci checks it"}
    return _finish(document, options, shown, claim, candidates, {**_ARM_NEEDS, **needs})


# --- medians, survival, rates -----------------------------------------------------------------------------------------


def _two_arms(
    options: Options,
    route: str,
    given: Any,
    corners: Callable[[], Any],
    claim: Claim | None,
    title: str,
    inputs: Mapping[str, Any],
    letters: Mapping[str, float],
    needs: Mapping[str, str],
) -> int:
    """Compute, judge and print a route that takes one figure of each arm; ``corners`` gives its rounding."""
    methods, shown = _methods(options)
    if claim is not None and claim.conf is not None and not options.conf_given:
        options = replace(options, conf=claim.conf)
    method = methods[route]
    row = method.function(given, options.conf)
    found = core.attainable(method.function, corners(), options.conf)
    values = [
        Value(f"hazard ratio, {which} attainable", end, "", None, route)
        for which, end in zip(("lowest", "highest"), found.get("estimate", ()), strict=False)
        if found["estimate"][0] != found["estimate"][1]
    ]
    if row.p is not None and row.p == row.p:
        known = ("standard error of log HR", "z", "P", "O-E", "V")
        values = [value for value in core.information(row) if value.name in known] + values
    document = Document(
        command="hr",
        inputs={"route": route, **inputs, "conf": options.conf},
        title=title,
        estimates=(row,),
        values=tuple(values),
        explained={**letters, "z": z_for(options.conf)},
    )
    candidates: dict[str, list[Candidate]] = {}
    if claim is not None:
        for figure in ("estimate", "lower", "upper", "p"):
            value = getattr(row, figure)
            if value is not None and value == value:
                candidates[figure] = [_candidate(row, figure, found)]
    return _finish(document, options, shown, claim, candidates, {**_ARM_NEEDS, **needs})


def _claim(options: Options, typed: Typed | None) -> Claim | None:
    """What is to be judged: --reported, or the paste where it prints a ratio beside the figures of the arms."""
    if options.reported is not None:
        return _pasted(options.reported)
    if typed is not None and typed.claim is not None and typed.claim.estimate is not None:
        return typed.claim
    return None


def _events(events: tuple[int, int] | None) -> dict[str, int]:
    return {} if events is None else {"events1": events[0], "events0": events[1]}


def _event_letters(counts: Mapping[str, int]) -> dict[str, float]:
    return {"d1": counts["events1"], "d0": counts["events0"]} if counts else {}


def _two_medians(claim: Claim) -> tuple[Printed, ...]:
    return claim.medians if len(claim.medians) == 2 else ()


_INTERVAL_NEEDS = dict.fromkeys(("lower", "upper", "p"), "the events of each arm: --events D1 D0")


@click.command(
    "medians",
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
def medians(figures: tuple[str, ...], events: tuple[int, int] | None, options: Options) -> int:
    """The ratio of two medians, which is the hazard ratio where survival is exponential.

    MEDIAN1 MEDIAN0 are the median times of the treated and the control arm, in one unit, or one quoted paste
    ("11.3 months vs. 6.0 months; HR 0.68"). Another shape of survival gives another ratio.
    """
    typed = _typed(figures, options.reported, "two medians", "11.3 6.0", _two_medians, word="median")
    for printed in typed.numbers:
        if printed.relation != "=" or printed.percent or not 0 < printed.value < math.inf:
            fail(f"median {printed.text!r} is not a positive time; for a median not reached see gvhdcalc hr survival")
    one, two = typed.numbers
    counts = _events(events)
    return _two_arms(
        options,
        "medians",
        core.Medians(one.value, two.value, **counts),
        lambda: core.corners(core.Medians, one.interval, two.interval, **counts),
        _claim(options, typed),
        f"Medians: {one.text} v {two.text}",
        {"medians": [one.value, two.value], "printed": [one.text, two.text], **({"events": events} if events else {})},
        {"median1": one.value, "median0": two.value, **_event_letters(counts)},
        {**_INTERVAL_NEEDS, **dict.fromkeys(("median 1", "median 2"), "the medians are inputs here")},
    )


def _survival(printed: Printed) -> Printed:
    if printed.relation != "=" or not 0 <= printed.value <= 1:
        fail(f"survival {printed.text!r} is not between 0 and 1; for a percentage write the sign: 60.5%")
    return printed.within(0.0, 1.0)


def _percents(claim: Claim) -> tuple[Printed | None, ...]:
    return tuple(arm.percent for arm in claim.arms) if len(claim.arms) == 2 else ()


@click.command(
    "survival",
    cls=Route,
    keys=("survival",),
    no_args_is_help=True,
    examples=(
        ("survival of 60.5% and 37.3% at one time", "gvhdcalc hr survival 60.5% 37.3%"),
        ("does the printed ratio follow? (exit status 1)", "gvhdcalc hr survival 60.5% 37.3% --reported 'HR 0.55'"),
    ),
)
@click.argument("figures", nargs=-1, metavar="S1 S0")
@events_option
@common_options(MEASURE)
def survival(figures: tuple[str, ...], events: tuple[int, int] | None, options: Options) -> int:
    """The hazard ratio behind two survival proportions at one time, under proportional hazards: log S1 / log S0.

    S1 S0 are the proportions of the treated and the control arm without the event (0.605 or 60.5%), or one quoted
    paste ("60.5% vs 37.3%; HR 0.55"). With competing risks see cuminc.
    """
    typed = _typed(figures, options.reported, "two survival proportions", "60.5% 37.3%", _percents)
    one, two = map(_survival, typed.numbers)
    counts = _events(events)
    return _two_arms(
        options,
        "survival",
        core.SurvivalProportions(one.value, two.value, **counts),
        lambda: core.corners(core.SurvivalProportions, one.interval, two.interval, **counts),
        _claim(options, typed),
        f"Survival: {one.text} v {two.text}",
        {"survival": [one.value, two.value], "printed": [one.text, two.text], **({"events": events} if events else {})},
        {"S1": one.value, "S0": two.value, **_event_letters(counts)},
        {**_INTERVAL_NEEDS, **dict.fromkeys(("percent 1", "percent 2"), "the proportions are inputs here")},
    )


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
    cls=Route,
    keys=("rates",),
    no_args_is_help=True,
    examples=(
        ("60 events in 812.5 patient-years against 72 in 645", "gvhdcalc hr rates 60/812.5 72/645"),
        ("does the printed ratio follow?", "gvhdcalc hr rates 60/812.5 72/645 --reported '0.66 (0.47-0.93)'"),
    ),
)
@click.argument("one", type=RateType(), metavar="EVENTS1/TIME1")
@click.argument("two", type=RateType(), metavar="EVENTS0/TIME0")
@common_options(MEASURE)
def rates(one: Rate, two: Rate, options: Options) -> int:
    """The ratio of two event rates, which is the hazard ratio where hazards are constant, with its Wald interval.

    EVENTS1/TIME1 is the treated arm: events and person-time (60/812.5), EVENTS0/TIME0 the control arm, in one unit.
    """
    return _two_arms(
        options,
        "rates",
        core.EventRates(one.events, one.time.value, two.events, two.time.value),
        lambda: (
            core.EventRates(one.events, time1, two.events, time0)
            for time1 in one.time.interval
            for time0 in two.time.interval
        ),
        _claim(options, None),
        f"Events and person-time: {one.events}/{one.time.text} v {two.events}/{two.time.text}",
        {"events": [one.events, two.events], "times": [one.time.value, two.time.value]},
        {"d1": one.events, "t1": one.time.value, "d0": two.events, "t0": two.time.value},
        dict.fromkeys(("lower", "upper", "p"), "events in both arms"),
    )


for route in (ci, p, medians, survival, rates):
    command.add_command(route)
