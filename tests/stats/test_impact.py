"""Every method of the measures of impact, against R (tests/reference/impact.R) and between plain numbers and arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gvhdcalc.stats import registry
from gvhdcalc.stats.two_by_two import TwoByTwo
from tests.stats.against_reference import FIELDS, figure, load

REFERENCE = load("impact")
TABLES = {t["id"]: (t["x1"], t["n1"], t["x0"], t["n0"]) for t in load("counts")["tables"]}
MEASURES = tuple(dict.fromkeys(row["measure"] for row in REFERENCE["values"]))
METHODS = [(measure, key) for measure in MEASURES for key in registry.estimators(measure)]


def case(row: dict[str, Any]) -> str:
    share = f"-share-{row['share']:g}" if "share" in row else ""
    return f"{row['measure'].replace(' ', '-')}-{row['method']}-{row['id']}-{row['conf']:g}{share}"


def scale(row: dict[str, Any]) -> float:
    """A fraction may pass through zero: only its distance on the scale of its interval means anything."""
    sizes = [abs(figure(row[name])) for name in ("estimate", "lower", "upper")]
    return max((size for size in sizes if math.isfinite(size)), default=1.0) or 1.0


@pytest.mark.parametrize("row", REFERENCE["values"], ids=case)
def test_agrees_with_r(row: dict[str, Any]) -> None:
    method = registry.estimators(row["measure"])[row["method"]]
    more = {"exposed_share": row["share"]} if "share" in row else {}
    result = method.function(TwoByTwo.from_totals(*TABLES[row["id"]]), row["conf"], **more)
    assert (result.measure, result.method, result.conf) == (row["measure"], row["method"], row["conf"])
    for field in FIELDS:
        got = getattr(result, field)
        if field not in row:
            assert got is None, f"{field} = {got}: there is no reference value for it"
            continue
        near_zero = {"se": 0.0, "statistic": 1e-12, "p": 1e-300}.get(field, 1e-12 * scale(row))
        assert got == pytest.approx(figure(row[field]), rel=1e-6, abs=near_zero, nan_ok=True), field
        if math.isnan(got):
            assert result.notes, f"{field} does not exist, and no note says why"


@pytest.mark.parametrize(("measure", "key"), METHODS)
def test_every_method_has_reference_values(measure: str, key: str) -> None:
    assert REFERENCE["header"]["sources"][measure][key]
    rows = [row for row in REFERENCE["values"] if (row["measure"], row["method"]) == (measure, key)]
    sizes = [TABLES[identity] for identity in {row["id"] for row in rows}]
    assert len(sizes) >= 20
    assert any(0 in size for size in sizes)
    assert any(max(size) == 10**9 for size in sizes)
    assert {row["conf"] for row in rows} == {0.9, 0.95, 0.99}


@pytest.mark.parametrize("dtype", ["float64", "int64"])
@pytest.mark.parametrize(("measure", "key"), METHODS)
def test_arrays_give_what_plain_numbers_give(measure: str, key: str, dtype: str) -> None:
    method = registry.estimators(measure)[key]
    rows = list(TABLES.values())
    if method.key == "conditional-exact":  # exact limits of 10^9 one by one: a few will do
        rows = [row for row in rows if max(row) < 10_000]
    together = method.function(TwoByTwo.from_totals(*np.array(rows, dtype=dtype).T), 0.95)
    for index, row in enumerate(rows):
        alone = method.function(TwoByTwo.from_totals(*row), 0.95)
        for field in FIELDS:
            one, every = getattr(alone, field), getattr(together, field)
            assert (one is None) == (every is None), field
            if one is not None:
                many = np.broadcast_to(every, (len(rows),))[index]
                largest = max(abs(x) for x in (alone.estimate, alone.lower, alone.upper, 0.0) if math.isfinite(x))
                near_zero = 1e-12 * largest if field in ("estimate", "lower", "upper") else 1e-300
                assert many == pytest.approx(one, rel=1e-11, abs=near_zero, nan_ok=True), (field, row)
