"""Curves of survival or cumulative incidence, as steps with the numbers at risk below: in text, and in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: One mark for each curve, in order.
_MARKS = "ox+*#@%&"
_ROWS = 20
#: How many times have their numbers at risk.
_TICKS = 6


@dataclass(frozen=True, slots=True)
class StepCurve:
    """One curve: its label, the times of its steps with the value from each on, and numbers at risk at the ticks.

    ``first`` is the value before the first step (1 of survival, 0 of incidence), ``last`` the end of follow-up.
    """

    label: str
    times: Sequence[float]
    values: Sequence[float]
    first: float
    last: float
    at_risk: Sequence[int]

    def at(self, time: float) -> float | None:
        """The value at a time; None after the end of follow-up."""
        from bisect import bisect_right

        if time > self.last:
            return None
        step = bisect_right(self.times, time)
        return self.values[step - 1] if step else self.first


@dataclass(frozen=True, slots=True)
class StepCurves:
    """Curves on one pair of axes; ``ticks`` are the times whose numbers at risk are shown."""

    what: str
    unit: str
    ticks: Sequence[float]
    curves: Sequence[StepCurve]


def ticks_to(last: float) -> tuple[float, ...]:
    """Round times from 0 up to ``last``, at most about six."""
    from math import floor, log10

    if not last > 0:
        return (0.0,)
    rough = last / (_TICKS - 1)
    power = 10.0 ** floor(log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 3, 5, 6, 10) if m * power >= rough * 0.8)
    return tuple(k * step for k in range(int(last / step + 1e-9) + 1))


def chart(drawn: StepCurves, width: int = 80) -> str:
    """The curves in text, at most ``width`` columns wide, numbers at risk below."""
    names = [curve.label[:16] for curve in drawn.curves]
    margin = max(5, *(len(name) + 2 for name in names))
    span = max(min(width, 80) - margin - 3, 20)
    last = max(max(curve.last for curve in drawn.curves), drawn.ticks[-1]) or 1.0
    top = max((max(curve.values, default=0.0) for curve in drawn.curves), default=1.0)
    # survival needs the whole axis, an incidence as much as it rises to
    high = 1.0 if any(curve.first == 1 for curve in drawn.curves) else min(1.0, max(0.1, -(-top // 0.1) * 0.1))
    grid = [[" "] * span for _ in range(_ROWS + 1)]
    for mark, curve in zip(_MARKS * (1 + len(names) // len(_MARKS)), drawn.curves, strict=False):
        for column in range(span):
            value = curve.at(column / (span - 1) * last)
            if value is not None:
                cell = _ROWS - round(min(value / high, 1.0) * _ROWS)
                if grid[cell][column] == " ":
                    grid[cell][column] = mark
    lines = []
    for row, cells in enumerate(grid):
        axis = f"{100 * high * (_ROWS - row) / _ROWS:.0f}%" if row % 4 == 0 else ""
        lines.append(f"{axis:>{margin}} \u2502{''.join(cells)}".rstrip())
    places = [round(tick / last * (span - 1)) for tick in drawn.ticks]
    lines.append(f"{'':>{margin}} \u2514" + "".join("\u252c" if k in places else "\u2500" for k in range(span)))
    lines.append(_row("", places, [f"{tick:g}" for tick in drawn.ticks], margin, span))
    lines.append(f"{drawn.what}; at risk at {drawn.unit}:")
    marks = _MARKS * (1 + len(names) // len(_MARKS))
    for mark, name, curve in zip(marks, names, drawn.curves, strict=False):
        lines.append(_row(f"{mark} {name}", places, [str(count) for count in curve.at_risk], margin, span))
    return "\n".join(lines)


def _row(label: str, places: Sequence[int], texts: Sequence[str], margin: int, span: int) -> str:
    """Texts under the ticks, the first at the axis."""
    cells = [" "] * (margin + 2 + span)
    cells[: len(label)] = label
    end = len(label)
    for place, text in zip(places, texts, strict=False):
        start = max(min(margin + 2 + place - (len(text) - 1) // 2, len(cells) - len(text)), end + 1)
        cells[start : start + len(text)] = text
        end = start + len(text)
    return "".join(cells).rstrip()


def draw(drawn: StepCurves, path: str, title: str) -> None:
    """The curves as a figure in a file, whose ending says the format.

    Raises ValueError for an ending that is none, OSError where the file cannot be written, ImportError without
    matplotlib.
    """
    from .figures import new, save

    rows = len(drawn.curves)
    figure = new(6.4, 4.2 + 0.25 * rows)
    axes = figure.add_subplot()
    last = max(curve.last for curve in drawn.curves) or 1.0
    for curve in drawn.curves:
        x, y = [0.0, *curve.times, curve.last], [curve.first, *curve.values]
        label = curve.label.replace("_", " _", 1) if curve.label.startswith("_") else curve.label  # else it is hidden
        axes.step(x, [100 * value for value in (*y, y[-1])], where="post", label=label, linewidth=1.4)
    survival = any(curve.first == 1 for curve in drawn.curves)
    axes.set(xlabel=drawn.unit, ylabel=f"{drawn.what} (%)", xlim=(0, last), ylim=(0, 102 if survival else None))
    axes.set_xticks(drawn.ticks)
    axes.set_title(title, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    # the numbers at risk under the axis, a row for each curve
    axes.annotate("at risk", (0, 0), (-16, -40), xycoords="axes fraction", textcoords="offset points", fontsize=8,
                  ha="right")  # fmt: skip
    for row, curve in enumerate(drawn.curves):
        below = -52 - 12 * row
        axes.annotate(curve.label[:16], (0, 0), (-16, below), xycoords="axes fraction", textcoords="offset points",
                      fontsize=8, ha="right")  # fmt: skip
        for tick, count in zip(drawn.ticks, curve.at_risk, strict=False):
            axes.annotate(str(count), (tick, 0), (0, below), xycoords=axes.get_xaxis_transform(),
                          textcoords="offset points", fontsize=8, ha="center", annotation_clip=False)  # fmt: skip
    save(figure, path)
