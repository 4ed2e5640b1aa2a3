"""The risk difference of two arms: estimate and confidence intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .namespace import namespace, z_for
from .registry import estimator, test
from .results import Estimate, Number, TestResult, notes_when
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


def standard_error(table: TwoByTwo) -> Number:
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
    z = z_for(conf)
    return _square_and_add(table, conf, lambda events, others: wilson_distances(events, others, z))


def _square_and_add(
    table: TwoByTwo, conf: float, distances: Callable[[Number, Number], tuple[Number, Number]]
) -> Estimate:
    """The interval from the distances of the limits of each proportion below and above it."""
    ns = namespace(table.a)
    rd = sample_risk_difference(table)
    down1, up1 = distances(table.a, table.b)
    down0, up0 = distances(table.c, table.d)
    return Estimate(rd, rd - ns.sqrt(down1 * down1 + up0 * up0), rd + ns.sqrt(up1 * up1 + down0 * down0), conf)


def wilson_distances(events: Number, others: Number, z: float) -> tuple[Number, Number]:
    """Distances of Wilson's limits below and above events/n, in the form that does not cancel for tiny proportions."""
    ns = namespace(events)
    n = (events + others) * 1.0
    skew = z * ns.div(others - events, n)
    both = ns.div(events, n) * ns.div(others, n)
    spread = ns.sqrt(z * z + 4 * n * both)

    def distance(skew: Number) -> Number:
        return ns.where(skew > 0, ns.div(2 * z * both, spread + skew), ns.div(z * (spread - skew), 2 * (n + z * z)))

    return distance(skew), distance(-skew)


def _corrected_distances(events: Number, others: Number, z: float) -> tuple[Number, Number]:
    """Distances of Wilson's continuity-corrected limits below and above events/n (Newcombe 1998, one sample, method 4).

    The limit below is the p with events/n - p - 1/(2n) = z sqrt(p(1-p)/n), 0 when there is no event.
    """
    ns = namespace(events)
    n = (events + others) * 1.0
    p, q = ns.div(events, n), ns.div(others, n)

    def below(p: Number, q: Number) -> Number:
        half = ns.sqrt(z * z - 2 - ns.div(1.0, n) + 4 * p * (n * q + 1))
        return ns.where(p == 0, 0.0, ns.minimum(ns.div(z * z * (p - q) + 1 + z * half, 2 * (n + z * z)), p)) + 0.0 * p

    return below(p, q), below(q, p)


