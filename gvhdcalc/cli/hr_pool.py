"""``gvhdcalc hr pool``: one hazard ratio from several trials, or from the strata of one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Document
from ..report.numbers import shortened
from ..reported.number import Printed, parse_number, quoted
from ..stats import hazard_ratio as core
from ..stats import registry
from ..stats.namespace import z_for
from ..stats.registry import Method
from ..stats.results import Estimate
from . import one_line
from .batch import Shape, Source
from .common import Level, Options, StatCommand, chosen, common_options, fail, finish
from .delimited import opened

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate
    from ..stats.hazard_ratio_pooled import Trials

MEASURE = "common hazard ratio"

#: From the figures of a trial its log hazard ratio and the standard error of that.
Effect = Callable[..., tuple[float, float]]

#: The methods of one common ratio, which --stratified keeps to.
FIXED = ("inverse-variance", "peto")


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial as read: its label, its log hazard ratio and the standard error of that.

    ``corners`` are the pairs of both at either end of the rounding of what was printed, where it was rounded.
    """

    label: str
    log_hr: float
    se: float
    corners: tuple[tuple[float, float], ...] = ()

    def row(self, conf: float, weight: float) -> Estimate:
        """Its own estimate, named after it, with its share of the weights."""
        found = core.wald(math.exp(self.log_hr), self.log_hr, self.se, conf)
        return replace(
            found, measure="hazard ratio", method="ci", name=f"{shortened(self.label, 20)} (weight {100 * weight:.1f}%)"
        )


# --- what is given ----------------------------------------------------------------------------------------------------


def _of_limits(level: float) -> Effect:
    """The log hazard ratio and its standard error from a ratio and its limits at a level."""

    def effect(hr: float, lower: float, upper: float) -> tuple[float, float]:
        row = core.from_interval(core.HazardRatioInterval(hr, lower, max(lower, upper), level))
        return math.log(hr), row.se or 0.0

    return effect


def _of_difference(difference: float, v: float) -> tuple[float, float]:
    return difference / v, 1 / math.sqrt(v)


def _of_se(hr: float, se: float) -> tuple[float, float]:
    return math.log(hr), se


def _rounded(label: str, figures: Sequence[Printed], effect: Effect) -> Trial:
    """A trial as printed, with the values that round to its figures."""
    # a difference may be below zero, and has no rounding to 0 to be kept from
    boxes = [figure.within(1e-9, math.inf).interval if figure.value > 0 else figure.interval for figure in figures]
    ends = [end for end in (effect(*corner) for corner in product(*boxes)) if end[1] > 0]
    # of one log ratio, the narrowest and the widest will do
    widths: dict[float, list[float]] = {}
    for end, se in ends:
        widths.setdefault(end, []).append(se)
    corners = {(end, of(ses)) for end, ses in widths.items() for of in (min, max)}
    log_hr, se = effect(*(figure.value for figure in figures))
    return Trial(label, log_hr, se, tuple(sorted(corners)))


def _pastes(texts: Sequence[str], level: float) -> Iterator[Trial]:
    """Trials as pasted: "0.68 (0.48-0.95)", with a label before a colon if there is one."""
    for number, text in enumerate(texts, 1):
        label, claim = _labelled(text)
        if claim.estimate is None or claim.lower is None or claim.upper is None:
            fail(f"no ratio with two limits in {quoted(text)}; write each trial as '0.68 (0.48-0.95)'")
        figures = (claim.estimate, claim.lower, claim.upper)
        if any(figure.relation != "=" for figure in figures):
            fail(f"{quoted(text)} has a bound where a number is needed")
        wrong = _wrong_ratio(*(figure.value for figure in figures))
        if wrong:
            fail(f"{quoted(text)}: {wrong}")
        yield _rounded(label or f"trial {number}", figures, _of_limits(claim.conf or level))


def _labelled(text: str) -> tuple[str, Claim]:
    """The label of a trial, empty where it has none, and what is printed of it."""
    from ..reported.reader import read_reported

    label, colon, rest = text.partition(":")
    if colon and rest.strip() and label.strip().lower() not in ("hr", "hazard ratio"):
        try:
            claim = read_reported(rest, core.MEASURE)
        except ValueError:
            pass
        else:
            if claim.estimate is not None and claim.lower is not None:
                return one_line(label.strip()), claim
    try:
        return "", read_reported(text, core.MEASURE)
    except ValueError as error:
        fail(str(error))


