"""The number needed to treat: for how many patients treated does one more benefit, or come to harm?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Literal

from . import registry, risk_difference
from .namespace import namespace
from .registry import Method
from .results import Estimate, notes_when
from .two_by_two import TwoByTwo

MEASURE = "number needed to treat"

#: Whether the event is what one wishes for (response) or fears (an adverse event).
Outcome = Literal["good", "bad"]


def _inverted(method: Method) -> Callable[..., Estimate]:
    """The number needed to treat with the limits of a risk difference by this method."""

    def number(table: TwoByTwo, conf: float = 0.95, outcome: Outcome = "good") -> Estimate:
        ns = namespace(table.a)
        benefit = method.function(table if outcome == "good" else table.arms_exchanged(), conf)
        through = ns.both(benefit.lower < 0, benefit.upper > 0)
        # a limit of zero is approached from within the interval: from above by l, from below by u
        lower = ns.where(benefit.upper == 0, ns.div(-1.0, 0.0 * abs(benefit.upper)), ns.div(1.0, benefit.upper))
        return Estimate(
            ns.div(1.0, benefit.estimate),
            lower,
            ns.div(1.0, benefit.lower),
            conf,
            notes=(
                *benefit.notes,
                *notes_when(
                    (through, "the difference may be zero: the interval passes through infinity"),
                    (benefit.estimate == 0, "the risks are equal: the number needed to treat is infinite"),
                ),
            ),
        )

    number.__doc__ = f"""Number needed to treat, limits from those of the risk difference by {method.key} (Altman 1998).

    Positive is the number needed to treat for one more to benefit (NNTB), negative, without its sign, for one more to
    be harmed (NNTH): the benefit of the first arm is p1 - p0 where the event is good, p0 - p1 where it is bad. With
    [l, u] the interval of the benefit, ``lower`` is 1/u and ``upper`` 1/l. Where l < 0 < u the interval runs from
    ``lower`` (NNTB) up to infinity, which is also minus infinity, and on to ``upper`` (NNTH); then lower > upper, and a
    note says so. No difference gives inf.
    """
    return number


#: Bender 2001 compares the intervals of the number needed to treat: by Wilson scores, not by Wald's limits.
_ADVICE = {
    "newcombe": "recommended (Bender 2001); passes through infinity when the interval of the difference holds zero; "
    "print it with its interval",
    "wald": "what most papers print; too short for small samples and advised against (Bender 2001)",
}


def _short(method: Method) -> str:
    """The name of a method without what it is: a table has no more room beside an interval through infinity."""
    for word in (" hybrid", " score", " interval", " ("):
        name, _, _ = method.name.partition(word)
        if name != method.name:
            break
    return f"{name} cc" if method.key.endswith("-cc") else name


#: What a number needed to treat takes over from the difference's method as it is.
_TAKEN = [field.name for field in fields(Method) if field.name not in {"kind", "measure", "key", "function"}]

for _method in registry.estimators(risk_difference.MEASURE).values():
    _about = {name: getattr(_method, name) for name in _TAKEN}
    _about |= {
        "name": f"inverted {_short(_method)}",
        "reference": f"Altman 1998; Bender 2001; {_method.reference}",
        "formula": f"NNT = 1/(p1 - p0);  limits = 1/upper and 1/lower of the interval of p1 - p0 by {_method.key}",
        "software": (),
        "advice": _ADVICE.get(_method.key, _method.advice),
    }
    registry.estimator(MEASURE, _method.key, **_about)(_inverted(_method))
