"""What a question about a trial's size must hold before it has an answer: checks that raise ValueError in one line."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .namespace import namespace
from .results import Number


class Inapplicable(ValueError):
    """A method that cannot answer a question, though others can: the message says why."""


def require(value: Number, holds: Callable[[Any], Any], message: str, *, show: bool = True) -> None:
    """Raise ValueError unless the condition holds, of each element of an array; the message shows a plain number."""
    if not namespace(value).every(holds(value)):
        shown = f", not {value:.10g}" if show and isinstance(value, (int, float)) else ""
        raise ValueError(message + shown)


def require_probability(value: Number, name: str) -> None:
    """Raise ValueError unless 0 < value < 1."""
    require(value, lambda p: (p > 0) & (p < 1), f"{name} must be strictly between 0 and 1")


def require_test(alpha: Number, sides: int, power: Number | None) -> None:
    """Raise ValueError unless 0 < alpha < power < 1 and the test has 1 or 2 sides."""
    require_probability(alpha, "alpha")
    if sides not in (1, 2):
        raise ValueError(f"a test has 1 or 2 sides, not {sides}")
    if power is not None:
        require_probability(power, "power")
        require(power - alpha, lambda d: d > 0, "power must be above alpha, which needs no patients", show=False)


def require_arms(n1: Number | None, n0: Number | None, ratio: Number, dropout: Number) -> None:
    """Raise ValueError unless ratio and dropout are possible, and both arms or neither are given, not empty."""
    require(ratio, lambda r: (r > 0) & (r < math.inf), "the allocation ratio must be above 0")
    require(dropout, lambda d: (d >= 0) & (d < 1), "dropout must be at least 0 and below 1")
    if (n1 is None) != (n0 is None):
        raise ValueError("the patients of one arm are given and those of the other are not")
    for n in (n1, n0):
        if n is not None:
            require(n, lambda n: (n >= 1) & (n < math.inf), "an arm must have at least one patient")
            require(n * (1 - dropout), lambda n: n >= 1, "dropout leaves an arm without a patient", show=False)


def require_size(n: Number | None, dropout: Number, unit: str = "patient") -> None:
    """Raise ValueError unless the size of a trial of one arm, where it is given, has a patient after dropout."""
    require(dropout, lambda d: (d >= 0) & (d < 1), "dropout must be at least 0 and below 1")
    if n is not None:
        require(n, lambda n: (n >= 1) & (n < math.inf), f"there must be at least one {unit}")
        require(n * (1 - dropout), lambda n: n >= 1, f"dropout leaves no {unit}", show=False)


def require_two_of_three(name: str, *, effect: bool, size: bool, power: bool) -> None:
    """Raise ValueError unless exactly two of effect (which has a ``name``), size and power are given."""
    names = [what for what, known in ((name, effect), ("size", size), ("power", power)) if known]
    if len(names) != 2:
        found = " and ".join(names) if len(names) < 3 else "all three are"
        raise ValueError(f"give two of {name}, size and power to find the third: {found or 'none is'} given")
