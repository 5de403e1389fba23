"""The load: so many connections, each with one request under way at a time."""

from __future__ import annotations

import selectors
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from time import perf_counter_ns

from azmlinfsrv.cli.profiling.connection import AnswerError, Connection

_TICK_SECONDS = 0.1
_HOPELESS = 20
_OK = b"200"
_MOST_HEADS = 100_000


@dataclass(frozen=True)
class FailedRequest:
    """A request that was not answered with 200.

    Attributes:
        status: the answer's status; None if there was no answer.
        body: the beginning of the answer.
        reason: why there was none.

    """

    status: int | None
    body: bytes = b""
    reason: str = ""


@dataclass
class Burst:
    """What came of a load.

    Attributes:
        latencies: nanoseconds from the sending to the end of the answer, of those with 200.
        heads: the heads of those answers, which hold the server's own times; of very many answers
            evenly some.
        failures: how many requests had another answer, or none.
        first_failure: the first of them.
        seconds: from the first request to the last answer.
        own_seconds: of processor time that this program took.
        is_hopeless: whether it ended early, because nothing but failures came.

    """

    latencies: array[int] = field(default_factory=lambda: array("q"))
    heads: list[bytes] = field(default_factory=list)
    failures: int = 0
    first_failure: FailedRequest | None = None
    seconds: float = 0.0
    own_seconds: float = 0.0
    is_hopeless: bool = False

    _stride: int = 1

    def keep(self, head: bytes) -> None:
        """Keep the head of an answer, as long as that does not fill the memory."""
        if len(self.latencies) % self._stride == 0:
            self.heads.append(head)
            if len(self.heads) > _MOST_HEADS:
                del self.heads[::2]
                self._stride *= 2

    @property
    def requests(self) -> int:
        """How many requests came to an end."""
        return len(self.latencies) + self.failures


def wire(body: bytes, content_type: str, address: tuple[str, int]) -> bytes:
    """Return the bytes of a request to ``/score``."""
    head = (
        f"POST /score HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("latin-1", "replace") + body


class Load:
    """Sends requests over kept connections. Within a ``with`` statement: they are closed.

    Args:
        address: the server's.
        requests: whole requests, sent in turn.
        connections: how many at a time.
        patience: seconds that one answer may take.
        is_stopped: asked ten times a second; True ends the load at once.
        greeting: a request that each connection gets before the next one is opened. Of several that
            come in the same instant one worker may take all, and keep them, while others idle.

    Raises:
        AnswerError: the server does not accept a connection, or does not answer the greeting.

    """

    def __init__(
        self,
        address: tuple[str, int],
        requests: Sequence[bytes],
        connections: int,
        patience: float,
        is_stopped: Callable[[], bool],
        greeting: bytes = b"",
    ) -> None:
        self._requests = cycle(requests)
        self._patience_ns = int(patience * 1e9)
        self._is_stopped = is_stopped
        self._selector = selectors.DefaultSelector()
        self._connections: list[Connection] = []
        try:
            for _ in range(connections):
                self._connections.append(Connection(address))
                if greeting:
                    self._connections[-1].ask(greeting, patience)
        except AnswerError:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise AnswerError(f"it accepts no connection: {error}") from None
        for connection in self._connections:
            self._selector.register(connection.sock, selectors.EVENT_READ, connection)

    def __enter__(self) -> Load:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        for connection in self._connections:
            connection.close()
        self._selector.close()

    def run(self, seconds: float, tick: Callable[[float], None]) -> Burst:
        """Send requests for so long, at least one on each connection, and wait for the answers.

        ``tick`` is called ten times a second with the seconds that have passed.
        """
        burst = Burst()
        own = time.process_time()
        started = perf_counter_ns()
        end = started + int(seconds * 1e9)
        waiting: set[Connection] = set()
        for connection in self._connections:
            self._begin(connection, burst, waiting)
        next_tick, last = started, started
        while waiting:
            for key, events in self._selector.select(_TICK_SECONDS):
                connection = key.data
                if connection not in waiting:
                    # The server closes a connection between two requests.
                    self._renew(connection, burst)
                    continue
                try:
                    # An answer may come before the whole request has left: a refusal.
                    if events == selectors.EVENT_WRITE:
                        if connection.send_more():
                            self._selector.modify(connection.sock, selectors.EVENT_READ, connection)
                        continue
                    if not connection.receive():
                        continue
                    last = perf_counter_ns()
                    self._note(connection, last, burst)
                except AnswerError as error:
                    last = perf_counter_ns()
                    self._fail(burst, FailedRequest(None, reason=str(error)))
                    self._renew(connection, burst)
                waiting.discard(connection)
                if last < end and not burst.is_hopeless:
                    self._begin(connection, burst, waiting)
            now = perf_counter_ns()
            if now >= next_tick:
                next_tick = now + int(_TICK_SECONDS * 1e9)
                tick((now - started) / 1e9)
                if self._is_stopped():
                    break
                self._give_up_on_late(waiting, now, burst)
        burst.seconds = (last - started) / 1e9
        burst.own_seconds = time.process_time() - own
        return burst

    def _begin(self, connection: Connection, burst: Burst, waiting: set[Connection]) -> None:
        try:
            old = connection.reopen_if_closed()
            if old is not None:
                self._selector.unregister(old)
                self._selector.register(connection.sock, selectors.EVENT_READ, connection)
            is_sent = connection.begin(next(self._requests))
        except AnswerError as error:
            self._fail(burst, FailedRequest(None, reason=str(error)))
            return
        if not is_sent:
            both = selectors.EVENT_READ | selectors.EVENT_WRITE
            self._selector.modify(connection.sock, both, connection)
        waiting.add(connection)

    def _note(self, connection: Connection, now: int, burst: Burst) -> None:
        if connection.status == _OK:
            burst.latencies.append(now - connection.began)
            burst.keep(connection.head)
        else:
            status = int(connection.status) if connection.status.isdigit() else None
            self._fail(burst, FailedRequest(status, bytes(connection.body)))

    def _fail(self, burst: Burst, failed: FailedRequest) -> None:
        burst.failures += 1
        burst.first_failure = burst.first_failure or failed
        if burst.failures >= _HOPELESS and not burst.latencies:
            burst.is_hopeless = True

    def _renew(self, connection: Connection, burst: Burst) -> None:
        """Replace a broken connection."""
        self._selector.unregister(connection.sock)
        try:
            connection.reopen()
        except AnswerError as error:
            self._fail(burst, FailedRequest(None, reason=str(error)))
            # Nobody listens any more: there is nothing to measure.
            burst.is_hopeless = True
            return
        self._selector.register(connection.sock, selectors.EVENT_READ, connection)

    def _give_up_on_late(self, waiting: set[Connection], now: int, burst: Burst) -> None:
        late = [each for each in waiting if now - each.began > self._patience_ns]
        for connection in late:
            seconds = self._patience_ns / 1e9
            self._fail(burst, FailedRequest(None, reason=f"no answer after {seconds:g} s"))
            waiting.discard(connection)
            self._renew(connection, burst)
