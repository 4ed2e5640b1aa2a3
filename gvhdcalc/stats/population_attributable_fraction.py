"""Of all events in a population: the fraction attributable to an exposure, or the fraction it has prevented.

The two are one figure seen from either side. With the risk r of the population and r0 of the unexposed the attributable
fraction is (r - r0)/r and the prevented fraction (r0 - r)/r0: 1 - PPF = 1/(1 - PAF) = r/r0. Both come here from the
excess r/r0 - 1 = Pe*(RR - 1), Pe the share of the exposed (Levin 1953), and Walter's intervals are symmetric in the log
of r/r0, so that those of one measure are those of the other turned over.
"""

from __future__ import annotations

import math

from . import odds_ratio, risk_ratio
from .attributable_fraction import ODDS_FOR_RISKS
from .namespace import namespace, z_for
from .registry import estimator
from .results import Estimate, Note, Number, notes_when
from .two_by_two import TwoByTwo

ATTRIBUTABLE = "population attributable fraction"
PREVENTED = "population prevented fraction"

_NO_EVENTS = "no events at all: no fraction of them exists"
_SHARE_KNOWN = Note("the share of the exposed in the population is taken as known")


def _cross(table: TwoByTwo) -> Number:
    return table.a * table.d - table.b * table.c


def _attributable(excess: Number) -> Number:
    """excess/(1 + excess), exact for small and for infinite excess."""
    ns = namespace(excess)
    return -ns.expm1(-ns.log1p(excess))


def _walter(
    excess: Number,
    se: Number,
    conf: float,
    prevented: bool,
    *conditions: tuple[Number, str],
    notes: tuple[Note, ...] = (),
) -> Estimate:
    """The fraction with its interval symmetric in log(1 + excess), whose standard error is ``se``."""
    ns = namespace(excess)
    sign = 1 if prevented else -1
    log_ratio = ns.log1p(excess)
    half_width = ns.where(se == math.inf, math.nan, z_for(conf) * se)
    statistic = ns.div(log_ratio, se)
    return Estimate(
        -excess if prevented else _attributable(excess),
        -ns.expm1(sign * log_ratio + half_width),
        -ns.expm1(sign * log_ratio - half_width),
        conf,
        se=se,
        se_scale="log",
        statistic=-statistic if prevented else statistic,
        p=ns.two_sided(statistic),
        notes=(*notes_when(*conditions), *notes),
    )


def _cohort(table: TwoByTwo, conf: float, prevented: bool) -> Estimate:
    """Walter's fraction for a cohort or cross-section; the variance of log(1 - PAF) as a sum of positive terms.

    It is (b + PAF*(a + d))/(N*c) (Walter 1978; Jewell 2004), which is (a*d*(a + b + d) + b*c^2)/((a+c)*(c+d)*N*c).
    """
    ns = namespace(table.a)
    a, b, c, d = table.a * 1.0, table.b * 1.0, table.c * 1.0, table.d * 1.0
    total, events, unexposed = table.total * 1.0, table.events * 1.0, table.n0 * 1.0
    excess = ns.div(ns.div(_cross(table), c), total)
    variance = ns.div(
        ns.div(a, events) * ns.div(d, unexposed) * (a + b + d) + b * ns.div(c, events) * ns.div(c, unexposed), total * c
    )
    none = table.events == 0
    one_sided = ns.both(table.c == 0, table.a > 0)
    return _walter(
        excess,
        ns.sqrt(variance),
        conf,
        prevented,
        (none, _NO_EVENTS),
        (table.b + table.d == 0, "every one has the event: the interval has no width, and no test exists"),
        (one_sided, "no events among the unexposed: the interval does not exist"),
    )


def _case_control(table: TwoByTwo, conf: float, prevented: bool) -> Estimate:
    """Walter's fraction for a case-control study, the controls telling how many of the population are exposed."""
    ns = namespace(table.a)
    a, b, c, d = table.a * 1.0, table.b * 1.0, table.c * 1.0, table.d * 1.0
    excess = ns.div(ns.div(_cross(table), c), b + d)
    se = ns.sqrt(ns.div(ns.div(a, c), a + c) + ns.div(ns.div(b, d), b + d))
    zero = ns.either(table.c == 0, table.d == 0)
    return _walter(
        excess,
        se,
        conf,
        prevented,
        (zero, "no unexposed cases or controls: the interval does not exist"),
        notes=(ODDS_FOR_RISKS,),
    )


