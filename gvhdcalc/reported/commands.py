"""The command lines that show a claim: what a reader would type to see it computed."""

from __future__ import annotations

import shlex

from .drafts import Arm, Draft
from .sample_size import Plan
from .scan import Scan

#: Tests that a P value may name and still be held against counts or an interval.
_GIVEN = (None, "", "fisher", "rank", "logrank", "superiority")
_BY_MEASURE = {"OR": "or", "RR": "rr", "RD": "rd", "NNT": "nnt"}


def of(scan: Scan, draft: Draft, total: dict[int, int]) -> tuple[str, ...]:
    """The commands for a claim, most telling first; ``total`` has the n of each group by its first lexeme."""
    if draft.plan is not None and draft.estimate is not None:
        return (_power(draft.plan, scan.said[draft.estimate], [scan.said[arm.percent or 0] for arm in draft.arms]),)
    found: list[str] = []
    said = scan.said
    interval = draft.interval
    arms = [_counts(scan, arm, total) for arm in draft.arms]
    level = interval.conf if interval is not None else ""
    conf = f" --conf {level}" if level not in ("", "95") else ""
    if interval is not None and interval.estimate is not None:
        sign = "%" if interval.percent else ""
        limits = sorted((interval.lower, interval.upper), key=scan.value)  # printed in reverse order now and then
        e, low, high = (f"{said[k]}{sign}" for k in (interval.estimate, *limits))
        p = _p(scan, draft.p)
        arms = _turned(arms, draft.turned)
        own = draft.adjusted is not True and not draft.modelled  # the interval is that of the counts, or should be
        triple = f"{e} ({low} to {high})" + (f", {p}" if p else "")
        if (
            own
            and draft.kind in ("ratio", "difference")
            and len(arms) == 2
            and all(arms)
            and draft.measure in _BY_MEASURE
        ):
            found.append(
                f"gvhdcalc {_BY_MEASURE[draft.measure or '']} {arms[0]} {arms[1]}{conf}"
                f" --reported {shlex.quote(triple)}"
            )
        if (
            draft.kind == "ratio"
            and not found
            and not interval.percent
            and min(map(scan.value, (interval.estimate, *limits))) > 0
        ):
            reported = f" --reported {shlex.quote(p)}" if p else ""
            found.append(f"gvhdcalc hr {e} {low} {high}{conf}{reported}")
        elif draft.kind == "cuminc":
            found.append(f"gvhdcalc cuminc {e} {low} {high}{conf}")
        elif draft.kind == "proportion" and arms and arms[0]:
            found.append(f"gvhdcalc prop {arms[0]}{conf} --reported {shlex.quote(f'{e} ({low} to {high})')}")
    elif (draft.kind == "p" or (draft.estimate is not None and len(arms) == 2)) and len(arms) == 2 and all(arms):
        p = _p(scan, draft.p)
        command = _BY_MEASURE.get(draft.measure or "", "or")
        text = ", ".join(part for part in (said[draft.estimate] if draft.estimate is not None else "", p) if part)
        found.append(f"gvhdcalc {command} {arms[0]} {arms[1]}" + (f" --reported {shlex.quote(text)}" if text else ""))
    elif draft.kind == "p" and len(arms) > 2 and all(arms):
        found.append(f"gvhdcalc arms {' '.join(arms)} --reported {shlex.quote(_p(scan, draft.p))}")
    if not found:
        for arm, counts in zip(draft.arms, arms, strict=True):
            if counts and arm.percent is not None:
                found.append(f"gvhdcalc prop {counts} --reported {said[arm.percent]}%")
    return tuple(found)


def _power(plan: Plan, n: str, percents: list[str]) -> str:
    options = f" --power {100 * (plan.power or 0.8):g}%"
    options += "" if plan.alpha == 0.05 else f" --alpha {plan.alpha:g}"
    options += "" if plan.sides == 2 else " --sides 1"
    options += f" --dropout {100 * plan.dropout:g}%" if plan.dropout else ""
    return f"gvhdcalc power {percents[0]}% {percents[1]}%{options} --reported-n {n}"


def _counts(scan: Scan, arm: Arm, total: dict[int, int]) -> str:
    n = total.get(arm.first)
    if arm.events is None or n is None or scan.codes[arm.events] != "i" or scan.value(arm.events) > n:
        return ""
    return f"{scan.said[arm.events]}/{n}"


def _turned(arms: list[str], how: str) -> list[str]:
    """Counts as they were turned to give what is printed."""
    if "other outcome" in how:
        pairs = [counts.split("/") for counts in arms]
        arms = [f"{int(total) - int(events)}/{total}" for events, total in pairs]
    return arms[::-1] if "second group against the first" in how else arms


def _p(scan: Scan, k: int | None) -> str:
    """A P value as printed, but for one of a test that the counts or the interval cannot give."""
    if k is None:
        return ""
    relation, of = scan.relation[k]
    if of not in _GIVEN or scan.value(k) > 1:
        return ""
    return f"P = {scan.said[k]}" if relation == "=" else f"P {relation} {scan.said[k]}"
