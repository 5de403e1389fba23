"""The server whose script is profiled: for a while, and without leaving anything behind."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from azmlinfsrv.cli.profiling.interruption import Interruption
from azmlinfsrv.cli.profiling.plan import CannotMeasureError
from azmlinfsrv.cli.trial.server import ServerProcess
from azmlinfsrv.server.child import Failure, Start

_REQUEST_LINE = re.compile(r"\bPOST /score\b")


@dataclass(frozen=True)
class Served:
    """A server that is ready.

    Attributes:
        server: its process.
        url: where it listens.
        init_seconds: from its start until ``init()`` had returned.

    """

    server: ServerProcess
    url: str
    init_seconds: float

    @property
    def address(self) -> tuple[str, int]:
        """Its host and port."""
        split = urlsplit(self.url)
        assert split.hostname is not None  # noqa: S101 - the server tells a whole URL
        assert split.port is not None  # noqa: S101
        return split.hostname, split.port

    def last_words(self) -> str:
        """Return the last line of the log that is not about a request; it may say the cause."""
        lines = [line.strip() for line in self.server.output().splitlines()]
        said = [line for line in lines if line and not _REQUEST_LINE.search(line)]
        return f" The server's last line: {said[-1]}" if said else ""


@contextmanager
def served(start: Start, timeout: float, interruption: Interruption) -> Iterator[Served]:
    """Serve a script within; afterwards nothing of the server is left, whatever happened.

    Raises:
        CannotMeasureError: it does not start.

    """
    began = time.monotonic()
    server = ServerProcess(start)
    try:
        server.__enter__()
        outcome = server.wait_until_ready(timeout)
        if isinstance(outcome, Failure):
            raise CannotMeasureError(f"The script does not start: {located(outcome)}")
        yield Served(server, outcome, time.monotonic() - began)
    finally:
        with interruption.deaf():
            server.__exit__(None, None, None)


def located(failure: Failure) -> str:
    """Return what a failure says, and where."""
    return f"{failure.message} ({failure.file}:{failure.line})" if failure.file else failure.message
