"""PubMed's files as the National Library of Medicine lays them out (pubmed25n0001.xml.gz), with made abstracts."""

import gzip
from xml.sax.saxutils import escape

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January'
    ' 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)


def article(pmid, sections):
    """One citation; ``sections`` are (label, text), the label "" for an abstract without sections, [] for none."""
    parts = "".join(
        f'          <AbstractText Label="{label}" NlmCategory="{label}">{escape(text)}</AbstractText>\n'
        if label
        else f"          <AbstractText>{escape(text)}</AbstractText>\n"
        for label, text in sections
    )
    abstract = f"        <Abstract>\n{parts}        </Abstract>\n" if sections else ""
    return f"""  <PubmedArticle>
    <MedlineCitation Status="MEDLINE" IndexingMethod="Automated" Owner="NLM">
      <PMID Version="1">{pmid}</PMID>
      <DateCompleted><Year>2024</Year><Month>02</Month><Day>09</Day></DateCompleted>
      <Article PubModel="Print">
        <Journal>
          <ISSN IssnType="Print">0000-0000</ISSN>
          <JournalIssue CitedMedium="Print"><Volume>12</Volume><Issue>2</Issue><PubDate><Year>2024</Year></PubDate>
          </JournalIssue>
          <Title>A journal of made examples</Title>
        </Journal>
        <ArticleTitle>A trial of 120 patients &amp; its <i>figures</i>.</ArticleTitle>
        <Pagination><StartPage>137</StartPage><EndPage>43</EndPage></Pagination>
{abstract}        <AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Maker</LastName></Author></AuthorList>
        <Language>eng</Language>
        <PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>
      </Article>
      <MedlineJournalInfo><Country>Nowhere</Country><NlmUniqueID>0000000</NlmUniqueID></MedlineJournalInfo>
    </MedlineCitation>
    <PubmedData>
      <PublicationStatus>ppublish</PublicationStatus>
      <ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList>
      <ReferenceList><Reference><Citation>Elsewhere, 2001.</Citation><ArticleIdList>
        <ArticleId IdType="pubmed">999999999</ArticleId></ArticleIdList></Reference></ReferenceList>
    </PubmedData>
  </PubmedArticle>
"""


def write(path, articles):
    """Write a file of citations: ``articles`` are (pmid, sections), taken one after another."""
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=6) as out:
        out.write(HEAD)
        for pmid, sections in articles:
            out.write(article(pmid, sections))
        out.write("</PubmedArticleSet>\n")
    return path
