"""Paired proportions and McNemar's test: the pairs a difference needs, their power, what they can detect."""

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

MEASURE = "power of paired proportions"

Direction = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A question about pairs, each with an event or not in its first and in its second member.

    ``discordant`` is the proportion of pairs with an event in one member alone, ``difference`` that of pairs with an
    event in the first alone less that in the second alone, which is the difference of the two marginal proportions.
    Of difference, size ``n`` (pairs) and ``power`` two are given and one is sought; ``discordant`` is always given.
    With a ``dropout`` n are the pairs enrolled. ``direction`` is the side of 0 on which a difference is sought.
    Numbers, or arrays of one shape for many questions where the method has a closed form; ``sides`` is 1 or 2.

    Raises ValueError, with the figure at fault, for a discordant proportion or a power outside 0 to 1, a difference of
    0 or beyond the discordant proportion, power not above alpha, no pairs, or other than two of the three.
    """

    discordant: Number
    difference: Number | None = None
    n: Number | None = None
    power: Number | None = None
    alpha: Number = 0.05
    sides: int = 2
    dropout: Number = 0.0
    direction: Direction = "higher"

    def __post_init__(self) -> None:
        require(
            self.discordant,
            lambda p: (p > 0) & (p <= 1),
            "the proportion of discordant pairs must be above 0 and at most 1",
        )
        if self.difference is not None:
            require(self.difference, lambda d: d != 0, "the difference is 0: there is no effect to detect", show=False)
            require(
                self.discordant - abs(self.difference),
                lambda d: d >= -1e-12,
                "the difference cannot be larger than the proportion of discordant pairs",
                show=False,
            )
        require_size(self.n, self.dropout, "pair")
        require_test(self.alpha, self.sides, self.power)
        require_two_of_three(
            "difference", effect=self.difference is not None, size=self.n is not None, power=self.power is not None
        )

    def namespace(self) -> Any:
        """The namespace of the numbers given."""
        given = (self.discordant, self.difference, self.n, self.power, self.alpha, self.dropout)
        return namespace(*(x for x in given if x is not None))


def discordant_of_margins(p1: Number, p2: Number, correlation: Number = 0.0) -> tuple[Number, Number]:
    """The proportions of pairs with an event in the first alone and in the second alone, from the two marginal
    proportions and the correlation (phi) of the members: p1 (1 - p2) - phi sqrt(p1 (1-p1) p2 (1-p2)), and the like.

    Raises ValueError where no pairs could have that correlation.
    """
    require_probability(p1, "p1")
    require_probability(p2, "p2")
    ns = namespace(p1, p2, correlation)
    together = correlation * ns.sqrt(p1 * (1 - p1) * p2 * (1 - p2))
    first, second = p1 * (1 - p2) - together, p2 * (1 - p1) - together
    possible = ns.both(
        ns.minimum(first, second) >= -1e-12, ns.minimum(p1 * p2, (1 - p1) * (1 - p2)) + together >= -1e-12
    )
    if not ns.every(possible):
        raise ValueError("no pairs with these two proportions can have this correlation")
    return ns.maximum(first, 0.0), ns.maximum(second, 0.0)


_NO_EFFECT = "no difference that this proportion of discordant pairs allows is detected with this power"
_FEW = "fewer than 10 discordant pairs are expected: a normal approximation is rough here"

#: The standard deviations, under the null hypothesis and the alternative, of a difference of 1 from (difference,
#: discordant): power = Phi((sqrt(n) |difference| - z_alpha sd0)/sd1).
Spread = Callable[[Number, Number], tuple[Number, Number]]


def _figures(asked: Pairs, difference: Number, n: Number) -> tuple[Value, ...]:
    ns = namespace(difference, asked.discordant)
    first = (asked.discordant + difference) / 2
    second = (asked.discordant - difference) / 2
    # of a difference as large as the discordant proportion the smaller is 0, not a rounding error of it
    first, second = (ns.where(abs(x) < 1e-15, 0.0, x) for x in (first, second))
    return (
        Value("discordant proportion", asked.discordant, "proportion"),
        Value("first alone", first, "proportion", "pairs with an event in the first member alone"),
        Value("second alone", second, "proportion", "pairs with an event in the second member alone"),
        Value("paired odds ratio", ns.div(first, second), "odds ratio"),
        Value("expected discordant pairs", n * asked.discordant, "pairs"),
    )


def _normal(asked: Pairs, spread: Spread) -> Design:
    ns = asked.namespace()
    total, dropout = asked.discordant, asked.dropout
    z_alpha = -ns.norm_ppf(asked.alpha / asked.sides)
    lossless = ns.every(dropout == 0)
    exact: Number | None = None
    difference: Number = asked.difference
    if asked.n is None:
        solved = "n"
        null, alternative = spread(abs(difference), total)
        root_n = (z_alpha * null + ns.norm_ppf(asked.power) * alternative) / abs(difference)
        exact = root_n * root_n
        n = whole_up(exact)
        to_enrol = enrolled(n, dropout)
    else:
        to_enrol = asked.n
        n = asked.n if lossless else analysed(asked.n, dropout)
        if difference is None:
            solved = "effect"
            z_beta = ns.norm_ppf(asked.power)
            farthest = total + 0.0 * (n + z_alpha + z_beta)

            def excess(distance: Number) -> Number:
                null, alternative = spread(distance, total)
                return ns.sqrt(n) * distance - z_alpha * null - z_beta * alternative

            found = root(excess, farthest * 0.0, farthest)
            side = 1.0 if asked.direction == "higher" else -1.0
            difference = ns.where(excess(farthest) < 0, math.nan, side * found)
        else:
            solved = "power"
    null, alternative = spread(abs(difference), total)
    signal = ns.sqrt(n) * abs(difference)
    power = ns.norm_sf(ns.div(z_alpha * null - signal, alternative))
    opposite = ns.norm_sf(ns.div(z_alpha * null + signal, alternative)) if asked.sides == 2 else power * 0.0
    return Design(
        solved,
        difference,
        "risk difference",
        power,
        opposite,
        asked.alpha,
        asked.sides,
        n1=n,
        power_asked=asked.power,
        dropout=dropout,
        enrolled1=None if lossless else to_enrol,
        n1_exact=exact,
        unit="pairs",
        figures=_figures(asked, difference, n),
        notes=notes_when((ns.isnan(difference), _NO_EFFECT), (n * total < 10, _FEW)),
    )


@design(
    MEASURE,
    "connor",
    name="McNemar, unconditional (Connor)",
    reference="Connor 1987; Lachin 1992",
    software=("Stata power pairedproportions", "SAS PROC POWER, pairedfreq method=connor"),
    formula="N = (z_alpha*sqrt(pd) + z_beta*sqrt(pd - d^2))^2 / d^2;  "
    "power = Phi((sqrt(n)*|d| - z_alpha*sqrt(pd)) / sqrt(pd - d^2))",
    default=True,
    advice="the usual one; a little larger than Miettinen's",
)
def connor(asked: Pairs) -> Design:
    """McNemar's z without condition on the discordant pairs (Connor 1987, Biometrics 43:207; Lachin 1992)."""

    def spread(d: Number, pd: Number) -> tuple[Number, Number]:
        ns = namespace(d, pd)
        return ns.sqrt(pd) + 0.0 * d, ns.sqrt(ns.maximum(pd - d * d, 0.0))

    return _normal(asked, spread)


