"""Cox's proportional hazards model on individual patient data: the hazard ratio of two arms by its several methods."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .cox_likelihood import Array, Likelihood, Maximum, Ties, inverse, maximise, standardised
from .namespace import Scalars, root, z_for
from .patients import Patients
from .registry import estimator, test
from .results import Estimate, Note, TestResult, notes_when

#: The measure of these estimators (two arms, the treated first) and tests.
MEASURE = "hazard ratio, from patients"
#: The measure of the tests of the model's assumption.
PROPORTIONAL = "proportional hazards"

_NO_EVENT = "no event: no hazard ratio exists"
_INFINITE = (
    "the likelihood grows without end (no event in a group, or groups whose events do not overlap in time): "
    "the estimate is infinite or 0, a Wald interval does not exist"
)
_ONE_ARM = "one arm only: there is nothing to compare it with"
_NO_COLUMN = "nothing to test: one arm and no covariate that varies"
_SAME = "does not vary, or follows from the other covariates"


@dataclass(frozen=True, slots=True, eq=False)
class CoxFit:
    """A fitted model of p columns (arms against the control, then covariates), named by ``names``.

    ``b`` (p,) are log hazard ratios with model-based ``covariance`` (p, p). ``infinite`` and ``unknown`` (p,) mark
    coefficients that grow without end, and columns of which the data know nothing. ``loglik`` and ``loglik_null`` are
    log partial likelihoods at ``b`` and at 0; ``score`` and ``information`` are at 0. ``likelihood`` is what was
    fitted, its columns centred and divided by ``spread`` (p,).
    """

    names: tuple[str, ...]
    b: Array
    covariance: Array
    infinite: Array
    unknown: Array
    loglik: float
    loglik_null: float
    score: Array
    information: Array
    patients: int
    events: int
    likelihood: Likelihood
    spread: Array


def columns(patients: Patients) -> tuple[Array, tuple[str, ...]]:
    """The model's columns (n, p), with their names: one for each arm but the last (the control), then covariates."""
    import numpy as np

    arms = len(patients.arms)
    parts = [np.stack([(patients.arm == k).astype(float) for k in range(arms - 1)], axis=1)] if arms > 1 else []
    names = list(patients.arms[:-1])
    if patients.covariates is not None:
        parts.append(patients.covariates)
        names += patients.covariate_names
    x = np.concatenate(parts, axis=1) if parts else np.zeros((len(patients), 0))
    return x, tuple(names)


def fit(patients: Patients, ties: Ties = "efron", cause: int = 1, offset: Array | None = None) -> CoxFit:
    """Cox's model for the hazard of ``cause`` (others censor), stratified and left-truncated where patients say so.

    Cox 1972; ties by Efron 1977, Breslow 1974, or exact (discrete). With competing events this is the cause-specific
    hazard. Raises ValueError where the exact likelihood would take too long.
    """
    x, names = columns(patients)
    return fit_arrays(patients.time, patients.status == cause, x, names, patients.entry, patients.strata, offset, ties)


def fit_arrays(
    time: Array,
    event: Array,
    x: Array,
    names: tuple[str, ...],
    entry: Array | None = None,
    strata: Array | None = None,
    offset: Array | None = None,
    ties: Ties = "efron",
) -> CoxFit:
    """Cox's model on plain arrays: ``time``, ``event``, ``entry``, ``strata``, ``offset`` (n,), ``x`` (n, p)."""
    import numpy as np

    scaled, spread = standardised(x)
    likelihood = Likelihood(time, event, scaled, entry, strata, offset, ties)
    if not likelihood.events:
        nothing = np.full(x.shape[1], math.nan)
        none = np.zeros(x.shape[1], dtype=bool)
        square = np.full((x.shape[1],) * 2, math.nan)
        return CoxFit(names, nothing, square, none, none, 0.0, 0.0, nothing, square, len(x), 0, likelihood, spread)
    with np.errstate(all="ignore"):  # a step too far is halved
        found: Maximum = maximise(likelihood)
    covariance = inverse(found.sums.information)
    unknown = np.diag(inverse(found.null.information)) <= 0
    scale = np.outer(spread, spread)
    return CoxFit(
        names,
        found.b / spread,
        covariance / scale,
        found.infinite & ~unknown,
        unknown,
        found.sums.loglik,
        found.null.loglik,
        found.null.score * spread,
        found.null.information * scale,
        len(x),
        likelihood.events,
        likelihood,
        spread,
    )


