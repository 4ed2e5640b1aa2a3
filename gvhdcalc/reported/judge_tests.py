"""The judge of P values: against the interval beside them, every test of the counts, and what else they may be."""

from __future__ import annotations

import math
import re
from functools import cached_property

from ..stats import p_of_statistic
from ..stats.namespace import z_for
from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED
from . import means, repairs
from .drafts import Draft, Interval
from .findings import IMPOSSIBLE, NOT_REPRODUCED, Judged
from .judge_base import DURATIONS
from .judge_p import CORRECTED, ONE_SIDED, Box, PValues, p_span, p_text, tests_of, two_sided, z_gap, z_of
from .statistic import Statistic, i_squared_ends
from .tables import ROW_COST, UNCONDITIONAL, Row, Search
from .units import PEOPLE
from .words import word_set

#: Two limits that end just before a place.
_ENDS_INTERVAL = re.compile(r"[inq][r,;][inq]u?\)+\Z")
_OTHER_AIM = ("inferior", "equivalen", "infériorit", "équivalen", "unterlegen", "äquivalen")
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
_SPHERICITY = ("greenhouse", "geisser", "huynh", "spheric")
_PERMUTED = ("permutation", "permuted")
#: Of the same patients twice.
_TWICE = re.compile(
    r"\b(?:from\b[^;]{0,80}[0-9)%\]][^;]{0,60}\bto\b|before\b[^;]{0,120}\bafter\b"
    r"|at (?:baseline|entry|admission)\b[^;]{0,120}\b(?:at|after|to)\b)",
    re.IGNORECASE,
)
#: What is no test of two groups of patients by their means.
_NO_T_TEST = (
    "ancova", "anova", "covariance", "analysis of variance", "mann", "wilcoxon", "kruskal", "friedman", "nonparametric",
    "non-parametric", "rank", "transform", "geometric", "bootstrap", "permut", "same patient", "same subject",
    "each patient", "each subject", "both eyes", "contralateral", "split-", "within-subject", "within-patient", "twin",
    "± 95", "±95", "± ci", "±ci", "± 1.96", "change from", "changes from", "change in", "changes in",
    "three groups", "four groups", "3 groups", "4 groups", "three arms", "three-arm",
)  # fmt: skip
#: Words of a change, of which the P value may be though the means are those at its end.
_OF_CHANGES = re.compile(
    r"\b(?:chang|baseline|from|before|decreas|increas|reduc|declin|fell|rose|dropp|improv|gain|lost|loss)",
    re.IGNORECASE,
)

#: As few are often tested by ranks, though the interval is that of a mean.
_RANKED = 12


