"""``gvhdcalc power props``: contrasts, margins, clusters, exact methods, and what all designs share."""

import math
import subprocess
import sys

import pytest

from .designs import HOUSE, design, reference, value

REFERENCE = reference("power_props")

run, answer = design("props")


def by_r(identifier, method, solve):
    asked = (identifier, method, solve)
    (found,) = [row["result"] for row in REFERENCE if (row["id"], row["method"], row["solve"]) == asked]
    return found


# The trial's own figures: a response of 82.8% against 70.7% (odds ratio 2.00)


def test_the_response_of_the_trial_by_every_method():
    document, _ = answer("82.8%", "70.7%", "--n1", "99", "--n0", "99", "--method", "all")
    methods = {row["method"] for row in document["values"]}
    assert {"pooled", "likelihood-ratio", "exact-fisher", "exact-boschloo", "exact-barnard"} <= methods
    assert "farrington-manning" not in methods
    expected = by_r("response-day-28", "likelihood-ratio", "power")["power"]
    assert value(document, "power", "likelihood-ratio") == pytest.approx(expected, rel=1e-6)
    (warning,) = document["warnings"]
    assert "take --method pooled" in warning


def test_p1_by_its_contrast_to_p0():
    document, _ = answer("70.7%", "--or", "2.00", "--power", "80%")
    assert document["inputs"]["p1"] == pytest.approx(2 * 0.707 / (1 + 0.707), rel=1e-12)
    assert value(document, "p1", "pooled") == document["inputs"]["p1"]
    by_ratio, _ = answer("50%", "--rr", "1.2", "--power", "80%")
    by_difference, _ = answer("50%", "--rd", "10%", "--power", "80%")
    given, _ = answer("60%", "50%", "--power", "80%")
    assert by_ratio["values"] == by_difference["values"] == given["values"]
    assert "from the contrast to P0" in run("70.7%", "--or", "2", "--power", "80%").stdout
    lower, _ = answer("50%", "--rd", "-10%", "--n", "200")
    assert lower["inputs"]["p1"] == pytest.approx(0.4)


def test_non_inferiority_and_superiority_by_a_margin():
    document, _ = answer("85%", "85%", "--margin", "-10%", "--power", "90%")
    expected = by_r("same", "farrington-manning", "n")
    assert value(document, "exact n per arm 1", "farrington-manning") == pytest.approx(expected["n1"], rel=1e-6)
    assert document["inputs"]["margin"] == [-0.1]
    assert document["inputs"]["contrast"] == "risk difference"
    assert {row["method"] for row in document["values"]} == {"farrington-manning", "unpooled"}
    assert not any(row["name"] == "opposite tail" for row in document["values"])
    shown = run("85%", "85%", "--margin", "-10%", "--power", "90%").stdout
    assert "Question: non-inferiority, RD > -10%" in shown
    assert "Test: one-sided, level 0.025" in shown
    assert "wrong direction" not in shown
    assert "non-inferiority, RR < 1.5" in run("5%", "5%", "--margin", "1.5", "--measure", "rr", "--power", "90%").stdout
    assert "superiority by a margin, RD > 10%" in run("60%", "40%", "--margin", "10%", "--n", "600").stdout
    document, _ = answer("70%", "70%", "--margin", "0.5", "--measure", "or", "--power", "80%")
    expected = by_r("odds-same", "unpooled", "n")
    assert value(document, "exact n per arm 2", "unpooled") == pytest.approx(expected["n0"], rel=1e-6)
    document, _ = answer("70%", "--margin", "-10%", "--n", "300", "--power", "80%")
    assert value(document, "p1", "farrington-manning") > 0.6


def test_equivalence():
    document, _ = answer("70%", "70%", "--margin", "15%", "--equivalence", "--power", "80%")
    expected = by_r("equivalent", "unpooled", "n")["n1"]
    assert value(document, "exact n per arm 1", "unpooled") == pytest.approx(expected, rel=1e-6)
    assert document["inputs"]["margin"] == [-0.15, 0.15]
    shown = run("70%", "70%", "--margin", "-10% 20%", "--n", "480").stdout
    assert "equivalence, RD between -10% and 20%" in shown
    assert "two tests, each one-sided" in shown
    ratios, _ = answer("70%", "70%", "--margin", "0.8", "--equivalence", "--measure", "rr", "--n", "400")
    assert ratios["inputs"]["margin"] == [0.8, 1.25]
    expected = by_r("equivalent-ratio", "unpooled", "power")["power"]
    assert value(ratios, "power", "unpooled") == pytest.approx(expected, rel=1e-6)


