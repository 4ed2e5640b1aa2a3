"""Cumulative incidence from individual data with competing events: the Aalen-Johansen estimate and its variances.

With n at risk and d_k events of cause k at each time, F_k(t) = sum S(s-) d_k/n over the times s up to t, where S is the
Kaplan-Meier estimate for an event of any cause (Aalen & Johansen 1978; Kalbfleisch & Prentice 1980). One
minus Kaplan-Meier, which takes competing events as censoring, is beside it: it is never below F_k, and its excess is
the bias. Each pair of a variance and a scale is a method of its own, because that is how software differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .cumulative_incidence import MEASURE as ON_SCALES
from .cumulative_incidence import SCALES, Incidence
from .patients import Array, Patients, under_observation
from .registry import estimator, estimators
from .results import Estimate, Note

MEASURE = "cumulative incidence (competing risks)"


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The Aalen-Johansen estimate of one sample, as steps at its m different event times.

    ``events`` (m, K) are the events by cause, ``at_risk`` (m,) those under observation just before, ``survival`` (m,)
    the Kaplan-Meier estimate for any event after each time, ``before`` (m,) that before it, ``incidence`` (m, K) the
    cumulative incidence of each cause. The patients' own ``exit``, ``status`` and ``entry`` (None: all from the start)
    are kept for numbers at risk and for the infinitesimal jackknife.
    """

    time: Array
    at_risk: Array
    events: Array
    survival: Array
    before: Array
    incidence: Array
    exit: Array
    status: Array
    entry: Array | None = None
    cluster: Array | None = None

    @property
    def size(self) -> int:
        """The number of patients."""
        return len(self.exit)

    @property
    def last(self) -> float:
        """The last time at which anyone was observed; nan for no patients."""
        return float(self.exit.max()) if len(self.exit) else float("nan")

    def steps(self, at: Any) -> Array:
        """How many of the curve's times are at or before ``at``."""
        import numpy as np

        return np.searchsorted(self.time, at, side="right")

    def at(self, at: Any, cause: int = 1) -> Array:
        """The cumulative incidence of a cause (1 is the first) at times; nan where nobody is observed any more."""
        return self._known(at, _led(self.incidence[:, cause - 1])[self.steps(at)])

    def survival_at(self, at: Any) -> Array:
        """Free of any event, at times; nan where nobody is observed any more."""
        return self._known(at, _led(self.survival, 1.0)[self.steps(at)])

    def _known(self, at: Any, values: Array) -> Array:
        """Beyond the last patient nothing is known, unless all have had an event by then."""
        import numpy as np

        over = len(self.survival) > 0 and self.survival[-1] == 0
        beyond = np.asarray(at) > self.last if len(self.exit) else np.ones(np.shape(at), dtype=bool)
        return np.where(beyond & (not over), np.nan, values)

    def numbers_at_risk(self, at: Any) -> Array:
        """How many patients are under observation just before each time."""
        import numpy as np

        return under_observation(np.sort(self.exit), None if self.entry is None else np.sort(self.entry), at)

    def events_by(self, at: Any, cause: int = 1) -> Array:
        """The events of a cause up to and at each time."""
        import numpy as np

        return _led(np.cumsum(self.events[:, cause - 1]))[self.steps(at)].astype(int)

    def one_minus_kaplan_meier(self, at: Any, cause: int = 1) -> tuple[Array, Array]:
        """1 - Kaplan-Meier of a cause, competing events taken as censoring, and its standard error (Greenwood 1926)."""
        import numpy as np

        d, n = self.events[:, cause - 1], self.at_risk
        survival = np.cumprod(1 - d / n)
        with np.errstate(all="ignore"):
            spread = np.cumsum(np.where(d < n, d / (n * (n - d)), 0.0))
        steps = self.steps(at)
        left = self._known(at, _led(survival, 1.0)[steps])
        return 1 - left, left * np.sqrt(_led(spread)[steps])


def _led(values: Array, first: float = 0.0) -> Array:
    """The values of steps with the one before the first step in front."""
    import numpy as np

    return np.concatenate(([first], values))


