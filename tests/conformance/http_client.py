"""HTTP as it is on the wire: names as spelled, headers as repeated, bodies as cut."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from .case_file import UNSET, Step


@dataclass
class Answer:
    """What came back."""

    status: int | None = None  # None: nothing came back
    headers: list[tuple[str, str]] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    truncated: bool = False
    milliseconds: float = 0
    problem: str = ""

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks)

    def values(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def __str__(self) -> str:
        if self.status is None:
            return f"no answer ({self.problem})"
        head = "\n".join(f"{name}: {value}" for name, value in self.headers)
        cut = " (cut)" if self.truncated else ""
        return f"{self.status} in {self.milliseconds:.0f} ms\n{head}\n\n{self.body[:2000]!r}{cut}"


def body_of(step: Step) -> bytes | None:
    """Return the bytes that a step sends."""
    if not isinstance(step.json, type(UNSET)):
        return json.dumps(step.json).encode()
    if step.body_repeat is not None:
        text, times = step.body_repeat
        return str(text).encode() * int(times)
    return step.body.encode() if isinstance(step.body, str) else step.body


class Client:
    """Sends the requests of one case; remembers the last connection."""

    def __init__(self) -> None:
        self._connection: http.client.HTTPConnection | None = None
        self._held: list[socket.socket] = []
        self._in_background: list[http.client.HTTPConnection] = []

    def send(self, step: Step, port: int) -> Answer:
        """Send what the step says and read the answer to its end."""
        began = time.monotonic()
        answer = Answer()
        try:
            if step.raw is not None:
                self._converse(step, port, answer)
            else:
                self._request(step, port, answer)
        except (OSError, http.client.HTTPException) as error:
            answer.problem = repr(error)
        answer.milliseconds = (time.monotonic() - began) * 1000
        return answer

    def hold(self, data: str, port: int) -> None:
        """Open a connection, send, and leave it open."""
        held = socket.create_connection(("127.0.0.1", port), 10)
        held.sendall(data.encode("latin-1"))
        self._held.append(held)

    def close(self) -> None:
        """Close what is still open."""
        for held in self._held:
            held.close()
        for connection in self._in_background:
            connection.close()
        if self._connection is not None:
            self._connection.close()

    def _request(self, step: Step, port: int, answer: Answer) -> None:
        connection = self._connect(step, port)
        assert step.request is not None
        method, path = step.request.split(" ", 1)
        connection.putrequest(method, path, skip_accept_encoding=True)
        body = body_of(step)
        for name, value in _headers(step, body):
            connection.putheader(name, value)
        connection.endheaders(body)
        for chunk in step.send_chunks or ():
            data = chunk.encode()
            connection.send(b"%x\r\n%b\r\n" % (len(data), data))
        if step.send_chunks is not None:
            connection.send(b"0\r\n\r\n")
        if step.hang_up_after_s is not None:
            assert connection.sock is not None
            connection.sock.settimeout(step.hang_up_after_s)
        _read(connection.getresponse(), answer)

    def _connect(self, step: Step, port: int) -> http.client.HTTPConnection:
        if step.again and self._connection is not None:
            if self._connection.sock is None:
                raise ConnectionError("the server closed the connection after the last answer")
            return self._connection
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=step.timeout_s)
        connection.connect()
        connection.auto_open = 0
        if step.background:
            self._in_background.append(connection)
        else:
            if self._connection is not None:
                self._connection.close()
            self._connection = connection
        return connection

    def _converse(self, step: Step, port: int, answer: Answer) -> None:
        assert step.raw is not None
        with socket.create_connection(("127.0.0.1", port), step.timeout_s) as connection:
            connection.sendall(step.raw.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8"))
            method = re.split(r"\s", step.raw, maxsplit=1)[0]
            response = http.client.HTTPResponse(connection, method=method)
            response.begin()
            _read(response, answer)


def _headers(step: Step, body: bytes | None) -> Iterator[tuple[str, str]]:
    for name, said in step.headers.items():
        for value in [said] if isinstance(said, str) else said:
            yield name, str(value)
    names = {name.lower() for name in step.headers}
    if not isinstance(step.json, type(UNSET)) and "content-type" not in names:
        yield "Content-Type", "application/json"
    if step.send_chunks is not None:
        yield "Transfer-Encoding", "chunked"
    elif body is not None and "content-length" not in names:
        yield "Content-Length", str(len(body))


def _read(response: http.client.HTTPResponse, answer: Answer) -> None:
    answer.status = response.status
    answer.headers = list(response.headers.items())
    try:
        while chunk := response.read1(1 << 20):
            answer.chunks.append(chunk)
        answer.truncated = bool(response.length)
    except (OSError, http.client.HTTPException) as error:
        answer.truncated, answer.problem = True, repr(error)
    response.close()
