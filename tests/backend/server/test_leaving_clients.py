"""A client that goes away does not hold the queue."""

from __future__ import annotations

import socket
from typing import Any

from ..conftest import Server, wait_until

SLOW = """
    import time

    def init(): pass

    def run(data):
        print(f"scoring {data}", flush=True)
        while data == "hold" and not os.path.exists("go"):
            time.sleep(0.01)
        return data

    import os
"""


def send(server: Server, body: str, request_id: str) -> socket.socket:
    """Send a request and leave the connection open."""
    url = server.wait_until_ready()
    connection = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 20)
    head = f"POST /score HTTP/1.1\r\nHost: x\r\nx-request-id: {request_id}\r\n"
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    return connection


def receive(connection: socket.socket, text: bytes) -> None:
    """Read on until a text has come."""
    received = b""
    while text not in received:
        chunk = connection.recv(2000)
        assert chunk, received
        received += chunk


def test_a_request_whose_client_has_gone_is_not_scored(start_server: Any, front: str) -> None:
    server = start_server(SLOW, "--server", front)
    with send(server, "hold", "first") as first:
        wait_until(lambda: "scoring hold" in server.output)
        send(server, "of nobody", "gone").close()
        with send(server, "last", "last") as last:
            # Whoever answers these has seen that the one before has gone.
            for _ in range(20):
                assert server.request("/").status == 200
            (server.folder / "go").touch()
            receive(last, b'"last"')
        receive(first, b'"hold"')
    assert "scoring of nobody" not in server.output
    wait_until(lambda: "POST /score was dropped" in server.output)
    assert "its client had gone before its turn [gone]" in server.output


def test_a_request_that_is_abandoned_in_run_is_told_in_the_log(
    start_server: Any, front: str
) -> None:
    server = start_server(SLOW, "--server", front)
    left = send(server, "hold", "left")
    wait_until(lambda: "scoring hold" in server.output)
    left.close()
    wait_until(lambda: "POST /score was abandoned by its client after" in server.output)
    assert "ms in run() [left]" in server.output
    (server.folder / "go").touch()
    assert server.request("/score", "next").json == "next"
