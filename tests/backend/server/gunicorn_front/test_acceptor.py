"""A worker that stands back for its siblings lets nobody wait for ever."""

from __future__ import annotations

import asyncio
import socket
import time

from azmlinfsrv.server.gunicorn_front.acceptor import Acceptor


class Greeter(asyncio.Protocol):
    """Says something as soon as it is connected."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"hello")
        transport.close()


async def greeting(patience: float, busy: float) -> bytes:
    """Connect to an acceptor whose loop is held up for ``busy`` seconds in each of its turns."""
    loop = asyncio.get_running_loop()

    def hold_up() -> None:
        time.sleep(busy)
        loop.call_soon(hold_up)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        acceptor = Acceptor(loop, listener, Greeter, lambda: patience)
        loop.call_soon(hold_up)
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        received = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        acceptor.close()
    return received


def test_a_connection_is_accepted_after_all_when_no_sibling_takes_it() -> None:
    assert asyncio.run(greeting(patience=5, busy=0)) == b"hello"


def test_a_loop_that_is_held_up_does_not_stand_back_for_ever() -> None:
    # As it is where run() computes: Python changes threads every 5 ms.
    assert asyncio.run(greeting(patience=3, busy=0.006)) == b"hello"
