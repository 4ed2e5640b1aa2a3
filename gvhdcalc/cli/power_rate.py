"""``gvhdcalc power rate``: two Poisson rates."""

from __future__ import annotations

from typing import Any

import click

from ..stats.one_sample_simulation import two_rates
from ..stats.power_rate import MEASURE, TwoRates
from ..stats.results import Design
from .common import Options, StatCommand, common_options, fail
from .designs import Axis, Plan, Trial, run, trial_options, two_of_three
from .quantities import EventRate, Positive, Ranged


@click.command(
    "rate",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("patients, each watched for a year, for 0.3 v 0.5 a year", "gvhdcalc power rate 0.3 0.5 --power 80%"),
        ("rates per 100 patient-years, watched for 2 years", "gvhdcalc power rate 3/100 5/100 --time 2 --power 90%"),
        ("power of 150 v 150 patients", "gvhdcalc power rate 0.3 0.5 --n1 150 --n0 150"),
        ("the rate ratio that they can detect", "gvhdcalc power rate 0.5 --n1 150 --n0 150 --power 80%"),
        ("from the rate ratio", "gvhdcalc power rate 0.5 --rate-ratio 0.6 --power 80% --ratio 2:1"),
    ),
)
@click.argument("rates", nargs=-1, metavar="[RATE1] RATE0")
@click.option("--rate-ratio", type=Ranged(Positive("rate ratio")), metavar="RR", help="RATE1/RATE0, in place of RATE1.")
@click.option(
    "--time",
    type=Ranged(Positive("time")),
    default=1.0,
    metavar="T",
    help="Follow-up of a patient, in the unit of the rates; default 1.",
)
@trial_options("lower", "rate ratio", simulate=True, curve=("n",))
@common_options(MEASURE, conf=False, reported=False, plot=False)
def command(rates: tuple[str, ...], rate_ratio: Any, time: Any, trial: Trial, options: Options) -> int:
    """Two Poisson rates: patients, power, or the detectable rate ratio.

    RATE1 and RATE0 are the events per unit of time of the treated and of the control arm, as 0.3 or 3/100 (events
    over person-time); each patient is watched for --time of that unit. With both rates (or RATE0 and --rate-ratio),
    --power asks for patients, and --n (or --n1 and --n0) for power; RATE0 with both asks for the rate ratio that can
    be detected, on the side of 1 that --direction says.
    """
    if not 1 <= len(rates) <= 2:
        fail("one or two rates are needed, the treated arm first: 0.3 0.5, or RATE0 alone")
    context = click.get_current_context()
    found = [Ranged(EventRate("rate")).convert(text, None, context) for text in rates]
    rate1 = found[0] if len(found) == 2 else None
    return run(_plan, trial, options, rate1=rate1, rate0=found[-1], rate_ratio=rate_ratio, time=time)


def _plan(trial: Trial, rate1: float | None, rate0: float, rate_ratio: float | None, time: float) -> Plan:
    if rate1 is not None and rate_ratio is not None:
        fail("--rate-ratio stands in place of RATE1: give one of them")
    ratio_of_rates = rate_ratio if rate1 is None else rate1 / rate0
    n1, n0 = trial.arms()
    two_of_three({"RATE1": ratio_of_rates is not None, "--n": n1 is not None, "--power": trial.power is not None})
    if trial.reported_n is not None and (n1 is not None or ratio_of_rates is None):
        fail("--reported-n is compared with the size that the rates and --power need: leave out --n")

    def question(**changed: Any) -> TwoRates:
        asked = {"rate0": rate0, "ratio_of_rates": ratio_of_rates, "n1": n1, "n0": n0, "time": time, **trial.common()}
        return TwoRates(**asked | changed)

    def at_total(x: float, row: Design) -> TwoRates:
        k = (row.n1 or 1) / (row.n0 or 1)
        return question(n1=max(1.0, x * k / (1 + k)), n0=max(1.0, x / (1 + k)), power=None)

    apart = "" if ratio_of_rates is None else f"{ratio_of_rates * rate0:.6g} v {rate0:.6g}"
    k = trial.ratio or 1.0 if n1 is None or n0 is None else n1 / n0
    return Plan(
        route="rate",
        measure=MEASURE,
        question=question,
        title=lambda row: {
            "n": f"Patients needed for rates of {apart}",
            "power": f"Power of {n1} v {n0} patients for rates of {apart}",
            "effect": f"Rate ratio {trial.direction} than 1 that {n1} v {n0} patients can detect, rate {rate0:.6g}",
        }[row.solved],
        heading="Two rates",
        inputs={
            "rate1": rate1,
            "rate0": rate0,
            "rate_ratio": ratio_of_rates,
            "time": time,
            "n": None if n1 is None else [n1, n0],
            **trial.common(),
            "ratio": k,
        },
        letters=lambda row: _letters(trial, ratio_of_rates, rate0, time, row, k),
        facts=(("Follow-up", f"{time:.6g} for each patient, in the unit of the rates"),),
        n1=n1,
        n0=n0,
        other_sides=None if ratio_of_rates is None else lambda: question(sides=3 - trial.sides),
        simulate=two_rates,
        axes={} if ratio_of_rates is None else {"n": Axis("n", _around_total, at_total)},
    )


def _around_total(row: Design) -> list[float]:
    """Totals from a third to one and a half times that of a design."""
    total = row.n1 + row.n0 if row.n1 is not None and row.n1 == row.n1 else 100
    step = max(2, round(total / 40))
    return [float(x) for x in range(max(4, total // 3), total * 3 // 2 + 2, step)]


def _letters(
    trial: Trial, ratio_of_rates: float | None, rate0: float, time: float, row: Design, k: float
) -> dict[str, Any]:
    found: dict[str, Any] = {"l0": rate0, "t": time, "alpha": trial.alpha, "sides": trial.sides, **trial.deviates()}
    if row.solved != "n":
        found |= {"n1": row.n1, "n0": row.n0}
    if ratio_of_rates is not None:
        found |= {"l1": ratio_of_rates * rate0, "lbar": rate0 * (k * ratio_of_rates + 1) / (1 + k)}
    return {**found, "k": k}
