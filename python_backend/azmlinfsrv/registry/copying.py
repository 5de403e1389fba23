"""Files copied whole: read once, written, and compared by hash with what was read."""

from __future__ import annotations

import hashlib
import os
import stat
from io import FileIO
from pathlib import Path

from azmlinfsrv.registry.errors import DamagedModelError, RegistryError
from azmlinfsrv.registry.hashes import hash_of
from azmlinfsrv.registry.source import Source

_CHUNK = 1 << 20


def copy_source(source: Source, target: Path) -> tuple[dict[str, str], int]:
    """Copy a model's files into a folder; returns their hashes by name, and the bytes of all.

    Raises:
        OSError: the folder cannot be written.
        RegistryError: a file cannot be read, or changes meanwhile.

    """
    for name in source.folders:
        (target / name).mkdir(parents=True)
    hashes: dict[str, str] = {}
    size = 0
    for file in source.files:
        hashes[file.name], count = copy_file(file.path, target / file.name)
        size += count
    return hashes, size


def copy_file(source: Path, target: Path) -> tuple[str, int]:
    """Copy a file's content; returns its hash, and its size in bytes.

    Takes two mebibytes of memory, whatever the size. What was written has reached the disk, and
    was read again and found to be what was read.

    Raises:
        OSError: the copy cannot be written.
        RegistryError: the file cannot be read, or changes meanwhile.

    """
    try:
        reading = FileIO(source, opener=_open_without_wait)
    except OSError as error:
        raise _read_error(source, error) from error
    with reading:
        before = os.fstat(reading.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise RegistryError(f"{source} is no file with content; a model cannot have it.")
        digest = hashlib.sha256()
        buffer = bytearray(_CHUNK)
        view = memoryview(buffer)
        with FileIO(target, "x") as writing:
            while count := _read_into(reading, buffer, source):
                digest.update(view[:count])
                _write(writing, view[:count])
            os.fsync(writing.fileno())
        written = hash_of(target)
        after = os.fstat(reading.fileno())
    if _stamp(before) != _stamp(after):
        raise RegistryError(f"{source} was changed while it was copied. Try again when it is done.")
    if written != digest.hexdigest():
        raise DamagedModelError(
            f"{target} does not hold what was written to it. The disk may be failing."
        )
    return written, after.st_size


def _open_without_wait(path: str, flags: int) -> int:
    # A pipe that has taken the file's place is not waited for. Windows has neither.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read_into(reading: FileIO, buffer: bytearray, source: Path) -> int:
    try:
        return reading.readinto(buffer) or 0
    except OSError as error:
        raise _read_error(source, error) from error


def _write(writing: FileIO, data: memoryview) -> None:
    # Without a buffer a write may be cut short, as on a disk that is nearly full.
    while data:
        data = data[writing.write(data) :]


def _read_error(source: Path, error: OSError) -> RegistryError:
    return RegistryError(f"{source} cannot be read: {error.strerror or error}.")


def _stamp(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns
