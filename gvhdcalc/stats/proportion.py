"""One proportion: events out of a total, with its confidence interval. Tests against a null: null_proportion.py."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .binomial import mid_p_odds
from .binomial_confidence_set import Ordering, confidence_set
from .namespace import Scalars, namespace, root, z_for
from .registry import estimator
from .results import Estimate, Note, Number, Value, notes_when

MEASURE = "proportion"


@dataclass(frozen=True, slots=True)
class OneProportion:
    """Events out of a total: whole numbers with 0 <= events <= total, or arrays of one shape for many groups."""

    events: Number
    total: Number

    @property
    def others(self) -> Number:
        """Those without the event."""
        return self.total - self.events


def sample_proportion(group: OneProportion) -> Number:
    """Events divided by total, the maximum likelihood estimate; nan in an empty group."""
    return namespace(group.events, group.total).div(group.events * 1.0, group.total)


def _notes(group: OneProportion, *more: tuple[Number, str]) -> tuple[Note, ...]:
    return notes_when((group.total == 0, "the group is empty: the proportion does not exist"), *more)


def _outside(lower: Number, upper: Number) -> tuple[Number, str]:
    """The note on a limit below 0 or above 1, which is given as computed."""
    ns = namespace(lower, upper)
    return ns.either(lower < 0, upper > 1), "a limit is outside 0 to 1: some software prints 0 or 1 in its place"


def _score_lower(x: Number, n: Number, z: float) -> Number:
    """The smaller root p of (x - n p)^2 = z^2 n p (1 - p)."""
    ns = namespace(x, n)
    # From the product of the roots: exactly 0 at x = 0, and no loss of figures when x/n is small.
    p = ns.div(x * 1.0, n)
    return ns.div(p * x, x + z * z / 2 + z * ns.sqrt(p * (n - x) + z * z / 4))


def _score_upper(x: Number, n: Number, z: float) -> Number:
    """The larger root p of (x - n p)^2 = z^2 n p (1 - p), exactly 1 at x = n."""
    ns = namespace(x, n)
    p = ns.div(x * 1.0, n)
    return ns.where(x == n, p, ns.div(x + z * z / 2 + z * ns.sqrt(p * (n - x) + z * z / 4), n + z * z))


@estimator(
    MEASURE,
    "wilson",
    name="Wilson score interval",
    reference="Wilson 1927",
    software=(
        "R prop.test, correct=FALSE",
        "SAS PROC FREQ, binomial(cl=wilson)",
        "Stata ci proportions, wilson",
        "epitools binom.wilson",
        "epiR epi.conf",
        "statsmodels proportion_confint, wilson",
        "DescTools BinomCI",
    ),
    formula="p = x/n;  limits = (x + z^2/2 -+ z*sqrt(x*(n-x)/n + z^2/4)) / (n + z^2)",
    default=True,
    advice="good coverage for every n, also near 0 and 1; the choice when nothing else is asked",
)
def wilson(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Wilson's score interval without continuity correction (Wilson 1927; Brown, Cai & DasGupta 2001, section 3.1.1).

    Also known as the score interval. It inverts the score test of one proportion and stays within 0 to 1.
    """
    z = z_for(conf)
    lower, upper = _score_lower(group.events, group.total, z), _score_upper(group.events, group.total, z)
    return Estimate(sample_proportion(group), lower, upper, conf, notes=_notes(group))


