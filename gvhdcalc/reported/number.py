"""A number as a paper prints it: its text, its value, and the interval of values that round to it.

"0.68" stands for every value in [0.675, 0.685], and "<0.001" for every value below 0.001. No computed figure is
compared with a printed one in any other way than through these intervals.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

#: Decimal points in print: the full stop and the middle dots that look like one.
POINTS = ".·∙⋅‧•․ꞏ"
#: Hyphens, dashes and minus signs.
DASHES = "-‐‑‒–—―−﹣－˗"
#: What divides a count from its total.
SLASHES = "/⁄∕／"
#: Blanks that group thousands ("23 456"); an ordinary blank separates two numbers.
THIN_BLANKS = "\u00a0\u2009\u202f"
#: Relations in print, and the one of the five (= < > <= >=) that each stands for.
RELATIONS = {
    "=": "=", "＝": "=", "<": "<", "＜": "<", "﹤": "<", ">": ">", "＞": ">", "﹥": ">",
    "≤": "<=", "⩽": "<=", "≦": "<=", "<=": "<=", "=<": "<=", "≥": ">=", "⩾": ">=", "≧": ">=", ">=": ">=", "=>": ">=",
}  # fmt: skip
#: A float holds every decimal of so many digits apart.
MOST_DIGITS = 15
_LARGEST_EXPONENT = 300
_SLACK = 1e-12  # float noise of a computed value at the end of an interval

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_PLAIN = str.maketrans(SUPERSCRIPTS + "⁻⁺", "0123456789-+")
_BLANK = f"[ {THIN_BLANKS}]?"
_RAISED = f"[{DASHES}⁻]?[{SUPERSCRIPTS}]{{1,4}}"
#: How the multiplication by a power of ten is shown.
TIMES = "x×X*✕⨯"
_BY = rf"{_BLANK}[{TIMES}]{_BLANK}10"
# "10^-6", "10**(-6)", "10⁻⁶"; and, where a number can be nothing but a power of ten, "10-6", "10 −6", "10(-6)"
_CARET = rf"(?:\^|\*\*)[ ]?(?:[{DASHES}+]?[0-9]{{1,4}}|\([{DASHES}+]?[0-9]{{1,4}}\)|{{[{DASHES}+]?[0-9]{{1,4}}}})"
_FLAT = rf"{_BLANK}[{DASHES}]{_BLANK}[0-9]{{1,4}}|\([{DASHES}][0-9]{{1,4}}\)"
_END = rf"(?![0-9{SUPERSCRIPTS}]|[{POINTS}][0-9])"

# One number without its sign. Every repeat either cannot fail after it has begun or steps back by one group only, so
# that a match takes time in proportion to its length, and no digit is looked at from two starting points.
NUMBER = re.compile(
    rf"""
    (?:
        (?P<thousands> [1-9][0-9]{{0,2}} (?: (?:,[0-9]{{3}})+ | (?:[{THIN_BLANKS}][0-9]{{3}})+ ) ) (?![0-9])
        (?: [{POINTS}] (?P<thousandths>[0-9]+) )?
      | (?P<whole>[0-9]+)
        (?: [{POINTS}] (?P<point>[0-9]+) | , (?P<comma>[0-9]+) (?! [0-9] | [{POINTS}][0-9] ) )?
      | [{POINTS}] (?P<leading>[0-9]+)
    )
    (?: [eE] (?P<e>[{DASHES}+]?[0-9]{{1,4}}) (?![0-9])
      | {_BY} (?P<ten>{_CARET}|{_FLAT}|{_RAISED}) {_END}
      | (?<![0-9{POINTS},]10)(?<=10) (?P<one>{_CARET}|{_RAISED}) {_END}
    )?
    """,
    re.VERBOSE,
)
# A number in powers of ten, in every form that a P value has: here "10-6" is no range, and "5·10−6" not 5.10.
_POWER = re.compile(
    rf"""
    (?: (?P<factor> (?:[0-9]{{1,3}}(?:[{POINTS},][0-9]{{1,12}})? | [{POINTS}][0-9]{{1,12}}) )
        (?: [eE] (?P<e>[{DASHES}][0-9]{{1,3}})
          | {_BLANK} [{TIMES}{POINTS[1:]}] {_BLANK} 10 (?P<ten>{_CARET}|{_FLAT}|{_BLANK}{_RAISED}) )
      | 10 (?P<one>{_CARET}|{_FLAT}|{_RAISED})
    ) {_END}
    """,
    re.VERBOSE,
)
# What "× 10⁹/L" is of, which tells a power of ten that lost its superscript ("× 109/L") or has it in brackets.
_OF_WHAT = r"\s?(?:/\s?[A-Za-zµμ]|(?:cells?|CD[0-9]+|copies|CFU|viable|nucleated|platelets|per)\b)"
#: Powers of ten that are not numbers of their own: multiplied with what stands before, "× 10⁹/L"; alone, "10^9/L".
TIMES_TEN = re.compile(
    rf"[{TIMES}]\s?10(?:(?:{_CARET}|{_BLANK}{_RAISED}|[{DASHES}][1-9]|\([{DASHES}]?[0-9]{{1,2}}\)){_END}"
    rf"|[ *eE]?(?:[3-9]|1[0-2])(?={_OF_WHAT}))"
)
TEN_RAISED = re.compile(
    rf"10(?:{_CARET}|{_RAISED}|\([{DASHES}][0-9]{{1,2}}\)|(?:\([0-9]{{1,2}}\)|[*eE][0-9]{{1,2}})(?={_OF_WHAT}))"
)
#: Counts of blood and cells, of which one text does not mix powers.
BLOOD = re.compile(r"10\D{0,2}(?:12|¹²|[69⁶⁹])\)?\s?/\s?(?:[Ll]|kg|lit(?:re|er))\b")
_PERCENT = re.compile(r"(?:%|％|percentage[ -]points?|percent|per cent)(?:[ -]points?)?", re.IGNORECASE)
_INFINITY = frozenset(("∞", "infinity", "infinite", "inf"))


def quoted(text: str, most: int = 40) -> str:
    """The text in quotes for a one-line message: cut to ``most`` characters, control characters shown as escapes."""
    cut = text if len(text) <= most else text[: most - 3] + "..."
    shown = (c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return '"' + "".join(shown) + '"'


def _ratio(numerator: int, places: int) -> float:
    """numerator / 10**places, correctly rounded."""
    try:
        return numerator / 10**places if places >= 0 else float(numerator * 10**-places)
    except OverflowError:
        return math.copysign(math.inf, numerator)


def _nearest_integer(x: float, places: int) -> int:
    """x * 10**places to the nearest integer, exact ties to even."""
    numerator, denominator = x.as_integer_ratio()
    if places >= 0:
        numerator *= 10**places
    else:
        denominator *= 10**-places
    whole, rest = divmod(2 * numerator + denominator, 2 * denominator)
    return whole - 1 if rest == 0 and whole % 2 else whole


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as printed.

    ``text`` is what stands there, ``value`` the number meant (0.828 for "82.8%"), ``decimals`` the decimals printed
    (1 for "82.8%", negative for "1e5"), ``percent`` whether it is in percent, ``relation`` one of = < > <= >=, and
    ``domain`` the values the quantity can take at all ((0, 1) for a P value, so that "0.000" means [0, 0.0005]).
    """

    text: str
    value: float
    decimals: int
    percent: bool = False
    relation: str = "="
    domain: tuple[float, float] = (-math.inf, math.inf)

    def __post_init__(self) -> None:
        if self.relation not in ("=", "<", ">", "<=", ">="):
            raise ValueError(f"no such relation: {quoted(self.relation)}; use = < > <= >=")

    @property
    def places(self) -> int:
        """Decimals of ``value`` that are known: those printed, and two more for a percentage."""
        return self.decimals + 2 * self.percent

    @property
    def units(self) -> int:
        """The value in units of its last printed place, exactly: 68 for "0.68". Raises OverflowError for infinity."""
        return _nearest_integer(self.value, self.places)

    def ends(self) -> tuple[int, int, int]:
        """The interval of values that round to a finite ``=`` number, as integers: (lower, upper, denominator)."""
        twice, scale = 2 * self.units, max(0, -self.places)
        return (twice - 1) * 10**scale, (twice + 1) * 10**scale, 2 * 10 ** max(0, self.places)

    @property
    def interval(self) -> tuple[float, float]:
        """The values that round to this number: (0.675, 0.685) for "0.68", (0, 0.001) for "<0.001".

        Both ends belong to it for ``=``, as half-up and half-even rounding are both lawful. A bound runs from (or to)
        the end of the domain; where that is infinite, "< positive" starts at 0, as what is printed so is positive.
        """
        least, most = self.domain
        if self.relation in ("<", "<="):
            if least == -math.inf and self.value > 0:
                least = 0.0
            return least, self.value
        if self.relation in (">", ">="):
            return self.value, most
        if math.isinf(self.value):
            return self.value, self.value
        lower, upper, denominator = self.ends()
        ends = lower / denominator, upper / denominator
        if least <= self.value <= most:
            return max(ends[0], least), min(ends[1], most)
        return ends

    def holds(self, x: float) -> bool:
        """Whether x rounds to the printed number (or, for a bound, is within it: strictly for < and >)."""
        return self.meets(x, x)

    def meets(self, lower: float, upper: float) -> bool:
        """Whether some value of [lower, upper] rounds to the printed number."""
        if not lower <= upper:  # also nan
            return False
        least, most = self.interval
        if self.relation == "<" and not lower < most:
            return False
        if self.relation == ">" and not upper > least:
            return False
        return _at_most(lower, most) and _at_most(least, upper)

    def holds_truncated(self, x: float) -> bool:
        """Whether x cut off (not rounded) after the printed decimals gives the number; never for a bound."""
        if self.relation != "=" or math.isinf(self.value) or not math.isfinite(x):
            return False
        units, places = self.units, self.places
        if units == 0:
            return abs(x) < _ratio(1, places)
        if (units > 0) != (x > 0):
            return False
        return _at_most(_ratio(abs(units), places), abs(x)) and abs(x) < _ratio(abs(units) + 1, places)

    def distance(self, x: float) -> float:
        """How far x is from the nearest value that rounds to the number: 0 when it holds, nan for nan."""
        if x != x:
            return math.nan
        if self.holds(x):
            return 0.0
        least, most = self.interval
        if math.isinf(x):
            return math.inf
        return x - most if x > most else (least - x if x < least else abs(x - self.value))

    def like(self, x: float, more: int = 0) -> str:
        """x written as this number is: the same decimals (and ``more``) and percent sign; exact ties to even."""
        if not math.isfinite(x):
            return "nan" if x != x else ("infinity" if x > 0 else "-infinity")
        decimals = self.decimals + more
        units = _nearest_integer(float(x), decimals + 2 * self.percent)
        digits = str(abs(units)) if decimals >= 0 else str(abs(units)) + "0" * -decimals
        if decimals > 0:
            digits = digits.rjust(decimals + 1, "0")
            digits = f"{digits[:-decimals]}.{digits[-decimals:]}"
        return ("-" if units < 0 else "") + digits + ("%" if self.percent else "")

    def as_percent(self) -> Printed:
        """The same text read in percent: the sign stands elsewhere ("29.3" in "29.3-49.4%")."""
        if self.percent or math.isinf(self.value):
            return self
        return replace(self, value=_ratio(self.units, self.decimals + 2), percent=True)

    def negative(self) -> Printed:
        """The same text with the other sign."""
        return replace(self, value=-self.value)

    def within(self, least: float, most: float) -> Printed:
        """The same number, of a quantity that lies in [least, most]."""
        return replace(self, domain=(least, most))

    def with_relation(self, relation: str, text: str) -> Printed:
        """The same number after a relation, with the text that shows it."""
        return replace(self, relation=relation, text=text)


