"""``gvhdcalc cuminc reported``: a printed cumulative incidence, its interval's scale, and two arms compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Document
from ..stats import registry
from ..stats.cumulative_incidence import (
    MEASURE,
    SCALES,
    Fit,
    Incidence,
    attainable,
    fit_every_scale,
    interval_corners,
    read_interval,
    scale_of_all,
)
from ..stats.cumulative_incidence_comparison import TwoIncidences, corners
from ..stats.registry import Method
from ..stats.results import CONSISTENT, NOT_CHECKABLE, REPRODUCED, Estimate, Note, Value, Verdict
from .common import ALL, Level, Options, StatCommand, chosen, common_options, fail, finish
from .cuminc_arms import (
    COMPARISONS,
    FIGURES,
    HAZARD_RATIOS,
    add_figures,
    comparisons,
    in_percent,
    judged_comparison,
    letters_of,
    only_method,
    scales_of,
    soft_check,
)
from .incidences import Figures, PrintedIncidence, read_figures

if TYPE_CHECKING:
    from ..reported.match import Candidate


_EDGE = "at 0 and 100% the standard error is 0 and no scale gives an interval; exact limits do (gvhdcalc prop)"
_NO_SCALE = "fits no scale: its limits are exact or bootstrap limits, or a figure is misprinted"


@dataclass(frozen=True, slots=True)
class _Read:
    """One printed arm: its text, how it fits each scale, and its item's number ("" for one arm)."""

    printed: PrintedIncidence
    fits: dict[str, Fit]
    number: str

    @classmethod
    def of(cls, printed: PrintedIncidence, number: str) -> _Read:
        return cls(printed, fit_every_scale(*printed.values, printed.ranges), number)

    @property
    def on_the_edge(self) -> bool:
        return self.printed.estimate.value in (0, 1)

    @property
    def consistent(self) -> list[str]:
        return [key for key, fit in self.fits.items() if fit.consistent]

    def incidence(self, level: float, scale: str) -> Incidence:
        """The printed estimate with the standard error that its limits imply on the scale."""
        return Incidence.from_interval(*self.printed.values, level, scale)

    def interval(self, method: Method, level: float, conf: float) -> Estimate:
        """The interval at ``conf`` around the printed estimate's value that is nearest to the middle of the limits.

        So an interval that is of the scale comes out as it was printed.
        """
        fit = self.fits[method.key]
        _, lower, upper = self.printed.values
        around = Incidence.from_interval(fit.compatible, lower, upper, level, method.key)
        row: Estimate = method.function(around, conf)
        notes = row.notes
        if fit.consistent:
            by = f"; the default of {', '.join(method.software)}" if method.software else ""
            notes = (*notes, Note(f"symmetric about the printed estimate within rounding{by}"))
        return replace(row, estimate=self.printed.estimate.value, notes=notes)

    def verdict(self) -> Verdict:
        """Whether the middle of the limits is the printed estimate, and on which scales."""
        shown, best = self.printed.estimate, next(iter(self.fits.values()))
        keys = self.consistent
        if self.on_the_edge:
            return Verdict("centre" + self.number, shown.text, NOT_CHECKABLE, note="no scale at 0 or 100%")
        if not keys:
            return Verdict(
                "centre" + self.number,
                shown.text,
                NOT_CHECKABLE,
                computed=best.centre,
                attainable=best.attainable,
                note=f"no scale fits; nearest: {best.scale}",
                shown=shown.like(best.centre, 1),
            )
        exact = [key for key in keys if shown.holds(self.fits[key].centre)]
        first = self.fits[(exact or keys)[0]]
        found = REPRODUCED if exact else CONSISTENT
        note = "a limit may have been cut" if first.cut else None
        return Verdict(
            "centre" + self.number,
            shown.text,
            found,
            tuple(keys),
            first.centre,
            first.attainable,
            note,
            shown.like(first.centre, 1),
        )

    def warnings(self) -> tuple[str, ...]:
        if self.on_the_edge:
            return (_EDGE,)
        return () if self.consistent else (f"{self.printed.text} {_NO_SCALE}",)

    def centre(self, scale: str) -> Value:
        """Where the middle of the printed limits is; the note has the middles that their rounding allows."""
        fit = self.fits[scale]
        low, high = (self.printed.estimate.like(end, 1) for end in fit.attainable)
        note = f"{'fits' if fit.consistent else 'no'}: {low} to {high}"
        return Value(f"centre of the limits{self.number}", fit.centre, "proportion", note, scale)

    def figures(self, level: float, scale: str) -> list[Value]:
        """Standard errors and the sample without censoring that is as precise, by one scale."""
        reading = read_interval(*self.printed.values, level, scale)
        arm = self.incidence(level, scale)
        lacking = None if reading.plain_se == reading.plain_se else "does not exist on this scale"
        tail = self.number
        sized = lacking or "F(1-F)/SE^2"
        counted = lacking or "F^2(1-F)/SE^2"
        return [
            Value(f"SE on the scale{tail}", reading.se, "", lacking, scale),
            Value(f"SE of F{tail}", reading.plain_se, "proportion", lacking, scale),
            Value(f"effective sample size{tail}", arm.effective_size, "patients", sized, scale),
            Value(f"implied events{tail}", arm.implied_events, "events", counted, scale),
        ]


