"""Texts from files: plain text, HTML, JATS and PubMed XML, JSON Lines, each also with gzip; one after another.

Everything is a stream: no more than one text (of plain text and HTML: one file) is held at a time. XML is read without
network, without external files and without expanding entities.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, cast

from . import markup

Form = Literal["text", "html", "xml", "jsonl"]

SUFFIXES: dict[str, Form] = {
    ".txt": "text", ".text": "text", ".md": "text", ".html": "html", ".htm": "html", ".xhtml": "html", ".xml": "xml",
    ".nxml": "xml", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
#: The longest text that is read: what is beyond is cut off, and said to be.
MOST_CHARACTERS = 200_000_000
#: What files begin with that are no text.
_DOCUMENTS = ((b"%PDF-", "a PDF"), (b"PK\x03\x04", "a zip or Word file"), (b"\xd0\xcf\x11\xe0", "a Word file"))
#: So many rows are read in search of the first that is JSON with a text.
_FIRST_ROWS = 100
#: What a page says of its encoding.
_CHARSET = re.compile(rb"""<meta[^>]{0,100}charset=["']?([\w.:-]{1,40})""", re.IGNORECASE)
#: What stands before the first element of XML that has no document type.
_BEFORE_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?=<[A-Za-z])")
_ARTICLES = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation", "article")
#: What holds the text of an abstract in JATS, each a line of its own.
_PARAGRAPHS = frozenset(("p", "td", "th"))


@dataclass(frozen=True, slots=True)
class Source:
    """One text: ``name`` is its file, ``id`` what it is called in there (a PMID, a line), ``warning`` what was odd.

    ``number`` counts the rows of JSON Lines and the articles of XML from 1; it is 0 where a file is one text. Of a row
    that cannot be read there is no text: ``broken`` is true, and the warning says why.
    """

    name: str
    id: str
    text: str
    warning: str | None = None
    broken: bool = False
    number: int = 0

    def told(self, name: str) -> str:
        """One line about what was odd, with the place: its file, by a name that says it, and the text in there."""
        return f"{' '.join(part for part in (name, self.id) if part)}: {self.warning}"


class Unreadable(ValueError):
    """A source that cannot be read, with one line that says why."""


def form_of(name: str) -> Form | None:
    """The form that a file name tells, None where it tells nothing."""
    path = Path(name.lower())
    suffix = path.suffix if path.suffix != ".gz" else Path(path.stem).suffix
    return SUFFIXES.get(suffix)


def files_in(folder: Path) -> Iterator[Path]:
    """The files of a folder and those below it that can be read, in the order of their names."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from files_in(path)
        elif path.is_file() and form_of(path.name) is not None:
            yield path


def from_path(path: Path, form: Form | None = None, field: str = "text") -> Iterator[Source]:
    """The texts of a file. Raises Unreadable, also after some texts, where the rest cannot be read."""
    try:
        with path.open("rb") as stream:
            yield from from_stream(stream, str(path), form or form_of(path.name), field)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from None


def from_stream(stream: IO[bytes], name: str, form: Form | None = None, field: str = "text") -> Iterator[Source]:
    """The texts of a stream of bytes; gzip is told by its first bytes, and the form where it is None."""
    buffered = io.BufferedReader(cast(Any, stream), 1 << 16) if not hasattr(stream, "peek") else stream
    try:
        if cast(Any, buffered).peek(2)[:2] == b"\x1f\x8b":
            buffered = io.BufferedReader(cast(Any, gzip.GzipFile(fileobj=buffered)), 1 << 16)
        beginning = cast(Any, buffered).peek(512)[:512]
        what = next((what for first, what in _DOCUMENTS if beginning.startswith(first)), None)
        if what is not None:
            raise Unreadable(f"{name}: {what}, not a text; save its text and check that")
        found = form or _told(beginning)
        reader = {"text": _plain, "html": _html, "xml": _xml, "jsonl": _json_lines}[found]
        yield from reader(buffered, name, field)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Unreadable(f"{name}: broken gzip ({error})") from None


#: What documents that are no text begin with.
def _told(beginning: bytes) -> Form:
    start = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")
    lower = start[:200].lower()
    if lower.startswith(b"{"):
        return "jsonl"
    if lower.startswith((b"<!doctype html", b"<html")):
        return "html"
    if lower.startswith((b"<?xml", b"<pubmed", b"<medlinecitation", b"<article", b"<!doctype")):
        return "html" if b"<html" in beginning.lower() else "xml"
    return "text"


def decode(data: bytes) -> tuple[str, str | None]:
    """Bytes as text, by their byte order mark or as UTF-8, and a warning where some are no valid UTF-8."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), None
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return data.decode("utf-8", errors="replace"), f"not valid UTF-8 from byte {error.start}: shown as U+FFFD"


def _plain(stream: IO[bytes], name: str, field: str) -> Iterator[Source]:
    data = stream.read(MOST_CHARACTERS + 1)
    text, warning = decode(data[:MOST_CHARACTERS])
    if len(data) > MOST_CHARACTERS:
        warning = f"cut off after {MOST_CHARACTERS} bytes"
    yield Source(name, "", text, warning)


