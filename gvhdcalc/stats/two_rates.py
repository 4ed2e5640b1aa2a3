"""Two rates: events over person-time in two arms."""

from __future__ import annotations

from dataclasses import dataclass

from .results import Number


@dataclass(frozen=True, slots=True)
class TwoRates:
    """Events (whole numbers) and person-time (above 0) of two arms, or arrays of one shape for many.

    Treatment (or exposed) first, control (or reference) second. A difference of rates is per unit of person-time.
    """

    events1: Number
    time1: Number
    events0: Number
    time0: Number

    @property
    def events(self) -> Number:
        return self.events1 + self.events0

    @property
    def time(self) -> Number:
        return self.time1 + self.time0
