"""Of the events among the exposed: the fraction attributable to the exposure, or the fraction it has prevented."""

from __future__ import annotations

from dataclasses import replace

from . import odds_ratio, odds_ratio_exact, risk_ratio
from .namespace import namespace
from .registry import estimator
from .relative_risk_reduction import one_less, sample_excess
from .results import Estimate, Note, Number
from .two_by_two import TwoByTwo

ATTRIBUTABLE = "attributable fraction (exposed)"
PREVENTED = "prevented fraction (exposed)"

_KATZ = "RR = (a/n1) / (c/n0);  SE = sqrt(1/a - 1/n1 + 1/c - 1/n0);  "
_WOOLF = "OR = a*d / (b*c);  SE = sqrt(1/a + 1/b + 1/c + 1/d);  "

ODDS_FOR_RISKS = Note(
    "the odds ratio stands for the risk ratio: right for rare events, or controls sampled as cases occur"
)


def _noted(row: Estimate) -> Estimate:
    """The row of a case-control study with what it takes for granted."""
    return replace(row, notes=(*row.notes, ODDS_FOR_RISKS))


def _of_excess(ratio: Estimate, estimate: Number) -> Estimate:
    """1 - 1/ratio with its interval, which rises with the ratio."""
    ns = namespace(ratio.estimate)
    return replace(ratio, estimate=estimate, lower=1 - ns.div(1.0, ratio.lower), upper=1 - ns.div(1.0, ratio.upper))


def _excess_among_exposed(table: TwoByTwo) -> Number:
    """1 - 1/RR from the exact cross-products."""
    ns = namespace(table.a)
    return ns.div(table.a * table.d - table.b * table.c, table.a * 1.0 * table.n0)


def _odds_excess(table: TwoByTwo) -> Number:
    """1 - 1/OR from the exact cross-products."""
    ns = namespace(table.a)
    return ns.div(table.a * table.d - table.b * table.c, table.a * 1.0 * table.d)


def _odds_deficit(table: TwoByTwo) -> Number:
    """1 - OR from the exact cross-products."""
    ns = namespace(table.a)
    return ns.div(table.b * table.c - table.a * table.d, table.b * 1.0 * table.c)


