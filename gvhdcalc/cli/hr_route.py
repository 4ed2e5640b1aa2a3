"""What the kinds of input of ``gvhdcalc hr`` share: how figures are typed or pasted, shown, and judged."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
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
from .common import ALL, Key, Options, StatCommand, chosen, fail, finish
from .quantities import Allocation, Positive, Probability

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate


class OwnKey(Key):
    """The key of a method for the running kind of input; those of the others are told apart from slips."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        key = str(value)
        own = list(self.keys())
        if key in registry.estimators(MEASURE) and key not in own:
            where = f": gvhdcalc hr {key}" if key in _routes() else ""
            self.fail(f"method {key!r} takes other input{where}; here one of {', '.join(own)}, {ALL}", param, ctx)
        return super().convert(value, param, ctx)


class Route(StatCommand):
    """A subcommand that takes one kind of input, and knows only the methods for it."""

    def __init__(self, *args: Any, keys: Sequence[str], negative: bool = False, **extra: Any) -> None:
        super().__init__(*args, measures=(MEASURE,), **extra)
        self.keys = tuple(keys)
        self.negative = negative  # whether a figure may be below zero
        for param in self.params:
            if param.name == "methods":
                param.type = OwnKey(self.methods)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's, but a negative number is not taken for an option that does not exist."""
        for before, word in zip(["", *args], args, strict=False):
            if re.match(r"-[.]?[0-9]", word) and not before.startswith("--") and not self.negative:
                raise click.UsageError(f"{word!r} is negative; ratios, P values, times and counts are not", ctx)
        return super().parse_args(ctx, args)

    def methods(self) -> dict[str, Method]:
        """The methods of this kind of input, by key."""
        return {key: method for key, method in registry.estimators(MEASURE).items() if key in self.keys}

    def _listed(self) -> list[tuple[str, dict[str, Method]]]:
        return [("Methods", self.methods())]


# --- what is typed ----------------------------------------------------------------------------------------------------


class Typed(NamedTuple):
    """Figures as typed, with their decimals; ``claim`` is the text they were read from, where it was one."""

    numbers: tuple[Printed, ...]
    claim: Claim | None = None


def pasted(text: str, problem: str = "") -> Claim:
    """What a text prints; ends with ``problem``, or what is wrong with the text, when nothing can be read in it."""
    from ..reported.reader import read_reported

    try:
        return read_reported(text, MEASURE)
    except ValueError as error:
        fail(problem or str(error))


