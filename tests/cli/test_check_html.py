"""check --html: the page beside what check prints."""

import sys

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main

GOOD = "Response was 82/99 (82.8%) versus 70/99 (70.7%) (odds ratio 2.00; 95% CI 1.01 to 3.94; P = 0.043)."
SLIP = "Of 99 patients, 82/99 (72.8%) responded <b>well</b>."


def run(*arguments, **more):
    done = CliRunner().invoke(main, ["check", *map(str, arguments)], **more)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def texts(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD)
    (folder / "slip.txt").write_text(SLIP)
    return folder


def test_the_page_is_written_beside_what_is_printed(texts, tmp_path):
    page = tmp_path / "page.html"
    plain = run(texts)
    with_page = run(texts, "--html", page)
    assert with_page == plain and with_page[0] == 1
    source = page.read_text(encoding="utf-8")
    assert source.startswith("<!DOCTYPE html>") and source.endswith("</html>\n")
    assert source.count("<article ") == 2 and "good.txt" in source and "slip.txt" in source
    assert "&lt;b&gt;well&lt;/b&gt;" in source and "72.8%, inconsistent" in source
    assert "gvhdcalc or 82/99 70/99" in source
    assert not list(tmp_path.glob(".*"))


def test_from_standard_input_and_with_json(tmp_path):
    page = tmp_path / "page.html"
    code, out, err = run("--html", page, "--format", "json", input=GOOD)
    assert code in (0, 1) and out.startswith("{") and err == ""
    assert "standard input" in page.read_text(encoding="utf-8")


def test_two_processes_write_the_same_page(texts, tmp_path):
    run(texts, "--html", tmp_path / "one.html")
    run(texts, "--html", tmp_path / "two.html", "--jobs", 2)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_only_leaves_the_other_texts_out(texts, tmp_path):
    run(texts, "--html", tmp_path / "page.html", "--only", "inconsistent")
    source = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "slip.txt" in source and "good.txt" not in source


def test_a_page_that_cannot_be_written_is_said_before_anything_is_read(texts, tmp_path):
    for page, message in (
        (tmp_path, "is a folder; name a file"),
        (tmp_path / "none" / "page.html", "there is no folder"),
        ("\x1b[31m/page.html", "there is no folder"),
    ):
        code, out, err = run(texts, "--html", page)
        assert (code, out) == (2, "") and message in err and "\x1b" not in err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/dev/full is Linux's")
def test_a_full_disk_is_one_line(texts):
    code, _, err = run(texts, "--html", "/dev/full")
    assert code == 2 and "cannot be written: No space left on device" in err and "Traceback" not in err
