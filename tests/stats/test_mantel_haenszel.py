"""Pooled estimates of strata: published figures, properties that every method has, arrays of analyses."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gvhdcalc.stats import odds_ratio, registry
from gvhdcalc.stats.mantel_haenszel import (
    ODDS_RATIO,
    RISK_DIFFERENCE,
    RISK_RATIO,
    common_odds_ratio,
    common_risk_difference,
    common_risk_ratio,
    weights,
)
from gvhdcalc.stats.meta_analysis import effects, heterogeneity
from gvhdcalc.stats.strata import MEASURES, Strata
from gvhdcalc.stats.two_by_two import TwoByTwo

EMPTY = TwoByTwo(0, 0, 0, 0)


def strata(*arms: tuple[int, int, int, int]) -> Strata:
    """From events and totals: x1, n1, x0, n0 of each stratum."""
    return Strata.of(TwoByTwo.from_totals(*one) for one in arms)


def cells(*tables: tuple[int, int, int, int]) -> Strata:
    return Strata.of(TwoByTwo(*one) for one in tables)


UCB = strata((512, 825, 89, 108), (353, 560, 17, 25), (120, 325, 202, 593), (138, 417, 131, 375), (53, 191, 94, 393),
             (22, 373, 24, 341))  # fmt: skip
RABBITS = cells((0, 6, 0, 5), (3, 3, 0, 6), (6, 0, 2, 4), (5, 1, 6, 0), (2, 0, 5, 0))
BCG = cells(
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
)  # fmt: skip


def run(measure: str, key: str, table: Strata, conf: float = 0.95) -> Any:
    return registry.estimators(measure)[key].function(table, conf)


def test(measure: str, key: str, table: Strata) -> Any:
    return registry.tests(measure)[key].function(table)


test.__test__ = False  # type: ignore[attr-defined]


def test_published_breslow_day() -> None:
    """DescTools BreslowDayTest, output printed in a course on methods (msph-p8120.github.io, Breslow-Day)."""
    teeth = test(ODDS_RATIO, "breslow-day", cells((30, 25, 12, 17), (4, 6, 68, 94)))
    assert (teeth.statistic, teeth.df) == (pytest.approx(0.57493, abs=5e-6), 1)
    assert teeth.p == pytest.approx(0.4483, abs=5e-5)
    cervical = test(ODDS_RATIO, "breslow-day", cells((12, 21, 25, 118), (96, 148, 92, 150)))
    assert (cervical.statistic, cervical.df) == (pytest.approx(4.2069, abs=5e-5), 1)
    assert cervical.p == pytest.approx(0.04026, abs=5e-6)


def test_published_admissions() -> None:
    """Output of the example of R mantelhaen.test on UCBAdmissions."""
    row = common_odds_ratio(UCB)
    assert (row.estimate, row.lower, row.upper) == tuple(
        pytest.approx(x, abs=5e-8) for x in (0.9046968, 0.7719074, 1.0603298)
    )
    corrected = test(ODDS_RATIO, "cmh-cc", UCB)
    assert (corrected.statistic, corrected.p) == (pytest.approx(1.4269, abs=5e-5), pytest.approx(0.2323, abs=5e-5))


def test_published_rabbits() -> None:
    """Output of the example of R mantelhaen.test on Rabbits (Mantel 1963)."""
    row = common_odds_ratio(RABBITS)
    assert (row.estimate, row.lower, row.upper) == tuple(pytest.approx(x, rel=1e-6) for x in (7, 1.026713, 47.725133))
    exact = test(ODDS_RATIO, "cmh-exact", RABBITS)
    assert exact.p == pytest.approx(0.03994, abs=5e-6)
    assert run(ODDS_RATIO, "conditional-exact", RABBITS).estimate == pytest.approx(10.36102, rel=1e-3)


def test_published_bcg() -> None:
    """metafor's documentation, dat.bcg, log risk ratios: DerSimonian-Laird and REML (Viechtbauer 2010)."""
    dl = run(RISK_RATIO, "dersimonian-laird", BCG)
    assert [math.log(x) for x in (dl.estimate, dl.lower, dl.upper)] == [
        pytest.approx(x, abs=5e-5) for x in (-0.7141, -1.0644, -0.3638)
    ]
    reml = run(RISK_RATIO, "reml", BCG)
    assert [math.log(x) for x in (reml.estimate, reml.lower, reml.upper)] == [
        pytest.approx(x, abs=5e-5) for x in (-0.7145, -1.0669, -0.3622)
    ]
    values = {(v.method, v.name): v.value for v in heterogeneity(BCG, RISK_RATIO, ("dersimonian-laird", "reml"), 0.95)}
    assert values["dersimonian-laird", "tau^2"] == pytest.approx(0.3088, abs=5e-5)
    assert values["dersimonian-laird", "I^2"] == pytest.approx(0.9212, abs=5e-5)
    assert values["reml", "tau^2"] == pytest.approx(0.3132, abs=5e-5)
    assert values["reml", "I^2"] == pytest.approx(0.9222, abs=5e-5)
    q = test(RISK_RATIO, "cochran-q", BCG)
    assert (q.statistic, q.df) == (pytest.approx(152.2330, abs=5e-5), 12)