def test_clusters():
    plain, _ = answer("60%", "40%", "--power", "80%")
    document, _ = answer("60%", "40%", "--power", "80%", "--icc", "0.02", "--cluster-size", "20")
    assert document["inputs"]["design_effect"] == pytest.approx(1.38)
    for method in ("pooled", "arcsine"):
        inflated = 1.38 * value(plain, "exact n per arm 1", method)
        assert value(document, "exact n per arm 1", method) == pytest.approx(inflated, rel=1e-12)
    same, _ = answer("60%", "40%", "--power", "80%", "--design-effect", "1.38")
    assert value(same, "n total", "pooled") == value(document, "n total", "pooled")
    assert (
        "Design effect: 1.38 = 1 + (20 - 1) * 0.02"
        in run("60%", "40%", "--power", "80%", "--icc", "0.02", "--cluster-size", "20").stdout
    )


def test_exact_size_says_both_ends_of_the_sawtooth():
    document, _ = answer("60%", "40%", "--power", "80%", "--method", "exact-fisher")
    assert value(document, "n per arm 1", "exact-fisher") == 102
    assert value(document, "n per arm 1, power stays", "exact-fisher") == 108
    shown = run("60%", "40%", "--power", "80%", "--method", "exact-fisher").stdout
    assert "102 v 102 patients are the first to have it" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_what_a_method_cannot_do_is_said_and_the_others_go_on():
    document, status = answer("50.1%", "50%", "--power", "80%", "--method", "pooled", "--method", "exact-fisher")
    assert status == 0
    assert {row["method"] for row in document["values"]} == {"pooled"}
    (warning,) = document["warnings"]
    assert "a size is looked for up to 400" in warning
    result = run("50.1%", "50%", "--power", "80%", "--method", "exact-fisher")
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1


def test_explain_names_the_margin():
    shown = run("85%", "85%", "--margin", "-10%", "--n", "500", "--explain", "--method", "farrington-manning").stdout
    assert "|0.85-0.85--0.1|" in shown or "|0.85-0.85-(-0.1)|" in shown
    assert "Farrington & Manning 1990" in shown


# Ranges


def test_ranges_make_a_table():
    document, _ = answer("55%:65%:5%", "40%", "--power", "80%,90%", "--method", "pooled")
    totals = {
        (row["case"]["p1"], row["case"]["power"]): row["value"]
        for row in document["values"]
        if row["name"] == "n total"
    }
    assert document["inputs"]["p1"] == [0.55, 0.6, 0.65]
    assert document["inputs"]["power"] == [0.8, 0.9]
    assert len(totals) == 6
    for (p1, power), total in totals.items():
        one, _ = answer(str(p1), "40%", "--power", str(power), "--method", "pooled")
        assert value(one, "n total", "pooled") == total
    shown = run("55%:65%:5%", "40%", "--power", "80%,90%", "--method", "pooled").stdout
    header = next(line for line in shown.splitlines() if "Total" in line)
    assert header.split() == ["Asked", "P1", "Arm", "1", "Arm", "2", "Total", "Power", "Method"]
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "name", "values"),
    [
        (["60%", "40%", "--n", "100; 200"], "n", [100, 200]),
        (["60%", "40%", "--n", "100:300:100"], "n", [100, 200, 300]),
        (["60%", "40%", "--power", "80,90"], "power", [0.8, 0.9]),
        (["60%", "40%", "--power", "80%", "--ratio", "1,2:1,3"], "ratio", [1, 2, 3]),
        (["40%", "--or", "1.5:2.5:0.5", "--power", "80%"], "odds_ratio", [1.5, 2.0, 2.5]),
        (["60%", "40%", "--power", "80%", "--alpha", "5%, 1%"], "alpha", [0.05, 0.01]),
        (["60%", "0.45:0.40:-0.05", "--power", "80%"], "p0", [0.45, 0.4]),
    ],
)
def test_how_ranges_are_written(arguments, name, values):
    document, _ = answer(*arguments)
    assert document["inputs"][name] == pytest.approx(values)


