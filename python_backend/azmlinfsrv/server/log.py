"""Logging in the published line format: UTC time, one-letter level, process, logger, message."""

from __future__ import annotations

import logging
import logging.config
import sys
import time
from typing import Any

LOGGER_NAME = "azmlinfsrv"
_FORMAT = "%(asctime)s %(levelname).1s [%(process)d] %(name)s - %(message)s"


class LineFormatter(logging.Formatter):
    """The published line: ``2026-11-20 16:49:21,921 I [PID] logger - message``."""

    def __init__(self) -> None:
        super().__init__(_FORMAT)
        self.converter = time.gmtime


class _BelowWarning(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno < logging.WARNING


class HealthProbeFilter(logging.Filter):
    """Drops the access lines of health probes, which would drown everything else."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record but that of a successful ``GET /``."""
        atoms = record.args
        return not (isinstance(atoms, dict) and atoms.get("r", "").startswith("GET / "))


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": LineFormatter}},
    "filters": {"probes": {"()": HealthProbeFilter}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": sys.stdout, "formatter": "line"},
        "stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"},
    },
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        LOGGER_NAME: {"level": "INFO", "handlers": ["stdout"], "propagate": False},
        "gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        "gunicorn.access": {
            "level": "INFO",
            "handlers": ["stdout"],
            "filters": ["probes"],
            "propagate": False,
        },
        "waitress": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
    },
}


def logging_config(*, for_editor: bool = False) -> dict[str, Any]:
    """Return the configuration of the server's loggers, and of warnings of everything else.

    As published, gunicorn and waitress log to stderr and the server itself to stdout. An editor
    shows stderr in red, so for one the lines from WARNING up go to stderr and the others do not.
    """
    if not for_editor:
        return LOGGING
    calm = {"level": "INFO", "handlers": ["stdout_calm", "stderr_alarm"], "propagate": False}
    handlers = LOGGING["handlers"]
    return {
        **LOGGING,
        "filters": {**LOGGING["filters"], "calm": {"()": _BelowWarning}},
        "handlers": {
            **handlers,
            "stdout_calm": {**handlers["stdout"], "filters": ["calm"]},
            "stderr_alarm": {**handlers["stderr"], "level": "WARNING"},
        },
        "loggers": {
            **LOGGING["loggers"],
            **dict.fromkeys((LOGGER_NAME, "gunicorn.error", "waitress"), calm),
        },
    }


def configure_logging(*, for_editor: bool = False) -> None:
    """Set up the loggers of this process."""
    logging.config.dictConfig(logging_config(for_editor=for_editor))


logger = logging.getLogger(LOGGER_NAME)
