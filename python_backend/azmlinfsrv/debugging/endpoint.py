"""A channel between two processes of the same user, closed to every other user.

A Unix socket in a private folder; where there are none (Windows), a port of this machine and a
token that stands in a private file.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from azmlinfsrv.debugging.private_folder import read_private, write_private
from azmlinfsrv.debugging.process_mark import process_mark
from azmlinfsrv.threads import start_hidden_thread

_LOOPBACK = "127.0.0.1"
_SENTENCE_SECONDS = 5
_LONGEST_SENTENCE = 64 * 1024

Message = dict[str, Any]


class UnreachableError(Exception):
    """The process that should answer does not."""


class Endpoint:
    """Answers other processes of this user; one request and one reply for each connection.

    Args:
        file: where the address is left. It is removed by ``close()``.
        answer: called in a thread of its own for each request.

    """

    def __init__(self, file: Path, answer: Callable[[Message], Message]) -> None:
        self._file = file
        self._answer = answer
        self._token = secrets.token_hex(32)
        self._pid = os.getpid()
        self._socket_file = file.with_suffix(".sock")
        self._listener = _listen_on_file(self._socket_file) or socket.create_server((_LOOPBACK, 0))
        start_hidden_thread("debugger's channel", self._accept)
        address = self._listener.getsockname()
        write_private(
            file,
            {
                "pid": self._pid,
                "process": process_mark(self._pid),
                "address": str(address) if isinstance(address, str) else list(address),
                "token": self._token,
            },
        )

    def close(self) -> None:
        """Answer nobody any more. In a forked child this does nothing."""
        if os.getpid() != self._pid:
            return
        # Wakes the thread that accepts, which closing alone would not.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for file in (self._file, self._socket_file):
            file.unlink(missing_ok=True)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                start_hidden_thread("debugger's channel", self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, ValueError, TypeError):
            connection.settimeout(_SENTENCE_SECONDS)
            request = _receive(connection)
            if hmac.compare_digest(str(request.pop("token", "")), self._token):
                _send(connection, self._answer(request))


def ask(file: Path, request: Message, seconds: float) -> Message:
    """Return the reply of the process that left its address in ``file``.

    Raises:
        UnreachableError: it is gone (what it left is removed), or does not reply in time.

    """
    left = read_private(file)
    if left is None:
        raise UnreachableError("It has left no address.")
    if process_mark(left["pid"]) != left["process"]:
        discard(file)
        raise UnreachableError("It has ended.")
    address = left["address"]
    unix = getattr(socket, "AF_UNIX", None) if isinstance(address, str) else socket.AF_INET
    try:
        with socket.socket(unix or socket.AF_INET, socket.SOCK_STREAM) as connection:
            connection.settimeout(seconds)
            connection.connect(address if isinstance(address, str) else tuple(address))
            _send(connection, {**request, "token": left["token"]})
            return _receive(connection)
    except (OSError, ValueError, TypeError) as error:
        raise UnreachableError(f"It does not answer: {error}.") from error


def is_answered(file: Path) -> bool:
    """Return whether the process that left its address in ``file`` is still there."""
    left = read_private(file)
    return left is not None and process_mark(left["pid"]) == left["process"]


def discard(file: Path) -> None:
    """Remove what a process that has gone left behind."""
    for each in (file, file.with_suffix(".sock")):
        with contextlib.suppress(OSError):
            each.unlink(missing_ok=True)


def _listen_on_file(path: Path) -> socket.socket | None:
    if not hasattr(socket, "AF_UNIX") or os.name == "nt":
        return None
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen()
    except OSError:
        # A path of more than a hundred characters, or a file system without sockets.
        listener.close()
        return None
    return listener


def _send(connection: socket.socket, message: Message) -> None:
    connection.sendall(json.dumps(message).encode() + b"\n")


def _receive(connection: socket.socket) -> Message:
    received = b""
    while not received.endswith(b"\n"):
        chunk = connection.recv(4096)
        if not chunk or len(received) > _LONGEST_SENTENCE:
            raise ValueError("the message is not complete")
        received += chunk
    return dict(json.loads(received))
