"""``azmlinfsrv stop PID``: end a running server as Ctrl+C in its terminal does."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence

from azmlinfsrv.debugging.records import running_server
from azmlinfsrv.deployment.services.folder import all_services

NOT_FOUND = 2
RUNS_ON = 1
_POLL_SECONDS = 0.05
# A little more than the server gives the requests that run.
_PATIENCE_SECONDS = 35


def main(arguments: Sequence[str]) -> int:
    """Stop a server; returns 0, 1 when it runs on, or 2 when there is no such server."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv stop",
        description="End a running server when the requests that run have been answered.",
    )
    parser.add_argument("pid", metavar="PID", type=int, help="as `azmlinfsrv ps` lists it")
    options = parser.parse_args(arguments)
    # By its record: the number may be another program's by now.
    if running_server(options.pid) is None:
        print(
            f"azmlinfsrv stop: no server of yours has the pid {options.pid}. "
            "`azmlinfsrv ps` lists those that run.",
            file=sys.stderr,
        )
        return NOT_FOUND
    if service := _service_of(options.pid):
        print(
            f"azmlinfsrv stop: {options.pid} is the server of the service {service}, which would "
            f"start it again. `azmlinfsrv services delete {service}` ends both.",
            file=sys.stderr,
        )
        return RUNS_ON
    with contextlib.suppress(ProcessLookupError):
        os.kill(options.pid, signal.SIGTERM)
    end = time.monotonic() + _PATIENCE_SECONDS
    while running_server(options.pid) is not None:
        if time.monotonic() > end:
            print(
                f"azmlinfsrv stop: the server {options.pid} still runs after "
                f"{_PATIENCE_SECONDS} s. Its log tells why.",
                file=sys.stderr,
            )
            return RUNS_ON
        time.sleep(_POLL_SECONDS)
    return 0


def _service_of(pid: int) -> str | None:
    """Return the name of the service that runs a server."""
    for service in all_services():
        server = service.status().server
        if server is not None and server.pid == pid:
            return service.name
    return None
