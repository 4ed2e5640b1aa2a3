"""MOVER intervals of two proportions: limits of a difference or ratio recovered from those of each proportion alone.

The method of variance estimates recovery ("square and add"; Zou & Donner 2008, for ratios Donner & Zou 2012). With
Wilson's limits and the difference it is Newcombe's interval (risk_difference.newcombe).
"""

from __future__ import annotations

from typing import NamedTuple

from . import odds_ratio, risk_difference, risk_ratio
from .namespace import Scalars, namespace, z_for
from .registry import estimator
from .results import Estimate, Number, notes_when
from .two_by_two import TwoByTwo, choose


class Limits(NamedTuple):
    """A proportion (or odds) p with its limits: their distances below and above it, and the lower one itself."""

    p: Number
    below: Number
    above: Number
    lower: Number


def _wilson(events: Number, others: Number, z: float) -> Limits:
    """Wilson's limits. The lower one is (x^2/n)/((n + z^2) upper), from the product of both, which does not cancel."""
    ns = namespace(events)
    n = (events + others) * 1.0
    p = ns.div(events, n)
    below, above = risk_difference.wilson_distances(events, others, z)
    spread = events + z * z / 2 + z * ns.sqrt(p * others + z * z / 4)
    return Limits(p, below, above, ns.div(p * events, spread))


def _beta_quantile(q: float, a: Number, b: Number) -> Number:
    from scipy.special import betaincinv

    quantile = betaincinv(a, b, q)
    return float(quantile) if namespace(a, b) is Scalars else quantile


def _jeffreys(events: Number, others: Number, conf: float) -> Limits:
    """Jeffreys limits about the posterior median: quantiles of beta(x + 1/2, n - x + 1/2), also at the ends."""
    ns = namespace(events)
    tail = (1 - conf) / 2
    # from the nearer end of the scale, where distances do not cancel
    few = ns.minimum(events, others)
    many = events + others - few
    median, low, high = (_beta_quantile(q, few + 0.5, many + 0.5) for q in (0.5, tail, 1 - tail))
    rare = events <= others
    return Limits(
        ns.where(rare, median, 1 - median),
        ns.where(rare, median - low, high - median),
        ns.where(rare, high - median, median - low),
        ns.where(rare, low, 1 - high),
    )


def _lower_ratio(first: Limits, second: Limits) -> Number:
    """Lower limit of first/second (Donner & Zou 2012, p. 351), with its numerator made rational so as not to cancel.

    (p1 p0 - sqrt((p1 p0)^2 - l1 u0 (2 p1 - l1)(2 p0 - u0)))/(u0 (2 p0 - u0)); 0 where the first lower limit is.
    """
    ns = namespace(first.p, second.p)
    inner = first.lower * (first.p + first.below)
    root = ns.sqrt(second.p * second.p * first.below * first.below + second.above * second.above * inner)
    return ns.where(first.lower == 0, 0.0, ns.div(inner, first.p * second.p + root))


def _ratio(table: TwoByTwo, conf: float, first: Limits, second: Limits) -> Estimate:
    ns = namespace(table.a)
    estimate = risk_ratio.sample_risk_ratio(table)
    lower, upper = _lower_ratio(first, second), ns.div(1.0, _lower_ratio(second, first))
    outside = ns.either(estimate < lower, estimate > upper)
    return Estimate(
        estimate,
        lower,
        upper,
        conf,
        notes=notes_when(*risk_ratio.no_events(table), (outside, "the observed ratio is outside its interval")),
    )


