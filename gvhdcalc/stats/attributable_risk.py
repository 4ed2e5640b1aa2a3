"""The attributable risk, in the exposed and in the population: the risk that would not be without the exposure."""

from __future__ import annotations

from . import risk_difference
from .namespace import namespace, z_for
from .registry import estimator
from .results import Estimate, Number, notes_when
from .two_by_two import TwoByTwo

EXPOSED = "attributable risk"
POPULATION = "population attributable risk"


@estimator(
    EXPOSED,
    "newcombe",
    name="Newcombe",
    reference="Newcombe 1998",
    formula="AR = a/n1 - c/n0, the risk difference;  limits: see gvhdcalc rd --method newcombe --explain",
    default=True,
    advice="good coverage, stays within -100% to 100%",
)
def newcombe(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Attributable risk in the exposed, p1 - p0, with Newcombe's hybrid score interval (Newcombe 1998).

    The risk difference by its epidemiological name; also the excess risk, or with the other sign the absolute risk
    reduction.
    """
    return risk_difference.newcombe(table, conf)


@estimator(
    EXPOSED,
    "wald",
    name="Wald",
    reference="Laplace 1812; Newcombe 1998, method 1",
    software=("Stata cs and csi", "epiR epi.2by2"),
    formula="AR = a/n1 - c/n0;  SE = sqrt(a*b/n1^3 + c*d/n0^3);  limits = AR -+ z*SE",
    advice="as most software prints it; too narrow in small samples",
)
def wald(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Attributable risk in the exposed, p1 - p0, with the Wald interval of two binomial proportions."""
    return risk_difference.wald(table, conf)


def _excess_in_population(table: TwoByTwo) -> Number:
    """(a+c)/N - c/n0, as (ad - bc)/(N n0)."""
    ns = namespace(table.a)
    return ns.div(ns.div(table.a * table.d - table.b * table.c, table.total * 1.0), table.n0 * 1.0)


def _normal(estimate: Number, se: Number, conf: float, empty: Number) -> Estimate:
    ns = namespace(estimate)
    z = z_for(conf)
    statistic = ns.div(estimate, se)
    return Estimate(
        estimate,
        estimate - z * se,
        estimate + z * se,
        conf,
        se=se,
        se_scale="plain",
        statistic=statistic,
        p=ns.two_sided(statistic),
        notes=notes_when((empty, "no events or only events: the standard error is zero, and no test exists")),
    )


@estimator(
    POPULATION,
    "pirikahu",
    name="Pirikahu (delta)",
    reference="Pirikahu, Jones, Hazelton & Heuer 2016",
    software=("epiR epi.2by2 (second interval)",),
    formula="PAR = (a+c)/N - c/n0;  SE by the delta method, the four counts multinomial;  limits = PAR -+ z*SE",
    default=True,
    advice="for a cross-section of the population; the two risks are not independent, and this knows it",
)
def pirikahu(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Population attributable risk r - r0 with the delta-method interval (Pirikahu et al. 2016).

    The risk of all less the risk of the unexposed: the share of the exposed times the attributable risk. The four
    counts are multinomial: Var = sum of count * derivative^2, with the derivatives of (a+c)/N - c/(c+d).
    """
    ns = namespace(table.a)
    total, unexposed = table.total * 1.0, table.n0 * 1.0
    risk, no_event = ns.div(table.events, total), ns.div(table.b + table.d, total)
    among, not_among = ns.div(table.c, unexposed), ns.div(table.d, unexposed)
    exposed_event, exposed_none = ns.div(no_event, total), ns.div(-risk, total)
    other_event = ns.div(no_event, total) - ns.div(not_among, unexposed)
    other_none = ns.div(among, unexposed) - ns.div(risk, total)
    variance = (
        table.a * exposed_event * exposed_event
        + table.b * exposed_none * exposed_none
        + table.c * other_event * other_event
        + table.d * other_none * other_none
    )
    empty = table.events * (table.b + table.d) == 0
    se = ns.where(empty, ns.div(0.0, total), ns.sqrt(variance))
    return _normal(_excess_in_population(table), se, conf, empty)


@estimator(
    POPULATION,
    "wald",
    name="Wald",
    reference="Wald 1943",
    software=("epiR epi.2by2 (first interval)",),
    formula="PAR = (a+c)/N - c/n0;  SE = sqrt((a+c)*(b+d)/N^3 + c*d/n0^3);  limits = PAR -+ z*SE",
    advice="to reproduce what is printed; takes the two risks for independent, which is too wide",
)
def population_wald(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Population attributable risk r - r0 with the Wald interval that takes both risks for independent."""
    ns = namespace(table.a)
    total, unexposed = table.total * 1.0, table.n0 * 1.0
    se = ns.sqrt(
        ns.div(ns.div(table.events, total) * ns.div(table.b + table.d, total), total)
        + ns.div(ns.div(table.c, unexposed) * ns.div(table.d, unexposed), unexposed)
    )
    empty = table.events * (table.b + table.d) == 0
    return _normal(_excess_in_population(table), se, conf, empty)
