"""Abstracts in other languages: decimal commas and the names of intervals. Figures are scipy's."""

from __future__ import annotations

import pytest

from gvhdcalc.reported import foreign
from gvhdcalc.reported.abstract import check_text

# log 0.62 over (log 0.93/0.41)/3.92: z = -2.29, P = 0.022; log 1.74, 1.31 to 2.31: P = 0.0001
FORMS = [
    "La mortalité était moindre (HR 0,62 ; IC 95 % 0,41-0,93 ; p = 0,022).",
    "La mortalité était moindre (OR = 0,62 ; IC95 % : 0,41-0,93 ; p = 0,022).",
    "La mortalité (hazard ratio : 0,62 ; intervalle de confiance à 95 % (IC 95 %) : 0,41-0,93 ; p = 0,022).",
    "La mortalité était moindre (RR 0,62 [IC à 95 %, 0,41 à 0,93] ; p = 0,022).",
    "Die Sterblichkeit war geringer (HR 0,62; 95%-KI 0,41-0,93; p = 0,022).",
    "Die Sterblichkeit war geringer (HR 0,62; 95 %-Konfidenzintervall 0,41 bis 0,93; p = 0,022).",
    "Die Sterblichkeit war geringer (HR 0,62; KI (95 %): 0,41-0,93; p = 0,022).",
    "El riesgo fue menor (OR: 0,62; IC 95%: 0,41-0,93; p = 0,022).",
    "El riesgo fue menor (RR 0,62; IC del 95%, 0,41 a 0,93; p = 0,022).",
    "El riesgo fue menor (RR 0.62; IC 95%: 0.41 a 0.93; p = 0.022).",
    "El riesgo fue menor (RR 0,62; intervalo de confianza del 95%: 0,41-0,93; p = 0,022).",
    "Il rischio era minore (HR 0,62; IC 95% 0,41-0,93; p = 0,022).",
    "Il rischio era minore (HR 0,62; intervallo di confidenza al 95% 0,41-0,93; p = 0,022).",
    "O risco foi menor (OR 0,62; IC95% 0,41-0,93; p = 0,022).",
    "O risco foi menor (OR 0,62; intervalo de confiança de 95% (IC95%) 0,41-0,93; p = 0,022).",
]


@pytest.mark.parametrize("text", FORMS)
def test_an_interval_in_another_language(text):
    (claim,) = check_text(text).claims
    assert (claim.estimate, claim.lower, claim.upper, claim.conf) == ("0.62", "0.41", "0.93", 95.0)
    assert claim.p == ("=", "0.022")
    assert {figure.verdict.verdict for figure in claim.figures} <= {"reproduced", "consistent"}
    quotes = [text[figure.start : figure.end] for figure in claim.figures]
    assert quotes[:3] == ([part.replace(".", ",") for part in ("0.62", "0.41", "0.93")] if "0," in text else quotes[:3])
    wrong = check_text(text.replace("022", "22")).figures
    assert [figure.verdict.item for figure in wrong if figure.verdict.verdict == "inconsistent"] == ["p"]


def test_limits_above_one_and_thousands():
    text = "Parmi 1.234 patients, 15,2 % (188/1.234) sont décédés (OR 1,74 ; IC 95 % 1,31-2,31 ; p < 0,001)."
    found = {figure.verdict.item: figure.verdict for figure in check_text(text).figures}
    assert (found["percent"].verdict, found["upper"].verdict, found["p"].verdict) == ("reproduced",) * 3
    assert found["upper"].printed == "2,31"


@pytest.mark.parametrize("text", [*FORMS, "IC 95 % 1.0 a 2.0", "The IC50 was 95 nM (KI 80% pure), 1,234 cells."])
def test_every_place_stays(text):
    assert len(foreign.plain(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "The IC50 was 0.95 nM with 1,234 cells.",
        "In the IC group 12,345 of 20,000 and in the other 21,73 died.",
        "KI was given at 90% of 0,5 mg.",
    ],
)
def test_no_label_no_change(text):
    assert foreign.plain(text) == text


def test_decimal_points_beside_a_foreign_label_keep_their_commas():
    assert foreign.plain("IC 95% 0.41-0.93 en 1,234 y 0,5") == "95%CI 0.41-0.93 en 1,234 y 0,5".rjust(31)


def test_a_name_with_a_number_is_none():
    assert check_text("Ki67 and IC50 were low (OR 0.62; 95% CI 0.41 to 0.93).").unread == ()
