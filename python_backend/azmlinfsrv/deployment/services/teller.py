"""Tells others in which state a service is."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from azmlinfsrv.deployment.services.folder import ServiceFolder
from azmlinfsrv.deployment.services.status import Outcome, ProcessId, State, Status
from azmlinfsrv.server.child import Failure


class Teller:
    """Keeps the status that is in the service's folder.

    Attributes:
        status: what has been told last.

    """

    def __init__(self, folder: ServiceFolder) -> None:
        self._folder = folder
        self.status = Status("Transitioning", since=_now(), supervisor=ProcessId.of(os.getpid()))

    @property
    def port(self) -> int:
        """Where the service listens."""
        assert self.status.port is not None  # noqa: S101 - told before anything is started
        return self.status.port

    def tell(self, state: State, failure: Failure | None = None, **changes: Any) -> None:
        """Tell the state, why, and what has changed about it."""
        since = self.status.since if state == self.status.state else _now()
        changes.setdefault("message", None)
        changes["file"] = str(failure.file) if failure and failure.file else None
        changes["line"] = failure.line if failure else None
        self.status = replace(self.status, state=state, since=since, **changes)
        self._folder.write_status(self.status)

    def report(self, command: str, failure: Failure | None) -> None:
        """Tell what has become of a command, by its id."""
        outcome = Outcome(command)
        if failure:
            file = str(failure.file) if failure.file else None
            outcome = replace(outcome, message=failure.message, file=file, line=failure.line)
        self.status = replace(self.status, outcome=outcome)
        self._folder.write_status(self.status)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
