"""Two proportions: the patients that a difference needs, the power they give, the difference they can detect."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .allocation import analysed, enrolled, whole_up
from .namespace import namespace, root
from .registry import design
from .results import Design, Number, notes_when
from .trial_question import require, require_arms, require_probability, require_test, require_two_of_three

MEASURE = "power of two proportions"

Direction = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class TwoProportions:
    """A question about two arms with event probabilities p1 and p0: of p1, size and power two are given, one is sought.

    ``n1`` and ``n0`` are the patients of each arm; with a ``dropout`` (a fraction, lost equally from both) they are
    those enrolled. ``power`` is a fraction. ``ratio`` is n1/n0, used when the size is sought. ``direction`` is the side
    of p0 on which a detectable p1 is sought. Numbers, or arrays of one shape for many questions; ``sides`` is 1 or 2.

    Raises ValueError, with the figure at fault, for a probability, power or level not strictly between 0 and 1, p1
    equal to p0, power not above alpha, a ratio not above 0, an arm without patients, or other than two of the three.
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

    def __post_init__(self) -> None:
        require_probability(self.p0, "p0")
        if self.p1 is not None:
            require_probability(self.p1, "p1")
            require(self.p1 - self.p0, lambda d: d != 0, "p1 equals p0: there is no difference to detect", show=False)
        require_arms(self.n1, self.n0, self.ratio, self.dropout)
        require_test(self.alpha, self.sides, self.power)
        require_two_of_three(
            "p1", effect=self.p1 is not None, size=self.n1 is not None, power=self.power is not None
        )

    def namespace(self) -> Any:
        """The namespace of the numbers given."""
        given = (self.p0, self.p1, self.n1, self.n0, self.power, self.alpha, self.ratio, self.dropout)
        return namespace(*(x for x in given if x is not None))


_NO_EFFECT = "no probability on this side of p0 is detected with this power: more patients are needed"
_FEW = "an arm expects fewer than 5 events or non-events: a normal approximation is rough here"

#: Exact n1 and n0 for (z_alpha, z_beta, ratio).
Size = Callable[[Number, Number, Number], tuple[Number, Number]]
#: p1 - p0 that (n1, n0, z_alpha, z_beta) detect, nan where there is none.
Effect = Callable[[Number, Number, Number, Number], Number]
#: The normal deviate of power for (p1, n1, n0, difference, z_alpha): Phi of it is the power. The difference is positive
#: in the direction of the effect and negative in the other.
Deviate = Callable[[Number, Number, Number, Number, Number], Number]


def _answer(asked: TwoProportions, size: Size, effect: Effect, deviate: Deviate) -> Design:
    """The design with what is missing solved for, by the three functions of a method."""
    p0, p1, alpha, dropout = asked.p0, asked.p1, asked.alpha, asked.dropout
    ns = asked.namespace()
    z_alpha = -ns.norm_ppf(alpha / asked.sides)
    lossless = ns.every(dropout == 0)
    aim: Number = asked.power
    exact1 = exact0 = None
    if p1 is not None and asked.n1 is None:
        solved, difference = "n", p1 - p0
        exact1, exact0 = size(z_alpha, ns.norm_ppf(aim), asked.ratio)
        n1, n0 = whole_up(exact1), whole_up(exact0)
        for _ in range(100):
            # below 50% power a further patient in one arm alone can lower it: then go on, in the ratio asked for
            enough = ns.norm_sf(-deviate(p1, n1, n0, abs(difference), z_alpha)) >= aim - 1e-9
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
            solved, difference = "effect", effect(n1, n0, z_alpha, ns.norm_ppf(aim))
            p1 = p0 + difference
    power = ns.norm_sf(-deviate(p1, n1, n0, abs(difference), z_alpha))
    opposite = ns.norm_sf(-deviate(p1, n1, n0, -abs(difference), z_alpha)) if asked.sides == 2 else power * 0.0
    fewest = ns.minimum(n1 * ns.minimum(p1, 1 - p1), n0 * ns.minimum(p0, 1 - p0))
    return Design(
        solved,
        difference,
        "risk difference",
        power,
        opposite,
        alpha,
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
        notes=notes_when((ns.isnan(difference), _NO_EFFECT), (fewest < 5, _FEW)),
    )


