"""A command with several kinds of input: they are its subcommands, and the commonest needs no name."""

from __future__ import annotations

import click
from click_default_group import DefaultGroup

from .common import StatCommand


class Kinds(DefaultGroup):  # type: ignore[misc]
    """A group whose default subcommand needs no name; its help ends with the examples of all of them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # the name is put in before anything is parsed: the group must not swallow a "--" that is the subcommand's
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self.default_cmd_name, *args]
        return list(super().parse_args(ctx, args))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        examples = [
            example for kind in self.commands.values() if isinstance(kind, StatCommand) for example in kind.examples
        ]
        if examples:
            with formatter.section("Examples"):
                for text, line in examples:
                    formatter.write(f"{'':>{formatter.current_indent}}# {text}\n")
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        super().format_epilog(ctx, formatter)
