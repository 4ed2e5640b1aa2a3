"""What a command hands over to be shown: its inputs as understood, and what the core made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..stats.results import Design, Estimate, TestResult, Value, Verdict

#: The version of the JSON contract (docs/json.md).
SCHEMA = "gvhdcalc/1"


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm, as a table shows it above the results."""

    label: str
    events: int
    total: int


@dataclass(frozen=True, slots=True)
class Document:
    """One answer.

    ``command`` and ``inputs`` are echoed in JSON; ``title``, ``arms`` and ``facts`` (label, text) stand above the
    tables that people see; ``conclusion`` is one sentence below them. ``explained`` are the letters of the
    formulas with their numbers, for ``--explain``. The figures of ``designs`` are values too: people see one row for
    each, JSON has them under ``values`` before the others.
    """

    command: str
    inputs: Mapping[str, Any]
    title: str = ""
    arms: tuple[Arm, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    estimates: tuple[Estimate, ...] = ()
    tests: tuple[TestResult, ...] = ()
    designs: tuple[Design, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    values: tuple[Value, ...] = ()
    warnings: tuple[str, ...] = ()
    conclusion: str = ""
    explained: Mapping[str, float] = field(default_factory=dict)
