"""Clients that say exactly what they are told, HTTP or not."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass
from types import TracebackType

from ..conftest import Server

# Reached by nothing but a hang.
TIMEOUT = 10


def port_of(server: Server) -> int:
    return int(server.wait_until_ready().rpartition(":")[2])


def converse(server: Server, sent: bytes, timeout: float = TIMEOUT) -> bytes:
    """Return all that comes until the server closes the connection, which it must do in time."""
    with socket.create_connection(("127.0.0.1", port_of(server)), timeout) as client:
        # The server may refuse, and close, before it has read everything.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(sent)
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while part := client.recv(65536):
                received += part
        return received


@dataclass
class RawAnswer:
    """One answer, taken apart; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class AsyncConnection:
    """A connection on which requests are sent and answers read, one after the other."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> AsyncConnection:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    async def reopen(self) -> None:
        await self.__aexit__(None, None, None)
        await self.__aenter__()

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def ask(self, request: bytes) -> RawAnswer:
        """Send a request and read its answer.

        Raises:
            asyncio.IncompleteReadError: the server has closed the connection instead.
            ConnectionError: it was cut.

        """
        self.send(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:])}
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return RawAnswer(int(head[0].split(" ", 2)[1]), headers, body)

    async def rest(self) -> bytes:
        """Return what still comes until the server closes the connection."""
        with contextlib.suppress(ConnectionResetError):
            return await self._reader.read()
        return b""
