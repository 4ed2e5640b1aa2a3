"""The reader of pasted text. The sentences are our own; their forms are those of printed abstracts."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.reported.number import Printed
from gvhdcalc.reported.reader import read_reported
from gvhdcalc.reported.tokens import tokenise


def shown(claim):
    """A claim as a dictionary of what it holds: values in the unit of the text, percentages as strings."""

    def plain(printed: Printed):
        value = printed.like(printed.value) if printed.percent else printed.value
        return value if printed.relation == "=" else f"{printed.relation}{value}"

    found = {item: plain(printed) for item, printed in claim.items()}
    found.update({f"total {k}": plain(arm.total) for k, arm in enumerate(claim.arms, 1) if arm.total})
    for name in ("measure", "conf", "p_sides"):
        if getattr(claim, name) is not None:
            found[name] = getattr(claim, name)
    if claim.unread:
        found["unread"] = [token.text for token in claim.unread]
    return found


TWO = {"estimate": 2.0, "lower": 1.01, "upper": 3.94}
RATIO = {**TWO, "p": 0.043, "measure": "odds ratio", "conf": 0.95}
HAZARD = {"estimate": 0.68, "lower": 0.48, "upper": 0.95}
FORMS = [
    ("2.00 (1.01-3.94), P=0.043", {**TWO, "p": 0.043}),
    ("OR 2.00; 95% CI 1.01–3.94; P = 0.043", RATIO),
    ("odds ratio, 2.00; 95% confidence interval [CI], 1.01-3.94; P = 0.043", RATIO),
    ("OR=2.00 [95%CI=1.01-3.94; P=.043]", RATIO),
    ("aOR: 2.00 (95 % CI 1.01 to 3.94), p-value 0.043", RATIO),
    ("OR (95% CI) 2.00 (1.01-3.94), P = 0.043", RATIO),
    ("(OR; 95% CI) 2.00; 1.01, 3.94; P = 0.043", RATIO),
    ("odds of a response: OR of treated patients 2.00 (95% CI 1.01-3.94; P .043)", RATIO),
    ("95% CI 1.01-3.94; OR 2.00; P = 0.043", RATIO),
    ("P = 0.043, OR 2.00, 95% CI 1.01-3.94", RATIO),
    ("OR 2.00, P = 0.043, 95% CI 1.01-3.94", RATIO),
    ("OR\u00a02.00 (95\u00a0% CI\u20091.01\u20133.94), P\u2009=\u20090.043", RATIO),
    (
        "82.8% [82 patients] vs. 70.7% [70]; odds ratio, 2.00; 95% confidence interval [CI], 1.01-3.94; P = 0.043",
        {"percent 1": "82.8%", "events 1": 82, "percent 2": "70.7%", "events 2": 70, **RATIO},
    ),
    ("0·68 (0·48 to 0·95)", HAZARD),
    ("0,68 (0,48-0,95) p=0,024", {**HAZARD, "p": 0.024}),
    ("HR 0.68, 95% CI 0.48, 0.95", {**HAZARD, "measure": "hazard ratio", "conf": 0.95}),
    ("0.68 [0.48; 0.95] p<.001", {**HAZARD, "p": "<0.001"}),
    ("HR 0.68 (90% CI 0.48-0.95)", {**HAZARD, "measure": "hazard ratio", "conf": 0.9}),
    ("0.68, CI95 0.48-0.95", {**HAZARD, "conf": 0.95}),
    ("HR - 0.68 (0.48-0.95)", {**HAZARD, "measure": "hazard ratio"}),
    ("HR 0.68 (0.48–0.95), P(log-rank)=0.024", {**HAZARD, "measure": "hazard ratio", "p": 0.024}),
    (
        "11.3 months vs. 6.0 months; hazard ratio (HR) 0.68; 95% CI, 0.48-0.95, P = 0.024",
        {"median 1": 11.3, "median 2": 6.0, **HAZARD, "measure": "hazard ratio", "conf": 0.95, "p": 0.024},
    ),
    (
        "median 11.3 (95% CI 8.1-14.5) vs 6.0 months (4.4-7.9)",
        {
            "median 1": 11.3, "lower 1": 8.1, "upper 1": 14.5, "median 2": 6.0, "lower 2": 4.4, "upper 2": 7.9,
            "conf": 0.95,
        },
    ),
    ("2.00 (1.01, 3.94)", TWO),
    ("(1.01, 3.94)", {"lower": 1.01, "upper": 3.94}),
    ("1.01-3.94", {"lower": 1.01, "upper": 3.94}),
    ("95% CI 1.01 to 3.94", {"lower": 1.01, "upper": 3.94, "conf": 0.95}),
    ("2.00 1.01 3.94", TWO),
    ("-12.1 -23.4 -0.5", {"estimate": -12.1, "lower": -23.4, "upper": -0.5}),
    ("-12.1% (-23.4 to -0.5)", {"estimate": "-12.1%", "lower": "-23.4%", "upper": "-0.5%"}),
    (
        "12.1 percentage points (95% CI 0.5-23.4)",
        {"estimate": "12.1%", "lower": "0.5%", "upper": "23.4%", "conf": 0.95},
    ),
    (
        "a 6.4% absolute risk reduction (95% CI −1.3 to 14.1; P = 0.10)",
        {"estimate": "6.4%", "lower": "-1.3%", "upper": "14.1%", "p": 0.1, "conf": 0.95, "measure": "risk difference"},
    ),
    (
        "82.8% vs 70.7%, difference 12.1% (95%CI +0.5% to +23.4%)",
        {
            "percent 1": "82.8%", "percent 2": "70.7%", "estimate": "12.1%", "lower": "0.5%", "upper": "23.4%",
            "conf": 0.95, "measure": "risk difference",
        },
    ),
    ("mean difference (95% CI) -2.6 (-4.7 to -0.5)",
     {"estimate": -2.6, "lower": -4.7, "upper": -0.5, "conf": 0.95, "measure": "mean difference"}),
    ("NNT 8.3 (4.2 to 148)", {"estimate": 8.3, "lower": 4.2, "upper": 148, "measure": "number needed to treat"}),
    (
        "NNTB 8.3 (NNTB 4.2 to infinity to NNTH 30)",
        {"estimate": 8.3, "lower": 4.2, "upper": -30, "measure": "number needed to treat"},
    ),
    ("P=0.043", {"p": 0.043}),
    ("P < 0.001", {"p": "<0.001"}),
    ("p=0,04", {"p": 0.04}),
    ("P = 0.04 and 0.03", {"p": 0.04, "p 2": 0.03}),
    ("P = 0.04 for response and P < 0.001 for survival", {"p": 0.04, "p 2": "<0.001"}),
    ("two-sided P = 0.04", {"p": 0.04, "p_sides": 2}),
    ("P = 0.02 (one-sided)", {"p": 0.02, "p_sides": 1}),
    ("one-sided 97.5% CI; P = 0.02", {"p": 0.02, "conf": 0.975}),
    ("2.00", {"estimate": 2.0}),
    ("97.5%", {"percent": "97.5%"}),
    ("82.8 vs 70.7%", {"percent 1": "82.8%", "percent 2": "70.7%"}),
    ("0.605 versus 0.707", {"percent 1": 0.605, "percent 2": 0.707}),
    ("82 vs 70", {"events 1": 82, "events 2": 70}),
    ("39.5% (95% CI, 29.3-49.4%)", {"percent": "39.5%", "lower": "29.3%", "upper": "49.4%", "conf": 0.95}),
    (
        "39.5% (95% CI, 29.3-49.4%) and 62.7% (51.4-72.1) in the two arms (HR 0.55, 95% CI, 0.36-0.84; P = 0.005)",
        {
            "percent 1": "39.5%", "lower 1": "29.3%", "upper 1": "49.4%",
            "percent 2": "62.7%", "lower 2": "51.4%", "upper 2": "72.1%",
            "estimate": 0.55, "lower": 0.36, "upper": 0.84, "p": 0.005, "conf": 0.95, "measure": "hazard ratio",
        },
    ),
    (
        "82/99 (82.8%) vs 70/99 (70.7%)",
        {"percent 1": "82.8%", "events 1": 82, "percent 2": "70.7%", "events 2": 70, "total 1": 99, "total 2": 99},
    ),
    (
        "65 [65.7%] treated vs. 78 [78.8%] control patients",
        {"percent 1": "65.7%", "events 1": 65, "percent 2": "78.8%", "events 2": 78},
    ),
    ("Of 203 patients, 198 (97.5%) stayed", {"percent": "97.5%", "events": 198, "total 1": 203}),
    (
        "18/24 donors (75.0%) in one arm and 9/25 (36.0%) in the other (p = 0.006)",
        {
            "percent 1": "75.0%", "events 1": 18, "percent 2": "36.0%", "events 2": 9, "total 1": 24, "total 2": 25,
            "p": 0.006,
        },
    ),
    # traps
    (
        "The OR (overall response) at day 28 was 82.8% against 70.7%; odds ratio 2.00 (1.01-3.94)",
        {"percent 1": "82.8%", "percent 2": "70.7%", **TWO, "measure": "odds ratio", "unread": ["28"]},
    ),
    ("rate ratio (RR) 0.68 (0.48-0.95)", {**HAZARD, "measure": "rate ratio"}),
    ("stay 9 days (range, 2-14); P = 0.3", {"p": 0.3, "unread": ["9", "2", "14"]}),
    ("OR 2.0 (SE 0.3)", {"estimate": 2.0, "measure": "odds ratio", "unread": ["0.3"]}),
    ("CD4 count, IL-6: OR 2.00 (1.01-3.94)", {**TWO, "measure": "odds ratio"}),
    ("HbA1c ≥6.5% in 12 of 40", {"events": 12, "total 1": 40, "unread": ["6.5%"]}),
    ("HR 0.68 (0.48-0.95) and HR 0.75 (0.34-1.67)",
     {**HAZARD, "measure": "hazard ratio", "unread": ["0.75", "0.34", "1.67"]}),
    ("a 31% relative increase (95% CI 4–66%)",
     {"estimate": "31%", "lower": "4%", "upper": "66%", "conf": 0.95, "measure": "relative risk increase"}),
    ("5.5 (3.2 to ∞)", {"estimate": 5.5, "lower": 3.2, "upper": math.inf}),
    ("HR 0.68 (0.95-0.48)", {"estimate": 0.68, "lower": 0.95, "upper": 0.48, "measure": "hazard ratio"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FORMS, ids=[text for text, _ in FORMS])
def test_form(text, expected):
    assert shown(read_reported(text)) == expected


def test_figures_are_handed_over_as_printed():
    claim = read_reported("39.5% (95% CI, 29.3-49.40%); P<.001")
    (arm,) = claim.arms
    assert (arm.lower.text, arm.lower.value, arm.lower.decimals) == ("29.3", 0.293, 1)
    assert (arm.upper.text, arm.upper.decimals) == ("49.40%", 2)
    assert arm.conf == 0.95
    assert claim.p.text == "<.001"


def test_a_level_said_once_is_meant_throughout():
    claim = read_reported("39.5% (90% CI, 29.3-49.4%) and 62.7% (51.4-72.1%); HR 0.55 (0.36-0.84)")
    assert [arm.conf for arm in claim.arms] == [0.9, 0.9] and claim.conf == 0.9
    claim = read_reported("39.5% (90% CI, 29.3-49.4%); HR 0.55 (95% CI 0.36-0.84)")
    assert (claim.arms[0].conf, claim.conf) == (0.9, 0.95)
    assert read_reported("39.5% (29.3-49.4%)").arms[0].conf is None


def test_what_cannot_be_is_outside_the_interval():
    assert read_reported("P = 0.000").p.interval == (0, 0.0005)
    assert read_reported("OR 0.00 (0.00-3.9)").estimate.interval == (0, 0.005)
    assert read_reported("100% (96-100)").arms[0].upper.interval == (0.995, 1)
    assert read_reported("difference 0.00 (-1.0 to 1.0)").estimate.interval == (-0.005, 0.005)


def test_needed_to_treat_through_infinity():
    claim = read_reported("NNTB 8.3 (NNTB 4.2 to ∞ to NNTH 30)")
    assert claim.through_infinity and claim.measure_text == "NNTB"
    assert (claim.lower.text, claim.upper.text) == ("NNTB 4.2", "NNTH 30")
    harm = read_reported("NNTH 12 (NNTB 20 to infinity to NNTH 5)")
    assert (harm.estimate.value, harm.lower.value, harm.upper.value) == (-12, 20, -5)
    assert not read_reported("NNT 8.3 (4.2 to 148)").through_infinity


def test_the_measure_that_was_asked_for_helps():
    claim = read_reported("12.1 (0.5 to 23.4)", "risk difference")
    assert shown(claim) == {
        "estimate": "12.1%", "lower": "0.5%", "upper": "23.4%", "measure": "risk difference",
    }  # fmt: skip
    assert read_reported("0.121 (0.005 to 0.234)", "risk difference").estimate.value == 0.121
    assert read_reported("12.1% (0.5 to 23.4)", "risk difference").estimate.value == 0.121
    assert read_reported("97.5", "proportion").estimate.value == 0.975
    assert read_reported("HR 0.68", "odds ratio").measure == "hazard ratio"
    assert read_reported("2.00 (1.01-3.94)", "odds ratio").measure == "odds ratio"


@pytest.mark.parametrize(
    "text", ["", " \n", "no figures here", "95% CI", "OR", "(", "P = NS", "\x1b[31m\x07", "mean 3 ± 2 (4)"]
)
def test_nothing_to_read(text):
    with pytest.raises(ValueError) as refused:
        read_reported(text)
    message = str(refused.value)
    assert message.startswith("nothing to check in ") and message.isprintable() and len(message) < 200


numbers = st.integers(0, 9999).map(lambda units: f"{units / 100:.2f}")


@given(
    st.sampled_from(["OR ", "HR = ", "risk ratio, ", "hazard ratio (HR): ", "aOR of ", ""]),
    numbers,
    st.sampled_from([" (", "; 95% CI ", ", 90% confidence interval [CI], ", " [95% CI: ", ", CI95 "]),
    st.lists(numbers, min_size=2, max_size=2),
    st.sampled_from(["-", "–", " to ", "; ", ", ", " - ", "−"]),
    st.sampled_from([")", "]", ""]),
    st.sampled_from(["", ", P = 0.04", "; p<.001", " P=0.04"]),
)
def test_every_way_of_writing_one_ratio(measure, estimate, label, limits, joiner, close, p):
    lower, upper = sorted(limits, key=float)
    if "[9" in label or "(" in label:
        close = close or ")"
    if joiner == ", " and "CI" not in label and not close:
        return
    claim = read_reported(f"{measure}{estimate}{label}{lower}{joiner}{upper}{close}{p}")
    assert [claim.estimate.value, claim.lower.value, claim.upper.value] == [float(estimate), float(lower), float(upper)]
    assert claim.conf == (0.95 if "95" in label else 0.9 if "90" in label else None)
    assert (claim.p is not None) == bool(p) and not claim.unread


@given(st.text(max_size=80) | st.text("0123456789.,-–%()[];:=<> PpCIORvsandto", max_size=80))
def test_any_text_is_read_or_refused_in_one_line(text):
    try:
        claim = read_reported(text)
    except ValueError as error:
        assert str(error).startswith("nothing to check in ") and str(error).isprintable()
        return
    figures = [printed for _, printed in claim.items()]
    assert figures or any(arm.total for arm in claim.arms)
    assert len({item for item, _ in claim.items()}) == len(figures)
    assert not any(math.isnan(printed.value) for printed in figures)


@given(st.lists(st.sampled_from(
    ["0.68", "(", "0.48", "-", "0.95", ")", "95% CI", "P", "=", "82/99", "82.8%", "vs", "and", "HR", "difference", ";",
     "of", "99", "months", "median", "n", "to", "infinity", "NNTH", "patients", "±", "<", "two-sided", "-1.2", "CI"]
), max_size=14).map(" ".join))  # fmt: skip
def test_any_order_of_the_pieces_is_read_or_refused(text):
    try:
        claim = read_reported(text)
    except ValueError:
        return
    items = claim.items()
    assert len({item for item, _ in items}) == len(items)
    # no number is read twice, nor both read and left over
    tokens = sum(token.kind == "number" or token.text == "infinity" for token in tokenise(text))
    assert len(items) + sum(arm.total is not None for arm in claim.arms) + len(claim.unread) <= tokens


HOSTILE = [
    "9", "(", "[", ")", "1 ", "1,", "1,234,", "0.5 (", "-", "1-", "5%", "95% CI ", "OR ", "odds ratio ",
    "P ", "P for ", "p = ",
    "a ", "a.", "\x1b[31m", "82/99 ", "82 of ", "vs ", "1 vs ", "(95% ", "NNT ", "infinity to ", "1e", "and 5% ",
    "number needed to treat to ", "median 3 months ", "0.68 (0.48-0.95) ", "5 (a a 5%) ", "of 5 a ",
    "confidence interval ",
    "P(a a a", "P = 0.04 and 0.03 ", "∞", "n = ", "of 99 patients, ", "82 patients ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_read_or_refused_in_one_line(piece):
    try:
        claim = read_reported(piece * (10_000 // len(piece)))
    except ValueError as error:
        assert len(str(error)) < 300
    else:
        assert claim.items() or claim.unread


@pytest.mark.parametrize("piece", ["9", "(", "\x07"])
def test_a_megabyte_is_refused(piece):
    with pytest.raises(ValueError, match="nothing to check"):
        read_reported(piece * 1_000_000)
