"""Two-stage trials of one arm that stop early for futility: optimal, minimax and admissible designs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from .registry import design
from .results import Design, Value, notes_when
from .trial_question import require, require_probability, require_test

MEASURE = "two-stage design"

#: The largest trial that is searched unless another is asked for.
MOST = 1000


@dataclass(frozen=True, slots=True)
class OneArmTrial:
    """A trial of one arm that is to tell a response probability p1 of interest from p0, which is of none.

    ``alpha`` (one-sided) is the chance to call the treatment promising when p0 holds, at most; ``power`` the chance
    when p1 holds, at least. ``most`` is the largest number of patients searched; ``stages`` are the patients of each
    stage where a method is told them (Fleming 1982), and ``weight`` that of the largest size beside the expected one
    (Jung 2004). Raises ValueError unless 0 < p0 < p1 < 1, 0 < alpha < power < 1, 2 <= most <= 1000, 0 <= weight <= 1,
    and each stage has a patient.
    """

    p0: float
    p1: float
    alpha: float = 0.05
    power: float = 0.8
    most: int = MOST
    stages: tuple[int, ...] = ()
    weight: float = 0.5

    def __post_init__(self) -> None:
        require_probability(self.p0, "p0")
        require_probability(self.p1, "p1")
        require(self.p1 - self.p0, lambda d: d > 0, "p1 must be above p0 (responses are good)", show=False)
        require_test(self.alpha, 1, self.power)
        require(self.most, lambda n: (n >= 2) & (n <= MOST), f"the largest size must be from 2 to {MOST}")
        require(self.weight, lambda w: (w >= 0) & (w <= 1), "the weight must be from 0 to 1")
        if any(n < 1 for n in self.stages):
            raise ValueError("each stage must have at least one patient")


@dataclass(frozen=True, slots=True, order=True)
class TwoStage:
    """Stop after ``n1`` patients with ``r1`` or fewer responses; promising with more than ``r`` of ``n`` patients.

    Raises ValueError unless 0 <= r1 < n1 < n and r1 <= r < n.
    """

    r1: int
    n1: int
    r: int
    n: int

    def __post_init__(self) -> None:
        if not (0 <= self.r1 < self.n1 < self.n and self.r1 <= self.r < self.n):
            raise ValueError(f"{self} is no two-stage design: 0 <= r1 < n1 < n and r1 <= r < n are needed in r1/n1 r/n")

    def __str__(self) -> str:
        return f"{self.r1}/{self.n1} {self.r}/{self.n}"

    def promising(self, p: float) -> float:
        """The probability that the treatment is called promising, of a response probability p (Simon 1989, eq. 1)."""
        first, second = binomial_probabilities(self.n1, p), binomial_probabilities(self.n - self.n1, p)
        tail = [0.0]  # tail[k] is the sum of the last k probabilities of the second stage
        for chance in reversed(second):
            tail.append(tail[-1] + chance)
        most = len(second)
        needed = (max(self.r + 1 - x, 0) for x in range(self.r1 + 1, self.n1 + 1))
        return math.fsum(
            chance * tail[max(most - k, 0)] for chance, k in zip(first[self.r1 + 1 :], needed, strict=True)
        )

    def stops(self, p: float) -> float:
        """The probability of early termination."""
        return math.fsum(binomial_probabilities(self.n1, p)[: self.r1 + 1])

    def expected(self, p: float) -> float:
        """The expected number of patients."""
        return self.n1 + (1 - self.stops(p)) * (self.n - self.n1)


@cache
def binomial_probabilities(n: int, p: float) -> list[float]:
    """P(X = x) for x = 0..n, X binomial (n, p)."""
    from .noncentral_hypergeometric import log_binomial

    return [math.exp(log_binomial(x, n, p, 1 - p)) for x in range(n + 1)]


class _Tables:
    """P(X = x) and P(X >= x), X binomial (n, p), by [n, x], for n up to a size that grows as it is asked for."""

    def __init__(self, p: float) -> None:
        self.p = p
        self.size = 0

    def up_to(self, size: int) -> bool:
        """Make the tables reach to a size; whether they did not yet."""
        import numpy as np

        if size <= self.size:
            return False
        self.size = min(max(size, 2 * self.size, 64), MOST)
        log_factorial = np.array([math.lgamma(k + 1) for k in range(self.size + 1)])
        n, x = np.arange(self.size + 1)[:, None], np.arange(self.size + 2)[None, :]
        rest = np.maximum(n - x, 0)
        in_range = x <= n
        x = np.minimum(x, n)
        log_p = log_factorial[n] - log_factorial[x] - log_factorial[rest]
        log_p = log_p + x * math.log(self.p) + rest * math.log1p(-self.p)
        self.exactly = np.where(in_range, np.exp(log_p), 0.0)
        self.at_least = np.cumsum(self.exactly[:, ::-1], axis=1)[:, ::-1]
        return True

    def stopped(self, first: Any, x: Any, n: int, r: Any) -> Any:
        """P(X1 = x, X1 + X2 > r), a row for each n1 in ``first`` with its r and its x; 0 where x is negative."""
        import numpy as np

        one = np.maximum(x, 0)
        more = np.maximum(r[:, None] + 1 - one, 0)
        chance = self.exactly[first[:, None], one] * self.at_least[n - first[:, None], more]
        return np.where(x < 0, 0.0, chance)


#: Of sums of rounded probabilities.
_SLACK = 1e-12


class Found(NamedTuple):
    """The designs that no other beats in both size and expected size under p0, from the smallest to the optimal one.

    ``complete`` is False where the largest size that was allowed ended the search before it was known that no larger
    trial has a smaller expected size.
    """

    designs: tuple[TwoStage, ...]
    complete: bool


@cache
def search(trial: OneArmTrial) -> Found:
    """The designs of a trial that are worth a choice.

    For each n the design of the smallest expected size is found exactly. With S(r) = P(X > r) of all n patients and
    L(n1, r1, r) = P(X1 <= r1, X > r), what stopping loses, a design has power S1 - L1 and level S0 - L0. Both L rise
    with r1, and so does the probability of early termination: for given n, n1 and r the best r1 is the largest with
    S1 - L1 >= power. By the lemma of Neyman and Pearson no first stage helps an n of which no single-stage test has
    level and power. L0 is at most P(X1 <= r1) P(X2 > r - r1), which leaves few r and n1. The search ends where even a
    design whose first stage uses up 1 - power could not have a smaller expected size.

    Raises ValueError where no design of at most ``trial.most`` patients has the level and the power.
    """
    import numpy as np

    null, alternative = _Tables(trial.p0), _Tables(trial.p1)
    found: list[TwoStage] = []
    best = math.inf
    complete = False
    for n in range(2, trial.most + 1):
        if null.up_to(n):
            alternative.up_to(n)
            # by n1 the largest r1 with P1(X1 <= r1) <= 1 - power, which every design keeps to; -1 where there is none
            every = np.arange(null.size + 1)
            most_r1 = (1 - alternative.at_least[:, 1:] <= 1 - trial.power + _SLACK).sum(axis=1) - 1
            most_r1 = np.minimum(most_r1, every - 1)
            goes_on = null.at_least[every, most_r1 + 1]
        first = every[1:n]
        least = first + (n - first) * goes_on[1:n]
        if least.min() >= best:
            complete = True
            break
        spare = alternative.at_least[n, 1 : n + 1] - trial.power
        excess = null.at_least[n, 1 : n + 1] - trial.alpha
        last = int((spare >= 0).sum()) - 1
        if last < 0 or excess[last] > spare[last] * null.exactly[n, last + 1] / alternative.exactly[n, last + 1]:
            continue
        # of the r that keep the level without stopping the smallest has the most power
        last = min(last, int((excess > 0).sum()))
        # the pairs of n1 and r that a first stage could give both level and power
        first = first[(most_r1[1:n] >= 0) & (least < best)]
        r = np.arange(last + 1)
        beyond = null.at_least[n - first[:, None], np.maximum(r + 1 - most_r1[first, None], 0)]
        which, r = np.nonzero((1 - goes_on[first, None]) * beyond >= excess[: last + 1] - _SLACK)
        if not len(r):
            continue
        first = first[which]
        top = np.minimum(most_r1[first], r)
        # further below than this there is nothing to sum up
        depth = min(int(top.max()), math.ceil(3.2 * math.sqrt(n)) + 4)
        x = top[:, None] + np.arange(-depth, 1)
        lost = np.cumsum(alternative.stopped(first, x, n, r), axis=1)
        r1 = top - depth - 1 + (lost <= spare[r, None] + _SLACK).sum(axis=1)
        expected = first + (n - first) * null.at_least[first, np.maximum(r1 + 1, 0)]
        # of equal expected sizes, which rounding may tell apart, the smaller trial is the better
        better = np.flatnonzero((r1 >= 0) & (expected < best * (1 - _SLACK)))
        if not len(better):
            continue
        x = np.where(x[better] <= r1[better, None], x[better], -1)
        kept = null.stopped(first[better], x, n, r[better]).sum(axis=1) >= excess[r[better]] - _SLACK
        better = better[kept]
        if len(better):
            at = better[expected[better].argmin()]
            best = float(expected[at])
            found.append(TwoStage(int(r1[at]), int(first[at]), int(r[at]), n))
    if not found:
        raise ValueError(
            f"no two-stage design of at most {trial.most} patients has this level and power: "
            "p1 and p0 are too close, or a larger size must be allowed"
        )
    return Found(tuple(found), complete)


def frontier(trial: OneArmTrial) -> tuple[TwoStage, ...]:
    """The designs of ``search``; raises ValueError where there is none."""
    return search(trial).designs


def admissible_designs(trial: OneArmTrial) -> list[tuple[TwoStage, float, float]]:
    """The admissible designs (Jung, Lee, Kim & George 2004), from minimax to optimal, each with its weights.

    A design is admissible where it has the smallest w n + (1 - w) E(n | p0) for some w; the two numbers are the least
    and the greatest such w. They are the corners of the lower convex hull of the frontier.
    """
    hull: list[TwoStage] = []
    size = {one: one.expected(trial.p0) for one in frontier(trial)}
    for one in size:
        while len(hull) > 1:
            a, b = hull[-2:]
            # on or above the line from a to the new one b is best for no weight, or for a single one
            if (size[b] - size[a]) * (one.n - a.n) < (size[one] - size[a]) * (b.n - a.n) - 1e-9:
                break
            hull.pop()
        hull.append(one)
    bounds = [1.0]
    for a, b in pairwise(hull):
        drop = size[a] - size[b]
        bounds.append(drop / (drop + b.n - a.n))
    bounds.append(0.0)
    return [(one, bounds[i + 1], bounds[i]) for i, one in enumerate(hull)]


def as_design(trial: OneArmTrial, one: TwoStage) -> Design:
    """A two-stage design with its operating characteristics."""
    reaches = one.promising(trial.p1)
    return Design(
        "n",
        trial.p1 - trial.p0,
        "risk difference",
        reaches,
        0.0,
        trial.alpha,
        1,
        p1=trial.p1,
        p0=trial.p0,
        n1=one.n,
        power_asked=trial.power,
        figures=(
            Value("r1", one.r1, "responses", "stop with r1 or fewer responses of the first n1 patients"),
            Value("n1", one.n1, "patients", "first stage"),
            Value("r", one.r, "responses", "promising with more than r responses of all n patients"),
            Value("actual alpha", one.promising(trial.p0), "proportion"),
            Value("expected n under p0", one.expected(trial.p0), "patients"),
            Value("expected n under p1", one.expected(trial.p1), "patients"),
            Value("early termination under p0", one.stops(trial.p0), "proportion"),
            Value("early termination under p1", one.stops(trial.p1), "proportion"),
        ),
    )


_LEVELS = (
    "PET(p) = P(X1 <= r1);  EN(p) = n1 + (1 - PET(p))*(n - n1);  "
    "P(promising) = sum over x = r1+1..n1 of P(X1 = x)*P(X2 > r - x), at most alpha at p0, at least power at p1"
)


@design(
    MEASURE,
    "optimal",
    name="Simon, optimal",
    reference="Simon 1989",
    software=("clinfun ph2simon", "PASS two-stage phase II"),
    formula=f"{_LEVELS};  EN(p0) is the least possible",
    default=True,
    closed_form=False,
    advice="fewest patients on average where the treatment does not work",
)
def optimal(trial: OneArmTrial) -> Design:
    """The design with the smallest expected size under p0 (Simon 1989, Control Clin Trials 10:1, section 2)."""
    found = search(trial)
    unfinished = f"the search ended at {trial.most} patients: a larger trial may have a smaller expected size"
    return replace(as_design(trial, found.designs[-1]), notes=notes_when((not found.complete, unfinished)))


@design(
    MEASURE,
    "minimax",
    name="Simon, minimax",
    reference="Simon 1989",
    software=("clinfun ph2simon", "PASS two-stage phase II"),
    formula=f"{_LEVELS};  n is the least possible, and EN(p0) the least with that n",
    default=True,
    closed_form=False,
    advice="fewest patients at most; mind a first stage that is nearly the whole trial",
)
def minimax(trial: OneArmTrial) -> Design:
    """The design with the smallest size and, of those, the smallest expected size under p0 (Simon 1989, section 2)."""
    return as_design(trial, frontier(trial)[0])


@design(
    MEASURE,
    "admissible",
    name="admissible",
    reference="Jung, Lee, Kim & George 2004",
    software=("clinfun twostage.admissible",),
    formula=f"{_LEVELS};  w*n + (1 - w)*EN(p0) is the least possible, w = 0.5 unless another is given",
    default=True,
    closed_form=False,
    advice="a compromise: often a few patients fewer than optimal at nearly its expected size",
)
def admissible(trial: OneArmTrial) -> Design:
    """The design with the smallest w n + (1 - w) E(n | p0) (Jung, Lee, Kim & George 2004, Stat Med 23:561).

    ``trial.weight`` is w: 1 gives the minimax design, 0 the optimal one. ``admissible_designs`` has all of them.
    """
    rows = admissible_designs(trial)
    one = next(one for one, least, greatest in rows if least <= trial.weight <= greatest)
    return as_design(trial, one)
