"""Sample-size sentences: "a 13% reduction, from 20% to 7%, with 80% power needs 160 patients per group".

Two proportions, a power and a size: every formula for two proportions is asked for the size, with every rounding that
papers use. What none of them gives is not checkable, never inconsistent: the sentence seldom says all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..stats import registry
from ..stats.allocation import roundings
from ..stats.power_proportions import TwoProportions
from ..stats.trial_question import Inapplicable
from .drafts import Arm, Draft, taken_by
from .scan import Scan

MEASURE = "power of two proportions"
_LOST = ("drop", "loss", "lost", "attrition", "withdraw")
_LEVEL = ("alpha", "α", "significance", "type i", "type 1", "p <", "p<", "error")
_PER_ARM = re.compile(r"^\W{0,3}(?:\w+\W+){0,4}?(?:per|in each|in both|each)\b")
_PEOPLE = re.compile(
    r"^\W{0,3}(?:\w+\W+){0,2}?(?:patients|participants|subjects|women|men|children|people|adults|pts)\b"
)
_SIZE = re.compile(r"(?:\bn\W{0,3}|sample size (?:of|was|is|as)[^.;]{0,30})$")
_STOP = re.compile(r"[,;()]")
#: A text has one such sentence, or two; no more are looked at.
_MOST = 4
_POWERS = (0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Plan:
    """A size as printed: percentages ``p1`` and ``p0``, and what was said of power, level, sides and dropout.

    ``power`` is None where it is not printed.
    """

    p1: float
    p0: float
    power: float | None
    alpha: float
    sides: int
    dropout: float

    def sizes(self, n: int) -> tuple[tuple[str, ...], str]:
        """The methods that give n, in total or per arm, and how the first rounds; none and "" where there are none."""
        found: dict[str, str] = {}
        for power in _POWERS if self.power is None else (self.power,):
            try:
                asked = TwoProportions(
                    self.p0, self.p1, power=power, alpha=self.alpha, sides=self.sides, dropout=self.dropout
                )
            except ValueError:
                continue
            for key, method in registry.designs(MEASURE).items():
                if method.slow or not method.closed_form:
                    continue
                try:
                    row = method.function(asked)
                except Inapplicable:
                    continue
                if row.n1_exact is None or row.n0_exact is None or not row.n1_exact < 1e9:
                    continue
                how = next((how for size, how in roundings(row.n1_exact, row.n0_exact, self.dropout) if size == n), "")
                if how:
                    found.setdefault(key, how)
            if found:
                break
        return tuple(found), next(iter(found.values()), "")


def _says(text: str) -> bool:
    return "power" in text or "sample size" in text


def find(scan: Scan, parts: list[tuple[int, int]], drafts: list[Draft]) -> list[Draft]:
    """The sizes of the text's sample-size sentences, each a claim; numbers that other claims took are left to them."""
    lower = scan.lower
    if not _says(lower):
        return []
    found: list[Draft] = []
    taken = taken_by(drafts)
    for index, (first, last) in enumerate(parts):
        said = lower[scan.start[first] : scan.end[last - 1]]
        if _says(said):
            # "... 80% power. This assumes a response of ..." goes on
            end = parts[index + 1][1] if index + 1 < len(parts) and "assum" in scan.prose(*parts[index + 1]) else last
            found += _read(scan, lower, first, end, taken)
        if len(found) >= _MOST:
            break
    return found[:_MOST]


def _near(lower: str, start: int, end: int, words: tuple[str, ...], before: int = 24, after: int = 24) -> bool:
    """Whether one of the words stands beside a number, no comma or bracket between."""
    left = _STOP.split(lower[max(0, start - before) : start])[-1]
    right = _STOP.split(lower[end : end + after])[0]
    return any(word in left or word in right for word in words)


def _read(scan: Scan, lower: str, first: int, last: int, taken: set[int]) -> list[Draft]:
    percents: list[int] = []
    power: float | None = None
    alpha, dropout = 0.05, 0.0
    used: list[int] = []
    for k in range(first, last):
        code = scan.codes[k]
        if code not in "qn" or k in taken:
            continue
        start, end, value = scan.start[k], scan.end[k], scan.value(k)
        if code == "q" and _near(lower, start, end, ("power",), before=14, after=12) and value >= 50:
            power = value / 100
        elif _near(lower, start, end, _LEVEL) and 0 < (share := value / (100 if code == "q" else 1)) <= 0.2:
            alpha = share
        elif code == "q" and _near(lower, start, end, _LOST, before=30, after=16):
            dropout = value / 100
        elif code == "q":
            percents.append(k)
            continue
        else:
            continue
        used.append(k)
    for k in range(first, last):
        if scan.codes[k] == "p" and k not in taken and 0 < scan.value(k) <= 0.2:
            alpha = scan.value(k)  # "at P < 0.05"
            used.append(k)
    pair = _pair(scan, percents)
    if pair is None or not 0 <= dropout < 0.9:
        return []
    sentence = lower[scan.start[first] : scan.end[last - 1]]
    sides = 1 if re.search(r"\b(?:one|1)\W?(?:sided|tailed)", sentence) else 2
    plan = Plan(scan.value(pair[0]) / 100, scan.value(pair[1]) / 100, power, alpha, sides, dropout)
    arms = [Arm(k, k + 1, percent=k) for k in pair]
    found: list[Draft] = []
    for k in range(first, last):
        if scan.codes[k] == "i" and k not in taken and scan.value(k) >= 4 and _is_size(scan, lower, k):
            if any(scan.value(draft.estimate or 0) == 2 * scan.value(k) for draft in found):
                continue  # "N = 320 (n = 160 vs. n = 160)"
            found.append(
                Draft(
                    "sample size", MEASURE, min(k, *pair), k + 1, estimate=k, arms=arms, plan=plan, others=tuple(used)
                )
            )
    return found[:2]


def _is_size(scan: Scan, lower: str, k: int) -> bool:
    after = lower[scan.end[k] : scan.end[k] + 60]
    before = lower[max(0, scan.start[k] - 60) : scan.start[k]]
    return bool(_PER_ARM.match(after) or _PEOPLE.match(after) or _SIZE.search(before) or scan.codes[k - 1 : k] == "c")


def _pair(scan: Scan, percents: list[int]) -> tuple[int, int] | None:
    """The two proportions: two percentages, or those of three whose difference the third is."""
    values = [scan.value(k) for k in percents]
    if len(percents) == 3:
        for odd in range(3):
            one, two = (values[j] for j in range(3) if j != odd)
            if abs(abs(one - two) - values[odd]) < 1e-9:
                percents = [k for j, k in enumerate(percents) if j != odd]
                break
    if len(percents) != 2 or not all(0 < scan.value(k) < 100 for k in percents):
        return None
    one, two = percents
    return None if scan.said[one] == scan.said[two] else (one, two)
