"""Pooling the strata's own estimates by inverse variance: with one common effect, or with effects that vary."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .mantel_haenszel import (
    NO_VARIANCE,
    RISK_DIFFERENCE,
    common_odds_ratio,
    common_risk_difference,
    common_risk_ratio,
    log_interval,
    plain_interval,
)
from .namespace import namespace, root
from .registry import estimator
from .results import Estimate, Note, Number, Value, notes_when
from .strata import MEASURES, Strata, counted, pooled

ZERO_CELLS = (
    "0.5 is added to every cell of a stratum with a zero cell; a stratum without events, or with nothing else, is left "
    "out"
)
ZERO_CELLS_DIFFERENCE = "0.5 is added to every cell of a stratum with a zero cell"


@dataclass(frozen=True, slots=True)
class Effects:
    """The strata's own estimates, on the scale they are pooled on (log of a ratio), with variances.

    The variance of a stratum that is left out is infinite. ``k`` counts the others.
    """

    y: Any
    v: Any
    measure: str
    strata: Strata | None = None
    notes: tuple[Note, ...] = ()

    @property
    def k(self) -> Number:
        return counted(self.v < math.inf)

    def weights(self, tau2: Number = 0.0) -> Any:
        """Inverse variances with the variance between strata added."""
        return 1 / (self.v + tau2)

    def mean(self, tau2: Number = 0.0) -> Number:
        """The weighted mean; nan where every stratum is left out."""
        w = self.weights(tau2)
        return namespace(pooled(w)).div(pooled(w * self.y), pooled(w))

    def q(self, tau2: Number = 0.0) -> Number:
        """Cochran's Q about the weighted mean, with the variance between strata in the weights."""
        return pooled(self.weights(tau2) * (self.y - self.mean(tau2)) ** 2)

    def q_mantel_haenszel(self) -> Number:
        """Q about the Mantel-Haenszel estimate; nan where that is 0 or infinite."""
        if self.strata is None:
            raise ValueError("Mantel-Haenszel needs the counts of the strata")
        estimate = _MANTEL_HAENSZEL[self.measure](self.strata).estimate
        ns = namespace(estimate)
        centre = estimate if self.measure == RISK_DIFFERENCE else ns.log(estimate)
        return pooled(self.weights() * (self.y - ns.where(abs(centre) < math.inf, centre, math.nan)) ** 2)


_MANTEL_HAENSZEL = dict(zip(MEASURES, (common_odds_ratio, common_risk_ratio, common_risk_difference), strict=True))


def effects(strata: Strata, measure: str) -> Effects:
    """Log odds ratios, log risk ratios or risk differences of the strata with their large-sample variances.

    0.5 is added to every cell of a stratum that has a zero cell (Gart & Zweifel 1967; metafor escalc, RevMan). For the
    ratios a stratum with no events in either arm, or no non-events, is left out (metafor, drop00=TRUE; RevMan).
    """
    import numpy as np

    zero = (strata.a == 0) | (strata.b == 0) | (strata.c == 0) | (strata.d == 0)
    left_out = strata.n1 * strata.n0 == 0
    empty = strata.total == 0
    if measure != RISK_DIFFERENCE:
        left_out = left_out | (strata.events == 0) | (strata.others == 0)
    a, b, c, d = (np.where(zero, cell + 0.5, cell) for cell in (strata.a, strata.b, strata.c, strata.d))
    n1, n0 = a + b, c + d
    if measure == RISK_DIFFERENCE:
        y, v = a / n1 - c / n0, a / n1 * (b / n1) / n1 + c / n0 * (d / n0) / n0
    elif measure == "common risk ratio":
        # 1/a - 1/n1 without the loss of figures when a is nearly n1
        y, v = np.log(a / n1) - np.log(c / n0), b / n1 / a + d / n0 / c
    else:
        y, v = np.log(a / b) - np.log(c / d), 1 / a + 1 / b + 1 / c + 1 / d
    note = ZERO_CELLS_DIFFERENCE if measure == RISK_DIFFERENCE else ZERO_CELLS
    notes = notes_when(((zero & ~empty).any(axis=0), note))
    return Effects(np.where(left_out, 0.0, y), np.where(left_out, math.inf, v), measure, strata, notes)


# --- the variance between strata --------------------------------------------------------------------------------------


def _moment_divisor(of: Effects) -> Number:
    w = of.weights()
    return pooled(w) - namespace(pooled(w)).div(pooled(w * w), pooled(w))


