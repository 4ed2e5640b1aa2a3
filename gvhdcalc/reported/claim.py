"""One finding as printed: the estimate with its limits and P value, and what is printed of each arm."""

from __future__ import annotations

from dataclasses import dataclass

from .number import Printed
from .tokens import Token


@dataclass(frozen=True, slots=True)
class ArmText:
    """What is printed of one arm: events, total, a percentage or a median, and the limits printed for that figure."""

    events: Printed | None = None
    total: Printed | None = None
    percent: Printed | None = None
    median: Printed | None = None
    lower: Printed | None = None
    upper: Printed | None = None
    conf: float | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding as printed.

    ``measure`` is the field's name for the estimate ("odds ratio") or None when the text names none, ``measure_text``
    the words that named it. ``conf`` is a fraction, None when no level is printed. ``p`` is the first P value,
    ``more_p`` the others, ``p_sides`` 1 or 2 when the text says so. Of a number needed to treat whose interval passes
    through infinity ("NNTB 4.2 to infinity to NNTH 30") ``through_infinity`` is true, ``lower`` and ``upper`` are the
    limits in the order printed (4.2 and -30), and numbers needed to harm are negative. ``unread`` are the tokens that
    hold digits and found no place.
    """

    measure: str | None = None
    measure_text: str | None = None
    estimate: Printed | None = None
    lower: Printed | None = None
    upper: Printed | None = None
    conf: float | None = None
    p: Printed | None = None
    more_p: tuple[Printed, ...] = ()
    p_sides: int | None = None
    arms: tuple[ArmText, ...] = ()
    through_infinity: bool = False
    unread: tuple[Token, ...] = ()

    @property
    def medians(self) -> tuple[Printed, ...]:
        """The medians of the arms that print one."""
        return tuple(arm.median for arm in self.arms if arm.median is not None)

    def items(self) -> list[tuple[str, Printed]]:
        """The printed figures to be judged, by name, in the order of a table: arms, estimate, limits, P values.

        With one arm "percent", "events", "median"; with more "percent 1", "events 1", "percent 2" ... The limits of an
        arm are "lower" and "upper", numbered as the arm is where there are several arms or an estimate has limits too.
        """
        found: list[tuple[str, Printed | None]] = []
        own_limits = self.lower is not None or self.upper is not None
        for number, arm in enumerate(self.arms, 1):
            tail = f" {number}" if len(self.arms) > 1 else ""
            limit_tail = " 1" if own_limits and not tail else tail
            found += [("percent" + tail, arm.percent), ("events" + tail, arm.events), ("median" + tail, arm.median)]
            found += [("lower" + limit_tail, arm.lower), ("upper" + limit_tail, arm.upper)]
        found += [("estimate", self.estimate), ("lower", self.lower), ("upper", self.upper), ("p", self.p)]
        found += [(f"p {number}", p) for number, p in enumerate(self.more_p, 2)]
        return [(item, printed) for item, printed in found if printed is not None]
