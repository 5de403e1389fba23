"""Connections to servers that are kept: what happens when the server closes one."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest

from azmlinfsrv.server.gateway.table import Table, Target

from ..server.raw_client import AsyncConnection, RawAnswer
from .in_process import ANSWER, POST, Serve, gateway, read_request, server


async def asked(serve: Serve, *requests: bytes) -> list[RawAnswer]:
    """Return what a gateway answers, one request after the other, in front of such a server."""
    async with server(serve) as port:
        table = Table({"blue": Target("blue", port)}, {"blue": 100})
        async with gateway(table) as front, AsyncConnection(front) as client:
            return [await client.ask(request) for request in requests]


def reset(writer: asyncio.StreamWriter) -> None:
    """Close at once, as a system does that finds something unread."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()


def test_a_request_that_nobody_has_read_is_sent_again() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await read_request(reader)
        writer.write(ANSWER)
        if connections == 1:
            # The second request comes, and is not looked at.
            await reader.read(1)
            reset(writer)

    first, second = asyncio.run(asked(serve, POST, POST))
    assert (first.status, second.status, second.body) == (200, 200, b"fine")
    assert connections == 2


def test_a_connection_that_the_server_has_closed_is_not_used() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await read_request(reader)
        writer.write(ANSWER)

    answers = asyncio.run(asked(serve, *[POST] * 20))
    assert [answer.status for answer in answers] == [200] * 20
    assert connections == 20


@pytest.mark.parametrize("requests", [1, 2], ids=["new connection", "kept connection"])
def test_a_request_that_was_read_is_sent_once(requests: int) -> None:
    read = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal read
        while read < requests:
            await read_request(reader)
            read += 1
            if read < requests:
                writer.write(ANSWER)

    answers = asyncio.run(asked(serve, *[POST] * requests))
    assert answers[-1].status == 424
    assert answers[-1].headers["ms-azureml-model-error-statuscode"] == "502"
    assert read == requests


def test_what_is_no_answer_is_a_failure_of_the_container() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    (answer,) = asyncio.run(asked(serve, POST))
    assert answer.status == 424
    assert answer.headers["ms-azureml-model-error-statuscode"] == "502"


def test_nobody_there_is_a_failure_of_the_container() -> None:
    async def ask() -> RawAnswer:
        with socket.create_server(("127.0.0.1", 0)) as gone:
            port = gone.getsockname()[1]
        table = Table({"blue": Target("blue", port)}, {"blue": 100})
        async with gateway(table, "kubernetes") as front, AsyncConnection(front) as client:
            return await client.ask(POST)

    answer = asyncio.run(ask())
    assert answer.status == 503
    assert b"cannot be reached" in answer.body
