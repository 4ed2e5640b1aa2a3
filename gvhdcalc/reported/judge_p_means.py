"""The judge of P values of two means: t tests, where their figures are standard deviations, or standard errors."""

from __future__ import annotations

import re

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED
from . import means, repairs
from .drafts import Draft
from .findings import NOT_REPRODUCED, Judged
from .judge_base import DURATIONS
from .judge_p import PValues, decides, p_text, z_of

#: What is no test of two groups of patients by their means.
_NO_T_TEST = (
    "ancova", "anova", "covariance", "analysis of variance", "mann", "wilcoxon", "kruskal", "friedman", "nonparametric",
    "non-parametric", "rank", "transform", "geometric", "bootstrap", "permut", "same patient", "same subject",
    "each patient", "each subject", "both eyes", "contralateral", "split-", "within-subject", "within-patient", "twin",
    "± 95", "±95", "± ci", "±ci", "± 1.96", "change from", "changes from", "change in", "changes in",
    "inferior", "equivalen", "least-square", "least square", "marginal mean", "standardised mean", "standardized mean",
    "controlling for", "controlled for", "random effect", "random-effect", "linear mixed", "schools", "wards",
    "villages", "practices", "over time", "trajector", "communit", "-standardi",
    "three groups", "four groups", "3 groups", "4 groups", "three arms", "three-arm",
)  # fmt: skip
#: Words of a change, of which the P value may be though the means are those at its end.
_OF_CHANGES = re.compile(
    r"\b(?:chang|baseline|from|before|decreas|increas|reduc|declin|fell|rose|dropp|improv|gain|lost|loss)",
    re.IGNORECASE,
)


class PValuesOfMeans(PValues):
    """Judges P values of two means."""

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
                decision=decides(printed, ends),
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
