"""``print()`` in the entry script as log records, as published."""

from __future__ import annotations

import builtins
import logging
import sys
import threading
from typing import Any

_logger = logging.getLogger("azmlinfsrv.print")
_original_print = builtins.print
_unfinished = threading.local()


def install() -> None:
    """Let every ``print()`` to standard output become a record of ``azmlinfsrv.print``.

    One record for each call; calls that end otherwise than with a line break go on in the next.
    """
    builtins.print = _print


def flush_prints() -> None:
    """Log what was printed without a line break, when a request or ``init()`` ends."""
    if text := vars(_unfinished).pop("text", ""):
        _logger.info("%s", text)


def _print(
    *values: object,
    sep: str | None = " ",
    end: str | None = "\n",
    file: Any = None,
    flush: bool = False,
) -> None:
    if file is not None and file is not sys.stdout:
        _original_print(*values, sep=sep, end=end, file=file, flush=flush)
        return
    text = (" " if sep is None else sep).join(map(str, values)) + ("\n" if end is None else end)
    text = vars(_unfinished).pop("text", "") + text
    if text.endswith("\n"):
        _logger.info("%s", text[:-1])
    else:
        _unfinished.text = text
