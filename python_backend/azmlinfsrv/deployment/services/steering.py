"""What commands do about services. Each leaves either what was asked for, or what was before."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from azmlinfsrv.deployment.plan import DeploymentPlan
from azmlinfsrv.deployment.services.definition import Definition
from azmlinfsrv.deployment.services.ending import KILL_SECONDS, STOP_SECONDS, end_processes
from azmlinfsrv.deployment.services.folder import (
    BusyError,
    Command,
    ServiceError,
    ServiceFolder,
    check_name,
    services_folder,
)
from azmlinfsrv.deployment.services.spawn import SpawnedSupervisor
from azmlinfsrv.deployment.services.status import Status
from azmlinfsrv.server.auth.keys_file import new_keys, write_keys

_POLL_SECONDS = 0.01
_LAST_LINES = 20
_SEARCHED_LINES = 200

Progress = Callable[[Status], object]


class DeploymentError(ServiceError):
    """A deployment or an update has failed.

    Attributes:
        status: the state that it came to.
        log: the last lines that the server wrote.

    """

    def __init__(self, message: str, status: Status, log: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.log = log


class ExistsError(ServiceError):
    """There is a service of this name already."""


def deploy(
    definition: Definition,
    supervisor: SpawnedSupervisor,
    seconds: float,
    on_progress: Progress = lambda _: None,
) -> ServiceFolder:
    """Make a service, and return it when it is Healthy.

    Args:
        definition: what it runs.
        supervisor: has not begun yet.
        seconds: how long it may take.
        on_progress: is told of each state.

    Raises:
        ExistsError: there is one of this name.
        BusyError: somebody else deploys it just now.
        DeploymentError: it does not come to run; nothing is left of it.
        ServiceError: there is no room for it.

    """
    name = definition.plan.name
    check_name(name)
    folder = ServiceFolder(services_folder() / name)
    if not folder.create():
        told = folder.told_status()
        if told is None or told.as_found(name).state == "Transitioning":
            raise BusyError(
                f"The service {name} is being deployed just now, by another command. If there is "
                f"none, `azmlinfsrv services delete {name}` removes what is left of it."
            )
        raise ExistsError(
            f"There is a service {name} already. `azmlinfsrv services update {name}` changes it, "
            "--force replaces it."
        )
    try:
        folder.check_room()
        _keep_keys(folder, definition.plan)
        folder.propose(_dated(definition))
        supervisor.begin(folder)
        _wait_for_start(folder, seconds, on_progress)
    except BaseException:
        end_processes(folder, patience=KILL_SECONDS)
        folder.remove()
        raise
    return folder


def start(folder: ServiceFolder, seconds: float, on_progress: Progress = lambda _: None) -> None:
    """Run a service again whose processes have gone.

    Raises:
        BusyError: another command is at it.
        DeploymentError: it does not come to run.
        ServiceError: it runs, or there is nothing to run.

    """
    with folder.alone():
        _check_not_running(folder)
        if folder.definition() is None:
            raise ServiceError(
                f"What the service {folder.name} runs cannot be read. Deploy it again with --force."
            )
        _spawn(folder, seconds, on_progress)


def update(
    folder: ServiceFolder,
    definition: Definition,
    seconds: float,
    on_progress: Progress = lambda _: None,
) -> None:
    """Let a service run something else; what it runs now serves until that is Healthy.

    Raises:
        BusyError: another command is at it.
        DeploymentError: the new one does not come to run; the old one goes on.

    """
    with folder.alone():
        before = folder.definition()
        generation = before.generation + 1 if before else 1
        _keep_keys(folder, definition.plan)
        folder.propose(replace(_dated(definition), generation=generation))
        try:
            if folder.status().is_supervised:
                _command(folder, "update", seconds)
            else:
                _spawn(folder, seconds, on_progress)
        finally:
            # If it is not the definition by now, it will not be.
            folder.discard_proposal()


def reload(folder: ServiceFolder, seconds: float) -> None:
    """Let a service load its script anew.

    Raises:
        BusyError: another command is at it.
        DeploymentError: the new code cannot be served; the old code goes on.
        ServiceError: it does not run.

    """
    with folder.alone():
        _check_running(folder)
        _command(folder, "reload", seconds)


def delete(folder: ServiceFolder) -> None:
    """End a service and remove everything that is kept of it.

    Raises:
        BusyError: another command is at it.

    """
    with folder.alone():
        end_processes(folder, patience=STOP_SECONDS)
        folder.remove()


def last_lines(file: Path, count: int) -> str:
    """Return the last lines of a log that is rotated."""
    text = ""
    for each in (file, file.with_name(f"{file.name}.1")):
        with contextlib.suppress(OSError):
            text = each.read_text(encoding="utf-8", errors="replace") + text
        if text.count("\n") > count:
            break
    return "".join(text.splitlines(keepends=True)[-count:])


def _last_words(folder: ServiceFolder) -> str:
    """Return what the server has written last, without the settings that it begins with."""
    # Only here: whatever goes well does not wait for it.
    from azmlinfsrv.server.banner import after_banner

    written = after_banner(last_lines(folder.log_file, _SEARCHED_LINES))
    return "".join(written.splitlines(keepends=True)[-_LAST_LINES:])


def _keep_keys(folder: ServiceFolder, plan: DeploymentPlan) -> None:
    """Make keys for a service that needs some; those that it has are in use somewhere."""
    if plan.auth != "none" and not folder.keys_file.exists():
        write_keys(folder.keys_file, new_keys(plan.primary_key, plan.secondary_key))


def _spawn(folder: ServiceFolder, seconds: float, on_progress: Progress) -> None:
    folder.check_room()
    with SpawnedSupervisor() as supervisor:
        supervisor.begin(folder)
        try:
            _wait_for_start(folder, seconds, on_progress)
        except DeploymentError:
            raise
        except BaseException:
            end_processes(folder, patience=KILL_SECONDS)
            raise


def _wait_for_start(folder: ServiceFolder, seconds: float, on_progress: Progress) -> None:
    end = time.monotonic() + seconds
    shown: Status | None = None
    while True:
        status = folder.status()
        if status != shown:
            on_progress(status)
            shown = status
        if status.state == "Healthy":
            return
        if status.is_final:
            log = _last_words(folder)
            raise DeploymentError(status.message or status.state, status, log)
        if time.monotonic() > end:
            log = _last_words(folder)
            why = ": init() has not returned" if status.server else ""
            message = f"It was not ready after {seconds:g} s{why}. More time: --timeout."
            end_processes(folder, patience=KILL_SECONDS)
            raise DeploymentError(message, status, log)
        time.sleep(_POLL_SECONDS)


def _command(folder: ServiceFolder, command: Command, seconds: float) -> None:
    """Have a supervisor do something, and wait for the outcome."""
    identifier = folder.write_command(command)
    try:
        _wait_for_outcome(folder, identifier, seconds)
    except (KeyboardInterrupt, SystemExit):
        folder.write_command("cancel")
        raise


def _wait_for_outcome(folder: ServiceFolder, identifier: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        status = folder.status()
        outcome = status.outcome
        if outcome and outcome.id == identifier:
            if outcome.message is None:
                return
            told = replace(status, message=outcome.message, file=outcome.file, line=outcome.line)
            log = _last_words(folder)
            raise DeploymentError(outcome.message, told, log)
        if not status.is_supervised:
            raise DeploymentError(status.message or "Its supervisor has ended.", status)
        if time.monotonic() > end:
            folder.write_command("cancel")
            raise DeploymentError(
                f"It was not done after {seconds:g} s, and has been broken off. More time: "
                "--timeout.",
                status,
            )
        time.sleep(_POLL_SECONDS)


def _check_running(folder: ServiceFolder) -> None:
    status = folder.status()
    if not status.is_supervised:
        raise ServiceError(
            f"The service {folder.name} does not run: {status.message} "
            f"`azmlinfsrv services start {folder.name}` runs it again."
        )


def _check_not_running(folder: ServiceFolder) -> None:
    if folder.status().is_supervised:
        raise ServiceError(
            f"The service {folder.name} runs already. `azmlinfsrv services reload {folder.name}` "
            "loads its script anew."
        )


def _dated(definition: Definition) -> Definition:
    return replace(definition, deployed=datetime.now(timezone.utc).isoformat(timespec="seconds"))
