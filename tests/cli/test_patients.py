"""Reading individual patient data from files: formats, codes, bad rows, a million rows."""

import time
from pathlib import Path

import click
import numpy as np
import pytest

from gvhdcalc.cli.patients import TOLD, Columns, canonical, read_patients

DATA = Path(__file__).parents[1] / "data"
VETERAN = DATA / "veteran.csv"
ASKED = Columns("time", "event", arm="arm")

HEAD = "id,time,event,arm\n"
ROWS = "1,5,1,msc\n2,6,0,msc\n3,7,1,control\n4,2,0,control\n"


@pytest.fixture
def read(tmp_path):
    """Read a text as a file."""

    def of(text, asked=ASKED, **more):
        path = tmp_path / "patients.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return read_patients(str(path), asked, "hr data", **more)

    return of


def wrong(read, text, asked=ASKED, **more):
    """The message with which reading ends."""
    with pytest.raises(click.UsageError) as error:
        read(text, asked, **more)
    return error.value.format_message()


# --- formats


@pytest.mark.parametrize(
    "text",
    [
        HEAD + ROWS,
        (HEAD + ROWS).replace(",", "\t"),
        (HEAD + ROWS).replace(",", ";"),
        (HEAD + ROWS).replace(",", "   "),
        (HEAD + ROWS).replace("\n", "\r\n"),
        "\ufeff" + HEAD + ROWS,
        "\n\n" + HEAD + "\n" + ROWS + "\n\n",
        HEAD + ROWS.rstrip("\n"),
        '"id","time","event","arm"\n' + ROWS.replace("msc", '"msc"'),
        # R's write.table: names of rows without a heading
        '"time" "event" "arm"\n"1" 5 1 "msc"\n"2" 6 0 "msc"\n"3" 7 1 "control"\n"4" 2 0 "control"\n',
        (HEAD + ROWS).replace("time", " Time ").replace("event", "EVENT"),
    ],
    ids=["csv", "tsv", "semicolons", "blanks", "windows", "mark", "blank lines", "no end", "quotes", "R", "case"],
)
def test_every_kind_of_plain_text(read, text, capsys):
    found = read(text)
    assert found.patients.time.tolist() == [5, 6, 7, 2]
    assert found.patients.status.tolist() == [1, 0, 1, 0]
    assert found.patients.arms == ("msc", "control")
    assert found.patients.arm.tolist() == [0, 0, 1, 1]
    assert (found.rows, found.left_out) == (4, 0)
    assert capsys.readouterr().err == ""


def test_decimal_commas_between_semicolons(read):
    assert read("time;event;arm\n1,5;1;a\n2,25;0;b\n", Columns("time", "event")).patients.time.tolist() == [1.5, 2.25]


def test_a_cell_over_several_lines_does_not_shift_the_line_numbers(read, capsys):
    read('note,time,event,arm\n"two\nlines",5,1,a\n,6,1,b\n,x,1,b\n')
    assert "line 5: time is" in capsys.readouterr().err


def test_covariates_strata_clusters_and_entry(read):
    head = "time,event,arm,site,sex,age,stage,start,centre\n"
    text = head + "9,1,a,x,f,50,1,0,c1\n8,1,b,y,m,60,2,1,c1\n7,0,a,x,m,70,3,2,c2\n"
    found = read(
        text,
        Columns("time", "event", arm="arm", entry="start", strata=("site", "sex"), cluster="centre",
                covariates=("age", "sex", "factor(stage)")),
    ).patients  # fmt: skip
    assert found.covariate_names == ("age", "sex: m", "stage: 2", "stage: 3")
    assert found.covariates.tolist() == [[50, 0, 0, 0], [60, 1, 1, 0], [70, 1, 0, 1]]
    assert [found.strata_labels[code] for code in found.strata] == ["x, f", "y, m", "x, m"]
    assert found.entry.tolist() == [0, 1, 2]
    assert found.cluster.tolist() == [0, 0, 1]


# --- codes


@pytest.mark.parametrize(
    "codes, asked, status",
    [
        ("1 0", {}, [1, 0]),
        ("2 1", {}, [1, 0]),  # R's survival
        ("1.0 0", {}, [1, 0]),
        ("dead alive", {}, [1, 0]),
        ("TRUE FALSE", {}, [1, 0]),
        ("Death Censored", {}, [1, 0]),
        ("relapse none-yet", {"event_codes": ("relapse",)}, [1, 0]),
        ("1 2", {"event_codes": ("1",)}, [1, 0]),
        ("1 0 2", {"competing_codes": ("2",)}, [1, 0, 2]),
        ("ltx censored death out", {"event_codes": ("ltx",), "competing_codes": ("death", "out")}, [1, 0, 2, 3]),
        ("a b c", {"event_codes": ("a", "b"), "censor_codes": ("c",)}, [1, 1, 0]),
    ],
)
def test_codes_of_events(read, codes, asked, status):
    rows = "".join(f"{index + 1},{code}\n" for index, code in enumerate(codes.split()))
    assert read("time,event\n" + rows, Columns("time", "event", **asked)).patients.status.tolist() == status


