"""The grammar of one figure: which limits, percentages and totals belong to a number."""

import pytest

from gvhdcalc.reported.figures import Figures
from gvhdcalc.reported.lexemes import Lexer
from gvhdcalc.reported.tokens import tokenise


def first(text):
    """The figure at the first number of a text, as a dictionary of values."""
    tokens = tokenise(text)
    figures = Figures(tokens, Lexer(tokens, text).run())
    place = next(k for k in range(len(figures.lexemes)) if figures.kind(k) in ("number", "fraction"))
    figure, _ = figures.figure(place)
    names = ("value", "events", "total", "lower", "upper")
    values = {name: getattr(figure, name).value for name in names if getattr(figure, name) is not None}
    if figure.conf is not None:
        values["conf"] = figure.conf
    return values


def ratio(lower, upper, conf=None):
    return {"value": 1.5, "lower": lower, "upper": upper, **({"conf": conf} if conf else {})}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5 (1.2-1.9)", ratio(1.2, 1.9)),
        ("1.5 [1.2; 1.9]", ratio(1.2, 1.9)),
        ("1.5 (1.2, 1.9)", ratio(1.2, 1.9)),
        ("1.5 (1.2 1.9)", ratio(1.2, 1.9)),
        ("1.5 1.2 1.9", ratio(1.2, 1.9)),
        ("1.5; 1.2, 1.9", ratio(1.2, 1.9)),
        ("1.5, 1.2-1.9, P", ratio(1.2, 1.9)),
        ("1.5 1.2-1.9", ratio(1.2, 1.9)),
        ("1.5, 95% CI 1.2, 1.9", ratio(1.2, 1.9, 0.95)),
        ("1.5; 90% CI: 1.2 to 1.9", ratio(1.2, 1.9, 0.9)),
        ("1.5 (95% CI = 1.2 – 1.9)", ratio(1.2, 1.9, 0.95)),
        ("1.5 (95% CI from 1.2 to 1.9)", ratio(1.2, 1.9, 0.95)),
        ("1.5 (95% CI between 1.2 and 1.9)", ratio(1.2, 1.9, 0.95)),
        ("1.5 (CI: [1.2; 1.9])", ratio(1.2, 1.9)),
        ("1.5), 95% CI (1.2, 1.9)", ratio(1.2, 1.9, 0.95)),
        ("1.5 kg m−2 (1.2, 1.9)", ratio(1.2, 1.9)),
        ("1.5 for each ten years (95% CI 1.2-1.9)", ratio(1.2, 1.9, 0.95)),
        ("1.5 (-1.9--1.2)", ratio(-1.9, -1.2)),
        ("1.5 -1.2 1.9", ratio(-1.2, 1.9)),
        ("38 [95% CI 14,62]", {"value": 38, "lower": 14, "upper": 62, "conf": 0.95}),
        ("5% (1% to 9%)", {"value": 0.05, "lower": 0.01, "upper": 0.09}),
        ("5% (1-9)", {"value": 0.05, "lower": 0.01, "upper": 0.09}),
        ("5 (95% CI 1-9%)", {"value": 0.05, "lower": 0.01, "upper": 0.09, "conf": 0.95}),
        # not an interval
        ("1.5 (range 1.2-1.9)", {"value": 1.5}),
        ("1.5 (IQR 1.2 to 1.9)", {"value": 1.5}),
        ("1.5 (SD 1.2)", {"value": 1.5}),
        ("1.5 ± 1.2", {"value": 1.5}),
        ("1.5 (P = 0.02)", {"value": 1.5}),
        ("1.5 vs 1.2-1.9", {"value": 1.5}),
        ("1.5 in the group of 1.2 to 1.9", {"value": 1.5}),
        # counts
        ("82/99", {"events": 82, "total": 99}),
        ("82/99 (82.8%)", {"events": 82, "total": 99, "value": 0.828}),
        ("(82/99) 82.8%", {"events": 82, "total": 99, "value": 0.828}),
        ("82/99, 82.8%", {"events": 82, "total": 99, "value": 0.828}),
        ("82 of 99 patients [82.8%]", {"events": 82, "total": 99, "value": 0.828}),
        ("82 (82.8%)", {"events": 82, "value": 0.828}),
        ("82 (82.8)", {"events": 82, "value": 0.828}),
        ("82 responders (82.8%)", {"events": 82, "value": 0.828}),
        ("82 (82.8%) of 99", {"events": 82, "value": 0.828, "total": 99}),
        ("82 (82.8% of 99)", {"events": 82, "value": 0.828, "total": 99}),
        ("82 patients", {"events": 82}),
        ("82.8% [82 patients]", {"events": 82, "value": 0.828}),
        ("82.8% [82]", {"events": 82, "value": 0.828}),
        ("82.8% (n = 82)", {"events": 82, "value": 0.828}),
        ("82.8% of patients (n = 82)", {"events": 82, "value": 0.828}),
        ("82.8% (82/99)", {"events": 82, "value": 0.828, "total": 99}),
        ("82.8%, 82/99", {"events": 82, "value": 0.828, "total": 99}),
        ("82.8% of treated patients (82/99)", {"events": 82, "value": 0.828, "total": 99}),
        ("82.8% of 99", {"value": 0.828, "total": 99}),
        (
            "82/99 (82.8%; 95% CI 74-89)",
            {"events": 82, "total": 99, "value": 0.828, "lower": 0.74, "upper": 0.89, "conf": 0.95},
        ),
        (
            "82.8% (82/99; 95% CI 74% to 89%)",
            {"events": 82, "total": 99, "value": 0.828, "lower": 0.74, "upper": 0.89, "conf": 0.95},
        ),
        ("12 (5%-23%)", {"value": 0.12, "lower": 0.05, "upper": 0.23}),
        ("mean 30 (5.2)", {"value": 30}),
        ("NNT 8 (4.2)", {"value": 8}),
    ],
)
def test_figure(text, expected):
    assert first(text) == expected
