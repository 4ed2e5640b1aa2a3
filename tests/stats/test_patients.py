"""Individual patient data as arrays."""

import numpy as np
import pytest

from gvhdcalc.stats.patients import patients, under_observation


def test_the_control_is_the_last_arm():
    one = patients([1, 2, 3, 4], [1, 0, 2, 1], [0, 0, 1, 1])
    assert one.arms == ("arm 1", "arm 2")
    assert one.treated.tolist() == [1, 1, 0, 0]
    assert one.event.tolist() == [1, 0, 0, 1]
    assert one.causes == ("cause 1", "cause 2")
    assert len(one.of_arm(1)) == 2


def test_a_part_keeps_every_column():
    one = patients([1, 2, 3], [1, 0, 1], entry=[0, 0, 1], strata=[0, 1, 1], covariates=[[1, 2], [3, 4], [5, 6]],
                   cluster=[0, 0, 1])  # fmt: skip
    part = one.where(np.array([False, True, True]))
    assert part.entry.tolist() == [0, 1]
    assert part.strata.tolist() == [1, 1]
    assert part.covariates.tolist() == [[3, 4], [5, 6]]
    assert part.cluster.tolist() == [0, 1]
    assert part.strata_labels == one.strata_labels


def test_at_risk_are_those_who_entered_before_and_are_still_there():
    times = np.array([2, 5, 7])
    at = [0, 1, 2, 3, 5, 6, 8]
    assert under_observation(times, None, at).tolist() == [3, 3, 3, 2, 2, 1, 0]
    # who enters at 0 is there from 0 on, as everyone is without entries; who enters at 3 or 5 is not yet at 3 or 5
    assert under_observation(times, np.array([0, 0, 0]), at).tolist() == [3, 3, 3, 2, 2, 1, 0]
    assert under_observation(times, np.array([0, 3, 5]), at).tolist() == [1, 1, 1, 0, 1, 1, 0]


@pytest.mark.parametrize(
    "given, says",
    [
        ({"time": [1, 2], "status": [1]}, "1 values beside 2 times"),
        ({"time": [1, -2], "status": [1, 0]}, "negative"),
        ({"time": [1, float("nan")], "status": [1, 0]}, "not finite"),
        ({"time": [1, 2], "status": [1, 0], "entry": [0, 2]}, "not before its time"),
    ],
)
def test_what_cannot_be(given, says):
    with pytest.raises(ValueError, match=says):
        patients(**given)
