"""Tests of homogeneity: do the strata have one common odds ratio, risk ratio or risk difference?"""

from __future__ import annotations

import math
from dataclasses import replace

from .common_odds_ratio import by_stratum, peto_sums
from .mantel_haenszel import ODDS_RATIO, odds_ratio_sums
from .meta_analysis import Effects, effects
from .namespace import namespace
from .registry import test
from .results import Number, TestResult, notes_when
from .strata import MEASURES, Strata, chi2_tail, counted, fitted, pooled

_FEW = "fewer than two strata to compare: the test does not exist"
_NO_ESTIMATE = "the Mantel-Haenszel estimate is 0 or infinite: the test does not exist"


def _chi_square(statistic: Number, strata_counted: Number, *notes: tuple[Number, str]) -> TestResult:
    df = strata_counted - 1
    ns = namespace(statistic)
    several = df > 0
    statistic = ns.where(several, ns.where(statistic < 0, 0.0, statistic), math.nan)
    return TestResult(
        p=chi2_tail(statistic, df),
        statistic=statistic,
        df=ns.maximum(df, 0),
        notes=notes_when((strata_counted < 2, _FEW), *notes),
    )


def _breslow_day(strata: Strata) -> tuple[Number, Number, Number, Number]:
    """Sums over strata of (a - e)^2/v, a - e and v at the Mantel-Haenszel odds ratio, and the strata that count."""
    import numpy as np

    t = odds_ratio_sums(strata)
    estimate = namespace(t["R"]).div(t["R"], t["S"])
    exists = np.isfinite(estimate) & (np.asarray(estimate) > 0)
    expected, variance = fitted(strata.n1, strata.n0, strata.events, np.where(exists, estimate, 1.0))
    counts = variance > 0
    deviation = np.where(counts, strata.a - expected, 0.0)
    squares = np.where(exists, deviation * deviation / np.where(counts, variance, 1.0), math.nan)
    return pooled(squares), pooled(deviation), pooled(variance), counted(counts)


def _no_estimate(strata: Strata) -> Number:
    t = odds_ratio_sums(strata)
    return t["R"] * t["S"] == 0


@test(
    ODDS_RATIO,
    "breslow-day",
    name="Breslow-Day homogeneity of odds ratios",
    reference="Breslow & Day 1980",
    software=("SAS PROC FREQ, cmh", "Stata cc, by() bd", "SPSS CROSSTABS, cmh", "OpenEpi", "metafor rma.mh"),
    formula="e solves e*(n0-m+e) = OR*(n1-e)*(m-e) with the Mantel-Haenszel OR;  "
    "chi2 = sum((a-e)^2 * (1/e + 1/(n1-e) + 1/(m-e) + 1/(n0-m+e))), df = k-1",
    default=True,
)
def breslow_day(strata: Strata) -> TestResult:
    """Breslow-Day chi-square of homogeneous odds ratios at the Mantel-Haenszel estimate (Breslow & Day 1980, 4.4).

    Strata whose margins leave no choice do not count towards the degrees of freedom. Each stratum should be large.
    """
    statistic, _, _, count = _breslow_day(strata)
    return _chi_square(statistic, count, (_no_estimate(strata), _NO_ESTIMATE))


@test(
    ODDS_RATIO,
    "tarone",
    name="Breslow-Day homogeneity, Tarone's correction",
    reference="Tarone 1985",
    software=("Stata cc, by() tarone", "SPSS CROSSTABS, cmh", "metafor rma.mh", "SAS PROC FREQ, cmh(bdt)"),
    formula="chi2 = chi2(Breslow-Day) - (sum(a) - sum(e))^2 / sum(1/(1/e + 1/(n1-e) + 1/(m-e) + 1/(n0-m+e))), df = k-1",
    advice="preferred: the Mantel-Haenszel estimate is not efficient, and Breslow-Day does not allow for that",
)
def tarone(strata: Strata) -> TestResult:
    """Breslow-Day chi-square less Tarone's correction for an estimate that is not efficient (Tarone 1985)."""
    ns = namespace(odds_ratio_sums(strata)["R"])
    statistic, deviation, variance, count = _breslow_day(strata)
    return _chi_square(statistic - ns.div(deviation * deviation, variance), count, (_no_estimate(strata), _NO_ESTIMATE))


