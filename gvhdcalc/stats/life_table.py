"""Cumulative incidence from a life table: intervals with those at risk, events by cause, and the censored.

Within an interval the order of events and withdrawals is not known. The actuarial estimate takes the censored as at
risk for half of it, n' = n - c/2 (Cutler & Ederer 1958); the Aalen-Johansen estimate takes events as coming first,
n' = n. They agree where the intervals are narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .aalen_johansen import Curve, from_counts


@dataclass(frozen=True, slots=True)
class LifeTable:
    """A life table of one arm, a row for each of m intervals in order.

    ``ends`` are where the intervals end (m,), ``at_risk`` those under observation as each begins (m,), ``events`` the
    events of each cause (K rows of m), ``censored`` the withdrawals (m,).
    """

    ends: tuple[float, ...]
    at_risk: tuple[float, ...]
    events: tuple[tuple[float, ...], ...]
    censored: tuple[float, ...]

    def actuarial(self) -> Curve:
        """The actuarial estimate, half of the censored taken as at risk, steps at the ends of the intervals."""
        return from_counts(
            self.ends, [n - c / 2 for n, c in zip(self.at_risk, self.censored, strict=True)], self.events
        )

    def aalen_johansen(self) -> Curve:
        """The Aalen-Johansen estimate, all of an interval's events before its withdrawals."""
        return from_counts(self.ends, self.at_risk, self.events)


def life_table(
    ends: Sequence[float],
    events: Sequence[Sequence[float]],
    censored: Sequence[float] | None = None,
    at_risk: Sequence[float] | None = None,
    start: float | None = None,
) -> LifeTable:
    """A checked life table; of ``censored`` and ``at_risk`` one may be left out, and follows from the other.

    Without ``at_risk`` the first number is ``start``, or where that is None too, as many as leave in the whole table.
    Without ``censored`` those who leave an interval without an event were censored in it (in the last one nobody).
    Raises ValueError, which names the interval: numbers that do not go together, negative ones, ends out of order.
    """
    m = len(ends)
    for name, values in (("censored", censored), ("at risk", at_risk), *(("events", cause) for cause in events)):
        if values is not None and len(values) != m:
            raise ValueError(f"{len(values)} numbers of {name} for {m} intervals")
        for end, value in zip(ends, values or (), strict=False):
            if not 0 <= value < float("inf"):
                raise ValueError(f"interval to {end:g}: {value:g} {name} is no number of patients")
    for before, end in zip((0.0, *ends), ends, strict=False):
        if not end > before or end == float("inf"):
            raise ValueError(f"the intervals' ends go up from 0; {end:g} follows {before:g}")
    gone = [sum(cause[row] for cause in events) for row in range(m)]
    if at_risk is None:
        lost = list(censored) if censored is not None else [0.0] * m
        left = start if start is not None else sum(gone) + sum(lost)
        found = []
        for row in range(m):
            found.append(left)
            left -= gone[row] + lost[row]
        numbers, withdrawn = found, lost
    else:
        numbers = list(at_risk)
        follow = [numbers[row] - gone[row] - numbers[row + 1] for row in range(m - 1)] + [0.0]
        withdrawn = list(censored) if censored is not None else follow
    for row, end in enumerate(ends):
        if withdrawn[row] < 0:
            raise ValueError(f"interval to {end:g}: {numbers[row + 1]:g} at risk afterwards are more than can be left")
        if numbers[row] < gone[row] + withdrawn[row]:
            raise ValueError(
                f"interval to {end:g}: {gone[row]:g} events and {withdrawn[row]:g} censored are more than "
                f"the {numbers[row]:g} at risk"
            )
        if numbers[row] <= 0:
            raise ValueError(f"interval to {end:g}: nobody is at risk")
    return LifeTable(tuple(ends), tuple(numbers), tuple(tuple(cause) for cause in events), tuple(withdrawn))


def gaps(table: LifeTable) -> list[str]:
    """Where the numbers at risk are not those before less events and censored: one sentence for each interval."""
    found = []
    for row in range(len(table.ends) - 1):
        left = table.at_risk[row] - sum(cause[row] for cause in table.events) - table.censored[row]
        if abs(left - table.at_risk[row + 1]) > 1e-9:
            found.append(f"after {table.ends[row]:g}: {left:g} are left, and {table.at_risk[row + 1]:g} at risk")
    return found
