"""The judge of intervals against the counts beside them: the limit that does not follow where the rest does."""

from __future__ import annotations

import math

from ..stats.results import CONSISTENT, INCONSISTENT, REPRODUCED, Verdict
from . import repairs
from .drafts import Arm, Draft, Interval
from .findings import IMPOSSIBLE, NOT_REPRODUCED, Judged
from .judge_base import ASYMMETRIC, CLUSTERED, TINY, Base, shown_like
from .tables import Search

#: Words of a model or a design that counts alone do not say.
_FITTED = (
    "linear model", "logistic", "poisson", "binomial", "interim", "sequential", "village", "communit", "practices",
    "schools", "wards", "eyes", "teeth", "twin", "sibling",
)  # fmt: skip
#: The methods of most papers, one for each measure.
_USUAL = ("woolf", "katz", "wald")


class IntervalsOfCounts(Base):
    """Judges intervals of two groups whose counts are printed."""

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


def _noted(verdict: Verdict, note: str) -> Verdict:
    """A verdict with a further note."""
    return verdict._replace(note=f"{verdict.note}; {note}" if verdict.note else note)
