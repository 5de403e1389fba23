"""``azmlinfsrv ps``: the servers of this user that run just now."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

from azmlinfsrv.debugging.foreign import published_processes
from azmlinfsrv.debugging.records import RunningServer, running_servers

_HEADINGS = ("PID", "PORT", "AGE", "WORKERS", "DEBUGGER", "ENTRY SCRIPT")


def main(arguments: Sequence[str]) -> int:
    """Print the servers; returns 0."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv ps",
        description="List the servers that you have started on this machine.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.add_argument(
        "--all",
        action="store_true",
        help="the published server's processes, too, and whether a debugger can enter them",
    )
    options = parser.parse_args(arguments)
    servers = running_servers()
    foreign = published_processes() if options.all else []
    if options.json:
        rows = [describe(server) for server in servers]
        others = [asdict(process) for process in foreign]
        print(json.dumps({"servers": rows, "published": others} if options.all else rows))
        return 0
    if servers:
        print("\n".join(_table([_HEADINGS, *map(_row, servers)])))
    else:
        print("No server of yours is running.")
    for process in foreign:
        print(f"\nPublished server, {process.role} {process.pid}: {process.command}")
        print(process.refusal or "A debugger can be attached to it by its pid.")
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
