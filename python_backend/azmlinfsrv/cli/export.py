"""``azmlinfsrv export``: write the files that take a deployment to Azure, or to a cluster."""

from __future__ import annotations

import argparse
import json
import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from azmlinfsrv.cli.export_options import azure_ml_request, kubernetes_request, parse_options
from azmlinfsrv.cli.interruption import ended_as_by_interrupt
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.cli.refusals import fail, problem_members
from azmlinfsrv.deployment.export.errors import OptionError
from azmlinfsrv.deployment.export.request import Exported
from azmlinfsrv.deployment.formats import DeploymentFileError, Problem
from azmlinfsrv.deployment.formats.problems import one_line
from azmlinfsrv.deployment.packaging import NotFoundError, PackageExistsError, PackagingError
from azmlinfsrv.deployment.services.folder import NoSuchServiceError, ServiceError
from azmlinfsrv.registry import NoSuchModelError, RegistryError

REFUSED = 1
NOT_FOUND = 2
_INTERRUPTED = 130
_SHOWN_LEFT_OUT = 12


def main(arguments: Sequence[str]) -> int:
    """Write the files; returns 0, 1 if it was refused, 2 for usage and what is not there."""
    options = parse_options(arguments)
    refuse = partial(fail, "export", options)
    try:
        with ended_as_by_interrupt():
            exported = _export(options)
    except KeyboardInterrupt:
        return refuse(_INTERRUPTED, "interrupted; nothing was written.")
    except DeploymentFileError as error:
        missing = any(_is_missing(problem) for problem in error.problems)
        status = NOT_FOUND if missing else REFUSED
        return refuse(status, str(error), problems=list(map(problem_members, error.problems)))
    except (NotFoundError, NoSuchModelError, NoSuchServiceError, OptionError) as error:
        return refuse(NOT_FOUND, str(error))
    except (PackagingError, RegistryError, ServiceError) as error:
        exists = isinstance(error, PackageExistsError)
        return refuse(REFUSED, str(error), exists=exists)
    with guarded_output():
        if options.json:
            print(json.dumps(_as_json(exported), indent=2))
        else:
            print("\n".join(map(one_line, _told(exported))))
    return 0


def _export(options: argparse.Namespace) -> Exported:
    if options.target == "azure-ml":
        from azmlinfsrv.deployment.export.azure_ml import export_azure_ml

        return export_azure_ml(azure_ml_request(options))
    from azmlinfsrv.deployment.export.kubernetes import export_kubernetes

    return export_kubernetes(kubernetes_request(options))


def _is_missing(problem: Problem) -> bool:
    place = problem.place
    return place.file is not None and place.line is None and not place.file.exists()


def _as_json(exported: Exported) -> dict[str, object]:
    return {
        **asdict(exported),
        "folder": str(exported.folder),
        "unconverted": [
            {
                "file": str(each.place.file),
                "line": each.place.line,
                "key": each.place.key,
                "advice": each.advice,
            }
            for each in exported.unconverted
        ],
    }


def _told(exported: Exported) -> Iterator[str]:
    folder = _shown(exported.folder)
    yield f"wrote {folder}: {', '.join(exported.files)}"
    if exported.unconverted:
        yield "without a counterpart:"
        yield from (f"  {each}" for each in exported.unconverted)
    if exported.left_out:
        yield "left out:"
        for each in exported.left_out[:_SHOWN_LEFT_OUT]:
            yield f"  {each.name}  ({each.reason})"
        if len(exported.left_out) > _SHOWN_LEFT_OUT:
            yield f"  and {len(exported.left_out) - _SHOWN_LEFT_OUT} more: --json lists all"
    for note in exported.notes:
        yield f"note: {note}"
    yield ""
    yield "then:"
    yield f"  cd {folder}"
    yield from (f"  {command}" for command in exported.commands)


def _shown(path: Path) -> str:
    relative = os.path.relpath(path) if path.drive == Path.cwd().drive else str(path)
    return shlex.quote(relative)