@st.composite
def analyses(draw: st.DrawFn, most_strata: int = 5, most: int = 40, least: int = 0) -> Strata:
    tables = []
    for _ in range(draw(st.integers(1, most_strata))):
        n1, n0 = draw(st.integers(1, most)), draw(st.integers(1, most))
        x1, x0 = draw(st.integers(min(least, n1), n1)), draw(st.integers(min(least, n0), n0))
        tables.append((x1, n1, x0, n0))
    return strata(*tables)


def close(x: float, y: float, rel: float = 1e-7, abs: float = 1e-12) -> bool:
    return bool(x == pytest.approx(y, rel=rel, abs=abs, nan_ok=True))


def inverse(x: float) -> float:
    return math.inf if x == 0 else 1 / x


@settings(max_examples=50, deadline=None)
@given(analyses())
def test_exchanged_arms_turn_every_estimate_over(table: Strata) -> None:
    for measure in MEASURES:
        for key, method in registry.estimators(measure).items():
            one, other = method.function(table, 0.95), method.function(table.arms_exchanged(), 0.95)
            turn = (lambda x: -x) if measure == RISK_DIFFERENCE else inverse
            assert close(one.estimate, turn(other.estimate)), (measure, key)
            assert close(one.lower, turn(other.upper)), (measure, key)
            assert close(one.upper, turn(other.lower)), (measure, key)
        for key, method in registry.tests(measure).items():
            assert close(method.function(table).p, method.function(table.arms_exchanged()).p), (measure, key)


@settings(max_examples=50, deadline=None)
@given(analyses())
def test_exchanged_outcome_inverts_odds_ratios_and_negates_differences(table: Strata) -> None:
    other_way = table.outcome_exchanged()
    for measure, turn in ((ODDS_RATIO, inverse), (RISK_DIFFERENCE, lambda x: -x)):
        for key, method in registry.estimators(measure).items():
            one, other = method.function(table, 0.95), method.function(other_way, 0.95)
            assert close(one.estimate, turn(other.estimate)), (measure, key)
            assert close(one.lower, turn(other.upper)), (measure, key)
        for key, method in registry.tests(measure).items():
            assert close(method.function(table).p, method.function(other_way).p), (measure, key)


def test_events_in_all_patients_leave_no_variance() -> None:
    for a, c in ((30.0, 1.0), (7.0, 3.0), (1.0, 41.0)):
        table = Strata(a=np.array([a]), b=np.zeros(1), c=np.array([c]), d=np.zeros(1))
        row = registry.estimators(RISK_RATIO)["mantel-haenszel"].function(table, 0.95)
        assert (row.estimate, row.lower, row.upper) == pytest.approx((1.0, 1.0, 1.0), rel=1e-15)


@settings(max_examples=50, deadline=None)
@given(analyses())
def test_interval_holds_the_estimate_and_widens_with_confidence(table: Strata) -> None:
    for measure in MEASURES:
        for key, method in registry.estimators(measure).items():
            rows = [method.function(table, conf) for conf in (0.8, 0.95, 0.99)]
            if math.isnan(rows[0].lower) or math.isnan(rows[0].estimate):
                assert rows[0].notes, (measure, key)
                continue
            for row in rows:
                slack = 1e-9 * abs(row.estimate) + 1e-12 if math.isfinite(row.estimate) else 0.0
                assert row.lower - slack <= row.estimate <= row.upper + slack, (measure, key)
            for narrow, wide in itertools.pairwise(rows):
                slack = 1e-9 * max(abs(narrow.lower), 1e-3)
                assert wide.lower <= narrow.lower + slack, (measure, key)
                assert wide.upper >= narrow.upper - slack, (measure, key)


@settings(max_examples=40, deadline=None)
@given(analyses(), st.integers(0, 3))
def test_a_stratum_without_patients_adds_nothing(table: Strata, where: int) -> None:
    tables = [TwoByTwo(*cell) for cell in zip(table.a, table.b, table.c, table.d, strict=True)]
    tables.insert(min(where, len(tables)), EMPTY)
    more = Strata.of(tables)
    for measure in MEASURES:
        for key, method in registry.estimators(measure).items():
            one, other = method.function(table, 0.95), method.function(more, 0.95)
            for field in ("estimate", "lower", "upper"):
                assert close(getattr(one, field), getattr(other, field), 1e-9), (measure, key, field)
        for key, method in registry.tests(measure).items():
            one, other = method.function(table), method.function(more)
            assert close(one.p, other.p, 1e-9), (measure, key)
            assert one.df == other.df, (measure, key)


