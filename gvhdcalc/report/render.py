"""A document in each format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..stats.results import CONSISTENT, INCONSISTENT, REPRODUCED
from .document import Document
from .tables import remarks, tables

_COLOURS = {REPRODUCED: "green", CONSISTENT: "cyan", INCONSISTENT: "bold red"}

#: A width that no table reaches: what is piped is never wrapped.
_UNBOUNDED = 10_000

#: The width of the sentences above and below a table in plain text.
_SENTENCE = 80


def _through_rich(document: Document, digits: int | None, *, framed: bool, escapes: bool, plot: bool) -> str:
    """The rich table of a terminal, or the same in plain text: no escapes, no frames, no wrapping."""
    from io import StringIO

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    out = StringIO()
    console = Console(
        file=out,
        force_terminal=escapes,
        width=None if framed else _UNBOUNDED,
        color_system="auto" if escapes else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    if document.title:
        console.print(Text(document.title, style="bold"))
    for label, text in document.facts:
        console.print(Text(f"{label}: {text}"), width=None if framed else _SENTENCE)
    for table in tables(document, digits):
        drawn = RichTable(box=SIMPLE_HEAD if framed else None, pad_edge=False, show_edge=False, padding=(0, 1))
        for index, heading in enumerate(table.columns):
            right = index in table.numeric
            drawn.add_column(
                Text(heading), justify="right" if right else "left", no_wrap=right, overflow="fold", header_style="bold"
            )
        for row in table.rows:
            drawn.add_row(
                *(
                    Text(cell, style=_COLOURS.get(cell, "") if index == table.verdict else "")
                    for index, cell in enumerate(row)
                )
            )
        console.print()
        console.print(drawn)
    if plot:
        from .plot import forest

        console.print()
        rows, labels = document.to_plot()
        console.print(Text(forest(rows, console.width if framed else 80, digits, labels)))
    if document.steps is not None:
        from .step_curves import chart as steps_chart

        console.print()
        console.print(Text(steps_chart(document.steps, console.width if framed else 80)))
    if document.curve:
        from .power_curve import chart

        console.print()
        console.print(Text(chart(document.drawn(), document.curve, console.width if framed else 80)))
    below = remarks(document)
    if below:
        console.print()
        # sentences are for people: they are folded in a pipe too, where tables are not
        for sentence in below:
            console.print(Text(sentence), width=None if framed else _SENTENCE)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _tabulated(tablefmt: str, title: Callable[[str], str], sentence: Callable[[str], str]) -> Callable[..., str]:
    """A format that tabulate writes."""

    def render(document: Document, digits: int | None) -> str:
        from tabulate import tabulate

        parts = [title(document.title)] if document.title else []
        parts += [sentence(f"{label}: {text}") for label, text in document.facts]
        for table in tables(document, digits):
            parts.append(
                tabulate(
                    [[_escaped(tablefmt, cell) for cell in row] for row in table.rows],
                    headers=[_escaped(tablefmt, heading) for heading in table.columns],
                    tablefmt=tablefmt,
                    disable_numparse=True,
                    colalign=["right" if index in table.numeric else "left" for index in range(len(table.columns))],
                )
            )
        parts += [sentence(remark) for remark in remarks(document)]
        return "\n\n".join(str(part) for part in parts) + "\n"

    return render


def _escaped(tablefmt: str, text: str) -> str:
    # tabulate escapes html and latex itself; pipes break its Markdown tables
    return text.replace("|", "\\|") if tablefmt == "github" else text


def _html(text: str) -> str:
    from html import escape

    return escape(text, quote=False)


def _latex(text: str) -> str:
    escapes = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}"}
    escapes |= {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
    escapes |= {"<": r"\ensuremath{<}", ">": r"\ensuremath{>}"}
    return "".join(escapes.get(character, character) for character in text)


_markdown = _tabulated("github", lambda text: f"**{text}**", str)
_html_tables = _tabulated("html", lambda text: f"<h2>{_html(text)}</h2>", lambda text: f"<p>{_html(text)}</p>")
_latex_tables = _tabulated("latex_booktabs", lambda text: rf"\textbf{{{_latex(text)}}}", lambda text: _latex(text))

#: The columns of csv and tsv: one flat table over all parts of the JSON contract, at full precision.
FLAT_COLUMNS = (
    "part", "measure", "method", "name", "estimate", "lower", "upper", "conf", "se", "se_scale", "statistic", "df", "p",
    "sides", "item", "printed", "verdict", "methods", "computed", "value", "unit", "reference", "note",
)  # fmt: skip

_PARTS = {"estimates": "estimate", "tests": "test", "values": "value", "verdicts": "verdict"}


def flat_rows(document: Document) -> list[dict[str, Any]]:
    """Every row of the document under FLAT_COLUMNS; what does not exist is empty."""
    from .json import as_dict

    whole = as_dict(document)
    rows = []
    for part, name in _PARTS.items():
        for row in whole[part]:
            row = dict(row)
            notes = row.pop("notes", None)
            attainable = row.pop("attainable", None)
            del attainable  # an interval has no place in a flat table; JSON has it
            if "methods" in row:
                row["methods"] = " ".join(row["methods"])
            if notes:
                row["note"] = "; ".join(notes)
            if case := row.pop("case", None):
                varied = ", ".join(f"{key} {value}" for key, value in case.items())
                row["note"] = f"{varied}; {row['note']}" if row.get("note") else varied
            rows.append({"part": name, **row})
    rows += [{"part": "warning", "note": warning} for warning in whole["warnings"]]
    return rows


def _separated(delimiter: str) -> Callable[..., str]:
    def render(document: Document, digits: int | None) -> str:
        from csv import DictWriter
        from io import StringIO

        out = StringIO()
        writer = DictWriter(out, FLAT_COLUMNS, delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(flat_rows(document))
        return out.getvalue()

    return render


#: The formats of ``--format``, in the order in which help lists them.
FORMATS = ("rich", "plain", "markdown", "csv", "tsv", "json", "jsonl", "latex", "html")

_WRITERS = {
    "markdown": _markdown,
    "html": _html_tables,
    "latex": _latex_tables,
    "csv": _separated(","),
    "tsv": _separated("\t"),
}


def render(
    document: Document, form: str, *, digits: int | None = None, plot: bool = False, escapes: bool = False
) -> str:
    """The document as text in one of FORMATS.

    ``digits`` are the decimals of tables (JSON, CSV and TSV are never rounded); ``escapes`` allows colours in rich.
    Raises ValueError when a plot is asked for and no interval is finite.
    """
    if form in {"rich", "plain"}:
        return _through_rich(document, digits, framed=form == "rich", escapes=escapes and form == "rich", plot=plot)
    if form in {"json", "jsonl"}:
        from .json import render as as_json

        return as_json(document, lines=form == "jsonl") + "\n"
    return _WRITERS[form](document, digits)
