"""Group sequential trials: bounds of the usual families, what they cost, and the size that keeps the power.

Z_k is the statistic at look k, information fraction t_k; the trial stops for efficacy when Z_k reaches the upper bound
(|Z_k| when two-sided), and for futility when Z_k falls below the lower one. Chances are in boundary_crossing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from . import spending
from .allocation import enrolled, whole_up
from .boundary_crossing import Crossing, Paths, crossing
from .namespace import Scalars, norm_ppf, root
from .registry import design
from .results import Design, Note, Value
from .trial_question import Inapplicable, require_probability

MEASURE = "group sequential design"

Futility = Literal["obrien-fleming", "pocock", "power-family", "hwang-shih-decani", "fixed"]
#: The most looks, and the least information from one look to the next, as a share of that at the next.
MOST_LOOKS = 20
_LEAST_STEP = 1e-4
_NONE = -math.inf


@dataclass(frozen=True, slots=True)
class FixedSample:
    """What the trial would need without looks: patients of each arm or events, before rounding, at ``power``.

    ``effect`` is p1 - p0 or the hazard ratio as ``effect_scale`` says; ``name`` the formula.
    """

    effect: float
    effect_scale: str
    name: str
    n1_exact: float | None = None
    n0_exact: float | None = None
    events_exact: float | None = None
    p1: float | None = None
    p0: float | None = None


@dataclass(frozen=True, slots=True)
class Looks:
    """A question about looks at information fractions ``times``, rising to 1.

    ``delta`` of Wang and Tsiatis, ``gamma`` of Hwang, Shih and DeCani, ``rho`` of the power family, ``early`` the bound
    of Haybittle and Peto before the last look. ``futility`` spends 1 - ``power`` (one-sided tests only) by its family
    (``futility_gamma``, ``futility_rho``), or is "fixed" at ``futility_z`` of each look but the last; ``binding`` says
    that the level counts on stopping there. ``n1``, ``n0`` or ``events`` given ask for the power instead of the size.

    Raises ValueError, with the figure at fault, for times that do not rise to 1 or are too close, too many looks, a
    probability not strictly between 0 and 1, or futility with two sides.
    """

    times: tuple[float, ...]
    alpha: float = 0.05
    sides: int = 2
    power: float = 0.8
    delta: float = 0.25
    gamma: float = -4.0
    rho: float = 3.0
    early: float = 3.0
    futility: Futility | None = None
    futility_gamma: float = -2.0
    futility_rho: float = 2.0
    futility_z: tuple[float, ...] = ()
    binding: bool = False
    fixed: FixedSample | None = None
    n1: int | None = None
    n0: int | None = None
    events: int | None = None
    dropout: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= len(self.times) <= MOST_LOOKS:
            raise ValueError(f"a trial has 1 to {MOST_LOOKS} looks, not {len(self.times)}")
        if any(not a < b for a, b in zip((0.0, *self.times), self.times, strict=False)) or self.times[-1] != 1:
            raise ValueError("the information fractions must rise, from above 0 to 1")
        for before, t in pairwise((0.0, *self.times)):
            if t - before < _LEAST_STEP * t:
                raise ValueError(f"the looks at information {before:.10g} and {t:.10g} are too close to tell apart")
        require_probability(self.alpha, "alpha")
        require_probability(self.power, "power")
        if self.power <= self.alpha / self.sides:
            raise ValueError("power must be above the level of the test, which needs no patients")
        if self.futility is not None and self.sides == 2:
            raise ValueError("futility bounds are of one-sided tests: give --sides 1 (and half the level)")
        if self.futility == "fixed" and len(self.futility_z) != len(self.times) - 1:
            raise ValueError(
                f"fixed futility bounds are one for each look but the last: {len(self.times) - 1}, "
                f"not {len(self.futility_z)}"
            )

    @property
    def level(self) -> float:
        """The level of one side."""
        return self.alpha / self.sides

    @property
    def looks(self) -> int:
        """K."""
        return len(self.times)

    def beta_spent(self, t: float) -> float:
        """The error of the second kind that may be spent by an information fraction."""
        beta = 1 - self.power
        if self.futility == "obrien-fleming":
            return spending.obrien_fleming(beta, t)
        if self.futility == "pocock":
            return spending.pocock(beta, t)
        if self.futility == "power-family":
            return spending.power_family(beta, t, self.futility_rho)
        return spending.hwang_shih_decani(beta, t, self.futility_gamma)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds on Z of each look, (K,): ``lower`` is -inf where there is none, minus ``upper`` in a two-sided test.

    ``theta`` is the drift, E(Z) at the end, at which the trial has its power. ``inflation`` is the greatest information
    over that of a trial without looks. ``spent`` is the level of one side spent by each look.
    """

    times: tuple[float, ...]
    upper: tuple[float, ...]
    lower: tuple[float, ...]
    theta: float
    inflation: float
    spent: tuple[float, ...]


