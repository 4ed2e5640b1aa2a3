"""Two Poisson rates: the patients that a rate ratio needs, their power, the ratio they can detect."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from .allocation import analysed, enrolled, whole_up
from .namespace import namespace, root
from .registry import design
from .results import Design, Number, Value, notes_when
from .trial_question import require, require_arms, require_test, require_two_of_three

MEASURE = "power of two rates"

Direction = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class TwoRates:
    """A question about two arms whose events are Poisson counts: of rate ratio, size and power two are given.

    ``rate0`` is the rate of the second (control) arm, events per unit of time, ``ratio_of_rates`` that of the first
    arm over it, ``time`` the watch of one patient. ``n1`` and ``n0`` are the patients of each arm; with a ``dropout``
    (a fraction, lost equally from both before they are watched) they are those enrolled. ``ratio`` is n1/n0, used when
    the size is sought. ``direction`` is the side of 1 on which a detectable ratio is sought. Numbers, or arrays of one
    shape for many questions where the method has a closed form; ``sides`` is 1 or 2.

    Raises ValueError, with the figure at fault, for a rate, ratio or time not above 0, a rate ratio of 1, power not
    above alpha, an arm without patients, or other than two of the three.
    """

    rate0: Number
    ratio_of_rates: Number | None = None
    n1: Number | None = None
    n0: Number | None = None
    power: Number | None = None
    time: Number = 1.0
    alpha: Number = 0.05
    sides: int = 2
    ratio: Number = 1.0
    dropout: Number = 0.0
    direction: Direction = "lower"

    def __post_init__(self) -> None:
        require(self.rate0, lambda r: (r > 0) & (r < math.inf), "the rate of the control arm must be above 0")
        require(self.time, lambda t: (t > 0) & (t < math.inf), "the follow-up of a patient must be above 0")
        if self.ratio_of_rates is not None:
            require(self.ratio_of_rates, lambda r: (r > 0) & (r < math.inf), "the rate ratio must be above 0")
            require(
                self.ratio_of_rates - 1,
                lambda d: d != 0,
                "the rate ratio is 1: there is no effect to detect",
                show=False,
            )
        require_arms(self.n1, self.n0, self.ratio, self.dropout)
        require_test(self.alpha, self.sides, self.power)
        require_two_of_three(
            "rate ratio", effect=self.ratio_of_rates is not None, size=self.n1 is not None, power=self.power is not None
        )

    def namespace(self) -> Any:
        """The namespace of the numbers given."""
        given = (
            self.rate0, self.ratio_of_rates, self.n1, self.n0, self.power, self.time, self.alpha, self.ratio,
            self.dropout,
        )  # fmt: skip
        return namespace(*(x for x in given if x is not None))


class Test(NamedTuple):
    """A normal test of one unit of person-time in the second arm and k in the first: its signal, and the standard
    deviations of it under the null hypothesis and under the alternative."""

    signal: Number
    null: Number
    alternative: Number


_NO_EFFECT = "no rate ratio on this side of 1 is detected with this power: more patients are needed"
_FEW = "fewer than 10 events are expected in an arm: a normal approximation is rough here"

#: How far from 1 a detectable rate ratio is sought, in steps on the log scale.
_STEPS = tuple(1e-4 * 1.35**j for j in range(42))


def _normal(asked: TwoRates, test: Callable[[Number, Number, Number], Test]) -> Design:
    """The design by a normal test; ``test`` takes rate1, rate0 and k, the ratio of the arms' person-times."""
    ns = asked.namespace()
    rate0, dropout, time = asked.rate0, asked.dropout, asked.time
    z_alpha = -ns.norm_ppf(asked.alpha / asked.sides)
    lossless = ns.every(dropout == 0)
    exact1: Number | None = None
    exact0: Number | None = None
    found: Number = asked.ratio_of_rates
    if asked.n1 is None:
        solved = "n"
        one = test(found * rate0, rate0, asked.ratio)
        root_t = (z_alpha * one.null + ns.norm_ppf(asked.power) * one.alternative) / abs(one.signal)
        exact0 = root_t * root_t / time
        exact1 = asked.ratio * exact0
        n1, n0 = whole_up(exact1), whole_up(exact0)
        enrolled1, enrolled0 = enrolled(n1, dropout), enrolled(n0, dropout)
    else:
        enrolled1, enrolled0 = asked.n1, asked.n0
        n1 = enrolled1 if lossless else analysed(enrolled1, dropout)
        n0 = enrolled0 if lossless else analysed(enrolled0, dropout)
        if found is None:
            solved = "effect"
            z_beta = ns.norm_ppf(asked.power)
            root_t, k = ns.sqrt(n0 * time), n1 / n0
            side = 1.0 if asked.direction == "higher" else -1.0
            start = 0.0 * (root_t + k + rate0 + z_alpha + z_beta)

            def excess(distance: Number) -> Number:
                one = test(rate0 * ns.exp(side * distance), rate0, k)
                return root_t * abs(one.signal) - z_alpha * one.null - z_beta * one.alternative

            # the first step with the power: it may fall again where a ratio so far out leaves an arm without events
            near, far, there = start, start, start != start
            for step in _STEPS:
                near = ns.where(there, near, far)
                far = ns.where(there, far, start + step)
                there = ns.either(there, excess(far) >= 0)
            found = ns.where(there, ns.exp(side * root(excess, near, far)), math.nan)
        else:
            solved = "power"
    one = test(found * rate0, rate0, n1 / n0)
    signal = ns.sqrt(n0 * time) * abs(one.signal)
    power = ns.norm_sf(ns.div(z_alpha * one.null - signal, one.alternative))
    opposite = ns.norm_sf(ns.div(z_alpha * one.null + signal, one.alternative)) if asked.sides == 2 else power * 0.0
    events1, events0 = n1 * time * rate0 * found, n0 * time * rate0
    return Design(
        solved,
        found,
        "rate ratio",
        power,
        opposite,
        asked.alpha,
        asked.sides,
        n1=n1,
        n0=n0,
        events=events1 + events0,
        power_asked=asked.power,
        dropout=dropout,
        enrolled1=None if lossless else enrolled1,
        enrolled0=None if lossless else enrolled0,
        n1_exact=exact1,
        n0_exact=exact0,
        figures=_figures(asked, found, n1, n0),
        notes=notes_when((ns.isnan(found), _NO_EFFECT), (ns.minimum(events1, events0) < 10, _FEW)),
    )


