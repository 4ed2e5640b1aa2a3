"""What ``--null`` and ``--margin`` ask of or, rr and rd: tests of a value other than equality, and what follows."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from ..report.document import Document
from ..report.numbers import of_measure, p_value
from ..stats import registry
from ..stats.registry import Method
from ..stats.results import Estimate, TestResult, Value
from ..stats.two_by_two import TwoByTwo
from . import near, one_line
from .common import ALL, chosen, fail
from .null_options import GREATER, LESS, TWO_SIDED, null_measure

NON_INFERIORITY, SUPERIORITY = "non-inferiority", "superiority"
BY_A_MARGIN, EQUIVALENCE = "superiority by a margin", "equivalence"

#: The interval and test that decide unless others are named: the one inverts the other.
DECISIVE = "miettinen-nurminen"

#: Between two numbers of a range: "-10% 10%", "0.8 to 1.25", "-10%; 10%", "-10%, 10%".
_BETWEEN = re.compile(r"\s*;\s*|\s+to\s+|\s*,(?=\s|[-+\u2212])\s*|\s+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked beyond equality: values of the measure, and for each the side that is to be shown.

    ``kind`` is the conclusion that is sought; None for a plain --null.
    """

    measure: str
    values: tuple[float, ...]
    sides: tuple[str, ...]
    kind: str | None = None

    @property
    def methods(self) -> dict[str, Method]:
        """The tests of a null value of the measure, by key."""
        return registry.tests(null_measure(self.measure))

    @property
    def letters(self) -> str:
        from ..stats.null_value import CONTRASTS

        return CONTRASTS[self.measure].letters

    def text(self, value: float) -> str:
        """A value as it is typed."""
        percent = self.measure == "risk difference"
        return f"{100 * value:.10g}%" if percent else f"{value:.10g}"

    def bound(self, methods: Sequence[Method]) -> list[Method]:
        """The methods with their null value and side put in, one for each value; the name says what is tested."""
        return [
            self._bound(method, value, side, len(self.values) > 1 and ("lower", "upper")[index])
            for method in methods
            for index, (value, side) in enumerate(zip(self.values, self.sides, strict=True))
        ]

    def _bound(self, method: Method, value: float, side: str, which: str | bool) -> Method:
        relation = {TWO_SIDED: "=", GREATER: ">", LESS: "<"}[side]
        name = f"{method.name}, {self.letters} {relation} {self.text(value)}"

        @wraps(method.function)
        def at_value(table: TwoByTwo) -> TestResult:
            result: TestResult = method.function(table, value, side)
            return replace(result, name=name)

        return replace(method, function=at_value, key=f"{method.key}-{which}" if which else method.key, name=name)

    def inputs(self) -> dict[str, Any]:
        """What JSON echoes."""
        if self.kind is None:
            return {"null": self.values[0], "alternative": self.sides[0]}
        return {"margin": list(self.values), "question": self.kind, "alternative": list(self.sides)}

    def fact(self) -> tuple[str, str]:
        """The line above the tables."""
        if self.kind is None:
            side = "" if self.sides[0] == TWO_SIDED else f", alternative {self.sides[0]}"
            return "null value", f"{self.letters} = {self.text(self.values[0])}{side}"
        sought = " and ".join(
            f"{self.letters} {'>' if side == GREATER else '<'} {self.text(value)}"
            for value, side in zip(self.values, self.sides, strict=True)
        )
        return "question", f"{self.kind}, {sought}"


def check_methods(measure: str, asked: Asked | None, keys: Sequence[str]) -> None:
    """End with a message where a test is named that needs, or does not go with, a null value."""
    for key in keys:
        if key == ALL or key in registry.estimators(measure):
            continue
        at_null, at_equality = registry.tests(null_measure(measure)), registry.tests(measure)
        if asked is None and key not in at_equality and key in at_null:
            fail(f"--method {key} tests a value other than equality: add --null or --margin")
        if asked is not None and key not in at_null:
            fail(f"--method {key} tests equality only{near(key, at_null)}; one of {', '.join(at_null)}")


def _numbers(measure: str, option: str, text: str) -> list[float]:
    """The numbers of an option's text, on the scale of the measure."""
    from ..reported.number import parse_number
    from ..stats.null_value import CONTRASTS

    found = []
    for part in _BETWEEN.split(text.strip()):
        try:
            number = parse_number(part)
            if measure == "risk difference" and not number.percent and abs(number.value) >= 1:
                fail(f"{option} {one_line(part)!r} is no difference of proportions: write {part}% or a fraction")
            CONTRASTS[measure].check(number.value)
        except ValueError as error:
            fail(f"{option}: {error}")
        found.append(number.value)
    return found


