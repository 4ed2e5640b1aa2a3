"""The log-rank test: the events and patients a hazard ratio needs, the power they give, the ratio they can detect."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from .accrual import Accrual, Course
from .allocation import analysed, enrolled, whole_up
from .namespace import namespace, norm_ppf, root
from .registry import design
from .results import Design, Number, Value, notes_when
from .trial_question import Inapplicable, require, require_arms, require_probability, require_test, require_two_of_three

MEASURE = "power of the log-rank test"

Direction = Literal["higher", "lower"]


class EventProbability(Protocol):
    """How likely a patient is to have the event while watched."""

    def arms(self, hr: Number) -> tuple[Number, Number]:
        """The probability in the first and in the second arm, when the hazard ratio is ``hr``."""


class Timed(EventProbability, Protocol):
    """An event probability from accrual, follow-up (None where it is sought) and the time at which an effect begins."""

    @property
    def accrual(self) -> Accrual: ...

    @property
    def follow_up(self) -> float | None: ...

    @property
    def delay(self) -> float: ...

    def lasting(self, follow_up: float) -> Timed:
        """The same with this follow-up."""


@dataclass(frozen=True, slots=True)
class Overall:
    """One probability of the event for both arms together. Raises ValueError unless 0 < probability <= 1."""

    probability: Number

    def __post_init__(self) -> None:
        require(self.probability, lambda p: (p > 0) & (p <= 1), "the event probability must be above 0 and at most 1")

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


def hazard_ratio_of_survivals(survival1: Number, survival0: Number) -> Number:
    """log S1/log S0, the hazard ratio of two survival proportions at one time under proportional hazards."""
    ns = namespace(survival1, survival0)
    return ns.div(ns.log(survival1), ns.log(survival0))


@dataclass(frozen=True, slots=True)
class LogRank:
    """A question about two arms and the log-rank test: of hazard ratio, size and power two are given, one is sought.

    ``hr`` is the hazard of the first (treated) arm over that of the second, ``margin`` the ratio under the null
    hypothesis: 1 for superiority, above 1 for non-inferiority where the event is bad. The size is ``events``, or the
    patients ``n1`` and ``n0`` (those enrolled, where a fraction ``dropout`` of both is lost before they could have the
    event) together with ``event_probability``, which also turns events into patients where the size is sought. Where
    that is the course of a trial without its follow-up, all three are given and the follow-up is sought. With
    ``accrual_rate``, patients enrolled for each unit of time, accrual takes as long as they need, not as long as the
    course says. ``ratio`` is n1/n0, used where n1 and n0 are not given. ``direction`` is the side of the margin on
    which a detectable ratio is sought. Numbers, or arrays of one shape for many questions (not where follow-up is
    sought or accrual has a rate); ``sides`` is 1 or 2 for all.

    Raises ValueError, with the figure at fault, for a hazard ratio that is the margin or not above 0, fewer than 1
    event, power not above alpha, a ratio not above 0, patients without an event probability, both events and patients,
    or other than two of the three (all three, for follow-up).
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
    margin: Number = 1.0
    accrual_rate: float | None = None

    def __post_init__(self) -> None:
        require(self.margin, lambda m: (m > 0) & (m < math.inf), "the margin of the hazard ratio must be above 0")
        if self.hr is not None:
            require(self.hr, lambda hr: (hr > 0) & (hr < math.inf), "the hazard ratio must be above 0")
            same = "1: there is no effect to detect"
            if not (isinstance(self.margin, (int, float)) and self.margin == 1):
                same = "the margin: there is nothing to tell apart"
            require(self.hr - self.margin, lambda d: d != 0, f"the hazard ratio is {same}", show=False)
        require_arms(self.n1, self.n0, self.ratio, self.dropout)
        require_test(self.alpha, self.sides, self.power)
        if self.events is not None:
            require(self.events, lambda d: (d >= 1) & (d < math.inf), "there must be at least 1 event")
            if self.n1 is not None:
                raise ValueError("give events or patients as the size, not both")
        if self.accrual_rate is not None:
            require(self.accrual_rate, lambda r: (r > 0) & (r < math.inf), "the rate of accrual must be above 0")
            if self.course is None or self.events is not None:
                raise ValueError("a rate of accrual goes with hazards and follow-up, and with patients, not events")
        if self.n1 is not None and self.event_probability is None:
            raise ValueError("patients say nothing without the probability that one has the event")
        if self.seeks_follow_up:
            if self.hr is None or self.n1 is None or self.power is None:
                raise ValueError("the follow-up is found from hazard ratio, patients and power: give all three")
            return
        require_two_of_three(
            "hazard ratio",
            effect=self.hr is not None,
            size=self.events is not None or self.n1 is not None,
            power=self.power is not None,
        )

    @property
    def seeks_follow_up(self) -> bool:
        """Whether the follow-up is what is sought."""
        return getattr(self.event_probability, "follow_up", 0.0) is None

    @property
    def course(self) -> Course | None:
        """The hazards, accrual and follow-up of the trial, where they are known."""
        return self.event_probability if isinstance(self.event_probability, Course) else None

    def course_of(self, design: Design) -> Course | None:
        """The course of the trial with the accrual and the follow-up of a design; None where it is not known."""
        course, follow_up = self.course, design.follow_up
        if course is None or follow_up != follow_up or (follow_up is None and course.follow_up is None):
            return None
        accrual = next((figure.value for figure in design.figures if figure.name == ACCRUAL), None)
        course = course if accrual is None else course.entering(accrual)
        return course if follow_up is None else course.lasting(follow_up)

    def namespace(self) -> Any:
        """The namespace of the numbers given."""
        given = [self.hr, self.events, self.n1, self.n0, self.power, self.alpha, self.ratio, self.dropout, self.margin]
        if self.event_probability is not None and not self.seeks_follow_up:
            given += self.event_probability.arms(0.5 if self.hr is None else self.hr)
        return namespace(*(x for x in given if x is not None))