def _normal(asked: TwoProportions, *, pooled: bool, corrected: bool) -> Design:
    """The z test of a difference: reject when it, less the correction, is above z_alpha standard errors.

    The standard error is that of equal probabilities (``pooled``) or the unpooled one; power is with the unpooled one.
    """
    p0 = asked.p0
    ns = asked.namespace()

    def errors(p1: Number, n1: Number, n0: Number) -> tuple[Number, Number, Number]:
        alternative = ns.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
        mean = (n1 * p1 + n0 * p0) / (n1 + n0)
        null = ns.sqrt(mean * (1 - mean) * (1 / n1 + 1 / n0)) if pooled else alternative
        return null, alternative, (1 / n1 + 1 / n0) / 2 if corrected else 0.0

    def size(z_alpha: Number, z_beta: Number, ratio: Number) -> tuple[Number, Number]:
        # with n0 = 1 and n1 = ratio as the unit, sqrt(n0) is the positive root of n0 d - sqrt(n0)(...) - correction = 0
        null, alternative, correction = errors(asked.p1, ratio, 1.0)
        difference = abs(asked.p1 - p0)
        uncorrected = (z_alpha * null + z_beta * alternative) / difference
        root_n = (uncorrected + ns.sqrt(uncorrected * uncorrected + 4 * correction / difference)) / 2
        return ratio * root_n * root_n, root_n * root_n

    def effect(n1: Number, n0: Number, z_alpha: Number, z_beta: Number) -> Number:
        side = 1.0 if asked.direction == "higher" else -1.0
        farthest = (1 - p0 if side > 0 else p0) + 0.0 * (n1 + n0 + z_alpha + z_beta)

        def excess(distance: Number) -> Number:
            p1 = ns.minimum(ns.maximum(p0 + side * distance, 0.0), 1.0)
            null, alternative, correction = errors(p1, n1, n0)
            return distance - correction - z_alpha * null - z_beta * alternative

        found = root(excess, farthest * 0.0, farthest)
        return ns.where(excess(farthest) < 0, math.nan, side * found)

    def deviate(p1: Number, n1: Number, n0: Number, difference: Number, z_alpha: Number) -> Number:
        null, alternative, correction = errors(p1, n1, n0)
        return ns.div(difference - correction - z_alpha * null, alternative)

    return _answer(asked, size, effect, deviate)


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
    return _normal(asked, pooled=True, corrected=False)


@design(
    MEASURE,
    "unpooled",
    name="unpooled variance (Wald)",
    reference="Chow, Shao & Wang 2008",
    formula="N0 = (z_alpha + z_beta)^2*(p1*(1-p1)/k + p0*(1-p0)) / (p1-p0)^2;  N1 = k*N0;  "
    "power = Phi(|p1-p0|/sqrt(p1*(1-p1)/n1 + p0*(1-p0)/n0) - z_alpha)",
    default=True,
    advice="a little smaller than pooled with equal arms; suits an analysis by the Wald interval of the difference",
)
def unpooled(asked: TwoProportions) -> Design:
    """The Wald test of the difference, with the unpooled variance throughout (Chow, Shao & Wang 2008, section 4.2)."""
    return _normal(asked, pooled=False, corrected=False)


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
    return _normal(asked, pooled=True, corrected=True)


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
    p0 = asked.p0
    ns = asked.namespace()

    def h(p1: Number) -> Number:
        # 2 asin of the sine of the difference of the angles: keeps its figures where p1 and p0 are close
        sine = abs(p1 - p0) / (ns.sqrt(p1 * (1 - p0)) + ns.sqrt(p0 * (1 - p1)))
        return 2 * ns.arcsin(ns.minimum(sine, 1.0))

    def size(z_alpha: Number, z_beta: Number, ratio: Number) -> tuple[Number, Number]:
        root_n = (z_alpha + z_beta) / h(asked.p1)
        n0 = (1 + 1 / ratio) * root_n * root_n
        return ratio * n0, n0

    def effect(n1: Number, n0: Number, z_alpha: Number, z_beta: Number) -> Number:
        step = (z_alpha + z_beta) * ns.sqrt(1 / n1 + 1 / n0) / 2
        start = ns.arcsin(ns.sqrt(p0))
        if asked.direction == "higher":
            return ns.where(start + step > ns.pi / 2, math.nan, ns.sin(step) * ns.sin(2 * start + step))
        return ns.where(start - step < 0, math.nan, -ns.sin(step) * ns.sin(2 * start - step))

    def deviate(p1: Number, n1: Number, n0: Number, difference: Number, z_alpha: Number) -> Number:
        return ns.sign(difference) * h(p1) / ns.sqrt(1 / n1 + 1 / n0) - z_alpha

    return _answer(asked, size, effect, deviate)
