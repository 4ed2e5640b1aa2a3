"""The match between computed and printed figures: a verdict for each printed number, by its rounding interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED, Verdict
from .number import Printed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A computed figure that may be the printed one.

    ``method`` is the key of the method and ``name`` its printed name, ``value`` what it gives, ``attainable`` the least
    and greatest value that the rounding of its inputs allows (None when the inputs are exact: the value itself),
    ``software`` the programs whose default the method is, ``note`` what is to be said of it when it is named.
    """

    method: str
    name: str
    value: float
    attainable: tuple[float, float] | None = None
    software: tuple[str, ...] = ()
    note: str | None = None

    @property
    def range(self) -> tuple[float, float]:
        """The attainable values, (value, value) when the inputs are exact or the attainable ends do not exist."""
        if self.attainable is None or any(end != end for end in self.attainable):
            return self.value, self.value
        return min(self.attainable), max(self.attainable)

    @property
    def exists(self) -> bool:
        """Whether there is a value, or at least an attainable interval, to compare."""
        return self.value == self.value or self.range[0] == self.range[0]


def judge(
    item: str,
    printed: Printed,
    candidates: Iterable[Candidate],
    *,
    slips: Iterable[Candidate] = (),
    needs: str | None = None,
) -> Verdict:
    """The verdict on one printed figure.

    reproduced: the value of some candidate rounds to it; all such methods are named in order. consistent: no value
    does, but some candidate's attainable interval meets the interval of the printed figure. inconsistent: none does;
    the nearest is shown. not checkable: no candidate has a value; ``needs`` says what would be needed.

    ``slips`` are figures of known mistakes (a transposed table, 1 - RR): the first that gives an inconsistent figure
    is named in the note. A value that is cut off, not rounded, or has the other sign is named too; the verdict stays.
    """
    every = tuple(candidates)
    usable = [candidate for candidate in every if candidate.exists]
    if not usable:
        reason = needs or next((candidate.note for candidate in every if candidate.note), None)
        return Verdict(item, printed.text, NOT_CHECKABLE, note=reason or "no method asked gives this figure")

    # what some program gives unasked is the likelier source, and is named first
    hits = sorted((row for row in usable if printed.holds(row.value)), key=lambda row: not row.software)
    if hits:
        first = hits[0]
        software = "as in " + ", ".join(first.software) if first.software else None
        return Verdict(
            item,
            printed.text,
            REPRODUCED,
            methods=tuple(dict.fromkeys(candidate.method for candidate in hits)),
            computed=first.value,
            attainable=first.range,
            note=_joined(software, first.note),
            shown=_shown(printed, first.value, 1),
        )

    near = [candidate for candidate in usable if printed.meets(*candidate.range)]
    if near:
        first = min(near, key=lambda candidate: _order(printed.distance(candidate.value)))
        lower, upper = first.range
        span = f"{first.name} gives {_shown(printed, lower, 1)} to {_shown(printed, upper, 1)}"
        return Verdict(
            item,
            printed.text,
            CONSISTENT,
            computed=_finite_or_inf(first.value),
            attainable=first.range,
            note=_joined(f"{span} from the rounded figures", first.note),
            shown=_shown(printed, first.value, 1),
        )

    nearest = min(usable, key=lambda candidate: _distance(printed, candidate))
    return Verdict(
        item,
        printed.text,
        INCONSISTENT,
        computed=_finite_or_inf(nearest.value),
        attainable=nearest.range,
        note=_joined(_nearest(printed, nearest), _explanation(printed, usable, slips), nearest.note),
        shown=_shown(printed, nearest.value, 1),
    )


def judge_all(
    items: Iterable[tuple[str, Printed]],
    candidates: Mapping[str, Sequence[Candidate]],
    *,
    slips: Mapping[str, Sequence[Candidate]] | None = None,
    needs: Mapping[str, str] | None = None,
) -> tuple[Verdict, ...]:
    """The verdicts on the items of a claim, in order; an item without candidates is not checkable."""
    return tuple(
        judge(
            item,
            printed,
            candidates.get(item, ()),
            slips=(slips or {}).get(item, ()),
            needs=(needs or {}).get(item),
        )
        for item, printed in items
    )


def jointly(verdicts: Iterable[Verdict], items: Sequence[str] = ("estimate", "lower", "upper")) -> tuple[str, ...]:
    """The methods that reproduce all of ``items`` together, in the order of the last; () when one is missing."""
    by_item = {verdict.item: verdict for verdict in verdicts}
    if not items or any(item not in by_item for item in items):
        return ()
    return tuple(
        method for method in by_item[items[-1]].methods if all(method in by_item[item].methods for item in items)
    )


def _joined(*parts: str | None) -> str | None:
    return "; ".join(part for part in parts if part) or None


def _order(distance: float) -> float:
    return math.inf if distance != distance else distance


def _distance(printed: Printed, candidate: Candidate) -> tuple[float, float]:
    """From the nearest attainable value to the printed interval, and from the value itself to break ties."""
    ends = [_order(printed.distance(end)) for end in candidate.range]
    return min(ends), _order(printed.distance(candidate.value))


def _finite_or_inf(x: float) -> float | None:
    return None if x != x else x


def _nearest(printed: Printed, nearest: Candidate) -> str:
    value = nearest.value
    if value != value:
        lower, upper = nearest.range
        return f"nearest: {nearest.name} gives {_shown(printed, lower, 1)} to {_shown(printed, upper, 1)}"
    text = f"nearest: {nearest.name} gives {_shown(printed, value, 1)}"
    if math.isinf(value) or math.isinf(printed.value):
        return text
    off = abs(value - printed.value)
    if printed.percent:
        return f"{text}, off by {printed.like(off, 1).removesuffix('%')} points"
    return f"{text}, off by {_shown(printed, off, 1)}"


def _shown(printed: Printed, x: float, more: int) -> str:
    """x with ``more`` digits than printed, or with two digits where that would leave none of a small figure.

    A whole number beside a printed one is a count, and stays whole.
    """
    counted = math.isfinite(printed.value) and printed.decimals == 0 and not printed.percent
    text = printed.like(x, 0 if counted and x == x // 1 else more)
    if x and math.isfinite(x) and not text.strip("-0.%"):
        return f"{100 * x:.2g}%" if printed.percent else f"{x:.2g}"
    return text


def _explanation(printed: Printed, usable: Sequence[Candidate], slips: Iterable[Candidate]) -> str | None:
    """What would give the printed figure though no method does: a slip, a lost sign, a figure cut off."""
    for slip in slips:
        if printed.holds(slip.value):
            return f"{slip.name} would give it"
    for candidate in usable:
        if printed.holds_truncated(candidate.value):
            return f"{candidate.name} gives it if cut off, not rounded"
    if printed.value:
        for candidate in usable:
            if printed.holds(-candidate.value):
                return f"{candidate.name} gives it with the other sign"
    return None
