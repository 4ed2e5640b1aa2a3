"""z tests of equal proportions in two arms: what Pearson's chi-square does not say, sides and unpooled variance."""

from __future__ import annotations

from .independence import EMPTY_MARGIN
from .namespace import namespace
from .registry import INDEPENDENCE, test
from .results import TestResult, notes_when
from .risk_difference import sample_risk_difference, standard_error
from .score import statistic
from .two_by_two import TwoByTwo

_POOLED = "z = (p1 - p0) / sqrt(p*(1-p)*(1/n1 + 1/n0)), p = (a+c)/N"


def _one_sided(table: TwoByTwo, sign: int) -> TestResult:
    ns = namespace(table.a)
    z = statistic(table)
    empty = table.n1 * table.n0 * table.events * (table.b + table.d) == 0
    return TestResult(
        p=ns.norm_sf(sign * z),
        statistic=z,
        sides=1,
        notes=notes_when((empty, EMPTY_MARGIN)),
    )


@test(
    INDEPENDENCE,
    "z-pooled-greater",
    name="z test, pooled variance, greater",
    reference="Pearson 1900",
    software=(
        "R prop.test, alternative='greater', correct=FALSE",
        "Stata prtest",
        "statsmodels proportions_ztest, alternative='larger'",
    ),
    formula=f"{_POOLED};  P = P(Z >= z)",
)
def z_pooled_greater(table: TwoByTwo) -> TestResult:
    """z test with the pooled variance, one-sided: has the first arm more events? Two-sided, Pearson's chi-square."""
    return _one_sided(table, 1)


@test(
    INDEPENDENCE,
    "z-pooled-less",
    name="z test, pooled variance, less",
    reference="Pearson 1900",
    software=(
        "R prop.test, alternative='less', correct=FALSE",
        "Stata prtest",
        "statsmodels proportions_ztest, alternative='smaller'",
    ),
    formula=f"{_POOLED};  P = P(Z <= z)",
)
def z_pooled_less(table: TwoByTwo) -> TestResult:
    """z test with the pooled variance, one-sided: has the first arm fewer events? Two-sided, Pearson's chi-square."""
    return _one_sided(table, -1)


@test(
    INDEPENDENCE,
    "z-unpooled",
    name="z test, unpooled variance",
    reference="Laplace 1812; Suissa & Shuster 1985",
    software=("contingencytables Z_unpooled_test_2x2",),
    formula="z = (p1 - p0) / sqrt(p1*(1-p1)/n1 + p0*(1-p0)/n0)",
    advice="rejects too often in small samples: pearson is better",
)
def z_unpooled(table: TwoByTwo) -> TestResult:
    """z test with the unpooled variance, two-sided: Wald's test of the risk difference (Suissa & Shuster 1985).

    Does not exist where neither arm has a variance and the proportions are equal; P is 0 where they then differ.
    """
    ns = namespace(table.a)
    z = ns.div(sample_risk_difference(table), standard_error(table))
    return TestResult(
        p=ns.two_sided(z),
        statistic=z,
        notes=notes_when((z != z, "no variance in either arm: the test does not exist")),
    )
