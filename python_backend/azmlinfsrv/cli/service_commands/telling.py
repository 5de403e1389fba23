"""What commands say while they work, and of what they have done."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from azmlinfsrv.cli.service_commands.describe import describe, details
from azmlinfsrv.deployment.services.folder import ServiceFolder
from azmlinfsrv.deployment.services.status import Status


def print_service(service: ServiceFolder, *, as_json: bool) -> None:
    """Print a service that has been deployed or changed."""
    row = describe(service)
    print(json.dumps(row) if as_json else details({**row, "notes": []}))


def shortened(told: object) -> str:
    """Return a note or problem whose file, if it lies below the working folder, is as typed."""
    return str(told).removeprefix(f"{Path.cwd()}{os.sep}")


def tell(text: str) -> None:
    """Say something that is no result."""
    print(text, file=sys.stderr, flush=True)


def tell_state(status: Status) -> None:
    """Say how far it is, to whoever waits."""
    if status.server and status.state != "Healthy":
        where = f", port {status.port}" if status.port else ""
        tell(f"{status.state}: the server has been started (pid {status.server.pid}{where}) …")
