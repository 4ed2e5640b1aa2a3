"""``gvhdcalc hr data``: individual patient data: curves, medians, tests, hazard ratios and restricted means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from ..report import numbers
from ..report.document import Arm, Document
from ..stats import registry
from ..stats.cox import MEASURE as HAZARD_RATIO
from ..stats.cox import PROPORTIONAL
from ..stats.hazard_ratio import MEASURE as PRINTED
from ..stats.kaplan_meier import MEASURE as SURVIVAL
from ..stats.kaplan_meier import kaplan_meier
from ..stats.logrank import MEASURE as CURVES
from ..stats.logrank import observed_expected
from ..stats.median_time import MEASURE as MEDIAN
from ..stats.median_time import quantile
from ..stats.namespace import z_for
from ..stats.rate import MEASURE as RATE
from ..stats.rate import OneRate
from ..stats.rate_ratio import MEASURE as RATE_RATIO
from ..stats.registry import Method
from ..stats.restricted_mean import DIFFERENCE as MEAN_DIFFERENCE
from ..stats.restricted_mean import LOST_RATIO, TwoRestrictedMeans, largest_tau, restricted_mean
from ..stats.restricted_mean import MEASURE as MEAN
from ..stats.restricted_mean import RATIO as MEAN_RATIO
from ..stats.results import Estimate, TestResult, Value
from ..stats.survival_difference import MEASURE as DIFFERENCE
from ..stats.survival_difference import TwoSurvivals
from ..stats.two_rates import TwoRates
from . import file_name
from .arms import Counts
from .common import Options, StatCommand, chosen, common_options, fail, finish
from .patients import Columns, Reading, patient_options, read_patients
from .quantities import Positive
from .steps import plot_options, survival_steps_of, write_steps
from .times import Times

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate
    from ..stats.cox_likelihood import Ties
    from ..stats.kaplan_meier import Curve
    from ..stats.patients import Patients

MEASURES = (
    HAZARD_RATIO,
    CURVES,
    PROPORTIONAL,
    SURVIVAL,
    DIFFERENCE,
    MEDIAN,
    MEAN,
    MEAN_DIFFERENCE,
    MEAN_RATIO,
    LOST_RATIO,
)

#: The times that --quantile asks for, methods as those of the median.
QUANTILE = "time to a fraction"

#: Patients beyond which a slow method is not searched unless it is named.
SLOW = 2000

#: Tau as large as both curves are known.
LARGEST = math.inf


class Shares(click.ParamType[tuple[float, ...]]):
    """Fractions separated by commas: 25,75, 25%,75% or 0.25,0.75."""

    name = "fractions"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        found = []
        for part in str(value).split(","):
            try:
                share = float(part.strip().removesuffix("%"))
            except ValueError:
                share = math.nan
            percent = part.strip().endswith("%")
            if share == 1 and not percent:
                self.fail(f"{part.strip()!r} may be 1% or all; write 1%", param, ctx)
            share = share / 100 if percent or share > 1 else share
            if not 0 < share < 1:
                self.fail(f"{part.strip()!r} is not between 0 and 100%; write 25,75 or 0.25,0.75", param, ctx)
            found.append(share)
        return tuple(dict.fromkeys(found))


class Tau(Positive):
    """A time, or "max": the largest to which both curves are known."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        return LARGEST if str(value).strip().lower() == "max" else super().convert(value, param, ctx)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be shown of the data, beside the columns."""

    at: tuple[float, ...]
    tau: float | None
    rates: bool
    rho: float
    gamma: float
    options: Options
    quantiles: tuple[float, ...] = ()
    ties: str | None = None
    robust: bool = False

    @property
    def ratios(self) -> tuple[str, ...]:
        """The keys that choose the methods of the hazard ratio: --method, or the model of --ties and --robust."""
        model = (*((self.ties,) if self.ties else ()), *(("robust",) if self.robust else ()))
        return self.options.methods + model


@dataclass(slots=True)
class Results:
    """What the data give: the results in the order in which they are shown, and the methods that gave them."""

    estimates: list[Estimate]
    tests: list[TestResult]
    methods: list[Method]
    values: list[Value]

    def add(self, methods: Iterable[Method], given: Any, conf: float, *case: tuple[str, Any]) -> None:
        """The estimates by some methods of one case."""
        for method in methods:
            self.estimates.append(replace(method.function(given, conf), case=case))
            self.used(method)

    def used(self, method: Method) -> None:
        if method not in self.methods:
            self.methods.append(method)


def _shown(measure: str, options: Options) -> list[Method]:
    return chosen(registry.estimators(measure), options.methods)


