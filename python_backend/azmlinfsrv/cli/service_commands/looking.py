"""``services list``, ``show`` and ``logs``."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from pathlib import Path

from azmlinfsrv.cli.service_commands.common import add_command, add_name
from azmlinfsrv.cli.service_commands.describe import describe, details, table_of
from azmlinfsrv.cli.service_commands.failures import DONE
from azmlinfsrv.cli.subcommands import Commands
from azmlinfsrv.deployment.services.folder import all_services, find_service
from azmlinfsrv.deployment.services.steering import last_lines
from azmlinfsrv.server.auth.keys_file import read_keys

_PUBLISHED_LINES = 5000
_POLL_SECONDS = 0.2


def add_commands(commands: Commands) -> None:
    """Declare them."""
    add_command(
        commands,
        "list",
        _list,
        description="List the services of this user, and their states.",
        example="list",
    )
    parser = add_command(
        commands,
        "show",
        _show,
        description="Show a service: its state, where it is reached, what it runs.",
        example="show myservice --json",
    )
    add_name(parser)
    parser.add_argument("--keys", action="store_true", help="its keys, too")
    parser = add_command(
        commands,
        "logs",
        _logs,
        description="Print what a service has written.",
        example="logs myservice --lines 50 --follow",
    )
    add_name(parser)
    parser.add_argument(
        "--lines",
        type=int,
        default=_PUBLISHED_LINES,
        metavar="N",
        help=f"the last N lines (default: {_PUBLISHED_LINES})",
    )
    parser.add_argument("--follow", action="store_true", help="and what it writes until Ctrl+C")


def _list(options: argparse.Namespace) -> int:
    rows = list(map(describe, all_services()))
    print(json.dumps(rows) if options.json else table_of(rows))
    return DONE


def _show(options: argparse.Namespace) -> int:
    service = find_service(options.name)
    row = describe(service)
    if options.keys and row["auth_mode"] == "key":
        keys = read_keys(service.keys_file)
        row |= {"primary_key": keys.primary, "secondary_key": keys.secondary}
    if options.json:
        print(json.dumps(row))
        return DONE
    print(details(row))
    for name in ("primary_key", "secondary_key"):
        if name in row:
            print(f"{name:<14}{row[name]}")
    return DONE


def _logs(options: argparse.Namespace) -> int:
    service = find_service(options.name)
    text = last_lines(service.log_file, max(options.lines, 0))
    if options.json:
        print(json.dumps(text.splitlines()))
        return DONE
    sys.stdout.write(text)
    if options.follow:
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            _follow(service.log_file)
    return DONE


def _follow(log: Path) -> None:
    """Print what is added, until the service is deleted."""
    seen = log.stat() if log.exists() else None
    place = seen.st_size if seen else 0
    while log.parent.is_dir():
        with contextlib.suppress(OSError), log.open("rb") as stream:
            now = log.stat()
            if seen is None or now.st_ino != seen.st_ino or now.st_size < place:
                # The next file has been begun.
                place = 0
            seen = now
            stream.seek(place)
            data = stream.read()
            place += len(data)
            sys.stdout.write(data.decode("utf-8", "replace"))
            sys.stdout.flush()
        time.sleep(_POLL_SECONDS)
