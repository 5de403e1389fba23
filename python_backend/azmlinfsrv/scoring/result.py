"""What ``run()`` returned, as an HTTP answer."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from azmlinfsrv.scoring.encoding import EncodedResult, ResultEncoder, ResultError
from azmlinfsrv.scoring.errors import EntryScriptError

if TYPE_CHECKING:
    from flask import Response

RUN_FAILED = "An unexpected error occurred in scoring script. Check the logs for more info."
INTERNAL_ERROR = "An unexpected internal error occurred. Check the logs for more info."

JSON_HEADERS = [("Content-Type", "application/json")]
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
RUN_FAILED_HEADER = "x-ms-run-function-failed"
# Ours to say: a script can override none of them.
_RESERVED = frozenset(
    {
        RUN_FAILED_HEADER,
        "content-length",
        "x-request-id",
        "x-ms-request-id",
        "x-ms-client-request-id",
    }
)


@dataclass(slots=True)
class Answer:
    """The answer to a scoring request.

    Attributes:
        status: HTTP status code.
        body: bytes, or an iterator of them that is sent as it comes.
        headers: Content-Type and whatever the script has set; no Content-Length.
        run_failed: whether the script is to blame; None where nobody is asked.
        run_ms: milliseconds inside ``run()``; None when it did not return.
        error: what went wrong in the script, for the log.
        notice: what is worth a warning although there is an answer.

    """

    status: int
    body: bytes | Iterator[bytes]
    headers: list[tuple[str, str]] = field(default_factory=lambda: JSON_HEADERS)
    run_failed: bool | None = False
    run_ms: float | None = None
    error: EntryScriptError | None = None
    notice: str | None = None


def answer_of(result: object, run_ms: float, encoder: ResultEncoder) -> Answer:
    """Return the answer that sends the result of ``run()``.

    Flask's responses are sent as they are, anything else as JSON, None as ``{}``.
    """
    # Only a script that has imported Flask can return its responses. Another thread may be just
    # importing it; then there is no Response yet, and none returned.
    response_type: Any = getattr(sys.modules.get("flask"), "Response", ())
    try:
        if isinstance(result, response_type):
            return _answer_of_response(result, run_ms)
        encoded = encoder.encode(result)
    except ResultError as error:
        failure = EntryScriptError(str(error))
        # What json raised does not tell where in the result.
        failure.__cause__ = TypeError(str(error))
    except (TypeError, ValueError) as error:
        failure = EntryScriptError(f"The response that run() returned cannot be sent: {error}")
        failure.__cause__ = error
    else:
        return _json_answer(encoded, run_ms)
    return error_answer(
        HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL_ERROR, run_ms=run_ms, error=failure
    )


def _json_answer(encoded: EncodedResult, run_ms: float) -> Answer:
    return Answer(HTTPStatus.OK, encoded.text.encode(), run_ms=run_ms, notice=encoded.notice)


def error_answer(
    status: int,
    message: str,
    *,
    run_failed: bool = False,
    run_ms: float | None = None,
    error: EntryScriptError | None = None,
) -> Answer:
    """Return the JSON answer by which the server reports an error."""
    body = json.dumps({"message": message}).encode()
    return Answer(status, body, run_failed=run_failed, run_ms=run_ms, error=error)


def _answer_of_response(response: Response, run_ms: float) -> Answer:
    # Copied: a response that a script makes once and returns again and again must not grow.
    headers = [(name, value) for name, value in response.headers if name.lower() not in _RESERVED]
    for name, value in headers:
        if _CONTROL.search(name) or _CONTROL.search(value):
            raise ValueError(f"the header {name!r} holds a line break or another control character")
    named = response.headers.get(RUN_FAILED_HEADER)
    run_failed = None if named is None else named == "True"
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        run_failed = True
    body = b"".join(response.iter_encoded()) if response.is_sequence else _stream(response)
    return Answer(response.status_code, body, headers, run_failed, run_ms)


def _stream(response: Response) -> Iterator[bytes]:
    try:
        yield from response.iter_encoded()
    finally:
        response.close()
