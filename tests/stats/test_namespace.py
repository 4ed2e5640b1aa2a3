"""The namespace for formulas, the normal distribution and the root finder, against scipy over their whole range."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special, stats

from gvhdcalc.stats.namespace import Scalars, namespace, norm_ppf, root, z_for

finite = st.floats(-1e6, 1e6)


def test_plain_numbers_and_arrays_are_told_apart():
    assert namespace(1, 2.5) is Scalars
    assert namespace(1, np.array([1.0])) is not Scalars


@pytest.mark.parametrize("name", ["log", "log1p", "exp", "expm1", "sqrt", "arccos", "arcsin", "norm_sf", "two_sided"])
def test_both_sides_agree_also_where_there_is_no_answer(name):
    values = [-2.0, -1.0, -0.5, 0.0, 1e-300, 0.3, 1.0, 5.0, 37.0, 800.0, math.inf, -math.inf, math.nan]
    with np.errstate(all="ignore"):
        expected = getattr(namespace(np.array(values)), name)(np.array(values))
    found = [getattr(Scalars, name)(value) for value in values]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@given(finite, finite)
def test_division_is_ieee(x, y):
    with np.errstate(all="ignore"):
        expected = np.divide(x, y)
    np.testing.assert_equal(Scalars.div(x, y), float(expected))


@pytest.mark.parametrize("x", np.concatenate([np.linspace(-38, 38, 77), [1e-10, 1e-300]]))
def test_normal_tail_is_scipys(x):
    assert Scalars.norm_sf(x) == pytest.approx(stats.norm.sf(x), rel=1e-13)
    assert Scalars.two_sided(x) == pytest.approx(2 * stats.norm.sf(abs(x)), rel=1e-13)
    assert Scalars.chi2_sf(x * x) == pytest.approx(stats.chi2.sf(x * x, 1), rel=1e-12)


@pytest.mark.parametrize("q", [1e-300, 1e-20, 1e-5, 0.025, 0.3, 0.5, 0.7, 0.975, 1 - 1e-10])
def test_normal_quantile_is_scipys(q):
    assert norm_ppf(q) == pytest.approx(special.ndtri(q), rel=1e-13, abs=1e-15)


def test_normal_quantile_at_its_ends():
    assert norm_ppf(0.0) == -math.inf
    assert norm_ppf(1.0) == math.inf
    assert math.isnan(norm_ppf(1.5))
    assert z_for(0.95) == pytest.approx(1.959963984540054, rel=1e-15)


CASES = [
    (lambda x: x**3 - 2, 0.0, 2.0),
    (lambda x: x - 1e-9, -1.0, 1.0),
    (lambda x: np.exp(x) - 5.0, -50.0, 50.0),
    (lambda x: np.tanh(200 * (x - 0.3)), 0.0, 1.0),
    (lambda x: x, 0.0, 1.0),
]


@pytest.mark.parametrize(("f", "low", "high"), CASES)
def test_root_is_brents(f, low, high):
    expected = optimize.brentq(f, low, high, xtol=1e-15)
    assert root(lambda x: float(f(x)), low, high) == pytest.approx(expected, rel=1e-13, abs=1e-15)
    assert root(lambda x: float(f(x)), high, low) == pytest.approx(expected, rel=1e-13, abs=1e-15)


def test_root_of_many_at_once_is_each_root():
    targets = np.array([1e-6, 0.5, 2.0, 1e5])
    found = root(lambda x: x**3 - targets, np.zeros(4), np.full(4, 100.0))
    np.testing.assert_allclose(found, targets ** (1 / 3), rtol=1e-13)


def test_root_without_a_change_of_sign_is_the_nearer_end():
    assert root(lambda x: x + 1, 0.0, 5.0) == 0.0