def aalen_johansen(
    time: Array, status: Array, causes: int | None = None, entry: Array | None = None, cluster: Array | None = None
) -> Curve:
    """The Aalen-Johansen estimate (Aalen & Johansen 1978) of one sample; O(n log n), memory linear in n.

    ``time`` (n,) in any unit, ``status`` (n,) 0 for censored and 1 to K for the cause, ``causes`` K (the highest status
    where it is left out), ``entry`` (n,) the times from which patients are observed: at risk at t are those with
    entry < t <= time. Raises ValueError for arrays of different length.
    """
    import numpy as np

    time, status = np.asarray(time, dtype=float), np.asarray(status, dtype=int)
    entry = None if entry is None else np.asarray(entry, dtype=float)
    if len(time) != len(status) or (entry is not None and len(entry) != len(time)):
        raise ValueError(f"times, status and entries differ in number: {len(time)}, {len(status)}")
    count = max(int(status.max(initial=1)), 1) if causes is None else causes
    had = status > 0
    times, place = np.unique(time[had], return_inverse=True)
    counted = np.bincount(place * count + status[had] - 1, minlength=len(times) * count)
    events = counted.reshape(len(times), count).astype(float)
    at_risk = under_observation(np.sort(time), None if entry is None else np.sort(entry), times)
    return _steps(times, at_risk.astype(float), events, time, status, entry, cluster)


def _steps(times: Array, at_risk: Array, events: Array, *patients: Array | None) -> Curve:
    """The curve of events by cause and numbers at risk at different times."""
    import numpy as np

    survival = np.cumprod(1 - events.sum(axis=1) / at_risk)
    before = _led(survival[:-1], 1.0)[: len(times)]
    incidence = np.cumsum(before[:, None] * events / at_risk[:, None], axis=0)
    return Curve(times, at_risk, events, survival, before, incidence, *patients)


def from_counts(time: Any, at_risk: Any, events: Any) -> Curve:
    """The curve of a table: times (m,), numbers at risk (m,) above 0, events of each cause (K, m)."""
    import numpy as np

    times = np.asarray(time, dtype=float)
    by_cause = np.asarray(events, dtype=float).reshape(-1, len(times)).T
    return _steps(times, np.asarray(at_risk, dtype=float), by_cause, times, np.ones(len(times), dtype=int))


def curve_of(patients: Patients) -> Curve:
    """The Aalen-Johansen estimate of all these patients, arms together."""
    return aalen_johansen(patients.time, patients.status, len(patients.causes), patients.entry, patients.cluster)


def curves_of(patients: Patients) -> list[Curve]:
    """The Aalen-Johansen estimate of each arm."""
    return [curve_of(patients.of_arm(arm)) for arm in range(len(patients.arms))]


# --- variances --------------------------------------------------------------------------------------------------------


def greenwood_variance(curve: Curve, at: Any, cause: int = 1) -> Array:
    """Variance of F at times by the delta method on binomial hazards, which is the Greenwood-type estimator.

    sum [F(t)-F(s)]^2 d/(n(n-d)) + S(s-)^2 d_k(n-d_k)/n^3 - 2[F(t)-F(s)] S(s-) d_k/n^2 (Dinse & Larson 1986; Gaynor et
    al. 1993; Marubini & Valsecchi 1995). It is the same as the Greenwood-type variance of the
    Aalen-Johansen matrix (Allignol et al. 2010).
    """
    import numpy as np

    n, d, dk = curve.at_risk, curve.events.sum(axis=1), curve.events[:, cause - 1]
    s, f = curve.before, curve.incidence[:, cause - 1]
    # where all at risk have an event, F stays as it is, and the factor before this term is 0
    g = np.divide(d, n * (n - d), out=np.zeros_like(n), where=d < n)
    cross = s * dk / n**2
    constant = g * f * f + s * s * dk * (n - dk) / n**3 + 2 * f * cross
    linear = -2 * (f * g + cross)
    return _quadratic(curve, at, f, constant, linear, g)


