"""A client that says whatever a test wants, in whatever order."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "azmlinfsrv", "language-server")
SECONDS = 20.0


class RawClient:
    """The two pipes of a language server."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.slowest = 0.0
        self._id = 0
        self._received: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        length = 0
        while header := self.process.stdout.readline():
            name, _, value = header.decode("ascii").strip().partition(": ")
            if name == "Content-Length":
                length = int(value)
            elif not name:
                self._received.put(json.loads(self.process.stdout.read(length)))
            else:
                # Whatever is no header was not for standard output.
                assert name == "Content-Type", header
        self._received.put(None)

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: object) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method: str, params: object = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: object = None) -> dict[str, Any]:
        """Send a request; returns the whole answer."""
        self._id += 1
        began = time.monotonic()
        self.send({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self._id and "method" not in message:
                self.slowest = max(self.slowest, time.monotonic() - began)
                return message

    def receive(self) -> dict[str, Any]:
        message = self._received.get(timeout=SECONDS)
        assert message is not None, "the language server ended"
        return message

    def initialize(self, folder: Path | None = None, **capabilities: object) -> None:
        answer = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder.as_uri() if folder else None,
                "capabilities": {"textDocument": {"diagnostic": {}}, **capabilities},
            },
        )
        assert "result" in answer
        self.slowest = 0.0
        self.notify("initialized", {})

    def open(self, uri: str, text: str, version: int = 1) -> None:
        item = {"uri": uri, "languageId": "python", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def pull(self, uri: str) -> list[str]:
        answer = self.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        return [item["code"] for item in answer["result"]["items"]]

    def shut_down(self) -> int:
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(SECONDS)


@contextmanager
def raw_client(folder: Path, **environment: str) -> Iterator[RawClient]:
    """Start a language server; it has to end by itself when its input does."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AZUREML_")}
    process = subprocess.Popen(
        COMMAND,
        cwd=folder,
        env={**clean, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        client = RawClient(process)
        yield client
        assert process.stdin is not None
        process.stdin.close()
        process.wait(SECONDS)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()
