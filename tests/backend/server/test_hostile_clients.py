"""Clients that mean harm: they get no second answer, hold nobody up, fill nothing."""

from __future__ import annotations

import contextlib
import socket
import statistics
import time
from typing import Any

import pytest

from ..conftest import Server
from .raw_client import TIMEOUT, converse, port_of

SCRIPT = """
    def init(): pass

    def run(data):
        print("run() got", data, flush=True)
        return data
"""
LORIS_COUNT = 50
PROBES = 20
POST = b"POST /score HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
NO_CHUNKS = b"0\r\n\r\n"
SMUGGLED = POST + b"Content-Length: 8\r\nConnection: close\r\n\r\nsmuggled"
GOT_SMUGGLED = "run() got smuggled"


@pytest.fixture
def server(start_server: Any, front: str) -> Server:
    started: Server = start_server(SCRIPT, "--server", front)
    started.wait_until_ready()
    return started


def assert_refused(received: bytes, *statuses: int) -> None:
    """Check that there is one answer: of that status, and the last one of its connection."""
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    assert lines[0].startswith("http/1."), received
    assert int(lines[0].split()[1]) in statuses, received
    assert "connection: close" in lines, received
    assert b"HTTP/1.1 2" not in body, received


def assert_alive(server: Server) -> None:
    answer = server.request("/score", "still here")
    assert (answer.status, answer.json) == (200, "still here")
    assert "Traceback" not in server.output


def test_fifty_clients_that_never_end_their_heads_hold_no_probe_up(server: Server) -> None:
    port = port_of(server)
    head = b"POST /score HTTP/1.1\r\nHost: x\r\nX-Slow: "
    with contextlib.ExitStack() as stack:
        lorises = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), TIMEOUT))
            for _ in range(LORIS_COUNT)
        ]
        for loris in lorises:
            loris.sendall(head)
        seconds = []
        for _ in range(PROBES):
            for loris in lorises:
                loris.sendall(b"a")
            started = time.monotonic()
            assert server.request("/").status == 200
            seconds.append(time.monotonic() - started)
        assert_alive(server)
        # None of them was thrown out for it: a slow client may be an honest one.
        for loris in lorises:
            loris.sendall(b"\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        assert all(b"200 OK" in loris.recv(65536) for loris in lorises)
    assert statistics.median(seconds) < 0.1


AMBIGUOUS = {
    "length and chunked": (POST + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n" + NO_CHUNKS),
    "chunked and length": (POST + CHUNKED + b"Content-Length: 5\r\n\r\n" + NO_CHUNKS),
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    "a list of lengths": POST + b"Content-Length: 0, 5\r\n\r\n",
    "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n" + NO_CHUNKS,
    "a quoted coding": POST + b'Transfer-Encoding: "chunked"\r\n\r\n' + NO_CHUNKS,
    "a coding after a control character": (
        POST + b"Content-Length: 5\r\nTransfer-Encoding: \x0bchunked\r\n\r\n" + NO_CHUNKS
    ),
    "a length and an empty coding": POST + b"Content-Length: 5\r\nTransfer-Encoding: \r\n\r\n",
    "chunked twice": POST + CHUNKED + CHUNKED + b"\r\n" + NO_CHUNKS,
    "chunked for an old client": (
        b"POST /score HTTP/1.0\r\nConnection: keep-alive\r\n" + CHUNKED + b"\r\n" + NO_CHUNKS
    ),
    "a space before the colon of a length": POST + b"Content-Length : 5\r\n\r\n",
    "a space before the colon of a coding": (
        POST + b"Transfer-Encoding : chunked\r\n\r\n" + NO_CHUNKS
    ),
    "a folded header": POST + b"X-A: b\r\n Content-Length: 5\r\n\r\n",
    "a folded coding": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + NO_CHUNKS,
    "a negative length": POST + b"Content-Length: -5\r\n\r\n",
    "a length with a sign": POST + b"Content-Length: +5\r\n\r\n",
    "a length in hexadecimal": POST + b"Content-Length: 0x5\r\n\r\n",
    "a length with an underscore": POST + b"Content-Length: 1_0\r\n\r\n",
    "an empty length": POST + b"Content-Length: \r\n\r\n",
    "bare line feeds": b"POST /score HTTP/1.1\nHost: x\nContent-Length: 0\n\n",
    "a bare line feed within a header": POST + b"X-A: b\n" + CHUNKED + b"\r\n" + NO_CHUNKS,
    "a bare line feed after the head": POST + b"Content-Length: 0\r\n\n",
    "a bare line feed after a chunk's size": POST + CHUNKED + b"\r\n5\nhello\r\n" + NO_CHUNKS,
    "a bare carriage return": POST + b"X-A: b\r" + CHUNKED + b"\r\n" + NO_CHUNKS,
    "a chunk's size with a sign": POST + CHUNKED + b"\r\n+5\r\nhello\r\n" + NO_CHUNKS,
    "a chunk longer than its size": POST + CHUNKED + b"\r\n3\r\nhello\r\n" + NO_CHUNKS,
}


def test_no_request_is_smuggled_behind_one_whose_end_is_unclear(server: Server) -> None:
    let_through = {}
    for what, sent in AMBIGUOUS.items():
        received = converse(server, sent + SMUGGLED)
        try:
            assert_refused(received, 400, 501)
        except AssertionError:
            let_through[what] = received
    assert not let_through
    assert GOT_SMUGGLED not in server.output
    assert_alive(server)


def head_of(request_line: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([request_line, b"Host: x", *headers, b"", b""])


# waitress counts the bytes of the whole head: 256 KiB, of which the last comes with the refusal.
OVERSIZED = {
    "gunicorn": {
        "request line": (414, head_of(b"GET /?" + b"a" * 4094 + b" HTTP/1.1")),
        "unending request line": (414, b"GET /" + b"a" * 5000),
        "header": (431, head_of(b"GET / HTTP/1.1", b"X-Big: " + b"a" * 8190)),
        "unending header": (431, b"GET / HTTP/1.1\r\nX-Big: " + b"a" * 9000),
        "headers": (431, head_of(b"GET / HTTP/1.1", *[b"X-A: b"] * 100)),
    },
    "waitress": {
        "unending request line": (431, b"GET /".ljust(262_144, b"a")),
        "unending header": (431, b"GET / HTTP/1.1\r\nX-Big: ".ljust(262_144, b"a")),
        "headers": (431, head_of(b"GET / HTTP/1.1", *[b"X-A: b"] * 40_000)[:262_144]),
    },
}


def test_a_head_that_is_too_large_is_refused_and_the_server_goes_on(
    server: Server, front: str
) -> None:
    for what, (status, sent) in OVERSIZED[front].items():
        received = converse(server, sent)
        assert received, what
        assert_refused(received, status)
    assert_alive(server)


@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"], ids=["", "expect"])
def test_a_body_that_is_too_large_is_refused_before_it_is_sent(
    server: Server, expect: bytes
) -> None:
    head = POST + expect + b"Content-Length: %d\r\n\r\n" % (5 * 1024**3)
    started = time.monotonic()
    received = converse(server, head if expect else head + b"begin")
    assert time.monotonic() - started < 5
    assert_refused(received, 413)
    assert_alive(server)
