"""One proportion: published tables, the definitions of the limits, properties. R's values: test_reference_counts.py."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gvhdcalc.stats.namespace import z_for
from gvhdcalc.stats.proportion import OneProportion, rule_of_three
from gvhdcalc.stats.registry import Method, estimators

METHODS = estimators("proportion")
EVERY = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
#: Limits that do not exist at the ends (logit); an estimate that may be outside (arcsine); an interval whose one side
#: may grow while the other shrinks as confidence grows (sterne).
ALWAYS = [key for key in METHODS if key != "logit"]
HOLDING = pytest.mark.parametrize("method", [METHODS[key] for key in ALWAYS if key != "arcsine"], ids=lambda m: m.key)
NESTED = pytest.mark.parametrize("method", [METHODS[key] for key in ALWAYS if key != "sterne"], ids=lambda m: m.key)
CLOSED_FORM = pytest.mark.parametrize("method", [m for m in METHODS.values() if m.closed_form], ids=lambda m: m.key)

#: events, total; sizes from one person to 10^9.
groups = st.one_of(st.integers(1, 60), st.integers(1, 10**9)).flatmap(
    lambda n: st.tuples(st.one_of(st.integers(0, n), st.integers(0, min(n, 5))), st.just(n))
)
levels = st.floats(0.5, 0.999)


def limits(key: str, events: int, total: int, conf: float = 0.95) -> tuple[float, float]:
    found = METHODS[key].function(OneProportion(events, total), conf)
    return found.lower, found.upper


def test_wilson_is_the_default_and_the_keys_are_those_documented() -> None:
    assert list(METHODS) == [
        "wilson", "wilson-cc", "clopper-pearson", "mid-p", "blaker", "sterne", "agresti-coull", "jeffreys",
        "likelihood", "logit", "arcsine", "wald", "wald-cc",
    ]  # fmt: skip
    assert [key for key, method in METHODS.items() if method.default] == ["wilson"]


# Newcombe 1998 (Statistics in Medicine 17:857-872), Table I: all seven methods, to four decimals. A limit that the
# table prints as 0 because it is below is left to the other tests.
NEWCOMBE = {
    "wald": ("0.2522 0.3638", "0.0527 0.1500", "0.0000 0.0000", " 0.1009"),
    "wald-cc": ("0.2503 0.3657", "0.0494 0.1534", " 0.0250", " 0.1181"),
    "wilson": ("0.2553 0.3662", "0.0624 0.1605", "0.0000 0.1611", "0.0061 0.1718"),
    "wilson-cc": ("0.2535 0.3682", "0.0598 0.1644", "0.0000 0.2005", "0.0018 0.1963"),
    "clopper-pearson": ("0.2527 0.3676", "0.0578 0.1617", "0.0000 0.1684", "0.0009 0.1776"),
    "mid-p": ("0.2544 0.3658", "0.0601 0.1581", "0.0000 0.1391", "0.0017 0.1585"),
    "likelihood": ("0.2542 0.3655", "0.0596 0.1567", "0.0000 0.0916", "0.0020 0.1432"),
}


@pytest.mark.parametrize("key", NEWCOMBE)
@pytest.mark.parametrize(("column", "group"), list(enumerate([(81, 263), (15, 148), (0, 20), (1, 29)])))
def test_newcombe_1998_table_1(key: str, column: int, group: tuple[int, int]) -> None:
    for got, printed in zip(limits(key, *group), NEWCOMBE[key][column].split(" "), strict=True):
        assert not printed or got == pytest.approx(float(printed), abs=5e-5)


# Fagerland, Lydersen & Laake 2017, Statistical Analysis of Contingency Tables, chapter 2, as printed by the book's R
# package contingencytables (tests/testthat/test-ch2.R), four decimals; what it cuts at 1 is left out.
@pytest.mark.parametrize(
    ("key", "group", "conf", "lower", "upper"),
    [
        ("wilson-cc", (13, 16), 0.95, 0.5369, 0.9503),
        ("mid-p", (13, 16), 0.95, 0.5699, 0.9500),
        ("likelihood", (13, 16), 0.95, 0.5828, 0.9497),
        ("blaker", (1, 100), 0.95, 0.0005, 0.0513),
        ("arcsine", (100, 5000), 0.90, 0.0169, 0.0235),
        ("wald-cc", (13, 16), 0.90, 0.6207, None),
    ],
)
def test_fagerland_2017(key: str, group: tuple[int, int], conf: float, lower: float, upper: float | None) -> None:
    got = limits(key, *group, conf)
    assert got[0] == pytest.approx(lower, abs=5e-5)
    assert upper is None or got[1] == pytest.approx(upper, abs=5e-5)


@given(groups, levels)
def test_a_wilson_limit_is_where_the_score_test_gives_z(group: tuple[int, int], conf: float) -> None:
    x, n = group
    for limit in limits("wilson", x, n, conf):
        if 1e-9 < limit < 1 - 1e-9:  # nearer the ends 1 - limit has too few figures for this check
            score = (x - n * limit) / math.sqrt(n * limit * (1 - limit))
            assert abs(score) == pytest.approx(z_for(conf), rel=1e-5)


@given(groups, levels)
def test_a_clopper_pearson_limit_is_where_a_binomial_tail_is_half_of_alpha(group: tuple[int, int], conf: float) -> None:
    x, n = group
    lower, upper = limits("clopper-pearson", x, n, conf)
    tail = (1 - conf) / 2
    if x == 0:
        assert lower == 0
    else:
        assert stats.binom.sf(x - 1, n, lower) == pytest.approx(tail, rel=1e-6)
    if x == n:
        assert upper == 1
    else:
        assert stats.binom.cdf(x, n, upper) == pytest.approx(tail, rel=1e-6)


@given(groups, levels)
def test_a_mid_p_limit_is_where_a_tail_with_half_of_x_is_half_of_alpha(group: tuple[int, int], conf: float) -> None:
    x, n = group
    lower, upper = limits("mid-p", x, n, conf)
    if x > 0:
        assert stats.binom.sf(x, n, lower) + stats.binom.pmf(x, n, lower) / 2 == pytest.approx(
            (1 - conf) / 2, rel=1e-5
        )
    if x < n and upper < 1 - 1e-8:  # nearer to 1 the limit has too few figures for this check
        assert stats.binom.cdf(x - 1, n, upper) + stats.binom.pmf(x, n, upper) / 2 == pytest.approx(
            (1 - conf) / 2, rel=1e-5
        )


@given(groups, levels)
def test_a_likelihood_limit_is_where_twice_the_log_likelihood_has_fallen_by_z_squared(
    group: tuple[int, int], conf: float
) -> None:
    x, n = group
    for limit in limits("likelihood", x, n, conf):
        if 1e-9 < limit < 1 - 1e-8:
            fall = 2 * (stats.binom.logpmf(x, n, x / n) - stats.binom.logpmf(x, n, limit))
            assert fall == pytest.approx(z_for(conf) ** 2, rel=1e-5, abs=1e-6)


@given(groups, levels)
def test_blaker_lies_within_clopper_pearson(group: tuple[int, int], conf: float) -> None:
    """Blaker 2000, section 3: P is never above the doubled tail."""
    exact, blaker = limits("clopper-pearson", *group, conf), limits("blaker", *group, conf)
    assert exact[0] <= blaker[0] * (1 + 1e-9)
    assert exact[1] >= blaker[1] * (1 - 1e-9)


def test_the_corrected_wilson_interval_of_a_half_is_corrected_too() -> None:
    """prop.test prints the uncorrected one there; Newcombe's formula does not."""
    assert limits("wilson-cc", 4, 8)[0] < limits("wilson", 4, 8)[0] - 0.01


