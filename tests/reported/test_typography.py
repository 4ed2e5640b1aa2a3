"""Plain text reads alike in every typography: signs, letters and blanks that look like those of the grammar."""

from __future__ import annotations

import pytest

from gvhdcalc.reported.abstract import check_text

TEXT = "Healing was commoner (45/90 v 27/90; OR 2.33, 95% CI 1.27 to 4.29; P = 0.006), in 45/90 (50%)."


def reading(text: str) -> list[object]:
    """What is read and judged, without places and without what is as printed."""
    return [
        (claim.kind, claim.measure, claim.estimate, claim.lower, claim.upper, claim.p, claim.groups, claim.commands,
         [(f.verdict.item, f.verdict.verdict, f.verdict.methods) for f in claim.figures])
        for claim in check_text(text).claims
    ]  # fmt: skip


LOOKS_LIKE = {
    "P = 0.006": [
        "P＝0.006", "𝑃 = 0.006", "𝑝 = 0.006", "𝐏 = 0.006", "Ｐ＝0.006", "ｐ = 0.006", "Ρ = 0.006", "р = 0.006",
        "P\u200a=\u200a0.006", "P\u202f=\u202f0·006", "P = 0․006", "P = 0ꞏ006", "P = 0•006", "P = 0 .006",
        "P = 0. 006",
        "P = 0.\u200b006", "P‑value = 0.006", "P = 0,006", "p\u2009=\u20090⋅006", "P: 0.006", "P of 0.006",
    ],
    "1.27 to 4.29": [
        "1.27–4.29", "1.27‒4.29", "1.27—4.29", "1.27˗4.29", "1.27~4.29", "1.27∼4.29", "1.27～4.29", "1.27〜4.29",
        "1.27⁓4.29",
        "1.27 – 4.29", "1.27\u2009–\u20094.29", "1.27 ‑ 4.29", "1.27, 4.29", "1.27; 4.29", "1.27 − 4.29",
        "from 1.27 to 4.29",
        "1·27–4·29", "1․27–4․29",
    ],
    "95% CI": [
        "95％ CI", "95 % CI", "95\u2009%\u2009CI", "95%‑CI", "CI95%", "CI 95%:", "95% C.I.", "95%CI:", "95%CI,",
        "95 percent CI",
        "95% conﬁdence interval", "95% СI", "95% ＣＩ", "CI(95%)", "95% confidence\u00a0interval",
    ],
    "OR 2.33": [
        "OR＝2.33", "OR=2·33", "OR: 2.33", "OR 2⋅33", "OR 2∙33", "ＯＲ 2.33", "ОR 2.33", "OR\u00a0=\u00a02.33",
        "OR (2.33)",
        "odds-ratio 2.33", "odds‑ratio 2.33", "odds ratio [OR] 2.33", "𝑂𝑅 = 2.33",
    ],
    "45/90 v 27/90": [
        "45／90 v 27／90", "45⁄90 v 27⁄90", "45∕90 vs. 27∕90", "45/90 versus 27/90", "45/90 ｖｓ 27/90",
        "45\u00a0of\u00a090 v 27\u00a0of\u00a090",
        "45/90 patients¹² v 27/90 patients³",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "alike"), [(said, alike) for said, all_alike in LOOKS_LIKE.items() for alike in all_alike]
)
def test_what_looks_alike_reads_alike(said, alike):
    assert TEXT.count(said) == 1
    assert reading(TEXT.replace(said, alike)) == reading(TEXT)


def test_rho_and_chi_are_no_latin_letters():
    assert not [claim for claim in check_text("Correlated (ρ = 0.03, χ = 0.2).").claims if claim.p]
