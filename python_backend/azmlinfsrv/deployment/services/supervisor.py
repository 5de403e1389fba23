"""The process that runs a service: starts its server, restarts and replaces it, tells its state."""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from typing import Any

from azmlinfsrv.deployment.services.backoff import CALM_SECONDS, BackOff
from azmlinfsrv.deployment.services.definition import Definition
from azmlinfsrv.deployment.services.folder import ServiceFolder
from azmlinfsrv.deployment.services.leaving import LeavingServers
from azmlinfsrv.deployment.services.prober import Prober
from azmlinfsrv.deployment.services.server_run import CannotStartError, ServerRun
from azmlinfsrv.deployment.services.status import State
from azmlinfsrv.deployment.services.teller import Teller
from azmlinfsrv.server.child import Failure
from azmlinfsrv.server.listener import ListenError, open_any_port, open_listener

_HOST = "127.0.0.1"
_BUSY_POLL_SECONDS = 0.01
_IDLE_POLL_SECONDS = 0.2


class Supervisor:
    """Runs one service until it is told to stop, or it cannot be run any more.

    Args:
        folder: the service's.

    """

    def __init__(self, folder: ServiceFolder) -> None:
        self._folder = folder
        self._listener: socket.socket | None = None
        self._server: ServerRun | None = None
        self._successor: ServerRun | None = None
        self._leaving = LeavingServers()
        self._prober: Prober | None = None
        self._starts = 0
        self._start_due: float | None = None
        self._ready_since: float | None = None
        self._is_over = False
        self._is_proposed = False
        self._stop_signal = False
        self._command: dict[str, Any] | None = None
        self._seen_command = folder.command_stamp()
        told = folder.told_status()
        self._last_port = told.port if told else None
        self._teller = Teller(folder)

    def run(self) -> None:
        """Run the service; returns when none of its processes is left."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop_signal)
        if hasattr(signal, "SIGHUP"):
            # The terminal that it was deployed from may be closed.
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            self._begin()
            while not self._is_over:
                self._look()
                if not self._is_over:
                    time.sleep(_BUSY_POLL_SECONDS if self._is_busy else _IDLE_POLL_SECONDS)
        finally:
            self._end_all()

    @property
    def _is_busy(self) -> bool:
        return (
            self._ready_since is None
            or self._successor is not None
            or self._command is not None
            or bool(self._leaving)
        )

    def _begin(self) -> None:
        proposed = self._folder.next_definition()
        definition = proposed or self._folder.definition()
        if definition is None:
            self._finish("Failed", "There is nothing to run: its files cannot be read.")
            return
        self._backoff = BackOff(definition.restarts)
        self._definition = definition
        self._is_proposed = proposed is not None
        self._teller.tell("Transitioning", generation=definition.generation)
        try:
            self._listener = self._listen(definition.plan.port)
        except ListenError as error:
            self._finish("Unschedulable", str(error))
            return
        self._teller.tell("Transitioning", port=self._listener.getsockname()[1])
        self._start_server()

    def _listen(self, port: int | None) -> socket.socket:
        if port is not None:
            return open_listener(_HOST, port)
        if self._last_port:
            # Whoever calls the service knows it by this one.
            with contextlib.suppress(ListenError):
                return open_listener(_HOST, self._last_port)
        return open_any_port(_HOST)

    def _run_server(self, definition: Definition, *, is_successor: bool = False) -> ServerRun:
        assert self._listener is not None  # noqa: S101 - opened before anything is started
        self._starts += 1
        return ServerRun(
            definition, self._folder, self._listener, self._starts, is_successor=is_successor
        )

    def _start_server(self) -> None:
        self._start_due = None
        try:
            self._server = self._run_server(self._definition)
        except CannotStartError as error:
            self._finish("Unschedulable", str(error))
            return
        self._teller.tell(self._teller.status.state, server=self._server.process_id)

    def _look(self) -> None:
        """Do whatever is to be done just now."""
        self._look_at_command()
        self._leaving.look()
        if self._is_over:
            return
        if self._successor:
            self._look_at_successor()
        if self._start_due is not None and time.monotonic() >= self._start_due:
            self._start_server()
        elif self._server and self._ready_since is None:
            self._look_at_start(self._server)
        elif self._server:
            self._look_at_server(self._server)

    def _look_at_start(self, server: ServerRun) -> None:
        outcome = server.outcome
        if isinstance(outcome, str):
            self._ready_since = time.monotonic()
            self._prober = Prober(self._teller.port, self._definition.plan.liveness)
            if self._is_proposed:
                self._folder.accept()
                self._is_proposed = False
            self._teller.tell("Healthy")
        elif isinstance(outcome, Failure):
            self._drop_server(server)
            if self._teller.status.restarts:
                self._crashed(outcome)
            else:
                self._finish("Failed", outcome.message, outcome)

    def _look_at_server(self, server: ServerRun) -> None:
        prober = self._prober
        assert prober is not None and self._ready_since is not None  # noqa: S101, PT018
        probe = self._definition.plan.liveness
        if server.has_ended:
            failure = Failure(f"The server ended {server.end}")
            self._drop_server(server)
            self._crashed(failure)
        elif prober.failures >= probe.failure_threshold:
            failure = Failure(f"{prober.refusal} ({prober.failures} probes in a row)")
            self._drop_server(server)
            self._crashed(failure)
        elif prober.refusal:
            if self._teller.status.message != prober.refusal:
                self._teller.tell("Unhealthy", message=prober.refusal)
        else:
            if self._teller.status.state != "Healthy":
                self._teller.tell("Healthy")
            if self._teller.status.restarts and time.monotonic() - self._ready_since > CALM_SECONDS:
                self._backoff.forget()
                self._teller.tell("Healthy", restarts=0)

    def _crashed(self, failure: Failure) -> None:
        delay = self._backoff.next_delay()
        if delay is None:
            times = self._backoff.restarts
            message = f"{failure.message} It has been restarted {times} times: no more."
            self._finish("Failed", message, failure)
            return
        self._start_due = time.monotonic() + delay
        restarts = self._backoff.restarts
        self._teller.tell(
            "Unhealthy",
            failure,
            message=f"{failure.message} Restart {restarts} of {self._backoff.limit}.",
            restarts=restarts,
            server=None,
        )

    def _drop_server(self, server: ServerRun) -> None:
        self._ready_since = None
        if self._prober:
            self._prober.close()
            self._prober = None
        server.kill()
        self._server = None

    def _look_at_command(self) -> None:
        if self._stop_signal:
            self._stop()
            return
        if self._command is None:
            stamp = self._folder.command_stamp()
            if stamp == self._seen_command:
                return
            self._seen_command = stamp
            self._command = self._folder.read_command()
            if self._command:
                self._begin_command(self._command["command"])
        elif self._command["command"] == "reload":
            self._look_at_reload()

    def _begin_command(self, command: str) -> None:
        if command == "stop":
            self._stop()
        elif command == "reload":
            self._begin_reload()
        else:
            self._begin_update()

    def _begin_reload(self) -> None:
        if self._server is None or self._ready_since is None:
            self._report(Failure("Its server does not run just now."))
            return
        with contextlib.suppress(OSError):
            self._server.reload()

    def _look_at_reload(self) -> None:
        server = self._server
        if server is None or server.has_ended:
            self._report(Failure("The server ended while it loaded the script anew."))
        elif outcome := server.reload_outcome:
            self._report(outcome if isinstance(outcome, Failure) else None)

    def _begin_update(self) -> None:
        proposed = self._folder.next_definition()
        if proposed is None:
            self._report(Failure("What it is to be updated to cannot be read."))
            return
        port = proposed.plan.port
        if port is not None and port != self._teller.port:
            self._report(
                Failure(f"It listens on port {self._teller.port}, which an update does not change.")
            )
            return
        try:
            self._successor = self._run_server(proposed, is_successor=self._server is not None)
        except CannotStartError as error:
            self._report(Failure(str(error)))

    def _look_at_successor(self) -> None:
        successor = self._successor
        assert successor is not None  # noqa: S101 - asked by the caller
        outcome = successor.outcome
        if isinstance(outcome, Failure):
            successor.kill()
            self._successor = None
            self._report(outcome)
        elif outcome:
            self._take_over(successor)

    def _take_over(self, successor: ServerRun) -> None:
        """Let the new server serve, and the old one answer what it has begun."""
        old = self._server
        if self._prober:
            self._prober.close()
        self._definition = successor.definition
        self._backoff = BackOff(self._definition.restarts)
        self._server, self._successor, self._start_due = successor, None, None
        self._ready_since = time.monotonic()
        self._prober = Prober(self._teller.port, self._definition.plan.liveness)
        self._folder.accept()
        self._teller.tell(
            "Healthy",
            restarts=0,
            generation=self._definition.generation,
            server=successor.process_id,
        )
        if old:
            self._leaving.dismiss(old)
        self._report(None)

    def _stop(self) -> None:
        """End everything in good order."""
        self._leaving.wait(run for run in (self._server, self._successor) if run)
        self._server = self._successor = None
        self._is_over = True
        self._teller.tell("Failed", message="It has been stopped.", server=None)
        self._report(None)

    def _end_all(self) -> None:
        if self._prober:
            self._prober.close()
        self._leaving.kill()
        for server in (self._server, self._successor):
            if server:
                server.kill()
        if self._listener:
            self._listener.close()

    def _finish(self, state: State, message: str, failure: Failure | None = None) -> None:
        """Give the service up."""
        self._is_over = True
        if self._successor:
            # Nobody is to wait for it.
            self._report(Failure("The service has failed meanwhile."))
        if self._is_proposed:
            self._folder.discard_proposal()
        for server in (self._server, self._successor):
            if server:
                server.kill()
        if self._listener:
            self._listener.close()
        self._teller.tell(state, failure, message=message, server=None)

    def _report(self, failure: Failure | None) -> None:
        """Tell what has become of the command."""
        command, self._command = self._command, None
        if command is None:
            return
        self._folder.discard_proposal()
        self._teller.report(command["id"], failure)

    def _on_stop_signal(self, *_: object) -> None:
        self._stop_signal = True
