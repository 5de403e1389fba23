"""What several commands of ``azmlinfsrv models`` have: options, and how a model is told."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from azmlinfsrv.registry.model import RegisteredModel
from azmlinfsrv.registry.registry import Registry

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

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
    parser = commands.add_parser(
        name,
        help=description[0].lower() + description[1:].rstrip("."),
        description=description,
        epilog=f"example:\n  azmlinfsrv models {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, command=name)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
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


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return lines whose columns stand below one another."""
    cells = [list(header), *(list(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)


def _assignments(pairs: Mapping[str, str]) -> list[str]:
    return [f"{key}={value}" for key, value in pairs.items()]


def _folder(text: str) -> Path:
    folder = Path(text).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return folder
