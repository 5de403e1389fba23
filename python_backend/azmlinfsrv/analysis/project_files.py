"""The files of a project, without those that are not its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

_SKIPPED_FOLDERS = frozenset(
    {"__pycache__", "node_modules", "site-packages", "dist-packages", "build", "dist"}
)
_MAX_FILES = 20_000


def project_files(
    folder: Path,
    is_wanted: Callable[[str], bool],
    on_error: Callable[[OSError], object] | None = None,
) -> Iterator[Path]:
    """Yield the files below ``folder`` whose name is wanted, 20,000 at most.

    Hidden folders, environments and build output are passed over. ``on_error`` is told of folders
    that cannot be read.
    """
    remaining = _MAX_FILES
    for root, folders, files in os.walk(folder, onerror=on_error):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED_FOLDERS
            and not Path(root, name, "pyvenv.cfg").exists()
        )
        for name in files:
            if is_wanted(name):
                remaining -= 1
                if remaining < 0:
                    return
                yield Path(root, name)
