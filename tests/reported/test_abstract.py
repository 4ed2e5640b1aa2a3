"""The reader of whole abstracts: one sentence of our own for each shape, and what must not be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.findings import Findings, TextClaim


def only(text: str) -> TextClaim:
    claims = check_text(text).claims
    assert len(claims) == 1, [text[c.start : c.end] for c in claims]
    return claims[0]


def triple(claim: TextClaim) -> tuple[str | None, str | None, str | None]:
    return claim.estimate, claim.lower, claim.upper


RATIOS = [
    "Relapse was rarer (HR 0.68, 95% CI 0.48-0.95, P = 0.024).",
    "Relapse was rarer (hazard ratio 0.68; 95% confidence interval [CI], 0.48 to 0.95; p=.024).",
    "Relapse was rarer (HR: 0·68 [95 % CI 0·48–0·95]; P=0·024).",
    "Relapse was rarer (HR = 0.68, 95%CI = 0.48; 0.95, p = 0.024).",
    "Relapse was rarer, with a hazard ratio of 0.68 (95% confidence interval, 0.48, 0.95; P = .024).",
    "Relapse was rarer (hazard ratio [HR] 0.68; CI 95% 0.48-0.95, p-value = 0.024).",
    "Relapse was rarer (HR (95% CI) 0.68 (0.48 to 0.95); P = 0.024).",
    "Relapse was rarer (HR, 95% CI: 0.68, 0.48-0.95; P = 0.024).",
    "Relapse was rarer (HR 0.68, P = 0.024, 95% CI 0.48-0.95).",
    "Relapse was rarer (P = 0.024; HR 0.68, 95% C.I. 0.48-0.95).",
    "Relapse was rarer (HR 0.68. 95% CI 0.48-0.95. P = 0.024.).",
    "Relapse was rarer: HR0.68, CI 0.48–0.95, P value = 0.024.",
    "The hazard ratio for relapse in the new group against the old was not extreme (0.68; 95% CI 0.48-0.95; P=0.024).",
]


@pytest.mark.parametrize("text", RATIOS)
def test_a_ratio_with_its_interval_and_p(text):
    claim = only(text)
    assert (claim.kind, claim.measure, *triple(claim)) == ("ratio", "HR", "0.68", "0.48", "0.95")
    assert claim.p is not None and claim.p[0] == "=" and float(claim.p[1]) == 0.024


@pytest.mark.parametrize(
    ("words", "measure"),
    [
        ("odds ratio", "OR"), ("OR", "OR"), ("adjusted odds ratio", "OR"), ("aOR", "OR"), ("relative risk", "RR"),
        ("risk ratio", "RR"), ("incidence rate ratio", "IRR"), ("rate ratio", "rate ratio"), ("HR", "HR"),
        ("prevalence ratio", "prevalence ratio"), ("mortality rate ratio (MRR)", "rate ratio"),
    ],
)  # fmt: skip
def test_measures(words, measure):
    claim = only(f"The effect was large ({words} 1.52, 95% CI 1.10-2.10).")
    assert (claim.kind, claim.measure) == ("ratio", measure)
    assert claim.adjusted is (True if words[0] == "a" else None)


@pytest.mark.parametrize(
    ("text", "numbers", "measure"),
    [
        ("Scores fell (mean difference -1.8 (95% CI -3.5 to -0.1), P = 0.04).", ("-1.8", "-3.5", "-0.1"), "MD"),
        ("Costs fell (mean difference −£448; 95% CI −934 to 38).", ("-448", "-934", "38"), "MD"),
        ("The mean difference was =–0.90 kg (95% CI=–1.50, −0.30).", ("-0.90", "-1.50", "-0.30"), "MD"),
        ("It gave a 15% (95%CI +10% to +20%, p<0.001) increase in attendance.", ("15", "10", "20"), "RD"),
        ("The risk difference was 0.02; 95% CI-0.05 – 0.09.", ("0.02", "-0.05", "0.09"), "RD"),
        ("The difference in hand position was 47 mm [95% CI 21,73], p = 0.001.", ("47", "21", "73"), "MD"),
    ],
)
def test_differences(text, numbers, measure):
    claim = only(text)
    assert (claim.kind, claim.measure) == ("difference", measure)
    assert triple(claim) == numbers


@pytest.mark.parametrize(
    ("text", "events", "n", "percent"),
    [
        ("Response was seen in 82/99 (82.8%).", "82", "99", "82.8"),
        ("Response was seen in 82.8% (82/99).", "82", "99", "82.8"),
        ("Response was seen in (82/99) 82.8% of them.", "82", "99", "82.8"),
        ("Response was seen in 82 of 99 (82.8%) patients.", "82", "99", "82.8"),
        ("Response was seen in 82 out of 99 patients (82.8 %).", "82", "99", "82.8"),
        ("Response was seen in 82 (82.8%) of 99 patients.", "82", "99", "82.8"),
        ("Response was seen in 82 (82.8%) of the 99.", "82", "99", "82.8"),
        ("Response was seen in 82 patients (82.8%).", "82", None, "82.8"),
        ("Response was seen in 82.8% [82 patients].", "82", None, "82.8"),
        ("Response was seen in 82.8% of patients (n = 82).", "82", None, "82.8"),
        ("Response was seen in 82.8% of treated patients (82/99).", "82", "99", "82.8"),
        ("It helped most (82/99, 82.8%).", "82", "99", "82.8"),
        ("It helped 82.8%, 82/99.", "82", "99", "82.8"),
        ("Three hundred and eighty three doctors (49.6%) answered.", "383", None, "49.6"),
        ("Of these, 1,043 (53%) came.", "1043", None, "53"),
        ("Thirty-six (12%) fell.", "36", None, "12"),
    ],
)
def test_counts_with_percentages(text, events, n, percent):
    group = only(text).groups[0]
    assert (group.events, group.n, group.percent) == (events, n, percent)


@pytest.mark.parametrize(
    "text",
    [
        "Day 28 (5%) and stage 3/4 disease were rare.",
        "They took 50/250 mg (20%) of it, at 140/90 mm Hg.",
        "The median was 4.76 (range, 0.15–9.84) years.",
        "The median age was 61 (IQR 52–70).",
        "Patients aged 18–65 were seen at 2–10 months.",
        "HbA1c of 7–10% and IL-6 of 3.2 were allowed.",
        "The cardiac index (CI) was 2.5 (2.1-2.9).",
        "The dose was 300 mg/m2 on 12.05.2014.",
        "Overall response (OR) was seen. The OR at day 28 was fine.",
        "One of the CIs is a cochlear implant.",
    ],
)
def test_what_is_no_claim(text):
    assert [text[c.start : c.end] for c in check_text(text).claims] == []


def test_two_groups_and_a_p():
    claim = only("Infections were rarer in the new group (12% vs. 25%; P = 0.04).")
    assert claim.kind == "p"
    assert [group.percent for group in claim.groups] == ["12", "25"]
    assert claim.p == ("=", "0.04")


def test_a_sign_printed_once_is_of_both_groups():
    claim = only("Nausea was rarer (24.5 vs. 35.1%; P < 0.05).")
    assert [group.percent for group in claim.groups] == ["24.5", "35.1"]


def test_counts_belong_to_the_ratio_that_follows():
    claim = only("Response was higher (82/99 [82.8%] v 70/99 [70.7%]; odds ratio 2.00; 95% CI 1.01-3.94; P = 0.043).")
    assert claim.kind == "ratio"
    assert [(g.events, g.n) for g in claim.groups] == [("82", "99"), ("70", "99")]


def test_no_link_across_what_the_text_separates():
    text = "Nausea was seen in 12% v 25%. Among others, survival was alike (HR 0.94, 95% CI 0.75-1.18; P = 0.59)."
    claims = check_text(text).claims
    assert [claim.groups for claim in claims if claim.kind == "ratio"] == [()]


def test_the_p_of_the_groups_and_that_of_the_difference_stay_apart():
    text = (
        "Events were seen in 9.2% of patients (n = 17) on the drug v 13.3% of patients (n = 26) in the controls "
        "(P = 0.21), a 4.1% absolute risk reduction (95% CI −2.2 to 10.4; P = 0.98)."
    )
    claims = check_text(text).claims
    assert [(claim.kind, claim.p) for claim in claims] == [("p", ("=", "0.21")), ("difference", ("=", "0.98"))]


def test_a_third_group_is_held_against_the_first():
    text = (
        "Uptake was 34.7% in the usual arm, 40.2% in the test arm (RR 1.16, 95% CI 0.99-1.36) and 39.9% in the home "
        "arm (RR 1.15, 95% CI 0.99-1.35)."
    )
    pairs = [[group.percent for group in claim.groups] for claim in check_text(text).claims]
    assert pairs == [["34.7", "40.2"], ["34.7", "39.9"]]


def test_a_measure_said_once_is_carried():
    text = "Death was alike (rate ratio 1.04, 95% CI 0.78-1.40). Loss was alike (0.95 [0.71-1.28])."
    assert [claim.measure for claim in check_text(text).claims] == ["rate ratio", "rate ratio"]


def test_adjusted_and_unadjusted():
    text = "Survival was worse (univariable: HR 1.35, 95% CI 1.12-1.63. Multivariable: HR 1.29, 95% CI 1.06-1.57)."
    assert [claim.adjusted for claim in check_text(text).claims] == [False, True]


def test_levels():
    claims = check_text("A (OR 1.20, 90% CI 1.00-1.44) and B (OR 1.20, CI 0.99-1.45).").claims
    assert [claim.conf for claim in claims] == [90, None]
    assert "taken as 95%" in " ".join(claims[1].notes)


def test_the_total_is_found_where_the_text_states_it():
    text = "We randomised 203 patients. Of these, 198 (97.5%) finished. Arms had 101 (n = 101) and 102 (n = 102)."
    group = check_text(text).claims[0].groups[0]
    assert group.n_elsewhere == "203"


def test_medians_before_a_hazard_ratio():
    claim = only("It lasted longer (11.3 months vs. 6.0 months; HR 0.68; 95% CI, 0.48-0.95).")
    assert [group.median for group in claim.groups] == ["11.3", "6.0"]


def test_number_needed_to_treat():
    text = (
        "Death was rarer (10/100 [10%] v 20/100 [20%]; P = 0.048), and the number needed to treat to prevent one death "
        "over 3 years was 10."
    )
    claim = next(claim for claim in check_text(text).claims if claim.measure == "NNT")
    assert claim.estimate == "10"


@pytest.mark.parametrize("text", RATIOS)
def test_places_are_exact(text):
    findings = check_text("Déjà vu: 😀 " + text)
    for figure in findings.figures:
        assert findings.text[figure.start : figure.end] == figure.verdict.printed
    for claim in findings.claims:
        assert all(claim.start <= figure.start < figure.end <= claim.end for figure in claim.figures)


def test_numbers_left_unread_are_counted():
    findings = check_text("In 14 centres, 3 drugs were given (HR 0.68, 95% CI 0.48-0.95).")
    assert [findings.text[start:end].strip() for start, end in findings.unread] == ["14", "3"]


SIGNS = st.sampled_from(
    [*"0123456789.,;:()[]%-–−+=<>/±· \n", "95% CI", "HR", "OR", "P", "vs", "n", "of", "(CI)", "to", "one", "aA"]
)


@given(st.lists(SIGNS, max_size=80).map("".join))
def test_any_text_is_read_and_places_hold(text):
    findings = check_text(text)
    assert isinstance(findings, Findings)
    last = 0
    for figure in findings.figures:
        assert last <= figure.start < figure.end <= len(text)
        last = figure.end
        assert text[figure.start : figure.end] == figure.verdict.printed
    findings.as_dict()


@given(st.text(max_size=200))
def test_any_characters_are_read(text):
    check_text(text)
