"""``azmlinfsrv models list``: the models that are registered."""

from __future__ import annotations

import argparse
import sys

from azmlinfsrv.cli.output import table
from azmlinfsrv.cli.registry_commands.common import (
    add_command,
    as_json,
    pairs_text,
    print_json,
    registry_of,
    size_text,
)
from azmlinfsrv.cli.subcommands import Commands
from azmlinfsrv.registry.model import RegisteredModel
from azmlinfsrv.registry.references import checked_name

_COLUMNS = ("NAME", "VERSION", "REGISTERED (UTC)", "SIZE", "FRAMEWORK", "TAGS")


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = add_command(
        commands,
        "list",
        run,
        description="List the models that are registered, the newest version of each first.",
        example="list --tag area=mnist",
    )
    parser.add_argument("-n", "--name", metavar="NAME", help="only the versions of this model")
    parser.add_argument("--latest", action="store_true", help="only the newest version of each")
    parser.add_argument(
        "--tag",
        metavar="KEY[=VALUE]",
        action="append",
        default=[],
        help="only models with this tag; repeat for those that have all",
    )


def run(options: argparse.Namespace) -> int:
    """Print the models; returns 0, or 1 when a record cannot be read."""
    registry = registry_of(options)
    name = options.name and checked_name(options.name)
    models, damaged = registry.models(name)
    if options.latest:
        newest: dict[str, RegisteredModel] = {}
        for model in models:
            newest.setdefault(model.name, model)
        models = list(newest.values())
    models = [model for model in models if all(_has(model, tag) for tag in options.tag)]
    for told in damaged:
        print(f"azmlinfsrv models list: {told}", file=sys.stderr)
    if options.json:
        print_json([as_json(model) for model in models])
    elif models:
        print(table(_COLUMNS, map(_row, models)))
    elif options.name or options.tag:
        print(f"No such model is registered in {registry.root}.")
    else:
        print(
            f"No model is registered in {registry.root}. "
            "`azmlinfsrv models register --name NAME --path PATH` registers one."
        )
    return 1 if damaged else 0


def _row(model: RegisteredModel) -> tuple[str, ...]:
    about = model.about
    framework = " ".join(filter(None, (about.framework, about.framework_version)))
    return (
        model.name,
        str(model.version),
        model.created[:16].replace("T", " "),
        size_text(model.size),
        framework or "-",
        pairs_text(about.tags) or "-",
    )


def _has(model: RegisteredModel, tag: str) -> bool:
    key, equals, value = tag.partition("=")
    return key in model.about.tags and (not equals or model.about.tags[key] == value)
