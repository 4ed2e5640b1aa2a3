"""Exact unconditional tests of a null value of two proportions' difference, ratio or odds ratio (see null_value.py)."""

from __future__ import annotations

import math
from collections.abc import Callable

from . import null_value, odds_ratio, risk_difference, risk_ratio
from .null_value import Alternative
from .registry import test
from .results import TestResult
from .two_by_two import TwoByTwo
from .unconditional import contrast_of, impossible, score_p

#: Reference, and who tests a null value by the exact unconditional distribution of the score statistic.
_ABOUT = {
    risk_difference.MEASURE: (
        "Chan 1998; Chan & Zhang 1999",
        ("StatXact", "lrstat riskDiffExactPValue", "exact2x2 uncondExact2x2, method='score'"),
    ),
    risk_ratio.MEASURE: (
        "Chan 1998",
        ("StatXact", "lrstat riskRatioExactPValue", "exact2x2 uncondExact2x2, parmtype='ratio', method='score'"),
    ),
    odds_ratio.MEASURE: (
        "Chan 1998; Agresti & Min 2002",
        ("exact2x2 uncondExact2x2, parmtype='oddsratio', method='score'",),
    ),
}


def _test_of(contrast: null_value.Contrast) -> Callable[..., TestResult]:
    """The test of a null value of one contrast."""

    def chan_zhang(table: TwoByTwo, null: float, alternative: Alternative = "two-sided") -> TestResult:
        import numpy as np

        contrast.check(null)
        sides = 2 if alternative == "two-sided" else 1
        notes = impossible(table, "miettinen-nurminen")
        if notes:
            return TestResult(p=math.nan, statistic=math.nan, sides=sides, notes=notes)
        a, c = np.array([float(table.a)]), np.array([float(table.c)])
        z = float(contrast_of(contrast.measure).z(a, int(table.n1), c, int(table.n0), null)[0])
        return TestResult(p=score_p(contrast.measure, table, null, alternative), statistic=z, sides=sides)

    chan_zhang.__doc__ = f"""Exact unconditional test of a null {contrast.letters}, by the score statistic (Chan 1998).

    One-sided P's agree with the chan-zhang interval; two-sided, the smaller one is doubled. ``statistic`` is the score
    z about the null value, without N/(N-1). nan with a note for an empty arm, or more than 2000 patients.
    """
    return chan_zhang


for _contrast in null_value.CONTRASTS.values():
    _reference, _software = _ABOUT[_contrast.measure]
    test(
        _contrast.at_null,
        "chan-zhang",
        name="exact unconditional score test",
        reference=_reference,
        software=_software,
        formula=f"P = sup P(T >= observed T | {_contrast.letters} = null), or T <= observed T;  two-sided the smaller "
        "doubled;  T = S/sqrt(V), score and variance at the most likely q1, q0 for the null value",
        advice="exact: for small samples",
        closed_form=False,
        slow=True,
    )(_test_of(_contrast))
