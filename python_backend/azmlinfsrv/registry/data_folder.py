"""Where this user's models and services are kept."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

HOME_VARIABLE = "AZMLINFSRV_HOME"


def data_folder() -> Path:
    """Return the folder; it need not exist. AZMLINFSRV_HOME names another."""
    named = os.environ.get(HOME_VARIABLE)
    return Path(named).absolute() if named else user_data_path("azmlinfsrv", appauthor=False)
