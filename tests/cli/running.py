"""What the tests of the two-arm commands share: a command line run, and its JSON held to the contract."""

import json
from pathlib import Path

import jsonschema
from click.testing import CliRunner

from gvhdcalc.cli import main

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema.json").read_text(encoding="utf-8"))


def run(*arguments, **extra):
    return CliRunner().invoke(main, list(arguments), prog_name="gvhdcalc", **extra)


def answer(*arguments):
    """The JSON of a command line, with its exit status."""
    result = run(*arguments, "--format", "json")
    document = json.loads(result.stdout)
    jsonschema.validate(document, SCHEMA)
    return document, result.exit_code


def said(command, *arguments):
    """The one line, under the name of the command, that wrong input gets."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"gvhdcalc {command}: ")
    assert "\x1b" not in line
    return line