def test_a_thousands_or_decimal_comma_is_no_range():
    document, _ = answer("82,8%", "70,7%", "--n", "1,203")
    assert (document["inputs"]["p1"], document["inputs"]["p0"]) == (0.828, 0.707)
    assert sum(document["inputs"]["n"]) == 1203


# Reported sizes


@pytest.mark.parametrize(
    ("n", "method", "how"),
    [
        ("194", "pooled", "each arm rounded up"),
        ("193", "arcsine", "total rounded down"),
        ("152", "pooled", "one-sided alpha 0.05"),
        ("204", "exact-fisher", "smallest size"),
        ("216", "exact-fisher", "size from which power stays"),
    ],
)
def test_a_reported_size_is_traced(n, method, how):
    document, status = answer("60%", "40%", "--power", "80%", "--reported-n", n)
    (verdict,) = document["verdicts"]
    assert (status, verdict["verdict"]) == (0, "reproduced")
    assert method in verdict["methods"]
    assert how in verdict["note"]


def test_a_reported_size_that_nothing_gives():
    document, status = answer("60%", "40%", "--power", "80%", "--reported-n", "203")
    (verdict,) = document["verdicts"]
    assert (status, verdict["verdict"]) == (1, "inconsistent")
    assert "nearest" in verdict["note"]
    document, status = answer("85%", "85%", "--margin", "-10%", "--power", "90%", "--reported-n", "552")
    assert (status, document["verdicts"][0]["methods"]) == (0, ["farrington-manning"])


# Simulation


def test_simulated_trials_stand_beside_the_formula():
    arguments = ["60%", "40%", "--n", "194", "--simulate", "4000", "--method", "exact-fisher", "--method", "pooled"]
    document, _ = answer(*arguments, "--seed", "3")
    for method in ("exact-fisher", "pooled"):
        error = value(document, "Monte Carlo standard error", method)
        assert error == pytest.approx(math.sqrt(0.8 * 0.2 / 4000), rel=0.1)
        assert abs(value(document, "simulated power", method) - value(document, "power", method)) < 5 * error
    assert answer(*arguments, "--seed", "3")[0] == document
    shown = run(*arguments).stdout
    assert "Simulation: 4,000 trials, seed 1" in shown
    assert "% \u00b1 0." in shown
    assert max(map(len, shown.splitlines())) <= 80


# Curves


