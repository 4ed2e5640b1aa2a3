"""The partial likelihood of Cox's proportional hazards model, on plain arrays, in O(n log n + n p^2).

Sums over risk sets are differences of running sums over patients sorted by time, and sums over the times at which a
patient is at risk are differences of running sums over event times; so no matrix of n times p^2 is ever held.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any, Literal, Protocol

#: A numpy array.
Array = Any
Ties = Literal["efron", "breslow", "exact"]

#: What the exact likelihood may cost: the sum over tied times of patients at risk times events.
MOST_EXACT = 3_000_000
_MOST_STEPS = 60
_MOST_HALVINGS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """The log partial likelihood at a coefficient, its gradient (p,) and the information matrix (p, p)."""

    loglik: float
    score: Array
    information: Array


@dataclass(frozen=True, slots=True, eq=False)
class _Terms:
    """What a coefficient makes of the risk sets: one term for each event (Efron and Breslow).

    ``weight`` exp(x b) of each patient (n,); ``inverse`` one over the sum of weights (events,), ``mean`` the weighted
    mean of x (events, p), of the term's risk set.
    """

    weight: Array
    inverse: Array
    mean: Array
    loglik: float


class Likelihood:
    """The partial likelihood of ``event`` (n,) at ``time`` (n,) given ``x`` (n, p).

    ``entry`` (n,) is the time from which a patient is at risk, exclusive; ``strata`` (n,) whole numbers; ``offset``
    (n,) is added to x b. A patient is at risk at t when entry < t <= time. ``ties``: Efron 1977, Breslow 1974, or the
    exact conditional likelihood of Cox 1972 (discrete time), as R's coxph has them.
    Raises ValueError where the exact likelihood would take too long.
    """

    def __init__(
        self,
        time: Array,
        event: Array,
        x: Array,
        entry: Array | None = None,
        strata: Array | None = None,
        offset: Array | None = None,
        ties: Ties = "efron",
    ) -> None:
        import numpy as np

        self.x = np.asarray(x, dtype=float)
        self.event = np.asarray(event, dtype=bool)
        self.offset = 0.0 if offset is None else np.asarray(offset, dtype=float)
        self.ties = ties
        self.time, self.entry = time, entry
        times, place = np.unique(time, return_inverse=True)
        stratum = np.zeros(len(place), dtype=np.int64) if strata is None else np.asarray(strata, dtype=np.int64)
        width = len(times) + 2
        key = stratum * width + place
        self.stratum = stratum
        at, of_event, deaths = np.unique(key[self.event], return_inverse=True, return_counts=True)
        self.times = times[at % width] if len(at) else times[:0]  # of each distinct event time, stratum by stratum
        self.of_event = of_event  # (events,): which of them
        self.deaths = deaths
        end = (at // width + 1) * width
        self._order = np.argsort(key, kind="stable")
        ordered = key[self._order]
        self._first, self._last = np.searchsorted(ordered, at), np.searchsorted(ordered, end)
        groups = np.unique(stratum)
        bounds = np.append(groups, groups[-1:] + 1) * width
        self._parts = np.searchsorted(ordered, bounds)  # where the patients of each stratum begin, and end
        self._parts_at = np.searchsorted(at, bounds)  # and its event times
        self._start = np.searchsorted(at, stratum * width)
        self._until = np.searchsorted(at, key, side="right")
        self._entry: tuple[Array, Array, Array] | None = None
        if entry is None:
            self._since = self._start
        else:
            enters = stratum * width + np.searchsorted(times, entry, side="right")
            order = np.argsort(enters, kind="stable")
            ordered = enters[order]
            self._entry = order, np.searchsorted(ordered, at, side="right"), np.searchsorted(ordered, end)
            self._since = np.minimum(np.searchsorted(at, enters), self._until)
        # one term for each event: k = 0, 1 ... d-1 of the d events of a time
        self._term = np.repeat(np.arange(len(at)), deaths)
        within = np.arange(len(self._term)) - np.repeat(np.cumsum(deaths) - deaths, deaths)
        self._share = within / deaths[self._term] if ties == "efron" else np.zeros(len(within))
        if ties == "exact":
            tied = deaths > 1
            risk = self._at_risk(np.ones((len(key), 1)))[:, 0]
            cost = float((risk * deaths)[tied].sum())
            if cost > MOST_EXACT:
                raise ValueError("too many ties for the exact likelihood, which would take too long: use Efron's")

    def with_columns(self, x: Array) -> Likelihood:
        """The same patients with other columns (n, q), and an offset of their own."""
        other = copy.copy(self)
        other.x = x
        return other

    def at_risk_of_all(self, times: Array) -> Array:
        """How many patients of all strata are at risk at each of ``times``."""
        import numpy as np

        gone = np.searchsorted(np.sort(self.time), times)
        entered = len(self.time) if self.entry is None else np.searchsorted(np.sort(self.entry), times)
        return entered - gone

    @property
    def events(self) -> int:
        """The number of events."""
        return int(self.event.sum())

    def _at_risk(self, values: Array) -> Array:
        """The sums of ``values`` (n, c) over the risk set of each distinct event time.

        From the end of each stratum: those who stay longest may have weights far below the others', and would be lost
        in the difference of two sums from its beginning.
        """
        import numpy as np

        def running(order: Array, first: Array, last: Array) -> Array:
            sums = _running(values[order[::-1]], len(order) - self._parts[::-1])[::-1]
            return np.where((first < last)[:, None], sums[np.minimum(first, len(order) - 1)], 0.0)

        found = running(self._order, self._first, self._last)
        if self._entry is not None:
            found -= running(*self._entry)
        return found

    def _of_times(self, values: Array) -> Array:
        """The sums of ``values`` (n, c) over the events of each distinct time."""
        import numpy as np

        return np.stack(
            [np.bincount(self.of_event, weights=column[self.event], minlength=len(self.deaths)) for column in values.T],
            axis=1,
        )

    def _while_at_risk(self, values: Array) -> Array:
        """For each patient the sum of ``values`` (times, ...) over the event times at which he is at risk."""
        import numpy as np

        sums = np.concatenate((np.zeros((1, *values.shape[1:])), _running(values, self._parts_at)))

        def up_to(place: Array) -> Array:
            found = sums[place]
            found[place == self._start] = 0.0
            return found

        return up_to(self._until) - up_to(self._since)

    def _terms(self, b: Array) -> _Terms:
        import numpy as np

        linear = self.x @ b + self.offset
        # a constant in x b cancels; without it the greatest weight is 1
        linear = linear - (linear.max() if len(linear) else 0.0)
        weight = np.exp(linear)
        weighted = np.column_stack((weight, self.x * weight[:, None]))
        sums = self._at_risk(weighted)[self._term]
        if self.ties == "efron":
            sums -= self._share[:, None] * self._of_times(weighted)[self._term]
        with np.errstate(divide="ignore", invalid="ignore"):
            loglik = float(linear[self.event].sum() - np.log(sums[:, 0]).sum())
            inverse = 1 / sums[:, 0]
        return _Terms(weight, inverse, sums[:, 1:] * inverse[:, None], loglik)

    def at(self, b: Array) -> Sums:
        """Value, gradient and information at coefficients ``b`` (p,)."""
        import numpy as np

        with np.errstate(all="ignore"):  # far out weights are 0: the value is -inf, and no step is taken there
            if self.ties == "exact":
                return self._exact(b)
            terms = self._terms(b)
            score = self.x[self.event].sum(axis=0) - terms.mean.sum(axis=0)
            return Sums(terms.loglik, score, self._information(terms))

    def _information(self, terms: _Terms, g: Array | None = None) -> Array:
        """The sum over terms of g times the weighted variance of x (p, p); g is one where it is not given."""
        import numpy as np

        m = len(self.deaths)
        by_term = terms.inverse if g is None else terms.inverse * g
        hazard = self._while_at_risk(np.bincount(self._term, weights=by_term, minlength=m))
        if self.ties == "efron":
            less = np.bincount(self._term, weights=self._share * by_term, minlength=m)
            hazard[self.event] -= less[self.of_event]
        mean = terms.mean if g is None else terms.mean * g[:, None]
        return (self.x * (terms.weight * hazard)[:, None]).T @ self.x - mean.T @ terms.mean

    def score_residuals(self, b: Array) -> Array:
        """Each patient's part in the gradient at ``b``: (n, p), as R's residuals(type = "score").

        Lin and Wei 1989, eq. 2.3; with Efron's ties each of d events has the mean over the d terms of its time.
        """
        import numpy as np

        terms = self._terms(b)
        m, p = len(self.deaths), self.x.shape[1]

        def by_time(values: Array) -> Array:
            return np.stack([np.bincount(self._term, weights=v, minlength=m) for v in values.T], axis=1)

        drift = terms.mean * terms.inverse[:, None]
        hazard = by_time(terms.inverse[:, None])
        found = -terms.weight[:, None] * (
            self.x * self._while_at_risk(hazard) - self._while_at_risk(by_time(drift).reshape(m, p))
        )
        x = self.x[self.event]
        own = x - (by_time(terms.mean) / self.deaths[:, None])[self.of_event]
        less = by_time(self._share[:, None] * terms.inverse[:, None]), by_time(self._share[:, None] * drift)
        own += terms.weight[self.event][:, None] * (x * less[0][self.of_event] - less[1][self.of_event])
        found[self.event] += own
        return found

    def time_varying(self, b: Array, g: Array) -> tuple[Array, Array]:
        """Gradient (p,) and information (2p, 2p) for coefficients b + c g(t) at c = 0.

        ``g`` has a value for each distinct event time (as in ``times``). The information of (b, c) is
        [[sum V, sum g V], [sum g V, sum g^2 V]], V the weighted variance of x at a time.
        """
        import numpy as np

        terms = self._terms(b)
        by_term = g[self._term]
        gradient = (self.x[self.event] * g[self.of_event][:, None]).sum(axis=0) - by_term @ terms.mean
        plain, once, twice = (self._information(terms, w) for w in (None, by_term, by_term**2))
        return gradient, np.block([[plain, once], [once, twice]])

    # -- exact ties -----------------------------------------------------------------------------------------------

    def _exact(self, b: Array) -> Sums:
        """The exact conditional likelihood: each time's denominator is the sum over all sets of d of those at risk.

        By the recursion of Gail, Lubin and Rubinstein 1981 over the patients at risk, with its first and second
        derivatives, vectorised over the sizes of the sets.
        """
        import numpy as np

        terms = self._terms(b)
        linear = self.x @ b + self.offset
        linear = linear - linear.max()
        single = self.deaths[self._term] == 1
        loglik = float(linear[self.event].sum() + np.log(terms.inverse[single]).sum())
        score = self.x[self.event].sum(axis=0) - terms.mean[single].sum(axis=0)
        information = self._information(terms, single.astype(float))
        place = np.argsort(self._until, kind="stable")
        for t in np.flatnonzero(self.deaths > 1):
            rows = place[np.searchsorted(self._until, t, side="right", sorter=place) :]
            rows = rows[self._since[rows] <= t]
            value, mean, variance = _all_sets(terms.weight[rows], self.x[rows], int(self.deaths[t]))
            loglik -= value
            score -= mean
            information += variance
        return Sums(loglik, score, information)


def _all_sets(weight: Array, x: Array, size: int) -> tuple[float, Array, Array]:
    """log of the sum over all sets of ``size`` of the product of weights; the mean and variance of their sum of x."""
    import numpy as np

    p = x.shape[1]
    sums = np.zeros(size + 1)
    first = np.zeros((size + 1, p))
    second = np.zeros((size + 1, p, p))
    sums[0] = 1.0
    scale = 0.0
    for w, row in zip(weight.tolist(), x, strict=True):
        cross = first[:-1, :, None] * row
        second[1:] += w * (
            second[:-1] + cross + cross.transpose(0, 2, 1) + sums[:-1, None, None] * (row[:, None] * row)
        )
        first[1:] += w * (first[:-1] + sums[:-1, None] * row)
        sums[1:] += w * sums[:-1]
        top = sums.max()
        if top > 1e200:
            sums, first, second = sums / top, first / top, second / top
            scale += math.log(top)
    mean = first[size] / sums[size]
    return math.log(sums[size]) + scale, mean, second[size] / sums[size] - mean[:, None] * mean


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """The coefficients (p,) of the greatest likelihood, and the likelihood there and at its start.

    ``infinite`` (p,) marks coefficients that grow without end: the likelihood is monotone in them (an arm without an
    event). ``sums`` is at ``b``, ``null`` at coefficients of 0.
    """

    b: Array
    infinite: Array
    sums: Sums
    null: Sums
    steps: int


def standardised(x: Array) -> tuple[Array, Array]:
    """The columns of ``x`` (n, p) centred and divided by their spread, and the spread (p,); 1 where one does not vary.

    So the steps to a maximum, and where they end, do not depend on units.
    """
    import numpy as np

    if not len(x):
        return x, np.ones(x.shape[1])
    spread = x.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    return (x - x.mean(axis=0)) / spread, spread


class Concave(Protocol):
    """A log likelihood of columns ``x`` (n, p), with its derivatives at a coefficient."""

    x: Array

    def at(self, b: Array) -> Sums: ...


def _running(values: Array, parts: Array) -> Array:
    """Running sums of ``values`` (n, ...), from 0 again at each of ``parts``, which end with n."""
    import numpy as np

    found = np.empty_like(values)
    for first, last in zip(parts[:-1].tolist(), parts[1:].tolist(), strict=True):
        np.cumsum(values[first:last], axis=0, out=found[first:last])
    return found


def maximise(likelihood: Concave) -> Maximum:
    """Newton's method with halved steps. Columns that do not vary, or follow from others, keep a coefficient of 0."""
    import numpy as np

    p = likelihood.x.shape[1]
    null = sums = likelihood.at(np.zeros(p))
    spread = likelihood.x.std(axis=0) if len(likelihood.x) else np.zeros(p)
    b = np.zeros(p)
    infinite = np.zeros(p, dtype=bool)
    steps = 0
    while steps < _MOST_STEPS and p and math.isfinite(sums.loglik):
        step = solve(sums.information, sums.score)
        steps += 1
        for _ in range(_MOST_HALVINGS):
            following = likelihood.at(b + step)
            if following.loglik >= sums.loglik - 1e-12 * abs(sums.loglik):
                break
            step = step / 2
        else:
            break
        gain = following.loglik - sums.loglik
        b, sums = b + step, following
        moved = float(np.abs(step * np.sqrt(np.abs(np.diag(sums.information)))).max())
        if moved < 1e-9:
            break
        # the likelihood is flat and the step is not small: a coefficient grows without end
        runaway = np.abs(step) * spread > 0.2
        if runaway.any() and gain <= 1e-8 * (abs(sums.loglik) + 1):
            infinite = runaway
            break
        if gain <= 1e-11 * (abs(sums.loglik) + 0.1) and moved < 1e-6:
            break
    # columns that grow together leave an information that cannot be inverted: their steps then end elsewhere
    left = np.diag(sums.information)
    infinite |= (left < 1e-4 * np.diag(null.information)) & (np.abs(b) * spread > 10)
    # b far out, and next to no information there: a finite b would be significant
    infinite |= (np.abs(b) * spread > 5) & (b * b * left < 1e-3) & (np.diag(null.information) > 0)
    return Maximum(b, infinite, sums, null, steps)


def solve(information: Array, score: Array) -> Array:
    """information^-1 score, with 0 for a direction of which the data know nothing."""
    return inverse(information) @ score


def inverse(information: Array) -> Array:
    """The inverse of an information matrix; rows and columns that follow from others are 0, as R's coxph has them."""
    import numpy as np

    p = len(information)
    information = (information + information.T) / 2  # where it is nothing but rounding it need not be symmetric
    scale = np.sqrt(np.maximum(np.diag(information), 0.0))
    known: list[int] = []
    for j in range(p):
        if not scale[j] > 1e-150:  # nothing is known of it, or too little for its square to be a number
            continue
        trial = [*known, j]
        part = information[np.ix_(trial, trial)] / np.outer(scale[trial], scale[trial])
        if np.linalg.eigvalsh(part)[0] > 1e-10:
            known = trial
    found = np.zeros((p, p))
    if known:
        rows = np.ix_(known, known)
        outer = np.outer(scale[known], scale[known])
        found[rows] = np.linalg.inv(information[rows] / outer) / outer
    return found
