"""The usual slips of a paper: named where they give a printed figure, and never more than named."""

import math

import pytest

from gvhdcalc.reported.slips import LEVELS, turned, two_arm_slips
from gvhdcalc.stats import registry
from gvhdcalc.stats.two_by_two import TwoByTwo

TABLE = TwoByTwo(82, 17, 70, 29)
WOOLF = [registry.estimators("odds ratio")["woolf"]]


def figures(found, how, item="estimate"):
    return [row.value for row in found[item] if how in row.name]


def test_arms_exchanged_and_non_events_invert_the_odds_ratio():
    found = turned(TABLE, 0.95, WOOLF)
    inverse = 17 * 70 / (82 * 29)
    assert figures(found, "arms exchanged") == pytest.approx([inverse])
    assert figures(found, "non-events") == pytest.approx([inverse])


def test_other_totals_give_their_own_ratio_and_percentages():
    found = two_arm_slips(TABLE, "odds ratio", 0.95, WOOLF, {}, (101, 102))
    assert figures(found, "of 101 and 102 patients") == pytest.approx([82 * 32 / (19 * 70)])
    assert [row.value for row in found["percent 1"]] == pytest.approx([82 / 101])
    assert [row.value for row in found["percent 2"]] == pytest.approx([70 / 102])


def test_other_levels_give_limits_and_no_estimate():
    found = two_arm_slips(TABLE, "odds ratio", 0.95, WOOLF, {})
    se = math.sqrt(1 / 82 + 1 / 17 + 1 / 70 + 1 / 29)
    assert figures(found, "at 90%", "lower") == pytest.approx(
        [math.exp(math.log(82 * 29 / (17 * 70)) - 1.6448536 * se)]
    )
    assert figures(found, "at 95%", "lower") == []
    assert figures(found, "at 90%") == []
    assert sum("at " in row.name for row in found["upper"]) == len(LEVELS) - 1


def test_one_ratio_is_tried_under_the_name_of_the_other():
    found = two_arm_slips(TABLE, "odds ratio", 0.95, WOOLF, {})
    assert pytest.approx(figures(found, "of the risk ratio")[0]) == 82 / 70
    assert two_arm_slips(TABLE, "risk difference", 0.95, [], {}) == {}
