"""The table ``[tool.azmlinfsrv]`` of a project's pyproject.toml."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

FILE_NAME = "pyproject.toml"
TABLE = "tool.azmlinfsrv"


class ConfigurationError(Exception):
    """The table cannot be used; the message names the file, the line and what is allowed."""


@dataclass(frozen=True)
class Configuration:
    """What a project asks of the analysis.

    Attributes:
        file: where it stands; None if no file has the table.
        select: codes or their beginnings: the rules to apply; empty means all.
        ignore: those to leave out.
        strict: whether warnings count as errors.
        model_dir: the model folder, absolute.
        exclude: patterns, as in .gitignore, of files that are not looked at in a folder.
        entry_scripts: patterns of files that are entry scripts whatever they look like.

    """

    file: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strict: bool = False
    model_dir: str | None = None
    exclude: tuple[str, ...] = ()
    entry_scripts: tuple[str, ...] = ()

    @property
    def folder(self) -> Path | None:
        """The folder that its patterns and relative paths belong to."""
        return self.file.parent if self.file else None

    def is_excluded(self, path: Path) -> bool:
        """Return whether a file is to be passed over when a folder is looked through."""
        return bool(self.exclude) and self._matches(self._excluded, path)

    def is_entry_script(self, path: Path) -> bool:
        """Return whether the table says that a file is an entry script."""
        return bool(self.entry_scripts) and self._matches(self._named, path)

    @cached_property
    def _excluded(self) -> GitIgnoreSpec:
        return _compile(self.exclude)

    @cached_property
    def _named(self) -> GitIgnoreSpec:
        return _compile(self.entry_scripts)

    def _matches(self, patterns: GitIgnoreSpec, path: Path) -> bool:
        folder = self.folder
        if folder is None or not path.is_relative_to(folder):
            return False
        return patterns.match_file(path.relative_to(folder).as_posix())


def read_configuration(folder: Path) -> Configuration:
    """Return the table of the nearest pyproject.toml that has one: in ``folder`` or above it.

    Raises:
        ConfigurationError: it cannot be read, or holds what does not belong there.

    """
    for each in (folder, *folder.parents):
        if (found := configuration_in(each)) is not None:
            return found
    return Configuration()


def configuration_in(folder: Path) -> Configuration | None:
    """Return the table of the folder's own pyproject.toml; None if it has none.

    Raises:
        ConfigurationError: it cannot be read, or holds what does not belong there.

    """
    file = folder / FILE_NAME
    try:
        text = file.read_bytes() if file.is_file() else b""
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}.") from None
    # Most projects' files say nothing about us, and need not be parsed.
    if b"azmlinfsrv" not in text:
        return None
    table = _table(file, text)
    return None if table is None else _from_table(file, text, table)


def _compile(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    # Only a project with patterns pays for the import.
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


def _table(file: Path, text: bytes) -> object:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        document = tomllib.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{file}: is not TOML: {error}") from None
    tool = document.get("tool")
    return tool.get("azmlinfsrv") if isinstance(tool, dict) else None


def _from_table(file: Path, text: bytes, table: object) -> Configuration:
    lines = text.decode("utf-8").splitlines()
    if not isinstance(table, dict):
        raise ConfigurationError(f"{file}:{_line(lines, None)}: [{TABLE}] is not a table.")
    values: dict[str, Any] = {}
    for written, value in table.items():
        where = f"{file}:{_line(lines, written)}: {written} in [{TABLE}]"
        key = written.replace("-", "_")
        read = _KEYS.get(key)
        if read is None:
            near = get_close_matches(key, _KEYS, 1)
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(_KEYS)}."
            raise ConfigurationError(f"{where}: there is no such key. {hint}")
        try:
            values[key] = read(value)
        except _UnfitError as error:
            raise ConfigurationError(f"{where}: {error}") from None
    if values.get("model_dir"):
        # Path.expanduser() raises for a user who does not exist.
        named = os.path.expanduser(values["model_dir"])  # noqa: PTH111
        values["model_dir"] = str(file.parent / named)
    return Configuration(file, **values)


class _UnfitError(Exception):
    """A value of another type than the key takes."""


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _UnfitError('it takes a list of texts, such as ["one", "two"].')
    return tuple(value)


def _codes(value: object) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in _texts(value))


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _UnfitError("it takes true or false.")
    return value


def _folder(value: object) -> str:
    if not isinstance(value, str):
        raise _UnfitError('it takes a text, such as "model".')
    return value


_KEYS: Mapping[str, Callable[[object], object]] = {
    "select": _codes,
    "ignore": _codes,
    "strict": _flag,
    "model_dir": _folder,
    "exclude": _texts,
    "entry_scripts": _texts,
}


def _line(lines: list[str], key: str | None) -> int:
    """Return the line of a key, from 1; of the table if the key is written in another way.

    The parser does not tell it.
    """
    tables = [number for number, line in enumerate(lines) if "azmlinfsrv" in line]
    start = next((number for number in tables if TABLE in lines[number]), tables[0])
    if key is not None:
        pattern = re.compile(rf"(?:^|[\s.{{,]){re.escape(key)}[\"']?\s*=")
        for number in range(start, len(lines)):
            if pattern.search(lines[number]):
                return number + 1
    return start + 1
