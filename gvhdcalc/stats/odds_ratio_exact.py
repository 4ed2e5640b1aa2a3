"""The odds ratio of a 2x2 table given its margins: conditional estimates and exact and mid-P intervals.

Which interval goes with which test (``independence.py``): conditional-exact with fisher-central, minlike with fisher,
blaker with fisher-blaker, mid-p and median-unbiased with fisher-mid-p, baptista-pike with fisher, baptista-pike-mid-p
with fisher-minlike-mid-p.
"""

from __future__ import annotations

from .confidence_set import Ordering, confidence_set
from .namespace import namespace
from .noncentral_hypergeometric import conditional
from .odds_ratio import MEASURE, sample_odds_ratio
from .registry import estimator
from .results import Estimate, Number, notes_when
from .two_by_two import TwoByTwo

_DEGENERATE = "the margins leave no other table: the counts say nothing of the odds ratio"
_HOLES = (
    "the odds ratios that the test does not reject have gaps between them: the interval is the smallest that holds "
    "all, and a value inside it may be rejected"
)
_AT_ONE = "a limit is exactly 1, and the limit belongs to the interval: an odds ratio of 1 is not rejected"
_EMPTY = "at so low a level the test keeps no odds ratio about the estimate: the interval does not exist"


def _central(table: TwoByTwo, conf: float, weight: float) -> Estimate:
    given = conditional(table)
    lower, upper = given.limits(conf, weight)
    return Estimate(given.maximum_likelihood(), lower, upper, conf, notes=notes_when((given.degenerate, _DEGENERATE)))


def _inverted(
    table: TwoByTwo, estimate: Number, conf: float, ordering: Ordering, weight: float, at_one: Number
) -> Estimate:
    """The interval of a confidence set; ``at_one`` is the P of its test at an odds ratio of 1, or None."""
    ns = namespace(table.a)
    lower, upper, holes, empty = confidence_set(table, ordering, conf, weight)
    notes = [(conditional(table).degenerate, _DEGENERATE), (holes, _HOLES), (empty, _EMPTY)]
    if at_one is not None:
        kept = at_one > (1 - conf) * (1 + 1e-12)
        notes.append((ns.both(ns.either(lower == 1, upper == 1), kept), _AT_ONE))
    return Estimate(estimate, lower, upper, conf, notes=notes_when(*notes))