def _levin(ratio: Estimate, share: Number, conf: float, prevented: bool, notes: tuple[Note, ...]) -> Estimate:
    """Levin's formula for a ratio and each of its limits; the share is taken as known."""
    excess, lower, upper = (share * (x - 1) for x in (ratio.estimate, ratio.lower, ratio.upper))
    all_notes = (*ratio.notes, *notes, _SHARE_KNOWN)
    statistic = None if ratio.statistic is None else (-ratio.statistic if prevented else ratio.statistic)
    if prevented:
        return Estimate(-excess, -upper, -lower, conf, statistic=statistic, p=ratio.p, notes=all_notes)
    estimate, lower, upper = _attributable(excess), _attributable(lower), _attributable(upper)
    return Estimate(estimate, lower, upper, conf, statistic=statistic, p=ratio.p, notes=all_notes)


def _levin_cohort(table: TwoByTwo, conf: float, share: Number | None, prevented: bool) -> Estimate:
    known = namespace(table.a).div(table.n1 * 1.0, table.total * 1.0) if share is None else share
    return _levin(risk_ratio.katz(table, conf), known, conf, prevented, ())


def _levin_case_control(table: TwoByTwo, conf: float, share: Number | None, prevented: bool) -> Estimate:
    known = namespace(table.a).div(table.b * 1.0, (table.b + table.d) * 1.0) if share is None else share
    return _levin(odds_ratio.woolf(table, conf), known, conf, prevented, (ODDS_FOR_RISKS,))


