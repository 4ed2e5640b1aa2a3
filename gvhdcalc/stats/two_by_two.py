"""The 2x2 table: two arms, an event that happens or not."""

from __future__ import annotations

from dataclasses import dataclass

from .namespace import namespace
from .results import Number


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Counts of two arms: treatment (or exposed) first, control (or reference) second.

    ``a`` and ``b`` are events and non-events of the first arm, ``c`` and ``d`` of the second: whole numbers, or arrays
    of one shape for many tables.
    """

    a: Number
    b: Number
    c: Number
    d: Number

    @classmethod
    def from_totals(cls, events1: Number, total1: Number, events0: Number, total0: Number) -> TwoByTwo:
        """From events and totals of each arm."""
        return cls(events1, total1 - events1, events0, total0 - events0)

    @property
    def n1(self) -> Number:
        return self.a + self.b

    @property
    def n0(self) -> Number:
        return self.c + self.d

    @property
    def events(self) -> Number:
        return self.a + self.c

    @property
    def total(self) -> Number:
        return self.a + self.b + self.c + self.d

    def arms_exchanged(self) -> TwoByTwo:
        """The table with its arms exchanged."""
        return TwoByTwo(self.c, self.d, self.a, self.b)

    def outcome_exchanged(self) -> TwoByTwo:
        """The table with events and non-events exchanged."""
        return TwoByTwo(self.b, self.a, self.d, self.c)

    def plus(self, constant: float) -> TwoByTwo:
        """The table with a constant added to every cell."""
        return TwoByTwo(self.a + constant, self.b + constant, self.c + constant, self.d + constant)


def choose(condition: Number, yes: TwoByTwo, no: TwoByTwo) -> TwoByTwo:
    """One table where a condition holds, the other where it does not."""
    where = namespace(yes.a, no.a).where
    return TwoByTwo(
        where(condition, yes.a, no.a),
        where(condition, yes.b, no.b),
        where(condition, yes.c, no.c),
        where(condition, yes.d, no.d),
    )
