"""A client of the Debug Adapter Protocol, for tests that attach to a server."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from azmlinfsrv.debugging import adapter

from .conftest import Server

SECONDS = 15
Found = TypeVar("Found")


class Adapter:
    """A debug adapter as a process of its own, and the conversation with it."""

    def __init__(self, command: list[str], env: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **(env or {})},
        )
        self._messages: list[dict[str, Any]] = []
        self._arrived = threading.Condition()
        self._sequence = 0
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, command: str, **arguments: Any) -> int:
        self._sequence += 1
        request = {"seq": self._sequence, "type": "request", "command": command}
        body = json.dumps({**request, "arguments": arguments}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()
        return self._sequence

    def response(self, sequence: int) -> dict[str, Any]:
        def find() -> dict[str, Any] | None:
            for message in self._messages:
                if message.get("request_seq") == sequence:
                    return message
            return None

        return self._wait(find, f"the response to request {sequence}")

    def request(self, command: str, **arguments: Any) -> Any:
        response = self.response(self.send(command, **arguments))
        assert response["success"], response
        return response.get("body")

    def event(self, name: str) -> Any:
        """Return the body of the next event of this name, and take it away."""

        def find() -> dict[str, Any] | None:
            for message in self._messages:
                if message.get("event") == name:
                    self._messages.remove(message)
                    return message
            return None

        return self._wait(find, f"the event {name}").get("body")

    def has(self, name: str) -> bool:
        """Return whether an event of this name has come and was not taken yet."""
        with self._arrived:
            return any(message.get("event") == name for message in self._messages)

    def begin(self, script: Path, lines: list[int]) -> None:
        """Send what an editor sends when the adapter is ready for it."""
        self.event("initialized")
        self.set_breakpoints(script, lines)
        self.request("configurationDone")

    def set_breakpoints(self, script: Path, lines: list[int]) -> None:
        breakpoints = [{"line": line} for line in lines]
        self.request("setBreakpoints", source={"path": str(script)}, breakpoints=breakpoints)

    def wait_for_stop(self) -> tuple[int, dict[str, Any]]:
        """Return the thread that has stopped, and its innermost frame."""
        thread = self.event("stopped")["threadId"]
        return thread, self.request("stackTrace", threadId=thread)["stackFrames"][0]

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream
            with contextlib.suppress(OSError):
                stream.close()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream
        with contextlib.suppress(ValueError):
            while header := stream.readline():
                length = int(header.partition(b":")[2])
                stream.readline()
                with self._arrived:
                    self._messages.append(json.loads(stream.read(length)))
                    self._arrived.notify_all()

    def _wait(self, find: Callable[[], Found | None], what: str) -> Found:
        with self._arrived:
            found: list[Found | None] = [None]

            def has_come() -> bool:
                found[0] = find()
                return found[0] is not None

            assert self._arrived.wait_for(has_come, SECONDS), (what, self._messages[-5:])
            assert found[0] is not None
            return found[0]


@contextlib.contextmanager
def listening_adapter(token: str) -> Iterator[tuple[Adapter, dict[str, Any], int]]:
    """Start our adapter, waiting for a debuggee; yields it, its address and its pending attach."""
    with contextlib.ExitStack() as stack:
        dap = Adapter([sys.executable, adapter.__file__], {adapter.TOKEN_VARIABLE: token})
        stack.callback(dap.close)
        initialize(dap)
        pending = dap.send("attach", listen={"host": "127.0.0.1", "port": 0}, justMyCode=True)
        yield dap, dap.event("debugpyWaitingForServer"), pending


def initialize(dap: Adapter) -> None:
    paths = {"pathFormat": "path", "linesStartAt1": True, "columnsStartAt1": True}
    dap.request("initialize", adapterID="azmlinfsrv", clientID="tests", **paths)


class Follow:
    """``azmlinfsrv attach PID --follow``, as the editor runs it."""

    def __init__(self, server: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "azmlinfsrv", "attach", str(server), "--follow"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def next(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, f"ended with {self.process.wait(SECONDS)}"
        message = json.loads(line)
        assert isinstance(message, dict)
        return message

    def offer(self, worker: int, address: dict[str, Any], token: str) -> None:
        assert self.process.stdin
        message = {"worker": worker, **address, "access_token": token}
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def leave(self) -> int:
        assert self.process.stdin
        assert self.process.stdout
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        status = self.process.wait(SECONDS)
        self.process.stdout.close()
        return status


@contextlib.contextmanager
def following(server: Server) -> Iterator[Follow]:
    follow = Follow(server.process.pid)
    try:
        yield follow
    finally:
        follow.leave()


@contextlib.contextmanager
def attached(follow: Follow, script: Path, lines: list[int]) -> Iterator[Adapter]:
    """Bring the next worker that is announced to an adapter of its own."""
    worker = follow.next()["worker"]
    token = secrets.token_hex(16)
    with listening_adapter(token) as (dap, address, pending):
        follow.offer(worker, address, token)
        dap.begin(script, lines)
        assert dap.response(pending)["success"]
        yield dap
