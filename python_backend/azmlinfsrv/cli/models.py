"""``azmlinfsrv models``: the models of this machine, under names and versions as in Azure ML."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.cli.registry_commands import delete, download, register, show
from azmlinfsrv.cli.registry_commands import list as list_command
from azmlinfsrv.registry.errors import NoSuchModelError, RegistryError

REFUSED = 1
NOT_FOUND = 2
_INTERRUPTED = 130

_EPILOG = """\
A model's files are copied into the registry and never loaded: nothing of them is run. REF is NAME
for the newest version, NAME:VERSION, or NAME@latest. --model REF stands in place of --model_dir for
the server, check, profile and find.

exit status: 0 done, 1 refused, 2 not found or wrong options

examples:
  azmlinfsrv models register --name diabetes --path outputs/model.pkl --tag area=health
  azmlinfsrv models list
  azmlinfsrv --entry_script score.py --model diabetes:1
"""


def main(arguments: Sequence[str]) -> int:
    """Run ``models``; returns 0, 1 when it is refused, or 2 when something is not there."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv models",
        description="Keep models under names and versions, as Azure ML does.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in (register, list_command, show, download, delete):
        command.add_parser(commands)
    options = parser.parse_args(list(map(with_underscores, arguments)))
    _end_in_order()
    with guarded_output():
        try:
            return int(options.run(options))
        except RegistryError as error:
            print(f"azmlinfsrv models {options.command}: {error}", file=sys.stderr)
            return NOT_FOUND if isinstance(error, NoSuchModelError) else REFUSED
        except KeyboardInterrupt:
            print(f"azmlinfsrv models {options.command}: interrupted.", file=sys.stderr)
            return _INTERRUPTED
    # Whoever closes the other end of the pipe has read enough.
    return 0


def _end_in_order() -> None:
    """Let what is half done be removed also when something else ends this process."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _leave)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
