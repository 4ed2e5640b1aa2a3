"""The judge of P values of an interval: the normal approximation, then every other test that they may be of."""

from __future__ import annotations

import math
import re
from functools import cached_property

from ..stats import p_of_statistic
from ..stats.namespace import z_for
from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED
from . import repairs
from .drafts import Draft, Interval
from .findings import IMPOSSIBLE, NOT_REPRODUCED, Judged
from .judge_p import ONE_SIDED, Box, decides, p_span, tests_of, two_sided, z_gap, z_of
from .judge_p_counts import PValuesOfCounts
from .tables import Search
from .units import PEOPLE
from .words import word_set

#: Two limits that end just before a place.
_ENDS_INTERVAL = re.compile(r"[inq][r,;][inq]u?\)+\Z")
_OTHER_AIM = ("inferior", "equivalen", "infériorit", "équivalen", "unterlegen", "äquivalen")
#: Of intervals of a trial that is looked at several times.
_REPEATED = ("repeated confidence", "repeated 9", "repeated ci")
_OTHER_P = ("interaction", "for trend", "heterogeneity")
#: "within the margin of -5 points"
_MARGIN = re.compile(r"\bmargin (?:of|was) [-–−+±]?\s?[0-9.]", re.IGNORECASE)

#: Between two estimates of two sentences.
_ENDS_SENTENCE = re.compile(r"\. [A-Z]")
#: Between limits and a P value of something else than no effect.
_AGAINST_ANOTHER = re.compile(
    r"\b(?:than (?:that )?(?:for|in|of|with)|that in|different from|differed from|unlike"
    r"|(?:greater|smaller|larger|stronger|weaker) (?:in|for|among))\b"
)
_PEOPLE = PEOPLE | word_set(
    "volunteers adults animals rats mice dogs healthy eyes pairs boys girls males females trials studies"
)

#: As few are often tested by ranks, though the interval is that of a mean.
_RANKED = 12


