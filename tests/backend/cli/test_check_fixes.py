"""`azmlinfsrv check --fix` and `--diff`."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from azmlinfsrv.cli import main

from .check_scripts import GOOD, MISSPELT, WITHOUT_RUN, write


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("AZUREML_MODEL_DIR", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def test_fix_writes_what_is_safe_and_says_how_much(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = write(tmp_path, "score.py", MISSPELT)
    two = write(tmp_path, "score_b.py", WITHOUT_RUN)
    assert main(["check", "--fix"]) == 1
    assert one.read_text() == GOOD
    assert two.read_text() == WITHOUT_RUN
    told = capsys.readouterr().out
    assert told.endswith("Fixed 1 mistake. Found 1 error in 1 of 2 entry scripts.\n")


def test_a_script_that_is_clean_after_its_fixes_exits_0(tmp_path: Path) -> None:
    write(tmp_path, "score.py", MISSPELT)
    assert main(["check", "--fix"]) == 0


def test_fix_keeps_encoding_byte_order_mark_and_line_ends(tmp_path: Path) -> None:
    for name, head, encoding in (
        ("score_a.py", "# coding: latin-1\r\n# ä\r\n", "latin-1"),
        ("score_b.py", "# 日本\r\n", "utf-8-sig"),
        ("score_c.py", "# mixed\r\n# \n", "utf-8"),
    ):
        script = tmp_path / name
        script.write_bytes((head + MISSPELT).encode(encoding))
        assert main(["check", "--fix", name]) == 0
        assert script.read_bytes() == (head + GOOD).encode(encoding)


def test_a_script_without_mistakes_is_not_touched(tmp_path: Path) -> None:
    script = write(tmp_path, "score.py", GOOD)
    os.utime(script, (1, 1))
    main(["check", "--fix"])
    assert script.stat().st_mtime == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "src/score.py", MISSPELT)
    (tmp_path / "src").chmod(0o500)
    try:
        assert main(["check", "--fix"]) == 2
    finally:
        (tmp_path / "src").chmod(0o700)
    output = capsys.readouterr()
    assert "cannot be written: Permission denied." in output.err
    assert "AML101" in output.out


def test_a_script_that_cannot_be_written_is_told_and_its_mistakes_stay_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_words: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    script = write(tmp_path, "score.py", MISSPELT)
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert main(["check", "--fix"]) == 2
    output = capsys.readouterr()
    assert "score.py cannot be written: Permission denied." in output.err
    assert "AML101" in output.out
    assert "Fixed" not in output.out
    assert script.read_text() == MISSPELT


def test_diff_shows_the_change_writes_nothing_and_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = write(tmp_path, "score.py", MISSPELT)
    assert main(["check", "--diff"]) == 1
    assert script.read_text() == MISSPELT
    assert capsys.readouterr().out == (
        "--- score.py\n+++ score.py\n@@ -2,5 +2,5 @@\n     pass\n \n \n"
        "-def Run(raw_data):\n+def run(raw_data):\n     return raw_data\n"
    )


def test_diff_exits_0_when_there_is_nothing_to_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "score.py", WITHOUT_RUN)
    assert main(["check", "--diff"]) == 0
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == "There is nothing that --fix would change.\n"
    assert main(["check", "--diff", "gone.py", "score.py"]) == 2


@pytest.mark.skipif(os.name == "nt", reason="patch is a program of Unix")
@pytest.mark.parametrize("text", [MISSPELT, MISSPELT.replace("\n", "\r\n"), MISSPELT.rstrip()])
def test_patch_takes_the_diff(tmp_path: Path, text: str) -> None:
    script = write(tmp_path, "score.py", text)
    words = [sys.executable, "-m", "azmlinfsrv", "check", "--diff"]
    diff = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).stdout
    try:
        subprocess.run(["patch", "--binary", "-p0"], cwd=tmp_path, input=diff, check=True)
    except FileNotFoundError:
        pytest.skip("there is no patch here")
    assert script.read_bytes() == text.replace("Run", "run").encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [(MISSPELT, GOOD), (GOOD, GOOD), ("# azmlinfsrv: not-entry-script\n", None), ("\0", None)],
)
def test_standard_input_comes_out_mended(
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    text: str,
    expected: str | None,
) -> None:
    data = b"\xef\xbb\xbf" + text.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    main(["check", "--fix", "-"])
    output = capfdbinary.readouterr()
    assert output.out == b"\xef\xbb\xbf" + (text if expected is None else expected).encode()
    assert output.err
