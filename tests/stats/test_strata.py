"""Every method for strata against R: tests/reference/strata.json, made by strata.R beside it.

Nothing here names a function of ours: methods are found in the registry.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gvhdcalc.stats import registry
from gvhdcalc.stats.conditional_independence import CONDITIONAL_INDEPENDENCE
from gvhdcalc.stats.meta_analysis import heterogeneity
from gvhdcalc.stats.strata import MEASURES, Strata
from gvhdcalc.stats.two_by_two import TwoByTwo

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "strata.json").read_text(encoding="utf-8"))
TABLES = {group["id"]: group["tables"] for group in REFERENCE["strata"]}
FIELDS = ("estimate", "lower", "upper", "se", "statistic", "p", "df")
HETEROGENEITY = " heterogeneity"


@cache
def strata(identity: str) -> Strata:
    return Strata.of(TwoByTwo(*cells) for cells in TABLES[identity])


def methods_of(measure: str) -> dict[str, registry.Method]:
    """Estimators and the measure's own tests; those that all measures share are under "conditional independence"."""
    if measure == CONDITIONAL_INDEPENDENCE:
        return {k: m for k, m in registry.tests("common odds ratio").items() if m.measure == measure}
    own = {k: m for k, m in registry.tests(measure).items() if m.measure == measure}
    return registry.estimators(measure) | own


def figure(value: float | str | None) -> float:
    """A figure of the reference file: null does not exist, "Infinity" is infinite."""
    return math.nan if value is None else float(value)


def near_zero(row: dict[str, Any], field: str) -> float:
    """The absolute tolerance: a difference means something on the scale of its interval only."""
    if field == "statistic":
        return 1e-11
    if row["measure"] == "common risk difference" and field in ("estimate", "lower", "upper"):
        sizes = [abs(figure(row[name])) for name in ("estimate", "lower", "upper")]
        return 1e-12 * (max((size for size in sizes if size == size), default=0.0) or 1.0)
    return 1e-12 if row[field] == 0 else 0.0


def row_id(row: dict[str, Any]) -> str:
    level = f"-{row['conf']:g}" if "conf" in row else ""
    return f"{row['measure']}-{row['method']}-{row['id']}{level}".replace(" ", "-")


@pytest.mark.parametrize(
    "row", [row for row in REFERENCE["values"] if not row["method"].endswith(HETEROGENEITY)], ids=row_id
)
def test_agrees_with_r(row: dict[str, Any]) -> None:
    methods = methods_of(row["measure"])
    assert row["method"] in methods, "the reference file has a method that is not registered"
    method = methods[row["method"]]
    given = strata(row["id"])
    result: Any = method.function(given, row["conf"]) if "conf" in row else method.function(given)
    assert (result.measure, result.method) == (row["measure"], row["method"])
    for field in FIELDS:
        if field in row:
            expected = pytest.approx(figure(row[field]), rel=1e-6, abs=near_zero(row, field), nan_ok=True)
            assert getattr(result, field) == expected, field
        else:
            assert getattr(result, field, None) is None, f"{field}: there is no reference value for it"
    if any(row[field] is None for field in ("lower", "statistic") if field in row):
        assert result.notes, "what does not exist has its reason"


@pytest.mark.parametrize(
    "row", [row for row in REFERENCE["values"] if row["method"].endswith(HETEROGENEITY)], ids=row_id
)
def test_heterogeneity_agrees_with_r(row: dict[str, Any]) -> None:
    key = row["method"].removesuffix(HETEROGENEITY)
    values = {v.name: v.value for v in heterogeneity(strata(row["id"]), row["measure"], (key,), row["conf"])}
    named = {"tau2": "tau^2", "i2": "I^2", "lower": "prediction lower",
             "upper": "prediction upper"}  # fmt: skip
    scale = max(abs(row["upper"]), abs(row["lower"]))
    for field, name in named.items():
        near = 1e-12 * scale if field in ("lower", "upper") else 1e-13
        assert values[name] == pytest.approx(figure(row[field]), rel=1e-6, abs=near), name


@pytest.mark.parametrize("measure", [*MEASURES, CONDITIONAL_INDEPENDENCE])
def test_no_method_without_reference(measure: str) -> None:
    """Each registered method has a source and at least 20 data sets."""
    sources = REFERENCE["header"]["sources"]
    for key in methods_of(measure):
        assert sources.get(key) or (key.endswith("hartung-knapp") and sources["hartung-knapp"]), key
        rows = [row for row in REFERENCE["values"] if (row["measure"], row["method"]) == (measure, key)]
        assert len({row["id"] for row in rows}) >= 20, key
        if "conf" in rows[0]:
            assert {row["conf"] for row in rows} == {0.9, 0.95, 0.99}
