"""Which files count as entry scripts: F5 must neither miss one nor offer a stranger."""

from __future__ import annotations

from pathlib import Path

import pytest

from azmlinfsrv.analysis.entry_scripts import find_entry_scripts, is_entry_script


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("main.py", "def init(): pass\ndef run(data): pass\n"),
        ("main.py", "async def run(data): pass\ndef init(): pass\n"),
        ("main.py", "from handlers import init, run\n"),
        ("main.py", "class H: pass\nh = H()\ninit = h\nrun = lambda data: data\n"),
        ("main.py", "try:\n    def init(): pass\nexcept E: pass\ndef run(data): pass\n"),
        ("score.py", "def run(data): pass\n"),
        ("score_v2.py", "def init(): pass\n"),
        ("main.py", "def init():\n    x = (\n\ndef run(data): pass\n"),
        ("main.py", "\ufeffdef init(): pass\r\ndef run(data): pass\r\n"),
    ],
)
def test_entry_scripts_are_recognised(tmp_path: Path, name: str, source: str) -> None:
    path = tmp_path / name
    path.write_text(source, encoding="utf-8")
    assert is_entry_script(path)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("train.py", "run = Run.get_context()\ndef init(): pass\n"),
        ("helper.py", "def init(url): pass\n"),
        ("model.py", "class Model:\n    def init(self): pass\n    def run(self): pass\n"),
        ("score.py", "print('nothing')\n"),
        ("factory.py", "def make():\n    def init(): pass\n    def run(data): pass\n"),
    ],
)
def test_other_files_are_not(tmp_path: Path, name: str, source: str) -> None:
    path = tmp_path / name
    path.write_text(source)
    assert not is_entry_script(path)


def test_environments_and_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    script = "def init(): pass\ndef run(data): pass\n"
    for folder in ("src", ".venv/lib", "env", "node_modules/x", "a/site-packages"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "score.py").write_text(script)
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    assert find_entry_scripts(tmp_path) == [tmp_path / "src" / "score.py"]


def test_a_file_that_vanishes_or_cannot_be_read_is_no_entry_script(tmp_path: Path) -> None:
    assert not is_entry_script(tmp_path / "gone.py")


def test_a_coding_that_is_none_for_text_is_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "score.py"
    path.write_text("# coding: rot13\ndef init(): pass\ndef run(data): pass\n")
    assert not is_entry_script(path)
