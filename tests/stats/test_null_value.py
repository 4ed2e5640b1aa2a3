"""Tests at a null value: R's values, what they are at equality, and the intervals they agree with."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gvhdcalc.stats import null_value, registry
from gvhdcalc.stats.null_value import CONTRASTS
from gvhdcalc.stats.two_by_two import TwoByTwo

FOLDER = Path(__file__).parents[1] / "reference"
REFERENCE = json.loads((FOLDER / "two_arms.json").read_text(encoding="utf-8"))
TABLES = {
    table["id"]: TwoByTwo.from_totals(table["x1"], table["n1"], table["x0"], table["n0"])
    for table in json.loads((FOLDER / "counts.json").read_text(encoding="utf-8"))["tables"]
}
#: Exact unconditional tests have their own file of tests.
METHODS = [
    method for contrast in CONTRASTS.values() for method in registry.tests(contrast.at_null).values() if not method.slow
]
by_method = pytest.mark.parametrize("method", METHODS, ids=lambda m: f"{m.measure}-{m.key}")

cells = st.integers(0, 60)
tables = st.tuples(cells, cells, cells, cells).filter(lambda t: t[0] + t[1] and t[2] + t[3]).map(lambda t: TwoByTwo(*t))


def contrast_of(method):
    return CONTRASTS[method.measure.removesuffix(" at a null value")]


def number(value):
    """A figure of the reference file: null does not exist, "Infinity" is infinite."""
    return math.nan if value is None else float(value)


@pytest.mark.parametrize(
    "row", REFERENCE["null_tests"], ids=lambda r: f"{r['measure']}-{r['method']}-{r['id']}-{r['null']}"
)
def test_agrees_with_r(row):
    method = registry.tests(CONTRASTS[row["measure"]].at_null)[row["method"]]
    results = {
        alternative: method.function(TABLES[row["id"]], row["null"], alternative)
        for alternative in ("two-sided", "greater", "less")
    }
    for alternative, field in (("two-sided", "p"), ("greater", "greater"), ("less", "less")):
        expected = pytest.approx(number(row[field]), rel=1e-6, abs=1e-300, nan_ok=True)
        assert results[alternative].p == expected, alternative
        assert results[alternative].sides == (2 if alternative == "two-sided" else 1)
        assert results[alternative].notes or not math.isnan(results[alternative].p)
    if "statistic" in row:
        assert results["greater"].statistic == pytest.approx(number(row["statistic"]), rel=1e-6, abs=1e-9, nan_ok=True)


def test_every_test_has_its_reference_values():
    for method in METHODS:
        plain = contrast_of(method).measure
        rows = [r for r in REFERENCE["null_tests"] if (r["measure"], r["method"]) == (plain, method.key)]
        assert REFERENCE["header"]["sources_at_null"][method.key]
        assert len({row["id"] for row in rows}) >= 20
        tables = [TABLES[row["id"]] for row in rows]
        assert any(0 in (t.a, t.b, t.c, t.d) for t in tables)
        assert any(t.n1 == 10**9 for t in tables)


#: The interval of each test, at whose limits its one-sided P is half of what the level leaves.
INTERVALS = {
    ("risk difference", "miettinen-nurminen"): "miettinen-nurminen",
    ("risk difference", "farrington-manning"): "mee",
    ("risk ratio", "miettinen-nurminen"): "miettinen-nurminen",
    ("risk ratio", "farrington-manning"): "koopman",
    ("odds ratio", "miettinen-nurminen"): "miettinen-nurminen",
    ("odds ratio", "farrington-manning"): "cornfield",
    **{(measure, key): key for measure in CONTRASTS for key in ("scas",)},
    **{(measure, "likelihood-ratio"): "profile-likelihood" for measure in CONTRASTS},
    ("risk difference", "wald"): "wald",
    ("risk ratio", "wald"): "katz",
    ("odds ratio", "wald"): "woolf",
    ("odds ratio", "fisher"): "conditional-exact",
    ("odds ratio", "fisher-mid-p"): "mid-p",
}


@pytest.mark.parametrize(("measure", "key"), INTERVALS, ids="-".join)
@given(table=tables)
def test_one_sided_p_is_half_the_rest_at_the_limits_of_the_interval(measure, key, table):
    interval = registry.estimators(measure)[INTERVALS[measure, key]].function(table, 0.95)
    test = registry.tests(CONTRASTS[measure].at_null)[key].function
    for limit, alternative in ((interval.lower, "greater"), (interval.upper, "less")):
        try:
            CONTRASTS[measure].check(limit)
        except ValueError:
            continue  # an end of the scale, or a limit that does not exist
        if math.isnan(interval.estimate) or limit in (-1, 1) or not 1e-6 < abs(limit) < 1e6:
            continue
        if measure == "risk difference" and abs(abs(limit) - 1) < 1e-6:
            continue
        p = test(table, limit, alternative).p
        assert p == pytest.approx(0.025, rel=1e-5) or math.isnan(p)


def test_every_test_is_paired_with_an_interval():
    assert set(INTERVALS) == {(contrast_of(method).measure, method.key) for method in METHODS}


@pytest.mark.parametrize(
    ("key", "same"),
    [("miettinen-nurminen", "n-1"), ("farrington-manning", "pearson"), ("likelihood-ratio", "likelihood-ratio")],
)
@pytest.mark.parametrize("measure", CONTRASTS)
@given(table=tables)
def test_at_equality_they_are_the_tests_of_independence(measure, key, same, table):
    contrast = CONTRASTS[measure]
    row = registry.tests(contrast.at_null)[key].function(table, contrast.equality)
    plain = registry.tests(measure)[same].function(table)
    assert row.p == pytest.approx(plain.p, rel=1e-6, abs=1e-12, nan_ok=True)


@by_method
@given(table=tables, null=st.floats(0.05, 0.95))
@example(table=TwoByTwo(0, 1, 1, 5), null=0.5)  # rounding took the sum of the whole distribution past 1
def test_exchanging_the_arms_turns_the_null_value_and_the_alternative(method, table, null):
    turned = -null if contrast_of(method).equality == 0 else 1 / null
    for alternative, other in (("two-sided", "two-sided"), ("greater", "less"), ("less", "greater")):
        one = method.function(table, null, alternative).p
        two = method.function(table.arms_exchanged(), turned, other).p
        assert one == pytest.approx(two, rel=1e-6, abs=1e-15, nan_ok=True)
        assert math.isnan(one) or 0 <= one <= 1


@by_method
@given(table=tables, null=st.floats(0.05, 0.95))
def test_one_sided_ps_add_to_one_or_more(method, table, null):
    """To one for a continuous statistic, to more where the observed table belongs to both sides."""
    greater, less = (method.function(table, null, alternative).p for alternative in ("greater", "less"))
    if not math.isnan(greater):
        exact = method.key == "fisher"
        assert greater + less >= 1 - 1e-9 if exact else greater + less == pytest.approx(1, abs=1e-9)


@by_method
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_arrays_give_what_plain_numbers_give(method, alternative):
    names = [name for name, table in TABLES.items() if table.events < 10**6]
    rows = [TABLES[name] for name in names]
    together = TwoByTwo(*(np.array([getattr(table, cell) for table in rows], dtype=float) for cell in "abcd"))
    null = 0.2 if contrast_of(method).equality == 0 else 1.25
    many = method.function(together, null, alternative)
    for index, table in enumerate(rows):
        one = method.function(table, null, alternative)
        # sums of many exact terms are added in another order
        rel = 1e-9 if method.key.startswith("fisher") else 1e-11
        assert many.p[index] == pytest.approx(one.p, rel=rel, abs=1e-300, nan_ok=True), names[index]


@pytest.mark.parametrize(
    ("contrast", "null"),
    [(null_value.DIFFERENCE, 1.0), (null_value.DIFFERENCE, -1.5), (null_value.RATIO, 0.0), (null_value.RATIO, -2.0),
     (null_value.RATIO_OF_ODDS, math.inf), (null_value.RATIO_OF_ODDS, math.nan)],
)  # fmt: skip
def test_a_null_value_off_the_scale_is_refused(contrast, null):
    for method in (m for m in METHODS if m.measure == contrast.at_null):
        with pytest.raises(ValueError, match=r"not between|not above"):
            method.function(TwoByTwo(8, 2, 5, 5), null)


def test_what_says_nothing_does_not_exist():
    for method in METHODS:
        row = method.function(TwoByTwo(0, 10, 0, 12), contrast_of(method).equality)
        if not method.key.startswith("fisher"):
            assert math.isnan(row.p)
            assert row.notes
    # but no events at all do speak against a difference of 30%
    row = registry.tests(null_value.DIFFERENCE.at_null)["miettinen-nurminen"].function(TwoByTwo(0, 10, 0, 12), 0.3)
    assert 0 < row.p < 0.1
