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


def configure_logging() -> None:
    """Set up the server's loggers, and warnings of everything else on stderr."""
    logging.config.dictConfig(LOGGING)


logger = logging.getLogger(LOGGER_NAME)
