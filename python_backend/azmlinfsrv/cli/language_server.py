"""``azmlinfsrv language-server``: what the analysis knows, for every editor that speaks LSP."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Serve one editor on standard input and output; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv language-server",
        description="Serve an editor: the Language Server Protocol on standard input and output.",
    )
    # Editors add it out of habit; there is nothing else than standard input and output.
    parser.add_argument("--stdio", action="store_true", help=argparse.SUPPRESS)
    parser.parse_args(arguments)

    # The protocol's thousand classes are made at import, and none of them is ever garbage: to look
    # for some less often saves a tenth of the start; never to look costs 10 MB.
    gc.set_threshold(5_000)
    from azmlinfsrv.language_server.lean_protocol import import_protocol

    import_protocol()
    from azmlinfsrv.language_server.serve import serve

    status = serve()
    sys.stderr.flush()
    # At once: a thread that waits for the client or walks through a folder has nothing to lose.
    os._exit(status)
