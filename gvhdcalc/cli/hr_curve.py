"""``gvhdcalc hr curve``: two survival curves read off a figure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import click

from ..report.numbers import shortened
from ..reported.number import parse_number, quoted
from ..stats.hazard_ratio import MEASURE
from ..stats.hazard_ratio_curve import Curve, Curves, common_risk_times
from ..stats.reconstruction import reconstructed
from ..stats.results import Value
from . import near, one_line
from .common import Options, common_options, fail
from .delimited import rows_of
from .hr_route import Meaning, Route, Way, answer, claim_of, events_option, exactly, meaning_options
from .quantities import Positive, Whole

COLUMNS = ("arm", "time", "survival")

#: The methods as they are shown: reconstructed data come nearer to the trial's own ratio than intervals as long as
#: those between numbers at risk, in which the ratio is drawn to 1.
_ORDER = ("guyot-cox", "guyot-logrank", "curve-at-risk", "curve-follow-up")

#: The distance of a reconstructed curve from the one read, above which its reader is told.
_GAP = 0.05


#: How far a point may be from where it should be and still be taken as read off unsteadily.
_UNSTEADY = 0.02


@dataclass(slots=True)
class Points:
    """What a file has of one arm: proportions event-free by time, and numbers at risk by time."""

    survival: dict[float, float] = field(default_factory=dict)
    at_risk: dict[float, int] = field(default_factory=dict)


def _rows(path: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file by column, with their lines."""
    rows = rows_of(path, "point of a curve")
    columns = [name.lower() for name in next(rows)[1]]
    lacking = [column for column in COLUMNS if column not in columns]
    if lacking:
        hint = near(lacking[0], columns)
        fail(f"no column {', '.join(lacking)} in the header{hint}; columns are arm, time, survival and at_risk")
    for line, cells in rows:
        yield line, dict(zip(columns, cells, strict=True))


def _figure(line: int, column: str, text: str) -> float:
    try:
        printed = parse_number(text)
    except ValueError:
        fail(f"line {line}: {column} {quoted(text)} is not a number")
    if printed.relation != "=" or not math.isfinite(printed.value) or printed.value < 0:
        fail(f"line {line}: {column} {quoted(text)} is not a number from 0 up")
    return printed.value


def _read(path: str) -> dict[str, Points]:
    """The arms of a file, in the order of their first rows. A bad row ends it all: a curve has no holes."""
    arms: dict[str, Points] = {}
    for line, row in _rows(path):
        label = one_line(row["arm"])
        if not label:
            fail(f"line {line}: the arm is empty")
        points = arms.setdefault(label, Points())
        time = _figure(line, "time", row["time"])
        if row["survival"]:
            survival = _figure(line, "survival", row["survival"])
            if survival > 1:
                fail(f"line {line}: survival {quoted(row['survival'])} is above 1; write a percentage as 60.5%")
            # of a step drawn upright, two points at one time, the lower one holds from there on
            points.survival[time] = min(survival, points.survival.get(time, 1.0))
        at_risk = row.get("at_risk", "")
        if at_risk:
            count = _figure(line, "at_risk", at_risk)
            if not count.is_integer():
                fail(f"line {line}: at_risk {quoted(at_risk)} is not a whole number")
            points.at_risk[time] = int(count)
        if not row["survival"] and not at_risk:
            fail(f"line {line}: neither survival nor at_risk is given")
    return arms


def _curve(label: str, points: Points, patients: int | None) -> Curve:
    if not points.survival:
        fail(f"arm {label!r} has no points of a curve")
    if patients is not None:
        if points.at_risk.get(0.0, patients) != patients:
            fail(f"arm {label!r} has {points.at_risk[0.0]} at risk at time 0, not {patients}")
        points.at_risk[0.0] = patients
    if 0.0 not in points.at_risk:
        fail(f"arm {label!r} has no number at risk at time 0; add it, or --patients N1 N0")
    if not points.at_risk[0.0]:
        fail(f"arm {label!r} has no patients")
    start = points.survival.get(0.0, 1.0)
    if start < 1 - _UNSTEADY:
        fail(f"arm {label!r}: survival is {start:g} at time 0; a survival curve starts at 1")
    by_time = sorted(points.survival.items())
    times, survival = zip(*by_time, strict=True)
    for (t1, s1), (t2, s2) in pairwise(by_time):
        if s2 > s1 + _UNSTEADY:
            fail(f"arm {label!r}: survival rises from {s1:g} at {t1:g} to {s2:g} at {t2:g}; a survival curve falls")
    risk_by_time = sorted(points.at_risk.items())
    risk_times, at_risk = zip(*risk_by_time, strict=True)
    for (t1, n1), (t2, n2) in pairwise(risk_by_time):
        if n2 > n1:
            fail(f"arm {label!r}: {n1} are at risk at {t1:g}, and {n2} at {t2:g}; numbers at risk fall")
    # points that rise a little are the unsteadiness of reading off
    fallen: list[float] = []
    for s in survival:
        fallen.append(min(s, fallen[-1] if fallen else 1.0))
    return Curve(times, tuple(fallen), risk_times, at_risk)


