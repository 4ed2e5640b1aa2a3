"""Tests of independence in a 2x2 table: is the event as frequent in one arm as in the other?"""

from __future__ import annotations

from .namespace import namespace
from .noncentral_hypergeometric import conditional, doubled_p, one_sided_p
from .odds_ratio import MEASURE as ODDS_RATIO
from .odds_ratio import log_ratio
from .registry import INDEPENDENCE, test
from .results import Number, TestResult, notes_when
from .two_by_two import TwoByTwo

EMPTY_MARGIN = "a margin is zero: the test does not exist"


def _chi_square(table: TwoByTwo, statistic: Number) -> TestResult:
    ns = namespace(table.a)
    empty = table.n1 * table.n0 * table.events * (table.b + table.d) == 0
    return TestResult(p=ns.chi2_sf(statistic), statistic=statistic, df=1, notes=notes_when((empty, EMPTY_MARGIN)))


def _quadratic(table: TwoByTwo, distance: Number) -> Number:
    """N distance^2 / product of the margins, in an order that does not overflow at counts of 10^9."""
    ns = namespace(table.a)
    return ns.div(
        ns.div(distance, table.n1) * ns.div(distance, table.n0) * table.total,
        (table.events + 0.0) * (table.b + table.d),
    )


@test(
    INDEPENDENCE,
    "pearson",
    name="Pearson chi-square",
    reference="Pearson 1900",
    software=("R chisq.test, correct=FALSE", "SAS PROC FREQ, chisq", "Stata tabulate, chi2", "SPSS CROSSTABS"),
    formula="chi2 = N*(a*d - b*c)^2 / (n1*n0*(a+c)*(b+d))",
    default=True,
)
def pearson(table: TwoByTwo) -> TestResult:
    """Pearson's chi-square without continuity correction, 1 df (Pearson 1900)."""
    return _chi_square(table, _quadratic(table, table.a * table.d - table.b * table.c))


@test(
    INDEPENDENCE,
    "n-1",
    name="\"N-1\" chi-square",
    reference="Pearson 1947; Campbell 2007",
    software=("MedCalc", "SPSS CROSSTABS (linear-by-linear)", "SAS PROC FREQ, chisq (Mantel-Haenszel row)"),
    formula="chi2 = (N-1)*(a*d - b*c)^2 / (n1*n0*(a+c)*(b+d))",
    advice="for small samples too where every expected count is at least 1 (Campbell 2007)",
)
def n_minus_1(table: TwoByTwo) -> TestResult:
    """Pearson's chi-square times (N - 1)/N, 1 df (E. Pearson 1947; Campbell 2007, Stat Med 26:3661).

    Also known as the Mantel-Haenszel chi-square of one table; agrees with the Miettinen-Nurminen intervals.
    """
    ns = namespace(table.a)
    factor = ns.div(table.total - 1.0, table.total)
    return _chi_square(table, factor * _quadratic(table, table.a * table.d - table.b * table.c))


@test(
    INDEPENDENCE,
    "yates",
    name="Yates continuity-corrected chi-square",
    reference="Yates 1934",
    software=("R chisq.test and prop.test", "SPSS CROSSTABS"),
    formula="chi2 = N*(max(0, |a*d - b*c| - N/2))^2 / (n1*n0*(a+c)*(b+d))",
)
def yates(table: TwoByTwo) -> TestResult:
    """Chi-square with Yates's correction, 1 df (Yates 1934); the correction never exceeds the deviation (as in R)."""
    ns = namespace(table.a)
    distance = abs(table.a * table.d - table.b * table.c) - table.total / 2
    return _chi_square(table, _quadratic(table, ns.maximum(distance, 0.0)))


@test(
    INDEPENDENCE,
    "likelihood-ratio",
    name="likelihood ratio chi-square (G)",
    reference="Wilks 1935",
    software=("SAS PROC FREQ, chisq (second row)", "JMP"),
    formula="G = 2*sum(observed*log(observed/expected))",
)
def likelihood_ratio(table: TwoByTwo) -> TestResult:
    """Likelihood ratio (G) test, 1 df (Wilks 1935; Agresti 2013, section 3.2.1). Zero cells contribute nothing."""
    ns = namespace(table.a)
    total, events, others = table.total, table.events, table.b + table.d

    def term(observed: Number, row: Number, column: Number) -> Number:
        expected = ns.div(row * 1.0, total) * column
        return ns.where(observed == 0, 0.0, ns.xlogy(observed, ns.div(observed, expected)))

    statistic = 2 * (
        term(table.a, table.n1, events)
        + term(table.b, table.n1, others)
        + term(table.c, table.n0, events)
        + term(table.d, table.n0, others)
    )
    empty = table.n1 * table.n0 * events * others == 0
    statistic = ns.where(empty, ns.div(0.0, total * 0.0), ns.maximum(statistic, 0.0))
    return _chi_square(table, statistic)


@test(
    INDEPENDENCE,
    "fisher",
    name="Fisher exact, two-sided",
    reference="Fisher 1934; Freeman & Halton 1951",
    software=("R fisher.test", "SAS PROC FREQ, fisher", "Stata tabulate, exact", "SPSS CROSSTABS"),
    formula="P = sum of P(X = x | margins) over all x with P(X = x) <= P(X = a)",
    default=True,
)
def fisher(table: TwoByTwo, null: float = 1.0) -> TestResult:
    """Fisher's exact test, two-sided by the sum of the probabilities not larger than the observed one.

    Also known as minlike or Fisher-Irwin. Ties count within a relative tolerance of 1e-7, as in R fisher.test. It tests
    the odds ratio ``null``; agrees with the interval ``minlike``.
    """
    return TestResult(p=conditional(table).no_more_likely(psi=_supposed(null)))


