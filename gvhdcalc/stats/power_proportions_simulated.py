"""Two proportions: power by simulated trials, each tested as the method tests it."""

from __future__ import annotations

from .power_proportions import TwoProportions
from .results import Design
from .simulation import Simulation


def simulate(asked: TwoProportions, design: Design, trials: int, seed: int) -> Simulation:
    """Trials of ``design``'s patients and probabilities, significant in the direction of the effect.

    Events are binomial in each arm (numpy's PCG64 from ``seed``). Approximate methods are simulated with the test that
    they stand for: Pearson's chi-square for pooled, Wald's test for unpooled, Yates's for continuity-corrected, the
    arcsine and the likelihood ratio test, the score test of a margin. Raises ValueError for clusters, and where there
    is no p1.
    """
    import numpy as np

    from .rejection import by_normal, exact_region

    if asked.design_effect != 1:
        raise ValueError("trials of clusters are not simulated: leave out the design effect")
    if design.p1 is None or design.p1 != design.p1 or design.n1 is None or design.n0 is None:
        raise ValueError("there is no effect to simulate")
    n1, n0, p0 = int(design.n1), int(design.n0), float(asked.p0)
    random = np.random.default_rng(seed)
    x1, x0 = random.binomial(n1, design.p1, trials), random.binomial(n0, p0, trials)
    if design.method.startswith("exact-"):
        significant = exact_region(asked, design.method, n1, n0)[0][x1, x0]
    else:
        significant = by_normal(asked, design.method, x1 * 1.0, x0 * 1.0, n1, n0)[0]
    return Simulation(int(significant.sum()), trials)
