"""Ten thousand requests, some of them wrong: every answer is right, no worker is lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Server
from .raw_client import AsyncConnection, RawAnswer, port_of

SCRIPT = """
    import os
    from inference_schema.parameter_types.standard_py_parameter_type import (
        StandardPythonParameterType,
    )
    from inference_schema.schema_decorators import input_schema

    def init(): pass

    @input_schema("token", StandardPythonParameterType("one"))
    def run(token):
        return {"token": token, "pid": os.getpid()}
"""
SHORT = """
    import json, os, time

    def init(): pass

    def run(data):
        time.sleep(0.005)
        return {"token": json.loads(data)["token"], "pid": os.getpid()}
"""
CONNECTIONS = 64
WARM_UP = 2_000
REQUESTS = 8_000
ONE_IN_WRONG = 20
# Reached by nothing but a hang.
LOAD_SECONDS = 120
REQUEST_SECONDS = 30

Client = Callable[[AsyncConnection, int], Awaitable[None]]


def post(number: int, body: str, extra: str = "") -> bytes:
    return (
        f"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{extra}"
        f"x-request-id: id-{number}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def good(number: int) -> bytes:
    return post(number, json.dumps({"token": f"token-{number}"}))


# Each with the status that answers it; where one request ends and the next begins is unknown
# after the first ones, so that answer is the last of its connection.
CLOSING: list[tuple[int, bytes]] = [
    (400, b"rubbish\r\n\r\n"),
    (400, b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n"),
    (400, b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
    (400, b"POST /score HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n"),
    (501, b"POST /score HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n"),
    (400, b"GET / HTTP/1.1\r\nHost : x\r\n\r\n"),
]
KEEPING: list[tuple[int, Callable[[int], bytes]]] = [
    (400, lambda number: post(number, "{no json")),
    (400, lambda number: post(number, '{"other": 1}')),
    (400, lambda number: post(number, "")),
    (415, lambda number: post(number, "{}").replace(b"application/json", b"text/plain")),
    (405, lambda _: b"DELETE /score HTTP/1.1\r\nHost: x\r\n\r\n"),
    (404, lambda _: b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"),
]
KINDS_OF_WRONG = len(CLOSING) + len(KEEPING) + 1


async def ask_wrongly(connection: AsyncConnection, number: int) -> None:
    kind = number // ONE_IN_WRONG % KINDS_OF_WRONG
    if kind < len(CLOSING):
        status, sent = CLOSING[kind]
        assert (await connection.ask(sent)).status == status, sent
        assert await connection.rest() == b"", sent
        await connection.reopen()
    elif kind < KINDS_OF_WRONG - 1:
        status, make = KEEPING[kind - len(CLOSING)]
        answer = await connection.ask(make(number))
        assert answer.status == status, (make(number), answer)
        if b"x-request-id" in make(number):
            assert answer.headers["x-request-id"] == f"id-{number}"
    else:
        # Cut off in the middle of a body.
        connection.send(good(number)[:-5])
        await connection.reopen()


def pid_in(answer: RawAnswer, number: int) -> int:
    """Check that an answer is that of its request, and return who has given it."""
    assert answer.status == 200, answer
    assert answer.headers["x-request-id"] == f"id-{number}"
    result = json.loads(answer.body)
    assert result["token"] == f"token-{number}"
    return int(result["pid"])


async def load(port: int, connections: int, numbers: Iterator[int], client: Client) -> None:
    """Have ``client`` called for each number, on the next connection that is free."""

    async def one_connection() -> None:
        async with AsyncConnection(port) as connection:
            for number in numbers:
                await client(connection, number)

    tasks = [asyncio.create_task(one_connection()) for _ in range(connections)]
    try:
        await asyncio.wait_for(asyncio.gather(*tasks), LOAD_SECONDS)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def resident_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


def wait_for_workers(server: Server, count: int) -> None:
    deadline = time.monotonic() + 30
    while server.output.count("ready for serving") < count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.output.count("ready for serving") == count


def test_ten_thousand_requests_get_their_own_answers_from_one_worker_that_does_not_grow(
    start_server: Any, front: str
) -> None:
    server = start_server(SCRIPT, "--server", front)
    port, connections = port_of(server), CONNECTIONS
    pids: Counter[int] = Counter()

    async def client(connection: AsyncConnection, number: int) -> None:
        if number % ONE_IN_WRONG == 0:
            await ask_wrongly(connection, number)
        else:
            pids[pid_in(await connection.ask(good(number)), number)] += 1

    asyncio.run(load(port, connections, iter(range(WARM_UP)), client))
    (pid,) = pids
    before = resident_kib(pid) if sys.platform == "linux" else 0
    asyncio.run(load(port, connections, iter(range(WARM_UP, WARM_UP + REQUESTS)), client))
    after = resident_kib(pid) if sys.platform == "linux" else 0
    assert pids == {pid: (WARM_UP + REQUESTS) * (ONE_IN_WRONG - 1) // ONE_IN_WRONG}
    assert after <= before * 1.1
    output = server.output
    assert output.count("Booting worker") <= 1
    assert "Traceback" not in output
    assert "server failed to answer" not in output


@pytest.mark.skipif(sys.platform != "linux", reason="gunicorn's workers, ended by SIGKILL")
def test_a_killed_worker_costs_the_requests_it_had_and_no_other(start_server: Any) -> None:
    server = start_server(SHORT, "--server", "gunicorn")
    port = port_of(server)
    connections, before, after = 16, 200, 400
    pids: Counter[int] = Counter()
    cut: list[int] = []

    def numbers() -> Iterator[int]:
        number = 0
        while pids.total() < before:
            yield (number := number + 1)
        os.kill(next(iter(pids)), signal.SIGKILL)
        while pids.total() < before + after:
            yield (number := number + 1)

    async def client(connection: AsyncConnection, number: int) -> None:
        try:
            # A request that hangs is neither answered nor cut: that fails the test.
            answer = await asyncio.wait_for(connection.ask(good(number)), REQUEST_SECONDS)
        except (ConnectionError, asyncio.IncompleteReadError):
            cut.append(number)
            await connection.reopen()
        else:
            pids[pid_in(answer, number)] += 1

    asyncio.run(load(port, connections, numbers(), client))
    assert 1 <= len(cut) <= connections
    assert len(pids) == 2
    assert server.output.count("Booting worker") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")
def test_two_workers_share_the_load_evenly(start_server: Any) -> None:
    server = start_server(SHORT, "--server", "gunicorn", "--worker_count", "2")
    port = port_of(server)
    wait_for_workers(server, 2)
    pids: Counter[int] = Counter()

    async def client(connection: AsyncConnection, number: int) -> None:
        pids[pid_in(await connection.ask(good(number)), number)] += 1

    asyncio.run(load(port, 16, iter(range(400)), client))
    assert pids.total() == 400
    assert len(pids) == 2
    assert min(pids.values()) >= 0.35 * 400
