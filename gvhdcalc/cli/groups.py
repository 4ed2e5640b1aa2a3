"""A command with several kinds of input: they are its subcommands, and the commonest needs no name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module

import click
from click_default_group import DefaultGroup

from .common import StatCommand


class Modules(MutableMapping[str, click.Command]):
    """Subcommands by name, each the ``command`` of a file of this folder that is imported when it is used."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = dict(modules)
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            self._loaded[name] = import_module(f"{__package__}.{self._modules[name]}").command
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._loaded or name in self._modules

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        self._modules.pop(name, None)
        self._loaded.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._modules, *self._loaded]))

    def __len__(self) -> int:
        return len(list(iter(self)))


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
