"""Verdicts: each of the four, by the rounding interval of the printed figure."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.reported.match import Candidate, jointly, judge, judge_all
from gvhdcalc.reported.number import parse_number
from gvhdcalc.stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED

N = parse_number
WOOLF = Candidate("woolf", "Woolf", 1.0137, software=("R epitools", "SAS PROC FREQ"))
EXACT = Candidate("conditional-exact", "Fisher exact", 0.9637, software=("R fisher.test",))
MIDP = Candidate("mid-p", "mid-P", 1.0121)


def test_reproduced_names_every_method_in_order():
    verdict = judge("lower", N("1.01"), [EXACT, WOOLF, MIDP, WOOLF])
    assert (verdict.item, verdict.printed, verdict.verdict) == ("lower", "1.01", REPRODUCED)
    assert verdict.methods == ("woolf", "mid-p")
    assert verdict.computed == WOOLF.value and verdict.attainable == (WOOLF.value, WOOLF.value)
    assert verdict.note == "as in R epitools, SAS PROC FREQ"
    assert judge("lower", N("1.012"), [MIDP]).note is None


def test_a_value_that_rounds_is_reproduced_though_its_inputs_are_rounded():
    verdict = judge("p", N("0.043"), [Candidate("wald", "Wald", 0.0431, (0.03, 0.06))])
    assert verdict.verdict == REPRODUCED and verdict.attainable == (0.03, 0.06)


def test_consistent_by_the_attainable_values():
    wald = Candidate("wald", "Wald", 0.0252, (0.0224, 0.0286))
    verdict = judge("p", N("0.027"), [Candidate("other", "Other", 0.5), wald])
    assert verdict.verdict == CONSISTENT and verdict.methods == ()
    assert verdict.computed == 0.0252 and verdict.attainable == (0.0224, 0.0286)
    assert verdict.note == "Wald gives 0.0224 to 0.0286 from the rounded figures"
    assert judge("p", N("0.022"), [wald]).verdict == CONSISTENT  # 0.0224 is in [0.0215, 0.0225]
    assert judge("p", N("0.030"), [wald]).verdict == INCONSISTENT
    assert judge("p", N("<0.0225"), [wald]).verdict == CONSISTENT
    assert judge("p", N("<0.0224"), [wald]).verdict == INCONSISTENT


def test_inconsistent_shows_the_nearest():
    verdict = judge("lower", N("1.08"), [EXACT, WOOLF, MIDP])
    assert verdict.verdict == INCONSISTENT and verdict.methods == ()
    assert verdict.computed == WOOLF.value
    assert verdict.note == "nearest: Woolf gives 1.014, off by 0.066"
    percent = judge("percent", N("82.0%"), [Candidate("counts", "counts", 82 / 99)])
    assert percent.note == "nearest: counts gives 82.83%, off by 0.83 points"


def test_the_nearest_is_by_what_is_attainable():
    far_but_wide = Candidate("wide", "Wide", 2.0, (1.2, 3.0))
    near_point = Candidate("point", "Point", 1.5)
    assert judge("lower", N("1.10"), [near_point, far_but_wide]).computed == 2.0


def test_a_value_cut_off_or_of_the_other_sign_stays_inconsistent():
    cut = judge("percent", N("46.66%"), [Candidate("counts", "counts", 14 / 30)])
    assert cut.verdict == INCONSISTENT and cut.note is not None
    assert cut.note.endswith("counts gives it if cut off, not rounded")
    sign = judge("estimate", N("12.1%"), [Candidate("wald", "Wald", -0.1212)])
    assert (
        sign.verdict == INCONSISTENT
        and sign.note is not None
        and sign.note.endswith("Wald gives it with the other sign")
    )


def test_slips_are_named_and_change_no_verdict():
    slip = Candidate("transposed", "the transposed table", 0.5005)
    verdict = judge("estimate", N("0.50"), [Candidate("sample", "sample", 1.998)], slips=[slip])
    assert verdict.verdict == INCONSISTENT and verdict.note is not None
    assert verdict.note.endswith("the transposed table would give it")
    assert judge("estimate", N("2.00"), [Candidate("sample", "sample", 1.998)], slips=[slip]).note is None


def test_not_checkable_says_what_is_needed():
    assert judge("p", N("0.04"), []).verdict == NOT_CHECKABLE
    assert judge("p", N("0.04"), [], needs="the counts of both arms").note == "the counts of both arms"
    undefined = Candidate("woolf", "Woolf", math.nan, note="a cell is zero")
    verdict = judge("lower", N("1.01"), [undefined])
    assert (verdict.verdict, verdict.computed, verdict.note) == (NOT_CHECKABLE, None, "a cell is zero")
    assert judge("lower", N("1.01"), [undefined, WOOLF]).verdict == REPRODUCED


def test_undefined_value_with_attainable_values():
    verdict = judge("p", N("0.04"), [Candidate("x", "X", math.nan, (0.03, 0.05))])
    assert verdict.verdict == CONSISTENT and verdict.computed is None
    assert judge("p", N("0.40"), [Candidate("x", "X", math.nan, (0.03, 0.05))]).verdict == INCONSISTENT
    assert judge("p", N("0.40"), [Candidate("x", "X", math.nan, (0.03, math.nan))]).verdict == NOT_CHECKABLE


def test_infinity():
    endless = Candidate("conditional-exact", "exact", math.inf)
    assert judge("upper", N("infinity"), [endless]).verdict == REPRODUCED
    verdict = judge("upper", N("30.0"), [endless])
    assert verdict.verdict == INCONSISTENT and verdict.computed == math.inf
    assert verdict.note == "nearest: exact gives infinity"
    assert judge("upper", N("∞"), [Candidate("a", "A", 5.0)]).note == "nearest: A gives 5.0"


def test_small_p_values_are_shown_with_two_digits():
    verdict = judge("p", N("0.05"), [Candidate("pearson", "Pearson", 1.23e-7)])
    assert verdict.note is not None and "1.2e-07" in verdict.note


def test_judge_all_and_jointly():
    items = [
        ("estimate", N("2.00")),
        ("lower", N("1.01")),
        ("upper", N("3.94")),
        ("p", N("0.043")),
        ("percent 1", N("5%")),
    ]
    candidates = {
        "estimate": [Candidate("woolf", "Woolf", 1.9983), Candidate("mid-p", "mid-P", 1.9894)],
        "lower": [WOOLF, MIDP],
        "upper": [Candidate("woolf", "Woolf", 3.9381), Candidate("mid-p", "mid-P", 4.0)],
        "p": [Candidate("pearson", "Pearson", 0.0434)],
    }
    verdicts = judge_all(items, candidates, needs={"percent 1": "the counts"})
    assert [verdict.verdict for verdict in verdicts] == [REPRODUCED] * 4 + [NOT_CHECKABLE]
    assert verdicts[-1].note == "the counts"
    assert jointly(verdicts) == ("woolf",)
    assert jointly(verdicts[1:]) == () and jointly(verdicts[1:], ("lower", "upper")) == ("woolf",)
    assert jointly(verdicts, ()) == () and jointly([]) == ()


@given(
    st.floats(-1e4, 1e4),
    st.lists(st.floats(-1e4, 1e4) | st.sampled_from([math.nan, math.inf, -math.inf]), max_size=5),
    st.integers(0, 4),
)
def test_one_verdict_of_four(x, values, decimals):
    printed = N(f"{x:.{decimals}f}")
    candidates = [Candidate(f"m{i}", f"M{i}", value) for i, value in enumerate(values)]
    verdict = judge("estimate", printed, candidates)
    existing = [value for value in values if value == value]
    if not existing:
        assert verdict.verdict == NOT_CHECKABLE
    elif any(printed.holds(value) for value in existing):
        assert verdict.verdict == REPRODUCED and printed.holds(verdict.computed)
        assert verdict.methods == tuple(c.method for c in candidates if printed.holds(c.value))
    else:
        assert verdict.verdict == INCONSISTENT
        assert verdict.computed in existing
        assert printed.distance(verdict.computed) == pytest.approx(min(map(printed.distance, existing)))
    assert judge("estimate", printed, [Candidate("true", "True", x)]).verdict == REPRODUCED