def _json_lines(stream: IO[bytes], name: str, field: str) -> Iterator[Source]:
    """The texts of rows; those that cannot be read are told, unless the first hundred are all such."""
    number, good = 0, False
    held: list[Source] = []
    while line := stream.readline(MOST_CHARACTERS + 1):
        number += 1
        text, warning = decode(line)
        if not text.strip():
            continue
        found = _row(name, number, text, field, warning)
        good = good or not found.broken
        held.append(found)
        if good:
            yield from held
            held.clear()
        elif len(held) == _FIRST_ROWS:
            break
    if held:
        raise Unreadable(f"{name}: {held[0].warning}")


def _row(name: str, number: int, text: str, field: str, warning: str | None) -> Source:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return Source(name, "", "", f"line {number} is not JSON", True, number)
    found = row.get(field) if isinstance(row, dict) else None
    if not isinstance(found, str):
        why = f"line {number} has no text in the field {field!r}; name it with --field"
        return Source(name, "", "", why, True, number)
    named = next((row[key] for key in ("id", "pmid", "PMID", "doi") if key in row), number)
    return Source(name, str(named), found, warning, number=number)


def _html(stream: IO[bytes], name: str, field: str) -> Iterator[Source]:
    from lxml import etree, html

    data = stream.read(MOST_CHARACTERS)
    text, warning = decode(data)
    if warning and (declared := _CHARSET.search(data, 0, 2000)) is not None:
        with suppress(LookupError):  # a page that says how it is encoded, and names an encoding that there is
            text, warning = data.decode(declared[1].decode(), errors="replace"), None
    if not text.strip():
        yield Source(name, "", "", warning)
        return
    # what XML cannot hold, and an encoding that the decoded text no longer has
    text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", " ", text)
    try:
        parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"{name}: broken HTML ({_first_line(error)})") from None
    yield Source(name, "", "" if root is None else markup.shown(root), warning)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:120]


class _WithDoctype:
    """A stream of XML that begins with a document type, so that entities of HTML are left unread and are no error."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.first = stream, b""
        beginning = _BEFORE_ROOT.match(cast(Any, stream).peek(512)[:512])
        if beginning is not None:
            self.first = stream.read(beginning.end()) + b"<!DOCTYPE any SYSTEM 'none'>"

    def read(self, size: int = -1) -> bytes:
        if self.first:
            first, self.first = self.first, b""
            return first
        return self.stream.read(size)


def _xml(stream: IO[bytes], name: str, field: str) -> Iterator[Source]:
    from lxml import etree

    number = 0
    try:
        events = etree.iterparse(
            cast(Any, _WithDoctype(stream)), events=("end",), tag=[f"{{*}}{tag}" for tag in _ARTICLES],
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        for _, element in events:
            parent = element.getparent()
            if parent is not None and markup.local(parent) in _ARTICLES:
                continue  # the citation inside its article
            number += 1
            found = _abstract(element)
            named = _identifier(element) or str(number)
            # free what was read, and what stood before it
            element.clear(keep_tail=False)
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]
            yield Source(name, named, found, number=number)
        if not number and not markup.local(events.root).lower().endswith("set"):
            known = "article (JATS), PubmedArticle, MedlineCitation"
            raise Unreadable(f"{name}: no article in this XML; known are {known}. Any page is read with --input html")
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"{name}: broken XML ({_first_line(error)})") from None


def _identifier(element: Any) -> str:
    for path in (
        ".//{*}MedlineCitation/{*}PMID", "./{*}PMID", ".//{*}PMID", ".//{*}article-id[@pub-id-type='pmid']",
        ".//{*}article-id[@pub-id-type='pmc']", ".//{*}article-id[@pub-id-type='pmcid']",
        ".//{*}article-id[@pub-id-type='doi']", ".//{*}article-id",
    ):  # fmt: skip
        found = element.find(path)
        if found is not None and found.text and found.text.strip():
            return str(found.text.strip())
    return ""


def _abstract(element: Any) -> str:
    """The abstract of an article, its sections with their labels: of JATS the main one, of PubMed all its parts."""
    sections = element.findall(".//{*}Abstract/{*}AbstractText")
    if sections:
        lines = []
        for section in sections:
            label = (section.get("Label") or "").strip().rstrip(":")
            said = _inline(section)
            lines.append(f"{label.capitalize()}: {said}" if label else said)
        return "\n\n".join(line for line in lines if line)
    abstracts = element.findall(".//{*}abstract")
    main = next((a for a in abstracts if not a.get("abstract-type")), abstracts[0] if abstracts else None)
    if main is None:
        return ""
    found = []
    for part in main.iterdescendants():
        if markup.local(part) not in _PARAGRAPHS:
            continue
        if any(markup.local(above) in _PARAGRAPHS for above in part.iterancestors()):
            continue  # of a list in a paragraph, which is read with it
        title = ""
        parent = part.getparent()
        if parent is not None and markup.local(parent) == "sec":
            first = parent.find("{*}title")
            if first is not None and part.getprevious() is first:
                title = _inline(first).rstrip(":. ")
        said = _inline(part)
        found.append(f"{title}: {said}" if title else said)
    return "\n\n".join(line for line in found if line) or _inline(main)


def _inline(element: Any) -> str:
    """The text of an element of XML; most have no markup."""
    return markup.shown(element) if len(element) else markup.on_one_line(element.text or "")