def robust_covariance(found: CoxFit, cluster: Array | None = None) -> Array:
    """The sandwich covariance (p, p) of Lin and Wei 1989; ``cluster`` (n,) are codes within which patients depend."""
    import numpy as np

    residuals = found.likelihood.score_residuals(found.b * found.spread) * found.spread
    if cluster is not None:
        groups = int(cluster.max()) + 1
        residuals = np.stack([np.bincount(cluster, weights=column, minlength=groups) for column in residuals.T], axis=1)
    influence = residuals @ found.covariance
    return influence.T @ influence


# --- intervals -------------------------------------------------------------------------------------------------------


def hazard_ratios(found: CoxFit, conf: float, covariance: Array | None = None) -> tuple[Estimate, ...]:
    """The hazard ratio of each column with its Wald interval and P; ``covariance`` in place of the model's own."""
    import numpy as np

    errors = np.sqrt(np.maximum(np.diag(found.covariance if covariance is None else covariance), 0.0))
    return tuple(wald_ratio(found, j, float(errors[j]), conf, _NO_EVENT, _INFINITE) for j in range(len(found.names)))


class Fitted(Protocol):
    """What a model of hazards found of its columns, as in CoxFit."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def b(self) -> Array: ...
    @property
    def infinite(self) -> Array: ...
    @property
    def unknown(self) -> Array: ...
    @property
    def events(self) -> int: ...


def wald_ratio(found: Fitted, j: int, se: float, conf: float, no_event: str, infinite: str) -> Estimate:
    """The ratio exp(b) of column ``j`` with its Wald interval and P, ``se`` that of b.

    ``no_event`` and ``infinite`` are the notes where there is no ratio, and where it is without end.
    """
    b = float(found.b[j])
    if not found.events or found.unknown[j]:
        why = f"{found.names[j]} {_SAME}" if found.events else no_event
        return Estimate(math.nan, math.nan, math.nan, conf, math.nan, "log", notes=(Note(why),))
    if found.infinite[j]:
        ratio = math.inf if b > 0 else 0.0
        return Estimate(ratio, math.nan, math.nan, conf, math.nan, "log", notes=(Note(infinite),))
    half = z_for(conf) * se
    z = Scalars.div(b, se)
    return Estimate(
        Scalars.exp(b), Scalars.exp(b - half), Scalars.exp(b + half), conf, se, "log", z, Scalars.two_sided(z)
    )


def profile_fall(found: CoxFit, j: int, b: float) -> float:
    """Twice the fall of the log likelihood at a standardised coefficient ``b`` of column ``j``."""
    import numpy as np

    whole = found.likelihood
    rest = ~found.unknown
    rest[j] = False  # a column that follows from others would stand in for this one
    reduced = whole.with_columns(whole.x[:, rest])
    reduced.offset = whole.offset + b * whole.x[:, j]
    top = maximise(reduced).sums.loglik if rest.any() else reduced.at(np.zeros(0)).loglik
    return 2 * (found.loglik - top)


def profile_limits(found: CoxFit, j: int, conf: float) -> tuple[float, float]:
    """The limits of the log hazard ratio of column ``j`` by profile likelihood (Cox & Oakes 1984, section 3.3).

    Where twice the fall of the log likelihood, the other coefficients at their best, is the chi-squared quantile; an
    infinite estimate has one limit.
    """
    if not found.events or found.unknown[j]:
        return math.nan, math.nan
    target = z_for(conf) ** 2

    def fall(b: float) -> float:
        return profile_fall(found, j, b) - target

    centre = float(found.b[j]) * float(found.spread[j])
    step = z_for(conf) * float(found.spread[j] * math.sqrt(max(found.covariance[j, j], 0.0)))
    step = min(max(step, 1e-3), 2.0)
    ends = []
    for side in (-1, 1):
        if found.infinite[j] and side * centre > 0:
            ends.append(side * math.inf)
            continue
        near, far = centre, centre + side * step
        for _ in range(60):
            if fall(far) > 0:
                break
            near, far = far, far + 2 * (far - near)
        else:
            ends.append(side * math.inf)
            continue
        ends.append(root(fall, min(near, far), max(near, far)) / float(found.spread[j]))
    return ends[0], ends[1]


def one_arm(conf: float) -> Estimate:
    """What there is to say of a hazard ratio where all patients are in one arm."""
    return Estimate(math.nan, math.nan, math.nan, conf, math.nan, "log", notes=(Note(_ONE_ARM),))


def _first(patients: Patients, conf: float, ties: Ties = "efron") -> Estimate:
    """The first column: the treated arm against the control."""
    return hazard_ratios(fit(patients, ties), conf)[0] if len(patients.arms) > 1 else one_arm(conf)


@estimator(
    MEASURE,
    "efron",
    name="Cox, Efron ties",
    reference="Cox 1972; Efron 1977",
    software=("R coxph", "survminer", "Python lifelines", "Stata stcox, efron", "SAS PROC PHREG, ties=efron"),
    formula="HR = exp(b), b at the greatest partial likelihood;  SE = 1/sqrt(information);  limits = exp(b -+ z*SE)",
    default=True,
    closed_form=False,
    advice="the best approximation where times are tied",
)
def efron(patients: Patients, conf: float = 0.95) -> Estimate:
    """Hazard ratio of the first arm against the control by Cox's model with Efron's ties, and its Wald interval.

    Cox 1972 (J R Stat Soc B 34:187), Efron 1977 (J Am Stat Assoc 72:557). Adjusted for covariates, stratified, left-
    truncated where the patients say so.
    """
    return _first(patients, conf)


@estimator(
    MEASURE,
    "breslow",
    name="Cox, Breslow ties",
    reference="Cox 1972; Breslow 1974",
    software=("Stata stcox", "SAS PROC PHREG", "SPSS COXREG", "statsmodels PHReg"),
    formula="as efron; all events of a time have the same risk set",
    closed_form=False,
    advice="the default of Stata, SAS and SPSS; nearer to 1 where many times are tied",
)
def breslow(patients: Patients, conf: float = 0.95) -> Estimate:
    """Hazard ratio by Cox's model with Breslow's ties (Breslow 1974, Biometrics 30:89), and its Wald interval."""
    return _first(patients, conf, "breslow")


@estimator(
    MEASURE,
    "exact",
    name="Cox, exact (discrete) ties",
    reference="Cox 1972",
    software=("R coxph, ties='exact'", "Stata stcox, exactp", "SAS PROC PHREG, ties=discrete"),
    formula="as efron; the events of a time are one set out of all sets of as many at risk",
    closed_form=False,
    advice="where time is discrete; it estimates an odds ratio of the event at a time",
    slow=True,
)
def exact(patients: Patients, conf: float = 0.95) -> Estimate:
    """Hazard ratio by the exact partial (conditional logistic) likelihood (Cox 1972, section 6), and its Wald interval.

    Not done where there are too many ties, and a note says so.
    """
    try:
        return _first(patients, conf, "exact")
    except ValueError as error:
        return Estimate(math.nan, math.nan, math.nan, conf, math.nan, "log", notes=(Note(str(error)),))


@estimator(
    MEASURE,
    "robust",
    name="Cox, robust variance",
    reference="Lin & Wei 1989",
    software=("R coxph, robust=TRUE or cluster()", "Stata stcox, vce(robust)", "SAS PROC PHREG, covs"),
    formula="b as efron;  variance = sum of D*D', D the dfbeta of a patient, or of a cluster",
    closed_form=False,
    advice="holds where hazards are not proportional, and for patients in clusters",
)
def robust(patients: Patients, conf: float = 0.95) -> Estimate:
    """Hazard ratio by Cox's model (Efron) with the sandwich variance of Lin & Wei 1989 (J Am Stat Assoc 84:1074).

    Clusters of patients count as one where patients have them.
    """
    if len(patients.arms) < 2:
        return one_arm(conf)
    found = fit(patients)
    return hazard_ratios(found, conf, robust_covariance(found, patients.cluster) if found.events else None)[0]


@estimator(
    MEASURE,
    "profile-likelihood",
    name="Cox, profile likelihood",
    reference="Cox & Oakes 1984",
    software=("SAS PROC PHREG, risklimits=pl", "R coxphf"),
    formula="b as efron;  limits where 2*(l(b) - l(limit)) = z^2, other coefficients at their best",
    closed_form=False,
    advice="few events, or none in an arm: one limit exists then",
)
def profile_likelihood(patients: Patients, conf: float = 0.95) -> Estimate:
    """Hazard ratio by Cox's model (Efron) with limits by profile likelihood (Cox & Oakes 1984, section 3.3).

    ``statistic`` is the signed root of the likelihood ratio statistic of HR = 1, and ``p`` its P.
    """
    if len(patients.arms) < 2:
        return one_arm(conf)
    found = fit(patients)
    row = hazard_ratios(found, conf)[0]
    if math.isnan(row.estimate):
        return row
    lower, upper = profile_limits(found, 0, conf)
    root_of_ratio = math.copysign(math.sqrt(max(profile_fall(found, 0, 0.0), 0.0)), float(found.b[0]))
    note = "the likelihood grows without end: the estimate is infinite or 0, one limit exists"
    return Estimate(
        row.estimate, Scalars.exp(lower), Scalars.exp(upper), conf, row.se, "log", root_of_ratio,
        Scalars.two_sided(root_of_ratio), notes=notes_when((bool(found.infinite[0]), note)),
    )  # fmt: skip


# --- tests -----------------------------------------------------------------------------------------------------------


def _chi_square(statistic: float, df: int, why: str = "") -> TestResult:
    from scipy.special import chdtrc

    if not df or math.isnan(statistic):
        return TestResult(math.nan, math.nan, max(df, 1), notes=(Note(why or _NO_EVENT),))
    p = Scalars.chi2_sf(statistic) if df == 1 else float(chdtrc(df, statistic))
    return TestResult(p, statistic, df)


@test(
    MEASURE,
    "cox-wald",
    name="Cox, Wald",
    reference="Cox 1972",
    software=("R summary.coxph", "Stata stcox"),
    formula="X2 = b' V^-1 b",
    closed_form=False,
)
def wald(patients: Patients) -> TestResult:
    """All coefficients of the model are 0: Wald (Cox 1972), Efron's ties."""
    import numpy as np

    found = fit(patients)
    known = ~(found.unknown | found.infinite) if found.events else np.zeros(0, dtype=bool)
    if found.events and found.infinite.any():
        return _chi_square(math.nan, int((~found.unknown).sum()), _INFINITE)
    if not known.any():
        return _chi_square(math.nan, 0, _NO_COLUMN if found.events else _NO_EVENT)
    rows = np.ix_(known, known)
    b = found.b[known]
    return _chi_square(float(b @ inverse(found.covariance[rows]) @ b), int(known.sum()))


