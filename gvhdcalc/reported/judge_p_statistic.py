"""The judge of P values of a test statistic, or of I2: what it gives by its distribution, one- and two-sided."""

from __future__ import annotations

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED
from . import repairs
from .findings import NOT_REPRODUCED, Judged
from .judge_p import CORRECTED, PValues, decides, p_span, p_text, z_gap
from .statistic import Statistic, i_squared_ends

_SPHERICITY = ("greenhouse", "geisser", "huynh", "spheric")
_PERMUTED = ("permutation", "permuted")


class PValuesOfStatistics(PValues):
    """Judges P values beside a test statistic."""

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
            decision=decides(printed, attainable),
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
