"""Why a P may not follow from an interval: each reason tried on figures made to have it."""

from __future__ import annotations

import math

import pytest

from gvhdcalc.stats.hazard_ratio_reasons import logrank_over_wald, reasons, sentence
from gvhdcalc.stats.namespace import Scalars, z_for


def rounding(x, decimals):
    half = 0.5 * 10**-decimals
    return x - half, x + half


def tried(hr, lower, upper, p, level=0.95, decimals=3):
    boxes = tuple(rounding(x, 2) for x in (hr, lower, upper))
    return {row.says.split(" (")[0]: row for row in reasons((hr, lower, upper), boxes, level, p, rounding(p, decimals))}


def printed(hr, se, level):
    z = z_for(level)
    return round(hr, 2), round(hr * math.exp(-z * se), 2), round(hr * math.exp(z * se), 2)


@pytest.mark.parametrize("hr", [0.68, 1.47])
def test_a_one_sided_p(hr):
    p = Scalars.norm_sf(abs(math.log(hr)) / 0.17)
    assert tried(*printed(hr, 0.17, 0.95), round(p, 3))["a one-sided P"].holds
    assert tried(*printed(hr, 0.17, 0.95), round(1 - p, 3))["a one-sided P"].holds


@pytest.mark.parametrize("level", [0.9, 0.975, 0.99])
def test_limits_at_another_level(level):
    p = Scalars.two_sided(math.log(0.68) / 0.17)
    found = tried(*printed(0.68, 0.17, level), round(p, 3))
    assert found[f"{100 * level:g}% limits"].holds


def test_the_relapse_of_the_trial_has_no_usual_reason():
    found = tried(0.75, 0.34, 1.67, 0.610)
    assert [row.holds for row in found.values()] == [False] * 6 + [None] * 2
    text = sentence(list(found.values()), "0.610")
    assert text.startswith("Not explained by: a one-sided P") and "Would explain it, if believed" in text
    values = {value.name: value.value for row in found.values() for value in row.values}
    # z of P 0.61 by R qnorm: 0.5100735; of the limits log(0.75)/0.4060327 = 0.7085
    assert values["z of P over z of interval"] == pytest.approx(0.5100735 / 0.7085218, rel=1e-4)
    assert values["hazard ratio needed"] == pytest.approx(0.8129, abs=1e-4)


def test_a_log_rank_p_near_the_interval_may_be_believed():
    p = Scalars.two_sided(math.log(0.68) / 0.17 * 1.03)
    found = tried(*printed(0.68, 0.17, 0.95), round(p, 4), decimals=4)
    assert found["a log-rank or Gray's test"].holds is None


def test_the_expected_z_of_a_log_rank_test():
    assert logrank_over_wald(1.0) == 1
    assert logrank_over_wald(0.5) == pytest.approx(logrank_over_wald(2.0))
    b = math.log(0.5)
    assert logrank_over_wald(0.5) == pytest.approx(math.tanh(b / 2) * 2 * math.cosh(b / 2) / b)


def test_a_ratio_of_one_and_limits_without_width():
    assert len(tried(1.0, 0.5, 2.0, 0.5)) == 4
    assert len(tried(0.7, 0.7, 0.7, 0.5)) == 4
