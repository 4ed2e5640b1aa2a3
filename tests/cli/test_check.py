"""``gvhdcalc check``: files and pipes in, verdicts out, in every format; hostile text does nothing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shlex

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

GOOD = "Response was higher (82/99 [82.8%] v 70/99 [70.7%]; odds ratio 2.00; 95% CI 1.01-3.94; P = 0.043)."
BAD = "It was seen in 5/33 (16%). Relapse was rarer (HR 0.68, 95% CI 0.48-0.95, P = 0.024)."


def run(*args: str, text: str | bytes | None = None):
    return CliRunner().invoke(main, ["check", *args], input=text)


def test_a_text_on_standard_input():
    result = run(text=GOOD)
    assert result.exit_code == 0
    assert "reproduced" in result.stdout and "woolf" in result.stdout
    assert "$ gvhdcalc or 82/99 70/99 --reported '2.00 (1.01 to 3.94), P = 0.043'" in result.stdout
    assert "0 numbers left unread" in result.stdout
    assert "\x1b" not in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines() if not line.startswith("  $"))


def test_exit_status_one_when_something_does_not_follow():
    result = run("-", text=BAD)
    assert result.exit_code == 1
    assert "impossible: 5/33 is 15.2%; perhaps another total: 5/32" in " ".join(result.stdout.split())


def test_the_commands_it_prints_run_and_agree():
    result = run("--format", "json", text=GOOD)
    commands = [command for claim in json.loads(result.stdout)["claims"] for command in claim["commands"]]
    assert commands
    for command in commands:
        assert CliRunner().invoke(main, shlex.split(command)[1:]).exit_code == 0, command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        # an adjusted or modelled interval is not held against the counts, here as there
        (
            "Death: 30/210 (14.3%) v 44/205 (21.5%) (adjusted OR 0.49, 95% CI 0.29 to 0.83; P = 0.009).",
            "gvhdcalc hr 0.49 0.29 0.83 --measure or --reported 'P = 0.009'",
        ),
        (
            "Clusters were randomised. Death: 310/2104 v 402/2010 (risk ratio 0.74, 95% CI 0.54 to 1.01; P = 0.06).",
            "gvhdcalc hr 0.74 0.54 1.01 --measure rr --reported 'P = 0.06'",
        ),
        # counts as they were turned
        (
            "Relapse: 37/301 v 57/299, an absolute risk reduction of 6.8% (95% CI 1.0% to 12.6%).",
            "gvhdcalc rd 57/299 37/301 --reported '6.8% (1.0% to 12.6%)'",
        ),
        # limits in order
        ("It was rarer (OR 0.61, 95% CI 0.88-0.42).", "gvhdcalc hr 0.61 0.42 0.88 --measure or"),
        # a P value of what no interval gives
        ("It was rarer (HR 0.88, 95% CI 0.77-1.00; P<0.001 for noninferiority).", "gvhdcalc hr 0.88 0.77 1.00"),
    ],
)
def test_commands_say_what_the_verdicts_say(text, command):
    found = run("--format", "json", text=text)
    assert found.exit_code == 0
    [claim] = [claim for claim in json.loads(found.stdout)["claims"] if claim["lower"] is not None]
    assert claim["commands"][0] == command
    result = CliRunner().invoke(main, shlex.split(command)[1:])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        # of the counts: all three figures, or what is wrong with them
        ("Cure: 82/99 v 70/99 (OR 2.00, 95% CI 1.01-3.94; P = 0.043).",
         ["gvhdcalc or 82/99 70/99 --reported '2.00 (1.01 to 3.94), P = 0.043'"]),
        ("Cure: 82/99 v 70/99 (OR 2.00, 95% CI 2.01-3.94; P = 0.043).",
         ["gvhdcalc or 82/99 70/99 --reported '2.00 (2.01 to 3.94), P = 0.043'"]),
        ("Falls were more (rate ratio 1.8, 90% CI 0.9 to 3.5).", ["gvhdcalc hr 1.8 0.9 3.5 --measure rate --conf 90"]),
        # a ratio of its own beside counts that do not give it
        ("Cure: 27/62 v 41/60 (RR 0.63, 95% CI 0.46 to 0.87).",
         ["gvhdcalc rr 27/62 41/60", "gvhdcalc hr 0.63 0.46 0.87 --measure rr"]),
        # P values: one-sided, of another test, of the interval, and none of it
        ("Cure was rarer (HR 0.60, 95% CI 0.40 to 0.90; P=0.0066).", ["gvhdcalc hr 0.60 0.40 0.90"]),
        ("Cure: 12/60 v 22/58 (P = 0.016).", ["gvhdcalc or 12/60 22/58"]),
        ("Cure: 12/60 v 22/58 (P = 0.032).", ["gvhdcalc or 12/60 22/58 --reported 'P = 0.032'"]),
        ("Cure: 12/60 v 22/58 (P = 0.0001).", ["gvhdcalc or 12/60 22/58 --reported 'P = 0.0001'"]),
        ("Cure: 4/24 v 7/24 (P for trend = 0.16).", ["gvhdcalc or 4/24 7/24"]),
        ("Cure was commoner (OR 1.8, 95% CI 0.9 to 3.5; P = 0.14).", ["gvhdcalc hr 1.8 0.9 3.5 --measure or"]),
        ("Cure was commoner (OR 2.00, 95% CI 1.30-3.08, P = 0.16).",
         ["gvhdcalc hr 2.00 1.30 3.08 --measure or --reported 'P = 0.16'"]),
        # an estimate that is not at the middle of its limits, and one outside them, of which there is no command
        ("Cure was commoner (OR 1.43, 95% CI 1.11-1.99).",
         ["gvhdcalc hr 1.43 1.11 1.99 --measure or --reported '1.43 (1.11 to 1.99)'"]),
        ("Cure was commoner (OR 1.19, 95% CI 1.25-2.08).", []),
        # exchanged with its neighbour, which the interval does not show
        ("Cure: 17.6% v 60.3% (OR 0.106, 95% CI 0.057-0.194) and 13.9% v 60.3% (OR 0.140, 95% CI 0.078-0.250).",
         ["gvhdcalc hr 0.106 0.057 0.194 --measure or", "gvhdcalc hr 0.140 0.078 0.250 --measure or"]),
        # 1 less a ratio
        ("Vaccine efficacy was 65.1% (95% CI 42.7 to 78.7; P < 0.001).",
         ["gvhdcalc hr 0.349 0.213 0.573 --measure rr --reported 'P < 0.001'"]),
        ("Vaccine efficacy was 65.1% (95% CI 42.7 to 78.7; P = 0.21).",
         ["gvhdcalc hr 0.349 0.213 0.573 --measure rr --reported 'P = 0.21'"]),
        ("Cases: 12/10000 v 34/10050 (vaccine efficacy 64.5%, 95% CI 31.5 to 81.6).",
         ["gvhdcalc attributable 12/10000 34/10050 --reported 'relative risk reduction 64.5% (31.5% to 81.6%)'"]),
        # counts with their percentages: rounded, cut off, wrong; wrong beside a P value that is right
        ("Cure was seen in 17/30 (56.7%).", ["gvhdcalc prop 17/30 --reported 56.7%"]),
        ("Cure was seen in 17/30 (56.66%).", ["gvhdcalc prop 17/30"]),
        ("Cure was seen in 17/30 (58.7%).", ["gvhdcalc prop 17/30 --reported 58.7%"]),
        ("Cure was seen in 5/86 (5.9%) v 8/91 (8.8%) (P = 0.57).",
         ["gvhdcalc or 5/86 8/91 --reported 'P = 0.57'", "gvhdcalc prop 5/86 --reported 5.9%"]),
        # 1 over the difference, whichever group is first
        ("Death: 30/210 v 44/205 (NNT 14).", ["gvhdcalc nnt 44/205 30/210 --reported 14"]),
        ("Cure: 44/205 v 30/210 (NNT 41).", ["gvhdcalc nnt 44/205 30/210 --reported 41"]),
        ("Death: 30 (14%) of 210 v 44 (21%) of 205 (NNT 15).", ["gvhdcalc nnt 44/205 30/210"]),
    ],
)  # fmt: skip
def test_commands_give_the_verdict_of_the_claim(text, commands):
    """What a command says of what it is asked is what check says: status 1 where a figure is inconsistent, else 0."""
    found = json.loads(run("--format", "json", text=text).stdout)["claims"]
    assert [command for claim in found for command in claim["commands"]] == commands
    for claim in found:
        wrong = [figure for figure in claim["figures"] if figure["verdict"] == "inconsistent"]
        status = [CliRunner().invoke(main, shlex.split(command)[1:]).exit_code for command in claim["commands"]]
        asked = any("--reported" in command for command in claim["commands"])
        assert max(status, default=0) == (1 if wrong and asked else 0)


def test_json_is_the_contract():
    whole = json.loads(run("--format", "json", text=BAD).stdout)
    assert (whole["schema"], whole["command"]) == ("gvhdcalc/1", "check")
    figure = whole["claims"][0]["figures"][0]
    assert figure["verdict"] == "inconsistent" and figure["strength"] == "impossible"
    assert figure["computed"] == pytest.approx(5 / 33)
    assert BAD[figure["start"] : figure["end"]] == figure["printed"] == "16%"


def test_jsonl_keeps_the_order_with_several_processes(tmp_path):
    file = tmp_path / "texts.jsonl"
    file.write_text("".join(json.dumps({"id": str(k), "text": GOOD if k % 3 else BAD}) + "\n" for k in range(150)))
    one = run(str(file), "--format", "jsonl")
    two = run(str(file), "--format", "jsonl", "--jobs", "2")
    assert one.stdout == two.stdout
    assert [json.loads(line)["inputs"]["id"] for line in two.stdout.splitlines()] == [str(k) for k in range(150)]
    assert one.exit_code == two.exit_code == 1
    many = json.loads(run(str(file), "--format", "json").stdout)
    assert len(many) == 150


def test_csv_has_a_row_for_each_figure_and_no_formula(tmp_path):
    result = run("--format", "csv", text="It fell (mean difference -0.62, 95% CI -1.21 to 0.03) in =1+1 cases.")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["item"] for row in rows] == ["estimate", "lower", "upper"]
    assert rows[0]["printed"] == "-0.62" and rows[0]["repair"].startswith("a lost minus")
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


def test_markdown_escapes_what_the_text_has():
    result = run("--format", "markdown", text="A | *b* [x](y) (OR 2.00, 95% CI 1.01-3.96) <b>.")
    assert "| estimate | 2.00 | reproduced |" in result.stdout
    assert "<b>" not in result.stdout


def test_only_one_verdict(tmp_path):
    result = run("--only", "inconsistent", text=BAD)
    assert "16%" in result.stdout and "0.68" not in result.stdout
    file = tmp_path / "good.txt"
    file.write_text(GOOD)
    assert run("--only", "inconsistent", str(file)).stdout == ""
    # JSON stays JSON: an object of one text, an array of several
    assert json.loads(run("--only", "inconsistent", "--format", "json", str(file)).stdout)["claims"] == []
    assert json.loads(run("--only", "inconsistent", "--format", "json", str(file), str(file)).stdout) == []


def test_many_files_and_folders(tmp_path):
    (tmp_path / "a.txt").write_text(GOOD)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(BAD.encode()))
    (tmp_path / "c.xml").write_text(f"<article><abstract><p>{GOOD}</p></abstract></article>")
    result = run(str(tmp_path), "--format", "jsonl")
    assert [json.loads(line)["inputs"]["source"][-8:] for line in result.stdout.splitlines()] == [
        str(tmp_path / name)[-8:] for name in ("a.txt", "b.txt.gz", "c.xml")
    ]
    assert result.exit_code == 1
    plain = run(str(tmp_path / "a.txt"), str(tmp_path / "b.txt.gz"))
    assert str(tmp_path / "a.txt") in plain.stdout


@pytest.mark.parametrize(
    ("args", "text", "says"),
    [
        (("nowhere.txt",), None, "no file 'nowhere.txt'"),
        (("--format", "pdf"), "x", "pdf"),
        (("--jobs", "0"), "x", "--jobs"),
        (("--input", "xml"), "<article>", "broken XML"),
        (("--input", "jsonl"), "{", "not JSON"),
        (("--input", "jsonl", "--field", "body"), '{"text": "x"}', "'body'"),
        ((), b"\x1f\x8bxx", "broken gzip"),
        ((), b"%PDF-1.7 OR 2.0 (95% CI 1.0-4.0)", "a PDF, not a text"),
    ],
)
def test_wrong_input(args, text, says):
    result = run(*args, text=text)
    assert result.exit_code == 2
    assert says in result.stderr and result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_broken_file_does_not_stop_the_others(tmp_path):
    (tmp_path / "a.xml").write_text("<article>")
    (tmp_path / "b.txt").write_text(GOOD)
    result = run(str(tmp_path))
    assert result.exit_code == 2
    assert "broken XML" in result.stderr and "woolf" in result.stdout


def test_a_bad_row_does_not_stop_those_after_it(tmp_path):
    rows = [json.dumps({"text": GOOD, "id": 1}), "not json", '{"title": "x"}', json.dumps({"text": BAD, "id": 4})]
    result = run("--format", "jsonl", text="\n".join(rows))
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["inputs"].get("id") for row in found] == ["1", None, None, "4"]
    assert [len(row["warnings"]) for row in found] == [0, 1, 1, 0]
    assert result.exit_code == 2
    assert "line 2 is not JSON" in result.stderr and "line 3 has no text in the field 'text'" in result.stderr
    assert run(text="\n".join(rows)).stdout.count("figures in") == 2
    # a first row that is broken, and a file that is nothing else
    assert run("--input", "jsonl", "--format", "csv", text="\n".join(rows[1:])).stdout.count("5/33") > 0
    none = run("--input", "jsonl", text="not json\n" * 1000)
    assert none.exit_code == 2 and none.stdout == "" and none.stderr.count("\n") == 1


def test_a_fault_of_the_program_in_one_text_does_not_end_the_others(monkeypatch):
    from gvhdcalc.reported import abstract

    monkeypatch.delenv("GVHDCALC_DEBUG")

    whole = abstract.check_text
    monkeypatch.setattr(abstract, "check_text", lambda text: whole(text) if "ill" not in text else 1 / 0)
    rows = "\n".join(json.dumps({"text": text}) for text in (GOOD, "ill", BAD))
    result = run("--format", "jsonl", text=rows)
    assert result.exit_code == 2 and len(result.stdout.splitlines()) == 3
    says = "standard input 2: row 2 not judged: a fault of the program, not of the text (ZeroDivisionError"
    assert result.stderr.startswith(f"gvhdcalc check: {says}") and result.stderr.count("\n") == 1
    monkeypatch.setenv("GVHDCALC_DEBUG", "1")
    assert isinstance(run(text="ill").exception, ZeroDivisionError)


def test_a_folder_without_texts(tmp_path):
    (tmp_path / "a.pdf").write_text(GOOD)
    result = run(str(tmp_path))
    assert result.exit_code == 2 and result.stdout == ""
    assert "no files to read" in result.stderr and result.stderr.count("\n") == 1


@pytest.mark.parametrize("form", ["plain", "rich", "markdown", "csv", "json", "jsonl"])
def test_hostile_text_does_nothing_to_a_terminal(form):
    text = (
        "\x1b]52;c;aGk=\x07\x1b[2J [bold]x[/] \u202e\x9b31m (OR \x1b[31m2.00, 95% CI\x00 1.01-3.96; P\u200b = 0.047)"
        " OR 2.00\x1b[0m (95% CI 1.01-3.96).\r"
    )
    result = run("--format", form, text=text)
    assert result.exit_code in (0, 1)
    allowed = "\n" if form != "rich" else "\n\x1b"
    raw = result.stdout_bytes.decode()
    if form in ("json", "jsonl"):
        assert json.loads(raw)
    assert not any((ord(c) < 32 and c not in allowed) or 0x7F <= ord(c) < 0xA0 for c in raw), form
    assert "\x1b]" not in raw and "\x1b[2J" not in raw
    if form in ("rich", "plain"):
        assert "\u202e" not in raw


def test_bracketed_text_is_not_taken_for_markup():
    result = run("--format", "rich", text="Pain [p = 0.02] fell [/red] (OR 2.00 [95% CI 1.01-3.96]).")
    assert "[p = 0.02]" in result.stdout and "[/red]" in result.stdout


def test_text_that_is_no_utf8_is_read_with_a_warning():
    result = run(text=GOOD.encode() + b" \xff")
    assert result.exit_code == 0 and "not valid UTF-8" in result.stderr
    [warning] = json.loads(run("--format", "json", text=GOOD.encode() + b" \xff").stdout)["warnings"]
    assert "not valid UTF-8" in warning


ODD = [
    (b"Pain fell. \xff", (), "standard input: not valid UTF-8 from byte 11: shown as U+FFFD"),
    (b'{"id": "a7", "text": "\xe9"}\n', (), "standard input a7: not valid UTF-8 from byte 22: shown as U+FFFD"),
    (b'{"text": "OR 2.0"}\n{', (), "standard input: line 2 is not JSON"),
    (b'{"text": 5}', (), "standard input: line 1 has no text in the field 'text'; name it with --field"),
    (b"\x1f\x8bcut", (), "standard input: broken gzip ("),
    (b"PK\x03\x04word", (), "standard input: a zip or Word file, not a text; save its text and check that"),
    (b"<article><p>", ("--input", "xml"), "standard input: broken XML ("),
]


@pytest.mark.parametrize(("data", "arguments", "says"), ODD)
def test_what_is_odd_in_standard_input_is_said_of_standard_input(data, arguments, says):
    result = run(*arguments, text=data)
    assert result.stderr.startswith(f"gvhdcalc check: {says}") and result.stderr.count("\n") == 1


def test_what_is_odd_in_a_file_is_said_of_the_file(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff")
    (tmp_path / "b.jsonl").write_bytes(b'{"text": "OR 2.0", "pmid": 12}\n\n[]\n{"text": "\xff", "pmid": 13}')
    lines = run(str(tmp_path)).stderr.splitlines()
    assert [line.partition(f"{tmp_path}/")[2].partition(" from byte")[0] for line in lines] == [
        "a.txt: not valid UTF-8",
        "b.jsonl: line 3 has no text in the field 'text'; name it with --field",
        "b.jsonl 13: not valid UTF-8",
    ]


def test_empty_input():
    result = run(text="")
    assert result.exit_code == 0
    assert "none read" in result.stdout


def test_help_shows_examples():
    result = run("--help")
    assert result.exit_code == 0 and "gvhdcalc check abstract.txt" in result.stdout
