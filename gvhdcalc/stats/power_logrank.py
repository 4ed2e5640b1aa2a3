"""The log-rank test: the events and patients a hazard ratio needs, the power they give, the ratio they can detect."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from .allocation import analysed, enrolled, whole_up
from .namespace import namespace, root
from .registry import design
from .results import Design, Number, notes_when
from .trial_question import require, require_arms, require_probability, require_test, require_two_of_three

MEASURE = "power of the log-rank test"

Direction = Literal["higher", "lower"]


class EventProbability(Protocol):
    """How likely a patient is to have the event while watched."""

    def arms(self, hr: Number) -> tuple[Number, Number]:
        """The probability in the first and in the second arm, when the hazard ratio is ``hr``."""


@dataclass(frozen=True, slots=True)
class Overall:
    """One probability of the event for both arms together. Raises ValueError unless 0 < probability <= 1."""

    probability: Number

    def __post_init__(self) -> None:
        require(
            self.probability, lambda p: (p > 0) & (p <= 1), "the event probability must be above 0 and at most 1"
        )

    def arms(self, hr: Number) -> tuple[Number, Number]:
        return self.probability, self.probability


@dataclass(frozen=True, slots=True)
class AtTime:
    """From survival at one time, the end of every patient's watch: 1 - S (Freedman 1982).

    ``survival1`` None stands for survival0^HR, proportional hazards. Raises ValueError unless each is strictly between
    0 and 1.
    """

    survival0: Number
    survival1: Number | None = None

    def __post_init__(self) -> None:
        require_probability(self.survival0, "survival of the control arm")
        if self.survival1 is not None:
            require_probability(self.survival1, "survival of the treated arm")

    def arms(self, hr: Number) -> tuple[Number, Number]:
        ns = namespace(hr, self.survival0)
        treated = -ns.expm1(hr * ns.log(self.survival0)) if self.survival1 is None else 1 - self.survival1
        return treated, 1 - self.survival0


@dataclass(frozen=True, slots=True)
class Exponential:
    """From exponential survival, uniform accrual and administrative censoring (Lachin 1981; Schoenfeld 1983).

    ``median0`` and ``median1`` (None: median0/HR) are medians, ``accrual`` the length of accrual and ``follow_up`` the
    watch of the last patient after it, all in one unit of time. With hazard h, accrual a and follow-up f the
    probability is 1 - exp(-h f) (1 - exp(-h a))/(h a). Raises ValueError for a median not above 0, a negative time, or
    no watch at all.
    """

    median0: Number
    accrual: Number
    follow_up: Number
    median1: Number | None = None

    def __post_init__(self) -> None:
        require(self.median0, lambda m: (m > 0) & (m < math.inf), "the median of the control arm must be above 0")
        if self.median1 is not None:
            require(self.median1, lambda m: (m > 0) & (m < math.inf), "the median of the treated arm must be above 0")
        for what, time in (("accrual", self.accrual), ("follow-up", self.follow_up)):
            require(time, lambda t: (t >= 0) & (t < math.inf), f"the time of {what} must be at least 0")
        require(self.accrual + self.follow_up, lambda t: t > 0, "accrual and follow-up are both 0", show=False)

    def arms(self, hr: Number) -> tuple[Number, Number]:
        median1 = self.median0 / hr if self.median1 is None else self.median1
        return self._probability(median1), self._probability(self.median0)

    def _probability(self, median: Number) -> Number:
        ns = namespace(median, self.accrual, self.follow_up)
        hazard = math.log(2) / median
        x = hazard * self.accrual
        # the mean over accrual of 1 - exp(-h t): its series where the closed form would cancel
        early = ns.where(x < 1e-3, x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5))), 1 + ns.div(ns.expm1(-x), x))
        watched = -ns.expm1(-hazard * self.follow_up)
        return watched + (1 - watched) * early


def hazard_ratio_of_survivals(survival1: Number, survival0: Number) -> Number:
    """log S1/log S0, the hazard ratio of two survival proportions at one time under proportional hazards."""
    ns = namespace(survival1, survival0)
    return ns.div(ns.log(survival1), ns.log(survival0))


@dataclass(frozen=True, slots=True)
class LogRank:
    """A question about two arms and the log-rank test: of hazard ratio, size and power two are given, one is sought.

    ``hr`` is the hazard of the first (treated) arm over that of the second. The size is ``events``, or the patients
    ``n1`` and ``n0`` (those enrolled, where a fraction ``dropout`` of both is lost before they could have the event)
    together with ``event_probability``, which also turns events into patients where the size is sought. ``ratio`` is
    n1/n0, used where n1 and n0 are not given. ``direction`` is the side of 1 on which a detectable ratio is sought.
    Numbers, or arrays of one shape for many questions; ``sides`` is 1 or 2 for all.

    Raises ValueError, with the figure at fault, for a hazard ratio that is 1 or not above 0, fewer than 1 event, power
    not above alpha, a ratio not above 0, patients without an event probability, both events and patients, or other than
    two of the three.
    """

    hr: Number | None = None
    events: Number | None = None
    n1: Number | None = None
    n0: Number | None = None
    power: Number | None = None
    event_probability: EventProbability | None = None
    alpha: Number = 0.05
    sides: int = 2
    ratio: Number = 1.0
    dropout: Number = 0.0
    direction: Direction = "lower"

    def __post_init__(self) -> None:
        if self.hr is not None:
            require(self.hr, lambda hr: (hr > 0) & (hr < math.inf), "the hazard ratio must be above 0")
            require(self.hr - 1, lambda d: d != 0, "the hazard ratio is 1: there is no effect to detect", show=False)
        require_arms(self.n1, self.n0, self.ratio, self.dropout)
        require_test(self.alpha, self.sides, self.power)
        if self.events is not None:
            require(self.events, lambda d: (d >= 1) & (d < math.inf), "there must be at least 1 event")
            if self.n1 is not None:
                raise ValueError("give events or patients as the size, not both")
        if self.n1 is not None and self.event_probability is None:
            raise ValueError("patients say nothing without the probability that one has the event")
        require_two_of_three(
            "hazard ratio",
            effect=self.hr is not None,
            size=self.events is not None or self.n1 is not None,
            power=self.power is not None,
        )

    def namespace(self) -> Any:
        """The namespace of the numbers given."""
        given = [self.hr, self.events, self.n1, self.n0, self.power, self.alpha, self.ratio, self.dropout]
        if self.event_probability is not None:
            given += self.event_probability.arms(0.5 if self.hr is None else self.hr)
        return namespace(*(x for x in given if x is not None))


_NO_EFFECT = "no hazard ratio on this side of 1 is detected with this power: more events are needed"
_FEW = "fewer than 10 events: the normal approximation of the log-rank test is rough here"
_AT_EXPECTED = "power is at the events that these patients are expected to have"

#: The log-rank z of one event, from log HR and the ratio n1/n0; that of d events is sqrt(d) times as large.
Signal = Callable[[Number, Number], Number]

#: Far enough from log HR = 0 for any hazard ratio that could be meant.
_FARTHEST = 50.0


def _answer(asked: LogRank, signal: Signal) -> Design:
    """The design with what is missing solved for; z = sqrt(events) signal(log HR, n1/n0)."""
    ns = asked.namespace()
    alpha, dropout, chance = asked.alpha, asked.dropout, asked.event_probability
    z_alpha = -ns.norm_ppf(alpha / asked.sides)
    lossless = ns.every(dropout == 0)
    aim: Number = asked.power
    hr, events, n1, n0, enrolled1, enrolled0 = asked.hr, asked.events, asked.n1, asked.n0, asked.n1, asked.n0
    exact1 = exact0 = exact_events = None
    if n1 is not None and not lossless:
        n1, n0 = analysed(n1, dropout), analysed(n0, dropout)
    ratio = asked.ratio if n1 is None else n1 / n0

    def expected(log_hr: Number) -> Number:
        if n1 is None or chance is None:
            return events
        one, two = chance.arms(ns.exp(log_hr))
        return n1 * one + n0 * two

    if hr is None:
        solved = "effect"
        z_beta = ns.norm_ppf(aim)
        shape = 0.0 * (expected(0.0) * ratio + z_alpha + z_beta)
        end = (-_FARTHEST if asked.direction == "lower" else _FARTHEST) + shape

        def excess(log_hr: Number) -> Number:
            return ns.sqrt(expected(log_hr)) * abs(signal(log_hr, ratio)) - z_alpha - z_beta

        log_hr = ns.where(excess(end) < 0, math.nan, root(excess, end * 0.0, end))
        hr = ns.exp(log_hr)
        events = expected(log_hr)
    else:
        log_hr = ns.log(hr)
        if events is None and n1 is None:
            solved = "n"
            root_d = (z_alpha + ns.norm_ppf(aim)) / abs(signal(log_hr, ratio))
            exact_events = root_d * root_d
            events = whole_up(exact_events)
            if chance is not None:
                one, two = chance.arms(hr)
                exact0 = exact_events / (ratio * one + two)
                exact1 = ratio * exact0
                n1, n0 = whole_up(exact1), whole_up(exact0)
                enrolled1, enrolled0 = enrolled(n1, dropout), enrolled(n0, dropout)
        else:
            solved = "power"
            events = expected(log_hr)
    z = ns.sqrt(events if solved != "n" or n1 is None else expected(log_hr)) * abs(signal(log_hr, ratio))
    return Design(
        solved,
        hr,
        "hazard ratio",
        ns.norm_sf(z_alpha - z),
        ns.norm_sf(z_alpha + z) if asked.sides == 2 else z * 0.0,
        alpha,
        asked.sides,
        n1=n1,
        n0=n0,
        events=events,
        power_asked=aim,
        dropout=dropout,
        enrolled1=None if lossless else enrolled1,
        enrolled0=None if lossless else enrolled0,
        n1_exact=exact1,
        n0_exact=exact0,
        events_exact=exact_events,
        notes=notes_when((ns.isnan(hr), _NO_EFFECT), (events < 10, _FEW), (n1 is not None, _AT_EXPECTED)),
    )


@design(
    MEASURE,
    "schoenfeld",
    name="Schoenfeld (log HR)",
    reference="Schoenfeld 1981; Schoenfeld 1983",
    software=("rpact getSampleSizeSurvival", "gsDesign nEvents", "Stata power logrank, schoenfeld"),
    formula="d = (z_alpha + z_beta)^2*(1+k)^2 / (k*log(HR)^2);  N = d / P(event);  "
    "power = Phi(|log(HR)|*sqrt(events*k)/(1+k) - z_alpha)",
    default=True,
    advice="the usual one, also for Cox regression; equal for HR and 1/HR",
)
def schoenfeld(asked: LogRank) -> Design:
    """Events from the variance k/(1+k)^2 per event of the log-rank score (Schoenfeld 1981; 1983, eq. 1).

    Patients are the events, before rounding, over the probability of an event, in the ratio k = n1/n0.
    """
    return _answer(asked, lambda log_hr, ratio: log_hr * namespace(ratio).sqrt(ratio) / (1 + ratio))


@design(
    MEASURE,
    "freedman",
    name="Freedman (HR)",
    reference="Freedman 1982",
    software=("Stata power logrank",),
    formula="d = (z_alpha + z_beta)^2*(1 + k*HR)^2 / (k*(1-HR)^2);  N = d / P(event);  "
    "power = Phi(|1-HR|*sqrt(events*k)/(1 + k*HR) - z_alpha)",
    default=True,
    advice="a little larger than Schoenfeld's with equal arms",
)
def freedman(asked: LogRank) -> Design:
    """Events from the expected log-rank score where each arm at risk stays in the allocation ratio (Freedman 1982).

    Patients are as in ``schoenfeld``. With unequal arms HR and 1/HR differ.
    """

    def signal(log_hr: Number, ratio: Number) -> Number:
        ns = namespace(log_hr, ratio)
        away = ns.expm1(log_hr)
        return away * ns.sqrt(ratio) / (1 + ratio + ratio * away)

    return _answer(asked, signal)