def _moment_estimate(of: Effects, q: Number) -> Number:
    ns = namespace(q)
    several = of.k > 1
    found = ns.div(q - (of.k - 1), ns.where(several, _moment_divisor(of), 1.0))
    return ns.where(several, ns.where(found < 0, 0.0, found), 0.0)


def tau2_dersimonian_laird(of: Effects) -> Number:
    """tau^2 = max(0, (Q - (k-1)) / (sum(w) - sum(w^2)/sum(w))) (DerSimonian & Laird 1986)."""
    return _moment_estimate(of, of.q())


def tau2_mantel_haenszel(of: Effects) -> Number:
    """DerSimonian & Laird's tau^2 from Q about the Mantel-Haenszel estimate; nan where that is 0 or infinite."""
    return _moment_estimate(of, of.q_mantel_haenszel())


def _largest(of: Effects) -> Number:
    """A variance between strata that no estimate here exceeds: twice the squared range of the effects."""
    import numpy as np

    there = of.v < math.inf
    highest = np.where(there, of.y, -math.inf).max(axis=0)
    lowest = np.where(there, of.y, math.inf).min(axis=0)
    spread = np.where(there.any(axis=0), 2 * (highest - lowest) ** 2, 0.0)
    return float(spread) if spread.ndim == 0 else spread


def _first_root(of: Effects, f: Callable[[Number], Number]) -> Number:
    """Where f falls through zero, 0 where it is not above it to begin with."""
    largest = _largest(of)
    ns = namespace(largest)
    found = root(f, largest * 0.0, largest)
    return ns.where(ns.both(of.k > 1, f(largest * 0.0) > 0), found, 0.0)


def tau2_paule_mandel(of: Effects) -> Number:
    """The tau^2 at which Q with weights 1/(v + tau^2) equals k - 1; 0 where Q is below that (Paule & Mandel 1982)."""
    return _first_root(of, lambda tau2: of.q(tau2) - (of.k - 1))


def tau2_reml(of: Effects) -> Number:
    """The tau^2 at which the derivative of the restricted log likelihood is zero; 0 where it falls from the start."""

    def derivative(tau2: Number) -> Number:
        w = of.weights(tau2)
        ns = namespace(tau2)
        total = pooled(w)
        squares = pooled(w * w * (of.y - of.mean(tau2)) ** 2)
        return squares - total + ns.div(pooled(w * w), total)

    return _first_root(of, derivative)


def i_squared(of: Effects, tau2: Number) -> Number:
    """I^2 = tau^2/(tau^2 + s^2), s^2 the typical variance within strata (Higgins & Thompson 2002, eq. 9)."""
    ns = namespace(tau2)
    typical = ns.div(of.k - 1, _moment_divisor(of))
    return ns.div(tau2, tau2 + typical)


def i_squared_of_q(statistic: Number, df: Number) -> Number:
    """I^2 = max(0, (Q - df)/Q) of a heterogeneity statistic; 0 where Q is 0 (Higgins & Thompson 2002)."""
    ns = namespace(statistic)
    return ns.where(statistic <= df, statistic * 0.0, ns.div(statistic - df, statistic))


def student_quantile(conf: float, df: Number) -> Number:
    """The two-sided quantile of Student's t; nan where df is not positive."""
    import numpy as np
    from scipy.special import stdtrit

    found = np.where(np.asarray(df) > 0, stdtrit(np.maximum(df, 1), (1 + conf) / 2), math.nan)
    return float(found) if found.ndim == 0 else found


def prediction_interval(of: Effects, tau2: Number, conf: float) -> tuple[Number, Number]:
    """Where the effect of a new stratum lies, by Student's t with k - 2 df (Higgins, Thompson & Spiegelhalter 2009)."""
    ns = namespace(tau2)
    half = student_quantile(conf, of.k - 2) * ns.sqrt(tau2 + ns.div(1.0, pooled(of.weights(tau2))))
    lower, upper = of.mean(tau2) - half, of.mean(tau2) + half
    return (lower, upper) if of.measure == RISK_DIFFERENCE else (ns.exp(lower), ns.exp(upper))


# --- the estimators ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Random:
    """A random-effects method: its key, its name, its source, who uses it, and its variance between strata."""

    key: str
    name: str
    reference: str
    tau2: Callable[[Effects], Number]
    formula: str
    software: tuple[str, ...]
    default: bool = False
    advice: str = ""
    hartung_knapp: bool = True


