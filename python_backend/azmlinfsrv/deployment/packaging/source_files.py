"""Which files of a folder are shipped, and which are left out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from azmlinfsrv.deployment.packaging.errors import NotFoundError, PackagingError
from azmlinfsrv.deployment.packaging.secrets import secret_in_file

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILES = (".amlignore", ".gitignore")
_NEVER_FOLDERS = {
    "__pycache__": "made by Python when it runs",
    **dict.fromkeys((".git", ".hg", ".svn"), "the history of the source"),
    **dict.fromkeys((".ssh", ".aws", ".azure", ".gnupg"), "may hold secrets"),
    **dict.fromkeys((".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox"), "a tool's cache"),
    ".ipynb_checkpoints": "a tool's cache",
    **dict.fromkeys((".vscode", ".idea", ".devcontainer"), "an editor's settings"),
    "node_modules": "libraries of another platform",
}
_NEVER_FILES = {".DS_Store": "made by the file manager", "Thumbs.db": "made by the file manager"}
# Far deeper than any project, and not as deep as Python can remove.
_DEEPEST = 200
_COMPILED = (".pyc", ".pyo")


@dataclass(frozen=True)
class ShippedFile:
    """A file that is shipped: its content, and its name below the folder, with slashes."""

    path: Path
    name: str


@dataclass(frozen=True)
class LeftOut:
    """A file or folder (its name ends with a slash) that is not shipped, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Collection:
    """What of a folder is shipped, in the order of names."""

    files: tuple[ShippedFile, ...]
    left_out: tuple[LeftOut, ...]


def collect(folder: Path, *, heeds_ignore_files: bool, is_whole: bool = False) -> Collection:
    """Return what of a folder is shipped.

    Args:
        folder: the folder, absolute.
        heeds_ignore_files: whether its ``.amlignore``, or else its ``.gitignore``, counts.
        is_whole: ship everything, as of a registered model.

    Raises:
        PackagingError: a link leads out of the folder or nowhere, or a file cannot be read.

    """
    root = folder.resolve()
    ignored = _ignore_rules(root) if heeds_ignore_files else None
    walk = _Walk(root, ignored, is_whole=is_whole)
    try:
        files = sorted(walk.files(), key=lambda file: file.name)
    except OSError as error:
        message = f"{error.filename} cannot be read: {error.strerror}."
        raise PackagingError(message) from error
    return Collection(tuple(files), tuple(sorted(walk.left_out, key=lambda each: each.name)))


@dataclass(frozen=True)
class _IgnoreRules:
    file: str
    rules: GitIgnoreSpec


def _ignore_rules(folder: Path) -> _IgnoreRules | None:
    from pathspec import GitIgnoreSpec

    for name in IGNORE_FILES:
        path = folder / name
        if not path.is_file():
            continue
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
            return _IgnoreRules(name, GitIgnoreSpec.from_lines(lines))
        except OSError as error:
            raise PackagingError(f"{path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise PackagingError(f"{path} is not a list of patterns: {error}.") from error
    return None


class _Walk:
    def __init__(self, root: Path, ignored: _IgnoreRules | None, *, is_whole: bool) -> None:
        self.left_out: list[LeftOut] = []
        self._root = root
        self._ignored = ignored
        self._is_whole = is_whole

    def files(self) -> Iterator[ShippedFile]:
        """Yield the files that are shipped, and note those that are not."""
        # Each with the folders that it was reached through. Not by recursion: depth is the user's.
        waiting: list[tuple[Path, str, tuple[Path, ...]]] = [(self._root, "", (self._root,))]
        while waiting:
            folder, prefix, above = waiting.pop()
            if len(above) > _DEEPEST:
                raise PackagingError(
                    f"{self._root} has folders more than {_DEEPEST} deep: {prefix[:80]}…"
                )
            with os.scandir(folder) as scan:
                entries = list(scan)
            for entry in entries:
                name = prefix + entry.name
                status = self._status_if_shipped(entry, name, above)
                if status is None:
                    continue
                if stat.S_ISDIR(status.st_mode):
                    path = Path(entry.path)
                    real = path.resolve() if entry.is_symlink() else above[-1] / entry.name
                    waiting.append((path, name + "/", (*above, real)))
                elif not stat.S_ISREG(status.st_mode):
                    self.left_out.append(LeftOut(name, "is not a file"))
                elif not self._is_whole and (reason := secret_in_file(Path(entry.path))):
                    self.left_out.append(LeftOut(name, reason))
                else:
                    yield ShippedFile(Path(entry.path), name)

    def _status_if_shipped(
        self, entry: os.DirEntry[str], name: str, above: tuple[Path, ...]
    ) -> os.stat_result | None:
        path, is_folder = Path(entry.path), _is_folder(entry)
        if reason := self._kept_out_by_name(path, name, is_folder=is_folder):
            self.left_out.append(LeftOut(name + "/" * is_folder, reason))
            return None
        if entry.is_symlink():
            self._check_link(path, name, above)
        return path.stat()

    def _kept_out_by_name(self, path: Path, name: str, *, is_folder: bool) -> str | None:
        """Return why a file or folder is left out; links of such names are not even followed."""
        if self._is_whole:
            return None
        if is_folder:
            if path.name in _NEVER_FOLDERS:
                return _NEVER_FOLDERS[path.name]
            if (path / "pyvenv.cfg").exists() or (path / "conda-meta").is_dir():
                return "an environment of Python"
        elif path.name in _NEVER_FILES:
            return _NEVER_FILES[path.name]
        elif path.suffix in _COMPILED:
            return "made by Python when it runs"
        if self._ignored and self._ignored.rules.match_file(name + "/" * is_folder):
            return self._ignored.file
        return None

    def _check_link(self, path: Path, name: str, above: tuple[Path, ...]) -> None:
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            raise NotFoundError(
                f"{self._root} has a link {name} to {path.readlink()}, which leads nowhere. "
                "Remove it, or name it in .amlignore."
            ) from error
        if not target.is_relative_to(self._root):
            raise PackagingError(
                f"{self._root} has a link {name} to {target}, outside of that folder. "
                "Put a copy in its place, or name it in .amlignore."
            )
        if target in above:
            raise PackagingError(
                f"{self._root} has a link {name} to the folder that it is in; remove it, "
                "or name it in .amlignore."
            )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
