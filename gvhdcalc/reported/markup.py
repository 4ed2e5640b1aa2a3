"""The text that marked-up text shows: HTML, JATS, PubMed XML and formulas in MathML, with what is raised kept raised.

"150 × 10<sup>9</sup>/L" is "150 × 10⁹/L" and never 109, and a reference "<sup>12</sup>" is "¹²", which no reader takes
for a number of the text. What is lowered is written as people type it: "CO2", "F1,77", "Pinteraction".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from html import unescape
from html.entities import html5
from typing import Any

from .number import DASHES, SUPERSCRIPTS

_BLOCKS = frozenset(
    ("p", "div", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "td", "th", "br", "title", "dd",
     "dt", "blockquote", "pre", "header", "footer", "main", "caption", "list-item", "def-item", "sec", "disp-quote",
     "table-wrap", "table", "hr", "figcaption")
)  # fmt: skip
_UNSEEN = frozenset(
    ("script", "style", "noscript", "template", "head", "svg", "annotation", "annotation-xml", "tex-math")
)
_LINES = frozenset(("pre", "preformat"))
#: What separates words without being a block.
_BLANKS = frozenset(("break", "label", "mspace"))
#: 1 for what is raised and -1 for what is lowered; in MathML told by the parent and how many children stand before.
_SHIFTS = {"sup": 1, "sub": -1}
_SHIFTS_OF_MATH = {("msup", 1): 1, ("msub", 1): -1, ("msubsup", 1): -1, ("msubsup", 2): 1}
_RAISED = str.maketrans("0123456789+,.()[]" + DASHES, SUPERSCRIPTS + "⁺˒˙⁽⁾⁽⁾" + "⁻" * len(DASHES))
_RAISED_DIGITS = str.maketrans("0123456789", SUPERSCRIPTS)
_LOWERED_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
#: What is raised or lowered and longer is text that happens to be small.
_LONGEST_SHIFTED = 24

#: Tags and entities of abstracts as Crossref, Europe PMC and PubMed send them, in text that is no page of HTML or XML.
_TAG_OR_ENTITY = re.compile(
    r"<(?P<closes>/?)(?:jats:)?(?P<name>i|b|u|em|strong|italic|bold|underline|sc|small|big|span|font|a|sup|sub|p|br|div|li"
    r"|ul|ol|sec|title|h[1-6]|list|list-item|abstract|xref|ext-link|styled-content|named-content)"
    r"(?: [^<>]{0,200})? ?/?>"
    r"|&(?:#[0-9]{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,8});",
    re.IGNORECASE,
)

XML_BLANKS = " \t\r\n"
_WRAPPED = re.compile(f"[{XML_BLANKS}]+")
_BETWEEN_BLOCKS = re.compile(r"[ \t\r]*\n[ \t\r]*(?:\n[ \t\r]*)+")
#: "invisible times" and the like, which MathML has between the parts of a formula.
_UNSEEN_SIGNS = re.compile("[\u2061-\u2064]")
_TEX_COMMAND = re.compile(r"\\(?:([A-Za-z]+) ?|(.))")
_TEX = {"times": "×", "cdot": "·", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "chi": "χ", "%": "%"}


def on_one_line(text: str) -> str:
    """Text of XML, in which line breaks are blanks and several blanks are one."""
    return _blanks(text).strip(XML_BLANKS)


def _blanks(text: str) -> str:
    # most texts have single blanks only, and to look for others is far quicker than to replace each by itself
    if "  " in text or "\n" in text or "\t" in text or "\r" in text:
        text = _WRAPPED.sub(" ", text)
    return text.replace("\u00ad", "")  # where a word may be broken


class Unmarked:
    """A text without the tags and entities in it (``text``), and where its characters stand in the text as given."""

    __slots__ = ("_ends", "_starts", "_was", "text")

    def __init__(self, marked: str) -> None:
        parts: list[str] = []
        # pieces of the text: where each begins, where it began, and where it ended if it was one tag or entity
        self._starts: list[int] = []
        self._was: list[int] = []
        self._ends: list[int] = []
        length = done = 0
        raised: tuple[int, int] | None = None  # 1 or -1, and the part with which it begins
        for found in _TAG_OR_ENTITY.finditer(marked):
            before = marked[done : found.start()]
            name = (found["name"] or "").lower()
            instead = "\n\n" if name in _BLOCKS else ("" if name else unescape(found[0]))
            if not name and len(instead) != 1:
                continue
            instead = instead.replace("\u00ad", "")
            for said, was, end in ((before, done, -1), (instead, found.start(), found.end())):
                if said:
                    parts.append(said)
                    self._starts.append(length)
                    self._was.append(was)
                    self._ends.append(end)
                    length += len(said)
            done = found.end()
            if name in _SHIFTS:
                if raised is not None:
                    _shift_parts(parts, *raised)
                raised = None if found["closes"] else (_SHIFTS[name], len(parts))
        parts.append(marked[done:])
        self._starts.append(length)
        self._was.append(done)
        self._ends.append(-1)
        self.text = "".join(parts)

    def was(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of the text began and ended in the text as given."""
        first, last = (bisect_right(self._starts, place) - 1 for place in (start, max(start, end - 1)))
        begin = self._was[first] + (start - self._starts[first] if self._ends[first] < 0 else 0)
        if self._ends[last] >= 0:
            return begin, self._ends[last]
        return begin, self._was[last] + end - self._starts[last]


