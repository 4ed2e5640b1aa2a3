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
    "hr 0.75 0.34 1.67 --reported P=0.610 --control-median 6 --control-survival 37.3%",
    "hr ci 0.68 0.95 --one-sided --conf 97.5",
    "hr ci 2.00 1.01 3.94 --measure or",
    "hr p 0.075 --events 229 256",
    "hr medians 11.3 6.0",
    "hr survival 60.5% 37.3% --ci1 50.6% 70.7% --ci0 27.9% 48.6%",
    "hr rates 0/120 9/110 --method all",
    "hr oe 229/248.6 256/236.4 --variance 120.9",
    "hr events 229/491 256/485 --hr 0.85",
    "hr curve examples/curves.csv",
    "hr pool '0.68 (0.48-0.95)' '0.55 (0.36-0.84)' --method all",
    "hr data examples/veteran.csv --time time --event status --arm arm --at 9,5000 --tau max --rates --reported P=0.9",
    "hr data examples/veteran.csv --time time --event status --arm celltype --covariates karno --method all",
    "cuminc 39.5% 29.3% 49.4%",
    "cuminc counts 40/101 63/102",
    "cuminc table examples/life-table.csv",
    "cuminc data examples/transplant.csv --time years --event event --event-code relapse --competing-code death"
    " --censor-code censored --arm arm --at 1,3 --tau 3 --reported 'P = 0.86'",
    "power 82.8% 70.7% --power 80%",
    "power 82.8% 70.7% --n 198 --method all --simulate 1000",
    "power 60%:70%:5% 40% --power 80%,90%",
    "power 85% 85% --margin -10% --power 90% --icc 0.02 --cluster-size 20 --reported-n 552",
    "power 60% 40% --power 80% --method exact-fisher --curve effect",
    "power 95% --n 20 --power 90% --method exact-pearson",
    "power prop 30% 10% --power 80% --sides 1 --method all --simulate 1000 --reported-n 25",
    "power prop 97% --n 4 --power 90% --method all",
    "power prop 82.8% --width 15% --dropout 10%",
    "power simon 10% 30% --method all --reported '1/12 5/35'",
    "power paired 20% 10% --power 80% --method all",
    "power paired --discordant 30% --n 5 --power 80%",
    "power rate 0.3 0.5 --power 80% --ratio 2:1 --method all",
    "power rate 0.995 1 --power 90%",
    "power logrank --hr 0.68 --events 132",
    "power sequential 82.8% 70.7% --looks 3 --power 80% --at-look 1 --z 1.2",
    "power logrank --hr 0.68 --control-median 6 --accrual 54 --follow-up 12 --power 80% --calendar 12,66 --method all",
    "power logrank --hr 0.9 --control-hazard 0.1:6,0.05 --accrual 1:6,3:24 --n 203 --power 80%",
    "power cuminc 39.5% 62.7% --competing 20% --at 24 --accrual 54 --follow-up 12 --power 80%",
    "power cuminc 62.7% --competing 30% --n 20 --power 99% --direction higher",
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
