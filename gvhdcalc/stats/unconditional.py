"""Exact unconditional intervals and tests of two proportions: the arms' totals are fixed, the events of both are not.

Each adds up the probabilities of all tables at least as extreme as the observed one, and takes the largest sum over the
proportion that the supposed contrast leaves open (the nuisance parameter): its supremum on a fine grid, narrowed about
the highest points. They differ in what "extreme" means. The work is done in nuisance.py, in a fraction of a second for
arms of 100: so they are computed where they are named, and searched for a printed figure where the arms are small
(``Method.slow``). They take one table, not arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import odds_ratio, risk_difference, risk_ratio
from .registry import INDEPENDENCE, estimator, test
from .results import Estimate, Note, TestResult
from .score import statistic as pooled_z
from .two_by_two import TwoByTwo

if TYPE_CHECKING:
    from .nuisance import Contrast, TwoBinomials
    from .null_value import Alternative

#: Patients in both arms above which these methods would take many seconds.
LARGEST = 2000
_TOO_LARGE = f"more than {LARGEST} patients: too large for an exact unconditional method; use"
_EMPTY_ARM = "an arm is empty: nothing can be said"

#: Statistics, and P values of Fisher's test, that are this close, relative to their size, are equal.
_TIE = 1e-9


#: The observed contrast of a table.
_OBSERVED = {
    risk_difference.MEASURE: risk_difference.sample_risk_difference,
    risk_ratio.MEASURE: risk_ratio.sample_risk_ratio,
    odds_ratio.MEASURE: odds_ratio.sample_odds_ratio,
}


def impossible(table: TwoByTwo, instead: str) -> tuple[Note, ...]:
    """Why nothing is computed for this table; () where it can be."""
    if table.n1 * table.n0 == 0:
        return (Note(_EMPTY_ARM),)
    return (Note(f"{_TOO_LARGE} {instead}"),) if table.total > LARGEST else ()


def _binomials(table: TwoByTwo) -> TwoBinomials:
    from .nuisance import TwoBinomials

    return TwoBinomials(int(table.n1), int(table.n0))


def contrast_of(measure: str) -> Contrast:
    from .nuisance import Difference, OddsRatio, Ratio

    if measure == risk_difference.MEASURE:
        return Difference()
    return Ratio() if measure == risk_ratio.MEASURE else OddsRatio()


def score_p(measure: str, table: TwoByTwo, null: float, alternative: Alternative) -> float:
    """P by the score statistic about a null value; two-sided, the smaller one-sided P doubled."""
    contrast = contrast_of(measure)
    greater = less = 1.0
    if alternative != "less":
        greater = _binomials(table).score_p(contrast, int(table.a), int(table.c), null)
    if alternative != "greater":
        other = table.arms_exchanged()
        less = _binomials(other).score_p(contrast, int(other.a), int(other.c), contrast.exchanged(null))
    return min(1.0, 2 * min(greater, less)) if alternative == "two-sided" else min(greater, less)


# --- intervals --------------------------------------------------------------------------------------------------------


def _lower_by_score(measure: str, table: TwoByTwo, tail: float) -> float:
    """The lower limit by the score statistic; the least value of the contrast where that is what was observed."""
    contrast = contrast_of(measure)
    observed = _OBSERVED[measure](table)
    if measure == risk_difference.MEASURE:
        if observed == -1:
            return -1.0
        stop = float(observed)
    else:
        if observed != observed or observed == 0:
            return 0.0
        stop = min(1 / (1 + 1 / observed), contrast.stop)
    return _binomials(table).lower_limit(contrast, int(table.a), int(table.c), stop, tail)


def _upper_from(measure: str, lower: Callable[[TwoByTwo], float], table: TwoByTwo) -> float:
    """The upper limit: that of the exchanged arms, from the lower one."""
    limit = lower(table.arms_exchanged())
    return contrast_of(measure).exchanged(limit) if limit else (0.0 if measure == risk_difference.MEASURE else math.inf)


def _interval(
    measure: str, table: TwoByTwo, conf: float, lower: Callable[[TwoByTwo], float], p: Callable[[], float]
) -> Estimate:
    """The estimate with the limits that ``lower`` gives for the table and for its arms exchanged."""
    estimate = _OBSERVED[measure](table)
    notes = impossible(table, "miettinen-nurminen")
    if notes:
        return Estimate(estimate, math.nan, math.nan, conf, p=math.nan, notes=notes)
    if estimate != estimate:
        notes = (Note("the counts say nothing of the ratio"),)
    return Estimate(estimate, lower(table), _upper_from(measure, lower, table), conf, p=p(), notes=notes)


def _chan_zhang(measure: str, table: TwoByTwo, conf: float) -> Estimate:
    return _interval(
        measure,
        table,
        conf,
        lambda table: _lower_by_score(measure, table, (1 - conf) / 2),
        lambda: score_p(measure, table, contrast_of(measure).null, "two-sided"),
    )


_LIMITS_BY_SCORE = (
    "lower = least {0} with sup P(T >= observed T | {0}) > (1-conf)/2, upper likewise;  "
    "T = S/sqrt(V), score and variance at the most likely q1, q0 for that {0}"
)


@estimator(
    risk_difference.MEASURE,
    "chan-zhang",
    name="Chan-Zhang exact unconditional interval (score)",
    reference="Chan & Zhang 1999",
    software=(
        "StatXact",
        "SAS PROC FREQ, exact riskdiff(method=score)",
        "exact2x2 uncondExact2x2, method='score'",
        "lrstat riskDiffExactCI",
    ),
    formula=_LIMITS_BY_SCORE.format("RD"),
    advice="guaranteed coverage; the exact interval of a difference to prefer, for small samples",
    closed_form=False,
    slow=True,
)
def chan_zhang_difference(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk difference with the exact unconditional interval from two one-sided score tests (Chan & Zhang 1999).

    The tables are ordered by the score statistic of Farrington & Manning (1990) about each supposed difference. The
    lower limit is the least difference whose one-sided P exceeds (1 - conf)/2. P jumps where the order of the tables
    changes, so that some differences within the limits may be rejected, and software that steps through a grid or looks
    for a root may stop at a later one. ``p`` is the smaller one-sided P of no difference (Barnard's), doubled. nan with
    a note for an empty arm, or more than 2000 patients.
    """
    return _chan_zhang(risk_difference.MEASURE, table, conf)


