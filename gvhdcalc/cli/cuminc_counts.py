"""``gvhdcalc cuminc counts``: a cumulative incidence from counts without censoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..report.document import Arm as ArmRow
from ..report.document import Document
from ..stats import registry
from ..stats.cumulative_incidence import (
    MEASURE,
    SCALES,
    Incidence,
)
from ..stats.cumulative_incidence_comparison import TwoIncidences
from .arms import Arm, Counts
from .common import Options, StatCommand, chosen, common_options, finish
from .cuminc_arms import (
    COMPARISONS,
    add_figures,
    comparisons,
    in_percent,
    judged_comparison,
    letters_of,
    only_method,
    scales_of,
)

if TYPE_CHECKING:
    from ..reported.match import Candidate


@click.command(
    "counts",
    cls=StatCommand,
    measures=(MEASURE, *COMPARISONS),
    no_args_is_help=True,
    examples=(
        ("40 of 101 patients with the event by then, nobody censored", "gvhdcalc cuminc counts 40/101"),
        ("two arms, every test", "gvhdcalc cuminc counts 40/101 63/102 --method all"),
        (
            "which interval is printed?",
            "gvhdcalc cuminc counts 40/101 --reported '39.6% (30.1-49.0%)'",
        ),
    ),
)
@click.argument("treatment", type=Arm(), metavar="TREATMENT")
@click.argument("control", type=Arm(), metavar="[CONTROL]", required=False)
@common_options(MEASURE)
def command(treatment: Counts, control: Counts | None, options: Options) -> int:
    """A cumulative incidence from counts: everyone was followed to that time (or had a competing event).

    Each arm is EVENTS/TOTAL, EVENTS:NON-EVENTS or PERCENT/TOTAL. Without censoring the incidence is the proportion x/n
    and its standard error sqrt(F(1-F)/n). One arm is shown on every scale, two arms are compared.
    """
    given = [treatment] if control is None else [treatment, control]
    claim = None
    if options.reported is not None:
        from .reported import read

        claim, options = read(options, "")
        claim = claim if control is not None else in_percent(claim)
    conf = options.conf
    methods, tests = registry.estimators(MEASURE), registry.tests(MEASURE)
    arms = [Incidence.from_counts(arm.events, arm.total) for arm in given]
    two = TwoIncidences(*arms) if len(arms) == 2 else None
    scales = scales_of(options.methods) or (list(SCALES) if two is None else ["log-log-f"])
    shown = [methods[key] for key in scales]
    shown_tests = chosen(tests, options.methods) if two else []
    labels = ("treatment", "control") if two else ("group",)
    document = Document(
        command="cuminc counts",
        inputs={"events": [arm.events for arm in given], "totals": [arm.total for arm in given], "conf": conf},
        title=f"{MEASURE.capitalize()} without censoring: {' v '.join(f'{arm.events}/{arm.total}' for arm in given)}",
        arms=tuple(ArmRow(label, arm.events, arm.total) for label, arm in zip(labels, given, strict=True)),
        estimates=(
            *(method.function(arm, conf) for arm in arms for method in shown),
            *(comparisons(two, conf) if two else ()),
        ),
        tests=tuple(test.function(two) for test in shown_tests),
        explained=letters_of(arms, conf),
    )
    if claim is not None:
        found: dict[str, list[Candidate]] = {}
        searched = scales_of(options.methods) or list(SCALES)
        for number, arm in enumerate(arms, start=1):
            tail = f" {number}" if two else ""
            for key in searched:
                row = methods[key].function(arm, conf)
                add_figures(found, methods[key], row, {}, {"lower": "lower" + tail, "upper": "upper" + tail})
        if two is not None:
            document = judged_comparison(document, claim, two, (), found, given, options)
        else:
            from .reported import judged

            for key in searched:
                add_figures(found, methods[key], methods[key].function(arms[0], conf), {}, {"estimate": "estimate"})
            found |= {f"{item} 1": found[item] for item in ("lower", "upper")}
            needs = {"p": "two arms are needed for a P value"}
            document = judged(document, claim, found, given, "", options, needs)
    explained = [*shown, *(only_method(measure) for measure in COMPARISONS if two), *shown_tests]
    return finish(document, options, explained)
