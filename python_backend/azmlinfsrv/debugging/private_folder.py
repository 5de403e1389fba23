"""Where the servers of this user leave what only this user may see."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
import warnings
from pathlib import Path
from typing import Any


class NotPrivateError(OSError):
    """The folder belongs to somebody else, or others may look into it."""


def records_folder() -> Path:
    """Return the folder with the records of this user's servers; it need not exist.

    Raises:
        OSError: another user has made a folder in its place.

    """
    # Whoever only reads or writes files here does not wait for it.
    from platformdirs import user_runtime_path

    with warnings.catch_warnings():
        # Of a system without such a place for each user, as a container is. There is another.
        warnings.simplefilter("ignore")
        return user_runtime_path("azmlinfsrv", appauthor=False)


def make_private(folder: Path) -> None:
    """Make a folder that only this user can open.

    Raises:
        NotPrivateError: there is one, and it is not that. In a folder like ``/tmp`` another user
            could have made it first.

    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if sys.platform == "win32":
        # Below the user's profile, which Windows keeps from other users.
        return
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise NotPrivateError(f"{folder} belongs to another user.")
    if found.st_mode & 0o077:
        folder.chmod(0o700)


def write_private(file: Path, content: dict[str, Any]) -> None:
    """Write a JSON file that only this user can read, whole or not at all.

    Raises:
        OSError: it cannot be written; what was there before still is.

    """
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(content, stream)
        beside.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        # A write that fails does not tell of which file.
        raise OSError(error.errno, error.strerror, str(file)) from error


def overwrite_private(file: Path, content: dict[str, Any]) -> None:
    """Write such a file anew where it lies, which needs no room on a disk that is full.

    Raises:
        OSError: it cannot be written, or is not there.

    """
    with file.open("r+b", buffering=0) as stream:
        # At once, and no shorter than before: whoever reads it meanwhile finds one text.
        stream.write(json.dumps(content).encode().ljust(os.fstat(stream.fileno()).st_size))


def read_private(file: Path) -> dict[str, Any] | None:
    """Return the content of such a file; None when there is none that can be read."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