@estimator(
    risk_ratio.MEASURE,
    "chan-zhang",
    name="exact unconditional interval (score), Chan-Zhang type",
    reference="Chan & Zhang 1999; Miettinen & Nurminen 1985",
    software=(
        "StatXact",
        "SAS PROC FREQ, exact relrisk(method=score)",
        "exact2x2 uncondExact2x2, parmtype='ratio', method='score'",
        "lrstat riskRatioExactCI",
    ),
    formula=_LIMITS_BY_SCORE.format("RR"),
    advice="guaranteed coverage, exists with no events in an arm; small samples",
    closed_form=False,
    slow=True,
)
def chan_zhang_ratio(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk ratio with the exact unconditional interval from two one-sided score tests, as Chan & Zhang 1999.

    The tables are ordered by the score statistic of Miettinen & Nurminen (1985, eq. 11; Koopman 1984) about each
    supposed ratio; the rest is as for the difference. The lower limit is 0 with no events in the first arm, the upper
    infinite with none in the second; with none in either the interval is all of 0 to infinity.
    """
    return _chan_zhang(risk_ratio.MEASURE, table, conf)


@estimator(
    odds_ratio.MEASURE,
    "chan-zhang",
    name="exact unconditional interval (score), Chan-Zhang type",
    reference="Chan & Zhang 1999; Agresti & Min 2002",
    software=("exact2x2 uncondExact2x2, parmtype='oddsratio', method='score'",),
    formula=_LIMITS_BY_SCORE.format("OR"),
    advice="guaranteed coverage, narrower than the conditional exact interval; small samples",
    closed_form=False,
    slow=True,
)
def chan_zhang_odds_ratio(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Sample odds ratio with the exact unconditional interval from two one-sided score tests, as Chan & Zhang 1999.

    The tables are ordered by the score statistic of the odds ratio that Agresti & Min (2002, section 2) use, whose
    interval inverts its two-sided test instead. 0 where a or d is zero, infinite where b or c is.
    """
    return _chan_zhang(odds_ratio.MEASURE, table, conf)


def _at_least_as_different(table: TwoByTwo) -> Any:
    """The tables whose difference of proportions is at least the observed one, by whole numbers."""
    import numpy as np

    n1, n0 = int(table.n1), int(table.n0)
    room = np.arange(n1 + 1) * n0 - (int(table.a) * n0 - int(table.c) * n1)
    return np.clip(room // n1, -1, n0)


def _difference_tail(table: TwoByTwo) -> float:
    """One-sided P of no difference, by the difference itself."""
    binomials, tops = _binomials(table), _at_least_as_different(table)
    return binomials.largest(lambda points: binomials.of_tops(tops, points), contrast_of(risk_difference.MEASURE), 0.0)


def _lower_by_difference(table: TwoByTwo, tail: float) -> float:
    if table.a == 0 and table.d == 0:
        return -1.0
    contrast = contrast_of(risk_difference.MEASURE)
    return _binomials(table).fixed_limit(_at_least_as_different(table), contrast, contrast.start, 1.0, tail)


@estimator(
    risk_difference.MEASURE,
    "santner-snell",
    name="Santner-Snell exact unconditional interval",
    reference="Santner & Snell 1980",
    software=(
        "SAS PROC FREQ, exact riskdiff",
        "exact2x2 uncondExact2x2, method='simple'",
        "tern prop_diff_uncond_exact",
    ),
    formula="lower: sup P(D >= observed D | RD) = (1-conf)/2, upper: sup P(D <= observed D | RD) = (1-conf)/2;  "
    "D = X1/n1 - X0/n0",
    advice="guaranteed coverage, but wide: chan-zhang is to be preferred",
    closed_form=False,
    slow=True,
)
def santner_snell(table: TwoByTwo, conf: float = 0.95) -> Estimate:
    """Risk difference with the exact unconditional interval of the unstandardised difference (Santner & Snell 1980).

    From two one-sided tests with (1 - conf)/2 in each tail, as SAS has it. The order of the tables is the same for
    every supposed difference, so that P grows with it and test and interval agree. ``p`` is the smaller one-sided P of
    no difference, doubled. nan with a note for an empty arm, or more than 2000 patients.
    """
    return _interval(
        risk_difference.MEASURE,
        table,
        conf,
        lambda table: _lower_by_difference(table, (1 - conf) / 2),
        lambda: min(1.0, 2 * min(_difference_tail(table), _difference_tail(table.arms_exchanged()))),
    )


# --- tests of no difference -------------------------------------------------------------------------------------------


def _result(table: TwoByTwo, statistic: Callable[[], float], p: Callable[[], float], sides: int = 2) -> TestResult:
    notes = impossible(table, "pearson or fisher")
    if notes:
        return TestResult(p=math.nan, statistic=math.nan, sides=sides, notes=notes)
    return TestResult(p=p(), statistic=statistic(), sides=sides)


def _pooled(table: TwoByTwo) -> float:
    """The pooled z; 0 where all or none have the event: such a table is the least extreme."""
    return float(pooled_z(table)) if table.events * (table.b + table.d) else 0.0


def _unpooled(table: TwoByTwo) -> float:
    rd, se = float(risk_difference.sample_risk_difference(table)), float(risk_difference.standard_error(table))
    return (rd / se if se else math.copysign(math.inf, rd)) if rd else 0.0


def _every_z(table: TwoByTwo, pooled: bool) -> Any:
    """The z statistic of every table with these totals, a row for each number of events in the first arm."""
    import numpy as np

    n1, n0 = float(table.n1), float(table.n0)
    x1, x0 = np.arange(n1 + 1)[:, None], np.arange(n0 + 1)
    if pooled:
        p = (x1 + x0) / (n1 + n0)
        variance = p * (1 - p) * (1 / n1 + 1 / n0)
    else:
        variance = x1 * (n1 - x1) / n1**3 + x0 * (n0 - x0) / n0**3
    distance = (x1 * n0 - x0 * n1) / (n1 * n0)
    with np.errstate(all="ignore"):
        return np.where(distance == 0, 0.0, distance / np.sqrt(np.maximum(variance, 0.0)))


def _mask_p(table: TwoByTwo, extreme: Any) -> float:
    """The largest probability, with equal proportions, of the tables marked as extreme."""
    binomials, mask = _binomials(table), extreme.astype(float)
    return binomials.largest(lambda points: binomials.of_mask(mask, points), contrast_of(risk_difference.MEASURE), 0.0)


def _barnard(table: TwoByTwo, pooled: bool) -> TestResult:
    def p() -> float:
        z = _every_z(table, pooled)
        return _mask_p(table, abs(z) >= abs(z[int(table.a), int(table.c)]) * (1 - _TIE))

    return _result(table, lambda: _pooled(table) if pooled else _unpooled(table), p)


@test(
    INDEPENDENCE,
    "barnard",
    name="Barnard exact unconditional (score statistic)",
    reference="Barnard 1947; Suissa & Shuster 1985",
    software=(
        "SAS PROC FREQ, exact barnard",
        "scipy.stats.barnard_exact",
        "Exact exact.test, method='z-pooled'",
        "StatXact",
    ),
    formula="P = sup over q of P(|T| >= |observed T| | q);  T = (p1 - p0) / sqrt(p*(1-p)*(1/n1 + 1/n0)), p = (a+c)/N",
    advice="more powerful than Fisher's for small samples, where the margins of the outcome were not fixed",
    closed_form=False,
    slow=True,
)
def barnard(table: TwoByTwo) -> TestResult:
    """Barnard's exact unconditional test with the pooled z (score) statistic, two-sided by its size.

    Also known as the Suissa-Shuster test, or unconditional z-pooled test (Suissa & Shuster 1985, JRSS A 148:317). The
    tables of both sides count. Barnard's own order of the tables (CSM; Barnard 1947) is another one, which no software
    uses by default but DescTools. ``statistic`` is z, 0 where all or none have the event: P is then 1.
    """
    return _barnard(table, True)


@test(
    INDEPENDENCE,
    "barnard-unpooled",
    name="Barnard exact unconditional (Wald statistic)",
    reference="Suissa & Shuster 1985",
    software=("scipy.stats.barnard_exact, pooled=False", "Exact exact.test, method='z-unpooled'"),
    formula="P = sup over q of P(|T| >= |observed T| | q);  T = (p1 - p0) / sqrt(p1*(1-p1)/n1 + p0*(1-p0)/n0)",
    advice="for unlike arms the pooled statistic (barnard) is better",
    closed_form=False,
    slow=True,
)
def barnard_unpooled(table: TwoByTwo) -> TestResult:
    """Exact unconditional test with the unpooled z (Wald) statistic, two-sided by its size (Suissa & Shuster 1985).

    0/0 is 0, and a difference without variance (all of one arm, none of the other) the most extreme.
    """
    return _barnard(table, False)


def _barnard_one_sided(table: TwoByTwo, alternative: Alternative) -> TestResult:
    return _result(
        table, lambda: _pooled(table), lambda: score_p(risk_difference.MEASURE, table, 0.0, alternative), sides=1
    )


def _register_one_sided(
    of: Callable[[TwoByTwo, Alternative], TestResult],
    key: str,
    reference: str,
    software: tuple[str, ...],
    formula: str,
    what: str,
) -> None:
    """The two one-sided tests that go with a two-sided one; in its texts {side}, {sign} and {events} are put in."""
    sides: tuple[tuple[Alternative, str, str], ...] = (("greater", ">=", "more"), ("less", "<=", "fewer"))
    for side, sign, events in sides:

        def one_sided(table: TwoByTwo, side: Alternative = side) -> TestResult:
            return of(table, side)

        one_sided.__doc__ = what.format(events=events)
        test(
            INDEPENDENCE,
            f"{key}-{side}",
            name=f"{key.capitalize()} exact unconditional, {side}",
            reference=reference,
            software=tuple(text.format(side=side) for text in software),
            formula=formula.format(side=side, sign=sign),
            closed_form=False,
            slow=True,
        )(one_sided)


_register_one_sided(
    _barnard_one_sided,
    "barnard",
    "Barnard 1947; Suissa & Shuster 1985",
    ("SAS PROC FREQ, exact barnard (one-sided)", "scipy.stats.barnard_exact, alternative='{side}'"),
    "P = sup over q of P(T {sign} observed T | q);  T as in barnard",
    "Barnard's test with the pooled z statistic, one-sided: for {events} events in the first arm.",
)


def _boschloo(table: TwoByTwo, alternative: Alternative) -> tuple[float, float]:
    """Fisher's P of the table, and the largest probability of the tables with Fisher's P not above it."""
    every = _binomials(table).fisher(alternative)
    own = float(every[int(table.a), int(table.c)])
    return own, _mask_p(table, every <= own * (1 + _TIE))


def _boschloo_result(table: TwoByTwo, alternative: Alternative) -> TestResult:
    notes = impossible(table, "fisher")
    sides = 2 if alternative == "two-sided" else 1
    if notes:
        return TestResult(p=math.nan, statistic=math.nan, sides=sides, notes=notes)
    own, p = _boschloo(table, alternative)
    return TestResult(p=p, statistic=own, sides=sides)


@test(
    INDEPENDENCE,
    "boschloo",
    name="Boschloo exact unconditional",
    reference="Boschloo 1970",
    software=(
        "Exact exact.test, method='boschloo'",
        "exact2x2 boschloo, tsmethod='minlike'",
        "DescTools BarnardTest, method='boschloo'",
        "StatXact",
    ),
    formula="P = sup over q of P(Fisher's two-sided P <= that of the table | q)",
    advice="never larger than Fisher's P: the exact test to prefer to it",
    closed_form=False,
    slow=True,
)
def boschloo(table: TwoByTwo) -> TestResult:
    """Boschloo's exact unconditional test: the tables are ordered by Fisher's two-sided P (Boschloo 1970).

    Fisher's P is that of R's fisher.test (sum of the probabilities not larger), and is the ``statistic``. scipy doubles
    a one-sided P instead: boschloo-central.
    """
    return _boschloo_result(table, "two-sided")


@test(
    INDEPENDENCE,
    "boschloo-central",
    name="Boschloo exact unconditional, doubled one-sided",
    reference="Boschloo 1970",
    software=(
        "scipy.stats.boschloo_exact",
        "exact2x2 boschloo, tsmethod='central'",
        "Exact exact.test, method='boschloo', tsmethod='central'",
    ),
    formula="P = min(1, 2*min(boschloo-greater, boschloo-less))",
    closed_form=False,
    slow=True,
)
def boschloo_central(table: TwoByTwo) -> TestResult:
    """Boschloo's test with the smaller one-sided P doubled; ``statistic`` is the one-sided Fisher's P of that side."""
    notes = impossible(table, "fisher-central")
    if notes:
        return TestResult(p=math.nan, statistic=math.nan, notes=notes)
    own, p = min((_boschloo(table, "greater"), _boschloo(table, "less")), key=lambda pair: pair[1])
    return TestResult(p=min(1.0, 2 * p), statistic=own)


_register_one_sided(
    _boschloo_result,
    "boschloo",
    "Boschloo 1970",
    ("scipy.stats.boschloo_exact, alternative='{side}'", "Exact exact.test, alternative='{side}'"),
    "P = sup over q of P(fisher-{side} <= that of the table | q)",
    "Boschloo's test, one-sided, for {events} events in the first arm: the tables are ordered by one-sided Fisher's P.",
)
