"""The program as a shell runs it: real processes, pipes and terminals."""

import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest

PROGRAM = [sys.executable, "-m", "gvhdcalc"]
OR = [*PROGRAM, "or", "82/99", "70/99"]


def in_a_terminal(command, columns, **environment):
    """What a terminal of this width is sent."""
    import fcntl
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    kept = {key: value for key, value in os.environ.items() if key not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}}
    process = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env={**kept, "TERM": "xterm-256color", **environment}
    )
    os.close(follower)
    seen = b""
    while select.select([leader], [], [], 20)[0]:
        try:
            part = os.read(leader, 65536)
        except OSError:  # the other side has closed
            break
        if not part:
            break
        seen += part
    os.close(leader)
    return seen.decode(), process.wait(20)


def without_escapes(text):
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [80, 120])
def test_a_terminal_gets_a_table_with_lines_and_colour_that_fits(columns):
    text, status = in_a_terminal([*OR, "--reported", "2.00 (1.01-3.94), P=0.043"], columns)
    assert status == 0
    assert "\x1b[32m" in text  # reproduced, in green
    assert "───" in text
    assert max(map(len, without_escapes(text).splitlines())) <= columns


def test_no_color_is_obeyed():
    text, status = in_a_terminal([*OR, "--reported", "3.00"], 80, NO_COLOR="1")
    assert status == 1
    assert "inconsistent" in text
    assert not any(f"\x1b[{bold}3{colour}m" in text for bold in ("", "1;") for colour in range(8))


def test_a_pipe_gets_the_same_table_plain():
    done = subprocess.run(OR, capture_output=True, text=True, check=True)
    assert "\x1b" not in done.stdout
    assert "───" not in done.stdout
    assert done.stderr == ""
    terminal, _ = in_a_terminal(OR, 80)
    words = [word for word in without_escapes(terminal).split() if not word.startswith("─")]
    assert words == done.stdout.split()


def test_a_closed_pipe_is_not_an_error_that_is_shown():
    reading, writing = os.pipe()
    process = subprocess.Popen([*OR, "--format", "json"], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    os.close(reading)
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait(20) in {0, 128 + signal.SIGPIPE}


def test_a_reader_that_goes_away_ends_a_batch_quietly(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("events1,total1,events0,total0\n" + "82,99,70,99\n" * 50_000)
    command = " ".join([*PROGRAM, "or", "--batch", str(path), "--method", "woolf", "|", "head", "-n", "2"])
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == ""


def test_an_interrupt_has_no_traceback():
    process = subprocess.Popen(
        [*PROGRAM, "or", "--batch", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # a shell that runs the tests in the background has them ignore interrupts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert b"Traceback" not in errors
    assert process.returncode in {130, -signal.SIGINT}


def test_a_terminal_that_knows_ascii_only_gets_an_answer():
    done = subprocess.run(
        [*OR, "--format", "rich"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"},
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert b"2.00" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["or"], ["or", "82/99"], ["or", "x", "y"], ["hr", "1"], ["nothing"]])
def test_wrong_use_prints_nothing_on_standard_output(arguments):
    done = subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
def test_a_full_disk_is_one_line():
    with open("/dev/full", "w") as full:
        done = subprocess.run(OR, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "gvhdcalc: No space left on device\n"


def test_a_fault_of_the_program_is_one_line_without_a_traceback():
    broken = (
        "import gvhdcalc.cli.two_arms as arms\n"
        "def run(*_, **__): raise RuntimeError('[red]broken\\n')\n"
        "arms.run = run\n"
        "from gvhdcalc.cli import main\n"
        "main(['or', '82/99', '70/99'])\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "GVHDCALC_DEBUG"}
    command = [sys.executable, "-c", broken]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "RuntimeError: [red]broken" in done.stderr
