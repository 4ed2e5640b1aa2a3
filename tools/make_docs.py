"""Write the generated parts of README.md, docs/ and examples/, or check that they are what they should be.

    python -m tools.make_docs [--check] [FILE ...]

- A block of output follows its command: ``<!-- run: gvhdcalc or 82/99 70/99 -->`` on a line of its own, then a fenced
  text block with the command behind ``$``, what it prints (80 columns, plain), and ``[exit status 1]`` where the status
  is not 0. The command may be a pipeline; bash runs it at the top of the repository. A missing block is put in.
- docs/commands.md (the help of every command) and docs/methods.md (every registered method) are written whole, and so
  is the output of each script of examples/, beside it.

With ``--check`` nothing is written: the differences are shown, and the exit status is 1 when there are any.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from difflib import unified_diff
from pathlib import Path

import click

from gvhdcalc.cli import COMMANDS, main
from gvhdcalc.stats import registry
from gvhdcalc.stats.registry import Method

HOUSE = Path(__file__).resolve().parent.parent

#: The marker of a block: everything between the two is the command.
MARK, MARK_END = "<!-- run: ", " -->"
FENCE = "```"


# --- running ----------------------------------------------------------------------------------------------------------


def environment(folder: Path) -> dict[str, str]:
    """The environment of examples: 80 columns, no colour, and a ``gvhdcalc`` in ``folder`` that runs this checkout."""
    shim = folder / "gvhdcalc"
    if not shim.exists():
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gvhdcalc "$@"\n', encoding="utf-8")
        shim.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "CLICOLOR_FORCE"}}
    path = os.pathsep.join([str(folder), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {
        **kept,
        "PATH": path,
        "PYTHONPATH": str(HOUSE),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }


def run(script: str, folder: Path, *, errors: bool = True) -> tuple[str, int]:
    """What bash prints for a script, standard error in its place (or left out), and the exit status."""
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=HOUSE,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if errors else subprocess.DEVNULL,
        encoding="utf-8",
        check=False,
    )
    return done.stdout, done.returncode


def transcript(command: str, folder: Path) -> str:
    """The command behind ``$``, its output, and its exit status where that is not 0."""
    output, status = run(command, folder)
    lines = [f"$ {command}", *(line.rstrip() for line in output.rstrip("\n").splitlines())]
    if status:
        lines.append(f"[exit status {status}]")
    return "\n".join(lines)


# --- blocks of output in a page ---------------------------------------------------------------------------------------


def command_of(line: str) -> str | None:
    """The command of a marker line, or None."""
    line = line.strip()
    if line.startswith(MARK) and line.endswith(MARK_END):
        return line[len(MARK) : -len(MARK_END)].strip()
    return None


def commands_in(text: str) -> list[str]:
    """The commands of all markers of a page, in order."""
    return [command for line in text.splitlines() if (command := command_of(line))]


def _after_block(lines: Sequence[str], start: int) -> int:
    """The index after the fenced block that begins at ``start`` or below blank lines; ``start`` where there is none."""
    opening = start
    while opening < len(lines) and not lines[opening].strip():
        opening += 1
    if opening == len(lines) or not lines[opening].startswith(FENCE):
        return start
    for index in range(opening + 1, len(lines)):
        if lines[index].strip() == FENCE:
            return index + 1
    raise ValueError(f"the block below line {start} is not closed")


def with_output(text: str, transcripts: Callable[[str], str]) -> str:
    """The page with the block below each marker made new."""
    lines = text.splitlines()
    out: list[str] = []
    index = 0
    while index < len(lines):
        out.append(lines[index])
        command = command_of(lines[index])
        index += 1
        if command:
            index = _after_block(lines, index)
            out += [FENCE + "text", *transcripts(command).splitlines(), FENCE]
    return "\n".join(out) + "\n"


# --- pages written whole ----------------------------------------------------------------------------------------------


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Every command and subcommand with the words that call it: "or", "prop", "prop ci" ..."""
    context = click.Context(main, info_name="gvhdcalc")
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None, name
        yield name, command
        for kind, subcommand in getattr(command, "commands", {}).items():
            yield f"{name} {kind}", subcommand


