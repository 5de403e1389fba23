"""The hashes of a model's files, as ``sha256sum`` writes and checks them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath

from azmlinfsrv.registry.errors import DamagedModelError

_CHUNK = 1 << 20
_DIGITS = 64
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file's content; takes a mebibyte of memory, whatever its size."""
    digest = hashlib.sha256()
    with file.open("rb", buffering=0) as stream:
        buffer = bytearray(_CHUNK)
        view = memoryview(buffer)
        while count := stream.readinto(buffer):
            digest.update(view[:count])
    return digest.hexdigest()


def hashes_text(hashes: Mapping[str, str]) -> bytes:
    """Return the lines for files by name; ``sha256sum -c`` in the model's folder reads them."""
    return "".join(_line(name, hashes[name]) for name in sorted(hashes)).encode(
        errors="surrogateescape"
    )


def hash_of_text(text: bytes) -> str:
    """Return the hash that stands for all files of a model."""
    return hashlib.sha256(text).hexdigest()


def read_hashes(file: Path) -> dict[str, str]:
    """Return the hashes by the files' names.

    Raises:
        DamagedModelError: the file is not there or holds something else.

    """
    try:
        lines = file.read_bytes().decode(errors="surrogateescape").split("\n")
    except OSError as error:
        raise DamagedModelError(f"{file} cannot be read: {error.strerror or error}.") from error
    return dict(_parsed(lines, file))


def _line(name: str, digest: str) -> str:
    written = "".join(_ESCAPES.get(character, character) for character in name)
    return f"{chr(92) if written != name else ''}{digest}  {written}\n"


def _parsed(lines: Iterable[str], file: Path) -> Iterable[tuple[str, str]]:
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        is_escaped = line.startswith("\\")
        digest, gap, name = line[is_escaped:].partition("  ")
        if len(digest) != _DIGITS or not gap or not name:
            raise DamagedModelError(f"{file}, line {number}: no hash and name of a file.")
        name = _unescaped(name) if is_escaped else name
        if PurePath(name).is_absolute() or ".." in PurePath(name).parts:
            # Of a registry that somebody else may write to: a copy would leave its folder.
            raise DamagedModelError(f"{file}, line {number}: {name} leads out of the model.")
        yield name, digest


def _unescaped(name: str) -> str:
    meanings = {short[1]: character for character, short in _ESCAPES.items()}
    letters = iter(name)
    return "".join(
        meanings.get(next(letters, ""), "") if letter == "\\" else letter for letter in letters
    )
