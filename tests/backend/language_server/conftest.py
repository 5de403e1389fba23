"""An editor for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from .editor import Editor


@pytest.fixture(autouse=True)
def _no_model_dir(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZUREML_MODEL_DIR", raising=False)


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    return Editor(tmp_path)
