"""Paired proportions: one event looked for twice in each pair (before and after, case and matched control).

The odds ratio and the tests need only the discordant pairs; the risk difference needs the number of all pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .binomial import at_most, doubled, doubled_mid_p, exact_odds, mid_p_odds, score_odds
from .namespace import namespace, root, z_for
from .proportion import OneProportion, wilson
from .registry import estimator, test
from .results import Estimate, Note, Number, TestResult, notes_when

ODDS_RATIO = "paired odds ratio"
RISK_DIFFERENCE = "paired risk difference"

#: The measure under which the tests are registered; odds ratio and risk difference share them.
MEASURE = "paired"


@dataclass(frozen=True, slots=True)
class PairedTable:
    """Counts of pairs: event in both, in the first only, in the second only, in neither.

    Whole numbers, or arrays of one shape for many tables. The first is treatment, after, or the case; the second is
    control, before, or the matched control. The odds ratio and the tests read ``b`` and ``c`` only.
    """

    a: Number
    b: Number
    c: Number
    d: Number

    @property
    def discordant(self) -> Number:
        """Pairs of which one has the event."""
        return self.b + self.c

    @property
    def pairs(self) -> Number:
        return self.a + self.b + self.c + self.d


# --- odds ratio -------------------------------------------------------------------------------------------------------


def conditional_odds_ratio(table: PairedTable) -> Number:
    """b/c, the conditional maximum likelihood odds ratio, which is also the Mantel-Haenszel one of pairs as strata."""
    ns = namespace(table.b, table.c)
    return ns.div(table.b * 1.0, table.c * 1.0)


def _none(table: PairedTable) -> tuple[Note, ...]:
    return notes_when((table.discordant == 0, "no discordant pairs: the counts say nothing of the odds ratio"))


@estimator(
    ODDS_RATIO,
    "wald",
    name="Wald interval on the log scale",
    reference="Breslow & Day 1980",
    software=("conditional logistic regression (Wald)", "R survival clogit", "Stata clogit, or", "OpenEpi"),
    formula="OR = b/c;  SE = sqrt(1/b + 1/c);  limits = exp(log(OR) -+ z*SE)",
    default=True,
    advice="what conditional logistic regression prints; poor with few discordant pairs",
)
def wald(table: PairedTable, conf: float = 0.95) -> Estimate:
    """Conditional odds ratio b/c with the normal interval of its log (Breslow & Day 1980, chapter 5).

    ``p`` is that of the Wald test. Without discordant pairs of either kind the interval does not exist.
    """
    ns = namespace(table.b, table.c)
    ratio = conditional_odds_ratio(table)
    se = ns.sqrt(ns.div(1.0, table.b) + ns.div(1.0, table.c))
    statistic = ns.div(ns.log(ratio), se)
    half_width = ns.where(se == math.inf, math.nan, z_for(conf) * se)
    nothing = table.b * 1.0 * table.c == 0
    return Estimate(
        ratio,
        ns.exp(ns.log(ratio) - half_width),
        ns.exp(ns.log(ratio) + half_width),
        conf,
        se=se,
        se_scale="log",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes_when(
            (nothing, "a discordant count is zero: the interval does not exist (see exact, mid-p, wilson)")
        ),
    )


@estimator(
    ODDS_RATIO,
    "exact",
    name="exact interval (binomial)",
    reference="Clopper & Pearson 1934; Liddell 1983",
    software=("Stata mcc and mcci", "exact2x2 mcnemar.exact", "StatsDirect (Liddell)", "OpenEpi"),
    formula="l, u = Clopper-Pearson limits of b/(b+c);  lower = l/(1-l);  upper = u/(1-u)",
    advice="coverage never below nominal, wide; few discordant pairs",
)
def exact(table: PairedTable, conf: float = 0.95) -> Estimate:
    """Conditional odds ratio with the exact interval of the binomial count b out of b + c (Liddell 1983).

    Agrees with the test ``exact``. 0 or infinity where a discordant count is zero.
    """
    limits = exact_odds(table.b, table.c, conf)
    return Estimate(conditional_odds_ratio(table), *limits, conf, notes=_none(table))


@estimator(
    ODDS_RATIO,
    "mid-p",
    name="mid-P interval (binomial)",
    reference="Lancaster 1961; Fagerland, Lydersen & Laake 2014",
    software=("OpenEpi", "contingencytables"),
    formula="lower: P(X > b) + P(X = b)/2 = (1-conf)/2;  upper: P(X < b) + P(X = b)/2 = (1-conf)/2;  "
    "X binomial(b+c, OR/(1+OR))",
    advice="close to nominal coverage; few discordant pairs",
)
def mid_p(table: PairedTable, conf: float = 0.95) -> Estimate:
    """Conditional odds ratio with the mid-P interval of the binomial count (Fagerland, Lydersen & Laake 2014, sec. 6).

    As exact with half the probability of the observed count.
    """
    limits = mid_p_odds(table.b, table.c, conf)
    return Estimate(conditional_odds_ratio(table), *limits, conf, notes=_none(table))


@estimator(
    ODDS_RATIO,
    "wilson",
    name="Wilson interval, transformed",
    reference="Wilson 1927; Fagerland, Lydersen & Laake 2014",
    software=("contingencytables",),
    formula="l, u = Wilson limits of b/(b+c);  lower = l/(1-l);  upper = u/(1-u)",
    advice="simple, good coverage; agrees with McNemar's test",
)
def transformed_wilson(table: PairedTable, conf: float = 0.95) -> Estimate:
    """Conditional odds ratio with Wilson's limits of b/(b + c) taken as odds (Fagerland, Lydersen & Laake 2014).

    It inverts the score test; at an odds ratio of 1 that is McNemar's test without correction.
    """
    limits = score_odds(table.b, table.c, conf)
    return Estimate(conditional_odds_ratio(table), *limits, conf, notes=_none(table))


# --- risk difference --------------------------------------------------------------------------------------------------


def paired_difference(table: PairedTable) -> Number:
    """(b - c)/n, the difference (a + b)/n - (a + c)/n of the two proportions."""
    return namespace(table.b, table.pairs).div((table.b - table.c) * 1.0, table.pairs)


def _outside(lower: Number, upper: Number) -> tuple[Number, str]:
    """The note on a limit beyond -1 or 1, which is given as computed."""
    beyond = namespace(lower, upper).either(lower < -1, upper > 1)
    return beyond, "a limit is outside -100% to 100%: some software prints -1 or 1 in its place"


def _standard_error(b: Number, c: Number, n: Number) -> Number:
    """sqrt(b + c - (b - c)^2/n)/n, as (b + c)(n - b - c) + 4bc over n^3: no term is subtracted from another."""
    ns = namespace(b, c, n)
    discordant = (b + c) * 1.0
    inside = ns.div(discordant, n) * ns.div(n - discordant, n) + 4.0 * ns.div(b * 1.0, n) * ns.div(c * 1.0, n)
    return ns.sqrt(ns.div(inside, n))


@estimator(
    RISK_DIFFERENCE,
    "newcombe",
    name="Newcombe hybrid score interval",
    reference="Newcombe 1998 (paired), method 10",
    software=("statsmodels confint_proportions_paired", "VassarStats", "CIA (Confidence Interval Analysis)"),
    formula="RD = (b-c)/n;  l1, u1, l2, u2 = Wilson limits of p1 = (a+b)/n, p2 = (a+c)/n;  "
    "phi = correlation, corrected;  lower = RD - sqrt((p1-l1)^2 - 2*phi*(p1-l1)*(u2-p2) + (u2-p2)^2);  "
    "upper = RD + sqrt((u1-p1)^2 - 2*phi*(u1-p1)*(p2-l2) + (p2-l2)^2)",
    default=True,
    advice="good coverage, simple, stays within -100% to 100%; the choice when nothing else is asked",
)
def newcombe(table: PairedTable, conf: float = 0.95) -> Estimate:
    """Difference of paired proportions, hybrid score interval (Newcombe 1998, Stat Med 17:2635-2650, method 10).

    Also known as square-and-add, or MOVER-Wilson with Newcombe's correction of phi: its numerator ad - bc is taken
    less n/2, but not below 0, when positive. phi is 0 where a margin is empty.
    """
    ns = namespace(table.a, table.b)
    a, b, c, d = (count * 1.0 for count in (table.a, table.b, table.c, table.d))
    n = a + b + c + d
    difference = paired_difference(table)
    one, two = wilson(OneProportion(a + b, n), conf), wilson(OneProportion(a + c, n), conf)
    down1, up1 = one.estimate - one.lower, one.upper - one.estimate
    down2, up2 = two.estimate - two.lower, two.upper - two.estimate
    product = a * d - b * c
    corrected = ns.where(product > 0, ns.maximum(product - n / 2, 0.0), product)
    spread = ns.sqrt((a + b) * (c + d)) * ns.sqrt((a + c) * (b + d))
    phi = ns.where(spread == 0, 0.0, ns.div(corrected, spread))

    def added(x: Number, y: Number) -> Number:
        return ns.sqrt(ns.maximum(x * x - 2 * phi * x * y + y * y, 0.0))

    return Estimate(difference, difference - added(down1, up2), difference + added(up1, down2), conf)


def _below(b: Number, c: Number, n: Number, k: Number) -> Number:
    """How far the lower score limit lies below the estimate.

    For a multiplier s from 0 to 1 the probabilities most likely for some supposed difference are b/(u(1+s)),
    c/(u(1-s)) and e/u, with e = n - b - c and u = b/(1+s) + c/(1-s) + e. The score statistic is then
    s^2 (e b/(1+s) + e c/(1-s) + 4bc/(1-s^2))/n, which rises with s; at the limit, where it is k, the distance is
    k/(s u). With c = 0 s goes up to 1 at most, and u goes on from there: the limit is (b - k)/(n + k).
    """
    ns = namespace(b, c)
    b, c, n = b * 1.0, c * 1.0, n * 1.0
    e = n - b - c
    root_k = ns.sqrt(k + 0.0 * n)

    def parts(s: Number) -> tuple[Number, Number]:
        return ns.div(b, 1 + s), ns.where(c == 0, 0.0, ns.div(c, 1 - s))

    def excess(s: Number) -> Number:
        first, second = parts(s)
        return s * ns.sqrt(ns.div(e * (first + second) + 4 * first * second, n)) - root_k

    # at `most` the terms with c alone are at least k; below `least`, where s is at most 1/2, the statistic is less
    g = ns.div(c * (e + 2 * b), n)
    most = ns.div(2 * k, k + ns.sqrt(k * k + 4 * g * k))
    steepness = ns.div(e * b + 2 * e * c + 8 * b * c, n)
    least = ns.minimum(ns.minimum(0.5, most), ns.sqrt(ns.div(k, steepness)))
    s = ns.where(excess(most) <= 0, most, root(excess, least, most))
    first, second = parts(s)
    inside = ns.div(k, s * (first + second + e))
    at_the_end = ns.div(k * (n + b), n * (n + k))
    found = ns.where(ns.both(c == 0, s == 1), at_the_end, inside)
    return ns.where(c == n, 0.0, found) + 0.0 * ns.div(1.0, n)  # all pairs are (no, yes): the estimate is -1


@estimator(
    RISK_DIFFERENCE,
    "tango",
    name="Tango score interval",
    reference="Tango 1998",
    software=("ratesci pairbinci, skew=FALSE", "PropCIs scoreci.mp", "SAS macro TANGO", "contingencytables"),
    formula="limits are the RD with (b - c - n*RD)^2 / (n*(p12 + p21 - RD^2)) = z^2;  "
    "p12 = p21 + RD most likely for that RD",
    advice="good coverage from small n on; agrees with McNemar's test",
)
def tango(table: PairedTable, conf: float = 0.95) -> Estimate:
    """Difference of paired proportions with the score interval (Tango 1998, Stat Med 17:891-908).

    ``statistic`` and ``p`` are those of the score test of no difference, McNemar's without correction. The interval
    stays within -1 to 1 and exists without discordant pairs.
    """
    ns = namespace(table.b, table.pairs)
    k = z_for(conf) ** 2
    difference = paired_difference(table)
    z = ns.div((table.b - table.c) * 1.0, ns.sqrt(table.discordant * 1.0))
    return Estimate(
        difference,
        difference - _below(table.b, table.c, table.pairs, k),
        difference + _below(table.c, table.b, table.pairs, k),
        conf,
        statistic=z,
        p=_mcnemar(table, table.b - table.c).p,
        notes=notes_when((table.discordant == 0, "no discordant pairs: the test of no difference does not exist")),
    )


@estimator(
    RISK_DIFFERENCE,
    "bonett-price",
    name="Bonett-Price interval",
    reference="Bonett & Price 2012",
    software=("statpsych ci.prop.ps", "contingencytables"),
    formula="q1 = (b+1)/(n+2);  q2 = (c+1)/(n+2);  SE = sqrt((q1 + q2 - (q1-q2)^2)/(n+2));  limits = q1 - q2 -+ z*SE;  "
    "estimate (b-c)/n",
    advice="simple, good coverage from small n on",
)
def bonett_price(table: PairedTable, conf: float = 0.95) -> Estimate:
    """Wald interval after one pair is added to each discordant count (Bonett & Price 2012, JEBS 37:479-488).

    The Laplace-adjusted interval. The estimate is the observed difference, not the shrunken centre of the interval.
    """
    ns = namespace(table.b, table.pairs)
    n = table.pairs + 2.0
    estimate = paired_difference(table)
    centre = ns.div((table.b - table.c) * 1.0, n) + 0.0 * estimate
    se = _standard_error(table.b + 1.0, table.c + 1.0, n)
    lower, upper = centre - z_for(conf) * se, centre + z_for(conf) * se
    return Estimate(
        estimate,
        lower,
        upper,
        conf,
        se=se,
        se_scale="plain",
        notes=notes_when(
            _outside(lower, upper),
            (
                ns.either(estimate < lower, estimate > upper),
                "the observed difference is outside its interval, which is centred nearer to zero",
            ),
        ),
    )


def _wald(table: PairedTable, conf: float, correction: float) -> Estimate:
    ns = namespace(table.b, table.pairs)
    difference = paired_difference(table)
    se = _standard_error(table.b, table.c, table.pairs)
    half_width = z_for(conf) * se + ns.div(correction, table.pairs)
    z = ns.div(difference, se)
    lower, upper = difference - half_width, difference + half_width
    tested = {} if correction else {"statistic": z, "p": ns.two_sided(z)}
    return Estimate(
        difference,
        lower,
        upper,
        conf,
        se=se,
        se_scale="plain",
        notes=notes_when(
            (se == 0, "no discordant pairs, or only those of one kind: the standard error is 0"), _outside(lower, upper)
        ),
        **tested,
    )


@estimator(
    RISK_DIFFERENCE,
    "wald",
    name="Wald interval",
    reference="Newcombe 1998 (paired), method 1",
    software=("statsmodels confint_proportions_paired, wald", "MedCalc", "SAS macro CORR_P"),
    formula="RD = (b-c)/n;  SE = sqrt(b + c - (b-c)^2/n)/n;  limits = RD -+ z*SE",
    advice="in textbooks and many papers; poor with few discordant pairs, advised against",
)
def wald_difference(table: PairedTable, conf: float = 0.95) -> Estimate:
    """Difference of paired proportions with the normal interval (Newcombe 1998, Stat Med 17:2635-2650, method 1).

    ``p`` is that of its z test, which is not McNemar's. A limit outside -1 to 1 is given as computed.
    """
    return _wald(table, conf, 0.0)


@estimator(
    RISK_DIFFERENCE,
    "wald-cc",
    name="Wald, continuity-corrected",
    reference="Fleiss 1981; Newcombe 1998 (paired), method 2",
    software=("Stata mcc and mcci",),
    formula="RD = (b-c)/n;  SE = sqrt(b + c - (b-c)^2/n)/n;  limits = RD -+ (z*SE + 1/n)",
    advice="what Stata prints; conservative",
)
def wald_difference_corrected(table: PairedTable, conf: float = 0.95) -> Estimate:
    """Wald interval widened by 1/n on each side (Fleiss 1981; Newcombe 1998, Stat Med 17:2635-2650, method 2)."""
    return _wald(table, conf, 1.0)


# --- tests ------------------------------------------------------------------------------------------------------------

_NO_TEST = "no discordant pairs: the test does not exist"
_NO_INFORMATION = "no discordant pairs: P is 1 whatever the probabilities are"


def _mcnemar(table: PairedTable, distance: Number) -> TestResult:
    ns = namespace(table.b, table.c)
    statistic = ns.div(distance * 1.0, table.discordant * 1.0) * distance
    notes = notes_when((table.discordant == 0, _NO_TEST))
    return TestResult(p=ns.chi2_sf(statistic), statistic=statistic, df=1, notes=notes)


@test(
    MEASURE,
    "mcnemar",
    name="McNemar chi-square",
    reference="McNemar 1947",
    software=("R mcnemar.test, correct=FALSE", "SAS PROC FREQ, agree", "Stata mcc and mcci"),
    formula="chi2 = (b-c)^2 / (b+c)",
    default=True,
)
def mcnemar(table: PairedTable) -> TestResult:
    """McNemar's test of marginal homogeneity without continuity correction, 1 df (McNemar 1947)."""
    return _mcnemar(table, table.b - table.c)


@test(
    MEASURE,
    "mcnemar-cc",
    name="McNemar chi-square, continuity-corrected",
    reference="Edwards 1948",
    software=("R mcnemar.test", "SPSS (above 25 discordant pairs)", "StatsDirect"),
    formula="chi2 = (max(0, |b-c| - 1))^2 / (b+c)",
)
def mcnemar_corrected(table: PairedTable) -> TestResult:
    """McNemar's test with Edwards's continuity correction, 1 df (Edwards 1948); never more than the deviation.

    Often called the Yates-corrected McNemar test.
    """
    ns = namespace(table.b, table.c)
    return _mcnemar(table, ns.maximum(abs(table.b - table.c) - 1.0, 0.0))


@test(
    MEASURE,
    "exact",
    name="McNemar exact (binomial), two-sided",
    reference="Mosteller 1952; Liddell 1983",
    software=("Stata mcc and mcci", "exact2x2 mcnemar.exact", "SPSS (to 25 discordant pairs)", "SAS PROC FREQ, exact"),
    formula="P = min(1, 2*P(X <= min(b, c))), X binomial(b+c, 1/2)",
    default=True,
)
def mcnemar_exact(table: PairedTable) -> TestResult:
    """Exact conditional McNemar (sign) test, doubled one-sided; agrees with the exact interval of the odds ratio."""
    half = namespace(table.b, table.c).div(1.0, 2.0 + 0.0 * table.b)
    p = doubled(table.b, table.discordant, half, half)
    return TestResult(p=p, notes=notes_when((table.discordant == 0, _NO_INFORMATION)))


