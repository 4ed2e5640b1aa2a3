"""``gvhdcalc cuminc data``: individual patient data with competing events."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Arm, Document
from ..stats import registry
from ..stats.aalen_johansen import DEFAULT_VARIANCE, MEASURE, VARIANCES, Point, curves_of
from ..stats.cox import MEASURE as CAUSE_SPECIFIC
from ..stats.cumulative_incidence import MEASURE as AT_ONE_TIME
from ..stats.cumulative_incidence_comparison import DIFFERENCE, HAZARDS, RATIO, TwoIncidences
from ..stats.fine_gray import MEASURE as SUBDISTRIBUTION
from ..stats.namespace import z_for
from ..stats.registry import Method
from ..stats.restricted_mean_time_lost import DIFFERENCE as LOST_DIFFERENCE
from ..stats.restricted_mean_time_lost import MEASURE as LOST
from ..stats.restricted_mean_time_lost import RATIO as LOST_RATIO
from ..stats.restricted_mean_time_lost import Lost
from ..stats.results import Estimate, TestResult, Value
from . import file_name
from .arms import Counts
from .common import Options, StatCommand, chosen, common_options, fail, finish
from .cuminc_arms import candidate_of
from .patients import Columns, Reading, patient_options, read_patients
from .quantities import Positive
from .steps import plot_options, steps_of, write_steps
from .times import Times

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate
    from ..stats.aalen_johansen import Curve
    from ..stats.patients import Patients

MEASURES = (MEASURE, SUBDISTRIBUTION, DIFFERENCE, RATIO, LOST, LOST_DIFFERENCE, LOST_RATIO)

_OF_ARMS = "two arms: --arm"
_AT_TIME = "the time of the incidence: --at"


@dataclass(slots=True)
class _Results:
    """The results in the order in which they are shown, and the methods that gave them."""

    estimates: list[Estimate]
    tests: list[TestResult]
    values: list[Value]
    methods: list[Method]

    def used(self, method: Method) -> None:
        if method not in self.methods:
            self.methods.append(method)

    def add(self, method: Method, row: Estimate, *case: tuple[str, Any]) -> None:
        self.estimates.append(replace(row, case=case))
        self.used(method)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be shown of the data."""

    at: tuple[float, ...]
    tau: float | None
    rho: float
    cause: int
    options: Options

    def estimators(self, measure: str) -> list[Method]:
        return chosen(registry.estimators(measure), self.options.methods)

    @property
    def variance(self) -> str:
        """The variance of the first method asked for, else the default."""
        variances = (key.partition("-")[0] for key in self.options.methods)
        return next((variance for variance in variances if variance in VARIANCES), DEFAULT_VARIANCE)


def _tests_of(patients: Patients) -> dict[str, Method]:
    """The tests of whole curves; Pepe and Mori's is of two arms."""
    tests = registry.tests(MEASURE)
    return {key: test for key, test in tests.items() if not key.startswith("pepe-mori") or len(patients.arms) == 2}


def _gray(method: Method, patients: Patients, asked: _Asked) -> TestResult:
    if method.key != "gray":
        return method.function(patients, asked.cause)  # type: ignore[no-any-return]
    found: TestResult = method.function(patients, asked.cause, asked.rho)
    return replace(found, name=f"{found.name} (rho {asked.rho:g})") if asked.rho else found


def _with_cause_first(patients: Patients, cause: int) -> Patients:
    """The same patients, a cause as the event of interest."""
    import numpy as np

    if cause == 1:
        return patients
    status = np.where(patients.status == cause, 1, np.where(patients.status == 1, cause, patients.status))
    names = list(patients.causes)
    names[0], names[cause - 1] = names[cause - 1], names[0]
    return replace(patients, status=status, causes=tuple(names))


def _ratios(results: _Results, patients: Patients, asked: _Asked) -> None:
    """Fine and Gray's model, each arm against the control and covariates, with cause-specific Cox models beside it."""
    from ..stats import cox, fine_gray

    labels = [f"{arm} v {patients.arms[-1]}" for arm in patients.arms[:-1]] + list(patients.covariate_names)
    method = registry.estimators(SUBDISTRIBUTION)["fine-gray"]
    try:
        rows = fine_gray.hazard_ratios(fine_gray.fit(patients, asked.cause), asked.options.conf)
    except ValueError as error:
        rows = ()
        results.values.append(Value("subdistribution hazard ratio", None, "", str(error), "fine-gray"))
    for label, row in zip(labels, rows, strict=False):
        named = replace(row, measure=SUBDISTRIBUTION, method=method.key, name=method.name, reference=method.reference)
        results.add(method, named, ("compared", label))
    efron = registry.estimators(CAUSE_SPECIFIC)["efron"]
    for cause, name in enumerate(patients.causes, 1):
        found = cox.hazard_ratios(cox.fit(patients, cause=cause), asked.options.conf)
        for label, row in zip(labels, found, strict=True):
            named = replace(
                row, measure="cause-specific hazard ratio", method=efron.key, name=efron.name, reference=efron.reference
            )
            results.add(efron, named, ("compared", label), ("event", name))


def _at_times(results: _Results, patients: Patients, curves: Sequence[Curve], asked: _Asked) -> None:
    """The incidence of each arm at the times asked, 1 - Kaplan-Meier beside it, and arms compared at one time."""
    conf = asked.options.conf
    for time in asked.at:
        for label, curve in zip(patients.arms, curves, strict=True):
            at_risk = int(curve.numbers_at_risk([time])[0])
            for method in asked.estimators(MEASURE):
                row = method.function(Point(curve, asked.cause, time), conf)
                results.add(method, row, ("arm", label), ("time", time), ("at risk", at_risk))
    if len(patients.causes) > 1:
        for time in asked.at:
            for label, curve in zip(patients.arms, curves, strict=True):
                naive = float(curve.one_minus_kaplan_meier([time], asked.cause)[0][0])
                f = float(curve.at(time, asked.cause))
                case = (("time", time),)
                why = None if naive == naive else "nobody is observed then"
                results.values.append(Value(f"1-KM, {label}", naive, "proportion", why, None, case))
                results.values.append(Value(f"bias, {label}", max(naive - f, 0.0), "proportion", why, None, case))
    several = len(curves) > 2
    for measure in (DIFFERENCE, RATIO):
        for time in asked.at:
            for arms, two in _pairs(patients, curves, time, asked):
                for method in asked.estimators(measure):
                    results.add(method, method.function(two, conf), ("arms", arms), ("time", time))
    for time in asked.at:
        for arms, two in _pairs(patients, curves, time, asked):
            for test in chosen(registry.tests(AT_ONE_TIME), asked.options.methods):
                found = test.function(two)
                name = f"{found.name} ({time:g}; {arms})" if several else f"{found.name} ({time:g})"
                results.tests.append(replace(found, name=name, case=(("arms", arms), ("time", time))))
                results.used(test)


def _pairs(
    patients: Patients, curves: Sequence[Curve], time: float, asked: _Asked
) -> Iterator[tuple[str, TwoIncidences]]:
    """Each arm with the control at one time."""
    control = Point(curves[-1], asked.cause, time).incidence(asked.variance)
    for label, curve in zip(patients.arms[:-1], curves, strict=False):
        own = Point(curve, asked.cause, time).incidence(asked.variance)
        yield f"{label} v {patients.arms[-1]}", TwoIncidences(own, control)