@design(
    MEASURE,
    "miettinen",
    name="McNemar, conditional (Miettinen)",
    reference="Miettinen 1968",
    software=("SAS PROC POWER, pairedfreq method=miettinen",),
    formula="N = (z_alpha*pd + z_beta*sqrt(pd^2 - d^2*(3+pd)/4))^2 / (pd*d^2);  "
    "power = Phi((|d|*sqrt(n*pd) - z_alpha*pd) / sqrt(pd^2 - d^2*(3+pd)/4))",
    default=True,
    advice="conditional on the discordant pairs, averaged over their number (second approximation)",
)
def miettinen(asked: Pairs) -> Design:
    """The conditional test averaged over the number of discordant pairs (Miettinen 1968, Biometrics 24:339)."""

    def spread(d: Number, pd: Number) -> tuple[Number, Number]:
        ns = namespace(d, pd)
        varies = ns.maximum(pd - d * d * (3 + pd) / (4 * pd), 0.0)
        return ns.sqrt(pd) + 0.0 * d, ns.sqrt(varies)

    return _normal(asked, spread)


@design(
    MEASURE,
    "conditional",
    name="McNemar, at the expected discordant pairs",
    reference="Miettinen 1968; Schlesselman 1982",
    formula="N = (z_alpha + 2*z_beta*sqrt(pi*(1-pi)))^2 / ((2*pi-1)^2*pd), pi = (pd+|d|)/(2*pd);  "
    "power = Phi((|2*pi-1|*sqrt(n*pd) - z_alpha) / (2*sqrt(pi*(1-pi))))",
    advice="takes the discordant pairs as if their number were known; the smallest n",
)
def conditional(asked: Pairs) -> Design:
    """The conditional test at the expected number of discordant pairs (first approximation of Miettinen 1968)."""

    def spread(d: Number, pd: Number) -> tuple[Number, Number]:
        ns = namespace(d, pd)
        return ns.sqrt(pd) + 0.0 * d, ns.sqrt(ns.maximum(pd - d * d / pd, 0.0))

    return _normal(asked, spread)


