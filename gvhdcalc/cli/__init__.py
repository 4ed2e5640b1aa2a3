"""The command line: argv to values, one call into the core, a report. Click lives here and nowhere else."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

import click

from .. import __version__

#: Each command: its module in this package and its line in the help. A module is imported when its command is used.
COMMANDS = {
    "or": ("or_", "Odds ratio of two arms."),
    "rr": ("rr", "Risk ratio of two arms."),
    "rd": ("rd", "Risk difference of two arms."),
    "nnt": ("nnt", "Number needed to treat, from two arms or a ratio."),
    "attributable": ("attributable", "Relative risk reduction, attributable fractions."),
    "evalue": ("evalue", "E-value: strength of confounding that explains it away."),
    "fragility": ("fragility", "Fragility index: changes that turn the conclusion."),
    "arms": ("arms_", "Several arms and one outcome: difference and trend."),
    "prop": ("prop", "One proportion; counts behind a percentage."),
    "rate": ("rate", "Rates: events over person-time."),
    "paired": ("paired", "Paired proportions: McNemar, odds ratio, difference."),
    "hr": ("hr", "Hazard ratio from what a paper prints."),
    "cuminc": ("cuminc", "Cumulative incidence with its interval."),
    "power": ("power", "Sample size, power and detectable effect."),
    "check": ("check", "A whole abstract, every figure judged."),
    "check-files": ("check_files", "Judge the abstracts of many files into a Parquet data set."),
}

#: What a shell reports for a program that a closed pipe ended.
_CLOSED_PIPE = 128 + 13


def one_line(text: str) -> str:
    """Text from outside on one line, control characters and terminal escapes made visible."""
    return "".join(ch if ch.isprintable() else ("\n" if ch == "\n" else repr(ch)[1:-1]) for ch in text).replace(
        "\n", " "
    )


def file_name(path: str) -> str:
    """The name of an input file as a title has it."""
    return "standard input" if path == "-" else one_line(os.path.basename(path))


class _ClosedPipe(Exception):
    """What reads our output has gone. Not an OSError: click would end these with exit status 1, which has a meaning."""


class Commands(click.Group):
    """The commands, loaded when used; errors in one line on standard error, with exit status 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{COMMANDS[cmd_name][0]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            raise click.UsageError(f"no command {name!r}{near(name, COMMANDS)}; one of {', '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ClosedPipe from None

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, and exit with 0 done, 1 something reported does not follow, 2 wrong input."""
        extra["standalone_mode"] = False
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                # a terminal that cannot show a character gets its code, not a traceback
                stream.reconfigure(errors="backslashreplace")
        try:
            status = super().main(*args, **extra)
            sys.stdout.flush()
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.ctx.get_help() if error.ctx else "", err=True)
            sys.exit(2)
        except click.ClickException as error:
            where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "gvhdcalc"
            click.echo(f"{where}: {one_line(error.format_message())}", err=True)
            sys.exit(2)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(130)
        except (_ClosedPipe, BrokenPipeError):
            # what reads us has gone: say nothing, and keep the interpreter's last flush from saying it
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(_CLOSED_PIPE)
        except OSError as error:
            _end(f"gvhdcalc: {error.strerror or error}")
        except Exception as error:
            if os.environ.get("GVHDCALC_DEBUG"):
                raise
            _end(
                f"gvhdcalc: a fault of the program, not of the input ({type(error).__name__}: {one_line(str(error))}); "
                "GVHDCALC_DEBUG=1 shows where"
            )
        sys.exit(status if isinstance(status, int) else 0)


def _end(message: str) -> NoReturn:
    """The last line of a run that could not be done; what was still to be written is dropped."""
    click.echo(message, err=True)
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(2)


def near(word: str, known: Any) -> str:
    """ " (did you mean 'woolf'?)" where a known word is near, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word.lower(), list(known), n=2, cutoff=0.5)
    return f" (did you mean {' or '.join(map(repr, close))}?)" if close else ""


@click.command(
    cls=Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: gvhdcalc or 82/99 70/99 --reported '2.00 (1.01-3.94), P=0.043'",
)
@click.version_option(__version__, prog_name="gvhdcalc")
def main() -> None:
    """Recompute the figures of a clinical paper from the counts and numbers it prints.

    Each command says what the numbers give and by which method; with --reported it says whether the paper's figures
    follow from them and which method reproduces them.

    Exit status: 0 done, and all that was reported follows; 1 something reported does not follow; 2 wrong input.
    """