def _lost(results: _Results, patients: Patients, curves: Sequence[Curve], asked: _Asked) -> None:
    """Restricted mean time lost up to tau."""
    if asked.tau is None:
        return
    most = min(curve.last for curve in curves)
    if asked.tau > most:
        fail(f"--tau {asked.tau:g} is after the last observation of an arm: the curves are known up to {most:g}")
    conf, tau = asked.options.conf, asked.tau
    for label, curve in zip(patients.arms, curves, strict=True):
        for method in asked.estimators(LOST):
            results.add(method, method.function(Lost((curve,), asked.cause, tau), conf), ("arm", label), ("tau", tau))
    for measure in (LOST_DIFFERENCE, LOST_RATIO):
        for label, curve in zip(patients.arms[:-1], curves, strict=False):
            for method in asked.estimators(measure):
                row = method.function(Lost((curve, curves[-1]), asked.cause, tau), conf)
                results.add(method, row, ("arms", f"{label} v {patients.arms[-1]}"), ("tau", tau))


def _analysed(patients: Patients, curves: Sequence[Curve], asked: _Asked) -> _Results:
    results = _Results([], [], [], [])
    if len(patients.arms) > 1:
        for test in chosen(_tests_of(patients), asked.options.methods):
            results.tests.append(_gray(test, patients, asked))
            results.used(test)
    if len(patients.arms) > 1 or patients.covariate_names:
        _ratios(results, patients, asked)
    _at_times(results, patients, curves, asked)
    _lost(results, patients, curves, asked)
    return results


def _candidates(patients: Patients, curves: Sequence[Curve], asked: _Asked) -> dict[str, list[Candidate]]:
    """What the data give by every method, under the items of a claim."""
    conf = asked.options.conf
    found: dict[str, list[Candidate]] = {}

    def add(item: str, method: Method, value: float | None) -> None:
        if value is not None and value == value:
            found.setdefault(item, []).append(candidate_of(method, float(value), None))

    if len(patients.arms) > 1:
        for test in _tests_of(patients).values():
            add("p", test, _gray(test, patients, asked).p)
    if len(patients.arms) == 2:
        own = _with_cause_first(patients, asked.cause)
        ratios = (*registry.estimators(SUBDISTRIBUTION).values(), *registry.estimators(CAUSE_SPECIFIC).values())
        for method in ratios:
            if not method.slow:
                row = method.function(own, conf)
                for item in ("estimate", "lower", "upper", "p"):
                    add(item, method, getattr(row, item))
    for number, curve in enumerate(curves, 1):
        tail = f" {number}" if len(curves) > 1 else ""
        for time in asked.at:
            for method in registry.estimators(MEASURE).values():
                row = method.function(Point(curve, asked.cause, time), conf)
                add(f"percent{tail}", method, row.estimate)
                add(f"lower{tail}", method, row.lower)
                add(f"upper{tail}", method, row.upper)
                if not tail:
                    add("estimate", method, row.estimate)
    if len(patients.arms) == 2:
        for time in asked.at:
            two = TwoIncidences(*(Point(curve, asked.cause, time).incidence(asked.variance) for curve in curves))
            for test in registry.tests(AT_ONE_TIME).values():
                add("p", test, test.function(two).p)
            for method in registry.estimators(HAZARDS).values():
                row = method.function(two, conf)
                for item in ("estimate", "lower", "upper"):
                    add(item, method, getattr(row, item))
    return found


