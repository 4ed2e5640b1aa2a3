"""``gvhdcalc cuminc table``: a life table with events by cause."""

from __future__ import annotations

from dataclasses import replace

import click

from ..report.document import Document
from ..reported.number import quoted
from ..stats.aalen_johansen import MEASURE, Curve, Point
from ..stats.life_table import LifeTable, gaps, life_table
from ..stats.namespace import z_for
from ..stats.registry import Method, estimators
from ..stats.results import Estimate, Value
from . import file_name
from .common import Options, StatCommand, chosen, common_options, fail, finish
from .delimited import rows_of
from .quantities import Whole

#: The columns that are not events of a cause.
_END, _AT_RISK, _CENSORED = "to", "at_risk", "censored"
_MOST_CAUSES = 8


def _number(line: int, column: str, text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not 0 <= found < float("inf"):
        fail(f"line {line}: {column} {quoted(text)} is not a number from 0 up")
    return found


def _read(path: str, start: int | None) -> tuple[LifeTable, list[str]]:
    """The table of a file and its causes, in the order of their columns."""
    rows = rows_of(path, "interval")
    _, names = next(rows)
    lower = [name.lower().replace(" ", "_").replace("-", "_") for name in names]
    causes = [name for name, key in zip(names, lower, strict=True) if key not in (_END, "from", _AT_RISK, _CENSORED)]
    if _END not in lower or not 1 <= len(causes) <= _MOST_CAUSES or len(set(lower)) < len(lower):
        fail(
            f"the columns are {', '.join(names)}; needed are to (the end of each interval), a column of events for "
            "each cause, and at_risk or censored: to,at_risk,relapse,death,censored"
        )
    if _AT_RISK not in lower and _CENSORED not in lower:
        fail("a column at_risk or censored is needed, to know how many are left in each interval")
    columns: dict[str, list[float]] = {name: [] for name in names}
    for line, cells in rows:
        for name, cell in zip(names, cells, strict=True):
            columns[name].append(_number(line, name, cell))
    by_key = {key: columns[name] for name, key in zip(names, lower, strict=True)}
    if not by_key[_END]:
        fail(f"{path!r} has no intervals")
    try:
        table = life_table(
            by_key[_END], [columns[name] for name in causes], by_key.get(_CENSORED), by_key.get(_AT_RISK), start
        )
    except ValueError as error:
        fail(str(error))
    return table, causes


@click.command(
    "table",
    cls=StatCommand,
    measures=(MEASURE,),
    no_args_is_help=True,
    examples=(
        ("a file with the columns to, at_risk, relapse, death", "gvhdcalc cuminc table examples/life-table.csv"),
        ("of the second cause", "gvhdcalc cuminc table examples/life-table.csv --cause 2"),
    ),
)
@click.argument("path", metavar="FILE")
@click.option("--cause", type=click.IntRange(1, _MOST_CAUSES), default=1, help="Which column of events; default 1.")
@click.option("--start", type=Whole("--start"), metavar="N", help="At risk at first, where there is no at_risk column.")
@common_options(MEASURE, reported=False, plot=False)
def command(path: str, cause: int, start: int | None, options: Options) -> int:
    """A life table with events by cause: cumulative incidence of each interval's end.

    FILE has a header line and a row for each interval: to (its end), a column of events for each cause, and at_risk as
    the interval begins or those censored in it (the other follows). The Aalen-Johansen estimate takes an interval's
    events as coming before its withdrawals, the actuarial one takes the censored as at risk for half of it. Beside
    them 1 - Kaplan-Meier, which counts competing events as censored, and how much too large it is.
    """
    table, causes = _read(path, start)
    if cause > len(causes):
        fail(f"--cause {cause} is not there: the causes are {', '.join(causes)}")
    methods = [m for key, m in estimators(MEASURE).items() if not key.startswith("jackknife")]
    shown = list(chosen({m.key: m for m in methods}, options.methods))
    johansen, actuarial = table.aalen_johansen(), table.actuarial()
    name = file_name(path)
    document = Document(
        command="cuminc table",
        inputs={
            "file": path, "causes": causes, "cause": cause, "to": list(table.ends), "at_risk": list(table.at_risk),
            "censored": list(table.censored), "by_cause": [list(events) for events in table.events],
            "conf": options.conf,
        },
        title=f"{name}: cumulative incidence of {causes[cause - 1]}",
        facts=(
            ("Patients", f"{table.at_risk[0]:g} at risk at first"),
            ("Competing", ", ".join(other for k, other in enumerate(causes, 1) if k != cause) or "no events"),
        ),
        estimates=tuple(
            _of_time(johansen, cause, end, method, options.conf) for end in table.ends for method in shown
        ),
        values=tuple(_values(table, johansen, actuarial, cause)),
        warnings=tuple(gaps(table)),
        explained={"z": z_for(options.conf)},
    )  # fmt: skip
    return finish(document, options, shown)


def _of_time(curve: Curve, cause: int, end: float, method: Method, conf: float) -> Estimate:
    row: Estimate = method.function(Point(curve, cause, end), conf)
    return replace(row, case=(("to", end),))


def _values(table: LifeTable, johansen: Curve, actuarial: Curve, cause: int) -> list[Value]:
    """The table, with what is made of it, a row for each interval."""
    naive = johansen.one_minus_kaplan_meier(list(table.ends), cause)[0]
    rows = []
    for k, end in enumerate(table.ends):
        case = (("to", end),)
        f = float(johansen.at(end, cause))
        rows += [
            Value("at risk", table.at_risk[k], "patients", case=case),
            Value("events", table.events[cause - 1][k], "events", case=case),
            Value("competing", sum(e[k] for j, e in enumerate(table.events, 1) if j != cause), "events", case=case),
            Value("censored", table.censored[k], "patients", case=case),
            Value("Aalen-Johansen", f, "proportion", case=case),
            Value("actuarial", float(actuarial.at(end, cause)), "proportion", case=case),
            Value("1-KM", float(naive[k]), "proportion", case=case),
            Value("bias", max(float(naive[k]) - f, 0.0), "proportion", case=case),
        ]
    return rows
