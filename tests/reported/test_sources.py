"""Texts from files: every form, gzip, what is broken, and what would hurt."""

from __future__ import annotations

import gzip
import io
import json

import pytest

from gvhdcalc.reported.sources import Source, Unreadable, files_in, form_of, from_path, from_stream

TEXT = "Response was higher (OR 2.00; 95% CI 1.01–3.94)."
PUBMED = f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.invalid/pubmed.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">11</PMID><Article><Abstract>
<AbstractText Label="BACKGROUND">Why.</AbstractText>
<AbstractText Label="RESULTS">{TEXT} 10<sup>9</sup></AbstractText></Abstract></Article></MedlineCitation>
</PubmedArticle>
<PubmedArticle><MedlineCitation><PMID Version="1">12</PMID><Article/></MedlineCitation></PubmedArticle>
</PubmedArticleSet>"""
JATS = f"""<article xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta>
<article-id pub-id-type="pmc">77</article-id><abstract><sec><title>Results</title><p>{TEXT}</p></sec></abstract>
<abstract abstract-type="graphical"><p>Not this.</p></abstract></article-meta></front></article>"""


def read(data: bytes, form=None, name="x") -> list[Source]:
    return list(from_stream(io.BytesIO(data), name, form))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TEXT, [("", TEXT)]),
        (PUBMED, [("11", f"Background: Why.\n\nResults: {TEXT} 10⁹"), ("12", "")]),
        (JATS, [("77", f"Results: {TEXT}")]),
        (json.dumps({"id": "a", "text": TEXT}) + "\n\n" + json.dumps({"text": "b"}), [("a", TEXT), ("3", "b")]),
        (f"<!DOCTYPE html><html><head><title>T</title></head><body><p>A.</p><script>1</script><p>{TEXT}<br>B", None),
    ],
)
def test_forms_are_told_from_their_beginning(data, expected, packed):
    raw = data.encode()
    found = [(source.id, source.text) for source in read(gzip.compress(raw, mtime=0) if packed else raw)]
    assert found == (expected or [("", f"A.\n\n{TEXT}\n\nB")])


def test_files_are_told_from_their_names(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.xml.gz").write_bytes(gzip.compress(PUBMED.encode(), mtime=0))
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "figure.png").write_bytes(b"\x89PNG")
    names = list(files_in(tmp_path))
    assert [path.name for path in names] == ["a.txt", "two.xml.gz"]
    assert [source.id for path in names for source in from_path(path)] == ["", "11", "12"]
    assert form_of("A.NXML.GZ") == "xml" and form_of("a.pdf") is None


@pytest.mark.parametrize(
    ("data", "form", "says"),
    [
        (b"<PubmedArticleSet><PubmedArticle>", "xml", "broken XML"),
        (b"\x1f\x8b\x08\x00broken", None, "broken gzip"),
        (gzip.compress(b"x" * 5000, mtime=0)[:-9], None, "broken gzip"),
        (b"{not json}\n", "jsonl", "line 1 is not JSON"),
        (b'{"abstract": "x"}\n', "jsonl", "no text in the field 'text'"),
        (b"[" * 200_000, "jsonl", "not JSON"),
        (b"%PDF-1.4", "text", "a PDF"),
        (b"<abstract><p>5/20 (30%)</p></abstract>", "xml", "no article in this XML"),
        (b"<?xml version='1.0'?><TEI><p>5/20 (30%)</p></TEI>", None, "no article in this XML"),
        (b"<article><abstract>&b</abstract></article>", "xml", "broken XML"),
        (b"PK\x03\x04word/document.xml", None, "Word file"),
    ],
)
def test_what_is_broken_is_said_in_one_line(data, form, says):
    with pytest.raises(Unreadable, match=r"^x") as error:
        read(data, form)
    assert says in str(error.value) and "\n" not in str(error.value)


def test_what_was_read_before_a_fault_is_kept():
    data = PUBMED.encode().replace(b"</PubmedArticleSet>", b"<PubmedArticle>")
    texts = from_stream(io.BytesIO(data), "x")
    assert next(texts).id == "11"
    with pytest.raises(Unreadable):
        list(texts)


def test_entities_are_not_expanded_and_no_file_is_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    layers = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 12))
    bomb = f"""<!DOCTYPE article [<!ENTITY e0 "ha">{layers}<!ENTITY f SYSTEM "{secret.as_uri()}">]>
    <article><front><abstract><p>x &e11; &f; y</p></abstract></front></article>"""
    try:
        texts = [source.text for source in read(bomb.encode(), "xml")]
    except Unreadable:
        texts = []
    assert all(len(text) < 1000 and "hidden" not in text for text in texts)


@pytest.mark.parametrize(
    "first", ["", "<?xml version='1.0'?>", "\ufeff<?xml version='1.0' encoding='UTF-8'?>\n", " \n"]
)
@pytest.mark.parametrize("kind", ["<!DOCTYPE article SYSTEM 'https://dtd.invalid/x.dtd'>", "<!-- a licence -->", ""])
def test_entities_of_html_in_xml_with_and_without_a_document_type(first, kind):
    if first.isspace() and not kind.startswith("<!DOC"):
        kind = ""
    data = f"{first}{kind}<article><abstract><p>5/20 &lt; 1 &#x3c; 2 &#177; 3</p></abstract></article>".encode()
    assert [source.text for source in read(data, "xml")] == ["5/20 < 1 < 2 ± 3"]
    if kind.startswith("<!--"):
        return  # what stands behind a comment is not looked at
    data = data.replace(b"&lt;", b"&nbsp;&le;&thinsp;")
    assert [source.text for source in read(data, "xml")] == ["5/20 \u00a0≤\u2009 1 < 2 ± 3"]


def test_a_set_of_citations_may_be_empty():
    assert read(b"<?xml version='1.0'?><PubmedArticleSet><DeleteCitation/></PubmedArticleSet>") == []


def test_a_citation_alone_is_xml():
    data = b"<MedlineCitation><PMID>5</PMID><Abstract><AbstractText>5/20</AbstractText></Abstract></MedlineCitation>"
    assert [(source.id, source.text) for source in read(data)] == [("5", "5/20")]


@pytest.mark.parametrize(
    "declared", ['<meta charset="windows-1252">', "<META HTTP-EQUIV=x content='text/html; charset=cp1252'>"]
)
def test_a_page_that_says_how_it_is_encoded(declared):
    page = f"<html><head>{declared}</head><p>RD 12·5% (95% CI 4·9–20·1), 61 ± 9</p></html>"
    for data in (page.encode("cp1252"), page.encode()):
        assert read(data)[0] == Source("x", "", "RD 12·5% (95% CI 4·9–20·1), 61 ± 9")
    unknown = read(page.encode("cp1252").replace(b"1252", b"9999"))[0]
    assert "not valid UTF-8" in (unknown.warning or "")


def test_bytes_that_are_no_utf8():
    [source] = read("p = 0·04 ".encode() + b"\xff\xfe\x00", "text")
    assert "\ufffd" in source.text and "byte" in (source.warning or "")
    assert read("\ufeffOR".encode(), "text")[0].text == "OR"
    assert read("OR 2".encode("utf-16"), "text")[0].text == "OR 2"


def test_deep_and_hostile_html():
    [source] = read(b"<html>" + b"<div>" * 5000 + b"OR 2.00" + b"\x00\x1b[31m", "html")
    assert "OR 2.00" in source.text or source.text == ""
    [empty] = read(b"   ", "html")
    assert empty.text == ""
