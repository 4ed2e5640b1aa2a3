"""The log-rank test from the course of a trial: Lakatos's expectation of it, hazards changing and effect delayed."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

from .accrual import Course
from .power_logrank import MEASURE, LogRank, Moments, Sizing, answer, by_patients, course_of, only_superiority
from .registry import design
from .results import Design

#: Nodes of each stretch, and how far the cumulated hazards may rise in one: the integrals are then good to 1e-12.
_NODES = 12
_STRETCH = 1.0
#: Beyond this cumulated hazard nobody is left of an arm, and there is nothing to compare.
_GONE = 45.0


@cache
def _gauss_legendre() -> tuple[tuple[float, float], ...]:
    """Nodes and weights on 0 to 1, the roots of the Legendre polynomial by Newton's method."""
    found = []
    for i in range(1, _NODES + 1):
        x = math.cos(math.pi * (i - 0.25) / (_NODES + 0.5))
        slope = 1.0
        for _ in range(50):
            before, here = 1.0, x
            for k in range(2, _NODES + 1):
                before, here = here, ((2 * k - 1) * x * here - (k - 1) * before) / k
            slope = _NODES * (x * here - before) / (x * x - 1)
            step = here / slope
            x -= step
            if abs(step) < 1e-16:
                break
        found.append(((1 + x) / 2, 1 / ((1 - x * x) * slope * slope)))
    return tuple(found)


def _entered_at(course: Course) -> list[float]:
    """The times of a watch at which the chance to be watched so long changes its slope."""
    return [course.length - time for start, end, _ in course.accrual.periods() for time in (start, end)]


def expectation(course: Course, hr: float, ratio: float) -> tuple[float, float]:
    """The mean of (observed - expected) events of arm 1 and its variance, for one patient of both arms together.

    At each time of the watch events happen in both arms at the rate of their hazards times those at risk. With phi the
    ratio of those at risk, arm 1 over arm 2, and theta the ratio of hazards, an event is expected in arm 1 with
    phi/(1+phi) and happens there with phi theta/(1 + phi theta) (Lakatos 1988, eq. 1-3); his sums over short intervals
    are taken to the limit, integrals between changes of any hazard and of accrual.
    """
    one, two = course.hazards(hr)
    breaks = {0.0, course.length}
    for hazard in (one, two, course.loss1, course.loss0):
        breaks.update(start for start in hazard.starts if start < course.length)
    breaks.update(time for time in _entered_at(course) if 0 < time < course.length)
    mean = variance = 0.0
    gone1 = gone0 = 0.0  # cumulated hazards of event and loss
    share1 = ratio / (1 + ratio)
    for start, end in pairwise(sorted(breaks)):
        h1, h0 = one.at(start), two.at(start)
        out1, out0 = h1 + course.loss1.at(start), h0 + course.loss0.at(start)
        # those entered early enough fall linearly within the stretch
        watched, slope = course.accrual.entered(course.length - start), 0.0
        if end > start:
            slope = (course.accrual.entered(course.length - end) - watched) / (end - start)
        time = 0.0
        while time < end - start and max(gone1 + out1 * time, gone0 + out0 * time) < _GONE:
            step = end - start - time
            fastest = max(out1, out0)
            if fastest * step > _STRETCH:
                step = _STRETCH / fastest
            for node, weight in _gauss_legendre():
                x = time + step * node
                still = watched + slope * x
                risk1 = share1 * math.exp(-gone1 - out1 * x)
                risk0 = (1 - share1) * math.exp(-gone0 - out0 * x)
                both = risk1 + risk0
                if not both:
                    continue
                happen = risk1 * h1 + risk0 * h0
                density = weight * step * still
                mean += density * (risk1 * h1 - happen * risk1 / both)
                variance += density * happen * (risk1 / both) * (risk0 / both)
            time += step
        gone1 += out1 * (end - start)
        gone0 += out0 * (end - start)
    return mean, variance


@design(
    MEASURE,
    "lakatos",
    name="Lakatos (expectation)",
    reference="Lakatos 1988",
    software=("SAS PROC POWER twosamplesurvival",),
    formula="N = (z_alpha + z_beta)^2*V / E^2;  power = Phi(sqrt(N)*|E|/sqrt(V) - z_alpha),  E, V = the mean and "
    "variance of observed - expected events, per patient",
    closed_form=False,
    advice="follows those at risk through time: for changing hazards, uneven loss and a delayed effect",
)
def lakatos(asked: LogRank) -> Design:
    """Patients from the log-rank statistic expected over the course of the trial (Lakatos 1988).

    His intervals are taken to the limit; software with a fixed number of them for each unit of time (SAS: 12) comes
    near it as they shorten. Raises Inapplicable without a course of the trial, or with a margin. Plain numbers only.
    """
    only_superiority(asked, "lakatos")
    course_of(asked, "lakatos")

    def sizing(question: LogRank) -> Sizing:
        course = course_of(question, "lakatos")

        def moments(log_hr: float, ratio: float) -> Moments:
            hr = math.exp(log_hr)
            mean, variance = expectation(course, hr, ratio)
            p1, p0 = course.arms(hr)
            sd = math.sqrt(variance)
            return Moments(abs(mean), sd, sd, (ratio * p1 + p0) / (1 + ratio))

        return by_patients(moments)

    return answer(asked, sizing)
