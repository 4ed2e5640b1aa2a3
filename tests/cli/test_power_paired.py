"""``gvhdcalc power paired`` on the command line."""

import pytest

from .designs import design, reference, value

REFERENCE = reference("power_one_sample")

run, answer = design("paired")


def by_r(identifier, method, solve):
    asked = ("pairs", identifier, method, solve)
    (found,) = [c for c in REFERENCE if (c["quantity"], c["id"], c.get("method"), c.get("solve")) == asked]
    return found["result"]


@pytest.mark.parametrize("method", ["connor", "miettinen", "conditional", "exact"])
def test_pairs_by_every_way_to_say_the_proportions(method):
    expected = by_r("common", method, "n")["n"]
    for way in (
        ("20%", "10%"),
        ("--discordant", "30%", "--difference", "10%"),
        ("--discordant", "0.3", "--odds-ratio", "2"),
    ):
        document, _ = answer(*way, "--power", "80%", "--method", "all")
        assert value(document, "exact n", method) == pytest.approx(expected, rel=1e-6)
        assert value(document, "second alone", method) == pytest.approx(0.1)


def test_marginals_and_correlation():
    plain, _ = answer("--marginals", "60%", "50%", "--power", "80%")
    tied, _ = answer("--marginals", "60%", "50%", "--correlation", "0.4", "--power", "80%")
    assert plain["inputs"]["discordant"] == pytest.approx(0.5)
    assert value(tied, "n", "connor") < value(plain, "n", "connor")


def test_power_and_detectable_difference():
    document, _ = answer("20%", "10%", "--n", "234")
    assert value(document, "power", "connor") == pytest.approx(0.80154, abs=1e-5)
    document, _ = answer("--discordant", "30%", "--n", "200", "--power", "80%", "--direction", "lower")
    assert value(document, "effect", "exact") == pytest.approx(-0.111238, abs=1e-6)
    text = run("--discordant", "30%", "--n", "200", "--power", "80%").stdout
    assert "Difference" in text and "Pairs: 200" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("n", "status", "verdict", "method"),
    [("234", 0, "reproduced", "connor"), ("229", 0, "reproduced", "miettinen"), ("249", 0, "reproduced", "exact"),
     ("99", 1, "inconsistent", None)],
)  # fmt: skip
def test_reported_n(n, status, verdict, method):
    document, code = answer("20%", "10%", "--power", "80%", "--reported-n", n)
    (found,) = document["verdicts"]
    assert (code, found["verdict"]) == (status, verdict)
    assert method is None or method in found["methods"]


def test_simulation_agrees_within_its_error():
    document, _ = answer("20%", "10%", "--n", "200", "--simulate", "20000", "--seed", "3")
    difference = value(document, "simulated power", "exact") - value(document, "power", "exact")
    assert abs(difference) < 4 * value(document, "Monte Carlo standard error", "exact")


def test_explain():
    text = run("20%", "10%", "--power", "80%", "--explain").stdout
    assert "Connor 1987" in text and "Miettinen 1968" in text and "sqrt(0.3)" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["20%", "--power", "80%"], "two proportions are needed, FIRST and SECOND alone"),
        (["20%", "20%", "--power", "80%"], "FIRST and SECOND are equal"),
        (["70%", "60%", "--power", "80%"], "together are above 1"),
        (["--power", "80%"], "give FIRST SECOND, --discordant or --marginals"),
        (["20%", "10%", "--discordant", "30%", "--power", "80%"], "one of them, not FIRST SECOND and --discordant"),
        (["--discordant", "30%", "--difference", "40%", "--power", "80%"], "cannot be larger than the proportion"),
        (["--discordant", "30%", "--power", "80%"], "two of the difference, --n and --power"),
        (["--discordant", "30%", "--difference", "10%", "--odds-ratio", "2", "--power", "80%"], "give one of them"),
        (["--marginals", "90%", "10%", "--correlation", "0.9", "--power", "80%"], "can have this correlation"),
        (["20%", "10%", "--correlation", "0.5", "--power", "80%"], "--correlation goes with --marginals"),
        (["20%", "10%", "--odds-ratio", "2", "--power", "80%"], "go with --discordant"),
        (["20%", "10%", "--n", "0"], "is below 1"),
    ],
)
def test_wrong_input_is_one_line(arguments, message):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
