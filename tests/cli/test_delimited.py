"""Files of rows and columns: delimiters, byte order marks, and what is no such file, for each command that reads."""

import json

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

CURVES = "arm,time,survival,at_risk\na,0,1,10\na,1,0.8,7\na,2,0.5,4\nb,0,1,10\nb,1,0.6,5\nb,2,0.3,2\n"
TABLE = "to,at_risk,relapse,death,censored\n1,10,2,1,2\n2,5,1,1,0\n3,3,0,1,2\n"
READERS = {"hr curve": CURVES, "cuminc table": TABLE}
PATIENTS = "hr data --time t --event e"
BATCH = "or --batch"

both = pytest.mark.parametrize(("command", "text"), READERS.items(), ids=list(READERS))


@pytest.fixture
def run(tmp_path):
    def of(command, text, *more):
        path = tmp_path / "rows.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return CliRunner().invoke(main, [*command.split(), str(path), *more], prog_name="gvhdcalc")

    return of


def said(result):
    """The one line that a file which cannot be used gets."""
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    return line


def numbers(result):
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    return document["estimates"], document["values"]


@both
@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: "\ufeff" + text,
        lambda text: "\n \n" + text.replace("\n", "\r\n\r\n"),
        lambda text: text.replace("\n", " \n").replace(",", " , "),
        lambda text: "".join('"' + line.replace(",", '","') + '"\n' for line in text.splitlines()),
    ],
    ids=["semicolons", "tabs", "byte order mark", "blank lines", "blanks", "quotes"],
)
def test_a_file_however_it_is_written_gives_the_same(run, command, text, written):
    assert numbers(run(command, written(text), "--format", "json")) == numbers(run(command, text, "--format", "json"))


def test_a_comma_in_a_name_is_no_delimiter(run):
    for header in ("to;at_risk;relapse, first;death;censored", 'to,at_risk,"relapse, first",death,censored'):
        delimiter = ";" if ";" in header else ","
        rows = TABLE.partition("\n")[2].replace(",", delimiter)
        document = json.loads(run("cuminc table", f"{header}\n{rows}", "--format", "json").stdout)
        assert document["inputs"]["causes"] == ["relapse, first", "death"]


@both
def test_an_empty_file(run, command, text):
    for nothing in ("", "\n\n", "\ufeff"):
        assert "the file is empty: a header line and a row for each" in said(run(command, nothing))


@both
def test_a_nul_byte_is_told_by_its_line(run, command, text):
    line = said(run(command, text.replace("\n", "\n\0", 2)))
    assert line.startswith(f"gvhdcalc {command}: line 2: a NUL byte")
    assert "not text in UTF-8" in said(run(command, text.encode("utf-16")))


@both
def test_a_field_beyond_the_limit_of_the_csv_module(run, command, text):
    lines = text.splitlines()
    lines[3] += "9" * 200_000
    assert said(run(command, "\n".join(lines))) == (
        f"gvhdcalc {command}: line 4: field larger than field limit (131072)"
    )


@pytest.mark.parametrize(("command", "text"), [*READERS.items(), (PATIENTS, "t,e\n"), (BATCH, "events1,total1\n")])
def test_a_header_beyond_the_limit_of_the_csv_module(run, command, text):
    line = said(run(command, "x" * 200_000 + "," + text))
    assert line.endswith("line 1: field larger than field limit (131072)")


def test_a_quote_that_stays_open_in_a_header(run):
    assert said(run(PATIENTS, 't,"e\n1,1\n')).endswith("line 1: unexpected end of data")


@both
def test_a_row_of_another_width_is_told_by_its_line(run, command, text):
    width = text.partition("\n")[0].count(",") + 1
    short = text.rstrip("\n").rpartition(",")[0]
    line = len(text.splitlines())
    assert f": line {line}: {width - 1} columns where the header has {width}" in said(run(command, short))


def test_a_cell_over_two_lines_counts_where_it_ends_and_later_lines_have_their_numbers(run):
    text = 'arm,time,survival\n"a\nb",0,1\n\nc,x,1\n'
    assert 'line 5: time "x" is not a number' in said(run("hr curve", text))


@pytest.mark.parametrize(
    ("command", "text", "message"),
    [
        ("hr curve", CURVES.replace("survival", "survivl"), "no column survival in the header (did you mean 'survivl'"),
        ("cuminc table", TABLE.replace("to,", "end,"), "the columns are end, at_risk, relapse, death, censored;"),
        ("cuminc table", "to,relapse\n1,2\n", "a column at_risk or censored is needed"),
    ],
)
def test_a_missing_column(run, command, text, message):
    assert message in said(run(command, text))


@both
def test_a_file_that_is_not_there(command, text):
    result = CliRunner().invoke(main, [*command.split(), "/no/such/file.csv"], prog_name="gvhdcalc")
    assert "cannot read '/no/such/file.csv': No such file" in said(result)
