"""Figures in files, by matplotlib, which the extra ``gvhdcalc[plot]`` brings: a new figure, and the way to save it."""

from __future__ import annotations

from typing import Any

#: The endings of a file that say its format.
ENDINGS = (".svg", ".png", ".pdf")

_MISSING = "a figure in a file needs matplotlib: pip install 'gvhdcalc[plot]'"


def new(width: float, height: float) -> Any:
    """An empty figure of so many inches. Raises ImportError, with what to install, without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(_MISSING) from error
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Any, path: str) -> None:
    """Write the figure; the ending of ``path`` says the format. The same figure gives the same file.

    Raises ValueError for an ending that is none of ENDINGS, OSError where the file cannot be written.
    """
    from matplotlib import rc_context
    from matplotlib.text import Text

    if not path.lower().endswith(ENDINGS):
        raise ValueError(f"the name must end in one of {', '.join(ENDINGS)}")
    for text in figure.findobj(Text):
        text.set_parse_math(False)  # a dollar sign in a label is a dollar sign
    dated = {".svg": "Date", ".pdf": "CreationDate"}.get(path[-4:].lower())
    with rc_context({"svg.hashsalt": "gvhdcalc", "svg.fonttype": "none"}):
        figure.savefig(path, dpi=200, metadata={dated: None} if dated else None)
