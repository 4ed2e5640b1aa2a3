"""What the judges of a text share: its printed numbers with their rounding, its words, and the making of verdicts."""

from __future__ import annotations

import math

from ..stats.results import INCONSISTENT, Verdict
from .denominators import half_unit
from .drafts import Arm, Draft, Interval
from .findings import Judged
from .scan import Scan
from .tables import Budget

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
CLUSTERED = (
    "cluster", "gee ", "estimating equation", "mixed model", "mixed-effect", "multilevel", "multi-level", "imput",
    "weighted", "kaplan", "actuarial",
)  # fmt: skip
#: A group with more is no group of patients.
_LARGEST = 10**9
#: Words of intervals that need not be symmetric on any scale.
ASYMMETRIC = (
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
    "pseudo-median",
    "pseudomedian",
    "median of the difference",
    "median of difference",
    "% cri",
    "% cr.i",
    "% bci",
    "% hdi",
    "% hpd",
    "highest density",
    "markov chain",
    "mcmc",
    "indirect effect",
    "mediated effect",
    "exact",
)
#: Units of a stay or a delay.
DURATIONS = frozenset(("days", "day", "hours", "hour", "h", "minutes", "min", "weeks"))
TINY = 1e-12


class Base:
    """The text being judged."""

    def __init__(self, scan: Scan, drafts: list[Draft]) -> None:
        self.scan = scan
        self.drafts = drafts
        self._words: dict[tuple[str, ...], bool] = {}
        self._sentences: dict[tuple[str, ...], set[int] | None] = {}
        self._places: dict[int, int] = {}
        self._totals: list[str] | None = None
        self._boxes: dict[int, tuple[float, float]] = {}
        self._nouns: dict[str, int] | None = None
        self._models: bool | None = None
        self._judged_arms: dict[int, list[Judged]] = {}
        self._budget = Budget()
        self._implied: dict[int, set[int]] | None = None

    def box(self, k: int) -> tuple[float, float]:
        """The values that round to the number at a place."""
        found = self._boxes.get(k)
        if found is not None:
            return found
        said = self.scan.said[k]
        value, half = float(said), half_unit(said)
        if value > 100 and said.endswith("00") and "." not in said and self.scan.codes[k] != "q":
            half = 0.5 * 10.0 ** (len(said) - len(said.rstrip("0")))  # 26,600 may be rounded to hundreds
        found = self._boxes[k] = value - half, value + half
        return found

    def says(self, words: tuple[str, ...]) -> bool:
        """Whether the text has one of these words anywhere."""
        found = self._words.get(words)
        if found is None:
            text, found = self.scan.lower, False
            for word in words:  # a loop takes half the time of any()
                if word in text:
                    found = True
                    break
            self._words[words] = found
        return found

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

    def total_of(self, arm: Arm) -> int | None:
        """The n of a group: printed with it, found elsewhere, or the only one of which the count is the percentage."""
        if arm.total is not None:
            return int(self.scan.value(arm.total))
        if arm.total_value is not None or arm.told is not None:
            return arm.total_value or arm.told
        if arm.events is not None and arm.percent is not None:
            implied = self.implied(arm)
            if implied and implied[0] == implied[1]:
                return implied[0]
        return None

    def counted(self, arm: Arm) -> tuple[int, int] | None:
        """The events and the total of a group, where both are whole and can be counts of patients."""
        total = self.total_of(arm)
        if total is None or (arm.events is None and arm.events_value is None):
            return None
        events = float(arm.events_value or 0) if arm.events is None else self.scan.value(arm.events)
        return (int(events), total) if events == int(events) and 0 <= events <= total <= _LARGEST else None

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

    def _shares(self, draft: Draft) -> list[float]:
        """The percentages of the groups that have one, as fractions."""
        return [self.scan.value(arm.percent) / 100 for arm in draft.arms if arm.percent is not None]

    def _scaled(self, draft: Draft, k: int, log: bool) -> tuple[float, float, float]:
        """A number as (value, least, greatest) on the scale of its interval."""
        value = self.scan.value(k)
        low, high = self.box(k)
        if draft.measure == "RRR" or (draft.measure == "RR" and self._relative_increase(draft)):
            sign = -1.0 if draft.measure == "RRR" else 1.0
            whole = self._whole(draft)
            ends = sorted((1 + sign * low / whole, 1 + sign * high / whole))
            value, low, high = 1 + sign * value / whole, ends[0], ends[1]
        if not log:
            return value, low, high
        return _log(value), _log(low), _log(high)

    def _relative_increase(self, draft: Draft) -> bool:
        """Whether an RR is printed as an increase in percent."""
        interval = draft.interval
        return draft.measure == "RR" and interval is not None and interval.percent

    def _whole(self, draft: Draft) -> float:
        """What a relative change is printed out of: 100, or 1 in "relative risk reduction 0.45 (0.20 to 0.62)"."""
        interval = draft.interval
        if interval is None or interval.percent or interval.estimate is None:
            return 100.0
        places = (interval.estimate, interval.lower, interval.upper)
        fractions = all(self.scan.codes[k] == "n" and self.scan.value(k) <= 1 for k in places)
        return 1.0 if fractions else 100.0

    def _log(self, draft: Draft) -> bool:
        return draft.kind == "ratio"

    def _back(self, draft: Draft, x: float, log: bool) -> float:
        """From the scale of the interval to the printed one."""
        value = math.exp(min(x, 700.0)) if log else x
        if draft.measure == "RRR":
            return self._whole(draft) * (1 - value)
        if draft.measure == "RR" and self._relative_increase(draft):
            return self._whole(draft) * (value - 1)
        return value

    def _points(self, interval: Interval) -> float:
        """What a difference of shares is printed out of: 100, in percent or in points, or 1."""
        most = max(abs(self.scan.value(k)) for k in (interval.lower, interval.upper))
        return 100.0 if interval.percent or most > 1 else 1.0

    @staticmethod
    def _scale(draft: Draft, log: bool) -> str:
        """The scale of an interval in words."""
        return f"{'log' if log else 'plain'} scale{' of 1 less it' if draft.measure == 'RRR' and log else ''}"

    def skewed(self, interval: Interval) -> bool:
        """Whether a difference is one of medians or of durations, whose intervals are often ranked or bootstrapped."""
        scan, k = self.scan, interval.estimate
        assert k is not None
        unit = scan.prose(k + 1, k + 2).strip() if scan.codes[k + 1 : k + 2] == "u" else ""
        near = scan.codes[max(0, k - 12) : k]
        return "d" in near[-3:] or ("d" in near and "m" not in near and "." not in near) or unit in DURATIONS

    def _beside(self, draft: Draft, before: int = 2, after: int = 2) -> list[Draft]:
        """The claims directly before this one and directly after it."""
        if not self._places:
            self._places = {id(other): k for k, other in enumerate(self.drafts)}
        index = self._places[id(draft)]
        return [other for other in self.drafts[max(0, index - before) : index + after + 1] if other is not draft]


def _log(x: float) -> float:
    return math.log(max(x, 1e-300)) if x > 0 else -math.inf


def shown_like(said: str, value: float, percent: bool) -> str:
    """A computed figure with one digit more than the printed one."""
    if not math.isfinite(value):
        return "infinity" if value > 0 else "-infinity"
    decimals = min(len(said.partition("e")[0].partition(".")[2]) + 1, 12)
    text = f"{value:.{decimals}f}" if abs(value) < 1e15 else f"{value:.6g}"
    if value and not text.strip("-0."):
        text = f"{value:.2g}"
    return text + "%" if percent else text
