"""Rows of a JSON file of tests/reference, and how a result is held to one."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from gvhdcalc.stats import registry

FOLDER = Path(__file__).parents[1] / "reference"
FIELDS = ("estimate", "lower", "upper", "se", "statistic", "p")


def load(name: str) -> dict[str, Any]:
    """The content of tests/reference/NAME.json."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content


def rows_of(reference: dict[str, Any], *measures: str) -> list[dict[str, Any]]:
    return [row for row in reference["values"] if row["measure"] in measures]


def row_id(row: dict[str, Any]) -> str:
    level = f"-{row['conf']:g}" if "conf" in row else ""
    return f"{row['measure'].replace(' ', '-')}-{row['method']}-{row['id']}{level}"


def figure(value: float | str | None) -> float:
    """A figure of the reference file: null does not exist, "Infinity" is infinite."""
    return math.nan if value is None else float(value)


def near_zero(row: dict[str, Any], field: str) -> float:
    """The absolute tolerance: of a difference, by the scale of its interval; of all else, for an exact zero only."""
    if field == "statistic":
        return 1e-12
    if "difference" in row["measure"] and field in ("estimate", "lower", "upper"):
        sizes = [abs(figure(row[name])) for name in ("estimate", "lower", "upper")]
        return 1e-12 * (max(sizes) or 1.0)
    if field == "p":
        return 1e-300
    return 1e-12 if row[field] == 0 else 0.0


def agrees(row: dict[str, Any], method: registry.Method, data: Any) -> None:
    """Assert that a method's result is the reference value, each field that either has."""
    result = method.function(data) if method.kind == "test" else method.function(data, row["conf"])
    for field in FIELDS:
        got = getattr(result, field, None)
        if field not in row:
            assert got is None, f"{field} = {got}: there is no reference value for it"
            continue
        assert got is not None, f"{field} is missing"
        expected = pytest.approx(figure(row[field]), rel=1e-6, abs=near_zero(row, field), nan_ok=True)
        assert got == expected, f"{field} = {got!r}, R has {row[field]!r}"
        if math.isnan(got):
            assert result.notes, f"{field} does not exist, and no note says why"
    if "df" in row:
        assert result.df == row["df"]


def covers(reference: dict[str, Any], measure: str, methods: dict[str, registry.Method]) -> None:
    """Assert that each registered method has a source and at least 20 cases, of three levels if an interval."""
    assert methods
    for key, method in methods.items():
        assert reference["header"]["sources"][measure].get(key), f"{measure} by {key} has no source"
        rows = [row for row in reference["values"] if (row["measure"], row["method"]) == (measure, key)]
        assert len({row["id"] for row in rows}) >= 20, f"{measure} by {key} has too few cases"
        if method.kind == "estimator":
            assert {row["conf"] for row in rows} == {0.9, 0.95, 0.99}


def rounds_to(value: float, printed: str) -> bool:
    """Whether a value is what was printed, to the decimals or the significant digits printed."""
    decimals = len(printed.partition(".")[2])
    return abs(value - float(printed)) <= 0.5 * 10**-decimals * (1 + 1e-9)