@settings(max_examples=60, deadline=None)
@given(analyses(most_strata=1))
def test_one_stratum_is_its_own_table(table: Strata) -> None:
    one = TwoByTwo(*(int(cell[0]) for cell in (table.a, table.b, table.c, table.d)))
    assert close(common_odds_ratio(table).estimate, odds_ratio.woolf(one).estimate)
    assert close(common_odds_ratio(table).lower, odds_ratio.woolf(one).lower)
    p1, p0 = one.a / one.n1, one.c / one.n0
    assert close(common_risk_difference(table).estimate, p1 - p0)
    if p0:
        assert close(common_risk_ratio(table).estimate, p1 / p0)
    for key in ("conditional-exact", "mid-p"):
        ours, theirs = run(ODDS_RATIO, key, table), registry.estimators("odds ratio")[key].function(one)
        for field in ("estimate", "lower", "upper"):
            assert close(getattr(ours, field), getattr(theirs, field)), (key, field)
    of_table = registry.tests("odds ratio")
    for ours, theirs in (
        ("cmh-exact", "fisher"),
        ("cmh-exact-central", "fisher-central"),
        ("cmh-mid-p", "fisher-mid-p"),
    ):
        assert close(test(ODDS_RATIO, ours, table).p, of_table[theirs].function(one).p, 1e-9), ours
    if one.total > 1:
        pearson = of_table["pearson"].function(one).statistic
        assert close(test(ODDS_RATIO, "cmh", table).statistic, pearson * (one.total - 1) / one.total, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(analyses(most_strata=4, least=1), st.sampled_from([0.8, 0.9, 0.95]))
def test_exact_intervals_and_their_tests_agree(table: Strata, conf: float) -> None:
    for interval, tested in (("conditional-exact", "cmh-exact-central"), ("mid-p", "cmh-mid-p")):
        row, p = run(ODDS_RATIO, interval, table, conf), test(ODDS_RATIO, tested, table).p
        if abs(p - (1 - conf)) > 1e-7:
            assert (row.lower <= 1 <= row.upper) == (p > 1 - conf), interval


def test_arrays_of_analyses_give_the_figures_of_each() -> None:
    rng = np.random.default_rng(7)
    n1, n0 = rng.integers(1, 60, (2, 4, 30))
    x1, x0 = rng.binomial(n1, 0.3), rng.binomial(n0, 0.4)
    n1[3, :10] = n0[3, :10] = x1[3, :10] = x0[3, :10] = 0  # analyses of three strata among those of four
    x1[:, 29] = 0  # no event in the first arm of one
    parts = [part.astype(float) for part in (x1, n1 - x1, x0, n0 - x0)]
    many = Strata(*parts)
    for measure in MEASURES:
        for key, method in {**registry.estimators(measure), **registry.tests(measure)}.items():
            found: Any = method.function(many)
            for i, one in enumerate(many.one_by_one()):
                single: Any = method.function(one)
                for field in ("estimate", "lower", "upper", "se", "statistic", "p", "df"):
                    value = getattr(single, field, None)
                    if value is not None:
                        got = getattr(found, field)
                        got = got[i] if getattr(got, "shape", ()) else got
                        assert close(got, value, 1e-12, 1e-13), (measure, key, field, i)


def test_weights_add_to_one_and_make_the_estimate() -> None:
    for measure in MEASURES:
        assert weights(UCB, measure).sum() == pytest.approx(1)
    own = np.asarray(UCB.a) / UCB.n1 - np.asarray(UCB.c) / UCB.n0
    assert (weights(UCB, RISK_DIFFERENCE) * own).sum() == pytest.approx(common_risk_difference(UCB).estimate)
    assert (weights(UCB, ODDS_RATIO) * (UCB.a * UCB.d / (UCB.b * UCB.c))).sum() == pytest.approx(
        common_odds_ratio(UCB).estimate
    )


def test_zero_cell_rules_are_said_and_kept() -> None:
    table = strata((0, 20, 3, 20), (0, 10, 0, 10), (10, 10, 9, 9), (5, 20, 8, 21))
    assert [bool(v < math.inf) for v in effects(table, ODDS_RATIO).v] == [True, False, False, True]
    assert [bool(v < math.inf) for v in effects(table, RISK_DIFFERENCE).v] == [True] * 4
    for measure in MEASURES:
        notes = run(measure, "inverse-variance", table).notes
        assert any("0.5 is added" in note for note in notes)
        assert any("left out" in note for note in notes) == (measure != RISK_DIFFERENCE)
    assert run(ODDS_RATIO, "inverse-variance", strata((5, 20, 8, 21))).notes == ()


def test_no_strata_is_an_error() -> None:
    with pytest.raises(ValueError, match="no strata"):
        Strata.of([])
