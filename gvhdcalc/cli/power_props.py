"""``gvhdcalc power props``: two proportions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import click

from ..stats.allocation import enrolled, split, whole_down
from ..stats.power_proportions import EQUALITY, MEASURE, TwoProportions, p1_at
from ..stats.power_proportions_exact import STAYS0, STAYS1
from ..stats.results import Design
from ..stats.simulation import Simulation
from . import near
from .common import Options, StatCommand, common_options, fail
from .designs import Axis, Plan, Trial, patients, percent, run, trial_options, two_of_three
from .quantities import Difference, Positive, Probability, Ranged

#: The contrasts by the letters with which they are asked for.
CONTRASTS = {"rd": "risk difference", "rr": "risk ratio", "or": "odds ratio"}

#: The methods shown unasked for a margin.
_FOR_MARGINS = {
    "risk difference": ("farrington-manning", "unpooled"),
    "risk ratio": ("farrington-manning", "unpooled"),
    "odds ratio": ("unpooled",),
}


@click.command(
    "props",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("patients needed to see 82.8% against 70.7%", "gvhdcalc power 82.8% 70.7% --power 80%"),
        ("power of 99 against 99 patients to see it", "gvhdcalc power 82.8% 70.7% --n1 99 --n0 99"),
        ("what 198 patients can detect above 70.7%", "gvhdcalc power 70.7% --n 198 --power 80%"),
        ("an odds ratio of 2 above 70.7%", "gvhdcalc power 70.7% --or 2 --power 80%"),
        ("2:1 allocation, 10% of patients lost", "gvhdcalc power 0.6 0.4 --power 90% --ratio 2:1 --dropout 10%"),
        ("Fisher's test, exact power", "gvhdcalc power 82.8% 70.7% --n 198 --method exact-fisher"),
        ("no worse than 10 points below 85%", "gvhdcalc power 85% 85% --margin -10% --power 90%"),
        ("equivalent within 15 points", "gvhdcalc power 70% 70% --margin 15% --equivalence --power 80%"),
        ("clusters of 20 with an ICC of 0.02", "gvhdcalc power 60% 40% --power 80% --icc 0.02 --cluster-size 20"),
        ("a table over P1 and power", "gvhdcalc power 55%:75%:5% 40% --power 80%,90% --method pooled"),
        ("power against patients", "gvhdcalc power 60% 40% --power 80% --method pooled --curve n"),
        ("10,000 simulated trials beside it", "gvhdcalc power 60% 40% --n 194 --simulate 10000 --seed 1"),
        ("which method and rounding gives 194?", "gvhdcalc power 60% 40% --power 80% --reported-n 194"),
    ),
)
@click.argument("probabilities", nargs=-1, metavar="[P1] P0")
@click.option("--or", "odds_ratio", type=Ranged(Positive("odds ratio")), metavar="OR", help="P1 by its odds ratio ...")
@click.option("--rr", "risk_ratio", type=Ranged(Positive("risk ratio")), metavar="RR", help="... risk ratio ...")
@click.option(
    "--rd", "risk_difference", type=Ranged(Difference("--rd")), metavar="RD", help="... or difference to P0: 12%."
)
@click.option(
    "--margin",
    "margins",
    multiple=True,
    metavar="M",
    help="Margin of the null hypothesis: -10%, or two for equivalence.",
)
@click.option("--measure", type=click.Choice(list(CONTRASTS)), default="rd", help="What --margin is of; default rd.")
@click.option("--equivalence", is_flag=True, help="Equivalence within the margin and its mirror image.")
@trial_options("higher", "P1", cluster=True, simulate=True, curve=("n", "effect"))
@common_options(MEASURE, conf=False, reported=False, plot=False)
def command(
    probabilities: tuple[str, ...],
    margins: tuple[str, ...],
    measure: str,
    equivalence: bool,
    trial: Trial,
    options: Options,
    **effects: Any,
) -> int:
    """Two proportions: patients, power, or the detectable P1.

    P1 and P0 are the event probabilities of the treated and of the control arm, as 0.707, 70.7% or counts, 70/99.
    With both, --power asks for patients, and --n (or --n1 and --n0) for power. With P0 alone, both ask for the P1
    that can be detected, on the side that --direction says; --or, --rr or --rd says P1 by its contrast to P0.

    --margin asks for non-inferiority, or superiority by a margin: whichever of its sides P1 lies on is to be shown.
    Two margins (-10% 10%, 0.8 1.25), or one and --equivalence, ask for equivalence by two one-sided tests. Each test is
    one-sided, at alpha/2 unless --sides 1.

    The exact methods add up all tables that a test rejects. Their power is a sawtooth in the number of patients: the
    smallest size with the power is shown, and the one from which on there is the power.

    --reported-n takes P1 and P0 as exact, and searches each method with each arm or the total rounded up, down or to
    the nearest, with and without --dropout, and with the other number of sides.
    """
    if not 1 <= len(probabilities) <= 2:
        fail("one or two probabilities are needed, the treated arm first: 82.8% 70.7%, or P0 alone")
    context = click.get_current_context()
    first_word = probabilities[0].strip()
    group = context.parent.command if context.parent else None
    names = list(group.commands) if isinstance(group, click.Group) else []
    if first_word.isalpha() and (hint := near(first_word, names)):
        fail(f"no question {first_word!r}{hint}; one of {', '.join(names)}")
    p0 = Ranged(Probability("P0")).convert(probabilities[-1], None, context)
    p1 = Ranged(Probability("P1")).convert(probabilities[0], None, context) if len(probabilities) == 2 else None
    given = [name for name, value in effects.items() if value is not None]
    if len(given) + (p1 is not None) > 1:
        fail("P1, --or, --rr and --rd all say the effect: give one of them")
    asked = _margins(CONTRASTS[measure], margins, equivalence)
    return run(_plan, trial, options, p1=p1, p0=p0, margins=asked, **effects)


@dataclass(frozen=True, slots=True)
class Margins:
    """The contrast and its margins: none, one, or two for equivalence."""

    contrast: str
    values: tuple[float, ...] = ()

    def texts(self) -> list[str]:
        if self.contrast == "risk difference":
            return [percent(value) for value in self.values]
        return [f"{value:.6g}" for value in self.values]

    def core(self) -> dict[str, Any]:
        """What the question of the core takes."""
        if not self.values:
            return {}
        upper = self.values[1] if len(self.values) > 1 else None
        return {"contrast": self.contrast, "margin": self.values[0], "upper_margin": upper}

    def kind(self, upward: bool) -> str:
        """What is to be shown."""
        if len(self.values) > 1:
            return "equivalence"
        equality = EQUALITY[self.contrast]
        if self.values[0] == equality:
            return "superiority"
        worse = self.values[0] < equality if upward else self.values[0] > equality
        return "non-inferiority" if worse else "superiority by a margin"

    def question(self, upward: bool) -> str:
        """The null hypothesis that is to be rejected, turned round: "non-inferiority, RD > -10%"."""
        letters = {name: key.upper() for key, name in CONTRASTS.items()}[self.contrast]
        texts = self.texts()
        if len(texts) > 1:
            return f"equivalence, {letters} between {texts[0]} and {texts[1]}"
        return f"{self.kind(upward)}, {letters} {'>' if upward else '<'} {texts[0]}"


def _margins(contrast: str, margins: tuple[str, ...], equivalence: bool) -> Margins:
    if not margins and not equivalence:
        return Margins(contrast)
    from .margins import asked_for

    asked = asked_for(contrast, None, None, margins, equivalence, None)
    return Margins(contrast, asked.values if asked else ())


def _plan(
    trial: Trial,
    p1: float | None,
    p0: float,
    margins: Margins,
    odds_ratio: float | None,
    risk_ratio: float | None,
    risk_difference: float | None,
) -> Plan:
    for contrast, value in (
        ("odds ratio", odds_ratio),
        ("risk ratio", risk_ratio),
        ("risk difference", risk_difference),
    ):
        if value is not None:
            p1 = p1_at(contrast, value, p0)
            if not 0 < p1 < 1:
                fail(f"a {contrast} of {value:.6g} to P0 {percent(p0)} is a P1 of {percent(p1)}, not within 0 and 100%")
    n1, n0 = trial.arms()
    inflation = trial.inflation()
    two_of_three({"P1": p1 is not None, "--n": n1 is not None, "--power": trial.power is not None})
    if trial.reported_n is not None and (n1 is not None or p1 is None):
        fail("--reported-n is compared with the size that P1, P0 and --power need: leave out --n")
    core = {**trial.common(), "design_effect": inflation, **margins.core()}

    def question(**changed: Any) -> TwoProportions:
        return TwoProportions(**{"p0": p0, "p1": p1, "n1": n1, "n0": n0, **core, **changed})

    both = "" if p1 is None else f"{percent(p1)} v {percent(p0)}"
    ratio = trial.ratio or 1.0 if n1 is None or n0 is None else n1 / n0
    inputs = {"p1": p1, "p0": p0, "n": None if n1 is None else [n1, n0], **trial.common(), "ratio": ratio}
    if inflation > 1:
        inputs["design_effect"] = inflation
    facts: tuple[tuple[str, str], ...] = ()
    test, shown = "", ""
    if margins.values:
        inputs |= {"contrast": margins.contrast, "margin": list(margins.values)}
        upward = True
        if p1 is None or len(margins.values) == 1:
            upward = trial.direction == "higher" if p1 is None else p1 > p1_at(margins.contrast, margins.values[0], p0)
        facts = (("Question", margins.question(upward)),)
        test = f"{'two tests, each ' if len(margins.values) > 1 else ''}one-sided, level {trial.alpha / trial.sides:g}"
        shown = f" to show {margins.kind(upward)}"
    elif odds_ratio or risk_ratio or risk_difference:
        facts = (("P1", f"{percent(p1 or 0.0)}, from the contrast to P0"),)
    return Plan(
        route="props",
        measure=MEASURE,
        question=question,
        title=lambda first: {
            "n": f"Patients needed{shown} for {both}",
            "power": f"Power{shown}: {n1} v {n0}, {both}" if shown else f"Power of {n1} v {n0} patients for {both}",
            "effect": f"P1 {trial.direction} than {percent(p0)} that {n1} v {n0} patients can detect",
        }[first.solved],
        heading="Two proportions",
        inputs=inputs,
        letters=lambda first: _letters(trial, p1, p0, margins, first, ratio),
        facts=facts,
        n1=n1,
        n0=n0,
        test=test,
        defaults=_FOR_MARGINS[margins.contrast] if margins.values else (),
        sizes=sizes,
        also=("exact-fisher", "exact-pearson"),
        other_sides=lambda: question(sides=3 - trial.sides),
        simulate=_simulate,
        axes={
            "n": Axis("patients, both arms", _total_patients, lambda n, row: question(**_at(n, row, ratio, inflation))),
            "effect": Axis("P1", lambda row: _probabilities(row, p0), lambda p, row: question(**_to(p, row))),
        },
    )


def _letters(trial: Trial, p1: float | None, p0: float, margins: Margins, first: Design, k: float) -> dict[str, Any]:
    found: dict[str, Any] = {"p0": p0, **trial.deviates(), "M": margins.values[0] if margins.values else 0}
    if first.solved != "n" and first.n1 is not None and first.n0 is not None:
        k = first.n1 / first.n0
        found |= {"n1": first.n1, "n0": first.n0}
    if p1 is not None:
        found |= {"p1": p1, "pbar": (k * p1 + p0) / (k + 1)}
    return {**found, "k": k}


def sizes(row: Design) -> Iterable[tuple[float, str]]:
    """The sizes that papers make of a design; of an exact one, the smallest and the one from which on there is the
    power."""
    if row.n1_exact is not None or row.solved != "n":
        yield from patients(row)
        return
    figures = {figure.name: figure.value for figure in row.figures}
    pairs = [
        (row.n1, row.n0, "smallest size"),
        (figures.get(STAYS1), figures.get(STAYS0), "size from which power stays"),
    ]
    for n1, n0, how in pairs:
        if n1 is None or n0 is None:
            continue
        yield n1 + n0, f"total, {how}"
        yield n1, f"arm 1 alone, {how}"
        if n0 != n1:
            yield n0, f"arm 2 alone, {how}"
        if row.dropout:
            more1, more0 = enrolled(n1, row.dropout), enrolled(n0, row.dropout)
            yield more1 + more0, f"total, {how}, each arm / (1 - dropout)"
            yield more1, f"arm 1 alone, {how}, / (1 - dropout)"


def _simulate(asked: TwoProportions, row: Design, trials: int, seed: int) -> Simulation:
    from ..stats.power_proportions_simulated import simulate

    return simulate(asked, row, trials, seed)


# --- curves -----------------------------------------------------------------------------------------------------------


def _total_patients(row: Design) -> list[float]:
    """About forty totals up to twice the design's."""
    if row.n1 is None or row.n0 is None:
        fail("--curve n needs the patients of a design")
    total = row.n1 + row.n0
    step = 2 * max(1, whole_down(total / 40))  # an even total is shared by equal arms
    return [float(n) for n in range(max(step, 4), 2 * total + 1, step)]


def _at(total: float, row: Design, ratio: float, inflation: float) -> dict[str, Any]:
    n1, n0 = split(int(total), ratio)
    smallest = int(-(-inflation // 1)) if inflation > 1 else 1
    return {"p1": row.p1, "n1": max(n1, smallest), "n0": max(n0, smallest), "power": None, "dropout": 0.0}


def _probabilities(row: Design, p0: float) -> list[float]:
    """Forty probabilities from P0 to twice as far as the design's P1, or to the end of the scale."""
    if row.p1 is None or row.p1 != row.p1 or row.p1 == p0:
        fail("--curve effect needs a P1 that differs from P0")
    end = min(max(p0 + 2 * (row.p1 - p0), 0.001), 0.999)
    return [p0 + (end - p0) * step / 40 for step in range(1, 41)]


def _to(p1: float, row: Design) -> dict[str, Any]:
    return {"p1": p1, "n1": row.n1, "n0": row.n0, "power": None, "dropout": 0.0}
