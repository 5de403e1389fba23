"""Whatever `azmlinfsrv check` is given: a sentence or a finding, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from azmlinfsrv.analysis.script import Context, Script
from azmlinfsrv.analysis.script_file import read_script
from azmlinfsrv.cli import main

from .check_scripts import GOOD, MISSPELT, WITHOUT_RUN, found, write


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("AZUREML_MODEL_DIR", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def run_check(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "azmlinfsrv", "check", *words]
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        command, capture_output=True, text=True, check=False, timeout=60, **options
    )


@pytest.mark.parametrize(
    ("data", "line", "told"),
    [
        (b"def init():\n    pass\n# caf\xe9\ndef run(d):\n    pass\n", 3, "the file is not utf-8"),
        (b"def init(): pass\ndef run(d): pass\n\0", 3, "NUL bytes"),
        (b"# coding: martian\ndef init(): pass\ndef run(d): pass\n", 1, "unknown encoding"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\ndef init(): pass\ndef run(d): pass\n", 3, "NUL bytes"),
    ],
)
def test_a_file_that_python_does_not_load_is_an_error_on_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, line: int, told: str
) -> None:
    (tmp_path / "score.py").write_bytes(data)
    for words in (["score.py"], ["."]):
        (row,) = found(capsys, *words)
        assert (row["code"], row["severity"], row["line"]) == ("AML100", "error", line)
        assert told in row["message"]
    for name in ("text", "sarif", "github"):
        assert main(["check", "--format", name]) == 1
    assert found(capsys, "--ignore", "AML100") == []


def test_a_script_in_its_declared_encoding_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "score.py").write_bytes(f"# coding: latin-1\n# ä\n{MISSPELT}".encode("latin-1"))
    assert [row["line"] for row in found(capsys, "score.py")] == [7]


def test_columns_do_not_count_the_byte_order_mark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\ufeff" + MISSPELT.partition("\n\n\n")[2]
    (tmp_path / "score.py").write_text(text, encoding="utf-8")
    assert (1, 5) in [(row["line"], row["column"]) for row in found(capsys, "score.py")]


@pytest.mark.parametrize("size", [1_100_000, 5_000_000])
def test_a_file_over_1_mb_is_only_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], size: int
) -> None:
    write(tmp_path, "score.py", GOOD + "#" * size)
    (row,) = found(capsys, "score.py")
    assert (row["code"], row["severity"]) == ("AML503", "information")
    assert main(["check", "score.py"]) == 0


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 10_000 + ")" * 10_000,
        "x = " + "[" * 10_000,
        "x = " + "-" * 10_000 + "1",
        "x = " + "1+" * 10_000 + "1",
        "x = a" + ".b" * 10_000,
        "x = a" + "[0]" * 10_000,
        "".join(" " * level + "if x:\n" for level in range(200)) + " " * 200 + "pass",
    ],
    ids=["parentheses", "open", "signs", "sums", "attributes", "items", "blocks"],
)
def test_deep_nesting_is_survived(tmp_path: Path, text: str) -> None:
    write(tmp_path, "score.py", f"{GOOD}{text}\n")
    checked = run_check("score.py", cwd=tmp_path)
    assert checked.returncode in (0, 1)
    assert "Traceback" not in checked.stderr
    assert "fault of azmlinfsrv" not in checked.stderr


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege on Windows")
def test_symbolic_links_that_lead_nowhere_or_in_a_circle_are_survived(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "src/score.py", MISSPELT)
    (tmp_path / "src" / "back").symlink_to(tmp_path)
    (tmp_path / "src" / "score_loop.py").symlink_to("score_loop.py")
    (tmp_path / "src" / "score_gone.py").symlink_to("nowhere.py")
    assert len(found(capsys, ".")) == 1
    assert main(["check", "src/score_loop.py"]) == 2
    assert "src/score_loop.py does not exist." in capsys.readouterr().err


def test_a_folder_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "locked").mkdir()
    write(tmp_path, "score.py", MISSPELT)
    real = os.scandir

    def scan(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scan)
    assert main(["check", "."]) == 2
    output = capsys.readouterr()
    assert "locked cannot be read: Permission denied." in output.err
    assert "score.py:5:5" in output.out


@pytest.mark.parametrize("error", [FileNotFoundError(2, "No such file"), PermissionError(13, "No")])
def test_a_file_that_vanishes_or_closes_before_it_is_read_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: OSError,
) -> None:
    write(tmp_path, "score.py", MISSPELT)
    write(tmp_path, "score_b.py", MISSPELT)
    real = read_script

    def read(path: Path) -> bytes:
        if path.name == "score_b.py":
            raise error
        return real(path)

    monkeypatch.setattr("azmlinfsrv.cli.check.read_script", read)
    assert main(["check", "."]) == 2
    output = capsys.readouterr()
    assert f"score_b.py cannot be read: {error.strerror}." in output.err
    assert "score.py:5:5" in output.out


@pytest.mark.skipif(os.name == "nt", reason="a device of Unix")
def test_a_device_is_not_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "/dev/zero"]) == 2
    assert "/dev/zero is neither a file nor a folder." in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text are Linux's")
@pytest.mark.parametrize("name", ["text", "json", "sarif", "github"])
def test_a_file_name_that_is_no_text_is_survived(tmp_path: Path, name: str) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/score_\xff.py"))).write_text(MISSPELT)
    for words in ([], ["--output_file", "found"], ["--diff"]):
        checked = run_check("--format", name, *words, cwd=tmp_path)
        assert checked.returncode == 1, checked.stderr
        assert "Traceback" not in checked.stderr


def test_a_user_who_does_not_exist_is_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "score.py", GOOD)
    write(tmp_path, "pyproject.toml", '[tool.azmlinfsrv]\nmodel_dir = "~nobody-here/m"\n')
    launched = '{"configurations": [{"type": "azmlinfsrv", "entryScript": "~nobody-here/a.py"}]}'
    write(tmp_path, ".vscode/launch.json", launched)
    found(capsys, ".")
    assert main(["check", "~nobody-here/score.py"]) == 2
    assert "~nobody-here/score.py does not exist." in capsys.readouterr().err


def test_a_name_that_is_too_long_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "x" * 5000]) == 2
    assert "azmlinfsrv check: xxx" in capsys.readouterr().err


def test_a_fault_of_ours_is_told_and_the_other_files_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "score.py", MISSPELT)
    write(tmp_path, "score_b.py", GOOD)

    def fail(text: str, path: Path, context: Context, before: Script | None) -> Script:
        if path.name == "score_b.py":
            raise KeyError("broken")
        return Script(text, path, context, before)

    monkeypatch.setattr("azmlinfsrv.analysis.analyse.Script", fail)
    assert main(["check", "."]) == 2
    output = capsys.readouterr()
    assert "score_b.py could not be checked, by a fault of azmlinfsrv: KeyError" in output.err
    assert "score.py:5:5" in output.out


@pytest.mark.skipif(os.name == "nt", reason="pipes of Unix")
@pytest.mark.parametrize("words", [["check"], ["check", "--format", "sarif"], ["rule", "--all"]])
def test_a_reader_that_leaves_early_gets_no_traceback(tmp_path: Path, words: list[str]) -> None:
    for number in range(300):
        write(tmp_path, f"score_{number}.py", WITHOUT_RUN)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "azmlinfsrv", *words],
            cwd=tmp_path,
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert b"Traceback" not in ended.stderr
    assert b"BrokenPipe" not in ended.stderr


@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix")
def test_a_closed_standard_output_is_survived(tmp_path: Path) -> None:
    write(tmp_path, "score.py", MISSPELT)
    command = f"{sys.executable} -m azmlinfsrv check score.py >&-"
    ended = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert ended.returncode == 1
    assert b"Traceback" not in ended.stderr


def test_a_terminal_that_lacks_a_character_still_gets_the_line(tmp_path: Path) -> None:
    write(tmp_path, "score.py", MISSPELT.replace("raw_data):", "raw_data):  # 日本"))
    checked = run_check(
        "score.py", cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    )
    assert checked.returncode == 1
    assert "\\u65e5" in checked.stdout
