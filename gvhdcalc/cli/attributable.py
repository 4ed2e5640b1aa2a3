"""``gvhdcalc attributable``: relative risk reduction, attributable and prevented fractions, attributable risk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ..report.document import Arm as ArmRow
from ..report.document import Document
from ..stats import registry
from ..stats.registry import Method
from ..stats.results import Estimate
from ..stats.two_by_two import TwoByTwo
from .arms import Counts
from .common import ALL, Options, StatCommand, chosen, common_options, fail, finish
from .quantities import Fraction
from .two_arms import both, control, letters, tables_in_columns, treatment

if TYPE_CHECKING:
    from ..reported.claim import Claim
    from ..reported.match import Candidate

#: The measures by what --measure calls them, in the order of the table.
MEASURES = {
    "ar": "attributable risk",
    "rrr": "relative risk reduction",
    "rri": "relative risk increase",
    "afe": "attributable fraction (exposed)",
    "pfe": "prevented fraction (exposed)",
    "par": "population attributable risk",
    "paf": "population attributable fraction",
    "ppf": "population prevented fraction",
}

#: What is shown unasked, where more of the exposed have the event and where fewer have.
_UP, _DOWN = ("ar", "rri", "afe", "par", "paf"), ("ar", "rrr", "pfe", "par", "ppf")

#: Measures that a case-control study has; the others need risks.
_OF_CASES = ("afe", "pfe", "paf", "ppf")
_OF_CASES_KEYS = frozenset(("woolf", "conditional-exact", "walter-case-control", "levin-case-control"))
_KNOWN_SHARE = frozenset(("levin", "levin-case-control"))


def _methods(measure: str, case_control: bool, share: float | None) -> dict[str, Method]:
    """The methods of a measure for this design, and for a share of the exposed from elsewhere where one is given."""
    of_population = measure in (MEASURES["paf"], MEASURES["ppf"])
    return {
        key: method
        for key, method in registry.estimators(measure).items()
        if (key in _OF_CASES_KEYS) == case_control and (share is None or not of_population or key in _KNOWN_SHARE)
    }


def _call(method: Method, table: TwoByTwo, conf: float, share: float | None) -> Estimate:
    row: Estimate = (
        method.function(table, conf, share) if method.key in _KNOWN_SHARE else method.function(table, conf)
    )
    return row


def _batch(asked: tuple[str, ...], case_control: bool, share: float | None, options: Options) -> int:
    """A file of tables: one measure, as each method has its columns once."""
    from .batch import run

    if len(asked) != 1 or asked[0] == ALL:
        example = "paf" if case_control else "rrr"
        fail(f"--batch writes one measure, as --measure {example}; one of {', '.join(MEASURES)}")
    (key,) = asked
    if case_control and key not in _OF_CASES:
        fail(f"a case-control study has no risks; here one of {', '.join(_OF_CASES)}")
    if share is not None and key == "par":
        fail("measure par takes the share of the exposed from the table: leave out --exposed-share")
    methods = _methods(MEASURES[key], case_control, share)
    for method in options.methods:
        _not_applicable(method, methods, case_control, share)
    more: dict[str, Any] = {} if share is None or key not in ("paf", "ppf") else {"exposed_share": share}
    estimators = chosen(methods, options.methods) or list(methods.values())
    return run(tables_in_columns(), "attributable", estimators, [], options, **more)


def _percentages(claim: Claim) -> Claim:
    """The claim as one of fractions: a lone percentage is the estimate; 16.7 (0.5 to 30.2) can only be percent."""
    if claim.estimate is None and len(claim.arms) == 1 and claim.arms[0].events is None:
        (arm,) = claim.arms
        lower, upper = claim.lower or arm.lower, claim.upper or arm.upper
        conf = claim.conf if arm.conf is None else arm.conf
        claim = replace(claim, estimate=arm.percent, lower=lower, upper=upper, conf=conf, arms=())
    figures = [figure for figure in (claim.estimate, claim.lower, claim.upper) if figure is not None]
    if any(figure.percent for figure in figures) or not any(abs(figure.value) > 1 for figure in figures):
        return claim
    estimate, lower, upper = (x and x.as_percent() for x in (claim.estimate, claim.lower, claim.upper))
    return replace(claim, estimate=estimate, lower=lower, upper=upper)


def _candidates(rows: Iterable[tuple[Method, Estimate]]) -> dict[str, list[Candidate]]:
    from ..reported.match import Candidate

    found: dict[str, list[Candidate]] = {}
    for method, row in rows:
        for item in ("estimate", "lower", "upper", "p"):
            value = getattr(row, item)
            if value is not None:
                name = f"{row.measure}, {row.name}"
                found.setdefault(item, []).append(Candidate(row.method, name, value, (value, value), method.software))
    return found


def _not_applicable(key: str, applicable: Iterable[str], case_control: bool, share: float | None) -> None:
    """End with a message on a method that is for another design."""
    if key == ALL or key in applicable:
        return
    if (key in _OF_CASES_KEYS) != case_control:
        design = "case-control studies: add" if key in _OF_CASES_KEYS else "risks, which they do not have: leave out"
        fail(f"method {key!r} is for {design} --case-control")
    if share is not None:
        fail(f"method {key!r} takes the share of the exposed from the table: leave out --exposed-share, or use levin")
    fail(f"method {key!r} gives none of the measures asked for; here one of {', '.join(sorted(applicable))}, all")


@click.command(
    "attributable",
    cls=StatCommand,
    measures=tuple(MEASURES.values()),
    no_args_is_help=True,
    examples=(
        ("fewer infections, 65 of 99 against 78 of 99", "gvhdcalc attributable 65/99 78/99"),
        ("a cohort: 12 of 67 exposed are cases, 16 of 141 unexposed", "gvhdcalc attributable 12/67 16/141"),
        ("30% of the population are exposed", "gvhdcalc attributable 12/67 16/141 --exposed-share 30%"),
        ("12 cases and 55 controls exposed", "gvhdcalc attributable 12:55 16:125 --case-control"),
        (
            "does what the paper prints follow?",
            "gvhdcalc attributable 65/99 78/99 --reported 'RRR 16.7% (95% CI 0.7 to 30.1)'",
        ),
        ("a file of tables, one measure", "gvhdcalc attributable --batch trials.csv --measure rrr"),
    ),
)
@treatment
@control
@click.option(
    "--measure",
    "asked",
    type=click.Choice((*MEASURES, ALL)),
    multiple=True,
    help="Measure to show (repeatable), or all; without it those of the direction of the effect.",
)
@click.option(
    "--exposed-share",
    type=Fraction("share of the exposed", one=True),
    metavar="SHARE",
    help="The exposed among the population, from elsewhere: 30%.",
)
@click.option("--case-control", is_flag=True, help="The table is of cases and controls: ratios are odds ratios.")
@common_options(*MEASURES.values(), plot=False, batch=True)
def command(
    treatment: Counts | None,
    control: Counts | None,
    asked: tuple[str, ...],
    exposed_share: float | None,
    case_control: bool,
    options: Options,
) -> int:
    """Relative risk reduction, attributable and prevented fractions, attributable risk, from two arms.

    TREATMENT (or exposed) comes first, CONTROL (or unexposed) second, each EVENTS/TOTAL, EVENTS:NON-EVENTS or
    PERCENT/TOTAL; of a case-control study CASES:CONTROLS. Where more of the exposed have the event, the relative risk
    increase (rri) and the fractions attributable (afe of the exposed, paf of the population) are shown; where fewer
    have, the relative risk reduction (rrr, vaccine efficacy) and the fractions prevented (pfe, ppf); and the
    attributable risk of the exposed (ar) and of the population (par). The population is the table's own, its exposed
    the share n1/N, or as --exposed-share says. --reported searches all measures and methods.
    """
    if options.batch is not None:
        if treatment is not None or control is not None:
            fail("--batch reads the arms from its file: give no arms beside it")
        return _batch(asked, case_control, exposed_share, options)
    one, two = both(treatment, control)
    table = TwoByTwo.from_totals(one.events, one.total, two.events, two.total)
    more = table.a * table.n0 >= table.c * table.n1 if not case_control else table.a * table.d >= table.b * table.c
    keys = MEASURES if ALL in asked else [key for key in MEASURES if key in (asked or (_UP if more else _DOWN))]
    possible = [key for key in MEASURES if not case_control or key in _OF_CASES]
    possible = [key for key in possible if exposed_share is None or key != "par"]
    shown = [key for key in keys if key in possible]
    if not shown:
        reason = "a case-control study has no risks" if case_control else "it has the share of the table only"
        fail(f"no measure asked for can be given: {reason}; here {', '.join(possible)}")
    methods = {key: _methods(MEASURES[key], case_control, exposed_share) for key in possible}
    for key in options.methods:
        _not_applicable(key, {k for name in shown for k in methods[name]}, case_control, exposed_share)

    claim = None
    if options.reported is not None:
        from ..reported.reader import read_reported

        try:
            claim = _percentages(read_reported(options.reported, MEASURES[shown[-1]]))
        except ValueError as error:
            fail(str(error))
        if claim.conf is not None and not options.conf_given:
            options = replace(options, conf=claim.conf)
    conf = options.conf
    selected: list[Method] = []
    for key in shown:
        own = methods[key]
        wanted = [m for k, m in own.items() if k in options.methods] if ALL not in options.methods else []
        selected += wanted or chosen(own, options.methods) or list(own.values())
    if options.methods and ALL not in options.methods:
        selected = [method for method in selected if method.key in options.methods]
    share = exposed_share
    if share is None:
        share = table.b / (table.b + table.d) if case_control and table.b + table.d else table.n1 / table.total
    design = "case-control" if case_control else "cohort"
    labels = ("exposed", "unexposed") if case_control else ("treatment or exposed", "control or unexposed")
    facts = [("Share of the exposed", f"{100 * share:.4g}%, {_share_of(exposed_share, case_control)}")]
    if case_control:
        facts.insert(0, ("Design", "case-control (events are cases, non-events controls)"))
    inputs: dict[str, Any] = {
        "events": [one.events, two.events],
        "totals": [one.total, two.total],
        "conf": conf,
        "design": design,
        "exposed_share": exposed_share,
        "measures": [MEASURES[key] for key in shown],
    }
    document = Document(
        command="attributable",
        inputs=inputs,
        title=f"Attributable to the exposure: {one.events}/{one.total} v {two.events}/{two.total}",
        arms=(ArmRow(labels[0], one.events, one.total), ArmRow(labels[1], two.events, two.total)),
        facts=tuple(facts),
        estimates=tuple(_call(method, table, conf, exposed_share) for method in selected),
        explained={**letters(table, conf), "Pe": share},
    )
    if claim is not None:
        from .reported import judged

        searched = [method for own in methods.values() for method in own.values()]
        if options.methods:
            searched = selected
        named = [method for method in searched if method.measure == claim.measure]
        if claim.measure in MEASURES.values():
            searched = named
        elif claim.measure is not None:
            searched = []
        found = _candidates((method, _call(method, table, conf, exposed_share)) for method in searched)
        measure = claim.measure if claim.measure in MEASURES.values() else ""
        needs = dict.fromkeys(("estimate", "lower", "upper", "p"), _needed(claim.measure, possible))
        document = judged(document, claim, found, [one, two], measure or "", options, needs)
    return finish(document, options, selected)


def _share_of(given: float | None, case_control: bool) -> str:
    if given is not None:
        return "as given"
    return "of the controls" if case_control else "of the table"


def _needed(measure: str | None, possible: Iterable[str]) -> str:
    """What would be needed for a printed figure that no method here gives."""
    if measure in MEASURES.values():
        return f"no {measure} from this design" if measure not in {MEASURES[k] for k in possible} else "no such figure"
    return f"this command gives no {measure}" if measure else "no method gives this figure"
