"""``gvhdcalc power rate`` on the command line."""

import pytest

from .designs import design, reference, value

REFERENCE = reference("power_one_sample")

run, answer = design("rate")


def by_r(identifier, method, solve):
    asked = ("rates", identifier, method, solve)
    (found,) = [c for c in REFERENCE if (c["quantity"], c["id"], c.get("method"), c.get("solve")) == asked]
    return found["result"]


@pytest.mark.parametrize("method", ["log", "score", "wald", "square-root", "exact"])
def test_patients_by_every_way_to_say_the_rates(method):
    expected = by_r("common", method, "n")["n0"]
    for way in (("0.3", "0.5"), ("30/100", "50/100"), ("0.5", "--rate-ratio", "0.6"), ("0.15", "0.25", "--time", "2")):
        document, _ = answer(*way, "--power", "80%", "--method", "all")
        assert value(document, "exact n per arm 2", method) == pytest.approx(expected, rel=1e-6)


def test_allocation_follow_up_and_dropout():
    expected = by_r("two-to-one", "log", "n")
    document, _ = answer("0.3", "0.5", "--power", "80%", "--ratio", "2:1", "--dropout", "10%")
    assert value(document, "exact n per arm 1", "log") == pytest.approx(expected["n1"], rel=1e-6)
    assert value(document, "n enrolled per arm 2", "log") > value(document, "n per arm 2", "log")
    assert value(document, "n per arm 1", "exact") == 2 * value(document, "n per arm 2", "exact")


def test_power_and_detectable_ratio():
    document, _ = answer("0.3", "0.5", "--n", "300")
    assert value(document, "power", "exact") == pytest.approx(0.75953448, abs=1e-8)
    document, _ = answer("0.5", "--n", "300", "--power", "80%", "--direction", "higher")
    assert value(document, "effect", "log") == pytest.approx(1.516949, abs=1e-6)
    text = run("0.5", "--n", "300", "--power", "80%").stdout
    assert "Rate ratio" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("n", "status", "verdict", "method"),
    [("322", 0, "reproduced", "log"), ("330", 0, "reproduced", "exact"), ("200", 1, "inconsistent", None)],
)
def test_reported_n(n, status, verdict, method):
    document, code = answer("0.3", "0.5", "--power", "80%", "--reported-n", n)
    (found,) = document["verdicts"]
    assert (code, found["verdict"]) == (status, verdict)
    assert method is None or method in found["methods"]


def test_simulation_agrees_within_its_error():
    document, _ = answer("0.3", "0.5", "--n", "300", "--simulate", "20000", "--seed", "5")
    difference = value(document, "simulated power", "exact") - value(document, "power", "exact")
    assert abs(difference) < 4 * value(document, "Monte Carlo standard error", "exact")


def test_explain():
    text = run("0.3", "0.5", "--power", "80%", "--explain").stdout
    assert "log(0.3/0.5)" in text and "Zhu & Lakkis 2014" in text and "Gail 1974" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--power", "80%"], "one or two rates are needed"),
        (["0.5", "--power", "80%"], "two of RATE1, --n and --power"),
        (["0.5", "0.5", "--power", "80%"], "the rate ratio is 1"),
        (["30%", "50%", "--power", "80%"], "is in percent; write 0.3 or 30/100"),
        (["many", "0.5", "--power", "80%"], "is not a rate; write 0.3 or 3/100"),
        (["0", "0.5", "--power", "80%"], "is not above 0"),
        (["3/0", "0.5", "--power", "80%"], "is not above 0"),
        (["0.3", "0.5", "--rate-ratio", "0.6", "--power", "80%"], "stands in place of RATE1"),
        (["0.3", "0.5", "--time", "0", "--power", "80%"], "is not above 0"),
        (["0.3", "0.5", "--n1", "20"], "--n1 and --n0 go together"),
    ],
)
def test_wrong_input_is_one_line(arguments, message):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [("0.3", "0.5", "--time", "1e9"), ("1e6", "2e6"), ("0.5", "0.3", "--time", "1e9")]
)
def test_so_many_events_of_one_patient_are_not_searched(arguments):
    document, _ = answer(*arguments, "--power", "80%")
    assert value(document, "n total", "exact") is None
    assert value(document, "n total", "log") == 2
    assert "exact power is not searched" in run(*arguments, "--power", "80%").stdout
