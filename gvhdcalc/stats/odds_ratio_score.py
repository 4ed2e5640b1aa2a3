"""Score intervals of the odds ratio: Cornfield's, with and without correction, and Miettinen and Nurminen's."""

from __future__ import annotations

from .namespace import namespace
from .odds_ratio import MEASURE, sample_odds_ratio, undefined
from .registry import estimator
from .results import Estimate, Number, notes_when
from .score import critical, odds_ratio_limits, statistic
from .two_by_two import TwoByTwo


def _score(table: TwoByTwo, conf: float, *, n_minus_1: bool = False, correction: float = 0.0) -> Estimate:
    ns = namespace(table.a)
    lower, upper = odds_ratio_limits(table, critical(table, conf, n_minus_1=n_minus_1), correction)
    notes = [*undefined(table)]
    z: Number = None
    if correction == 0:
        z = statistic(table, n_minus_1=n_minus_1)
        none = table.events * (table.b + table.d) == 0
        notes.append((none, "no events or only events: no score test exists"))
    return Estimate(
        sample_odds_ratio(table),
        lower,
        upper,
        conf,
        statistic=z,
        p=None if z is None else ns.two_sided(z),
        notes=notes_when(*notes),
    )


@estimator(
    MEASURE,
    "cornfield",
    name="Cornfield score interval",
    reference="Cornfield 1956; Agresti 2013",
    software=("Stata cc, cornfield", "SAS PROC FREQ, or(cl=score(correct=no))"),
    formula="limits are the OR of the cells a-m, b+m, c+m, d-m with m^2*(1/(a-m) + 1/(b+m) + 1/(c+m) + 1/(d-m)) = z^2",
    advice="good coverage, exists with zero cells; agrees with Pearson's chi-square",
)
def cornfield(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Sample odds ratio with the score interval, without continuity correction (Cornfield 1956; Stata's definition).

    Also known as the asymptotic or uncorrected score interval (Agresti 2013, section 3.2.6); [R] Epitab, methods for
    cc. The cells that keep the margins are the most likely under the supposed odds ratio, so that Cornfield's iteration
    solves Pearson's chi-square about them. Stata stops its iteration early (its limits may differ in the fourth figure)
    and gives none where it does not converge. The lower limit is 0 where a or d is zero, the upper one infinite where b
    or c is. ``statistic`` and ``p`` are Pearson's.
    """
    return _score(table, conf)


@estimator(
    MEASURE,
    "cornfield-cc",
    name="Cornfield interval, continuity-corrected",
    reference="Cornfield 1956; Schlesselman 1982",
    software=("Epi Info 6",),
    formula="limits are the OR of the cells a-m, b+m, c+m, d-m with (m - 1/2)^2*(1/(a-m) + 1/(b+m) + 1/(c+m) + "
    "1/(d-m)) = z^2",
    advice="close to the conditional exact interval, as wide",
)
def cornfield_cc(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Sample odds ratio with Cornfield's own, continuity-corrected limits (Cornfield 1956; Schlesselman 1982, p. 177).

    An approximation of the conditional exact interval; it agrees with Yates's chi-square.
    """
    return _score(table, conf, correction=0.5)


@estimator(
    MEASURE,
    "miettinen-nurminen",
    name="Miettinen-Nurminen score interval",
    reference="Miettinen & Nurminen 1985",
    software=("SAS PROC FREQ, or(cl=score)", "ratesci scoreci, skew=FALSE, or_bias=FALSE"),
    formula="limits are the OR of the cells a-m, b+m, c+m, d-m with m^2*(1/(a-m) + 1/(b+m) + 1/(c+m) + 1/(d-m)) * "
    "(N-1)/N = z^2",
    advice="as Cornfield's, a little wider in small samples; recommended for small and middle samples",
)
def miettinen_nurminen(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Sample odds ratio with the score interval whose variance has the factor N/(N-1) (Miettinen & Nurminen 1985).

    As ``cornfield`` otherwise; ``statistic`` and ``p`` are those of the "N-1" chi-square.
    """
    return _score(table, conf, n_minus_1=True)
