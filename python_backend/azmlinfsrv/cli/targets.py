"""Which files a check looks at, and what their projects say about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.analysis.configuration import (
    Configuration,
    configuration_in,
    read_configuration,
)
from azmlinfsrv.analysis.project import Project, read_project
from azmlinfsrv.analysis.project_files import project_files
from azmlinfsrv.cli.report import Trouble

STANDARD_INPUT = "-"
_ROOT_MARKS = (".git", ".vscode", "pyproject.toml")
# What every entry script has in its text, a misspelt one in its name: the rest is not parsed.
_ENTRY_WORDS = re.compile(rb"\b(?:init|run)\b|azmlinfsrv:")


@dataclass(frozen=True)
class Target:
    """A file to look at.

    Attributes:
        path: where it is, absolute.
        project: what its project says.
        is_named: whether the user calls it an entry script by naming it.

    """

    path: Path
    project: Project
    is_named: bool

    def may_be_entry_script(self, data: bytes) -> bool:
        """Return whether it is worth to parse a file of these bytes."""
        return (
            self.is_named
            or self.path.name.startswith("score")
            or _ENTRY_WORDS.search(data) is not None
        )


class Targets:
    """Finds the files of the paths that the user names.

    Args:
        model_dir: the model folder that was chosen on the command line.
        report: is told of each path that cannot be looked at.

    """

    def __init__(self, model_dir: str | None, report: Callable[[Trouble], object]) -> None:
        self._model_dir = model_dir
        self._report = report
        self._projects: dict[Path, Project] = {}
        self._seen: set[Path] = set()

    def find(self, words: Iterable[str]) -> Iterator[Target]:
        """Yield the files below folders, and the files that are named, each once.

        Raises:
            ConfigurationError: a project's table cannot be used.

        """
        for word in words:
            path = Path(word).absolute()
            try:
                mode = "folder" if path.is_dir() else "file" if path.is_file() else "other"
                is_there = path.exists()
            except OSError as error:
                self._report(Trouble(word, f"cannot be looked at: {error.strerror}."))
                continue
            if mode == "folder":
                yield from self._in_folder(path)
            elif mode == "file":
                if self._is_new(path):
                    yield self.named(path)
            elif is_there:
                self._report(Trouble(word, "is neither a file nor a folder."))
            else:
                self._report(Trouble(word, "does not exist."))

    def named(self, path: Path) -> Target:
        """Return a file that the user names.

        Raises:
            ConfigurationError: its project's table cannot be used.

        """
        return Target(path, self._project_of(path.parent), is_named=True)

    def _in_folder(self, folder: Path) -> Iterator[Target]:
        projects = {folder: self._project_of(folder)}
        # The nearest first, and always in the same order.
        files = sorted(
            project_files(folder, _is_python, self._unreadable),
            key=lambda path: (len(path.parts), str(path)),
        )
        for path in files:
            project = self._project_below(path.parent, projects)
            if not project.configuration.is_excluded(path) and self._is_new(path):
                yield Target(path, project, is_named=project.is_named(path))

    def _unreadable(self, error: OSError) -> None:
        self._report(Trouble(str(error.filename), f"cannot be read: {error.strerror}."))

    def _is_new(self, path: Path) -> bool:
        is_new = path not in self._seen
        self._seen.add(path)
        return is_new

    def _project_below(self, folder: Path, projects: dict[Path, Project]) -> Project:
        """Return the project of a folder within one that is looked through.

        That one's, unless the folder, or one between them, has a table of its own.
        """
        if folder not in projects:
            own = configuration_in(folder)
            projects[folder] = (
                self._project_below(folder.parent, projects)
                if own is None
                else read_project(folder, model_dir_option=self._model_dir, configuration=own)
            )
        return projects[folder]

    def _project_of(self, folder: Path) -> Project:
        if folder not in self._projects:
            configuration = read_configuration(folder)
            root = project_root(folder, configuration)
            known = self._projects.get(root)
            if known is None or known.configuration != configuration:
                known = read_project(
                    root, model_dir_option=self._model_dir, configuration=configuration
                )
            self._projects[folder] = known
        return self._projects[folder]


def project_root(folder: Path, configuration: Configuration) -> Path:
    """Return the folder that stands for the workspace folder of an editor."""
    if configuration.folder is not None:
        return configuration.folder
    home = Path.home()
    for each in (folder, *folder.parents):
        # Nobody's home is a project, though it has a .vscode.
        if each != home and any((each / mark).exists() for mark in _ROOT_MARKS):
            return each
    here = Path.cwd()
    is_whole_disk = here in (home, Path(here.anchor))
    return here if folder.is_relative_to(here) and not is_whole_disk else folder


def _is_python(name: str) -> bool:
    return name.endswith(".py")
