"""The judge of P values of counts: every test of their table, or of the tables that their percentages imply."""

from __future__ import annotations

import math
import re

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED
from . import repairs
from .drafts import Arm, Draft
from .findings import NOT_REPRODUCED, Judged
from .judge_p import PValues, p_span, tests_of, z_gap
from .sizes import NO_SHARE
from .tables import ROW_COST, UNCONDITIONAL, Row, Search

#: Of the same patients twice.
_TWICE = re.compile(
    r"\b(?:from\b[^;]{0,80}[0-9)%\]][^;]{0,60}\bto\b|before\b[^;]{0,120}\bafter\b"
    r"|at (?:baseline|entry|admission)\b[^;]{0,120}\b(?:at|after|to)\b)",
    re.IGNORECASE,
)


class PValuesOfCounts(PValues):
    """Judges P values of counts."""

    def _p_of_counts(self, draft: Draft, k: int, search: Search | None, otherwise: str) -> Judged:
        printed = self.p_box(k)
        if search is not None and (keys := search.tests(printed)):
            return self.judged("p", k, REPRODUCED, "of the counts", methods=keys)
        return self.judged("p", k, NOT_CHECKABLE, otherwise)

    def _p_alone(self, draft: Draft, k: int, search: Search | None) -> Judged:
        """A P value of two groups without an interval: every test of the table."""
        scan = self.scan
        _, of = scan.relation.get(k, ("=", ""))
        if self._is_none(k):
            return self._no_probability(k)
        if of and of not in ("fisher", "superiority"):
            return self.judged("p", k, NOT_CHECKABLE, f"{tests_of(of)}: counts do not give it")
        printed = self.p_box(k)
        if len(draft.arms) > 2:
            return self._p_of_row(draft, k, printed)
        if search is None:
            tables = self._tables(draft)
            if tables is None:
                return self.judged("p", k, NOT_CHECKABLE, "needs the n of each group")
            keys: tuple[str, ...] = ()
            span = [math.inf, -math.inf]
            for table in tables:
                keys = table.tests(printed, quick=True)
                if keys:
                    return self.judged(
                        "p", k, REPRODUCED, f"of {table}, the n that the percentages imply", methods=keys
                    )
                low, high = table.p_range()
                span = [min(span[0], low), max(span[1], high)]
            attainable = (span[0], span[1])
        else:
            if keys := search.tests(printed):
                return self.judged("p", k, REPRODUCED, f"of {search}", methods=keys, computed=search.p(keys[0]))
            attainable = search.p_range()
        span_text = f"the tests of these counts give {p_span(attainable)}"
        if printed[0] <= attainable[1] and attainable[0] <= printed[1]:
            return self.judged("p", k, CONSISTENT, span_text, attainable=attainable)
        if printed[0] <= attainable[1] / 2 and attainable[0] / 2 <= printed[1]:
            halves = attainable[0] / 2, attainable[1] / 2
            return self._one_sided(k, f"{span_text} two-sided", halves)
        if self._before_and_after(draft, k):
            note = f"{span_text}; perhaps of the same patients before and after, which needs the changes"
            return self.judged("p", k, NOT_CHECKABLE, note, attainable=attainable)
        gap = z_gap(printed, attainable)
        # percentages without counts may be of a model or a curve, and where one is wrong it may be the count
        unsure = any(arm.events is None or arm.told is not None for arm in draft.arms)
        # "55% (n = 144) v 82% (n = 201)": perhaps the n of the groups
        unsure = unsure or all(self._may_be_n(arm) for arm in draft.arms)
        if self.modelled or gap < 0.7 or draft.estimate is not None or unsure:
            return self.judged("p", k, NOT_CHECKABLE, f"{span_text}; perhaps of another test", attainable=attainable)
        if search is not None and any(arm.total is None and arm.total_value is not None for arm in draft.arms):
            # totals of our choice, unless the count and its percentage leave no other
            for arm in draft.arms:
                if arm.total is not None or arm.percent is None:
                    continue
                implied = self.implied(arm)
                if implied is None or implied[0] != implied[1]:  # none are 0% of any total
                    return self.judged(
                        "p", k, NOT_CHECKABLE, f"{span_text} with the totals found elsewhere", attainable=attainable
                    )
        crosses = printed[1] < 0.05 < attainable[0] or printed[0] > 0.05 > attainable[1]
        return self.judged(
            "p",
            k,
            INCONSISTENT,
            span_text,
            attainable=attainable,
            decision=crosses,
            computed=attainable[0] if printed[1] < attainable[0] else attainable[1],
            strength=NOT_REPRODUCED,
            repair=repairs.p_value(scan.said[k], attainable),
        )

    def _may_be_n(self, arm: Arm) -> bool:
        """Whether a count behind its percentage is named "n", and some count out of it gives the percentage too.

        Or none need give it, where the percentage is of a curve or a mean.
        """
        if arm.events is None or arm.percent is None or arm.events < arm.percent or arm.total or arm.total_value:
            return False
        low, high = self.box(arm.percent)
        n = self.scan.value(arm.events)
        named = "c" in self.scan.codes[max(0, arm.events - 2) : arm.events]
        start = self.scan.start[arm.percent]
        if named and NO_SHARE.search(self.scan.text, max(0, start - 90), start):
            return True
        return named and math.ceil(n * low / 100 - 1e-9) <= n * high / 100 + 1e-9

    def _p_of_row(self, draft: Draft, k: int, printed: tuple[float, float]) -> Judged:
        """A P value of three groups or more; it may also be of a model, or of some of them."""
        counts = []
        for arm in draft.arms:
            counted = self.counted(arm)
            if counted is None or (arm.events is not None and self.scan.codes[arm.events] != "i"):
                return self.judged("p", k, NOT_CHECKABLE, "needs the n of each group")
            counts.append(counted)
        if not self._budget.allows(ROW_COST):
            return self.judged("p", k, NOT_CHECKABLE, "so many tables in one text are not all searched")
        row = Row(counts, self._budget)
        keys, found = row.tests(printed)
        if keys:
            return self.judged("p", k, REPRODUCED, f"of {row}", methods=keys, computed=found[keys[0]])
        if not found:
            return self.judged("p", k, NOT_CHECKABLE, f"no test of {row} exists")
        ends = min(found.values()), max(found.values())
        note = f"the tests of these counts give {p_span(ends)}"
        if printed[0] <= ends[1] and ends[0] <= printed[1]:
            return self.judged("p", k, CONSISTENT, note, attainable=ends)
        note += "; perhaps of two of the groups, or of a model"
        return self.judged("p", k, NOT_CHECKABLE, note, attainable=ends)

    def _before_and_after(self, draft: Draft, p: int) -> bool:
        """Whether the two counts are of the same patients at two times: of one total, from the first to the second."""
        totals = {self.total_of(arm) for arm in draft.arms}
        scan = self.scan
        begin = max(0, scan.start[min(arm.first for arm in draft.arms)] - 80)
        return len(totals) == 1 and _TWICE.search(scan.text, begin, scan.start[p]) is not None

    def _tables(self, draft: Draft) -> list[Search] | None:
        """The tables that counts with percentages imply, where they are few."""
        spans = []
        if len(draft.arms) != 2:
            return None
        for arm in draft.arms:
            if arm.events is None or self.scan.codes[arm.events] != "i":
                return None
            total = self.total_of(arm)
            if total is not None:
                spans.append((int(self.scan.value(arm.events)), total, total))
            elif arm.percent is not None and (implied := self.implied(arm)) and implied[1] - implied[0] < 6:
                spans.append((int(self.scan.value(arm.events)), implied[0], implied[1]))
            else:
                return None
        (e1, a, b), (e0, c, d) = spans
        if e1 > a or e0 > c:
            return None
        named = self.says(UNCONDITIONAL)
        return [Search(e1, n1, e0, n0, self._budget, named) for n1 in range(a, b + 1) for n0 in range(c, d + 1)]
