"""Competing risks: the patients and events that a difference in cumulative incidence needs, and their power."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .accrual import NO_LOSS, Accrual, Course, Hazard
from .namespace import namespace
from .power_logrank import LogRank, Sizing, answer, by_events, only_superiority
from .registry import design
from .results import Design, Note, Number
from .trial_question import Inapplicable, require, require_probability

MEASURE = "power with competing risks"


def hazard_ratio_of_incidences(cuminc1: Number, cuminc0: Number) -> Number:
    """log(1-F1)/log(1-F0): the subdistribution hazard ratio of two cumulative incidences at one time."""
    ns = namespace(cuminc1, cuminc0)
    return ns.div(ns.log1p(-cuminc1), ns.log1p(-cuminc0))


def _require_sum(arm: str, cuminc: float, competing: float) -> None:
    if cuminc + competing >= 1:
        both = f"{100 * cuminc:.6g}% and {100 * competing:.6g}%"
        raise ValueError(
            f"incidences of the event and of the competing one in the {arm} arm, {both}, must sum below 100%"
        )


_HOLDS = Note(
    "the subdistribution hazard ratio at the time of the incidences is taken to hold throughout; under constant "
    "cause-specific hazards it changes with time, and so may the power of Gray's test"
)

#: All patients are watched to the time of the incidences.
_AT_ONCE = Accrual((0.0,))


@dataclass(frozen=True, slots=True)
class Incidences:
    """Cumulative incidences at one ``time``: of the event in the control arm, of the competing event in both arms.

    ``competing1`` None is the control arm's. With ``accrual`` and ``follow_up`` (None where it is to be found) the
    probability of the event is that under constant cause-specific hazards through these incidences (Pintilie 2002),
    with hazards ``loss1`` and ``loss0`` of loss to follow-up; without accrual every patient is watched to ``time``,
    and it is the incidence. The hazard ratio is the subdistribution's: F1 = 1 - (1-F0)^HR.

    Raises ValueError for an incidence out of range, incidences of one arm that leave nobody free of either event, or
    times that do not go together.
    """

    cuminc0: float
    competing0: float = 0.0
    competing1: float | None = None
    time: float = 1.0
    accrual: Accrual = _AT_ONCE
    follow_up: float | None = 0.0
    loss1: Hazard = NO_LOSS
    loss0: Hazard = NO_LOSS

    def __post_init__(self) -> None:
        require_probability(self.cuminc0, "the incidence in the control arm")
        for arm, value in (("control", self.competing0), ("treated", self.competing1)):
            if value is not None:
                require(
                    value,
                    lambda p: (p >= 0) & (p < 1),
                    f"the competing incidence of the {arm} arm must be at least 0 and below 1",
                )
        _require_sum("control", self.cuminc0, self.competing0)
        require(self.time, lambda t: t > 0, "the time of the incidences must be above 0")
        if self.watched_over_time and self.follow_up is not None:
            Course(Hazard((1.0,)), self.accrual, self.follow_up)

    @property
    def watched_over_time(self) -> bool:
        """Whether patients are watched over accrual and follow-up, not all to the time of the incidences."""
        return bool(self.accrual.length) or self.follow_up != 0.0

    @property
    def delay(self) -> float:
        """The effect begins at entry."""
        return 0.0

    def lasting(self, follow_up: float) -> Incidences:
        """The same trial with this follow-up."""
        return replace(self, follow_up=follow_up)

    def cuminc1(self, hr: float) -> float:
        """The incidence in the treated arm at the time, when the subdistribution hazard ratio is ``hr``."""
        ns = namespace(hr, self.cuminc0)
        return float(-ns.expm1(hr * ns.log1p(-self.cuminc0)))

    def _hazards(self, cuminc: float, competing: float) -> tuple[float, float]:
        """Constant cause-specific hazards of the event and of the competing one; nan where the incidences exceed 1."""
        ns = namespace(cuminc, competing)
        both = cuminc + competing
        total = -ns.log1p(-both) / self.time if both < 1 else float("nan")
        return total * cuminc / both, total * competing / both

    def hazards(self, hr: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """Of each arm the cause-specific hazards of the event and of the competing event."""
        other = self.competing0 if self.competing1 is None else self.competing1
        return self._hazards(self.cuminc1(hr), other), self._hazards(self.cuminc0, self.competing0)

    def cause_specific(self, hr: float) -> float:
        """The ratio of the cause-specific hazards of the event, when the subdistribution's is ``hr``."""
        (one, _), (two, _) = self.hazards(hr)
        return one / two

    def arms(self, hr: float) -> tuple[float, float]:
        """The probability of the event in the first and in the second arm; nan where the incidences exceed 1."""
        (event1, other1), (event0, other0) = self.hazards(hr)
        if event1 != event1:
            return float("nan"), float("nan")
        if not self.watched_over_time:
            return self.cuminc1(hr), self.cuminc0
        course = Course(
            Hazard((event0,), zero=True),
            self.accrual,
            self.follow_up,
            Hazard((event1,), zero=True),
            self.loss1.added(other1),
            self.loss0.added(other0),
        )
        return course.arms(1.0)


