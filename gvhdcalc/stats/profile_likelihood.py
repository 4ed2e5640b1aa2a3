"""Profile likelihood intervals of two proportions: difference, ratio and odds ratio.

The interval holds the values of the contrast that the likelihood ratio test does not reject: twice the log likelihood
of the observed table less that of the best-fitting p1, p0 with the supposed contrast is at most z^2.
"""

from __future__ import annotations

from typing import Any

from . import constrained, odds_ratio, risk_difference, risk_ratio
from .namespace import namespace, z_for
from .registry import estimator
from .results import Estimate, Number, notes_when
from .two_by_two import TwoByTwo

_KEY = "profile-likelihood"
_ABOUT: dict[str, Any] = {"name": "profile likelihood interval"}
_FORMULA = (
    "limits are the {0} with 2*(sum of observed*log(observed/fitted)) = z^2, fitted cells the most likely for that {0}"
)


def equality(table: TwoByTwo) -> Number:
    """Signed root of the likelihood ratio statistic (G) of equal proportions; nan where none or all have the event."""
    ns = namespace(table.a)
    margins = table.n1 * 1.0 * table.n0 * table.events * (table.b + table.d)
    moved = ns.div(table.a * table.d - table.b * table.c, table.total * 1.0)  # events of arm 1 beyond the expected
    g = ns.maximum(constrained.deviance(table, moved, moved), 0.0)
    return ns.sign(moved) * ns.sqrt(g) + ns.div(0.0, margins)


def _lower(table: TwoByTwo, path: constrained.Path, conf: float) -> Number:
    """The contrast at the lower limit (see constrained)."""
    critical = z_for(conf) ** 2
    fit = constrained.where_reached(table, path, lambda fit: constrained.likelihood_ratio(table, fit) - critical)
    return fit.contrast


def _below(table: TwoByTwo, conf: float) -> Number:
    """How far the lower limit of the difference lies below the estimate."""
    ns = namespace(table.a)
    room = ns.div(table.a, table.n1 * 1.0) + ns.div(table.d, table.n0 * 1.0)
    distance = _lower(table, constrained.difference, conf)
    return ns.where(room == 0, 0.0, ns.minimum(distance, room)) + 0.0 * room  # nan with an empty arm


def _lowest(table: TwoByTwo, path: constrained.Path, conf: float, none: Number) -> Number:
    """Lower limit of a ratio; 0 where ``none`` says that nothing lies below the estimate."""
    ns = namespace(table.a)
    empty = 0.0 * ns.div(1.0, table.n1 * 1.0 * table.n0)  # nan with an empty arm
    return ns.where(none, 0.0, _lower(table, path, conf)) + empty


def _result(table: TwoByTwo, conf: float, estimate: Number, lower: Number, upper: Number, *why: Any) -> Estimate:
    ns = namespace(table.a)
    z = equality(table)
    none = table.events * (table.b + table.d) == 0
    notes = notes_when(*why, (none, "no events or only events: no likelihood ratio test exists"))
    return Estimate(estimate, lower, upper, conf, statistic=z, p=ns.two_sided(z), notes=notes)


@estimator(
    risk_difference.MEASURE,
    _KEY,
    reference="Newcombe 1998, method 7",
    formula=_FORMULA.format("RD"),
    advice="agrees with the likelihood ratio test; somewhat narrow in small samples",
    **_ABOUT,
)
def difference(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk difference with the profile likelihood interval (Newcombe 1998, method 7, "true profile likelihood").

    ``statistic`` is the signed root of the likelihood ratio statistic of no difference, and ``p`` its P. The limits
    keep to -1 and 1 and exist for every table.
    """
    rd = risk_difference.sample_risk_difference(table)
    return _result(table, conf, rd, rd - _below(table, conf), rd + _below(table.arms_exchanged(), conf))


@estimator(
    risk_ratio.MEASURE,
    _KEY,
    reference="Venzon & Moolgavkar 1988",
    software=("SAS PROC FREQ, relrisk(cl=lr)", "R confint of glm, binomial(log)"),
    formula=_FORMULA.format("RR"),
    advice="agrees with the likelihood ratio test; exists with no events in an arm",
    **_ABOUT,
)
def ratio(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk ratio with the profile likelihood interval (Venzon & Moolgavkar 1988).

    The lower limit is 0 with no events in the first arm, the upper one infinite with none in the second. ``statistic``
    is the signed root of the likelihood ratio statistic of RR = 1, and ``p`` its P.
    """
    ns = namespace(table.a)
    lower = _lowest(table, constrained.ratio, conf, table.a == 0)
    upper = ns.div(1.0, _lowest(table.arms_exchanged(), constrained.ratio, conf, table.c == 0))
    estimate = risk_ratio.sample_risk_ratio(table)
    return _result(table, conf, estimate, lower, upper, *risk_ratio.no_events(table))


@estimator(
    odds_ratio.MEASURE,
    _KEY,
    reference="Venzon & Moolgavkar 1988",
    software=("R confint of glm, binomial", "SAS PROC LOGISTIC, clodds=pl", "SAS PROC FREQ, or(cl=lr)", "JMP"),
    formula=_FORMULA.format("OR"),
    advice="what logistic regression prints by its profile; exists with a zero cell",
    **_ABOUT,
)
def ratio_of_odds(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Odds ratio with the profile likelihood interval (Venzon & Moolgavkar 1988), that of logistic regression.

    The lower limit is 0 where a or d is zero, the upper one infinite where b or c is. ``statistic`` is the signed root
    of the likelihood ratio statistic of OR = 1, and ``p`` its P.
    """
    ns = namespace(table.a)
    lower = _lowest(table, constrained.odds_ratio, conf, table.a * table.d == 0)
    upper = ns.div(1.0, _lowest(table.arms_exchanged(), constrained.odds_ratio, conf, table.b * table.c == 0))
    estimate = odds_ratio.sample_odds_ratio(table)
    return _result(table, conf, estimate, lower, upper, *odds_ratio.undefined(table))
