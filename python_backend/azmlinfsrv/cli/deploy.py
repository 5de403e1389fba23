"""``azmlinfsrv deploy``: run a deployment as a service on this machine."""

from __future__ import annotations

from collections.abc import Sequence

from azmlinfsrv.deployment.services.spawn import SpawnedSupervisor

_STARTING_NOTHING = {"-h", "--help", "--check"}


def main(arguments: Sequence[str]) -> int:
    """Deploy; returns the exit status."""
    if _STARTING_NOTHING & set(arguments):
        return _run(arguments, None)
    # First of all: it starts while everything else is imported and the files are read.
    with SpawnedSupervisor() as supervisor:
        return _run(arguments, supervisor)


def _run(arguments: Sequence[str], supervisor: SpawnedSupervisor | None) -> int:
    from azmlinfsrv.cli.service_commands.deploying import run

    return run(arguments, supervisor)
