"""The judge of intervals whose estimate is not at their middle: right by another method or reading, or by none."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED
from . import discordant, leaning, repairs
from .drafts import Draft, Interval
from .findings import NOT_REPRODUCED, Judged
from .judge_base import ASYMMETRIC, shown_like
from .judge_counts import Counts
from .judge_signs import Signs
from .tables import Search

#: Observed events over those expected.
_STANDARDISED = re.compile(r"standardi[sz]ed|expected|\b(?:SIRs?|SMRs?|O/E)\b")


class AsymmetricIntervals(Counts, Signs):
    """Judges intervals that lean."""

    def _asymmetric(
        self,
        draft: Draft,
        places: tuple[tuple[str, int], ...],
        log: bool,
        best: tuple[float, float, float],
        hits: dict[str, tuple[str, ...]],
    ) -> list[Judged]:
        scan = self.scan
        interval = draft.interval
        assert interval is not None
        middle = self._back(draft, best[0], log)
        ends = sorted((self._back(draft, best[1], log), self._back(draft, best[2], log)))
        shown = shown_like(scan.said[places[0][1]], middle, False)
        note = f"the limits have their middle at {shown} ({self._scale(draft, log)})"
        others = [
            self.judged(item, k, NOT_CHECKABLE, "the estimate is not at the middle of the limits")
            for item, k in places[1:]
        ]
        estimate = places[0][1]
        _, el, eh = self._scaled(draft, estimate, log)
        gap = max(best[1] - eh, el - best[2])
        width = (self._scaled(draft, interval.upper, log)[0] - self._scaled(draft, interval.lower, log)[0]) / 2
        if gap < (0.005 if log else 0.01) * abs(width):
            nearly = f"{note}; nearly so, as t and profile likelihood intervals are"
            return [self.judged("estimate", estimate, CONSISTENT, nearly, computed=middle), *others]
        if not draft.sure:
            return [
                self.judged(
                    "estimate", estimate, NOT_CHECKABLE, f"{note}; needs to know what was estimated", computed=middle
                ),
                *others,
            ]
        if (
            self.says(ASYMMETRIC)
            or (draft.kind == "difference" and (self.says(("cost",)) or self.skewed(interval)))
            or (draft.kind == "difference" and self._score_like(draft, interval))
            or (draft.kind == "ratio" and self._profile_like(draft, interval))
        ):
            lawful = f"{note}; not a Wald interval, but lawful (exact, score, bootstrap)"
            return [self.judged("estimate", estimate, CONSISTENT, lawful, computed=middle), *others]
        if draft.measure == "OR" and draft.adjusted is not True and (found := self._discordant(interval)):
            paired = f"{note}; as the exact interval of {found[0]} v {found[1]} discordant pairs (McNemar)"
            return [self.judged("estimate", estimate, CONSISTENT, paired, computed=middle), *others]
        if why := self._as_score(draft, interval, (best[1] - eh, best[2] - el), abs(width)):
            return [self.judged("estimate", estimate, CONSISTENT, f"{note}; {why}", computed=middle), *others]
        if draft.kind == "difference" and self._turned(interval):
            return self._without_sign(places)
        if draft.kind == "ratio" and self._exact_rate(draft, interval):
            lawful = f"{note}; as exact limits of a rate are"
            return [self.judged("estimate", estimate, CONSISTENT, lawful, computed=middle), *others]
        repair = repairs.triple(
            scan.said[estimate], scan.said[interval.lower], scan.said[interval.upper], log, self._neighbours(draft)
        )
        likely = repair is not None and ("minus" in repair or "neighbour" in repair)
        if draft.kind == "ratio" and (not likely or abs(width) > 1) and not self._counted_both(draft):
            away = (best[0] > (el + eh) / 2) == (el + eh > 0)
            if gap < leaning.of_unequal(abs(width), abs(el + eh) / 2, away):
                lawful = f"{note}; not a Wald interval, but lawful of unequal groups (exact, profile likelihood)"
                return [self.judged("estimate", estimate, CONSISTENT, lawful, computed=middle), *others]
        if draft.kind == "difference" and gap < 0.2 * abs(width) and not likely:
            slightly = f"{note}; by ranks, bootstrap or transformed, where it is no slip"
            return [self.judged("estimate", estimate, CONSISTENT, slightly, computed=middle), *others]
        if len(hits) >= 2 and "estimate" in hits:
            return [
                self.judged(
                    item, k, REPRODUCED if item in hits else CONSISTENT, "from the counts", methods=hits.get(item, ())
                )
                for item, k in places
            ]
        return [
            self.judged(
                "estimate",
                estimate,
                INCONSISTENT,
                note,
                computed=middle,
                attainable=(ends[0], ends[1]),
                strength=NOT_REPRODUCED,
                repair=repair,
            ),
            *others,
        ]

    def _discordant(self, interval: Interval) -> tuple[int, int] | None:
        """The pairs of which the figures are McNemar's, if there are any."""
        assert interval.estimate is not None
        conf = interval.level
        estimate, lower, upper = map(self.box, (interval.estimate, interval.lower, interval.upper))
        return discordant.pairs(estimate, lower, upper, conf)

    def _profile_like(self, draft: Draft, interval: Interval) -> bool:
        """Whether the interval of a ratio leans as profile likelihood has it: away from 1, more so with few events."""
        assert interval.estimate is not None
        estimate, lower, upper = (
            self._scaled(draft, k, True)[0] for k in (interval.estimate, interval.lower, interval.upper)
        )
        below, above = estimate - lower, upper - estimate
        longer, shorter = (above, below) if estimate > 0 else (below, above)
        if below + above > 1.8 and 0.6 * longer < shorter < longer:
            return True
        # of a and c events in groups of one size
        most = leaning.of_ratio((longer + shorter) / 2, abs(estimate))
        return 0 < (longer - shorter) / 2 < 1.1 * most

    def _counted_both(self, draft: Draft) -> bool:
        return len(draft.arms) == 2 and all(self.counted(arm) is not None for arm in draft.arms)

    def _as_score(self, draft: Draft, interval: Interval, shift: tuple[float, float], half: float) -> str | None:
        """Why an interval that leans is right all the same: its percentages give it, or other counts of the text do.

        ``shift`` is how far its middle is from its estimate at least and at most, ``half`` its half-width.
        """
        if draft.adjusted is not True and self._leans_as_shares(draft, interval, shift, half):
            return "the percentages give it, so that its interval may be a score interval"
        measure = {"OR": "odds ratio", "RR": "risk ratio"}.get(draft.measure or "")
        if measure is None or draft.arms:
            return None
        if draft.measure == "RR" and draft.adjusted is not True and max(shift[0], -shift[1]) < 0.07 * half:
            return "a score interval of common events may lean so"
        assert interval.estimate is not None
        boxes = [self.box(k) for k in (interval.estimate, interval.lower, interval.upper)]
        conf = interval.level
        for one, two in combinations(self._counted_near(draft), 2):
            search = Search(*one, *two, self._budget, False)
            if len(search.interval(measure, conf, *boxes)[0]) == 3:
                return f"as of {search}"
        return None

    def _leans_as_shares(self, draft: Draft, interval: Interval, shift: tuple[float, float], half: float) -> bool:
        """Whether two percentages give the estimate, and groups of some sizes such an interval."""
        if len(draft.arms) != 2 or draft.measure not in ("OR", "RR", "RRR", "RD") or interval.estimate is None:
            return False
        difference = draft.measure == "RD"
        unit = self._points(interval) if difference else 1.0
        low, high = self.box(interval.estimate)
        whole = 100 / self._whole(draft) if draft.measure == "RRR" else 100 / unit
        for of in (draft, replace(draft, arms=draft.arms[::-1])):
            crude = self.crude_of_percents(of)
            if crude is None or 100 * crude[1] > whole * high or whole * low > 100 * crude[2]:
                continue
            if draft.measure == "OR":
                least, most = leaning.of_odds(half)
            else:
                one, two = self._shares(of)
                least, most = leaning.of_shares(one, two, half / unit, not difference)
            if least * unit <= shift[1] and shift[0] <= most * unit:
                return True
        return False

    def _counted_near(self, draft: Draft) -> list[tuple[int, int]]:
        """Events and total of the last groups before a claim, at most six."""
        found = {}
        for other in self._beside(draft, before=12, after=4):
            for arm in other.arms:
                counts = self.counted(arm) if arm.first < draft.first else None
                if counts is not None:
                    found[arm.first] = counts
        return [found[k] for k in sorted(found)[-6:]]

    def _exact_rate(self, draft: Draft, interval: Interval) -> bool:
        """Whether the interval of a ratio of rates leans as exact limits do, of some number of events."""
        assert interval.estimate is not None
        scan = self.scan
        estimate, lower, upper = (
            self._scaled(draft, k, True) for k in (interval.estimate, interval.lower, interval.upper)
        )
        half, shift = (upper[0] - lower[0]) / 2, (upper[0] + lower[0]) / 2 - estimate[0]
        # of the estimate and of the middle of the limits
        slack = (estimate[2] - estimate[1]) / 2 + (lower[2] - lower[1] + upper[2] - upper[1]) / 4
        most = leaning.OF_EVENTS * half**2 + slack
        if draft.measure in ("IRR", "rate ratio") or (draft.measure == "RRR" and self._reduction(interval)):
            return abs(shift) < most  # the limits of two numbers of events are skewed as those of a proportion are
        if not _STANDARDISED.search(scan.text, max(0, scan.start[interval.estimate] - 90), scan.start[interval.lower]):
            return False
        return -slack < -shift < most  # observed over expected: only the observed vary

    def _score_like(self, draft: Draft, interval: Interval) -> bool:
        """Whether the asymmetry is as score intervals of a difference of proportions have it."""
        if draft.measure != "RD" or interval.estimate is None:
            return False
        estimate = self.scan.value(interval.estimate)
        below, above = estimate - self.scan.value(interval.lower), self.scan.value(interval.upper) - estimate
        return below > 0 and above > 0 and 0.7 < below / above < 1.43

    def _neighbours(self, draft: Draft) -> list[tuple[str, str]]:
        """The limits of the intervals beside this one, of which one may have been copied."""
        said = self.scan.said
        return [
            (said[other.interval.lower], said[other.interval.upper])
            for other in self._beside(draft)
            if other.interval is not None
        ]
