"""Which port a server gets that is started again."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FuturesTimeoutError

import pytest

from azmlinfsrv.server.listener import LAST_PORT_VARIABLE, open_listener
from azmlinfsrv.server.setting import AUTO_PORT

from ..conftest import ECHO, StartServer, free_port

HERE = "127.0.0.1"


@pytest.mark.parametrize("asked", ["auto", "fixed"])
def test_a_restart_waits_until_the_server_before_has_let_go_of_the_port(
    monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    before = socket.create_server((HERE, free_port()))
    port = before.getsockname()[1]
    monkeypatch.setenv(LAST_PORT_VARIABLE, str(port))
    with ThreadPoolExecutor() as pool:
        restarted = pool.submit(open_listener, HERE, port if asked == "fixed" else AUTO_PORT)
        with pytest.raises(FuturesTimeoutError):
            restarted.result(0.2)
        before.close()
        with restarted.result(5) as listener:
            assert listener.getsockname()[1] == port


def test_clients_find_a_server_that_is_started_again_on_the_same_port(
    start_server: StartServer,
) -> None:
    port = free_port()
    server = start_server(ECHO, env={LAST_PORT_VARIABLE: str(port)})
    assert server.wait_until_ready().endswith(f":{port}")


def test_a_last_port_that_stays_taken_keeps_no_server_from_starting(
    start_server: StartServer,
) -> None:
    with socket.create_server((HERE, free_port())) as taken:
        port = taken.getsockname()[1]
        server = start_server(ECHO, env={LAST_PORT_VARIABLE: str(port)})
        assert not server.wait_until_ready().endswith(f":{port}")
