"""``gvhdcalc hr pool``: one hazard ratio from several trials, or from the strata of one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Document
from ..report.numbers import shortened
from ..reported.number import quoted
from ..stats import hazard_ratio as core
from ..stats import registry
from ..stats.namespace import z_for
from ..stats.registry import Method
from ..stats.results import Estimate
from . import one_line
from .batch import Shape, Source, opened
from .common import Level, Options, StatCommand, chosen, common_options, fail, finish

if TYPE_CHECKING:
    from ..reported.match import Candidate
    from ..stats.hazard_ratio_pooled import Trials

MEASURE = "common hazard ratio"

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


def _pastes(texts: Sequence[str], level: float) -> Iterator[Trial]:
    """Trials as pasted: "0.68 (0.48-0.95)", with a label before a colon if there is one."""
    from ..reported.reader import read_reported

    for number, text in enumerate(texts, 1):
        label, colon, rest = text.partition(":")
        named = bool(colon) and bool(rest.strip()) and not any(ch.isdigit() for ch in label.split(" ")[0][:1])
        try:
            claim = read_reported(rest if named else text, core.MEASURE)
        except ValueError as error:
            fail(str(error))
        if claim.estimate is None or claim.lower is None or claim.upper is None:
            fail(f"no ratio with two limits in {quoted(text)}; write each trial as '0.68 (0.48-0.95)'")
        wrong = _wrong_ratio(claim.estimate.value, claim.lower.value, claim.upper.value)
        if wrong:
            fail(f"{quoted(text)}: {wrong}")
        at = claim.conf or level
        label = (one_line(label.strip()) if named else "") or f"trial {number}"
        figures = (claim.estimate, claim.lower, claim.upper)
        trial = _of_limits(label, claim.estimate.value, claim.lower.value, claim.upper.value, at)
        boxes = [figure.within(1e-9, math.inf).interval for figure in figures]
        ends = (_of_limits(label, hr, lower, max(lower, upper), at) for hr, lower, upper in product(*boxes))
        yield replace(trial, corners=tuple((end.log_hr, end.se) for end in ends))


def _of_limits(label: str, hr: float, lower: float, upper: float, level: float) -> Trial:
    row = core.from_interval(core.HazardRatioInterval(hr, lower, upper, level))
    return Trial(label, math.log(hr), row.se or 0.0)


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

    return Shape(
        columns, ("no other columns",), "", parse, wrong, suspect, lambda *figures: figures, frozenset(columns)
    )


SHAPES = (
    _shape(("hr", "lower", "upper"), _wrong_ratio),
    _shape(("oe", "v"), _wrong_difference),
    _shape(("hr", "se"), _wrong_se),
)


def _from_file(path: str, level: float) -> Iterator[Trial]:
    """The trials of a file. A bad row ends it all: pooled without it is wrong."""
    with opened(path) as stream:
        source = Source(stream, *SHAPES)
        columns = source.shape.columns
        for block in source.blocks():
            numbers = source.numbers(block)
            for index, error in sorted(block.errors.items()):
                fail(f"line {block.lines[index]}: {one_line(error)}; nothing is pooled without it")
            for line, row, found in zip(block.lines, block.rows, numbers, strict=True):
                names = [name for name in (row if source.is_json else source.columns) if name not in columns]
                cell = (row.get(names[0]) if source.is_json else row[source.columns.index(names[0])]) if names else ""
                label = one_line(str(cell or "")).strip() or f"line {line}"
                if columns == ("hr", "lower", "upper"):
                    yield _of_limits(label, found[0], found[1], found[2], level)
                elif columns == ("oe", "v"):
                    yield Trial(label, found[0] / found[1], 1 / math.sqrt(found[1]))
                else:
                    yield Trial(label, math.log(found[0]), found[1])


# --- what is shown ----------------------------------------------------------------------------------------------------


def _attainable(given: Sequence[Trial], method: Method, conf: float) -> dict[str, tuple[float, float]]:
    """The values of a pooled estimate that the rounding of the trials allows, each trial's effect on it added up."""
    import numpy as np

    from ..stats.hazard_ratio_pooled import Trials

    own = [(trial.log_hr, trial.se) for trial in given]
    moved = [(index, corner) for index, trial in enumerate(given) for corner in trial.corners]
    analyses = np.array([own] + [[*own[:index], corner, *own[index + 1 :]] for index, corner in moved], dtype=float)
    data = Trials(analyses[:, :, 0].T, analyses[:, :, 1].T ** 2)
    row = method.function(data, conf)
    found = {}
    for item in ("estimate", "lower", "upper", "p"):
        values = getattr(row, item)
        low = high = float(values[0])
        for index in {index for index, _ in moved}:
            changes = [values[k] - values[0] for k, (of, _) in enumerate(moved, 1) if of == index]
            low, high = low + min(0.0, *changes), high + max(0.0, *changes)
        found[item] = (low, high)
    found["p"] = (max(0.0, found["p"][0]), min(1.0, found["p"][1]))
    return found


def _judged(
    document: Document, options: Options, trials: Trials, methods: dict[str, Method], given: Sequence[Trial]
) -> Document:
    """The document with verdicts on a printed pooled ratio, its I^2 and the P of heterogeneity."""
    from ..reported.heterogeneity import I_SQUARED, P_OF_HETEROGENEITY, read_heterogeneity
    from ..reported.match import Candidate, judge_all
    from ..stats.hazard_ratio_pooled import cochran_q, heterogeneity
    from .reported import conclusion, judged, read

    assert options.reported is not None
    try:
        of_heterogeneity, rest = read_heterogeneity(options.reported)
    except ValueError as error:
        fail(str(error))
    q = cochran_q(trials)
    found: dict[str, list[Candidate]] = {P_OF_HETEROGENEITY: [], I_SQUARED: []}
    if q.p == q.p:
        found[P_OF_HETEROGENEITY].append(Candidate(q.method, q.name, q.p))
    for value in heterogeneity(trials, tuple(methods), options.conf):
        if value.name == I_SQUARED and value.value is not None:
            found[I_SQUARED].append(Candidate(value.method or "", f"I^2 {value.note}", value.value))
    document = replace(document, verdicts=judge_all(of_heterogeneity, found))
    if not of_heterogeneity or any(ch.isdigit() for ch in rest):
        claim, _ = read(replace(options, reported=rest), core.MEASURE)
        rows: dict[str, list[Candidate]] = {"estimate": [], "lower": [], "upper": [], "p": []}
        for method in methods.values():
            row, allowed = method.function(trials, options.conf), _attainable(given, method, options.conf)
            for item in rows:
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
