"""``azmlinfsrv services``: what runs on this machine, and what is to become of it."""

from __future__ import annotations

import importlib
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Run a subcommand; returns its exit status."""
    if list(arguments) == ["supervise"]:
        # A service's own process, which is waited for: nothing else is imported.
        from azmlinfsrv.deployment.services.spawn import supervise

        return supervise()
    if list(arguments) == ["await"]:
        return _serve_when_told()
    from azmlinfsrv.cli.service_commands.command_line import run

    return run(arguments)


def _serve_when_told() -> int:
    from azmlinfsrv.cli import serve
    from azmlinfsrv.deployment.services.waiting import await_order

    # It would be imported last: the options may name the other one.
    importlib.import_module("azmlinfsrv.server.gunicorn_front.front")
    words = await_order()
    return 0 if words is None else serve.main(words)
