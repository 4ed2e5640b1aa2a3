"""A document in each format: what is shown, and what must never be."""

import csv
import io
import json
import math

import pytest

from gvhdcalc.report.document import Arm, Document
from gvhdcalc.report.plot import forest
from gvhdcalc.report.render import FLAT_COLUMNS, FORMATS, render
from gvhdcalc.stats.results import Estimate, Note, TestResult, Value, Verdict

HOSTILE = "[red]x[/red] <b>&| $_{} \\ 50%"


def document(**changes):
    estimate = Estimate(
        2.0, 1.01, math.inf, 0.95, se=math.nan, se_scale="log", notes=(Note("a note"),),
        measure="odds ratio", method="woolf", name=f"Woolf {HOSTILE}", reference="Woolf 1955",
    )  # fmt: skip
    fields = {
        "command": "or",
        "inputs": {"events": [82, 70], "totals": [99, 99], "conf": 0.95, "odd": math.inf},
        "title": "Odds ratio",
        "arms": (Arm("treatment", 82, 99),),
        "estimates": (estimate,),
        "tests": (TestResult(0.0434, 4.078, 1, method="pearson", name="Pearson", reference="Pearson 1900"),),
        "verdicts": (Verdict("estimate", "2.00", "reproduced", ("woolf",), 1.998, (1.998, 1.998)),),
        "values": (Value("implied events", 131.9, "events"), Value("missing", None, "", "why")),
        "warnings": (f"warned {HOSTILE}",),
    }
    return Document(**{**fields, **changes})


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_shows_every_part(form):
    text = render(document(), form)
    for part in ("Pearson", "reproduced", "implied events", "warned", "a note"):
        assert part in text
    assert "\x1b" not in text


def test_text_from_outside_is_not_markup():
    for form in ("rich", "plain"):
        text = "".join(render(document(), form).split())
        assert "".join(f"warned {HOSTILE}".split()) in text
    assert "&lt;b&gt;" in render(document(), "html")
    assert "<b>" not in render(document(), "html")
    latex = render(document(), "latex")
    assert r"50\%" in latex and r"\_" in latex and r"\&" in latex
    assert r"\|" in render(document(), "markdown")


def test_json_has_no_nan_and_names_infinity():
    text = render(document(), "json")
    found = json.loads(text, parse_constant=lambda token: pytest.fail(token))
    assert found["estimates"][0]["upper"] == "Infinity"
    assert found["estimates"][0]["se"] is None
    assert found["inputs"]["odd"] == "Infinity"
    assert found["values"][1] == {"name": "missing", "value": None, "unit": "", "note": "why", "method": None}


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_flat_rows_are_one_table(form, delimiter):
    rows = list(csv.DictReader(io.StringIO(render(document(), form)), delimiter=delimiter))
    assert [row["part"] for row in rows] == ["estimate", "test", "value", "value", "verdict", "warning"]
    assert tuple(rows[0]) == FLAT_COLUMNS
    assert rows[0]["upper"] == "Infinity"
    assert rows[0]["se"] == ""
    assert rows[4]["methods"] == "woolf"


def test_rich_fits_the_terminal_and_colours_only_when_allowed(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for width in (80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        assert max(map(len, render(document(), "rich").splitlines())) <= width
    assert "\x1b[" in render(document(), "rich", escapes=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in render(document(), "rich", escapes=True)


def test_plain_is_never_wrapped():
    words = [f"word-{i}" for i in range(40)]
    text = render(document(values=(Value(" ".join(words), 1.0, "events"),)), "plain")
    assert any(all(word in line for word in words) for line in text.splitlines())


def test_many_methods_of_a_verdict_are_listed_below_a_table_that_fits():
    long = Verdict("estimate", "2.00", "reproduced", tuple(f"method-{i}" for i in range(40)), 1.998)
    text = render(document(verdicts=(long,)), "plain")
    assert "method-0, method-1" in text
    assert "more" in text
    assert "method-39" in text


def test_forest_shows_no_effect_and_what_runs_off_the_axis():
    rows = [
        Estimate(2.0, 1.0, 4.0, 0.95, measure="odds ratio", method="woolf"),
        Estimate(3.0, 0.5, math.inf, 0.95, measure="odds ratio", method="exact"),
        Estimate(math.nan, math.nan, math.nan, 0.95, measure="odds ratio", method="none"),
    ]
    lines = forest(rows, 60).splitlines()
    assert len(lines) == 4
    assert lines[0].count("■") == lines[1].count("■") == 1
    assert lines[1].endswith("►")
    assert "■" not in lines[2] and "│" in lines[2]
    assert "0.50" in lines[3] and "4.00" in lines[3]
    with pytest.raises(ValueError, match="nothing to plot"):
        forest(rows[2:], 60)
