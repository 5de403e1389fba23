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
from azmlinfsrv.cli.refusals import write_or_refuse
from azmlinfsrv.deployment.export.request import Exported
from azmlinfsrv.deployment.formats.problems import one_line

_SHOWN_LEFT_OUT = 12


def main(arguments: Sequence[str]) -> int:
    """Write the files; returns 0, 1 if it was refused, 2 for usage and what is not there."""
    options = parse_options(arguments)
    return write_or_refuse("export", options, partial(_export, options), partial(_tell, options))


def _export(options: argparse.Namespace) -> Exported:
    if options.target == "azure-ml":
        from azmlinfsrv.deployment.export.azure_ml import export_azure_ml

        return export_azure_ml(azure_ml_request(options))
    from azmlinfsrv.deployment.export.kubernetes import export_kubernetes

    return export_kubernetes(kubernetes_request(options))


def _tell(options: argparse.Namespace, exported: Exported) -> None:
    if options.json:
        print(json.dumps(_as_json(exported), indent=2))
    else:
        print("\n".join(map(one_line, _told(exported))))


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