def _at_most(x: float, y: float) -> bool:
    return x <= y or (math.isfinite(x) and math.isfinite(y) and x - y <= _SLACK * max(abs(x), abs(y)))


def _exponent(match: re.Match[str]) -> int:
    shown = match["e"] or match["ten"] or match["one"]
    if not shown:
        return 0
    power = shown.strip(f"^*(){{}} {THIN_BLANKS}").translate(_PLAIN)
    return -int(power[1:]) if power[0] in DASHES else int(power)


def power_of_ten(text: str, at: int) -> tuple[str, int] | None:
    """A number in powers of ten at a place of a text where a P value stands: as "5e-6", and where it ends.

    "5×10⁻⁶", "5 × 10^-6", "5x10-6", "5·10−6", "5 x 10(-6)", "5E-06"; "1e-6" of "10⁻⁶".
    """
    match = _POWER.match(text, at)
    if match is None:
        return None
    factor = "1" if match["factor"] is None else "".join("." if c in POINTS + "," else c for c in match["factor"])
    if factor[0] == ".":
        factor = "0" + factor
    exponent = _exponent(match)
    if not float(factor) or abs(exponent) > _LARGEST_EXPONENT:
        return None
    return f"{factor}e{exponent}", match.end()


def from_match(
    match: re.Match[str], text: str, *, minus: bool = False, percent: bool = False, decimal_comma: bool = False
) -> Printed:
    """The Printed of a match of NUMBER; ``text`` is what is to be shown as printed.

    ``decimal_comma`` reads "1,014" as 1.014 instead of 1014. Raises ValueError for more than 15 digits (leading zeros
    apart) or an exponent beyond 300.
    """
    thousands = match["thousands"]
    if thousands and decimal_comma and is_ambiguous(match):
        whole, fraction = thousands.split(",")
    elif thousands:
        whole, fraction = re.sub("[^0-9]", "", thousands), match["thousandths"] or ""
    else:
        whole, fraction = match["whole"] or "", match["point"] or match["comma"] or match["leading"] or ""
    if len(whole) + len(fraction) > _LARGEST_EXPONENT or len((whole + fraction).lstrip("0")) > MOST_DIGITS:
        raise ValueError(f"{quoted(text)} has more than {MOST_DIGITS} digits")
    exponent = _exponent(match)
    if abs(exponent) > _LARGEST_EXPONENT:
        raise ValueError(f"{quoted(text)} has an exponent beyond {_LARGEST_EXPONENT}")
    if match["one"]:
        whole = "1"  # "10⁻⁶"
    units = int(whole + fraction)
    decimals = len(fraction) - exponent
    return Printed(text, _ratio(-units if minus else units, decimals + 2 * percent), decimals, percent)


