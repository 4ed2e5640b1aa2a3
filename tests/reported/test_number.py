"""Printed numbers: what they hold is compared with exact decimal arithmetic."""

import math
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.reported.number import Printed, parse_number, quoted

PARSED = [
    # text, value, decimals, percent, relation
    ("0.68", 0.68, 2, False, "="),
    ("2.00", 2.0, 2, False, "="),
    (".043", 0.043, 3, False, "="),
    ("0·68", 0.68, 2, False, "="),
    ("·68", 0.68, 2, False, "="),
    ("0,04", 0.04, 2, False, "="),
    ("0,043", 0.043, 3, False, "="),
    ("12,5", 12.5, 1, False, "="),
    ("−12.1%", -0.121, 1, True, "="),
    ("-12.1 %", -0.121, 1, True, "="),
    ("– 0.90", -0.9, 2, False, "="),
    ("+10%", 0.1, 0, True, "="),
    ("82.8%", 0.828, 1, True, "="),
    ("82.8 %", 0.828, 1, True, "="),
    ("82.8\u00a0%", 0.828, 1, True, "="),
    ("12.1 percentage points", 0.121, 1, True, "="),
    ("12 percent", 0.12, 0, True, "="),
    ("1,234", 1234.0, 0, False, "="),
    ("1,234,567.5", 1234567.5, 1, False, "="),
    ("23\u2009456", 23456.0, 0, False, "="),
    ("23\u00a0456", 23456.0, 0, False, "="),
    ("<0.001", 0.001, 3, False, "<"),
    ("< .05", 0.05, 2, False, "<"),
    ("≤ 5%", 0.05, 0, True, "<="),
    (">=0.9", 0.9, 1, False, ">="),
    (">100", 100.0, 0, False, ">"),
    ("= 0.4", 0.4, 1, False, "="),
    ("1.2e-5", 1.2e-5, 6, False, "="),
    ("3 × 10−4", 3e-4, 4, False, "="),
    ("3.1x10^-4", 3.1e-4, 5, False, "="),
    ("2E3", 2000.0, -3, False, "="),
    ("infinity", math.inf, 0, False, "="),
    ("-∞", -math.inf, 0, False, "="),
    ("  0.68\n", 0.68, 2, False, "="),
]


@pytest.mark.parametrize(("text", "value", "decimals", "percent", "relation"), PARSED)
def test_parse(text, value, decimals, percent, relation):
    printed = parse_number(text)
    assert (printed.value, printed.decimals, printed.percent, printed.relation) == (value, decimals, percent, relation)
    assert printed.text == text.strip()


def test_a_comma_may_be_said_to_be_the_decimal_mark():
    assert parse_number("1,014").value == 1014
    assert parse_number("1,014", decimal_comma=True) == Printed("1,014", 1.014, 3)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "x", "1.2.3", "1 2", "--1", "5%%", "1/2", "12.05.2014", "1e9999", "9" * 16, "9" * 5000,
        "0." + "0" * 400, "٣", "９", "²", "\x1b[31m5", "nan", "1,23,4", "5 patients", "<<5", "0x10", "1_000", "\ud800",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_in_one_line(text):
    with pytest.raises(ValueError) as refused:
        parse_number(text)
    message = str(refused.value)
    assert message.startswith('"') and message.isprintable() and len(message) < 160


INTERVALS = [
    ("0.68", (0.675, 0.685)),
    ("2.00", (1.995, 2.005)),
    ("82.8%", (0.8275, 0.8285)),
    ("-12.1%", (-0.1215, -0.1205)),
    ("0.000", (-0.0005, 0.0005)),
    ("<0.001", (0.0, 0.001)),
    (">0.05", (0.05, math.inf)),
    ("<-2", (-math.inf, -2.0)),
    ("2e3", (1500.0, 2500.0)),
    ("100%", (0.995, 1.005)),
    ("∞", (math.inf, math.inf)),
]


@pytest.mark.parametrize(("text", "interval"), INTERVALS)
def test_interval(text, interval):
    assert parse_number(text).interval == interval


def test_the_interval_stays_in_the_domain():
    assert parse_number("0.000").within(0, 1).interval == (0, 0.0005)
    assert parse_number("1.00").within(0, 1).interval == (0.995, 1)
    assert parse_number(">0.99").within(0, 1).interval == (0.99, 1)
    assert parse_number("<0.5").within(-1, 1).interval == (-1, 0.5)
    assert parse_number("1.2").within(0, 1).interval == (1.15, 1.25)  # a slip: shown as it is


def test_holds():
    printed = parse_number("0.68")
    for x in (0.675, 0.68, 0.685, 0.675 * (1 - 1e-13), 0.685 * (1 + 1e-13)):
        assert printed.holds(x)
    for x in (0.6749999, 0.6850001, math.nan, math.inf, -0.68):
        assert not printed.holds(x)
    below = parse_number("<0.001").within(0, 1)
    assert below.holds(0.0) and below.holds(0.00099999) and not below.holds(0.001) and not below.holds(0.5)
    assert parse_number("<=0.001").holds(0.001)
    above = parse_number(">0.05").within(0, 1)
    assert above.holds(0.0500001) and above.holds(1.0) and not above.holds(0.05)
    assert parse_number(">=0.05").holds(0.05)
    zero = parse_number("0.000").within(0, 1)
    assert zero.holds(0.0) and zero.holds(0.0005) and zero.holds(1e-300) and not zero.holds(0.00051)
    assert parse_number("∞").holds(math.inf)
    assert not parse_number("∞").holds(1e300) and not parse_number("∞").holds(-math.inf)
    assert not parse_number("-∞").holds(5.0)


