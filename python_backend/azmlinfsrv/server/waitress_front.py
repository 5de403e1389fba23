"""The waitress front (the only one on Windows): one process, ``worker_count`` threads."""

from __future__ import annotations

import signal
import socket
import sys

import waitress

from azmlinfsrv.server.banner import sample_hint
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.server.worker import boot


def serve(settings: Settings, listener: socket.socket, url: str) -> None:
    """Serve until a signal ends the process; exits the process."""
    # waitress stops in good order on SystemExit; SIGTERM alone would cut requests off.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    application = boot(settings, url)
    if hint := sample_hint(settings, url):
        print(hint, flush=True)
    waitress.serve(
        application,
        sockets=[listener],
        threads=settings.worker_count,
        ident="waitress",
        _quiet=True,
    )
    sys.exit(0)
