"""``AMLResponse``: an answer with its own status, headers and body."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Response

__all__ = ["AMLResponse"]

_JSON = "application/json"
# Not the comma of a date, and none between quotation marks.
_SEPARATOR = re.compile(
    r"(?<!\bMon)(?<!\bTue)(?<!\bWed)(?<!\bThu)(?<!\bFri)(?<!\bSat)(?<!\bSun),"
    r'(?=(?:[^"]*"[^"]*")*[^"]*$)'
)
_WHOLE = frozenset({"set-cookie"})


class AMLResponse(Response):
    """What ``run()`` returns to decide about status and headers.

    Args:
        message: the body: text, bytes or an iterable of them; None is sent as ``{}``.
        status_code: the HTTP status.
        response_headers: further headers. As published, a value is split at its commas and sent
            as one header for each part; the commas of dates, of quoted strings and of Set-Cookie
            belong to the value.
        json_str: send ``message`` as JSON.
        run_function_failed: the value of ``x-ms-run-function-failed`` below status 500.

    Raises:
        TypeError: a header's value is not text.

    """

    def __init__(
        self,
        message: Any,
        status_code: int,
        response_headers: Mapping[str, str] | None = None,
        json_str: bool = False,
        run_function_failed: bool = False,
    ) -> None:
        if message is None:
            super().__init__("{}", status=status_code, content_type=_JSON)
        elif json_str:
            super().__init__(json.dumps(message), status=status_code, content_type=_JSON)
        else:
            super().__init__(message, status=status_code)
        self.headers["x-ms-run-function-failed"] = str(run_function_failed)
        for name, value in (response_headers or {}).items():
            self._add_header(name, value)

    def _add_header(self, name: str, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError(
                f"The header {name} of AMLResponse is a {type(value).__name__}, not text."
            )
        if name.lower() == "content-type":
            self.headers["Content-Type"] = value
        elif name.lower() in _WHOLE:
            self.headers.add(name, value)
        else:
            for part in _SEPARATOR.split(value):
                self.headers.add(name, part.strip())