def _shift_parts(parts: list[str], shift: int, begin: int) -> None:
    """Raise or lower the parts from one on, which stay of the same length."""
    said = "".join(parts[begin:])
    shown = _shifted(said, shift, parts[begin - 1][-1:] if begin else "")
    if shown != said:
        at = 0
        for k in range(begin, len(parts)):
            length = len(parts[k])
            parts[k], at = shown[at : at + length], at + length


def local(element: Any) -> str:
    """The name of an element without its namespace; "" of comments and entities."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def shown(root: Any) -> str:
    """The text of an element, a blank line between its blocks; without recursion, as pages nest without end."""
    from lxml import etree

    text = _Text()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            text.end(element, element is root)
        elif element.tag is etree.Entity:
            text.add(_entity(element))
        else:
            text.start(element)
    return _tidied("".join(text.parts))


class _Text:
    """The pieces of a text, as elements begin and end."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.lines = 0  # how many elements are open in which line breaks are as they are
        self.unseen = 0  # how many elements are open of which nothing is shown
        self.formulas = 0
        self.shifted: list[tuple[Any, int, int]] = []  # what is open and raised or lowered, and where it begins

    def add(self, text: str | None) -> None:
        if text and not self.unseen:
            self.parts.append(text if self.lines else _blanks(text))

    def start(self, element: Any) -> None:
        tag = local(element).lower()
        if tag in _BLOCKS:
            self._block()
        if tag == "tex-math" and not _math_beside(element):
            self.add(_of_tex(element.text or ""))
        self.unseen += tag in _UNSEEN
        self.lines += tag in _LINES
        shift = _SHIFTS.get(tag, 0)
        if self.formulas:
            role = local(element.getparent()).lower(), _before(element)
            shift = _SHIFTS_OF_MATH.get(role, 0)
            if role == ("mfrac", 1):
                self.add("/")
        self.formulas += tag == "math"
        if shift:
            self.shifted.append((element, shift, len(self.parts)))
        if self.formulas and tag != "mtext":
            self.add(_UNSEEN_SIGNS.sub("", element.text or "").strip(XML_BLANKS))
        else:
            self.add(element.text)

    def end(self, element: Any, last: bool) -> None:
        tag = local(element).lower()
        if self.shifted and self.shifted[-1][0] is element:
            self._shift(*self.shifted.pop()[1:])
        self.unseen -= tag in _UNSEEN
        self.lines -= tag in _LINES
        self.formulas -= tag == "math"
        if tag in _BLOCKS:
            self._block()
        elif tag in _BLANKS:
            self.add(" ")
        if not last and not self.formulas:
            self.add(element.tail)

    def _block(self) -> None:
        if not self.unseen:
            self.parts.append("\n\n")

    def _shift(self, shift: int, begin: int) -> None:
        """Write what stands from a place on as a superscript or a subscript."""
        parts = self.parts
        if not 0 < len(parts) - begin <= _LONGEST_SHIFTED:
            return
        parts[begin:] = [_shifted("".join(parts[begin:]), shift, parts[begin - 1][-1:] if begin else "")]


def _shifted(said: str, shift: int, before: str) -> str:
    """A superscript: "⁹" of 10<sup>9</sup>, "⁻⁶", the reference "¹²"; the "th" of 95<sup>th</sup> is as it is.

    A subscript is as it is too, but not its digits where it stands at a number.
    """
    if len(said) > _LONGEST_SHIFTED:
        return said
    if shift < 0:
        return said.translate(_LOWERED_DIGITS) if before.isdecimal() else said
    if any(map(str.isalpha, said)) or not any(map(str.isdigit, said)):
        return said.translate(_RAISED_DIGITS)
    return said.translate(_RAISED)


def _before(element: Any) -> int:
    """How many children of its parent stand before an element; 3 for more than two."""
    for count in range(3):
        element = element.getprevious()
        if element is None:
            return count
    return 3


def _math_beside(element: Any) -> bool:
    """Whether a formula in TeX stands beside the same one in MathML."""
    return any(local(other) == "math" for other in (element.getnext(), element.getprevious()) if other is not None)


def _of_tex(text: str) -> str:
    r"""A formula in TeX as far as it is a number: "$P=5\times 10^{-6}$"."""
    inner = text.partition(r"\begin{document}")[2].partition(r"\end{document}")[0] or text
    return _TEX_COMMAND.sub(lambda match: _TEX.get(match[1] or match[2], " "), inner.replace("$", "")).strip()


def _entity(element: Any) -> str:
    """What an entity of HTML and JATS stands for, whose definition was not read; any other as it is written."""
    name = str(element.text)
    return html5.get(name[1:], name)


def _tidied(text: str) -> str:
    if "\n" not in text:
        return on_one_line(text)
    return "\n\n".join(line for block in _BETWEEN_BLOCKS.split(text) if (line := on_one_line(block)))
