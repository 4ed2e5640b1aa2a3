"""The patients of tests/reference/survival.json."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from gvhdcalc.stats.kaplan_meier import Curve, kaplan_meier
from gvhdcalc.stats.patients import Patients, patients

from .against_reference import load

REFERENCE = load("survival")


@cache
def of_set(name: str) -> Patients:
    """The patients of a set, the control arm last."""
    data: dict[str, Any] = REFERENCE["sets"][name]
    return patients(data["time"], data["status"], data["arm"], entry=data.get("entry"), strata=data.get("strata"))


@cache
def curve_of(name: str, arm: int) -> Curve:
    """The Kaplan-Meier curve of one arm of a set."""
    one = of_set(name).of_arm(arm)
    return kaplan_meier(one.time, one.event, one.entry)


def expanded(measure: str) -> list[dict[str, Any]]:
    """A row for each method of the points of a measure, as the other rows are."""
    rows = []
    for point in REFERENCE["points"]:
        if point["measure"] == measure:
            for key, (lower, upper) in point["limits"].items():
                row = {**point, "method": key, "lower": lower, "upper": upper}
                row["id"] = f"{point['set']}, arm {point['arm']}" + (f", {point['time']:g}" if "time" in point else "")
                rows.append(row)
    return rows


def drawn(seed: int, n: int = 60, arms: int = 2, entry: bool = False, strata: int = 1) -> Patients:
    """Patients at random, with ties."""
    random = np.random.default_rng(seed)
    time = random.integers(1, 30, n).astype(float)
    return patients(
        time,
        random.integers(0, 2, n),
        np.arange(n) % arms,
        entry=np.minimum(random.integers(0, 10, n), time - 1) if entry else None,
        strata=random.integers(0, strata, n) if strata > 1 else None,
    )
