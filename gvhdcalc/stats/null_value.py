"""Tests of a supposed difference, risk ratio or odds ratio of two proportions other than equality.

The tests of non-inferiority, of superiority by a margin and of equivalence: each asks on which side of a null value the
contrast lies. A test here takes the table, the null value (a fraction for a difference) and the alternative: that the
contrast is another one ("two-sided"), "greater" or "less" than the null value. One null value serves all tables of
arrays. At equality the score and likelihood ratio tests are those of independence.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from . import constrained, odds_ratio, risk_difference, risk_ratio
from .namespace import namespace
from .noncentral_hypergeometric import conditional, doubled_p, one_sided_p
from .registry import test
from .results import Number, TestResult, notes_when
from .two_by_two import TwoByTwo, choose

Alternative = Literal["two-sided", "greater", "less"]


@dataclass(frozen=True, slots=True)
class Contrast:
    """How two proportions are compared: ``measure``, its letters, the observed value and what fits a supposed one.

    ``equality`` is the value of equal proportions; ``wald`` gives the estimate less a null value, on the scale of
    Wald's test, and its standard error.
    """

    measure: str
    letters: str
    equality: float
    observed: Callable[[TwoByTwo], Number]
    path: constrained.Path
    wald: Callable[[TwoByTwo, float], tuple[Number, Number]]

    @property
    def at_null(self) -> str:
        """The measure under which the tests at a null value are registered."""
        return f"{self.measure} at a null value"

    def check(self, null: float) -> None:
        """Raise ValueError unless ``null`` can be a value of the contrast: -1 to 1 for a difference, above 0 else."""
        if self.equality == 0 and not -1 < null < 1:
            raise ValueError(f"a difference of {100 * null:g}% is not between -100% and 100%")
        if self.equality == 1 and not 0 < null < math.inf:
            raise ValueError(f"a ratio of {null:g} is not above 0")


def _log_ratio(table: TwoByTwo, null: float) -> tuple[Number, Number]:
    log_rr, se = risk_ratio.log_ratio(table)
    return log_rr - math.log(null), se


def _log_odds_ratio(table: TwoByTwo, null: float) -> tuple[Number, Number]:
    log_or, se = odds_ratio.log_ratio(table)
    return log_or - math.log(null), se


def _difference(table: TwoByTwo, null: float) -> tuple[Number, Number]:
    return risk_difference.sample_risk_difference(table) - null, risk_difference.standard_error(table)


DIFFERENCE = Contrast(
    risk_difference.MEASURE,
    "RD",
    0.0,
    risk_difference.sample_risk_difference,
    constrained.difference,
    _difference,
)
RATIO = Contrast(risk_ratio.MEASURE, "RR", 1.0, risk_ratio.sample_risk_ratio, constrained.ratio, _log_ratio)
RATIO_OF_ODDS = Contrast(
    odds_ratio.MEASURE, "OR", 1.0, odds_ratio.sample_odds_ratio, constrained.odds_ratio, _log_odds_ratio
)
CONTRASTS = {contrast.measure: contrast for contrast in (DIFFERENCE, RATIO, RATIO_OF_ODDS)}

Statistic = Callable[[TwoByTwo, constrained.Fit], Number]


def _signed(contrast: Contrast, table: TwoByTwo, null: float, statistic: Statistic) -> Number:
    """The statistic of the fit at the null value, positive where the observed contrast lies above that."""
    ns = namespace(table.a)
    contrast.check(null)
    observed = contrast.observed(table)
    above = observed > null
    side = choose(above, table, table.arms_exchanged())
    if contrast.equality == 0:
        target = abs(observed - null)
        fit = constrained.where_reached(side, contrast.path, lambda fit: fit.contrast - target)
    else:
        target = ns.where(above, math.log(null), -math.log(null))
        fit = constrained.where_reached(side, contrast.path, lambda fit: target - ns.log(fit.contrast))
    z = statistic(side, fit)
    return ns.where(_undefined(contrast, table, null), math.nan, ns.where(above, z, -z))


def _undefined(contrast: Contrast, table: TwoByTwo, null: float) -> Number:
    """Where the counts say nothing of the null value: no observed contrast; or equality, and no or only events."""
    ns = namespace(table.a)
    observed = contrast.observed(table)
    one_sort = table.events * (table.b + table.d) == 0
    return ns.either(observed != observed, ns.both(one_sort, null == contrast.equality))


def _normal(z: Number, alternative: Alternative, *notes: tuple[Number, str]) -> TestResult:
    """The result of a statistic that is standard normal at the null value."""
    ns = namespace(z)
    if alternative == "two-sided":
        return TestResult(p=ns.two_sided(z), statistic=z, notes=notes_when(*notes))
    p = ns.norm_sf(z if alternative == "greater" else -z)
    return TestResult(p=p, statistic=z, sides=1, notes=notes_when(*notes))


def _root_n_minus_1(table: TwoByTwo, fit: constrained.Fit) -> Number:
    ns = namespace(table.a)
    total = table.total * 1.0
    return constrained.score(table, fit) * ns.sqrt(ns.div(total - 1, total))


def _root_likelihood_ratio(table: TwoByTwo, fit: constrained.Fit) -> Number:
    ns = namespace(table.a)
    return ns.sqrt(ns.maximum(constrained.likelihood_ratio(table, fit), 0.0))


_NO_TEST = "too few events, or non-events, for this test to exist"

#: Key, name, reference, formula, statistic, whether a command shows it unasked, who uses it, docstring.
_STATISTICS: tuple[tuple[str, str, str, str, Statistic, bool, tuple[str, ...], str], ...] = (
    (
        "miettinen-nurminen",
        "Miettinen-Nurminen score test",
        "Miettinen & Nurminen 1985",
        "z = S/sqrt(V*N/(N-1));  S, V score and variance at the most likely q1, q0 for the null {0}",
        _root_n_minus_1,
        True,
        ("ratesci scoreci, skew=FALSE",),
        "Score test of a null {0} with the factor N/(N-1) (Miettinen & Nurminen 1985); agrees with their interval.",
    ),
    (
        "farrington-manning",
        "Farrington-Manning score test",
        "Farrington & Manning 1990",
        "z = S/sqrt(V);  S, V score and variance at the most likely q1, q0 for the null {0}",
        constrained.score,
        True,
        ("SAS PROC FREQ, riskdiff and relrisk (method=score)", "rpact", "DescrTab2"),
        "Score test of a null {0} (Farrington & Manning 1990, method 3; for OR Cornfield 1956); agrees with "
        "mee (RD), koopman (RR) or cornfield (OR).",
    ),
    (
        "likelihood-ratio",
        "likelihood ratio test",
        "Wilks 1938",
        "G = 2*sum(observed*log(observed/fitted)), fitted the most likely for the null {0};  one-sided by its root",
        _root_likelihood_ratio,
        False,
        ("SAS PROC FREQ, relrisk(method=lr)",),
        "Likelihood ratio test of a null {0} (Wilks 1938), its signed root; agrees with profile-likelihood.",
    ),
    (
        "scas",
        "skewness-corrected score test",
        "Laud 2017",
        "z with z + mu3/(6*V^(3/2))*(z^2 - 1) = S/sqrt(V) at the most likely q1, q0 for the null {0}",
        constrained.skewness_corrected,
        False,
        ("ratesci scoreci",),
        "Skewness-corrected score test of a null {0} (Laud 2017); agrees with the SCAS interval.",
    ),
)


def _register(contrast: Contrast) -> None:
    """The tests of one contrast that follow from its fit at the null value, and Wald's."""
    letters = contrast.letters
    for key, name, reference, formula, statistic, default, software, what in _STATISTICS:

        def at_null(
            table: TwoByTwo, null: float, alternative: Alternative = "two-sided", statistic: Statistic = statistic
        ) -> TestResult:
            z = _signed(contrast, table, null, statistic)
            return _normal(z, alternative, (_undefined(contrast, table, null), _NO_TEST))

        at_null.__doc__ = what.format(letters)
        about: dict[str, Any] = {"formula": formula.format(letters), "default": default, "software": software}
        test(contrast.at_null, key, name=name, reference=reference, **about)(at_null)

    def wald(table: TwoByTwo, null: float, alternative: Alternative = "two-sided") -> TestResult:
        contrast.check(null)
        distance, se = contrast.wald(table, null)
        ns = namespace(table.a)
        z = ns.div(distance, ns.where(se < math.inf, se, math.nan))
        return _normal(z, alternative, (z != z, "no standard error exists, nor does the test"))

    scale = letters if contrast.equality == 0 else f"log({letters})"
    wald.__doc__ = f"Wald test of a null {letters}: the estimate's distance from it in standard errors of {scale}."
    test(
        contrast.at_null,
        "wald",
        name="Wald test",
        reference={"RD": "Laplace 1812", "RR": "Katz, Baptista, Azen & Pike 1978", "OR": "Woolf 1955"}[letters],
        formula=f"z = ({scale} - {scale.replace(letters, 'null')}) / SE, the standard error of Wald's interval",
        software=("SAS PROC FREQ (method=wald)",),
    )(wald)


