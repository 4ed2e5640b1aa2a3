"""Tests of conditional independence in strata: within each, is the event as frequent in one arm as in the other?"""

from __future__ import annotations

from collections.abc import Callable

from .common_odds_ratio import peto_sums
from .conditional_sum import ConditionalSum, NormalSum, conditional_sum
from .namespace import namespace
from .registry import test
from .results import Note, Number, TestResult, notes_when
from .strata import Strata, each

#: The name under which the tests that all pooled measures share are registered: that of this file.
CONDITIONAL_INDEPENDENCE = "conditional independence"

_EMPTY = "no stratum has both arms, events and non-events: the test does not exist"
_NORMAL = "the counts are too large for the exact distribution: its normal approximation is used"


def _chi_square(distance: Number, variance: Number, *notes: tuple[Number, str]) -> TestResult:
    ns = namespace(variance)
    statistic = ns.div(distance * distance, variance)
    return TestResult(
        p=ns.chi2_sf(statistic), statistic=statistic, df=1, notes=notes_when((variance == 0, _EMPTY), *notes)
    )


@test(
    CONDITIONAL_INDEPENDENCE,
    "cmh",
    name="Cochran-Mantel-Haenszel chi-square",
    reference="Cochran 1954; Mantel & Haenszel 1959",
    software=(
        "SAS PROC FREQ, cmh",
        "Stata cc and cs, by()",
        "R mantelhaen.test, correct=FALSE",
        "statsmodels StratifiedTable",
        "OpenEpi",
    ),
    formula="OE = sum(a - n1*(a+c)/N);  V = sum(n1*n0*(a+c)*(b+d)/(N^2*(N-1)));  chi2 = OE^2/V",
    default=True,
)
def cmh(strata: Strata) -> TestResult:
    """Cochran-Mantel-Haenszel chi-square without continuity correction, 1 df (Mantel & Haenszel 1959).

    With one stratum it is (N-1)/N times Pearson's chi-square. A stratum of one patient says nothing.
    """
    t = peto_sums(strata)
    return _chi_square(t["OE"], t["V"])


@test(
    CONDITIONAL_INDEPENDENCE,
    "cmh-cc",
    name="Cochran-Mantel-Haenszel chi-square, continuity-corrected",
    reference="Mantel & Haenszel 1959",
    software=("R mantelhaen.test", "SPSS CROSSTABS, cmh", "metafor rma.mh"),
    formula="OE = sum(a - n1*(a+c)/N);  V = sum(n1*n0*(a+c)*(b+d)/(N^2*(N-1)));  chi2 = (|OE| - 1/2)^2/V",
)
def cmh_cc(strata: Strata) -> TestResult:
    """Cochran-Mantel-Haenszel chi-square with continuity correction, 1 df (Mantel & Haenszel 1959).

    As R mantelhaen.test: a deviation of less than 1/2 is not corrected at all.
    """
    t = peto_sums(strata)
    ns = namespace(t["V"])
    size = abs(t["OE"])
    small = size < 0.5
    note = "observed and expected differ by less than 1/2: not corrected, as in R mantelhaen.test"
    return _chi_square(size - ns.where(small, 0.0, 0.5), t["V"], (ns.both(small, t["V"] > 0), note))


def _by_sum(strata: Strata, p: Callable[[ConditionalSum | NormalSum], float]) -> TestResult:
    def one(analysis: Strata) -> tuple[float, ...]:
        given = conditional_sum(analysis)
        return p(given), not given.exact

    found, normal = each(one, strata, 2)
    notes: tuple[Note, ...] = notes_when((normal == 1, _NORMAL))
    return TestResult(p=found, notes=notes)


@test(
    CONDITIONAL_INDEPENDENCE,
    "cmh-exact",
    name="exact conditional test, two-sided",
    reference="Birch 1964; Mehta, Patel & Gray 1985",
    software=("R mantelhaen.test, exact=TRUE",),
    formula="T = sum(a);  P = sum of P(T = x | margins) over all x with P(T = x) <= P(T = t)",
    closed_form=False,
)
def cmh_exact(strata: Strata) -> TestResult:
    """Exact conditional test of no association, two-sided by the sum of the probabilities not larger than the observed.

    Ties count within a relative tolerance of 1e-7, as in R mantelhaen.test. One stratum gives Fisher's exact test.
    """
    return _by_sum(strata, lambda given: given.no_more_likely())


def _doubled(given: ConditionalSum | NormalSum, weight: float) -> float:
    less, equal, more = given.tails()
    return min(1.0, 2 * (min(less, more) + weight * equal))


@test(
    CONDITIONAL_INDEPENDENCE,
    "cmh-exact-central",
    name="exact conditional test, doubled one-sided",
    reference="Birch 1964; Mehta, Patel & Gray 1985",
    software=("OpenEpi", "StatXact (2 x one-sided)"),
    formula="T = sum(a);  P = min(1, 2*min(P(T <= t), P(T >= t)))",
    closed_form=False,
)
def cmh_exact_central(strata: Strata) -> TestResult:
    """Exact conditional test with the smaller one-sided P doubled; agrees with the conditional exact interval."""
    return _by_sum(strata, lambda given: _doubled(given, 1.0))


@test(
    CONDITIONAL_INDEPENDENCE,
    "cmh-mid-p",
    name="exact conditional mid-P, doubled one-sided",
    reference="Lancaster 1961; Mehta, Patel & Gray 1985",
    software=("OpenEpi",),
    formula="T = sum(a);  P = min(1, 2*(min(P(T < t), P(T > t)) + P(T = t)/2))",
    closed_form=False,
)
def cmh_mid_p(strata: Strata) -> TestResult:
    """Mid-P of the exact conditional test, the smaller one-sided one doubled; agrees with the mid-P interval."""
    return _by_sum(strata, lambda given: _doubled(given, 0.5))
