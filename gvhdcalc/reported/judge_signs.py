"""What the words near an estimate say of its sign or of its scale: a decrease, or 1 less a ratio."""

from __future__ import annotations

import re

from ..stats.results import CONSISTENT
from .drafts import Draft, Interval
from .findings import Judged
from .judge_base import Base

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


class Signs(Base):
    """The signs that words give to estimates."""

    def _before(self, interval: Interval, reach: int) -> tuple[int, int]:
        """Where the text before an estimate begins and ends, so many characters of it."""
        assert interval.estimate is not None
        start = self.scan.start[interval.estimate]
        return max(0, start - reach), start

    def _without_sign(self, places: tuple[tuple[str, int], ...]) -> list[Judged]:
        """An estimate and its limits, of which one side lacks the minus of a decrease."""
        note = "the sign of the estimate and of its limits is not the same: a decrease printed without its sign"
        return [self.judged(item, k, CONSISTENT, note) for item, k in places]

    def _reduction(self, interval: Interval) -> bool:
        """Whether the words before an estimate name a figure that is 1 less a ratio."""
        return _REDUCTION.search(self.scan.text, *self._before(interval, 60)) is not None

    def _decrease(self, draft: Draft, interval: Interval) -> bool:
        """Whether words near a difference speak of a decrease, or of what may be one: then its sign may be left out."""
        if not draft.sure or draft.measure in ("change", "effect", "treatment effect"):
            return True
        scan = self.scan
        end = scan.end[min(interval.last, len(scan.end) - 1)] + 100
        return _LESS.search(scan.text, self._before(interval, 300)[0], end) is not None

    def _turned(self, interval: Interval) -> bool:
        """Whether the words say a decrease and minus the estimate is at the middle: "fell by 0.3 (-1.3 to 0.8)"."""
        assert interval.estimate is not None
        scan, (low, high) = self.scan, self.box(interval.estimate)
        (l_low, l_high), (u_low, u_high) = self.box(interval.lower), self.box(interval.upper)
        if -(l_high + u_high) / 2 > high or low > -(l_low + u_low) / 2:
            return False
        begin, end = self._before(interval, 60)
        return _DECREASE.search(scan.text[begin:end]) is not None
