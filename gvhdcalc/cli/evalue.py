"""``gvhdcalc evalue``: the E-value of a printed association, or of two arms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Arm as ArmRow
from ..report.document import Document
from ..reported.number import Printed, parse_number, quoted
from ..stats import evalue as core
from ..stats import odds_ratio, registry, risk_ratio
from ..stats.namespace import z_for
from ..stats.registry import Method
from ..stats.results import Estimate, Number
from ..stats.two_by_two import TwoByTwo
from . import printed_ratio
from .arms import Counts, parse_counts
from .common import ALL, Options, StatCommand, common_options, fail, finish
from .two_arms import tables_in_columns

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate
    from .batch import Shape


@dataclass(frozen=True, slots=True)
class Kind:
    """A measure of association: its name, its ways to the risk ratio (of a common outcome, of a rare one), its null."""

    name: str
    common: str
    rare: str
    null: float = 1.0


KINDS = {
    "rr": Kind("risk ratio", "risk-ratio", "risk-ratio"),
    "or": Kind("odds ratio", "square-root", "risk-ratio"),
    "hr": Kind("hazard ratio", "hazard-ratio", "risk-ratio"),
    "irr": Kind("rate ratio", "risk-ratio", "risk-ratio"),
    "rd": Kind("risk difference", "risk-difference", "risk-difference", 0.0),
    "smd": Kind("standardised mean difference", "smd", "smd", 0.0),
}

_OUTCOMES = {
    False: "common (15% or more by the end of follow-up; --rare where fewer)",
    True: "rare (fewer than 15% by the end of follow-up)",
}


class EValue(StatCommand):
    """The command, to which a negative number is a number."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, printed_ratio.negative_numbers_kept(args))


def _any_number(printed: Printed, what: str) -> Printed:
    if printed.relation != "=" or printed.percent or not math.isfinite(printed.value):
        fail(f"{what} {printed.text!r} is not a plain number; write a difference in standard deviations, like 0.5")
    return printed


def _arms(figures: Sequence[str]) -> tuple[Counts, Counts] | None:
    """Two arms, where the figures are counts."""
    if len(figures) != 2 or not all("/" in text or ":" in text for text in figures):
        return None
    try:
        one, two = (parse_counts(text) for text in figures)
    except ValueError as error:
        fail(str(error))
    return one, two


