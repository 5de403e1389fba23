"""Logging: the published line format for people, JSON for machines, the request id in both."""

from __future__ import annotations

import functools
import json
import logging
import logging.config
import sys
import time
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

LOGGER_NAME = "azmlinfsrv"
LINE_FORMAT = "%(asctime)s %(levelname).1s [%(process)d] %(name)s - %(message)s"

_FORMATTED = "_azmlinfsrv_line"

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered here, for every line that is logged meanwhile."""


class LineFormatter(logging.Formatter):
    """The published line: ``2026-11-20 16:49:21,921 I [PID] logger - message``, time in UTC.

    Within a request the id follows in brackets.
    """

    def __init__(self) -> None:
        super().__init__(LINE_FORMAT)

    def formatTime(  # noqa: N802 - the name in the standard library
        self, record: logging.LogRecord, datefmt: str | None = None
    ) -> str:
        """Return the time of the record; ``datefmt`` is not used."""
        del datefmt
        return f"{_second(int(record.created))},{int(record.msecs):03d}"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Return the line without any traceback."""
        line = super().formatMessage(record)
        identifier = _request_id_of(record)
        return f"{line} [{identifier}]" if identifier else line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, pid, message, request_id, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        members: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "pid": record.process,
            "message": record.getMessage(),
        }
        if identifier := _request_id_of(record):
            members["request_id"] = identifier
        if record.exc_info:
            members["exception"] = self.formatException(record.exc_info)
        return json.dumps(members)


if TYPE_CHECKING:
    _StreamHandler = logging.StreamHandler[Any]
else:
    # Only from Python 3.11 on the class itself knows of its type parameter.
    _StreamHandler = logging.StreamHandler


class LineHandler(_StreamHandler):
    """Writes each line at once, or, between ``hold()`` and ``write_out()``, many together."""

    _is_held = False

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, which all handlers of this kind have in common."""
        line: str | None = vars(record).get(_FORMATTED)
        if line is None:
            line = vars(record)[_FORMATTED] = super().format(record)
        return line

    def hold(self) -> None:
        """Keep lines back until ``write_out()``."""
        self._is_held = True

    def write_out(self) -> None:
        """Write what was kept back."""
        self._is_held = False
        self.flush()

    def flush(self) -> None:
        """Write what was kept back, unless it is to be kept back."""
        if not self._is_held:
            super().flush()


class _BelowWarning(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno < logging.WARNING


@functools.lru_cache(maxsize=4)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(second))


def _request_id_of(record: logging.LogRecord) -> str | None:
    named: str | None = getattr(record, "request_id", None)
    return named or request_id.get()


def logging_config(
    *, for_editor: bool = False, log_format: str = "text", level: str = "INFO"
) -> dict[str, Any]:
    """Return the configuration (``logging.config.dictConfig``) of the server's loggers.

    As published, the server's own lines go to stdout and those of gunicorn and waitress to stderr.
    Lines of the script's and its libraries' own loggers are shown, too: below WARNING on stdout.
    An editor shows stderr in red, so for one every logger is divided so.
    """
    own = {"level": level, "handlers": ["stdout"], "propagate": False}
    front = {"level": "INFO", "handlers": ["stderr"], "propagate": False}
    divided = {"handlers": ["calm", "alarm"], "propagate": False}
    if for_editor:
        own, front = {**own, **divided}, {**front, **divided}
    out = {"()": LineHandler, "stream": sys.stdout, "formatter": "line"}
    err = {"()": LineHandler, "stream": sys.stderr, "formatter": "line"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": JsonFormatter if log_format == "json" else LineFormatter}},
        "filters": {"calm": {"()": _BelowWarning}},
        "handlers": {
            "stdout": out,
            "stderr": err,
            "calm": {**out, "filters": ["calm"]},
            "alarm": {**err, "level": "WARNING"},
        },
        "root": {"level": level, "handlers": ["calm", "alarm"]},
        "loggers": {
            LOGGER_NAME: own,
            **dict.fromkeys(("gunicorn.error", "waitress"), front),
        },
    }


logger = logging.getLogger(LOGGER_NAME)
script_logger = logging.getLogger(f"{LOGGER_NAME}.user_script")
"""What the published server says about the script comes under this name."""
