"""Power by simulation: the share of simulated trials that are significant, with its Monte Carlo standard error."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .results import Value


@dataclass(frozen=True, slots=True)
class Simulation:
    """``significant`` of ``trials`` simulated trials were significant in the direction of the effect."""

    significant: int
    trials: int

    @property
    def power(self) -> float:
        """The share of significant trials."""
        return self.significant / self.trials

    @property
    def error(self) -> float:
        """The Monte Carlo standard error, sqrt(p (1 - p)/trials); with none or all significant that of half a trial."""
        p = min(max(self.power, 0.5 / self.trials), 1 - 0.5 / self.trials)
        return math.sqrt(p * (1 - p) / self.trials)

    def values(self) -> tuple[Value, ...]:
        """The figures under their documented names."""
        return (
            Value("simulated power", self.power, "proportion", f"{self.trials} simulated trials"),
            Value("Monte Carlo standard error", self.error, "proportion", "of the simulated power"),
        )