def _tests_of(patients: Patients) -> dict[str, Method]:
    """The tests of the curves; that of trend is the log-rank test where there are two arms."""
    tests = registry.tests(CURVES)
    return {key: test for key, test in tests.items() if key != "log-rank-trend" or len(patients.arms) > 2}


def _tested(method: Method, patients: Patients, asked: Asked) -> TestResult:
    """A test, under a name that says what is tested; Fleming and Harrington's with its weights."""
    found: TestResult
    if method.key == "fleming-harrington":
        found = method.function(patients, asked.rho, asked.gamma)
        return replace(found, name=f"{found.name} ({asked.rho:g}, {asked.gamma:g})")
    found = method.function(patients)
    return replace(found, name=f"proportional hazards ({found.name})") if method.measure == PROPORTIONAL else found


def _arm_first(patients: Patients, index: int) -> Patients:
    """The same patients, with another arm as the first."""
    import numpy as np

    order = [index, *(other for other in range(len(patients.arms)) if other != index)]
    places = np.argsort(order)
    return replace(patients, arm=places[patients.arm], arms=tuple(patients.arms[old] for old in order))


#: The methods of a hazard ratio that are Cox's model, and how each treats ties.
_COX: dict[str, Ties] = {"efron": "efron", "breslow": "breslow", "exact": "exact", "robust": "efron"}


def _hazard_ratios(results: Results, patients: Patients, asked: Asked) -> None:
    """Each arm against the control, and the covariates of Cox's model."""
    methods, conf = chosen(registry.estimators(HAZARD_RATIO), asked.ratios), asked.options.conf
    control = patients.arms[-1]
    for index, label in enumerate(patients.arms[:-1]):
        results.add(methods, _arm_first(patients, index), conf, ("arms", f"{label} v {control}"))
    if not patients.covariate_names:
        return
    import numpy as np

    from ..stats.cox import fit, hazard_ratios, robust_covariance

    for method in methods:
        if method.key in _COX:
            try:
                found = fit(patients, _COX[method.key])
            except ValueError as error:
                if asked.ties == "exact" or method.key in asked.options.methods:
                    fail(str(error))
                continue
            with np.errstate(all="ignore"):  # a coefficient without end
                wide = robust_covariance(found, patients.cluster) if method.key == "robust" else None
                rows = hazard_ratios(found, conf, wide)[len(patients.arms) - 1 :]
            for name, row in zip(patients.covariate_names, rows, strict=True):
                of_model = replace(row, measure=method.measure, method=method.key, name=method.name)
                named = replace(of_model, reference=method.reference, case=(("covariate", name),))
                results.estimates.append(named)
            results.used(method)


def _survival(results: Results, patients: Patients, curves: Sequence[Curve], asked: Asked) -> None:
    """Medians, and survival and its difference at the times asked."""
    conf = asked.options.conf
    for label, curve in zip(patients.arms, curves, strict=True):
        results.add(_shown(MEDIAN, asked.options), curve, conf, ("arm", label))
    for share in asked.quantiles:
        for label, curve in zip(patients.arms, curves, strict=True):
            for method in _shown(MEDIAN, asked.options):
                found = replace(quantile(curve, share, conf, method.key), measure=QUANTILE, method=method.key)
                row = replace(found, name=method.name, reference=method.reference)
                results.estimates.append(replace(row, case=(("arm", label), ("fraction", share))))
    for time in asked.at:
        for label, curve in zip(patients.arms, curves, strict=True):
            case = (("arm", label), ("time", time), ("at risk", curve.at_risk_at(time)))
            results.add(_shown(SURVIVAL, asked.options), curve.at(time), conf, *case)
    for time in asked.at:
        for label, curve in zip(patients.arms[:-1], curves, strict=False):
            two = TwoSurvivals(curve.at(time), curves[-1].at(time))
            arms = f"{label} v {patients.arms[-1]}"
            results.add(_shown(DIFFERENCE, asked.options), two, conf, ("arms", arms), ("time", time))
            for method in chosen(registry.tests(DIFFERENCE), asked.options.methods):
                found = method.function(two)
                name = found.name.replace("at the time", f"at {time:g}")
                name = name if len(curves) == 2 else f"{name} ({arms})"
                results.tests.append(replace(found, name=name, case=(("arms", arms), ("time", time))))
                results.used(method)