def test_competing_events_need_no_option_where_they_are_of_interest(read):
    found = read("time,event\n1,0\n2,1\n3,2\n4,3\n", Columns("time", "event"), competing=True).patients
    assert found.status.tolist() == [0, 1, 2, 3]
    assert found.causes == ("1", "2", "3")


@pytest.mark.parametrize(
    "text, code", [(" 1 ", "1"), ("1.0", "1"), ("01", "1"), ("1.5", "1.5"), ("a", "a"), ("1_0", "1_0")]
)
def test_a_code_as_it_is_compared(text, code):
    assert canonical(text) == code


@pytest.mark.parametrize(
    "labels, options, arms",
    [
        ("1 2", {}, ("2", "1")),
        ("placebo drug", {}, ("drug", "placebo")),
        ("drug control", {}, ("drug", "control")),
        ("a b", {"control": "b"}, ("a", "b")),
        ("a b", {"treated": "a"}, ("a", "b")),
        ("10 5 0", {}, ("5", "10", "0")),
        ("a b c", {"control": "b", "treated": "c"}, ("c", "a", "b")),
    ],
)
def test_the_order_of_arms(read, labels, options, arms):
    rows = "".join(f"{index + 1},1,{label}\n" for index, label in enumerate(labels.split()))
    assert read("time,event,arm\n" + rows, Columns("time", "event", arm="arm", **options)).patients.arms == arms


# --- bad rows


BAD = (
    ("x,1,a", 'time is "x", not a number'),
    ("inf,1,a", 'time is "inf", not a number'),
    ("-3,1,a", "time is -3; a time is not negative"),
    (",1,a", "time is missing"),
    ("NA,1,a", "time is missing"),
    ("5,.,a", "event is missing"),
    ("5,1,", "arm is missing"),
    ("5,9,a", 'event "9" is not one of the codes'),
    ("5,1", "2 columns where the header has 3"),
    ("5,1,a,more", "4 columns where the header has 3"),
)


@pytest.mark.parametrize("row, says", BAD, ids=[row for row, _ in BAD])
def test_a_bad_row_is_told_by_its_line_and_left_out(read, row, says, capsys):
    good = "".join(f"{time},{time % 2},{'ab'[time % 3 > 0]}\n" for time in range(1, 300))
    found = read(f"time,event,arm\n1,1,a\n{row}\n{good}")
    assert found.left_out == 1
    assert len(found.patients) == 300
    assert found.warnings() == ("1 of 301 rows left out: see the line numbers on standard error",)
    assert capsys.readouterr().err == f"gvhdcalc hr data: line 3: {says}; row left out\n"


def test_an_entry_that_is_not_before_the_time(read, capsys):
    asked = Columns("time", "event", entry="entry")
    assert len(read("entry,time,event\n0,5,1\n5,5,1\n6,5,0\n-1,5,1\nx,5,1\n", asked).patients) == 1
    told = capsys.readouterr().err
    assert "line 3: entry 5 is not before the time 5" in told
    assert "line 5: entry is -1; a time is not negative" in told
    assert 'line 6: entry is "x"' in told


def test_many_bad_rows_are_counted_and_the_first_told(read, capsys):
    rows = "".join("x,1\n" if index % 2 else f"{index + 1},1\n" for index in range(100))
    found = read("time,event\n" + rows, Columns("time", "event"))
    assert found.left_out == 50
    told = capsys.readouterr().err.splitlines()
    assert len(told) == TOLD + 1
    assert told[-1] == "gvhdcalc hr data: 50 rows left out in all: 50 because time is no number"


def test_text_from_outside_is_shown_on_one_line_without_escapes(read, capsys):
    read("time,event\n1,1\n\x1b[31mred,1\n", Columns("time", "event"))
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert told.count("\n") == 1


# --- what cannot be read


