"""The text that marked-up text shows: HTML, JATS, PubMed XML and formulas in MathML, with what is raised kept raised.

"150 × 10<sup>9</sup>/L" is "150 × 10⁹/L" and never 109, and a reference "<sup>12</sup>" is "¹²", which no reader takes
for a number of the text. What is lowered is written as people type it: "CO2", "F1,77", "Pinteraction".
"""

from __future__ import annotations

import re
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
        said = "".join(parts[begin:])
        if len(said) > _LONGEST_SHIFTED:
            return
        if shift > 0:
            parts[begin:] = [_raised(said)]
        elif begin and parts[begin - 1][-1:].isdecimal():
            parts[begin:] = [said.translate(_LOWERED_DIGITS)]  # not of the number that it stands at


def _raised(said: str) -> str:
    """A superscript: "⁹" of 10<sup>9</sup>, "⁻⁶", the reference "¹²"; the "th" of 95<sup>th</sup> is as it is."""
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
