"""``gvhdcalc power simon``: trials of one arm in two stages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

from ..report.document import Document
from ..stats.namespace import norm_ppf
from ..stats.results import INCONSISTENT, REPRODUCED, Design, Verdict
from ..stats.simon import MEASURE, MOST, OneArmTrial, TwoStage, admissible_designs, as_design, frontier
from .common import ALL, Options, StatCommand, common_options, fail
from .designs import answers, conclude, percent
from .quantities import Fraction, Probability, Whole

#: The levels and powers that papers plan with, tried where a printed design is none of those asked for.
_USUAL = ((0.05, 0.8), (0.05, 0.9), (0.1, 0.9), (0.1, 0.8), (0.025, 0.8), (0.025, 0.9))


class Stages(click.ParamType[tuple[int, ...]]):
    """The patients of each stage: 20,15."""

    name = "stages"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in str(value).split(",")]
        if not all(part.isdecimal() and 0 < int(part) <= MOST for part in parts):
            self.fail(
                f"stages {str(value)!r} are not understood; write the patients of each stage, 20,15, from 1 to {MOST}",
                param,
                ctx,
            )
        return tuple(int(part) for part in parts)


@click.command(
    "simon",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("designs to tell a response of 30% from 10%", "gvhdcalc power simon 10% 30% --power 80%"),
        ("is this the design of the paper?", 'gvhdcalc power simon 10% 30% --power 80% --reported "1/10 5/29"'),
        ("10% and 90%", "gvhdcalc power simon 10% 30% --alpha 10% --power 90%"),
        ("stopping for success too, stages of 20 and 15",
         "gvhdcalc power simon 20% 40% --method fleming --stages 20,15"),
    ),
)  # fmt: skip
@click.argument("probabilities", nargs=-1, metavar="P0 P1")
@click.option("--power", type=Fraction("power"), default=0.8, metavar="POWER", help="Least power at P1; default 80%.")
@click.option(
    "--alpha", type=Fraction("alpha"), default=0.05, metavar="LEVEL", help="Most level at P0, one-sided; default 5%."
)
@click.option(
    "--max-n",
    "most",
    type=Whole("--max-n", 2),
    default=MOST,
    metavar="N",
    help=f"Largest trial allowed; at most {MOST}.",
)
@click.option(
    "--weight",
    type=Fraction("weight", zero=True, one=True),
    metavar="W",
    help="Of the admissible designs the one for W*n + (1 - W)*EN(p0).",
)
@click.option("--stages", type=Stages(), metavar="N1,N2", help="Patients of each stage, for --method fleming.")
@common_options(MEASURE, conf=False, plot=False)
def command(
    probabilities: tuple[str, ...],
    power: float,
    alpha: float,
    most: int,
    weight: float | None,
    stages: tuple[int, ...] | None,
    options: Options,
) -> int:
    """Two-stage trials of one arm (Simon): optimal, minimax and admissible designs.

    P0 is the response probability of no interest, P1 the one of interest (the larger, in either order). Stop after n1
    patients with r1 or fewer responses; the treatment is promising with more than r of all n. Level and power are
    exact. EN(p0) and PET(p0) are the expected size and the probability of early termination when P0 holds.

    The optimal design has the smallest EN(p0), the minimax design the smallest n; admissible ones lie between. No
    trial of up to --max-n patients does better; where a larger one might, a remark says so.

    --reported takes a design as r1/n1 r/n: which it is, and what its level and power are if it is none of these.
    """
    if len(probabilities) != 2:
        fail("two probabilities are needed, of no interest and of interest: 10% 30%")
    context = click.get_current_context()
    p0, p1 = sorted(Probability("the probability").convert(text, None, context) for text in probabilities)
    if stages is not None and "fleming" not in options.methods and ALL not in options.methods:
        fail("--stages is for --method fleming; Simon's designs find their own")

    def ask() -> OneArmTrial:
        return OneArmTrial(p0, p1, alpha, power, most, stages or (), 0.5 if weight is None else weight)

    found = answers(MEASURE, options, ask)
    trial: OneArmTrial = found.question
    designs = tuple(_shown(trial, found.designs, every=weight is None))
    verdicts = []
    if options.reported is not None:
        printed = _read(options.reported)
        verdicts.append(_verdict(trial, printed, options.reported.strip()))
        if verdicts[0].verdict != REPRODUCED:
            designs += (replace(as_design(trial, printed), measure=MEASURE, method="reported", name="as reported"),)
    sizes = [row.n1 for row in designs if row.n1 is not None]
    document = Document(
        command="power",
        inputs={
            "route": "simon", "p0": p0, "p1": p1, "alpha": alpha, "power": power, "most": most, "weight": weight,
            "stages": list(stages) if stages else None,
        },
        title=f"Two-stage designs for {percent(p1)} against {percent(p0)}",
        facts=(
            ("Level and power", f"at most {percent(alpha)} one-sided, at least {percent(power)}"),
            ("Stage 1", "stop with r1 or fewer responses of n1 patients"),
            ("Last stage", "promising with more than r responses of n patients"),
            *_fleming_stages(designs),
        ),
        designs=designs,
        warnings=found.warnings,
        explained={
            "p0": p0, "p1": p1, "alpha": alpha, "power": power, "z_alpha": -norm_ppf(alpha),
            **({"N": max(sizes)} if options.methods == ("fleming",) and sizes else {}),
        },
    )  # fmt: skip
    return conclude(document, options, found.shown, verdicts)


def _fleming_stages(rows: tuple[Design, ...]) -> Iterator[tuple[str, str]]:
    """What Fleming's design does after each stage, which the table has no room for."""
    for row in rows:
        found: dict[str, Any] = {figure.name: figure.value for figure in row.figures}
        n, stage = 0, 1
        while f"n of stage {stage}" in found:
            n += found[f"n of stage {stage}"]
            stop, promising = found[f"no interest at stage {stage}"], found[f"promising at stage {stage}"]
            ends = f"stop with {stop} or fewer, " if stop >= 0 else ""
            yield f"Fleming, after {n}", f"{ends}promising with {promising} or more"
            stage += 1


