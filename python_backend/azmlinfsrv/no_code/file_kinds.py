"""What a file is, told from its first bytes."""

from __future__ import annotations

import enum
import re
from pathlib import Path

_HEAD = 64


class FileKind(enum.Enum):
    """What was found in a file."""

    PICKLE = enum.auto()
    COMPRESSED = enum.auto()
    ONNX = enum.auto()
    ZIP = enum.auto()
    HDF5 = enum.auto()
    LFS_POINTER = enum.auto()
    EMPTY = enum.auto()
    UNREADABLE = enum.auto()
    UNKNOWN = enum.auto()


_MAGIC = (
    (b"version https://git-lfs", FileKind.LFS_POINTER),
    (b"PK\x03\x04", FileKind.ZIP),
    (b"\x89HDF\r\n", FileKind.HDF5),
    # What joblib compresses with: gzip, bzip2, xz, LZMA, LZ4 and its own zlib files.
    (b"\x1f\x8b", FileKind.COMPRESSED),
    (b"BZh", FileKind.COMPRESSED),
    (b"\xfd7zXZ\x00", FileKind.COMPRESSED),
    (b"\x5d\x00\x00", FileKind.COMPRESSED),
    (b"\x04\x22\x4d\x18", FileKind.COMPRESSED),
    *((bytes([0x78, level]), FileKind.COMPRESSED) for level in (0x01, 0x5E, 0x9C, 0xDA)),
    # Protocols 2 to 5.
    *((bytes([0x80, protocol]), FileKind.PICKLE) for protocol in range(2, 6)),
)
_PICKLE_SUFFIXES = frozenset({".pkl", ".pickle", ".joblib", ".sav"})
# Protocols 0 and 1 have no mark; an object begins with its class.
_OLD_PICKLE = re.compile(rb"c[A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n")
_ONNX_SUFFIX = ".onnx"
# The first member of an ONNX file, its version, is one byte that is not 0.
_ONNX_VERSION = 0x08


def read_kind(path: Path) -> FileKind:
    """Return what a file is; UNREADABLE for one that cannot be read, or is a pipe or the like.

    ONNX has no mark that no other file has, so that its suffix counts, too.
    """
    try:
        # A pipe would be waited for.
        head = _head(path) if path.is_file() else None
    except OSError:
        head = None
    if head is None:
        return FileKind.UNREADABLE
    if not head:
        return FileKind.EMPTY
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    suffix = path.suffix.lower()
    if suffix == _ONNX_SUFFIX and head[0] == _ONNX_VERSION:
        return FileKind.ONNX
    if suffix in _PICKLE_SUFFIXES and _OLD_PICKLE.match(head):
        return FileKind.PICKLE
    return FileKind.UNKNOWN


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)
