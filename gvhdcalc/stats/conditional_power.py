"""Conditional and predictive power at an interim look of a group sequential trial."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .boundary_crossing import Paths, crossing
from .results import Value

#: Nodes of the Gauss-Hermite rule for predictive power.
_NODES = 80


def conditional_power(
    times: Sequence[float], lower: Sequence[float], upper: Sequence[float], look: int, z: float, theta: float
) -> float:
    """The chance of crossing an upper bound at a look after ``look`` (from 1), given ``z`` there and drift ``theta``.

    ``theta`` is E(Z) at full information; bounds are of all looks. Lan, Simon & Halperin 1982; Jennison & Turnbull
    2000, section 10.3. Raises ValueError unless a look remains.
    """
    if not 1 <= look < len(times):
        raise ValueError(f"the interim is one of looks 1 to {len(times) - 1}, not {look}")
    start = Paths.start(theta, times[look - 1], z)
    return math.fsum(crossing(times[look:], lower[look:], upper[look:], theta, start).above)


def predictive_power(
    times: Sequence[float], lower: Sequence[float], upper: Sequence[float], look: int, z: float
) -> float:
    """Conditional power averaged over the drift given ``z``, normal about z/sqrt(t) with variance 1/t (flat prior).

    Spiegelhalter, Freedman & Blackburn 1986; Jennison & Turnbull 2000, section 10.4.2.
    """
    import numpy as np

    t = times[look - 1]
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    drifts = (z + nodes) / math.sqrt(t)
    chances = [conditional_power(times, lower, upper, look, z, float(theta)) for theta in drifts]
    return float(weights @ np.array(chances)) / math.sqrt(2 * math.pi)


def interim_values(
    times: Sequence[float], lower: Sequence[float], upper: Sequence[float], look: int, z: float, theta: float
) -> tuple[Value, ...]:
    """Conditional power under the planned effect, the trend seen and no effect, and the predictive power."""
    trend = z / math.sqrt(times[look - 1])
    rows = [
        Value(f"conditional power, {name}", conditional_power(times, lower, upper, look, z, drift), "proportion")
        for name, drift in (("planned effect", theta), ("current trend", trend), ("no effect", 0.0))
    ]
    chance = predictive_power(times, lower, upper, look, z)
    return (*rows, Value("predictive power, flat prior", chance, "proportion"))
