"""Two proportions: the patients a difference needs, the power they give, the difference they can detect."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from . import odds_ratio, risk_difference, risk_ratio
from .allocation import analysed, enrolled, whole_up
from .namespace import namespace, root
from .registry import design
from .results import Design, Note, Number, notes_when
from .trial_question import (
    Inapplicable,
    require,
    require_arms,
    require_probability,
    require_test,
    require_two_of_three,
)

MEASURE = "power of two proportions"

Direction = Literal["higher", "lower"]

#: The contrasts by which p1 and a margin may be given, and the value of each at p1 = p0.
EQUALITY = {risk_difference.MEASURE: 0.0, risk_ratio.MEASURE: 1.0, odds_ratio.MEASURE: 1.0}


def contrast_of(contrast: str, p1: Number, p0: Number) -> Number:
    """The risk difference, risk ratio or odds ratio of two probabilities."""
    if contrast == risk_difference.MEASURE:
        return p1 - p0
    ns = namespace(p1, p0)
    return ns.div(p1, p0) if contrast == risk_ratio.MEASURE else ns.div(p1 * (1 - p0), p0 * (1 - p1))


def p1_at(contrast: str, value: Number, p0: Number) -> Number:
    """The p1 that has this risk difference, risk ratio or odds ratio to p0; it may lie outside 0 to 1."""
    if contrast == risk_difference.MEASURE:
        return p0 + value
    return p0 * value if contrast == risk_ratio.MEASURE else p0 * value / (1 + p0 * (value - 1))


@dataclass(frozen=True, slots=True)
class TwoProportions:
    """A question about two arms with event probabilities p1 and p0: of p1, size and power two are given, one is sought.

    ``n1`` and ``n0`` are the patients of each arm; with a ``dropout`` (a fraction, lost equally from both) they are
    those enrolled. ``power`` is a fraction. ``ratio`` is n1/n0, used when the size is sought. ``direction`` is the side
    of p0 (of the margin, where there is one) on which a detectable p1 is sought. ``design_effect`` is by how much
    randomising clusters multiplies the size. Numbers, or arrays of one shape for many questions; ``sides`` is 1 or 2.

    With a ``margin`` of the ``contrast`` ("risk difference", "risk ratio", "odds ratio") the null hypothesis is that
    the contrast lies at the margin or on its other side: non-inferiority, or superiority by a margin. With
    ``upper_margin`` too, equivalence: both margins are tested (TOST), and both tests must reject. Each of these tests
    is one-sided, at level alpha/sides.

    Raises ValueError, with the figure at fault, for a probability, power or level not strictly between 0 and 1, a
    contrast that is the margin (p1 equal to p0 without one) or outside the margins of equivalence, power not above
    alpha, a ratio not above 0, a design effect below 1, an arm without patients, or other than two of the three.
    """

    p0: Number
    p1: Number | None = None
    n1: Number | None = None
    n0: Number | None = None
    power: Number | None = None
    alpha: Number = 0.05
    sides: int = 2
    ratio: Number = 1.0
    dropout: Number = 0.0
    direction: Direction = "higher"
    design_effect: Number = 1.0
    contrast: str = risk_difference.MEASURE
    margin: Number | None = None
    upper_margin: Number | None = None

    def __post_init__(self) -> None:
        require_probability(self.p0, "p0")
        if self.p1 is not None:
            require_probability(self.p1, "p1")
        self._check_margins()
        require(self.design_effect, lambda d: (d >= 1) & (d < math.inf), "the design effect must be at least 1")
        require_arms(self.n1, self.n0, self.ratio, self.dropout)
        require_test(self.alpha, self.sides, self.power)
        require_two_of_three("p1", effect=self.p1 is not None, size=self.n1 is not None, power=self.power is not None)

    def _check_margins(self) -> None:
        if self.margin is None:
            if self.upper_margin is not None:
                raise ValueError("equivalence needs a lower and an upper margin")
            if self.p1 is not None:
                message = "p1 equals p0: there is no difference to detect"
                require(self.p1 - self.p0, lambda d: d != 0, message, show=False)
            return
        for margin in self.margins:
            if self.contrast == risk_difference.MEASURE:
                require(margin, lambda m: (m > -1) & (m < 1), "a margin of the difference must be between -1 and 1")
            else:
                require(margin, lambda m: (m > 0) & (m < math.inf), f"a margin of the {self.contrast} must be above 0")
        if self.upper_margin is None:
            if self.p1 is not None:
                beyond = contrast_of(self.contrast, self.p1, self.p0) - self.margin
                require(beyond, lambda d: abs(d) > 1e-12, f"the {self.contrast} is the margin itself", show=False)
            return
        require(self.upper_margin - self.margin, lambda d: d > 0, "the upper margin is not above the lower", show=False)
        if self.p1 is None:
            raise ValueError("equivalence is asked of two given probabilities: P1 and P0")
        value = contrast_of(self.contrast, self.p1, self.p0)
        inside = (value - self.margin > 1e-12) & (self.upper_margin - value > 1e-12)
        require(inside, lambda x: x, f"the {self.contrast} is not within the margins of equivalence", show=False)

    @property
    def margins(self) -> tuple[Number, ...]:
        """The margins: none, one, or the lower and the upper."""
        return tuple(m for m in (self.margin, self.upper_margin) if m is not None)

    @property
    def level(self) -> Number:
        """The one-sided level: alpha/sides."""
        return self.alpha / self.sides

    def upward(self, p1: Number | None = None) -> Number:
        """Whether the effect sought lies above p0, or above the margin."""
        p1 = self.p1 if p1 is None else p1
        if p1 is None:
            return self.direction == "higher"
        if self.margin is None:
            return p1 > self.p0
        return contrast_of(self.contrast, p1, self.p0) > self.margin

    def namespace(self) -> Any:
        """The namespace of the numbers given."""
        given = (self.p0, self.p1, self.n1, self.n0, self.power, self.alpha, self.ratio, self.dropout)
        return namespace(*(x for x in (*given, self.design_effect, *self.margins) if x is not None))


NO_EFFECT = "no probability on this side of p0 is detected with this power: more patients are needed"
_NO_EFFECT_BEYOND = "no probability on this side of the margin is detected with this power: more patients are needed"
_FEW = "an arm expects fewer than 5 events or non-events: a normal approximation is rough here"
_CLUSTERS = "patients of a cluster count for less: power is that of n/(design effect) independent patients"


@dataclass(frozen=True, slots=True)
class Moments:
    """Of a z test: the mean of what it compares less the null value, its standard errors under the null hypothesis and
    under the alternative, and what a continuity correction takes off."""

    distance: Number
    null: Number
    alternative: Number
    correction: Number = 0.0


#: The points at which a detectable probability is looked for.
_STEPS = 64

#: The moments of a test at (p1, n1, n0).
Test = Callable[[Number, Number, Number], Moments]


def answer(
    asked: TwoProportions,
    test: Callable[[Number | None], Test],
    effect: Callable[[Number, Number, Number, Number], Number] | None = None,
) -> Design:
    """The design with what is missing solved for, from the moments of the test of a margin (None: of p1 = p0).

    ``effect`` is p1 - p0 that (n1, n0, z_alpha, z_beta) detect, nan where there is none, where a method has it in
    closed form.
    """
    p0, p1, dropout, inflation = asked.p0, asked.p1, asked.dropout, asked.design_effect
    ns = asked.namespace()
    z_alpha = -ns.norm_ppf(asked.level)
    aim: Number = asked.power
    tests = [test(margin) for margin in asked.margins] or [test(None)]

    def deviate(which: Test, p1: Number, n1: Number, n0: Number, side: float = 1.0) -> Number:
        at = which(p1, n1 / inflation, n0 / inflation)
        return ns.div(side * abs(at.distance) - at.correction - z_alpha * at.null, at.alternative)

    def power_at(p1: Number, n1: Number, n0: Number) -> Number:
        chances = [ns.norm_sf(-deviate(which, p1, n1, n0)) for which in tests]
        return chances[0] if len(chances) == 1 else ns.maximum(chances[0] + chances[1] - 1, 0.0)

    lossless = ns.every(dropout == 0)
    exact1 = exact0 = None
    if p1 is not None and asked.n1 is None:
        solved, difference = "n", p1 - p0
        exact0 = _exact_size(asked, tests, z_alpha, power_at)
        exact1 = asked.ratio * exact0
        n1, n0 = whole_up(exact1), whole_up(exact0)
        for _ in range(100):
            # below 50% power a further patient in one arm alone can lower it: then go on, in the ratio asked for
            enough = power_at(p1, n1, n0) >= aim - 1e-9
            if ns.every(enough):
                break
            n0 = ns.where(enough, n0, n0 + 1)
            n1 = ns.where(enough, n1, whole_up(n0 * asked.ratio))
        enrolled1, enrolled0 = enrolled(n1, dropout), enrolled(n0, dropout)
    else:
        enrolled1, enrolled0 = asked.n1, asked.n0
        n1 = enrolled1 if lossless else analysed(enrolled1, dropout)
        n0 = enrolled0 if lossless else analysed(enrolled0, dropout)
        if p1 is not None:
            solved, difference = "power", p1 - p0
        else:
            solved = "effect"
            found = effect or (lambda n1, n0, z_alpha, z_beta: _detectable(asked, tests[0], n1, n0, z_alpha, z_beta))
            difference = found(n1 / inflation, n0 / inflation, z_alpha, ns.norm_ppf(aim))
            p1 = p0 + difference
    power = power_at(p1, n1, n0)
    opposite: Number = None
    if asked.margin is None:
        two = asked.sides == 2
        opposite = ns.norm_sf(-deviate(tests[0], p1, n1, n0, -1.0)) if two else power * 0.0
    fewest = ns.minimum(n1 * ns.minimum(p1, 1 - p1), n0 * ns.minimum(p0, 1 - p0))
    nothing = NO_EFFECT if asked.margin is None else _NO_EFFECT_BEYOND
    return Design(
        solved,
        difference,
        risk_difference.MEASURE,
        power,
        opposite,
        asked.alpha,
        asked.sides,
        p1=p1,
        p0=p0,
        n1=n1,
        n0=n0,
        power_asked=aim,
        dropout=dropout,
        enrolled1=None if lossless else enrolled1,
        enrolled0=None if lossless else enrolled0,
        n1_exact=exact1,
        n0_exact=exact0,
        notes=notes_when((ns.isnan(difference), nothing), (fewest < 5, _FEW)) + clustered(asked),
    )


def clustered(asked: TwoProportions) -> tuple[Note, ...]:
    """What is to be said of clusters, where patients were randomised in clusters."""
    return notes_when((asked.design_effect > 1, _CLUSTERS))


def _exact_size(
    asked: TwoProportions, tests: list[Test], z_alpha: Number, power_at: Callable[[Number, Number, Number], Number]
) -> Number:
    """The exact n0 that has the power asked for."""
    ns = asked.namespace()

    def one(which: Test, power: Number) -> Number:
        # with n0 = 1 and n1 = ratio as the unit, sqrt(n0) is the positive root of n0 d - sqrt(n0)(...) - correction = 0
        at = which(asked.p1, asked.ratio, 1.0)
        distance = abs(at.distance)
        uncorrected = (z_alpha * at.null + ns.norm_ppf(power) * at.alternative) / distance
        uncorrected = ns.maximum(uncorrected, 0.0)  # a null variance below the other's reaches little power at once
        root_n = (uncorrected + ns.sqrt(uncorrected * uncorrected + 4 * at.correction / distance)) / 2
        return root_n * root_n * asked.design_effect

    aim: Number = asked.power
    if len(tests) == 1:
        return one(tests[0], aim)
    # both tests reject at least as often as each would with half the chance to fail
    low = ns.maximum(*(one(which, aim) for which in tests))
    high = ns.maximum(*(one(which, (1 + aim) / 2) for which in tests))
    return root(lambda n0: power_at(asked.p1, n0 * asked.ratio, n0) - aim, low * (1 - 1e-9), high * (1 + 1e-9))


def _detectable(asked: TwoProportions, test: Test, n1: Number, n0: Number, z_alpha: Number, z_beta: Number) -> Number:
    """p1 - p0 that is detected, on the side asked for of p0 or of the margin; nan where there is none."""
    ns = asked.namespace()
    p0 = asked.p0
    start = p0
    if asked.margin is not None:
        start = ns.minimum(ns.maximum(p1_at(asked.contrast, asked.margin, p0), 0.0), 1.0)
    side = 1.0 if asked.direction == "higher" else -1.0
    farthest = (1 - start if side > 0 else start) + 0.0 * (n1 + n0 + z_alpha + z_beta)

    def excess(moved: Number) -> Number:
        at = test(ns.minimum(ns.maximum(start + side * moved, 0.0), 1.0), n1, n0)
        return abs(at.distance) - at.correction - z_alpha * at.null - z_beta * at.alternative

    # on a log scale power falls again next to 0 and 1: the end is where there is the power first
    far, there = farthest, excess(farthest) >= 0
    for step in range(1, _STEPS):
        if ns.every(there):
            break
        at = farthest * (step / _STEPS)
        first = ns.both(there == 0, excess(at) >= 0)
        far, there = ns.where(first, at, far), ns.either(there, first)
    found = root(excess, farthest * 0.0, far)
    return ns.where(there, start - p0 + side * found, math.nan)


def only_equality(margin: Number | None, method: str) -> None:
    """Raise Inapplicable where a margin is tested."""
    if margin is not None:
        raise Inapplicable(f"{method} is for a test of equality; unpooled and farrington-manning take a margin")


def variances(p1: Number, p0: Number, n1: Number, n0: Number) -> Number:
    """The variance of the difference of two sample proportions."""
    return p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0


def _pooled(asked: TwoProportions, margin: Number | None, *, corrected: bool) -> Test:
    """The z test of a difference with the standard error of equal probabilities."""
    only_equality(margin, "a pooled variance")
    p0, ns = asked.p0, asked.namespace()

    def moments(p1: Number, n1: Number, n0: Number) -> Moments:
        mean = (n1 * p1 + n0 * p0) / (n1 + n0)
        null = ns.sqrt(mean * (1 - mean) * (1 / n1 + 1 / n0))
        return Moments(p1 - p0, null, ns.sqrt(variances(p1, p0, n1, n0)), (1 / n1 + 1 / n0) / 2 if corrected else 0.0)

    return moments


_POOLED_N = "N0 = (z_alpha*sqrt(pbar*(1-pbar)*(1+1/k)) + z_beta*sqrt(p1*(1-p1)/k + p0*(1-p0)))^2 / (p1-p0)^2"


@design(
    MEASURE,
    "pooled",
    name="pooled variance (chi-square)",
    reference="Fleiss 1981",
    software=("R power.prop.test", "Stata power twoproportions", "SAS PROC POWER, pchi", "rpact getSampleSizeRates"),
    formula=f"{_POOLED_N};  N1 = k*N0;  power = Phi((|p1-p0| - z_alpha*sqrt(pbar*(1-pbar)*(1/n1+1/n0))) / "
    "sqrt(p1*(1-p1)/n1 + p0*(1-p0)/n0));  pbar = (k*p1 + p0)/(k+1)",
    default=True,
    advice="the size that most papers state; that of Pearson's chi-square",
)
def pooled(asked: TwoProportions) -> Design:
    """The uncorrected chi-square: variance pooled under no difference, unpooled otherwise (Fleiss 1981, chapter 3).

    Also known as the standard or critical-ratio formula; for unequal arms as in Fleiss, Tytun & Ury 1980.
    """
    return answer(asked, lambda margin: _pooled(asked, margin, corrected=False))


@design(
    MEASURE,
    "unpooled",
    name="unpooled variance (Wald)",
    reference="Chow, Shao & Wang 2008",
    formula="N0 = (z_alpha + z_beta)^2*(p1*(1-p1)/k + p0*(1-p0)) / (p1-p0-M)^2;  N1 = k*N0;  "
    "power = Phi(|p1-p0-M|/sqrt(p1*(1-p1)/n1 + p0*(1-p0)/n0) - z_alpha);  M = 0 or the margin; with a margin of RR or "
    "OR the same for log RR, with variances (1-p)/p, or log OR, with 1/(p*(1-p))",
    default=True,
    advice="a little smaller than pooled with equal arms; suits an analysis by the Wald interval of the difference",
)
def unpooled(asked: TwoProportions) -> Design:
    """The Wald test of the difference, with the unpooled variance throughout (Chow, Shao & Wang 2008, section 4.2).

    With a margin of a risk ratio or an odds ratio it is that of the log ratio (section 4.6 for the odds ratio).
    """
    p0, ns = asked.p0, asked.namespace()

    def test(margin: Number | None) -> Test:
        on_log = margin is not None and asked.contrast != risk_difference.MEASURE

        def moments(p1: Number, n1: Number, n0: Number) -> Moments:
            if not on_log:
                error = ns.sqrt(variances(p1, p0, n1, n0))
                return Moments(p1 - p0 - (0.0 if margin is None else margin), error, error)
            distance = ns.log(contrast_of(asked.contrast, p1, p0)) - ns.log(margin)
            if asked.contrast == risk_ratio.MEASURE:
                error = ns.sqrt(ns.div(1 - p1, n1 * p1) + (1 - p0) / (n0 * p0))
            else:
                error = ns.sqrt(ns.div(1.0, n1 * p1 * (1 - p1)) + 1 / (n0 * p0 * (1 - p0)))
            # a probability of 0 or 1 is as far from the margin as can be, but its variance does not exist
            return Moments(ns.where(abs(distance) < math.inf, distance, 0.0), error, error)

        return moments

    return answer(asked, test)


@design(
    MEASURE,
    "continuity-corrected",
    name="continuity-corrected (Yates)",
    reference="Casagrande, Pike & Smith 1978; Fleiss, Tytun & Ury 1980",
    software=("Stata sampsi",),
    formula=f"m = {_POOLED_N.removeprefix('N0 = ')};  N0 = m/4*(1 + sqrt(1 + 2*(k+1)/(k*m*|p1-p0|)))^2;  N1 = k*N0;  "
    "power = Phi((|p1-p0| - (1/n1+1/n0)/2 - z_alpha*sqrt(pbar*(1-pbar)*(1/n1+1/n0))) / "
    "sqrt(p1*(1-p1)/n1 + p0*(1-p0)/n0));  pbar = (k*p1 + p0)/(k+1)",
    default=True,
    advice="close to Fisher's exact test and to the chi-square with Yates's correction",
)
def continuity_corrected(asked: TwoProportions) -> Design:
    """The chi-square with Yates's correction (Casagrande, Pike & Smith 1978; unequal arms: Fleiss, Tytun & Ury 1980).

    The power is the exact inverse of the size: the difference is lessened by (1/n1 + 1/n0)/2.
    """
    return answer(asked, lambda margin: _pooled(asked, margin, corrected=True))


@design(
    MEASURE,
    "arcsine",
    name="arcsine (Cohen's h)",
    reference="Cohen 1988",
    software=("R pwr.2p.test", "statsmodels NormalIndPower with proportion_effectsize"),
    formula="h = 2*asin(sqrt(p1)) - 2*asin(sqrt(p0));  N0 = (z_alpha + z_beta)^2*(1 + 1/k) / h^2;  N1 = k*N0;  "
    "power = Phi(|h|*sqrt(n1*n0/(n1+n0)) - z_alpha)",
    default=True,
    advice="variance-stabilised: needs no variance under either hypothesis",
)
def arcsine(asked: TwoProportions) -> Design:
    """Cohen's h, the difference on the arcsine square root scale (Cohen 1988, section 6.2)."""
    p0, ns = asked.p0, asked.namespace()

    def test(margin: Number | None) -> Test:
        only_equality(margin, "the arcsine")

        def moments(p1: Number, n1: Number, n0: Number) -> Moments:
            # 2 asin of the sine of the difference of the angles: keeps its figures where p1 and p0 are close
            sine = abs(p1 - p0) / (ns.sqrt(p1 * (1 - p0)) + ns.sqrt(p0 * (1 - p1)))
            error = ns.sqrt(1 / n1 + 1 / n0)
            return Moments(2 * ns.arcsin(ns.minimum(sine, 1.0)), error, error)

        return moments

    def effect(n1: Number, n0: Number, z_alpha: Number, z_beta: Number) -> Number:
        step = (z_alpha + z_beta) * ns.sqrt(1 / n1 + 1 / n0) / 2
        start = ns.arcsin(ns.sqrt(p0))
        if asked.direction == "higher":
            return ns.where(start + step > ns.pi / 2, math.nan, ns.sin(step) * ns.sin(2 * start + step))
        return ns.where(start - step < 0, math.nan, -ns.sin(step) * ns.sin(2 * start - step))

    return answer(asked, test, effect)


