"""The fits under a supposed contrast: what they are by definition, and the published limits of Gart and Nam."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import constrained
from gvhdcalc.stats.two_by_two import TwoByTwo

PATHS = {"difference": constrained.difference, "ratio": constrained.ratio, "odds ratio": constrained.odds_ratio}

counts = st.integers(1, 200)
tables = st.tuples(counts, counts, counts, counts).map(lambda t: TwoByTwo(*t))
by_path = pytest.mark.parametrize("name", PATHS)


def contrast(name, p1, p0):
    """p1 and p0 compared."""
    return {"difference": p1 - p0, "ratio": p1 / p0, "odds ratio": p1 / (1 - p1) / (p0 / (1 - p0))}[name]


def log_likelihood(table, p1, p0):
    pairs = zip((table.a, table.b, table.c, table.d), (p1, 1 - p1, p0, 1 - p0), strict=True)
    return sum(count * math.log(p) for count, p in pairs)


@by_path
@given(table=tables, log_t=st.floats(-6, 3))
def test_a_fit_has_its_contrast_and_is_the_most_likely_that_has_it(name, table, log_t):
    fit = PATHS[name](table, math.exp(log_t))
    assert fit.p1 + fit.q1 == pytest.approx(1, abs=1e-12)
    assert fit.p0 + fit.q0 == pytest.approx(1, abs=1e-12)
    observed = contrast(name, table.a / table.n1, table.c / table.n0)
    held = observed - fit.contrast if name == "difference" else fit.contrast
    assert contrast(name, fit.p1, fit.p0) == pytest.approx(held, rel=1e-9, abs=1e-9)
    assert held <= observed + 1e-12
    best = log_likelihood(table, fit.p1, fit.p0)
    for step in (1e-4, -1e-4):
        p0 = fit.p0 * math.exp(step)
        p1 = {"difference": p0 + held, "ratio": held * p0, "odds ratio": 0.0}[name]
        if name == "odds ratio":
            odds = held * p0 / (1 - p0)
            p1 = odds / (1 + odds)
        if 0 < p1 < 1 and 0 < p0 < 1:
            assert log_likelihood(table, p1, p0) <= best + 1e-9


@by_path
@given(table=tables, log_t=st.floats(-6, 3))
def test_what_moved_is_the_observed_less_the_fitted_events(name, table, log_t):
    fit = PATHS[name](table, math.exp(log_t))
    assert fit.moved1 == pytest.approx(table.a - table.n1 * fit.p1, abs=1e-9 * table.n1)
    assert fit.moved0 == pytest.approx(table.n0 * fit.p0 - table.c, abs=1e-9 * table.n0)
    g = 2 * (log_likelihood(table, table.a / table.n1, table.c / table.n0) - log_likelihood(table, fit.p1, fit.p0))
    assert constrained.likelihood_ratio(table, fit) == pytest.approx(g, rel=1e-6, abs=1e-8)


@by_path
@given(table=st.tuples(*[st.integers(0, 200)] * 4).filter(lambda t: t[0] and t[3]).map(lambda t: TwoByTwo(*t)))
def test_all_statistics_grow_along_a_path(name, table):
    """So that a limit is one; the skewness-corrected one between 0.6 and 6, which levels from 45% on need."""
    fits = [PATHS[name](table, float(t)) for t in np.exp(np.linspace(-10, 5, 60))]
    for statistic in (constrained.score, constrained.likelihood_ratio):
        assert all(np.diff([statistic(table, fit) for fit in fits]) > -1e-9)
    skewed = np.array([constrained.skewness_corrected(table, fit) for fit in fits])
    steps = np.diff(skewed)[(skewed[:-1] > 0.6) & (skewed[:-1] < 6)]
    assert all(steps > 0)


def limit(table, path, z):
    """The contrast where the score, corrected for skewness but without N/(N-1), is z: Gart and Nam's lower limit."""

    def excess(fit):
        plain = (fit.m * fit.variance - fit.bias) / math.sqrt(fit.variance)
        return constrained.unskewed(plain, fit.skewness / (6 * fit.variance**1.5)) - z

    return constrained.where_reached(table, path, excess).contrast


@pytest.mark.parametrize(
    ("data", "lower", "upper"),
    [
        # Gart & Nam 1988, Biometrics 44:323, and 1990, Biometrics 46:637, as in the tests of the R package ratesci
        ((8, 15, 4, 15), "0.806", "6.148"),
        ((6, 10, 6, 20), "0.822", "4.954"),
        ((7, 25, 2, 25), "-0.014", "0.414"),
    ],
)
def test_gart_and_nams_skewness_corrected_limits(data, lower, upper):
    table, z = TwoByTwo.from_totals(*data), 1.959963984540054  # R: qnorm(0.975)
    if data[0] == 7:
        rd = 5 / 25
        found = (
            rd - limit(table, constrained.difference, z),
            rd + limit(table.arms_exchanged(), constrained.difference, z),
        )
    else:
        found = (limit(table, constrained.ratio, z), 1 / limit(table.arms_exchanged(), constrained.ratio, z))
    assert [f"{value:.3f}" for value in found] == [lower, upper]


@given(plain=st.floats(-6, 6), bend=st.floats(-0.2, 0.2))
def test_unskewed_solves_its_equation(plain, bend):
    if 1 + 4 * bend * (plain + bend) < 0:
        return
    z = constrained.unskewed(plain, bend)
    assert z + bend * (z * z - 1) == pytest.approx(plain, abs=1e-9)
    assert 2 * bend * z + 1 >= -1e-9


def test_the_deviance_of_a_billion_keeps_its_figures():
    # by hand: 2 * 2n (-log(1 - u^2)), u = moved/n
    table = TwoByTwo(*[500_000_000] * 4)
    moved = 20_000.0
    u = moved / 500_000_000
    series = 4 * 500_000_000 * (u**2 + u**4 / 2)
    assert constrained.deviance(table, moved, moved) == pytest.approx(series, rel=1e-12)