@given(groups, levels)
def test_a_jeffreys_limit_leaves_half_of_alpha_of_the_posterior(group: tuple[int, int], conf: float) -> None:
    x, n = group
    lower, upper = limits("jeffreys", x, n, conf)
    if x == 0:
        assert lower == 0
    else:
        assert stats.beta.cdf(lower, x + 0.5, n - x + 0.5) == pytest.approx((1 - conf) / 2, rel=1e-6)
    if x == n:
        assert upper == 1
    else:
        assert stats.beta.cdf(upper, x + 0.5, n - x + 0.5) == pytest.approx((1 + conf) / 2, rel=1e-6)


@pytest.mark.parametrize("events", [0, 1])
def test_a_lone_patient_leaves_the_binomial_tails_themselves(events: int) -> None:
    """With n = 1 the exact limits are known: 0 to 1 - alpha/2, or alpha/2 to 1 (Clopper & Pearson 1934)."""
    assert limits("clopper-pearson", events, 1) == pytest.approx((0, 0.975) if events == 0 else (0.025, 1), rel=1e-12)


@HOLDING
@given(groups, levels)
def test_the_interval_holds_the_estimate(method: Method, group: tuple[int, int], conf: float) -> None:
    found = method.function(OneProportion(*group), conf)
    assert found.estimate == group[0] / group[1]
    assert found.lower <= found.estimate + 1e-15
    assert found.upper >= found.estimate - 1e-15


