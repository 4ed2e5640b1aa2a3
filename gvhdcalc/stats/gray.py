"""Tests of equal cumulative incidence between arms over all times: Gray's, and Pepe and Mori's of two arms.

Gray's test compares the hazards of the subdistribution, as the log-rank test compares hazards; that of Pepe and Mori
the area between two curves, which has power where they cross little but differ late or early. A test at one time is in
cumulative_incidence_comparison.
"""

from __future__ import annotations

from .aalen_johansen import MEASURE, Curve, aalen_johansen
from .patients import Array, Patients
from .registry import test
from .results import Note, TestResult


def gray_score(
    time: Array, status: Array, arm: Array, arms: int, cause: int = 1, rho: float = 0.0
) -> tuple[Array, Array]:
    """Score (arms,) and covariance (arms, arms) of Gray's test in one stratum (Gray 1988; as cmprsk).

    ``arm`` are codes from 0 to ``arms`` - 1. The weight of a time is (1 - F(t-))^rho. O(n log n), memory linear in n.
    """
    import numpy as np

    had = status > 0
    times, place = np.unique(time[had], return_inverse=True)
    m = len(times)
    if not m:
        return np.zeros(arms), np.zeros((arms, arms))
    key = place * arms + arm[had]
    mine = status[had] == cause
    d1 = np.bincount(key[mine], minlength=m * arms).reshape(m, arms).astype(float)
    d2 = np.bincount(key[~mine], minlength=m * arms).reshape(m, arms).astype(float)
    n = np.empty((m, arms))
    for group in range(arms):
        exits = np.sort(time[arm == group])
        n[:, group] = len(exits) - np.searchsorted(exits, times, side="left")
    there = n > 0

    def ratio(x: Array, y: Array, where: Array, otherwise: float = 0.0) -> Array:
        return np.divide(x, y, out=np.full(np.broadcast(x, y).shape, otherwise), where=where)

    def lagged(x: Array, first: float) -> Array:
        return np.concatenate((np.full((1, *x.shape[1:]), first), x[:-1]))

    # Kaplan-Meier of any event and cumulative incidence by arm, then the incidence under equality
    survival = np.cumprod(1 - ratio(d1 + d2, n, there), axis=0)
    before = lagged(survival, 1.0)
    own = lagged(np.cumsum(ratio(before * d1, n, there), axis=0), 0.0)
    total1 = d1.sum(axis=1)
    # an arm's effective number at risk of the subdistribution is n (1-F(t-))/S(t-)
    size = ratio(n, before, there)
    sizes = size.sum(axis=1)
    f = np.cumsum(total1 / sizes)
    f_before = lagged(f, 0.0)
    without = np.maximum(1 - f_before, 0.0)  # not below 0 by rounding
    weight = without**rho
    expected = size * (1 - own)
    score = (weight[:, None] * (d1 - (total1 / expected.sum(axis=1))[:, None] * expected)).sum(axis=0)

    # influences a of the arms' hazards at each time, c of what has gone before
    a = -size[:, :, None] * size[:, None, :] / sizes[:, None, None]
    diagonal = np.arange(arms)
    a[:, diagonal, diagonal] += size
    a *= weight[:, None, None]
    c = np.cumsum(a * ratio(total1, sizes * without, without > 0)[:, None, None], axis=0)

    # events of the cause: their common hazard, spread hypergeometrically where there are ties
    some = total1 > 0
    left = (1 - f)[:, None]
    kept = 1 - ratio(left, survival, survival > 0)
    ties = 1 - ratio((total1 - 1)[:, None], sizes[:, None] * before - 1, (total1 > 1)[:, None] & there)
    spread = ratio(ties * before * total1[:, None], sizes[:, None] * n, there & some[:, None])
    remaining = a - kept[:, None, :] * c
    v3 = (kept**2 * spread).sum(axis=0)
    v2 = np.einsum("mik,mk->ik", remaining, kept * spread)
    covariance = np.einsum("mik,mjk,mk->ij", remaining, remaining, spread, optimize=True)
    # events of other causes
    lost = ratio(left, survival, survival > 0)
    ties = 1 - ratio(d2 - 1, n - 1, d2 > 1)
    spread = ratio(ties * before**2 * d2, n * n, (survival > 0) & there)
    v3 += (lost**2 * spread).sum(axis=0)
    v2 -= np.einsum("mik,mk->ik", c, lost**2 * spread)
    covariance += np.einsum("mik,mjk,mk->ij", c, c, lost**2 * spread, optimize=True)
    # what is still to come of each event's influence, at the last time
    final = c[-1]
    covariance += final @ np.diag(v3) @ final.T + final @ v2.T + v2 @ final.T
    return score, covariance


