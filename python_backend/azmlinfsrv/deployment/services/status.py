"""In which state a service is, as its supervisor tells it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from azmlinfsrv.debugging.process_mark import process_mark

State = Literal["Transitioning", "Healthy", "Unhealthy", "Unschedulable", "Failed"]
_FINAL = frozenset({"Unschedulable", "Failed"})


@dataclass(frozen=True)
class ProcessId:
    """A process, told from a later one with its number, also after the machine was restarted."""

    pid: int
    mark: str | None
    boot: str

    @classmethod
    def of(cls, pid: int) -> ProcessId:
        """Return that of a process that runs."""
        return cls(pid, process_mark(pid), _boot())

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return (
            self.mark is not None and self.boot == _boot() and process_mark(self.pid) == self.mark
        )


@dataclass(frozen=True)
class Outcome:
    """What has become of a command.

    Attributes:
        id: the command's.
        message: why it failed; None if it was done.
        file: the file of the line in the script that raised.
        line: that line, from 1.

    """

    id: str
    message: str | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Status:
    """The state of a service, and why.

    Attributes:
        state: one of the published states.
        message: why, in a sentence, unless it is Healthy.
        file: the file of the line in the script that raised.
        line: that line, from 1.
        port: where it listens.
        restarts: how often in a row its server has been started again.
        generation: which deployment or update runs.
        since: when it came into this state, in ISO 8601 and UTC.
        supervisor: the process that runs it.
        server: the server's first process, whose session holds all of them.
        outcome: of the last command.

    """

    state: State
    message: str | None = None
    file: str | None = None
    line: int | None = None
    port: int | None = None
    restarts: int = 0
    generation: int = 0
    since: str = ""
    supervisor: ProcessId | None = None
    server: ProcessId | None = None
    outcome: Outcome | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing runs any more, and nothing will until somebody starts it."""
        return self.state in _FINAL

    @property
    def is_supervised(self) -> bool:
        """Whether its supervisor runs."""
        return self.supervisor is not None and self.supervisor.is_alive

    def as_found(self, name: str) -> Status:
        """Return the status as it is now: a supervisor that was killed tells nothing any more."""
        if self.is_final or self.is_supervised:
            return self
        return replace(
            self,
            state="Failed",
            message="Its processes have gone, as they do when the machine is restarted. "
            f"`azmlinfsrv services start {name}` runs it again.",
        )

    def to_json(self) -> dict[str, Any]:
        """Return it for a file."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Status:
        """Return what ``to_json`` has written, as far as this version knows it."""
        known = {field.name for field in fields(cls)}
        values = {key: value for key, value in document.items() if key in known}
        for name in ("supervisor", "server"):
            values[name] = ProcessId(**values[name]) if values.get(name) else None
        values["outcome"] = Outcome(**values["outcome"]) if values.get("outcome") else None
        return cls(**values)


def _boot() -> str:
    """Return what differs from one start of the machine to the next, where the system tells."""
    if sys.platform != "linux":
        return ""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return os.uname().nodename