@NESTED
@given(groups, levels, levels)
def test_more_confidence_is_a_wider_interval(method: Method, group: tuple[int, int], one: float, other: float) -> None:
    narrow = method.function(OneProportion(*group), min(one, other))
    wide = method.function(OneProportion(*group), max(one, other))
    assert wide.upper - wide.lower >= narrow.upper - narrow.lower - 1e-15
    # outside 0 to 1 an Agresti-Coull limit may come back as confidence grows, since its centre moves to 1/2.
    assert max(wide.lower, 0) <= max(narrow.lower, 0) + 1e-15
    assert min(wide.upper, 1) >= min(narrow.upper, 1) - 1e-15


@EVERY
@given(groups, levels)
def test_counting_those_without_the_event_turns_the_interval_round(
    method: Method, group: tuple[int, int], conf: float
) -> None:
    events, total = group
    found = method.function(OneProportion(events, total), conf)
    other = method.function(OneProportion(total - events, total), conf)
    assert (other.lower, other.upper) == pytest.approx((1 - found.upper, 1 - found.lower), abs=1e-12, nan_ok=True)


@given(groups, levels)
def test_agresti_coull_shares_wilsons_centre_and_holds_it(group: tuple[int, int], conf: float) -> None:
    """Brown, Cai & DasGupta 2001, section 3.1.2: the same centre, never shorter."""
    wilson, coull = limits("wilson", *group, conf), limits("agresti-coull", *group, conf)
    assert sum(wilson) == pytest.approx(sum(coull), abs=1e-12)
    assert coull[0] <= wilson[0] + 1e-15
    assert coull[1] >= wilson[1] - 1e-15


@pytest.mark.parametrize(
    "key", ["wilson", "wilson-cc", "clopper-pearson", "mid-p", "blaker", "sterne", "jeffreys", "likelihood"]
)
@given(groups, levels)
def test_an_interval_within_0_and_1(key: str, group: tuple[int, int], conf: float) -> None:
    lower, upper = limits(key, *group, conf)
    assert 0 <= lower <= upper <= 1
    assert (lower == 0) is (group[0] == 0)
    if group[0] == group[1]:
        assert upper == 1