def _wrong_ratio(hr: float, lower: float, upper: float) -> str | None:
    if not all(0 < figure < math.inf for figure in (hr, lower, upper)):
        return f"hr {hr:g}, lower {lower:g}, upper {upper:g}: ratios and limits are positive numbers"
    if not lower <= hr <= upper:
        return f"hr {hr:g} is outside its interval, {lower:g} to {upper:g}"
    return "the limits are equal: no standard error" if lower == upper else None


def _wrong_difference(difference: float, v: float) -> str | None:
    return None if math.isfinite(difference) and 0 < v < math.inf else f"oe {difference:g}, v {v:g}: V is above 0"


def _wrong_se(hr: float, se: float) -> str | None:
    good = 0 < hr < math.inf and 0 < se < math.inf
    return None if good else f"hr {hr:g}, se {se:g}: both are positive numbers"


def _shape(columns: tuple[str, ...], wrong: Any) -> Shape:
    def parse(*_: str) -> tuple[float, ...]:
        raise ValueError("no figures")

    def suspect(*arrays: Any) -> Any:
        return arrays[0] == arrays[0]  # every row is looked at: there are few

    return Shape(columns, (), "", parse, wrong, suspect, lambda *figures: figures, frozenset(columns))


SHAPES = (
    _shape(("hr", "lower", "upper"), _wrong_ratio),
    _shape(("oe", "v"), _wrong_difference),
    _shape(("hr", "se"), _wrong_se),
)

#: Columns that would be taken for the label, and be left out of account.
_NOT_READ = ("conf", "level")


def _from_file(path: str, level: float) -> Iterator[Trial]:
    """The trials of a file. A bad row ends it all: pooled without it is wrong."""
    with opened(path) as stream:
        source = Source(stream, *SHAPES)
        columns = source.shape.columns
        effect = {"hr, lower, upper": _of_limits(level), "oe, v": _of_difference, "hr, se": _of_se}[", ".join(columns)]
        for block in source.blocks():
            found = source.numbers(block)
            for index, error in sorted(block.errors.items()):
                fail(f"line {block.lines[index]}: {one_line(error)}; nothing is pooled without it")
            for line, row, numbers in zip(block.lines, block.rows, found, strict=True):
                names = [name for name in (row if source.is_json else source.columns) if name not in columns]
                for name in names:
                    if name.lower() in _NOT_READ:
                        fail(f"column {name!r} is not read: --conf-trials is the level of all limits")
                cell = source.cell(row, names[0]) if names else ""
                label = one_line(str(cell or "")).strip() or f"line {line}"
                try:
                    figures = [parse_number(str(source.cell(row, column))) for column in columns]
                except ValueError:  # more digits than any rounding shows
                    yield Trial(label, *effect(*numbers))
                else:
                    yield _rounded(label, figures, effect)


# --- what is shown ----------------------------------------------------------------------------------------------------

#: Numbers in an array of analyses with one trial moved each: few enough for the memory.
_ROOM = 1_000_000