def _means(results: Results, patients: Patients, curves: Sequence[Curve], asked: Asked) -> None:
    """Restricted means up to tau, and those of each arm against the control."""
    if asked.tau is None:
        return
    most = largest_tau(*curves)
    tau = most if asked.tau == LARGEST else asked.tau
    if tau > most:
        fail(f"--tau {tau:g} is after the last observation: the curves are known up to {most:g} (--tau max)")
    conf = asked.options.conf
    means = [restricted_mean(curve, tau) for curve in curves]
    for label, mean in zip(patients.arms, means, strict=True):
        results.add(_shown(MEAN, asked.options), mean, conf, ("arm", label), ("tau", tau))
    for measure in (MEAN_DIFFERENCE, MEAN_RATIO, LOST_RATIO):
        for label, mean in zip(patients.arms[:-1], means, strict=False):
            two = TwoRestrictedMeans(mean, means[-1])
            arms = f"{label} v {patients.arms[-1]}"
            results.add(_shown(measure, asked.options), two, conf, ("arms", arms), ("tau", tau))


def _rates(results: Results, patients: Patients, asked: Asked) -> None:
    """Events over person-time of each arm, and their ratio to the control's."""
    if not asked.rates:
        return
    conf = asked.options.conf
    observed = patients.time if patients.entry is None else patients.time - patients.entry
    events = [int(patients.event[patients.arm == index].sum()) for index in range(len(patients.arms))]
    times = [float(observed[patients.arm == index].sum()) for index in range(len(patients.arms))]
    if min(times) == 0:
        fail("--rates: an arm has no person-time, as all its times are 0")
    for label, count, time in zip(patients.arms, events, times, strict=True):
        case = (("arm", label), ("events", count), ("person-time", time))
        results.add(chosen(registry.estimators(RATE), ()), OneRate(count, time), conf, *case)
    for label, count, time in list(zip(patients.arms, events, times, strict=True))[:-1]:
        two = TwoRates(count, time, events[-1], times[-1])
        arms = f"{label} v {patients.arms[-1]}"
        results.add(chosen(registry.estimators(RATE_RATIO), ()), two, conf, ("arms", arms))


def _analysed(patients: Patients, curves: Sequence[Curve], asked: Asked) -> Results:
    results = Results([], [], [], [])
    keys = asked.options.methods
    several = len(patients.arms) > 1
    tests = chosen(_tests_of(patients), keys) if several else []
    if several or patients.covariate_names:
        _hazard_ratios(results, patients, asked)
        tests = tests + chosen(registry.tests(HAZARD_RATIO), keys) + chosen(registry.tests(PROPORTIONAL), keys)
    for method in tests:
        results.tests.append(_tested(method, patients, asked))
        results.used(method)
    _survival(results, patients, curves, asked)
    _means(results, patients, curves, asked)
    _rates(results, patients, asked)
    return results


# --- what is printed --------------------------------------------------------------------------------------------------


def _candidate(method: Method, value: float) -> Candidate:
    from ..reported.match import Candidate

    return Candidate(method.key, method.name, value, None, method.software)


def _candidates(patients: Patients, curves: Sequence[Curve], asked: Asked, claim: Claim) -> dict[str, list[Candidate]]:
    """What the data give by every method (by those asked for, where some are), under the items of a claim."""
    from ..reported.claim import ArmText

    conf, keys = asked.options.conf, asked.options.methods

    def searched(methods: dict[str, Method]) -> list[Method]:
        return [method for key, method in methods.items() if key in keys] or list(methods.values())

    found: dict[str, list[Candidate]] = {}

    def add(item: str, method: Method, value: float | None) -> None:
        if value is not None:
            found.setdefault(item, []).append(_candidate(method, value))

    one = len(claim.arms) == 1  # which of several arms is meant is not said: any may be
    own_limits = claim.lower is not None or claim.upper is not None
    if len(patients.arms) > 1:
        for method in searched(_tests_of(patients)):
            add("p", method, _tested(method, patients, asked).p)
    if len(patients.arms) == 2:
        for method in searched(registry.estimators(HAZARD_RATIO)):
            if method.slow and method.key not in keys and len(patients) > SLOW:
                continue
            row = method.function(patients, conf)
            for item in ("estimate", "p") if one and not own_limits else ("estimate", "lower", "upper", "p"):
                add(item, method, getattr(row, item))
        for test in searched(registry.tests(HAZARD_RATIO)):
            add("p", test, test.function(patients).p)
    for number, curve in enumerate(curves, start=1):
        tail = "" if one or len(curves) == 1 else f" {number}"
        limit_tail = " 1" if own_limits and not tail else tail
        said = claim.arms[0 if one else number - 1] if one or number <= len(claim.arms) else ArmText()
        for method in searched(registry.estimators(MEDIAN)):
            row = method.function(curve, conf)
            add(f"median{tail}", method, row.estimate)
            if said.median is not None:
                add(f"lower{limit_tail}", method, row.lower)
                add(f"upper{limit_tail}", method, row.upper)
        for time in asked.at:
            for method in searched(registry.estimators(SURVIVAL)):
                row = method.function(curve.at(time), conf)
                add(f"percent{tail}", method, row.estimate)
                if said.median is None:
                    add(f"lower{limit_tail}", method, row.lower)
                    add(f"upper{limit_tail}", method, row.upper)
        share = curve.total_events / curve.patients
        if not asked.at and said.events is None and said.percent is not None and not said.percent.holds(share):
            found[f"percent{tail}"] = []  # no share of patients with the event, so survival at a time not said
    for number in range(2, 6):
        found[f"p {number}"] = found.get("p", [])
    return found


