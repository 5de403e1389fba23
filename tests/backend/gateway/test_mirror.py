"""Copies of requests: nobody waits for them, and they do not pile up."""

from __future__ import annotations

import asyncio

import pytest

from azmlinfsrv.server.gateway import mirror
from azmlinfsrv.server.gateway.table import Table, Target

from ..server.raw_client import AsyncConnection
from .in_process import POST, answer_all, gateway, read_request, server, until

REQUESTS = 40


def table(live: int, copied: int, at_once: int) -> Table:
    targets = {
        "blue": Target("blue", live, at_once=10),
        "green": Target("green", copied, at_once=at_once, timeout=30),
    }
    return Table(targets, {"blue": 100}, ("green", 50))


def test_a_mirror_that_never_answers_delays_nobody_and_gets_no_more_than_it_may() -> None:
    read = 0

    async def stuck(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal read
        del writer
        await read_request(reader)
        read += 1
        # Until the gateway lets go of it.
        await reader.read()

    async def run() -> None:
        async with (
            server(answer_all) as live,
            server(stuck) as copied,
            gateway(table(live, copied, 3)) as front,
            AsyncConnection(front) as client,
        ):
            for _ in range(REQUESTS):
                answer = await asyncio.wait_for(client.ask(POST), 5)
                assert (answer.status, answer.body) == (200, b"fine")
                assert answer.headers["azureml-model-deployment"] == "blue"
            await until(lambda: read == 6)

    asyncio.run(run())
    # Twice as many as at once, of the twenty that were copied.
    assert read == 6


def test_a_mirror_that_is_not_there_is_nobodys_trouble() -> None:
    async def run() -> None:
        async with (
            server(answer_all) as live,
            gateway(table(live, 1, 1)) as front,
            AsyncConnection(front) as client,
        ):
            for _ in range(REQUESTS):
                assert (await client.ask(POST)).status == 200

    asyncio.run(run())


def test_bodies_that_are_too_large_together_are_not_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mirror, "MOST_COPIED_BYTES", 1)
    copies = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal copies
        copies += 1
        await answer_all(reader, writer)

    async def run() -> None:
        async with (
            server(answer_all) as live,
            server(count) as copied,
            gateway(table(live, copied, 10)) as front,
            AsyncConnection(front) as client,
        ):
            for _ in range(4):
                assert (await client.ask(POST)).status == 200

    asyncio.run(run())
    assert copies == 0
