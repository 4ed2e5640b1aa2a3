"""One proportion against a given one: the patients that a difference needs, their power, what they can detect."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .allocation import analysed, enrolled, whole_up
from .namespace import namespace, root
from .registry import design
from .results import Design, Number, Value, notes_when
from .trial_question import require, require_probability, require_size, require_test, require_two_of_three

MEASURE = "power of one proportion"

Direction = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class OneProportionTrial:
    """A question about one arm whose event probability p1 is tested against p0, a given number.

    Of p1, size ``n`` and ``power`` two are given and one is sought. With a ``dropout`` (a fraction) n are the patients
    enrolled. ``direction`` is the side of p0 on which a detectable p1 is sought. Numbers, or arrays of one shape for
    many questions where the method has a closed form; ``sides`` is 1 or 2.

    Raises ValueError, with the figure at fault, for a probability, power or level not strictly between 0 and 1, p1
    equal to p0, power not above alpha, no patients, or other than two of the three.
    """

    p0: Number
    p1: Number | None = None
    n: Number | None = None
    power: Number | None = None
    alpha: Number = 0.05
    sides: int = 2
    dropout: Number = 0.0
    direction: Direction = "higher"

    def __post_init__(self) -> None:
        require_probability(self.p0, "p0")
        if self.p1 is not None:
            require_probability(self.p1, "p1")
            require(self.p1 - self.p0, lambda d: d != 0, "p1 equals p0: there is no difference to detect", show=False)
        require_size(self.n, self.dropout)
        require_test(self.alpha, self.sides, self.power)
        require_two_of_three("p1", effect=self.p1 is not None, size=self.n is not None, power=self.power is not None)

    def namespace(self) -> Any:
        """The namespace of the numbers given."""
        given = (self.p0, self.p1, self.n, self.power, self.alpha, self.dropout)
        return namespace(*(x for x in given if x is not None))


_NO_EFFECT = "no probability on this side of p0 is detected with this power: more patients are needed"
_FEW = "fewer than 5 events or non-events are expected: a normal approximation is rough here"


def _normal(asked: OneProportionTrial, *, at_null: bool, corrected: bool) -> Design:
    """The z test: reject when |p - p0|, less a correction of 1/(2n), is above z_alpha standard errors.

    The standard error is that of p0 (``at_null``) or of p1; power is with that of p1.
    """
    p0 = asked.p0
    ns = asked.namespace()

    def spread(p1: Number) -> tuple[Number, Number]:
        alternative = ns.sqrt(p1 * (1 - p1))
        return (ns.sqrt(p0 * (1 - p0)) + 0.0 * p1 if at_null else alternative), alternative

    def size(z_alpha: Number, z_beta: Number) -> Number:
        p1: Number = asked.p1
        null, alternative = spread(p1)
        difference = abs(p1 - p0)
        plain = (z_alpha * null + z_beta * alternative) / difference
        root_n = (plain + ns.sqrt(plain * plain + 2 / difference)) / 2 if corrected else plain
        return root_n * root_n

    def effect(n: Number, z_alpha: Number, z_beta: Number) -> Number:
        side = 1.0 if asked.direction == "higher" else -1.0
        farthest = (1 - p0 if side > 0 else p0) + 0.0 * (n + z_alpha + z_beta)

        def excess(distance: Number) -> Number:
            null, alternative = spread(ns.minimum(ns.maximum(p0 + side * distance, 0.0), 1.0))
            moved = distance - (0.5 / n if corrected else 0.0)
            return moved - (z_alpha * null + z_beta * alternative) / ns.sqrt(n)

        found = root(excess, farthest * 0.0, farthest)
        return ns.where(excess(farthest) < 0, math.nan, side * found)

    def deviate(p1: Number, n: Number, difference: Number, z_alpha: Number) -> Number:
        null, alternative = spread(p1)
        moved = difference - (0.5 / n if corrected else 0.0)
        return ns.div(moved * ns.sqrt(n) - z_alpha * null, alternative)

    return _answer(asked, size, effect, deviate)


def _answer(
    asked: OneProportionTrial,
    size: Callable[[Number, Number], Number],
    effect: Callable[[Number, Number, Number], Number],
    deviate: Callable[[Number, Number, Number, Number], Number],
) -> Design:
    """The design with what is missing solved for.

    ``size`` takes z_alpha and z_beta, ``effect`` n, z_alpha and z_beta and returns p1 - p0, ``deviate`` p1, n, the
    difference (positive in the direction of the effect) and z_alpha and returns the normal deviate of power.
    """
    p0, p1, dropout = asked.p0, asked.p1, asked.dropout
    ns = asked.namespace()
    z_alpha = -ns.norm_ppf(asked.alpha / asked.sides)
    lossless = ns.every(dropout == 0)
    exact: Number | None = None
    difference: Number
    if asked.n is None and p1 is not None:
        solved, difference = "n", p1 - p0
        exact = size(z_alpha, ns.norm_ppf(asked.power))
        n = whole_up(exact)
        to_enrol = enrolled(n, dropout)
    else:
        to_enrol = asked.n
        n = asked.n if lossless else analysed(asked.n, dropout)
        if p1 is None:
            solved, difference = "effect", effect(n, z_alpha, ns.norm_ppf(asked.power))
            p1 = p0 + difference
        else:
            solved, difference = "power", p1 - p0
    power = ns.norm_sf(-deviate(p1, n, abs(difference), z_alpha))
    opposite = ns.norm_sf(-deviate(p1, n, -abs(difference), z_alpha)) if asked.sides == 2 else power * 0.0
    fewest = n * ns.minimum(ns.minimum(p1, 1 - p1), ns.minimum(p0, 1 - p0))
    return Design(
        solved,
        difference,
        "risk difference",
        power,
        opposite,
        asked.alpha,
        asked.sides,
        p1=p1,
        p0=p0,
        n1=n,
        power_asked=asked.power,
        dropout=dropout,
        enrolled1=None if lossless else to_enrol,
        n1_exact=exact,
        notes=notes_when((ns.isnan(difference), _NO_EFFECT), (fewest < 5, _FEW)),
    )


@design(
    MEASURE,
    "score",
    name="score test (variance of p0)",
    reference="Fleiss 1981",
    software=("Stata power oneproportion", "SAS PROC POWER, onesamplefreq test=z", "rpact, normal approximation"),
    formula="N = ((z_alpha*sqrt(p0*(1-p0)) + z_beta*sqrt(p1*(1-p1))) / (p1-p0))^2;  "
    "power = Phi((|p1-p0|*sqrt(n) - z_alpha*sqrt(p0*(1-p0))) / sqrt(p1*(1-p1)))",
    default=True,
    advice="the size that most papers state; the single-stage test of Fleming 1982",
)
def score(asked: OneProportionTrial) -> Design:
    """The uncorrected z test with the variance of p0 (Fleiss 1981, section 1.4; Fleming 1982, section 2)."""
    return _normal(asked, at_null=True, corrected=False)


@design(
    MEASURE,
    "continuity-corrected",
    name="score test, continuity-corrected",
    reference="Fleiss 1981",
    formula="m = ((z_alpha*sqrt(p0*(1-p0)) + z_beta*sqrt(p1*(1-p1))) / (p1-p0))^2;  "
    "N = m/4*(1 + sqrt(1 + 2/(m*|p1-p0|)))^2;  "
    "power = Phi(((|p1-p0| - 1/(2*n))*sqrt(n) - z_alpha*sqrt(p0*(1-p0))) / sqrt(p1*(1-p1)))",
    advice="nearer to the exact test",
)
def continuity_corrected(asked: OneProportionTrial) -> Design:
    """The z test with the variance of p0 and a correction of 1/(2n) (Fleiss 1981, section 1.4)."""
    return _normal(asked, at_null=True, corrected=True)


@design(
    MEASURE,
    "wald",
    name="Wald test (variance of p1)",
    reference="Chow, Shao & Wang 2008",
    software=("Stata power oneproportion, test(wald)",),
    formula="N = (z_alpha + z_beta)^2*p1*(1-p1) / (p1-p0)^2;  power = Phi(|p1-p0|*sqrt(n)/sqrt(p1*(1-p1)) - z_alpha)",
    advice="suits an analysis by the Wald interval; too small where p1 is near 0 or 1",
)
def wald(asked: OneProportionTrial) -> Design:
    """The Wald test, with the variance of p1 throughout (Chow, Shao & Wang 2008, section 4.1)."""
    return _normal(asked, at_null=False, corrected=False)


@design(
    MEASURE,
    "arcsine",
    name="arcsine (Cohen's h)",
    reference="Cohen 1988",
    software=("R pwr.p.test",),
    formula="h = 2*asin(sqrt(p1)) - 2*asin(sqrt(p0));  N = (z_alpha + z_beta)^2 / h^2;  "
    "power = Phi(|h|*sqrt(n) - z_alpha)",
    advice="variance-stabilised: needs no variance under either hypothesis",
)
def arcsine(asked: OneProportionTrial) -> Design:
    """Cohen's h, the difference on the arcsine square root scale (Cohen 1988, section 6.3)."""
    p0 = asked.p0
    ns = asked.namespace()

    def h(p1: Number) -> Number:
        # 2 asin of the sine of the difference of the angles: keeps its figures where p1 and p0 are close
        sine = abs(p1 - p0) / (ns.sqrt(p1 * (1 - p0)) + ns.sqrt(p0 * (1 - p1)))
        return 2 * ns.arcsin(ns.minimum(sine, 1.0))

    def size(z_alpha: Number, z_beta: Number) -> Number:
        root_n = (z_alpha + z_beta) / h(asked.p1)
        return root_n * root_n

    def effect(n: Number, z_alpha: Number, z_beta: Number) -> Number:
        step = (z_alpha + z_beta) / ns.sqrt(n) / 2
        start = ns.arcsin(ns.sqrt(p0))
        if asked.direction == "higher":
            return ns.where(start + step > ns.pi / 2, math.nan, ns.sin(step) * ns.sin(2 * start + step))
        return ns.where(start - step < 0, math.nan, -ns.sin(step) * ns.sin(2 * start - step))

    def deviate(p1: Number, n: Number, difference: Number, z_alpha: Number) -> Number:
        return ns.sign(difference) * h(p1) * ns.sqrt(n) - z_alpha

    return _answer(asked, size, effect, deviate)