def _figures(asked: TwoRates, found: Number, n1: Number, n0: Number) -> tuple[Value, ...]:
    return (
        Value("rate 1", found * asked.rate0, "rate"),
        Value("rate 2", asked.rate0, "rate"),
        Value("person-time per arm 1", n1 * asked.time, "person-time"),
        Value("person-time per arm 2", n0 * asked.time, "person-time"),
        Value("expected events per arm 1", n1 * asked.time * asked.rate0 * found, "events"),
        Value("expected events per arm 2", n0 * asked.time * asked.rate0, "events"),
    )


@design(
    MEASURE,
    "log",
    name="log rate ratio (Wald)",
    reference="Zhu & Lakkis 2014",
    software=("rpact getSampleSizeCounts",),
    formula="N0 = (z_alpha + z_beta)^2*(1/(k*l1) + 1/l0) / (t*log(l1/l0)^2);  N1 = k*N0;  "
    "power = Phi(|log(l1/l0)|/sqrt(1/(n1*t*l1) + 1/(n0*t*l0)) - z_alpha)",
    default=True,
    advice="suits an analysis by Poisson regression",
)
def log(asked: TwoRates) -> Design:
    """The Wald test of the log rate ratio (Zhu & Lakkis 2014, Stat Med 33:376, method 2 without overdispersion)."""

    def test(rate1: Number, rate0: Number, k: Number) -> Test:
        ns = namespace(rate1, rate0, k)
        spread = ns.sqrt(1 / (k * rate1) + 1 / rate0)
        return Test(ns.log(rate1 / rate0), spread, spread)

    return _normal(asked, test)