def _chi_square(score: Array, covariance: Array) -> tuple[float, int]:
    """The quadratic form of a score that adds up to 0, and its degrees of freedom; nan for a singular covariance."""
    import numpy as np

    inner, spread = score[:-1], covariance[:-1, :-1]
    if not len(inner) or np.linalg.matrix_rank(spread, hermitian=True) < len(inner):
        return float("nan"), len(inner)
    return float(inner @ np.linalg.solve(spread, inner)), len(inner)


_TRUNCATED = Note("does not exist with left truncation: the risk sets of the subdistribution are not observed")
_SINGULAR = Note("does not exist: an arm is empty, or there are no events to compare")


@test(
    MEASURE,
    "gray",
    name="Gray's test",
    reference="Gray 1988",
    software=("R cmprsk cuminc", "R tidycmprsk cuminc", "SAS PROC LIFETEST"),
    formula="X2 = s' V^-1 s  with  s_i = sum (1-F(t-))^rho R_i {d_i/R_i - d/R},  R_i = n_i (1-F_i(t-))/S_i(t-)",
    default=True,
    closed_form=False,
    advice="the test that goes with cumulative incidence curves; stratified where strata are given",
)
def gray(patients: Patients, cause: int = 1, rho: float = 0.0) -> TestResult:
    """Gray's test that the cumulative incidence of a cause is the same in all arms (Gray 1988), by strata if there are.

    ``rho`` gives early times more weight, (1 - F(t-))^rho. The chi-square has as many degrees of freedom as arms less
    one.
    """
    import numpy as np
    from scipy.special import chdtrc

    arms = len(patients.arms)
    score, covariance = np.zeros(arms), np.zeros((arms, arms))
    if patients.entry is not None:
        return TestResult(p=float("nan"), statistic=float("nan"), df=arms - 1, notes=(_TRUNCATED,))
    for stratum in (None,) if patients.strata is None else np.unique(patients.strata):
        chosen = slice(None) if stratum is None else patients.strata == stratum
        one = gray_score(patients.time[chosen], patients.status[chosen], patients.arm[chosen], arms, cause, rho)
        score, covariance = score + one[0], covariance + one[1]
    statistic, df = _chi_square(score, covariance)
    p = float(chdtrc(df, statistic)) if statistic == statistic else statistic
    return TestResult(p=p, statistic=statistic, df=df, notes=() if p == p else (_SINGULAR,))


def _at(curve: Curve, values: Array, times: Array, first: float, before: bool = False) -> Array:
    """A step function of the curve at times (or just before them)."""
    import numpy as np

    place = np.searchsorted(curve.time, times, side="left" if before else "right")
    return np.concatenate(([first], values))[place]