# --- bounds ----------------------------------------------------------------------------------------------------------


def _none(looks: int) -> tuple[float, ...]:
    return (_NONE,) * looks


def _futility_fixed(asked: Looks, last: float) -> tuple[float, ...]:
    """The fixed lower bounds, the last of them the upper one; none where there is no futility."""
    return (*asked.futility_z, last) if asked.futility == "fixed" else _none(asked.looks)


def level_of(asked: Looks, upper: tuple[float, ...]) -> float:
    """The chance, without effect, of crossing the upper bounds: of one side, (K,) bounds on Z."""
    if asked.sides == 2:
        lower = tuple(-u for u in upper)
    elif asked.binding:
        lower = (*_futility_fixed(asked, upper[-1])[:-1], _NONE)
    else:
        lower = _none(asked.looks)
    return math.fsum(crossing(asked.times, lower, upper, 0.0).above)


def _root(rising: Callable[[float], float], lower: float, upper: float) -> float:
    """The root of a rising function above ``lower``; ``upper`` is moved out until the root is below it.

    Raises Inapplicable where there is none.
    """
    for _ in range(20):
        if rising(upper) >= 0:
            break
        upper *= 8
    else:
        raise Inapplicable("no bounds of this kind keep the level and the power")
    if rising(lower) > 0:
        raise Inapplicable("no bounds of this kind spend the whole level: futility leaves too little")
    return float(root(rising, lower, upper))


def by_shape(asked: Looks, shape: Callable[[float], tuple[float, ...]]) -> tuple[float, ...]:
    """The bounds of a shape times the constant that keeps the level. Raises Inapplicable with binding beta spending."""
    if asked.futility not in (None, "fixed") and asked.binding:
        raise Inapplicable("binding futility by spending needs bounds that are spent too (a lan-demets method)")
    least = 0.0 if asked.sides == 2 else -12.0  # a level of one side above 1/2 has bounds below 0
    return shape(_root(lambda c: asked.level - level_of(asked, shape(c)), least, 12.0))


def _next_bound(paths: Paths, t: float, chance: float, *, above: bool) -> float:
    """The bound at ``t`` that paths cross with a given chance."""
    if chance <= 1e-300:
        return math.inf if above else -math.inf
    cross = paths.above if above else paths.below
    if cross(t, -40.0 if above else 40.0) <= chance:
        return -math.inf if above else math.inf
    return float(root(lambda b: cross(t, b) - chance, -40.0, 40.0))


def _increments(total: list[float]) -> list[float]:
    return [max(0.0, b - a) for a, b in zip([0.0, *total], total, strict=False)]


def by_spending(asked: Looks, spend: Callable[[float, float], float]) -> tuple[float, ...]:
    """The bounds that spend the level of one side as ``spend`` says, look by look, where no futility is binding."""
    fixed = asked.binding and asked.futility == "fixed"
    paths, upper = Paths.start(0.0), []
    chances = _increments([spend(asked.level, t) for t in asked.times])
    for k, (t, chance) in enumerate(zip(asked.times, chances, strict=True)):
        bound = _next_bound(paths, t, chance, above=True)
        if bound == _NONE:
            raise Inapplicable("the futility bounds are so high that the level cannot be spent")
        upper.append(bound)
        if k + 1 < asked.looks:
            low = -bound if asked.sides == 2 else (asked.futility_z[k] if fixed else _NONE)
            paths = paths.on(t, low, bound, asked.times[k + 1])
    return tuple(upper)


