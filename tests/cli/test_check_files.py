"""check-files: PubMed's files to a Parquet data set, on two workers, restartable by file."""

import json
import os
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main
from tests.pubmed_files import write

pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (pip install gvhdcalc[dask])")
pytest.importorskip("distributed", reason="dask is not installed (pip install gvhdcalc[dask])")

GOOD = [
    ("BACKGROUND", "Little is known."),
    ("RESULTS", "Response was 82/99 (82.8%) versus 70/99 (70.7%) (odds ratio 2.00; 95% CI 1.01 to 3.94)."),
]
SLIP = [("", "Of 99 patients, 82/99 (72.8%) responded <at once> & stayed well.")]


def files(folder, count=3, articles=20):
    folder.mkdir(exist_ok=True)
    return [
        write(
            folder / f"pubmed25n{number:04d}.xml.gz",
            ((1000 * number + k, [GOOD, SLIP, []][k % 3]) for k in range(articles)),
        )
        for number in range(1, count + 1)
    ]


def run(*arguments):
    done = CliRunner().invoke(main, ["check-files", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def rows(out, table):
    return pq.ParquetDataset(out / table).read().to_pylist()


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scale")
    paths = files(folder / "pubmed")
    code, out, err = run(folder / "pubmed", "--out", folder / "out", "--workers", 2)
    return folder, paths, code, json.loads(out), err


def test_two_workers_make_the_data_set(checked):
    folder, paths, code, totals, err = checked
    assert code == 0
    assert (totals["files"], totals["read"], totals["as before"], totals["unreadable"]) == (3, 3, 0, 0)
    assert totals["texts"] == 60
    assert sorted(path.name for path in (folder / "out" / "claims").iterdir()) == [f"{p.name}.parquet" for p in paths]
    assert err.count(" texts, ") == 3
    assert not list((folder / "out").rglob(".*"))


def test_the_tables_hold_what_check_finds(checked):
    from gvhdcalc.reported.abstract import check_text

    folder = checked[0]
    texts = rows(folder / "out", "texts")
    assert len(texts) == 60 and len({(row["file"], row["id"]) for row in texts}) == 60
    assert {row["id"] for row in texts} == {str(1000 * n + k) for n in (1, 2, 3) for k in range(20)}
    claims = [row for row in rows(folder / "out", "claims") if row["id"] == "1000"]
    found = check_text("\n\n".join(f"{label.capitalize()}: {text}" for label, text in GOOD))
    assert [row["quote"] for row in claims] == [found.text[claim.start : claim.end] for claim in found.claims]
    ratio = next(row for row in claims if row["kind"] == "ratio")
    assert (ratio["estimate"], ratio["lower"], ratio["upper"], ratio["conf"]) == ("2.00", "1.01", "3.94", 95.0)
    assert [(arm["events"], arm["n"], arm["percent"]) for arm in ratio["arms"]] == [
        ("82", "99", "82.8"), ("70", "99", "70.7"),
    ]  # fmt: skip
    slip = [row for row in rows(folder / "out", "figures") if row["id"] == "1001" and row["verdict"] == "inconsistent"]
    assert [row["printed"] for row in slip] == ["72.8%"]
    assert slip[0]["computed"] == pytest.approx(82 / 99)


def test_done_files_are_passed_over_and_changed_ones_read_again(tmp_path):
    paths = files(tmp_path / "in", 2, 3)
    out = tmp_path / "out"
    assert run(tmp_path / "in", "--out", out)[0] == 0
    parts = {path: path.stat().st_mtime_ns for path in (out / "claims").iterdir()}
    code, printed, err = run(tmp_path / "in", "--out", out)
    assert code == 0 and err == "" and json.loads(printed)["as before"] == 2 and json.loads(printed)["texts"] == 6
    assert {path: path.stat().st_mtime_ns for path in (out / "claims").iterdir()} == parts
    write(paths[0], [(5, GOOD)])
    totals = json.loads(run(tmp_path / "in", "--out", out)[1])
    assert (totals["read"], totals["as before"], totals["texts"]) == (1, 1, 4)
    assert len(rows(out, "texts")) == 4


def test_a_part_without_its_marker_is_made_again_and_leftovers_go(tmp_path):
    paths = files(tmp_path / "in", 2, 3)
    out = tmp_path / "out"
    run(tmp_path / "in", "--out", out)
    (out / "done" / f"{paths[0].name}.json").unlink()
    (out / "done" / f"{paths[1].name}.json").write_text("{half")
    (out / "claims" / f"{paths[0].name}.parquet").write_bytes(b"half a file")
    (out / "claims" / f".{paths[0].name}.parquet.1.part").write_bytes(b"half a file")
    totals = json.loads(run(tmp_path / "in", "--out", out)[1])
    assert (totals["read"], totals["as before"]) == (2, 0)
    assert len(rows(out, "texts")) == 6 and not list(out.rglob("*.part"))


def test_a_broken_file_leaves_nothing_and_the_others_are_done(tmp_path):
    paths = files(tmp_path / "in", 2, 200)
    whole = paths[0].read_bytes()
    paths[0].write_bytes(whole[: len(whole) // 2])
    out = tmp_path / "out"
    code, printed, err = run(tmp_path / "in", "--out", out)
    assert code == 2 and json.loads(printed)["unreadable"] == 1 and json.loads(printed)["texts"] == 200
    assert err.count("\n") == 2 and paths[0].name in err and "Traceback" not in err
    assert not [path for path in out.rglob("*") if path.name.lstrip(".").startswith(paths[0].name)]
    paths[0].write_bytes(whole)
    assert run(tmp_path / "in", "--out", out)[0] == 0
    assert len(rows(out, "texts")) == 400


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path):
    files(tmp_path / "in", 6, 1500)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "gvhdcalc", "check-files", str(tmp_path / "in"), "--out", str(out)]
    first = subprocess.Popen([*command, "--workers", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    limit = time.monotonic() + 60
    while not list((out / "done").glob("*.json")) and time.monotonic() < limit:
        time.sleep(0.02)
    first.kill()
    first.wait()
    done = len(list((out / "done").glob("*.json")))
    assert done >= 1
    time.sleep(1)  # its worker sees that it is alone
    second = subprocess.run([*command, "--workers", "2"], capture_output=True, text=True, timeout=120)
    assert second.returncode == 0
    totals = json.loads(second.stdout)
    assert totals["as before"] >= done and totals["files"] == 6 and totals["texts"] == 9000
    texts = rows(out, "texts")
    assert len(texts) == 9000 == len({(row["file"], row["id"]) for row in texts})


def test_texts_that_parquet_cannot_hold_are_held(tmp_path):
    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps({"id": "a\ud800", "text": "Of 99 \ud800, 82/99 (72.8%) \u202e\x00 responded."}) + "\n")
    assert run(path, "--out", tmp_path / "out")[0] == 0
    assert rows(tmp_path / "out", "texts")[0]["id"] == "a\ufffd"


def mixed(path):
    """Two bad rows among four that can be read; one of those is a slip."""
    good = {"pmid": 71, "text": "Cure: 30/60 (50%) v 12/60 (20%)."}
    slip = {"pmid": 74, "text": "Relapse: 20/80 (35%)."}
    rows = [good, slip, "{cut", good, {"abstract": "no text"}, "", slip]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


BAD_ROWS = [
    "gvhdcalc check-files: mixed.jsonl: line 3 is not JSON",
    "gvhdcalc check-files: mixed.jsonl: line 5 has no text in the field 'text'; name it with --field",
]


def test_bad_rows_are_told_and_the_rest_of_their_file_is_written(tmp_path):
    path = mixed(tmp_path / "in" / "mixed.jsonl")
    (tmp_path / "in" / "other.txt").write_text("Cure: 30/60 (50%) v 12/60 (20%).")
    code, printed, err = run(tmp_path / "in", "--out", tmp_path / "out")
    totals = json.loads(printed)
    assert code == 2 and [line for line in err.splitlines() if " line " in line] == BAD_ROWS
    assert (totals["read"], totals["unreadable"], totals["bad rows"], totals["texts"]) == (2, 0, 2, 7)
    texts = [row for row in rows(tmp_path / "out", "texts") if row["file"] == "mixed.jsonl"]
    assert [(row["id"], row["inconsistent"], len(row["warnings"])) for row in texts] == [
        ("71", 0, 0), ("74", 1, 0), ("3", 0, 1), ("71", 0, 0), ("5", 0, 1), ("74", 1, 0),
    ]  # fmt: skip
    # a file with bad rows is done: it is not read again, but says the same again and ends the same
    part = (tmp_path / "out" / "texts" / "mixed.jsonl.parquet").stat().st_mtime_ns
    code, printed, err = run(tmp_path / "in", "--out", tmp_path / "out")
    assert code == 2 and err.splitlines() == BAD_ROWS
    assert (json.loads(printed)["as before"], json.loads(printed)["bad rows"]) == (2, 2)
    assert (tmp_path / "out" / "texts" / "mixed.jsonl.parquet").stat().st_mtime_ns == part
    # and is at rest once it is mended
    path.write_text('{"text": "Cure: 30/60 (50%)."}')
    code, printed, err = run(tmp_path / "in", "--out", tmp_path / "out")
    assert code == 0 and json.loads(printed)["bad rows"] == 0 and " line " not in err


def test_a_file_of_bad_rows_names_a_thousand_and_counts_all(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "Cure: 30/60 (50%)."}\n' + "{\n" * 2500)
    code, printed, err = run(path, "--out", tmp_path / "out")
    assert code == 2 and json.loads(printed)["bad rows"] == 2500
    assert err.count("is not JSON") == 1000 and "rows.jsonl: 1,500 rows more" in err
    assert sum(bool(row["warnings"]) for row in rows(tmp_path / "out", "texts")) == 2500


def test_rows_that_are_all_bad_are_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "rows.jsonl").write_text("{\n" * 150)
    code, printed, err = run(tmp_path / "rows.jsonl", "--out", tmp_path / "out")
    assert code == 2 and json.loads(printed)["unreadable"] == 1 and err.count("\n") == 1
    assert not list((tmp_path / "out" / "texts").iterdir())


def test_a_marker_of_another_make_is_not_believed(tmp_path):
    path = mixed(tmp_path / "in" / "mixed.jsonl")
    run(path, "--out", tmp_path / "out")
    marker = tmp_path / "out" / "done" / "mixed.jsonl.json"
    kept = json.loads(marker.read_text())
    del kept["bad"]
    marker.write_text(json.dumps(kept))
    assert json.loads(run(path, "--out", tmp_path / "out")[1])["read"] == 1


def test_a_fault_of_the_program_costs_its_text_only(tmp_path, monkeypatch):
    """On the workers of a scheduler, which here are threads, so that the fault can be put in."""
    import distributed

    from gvhdcalc.reported import abstract

    monkeypatch.delenv("GVHDCALC_DEBUG")
    whole = abstract.check_text
    monkeypatch.setattr(abstract, "check_text", lambda text: whole(text) if "faulty" not in text else 1 / 0)
    path = tmp_path / "rows.jsonl"
    text = "Cure: 30/60 (50%)."
    path.write_text("\n".join(json.dumps({"id": k, "text": t}) for k, t in ((5, text), (6, "faulty"), (7, text))))
    citations = write(tmp_path / "some.xml.gz", ((k, [("", "faulty" if k == 901 else text)]) for k in range(900, 904)))
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None, silence_logs=50) as cluster:
        told = run(path, citations, "--out", tmp_path / "out", "--scheduler", cluster.scheduler_address)
    code, printed, err = told
    fault = "not judged: a fault of the program, not of the text (ZeroDivisionError: division by zero)"
    assert code == 2 and json.loads(printed)["bad rows"] == 2 and json.loads(printed)["unreadable"] == 0
    assert f"gvhdcalc check-files: rows.jsonl 6: row 2 {fault}\n" in err
    assert f"gvhdcalc check-files: some.xml.gz 901: row 2 {fault}\n" in err
    found = [(row["id"], row["claims"], len(row["warnings"])) for row in rows(tmp_path / "out", "texts")]
    assert found == [(str(k), int(k not in (6, 901)), int(k in (6, 901))) for k in (5, 6, 7, 900, 901, 902, 903)]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peak of memory from /proc")
def test_memory_does_not_grow_with_the_file(tmp_path):
    script = (
        "import re, sys; from gvhdcalc.reported.dataset import judge_file, prepare; prepare(sys.argv[2]);"
        "judge_file(sys.argv[1], sys.argv[2], '0');"
        # not ru_maxrss, which begins with the peak of the process that starts this one
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )

    def peak(articles):
        path = write(tmp_path / f"pubmed{articles}.xml.gz", ((k, GOOD) for k in range(articles)))
        done = subprocess.run(
            [sys.executable, "-c", script, str(path), str(tmp_path / "out")], capture_output=True, text=True, check=True
        )
        return int(done.stdout) / 1024

    assert peak(30_000) < peak(7_500) + 30


WRONG = [
    (["--out", "x"], "Missing argument"),
    (["none.xml", "--out", "x"], "no file 'none.xml'"),
    (["a/t.txt"], "Missing option '--out'"),
    (["empty", "--out", "x"], "no files to read"),
    (["a/t.txt", "b/t.txt", "--out", "x"], "two files are called 't.txt'"),
    (["a/t.txt", "--out", "a/t.txt"], "cannot write to 'a/t.txt'"),
    (["a/t.txt", "--out", "x", "--workers", "0"], "0 is not in the range"),
    (["a/t.txt", "--out", "x", "--scheduler", "nonsense://x"], "no dask scheduler at 'nonsense://x'"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_wrong_input_is_one_clear_line(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "empty"):
        (tmp_path / name).mkdir()
    for name in ("a", "b"):
        (tmp_path / name / "t.txt").write_text("Of 99 patients, 82 (82.8%) responded.")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err and "Traceback" not in err


def test_without_dask_the_command_says_what_to_install(tmp_path):
    (tmp_path / "dask.py").write_text("raise ImportError('No module named dask')")
    (tmp_path / "distributed.py").write_text("raise ImportError('No module named distributed')")
    (tmp_path / "t.txt").write_text("Of 99 patients, 82 (82.8%) responded.")
    done = subprocess.run(
        [sys.executable, "-m", "gvhdcalc", "check-files", str(tmp_path / "t.txt"), "--out", str(tmp_path / "o")],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}."},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'gvhdcalc[dask]'" in done.stderr
