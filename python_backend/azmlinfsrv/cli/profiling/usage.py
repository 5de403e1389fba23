"""Processor time and memory of the server's processes.

psutil would tell it on every system, but has no wheel without native code, which the bundled
backend cannot contain: Linux has /proc, macOS has ps, and elsewhere the figures stay unknown.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_LOOKUP_SECONDS = 5
_KB = 1024
# Of the fields after the name: session, and ticks of the process and of its ended children.
_SESSION, _TIMES = 3, slice(11, 15)
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
_RSS = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Usage:
    """What a server's processes have used so far.

    Attributes:
        cpu_seconds: on a processor, all processes together.
        memory_bytes: what they hold now; memory that several share counts once.
        peak_bytes: the most that they can have held at a time so far.
        first_bytes: the share of the first process, which behind gunicorn does not score.

    """

    cpu_seconds: float
    memory_bytes: int
    peak_bytes: int
    first_bytes: int


def usage_of(leader: int) -> Usage | None:
    """Return what the session of a process uses; None where the system does not tell."""
    if sys.platform == "linux":
        return _from_proc(leader)
    return _from_ps(leader) if sys.platform == "darwin" else None


def cpu_seconds_of(leader: int) -> float | None:
    """Return the processor time alone, which takes less time to find out."""
    if sys.platform == "linux":
        return sum((seconds for _, seconds in _session(leader)), 0.0)
    found = _from_ps(leader) if sys.platform == "darwin" else None
    return found.cpu_seconds if found else None


def busy_seconds() -> float | None:
    """Return the processor time of the whole machine so far; None where it is not told."""
    if sys.platform != "linux":
        return None
    try:
        first, _, _ = (_PROC / "stat").read_text().partition("\n")
    except OSError:
        return None
    ticks = list(map(int, first.split()[1:9]))
    idle, waiting = ticks[3:5]
    return (sum(ticks) - idle - waiting) / os.sysconf("SC_CLK_TCK")


def _from_proc(leader: int) -> Usage | None:
    cpu, memory, peak, first = 0.0, 0, 0, 0
    for pid, seconds in _session(leader):
        cpu += seconds
        held, highest = _memory_of(pid)
        memory += held
        peak += highest
        first = held if pid == leader else first
    return Usage(cpu, memory, peak, first) if memory else None


def _session(leader: int) -> Iterator[tuple[int, float]]:
    """Yield the processes of a session, with their processor time."""
    if sys.platform == "win32":
        return
    ticks = os.sysconf("SC_CLK_TCK")
    for entry in os.scandir(_PROC):
        if not entry.name.isdigit():
            continue
        try:
            stat = Path(entry.path, "stat").read_text()
        except OSError:
            continue
        # The name, in brackets, may contain anything.
        fields = stat.rpartition(")")[2].split()
        if int(fields[_SESSION]) == leader:
            yield int(entry.name), sum(map(int, fields[_TIMES])) / ticks


def _memory_of(pid: int) -> tuple[int, int]:
    """Return what a process holds now, and at its most."""
    process = _PROC / str(pid)
    try:
        status = (process / "status").read_text()
    except OSError:
        return 0, 0
    resident = _kilobytes(_RSS, status) or 0
    peak = _kilobytes(_PEAK, status) or resident
    try:
        # Its share of what it has in common with others: after a fork that is nearly everything.
        held = _kilobytes(_PSS, (process / "smaps_rollup").read_text())
    except OSError:
        held = None
    held = resident if held is None else held
    return held * _KB, (held + max(0, peak - resident)) * _KB


def _kilobytes(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found[1]) if found else None


def _from_ps(leader: int) -> Usage | None:
    program = shutil.which("ps")
    if program is None:
        return None
    try:
        shown = subprocess.run(  # noqa: S603 - a fixed system tool with our own arguments
            [program, "-axo", "pid=,pgid=,rss=,time="],
            capture_output=True,
            text=True,
            timeout=_LOOKUP_SECONDS,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    return usage_in_ps(shown, leader)


def usage_in_ps(shown: str, leader: int) -> Usage | None:
    """Return the usage that ``ps -o pid=,pgid=,rss=,time=`` tells of a process group."""
    cpu, memory, first = 0.0, 0, 0
    for line in shown.splitlines():
        words = line.split()
        if len(words) == 4 and words[1] == str(leader):
            resident = int(words[2]) * _KB
            memory += resident
            first = resident if words[0] == str(leader) else first
            cpu += _seconds_of(words[3])
    # What processes share counts for each of them, and nothing is known of the past.
    return Usage(cpu, memory, memory, first) if memory else None


def _seconds_of(text: str) -> float:
    """Read ``[[days-]hours:]minutes:seconds``."""
    days, _, clock = text.rpartition("-")
    seconds = 0.0
    for part in clock.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds + int(days or 0) * 86_400