# --- power and futility ----------------------------------------------------------------------------------------------


def _power(asked: Looks, lower: tuple[float, ...], upper: tuple[float, ...], theta: float) -> Crossing:
    return crossing(asked.times, lower, upper, theta)


def _drift(asked: Looks, lower: tuple[float, ...], upper: tuple[float, ...]) -> float:
    """The drift with which the upper bounds are crossed with the power asked for."""
    fixed = -norm_ppf(asked.level) + norm_ppf(asked.power)
    return _root(
        lambda theta: math.fsum(_power(asked, lower, upper, theta).above) - asked.power, 0.2 * fixed, 6 * fixed + 2
    )


def _with_futility(
    asked: Looks, upper: tuple[float, ...] | None, spend: Callable[[float, float], float] | None
) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    """Upper bounds, lower bounds that spend 1 - power, and the drift at which the last two meet.

    ``upper`` is None where futility is binding: the upper bounds are then spent look by look beside the lower ones.
    """
    betas = _increments([asked.beta_spent(t) for t in asked.times])
    alphas = [] if spend is None else _increments([spend(asked.level, t) for t in asked.times])
    found: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())

    def spare(theta: float) -> float:
        """1 - power less the chance of ending without efficacy, at a drift: it rises."""
        nonlocal found
        null, paths = Paths.start(0.0), Paths.start(theta)
        ups, lows, below = [], [], 0.0
        for k, t in enumerate(asked.times):
            up = upper[k] if upper is not None else _next_bound(null, t, alphas[k], above=True)
            last = k + 1 == asked.looks
            low = up if last else min(_next_bound(paths, t, betas[k], above=False), up)
            below += paths.below(t, low)
            ups.append(up)
            lows.append(low)
            if not last:
                paths = paths.on(t, low, up, asked.times[k + 1])
                if upper is None:
                    null = null.on(t, low, up, asked.times[k + 1])
        found = tuple(ups), tuple(lows)
        return (1 - asked.power) - below

    fixed = -norm_ppf(asked.level) + norm_ppf(asked.power)
    theta = _root(spare, 0.5 * fixed, 4 * fixed + 2)
    spare(theta)
    return (*found, theta)


def bounds(
    asked: Looks,
    shape: Callable[[float], tuple[float, ...]] | None = None,
    spend: Callable[[float, float], float] | None = None,
    upper: tuple[float, ...] | None = None,
) -> Bounds:
    """The bounds of a family, given as a ``shape``, as what it may ``spend``, or as they are (``upper``)."""
    spent_futility = asked.futility not in (None, "fixed")
    if upper is None and not (spent_futility and asked.binding):
        upper = by_shape(asked, shape) if shape is not None else by_spending(asked, spend or spending.obrien_fleming)
    elif upper is None and spend is None:
        raise Inapplicable("binding futility by spending needs bounds that are spent too (a lan-demets method)")
    if spent_futility:
        upper, lower, theta = _with_futility(asked, upper, spend)
    else:
        assert upper is not None
        lower = tuple(-u for u in upper) if asked.sides == 2 else _futility_fixed(asked, upper[-1])
        for k, (low, up) in enumerate(zip(lower[:-1], upper, strict=False), 1):
            if asked.futility == "fixed" and low >= up:
                raise Inapplicable(f"the futility bound {low:g} at look {k} is not below the upper bound, {up:.4g}")
        theta = _drift(asked, lower, upper)
    counted = lower if asked.sides == 2 or asked.binding else _none(asked.looks)
    level = crossing(asked.times, (*counted[:-1], _NONE), upper, 0.0).above
    spent, total = [], 0.0
    for chance in level:
        total += chance
        spent.append(total)
    fixed = -norm_ppf(asked.level) + norm_ppf(asked.power)
    return Bounds(asked.times, upper, lower, theta, (theta / fixed) ** 2, tuple(spent))


# --- designs ---------------------------------------------------------------------------------------------------------


def _nominal(asked: Looks, z: float) -> float:
    """The P value, of as many sides as the test, that a bound stands for."""
    return asked.sides * Scalars.norm_sf(z) if z > _NONE else 1.0


