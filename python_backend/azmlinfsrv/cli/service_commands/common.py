"""How a command of ``azmlinfsrv services`` is declared."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


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
        epilog=f"example:\n  azmlinfsrv services {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, command=name)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    return parser


def add_name(parser: argparse.ArgumentParser) -> None:
    """Declare which service is meant."""
    parser.add_argument("name", metavar="NAME", help="the service, as `services list` shows it")
