"""Life-cycle events of a server, for a program that started it.

When the environment variable AZMLINFSRV_EVENTS names a file, one JSON object a line is appended
to it: ``listening`` (url), ``ready`` (url, pid), ``failed`` (message, whether a setting is to
blame, file, line and, for an import that failed, what is missing), and with --reload ``reloaded``
and ``reloadFailed`` (as ``failed``, but the old code goes on).
So an editor learns what happened without reading the log.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # A supervisor, which reads events only, does not wait for the scoring core's libraries.
    from azmlinfsrv.scoring import EntryScriptError

USAGE_ERROR = 1
"""Exit status for options that cannot be used and a port that is taken."""
BOOT_FAILURE = 3
"""Exit status when the entry script cannot be served; gunicorn then ends the master, too."""

FAILED = "failed"
RELOAD_FAILED = "reloadFailed"
EVENTS_VARIABLE = "AZMLINFSRV_EVENTS"


def is_watched() -> bool:
    """Return whether a program (an editor) started this server and follows its events."""
    return bool(os.environ.get(EVENTS_VARIABLE))


def report(event: str, **details: object) -> None:
    """Append an event, if anyone asked for events."""
    path = os.environ.get(EVENTS_VARIABLE)
    if not path:
        return
    line = json.dumps({"event": event, **details}) + "\n"
    # Whoever asked may be gone; the server goes on without an audience.
    with contextlib.suppress(OSError), Path(path).open("a", encoding="utf-8") as events:
        events.write(line)


def report_failure(
    error: EntryScriptError, *, is_setting: bool = False, event: str = FAILED
) -> None:
    """Report that the entry script cannot be served, or that a setting is to blame."""
    location = error.location
    report(
        event,
        message=error.message,
        is_setting=is_setting,
        file=location.file if location else None,
        line=location.line if location else None,
        missing_module=error.missing_module,
        missing_distribution=error.missing_distribution,
    )