@design(
    MEASURE,
    "likelihood-ratio",
    name="likelihood ratio (G)",
    reference="Self, Mauritsen & Ohara 1992",
    software=("SAS PROC POWER, lrchi", "Stata power twoproportions, test(lrchi2)"),
    formula="D = 2*(k*(p1*log(p1/pbar) + (1-p1)*log((1-p1)/(1-pbar))) + p0*log(p0/pbar) + (1-p0)*log((1-p0)/(1-pbar)));"
    "  N0 = (z_alpha + z_beta)^2/D;  N1 = k*N0;  power = Phi(sqrt(n0*D) - z_alpha);  pbar = (k*p1 + p0)/(k+1)",
    advice="the noncentral chi-square of the likelihood ratio test, also that of logistic regression",
)
def likelihood_ratio(asked: TwoProportions) -> Design:
    """The likelihood ratio chi-square, by its noncentrality (Self, Mauritsen & Ohara 1992; O'Brien 1986).

    That of the expected table: n0 D for k = n1/n0. Both tails of the noncentral chi-square are ``power`` and
    ``opposite``.
    """
    p0, ns = asked.p0, asked.namespace()

    def test(margin: Number | None) -> Test:
        only_equality(margin, "the likelihood ratio")

        def moments(p1: Number, n1: Number, n0: Number) -> Moments:
            k = n1 / n0
            away = (p1 - p0) / (k + 1)  # p1 - pbar; pbar - p0 is k times as far
            information = k * _divergence(p1, -away) + _divergence(p0, k * away)
            error = ns.sqrt(1.0 / n0)
            return Moments(ns.sqrt(2 * information), error, error)

        return moments

    return answer(asked, test)


def _divergence(p: Number, more: Number) -> Number:
    """p log(p/q) + (1-p) log((1-p)/(1-q)) of q = p + more: Kullback and Leibler's, without cancellation."""
    return _spread(p, more) + _spread(1 - p, -more)


def _spread(p: Number, more: Number) -> Number:
    """more - p log(1 + more/p), whose sum with the other outcome's is the divergence."""
    ns = namespace(p, more)
    u = ns.div(more, p)
    series = u * u * (1 / 2 - u * (1 / 3 - u * (1 / 4 - u * (1 / 5 - u * (1 / 6 - u / 7)))))
    return ns.where(p == 0, more, p * ns.where(abs(u) < 1e-3, series, u - ns.log1p(u)))
