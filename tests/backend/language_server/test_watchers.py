"""Files are watched wherever models lie, as far as the client can."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from azmlinfsrv.language_server.watchers import Watchers, concerns_findings

from .editor import ABLE, Editor

pytestmark = pytest.mark.asyncio

SCRIPT = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"


class Client:
    """Notes what it is asked to watch."""

    def __init__(self, editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
        self.watched: dict[str, list[Any]] = {}
        server = editor.server
        monkeypatch.setattr(server, "client_register_capability_async", self._register)
        monkeypatch.setattr(server, "client_unregister_capability_async", self._unregister)

    async def _register(self, params: types.RegistrationParams) -> None:
        for each in params.registrations:
            options = each.register_options
            assert isinstance(options, types.DidChangeWatchedFilesRegistrationOptions)
            self.watched[each.id] = [watcher.glob_pattern for watcher in options.watchers]

    async def _unregister(self, params: types.UnregistrationParams) -> None:
        for each in params.unregisterations:
            del self.watched[each.id]


@pytest.fixture
def client(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> Client:
    editor.server.client = replace(ABLE, registers_watchers=True, relative_patterns=True)
    return Client(editor, monkeypatch)


async def test_project_files_and_scripts_are_watched(editor: Editor, client: Client) -> None:
    await Watchers().watch_project(editor.server)
    (patterns,) = client.watched.values()
    assert {
        "**/*.py",
        "**/*deployment*.yml",
        "**/*deployment*.yaml",
        "**/inferenceconfig.json",
        "**/config.json",
        "**/pyproject.toml",
        "**/.vscode/launch.json",
    } <= set(patterns)


async def test_another_model_folder_takes_the_place_of_the_first(
    editor: Editor, client: Client, tmp_path: Path
) -> None:
    watchers = Watchers()
    (tmp_path / "model").mkdir()
    editor.open(SCRIPT)
    await watchers.watch_model_folders(editor.server)
    (first,) = client.watched["azmlinfsrv-model"]
    assert first.base_uri == (tmp_path / "model").as_uri()
    editor.settings(model_dir="/elsewhere")
    await watchers.watch_model_folders(editor.server)
    (second,) = client.watched["azmlinfsrv-model"]
    assert second.base_uri == "file:///elsewhere"
    editor.settings(model_dir="/elsewhere")
    client.watched.clear()
    await watchers.watch_model_folders(editor.server)
    assert client.watched == {}


async def test_a_client_without_relative_patterns_watches_by_name(
    editor: Editor, client: Client, tmp_path: Path
) -> None:
    editor.server.client = replace(ABLE, registers_watchers=True)
    (tmp_path / "model").mkdir()
    editor.open(SCRIPT)
    await Watchers().watch_model_folders(editor.server)
    assert client.watched["azmlinfsrv-model"] == ["**/model/**"]


async def test_a_client_that_cannot_watch_is_not_asked_to(editor: Editor, client: Client) -> None:
    editor.server.client = ABLE
    await Watchers().watch_project(editor.server)
    await Watchers().watch_model_folders(editor.server)
    assert client.watched == {}


async def test_an_open_script_that_is_saved_changes_nothing(editor: Editor) -> None:
    editor.open(SCRIPT)
    assert not concerns_findings(editor.server, editor.folder / "score.py")
    assert concerns_findings(editor.server, editor.folder / "other.py")
    assert concerns_findings(editor.server, editor.folder / "model/model.pkl")