def _attainable(given: Sequence[Trial], figures: Callable[[Trials], Mapping[str, Any]]) -> dict[str, core.Interval]:
    """The values of pooled figures that the rounding of the trials allows.

    Each trial's effect on a figure is added up; the analysis with every trial at its end of most effect counts too.
    """
    import numpy as np

    from ..stats.hazard_ratio_pooled import Trials

    own = np.array([(trial.log_hr, trial.se) for trial in given])

    def of(analyses: Any) -> Mapping[str, Any]:
        with np.errstate(divide="ignore", invalid="ignore"):  # an analysis whose root is found waits for the others
            return figures(Trials(analyses[:, :, 0].T, analyses[:, :, 1].T ** 2))

    centre = {item: float(values[0]) for item, values in of(own[None]).items()}
    ends = {item: [value, value] for item, value in centre.items()}
    extreme = {item: [own.copy(), own.copy()] for item in centre}
    step = max(1, _ROOM // (len(given) * max(1, *(len(trial.corners) for trial in given))))
    for start in range(0, len(given), step):
        moved = [(i, corner) for i in range(start, min(start + step, len(given))) for corner in given[i].corners]
        if not moved:
            continue
        analyses = np.repeat(own[None], len(moved), axis=0)
        index = np.array([i for i, _ in moved])
        analyses[np.arange(len(moved)), index] = [corner for _, corner in moved]
        for item, values in of(analyses).items():
            change = np.asarray(values, dtype=float) - centre[item]
            for i in np.unique(index):
                (mine,) = np.nonzero(index == i)
                for side, at in enumerate((mine[change[mine].argmin()], mine[change[mine].argmax()])):
                    if change[at] * (2 * side - 1) > 0:
                        ends[item][side] += change[at]
                        extreme[item][side][i] = moved[at][1]
    together = of(np.array([analysis for item in centre for analysis in extreme[item]]))
    found = {}
    for number, item in enumerate(centre):
        low, high = (float(together[item][2 * number + side]) for side in (0, 1))
        found[item] = (min(ends[item][0], low), max(ends[item][1], high))
    return found


def _pooled_figures(method: Method, conf: float) -> Callable[[Trials], Mapping[str, Any]]:
    def figures(trials: Trials) -> Mapping[str, Any]:
        row = method.function(trials, conf)
        return {item: getattr(row, item) for item in _ITEMS}

    return figures


_ITEMS = ("estimate", "lower", "upper", "p")


def _of_heterogeneity(trials: Trials, keys: tuple[str, ...], given: Sequence[Trial]) -> dict[str, list[Candidate]]:
    """What the printed P of heterogeneity and I^2 may be, with what the rounding of the trials allows."""
    from ..reported.heterogeneity import I_SQUARED, P_OF_HETEROGENEITY
    from ..reported.match import Candidate
    from ..stats.hazard_ratio_pooled import cochran_q, inconsistency

    found: dict[str, list[Candidate]] = {P_OF_HETEROGENEITY: [], I_SQUARED: []}
    test = cochran_q(trials)
    if test.p != test.p:
        return found

    allowed = _attainable(given, lambda of: {"p": cochran_q(of).p, **inconsistency(of, keys)})
    found[P_OF_HETEROGENEITY].append(Candidate(test.method, test.name, test.p, _within(allowed["p"], 0, 1)))
    for key, share in inconsistency(trials, keys).items():
        name = f"I^2 of {'Q' if key == test.method else 'tau^2'}"
        found[I_SQUARED].append(Candidate(key, name, share, _within(allowed[key], 0, 1)))
    return found


def _within(ends: core.Interval, least: float, most: float) -> core.Interval:
    return max(least, ends[0]), min(most, ends[1])


def _judged(
    document: Document, options: Options, trials: Trials, methods: dict[str, Method], given: Sequence[Trial]
) -> Document:
    """The document with verdicts on a printed pooled ratio, its I^2 and the P of heterogeneity."""
    from ..reported.heterogeneity import read_heterogeneity
    from ..reported.match import Candidate, judge_all
    from .reported import conclusion, judged, read

    assert options.reported is not None
    try:
        of_heterogeneity, rest = read_heterogeneity(options.reported)
    except ValueError as error:
        fail(str(error))
    if of_heterogeneity:
        found = _of_heterogeneity(trials, tuple(methods), given)
        document = replace(document, verdicts=judge_all(of_heterogeneity, found))
    if not of_heterogeneity or any(ch.isdigit() for ch in rest):
        claim, _ = read(replace(options, reported=rest), core.MEASURE)
        rows: dict[str, list[Candidate]] = {item: [] for item in _ITEMS}
        for method in methods.values():
            row = method.function(trials, options.conf)
            allowed = _attainable(given, _pooled_figures(method, options.conf))
            allowed["p"] = _within(allowed["p"], 0, 1)
            for item in _ITEMS:
                value = getattr(row, item)
                if value is not None and value == value:
                    rows[item].append(Candidate(method.key, method.name, value, allowed[item], method.software))
        document = judged(document, claim, rows, (), core.MEASURE, options)
    return replace(document, conclusion=conclusion(document.verdicts))


@click.command(
    "pool",
    short_help="Several trials, or strata, pooled.",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("three trials", "gvhdcalc hr pool '0.68 (0.48-0.95)' '0.55 (0.36-0.84)' '0.75 (0.34-1.67)'"),
        ("with labels", "gvhdcalc hr pool 'Smith: 0.68 (0.48-0.95)' 'Jones: 0.55 (0.36-0.84)'"),
        ("the strata of one trial: one common ratio", "gvhdcalc hr pool --stratified --batch strata.csv"),
        (
            "does the printed ratio follow?",
            "gvhdcalc hr pool '0.68 (0.48-0.95)' '0.55 (0.36-0.84)' --reported '0.63 (0.48-0.82), I2 = 0%'",
        ),
    ),
)
@click.argument("trials", nargs=-1, metavar="TRIAL...")
@click.option("--stratified", is_flag=True, help="Strata of one trial: one common ratio, no random effects.")
@click.option(
    "--conf-trials", type=Level(), default=0.95, metavar="LEVEL", help="Level of the trials' limits; 95 by default."
)
@common_options(MEASURE, batch=True)
def command(trials: tuple[str, ...], stratified: bool, conf_trials: float, options: Options) -> int:
    """One hazard ratio from several trials, by inverse variance, Peto's O-E and V, and random effects.

    TRIAL is a ratio with its limits, as pasted, with a label before a colon if you like. --batch FILE has a row for
    each: the columns hr, lower, upper; or oe, v (log-rank O-E and its variance); or hr, se (of log HR); another column
    is the label.
    """
    from ..stats.hazard_ratio_pooled import Trials, heterogeneity, weights

    if trials and options.batch is not None:
        fail("--batch reads the trials from its file: give none beside it")
    if not trials and options.batch is None:
        fail("trials are needed: '0.68 (0.48-0.95)' '0.55 (0.36-0.84)', or --batch FILE")
    given = list(_from_file(options.batch, conf_trials) if options.batch is not None else _pastes(trials, conf_trials))
    if not given:
        fail("the batch has no rows: a row for each trial is needed")
    if options.reported is not None and not options.conf_given:
        from ..reported.heterogeneity import read_heterogeneity
        from .reported import read

        try:
            rest = read_heterogeneity(options.reported)[1]
        except ValueError as error:
            fail(str(error))
        if any(ch.isdigit() for ch in rest):
            _, at = read(replace(options, reported=rest), core.MEASURE)
            options = replace(options, conf=at.conf)
    estimators, tests = registry.estimators(MEASURE), registry.tests(MEASURE)
    if stratified:
        estimators = {key: estimators[key] for key in FIXED}
        for key in options.methods:
            if key not in estimators and key not in tests and key != "all":
                fail(f"method {key!r} is of ratios that vary: leave out --stratified")
    data = Trials.of([(trial.log_hr, trial.se) for trial in given])
    shown, shown_tests = chosen(estimators, options.methods), chosen(tests, options.methods)
    shares = weights(data)
    own = tuple(trial.row(options.conf, share) for trial, share in zip(given, shares, strict=True))
    word = "strata" if stratified else ("trial" if len(given) == 1 else "trials")
    document = Document(
        command="hr",
        inputs={
            "route": "pool",
            "trials": [{"label": trial.label, "log_hr": trial.log_hr, "se": trial.se} for trial in given],
            "stratified": stratified,
            "conf": options.conf,
        },
        title=f"Common hazard ratio of {len(given)} {word}",
        estimates=(*own, *(method.function(data, options.conf) for method in shown)),
        tests=tuple(method.function(data) for method in shown_tests),
        values=heterogeneity(data, tuple(method.key for method in shown), options.conf),
        explained={"k": float(len(given)), "z": z_for(options.conf)},
    )
    if options.reported is not None:
        searched = {method.key: method for method in shown} if options.methods else estimators
        document = _judged(document, options, data, searched, given)
    return finish(document, options, [*shown, *shown_tests])
