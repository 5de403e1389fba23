"""One keep-alive connection of the load: sends a request, and tells when it has been answered.

httpx, aiohttp and urllib3 would do the same in ten times the time, which the server's processor
pays for here: what generates a load on the same machine has to be light. Only what concerns the
figures is read: the status, where the answer ends, and the two headers with times.
"""

from __future__ import annotations

import re
import select
import socket
from enum import Enum
from time import perf_counter_ns

_CHUNK_BYTES = 262_144
_HEAD_LIMIT = 65_536
_KEPT_BYTES = 65_536
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*chunked", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_END = b"\r\n"
_NOT_HTTP = "what came back is not HTTP"
_OK = b"200"


class AnswerError(Exception):
    """A request has no answer: the connection broke, or what came is not HTTP."""


class _Framing(Enum):
    HEAD = "head"
    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"


class Connection:
    """A connection to the server, with at most one request under way.

    Attributes:
        began: when the request was sent, a ``perf_counter_ns()``.
        head: the head of the last answer.
        status: its status.
        body: the beginning of its body, kept only if the status is not 200.

    """

    __slots__ = (
        "_address",
        "_framing",
        "_inbox",
        "_is_last_chunk",
        "_left",
        "_must_close",
        "_outbox",
        "began",
        "body",
        "head",
        "sock",
        "status",
    )

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self.sock = self._connect()
        self.began = 0
        self.status = b""
        self.head = b""
        self.body = bytearray()
        self._reset()

    def _connect(self) -> socket.socket:
        sock = socket.create_connection(self._address, timeout=10)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        return sock

    def _reset(self) -> None:
        self._inbox = b""
        self._framing = _Framing.HEAD
        self._left = 0
        self._is_last_chunk = False
        self._must_close = False
        self._outbox = memoryview(b"")

    @property
    def fileno(self) -> int:
        """The descriptor that a selector waits for."""
        return self.sock.fileno()

    def ask(self, request: bytes, seconds: float) -> None:
        """Send a short request and wait for its answer.

        Raises:
            AnswerError: there is none in time.

        """
        self.begin(request)
        is_complete = False
        while not is_complete:
            if not select.select([self.sock], [], [], seconds)[0]:
                raise AnswerError("no answer in time")
            is_complete = self.receive()

    def begin(self, request: bytes) -> bool:
        """Send a request; False if a part of it has to wait until the socket can take it.

        Raises:
            AnswerError: the connection is gone.

        """
        self._reset()
        self.began = perf_counter_ns()
        try:
            sent = self.sock.send(request)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise AnswerError(_reason(error)) from None
        if sent == len(request):
            return True
        self._outbox = memoryview(request)[sent:]
        return False

    def send_more(self) -> bool:
        """Send what had to wait; returns whether all has been sent.

        Raises:
            AnswerError: the connection is gone.

        """
        try:
            sent = self.sock.send(self._outbox)
        except BlockingIOError:
            return False
        except OSError as error:
            raise AnswerError(_reason(error)) from None
        self._outbox = self._outbox[sent:]
        return not self._outbox

    def receive(self) -> bool:
        """Read what has come; returns whether the answer is complete.

        Raises:
            AnswerError: the connection broke, or what came is not HTTP.

        """
        try:
            data = self.sock.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return False
        except OSError as error:
            raise AnswerError(_reason(error)) from None
        if not data:
            if self._framing is _Framing.CLOSE:
                self._must_close = True
                return True
            raise AnswerError("the server closed the connection before it had answered")
        return self._read_head(data) if self._framing is _Framing.HEAD else self._read_body(data)

    def reopen_if_closed(self) -> int | None:
        """Connect anew if the last answer was the last of its connection.

        Returns:
            The old descriptor if there is a new connection; None if the old one stays.

        Raises:
            AnswerError: the server does not accept it.

        """
        return self.reopen() if self._must_close else None

    def reopen(self) -> int:
        """Connect anew; returns the old descriptor.

        Raises:
            AnswerError: the server does not accept it.

        """
        old = self.sock.fileno()
        self.sock.close()
        self._reset()
        try:
            self.sock = self._connect()
        except OSError as error:
            raise AnswerError(_reason(error)) from None
        return old

    def close(self) -> None:
        """Close the connection."""
        self.sock.close()

    def _read_head(self, data: bytes) -> bool:
        received = self._inbox + data if self._inbox else data
        if not received.startswith(b"HTTP/"[: len(received)]):
            raise AnswerError(_NOT_HTTP)
        end = received.find(b"\r\n\r\n")
        if end < 0:
            if len(received) > _HEAD_LIMIT:
                raise AnswerError(_NOT_HTTP)
            self._inbox = received
            return False
        self._inbox = b""
        self.head = head = received[: end + 2]
        self.status = head[9:12]
        if self.status != _OK:
            self.body = bytearray()
        # After an early refusal the rest of the request must not be taken for the next one.
        self._must_close = bool(self._outbox) or _CLOSE.search(head) is not None
        if length := _LENGTH.search(head):
            self._left = int(length[1])
            self._framing = _Framing.LENGTH
        elif _CHUNKED.search(head):
            self._framing = _Framing.CHUNKED
        else:
            self._framing = _Framing.CLOSE
        return self._read_body(received[end + 4 :])

    def _read_body(self, data: bytes) -> bool:
        if self.status != _OK and len(self.body) < _KEPT_BYTES:
            self.body += data
        if self._framing is _Framing.LENGTH:
            self._left -= len(data)
            return self._left <= 0
        if self._framing is _Framing.CHUNKED:
            return self._read_chunks(data)
        return False

    def _read_chunks(self, data: bytes) -> bool:
        data = self._inbox + data
        self._inbox = b""
        while True:
            skipped = min(self._left, len(data))
            data = data[skipped:]
            self._left -= skipped
            if self._left:
                return False
            if self._is_last_chunk:
                # Trailers may stand before the empty line.
                if data.startswith(_END) or _END * 2 in data:
                    return True
                self._inbox = data
                return False
            line, end, rest = data.partition(_END)
            if not end:
                self._inbox = data
                return False
            try:
                size = int(line.partition(b";")[0], 16)
            except ValueError:
                raise AnswerError(_NOT_HTTP) from None
            data = rest
            self._is_last_chunk = size == 0
            self._left = size + len(_END) if size else 0


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
