"""The page of ``check --html``: texts with each figure marked, its verdict and computation on hover and on focus.

One self-contained file: no script, no request to anywhere (its own policy forbids both), light and dark, and in print
the details of every figure stand below its text. A figure is a link to its row there, so that the keyboard, a finger
and a screen reader reach it; its card is shown by the style sheet alone. Verdicts differ by sign and underline as well
as by colour. All text from outside is escaped, its direction isolated, and characters that cannot be seen are shown.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from tempfile import SpooledTemporaryFile
from typing import Protocol, TextIO

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED, Verdict


class JudgedLike(Protocol):
    """A printed number with its place and verdict (reported.findings.Judged)."""

    @property
    def verdict(self) -> Verdict: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def strength(self) -> str | None: ...
    @property
    def repair(self) -> str | None: ...
    @property
    def decision(self) -> bool: ...


class ClaimLike(Protocol):
    """A finding of a text (reported.findings.TextClaim)."""

    @property
    def kind(self) -> str: ...
    @property
    def measure(self) -> str | None: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def verdict(self) -> str: ...
    @property
    def figures(self) -> Sequence[JudgedLike]: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def commands(self) -> Sequence[str]: ...


class FindingsLike(Protocol):
    """What was found in one text (reported.findings.Findings)."""

    @property
    def text(self) -> str: ...
    @property
    def claims(self) -> Sequence[ClaimLike]: ...
    @property
    def figures(self) -> Sequence[JudgedLike]: ...
    @property
    def unread(self) -> Sequence[tuple[int, int]]: ...
    @property
    def warnings(self) -> Sequence[str]: ...

    def counts(self) -> dict[str, int]: ...


#: Class, sign and meaning of each verdict, worst first; the style sheet has the signs too, for the marks in the text.
_CLASS = {INCONSISTENT: "bad", CONSISTENT: "near", REPRODUCED: "good", NOT_CHECKABLE: "open"}
_SIGN = {INCONSISTENT: "✗", CONSISTENT: "≈", REPRODUCED: "✓", NOT_CHECKABLE: "?"}
_MEANING = {
    INCONSISTENT: "does not follow from the other figures",
    CONSISTENT: "possible within the rounding of the other figures",
    REPRODUCED: "a named method gives the printed figure",
    NOT_CHECKABLE: "the text does not print what would be needed",
}

#: A text whose lines have mostly the first, and none more than the second number of characters was wrapped at a column.
_WRAPPED = (55, 100)

#: No more texts than this are listed by name at the head of the page.
LISTED = 500

#: What would act unseen on the reader's screen: controls, direction overrides, zero-width and unpaired characters.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --wash: #f6f8fa;
  --good: #116329; --near: #0a4f9e; --bad: #b3131b; --open: #57606a; --badwash: #ffebe9; --shade: 0 6px 24px #0003; }
@media (prefers-color-scheme: dark) { :root { --paper: #0f1318; --ink: #e6edf3; --soft: #9da7b3; --line: #30363d;
  --wash: #171c23; --good: #56d364; --near: #79b8ff; --bad: #ff8982; --open: #9da7b3; --badwash: #47171a;
  --shade: 0 6px 24px #000a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; }
header, main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h3 { font-size: .95rem; margin: 1.75rem 0 .5rem; }
p { margin: .5rem 0; }
.soft, footer { color: var(--soft); font-size: .9rem; }
footer { padding-bottom: 3rem; }
article { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: 2rem; }
.text { position: relative; font-size: 1.0625rem; line-height: 1.95; white-space: pre-line; overflow-wrap: anywhere;
  unicode-bidi: isolate; }
.key { list-style: none; padding: 0; margin: 1rem 0; display: grid; gap: .15rem 1rem;
  grid-template-columns: max-content max-content 1fr; }
.key li { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; }
.key b { font-variant-numeric: tabular-nums; text-align: right; }
.good { color: var(--good); } .near { color: var(--near); } .bad { color: var(--bad); } .open { color: var(--open); }
.worst { padding: 0; list-style: none; margin: .5rem 0; }
.worst li { padding: .15rem 0; overflow-wrap: anywhere; }
a { color: var(--near); text-underline-offset: .2em; }
:focus-visible { outline: 3px solid var(--near); outline-offset: 2px; border-radius: 3px; }
.fig { anchor-scope: --figure; }
.mark { anchor-name: --figure; color: inherit; text-decoration: underline 2px; text-underline-offset: .25em;
  padding: .1em 0; scroll-margin-top: 40vh; }
.mark::after { font: bold .72em/1 system-ui, sans-serif; }
.mark::after { vertical-align: .45em; }
.mark.good { text-decoration-color: var(--good); text-decoration-style: solid; }
.mark.near { text-decoration-color: var(--near); text-decoration-style: dashed; }
.mark.bad { text-decoration-color: var(--bad); text-decoration-style: double; background: var(--badwash);
  color: var(--bad); font-weight: 650; padding: .1em .2em; border-radius: 3px; }
.mark.open { text-decoration-color: var(--open); text-decoration-style: dotted; }
.mark.good::after { content: "\\2060\\2713"; content: "\\2060\\2713" / ""; color: var(--good); }
.mark.near::after { content: "\\2060\\2248"; content: "\\2060\\2248" / ""; color: var(--near); }
.mark.bad::after { content: "\\2060\\2717"; content: "\\2060\\2717" / ""; color: var(--bad); }
.mark.open::after { content: "\\2060?"; content: "\\2060?" / ""; color: var(--open); }
.mark:hover, .fig:hover > .mark { background: var(--wash); }
.mark.bad:hover { background: var(--badwash); }
.unread { color: var(--soft); }
.unseen { border: 1px solid var(--line); border-radius: 3px; padding: 0 .2em; font: .75em/1 ui-monospace, monospace;
  color: var(--soft); unicode-bidi: isolate; }
.card { display: none; position: absolute; left: 0; z-index: 2; margin-top: 1.75em; width: min(25rem, 100%);
  white-space: normal; background: var(--paper); color: var(--ink); border: 1px solid var(--line);
  border-left: 4px solid var(--open); border-radius: 6px; box-shadow: var(--shade); padding: .6rem .85rem;
  font: .875rem/1.45 system-ui, sans-serif; user-select: none; unicode-bidi: isolate; direction: ltr;
  text-align: left; }
.card.good { border-left-color: var(--good); } .card.near { border-left-color: var(--near); }
.card.bad { border-left-color: var(--bad); } .card, .card.good, .card.near, .card.bad { color: var(--ink); }
.card > span { display: block; overflow-wrap: anywhere; }
.card .row { display: grid; grid-template-columns: 5.5rem 1fr; gap: .5rem; margin-top: .15rem; }
.card .row > :first-child { color: var(--soft); }
.fig:hover > .card, .fig:focus-within > .card { display: block; }
.fig:hover > .card { z-index: 3; }
@supports (anchor-scope: --figure) and (position-try-fallbacks: flip-block) {
  .card { position: fixed; position-anchor: --figure; position-area: bottom span-right; left: auto; margin: .3rem 0;
    width: min(25rem, 100vw - 2.5rem); position-try-fallbacks: flip-inline, flip-block, flip-block flip-inline; }
}
.verdict { font-weight: 650; }
.figures { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.45; }
.figures th, .figures td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0;
  border-bottom: 1px solid var(--line); font-weight: 400; overflow-wrap: break-word; }
.figures td.item { width: 10rem; } .figures td.verdict-cell { width: 9.5rem; }
.figures .verdict { white-space: nowrap; } .strength { display: block; font-weight: 400; font-size: .95em; }
.card .strength { display: inline; font-weight: 650; }
.figures thead th { color: var(--soft); font-size: .8rem; }
.figures .claim { padding: 1rem 0 .35rem; font-weight: 650; }
.figures .claim q { font-weight: 400; color: var(--soft); }
.figures .printed { font-variant-numeric: tabular-nums; white-space: nowrap; }
.figures .printed a { color: inherit; }
.figures tr:target { background: var(--wash); box-shadow: -4px 0 var(--near); }
.figures tr { scroll-margin-top: 4rem; }
.figures .more { padding-bottom: .5rem; color: var(--soft); }
.more code { display: block; padding: .1rem 0; color: var(--ink); }
code { font: .85em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; unicode-bidi: isolate; }
.decision { font-weight: 650; }
@media (max-width: 36rem) {
  .key { grid-template-columns: max-content 1fr; } .key .meaning { grid-column: 1 / -1; margin-bottom: .4rem; }
  .figures thead { position: absolute; clip-path: inset(50%); }
  .figures tr { display: grid; grid-template-columns: 6.5rem 1fr; padding: .35rem 0;
    border-bottom: 1px solid var(--line); }
  .figures th, .figures td { border: 0; padding: .05rem .5rem .05rem 0; }
  .figures .claim, .figures .more { grid-column: 1 / -1; }
  .figures td.item { grid-column: 2; } .figures td.verdict-cell, .figures td.why { grid-column: 1 / -1; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --wash: #fff; --good: #116329;
    --near: #0a4f9e; --bad: #b3131b; --open: #444; --badwash: #fff; }
  body { font-size: 10pt; } .text { font-size: 10.5pt; line-height: 1.7; }
  header, main, footer { max-width: none; padding: 0; } header { padding-top: 0; }
  .card, .fig:hover > .card, .fig:focus-within > .card { display: none; }
  .mark.bad { border: 1px solid var(--bad); }
  .figures thead { display: table-header-group; } .figures tr, h2, h3 { break-inside: avoid; break-after: auto; }
  h2, h3, .claim { break-after: avoid; }
}
@media (forced-colors: active) { .mark.bad { border: 1px solid; } .card { border: 2px solid; } }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


class Page:
    """A page that grows by one text at a time and is written when all are there; the body waits in a temporary file.

    >>> page = Page()
    >>> page.add("abstract.txt", findings)  # doctest: +SKIP
    >>> page.write(stream)  # doctest: +SKIP
    """

    def __init__(self, title: str = "Figures checked") -> None:
        self.title = title
        self.texts = 0
        self._body = SpooledTemporaryFile(max_size=1 << 24, mode="w+", encoding="utf-8", newline="\n")  # noqa: SIM115
        self._counts = dict.fromkeys(_CLASS, 0)
        self._unread = 0
        self._listed: list[tuple[int, str, dict[str, int]]] = []

    def add(self, name: str, findings: FindingsLike) -> None:
        """Add one text under the name of its source."""
        self.texts += 1
        counts = findings.counts()
        for verdict, number in counts.items():
            self._counts[verdict] += number
        self._unread += len(findings.unread)
        if counts[INCONSISTENT] and len(self._listed) < LISTED:
            self._listed.append((self.texts, name, counts))
        self._body.writelines(_article(f"t{self.texts}", name, findings, counts))

    def write(self, out: TextIO) -> None:
        """Write the whole page; ``out`` takes UTF-8 text. The page can then no longer grow."""
        out.write(self._head())
        self._body.seek(0)
        shutil.copyfileobj(self._body, out)
        self._body.close()
        out.write(
            "</main>\n<footer><p>A figure that does not follow may be a slip of the pen, a rounding rule, an adjusted"
            " analysis or another test than the text names; only the data can tell. Made by gvhdcalc check.</p>"
            "</footer>\n</body>\n</html>\n"
        )

    def _head(self) -> str:
        total = sum(self._counts.values())
        title = show(self.title, tags=False)
        key = "".join(
            f'<li><b>{self._counts[verdict]}</b> <span class="{name}"><span aria-hidden="true">{_SIGN[verdict]}</span>'
            f' {verdict}</span> <span class="meaning soft">{_MEANING[verdict]}</span></li>'
            for verdict, name in _CLASS.items()
        )
        listed = ""
        if self._listed and self.texts > 1:
            rows = "".join(
                f'<li><a href="#t{number}">{show(name)}</a> <span class="soft">{counts[INCONSISTENT]} of'
                f" {_number(sum(counts.values()), 'figure')} inconsistent</span></li>"
                for number, name, counts in self._listed
            )
            most = f", the first {LISTED}" if len(self._listed) == LISTED else ""
            listed = (
                f'<nav aria-labelledby="worst"><h3 id="worst">Texts with inconsistent figures{most}</h3>'
                f'<ul class="worst">{rows}</ul></nav>'
            )
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            f"style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="generator" content="gvhdcalc check">\n<link rel="icon" href="data:,">\n'
            f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n"
            f'<p class="soft">{_number(total, "figure")} judged in {_number(self.texts, "text")};'
            f" {_number(self._unread, 'number')} not read. Point at a figure or step to it with the Tab key to see how"
            " it was checked; Enter goes to its row below the text.</p>\n"
            f'<ul class="key">{key}</ul>\n{listed}</header>\n<main>\n'
        )


def write_page(out: TextIO, texts: Iterable[tuple[str, FindingsLike]], title: str = "Figures checked") -> None:
    """Write the page of these texts, each with the name of its source, to ``out``."""
    page = Page(title)
    for name, findings in texts:
        page.add(name, findings)
    page.write(out)


def show(text: str, *, tags: bool = True) -> str:
    """Text from outside as HTML: escaped, and characters that cannot be seen named (U+202E), boxed with ``tags``."""
    safe = escape(text.replace("\r\n", "\n").replace("\r", "\n"))
    box = '<span class="unseen">U+{:04X}</span>' if tags else "[U+{:04X}]"
    return _UNSEEN.sub(lambda match: box.format(ord(match[0])), safe)


def _number(count: int, thing: str) -> str:
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def _item(item: str) -> str:
    """ "percent 1" as people say it: "percentage, group 1"."""
    word, _, group = item.partition(" ")
    word = {"p": "P value", "lower": "lower limit", "upper": "upper limit", "percent": "percentage"}.get(word, word)
    return f"{word}, group {group}" if group.isdigit() and word != "P value" else f"{word} {group}".strip()


def _follows(row: Verdict) -> str:
    """What was computed: the figure as the paper would print it with one digit more, or as a number."""
    if row.shown:
        return row.shown
    if row.computed is None or row.computed != row.computed:
        return ""
    return f"{row.computed:.4g}"


def _facts(figure: JudgedLike) -> Iterator[tuple[str, str]]:
    row = figure.verdict
    computed = _follows(row)
    if computed:
        yield "computed", show(computed)
    if row.methods:
        yield "by", show(", ".join(row.methods))
    if row.note:
        yield "note", show(row.note)
    if figure.repair:
        yield "would fit", show(figure.repair)
    if figure.decision:
        yield "beware", '<span class="decision">significance differs between what is printed and what follows</span>'


def _verdict(figure: JudgedLike) -> str:
    word = figure.verdict.verdict
    strength = f'<span class="strength">{escape(figure.strength)}</span>' if figure.strength else ""
    sign = f'<span aria-hidden="true">{_SIGN[word]}</span>'
    return f'<span class="verdict {_CLASS[word]}">{sign} {word}{" " if strength else ""}{strength}</span>'


def _marked(place: str, figure: JudgedLike, text: str, about: str) -> str:
    word = figure.verdict.verdict
    name = _CLASS[word]
    printed = text[figure.start : figure.end]
    rows = "".join(
        f'<span class="row"><span>{label}</span><span>{fact}</span></span>' for label, fact in _facts(figure)
    )
    return (
        f'<span class="fig" id="m{place}"><a class="mark {name}" href="#r{place}" aria-describedby="c{place}"'
        f' aria-label="{show(printed, tags=False)}, {word}">{show(printed)}</a>'
        f'<span class="card {name}" role="tooltip" id="c{place}"><span>{_verdict(figure)} '
        f'<span class="soft">{escape(_item(figure.verdict.item))}{about}</span></span>{rows}</span></span>'
    )


def _about(claim: ClaimLike) -> str:
    said = claim.measure or claim.kind
    return "" if said == "proportion" else f" of {show(said)}" if said != "test" else ""


def _unwrapped(text: str) -> str:
    """A text that was wrapped at a column, with its lines joined: same length, for the places of the figures."""
    lines = [len(line) for line in text.split("\n") if line.strip()]
    if len(lines) > 2 and max(lines) <= _WRAPPED[1] and sorted(lines)[len(lines) // 2] >= _WRAPPED[0]:
        return re.sub(r"(?<!\n)\n(?!\n)", " ", text)
    return text


def _article(place: str, name: str, findings: FindingsLike, counts: dict[str, int]) -> Iterator[str]:
    text = _unwrapped(findings.text)
    claim_of = {id(figure): claim for claim in findings.claims for figure in claim.figures}
    pieces: list[tuple[int, int, JudgedLike | None]] = [(f.start, f.end, f) for f in findings.figures]
    pieces += [(start, end, None) for start, end in findings.unread]
    pieces.sort(key=lambda piece: (piece[0], piece[2] is None))
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _CLASS if counts[verdict]) or "no figure to judge"
    yield f'<article id="{place}" aria-labelledby="{place}-name">\n<h2 id="{place}-name"><bdi>{show(name)}</bdi></h2>\n'
    yield f'<p class="soft">{told}</p>\n<div class="text" dir="auto">'
    at = 0
    rows: dict[tuple[int, int], str] = {}
    for start, end, figure in pieces:
        if start < at or end <= start:
            continue
        yield show(text[at:start])
        if figure is None:
            yield f'<span class="unread">{show(text[start:end])}</span>'
        else:
            key = f"{place}-{len(rows) + 1}"
            rows[start, end] = key
            claim = claim_of.get(id(figure))
            yield _marked(key, figure, text, "" if claim is None else _about(claim))
        at = end
    yield show(text[at:])
    yield "</div>\n"
    for warning in findings.warnings:
        yield f'<p class="soft">{show(warning[:1].upper() + warning[1:])}.</p>\n'
    if findings.claims:
        yield from _table(place, name, findings, rows)
    yield "</article>\n"


def _table(place: str, name: str, findings: FindingsLike, rows: dict[tuple[int, int], str]) -> Iterator[str]:
    """Each figure of each claim in a row; the first row of a printed number is where its mark leads."""
    text = findings.text
    free = dict(rows)
    yield (
        f'<h3 id="{place}-figures">Each figure</h3>\n<table class="figures" aria-labelledby="{place}-figures">\n'
        '<thead><tr><th scope="col">printed</th><th scope="col">figure</th><th scope="col">verdict</th>'
        '<th scope="col">how</th></tr></thead>\n'
    )
    for claim in findings.claims:
        quote = text[claim.start : claim.end]
        if len(quote) > 160:
            quote = quote[:120] + " … " + quote[-30:]
        what = claim.measure or claim.kind
        yield (
            f'<tbody>\n<tr><th class="claim" colspan="4" scope="rowgroup">{show(what[:1].upper() + what[1:])} '
            f"<q><bdi>{show(' '.join(quote.split()))}</bdi></q></th></tr>\n"
        )
        for figure in claim.figures:
            printed = f"<bdi>{show(text[figure.start : figure.end])}</bdi>"
            key = free.pop((figure.start, figure.end), None)
            anchor = "" if key is None else f' id="r{key}"'
            if key is not None:
                printed = f'<a href="#m{key}" aria-label="{show(text[figure.start : figure.end], tags=False)},'
                printed += f' back to the text"><bdi>{show(text[figure.start : figure.end])}</bdi></a>'
            why = "; ".join(fact if label in ("computed", "note", "beware") else f"{label} {fact}"
                            for label, fact in _facts(figure))  # fmt: skip
            yield (
                f'<tr{anchor}><th scope="row" class="printed">{printed}</th>'
                f'<td class="item">{escape(_item(figure.verdict.item))}</td>'
                f'<td class="verdict-cell">{_verdict(figure)}</td><td class="why">{why}</td></tr>\n'
            )
        more = "".join(f"<span>{show(note)}</span><br>" for note in claim.notes)
        more += "".join(f"<code>{show(command)}</code>" for command in claim.commands)
        if more:
            yield f'<tr><td class="more" colspan="4">{more}</td></tr>\n'
        yield "</tbody>\n"
    yield "</table>\n"
