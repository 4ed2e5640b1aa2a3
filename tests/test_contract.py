"""Every command's JSON keeps the published contract, docs/schema.json; check's, docs/schema-check.json."""

import json
import shlex
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from gvhdcalc.cli import COMMANDS, main

DOCS = Path(__file__).parent.parent / "docs"
SCHEMA = json.loads((DOCS / "schema.json").read_text(encoding="utf-8"))
CHECK_SCHEMA = json.loads((DOCS / "schema-check.json").read_text(encoding="utf-8"))

LINES = [
    "or 82/99 70/99 --method all --reported '2.00 (1.01-3.94), P=0.043'",
    "or 0/99 70/99",
    "or 0/9 0/9 --method all",
    "or --stratified 5/20 8/21 12/40 15/39",
    "or 82/99 70/99 --null 1.25",
    "rr 82/99 0/99 --method all",
    "rd 80/99 79/99 --margin -10%",
    "nnt 5/56 0/29 --reported 'NNT 11'",
    "nnt or 2.00 1.01 3.94 --control-risk 70.7%",
    "attributable 82/99 70/99",
    "evalue 2.00 1.01 3.94 --measure or",
    "fragility 82/99 70/99",
    "arms 10/50 14/51 22/49",
    "prop 0/20 --method all --null 5%",
    "prop counts 40.4%/203 40.4%/198",
    "prop grim 82.8% 70.7% --n 90-110",
    "rate 60/812.5 72/645",
    "rate smr 60/48.3",
    "paired 10 15 5 70 --method all",
    "paired --discordant 15/5",
    "hr 0.68 0.48 0.95 --reported P=0.024",
    "hr medians 11.3 6.0",
    "cuminc 39.5% 29.3% 49.4%",
    "cuminc counts 40/101 63/102",
    "power 82.8% 70.7% --power 80%",
    "power logrank --hr 0.68 --events 132",
]


@pytest.mark.parametrize("line", LINES)
def test_json_keeps_the_contract(line):
    result = CliRunner().invoke(main, [*shlex.split(line), "--format", "json"], prog_name="gvhdcalc")
    assert result.exit_code in {0, 1}, result.stderr
    document = json.loads(result.stdout, parse_constant=lambda token: pytest.fail(f"{token} in JSON"))
    jsonschema.validate(document, SCHEMA)
    assert document["command"].split()[0] == line.split()[0]
    for row in (*document["estimates"], *document["values"]):
        value = row["estimate"] if "estimate" in row else row["value"]
        assert value is not None or row.get("notes") or row.get("note"), row


def test_every_command_of_figures_is_held_to_it():
    assert {line.split()[0] for line in LINES} == set(COMMANDS) - {"check", "check-files"}


TEXTS = [
    "",
    "No figures here, but for 42.",
    "Cure in 82/99 v 70/99 (OR 2.00, 95% CI 1.01-3.94; P = 0.43), adjusted OR 2.1 (90% CI 1.2 to 3.9; p<0.001).",
    "Of 203, 82.8% [82 patients] vs. 70.7% [70] improved (P = 0.043); NNT 8; 0/50 died.",
    "Rates were 8.19 (95% CI 6.84-9.82) and 8.67 (6.96-10.79) per 100 person-years (rate ratio 1.04, 0.78-1.40).",
    "Pain fell (t(38) = 2.31, P = 0.26), by 28% (rate ratio 0.72 [0.52-1.00]); 11.3 months vs. 6.0 months; HR 0.68.",
    "The incidence was 39.5% (95% CI, 29.3-49.4%); the difference -0.62 (-1.21 to 0.03), P=1e-5, and 1\u00b70% (2-3).",
]


@pytest.mark.parametrize("form", ["json", "jsonl"])
@pytest.mark.parametrize("text", TEXTS)
def test_check_keeps_its_contract(text: str, form: str):
    result = CliRunner().invoke(main, ["check", "-", "--format", form], input=text, prog_name="gvhdcalc")
    assert result.exit_code in {0, 1}, result.stderr
    document = json.loads(result.stdout, parse_constant=lambda token: pytest.fail(f"{token} in JSON"))
    jsonschema.validate(document, CHECK_SCHEMA)
    for claim in document["claims"]:
        assert claim["quote"] == text[claim["start"] : claim["end"]]
        for figure in claim["figures"]:
            assert figure["printed"] == text[figure["start"] : figure["end"]]


def test_check_on_lines_names_each_text():
    lines = "".join(json.dumps({"id": str(k), "text": text}) + "\n" for k, text in enumerate(TEXTS))
    result = CliRunner().invoke(main, ["check", "-", "--format", "jsonl"], input=lines, prog_name="gvhdcalc")
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    for document in documents:
        jsonschema.validate(document, CHECK_SCHEMA)
    assert [document["inputs"]["id"] for document in documents] == [str(k) for k in range(len(TEXTS))]
