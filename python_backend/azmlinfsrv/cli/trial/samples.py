"""The requests of a trial, and what the server answers."""

from __future__ import annotations

import http.client
import json
import mimetypes
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from azmlinfsrv.server.child import Failure

_JSON = "application/json"
_OK = 200
_MAX_SHOWN = 300
_CHUNK_BYTES = 65_536
# Each part of such a stream is JSON, or is not meant to be.
_STREAMS = ("text/event-stream", "application/x-ndjson", "application/jsonl")


@dataclass(frozen=True)
class Sample:
    """A request to try.

    Attributes:
        name: what to call it.
        body: what to post.
        media_type: what it is.

    """

    name: str
    body: bytes
    media_type: str = _JSON


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    media_type: str
    body: bytes


def read_samples(files: Sequence[str]) -> list[Sample]:
    """Return the requests that the user names.

    Raises:
        OSError: one cannot be read.

    """
    samples = []
    for file in files:
        guessed, _ = mimetypes.guess_type(file)
        samples.append(Sample(file, Path(file).read_bytes(), guessed or _JSON))
    return samples


def ask(url: str, method: str, path: str, seconds: float, sample: Sample | None = None) -> Answer:
    """Send a request; proxies of the environment are for other hosts.

    Raises:
        OSError: the server does not answer; TimeoutError: not in time.
        http.client.HTTPException: what it answers is not HTTP.

    """
    address = urlsplit(url)
    connection = http.client.HTTPConnection(
        address.hostname or "127.0.0.1", address.port, timeout=seconds
    )
    try:
        headers = {"Content-Type": sample.media_type} if sample else {}
        connection.request(method, path, sample.body if sample else None, headers)
        response = connection.getresponse()
        media_type = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        return Answer(response.status, media_type, _body(response, time.monotonic() + seconds))
    finally:
        connection.close()


def _body(response: http.client.HTTPResponse, end: float) -> bytes:
    """Read an answer, which may be a stream without an end."""
    body = bytearray()
    while chunk := response.read1(_CHUNK_BYTES):
        body += chunk
        if time.monotonic() > end:
            raise TimeoutError
    return bytes(body)


def schema_sample(url: str, seconds: float) -> Sample | None:
    """Return the example of the input in the server's own description of its API.

    Raises:
        OSError: the server does not answer.
        http.client.HTTPException: what it answers is not HTTP.

    """
    answer = ask(url, "GET", "/swagger.json", seconds)
    if answer.status != _OK:
        return None
    try:
        document = json.loads(answer.body)
        described = document["definitions"]["ServiceInput"]
        example = described["example"]
    except (ValueError, LookupError, TypeError):
        return None
    if not example and "properties" not in described:
        # That of a script without a schema: any object.
        return None
    return Sample("the schema's example", json.dumps(example).encode())


def failure_of(answer: Answer) -> Failure | None:
    """Return what is wrong with an answer that should have status 200."""
    if answer.status == _OK:
        return None
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return Failure(f"status {answer.status}: {_shown(answer.body)}")
    message = str(told.get("message") or _shown(answer.body))
    if told.get("error_type"):
        message = f"{told['error_type']}: {told['error_message']}"
    file, line = told.get("file"), told.get("line")
    return Failure(f"status {answer.status}: {message}", Path(file) if file else None, line)


def not_json(answer: Answer) -> str | None:
    """Return why the body of an answer cannot be read as JSON; None if it can."""
    if answer.media_type in _STREAMS:
        return None
    try:
        json.loads(answer.body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return str(error)
    return None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _shown(body: bytes) -> str:
    text = body.decode("utf-8", "replace").strip()
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