@click.command(
    "reported",
    cls=StatCommand,
    measures=(MEASURE, *COMPARISONS),
    no_args_is_help=True,
    examples=(
        ("which scale, and so which software, made this interval?", "gvhdcalc cuminc 39.5% 29.3% 49.4%"),
        (
            "two arms, with the hazard ratio that is printed beside them",
            "gvhdcalc cuminc '39.5% (29.3-49.4%)' '62.7% (51.4-72.1%)' --hr '0.55 (0.36-0.84)'",
        ),
        ("the interval at another level", "gvhdcalc cuminc 39.5% 29.3% 49.4% --to-conf 90"),
    ),
)
@click.argument("figures", nargs=-1, required=True, metavar="FIGURES...")
@click.option("--to-conf", type=Level(), metavar="LEVEL", help="Show intervals at this level, not the printed one.")
@click.option("--hr", metavar="TEXT", help='Two arms: the hazard ratio printed beside them ("0.55 (0.36-0.84)").')
@common_options(MEASURE)
def command(figures: tuple[str, ...], to_conf: float | None, hr: str | None, options: Options) -> int:
    """A printed cumulative incidence and its interval; two of them compared.

    FIGURES are estimate, lower and upper limit, or six figures for two arms (treatment first), or what the paper prints
    in quotes, one text or two. Without percent signs they are percentages when one is above 1.

    Software makes these intervals on different scales. Each scale shows where the middle of the printed limits is;
    where that rounds to the printed estimate, the interval can be of that scale. Standard errors, the effective sample
    size and the comparison of two arms are read on the scale that fits best, or on that of --method. --conf is the
    level of the printed intervals.
    """
    try:
        read = read_figures(figures)
    except ValueError as error:
        fail(str(error))
    if len(read.arms) == 1 and hr is not None:
        fail("--hr needs two arms: six figures, or two quoted texts")
    level = options.conf if options.conf_given else next((arm.conf for arm in read.arms if arm.conf), options.conf)
    options = replace(options, conf=level)
    if len(read.arms) == 1:
        return _one(read, to_conf, options)
    return _two(read, to_conf, hr, options)


def _not_read(figures: Figures) -> tuple[str, ...]:
    return (f"not read: {' '.join(figures.unread)}",) if figures.unread else ()


def _inputs(arms: Sequence[PrintedIncidence], level: float, to_conf: float | None, scale: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "estimates": [arm.estimate.value for arm in arms],
        "limits": [[arm.lower.value, arm.upper.value] for arm in arms],
        "printed": [arm.text for arm in arms],
        "conf": level,
        "to_conf": to_conf,
    }
    return found | ({"scale": scale} if scale else {})


def _one(figures: Figures, to_conf: float | None, options: Options) -> int:
    (printed,) = figures.arms
    level = options.conf
    claim = None
    if options.reported is not None:
        from .reported import read

        claim, options = read(replace(options, conf_given=to_conf is not None, conf=to_conf or level), MEASURE)
        claim = in_percent(claim)
    conf = to_conf or options.conf
    methods = registry.estimators(MEASURE)
    arm = _Read.of(printed, "")
    nearest = "log-log-f" if arm.on_the_edge else scale_of_all(arm.fits)[0]
    scales = scales_of(options.methods) or arm.consistent or [nearest]
    values = [] if arm.on_the_edge else [arm.centre(key) for key in arm.fits]
    for key in scales if values else ():
        values += arm.figures(level, key)
    document = Document(
        command="cuminc",
        inputs=_inputs([printed], level, to_conf, None),
        title=f"{MEASURE.capitalize()}: {printed.text}, {100 * level:.10g}% CI",
        estimates=tuple(arm.interval(methods[key], level, conf) for key in scales),
        values=tuple(values),
        verdicts=(arm.verdict(),),
        warnings=(*_not_read(figures), *arm.warnings()),
        explained=letters_of([arm.incidence(level, scales[0])], conf),
    )
    if claim is not None:
        from ..reported.match import Candidate
        from .reported import judged

        searched = scales_of(options.methods) or list(methods)
        found: dict[str, list[Candidate]] = {}
        for key in searched:
            row = arm.interval(methods[key], level, conf)
            ranges = attainable(methods[key].function, interval_corners(printed.ranges, level, key), conf)
            add_figures(found, methods[key], row, ranges, dict(zip(FIGURES, FIGURES, strict=True)))
        found["percent"] = [Candidate("printed", "the printed estimate", printed.estimate.value)]
        needs = {"p": "two arms are needed for a P value"}
        document = judged(document, claim, found, (), "", replace(options, conf=conf), needs)
    return finish(document, options, [methods[key] for key in scales])


