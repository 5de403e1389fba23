"""How a command says that it has failed."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from azmlinfsrv.cli.deploy_check import FileOptionError, tell_problems
from azmlinfsrv.deployment.dependencies import DependencyError
from azmlinfsrv.deployment.formats import DeploymentFileError
from azmlinfsrv.deployment.services.folder import (
    NoSuchServiceError,
    ServiceError,
    ServiceNameError,
)
from azmlinfsrv.deployment.services.steering import DeploymentError, ExistsError
from azmlinfsrv.registry.data_folder import data_folder
from azmlinfsrv.server.auth.keys_file import KeysFileError

DONE, REFUSED, NOT_FOUND = 0, 1, 2
_INTERRUPTED = 128
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


class _Interruption(KeyboardInterrupt):
    """A signal has come that ends the command; what is half done is taken back first."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class Ending:
    """The exit status of a command."""

    def __init__(self) -> None:
        self.status = DONE


@contextmanager
def told_failures(command: str, *, as_json: bool) -> Iterator[Ending]:
    """Within, whatever fails is told on stderr, for programs on stdout, too."""
    ending = Ending()
    _end_in_order()
    try:
        yield ending
    except FileOptionError as error:
        ending.status = NOT_FOUND
        _tell(command, str(error), {}, as_json=as_json)
    except DeploymentFileError as error:
        ending.status = tell_problems(error, command, as_json=as_json)
    except DeploymentError as error:
        ending.status = REFUSED
        status = error.status
        place = f"{status.file}:{status.line}: " if status.file else ""
        details = {"state": status.state, "file": status.file, "line": status.line}
        _tell(command, f"{place}{error}", details, as_json=as_json, log=error.log)
    except (ServiceError, KeysFileError, DependencyError) as error:
        is_usage = isinstance(error, (NoSuchServiceError, ServiceNameError))
        ending.status = NOT_FOUND if is_usage else REFUSED
        # A program asks whether it may be replaced.
        details = {"exists": True} if isinstance(error, ExistsError) else {}
        _tell(command, str(error), details, as_json=as_json)
    except BrokenPipeError:
        # Whoever closes the other end of the pipe has read enough: guarded_output() sees to it.
        raise
    except OSError as error:
        ending.status = REFUSED
        _tell(command, _of_file(error), {}, as_json=as_json)
    except KeyboardInterrupt as error:
        ending.status = _INTERRUPTED + getattr(error, "number", signal.SIGINT)
        _tell(command, "interrupted.", {}, as_json=as_json)


def _of_file(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    told = f"{place}{error.strerror or error}."
    if error.filename and Path(os.fsdecode(error.filename)).is_relative_to(data_folder()):
        needed = "make room" if error.errno in _FULL else "have it let you write"
        told += f" Services are kept there: {needed}, or name another folder in AZMLINFSRV_HOME."
    return told


def _end_in_order() -> None:
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise _Interruption(number)


def _tell(
    command: str, message: str, details: dict[str, Any], *, as_json: bool, log: str = ""
) -> None:
    if as_json:
        print(json.dumps({"error": message, **details, "log": log.splitlines()}))
    if log:
        print("The last lines of its log:", file=sys.stderr)
        for line in log.splitlines():
            print(f"  {line}", file=sys.stderr)
    for line in message.splitlines() or [""]:
        print(f"azmlinfsrv {command}: {line}", file=sys.stderr)
