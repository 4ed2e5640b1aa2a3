"""``gvhdcalc power prop``: one proportion against a given one, and the precision of one proportion."""

from __future__ import annotations

from typing import Any

import click

from ..report.document import Document
from ..stats.allocation import roundings_of_one
from ..stats.namespace import z_for
from ..stats.one_sample_simulation import one_proportion
from ..stats.power_proportion import MEASURE, OneProportionTrial
from ..stats.precision import MEASURE as PRECISION
from ..stats.precision import Precision
from ..stats.results import Design
from .common import Options, StatCommand, common_options, fail
from .designs import Axis, Plan, Reported, Trial, answers, conclude, percent, run, sized, trial_options, two_of_three
from .quantities import Fraction, Probability, Range, Ranged


@click.command(
    "prop",
    cls=StatCommand,
    measures=(MEASURE, PRECISION),
    no_args_is_help=True,
    examples=(
        ("patients to tell a response of 30% from 10%", "gvhdcalc power prop 30% 10% --power 80% --sides 1"),
        ("power of 29 patients", "gvhdcalc power prop 30% 10% --n 29 --sides 1"),
        ("what 50 patients can tell from 10%", "gvhdcalc power prop 10% --n 50 --power 80%"),
        ("patients for a 95% interval 15 points wide", "gvhdcalc power prop 82.8% --width 15%"),
        ("which method gives 25?", "gvhdcalc power prop 30% 10% --power 80% --sides 1 --reported-n 25"),
    ),
)
@click.argument("probabilities", nargs=-1, metavar="[P1] P0")
@click.option(
    "--width", type=Fraction("width"), metavar="W", help="Whole width of the confidence interval to reach: 10%."
)
@click.option("--precision", is_flag=True, help="The width of the interval that --n patients give.")
@trial_options("higher", "P1", arms=1, simulate=True, curve=("n",))
@common_options(MEASURE, PRECISION, reported=False, plot=False)
def command(
    probabilities: tuple[str, ...], width: float | None, precision: bool, trial: Trial, options: Options
) -> int:
    """One proportion against a given one: patients, power, or the detectable P1. With --width, precision.

    P1 is the probability expected and P0 the one to tell it from, as 0.3, 30% or counts, 30/100. With both, --power
    asks for patients and --n for power; P0 alone with both asks for the P1 that can be detected, on the side that
    --direction says. One-sided (--sides 1) the exact method is the single-stage phase II design of A'Hern.

    Exact power over n is a sawtooth: "exact" is the smallest n with the power, "exact-conservative" the n from which
    no larger one falls below it. Critical is the count that is significant, with all beyond it.

    With --width and one probability: the patients for a confidence interval (--conf) of that whole width, by the
    Wilson, Clopper-Pearson and Wald methods. --precision with --n: the width.
    """
    if not 1 <= len(probabilities) <= 2:
        fail("one or two probabilities are needed: 30% 10% (expected, null), or one alone")
    context = click.get_current_context()
    found = [Ranged(Probability("the probability")).convert(text, None, context) for text in probabilities]
    if width is not None or precision:
        if len(found) == 2:
            fail("a width is that of the interval of one probability: leave out the second")
        return _precision(found[0], width, trial, options)
    if options.conf_given:
        fail("--conf is for --width and --precision; a test has --alpha")
    return run(_plan, trial, options, p1=found[0] if len(found) == 2 else None, p0=found[-1])


def _sizes(row: Design) -> Any:
    """The sizes that papers make of a design of one arm."""
    if row.n1_exact is None or row.n1_exact != row.n1_exact:
        return ()
    return roundings_of_one(row.n1_exact, row.dropout)


