"""What is kept of a service, in a folder that only this user can open."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from azmlinfsrv.debugging.private_folder import (
    make_private,
    overwrite_private,
    read_private,
    write_private,
)
from azmlinfsrv.deployment.services.definition import Definition
from azmlinfsrv.deployment.services.status import Status

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}")
_LOCKS = ".locks"
_NEEDED_BYTES = 2 << 20
Command = Literal["stop", "reload", "update", "cancel"]


class ServiceError(Exception):
    """Something about a service cannot be done; the message says why and what to do."""


class NoSuchServiceError(ServiceError):
    """There is no service of this name."""


class ServiceNameError(ServiceError):
    """A name cannot be that of a service."""


class BusyError(ServiceError):
    """Another command is at this service just now."""


def services_folder() -> Path:
    """Return the folder of all services; it need not exist."""
    # With it the whole registry is imported, for which a supervisor does not wait.
    from azmlinfsrv.registry.data_folder import data_folder

    return data_folder() / "services"


def environments_folder(name: str) -> Path:
    """Return the folder of the environments that were made for a service; it need not exist."""
    return services_folder() / ".environments" / name


def check_name(name: str) -> None:
    """Refuse a name that cannot be one.

    Raises:
        ServiceNameError: it cannot.

    """
    if not _NAME.fullmatch(name):
        raise ServiceNameError(
            f"{name!r} cannot be the name of a service. Allowed: a letter, then letters, digits, "
            "- and _, at most 80 in all."
        )


class ServiceFolder:
    """The files of one service.

    Args:
        path: the folder; it need not exist.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.keys_file = path / "keys.json"
        self.log_file = path / "service.log"
        self.supervisor_log = path / "supervisor.log"
        self._state_file = path / "state.json"
        self._definition_file = path / "service.json"
        self._next_file = path / "next.json"
        self._command_file = path / "command.json"

    def create(self) -> bool:
        """Make the folder; False when there is one. Of several who try at once one succeeds."""
        make_private(self.path.parent)
        try:
            self.path.mkdir(mode=0o700)
        except FileExistsError:
            return False
        return True

    def check_room(self) -> None:
        """Refuse to run a service where it could not even tell that it is ready.

        Raises:
            ServiceError: the disk is full.

        """
        free = shutil.disk_usage(self.path).free
        if free < _NEEDED_BYTES:
            raise ServiceError(
                f"{self.path.parent} has no room for a service: {free >> 10} kB are left, and its "
                f"log and state take up to {_NEEDED_BYTES >> 20} MB. Make room there, or name "
                "another folder in AZMLINFSRV_HOME."
            )

    def remove(self) -> None:
        """Remove everything, the environments that were made for it included."""
        shutil.rmtree(environments_folder(self.name), ignore_errors=True)
        # First the name: nobody is to find a service half of whose files are gone.
        gone = self.path.with_name(f".{self.name}.{os.urandom(16).hex()}")
        with contextlib.suppress(FileNotFoundError):
            self.path.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)

    def status(self) -> Status:
        """Return the state as it is now."""
        told = self.told_status()
        if told is None:
            return Status(
                "Failed",
                "Its deployment was not completed. "
                f"`azmlinfsrv services delete {self.name}` removes what is left of it.",
            )
        return told.as_found(self.name)

    def told_status(self) -> Status | None:
        """Return what the supervisor has told last; None before that."""
        document = read_private(self._state_file)
        try:
            return Status.from_json(document) if document else None
        except TypeError:
            # Of another version, which tells other things.
            return None

    def write_status(self, status: Status) -> None:
        """Let others know the state, also on a disk that is full: somebody waits for it."""
        try:
            write_private(self._state_file, status.to_json())
        except OSError as error:
            try:
                overwrite_private(self._state_file, status.to_json())
            except OSError:
                raise error from None

    def definition(self) -> Definition | None:
        """Return what runs, or ran last; None when it never did."""
        return _read_definition(self._definition_file)

    def next_definition(self) -> Definition | None:
        """Return what is being tried; None when nothing is."""
        return _read_definition(self._next_file)

    def propose(self, definition: Definition) -> None:
        """Leave a definition for the supervisor to try."""
        write_private(self._next_file, definition.to_json())

    def accept(self, definition: Definition) -> None:
        """Make what was tried the definition of the service."""
        write_private(self._definition_file, definition.to_json())
        self.discard_proposal()

    def discard_proposal(self) -> None:
        """Forget what was tried."""
        self._next_file.unlink(missing_ok=True)

    def write_command(self, command: Command) -> str:
        """Leave a command for the supervisor; returns the id that its outcome will have."""
        identifier = os.urandom(16).hex()
        write_private(self._command_file, {"id": identifier, "command": command})
        return identifier

    def read_command(self) -> dict[str, Any] | None:
        """Return the command that was left last."""
        return read_private(self._command_file)

    def command_stamp(self) -> tuple[int, int] | None:
        """Return what differs whenever another command has been left; None without one."""
        try:
            found = self._command_file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def stamp(self) -> tuple[object, ...]:
        """Return what differs whenever the state, the definition or the keys have changed."""
        found = []
        for file in (self._state_file, self._definition_file, self.keys_file):
            with contextlib.suppress(OSError):
                status = file.stat()
                found.append((file.name, status.st_mtime_ns, status.st_ino, status.st_size))
        return (self.name, *found)

    def events_file(self, number: int) -> Path:
        """Return where the server's events of one start are."""
        return self.path / f"events-{number}.jsonl"

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other commands away from this service.

        Raises:
            BusyError: another command is at it.

        """
        # filelock imports asyncio, for a tenth of a second that no first deployment has to wait.
        from filelock import FileLock, Timeout

        locks = self.path.parent / _LOCKS
        make_private(self.path.parent)
        make_private(locks)
        try:
            with FileLock(locks / self.name, timeout=0):
                yield
        except Timeout:
            raise BusyError(
                f"Another command is at the service {self.name} just now. Try again when it has "
                "ended."
            ) from None


def find_service(name: str) -> ServiceFolder:
    """Return a service.

    Raises:
        NoSuchServiceError: there is none of this name.
        ServiceNameError: no service can have it.

    """
    check_name(name)
    folder = ServiceFolder(services_folder() / name)
    if not folder.path.is_dir():
        raise NoSuchServiceError(
            f"There is no service {name}. `azmlinfsrv services list` shows those that there are."
        )
    return folder


def all_services() -> list[ServiceFolder]:
    """Return the services of this user by name."""
    try:
        entries = sorted(os.scandir(services_folder()), key=lambda entry: entry.name)
    except OSError:
        return []
    named = [entry for entry in entries if _NAME.fullmatch(entry.name) and entry.is_dir()]
    return [ServiceFolder(Path(entry.path)) for entry in named]


def _read_definition(file: Path) -> Definition | None:
    document = read_private(file)
    try:
        return Definition.from_json(document) if document else None
    except (KeyError, TypeError, ValueError):
        return None
