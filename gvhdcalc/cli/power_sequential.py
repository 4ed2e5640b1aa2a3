"""``gvhdcalc power sequential``: group sequential trials, their bounds and their size."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import click

from ..report.document import Document
from ..stats.allocation import analysed
from ..stats.conditional_power import interim_values
from ..stats.namespace import Scalars, norm_ppf
from ..stats.results import INCONSISTENT, REPRODUCED, Design, Value, Verdict
from ..stats.sequential import MEASURE, MOST_LOOKS, FixedSample, Looks, bounds_of, drift_of, level_of
from .common import Options, StatCommand, common_options, fail
from .designs import Trial, answers, conclude, percent, trial_options
from .quantities import Positive, Probability, Whole

_FUTILITY = ("obrien-fleming", "pocock", "power-family", "hwang-shih-decani")


class Numbers(click.ParamType[tuple[float, ...]]):
    """Numbers with commas between them: 0.33,0.67,1."""

    name = "numbers"

    def __init__(self, what: str) -> None:
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        found = []
        for part in str(value).split(","):
            text = part.strip()
            try:
                number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
            except ValueError:
                number = math.nan
            if not math.isfinite(number):
                self.fail(f"{self.what} {text!r} is not a number; write them with commas between: 0.5,1", param, ctx)
            found.append(number)
        return tuple(found)


class Real(click.ParamType[float]):
    """Any finite number. ``what`` names it in messages."""

    name = "number"

    def __init__(self, what: str) -> None:
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            found = float(value)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            self.fail(f"{self.what} {str(value)!r} is not a number", param, ctx)
        return found


class FutilityBounds(click.ParamType[Any]):
    """A family that spends the error of the second kind, or a bound on Z for each look but the last."""

    name = "futility"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        text = str(value).strip()
        if text in _FUTILITY:
            return text
        try:
            found = tuple(float(part) for part in text.split(","))
        except ValueError:
            found = (math.nan,)
        if not all(map(math.isfinite, found)):
            self.fail(
                f"futility {text!r} is not known; write {', '.join(_FUTILITY)}, or a bound on Z for each look but the "
                "last: 0,0.5",
                param,
                ctx,
            )
        return found


@click.command(
    "sequential",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("bounds of three looks, and what they cost", "gvhdcalc power sequential --looks 3"),
        ("patients, for two proportions", "gvhdcalc power sequential 82.8% 70.7% --looks 3 --power 80%"),
        ("events, for a hazard ratio", "gvhdcalc power sequential --hr 0.68 --looks 2 --power 90%"),
        ("looks at half and three quarters, by O'Brien-Fleming and Pocock",
         "gvhdcalc power sequential --times 0.5,0.75,1 --method obrien-fleming --method pocock"),
        ("with non-binding futility bounds",
         "gvhdcalc power sequential --hr 0.68 --looks 3 --power 80% --alpha 2.5% --sides 1 --futility obrien-fleming"),
        ("chance of success after z = 1.2 at the first of two looks",
         "gvhdcalc power sequential --looks 2 --at-look 1 --z 1.2"),
        ("whose bounds are these?", 'gvhdcalc power sequential --looks 2 --reported "P < 0.0031, P < 0.0490"'),
    ),
)  # fmt: skip
@click.argument("probabilities", nargs=-1, metavar="[P1 P0]")
@click.option("--hr", type=Positive("hazard ratio"), metavar="HR", help="Hazard ratio, in place of P1 P0.")
@click.option("--events", type=Whole("--events"), metavar="D", help="Events at the last look, for the power.")
@click.option("--looks", type=click.IntRange(1, MOST_LOOKS), help="Looks, equally spaced, the last included.")
@click.option("--times", type=Numbers("the time"), metavar="T,...", help="Looks as information fractions: 0.5,0.75,1.")
@click.option(
    "--delta", type=Real("delta"), default=0.25, help="Of wang-tsiatis: 0 O'Brien-Fleming, 0.5 Pocock; default 0.25."
)
@click.option("--gamma", type=Real("gamma"), default=-4.0, help="Of hwang-shih-decani; default -4.")
@click.option("--rho", type=Positive("rho"), default=3.0, help="Of kim-demets; default 3.")
@click.option("--early", type=Positive("the early bound"), default=3.0, help="Of haybittle-peto, on Z; default 3.")
@click.option(
    "--futility",
    type=FutilityBounds(),
    metavar="FAMILY|Z,...",
    help="Lower bounds: a family that spends 1 - power, or Z of each look but the last. One-sided tests.",
)
@click.option("--futility-gamma", type=Real("gamma"), default=-2.0, help="Of hwang-shih-decani futility; default -2.")
@click.option("--futility-rho", type=Positive("rho"), default=2.0, help="Of power-family futility; default 2.")
@click.option("--binding", is_flag=True, help="The level counts on stopping for futility.")
@click.option("--at-look", type=click.IntRange(1), metavar="K", help="An interim look that has happened, with --z.")
@click.option("--z", type=Real("z"), metavar="Z", help="The statistic seen there, positive in favour of the treatment.")
@trial_options(reported=False, simulate=True)
@common_options(MEASURE, conf=False, plot=False)
def command(probabilities: tuple[str, ...], trial: Trial, options: Options, **given: Any) -> int:
    """Group sequential trials: bounds, inflation of the size, expected size, chances at an interim look.

    Without an effect the bounds are shown and what they cost; with P1 P0 or --hr also the size (--power) or, with
    --n or --events, the power. The size is that of a trial without looks, by the pooled chi-square or Schoenfeld's
    formula, times the inflation factor.

    Bounds are on Z, nominal P have the sides of the test; the drift is the mean of Z at the last look with the effect.
    With --futility the trial stops too when Z falls below the lower bound; the level does not count on it unless
    --binding. --at-look and --z give the conditional power under the planned effect, the trend seen and no effect, and
    the predictive power.

    --reported takes the bounds of a paper, one for each look, as nominal P or as Z: which family has them, or else
    what level they have together.
    """
    for name in ("power", "n", "n1", "n0", "alpha", "ratio", "dropout"):
        if type(getattr(trial, name)).__name__ == "Range":
            fail(f"--{name} takes one value here, not a range")
    fixed = _fixed(probabilities, trial, given["hr"])
    asked = _looks(trial, fixed, given)
    found = answers(MEASURE, options, lambda: asked, search=options.reported is not None)
    rows = found.designs
    if trial.simulate is not None:
        rows = tuple(_simulated(asked, row, trial) for row in rows)
    first = rows[0]
    # what a row has no room for stands in tables of its own
    shown = tuple(replace(row, figures=tuple(f for f in row.figures if f.name in _SIMULATED)) for row in rows)
    values = [value for row in rows for value in _overall(row)]
    values += [value for row in rows for value in _table(row, asked.looks, several=len(rows) > 1)]
    interim, warnings = _interim(first, asked, given["at_look"], given["z"])
    verdicts = [] if options.reported is None else _verdicts(options.reported, asked, found.searched)
    if any(row.verdict == INCONSISTENT for row in verdicts) and len(verdicts) == asked.looks:
        values.append(_level_of_printed(verdicts, asked))
    document = Document(
        command="power",
        inputs={
            "route": "sequential", "times": list(asked.times), "alpha": asked.alpha, "sides": asked.sides,
            "power": asked.power, "p1": fixed.p1 if fixed else None, "p0": fixed.p0 if fixed else None,
            "hr": given["hr"], "n1": asked.n1, "n0": asked.n0, "last_events": asked.events,
            "futility": asked.futility, "binding": asked.binding, "at_look": given["at_look"], "z": given["z"],
        },
        title=_title(fixed, asked),
        facts=tuple(_facts(asked, trial, fixed)),
        designs=shown,
        values=(*values, *interim),
        warnings=found.warnings + warnings,
        explained={
            "a": asked.level, "k": asked.looks, "z_alpha": -norm_ppf(asked.level), "z_beta": norm_ppf(asked.power),
        },
    )  # fmt: skip
    return conclude(document, options, found.shown, verdicts)


# --- what is asked ---------------------------------------------------------------------------------------------------


def _fixed(probabilities: tuple[str, ...], trial: Trial, hr: float | None) -> FixedSample | None:
    """The trial without looks, at the power asked for; None where no effect is given."""
    power = 0.8 if trial.power is None else trial.power
    if hr is not None:
        if probabilities:
            fail("give P1 P0 or --hr, not both")
        from ..stats.power_logrank import LogRank, schoenfeld

        try:
            row = schoenfeld(
                LogRank(hr=hr, power=power, alpha=trial.alpha, sides=trial.sides, ratio=trial.ratio or 1.0)
            )
        except ValueError as error:
            fail(str(error))
        return FixedSample(hr, "hazard ratio", row.name, events_exact=row.events_exact)
    if not probabilities:
        return None
    if len(probabilities) != 2:
        fail("two probabilities are needed, of the treated and of the control arm: 82.8% 70.7%")
    context = click.get_current_context()
    p1, p0 = (Probability("the probability").convert(text, None, context) for text in probabilities)
    from ..stats.power_proportions import TwoProportions, pooled

    try:
        question = TwoProportions(
            p0, p1, power=power, alpha=trial.alpha, sides=trial.sides, ratio=trial.ratio or 1.0, dropout=trial.dropout
        )
    except ValueError as error:
        fail(str(error))
    row = pooled(question)
    return FixedSample(p1 - p0, "risk difference", row.name, row.n1_exact, row.n0_exact, p1=p1, p0=p0)


def _looks(trial: Trial, fixed: FixedSample | None, given: dict[str, Any]) -> Looks:
    """The question; ends with a message where the options contradict each other."""
    looks, times, events = given["looks"], given["times"], given["events"]
    if (looks is None) == (times is None):
        fail("give --looks K, or --times with the information fraction of each: --times 0.5,0.75,1")
    times = times or tuple((k + 1) / looks for k in range(looks))
    n1, n0 = trial.arms()
    if fixed is None and (n1 is not None or events is not None):
        fail("the power of a given size needs an effect: P1 P0 or --hr")
    if n1 is not None and fixed is not None and fixed.events_exact is not None:
        fail("the power for a hazard ratio comes from events: give --events")
    if events is not None and (fixed is None or fixed.events_exact is None):
        fail("--events goes with --hr")
    if trial.dropout and (fixed is None or fixed.n1_exact is None):
        fail("--dropout is of patients: it goes with P1 P0")
    futility = given["futility"]
    spent = futility if isinstance(futility, str) else None
    if given["binding"] and futility is None:
        fail("--binding says how --futility counts: give that too")
    if futility is None and (given["futility_gamma"] != -2.0 or given["futility_rho"] != 2.0):
        fail("--futility-gamma and --futility-rho go with --futility")
    if (given["at_look"] is None) != (given["z"] is None):
        fail("--at-look and --z go together: the look that has happened and the statistic seen there")
    kept = {
        name: given[name] for name in ("delta", "gamma", "rho", "early", "futility_gamma", "futility_rho", "binding")
    }
    dropout = trial.dropout
    if n1 is not None and n0 is not None and dropout:
        n1, n0 = int(analysed(n1, dropout)), int(analysed(n0, dropout))
    try:
        return Looks(
            times, trial.alpha, trial.sides, 0.8 if trial.power is None else trial.power, **kept,
            futility=spent or (None if futility is None else "fixed"),  # type: ignore[arg-type]
            futility_z=() if spent or futility is None else futility, fixed=fixed,
            n1=n1, n0=n0, events=events, dropout=0.0 if n1 is not None else dropout,
        )  # fmt: skip
    except ValueError as error:
        fail(str(error))


def _simulated(asked: Looks, row: Design, trial: Trial) -> Design:
    from ..stats.sequential_simulation import simulate

    try:
        found = simulate(asked, row, trial.simulate or 0, 1 if trial.seed is None else trial.seed)
    except ValueError as error:
        fail(str(error))
    return replace(row, figures=row.figures + found.values())


# --- what is shown ---------------------------------------------------------------------------------------------------


def _title(fixed: FixedSample | None, asked: Looks) -> str:
    looks = f"{asked.looks} look{'s' if asked.looks > 1 else ''}"
    if fixed is None:
        return f"Group sequential bounds, {looks}"
    effect = (
        f"a hazard ratio of {fixed.effect:g}" if fixed.p1 is None else f"{percent(fixed.p1)} v {percent(fixed.p0 or 0)}"
    )
    return f"Group sequential trial for {effect}, {looks}"


def _facts(asked: Looks, trial: Trial, fixed: FixedSample | None) -> list[tuple[str, str]]:
    facts = [("Test", f"{'two' if asked.sides == 2 else 'one'}-sided, alpha {asked.alpha:g}")]
    if asked.n1 is None and asked.events is None:
        facts.append(("Power to reach", percent(asked.power)))
    if fixed is not None:
        facts.append(("Without looks", f"{fixed.name}, at {percent(asked.power)} power"))
        if asked.n1 is None and asked.events is None:
            facts.append(("Rounding", "up, in each arm" if fixed.n1_exact is not None else "up"))
    if trial.ratio not in (None, 1.0):
        facts.append(("Allocation", f"{trial.ratio:g}:1"))
    if asked.futility is not None:
        family = (
            "fixed on Z" if asked.futility == "fixed" else f"{asked.futility} spending of {percent(1 - asked.power)}"
        )
        facts.append(("Futility", f"{family}, {'binding' if asked.binding else 'not binding'}"))
    if trial.simulate is not None:
        seed = 1 if trial.seed is None else trial.seed
        facts.append(("Simulation", f"{trial.simulate:,} trials, seed {seed}; \u00b1 standard error"))
    return facts


#: The figures of a look, and their headings in a table of one family.
_COLUMNS = (
    ("patients", "n"), ("events", "events"), ("upper bound", "Z"), ("nominal P", "nominal P"),
    ("lower bound", "Z futility"), ("alpha spent", "alpha spent"), ("effect at the upper bound", "effect"),
    ("power", "power"), ("stopped without effect", "stopped, H0"),
)  # fmt: skip


_SIMULATED = ("simulated power", "Monte Carlo standard error")


def _overall(row: Design) -> list[Value]:
    """The figures of all looks together; the expected fractions only where there is no size."""
    sized = row.n1 is not None or row.events is not None
    return [
        replace(figure, method=row.method)
        for figure in row.figures
        if " at look " not in figure.name
        and figure.name not in _SIMULATED
        and not (sized and figure.name.startswith("expected fraction"))
    ]


def _table(row: Design, looks: int, *, several: bool) -> list[Value]:
    """The figures by look, as values with the look as their case; of several families the bounds only."""
    figures: dict[str, Value] = {figure.name: figure for figure in row.figures}
    found = []
    for k in range(1, looks + 1):
        information = float(f"{figures[f'information at look {k}'].value or 0:.4g}")
        case = (("look", float(k)), ("information", information))
        for name, heading in _COLUMNS:
            figure = figures.get(f"{name} at look {k}")
            if figure is not None and (not several or name == "upper bound"):
                found.append(replace(figure, name=heading, method=row.method if several else None, case=case))
    return found


def _interim(row: Design, asked: Looks, look: int | None, z: float | None) -> tuple[tuple[Value, ...], tuple[str, ...]]:
    """Conditional and predictive power, under the bounds of the first family shown; a warning where it has stopped."""
    if look is None or z is None:
        return (), ()
    if look >= asked.looks:
        fail(f"--at-look {look} leaves no look to come: it is one of 1 to {asked.looks - 1}")
    upper, lower = bounds_of(asked, row)
    warnings: tuple[str, ...] = ()
    if not lower[look - 1] < z < upper[look - 1]:
        side, bound = ("upper", upper) if z >= upper[look - 1] else ("lower", lower)
        warnings = (f"z {z:g} at look {look} is past the {side} bound, {bound[look - 1]:.4g}: the trial would stop",)
    return interim_values(asked.times, lower, upper, look, z, drift_of(row)), warnings


# --- what a paper states ---------------------------------------------------------------------------------------------


_NUMBER = r"[0-9]*[.\u00b7]?[0-9]+"


def _verdicts(text: str, asked: Looks, rows: tuple[Design, ...]) -> list[Verdict]:
    """A verdict on the bound of each look: which families have it, as nominal P (below 0.5) or as Z."""
    from ..reported.number import parse_number

    # numbers with commas between, or those behind "P <" and "Z >" in a sentence
    bare = re.fullmatch(rf"\s*{_NUMBER}(?:\s*[,;]\s*{_NUMBER})*\s*", text)
    printed = re.findall(_NUMBER, text) if bare else re.findall(rf"\b[pPzZ]\s*[<=>\u2264\u2265]+\s*({_NUMBER})", text)
    if not printed or len(printed) > asked.looks:
        fail(f"--reported takes the bound of each of {asked.looks} looks, as P or as Z: 'P < 0.0054, P < 0.0492'")
    verdicts = []
    hits: list[set[str]] = []
    for k, said in enumerate(printed, 1):
        try:
            stated = parse_number(said)
        except ValueError as error:
            fail(str(error))
        as_p = stated.value < 0.5
        values = {row.method: _bound(row, k, asked, as_p=as_p) for row in rows}
        keys = tuple(key for key, value in values.items() if stated.holds(value))
        hits.append(set(keys))
        item, nearest = f"look {k}", min(values.items(), key=lambda pair: abs(pair[1] - stated.value))
        if keys:
            verdicts.append(Verdict(item, said, REPRODUCED, methods=keys, computed=values[keys[0]]))
        else:
            note = f"as {'nominal P' if as_p else 'Z'}; nearest: {nearest[0]}, {nearest[1]:.4g}"
            verdicts.append(Verdict(item, said, INCONSISTENT, computed=nearest[1], note=note))
    together = set.intersection(*hits)
    if len(hits) > 1 and all(hits) and not together:
        note = "by itself; no one family has the bounds of all looks"
        verdicts = [row._replace(verdict=INCONSISTENT, note=f"{', '.join(row.methods)} {note}") for row in verdicts]
    elif together:
        keep = tuple(row.method for row in rows if row.method in together)
        verdicts = [row._replace(methods=keep) for row in verdicts]
    return verdicts


def _level_of_printed(verdicts: list[Verdict], asked: Looks) -> Value:
    """What a paper's bounds, one of each look, spend together: they may be of no family and yet keep the level."""
    from ..reported.number import parse_number

    printed = [parse_number(row.printed).value for row in verdicts]
    upper = tuple(
        math.inf if value == 0 else -norm_ppf(value / asked.sides) if value < 0.5 else value for value in printed
    )
    return Value("level of the printed bounds", asked.sides * level_of(asked, upper), "proportion")


def _bound(row: Design, look: int, asked: Looks, *, as_p: bool) -> float:
    z = bounds_of(asked, row)[0][look - 1]
    return asked.sides * Scalars.norm_sf(z) if as_p else z