@pytest.mark.parametrize(
    "text, asked, says",
    [
        ("", {}, "the file is empty"),
        ("\n\n", {}, "the file is empty"),
        (HEAD, {}, "no rows"),
        ("1,2,3\n4,5,6\n", {}, "the first line has numbers, not the names of columns"),
        ("\ufeffa\x00b\n", {}, "UTF-16"),
        (
            HEAD + ROWS,
            {"time": "tim"},
            "no column \"tim\" (did you mean 'time'?); the columns are id, time, event, arm",
        ),
        (HEAD + ROWS, {"arm": "group"}, '--arm: no column "group"; the columns are id, time, event, arm'),
        ("time,time,event\n1,1,1\n", {"arm": None}, '2 columns are named "time"'),
        (HEAD + ROWS, {"strata": ("time",)}, "is the time and the stratum at once"),
        (HEAD + ROWS, {"event_codes": ("7",)}, '--event-code: no "7" in column event, which holds'),
        (HEAD + ROWS, {"event_codes": ("1",), "censor_codes": ("1",)}, "is in --event-code and in --censor-code"),
        (HEAD + ROWS, {"control": "placebo"}, '--control: no arm "placebo"'),
        (HEAD + ROWS, {"control": "msc", "treated": "msc"}, '--control and --treated are both "msc"'),
        (HEAD + ROWS.replace("control", "msc"), {}, "holds one arm only, msc (4 rows)"),
        (HEAD + ROWS.replace(",1,", ",0,"), {}, "say which is the event (--event-code)"),
        (HEAD + ROWS.replace("control", ""), {}, "holds one arm only"),
        (HEAD + "1,x,1,a\n", {}, "none of the 1 rows can be used"),
        ("time,event,arm\n1,0,a\n2,1,b\n3,2,a\n4,2,a\n5,2,b\n", {}, 'say what "2" stands for'),
        ("time,event,arm\n1,relapse,a\n2,death,b\n3,rejection,a\n", {"event_codes": ("relapse",)}, "holds"),
        ("time,event,arm,age\n1,0,a,50\n2,1,b,50\n", {"covariates": ("age",)}, '"age" has one value only (50)'),
    ],
)
def test_what_is_wrong_is_said(read, text, asked, says):
    columns = Columns(**{"time": "time", "event": "event", "arm": "arm", **asked})
    found = wrong(read, text, columns)
    assert says in found
    assert "\n" not in found


def test_a_column_of_many_values_is_no_arm(read):
    rows = "".join(f"{index + 1},1,{index}\n" for index in range(30))
    assert "holds 30 values" in wrong(read, "time,event,arm\n" + rows)


def test_a_file_that_is_not_there():
    with pytest.raises(click.UsageError, match=r"cannot read 'nowhere\.csv'"):
        read_patients("nowhere.csv", ASKED, "hr data")


# --- data sets and size


def test_the_veterans_trial():
    asked = Columns("time", "status", arm="trt", covariates=("celltype", "karno"))
    found = read_patients(str(VETERAN), asked, "hr data")
    assert len(found.patients) == 137
    assert found.patients.event.sum() == 128
    assert found.patients.covariate_names == ("celltype: large", "celltype: smallcell", "celltype: squamous", "karno")
    assert dict(found.facts)["Arms"] == "2 v 1 (1 is the control)"


def test_rows_with_a_missing_covariate_are_left_out(capsys):
    found = read_patients(str(DATA / "lung.csv"), Columns("time", "status", covariates=("meal.cal", "age")), "hr data")
    assert (len(found.patients), found.left_out) == (181, 47)
    assert "47 rows left out in all: 47 because covariate (meal.cal) is missing" in capsys.readouterr().err


def test_a_million_rows_with_ten_bad_ones(tmp_path, capsys):
    """Every bad row is told by its line, no other is lost, and it takes seconds."""
    count = 1_000_000
    bad = {5: "abc,1,msc", 100: "-3,1,msc", 70000: "3,1", 200001: "3,NA,msc", 333333: "3,7,msc", 500000: "3,1,",
           600000: ",1,msc", 777777: "inf,1,msc", 900000: "3,1,msc,extra", 999999: "x y,1,msc"}  # fmt: skip
    pattern = [f"{time}.5,{time % 2},{arm}\n" for time in range(1, 21) for arm in ("msc", "control")]
    lines = ["time,event,arm\n", *(pattern * (count // len(pattern)))]
    for line, text in bad.items():
        lines[line - 1] = text + "\n"
    path = tmp_path / "many.csv"
    path.write_text("".join(lines), encoding="utf-8")
    start = time.perf_counter()
    found = read_patients(str(path), ASKED, "hr data")
    assert time.perf_counter() - start < 20
    assert (found.rows, found.left_out, len(found.patients)) == (count, 10, count - 10)
    told = capsys.readouterr().err.splitlines()
    assert [int(row.split("line ")[1].split(":")[0]) for row in told] == list(bad)
    expected = np.tile(np.repeat(np.arange(1, 21) + 0.5, 2), count // 40)
    expected = np.delete(expected, [line - 2 for line in bad])
    assert (found.patients.time == expected).all()
