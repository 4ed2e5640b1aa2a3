"""``gvhdcalc nnt``: the number needed to treat, to benefit or to harm, from two arms or from a ratio and a risk."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Document
from ..reported.number import Printed, parse_number, quoted
from ..stats import number_needed_from_ratio as from_ratio
from ..stats import registry
from ..stats.registry import Method
from ..stats.results import Estimate, Value
from . import printed_ratio
from .arms import Counts
from .common import ALL, Options, StatCommand, common_options, fail, finish
from .groups import Kinds
from .two_arms import also_n_option, control, run, treatment

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate
    from ..stats.number_needed_to_treat import Outcome

MEASURE = "number needed to treat"

_OUTCOMES = {
    "good": "good (the event is a benefit; --outcome bad where it is a harm)",
    "bad": "bad (the event is a harm)",
}


def _named(row: Estimate) -> Iterator[Value]:
    """The difference behind an NNT, and the NNT without signs: to benefit (NNTB) or to harm (NNTH)."""
    for which, nnt in (("", row.estimate), (", lower", row.upper), (", upper", row.lower)):
        if nnt != nnt:
            continue
        yield Value(f"absolute benefit{which}", 1 / nnt + 0.0, "proportion", None, row.method)
    for which, nnt in (("", row.estimate), (", lower", row.lower), (", upper", row.upper)):
        if nnt != nnt:
            continue
        kind = "NNT" if math.isinf(nnt) else ("NNTB" if nnt > 0 else "NNTH")
        yield Value(f"{kind}{which}", abs(nnt), "patients", None, row.method)


def _signed(claim: Claim) -> Claim:
    """What was printed in the signs of the estimator: numbers needed to harm negative, limits in its order."""
    lower, upper = claim.lower, claim.upper
    if claim.through_infinity:
        # printed from either side; ours runs from benefit through infinity to harm
        if lower is not None and upper is not None and lower.value < 0 < upper.value:
            lower, upper = upper, lower
        return replace(claim, lower=lower, upper=upper)
    words = (claim.measure_text or "").lower()
    if "nnth" not in words and "nnh" not in words and "harm" not in words:
        return claim

    def harm(figure: Printed | None) -> Printed | None:
        return figure if figure is None or figure.value < 0 else figure.negative()

    return replace(claim, estimate=harm(claim.estimate), lower=harm(upper), upper=harm(lower))


def _rounded_up(claim: Claim, candidates: dict[str, list[Candidate]]) -> None:
    """Whole numbers needed to treat are rounded up by custom (Cochrane Handbook, section 15.4.4)."""
    for item, printed in (("estimate", claim.estimate), ("lower", claim.lower), ("upper", claim.upper)):
        if printed is None or printed.decimals != 0:
            continue
        for row in tuple(candidates[item]):
            if math.isfinite(row.value):
                whole = math.copysign(math.ceil(abs(row.value) - 1e-9), row.value)
                more = replace(row, value=whole, attainable=(whole, whole), name=f"{row.name}, rounded up")
                candidates[item].append(replace(more, note="rounded up to a whole number"))


@click.group("nnt", cls=Kinds, default="arms")
def command() -> None:
    """Number needed to treat, from two arms or from a ratio and the risk of the control arm.

    "nnt 82/99 70/99" is short for "nnt arms 82/99 70/99".
    """


class FromArms(StatCommand):
    """The subcommand of two arms: a negative count is a wrong count, not an option that does not exist."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, printed_ratio.negative_numbers_kept(args))


@click.command(
    "arms",
    cls=FromArms,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("a response, which is good, in 82 of 99 against 70 of 99", "gvhdcalc nnt 82/99 70/99"),
        ("infections, which are bad, in 65 of 99 against 78 of 99", "gvhdcalc nnt 65/99 78/99 --outcome bad"),
        ("an interval through infinity", "gvhdcalc nnt 5/56 0/29"),
        ("does what the paper prints follow?", "gvhdcalc nnt 82/99 70/99 --reported 'NNT 9 (5 to 309)'"),
    ),
)
@treatment
@control
@click.option(
    "--outcome",
    type=click.Choice(tuple(_OUTCOMES)),
    default="good",
    help="Is the event a good outcome (response; default) or a bad one (adverse event, death)?",
)
@common_options(MEASURE, batch=True)
@also_n_option
def arms(
    treatment: Counts | None,
    control: Counts | None,
    outcome: str,
    also_n: tuple[int, int] | None,
    options: Options,
) -> int:
    """Number needed to treat from two arms, each EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL.

    TREATMENT (or exposed) comes first, CONTROL (or reference) second. NNTB is the number needed to treat for one more
    patient to benefit, NNTH for one more to be harmed; --outcome says which of them more events are. The interval
    inverts Newcombe's for the risk difference, and passes through infinity where that holds zero: "NNTB 8.3 (NNTB 4.2
    to infinity to NNTH 30.0)". In JSON, NNTH is negative, and lower exceeds upper where the interval passes through
    infinity; "values" have both without signs.
    """

    def shown(document: Document) -> Document:
        values = tuple(value for row in document.estimates for value in _named(row))
        return replace(document, facts=(*document.facts, ("Outcome", _OUTCOMES[outcome])), values=values)

    return run(
        MEASURE,
        "nnt",
        treatment,
        control,
        options,
        shown=shown,
        claimed=_signed,
        further=_rounded_up,
        other_totals=also_n,
        outcome=outcome,
    )


# --- from a ratio -----------------------------------------------------------------------------------------------------

_RATIOS = {"or": "odds ratio", "rr": "risk ratio", "hr": "hazard ratio"}


class FromRatio(StatCommand):
    """A subcommand that takes one kind of ratio, and knows only the method for it."""

    def __init__(self, *args: Any, **extra: Any) -> None:
        super().__init__(*args, measures=(from_ratio.MEASURE,), **extra)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, printed_ratio.negative_numbers_kept(args))

    def _listed(self) -> list[tuple[str, dict[str, Method]]]:
        methods = registry.estimators(from_ratio.MEASURE)
        return [("Methods", {key: method for key, method in methods.items() if key == self.name})]


class PrintedRisk(click.ParamType[Printed]):
    """A probability as printed, with its decimals: 70.7%, 0.707; or counts, 70/99, which have no rounding."""

    name = "probability"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Printed:
        if isinstance(value, Printed):
            return value
        text = str(value).strip()
        events, slash, total = text.partition("/")
        try:
            if slash and events.isdecimal() and total.isdecimal() and int(total):
                # decimals beyond those of a float: counts are exact
                found = replace(parse_number("0.5"), text=text, value=int(events) / int(total), decimals=17)
            else:
                found = parse_number(text)
        except ValueError:
            self.fail(f"{quoted(text)} is not a probability; write 70.7%, 0.707 or 70/99", param, ctx)
        if found.relation != "=" or not 0 < found.value < 1:
            sign = f"; for a percentage write the sign: {text}%" if 1 < found.value <= 100 and not found.percent else ""
            self.fail(f"{quoted(text)} is not a probability between 0 and 1{sign}", param, ctx)
        return found.within(0.0, 1.0)


def ratio_options(outcome: Outcome) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """What the subcommands of a ratio share; ``outcome`` is what their event is taken for."""

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        for option in reversed(
            (
                click.argument("figures", nargs=-1, metavar="RATIO LOWER UPPER"),
                click.option(
                    "--control-risk", type=PrintedRisk(), metavar="RISK", help="Risk of the event with control: 70.7%."
                ),
                click.option(
                    "--control-survival", type=PrintedRisk(), metavar="S0", help="Or the proportion without the event."
                ),
                click.option(
                    "--outcome",
                    type=click.Choice(tuple(_OUTCOMES)),
                    default=outcome,
                    help=f"Is the event a good outcome or a bad one? Default: {outcome}.",
                ),
                common_options(from_ratio.MEASURE),
            )
        ):
            function = option(function)
        return function

    return decorate


def _control_risk(
    risk: Printed | None, survival: Printed | None, claim: Claim | None, kind: str
) -> tuple[Printed, bool]:
    """The control arm's figure as printed, and whether it is the proportion without the event."""
    if risk is not None and survival is not None:
        fail("--control-risk and --control-survival are one figure and its complement: give one of them")
    if risk is None and survival is None and claim is not None and len(claim.arms) == 2 and kind != "hr":
        risk = claim.arms[1].percent
    if survival is not None:
        return survival, True
    if risk is None:
        wanted = "--control-survival 37.3%" if kind == "hr" else "--control-risk 70.7%"
        fail(f"a number needed to treat depends on the risk of the control arm: {wanted}")
    return risk, False