def aalen_variance(curve: Curve, at: Any, cause: int = 1) -> Array:
    """Variance of F at times by counting processes (Aalen 1978), for ties as a hypergeometric one: R cmprsk's.

    sum (1 - [F(t)-F(s)]/S(s))^2 S(s-)^2 d_k(n-d_k)/(n^2(n-1)) + ([F(t)-F(s)]/S(s))^2 S(s-)^2 d_o(n-d_o)/(n^2(n-1)), d_o
    the events of other causes (Gray 1988; cmprsk's cinc).
    """
    import numpy as np

    n, dk = curve.at_risk, curve.events[:, cause - 1]
    other = curve.events.sum(axis=1) - dk
    s, f = curve.before, curve.incidence[:, cause - 1]
    after = curve.survival

    def spread(events: Array) -> Array:
        """S(s-)^2 times the variance of the increment of the cumulative hazard."""
        ties = np.divide(n - events, n - 1, out=np.ones_like(n), where=events > 1)
        return s * s * ties * events / (n * n)

    mine, others = spread(dk), np.where(after > 0, spread(other), 0.0)
    reciprocal = np.divide(1.0, after, out=np.zeros_like(after), where=after > 0)
    from_mine, from_other = 1 + f * reciprocal, f * reciprocal
    constant = from_mine**2 * mine + from_other**2 * others
    linear = -2 * reciprocal * (from_mine * mine + from_other * others)
    return _quadratic(curve, at, f, constant, linear, reciprocal**2 * (mine + others))


def _quadratic(curve: Curve, at: Any, f: Array, constant: Array, linear: Array, square: Array) -> Array:
    """sum (constant + linear F(t) + square F(t)^2) over the steps up to each time t."""
    import numpy as np

    steps = curve.steps(at)
    value = _led(f)[steps]
    sums = (_led(np.cumsum(terms))[steps] for terms in (constant, linear, square))
    zero, one, two = sums
    return np.maximum(zero + one * value + two * value * value, 0.0)


def jackknife_variance(curve: Curve, at: Any, cause: int = 1) -> Array:
    """Variance of F at times by the infinitesimal jackknife, the sum of squared influences (survival's survfit).

    The same as Greenwood's type without left truncation and clusters; with clusters their influences are added up
    first (Therneau & Grambsch 2000).
    """
    import numpy as np

    at = np.atleast_1d(np.asarray(at, dtype=float))
    found = np.empty(at.shape)
    for index, t in enumerate(at.flat):
        influence = influences(curve, float(t), cause)
        if curve.cluster is not None:
            _, place = np.unique(curve.cluster, return_inverse=True)
            influence = np.bincount(place, weights=influence)
        found.flat[index] = influence @ influence
    return found


def influences(curve: Curve, at: float, cause: int = 1) -> Array:
    """The influence of each patient, shape (n,), on the cumulative incidence at one time (they add up to 0)."""
    import numpy as np

    m = int(curve.steps(at))
    n, d, dk = curve.at_risk[:m], curve.events[:m].sum(axis=1), curve.events[:m, cause - 1]
    s, f = curve.before[:m], curve.incidence[:m, cause - 1]
    ahead = (f[-1] if m else 0.0) - f
    # what an event of any cause takes away from F later on; where all at risk have one, nothing is left to take
    loss = np.divide(ahead * n, n - d, out=np.zeros_like(n), where=d < n)
    expected = _led(np.cumsum((s * dk / n - loss * d / n) / n))
    upto = np.minimum(curve.steps(curve.exit), m)
    since = np.zeros_like(upto) if curve.entry is None else np.minimum(curve.steps(curve.entry), m)
    found = expected[since] - expected[upto]
    # the patient's own event: an increment of 1/n in the hazard of its cause at that time
    had = (curve.status > 0) & (curve.exit <= at)
    place = np.searchsorted(curve.time, curve.exit[had])
    own = np.where(curve.status[had] == cause, s[place], 0.0) - loss[place]
    found[had] += own / n[place]
    return found


