"""One proportion: events out of a total, with its confidence interval."""

from __future__ import annotations

from dataclasses import dataclass

from .namespace import Scalars, namespace, z_for
from .registry import estimator
from .results import Estimate, Note, Number, notes_when

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
    ),
    formula="p = x/n;  limits = (x + z^2/2 -+ z*sqrt(x*(n-x)/n + z^2/4)) / (n + z^2)",
    default=True,
    advice="good coverage for every n, also near 0 and 1; the choice when nothing else is asked",
)
def wilson(group: OneProportion, conf: float = 0.95) -> Estimate:
    """Wilson's score interval without continuity correction (Wilson 1927; Brown, Cai & DasGupta 2001, section 3.1.1).

    Also known as the score interval. It inverts the score test of one proportion and stays within 0 to 1.
    """
    ns = namespace(group.events, group.total)
    x, n, z = group.events, group.total, z_for(conf)
    p = sample_proportion(group)
    half = z * ns.sqrt(p * group.others + z * z / 4)
    # The lower root from the product of the roots: exactly 0 at x = 0, and no loss of figures when x/n is small.
    lower = ns.div(p * x, x + z * z / 2 + half)
    upper = ns.where(x == n, ns.div(n * 1.0, n), ns.div(x + z * z / 2 + half, n + z * z))
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
    ns = namespace(group.events, group.total)
    z = z_for(conf)
    p = sample_proportion(group)
    se = ns.sqrt(ns.div(p * ns.div(group.others * 1.0, group.total), group.total))
    lower, upper = p - z * se, p + z * se
    none_or_all = ns.both(group.total > 0, ns.either(group.events == 0, group.others == 0))
    return Estimate(
        p,
        lower,
        upper,
        conf,
        se=se,
        se_scale="plain",
        notes=_notes(
            group,
            (none_or_all, "no events or all events: the standard error is 0 and the interval has no width"),
            _outside(lower, upper),
        ),
    )
