"""The conditional distribution of a 2x2 table, against scipy's and against itself in exact arithmetic."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gvhdcalc.stats.noncentral_hypergeometric import Conditional, deviance, log_binomial, stirling_error
from gvhdcalc.stats.two_by_two import TwoByTwo

cells = st.integers(0, 40)
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3])


def weights(given):
    """Exact central probabilities."""
    total = math.comb(given.n1 + given.n0, given.m)
    return {
        y: Fraction(math.comb(given.n1, y) * math.comb(given.n0, given.m - y), total)
        for y in range(given.low, given.high + 1)
    }


@pytest.mark.parametrize("n", [1, 5, 15, 16, 30, 100, 10**6])
def test_stirling_error(n):
    exact = math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2 * math.pi)
    assert stirling_error(n) == pytest.approx(exact, abs=1e-13 * max(1.0, n * math.log(n + 1)))


def test_deviance_does_not_cancel():
    # the series x^2/(2 expected) (1 - v/3 ...) at a relative distance of 1e-9
    assert deviance(1e9 + 1, 1e9) == pytest.approx(0.5e-9, rel=1e-6)
    assert deviance(3.0, 10.0) == pytest.approx(3 * math.log(0.3) + 7, rel=1e-14)


@pytest.mark.parametrize(("x", "n", "p"), [(0, 10, 0.05), (10, 10, 0.97), (3, 10, 0.5), (500, 1000, 0.3), (0, 9, 0.5)])
def test_log_binomial_is_scipys(x, n, p):
    assert log_binomial(x, n, p, 1 - p) == pytest.approx(stats.binom.logpmf(x, n, p), rel=1e-11, abs=1e-13)


@given(tables)
def test_tails_are_exact(cells):
    given_margins = Conditional.of(TwoByTwo(*cells))
    exact = weights(given_margins)
    less, equal, more = given_margins.tails()
    x = given_margins.x
    assert less == pytest.approx(float(sum(p for y, p in exact.items() if y < x)), rel=1e-11, abs=1e-15)
    assert equal == pytest.approx(float(exact[x]), rel=1e-11)
    assert more == pytest.approx(float(sum(p for y, p in exact.items() if y > x)), rel=1e-11, abs=1e-15)


@given(tables)
def test_two_sided_p_is_the_sum_of_the_probabilities_not_larger(cells):
    given_margins = Conditional.of(TwoByTwo(*cells))
    exact = weights(given_margins)
    observed = exact[given_margins.x]
    expected = float(sum(p for p in exact.values() if p <= observed))
    assert given_margins.no_more_likely() == pytest.approx(min(expected, 1.0), rel=1e-10)


@pytest.mark.parametrize("psi", [0.01, 0.7, 1.5, 40.0])
@pytest.mark.parametrize("cells", [(8, 2, 3, 9), (0, 10, 5, 5), (82, 17, 70, 29)])
def test_noncentral_tails_and_mean_are_scipys(psi, cells):
    given_margins = Conditional.of(TwoByTwo(*cells))
    peer = stats.nchypergeom_fisher(given_margins.n1 + given_margins.n0, given_margins.n1, given_margins.m, psi)
    less, equal, more = given_margins.tails(psi)
    x = given_margins.x
    assert equal == pytest.approx(peer.pmf(x), rel=1e-9, abs=1e-13)
    assert less == pytest.approx(peer.cdf(x - 1), rel=1e-8, abs=1e-12)
    assert more == pytest.approx(1 - peer.cdf(x), rel=1e-8, abs=1e-12)
    assert given_margins.mean_excess(psi) + x == pytest.approx(peer.mean(), rel=1e-9)


def test_a_p_of_1e_minus_280_keeps_its_figures():
    given_margins = Conditional.of(TwoByTwo(900, 100, 150, 850))
    exact = weights(given_margins)
    more = sum(p for y, p in exact.items() if y > given_margins.x)
    assert float(more) < 1e-270
    assert given_margins.tails()[2] == pytest.approx(float(more), rel=1e-10)


@given(tables, st.sampled_from([0.9, 0.95, 0.99]))
def test_limits_contain_the_estimate_and_make_the_tail(cells, conf):
    given_margins = Conditional.of(TwoByTwo(*cells))
    estimate = given_margins.maximum_likelihood()
    lower, upper = given_margins.limits(conf, 1.0)
    if given_margins.degenerate:
        assert math.isnan(estimate)
        assert (lower, upper) == (0.0, math.inf)
        return
    assert lower <= estimate <= upper
    if lower > 0:
        _, equal, more = given_margins.tails(lower)
        assert more + equal == pytest.approx((1 - conf) / 2, rel=1e-9)
    if upper < math.inf:
        less, equal, _ = given_margins.tails(upper)
        assert less + equal == pytest.approx((1 - conf) / 2, rel=1e-9)