@test(
    MEASURE,
    "cox-likelihood-ratio",
    name="Cox, likelihood ratio",
    reference="Cox 1972",
    software=("R summary.coxph", "SAS PROC PHREG", "Stata stcox"),
    formula="X2 = 2*(l(b) - l(0))",
    closed_form=False,
    advice="few events, or none in an arm",
)
def likelihood_ratio(patients: Patients) -> TestResult:
    """All coefficients of the model are 0: likelihood ratio (Cox 1972), Efron's ties."""
    found = fit(patients)
    df = int((~found.unknown).sum()) if found.events else 0
    return _chi_square(2 * (found.loglik - found.loglik_null), df, _NO_COLUMN if found.events else _NO_EVENT)


@test(
    MEASURE,
    "cox-score",
    name="Cox, score",
    reference="Cox 1972",
    software=("R summary.coxph (logrank)", "SAS PROC PHREG"),
    formula="X2 = U' I^-1 U at b = 0",
    closed_form=False,
    advice="of two arms without ties the log-rank test",
)
def score(patients: Patients) -> TestResult:
    """All coefficients of the model are 0: score (Cox 1972), Efron's ties."""
    found = fit(patients)
    df = int((~found.unknown).sum()) if found.events else 0
    statistic = float(found.score @ inverse(found.information) @ found.score) if df else math.nan
    return _chi_square(statistic, df, _NO_COLUMN if found.events else _NO_EVENT)