def is_ambiguous(match: re.Match[str]) -> bool:
    """Whether a match of NUMBER is like "1,014": thousands, or three decimals where the comma is the decimal mark."""
    thousands = match["thousands"]
    return bool(thousands) and not match["thousandths"] and thousands.count(",") == 1


def has_decimal_comma(match: re.Match[str]) -> bool:
    """Whether a match of NUMBER can only be read with a decimal comma: "0,04"."""
    return match["comma"] is not None


def has_decimal_point(match: re.Match[str]) -> bool:
    """Whether a match of NUMBER has a decimal point."""
    return any(match[group] is not None for group in ("point", "leading", "thousandths"))


def parse_number(text: str, *, decimal_comma: bool = False) -> Printed:
    """The number that a short text prints: "0.68", ".043", "0·68", "0,04", "−12.1 %", "1,234", "<0.001", "1.2e-5".

    A single comma before three digits groups thousands ("1,234" is 1234) unless ``decimal_comma`` is true or a zero
    stands before it ("0,043"). Percent may be a sign or a word, with or without a blank; "infinity", "∞" are numbers.

    Raises ValueError, with one line that quotes the text, when it is not one number.
    """
    whole = text.strip()
    problem = f"{quoted(text)} is not a number; write it as in 0.68, 82.8% or <0.001"
    if len(whole) > 100:
        raise ValueError(problem)
    rest, relation = whole, "="
    for length in (2, 1):
        if rest[:length] in RELATIONS:
            relation, rest = RELATIONS[rest[:length]], rest[length:].lstrip()
            break
    minus = bool(rest) and rest[0] in DASHES
    if minus or rest[:1] == "+":
        rest = rest[1:].lstrip()
    if rest.lower() in _INFINITY:
        return Printed(whole, -math.inf if minus else math.inf, 0, relation=relation)
    match = NUMBER.match(rest)
    if not match:
        raise ValueError(problem)
    tail = rest[match.end() :].strip()
    percent = bool(tail)
    if percent and not _PERCENT.fullmatch(tail):
        raise ValueError(problem)
    return from_match(match, whole, minus=minus, percent=percent, decimal_comma=decimal_comma).with_relation(
        relation, whole
    )
