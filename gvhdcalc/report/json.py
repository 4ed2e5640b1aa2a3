"""The JSON contract, version 1 (docs/json.md): full precision, null for what is not there, "Infinity" as text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from json import dumps
from typing import Any

from ..stats.results import Estimate, TestResult, Value, Verdict
from .document import SCHEMA, Document


def number(value: Any) -> Any:
    """A number as JSON has it: nan is null, infinities are strings; whole and other values as they are."""
    if isinstance(value, float):
        if math.isnan(value):
            return None
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
    return value


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    return number(value)


def _with_case(found: dict[str, Any], row: Estimate | TestResult | Value) -> dict[str, Any]:
    """What was varied, where a row is one of several."""
    return found | {"case": dict(row.case)} if row.case else found


def _estimate(row: Estimate) -> dict[str, Any]:
    found = {
        "measure": row.measure,
        "method": row.method,
        "name": row.name,
        "estimate": row.estimate,
        "lower": row.lower,
        "upper": row.upper,
        "conf": row.conf,
        "se": row.se,
        "se_scale": row.se_scale,
        "statistic": row.statistic,
        "p": row.p,
        "reference": row.reference,
        "notes": list(row.notes),
    }
    return _with_case(found, row)


def _test(row: TestResult) -> dict[str, Any]:
    found = {
        "method": row.method,
        "name": row.name,
        "statistic": row.statistic,
        "df": row.df,
        "p": row.p,
        "sides": row.sides,
        "reference": row.reference,
        "notes": list(row.notes),
    }
    return _with_case(found, row)


def _verdict(row: Verdict) -> dict[str, Any]:
    return {
        "item": row.item,
        "printed": row.printed,
        "verdict": row.verdict,
        "methods": list(row.methods),
        "computed": row.computed,
        "attainable": row.attainable,
        "note": row.note,
    }


def _value(row: Value) -> dict[str, Any]:
    found = {"name": row.name, "value": row.value, "unit": row.unit, "note": row.note, "method": row.method}
    return _with_case(found, row)


def as_dict(document: Document) -> dict[str, Any]:
    """The document in the contract's shape, ready for json.dumps."""
    cleaned: dict[str, Any] = _clean(
        {
            "schema": SCHEMA,
            "command": document.command,
            "inputs": document.inputs,
            "estimates": [_estimate(row) for row in document.every_estimate()],
            "tests": [_test(row) for row in document.tests],
            "verdicts": [_verdict(row) for row in document.verdicts],
            "values": [
                _value(row) for row in (*(v for design in document.designs for v in design.values()), *document.values)
            ],
            "warnings": list(document.warnings),
        }
    )
    return cleaned


def render(document: Document, *, lines: bool = False) -> str:
    """JSON text: indented, or on one line (JSON Lines)."""
    return dumps(as_dict(document), indent=None if lines else 2, allow_nan=False, ensure_ascii=False)
