"""Asks a service again and again whether it can be reached and is ready."""

from __future__ import annotations

import socket
import threading

from azmlinfsrv.deployment.plan import Probe
from azmlinfsrv.threads import start_hidden_thread

_REQUEST = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
_OK = "200"


class Prober:
    """Probes in a thread of its own.

    Attributes:
        failures: how many times in a row nothing has answered.
        refusal: why the service is not ready, as it or the system says; None when it is.

    """

    def __init__(self, port: int, probe: Probe) -> None:
        self.failures = 0
        self.refusal: str | None = None
        self._port = port
        self._probe = probe
        self._is_over = threading.Event()
        start_hidden_thread("prober", self._work)

    def close(self) -> None:
        """Probe no more."""
        self._is_over.set()

    def _work(self) -> None:
        while not self._is_over.wait(self._probe.period):
            self._look()

    def _look(self) -> None:
        try:
            status, text = _ask(self._port, self._probe.timeout)
        except OSError as error:
            self.refusal = f"It does not answer: {error}."
            self.failures += 1
        else:
            self.failures = 0
            self.refusal = None if status == _OK else text


def _ask(port: int, timeout: float) -> tuple[str, str]:
    # By hand: http.client takes as long to import as all else that a supervisor needs.
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        connection.settimeout(timeout)
        connection.sendall(_REQUEST)
        received = b""
        while part := connection.recv(65536):
            received += part
    head, _, body = received.decode("latin-1").partition("\r\n\r\n")
    words = head.split(" ", 2)
    if len(words) < 2:
        raise ConnectionError("the connection was closed")
    return words[1], body
