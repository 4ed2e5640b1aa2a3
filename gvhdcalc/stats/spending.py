"""Error spending functions: how much of an error is spent by a fraction of the information (Lan & DeMets 1983)."""

from __future__ import annotations

import math
from collections.abc import Callable

from .namespace import Scalars, norm_ppf

#: A spending function takes the error of one side and the information fraction, 0 to 1; it gives what is spent by then.
Spending = Callable[[float, float], float]


def obrien_fleming(error: float, t: float) -> float:
    """2 - 2 Phi(z_{error/2} / sqrt(t)): near the bounds of O'Brien and Fleming (Lan & DeMets 1983, alpha_1*)."""
    return 0.0 if t <= 0 else min(error, 2 * Scalars.norm_sf(-norm_ppf(error / 2) / math.sqrt(min(t, 1.0))))


def pocock(error: float, t: float) -> float:
    """error log(1 + (e - 1) t): near the bounds of Pocock (Lan & DeMets 1983, alpha_2*)."""
    return error * math.log1p((math.e - 1) * min(max(t, 0.0), 1.0))


def power_family(error: float, t: float, rho: float) -> float:
    """error t^rho, rho > 0 (Kim & DeMets 1987). Raises ValueError for another rho."""
    if not rho > 0:
        raise ValueError(f"rho of the power family must be above 0, not {rho:g}")
    return error * float(min(max(t, 0.0), 1.0) ** rho)


def hwang_shih_decani(error: float, t: float, gamma: float) -> float:
    """error (1 - exp(-gamma t)) / (1 - exp(-gamma)), error t for gamma 0 (Hwang, Shih & DeCani 1990)."""
    t = min(max(t, 0.0), 1.0)
    if abs(gamma) < 1e-12:
        return error * t
    if gamma < 0:  # the same without overflow
        return error * math.exp(gamma * (1 - t)) * math.expm1(gamma * t) / math.expm1(gamma)
    return error * math.expm1(-gamma * t) / math.expm1(-gamma)
