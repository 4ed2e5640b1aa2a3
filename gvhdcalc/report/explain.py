"""How a figure is made: the formula in letters, the formula with the numbers put in, and where it is from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..stats.registry import Method

_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
#: Where z is what the formula gives, the statistic of a test, it is not the quantile of a level.
_STATISTIC = re.compile(r"\bz = ")


def _put_in(formula: str, letters: Mapping[str, float]) -> str:
    """The formula with each letter that has a number replaced by it; P(X = a) keeps its X, and z = ... its z."""
    put = letters.keys() - ({"z"} if _STATISTIC.search(formula) else set())
    return _WORD.sub(lambda word: f"{letters[word[0]]:.10g}" if word[0] in put else word[0], formula)


def explain(methods: Iterable[Method], letters: Mapping[str, float]) -> str:
    """One paragraph for each method: name and key, formula, formula with numbers, what it is, source, software."""
    paragraphs = []
    for method in methods:
        lines = [f"{method.name} ({method.key})"]
        if method.formula:
            lines.append(f"  formula    {method.formula}")
            put_in = _put_in(method.formula, letters)
            if put_in != method.formula:
                lines.append(f"  numbers    {put_in}")
        described = (method.function.__doc__ or "").strip().splitlines()
        if described:
            lines.append(f"  what       {described[0]}")
        if method.advice:
            lines.append(f"  when       {method.advice}")
        lines.append(f"  source     {method.reference}")
        if method.software:
            lines.append(f"  default of {'; '.join(method.software)}")
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs) + "\n"