class Tests(PValues):
    """Judges P values."""

    __test__ = False  # its name is the field's, not pytest's

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
        shares = [self.scan.value(arm.percent) / 100 for arm in draft.arms if arm.percent is not None]
        shares = shares or self._shares_before(draft, interval)
        if len(shares) != 2 or not all(0 < share < 1 for share in shares):
            few = draft.measure != "RD" and printed[1] >= attainable[1]
            return few and printed[0] <= two_sided(max(0.0, z_of(attainable[1]) - 0.6 * error))
        ends = _tests_of_shares(shares[0], shares[1], error / unit, draft.measure)
        least, most = max(0.0, 0.9 * ends[0] - 0.1), 1.05 * ends[1] + 0.1
        return printed[0] <= two_sided(least) and two_sided(most) <= printed[1]

    def _points(self, interval: Interval) -> float:
        """What a difference of shares is printed out of: 100, in percent or in points, or 1."""
        most = max(abs(self.scan.value(k)) for k in (interval.lower, interval.upper))
        return 100.0 if interval.percent or most > 1 else 1.0

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
        note = f"the tests of these counts give {p_text(ends[0])} to {p_text(ends[1])}"
        if printed[0] <= ends[1] and ends[0] <= printed[1]:
            return self.judged("p", k, CONSISTENT, note, attainable=ends)
        note += "; perhaps of two of the groups, or of a model"
        return self.judged("p", k, NOT_CHECKABLE, note, attainable=ends)

    def _before_and_after(self, draft: Draft, p: int) -> bool:
        """Whether the two counts are of the same patients at two times: of one total, from the first to the second."""
        totals = {self._total(arm) for arm in draft.arms}
        scan = self.scan
        begin = max(0, scan.start[min(arm.first for arm in draft.arms)] - 80)
        return len(totals) == 1 and _TWICE.search(scan.text, begin, scan.start[p]) is not None

    def _p_of_statistic(self, k: int, statistic: Statistic) -> Judged:
        """A P value against the test statistic beside it: the rounding of the statistic, one- and two-sided."""
        scan = self.scan
        if self._is_none(k):
            return self._no_probability(k)
        if statistic.name == "I2":
            return self._p_of_heterogeneity(k, statistic)
        low, high = self.box(statistic.place)
        value = scan.value(statistic.place)
        guessed = not statistic.known and statistic.name == "chi-squared" and not statistic.degrees
        if guessed:
            statistic = statistic._replace(degrees=(1.0,))
        elif not statistic.known:
            return self.judged("p", k, NOT_CHECKABLE, "needs the degrees of freedom")
        printed = self.p_box(k)
        computed = statistic.p(value)
        nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
        attainable = statistic.p(max(abs(low), abs(high))), statistic.p(nearest)
        degrees = ", ".join(f"{df:g}" for df in statistic.degrees)
        name = f"{statistic.name}({degrees})" if degrees else statistic.name
        note = f"{name} = {scan.said[statistic.place]} gives {p_text(computed)}"
        methods = (statistic.name,)
        if printed[0] <= computed <= printed[1]:
            return self.judged("p", k, REPRODUCED, note, methods=methods, computed=computed, attainable=attainable)
        if printed[0] <= attainable[1] and attainable[0] <= printed[1]:
            return self.judged("p", k, CONSISTENT, note, computed=computed, attainable=attainable)
        halves = attainable[0] / 2, attainable[1] / 2
        if statistic.name in ("t", "z", "r") and printed[0] <= halves[1] and halves[0] <= printed[1]:
            return self._one_sided(k, f"{note} two-sided", halves, computed / 2)
        if guessed:
            return self.judged("p", k, NOT_CHECKABLE, f"needs the degrees of freedom; {note}")
        sphericity = statistic.name == "F" and self.says(_SPHERICITY)
        if sphericity or (printed[0] >= attainable[1] and (self._corrected(k) or self.says(_PERMUTED))):
            note = f"{note}; corrected for several comparisons, or of corrected degrees of freedom"
            return self.judged("p", k, NOT_CHECKABLE, note, computed=computed, attainable=attainable)
        corrected = self._said_of(k, CORRECTED)
        if corrected or (statistic.name == "z" and z_gap(printed, attainable) < 0.3):
            why = "corrected for several comparisons" if corrected else "exact"
            note = f"{note}; perhaps {why}"
            return self.judged("p", k, NOT_CHECKABLE, note, computed=computed, attainable=attainable)
        return self.judged(
            "p",
            k,
            INCONSISTENT,
            note,
            computed=computed,
            attainable=attainable,
            decision=printed[1] <= 0.05 < attainable[0] or attainable[1] <= 0.05 < printed[0],
            strength=NOT_REPRODUCED,
            repair=repairs.p_value(scan.said[k], attainable),
        )

    def _p_of_heterogeneity(self, k: int, statistic: Statistic) -> Judged:
        """A P value of heterogeneity against I2 beside it, of any number of studies; other estimators come near it."""
        low, high = self.box(statistic.place)
        printed, ends = self.p_box(k), i_squared_ends(low / 100, high / 100)
        note = f"I2 = {self.scan.said[statistic.place]}% gives {p_span(ends)}, of any number of studies"
        if printed[0] <= ends[1] and ends[0] <= printed[1]:
            return self.judged("p", k, CONSISTENT, note, attainable=ends)
        if z_gap(printed, ends) < 1:
            return self.judged("p", k, NOT_CHECKABLE, f"{note}; perhaps I2 of another estimator", attainable=ends)
        return self.judged("p", k, INCONSISTENT, note, attainable=ends, strength=NOT_REPRODUCED)

    def _p_of_means(self, draft: Draft, k: int) -> Judged:
        """A P value of two means with their standard deviations: t tests; it may be of ranks, pairs or a model."""
        if self._is_none(k):
            return self._no_probability(k)
        printed = self.p_box(k)
        sizes = means.group_sizes(self.scan, draft.arms)
        n = f"{sizes[0]} and {sizes[1]}"
        by_sd, by_se = (means.tests(self.scan, draft.arms, errors) for errors in (False, True))
        named = self.says(("standard error", "sem", "± se"))
        for found, what in ((by_sd, "standard deviations"), (by_se, "standard errors")):
            note = f"n {n}, the ± {what}"
            hits = tuple(dict.fromkeys(row.method for row in found if printed[0] <= row.p <= printed[1]))
            if hits:
                row = next(row for row in found if row.method == hits[0] and printed[0] <= row.p <= printed[1])
                verdict = REPRODUCED if found is by_sd or named else CONSISTENT
                return self.judged(
                    "p", k, verdict, note, methods=hits if verdict == REPRODUCED else (), computed=row.p,
                    attainable=(row.low, row.high),
                )  # fmt: skip
            near = next((row for row in found if printed[0] <= row.high and row.low <= printed[1]), None)
            if near is not None:
                return self.judged("p", k, CONSISTENT, note, computed=near.p, attainable=(near.low, near.high))
        row = by_sd[0]
        note = f"a t test gives {p_text(row.p)} (n {n})"
        found = by_sd + by_se if named or means.as_errors(self.scan, draft.arms) else by_sd
        ends = min(row.low for row in found), max(row.high for row in found)
        if self._independent(draft, k) and means.far(self.scan, draft.arms, printed, ends, z_of):
            return self.judged(
                "p", k, INCONSISTENT, note, computed=row.p, attainable=ends, strength=NOT_REPRODUCED,
                decision=printed[1] <= 0.05 < ends[0] or ends[1] <= 0.05 < printed[0],
                repair=repairs.p_value(self.scan.said[k], ends),
            )  # fmt: skip
        note += "; perhaps of ranks, of changes or of a model"
        return self.judged("p", k, NOT_CHECKABLE, note, computed=row.p, attainable=(row.low, row.high))

    def _independent(self, draft: Draft, k: int) -> bool:
        """Whether a P value of two means can only be that of a t test or one like it, of patients who are in one group.

        Not of ranks (where no test is named, of figures that are not skewed), of changes, pairs, a model or a row.
        """
        scan = self.scan
        if self.modelled or scan.relation[k][1] or self._corrected(k) or self.says(_NO_T_TEST):
            return False
        one, last = draft.arms[0].value or 0, draft.arms[1].spread or 0
        if not means.alone(scan, one, max(0, one - 30)) or not means.directly(scan, last, k):
            return False  # of three groups, or of something else
        if ")" in scan.codes[last : last + 2] and not means.deviations(scan, max(0, one - 30), last):
            return False
        if not DURATIONS.isdisjoint(means.units(scan, draft.arms)):
            return False
        if _OF_CHANGES.search(scan.text, max(0, scan.start[draft.first] - 200), scan.start[k]):
            return False
        return not means.skewed(scan, draft.arms)

    def _tables(self, draft: Draft) -> list[Search] | None:
        """The tables that counts with percentages imply, where they are few."""
        spans = []
        if len(draft.arms) != 2:
            return None
        for arm in draft.arms:
            if arm.events is None or self.scan.codes[arm.events] != "i":
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
        named = self.says(UNCONDITIONAL)
        return [Search(e1, n1, e0, n0, self._budget, named) for n1 in range(a, b + 1) for n0 in range(c, d + 1)]


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
