"""One start of a service's server: its processes, its events, its end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from azmlinfsrv.deployment.services.address import Address
from azmlinfsrv.deployment.services.definition import Definition
from azmlinfsrv.deployment.services.folder import ServiceFolder
from azmlinfsrv.deployment.services.log_pump import LogPump
from azmlinfsrv.deployment.services.status import ProcessId
from azmlinfsrv.deployment.services.waiting import WaitingServer
from azmlinfsrv.server.child import Failure, Start, StartEvents, end_of, failure_of
from azmlinfsrv.server.listener import LISTENER_VARIABLE

_END_SECONDS = 5.0
_LAST_WORDS_BYTES = 2000


class CannotStartError(Exception):
    """The system does not start the server: no interpreter, no memory, no processes left."""


class ServerRun:
    """A server that has been started.

    Args:
        definition: what it serves.
        folder: the service's.
        address: where it takes connections, shared with other runs of the same service.
        number: tells its events from those of other starts.
        is_successor: whether it leaves all connections to another run until it is ready.
        waiting: becomes the server, if it can.

    Raises:
        CannotStartError: it cannot be started.

    """

    def __init__(
        self,
        definition: Definition,
        folder: ServiceFolder,
        address: Address,
        number: int,
        *,
        is_successor: bool = False,
        waiting: WaitingServer | None = None,
    ) -> None:
        self.definition = definition
        self._folder = folder
        self._events_file = folder.events_file(number)
        workers = definition.plan.worker_count
        self._events = StartEvents(self._events_file, workers)
        self._reloads_seen = 0
        self._pump = LogPump(folder.log_file)
        try:
            _begin_privately(self._events_file)
            start = self._start(address)
            if not start.folder.is_dir():
                raise CannotStartError(f"The folder {start.folder} is not there any more.")
            variables = start.variables(self._events_file)
            told = waiting and waiting.serve(
                start.command,
                start.folder,
                variables,
                listener=address.fileno(),
                output=self._pump.writer,
            )
            self._process = told or self._popen(
                start, variables, address, is_successor=is_successor
            )
        except OSError as error:
            program = definition.program[0]
            raise CannotStartError(
                f"The interpreter {program} cannot be started: {error.strerror}. "
                "--python names another."
                if isinstance(error, (FileNotFoundError, PermissionError))
                else f"The system starts no further process: {error.strerror}. Stop some that "
                "are not needed."
            ) from error
        finally:
            self._pump.close_writer()
        self.process_id = ProcessId.of(self._process.pid)

    def _popen(
        self, start: Start, variables: dict[str, str], address: Address, *, is_successor: bool
    ) -> subprocess.Popen[bytes]:
        options: dict[str, Any] = {}
        if sys.platform != "win32":
            held = ",held" if is_successor else ""
            variables[LISTENER_VARIABLE] = f"{address.fileno()}{held}"
            options = {"pass_fds": (address.fileno(),), "start_new_session": True}
        return subprocess.Popen(  # noqa: S603 - our own program
            start.command,
            cwd=start.folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=self._pump.writer,
            stderr=subprocess.STDOUT,
            **options,
        )

    def _start(self, address: Address) -> Start:
        plan = self.definition.plan
        environment = dict(plan.environment)
        if plan.scoring_timeout_ms is not None:
            environment["SCORING_TIMEOUT_MS"] = str(plan.scoring_timeout_ms)
        if plan.app_insights:
            environment["AML_APP_INSIGHTS_ENABLED"] = "true"
        options = ["--port", str(address.port)]
        if plan.auth != "none":
            # The path only: a command line can be read by everybody.
            options += ["--auth", plan.auth, "--keys_file", str(self._folder.keys_file)]
        return Start(
            plan.entry_script,
            plan.source_folder,
            self.definition.model_dir,
            environment,
            workers=plan.worker_count,
            options=options,
            program=self.definition.program,
        )

    @property
    def outcome(self) -> str | Failure | None:
        """The URL when every worker is ready, or why there is none; None until that is known."""
        # First: what it has told before it ended is read in any case.
        has_ended = self.has_ended
        if outcome := self._events.outcome(self._process.pid):
            return outcome
        return (
            Failure(f"The server ended before init() returned: {self.end}") if has_ended else None
        )

    @property
    def has_ended(self) -> bool:
        """Whether its first process has ended."""
        return self._process.poll() is not None

    @property
    def end(self) -> str:
        """How it ended, in words."""
        # What is left of it may still hold the pipe.
        self._kill_group()
        self._pump.finish(_END_SECONDS)
        return end_of(self._process.returncode, _last_words(self._folder.log_file))

    def reload(self) -> None:
        """Have the script loaded anew; ``reload_outcome`` tells when that is done.

        Raises:
            OSError: it has ended.

        """
        self._reloads_seen = len(self._reload_events())
        os.kill(self._process.pid, signal.SIGHUP)

    @property
    def reload_outcome(self) -> bool | Failure | None:
        """True when the new code serves, or why it does not; None until that is known."""
        new = self._reload_events()[self._reloads_seen :]
        if not new:
            return None
        return True if new[0]["event"] == "reloaded" else failure_of(new[0])

    def _reload_events(self) -> list[Mapping[str, Any]]:
        told = self._events.read()
        return [event for event in told if event["event"] in {"reloaded", "reloadFailed"}]

    def ask_to_end(self) -> None:
        """Let it answer the requests that run, and then end."""
        with contextlib.suppress(OSError):
            self._process.terminate()

    def kill(self) -> None:
        """End all of its processes at once, whatever the script has started among them."""
        self._kill_group()
        self._process.wait()
        self._events_file.unlink(missing_ok=True)

    def _kill_group(self) -> None:
        if sys.platform == "win32":
            self._process.kill()
            return
        # A group without its leader can be ended, too.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _begin_privately(file: Path) -> None:
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))


def _last_words(log: Path) -> str:
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - _LAST_WORDS_BYTES))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
