"""Strata: 2x2 tables of one question, one for each stratum (or trial), to be pooled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .results import Number
from .two_by_two import TwoByTwo

#: What is pooled, by the name under which its methods are registered, and the measure of one table that goes with it.
MEASURES = {
    "common odds ratio": "odds ratio",
    "common risk ratio": "risk ratio",
    "common risk difference": "risk difference",
}


@dataclass(frozen=True, slots=True)
class Strata(TwoByTwo):
    """Counts of two arms in each of several strata: cells are numpy arrays with the strata along the first axis.

    Cells of shape (K,) are one analysis of K strata, and methods then return plain numbers; cells of shape (K, M) are M
    analyses, and methods return arrays of shape (M,). A stratum without patients (all cells zero) adds nothing to any
    pooled figure, so that analyses of fewer strata can be filled up with such tables.
    """

    @classmethod
    def of(cls, tables: Iterable[TwoByTwo]) -> Strata:
        """One analysis, from its tables. Raises ValueError where there is none."""
        import numpy as np

        cells = [(table.a, table.b, table.c, table.d) for table in tables]
        if not cells:
            raise ValueError("no strata: at least one table is needed")
        return cls(*np.array(cells, dtype=float).T)

    @property
    def others(self) -> Number:
        """Those without the event, in both arms."""
        return self.b + self.d

    @property
    def crude(self) -> TwoByTwo:
        """All strata added up into one table."""
        return TwoByTwo(pooled(self.a), pooled(self.b), pooled(self.c), pooled(self.d))

    def arms_exchanged(self) -> Strata:
        """The strata with control first."""
        return Strata(self.c, self.d, self.a, self.b)

    def outcome_exchanged(self) -> Strata:
        """The strata with the non-events counted as events."""
        return Strata(self.b, self.a, self.d, self.c)

    def one_by_one(self) -> list[Strata]:
        """The analyses of an array of analyses, each by itself."""
        cells = [cell.reshape(len(cell), -1) for cell in (self.a, self.b, self.c, self.d)]
        return [Strata(*(cell[:, i] for cell in cells)) for i in range(cells[0].shape[1])]


def pooled(by_stratum: Any) -> Number:
    """The sum over strata: a float for one analysis, an array for many."""
    total = by_stratum.sum(axis=0)
    return float(total) if total.ndim == 0 else total


def counted(by_stratum: Any) -> Number:
    """How many strata a condition holds for: an int for one analysis, an array for many."""
    total = by_stratum.sum(axis=0)
    return int(total) if total.ndim == 0 else total


def per_patient(numerator: Any, strata: Strata) -> Any:
    """A term of each stratum divided by its patients; 0 in a stratum without patients."""
    return numerator / _positive(strata.total)


def _positive(total: Any) -> Any:
    import numpy as np

    return np.where(total == 0, 1.0, total)


def chi2_tail(statistic: Number, df: Number) -> Number:
    """Upper tail of chi-square with whole degrees of freedom; nan where there are none."""
    import numpy as np
    from scipy.special import chdtrc

    tail = np.where(np.asarray(df) > 0, chdtrc(np.maximum(df, 1), statistic), np.nan)
    return float(tail) if tail.ndim == 0 else tail


def each(function: Any, strata: Strata, figures: int) -> tuple[Number, ...]:
    """``figures`` numbers that ``function`` finds for one analysis: of one analysis as they are, of many as arrays."""
    import numpy as np

    if strata.a.ndim == 1:
        return tuple(float(figure) for figure in function(strata))
    found = np.array([function(one) for one in strata.one_by_one()], dtype=float).reshape(-1, figures)
    return tuple(found[:, i].reshape(strata.a.shape[1:]) for i in range(figures))


def fitted(n1: Any, n0: Any, events: Any, odds_ratio: Any) -> tuple[Any, Any]:
    """Events of arm 1 that margins and an odds ratio lead to expect, and their variance, both asymptotic.

    The root within the margins of e (n0 - m + e) = psi (n1 - e)(m - e), and 1/(1/e + 1/(n1-e) + 1/(m-e) + 1/(n0-m+e))
    (Breslow & Day 1980, section 4.4); the variance is 0 where a fitted cell is zero.
    """
    import numpy as np

    b = odds_ratio * (n1 + events) + n0 - events
    product = odds_ratio * n1 * events
    root = np.sqrt(np.maximum(b * b - 4 * (odds_ratio - 1) * product, 0.0))
    e = np.where(product > 0, 2 * product / np.where(product > 0, b + root, 1.0), 0.0)
    cells = np.array([e, n1 - e, events - e, n0 - events + e])
    inside = (cells > 0).all(axis=0)
    variance = np.where(inside, 1 / (1 / np.where(inside, cells, 1.0)).sum(axis=0), 0.0)
    return e, variance
