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

    A disk that is full stops no service: what could not be told is told later.

    Attributes:
        status: what has been told last.

    """

    def __init__(self, folder: ServiceFolder) -> None:
        self._folder = folder
        self._is_untold = False
        self.status = Status("Transitioning", since=_now(), supervisor=ProcessId.of(os.getpid()))

    def tell(self, state: State, failure: Failure | None = None, **changes: Any) -> None:
        """Tell the state, why, and what has changed about it."""
        since = self.status.since if state == self.status.state else _now()
        changes.setdefault("message", failure.message if failure else None)
        changes["file"] = str(failure.file) if failure and failure.file else None
        changes["line"] = failure.line if failure else None
        self.status = replace(self.status, state=state, since=since, **changes)
        self._write()

    def report(self, command: str, failure: Failure | None) -> None:
        """Tell what has become of a command, by its id."""
        outcome = Outcome(command)
        if failure:
            file = str(failure.file) if failure.file else None
            outcome = replace(outcome, message=failure.message, file=file, line=failure.line)
        self.status = replace(self.status, outcome=outcome)
        self._write()

    def flush(self) -> None:
        """Tell what could not be told before."""
        if self._is_untold:
            self._write()

    def _write(self) -> None:
        try:
            self._folder.write_status(self.status)
        except OSError:
            self._is_untold = True
        else:
            self._is_untold = False


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
