"""Times on the command line."""

from __future__ import annotations

from typing import Any

import click

from .quantities import Positive


class Times(click.ParamType[tuple[float, ...]]):
    """Times separated by commas: 12,24."""

    name = "times"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        one = Positive("time")
        return tuple(dict.fromkeys(one.convert(part, param, ctx) for part in str(value).split(",")))