@estimator(
    MEASURE,
    "conditional-exact",
    name="Fisher exact interval (central), conditional MLE",
    reference="Cornfield 1956; Fisher 1962",
    software=("R fisher.test", "Stata cc (exact limits)", "SAS PROC FREQ, exact or", "epitools oddsratio.fisher"),
    formula="OR maximises P(X = a | margins, OR);  lower: P(X >= a | OR) = (1-conf)/2;  "
    "upper: P(X <= a | OR) = (1-conf)/2",
    advice="guaranteed coverage, wide; small samples",
)
def conditional_exact(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Conditional maximum likelihood odds ratio with the exact central interval (Cornfield 1956; Fisher 1962).

    Each limit makes a one-sided Fisher P equal to (1 - conf)/2, the Clopper-Pearson type of tail; the interval inverts
    the doubled-tail Fisher test (``fisher-central``), not R's two-sided P.
    """
    return _central(table, conf, 1.0)


@estimator(
    MEASURE,
    "mid-p",
    name="mid-P exact interval, conditional MLE",
    reference="Lancaster 1961; Hirji, Tan & Elashoff 1991",
    software=("OpenEpi", "exact2x2, midp=TRUE"),
    formula="lower: P(X > a | OR) + P(X = a | OR)/2 = (1-conf)/2;  upper: P(X < a | OR) + P(X = a | OR)/2 = (1-conf)/2",
    advice="close to nominal coverage; small samples",
)
def mid_p(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Conditional maximum likelihood odds ratio with the mid-P interval (Lancaster 1961; Hirji, Tan & Elashoff 1991).

    As conditional-exact with half the probability of the observed table, also known as Cornfield mid-P; inverts
    ``fisher-mid-p``.
    """
    return _central(table, conf, 0.5)


@estimator(
    MEASURE,
    "median-unbiased",
    name="mid-P exact interval, median-unbiased estimate",
    reference="Hirji, Tsiatis & Mehta 1989; Rothman & Greenland 1998",
    software=("epitools oddsratio and oddsratio.midp",),
    formula="OR: P(X <= a | OR) = P(X >= a | OR);  lower: P(X > a | OR) + P(X = a | OR)/2 = (1-conf)/2;  "
    "upper: P(X < a | OR) + P(X = a | OR)/2 = (1-conf)/2",
    advice="as mid-p, with the estimate that the mid-P interval shrinks to",
)
def median_unbiased(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Median-unbiased odds ratio, where both one-sided P are equal, with the mid-P interval (Hirji et al. 1989).

    The three figures of epitools oddsratio.midp. 0 or infinity at the ends of the support, where some programs print
    the median-unbiased estimate of one tail instead (Hirji, Tsiatis & Mehta 1989, section 3).
    """
    given = conditional(table)
    lower, upper = given.limits(conf, 0.5)
    return Estimate(given.median_unbiased(), lower, upper, conf, notes=notes_when((given.degenerate, _DEGENERATE)))


@estimator(
    MEASURE,
    "minlike",
    name="minlike exact interval, conditional MLE",
    reference="Sterne 1954; Baptista & Pike 1977; Fay 2010",
    software=("exact2x2, tsmethod='minlike'",),
    formula="all OR with P > 1-conf, P = sum of P(X = x | OR) over all x with P(X = x | OR) <= P(X = a | OR)",
    advice="guaranteed coverage, narrower than conditional-exact; agrees with the P of R's fisher.test",
)
def minlike(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Conditional maximum likelihood odds ratio with the interval that inverts R's two-sided Fisher test (Fay 2010).

    The odds ratios whose two-sided P (``fisher``) is above 1 - conf need not be all there are between two limits: where
    they have gaps, the limits are those of the smallest interval that holds them, and a note says so.
    """
    given = conditional(table)
    return _inverted(table, given.maximum_likelihood(), conf, "minlike", 1.0, given.no_more_likely())


@estimator(
    MEASURE,
    "blaker",
    name="Blaker exact interval, conditional MLE",
    reference="Blaker 2000; Fay 2010",
    software=("exact2x2, tsmethod='blaker'",),
    formula="all OR with P > 1-conf, P = smaller tail at a + largest opposite tail not above it",
    advice="guaranteed coverage, always inside conditional-exact; agrees with fisher-blaker",
)
def blaker(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Conditional maximum likelihood odds ratio with the interval that inverts Blaker's test (Blaker 2000, section 2).

    Never wider than conditional-exact at the same level. Where the odds ratios that are not rejected have gaps, the
    limits are those of the smallest interval that holds them, and a note says so (Fay 2010).
    """
    given = conditional(table)
    return _inverted(table, given.maximum_likelihood(), conf, "blaker", 1.0, given.acceptability())


@estimator(
    MEASURE,
    "baptista-pike",
    name="Baptista-Pike exact interval",
    reference="Baptista & Pike 1977; Fagerland, Lydersen & Laake 2015",
    software=("contingencytables", "ORCI BPexact.CI", "Stata merci"),
    formula="all OR with P > 1-conf, P = sum of P(X = x | OR) over all x with P(X = x | OR) <= P(X = a | OR)",
    advice="guaranteed coverage, narrower than conditional-exact",
)
def baptista_pike(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Sample odds ratio with the exact interval of Baptista & Pike (1977, Applied Statistics 26:214-220, AS 115).

    Acceptance regions are filled with the most probable tables first (Sterne 1954), which inverts Fisher's two-sided
    test: the limits are those of ``minlike``. Programs that search for a root of P = 1 - conf may stop at an inner one
    where the odds ratios that are not rejected have gaps.
    """
    at_one = conditional(table).no_more_likely()
    return _inverted(table, sample_odds_ratio(table), conf, "minlike", 1.0, at_one)


@estimator(
    MEASURE,
    "baptista-pike-mid-p",
    name="Baptista-Pike mid-P interval",
    reference="Baptista & Pike 1977; Fagerland 2012; Fagerland, Lydersen & Laake 2015",
    software=("contingencytables", "ORCI BPmidp.CI", "Stata merci"),
    formula="all OR with P > 1-conf, P = sum of P(X = x | OR) over all x with P(X = x | OR) <= P(X = a | OR), "
    "less P(X = a | OR)/2",
    advice="close to nominal coverage; recommended by Fagerland, Lydersen & Laake for small and middle samples",
)
def baptista_pike_mid_p(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Sample odds ratio with the mid-P version of Baptista & Pike's interval (Fagerland 2012, Stata Journal 12:505).

    As ``baptista-pike`` with half the probability of the observed table; inverts ``fisher-minlike-mid-p`` but for
    tables as probable as the observed one, which count whole. Programs that search for a root may stop at an inner one
    where the odds ratios that are not rejected have gaps.
    """
    return _inverted(table, sample_odds_ratio(table), conf, "minlike", 0.5, None)