def _require_possible(asked: LogRank) -> None:
    known = asked.event_probability
    if asked.hr is not None and isinstance(known, Incidences):
        other = known.competing0 if known.competing1 is None else known.competing1
        _require_sum("treated", known.cuminc1(asked.hr), other)


def _shown(asked: LogRank, design: Design, scale: str) -> Design:
    known = asked.event_probability
    if not isinstance(known, Incidences):
        return replace(design, effect_scale=scale)
    cuminc1 = known.cuminc1(design.effect)
    effect = known.cause_specific(design.effect) if scale.startswith("cause") else design.effect
    return replace(design, effect=effect, effect_scale=scale, p1=cuminc1, p0=known.cuminc0)


@design(
    MEASURE,
    "latouche",
    name="Latouche (Gray)",
    reference="Latouche, Porcher & Chevret 2004",
    software=("powerSurvEpi ssizeEpi",),
    formula="d = (z_alpha + z_beta)^2*(1+k)^2 / (k*log(HR)^2),  HR = log(1-F1)/log(1-F0);  N = d / P(event);  "
    "power = Phi(|log(HR)|*sqrt(events*k)/(1+k) - z_alpha)",
    default=True,
    closed_form=False,
    advice="for Gray's test and the Fine-Gray model: whether cumulative incidence differs",
)
def latouche(asked: LogRank) -> Design:
    """Events of interest for a subdistribution hazard ratio, as Schoenfeld's (Latouche et al. 2004).

    ``asked.hr`` is the subdistribution hazard ratio; patients are the events over the probability of the event of
    interest, competing events counted. Raises ValueError where the incidences of the treated arm exceed 1.
    """
    _require_possible(asked)
    origin = namespace(asked.margin).log(asked.margin)
    sizing = by_events(lambda log_hr, ratio: (log_hr - origin) * namespace(ratio).sqrt(ratio) / (1 + ratio))
    found = _shown(asked, answer(asked, lambda _: sizing), "subdistribution hazard ratio")
    known = asked.event_probability
    if isinstance(known, Incidences) and known.watched_over_time and (known.competing0 or known.competing1):
        return replace(found, notes=(*found.notes, _HOLDS))
    return found


@design(
    MEASURE,
    "pintilie",
    name="Pintilie (log-rank)",
    reference="Pintilie 2002",
    formula="d = (z_alpha + z_beta)^2*(1+k)^2 / (k*log(csHR)^2);  N = d / P(event);  "
    "power = Phi(|log(csHR)|*sqrt(events*k)/(1+k) - z_alpha)",
    default=True,
    closed_form=False,
    advice="for the log-rank test and Cox model with competing events censored: whether the event's own hazard differs",
)
def pintilie(asked: LogRank) -> Design:
    """Events of interest for the ratio of constant cause-specific hazards through the incidences (Pintilie 2002).

    ``asked.hr`` is the subdistribution hazard ratio; the effect of the design is the cause-specific one. Raises
    Inapplicable without incidences, with a margin, or where the cause-specific hazards are alike.
    """
    _require_possible(asked)
    only_superiority(asked, "pintilie")
    known = asked.event_probability
    if not isinstance(known, Incidences):
        raise Inapplicable("pintilie needs the cumulative incidences of the event and of the competing one")
    if asked.hr is not None and abs(known.cause_specific(asked.hr) - 1) < 1e-12:
        raise Inapplicable("pintilie compares the cause-specific hazards of the event, which are alike in both arms")
    # a detectable effect has its direction; a given one is detected on the side on which it is
    side = 1.0 if asked.direction == "higher" else -1.0

    def sizing(question: LogRank) -> Sizing:
        def signal(log_hr: float, ratio: float) -> float:
            ns = namespace(log_hr, ratio)
            log_ratio = ns.log(known.cause_specific(ns.exp(log_hr)))
            toward = max(side * log_ratio, 0.0) if question.hr is None else log_ratio
            return float(toward * ns.sqrt(ratio) / (1 + ratio))

        return by_events(signal)

    return _shown(asked, answer(asked, sizing), "cause-specific hazard ratio")