RANDOM = (
    _Random(
        "dersimonian-laird",
        "DerSimonian-Laird, random effects",
        "DerSimonian & Laird 1986",
        tau2_dersimonian_laird,
        "tau2 = max(0, (Q - (k-1)) / (sum(w) - sum(w^2)/sum(w)))",
        ("Comprehensive Meta-Analysis", "RevMan 5 (inverse variance, random)", "metafor rma, method='DL'"),
        default=True,
        advice="the random-effects method of most papers; intervals too short with few or very unlike strata",
    ),
    _Random(
        "dersimonian-laird-mh",
        "DerSimonian-Laird, Q about Mantel-Haenszel",
        "DerSimonian & Laird 1986; Deeks, Altman & Bradburn 2001",
        tau2_mantel_haenszel,
        "tau2 = max(0, (Q - (k-1)) / (sum(w) - sum(w^2)/sum(w))), Q about the Mantel-Haenszel estimate",
        ("RevMan 5 (Mantel-Haenszel, random)", "Stata metan, random", "R meta metabin (Q.Cochrane=TRUE)"),
        advice='to check what RevMan prints as "M-H, Random"',
        hartung_knapp=False,
    ),
    _Random(
        "paule-mandel",
        "Paule-Mandel, random effects",
        "Paule & Mandel 1982; DerSimonian & Kacker 2007",
        tau2_paule_mandel,
        "tau2 makes sum((y - mean)^2/(v + tau2)) = k - 1",
        ("metafor rma, method='PM'", "Stata meta, random(pmandel)", "IQWiG (with Hartung-Knapp)"),
        advice="a less biased variance between strata than DerSimonian-Laird's",
    ),
    _Random(
        "reml",
        "REML, random effects",
        "Raudenbush 2009; Viechtbauer 2005",
        tau2_reml,
        "tau2 maximises the restricted likelihood: sum(w^2*(y - mean)^2) = sum(w) - sum(w^2)/sum(w)",
        ("metafor rma", "Stata meta", "RevMan Web", "R meta (from version 5)"),
        advice="the default of today's software",
    ),
)

_WHAT = {
    "common odds ratio": "y = log(a*d/(b*c));  v = 1/a + 1/b + 1/c + 1/d",
    "common risk ratio": "y = log((a/n1)/(c/n0));  v = 1/a - 1/n1 + 1/c - 1/n0",
    "common risk difference": "y = a/n1 - c/n0;  v = a*b/n1^3 + c*d/n0^3",
}


def _limits(measure: str) -> str:
    if measure == RISK_DIFFERENCE:
        return "RD = mean;  limits = mean -+ z*SE"
    return f"{'OR' if measure == 'common odds ratio' else 'RR'} = exp(mean);  limits = exp(mean -+ z*SE)"


def _about(measure: str, method: _Random) -> str:
    return f"{_WHAT[measure]};  {method.formula};  w = 1/(v + tau2);  mean = sum(w*y)/sum(w)"


def of_random_effects(of: Effects, tau2: Number, conf: float) -> Estimate:
    """The weighted mean with the variance between strata ``tau2`` (0 for one common effect), and its interval."""
    mean = of.mean(tau2)
    ns = namespace(mean)
    variance = ns.div(1.0, pooled(of.weights(tau2)))
    notes = of.notes + notes_when((of.k == 0, "every stratum is left out: nothing to pool"))
    if of.measure == RISK_DIFFERENCE:
        return plain_interval(mean, variance, conf, notes)
    return log_interval(ns.exp(mean), variance, conf, notes, log=mean)


def interval_of_spread(of: Effects, tau2: Number, conf: float) -> Estimate:
    """The same estimate with the variance and the t quantile of Hartung & Knapp."""
    from scipy.special import stdtr

    mean = of.mean(tau2)
    ns = namespace(mean)
    df = of.k - 1
    variance = ns.div(of.q(tau2), df * pooled(of.weights(tau2)))
    se = ns.where(df > 0, ns.sqrt(variance), math.nan)
    half = student_quantile(conf, df) * se
    statistic = ns.div(mean, se)
    p = ns.where(df > 0, 2 * stdtr(ns.maximum(df, 1), -abs(statistic)), math.nan)
    lower, upper = mean - half, mean + half
    plain = of.measure == RISK_DIFFERENCE
    return Estimate(
        mean if plain else ns.exp(mean),
        lower if plain else ns.exp(lower),
        upper if plain else ns.exp(upper),
        conf,
        se=se,
        se_scale="plain" if plain else "log",
        statistic=statistic,
        p=float(p) if isinstance(mean, float) else p,
        notes=of.notes
        + notes_when(
            (df < 1, "fewer than two strata to pool: the interval does not exist"),
            (ns.both(se == 0, mean == 0), NO_VARIANCE),
        ),
    )


