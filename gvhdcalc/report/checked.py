"""The findings of a text in each format: what people read, and rows and JSON for programs.

Text from outside passes through ``visible`` before anyone sees it: control, bidirectional and other unseen characters
become escapes, and no markup of ours or of a terminal is read in it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from ..stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED

if TYPE_CHECKING:
    from rich.text import Text

_STYLES = {REPRODUCED: "green", CONSISTENT: "cyan", INCONSISTENT: "bold red", NOT_CHECKABLE: "yellow"}
_WORST_FIRST = (INCONSISTENT, CONSISTENT, REPRODUCED, NOT_CHECKABLE)
_QUOTE = 66
_PAGE = 80

#: The columns of csv, one row for each figure.
COLUMNS = (
    "source",
    "id",
    "claim",
    "kind",
    "measure",
    "start",
    "end",
    "item",
    "printed",
    "verdict",
    "strength",
    "computed",
    "methods",
    "note",
    "repair",
    "decision",
    "command",
)


class _Verdict(Protocol):
    item: str
    printed: str
    verdict: str
    methods: tuple[str, ...]
    computed: float | None
    note: str | None
    shown: str | None


def visible(text: str, lines: bool = False) -> str:
    """Text from outside that does nothing to a terminal: each unseen character as its escape; blanks stay blanks."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or (lines and character == "\n")
        else (
            " "
            if character.isspace() and character not in "\x1c\x1d\x1e\x1f\x85\u2028\u2029\x0b\x0c"
            else character.encode("unicode_escape", "backslashreplace").decode("ascii")
        )
        for character in text
    ).translate(_TAGS)


_TAGS = {
    code: f"\\u{code:04x}"
    for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0x00AD)
    if unicodedata.category(chr(code)) == "Cf"
}


def heading(source: str, identity: str) -> str:
    return visible(" ".join(part for part in (source, identity) if part))


def summary(findings: Any) -> str:
    """One line: how many figures got each verdict, and how many numbers were left unread."""
    counts = findings.counts()
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _WORST_FIRST if counts[verdict])
    claims = len(findings.claims)
    figures = sum(counts.values())
    unread = len(findings.unread)
    return (
        f"{_many(figures, 'figure')} in {_many(claims, 'claim')}: {said or 'none read'}; "
        f"{_many(unread, 'number')} left unread"
    )


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def by_text(row: _Verdict, strength: str | None, repair: str | None) -> str:
    """How a figure came to its verdict: the methods, or the note, with a strength and a repair."""
    said = ", ".join(row.methods[:4]) + (" ..." if len(row.methods) > 4 else "")
    note = row.note or ""
    said = (f"{said}: {note}" if note else said) if row.methods and row.methods != ("counts",) else note
    if strength:
        said = f"{strength}: {said}"
    return f"{said}; perhaps {repair}" if repair else said


def plain(findings: Any, source: str, identity: str, only: str | None = None) -> str:
    """For a pipe: each claim with its quote, its figures in a table, and its commands."""
    return "\n".join(_lines(findings, source, identity, only)) + "\n"


def _lines(findings: Any, source: str, identity: str, only: str | None) -> Iterator[str]:
    if source or identity:
        yield heading(source, identity)
    for claim in _chosen(findings, only):
        yield ""
        yield from _folded(quote(findings, claim), "", "  ")
        for figure, left, by in _rows(claim):
            del figure
            yield from _folded(by, left, " " * 45)
        for note in claim.notes:
            yield from _folded(note, "  note: ", "        ")
        for command in claim.commands:
            yield f"  $ {command}"
    yield ""
    yield from _folded(summary(findings), "", "  ")


def quote(findings: Any, claim: Any) -> str:
    said = " ".join(visible(findings.text[claim.start : claim.end]).split())
    return said if len(said) <= 4 * _QUOTE else said[: 2 * _QUOTE] + " ... " + said[-2 * _QUOTE :]


def _chosen(findings: Any, only: str | None) -> list[Any]:
    return [claim for claim in findings.claims if only is None or claim.verdict == only]


def _rows(claim: Any) -> Iterator[tuple[Any, str, str]]:
    for figure in claim.figures:
        row = figure.verdict
        printed = " ".join(visible(row.printed).split())
        left = f"  {row.item:<10} {printed:<13} {row.verdict:<14}"
        if row.verdict == INCONSISTENT and row.shown:
            left += f" {row.shown:<6}"
        yield figure, left + " ", by_text(row, figure.strength, figure.repair)


