"""Clients that are slow, go away, send much or mean harm: nobody else is held up, nothing grows."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Server, wait_until
from ..server.raw_client import TIMEOUT, converse, port_of
from ..server.test_hostile_clients import (
    AMBIGUOUS,
    GOT_SMUGGLED,
    SMUGGLED,
    assert_alive,
    assert_refused,
)

ECHO = """
    def init(): pass

    def run(data):
        print("run() got", data[:20], flush=True)
        return data
"""
BINARY = """
    import hashlib, json, os, time
    from azureml.contrib.services.aml_request import rawhttp
    from azureml.contrib.services.aml_response import AMLResponse

    def init(): pass

    def parts(count, size):
        for _ in range(count):
            yield b"x" * size

    @rawhttp
    def run(request):
        if request.args.get("digest"):
            return AMLResponse(hashlib.sha256(request.get_data()).hexdigest(), 200)
        if request.args.get("begun"):
            open(request.args["begun"], "a").close()
            time.sleep(float(request.args.get("sleep", 0)))
        count, size = int(request.args.get("count", 1)), int(request.args.get("size", 10))
        return AMLResponse(parts(count, size), 200)
"""
POST = b"POST /score HTTP/1.1\r\nHost: x\r\n"
BIG = 40 << 20


def start(start_server: Any, source: str, *options: str, kind: str = "managed") -> Server:
    server: Server = start_server(source, "--gateway", kind, *options)
    server.wait_until_ready()
    return server


@pytest.fixture
def echo(start_server: Any) -> Server:
    return start(start_server, ECHO)


@pytest.fixture
def binary(start_server: Any) -> Server:
    return start(start_server, BINARY)


@pytest.fixture
def client(binary: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port_of(binary)), TIMEOUT) as connection:
        yield connection


def gateway_bytes(server: Server) -> int:
    """Return how much memory the gateway of a server has."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    for pid in children.split():
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if words[-3:-1] == [b"gateway", b"front"]:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            return pages * 4096
    pytest.fail("there is no gateway")


def test_no_request_is_smuggled_past_the_gateway(echo: Server) -> None:
    let_through = {}
    for what, sent in AMBIGUOUS.items():
        received = converse(echo, sent + SMUGGLED)
        try:
            assert_refused(received, 400, 501)
        except AssertionError:
            let_through[what] = received
    assert not let_through
    assert GOT_SMUGGLED not in echo.output
    assert_alive(echo)


def test_requests_on_one_connection_are_answered_in_turn(echo: Server) -> None:
    first = POST + b'Content-Length: 3\r\n\r\n"1"'
    chunked = POST + b'Transfer-Encoding: chunked\r\n\r\n1\r\n"\r\n2\r\n2"\r\n0\r\n\r\n'
    last = POST + b'Content-Length: 3\r\nConnection: close\r\n\r\n"3"'
    received = converse(echo, first + chunked + last)
    heads = received.split(b"HTTP/1.1 ")[1:]
    assert [head[:3] for head in heads] == [b"200"] * 3
    assert [head.rpartition(b"\r\n\r\n")[2] for head in heads] == [
        json.dumps(f'"{number}"').encode() for number in (1, 2, 3)
    ]


def test_an_old_client_gets_a_stream_to_the_end_of_its_connection(binary: Server) -> None:
    received = converse(binary, b"GET /score?count=3&size=5 HTTP/1.0\r\n\r\n")
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"chunked" not in head.lower()
    assert body == b"x" * 15


def test_a_body_is_sent_when_it_is_asked_for(client: socket.socket) -> None:
    client.sendall(
        b"POST /score?digest=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"
    )
    assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(b"hello")
    assert hashlib.sha256(b"hello").hexdigest().encode() in _rest(client)


def test_a_refused_body_is_not_asked_for(start_server: Any) -> None:
    server = start(start_server, BINARY, "--max_payload_mb", "1")
    head = POST + b"Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n"
    assert_refused(converse(server, head), 413)


def test_a_big_body_passes_whole_and_is_not_kept(binary: Server) -> None:
    before = gateway_bytes(binary)
    body = bytes(range(256)) * (BIG // 256)
    answer = binary.request("/score?digest=1", body)
    assert (answer.status, answer.text) == (200, hashlib.sha256(body).hexdigest())
    assert gateway_bytes(binary) - before < BIG / 4


def test_a_client_that_reads_slowly_slows_the_answer_down(
    binary: Server, client: socket.socket
) -> None:
    before = gateway_bytes(binary)
    client.sendall(b"GET /score?count=400&size=100000 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert client.recv(10).startswith(b"HTTP/1.1")
    # Others are answered meanwhile, by the gateway at least.
    for _ in range(5):
        assert binary.request("/livez").status == 200
        time.sleep(0.02)
    assert gateway_bytes(binary) - before < BIG / 4
    received = 0
    while not (data := client.recv(1 << 20)).endswith(b"0\r\n\r\n"):
        received += len(data)
    assert received + len(data) > BIG * 0.9


def test_a_client_that_sends_slowly_holds_nobody_up(binary: Server, client: socket.socket) -> None:
    client.sendall(b"POST /score?digest=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel")
    for _ in range(3):
        assert binary.request("/score?digest=1", b"hello").status == 200
    client.sendall(b"lo")
    assert hashlib.sha256(b"hello").hexdigest().encode() in client.recv(65536)


def test_the_time_of_a_slow_client_does_not_count(start_server: Any) -> None:
    server = start(start_server, BINARY, "--request_timeout_ms", "300")
    with socket.create_connection(("127.0.0.1", port_of(server)), TIMEOUT) as client:
        client.sendall(b"POST /score?digest=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel")
        time.sleep(0.6)
        client.sendall(b"lo")
        assert client.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_client_that_goes_away_frees_its_place(start_server: Any, tmp_path: Path) -> None:
    server = start(start_server, BINARY)
    port = port_of(server)
    begun = tmp_path / "begun"
    path = f"/score?begun={begun}&sleep=1".encode()
    for _ in range(6):
        with socket.create_connection(("127.0.0.1", port), TIMEOUT) as client:
            client.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            wait_until(begun.exists)
    # There are two places, and none of the six has kept one.
    wait_until(lambda: server.request("/score?digest=1", b"").status == 200)


def test_a_stream_that_breaks_off_does_not_look_complete(start_server: Any) -> None:
    server = start(
        start_server,
        """
        import os
        from azureml.contrib.services.aml_response import AMLResponse

        def init(): pass

        def parts():
            yield b"first"
            raise ValueError("no more")

        def run(data):
            return AMLResponse(parts(), 200)
        """,
    )
    received = converse(server, POST + b"Content-Length: 2\r\n\r\n{}")
    assert b"first" in received
    assert not received.endswith(b"0\r\n\r\n")


def test_too_many_connections_are_refused(start_server: Any) -> None:
    server = start(start_server, ECHO)
    port = port_of(server)
    with contextlib.ExitStack() as held:
        for _ in range(500):
            held.enter_context(socket.create_connection(("127.0.0.1", port), TIMEOUT))
        with socket.create_connection(("127.0.0.1", port), TIMEOUT) as client:
            refused = client.recv(65536)
        assert refused.startswith(b"HTTP/1.1 429")
        assert b"500 connections" in refused
    wait_until(lambda: server.request("/score", "x").status == 200)


def _rest(client: socket.socket) -> bytes:
    received = b""
    while data := client.recv(65536):
        received += data
    return received
