"""How a command says that it has failed."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from azmlinfsrv.cli.deploy_check import FileOptionError, tell_problems
from azmlinfsrv.deployment.dependencies import DependencyError
from azmlinfsrv.deployment.formats import DeploymentFileError
from azmlinfsrv.deployment.services.folder import NoSuchServiceError, ServiceError
from azmlinfsrv.deployment.services.steering import DeploymentError, ExistsError
from azmlinfsrv.server.auth.keys_file import KeysFileError

DONE, REFUSED, NOT_FOUND = 0, 1, 2
_INTERRUPTED = 128


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
        ending.status = tell_problems(error, as_json=as_json)
    except DeploymentError as error:
        ending.status = REFUSED
        status = error.status
        place = f"{status.file}:{status.line}: " if status.file else ""
        details = {"state": status.state, "file": status.file, "line": status.line}
        _tell(command, f"{place}{error}", details, as_json=as_json, log=error.log)
    except (ServiceError, KeysFileError, DependencyError) as error:
        ending.status = NOT_FOUND if isinstance(error, NoSuchServiceError) else REFUSED
        # A program asks whether it may be replaced.
        details = {"exists": True} if isinstance(error, ExistsError) else {}
        _tell(command, str(error), details, as_json=as_json)
    except OSError as error:
        ending.status = REFUSED
        place = f"{error.filename}: " if error.filename else ""
        _tell(command, f"{place}{error.strerror or error}.", {}, as_json=as_json)
    except KeyboardInterrupt as error:
        ending.status = _INTERRUPTED + getattr(error, "number", signal.SIGINT)
        _tell(command, "interrupted.", {}, as_json=as_json)


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