def commands_page() -> str:
    """docs/commands.md: the help of every command, as markers for ``with_output``."""
    parts = [
        "# Commands\n",
        "The help of every command, as it prints it. [methods.md](methods.md) says more of the methods.\n",
        f"{MARK}gvhdcalc --help{MARK_END}\n",
    ]
    for words, _ in every_command():
        heading = "###" if " " in words else "##"
        parts += [f"{heading} gvhdcalc {words}\n", f"{MARK}gvhdcalc {words} --help{MARK_END}\n"]
    return "\n".join(parts)


def _described(method: Method) -> str:
    """What a method is: the first line of its documentation."""
    return (method.function.__doc__ or "").strip().split("\n")[0]


def _entry(method: Method) -> str:
    lines = [f"#### `{method.key}`: {method.name}\n", _described(method)]
    if method.default:
        lines[1] += " **Shown by default.**"
    lines[1] += "\n"
    if method.formula:
        lines.append(f"- Formula: `{method.formula}`")
    if method.advice:
        lines.append(f"- When: {method.advice}")
    lines.append(f"- Source: {method.reference}")
    if method.software:
        lines.append(f"- Software: {'; '.join(method.software)}")
    return "\n".join(lines) + "\n"


_KINDS = {"estimator": "estimates and intervals", "test": "tests", "design": "designs"}


def measures() -> dict[str, list[Method]]:
    """Every registered method by its measure, in the order of registry.MODULES, whatever was loaded first."""
    modules = [module for names in registry.MODULES.values() for module in names]
    found: dict[str, list[Method]] = {measure: [] for measure in registry.MODULES}
    for method in registry.every_method():
        found.setdefault(method.measure, []).append(method)
    for methods in found.values():
        methods.sort(key=lambda method: modules.index(method.function.__module__.rpartition(".")[2]))
    shared = sorted(set(found) - set(registry.MODULES))
    return {measure: found[measure] for measure in (*registry.MODULES, *shared) if found[measure]}


def shown_by(command: click.Command) -> set[tuple[str, str]]:
    """The methods that a command can show, by measure and key."""
    found = [
        method
        for measure in getattr(command, "measures", ())
        for table in (registry.estimators(measure), registry.tests(measure), registry.designs(measure))
        for method in table.values()
    ]
    return {(method.measure, method.key) for method in found}


#: Which method to choose when nothing binds: measure, usual case, small samples or zero cells, on whose advice.
RECOMMENDED = (
    ("odds ratio", "woolf", "miettinen-nurminen, mid-p, conditional-exact", "Fagerland, Lydersen & Laake 2015"),
    ("risk ratio", "katz", "koopman, miettinen-nurminen", "Fagerland, Lydersen & Laake 2015"),
    ("risk difference", "newcombe", "miettinen-nurminen, newcombe", "Newcombe 1998; Fagerland et al. 2015"),
    ("number needed to treat", "newcombe", "newcombe", "Bender 2001"),
    (registry.INDEPENDENCE, "pearson", "n-1, fisher-mid-p, boschloo", "Campbell 2007; Lydersen et al. 2009"),
    ("proportion", "wilson", "wilson, jeffreys, clopper-pearson", "Brown, Cai & DasGupta 2001"),
    ("rate", "garwood", "mid-p, garwood", "Garwood 1936; Cohen & Yang 1994"),
    ("paired risk difference", "newcombe", "tango, newcombe", "Fagerland, Lydersen & Laake 2014"),
    ("common odds ratio", "mantel-haenszel", "mid-p, conditional-exact", "Robins, Breslow & Greenland 1986"),
    ("cumulative incidence", "log-log-f", "log-log-f", "the default of most software"),
)


def recommendations() -> list[str]:
    """The table of RECOMMENDED; raises KeyError when a key is not that of a registered method."""
    lines = ["## Which to choose\n"]
    lines.append("For a figure that a paper prints, search them all (`--reported`). For your own paper:\n")
    lines.append("| measure | usual case | small samples, zero cells | on whose advice |\n|---|---|---|---|")
    for measure, usual, small, advice in RECOMMENDED:
        known = {method.key for method in registry.every_method() if method.measure == measure}
        for key in (usual, *small.split(", ")):
            if key not in known:
                raise KeyError(f"no method {key!r} of {measure!r} to recommend")
        name = "two arms, test" if measure == registry.INDEPENDENCE else measure
        lines.append(f"| {name} | `{usual}` | {', '.join(f'`{key}`' for key in small.split(', '))} | {advice} |")
    lines.append("")
    return lines


