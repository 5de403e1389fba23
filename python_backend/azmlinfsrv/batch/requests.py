"""An online entry script over a file of requests: each has an answer, a JSON line."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from azmlinfsrv.batch.mini_batch import MiniBatch
from azmlinfsrv.batch.parts import read_part
from azmlinfsrv.scoring import Answer, Scorer, ScoringRequest

_BAD_REQUEST, _SERVER_ERROR = 400, 500
_HEADERS = {"content-type": "application/json"}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_requests(mini_batch: MiniBatch) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the body of each request.

    Raises:
        OSError: a file cannot be read.

    """
    names = request_names(mini_batch)
    if mini_batch.part is None:
        for name in names:
            yield name, Path(name).read_bytes().removeprefix(_BYTE_ORDER_MARK)
        return
    lines = [line for line in read_part(mini_batch.part).split(b"\n") if line.strip()]
    yield from zip(names, (line.rstrip(b"\r") for line in lines), strict=True)


def request_names(mini_batch: MiniBatch) -> list[str]:
    """Return what each request is called in its answer: its file, or its number from 1."""
    if mini_batch.part is None:
        return list(mini_batch.files)
    first = mini_batch.first + 1
    return [f"request {number}" for number in range(first, first + mini_batch.items)]


def answer_line(scorer: Scorer, name: str, body: bytes) -> tuple[str, bool]:
    """Score a request as the server would; returns the line, and whether it has failed."""
    answer = scorer.score(ScoringRequest(body, headers=_HEADERS))
    members: dict[str, Any] = {"request": name, "status": answer.status}
    try:
        members |= _body(answer)
    except Exception as error:  # noqa: BLE001 - a stream is the script's own code
        members |= {"status": _SERVER_ERROR, "error": f"{type(error).__name__}: {error}"}
    if answer.error:
        members["error"] = str(answer.error)
    return json.dumps(members) + "\n", members["status"] >= _BAD_REQUEST


def unanswered(mini_batch: MiniBatch, error: str) -> str:
    """Return the lines for requests of which the script gave no answer."""
    return "".join(
        json.dumps({"request": name, "status": None, "error": error}) + "\n"
        for name in request_names(mini_batch)
    )


def _body(answer: Answer) -> dict[str, Any]:
    body = answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)
    try:
        return {"body": json.loads(body)}
    except ValueError:
        pass
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}