@dataclass(frozen=True, slots=True)
class _Size:
    """Size at the last look, before rounding and in whole patients or events."""

    n1: float | None = None
    n0: float | None = None
    events: float | None = None
    whole: tuple[int | None, int | None, int | None] = field(default=(None, None, None))


def _size(asked: Looks, found: Bounds) -> _Size:
    fixed = asked.fixed
    if fixed is None:
        return _Size()

    def times(value: float | None) -> float | None:
        return None if value is None else value * found.inflation

    n1, n0, events = times(fixed.n1_exact), times(fixed.n0_exact), times(fixed.events_exact)
    whole = tuple(None if value is None else int(whole_up(value)) for value in (n1, n0, events))
    return _Size(n1, n0, events, whole)  # type: ignore[arg-type]


def _of(asked: Looks, found: Bounds, notes: tuple[Note, ...] = ()) -> Design:
    """The design of a family: its size (or its power at a given size) and its figures, look by look."""
    size = _size(asked, found)
    given = asked.n1 is not None or asked.events is not None
    n1, n0, events = (asked.n1, asked.n0, asked.events) if given else size.whole
    ratio = 1.0
    if asked.fixed is not None:
        whole, exact = (events, size.events) if size.events is not None else (
            (None if n1 is None or n0 is None else n1 + n0), (size.n1 or 0.0) + (size.n0 or 0.0)
        )  # fmt: skip
        ratio = 1.0 if whole is None or not exact else whole / exact
    theta = found.theta * math.sqrt(ratio)
    none, half, reached = (crossing(asked.times, found.lower, found.upper, drift) for drift in (0.0, theta / 2, theta))
    power = math.fsum(reached.above)
    to_enrol = [None if n is None else int(enrolled(n, asked.dropout)) for n in (n1, n0)]
    fixed = asked.fixed
    return Design(
        "power" if given else "n",
        fixed.effect if fixed else math.nan,
        fixed.effect_scale if fixed else "drift",
        power,
        math.fsum(reached.below) if asked.sides == 2 else 0.0,
        asked.alpha,
        asked.sides,
        p1=fixed.p1 if fixed else None,
        p0=fixed.p0 if fixed else None,
        n1=n1,
        n0=n0,
        events=events,
        power_asked=None if given else asked.power,
        dropout=asked.dropout,
        enrolled1=to_enrol[0] if asked.dropout else None,
        enrolled0=to_enrol[1] if asked.dropout else None,
        n1_exact=None if given else size.n1,
        n0_exact=None if given else size.n0,
        events_exact=None if given else size.events,
        figures=(
            Value("inflation factor", found.inflation, "ratio"),
            Value("drift", theta, "z"),
            *_expected(asked, size, n1, n0, events, (none, half, reached)),
            *_by_look(asked, found, size, ratio, none, reached),
        ),
        notes=notes,
    )


def _expected(
    asked: Looks, size: _Size, n1: int | None, n0: int | None, events: int | None, under: tuple[Crossing, ...]
) -> tuple[Value, ...]:
    """The expected size without, with half and with the effect."""
    total = events if events is not None else (None if n1 is None or n0 is None else n1 + n0)
    unit = "events" if size.events is not None else "patients"
    rows = []
    for name, stops in zip(("no effect", "half the effect", "the effect"), under, strict=True):
        fraction = stops.expected(asked.times)
        rows.append(Value(f"expected fraction, {name}", fraction, "proportion"))
        if total is not None:
            rows.append(Value(f"expected {unit}, {name}", fraction * total, unit))
    return tuple(rows)


