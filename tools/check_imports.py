"""Check the direction of imports between the rooms of the package (docs: the house).

    python tools/check_imports.py [PACKAGE_FOLDER]

Prints file:line and the breach, one a line, and exits 1 when there is any. The rules:

- stats imports nothing of ours outside stats; report and reported import only themselves and stats; cli may import all;
- click is imported in cli only; rich and tabulate not in stats, nor in reported;
- numpy, scipy, statsmodels and pandas are imported inside the functions that need them, never as a module loads
  (an import under ``if TYPE_CHECKING:`` never runs, and is allowed).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

#: The folders of the package, and the name for the modules beside them (__init__.py, __main__.py).
ROOMS = ("cli", "report", "reported", "stats")
ROOT = "the package root"

#: Which rooms a room may import. The root starts the command line and holds the version.
MAY_IMPORT = {
    "cli": {*ROOMS, ROOT},
    "report": {"report", "stats"},
    "reported": {"reported", "stats"},
    "stats": {"stats"},
    ROOT: {"cli", ROOT},
}

#: Packages that a room may not import, even inside a function.
CLICK = {"click", "click_default_group"}
FORBIDDEN = {
    "cli": set[str](),
    "report": CLICK,
    "reported": CLICK | {"rich", "tabulate"},
    "stats": CLICK | {"rich", "tabulate"},
    ROOT: CLICK,
}

#: Packages too slow to import while a module loads.
HEAVY = {"numpy", "scipy", "statsmodels", "pandas"}


class Import(NamedTuple):
    """One imported module: its line, its absolute dotted name, and when the import runs."""

    line: int
    module: str
    at_load: bool
    typing_only: bool


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _absolute(module: str, level: int, package: str) -> str:
    """The absolute name of a relative import made in ``package``; "" when it climbs out of the top."""
    if not level:
        return module
    parts = package.split(".")
    if level > len(parts):
        return ""
    return ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])])


def _dynamic(call: ast.Call) -> str | None:
    """The name given to import_module or __import__, when it is written out."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
    if called in ("import_module", "__import__") and call.args and isinstance(call.args[0], ast.Constant):
        name = call.args[0].value
        return name if isinstance(name, str) else None
    return None


def imports(tree: ast.AST, package: str, at_load: bool = True, typing_only: bool = False) -> Iterator[Import]:
    """Every import in a module of ``package``, in the order of the file."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, alias.name, at_load, typing_only)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node.module or "", node.level, package)
            for alias in node.names:
                yield Import(node.lineno, f"{base}.{alias.name}", at_load, typing_only)
        elif isinstance(node, ast.If) and _is_type_checking(node.test):
            yield from imports(ast.Module(node.body, []), package, at_load, True)
            yield from imports(ast.Module(node.orelse, []), package, at_load, typing_only)
        else:
            if isinstance(node, ast.Call) and (name := _dynamic(node)):
                level = len(name) - len(name.lstrip("."))
                yield Import(node.lineno, _absolute(name.lstrip("."), level, package), at_load, typing_only)
            inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            yield from imports(node, package, at_load and not inside, typing_only)


def _room(parts: tuple[str, ...]) -> str:
    return parts[0] if parts and parts[0] in ROOMS else ROOT


def _breach(room: str, found: Import, top: str) -> str | None:
    """What is wrong with one import in a module of ``room``, or None."""
    names = found.module.split(".")
    if names[0] == "":
        return "a relative import climbs out of the package"
    if names[0] == top:
        other = _room(tuple(names[1:]))
        if other not in MAY_IMPORT[room]:
            return f"{room} must not import {other} ({found.module})"
    elif names[0] in FORBIDDEN[room]:
        return f"{room} must not import {names[0]}"
    elif names[0] in HEAVY and found.at_load and not found.typing_only:
        return f"{names[0]} must be imported inside the function that needs it"
    return None


def check(folder: Path) -> list[str]:
    """The breaches in the package at ``folder``, each as "file:line: what"; the folder's name is the package's."""
    breaches = []
    for file in sorted(folder.rglob("*.py")):
        within = file.relative_to(folder).parts
        package = ".".join([folder.name, *within[:-1]])
        tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
        for found in imports(tree, package):
            what = _breach(_room(within[:-1]), found, folder.name)
            if what:
                breaches.append(f"{file}:{found.line}: {what}")
    return breaches


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0] if arguments else "gvhdcalc")
    if not any(folder.rglob("*.py")):
        print(f"check_imports: no Python files in {folder}", file=sys.stderr)
        return 2
    breaches = check(folder.resolve() if folder.name in ("", ".", "..") else folder)
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