# --- proportional hazards ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proportionality:
    """The test of one column, or of all of them together (``name`` "all"), as R's cox.zph prints it."""

    name: str
    statistic: float
    df: int
    p: float


def _one_minus_survival(found: CoxFit) -> Array:
    """1 - S(t-) at each event time, S the Kaplan-Meier estimate of all patients of all strata."""
    import numpy as np

    likelihood = found.likelihood
    times = np.unique(likelihood.times)
    at = np.searchsorted(times, likelihood.times)
    deaths = np.bincount(at, weights=likelihood.deaths, minlength=len(times))
    risk = likelihood.at_risk_of_all(times)
    survival = np.cumprod(1 - deaths / risk)
    return np.concatenate(([0.0], 1 - survival[:-1]))[at]


def _ranks(found: CoxFit) -> Array:
    """The mean rank of each event time among the times of all patients, censored ones too."""
    import numpy as np

    times, counts = np.unique(found.likelihood.time, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[np.searchsorted(times, found.likelihood.times)]


def _log_times(found: CoxFit) -> Array:
    import numpy as np

    with np.errstate(divide="ignore"):
        return np.log(found.likelihood.times)


#: The functions g(t) of time of cox.zph.
TRANSFORMS: dict[str, Callable[[CoxFit], Array]] = {
    "km": _one_minus_survival,
    "rank": _ranks,
    "identity": lambda found: found.likelihood.times,
    "log": _log_times,
}


def proportionality(found: CoxFit, transform: str = "km") -> tuple[Proportionality, ...]:
    """The score tests that a coefficient does not change with g(t): each column's, then that of all together.

    Grambsch & Therneau 1994, as a true score test (R's survival since version 3). Raises ValueError for a transform of
    time that is not finite (log of an event at 0), or has one value (all events at one time).
    """
    import numpy as np
    from scipy.special import chdtrc

    p = len(found.names)
    used = [j for j in range(p) if not (found.unknown[j] or found.infinite[j])] if found.events else []
    if not used:
        return ()
    g = TRANSFORMS[transform](found)
    if not np.isfinite(g).all():
        raise ValueError(f"the {transform} of a time is not finite: an event at 0")
    if np.ptp(g) == 0:
        raise ValueError("all events at one time: a change with time cannot be seen")
    g = g - np.average(g, weights=found.likelihood.deaths)
    gradient, information = found.likelihood.time_varying(found.b * found.spread, g)

    def statistic(which: list[int]) -> float:
        rows = [*used, *(p + j for j in which)]
        u = np.concatenate((np.zeros(len(used)), gradient[which]))
        return float(u @ inverse(information[np.ix_(rows, rows)]) @ u)

    rows = []
    for name, which in (*((found.names[j], [j]) for j in used), ("all", used)):
        value = statistic(which)
        rows.append(Proportionality(name, value, len(which), float(chdtrc(len(which), value))))
    return tuple(rows)


def _of_all(patients: Patients, transform: str) -> TestResult:
    found = fit(patients)
    try:
        rows = proportionality(found, transform)
    except ValueError as error:
        return _chi_square(math.nan, 1, str(error))
    if rows:
        return TestResult(rows[-1].p, rows[-1].statistic, rows[-1].df)
    endless = found.events and found.infinite.any()
    return _chi_square(math.nan, 0, _INFINITE if endless else _NO_COLUMN if found.events else _NO_EVENT)


def _register_transform(key: str, g: str, default: bool) -> None:
    @test(
        PROPORTIONAL,
        key,
        name=f"Grambsch-Therneau, g(t) = {g}",
        reference="Grambsch & Therneau 1994",
        software=(f"R cox.zph, transform='{key.removeprefix('grambsch-therneau-')}'", "Stata estat phtest"),
        formula="score test of b(t) = b + c*g(t) at c = 0, all columns together",
        default=default,
        closed_form=False,
        advice="a small P: the ratio changes with time",
    )
    def grambsch_therneau(patients: Patients) -> TestResult:
        """Proportional hazards, all columns of the model together (Grambsch & Therneau 1994, Biometrika 81:515)."""
        return _of_all(patients, key.removeprefix("grambsch-therneau-"))


for _key, _g in (("km", "1 - S(t-)"), ("rank", "rank"), ("identity", "t"), ("log", "log(t)")):
    _register_transform(f"grambsch-therneau-{_key}", _g, _key == "km")
