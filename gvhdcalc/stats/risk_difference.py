"""The risk difference of two arms: estimate and confidence intervals."""

from __future__ import annotations

from .namespace import namespace, z_for
from .registry import estimator
from .results import Estimate, Number, notes_when
from .score import critical, difference_distances, statistic
from .two_by_two import TwoByTwo

MEASURE = "risk difference"


def sample_risk_difference(table: TwoByTwo) -> Number:
    """a/n1 - c/n0, the maximum likelihood estimate, as (ad - bc)/(n1 n0): exact cross-products do not cancel."""
    ns = namespace(table.a)
    return ns.div(ns.div(table.a * table.d - table.b * table.c, table.n1 * 1.0), table.n0 * 1.0)


def _outside(lower: Number, upper: Number) -> tuple[Number, str]:
    """The note on a limit beyond -1 or 1, which is given as computed."""
    beyond = namespace(lower, upper).either(lower < -1, upper > 1)
    return beyond, "a limit is beyond 100% (some software cuts it there)"


def _standard_error(table: TwoByTwo) -> Number:
    """sqrt(p1(1-p1)/n1 + p0(1-p0)/n0), the unpooled standard error."""
    ns = namespace(table.a)
    n1, n0 = table.n1 * 1.0, table.n0 * 1.0
    return ns.sqrt(
        ns.div(ns.div(table.a, n1) * ns.div(table.b, n1), n1) + ns.div(ns.div(table.c, n0) * ns.div(table.d, n0), n0)
    )


