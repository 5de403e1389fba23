"""``azmlinfsrv models show``: all that is known of one model."""

from __future__ import annotations

import argparse

from azmlinfsrv.cli.registry_commands.common import (
    add_command,
    as_json,
    azure_command,
    file_count_text,
    pairs_text,
    print_json,
    registry_of,
    size_text,
)
from azmlinfsrv.cli.subcommands import Commands
from azmlinfsrv.registry.model import RegisteredModel
from azmlinfsrv.registry.verification import recorded_hashes

_LISTED = 20


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = add_command(
        commands,
        "show",
        run,
        description="Show what is known of a model.",
        example="show sklearn_mnist:2 --verify",
    )
    parser.add_argument("reference", metavar="REF", help="NAME, NAME:VERSION or NAME@latest")
    parser.add_argument(
        "--verify", action="store_true", help="read its files and compare their hashes"
    )


def run(options: argparse.Namespace) -> int:
    """Print the model; returns 0."""
    registry = registry_of(options)
    model = registry.resolve(options.reference)
    hashes = recorded_hashes(model)
    if options.verify:
        registry.verify(model)
    if options.json:
        files = [{"name": name, "sha256": digest} for name, digest in hashes.items()]
        print_json(
            {
                **as_json(model),
                "files": files,
                "verified": options.verify,
                "azure_command": azure_command(model),
            }
        )
        return 0
    print("\n".join(_lines(model, list(hashes), is_verified=options.verify)))
    return 0


def _lines(model: RegisteredModel, names: list[str], *, is_verified: bool) -> list[str]:
    about = model.about
    files = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
    facts = {
        "Model": model.reference,
        "Description": about.description,
        "Tags": pairs_text(about.tags),
        "Properties": pairs_text(about.properties),
        "Framework": " ".join(filter(None, (about.framework, about.framework_version))),
        "Registered": f"{model.created} from {model.source}",
        "Size": f"{size_text(model.size)} in {file_count_text(model.file_count)}",
        "Files": f"{files}{' (all as they were registered)' if is_verified else ''}",
        "Folder": str(model.folder),
        "In Azure": azure_command(model),
    }
    return [f"{label + ':':13}{value}" for label, value in facts.items() if value]
