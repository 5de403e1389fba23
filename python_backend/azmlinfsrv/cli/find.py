"""``azmlinfsrv find PATH``: the entry scripts there, and what F5 has to know about each."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from azmlinfsrv.analysis.configuration import (
    Configuration,
    ConfigurationError,
    read_configuration,
)
from azmlinfsrv.analysis.deployment_files import Deployment, find_deployments
from azmlinfsrv.analysis.entry_scripts import find_entry_scripts, kind_of_file
from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.model_folder import ModelFolderRequest, find_model_folder
from azmlinfsrv.cli.model_options import (
    ModelOptionError,
    add_model_options,
    apply_model_options,
)
from azmlinfsrv.cli.output import guarded_output

NOT_FOUND = 2
_KINDS = {ScriptKind.ONLINE: "online", ScriptKind.BATCH: "batch"}


def main(arguments: Sequence[str]) -> int:
    """Print the entry scripts; returns 0, or 2 when PATH does not exist."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv find",
        description="List the entry scripts in a folder, or tell whether a file is one.",
        epilog="example:\n  azmlinfsrv find --json .",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", metavar="PATH", help="a folder, or a Python file")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.add_argument(
        "--deployments", action="store_true", help="with --json: what deployment files describe"
    )
    parser.add_argument("--root", metavar="DIR", help="the workspace folder (default: PATH)")
    parser.add_argument("--model_dir", metavar="DIR", help="the model folder, if it is chosen")
    add_model_options(parser)
    parser.add_argument("--model_dir_setting", metavar="DIR", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        apply_model_options(vars(options))
    except ModelOptionError as error:
        parser.error(str(error))

    path = Path(options.path).absolute()
    if not path.exists():
        print(f"azmlinfsrv find: {path} does not exist.", file=sys.stderr)
        return NOT_FOUND
    root = Path(options.root).absolute() if options.root else _folder_of(path)
    scripts = [path] if path.is_file() else find_entry_scripts(path)
    rows = []
    for script in scripts:
        project = _configuration_of(script)
        folder = find_model_folder(
            ModelFolderRequest(
                script, root, options.model_dir, options.model_dir_setting or project.model_dir
            )
        )
        kind = kind_of_file(script, is_named=path.is_dir() or project.is_entry_script(script))
        rows.append(
            {
                "path": str(script),
                "is_entry_script": path.is_dir()
                or kind is not ScriptKind.NONE
                or project.is_entry_script(script),
                "kind": _KINDS.get(kind),
                "model_dir": folder.path if folder else None,
                "model_dir_source": folder.source if folder else None,
            }
        )
    with guarded_output():
        _print(options, path, rows)
    return 0


def _print(options: argparse.Namespace, path: Path, rows: list[dict[str, Any]]) -> None:
    if options.json:
        python = {"executable": sys.executable, "version": platform.python_version()}
        answer: dict[str, object] = {"python": python, "entry_scripts": rows}
        if options.deployments:
            answer["deployments"] = [_row(found) for found in find_deployments(_folder_of(path))]
        print(json.dumps(answer))
    else:
        found = [row["path"] for row in rows if row["is_entry_script"]]
        print("\n".join(map(str, found)) or f"No file in {path} defines init() and run().")


def _configuration_of(script: Path) -> Configuration:
    """Return the project's table; a mistake in it is the checks' to tell, and does not stop F5."""
    try:
        return read_configuration(script.parent)
    except ConfigurationError:
        return Configuration()


def _row(deployment: Deployment) -> dict[str, object]:
    model = deployment.model_dir
    return {
        "file": str(deployment.file),
        "entry_script": os.path.normpath(deployment.entry_script),
        "model_dir": os.path.normpath(model) if model else None,
        "environment": dict(deployment.environment),
    }


def _folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.parent
