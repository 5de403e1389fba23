"""How a command says that it has failed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from azmlinfsrv.cli.service_commands.plan_options import UsageError
from azmlinfsrv.deployment.services.folder import NoSuchServiceError, ServiceError
from azmlinfsrv.deployment.services.steering import DeploymentError
from azmlinfsrv.server.auth.keys_file import KeysFileError

DONE, REFUSED, NOT_FOUND = 0, 1, 2
_INTERRUPTED = 130


class Ending:
    """The exit status of a command."""

    def __init__(self) -> None:
        self.status = DONE


@contextmanager
def told_failures(command: str, *, as_json: bool) -> Iterator[Ending]:
    """Within, whatever fails is told on stderr, for programs on stdout, too."""
    ending = Ending()
    try:
        yield ending
    except UsageError as error:
        ending.status = NOT_FOUND
        _tell(command, str(error), {}, as_json=as_json)
    except DeploymentError as error:
        ending.status = REFUSED
        status = error.status
        place = f"{status.file}:{status.line}: " if status.file else ""
        details = {"state": status.state, "file": status.file, "line": status.line}
        _tell(command, f"{place}{error}", details, as_json=as_json, log=error.log)
    except (ServiceError, KeysFileError) as error:
        ending.status = NOT_FOUND if isinstance(error, NoSuchServiceError) else REFUSED
        _tell(command, str(error), {}, as_json=as_json)
    except KeyboardInterrupt:
        ending.status = _INTERRUPTED
        _tell(command, "interrupted.", {}, as_json=as_json)
    except Exception as error:
        problems = _problems(error)
        if problems is None:
            raise
        ending.status = REFUSED
        _tell(command, str(error), problems, as_json=as_json)


def _problems(error: Exception) -> dict[str, Any] | None:
    """Return what programs are told of the errors of files and packages; None for any other."""
    from azmlinfsrv.deployment.dependencies import DependencyError
    from azmlinfsrv.deployment.formats import DeploymentFileError

    if isinstance(error, DependencyError):
        return {}
    if not isinstance(error, DeploymentFileError):
        return None
    return {
        "problems": [
            {
                "file": str(problem.place.file),
                "line": problem.place.line,
                "column": problem.place.column,
                "key": problem.place.key,
                "message": problem.message,
            }
            for problem in error.problems
        ]
    }


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
