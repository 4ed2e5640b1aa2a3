"""The judge of intervals: the estimate inside its limits, and at the middle of them on its scale."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED
from . import repairs
from .drafts import Draft, Interval
from .findings import IMPOSSIBLE, NOT_REPRODUCED, Judged
from .judge_asymmetric import AsymmetricIntervals
from .judge_base import ASYMMETRIC, TINY
from .judge_interval_counts import IntervalsOfCounts
from .judge_p_interval import PValuesOfIntervals
from .tables import Search

_NEEDS = {
    "cuminc": "needs the numbers at risk",
    "rate": "needs events and person-time",
    "proportion": "needs the count and the total",
    "other": "needs to know what was estimated",
    "NNT": "needs the counts of both groups",
    "correlation": "needs the number of pairs",
    "mean": "needs the standard deviation and n",
}
#: The upper limit of a ratio is the lower one of its reduction.
_OF_REDUCTION = {"estimate": "estimate", "lower": "upper", "upper": "lower"}


class Intervals(AsymmetricIntervals, IntervalsOfCounts, PValuesOfIntervals):
    """Judges estimates with their limits."""

    def _interval(self, draft: Draft, interval: Interval, search: Search | None) -> list[Judged]:
        scan = self.scan
        found: list[Judged] = []
        lower, upper, estimate = interval.lower, interval.upper, interval.estimate
        low, high = scan.value(lower), scan.value(upper)
        crude = search if draft.kind in ("ratio", "difference") and draft.adjusted is not True else None
        measure = {"OR": "odds ratio", "RR": "risk ratio", "RD": "risk difference"}.get(draft.measure or "")
        hits: dict[str, tuple[str, ...]] = {}
        conf = interval.level
        if crude is not None and measure and estimate is not None:
            percent = self._points(interval) if draft.measure == "RD" else 1.0
            boxes = [tuple(end / percent for end in self.box(k)) for k in (estimate, lower, upper)]
            hits, orientation = crude.interval(measure, conf, boxes[0], boxes[1], boxes[2])  # type: ignore[arg-type]
        elif crude is not None and draft.measure == "RRR" and estimate is not None:
            whole = self._whole(draft)
            three = [tuple(1 - end / whole for end in reversed(self.box(k))) for k in (estimate, upper, lower)]
            for of in ("risk ratio", "rate ratio", "odds ratio"):
                hits, orientation = crude.interval(of, conf, three[0], three[1], three[2])  # type: ignore[arg-type]
                if len(hits) == 3 or not self._reduction(interval):
                    break  # 1 less a rate ratio or an odds ratio is the efficacy of a vaccine only
            hits = {_OF_REDUCTION[item]: keys for item, keys in hits.items()}
        if hits and orientation:
            draft.notes.append(orientation)
            draft.turned = orientation
        draft.modelled = search is not None and len(hits) < 3 and self.modelled
        if draft.kind == "proportion" and draft.arms:
            return found + self._proportion_interval(draft, interval, conf)
        # order
        if low > high:
            repair = repairs.reversed_limits(
                scan.said[lower], scan.said[upper], scan.said[estimate] if estimate else None
            )
            for item, k in (("lower", lower), ("upper", upper)):
                found.append(
                    self.judged(
                        item, k, INCONSISTENT, "the limits are the wrong way round", strength=IMPOSSIBLE, repair=repair
                    )
                )
            inside = estimate is not None and high <= scan.value(estimate) <= low
            # "a loss of 2.2 kg (-0.7 to -3.7)"; of limits on both sides of 0 one has lost its minus
            turned = (
                estimate is not None
                and draft.kind == "difference"
                and high <= -scan.value(estimate) <= low
                and not (repair is not None and high < 0 < low)
            )
            if turned or (repair is None and (inside or (low < 0 and high < 0))):
                return self._reversed(draft, interval, search)
            if estimate is not None:
                found.append(self.judged("estimate", estimate, NOT_CHECKABLE, "its limits are the wrong way round"))
            if interval.p is not None:
                found.append(self.judged("p", interval.p, NOT_CHECKABLE, "its limits are the wrong way round"))
            return found
        if estimate is None:
            for item, k in (("lower", lower), ("upper", upper)):
                found.append(self.judged(item, k, NOT_CHECKABLE, "needs the estimate, which is not printed here"))
            if interval.p is not None:
                found.append(self._p(draft, interval, conf, search))
            return found
        centre = self._centre(draft, interval, hits)
        if crude is not None and measure and len(hits) < 3:
            centre = self._with_counts(draft, interval, crude, centre)
        found += centre
        swapped = None if hits else self._exchanged(draft)
        if swapped is not None:
            own, other = swapped
            note = f"the percentages give {own:.3g}, which is printed for the neighbouring comparison"
            found[0] = self.judged(
                "estimate", estimate, INCONSISTENT, note, computed=own, strength=NOT_REPRODUCED,
                repair=f"exchanged with the neighbouring estimate, {other}",
            )  # fmt: skip
        if interval.p is not None:
            found.append(self._p(draft, interval, conf, search))
        return found

    def _reversed(self, draft: Draft, interval: Interval, search: Search | None) -> list[Judged]:
        """Limits printed greater first, judged in order; each keeps the name of its place."""
        names = {"lower": "upper", "upper": "lower"}
        draft.interval = replace(interval, lower=interval.upper, upper=interval.lower)
        found = self._interval(draft, draft.interval, search)
        draft.interval = interval
        rows = []
        for row in found:
            verdict = row.verdict
            if verdict.item in names:
                note = "; ".join(part for part in ("limits in reverse order", verdict.note) if part)
                verdict = verdict._replace(item=names[verdict.item], note=note)
                if verdict.verdict == REPRODUCED:
                    verdict = verdict._replace(verdict=CONSISTENT, methods=())
            rows.append(row._replace(verdict=verdict))
        return rows

    def _exchanged(self, draft: Draft) -> tuple[float, str] | None:
        """The crude ratio of two percentages and the neighbour's estimate, where each has that of the other."""
        own = self.crude_of_percents(draft) if draft.measure in ("OR", "RR") else None
        if own is None or draft.estimate is None or draft.adjusted is True:
            return None
        for other in self._beside(draft):
            crude = self.crude_of_percents(other) if other.measure == draft.measure else None
            if crude is None or other.estimate is None:
                continue
            (low, high), (other_low, other_high) = self.box(draft.estimate), self.box(other.estimate)
            apart = own[2] < 0.87 * low or own[1] > 1.15 * high
            if 1 / own[2] <= high and low <= 1 / own[1]:
                continue  # right, of the second group against the first
            if apart and own[1] <= other_high and other_low <= own[2] and crude[1] <= high and low <= crude[2]:
                return own[0], self.scan.said[other.estimate]
        return None

    def _centre(self, draft: Draft, interval: Interval, hits: dict[str, tuple[str, ...]]) -> list[Judged]:
        """The estimate against its limits: inside them, and at the middle on the scale of the measure."""
        scan = self.scan
        estimate, lower, upper = interval.estimate, interval.lower, interval.upper
        assert estimate is not None
        places = (("estimate", estimate), ("lower", lower), ("upper", upper))
        if len(hits) == 3:
            return [self.judged(item, k, REPRODUCED, "from the counts", methods=hits[item]) for item, k in places]
        value, e_low, e_high = scan.value(estimate), *self.box(estimate)
        low, high = scan.value(lower), scan.value(upper)
        l_low, u_high = self.box(lower)[0], self.box(upper)[1]
        if e_high < l_low - TINY or e_low > u_high + TINY:
            m_low, m_high = ((self.box(upper)[end] + self.box(lower)[end]) / 2 for end in (0, 1))
            across = low < 0 < high  # then the estimate must be at the middle, or it is a slip, but for a bootstrap
            central = not across or (-m_high <= e_high and e_low <= -m_low) or self.says(ASYMMETRIC)
            turned = -u_high <= e_high and e_low <= -l_low and central
            if turned and value and (draft.kind not in ("ratio", "difference") or self._decrease(draft, interval)):
                return self._without_sign(places)
            if draft.kind == "ratio" and value > 0 and low > 0 and low <= 1 / value <= high:
                note = "outside its limits, but its reciprocal is inside: the ratio may be the other way round"
                return [
                    self.judged(
                        "estimate",
                        estimate,
                        INCONSISTENT,
                        note,
                        strength=IMPOSSIBLE,
                        repair=f"the reciprocal, {1 / value:.3g}",
                    ),
                    *(self.judged(item, k, NOT_CHECKABLE, "the estimate is outside") for item, k in places[1:]),
                ]
            fractions = [f"{100 * x:g}" for x in (low, high)]
            if interval.percent and repairs.central(scan.said[estimate], fractions[0], fractions[1], False):
                note = "the limits are printed as fractions, the estimate in percent"
                return [self.judged(item, k, CONSISTENT, note) for item, k in places]
            if draft.kind in ("other",) or (draft.kind == "difference" and draft.measure in ("change",)):
                return [self.judged(item, k, NOT_CHECKABLE, "needs to know what was estimated") for item, k in places]
            repair = repairs.triple(
                scan.said[estimate], scan.said[lower], scan.said[upper], self._log(draft), self._neighbours(draft)
            )
            return [
                self.judged(
                    "estimate",
                    estimate,
                    INCONSISTENT,
                    "the estimate is outside its limits",
                    strength=IMPOSSIBLE,
                    repair=repair,
                ),
                *(self.judged(item, k, NOT_CHECKABLE, "the estimate is outside") for item, k in places[1:]),
            ]
        if draft.kind in ("proportion", "cuminc", "rate", "other"):
            needs = _NEEDS.get(draft.measure or "", _NEEDS.get(draft.kind, _NEEDS["other"]))
            return [
                self.judged("estimate", estimate, CONSISTENT, "inside its limits"),
                *(self.judged(item, k, NOT_CHECKABLE, needs) for item, k in places[1:]),
            ]
        if draft.kind == "difference" and interval.percent and (low < 0 or value > 20):
            self._as_relative(draft, interval, ("RR", "RRR"))
        elif draft.kind == "difference" and low < 0 and high < 1 and self._reduction(interval):
            self._as_relative(draft, interval, ("RRR",))
        log = self._log(draft)
        scales = (log, not log) if (draft.kind == "difference" and low > 0) or draft.kind == "ratio" else (log,)
        best: tuple[float, float, float] | None = None
        for scale in scales:
            e, el, eh = self._scaled(draft, estimate, scale)
            lo, ll, lh = self._scaled(draft, lower, scale)
            up, ul, uh = self._scaled(draft, upper, scale)
            if lo > up:
                lo, ll, lh, up, ul, uh = up, ul, uh, lo, ll, lh
            middle, m_low, m_high = (lo + up) / 2, (ll + ul) / 2, (lh + uh) / 2
            if ll == -math.inf or m_low == -math.inf:
                note = "a limit that rounds to 0 has no middle"
                return [
                    self.judged(item, k, CONSISTENT if k == estimate else NOT_CHECKABLE, note) for item, k in places
                ]
            slack = 1e-9 * max(1.0, abs(middle))
            if m_low <= eh + slack and el - slack <= m_high:
                return self._symmetric(
                    draft, places, scale, scale == log, middle, (m_low, m_high), (el, eh), (lo, up, ll, lh, ul, uh, e)
                )
            if scale == log:
                best = (middle, m_low, m_high)
        assert best is not None
        return self._asymmetric(draft, places, log, best, hits)

    def _as_relative(self, draft: Draft, interval: Interval, measures: tuple[str, ...]) -> None:
        """Make a percentage a relative change where its limits are symmetric as those of a ratio, and not as they are.

        "changed by 0.8% (95% CI -62% to 167%)" is exp(b) - 1 of a model of logarithms.
        """
        assert interval.estimate is not None
        places = interval.lower, interval.estimate, interval.upper
        whole = 100.0 if interval.percent else 1.0
        for measure in ("", *measures):
            lower, estimate, upper = sorted(self._relative(self.box(k), measure, whole) for k in places)
            if lower[0] == -math.inf:
                continue
            if lower[0] + upper[0] <= 2 * estimate[1] and 2 * estimate[0] <= lower[1] + upper[1]:
                if measure:
                    draft.kind, draft.measure = "ratio", measure
                return

    @staticmethod
    def _relative(box: tuple[float, float], measure: str, whole: float) -> tuple[float, float]:
        """The ends of a change on the scale of a measure: as it is, or the logarithm of the ratio that it says."""
        if not measure:
            return box
        sign = 1 if measure == "RR" else -1
        low, high = sorted(1 + sign * end / whole for end in box)
        return (math.log(low), math.log(high)) if low > 0 else (-math.inf, -math.inf)

    def _symmetric(
        self,
        draft: Draft,
        places: Iterable[tuple[str, int]],
        log: bool,
        own: bool,
        middle: float,
        span: tuple[float, float],
        box: tuple[float, float],
        rest: tuple[float, ...],
    ) -> list[Judged]:
        method = "wald-log" if log else "wald"
        where = f"symmetric on the {self._scale(draft, log)}"
        if not own:
            where += ", not on the log scale" if not log else ", not on the plain scale"
        found = []
        lo, up, ll, lh, ul, uh, e = rest
        computed = {
            "estimate": (middle, span),
            "lower": (2 * e - up, (2 * box[0] - uh, 2 * box[1] - ul)),
            "upper": (2 * e - lo, (2 * box[0] - lh, 2 * box[1] - ll)),
        }
        for item, k in places:
            value, ends = computed[item]
            back = self._back(draft, value, log)
            one, two = self._back(draft, ends[0], log), self._back(draft, ends[1], log)
            low, high = self.box(k)
            hit = low - 1e-12 <= back <= high + 1e-12
            found.append(
                self.judged(
                    item,
                    k,
                    REPRODUCED if hit else CONSISTENT,
                    where,
                    methods=(method,) if hit else (),
                    computed=back,
                    attainable=(one, two) if one <= two else (two, one),
                )
            )
        return found
