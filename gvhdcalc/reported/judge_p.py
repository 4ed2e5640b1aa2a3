"""What the judges of P values share: the printed one with its rounding, what the words say of it, normal deviates."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from functools import cached_property

from ..stats.namespace import z_for
from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE
from .denominators import half_unit
from .findings import IMPOSSIBLE, Judged
from .judge_base import Base
from .number import POINTS, THIN_BLANKS, TIMES

_ROOT2 = math.sqrt(2)
#: Words of a P value that is greater than its statistic alone gives.
CORRECTED = ("bonferroni", "tukey", "holm", "hochberg", "scheff", "false discovery", "sidak", "šidák", "multiple comp")
ONE_SIDED = (
    "one-sided", "one sided", "1-sided", "one-tailed", "one tailed", "1-tailed", "unilat", "einseitig",
)  # fmt: skip
#: After a P value, in a form that the reader of numbers does not take, or of a range or list,
#: "2.1-3.4 \u00d7 10\u207b\u2075".
_POWER = re.compile(
    r"(?:\s?(?:,\s?)?(?:[-\u2212\u2013,]|to|and|or)\s?[0-9.\u00b7]{1,8}){0,4}"
    r"\s?(?:[\u00d7xX*\u00b7\u22c5]\s?10|[eE]\s?[-\u2212\u2013][0-9]|\u207b|\^[-\u2212\u2013(]|(?<=10)\([-\u2212\u2013])"
)
#: A power of ten alone says an order of magnitude: "P = 10⁻⁶". Some print it as "10e-6", which would be ten times that.
_ORDER = re.compile(rf"(?<![0-9{TIMES}{POINTS}])(?<![{TIMES}{POINTS}][ {THIN_BLANKS}])10(?![0-9{POINTS},])")
#: Directly before or after a P value that is greater than its estimate alone gives.
_CORRECTED_P = re.compile(
    r"(?:adjusted|corrected|adj\.?|fdr|q)[ -]?\Z|\b(?:fdr|false discovery rate)\b.{0,20}\Z", re.IGNORECASE | re.DOTALL
)
_CORRECTED_AFTER = re.compile(
    r"[ ,;(]{0,3}(?:[\w'-]{1,20}[ -]){0,2}(?:corrected|adjusted|fdr|fwe|permut)", re.IGNORECASE
)
_MULTIPLE = (
    *CORRECTED, "bonferonni", "dunnett", "dunn", "hommel", "fdr", "fwe", "family-wise", "familywise", "family wise",
    "multiplicity", "multiple test", "post hoc", "pcorr",
)  # fmt: skip
#: Codes of what ends a sentence.
_STOP = re.compile("[.N]")
_RESULTS = re.compile("p|L[^.]?[inq]")  # a sentence with a P value or an interval
#: As these tests are written out.
_SAID = {"inferiority": "non-inferiority", "noninferiority": "non-inferiority"}

Box = tuple[float, float]


class PValues(Base):
    """The printed P values of a text."""

    def p_box(self, k: int) -> tuple[float, float]:
        """The P values that the printed one stands for; those it would be cut off from too."""
        relation, _ = self.scan.relation[k]
        said = self.scan.said[k]
        value, half = float(said), half_unit(said)
        if relation in ("<", "<="):
            return 0.0, value
        if relation in (">", ">="):
            return value, 1.0
        if "e" in said and _ORDER.search(self.scan.text, self.scan.start[k], self.scan.end[k]):
            return value / (32 if said.startswith("10e") else 3.2), min(1.0, 3.2 * value)
        return max(0.0, value - half), min(1.0, value + 2 * half)

    def _is_none(self, k: int) -> bool:
        """Whether a printed P value is no probability: above 1, or with a power of ten that was not read."""
        scan = self.scan
        return float(scan.said[k]) > 1 or _POWER.match(scan.text, scan.end[k]) is not None

    def _no_probability(self, k: int) -> Judged:
        """A P value above 1; a whole one is more often a power of ten that lost its exponent."""
        if _POWER.match(self.scan.text, self.scan.end[k]):
            return self.judged("p", k, NOT_CHECKABLE, "its power of ten is not read")
        if "." in self.scan.said[k]:
            return self.judged("p", k, INCONSISTENT, "no probability", strength=IMPOSSIBLE)
        return self.judged("p", k, NOT_CHECKABLE, "no probability: an exponent may be lost")

    def _corrected(self, k: int) -> bool:
        """Whether the words say that a P value is greater than the estimate alone gives."""
        text, start, end = self.scan.text, self.scan.start[k], self.scan.end[k]
        if _CORRECTED_P.search(text[max(0, start - 40) : start]) or _CORRECTED_AFTER.match(text, end, end + 40):
            return True
        return self._said_of(k, _MULTIPLE)

    def _said_of(self, k: int, words: tuple[str, ...]) -> bool:
        """Whether one of these words is said of the figure at a place: in its sentence, in the one before, or of all.

        It is of all where the sentence has no results: "P values were corrected by the method of Holm."
        """
        if not self.says(words):
            return False
        if words not in self._sentences:
            self._sentences[words] = self._that_say(words)
        sentences, number = self._sentences[words], self._sentence(k)
        return sentences is None or number in sentences or number - 1 in sentences

    def _that_say(self, words: tuple[str, ...]) -> set[int] | None:
        """The sentences that have one of these words, by number; None where one of them has no results."""
        scan, found = self.scan, set()
        for match in re.finditer("|".join(map(re.escape, words)), scan.text, re.IGNORECASE):
            number = self._sentence(bisect_right(scan.start, match.start()) - 1)
            if number not in found:
                found.add(number)
                if not _RESULTS.search(scan.codes, self._stops[number], self._stops[number + 1]):
                    return None
        return found

    @cached_property
    def _stops(self) -> list[int]:
        """Where sentences end among the lexemes, from before the first one to the end of the text."""
        codes = self.scan.codes
        return [0, *(match.start() for match in _STOP.finditer(codes)), len(codes)]

    def _sentence(self, k: int) -> int:
        return max(0, bisect_right(self._stops, k, 0, len(self._stops) - 1) - 1)

    def _one_sided(self, k: int, note: str, attainable: Box, computed: float | None = None) -> Judged:
        """A P value that is half of the two-sided one: the decision hangs on the side where the text names none."""
        named = self.says(ONE_SIDED)
        printed = self.p_box(k)
        return self.judged(
            "p", k, CONSISTENT, f"one-sided{'' if named else ', which the text does not say'}; {note}",
            computed=computed, attainable=attainable,
            decision=not named and printed[1] <= 0.05 < 2 * attainable[0],
        )  # fmt: skip


def tests_of(what: str) -> str:
    """What a P value is of, in words: "a test of non-inferiority"."""
    if what in ("rank", "logrank"):
        return "a rank or log-rank test"
    return f"a test of {_SAID.get(what, what)}"


def two_sided(z: float) -> float:
    """The two-sided P value of a normal deviate."""
    return math.erfc(abs(z) / _ROOT2)


def z_of(p: float) -> float:
    """The normal deviate of a two-sided P value."""
    return z_for(1 - p) if 1e-15 < p < 1 else (0.0 if p >= 1 else 8.0)


def z_gap(one: tuple[float, float], two: tuple[float, float]) -> float:
    """How far two intervals of P lie apart, as normal quantiles."""
    if one[1] < two[0]:
        return z_of(max(one[1], 1e-15)) - z_of(two[0])
    if two[1] < one[0]:
        return z_of(max(two[1], 1e-15)) - z_of(one[0])
    return 0.0


def decides(printed: Box, attainable: Box) -> bool:
    """Whether a printed P value and those found lie on different sides of 0.05."""
    return printed[1] <= 0.05 < attainable[0] or attainable[1] <= 0.05 < printed[0]


def p_text(p: float) -> str:
    """A P value to two digits, "<0.0001" below that."""
    return "<0.0001" if p < 1e-4 else f"{p:.2g}"


def p_span(ends: tuple[float, float]) -> str:
    """Two P values as "0.02 to 0.03"; as one where they read alike."""
    low, high = map(p_text, ends)
    return low if low == high else f"{low} to {high}"
