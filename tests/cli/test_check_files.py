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