# --- exact ------------------------------------------------------------------------------------------------------------

_NEVER_REJECTS = "no count of so few patients is significant at this level"
_TOO_LARGE = "more than 1,000,000 patients: exact power is not searched there, and the normal methods are near it"


def _exact(asked: OneProportionTrial, *, lasting: bool) -> Design:
    """The exact binomial test, each tail at alpha/sides; ``lasting`` takes the n from which power stays."""
    import numpy as np

    from . import binomial_power as exact

    alpha, sides, dropout = float(asked.alpha), asked.sides, float(asked.dropout)
    aim = None if asked.power is None else float(asked.power)
    higher = asked.direction == "higher" if asked.p1 is None else asked.p1 > asked.p0
    # the test in the direction of the effect is that of the upper tail of events, or else of non-events
    null = float(asked.p0 if higher else 1 - asked.p0)
    p: float = math.nan if asked.p1 is None else float(asked.p1 if higher else 1 - asked.p1)
    stays: int | None = None
    smallest: int | None = None
    enlarged: float | None = None
    if asked.n is None and aim is not None:
        solved = "n"
        about = score(asked).n1_exact or 1.0
        both = exact.sizes(
            lambda n: exact.tails(n, null, p, alpha, 1 if sides == 1 else 2).upper, aim, about, 1 / (p - null)
        )
        if both is None:
            return _unsearched(asked)
        smallest, stays = both
        n = stays if lasting else smallest
        enlarged = enrolled(n, dropout)
    else:
        enlarged = asked.n
        n = int(asked.n or 0) if not dropout else int(analysed(asked.n, dropout))
        solved = "power" if aim is None else "effect"
    c = int(exact.critical(np.array([n]), null, alpha / sides)[0])
    if aim is not None and solved == "effect":
        from scipy.special import betaincinv

        p = math.nan if c > n else (float(betaincinv(c, n - c + 1, aim)) if c > 0 else math.nan)
        p = math.nan if p <= null else p
    size = np.array([n])
    reached = exact.tails(size, null, p, alpha, sides)
    kept = exact.tails(size, null, null, alpha, sides)
    p1 = p if higher else 1 - p
    if asked.p1 is not None:
        p1 = float(asked.p1)
    figures = [
        Value(
            "critical count",
            c if higher else n - c,
            "events",
            f"significant with so many events or {'more' if higher else 'fewer'}",
        ),
        Value("actual alpha", float(kept.upper[0] + kept.lower[0]), "proportion"),
    ]
    if stays is not None and smallest is not None:
        figures += [
            Value("smallest n", smallest, "patients", "the least n with the power; a larger one may have less"),
            Value("n from which power stays", stays, "patients", "no larger n has less power"),
        ]
    return Design(
        solved,
        p1 - asked.p0,
        "risk difference",
        float(reached.upper[0]),
        float(reached.lower[0]),
        alpha,
        sides,
        p1=p1,
        p0=float(asked.p0),
        n1=n,
        power_asked=aim,
        dropout=dropout,
        enrolled1=enlarged if dropout else None,
        n1_exact=n if solved == "n" else None,
        figures=tuple(figures),
        notes=notes_when(
            (p != p, _NO_EFFECT),
            (c > n, _NEVER_REJECTS),
            (
                stays is not None and stays != smallest,
                f"power over n is a sawtooth: reached first by n = {smallest}, and by every n from {stays} on",
            ),
        ),
    )


