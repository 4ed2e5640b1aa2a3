"""``gvhdcalc power paired``: paired proportions and McNemar's test."""

from __future__ import annotations

from typing import Any

import click

from ..stats.one_sample_simulation import pairs
from ..stats.power_paired import MEASURE, Pairs, discordant_of_margins
from ..stats.results import Design
from .common import Options, StatCommand, common_options, fail
from .designs import Axis, Plan, Trial, percent, run, trial_options, two_of_three
from .power_prop import _around, _sizes
from .quantities import Difference, Fraction, Positive, Probability, Ranged


@click.command(
    "paired",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("pairs, 20% with the event first alone, 10% second alone", "gvhdcalc power paired 20% 10% --power 80%"),
        ("the same from both together and their odds",
         "gvhdcalc power paired --discordant 30% --odds-ratio 2 --power 80%"),
        ("from marginal proportions and their correlation",
         "gvhdcalc power paired --marginals 60% 50% --correlation 0.4 --power 80%"),
        ("power of 200 pairs", "gvhdcalc power paired 20% 10% --n 200"),
        ("the difference that 200 pairs can detect", "gvhdcalc power paired --discordant 30% --n 200 --power 80%"),
    ),
)  # fmt: skip
@click.argument("discordants", nargs=-1, metavar="[FIRST SECOND]")
@click.option(
    "--discordant",
    type=Ranged(Fraction("discordant proportion", one=True)),
    metavar="PD",
    help="Pairs with the event in one member alone.",
)
@click.option(
    "--difference", type=Ranged(Difference("difference")), metavar="D", help="FIRST - SECOND, with --discordant."
)
@click.option(
    "--odds-ratio", type=Ranged(Positive("odds ratio")), metavar="OR", help="FIRST/SECOND, with --discordant."
)
@click.option(
    "--marginals", type=Probability("marginal"), nargs=2, metavar="P1 P2", help="Proportions of each member ..."
)
@click.option(
    "--correlation", type=Ranged(Difference("correlation")), metavar="PHI", help="... and their correlation, default 0."
)
@trial_options("higher", "difference", arms=1, simulate=True, curve=("n",))
@common_options(MEASURE, conf=False, reported=False, plot=False)
def command(discordants: tuple[str, ...], trial: Trial, options: Options, **given: Any) -> int:
    """Paired proportions (McNemar's test): pairs, power, or the detectable difference.

    FIRST and SECOND are the proportions of all pairs with the event in the first member alone and in the second
    alone. Or give both together, --discordant, with their --difference or their --odds-ratio; or the marginal
    proportions of the two members, --marginals, with the --correlation (phi) between them. --discordant alone, with
    --n and --power, asks for the difference that can be detected. --n counts pairs.
    """
    if len(discordants) not in (0, 2):
        fail("two proportions are needed, FIRST and SECOND alone: 20% 10%; or --discordant, or --marginals")
    context = click.get_current_context()
    values = [Ranged(Fraction("proportion", zero=True)).convert(text, None, context) for text in discordants]
    first, second = values or (None, None)
    return run(_plan, trial, options, first=first, second=second, **given)


def _plan(
    trial: Trial,
    first: float | None,
    second: float | None,
    discordant: float | None,
    difference: float | None,
    odds_ratio: float | None,
    marginals: tuple[float, float] | None,
    correlation: float | None,
) -> Plan:
    ways = {
        "FIRST SECOND": first is not None,
        "--discordant": discordant is not None,
        "--marginals": marginals is not None,
    }
    if sum(ways.values()) != 1:
        named = " and ".join(name for name, known in ways.items() if known)
        fail(f"give FIRST SECOND, --discordant or --marginals, one of them{f', not {named}' if named else ''}")
    if correlation is not None and marginals is None:
        fail("--correlation goes with --marginals")
    if (difference is not None or odds_ratio is not None) and discordant is None:
        fail("--difference and --odds-ratio go with --discordant")
    if marginals is not None:
        try:
            first, second = discordant_of_margins(*marginals, correlation or 0.0)
        except ValueError as error:
            fail(str(error))
    if first is not None and second is not None:
        if first == second:
            fail("FIRST and SECOND are equal: there is no difference to detect")
        if first + second > 1:
            fail("FIRST and SECOND together are above 1; they are proportions of all pairs")
        discordant, difference = first + second, first - second
    elif discordant is not None and odds_ratio is not None:
        if difference is not None:
            fail("--difference and --odds-ratio both say how far apart the pairs are: give one of them")
        difference = discordant * (odds_ratio - 1) / (odds_ratio + 1)
    n = trial.n
    two_of_three({"the difference": difference is not None, "--n": n is not None, "--power": trial.power is not None})
    if trial.reported_n is not None and (n is not None or difference is None):
        fail("--reported-n is compared with the size that the proportions and --power need: leave out --n")
    common: dict[str, Any] = {
        "power": trial.power, "alpha": trial.alpha, "sides": trial.sides, "dropout": trial.dropout,
        "direction": trial.direction,
    }  # fmt: skip

    def question(**changed: Any) -> Pairs:
        return Pairs(**{"discordant": discordant, "difference": difference, "n": n, **common} | changed)

    total = discordant or 0.0
    apart = "" if difference is None else f"{percent((total + difference) / 2)} v {percent((total - difference) / 2)}"
    return Plan(
        route="paired",
        measure=MEASURE,
        question=question,
        title=lambda row: {
            "n": f"Pairs needed for {apart} discordant",
            "power": f"Power of {n} pairs for {apart} discordant",
            "effect": f"Difference that {n} pairs with {percent(total)} discordant can detect",
        }[row.solved],
        heading="Paired proportions",
        inputs={"discordant": discordant, "difference": difference, "n": n, **common},
        letters=lambda row: _letters(trial, total, difference, row),
        facts=(("Discordant pairs", f"{percent(total)} of all"),),
        n1=n,
        sizes=_sizes,
        other_sides=None if difference is None else lambda: question(sides=3 - trial.sides),
        simulate=pairs,
        axes={} if difference is None else {"n": Axis("n", _around, lambda x, row: question(n=x, power=None))},
        rounding="up; power is at the whole number",
    )


def _letters(trial: Trial, total: float, difference: float | None, row: Design) -> dict[str, Any]:
    found: dict[str, Any] = {"pd": total, "alpha": trial.alpha, "sides": trial.sides, **trial.deviates()}
    if difference is not None:
        found |= {"d": difference, "pi": (total + abs(difference)) / (2 * total)}
    if row.solved != "n":
        found["n"] = row.n1
    return found