@design(
    MEASURE,
    "score",
    name="score test (variance of equal rates)",
    reference="Gu, Ng, Tang & Schucany 2008",
    software=("PASS, ratio of two Poisson rates, W2",),
    formula="N0 = (z_alpha*sqrt(lbar*(1+1/k)) + z_beta*sqrt(l1/k + l0))^2 / (t*(l1-l0)^2);  N1 = k*N0;  "
    "power = Phi((|l1-l0|*sqrt(n0*t) - z_alpha*sqrt(lbar*(1+1/k)))/sqrt(l1/k + l0));  lbar = (k*l1 + l0)/(1+k)",
    default=True,
    advice="that of the score (chi-square) test of two rates",
)
def score(asked: TwoRates) -> Design:
    """The score test of equal rates: variance pooled under the null, unpooled otherwise (Gu et al. 2008, W2)."""

    def test(rate1: Number, rate0: Number, k: Number) -> Test:
        ns = namespace(rate1, rate0, k)
        mean = (k * rate1 + rate0) / (1 + k)
        return Test(rate1 - rate0, ns.sqrt(mean * (1 + 1 / k)), ns.sqrt(rate1 / k + rate0))

    return _normal(asked, test)


@design(
    MEASURE,
    "wald",
    name="difference of rates (Wald)",
    reference="Smith & Morrow 1996",
    formula="N0 = (z_alpha + z_beta)^2*(l1/k + l0) / (t*(l1-l0)^2);  N1 = k*N0;  "
    "power = Phi(|l1-l0|*sqrt(n0*t)/sqrt(l1/k + l0) - z_alpha)",
    advice="the formula of many epidemiology textbooks",
)
def wald(asked: TwoRates) -> Design:
    """The Wald test of the rate difference, with the unpooled variance throughout (Smith & Morrow 1996, chapter 3)."""

    def test(rate1: Number, rate0: Number, k: Number) -> Test:
        ns = namespace(rate1, rate0, k)
        spread = ns.sqrt(rate1 / k + rate0)
        return Test(rate1 - rate0, spread, spread)

    return _normal(asked, test)


@design(
    MEASURE,
    "square-root",
    name="square root of rates",
    reference="Huffman 1984",
    formula="N0 = (z_alpha + z_beta)^2*(1 + 1/k) / (4*t*(sqrt(l1)-sqrt(l0))^2);  N1 = k*N0;  "
    "power = Phi(2*|sqrt(l1)-sqrt(l0)|*sqrt(t*n1*n0/(n1+n0)) - z_alpha)",
    advice="variance-stabilised: needs no variance under either hypothesis",
)
def square_root(asked: TwoRates) -> Design:
    """The difference of square roots, whose variance is 1/4 for any mean (Huffman 1984, Appl Stat 33:224)."""

    def test(rate1: Number, rate0: Number, k: Number) -> Test:
        ns = namespace(rate1, rate0, k)
        spread = ns.sqrt((1 + 1 / k) / 4) + 0.0 * rate1
        return Test(ns.sqrt(rate1) - ns.sqrt(rate0), spread, spread)

    return _normal(asked, test)


_TOO_LARGE = "so many events that exact power is not searched: the normal methods are near it"

#: The expected events up to which n is searched; power is computed for 20 times as many.
_MOST_EVENTS = 50_000


def _chances(n1: float, n0: float, found: float, asked: TwoRates) -> tuple[float, float]:
    """Power and the other tail of the exact test at a rate ratio, averaged over the events of both arms."""
    import numpy as np
    from scipy.special import gammaln

    from . import binomial_power

    unit = float(asked.time * asked.rate0)
    mean = unit * (n1 * found + n0)
    spread = 9 * math.sqrt(mean) + 20
    counts = np.arange(max(0, math.floor(mean - spread)), math.ceil(mean + spread) + 1)
    weights = np.exp(counts * math.log(mean) - mean - gammaln(counts + 1.0))
    # the test of the direction of the effect is that of the upper tail of the events of the first arm, or the second
    share, null = n1 * found / (n1 * found + n0), n1 / (n1 + n0)
    if found < 1:
        share, null = 1 - share, 1 - null
    return binomial_power.averaged(counts, weights, null, share, float(asked.alpha), asked.sides)


