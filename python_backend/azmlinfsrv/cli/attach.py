"""``azmlinfsrv attach PID``: have a running server's workers listen for a debugger."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Sequence

from azmlinfsrv.debugging.follower import AttachError, Follower, listen_in_workers
from azmlinfsrv.debugging.records import RunningServer, running_server
from azmlinfsrv.threads import start_hidden_thread

NOT_FOUND = 2
REFUSED = 1
_POLL_SECONDS = 0.2

_EPILOG = """\
Any program that speaks the Debug Adapter Protocol can then attach to the address that is printed.
While a worker listens, every user of this machine can: VS Code needs no such address, use
"Azure ML: Attach to Running Server" there.

example:
  azmlinfsrv ps
  azmlinfsrv attach 4711
"""


def main(arguments: Sequence[str]) -> int:
    """Attach; returns 0, 1 when the server refuses, or 2 when there is no such server."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv attach",
        description="Have the workers of a running server listen for a debugger.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("pid", metavar="PID", type=int, help="as `azmlinfsrv ps` lists it")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    # What the editor uses: see _follow.
    parser.add_argument("--follow", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    server = running_server(options.pid)
    if server is None:
        print(
            f"azmlinfsrv attach: no server of yours has the pid {options.pid}. "
            "`azmlinfsrv ps` lists those that run.",
            file=sys.stderr,
        )
        return NOT_FOUND
    try:
        if options.follow:
            _follow(server)
        else:
            _listen(server, options.host, as_json=options.json)
    except AttachError as error:
        print(f"azmlinfsrv attach: {error}", file=sys.stderr)
        return REFUSED
    return 0


def _listen(server: RunningServer, host: str, *, as_json: bool) -> None:
    listening = listen_in_workers(server, host)
    if as_json:
        rows = [{"pid": pid, "host": at[0], "port": at[1]} for pid, at in listening.items()]
        print(json.dumps(rows))
        return
    for pid, (address, port) in listening.items():
        print(f"The worker with pid {pid} listens for a debugger on {address}:{port}.")


def _follow(server: RunningServer) -> None:
    """Bring each worker to an adapter that the editor starts for it.

    A JSON object a line. To standard output: ``{"worker": pid}`` for each worker that needs an
    adapter, now and later; ``{"worker": pid, "error": text}`` for one that does not connect.
    From standard input: ``{"worker": pid, "host": …, "port": …, "access_token": …}`` when the
    adapter waits. Ends when standard input or the server does.
    """
    follower = Follower(server, lambda pid: _tell({"worker": pid}))
    is_left = threading.Event()
    follower.begin()
    try:
        start_hidden_thread("editor", _read_offers, follower, is_left)
        while running_server(server.facts.pid) and not is_left.wait(_POLL_SECONDS):
            pass
    finally:
        follower.end()


def _read_offers(follower: Follower, is_left: threading.Event) -> None:
    try:
        for line in sys.stdin:
            # Each in a thread of its own: connecting takes a moment, and there may be more.
            start_hidden_thread("offer", _offer, follower, json.loads(line))
    finally:
        is_left.set()


def _offer(follower: Follower, message: dict[str, object]) -> None:
    pid = int(str(message["worker"]))
    try:
        follower.offer(
            pid, str(message["host"]), int(str(message["port"])), str(message["access_token"])
        )
    except AttachError as error:
        _tell({"worker": pid, "error": str(error)})


def _tell(message: dict[str, object]) -> None:
    print(json.dumps(message), flush=True)
