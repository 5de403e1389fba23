"""``azmlinfsrv services``: what runs on this machine, and what is to become of it."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Run a subcommand; returns its exit status."""
    if list(arguments) == ["supervise"]:
        # A service's own process, which is waited for: nothing else is imported.
        from azmlinfsrv.deployment.services.spawn import supervise

        return supervise()
    from azmlinfsrv.cli.service_commands.command_line import run

    return run(arguments)