def _from_ratio(
    kind: str,
    figures: Sequence[str],
    control_risk: Printed | None,
    control_survival: Printed | None,
    outcome: Outcome,
    options: Options,
) -> int:
    """Compute, judge and print the number needed to treat from one kind of ratio; the exit status."""
    for key in options.methods:
        if key not in (kind, ALL):
            fail(f"method {key!r} takes another ratio: gvhdcalc nnt {key}")
    given = printed_ratio.read(figures, _RATIOS[kind], "2.00 1.01 3.94", printed_ratio.ratio)
    if given.claim is not None and given.claim.measure not in (None, _RATIOS[kind]):
        fail(f"the text prints a {given.claim.measure}: gvhdcalc nnt {_kind_of(given.claim.measure)}")
    figure, complement = _control_risk(control_risk, control_survival, given.claim, kind)
    low, high = figure.interval
    # counts are exact: their text is no rounded number
    box = (figure.value, figure.value) if "/" in figure.text else (low, high)
    risk, risk_box = figure.value, box
    if complement:
        risk, risk_box = 1 - risk, (1 - box[1], 1 - box[0])
    claim = None
    conf = given.level(options)
    if options.reported is not None:
        from .reported import read

        claim, options = read(replace(options, conf=conf), MEASURE)
        claim = _signed(claim)
        conf = options.conf
    method = registry.estimators(from_ratio.MEASURE)[kind]
    row = replace(method.function(from_ratio.RatioAndRisk(*given.values, risk), conf, outcome), measure=MEASURE)
    name = _RATIOS[kind].capitalize()
    survives = f"{figure.text} without the event" if complement else f"{figure.text} with the event"
    document = Document(
        command="nnt",
        inputs={
            "route": kind,
            "ratio": given.values[0],
            "lower": given.values[1],
            "upper": given.values[2],
            "printed": given.printed,
            "control_risk": risk,
            "outcome": outcome,
            "conf": conf,
        },
        title=f"{name} {given.title(conf)}; control arm: {survives}",
        facts=(("Outcome", _OUTCOMES[outcome]),),
        estimates=(row,),
        values=tuple(_named(row)),
        explained={kind.upper(): given.values[0], "p0": risk, "S0": 1 - risk},
    )
    if claim is not None:
        from ..reported.match import Candidate
        from .reported import judged

        found = from_ratio.attainable(kind, *given.intervals, risk_box, outcome)
        rows: dict[str, list[Candidate]] = {"estimate": [], "lower": [], "upper": []}
        for item in found:
            rows[item].append(Candidate(kind, row.name, getattr(row, item), found[item]))
        _rounded_up(claim, rows)
        needs = dict.fromkeys(("lower", "upper"), "the limits of the ratio") | {"p": "nothing here gives a P value"}
        document = judged(document, claim, rows, (), MEASURE, options, needs)
    return finish(document, options, (method,))


def _kind_of(measure: str | None) -> str:
    return next((kind for kind, name in _RATIOS.items() if name == measure), "arms")


@click.command(
    "or",
    cls=FromRatio,
    no_args_is_help=True,
    examples=(
        ("an odds ratio and the response with control", "gvhdcalc nnt or 2.00 1.01 3.94 --control-risk 70.7%"),
        (
            "of adverse events, at a risk of one's own patients",
            "gvhdcalc nnt or 0.51 0.27 0.98 --control-risk 30% --outcome bad",
        ),
    ),
)
@ratio_options("good")
def from_odds_ratio(figures: tuple[str, ...], outcome: Outcome, options: Options, **risk: Printed | None) -> int:
    """Number needed to treat from an odds ratio, its limits and the risk of the control arm.

    RATIO LOWER UPPER are three numbers as printed, the ratio alone, or one quoted paste ("70.7% ... 2.00 (1.01-3.94)").
    The control risk is taken as known: the interval has the uncertainty of the ratio only.
    """
    return _from_ratio("or", figures, outcome=outcome, options=options, **risk)


@click.command(
    "rr",
    cls=FromRatio,
    no_args_is_help=True,
    examples=(("a risk ratio and the response with control", "gvhdcalc nnt rr 1.17 1.00 1.37 --control-risk 70/99"),),
)
@ratio_options("good")
def from_risk_ratio(figures: tuple[str, ...], outcome: Outcome, options: Options, **risk: Printed | None) -> int:
    """Number needed to treat from a risk ratio, its limits and the risk of the control arm.

    RATIO LOWER UPPER are three numbers as printed, the ratio alone, or one quoted paste. The control risk is taken as
    known: the interval has the uncertainty of the ratio only.
    """
    return _from_ratio("rr", figures, outcome=outcome, options=options, **risk)


@click.command(
    "hr",
    cls=FromRatio,
    no_args_is_help=True,
    examples=(
        ("a hazard ratio and the survival with control", "gvhdcalc nnt hr 0.68 0.48 0.95 --control-survival 37.3%"),
    ),
)
@ratio_options("bad")
def from_hazard_ratio(figures: tuple[str, ...], outcome: Outcome, options: Options, **risk: Printed | None) -> int:
    """Number needed to treat at a time, from a hazard ratio and the control survival then (Altman & Andersen 1999).

    RATIO LOWER UPPER are three numbers as printed, the ratio alone, or one quoted paste. The event is taken for a bad
    outcome (--outcome good for a response). The control survival is taken as known, and hazards as proportional: the
    interval has the uncertainty of the ratio only.
    """
    return _from_ratio("hr", figures, outcome=outcome, options=options, **risk)


for kind in (arms, from_odds_ratio, from_risk_ratio, from_hazard_ratio):
    command.add_command(kind)
