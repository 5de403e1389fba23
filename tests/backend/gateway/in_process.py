"""A gateway in the test's own event loop, in front of servers that do what the test says."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from azmlinfsrv.server.gateway.gateway import Gateway, Limits
from azmlinfsrv.server.gateway.rules import RULES
from azmlinfsrv.server.gateway.table import Table

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
POST = b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"


@contextlib.asynccontextmanager
async def server(serve: Serve) -> AsyncIterator[int]:
    """Serve each connection so; gives the port."""
    handlers: set[asyncio.Task[Any]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        handlers.add(task)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await serve(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        await asyncio.wait_for(asyncio.gather(*handlers), 10)


@contextlib.asynccontextmanager
async def gateway(table: Table, kind: str = "managed") -> AsyncIterator[int]:
    """Be a gateway; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    until = asyncio.Event()
    serving = asyncio.create_task(Gateway(RULES[kind], table, Limits()).serve(listener, until, 1))
    try:
        yield port
    finally:
        until.set()
        await asyncio.wait_for(serving, 10)


async def read_request(reader: asyncio.StreamReader) -> None:
    """Read a POST."""
    await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(2)


async def answer_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each request at once."""
    while True:
        await read_request(reader)
        writer.write(ANSWER)


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait for a state; fails when it does not come."""
    end = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < end, "what the test waits for does not come"
        await asyncio.sleep(0.01)
