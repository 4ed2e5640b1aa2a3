"""Power against patients or effect: in text, and as a figure in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from ..stats.results import Value

#: One mark for each method, in order.
_MARKS = "ox+*#@%&"

#: The rows between no power and full power.
_ROWS = 20

Line = list[tuple[float, float]]


def lines_of(values: Sequence[Value], label: str) -> dict[str, Line]:
    """The points of each method's curve, from the values whose case is the axis ``label``."""
    lines: dict[str, Line] = {}
    for row in values:
        x = dict(row.case).get(label)
        if x is not None and row.value is not None and row.value == row.value:
            lines.setdefault(row.method or "power", []).append((x, row.value))
    return lines


def chart(values: Sequence[Value], label: str, width: int = 80) -> str:
    """The curves in text, at most ``width`` columns wide. Raises ValueError when there is no point."""
    lines = lines_of(values, label)
    points = [x for line in lines.values() for x, _ in line]
    if not points:
        raise ValueError("nothing to draw: there is no power at any point")
    low, high = min(points), max(points)
    span = max(min(width, 80) - 6, 20)
    grid = [[" "] * span for _ in range(_ROWS + 1)]
    for mark, line in zip(_MARKS * (1 + len(lines) // len(_MARKS)), lines.values(), strict=False):
        for x, power in line:
            column = round((x - low) / ((high - low) or 1) * (span - 1))
            cells = grid[_ROWS - round(power * _ROWS)]
            if cells[column] == " ":
                cells[column] = mark
    made = []
    for row, cells in enumerate(grid):
        axis = f"{100 * (_ROWS - row) // _ROWS:>3}%" if row % 4 == 0 else ""
        made.append(f"{axis:>4} \u2502{''.join(cells)}".rstrip())
    left, right = f"{low:.6g}", f"{high:.6g}"
    made.append("     \u2514" + "\u2500" * span)
    made.append(f"{'':>6}{left}{label:^{span - len(left) - len(right)}}{right}")
    marks = ", ".join(f"{mark} {key}" for mark, key in zip(_MARKS * 2, lines, strict=False))
    made += wrap(f"Power: {marks}", min(width, 80), break_on_hyphens=False)
    return "\n".join(made)


def draw(lines: Mapping[str, Sequence[Value]], label: str, path: str, *, title: str, aim: float | None = None) -> None:
    """The curves as a figure in a file, whose ending says the format; ``aim`` is a power to mark.

    Raises ValueError for an ending that is none, OSError where the file cannot be written, ImportError without
    matplotlib.
    """
    from .figures import new, save

    figure = new(6.4, 4.4)
    axes = figure.add_subplot()
    for name, values in lines.items():
        points = [(dict(row.case)[label], 100 * row.value) for row in values if row.value is not None]
        axes.plot([x for x, _ in points], [y for _, y in points], label=name, linewidth=1.4)
    if aim is not None:
        axes.axhline(100 * aim, color="0.6", linewidth=0.8, linestyle="--")
    axes.set(xlabel=label, ylabel="power (%)", ylim=(0, 102))
    axes.set_title(title, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    save(figure, path)
