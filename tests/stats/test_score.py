"""Score limits against the definition in 60-digit arithmetic: the likelihood maximised under the constraint, no algebra
of ours, and the score statistic at the limit compared with its critical value."""

from decimal import Decimal, localcontext

import numpy as np
import pytest

from gvhdcalc.stats import score
from gvhdcalc.stats.two_by_two import TwoByTwo

Z2 = 3.841458820694124  # R: qchisq(0.95, 1)

TABLES = [
    (82, 17, 70, 29), (70, 29, 82, 17), (7, 27, 1, 33), (0, 16, 15, 57), (15, 57, 0, 16), (1, 0, 0, 1), (0, 1, 1, 0),
    (1, 0, 1, 0), (0, 1, 0, 1), (0, 10, 0, 12), (10, 0, 12, 0), (10, 0, 5, 7), (5, 7, 10, 0), (29, 26, 11, 0),
    (3, 0, 40, 1),
    (1, 99, 1, 2), (0, 5, 0, 10**9), (0, 10**9, 0, 10**9), (1, 10**9 - 1, 0, 10**9), (5, 10**9 - 5, 20, 10**9 - 20),
    (10**9 - 5, 5, 10**9 - 20, 20), (10**9, 0, 0, 10**9), (4 * 10**8, 6 * 10**8, 400_020_000, 599_980_000),
    (1, 0, 10**9, 0), (0, 1, 10**9 - 1, 1), (1, 2, 10**8, 9 * 10**8),
]  # fmt: skip

by_table = pytest.mark.parametrize("cells", TABLES, ids=str)