@CLOSED_FORM
@pytest.mark.parametrize("conf", [0.8, 0.95, 0.999])
def test_arrays_give_what_single_groups_give(method: Method, conf: float) -> None:
    pairs = [(0, 1), (1, 1), (0, 20), (20, 20), (1, 20), (198, 203), (82, 203), (3, 10**6), (5 * 10**8, 10**9), (0, 0)]
    pairs += [(0, 10**9), (1, 10**9), (10**9, 10**9)]
    many = method.function(OneProportion(*np.array(pairs).T), conf)
    for index, pair in enumerate(pairs):
        one = method.function(OneProportion(*pair), conf)
        for field in ("estimate", "lower", "upper", "se"):
            single, several = getattr(one, field), getattr(many, field)
            if single is None:
                assert several is None
            else:
                assert isinstance(single, float)
                assert several[index] == pytest.approx(single, rel=1e-12, abs=0, nan_ok=True), (pair, field)
        told = [str(note) for note in many.notes if note.where[index]]
        assert told == [str(note) for note in one.notes]


@EVERY
def test_an_empty_group_has_no_proportion_and_says_so(method: Method) -> None:
    found = method.function(OneProportion(0, 0), 0.95)
    assert all(math.isnan(figure) for figure in (found.estimate, found.lower, found.upper))
    assert [str(note) for note in found.notes] == ["the group is empty: the proportion does not exist"]


@pytest.mark.parametrize("events", [0, 12])
def test_wald_without_width_says_so(events: int) -> None:
    found = METHODS["wald"].function(OneProportion(events, 12), 0.95)
    assert found.lower == found.estimate == found.upper == events / 12
    assert "no width" in " ".join(found.notes)


@pytest.mark.parametrize("events", [0, 12])
def test_a_logit_that_does_not_exist_says_so(events: int) -> None:
    found = METHODS["logit"].function(OneProportion(events, 12), 0.95)
    assert math.isnan(found.lower)
    assert math.isnan(found.upper)
    assert "does not exist" in " ".join(found.notes)


@pytest.mark.parametrize(("key", "events"), [("wald", 1), ("wald", 19), ("agresti-coull", 0), ("agresti-coull", 20)])
def test_a_limit_outside_0_to_1_is_given_as_computed_and_says_so(key: str, events: int) -> None:
    found = METHODS[key].function(OneProportion(events, 20), 0.95)
    assert found.lower < 0 or found.upper > 1
    assert "outside 0 to 1" in " ".join(found.notes)


@pytest.mark.parametrize("key", METHODS)
def test_no_note_on_a_plain_group(key: str) -> None:
    assert METHODS[key].function(OneProportion(82, 203), 0.95).notes == ()


# The rule of three


def test_no_event_in_twenty() -> None:
    rule, exact = rule_of_three(OneProportion(0, 20))
    assert (rule.name, rule.value, rule.unit) == ("rule of three", 0.15, "proportion")
    # Hanley & Lippman-Hand 1983: 1 - 0.05^(1/n) is 0.139 for n = 20, 3/n is 0.15
    assert exact.value == pytest.approx(0.1391, abs=5e-5)
    assert exact.value == pytest.approx(limits("clopper-pearson", 0, 20, 0.90)[1], rel=1e-12)


def test_nothing_but_events_is_the_same_turned_round() -> None:
    none, every = rule_of_three(OneProportion(0, 40)), rule_of_three(OneProportion(40, 40))
    assert [one.value for one in every] == pytest.approx([1 - one.value for one in none], rel=1e-12)
    assert all("lower" in (one.note or "") + one.name for one in every)


def test_another_level_has_another_figure_than_three() -> None:
    rule, exact = rule_of_three(OneProportion(0, 1000), 0.99)
    assert rule.value == pytest.approx(-math.log(0.01) / 1000, rel=1e-12)
    assert exact.value == pytest.approx(1 - 0.01 ** (1 / 1000), rel=1e-9)


@pytest.mark.parametrize("group", [(1, 20), (19, 20), (0, 0)])
def test_any_other_group_has_no_rule_of_three(group: tuple[int, int]) -> None:
    assert rule_of_three(OneProportion(*group)) == ()


def test_two_patients_are_too_few_for_the_rule_of_three() -> None:
    rule, exact = rule_of_three(OneProportion(0, 2))
    assert rule.value is None
    assert "too small" in (rule.note or "")
    assert exact.value == pytest.approx(1 - math.sqrt(0.05), rel=1e-12)
