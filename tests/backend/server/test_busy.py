"""One slow run() holds nobody up who does not need the model."""

from __future__ import annotations

import functools
import socket
import threading
import time
from typing import Any

import pytest

from ..conftest import Server, wait_until

SLOW = """
    import os, time

    def init(): pass

    def run(data):
        print("began", flush=True)
        time.sleep(float(data))
        return os.getpid()
"""
# Asked of a machine that runs other tests, too; a quiet one takes 2 ms.
AT_ONCE = 0.5


class InBackground:
    """A request that is answered while the test goes on."""

    def __init__(self, server: Server, body: str) -> None:
        self.answers: list[Any] = []
        self._thread = threading.Thread(
            target=lambda: self.answers.append(server.request("/score", body))
        )
        began = server.output.count("began")
        self._thread.start()
        deadline = time.monotonic() + 10
        while server.output.count("began") == began and time.monotonic() < deadline:
            time.sleep(0.01)

    def wait(self) -> Any:
        self._thread.join(20)
        return self.answers[0]


def seconds(call: Any) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started


def test_a_probe_is_answered_at_once_while_run_is_busy(start_server: Any, front: str) -> None:
    server = start_server(SLOW, "--server", front)
    # Flask is imported with the first request for one of its routes.
    server.request("/nowhere")
    slow = InBackground(server, "3")
    for path in ("/", "/livez", "/readyz", "/swagger.json", "/nowhere"):
        assert seconds(functools.partial(server.request, path)) < AT_ONCE
    assert not slow.answers
    assert slow.wait().status == 200


def test_one_request_is_scored_at_a_time(start_server: Any, front: str) -> None:
    server = start_server(SLOW, "--server", front)
    slow = InBackground(server, "0.5")
    assert seconds(lambda: server.request("/score", "0")) > 0.3
    assert slow.wait().status == 200


@pytest.mark.parametrize("sent", ["", "POST /score HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf"])
def test_a_connection_that_says_nothing_more_stops_nobody(
    start_server: Any, front: str, sent: str
) -> None:
    server = start_server(SLOW, "--server", front)
    url = server.wait_until_ready()
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as silent:
        silent.sendall(sent.encode())
        assert seconds(lambda: server.request("/score", "0")) < 2


def test_probes_tell_apart_alive_and_ready_while_init_runs(start_server: Any, front: str) -> None:
    server = start_server(
        "import time\ndef init(): time.sleep(1.5)\ndef run(data): return data", "--server", front
    )
    deadline = time.monotonic() + 10
    while "Invoking user's init" not in server.output and time.monotonic() < deadline:
        time.sleep(0.01)
    port = next(e["url"] for e in server.events if e["event"] == "listening").rpartition(":")[2]
    assert status(port, "/livez") == 200
    assert status(port, "/readyz") == 503
    # These wait for init().
    assert status(port, "/") == 200
    assert [e["event"] for e in server.events][-1] == "ready"
    assert status(port, "/readyz") == 200
    assert server.request("/readyz", method="HEAD").status == 200


def status(port: str, path: str) -> int:
    with socket.create_connection(("127.0.0.1", int(port)), 10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        return int(connection.recv(100).split()[1])


def test_a_busy_worker_takes_no_connection_while_a_sibling_is_idle(start_server: Any) -> None:
    server = start_server(SLOW, "--server", "gunicorn", "--worker_count", "2")
    deadline = time.monotonic() + 10
    while server.output.count("ready for serving") < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    slow = InBackground(server, "2")
    others = {server.request("/score", "0").json for _ in range(10)}
    assert not slow.answers
    assert len(others) == 1
    assert slow.wait().json not in others


def test_connections_that_come_in_the_same_instant_go_to_two_workers(start_server: Any) -> None:
    server = start_server(SLOW, "--server", "gunicorn", "--worker_count", "2")
    wait_until(lambda: server.output.count("ready for serving") == 2)
    address = ("127.0.0.1", int(server.wait_until_ready().rpartition(":")[2]))
    body = b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n0.03"
    parted = 0
    for _ in range(30):
        with socket.socket() as first, socket.socket() as second:
            for each in (first, second):
                each.setblocking(False)
                each.connect_ex(address)
            for each in (first, second):
                each.setblocking(True)
                each.sendall(body)
            workers = {each.recv(4096).rpartition(b"\r\n")[2] for each in (first, second)}
            parted += len(workers) == 2
        # Until both workers have noticed that the two are gone.
        time.sleep(0.03)
    # One of three used to wait for the other, beside a worker that was idle.
    assert parted >= 28


def test_a_stop_lets_a_running_request_finish(start_server: Any, front: str) -> None:
    server = start_server(SLOW, "--server", front)
    slow = InBackground(server, "0.6")
    assert server.stop() == 0
    assert slow.wait().status == 200


def test_a_stop_does_not_wait_for_an_idle_connection(start_server: Any, front: str) -> None:
    server = start_server(SLOW, "--server", front)
    url = server.wait_until_ready()
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))):
        assert seconds(server.stop) < 3
