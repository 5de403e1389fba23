"""``azmlinfsrv ps``: the servers of this user that run just now."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

from azmlinfsrv.debugging.records import RunningServer, running_servers

_HEADINGS = ("PID", "PORT", "AGE", "WORKERS", "DEBUGGER", "ENTRY SCRIPT")


def main(arguments: Sequence[str]) -> int:
    """Print the servers; returns 0."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv ps",
        description="List the servers that you have started on this machine.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    options = parser.parse_args(arguments)
    servers = running_servers()
    if options.json:
        print(json.dumps([describe(server) for server in servers]))
    elif servers:
        print("\n".join(_table([_HEADINGS, *map(_row, servers)])))
    else:
        print("No server of yours is running.")
    return 0


def describe(server: RunningServer) -> dict[str, object]:
    """Return what programs are told of a server."""
    workers, is_attached = server.workers, server.is_attached
    return {**asdict(server.facts), "workers": workers, "is_attached": is_attached}


def _row(server: RunningServer) -> tuple[str, ...]:
    facts = server.facts
    return (
        str(facts.pid),
        str(facts.port),
        _age(facts.started),
        " ".join(map(str, server.workers)),
        "attached" if server.is_attached else "-",
        _short(facts.entry_script),
    )


def _age(started: str) -> str:
    seconds = int((datetime.now(timezone.utc) - datetime.fromisoformat(started)).total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(0, seconds)} s"


def _short(path: str) -> str:
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