@estimator(
    risk_difference.MEASURE,
    "mover-jeffreys",
    name="MOVER interval of Jeffreys limits",
    reference="Laud 2017; Zou & Donner 2008",
    software=("ratesci moverci",),
    formula="m1, m0 medians and l1, u1, l0, u0 Jeffreys limits of p1, p0;  lower = m1 - m0 - sqrt((m1-l1)^2 + "
    "(u0-m0)^2);  upper = m1 - m0 + sqrt((u1-m1)^2 + (m0-l0)^2)",
    advice="as Newcombe's, with more equal tails",
)
def difference_jeffreys(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk difference with the square-and-add interval of Jeffreys limits, MOVER-J (Laud 2017, appendix A.4).

    The limits lie about the difference of the posterior medians; the estimate is the observed difference, which may lie
    outside where an arm has no events or only events.
    """
    ns = namespace(table.a)
    rd = risk_difference.sample_risk_difference(table)
    first, second = _jeffreys(table.a, table.b, conf), _jeffreys(table.c, table.d, conf)
    centre = first.p - second.p
    lower = centre - ns.sqrt(first.below * first.below + second.above * second.above)
    upper = centre + ns.sqrt(first.above * first.above + second.below * second.below)
    outside = ns.either(rd < lower, rd > upper)
    note = notes_when((outside, "the observed difference is outside its interval"))
    return Estimate(rd, lower, upper, conf, notes=note)


@estimator(
    risk_ratio.MEASURE,
    "mover-wilson",
    name="MOVER interval of Wilson limits",
    reference="Donner & Zou 2012",
    software=("ratesci moverci, wilson",),
    formula="l1, u1, l0, u0 Wilson limits of p1, p0;  lower = (p1*p0 - sqrt((p1*p0)^2 - l1*u0*(2*p1-l1)*(2*p0-u0))) / "
    "(u0*(2*p0-u0));  upper = (p1*p0 + sqrt((p1*p0)^2 - u1*l0*(2*p1-u1)*(2*p0-l0))) / (l0*(2*p0-l0))",
    advice="simple, good coverage; exists with no events in an arm",
)
def ratio_wilson(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk ratio recovered from Wilson's limits of both proportions (Donner & Zou 2012, p. 351), MOVER-R Wilson.

    The lower limit is 0 with no events in the first arm, the upper one infinite with none in the second.
    """
    z = z_for(conf)
    return _ratio(table, conf, _wilson(table.a, table.b, z), _wilson(table.c, table.d, z))


@estimator(
    risk_ratio.MEASURE,
    "mover-jeffreys",
    name="MOVER interval of Jeffreys limits",
    reference="Laud 2017; Donner & Zou 2012",
    software=("ratesci moverci",),
    formula="as mover-wilson, from the medians and Jeffreys limits of both proportions",
    advice="as mover-wilson, with more equal tails",
)
def ratio_jeffreys(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk ratio recovered from Jeffreys limits about the posterior medians, MOVER-J (Laud 2017, appendix A.4).

    The estimate is the observed ratio. Both limits are finite also with no events in an arm, where the observed ratio
    of 0 or infinity lies outside them.
    """
    return _ratio(table, conf, _jeffreys(table.a, table.b, conf), _jeffreys(table.c, table.d, conf))


def _odds(events: Number, others: Number, z: float) -> Limits:
    """The odds of an event with the odds of Wilson's limits."""
    ns = namespace(events)
    p, q = _wilson(events, others, z), _wilson(others, events, z)
    lower = ns.div(p.lower, q.p + q.above)
    return Limits(
        ns.div(events * 1.0, others),
        ns.div(p.below, q.p * (q.p + q.above)),
        ns.div(p.above, q.p * q.lower),
        lower,
    )


@estimator(
    odds_ratio.MEASURE,
    "mover-wilson",
    name="MOVER interval of Wilson limits",
    reference="Donner & Zou 2012; Fagerland & Newcombe 2013",
    software=("ratesci moverci, wilson",),
    formula="o1, o0 the odds, l1, u1, l0, u0 the odds of Wilson's limits;  lower = (o1*o0 - sqrt((o1*o0)^2 - "
    "l1*u0*(2*o1-l1)*(2*o0-u0))) / (u0*(2*o0-u0));  upper = (o1*o0 + sqrt((o1*o0)^2 - u1*l0*(2*o1-u1)*(2*o0-l0))) / "
    "(l0*(2*o0-l0))",
    advice="simple; depends on which outcome is called the event",
)
def ratio_of_odds_wilson(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Odds ratio recovered from the odds of Wilson's limits (Fagerland & Newcombe 2013, method 4), MOVER-R Wilson.

    Where all of an arm have the event, the arms are exchanged together with the outcome, which leaves the odds ratio as
    it is and the odds finite (their table III). Where one arm has all and the other none, the interval is all of 0 to
    infinity. Exchanging the outcome alone does not invert the limits.
    """
    ns = namespace(table.a)
    z = z_for(conf)
    turned = table.arms_exchanged().outcome_exchanged()
    side = choose(table.b * table.d == 0, turned, table)
    first, second = _odds(side.a, side.b, z), _odds(side.c, side.d, z)
    lower, upper = _lower_ratio(first, second), ns.div(1.0, _lower_ratio(second, first))
    extreme = ns.either(
        ns.both(table.b == 0, table.c == 0),
        ns.both(table.a == 0, table.d == 0),
    )
    estimate = odds_ratio.sample_odds_ratio(table)
    return Estimate(
        estimate,
        ns.where(extreme, 0.0 * (table.a + table.d), lower),
        ns.where(extreme, ns.div(1.0, 0.0 * (table.a + table.d)), upper),
        conf,
        notes=notes_when(
            *odds_ratio.undefined(table),
            (extreme, "one arm has all the events and the other none: this method has no limits"),
        ),
    )