#: The parts of a model, as they are said.
_MODEL = {
    "covariates": "hazard ratio adjusted for",
    "strata": "stratified by",
    "entry": "observed from",
    "cluster": "clusters by",
}

_NOT_PROPORTIONAL = (
    "the hazard ratio changes with time (proportional hazards: P {}): one ratio is an average; "
    "restricted means (--tau) need no such assumption"
)

# --- the command ------------------------------------------------------------------------------------------------------


def _explained(patients: Patients, asked: Asked) -> dict[str, float]:
    """The letters of the formulas: O, E, U and V of the log-rank test of two arms, and z."""
    letters = {"z": z_for(asked.options.conf)}
    if len(patients.arms) == 2:
        found = observed_expected(patients)
        letters |= {"O1": float(found.observed[0]), "E1": float(found.expected[0])}
        letters |= {"O0": float(found.observed[1]), "E0": float(found.expected[1])}
        letters["V"] = float(found.covariance[0, 0])
    return letters


def _model(inputs: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the comparison of arms is adjusted for."""
    parts = [
        f"{word} {', '.join(inputs[name]) if isinstance(inputs[name], list) else inputs[name]}"
        for name, word in _MODEL.items()
        if name in inputs
    ]
    return (("Model", "; ".join(parts)),) if parts else ()


def _information(patients: Patients) -> list[Value]:
    """O, E and V of the log-rank test."""
    if len(patients.arms) < 2:
        return []
    found = observed_expected(patients)
    rows = []
    for label, observed, expected in zip(patients.arms, found.observed, found.expected, strict=True):
        rows.append(Value(f"O, {label}", float(observed), "events", None, "log-rank"))
        rows.append(Value(f"E, {label}", float(expected), "events", None, "log-rank"))
    if len(patients.arms) == 2:
        rows.append(Value("O-E", float(found.score[0]), "events", None, "log-rank"))
        rows.append(Value("V", float(found.covariance[0, 0]), "", None, "log-rank"))
    return rows


def _answer(file: str, reading: Reading, asked: Asked, plotted: bool, plot_file: str | None) -> int:
    patients = reading.patients
    options = asked.options
    claim = None
    if options.reported is not None:
        from .reported import read

        claim, options = read(options, PRINTED)
        asked = replace(asked, options=options)
    arms = [patients.of_arm(index) for index in range(len(patients.arms))]
    curves = [kaplan_meier(arm.time, arm.event, arm.entry) for arm in arms]
    counts = [Counts(curve.total_events, curve.patients) for curve in curves]
    results = _analysed(patients, curves, asked)
    events = sum(count.events for count in counts)
    name = file_name(file)
    warnings = list(reading.warnings())
    zero = int((patients.time == 0).sum())
    if zero:
        who = "1 patient has" if zero == 1 else f"{zero} patients have"
        warnings.append(f"{who} a time of 0: at risk at 0 and not after it")
    if len(patients.causes) > 1:
        warnings.append("competing events are censored here: 1 - survival overstates the incidence; see cuminc data")
    for test in results.tests:
        if test.method in registry.tests(PROPORTIONAL) and test.p < 0.05:
            p = numbers.p_value(test.p)
            warnings.append(_NOT_PROPORTIONAL.format(p))
            break
    drawn = None
    if plotted or plot_file is not None:
        drawn = survival_steps_of(patients.arms, curves)
        write_steps(drawn, plot_file, name)
    document = Document(
        command="hr",
        inputs={
            "route": "data",
            "file": file,
            **reading.inputs,
            "at": list(asked.at),
            "quantiles": list(asked.quantiles),
            "tau": None if asked.tau is None else "max" if asked.tau == LARGEST else asked.tau,
            "conf": options.conf,
        },
        title=f"{name}: {len(patients)} patients, {events} events",
        arms=tuple(Arm(label, *count) for label, count in zip(patients.arms, counts, strict=True)),
        facts=(*reading.facts, *_model(reading.inputs)),
        estimates=tuple(results.estimates),
        tests=tuple(results.tests),
        values=tuple(_information(patients)) if options.explain or options.form not in ("rich", "plain") else (),
        warnings=tuple(warnings),
        steps=drawn if plotted else None,
        explained=_explained(patients, asked) if options.explain else {},
    )
    if claim is not None:
        from .reported import judged

        needs = {
            "percent 1": "the time of the survival: --at",
            "percent 2": "the time of the survival: --at",
            "percent": "the time of the survival: --at",
            "estimate": "two arms: --arm",
            "lower": "two arms: --arm",
            "upper": "two arms: --arm",
            "p": "two arms: --arm",
        }
        candidates = _candidates(patients, curves, asked, claim)
        document = judged(document, claim, candidates, counts if len(counts) > 1 else (), PRINTED, options, needs)
    return finish(document, options, results.methods)


@click.command(
    "data",
    cls=StatCommand,
    measures=MEASURES,
    no_args_is_help=True,
    examples=(
        (
            "two arms: log-rank test, hazard ratio, medians, survival at 90 and 180 days",
            "gvhdcalc hr data examples/veteran.csv --time time --event status --arm arm --at 90,180",
        ),
        (
            "restricted means to a year; tests and hazard ratio stratified by cell type",
            "gvhdcalc hr data examples/veteran.csv --time time --event status --arm arm --strata celltype --tau 365",
        ),
        (
            "does what the paper prints follow, and by which method?",
            "gvhdcalc hr data examples/veteran.csv --time time --event status --arm arm --reported 'P=0.93'",
        ),
        (
            "the curves, with the numbers at risk",
            "gvhdcalc hr data examples/veteran.csv --time time --event status --arm arm --plot",
        ),
        (
            "the codes of arms and events said; every method",
            "gvhdcalc hr data examples/veteran.csv --time time --event status --event-code dead --arm arm "
            "--control standard --method all",
        ),
    ),
)
@click.argument("file", metavar="FILE")
@patient_options()
@click.option("--at", type=Times(), default=(), metavar="TIMES", help="Survival at these times: 12,24.")
@click.option("--tau", type=Tau("tau"), metavar="TIME", help="Restricted means up to this time, or max.")
@click.option(
    "--quantile", "quantiles", type=Shares(), default=(), metavar="LIST", help="Times by which 25,75% have the event."
)
@click.option("--rates", is_flag=True, help="Events over person-time, and the ratio of the rates.")
@click.option("--ties", type=click.Choice(["efron", "breslow", "exact"]), help="Ties in Cox's model (default efron).")
@click.option("--robust", is_flag=True, help="Cox's model with the robust variance; by cluster where there are any.")
@click.option("--rho", type=float, default=1.0, metavar="R", help="Fleming-Harrington weights S^rho (1-S)^gamma: rho.")
@click.option("--gamma", type=float, default=0.0, metavar="G", help="Their gamma (default rho 1, gamma 0).")
@plot_options
@common_options(*MEASURES, plot=False)
def command(
    file: str,
    columns: Columns,
    at: tuple[float, ...],
    tau: float | None,
    quantiles: tuple[float, ...],
    rates: bool,
    ties: str | None,
    robust: bool,
    rho: float,
    gamma: float,
    plotted: bool,
    plot_file: str | None,
    options: Options,
) -> int:
    """Individual patient data, a row for each patient: everything that a survival analysis reports.

    FILE is CSV, TSV or plain text with a header line ("-" is standard input); options name its columns. Kaplan-Meier
    survival by arm at the times of --at, medians, the log-rank test and its relatives (--method all), the hazard ratio
    of each arm against the control by Cox's model (with --covariates, --strata, --entry) and the test of proportional
    hazards, restricted means up to --tau. Rows that cannot be used are reported by line number on standard error and
    left out. A competing event (--competing-code) censors here; see cuminc data.
    """
    for name, value in (("rho", rho), ("gamma", gamma)):
        if not 0 <= value < math.inf:
            fail(f"--{name} {value:g} is not a number from 0 up")
    robust = robust or columns.cluster is not None
    if robust and ties not in (None, "efron"):
        fail(f"--robust and --cluster go with Efron's ties, not with --ties {ties}")
    reading = read_patients(file, columns, "hr data")
    asked = Asked(at, tau, rates, rho, gamma, options, quantiles, None if robust else ties, robust)
    return _answer(file, reading, asked, plotted, plot_file)
