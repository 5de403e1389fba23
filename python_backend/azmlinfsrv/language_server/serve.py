"""One conversation with one client, from its first message to its end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys

from azmlinfsrv.language_server.features import make_server
from azmlinfsrv.language_server.parent import wait_for_end_of
from azmlinfsrv.language_server.stdio import Writer, read_messages, take_over
from azmlinfsrv.threads import start_hidden_thread

logger = logging.getLogger(__name__)

_NODES_BETWEEN_COLLECTIONS = 20_000


def serve() -> int:
    """Speak LSP on standard input and output; returns the exit status."""
    source, sink = take_over()
    # What a client does wrong is answered; a line for each on standard error helps nobody.
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    # Whatever has been imported stays, and syntax trees go by themselves: looking for garbage each
    # time that some thousand nodes have been made would take longer than making them.
    gc.freeze()
    gc.set_threshold(_NODES_BETWEEN_COLLECTIONS, 5, 5)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        return asyncio.run(_converse(source, sink))
    return 1


async def _converse(source: int, sink: int) -> int:
    loop = asyncio.get_running_loop()
    end: asyncio.Future[int] = loop.create_future()
    server = make_server()
    protocol = server.own_protocol
    protocol.set_writer(Writer(sink))
    watching: list[asyncio.Task[None]] = []

    def finish(status: int) -> None:
        if not end.done():
            end.set_result(status)

    def receive(body: bytes) -> None:
        if end.done():
            return
        try:
            protocol.receive(body)
        except BrokenPipeError:
            finish(1)
        except Exception:
            # One message that cannot be handled must not end the others.
            logger.exception("A message could not be handled.")
        if server.client_process is not None and not watching:
            watching.append(asyncio.ensure_future(wait_for_end_of(server.client_process)))
            watching[0].add_done_callback(lambda _: finish(1))

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            for body in read_messages(source):
                loop.call_soon_threadsafe(receive, body)
            loop.call_soon_threadsafe(finish, 1)

    protocol.on_exit = finish
    start_hidden_thread("client", read)
    status = await end
    for task in watching:
        task.cancel()
    return status
