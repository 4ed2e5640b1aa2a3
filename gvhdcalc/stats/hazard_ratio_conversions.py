"""What a hazard ratio means: medians, survival at a time, numbers needed to treat, the odds of being event-free longer.

All take hazards as proportional; the control arm's figure is taken as known, so that the limits are those of the ratio.
"""

from __future__ import annotations

from .evalue import Association, values
from .evalue import hazard_ratio as of_common_outcome
from .namespace import namespace
from .number_needed_from_ratio import RatioAndRisk, from_hazard_ratio
from .results import Estimate, Number, Value


def survival_with_treatment(hr: Number, control: Number) -> Number:
    """S1 = S0^HR at the time of S0, which is what proportional hazards means."""
    ns = namespace(hr, control)
    return ns.exp(hr * ns.log(control))


def median_with_treatment(hr: Number, control: Number) -> Number:
    """The control median over HR, as exponential survival has it (Spruance et al. 2004)."""
    return namespace(hr, control).div(control * 1.0, hr)


def probability_of_being_longer_event_free(hr: Number) -> Number:
    """1/(1 + HR): of two patients, one of each arm, the treated one has the event last (Spruance et al. 2004).

    Under proportional hazards; of the first event HR/(1 + HR), which the source has for a good event.
    """
    return namespace(hr).div(1.0, 1 + hr)


def conversions(
    row: Estimate, control_median: float | None = None, control_survival: float | None = None
) -> tuple[Value, ...]:
    """What the ratio of ``row`` means, each with its limits: one analysis of plain numbers.

    The probability of being longer event-free and the E-values (VanderWeele & Ding 2017, outcome common) always; the
    median, or survival and the number needed to treat at a time (Altman & Andersen 1999), where the control arm's
    figure is given.
    """
    found = []

    def add(name: str, of: tuple[Number, Number, Number], unit: str, note: str) -> None:
        for which, value in zip(("", ", lower", ", upper"), of, strict=True):
            if value == value:
                found.append(Value(name + which, value, unit, note if not which else None, row.method))

    ratios = (row.estimate, row.upper, row.lower)
    longer = [probability_of_being_longer_event_free(hr) for hr in ratios]
    add("longer event-free", (longer[0], longer[1], longer[2]), "proportion", "1/(1+HR)")
    if control_median is not None:
        medians = [median_with_treatment(hr, control_median) for hr in ratios]
        add("median with treatment", (medians[0], medians[1], medians[2]), "time", "exponential")
    if control_survival is not None:
        survival = [survival_with_treatment(hr, control_survival) for hr in ratios]
        add("survival with treatment", (survival[0], survival[1], survival[2]), "proportion", "S0^HR")
        needed = from_hazard_ratio(RatioAndRisk(*_limits(row), 1 - control_survival), row.conf, "bad")
        of = (needed.estimate, needed.lower, needed.upper)
        add("number needed to treat", of, "patients", "1/(S0^HR - S0)")
    if 0 < row.estimate < float("inf"):
        for value in values(of_common_outcome(Association(*_limits(row)), row.conf)):
            if value.value is not None and value.value == value.value:
                found.append(Value(value.name, value.value, "", _short(value.note), row.method))
    return tuple(found)


def _short(note: str | None) -> str | None:
    """What evalue says of a limit, in the room that a table of other figures has: which it is, or that 1 is inside."""
    words = (note or "").split()
    if "limit" in words:
        return words[-2]
    return "1 inside" if "interval" in words else None


def _limits(row: Estimate) -> tuple[Number, Number, Number]:
    return row.estimate, row.lower, row.upper
