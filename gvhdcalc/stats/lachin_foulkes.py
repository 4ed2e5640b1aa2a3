"""Two hazards compared over accrual, follow-up and loss: Lachin & Foulkes; Rubinstein, Gail & Santner."""

from __future__ import annotations

from .accrual import Course, Hazard
from .namespace import namespace
from .power_logrank import (
    MEASURE,
    LogRank,
    Moments,
    Sizing,
    answer,
    by_patients,
    course_of,
    only_superiority,
    proportional,
)
from .registry import design
from .results import Design, Number
from .trial_question import Inapplicable


def _pooled(one: Hazard, two: Hazard, ratio: Number, margin: Number) -> tuple[Hazard, Hazard]:
    """The hazards of both arms under the null hypothesis: the control's is (k h1 + h0)/(k margin + 1)."""
    starts = tuple(sorted({*one.starts, *two.starts}))
    rates = tuple((ratio * one.at(t) + two.at(t)) / (ratio * margin + 1) for t in starts)
    return Hazard(tuple(rate * margin for rate in rates), starts), Hazard(rates, starts)


def _chances(course: Course, one: Hazard, two: Hazard) -> tuple[Number, Number]:
    return course.by(course.length, one, course.loss1), course.by(course.length, two, course.loss0)


def _variance(ns: object, ratio: Number, one: Number, two: Number) -> Number:
    """Of the log hazard ratio, for one patient: 1/(Q1 P1) + 1/(Q0 P0), Q1 = k/(1+k)."""
    return (1 + ratio) * (ns.div(1.0, ratio * one) + ns.div(1.0, two))  # type: ignore[attr-defined]


def _log_ratio(asked: LogRank, *, under_null: bool) -> Sizing:
    course = course_of(asked, "lachin-foulkes" if under_null else "rubinstein-gail-santner")

    def moments(log_hr: Number, ratio: Number) -> Moments:
        hr = namespace(log_hr).exp(log_hr)
        one, two = course.hazards(hr)
        p1, p0 = _chances(course, one, two)
        ns = namespace(log_hr, ratio, asked.margin, p1, p0)
        alternative = ns.sqrt(_variance(ns, ratio, p1, p0))
        null = alternative
        if under_null:
            null = ns.sqrt(_variance(ns, ratio, *_chances(course, *_pooled(one, two, ratio, asked.margin))))
        return Moments(abs(log_hr - ns.log(asked.margin)), null, alternative, (ratio * p1 + p0) / (1 + ratio))

    return by_patients(moments)


@design(
    MEASURE,
    "lachin-foulkes",
    name="Lachin-Foulkes (log HR)",
    reference="Lachin & Foulkes 1986",
    software=("gsDesign nSurv",),
    formula="N = (z_alpha*sqrt(V0) + z_beta*sqrt(V1))^2 / log(HR)^2,  V = (1+k)*(1/(k*P1) + 1/P0), V0 at pooled "
    "hazards;  power = Phi((sqrt(N)*|log(HR)| - z_alpha*sqrt(V0))/sqrt(V1))",
    advice="counts the events of each arm, with loss to follow-up, under both hypotheses; with a margin HR is over it",
)
def lachin_foulkes(asked: LogRank) -> Design:
    """Patients from the variances of log HR under the null and the alternative (Lachin & Foulkes 1986, eq. 2.4, 4.1).

    Each variance is 1/E(d1) + 1/E(d0), the expected events over accrual, follow-up and loss; the null hypothesis has
    the hazards pooled over arms, (k h1 + h0)/(k margin + 1) in the control arm. Raises Inapplicable without a course
    of the trial, or where the effect begins late.
    """
    proportional(asked, "lachin-foulkes")
    return answer(asked, lambda question: _log_ratio(question, under_null=True))


@design(
    MEASURE,
    "rubinstein-gail-santner",
    name="Rubinstein et al. (log HR)",
    reference="Rubinstein, Gail & Santner 1981",
    software=("Hmisc cpower",),
    formula="N = (z_alpha + z_beta)^2*(1+k)*(1/(k*P1) + 1/P0) / log(HR)^2;  "
    "power = Phi(|log(HR)|/sqrt(1/d1 + 1/d0) - z_alpha)",
    advice="like Lachin & Foulkes, with the variance under the alternative alone",
)
def rubinstein_gail_santner(asked: LogRank) -> Design:
    """Patients from the variance 1/E(d1) + 1/E(d0) of the log ratio of two hazards (Rubinstein et al. 1981).

    Raises Inapplicable without a course of the trial, or where the effect begins late.
    """
    proportional(asked, "rubinstein-gail-santner")
    return answer(asked, lambda question: _log_ratio(question, under_null=False))


@design(
    MEASURE,
    "lachin-foulkes-difference",
    name="Lachin-Foulkes (h1 - h0)",
    reference="Lachin 1981; Lachin & Foulkes 1986",
    software=("Stata power exponential, unconditional",),
    formula="N = (z_alpha*sqrt(V0) + z_beta*sqrt(V1))^2 / (h1-h0)^2,  V = (1+k)*(h1^2/(k*P1) + h0^2/P0), V0 at pooled "
    "hazards;  power = Phi((sqrt(N)*|h1-h0| - z_alpha*sqrt(V0))/sqrt(V1))",
    advice="of two constant hazards, on the scale of their difference",
)
def lachin_foulkes_difference(asked: LogRank) -> Design:
    """Patients from the variances of the difference of two constant hazards, h^2/E(d) an arm (Lachin & Foulkes 1986).

    Raises Inapplicable without a course of the trial, where hazards are not constant, or with a margin.
    """
    only_superiority(asked, "lachin-foulkes-difference")
    proportional(asked, "lachin-foulkes-difference")
    known = course_of(asked, "lachin-foulkes-difference")
    if not (known.hazard0.constant and (known.hazard1 is None or known.hazard1.constant)):
        raise Inapplicable("lachin-foulkes-difference is of constant hazards; lachin-foulkes takes changing ones")

    def sizing(question: LogRank) -> Sizing:
        course = course_of(question, "lachin-foulkes-difference")

        def moments(log_hr: Number, ratio: Number) -> Moments:
            one, two = course.hazards(namespace(log_hr).exp(log_hr))
            h1, h0 = one.rates[0], two.rates[0]
            p1, p0 = _chances(course, one, two)
            pooled = _pooled(one, two, ratio, 1.0)
            q1, q0 = _chances(course, *pooled)
            ns = namespace(log_hr, ratio, p1, p0)
            null = pooled[0].rates[0] * ns.sqrt(_variance(ns, ratio, q1, q0))
            alternative = ns.sqrt((1 + ratio) * (ns.div(h1 * h1, ratio * p1) + ns.div(h0 * h0, p0)))
            return Moments(abs(h1 - h0), null, alternative, (ratio * p1 + p0) / (1 + ratio))

        return by_patients(moments)

    return answer(asked, sizing)
