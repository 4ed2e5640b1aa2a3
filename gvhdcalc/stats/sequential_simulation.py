"""Simulated group sequential trials: the share that stop for efficacy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .patients import Array
from .results import Design
from .sequential import Looks, bounds_of, drift_of
from .simulation import Simulation

if TYPE_CHECKING:
    from numpy.random import Generator

#: Trials simulated at once, so that memory does not grow with their number.
_BATCH = 100_000


def simulate(asked: Looks, row: Design, trials: int, seed: int) -> Simulation:
    """Trials with the bounds, the size and the effect of ``row`` (numpy's PCG64 from ``seed``).

    Of two proportions events are binomial in each arm and look, tested by the pooled chi-square's z. Of a hazard ratio,
    and where no effect is given, the statistics are the normal ones of the theory.
    """
    import numpy as np

    upper, lower = bounds_of(asked, row)
    random = np.random.default_rng(seed)
    significant = 0
    for start in range(0, trials, _BATCH):
        count = min(_BATCH, trials - start)
        statistics = _binomial(asked, row, random, count) if row.n1 is not None else _normal(asked, row, random, count)
        going = np.ones(count, dtype=bool)
        for k in range(asked.looks):
            z = statistics[k]
            won = going & (z >= upper[k])
            significant += int(won.sum())
            going &= ~won & (z >= lower[k])
    return Simulation(significant, trials)


def _normal(asked: Looks, row: Design, random: Generator, count: int) -> Array:
    """The statistics of the theory, (looks, count)."""
    import numpy as np

    drift = drift_of(row)
    if row.events is not None and asked.fixed is not None and asked.fixed.events_exact:
        inflation = next(float(f.value or 0) for f in row.figures if f.name == "inflation factor")
        drift *= math.sqrt(float(row.events) / (asked.fixed.events_exact * inflation))
    steps = np.diff(np.array((0.0, *asked.times)))
    walk = np.cumsum(
        drift * steps[:, None] + np.sqrt(steps)[:, None] * random.standard_normal((asked.looks, count)), axis=0
    )
    return walk / np.sqrt(np.array(asked.times))[:, None]


def _binomial(asked: Looks, row: Design, random: Generator, count: int) -> Array:
    """Z of the pooled chi-square at each look, (looks, count), positive in the direction of the effect."""
    import numpy as np

    n1, n0 = (np.rint(np.array(asked.times) * float(n or 0)).astype(int) for n in (row.n1, row.n0))
    x1, x0 = (
        np.cumsum([random.binomial(step, float(p or 0), count) for step in np.diff(n, prepend=0)], axis=0)
        for n, p in ((n1, row.p1), (n0, row.p0))
    )
    n1, n0 = n1[:, None], n0[:, None]
    share = (x1 + x0) / (n1 + n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (x1 / n1 - x0 / n0) / np.sqrt(share * (1 - share) * (1 / n1 + 1 / n0))
    return np.nan_to_num(z) * (1 if (row.p1 or 0) > (row.p0 or 0) else -1)
