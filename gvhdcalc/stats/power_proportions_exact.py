"""Two proportions: exact power of exact and of approximate tests, by adding up all tables that they reject.

Exact power is a sawtooth in the number of patients: a patient more may lower it, as the tables that are rejected jump.
So the smallest size that has the power is not the size from which on there is the power, and both are told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from .allocation import analysed, enrolled, whole_up
from .namespace import root
from .power_proportions import (
    MEASURE,
    NO_EFFECT,
    TwoProportions,
    clustered,
    continuity_corrected,
    p1_at,
    pooled,
    unpooled,
)
from .registry import design
from .results import Design, Note, Value
from .trial_question import Inapplicable

#: The most patients of an arm whose tables are added up, and the most of both for an unconditional test.
LARGEST_ARM, LARGEST_UNCONDITIONAL = 2000, 2000

#: The most patients of an arm about which a size is looked for, by kind of test.
_SEARCHED = {"exact-pearson": 700, "exact-fisher": 400, "exact-fisher-mid-p": 400}
_SEARCHED_UNCONDITIONAL, _SEARCHED_MARGIN = 150, 60

#: A size is the smallest, or the last without the power, where so large a share of sizes about it (and so many, at
#: least) does not say otherwise. The teeth are shorter than that.
_RUN, _LEAST_RUN = 0.15, 12

_UNCONDITIONAL = ("exact-boschloo", "exact-barnard")

#: The names of the figures of the size from which on there is the power.
STAYS1, STAYS0 = "n per arm 1, power stays", "n per arm 2, power stays"


class _Exact:
    """One exact method and one question."""

    def __init__(self, asked: TwoProportions, key: str) -> None:
        if asked.margin is not None and key not in ("exact-pearson", "exact-barnard"):
            raise Inapplicable(f"{key} is for a test of equality; exact-barnard and exact-pearson take a margin")
        self.asked, self.key = asked, key

    def region(self, n1: int, n0: int) -> tuple[Any, Any]:
        """The tables rejected in the direction of the effect, and in the other. Raises Inapplicable if too many."""
        from .rejection import exact_region

        if max(n1, n0) > LARGEST_ARM or (self.key in _UNCONDITIONAL and n1 + n0 > LARGEST_UNCONDITIONAL):
            most = f"{LARGEST_ARM:,} patients in an arm"
            if self.key in _UNCONDITIONAL:
                most = f"{LARGEST_UNCONDITIONAL:,} patients in both arms"
            raise Inapplicable(f"{self.key} adds up tables of at most {most}; pooled serves there")
        return exact_region(self.asked, self.key, n1, n0)

    @staticmethod
    def probability(mask: Any, p1: float, p0: float) -> float:
        """The probability of the tables of a mask."""
        import numpy as np

        from .nuisance import TwoBinomials

        binomials = TwoBinomials(mask.shape[0] - 1, mask.shape[1] - 1)
        points = tuple(np.array([x]) for x in (p1, 1 - p1, p0, 1 - p0))
        return float(binomials.of_mask(mask.astype(float), points)[0])  # type: ignore[arg-type]

    def power(self, n1: int, n0: int) -> float:
        return self.probability(self.region(n1, n0)[0], float(self.asked.p1), float(self.asked.p0))  # type: ignore[arg-type]

    # --- the size -----------------------------------------------------------------------------------------------------

    def _about(self) -> int:
        """The second arm's patients about which the size is looked for."""
        asked = replace(self.asked, dropout=0.0, design_effect=1.0)
        method: Callable[[TwoProportions], Design] = pooled
        if asked.margin is not None:
            method = unpooled
        elif self.key == "exact-fisher":
            method = continuity_corrected
        return int(method(asked).n0)  # type: ignore[arg-type]

    def sizes(self) -> tuple[int, int]:
        """The second arm's patients: the smallest that have the power, and those from which on there is the power."""
        asked = self.asked
        aim = float(asked.power) - 1e-9  # type: ignore[arg-type]
        start = self._about()
        unconditional = _SEARCHED_UNCONDITIONAL if asked.margin is None else _SEARCHED_MARGIN
        searched = _SEARCHED.get(self.key, unconditional)
        if start * max(1.0, float(asked.ratio)) > searched:
            raise Inapplicable(
                f"{self.key} would need about {start:,} patients in an arm, and a size is looked for up to "
                f"{searched}; give --n for the power of one, or take a normal approximation"
            )
        known: dict[int, bool] = {}

        def enough(n0: int) -> bool:
            if n0 not in known:
                known[n0] = self.power(int(whole_up(n0 * asked.ratio)), n0) >= aim
            return known[n0]

        def run(n0: int) -> int:
            return max(_LEAST_RUN, math.ceil(_RUN * n0))

        def going(n0: int, step: int) -> Iterator[int]:
            while n0 >= 1:
                yield n0
                n0 += step

        # down to where none has the power, then up to where all have it
        smallest, without = None, 0
        for n0 in going(start, -1):
            if enough(n0):
                smallest, without = n0, 0
            else:
                without += 1
                if without >= run(n0):
                    break
        having = 0
        for n0 in going(start + 1, 1):
            if enough(n0):
                smallest = n0 if smallest is None else smallest
                having += 1
                if having >= run(n0):
                    break
            else:
                having = 0
        last = max((n for n, has in known.items() if not has), default=0)
        assert smallest is not None
        return smallest, last + 1

    # --- the answer ---------------------------------------------------------------------------------------------------

    def answer(self) -> Design:
        asked = self.asked
        figures: tuple[Value, ...] = ()
        notes: tuple[Note, ...] = ()
        inflation, p0 = float(asked.design_effect), float(asked.p0)
        p1 = None if asked.p1 is None else float(asked.p1)
        enrolled1: Any
        enrolled0: Any
        if asked.n1 is None:
            solved = "n"
            smallest, stays = self.sizes()
            n1, n0 = int(whole_up(smallest * asked.ratio)), smallest
            figures, notes = self._sawtooth(smallest, stays)
            whole1, whole0 = whole_up(n1 * inflation), whole_up(n0 * inflation)
            enrolled1, enrolled0 = enrolled(whole1, asked.dropout), enrolled(whole0, asked.dropout)
        else:
            solved = "power" if p1 is not None else "effect"
            enrolled1, enrolled0 = asked.n1, asked.n0
            whole1 = analysed(enrolled1, asked.dropout) if asked.dropout else enrolled1
            whole0 = analysed(enrolled0, asked.dropout) if asked.dropout else enrolled0
            n1, n0 = (int(n / inflation) for n in (whole1, whole0))
            if min(n1, n0) < 1:
                raise Inapplicable("the design effect leaves an arm without an independent patient")
        toward, away = self.region(n1, n0)
        if p1 is None:
            p1 = self._detectable(toward)
            if p1 != p1:
                notes = (Note(NO_EFFECT),)
        power = self.probability(toward, p1, p0) if p1 == p1 else math.nan
        opposite: Any = None
        if asked.margin is None:
            opposite = self.probability(away, p1, p0) if p1 == p1 else math.nan
        figures += self._level(toward, away, p0)
        return Design(
            solved,
            p1 - p0,
            "risk difference",
            power,
            opposite,
            asked.alpha,
            asked.sides,
            p1=p1,
            p0=p0,
            n1=int(whole1),
            n0=int(whole0),
            power_asked=asked.power,
            dropout=asked.dropout,
            enrolled1=enrolled1 if asked.dropout else None,
            enrolled0=enrolled0 if asked.dropout else None,
            figures=figures,
            notes=notes + clustered(asked),
        )

    def _sawtooth(self, smallest: int, stays: int) -> tuple[tuple[Value, ...], tuple[Note, ...]]:
        inflation, ratio = float(self.asked.design_effect), self.asked.ratio
        one, zero = (int(whole_up(n * inflation)) for n in (int(whole_up(stays * ratio)), stays))
        small1, small0 = (int(whole_up(n * inflation)) for n in (int(whole_up(smallest * ratio)), smallest))
        how = "smallest with the power asked for, and with it at every larger size looked at"
        figures = (Value(STAYS1, one, "patients", how), Value(STAYS0, zero, "patients", how))
        if stays == smallest:
            return figures, ()
        text = (
            f"power is a sawtooth: {small1} v {small0} patients are the first to have it; from {one} v {zero} it stays"
        )
        return figures, (Note(text),)

    def _level(self, toward: Any, away: Any, p0: float) -> tuple[Value, ...]:
        """The type I error, where p0 is as supposed and p1 as the null hypothesis has it."""
        asked = self.asked
        null = p0 if asked.margin is None else float(p1_at(asked.contrast, asked.margin, p0))
        if not 0 < null < 1:
            return ()
        found = self.probability(toward, null, p0) + self.probability(away, null, p0)
        return (Value("type I error", found, "proportion", f"at p1 = {null:.6g}, p0 = {p0:.6g}"),)

    def _detectable(self, toward: Any) -> float:
        """The nearest p1 on the side asked for that has the power; nan where there is none."""
        asked = self.asked
        p0, side = float(asked.p0), 1.0 if asked.direction == "higher" else -1.0
        start = p0 if asked.margin is None else min(max(float(p1_at(asked.contrast, asked.margin, p0)), 0.0), 1.0)
        farthest = 1 - start if side > 0 else start

        def excess(moved: float) -> float:
            p1 = min(max(start + side * moved, 0.0), 1.0)
            return self.probability(toward, p1, p0) - float(asked.power)  # type: ignore[arg-type]

        if excess(farthest) < 0:
            return math.nan
        return start + side * float(root(excess, 0.0, farthest))


