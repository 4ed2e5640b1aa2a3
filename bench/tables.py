"""The core on 2x2 tables against its peers: one table at a time, and a million at once.

    python bench/tables.py

Each row times ours and a peer that gives the same figures (which is checked first), in turns; the ratio is that of the
fastest runs, below 1 where ours is faster. The last peer is the formula written out in numpy: what the namespace, the
notes and the registry cost on arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from scipy.stats import chi2_contingency
from scipy.stats.contingency import odds_ratio
from statsmodels.stats.contingency_tables import Table2x2

from gvhdcalc.stats.registry import estimators, tests
from gvhdcalc.stats.two_by_two import TwoByTwo

SEED_TABLE = (82, 17, 70, 29)
ROUNDS = 7
Z = 1.959963984540054


def woolf_in_numpy(a: Any, b: Any, c: Any, d: Any) -> tuple[Any, Any, Any]:
    log_or = np.log(a * d / (b * c))
    half = Z * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return np.exp(log_or), np.exp(log_or - half), np.exp(log_or + half)


def fastest(*calls: tuple[Callable[[], Any], int]) -> list[float]:
    """Seconds per call of the fastest of ROUNDS rounds, for each (call, calls in a round); the calls take turns."""
    best = [math.inf] * len(calls)
    for _ in range(ROUNDS):
        for i, (call, times) in enumerate(calls):
            start = perf_counter()
            for _ in range(times):
                call()
            best[i] = min(best[i], (perf_counter() - start) / times)
    return best


def row(label: str, ours: Callable[[], Any], peer: Callable[[], Any], times: tuple[int, int], tolerance: float) -> None:
    """Check that both give the same figures, time them, print a line."""
    np.testing.assert_allclose(ours(), peer(), rtol=tolerance)
    mine, other = fastest((ours, times[0]), (peer, times[1]))
    print(f"{label:<68} {mine * 1e6:12.1f} {other * 1e6:12.1f}  {mine / other:.3f}")


def main() -> None:
    woolf = estimators("odds ratio")["woolf"].function
    exact = estimators("odds ratio")["conditional-exact"].function
    pearson = tests("odds ratio")["pearson"].function
    one = TwoByTwo(*SEED_TABLE)
    square = np.array(SEED_TABLE).reshape(2, 2)
    cells = np.random.default_rng(1).integers(1, 200, (4, 1_000_000)).astype(float)
    million = TwoByTwo(*cells)

    def limits(result: Any) -> tuple[Any, Any]:
        return result.lower, result.upper

    print(f"{'microseconds a call':<68} {'gvhdcalc':>12} {'peer':>12}  ratio")
    row(
        "one table, Woolf interval; statsmodels Table2x2",
        lambda: limits(woolf(one)),
        lambda: Table2x2(square, shift_zeros=False).oddsratio_confint(),
        (500, 100),
        1e-9,
    )
    row(
        "one table, Pearson test; scipy chi2_contingency",
        lambda: pearson(one).p,
        lambda: chi2_contingency(square, correction=False).pvalue,
        (500, 100),
        1e-9,
    )
    row(
        "one table, conditional exact interval; scipy contingency.odds_ratio",
        lambda: limits(exact(one)),
        lambda: tuple(odds_ratio(square, kind="conditional").confidence_interval()),
        (20, 2),
        1e-6,
    )

    def ours_on_a_million() -> tuple[Any, Any, Any]:
        result = woolf(million)
        return result.estimate, result.lower, result.upper

    row(
        "a million tables, Woolf interval; numpy by hand",
        ours_on_a_million,
        lambda: woolf_in_numpy(*cells),
        (1, 1),
        1e-12,
    )


if __name__ == "__main__":
    main()