@test(
    MEASURE,
    "mid-p",
    name="McNemar mid-P, two-sided",
    reference="Fagerland, Lydersen & Laake 2013",
    software=("OpenEpi", "contingencytables", "SAS PROC FREQ, exact mcnem / midp"),
    formula="P = 2*P(X <= min(b, c)) - P(X = b), X binomial(b+c, 1/2);  1 - P(X = b)/2 if b = c",
    advice="preferred to the exact test by its authors: it keeps the level in practice and has more power",
)
def mcnemar_mid_p(table: PairedTable) -> TestResult:
    """Mid-P version of the exact test (Fagerland, Lydersen & Laake 2013, BMC Med Res Methodol 13:91).

    The exact P less the probability of what was observed; less half of it where b = c, as the source has it. It agrees
    with the mid-P interval of the odds ratio.
    """
    ns = namespace(table.b, table.c)
    half = ns.div(1.0, 2.0 + 0.0 * table.b)
    # in a tie P(X <= b) is (1 + P(X = b))/2
    tied = 1.5 - at_most(table.b, table.discordant, half, half)
    p = ns.where(table.b == table.c, tied, doubled_mid_p(table.b, table.discordant, half, half))
    p = ns.where(table.discordant == 0, 1.0, p)
    return TestResult(p=p, notes=notes_when((table.discordant == 0, _NO_INFORMATION)))
