"""Why a printed P may not follow from a printed hazard ratio and its interval: each reason, and what it would require.

A reason is a hypothesis. Some can be refuted from the printed figures alone (a one-sided P, limits at another level);
others only say how large a difference would have to be believed (another test, an adjusted analysis, a misprint).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .hazard_ratio import Interval, attainable_from_interval, from_interval, implied_events, z_of
from .namespace import namespace, z_for
from .results import Value

#: Levels at which intervals are printed beside the usual one.
LEVELS = (0.9, 0.95, 0.975, 0.99)

#: The largest relative difference of a log-rank (or Gray's) z from the Wald z that is taken for possible.
USUAL_DIFFERENCE = 0.05


@dataclass(frozen=True, slots=True)
class Reason:
    """One hypothesis: ``holds`` True where it gives the printed P, False where it cannot, None where it may.

    ``says`` is a clause that names it with what it requires.
    """

    says: str
    holds: bool | None
    values: tuple[Value, ...] = ()


def logrank_over_wald(hr: float) -> float:
    """The z of the log-rank test over that of the Wald test of Cox's model, expected at 1:1: 2 sinh(b/2)/b, b = log HR.

    With risk sets of equal arms the log-rank z is sqrt(d) tanh(b/2), the Wald z sqrt(d) b/(2 cosh(b/2)) (from
    Schoenfeld 1981, whose V = d/4 is that at b = 0).
    """
    b = math.log(hr)
    return 2 * math.sinh(b / 2) / b if b else 1.0


def _meets(one: Interval, two: Interval) -> bool:
    return one[0] <= two[1] and two[0] <= one[1]


def reasons(
    figures: tuple[float, float, float],
    boxes: tuple[Interval, Interval, Interval],
    level: float,
    p: float,
    p_box: Interval,
) -> list[Reason]:
    """The usual reasons for which P does not follow from the ratio and limits ``figures``, printed at ``level``.

    ``boxes`` and ``p_box`` are the values that round to the figures and to P. At a ratio of 1, or equal limits, the
    differences that would be needed do not exist and are left out.
    """
    hr, lower, upper = figures

    def p_range(at: float) -> Interval:
        return attainable_from_interval(from_interval, *boxes, at, 0.95)["p"]

    ns = namespace(hr)
    own = p_range(level)
    half = (own[0] / 2, own[1] / 2)
    other_side = (1 - half[1], 1 - half[0])
    width = math.log(upper / lower)
    log_hr, se, z_p = math.log(hr), width / (2 * z_for(level)), z_of(p)
    wald = abs(log_hr) / se if se else math.inf
    one_sided = ns.norm_sf(wald)
    if abs(one_sided - p) > abs(1 - one_sided - p):
        one_sided = 1 - one_sided
    found = [
        Reason(
            "a one-sided P",
            _meets(half, p_box) or _meets(other_side, p_box),
            (Value("P if one-sided", one_sided, "P", None, "ci"),),
        )
    ]
    for other in LEVELS:
        if abs(other - level) > 1e-9:
            z = wald * z_for(other) / z_for(level)
            value = Value(f"P if the limits are {100 * other:g}%", ns.two_sided(z), "P", None, "ci")
            found.append(Reason(f"{100 * other:g}% limits", _meets(p_range(other), p_box), (value,)))
    if not log_hr or not se or not 0 < z_p < math.inf:
        return found
    ratio, usual = z_p / wald, logrank_over_wald(hr)
    # P of the interval's z when that is changed by what a log-rank test may differ
    changed = [ns.two_sided(z_of(end) * f) for end in own for f in _allowed(usual)]
    could = _meets((min(changed), max(changed)), p_box)
    needed_level = ns.two_sided(z_p * width / (2 * abs(log_hr)))
    needed_hr, needed_se = math.exp(math.copysign(z_p * se, log_hr)), abs(log_hr) / z_p
    z = z_for(level)
    limits = f"{math.exp(log_hr - z * needed_se):.3g} to {math.exp(log_hr + z * needed_se):.3g}"
    found += [
        Reason(
            f"a log-rank or Gray's test (its z would be {ratio:.2f} of the interval's; {usual:.3f} is usual)",
            None if could else False,
            (Value("z of P over z of interval", ratio, "", f"log-rank: {usual:.3f}", "ci"),),
        ),
        Reason(
            f"profile-likelihood limits (a level of {100 * (1 - needed_level):.3g}% would be needed)",
            None if could else False,
            (Value("level of limits needed", 1 - needed_level, "proportion", None, "ci"),),
        ),
        Reason(
            f"a P of another analysis (stratified, unadjusted) in which the ratio is about {needed_hr:.2f}",
            None,
            (Value("hazard ratio needed", needed_hr, "", "same SE", "ci"),),
        ),
        Reason(
            f"a misprint (this ratio and P go with limits of {limits})",
            None,
            (
                Value("SE needed", needed_se, "", limits, "ci"),
                Value("implied events needed", implied_events(needed_se), "events", "4/SE^2", "ci"),
            ),
        ),
    ]
    return found


def _allowed(usual: float) -> tuple[float, float]:
    return usual * (1 - USUAL_DIFFERENCE), usual * (1 + USUAL_DIFFERENCE)


def sentence(found: list[Reason], p: str) -> str:
    """What the hypotheses come to, in one or two sentences."""
    heads = (
        (f"P {p} would follow from", True),
        ("Not explained by", False),
        ("Would explain it, if believed", None),
    )
    parts = []
    for head, holds in heads:
        named = [reason.says for reason in found if reason.holds is holds]
        if named:
            parts.append(f"{head}: {'; '.join(named)}.")
    return " ".join(parts)
