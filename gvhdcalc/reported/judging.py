"""The judge of claims read in a text: every relation that ties printed numbers, each with its rounding.

A false accusation is the worst fault here. So: adjusted estimates are never held against crude counts; a percentage is
never held against a total of our choice; a P value that may be of another test is named as such; what no method here
gives is "inconsistent" only where no lawful way is known, and "impossible" only where no data can give it.
"""

from __future__ import annotations

import math
from operator import attrgetter

from ..stats.results import CONSISTENT, NOT_CHECKABLE, REPRODUCED
from . import means, relative_change
from .drafts import Draft
from .findings import Judged
from .judge_intervals import Intervals
from .sample_size import Plan
from .tables import UNCONDITIONAL, Search

_START = attrgetter("start")


class Judge(Intervals):
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
            found += self._interval(draft, draft.interval, search)
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
        if draft.measure == "NNT" and search is not None:
            return self._needed(k, search)
        if search is None and draft.adjusted is not True and (crude := self.crude_of_percents(draft)) is not None:
            return self._of_percentages(k, crude)
        if search is None or measure is None or draft.adjusted is True:
            needs = "needs its interval, or the counts of both groups"
            return self.judged("estimate", k, NOT_CHECKABLE, needs)
        low, high = self.box(k)
        for value, how in search.estimates(measure, draft.measure == "RRR"):
            if self.scan.codes[k] == "q":
                value *= 100
            if low - 1e-9 <= value <= high + 1e-9:
                return self.judged("estimate", k, REPRODUCED, f"of {search}{how}", methods=("counts",), computed=value)
        return self.judged("estimate", k, NOT_CHECKABLE, f"not from {search} alone; perhaps adjusted, or of others")

    def _of_percentages(self, k: int, crude: tuple[float, float, float]) -> Judged:
        """An estimate of two groups of which only the percentages are printed."""
        value, *ends = (100 * x if self.scan.codes[k] == "q" else x for x in crude)
        low, high = self.box(k)
        if self.scan.value(k) >= 0 > value:
            value, ends = -value, [-ends[1], -ends[0]]  # a decrease printed without its sign
        attainable = (ends[0], ends[1])
        note = "of the two percentages"
        if low - 1e-9 <= value <= high + 1e-9:
            return self.judged("estimate", k, REPRODUCED, note, methods=("percentages",), computed=value)
        if ends[0] <= high and low <= ends[1]:
            return self.judged("estimate", k, CONSISTENT, note, computed=value, attainable=attainable)
        note = "not of the percentages alone; perhaps adjusted, or of others"
        return self.judged("estimate", k, NOT_CHECKABLE, note, computed=value, attainable=attainable)

    def _change_of_ratio(self, k: int, ratio: int) -> Judged:
        """A percentage that says a ratio again, which it was found by: 100 (1 - ratio) or 100 (ratio - 1)."""
        value, *ends = map(abs, relative_change.change(self.scan, ratio))
        low, high = self.box(k)
        said = self.scan.said[ratio]
        note = f"1 - {said}" if float(said) < 1 else f"{said} - 1"
        verdict = REPRODUCED if low - 1e-9 <= value <= high + 1e-9 else CONSISTENT
        return self.judged(
            "percent change", k, verdict, note, methods=("1 - ratio",) if verdict == REPRODUCED else (),
            computed=value, attainable=(min(ends), max(ends)),
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

    def _needed(self, k: int, search: Search) -> Judged:
        """A number needed to treat: the reciprocal of the risk difference, as it is or rounded up."""
        value = search.difference()
        if value and math.isfinite(1 / value):
            needed = abs(1 / value)
            low, high = self.box(k)
            if low - 1e-9 <= needed <= high + 1e-9 or math.ceil(needed - 1e-9) == self.scan.value(k):
                return self.judged("estimate", k, REPRODUCED, f"of {search}", methods=("counts",), computed=needed)
            note = f"{search} gives {needed:.1f}; perhaps adjusted, or over another time"
            return self.judged("estimate", k, NOT_CHECKABLE, note, computed=needed)
        return self.judged("estimate", k, NOT_CHECKABLE, "the counts give no difference")
