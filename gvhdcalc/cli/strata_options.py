"""The options ``--stratified`` and ``--by`` of or, rr and rd; strata.py, read when one is used, does what they say."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from .arms import Arm, Counts
from .common import F, Options, fail

if TYPE_CHECKING:
    from ..reported.claim import Claim


def stratifiable(command: str, measure: str, claimed: Callable[[Claim], Claim] | None = None) -> Callable[[F], F]:
    """The options --stratified and --by on a command of two arms, and what they do. Stands below the common options."""

    def decorate(function: F) -> F:
        @click.argument("more", type=Arm(), nargs=-1, metavar="[TREATMENT CONTROL]...")
        @click.option("--stratified", is_flag=True, help="Pool strata: arms in pairs, or the rows of --batch FILE.")
        @click.option("--by", metavar="COLUMN", help="With --stratified --batch: one analysis for each value.")
        @wraps(function)
        def call(
            *args: Any,
            treatment: Counts | None,
            control: Counts | None,
            more: tuple[Counts, ...],
            stratified: bool,
            by: str | None,
            options: Options,
            **given: Any,
        ) -> Any:
            if stratified or options.methods:
                from .strata import Question, check_methods, run

                question = Question(command, measure, claimed)
                check_methods(question, options, stratified)
            if not stratified:
                if by is not None:
                    fail("--by parts the rows of --batch into analyses of strata: add --stratified")
                if more:
                    fail(
                        f"two arms are compared, {more[0].events}/{more[0].total} is one too many; --stratified pools "
                        "pairs of arms, gvhdcalc arms compares several"
                    )
                return function(*args, treatment=treatment, control=control, options=options, **given)
            for name, value in given.items():
                if value not in (None, False, ()):
                    fail(f"--{name.replace('_', '-')} does not go with --stratified")
            return run(question, [arm for arm in (treatment, control, *more) if arm is not None], by, options)

        return call  # type: ignore[return-value]

    return decorate