def _answer(file: str, reading: Reading, asked: _Asked, plot: bool, plot_file: str | None) -> int:
    patients = reading.patients
    options = asked.options
    if asked.cause > len(patients.causes):
        known = ", ".join(f"{number} {name}" for number, name in enumerate(patients.causes, 1))
        fail(f"--cause {asked.cause} is not there: the events are {known}")
    claim: Claim | None = None
    if options.reported is not None:
        from .reported import read

        claim, options = read(options, "subdistribution hazard ratio")
        asked = replace(asked, options=options)
    curves = curves_of(patients)
    cause = patients.causes[asked.cause - 1]
    counts = [Counts(int((curve.status == asked.cause).sum()), curve.size) for curve in curves]
    results = _analysed(patients, curves, asked)
    name = file_name(file)
    warnings = list(reading.warnings())
    if len(patients.causes) == 1:
        warnings.append("there are no competing events: the incidence is 1 - Kaplan-Meier (see hr data)")
    drawn = None
    if plot or plot_file is not None:
        drawn = steps_of(patients.arms, curves, asked.cause, f"cumulative incidence of {cause}")
        write_steps(drawn, plot_file, name)
    document = Document(
        command="cuminc data",
        inputs={
            "file": file, **reading.inputs, "cause": asked.cause, "at": list(asked.at), "tau": asked.tau,
            "rho": asked.rho, "conf": options.conf,
        },
        title=f"{name}: {len(patients)} patients, {sum(count.events for count in counts)} with {cause}",
        arms=tuple(Arm(label, *count) for label, count in zip(patients.arms, counts, strict=True)),
        facts=(*reading.facts, ("Incidence", f"of {cause}, Aalen-Johansen")),
        estimates=tuple(results.estimates),
        tests=tuple(results.tests),
        values=tuple(results.values),
        warnings=tuple(warnings),
        steps=drawn if plot else None,
        explained={"z": z_for(options.conf)},
    )  # fmt: skip
    if claim is not None:
        from .reported import judged

        needs = dict.fromkeys(("estimate", "lower", "upper", "p"), _OF_ARMS)
        needs |= dict.fromkeys(("percent", "percent 1", "percent 2"), _AT_TIME)
        candidates = _candidates(patients, curves, asked)
        shown = counts if len(counts) > 1 else ()
        document = judged(document, claim, candidates, shown, "", options, needs)
    return finish(document, options, results.methods)


@click.command(
    "data",
    cls=StatCommand,
    measures=MEASURES,
    no_args_is_help=True,
    examples=(
        (
            "two arms at 1 and 3 years: incidence, Gray, Fine-Gray, cause-specific ratios",
            "gvhdcalc cuminc data examples/transplant.csv --time years --event event --event-code relapse "
            "--competing-code death --censor-code censored --arm arm --at 1,3",
        ),
        (
            "time lost to relapse in the first 3 years, and a plot",
            "gvhdcalc cuminc data examples/transplant.csv --time years --event event --event-code relapse "
            "--competing-code death --censor-code censored --arm arm --tau 3 --plot",
        ),
        (
            "does what the paper prints follow, and by which method?",
            "gvhdcalc cuminc data examples/transplant.csv --time years --event event --event-code relapse "
            "--competing-code death --censor-code censored --arm arm --at 3 --reported 'P = 0.86'",
        ),
    ),
)
@click.argument("file", metavar="FILE")
@patient_options(competing=True)
@click.option("--cause", type=click.IntRange(1), default=1, help="Which event: 1 that of --event-code, 2 the next ...")
@click.option("--at", type=Times(), default=(), metavar="TIMES", help="Incidence at these times: 12,24.")
@click.option("--tau", type=Positive("tau"), metavar="TIME", help="Restricted mean time lost up to this time.")
@click.option("--rho", type=float, default=0.0, metavar="R", help="Weight (1-F)^rho of Gray's test; default 0.")
@plot_options
@common_options(*MEASURES, plot=False)
def command(
    file: str,
    columns: Columns,
    cause: int,
    at: tuple[float, ...],
    tau: float | None,
    rho: float,
    plotted: bool,
    plot_file: str | None,
    options: Options,
) -> int:
    """Individual patient data with competing events: a row for each patient.

    FILE is CSV, TSV or plain text with a header line ("-" is standard input); options name its columns. The
    Aalen-Johansen cumulative incidence by arm at the times of --at, with 1 - Kaplan-Meier and its bias beside it;
    Gray's test; the subdistribution hazard ratio (Fine-Gray) with the cause-specific ones beside it; restricted mean
    time lost up to --tau. A method is a variance and a scale: aalen-log-log-f is cmprsk's variance as tidycmprsk shows
    it. Rows that cannot be used are reported by line number on standard error and left out.
    """
    if not math.isfinite(rho):
        fail(f"--rho {rho} is not a number")
    reading = read_patients(file, columns, "cuminc data", competing=True)
    return _answer(file, reading, _Asked(at, tau, rho, cause, options), plotted, plot_file)
