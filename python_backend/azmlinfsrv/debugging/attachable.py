"""A worker that a debugger can join at any time, without an option at its start."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from azmlinfsrv.debugging.debuggee import (
    DebuggerError,
    connect_to_adapter,
    has_debugger,
    listen_for_client,
    wait_for_debugger,
)
from azmlinfsrv.debugging.endpoint import Endpoint, Message, UnreachableError, ask
from azmlinfsrv.debugging.records import running_server

# VS Code starts an adapter meanwhile.
_JOIN_SECONDS = 5.0
# It sends its breakpoints.
_READY_SECONDS = 5.0


class Attachable:
    """What makes this worker joinable, as long as it lives.

    Args:
        server: the process of the server that it belongs to, which may be this one.

    """

    def __init__(self, server: int) -> None:
        self._server = running_server(server)
        self._endpoint: Endpoint | None = None

    def open(self) -> None:
        """Answer debuggers from now on; if one is attached to the server, wait until it is here.

        Called before the script is loaded, so that breakpoints in ``init()`` stop, too. Without a
        record of the server there is nothing to open, and the worker serves all the same.
        """
        if self._server is None:
            return
        file = self._server.worker_file(os.getpid())
        with contextlib.suppress(OSError):
            self._endpoint = Endpoint(file, _answer)
        if not has_debugger():
            self._join(self._server.debugger_file)

    def close(self) -> None:
        """Answer no debugger any more."""
        if self._endpoint:
            self._endpoint.close()

    def _join(self, debugger: Path) -> None:
        with contextlib.suppress(UnreachableError, KeyError, DebuggerError):
            reply = ask(debugger, {"worker": os.getpid()}, _JOIN_SECONDS)
            connect_to_adapter(reply["host"], reply["port"], reply["access_token"])
            wait_for_debugger(_READY_SECONDS, lambda: not has_debugger())


def _answer(request: Message) -> Message:
    try:
        match request.get("command"):
            case "connect":
                connect_to_adapter(request["host"], request["port"], request["access_token"])
                return {}
            case "listen":
                host, port = listen_for_client(request["host"], request["port"])
                return {"host": host, "port": port}
            case other:
                return {"error": f"This server does not know the command {other}."}
    except DebuggerError as error:
        return {"error": str(error)}
