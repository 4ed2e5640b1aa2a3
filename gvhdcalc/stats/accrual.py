"""How likely an event is in a trial: piecewise constant hazards, loss to follow-up, accrual and follow-up."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from .namespace import namespace
from .results import Number
from .trial_question import require


@dataclass(frozen=True, slots=True)
class Hazard:
    """A hazard that is constant between times: ``rates[j]`` from ``starts[j]`` on, the last without end.

    Rates are per unit of time; each is a number, or an array of one shape for many trials. Raises ValueError for a
    rate below 0, rates that are all 0 unless ``zero``, or starts that do not rise from 0.
    """

    rates: tuple[Number, ...]
    starts: tuple[float, ...] = (0.0,)
    zero: bool = False

    def __post_init__(self) -> None:
        if len(self.rates) != len(self.starts) or not self.rates or self.starts[0] != 0:
            raise ValueError("a hazard needs one rate from each of its times on, the first from 0")
        if any(not a < b < math.inf for a, b in pairwise(self.starts)):
            raise ValueError("the times at which a hazard changes must rise")
        for rate in self.rates:
            require(rate, lambda r: (r >= 0) & (r < math.inf), "a hazard must be at least 0")
        if not self.zero:
            require(max_of(self.rates), lambda r: r > 0, "a hazard that is always 0 has no events", show=False)

    def scaled(self, ratio: Number, since: float = 0.0) -> Hazard:
        """The hazard times a ratio from the time ``since`` on."""
        if since <= 0:
            return replace(self, rates=tuple(rate * ratio for rate in self.rates))
        starts = tuple(sorted({*self.starts, since}))
        rates = tuple(self.at(t) * ratio if t >= since else self.at(t) for t in starts)
        return replace(self, rates=rates, starts=starts)

    def added(self, rate: Number) -> Hazard:
        """The hazard with a constant one beside it."""
        return replace(self, rates=tuple(own + rate for own in self.rates))

    def at(self, time: float) -> Number:
        """The rate just after a time."""
        return next(rate for rate, start in zip(self.rates[::-1], self.starts[::-1], strict=True) if time >= start)

    @property
    def constant(self) -> bool:
        """Whether there is one rate for all times."""
        return len(self.rates) == 1


def max_of(values: tuple[Number, ...]) -> Number:
    """The largest, element by element."""
    ns = namespace(*values)
    largest = values[0]
    for value in values[1:]:
        largest = ns.maximum(largest, value)
    return largest


#: No loss to follow-up.
NO_LOSS = Hazard((0.0,), zero=True)


def constant_hazard(survival: Number, time: Number) -> Hazard:
    """The constant hazard that leaves ``survival`` (between 0 and 1) at a time above 0: -log(S)/t."""
    require(time, lambda t: (t > 0) & (t < math.inf), "the time of a survival must be above 0")
    return Hazard((-namespace(survival).log(survival) / time,))


def loss_hazard(lost: Number, time: Number) -> Hazard:
    """The constant hazard of loss to follow-up by which a fraction ``lost`` has left by a time: -log(1-lost)/t.

    Raises ValueError unless 0 <= lost < 1 and the time is above 0.
    """
    require(lost, lambda p: (p >= 0) & (p < 1), "the fraction lost must be at least 0 and below 1")
    require(time, lambda t: (t > 0) & (t < math.inf), "the time of a loss must be above 0")
    return Hazard((-namespace(lost).log1p(-lost) / time,), zero=True)


def piecewise_hazard(survivals: tuple[float, ...], times: tuple[float, ...]) -> Hazard:
    """The hazard constant between times through points of a survival curve; the last rate goes on.

    Raises ValueError unless times rise from above 0 and survivals fall from 1, staying above 0.
    """
    if any(not a < b < math.inf for a, b in pairwise((0.0, *times))):
        raise ValueError("the times of a survival curve must rise from above 0")
    if any(not 1 >= a >= b > 0 for a, b in pairwise((1.0, *survivals))):
        raise ValueError("a survival curve falls from 1 and stays above 0")
    steps = zip(pairwise((1.0, *survivals)), pairwise((0.0, *times)), strict=True)
    return Hazard(tuple(math.log(a / b) / (t - s) for (a, b), (s, t) in steps), (0.0, *times[:-1]))


@dataclass(frozen=True, slots=True)
class Accrual:
    """When patients enter: at relative ``rates`` up to each of ``ends``, uniformly between; ends (0,) is all at once.

    Raises ValueError for ends that do not rise, a rate below 0, or no patients at all.
    """

    ends: tuple[float, ...]
    rates: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        if len(self.ends) != len(self.rates) or not self.ends:
            raise ValueError("accrual needs one rate up to each of its times")
        if self.ends == (0.0,) or self.ends == (0,):
            return
        for end in self.ends:
            require(end, lambda t: (t >= 0) & (t < math.inf), "the time of accrual must be at least 0")
        if any(not a < b for a, b in pairwise((0.0, *self.ends))):
            raise ValueError("the times at which accrual changes must rise from above 0")
        if any(not 0 <= rate < math.inf for rate in self.rates) or not any(self.rates):
            raise ValueError("rates of accrual must be at least 0, and not all 0")

    @property
    def length(self) -> float:
        return self.ends[-1]

    def periods(self) -> list[tuple[float, float, float]]:
        """Start, end and share of the patients of each period with patients; one of no length for all at once."""
        if not self.length:
            return [(0.0, 0.0, 1.0)]
        found = [(a, b, rate * (b - a)) for (a, b), rate in zip(pairwise((0.0, *self.ends)), self.rates, strict=True)]
        total = math.fsum(share for _, _, share in found)
        return [(a, b, share / total) for a, b, share in found if share]

    def entered(self, time: float) -> float:
        """The share of the patients that has entered by a time of the calendar."""
        if time >= self.length:
            return 1.0
        if time <= 0:
            return 0.0
        return math.fsum(share * min(1.0, (time - a) / (b - a)) for a, b, share in self.periods() if time > a)


def _segments(until: float, *hazards: Hazard) -> Iterator[tuple[float, float]]:
    """The stretches of time up to ``until`` in which all hazards are constant."""
    breaks = sorted({start for hazard in hazards for start in hazard.starts if start < until})
    yield from pairwise((*breaks, until))


def _gone(ns: Any, x: Number) -> Number:
    """The mean over t from 0 to 1 of 1 - exp(-x t): its series where the closed form would cancel."""
    return ns.where(x < 1e-3, x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5))), 1 + ns.div(ns.expm1(-x), x))


def mean_incidence(event: Hazard, loss: Hazard, shortest: float, longest: float) -> Number:
    """The probability of an event before loss and before the end of a watch uniform on shortest to longest.

    Between changes of either hazard, with rates h and e and x the time since the last change, the event's probability
    grows by S h/(h+e) (1 - exp(-(h+e) x)), S being those still watched (Lachin & Foulkes 1986, eq. 4.1, piece by
    piece); its mean over the watch is summed in closed form.
    """
    ns = namespace(*event.rates, *loss.rates)
    at_risk: Number = 1.0
    happened: Number = 0.0
    mean: Number = 0.0
    spread = longest - shortest
    for start, end in _segments(longest, event, loss):
        both = event.at(start) + loss.at(start)
        share = ns.where(both > 0, ns.div(event.at(start), both), 0.0)
        if end > shortest:
            skipped = max(shortest - start, 0.0)
            step = end - start - skipped
            gone = -ns.expm1(-both * skipped)
            within = gone + (1 - gone) * _gone(ns, both * step)
            mean = mean + (happened + at_risk * share * within) * (step / spread if spread else 0.0)
        left = -ns.expm1(-both * (end - start))
        happened = happened + at_risk * share * left
        at_risk = at_risk * (1 - left)
    return mean if spread else happened


@dataclass(frozen=True, slots=True)
class Course:
    """The course of a trial of two arms: hazards of the event and of loss, accrual, and follow-up after it.

    ``hazard0`` is the control arm's; that of the treated arm is ``hazard1``, or hazard0 times the hazard ratio (from
    the time ``delay`` after entry on, the arms being alike before). ``follow_up`` is the watch of the last patient
    after ``accrual``, in the same unit of time, or None where it is to be found. Raises ValueError for a negative time,
    no watch at all, or a delay beside hazard1 or beyond the longest watch.
    """

    hazard0: Hazard
    accrual: Accrual
    follow_up: float | None
    hazard1: Hazard | None = None
    loss1: Hazard = NO_LOSS
    loss0: Hazard = NO_LOSS
    delay: float = 0.0

    def __post_init__(self) -> None:
        for what, time in (("follow-up", self.follow_up), ("delay", self.delay)):
            if time is not None:
                require(time, lambda t: (t >= 0) & (t < math.inf), f"the time of {what} must be at least 0")
        if self.delay and self.hazard1 is not None:
            raise ValueError("a delay goes with a hazard ratio, not with a hazard of the treated arm")
        if self.follow_up is None:
            return
        require(self.length, lambda t: t > 0, "accrual and follow-up are both 0", show=False)
        if self.delay >= self.length:
            raise ValueError(f"the effect begins at {self.delay:g}, when the longest watch of {self.length:g} is over")

    @property
    def length(self) -> float:
        """From the first patient in to the analysis (to the end of accrual, where the follow-up is to be found)."""
        return self.accrual.length + (self.follow_up or 0.0)

    def lasting(self, follow_up: float) -> Course:
        """The same trial with this follow-up."""
        return replace(self, follow_up=follow_up)

    def entering(self, length: float) -> Course:
        """The same trial with uniform accrual of this length."""
        return replace(self, accrual=Accrual((length,)))

    def hazards(self, hr: Number) -> tuple[Hazard, Hazard]:
        """The hazards of the first and of the second arm, when the hazard ratio is ``hr``."""
        first = self.hazard0.scaled(hr, self.delay) if self.hazard1 is None else self.hazard1
        return first, self.hazard0

    def arms(self, hr: Number) -> tuple[Number, Number]:
        """The probability of an event in the first and in the second arm by the analysis."""
        one, two = self.hazards(hr)
        return self.by(self.length, one, self.loss1), self.by(self.length, two, self.loss0)

    def by(self, time: float, event: Hazard, loss: Hazard) -> Number:
        """The probability that one of all patients to be enrolled has had the event by a time of the calendar."""
        found: Number = 0.0
        for start, end, share in self.accrual.periods():
            if time > start:
                stop = min(end, time)
                part = share * ((stop - start) / (end - start) if end > start else 1.0)
                found = found + part * mean_incidence(event, loss, time - stop, time - start)
        return found


def exponential(median0: Number, accrual: float, follow_up: float | None, median1: Number | None = None) -> Course:
    """The course of a trial with exponential survival of these medians (None: median0/HR) and uniform accrual.

    With hazard h, accrual a and follow-up f the probability of the event is 1 - exp(-h f) (1 - exp(-h a))/(h a)
    (Schoenfeld 1983). Raises ValueError for a median not above 0, a negative time, or no watch at all.
    """
    for arm, median in (("control", median0), ("treated", median1)):
        if median is not None:
            require(median, lambda m: (m > 0) & (m < math.inf), f"the median of the {arm} arm must be above 0")
    hazard1 = None if median1 is None else Hazard((math.log(2) / median1,))
    return Course(Hazard((math.log(2) / median0,)), Accrual((accrual,)), follow_up, hazard1)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected by one time of the calendar: patients entered, and events of each arm."""

    time: float
    entered: Number
    events1: Number
    events0: Number


def calendar(course: Course, hr: Number, n1: Number, n0: Number, times: tuple[float, ...]) -> list[Expected]:
    """The patients entered and the expected events by each time since the first patient entered.

    After the end of accrual the watch goes on as long as asked, follow-up or not.
    """
    one, two = course.hazards(hr)
    return [
        Expected(
            time,
            (n1 + n0) * course.accrual.entered(time),
            n1 * course.by(time, one, course.loss1),
            n0 * course.by(time, two, course.loss0),
        )
        for time in times
    ]