def methods_page() -> str:
    """docs/methods.md: every command, and every registered method with its key, formula, source and software."""
    parts = [
        "# Methods\n",
        "Every method, by what it measures: its key (what `--method` takes), what it is, its formula, when to prefer\n"
        "it, its source, and the software that prints it. A command shows the default ones, `--method all` shows all;\n"
        "`--reported` searches all of them for the one that gives a printed figure, and `--explain` puts the numbers\n"
        "into the formula. This page is made from the registry by `make docs`.\n",
        "| command | what it does |\n|---|---|",
    ]
    for words, command in every_command():
        summary = COMMANDS[words][1] if words in COMMANDS else command.get_short_help_str(200)
        parts.append(f"| [`gvhdcalc {words}`](commands.md#gvhdcalc-{words.replace(' ', '-')}) | {summary} |")
    parts.append("")
    parts += recommendations()
    can_show = {words: shown_by(command) for words, command in every_command()}
    for measure, methods in measures().items():
        title = "Two arms: tests of independence" if measure == registry.INDEPENDENCE else measure.capitalize()
        parts.append(f"## {title}\n")
        ours = {(method.measure, method.key) for method in methods}
        commands = [f"`gvhdcalc {words}`" for words, shown in can_show.items() if shown & ours]
        if commands:
            parts.append(f"Shown by {', '.join(commands)}.\n")
        kinds = list(dict.fromkeys(method.kind for method in methods))
        for kind in kinds:
            parts.append(f"### {title}: {_KINDS[kind]}\n" if len(kinds) > 1 else "")
            parts += [_entry(method) for method in methods if method.kind == kind]
    return "\n".join(part for part in parts if part is not None).replace("\n\n\n", "\n\n").rstrip("\n") + "\n"


#: The pages that are written whole, and how.
WHOLE: dict[str, Callable[[], str]] = {"docs/commands.md": commands_page, "docs/methods.md": methods_page}


# --- all of it --------------------------------------------------------------------------------------------------------


def pages() -> list[Path]:
    """README.md and the pages of docs/, those included that are written whole and not there yet."""
    found = {HOUSE / "README.md", *(HOUSE / "docs").glob("*.md"), *(HOUSE / name for name in WHOLE)}
    return sorted(path for path in found if path.exists() or path.relative_to(HOUSE).as_posix() in WHOLE)


def examples() -> list[Path]:
    """The outputs of the scripts in examples/, those included that are not there yet."""
    return sorted(script.with_suffix(".txt") for script in (HOUSE / "examples").glob("*.sh"))


def made(path: Path, folder: Path) -> str:
    """What a page, or the output of an example, should be. ``folder`` holds the gvhdcalc that they run.

    Raises RuntimeError when an example ends with an exit status other than 0.
    """
    if path in examples():
        script = path.with_suffix(".sh").relative_to(HOUSE).as_posix()
        output, status = run(f"bash {script}", folder, errors=False)
        if status:
            raise RuntimeError(f"{script} ended with exit status {status}; its last line: {output.splitlines()[-1:]}")
        return output
    name = path.relative_to(HOUSE).as_posix() if path.is_relative_to(HOUSE) else ""
    text = WHOLE[name]() if name in WHOLE else path.read_text(encoding="utf-8")
    commands = dict.fromkeys(commands_in(text))
    if not commands:
        return text
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        outputs = dict(zip(commands, pool.map(lambda command: transcript(command, folder), commands), strict=True))
    return with_output(text, outputs.__getitem__)


def difference(path: Path, folder: Path) -> str:
    """How a page differs from what it should be; empty when it does not."""
    present = path.read_text(encoding="utf-8") if path.exists() else ""
    wanted = made(path, folder)
    return "".join(
        unified_diff(present.splitlines(True), wanted.splitlines(True), f"{path.name}, as it is", f"{path.name}, made")
    )


def _main(arguments: Sequence[str]) -> int:
    check = "--check" in arguments
    named = [Path(argument).resolve() for argument in arguments if not argument.startswith("-")]
    stale = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment(folder)  # the shim stands before threads use it
        for path in named or [*pages(), *examples()]:
            if check:
                differs = difference(path, folder)
                print(differs, end="")
                stale += bool(differs)
            else:
                text = made(path, folder)
                if not path.exists() or path.read_text(encoding="utf-8") != text:
                    path.write_text(text, encoding="utf-8")
                    print(f"wrote {path.name}")
    if stale:
        print(f"{stale} file(s) are not what `make docs` writes", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