def _two(figures: Figures, to_conf: float | None, hr: str | None, options: Options) -> int:
    from ..reported.reader import read_reported

    level = options.conf
    # a whole sentence may have been pasted: its hazard ratio goes with --hr, any other figure with --reported
    beside = None if figures.claim is None else replace(figures.claim, arms=())
    hazard_claim = beside if beside and beside.measure in HAZARD_RATIOS else None
    claim = beside if hazard_claim is None else None
    if hr is not None:
        try:
            hazard_claim = read_reported(hr, "hazard ratio")
        except ValueError as error:
            fail(f"--hr: {error}")
        if hazard_claim.estimate is None:
            fail(f"--hr: no ratio in {hr!r}; write it as in '0.55 (0.36-0.84)'")
    if options.reported is not None:
        from .reported import read

        claim, options = read(replace(options, conf_given=to_conf is not None, conf=to_conf or level), "")
    conf = to_conf or options.conf
    methods, tests = registry.estimators(MEASURE), registry.tests(MEASURE)
    read_arms = [_Read.of(arm, f" {number}") for number, arm in enumerate(figures.arms, start=1)]
    asked = scales_of(options.methods)
    best, fits_both = scale_of_all(*(arm.fits for arm in read_arms))
    scale = best if not asked or ALL in options.methods else asked[0]
    why = "asked for" if scale != best else "fits both intervals" if fits_both else "the nearest; no scale fits both"
    first, second = (arm.incidence(level, scale) for arm in read_arms)
    arms = TwoIncidences(first, second)
    shown_tests = chosen(tests, options.methods)
    values = []
    for arm in read_arms:
        if not arm.on_the_edge:
            values += [arm.centre(key) for key in arm.fits if key in (*asked, scale) or arm.fits[key].consistent]
            values += arm.figures(level, scale)
    document = Document(
        command="cuminc",
        inputs=_inputs(figures.arms, level, to_conf, scale),
        title=f"{MEASURE.capitalize()}: {' v '.join(arm.text for arm in figures.arms)}, {100 * level:.10g}% CI",
        facts=(("Standard errors", f"from the printed intervals on {SCALES[scale].symbol} ({why})"),),
        estimates=(*(arm.interval(methods[scale], level, conf) for arm in read_arms), *comparisons(arms, conf)),
        tests=tuple(test.function(arms) for test in shown_tests),
        values=tuple(values),
        verdicts=tuple(arm.verdict() for arm in read_arms),
        warnings=(*_not_read(figures), *(said for arm in read_arms for said in arm.warnings())),
        explained=letters_of((first, second), conf),
    )
    all_corners = corners(figures.arms[0].ranges, figures.arms[1].ranges, level, scale)
    if hazard_claim is not None:
        soft = soft_check(hazard_claim, arms, all_corners, hazard_claim.conf or level)
        document = replace(document, verdicts=(*document.verdicts, *soft))
    if claim is not None:
        from ..reported.match import Candidate

        found: dict[str, list[Candidate]] = {}
        for arm in read_arms:
            row = arm.interval(methods[scale], level, conf)
            ranges = attainable(methods[scale].function, interval_corners(arm.printed.ranges, level, scale), conf)
            add_figures(found, methods[scale], row, ranges, {key: key + arm.number for key in ("lower", "upper")})
            percent = Candidate("printed", "the printed estimate", arm.printed.estimate.value)
            found["percent" + arm.number] = [percent]
        document = judged_comparison(document, claim, arms, all_corners, found, (), replace(options, conf=conf))
    shown = [methods[scale], *(only_method(measure) for measure in COMPARISONS), *shown_tests]
    return finish(document, options, shown)