def _true(text: str | None, kind: str) -> float:
    """The value that the association is to be moved to: 1 or 0, or --true."""
    if text is None:
        return KINDS[kind].null
    try:
        printed = parse_number(text)
    except ValueError:
        fail(f"--true {quoted(text)} is not a number; write one on the scale of the {KINDS[kind].name}")
    value = printed.value
    good = {"rd": -1 < value < 1, "smd": math.isfinite(value)}.get(kind, 0 < value < math.inf)
    if printed.relation != "=" or not good:
        fail(f"--true {quoted(text)} cannot be the {KINDS[kind].name}")
    return value


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed: the association on its own scale with its rounding, or counts."""

    kind: str
    association: core.Association
    corners: tuple[core.Association, ...] = ()
    table: TwoByTwo | None = None
    conf: float = 0.95
    title: str = ""
    printed: tuple[str, ...] = ()

    @property
    def input(self) -> core.Association | TwoByTwo:
        """What the methods take."""
        return self.table if self.table is not None and self.kind == "rd" else self.association


#: The ratios that two arms give.
_RATIOS = {"rr": risk_ratio.katz, "or": odds_ratio.woolf}


def _without_ratio(table: TwoByTwo, kind: str) -> str | None:
    """What is wrong with a table that has no ratio, or one of 0 or infinity."""
    if 0 < _RATIOS[kind](table).estimate < math.inf:
        return None
    arm = "without events" if kind == "rr" else "where none or all have the event"
    return f"an arm {arm} has no {KINDS[kind].name} that confounding could explain away"


def _of_arms(one: Counts, two: Counts, kind: str, options: Options) -> Given:
    table = TwoByTwo.from_totals(one.events, one.total, two.events, two.total)
    if kind not in ("rr", "or", "rd"):
        fail(f"two arms give a risk ratio, an odds ratio or a risk difference, not a {KINDS[kind].name}: --measure rr")
    title = f"{one.events}/{one.total} v {two.events}/{two.total}"
    if kind == "rd":
        return Given(kind, core.Association(0.0, 0.0, 0.0), table=table, conf=options.conf, title=title)
    wrong = _without_ratio(table, kind)
    if wrong:
        fail(f"{title}: {wrong}")
    row = _RATIOS[kind](table, options.conf)
    association = core.Association(row.estimate, row.lower, row.upper)
    return Given(kind, association, table=table, conf=options.conf, title=f"{title} ({row.name})")


def _of_figures(figures: Sequence[str], kind: str | None, options: Options) -> Given:
    asked = kind or "rr"
    check = _any_number if asked == "smd" else printed_ratio.ratio
    given = printed_ratio.read(figures, KINDS[asked].name, "2.00 1.01 3.94 --measure or", check)
    printed_measure = None if given.claim is None else given.claim.measure
    named = next((key for key, known in KINDS.items() if known.name == printed_measure), None)
    if kind is None and named is None:
        fail(f"say what the figures are: --measure {', '.join(key for key in KINDS if key != 'rd')}")
    if kind and named and kind != named:
        fail(f"the text prints {'an' if named == 'or' else 'a'} {KINDS[named].name}: --measure {named}")
    kind = kind or named
    assert kind is not None
    if kind == "rd":
        fail("a risk difference needs the counts of both arms: gvhdcalc evalue 82/99 70/99 --measure rd")
    if kind == "smd" and given.claim is not None and check is not _any_number:
        given = printed_ratio.read(figures, KINDS[kind].name, "0.5 0.2 0.8 --measure smd", _any_number)
    boxes = given.intervals
    ends = tuple(core.Association(*(box[side] for box in boxes)) for side in (0, 1))
    conf = given.level(options)
    title = f"{KINDS[kind].name.capitalize()} {given.title(conf)}"
    return Given(kind, core.Association(*given.values), ends, None, conf, title, tuple(given.printed))


def _methods(kind: str, rare: bool, options: Options) -> tuple[dict[str, Method], list[Method]]:
    """The ways from a measure to the risk ratio, and those of them to show."""
    measure = KINDS[kind]
    applicable = dict.fromkeys((measure.rare, measure.common) if rare else (measure.common, measure.rare))
    registered = registry.estimators(core.MEASURE)
    methods = {key: registered[key] for key in applicable}
    for key in options.methods:
        if key not in methods and key != ALL:
            fail(f"method {key!r} is not for the {measure.name}; here one of {', '.join(methods)}, all")
    if ALL in options.methods:
        return methods, list(methods.values())
    return methods, [methods[key] for key in options.methods] or [next(iter(methods.values()))]


def _row(method: Method, given: core.Association | TwoByTwo, conf: float, true: float) -> Estimate:
    """The association (or table, whose risk difference is meant) on the scale of the risk ratio."""
    more = (true,) if method.key == "risk-difference" else ()
    row: Estimate = method.function(given, conf, *more)
    return row


def _on_risk_ratio(method: Method, true: float) -> float:
    """The true value on the scale of the risk ratio; a bias factor's is 1."""
    if method.key == "risk-difference":
        return 1.0
    return float(method.function(core.Association(true, math.nan, math.nan)).estimate)


def _attainable(method: Method, given: Given, true: float) -> dict[str, tuple[float, float]]:
    """The lowest and highest E-values that the rounding of the printed figures allows; counts have none."""
    if not given.corners:
        return {}
    target = _on_risk_ratio(method, true)
    low, high = (method.function(corner, given.conf) for corner in given.corners)
    found = {}
    for item, ends in (("estimate", (low.estimate, high.estimate)), ("lower", _limits(low, high, given, target))):
        values = [core.threshold(end, target) for end in ends]
        inside = ends[0] <= target <= ends[1]
        found[item] = (1.0 if inside else min(values), max(values))
    return found