class PValuesOfIntervals(PValuesOfCounts):
    """Judges P values beside an interval."""

    def _p(self, draft: Draft, interval: Interval, conf: float, search: Search | None) -> Judged:
        """A P value against its interval, by the normal approximation, and against every test of the counts."""
        k = interval.p
        assert k is not None
        scan = self.scan
        relation, of = scan.relation.get(k, ("=", ""))
        printed = self.p_box(k)
        if self._is_none(k):
            return self._no_probability(k)
        if of and of not in ("fisher", "rank", "logrank", "superiority", "difference"):
            return self.judged("p", k, NOT_CHECKABLE, f"{tests_of(of)}, not of this estimate against no effect")
        if interval.estimate is None or draft.kind not in ("ratio", "difference"):
            return self.judged("p", k, NOT_CHECKABLE, "needs to know what was estimated")
        if not draft.sure and draft.kind == "difference" and scan.value(interval.lower) > 0:
            return self.judged("p", k, NOT_CHECKABLE, "needs to know whether this is a difference or a ratio")
        if self._against_another(interval):
            return self.judged("p", k, NOT_CHECKABLE, "a test of two estimates against one another, not of this one")
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
        value = two_sided(distance / se)
        attainable = two_sided(farthest / se_low), two_sided(nearest / se_high)
        # where the estimate is not at the middle, the interval's own centre too
        centre = abs((lo[0] + up[0]) / 2 - null)
        attainable = min(attainable[0], two_sided(centre / se_low)), max(attainable[1], two_sided(centre / se_high))
        span = f"{p_span(attainable)} from the interval"
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

    def _against_another(self, interval: Interval) -> bool:
        """Whether an estimate is set against one with an interval of its own: "-0.28 (...) versus -0.46 (...; P"."""
        codes = self.scan.codes
        assert interval.estimate is not None
        k = interval.estimate - 1
        while k >= 0 and interval.estimate - k < 6 and codes[k] in "mwg(":
            k -= 1
        return k >= 2 and codes[k] == "v" and _ENDS_INTERVAL.search(codes[max(0, k - 6) : k]) is not None

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
        span = f"{p_span(attainable)} from the interval"
        if search is not None and (keys := search.tests(printed)):
            return self.judged(
                "p", k, REPRODUCED, f"of the counts; {span}", methods=keys, computed=search.p(keys[0]),
                attainable=attainable,
            )  # fmt: skip
        other = self._of_two_estimates(draft, interval, printed, 1 - alpha)
        if other is not None:
            note = f"of this estimate against {self.scan.said[other]}, not against no effect; {span}"
            return self.judged("p", k, CONSISTENT, note, attainable=attainable)
        halves = attainable[0] / 2, attainable[1] / 2
        if printed[0] <= halves[1] and halves[0] <= printed[1]:
            return self._one_sided(k, f"{span} two-sided", halves, value / 2)
        if self.says(ONE_SIDED) and printed[0] <= 1 - halves[0] and 1 - halves[1] <= printed[1]:
            note = f"one-sided, the effect in the other direction; {span} two-sided"
            return self.judged("p", k, CONSISTENT, note, computed=1 - value / 2, attainable=attainable)
        between = self.scan.text[self.scan.end[interval.upper] : self.scan.start[k]][:200]
        if _AGAINST_ANOTHER.search(between):
            return self.judged("p", k, NOT_CHECKABLE, f"{span}; perhaps of this estimate against another")
        if of == "difference" and draft.kind == "ratio":
            return self.judged("p", k, NOT_CHECKABLE, f"{span}; of a difference, perhaps between two estimates")
        if not draft.sure and draft.measure == "treatment effect":
            return self.judged("p", k, NOT_CHECKABLE, "needs to know whether this is a difference or a ratio")
        if printed[0] >= attainable[1] and self._corrected(k):
            note = f"{span}; corrected for several comparisons, or otherwise adjusted"
            return self.judged("p", k, NOT_CHECKABLE, note, computed=value, attainable=attainable)
        same_side = (printed[1] <= 0.05) == (attainable[1] <= 0.05)
        if draft.kind == "difference" and same_side and self.skewed(interval):
            note = f"{span}; perhaps of ranks, as differences of medians and of durations are tested"
            return self.judged("p", k, NOT_CHECKABLE, note, computed=value, attainable=attainable)
        if same_side and self._of_few(value, printed, 1 - alpha):
            note = f"{span}; as a t test of few has it"
            return self.judged("p", k, CONSISTENT, note, computed=value, attainable=attainable)
        if draft.kind == "difference" and same_side and printed[0] >= attainable[1]:
            most = self._sizes[-1:]
            if most and most[0] <= _RANKED:
                note = f"{span}; perhaps of ranks, as {most[0]} are often tested"
                return self.judged("p", k, NOT_CHECKABLE, note, computed=value, attainable=attainable)
            if not most and draft.measure != "RD" and printed[0] <= _of_fewest(value, 1 - alpha):
                note = f"{span}; as a t test of few may give, but how many they are is not printed"
                return self.judged("p", k, NOT_CHECKABLE, note, computed=value, attainable=attainable)
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
        gap = z_gap(printed, attainable)
        z_interval = z_of(value)
        counted = search is not None and all(arm.total is not None and arm.events is not None for arm in draft.arms)
        if not counted and self._by_shares(draft, interval, printed, attainable, 1 - alpha):
            note = f"{span}; as a test of two proportions, of groups of unknown size, may give"
            return self.judged("p", k, NOT_CHECKABLE, note, computed=value, attainable=attainable)
        crosses = (printed[1] < 0.05 < attainable[0] and attainable[0] > 2 * printed[1]) or (
            printed[0] > 0.05 > attainable[1] and printed[0] > 2 * attainable[1]
        )
        if self.says(_REPEATED):
            note = f"{span}; the interval is one of several looks, and may be wider than the test"
            return self.judged("p", k, NOT_CHECKABLE, note, computed=value, attainable=attainable)
        if self.says(_OTHER_AIM) or self._has_margin or self._said_of(k, _OTHER_P):
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
            decision = decides(printed, attainable)
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

    def _by_shares(self, draft: Draft, interval: Interval, printed: Box, attainable: Box, conf: float) -> bool:
        """Whether a P value can be that of a chi-squared or an exact test, which differ from the Wald interval.

        Of two percentages the interval gives the sizes of the groups, up to their ratio, and with these the tests.
        Without percentages, half an event is half of the standard error of the log ratio, in normal deviates.
        """
        if draft.measure not in ("OR", "RR", "RRR", "RD"):
            return False
        lower, upper = (self._scaled(draft, k, self._log(draft)) for k in (interval.lower, interval.upper))
        error = (upper[2] - lower[1]) / (2 * z_for(conf))
        unit = self._points(interval) if draft.measure == "RD" else 1.0
        shares = self._shares(draft)
        shares = shares or self._shares_before(draft, interval)
        if len(shares) != 2 or not all(0 < share < 1 for share in shares):
            few = draft.measure != "RD" and printed[1] >= attainable[1]
            return few and printed[0] <= two_sided(max(0.0, z_of(attainable[1]) - 0.6 * error))
        ends = _tests_of_shares(shares[0], shares[1], error / unit, draft.measure)
        least, most = max(0.0, 0.9 * ends[0] - 0.1), 1.05 * ends[1] + 0.1
        return printed[0] <= two_sided(least) and two_sided(most) <= printed[1]

    def _shares_before(self, draft: Draft, interval: Interval) -> list[float]:
        """The two percentages with intervals of their own before a difference, where it is theirs."""
        two = [
            self.scan.value(other.interval.estimate) / 100
            for other in self._beside(draft)
            if other.kind == "proportion"
            and other.interval is not None
            and other.interval.estimate is not None
            and other.first < interval.first
        ]
        if len(two) != 2 or draft.measure != "RD" or interval.estimate is None:
            return []
        printed = abs(self.scan.value(interval.estimate)) / self._points(interval)
        return two if abs(abs(two[0] - two[1]) - printed) < 0.011 else []

    def _of_few(self, value: float, printed: Box, conf: float) -> bool:
        """Whether a P value follows by Student's t of a study as small as the text says it is (or of few trials).

        ``value`` is what the interval gives by the normal approximation.
        """
        z = z_for(conf)
        units = z_of(value) / z
        few = [n for n in self._sizes if n <= 40][:4]
        return any(
            0.8 * printed[0] <= p_of_statistic.t(units * _quantile_of_t(z, df), df) <= 1.25 * printed[1]
            for df in sorted({df for n in few for df in (n - 3, n - 2, n - 1, 2 * n - 2) if df > 1})
        )

    @cached_property
    def _has_margin(self) -> bool:
        return _MARGIN.search(self.scan.text) is not None

    @cached_property
    def _sizes(self) -> list[int]:
        """The numbers of patients of the text from 4 on; the text is gone through once."""
        said = self.scan.said
        sizes = {int(said[k]) for k, code in enumerate(self.scan.codes) if code == "i" and self._is_size(k)}
        return sorted(n for n in sizes if n >= 4)

    def _is_size(self, k: int) -> bool:
        """Whether a whole number is one of patients: "n = 12", "12 volunteers"."""
        scan = self.scan
        if not scan.said[k].isdigit():
            return False
        named = scan.codes[max(0, k - 2) : k].endswith(("c", "c="))
        return named or (scan.codes[k + 1 : k + 2] == "w" and scan.word(k + 1) in _PEOPLE)

    def _of_two_estimates(self, draft: Draft, interval: Interval, printed: Box, conf: float) -> int | None:
        """The estimate before this one, where the two are compared and the P value is that of their difference."""
        scan, log = self.scan, self._log(draft)
        for other in self._beside(draft):
            before = other.interval
            if before is None or before.estimate is None or other.measure != draft.measure:
                continue
            assert interval.estimate is not None
            between = scan.text[scan.end[before.upper] : scan.start[interval.estimate]]
            if before.upper > interval.estimate or len(between) > 200 or _ENDS_SENTENCE.search(between):
                continue
            rows = [
                [self._scaled(of, k, log) for k in (own.estimate, own.lower, own.upper) if k is not None]
                for of, own in ((draft, interval), (other, before))
            ]
            (e1, l1, u1), (e0, l0, u0) = rows
            if not all(map(math.isfinite, (*l1, *l0))):
                continue
            width = 2 * z_for(conf)
            se_low = math.hypot((u1[1] - l1[2]) / width, (u0[1] - l0[2]) / width)
            se_high = math.hypot((u1[2] - l1[1]) / width, (u0[2] - l0[1]) / width)
            ends = e1[1] - e0[2], e1[2] - e0[1]
            nearest = 0.0 if ends[0] <= 0 <= ends[1] else min(map(abs, ends))
            if se_low <= 0:
                continue
            low, high = two_sided(max(map(abs, ends)) / se_low), two_sided(nearest / se_high)
            if printed[0] <= high and low <= printed[1]:
                return before.estimate
        return None

    def _as_ratio(self, interval: Interval, printed: tuple[float, float], conf: float) -> bool:
        """Whether a P value follows when the figures are those of a ratio, though the text says difference."""
        assert interval.estimate is not None
        (e_low, e_high), (l_low, l_high), (u_low, u_high) = (
            self.box(k) for k in (interval.estimate, interval.lower, interval.upper)
        )
        if min(e_low, l_low) <= 0 or u_low <= l_high:
            return False
        width = z_for(conf) * 2
        se_low, se_high = math.log(u_low / l_high) / width, math.log(u_high / l_low) / width
        ends = abs(math.log(e_low)), abs(math.log(e_high))
        nearest = 0.0 if e_low <= 1 <= e_high else min(ends)
        low, high = two_sided(max(ends) / se_low), two_sided(nearest / se_high)
        return printed[0] <= high and low <= printed[1]


