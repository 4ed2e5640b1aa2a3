"""The judge of claims read in a text: every relation that ties printed numbers, each with its rounding.

A false accusation is the worst fault here. So: adjusted estimates are never held against crude counts; a percentage is
never held against a total of our choice; a P value that may be of another test is named as such; what no method here
gives is "inconsistent" only where no lawful way is known, and "impossible" only where no data can give it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..stats.namespace import z_for
from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED, Verdict
from . import repairs
from .denominators import half_unit
from .drafts import Arm, Draft, Interval
from .findings import IMPOSSIBLE, NOT_REPRODUCED, Judged
from .scan import Scan
from .tables import Budget, Search, proportion_limits
from .words import word_set

_ROOT2 = math.sqrt(2)
_TINY = 1e-12

#: Words of an analysis that counts alone cannot repeat.
_MODELS = (
    "cluster",
    "gee",
    "generalized estimating",
    "generalised estimating",
    "estimating equation",
    "mixed model",
    "mixed-effect",
    "mixed effect",
    "multilevel",
    "multi-level",
    "hierarchical",
    "propensity",
    "regression",
    "cox ",
    "stratif",
    "repeated measure",
    "imput",
    "weighted",
    "matched",
    "paired",
    "mcnemar",
    "crossover",
    "cross-over",
    "kaplan",
    "actuarial",
    "adjust",
    "log-rank",
    "logrank",
    "log rank",
    "covaria",
    "person-year",
    "recurrent",
)
#: Words of an analysis that widens the interval of a single proportion.
_CLUSTERED = (
    "cluster", "gee ", "estimating equation", "mixed model", "mixed-effect", "multilevel", "multi-level", "imput",
    "weighted", "kaplan", "actuarial",
)  # fmt: skip
#: Words of intervals that need not be symmetric on any scale.
_ASYMMETRIC = (
    "bootstrap",
    "bayes",
    "credible",
    "posterior",
    "permutation",
    "profile likelihood",
    "hodges",
    "fieller",
    "firth",
    "median difference",
    "difference in medians",
    "exact",
)
_OTHER_P = ("inferior", "equivalen", "interaction", "for trend", "heterogeneity")


class Judge:
    """Judges the drafts of one text."""

    def __init__(self, scan: Scan, drafts: list[Draft]) -> None:
        self.scan = scan
        self.drafts = drafts
        self._lower: str | None = None
        self._models: bool | None = None
        self._judged_arms: dict[int, list[Judged]] = {}
        self._budget = Budget()
        self._implied: dict[int, set[int]] | None = None

    # -- printed numbers ------------------------------------------------------------------------------------------

    def box(self, k: int) -> tuple[float, float]:
        """The values that round to the number at a place."""
        said = self.scan.said[k]
        value, half = float(said), half_unit(said)
        if said.endswith("00") and "." not in said:
            half = 0.5 * 10.0 ** (len(said) - len(said.rstrip("0")))  # 26,600 may be rounded to hundreds
        return value - half, value + half

    def says(self, words: Iterable[str]) -> bool:
        """Whether the text has one of these words anywhere."""
        if self._lower is None:
            self._lower = self.scan.text.lower()
        text = self._lower
        return any(word in text for word in words)

    @property
    def modelled(self) -> bool:
        """Whether the text speaks of an analysis that counts alone cannot repeat."""
        if self._models is None:
            self._models = self.says(_MODELS)
        return self._models

    def judged(
        self,
        item: str,
        k: int,
        verdict: str,
        note: str | None = None,
        *,
        methods: tuple[str, ...] = (),
        computed: float | None = None,
        attainable: tuple[float, float] | None = None,
        strength: str | None = None,
        repair: str | None = None,
        decision: bool = False,
    ) -> Judged:
        scan = self.scan
        start, end = scan.start[k], scan.end[k]
        shown = None if computed is None else shown_like(scan.said[k], computed, scan.codes[k] == "q")
        if scan.codes[k] == "q" and computed is not None:
            computed /= 100
            attainable = None if attainable is None else (attainable[0] / 100, attainable[1] / 100)
        if verdict != INCONSISTENT:
            strength = repair = None
        return Judged(
            Verdict(item, scan.text[start:end], verdict, methods, computed, attainable, note, shown),
            start,
            end,
            strength,
            repair,
            decision,
        )

    # -- claims ---------------------------------------------------------------------------------------------------

    def claim(self, draft: Draft) -> list[Judged]:
        """The judged figures of a claim, in order of the text."""
        found: list[Judged] = []
        for number, arm in enumerate(draft.arms, 1):
            found += self._arm(arm, f" {number}" if len(draft.arms) > 1 else "", draft)
        search = self._search(draft)
        if draft.interval is not None:
            found += self._interval(draft, draft.interval, search)
        elif draft.estimate is not None:
            found.append(self._estimate(draft, draft.estimate, search))
        if draft.p is not None and draft.interval is None:
            found.append(self._p_alone(draft, draft.p, search))
        found.sort(key=lambda judged: judged.start)
        return found

    def _search(self, draft: Draft) -> Search | None:
        """The search over methods, where both groups have counts."""
        if len(draft.arms) != 2:
            return None
        counts: list[int] = []
        for arm in draft.arms:
            total = self._total(arm)
            if arm.events is None or total is None:
                return None
            events = self.scan.value(arm.events)
            if events != int(events) or not 0 <= events <= total or total > 10**9:
                return None
            counts += [int(events), total]
        return Search(counts[0], counts[1], counts[2], counts[3], self._budget)

    def _total(self, arm: Arm) -> int | None:
        if arm.total is not None:
            return int(self.scan.value(arm.total))
        if arm.total_value is not None:
            return arm.total_value
        if arm.events is not None and arm.percent is not None:
            implied = self.implied(arm)
            if implied and implied[0] == implied[1]:
                return implied[0]
        return None

    def implied(self, arm: Arm) -> tuple[int, int] | None:
        """The least and greatest total of which the count is the percentage."""
        assert arm.events is not None and arm.percent is not None
        events = self.scan.value(arm.events)
        low, high = self.box(arm.percent)
        if events <= 0 or low <= 0:
            return None
        least = max(math.ceil(100 * events / high - 1e-9), math.ceil(events))
        most = math.floor(100 * events / low + 1e-9)
        return (least, most) if least <= most else None

    # -- counts and percentages -----------------------------------------------------------------------------------

    def _arm(self, arm: Arm, tail: str, draft: Draft) -> list[Judged]:
        scan = self.scan
        if arm.first in self._judged_arms and draft.kind != "proportion":
            return []
        found: list[Judged] = []
        if arm.percent is not None and arm.events is not None:
            found.append(self._percent(arm, arm.events, arm.percent, tail))
        elif arm.percent is not None and not (arm.interval is not None and draft.interval is arm.interval):
            found.append(
                self.judged("percent" + tail, arm.percent, NOT_CHECKABLE, "needs the count, or the total it is of")
            )
        elif arm.value is not None:
            found.append(self.judged(arm.what + tail, arm.value, NOT_CHECKABLE, self._medians(draft)))
        elif arm.events is not None and arm.percent is None:
            note = "a count without a percentage" if arm.total is not None else "needs the total"
            found.append(self.judged("events" + tail, arm.events, NOT_CHECKABLE, note))
        del scan
        self._judged_arms[arm.first] = found
        return found

    def _medians(self, draft: Draft) -> str:
        """What two medians say of a hazard ratio, which they give only under exponential survival."""
        values = [self.scan.value(arm.value) for arm in draft.arms if arm.value is not None]
        if len(values) != 2 or min(values) <= 0:
            return "needs the times"
        return f"the medians give a ratio of {values[1] / values[0]:.2f} where survival is exponential"

    def _percent(self, arm: Arm, events: int, percent: int, tail: str) -> Judged:
        scan = self.scan
        item = "percent" + tail
        count, said = scan.value(events), scan.said[percent]
        low, high = self.box(percent)
        half = 0.0 if scan.codes[events] == "i" else half_unit(scan.said[events])
        if arm.total is None and arm.total_value is None:
            return self._percent_alone(arm, events, percent, item)
        total = float(arm.total_value or 0) if arm.total is None else scan.value(arm.total)
        value = 100 * count / total
        attainable = 100 * (count - half) / total, 100 * (count + half) / total
        here = f"{scan.said[events]}/{total:.0f}"
        if arm.total is None:
            here += " (n printed elsewhere)" if arm.total_note is None else f" (n is {arm.total_note})"
        if low - _TINY * total <= value <= high + _TINY * total:
            return self.judged(
                item, percent, REPRODUCED, here, methods=("counts",), computed=value, attainable=attainable
            )
        if half and attainable[0] <= high and low <= attainable[1]:
            return self.judged(item, percent, CONSISTENT, here, computed=value, attainable=attainable)
        decimals = len(said.partition(".")[2])
        note = None
        if float(said) <= value < float(said) + 10.0**-decimals:
            note = "cut off, not rounded"
        elif round(round(value + 1e-9, decimals + 1) + 1e-9, decimals) == float(said) or (
            abs(value - (float(said) - 0.5 * 10.0**-decimals)) < 0.006 * 10.0 ** -max(0, decimals - 1) and decimals
        ):
            note = "rounded twice"
        if note:
            return self.judged(item, percent, CONSISTENT, f"{here}: {note}", computed=value, attainable=attainable)
        if arm.interval is not None and self.modelled:
            return self.judged(item, percent, NOT_CHECKABLE, f"{here} is not what a model gives", computed=value)
        return self.judged(
            item,
            percent,
            INCONSISTENT,
            f"{here} is {shown_like(said, value, True)}",
            computed=value,
            attainable=attainable,
            strength=IMPOSSIBLE,
            repair=repairs.percent(scan.said[events], f"{total:.0f}", said),
        )

    def _percent_alone(self, arm: Arm, events: int, percent: int, item: str) -> Judged:
        """A count and a percentage whose total is not printed: the totals that they imply."""
        scan = self.scan
        implied = self.implied(arm)
        if implied is None:
            if scan.value(events) > 0 and self.box(percent)[1] <= 100:
                return self.judged(
                    item,
                    percent,
                    NOT_CHECKABLE,
                    "no total gives this percentage of this count" if scan.value(percent) > 0 else "needs the total",
                )
            return self.judged(item, percent, NOT_CHECKABLE, "needs the total")
        least, most = implied
        noun = self._noun(events)
        if noun:
            stated = self._stated(noun, events)
            if stated is not None and scan.value(events) <= stated < least:
                value = 100 * scan.value(events) / stated
                return self.judged(
                    item,
                    percent,
                    INCONSISTENT,
                    f"it would be of {_span(least, most)}, but the text has {stated} {noun}, of which it is "
                    f"{shown_like(scan.said[percent], value, True)}",
                    computed=value,
                    strength=NOT_REPRODUCED,
                    repair=repairs.percent(scan.said[events], str(stated), scan.said[percent]),
                )
        note = f"needs the total; it would be {_span(least, most)}"
        if least == most:
            others = self._printed_totals(scan.value(events), least)
            if self._agreeing(least) > 1:
                note = f"of {least}, as other counts of the text imply{others}"
                return self.judged(item, percent, CONSISTENT, note, computed=100 * scan.value(events) / least)
            note += others
        return self.judged(item, percent, NOT_CHECKABLE, note)

    def _agreeing(self, total: int) -> int:
        """How many counts of the text imply this total, alone or among few."""
        if self._implied is None:
            self._implied = {}
            for draft in self.drafts:
                for arm in draft.arms:
                    if arm.events is not None and arm.percent is not None and arm.total is None and not arm.total_value:
                        span = self.implied(arm)
                        if span is not None and span[0] == span[1]:
                            self._implied.setdefault(span[0], set()).add(arm.first)
        return len(self._implied.get(total, ()))

    def _printed_totals(self, events: float, total: int) -> str:
        """The totals that the text prints and that do not fit, as ", not 101 or 102"."""
        scan = self.scan
        found: list[str] = []
        k = scan.codes.find("ci")
        while k >= 0 and len(found) < 4:
            said = scan.said[k + 1]
            if events <= float(said) != total and said not in found:
                found.append(said)
            k = scan.codes.find("ci", k + 1)
        return f", not {' or '.join(found)}" if found else ""

    def _noun(self, events: int) -> str:
        """The word counted: "GPs" in "303 GPs (37.0%)"."""
        scan = self.scan
        if scan.codes[events + 1 : events + 2] != "w" or scan.words[events + 1] > 2:
            return ""
        words = scan.text[scan.start[events + 1] : scan.end[events + 1]].split()
        noun = words[-1].lower() if words and len(words[-1]) > 2 and words[-1].isalpha() else ""
        return "" if noun in _ANYONE else noun

    def _stated(self, noun: str, events: int) -> int | None:
        """The greatest total printed as "GPs (n = 772)": the only kind of total that a count of them cannot exceed."""
        scan = self.scan
        greatest: int | None = None
        k = scan.codes.find("(ci)")
        tries = 0
        while k >= 0 and tries < 20:
            if k and scan.codes[k - 1] == "w":
                words = scan.text[scan.start[k - 1] : scan.end[k - 1]].lower().split()
                if words and words[-1] == noun and scan.said[k + 2].isdigit():
                    greatest = max(greatest or 0, int(scan.said[k + 2]))
            k = scan.codes.find("(ci)", k + 1)
            tries += 1
        return greatest

    # -- intervals ------------------------------------------------------------------------------------------------

    def _interval(self, draft: Draft, interval: Interval, search: Search | None) -> list[Judged]:
        scan = self.scan
        found: list[Judged] = []
        lower, upper, estimate = interval.lower, interval.upper, interval.estimate
        low, high = scan.value(lower), scan.value(upper)
        crude = search if draft.kind in ("ratio", "difference") and draft.adjusted is not True else None
        measure = {"OR": "odds ratio", "RR": "risk ratio", "RD": "risk difference"}.get(draft.measure or "")
        hits: dict[str, tuple[str, ...]] = {}
        conf = float(interval.conf) / 100 if interval.conf else 0.95
        if crude is not None and measure and estimate is not None:
            percent = 100.0 if draft.measure == "RD" and interval.percent else 1.0
            boxes = [tuple(end / percent for end in self.box(k)) for k in (estimate, lower, upper)]
            hits, orientation = crude.interval(measure, conf, boxes[0], boxes[1], boxes[2])  # type: ignore[arg-type]
            if hits and orientation:
                draft.notes.append(orientation)
        if draft.kind == "proportion" and draft.arms and estimate is not None:
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
            if repair is None and (inside or (low < 0 and high < 0)):
                found = [
                    self.judged(item, k, CONSISTENT, "limits in reverse order")
                    for item, k in (("lower", lower), ("upper", upper))
                ]
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
        found += self._centre(draft, interval, hits)
        if interval.p is not None:
            found.append(self._p(draft, interval, conf, search))
        return found

    def _scaled(self, draft: Draft, k: int, log: bool) -> tuple[float, float, float]:
        """A number as (value, least, greatest) on the scale of its interval."""
        value = self.scan.value(k)
        low, high = self.box(k)
        if draft.measure in ("RRR",) or self._relative_increase(draft):
            sign = -1.0 if draft.measure == "RRR" else 1.0
            ends = sorted((1 + sign * low / 100, 1 + sign * high / 100))
            value, low, high = 1 + sign * value / 100, ends[0], ends[1]
        if not log:
            return value, low, high
        return tuple(math.log(max(x, 1e-300)) if x > 0 else -math.inf for x in (value, low, high))  # type: ignore[return-value]

    def _relative_increase(self, draft: Draft) -> bool:
        interval = draft.interval
        return draft.measure == "RR" and interval is not None and interval.percent

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
        if e_high < l_low - _TINY or e_low > u_high + _TINY:
            if -u_high <= e_high and e_low <= -l_low and value and draft.kind not in ("ratio",):
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
            note = "inside its limits"
            if draft.kind in ("cuminc", "rate", "proportion", "other"):
                return [
                    self.judged(
                        item,
                        k,
                        CONSISTENT if k == estimate else NOT_CHECKABLE,
                        note if k == estimate else _NEEDS.get(draft.kind, _NEEDS["other"]),
                    )
                    for item, k in places
                ]
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

    def _log(self, draft: Draft) -> bool:
        return draft.kind == "ratio"

    def _back(self, draft: Draft, x: float, log: bool) -> float:
        """From the scale of the interval to the printed one."""
        value = math.exp(min(x, 700.0)) if log else x
        if draft.measure == "RRR":
            return 100 * (1 - value)
        if self._relative_increase(draft):
            return 100 * (value - 1)
        return value

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
        where = f"symmetric on the {'log' if log else 'plain'} scale"
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
            attainable = tuple(sorted(self._back(draft, end, log) for end in ends))
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
                    attainable=(attainable[0], attainable[1]),
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
        scale = "log" if log else "plain"
        middle = self._back(draft, best[0], log)
        ends = sorted((self._back(draft, best[1], log), self._back(draft, best[2], log)))
        note = f"the limits have their middle at {shown_like(scan.said[places[0][1]], middle, False)} ({scale} scale)"
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
            self.says(_ASYMMETRIC)
            or (draft.kind == "difference" and self.says(("cost",)))
            or (draft.kind == "difference" and self._score_like(draft, interval))
        ):
            lawful = f"{note}; not a Wald interval, but lawful (exact, score, bootstrap)"
            return [self.judged("estimate", estimate, CONSISTENT, lawful, computed=middle), *others]
        repair = repairs.triple(
            scan.said[estimate], scan.said[interval.lower], scan.said[interval.upper], log, self._neighbours(draft)
        )
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
    def _by_counts(draft: Draft, hits: dict[str, tuple[str, ...]]) -> bool:
        return len(hits) >= 2 and "estimate" in hits

    def _score_like(self, draft: Draft, interval: Interval) -> bool:
        """Whether the asymmetry is as score intervals of a difference of proportions have it."""
        if draft.measure != "RD" or interval.estimate is None:
            return False
        estimate = self.scan.value(interval.estimate)
        below, above = estimate - self.scan.value(interval.lower), self.scan.value(interval.upper) - estimate
        return below > 0 and above > 0 and 0.7 < below / above < 1.43

    def _neighbours(self, draft: Draft) -> list[tuple[str, str]]:
        """The limits of the intervals beside this one, of which one may have been copied."""
        try:
            index = next(k for k, other in enumerate(self.drafts) if other is draft)
        except StopIteration:
            return []
        said = self.scan.said
        return [
            (said[other.interval.lower], said[other.interval.upper])
            for other in self.drafts[max(0, index - 2) : index + 3]
            if other is not draft and other.interval is not None
        ]

    def _proportion_interval(self, draft: Draft, interval: Interval, conf: float) -> list[Judged]:
        """The interval of a percentage whose count and total are printed, by every method of a proportion."""
        arm = draft.arms[0]
        assert interval.estimate is not None
        scan = self.scan
        places = (("lower", interval.lower), ("upper", interval.upper))
        found: list[Judged] = []
        if arm.events is None:
            low, high = self.box(interval.lower)[0], self.box(interval.upper)[1]
            inside = low <= scan.value(interval.estimate) <= high
            verdict = CONSISTENT if inside else INCONSISTENT
            found.append(
                self.judged(
                    "estimate",
                    interval.estimate,
                    verdict,
                    "inside its limits" if inside else "outside its limits",
                    strength=IMPOSSIBLE,
                )
            )
        total = self._total(arm)
        events = scan.value(arm.events) if arm.events is not None else 0.5
        if total is None or events != int(events) or events > total:
            note = "needs the count and the total" if events == int(events) else "not a whole count"
            found += [self.judged(item, k, NOT_CHECKABLE, note) for item, k in places]
        else:
            limits = proportion_limits(int(events), total, conf)
            found += self._limits_of(places, limits, f"{int(events)}/{total}")
        if interval.p is not None:
            found.append(self.judged("p", interval.p, NOT_CHECKABLE, "needs both groups"))
        return found

    def _limits_of(
        self, places: tuple[tuple[str, int], ...], limits: list[tuple[str, float, float]], counts: str
    ) -> list[Judged]:
        """Two limits against those of every method; one method must give both."""
        boxes = [self.box(k) for _, k in places]
        printed = [self.scan.value(k) for _, k in places]
        both = tuple(
            key
            for key, *values in limits
            if all(b[0] - 1e-9 <= 100 * x <= b[1] + 1e-9 for b, x in zip(boxes, values, strict=True))
        )
        if both:
            row = next(row for row in limits if row[0] == both[0])
            return [
                self.judged(item, k, REPRODUCED, counts, methods=both, computed=100 * value)
                for (item, k), value in zip(places, row[1:], strict=True)
            ]
        key, *nearest = min(
            limits, key=lambda row: sum(abs(100 * x - y) for x, y in zip(row[1:], printed, strict=True))
        )
        found = []
        lawful = self.says(_CLUSTERED) or self.says(_ASYMMETRIC[:-1])
        for (item, k), box, value, said in zip(places, boxes, nearest, printed, strict=True):
            value *= 100
            note = f"no one interval of {counts} gives both limits; nearest {key}"
            if box[0] - 1e-9 <= value <= box[1] + 1e-9:
                found.append(self.judged(item, k, CONSISTENT, f"{key} of {counts}", computed=value))
            elif abs(value - said) <= 3.2 * half_unit(self.scan.said[k]):
                note = f"within one unit of the last place of {key} of {counts}"
                found.append(self.judged(item, k, NOT_CHECKABLE, note, computed=value))
            elif lawful:
                note = "not from the counts alone: a model is named"
                found.append(self.judged(item, k, NOT_CHECKABLE, note, computed=value))
            else:
                found.append(self.judged(item, k, INCONSISTENT, note, computed=value, strength=NOT_REPRODUCED))
        return found

    # -- P values -------------------------------------------------------------------------------------------------

    def p_box(self, k: int) -> tuple[float, float]:
        """The P values that the printed one stands for; those it would be cut off from too."""
        relation, _ = self.scan.relation[k]
        said = self.scan.said[k]
        value, half = float(said), half_unit(said)
        if relation in ("<", "<="):
            return 0.0, value
        if relation in (">", ">="):
            return value, 1.0
        return max(0.0, value - half), min(1.0, value + 2 * half)

    def _p(self, draft: Draft, interval: Interval, conf: float, search: Search | None) -> Judged:
        """A P value against its interval, by the normal approximation, and against every test of the counts."""
        k = interval.p
        assert k is not None
        scan = self.scan
        relation, of = scan.relation.get(k, ("=", ""))
        printed = self.p_box(k)
        if float(scan.said[k]) > 1:
            return self._no_probability(k)
        if of and of != "fisher" and of not in ("rank", "logrank"):
            return self.judged("p", k, NOT_CHECKABLE, f"a test of {of}, not of this estimate")
        if interval.estimate is None or draft.kind not in ("ratio", "difference"):
            return self.judged("p", k, NOT_CHECKABLE, "needs to know what was estimated")
        if not draft.sure and draft.kind == "difference" and scan.value(interval.lower) > 0:
            return self.judged("p", k, NOT_CHECKABLE, "needs to know whether this is a difference or a ratio")
        log = self._log(draft)
        e = self._scaled(draft, interval.estimate, log)
        lo, up = self._scaled(draft, interval.lower, log), self._scaled(draft, interval.upper, log)
        if lo[0] > up[0]:
            lo, up = up, lo
        if not all(map(math.isfinite, (*e, *lo, *up))) or up[1] <= lo[2] or (log and lo[0] >= up[0]):
            return self._p_of_counts(draft, k, search, "the limits are rounded too far to give a P value")
        null = 1.0 if not log and (draft.measure == "RRR" or self._relative_increase(draft)) else 0.0
        z = z_for(conf)
        distance = abs(e[0] - null)
        nearest = 0.0 if e[1] <= null <= e[2] else min(abs(e[1] - null), abs(e[2] - null))
        farthest = max(abs(e[1] - null), abs(e[2] - null))
        se, se_low, se_high = ((up[0] - lo[0]) / (2 * z), (up[1] - lo[2]) / (2 * z), (up[2] - lo[1]) / (2 * z))
        value = _two_sided(distance / se)
        attainable = _two_sided(farthest / se_low), _two_sided(nearest / se_high)
        # where the estimate is not at the middle, the interval's own centre too
        centre = abs((lo[0] + up[0]) / 2 - null)
        attainable = min(attainable[0], _two_sided(centre / se_low)), max(attainable[1], _two_sided(centre / se_high))
        span = f"{p_text(attainable[0])} to {p_text(attainable[1])} from the interval"
        if printed[0] <= value <= printed[1]:
            return self.judged(
                "p",
                k,
                REPRODUCED,
                span,
                methods=("wald-log" if log else "wald",),
                computed=value,
                attainable=attainable,
            )
        if printed[0] <= attainable[1] and attainable[0] <= printed[1]:
            if search is not None and draft.adjusted is not True and (keys := search.tests(printed, quick=True)):
                return self.judged(
                    "p",
                    k,
                    REPRODUCED,
                    f"of the counts; {span}",
                    methods=keys,
                    computed=search.p(keys[0]),
                    attainable=attainable,
                )
            return self.judged("p", k, CONSISTENT, span, computed=value, attainable=attainable)
        return self._p_otherwise(draft, interval, k, search, value, attainable, printed, 1 - conf, relation, of)

    def _no_probability(self, k: int) -> Judged:
        """A P value above 1; a whole one is more often a power of ten that lost its exponent."""
        if "." in self.scan.said[k]:
            return self.judged("p", k, INCONSISTENT, "no probability", strength=IMPOSSIBLE)
        return self.judged("p", k, NOT_CHECKABLE, "no probability: an exponent may be lost")

    def _p_otherwise(
        self,
        draft: Draft,
        interval: Interval,
        k: int,
        search: Search | None,
        value: float,
        attainable: tuple[float, float],
        printed: tuple[float, float],
        alpha: float,
        relation: str,
        of: str,
    ) -> Judged:
        """A P value that the interval does not give: of a test of the counts, one-sided, another test, or none."""
        span = f"{p_text(attainable[0])} to {p_text(attainable[1])} from the interval"
        keys: tuple[str, ...] = ()
        if search is not None:
            keys = search.tests(printed)
        if keys:
            return self.judged(
                "p", k, REPRODUCED, f"of the counts; {span}", methods=keys, computed=value, attainable=attainable
            )
        halves = attainable[0] / 2, attainable[1] / 2
        if printed[0] <= halves[1] and halves[0] <= printed[1]:
            return self.judged(
                "p", k, CONSISTENT, f"one-sided; {span} two-sided", computed=value / 2, attainable=halves
            )
        if draft.kind == "difference" and self._as_ratio(interval, printed, 1 - alpha):
            return self.judged("p", k, CONSISTENT, "of a ratio, whose null is 1", computed=value)
        if draft.kind == "difference" and printed[0] > max(0.5, attainable[1]) and attainable[0] > 0.05:
            return self.judged(
                "p",
                k,
                NOT_CHECKABLE,
                f"{span}; perhaps of a test of non-inferiority",
                computed=value,
                attainable=attainable,
            )
        gap = _z_gap(printed, attainable)
        z_interval = _z_of(value)
        crosses = (printed[1] < 0.05 < attainable[0] and attainable[0] > 2 * printed[1]) or (
            printed[0] > 0.05 > attainable[1] and printed[0] > 2 * attainable[1]
        )
        if self.says(_OTHER_P):
            return self.judged(
                "p",
                k,
                NOT_CHECKABLE,
                f"{span}; perhaps of a test of non-inferiority or interaction",
                computed=value,
                attainable=attainable,
            )
        small = gap <= max(0.5, 0.25 * z_interval)
        if small and not (crosses and gap > 0.8):
            decision = printed[1] <= 0.05 < attainable[0] or attainable[1] <= 0.05 < printed[0]
            return self.judged(
                "p",
                k,
                NOT_CHECKABLE,
                f"{span}; perhaps of another test",
                computed=value,
                attainable=attainable,
                decision=decision,
            )
        if relation in ("<", "<=") and float(self.scan.said[k]) >= 0.05 and attainable[0] >= printed[1]:
            crosses = attainable[0] > 2 * printed[1]
        return self.judged(
            "p",
            k,
            INCONSISTENT,
            span,
            computed=value,
            attainable=attainable,
            strength=IMPOSSIBLE if crosses else NOT_REPRODUCED,
            decision=crosses,
            repair=repairs.p_value(self.scan.said[k], attainable),
        )

    def _as_ratio(self, interval: Interval, printed: tuple[float, float], conf: float) -> bool:
        """Whether a P value follows when the figures are those of a ratio, though the text says difference."""
        assert interval.estimate is not None
        (e_low, e_high), (l_low, l_high), (u_low, u_high) = (
            self.box(k) for k in (interval.estimate, interval.lower, interval.upper)
        )
        if l_low <= 0 or u_low <= l_high:
            return False
        width = z_for(conf) * 2
        se_low, se_high = math.log(u_low / l_high) / width, math.log(u_high / l_low) / width
        ends = abs(math.log(e_low)), abs(math.log(e_high))
        nearest = 0.0 if e_low <= 1 <= e_high else min(ends)
        low, high = _two_sided(max(ends) / se_low), _two_sided(nearest / se_high)
        return printed[0] <= high and low <= printed[1]

    def _p_of_counts(self, draft: Draft, k: int, search: Search | None, otherwise: str) -> Judged:
        printed = self.p_box(k)
        if search is not None and (keys := search.tests(printed)):
            return self.judged("p", k, REPRODUCED, "of the counts", methods=keys)
        return self.judged("p", k, NOT_CHECKABLE, otherwise)

    def _p_alone(self, draft: Draft, k: int, search: Search | None) -> Judged:
        """A P value of two groups without an interval: every test of the table."""
        scan = self.scan
        _, of = scan.relation.get(k, ("=", ""))
        if float(scan.said[k]) > 1:
            return self._no_probability(k)
        if of and of not in ("fisher",):
            return self.judged("p", k, NOT_CHECKABLE, f"a test of {of}")
        printed = self.p_box(k)
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
        span_text = f"the tests of these counts give {p_text(attainable[0])} to {p_text(attainable[1])}"
        if printed[0] <= attainable[1] and attainable[0] <= printed[1]:
            return self.judged("p", k, CONSISTENT, span_text, attainable=attainable)
        if printed[0] <= attainable[1] / 2 and attainable[0] / 2 <= printed[1]:
            return self.judged("p", k, CONSISTENT, f"one-sided; {span_text} two-sided", attainable=attainable)
        gap = _z_gap(printed, attainable)
        if self.modelled or gap < 0.7 or draft.estimate is not None:
            return self.judged("p", k, NOT_CHECKABLE, f"{span_text}; perhaps of another test", attainable=attainable)
        if search is not None and any(arm.total is None and arm.total_value is not None for arm in draft.arms):
            # totals of our choice, unless the count and its percentage leave no other
            for arm in draft.arms:
                implied = self.implied(arm) if arm.total is None and arm.percent is not None else None
                if implied is not None and implied[0] != implied[1]:
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

    def _tables(self, draft: Draft) -> list[Search] | None:
        """The tables that counts with percentages imply, where they are few."""
        spans = []
        if len(draft.arms) != 2:
            return None
        for arm in draft.arms:
            if arm.events is None or scan_whole(self.scan, arm.events) is False:
                return None
            total = self._total(arm)
            if total is not None:
                spans.append((int(self.scan.value(arm.events)), total, total))
            elif arm.percent is not None and (implied := self.implied(arm)) and implied[1] - implied[0] < 6:
                spans.append((int(self.scan.value(arm.events)), implied[0], implied[1]))
            else:
                return None
        (e1, a, b), (e0, c, d) = spans
        if e1 > a or e0 > c:
            return None
        return [Search(e1, n1, e0, n0, self._budget) for n1 in range(a, b + 1) for n0 in range(c, d + 1)]

    def _estimate(self, draft: Draft, k: int, search: Search | None) -> Judged:
        """An estimate without an interval: against the counts beside it."""
        measure = {"OR": "odds ratio", "RR": "risk ratio", "RD": "risk difference", "RRR": "risk ratio"}.get(
            draft.measure or ""
        )
        if draft.measure == "NNT" and search is not None:
            return self._needed(k, search)
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


_NEEDS = {
    "cuminc": "needs the numbers at risk",
    "rate": "needs events and person-time",
    "proportion": "needs the count and the total",
    "other": "needs to know what was estimated",
}


def scan_whole(scan: Scan, k: int) -> bool:
    return scan.codes[k] == "i"


def _span(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def _two_sided(z: float) -> float:
    return math.erfc(abs(z) / _ROOT2)


def _z_of(p: float) -> float:
    return z_for(1 - p) if 1e-15 < p < 1 else (0.0 if p >= 1 else 8.0)


def _z_gap(one: tuple[float, float], two: tuple[float, float]) -> float:
    """How far two intervals of P lie apart, as normal quantiles."""
    if one[1] < two[0]:
        return _z_of(max(one[1], 1e-15)) - _z_of(two[0])
    if two[1] < one[0]:
        return _z_of(max(two[1], 1e-15)) - _z_of(one[0])
    return 0.0


def p_text(p: float) -> str:
    """A P value to two digits, "<0.0001" below that."""
    return "<0.0001" if p < 1e-4 else f"{p:.2g}"


def shown_like(said: str, value: float, percent: bool) -> str:
    """A computed figure with one digit more than the printed one."""
    if not math.isfinite(value):
        return "infinity" if value > 0 else "-infinity"
    decimals = min(len(said.partition("e")[0].partition(".")[2]) + 1, 12)
    text = f"{value:.{decimals}f}" if abs(value) < 1e15 else f"{value:.6g}"
    if value and not text.strip("-0."):
        text = f"{value:.2g}"
    return text + "%" if percent else text


#: Of these there may be many totals.
_ANYONE = word_set(
    "patients participants subjects women men children people adults infants individuals cases events persons"
)