def _by_look(
    asked: Looks, found: Bounds, size: _Size, ratio: float, none: Crossing, reached: Crossing
) -> tuple[Value, ...]:
    """The figures of each look, as names that end in its number."""
    rows: list[Value] = []
    stopped = with_effect = 0.0
    futile = asked.futility is not None
    for k, t in enumerate(asked.times):
        look = f"at look {k + 1}"
        stopped += none.above[k] + none.below[k]
        with_effect += reached.above[k]
        rows.append(Value(f"information {look}", t, "proportion"))
        if size.events is not None:
            rows.append(Value(f"events {look}", t * size.events * ratio, "events"))
        elif size.n1 is not None and size.n0 is not None:
            rows.append(Value(f"patients {look}", t * (size.n1 + size.n0) * ratio, "patients"))
        rows.append(Value(f"upper bound {look}", found.upper[k], "z"))
        rows.append(Value(f"nominal P {look}", _nominal(asked, found.upper[k]), "nominal P"))
        rows.append(Value(f"alpha spent {look}", asked.sides * found.spent[k], "proportion"))
        if futile:
            rows.append(Value(f"lower bound {look}", found.lower[k], "z"))
        effect = effect_at(asked, found, size, ratio, k)
        if effect is not None:
            rows.append(Value(f"effect at the upper bound {look}", effect, "ratio" if size.events else "difference"))
        rows.append(Value(f"power {look}", with_effect, "proportion"))
        rows.append(Value(f"stopped without effect {look}", stopped if k + 1 < asked.looks else 1.0, "proportion"))
    return tuple(rows)


def bounds_of(asked: Looks, row: Design) -> tuple[list[float], list[float]]:
    """The upper and the lower bounds on Z of a design of these looks, (K,) each; -inf where there is no lower bound."""
    figures: dict[str, Any] = {figure.name: figure.value for figure in row.figures}
    looks = range(1, asked.looks + 1)
    upper = [figures[f"upper bound at look {k}"] for k in looks]
    if asked.sides == 2:
        return upper, [-bound for bound in upper]
    return upper, [figures.get(f"lower bound at look {k}", _NONE) for k in looks]


def drift_of(row: Design) -> float:
    """E(Z) at the last look of a sequential design, with the effect."""
    return next(figure.value for figure in row.figures if figure.name == "drift")  # type: ignore[return-value]


def effect_at(asked: Looks, found: Bounds, size: _Size, ratio: float, k: int) -> float | None:
    """The hazard ratio or the difference whose estimate is at the upper bound of look k (from 0).

    The effect that the trial is planned for stands for the drift at full information: on the log of a hazard ratio,
    or on the difference, it grows with the bound over sqrt(t).
    """
    fixed = asked.fixed
    if fixed is None or not math.isfinite(found.upper[k]):
        return None
    share = found.upper[k] / (found.theta * math.sqrt(ratio * asked.times[k]))
    if size.events is not None:
        return math.exp(math.log(fixed.effect) * share)
    return fixed.effect * share


_BOUNDS = "stop at look k when Z_k >= b_k (|Z_k| when two-sided);  "
_LAN_DEMETS = _BOUNDS + "P(Z_1 < b_1, ..., Z_k >= b_k) = a*(t_k) - a*(t_(k-1)), of one side;  "


@design(
    MEASURE,
    "obrien-fleming",
    name="O'Brien-Fleming",
    reference="O'Brien & Fleming 1979",
    software=("R rpact, OF", "R gsDesign, OF", "PASS", "East"),
    formula=_BOUNDS + "b_k = c/sqrt(t_k), c so that the level is alpha",
    closed_form=False,
    advice="little is spent early: the last look is nearly that of a trial without looks",
)
def obrien_fleming(asked: Looks) -> Design:
    """Bounds c/sqrt(t_k) (O'Brien & Fleming 1979; Jennison & Turnbull 2000, section 2.5)."""
    return _of(asked, bounds(asked, shape=lambda c: tuple(c / math.sqrt(t) for t in asked.times)))


@design(
    MEASURE,
    "pocock",
    name="Pocock",
    reference="Pocock 1977",
    software=("R rpact, P", "R gsDesign, Pocock", "PASS", "East"),
    formula=_BOUNDS + "b_k = c, c so that the level is alpha",
    closed_form=False,
    advice="the same nominal level at each look: stops early most often, costs most",
)
def pocock(asked: Looks) -> Design:
    """One bound c at all looks (Pocock 1977; Jennison & Turnbull 2000, section 2.4)."""
    return _of(asked, bounds(asked, shape=lambda c: (c,) * asked.looks))


