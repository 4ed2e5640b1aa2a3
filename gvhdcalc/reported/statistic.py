"""Test statistics beside their P value: "t(38) = 2.31, P = 0.026", "F1,77 = 4.82", "χ2(1) = 2.1", "z = -2.21".

The P value follows from the statistic and its degrees of freedom alone, whatever was compared.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..stats import p_of_statistic
from .scan import Scan

# Before a P value: "= 2.31,", with "df = 38," or "one-tailed" after it or not. Codes of lexemes (scan.py).
_BEFORE_P = re.compile(r"=(?P<value>[in])[,;:]?(?:w=(?P<df>[in])[,;:]?)?\(?(?P<sides>w)?$")
_SIDES = re.compile(r"\s*(?:one|two|1|2|single)[- \u2010-\u2013](?:tailed|sided)\s*", re.IGNORECASE)
_LISTED = re.compile("p,?a?p")  # P values of several statistics
_LOOK = 14  # lexemes before a P value
_LETTERS = 48  # characters before the equals sign
_NUMBER = r"[0-9]{1,7}(?:\.[0-9]{1,6})?"
_NAMED = re.compile(
    rf"""(?<![^\W_])(?P<name>
      t | F | [zZ] | r | (?:[χΧ𝜒] | [Cc]hi | X (?=\s?[2²^])) (?:[\s-]?(?:\^?2|²|[Ss]quared?))?
    )
    (?:\s?(?P<bracket>[(\[])?\s?(?:df\s?=\s?)?(?P<df1>{_NUMBER})(?:\s?[,;]\s?(?:[nN]\s?=\s?)?(?P<df2>{_NUMBER}))?\s?[)\]]?²?)?
    \s*$""",
    re.VERBOSE,
)
#: Degrees of freedom that are lowered in print too: "t₃₈".
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
#: "heterogeneity (I2 = 0%, P = 0.81)": before the P value, where it is said what both are of.
_I_SQUARED = re.compile(
    r"(?:heterogen|homogen|inconsisten)[^.;]{0,40}?(?P<name>\bI\s?(?:\^?2|²|-?squared))\s?[=:]\s?[0-9.·]{1,5}\s?%[,;\s]{0,2}\Z",
    re.IGNORECASE,
)
_OF_EFFECT = re.compile(r"\s?for (?:the )?(?:overall|pooled|effect|treatment)")
_DEGREES = re.compile(r"(?:df|d\.f\.|degrees? of freedom)\s*$", re.IGNORECASE)
#: More would take long, and no text has them.
_MOST_DEGREES = 1e6


class Statistic(NamedTuple):
    """A test statistic as printed: its name ("t", "F", "chi-squared", "z", "r", "I2"), place and degrees of freedom.

    ``begin`` is the character it begins with, ``numbers`` are the places of its degrees of freedom.
    """

    name: str
    place: int
    degrees: tuple[float, ...]
    begin: int
    numbers: tuple[int, ...] = ()

    def p(self, value: float) -> float:
        """Its two-sided P value (the upper tail of F and chi-squared) were it ``value``."""
        if self.name == "z":
            return p_of_statistic.normal(value)
        if self.name == "t":
            return p_of_statistic.t(value, *self.degrees)
        if self.name == "r":
            return p_of_statistic.correlation(max(-1.0, min(1.0, value)), *self.degrees)
        tail = p_of_statistic.f if self.name == "F" else p_of_statistic.chi_squared
        return tail(max(0.0, value), *self.degrees)

    @property
    def known(self) -> bool:
        """Whether all degrees of freedom are printed."""
        return len(self.degrees) == {"z": 0, "F": 2}.get(self.name, 1)


def find(scan: Scan) -> dict[int, Statistic]:
    """The statistics of a text, by the place of the P value beside each."""
    found = {}
    codes = scan.codes
    for p in scan.relation:
        place = codes.rfind("q", max(0, p - 3), p)
        if place > 0 and codes[place - 1] in "=:" and (row := _i_squared(scan, place, p)) is not None:
            found[p] = row
            continue
        if codes.find("=", max(0, p - _LOOK), p) < 0:
            continue
        match = _BEFORE_P.search(codes, max(0, p - _LOOK), p)
        if match and not _LISTED.match(codes, p) and (statistic := _read(scan, match)) is not None:
            sides = match.start("sides")
            if sides < 0 or _SIDES.fullmatch(scan.text, scan.start[sides], scan.start[p]):
                found[p] = statistic
    return found


def _i_squared(scan: Scan, place: int, p: int) -> Statistic | None:
    """The I2 that a percentage before a P value is."""
    start = scan.start[p]
    named = _I_SQUARED.search(scan.text, max(0, start - 80), start)
    if named is None or scan.start[place] < named.start("name"):
        return None
    if _OF_EFFECT.match(scan.text, scan.end[p]):
        return None
    return Statistic("I2", place, (), named.start("name"))


def i_squared_ends(low: float, high: float) -> tuple[float, float]:
    """The least and greatest P value of Cochran's Q, of any number of studies, where I2 is between two fractions.

    I2 is 1 - df/Q, or 0 where Q is less than its df (Higgins and Thompson 2002).
    """
    tails = [p_of_statistic.chi_squared(df / (1 - max(0.0, low)), df) for df in (*range(1, 20), 30, 50, 100, 200)]
    if low > 0:
        return 0.0, max(tails)
    return min(p_of_statistic.chi_squared(df / (1 - min(high, 0.99)), df) for df in range(1, 20)), 1.0


def _read(scan: Scan, match: re.Match[str]) -> Statistic | None:
    equals = scan.start[match.start()]
    begin = max(0, equals - _LETTERS)
    named = _NAMED.search(scan.text[begin:equals].translate(_LOWERED))
    if named is None:
        return None
    name = named["name"]
    name = {"z": "z", "Z": "z"}.get(name, name if name in ("t", "F", "r") else "chi-squared")
    printed = [named["df1"], named["df2"]]
    if named["df1"] is not None and not named["bracket"]:
        if name == "r" and named["df1"] == "2":
            return None  # "r2 = 0.36" is a square
        if name == "chi-squared" and len(named["df1"]) > 1 and named["df1"].endswith("2") and named["df2"] is None:
            if named["name"].endswith("2"):  # of "χ212" it cannot be told
                return Statistic(name, match.start("value"), (), begin + named.start("name"))
            printed[0] = named["df1"][:-1]  # "χ42 = 0.49": the sub- before the superscript
    # "F1,77" and "χ2(1, N = 120)": the second number of chi-squared is a number of patients
    numbers = []
    first = match.start()
    while first and scan.start[first - 1] >= begin + named.start("name"):
        first -= 1
        if scan.codes[first] in "in":
            numbers.append(first)
    degrees = [float(text) for text in printed[: 2 if name == "F" else 1] if text is not None]
    if match["df"]:
        df = match.start("df")
        if not _DEGREES.search(scan.text, scan.end[match.start("value")], scan.start[df - 1]):
            return None
        degrees.append(scan.value(df))
        numbers.append(df)
    if name == "z" or any(not 0 < df <= _MOST_DEGREES for df in degrees):
        degrees = []
    return Statistic(name, match.start("value"), tuple(degrees), begin + named.start("name"), tuple(numbers))
