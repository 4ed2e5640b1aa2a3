"""--batch: many tables in, the same rows with results out."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

HEADER = "study,events1,total1,events0,total0\n"


def run(*arguments, input=None):
    return CliRunner().invoke(main, list(arguments), input=input, prog_name="gvhdcalc")


def rows(text, delimiter=","):
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def test_rows_keep_their_order_and_columns_and_gain_results():
    result = run("or", "--batch", "-", input=HEADER + "day 28,82,99,70,99\nday 56,78,99,64,99\n")
    assert result.exit_code == 0
    first, second = rows(result.stdout)
    assert (first["study"], second["study"]) == ("day 28", "day 56")
    single = json.loads(run("or", "82/99", "70/99", "--format", "json").stdout)
    for field in ("estimate", "lower", "upper"):
        assert float(first[f"woolf_{field}"]) == pytest.approx(single["estimates"][0][field], rel=1e-12)
    assert float(first["pearson_p"]) == pytest.approx(single["tests"][0]["p"], rel=1e-12)
    assert float(first["fisher_p"]) == pytest.approx(single["tests"][1]["p"], rel=1e-12)
    assert first["error"] == ""


def test_bad_rows_are_reported_by_line_marked_and_passed_over():
    text = HEADER + "a,82,99,70,99\n\nb,120,99,70,99\nc,1,x,2,3\nd,1,2\ne,78,99,64,99\n"
    result = run("or", "--batch", "-", input=text)
    assert result.exit_code == 1
    errors = result.stderr.splitlines()
    assert [line.split(":")[1].strip() for line in errors] == ["line 4", "line 5", "line 6"]
    assert "events1 is 120; it must be from 0 to the total of 99" in errors[0]
    found = rows(result.stdout)
    assert [row["study"] for row in found] == ["a", "b", "c", "d", "e"]
    assert [bool(row["error"]) for row in found] == [False, True, True, True, False]
    assert found[4]["woolf_estimate"]


def test_arms_as_text_and_tabs():
    result = run("rr", "--batch", "-", input="treatment\tcontrol\n82/99\t70/99\n")
    assert result.exit_code == 0
    (row,) = rows(result.stdout, "\t")
    assert float(row["katz_estimate"]) == pytest.approx(82 / 70, rel=1e-12)


def test_json_lines_in_and_out():
    lines = '{"id": 1, "events1": 82, "total1": 99, "events0": 70, "total0": 99}\nnot json\n[1]\n'
    result = run("or", "--batch", "-", input=lines)
    assert result.exit_code == 1
    first, second, third = map(json.loads, result.stdout.splitlines())
    assert first["id"] == 1
    assert first["woolf_estimate"] == pytest.approx(82 * 29 / (17 * 70))
    assert "not JSON" in second["error"]
    assert "not a JSON object" in third["error"]


def test_more_than_one_block(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text(HEADER + "".join(f"{i},{i % 50},50,{i % 49},49\n" for i in range(9000)))
    result = run("or", "--batch", str(path), "--method", "woolf", "--method", "pearson")
    found = rows(result.stdout)
    assert [row["study"] for row in found] == [str(i) for i in range(9000)]
    assert float(found[8999]["woolf_estimate"]) == pytest.approx(49 * 17 / (1 * 32))


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        (["--batch", "-"], "", "the batch is empty"),
        (["--batch", "-"], "a,b\n1,2\n", "no column events1, total1, events0, total0"),
        (["--batch", "/no/such/file.csv"], "", "cannot read '/no/such/file.csv'"),
        (["82/99", "70/99", "--batch", "-"], HEADER, "give no arms beside it"),
        (["--batch", "-", "--explain"], HEADER, "does not go with"),
        (["--batch", "-", "--format", "html"], HEADER, "writes csv, tsv or jsonl"),
    ],
)
def test_wrong_use_is_one_clear_line(arguments, text, message):
    result = run("or", *arguments, input=text)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr


def test_quoted_cells_keep_their_commas_and_lines_and_later_lines_their_numbers():
    text = HEADER + 'plain,82,99,70,99\n"with, comma",78,99,64,99\n"two\nlines",1,2,1,2\nbad,9,2,1,2\n'
    result = run("or", "--batch", "-", input=text)
    assert result.exit_code == 1
    assert "line 6: events1 is 9" in result.stderr
    found = rows(result.stdout)
    assert [row["study"] for row in found] == ["plain", "with, comma", "two\nlines", "bad"]
    assert float(found[1]["woolf_estimate"]) == pytest.approx(2.03125)


def test_lines_without_quotes_come_out_as_the_csv_module_writes_them():
    text = HEADER.replace("\n", "\r\n") + "".join(f"{i},{i % 40},40,{i % 39},39\r\n" for i in range(200))
    fast = run("or", "--batch", "-", input=text)
    quoted = run("or", "--batch", "-", input=text + '"",1,2,1,2\n')
    assert fast.exit_code == quoted.exit_code == 0
    assert rows(fast.stdout) == rows(quoted.stdout)[:-1]
    assert "\r" not in fast.stdout


def test_empty_lines_between_rows_are_passed_over_and_counted():
    result = run("or", "--batch", "-", input=HEADER + "\na,82,99,70,99\n\n\nb,82,99,x,99\n")
    assert "line 6: total0 is 'x'" not in result.stderr
    assert "line 6: events0 is 'x'" in result.stderr
    assert [row["study"] for row in rows(result.stdout)] == ["a", "b"]


def test_several_arms_in_columns_or_as_text():
    single = json.loads(run("arms", "10/50", "14/51", "22/49", "--format", "json").stdout)
    text = "events1,total1,events2,total2,events3,total3\n10,50,14,51,22,49\n10,50,60,51,22,49\n"
    result = run("arms", "--batch", "-", input=text)
    assert result.exit_code == 1
    assert "line 3: events2 is 60; it must be from 0 to the total of 51" in result.stderr
    good, bad = rows(result.stdout)
    for test in single["tests"]:
        assert float(good[f"{test['method']}_p"]) == pytest.approx(test["p"], rel=1e-12)
    assert bad["error"]
    (typed,) = rows(run("arms", "--batch", "-", input="arm1,arm2,arm3\n10/50,14/51,22/49\n").stdout)
    assert typed["pearson_p"] == good["pearson_p"]


def test_fragility_of_every_table():
    result = run("fragility", "--batch", "-", "--test", "fisher", "--test", "pearson", input=HEADER + "a,82,99,70,99\n")
    assert result.exit_code == 0
    (row,) = rows(result.stdout)
    assert row["fisher_fragility_index"] == "0"
    assert row["fisher_reverse_fragility_index"] == "1"
    assert row["pearson_fragility_index"] == "1"
    assert row["pearson_reverse_fragility_index"] == ""
    assert float(row["pearson_fragility_quotient"]) == pytest.approx(1 / 198)
