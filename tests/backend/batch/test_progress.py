"""A bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from .running import DOUBLE, batch, command, environment, lines, write, write_files


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_a_terminal_shows_a_bar_and_what_the_script_prints_on_lines_of_its_own(
    tmp_path: Path,
) -> None:
    import pty

    expected = write_files(tmp_path, 30)
    write(tmp_path, DOUBLE.replace("return", "print('said', len(mini_batch)); return"))
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        words = command(tmp_path, "--input", "in")
        os.execvpe(words[0], words, environment())
    shown = b""
    try:
        while data := os.read(terminal, 4096):
            shown += data
    except OSError:
        # That is how a terminal ends.
        pass
    finally:
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
    assert (os.waitstatus_to_exitcode(status), lines(tmp_path)) == (0, expected)
    text = shown.decode()
    assert "0 %  0 of 30 files" in text
    bare = [line.rpartition("\x1b[2K")[2] for line in text.split("\r\n")]
    assert bare.count("said 10") == 3, text
    # The bar is taken away in the end.
    assert any(line.startswith("completed: 30 of 30 files scored") for line in bare), text


def test_where_nobody_looks_there_is_no_bar(tmp_path: Path) -> None:
    write_files(tmp_path, 30)
    write(tmp_path, DOUBLE)
    ran = batch(tmp_path)
    assert (ran.status, ran.err) == (0, "")
