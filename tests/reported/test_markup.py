"""Marked-up text reads as the plain text that it shows, in HTML, JATS and PubMed XML."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gvhdcalc.reported.abstract import check_text
from gvhdcalc.reported.markup import Unmarked
from gvhdcalc.reported.scan import Scan
from gvhdcalc.reported.sources import from_stream
from gvhdcalc.stats.results import NOT_CHECKABLE, REPRODUCED

WRAPPERS = {
    "html": "<!DOCTYPE html><html><head><title>9 of 10</title></head><body><p>{}</p></body></html>",
    "jats": '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "https://dtd.invalid/jats.dtd"><article '
    'xmlns:mml="http://www.w3.org/1998/Math/MathML" xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta>'
    "<abstract><p>{}</p></abstract></article-meta></front></article>",
    "pubmed": '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMed//EN" "https://dtd.invalid/pubmed.dtd">'
    '<PubmedArticleSet xmlns:mml="http://www.w3.org/1998/Math/MathML"><PubmedArticle><MedlineCitation><PMID>5</PMID>'
    "<Article><Abstract><AbstractText>{}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
    "</PubmedArticleSet>",
}


def text_of(data: str, form: str | None = None) -> str:
    [source] = from_stream(io.BytesIO(data.encode()), "x", form)
    return source.text


def reading(text: str) -> list[object]:
    """What is read and judged, without places."""
    return [
        (claim.kind, claim.measure, claim.estimate, claim.lower, claim.upper, claim.p, claim.groups, claim.commands,
         [(f.verdict.item, f.verdict.verdict) for f in claim.figures])
        for claim in check_text(text).claims
    ]  # fmt: skip


MATH = "<mml:math>{}</mml:math>"
#: What is between tags, and what a reader sees; both sentences have claims, or none has.
INLINE = [
    # letters of another face
    ("Cure differed (40/80 v 20/80, <i>P</i> = 0.001).", "Cure differed (40/80 v 20/80, P = 0.001)."),
    ("Cure differed (40/80 v 20/80, <italic>P</italic>=0.001).", "Cure differed (40/80 v 20/80, P=0.001)."),
    ("Cure differed (40/80 v 20/80, <sc>p</sc> = 0.001).", "Cure differed (40/80 v 20/80, p = 0.001)."),
    ("Cure differed (40/80 v 20/80, <b><i>P</i></b><i> </i>= 0.001).", "Cure differed (40/80 v 20/80, P = 0.001)."),
    ("Drug (<italic>n</italic> = 20): 5 cured (25%).", "Drug (n = 20): 5 cured (25%)."),
    ("<bold>Results:</bold> 5/20 (25%) were cured.", "Results: 5/20 (25%) were cured."),
    ("The <u>hazard ratio</u> was 0.70 (95% <sc>CI</sc> 0.50–0.98).", "The hazard ratio was 0.70 (95% CI 0.50–0.98)."),
    ("<span>5</span><span>/20</span> (<em>25</em>%) healed.", "5/20 (25%) healed."),
    ("Relapse: <styled-content>12/60</styled-content> (20<b>%</b>).", "Relapse: 12/60 (20%)."),
    ("HR 0<sup>.</sup>70 (95% CI 0<sup>.</sup>50 to 0<sup>.</sup>98).", "HR 0.70 (95% CI 0.50 to 0.98)."),
    ("HR 0<b>·</b>70 (95% CI 0·50 to 0·98).", "HR 0·70 (95% CI 0·50 to 0·98)."),
    # blanks and signs
    ("Cure: 5/20&#160;(25&#xA0;%) v&#8201;9/18 (50%).", "Cure: 5/20\u00a0(25\u00a0%) v\u20099/18 (50%)."),
    ("<i>P</i>&#8201;=&#8201;0.03 (t(40)&#8202;=&#8202;2.25).", "P\u2009=\u20090.03 (t(40)\u200a=\u200a2.25)."),
    ("RD &#8722;12.5% (95% CI &#x2212;20.1 to &minus;4.9).", "RD −12.5% (95% CI −20.1 to −4.9)."),
    ("OR 2.0 (95% CI 1.1&#8211;3.6; P&#x3c;.05).", "OR 2.0 (95% CI 1.1–3.6; P<.05)."),
    ("OR 2.0 (95% CI 1.1&ndash;3.6; P&lt;.05).", "OR 2.0 (95% CI 1.1–3.6; P<.05)."),
    ("Age 61&#177;9 v 58&plusmn;8 years (<i>p</i>&nbsp;=&nbsp;0.04).", "Age 61±9 v 58±8 years (p\u00a0=\u00a00.04)."),
    ("P&thinsp;&le;&thinsp;0.05 in 5/20 &amp; 6/30.", "P\u2009≤\u20090.05 in 5/20 & 6/30."),
    ("5/20\n      (25%)\n\n      were   cured.", "5/20 (25%) were cured."),
    ("P&#x0003D;0.03; OR 2&#x000B7;0 (95% CI 1&middot;1 to 3&middot;6).", "P=0.03; OR 2·0 (95% CI 1·1 to 3·6)."),
    # what is raised
    ("Platelets 150 × 10<sup>9</sup>/L; 31 patients (28.4%) bled.", "Platelets 150 × 10⁹/L; 31 patients (28.4%) bled."),
    ("Dose 2.5x10<sup>6</sup>/kg; 31 of 106 (29.2%) bled.", "Dose 2.5x10⁶/kg; 31 of 106 (29.2%) bled."),
    ("Cure differed (61/84 v 29/86, P = 3.8 × 10<sup>−7</sup>).", "Cure differed (61/84 v 29/86, P = 3.8 × 10⁻⁷)."),
    ("Cure differed (61/84 v 29/86, P = 3.8x10<sup>-7</sup>).", "Cure differed (61/84 v 29/86, P = 3.8x10⁻⁷)."),
    ("Cure differed (61/84 v 29/86, P = 3.8·10<sup>–7</sup>).", "Cure differed (61/84 v 29/86, P = 3.8·10⁻⁷)."),
    ("Cure differed (61/84 v 29/86, P &lt; 10<sup><b>-4</b></sup>).", "Cure differed (61/84 v 29/86, P < 10⁻⁴)."),
    ("Of 50 patients<sup>12</sup>, 10 (20%) died.", "Of 50 patients¹², 10 (20%) died."),
    ("Of 50 patients,<sup>3,4</sup> 10 (20%) died.", "Of 50 patients,³˒⁴ 10 (20%) died."),
    ("As others found,<sup>1–3</sup> 10/50 (20%) died.<sup>[4]</sup>", "As others found,¹⁻³ 10/50 (20%) died.⁽⁴⁾"),
    ("<xref><sup>7</sup></xref>10/50 (20%)<sup><xref>8</xref></sup> died.", "⁷10/50 (20%)⁸ died."),
    ("10/50 (20%<sup>2</sup>) died, at 5<sup>1</sup> sites.", "10/50 (20%²) died, at 5¹ sites."),
    ("10/50 (20%)<sup>a</sup> died, P = 0.03<sup>1,a</sup>.", "10/50 (20%)a died, P = 0.03¹,a."),
    ("The 95<sup>th</sup> percentile; 10/50 (20%) died.", "The 95th percentile; 10/50 (20%) died."),
    ("CD34<sup>+</sup> cells; 10/50 (20%) died.", "CD34+ cells; 10/50 (20%) died."),
    ("Drug<sup>®</sup> in 10/50 (20%), 9/50 (18%)<sup>*</sup>.", "Drug® in 10/50 (20%), 9/50 (18%)*."),
    ("25 kg/m<sup>2</sup> (10/50, 20%), 5 mg kg<sup>-1</sup>.", "25 kg/m² (10/50, 20%), 5 mg kg⁻¹."),
    ("<sup>18</sup>F-FDG in 10/50 (20%).", "¹⁸F-FDG in 10/50 (20%)."),
    ("R<sup>2</sup> = 0.36; 10/50 (20%) died.", "R² = 0.36; 10/50 (20%) died."),
    ("I<sup>2</sup> = 45%; OR 2.0 (95% CI 1.1 to 3.6).", "I² = 45%; OR 2.0 (95% CI 1.1 to 3.6)."),
    ("χ<sup>2</sup>(1) = 6.0, P = 0.014.", "χ²(1) = 6.0, P = 0.014."),
    (
        "Platelets 150&times;10 <sup>9</sup>/L; 31 patients (28.4%) bled.",
        "Platelets 150×10 ⁹/L; 31 patients (28.4%) bled.",
    ),
    ("Cure differed (61/84 v 29/86, P&lt;10<sup>&#8209;4</sup>).", "Cure differed (61/84 v 29/86, P<10⁻⁴)."),
    ("OR 2.0 (95% con&#173;fi&#xad;dence interval 1.1 to 3.6).", "OR 2.0 (95% confidence interval 1.1 to 3.6)."),
    # what is lowered
    ("χ<sup>2</sup><sub>1</sub> = 6.0, P = 0.014.", "χ²1 = 6.0, P = 0.014."),
    ("F<sub>1,77</sub> = 4.82, P = 0.031.", "F1,77 = 4.82, P = 0.031."),
    ("t<sub>38</sub> = 2.31, P = 0.026.", "t38 = 2.31, P = 0.026."),
    ("OR 2.0 (95% CI 1.1 to 3.6; P<sub>interaction</sub> = 0.7).", "OR 2.0 (95% CI 1.1 to 3.6; Pinteraction = 0.7)."),
    ("OR 2.0 (95% CI 1.1 to 3.6; <i>P</i><sub>trend</sub>=0.02).", "OR 2.0 (95% CI 1.1 to 3.6; Ptrend=0.02)."),
    ("CO<sub>2</sub> fell in 10/50 (20%).", "CO2 fell in 10/50 (20%)."),
    ("VO<sub>2</sub>max and HbA<sub>1c</sub>; 10/50 (20%).", "VO2max and HbA1c; 10/50 (20%)."),
    ("10/50<sub>1</sub> (20%) died.", "10/50₁ (20%) died."),
    # formulas, breaks, sections of characters
    (f"{MATH.format('<mml:mi>P</mml:mi><mml:mo>=</mml:mo><mml:mn>0.03</mml:mn>')} in 10/50.", "P=0.03 in 10/50."),
    (
        "Cure differed (61/84 v 29/86, "
        + MATH.format(
            "<mml:mrow><mml:mi> P </mml:mi><mml:mo> = </mml:mo><mml:mn>3.8</mml:mn><mml:mo>\u2062×</mml:mo><mml:msup>"
            "<mml:mn>10</mml:mn><mml:mrow><mml:mo>−</mml:mo><mml:mn>7</mml:mn></mml:mrow></mml:msup></mml:mrow>"
        )
        + ").",
        "Cure differed (61/84 v 29/86, P=3.8×10⁻⁷).",
    ),
    (
        MATH.format("<mml:msubsup><mml:mi>χ</mml:mi><mml:mn>1</mml:mn><mml:mn>2</mml:mn></mml:msubsup>")
        + " = 6.0, P = 0.014.",
        "χ1² = 6.0, P = 0.014.",
    ),
    (
        f"{MATH.format('<mml:mfrac><mml:mn>10</mml:mn><mml:mn>50</mml:mn></mml:mfrac>')} (20%) died.",
        "10/50 (20%) died.",
    ),
    (
        MATH.format(
            "<mml:semantics><mml:mn>10</mml:mn><mml:annotation>99</mml:annotation></mml:semantics><mml:mtext> of"
            " </mml:mtext><mml:mn>50</mml:mn>"
        )
        + " (20%) died.",
        "10 of 50 (20%) died.",
    ),
    ("10/50 died (20%).<break/>Of these, 5 (50%) were women.", "10/50 died (20%). Of these, 5 (50%) were women."),
    ("10/<!-- of 60 -->50 (2<?page 9?>0%) died.", "10/50 (20%) died."),
]


@pytest.mark.parametrize("form", WRAPPERS)
@pytest.mark.parametrize(("marked", "plain"), INLINE)
def test_what_stands_in_a_line(marked, plain, form):
    if form == "html":
        marked = marked.replace("mml:", "")
    text = text_of(WRAPPERS[form].replace("{}", marked))
    assert text == plain
    assert reading(text) == reading(plain)


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (
            "<PubmedArticle><PMID>1</PMID><Abstract><AbstractText Label='RESULTS:' NlmCategory='RESULTS'>5/20 <i>died"
            "</i>.</AbstractText><AbstractText Label='IN SUM'>Few.</AbstractText><AbstractText>So.</AbstractText>"
            "</Abstract><OtherAbstract><AbstractText>9/10</AbstractText></OtherAbstract></PubmedArticle>",
            "Results: 5/20 died.\n\nIn sum: Few.\n\nSo.",
        ),
        (
            "<article><abstract><p><![CDATA[P < 0.05 & 5/20 (25%) <b>]]></p></abstract></article>",
            "P < 0.05 & 5/20 (25%) <b>",
        ),
        (
            "<article><abstract><sec><label>2</label><title>Results.</title><p>Cure:<list><list-item><p>5/20 (25%)</p>"
            "</list-item><list-item><p>9/18 (50%)</p></list-item></list>by 2 weeks.</p><p>No harm.</p></sec></abstract>"
            "</article>",
            "Results: Cure:\n\n5/20 (25%)\n\n9/18 (50%)\n\nby 2 weeks.\n\nNo harm.",
        ),
        (
            "<article><abstract><p>Cure:</p><table-wrap><table><tr><th>Drug</th><td>5/20</td><td>(25<sup>1</sup>%)</td>"
            "</tr><tr><td>None</td><td>9/18</td></tr></table></table-wrap></abstract></article>",
            "Cure:\n\nDrug\n\n5/20\n\n(25¹%)\n\nNone\n\n9/18",
        ),
        (
            "<html><table><caption>Cure</caption><tr><td>5/20</td><td>25%</td></tr></table><ul><li>One<li>2</ul>",
            "Cure\n\n5/20\n\n25%\n\nOne\n\n2",
        ),
        ("<html><h3>Results</h3>5/20<br>9/18<svg><text>7/8</text></svg></html>", "Results\n\n5/20\n\n9/18"),
        (
            "<article><abstract><p>So <inline-formula><alternatives><tex-math>$P=9$</tex-math><math><mi>P</mi>"
            "<mo>=</mo><mn>.03</mn></math></alternatives></inline-formula>.</p></abstract></article>",
            "So P=.03.",
        ),
        (
            r"<article><abstract><p>So <inline-formula><tex-math>\documentclass{x}\begin{document}$$P=3.8\times 10^{-7}"
            r"$$\end{document}</tex-math></inline-formula>.</p></abstract></article>",
            "So P=3.8×10^{-7}.",
        ),
        (
            '<!DOCTYPE article SYSTEM "x.dtd" [<!ENTITY drug "x">]><article><abstract><p>&drug; 5&sol;20&nosuch;</p>'
            "</abstract></article>",
            "&drug; 5/20&nosuch;",
        ),
    ],
)
def test_blocks_sections_and_what_is_not_shown(data, plain):
    assert text_of(data) == plain


POWERS = [
    "150 × 10⁹/L", "150 × 10^9/L", "150 x 10(9)/l", "150 x 10 9/L", "150 × 109/L", "150 x 109 /L", "150 X 109/litre",
    "10(9)/L", "10⁹/L", "10^9 per litre", "10^(9)/L", "2 × 10(9) cells/kg", "2 × 109 CD34+ cells", "2*10⁹ copies",
    "150 10*9/L", "150 × 10*9/L", "150 10E9/L", "2 x 10e9 cells", "10⁹", "2 × 10⁻⁹ M", "2 × 10(-9) M",
]  # fmt: skip


@pytest.mark.parametrize("power", POWERS)
def test_a_power_in_print_is_no_count(power):
    text = f"With {power} in the first week, 31 patients (28.4%) bled, and 3 patients (33.3%), and 2 (20%)."
    numbers = [scan.said[k] for scan in [Scan(text)] for k, code in enumerate(scan.codes) if code in "inq"]
    assert [said for said in numbers if said not in ("150", "2", "-2")] == ["31", "28.4", "3", "33.3", "20"]
    assert not [f for f in check_text(text).figures if f.verdict.verdict != NOT_CHECKABLE]


@pytest.mark.parametrize("power", ["150 × 10⁹/L", "150 x 109/L", "150 × 10(9)/L", "150 × 10^9/l", "150 * 10⁹ / litre"])
def test_counts_of_blood_are_values_with_a_unit(power):
    text = f"The mean difference was {power} (95% CI 120 to 180)."
    [claim] = check_text(text).claims
    assert (claim.measure, claim.estimate, claim.lower, claim.upper) == ("MD", "150", "120", "180")
    assert check_text(text).follows


@pytest.mark.parametrize(
    "text",
    [
        "Of 109 patients, 31 patients (28.4%) bled.",
        "Among 109 treated, 31 patients (28.4%) bled.",
        "We took 3 x 109 samples; of 109 patients, 31 (28.4%) bled.",
        "Bleeding occurred in 31/109 (28.4%).",
        "Of 10 (ten) patients, 2 (20%) bled.",
        "Of 10* patients, 2 (20%) bled.",
    ],
)
def test_a_count_stays_one(text):
    assert [f.verdict.verdict for f in check_text(text).figures if f.verdict.item == "percent"] == [REPRODUCED]


SENT = [
    (before, marked, plain)
    for marked, plain in INLINE
    if "mml:" not in marked and "<!--" not in marked
    for before in ("", "jats:")
]


@pytest.mark.parametrize(("before", "marked", "plain"), SENT)
def test_tags_in_a_text_that_is_no_page(before, marked, plain):
    """As Crossref, Europe PMC and PubMed send abstracts, which people keep in JSON Lines and in plain text."""
    text = f"<h4>Aim</h4> A <i>trial</i>. {marked}".replace("<", f"<{before}").replace(f"<{before}/", f"</{before}")

    def without_places(found):
        return [
            (*row[:6], [group._replace(n_note=None) for group in row[6]], *row[7:]) for row in reading(found)
        ]  # fmt: skip

    assert without_places(text) == without_places(f"Aim\n\nA trial. {plain}")
    assert check_text(text).text == text


def test_places_are_those_of_the_text_as_given():
    text = (
        "<jats:p>In 70 women (<i>n</i>&nbsp;=&#160;35 each) it fell by &minus;12.5% (95% CI &#8722;20.1 to "
        "&#x2212;4.9), <i>P</i>&thinsp;&lt;&thinsp;3.8&times;10<sup>&minus;7</sup>;</jats:p><jats:p>5 (14<b>.</b>3%) "
        "died of 10<sup>9</sup>.</jats:p>"
    )
    findings = check_text(text)
    quotes = [text[f.start : f.end] for f in findings.figures]
    assert quotes == [
        "&minus;12.5%", "&#8722;20.1", "&#x2212;4.9", "P</i>&thinsp;&lt;&thinsp;3.8&times;10<sup>&minus;7",
        "14<b>.</b>3%",
    ]  # fmt: skip
    assert [f.verdict.printed for f in findings.figures][-2:] == ["P\u2009<\u20093.8×10⁻⁷", "14.3%"]
    assert [text[start:end] for start, end in findings.unread] == ["70", "10<sup>9"]
    assert {group.n_note for claim in findings.claims for group in claim.groups} == {f"printed at {text.index('35')}"}
    for claim in findings.claims:
        assert claim.start <= min(f.start for f in claim.figures) and max(f.end for f in claim.figures) <= claim.end


PIECES = [
    "<i>",
    "</i>",
    "<sup>",
    "</sup>",
    "<sub>",
    "</sub>",
    "<p>",
    "</p>",
    "&lt;",
    "&shy;",
    "&minus;",
    "&no;",
    "5",
    "a",
]


@given(st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
def test_every_place_is_one_of_the_text(text):
    unmarked = Unmarked(text)
    places = [unmarked.was(k, k + 1) for k in range(len(unmarked.text))]
    assert all(0 <= start < end <= len(text) for start, end in places) and places == sorted(places)
    assert all(text[start] == "a" for (start, _), shown in zip(places, unmarked.text, strict=True) if shown == "a")


@pytest.mark.parametrize(
    "text", ["AT&T; R&D; 5/20 (25%)", "P<b and c</d> 5/20 (25%)", "a &nosuch; 5/20 (25%) </", "&;</"]
)
def test_what_is_no_tag_stays(text):
    assert check_text(text).text == text == Unmarked(text).text
