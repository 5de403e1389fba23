"""``azmlinfsrv models download``: a model's files, copied out of the registry."""

from __future__ import annotations

import argparse
import contextlib
import shutil
import tempfile
from pathlib import Path

from azmlinfsrv.cli.registry_commands.common import (
    add_command,
    file_count_text,
    print_json,
    registry_of,
    size_text,
)
from azmlinfsrv.cli.subcommands import Commands
from azmlinfsrv.registry.errors import ModelExistsError, write_error
from azmlinfsrv.registry.placing import put_in_place
from azmlinfsrv.registry.verification import copy_out

_LISTED = 5


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = add_command(
        commands,
        "download",
        run,
        description="Copy a model's files out of the registry, and compare their hashes.",
        example="download sklearn_mnist:2 --target_dir model",
    )
    parser.add_argument("reference", metavar="REF", help="NAME, NAME:VERSION or NAME@latest")
    parser.add_argument(
        "-t",
        "--target_dir",
        metavar="DIR",
        help="where to put the files (default: a folder here with the model's name)",
    )
    parser.add_argument("--force", action="store_true", help="replace what is there")


def run(options: argparse.Namespace) -> int:
    """Copy the files; returns 0."""
    registry = registry_of(options)
    model = registry.resolve(options.reference)
    target = Path(options.target_dir or model.name).expanduser().absolute()
    names = sorted(entry.name for entry in model.folder.iterdir())
    there = [name for name in names if (target / name).exists() or (target / name).is_symlink()]
    if there and not options.force:
        raise ModelExistsError(
            f"{target} has {', '.join(there[:_LISTED])}{', …' if there[_LISTED:] else ''} already. "
            "Name another folder, or replace it with --force."
        )
    # What is there stays as it is until all is copied and found to be right.
    try:
        target.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as at_end:
            aside = Path(tempfile.mkdtemp(prefix=".azmlinfsrv-", dir=target))
            at_end.callback(shutil.rmtree, aside, ignore_errors=True)
            new = aside / "new"
            new.mkdir()
            copy_out(model, new)
            put_in_place([(new / name, target / name) for name in names], aside)
    except OSError as error:
        raise write_error(target, error) from error
    if options.json:
        print_json({"reference": model.reference, "folder": str(target), "files": names})
        return 0
    print(
        f"Copied {model.reference} to {target}: {file_count_text(model.file_count)}, "
        f"{size_text(model.size)}."
    )
    return 0
