"""Simulated group sequential trials: the share that stop for efficacy."""

from __future__ import annotations

import math

from .results import Design
from .sequential import Looks
from .simulation import Simulation

#: Trials simulated at once, so that memory does not grow with their number.
_BATCH = 100_000


def simulate(asked: Looks, row: Design, trials: int, seed: int) -> Simulation:
    """Trials with the bounds, the size and the effect of ``row`` (numpy's PCG64 from ``seed``).

    Of two proportions events are binomial in each arm and look, tested by the pooled chi-square's z. Of a hazard ratio,
    and where no effect is given, the statistics are the normal ones of the theory.
    """
    import numpy as np

    figures = {figure.name: figure.value for figure in row.figures}
    looks = asked.looks
    upper = [float(figures[f"upper bound at look {k + 1}"]) for k in range(looks)]  # type: ignore[arg-type]
    lower = [float(figures.get(f"lower bound at look {k + 1}", -math.inf)) for k in range(looks)]  # type: ignore[arg-type]
    if asked.sides == 2:
        lower = [-bound for bound in upper]
    random = np.random.default_rng(seed)
    significant = 0
    for start in range(0, trials, _BATCH):
        count = min(_BATCH, trials - start)
        statistics = _binomial(asked, row, random, count) if row.n1 is not None else _normal(asked, row, random, count)
        going = np.ones(count, dtype=bool)
        for k in range(looks):
            z = statistics[k]
            won = going & (z >= upper[k])
            significant += int(won.sum())
            going &= ~won & (z >= lower[k])
    return Simulation(significant, trials)


def _normal(asked: Looks, row: Design, random, count: int):  # type: ignore[no-untyped-def]
    import numpy as np

    drift = next(float(f.value or 0) for f in row.figures if f.name == "drift")
    if row.events is not None and asked.fixed is not None and asked.fixed.events_exact:
        inflation = next(float(f.value or 0) for f in row.figures if f.name == "inflation factor")
        drift *= math.sqrt(float(row.events) / (asked.fixed.events_exact * inflation))
    steps = np.diff(np.array((0.0, *asked.times)))
    walk = np.cumsum(
        drift * steps[:, None] + np.sqrt(steps)[:, None] * random.standard_normal((asked.looks, count)), axis=0
    )
    return walk / np.sqrt(np.array(asked.times))[:, None]


def _binomial(asked: Looks, row: Design, random, count: int):  # type: ignore[no-untyped-def]
    import numpy as np

    n1, n0 = (np.rint(np.array(asked.times) * float(n or 0)).astype(int) for n in (row.n1, row.n0))
    x1, x0 = (
        np.cumsum([random.binomial(step, p, count) for step in np.diff(n, prepend=0)], axis=0)
        for n, p in ((n1, row.p1), (n0, row.p0))
    )
    n1, n0 = n1[:, None], n0[:, None]
    share = (x1 + x0) / (n1 + n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (x1 / n1 - x0 / n0) / np.sqrt(share * (1 - share) * (1 / n1 + 1 / n0))
    return np.nan_to_num(z) * (1 if (row.p1 or 0) > (row.p0 or 0) else -1)
