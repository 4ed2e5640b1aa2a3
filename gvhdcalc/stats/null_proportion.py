"""Tests of one proportion against a null value: exact, mid-P, score, Wald and likelihood ratio.

Each takes the group, the null proportion (0 < null < 1) and the alternative: "two-sided", "greater" (the proportion is
above the null) or "less". A one-sided result has ``sides`` 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from .binomial import at_least, at_most, doubled, doubled_mid_p, no_more_likely
from .binomial_confidence_set import acceptability
from .namespace import namespace
from .proportion import MEASURE, OneProportion, sample_proportion
from .registry import test
from .results import Note, Number, TestResult, notes_when

TWO_SIDED, GREATER, LESS = ALTERNATIVES = ("two-sided", "greater", "less")


def _check(null: Number, alternative: str) -> None:
    if not namespace(null).every((null > 0) & (null < 1)):
        shown = f", not {null:.10g}" if isinstance(null, (int, float)) else ""
        raise ValueError(f"a null proportion must be strictly between 0 and 1{shown}")
    if alternative not in ALTERNATIVES:
        raise ValueError(f"alternative {alternative!r} is not one of {', '.join(ALTERNATIVES)}")


def _notes(group: OneProportion, *more: tuple[Number, str]) -> tuple[Note, ...]:
    return notes_when((group.total == 0, "the group is empty: there is nothing to test"), *more)


def _result(group: OneProportion, p: Number, alternative: str) -> TestResult:
    """A test without a statistic."""
    some = namespace(group.total).where(group.total == 0, math.nan, p)
    return TestResult(p=some, sides=2 if alternative == TWO_SIDED else 1, notes=_notes(group))


def _normal(group: OneProportion, z: Number, alternative: str, *more: tuple[Number, str]) -> TestResult:
    """The test of a standard normal statistic."""
    ns = namespace(z)
    if alternative == TWO_SIDED:
        p, sides = ns.two_sided(z), 2
    else:
        p, sides = ns.norm_sf(z if alternative == GREATER else -z), 1
    return TestResult(p=p, statistic=z, sides=sides, notes=_notes(group, *more))


def _exact(
    group: OneProportion, null: float, alternative: str, two_sided: Callable[[int, int, float, float], float]
) -> TestResult:
    """The binomial tail, or this two-sided P of x, n, p and 1 - p; plain numbers only."""
    _check(null, alternative)
    x, n = int(group.events), int(group.total)
    if alternative == GREATER:
        p = float(at_least(x, n, null, 1 - null))
    elif alternative == LESS:
        p = float(at_most(x, n, null, 1 - null))
    else:
        p = two_sided(x, n, null, 1 - null)
    return _result(group, p, alternative)


@test(
    MEASURE,
    "exact",
    name="exact binomial test",
    reference="Clopper & Pearson 1934; Fay 2010",
    software=("R binom.test", "Stata bitest", "scipy binomtest", "statsmodels binom_test"),
    formula="P = sum of P(X = y) over all y with P(X = y) <= P(X = x), X binomial(n, p0);  "
    "one-sided P(X >= x) or P(X <= x)",
    default=True,
    closed_form=False,
    advice="the exact test that most papers mean; its P agrees with the interval sterne, not with clopper-pearson",
)
def exact(group: OneProportion, null: float, alternative: str = TWO_SIDED) -> TestResult:
    """Exact binomial test, two-sided by the sum of the probabilities not larger than that of the observed count.

    Also known as minlike (Fay 2010). Ties count within a relative tolerance of 1e-7, as in R binom.test. Raises
    ValueError for a null not between 0 and 1. Plain numbers only.
    """
    return _exact(group, null, alternative, no_more_likely)


@test(
    MEASURE,
    "exact-central",
    name="exact binomial test, doubled one-sided",
    reference="Clopper & Pearson 1934",
    software=("SAS PROC FREQ, exact binomial", "SPSS NPAR TESTS binomial", "exactci binom.exact"),
    formula="P = min(1, 2*min(P(X <= x), P(X >= x))), X binomial(n, p0);  one-sided P(X >= x) or P(X <= x)",
    advice="agrees with the Clopper-Pearson interval",
)
def exact_central(group: OneProportion, null: Number, alternative: str = TWO_SIDED) -> TestResult:
    """Exact binomial test with the smaller one-sided P doubled; agrees with the interval clopper-pearson."""
    _check(null, alternative)
    x, n, q = group.events, group.total, 1 - null
    if alternative == TWO_SIDED:
        p = doubled(x, n, null, q)
    else:
        p = at_least(x, n, null, q) if alternative == GREATER else at_most(x, n, null, q)
    return _result(group, p, alternative)


@test(
    MEASURE,
    "blaker",
    name="Blaker exact test",
    reference="Blaker 2000",
    software=("exactci binom.exact, tsmethod='blaker'",),
    formula="P = t + the largest opposite tail that is at most t;  t = min(P(X <= x), P(X >= x)), X binomial(n, p0);  "
    "one-sided P(X >= x) or P(X <= x)",
    closed_form=False,
    advice="never above the doubled P; agrees with the Blaker interval",
)
def blaker(group: OneProportion, null: float, alternative: str = TWO_SIDED) -> TestResult:
    """Blaker's exact test: the smaller tail and the largest opposite one not above it (Blaker 2000, section 2).

    Agrees with the interval blaker. Tails count as equal within a relative tolerance of 1e-7. One-sided it is the
    binomial tail, as all exact tests. Plain numbers only.
    """
    return _exact(group, null, alternative, acceptability)


@test(
    MEASURE,
    "mid-p",
    name="binomial mid-P test",
    reference="Lancaster 1961; Berry & Armitage 1995",
    software=("OpenEpi", "SAS PROC FREQ, exact binomial (mid p)", "exactci binom.exact, midp=TRUE"),
    formula="P = min(1, 2*(min(P(X < x), P(X > x)) + P(X = x)/2)), X binomial(n, p0);  "
    "one-sided P(X > x) + P(X = x)/2 or P(X < x) + P(X = x)/2",
    advice="less conservative than the exact tests; agrees with the mid-P interval",
)
def mid_p(group: OneProportion, null: Number, alternative: str = TWO_SIDED) -> TestResult:
    """Mid-P version of the exact test, the smaller one-sided one doubled (Lancaster 1961; Berry & Armitage 1995)."""
    _check(null, alternative)
    x, n, q = group.events, group.total, 1 - null
    if alternative == TWO_SIDED:
        p = doubled_mid_p(x, n, null, q)
    elif alternative == GREATER:
        p = (at_least(x, n, null, q) + at_least(x + 1, n, null, q)) / 2
    else:
        p = (at_most(x, n, null, q) + at_most(x - 1, n, null, q)) / 2
    return _result(group, p, alternative)


def _score(group: OneProportion, null: Number, alternative: str, correction: float) -> TestResult:
    _check(null, alternative)
    ns = namespace(group.events, group.total, null)
    off = group.events - group.total * null
    off = off - ns.sign(off) * ns.minimum(correction, abs(off))
    return _normal(group, ns.div(off, ns.sqrt(group.total * null * (1 - null))), alternative)


@test(
    MEASURE,
    "score",
    name="score test (z)",
    reference="Wilson 1927; Agresti 2013",
    software=(
        "R prop.test, correct=FALSE (X-squared = z^2)",
        "SAS PROC FREQ, binomial (asymptotic)",
        "Stata prtest",
    ),
    formula="z = (x - n*p0) / sqrt(n*p0*(1-p0));  chi2 = z^2",
    default=True,
    advice="good for n*p0 and n*(1-p0) above 5; agrees with the Wilson interval",
)
def score(group: OneProportion, null: Number, alternative: str = TWO_SIDED) -> TestResult:
    """Score test, the standard error being that under the null (Agresti 2013, section 1.4.1).

    Also known as the z test or the one-sample chi-square: z^2 is the chi-square of observed and expected counts, 1 df.
    Agrees with the interval wilson. Raises ValueError for a null not between 0 and 1.
    """
    return _score(group, null, alternative, 0.0)


@test(
    MEASURE,
    "score-cc",
    name="score test, continuity-corrected",
    reference="Yates 1934; Fleiss, Levin & Paik 2003",
    software=("R prop.test (X-squared = z^2)", "SAS PROC FREQ, binomial(correct)"),
    formula="z = (|x - n*p0| - 1/2) / sqrt(n*p0*(1-p0)) with the sign of x - n*p0, 0 where |x - n*p0| < 1/2",
    advice="near the exact test; agrees with the corrected Wilson interval",
)
def score_cc(group: OneProportion, null: Number, alternative: str = TWO_SIDED) -> TestResult:
    """Score test with 1/2 taken off the difference, at most all of it (Fleiss, Levin & Paik 2003, section 2.2).

    As R prop.test. Agrees with the interval wilson-cc.
    """
    return _score(group, null, alternative, 0.5)


def _wald(group: OneProportion, null: Number, alternative: str, correction: float) -> TestResult:
    _check(null, alternative)
    ns = namespace(group.events, group.total, null)
    x, y, n = group.events, group.others, group.total
    off = x - n * null
    off = off - ns.sign(off) * ns.minimum(correction, abs(off))
    error = ns.sqrt(ns.div(x * 1.0, n) * y)
    flat = ns.both(n > 0, error == 0)
    z = ns.div(off, ns.where(error == 0, math.nan, error))
    none = (flat, "no events or all events: the standard error is 0 and the test does not exist")
    return _normal(group, z, alternative, none)


@test(
    MEASURE,
    "wald",
    name="Wald test",
    reference="Wald 1943; Agresti 2013",
    software=(
        "statsmodels proportions_ztest",
        "SAS PROC FREQ, binomial(var=sample)",
        "contingencytables Wald_test_1x2",
    ),
    formula="z = (x/n - p0) / sqrt((x/n)*(1-x/n)/n)",
    advice="poor for small n and near 0 and 1, advised against; agrees with the Wald interval",
)
def wald(group: OneProportion, null: Number, alternative: str = TWO_SIDED) -> TestResult:
    """Wald test, the standard error being that of the estimate (Agresti 2013, section 1.4.1); agrees with wald.

    Does not exist with no event or all events, where the standard error is 0.
    """
    return _wald(group, null, alternative, 0.0)


@test(
    MEASURE,
    "wald-cc",
    name="Wald test, continuity-corrected",
    reference="Fagerland, Lydersen & Laake 2017",
    software=("SAS PROC FREQ, binomial(var=sample correct)", "contingencytables Wald_test_CC_1x2"),
    formula="z = (|x/n - p0| - 1/(2*n)) / sqrt((x/n)*(1-x/n)/n) with the sign of x/n - p0, 0 where |x - n*p0| < 1/2",
    advice="as wald",
)
def wald_cc(group: OneProportion, null: Number, alternative: str = TWO_SIDED) -> TestResult:
    """Wald test with 1/(2n) taken off the difference (Fagerland, Lydersen & Laake 2017, chapter 2).

    Agrees with the interval wald-cc.
    """
    return _wald(group, null, alternative, 0.5)


@test(
    MEASURE,
    "likelihood-ratio",
    name="likelihood ratio test",
    reference="Wilks 1938; Agresti 2013",
    software=("R anova of glm, test='LRT'", "contingencytables LR_test_1x2"),
    formula="chi2 = 2*(x*log(x/(n*p0)) + (n-x)*log((n-x)/(n*(1-p0))));  "
    "one-sided z = sqrt(chi2) with the sign of x/n - p0",
    advice="agrees with the likelihood interval",
)
def likelihood_ratio(group: OneProportion, null: Number, alternative: str = TWO_SIDED) -> TestResult:
    """Likelihood ratio test, 1 df (Wilks 1938; Agresti 2013, section 1.4.1); one-sided by its signed root.

    Agrees with the interval likelihood. An absent event or non-event contributes nothing.
    """
    _check(null, alternative)
    ns = namespace(group.events, group.total, null)
    x, y, n = group.events, group.others, group.total
    off = x - n * null

    def term(count: Number, change: Number, share: Number) -> Number:
        # log1p of the relative difference: the two terms cancel, their logs must not have lost figures before
        return ns.where(count == 0, 0.0, count * ns.log1p(ns.div(change, n * share)))

    statistic = ns.maximum(2 * (term(x, off, null) + term(y, -off, 1 - null)), 0.0) + 0.0 * sample_proportion(group)
    if alternative != TWO_SIDED:
        return _normal(group, ns.sign(off) * ns.sqrt(statistic), alternative)
    return TestResult(p=ns.chi2_sf(statistic), statistic=statistic, df=1, notes=_notes(group))
