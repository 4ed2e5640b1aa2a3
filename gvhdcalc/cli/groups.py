"""A command with several kinds of input: they are its subcommands, and the commonest needs no name."""

from __future__ import annotations

import click
from click_default_group import DefaultGroup

from .common import StatCommand


class Kinds(DefaultGroup):  # type: ignore[misc]
    """A group whose default subcommand needs no name; its help ends with the examples of all of them."""

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
