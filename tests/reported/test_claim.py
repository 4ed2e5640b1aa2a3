"""The items of a claim: names and order."""

from gvhdcalc.reported.claim import ArmText, Claim
from gvhdcalc.reported.number import parse_number

N = parse_number


def names(claim):
    return [item for item, _ in claim.items()]


def test_two_arms_and_an_estimate():
    claim = Claim(
        estimate=N("2.00"),
        lower=N("1.01"),
        upper=N("3.94"),
        p=N("0.043"),
        more_p=(N("0.05"),),
        arms=(ArmText(events=N("82"), total=N("99"), percent=N("82.8%")), ArmText(percent=N("70.7%"))),
    )
    assert names(claim) == ["percent 1", "events 1", "percent 2", "estimate", "lower", "upper", "p", "p 2"]
    assert dict(claim.items())["events 1"] == N("82")


def test_one_arm_has_no_number():
    arm = ArmText(percent=N("39.5%"), lower=N("29.3%"), upper=N("49.4%"))
    assert names(Claim(arms=(arm,))) == ["percent", "lower", "upper"]
    assert names(Claim(arms=(arm, arm))) == ["percent 1", "lower 1", "upper 1", "percent 2", "lower 2", "upper 2"]


def test_no_two_items_have_one_name():
    arm = ArmText(percent=N("39.5%"), lower=N("29.3%"), upper=N("49.4%"))
    claim = Claim(estimate=N("0.55"), lower=N("0.36"), upper=N("0.84"), arms=(arm,))
    assert names(claim) == ["percent", "lower 1", "upper 1", "estimate", "lower", "upper"]


def test_medians():
    claim = Claim(arms=(ArmText(median=N("11.3")), ArmText(median=N("6.0"))))
    assert names(claim) == ["median 1", "median 2"]
    assert claim.medians == (N("11.3"), N("6.0"))
    assert Claim().items() == [] and Claim().medians == ()
