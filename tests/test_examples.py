"""The scripts of examples/ run as real processes, and print what is committed beside them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gvhdcalc.cli import COMMANDS
from tools import make_docs

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.sh"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bin")


def printed(name):
    return (EXAMPLES / name).read_text(encoding="utf-8")


def test_both_examples_are_there():
    assert [script.name for script in SCRIPTS] == ["pipes.sh", "seed.sh"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_example_prints_what_is_committed(script, folder):
    assert make_docs.difference(script.with_suffix(".txt"), folder) == ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_output_is_plain_and_free_of_errors(script):
    text = printed(script.with_suffix(".txt").name)
    assert "\x1b" not in text
    assert "Traceback" not in text
    assert "nan" not in re.findall(r"[a-z]+", text)


def test_tables_of_the_seed_fit_80_columns():
    # the columns of a table are two blanks apart; sentences are never wrapped in a pipe
    long = [line for line in printed("seed.txt").splitlines() if len(line) > 80 and "  " in line]
    assert long == []


def test_pipes_without_jq(folder):
    """The same output where jq is not installed, and a word about it on standard error."""
    path = folder / "without-jq"
    path.mkdir()
    for tool in ("awk", "bash", "cat", "cut", "dirname", "env", "sh", "tail", "tr", "wc"):
        where = subprocess.run(["bash", "-c", f"type -P {tool}"], capture_output=True, text=True, check=True)
        (path / tool).symlink_to(where.stdout.strip())
    (path / "python3").symlink_to(sys.executable)
    environment = make_docs.environment(folder)
    environment["PATH"] = f"{folder}:{path}"
    done = subprocess.run(
        ["bash", str(EXAMPLES / "pipes.sh")], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "pipes.sh: jq is not installed; Python takes its place here\n"
    assert done.stdout == printed("pipes.txt")


# What the worked example says, in a few words that no rewording of tables changes


def findings():
    """The parts of seed.txt by the number of their heading."""
    parts = re.split(r"(?m)^(\d)\. .*\n=+$", printed("seed.txt"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_seed_uses_every_command_that_its_figures_have_a_use_for():
    used = set(re.findall(r"(?m)^\$ gvhdcalc (\w+)", printed("seed.txt")))
    unused = {"rd", "rate", "paired", "arms", "attributable", "evalue", "fragility", "check", "check-files"}
    assert set(COMMANDS) - used <= unused


def test_the_seed_has_eight_findings():
    assert list(findings()) == list("12345678")


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (
            "1",
            ["97.5%  reproduced", "82/203 = 40.39%", "80/198 = 40.40%", "n = 99 can give 82.8%, 78.8%, 65.7%, 37.4%"],
        ),
        ("1", ["82.8%  inconsistent    81.19%"]),
        ("2", ["2.00  reproduced", "1.01  reproduced", "3.94  reproduced", "0.043  reproduced", "together by woolf"]),
        ("3", ["2.02  reproduced", "1.08  reproduced", "3.83  reproduced", "0.027  reproduced", "conditional-exact"]),
        ("4", ["0.024  reproduced", "0.68  inconsistent     0.531"]),
        ("5", ["log(-log F)", "0.005  consistent"]),
        ("6", ["log(-log F)", "0.610  inconsistent"]),
        (
            "7",
            ["65.7%  reproduced", "78.8%  reproduced", "37.4%  reproduced", "53.5%  reproduced", "Risk ratio", "NNTB"],
        ),
        ("8", ["Power of 99 v 99 patients", "Patients needed for 82.8% v 70.7%", "Power of 132 events"]),
    ],
)
def test_what_the_seed_finds(finding, said):
    for words in said:
        assert words in findings()[finding]


def test_what_does_not_follow_has_exit_status_1():
    assert printed("seed.txt").count("[exit status 1]") == printed("seed.txt").count("Does not follow")
