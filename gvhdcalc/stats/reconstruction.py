"""Individual data behind a printed survival curve: its steps inverted with the numbers at risk (Guyot 2012).

Guyot, Ades, Ouwens & Welton 2012, "Enhanced secondary analysis of survival data", BMC Med Res Methodol 12:9. The
algorithm takes the points of a digitised curve, the numbers at risk below the figure and, where it is printed, the
number of events, and finds whole numbers of events at the points and of patients censored between them, evenly spread
over each interval between two numbers at risk, whose Kaplan-Meier curve is the printed one as nearly as can be.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .hazard_ratio_curve import Curve

#: Rounds of adjusting the censored of one interval after which it is taken as it stands.
ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """Events and censored at each point of the curve, and the individual data made of them.

    ``times`` and ``status`` (1 the event, 0 censored) have one entry for each patient. ``largest_gap`` is the largest
    distance between the reconstructed and the printed curve; ``settled`` is False where the numbers at risk could not
    be met.
    """

    times: tuple[float, ...]
    status: tuple[int, ...]
    events: int
    censored: int
    largest_gap: float
    settled: bool = True


@dataclass(slots=True)
class _State:
    """The points of the curve with what is found at each: events, censored, at risk, Kaplan-Meier estimate."""

    times: list[float]
    survival: list[float]
    events: list[int]
    censored: list[int]
    at_risk: list[int]
    estimate: list[float]


def _points(curve: Curve) -> tuple[list[float], list[float], list[int]]:
    """Times and survival with a point at 0 and at each number at risk, never rising; the indices of the latter."""
    own = dict(zip(curve.times, curve.survival, strict=True))
    last = max(curve.times)
    for time in (0.0, *(time for time in curve.risk_times if time <= last)):
        own.setdefault(time, curve.at(time))
    times = sorted(own)
    survival: list[float] = []
    for time in times:
        survival.append(min(own[time], survival[-1] if survival else 1.0))
    return times, survival, [bisect_left(times, time) for time in curve.risk_times if time <= last]


def _spread(times: Sequence[float], first: int, last: int, count: int) -> list[int]:
    """How many of ``count`` evenly spaced times between two points fall between each and the next.

    A time on a point is of the interval before it.
    """
    found = [0] * (last - first)
    width = times[last] - times[first]
    slack = 1e-9 * width
    point = first + 1
    for index in range(1, count + 1):
        time = times[first] + index * width / (count + 1)
        while point < last and time > times[point] + slack:
            point += 1
        found[point - 1 - first] += 1
    return found


def _walk(state: _State, first: int, last: int, start: int, at_risk: int) -> int:
    """Find the events from ``first`` to ``last`` that follow the curve, given the censored; the last with events."""
    state.at_risk[first] = at_risk
    latest = start
    for k in range(first, last + 1):
        n, before = state.at_risk[k], state.estimate[latest]
        if k == 0:
            state.events[0], state.estimate[0] = 0, 1.0
        else:
            found = round(n * (1 - state.survival[k] / before)) if before > 0 else 0
            state.events[k] = max(0, min(found, n))
            state.estimate[k] = before * (1 - state.events[k] / n) if n > 0 else before
        state.censored[k] = max(0, min(state.censored[k], n - state.events[k]))
        state.at_risk[k + 1] = n - state.events[k] - state.censored[k]
        if state.events[k]:
            latest = k
    return latest


def _fill(state: _State, first: int, last: int, count: int) -> None:
    """Spread ``count`` censored between the points ``first`` and ``last``."""
    state.censored[first:last] = _spread(state.times, first, last, count) if count > 0 else [0] * (last - first)


def reconstructed(curve: Curve, events: int | None = None) -> Reconstruction:
    """The individual data of one arm (Guyot 2012); ``events`` is their printed number, if any.

    Censored patients are put half way between two points, those beyond the last number at risk at the rate of the
    intervals before it, and patients left at the end at the last time. Raises ValueError without a curve or a number
    at risk at time 0.
    """
    if not curve.times or not curve.risk_times or curve.risk_times[0] != 0:
        raise ValueError("a curve and the number at risk at time 0 are needed")
    times, survival, starts = _points(curve)
    size = len(times)
    at_risk = list(curve.at_risk[: len(starts)])
    state = _State(times, survival, [0] * size, [0] * size, [at_risk[0]] * (size + 1), [1.0] * size)
    latest, settled, gone = 0, True, 0
    for i, (first, next_first) in enumerate(pairwise(starts)):
        count = (
            max(0, round(at_risk[i] * survival[next_first] / survival[first] - at_risk[i + 1]))
            if survival[first]
            else 0
        )
        tried: set[int] = set()
        for _ in range(ROUNDS):
            _fill(state, first, next_first, count)
            found = _walk(state, first, next_first - 1, latest, at_risk[i])
            excess = state.at_risk[next_first] - at_risk[i + 1]
            tried.add(count)
            if excess == 0 or (excess < 0 and count == 0):
                break
            count = max(0, count + excess)
            if count in tried:  # it goes round: no whole numbers meet
                settled = False
                break
        else:
            settled = False
        at_risk[i + 1] = state.at_risk[next_first]
        gone += count
        latest = found
    first, last = starts[-1], size - 1
    count = 0
    if len(starts) > 1:
        # the rate of the intervals before it, which end at the point before the number at risk
        span = times[first - 1] - times[0] or times[first]
        count = min(round(gone * (times[last] - times[first]) / span), at_risk[-1])
    _fill(state, first, last, count)
    start = latest
    _walk(state, first, last, start, at_risk[-1])
    if events is not None:
        settled = _to_total(state, first, last, start, at_risk[-1], count, events) and settled
    return _individual(state, at_risk[0], settled)


def _to_total(state: _State, first: int, last: int, start: int, at_risk: int, count: int, events: int) -> bool:
    """Change the censored behind the last number at risk so that all events are ``events``; whether that was met."""
    before = sum(state.events[:first])
    if before >= events and first > 0:
        for k in range(first, last + 1):
            state.events[k] = state.censored[k] = 0
            state.at_risk[k + 1] = at_risk
        return before == events
    tried: set[int] = set()
    for _ in range(ROUNDS):
        excess = sum(state.events) - events
        if excess == 0 or (excess < 0 and count == 0):
            break
        tried.add(count)
        count = min(max(0, count + excess), at_risk)
        if count in tried:
            break
        _fill(state, first, last, count)
        _walk(state, first, last, start, at_risk)
    return sum(state.events) == events


def _individual(state: _State, patients: int, settled: bool) -> Reconstruction:
    times: list[float] = []
    status: list[int] = []
    for k, time in enumerate(state.times):
        times += [time] * state.events[k]
        status += [1] * state.events[k]
        if state.censored[k]:
            until = state.times[k + 1] if k + 1 < len(state.times) else time
            times += [(time + until) / 2] * state.censored[k]
            status += [0] * state.censored[k]
    left = patients - len(times)
    times += [state.times[-1]] * left
    status += [0] * left
    gap = max(abs(one - two) for one, two in zip(_kaplan_meier(state), state.survival, strict=True))
    return Reconstruction(tuple(times), tuple(status), sum(status), len(status) - sum(status), gap, settled)


def _kaplan_meier(state: _State) -> list[float]:
    """The reconstructed curve at the points."""
    found, value = [], 1.0
    for events, at_risk in zip(state.events, state.at_risk, strict=False):
        value *= 1 - events / at_risk if at_risk else 1.0
        found.append(value)
    return found