def asked_for(
    measure: str,
    null: str | None,
    alternative: str | None,
    margins: Sequence[str],
    equivalence: bool,
    outcome: str | None,
) -> Asked | None:
    """What the options ask, nothing where there are none; ends with a message where they do not go together."""
    if null is not None and margins:
        fail("--null and --margin ask two questions: give one of them")
    if alternative is not None and null is None:
        fail("--alternative gives the side of --null; the side of --margin is given by --outcome")
    if equivalence and not margins:
        fail("--equivalence needs the --margin within which it is sought")
    if outcome is not None and not margins:
        fail("--outcome says on which side of --margin treatment is better: there is no margin")
    if null is not None:
        values = _numbers(measure, "--null", null)
        if len(values) > 1:
            fail(f"--null takes one value, not {len(values)}; a range is a --margin")
        return Asked(measure, (values[0],), (alternative or TWO_SIDED,))
    if not margins:
        return None
    equality = 0.0 if measure == "risk difference" else 1.0
    values = [value for text in margins for value in _numbers(measure, "--margin", text)]
    if len(values) > 2:
        fail(f"--margin takes one value, or two for equivalence, not {len(values)}")
    if equivalence and len(values) == 1:
        other = -values[0] if equality == 0 else 1 / values[0]
        values = [values[0], other]
    if len(values) == 2:
        lower, upper = sorted(values)
        if not lower < equality < upper:
            sort = "a difference of 0" if equality == 0 else "a ratio of 1"
            fail(f"--margin: equivalence is sought in a range that holds {sort}")
        if outcome is not None:
            fail("--outcome does not matter to equivalence: leave it out")
        return Asked(measure, (lower, upper), (GREATER, LESS), EQUIVALENCE)
    (margin,) = values
    good = margin <= equality if outcome is None else outcome == "good"
    return Asked(measure, (margin,), (GREATER if good else LESS,), _kind(margin - equality, good))


def _kind(beyond: float, good: bool) -> str:
    """What a margin so far beyond equality asks: to be no worse, to be better, or better by that much."""
    if beyond == 0:
        return SUPERIORITY
    return NON_INFERIORITY if (beyond < 0) == good else BY_A_MARGIN


def shown_estimators(asked: Asked, estimators: dict[str, Method], keys: Sequence[str]) -> list[Method]:
    """The intervals to show: those asked for, or the default and the one that decides."""
    named = [method for key, method in estimators.items() if key in keys]
    if named or ALL in keys:
        return chosen(estimators, keys)
    return [method for method in estimators.values() if method.default or method.key == DECISIVE]


def _first(rows: Sequence[Any], key: str) -> Any:
    """The row that decides: the one of this method, or the first."""
    return next((row for row in rows if row.method == key), rows[0])


def concluded(document: Document, asked: Asked, keys: Sequence[str]) -> Document:
    """The document with the margin and the conclusion: a value for programs, a sentence for people.

    The interval and the test that decide are those named by --method, Miettinen and Nurminen's otherwise.
    """
    if asked.kind is None:
        return document
    percent = asked.measure == "risk difference"
    which = ("lower margin", "upper margin") if len(asked.values) > 1 else ("margin",)
    values = [
        Value(name, value, "proportion" if percent else "") for name, value in zip(which, asked.values, strict=True)
    ]
    interval: Estimate = _first(document.estimates, next((k for k in keys if k != ALL), DECISIVE))
    deciding = _first(document.tests, next((k for k in keys if k != ALL), DECISIVE)).method
    tests = [row for row in document.tests if row.method == deciding]
    verdict, sentence = _judged(asked, interval, tests)
    said = {True: "shown", False: "not shown", None: "undecided"}[verdict]
    values.append(Value("conclusion", None if verdict is None else int(verdict), "", f"{asked.kind} {said}"))
    return replace(
        document, values=(*document.values, *values), conclusion=f"{sentence} {document.conclusion}".rstrip()
    )


def _judged(asked: Asked, interval: Estimate, tests: Sequence[TestResult]) -> tuple[bool | None, str]:
    """Whether the question is answered yes by both interval and test, None where they disagree; and the sentence."""
    alpha = (1 - interval.conf) / 2
    level, conf = f"{100 * alpha:.10g}% one-sided level", f"{100 * interval.conf:.10g}%"
    digits = 2 if asked.measure == "risk difference" else 3  # one more than in the table: margins are met closely
    lower, upper = (of_measure(asked.measure, limit, digits) for limit in (interval.lower, interval.upper))
    margins = [asked.text(value) for value in asked.values]
    by_interval = [
        interval.lower > value if side == GREATER else interval.upper < value
        for value, side in zip(asked.values, asked.sides, strict=True)
    ]
    largest = max((row.p for row in tests), key=lambda p: math.inf if p != p else p)
    exist = largest == largest and interval.lower == interval.lower and interval.upper == interval.upper
    inside, significant = all(by_interval), largest < alpha
    if asked.kind == EQUIVALENCE:
        what = f"Equivalence within {margins[0]} to {margins[1]}"
        seen = f"the {conf} interval ({interval.method}, {lower} to {upper}) {{}} within it"
        p = f"the larger one-sided P ({tests[0].method}) is {_p(largest)}"
    else:
        end, limit = ("lower", lower) if asked.sides[0] == GREATER else ("upper", upper)
        relation = "above" if asked.sides[0] == GREATER else "below"
        to = "to" if asked.kind == NON_INFERIORITY else "by"
        what = asked.kind.capitalize() if asked.kind == SUPERIORITY else f"{_plain(asked.kind)} {to} {margins[0]}"
        seen = f"the {end} limit of the {conf} interval ({interval.method}, {limit}) {{}} {relation} {margins[0]}"
        p = f"the one-sided P ({tests[0].method}) is {_p(largest)}"
    if not exist:
        return None, f"{what} cannot be judged: the interval or the test does not exist."
    seen = seen.format("lies" if inside else "does not lie")
    if inside == significant:
        return inside, f"{what} is {'' if inside else 'not '}shown at the {level}: {seen}, and {p}."
    return None, f"{what} is undecided at the {level}, where interval and test disagree: {seen}, but {p}."


def _plain(kind: str | None) -> str:
    return "Non-inferiority" if kind == NON_INFERIORITY else "Superiority"


def _p(p: float) -> str:
    """A P value in a sentence, to four places."""
    return p_value(p, 4).replace("<", "below ")
