"""Which tables are rejected: the statistics are those of the tests, the regions as large as the level allows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.stats import registry, rejection
from gvhdcalc.stats.independence import fisher, fisher_minlike_mid_p, likelihood_ratio, pearson, yates
from gvhdcalc.stats.nuisance import Difference, TwoBinomials
from gvhdcalc.stats.null_value import CONTRASTS
from gvhdcalc.stats.power_proportions import TwoProportions
from gvhdcalc.stats.two_by_two import TwoByTwo

arms = st.tuples(st.integers(1, 30), st.integers(1, 30), st.floats(0, 1), st.floats(0, 1)).map(
    lambda x: (round(x[0] * x[2]), x[0], round(x[1] * x[3]), x[1])
)


@given(counts=arms)
def test_statistics_are_the_signed_roots_of_the_tests(counts: tuple[int, int, int, int]) -> None:
    x1, n1, x0, n0 = counts
    table = TwoByTwo.from_totals(x1, n1, x0, n0)
    if not 0 < x1 + x0 < n1 + n0:
        return
    a, c = np.array([float(x1)]), np.array([float(x0)])
    for statistic, test in (
        (rejection.pooled_z, pearson),
        (rejection.corrected_z, yates),
        (rejection.likelihood_ratio_z, likelihood_ratio),
    ):
        z = float(statistic(a, c, n1, n0)[0])
        assert z * z == pytest.approx(test(table).statistic, rel=1e-9, abs=1e-9)
        if z:
            assert (z > 0) == (x1 * n0 > x0 * n1)
    assert float(rejection.arcsine_z(c, a, n0, n1)[0]) == pytest.approx(-float(rejection.arcsine_z(a, c, n1, n0)[0]))


@pytest.mark.parametrize(
    ("measure", "margin"), [("risk difference", -0.1), ("risk ratio", 0.8), ("odds ratio", 0.6), ("risk ratio", 1.4)]
)
def test_statistics_of_a_margin_are_those_of_the_tests_of_a_null_value(measure: str, margin: float) -> None:
    registered = registry.tests(CONTRASTS[measure].at_null)
    for x1, n1, x0, n0 in ((12, 20, 9, 25), (3, 40, 5, 30), (18, 20, 24, 25)):
        table = TwoByTwo.from_totals(x1, n1, x0, n0)
        a, c = np.array([float(x1)]), np.array([float(x0)])
        wald = rejection.wald_z(a, c, n1, n0, measure, margin)[0]
        assert wald == pytest.approx(registered["wald"].function(table, margin, "greater").statistic, rel=1e-9)
        score = rejection.score_z(a, c, n1, n0, measure, margin)[0]
        p = registered["miettinen-nurminen"].function(table, margin, "greater").p
        z = score * math.sqrt((n1 + n0 - 1) / (n1 + n0))  # Miettinen and Nurminen's variance has N/(N - 1)
        assert 0.5 * math.erfc(z / math.sqrt(2)) == pytest.approx(p, rel=1e-6)


def test_fisher_and_mid_p_of_every_table() -> None:
    n1, n0 = 7, 11
    binomials = TwoBinomials(n1, n0)
    p, mid = rejection.fisher_p(binomials, 2, True), rejection.mid_p(binomials, 2, True)
    for x1 in range(n1 + 1):
        for x0 in range(n0 + 1):
            table = TwoByTwo.from_totals(x1, n1, x0, n0)
            assert p[x1, x0] == pytest.approx(fisher(table).p, rel=1e-9)
            assert mid[x1, x0] == pytest.approx(fisher_minlike_mid_p(table).p, rel=1e-9)


@given(n1=st.integers(1, 15), n0=st.integers(1, 15), level=st.sampled_from([0.01, 0.05, 0.3]), near=st.floats(-1, 5))
def test_the_largest_region_keeps_the_level_and_the_next_does_not(n1: int, n0: int, level: float, near: float) -> None:
    x1, x0 = rejection.every_table(n1, n0)
    extremeness = abs(rejection.pooled_z(x1, x0, n1, n0))
    binomials, contrast = TwoBinomials(n1, n0), Difference()

    def size(mask: np.ndarray) -> float:
        return binomials.largest(lambda points: binomials.of_mask(mask.astype(float), points), contrast, 0.0)

    mask = rejection.largest_region(extremeness, binomials, contrast, 0.0, level, near)
    assert size(mask) <= level * (1 + 1e-9)
    left = extremeness[~mask]
    assert left.size  # z = 0 is never significant
    assert size(extremeness >= left.max() - 1e-9) > level


@pytest.mark.parametrize(("contrast", "margin"), [("risk difference", -0.1), ("risk ratio", 0.7)])
def test_halved_rows_are_the_tables_beyond_the_statistic(contrast: str, margin: float) -> None:
    x1, x0 = rejection.every_table(13, 17)
    z = rejection.score_z(x1, x0, 13, 17, contrast, margin)
    for p1, side in ((0.8, 1.0), (0.3, -1.0)):
        asked = TwoProportions(0.7, p1, n1=13, n0=17, contrast=contrast, margin=margin)
        toward, away = rejection.exact_region(asked, "exact-pearson", 13, 17)
        assert (toward == (side * z >= 1.959963984540054)).all()
        assert not away.any()