def _unsearched(asked: OneProportionTrial) -> Design:
    nan = math.nan
    return Design(
        "n", (asked.p1 or nan) - asked.p0, "risk difference", nan, nan, float(asked.alpha), asked.sides, p1=asked.p1,
        p0=asked.p0, n1=nan, power_asked=asked.power, dropout=asked.dropout, n1_exact=nan,
        notes=notes_when((True, _TOO_LARGE)),
    )  # fmt: skip


_EXACT_FORMULA = (
    "c is the least count with P(X >= c) <= alpha/sides, X binomial (n, p0);  power = P(X >= c), X binomial (n, p1)  "
    "(counts of non-events where p1 < p0)"
)


@design(
    MEASURE,
    "exact",
    name="exact binomial, smallest n",
    reference="A'Hern 2001; Chernick & Liu 2002",
    software=("clinfun ph2single", "PASS", "SAS PROC POWER, onesamplefreq test=exact", "gsDesign nBinomial1Sample"),
    formula=f"{_EXACT_FORMULA};  N is the smallest with the power",
    default=True,
    closed_form=False,
    advice="one-sided, the single-stage phase II design of A'Hern; the level and power it states are kept",
)
def exact(asked: OneProportionTrial) -> Design:
    """The exact binomial test with each tail at alpha/sides, and the smallest n with the power.

    One-sided it is the single-stage design of A'Hern 2001 (Stat Med 20:859). Power over n is a sawtooth (Chernick &
    Liu 2002, Am Stat 56:149): a larger n may have less; ``exact-conservative`` takes the n from which none does.
    """
    return _exact(asked, lasting=False)


@design(
    MEASURE,
    "exact-conservative",
    name="exact binomial, n from which power stays",
    reference="Chernick & Liu 2002",
    software=("rpact getSampleSizeRates, groups = 1, exact", "gsDesign nBinomial1Sample, conservative = TRUE"),
    formula=f"{_EXACT_FORMULA};  N is the smallest of which no larger one has less than the power",
    default=True,
    closed_form=False,
    advice="safe where a patient more than planned may be enrolled",
)
def exact_conservative(asked: OneProportionTrial) -> Design:
    """The exact binomial test as ``exact``, with the n from which power stays reached (Chernick & Liu 2002)."""
    return _exact(asked, lasting=True)