def test_curve_in_the_terminal_and_in_json():
    arguments = ["60%", "40%", "--power", "80%", "--method", "pooled", "--curve", "n"]
    document, _ = answer(*arguments)
    points = [(row["case"]["patients, both arms"], row["value"]) for row in document["values"] if "case" in row]
    assert len(points) > 20
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert [power for _, power in points] == sorted(power for _, power in points)
    shown = run(*arguments).stdout
    assert "patients, both arms" in shown and "Power: o pooled" in shown
    assert max(map(len, shown.splitlines())) <= 80
    effect, _ = answer("60%", "40%", "--n", "194", "--method", "pooled", "--curve", "effect")
    at = {round(row["case"]["P1"], 6): row["value"] for row in effect["values"] if "case" in row}
    assert at[0.6] == pytest.approx(value(answer("60%", "40%", "--n", "194")[0], "power", "pooled"), rel=1e-9)


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_curve_in_a_file(tmp_path, ending):
    pytest.importorskip("matplotlib")
    path = tmp_path / f"curve.{ending}"
    result = run("60%", "40%", "--power", "80%", "--plot-file", str(path))
    assert result.exit_code == 0, result.stderr
    first = path.read_bytes()
    assert first.startswith({"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[ending])
    if ending == "svg":
        assert b"patients, both arms" in first and b"pooled variance" in first
    run("60%", "40%", "--power", "80%", "--plot-file", str(path))
    assert path.read_bytes() == first


def test_a_figure_without_matplotlib_says_what_to_install(tmp_path):
    script = (
        "import sys; sys.modules['matplotlib'] = None; sys.modules['matplotlib.figure'] = None\n"
        "from gvhdcalc.cli import main\n"
        f"main(['power', '60%', '40%', '--power', '80%', '--plot-file', {str(tmp_path / 'a.svg')!r}])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "gvhdcalc[plot]" in done.stderr
    assert len(done.stderr.splitlines()) == 1


# Wrong input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["60%", "40%", "--or", "2", "--power", "80%"], "P1, --or, --rr and --rd all say the effect"),
        (["40%", "--or", "2", "--rr", "2", "--power", "80%"], "all say the effect"),
        (["70%", "--rr", "2", "--power", "80%"], "a risk ratio of 2 to P0 70% is a P1 of 140%"),
        (["70%", "--rd", "40%", "--power", "80%"], "is a P1 of 110%"),
        (["70%", "--rd", "12", "--power", "80%"], "write the sign: 12%"),
        (["70%", "--or", "1", "--power", "80%"], "p1 equals p0"),
        (["60%", "70%", "--margin", "-10%", "--power", "80%"], "the risk difference is the margin itself"),
        (["70%", "70%", "--equivalence", "--power", "80%"], "--margin"),
        (["70%", "90%", "--margin", "10%", "--equivalence", "--power", "80%"], "not within the margins of equivalence"),
        (["70%", "70%", "--margin", "5% 10%", "--power", "80%"], "equivalence is sought in a range that holds"),
        (["70%", "70%", "--margin", "much", "--power", "80%"], '"much" is not a number'),
        (["70%", "70%", "--margin", "-1", "--measure", "rr", "--power", "80%"], "is not above 0"),
        (["70%", "70%", "--margin", "-10%", "--power", "80%", "--method", "pooled"], "is for a test of equality"),
        (["60%", "40%", "--power", "80%", "--method", "farrington-manning"], "take --method pooled"),
        (["60%", "40%", "--power", "80%", "--icc", "0.02"], "--icc and --cluster-size go together"),
        (["60%", "40%", "--power", "80%", "--design-effect", "0.9"], "--design-effect 0.9 is below 1"),
        (["60%", "40%", "--power", "80%", "--design-effect", "2", "--icc", "0.1"], "is what --icc and --cluster-size"),
        (["60%", "40%", "--n", "2000000", "--method", "exact-fisher"], "at most 2,000 patients in an arm"),
        (["60%", "40%", "--power", "80%", "--seed", "1"], "--seed goes with --simulate"),
        (["60%", "40%", "--power", "80%", "--simulate", "10"], "--simulate"),
        (["60%", "40%", "--n", "90", "--simulate", "500", "--design-effect", "2"], "clusters are not simulated"),
        (["60%", "40%", "--power", "80%,90%", "--simulate", "500"], "--simulate is for one question"),
        (["60%", "40%", "--power", "80%,90%", "--reported-n", "194"], "--reported-n is for one question"),
        (["60%", "40%", "--power", "80%,90%", "--curve", "n"], "--curve is for one question"),
        (["60%", "40%", "--power", "0.8:0.9:-0.1"], "does not lead from 0.8 to 0.9"),
        (["60%", "40%", "--power", "0.8:0.9:0"], "does not lead from 0.8 to 0.9"),
        (["60%", "40%", "--power", "a:b:c"], "is not a range; write FROM:TO:STEP"),
        (["60%", "40%", "--n", "100:1000000:1"], "at most 1,000"),
        (["60%", "40%", "--n", "100:1000:1", "--alpha", "1%,5%"], "more than 1,000 cases"),
        (["60%", "40%", "--power", "80%,120%"], "power '120%'"),
        (["60%", "40%", "--power", "80%", "--plot-file", "curve.gif"], "must end in one of"),
        (["60%", "40%", "--power", "80%", "--plot-file", "/nowhere/curve.svg"], "/nowhere/curve.svg"),
        (["95%", "--n", "20", "--power", "90%", "--curve", "effect"], "--curve effect needs a P1"),
    ],
)
def test_wrong_input_is_one_clear_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("gvhdcalc power props")
    assert message in result.stderr


def test_closed_formulas_and_margins_import_neither_numpy_nor_scipy():
    script = (
        "import sys; from gvhdcalc.cli import main\n"
        "for line in ('60% 40% --power 80%,90%', '85% 85% --margin -10% --power 90%', '60% 40% --n 99 --curve n'):\n"
        "    try: main(['power', *line.split()])\n"
        "    except SystemExit as end: assert end.code == 0, end.code\n"
        "print(sorted({'numpy', 'scipy', 'statsmodels', 'matplotlib'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
