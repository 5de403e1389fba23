"""How failures of the entry script are told: to the log, and with --show_errors to the client."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from azmlinfsrv.scoring import EntryScriptError
from azmlinfsrv.scoring.errors import format_frames, frames_of_thread, location_in
from azmlinfsrv.scoring.time_limit import TimeLimitError
from azmlinfsrv.server.log import script_logger
from azmlinfsrv.server.request_ids import IdHeaders
from azmlinfsrv.server.running import Running

_LONGEST = 10_000


def log_script_error(error: EntryScriptError, ids: IdHeaders | None = None) -> None:
    """Log a failure of the entry script: where and what first, then the script's own stack.

    ``ids`` are those of the request, in a thread that is not answering it.
    """
    extra = {"request_id": ids[0][1]} if ids else None
    script_logger.error("%s", error, extra=extra)
    if error.details:
        script_logger.error("In the entry script:\n%s", error.details, extra=extra)


def with_details(body: bytes, error: EntryScriptError, ids: IdHeaders) -> bytes:
    """Return the JSON of an error with what a developer wants to know.

    Its further members are error_type, error_message, file, line (from 1) and request_id; null
    where nothing is known.
    """
    cause = error.__cause__ or error
    kind = TimeoutError if isinstance(cause, TimeLimitError) else type(cause)
    details = {
        "error_type": kind.__name__,
        "error_message": _text_of(cause) or error.message,
        "file": error.location.file if error.location else None,
        "line": error.location.line if error.location else None,
        "request_id": ids[0][1] if ids else None,
    }
    return json.dumps({**json.loads(body), **details}).encode()


def _text_of(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - the user's own __str__
        return "<exception str() failed>"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def not_returned(running: Running[Any], script: Path) -> EntryScriptError:
    """Describe a ``run()`` that does not return, and where in the script it is just now."""
    frames = frames_of_thread(running.thread, script)
    milliseconds = (time.monotonic() - running.since) * 1000
    error = EntryScriptError(
        f"run() has not returned after {milliseconds:.0f} ms",
        location=location_in(frames, script),
        details=format_frames(frames),
    )
    error.__cause__ = TimeoutError(error.message)
    return error
