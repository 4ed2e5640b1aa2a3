"""The command lines that show a claim: what a reader would type to see it computed.

A command that asks for a verdict (``--reported``) must give that of ``check``, so that a figure is put there only where
the command repeats its relation: from the same counts, or the same interval, and rounded, not cut off. What check found
by other ways (one-sided, by other counts, of a model, not checkable) the command would call inconsistent.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED, Verdict
from .denominators import half_unit
from .drafts import Arm, Draft, Interval
from .findings import Judged
from .sample_size import Plan
from .scan import Scan

_BY_MEASURE = {"OR": "or", "RR": "rr", "RD": "rd", "NNT": "nnt", "RRR": "attributable"}
#: Of other ratios than hazards', what "hr" takes.
_RATIOS = {"OR": "or", "RR": "rr", "RRR": "rr", "IRR": "rate", "rate ratio": "rate"}
_LIMITS = ("estimate", "lower", "upper")


def of(scan: Scan, draft: Draft, total: dict[int, int], figures: Iterable[Judged]) -> tuple[str, ...]:
    """The commands for a claim, most telling first; ``total`` has the n of each group by its first lexeme."""
    if not draft.arms and draft.plan is None and draft.kind not in ("ratio", "cuminc"):
        return ()
    return tuple(_Commands(scan, draft, total, figures).found())


class _Commands:
    """The commands of one claim, from its judged figures."""

    __slots__ = ("counts", "draft", "scan", "verdicts")

    def __init__(self, scan: Scan, draft: Draft, total: dict[int, int], figures: Iterable[Judged]) -> None:
        self.scan = scan
        self.draft = draft
        self.verdicts = {figure.verdict.item: figure.verdict for figure in figures}
        self.counts = [_counts(scan, arm, total) for arm in draft.arms]

    def found(self) -> list[str]:
        scan, draft, counts = self.scan, self.draft, self.counts
        if draft.plan is not None and draft.estimate is not None:
            asked = self._verdict("n") != NOT_CHECKABLE
            percents = [scan.said[arm.percent or 0] for arm in draft.arms]
            return [_power(draft.plan, scan.said[draft.estimate] if asked else "", percents)]
        found: list[str] = []
        if draft.interval is not None and draft.interval.estimate is not None:
            found += self._of_interval(draft.interval)
        elif len(counts) == 2 and all(counts) and (draft.kind == "p" or draft.estimate is not None):
            command = _BY_MEASURE.get(draft.measure or "", "or")
            p = self.verdicts.get("p")
            if draft.kind == "p" and p is not None and p.methods == ("wald of log RR",):
                command = "rr"
            if command == "nnt" and _share(counts[0]) < _share(counts[1]):
                counts = counts[::-1]  # so that it is positive
            found.append(_command(command, counts, "", ", ".join(filter(None, (self._estimate(), self._p(False))))))
        elif draft.kind == "p" and len(counts) > 2 and all(counts):
            found.append(_command("arms", counts, "", self._p(False)))
        return found + self._of_percents(bool(found)) if counts else found

    def _verdict(self, item: str) -> str:
        found = self.verdicts.get(item)
        return NOT_CHECKABLE if found is None else found.verdict

    def _of_percents(self, others: bool) -> list[str]:
        """Of each count with its percentage; beside other commands only where it is inconsistent."""
        found = []
        for number, (arm, counts) in enumerate(zip(self.draft.arms, self.counts, strict=True), 1):
            verdict = self._verdict(f"percent {number}" if len(self.counts) > 1 else "percent")
            if counts and arm.percent is not None and (not others or verdict == INCONSISTENT):
                told = verdict in (REPRODUCED, INCONSISTENT)
                found.append(_command("prop", [counts], "", f"{self.scan.said[arm.percent]}%" if told else ""))
        return [] if others and self.draft.kind == "proportion" else found

    # -- an estimate with its interval ----------------------------------------------------------------------------

    def _of_interval(self, interval: Interval) -> list[str]:
        scan, draft = self.scan, self.draft
        assert interval.estimate is not None
        sign = "%" if interval.percent else ""
        limits = sorted((interval.lower, interval.upper), key=scan.value)  # printed in reverse order now and then
        places = (interval.estimate, *limits)
        e, low, high = (f"{scan.said[k]}{sign}" for k in places)
        conf = f" --conf {interval.conf}" if interval.conf not in ("", "95") else ""
        triple = f"{e} ({low} to {high})"
        if draft.kind == "cuminc":
            return [f"gvhdcalc cuminc {e} {low} {high}{conf}"]
        if draft.kind == "proportion":
            known = self._verdict("percent") in (REPRODUCED, NOT_CHECKABLE)
            told = {self._verdict(item) for item in _LIMITS[1:]} in ({REPRODUCED}, {INCONSISTENT})
            counts = self.counts[:1]
            return [_command("prop", counts, conf, triple if known and told else "")] if all(counts) and counts else []
        found = []
        # the interval is that of the counts, or should be
        if len(self.counts) == 2 and all(self.counts) and draft.adjusted is not True and not draft.modelled:
            rows = [row for row in map(self.verdicts.get, _LIMITS) if row is not None]
            counted = [row.verdict for row in rows if row.note == "from the counts"] == [REPRODUCED] * 3
            about = counted or any(row.verdict == INCONSISTENT for row in rows)
            if draft.kind in ("ratio", "difference") and draft.measure in _BY_MEASURE:
                name = "relative risk reduction " if draft.measure == "RRR" else ""
                asked = ", ".join(filter(None, (name + triple, self._p(False)))) if about else ""
                found.append(_command(_BY_MEASURE[draft.measure], _turned(self.counts, draft.turned), conf, asked))
                if about:
                    return found
        return found + self._of_ratio(places, conf) if draft.kind == "ratio" else found

    def _of_ratio(self, places: tuple[int, ...], conf: str) -> list[str]:
        """A ratio with its limits, or that of which a reduction is 1 less; none where it is outside its limits."""
        scan, draft = self.scan, self.draft
        said = [scan.said[k] for k in places]
        if draft.measure == "RRR":
            e, high, low = (_one_less(number, draft.interval is not None and draft.interval.percent) for number in said)
        elif draft.interval is not None and draft.interval.percent:
            return []
        else:
            e, low, high = said
        values = [float(number) for number in (low, e, high)]
        if min(values) <= 0 or values != sorted(values):
            return []
        p = self._p(True)
        row = self.verdicts.get("estimate")
        if row is not None and row.verdict == INCONSISTENT:
            # not at the middle of its limits; what else is wrong with it "hr" does not see
            middle = row.note is not None and "middle" in row.note
            p = ", ".join(filter(None, (f"{e} ({low} to {high})", p))) if middle else ""
        kind = "" if draft.measure == "HR" else f" --measure {_RATIOS.get(draft.measure or '', 'ratio')}"
        return [_command("hr", [e, low, high], kind + conf, p)]

    # -- figures that a command repeats ---------------------------------------------------------------------------

    def _estimate(self) -> str:
        """An estimate without an interval that follows from the counts, or does not."""
        row, k = self.verdicts.get("estimate"), self.draft.estimate
        if row is None or k is None or row.verdict not in (REPRODUCED, INCONSISTENT):
            return ""
        elsewhere = row.note is not None and row.note.startswith(("of the two percentages", "of the difference"))
        return "" if elsewhere else self.scan.said[k]

    def _p(self, of_interval: bool) -> str:
        """A P value as printed, where the interval (or else the counts) gives it, or nothing does."""
        row, k = self.verdicts.get("p"), self.draft.p
        if row is None or k is None:
            return ""
        relation, _ = self.scan.relation[k]
        said = self.scan.said[k]
        value, half = float(said), half_unit(said)
        rounded = value - half, value + half
        if row.verdict == INCONSISTENT:
            told = True
        elif row.verdict == REPRODUCED:
            told = not of_interval or row.methods[:1] == ("wald-log",)
            told = told and (relation != "=" or (row.computed is not None and rounded[0] <= row.computed <= rounded[1]))
        else:
            told = row.verdict == CONSISTENT and of_interval and _by_rounding(row, rounded)
        if not told:
            return ""
        return f"P = {said}" if relation == "=" else f"P {relation} {said}"


def _by_rounding(row: Verdict, rounded: tuple[float, float]) -> bool:
    """Whether a P value is consistent with the interval by its rounding alone."""
    if row.attainable is None or row.note is None or not row.note.endswith(" from the interval") or ";" in row.note:
        return False
    return rounded[0] <= row.attainable[1] and row.attainable[0] <= rounded[1]


def _one_less(said: str, percent: bool) -> str:
    """ "65.1%" as the ratio of which it is 1 less: "0.349", with as many digits."""
    decimals = len(said.partition(".")[2])
    percent = percent or abs(float(said)) > 1
    return f"{1 - float(said) / (100 if percent else 1):.{decimals + 2 * percent}f}"


def _command(name: str, given: list[str], options: str, told: str) -> str:
    return f"gvhdcalc {name} {' '.join(given)}{options}" + (f" --reported {shlex.quote(told)}" if told else "")


def _power(plan: Plan, n: str, percents: list[str]) -> str:
    options = f" --power {100 * (plan.power or 0.8):g}%"
    options += "" if plan.alpha == 0.05 else f" --alpha {plan.alpha:g}"
    options += "" if plan.sides == 2 else " --sides 1"
    options += f" --dropout {100 * plan.dropout:g}%" if plan.dropout else ""
    options += f" --reported-n {n}" if n else ""
    return f"gvhdcalc power {percents[0]}% {percents[1]}%{options}"


def _counts(scan: Scan, arm: Arm, total: dict[int, int]) -> str:
    n = total.get(arm.first)
    if arm.events is None and arm.events_value is not None and n is not None:
        return f"{arm.events_value}/{n}"
    if arm.events is None or n is None or scan.codes[arm.events] != "i" or scan.value(arm.events) > n:
        return ""
    return f"{scan.said[arm.events]}/{n}"


def _share(counts: str) -> float:
    events, total = counts.split("/")
    return float(events) / float(total)


def _turned(arms: list[str], how: str) -> list[str]:
    """Counts as they were turned to give what is printed."""
    if "other outcome" in how:
        pairs = [counts.split("/") for counts in arms]
        arms = [f"{int(total) - int(events)}/{total}" for events, total in pairs]
    return arms[::-1] if "second group against the first" in how else arms
