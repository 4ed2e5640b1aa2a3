"""``gvhdcalc power prop`` on the command line."""

import pytest

from .designs import design, reference, value

REFERENCE = reference("power_one_sample")

run, answer = design("prop")


def by_r(quantity, identifier, method, solve):
    asked = (quantity, identifier, method, solve)
    (found,) = [c for c in REFERENCE if (c["quantity"], c["id"], c.get("method"), c.get("solve")) == asked]
    return found["result"]


def test_the_seeds_response_against_that_of_its_controls():
    document, _ = answer("82.8%", "70.7%", "--power", "80%", "--method", "all")
    for method in ("score", "continuity-corrected", "wald", "arcsine"):
        expected = by_r("proportion", "response", method, "n")["n"]
        assert value(document, "exact n", method) == pytest.approx(expected, rel=1e-6)
    assert value(document, "n", "exact") == by_r("proportion", "response", "exact", "n")["n"]
    assert value(document, "n", "exact-conservative") == by_r("proportion", "response", "exact", "n")["stays"]


def test_the_single_stage_trial_that_says_its_sawtooth():
    document, _ = answer("30%", "10%", "--power", "80%", "--sides", "1")
    assert (value(document, "n", "exact"), value(document, "critical count", "exact")) == (25, 6)
    assert value(document, "n from which power stays", "exact") == value(document, "n", "exact-conservative") == 29
    text = run("30%", "10%", "--power", "80%", "--sides", "1").stdout
    assert "reached first by n = 25," in text and "every n from 29 on" in text
    assert max(map(len, text.splitlines())) <= 80


def test_power_effect_and_dropout():
    document, _ = answer("30%", "10%", "--n", "29", "--sides", "1")
    assert 0.8 < value(document, "power", "exact") < 0.82
    document, _ = answer("10%", "--n", "20", "--power", "0.8", "--direction", "lower")
    assert all(row["value"] is None for row in document["values"] if row["name"] == "effect")
    document, _ = answer("30%", "10%", "--power", "80%", "--sides", "1", "--dropout", "10%")
    assert (value(document, "n", "exact"), value(document, "n enrolled", "exact")) == (25, 28)


def test_precision_of_the_seeds_response():
    document, _ = answer("82.8%", "--width", "15%")
    for method in ("wilson", "clopper-pearson", "wald"):
        assert value(document, "exact n", method) == pytest.approx(
            by_r("precision", "seed", method, "n")["n"], rel=1e-6
        )
    document, _ = answer("82.8%", "--precision", "--n", "97")
    assert value(document, "effect", "wilson") == pytest.approx(
        by_r("precision", "seed", "wilson", "width")["width"], rel=1e-6
    )
    assert not any(row["name"] == "power" for row in document["values"])
    assert "90%, two-sided" in run("82.8%", "--width", "15%", "--conf", "90").stdout


@pytest.mark.parametrize(
    ("arguments", "n", "status", "verdict", "methods"),
    [
        (("30%", "10%", "--power", "80%", "--sides", "1"), "25", 0, "reproduced", ["continuity-corrected", "exact"]),
        (("30%", "10%", "--power", "80%", "--sides", "1"), "29", 0, "reproduced", ["exact-conservative"]),
        (("30%", "10%", "--power", "80%"), "20", 0, "reproduced", ["score"]),  # of a one-sided test
        (("30%", "10%", "--power", "80%", "--sides", "1"), "78", 1, "inconsistent", []),
        (("82.8%", "--width", "15%"), "97", 0, "reproduced", ["wilson"]),
        (("82.8%", "--width", "15%"), "203", 1, "inconsistent", []),
    ],
)
def test_reported_n(arguments, n, status, verdict, methods):
    document, code = answer(*arguments, "--reported-n", n)
    (found,) = document["verdicts"]
    assert (code, found["verdict"], found["item"]) == (status, verdict, "n")
    assert set(methods) <= set(found["methods"])


def test_simulation_agrees_within_its_error():
    document, _ = answer("30%", "10%", "--n", "60", "--method", "exact", "--simulate", "20000", "--seed", "7")
    difference = value(document, "simulated power", "exact") - value(document, "power", "exact")
    assert abs(difference) < 4 * value(document, "Monte Carlo standard error", "exact")


def test_a_table_of_ranges_and_a_curve():
    document, _ = answer("30%", "10%", "--power", "80%,90%", "--method", "exact", "--sides", "1")
    sizes = [(row["case"]["power"], row["value"]) for row in document["values"] if row["name"] == "n"]
    assert sizes == [(0.8, 25), (0.9, 33)]
    document, _ = answer("30%", "10%", "--power", "80%", "--method", "score", "--curve", "n")
    powers = [row["value"] for row in document["values"] if row["name"] == "power" and row.get("case")]
    assert len(powers) > 5 and powers == sorted(powers)


def test_explain():
    text = run("30%", "10%", "--power", "80%", "--explain").stdout
    assert "0.3-0.1" in text and "A'Hern 2001" in text and "Phi(" in text
    assert "0.15^2" in run("82.8%", "--width", "15%", "--explain").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["30%"], "two of P1, --n and --power are needed"),
        (["30%", "30%", "--power", "80%"], "p1 equals p0"),
        (["30", "10%", "--power", "80%"], "is above 1; for a percentage write the sign: 30%"),
        (["0", "10%", "--power", "80%"], "is not strictly between 0 and 1"),
        (["30%", "10%", "20%", "--power", "80%"], "one or two probabilities are needed"),
        (["30%", "10%", "--power", "4%"], "power must be above alpha"),
        (["30%", "10%", "--power", "80%", "--n", "30"], "given: P1, --n, --power"),
        (["30%", "10%", "--power", "80%", "--n1", "30"], "No such option"),
        (["30%", "10%", "--width", "10%"], "leave out the second"),
        (["30%", "--width", "10%", "--n", "30"], "give --width to find the patients"),
        (["30%", "--width", "10%", "--power", "80%"], "--power is for the power of a test"),
        (["30%", "--width", "100%"], "is not above 0 and below 100%"),
        (["30%", "10%", "--power", "80%", "--conf", "90"], "--conf is for --width and --precision"),
        (["30%", "--n", "20", "--power", "80%", "--reported-n", "20"], "leave out --n"),
        (["30%", "10%", "--n", "20.5"], "is not a whole number"),
    ],
)
def test_wrong_input_is_one_line(arguments, message):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message.lower() in result.stderr.lower()
    assert result.stderr.count("\n") == 1


def test_a_width_beyond_the_search_has_no_n_and_says_why():
    document, _ = answer("82.8%", "--width", "1e-9")
    assert value(document, "n", "wald") > 1e18
    assert value(document, "n", "clopper-pearson") is None
    assert "no interval of up to 1e15 patients is so narrow" in run("82.8%", "--width", "1e-9").stdout
