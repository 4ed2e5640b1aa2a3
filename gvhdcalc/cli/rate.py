"""``gvhdcalc rate``: events over person-time: one rate, two rates compared, observed over expected events."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Document
from ..reported.number import parse_number
from ..stats import registry
from ..stats.namespace import z_for
from ..stats.rate import MEASURE, SMR, OneRate
from ..stats.registry import Method
from ..stats.two_rates import TwoRates
from .common import F, Options, StatCommand, chosen, common_options, fail, finish
from .groups import Kinds
from .two_arms import candidates

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate
    from ..reported.number import Printed

RATIO, DIFFERENCE = "rate ratio", "rate difference"

#: Events and person-times beyond this are taken for a slip of the keyboard.
MOST = 1e15

#: "per 100 patient-years": the number is the unit in which a rate is printed, not a count.
_PER = re.compile(
    r"\bper\s+(?P<per>\d[\d,]*(?:\.\d+)?)(?:\s*(?:person|patient|child|woman)[\s-]?)?"
    r"(?:\s*-?(?:years?|months?|weeks?|days?|yr|py)\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EventsInTime:
    """Events in a person-time (or observed and expected events): a whole number from 0, and a number above 0."""

    events: int
    time: float


def parse_events_in_time(text: str, time: str = "person-time", form: str = "60/812.5") -> EventsInTime:
    """Events and person-time from EVENTS/TIME. Raises ValueError that says what is wrong and what is right."""
    text = text.strip()
    left, slash, right = text.partition("/")
    if not slash:
        raise ValueError(f"rate {text!r} is not understood; write events/{time} ({form})")

    def number(part: str, what: str) -> float:
        try:
            found = parse_number(part)
        except ValueError as error:
            raise ValueError(f"rate {text!r}: {what}: {error}") from None
        if found.relation != "=" or found.percent:
            raise ValueError(f"rate {text!r}: {what} {part.strip()!r} is not a plain number")
        if found.value > MOST:
            raise ValueError(f"rate {text!r}: {what} {part.strip()!r} is above 10^15")
        return found.value

    events, person_time = number(left, "events"), number(right, time)
    if events < 0:
        raise ValueError(f"rate {text!r}: events {left.strip()!r} is negative; counts are whole numbers from 0 up")
    if events != int(events):
        raise ValueError(f"rate {text!r}: events {left.strip()!r} is not a whole number; counts are whole numbers")
    if person_time < 1 / MOST:
        raise ValueError(f"rate {text!r}: {time} {right.strip()!r} is not above 0")
    return EventsInTime(int(events), person_time)


class RateType(click.ParamType[EventsInTime]):
    """The type of EVENTS/PERSON-TIME."""

    name = "rate"

    def __init__(self, time: str = "person-time", form: str = "60/812.5") -> None:
        self.time, self.form = time, form

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> EventsInTime:
        if isinstance(value, EventsInTime):
            return value
        try:
            return parse_events_in_time(str(value), self.time, self.form)
        except ValueError as error:
            raise click.UsageError(str(error), ctx) from None


class PerType(click.ParamType[float]):
    """The type of --per: a number above 0, such as 100 or 1,000."""

    name = "per"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        try:
            found = parse_number(str(value)).value
        except ValueError:
            found = math.nan
        if not 1 / MOST < found < MOST:
            raise click.UsageError(f"--per {str(value)!r} is not a number above 0; write 100 or 1000", ctx)
        return found


def per_option(unit: str, example: str) -> Callable[[F], F]:
    """The unit in which rates are given."""
    return click.option("--per", type=PerType(), metavar="NUMBER", help=f"Give rates per NUMBER {unit}: {example}.")


def _plain(number: float) -> str:
    return f"{number:,.12g}"


def _per_text(per: float) -> str:
    return "" if per == 1 else f" per {_plain(per)}"


@click.group("rate", cls=Kinds, default="ci")
def command() -> None:
    """Rates: events over person-time, one rate or two compared; observed over expected events.

    RATE is EVENTS/PERSON-TIME. "rate 60/812.5" is short for "rate ci 60/812.5".
    """


# --- what was printed -------------------------------------------------------------------------------------------------


def _read(options: Options, per: float | None) -> tuple[Claim, Options, float]:
    """The claim in --reported, the options at its level, and the unit of its rates: "per 100 patient-years"."""
    from .reported import read

    text = options.reported or ""
    printed = {float(found["per"].replace(",", "")) for found in _PER.finditer(text)}
    if len(printed) > 1:
        fail(f"--reported prints rates per {' and per '.join(map(_plain, sorted(printed)))}: give one at a time")
    unit = printed.pop() if printed else 1.0 if per is None else per
    if per is not None and unit != per:
        fail(f"--reported prints rates per {_plain(unit)}, --per asks for {_plain(per)}: leave --per out")
    claim, options = read(replace(options, reported=_PER.sub(" ", text)), MEASURE)
    return claim, options, unit


def _in_units(printed: Printed | None) -> Printed | None:
    """A figure that the reader took for a percentage because it is a difference, as it is printed."""
    if printed is None or not printed.percent or "%" in printed.text or "point" in printed.text:
        return printed
    return parse_number(printed.text)


def _compared(claim: Claim) -> tuple[str, str]:
    """The measure with which a claim on two rates is compared, and the name of it to which the text is held.

    "RR" and "relative risk" are read as a risk ratio; in a text on rates they are the rate ratio. Differences are read
    as risk differences. A negative figure is no ratio.
    """
    words = (claim.measure_text or "").upper()
    figures = (claim.estimate, claim.lower, claim.upper)
    negative = any(figure is not None and figure.value < 0 for figure in figures)
    if claim.measure in {"risk difference", "difference", "mean difference"}:
        return DIFFERENCE, claim.measure
    if claim.measure is None:
        return (DIFFERENCE if negative else RATIO), ""
    return RATIO, claim.measure if words == "RR" else RATIO


def _judged(
    document: Document,
    claim: Claim,
    options: Options,
    found: dict[str, list[Candidate]],
    rates: Sequence[EventsInTime],
    per: float,
    measure: str,
    slips: dict[str, list[Candidate]] | None = None,
) -> Document:
    """The document with verdicts: the rates of the arms where these are printed, then the claim."""
    from ..reported.match import Candidate, judge
    from .reported import conclusion, judged

    rows = []
    numbers = [token.printed for token in claim.unread if token.printed is not None]
    for index, rate in enumerate(rates, start=1):
        tail = f" {index}" if len(rates) > 1 else ""
        found[f"events{tail}"] = [Candidate("counts", "counts", rate.events)]
    if len(numbers) == len(rates) > 1:
        # two numbers that the sentence about the comparison does not account for: the rates of the arms
        claim = replace(claim, unread=())
        for index, (rate, printed) in enumerate(zip(rates, numbers, strict=True), start=1):
            value = rate.events / rate.time * per
            rows.append(judge(f"rate {index}", printed, [Candidate("counts", "events over person-time", value)]))
    document = replace(document, verdicts=tuple(rows))
    document = judged(document, claim, found, (), measure, options, slips=slips)
    return replace(document, conclusion=conclusion(document.verdicts))


# --- ci ---------------------------------------------------------------------------------------------------------------


def _two(one: EventsInTime, two: EventsInTime, per: float) -> TwoRates:
    """Two rates with person-time in the unit asked for: the ratio is the same, the difference is per that unit."""
    return TwoRates(one.events, one.time / per, two.events, two.time / per)


def _exchanged(rates: TwoRates, conf: float, methods: dict[str, Method]) -> dict[str, list[Candidate]]:
    """What the methods would give with the arms exchanged."""
    from ..reported.match import Candidate

    other = TwoRates(rates.events0, rates.time0, rates.events1, rates.time1)
    found: dict[str, list[Candidate]] = {"estimate": [], "lower": [], "upper": []}
    for method in methods.values():
        row = method.function(other, conf)
        for item, value in (("estimate", row.estimate), ("lower", row.lower), ("upper", row.upper)):
            found[item].append(Candidate(row.method, f"{row.name} with the arms exchanged", value))
    return found


def _compare(one: EventsInTime, two: EventsInTime, per: float | None, options: Options) -> int:
    """Two rates: ratio, difference, tests, and each of the rates."""
    claim = None
    unit = 1.0 if per is None else per
    if options.reported is not None:
        claim, options, unit = _read(options, per)
    conf, asked = options.conf, options.methods
    rates = _two(one, two, unit)
    estimators = {measure: registry.estimators(measure) for measure in (RATIO, DIFFERENCE)}
    tests, single = registry.tests(RATIO), registry.estimators(MEASURE)
    shown = {measure: chosen(methods, asked) for measure, methods in estimators.items()}
    shown_tests, shown_single = chosen(tests, asked), chosen(single, asked)
    estimates = [m.function(rates, conf) for measure in (RATIO, DIFFERENCE) for m in shown[measure]]
    for label, arm in (("treatment", one), ("control", two)):
        for method in shown_single:
            row = method.function(OneRate(arm.events, arm.time / unit), conf)
            estimates.append(replace(row, measure=f"rate, {label}"))
    document = Document(
        command="rate",
        inputs={
            "events": [one.events, two.events], "person_time": [one.time, two.time], "per": unit, "conf": conf,
        },
        title=f"Rates{_per_text(unit)}: {one.events}/{_plain(one.time)} v {two.events}/{_plain(two.time)}",
        estimates=tuple(estimates),
        tests=tuple(m.function(rates) for m in shown_tests),
        explained={
            "x1": rates.events1, "t1": rates.time1, "x0": rates.events0, "t0": rates.time0, "z": z_for(conf),
            "conf": conf,
        },
    )  # fmt: skip
    if claim is not None:
        target, named = _compared(claim)
        if target == DIFFERENCE:
            figures = (_in_units(figure) for figure in (claim.estimate, claim.lower, claim.upper))
            estimate, lower, upper = figures
            claim = replace(claim, estimate=estimate, lower=lower, upper=upper)
        searched = estimators[target] if not asked else {m.key: m for m in shown[target]}
        searched_tests = tests if not asked else {m.key: m for m in shown_tests}
        found = candidates(
            [m.function(rates, conf) for m in searched.values()],
            [m.function(rates) for m in searched_tests.values()],
            estimators[target],
            tests,
        )
        slips = _exchanged(rates, conf, searched)
        document = _judged(document, claim, options, found, (one, two), unit, named, slips)
    return finish(document, options, (*shown[RATIO], *shown[DIFFERENCE], *shown_single, *shown_tests))


def _single(
    command: str, measure: str, rate: EventsInTime, per: float | None, options: Options, names: tuple[str, str]
) -> int:
    """One rate, or observed over expected events: ``names`` are those of events and person-time in the inputs."""
    claim = None
    unit = 1.0 if per is None else per
    if options.reported is not None:
        claim, options, unit = _read(options, per)
    conf = options.conf
    group = OneRate(rate.events, rate.time / unit)
    estimators, tests = registry.estimators(measure), registry.tests(measure)
    shown, shown_tests = chosen(estimators, options.methods), chosen(tests, options.methods)
    whole = OneRate(rate.events, rate.time)  # a test holds the events to those expected, whatever the unit of the ratio
    document = Document(
        command=command,
        inputs={names[0]: [rate.events], names[1]: [rate.time], "per": unit, "conf": conf},
        title=f"{measure.capitalize()}{_per_text(unit)}: {rate.events}/{_plain(rate.time)}",
        estimates=tuple(m.function(group, conf) for m in shown),
        tests=tuple(m.function(whole) for m in shown_tests),
        explained={"x": rate.events, "t": group.time, "z": z_for(conf), "conf": conf},
    )
    if claim is not None:
        searched = estimators if not options.methods else {m.key: m for m in shown}
        searched_tests = tests if not options.methods else {m.key: m for m in shown_tests}
        found = candidates(
            [m.function(group, conf) for m in searched.values()],
            [m.function(whole) for m in searched_tests.values()],
            estimators,
            tests,
        )
        document = _judged(document, claim, options, found, (rate,), unit, measure)
    return finish(document, options, (*shown, *shown_tests))


def _is_time(time: Any) -> Any:
    return (time >= 1 / MOST) & (time <= MOST)


def _one_shape(columns: tuple[str, str], text: str, example: str, per: float) -> Any:
    """The shape of a file of single rates."""
    from .batch import Shape

    def parse(rate: str) -> tuple[float, ...]:
        found = parse_events_in_time(rate, columns[1], example)
        return found.events, found.time

    def wrong(events: int, time: float) -> str | None:
        if not _is_time(time):
            return f"{columns[1]} is {time:g}; it must be above 0"
        return None if 0 <= events <= MOST else f"{columns[0]} is {events}; a count is from 0 up"

    return Shape(
        columns=columns,
        texts=(text,),
        example=f"rates as {example}",
        parse=parse,
        wrong=wrong,
        suspect=lambda x, t: ~(_is_time(t) & (x >= 0) & (x <= MOST)),
        build=lambda x, t: OneRate(x, t / per),
        reals=frozenset(columns[1:]),
    )


def _batch(options: Options, per: float) -> int:
    """A file of pairs of rates (events1, time1, events0, time0; treatment and control), or of rates (events, time)."""
    from .batch import Shape, prefixed, run

    def parse(treatment: str, control: str) -> tuple[float, ...]:
        one, two = parse_events_in_time(treatment), parse_events_in_time(control)
        return one.events, one.time, two.events, two.time

    def wrong(events1: int, time1: float, events0: int, time0: float) -> str | None:
        for events, time, arm in ((events1, time1, 1), (events0, time0, 0)):
            if not _is_time(time):
                return f"time{arm} is {time:g}; it must be above 0"
            if not 0 <= events <= MOST:
                return f"events{arm} is {events}; a count is from 0 up"
        return None

    pairs = Shape(
        columns=("events1", "time1", "events0", "time0"),
        texts=("treatment", "control"),
        example="rates as 60/812.5",
        parse=parse,
        wrong=wrong,
        suspect=lambda x1, t1, x0, t0: (
            ~(_is_time(t1) & _is_time(t0) & (x1 >= 0) & (x0 >= 0) & (x1 <= MOST) & (x0 <= MOST))
        ),
        build=lambda x1, t1, x0, t0: TwoRates(x1, t1 / per, x0, t0 / per),
        reals=frozenset(("time1", "time0")),
    )
    asked = options.methods
    estimators = [
        *prefixed("ratio", chosen(registry.estimators(RATIO), asked)),
        *prefixed("difference", chosen(registry.estimators(DIFFERENCE), asked)),
    ]
    single = _one_shape(("events", "time"), "rate", "60/812.5", per)
    otherwise = (single, chosen(registry.estimators(MEASURE), asked), ())
    return run(pairs, "rate", estimators, chosen(registry.tests(RATIO), asked), options, otherwise=otherwise)


@click.command(
    "ci",
    cls=StatCommand,
    measures=(RATIO, DIFFERENCE, MEASURE),
    no_args_is_help=True,
    examples=(
        ("60 infections in 812.5 patient-years against 72 in 645", "gvhdcalc rate 60/812.5 72/645 --per 100"),
        ("one rate, every interval", "gvhdcalc rate 60/812.5 --per 100 --method all"),
        ("does the printed ratio follow?", "gvhdcalc rate 60/812.5 72/645 --reported 'IRR 0.66 (0.47-0.93), P=0.02'"),
        ("many pairs: columns events1, time1, events0, time0", "gvhdcalc rate --batch rates.csv"),
    ),
)
@click.argument("treatment", type=RateType(), metavar="TREATMENT", required=False)
@click.argument("control", type=RateType(), metavar="[CONTROL]", required=False)
@per_option("units of person-time", "100 for a rate per 100 person-years")
@common_options(RATIO, DIFFERENCE, MEASURE, batch=True)
def ci(treatment: EventsInTime | None, control: EventsInTime | None, per: float | None, options: Options) -> int:
    """One rate with its confidence interval, or two compared: ratio, difference and tests.

    Each is EVENTS/PERSON-TIME (60/812.5), TREATMENT (or exposed) first, CONTROL (or reference) second. Two rates are
    compared by the rate ratio with its Wald interval on the log scale, which Poisson regression and most papers print,
    the rate difference, the score test and the exact binomial P. The interval of each rate is the exact one.
    --reported takes a ratio or a difference, and the unit of a rate from its words ("per 100 patient-years").
    """
    if options.batch is not None:
        if treatment is not None or control is not None:
            fail("--batch reads the rates from its file: give none beside it")
        return _batch(options, 1.0 if per is None else per)
    if treatment is None:
        fail("a rate is needed, or two: 60/812.5 72/645")
    if control is None:
        return _single("rate", MEASURE, treatment, per, options, ("events", "person_time"))
    return _compare(treatment, control, per, options)


command.add_command(ci)

# --- smr --------------------------------------------------------------------------------------------------------------


@click.command(
    "smr",
    cls=StatCommand,
    measures=(SMR,),
    no_args_is_help=True,
    examples=(
        ("60 deaths where 48.3 were expected", "gvhdcalc rate smr 60/48.3"),
        ("the ratio times 100, as registries print it", "gvhdcalc rate smr 60/48.3 --per 100"),
    ),
)
@click.argument("ratio", type=RateType("expected", "60/48.3"), metavar="OBSERVED/EXPECTED", required=False)
@per_option("expected events", "100 for the ratio times 100")
@common_options(SMR, batch=True)
def smr(ratio: EventsInTime | None, per: float | None, options: Options) -> int:
    """Standardised mortality (or incidence) ratio: observed over expected events.

    The expected events come from the rates of a standard population and are taken as known. The default is the exact
    interval (Garwood) with the exact Poisson P.
    """
    if options.batch is not None:
        if ratio is not None:
            fail("--batch reads the counts from its file: give none beside it")
        from .batch import run

        unit = 1.0 if per is None else per
        shape = _one_shape(("observed", "expected"), "ratio", "60/48.3", unit)
        # the tests are of the events expected, not of hundreds of them
        tests = chosen(registry.tests(SMR), options.methods) if unit == 1 else ()
        return run(shape, "rate smr", chosen(registry.estimators(SMR), options.methods), tests, options)
    if ratio is None:
        fail("observed and expected events are needed: 60/48.3")
    if options.plot and per not in {None, 1.0}:
        fail("--plot draws the ratio itself: leave --per out")
    return _single("rate smr", SMR, ratio, per, options, ("observed", "expected"))


command.add_command(smr)