_TOO_LARGE = "so many discordant pairs that exact power is not searched: the normal methods are near it"

#: The expected discordant pairs up to which n is searched; power is computed for 20 times as many.
_MOST_DISCORDANT = 50_000


def _chances(n: int, total: float, share: float, alpha: float, sides: int) -> tuple[float, float]:
    """Power and the other tail of the exact test with n pairs, of which a share ``total`` is discordant."""
    import numpy as np

    from . import binomial_power
    from .binomial import log_binomial_arrays

    spread = 9 * math.sqrt(n * total * (1 - total)) + 20
    counts = np.arange(max(0, math.floor(n * total - spread)), min(n, math.ceil(n * total + spread)) + 1)
    if total >= 1:
        counts, weights = np.array([n]), np.array([1.0])
    else:
        weights = np.exp(log_binomial_arrays(counts * 1.0, n * 1.0, total, 1 - total))
    return binomial_power.averaged(counts, weights, 0.5, share, alpha, sides)


@design(
    MEASURE,
    "exact",
    name="McNemar, exact conditional",
    reference="Schork & Williams 1980; Duffy 1984",
    software=("SAS PROC POWER, pairedfreq dist=exact_cond", "G*Power, McNemar exact"),
    formula="power = sum over m of P(D = m)*P(B >= c_m), D binomial (n, pd), B binomial (m, (pd+|d|)/(2*pd));  "
    "c_m is the least count with P(B >= c_m) <= alpha/sides where B is binomial (m, 1/2)",
    default=True,
    closed_form=False,
    advice="the power of the exact test that many papers use; needs the most pairs",
)
def exact(asked: Pairs) -> Design:
    """The exact (binomial) test of the discordant pairs, averaged over their number (Schork & Williams 1980)."""
    from . import binomial_power

    alpha, sides, total, dropout = float(asked.alpha), asked.sides, float(asked.discordant), float(asked.dropout)
    aim = None if asked.power is None else float(asked.power)
    difference: float = math.nan if asked.difference is None else float(asked.difference)

    def share(d: float) -> float:
        return min((total + abs(d)) / (2 * total), 1.0)

    stays: int | None = None
    exact_n: float | None = None
    if asked.n is None and aim is not None:
        solved = "n"
        about = float(connor(asked).n1_exact or 1.0)
        to_enrol: float | None = math.nan
        n: float = math.nan
        if about * total <= _MOST_DISCORDANT:

            def power_of(sizes: Any) -> Any:
                import numpy as np

                return np.array([_chances(int(size), total, share(difference), alpha, sides)[0] for size in sizes])

            # a wave of power over n is 2/|difference| long, and gone where the discordant pairs vary by more than that
            wave = 2 / abs(difference)
            varies = math.sqrt(about * (1 - total) / total)
            n, stays = binomial_power.smallest(power_of, aim, about, wave if varies < wave else 0.0)
            exact_n = n
            to_enrol = enrolled(n, dropout)
    else:
        to_enrol = asked.n
        n = float(analysed(asked.n, dropout)) if dropout else float(asked.n or 0)
        solved = "power" if aim is None else "effect"
        if solved == "effect" and aim is not None and n * total <= 20 * _MOST_DISCORDANT:
            found = root(lambda d: _chances(int(n), total, share(d), alpha, sides)[0] - aim, 0.0, total)
            enough = _chances(int(n), total, 1.0, alpha, sides)[0] >= aim
            difference = (found if asked.direction == "higher" else -found) if enough else math.nan
    unsearched = n != n or n * total > 20 * _MOST_DISCORDANT
    missing = unsearched or difference != difference
    power, opposite = (math.nan, math.nan) if missing else _chances(int(n), total, share(difference), alpha, sides)
    kept = math.nan if unsearched else sum(_chances(int(n), total, 0.5, alpha, sides))
    figures = [*_figures(asked, difference, n), Value("actual alpha", kept, "proportion")]
    if stays is not None:
        figures.append(Value("n from which power stays", stays, "pairs", "no larger n has less power"))
    return Design(
        solved,
        difference,
        "risk difference",
        power,
        opposite,
        alpha,
        sides,
        n1=n if n != n else int(n),
        power_asked=aim,
        dropout=dropout,
        enrolled1=to_enrol if dropout else None,
        n1_exact=exact_n,
        unit="pairs",
        figures=tuple(figures),
        notes=notes_when((unsearched, _TOO_LARGE), (not unsearched and difference != difference, _NO_EFFECT)),
    )
