"""``azmlinfsrv gateway``: several services of this machine behind one address, as an endpoint."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Run the gateway until it is told to stop; returns the exit status."""
    if list(arguments) == ["front"]:
        # The process in front of a server, which is waited for: nothing else is imported.
        from azmlinfsrv.server.gateway.serve import serve_beside

        return serve_beside(sys.stdin)
    from azmlinfsrv.cli.gateway_command import run

    return run(arguments)
