"""``azureml_user.parallel_run``, which batch scripts import for a logger and their folders."""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
from pathlib import Path
from types import ModuleType

_PACKAGE, _MODULE = "azureml_user", "azureml_user.parallel_run"
OUTPUT_VARIABLE = "AZUREML_BI_OUTPUT_PATH"


class EntryScript:
    """One for all who ask, as published: what the script knows about its run."""

    _only: EntryScript | None = None

    def __new__(cls) -> EntryScript:
        """Return the one that there is."""
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    @property
    def logger(self) -> logging.Logger:
        """A logger whose lines come with the script's output."""
        return logging.getLogger("azmlinfsrv.user_script")

    @property
    def output_dir(self) -> str:
        """Where the script may write files of its own."""
        return os.environ.get(OUTPUT_VARIABLE, ".")

    @property
    def working_dir(self) -> str:
        """The working directory."""
        return str(Path.cwd())

    @property
    def log_dir(self) -> str:
        """Where the script may write logs."""
        return self.output_dir


def install() -> None:
    """Make the import name available in this process, unless somebody else does."""
    if _PACKAGE in sys.modules or importlib.util.find_spec(_PACKAGE) is not None:
        return
    package, module = ModuleType(_PACKAGE), ModuleType(_MODULE)
    package.__path__ = []
    module.EntryScript = EntryScript  # type: ignore[attr-defined]
    package.parallel_run = module  # type: ignore[attr-defined]
    sys.modules[_PACKAGE], sys.modules[_MODULE] = package, module
