"""Simulated trials of one arm, of pairs and of two rates, tested as the method of a design tests."""

from __future__ import annotations

import math
from typing import Any

from .namespace import norm_ppf
from .power_paired import Pairs
from .power_proportion import OneProportionTrial
from .power_rate import TwoRates
from .results import Design
from .simulation import Simulation


def one_proportion(asked: OneProportionTrial, row: Design, trials: int, seed: int) -> Simulation:
    """Counts of n patients, tested against p0 by the exact test, or by the z test of the design's method.

    Raises ValueError for a design without a size or an effect.
    """
    import numpy as np

    n, p1 = _known(row.n1, row.p1)
    n, p0 = int(n), float(asked.p0)
    x = np.random.default_rng(seed).binomial(n, p1, trials)
    if p1 < p0:
        x, p0 = n - x, 1 - p0
    level = row.alpha / row.sides
    if row.method.startswith("exact"):
        from .binomial_power import critical

        return Simulation(int((x >= critical(np.array([n]), p0, level)[0]).sum()), trials)
    p, z = x / n, -norm_ppf(level)
    with np.errstate(all="ignore"):
        statistic = {
            "score": lambda: (p - p0) / math.sqrt(p0 * (1 - p0) / n),
            "continuity-corrected": lambda: (p - p0 - 0.5 / n) / math.sqrt(p0 * (1 - p0) / n),
            "wald": lambda: (p - p0) / np.sqrt(p * (1 - p) / n),
            "arcsine": lambda: 2 * (np.arcsin(np.sqrt(p)) - math.asin(math.sqrt(p0))) * math.sqrt(n),
        }[row.method]()
    return Simulation(int((statistic > z).sum()), trials)


def pairs(asked: Pairs, row: Design, trials: int, seed: int) -> Simulation:
    """Discordant pairs of n pairs, tested by McNemar's z, or exactly where the design's method does.

    Raises ValueError for a design without a size or an effect.
    """
    import numpy as np

    n, difference = _known(row.n1, row.effect)
    generator = np.random.default_rng(seed)
    discordant = generator.binomial(int(n), float(asked.discordant), trials)
    share = min((float(asked.discordant) + abs(difference)) / (2 * float(asked.discordant)), 1.0)
    first = generator.binomial(discordant, share)
    level = row.alpha / row.sides
    if row.method == "exact":
        return Simulation(_exactly(first, discordant, 0.5, level), trials)
    with np.errstate(all="ignore"):
        statistic = (2 * first - discordant) / np.sqrt(discordant)
    return Simulation(int((statistic > -norm_ppf(level)).sum()), trials)


def two_rates(asked: TwoRates, row: Design, trials: int, seed: int) -> Simulation:
    """Events of both arms, tested by the test of the design's method.

    Raises ValueError for a design without a size or an effect.
    """
    import numpy as np

    n1, n0, found = _known(row.n1, row.n0, row.effect)
    generator = np.random.default_rng(seed)
    t1, t0 = n1 * float(asked.time), n0 * float(asked.time)
    x1 = generator.poisson(t1 * float(asked.rate0) * found, trials)
    x0 = generator.poisson(t0 * float(asked.rate0), trials)
    if found < 1:  # the arm with the higher rate first
        x1, x0, t1, t0 = x0, x1, t0, t1
    level = row.alpha / row.sides
    if row.method == "exact":
        return Simulation(_exactly(x1, x1 + x0, t1 / (t1 + t0), level), trials)
    r1, r0 = x1 / t1, x0 / t0
    with np.errstate(all="ignore"):
        statistic = {
            "log": lambda: np.log(r1 / r0) / np.sqrt(1 / x1 + 1 / x0),
            "score": lambda: (r1 - r0) / np.sqrt((x1 + x0) / (t1 + t0) * (1 / t1 + 1 / t0)),
            "wald": lambda: (r1 - r0) / np.sqrt(x1 / t1**2 + x0 / t0**2),
            "square-root": lambda: 2 * (np.sqrt(r1) - np.sqrt(r0)) / math.sqrt(1 / t1 + 1 / t0),
        }[row.method]()
    return Simulation(int((statistic > -norm_ppf(level)).sum()), trials)


def _known(*figures: Any) -> tuple[float, ...]:
    if any(figure is None or figure != figure for figure in figures):
        raise ValueError("there is nothing to simulate: the design has no size or no effect")
    return figures


def _exactly(x: Any, counts: Any, null: float, level: float) -> int:
    """How many of the counts x, each of so many, are significant in the upper tail."""
    import numpy as np

    from .binomial_power import critical

    sizes, which = np.unique(counts, return_inverse=True)
    return int((x >= critical(sizes, null, level)[which]).sum())
