"""Whoever asks for a stop on entry and has no debugger gets a server that starts as ever."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from azmlinfsrv.debugging.entry_stop import STOP_VARIABLE, _first_line, stop_on_entry


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1\n", 1),
        ("# comment\n\n'''What it does.'''\n", 3),
        ("\n\n@print\ndef init(): pass\n", 3),
        ("#!/usr/bin/env python\n# -*- coding: latin-1 -*-\nx = '\xe9'\n", 3),
        ("def run(data:\n", None),
        ("\x00", None),
    ],
)
def test_the_first_line_that_runs_is_the_one_to_stop_in(
    tmp_path: Path, source: str, line: int | None
) -> None:
    script = tmp_path / "score.py"
    script.write_bytes(source.encode("latin-1"))
    assert _first_line(script) == line


def test_without_a_debugger_nothing_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STOP_VARIABLE, "1")
    monkeypatch.delitem(sys.modules, "pydevd", raising=False)
    script = tmp_path / "score.py"
    script.write_text("x = 1\n")
    with stop_on_entry(script):
        pass
    with stop_on_entry(tmp_path / "gone.py"):
        pass
