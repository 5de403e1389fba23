"""How a file is called in its repository, for services that show it there."""

from __future__ import annotations

import os
from pathlib import Path

from azmlinfsrv.cli.report import relative_to


def path_in_repository(path: Path) -> str:
    """Return a path with slashes, from the checkout in a GitHub workflow, else from here."""
    checkout = os.environ.get("GITHUB_WORKSPACE")
    folder = Path(checkout) if checkout and path.is_relative_to(checkout) else Path.cwd()
    return Path(relative_to(folder, path)).as_posix()
