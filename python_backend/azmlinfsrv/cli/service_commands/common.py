"""How a command of ``azmlinfsrv services`` is declared."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from azmlinfsrv.cli.subcommands import Commands, add_subcommand


def add_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    description: str,
    example: str,
) -> argparse.ArgumentParser:
    """Declare a command with the options that each of them has."""
    return add_subcommand(
        commands, name, run, description=description, example=f"services {example}"
    )


def add_name(parser: argparse.ArgumentParser) -> None:
    """Declare which service is meant."""
    parser.add_argument("name", metavar="NAME", help="the service, as `services list` shows it")