@design(
    MEASURE,
    "wang-tsiatis",
    name="Wang-Tsiatis",
    reference="Wang & Tsiatis 1987",
    software=("R rpact, WT", "R gsDesign, WT"),
    formula=_BOUNDS + "b_k = c*t_k^(delta - 1/2), c so that the level is alpha",
    closed_form=False,
    advice="between O'Brien-Fleming (delta 0) and Pocock (delta 1/2)",
)
def wang_tsiatis(asked: Looks) -> Design:
    """Bounds c t_k^(delta - 1/2) (Wang & Tsiatis 1987; Jennison & Turnbull 2000, section 2.7)."""
    return _of(asked, bounds(asked, shape=lambda c: tuple(c * t ** (asked.delta - 0.5) for t in asked.times)))


@design(
    MEASURE,
    "haybittle-peto",
    name="Haybittle-Peto",
    reference="Haybittle 1971; Peto et al. 1976",
    software=("R rpact, HP", "East"),
    formula=_BOUNDS + "b_k = 3 before the last look, the last so that the level is alpha",
    closed_form=False,
    advice="simple; nearly nothing is spent early",
)
def haybittle_peto(asked: Looks) -> Design:
    """A high bound (3) before the last look, which keeps the level (Haybittle 1971; Peto et al. 1976)."""
    early = (asked.early,) * (asked.looks - 1)
    if asked.looks > 1 and level_of(asked, (*early, 40.0)) >= asked.level:
        raise Inapplicable(f"a bound of {asked.early:g} before the last look spends all of the level")
    return _of(asked, bounds(asked, shape=lambda c: (*early, c)))


@design(
    MEASURE,
    "lan-demets-obrien-fleming",
    name="Lan-DeMets, O'Brien-Fleming type",
    reference="Lan & DeMets 1983",
    software=("R rpact, asOF", "R gsDesign, sfLDOF", "SAS PROC SEQDESIGN, ERRSPEND", "Stata gsdesign", "East"),
    formula=_LAN_DEMETS + "a*(t) = 2 - 2*Phi(z_(a/2)/sqrt(t))",
    default=True,
    closed_form=False,
    advice="the usual choice: looks may come at other times than planned",
)
def lan_demets_obrien_fleming(asked: Looks) -> Design:
    """Bounds that spend the level as 2 - 2 Phi(z_{alpha/2}/sqrt(t)) (Lan & DeMets 1983)."""
    return _of(asked, bounds(asked, spend=spending.obrien_fleming))


@design(
    MEASURE,
    "lan-demets-pocock",
    name="Lan-DeMets, Pocock type",
    reference="Lan & DeMets 1983",
    software=("R rpact, asP", "R gsDesign, sfLDPocock", "East"),
    formula=_LAN_DEMETS + "a*(t) = a*log(1 + (e - 1)*t)",
    closed_form=False,
)
def lan_demets_pocock(asked: Looks) -> Design:
    """Bounds that spend the level as alpha log(1 + (e - 1) t) (Lan & DeMets 1983)."""
    return _of(asked, bounds(asked, spend=spending.pocock))


@design(
    MEASURE,
    "kim-demets",
    name="Kim-DeMets, power family",
    reference="Kim & DeMets 1987",
    software=("R rpact, asKD", "R gsDesign, sfPower"),
    formula=_LAN_DEMETS + "a*(t) = a*t^rho",
    closed_form=False,
)
def kim_demets(asked: Looks) -> Design:
    """Bounds that spend the level as alpha t^rho (Kim & DeMets 1987)."""
    return _of(asked, bounds(asked, spend=lambda error, t: spending.power_family(error, t, asked.rho)))


@design(
    MEASURE,
    "hwang-shih-decani",
    name="Hwang-Shih-DeCani",
    reference="Hwang, Shih & DeCani 1990",
    software=("R rpact, asHSD", "R gsDesign"),
    formula=_LAN_DEMETS + "a*(t) = a*(1 - exp(-gamma*t))/(1 - exp(-gamma))",
    closed_form=False,
    advice="gamma -4 is near O'Brien-Fleming, 1 near Pocock",
)
def hwang_shih_decani(asked: Looks) -> Design:
    """Bounds that spend the level as alpha (1 - e^(-gamma t))/(1 - e^(-gamma)) (Hwang, Shih & DeCani 1990)."""
    return _of(asked, bounds(asked, spend=lambda error, t: spending.hwang_shih_decani(error, t, asked.gamma)))
