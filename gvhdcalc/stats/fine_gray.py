"""The subdistribution hazard ratio of Fine and Gray on individual data with competing risks, in O(n log n + n p^2).

A patient with a competing event stays in the risk sets of later times with weight G(t-)/G(T-), G the Kaplan-Meier
estimate of being uncensored. So a sum over a risk set is that over patients still followed, plus G(t-) times a running
sum over earlier competing events: no weight is made for a pair of patients, as R's cmprsk does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .cox import MEASURE as HAZARD_RATIO
from .cox import columns, one_arm, wald_ratio
from .cox_likelihood import Array, Sums, inverse, maximise, standardised
from .patients import Patients
from .registry import estimator
from .results import Estimate, Note

#: The measure of this estimator: two arms, the treated first.
MEASURE = f"subdistribution {HAZARD_RATIO}"

_NO_EVENT = "no event of the cause: no subdistribution hazard ratio exists"
_INFINITE = "no event of the cause in a group: the estimate is infinite, a Wald interval does not exist"


@dataclass(frozen=True, slots=True, eq=False)
class FineGrayFit:
    """A fitted model of p columns named by ``names``: log subdistribution hazard ratios ``b`` (p,).

    ``covariance`` (p, p) is the sandwich of Fine and Gray 1999 (eq. 7), with the part that comes from estimating the
    censoring weights. ``infinite`` and ``unknown`` (p,) as in CoxFit. ``events`` are those of the cause.
    """

    names: tuple[str, ...]
    b: Array
    covariance: Array
    infinite: Array
    unknown: Array
    loglik: float
    loglik_null: float
    patients: int
    events: int


class _Subdistribution:
    """The weighted partial likelihood, Breslow's ties; patients sorted by time."""

    def __init__(self, time: Array, status: Array, x: Array, cause: int, group: Array | None) -> None:
        import numpy as np

        order = np.argsort(time, kind="stable")
        self.order = order
        self.time, status, self.x = time[order], status[order], x[order]
        self.event = status == cause
        self.other = (status != 0) & ~self.event
        self.censored = status == 0
        self.at_times, self.of_event, self.deaths = np.unique(
            self.time[self.event], return_inverse=True, return_counts=True
        )
        self.first = np.searchsorted(self.time, self.at_times)  # the first patient still followed at a time
        self.until = np.searchsorted(self.at_times, self.time, side="right")  # event times up to and with his own
        codes = np.zeros(len(time), dtype=np.int64) if group is None else np.asarray(group)[order]
        self.groups = [_Censoring(self, codes == code) for code in np.unique(codes)]

    def sums(self, values: Array) -> Array:
        """The weighted sums of ``values`` (n, c) over the risk set of each event time."""
        import numpy as np

        # from the end: those who stay longest may have weights far below the others'
        found = np.cumsum(values[::-1], axis=0)[::-1][self.first]
        for group in self.groups:
            rows = group.others
            earlier = np.concatenate(
                (np.zeros((1, values.shape[1])), np.cumsum(values[rows] / group.own[rows][:, None], axis=0))
            )
            found += group.at_times[:, None] * earlier[np.searchsorted(self.time[rows], self.at_times)]
        return found

    def exposure(self, hazard: Array) -> Array:
        """For each patient the sum of ``hazard`` (times, ...) times his weight at each event time."""
        import numpy as np

        running = np.concatenate((np.zeros((1, *hazard.shape[1:])), np.cumsum(hazard, axis=0)))
        found = running[self.until]
        for group in self.groups:
            rows = group.others
            shape = (-1, *(1,) * (hazard.ndim - 1))
            weighted = hazard * group.at_times.reshape(shape)
            after = np.concatenate((np.cumsum(weighted[::-1], axis=0)[::-1], np.zeros((1, *hazard.shape[1:]))))
            found[rows] += after[self.until[rows]] / group.own[rows].reshape(shape)
        return found

    def terms(self, b: Array) -> tuple[Array, Array, Array, float]:
        """Weights exp(x b) (n,), increments of the hazard (times,), means of x (times, p), log likelihood."""
        import numpy as np

        linear = self.x @ b
        linear = linear - (linear.max() if len(linear) else 0.0)
        weight = np.exp(linear)
        sums = self.sums(np.column_stack((weight, self.x * weight[:, None])))
        with np.errstate(divide="ignore", invalid="ignore"):
            loglik = float(linear[self.event].sum() - self.deaths @ np.log(sums[:, 0]))
            return weight, self.deaths / sums[:, 0], sums[:, 1:] / sums[:, :1], loglik

    def at(self, b: Array) -> Sums:
        """Value, gradient and information at coefficients ``b`` (p,)."""
        weight, hazard, mean, loglik = self.terms(b)
        score = self.x[self.event].sum(axis=0) - self.deaths @ mean
        exposed = weight * self.exposure(hazard)
        information = (self.x * exposed[:, None]).T @ self.x - (mean * self.deaths[:, None]).T @ mean
        return Sums(loglik, score, information)

    def influence(self, b: Array) -> Array:
        """Each patient's part in the gradient (n, p), with that through the censoring distribution, sorted by time."""

        weight, hazard, mean, _ = self.terms(b)
        drift = mean * hazard[:, None]
        found = -weight[:, None] * (self.x * self.exposure(hazard)[:, None] - self.exposure(drift))
        found[self.event] += self.x[self.event] - mean[self.of_event]
        for group in self.groups:
            found[group.members] += group.influence(self, weight, hazard, drift)
        return found


