"""The options ``--null`` and ``--margin`` of or, rr and rd; margins.py, read when one is used, does what they say."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from .common import F, Options

TWO_SIDED, GREATER, LESS = ALTERNATIVES = ("two-sided", "greater", "less")


def null_measure(measure: str) -> str:
    """The measure under which the tests of a null value are registered (stats.null_value.Contrast.at_null)."""
    return f"{measure} at a null value"


def testable(measure: str) -> Callable[[F], F]:
    """The options --null and --margin with those that say their side; the command takes them as ``asked``."""
    example = "-10%" if measure == "risk difference" else "0.8"
    span = "-10% 10%" if measure == "risk difference" else "0.8 1.25"

    def decorate(function: F) -> F:
        @click.option("--null", metavar="VALUE", help=f"Test this value instead of equality: {example}.")
        @click.option(
            "--alternative", type=click.Choice(ALTERNATIVES), help="Side of --null: two-sided (default), greater, less."
        )
        @click.option(
            "--margin",
            "margins",
            metavar="VALUE",
            multiple=True,
            help=f"Non-inferiority margin ({example}), or a range for equivalence ('{span}').",
        )
        @click.option("--equivalence", is_flag=True, help="With one --margin: within it on both sides.")
        @click.option(
            "--outcome",
            type=click.Choice(("good", "bad")),
            help="With --margin: are more events good or bad? Unasked, as non-inferiority to that margin has it.",
        )
        @wraps(function)
        def call(
            *args: Any,
            null: str | None,
            alternative: str | None,
            margins: tuple[str, ...],
            equivalence: bool,
            outcome: str | None,
            options: Options,
            **given: Any,
        ) -> Any:
            asked = None
            if null is not None or margins or alternative or equivalence or outcome or options.methods:
                from .margins import asked_for, check_methods

                asked = asked_for(measure, null, alternative, margins, equivalence, outcome)
                check_methods(measure, asked, options.methods)
            return function(*args, asked=asked, options=options, **given)

        return call  # type: ignore[return-value]

    return decorate
