"""What a command hands over to be shown: its inputs as understood, and what the core made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ..stats.results import Design, Estimate, TestResult, Value, Verdict

if TYPE_CHECKING:
    from .step_curves import StepCurves

#: The version of the JSON contract (docs/json.md).
SCHEMA = "gvhdcalc/1"


class Arm(NamedTuple):
    """One arm, as a table shows it above the results."""

    label: str
    events: int
    total: int
    estimate: Estimate | None = None


class Stratum(NamedTuple):
    """One stratum of a pooled analysis: events and totals of its arms, its own estimate, its share of the weights.

    A row that is no stratum (the strata added up) has no weight.
    """

    label: str
    events: tuple[int, int]
    totals: tuple[int, int]
    estimate: Estimate
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One answer.

    ``command`` and ``inputs`` are echoed in JSON; ``title``, ``arms`` and ``facts`` (label, text) stand above the
    tables that people see; ``conclusion`` is one sentence below them. ``explained`` are the letters of the
    formulas with their numbers, for ``--explain``. The own estimates of ``arms`` and ``strata`` stand in their table,
    and in JSON behind ``estimates``. The figures of ``designs`` are values too: people see one row for
    each, JSON has them under ``values`` before the others. ``curve`` names what the ``case`` of some values varies:
    these are drawn, not tabled. ``steps`` are curves to draw below the tables.
    """

    command: str
    inputs: Mapping[str, Any]
    title: str = ""
    arms: tuple[Arm, ...] = ()
    strata: tuple[Stratum, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    estimates: tuple[Estimate, ...] = ()
    tests: tuple[TestResult, ...] = ()
    designs: tuple[Design, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    values: tuple[Value, ...] = ()
    warnings: tuple[str, ...] = ()
    conclusion: str = ""
    curve: str = ""
    steps: StepCurves | None = None
    explained: Mapping[str, float] = field(default_factory=dict)

    def every_estimate(self) -> list[Estimate]:
        """The estimates, and behind them those of single arms and strata, whose names say whose they are."""
        return [*self.estimates, *(replace(row, name=f"{label}: {row.name}") for label, row in self._own())]

    def _own(self) -> list[tuple[str, Estimate]]:
        arms = [(arm.label, arm.estimate) for arm in self.arms if arm.estimate]
        return arms + [(stratum.label, stratum.estimate) for stratum in self.strata]

    def drawn(self) -> list[Value]:
        """The values that are drawn as a curve."""
        return [row for row in self.values if self.curve and self.curve in dict(row.case)]

    def to_plot(self) -> tuple[list[Estimate], list[str]]:
        """The intervals to draw, and the label of each: arms and strata above what was made of them."""
        own = self._own()
        measure = self.estimates[0].measure if self.estimates else None
        rows = [replace(row, measure=measure or row.measure) for _, row in own] + list(self.estimates)
        return rows, [label for label, _ in own] + [row.method for row in self.estimates]
