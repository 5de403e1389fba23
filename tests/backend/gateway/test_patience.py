"""A gateway waits for slow clients, but not for ever, and never for those that are done with."""

from __future__ import annotations

import asyncio

import pytest

from azmlinfsrv.server.gateway import client as client_module
from azmlinfsrv.server.gateway import gateway as gateway_module
from azmlinfsrv.server.gateway.table import Table, Target

from ..server.raw_client import AsyncConnection
from .in_process import POST, answer_all, gateway, read_request, server, until


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute is too long for a test."""
    monkeypatch.setattr(client_module, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(gateway_module, "_SWEEP_SECONDS", 0.05)


def one(port: int, timeout: float = 30) -> Table:
    return Table({"blue": Target("blue", port, timeout=timeout)}, {"blue": 100})


@pytest.mark.parametrize(
    "begun", [b"POST /score HTT", POST[:30], POST[:-1]], ids=["line", "head", "body"]
)
def test_a_client_that_falls_silent_within_a_request_is_cut_off(begun: bytes) -> None:
    async def run() -> None:
        async with server(answer_all) as port, gateway(one(port)) as front:
            async with AsyncConnection(front) as client:
                client.send(begun)
                assert await asyncio.wait_for(client.rest(), 10) == b""
            async with AsyncConnection(front) as client:
                assert (await client.ask(POST)).status == 200

    asyncio.run(run())


def test_a_client_that_takes_nothing_is_cut_off_and_its_container_freed() -> None:
    gone = asyncio.Event()

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        try:
            while True:
                writer.write(chunk)
                await writer.drain()
        finally:
            gone.set()

    async def run() -> None:
        async with (
            server(pour) as port,
            gateway(one(port)) as front,
            AsyncConnection(front) as client,
        ):
            client.send(POST)
            await asyncio.wait_for(gone.wait(), 10)

    asyncio.run(run())


def test_a_client_that_waits_for_its_answer_is_not_cut_off() -> None:
    async def think(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(1)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")

    async def run() -> None:
        async with (
            server(think) as port,
            gateway(one(port)) as front,
            AsyncConnection(front) as client,
        ):
            assert (await client.ask(POST)).body == b"fine"

    asyncio.run(run())


def test_a_stream_that_takes_longer_than_the_limit_is_cut() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
        await reader.read()

    async def run() -> bytes:
        async with (
            server(drip) as port,
            gateway(one(port, timeout=0.2)) as front,
            AsyncConnection(front) as client,
        ):
            client.send(POST)
            return await asyncio.wait_for(client.rest(), 10)

    received = asyncio.run(run())
    assert received.startswith(b"HTTP/1.1 200")
    assert received.endswith(b"1\r\nx\r\n")


def test_a_client_that_is_gone_leaves_nothing_behind() -> None:
    read = closed = 0

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal read, closed
        del writer
        await read_request(reader)
        read += 1
        await reader.read()
        closed += 1

    async def run() -> None:
        async with server(wait) as port, gateway(one(port)) as front:
            # There are two places.
            for number in range(1, 6):
                async with AsyncConnection(front) as client:
                    client.send(POST)
                    await until(lambda number=number: read == number)  # type: ignore[misc]
                await until(lambda number=number: closed == number)  # type: ignore[misc]

    asyncio.run(run())
