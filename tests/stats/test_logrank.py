"""The log-rank test, its relatives and their hazard ratios, against R and by their properties."""

import math

import numpy as np
import pytest

from gvhdcalc.stats import registry
from gvhdcalc.stats.logrank import HAZARD_RATIO, MEASURE, fleming_harrington, log_rank_trend, observed_expected, peto
from gvhdcalc.stats.patients import Patients, patients

from .against_reference import agrees, covers, figure, row_id, rows_of
from .survival_sets import REFERENCE, drawn, of_set

TESTS = registry.tests(MEASURE)
RATIOS = {key: method for key, method in registry.estimators(HAZARD_RATIO).items() if key in ("peto", "pike")}


@pytest.mark.parametrize("row", rows_of(REFERENCE, MEASURE), ids=row_id)
def test_tests_of_r(row):
    more = {name: row[name] for name in ("rho", "gamma", "scores") if name in row}
    found = TESTS[row["method"]].function(of_set(row["set"]), **more)
    if row["statistic"] is None:
        assert math.isnan(found.statistic)
        assert math.isnan(found.p)
        assert found.notes
        return
    # a difference that is nothing but rounding
    assert found.statistic == pytest.approx(row["statistic"], rel=1e-6, abs=1e-12)
    assert found.p == pytest.approx(row["p"], rel=1e-6)
    assert found.df == row["df"]


@pytest.mark.parametrize("row", rows_of(REFERENCE, "observed and expected"), ids=row_id)
def test_observed_and_expected_events(row):
    found = observed_expected(of_set(row["set"]))
    assert found.observed.tolist() == row["observed"]
    assert found.expected.tolist() == pytest.approx(row["expected"], rel=1e-6)
    assert found.covariance[0, 0] == pytest.approx(row["variance"], rel=1e-6, abs=1e-12)
    assert found.expected.sum() == pytest.approx(found.observed.sum())


@pytest.mark.parametrize("row", rows_of(REFERENCE, HAZARD_RATIO), ids=row_id)
def test_hazard_ratios(row):
    if row["se"] is None:
        found = RATIOS[row["method"]].function(of_set(row["set"]), row["conf"])
        assert found.estimate == pytest.approx(figure(row["estimate"]), nan_ok=True)
        assert all(math.isnan(value) for value in (found.lower, found.upper, found.p))
        assert found.notes
        return
    agrees(row, RATIOS[row["method"]], of_set(row["set"]))


def test_every_method_has_reference_values():
    sources = REFERENCE["header"]["sources"]
    for measure, methods in ((MEASURE, TESTS), (HAZARD_RATIO, RATIOS)):
        of = {**REFERENCE, "header": {"sources": {measure: dict.fromkeys(methods, sources[measure])}}}
        covers(of, measure, methods)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_arms_and_the_unit_of_time_do_not_matter(seed):
    one = drawn(seed, arms=3, entry=seed % 2 == 0, strata=2)
    turned = patients(7 * one.time, one.status, 2 - one.arm, entry=None if one.entry is None else 7 * one.entry,
                      strata=one.strata)  # fmt: skip
    for key, method in TESTS.items():
        if key != "log-rank-trend":
            assert method.function(turned).p == pytest.approx(method.function(one).p)


@pytest.mark.parametrize("seed", range(5))
def test_swapping_the_arms_inverts_the_ratio(seed):
    one = drawn(seed)
    swapped = patients(one.time, one.status, 1 - one.arm)
    for method in RATIOS.values():
        forward, back = method.function(one), method.function(swapped)
        assert back.estimate == pytest.approx(1 / forward.estimate)
        assert (back.lower, back.upper) == pytest.approx((1 / forward.upper, 1 / forward.lower))
        assert back.p == pytest.approx(forward.p)


@pytest.mark.parametrize("seed", range(3))
def test_petos_wald_test_is_the_log_rank_test(seed):
    one = drawn(seed, strata=3)
    assert peto(one).p == pytest.approx(TESTS["log-rank"].function(one).p, rel=1e-12)


def test_no_weight_is_the_log_rank_test():
    one = of_set("lung")
    assert fleming_harrington(one, 0, 0).p == TESTS["log-rank"].function(one).p


def test_one_stratum_is_none_and_many_strata_are_added_up():
    one = drawn(3)
    labelled = patients(one.time, one.status, one.arm, strata=np.zeros(len(one), dtype=int))
    other = drawn(4)
    both = patients(
        np.concatenate([one.time, other.time]),
        np.concatenate([one.status, other.status]),
        np.concatenate([one.arm, other.arm]),
        strata=np.repeat([0, 1], 60),
    )
    assert TESTS["log-rank"].function(labelled) == TESTS["log-rank"].function(one)
    parts = [observed_expected(part) for part in (one, other)]
    whole = observed_expected(both)
    assert whole.score == pytest.approx(parts[0].score + parts[1].score)
    assert whole.covariance == pytest.approx(parts[0].covariance + parts[1].covariance)


def test_scores_of_trend_are_the_numbers_that_label_the_arms():
    one = drawn(5, arms=3)
    doses = Patients(one.time, one.status, one.arm, arms=("10", "5", "0"))
    assert log_rank_trend(doses).p == log_rank_trend(one, [10.0, 5.0, 0.0]).p
    # arms with words: the control is 0, the others 1 and 2 as they stand
    assert log_rank_trend(one).p == log_rank_trend(one, [1.0, 2.0, 0.0]).p


def test_competing_events_are_censored():
    one = drawn(6)
    rivals = Patients(one.time, np.where(one.status == 0, 2, one.status), one.arm, arms=one.arms)
    assert TESTS["log-rank"].function(rivals) == TESTS["log-rank"].function(one)


def test_the_remission_of_leukaemia():
    """6-mercaptopurine against placebo (Freireich et al. 1963), as Kleinbaum & Klein, Survival Analysis, chapter 2.

    Table 2.1 and pp. 61-65: expected events 19.25 and 10.75, log-rank 16.79, Wilcoxon 13.46 (Stata's output).
    """
    drug = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    both = patients(drug + placebo, [1] * 9 + [0] * 12 + [1] * 21, [0] * 21 + [1] * 21)
    found = observed_expected(both)
    assert found.observed.tolist() == [9, 21]
    assert [f"{value:.2f}" for value in found.expected] == ["19.25", "10.75"]
    assert f"{TESTS['log-rank'].function(both).statistic:.2f}" == "16.79"
    assert f"{TESTS['gehan-breslow'].function(both).statistic:.2f}" == "13.46"
