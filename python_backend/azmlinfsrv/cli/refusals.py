"""How a command that writes files says why it has written none."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import TypeVar

from azmlinfsrv.cli.interruption import ended_as_by_interrupt
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.deployment.export.errors import OptionError
from azmlinfsrv.deployment.formats import DeploymentFileError, Problem
from azmlinfsrv.deployment.formats.problems import one_line
from azmlinfsrv.deployment.packaging import NotFoundError, PackageExistsError, PackagingError
from azmlinfsrv.deployment.services.folder import NoSuchServiceError, ServiceError
from azmlinfsrv.registry import NoSuchModelError, RegistryError

REFUSED = 1
NOT_FOUND = 2
_INTERRUPTED = 130
_Written = TypeVar("_Written")


def write_or_refuse(
    command: str,
    options: argparse.Namespace,
    write: Callable[[], _Written],
    tell: Callable[[_Written], None],
) -> int:
    """Have a folder of files written, and told.

    Args:
        command: its name, for messages.
        options: the command's; ``json`` among them.
        write: writes the files as a whole or not at all.
        tell: prints what has been written.

    Returns:
        0; 1 if it was refused; 2 for usage and what is not there; 130 if it was interrupted.

    """
    try:
        with ended_as_by_interrupt():
            written = write()
    except KeyboardInterrupt:
        return fail(command, options, _INTERRUPTED, "interrupted; nothing was written.")
    except DeploymentFileError as error:
        status = NOT_FOUND if any(map(_is_missing, error.problems)) else REFUSED
        problems = list(map(_members, error.problems))
        return fail(command, options, status, str(error), problems=problems)
    except (NotFoundError, NoSuchModelError, NoSuchServiceError, OptionError) as error:
        return fail(command, options, NOT_FOUND, str(error))
    except (PackagingError, RegistryError, ServiceError) as error:
        exists = isinstance(error, PackageExistsError)
        return fail(command, options, REFUSED, str(error), exists=exists)
    with guarded_output():
        tell(written)
    return 0


def fail(
    command: str, options: argparse.Namespace, status: int, message: str, **details: object
) -> int:
    """Tell on stderr, for programs on stdout, too, why nothing was written; returns the status."""
    with guarded_output():
        if options.json:
            print(json.dumps({"error": message, **details}))
        for line in message.splitlines():
            print(f"azmlinfsrv {command}: {one_line(line)}", file=sys.stderr)
    return status


def _is_missing(problem: Problem) -> bool:
    place = problem.place
    return place.file is not None and place.line is None and not place.file.exists()


def _members(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "file": str(place.file) if place.file is not None else None,
        "line": place.line,
        "column": place.column,
        "key": place.key,
        "message": problem.message,
    }