@estimator(
    MEASURE,
    "wilson-cc",
    name="Wilson score interval, continuity-corrected",
    reference="Wilson 1927; Newcombe 1998",
    software=(
        "R prop.test (but uncorrected where x = n/2)",
        "SAS PROC FREQ, binomial(cl=wilson(correct))",
        "VassarStats",
    ),
    formula="lower = (m + z^2/2 - z*sqrt(m*(n-m)/n + z^2/4)) / (n + z^2) with m = x - 1/2, 0 when x = 0;  "
    "upper = (m + z^2/2 + z*sqrt(m*(n-m)/n + z^2/4)) / (n + z^2) with m = x + 1/2, 1 when x = n",
    advice="near the Clopper-Pearson interval, conservative",
)
def wilson_cc(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Wilson's score interval with continuity correction (Newcombe 1998, Stat Med 17:857, method 4).

    It inverts the score test with 1/2 taken off the difference of observed and expected events. R's prop.test takes off
    no more than the difference from n/2, its default null, which is nothing where x = n/2 exactly: there it prints the
    interval without correction.
    """
    ns = namespace(group.events, group.total)
    x, n, z = group.events, group.total, z_for(conf)
    p = sample_proportion(group)
    edge = 0.0 * p
    lower = ns.where(x == 0, edge, _score_lower(ns.maximum(x - 0.5, 0.0), n, z))
    upper = ns.where(x == n, edge + 1, _score_upper(ns.minimum(x + 0.5, n), n, z))
    return Estimate(p, lower, upper, conf, notes=_notes(group))


def _beta_quantile(q: float, a: Number, b: Number) -> Number:
    """The q quantile of the beta distribution, element by element."""
    from scipy.special import betaincinv

    quantile = betaincinv(a, b, q)
    return float(quantile) if namespace(a, b) is Scalars else quantile


def _beta_limits(group: OneProportion, conf: float, before: float, after: float) -> Estimate:
    """Lower tail of beta(x + before, n-x + after), upper tail of beta(x + after, n-x + before); 0 and 1 at the ends."""
    ns = namespace(group.events, group.total)
    x, others, tail = group.events, group.others, (1 - conf) / 2
    p = sample_proportion(group)
    edge = 0.0 * p  # 0, or nan in an empty group
    lower = ns.where(x == 0, edge, _beta_quantile(tail, x + before, others + after))
    upper = ns.where(others == 0, edge + 1, _beta_quantile(1 - tail, x + after, others + before))
    return Estimate(p, lower, upper, conf, notes=_notes(group))


@estimator(
    MEASURE,
    "clopper-pearson",
    name="Clopper-Pearson exact interval",
    reference="Clopper & Pearson 1934",
    software=(
        "R binom.test",
        "Stata ci proportions",
        "SAS PROC FREQ, binomial (exact limits)",
        "epitools binom.exact",
        "MedCalc",
        "statsmodels proportion_confint, beta",
    ),
    formula="p = x/n;  lower = (1-conf)/2 quantile of beta(x, n-x+1);  upper = (1+conf)/2 quantile of beta(x+1, n-x)",
    advice="coverage never below nominal, hence wide; the exact interval that most papers mean",
)
def clopper_pearson(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Exact interval of central binomial tails (Clopper & Pearson 1934; Brown, Cai & DasGupta 2001, section 4.2.1).

    Each limit makes one binomial tail equal to (1 - conf)/2; it inverts the doubled one-sided binomial test. The lower
    limit is 0 when there is no event, the upper 1 when all have it.
    """
    return _beta_limits(group, conf, 0.0, 1.0)


def _share(odds: Number) -> Number:
    """odds / (1 + odds); 1 for infinite odds."""
    ns = namespace(odds)
    return ns.where(odds == math.inf, 1.0, ns.div(odds, 1 + odds))


@estimator(
    MEASURE,
    "mid-p",
    name="mid-P exact interval",
    reference="Lancaster 1961; Berry & Armitage 1995",
    software=(
        "OpenEpi",
        "SAS PROC FREQ, binomial(cl=midp)",
        "PropCIs midPci",
        "exactci binom.exact, midp=TRUE",
    ),
    formula="lower: P(X > x) + P(X = x)/2 = (1-conf)/2;  upper: P(X < x) + P(X = x)/2 = (1-conf)/2;  X binomial(n, p)",
    advice="coverage close to nominal, narrower than Clopper-Pearson; a good exact-type interval for small n",
)
def mid_p(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Interval of binomial mid-P tails (Lancaster 1961; Berry & Armitage 1995; Newcombe 1998, method 6).

    As clopper-pearson with half the probability of the observed count; it inverts the doubled mid-P test (mid-p). With
    no event the lower limit is 0 and the upper 1 - (1 - conf)^(1/n).
    """
    p = sample_proportion(group)
    lower, upper = mid_p_odds(group.events, group.others, conf)
    edge = 0.0 * p  # nan in an empty group
    return Estimate(p, _share(lower) + edge, _share(upper) + edge, conf, notes=_notes(group))


_HOLES = "the test keeps values that do not adjoin: the interval is the smallest that holds them all"


def _of_confidence_set(group: OneProportion, ordering: Ordering, conf: float) -> Estimate:
    """The interval that holds the confidence set of an exact test; plain numbers only."""
    p = sample_proportion(group)
    if group.total == 0:
        return Estimate(p, math.nan, math.nan, conf, notes=_notes(group))
    lower, upper, holes = confidence_set(int(group.events), int(group.total), ordering, conf)
    return Estimate(p, _share(lower), _share(upper), conf, notes=_notes(group, (holes, _HOLES)))


@estimator(
    MEASURE,
    "blaker",
    name="Blaker exact interval",
    reference="Blaker 2000",
    software=(
        "SAS PROC FREQ, binomial(cl=blaker)",
        "PropCIs blakerci",
        "exactci binom.exact, tsmethod='blaker'",
        "BlakerCI binom.blaker.limits",
    ),
    formula="the values p with P > 1-conf;  P = t + the largest opposite tail that is at most t;  "
    "t = min(P(X <= x), P(X >= x)), X binomial(n, p)",
    closed_form=False,
    advice="coverage never below nominal, and never wider than Clopper-Pearson; small samples",
)
def blaker(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Interval that inverts Blaker's exact test (Blaker 2000, section 2; search as in Klaschka 2010).

    It lies within the Clopper-Pearson interval and grows with confidence. The values that the test keeps may have
    holes, which a note tells; the interval is the smallest that holds them all, as in BlakerCI. Blaker's own S code,
    which some packages use, steps in from the Clopper-Pearson limits and may step over a narrow part. Plain numbers
    only.
    """
    return _of_confidence_set(group, "tail", conf)


@estimator(
    MEASURE,
    "sterne",
    name="Sterne exact interval (minlike)",
    reference="Sterne 1954",
    software=("exactci binom.exact, tsmethod='minlike'",),
    formula="the values p with P > 1-conf;  P = sum of P(X = y) over all y with P(X = y) <= P(X = x), X binomial(n, p)",
    closed_form=False,
    advice="agrees with the P of R binom.test, which R's own interval (clopper-pearson) does not",
)
def sterne(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Interval that inverts the exact test by probabilities not larger than the observed (Sterne 1954; Fay 2010).

    Also known as minlike. The values that the test keeps may have holes, which a note tells; the interval is the
    smallest that holds them all, as in exactci. It does not always grow with confidence on both sides. Plain numbers
    only.
    """
    return _of_confidence_set(group, "probability", conf)


@estimator(
    MEASURE,
    "agresti-coull",
    name="Agresti-Coull interval",
    reference="Agresti & Coull 1998",
    software=(
        "Stata ci proportions, agresti",
        "SAS PROC FREQ, binomial(cl=agresticoull)",
        "statsmodels proportion_confint, agresti_coull",
    ),
    formula="m = n + z^2;  q = (x + z^2/2) / m;  SE = sqrt(q*(1-q)/m);  limits = q -+ z*SE;  estimate x/n",
    advice="simple, close to Wilson for n above 40; too wide near 0 and 1",
)
def agresti_coull(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Wald interval after z^2/2 events and z^2/2 non-events are added (Agresti & Coull 1998).

    Also known as the adjusted Wald or "add two successes and two failures" interval (for 95%); Brown, Cai & DasGupta
    2001, section 3.1.2. The estimate is events over total, not the shrunken centre. Near 0 and 1 a limit falls outside
    0 to 1; it is given as computed, as the source has it, with a note (statsmodels and PropCIs print 0 or 1 instead).
    """
    ns = namespace(group.events, group.total)
    z = z_for(conf)
    p = sample_proportion(group)
    m = group.total + z * z
    centre = (group.events + z * z / 2) / m + 0.0 * p  # nan in an empty group
    se = ns.sqrt(centre * ((group.others + z * z / 2) / m) / m)
    lower, upper = centre - z * se, centre + z * se
    return Estimate(p, lower, upper, conf, se=se, se_scale="plain", notes=_notes(group, _outside(lower, upper)))


@estimator(
    MEASURE,
    "jeffreys",
    name="Jeffreys interval",
    reference="Brown, Cai & DasGupta 2001",
    software=(
        "Stata ci proportions, jeffreys",
        "SAS PROC FREQ, binomial(cl=jeffreys)",
        "statsmodels proportion_confint, jeffreys (not at the ends)",
    ),
    formula="p = x/n;  limits = (1-+conf)/2 quantiles of beta(x + 1/2, n-x + 1/2);  "
    "lower = 0 when x = 0, upper = 1 when x = n",
    advice="equal tails on average, close to mid-P; good for small n",
)
def jeffreys(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Equal-tailed posterior interval from Jeffreys's prior, beta(1/2, 1/2) (Brown, Cai & DasGupta 2001).

    Section 3.1.3 there, with the modification at the ends that they recommend: the lower limit is 0 when there is no
    event, the upper 1 when all have it. Software without it prints a tiny positive lower limit there. The estimate is
    events over total, not the posterior mean.
    """
    return _beta_limits(group, conf, 0.5, 0.5)


def _lower_likelihood(x: Number, y: Number, z: float) -> Number:
    """log of the lower limit over the estimate x/(x + y), at which twice the log likelihood has fallen by z^2."""
    ns = namespace(x, y)
    some, others = ns.where(x == 0, 1, x), ns.where(y == 0, 1, y)

    def excess(u: Number) -> Number:
        # p = (x/n) e^u, so 1 - p = (y/n) (1 - (x/y)(e^u - 1)): logs near 1, whose figures do not cancel
        return -2 * (some * u + others * ns.log1p(-ns.div(some * 1.0, others) * ns.expm1(u))) - z * z

    all_of_them = ns.div(-z * z / 2, some)  # y = 0: n log p = -z^2/2
    return ns.where(y == 0, all_of_them, root(excess, -1 - ns.div(z * z / 2, some * 1.0), 0.0 * some))


@estimator(
    MEASURE,
    "likelihood",
    name="likelihood ratio interval",
    reference="Wilks 1938; Newcombe 1998",
    software=(
        "SAS PROC FREQ, binomial(cl=likelihoodratio)",
        "R confint of a glm without covariates",
        "DescTools BinomCI, lik",
    ),
    formula="limits are the p with 2*(x*log((x/n)/p) + (n-x)*log((1-x/n)/(1-p))) = z^2",
    advice="good coverage away from 0 and 1; what a likelihood profile shows",
)
def likelihood(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Interval of the values that the likelihood ratio test keeps (Newcombe 1998, method 7).

    Also known as the profile likelihood or deviance interval (Brown, Cai & DasGupta 2001, section 4.2.5). With no event
    the lower limit is 0 and the upper 1 - exp(-z^2/(2n)).
    """
    ns = namespace(group.events, group.total)
    x, y, z = group.events, group.others, z_for(conf)
    p = sample_proportion(group)
    edge = 0.0 * p  # nan in an empty group
    lower = ns.where(x == 0, edge, p * ns.exp(_lower_likelihood(x, y, z)))
    # the limit of the non-events, q e^v, taken from 1 without loss where p is small
    upper = ns.where(y == 0, edge + 1, p - ns.div(y * 1.0, group.total) * ns.expm1(_lower_likelihood(y, x, z)))
    return Estimate(p, lower, upper, conf, notes=_notes(group))


_NO_LOGIT = "no events or all events: the logit does not exist (see wilson, clopper-pearson)"


@estimator(
    MEASURE,
    "logit",
    name="logit interval",
    reference="Brown, Cai & DasGupta 2001",
    software=(
        "logistic regression without covariates (Wald)",
        "SAS PROC FREQ, binomial(cl=logit)",
        "DescTools BinomCI, logit",
    ),
    formula="SE = sqrt(n/(x*(n-x)));  limits = 1/(1 + exp(-(log(x/(n-x)) -+ z*SE)))",
    advice="what a logistic regression prints; does not exist at 0 and 1",
)
def logit(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Wald interval of the log odds, transformed back (Brown, Cai & DasGupta 2001, section 4.2.3).

    ``se`` is that of the log odds. Stata's proportion command transforms the same way but uses Student's t and n - 1.
    With no event or all events the interval does not exist.
    """
    ns = namespace(group.events, group.total)
    p = sample_proportion(group)
    odds = ns.div(group.events * 1.0, group.others)
    se = ns.sqrt(ns.div(1.0, group.events) + ns.div(1.0, group.others))
    width = ns.exp(ns.where(se == math.inf, math.nan, z_for(conf) * se))
    missing = (ns.both(group.total > 0, ns.either(group.events == 0, group.others == 0)), _NO_LOGIT)
    return Estimate(
        p,
        _share(odds / width),
        _share(odds * width),
        conf,
        se=ns.where(se == math.inf, math.nan, se),
        se_scale="logit",
        notes=_notes(group, missing),
    )


@estimator(
    MEASURE,
    "arcsine",
    name="arcsine interval (Anscombe)",
    reference="Anscombe 1948; Brown, Cai & DasGupta 2001",
    software=("DescTools BinomCI, arcsine", "contingencytables Arcsine_CI_1x2"),
    formula="limits = sin(arcsin(sqrt((x + 3/8) / (n + 3/4))) -+ z/(2*sqrt(n)))^2",
    advice="in older papers; poor near 0 and 1",
)
def arcsine(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Variance stabilising interval with Anscombe's 3/8 (Anscombe 1948; Brown, Cai & DasGupta 2001, section 4.2.2).

    Also known as the angular interval; the estimate is events over total. ``se`` is that of
    arcsin(sqrt(p)). Where the angle would pass 0 or 90 degrees the limit is 0 or 1, with a note: the bare formula would
    turn back there (DescTools and contingencytables print that). Near 0 and 1 the interval may miss the estimate.
    """
    ns = namespace(group.events, group.total)
    p = sample_proportion(group)
    empty = 0.0 * p
    angle = ns.arcsin(ns.sqrt((group.events + 0.375) / (group.total + 0.75))) + empty
    se = 0.5 * ns.div(1.0, ns.sqrt(group.total * 1.0)) + empty
    low, high = angle - z_for(conf) * se, angle + z_for(conf) * se
    cut = ns.either(low < 0, high > math.pi / 2)
    lower, upper = ns.sin(ns.where(low < 0, 0.0, low)), ns.sin(ns.where(high > math.pi / 2, math.pi / 2, high))
    return Estimate(
        p,
        lower * lower,
        upper * upper,
        conf,
        se=se,
        se_scale="arcsine-sqrt",
        notes=_notes(group, (cut, "the angle passes 0 or 90 degrees: the limit is 0 or 1 there")),
    )


@estimator(
    MEASURE,
    "wald",
    name="Wald interval",
    reference="Laplace 1812; Brown, Cai & DasGupta 2001",
    software=(
        "SAS PROC FREQ, binomial",
        "Stata ci proportions, wald",
        "epitools binom.approx",
        "statsmodels proportion_confint",
    ),
    formula="p = x/n;  SE = sqrt(p*(1-p)/n);  limits = p -+ z*SE",
    advice="in textbooks and many papers; poor coverage for small n and near 0 and 1, advised against",
)
def wald(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Normal approximation with the estimated standard error (Laplace 1812; Brown, Cai & DasGupta 2001, section 2).

    Also known as the standard, asymptotic or normal interval. With no event or all events its width is zero, which a
    note says. Near 0 and 1 a limit falls outside 0 to 1; it is given as computed (as epitools does), with a note
    (statsmodels prints 0 or 1 instead).
    """
    return _wald(group, conf, 0.0)


@estimator(
    MEASURE,
    "wald-cc",
    name="Wald interval, continuity-corrected",
    reference="Newcombe 1998",
    software=("SAS PROC FREQ, binomial(cl=wald(correct))", "contingencytables Wald_CI_CC_1x2"),
    formula="p = x/n;  SE = sqrt(p*(1-p)/n);  limits = p -+ (z*SE + 1/(2*n))",
    advice="little better than wald; advised against",
)
def wald_cc(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Wald's interval widened by 1/(2n) on either side (Newcombe 1998, Stat Med 17:857, method 2).

    Limits outside 0 to 1 are given as computed, with a note.
    """
    return _wald(group, conf, 0.5)


def _wald(group: OneProportion, conf: float, correction: float) -> Estimate:
    ns = namespace(group.events, group.total)
    p = sample_proportion(group)
    se = ns.sqrt(ns.div(p * ns.div(group.others * 1.0, group.total), group.total))
    half = z_for(conf) * se + ns.div(correction, group.total)
    lower, upper = p - half, p + half
    flat = ns.both(group.total > 0, ns.either(group.events == 0, group.others == 0))
    said = "no events or all events: the standard error is 0 and the interval has no width"
    if correction:
        said += " but the correction"
    return Estimate(
        p, lower, upper, conf, se=se, se_scale="plain", notes=_notes(group, (flat, said), _outside(lower, upper))
    )


def rule_of_three(group: OneProportion, conf: float = 0.95) -> tuple[Value, ...]:
    """What no event (or nothing but events) in one group allows: the rule of three, and the exact one-sided limit.

    The rule says that with 95% confidence the proportion is below 3/n (Hanley & Lippman-Hand 1983, JAMA 249:1743); at
    another level 3 becomes -log(1 - conf). Exact is 1 - (1 - conf)^(1/n), the one-sided Clopper-Pearson limit. Where
    all have the event the same is said of those without, so the limits are lower ones. Proportions; plain numbers only;
    nothing for any other group.
    """
    n, all_of_them = group.total, group.others == 0
    if n == 0 or not (group.events == 0 or all_of_them):
        return ()
    side = "lower" if all_of_them else "upper"
    percent = f"{100 * conf:.10g}%"
    factor = 3.0 if abs(conf - 0.95) < 1e-12 else -math.log1p(-conf)
    quick, exact = factor / n, -math.expm1(math.log1p(-conf) / n)
    # the exact limit of the events where there are nothing but events: (1 - conf)^(1/n)
    shown = (1 - quick, math.exp(math.log1p(-conf) / n)) if all_of_them else (quick, exact)
    formula = f"{factor:.4g}/n, one-sided {percent} {side} limit"
    return (
        Value(
            "rule of three",
            shown[0] if quick <= 1 else None,
            "proportion",
            (f"1 - {formula}" if all_of_them else formula) if quick <= 1 else f"{formula}: n is too small for it",
        ),
        Value(f"exact {side} limit", shown[1], "proportion", f"one-sided {percent}, Clopper-Pearson"),
    )
