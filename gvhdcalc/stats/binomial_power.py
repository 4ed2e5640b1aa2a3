"""The exact binomial test before its count is known: critical counts, power, and the sawtooth of power over n.

One proportion, the discordant pairs of paired proportions, and two rates given the events of both together are tested
by one binomial count. All functions work on arrays: scipy is needed, and numpy.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from .binomial import at_least, at_most
from .namespace import norm_ppf

#: The largest trial of which exact power is searched.
MOST = 1_000_000


def critical(n: Any, p: float, level: float) -> Any:
    """The least c with P(X >= c) <= level, X binomial (n, p), for an array of n; n + 1 where there is none."""
    import numpy as np

    n = np.asarray(n, dtype=float)
    allowed = level * (1 + 1e-10)  # a level that is met exactly is met in rounded arithmetic too
    with np.errstate(all="ignore"):
        c = np.clip(np.ceil(n * p - norm_ppf(level) * np.sqrt(n * p * (1 - p)) + 0.5), 0, n + 1)
        while (more := (c <= n) & (at_least(c, n, p, 1 - p) > allowed)).any():
            c = np.where(more, c + 1, c)
        while (less := (c > 0) & (at_least(c - 1, n, p, 1 - p) <= allowed)).any():
            c = np.where(less, c - 1, c)
    return c


def reaches(c: Any, n: Any, p: float) -> Any:
    """P(X >= c), X binomial (n, p), for arrays; 0 where c is above n."""
    import numpy as np

    with np.errstate(all="ignore"):
        return np.where(c > n, 0.0, at_least(np.minimum(c, n), n * 1.0, p, 1 - p))


def falls(c: Any, n: Any, p: float) -> Any:
    """P(X <= c), X binomial (n, p), for arrays; 0 where c is below 0."""
    import numpy as np

    with np.errstate(all="ignore"):
        return np.where(c < 0, 0.0, at_most(np.maximum(c, 0), n * 1.0, p, 1 - p))


class Tails(NamedTuple):
    """The chances of an exact two-sided test of counts X, binomial (n, p): in the upper tail, and in the lower."""

    upper: Any
    lower: Any


def tails(n: Any, null: float, p: float, alpha: float, sides: int) -> Tails:
    """The chances of significance above and below for an array of n; each tail has the level alpha/sides.

    With one side only the upper tail is tested.
    """
    import numpy as np

    n = np.asarray(n, dtype=float)
    upper = reaches(critical(n, null, alpha / sides), n, p)
    if sides == 1:
        return Tails(upper, upper * 0.0)
    return Tails(upper, falls(n - critical(n, 1 - null, alpha / sides), n, p))


def averaged(counts: Any, weights: Any, null: float, p: float, alpha: float, sides: int) -> tuple[float, float]:
    """Power and the chance in the other direction where n is random, ``counts`` with the probabilities ``weights``."""
    found = tails(counts, null, p, alpha, sides)
    return float((weights * found.upper).sum()), float((weights * found.lower).sum())


def sizes(power_of: Callable[[Any], Any], aim: float, about: float, wave: float) -> tuple[int, int] | None:
    """The smallest n with at least the power ``aim``, and the n from which power stays at or above it.

    ``power_of`` takes whole sizes and returns an array; power rises with n but for waves of a length of about ``wave``.
    ``about`` is an approximate answer. None where the answer is above MOST.
    """
    import numpy as np

    width = math.ceil(8 * wave) + 16
    if not about + width <= MOST:
        return None
    slack = 1e-12
    low = max(1, math.floor(about - 2 * width))
    while low > 1 and (power_of(np.arange(low, low + width)) >= aim - slack).any():
        low = max(1, low - 4 * width)
    high = low + 6 * width
    while True:
        if high > 2 * MOST:
            return None
        n = np.arange(low, high + 1)
        enough = power_of(n) >= aim - slack
        # a whole third of the range without a gap: what comes after it has none
        if enough[-len(n) // 3 :].all():
            break
        high += high - low
    gaps = np.flatnonzero(~enough)
    return int(n[enough.argmax()]), int(n[gaps[-1]] + 1) if len(gaps) else int(n[0])


def smallest(power_of: Callable[[Any], Any], aim: float, about: float, wave: float = 0.0) -> tuple[int, int]:
    """The smallest n with the power and the n from which it stays, where power rises all but steadily with n.

    So it does where the count tested is itself random. ``about`` is an approximate answer; ``wave`` is the length of
    the waves that are left.
    """
    import numpy as np

    def reached(n: int) -> bool:
        return bool(power_of([n])[0] >= aim - 1e-12)

    step = max(8, math.ceil(about / 50))
    low = max(math.floor(about) - step, 0)
    while low > 0 and reached(low):
        low, step = max(low - step, 0), 2 * step
    high = low + step
    while not reached(high):
        low, high, step = high, high + step, 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    width = 8 + math.ceil(4 * wave)
    near = np.arange(max(1, high - width), high + width + 1)
    enough = power_of(near) >= aim - 1e-12
    gaps = np.flatnonzero(~enough)
    return int(near[enough.argmax()]), int(near[gaps[-1]] + 1) if len(gaps) else int(near[0])
