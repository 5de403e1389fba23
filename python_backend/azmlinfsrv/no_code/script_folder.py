"""A place for a script that nobody asked to keep."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_SCRIPT = "score.py"


@contextlib.contextmanager
def kept_while_serving(source: str) -> Iterator[Path]:
    """Write a script into a folder that only this user can open; it is gone afterwards.

    Raises:
        OSError: there is no room for it.

    """
    folder = Path(tempfile.mkdtemp(prefix="azmlinfsrv-model-"))
    owner = os.getpid()
    try:
        script = folder / _SCRIPT
        script.write_text(source, encoding="utf-8")
        yield script
    finally:
        # A worker that ends comes by here as well, and the next one needs the script.
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)
