"""The log-rank test and its weighted relatives for two or more arms, and the hazard ratios that come with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .namespace import Scalars, z_for
from .patients import Patients
from .registry import estimator, test
from .results import Estimate, Note, TestResult, notes_when

#: The measure of the tests, and of the hazard ratios from individual data.
MEASURE = "survival curves"
HAZARD_RATIO = "hazard ratio, from patients"

#: A numpy array.
Array = Any


@dataclass(frozen=True, slots=True, eq=False)
class LogRank:
    """Observed and expected events of each arm (K,), the weighted score O - E (K,) and its covariance (K, K)."""

    observed: Array
    expected: Array
    score: Array
    covariance: Array


@dataclass(frozen=True, slots=True, eq=False)
class _Risk:
    """The risk sets at the distinct event times of all strata: m of them, those of a stratum together."""

    stratum: Array
    events: Array
    at_risk: Array
    arm_events: Array
    arm_at_risk: Array


def _risk_sets(patients: Patients) -> _Risk:
    """Events and numbers at risk, in all (m,) and by arm (m, K), at each stratum's event times; O(n log n)."""
    import numpy as np

    times, place = np.unique(patients.time, return_inverse=True)
    stratum = np.zeros(len(place), dtype=np.int64) if patients.strata is None else patients.strata
    width = len(times) + 1
    key = stratum * width + place
    event = patients.status == 1
    at = np.unique(key[event])
    end = (at // width + 1) * width
    first = None if patients.entry is None else np.searchsorted(times, patients.entry, side="right")

    def staying(keys: Array) -> Array:
        keys = np.sort(keys)
        return np.searchsorted(keys, end) - np.searchsorted(keys, at)

    arms = len(patients.arms)
    at_risk = np.empty((len(at), arms))
    events = np.empty((len(at), arms))
    for arm in range(arms):
        chosen = patients.arm == arm
        at_risk[:, arm] = staying(key[chosen])
        if first is not None:  # those who enter at or after the time are not yet at risk
            later = np.sort((stratum * width + first)[chosen])
            at_risk[:, arm] -= np.searchsorted(later, end) - np.searchsorted(later, at, side="right")
        events[:, arm] = np.bincount(np.searchsorted(at, key[chosen & event]), minlength=len(at))
    return _Risk(at // width, events.sum(axis=1), at_risk.sum(axis=1), events, at_risk)


def _before(risk: _Risk, factors: Array) -> tuple[Array, Array]:
    """The products of factors within each stratum up to each time: without it, and with it."""
    import numpy as np

    starts = np.flatnonzero(np.diff(risk.stratum, prepend=-1))
    after = np.empty_like(factors)
    before = np.ones_like(factors)
    for start, stop in zip(starts, np.append(starts[1:], len(factors)), strict=False):
        after[start:stop] = np.cumprod(factors[start:stop])
        before[start + 1 : stop] = after[start : stop - 1]
    return before, after


def _peto_peto(risk: _Risk) -> Array:
    return _before(risk, 1 - risk.events / (risk.at_risk + 1))[1]


def fleming_harrington_weights(risk: _Risk, rho: float, gamma: float) -> Array:
    """S(t-)^rho (1 - S(t-))^gamma of the Kaplan-Meier curve of all arms of the stratum."""
    import numpy as np

    before = _before(risk, 1 - risk.events / risk.at_risk)[0]
    return np.power(before, rho) * np.power(1 - before, gamma)


def _no_weights(risk: _Risk) -> Array:
    return risk.at_risk * 0 + 1


def observed_expected(patients: Patients, weigh: Callable[[_Risk], Array] = _no_weights) -> LogRank:
    """Observed and expected events of each arm, and the weighted score with its hypergeometric covariance.

    At each event time d_k - n_k*d/n and d*(n-d)/(n-1) * n_k/n*([k=l] - n_l/n) (Kalbfleisch & Prentice 2002, eq. 1.20),
    times the weight and its square, added up over times and strata.
    """
    import numpy as np

    risk = _risk_sets(patients)
    share = risk.arm_at_risk / risk.at_risk[:, None]
    expected = share * risk.events[:, None]
    weights = np.asarray(weigh(risk), dtype=float)
    spread = risk.events * (risk.at_risk - risk.events) / np.maximum(risk.at_risk - 1, 1) * weights**2
    spread_share = share * spread[:, None]
    return LogRank(
        risk.arm_events.sum(axis=0),
        expected.sum(axis=0),
        weights @ (risk.arm_events - expected),
        np.diag(spread_share.sum(axis=0)) - share.T @ spread_share,
    )


_NO_TEST = "no event while two arms are at risk: no test exists"


def _chi_square(found: LogRank) -> TestResult:
    """The quadratic form of the score, over the arms in which events are expected, as in R's survdiff."""
    import numpy as np
    from scipy.special import chdtrc

    used = np.flatnonzero(found.expected > 0)[1:]
    if not len(used):
        return TestResult(math.nan, math.nan, max(len(found.observed) - 1, 1), notes=(Note(_NO_TEST),))
    score, covariance = found.score[used], found.covariance[np.ix_(used, used)]
    if np.linalg.matrix_rank(covariance) < len(used):
        return TestResult(math.nan, math.nan, len(used), notes=(Note(_NO_TEST),))
    statistic = float(score @ np.linalg.solve(covariance, score))
    p = Scalars.chi2_sf(statistic) if len(used) == 1 else float(chdtrc(len(used), statistic))
    return TestResult(p, statistic, len(used))


def default_scores(patients: Patients) -> list[float]:
    """The arms' scores of trend: their labels where all are numbers, else 0 for the control and 1, 2 ... for others."""
    try:
        return [float(label) for label in patients.arms]
    except ValueError:
        return [*(float(index + 1) for index in range(len(patients.arms) - 1)), 0.0]


def _trend(found: LogRank, scores: list[float]) -> TestResult:
    import numpy as np

    c = np.array(scores)
    variance = float(c @ found.covariance @ c)
    if not variance > 1e-12 * float(c @ c):
        return TestResult(math.nan, math.nan, 1, notes=(Note(_NO_TEST),))
    z = float(c @ found.score) / math.sqrt(variance)
    return TestResult(Scalars.two_sided(z), z * z, 1)


_SCORE = "U = sum over event times of w*(d1 - n1*d/n);  V = sum of w^2*d*(n-d)*n1*n0 / (n^2*(n-1));  X2 = U^2/V;  "


@test(
    MEASURE,
    "log-rank",
    name="log-rank",
    reference="Mantel 1966; Peto & Peto 1972",
    software=("R survdiff", "Stata sts test", "SAS PROC LIFETEST", "SPSS KM"),
    formula=_SCORE + "w = 1",
    default=True,
    closed_form=False,
    advice="the best where hazards are proportional",
)
def log_rank(patients: Patients) -> TestResult:
    """Equal survival in all arms, stratified where there are strata (Mantel 1966; Peto & Peto 1972).

    Also known as Mantel-Cox. Left truncation and competing events (as censoring) are allowed.
    """
    return _chi_square(observed_expected(patients))


#: Key, name, reference, weight at the event times, its formula, software, advice, documentation.
_WEIGHTED: tuple[tuple[str, str, str, Callable[[_Risk], Array], str, tuple[str, ...], str, str], ...] = (
    (
        "gehan-breslow",
        "Gehan-Breslow-Wilcoxon",
        "Gehan 1965; Breslow 1970",
        lambda risk: risk.at_risk,
        "n",
        ("Stata sts test, wilcoxon", "SAS PROC LIFETEST (Wilcoxon)", "SPSS KM (Breslow)", "GraphPad Prism"),
        "weighs early events; depends on the pattern of censoring",
        "Equal survival, events weighted by the number at risk (Gehan 1965; Breslow 1970). Also known as Wilcoxon.",
    ),
    (
        "tarone-ware",
        "Tarone-Ware",
        "Tarone & Ware 1977",
        lambda risk: risk.at_risk**0.5,
        "sqrt(n)",
        ("Stata sts test, tware", "SPSS KM (Tarone-Ware)"),
        "",
        "Equal survival, events weighted by the root of the number at risk (Tarone & Ware 1977).",
    ),
    (
        "peto-peto",
        "Peto-Peto-Prentice",
        "Peto & Peto 1972; Prentice 1978",
        _peto_peto,
        "product of (1 - d/(n+1)) up to and with the time",
        ("Stata sts test, peto", "SAS PROC LIFETEST (Peto)"),
        "weighs early events, whatever the censoring",
        "Equal survival, weighted by a survival estimate of all arms (Peto & Peto 1972; Prentice 1978).",
    ),
    (
        "peto-peto-andersen",
        "modified Peto-Peto",
        "Andersen et al. 1982",
        lambda risk: _peto_peto(risk) * risk.at_risk / (risk.at_risk + 1),
        "n/(n+1) * product of (1 - d/(n+1)) up to and with the time",
        ("SAS PROC LIFETEST (modified Peto)",),
        "",
        "Peto & Peto's test with the weights times n/(n+1) (Andersen, Borgan, Gill & Keiding 1982).",
    ),
)


def _weighted(weigh: Callable[[_Risk], Array], what: str) -> Callable[[Patients], TestResult]:
    def weighted(patients: Patients) -> TestResult:
        return _chi_square(observed_expected(patients, weigh))

    weighted.__doc__ = what
    return weighted


for _key, _name, _source, _weigh, _formula, _software, _advice, _what in _WEIGHTED:
    _about = {"reference": _source, "software": _software, "formula": f"{_SCORE}w = {_formula}", "advice": _advice}
    test(MEASURE, _key, name=_name, closed_form=False, **_about)(_weighted(_weigh, _what))


@test(
    MEASURE,
    "fleming-harrington",
    name="Fleming-Harrington",
    reference="Harrington & Fleming 1982; Fleming & Harrington 1991",
    software=("R survdiff, rho=1", "Stata sts test, fh()", "SAS PROC LIFETEST, fleming()"),
    formula=_SCORE + "w = S(t-)^rho * (1 - S(t-))^gamma, S of all arms",
    closed_form=False,
    advice="rho 1, gamma 0 weighs early events, rho 0, gamma 1 late ones",
)
def fleming_harrington(patients: Patients, rho: float = 1.0, gamma: float = 0.0) -> TestResult:
    """Equal survival with weights S(t-)^rho (1-S(t-))^gamma (Fleming & Harrington 1991, section 7.2).

    S is the Kaplan-Meier estimate of all arms of the stratum just before the time; rho 1 and gamma 0 are R's
    survdiff with rho = 1, rho 0 and gamma 0 the log-rank test.
    """
    return _chi_square(observed_expected(patients, lambda risk: fleming_harrington_weights(risk, rho, gamma)))


@test(
    MEASURE,
    "log-rank-trend",
    name="log-rank for trend",
    reference="Tarone 1975",
    software=("Stata sts test, trend", "SAS PROC LIFETEST, trend", "survMisc comp"),
    formula="z = c'U / sqrt(c'Vc), c the scores of the arms;  X2 = z^2",
    closed_form=False,
    advice="arms in order, such as doses",
)
def log_rank_trend(patients: Patients, scores: list[float] | None = None) -> TestResult:
    """No trend of the hazard over the arms (Tarone 1975): scores as given, the arms' numbers, or 0, 1, 2 ..."""
    return _trend(observed_expected(patients), scores or default_scores(patients))


# --- hazard ratios ----------------------------------------------------------------------------------------------------


def first_and_control(patients: Patients) -> Patients:
    """The patients of the first arm and of the last, where there are others."""
    last = len(patients.arms) - 1
    if last < 2:
        return patients
    two = patients.where((patients.arm == 0) | (patients.arm == last))
    return replace(two, arm=(two.arm == last).astype(int), arms=(patients.arms[0], patients.arms[last]))


def _ratio(log_ratio: float, se: float, conf: float, note: str) -> Estimate:
    exists = not math.isnan(se) and not math.isinf(se)
    z = Scalars.div(log_ratio, se) if exists else math.nan
    half = z_for(conf) * se if exists else math.nan
    return Estimate(
        Scalars.exp(log_ratio),
        Scalars.exp(log_ratio - half) if exists else math.nan,
        Scalars.exp(log_ratio + half) if exists else math.nan,
        conf,
        se=se if exists else math.nan,
        se_scale="log",
        statistic=z,
        p=Scalars.two_sided(z),
        notes=notes_when((not exists, note)),
    )


@estimator(
    HAZARD_RATIO,
    "peto",
    name="log-rank O - E (Peto one-step)",
    reference="Peto et al. 1977",
    software=("GraphPad Prism (Mantel-Haenszel)",),
    formula="HR = exp((O1 - E1)/V);  SE = 1/sqrt(V);  limits = exp(log(HR) -+ z*SE)",
    closed_form=False,
    advice="near 1 only: biased towards 1 where the effect is large",
)
def peto(patients: Patients, conf: float = 0.95) -> Estimate:
    """exp((O-E)/V) of the first arm against the control, V of the log-rank test, stratified where there are strata.

    Peto et al. 1977, Br J Cancer 35:1; also known as the one-step estimate. Its Wald test is the log-rank test.
    """
    found = observed_expected(first_and_control(patients))
    variance = float(found.covariance[0, 0])
    if not variance > 0:
        return _ratio(math.nan, math.nan, conf, _NO_TEST)
    return _ratio(float(found.score[0]) / variance, 1 / math.sqrt(variance), conf, "")


@estimator(
    HAZARD_RATIO,
    "pike",
    name="log-rank (O1/E1)/(O0/E0) (Pike)",
    reference="Pike 1972; Berry et al. 1991",
    software=("GraphPad Prism (logrank)",),
    formula="HR = (O1/E1) / (O0/E0);  SE = sqrt(1/E1 + 1/E0);  limits = exp(log(HR) -+ z*SE)",
    closed_form=False,
    advice="near Cox's estimate, a little nearer to 1",
)
def pike(patients: Patients, conf: float = 0.95) -> Estimate:
    """(O1/E1)/(O0/E0) of the first arm and the control, O and E of the log-rank test, with SE sqrt(1/E1 + 1/E0).

    Pike 1972 (J R Stat Soc A 135:201); Berry, Kitchin & Mock 1991 (Stat Med 10:749). Stratified where there are strata.
    """
    found = observed_expected(first_and_control(patients))
    (o1, o0), (e1, e0) = found.observed.tolist(), found.expected.tolist()
    log_ratio = Scalars.log(Scalars.div(Scalars.div(o1, e1), Scalars.div(o0, e0)))
    se = Scalars.sqrt(Scalars.div(1.0, e1) + Scalars.div(1.0, e0)) if o1 > 0 and o0 > 0 else math.nan
    return _ratio(log_ratio, se, conf, "no events in an arm: no interval exists")
