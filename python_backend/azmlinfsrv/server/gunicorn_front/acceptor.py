"""Takes connections off a listening socket that several workers share."""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable

_STAND_BACK_SECONDS = 0.002


class Acceptor:
    """Accepts one connection at a time, and stands back for a sibling that has less to do.

    A worker that is in ``run()`` could still accept, since its event loop is free. But the
    connection's requests would wait there while a sibling is idle. So it looks away for some
    milliseconds, in which the sibling takes the connection; if none does, it accepts.

    Args:
        loop: the loop in which connections are served.
        listener: the shared socket.
        make_protocol: makes the protocol of a connection.
        patience: tells how often to stand back before a waiting connection is accepted.

    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        listener: socket.socket,
        make_protocol: Callable[[], asyncio.Protocol],
        patience: Callable[[], float],
    ) -> None:
        self._loop = loop
        self._listener = listener
        self._make_protocol = make_protocol
        self._patience = patience
        self._stood_back = 0
        self._is_closed = False
        self._tasks: set[asyncio.Task[object]] = set()
        self._waiting = select.poll()
        self._waiting.register(listener, select.POLLIN)
        listener.setblocking(False)
        self._listen()

    @property
    def opening(self) -> int:
        """How many connections have been accepted that have no protocol yet."""
        return len(self._tasks)

    def close(self) -> None:
        """Accept no more; when every process has closed it, the system refuses connections."""
        if not self._is_closed:
            self._is_closed = True
            self._loop.remove_reader(self._listener)
            self._listener.close()

    def _listen(self) -> None:
        if not self._is_closed:
            self._loop.add_reader(self._listener, self._on_connection)

    def _look_again(self) -> None:
        """Go on with the connection for which this worker stood back, if nobody has taken it."""
        if self._is_closed:
            return
        self._listen()
        # Asked, not timed: how late this comes says nothing about the connection.
        if self._waiting.poll(0):
            self._on_connection()
        else:
            self._stood_back = 0

    def _on_connection(self) -> None:
        if self._stood_back < self._patience():
            self._stood_back += 1
            self._loop.remove_reader(self._listener)
            self._loop.call_later(_STAND_BACK_SECONDS, self._look_again)
            return
        self._stood_back = 0
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            # A sibling was faster, or the client has gone.
            return
        except OSError:
            # Out of file descriptors: not a reason to spin.
            self._loop.remove_reader(self._listener)
            self._loop.call_later(1, self._listen)
            return
        connection.setblocking(False)
        task = self._loop.create_task(
            self._loop.connect_accepted_socket(self._make_protocol, connection)
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
