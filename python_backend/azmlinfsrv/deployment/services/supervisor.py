"""The process that runs a service: starts its server, restarts and replaces it, tells its state."""

from __future__ import annotations

import contextlib
import signal
import time
from dataclasses import replace

from azmlinfsrv.deployment.services.address import Address
from azmlinfsrv.deployment.services.backoff import CALM_SECONDS, BackOff
from azmlinfsrv.deployment.services.definition import Definition
from azmlinfsrv.deployment.services.folder import ServiceFolder
from azmlinfsrv.deployment.services.leaving import LeavingServers
from azmlinfsrv.deployment.services.prober import Prober
from azmlinfsrv.deployment.services.server_run import CannotStartError, ServerRun
from azmlinfsrv.deployment.services.status import State
from azmlinfsrv.deployment.services.teller import Teller
from azmlinfsrv.deployment.services.waiting import WaitingServer
from azmlinfsrv.deployment.services.work import Reload, Update, Work
from azmlinfsrv.server.child import Failure
from azmlinfsrv.server.listener import ListenError

_BUSY_POLL_SECONDS = 0.01
_IDLE_POLL_SECONDS = 0.2


class Supervisor:
    """Runs one service until it is told to stop, or it cannot be run any more.

    Args:
        folder: the service's.
        waiting: becomes its first server, if it can.

    """

    def __init__(self, folder: ServiceFolder, waiting: WaitingServer | None = None) -> None:
        self._folder = folder
        self._waiting = waiting
        self._address: Address | None = None
        self._server: ServerRun | None = None
        self._leaving = LeavingServers()
        self._prober: Prober | None = None
        self._work: Work | None = None
        self._command = ""
        self._starts = 0
        self._start_due: float | None = None
        self._ready_since: float | None = None
        self._is_over = False
        self._is_proposed = False
        self._is_told_to_stop = False
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
        return self._ready_since is None or self._work is not None or bool(self._leaving)

    def _begin(self) -> None:
        proposed = self._folder.next_definition()
        definition = proposed or self._folder.definition()
        if definition is None:
            self._finish("Failed", Failure("There is nothing to run: its files cannot be read."))
            return
        self._is_proposed = proposed is not None
        self._definition = definition
        self._backoff = BackOff(definition.restarts)
        try:
            self._address = Address(definition.plan.port, self._last_port)
        except ListenError as error:
            self._finish("Unschedulable", Failure(str(error)))
            return
        generation, port = definition.generation, self._address.port
        self._teller.tell("Transitioning", generation=generation, port=port)
        self._start_server()

    def _start(self, definition: Definition, address: Address) -> ServerRun:
        self._starts += 1
        # With one that serves it shares the socket.
        is_successor = self._server is not None
        waiting, self._waiting = self._waiting, None
        return ServerRun(
            definition,
            self._folder,
            address,
            self._starts,
            is_successor=is_successor,
            waiting=waiting,
        )

    def _start_server(self) -> None:
        assert self._address is not None  # noqa: S101 - opened before anything is started
        self._start_due = None
        try:
            self._server = self._start(self._definition, self._address)
        except CannotStartError as error:
            self._finish("Unschedulable", Failure(str(error)))
            return
        self._teller.tell(self._teller.status.state, server=self._server.process_id)

    def _look(self) -> None:
        """Do whatever is to be done just now."""
        self._teller.flush()
        self._leaving.look()
        self._look_at_command()
        if self._is_over:
            return
        if self._work:
            self._look_at_work(self._work)
        if self._start_due is not None and time.monotonic() >= self._start_due:
            self._start_server()
        elif self._server and self._ready_since is None:
            self._look_at_start(self._server)
        elif self._server:
            self._look_at_server(self._server)

    def _look_at_start(self, server: ServerRun) -> None:
        outcome = server.outcome
        if isinstance(outcome, str):
            self._take_into_service(server)
            self._teller.tell("Healthy")
        elif isinstance(outcome, Failure):
            self._drop_server(server)
            if self._teller.status.restarts:
                self._crashed(outcome)
            else:
                self._finish("Failed", outcome)

    def _take_into_service(self, server: ServerRun) -> None:
        self._server = server
        self._ready_since = time.monotonic()
        assert self._address is not None  # noqa: S101 - the server has it
        if self._prober:
            self._prober.close()
        self._prober = Prober(self._address.port, self._definition.plan.liveness)
        if self._is_proposed:
            self._is_proposed = False
            # On a full disk the proposal stays where it is.
            with contextlib.suppress(OSError):
                self._folder.accept(self._definition)

    def _look_at_server(self, server: ServerRun) -> None:
        prober = self._prober
        assert prober is not None and self._ready_since is not None  # noqa: S101, PT018
        if server.has_ended:
            failure = Failure(f"The server ended {server.end}")
            self._drop_server(server)
            self._crashed(failure)
        elif prober.failures >= self._definition.plan.liveness.failure_threshold:
            failure = Failure(f"{prober.refusal} ({prober.failures} probes in a row)")
            self._drop_server(server)
            self._crashed(failure)
        elif prober.refusal:
            if self._teller.status.message != prober.refusal:
                self._teller.tell("Unhealthy", message=prober.refusal)
        elif self._teller.status.state != "Healthy":
            self._teller.tell("Healthy")
        elif self._teller.status.restarts and self._has_run_for(CALM_SECONDS):
            self._backoff.forget()
            self._teller.tell("Healthy", restarts=0)

    def _has_run_for(self, seconds: float) -> bool:
        return self._ready_since is not None and time.monotonic() - self._ready_since > seconds

    def _crashed(self, failure: Failure) -> None:
        delay = self._backoff.next_delay()
        restarts = self._backoff.restarts
        if delay is None:
            message = f"{failure.message} It has been restarted {restarts} times: no more."
            self._finish("Failed", replace(failure, message=message))
            return
        self._start_due = time.monotonic() + delay
        message = f"{failure.message} Restart {restarts} of {self._backoff.limit}."
        why = replace(failure, message=message)
        self._teller.tell("Unhealthy", why, restarts=restarts, server=None)

    def _drop_server(self, server: ServerRun) -> None:
        self._ready_since = self._server = None
        if self._prober:
            self._prober.close()
            self._prober = None
        server.kill()

    def _look_at_command(self) -> None:
        stamp = self._folder.command_stamp()
        if self._is_told_to_stop:
            self._stop()
        elif stamp != self._seen_command:
            self._seen_command = stamp
            command = self._folder.read_command()
            if command:
                # Whoever gives another one does not wait for the one before any more.
                self._give_up_work(Failure("Another command has come."))
                self._command = command["id"]
                self._obey(command["command"])

    def _obey(self, command: str) -> None:
        if command == "reload":
            self._work = Reload(self._server if self._ready_since else None)
        elif command == "update":
            assert self._address is not None  # noqa: S101 - opened before anything is obeyed
            self._work = Update(self._folder.next_definition(), self._address, self._start)
        elif command == "cancel":
            self._teller.report(self._command, None)
        else:
            self._stop()

    def _look_at_work(self, work: Work) -> None:
        outcome = work.outcome
        if isinstance(outcome, Failure):
            self._give_up_work(outcome)
        elif outcome:
            self._work = None
            if isinstance(work, Update):
                self._take_over(work)
            self._teller.report(self._command, None)

    def _give_up_work(self, failure: Failure) -> None:
        if self._work is None:
            return
        self._work.cancel()
        self._work = None
        self._folder.discard_proposal()
        self._teller.report(self._command, failure)

    def _take_over(self, update: Update) -> None:
        """Let the new server serve, and the old one answer what it has begun."""
        assert update.server is not None and self._address is not None  # noqa: S101, PT018
        old = self._server
        if update.address is not self._address:
            self._address.close()
            self._address = update.address
        self._definition = update.server.definition
        self._backoff = BackOff(self._definition.restarts)
        self._start_due = None
        self._is_proposed = True
        self._take_into_service(update.server)
        self._teller.tell(
            "Healthy",
            restarts=0,
            port=self._address.port,
            generation=self._definition.generation,
            server=update.server.process_id,
        )
        if old:
            self._leaving.dismiss(old)

    def _stop(self) -> None:
        """End everything in good order."""
        self._is_over = True
        self._give_up_work(Failure("The service has been stopped."))
        self._leaving.wait(self._server)
        self._server = None
        self._teller.tell("Failed", message="It has been stopped.", server=None)

    def _finish(self, state: State, failure: Failure) -> None:
        """Give the service up."""
        self._is_over = True
        self._give_up_work(Failure(f"The service has failed meanwhile: {failure.message}"))
        if self._is_proposed:
            self._folder.discard_proposal()
        self._end_all()
        self._teller.tell(state, failure, server=None)

    def _end_all(self) -> None:
        if self._prober:
            self._prober.close()
        if self._work:
            self._work.cancel()
        self._leaving.kill()
        if self._server:
            self._server.kill()
        if self._address:
            self._address.close()
        self._prober = self._work = self._server = self._address = None

    def _on_stop_signal(self, *_: object) -> None:
        self._is_told_to_stop = True