@estimator(
    MEASURE,
    "newcombe-cc",
    name="Newcombe interval, continuity-corrected",
    reference="Newcombe 1998",
    software=("SAS PROC FREQ, riskdiff(cl=newcombe(correct))", "DescTools BinomDiffCI, scorecc"),
    formula="as Newcombe's, with l1, u1, l0, u0 Wilson's continuity-corrected limits of p1, p0",
    advice="conservative; near the exact intervals in width",
)
def newcombe_cc(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk difference with the hybrid score interval of corrected limits (Newcombe 1998, method 11)."""
    z = z_for(conf)
    return _square_and_add(table, conf, lambda events, others: _corrected_distances(events, others, z))


def _score(table: TwoByTwo, conf: float, n_minus_1: bool) -> Estimate:
    ns = namespace(table.a)
    rd = sample_risk_difference(table)
    below, above = difference_distances(table, critical(table, conf, n_minus_1=n_minus_1))
    z = statistic(table, n_minus_1=n_minus_1)
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
    "mee",
    name="Mee score interval (Farrington-Manning)",
    reference="Mee 1984; Farrington & Manning 1990",
    software=("DescTools BinomDiffCI, mee", "SAS PROC FREQ, riskdiff(cl=mn(correct=no))"),
    formula="limits are the RD with (p1 - p0 - RD)^2 / (q1*(1-q1)/n1 + q0*(1-q0)/n0) = z^2;  q1 = q0 + RD most likely "
    "for that RD",
    advice="as Miettinen-Nurminen's, a little narrower; agrees with the Farrington-Manning test",
)
def mee(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk difference with the score interval without the factor N/(N-1) (Mee 1984; Newcombe 1998, method 5).

    It inverts the Farrington-Manning test of a non-null difference, and is also known under their name. Limits about
    the observed difference with the standard error of that test at a margin, which some software prints beside it, are
    another interval.
    ``statistic`` and ``p`` are those of the score test of no difference, Pearson's.
    """
    return _score(table, conf, False)


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
    return _score(table, conf, True)


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
    se = standard_error(more)
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
    se = standard_error(table)
    z_value = ns.div(rd, se)
    return _about(rd, z * se, conf, se, statistic=z_value, p=ns.two_sided(z_value))


def _about(rd: Number, half_width: Number, conf: float, se: Number, **test: Number) -> Estimate:
    """The interval of this half width about the difference."""
    lower, upper = rd - half_width, rd + half_width
    notes = notes_when(
        (half_width == 0, "no variance in either arm: the interval has no width"),
        _outside(lower, upper),
    )
    return Estimate(rd, lower, upper, conf, se=se, se_scale="plain", notes=notes, **test)


@estimator(
    MEASURE,
    "wald-cc",
    name="Wald interval, continuity-corrected",
    reference="Fleiss 1981; Newcombe 1998, method 2",
    software=(
        "R prop.test (cut at -1 and 1; less correction where the difference is below it)",
        "SAS PROC FREQ, riskdiff(correct)",
        "DescTools BinomDiffCI, waldcc",
    ),
    formula="RD = p1 - p0;  SE as Wald's;  limits = RD -+ (z*SE + (1/n1 + 1/n0)/2)",
    advice="R's default; wide, and no better than Wald's near 0 and 1",
)
def wald_cc(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Wald's interval widened by (1/n1 + 1/n0)/2 on either side (Newcombe 1998, method 2)."""
    ns = namespace(table.a)
    se = standard_error(table)
    more = (ns.div(1.0, table.n1) + ns.div(1.0, table.n0)) / 2
    return _about(sample_risk_difference(table), z_for(conf) * se + more, conf, se)


@estimator(
    MEASURE,
    "hauck-anderson",
    name="Hauck-Anderson interval",
    reference="Hauck & Anderson 1986",
    software=("SAS PROC FREQ, riskdiff(cl=ha)", "DescTools BinomDiffCI, ha"),
    formula="RD = p1 - p0;  SE = sqrt(p1*(1-p1)/(n1-1) + p0*(1-p0)/(n0-1));  limits = RD -+ (z*SE + 1/(2*min(n1,n0)))",
    advice="a corrected Wald interval for small samples",
)
def hauck_anderson(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Wald's interval with unbiased variances, widened by 1/(2 min(n1, n0)) (Hauck & Anderson 1986).

    With one patient in an arm the variance, and so the interval, does not exist.
    """
    ns = namespace(table.a)
    n1, n0 = table.n1 * 1.0, table.n0 * 1.0
    se = ns.sqrt(
        ns.div(ns.div(table.a, n1) * ns.div(table.b, n1), n1 - 1)
        + ns.div(ns.div(table.c, n0) * ns.div(table.d, n0), n0 - 1)
    )
    row = _about(sample_risk_difference(table), z_for(conf) * se + ns.div(0.5, ns.minimum(n1, n0)), conf, se)
    one = notes_when((se != se, "an arm of one patient: the interval does not exist"))
    return replace(row, notes=(*one, *row.notes))


def _beal(table: TwoByTwo, conf: float, p1: Number, p0: Number) -> Estimate:
    """The roots of (p1 - p0 - RD)^2 = z^2 V(RD, s), where the nuisance s = p1 + p0 is estimated by the given p1, p0."""
    ns = namespace(table.a)
    z2 = z_for(conf) ** 2
    rd = sample_risk_difference(table)
    inverse1, inverse0 = ns.div(1.0, table.n1), ns.div(1.0, table.n0)
    u, v = (inverse1 + inverse0) / 4, (inverse1 - inverse0) / 4
    s = p1 + p0
    centre = ns.div(rd + z2 * v * (1 - s), 1 + z2 * u)
    square = u * (s * (2 - s) - rd * rd) + 2 * v * (1 - s) * rd + z2 * (u * u * (2 - s) * s + v * v * (1 - s) * (1 - s))
    half_width = ns.div(ns.sqrt(z2 * square), 1 + z2 * u)
    lower, upper = centre - half_width, centre + half_width
    outside = ns.either(rd < lower, rd > upper)
    return Estimate(
        rd,
        lower,
        upper,
        conf,
        notes=notes_when(
            (half_width == 0, "no variance in either arm: the interval has no width"),
            _outside(lower, upper),
            (outside, "the observed difference is outside its interval"),
        ),
    )


@estimator(
    MEASURE,
    "haldane",
    name="Haldane interval (Beal)",
    reference="Beal 1987; Newcombe 1998, method 3",
    software=("DescTools BinomDiffCI, hal",),
    formula="u, v = (1/n1 +- 1/n0)/4;  s = p1 + p0;  centre = (p1 - p0 + z^2*v*(1-s)) / (1 + z^2*u);  limits = "
    "centre -+ z/(1 + z^2*u) * sqrt(u*(s*(2-s) - (p1-p0)^2) + 2*v*(1-s)*(p1-p0) + z^2*u^2*(2-s)*s + z^2*v^2*(1-s)^2)",
    advice="simple; see jeffreys-perks for few events",
)
def haldane(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Beal's interval with p1 + p0 estimated by the observed proportions (Beal 1987; Newcombe 1998, method 3).

    With proportions of 0 or 1 in both arms its width may be zero, which a note says.
    """
    ns = namespace(table.a)
    return _beal(table, conf, ns.div(table.a * 1.0, table.n1), ns.div(table.c * 1.0, table.n0))


@estimator(
    MEASURE,
    "jeffreys-perks",
    name="Jeffreys-Perks interval (Beal)",
    reference="Beal 1987; Newcombe 1998, method 4",
    software=("DescTools BinomDiffCI, jp",),
    formula="as Haldane's, with s = (a+0.5)/(n1+1) + (c+0.5)/(n0+1)",
    advice="simple, good coverage, exists without events",
)
def jeffreys_perks(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Beal's interval with p1 + p0 estimated after half an event and half a non-event are added to each arm.

    Beal 1987; Newcombe 1998, method 4.
    """
    ns = namespace(table.a)
    return _beal(table, conf, ns.div(table.a + 0.5, table.n1 + 1), ns.div(table.c + 0.5, table.n0 + 1))


@test(
    MEASURE,
    "wald",
    name="Wald test of the risk difference (unpooled z)",
    reference="Laplace 1812",
    software=("SAS PROC FREQ, riskdiff(equal)", "metafor escalc", "RevMan"),
    formula="z = (p1 - p0) / sqrt(p1*(1-p1)/n1 + p0*(1-p0)/n0)",
)
def wald_test(table: TwoByTwo) -> TestResult:
    """Wald test of no difference, with the unpooled standard error; agrees with Wald's interval.

    Does not exist where both arms have none or all of the events.
    """
    ns = namespace(table.a)
    se = standard_error(table)
    z = ns.div(sample_risk_difference(table), se)
    return TestResult(
        p=ns.two_sided(z),
        statistic=z,
        notes=notes_when((z != z, "no variance in either arm: the test does not exist")),
    )
