"""What every command shares: its options, the choice of methods, and the way out."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn, TypeVar

import click

from ..report.document import Document
from ..report.render import FORMATS, render
from ..stats import registry
from ..stats.registry import Method
from ..stats.results import INCONSISTENT, Verdict
from . import near

F = TypeVar("F", bound=Callable[..., Any])

ALL = "all"

_NEGATIVE = re.compile(r"-[.,]?\d")


@dataclass(frozen=True, slots=True)
class Options:
    """The common options as given. ``conf`` is a fraction; ``conf_given`` is False where it is the default of 95%."""

    conf: float = 0.95
    conf_given: bool = False
    methods: tuple[str, ...] = ()
    digits: int | None = None
    form: str = "plain"
    reported: str | None = None
    explain: bool = False
    plot: bool = False
    batch: str | None = None


def fail(message: str) -> NoReturn:
    """End with one line on standard error and exit status 2."""
    raise click.UsageError(message, click.get_current_context(silent=True))


class Level(click.ParamType[float]):
    """A confidence level: 95, 95% or 0.95."""

    name = "level"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            level = float(text.removesuffix("%"))
        except ValueError:
            self.fail(f"level {text!r} is not a number; write 95, 95% or 0.95", param, ctx)
        if text.endswith("%") or level > 1:
            level /= 100
        if not 0 < level < 1:
            self.fail(f"level {text!r} is not between 0 and 100%; write 95, 95% or 0.95", param, ctx)
        return level


class Key(click.ParamType[str]):
    """The key of a method registered for a measure, or "all"."""

    name = "key"

    def __init__(self, keys: Callable[[], Iterable[str]]) -> None:
        self.keys = keys

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        key = str(value).strip().lower().replace("_", "-").replace(" ", "-")
        known = list(self.keys())
        if key == ALL or key in known:
            return key
        self.fail(f"no method {value!r} here{near(key, known)}; one of {', '.join(known)}, all", param, ctx)


def _every(measure: str) -> Iterator[tuple[str, Method]]:
    for table in (registry.estimators(measure), registry.tests(measure), registry.designs(measure)):
        yield from table.items()


def methods_of(*measures: str) -> dict[str, Method]:
    """Estimators, tests and designs of the measures, estimators first. A key that names both stands for both."""
    found: dict[str, Method] = {}
    for measure in measures:
        for key, method in _every(measure):
            found.setdefault(key, method)
    return found


def chosen(methods: dict[str, Method], keys: Sequence[str]) -> list[Method]:
    """The methods asked for; the defaults where none of these was named."""
    if ALL in keys:
        return list(methods.values())
    return [m for k, m in methods.items() if k in keys] or [m for m in methods.values() if m.default]


class StatCommand(click.Command):
    """A command whose help ends with its examples and the methods registered for its measures."""

    def __init__(
        self, *args: Any, measures: Sequence[str] = (), examples: Sequence[tuple[str, str]] = (), **extra: Any
    ) -> None:
        super().__init__(*args, **extra)
        self.measures = tuple(measures)
        self.examples = tuple(examples)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """A negative number (-0.5, -1/203) is an argument, for its own message, not an option that does not exist."""
        if any(_NEGATIVE.match(arg) for arg in args):
            ctx.ignore_unknown_options = True
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Examples"):
                for text, line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}# {text}\n")
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        for heading, methods in self._listed():
            with formatter.section(heading):
                formatter.write_dl(
                    [
                        (key, f"{'[default] ' if m.default else ''}{m.name}. {m.reference}.{_software(m)}")
                        for key, m in methods.items()
                    ],
                    col_max=22,
                )
        super().format_epilog(ctx, formatter)

    def _listed(self) -> list[tuple[str, dict[str, Method]]]:
        found = []
        tests: list[tuple[str, dict[str, Method]]] = []
        listed: set[tuple[str, str]] = set()
        for measure in self.measures:
            found.append((f"Methods ({measure})", registry.estimators(measure) | registry.designs(measure)))
            # tests that measures share are listed once
            more = {k: m for k, m in registry.tests(measure).items() if (m.measure, k) not in listed}
            listed |= {(m.measure, k) for k, m in more.items()}
            tests.append((f"Tests ({measure})" if tests else "Tests", more))
        found += tests
        return [(heading, methods) for heading, methods in found if methods]


def _software(method: Method) -> str:
    return f" Default of: {', '.join(method.software)}." if method.software else ""


def common_options(
    *measures: str,
    conf: bool = True,
    reported: bool = True,
    plot: bool = True,
    batch: bool = False,
    explain: bool = False,
) -> Callable[[F], F]:
    """The options spelled alike everywhere; the command takes them as one argument, ``options``.

    A command without measures has no level and no method to choose, and no formula unless ``explain`` says so.
    """

    def decorate(function: F) -> F:
        @wraps(function)
        def call(*args: Any, **given: Any) -> Any:
            ctx = click.get_current_context()
            conf_source = ctx.get_parameter_source("conf")
            options = Options(
                conf=given.pop("conf", Options().conf),
                conf_given=conf_source is not None and conf_source.name == "COMMANDLINE",
                methods=tuple(given.pop("methods", ())),
                digits=given.pop("digits"),
                form=given.pop("form") or ("rich" if sys.stdout.isatty() else "plain"),
                reported=given.pop("reported", None),
                explain=given.pop("explain", False),
                plot=given.pop("plot", False),
                batch=given.pop("batch", None),
            )
            return function(*args, options=options, **given)

        decorators = []
        if measures and conf:
            decorators.append(
                click.option(
                    "--conf",
                    type=Level(),
                    default=0.95,
                    metavar="LEVEL",
                    help="Confidence level: 95 (default), 90%, 0.99.",
                )
            )
        if measures:
            decorators += [
                click.option(
                    "--method",
                    "methods",
                    type=Key(lambda: methods_of(*measures)),
                    multiple=True,
                    metavar="KEY",
                    help="Method to show, by key (repeatable), or all.",
                ),
            ]
        decorators += [
            click.option("--digits", type=click.IntRange(0, 15), help="Decimals in tables."),
            click.option(
                "--format", "form", type=click.Choice(FORMATS), help="rich in a terminal, plain in a pipe (default)."
            ),
        ]
        if reported:
            decorators.append(
                click.option("--reported", metavar="TEXT", help="What the paper prints; each figure gets a verdict.")
            )
        if measures or explain:
            decorators.append(
                click.option("--explain", is_flag=True, help="Show the formulas with the numbers put in.")
            )
        if plot:
            decorators.append(click.option("--plot", is_flag=True, help="Draw the intervals."))
        if batch:
            decorators.append(
                click.option(
                    "--batch", metavar="FILE", help="Many tables: CSV, TSV or JSON Lines; - is standard input."
                )
            )
        wrapped: Any = call
        for decorator in reversed(decorators):
            wrapped = decorator(wrapped)
        return wrapped  # type: ignore[no-any-return]

    return decorate


def status(verdicts: Iterable[Verdict]) -> int:
    """Exit status: 1 when something reported does not follow."""
    return 1 if any(row.verdict == INCONSISTENT for row in verdicts) else 0


def finish(document: Document, options: Options, methods: Iterable[Method] = ()) -> int:
    """Print the document (and the explanations of ``methods``, with --explain); the exit status."""
    try:
        text = render(document, options.form, digits=options.digits, plot=options.plot, escapes=sys.stdout.isatty())
    except ValueError as error:
        fail(str(error))
    if options.explain:
        if options.form in {"rich", "plain"}:
            from ..report.explain import explain

            text += "\n" + explain(methods, document.explained)
        else:
            fail(f"--explain goes with --format rich or plain, not with {options.form}")
    click.echo(text, nl=False)
    return status(document.verdicts)
