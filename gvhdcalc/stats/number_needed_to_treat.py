"""The number needed to treat: for how many patients treated does one more benefit, or come to harm?"""

from __future__ import annotations

from typing import Literal

from . import risk_difference
from .namespace import namespace
from .registry import estimator
from .results import Estimate, notes_when
from .score import exchanged
from .two_by_two import TwoByTwo

MEASURE = "number needed to treat"

#: Whether the event is what one wishes for (response) or fears (an adverse event).
Outcome = Literal["good", "bad"]


@estimator(
    MEASURE,
    "newcombe",
    name="inverted Newcombe",
    reference="Altman 1998; Bender 2001; Newcombe 1998",
    formula="NNT = 1/(p1 - p0);  limits = 1/upper and 1/lower of Newcombe's interval of p1 - p0",
    default=True,
    advice="passes through infinity when the interval of the difference holds zero; print it with its interval",
)
def newcombe(table: TwoByTwo, conf: float = 0.95, outcome: Outcome = "good") -> Estimate:
    """Number needed to treat with the limits of Newcombe's risk difference (Altman 1998; Bender 2001).

    Positive is the number needed to treat for one more to benefit (NNTB), negative, without its sign, for one more to
    be harmed (NNTH): the benefit of the first arm is p1 - p0 where the event is good, p0 - p1 where it is bad. With
    [l, u] Newcombe's interval of the benefit, ``lower`` is 1/u and ``upper`` 1/l. Where l < 0 < u the interval runs
    from ``lower`` (NNTB) up to infinity, which is also minus infinity, and on to ``upper`` (NNTH); then lower > upper,
    and a note says so. No difference gives inf.
    """
    ns = namespace(table.a)
    benefit = risk_difference.newcombe(table if outcome == "good" else exchanged(table), conf)
    through = ns.both(benefit.lower < 0, benefit.upper > 0)
    # a limit of zero is approached from within the interval: from above by l, from below by u
    lower = ns.where(benefit.upper == 0, ns.div(-1.0, 0.0 * abs(benefit.upper)), ns.div(1.0, benefit.upper))
    return Estimate(
        ns.div(1.0, benefit.estimate),
        lower,
        ns.div(1.0, benefit.lower),
        conf,
        notes=notes_when(
            (through, "the difference may be zero: the interval passes through infinity"),
            (benefit.estimate == 0, "the risks are equal: the number needed to treat is infinite"),
        ),
    )
