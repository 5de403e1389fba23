"""Commands that have commands of their own: ``models register``, ``services list``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_subcommand(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    description: str,
    example: str,
) -> argparse.ArgumentParser:
    """Declare a command with the options that each of them has.

    Args:
        commands: those of the same kind.
        name: what is typed for it.
        run: does it, and returns the exit status; it is kept as ``run`` of the options.
        description: a sentence on what it does.
        example: a command line, without the program's name.

    """
    parser = commands.add_parser(
        name,
        help=description[0].lower() + description[1:].rstrip("."),
        description=description,
        epilog=f"example:\n  azmlinfsrv {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, command=name)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    return parser