@dataclass(frozen=True, slots=True)
class Variance:
    """One way to the variance: its key, printed name, source, formula, and the software that prints it by scale."""

    key: str
    name: str
    what: str
    function: Any
    reference: str
    formula: str
    software: dict[str, tuple[str, ...]]
    advice: str = ""


VARIANCES: dict[str, Variance] = {
    variance.key: variance
    for variance in (
        Variance(
            "aalen",
            "Aalen",
            "by counting processes",
            aalen_variance,
            "Aalen 1978; Gray 1988",
            "Var F = sum {S-^2/n^2} {(1 - [F(t)-F]/S)^2 dk(n-dk)/(n-1) + ([F(t)-F]/S)^2 do(n-do)/(n-1)}",
            {"log-log-f": ("R tidycmprsk cuminc (variance of R cmprsk)",)},
            "counting process, as R cmprsk prints it; a little above Greenwood's type in small samples",
        ),
        Variance(
            "greenwood",
            "Greenwood type",
            "of Greenwood's type (delta method)",
            greenwood_variance,
            "Dinse & Larson 1986; Gaynor et al. 1993; Marubini & Valsecchi 1995",
            "Var F = sum {[F(t)-F]^2 d/(n(n-d)) + S-^2 dk(n-dk)/n^3 - 2[F(t)-F] S- dk/n^2}",
            {
                "log": ("R survival survfit",),
                "plain": ("R prodlim", "Python statsmodels CumIncidenceRight (standard error)"),
                "log-log-s": ("R etm etmCIF",),
            },
            "delta method, also called Gaynor's, Dinse-Larson's and Marubini-Valsecchi's",
        ),
        Variance(
            "jackknife",
            "infinitesimal jackknife",
            "by the infinitesimal jackknife",
            jackknife_variance,
            "Therneau & Grambsch 2000",
            "Var F = sum over patients of (influence on F(t))^2",
            {"log": ("R survival survfit (left truncation)",)},
            "Greenwood's type without left truncation and clusters; to be preferred with clusters",
        ),
    )
}

#: The variance that is shown unasked, on the scale that is.
DEFAULT_VARIANCE, DEFAULT_SCALE = "aalen", "log-log-f"


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """What an interval is asked of: the curve of an arm, a cause (1 is the first) and a time."""

    curve: Curve
    cause: int
    time: float

    def incidence(self, variance: str = DEFAULT_VARIANCE) -> Incidence:
        """F and its standard error, as plain numbers; nan where nobody is observed any more."""
        import numpy as np

        f = float(self.curve.at(self.time, self.cause))
        spread = VARIANCES[variance].function(self.curve, self.time, self.cause)
        se = float(np.sqrt(spread).item()) if f == f else f
        return Incidence(f, se)


def _register(variance: Variance, scale: str) -> None:
    method = estimators(ON_SCALES)[scale]

    def interval(point: Point, conf: float = 0.95) -> Estimate:
        row: Estimate = method.function(point.incidence(variance.key), conf)
        notes = row.notes
        if row.estimate != row.estimate:
            notes = (Note(f"nobody is observed at {point.time:g}: the last follow-up is {point.curve.last:g}"),)
        return Estimate(row.estimate, row.lower, row.upper, conf, se=row.se, se_scale=scale, notes=notes)

    interval.__doc__ = (
        f"Aalen-Johansen estimate of F at a time, its variance {variance.what}, on {SCALES[scale].symbol}."
    )
    estimator(
        MEASURE,
        f"{variance.key}-{scale}",
        name=f"{variance.name} variance, on {SCALES[scale].symbol}",
        reference=f"{variance.reference}; {method.reference}",
        software=variance.software.get(scale, ()),
        formula=f"{variance.formula};  {method.formula}",
        default=(variance.key, scale) == (DEFAULT_VARIANCE, DEFAULT_SCALE),
        closed_form=False,
        advice=variance.advice,
    )(interval)


for _variance in VARIANCES.values():
    for _scale in SCALES:
        _register(_variance, _scale)
