"""``gvhdcalc hr oe``: observed and expected events of a log-rank test."""

from __future__ import annotations

import math
from typing import Any

import click

from ..reported.number import Printed, parse_number, quoted
from ..stats import hazard_ratio as core
from ..stats import hazard_ratio_logrank as logrank
from ..stats.hazard_ratio import MEASURE
from .common import Options, common_options, fail
from .hr_route import Meaning, Route, Way, answer, claim_of, meaning_options


def _numbers(figures: tuple[str, ...]) -> list[Printed]:
    found = []
    for text in figures:
        try:
            found.append(parse_number(text))
        except ValueError:
            fail(f"{quoted(text)} is not a number; write O-E and V (-19.6 120.9), or O/E by arm (229/248.6 256/236.4)")
    for printed in found:
        if printed.relation != "=" or printed.percent or not math.isfinite(printed.value):
            fail(f"{printed.text!r} is not a plain number of events")
    return found


def _arm(text: str) -> tuple[Printed, Printed]:
    """Observed and expected events of an arm, written O/E."""
    left, _, right = text.partition("/")
    observed, expected = _numbers((left, right))
    if observed.value < 0 or not observed.value.is_integer():
        fail(f"{text!r}: {observed.text!r} observed events are not a whole number from 0 up")
    if expected.value <= 0:
        fail(f"{text!r}: {expected.text!r} expected events are not a positive number")
    return observed, expected


def _variance(text: str) -> Printed:
    (v,) = _numbers((text,))
    if v.value <= 0:
        fail(f"V {v.text!r} is not a positive number: it is the variance of O-E")
    return v


@click.command(
    "oe",
    short_help="Observed and expected events: O-E and V.",
    cls=Route,
    keys=("peto", "pike", "peto-expected"),
    negative=True,
    no_args_is_help=True,
    examples=(
        ("observed minus expected in the treated arm, and its variance", "gvhdcalc hr oe -19.6 120.9"),
        ("observed and expected events of each arm", "gvhdcalc hr oe 229/248.6 256/236.4"),
        ("and the log-rank variance", "gvhdcalc hr oe 229/248.6 256/236.4 --variance 120.9"),
        ("does the printed ratio follow?", "gvhdcalc hr oe -19.6 120.9 --reported '0.85 (0.71-1.02)'"),
    ),
)
@click.argument("figures", nargs=-1, metavar="O-E V | O1/E1 O0/E0")
@click.option("--variance", metavar="V", help="The variance of O-E, beside O/E of each arm.")
@common_options(MEASURE)
@meaning_options
def command(figures: tuple[str, ...], variance: str | None, meaning: Meaning, options: Options) -> int:
    """The hazard ratio from a log-rank test: O-E with its variance V, or observed over expected events of each arm.

    O-E is of the treated arm (below zero: fewer events than expected). Of O/E by arm the ratio of both is shown, and
    with --variance Peto's one-step estimate.
    """
    if len(figures) != 2:
        fail("O-E and V are needed (-19.6 120.9), or O/E of each arm, treated first (229/248.6 256/236.4)")
    claim = claim_of(options, None)
    if not any("/" in text for text in figures):
        if variance is not None:
            fail("--variance goes with O/E of each arm; V is the second figure of O-E V")
        difference, v = _numbers(figures)
        _variance(figures[1])
        boxes = (difference.interval, v.within(0.0, math.inf).interval)
        return answer(
            options,
            {
                "peto": Way(
                    logrank.LogrankDifference(difference.value, v.value),
                    lambda: core.corners(logrank.LogrankDifference, *boxes),
                )
            },
            claim,
            f"O-E {difference.text}, V {v.text}",
            {"route": "oe", "difference": difference.value, "variance": v.value, "printed": list(figures)},
            {"D": difference.value, "V": v.value},
            {},
            meaning,
        )
    if not all("/" in text for text in figures):
        fail("one figure has a slash and one has not: O-E and V (-19.6 120.9), or O/E of each arm")
    (o1, e1), (o0, e0) = map(_arm, figures)
    given = logrank.ObservedExpected(o1.value, e1.value, o0.value, e0.value)

    def corners() -> list[Any]:
        return [logrank.ObservedExpected(o1.value, one, o0.value, two) for one in e1.interval for two in e0.interval]

    letters = {"O1": o1.value, "E1": e1.value, "O0": o0.value, "E0": e0.value}
    ways = {"pike": Way(given, corners)}
    if variance is not None:
        v, difference_value = _variance(variance), o1.value - e1.value
        differences = [o1.value - end for end in e1.interval]
        ways["peto"] = Way(
            logrank.LogrankDifference(difference_value, v.value),
            lambda: (logrank.LogrankDifference(d, end) for d in differences for end in v.interval),
        )
        letters |= {"D": difference_value, "V": v.value}
    ways["peto-expected"] = Way(given, corners)
    warnings = []
    observed, expected = o1.value + o0.value, [e1.interval[i] + e0.interval[i] for i in (0, 1)]
    if not expected[0] <= observed <= expected[1]:
        warnings.append(
            f"observed events are {observed:g} in all, expected {e1.value + e0.value:g}: a log-rank test has them alike"
        )
    return answer(
        options,
        ways,
        claim,
        f"Observed/expected: {figures[0]} v {figures[1]}",
        {
            "route": "oe",
            "observed": [o1.value, o0.value],
            "expected": [e1.value, e0.value],
            "printed": list(figures),
            "variance": None if variance is None else float(letters["V"]),
        },
        letters,
        {},
        meaning,
        warnings,
    )