@test(
    ODDS_RATIO,
    "woolf-homogeneity",
    name="Woolf homogeneity of odds ratios",
    reference="Woolf 1955",
    software=("vcd woolf_test", "DescTools WoolfTest", "epiR epi.2by2"),
    formula="w = 1/(1/a + 1/b + 1/c + 1/d);  chi2 = sum(w*(log(OR) - sum(w*log(OR))/sum(w))^2), df = k-1",
)
def woolf_homogeneity(strata: Strata) -> TestResult:
    """Woolf's chi-square of the log odds ratios about their weighted mean (Woolf 1955).

    With a zero cell anywhere 0.5 is added to every cell of every stratum, as in R's vcd and DescTools; cochran-q adds
    it to the strata with a zero cell only.
    """
    import numpy as np

    there = strata.total > 0
    cells = (strata.a, strata.b, strata.c, strata.d)
    zero = np.logical_or.reduce([(cell == 0) & there for cell in cells]).any(axis=0)
    a, b, c, d = (np.where(there, cell + np.where(zero, 0.5, 0.0), 1.0) for cell in cells)
    v = np.where(there, 1 / a + 1 / b + 1 / c + 1 / d, math.inf)
    of = Effects(np.log(a / b) - np.log(c / d), v, ODDS_RATIO, strata)
    return _chi_square(of.q(), of.k, (zero, "a cell is zero: 0.5 is added to every cell of every stratum"))


_PLAIN_WORDS = {
    "common odds ratio": "log odds ratios",
    "common risk ratio": "log risk ratios",
    "common risk difference": "risk differences",
}


def _register(measure: str) -> None:
    words = _PLAIN_WORDS[measure]

    @test(
        measure,
        "cochran-q",
        name=f"Cochran Q, homogeneity of {words}",
        reference="Cochran 1954",
        software=("metafor rma", "Stata meta and metan", "RevMan (inverse variance, random effects)", "R meta"),
        formula="w = 1/v;  Q = sum(w*(y - sum(w*y)/sum(w))^2), df = k-1",
        default=True,
    )
    def cochran_q(strata: Strata) -> TestResult:
        """Cochran's Q of the strata's estimates about their inverse-variance mean (Cochran 1954).

        0.5 is added to every cell of a stratum with a zero cell; for ratios a stratum without events in both arms, or
        without non-events, is left out.
        """
        of = effects(strata, measure)
        return _with_notes(_chi_square(of.q(), of.k), of)

    @test(
        measure,
        "cochran-q-mh",
        name="Q about the Mantel-Haenszel estimate",
        reference="Cochran 1954; Deeks, Altman & Bradburn 2001",
        software=("RevMan (Mantel-Haenszel)", "metafor rma.mh", "Stata cs, by()"),
        formula="w = 1/v;  Q = sum(w*(y - y(Mantel-Haenszel))^2), df = k-1",
    )
    def cochran_q_mh(strata: Strata) -> TestResult:
        """Cochran's Q of the strata's estimates about the Mantel-Haenszel one, with inverse-variance weights.

        Zero cells as for cochran-q. Not less than that Q, which is about the mean that makes it least.
        """
        of = effects(strata, measure)
        statistic = of.q_mantel_haenszel()
        return _with_notes(_chi_square(statistic, of.k, (statistic != statistic, _NO_ESTIMATE)), of)


def _with_notes(result: TestResult, of: Effects) -> TestResult:
    return replace(result, notes=of.notes + result.notes)


for _measure in MEASURES:
    _register(_measure)


@test(
    ODDS_RATIO,
    "peto-homogeneity",
    name="homogeneity of Peto odds ratios",
    reference="Yusuf, Peto, Lewis, Collins & Sleight 1985",
    software=("RevMan (Peto)", "metafor rma.peto", "Stata metan, peto"),
    formula="Q = sum((a-e)^2/v) - sum(a-e)^2/sum(v), e = n1*(a+c)/N, v = n1*n0*(a+c)*(b+d)/(N^2*(N-1)), df = k-1",
)
def peto_homogeneity(strata: Strata) -> TestResult:
    """Heterogeneity of Peto's odds ratios over the strata with events and non-events (Yusuf, Peto et al. 1985)."""
    import numpy as np

    t = peto_sums(strata)
    ns = namespace(t["V"])
    difference, variance = by_stratum(strata)
    counts = variance > 0
    squares = pooled(np.where(counts, difference * difference / np.where(counts, variance, 1.0), 0.0))
    return _chi_square(squares - ns.div(t["OE"] * t["OE"], t["V"]), counted(counts))