@estimator(
    ATTRIBUTABLE,
    "walter",
    name="Walter",
    reference="Walter 1978; Jewell 2004",
    software=("epiR epi.2by2",),
    formula="PAF = (a*d - b*c) / ((a+c)*(c+d));  SE = sqrt((b + PAF*(a+d)) / (N*c));  "
    "limits = 1 - exp(log(1 - PAF) +- z*SE)",
    default=True,
    advice="for a cohort or cross-section of the whole population, whose exposed are its share of the exposed",
)
def attributable_walter(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Population attributable fraction with Walter's interval on the scale of log(1 - PAF) (Walter 1978; Jewell 2004).

    (r - r0)/r, with the risk r of all and r0 of the unexposed. Also known as the population attributable risk percent,
    population aetiologic (etiologic) fraction, or Levin's attributable risk. The table is taken as a sample of the
    population, so that its share of exposed counts as estimated; in a trial that share is the allocation.
    """
    return _cohort(table, conf, False)


@estimator(
    ATTRIBUTABLE,
    "levin",
    name="Levin, RR Katz",
    reference="Levin 1953; Daly 1998",
    formula="PAF = Pe*(RR - 1) / (1 + Pe*(RR - 1));  limits = the same of the Katz limits of RR",
    advice="where the share of the exposed is known from elsewhere; its uncertainty is not in the interval",
)
def attributable_levin(table: TwoByTwo, conf: float = 0.95, exposed_share: Number | None = None) -> Estimate:
    """Population attributable fraction by Levin's formula, limits by substituting those of the risk ratio (Daly 1998).

    ``exposed_share`` is the fraction Pe of the population that is exposed; without it that of the table.
    """
    return _levin_cohort(table, conf, exposed_share, False)


@estimator(
    ATTRIBUTABLE,
    "walter-case-control",
    name="Walter, OR",
    reference="Walter 1975; Jewell 2004",
    software=("epiR epi.2by2, case.control",),
    formula="PAF = (a*d - b*c) / (d*(a+c));  SE = sqrt(a/(c*(a+c)) + b/(d*(b+d)));  "
    "limits = 1 - exp(log(1 - PAF) +- z*SE)",
    default=True,
    advice="for a case-control study whose controls are drawn from the population",
)
def attributable_walter_case_control(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Population attributable fraction of a case-control study with Walter's log interval (Walter 1975; Jewell 2004).

    Cases are the events, controls the non-events. The same fraction is that of Stata's cc, (1 - 1/OR) times the share
    of the exposed among the cases.
    """
    return _case_control(table, conf, False)


@estimator(
    ATTRIBUTABLE,
    "levin-case-control",
    name="Levin, OR Woolf",
    reference="Levin 1953; Daly 1998",
    formula="PAF = Pe*(OR - 1) / (1 + Pe*(OR - 1));  limits = the same of Woolf's limits of OR",
    advice="for a case-control study where the share of the exposed is known from elsewhere",
)
def attributable_levin_case_control(
    table: TwoByTwo, conf: float = 0.95, exposed_share: Number | None = None
) -> Estimate:
    """Population attributable fraction of a case-control study by Levin's formula with the odds ratio (Daly 1998).

    ``exposed_share`` is the fraction Pe of the population that is exposed; without it that of the controls.
    """
    return _levin_case_control(table, conf, exposed_share, False)


@estimator(
    PREVENTED,
    "walter",
    name="Walter",
    reference="Miettinen 1974; Walter 1978",
    formula="PPF = (b*c - a*d) / (c*N);  SE = sqrt((b + PAF*(a+d)) / (N*c)), PAF = -PPF/(1 - PPF);  "
    "limits = 1 - exp(log(1 - PPF) +- z*SE)",
    default=True,
    advice="for a cohort or cross-section of the whole population, whose exposed are its share of the exposed",
)
def prevented_walter(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Population prevented fraction with the interval on the scale of log(1 - PPF) (Miettinen 1974; Walter 1978).

    (r0 - r)/r0: of the events that there would be if no one were exposed, the fraction that the exposure prevents. It
    is Stata's "Prev. frac. pop", the share of the exposed times 1 - RR; the standard error is that of the attributable
    fraction, as 1 - PPF = 1/(1 - PAF).
    """
    return _cohort(table, conf, True)


@estimator(
    PREVENTED,
    "levin",
    name="Levin, RR Katz",
    reference="Miettinen 1974; Daly 1998",
    formula="PPF = Pe*(1 - RR);  limits = the same of the Katz limits of RR",
    advice="where the share of the exposed is known from elsewhere; its uncertainty is not in the interval",
)
def prevented_levin(table: TwoByTwo, conf: float = 0.95, exposed_share: Number | None = None) -> Estimate:
    """Population prevented fraction Pe*(1 - RR), limits by substituting those of the risk ratio (Miettinen 1974).

    ``exposed_share`` is the fraction Pe of the population that is exposed; without it that of the table.
    """
    return _levin_cohort(table, conf, exposed_share, True)


@estimator(
    PREVENTED,
    "walter-case-control",
    name="Walter, OR",
    reference="Miettinen 1974; Walter 1975",
    formula="PPF = (b*c - a*d) / (c*(b+d));  SE = sqrt(a/(c*(a+c)) + b/(d*(b+d)));  "
    "limits = 1 - exp(log(1 - PPF) +- z*SE)",
    default=True,
    advice="for a case-control study whose controls are drawn from the population",
)
def prevented_walter_case_control(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Population prevented fraction of a case-control study with the log interval (Miettinen 1974; Walter 1975).

    1 - OR times the share of the exposed among the controls, as Stata's cc has it.
    """
    return _case_control(table, conf, True)


@estimator(
    PREVENTED,
    "levin-case-control",
    name="Levin, OR Woolf",
    reference="Miettinen 1974; Daly 1998",
    formula="PPF = Pe*(1 - OR);  limits = the same of Woolf's limits of OR",
    advice="for a case-control study where the share of the exposed is known from elsewhere",
)
def prevented_levin_case_control(table: TwoByTwo, conf: float = 0.95, exposed_share: Number | None = None) -> Estimate:
    """Population prevented fraction of a case-control study, Pe*(1 - OR) and its limits (Miettinen 1974).

    ``exposed_share`` is the fraction Pe of the population that is exposed; without it that of the controls.
    """
    return _levin_case_control(table, conf, exposed_share, True)