def maximum(slope, low, high):
    """Where a falling slope passes zero between low and high; an end where it does not."""
    for _ in range(220):
        middle = (low + high) / 2
        if slope(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def term(count, p):
    """d/dp of count log p, with 0 log p = 0."""
    return count / p if count else Decimal(0)


def difference_statistic(cells, below):
    """(estimate - RD)^2 / V at the RD that lies ``below`` the estimate, and that RD."""
    a, b, c, d = map(Decimal, cells)
    n1, n0 = a + b, c + d
    estimate = a / n1 - c / n0
    rd = estimate - Decimal(below)

    def slope(p0):
        p1 = p0 + rd
        return term(a, p1) - term(b, 1 - p1) + term(c, p0) - term(d, 1 - p0)

    low, high = max(Decimal(0), -rd), min(Decimal(1), 1 - rd)
    p0 = maximum(slope, low, high)
    p1 = p0 + rd
    return (estimate - rd) ** 2 / (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0), rd


def ratio_statistic(cells, ratio):
    """(p1 - ratio p0)^2 / V at a ratio."""
    a, b, c, d = map(Decimal, cells)
    n1, n0 = a + b, c + d
    ratio = Decimal(ratio)

    def slope(p0):
        p1 = ratio * p0
        return ratio * (term(a, p1) - term(b, 1 - p1)) + term(c, p0) - term(d, 1 - p0)

    p0 = maximum(slope, Decimal(0), min(Decimal(1), 1 / ratio))
    p1 = ratio * p0
    return (a / n1 - ratio * c / n0) ** 2 / (p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0)


@by_table
@pytest.mark.parametrize("k", [Z2, 30.0])
def test_lower_limit_of_the_difference_has_the_critical_statistic(cells, k):
    below = score.below_difference(TwoByTwo(*cells), k)
    with localcontext() as context:
        context.prec = 60
        if cells[0] == cells[3] == 0:
            assert below == 0
            return
        statistic, rd = difference_statistic(cells, below)
        assert rd >= -1
        assert abs(statistic / Decimal(k) - 1) < Decimal("1e-14")


@by_table
@pytest.mark.parametrize("k", [Z2, 30.0])
def test_lower_limit_of_the_ratio_has_the_critical_statistic(cells, k):
    limit = score.lower_ratio(TwoByTwo(*cells), k)
    if cells[0] == 0:
        assert limit == 0
        return
    with localcontext() as context:
        context.prec = 60
        # a limit next to the estimate is rounded in its own last place, which a narrow interval magnifies
        a, b, c, d = cells
        estimate = a * (c + d) / (c * (a + b)) if c else float("inf")
        near = limit / (estimate - limit)
        assert abs(ratio_statistic(cells, limit) / Decimal(k) - 1) < Decimal(2e-15 * max(1.0, near))


def test_limits_with_no_events_have_the_closed_form_of_wilson():
    """With all of one arm and none of the other the limit is that of one proportion at n = the smaller information."""
    k = Z2
    # no events at all: p1 = 0, and p0 = k/(n0 + k) alone makes the statistic k
    for n1, n0 in ((10, 12), (10**9, 10**9), (1, 10**9)):
        assert score.below_difference(TwoByTwo(0, n1, 0, n0), k) == pytest.approx(k / (n0 + k), rel=1e-15)
    # all have the event: p0 = 1, p1 = a/(a + k)
    for n1, n0 in ((10, 12), (10**9, 10**9), (1, 10**9)):
        assert score.lower_ratio(TwoByTwo(n1, 0, n0, 0), k) == pytest.approx(n1 / (n1 + k), rel=1e-15)


def test_upper_limits_are_lower_limits_with_the_arms_exchanged():
    table = TwoByTwo(82, 17, 70, 29)
    below, above = score.difference_distances(table, Z2)
    assert (above, below) == score.difference_distances(table.arms_exchanged(), Z2)
    lower, upper = score.ratio_limits(table, Z2)
    assert (1 / upper, 1 / lower) == pytest.approx(score.ratio_limits(table.arms_exchanged(), Z2), rel=1e-15)


@pytest.mark.parametrize("n_minus_1", [False, True])
def test_arrays_give_what_plain_numbers_give(n_minus_1):
    whole = TwoByTwo(*np.array(TABLES).T)
    with np.errstate(all="ignore"):
        k = score.critical(whole, 0.95, n_minus_1=n_minus_1)
        distances, limits = score.difference_distances(whole, k), score.ratio_limits(whole, k)
        z = score.statistic(whole, n_minus_1=n_minus_1)
    for index, cells in enumerate(TABLES):
        table = TwoByTwo(*cells)
        k = score.critical(table, 0.95, n_minus_1=n_minus_1)
        for many, one in (
            *zip(distances, score.difference_distances(table, k), strict=True),
            *zip(limits, score.ratio_limits(table, k), strict=True),
            (z, score.statistic(table, n_minus_1=n_minus_1)),
        ):
            assert many[index] == pytest.approx(one, rel=1e-13, abs=0, nan_ok=True), cells


def test_empty_arms_give_nan_and_no_error():
    for cells in ((0, 0, 3, 4), (3, 4, 0, 0)):
        table = TwoByTwo(*cells)
        assert np.isnan(score.lower_ratio(table, Z2))
        assert np.isnan(score.below_difference(table, Z2))


def test_square_of_the_statistic_is_pearsons_chi_square():
    """R: chisq.test(matrix(c(82, 17, 70, 29), 2, byrow = TRUE), correct = FALSE)$statistic is 4.0778..."""
    z = score.statistic(TwoByTwo(82, 17, 70, 29))
    observed = np.array([[82, 17], [70, 29]])
    expected = np.outer(observed.sum(1), observed.sum(0)) / observed.sum()
    assert z**2 == pytest.approx(((observed - expected) ** 2 / expected).sum(), rel=1e-14)
    assert score.statistic(TwoByTwo(82, 17, 70, 29), n_minus_1=True) ** 2 == pytest.approx(z**2 * 197 / 198, rel=1e-14)
    assert score.statistic(TwoByTwo(70, 29, 82, 17)) == -z