def _plan(trial: Trial, p1: float | None, p0: float) -> Plan:
    n = trial.n
    two_of_three({"P1": p1 is not None, "--n": n is not None, "--power": trial.power is not None})
    if trial.reported_n is not None and (n is not None or p1 is None):
        fail("--reported-n is compared with the size that P1, P0 and --power need: leave out --n")
    common: dict[str, Any] = {
        "power": trial.power, "alpha": trial.alpha, "sides": trial.sides, "dropout": trial.dropout,
        "direction": trial.direction,
    }  # fmt: skip

    def question(**changed: Any) -> OneProportionTrial:
        return OneProportionTrial(**{"p0": p0, "p1": p1, "n": n, **common} | changed)

    both = "" if p1 is None else f"{percent(p1)} against {percent(p0)}"
    return Plan(
        route="prop",
        measure=MEASURE,
        question=question,
        title=lambda first: {
            "n": f"Patients needed for {both}",
            "power": f"Power of {n} patients for {both}",
            "effect": f"Probability {trial.direction} than {percent(p0)} that {n} patients can detect",
        }[first.solved],
        heading="One proportion",
        inputs={"p1": p1, "p0": p0, "n": n, **common},
        letters=lambda first: _letters(trial, p1, p0, first),
        n1=n,
        sizes=_sizes,
        other_sides=None if p1 is None else lambda: question(sides=3 - trial.sides),
        simulate=one_proportion,
        axes={} if p1 is None else {"n": Axis("n", _around, lambda x, row: question(n=x, power=None))},
        rounding="up; power is at the whole number",
    )


def _around(row: Design) -> list[float]:
    """Sizes from a third to one and a half times that of a design."""
    n = row.n1 if row.n1 is not None and row.n1 == row.n1 else 30
    step = max(1, round(n / 40))
    return [float(x) for x in range(max(2, n // 3), n * 3 // 2 + 2, step)]


def _letters(trial: Trial, p1: float | None, p0: float, first: Design) -> dict[str, Any]:
    found: dict[str, Any] = {"p0": p0, "alpha": trial.alpha, "sides": trial.sides, **trial.deviates()}
    if p1 is not None:
        found["p1"] = p1
    if first.solved != "n":
        found["n"] = first.n1
    return found


def _precision(p: Any, width: float | None, trial: Trial, options: Options) -> int:
    """The size for a width, or the width that a size gives."""
    if any(isinstance(value, Range) for value in (p, trial.n, trial.dropout)):
        fail("ranges are for the power of a test; give one probability and one size for --width and --precision")
    for given, name in ((trial.power, "--power"), (trial.simulate, "--simulate"), (trial.curve, "--curve")):
        if given is not None:
            fail(f"{name} is for the power of a test, not for the width of an interval")
    if (width is None) == (trial.n is None):
        fail("give --width to find the patients, or --precision with --n to find the width")
    if trial.reported_n is not None and width is None:
        fail("--reported-n is compared with the size that --width needs: leave out --n")
    conf = options.conf
    found = answers(
        PRECISION,
        options,
        lambda: Precision(p, width=width, n=trial.n, conf=conf, dropout=trial.dropout),
        search=trial.reported_n is not None,
    )
    facts = [("Interval", f"{100 * conf:.10g}%, two-sided, at {percent(p)} of the patients")]
    if trial.dropout:
        facts.append(("Dropout", percent(trial.dropout)))
    if width is not None:
        facts.append(("Rounding", "up; the width is that at the whole number"))
    title = f"Width of the interval of {trial.n} patients"
    if width is not None:
        title = f"Patients for an interval {percent(width)} wide"
    letters: dict[str, Any] = {"p": p, "z": z_for(conf), "alpha": 1 - conf}
    letters |= {"width": width} if width is not None else {"n": found.designs[0].n1}
    document = Document(
        command="power",
        inputs={
            "route": "prop", "p": p, "width": width, "n": trial.n, "conf": conf, "dropout": trial.dropout
        },
        title=title,
        facts=tuple(facts),
        designs=found.designs,
        warnings=found.warnings,
        explained=letters,
    )  # fmt: skip
    verdicts = []
    if trial.reported_n is not None:
        verdicts.append(sized(Reported("n", trial.reported_n, _sizes, "a width"), found.searched))
    return conclude(document, options, found.shown, verdicts)
