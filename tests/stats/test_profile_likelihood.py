"""Profile likelihood intervals: published limits, logistic regression, and the test that goes with them."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from gvhdcalc.stats import profile_likelihood
from gvhdcalc.stats.independence import likelihood_ratio
from gvhdcalc.stats.two_by_two import TwoByTwo

METHODS = {
    "risk difference": profile_likelihood.difference,
    "risk ratio": profile_likelihood.ratio,
    "odds ratio": profile_likelihood.ratio_of_odds,
}
by_measure = pytest.mark.parametrize("measure", METHODS)

cells = st.integers(0, 60)
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]).map(lambda t: TwoByTwo(*t))


@pytest.mark.parametrize(
    ("data", "lower", "upper"),
    [
        # Newcombe 1998, Stat Med 17:873, table II, method 7, examples a, b, d and g
        ((56, 70, 48, 80), "0.0547", "0.3394"),
        ((9, 10, 3, 10), "0.2055", "0.8634"),
        ((5, 56, 0, 29), "0.0080", "0.1822"),
        ((10, 10, 0, 20), "0.8252", "1.0000"),
    ],
)
def test_newcombes_true_profile_likelihood(data, lower, upper):
    row = profile_likelihood.difference(TwoByTwo.from_totals(*data))
    assert (f"{row.lower:.4f}", f"{row.upper:.4f}") == (lower, upper)


@pytest.mark.parametrize("cells", [(82, 17, 70, 29), (7, 27, 1, 33), (24, 49, 53, 12)], ids=str)
def test_the_odds_ratio_is_that_of_logistic_regression(cells):
    """The deviance of statsmodels' logistic regression with the coefficient held as an offset."""
    a, b, c, d = cells
    row = profile_likelihood.ratio_of_odds(TwoByTwo(*cells))
    counts = np.array([[a, b], [c, d]])

    def deviance(log_or):
        model = sm.GLM(counts, np.ones((2, 1)), family=sm.families.Binomial(), offset=np.array([log_or, 0.0]))
        return model.fit().deviance - 3.841458820694124  # R: qchisq(0.95, 1)

    observed = math.log(a * d / b / c)
    assert math.log(row.lower) == pytest.approx(brentq(deviance, observed - 5, observed, xtol=1e-12), rel=1e-6)
    assert math.log(row.upper) == pytest.approx(brentq(deviance, observed, observed + 6, xtol=1e-12), rel=1e-6)


@by_measure
@given(table=tables)
def test_p_is_that_of_the_likelihood_ratio_test(measure, table):
    row, g = METHODS[measure](table), likelihood_ratio(table)
    assert row.statistic**2 == pytest.approx(g.statistic, rel=1e-7, abs=1e-9, nan_ok=True)
    assert row.p == pytest.approx(g.p, rel=1e-6, abs=1e-12, nan_ok=True)
    assert row.notes or not math.isnan(row.p)


def test_zero_cells_have_one_limit_with_a_closed_form():
    # no event in arm 1: upper limit of RR at c = 15, n0 = 72 solves -2 n1 log(1 - p1) - ... numerically in two_arms.R
    row = profile_likelihood.ratio(TwoByTwo(0, 16, 15, 57))
    assert (row.estimate, row.lower) == (0, 0)
    assert 0 < row.upper < 1
    # no events at all: -2 n log(1 - p) = z^2 in the arm that must have some
    row = profile_likelihood.difference(TwoByTwo(0, 10, 0, 12))
    z2 = 3.841458820694124
    assert row.upper == pytest.approx(-math.expm1(-z2 / 20), rel=1e-9)
    assert row.lower == pytest.approx(math.expm1(-z2 / 24), rel=1e-9)
    row = profile_likelihood.ratio_of_odds(TwoByTwo(0, 10, 0, 12))
    assert (row.lower, row.upper) == (0, math.inf)
    assert row.notes


def test_empty_arms_give_nan():
    for cells in ((0, 0, 3, 4), (3, 4, 0, 0)):
        for method in METHODS.values():
            row = method(TwoByTwo(*cells))
            assert math.isnan(row.lower)
            assert math.isnan(row.upper)
