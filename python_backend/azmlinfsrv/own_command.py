"""How this program is started once more. Imports little: some are waited for."""

from __future__ import annotations

import os.path
import sys
from collections.abc import Sequence


def own_command() -> Sequence[str]:
    """Return how this program is started, for a child that is to see the same libraries."""
    main = getattr(sys.modules.get("__main__"), "__file__", None) or ""
    if main.endswith("bootstrap.py"):
        return (sys.executable, os.path.abspath(main))  # noqa: PTH100 - pathlib is not imported yet
    return (sys.executable, "-m", "azmlinfsrv")
