"""The load, against answers as they come in the wild."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from azmlinfsrv.cli.profiling.connection import AnswerError
from azmlinfsrv.cli.profiling.generator import Burst, Load, wire

from ...conftest import free_port

Serve = Callable[[Callable[[socket.socket, bytes], bool]], tuple[str, int]]
BODY = b'{"data": [1]}'


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve whoever connects: ``answer`` gets each request and tells whether to go on."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def start(answer: Callable[[socket.socket, bytes], bool]) -> tuple[str, int]:
        def talk(client: socket.socket) -> None:
            with client:
                data = b""
                while received := client.recv(65_536):
                    data += received
                    head, end, body = data.partition(b"\r\n\r\n")
                    length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0] or 0)
                    if end and len(body) >= length:
                        data = b""
                        if not answer(client, body):
                            return

        def accept() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                thread = threading.Thread(target=talk, args=(client,), daemon=True)
                thread.start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        threads.append(thread)
        host, port = listener.getsockname()
        return host, port

    yield start
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for thread in threads:
        thread.join(5)


def load(address: tuple[str, int], connections: int = 2, body: bytes = BODY) -> Burst:
    requests = [wire(body, "application/json", address)]
    with Load(address, requests, connections, 5, lambda: False) as running:
        return running.run(0.2, lambda _: None)


def says(text: bytes) -> Callable[[socket.socket, bytes], bool]:
    def answer(client: socket.socket, body: bytes) -> bool:
        assert body == BODY
        client.sendall(text)
        return True

    return answer


def test_answers_with_a_length_are_counted(serve: Serve) -> None:
    burst = load(serve(says(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")))
    assert burst.failures == 0
    assert len(burst.latencies) == len(burst.heads) > 10
    assert 0.2 <= burst.seconds < 1


def test_a_stream_ends_with_its_last_chunk(serve: Serve) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n0\r\n\r\n\r\n0\r\n\r\n"
    burst = load(serve(says(chunked)))
    assert burst.failures == 0
    assert len(burst.latencies) > 10


@pytest.mark.parametrize(
    "answered",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"a;x=1\r\n\r\n0\r\n\r\n{}\r\n\r\n0\r\nTrailer: 1\r\n\r\n",
    ],
)
def test_an_answer_that_comes_byte_by_byte_is_one_answer(serve: Serve, answered: bytes) -> None:
    def answer(client: socket.socket, _: bytes) -> bool:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in answered:
            client.sendall(bytes([byte]))
        return True

    burst = load(serve(answer))
    assert burst.failures == 0
    assert len(burst.latencies) > 1


def test_a_server_that_closes_each_connection_is_connected_to_again(serve: Serve) -> None:
    def answer(client: socket.socket, _: bytes) -> bool:
        client.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")
        return False

    burst = load(serve(answer))
    assert burst.failures == 0
    assert len(burst.latencies) > 10


def test_what_ends_with_the_connection_is_an_answer(serve: Serve) -> None:
    def answer(client: socket.socket, _: bytes) -> bool:
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n{}")
        return False

    burst = load(serve(answer))
    assert burst.failures == 0
    assert len(burst.latencies) > 10


def test_a_huge_request_is_sent_whole(serve: Serve) -> None:
    body = b"[" + b"1," * 5_000_000 + b"1]"
    sizes = []

    def answer(client: socket.socket, received: bytes) -> bool:
        sizes.append(len(received))
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        return True

    burst = load(serve(answer), 1, body)
    assert burst.failures == 0
    assert set(sizes) == {len(body)}


def test_refusals_end_the_load_before_they_come_thousandfold(serve: Serve) -> None:
    burst = load(serve(says(b'HTTP/1.1 400 Bad\r\nContent-Length: 17\r\n\r\n{"message":"bad"}')))
    assert burst.is_hopeless
    assert burst.failures <= 22
    assert burst.first_failure is not None
    assert burst.first_failure.status == 400
    assert burst.first_failure.body == b'{"message":"bad"}'


def test_a_server_that_hangs_up_is_a_failure_and_no_latency(serve: Serve) -> None:
    burst = load(serve(lambda _client, _body: False))
    assert burst.is_hopeless
    assert len(burst.latencies) == 0
    assert burst.first_failure is not None
    assert "closed the connection" in burst.first_failure.reason


def test_what_is_not_http_is_told_of(serve: Serve) -> None:
    burst = load(serve(says(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")))
    assert burst.first_failure is not None
    assert burst.first_failure.reason == "what came back is not HTTP"


def test_a_server_that_is_not_there_is_told_of() -> None:
    with pytest.raises(AnswerError, match="accepts no connection"):
        load(("127.0.0.1", free_port()))


def test_an_answer_that_does_not_come_is_given_up(serve: Serve) -> None:
    address = serve(lambda _client, _body: True)
    with Load(address, [wire(BODY, "text/plain", address)], 1, 0.3, lambda: False) as running:
        burst = running.run(0.1, lambda _: None)
    assert burst.first_failure is not None
    assert burst.first_failure.reason == "no answer after 0.3 s"
