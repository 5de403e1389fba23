"""What is registered: a file, or a folder with all that is in it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.registry.errors import NoSuchModelError, RegistryError

# Far more than a model has. A few links to folders with links to folders make billions of files.
_MOST_LINKS = 1000


@dataclass(frozen=True)
class SourceFile:
    """One file: where it lies, and where it belongs in the model, with slashes."""

    path: Path
    name: str


@dataclass(frozen=True)
class Source:
    """The files and folders of a model, in order of their names; folders come before files."""

    path: Path
    folders: tuple[str, ...]
    files: tuple[SourceFile, ...]


def read_source(path: Path) -> Source:
    """Return what a model that is registered from ``path`` consists of.

    Links are followed where they lead to something within the folder: what is kept has to be whole
    on its own, and may not take in what nobody meant to register.

    Raises:
        NoSuchModelError: there is nothing at ``path``.
        RegistryError: it holds nothing, or something that cannot be kept.

    """
    try:
        real = path.resolve(strict=True)
        if not real.is_dir():
            _check_regular(real, path, "Name a file or a folder.")
            return Source(real, (), (SourceFile(real, path.name),))
        walk = _Walk(real, path)
        walk.enter(real, "", (real,))
    except (FileNotFoundError, NotADirectoryError) as error:
        missing = error.filename or path
        raise NoSuchModelError(f"{missing} does not exist. Name a file or a folder.") from error
    except RuntimeError as error:  # Python 3.12 and older, of a link that leads to itself.
        raise RegistryError(f"{path} is a link that leads nowhere.") from error
    except OSError as error:
        raise RegistryError(
            f"{error.filename or path} cannot be read: {error.strerror or error}."
        ) from error
    if not walk.files:
        raise RegistryError(f"{path} holds no file: there is nothing to register.")
    return Source(real, tuple(sorted(walk.folders)), tuple(sorted(walk.files, key=_name)))


class _Walk:
    def __init__(self, root: Path, shown: Path) -> None:
        self._root = root
        self._shown = shown
        self._links = 0
        self.folders: list[str] = []
        self.files: list[SourceFile] = []

    def enter(self, folder: Path, prefix: str, above: tuple[Path, ...]) -> None:
        """Take in a folder; ``above`` are the folders that it was reached through."""
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
        for entry in entries:
            name = prefix + entry.name
            path = Path(entry.path)
            if entry.is_symlink():
                path = self._target(path, name)
            if path.is_dir():
                if path in above:
                    raise RegistryError(
                        f"{self._shown / name} is a link to a folder that it lies in. Remove it."
                    )
                self.folders.append(name)
                self.enter(path, f"{name}/", (*above, path))
            else:
                _check_regular(path, self._shown / name, "Remove it.")
                self.files.append(SourceFile(path, name))

    def _target(self, link: Path, name: str) -> Path:
        self._links += 1
        if self._links > _MOST_LINKS:
            raise RegistryError(
                f"{self._shown} leads through more than {_MOST_LINKS:,} links. Register a folder "
                "that holds the files themselves."
            )
        try:
            target = link.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            raise RegistryError(
                f"{self._shown / name} is a link that leads nowhere. Remove it."
            ) from error
        if not target.is_relative_to(self._root):
            raise RegistryError(
                f"{self._shown / name} is a link to {target}, outside of {self._shown}. Put the "
                "file itself there: `cp -rL` copies a folder so."
            )
        return target


def _check_regular(path: Path, shown: Path, advice: str) -> None:
    # A pipe would be waited for, and a device has no end.
    if not stat.S_ISREG(path.stat().st_mode):
        raise RegistryError(f"{shown} is no file with content; a model cannot have it. {advice}")


def _name(file: SourceFile) -> str:
    return file.name