class _Censoring:
    """The Kaplan-Meier estimate of being uncensored of one group of patients, and what its estimation adds."""

    def __init__(self, of: _Subdistribution, members: Array) -> None:
        import numpy as np

        self.members = np.flatnonzero(members)
        self.others = np.flatnonzero(members & of.other)
        self.time = of.time[self.members]
        censored = of.censored[self.members]
        self.times, self.lost = np.unique(self.time[censored], return_counts=True)
        self.at_risk = len(self.time) - np.searchsorted(self.time, self.times)
        survival = np.concatenate(([1.0], np.cumprod(1 - self.lost / self.at_risk)))
        self.own = survival[np.searchsorted(self.times, of.time)]  # just before a patient's time
        self.at_times = survival[np.searchsorted(self.times, of.at_times)]
        # after the last time of a group nothing is known of its censoring: it leaves the risk sets, as in cmprsk
        self.at_times = np.where(of.at_times > self.time[-1], 0.0, self.at_times)
        self.is_censored = censored

    def influence(self, of: _Subdistribution, weight: Array, hazard: Array, drift: Array) -> Array:
        """The integral of q(u)/Y(u) over each member's censoring martingale (Fine and Gray 1999, section 5)."""
        import numpy as np

        if not len(self.times) or not len(self.others):
            return np.zeros((len(self.members), of.x.shape[1]))
        # of competing events up to u and events after it: sums before u times sums behind it
        inverse_g = weight[self.others] / self.own[self.others]
        before = np.cumsum(np.column_stack((inverse_g, of.x[self.others] * inverse_g[:, None])), axis=0)
        before = np.concatenate((np.zeros((1, before.shape[1])), before))
        before = before[np.searchsorted(of.time[self.others], self.times)]
        after = np.column_stack((hazard, drift)) * self.at_times[:, None]
        after = np.concatenate((np.cumsum(after[::-1], axis=0)[::-1], np.zeros((1, after.shape[1]))))
        after = after[np.searchsorted(of.at_times, self.times)]
        q = before[:, 1:] * after[:, :1] - before[:, :1] * after[:, 1:]
        jump = q / self.at_risk[:, None]
        compensator = np.concatenate(
            (np.zeros((1, q.shape[1])), np.cumsum(jump * (self.lost / self.at_risk)[:, None], axis=0))
        )
        found = -compensator[np.searchsorted(self.times, self.time, side="right")]
        found[self.is_censored] += jump[np.searchsorted(self.times, self.time[self.is_censored])]
        return found


def fit_arrays(
    time: Array, status: Array, x: Array, names: tuple[str, ...], cause: int = 1, censoring_group: Array | None = None
) -> FineGrayFit:
    """Fine and Gray's model on plain arrays: ``time``, ``status`` (0 censored, else a cause) (n,), ``x`` (n, p).

    ``censoring_group`` (n,) are codes of groups that have a censoring distribution of their own.
    """
    import numpy as np

    scaled, spread = standardised(x)
    events = int((status == cause).sum())
    if not events:
        nothing, none = np.full(x.shape[1], math.nan), np.zeros(x.shape[1], dtype=bool)
        return FineGrayFit(names, nothing, np.full((x.shape[1],) * 2, math.nan), none, none, 0.0, 0.0, len(x), 0)
    model = _Subdistribution(time, status, scaled, cause, censoring_group)
    found = maximise(model)
    bread = inverse(found.sums.information)
    influence = model.influence(found.b) @ bread
    unknown = np.diag(inverse(found.null.information)) <= 0
    return FineGrayFit(
        names,
        found.b / spread,
        influence.T @ influence / np.outer(spread, spread),
        found.infinite & ~unknown,
        unknown,
        found.sums.loglik,
        found.null.loglik,
        len(x),
        events,
    )


def fit(patients: Patients, cause: int = 1) -> FineGrayFit:
    """Fine and Gray's model of ``cause``: a column for each arm but the control, then covariates.

    Strata, where patients have them, are groups with a censoring distribution of their own (cmprsk's cengroup).
    Raises ValueError for left-truncated patients.
    """
    if patients.entry is not None:
        raise ValueError(
            "Fine and Gray's model is not available for left-truncated patients: leave out the entry times"
        )
    x, names = columns(patients)
    return fit_arrays(patients.time, patients.status, x, names, cause, patients.strata)


def hazard_ratios(found: FineGrayFit, conf: float) -> tuple[Estimate, ...]:
    """The subdistribution hazard ratio of each column with its Wald interval and P value."""
    import numpy as np

    errors = np.sqrt(np.maximum(np.diag(found.covariance), 0.0))
    return tuple(wald_ratio(found, j, float(errors[j]), conf, _NO_EVENT, _INFINITE) for j in range(len(found.names)))


@estimator(
    MEASURE,
    "fine-gray",
    name="Fine-Gray",
    reference="Fine & Gray 1999",
    software=("R cmprsk crr", "Stata stcrreg", "SAS PROC PHREG, eventcode="),
    formula="as Cox (Breslow);  a competing event stays at risk with weight G(t-)/G(T-);  sandwich variance",
    default=True,
    closed_form=False,
    advice="of the cumulative incidence; for a cause's own rate use its cause-specific hazard ratio",
)
def fine_gray(patients: Patients, conf: float = 0.95) -> Estimate:
    """Subdistribution hazard ratio of the first arm against the control (Fine & Gray 1999, J Am Stat Assoc 94:496)."""
    if len(patients.arms) < 2:
        return one_arm(conf)
    try:
        return hazard_ratios(fit(patients), conf)[0]
    except ValueError as error:
        return Estimate(math.nan, math.nan, math.nan, conf, math.nan, "log", notes=(Note(str(error)),))
