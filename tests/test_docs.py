"""README and docs are what the programs print today, and no command or method is missing from them."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import COMMANDS, main
from gvhdcalc.cli.common import StatCommand
from gvhdcalc.stats import registry
from tools import make_docs

HOUSE = Path(__file__).resolve().parent.parent

EVERY_COMMAND = dict(make_docs.every_command())
EVERY_METHOD = registry.every_method()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bin")


# The pages


@pytest.mark.parametrize("page", make_docs.pages(), ids=lambda page: page.name)
def test_page_is_what_make_docs_writes(page, folder):
    assert make_docs.difference(page, folder) == ""


def test_readme_opens_with_a_run():
    assert make_docs.commands_in((HOUSE / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", ["README.md", "docs/house.md", "docs/json.md"])
def test_links_lead_somewhere(page):
    path = HOUSE / page
    for link in path.read_text(encoding="utf-8").split("](")[1:]:
        target = link.split(")")[0].split("#")[0]
        if target and "://" not in target:
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("words", EVERY_COMMAND)
def test_every_command_is_documented(words):
    commands = (HOUSE / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"# gvhdcalc {words}\n" in commands
    assert f"$ gvhdcalc {words} --help\n" in commands
    assert f"[`gvhdcalc {words}`]" in (HOUSE / "docs" / "methods.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("method", EVERY_METHOD, ids=lambda m: f"{m.measure}: {m.key}")
def test_every_method_is_documented(method):
    page = (HOUSE / "docs" / "methods.md").read_text(encoding="utf-8")
    entries = [entry for entry in page.split("\n#### ") if entry.startswith(f"`{method.key}`: {method.name}\n")]
    described = (method.function.__doc__ or "").strip().split("\n")[0]
    assert described.endswith((".", ".)")), "the first line of a method's documentation is one sentence"
    wanted = [described, method.reference, method.advice, method.formula, *method.software]
    assert any(all(text in entry for text in wanted) for entry in entries)


def test_methods_are_in_one_order_whatever_was_loaded_first():
    code = (
        "from gvhdcalc.stats import power_logrank, risk_ratio\nfrom tools import make_docs\n"
        "print([(measure, [m.key for m in methods]) for measure, methods in make_docs.measures().items()])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HOUSE, check=True)
    here = [(measure, [m.key for m in methods]) for measure, methods in make_docs.measures().items()]
    assert done.stdout.strip() == str(here)
    assert [measure for measure, _ in here if measure in registry.MODULES] == list(registry.MODULES)


def test_some_command_shows_every_method():
    shown = set().union(*map(make_docs.shown_by, EVERY_COMMAND.values()))
    assert {(method.measure, method.key) for method in EVERY_METHOD} - shown == set()


# Help and its examples


@pytest.mark.parametrize("words", ["", *EVERY_COMMAND])
def test_every_command_has_help_of_80_columns(words):
    result = CliRunner().invoke(main, [*words.split(), "--help"], prog_name="gvhdcalc", terminal_width=80)
    assert result.exit_code == 0
    assert f"Usage: gvhdcalc {words}".rstrip() in result.stdout
    examples = [line for command in EVERY_COMMAND.values() for _, line in getattr(command, "examples", ())]
    assert [x for x in result.stdout.splitlines() if len(x) > 80 and x.strip() not in examples] == []


@pytest.mark.parametrize("words", [words for words, c in EVERY_COMMAND.items() if isinstance(c, StatCommand)])
def test_every_example_of_the_help_runs(words, folder):
    command = EVERY_COMMAND[words]
    assert command.examples, "a command's help ends with examples"
    for text, line in command.examples:
        assert line.startswith("gvhdcalc ") or "gvhdcalc " in line
        if set(line) & set("|<>;&$`") or "--batch" in line or words.startswith("check"):
            continue  # needs a shell, or a file of the reader's
        result = CliRunner().invoke(main, shlex.split(line)[1:], prog_name="gvhdcalc")
        expected = 1 if "exit status 1" in text else 0
        assert result.exit_code == expected, f"{line}: {result.stderr or result.exception!r}"
        assert result.stdout
        assert result.stderr == ""


def test_the_list_of_commands_has_their_summaries():
    result = CliRunner().invoke(main, ["--help"], prog_name="gvhdcalc")
    for name, (_, summary) in COMMANDS.items():
        assert f"{name} " in result.stdout
        assert summary in result.stdout


# The tool itself


def page(tmp_path, text):
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_missing_block_is_put_in_and_then_stays(tmp_path, folder):
    path = page(tmp_path, "# A\n\n<!-- run: echo one -->\n\ntext\n")
    assert make_docs._main([str(path)]) == 0
    made = path.read_text(encoding="utf-8")
    assert made == "# A\n\n<!-- run: echo one -->\n```text\n$ echo one\none\n```\n\ntext\n"
    assert make_docs._main(["--check", str(path)]) == 0
    assert make_docs._main([str(path)]) == 0
    assert path.read_text(encoding="utf-8") == made


def test_a_stale_block_fails_the_check_and_is_not_written(tmp_path, folder, capsys):
    text = "<!-- run: echo new -->\n```text\n$ echo new\nold\n```\n"
    path = page(tmp_path, text)
    assert make_docs._main(["--check", str(path)]) == 1
    assert path.read_text(encoding="utf-8") == text
    shown = capsys.readouterr()
    assert "-old" in shown.out
    assert "+new" in shown.out
    assert make_docs._main([str(path)]) == 0
    assert make_docs._main(["--check", str(path)]) == 0


def test_a_block_after_other_text_is_left_alone(folder):
    text = "<!-- run: echo a -->\ntext\n\n```text\nmine\n```\n"
    made = make_docs.with_output(text, lambda command: make_docs.transcript(command, folder))
    assert made == "<!-- run: echo a -->\n```text\n$ echo a\na\n```\ntext\n\n```text\nmine\n```\n"


def test_an_open_block_is_an_error():
    with pytest.raises(ValueError, match="not closed"):
        make_docs.with_output("<!-- run: echo a -->\n```text\nfor ever\n", str)


def test_exit_status_and_standard_error_are_shown(folder):
    shown = make_docs.transcript("gvhdcalc or 102/99 70/99", folder)
    assert shown.splitlines()[0] == "$ gvhdcalc or 102/99 70/99"
    assert "102 events are more than the total of 99" in shown
    assert shown.splitlines()[-1] == "[exit status 2]"


def test_pipelines_run_the_gvhdcalc_of_this_checkout(folder):
    command = "gvhdcalc or 82/99 70/99 --format json | python -m json.tool --compact | cut -c 2-22"
    assert make_docs.transcript(command, folder).splitlines() == [f"$ {command}", '"schema":"gvhdcalc/1"']
    assert make_docs.run("command -v gvhdcalc", folder)[0].strip() == str(folder / "gvhdcalc")