_SIZES = (1 / 3, 1 / 2, 1.0, 2.0, 3.0)  # of the first group, in terms of the second


def _tests_of_shares(one: float, two: float, error: float, measure: str) -> tuple[float, float]:
    """The least and greatest deviate of tests of two shares whose estimate has this standard error."""
    found = []
    for size in _SIZES:
        spreads = {
            "OR": (1 / (one * (1 - one)), 1 / (two * (1 - two))), "RD": (one * (1 - one), two * (1 - two)),
        }.get(measure, ((1 - one) / one, (1 - two) / two))  # fmt: skip
        second = (spreads[0] / size + spreads[1]) / error**2
        pooled = (size * one + two) / (size + 1)
        per_event = (1 / size + 1) / second
        null = math.sqrt(pooled * (1 - pooled) * per_event)
        apart = abs(one - two)
        found += [apart / null, max(0.0, apart - per_event / 2) / null]
    return min(found), max(found)


def _quantile_of_t(z: float, df: int) -> float:
    """The quantile of Student's t that is the normal one ``z``, by the expansion of Cornish and Fisher."""
    quantile = z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
    return quantile + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * df**3)


def _of_fewest(value: float, conf: float) -> float:
    """The P value by Student's t of six patients where the interval gives ``value`` by the normal approximation."""
    z = z_for(conf)
    return p_of_statistic.t(z_of(value) / z * _quantile_of_t(z, 4), 4)