@estimator(
    ATTRIBUTABLE,
    "katz",
    name="RR, Katz",
    reference="Miettinen 1974; Katz, Baptista, Azen & Pike 1978",
    software=("Stata cs and csi", "epiR epi.2by2"),
    formula=_KATZ + "AFe = 1 - 1/RR;  limits = 1 - 1/exp(log(RR) -+ z*SE)",
    default=True,
    advice="for cohorts and cross-sections; none when an arm has no events",
)
def attributable_katz(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Attributable fraction among the exposed, 1 - 1/RR, with the limits of Katz's interval (Miettinen 1974).

    Also known as the aetiologic (etiologic) or excess fraction, attributable proportion, or attributable risk percent.
    Of the events among the exposed it is the fraction that would not have been without the exposure, if that is the
    cause; negative where the exposure protects (see the prevented fraction). ``se`` is that of log RR = -log(1 - AFe).
    """
    return _of_excess(risk_ratio.katz(table, conf), _excess_among_exposed(table))


@estimator(
    ATTRIBUTABLE,
    "koopman",
    name="RR, Koopman",
    reference="Miettinen 1974; Koopman 1984",
    formula="RR = (a/n1) / (c/n0) with its score limits;  AFe = 1 - 1/RR;  limits = 1 - 1/those of RR",
    advice="good coverage, exists with no events in an arm",
)
def attributable_koopman(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Attributable fraction among the exposed, 1 - 1/RR, with the limits of Koopman's score interval (Koopman 1984)."""
    return _of_excess(risk_ratio.koopman(table, conf), _excess_among_exposed(table))


@estimator(
    ATTRIBUTABLE,
    "woolf",
    name="OR, Woolf",
    reference="Miettinen 1974; Woolf 1955",
    software=("Stata cc, woolf",),
    formula=_WOOLF + "AFe = 1 - 1/OR;  limits = 1 - 1/exp(log(OR) -+ z*SE)",
    default=True,
    advice="for case-control studies; none when a cell is zero",
)
def attributable_woolf(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Attributable fraction among the exposed of a case-control study, 1 - 1/OR, with Woolf's limits (Miettinen 1974).

    The odds ratio stands for the risk or rate ratio. ``se`` is that of log OR.
    """
    return _noted(_of_excess(odds_ratio.woolf(table, conf), _odds_excess(table)))


@estimator(
    ATTRIBUTABLE,
    "conditional-exact",
    name="OR, exact",
    reference="Miettinen 1974; Cornfield 1956",
    software=("Stata cc and cci (limits)", "epiR epi.2by2, case.control"),
    formula="AFe = 1 - 1/OR of the conditional OR and its exact central limits",
    advice="for case-control studies with few events",
)
def attributable_exact(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Attributable fraction among the exposed of a case-control study from the conditional odds ratio, exact limits.

    1 - 1/OR of Fisher's conditional maximum likelihood odds ratio and its central exact limits (Cornfield 1956). Stata
    prints the same limits with the fraction of the sample odds ratio.
    """
    row = odds_ratio_exact.conditional_exact(table, conf)
    return _noted(_of_excess(row, 1 - namespace(table.a).div(1.0, row.estimate)))


@estimator(
    PREVENTED,
    "katz",
    name="RR, Katz",
    reference="Miettinen 1974; Katz, Baptista, Azen & Pike 1978",
    software=("Stata cs and csi",),
    formula=_KATZ + "PFe = 1 - RR;  limits = 1 - exp(log(RR) +- z*SE)",
    default=True,
    advice="for cohorts and cross-sections; none when an arm has no events",
)
def prevented_katz(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Prevented (preventable) fraction among the exposed, 1 - RR, with the limits of Katz's interval (Miettinen 1974).

    Of the events that there would have been among the exposed without the exposure it is the fraction prevented, if
    the exposure is the cause: the relative risk reduction under its epidemiological name. Negative where the exposure
    harms. ``se`` is that of log RR = log(1 - PFe).
    """
    return one_less(risk_ratio.katz(table, conf), -sample_excess(table))


@estimator(
    PREVENTED,
    "koopman",
    name="RR, Koopman",
    reference="Miettinen 1974; Koopman 1984",
    formula="RR = (a/n1) / (c/n0) with its score limits;  PFe = 1 - RR;  limits = 1 - those of RR",
    advice="good coverage, exists with no events in an arm",
)
def prevented_koopman(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Prevented fraction among the exposed, 1 - RR, with the limits of Koopman's score interval (Koopman 1984)."""
    return one_less(risk_ratio.koopman(table, conf), -sample_excess(table))


@estimator(
    PREVENTED,
    "woolf",
    name="OR, Woolf",
    reference="Miettinen 1974; Woolf 1955",
    software=("Stata cc, woolf",),
    formula=_WOOLF + "PFe = 1 - OR;  limits = 1 - exp(log(OR) +- z*SE)",
    default=True,
    advice="for case-control studies; none when a cell is zero",
)
def prevented_woolf(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Prevented fraction among the exposed of a case-control study, 1 - OR, with Woolf's limits (Miettinen 1974).

    The odds ratio stands for the risk or rate ratio. ``se`` is that of log OR.
    """
    return _noted(one_less(odds_ratio.woolf(table, conf), _odds_deficit(table)))


@estimator(
    PREVENTED,
    "conditional-exact",
    name="OR, exact",
    reference="Miettinen 1974; Cornfield 1956",
    software=("Stata cc and cci (limits)",),
    formula="PFe = 1 - OR of the conditional OR and its exact central limits",
    advice="for case-control studies with few events",
)
def prevented_exact(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Prevented fraction among the exposed of a case-control study from the conditional odds ratio, exact limits."""
    row = odds_ratio_exact.conditional_exact(table, conf)
    return _noted(one_less(row, 1 - row.estimate))
