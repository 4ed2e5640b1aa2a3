"""The judge of counts: a percentage against its count and total, and the interval of a proportion."""

from __future__ import annotations

import math
import re

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED
from . import means, repairs
from .denominators import half_unit
from .drafts import Arm, Draft, Interval
from .findings import IMPOSSIBLE, NOT_REPRODUCED, Judged
from .judge_base import ASYMMETRIC, CLUSTERED, TINY, Base, shown_like
from .tables import proportion_limits
from .words import word_set

#: Of these there may be many totals.
_ANYONE = word_set(
    "patients participants subjects women men children people adults infants individuals cases events persons"
)
#: Directly before a count of the others.
_ALL_BUT = re.compile(r"\b(?:but|except(?:ing| for)?|excluding|other than)\s(?:the\s)?\Z", re.IGNORECASE)


class Counts(Base):
    """Judges counts and percentages."""

    def _arm(self, arm: Arm, tail: str, draft: Draft) -> list[Judged]:
        if arm.first in self._judged_arms and draft.kind != "proportion":
            return []
        found: list[Judged] = []
        if arm.percent is not None and arm.events is not None:
            found.append(self._percent(arm, arm.events, arm.percent, tail))
        elif arm.percent is not None and (counted := self.counted(arm)) is not None:
            found.append(self._percent_of_n(arm.percent, counted, tail))
        elif arm.percent is not None and not (arm.interval is not None and draft.interval is arm.interval):
            note = self._hazards(draft) or "needs the count, or the total it is of"
            found.append(self.judged("percent" + tail, arm.percent, NOT_CHECKABLE, note))
        elif arm.value is not None:
            found.append(self.judged(arm.what + tail, arm.value, NOT_CHECKABLE, self._values(draft)))
        elif arm.events is not None and arm.percent is None:
            note = "a count without a percentage" if arm.total is not None else "needs the total"
            found.append(self.judged("events" + tail, arm.events, NOT_CHECKABLE, note))
        self._judged_arms[arm.first] = found
        return found

    def _hazards(self, draft: Draft) -> str | None:
        """What two percentages say of the hazard ratio beside them, where hazards are proportional."""
        if draft.measure != "HR" or draft.interval is None or draft.interval.estimate is None:
            return None
        shares = self._shares(draft)
        if len(shares) != 2 or not all(0 < share < 1 for share in shares):
            return None
        without, with_ = (math.log1p(-x) for x in shares), (math.log(x) for x in shares)
        printed = math.log(max(self.scan.value(draft.interval.estimate), 1e-9))
        ratios = [a / b for a, b in (tuple(without), tuple(with_))]  # as shares with the event, as shares without
        nearest = min(ratios, key=lambda ratio: abs(math.log(ratio) - printed))
        return f"the percentages give a hazard ratio of {nearest:.2f} where hazards are proportional"

    def _values(self, draft: Draft) -> str:
        """What two values say of what is estimated: their difference, or the ratio of rates or of medians."""
        values = [self.scan.value(arm.value) for arm in draft.arms if arm.value is not None]
        if (draft.kind == "difference" or draft.measure == means.MEASURE) and len(values) == 2:
            return f"the two differ by {values[0] - values[1]:.4g}"
        rates = all(arm.what == "rate" for arm in draft.arms)
        if len(values) != 2 or min(values) <= 0:
            return "needs the events and the time" if rates else "needs the times"
        if rates:
            return f"the rates give a ratio of {values[0] / values[1]:.2f}"
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
        if count > total >= 1 and low <= 100 * count / total <= high:
            return self.judged(
                item, percent, NOT_CHECKABLE,
                f"{scan.said[events]} of {total:.0f}: more than all, as of a target or of several for each",
                computed=100 * count / total,
            )  # fmt: skip
        if count > total >= 1:
            exchanged = low <= 100 * total / count <= high
            return self.judged(
                item, percent, INCONSISTENT, f"{scan.said[events]} of {total:.0f}: the count exceeds the total",
                strength=IMPOSSIBLE, repair=f"exchanged: {total:.0f}/{scan.said[events]}" if exchanged
                else repairs.percent(scan.said[events], f"{total:.0f}", said),
            )  # fmt: skip
        value = 100 * count / total
        attainable = 100 * (count - half) / total, 100 * (count + half) / total
        here = f"{scan.said[events]}/{total:.0f}"
        if arm.total is None:
            here += " (n printed elsewhere)" if arm.total_note is None else f" (n is {arm.total_note})"
        if low - TINY * total <= value <= high + TINY * total:
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
        others = low - TINY <= 100 - value <= high + TINY
        if others and _ALL_BUT.search(scan.text, max(0, scan.start[events] - 16), scan.start[events]):
            return self.judged(item, percent, CONSISTENT, f"all but {here}", computed=100 - value)
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

    def crude_of_percents(self, draft: Draft) -> tuple[float, float, float] | None:
        """The crude estimate of two percentages without counts, and the least and greatest within their rounding."""
        arms = draft.arms
        if len(arms) != 2 or any(arm.percent is None for arm in arms):
            return None
        boxes = [self.box(arm.percent) for arm in arms if arm.percent is not None]
        printed = self._shares(draft)
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

    def _percent_of_n(self, percent: int, counted: tuple[int, int], tail: str) -> Judged:
        """A percentage whose count is not printed as a number: none, or the only one that gives it."""
        events, total = counted
        none = events == 0 and self.scan.value(percent) == 0
        return self.judged(
            "percent" + tail, percent, REPRODUCED if none else CONSISTENT, f"{events}/{total}",
            methods=("counts",) if none else (), computed=100 * events / total,
        )  # fmt: skip

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
        if arm.told is not None:
            value = 100 * scan.value(events) / arm.told
            return self.judged(
                item, percent, INCONSISTENT,
                f"it would be of {_span(least, most)}, but its group has {arm.told}, of which it is "
                f"{shown_like(scan.said[percent], value, True)}",
                computed=value, strength=NOT_REPRODUCED,
                repair=repairs.percent(scan.said[events], str(arm.told), scan.said[percent]),
            )  # fmt: skip
        noun = self._noun(events)
        if noun:
            stated = self._stated(noun)
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
        if self._totals is None:
            self._totals = []
            k = scan.codes.find("ci")
            while k >= 0 and len(self._totals) < 8:
                self._totals.append(scan.said[k + 1])
                k = scan.codes.find("ci", k + 1)
        found = [said for said in dict.fromkeys(self._totals) if events <= float(said) != total][:4]
        return f", not {' or '.join(found)}" if found else ""

    def _noun(self, events: int) -> str:
        """The word counted: "GPs" in "303 GPs (37.0%)"."""
        scan = self.scan
        if scan.codes[events + 1 : events + 2] != "w" or scan.words[events + 1] > 2:
            return ""
        words = scan.text[scan.start[events + 1] : scan.end[events + 1]].split()
        noun = words[-1].lower() if words and len(words[-1]) > 2 and words[-1].isalpha() else ""
        return "" if noun in _ANYONE else noun

    def _stated(self, noun: str) -> int | None:
        """The greatest total printed as "GPs (n = 772)": the only kind of total that a count of them cannot exceed."""
        if self._nouns is None:
            self._nouns = {}
            scan = self.scan
            k = scan.codes.find("(ci)")
            while k >= 0 and len(self._nouns) < 50:
                if k and scan.codes[k - 1] == "w" and scan.said[k + 2].isdigit():
                    words = scan.text[scan.start[k - 1] : scan.end[k - 1]][-40:].lower().split()
                    if words:
                        self._nouns[words[-1]] = max(self._nouns.get(words[-1], 0), int(scan.said[k + 2]))
                k = scan.codes.find("(ci)", k + 1)
        return self._nouns.get(noun)

    def _proportion_interval(self, draft: Draft, interval: Interval, conf: float) -> list[Judged]:
        """The interval of a percentage whose count and total are printed, by every method of a proportion."""
        arm = draft.arms[0]
        scan = self.scan
        places = (("lower", interval.lower), ("upper", interval.upper))
        found: list[Judged] = []
        if arm.events is None and arm.events_value is None and interval.estimate is not None:
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
        total = self.total_of(arm)
        events = scan.value(arm.events) if arm.events is not None else 0.5
        if arm.events is None and arm.events_value is not None:
            events = float(arm.events_value)
        if arm.events is None and arm.events_value is None and total is not None:
            return found + self._limits_of_any(places, arm, total, conf)
        if total is None or events != int(events) or events > total:
            note = "needs the count and the total" if events == int(events) else "not a whole count"
            found += [self.judged(item, k, NOT_CHECKABLE, note) for item, k in places]
        else:
            limits = proportion_limits(int(events), total, conf)
            lawful = arm.events is None and events > 0  # the count is only implied, and may be of a curve
            found += self._limits_of(places, limits, f"{int(events)}/{total}", lawful)
        if interval.p is not None:
            found.append(self.judged("p", interval.p, NOT_CHECKABLE, "needs both groups"))
        return found

    def _limits_of_any(self, places: tuple[tuple[str, int], ...], arm: Arm, total: int, conf: float) -> list[Judged]:
        """The limits of a percentage that several counts of its n give: of the first that gives them, if any does."""
        assert arm.percent is not None
        low, high = self.box(arm.percent)
        least, most = max(0, math.ceil(low * total / 100)), min(total, math.floor(high * total / 100))
        for events in range(least, min(most, least + 9) + 1):
            rows = self._limits_of(places, proportion_limits(events, total, conf), f"{events}/{total}", True)
            if all(row.verdict.verdict == REPRODUCED for row in rows):
                return rows
        return [self.judged(item, k, NOT_CHECKABLE, f"needs the count of {total}") for item, k in places]

    def _limits_of(
        self, places: tuple[tuple[str, int], ...], limits: list[tuple[str, float, float]], counts: str, lawful: bool
    ) -> list[Judged]:
        """Two limits against those of every method; one method must give both, or else be ``lawful``."""
        boxes = [self.box(k) for _, k in places]
        printed = [self.scan.value(k) for _, k in places]
        both = tuple(
            key
            for key, *values in limits
            if all(_printed_as(100 * x, box) for box, x in zip(boxes, values, strict=True))
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
        modelled = self.says(CLUSTERED) or self.says(ASYMMETRIC[:-1])
        for (item, k), box, value, said in zip(places, boxes, nearest, printed, strict=True):
            value = min(max(100 * value, 0.0), 100.0)
            note = f"no one interval of {counts} gives both limits; nearest {key}"
            if _printed_as(value, box):
                found.append(self.judged(item, k, CONSISTENT, f"{key} of {counts}", computed=value))
            elif abs(value - said) <= 3.2 * half_unit(self.scan.said[k]):
                note = f"within one unit of the last place of {key} of {counts}"
                found.append(self.judged(item, k, NOT_CHECKABLE, note, computed=value))
            elif item == "upper" and (three := _rule_of_three(counts)) and _printed_as(three, box):
                found.append(self.judged(item, k, CONSISTENT, f"the rule of three, of {counts}", computed=three))
            elif lawful or modelled:
                note = "not from the counts alone: a model is named" if modelled else f"not of {counts}"
                found.append(self.judged(item, k, NOT_CHECKABLE, note, computed=value))
            else:
                found.append(self.judged(item, k, INCONSISTENT, note, computed=value, strength=NOT_REPRODUCED))
        return found


def _printed_as(value: float, box: tuple[float, float]) -> bool:
    """Whether a limit in percent rounds to the printed one, as it is or cut off at 0 or 100."""
    return any(box[0] - 1e-9 <= x <= box[1] + 1e-9 for x in (value, min(100.0, max(0.0, value))))


def _rule_of_three(counts: str) -> float | None:
    """The upper limit of none of n in percent, 300/n (Hanley and Lippman-Hand 1983), or None of any others."""
    events, _, total = counts.partition("/")
    return 300 / int(total) if events == "0" else None


def _span(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"