def _register(
    key: str, name: str, reference: str, software: tuple[str, ...], rejected: str, advice: str, what: str
) -> None:
    def exact(asked: TwoProportions) -> Design:
        return _Exact(asked, key).answer()

    exact.__doc__ = what
    design(
        MEASURE,
        key,
        name=name,
        reference=reference,
        software=software,
        formula=f"power = sum of P(x1 | n1, p1)*P(x0 | n0, p0) over all tables with {rejected}",
        advice=advice,
        closed_form=False,
        slow=True,
    )(exact)


#: Key, name, reference, software, the tables that are rejected, advice, documentation.
_METHODS = (
    (
        "exact-pearson",
        "chi-square (score), exact power",
        "Fagerland, Lydersen & Laake 2017",
        ("R Exact power.exact.test, method='pearson chisq'", "PASS, binomial enumeration"),
        "z >= z_alpha;  z = (x1/n1 - x0/n0)/sqrt(p*(1-p)*(1/n1+1/n0)), with a margin the score statistic",
        "what the uncorrected chi-square really has; its level may lie above alpha",
        "Exact power of Pearson's chi-square, or of the score test of a margin, by enumeration of all tables.",
    ),
    (
        "exact-fisher",
        "Fisher, exact power",
        "Bennett & Hsu 1960; Casagrande, Pike & Smith 1978",
        (
            "R Exact power.exact.test, method='fisher'",
            "G*Power",
            "PASS",
            "nQuery",
            "SAS PROC POWER, fisher (approximate)",
        ),
        "Fisher's P <= alpha",
        "where Fisher's test will be used; continuity-corrected is close to it",
        "Exact unconditional power of Fisher's test (Bennett & Hsu 1960); two-sided P as R's fisher.test.",
    ),
    (
        "exact-fisher-mid-p",
        "Fisher mid-P, exact power",
        "Lancaster 1961; Fagerland, Lydersen & Laake 2017",
        (),
        "Fisher's mid-P <= alpha",
        "less conservative than Fisher's test, close to exact unconditional tests",
        "Exact power of the mid-P version of Fisher's test; two-sided P counts half of the tables as probable.",
    ),
    (
        "exact-boschloo",
        "Boschloo, exact power",
        "Boschloo 1970; Suissa & Shuster 1985",
        ("R Exact power.exact.test, method='boschloo'",),
        "Boschloo's P <= alpha",
        "never less power than Fisher's test at the same level",
        "Exact power of Boschloo's unconditional test, which orders tables by Fisher's P (Boschloo 1970).",
    ),
    (
        "exact-barnard",
        "Barnard (score), exact power",
        "Suissa & Shuster 1985; Chan 1998",
        ("R Exact power.exact.test, method='z-pooled'", "StatXact", "PASS"),
        "sup over q of P(|T| >= |T of the table| | q) <= alpha;  T the score statistic, also of a margin",
        "guaranteed level, and close to the power of the chi-square; with a margin Chan's exact test",
        "Exact power of Barnard's unconditional test by the score statistic (Suissa & Shuster 1985; Chan 1998).",
    ),
)

for _method in _METHODS:
    _register(*_method)
