"""The way from a document's address to a file's path, and back."""

from __future__ import annotations

from pathlib import Path

from pygls.uris import from_fs_path, to_fs_path


def path_of(uri: str) -> Path | None:
    """Return the file that an address names; None for whatever is not on the disk."""
    try:
        name = to_fs_path(uri)
    except ValueError:
        return None
    return Path(name) if name and "\0" not in name else None


def uri_of(path: Path) -> str:
    """Return the address of a file."""
    return from_fs_path(str(path)) or path.as_uri()