#: The figure of a design whose accrual has a rate: how long it takes.
ACCRUAL = "accrual"

_NO_EFFECT = "no hazard ratio on this side of {} is detected with this power: more events are needed"
_FEW = "fewer than 10 events: the normal approximation of the log-rank test is rough here"
_AT_EXPECTED = "power is at the events that these patients are expected to have"
_EARLY = "there is this power before accrual ends"
_NEVER = "no follow-up is long enough for this power: more patients are needed"


@dataclass(frozen=True, slots=True)
class Sizing:
    """One method: what events a hazard ratio needs, and what a number of events reaches.

    ``needed`` takes log HR, the ratio n1/n0, z_alpha and z_beta, and returns the exact events of both arms.
    ``reached`` takes log HR, the ratio, events and z_alpha, and returns the normal deviates of the chances of
    significance in the direction of the effect and in the other.
    """

    needed: Callable[[Number, Number, Number, Number], Number]
    reached: Callable[[Number, Number, Number, Number], tuple[Number, Number]]


def by_events(signal: Callable[[Number, Number], Number]) -> Sizing:
    """From the mean of the test's z: sqrt(events) signal(log HR, n1/n0), with variance 1."""

    def needed(log_hr: Number, ratio: Number, z_alpha: Number, z_beta: Number) -> Number:
        root_d = (z_alpha + z_beta) / abs(signal(log_hr, ratio))
        return root_d * root_d

    def reached(log_hr: Number, ratio: Number, events: Number, z_alpha: Number) -> tuple[Number, Number]:
        z = namespace(events).sqrt(events) * abs(signal(log_hr, ratio))
        return z - z_alpha, -z - z_alpha

    return Sizing(needed, reached)


@dataclass(frozen=True, slots=True)
class Moments:
    """Of one patient of both arms together: the effect, its standard deviation under the null hypothesis and under
    the alternative, and the probability of an event."""

    effect: Number
    sd0: Number
    sd1: Number
    chance: Number


def by_patients(moments: Callable[[Number, Number], Moments]) -> Sizing:
    """From the moments at log HR and n1/n0: power = Phi((sqrt(n) effect - z_alpha sd0)/sd1)."""

    def needed(log_hr: Number, ratio: Number, z_alpha: Number, z_beta: Number) -> Number:
        at = moments(log_hr, ratio)
        both = z_alpha * at.sd0 + z_beta * at.sd1
        root_n = namespace(both).maximum(both, 0.0) / at.effect
        return root_n * root_n * at.chance

    def reached(log_hr: Number, ratio: Number, events: Number, z_alpha: Number) -> tuple[Number, Number]:
        at = moments(log_hr, ratio)
        ns = namespace(at.effect, at.chance, events)
        signal = ns.sqrt(ns.div(events, at.chance)) * at.effect
        return ns.div(signal - z_alpha * at.sd0, at.sd1), ns.div(-signal - z_alpha * at.sd0, at.sd1)

    return Sizing(needed, reached)


def only_superiority(asked: LogRank, method: str) -> None:
    """Raise Inapplicable where the null hypothesis is a margin other than 1."""
    if not namespace(asked.margin).every(asked.margin == 1):
        raise Inapplicable(f"{method} is for superiority, without a margin; schoenfeld takes one")


def proportional(asked: LogRank, method: str) -> None:
    """Raise Inapplicable where the effect of the treatment begins late."""
    if asked.course is not None and asked.course.delay:
        raise Inapplicable(f"{method} takes the hazard ratio to hold from entry on; lakatos takes a delay")


def course_of(asked: LogRank, method: str) -> Course:
    """The course of the trial; raises Inapplicable where it is not known."""
    if asked.course is None:
        raise Inapplicable(f"{method} needs hazards (or medians) with accrual and follow-up")
    return asked.course


#: How far the search for a detectable hazard ratio goes, in steps of log HR from the margin outwards.
_STEPS = tuple(1e-4 * 1.35**j for j in range(44))


def _detectable(excess: Callable[[Number], Number], start: Number, side: float) -> tuple[Number, Any]:
    """The log HR nearest to ``start`` on a side of it at which excess power is 0, and whether there is one.

    The first step at which there is the power bounds it, as power may fall again where a ratio so far out leaves an arm
    without events. A method that has the power already at the start is followed back. Where there is none, the start.
    """
    ns = namespace(start)
    near, far, found = start, start, start != start
    back = excess(start) >= 0
    toward = ns.where(back, -side, side)
    for step in _STEPS:
        log_hr = start + toward * step
        there = ns.either(found, (excess(log_hr) >= 0) != back)
        near = ns.where(there, near, log_hr)
        far = ns.where(found, far, log_hr)
        found = there
        if ns.every(found):
            break
    return ns.where(found, root(excess, near, far), start), found


def answer(asked: LogRank, sizing: Callable[[LogRank], Sizing]) -> Design:
    """The design with what is missing solved for, by the method that ``sizing`` makes for a question."""
    if asked.accrual_rate is not None:
        return _accrual(asked, sizing)
    if asked.seeks_follow_up:
        return _follow_up(asked, sizing)
    method = sizing(asked)
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
        start = ns.log(asked.margin) + 0.0 * (expected(0.0) * ratio + z_alpha + z_beta)
        side = -1.0 if asked.direction == "lower" else 1.0

        def excess(log_hr: Number) -> Number:
            return method.reached(log_hr, ratio, expected(log_hr), z_alpha)[0] - z_beta

        log_hr, found = _detectable(excess, start, side)
        hr = ns.where(found, ns.exp(log_hr), math.nan)
        events = expected(log_hr) if n1 is None else ns.where(found, expected(log_hr), math.nan)
    else:
        log_hr = ns.log(hr)
        if events is None and n1 is None:
            solved = "n"
            exact_events = method.needed(log_hr, ratio, z_alpha, ns.norm_ppf(aim))
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
    at = events if solved != "n" or n1 is None else expected(log_hr)
    toward, away = method.reached(log_hr, ratio, at, z_alpha)
    lost = ns.isnan(hr)
    toward, away = ns.where(lost, math.nan, toward), ns.where(lost, math.nan, away)
    return Design(
        solved,
        hr,
        "hazard ratio",
        ns.norm_sf(-toward),
        ns.norm_sf(-away) if asked.sides == 2 else toward * 0.0,
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
        notes=notes_when(
            (lost, _NO_EFFECT.format(1 if ns.every(asked.margin == 1) else "the margin")),
            (events < 10, _FEW),
            (n1 is not None, _AT_EXPECTED),
        ),
    )