def _register_fixed(measure: str) -> None:
    @estimator(
        measure,
        "inverse-variance",
        name="inverse variance, fixed effect",
        reference="Woolf 1955; Birge 1932" if measure == "common odds ratio" else "Birge 1932; Cochran 1954",
        software=("metafor rma, method='EE'", "RevMan (inverse variance)", "Stata meta, fixed"),
        formula=f"{_WHAT[measure]};  w = 1/v;  mean = sum(w*y)/sum(w);  SE = 1/sqrt(sum(w));  {_limits(measure)}",
        advice="few large strata; with zero cells prefer mantel-haenszel",
    )
    def inverse_variance(strata: Strata, conf: float = 0.95) -> Estimate:
        """The strata's own estimates weighted by their inverse variances: one common effect (Cochran 1954).

        Also known as Woolf's pooled odds ratio. Ratios are pooled on the log scale. 0.5 is added to every cell of a
        stratum with a zero cell; for ratios a stratum without events in both arms, or without non-events, is left out.
        """
        return of_random_effects(effects(strata, measure), 0.0, conf)


def _register_random(measure: str, method: _Random) -> None:
    about = _about(measure, method)

    @estimator(
        measure,
        method.key,
        name=method.name,
        reference=method.reference,
        software=method.software,
        formula=f"{about};  SE = 1/sqrt(sum(w));  {_limits(measure)}",
        default=method.default,
        advice=method.advice,
    )
    def random_effects(strata: Strata, conf: float = 0.95) -> Estimate:
        """Effects that vary between strata: their mean, with the variance between them added to each weight.

        Ratios are pooled on the log scale; zero cells as for inverse-variance.
        """
        of = effects(strata, measure)
        return of_random_effects(of, method.tau2(of), conf)


def _register_hartung_knapp(measure: str, method: _Random) -> None:
    about = _about(measure, method)

    @estimator(
        measure,
        f"{method.key}-hartung-knapp",
        name=f"{method.name.partition(',')[0]}, Hartung-Knapp interval",
        reference="Hartung & Knapp 2001; Sidik & Jonkman 2002",
        software=(f"metafor rma, method='{_METAFOR[method.key]}', test='knha'",),
        formula=f"{about};  SE = sqrt(sum(w*(y - mean)^2)/((k-1)*sum(w)));  "
        f"{_limits(measure).replace('z*SE', 't*SE')}, t with k-1 df",
        advice="few strata (less than about 10), where the normal interval is too short; not when they hardly differ",
    )
    def hartung_knapp(strata: Strata, conf: float = 0.95) -> Estimate:
        """The random-effects mean with a variance from the spread of the strata and Student's t of k-1 df.

        Also known as HKSJ (Hartung & Knapp 2001; Sidik & Jonkman 2002; IntHout, Ioannidis & Borm 2014). The variance is
        not kept from being smaller than the normal one, as in metafor.
        """
        of = effects(strata, measure)
        return interval_of_spread(of, method.tau2(of), conf)


_METAFOR = {"dersimonian-laird": "DL", "paule-mandel": "PM", "reml": "REML"}

for _measure in MEASURES:
    _register_fixed(_measure)
for _measure in MEASURES:
    for _method in RANDOM:
        _register_random(_measure, _method)
for _measure in MEASURES:
    for _method in RANDOM:
        if _method.hartung_knapp:
            _register_hartung_knapp(_measure, _method)


def heterogeneity(strata: Strata, measure: str, keys: tuple[str, ...], conf: float) -> tuple[Value, ...]:
    """tau^2, I^2 and the prediction interval of each random-effects method among ``keys``, for one analysis."""
    of = effects(strata, measure)
    unit = "proportion" if measure == RISK_DIFFERENCE else ""
    found: list[Value] = []
    for method in RANDOM:
        if method.key not in keys or of.k < 2:
            continue
        tau2 = method.tau2(of)
        lower, upper = prediction_interval(of, tau2, conf)
        few = "needs 3 strata" if of.k < 3 else None
        found += [
            Value("tau^2", tau2, "", None, method.key),
            Value("I^2", i_squared(of, tau2), "proportion", None, method.key),
            Value("prediction lower", None if few else lower, unit, few, method.key),
            Value("prediction upper", None if few else upper, unit, few, method.key),
        ]
    return tuple(found)