@click.command(
    "curve",
    short_help="Two survival curves read off a figure.",
    cls=Route,
    keys=_ORDER,
    no_args_is_help=True,
    examples=(
        ("a file with the columns arm, time, survival, at_risk", "gvhdcalc hr curve examples/curves.csv"),
        ("by the follow-up: shortest 6, longest 30 months", "gvhdcalc hr curve examples/curves.csv --follow-up 6 30"),
        ("does the printed ratio follow?", "gvhdcalc hr curve examples/curves.csv --reported '0.67 (0.46-0.98)'"),
    ),
)
@click.argument("path", metavar="FILE")
@click.option("--treated", metavar="ARM", help="Label of the treated arm; the first in the file by default.")
@click.option("--patients", type=Whole("patients"), nargs=2, metavar="N1 N0", help="Patients of each arm at time 0.")
@click.option(
    "--follow-up",
    type=Positive("follow-up", zero=True),
    nargs=2,
    metavar="MIN MAX",
    help="Shortest and longest follow-up, where no numbers at risk are printed.",
)
@click.option("--every", type=Positive("interval"), metavar="TIME", help="Length of the intervals with --follow-up.")
@events_option
@common_options(MEASURE)
@meaning_options
def command(
    path: str,
    treated: str | None,
    patients: tuple[int, int] | None,
    follow_up: tuple[float, float] | None,
    every: float | None,
    events: tuple[int, int] | None,
    meaning: Meaning,
    options: Options,
) -> int:
    """The hazard ratio from two survival curves read off a figure, with the numbers at risk below it or the follow-up.

    FILE (- is standard input) is CSV or TSV: arm, time, survival (0.605 or 60.5%), and at_risk, which may be empty.
    With numbers at risk, intervals between them are compared (Williamson), and individual data are reconstructed
    (Guyot) for a Cox and a log-rank analysis; --events are the printed events of each arm. --follow-up is Parmar's way.
    """
    arms = _read(path)
    if len(arms) != 2:
        fail(f"two arms are needed; the file has {', '.join(map(repr, arms)) or 'none'}")
    labels = list(arms)
    if treated is not None:
        if treated not in arms:
            fail(f"--treated {treated!r}: no such arm{near(treated, arms)}; arms are {', '.join(labels)}")
        labels.sort(key=lambda label: label != treated)
    if every is not None and follow_up is None:
        fail("--every is the length of the intervals with --follow-up MIN MAX")
    numbers = patients or (None, None)
    one, two = (_curve(label, arms[label], number) for label, number in zip(labels, numbers, strict=True))
    ways: dict[str, Way] = {}
    curves = Curves(one, two, follow_up, _grid(one, two, follow_up, every))
    figures: list[Value] = []
    warnings: list[str] = []
    if len(common_risk_times(curves)) > 1:
        ways["curve-at-risk"] = exactly(curves)
        patients_found = _reconstructed(labels, (one, two), events, figures, warnings)
        ways |= dict.fromkeys(("guyot-cox", "guyot-logrank"), exactly(patients_found))
    if follow_up is not None:
        if follow_up[0] >= follow_up[1]:
            fail(f"--follow-up {follow_up[0]:g} {follow_up[1]:g}: the shortest comes first")
        ways["curve-follow-up"] = exactly(curves)
    if not ways:
        fail("no numbers at risk after time 0 in both arms: add them (column at_risk), or --follow-up MIN MAX")
    ways = {key: ways[key] for key in _ORDER if key in ways}
    shown = {
        label: {"points": len(curve.times), "at_risk": list(curve.at_risk)}
        for label, curve in zip(labels, (one, two), strict=True)
    }
    return answer(
        options,
        ways,
        claim_of(options, None),
        f"Survival curves: {labels[0]} v {labels[1]}",
        {
            "route": "curve",
            "arms": shown,
            "treated": labels[0],
            "follow_up": None if follow_up is None else list(follow_up),
            "every": every,
            **({} if events is None else {"events": list(events)}),
        },
        {},
        {},
        meaning,
        warnings,
        figures=figures,
    )


def _reconstructed(
    labels: list[str],
    curves: tuple[Curve, Curve],
    events: tuple[int, int] | None,
    figures: list[Value],
    warnings: list[str],
) -> Any:
    """The individual data behind both curves; what is to be known of them is added to the figures and warnings."""
    from ..stats.hazard_ratio_reconstructed import as_patients

    found = [reconstructed(curve, number) for curve, number in zip(curves, events or (None, None), strict=True)]
    for number, (label, data) in enumerate(zip(labels, found, strict=True), 1):
        figures.append(
            Value(f"reconstructed events {number}", data.events, "events", shortened(label, 20), "guyot-logrank")
        )
        note = "at its largest"
        figures.append(Value(f"distance of curves {number}", data.largest_gap, "proportion", note, "guyot-logrank"))
        if data.largest_gap > max(_GAP, 1 / len(data.times)):
            warnings.append(
                f"arm {label!r}: the reconstructed curve is as far as {data.largest_gap:.0%} from the one read"
            )
        if events is not None and data.events != events[number - 1]:
            warnings.append(
                f"arm {label!r}: {data.events} events are reconstructed of {events[number - 1]} printed: the curve "
                "and the numbers at risk leave no room for others"
            )
        elif not data.settled:
            warnings.append(f"arm {label!r}: no whole numbers of events and censored meet the numbers at risk")
    return as_patients(found[0], found[1])


def _grid(one: Curve, two: Curve, follow_up: tuple[float, float] | None, every: float | None) -> tuple[float, ...]:
    """The ends of the intervals: of the length asked for, else a tenth of what both curves cover."""
    if follow_up is None:
        return ()
    last = min(one.times[-1], two.times[-1], follow_up[1])
    step = every or last / 10
    count = int(last / step + 1e-9) if step else 0
    if count > 10_000:
        fail(f"--every {step:g} makes {count} intervals: give a longer one")
    ends = [step * number for number in range(1, count + 1)]
    if not ends or last - ends[-1] > 1e-9 * last:
        ends.append(last)  # the rest, shorter than the others
    else:
        ends[-1] = last  # not beyond the longest follow-up by rounding
    return tuple(ends)