def _shown(trial: OneArmTrial, rows: tuple[Design, ...], *, every: bool) -> Iterator[Design]:
    """The rows, the admissible one as all of them (but the optimal and minimax ones, where these are shown)."""
    beside = {row.n1 for row in rows if row.method in {"optimal", "minimax"}}
    for row in rows:
        if row.method != "admissible" or not every:
            yield row
            continue
        for one, least, greatest in admissible_designs(trial):
            if one.n not in beside:
                name = f"admissible, weight {least:.2f}-{greatest:.2f}"
                yield replace(as_design(trial, one), measure=row.measure, method=row.method, name=name,
                              reference=row.reference)  # fmt: skip


def _read(text: str) -> TwoStage:
    """The design in a text: two of r/n in order, or r1, n1, r and n by name. Ends with a message."""
    ratios = re.findall(r"(\d{1,5})\s*/\s*(\d{1,5})", text)
    named = {
        name.lower(): number for name, number in re.findall(r"\b([rn]1?)\s*[=:≤]+\s*(\d{1,5})", text, re.IGNORECASE)
    }
    if len(ratios) == 2:
        (r1, n1), (r, n) = ratios
    elif set(named) == {"r1", "n1", "r", "n"}:
        r1, n1, r, n = (named[name] for name in ("r1", "n1", "r", "n"))
    else:
        fail(f"the reported design {text.strip()!r} is not understood; write r1/n1 r/n, 1/10 5/29")
    try:
        return TwoStage(int(r1), int(n1), int(r), int(n))
    except ValueError as error:
        fail(f"--reported: {error}")


def _kind(trial: OneArmTrial, one: TwoStage) -> list[str]:
    """Which of the criteria a design meets."""
    try:
        designs = frontier(trial)
    except ValueError:
        return []
    kinds = [key for key, best in (("optimal", designs[-1]), ("minimax", designs[0])) if best == one]
    if not kinds and one in [row for row, _, _ in admissible_designs(trial)]:
        kinds.append("admissible")
    return kinds


def _verdict(trial: OneArmTrial, one: TwoStage, printed: str) -> Verdict:
    """Which criterion gives the printed design; where none does, its level and power, and where else it comes from."""
    if kinds := _kind(trial, one):
        return Verdict("design", printed, REPRODUCED, methods=tuple(kinds), note=None)
    level, reached = one.promising(trial.p0), one.promising(trial.p1)
    note = f"its level is {100 * level:.2f}% and its power {100 * reached:.2f}%"
    if level <= trial.alpha and reached >= trial.power:
        note += f", as asked, but EN(p0) is {one.expected(trial.p0):.1f}, not the least of trials of that size"
    for alpha, power in _USUAL:
        other = replace(trial, alpha=alpha, power=power)
        if level <= alpha and reached >= power and (kinds := _kind(other, one)):
            note += f"; it is the {kinds[0]} design for alpha {percent(alpha)} and power {percent(power)}"
            break
    return Verdict("design", printed, INCONSISTENT, note=note)
