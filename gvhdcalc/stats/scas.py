"""Skewness-corrected asymptotic score (SCAS) intervals of two proportions: difference, ratio and odds ratio.

The score statistic of Miettinen and Nurminen is corrected for its skewness, so that each tail, and not only both
together, has nearly its nominal size (Gart & Nam 1988, 1990; Laud 2017, with its corrigendum of 2018 for the odds
ratio).
"""

from __future__ import annotations

from typing import Any

from . import constrained, odds_ratio, risk_difference, risk_ratio, score
from .namespace import namespace, z_for
from .registry import estimator
from .results import Estimate, Number, notes_when
from .two_by_two import TwoByTwo, choose

_KEY = "scas"
_ABOUT: dict[str, Any] = {
    "name": "skewness-corrected score interval (SCAS)",
    "software": ("ratesci scoreci",),
    "advice": "equal tails, the best coverage of the score intervals; where each side matters, as in non-inferiority",
}
_FORMULA = (
    "limits are the {0} with S/sqrt(V) - (z^2 - 1)*mu3/(6*V^(3/2)) = +z and -z;  S its score, V the variance of S with "
    "N/(N-1), mu3 its third central moment at the most likely q1, q0 for that {0}"
)


def equality(table: TwoByTwo) -> Number:
    """Signed z of the skewness-corrected test of equal proportions, the same for all three contrasts.

    nan where no one or every one has the event.
    """
    ns = namespace(table.a)
    n1, n0, total = table.n1 * 1.0, table.n0 * 1.0, table.total * 1.0
    p, q = ns.div(table.events, total), ns.div(table.b + table.d, total)
    inverse1, inverse0 = ns.div(1.0, n1), ns.div(1.0, n0)
    variance = p * q * (inverse1 + inverse0) * ns.div(total, total - 1)
    third = p * q * (q - p) * (inverse1 - inverse0) * (inverse1 + inverse0)
    bend = ns.div(third, 6 * variance * ns.sqrt(variance))
    return constrained.unskewed(score.statistic(table, n_minus_1=True), bend)


def _lower(table: TwoByTwo, path: constrained.Path, z: float) -> tuple[Number, Number]:
    """The contrast at the lower limit, and whether it is one of the table with its arms exchanged (see constrained).

    Below a level of 68% (z < 1) the correction may carry the lower limit above the observed contrast.
    """
    ns = namespace(table.a)
    above: Number = table.a != table.a
    other = table.arms_exchanged()
    if z < 1:
        start = path(other, ns.exp(0.0 * table.a + constrained.NEAR))
        above = -constrained.skewness_corrected(other, start) > z
    side = choose(above, other, table)
    target = ns.where(above, -z, z)
    fit = constrained.where_reached(side, path, lambda fit: constrained.skewness_corrected(side, fit) - target)
    return fit.contrast, above


def _below(table: TwoByTwo, z: float) -> Number:
    """How far the lower limit of the difference lies below the estimate."""
    ns = namespace(table.a)
    room = ns.div(table.a, table.n1 * 1.0) + ns.div(table.d, table.n0 * 1.0)
    distance, above = _lower(table, constrained.difference, z)
    inside = ns.where(room == 0, 0.0, ns.minimum(distance, room))
    return ns.where(above, -distance, inside) + 0.0 * room  # nan with an empty arm


def _lowest(table: TwoByTwo, path: constrained.Path, z: float, none: Number) -> Number:
    """Lower limit of a ratio; 0 where ``none`` says that nothing lies below the estimate."""
    ns = namespace(table.a)
    limit, above = _lower(table, path, z)
    empty = 0.0 * ns.div(1.0, table.n1 * 1.0 * table.n0)  # nan with an empty arm
    return ns.where(above, ns.div(1.0, limit), ns.where(none, 0.0, limit)) + empty


def _result(table: TwoByTwo, conf: float, estimate: Number, lower: Number, upper: Number, *why: Any) -> Estimate:
    ns = namespace(table.a)
    z = equality(table)
    none = table.events * (table.b + table.d) == 0
    outside = ns.either(estimate < lower, estimate > upper)
    return Estimate(
        estimate,
        lower,
        upper,
        conf,
        statistic=z,
        p=ns.two_sided(z),
        notes=notes_when(
            *why,
            (none, "no events or only events: no score test exists"),
            (outside, "the observed value is outside its interval"),
        ),
    )


@estimator(
    risk_difference.MEASURE, _KEY, reference="Laud 2017; Gart & Nam 1990", formula=_FORMULA.format("RD"), **_ABOUT
)
def difference(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk difference with the skewness-corrected asymptotic score interval (Laud 2017, section 2; Gart & Nam 1990).

    ``statistic`` and ``p`` are those of the skewness-corrected test of no difference. The limits keep to -1 and 1 and
    exist for every table.
    """
    rd = risk_difference.sample_risk_difference(table)
    below, above = (_below(side, z_for(conf)) for side in (table, table.arms_exchanged()))
    return _result(table, conf, rd, rd - below, rd + above)


@estimator(risk_ratio.MEASURE, _KEY, reference="Laud 2017; Gart & Nam 1988", formula=_FORMULA.format("RR"), **_ABOUT)
def ratio(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk ratio with the skewness-corrected asymptotic score interval (Laud 2017, section 2; Gart & Nam 1988).

    The lower limit is 0 with no events in the first arm, the upper one infinite with none in the second. ``statistic``
    and ``p`` are those of the skewness-corrected test of RR = 1.
    """
    ns = namespace(table.a)
    lower = _lowest(table, constrained.ratio, z_for(conf), table.a == 0)
    upper = ns.div(1.0, _lowest(table.arms_exchanged(), constrained.ratio, z_for(conf), table.c == 0))
    estimate = risk_ratio.sample_risk_ratio(table)
    return _result(table, conf, estimate, lower, upper, *risk_ratio.no_events(table))


@estimator(odds_ratio.MEASURE, _KEY, reference="Laud 2017, 2018; Gart 1985", formula=_FORMULA.format("OR"), **_ABOUT)
def ratio_of_odds(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Odds ratio with the skewness- and bias-corrected score interval (Laud 2017 with its corrigendum; Gart 1985).

    The lower limit is 0 where a or d is zero, the upper one infinite where b or c is. ``statistic`` and ``p`` are those
    of the skewness-corrected test of OR = 1.
    """
    ns = namespace(table.a)
    lower = _lowest(table, constrained.odds_ratio, z_for(conf), table.a * table.d == 0)
    upper = ns.div(1.0, _lowest(table.arms_exchanged(), constrained.odds_ratio, z_for(conf), table.b * table.c == 0))
    estimate = odds_ratio.sample_odds_ratio(table)
    return _result(table, conf, estimate, lower, upper, *odds_ratio.undefined(table))