def _folded(text: str, first: str, following: str) -> Iterator[str]:
    """Text in lines of a page, the first after ``first``."""
    line, room = first, _PAGE
    empty = True
    for word in text.split(" "):
        while len(word) > room - len(following):  # a word that no line holds
            cut = max(1, room - len(line) - (not empty))
            line += ("" if empty else " ") + word[:cut]
            yield line.rstrip()
            word, line, empty = word[cut:], following, True
        if not empty and len(line) + 1 + len(word) > room:
            yield line.rstrip()
            line, empty = following, True
        line += ("" if empty else " ") + word
        empty = False
    yield line.rstrip()


def rich(findings: Any, source: str, identity: str, only: str | None = None, width: int = 80) -> list[Text]:
    """For a terminal: the text with its figures coloured, then the claims as for a pipe, coloured."""
    from rich.text import Text

    parts: list[Text] = []
    if source or identity:
        parts.append(Text(heading(source, identity), style="bold"))
    shown = Text()
    place = 0
    for figure in findings.figures:
        shown.append(visible(findings.text[place : figure.start], lines=True))
        style = _STYLES[figure.verdict.verdict] + (" underline" if figure.verdict.verdict == INCONSISTENT else "")
        shown.append(visible(findings.text[figure.start : figure.end], lines=True), style=style)
        place = figure.end
    shown.append(visible(findings.text[place:], lines=True))
    parts.append(shown)
    for claim in _chosen(findings, only):
        block = Text("\n" + quote(findings, claim) + "\n", style="bold")
        for figure, left, by in _rows(claim):
            verdict = figure.verdict.verdict
            for line in _folded(by, left, " " * 45):
                row = Text(line + "\n", style="not bold")
                at = line.find(verdict)
                if at >= 0:
                    row.stylize(_STYLES[verdict], at, at + len(verdict))
                block.append_text(row)
        for note in claim.notes:
            block.append(f"  note: {visible(note)}\n", style="not bold dim")
        for command in claim.commands:
            block.append(f"  $ {command}\n", style="not bold cyan")
        block.rstrip()
        parts.append(block)
    parts.append(Text("\n" + summary(findings)))
    return parts


def figures(findings: Any, source: str, identity: str, only: str | None = None) -> Iterator[tuple[str, ...]]:
    """The rows of csv, one for each figure, under COLUMNS."""
    for number, claim in enumerate(findings.claims, 1):
        if only is not None and claim.verdict != only:
            continue
        for figure in claim.figures:
            row = figure.verdict
            yield tuple(
                map(
                    _cell,
                    (
                        source,
                        identity,
                        number,
                        claim.kind,
                        claim.measure,
                        figure.start,
                        figure.end,
                        row.item,
                        row.printed,
                        row.verdict,
                        figure.strength,
                        row.computed,
                        " ".join(row.methods),
                        row.note,
                        figure.repair,
                        "yes" if figure.decision else "",
                        claim.commands[0] if claim.commands else "",
                    ),
                )
            )


def _cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula: such a text gets an apostrophe; a negative number stays one."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return repr(value)
    text = visible(str(value))
    if text[:1] in ("=", "+", "-", "@") and not _number(text):
        return "'" + text
    return text


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def markdown(findings: Any, source: str, identity: str, only: str | None = None) -> str:
    """A heading, a table of figures and the summary."""
    lines = [f"## {_escaped(heading(source, identity))}\n"] if source or identity else []
    lines += ["| Printed | Figure | Verdict | Computed | By |", "|---|---|---|---|---|"]
    for claim in _chosen(findings, only):
        lines.append(f"| *{_escaped(quote(findings, claim))}* | | | | |")
        for figure in claim.figures:
            row = figure.verdict
            cells = (row.item, row.printed, row.verdict, row.shown or "", by_text(row, figure.strength, figure.repair))
            lines.append("| " + " | ".join(_escaped(visible(cell)) for cell in cells) + " |")
    lines += ["", _escaped(summary(findings)), ""]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    for character in "\\`*_[]<>|":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())


def as_json(findings: Any, source: str, identity: str, only: str | None = None, lines: bool = True) -> str:
    """One JSON object; unpaired surrogates, which no encoding holds, as U+FFFD."""
    about = {key: value for key, value in (("source", source), ("id", identity)) if value}
    whole = findings.as_dict(**about)
    if only is not None:
        whole["claims"] = [claim for claim in whole["claims"] if claim["verdict"] == only]
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=None if lines else 2)
    return text.encode("utf-8", "replace").decode("utf-8")
