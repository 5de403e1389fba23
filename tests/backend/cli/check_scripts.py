"""Scripts, good and bad, for the tests of `azmlinfsrv check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.cli import main

GOOD = "def init():\n    pass\n\n\ndef run(raw_data):\n    return raw_data\n"
MISSPELT = GOOD.replace("run", "Run")
"""An error (AML101), with a safe fix, in line 5 from column 5 to 8."""
WITHOUT_RUN = "def init():\n    pass\n"
"""An error (AML101) without a safe fix."""


def write(folder: Path, name: str, text: str) -> Path:
    """Write a script, and the folders it lies in."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def found(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    """Return what `check --format json` finds."""
    capsys.readouterr()
    main(["check", "--format", "json", *words])
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows
