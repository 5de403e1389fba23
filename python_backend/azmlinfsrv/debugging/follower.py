"""The debugger's side of an attach: brings each worker of a server to an adapter of its own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from azmlinfsrv.debugging.endpoint import Endpoint, Message, UnreachableError, ask
from azmlinfsrv.debugging.records import RunningServer

# Longer than a new worker waits for its debugger.
_ADAPTER_SECONDS = 10.0
# debugpy is imported, connects and takes hold of every thread.
_CONNECT_SECONDS = 10.0


class AttachError(Exception):
    """A server or a worker cannot be attached to; the message says why."""


class Follower:
    """Stays beside a server while a debugger is attached to it.

    Args:
        server: the server.
        on_worker: called with the process of each worker that needs an adapter: those that run,
            and later each that starts, which waits for it before it loads the script.

    """

    def __init__(self, server: RunningServer, on_worker: Callable[[int], None]) -> None:
        self._server = server
        self._on_worker = on_worker
        self._waiting: dict[int, _Waiting] = {}
        self._endpoint: Endpoint | None = None

    def begin(self) -> None:
        """Announce the workers.

        Raises:
            AttachError: a debugger is attached already, or there is no worker.

        """
        if self._server.is_attached:
            raise AttachError(
                "A debugger is attached to this server already. Detach that one first."
            )
        workers = self._server.workers
        if not workers:
            raise AttachError("This server has no worker that a debugger could join.")
        self._endpoint = Endpoint(self._server.debugger_file, self._admit)
        for pid in workers:
            self._on_worker(pid)

    def offer(self, pid: int, host: str, port: int, access_token: str) -> None:
        """Tell a worker where its adapter waits for it.

        Raises:
            AttachError: the worker does not connect.

        """
        adapter = {"host": host, "port": port, "access_token": access_token}
        if waiting := self._waiting.pop(pid, None):
            waiting.reply(adapter)
            return
        try:
            file = self._server.worker_file(pid)
            reply = ask(file, {"command": "connect", **adapter}, _CONNECT_SECONDS)
        except UnreachableError as error:
            raise AttachError(f"The worker with pid {pid} cannot be reached. {error}") from error
        if "error" in reply:
            raise AttachError(str(reply["error"]))

    def end(self) -> None:
        """Leave the server: workers that start from now on wait for nobody."""
        if self._endpoint:
            self._endpoint.close()

    def _admit(self, request: Message) -> Message:
        """Answer a new worker, when its adapter is there."""
        pid = int(request["worker"])
        waiting = self._waiting[pid] = _Waiting()
        self._on_worker(pid)
        return waiting.adapter()


class _Waiting:
    def __init__(self) -> None:
        self._is_there = threading.Event()
        self._adapter: Message = {}

    def reply(self, adapter: Message) -> None:
        self._adapter = adapter
        self._is_there.set()

    def adapter(self) -> Message:
        self._is_there.wait(_ADAPTER_SECONDS)
        return self._adapter


def listen_in_workers(server: RunningServer, host: str) -> dict[int, tuple[str, int]]:
    """Have each worker listen for a debugger; returns where, by the worker's process.

    Raises:
        AttachError: none of them does.

    """
    found = {}
    errors = []
    for pid in server.workers:
        with contextlib.suppress(KeyError):
            try:
                request = {"command": "listen", "host": host, "port": 0}
                reply = ask(server.worker_file(pid), request, _CONNECT_SECONDS)
            except UnreachableError as error:
                reply = {"error": f"The worker with pid {pid} cannot be reached. {error}"}
            if "error" in reply:
                errors.append(str(reply["error"]))
                continue
            found[pid] = (str(reply["host"]), int(reply["port"]))
    if not found:
        raise AttachError(
            errors[0] if errors else "This server has no worker that a debugger could join."
        )
    return found
