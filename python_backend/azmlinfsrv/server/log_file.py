"""A ``logging.json`` of the user's: loggers, handlers and formats of their own."""

from __future__ import annotations

import json
import logging.config
import sys
import time
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from azmlinfsrv.scoring import EntryScriptError
from azmlinfsrv.server import log
from azmlinfsrv.server.kept_log import KeptLog

FILE_NAME = "logging.json"
_PUBLISHED_MODULE = "azureml_inference_server_http.log_config"


class RootAccessFilter(logging.Filter):
    """Drops the access lines of health probes; existing files name it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record but that of a ``GET /``."""
        return "GET / HTTP/1." not in record.getMessage()


def apply_logging_file(app_root: Path, script: Path) -> None:
    """Configure logging by the first ``logging.json`` in the root or beside the script, if any.

    Raises:
        EntryScriptError: it cannot be used.

    """
    folders = dict.fromkeys((app_root, script.parent))
    file = next((f for folder in folders if (f := folder / FILE_NAME).is_file()), None)
    if file is None:
        return
    _offer_published_names()
    kept = [handler for handler in log.logger.handlers if isinstance(handler, KeptLog)]
    try:
        logging.config.dictConfig(json.loads(file.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError, TypeError, AttributeError, ImportError, KeyError) as error:
        reason = error.__cause__ or error
        raise EntryScriptError(f"Invalid config file!: {file}: {reason}") from error
    for handler in kept:
        handler.join()
    log.logger.info("Loaded logging config from %s", file)


def _offer_published_names() -> None:
    """Let the file name the published formatter and filter: they are ours."""
    if _PUBLISHED_MODULE in sys.modules:
        return
    package = _PUBLISHED_MODULE.rpartition(".")[0]
    if package not in sys.modules:
        sys.modules[package] = _package(package)
    module = ModuleType(_PUBLISHED_MODULE, __doc__)
    vars(module).update(AMLLogFormatter=_AMLLogFormatter, RootAccessFilter=RootAccessFilter)
    sys.modules[_PUBLISHED_MODULE] = module
    sys.modules[package].log_config = module  # type: ignore[attr-defined]


def _package(name: str) -> ModuleType:
    package = ModuleType(name)
    package.__path__ = []
    package.__spec__ = ModuleSpec(name, None, is_package=True)
    return package


class _AMLLogFormatter(logging.Formatter):
    """The published formatter: the published line unless the file gives a format; time in UTC."""

    def __init__(self, fmt: str | None = None, *arguments: Any, **options: Any) -> None:
        super().__init__(fmt or log.LINE_FORMAT, *arguments, **options)
        self.converter = time.gmtime
