"""Trials with survival times simulated: how often the log-rank test, or Gray's, is significant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .accrual import NO_LOSS, Accrual, Course, Hazard, constant_hazard
from .namespace import norm_ppf
from .power_competing_risks import Incidences
from .power_logrank import AtTime, LogRank
from .results import Design, Value
from .simulation import Simulation

if TYPE_CHECKING:
    from numpy.random import Generator

#: Patients simulated at once: what fits in a processor's cache many times over, and memory whatever the trial.
_AT_ONCE = 1_000_000

#: Patients in all trials together up to which a simulation is run: about a minute's work.
_MOST = 2_000_000_000


@dataclass(frozen=True, slots=True)
class SurvivalSimulation(Simulation):
    """Simulated trials, of which ``opposite`` were significant away from the effect, with ``events`` events a trial."""

    opposite: int = 0
    events: float = 0.0

    def values(self) -> tuple[Value, ...]:
        """The figures under their documented names."""
        return (*Simulation.values(self), Value("simulated events", self.events, "events", "mean of a trial"))


@dataclass(frozen=True, slots=True)
class Arm:
    """Patients of one arm, and their hazards of the event, of loss, and of a competing event."""

    patients: int
    event: Hazard
    loss: Hazard = NO_LOSS
    competing: Hazard = NO_LOSS


def _times(hazard: Hazard, random: Generator, shape: tuple[int, int]) -> Any:
    """Times with this hazard: where the cumulated hazard reaches a standard exponential."""
    import numpy as np

    if not any(hazard.rates):
        return math.inf
    reached = random.standard_exponential(shape)
    if hazard.constant:
        return reached / hazard.rates[0]
    starts, rates = np.asarray(hazard.starts), np.asarray(hazard.rates, dtype=float)
    cumulated = np.concatenate(([0.0], np.cumsum(rates[:-1] * np.diff(starts))))
    piece = np.searchsorted(cumulated, reached, side="right") - 1
    with np.errstate(divide="ignore"):
        return starts[piece] + (reached - cumulated[piece]) / rates[piece]


def _watches(accrual: Accrual, follow_up: float, random: Generator, shape: tuple[int, int]) -> Any:
    import numpy as np

    if not accrual.length:
        return follow_up
    periods = accrual.periods()
    shares = np.cumsum([0.0, *(share for _, _, share in periods)])
    edges = np.array([periods[0][0], *(end for _, end, _ in periods)])
    if len(periods) == 1:
        return accrual.length + follow_up - edges[0] - (edges[1] - edges[0]) * random.random(shape)
    # periods without patients have no share, so that the next begins later than the last ends
    starts = np.array([start for start, _, _ in periods])
    drawn = random.random(shape)
    piece = np.minimum(np.searchsorted(shares, drawn, side="right") - 1, len(periods) - 1)
    width = edges[1:] - starts
    entered = starts[piece] + width[piece] * (drawn - shares[piece]) / (shares[piece + 1] - shares[piece])
    return accrual.length + follow_up - entered


def _seen(arm: Arm, watch: Any, random: Generator, trials: int, subdistribution: bool) -> tuple[Any, Any]:
    """The time at which each patient leaves the risk set, and whether with the event."""
    import numpy as np

    shape = (trials, arm.patients)
    time = _times(arm.event, random, shape)
    until = np.minimum(watch(shape), _times(arm.loss, random, shape))
    competing = _times(arm.competing, random, shape)
    if subdistribution:
        # one with the competing event stays at risk until he would have been censored (Fine & Gray 1999)
        happens = (time <= until) & (time <= competing)
        return np.where(happens, time, until), np.broadcast_to(happens, shape)
    until = np.minimum(until, competing)
    return np.minimum(time, until), np.broadcast_to(time <= until, shape)


def log_rank_z(first: tuple[Any, Any], second: tuple[Any, Any], margin: float = 1.0) -> tuple[Any, Any]:
    """The log-rank z of many trials at once, and their events; O(n log n) a trial.

    Each arm is its times and whether they end with the event, (trials, patients). z is observed - expected events of
    the first arm over their standard deviation, where the hazard ratio is ``margin``; no two times of a trial may be
    equal but of patients without the event.
    """
    import numpy as np

    columns = []
    for number, (time, event) in enumerate((first, second)):
        # whether it is an event, and in which arm, ride in the last two bits of the time: sorting needs no index
        bits = np.broadcast_to(time, event.shape).astype(float).view(np.int64) & ~3
        columns.append(bits | (event.astype(np.int64) << 1) | (1 - number))
    ordered = np.sort(np.concatenate(columns, axis=1), axis=1)
    treated = (ordered & 1).astype(np.int32)
    happened = (ordered & 2).astype(bool)
    n = ordered.shape[1]
    risk1 = first[1].shape[1] - np.cumsum(treated, axis=1, dtype=np.int32) + treated
    risk = n - np.arange(n, dtype=np.int32)
    expected = risk1 / risk if margin == 1 else margin * risk1 / (risk + (margin - 1) * risk1)
    expected *= happened
    variance = (expected * (1 - expected)).sum(axis=1)
    difference = (treated * happened).sum(axis=1) - expected.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(variance > 0, difference / np.sqrt(variance), 0.0), happened.sum(axis=1)


def simulate(
    arms: tuple[Arm, Arm],
    accrual: Accrual,
    follow_up: float,
    *,
    alpha: float,
    sides: int,
    lower: bool,
    trials: int,
    seed: int,
    margin: float = 1.0,
    subdistribution: bool = False,
) -> SurvivalSimulation:
    """The share of trials in which the log-rank test of hazard ratio ``margin`` is significant at ``alpha``.

    ``lower`` says on which side of the margin the effect is. With ``subdistribution`` the test is Gray's with known
    times of censoring: patients with the competing event stay at risk until then; without it they are censored. Raises
    ValueError for fewer than 2 trials, or more patients in all than can be simulated in about a minute.
    """
    import numpy as np

    if trials < 2:
        raise ValueError(f"a simulation needs at least 2 trials, not {trials}")
    patients = arms[0].patients + arms[1].patients
    if patients * trials > _MOST:
        most = f"{_MOST // patients:,} trials" if 2 * patients <= _MOST else f"{_MOST // 100:,} patients"
        raise ValueError(f"{trials:,} trials of {patients:,} patients are too many to simulate: at most {most}")
    random = np.random.default_rng(seed)

    def watch(shape: tuple[int, int]) -> Any:
        return _watches(accrual, follow_up, random, shape)

    critical = -norm_ppf(alpha / sides)
    toward = away = 0
    events = 0.0
    done = 0
    while done < trials:
        some = min(trials - done, max(1, _AT_ONCE // patients))
        first, second = (_seen(arm, watch, random, some, subdistribution) for arm in arms)
        z, happened = log_rank_z(first, second, margin)
        below, above = int((z < -critical).sum()), int((z > critical).sum())
        toward, away = (toward + below, away + above) if lower else (toward + above, away + below)
        events += float(happened.sum())
        done += some
    return SurvivalSimulation(toward, trials, away if sides == 2 else 0, events / trials)


def _course(asked: LogRank, design: Design) -> Course | None:
    """The course of a trial, that of patients all watched to one time among them; None where times are not known."""
    known = asked.event_probability
    if isinstance(known, AtTime):
        return Course(constant_hazard(known.survival0, 1.0), Accrual((0.0,)), 1.0)
    return asked.course_of(design)


def simulate_logrank(asked: LogRank, design: Design, trials: int, seed: int) -> SurvivalSimulation:
    """The power of a design for the log-rank test, by simulation at its patients, hazard ratio and follow-up.

    Raises ValueError where the trial's times are not known, or its patients or hazard ratio do not exist.
    """
    if not all(map(math.isfinite, (design.effect, design.n1 or 1, design.n0 or 1, design.follow_up or 0))):
        raise ValueError("there is no trial to simulate")
    course = _course(asked, design)
    if course is None or design.n1 is None or design.n0 is None:
        raise ValueError("a simulation needs patients and their survival: hazards, medians or survival at a time")
    one, two = course.hazards(design.effect)
    return simulate(
        (Arm(int(design.n1), one, course.loss1), Arm(int(design.n0), two, course.loss0)),
        course.accrual,
        course.follow_up or 0.0,
        alpha=float(asked.alpha),
        sides=asked.sides,
        lower=bool(design.effect < asked.margin),
        trials=trials,
        seed=seed,
        margin=float(asked.margin),
    )


def simulate_competing(asked: LogRank, design: Design, trials: int, seed: int) -> SurvivalSimulation:
    """The power of a design with competing risks: Gray's test for latouche, the log-rank test for pintilie.

    Constant cause-specific hazards through the incidences. Raises ValueError without incidences, or where the patients
    or the effect do not exist.
    """
    known = asked.event_probability
    if not isinstance(known, Incidences) or design.n1 is None or design.n0 is None:
        raise ValueError("a simulation needs patients, and the incidences of the event and of the competing event")
    if design.p1 is None or not all(map(math.isfinite, (design.effect, design.n1, design.n0, design.follow_up or 0))):
        raise ValueError("there is no trial to simulate")
    if design.follow_up is not None:
        known = known.lasting(design.follow_up)
    subdistribution = design.effect_scale.startswith("sub")
    hr = math.log1p(-design.p1) / math.log1p(-known.cuminc0)
    (event1, other1), (event0, other0) = known.hazards(hr)
    arms = tuple(
        Arm(int(n), Hazard((event,), zero=True), loss, Hazard((other,), zero=True))
        for n, event, loss, other in (
            (design.n1, event1, known.loss1, other1),
            (design.n0, event0, known.loss0, other0),
        )
    )
    return simulate(
        (arms[0], arms[1]),
        known.accrual,
        (known.follow_up or 0.0) if known.watched_over_time else known.time,
        alpha=float(asked.alpha),
        sides=asked.sides,
        lower=bool(design.effect < 1),
        trials=trials,
        seed=seed,
        subdistribution=subdistribution,
    )