def test_meets():
    printed = parse_number("0.043")
    assert printed.meets(0.04, 0.05) and printed.meets(0.0435, 0.05) and printed.meets(-math.inf, math.inf)
    assert not printed.meets(0.0436, 0.05) and not printed.meets(0.04, 0.0424)
    assert not printed.meets(0.05, 0.04) and not printed.meets(math.nan, 0.05)
    assert parse_number("<0.001").meets(0.0009, 0.5) and not parse_number("<0.001").meets(0.001, 0.5)


def test_holds_truncated():
    assert parse_number("46.66%").holds_truncated(14 / 30)  # 46.667 cut off
    assert not parse_number("46.66%").holds(14 / 30)
    assert parse_number("0.043").holds_truncated(0.04399) and not parse_number("0.043").holds_truncated(0.044)
    assert parse_number("-1.2").holds_truncated(-1.29) and not parse_number("-1.2").holds_truncated(-1.19)
    assert not parse_number("1.2").holds_truncated(-1.25)
    assert parse_number("0.00").holds_truncated(0.009) and not parse_number("0.00").holds_truncated(0.01)
    assert not parse_number("<0.001").holds_truncated(0.0005) and not parse_number("0.1").holds_truncated(math.nan)


def test_distance():
    printed = parse_number("0.68")
    assert printed.distance(0.68) == 0 and printed.distance(0.685) == 0
    assert printed.distance(0.695) == pytest.approx(0.01) and printed.distance(0.665) == pytest.approx(0.01)
    assert printed.distance(math.inf) == math.inf and math.isnan(printed.distance(math.nan))
    assert parse_number("∞").distance(3.0) == math.inf and parse_number("∞").distance(math.inf) == 0
    assert parse_number("<0.001").distance(0.003) == pytest.approx(0.002)


def test_like():
    assert parse_number("2.00").like(1.998) == "2.00"
    assert parse_number("2.00").like(1.998, 1) == "1.998"
    assert parse_number("82.8%").like(82 / 99, 1) == "82.83%"
    assert parse_number("29.3").as_percent().like(0.5) == "50.0%"
    assert parse_number("-0.05").like(-0.001) == "0.00"
    assert parse_number("5").like(-0.9) == "-1"
    assert parse_number("0.1").like(math.inf) == "infinity" and parse_number("0.1").like(-math.inf) == "-infinity"
    assert parse_number("2e3").like(2600) == "3000"
    assert parse_number("0.1").like(0.25) == "0.2" and parse_number("0.1").like(0.75) == "0.8"  # exact ties to even


def test_as_percent_and_negative():
    assert parse_number("29.3").as_percent() == Printed("29.3", 0.293, 1, percent=True)
    assert parse_number("29.3%").as_percent() == parse_number("29.3%")
    assert parse_number("30").negative().value == -30


def test_no_other_relation():
    with pytest.raises(ValueError, match="no such relation"):
        Printed("~1", 1.0, 0, relation="~")


def test_quoted_shows_control_characters_and_cuts():
    assert quoted("a\x1b[31m\u202e") == '"a\\x1b[31m\\u202e"'
    assert len(quoted("9" * 10_000)) == 42
    assert quoted("\ud800").encode() == b'"\\ud800"'


digits = st.integers(-(10**14), 10**14)
places = st.integers(0, 8)


def decimal_text(units, decimals):
    return format(Decimal(units).scaleb(-decimals), "f")


@given(digits, places, st.booleans())
def test_round_trip(units, decimals, percent):
    text = decimal_text(units, decimals) + ("%" if percent else "")
    printed = parse_number(text)
    assert printed.units == units and printed.decimals == decimals and printed.percent is percent
    written = printed.like(printed.value)
    assert written == text
    again = parse_number(written)
    assert (again.value, again.decimals, again.percent) == (printed.value, decimals, percent)


@given(digits, places, st.booleans())
def test_ends_are_the_nearest_floats(units, decimals, percent):
    printed = parse_number(decimal_text(units, decimals) + ("%" if percent else ""))
    shift = decimals + 2 * percent + 1
    expected = (float(Decimal(10 * units - 5).scaleb(-shift)), float(Decimal(10 * units + 5).scaleb(-shift)))
    assert printed.interval == expected


@given(digits, places, st.booleans(), st.floats(0, 1))
def test_holds_every_value_inside(units, decimals, percent, at):
    printed = parse_number(decimal_text(units, decimals) + ("%" if percent else ""))
    lower, upper = printed.interval
    x = min(max(lower + at * (upper - lower), lower), upper)
    assert printed.holds(x) and printed.holds(lower) and printed.holds(upper) and printed.distance(x) == 0


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_holds_what_any_program_printed(x, decimals):
    """What printf writes of x holds x; its decimals cut off hold it as cut off."""
    assert parse_number(f"{x:.{decimals}f}").holds(x)
    cut = Decimal(repr(x)).quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_DOWN")
    assert parse_number(format(cut, "f")).holds_truncated(x) or (cut == 0 and abs(x) < 10.0**-decimals)


@given(digits, places, st.floats(allow_nan=False, allow_infinity=False))
def test_holds_and_distance_agree(units, decimals, x):
    printed = parse_number(decimal_text(units, decimals))
    assert printed.holds(x) == (printed.distance(x) == 0)


@given(st.text(max_size=30))
def test_any_text_gives_a_number_or_one_line(text):
    try:
        printed = parse_number(text)
    except ValueError as error:
        assert str(error).isprintable()
    else:
        assert printed.holds(printed.value) or printed.relation in "<>"


def test_the_room_imports_nothing_heavy():
    code = (
        "import sys, gvhdcalc.reported.reader, gvhdcalc.reported.match, gvhdcalc.reported.grim;"
        "print(sorted({'numpy', 'scipy', 'click', 'rich', 'tabulate', 'decimal', 'fractions'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
