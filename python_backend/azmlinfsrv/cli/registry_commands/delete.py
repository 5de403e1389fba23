"""``azmlinfsrv models delete``: remove a version, or a model with all its versions."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.cli.registry_commands.common import (
    add_command,
    print_json,
    registry_of,
)
from azmlinfsrv.cli.subcommands import Commands
from azmlinfsrv.registry.errors import NoSuchModelError, RegistryError
from azmlinfsrv.registry.references import Reference, checked_name, read_reference
from azmlinfsrv.registry.registry import Registry


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = add_command(
        commands,
        "delete",
        run,
        description="Delete a version of a model. Its number is not given again.",
        example="delete sklearn_mnist:2",
    )
    parser.add_argument("reference", metavar="REF", help="NAME:VERSION or NAME@latest")
    parser.add_argument(
        "--all_versions", action="store_true", help="REF is a NAME, and all its versions go"
    )
    parser.add_argument("--force", action="store_true", help="also what a running server serves")


def run(options: argparse.Namespace) -> int:
    """Delete the model; returns 0."""
    registry = registry_of(options)
    chosen = _chosen(registry, options)
    if not options.force:
        _refuse_served(registry, chosen)
    for reference in chosen:
        registry.delete(reference)
    told = [f"{each.name}:{each.version}" for each in chosen]
    if options.json:
        print_json({"deleted": told})
    else:
        print(f"Deleted {', '.join(told)}.")
    return 0


def _chosen(registry: Registry, options: argparse.Namespace) -> Sequence[Reference]:
    if options.all_versions:
        name = checked_name(options.reference)
        versions = registry.versions(name)
        if not versions:
            raise NoSuchModelError(f"No model {name} is registered in {registry.root}.")
        return [Reference(name, version) for version in versions]
    wanted = read_reference(options.reference)
    if wanted.version is not None:
        return [wanted]
    model = registry.resolve(options.reference)
    if "@" not in options.reference:
        raise RegistryError(
            f"{model.name} alone may mean one version or all. Name a version, such as "
            f"{model.reference}, or add --all_versions."
        )
    return [Reference(model.name, model.version)]


def _refuse_served(registry: Registry, chosen: Sequence[Reference]) -> None:
    # Imported late: it takes as long as all that the list of models needs.
    from azmlinfsrv.debugging.records import running_servers

    parts = [Path(each.name) / str(each.version) for each in chosen]
    for server in running_servers():
        if server.facts.model_dir is None:
            continue
        served = Path(server.facts.model_dir)
        # Alone it is its own folder; of several the server has a folder in the registry.
        is_alone = any(served == registry.root / part for part in parts)
        is_shared = served.is_relative_to(registry.root) and any(
            (served / part).is_dir() for part in parts
        )
        if is_alone or is_shared:
            raise RegistryError(
                f"The server {server.facts.pid} serves {served}. "
                f"`azmlinfsrv stop {server.facts.pid}` ends it; --force deletes all the same."
            )
