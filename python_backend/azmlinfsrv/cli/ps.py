"""``azmlinfsrv ps``: the servers of this user that run just now."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from azmlinfsrv.cli.output import guarded_output, table
from azmlinfsrv.debugging.foreign import published_processes
from azmlinfsrv.debugging.records import RunningServer, running_servers
from azmlinfsrv.debugging.server_figures import figures_of
from azmlinfsrv.threads import start_hidden_thread

Row = dict[str, Any]

_COLUMNS: dict[str, Callable[[Row], str]] = {
    "PID": lambda row: str(row["pid"]),
    "PORT": lambda row: str(row["port"]),
    "STATE": lambda row: str(row["state"]),
    "AGE": lambda row: _age(row["started_ago"]),
    "REQUESTS": lambda row: _requests(row["requests"], row["failures"]),
    "P50": lambda row: _milliseconds(row["p50_ms"]),
    "P99": lambda row: _milliseconds(row["p99_ms"]),
    "MEMORY": lambda row: _megabytes(row["memory_bytes"]),
    "WORKERS": lambda row: " ".join(map(str, row["workers"])),
    "DEBUGGER": lambda row: "attached" if row["is_attached"] else "-",
    "ENTRY SCRIPT": lambda row: _short(row["entry_script"]),
}
_NONE = "No server of yours is running."
_MEGABYTE = 1 << 20
_SECOND_MS = 1000
# Each look asks the system about every process; where there is no /proc, by a program.
_POLL_SECONDS = 0.5 if sys.platform == "linux" else 1.0
_CLEAR = "\033[H\033[2J"


def main(arguments: Sequence[str]) -> int:
    """Print the servers; returns 0."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv ps",
        description="List the servers that you have started on this machine.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.add_argument(
        "--watch",
        action="store_true",
        help="print them again whenever something has changed, until Ctrl+C or the end of input",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="the published server's processes, too, and whether a debugger can enter them",
    )
    options = parser.parse_args(arguments)
    if options.watch:
        with contextlib.suppress(KeyboardInterrupt):
            _watch(_print_json if options.json else _print_screen)
        return 0
    with guarded_output():
        _print_once(options)
    return 0


def _print_once(options: argparse.Namespace) -> None:
    rows = [describe(server) for server in running_servers()]
    foreign = published_processes() if options.all else []
    if options.json:
        others = [asdict(process) for process in foreign]
        print(json.dumps({"servers": rows, "published": others} if options.all else rows))
        return
    print(_table(rows))
    for process in foreign:
        print(f"\nPublished server, {process.role} {process.pid}: {process.command}")
        print(process.refusal or "A debugger can be attached to it by its pid.")


def describe(server: RunningServer) -> Row:
    """Return what programs are told of a server."""
    workers = server.workers
    return {
        "log_file": str(server.log_file) if server.log_file.is_file() else None,
        **asdict(server.facts),
        "started_ago": _seconds_since(server.facts.started),
        "workers": workers,
        "is_attached": server.is_attached,
        **asdict(figures_of(server, workers)),
    }


def _watch(show: Callable[[list[Row]], None]) -> None:
    """Show the servers at once and whenever something has changed."""
    is_over = threading.Event()
    start_hidden_thread("standard input", _wait_for_end, is_over)
    shown: object = None
    while not is_over.is_set():
        rows = [describe(server) for server in running_servers()]
        if (now := list(map(_what_matters, rows))) != shown:
            shown = now
            show(rows)
        is_over.wait(_POLL_SECONDS)


def _wait_for_end(is_over: threading.Event) -> None:
    # A closed terminal is an error on some systems.
    with contextlib.suppress(OSError, ValueError):
        while sys.stdin is not None and sys.stdin.readline():
            pass
    is_over.set()


def _what_matters(row: Row) -> Row:
    """Return a row without what changes all the time and tells nothing new."""
    memory = row["memory_bytes"]
    return {
        **row,
        "started_ago": None,
        "memory_bytes": memory and memory // _MEGABYTE,
    }


def _print_json(rows: list[Row]) -> None:
    print(json.dumps(rows), flush=True)


def _print_screen(rows: list[Row]) -> None:
    print(f"{_CLEAR if sys.stdout.isatty() else ''}{_table(rows)}", flush=True)


def _table(rows: Sequence[Row]) -> str:
    if not rows:
        return _NONE
    return table(_COLUMNS, ([show(row) for show in _COLUMNS.values()] for row in rows))


def _seconds_since(started: str) -> int:
    return max(
        0, int((datetime.now(timezone.utc) - datetime.fromisoformat(started)).total_seconds())
    )


def _age(seconds: int) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _requests(count: int, failures: int) -> str:
    return f"{count} ({failures} failed)" if failures else str(count)


def _milliseconds(value: float | None) -> str:
    if value is None:
        return "-"
    if value >= _SECOND_MS:
        return f"{value / _SECOND_MS:.2f} s"
    return f"{value:.3g} ms"


def _megabytes(value: int | None) -> str:
    return "-" if value is None else f"{value / _MEGABYTE:.0f} MB"


def _short(path: str) -> str:
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path
