"""The hazard ratio from two survival curves read off a figure: interval by interval, without individual data.

In each interval the curve and what is known of follow-up give the events and the patients at risk of each arm, hence a
log hazard ratio with its variance; these are pooled by inverse variance (Parmar 1998, section 5). What is known of
follow-up is the numbers at risk below the figure (Williamson 2002) or its shortest and longest (Parmar 1998; Tierney
2007, routes 11 and 10). ``reconstruction`` makes individual data of the same curves.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .hazard_ratio import MEASURE, wald
from .registry import estimator
from .results import Estimate, Note, notes_when


@dataclass(frozen=True, slots=True)
class Curve:
    """The survival curve of one arm: proportions event-free at rising times, and the patients known to be at risk.

    ``risk_times`` and ``at_risk`` are the numbers below the figure; the first is at time 0, the patients of the arm.
    """

    times: tuple[float, ...]
    survival: tuple[float, ...]
    risk_times: tuple[float, ...]
    at_risk: tuple[int, ...]

    def at(self, time: float) -> float:
        """The proportion event-free at a time: the curve is a step function, 1 before its first point."""
        index = bisect_right(self.times, time)
        return self.survival[index - 1] if index else 1.0


@dataclass(frozen=True, slots=True)
class Curves:
    """Two curves, the treated arm first; the shortest and longest follow-up of those without event, where printed.

    ``grid`` are the ends of the intervals for the method that is told the follow-up, rising from above 0.
    """

    treated: Curve
    control: Curve
    follow_up: tuple[float, float] | None = None
    grid: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """Events and the effective number at risk of one arm in one interval, and the patients censored in it."""

    start: float
    end: float
    events: float
    at_risk: float
    censored: float


def between_risk_times(curve: Curve, times: Sequence[float]) -> list[Interval]:
    """The intervals between ``times``, at each of which a number at risk is known (Williamson 2002).

    d = (n_s + n_e)(S_s - S_e)/(S_s + S_e) and c = 2(n_s S_e - n_e S_s)/(S_s + S_e): those censored are at risk for half
    of the interval. The effective number at risk is n_s - c/2.
    """
    known = dict(zip(curve.risk_times, curve.at_risk, strict=True))
    found = []
    for start, end in pairwise(times):
        n_s, n_e, s_s, s_e = known[start], known[end], curve.at(start), curve.at(end)
        both = s_s + s_e
        if both == 0:
            break
        censored = 2 * (n_s * s_e - n_e * s_s) / both
        found.append(Interval(start, end, (n_s + n_e) * (s_s - s_e) / both, n_s - censored / 2, censored))
    return found


def under_uniform_censoring(curve: Curve, grid: Sequence[float], follow_up: tuple[float, float]) -> list[Interval]:
    """The intervals of a grid where follow-up ends evenly between two times (Parmar 1998, eq. 15, 16 and 26).

    Of n_s at risk at the start, c = n_s (t_e - max(t_s, F_min)) / (2 (F_max - max(t_s, F_min))) are taken as censored,
    none before F_min; n_s - c are at risk in the interval, d = (n_s - c)(1 - S_e/S_s) have the event, and n_s - c - d
    are at risk at its end.
    """
    shortest, longest = follow_up
    at_risk, start = float(curve.at_risk[0]), 0.0
    found = []
    for end in grid:
        s_s, s_e = curve.at(start), curve.at(end)
        if s_s == 0 or end > longest:
            break
        since = max(start, shortest)
        share = 0.0 if end <= shortest else (end - since) / (2 * (longest - since))
        censored = at_risk * share
        effective = at_risk - censored
        events = effective * (1 - s_e / s_s)
        found.append(Interval(start, end, events, effective, censored))
        at_risk, start = effective - events, end
    return found


_LEFT_OUT = "an interval without events in an arm has no ratio and is left out"
_NOTHING = "no interval has events in both arms: the hazard ratio does not exist"
_GROWN = "more are at risk at the end of an interval than its start less the events: check the numbers at risk"
_LONG = (
    "more than a fifth have the event in an interval: HR drawn to 1, its variance too small; shorter ones are better"
)
_ASSUMED = Note("assumes proportional hazards over the whole curve, and censoring that says nothing of the event")


def pooled_over(treated: Sequence[Interval], control: Sequence[Interval], conf: float) -> Estimate:
    """The inverse-variance mean of the intervals' log hazard ratios (Parmar 1998, eq. 19 and 20).

    log((d1/r1)/(d0/r0)) with variance 1/d1 - 1/r1 + 1/d0 - 1/r0 (eq. 17 and 18). Where an arm has no events Parmar has
    10^-6 of one, which has next to no weight; here the interval is left out.
    """
    weight = total = 0.0
    left_out = False
    for one, two in zip(treated, control, strict=False):
        if min(one.events, two.events) <= 1e-9 * max(one.at_risk, two.at_risk, 1.0):
            left_out = left_out or max(one.events, two.events) > 0
            continue
        log_hr = math.log(one.events / one.at_risk) - math.log(two.events / two.at_risk)
        variance = 1 / one.events - 1 / one.at_risk + 1 / two.events - 1 / two.at_risk
        if variance <= 0:  # everybody at risk in both arms has the event
            left_out = True
            continue
        weight += 1 / variance
        total += log_hr / variance
    mean, se = (total / weight, 1 / math.sqrt(weight)) if weight else (math.nan, math.nan)
    long = any(row.events > 0.2 * row.at_risk * (1 + 1e-9) for row in (*treated, *control))
    grown = any(row.censored < -0.5 for row in (*treated, *control))
    notes = notes_when((left_out, _LEFT_OUT), (not weight, _NOTHING), (grown, _GROWN), (long, _LONG))
    return wald(math.exp(mean), mean, se, conf, (*notes, _ASSUMED))


def common_risk_times(curves: Curves) -> list[float]:
    """The times at which the numbers at risk of both arms are known."""
    return sorted(set(curves.treated.risk_times) & set(curves.control.risk_times))


@estimator(
    MEASURE,
    "curve-at-risk",
    name="curves and numbers at risk, by interval",
    reference="Parmar 1998; Williamson 2002; Tierney 2007",
    software=("Tierney 2007 spreadsheet",),
    formula="d = (n_s + n_e)*(S_s - S_e)/(S_s + S_e);  c = 2*(n_s*S_e - n_e*S_s)/(S_s + S_e);  r = n_s - c/2;  "
    "y = log((d1/r1)/(d0/r0));  v = 1/d1 - 1/r1 + 1/d0 - 1/r0;  log(HR) = sum(y/v)/sum(1/v);  SE = 1/sqrt(sum(1/v))",
    default=True,
    closed_form=False,
    advice="numbers at risk below the figure, at short intervals: at most a fifth of the patients have events in each",
)
def from_curves_at_risk(curves: Curves, conf: float = 0.95) -> Estimate:
    """The hazard ratio from curves with numbers at risk, by interval (Williamson 2002; Tierney 2007, route 11).

    The curves after the last number at risk are not used.
    """
    times = common_risk_times(curves)
    return pooled_over(between_risk_times(curves.treated, times), between_risk_times(curves.control, times), conf)


@estimator(
    MEASURE,
    "curve-follow-up",
    name="curves and follow-up, by interval",
    reference="Parmar 1998; Tierney 2007",
    software=("Tierney 2007 spreadsheet",),
    formula="c = n_s*(t_e - max(t_s, F_min))/(2*(F_max - max(t_s, F_min))), 0 before F_min;  r = n_s - c;  "
    "d = r*(1 - S_e/S_s);  n_e = r - d;  y = log((d1/r1)/(d0/r0));  v = 1/d1 - 1/r1 + 1/d0 - 1/r0;  "
    "log(HR) = sum(y/v)/sum(1/v);  SE = 1/sqrt(sum(1/v))",
    default=True,
    closed_form=False,
    advice="no numbers at risk printed; patients entered at an even pace",
)
def from_curves_and_follow_up(curves: Curves, conf: float = 0.95) -> Estimate:
    """The hazard ratio from curves with the shortest and longest follow-up (Parmar 1998; Tierney 2007, route 10).

    Censoring is taken as even between the two times. Raises ValueError where no follow-up is given.
    """
    if curves.follow_up is None:
        raise ValueError("the shortest and the longest follow-up are needed")
    return pooled_over(
        under_uniform_censoring(curves.treated, curves.grid, curves.follow_up),
        under_uniform_censoring(curves.control, curves.grid, curves.follow_up),
        conf,
    )