def _accrual(asked: LogRank, sizing: Callable[[LogRank], Sizing]) -> Design:
    """The design with accrual that is as long as its patients, those to enrol, need at the rate."""
    course, rate = asked.course, asked.accrual_rate
    if course is None or rate is None:
        raise ValueError("a rate of accrual goes with hazards and follow-up")
    if asked.n1 is not None and asked.n0 is not None:
        length = (asked.n1 + asked.n0) / rate
        design = answer(replace(asked, accrual_rate=None, event_probability=course.entering(length)), sizing)
        return replace(design, figures=(*design.figures, Value(ACCRUAL, length, "time")))

    def at(length: float) -> Design:
        return answer(replace(asked, accrual_rate=None, event_probability=course.entering(length)), sizing)

    def excess(length: float) -> float:
        design = at(length)
        needed: Any = (design.n1_exact or 0.0) + (design.n0_exact or 0.0)
        return math.log(rate * length * (1 - asked.dropout)) - math.log(needed)

    near = far = max(1e-6, (course.delay - (course.follow_up or 0.0)) * (1 + 1e-9))
    while excess(far) < 0:
        near, far = far, 2 * far
    design = at(root(excess, near, far))
    # whole patients take a little longer: the power is theirs
    n1, n0 = (design.n1, design.n0) if design.enrolled1 is None else (design.enrolled1, design.enrolled0)
    whole = _accrual(replace(asked, power=None, n1=n1, n0=n0), sizing)
    return replace(design, power=whole.power, opposite=whole.opposite, figures=whole.figures)


def _follow_up(asked: LogRank, sizing: Callable[[LogRank], Sizing]) -> Design:
    """The design with the shortest follow-up after accrual that has the power."""
    course: Timed = asked.event_probability  # type: ignore[assignment]
    aim = norm_ppf(asked.power)  # type: ignore[arg-type]

    def at(follow_up: float) -> Design:
        return answer(replace(asked, power=None, event_probability=course.lasting(follow_up)), sizing)

    def excess(follow_up: float) -> float:
        return norm_ppf(at(follow_up).power) - aim

    shortest = max(0.0, course.delay * (1 + 1e-9) - course.accrual.length)
    if not course.accrual.length:
        shortest = max(shortest, 1e-12)
    early = excess(shortest) >= 0
    near, far = shortest, max(course.accrual.length, 2 * shortest, 1e-6)
    while not early and excess(far) < 0 and far < 1e15:
        near, far = far, 2 * far
    never = far >= 1e15
    found = shortest if early else (math.nan if never else root(excess, near, far))
    design = at(far if never else found)
    notes = tuple(note for note in design.notes if note != _AT_EXPECTED)
    return replace(
        design,
        solved="follow-up",
        follow_up=found,
        power_asked=asked.power,
        notes=(*notes_when((early, _EARLY), (never, _NEVER)), *notes),
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
    advice="the usual one, also for Cox regression, and for non-inferiority: HR over the margin; equal for HR and 1/HR",
)
def schoenfeld(asked: LogRank) -> Design:
    """Events from the variance k/(1+k)^2 per event of the log-rank score (Schoenfeld 1981; 1983, eq. 1).

    Patients are the events, before rounding, over the probability of an event, in the ratio k = n1/n0.
    """
    proportional(asked, "schoenfeld")
    origin = namespace(asked.margin).log(asked.margin)
    sizing = by_events(lambda log_hr, ratio: (log_hr - origin) * namespace(ratio).sqrt(ratio) / (1 + ratio))
    return answer(asked, lambda _: sizing)


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
    only_superiority(asked, "freedman")
    proportional(asked, "freedman")

    def signal(log_hr: Number, ratio: Number) -> Number:
        ns = namespace(log_hr, ratio)
        away = ns.expm1(log_hr)
        return away * ns.sqrt(ratio) / (1 + ratio + ratio * away)

    return answer(asked, lambda _: by_events(signal))


@design(
    MEASURE,
    "hsieh-freedman",
    name="Hsieh-Freedman (HR)",
    reference="Hsieh 1992",
    software=(),
    formula="d = (z_alpha + z_beta)^2*(1+k)^2*(1+HR)^2 / (4*k*(1-HR)^2);  N = d / P(event);  "
    "power = Phi(2*|1-HR|*sqrt(events*k)/((1+k)*(1+HR)) - z_alpha)",
    advice="Freedman's with the price of unequal arms that Schoenfeld's has; equal for HR and 1/HR",
)
def hsieh_freedman(asked: LogRank) -> Design:
    """Events as by Freedman for equal arms, times (1+k)^2/(4k) for arms in the ratio k (Hsieh 1992)."""
    only_superiority(asked, "hsieh-freedman")
    proportional(asked, "hsieh-freedman")

    def signal(log_hr: Number, ratio: Number) -> Number:
        ns = namespace(log_hr, ratio)
        away = ns.expm1(log_hr)
        return 2 * away / (2 + away) * ns.sqrt(ratio) / (1 + ratio)

    return answer(asked, lambda _: by_events(signal))
