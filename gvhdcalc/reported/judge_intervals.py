"""The judge of intervals: the estimate inside its limits, and at the middle of them on its scale."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED, Verdict
from . import discordant, leaning, repairs
from .drafts import Arm, Draft, Interval
from .findings import IMPOSSIBLE, NOT_REPRODUCED, Judged
from .judge_base import ASYMMETRIC, CLUSTERED, TINY, shown_like
from .judge_counts import Counts
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


#: Words of a decrease, before its size without a sign.
_DECREASE = re.compile(
    r"\b(?:fell|fall|falls|decreas\w{0,4}|reduc\w{0,6}|declin\w{0,4}|lower\w{0,3}|loss|lost|drop\w{0,4}|less|fewer|"
    r"shorter|smaller|improve\w{0,4})\b",
    re.IGNORECASE,
)
#: Words of a decrease, or of a benefit or a loss that may be one, anywhere near.
_LESS = re.compile(
    r"\b(?:fell|fall|decreas|decrement|reduc|declin|low|lose|losing|loss|lost|drop|less|few|short|small|improv|minus|negative|"
    r"favo(?:u)?r|superior|inferior|better|wors|benefi|gain|sav(?:ed|ing)|prevent|avoid|avert|protect|attenuat|suppress|"
    r"inhibit|slow|fast|earl|quick|weak|narrow|thin|light|down|diminish|deteriorat|impair|shr[aiu]nk|lessen|relie[fv]|"
    r"regress|cut|saved|spar|under|below|rarer|rare\b|mild)",
    re.IGNORECASE,
)
#: What is 1 less a ratio.
_REDUCTION = re.compile(r"efficacy|effectiveness|relative (?:risk )?reduction|attributable|\bVE\b", re.IGNORECASE)
#: Observed events over those expected.
_STANDARDISED = re.compile(r"standardi[sz]ed|expected|\b(?:SIRs?|SMRs?|O/E)\b")


#: Words of a model or a design that counts alone do not say.
_FITTED = (
    "linear model", "logistic", "poisson", "binomial", "interim", "sequential", "village", "communit", "practices",
    "schools", "wards", "eyes", "teeth", "twin", "sibling",
)  # fmt: skip
#: The methods of most papers, one for each measure.
_USUAL = ("woolf", "katz", "wald")


def _noted(verdict: Verdict, note: str) -> Verdict:
    """A verdict with a further note."""
    return verdict._replace(note=f"{verdict.note}; {note}" if verdict.note else note)


class Intervals(Counts, PValuesOfIntervals):
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

    def crude_of_percents(self, draft: Draft) -> tuple[float, float, float] | None:
        """The crude estimate of two percentages without counts, and the least and greatest within their rounding."""
        arms = draft.arms
        if len(arms) != 2 or any(arm.percent is None for arm in arms):
            return None
        boxes = [self.box(arm.percent) for arm in arms if arm.percent is not None]
        printed = [self.scan.value(arm.percent) / 100 for arm in arms if arm.percent is not None]
        (low1, high1), (low0, high0) = ((low / 100, high / 100) for low, high in boxes)
        if draft.measure != "RD" and (min(low1, low0) <= 0 or max(high1, high0) >= 1):
            return None
        ends = (printed, (low1, high0), (high1, low0))
        if draft.measure == "RD":
            found = [one - two for one, two in ends]
        elif draft.measure in ("RR", "RRR"):
            found = [one / two for one, two in ends]
            found = [1 - found[0], 1 - found[2], 1 - found[1]] if draft.measure == "RRR" else found
        elif draft.measure == "OR":
            found = [one / (1 - one) * (1 - two) / two for one, two in ends]
        else:
            return None
        return found[0], found[1], found[2]

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
                note = "the sign of the estimate and of its limits is not the same: a decrease printed without its sign"
                return [self.judged(item, k, CONSISTENT, note) for item, k in places]
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

    def _with_counts(self, draft: Draft, interval: Interval, search: Search, centre: list[Judged]) -> list[Judged]:
        """What the counts give, where no method gives all of what is printed; and the limit that does not follow."""
        assert interval.estimate is not None
        unit = self._points(interval) if draft.measure == "RD" else 1.0
        e_low, e_high = (end / unit for end in self.box(interval.estimate))
        crude = search.crude((e_low, e_high))
        accused = [row for row in centre if row.verdict.verdict == INCONSISTENT]
        if crude is None or not math.isfinite(crude[0]) or any(row.strength == IMPOSSIBLE for row in accused):
            return centre
        point, limits = crude[0] * unit, [(key, unit * one, unit * two) for key, one, two in crude[1]]
        said = self.scan.said[interval.estimate]
        off = self._off(draft, interval, point, limits)
        if off is None:
            if accused:
                return centre
            turned = f", {crude[2]}," if crude[2] else ""
            note = f"{search}{turned} gives {shown_like(said, point, False)}"
            if not e_low - TINY <= crude[0] <= e_high + TINY:
                note += "; perhaps adjusted, or of others"
            elif limits:
                key, *ends = limits[0]
                note += f" ({' to '.join(shown_like(said, end, False) for end in ends)}, {key})"
            return [row._replace(verdict=_noted(row.verdict, note)) for row in centre[:1]] + centre[1:]
        wrong, key, value = off
        rows = [
            self.judged("estimate", interval.estimate, REPRODUCED, f"of {search}", methods=("counts",), computed=point)
        ]
        for item, k in (("lower", interval.lower), ("upper", interval.upper)):
            if item == wrong:
                values = [low if item == "lower" else high for _, low, high in limits]
                repair = repairs.limit(f"{item} limit", self.scan.said[k], values)
                note = f"no method gives it of {search}; nearest {key}, which gives the other limit"
                rows.append(
                    self.judged(item, k, INCONSISTENT, note, computed=value, strength=NOT_REPRODUCED, repair=repair)
                )
            else:
                rows.append(self.judged(item, k, CONSISTENT, f"{key} of {search}"))
        return rows

    def _off(
        self, draft: Draft, interval: Interval, point: float, limits: list[tuple[str, float, float]]
    ) -> tuple[str, str, float] | None:
        """The limit that no method gives of the counts where the other is given: its name, the nearest method's value.

        The crude estimate must round to the printed one, and the usual method must give one limit. An interval about
        another estimate that rounds so (adjusted without saying it), or symmetric about the crude one and wider (of a
        model), is lawful, so the limits must lean.
        """
        if self.modelled or self.says(CLUSTERED) or self.says(ASYMMETRIC[:-1]) or self.says(_FITTED):
            return None
        if not limits or any(arm.events is None or not self._sized(arm) for arm in draft.arms):
            return None
        log = self._log(draft)
        scale = (lambda x: math.log(x) if x > 0 else -math.inf) if log else float
        (e_low, e_high), lower, upper = (
            tuple(map(scale, self.box(k))) for k in (interval.estimate or 0, interval.lower, interval.upper)
        )
        half = (sum(upper) - sum(lower)) / 4
        if not all(map(math.isfinite, (e_low, *lower))) or half <= 0:
            return None
        spread = (lower[1] - lower[0] + upper[1] - upper[0]) / 2
        ends = (sum(lower) + sum(upper)) / 2
        if abs(ends - e_low - e_high) <= 0.75 * (spread + e_high - e_low):
            return None
        if abs(ends - 2 * scale(point)) - spread <= 0.03 * half:
            return None
        found: tuple[str, str, float] | None = None
        for key, *pair in limits:
            gaps = [max(box[0] - scale(x), scale(x) - box[1], 0.0) for x, box in zip(pair, (lower, upper), strict=True)]
            if max(gaps) <= 0.03 * half:
                return None
            if key in _USUAL and min(gaps) == 0:
                found = ("lower", key, pair[0]) if gaps[0] else ("upper", key, pair[1])
        return found

    def _sized(self, arm: Arm) -> bool:
        """Whether the total of a group is printed with it, or the only one that its percentage allows."""
        if arm.total is not None:
            return True
        if arm.percent is None or arm.events is None or arm.told is not None:
            return False
        implied = self.implied(arm)
        return implied is not None and implied[0] == implied[1]

    def _reduction(self, interval: Interval) -> bool:
        """Whether the words before an estimate name a figure that is 1 less a ratio."""
        assert interval.estimate is not None
        start = self.scan.start[interval.estimate]
        return _REDUCTION.search(self.scan.text, max(0, start - 60), start) is not None

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
            note = "the sign of the estimate and of its limits is not the same: a decrease printed without its sign"
            return [self.judged(item, k, CONSISTENT, note) for item, k in places]
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
        if self._by_counts(draft, hits):
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

    @staticmethod
    def _scale(draft: Draft, log: bool) -> str:
        return f"{'log' if log else 'plain'} scale{' of 1 less it' if draft.measure == 'RRR' and log else ''}"

    @staticmethod
    def _by_counts(draft: Draft, hits: dict[str, tuple[str, ...]]) -> bool:
        return len(hits) >= 2 and "estimate" in hits

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
                one, two = (self.scan.value(arm.percent) / 100 for arm in of.arms if arm.percent is not None)
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

    def _decrease(self, draft: Draft, interval: Interval) -> bool:
        """Whether words near a difference speak of a decrease, or of what may be one: then its sign may be left out."""
        assert interval.estimate is not None
        if not draft.sure or draft.measure in ("change", "effect", "treatment effect"):
            return True
        scan = self.scan
        begin, end = scan.start[interval.estimate] - 300, scan.end[min(interval.last, len(scan.end) - 1)] + 100
        return _LESS.search(scan.text, max(0, begin), end) is not None

    def _turned(self, interval: Interval) -> bool:
        """Whether the words say a decrease and minus the estimate is at the middle: "fell by 0.3 (-1.3 to 0.8)"."""
        assert interval.estimate is not None
        scan, (low, high) = self.scan, self.box(interval.estimate)
        (l_low, l_high), (u_low, u_high) = self.box(interval.lower), self.box(interval.upper)
        if -(l_high + u_high) / 2 > high or low > -(l_low + u_low) / 2:
            return False
        start = scan.start[interval.estimate]
        return _DECREASE.search(scan.text[max(0, start - 60) : start]) is not None

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
