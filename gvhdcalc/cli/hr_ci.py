"""``gvhdcalc hr ci``: a hazard ratio and its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Document
from ..reported.number import Printed, quoted
from ..stats import hazard_ratio as core
from ..stats.hazard_ratio import MEASURE
from ..stats.namespace import z_for
from ..stats.results import Estimate, Value
from .common import Level, Options, common_options, fail
from .hr_route import (
    ARM_NEEDS,
    Meaning,
    Route,
    Typed,
    Way,
    answer,
    candidate,
    judge_and_finish,
    meaning_options,
    methods_of_route,
    pasted,
    positive_ratio,
    ratio_option,
    refuse_in_batch,
    shown_ways,
    to_show,
    typed_figures,
)

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate


def _interval_of(claim: Claim) -> tuple[Printed | None, ...]:
    return claim.estimate, claim.lower, claim.upper


#: Other ratios whose intervals are made on the log scale.
NAMES = {"hr": MEASURE, "or": "odds ratio", "rr": "risk ratio", "rate": "rate ratio", "ratio": "ratio"}


def _check_interval(hr: Printed, lower: Printed, upper: Printed, name: str) -> None:
    if lower.value > upper.value:
        fail(
            f"the interval is upside down: {lower.text} to {upper.text}; "
            "write the ratio, the lower limit, the upper limit"
        )
    if hr.interval[1] < lower.interval[0] or hr.interval[0] > upper.interval[1]:
        fail(
            f"the {name} {hr.text} is outside its interval, {lower.text} to {upper.text}; "
            "write the ratio, the lower limit, the upper limit"
        )


def _level(options: Options, typed: Typed, claim: Claim | None) -> float:
    """The level at which the limits were printed: --conf, else that of the text they are in, else 95%."""
    if options.conf_given:
        return options.conf
    if typed.claim is not None and typed.claim.conf is not None:
        return typed.claim.conf
    if claim is not None and claim.conf is not None and _same_limits(typed, claim):
        return claim.conf
    return options.conf


def _same_limits(typed: Typed, claim: Claim) -> bool:
    """Whether the claim repeats the limits that are the input."""
    if claim.lower is None or claim.upper is None:
        return False
    return tuple(number.value for number in typed.numbers[1:]) == (claim.lower.value, claim.upper.value)


@click.command(
    "ci",
    short_help="A ratio and its interval (needs no name).",
    cls=Route,
    keys=("ci", "limits", "bound"),
    no_args_is_help=True,
    examples=(
        ("P, standard error and events behind a ratio with its interval", "gvhdcalc hr 0.68 0.48 0.95"),
        ("does the printed P follow?", "gvhdcalc hr 0.68 0.48 0.95 --reported 'P=0.024'"),
        ("the same, as pasted", "gvhdcalc hr '0.68 (0.48-0.95), P = 0.024'"),
        ("what would explain a P that does not follow (exit status 1)", "gvhdcalc hr '0.75 (0.34-1.67), P = 0.610'"),
        ("what the ratio means, at a control median of 6 months", "gvhdcalc hr 0.68 0.48 0.95 --control-median 6"),
        ("one limit, of a one-sided 97.5% interval", "gvhdcalc hr ci 0.68 0.95 --one-sided --conf 97.5"),
        ("many ratios in a file: columns hr, lower, upper", "gvhdcalc hr --batch ratios.csv"),
        ("an odds ratio", "gvhdcalc hr 2.00 1.01 3.94 --measure or --reported 'P = 0.046'"),
        ("a 95% interval as a 90% one; 2:1 allocation", "gvhdcalc hr 0.68 0.48 0.95 --to-conf 90 --ratio 2"),
    ),
)
@click.argument("figures", nargs=-1, metavar="HR LOWER UPPER")
@ratio_option
@click.option(
    "--measure",
    "kind",
    type=click.Choice(tuple(NAMES)),
    default="hr",
    help="What the ratio is: hazard (default), odds, risk or rate ratio, or another.",
)
@click.option("--to-conf", type=Level(), metavar="LEVEL", help="Show the interval at this level instead.")
@click.option("--one-sided", is_flag=True, help="The limits are one-sided, each at the level --conf.")
@common_options(MEASURE, batch=True)
@meaning_options
def command(
    figures: tuple[str, ...],
    ratio: float | None,
    kind: str,
    to_conf: float | None,
    one_sided: bool,
    meaning: Meaning,
    options: Options,
) -> int:
    """A hazard ratio and its limits: standard error, P, O-E and V, implied events, an interval at another level.

    HR LOWER UPPER are three numbers with the decimals they were printed with, or one quoted paste. --conf is the
    level they were printed at. P is given with the lowest and highest value that the rounding of all three allows. The
    ratio is compared with the geometric mean of its limits. A P value in the paste is judged as with --reported, and
    where it does not follow, the usual reasons are tried. With --one-sided one limit will do. Of another ratio, an odds
    ratio with --measure or, there are no O-E, V and implied events.
    """
    name = NAMES[kind]
    if kind != "hr":
        _of_hazards({"--ratio": ratio, "--one-sided": one_sided, "--batch": options.batch, **meaning.given()}, kind)
    if one_sided:
        options = _two_sided(options)
    if options.batch is not None:
        refuse_in_batch({"--ratio": ratio, **meaning.given()})
        return _batch(figures, to_conf, options)
    if one_sided and len(figures) == 2:
        return _one_limit(figures, ratio, to_conf, meaning, options)
    every = methods_of_route()
    methods = {key: every[key] for key in ("ci", "limits")}
    shown = shown_ways(options, methods)
    typed = typed_figures(figures, options.reported, "a ratio and its two limits", "0.68 0.48 0.95", _interval_of)
    hr, lower, upper = map(positive_ratio, typed.numbers, (name, "lower limit", "upper limit"))
    _check_interval(hr, lower, upper, name)
    claim = pasted(options.reported) if options.reported is not None else None
    if claim is None and typed.claim is not None and typed.claim.p is not None:
        claim = typed.claim
    level = _level(options, typed, claim)
    conf = to_conf or level
    printed = core.HazardRatioInterval(hr.value, lower.value, upper.value, level)
    boxes = (hr.interval, lower.interval, upper.interval)

    def allowed(key: str, at: float) -> dict[str, core.Interval]:
        return core.attainable_from_interval(methods[key].function, *boxes, level, at)

    middle = _called(methods["limits"].function(printed, level), kind)
    middles = allowed("limits", level)["estimate"]
    estimates = tuple(method.function(printed, conf) for method in shown)
    attainable = allowed(shown[0].key, conf)
    implied = core.information(estimates[0], ratio)
    if kind != "hr":
        estimates = tuple(
            replace(row, measure=f"{name}, as printed", name=row.name.replace("HR", "ratio")) for row in estimates
        )
        implied = tuple(value for value in implied if value.name in ("z", "P"))
    values = [
        *implied,
        Value("P, lowest attainable", attainable["p"][0], "P", None, shown[0].key),
        Value("P, highest attainable", attainable["p"][1], "P", None, shown[0].key),
        *_symmetric(boxes, level),
        Value("geometric mean of limits", middle.estimate, "", _against(hr, middle.estimate, middles), "limits"),
        Value("P of the geometric mean", middle.p, "P", None, "limits"),
        *meaning.of(estimates[0]),
    ]
    warnings = []
    if not hr.meets(*middles):
        warnings.append(
            f"the {name} {hr.text} is not the geometric mean of its limits, {middles[0]:.4g} to {middles[1]:.4g} "
            "within rounding: not a Wald interval, or a misprint; P from it is approximate"
        )
    if typed.claim is not None and typed.claim.conf not in (None, level):
        warnings.append(f"the text prints a {100 * typed.claim.conf:g}% interval; --conf takes it as {100 * level:g}%")
    document = Document(
        command="hr",
        inputs={
            "route": "ci",
            "hr": hr.value,
            **({} if kind == "hr" else {"measure": name}),
            "lower": lower.value,
            "upper": upper.value,
            "printed": [hr.text, lower.text, upper.text],
            "conf": level,
            "to_conf": conf,
            "ratio": ratio,
        },
        title=f"{name.capitalize()} {hr.text} ({100 * level:g}% CI {lower.text} to {upper.text}) as printed",
        estimates=estimates,
        values=to_show(values, options, judged=claim is not None),
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
        at = claim.conf or (level if _same_limits(typed, claim) else conf)
        options = replace(options, conf=at, conf_given=options.conf_given or typed.claim is not None)
        candidates["estimate"] = [candidate(middle, "estimate", {"estimate": middles})]
        for method in methods.values() if not options.methods else shown:
            row, found = _called(method.function(printed, at), kind), allowed(method.key, at)
            candidates.setdefault("p", []).append(candidate(row, "p", found))
            if method.key != "limits" or at != level:  # at its own level it would only give the limits back
                for limit in ("lower", "upper"):
                    candidates.setdefault(limit, []).append(candidate(row, limit, found))
    p = claim.p if claim is not None and not options.methods else None

    def why() -> tuple[str, tuple[Value, ...]]:
        from ..stats.hazard_ratio_reasons import reasons, sentence

        assert p is not None
        found = reasons((hr.value, lower.value, upper.value), boxes, level, p.value, p.within(0.0, 1.0).interval)
        # the sentence says them to people; a table of them would stand before it
        tabled = options.explain or options.form not in ("rich", "plain")
        return sentence(found, p.text), tuple(value for reason in found for value in reason.values if tabled)

    known = p is not None and p.relation == "=" and 0 < p.value < 1
    return judge_and_finish(document, options, shown, claim, candidates, ARM_NEEDS, why if known else None, name)


def _called(row: Estimate, kind: str) -> Estimate:
    """An estimate by the name of what the ratio is."""
    if kind == "hr":
        return row
    return replace(row, measure=f"{NAMES[kind]}, as printed", name=row.name.replace("HR", "ratio"))


def _of_hazards(given: Mapping[str, Any], kind: str) -> None:
    """End with a message where an option was given that is of hazard ratios."""
    for option, value in given.items():
        if value not in (None, False):
            fail(f"{option} is of hazard ratios: it does not go with --measure {kind}")


def _two_sided(options: Options) -> Options:
    """The options with the level of the two-sided interval whose limits are those of one-sided ones."""
    if not options.conf_given:
        fail("--one-sided needs the level of the limits: --conf 97.5")
    if options.conf <= 0.5:
        fail(f"a one-sided level of {100 * options.conf:g}% has its limit on the other side; write one above 50%")
    return replace(options, conf=2 * options.conf - 1)


def _one_limit(
    figures: tuple[str, ...], ratio: float | None, to_conf: float | None, meaning: Meaning, options: Options
) -> int:
    """A ratio with one limit of a one-sided interval."""
    typed = typed_figures(figures, None, "a ratio and its one limit", "0.68 0.95", lambda _: ())
    hr, bound = map(positive_ratio, typed.numbers, ("hazard ratio", "limit"))
    level = (1 + options.conf) / 2
    conf = to_conf or options.conf
    boxes = (hr.interval, bound.interval)
    given = core.HazardRatioBound(hr.value, bound.value, level)
    claim = pasted(options.reported) if options.reported is not None else None
    return answer(
        replace(options, conf=conf),
        {"bound": Way(given, lambda: core.corners(core.HazardRatioBound, *boxes, level=level))},
        claim,
        f"Hazard ratio {hr.text}, one-sided {100 * level:g}% limit {bound.text}",
        {
            "route": "ci",
            "hr": hr.value,
            "bound": bound.value,
            "printed": [hr.text, bound.text],
            "one_sided": level,
            "ratio": ratio,
        },
        {"HR": hr.value, "bound": bound.value, "z_level": z_for(options.conf), "z_conf": z_for(conf)},
        {"estimate": "the ratio is an input here"},
        meaning,
        typed=("estimate",),
        ratio=ratio,
    )


def _batch(figures: tuple[str, ...], to_conf: float | None, options: Options) -> int:
    """Many ratios with their limits: the columns hr, lower, upper, or printed with "0.68 (0.48-0.95)"."""
    from .batch import ESTIMATE_FIELDS, Shape, run

    if figures:
        fail("--batch reads the figures from its file: give none beside it")
    level = options.conf

    def parse(text: str) -> tuple[float, ...]:
        from ..reported.reader import read_reported

        claim = read_reported(text, MEASURE)
        if claim.estimate is None or claim.lower is None or claim.upper is None:
            raise ValueError(f"no ratio with two limits in {quoted(text)}")
        if claim.conf not in (None, level):
            raise ValueError(f"{quoted(text)}: a {100 * claim.conf:g}% interval, where --conf has {100 * level:g}%")
        figures = claim.estimate, claim.lower, claim.upper
        if any(figure.relation != "=" for figure in figures):
            raise ValueError(f"{quoted(text)} has a bound where a number is needed")
        return claim.estimate.value, claim.lower.value, claim.upper.value

    def wrong(hr: float, lower: float, upper: float) -> str | None:
        if not all(0 < figure < math.inf for figure in (hr, lower, upper)):
            return f"hr {hr:g}, lower {lower:g}, upper {upper:g}: ratios and limits are positive numbers"
        if not lower <= hr <= upper:
            return f"hr {hr:g} is outside its interval, {lower:g} to {upper:g}"
        return None

    columns = ("hr", "lower", "upper")
    shape = Shape(
        columns,
        ("printed",),
        "0.68 (0.48-0.95)",
        parse,
        wrong,
        lambda hr, lower, upper: ~((lower > 0) & (lower <= hr) & (hr <= upper) & (upper < math.inf)),
        lambda hr, lower, upper: core.HazardRatioInterval(hr, lower, upper, level),
        frozenset(columns),
    )
    every = methods_of_route()
    shown = shown_ways(options, {key: every[key] for key in ("ci", "limits")})
    return run(shape, "hr ci", shown, (), replace(options, conf=to_conf or level), fields=(*ESTIMATE_FIELDS, "se", "p"))


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
