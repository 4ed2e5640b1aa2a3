"""The judge of claims read in a text: every relation that ties printed numbers, each with its rounding.

A false accusation is the worst fault here. So: adjusted estimates are never held against crude counts; a percentage is
never held against a total of our choice; a P value that may be of another test is named as such; what no method here
gives is "inconsistent" only where no lawful way is known, and "impossible" only where no data can give it.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from operator import attrgetter

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED
from . import means, relative_change
from .drafts import Draft
from .findings import NOT_REPRODUCED, Judged
from .judge_base import shown_like
from .judge_intervals import Intervals
from .judge_p_means import PValuesOfMeans
from .judge_p_statistic import PValuesOfStatistics
from .sample_size import Plan
from .tables import UNCONDITIONAL, Search

#: What begins the words of a number needed to treat, and all that these are where it is of the groups before it.
_CLAUSE = re.compile(r"[;,([]|\. ")
_NEEDED = re.compile(
    r"\W*(?:(?:a|an|the|and|or|with|giving|i\.e\.|this|which|it|is|was|of|to|into|estimated|resulting|result|in|yielding|"
    r"correspond\w*|translat\w*|equat\w*|equivalent|numbers?|needed|treat|harm|benefit|nnt[bh]?|nnh|"
    r"(?:prevent|avoid|cause|obtain) (?:one|1|an) (?:additional |extra |more )?[\w-]+(?: [\w-]+)?)\b\W*)*"
)
#: What is prevented by it, which must be what was counted.
_PREVENTED = re.compile(
    r"(?:prevent|avoid|cause|obtain) (?:one|1|an) (?:additional |extra |more )?([\w-]+(?: [\w-]+)?)"
)
_ANY_OUTCOME = re.compile(r"\b(?:event|outcome|case|patient|person)")
_DIED = re.compile(r"\b(?:death|die[ds]|dead|mortality|fatal|surviv)")
#: Before its clause: "for response, NNT = 4"
_FOR = re.compile(r"(?:^|[;,:([])\W*(?:for|at|among|in)\s[^;,:([]*,\W*\Z")
_NEED = re.compile("need|nn[th]")
#: Behind it: over another time, or for another outcome.
_OVER = re.compile(
    r"\W{0,2}(?:at|for|with|over|per|in|during|to|[-–])\b|,?\s(?:and|or|vs?\.?|versus|to)\s+[0-9]"
    r"|,\s?[0-9.]+(?:,|\sand\b)"
)
#: Before a difference of percentages that are shares of patients.
_RISK = re.compile(r"\b(?:risks?|absolute|rates?|proportions?|incidence|mortality|ARR|ARD|RD|percentage points?)\b")
_START = attrgetter("start")


class Judge(Intervals, PValuesOfMeans, PValuesOfStatistics):
    """Judges the drafts of one text."""

    def claim(self, draft: Draft) -> list[Judged]:
        """The judged figures of a claim, in order of the text."""
        found: list[Judged] = []
        for number, arm in enumerate(draft.arms, 1):
            found += self._arm(arm, f" {number}" if len(draft.arms) > 1 else "", draft)
        if draft.statistic is not None and draft.p is not None:
            return [self._p_of_statistic(draft.p, draft.statistic)]
        if draft.measure == means.MEASURE and draft.p is not None:
            return [*found, self._p_of_means(draft, draft.p)]
        if draft.plan is not None and draft.estimate is not None:
            return [self._size(draft.estimate, draft.plan)]
        if draft.ratio is not None and draft.estimate is not None:
            return [self._change_of_ratio(draft.estimate, draft.ratio)]
        search = self._search(draft)
        if draft.interval is not None:
            own = self._interval(draft, draft.interval, search)
            if draft.measure == "NNT" and own[0].verdict.item == "estimate" and own[0].verdict.verdict == CONSISTENT:
                needed = self._needed(draft, draft.interval.estimate or 0, search)
                own[0] = own[0] if needed.verdict.verdict == NOT_CHECKABLE else needed
            found += own
        elif draft.estimate is not None:
            found.append(self._estimate(draft, draft.estimate, search))
        if draft.p is not None and draft.interval is None:
            found.append(self._p_alone(draft, draft.p, search))
        found.sort(key=_START)
        return found

    def _search(self, draft: Draft) -> Search | None:
        """The search over methods, where both groups have counts."""
        if len(draft.arms) != 2:
            return None
        one, two = map(self.counted, draft.arms)
        if one is None or two is None:
            return None
        return Search(*one, *two, self._budget, self.says(UNCONDITIONAL))

    def _estimate(self, draft: Draft, k: int, search: Search | None) -> Judged:
        """An estimate without an interval: against the counts beside it."""
        measure = {"OR": "odds ratio", "RR": "risk ratio", "RD": "risk difference", "RRR": "risk ratio"}.get(
            draft.measure or ""
        )
        if draft.measure == "NNT":
            return self._needed(draft, k, search)
        if search is None and draft.adjusted is not True and (crude := self.crude_of_percents(draft)) is not None:
            return self._of_percentages(k, crude, self._unit(draft, k))
        if search is None or measure is None or draft.adjusted is True:
            needs = "needs its interval, or the counts of both groups"
            return self.judged("estimate", k, NOT_CHECKABLE, needs)
        low, high = self.box(k)
        unit = self._unit(draft, k)
        first: float | None = None
        for value, how in search.estimates(measure, draft.measure == "RRR"):
            value *= unit
            if low - 1e-9 <= value <= high + 1e-9:
                return self.judged("estimate", k, REPRODUCED, f"of {search}{how}", methods=("counts",), computed=value)
            first = value if first is None else first
        if all(arm.events is None for arm in draft.arms) and (of_percents := self.crude_of_percents(draft)) is not None:
            return self._of_percentages(k, of_percents, unit)
        computed = first if first is not None and math.isfinite(first) else None
        given = "" if computed is None else f", which gives {shown_like(self.scan.said[k], computed, False)}"
        note = f"not from {search}{given}; perhaps adjusted, or of others"
        return self.judged("estimate", k, NOT_CHECKABLE, note, computed=computed)

    def _unit(self, draft: Draft, k: int) -> float:
        """What an estimate is printed out of: 100 in percent, or as a difference of more than 1."""
        return 100.0 if self.scan.codes[k] == "q" or (draft.measure == "RD" and abs(self.scan.value(k)) > 1) else 1.0

    def _of_percentages(self, k: int, crude: tuple[float, float, float], unit: float) -> Judged:
        """An estimate of two groups of which only the percentages are printed."""
        value, *ends = (unit * x for x in crude)
        low, high = self.box(k)
        if self.scan.value(k) >= 0 > value:
            value, ends = -value, [-ends[1], -ends[0]]  # a decrease printed without its sign
        attainable = (ends[0], ends[1])
        note = "of the two percentages"
        if low - 1e-9 <= value <= high + 1e-9:
            return self.judged("estimate", k, REPRODUCED, note, methods=("percentages",), computed=value)
        if ends[0] <= high and low <= ends[1]:
            return self.judged("estimate", k, CONSISTENT, note, computed=value, attainable=attainable)
        shown = shown_like(self.scan.said[k], value, False)
        note = f"not of the percentages, which give {shown}; perhaps adjusted, or of others"
        return self.judged("estimate", k, NOT_CHECKABLE, note, computed=value, attainable=attainable)

    def _change_of_ratio(self, k: int, ratio: int) -> Judged:
        """A percentage that says a ratio again, which it was found by: 100 (1 - ratio) or 100 (ratio - 1)."""
        value, *ends = map(abs, relative_change.change(self.scan, ratio))
        low, high = self.box(k)
        said = self.scan.said[ratio]
        note = f"1 - {said}" if float(said) < 1 else f"{said} - 1"
        reached = min(ends) - 1e-9 <= high and low <= max(ends) + 1e-9
        verdict = REPRODUCED if low - 1e-9 <= value <= high + 1e-9 else CONSISTENT if reached else INCONSISTENT
        return self.judged(
            "percent change", k, verdict, note, methods=("1 - ratio",) if verdict == REPRODUCED else (),
            computed=value, attainable=(min(ends), max(ends)), strength=NOT_REPRODUCED,
        )  # fmt: skip

    def _size(self, k: int, plan: Plan) -> Judged:
        """The size of a trial, by every formula for two proportions and every rounding that papers use."""
        keys, how = plan.sizes(int(self.scan.value(k)))
        power = "power not printed: 80% and 90% tried" if plan.power is None else f"power {plan.power:.0%}"
        asked = f"{power}, alpha {plan.alpha:g}, {'two' if plan.sides == 2 else 'one'}-sided"
        asked += f", dropout {plan.dropout:.0%}" if plan.dropout else ""
        if keys:
            verdict = CONSISTENT if plan.power is None else REPRODUCED
            return self.judged("n", k, verdict, f"{how}; {asked}", methods=keys)
        return self.judged("n", k, NOT_CHECKABLE, f"no formula for two proportions gives it ({asked})")

    def _needed(self, draft: Draft, k: int, search: Search | None) -> Judged:
        """A number needed to treat: the reciprocal of a difference that is printed, or of counts or percentages."""
        needs = "needs its interval, or the counts of both groups"
        printed, (low, high) = self.scan.value(k), self.box(k)
        far: list[tuple[str, float, float, float]] = []
        for name, difference, least, most in self._differences(draft, search):
            if not difference:
                needs = f"{name} gives no difference"
                continue
            value, ends = abs(1 / difference), sorted(abs(1 / end) for end in (least, most) if end * difference > 0)
            if low - 1e-9 <= value <= high + 1e-9 or math.ceil(value - 1e-9) == printed:
                return self.judged("estimate", k, REPRODUCED, f"of {name}", methods=("counts",), computed=value)
            most = ends[-1] if len(ends) > 1 else math.inf
            if ends and math.floor(ends[0]) <= printed < most + 1:
                return self.judged("estimate", k, CONSISTENT, f"of {name}, as rounded", computed=value)
            far.append((name, value, ends[0] if ends else value, most))
        if not far:
            return self.judged("estimate", k, NOT_CHECKABLE, needs)
        name, value, *_ = far[0]
        note = f"of {name} it is {value:.1f}"
        apart = all(not 0.7 * least <= printed <= 1.4 * most for _, _, least, most in far)
        if apart and self._of_these(draft, k):
            return self.judged(
                "estimate", k, INCONSISTENT, note, computed=value, strength=NOT_REPRODUCED,
            )  # fmt: skip
        note += "; perhaps adjusted, or over another time"
        return self.judged("estimate", k, NOT_CHECKABLE, note, computed=value)

    def _differences(self, draft: Draft, search: Search | None) -> list[tuple[str, float, float, float]]:
        """The differences that a number needed to treat may be of: their source, value, least and greatest value."""
        found = []
        if search is not None and math.isfinite(value := search.difference()):
            found.append((str(search), value, value, value))
        if (crude := self.crude_of_percents(replace(draft, measure="RD"))) is not None:
            found.append(("the two percentages", *crude))
        for other in self._beside(draft, before=2, after=0):
            k = other.estimate
            if k is None or other.measure != "RD" or other.interval is None or not self._just_before(other, draft):
                continue
            said = self.scan.text[max(0, self.scan.start[k] - 100) : self.scan.start[k]]
            if _RISK.search(said) is None or "mean" in said:
                continue
            unit = self._points(other.interval)
            low, high = self.box(k)
            found.append((f"the difference {self.scan.said[k]}", self.scan.value(k) / unit, low / unit, high / unit))
        return found

    def _counted_as(self, tail: str, k: int) -> bool:
        """Whether what is prevented was named before: no "deaths" in percentages with a relapse."""
        match = _PREVENTED.search(tail)
        if match is None or _ANY_OUTCOME.search(match[1]):
            return True
        before = self.scan.lower[max(0, self.scan.start[k] - len(tail) - 400) : self.scan.start[k] - len(tail)]
        if _DIED.search(match[1]):
            return _DIED.search(before) is not None
        return any(len(word) > 3 and word[:5] in before for word in match[1].split())

    def _just_before(self, one: Draft, two: Draft) -> bool:
        """Whether no other figure stands between two claims."""
        assert one.interval is not None
        last = max(one.interval.last, (one.interval.p or 0) + 1, (one.p or 0) + 1)
        scan = self.scan
        figures = [k for k in range(last, two.first) if scan.codes[k] in "inqp" and scan.said[k] != "1"]
        return last <= two.first and two.first - last < 16 and not figures

    def _of_these(self, draft: Draft, k: int) -> bool:
        """Whether no word says that a number needed to treat is of another outcome or time, or of a model."""
        if draft.arms and self.modelled:
            return False
        scan = self.scan
        figures = (j for j in range(k - 1, max(-1, k - 24), -1) if scan.codes[j] in "inqp" and scan.said[j] != "1")
        before = scan.lower[scan.end[next(figures, 0)] : scan.start[k]]
        clauses = _CLAUSE.split(before[-200:])
        tail = clauses[-1]
        if _NEED.search(tail) is None:
            tail = " ".join(clauses[-2:])  # "NNT at 5 years, 12"
        # a short one, as some words can be read in two ways
        own = len(tail) < 100 and _NEEDED.fullmatch(tail) is not None
        if not own or _FOR.search(before[: len(before) - len(tail)]) or not self._counted_as(tail, k):
            return False
        return not _OVER.match(scan.lower[scan.end[k] : scan.end[k] + 24])
