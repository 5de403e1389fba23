"""What a client may do to a connection: keep it, fill it, cut it, send rubbish."""

from __future__ import annotations

import contextlib
import http.client
import socket
from collections.abc import Iterator
from typing import Any

import pytest

LENGTH = """
    from flask import Response

    def init(): pass

    def run(data):
        if data == "stream":
            return Response(chunk for chunk in ["one", "", "two"])
        if data == "broken stream":
            return Response(broken())
        return len(data)

    def broken():
        yield "one"
        raise ValueError("no more")
"""


@pytest.fixture
def server(start_server: Any, front: str) -> Any:
    started = start_server(LENGTH, "--server", front)
    started.wait_until_ready()
    return started


@contextlib.contextmanager
def connection(server: Any) -> Iterator[http.client.HTTPConnection]:
    port = int(server.wait_until_ready().rpartition(":")[2])
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    client.connect()
    client.auto_open = 0
    yield client
    client.close()


def ask(client: http.client.HTTPConnection, body: bytes | str) -> tuple[int, bytes]:
    client.request("POST", "/score", body)
    response = client.getresponse()
    return response.status, response.read()


def converse(server: Any, sent: bytes) -> bytes:
    port = int(server.wait_until_ready().rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(sent)
        received = b""
        while part := client.recv(65536):
            received += part
        return received


def test_a_connection_is_kept_for_further_requests(server: Any) -> None:
    with connection(server) as client:
        assert [ask(client, "x" * n) for n in (1, 2, 3)] == [
            (200, b"1"),
            (200, b"2"),
            (200, b"3"),
        ]


def test_requests_sent_in_one_go_are_answered_in_order(server: Any) -> None:
    one = b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n%s\r\n%s"
    sent = b"".join(one % (n, b"", b"x" * n) for n in (1, 22, 3))
    last = one % (4, b"Connection: close\r\n", b"x" * 4)
    received = converse(server, sent + last)
    bodies = [
        part.split(b"\r\n\r\n")[1][:2].strip() for part in received.split(b"HTTP/1.1 200")[1:]
    ]
    assert bodies == [b"1", b"22", b"3", b"4"]


def test_a_large_body_arrives_whole(server: Any) -> None:
    with connection(server) as client:
        assert ask(client, b"x" * 20_000_000) == (200, b"20000000")


def test_a_chunked_body_arrives_whole(server: Any) -> None:
    with connection(server) as client:
        client.request("POST", "/score", iter([b"ab", b"cde"]), encode_chunked=True)
        assert client.getresponse().read() == b"5"


def test_a_client_that_waits_for_100_continue_is_told_to_go_on(server: Any) -> None:
    head = b"POST /score HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n"
    port = int(server.wait_until_ready().rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(head + b"Content-Length: 3\r\n\r\n")
        assert b"100 Continue" in client.recv(100)
        client.sendall(b"abc")
        assert b"200" in client.recv(1000)


def test_a_stream_is_sent_in_chunks(server: Any, front: str) -> None:
    with connection(server) as client:
        assert ask(client, "stream") == (200, b"onetwo")
        if front == "gunicorn":  # waitress closes the connection after a stream
            assert ask(client, "x") == (200, b"1")


def test_a_stream_for_an_old_client_ends_with_the_connection(server: Any) -> None:
    sent = b"POST /score HTTP/1.0\r\nContent-Length: 6\r\n\r\nstream"
    received = converse(server, sent)
    assert received.endswith(b"\r\n\r\nonetwo")
    assert b"chunked" not in received


def test_a_broken_stream_does_not_look_complete(server: Any) -> None:
    with connection(server) as client:
        client.request("POST", "/score", "broken stream")
        response = client.getresponse()
        with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
            response.read()
    assert "The stream that run() returned failed: ValueError: no more" in server.output
    with connection(server) as client:
        assert ask(client, "x") == (200, b"1")


@pytest.mark.parametrize(
    "sent",
    [
        b"rubbish\r\n\r\n",
        b"POST /score HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /score HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_rubbish_is_refused_and_the_server_goes_on(server: Any, sent: bytes) -> None:
    with contextlib.suppress(ConnectionError):
        received = converse(server, sent)
        assert received.split()[1][:1] in {b"4", b"5"}
    with connection(server) as client:
        assert ask(client, "x") == (200, b"1")


def test_a_client_that_leaves_in_the_middle_is_no_trouble(server: Any) -> None:
    port = int(server.wait_until_ready().rpartition(":")[2])
    for sent in (b"POST", b"POST /score HTTP/1.1\r\nContent-Length: 9\r\n\r\nxx"):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(sent)
    with connection(server) as client:
        assert ask(client, "x") == (200, b"1")
    assert "Traceback" not in server.output