def _supposed(null: float) -> float:
    """The odds ratio that a test supposes. Raises ValueError unless it is positive and finite."""
    if not 0 < null < float("inf"):
        raise ValueError(f"the supposed odds ratio is {null:g}; it must be positive and finite")
    return float(null)


@test(
    INDEPENDENCE,
    "fisher-central",
    name="Fisher exact, doubled one-sided",
    reference="Fisher 1934",
    software=("exact2x2, tsmethod='central'", "OpenEpi"),
    formula="P = min(1, 2*min(P(X <= a), P(X >= a)))",
)
def fisher_central(table: TwoByTwo, null: float = 1.0) -> TestResult:
    """Fisher's exact test with the smaller one-sided P doubled; agrees with the conditional exact interval.

    It tests the odds ratio ``null``.
    """
    return TestResult(p=doubled_p(table, _supposed(null)))


@test(
    INDEPENDENCE,
    "fisher-greater",
    name="Fisher exact, greater",
    reference="Fisher 1934",
    software=("R fisher.test, alternative='greater'",),
    formula="P = P(X >= a)",
)
def fisher_greater(table: TwoByTwo, null: float = 1.0) -> TestResult:
    """Fisher's exact test, one-sided: for odds of the first arm above ``null`` times those of the second."""
    return TestResult(p=one_sided_p(table, "greater", _supposed(null)), sides=1)


@test(
    INDEPENDENCE,
    "fisher-less",
    name="Fisher exact, less",
    reference="Fisher 1934",
    software=("R fisher.test, alternative='less'",),
    formula="P = P(X <= a)",
)
def fisher_less(table: TwoByTwo, null: float = 1.0) -> TestResult:
    """Fisher's exact test, one-sided: for odds of the first arm below ``null`` times those of the second."""
    return TestResult(p=one_sided_p(table, "less", _supposed(null)), sides=1)


@test(
    INDEPENDENCE,
    "fisher-blaker",
    name="Blaker exact test",
    reference="Blaker 2000",
    software=("exact2x2, tsmethod='blaker'",),
    formula="P = smaller of P(X <= a) and P(X >= a) + the largest opposite tail not above it",
    advice="never larger than fisher-central; agrees with the interval blaker",
)
def fisher_blaker(table: TwoByTwo, null: float = 1.0) -> TestResult:
    """Blaker's exact test: the smaller one-sided P and the largest opposite tail not above it (Blaker 2000, section 2).

    Ties count within a relative tolerance of 1e-7. It tests the odds ratio ``null``.
    """
    return TestResult(p=conditional(table).acceptability(psi=_supposed(null)))


@test(
    INDEPENDENCE,
    "fisher-mid-p",
    name="Fisher mid-P, doubled one-sided",
    reference="Lancaster 1961",
    software=("OpenEpi", "epitools oddsratio.midp"),
    formula="P = min(1, 2*(min(P(X < a), P(X > a)) + P(X = a)/2))",
)
def fisher_mid_p(table: TwoByTwo, null: float = 1.0) -> TestResult:
    """Lancaster's mid-P of Fisher's exact test, the smaller one-sided one doubled (Lancaster 1961; Hirji 2006).

    It tests the odds ratio ``null``.
    """
    return TestResult(p=doubled_p(table, _supposed(null), 0.5))


@test(
    INDEPENDENCE,
    "fisher-minlike-mid-p",
    name="Fisher mid-P, two-sided (Fisher-Irwin)",
    reference="Lancaster 1961; Fagerland, Lydersen & Laake 2017",
    software=("contingencytables Fisher_midP_test_2x2",),
    formula="P = sum of P(X = x) over all x with P(X = x) < P(X = a), and half of those with P(X = x) = P(X = a)",
    advice="close to nominal level; small samples",
)
def fisher_minlike_mid_p(table: TwoByTwo, null: float = 1.0) -> TestResult:
    """Mid-P of Fisher's two-sided test: half the probability of the tables as probable as the observed one.

    Also known as the Fisher mid-P test (Fagerland, Lydersen & Laake 2017, section 4.4). Ties count within a relative
    tolerance of 1e-7. It tests the odds ratio ``null``; agrees with the interval ``baptista-pike-mid-p``.
    """
    given, null = conditional(table), _supposed(null)
    return TestResult(p=(given.no_more_likely(psi=null) + given.no_more_likely(-1e-7, null)) / 2)


@test(
    ODDS_RATIO,
    "wald",
    name="Wald test of the log odds ratio",
    reference="Woolf 1955",
    software=("logistic regression", "epitools oddsratio.wald"),
    formula="z = log(a*d / (b*c)) / sqrt(1/a + 1/b + 1/c + 1/d)",
)
def wald(table: TwoByTwo) -> TestResult:
    """Wald test of the log odds ratio; agrees with Woolf's interval. Does not exist with a zero cell."""
    ns = namespace(table.a)
    log_or, se = log_ratio(table)
    statistic = ns.div(log_or, se)
    zero = table.a * table.b * table.c * table.d == 0
    return TestResult(
        p=ns.two_sided(statistic),
        statistic=statistic,
        notes=notes_when((zero, "a cell is zero: the test does not exist")),
    )
