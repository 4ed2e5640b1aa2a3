"""What the tests of ``gvhdcalc power`` share: a design on the command line, its JSON held to the contract, values."""

import json
from pathlib import Path

import jsonschema
from click.testing import CliRunner

from gvhdcalc.cli import main

HOUSE = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((HOUSE / "docs" / "schema.json").read_text(encoding="utf-8"))


def reference(name):
    """The cases of tests/reference/NAME.json."""
    return json.loads((HOUSE / "tests" / "reference" / f"{name}.json").read_text(encoding="utf-8"))["cases"]


def design(*words):
    """``run`` and ``answer`` of ``gvhdcalc power WORDS``: the result, and the JSON with the exit status."""

    def run(*arguments, **extra):
        return CliRunner().invoke(main, ["power", *words, *arguments], prog_name="gvhdcalc", **extra)

    def answer(*arguments):
        result = run(*arguments, "--format", "json")
        assert result.exit_code in (0, 1), result.stderr
        document = json.loads(result.stdout)
        jsonschema.validate(document, SCHEMA)
        return document, result.exit_code

    return run, answer


def value(document, name, method):
    """The one value of a name and a method."""
    (found,) = [row["value"] for row in document["values"] if (row["name"], row["method"]) == (name, method)]
    return found
