"""``azmlinfsrv models register``: keep a model as the next version of its name."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.cli.registry_commands.common import (
    add_command,
    as_json,
    azure_command,
    file_count_text,
    print_json,
    registry_of,
    size_text,
)
from azmlinfsrv.cli.subcommands import Commands
from azmlinfsrv.registry.errors import RegistryError
from azmlinfsrv.registry.model import ModelDescription
from azmlinfsrv.registry.references import read_version
from azmlinfsrv.registry.registration import Registration


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = add_command(
        commands,
        "register",
        run,
        description="Copy a file or folder into the registry, as the next version of a model.",
        example="register --name sklearn_mnist --path outputs/model.pkl --tag area=mnist",
    )
    add = parser.add_argument
    add("-n", "--name", metavar="NAME", required=True, help="the model's name")
    add("-p", "--path", metavar="PATH", required=True, help="a file, or a folder with all in it")
    add("-d", "--description", metavar="TEXT", default="", help="what the model is")
    for name, told in (("tag", "a tag"), ("property", "a property")):
        add(f"--{name}", metavar="KEY=VALUE", action="append", default=[], help=f"{told}; repeat")
    # With the names of the published command line, too.
    add("--framework", "--model_framework", metavar="NAME", help="such as scikit-learn")
    add("--framework_version", "--model_framework_version", metavar="VERSION", help="its version")
    add("--version", metavar="N", type=_version, help="this version (default: the next one)")
    add("--force", action="store_true", help="replace the version if it is there")


def run(options: argparse.Namespace) -> int:
    """Register the model; returns 0."""
    if options.framework_version and not options.framework:
        raise RegistryError("--framework_version says little without --framework. Name it as well.")
    registry = registry_of(options)
    about = ModelDescription(
        options.description,
        _pairs("--tag", options.tag),
        _pairs("--property", options.property),
        options.framework,
        options.framework_version,
    )
    path = Path(options.path).expanduser()
    model = registry.register(
        Registration(options.name, path, about, options.version, options.force)
    )
    if options.json:
        print_json({**as_json(model), "azure_command": azure_command(model)})
        return 0
    where = f" --registry {options.registry}" if options.registry else ""
    print(
        f"Registered {model.reference}: {file_count_text(model.file_count)}, "
        f"{size_text(model.size)}, in {model.folder}\n\n"
        f"Serve it:  azmlinfsrv --entry_script score.py --model {model.reference}{where}\n"
        f"In Azure:  {azure_command(model)}"
    )
    return 0


def _pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise RegistryError(f"{option} {text}: it has to be KEY=VALUE, such as area=mnist.")
        if key in pairs:
            raise RegistryError(f"{option} {text}: {key} is given twice. Leave one out.")
        pairs[key] = value
    return pairs


def _version(text: str) -> int:
    number = read_version(text)
    if number is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return number