def _limits(low: Estimate, high: Estimate, given: Given, target: float) -> tuple[float, float]:
    """Both ends of the limit nearer the true ratio, cut at the true ratio."""
    if low.estimate > target:
        return max(low.lower, target), max(high.lower, target)
    return min(low.upper, target), min(high.upper, target)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a row of --batch gains for each method: the risk ratio with its limits, and their E-values."""

    estimate: Number
    lower: Number
    upper: Number
    e_value: Number
    e_value_limit: Number


def _batch(kind: str | None, rare: bool, true_text: str | None, options: Options) -> int:
    """The E-values of every association of a file, all of one measure."""
    from .batch import run

    if kind is None:
        fail(f"--batch reads one measure, as --measure or; one of {', '.join(KINDS)}")
    true = _true(true_text, kind)
    _, shown = _methods(kind, rare, options)

    def with_e_values(method: Method) -> Method:
        target = _on_risk_ratio(method, true)

        def found(given: core.Association | TwoByTwo, conf: float) -> _Found:
            row = _row(method, given, conf, true)
            limit = core.nearer_limit(row, target)
            e_values = core.threshold(row.estimate, target), core.threshold(limit, target)
            return _Found(row.estimate, row.lower, row.upper, *e_values)

        return replace(method, function=found)

    shapes = _shapes(kind, options)
    names = [field.name for field in fields(_Found)]
    return run(
        shapes[0], "evalue", [with_e_values(m) for m in shown], (), options, alternatives=shapes[1:], fields=names
    )


def _shapes(kind: str, options: Options) -> list[Shape]:
    """How associations of a measure stand in a file: estimate and limits, as printed, or the counts of two arms."""
    from .batch import Shape

    tables = tables_in_columns()
    if kind == "rd":
        return [tables]

    def parse(text: str) -> tuple[float, ...]:
        try:
            given = _of_figures([text], kind, options).association
        except click.UsageError as error:
            raise ValueError(error.message) from None
        return given.estimate, given.lower, given.upper

    def wrong(estimate: float, lower: float, upper: float) -> str | None:
        said = f"estimate {estimate:g}, lower {lower:g}, upper {upper:g}"
        limits = [] if lower != lower and upper != upper else [lower, upper]  # the estimate may be printed alone
        if not all(map(math.isfinite, (estimate, *limits))):
            return f"{said}: all three are needed"
        if kind != "smd" and (estimate <= 0 or min((estimate, *limits)) < 0):
            return f"{said}: ratios are positive numbers"
        return f"{said}: the estimate is outside its interval" if limits and not lower <= estimate <= upper else None

    def suspect(estimate: Any, lower: Any, upper: Any) -> Any:
        least = -math.inf if kind == "smd" else 0.0
        return ~((estimate > least) & (least <= lower) & (lower <= estimate) & (estimate <= upper) & (upper < math.inf))

    found = [
        Shape(
            (name, "lower", "upper"),
            ("printed",),
            "0.5 (0.2 to 0.8)" if kind == "smd" else "2.00 (1.01-3.94)",
            parse,
            wrong,
            suspect,
            core.Association,
            frozenset((name, "lower", "upper")),
        )
        for name in ("estimate", kind)
    ]
    if kind not in _RATIOS:
        return found

    def of_table(events1: Number, total1: Number, events0: Number, total0: Number) -> core.Association:
        row = _RATIOS[kind](TwoByTwo.from_totals(events1, total1, events0, total0), options.conf)
        return core.Association(row.estimate, row.lower, row.upper)

    def wrong_table(*counts: float) -> str | None:
        return tables.wrong(*counts) or _without_ratio(TwoByTwo.from_totals(*counts), kind)

    def suspect_table(x1: Any, n1: Any, x0: Any, n0: Any) -> Any:
        empty = (x1 == 0) | (x0 == 0)
        return tables.suspect(x1, n1, x0, n0) | (empty if kind == "rr" else empty | (x1 == n1) | (x0 == n0))

    return [*found, replace(tables, wrong=wrong_table, suspect=suspect_table, build=of_table)]


def _claim(text: str) -> Claim:
    """What --reported prints: an E-value, and that of the limit, which stands in no interval: "2.18 (1.11)"."""
    from ..reported.reader import read_reported

    try:
        claim = read_reported(text, "e-value")
    except ValueError as error:
        fail(str(error))
    rest = list(claim.unread)
    limit = claim.lower
    if limit is None and claim.upper is None:
        for token in rest:
            try:
                limit = parse_number(token.text)
            except ValueError:
                continue
            rest.remove(token)
            break
    return replace(claim, lower=limit, unread=tuple(rest))


@click.command(
    "evalue",
    cls=EValue,
    measures=(core.MEASURE,),
    no_args_is_help=True,
    examples=(
        ("an odds ratio of a common outcome", "gvhdcalc evalue 2.00 1.01 3.94 --measure or"),
        ("as pasted", "gvhdcalc evalue 'HR 0.68 (95% CI 0.48-0.95)'"),
        (
            "of a rare outcome; does the printed E-value follow?",
            "gvhdcalc evalue 3.9 1.8 8.7 --measure or --rare --reported 'E-value 7.26 (3.00)'",
        ),
        ("to move a risk ratio of 2.5 to 1.5", "gvhdcalc evalue 2.5 1.8 3.4 --measure rr --true 1.5"),
        ("a risk difference, from counts", "gvhdcalc evalue 82/99 70/99 --measure rd"),
        ("many in a file: columns or, lower, upper", "gvhdcalc evalue --batch ratios.csv --measure or"),
    ),
)
@click.argument("figures", nargs=-1, metavar="ESTIMATE LOWER UPPER")
@click.option(
    "--measure",
    "kind",
    type=click.Choice(tuple(KINDS)),
    help="What the figures are: risk, odds, hazard, rate ratio; risk difference (counts); standardised difference.",
)
@click.option("--rare", is_flag=True, help="Fewer than 15% have the event by the end: OR and HR stand for RR.")
@click.option("--true", "true_text", metavar="VALUE", help="The true value to move it to, if not no association.")
@common_options(core.MEASURE, plot=False, batch=True)
def command(figures: tuple[str, ...], kind: str | None, rare: bool, true_text: str | None, options: Options) -> int:
    """E-value: how strong must unmeasured confounding be to explain an association away?

    ESTIMATE LOWER UPPER are three numbers as printed, the estimate alone, one quoted paste, or two arms (82/99 70/99).
    The E-value is the least risk ratio that a confounder must have both with the exposure and with the outcome, beyond
    what was adjusted for (VanderWeele & Ding 2017); for the estimate, and for the limit nearer the null, 1 where the
    interval holds it. Ratios below 1 are turned over. --batch FILE has a row for each: the columns estimate (or the
    measure: or, hr ...), lower, upper; or printed; or two arms, as the counts commands have them.
    """
    if options.batch is not None:
        if figures:
            fail("--batch reads the figures from its file: give none beside it")
        return _batch(kind, rare, true_text, options)
    if options.reported is not None and not figures:
        fail("the association is needed before its E-value can be checked: gvhdcalc evalue 2.00 1.01 3.94 --measure or")
    arms = _arms(figures)
    given = _of_arms(*arms, kind or "rr", options) if arms else _of_figures(figures, kind, options)
    measure = KINDS[given.kind]
    true = _true(true_text, given.kind)
    methods, shown = _methods(given.kind, rare, options)
    first = next(iter(methods.values()))
    rows = [_row(method, given.input, given.conf, true) for method in shown]
    values = [
        value
        for method, row in zip(shown, rows, strict=True)
        for value in core.values(row, _on_risk_ratio(method, true))
    ]
    facts = []
    if measure.common != measure.rare:
        facts.append(("Outcome", _OUTCOMES[rare]))
    if true != measure.null:
        facts.append(("To be moved to", f"a true {measure.name} of {true:g}"))
    inputs: dict[str, Any] = {"measure": given.kind, "conf": given.conf, "rare": rare, "true": true}
    if given.table is not None:
        table = given.table
        inputs |= {"events": [table.a, table.c], "totals": [table.n1, table.n0]}
    else:
        inputs |= {"printed": list(given.printed)}
    if given.kind != "rd":
        a = given.association
        inputs |= {"estimate": a.estimate, "lower": a.lower, "upper": a.upper}
    ratio = rows[0].estimate
    letter = {"rr": "RR", "irr": "RR", "or": "OR", "hr": "HR", "smd": "d"}.get(given.kind)
    explained = {"RR": ratio} if first.key == "risk-ratio" else {}
    if letter and first.key != "risk-ratio":
        explained[letter] = given.association.estimate
    if given.table is not None and given.kind == "rd":
        t = given.table
        explained = {"p1": t.a / t.n1, "p0": t.c / t.n0, "n1": t.n1, "N": t.total, "z": z_for(given.conf)}
    document = Document(
        command="evalue",
        inputs=inputs,
        title=f"E-value: {given.title}",
        arms=(ArmRow("treatment", *_counts(arms[0])), ArmRow("control", *_counts(arms[1]))) if arms else (),
        facts=tuple(facts),
        estimates=tuple(rows),
        values=tuple(values),
        explained=explained,
    )
    if options.reported is not None:
        searched = {method.key: method for method in shown} if options.methods else methods
        document = _judged(document, options, given, searched, true)
    return finish(document, options, shown)


def _counts(arm: Counts) -> tuple[int, int]:
    return arm.events, arm.total


def _judged(document: Document, options: Options, given: Given, methods: dict[str, Method], true: float) -> Document:
    """The document with verdicts on the printed E-values; --reported searches every way to the risk ratio."""
    from ..reported.match import Candidate
    from .reported import judged

    claim = _claim(options.reported or "")
    found: dict[str, list[Candidate]] = {"estimate": [], "lower": []}
    for method in methods.values():
        row, allowed = _row(method, given.input, given.conf, true), _attainable(method, given, true)
        own, limit = core.values(row, _on_risk_ratio(method, true))
        for item, value in (("estimate", own.value), ("lower", limit.value)):
            if value is not None and value == value:
                name = f"E-value, {method.name}"
                found[item].append(Candidate(method.key, name, value, allowed.get(item), method.software))
    needs = {"lower": "the limits of the estimate", "upper": "an E-value has one limit"}
    # the E-value's limit is no confidence interval: no level is missed
    quiet = replace(options, conf_given=True)
    measure = "" if claim.measure in (None, "e-value") else core.MEASURE
    return judged(document, claim, found, (), measure, quiet, needs)
