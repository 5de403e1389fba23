"""Files besides the texts by which findings change: which ones, and what happens then."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from azmlinfsrv.language_server.projects import LAUNCH_FILE, PROJECT_FILES, is_project_file
from azmlinfsrv.language_server.server import AzureMLServer
from azmlinfsrv.language_server.uris import path_of, uri_of

_SCRIPTS = "**/*.py"
_PROJECT_ID = "azmlinfsrv-project"
_MODEL_ID = "azmlinfsrv-model"


class Watchers:
    """What the client watches for us."""

    def __init__(self) -> None:
        self._model_folders: frozenset[str] = frozenset()

    async def watch_project(self, ls: AzureMLServer) -> None:
        """Have the workspace's scripts and project files watched."""
        if ls.client.registers_watchers:
            patterns = [_SCRIPTS, *(f"**/{name}" for name in PROJECT_FILES), f"**/{LAUNCH_FILE}"]
            await _register(ls, _PROJECT_ID, [types.FileSystemWatcher(each) for each in patterns])

    async def watch_model_folders(self, ls: AzureMLServer) -> None:
        """Have the model folders of the open scripts watched, wherever they are."""
        if not ls.client.registers_watchers:
            return
        folders = frozenset(
            folder.path
            for document in ls.documents.all
            if document.is_python
            and (checked := ls.check(document)).is_entry_script
            and (folder := checked.model_folder) is not None
        )
        if folders == self._model_folders:
            return
        had_some, self._model_folders = bool(self._model_folders), folders
        if had_some:
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            params = types.UnregistrationParams([types.Unregistration(_MODEL_ID, method)])
            await ls.ask(ls.client_unregister_capability_async(params))
        watchers = [_model_watcher(ls, Path(folder)) for folder in sorted(folders)]
        if watchers:
            await _register(ls, _MODEL_ID, watchers)


def concerns_findings(ls: AzureMLServer, path: Path) -> bool:
    """Return whether a file that has changed may change what is said of a script."""
    if path.suffix == ".py":
        # What an open one holds comes from the editor.
        return ls.documents.get(uri_of(path)) is None
    return True


def changed_paths(params: types.DidChangeWatchedFilesParams) -> list[Path]:
    """Return the files that have changed."""
    return [path for change in params.changes if (path := path_of(change.uri)) is not None]


def changes_projects(path: Path) -> bool:
    """Return whether a file says something about all scripts of its project."""
    return is_project_file(path)


def _model_watcher(ls: AzureMLServer, folder: Path) -> types.FileSystemWatcher:
    if ls.client.relative_patterns:
        return types.FileSystemWatcher(types.RelativePattern(uri_of(folder), "**/*"))
    return types.FileSystemWatcher(f"**/{folder.name}/**")


async def _register(ls: AzureMLServer, name: str, watchers: list[types.FileSystemWatcher]) -> None:
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    registration = types.Registration(name, types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    await ls.ask(ls.client_register_capability_async(types.RegistrationParams([registration])))
