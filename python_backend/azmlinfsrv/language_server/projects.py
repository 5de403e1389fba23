"""What is known of the workspace folders, and of each script by the files around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from azmlinfsrv.analysis.configuration import (
    Configuration,
    ConfigurationError,
    read_configuration,
)
from azmlinfsrv.analysis.deployment_files import INFERENCE_CONFIG, YAML_PATTERNS
from azmlinfsrv.analysis.project import Project, read_project
from azmlinfsrv.analysis.script import Context
from azmlinfsrv.language_server.file_stamps import Stamp, are_current, stamps
from azmlinfsrv.language_server.settings import Settings

PROJECT_FILES = (*YAML_PATTERNS, INFERENCE_CONFIG, "config.json", "pyproject.toml")
"""Files that may change what is said of every script."""
LAUNCH_FILE = ".vscode/launch.json"
_CONVENTIONAL_FOLDERS = ("model", "models")


def is_project_file(path: Path) -> bool:
    """Return whether a file may change what is said of every script."""
    return any(fnmatch(path.name, pattern) for pattern in PROJECT_FILES) or (
        path.parts[-2:] == (".vscode", "launch.json")
    )


@dataclass
class Folder:
    """A workspace folder.

    Attributes:
        root: where it is.
        uri: its address, as the client spells it.
        settings: what is set for it.
        project: what its files say; only its root, until they have been read.

    """

    root: Path
    uri: str | None
    settings: Settings
    project: Project

    @property
    def model_dir_setting(self) -> str | None:
        """The model folder that is set, with the editor's variable for the folder replaced."""
        setting = self.settings.model_dir
        return setting.replace("${workspaceFolder}", str(self.root)) if setting else None


@dataclass
class _Known:
    context: Context
    seen: dict[str, Stamp]


class Projects:
    """The workspace folders."""

    def __init__(self) -> None:
        self.folders: list[Folder] = []
        self.default_settings = Settings()
        self._contexts: dict[Path, _Known] = {}
        self._listings: dict[Path, tuple[dict[str, Stamp], list[Path]]] = {}

    def add(self, root: Path, uri: str | None) -> Folder:
        """Open a workspace folder."""
        folder = Folder(root, uri, self.default_settings, Project(root))
        self.folders.append(folder)
        self.forget()
        return folder

    def remove(self, uri: str) -> None:
        """Close a workspace folder."""
        self.folders = [folder for folder in self.folders if folder.uri != uri]
        self.forget()

    def forget(self) -> None:
        """Look everything up again when it is asked for next."""
        self._contexts.clear()
        self._listings.clear()

    def folder_of(self, path: Path) -> Folder:
        """Return the workspace folder of a file; its own folder if it is in none."""
        around = [folder for folder in self.folders if path.is_relative_to(folder.root)]
        if around:
            return max(around, key=lambda folder: len(folder.root.parts))
        return Folder(path.parent, None, self.default_settings, Project(path.parent))

    def read(self, folder: Folder) -> tuple[Project, str | None]:
        """Return what the files of a folder say, and what is wrong with its pyproject.toml.

        A walk, so not for the event loop.
        """
        complaint = None
        try:
            configuration = read_configuration(folder.root)
        except ConfigurationError as error:
            configuration, complaint = Configuration(), str(error)
        return read_project(folder.root, configuration=configuration), complaint

    def context(self, path: Path | None, edited_line: int | None) -> Context:
        """Return what is known of a script besides its text."""
        if path is None:
            return Context(edited_line=edited_line)
        known = self._contexts.get(path)
        if known is None or not are_current(known.seen):
            known = self._look_up(path)
            self._contexts[path] = known
        return replace(known.context, edited_line=edited_line)

    def _look_up(self, path: Path) -> _Known:
        folder = self.folder_of(path)
        project = replace(folder.project, model_dir_setting=folder.model_dir_setting)
        around = list(dict.fromkeys((path.parent, folder.root)))
        files = [file for each in around for file in self._project_files(each)]
        convention = [path.parent / name for name in _CONVENTIONAL_FOLDERS]
        seen = stamps([*around, *files, *convention, folder.root / LAUNCH_FILE])
        context = project.context(path)
        if context.model_folder is not None:
            seen.update(stamps([context.model_folder.path]))
        return _Known(context, seen)

    def _project_files(self, folder: Path) -> list[Path]:
        """Return the files beside a script that say something about it."""
        seen, files = self._listings.get(folder, ({}, []))
        if not seen or not are_current(seen):
            seen = stamps([folder])
            try:
                files = [each for each in folder.iterdir() if is_project_file(each)]
            except OSError:
                files = []
            self._listings[folder] = (seen, files)
        return files
