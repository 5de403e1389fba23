"""The script that is served lies where only its user can write, and is what was generated."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from azmlinfsrv.no_code.kept_script import kept_script


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("AZMLINFSRV_HOME", str(folder))
    return folder


def test_the_same_text_has_the_same_place_and_another_text_another() -> None:
    one, same, other = (
        kept_script("a = 1\n", "m.pkl"),
        kept_script("a = 1\n", "m.pkl"),
        kept_script("a = 2\n", "m.pkl"),
    )
    assert one == same != other
    assert one.name == "score.py"
    assert [entry.name for entry in one.parent.iterdir()] == ["score.py"]


def test_its_folder_tells_which_model_it_serves() -> None:
    assert kept_script("a = 1\n", "diabetes.pkl").parent.name == "diabetes.pkl"


def test_a_server_that_reloads_sees_no_change_when_another_starts() -> None:
    script = kept_script("a = 1\n", "m.pkl")
    before = script.stat().st_mtime_ns
    assert kept_script("a = 1\n", "m.pkl").stat().st_mtime_ns == before


def test_what_somebody_changed_is_not_served() -> None:
    script = kept_script("ä = 1\n", "m.pkl")
    script.write_text("import os\n")
    assert kept_script("ä = 1\n", "m.pkl").read_text(encoding="utf-8") == "ä = 1\n"


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_nobody_else_can_open_the_folder(home: Path) -> None:
    (home / "no-code").mkdir(parents=True, mode=0o777)
    script = kept_script("a = 1\n", "m.pkl")
    assert (home / "no-code").stat().st_mode & 0o077 == 0
    assert script.parent.stat().st_mode & 0o077 == 0
