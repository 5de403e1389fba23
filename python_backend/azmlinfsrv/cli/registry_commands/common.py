"""What several commands of ``azmlinfsrv models`` have: options, and how a model is told."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from azmlinfsrv.cli.subcommands import Commands, add_subcommand
from azmlinfsrv.registry.model import RegisteredModel
from azmlinfsrv.registry.registry import Registry

_UNITS = ("B", "kB", "MB", "GB", "TB")
_THOUSAND = 1000


def add_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    description: str,
    example: str,
) -> argparse.ArgumentParser:
    """Declare a command with the options that each of them has."""
    parser = add_subcommand(
        commands, name, run, description=description, example=f"models {example}"
    )
    parser.add_argument(
        "--registry",
        metavar="DIR",
        type=_folder,
        help="the registry's folder (default: models in this user's data folder, or in "
        "AZMLINFSRV_HOME)",
    )
    return parser


def registry_of(options: argparse.Namespace) -> Registry:
    """Return the registry that the options name."""
    return Registry(options.registry)


def as_json(model: RegisteredModel) -> dict[str, Any]:
    """Return what programs are told of a model."""
    return {
        "reference": model.reference,
        **model.as_record(),
        "folder": str(model.folder),
    }


def print_json(answer: object) -> None:
    """Print an answer for programs; names that are no text stay readable."""
    print(json.dumps(answer))


def azure_command(model: RegisteredModel) -> str:
    """Return the command that registers the same in an Azure ML workspace."""
    about = model.about
    source = Path(model.source)
    words = ["az", "ml", "model", "create", "--name", model.name, "--version", str(model.version)]
    is_mlflow = (model.folder / "MLmodel").is_file()
    words += ["--type", "mlflow_model" if is_mlflow else "custom_model"]
    words += ["--path", str(source if source.exists() else model.folder)]
    if about.description:
        words += ["--description", about.description]
    if about.tags:
        words += ["--tags", *_assignments(about.tags)]
    if about.properties:
        words += ["--set", *(f"properties.{each}" for each in _assignments(about.properties))]
    return shlex.join(words)


def size_text(size: int) -> str:
    """Return a size for people: ``1.2 MB``."""
    value, unit = float(size), 0
    while value >= _THOUSAND and unit < len(_UNITS) - 1:
        value, unit = value / _THOUSAND, unit + 1
    return f"{size} B" if unit == 0 else f"{value:.3g} {_UNITS[unit]}"


def file_count_text(count: int) -> str:
    """Return ``1 file`` or ``7 files``."""
    return f"{count} file{'' if count == 1 else 's'}"


def pairs_text(pairs: Mapping[str, str]) -> str:
    """Return tags or properties on one line."""
    return ", ".join(_assignments(pairs))


def _assignments(pairs: Mapping[str, str]) -> list[str]:
    return [f"{key}={value}" for key, value in pairs.items()]


def _folder(text: str) -> Path:
    folder = Path(text).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return folder