for _contrast in CONTRASTS.values():
    _register(_contrast)


@test(
    RATIO_OF_ODDS.at_null,
    "fisher",
    name="Fisher exact test",
    reference="Fisher 1935; Cornfield 1956",
    software=("R fisher.test, or=",),
    formula="P = sum of P(X = x | margins, OR) over all x with P(X = x) <= P(X = a), or P(X >= a), P(X <= a) one-sided",
)
def fisher(table: TwoByTwo, null: float, alternative: Alternative = "two-sided") -> TestResult:
    """Exact test of a null odds ratio by the noncentral hypergeometric distribution, two-sided as R's fisher.test.

    One-sided P's agree with the conditional exact interval. Ties count within a relative tolerance of 1e-7, as in R.
    """
    RATIO_OF_ODDS.check(null)
    if alternative == "two-sided":
        return TestResult(p=conditional(table).no_more_likely(psi=null))
    return TestResult(p=one_sided_p(table, alternative, null), sides=1)


@test(
    RATIO_OF_ODDS.at_null,
    "fisher-mid-p",
    name="Fisher mid-P test",
    reference="Lancaster 1961",
    formula="P = P(X > a | OR) + P(X = a | OR)/2 or P(X < a | OR) + P(X = a | OR)/2;  two-sided the smaller doubled",
)
def fisher_mid_p(table: TwoByTwo, null: float, alternative: Alternative = "two-sided") -> TestResult:
    """Mid-P test of a null odds ratio (Lancaster 1961); agrees with the mid-P interval."""
    RATIO_OF_ODDS.check(null)
    if alternative != "two-sided":
        return TestResult(p=one_sided_p(table, alternative, null, 0.5), sides=1)
    return TestResult(p=doubled_p(table, null, 0.5))
