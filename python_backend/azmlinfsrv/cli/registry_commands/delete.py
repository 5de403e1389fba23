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
    parser.add_argument(
        "--force", action="store_true", help="also what a service or a running server serves"
    )


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
    from azmlinfsrv.deployment.services.folder import all_services

    parts = [Path(each.name) / str(each.version) for each in chosen]
    # First: to end the server of a service would only start it again.
    for service in all_services():
        for definition in (service.definition(), service.next_definition()):
            if definition is not None and _is_of(registry.root, parts, definition.model_dir):
                raise RegistryError(
                    f"The service {service.name} serves {definition.model_dir}, or will when it is "
                    f"started. `azmlinfsrv services delete {service.name}` removes it; --force "
                    "deletes all the same."
                )
    for server in running_servers():
        if _is_of(registry.root, parts, server.facts.model_dir):
            raise RegistryError(
                f"The server {server.facts.pid} serves {server.facts.model_dir}. "
                f"`azmlinfsrv stop {server.facts.pid}` ends it; --force deletes all the same."
            )


def _is_of(root: Path, parts: Sequence[Path], model_dir: str | None) -> bool:
    if model_dir is None:
        return False
    served = Path(model_dir)
    # Alone it is its own folder; of several the server has a folder in the registry.
    is_alone = any(served == root / part for part in parts)
    return is_alone or (
        served.is_relative_to(root) and any((served / part).is_dir() for part in parts)
    )
