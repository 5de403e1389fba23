"""A command whose reader has gone, or that is broken off by Ctrl+C, ends without a word."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_INTERRUPTED = 130


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no closed pipe of this kind")
@pytest.mark.parametrize(
    "words",
    [
        ["ps"],
        ["ps", "--json"],
        ["find", "."],
        ["find", "--json", "."],
        ["models", "list"],
        ["models", "list", "--json"],
        ["services", "list"],
        ["services", "list", "--json"],
        ["deploy", "--check", "--ic", "inferenceconfig.json", "-n", "echo"],
        ["deploy", "--check", "--ic", "inferenceconfig.json", "-n", "echo", "--json"],
        ["sample", "score.py"],
        ["new", "--list"],
    ],
)
def test_a_reader_that_has_gone_is_no_failure(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZMLINFSRV_HOME", str(tmp_path / "home"))
    (tmp_path / "score.py").write_text(
        'import json\ndef init(): ...\ndef run(data): return json.loads(data)["data"]\n'
    )
    (tmp_path / "inferenceconfig.json").write_text('{"entryScript": "score.py"}')
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "azmlinfsrv", *words],
            cwd=tmp_path,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="sends itself a signal")
@pytest.mark.parametrize("words", [["services", "list"], ["deploy", "--help"], ["models", "list"]])
def test_ctrl_c_while_a_command_starts_shows_no_traceback(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each command imports it first of all, long before it can handle anything itself.
    (tmp_path / "argparse.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("AZMLINFSRV_HOME", str(tmp_path / "home"))
    done = subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (_INTERRUPTED, "", "")