@estimator(
    MEASURE,
    "newcombe",
    name="Newcombe hybrid score interval",
    reference="Newcombe 1998",
    software=(
        "SAS PROC FREQ, riskdiff(cl=newcombe)",
        "statsmodels confint_proportions_2indep",
        "VassarStats",
        "Epi ci.pd",
        "CIA (Confidence Interval Analysis)",
    ),
    formula="RD = p1 - p0;  l1, u1, l0, u0 = Wilson limits of p1, p0;  "
    "lower = RD - sqrt((p1-l1)^2 + (u0-p0)^2);  upper = RD + sqrt((u1-p1)^2 + (p0-l0)^2)",
    default=True,
    advice="good coverage, simple, stays within -100% to 100%; the choice when nothing else is asked",
)
def newcombe(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk difference with the hybrid score interval, method 10 of Newcombe 1998 (no continuity correction).

    Also known as the square-and-add Wilson interval, MOVER-Wilson, or Newcombe-Wilson; p1 = a/n1, p0 = c/n0. It inverts
    no single test. An arm with no events, or only events, is no exception.
    """
    ns = namespace(table.a)
    z = z_for(conf)
    rd = sample_risk_difference(table)
    down1, up1 = _wilson_distances(table.a, table.b, z)
    down0, up0 = _wilson_distances(table.c, table.d, z)
    return Estimate(rd, rd - ns.sqrt(down1 * down1 + up0 * up0), rd + ns.sqrt(up1 * up1 + down0 * down0), conf)


def _wilson_distances(events: Number, others: Number, z: float) -> tuple[Number, Number]:
    """Distances of Wilson's limits below and above events/n, in the form that does not cancel for tiny proportions."""
    ns = namespace(events)
    n = (events + others) * 1.0
    skew = z * ns.div(others - events, n)
    both = ns.div(events, n) * ns.div(others, n)
    spread = ns.sqrt(z * z + 4 * n * both)

    def distance(skew: Number) -> Number:
        return ns.where(skew > 0, ns.div(2 * z * both, spread + skew), ns.div(z * (spread - skew), 2 * (n + z * z)))

    return distance(skew), distance(-skew)


@estimator(
    MEASURE,
    "miettinen-nurminen",
    name="Miettinen-Nurminen score interval",
    reference="Miettinen & Nurminen 1985",
    software=("SAS PROC FREQ, riskdiff(cl=mn)", "ratesci scoreci, skew=FALSE"),
    formula="limits are the RD with (p1 - p0 - RD)^2 / ((q1*(1-q1)/n1 + q0*(1-q0)/n0) * N/(N-1)) = z^2;  "
    "q1 = q0 + RD most likely for that RD",
    advice="good coverage; the usual score interval of non-inferiority trials",
)
def miettinen_nurminen(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk difference with the score interval whose variance has the factor N/(N-1) (Miettinen & Nurminen 1985).

    ``statistic`` and ``p`` are those of the score test of no difference, the "N-1" chi-square. The limits keep to -1
    and 1 and exist for every table.
    """
    ns = namespace(table.a)
    rd = sample_risk_difference(table)
    below, above = difference_distances(table, critical(table, conf, n_minus_1=True))
    z = statistic(table, n_minus_1=True)
    none = table.events * (table.b + table.d) == 0
    return Estimate(
        rd,
        rd - below,
        rd + above,
        conf,
        statistic=z,
        p=ns.two_sided(z),
        notes=notes_when((none, "no events or only events: no score test exists")),
    )


@estimator(
    MEASURE,
    "agresti-caffo",
    name="Agresti-Caffo interval",
    reference="Agresti & Caffo 2000",
    software=(
        "SAS PROC FREQ, riskdiff(cl=ac)",
        "PropCIs wald2ci, adjust=AC",
        "statsmodels confint_proportions_2indep, agresti-caffo",
    ),
    formula="q1 = (a+1)/(n1+2);  q0 = (c+1)/(n0+2);  SE = sqrt(q1*(1-q1)/(n1+2) + q0*(1-q0)/(n0+2));  "
    "limits = q1 - q0 -+ z*SE;  estimate p1 - p0",
    advice="simple, good coverage from small n on; made for 95%",
)
def agresti_caffo(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Wald interval after one event and one non-event are added to each arm (Agresti & Caffo 2000).

    Also known as the adjusted Wald or "plus four" interval. The estimate is the observed difference, not the shrunken
    centre of the interval. In tiny arms a limit falls outside -1 to 1; it is given as computed, as the source's formula
    has it, with a note.
    """
    ns = namespace(table.a)
    z = z_for(conf)
    estimate = sample_risk_difference(table)
    more = table.plus(1)
    centre = sample_risk_difference(more) + 0.0 * estimate
    se = _standard_error(more)
    lower, upper = centre - z * se, centre + z * se
    outside_estimate = ns.either(estimate < lower, estimate > upper)
    return Estimate(
        estimate,
        lower,
        upper,
        conf,
        se=se,
        se_scale="plain",
        notes=notes_when(
            _outside(lower, upper),
            (outside_estimate, "the observed difference is outside its interval"),
        ),
    )


@estimator(
    MEASURE,
    "wald",
    name="Wald interval",
    reference="Laplace 1812; Newcombe 1998, method 1",
    software=(
        "SAS PROC FREQ, riskdiff",
        "Stata cs and csi",
        "R prop.test, correct=FALSE (cut at -1 and 1)",
        "metafor escalc",
        "RevMan",
        "MedCalc",
    ),
    formula="RD = p1 - p0;  SE = sqrt(p1*(1-p1)/n1 + p0*(1-p0)/n0);  limits = RD -+ z*SE",
    advice="in textbooks and many papers; poor coverage for small n and near 0 and 1, advised against",
)
def wald(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk difference with the normal interval of the unpooled standard error (Newcombe 1998, method 1).

    Also known as the simple asymptotic or standard interval; ``p`` is that of the unpooled z test. A limit outside -1
    to 1 is given as computed, with a note (R's prop.test prints -1 or 1 instead). With proportions of 0 or 1 in both
    arms its width is zero, which a note says.
    """
    ns = namespace(table.a)
    z = z_for(conf)
    rd = sample_risk_difference(table)
    se = _standard_error(table)
    z_value = ns.div(rd, se)
    lower, upper = rd - z * se, rd + z * se
    return Estimate(
        rd,
        lower,
        upper,
        conf,
        se=se,
        se_scale="plain",
        statistic=z_value,
        p=ns.two_sided(z_value),
        notes=notes_when(
            (se == 0, "no variance in either arm: the interval has no width"),
            _outside(lower, upper),
        ),
    )