def area_between(first: Patients, second: Patients, cause: int = 1, *, printed: bool = False) -> tuple[float, float]:
    """The weighted area between the cumulative incidences of two arms, and its variance (Pepe & Mori 1993).

    The weight is C1 C2 (n1+n2)/(n1 C1 + n2 C2), C the Kaplan-Meier estimates of being uncensored just before each time;
    the area ends with the shorter follow-up. The variance adds up, at each event, the squared change that it
    makes in the area. ``printed`` takes the weights and variance of the published compCIF program, which counts
    competing events as censoring in C and leaves F(s) out of the influence of a competing event at s.
    """
    import numpy as np

    arms = (first, second)
    curves = [aalen_johansen(arm.time, arm.status, max(cause, int(arm.status.max(initial=1)))) for arm in arms]
    end = min(curve.last for curve in curves)
    grid = np.unique(np.concatenate([arm.time for arm in arms]))
    grid = grid[grid <= end]
    width = np.diff(grid)
    grid = grid[:-1]
    n1, n0 = (curve.size for curve in curves)
    stays = []
    for arm in arms:
        gone = arm.status != cause if printed else arm.status == 0
        censoring = aalen_johansen(arm.time, gone.astype(int), 1)
        stays.append(_at(censoring, censoring.survival, grid, 1.0, before=True))
    c1, c0 = stays
    weight = np.divide(c1 * c0 * (n1 + n0), n1 * c1 + n0 * c0, out=np.zeros_like(c1), where=n1 * c1 + n0 * c0 > 0)
    step = weight * width
    incidence = [_at(curve, curve.incidence[:, cause - 1], grid, 0.0) for curve in curves]
    area = float(step @ (incidence[0] - incidence[1]))
    variance = 0.0
    for curve, f in zip(curves, incidence, strict=True):
        here: Array = np.searchsorted(grid, curve.time)  # every event time before the end is on the grid
        here, kept = here[here < len(grid)], here < len(grid)
        total = np.cumsum(step[::-1])[::-1][here]  # what is ahead of each event time
        ahead = np.cumsum((step * f)[::-1])[::-1][here]
        mine = curve.events[kept, cause - 1]
        others = curve.events[kept].sum(axis=1) - mine
        n, own = curve.at_risk[kept], curve.incidence[kept, cause - 1]
        rival = curve.incidence[kept].sum(axis=1) - own
        by_mine = (1 - rival) * total - ahead
        by_other = ahead - (0.0 if printed else own * total)
        pairs = n * (n - 1)
        terms = np.divide(by_mine**2 * mine + by_other**2 * others, pairs, out=np.zeros_like(n), where=pairs > 0)
        variance += float(terms.sum())
    return area, variance


def _pepe_mori(patients: Patients, cause: int, printed: bool) -> TestResult:
    from .namespace import Scalars

    nothing = float("nan")
    if len(patients.arms) != 2:
        note = Note(f"does not exist: it compares two arms, and there are {len(patients.arms)}")
    elif patients.entry is not None:
        note = _TRUNCATED
    elif not all(len(patients.of_arm(arm)) for arm in (0, 1)):
        note = _SINGULAR
    else:
        area, variance = area_between(patients.of_arm(0), patients.of_arm(1), cause, printed=printed)
        if variance > 0:
            statistic = area * area / variance
            return TestResult(p=Scalars.chi2_sf(statistic), statistic=statistic, df=1)
        note = _SINGULAR
    return TestResult(p=nothing, statistic=nothing, df=1, notes=(note,))


@test(
    MEASURE,
    "pepe-mori",
    name="Pepe-Mori test",
    reference="Pepe & Mori 1993",
    formula="X2 = {sum w (F1-F0) dt}^2 / Var,  w = C1 C0 (n1+n0)/(n1 C1 + n0 C0), C the censoring Kaplan-Meier",
    closed_form=False,
    advice="two arms whose curves differ in area rather than in hazard",
)
def pepe_mori(patients: Patients, cause: int = 1) -> TestResult:
    """Test of the weighted area between two cumulative incidence curves (Pepe & Mori 1993); strata are not used."""
    return _pepe_mori(patients, cause, False)


@test(
    MEASURE,
    "pepe-mori-compcif",
    name="Pepe-Mori test, as compCIF",
    reference="Pepe & Mori 1993; Pintilie 2006",
    software=("SAS macro PEPEMORI (after Pintilie's compCIF)",),
    formula="X2 = {sum w (F1-F0) dt}^2 / Var,  w = C1 C0 (n1+n0)/(n1 C1 + n0 C0), competing events censored in C",
    closed_form=False,
    advice="to reproduce what these programs print",
)
def pepe_mori_compcif(patients: Patients, cause: int = 1) -> TestResult:
    """Pepe and Mori's test with the weights and the variance of the compCIF programs (Pintilie 2006)."""
    return _pepe_mori(patients, cause, True)