def typed_figures(
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
    if words and words[0].isalpha() and len(words[0]) > 2 and (hint := near(words[0], _routes())):
        fail(f"no kind of input {words[0]!r}{hint}; one of {', '.join(_routes())}")
    claim = pasted(text if word in text else f"{word} {text}", problem)
    found = tuple(pick(claim))
    if not found or any(number is None for number in found):
        fail(problem or f"{wanted} needed: {form}; found in {quoted(text)}: {items_of(claim)}")
    if claim.unread and figures:
        left = " ".join(token.text for token in claim.unread)
        fail(f"no place for {quoted(left)} in {quoted(text)}; {wanted} needed: {form}")
    return Typed(tuple(number for number in found if number is not None), claim)


def _routes() -> list[str]:
    group = click.get_current_context().parent
    assert group is not None and isinstance(group.command, click.Group)
    return list(group.command.commands)


def items_of(claim: Claim) -> str:
    return ", ".join(f"{item} {printed.text}" for item, printed in claim.items()) or "nothing"


def positive_ratio(printed: Printed, what: str) -> Printed:
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


def positive_p(printed: Printed) -> Printed:
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


#: Figures that the table of estimates has already, or that are behind those shown: for programs, and with --explain.
_BEHIND = frozenset(
    {
        "z",
        "P",
        "P, lowest attainable if symmetric",
        "P, highest attainable if symmetric",
        "geometric mean of limits",
        "P of the geometric mean",
    }
)
#: Those for going on from a ratio, which would stand between it and a verdict on it.
_TO_GO_ON = frozenset({"standard error of log HR", "O-E", "V", "implied events"})


def to_show(values: Sequence[Value], options: Options, *, judged: bool) -> tuple[Value, ...]:
    """All figures for programs and with --explain; for people those they need, fewer where a verdict follows."""
    if options.explain or options.form not in ("rich", "plain"):
        return tuple(values)
    hidden = _BEHIND | _TO_GO_ON if judged else _BEHIND
    return tuple(value for value in values if value.name not in hidden)


def methods_of_route() -> dict[str, Method]:
    """The methods of the running route."""
    route = click.get_current_context().command
    assert isinstance(route, Route)
    return route.methods()


def candidate(row: Estimate, figure: str, attainable: Mapping[str, core.Interval]) -> Candidate:
    """A computed figure with what the rounding of its inputs allows. Papers do not use these routes: no software."""
    from ..reported.match import Candidate

    return Candidate(row.method, row.name, getattr(row, figure), attainable.get(figure))


def judge_and_finish(
    document: Document,
    options: Options,
    shown: Sequence[Method],
    claim: Claim | None,
    candidates: Mapping[str, Sequence[Candidate]],
    needs: Mapping[str, str],
    why: Callable[[], tuple[str, tuple[Value, ...]]] | None = None,
    measure: str = MEASURE,
) -> int:
    """Judge what was printed, if it was, and print; the exit status.

    ``why`` gives what is to be said of a P that does not follow: sentences, and the figures behind them. ``measure`` is
    what the ratio is.
    """
    if claim is not None:
        from .reported import judged

        document = judged(document, claim, candidates, (), measure, options, needs)
        if claim.p is not None and not 0 <= claim.p.value <= 1:
            document = replace(document, conclusion=f"{document.conclusion} P is never above 1: a misprint.")
        elif any(row.item == "p" and row.verdict == INCONSISTENT for row in document.verdicts):
            said, figures = why() if why is not None else (_OTHER_TESTS, ())
            document = replace(
                document, conclusion=f"{document.conclusion} {said}", values=(*document.values, *figures)
            )
    return finish(document, options, shown)


_OTHER_TESTS = (
    "A P of another test than the interval's (log-rank, Gray's, stratified, adjusted) need not follow from it."
)

ARM_NEEDS = {
    "median 1": "medians are checked against a ratio, by hr medians",
    "median 2": "medians are checked against a ratio, by hr medians",
    "percent 1": "survival is checked against a ratio, by hr survival",
    "percent 2": "survival is checked against a ratio, by hr survival",
    "events 1": "individual data",
    "events 2": "individual data",
}


# --- two arms --------------------------------------------------------------------------------------------------------


class Way(NamedTuple):
    """One method's input, and a function that gives its inputs at the ends of the rounding of what was printed."""

    given: Any
    corners: Callable[[], Iterable[Any]]


def exactly(given: Any) -> Way:
    """The way of figures that were not rounded."""
    return Way(given, lambda: (given,))


@dataclass(frozen=True, slots=True)
class Meaning:
    """Whether and from what to say what the ratio means: the control arm's median, or survival at a time."""

    asked: bool = False
    median: float | None = None
    survival: float | None = None

    def given(self) -> dict[str, Any]:
        """The options by their names."""
        return {"--meaning": self.asked, "--control-median": self.median, "--control-survival": self.survival}

    def of(self, row: Estimate) -> tuple[Value, ...]:
        """What the ratio of a row means, if that was asked."""
        if not (self.asked or self.median is not None or self.survival is not None):
            return ()
        from ..stats.hazard_ratio_conversions import conversions

        return conversions(row, self.median, self.survival)


def refuse_in_batch(given: Mapping[str, Any]) -> None:
    """End with a message where an option was given that the rows of a batch have no columns for."""
    for name, value in given.items():
        if value not in (None, False):
            fail(f"--batch writes rows: it does not go with {name}")


def meaning_options(function: Callable[..., int]) -> Callable[..., int]:
    """--meaning, --control-median and --control-survival, which the command takes as one argument, ``meaning``."""

    @wraps(function)
    def call(
        *args: Any, meaning: bool, control_median: float | None, control_survival: float | None, **more: Any
    ) -> int:
        return function(*args, meaning=Meaning(meaning, control_median, control_survival), **more)

    for option in (
        click.option(
            "--control-survival",
            type=Probability("control survival"),
            metavar="S0",
            help="Survival with control at a time: gives survival with treatment, NNT.",
        ),
        click.option(
            "--control-median",
            type=Positive("control median"),
            metavar="TIME",
            help="Median with control: gives the median with treatment.",
        ),
        click.option("--meaning", is_flag=True, help="Probability of being longer event-free; E-value."),
    ):
        call = option(call)
    return call


def shown_ways(options: Options, ways: Mapping[str, Any]) -> list[Method]:
    """The methods of ``ways`` to show; ends with a message when one is asked for that lacks its input."""
    methods = methods_of_route()
    for key in options.methods:
        if key in methods and key not in ways:
            fail(f"method {key!r} needs other figures; these have {', '.join(ways)}")
    return chosen({key: methods[key] for key in ways}, options.methods)


def answer(
    options: Options,
    ways: Mapping[str, Way],
    claim: Claim | None,
    title: str,
    inputs: Mapping[str, Any],
    letters: Mapping[str, float],
    needs: Mapping[str, str],
    meaning: Meaning | None = None,
    warnings: Sequence[str] = (),
    typed: Collection[str] = (),
    figures: Sequence[Value] = (),
    ratio: float | None = None,
) -> int:
    """Compute each way, judge and print; the exit status.

    ``needs`` says what an item that no way gives would need, ``typed`` are the items that are inputs themselves,
    ``figures`` are shown behind the others, ``ratio`` is the allocation for the implied events.
    """
    if claim is not None and claim.conf is not None and not options.conf_given:
        options = replace(options, conf=claim.conf)
    shown = shown_ways(options, ways)
    estimates = [method.function(ways[method.key].given, options.conf) for method in shown]
    values: list[Value] = []
    first = estimates[0]
    if first.se is not None and first.p is not None and first.p == first.p:
        values += core.information(first, ratio)
    searched = {method.key: method for method in shown} if options.methods else methods_of_route()
    candidates: dict[str, list[Candidate]] = {}
    for key, way in ways.items():
        if key not in searched:
            continue
        if claim is None and key != shown[0].key:
            continue
        method = searched[key]
        row, found = (
            method.function(way.given, options.conf),
            core.attainable(method.function, way.corners(), options.conf),
        )
        if key == shown[0].key and "estimate" not in typed:
            ends = found.get("estimate", (0.0, 0.0))
            if ends[0] != ends[1]:
                values += [
                    Value(f"hazard ratio, {which} attainable", end, "", None, key)
                    for which, end in zip(("lowest", "highest"), ends, strict=True)
                ]
        for figure in ("estimate", "lower", "upper", "p"):
            value = getattr(row, figure)
            if value is not None and value == value and figure not in typed:
                candidates.setdefault(figure, []).append(candidate(row, figure, found))
    values += figures
    if meaning is not None:
        values += meaning.of(first)
    document = Document(
        command="hr",
        inputs={**inputs, "conf": options.conf},
        title=title,
        estimates=tuple(estimates),
        values=to_show(values, options, judged=claim is not None),
        warnings=tuple(warnings),
        explained={**letters, "z": z_for(options.conf)},
    )
    return judge_and_finish(document, options, shown, claim, candidates, {**ARM_NEEDS, **needs})


def claim_of(options: Options, typed: Typed | None) -> Claim | None:
    """What is to be judged: --reported, or the paste where it prints a ratio beside the figures of the arms."""
    if options.reported is not None:
        return pasted(options.reported)
    if typed is not None and typed.claim is not None and typed.claim.estimate is not None:
        return typed.claim
    return None


def by_arm(events: tuple[int, int] | None) -> dict[str, int]:
    return {} if events is None else {"events1": events[0], "events0": events[1]}


def event_letters(counts: Mapping[str, int]) -> dict[str, float]:
    return {"d1": counts["events1"], "d0": counts["events0"]} if counts else {}


INTERVAL_NEEDS = dict.fromkeys(("lower", "upper", "p"), "the events of each arm: --events D1 D0")