@design(
    MEASURE,
    "exact",
    name="exact conditional",
    reference="Przyborowski & Wilenski 1940; Gail 1974",
    formula="power = sum over s of P(S = s)*P(X >= c_s), S Poisson (t*(n1*l1+n0*l0)), X binomial (s, "
    "n1*l1/(n1*l1+n0*l0));  c_s is the least count with P(X >= c_s) <= alpha/sides where X is binomial (s, n1/(n1+n0))"
    "  (events of the second arm where l1 < l0)",
    default=True,
    closed_form=False,
    advice="the power of the exact test of two rates (R poisson.test)",
)
def exact(asked: TwoRates) -> Design:
    """The conditional binomial test of two Poisson counts (Przyborowski & Wilenski 1940).

    Its power is averaged over the number of events of both arms together (Gail 1974, Biometrics 30:231).
    """
    from . import binomial_power

    dropout, ratio = float(asked.dropout), float(asked.ratio)
    aim = None if asked.power is None else float(asked.power)
    found: float = math.nan if asked.ratio_of_rates is None else float(asked.ratio_of_rates)
    unit = float(asked.time * asked.rate0)
    stays: int | None = None
    n1: float = math.nan
    n0: float = math.nan
    enrolled1: float = math.nan
    enrolled0: float = math.nan
    if asked.n1 is None and aim is not None:
        solved = "n"
        # the search runs over the smaller arm: the other follows, rounded up
        about = float(score(asked).n0_exact or 1.0) * min(ratio, 1.0)

        def arms(n: float) -> tuple[int, int]:
            return (int(whole_up(n * ratio)), int(n)) if ratio >= 1 else (int(n), int(whole_up(n / ratio)))

        # the least trial has a patient in each arm, however many events that makes
        n1, n0 = arms(whole_up(about))
        small = unit * (n1 * found + n0) <= _MOST_EVENTS
        n1 = n0 = math.nan
        if small:

            def power_of(sizes: Any) -> Any:
                import numpy as np

                return np.array([_chances(*arms(n), found, asked)[0] for n in sizes])

            smallest, stays = binomial_power.smallest(power_of, aim, about)
            n1, n0 = arms(smallest)
            enrolled1, enrolled0 = enrolled(n1, dropout), enrolled(n0, dropout)
    else:
        enrolled1, enrolled0 = asked.n1 or math.nan, asked.n0 or math.nan
        n1 = analysed(enrolled1, dropout) if dropout else enrolled1
        n0 = analysed(enrolled0, dropout) if dropout else enrolled0
        solved = "power" if aim is None else "effect"
        small = unit * (n1 * (1 if aim else found) + n0) <= 20 * _MOST_EVENTS
        if aim is not None and small:
            found = _detectable(n1, n0, aim, asked)
    missing = not small or found != found
    power, opposite = (math.nan, math.nan) if missing else _chances(n1, n0, found, asked)
    figures = [*_figures(asked, found, n1, n0)]
    if stays is not None:
        name = "n from which power stays" if ratio == 1 else "n of the smaller arm from which power stays"
        figures.append(Value(name, stays, "patients", "in one arm; no larger one has less power"))
    return Design(
        solved,
        found,
        "rate ratio",
        power,
        opposite,
        float(asked.alpha),
        asked.sides,
        n1=n1,
        n0=n0,
        events=unit * (n1 * found + n0),
        power_asked=aim,
        dropout=dropout,
        enrolled1=enrolled1 if dropout else None,
        enrolled0=enrolled0 if dropout else None,
        n1_exact=n1 if solved == "n" else None,
        n0_exact=n0 if solved == "n" else None,
        figures=tuple(figures),
        notes=notes_when((not small, _TOO_LARGE), (small and found != found, _NO_EFFECT)),
    )


def _detectable(n1: float, n0: float, aim: float, asked: TwoRates) -> float:
    """The rate ratio on the side asked for at which the exact test has the power, nan where there is none."""
    side = 1.0 if asked.direction == "higher" else -1.0

    def excess(distance: float) -> float:
        return _chances(n1, n0, math.exp(side * distance), asked)[0] - aim

    near, far = 1e-9, 0.05
    while excess(far) < 0:
        near, far = far, 2 * far
        if far > _STEPS[-1] or (n1 + n0) * asked.time * asked.rate0 * math.exp(side * far) > 40 * _MOST_EVENTS:
            return math.nan
    return math.exp(side * float(root(excess, near, far)))
